/* Stamps are found by trying every form at a place and taking the longest; days and times in words come from the grammar of natural time, what is only written in records
 * ("9:05a", ranges, gaps) is read here. */
#include "feature/timeline/when_read.h"
#include "feature/timeline/when_stamp_parts.h"
#include "feature/timeline/when_words.h"

static bool high(char c) {
	return (unsigned char)c >= 0x80;
}

/* … and behind a clock, "14:03:20Z". */
static bool clock_ends_at(str s, size_t i) {
	return stamp_ends_at(s, i) || (s.p[i] == 'Z' && stamp_ends_at(s, i + 1));
}

/* One of a table's words, as a whole. */
static bool whole_word(struct scan *in, const struct when_word *table, int *value) {
	struct scan here = *in;
	if (!scan_word(&here, table, value))
		return false;
	*in = here;
	return true;
}

/* ---- times of day ---- */

/* "am", "a.m.", "a": the hour of 24, which "15:20pm" has already. */
static int with_half(struct scan *in, int hour) {
	struct scan here = *in;
	int half = PART_NONE;
	scan_blanks(&here);
	bool spelled = whole_word(&here, word_halves, &half) && (half == PART_AM || half == PART_PM);
	if (!spelled && here.i == in->i && (scan_at(&here) | 32) != 'm') {
		half = (scan_at(&here) | 32) == 'a' ? PART_AM : (scan_at(&here) | 32) == 'p' ? PART_PM : PART_NONE;
		here.i += half != PART_NONE;
	}
	if (half == PART_NONE || !stamp_ends_at(here.s, here.i))
		return hour;
	*in = here;
	return hour > 12 || hour < 0 ? hour : hour % 12 + (half == PART_PM ? 12 : 0);
}

/* 14:03, 14:03:20.5, 9:05a, 14:??; 24:00 too. */
static bool clock_face(struct scan *in, struct when_stamp *t) {
	struct scan here = *in;
	int hour, minute, second = 0, us;
	if (!stamp_number(&here, 1, 2, &hour) || !scan_char(&here, ':') || !stamp_number(&here, 2, 2, &minute))
		return false;
	struct scan seconds = here;
	if (scan_char(&seconds, ':') && scan_digits(&seconds, 2, 2, &second)) {
		scan_fraction(&seconds, &us);
		here = seconds;
	}
	hour = with_half(&here, hour);
	if (hour > 24 || minute > 59 || second > 59 || !clock_ends_at(here.s, here.i))
		return false;
	t->open |= hour < 0 || minute < 0;
	t->seconds = hour < 0 || minute < 0 ? -1 : hour * STAMP_HOUR + minute * 60 + second;
	*in = here;
	return true;
}

/* "오후 2시 51분", "2pm", "noon": the longest of the grammar. */
static bool clock_words(struct scan *in, struct when_stamp *t) {
	struct tod_forms forms = { 0 };
	size_t longest = in->i;
	when_tod_forms(*in, false, false, &forms);
	for (int i = 0; i < forms.n; i++) {
		if (forms.impossible[i] || forms.end[i] <= longest || !stamp_ends_at(in->s, forms.end[i]) || forms.tod[i].has_offset)
			continue;
		longest = forms.end[i];
		t->seconds = forms.tod[i].seconds[0];
	}
	bool found = longest > in->i;
	in->i = longest;
	return found;
}

static bool read_clock(struct scan *in, struct when_stamp *t) {
	int lead;
	struct scan here = *in;
	if (scan_char(&here, '~') || (scan_word(&here, word_leads, &lead) && lead == LEAD_ABOUT && (scan_blanks(&here), true)))
		t->approximate = true;
	if (!clock_face(&here, t) && !clock_words(&here, t))
		return false;
	*in = here;
	return true;
}

/* ---- the stamp ---- */

static void set_day(struct when_stamp *t, const struct stamp_date *d) {
	t->open |= d->year == STAMP_GAP || d->month == STAMP_GAP || d->day == STAMP_GAP;
	t->year = d->year > 0 ? d->year : 0;
	t->month = d->month > 0 ? d->month : 0;
	t->day = d->day > 0 ? d->day : 0;
}

/* What may stand between day and time: " ", ", ", "T", " at ", " @ ", " - ", " / ". */
static void skip_joint(struct scan *in) {
	int lead;
	struct scan here = *in;
	if (scan_char(&here, 'T') && stamp_digit(scan_at(&here))) {
		*in = here;
		return;
	}
	scan_char(in, ',');
	scan_blanks(in);
	here = *in;
	if (scan_word(&here, word_leads, &lead) && lead == LEAD_AT && scan_blanks(&here))
		*in = here;
	here = *in;
	if (scan_char(&here, ':') && scan_blanks(&here) && stamp_digit(scan_at(&here)))
		*in = here;
	here = *in;
	if ((scan_char(&here, '-') || scan_char(&here, '@') || scan_char(&here, '/')) && scan_blanks(&here))
		*in = here;
}

static bool day_and_clock(struct scan *in, struct when_stamp *t) {
	struct stamp_date d;
	struct scan here = *in, behind;
	if (stamp_day(&here, &d)) {
		set_day(t, &d);
		str written = { in->s.p + in->i, here.i - in->i };
		behind = here;
		skip_joint(&behind);
		bool clock = read_clock(&behind, t);
		if (!clock && stamp_day_is_vague(written, &d))
			return false;
		*in = clock ? behind : here;
		return true;
	}
	if (!read_clock(&here, t))
		return false;
	*in = here;
	stamp_zone(in, t);
	behind = *in;
	bool comma = scan_char(&behind, ','), apart = scan_blanks(&behind) || comma;
	if (scan_literal(&behind, "on"))
		scan_blanks(&behind);
	if (apart && (scan_char(&behind, '('), stamp_day(&behind, &d)) && !stamp_day_is_vague((str){ in->s.p + in->i, behind.i - in->i }, &d)) {
		set_day(t, &d);
		scan_char(&behind, ')');
		*in = behind;
	}
	return true;
}

/* "쯤", "경", "~", "-ish" */
static void read_about(struct scan *in, struct when_stamp *t) {
	int unused;
	struct scan here = *in;
	if (scan_char(&here, '~') && !stamp_digit(scan_at(&here))) {
		struct scan ahead = here;
		scan_blanks(&ahead);
		if (!stamp_digit(scan_at(&ahead))) {
			t->approximate = true;
			*in = here;
			return;
		}
	}
	here = *in;
	scan_blanks(&here);
	if (scan_word(&here, word_about_behind, &unused)) {
		t->approximate = true;
		*in = here;
	}
}

/* "- 16:16:00", "-58", "– 00:29 AM", "~ 14:20": the end of a span, which is only stepped over. An "AM" at its end counts for both. */
static void skip_until(struct scan *in, struct when_stamp *t) {
	struct scan here = *in;
	struct when_stamp end = { .seconds = -1 };
	struct stamp_date d;
	int seconds;
	scan_blanks(&here);
	if (!(scan_char(&here, '-') || scan_literal(&here, "–") || scan_literal(&here, "—") || scan_char(&here, '~') ||
			scan_literal(&here, "to") || scan_literal(&here, "→")))
		return;
	struct scan close = here;
	if (t->seconds < 0) {
		scan_blanks(&here);
		if (t->year && stamp_day(&here, &d))
			*in = here;
		return;
	}
	if (scan_digits(&close, 2, 2, &seconds) && stamp_ends_at(close.s, close.i) && close.i < close.s.n && scan_at(&close) != ':' &&
		t->seconds % 60) {
		*in = close;
		return;
	}
	scan_blanks(&here);
	close = here;
	if (stamp_day(&close, &d))
		skip_joint(&close);
	else
		close = here;
	if (!clock_face(&close, &end))
		return;
	if (end.seconds < 12 * STAMP_HOUR && end.seconds >= 0 && t->seconds >= 12 * STAMP_HOUR && t->seconds < 13 * STAMP_HOUR &&
		(close.s.p[close.i - 1] | 32) == 'm')
		t->seconds -= 12 * STAMP_HOUR; /* 12:05 - 12:20 AM */
	*in = close;
}

/* "09:30 EDT (13:30 UTC)": the same once more, by another clock. */
static void skip_second(struct scan *in, const struct when_stamp *t) {
	struct scan here = *in;
	struct when_stamp second = { .seconds = -1 };
	scan_blanks(&here);
	if (t->seconds < 0 || !t->zone.n || !scan_char(&here, '(') || !clock_face(&here, &second))
		return;
	stamp_zone(&here, &second);
	if (second.zone.n && scan_char(&here, ')'))
		*in = here;
}

static bool read_stamp(struct scan *in, struct when_stamp *t) {
	int lead;
	struct scan here = *in;
	while (scan_word(&here, word_leads, &lead) && here.i > in->i) {
		t->approximate |= lead == LEAD_ABOUT;
		scan_blanks(&here);
		*in = here;
	}
	if (!day_and_clock(in, t))
		return false;
	stamp_zone(in, t);
	read_about(in, t);
	skip_until(in, t);
	if (!t->zone.n)
		stamp_zone(in, t);
	skip_second(in, t);
	return true;
}

bool when_stamp_at(str text, size_t from, struct when_stamp *out) {
	struct scan in = { text, from };
	*out = (struct when_stamp){ .from = from, .seconds = -1 };
	char open = scan_at(&in), close = open == '[' ? ']' : open == '(' ? ')' : '\0';
	in.i += close != '\0';
	if (!read_stamp(&in, out))
		return false;
	if (close)
		scan_char(&in, close);
	out->to = in.i;
	return true;
}

/* Only what can begin a stamp is tried: digits, months, parts of the day, "~", "'". */
static bool may_begin(str s, size_t i) {
	char c = s.p[i];
	if (i > 0 && (stamp_word_byte(s.p[i - 1]) || s.p[i - 1] == '.' || s.p[i - 1] == ':' || s.p[i - 1] == '-' || s.p[i - 1] == '/'))
		return false;
	return stamp_digit(c) || c == '\'' || c == '~' || (c >= 'A' && c <= 'Z') || high(c);
}

bool when_stamp_find(str text, size_t from, struct when_stamp *out) {
	for (size_t i = from; i < text.n; i++)
		if (may_begin(text, i) && !(high(text.p[i]) && ((unsigned char)text.p[i] & 0xC0) == 0x80) && when_stamp_at(text, i, out))
			return true;
	return false;
}
