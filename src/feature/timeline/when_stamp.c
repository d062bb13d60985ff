/* Stamps are found by trying every form at a place and taking the longest; days and times in words come from the grammar of natural time, what is only written in records
 * (years of two digits, question marks, "10:45a", ranges) is read here. */
#include "feature/timeline/when_stamp.h"

#include "feature/timeline/when_read.h"
#include "feature/timeline/when_words.h"

enum { UNKNOWN = -2, HOUR_SECONDS = 3600 };

static bool digit(char c) {
	return c >= '0' && c <= '9';
}

static bool word_byte(char c) {
	return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool high(char c) {
	return (unsigned char)c >= 0x80;
}

/* No digit or letter runs on here; what ends in Hangul may be followed by any. */
static bool ends_at(str s, size_t i) {
	if (i >= s.n)
		return true;
	if (i > 0 && high(s.p[i - 1]))
		return !digit(s.p[i]) && !str_starts(str_from(s, i), STR("간")); /* "5시간" is an amount */
	return !word_byte(s.p[i]) && !str_starts(str_from(s, i), STR("시"));
}

/* The same behind a date, which a "T" may follow, and which is no version: 10.0.0.1. */
static bool date_ends_at(str s, size_t i) {
	char next = i < s.n ? s.p[i] : '\0', after = i + 1 < s.n ? s.p[i + 1] : '\0';
	return (ends_at(s, i) && !(next == '.' && digit(after))) || (next == 'T' && digit(after));
}

/* … and behind a clock, "14:03:20Z". */
static bool clock_ends_at(str s, size_t i) {
	return ends_at(s, i) || (s.p[i] == 'Z' && ends_at(s, i + 1));
}

/* One of a table's words, as a whole. */
static bool whole_word(struct scan *in, const struct when_word *table, int *value) {
	struct scan here = *in;
	if (!scan_word(&here, table, value))
		return false;
	*in = here;
	return true;
}

/* "12", or "??" and "HH" where the writer left a gap: UNKNOWN. */
static bool number_or_gap(struct scan *in, int least, int most, int *value) {
	static const char *const gaps[] = { "??", "HH", "hh", "mm", "MM", "XX", "xx", "DD", "dd" };
	if (scan_digits(in, least, most, value))
		return true;
	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
		if (str_starts(str_from(in->s, in->i), str_c(gaps[i]))) {
			in->i += 2;
			*value = UNKNOWN;
			return true;
		}
	return false;
}

/* ---- days ---- */

struct date {
	int year, month, day; /* UNKNOWN: a gap */
};

static bool possible(const struct date *d) {
	if (d->month == UNKNOWN || d->day == UNKNOWN)
		return true;
	return d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= civil_days_in_month(d->year > 0 ? d->year : 2000, d->month);
}

static int full_year(int two) {
	return two >= 70 ? 1900 + two : 2000 + two;
}

/* "(토)" behind a date. */
static void skip_weekday(struct scan *in) {
	int unused;
	struct scan here = *in;
	scan_blanks(&here);
	if (scan_word(&here, word_bracket_weekdays, &unused) || scan_word(&here, word_weekdays, &unused))
		*in = here;
}

/* 2022-02-??, '22.10.15, 22.10.15; with a year before the rest. */
static bool year_first(struct scan *in, struct date *d) {
	struct scan here = *in;
	bool quoted = scan_char(&here, '\'') || scan_literal(&here, "’") || scan_literal(&here, "‘");
	bool four = !quoted && scan_digits(&here, 4, 4, &d->year) && d->year >= 1970 && d->year <= 2199;
	if (!four && !(scan_digits(&here, 2, 2, &d->year)))
		return false;
	char separator = scan_at(&here);
	if (!(separator == '.' || (four && (separator == '-' || separator == '/'))))
		return false;
	d->year = four ? d->year : full_year(d->year);
	here.i++;
	scan_blanks(&here);
	if (!number_or_gap(&here, 1, 2, &d->month) || !scan_char(&here, separator))
		return false;
	scan_blanks(&here);
	if (!number_or_gap(&here, 1, 2, &d->day))
		return false;
	*in = here;
	return true;
}

/* 5-26-21, 4/21/23, 24/07/25: the month first, unless it cannot be. */
static bool year_last(struct scan *in, struct date *d) {
	struct scan here = *in;
	int first, second, year;
	if (!scan_digits(&here, 1, 2, &first))
		return false;
	char separator = scan_at(&here);
	if ((separator != '/' && separator != '-') || (here.i++, !scan_digits(&here, 1, 2, &second)) || !scan_char(&here, separator))
		return false;
	if (!scan_digits(&here, 2, 2, &year) && !scan_digits(&here, 4, 4, &year))
		return false;
	*d = (struct date){ year < 100 ? full_year(year) : year, first > 12 ? second : first, first > 12 ? first : second };
	*in = here;
	return true;
}

/* 10.19일, 10.19(수) */
static bool dotted(struct scan *in, struct date *d) {
	struct scan here = *in;
	int unused;
	*d = (struct date){ 0 };
	if (!scan_digits(&here, 1, 2, &d->month) || !scan_char(&here, '.') || (scan_blanks(&here), !scan_digits(&here, 1, 2, &d->day)))
		return false;
	struct scan behind = here;
	scan_char(&behind, '.');
	if (!scan_literal(&here, "일") && !scan_word(&behind, word_bracket_weekdays, &unused))
		return false;
	*in = here;
	return true;
}

/* Those of the grammar that name a date: the longest. */
static bool in_words(struct scan *in, struct date *d) {
	struct day_forms forms = { 0 };
	size_t longest = in->i;
	when_day_forms(*in, &forms);
	for (int i = 0; i < forms.n; i++) {
		const struct day *f = &forms.day[i];
		if (forms.end[i] <= longest || !date_ends_at(in->s, forms.end[i]) || (f->kind != DAY_DATE && f->kind != DAY_OF_MONTH))
			continue;
		longest = forms.end[i];
		*d = f->kind == DAY_DATE ? (struct date){ f->year, f->month, f->day } : (struct date){ 0, 0, f->n };
	}
	bool found = longest > in->i;
	in->i = longest;
	return found;
}

/* "11-22" and "3/4" are dates only beside a time of day. */
static bool vague(str s, const struct date *d) {
	return d->year == 0 && (d->month == 0 || (str_chr(s, '-') > 0 && str_chr(s, '-') < 3) || (str_chr(s, '/') > 0 && str_chr(s, '/') < 3));
}

static bool read_day(struct scan *in, struct date *out) {
	static bool (*const forms[])(struct scan *in, struct date *d) = { in_words, year_first, year_last, dotted };
	size_t longest = in->i;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct scan here = *in;
		struct date d = { 0 };
		if (!forms[i](&here, &d) || here.i <= longest || !date_ends_at(here.s, here.i))
			continue;
		if ((d.month || d.year) && !possible(&d))
			continue;
		longest = here.i;
		*out = d;
	}
	if (longest == in->i)
		return false;
	in->i = longest;
	skip_weekday(in);
	return true;
}

/* ---- times of day ---- */

/* "am", "a.m.", "a": the hour of 24, which "17:14pm" has already. */
static int with_half(struct scan *in, int hour) {
	struct scan here = *in;
	int half = PART_NONE;
	scan_blanks(&here);
	bool spelled = whole_word(&here, word_halves, &half) && (half == PART_AM || half == PART_PM);
	if (!spelled && here.i == in->i && (scan_at(&here) | 32) != 'm') {
		half = (scan_at(&here) | 32) == 'a' ? PART_AM : (scan_at(&here) | 32) == 'p' ? PART_PM : PART_NONE;
		here.i += half != PART_NONE;
	}
	if (half == PART_NONE || !ends_at(here.s, here.i))
		return hour;
	*in = here;
	return hour > 12 || hour < 0 ? hour : hour % 12 + (half == PART_PM ? 12 : 0);
}

/* 14:03, 14:03:20.5, 10:45a, 14:??; 24:00 too. */
static bool clock_face(struct scan *in, struct when_stamp *t) {
	struct scan here = *in;
	int hour, minute, second = 0, us;
	if (!number_or_gap(&here, 1, 2, &hour) || !scan_char(&here, ':') || !number_or_gap(&here, 2, 2, &minute))
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
	t->seconds = hour < 0 || minute < 0 ? -1 : hour * HOUR_SECONDS + minute * 60 + second;
	*in = here;
	return true;
}

/* "오후 2시 51분", "2pm", "noon": the longest of the grammar. */
static bool clock_words(struct scan *in, struct when_stamp *t) {
	struct tod_forms forms = { 0 };
	size_t longest = in->i;
	when_tod_forms(*in, false, false, &forms);
	for (int i = 0; i < forms.n; i++) {
		if (forms.impossible[i] || forms.end[i] <= longest || !ends_at(in->s, forms.end[i]) || forms.tod[i].has_offset)
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

/* ---- zones ---- */

/* Names of more than one place, or of a place whose clocks change. */
static const char *const unsettled[] = { "CST", "IST", "BST", "PT", "ET", "CT", "MT", NULL };

static bool upper_word(str s, size_t i, size_t *end) {
	*end = i;
	while (*end < s.n && s.p[*end] >= 'A' && s.p[*end] <= 'Z')
		(*end)++;
	return *end > i && (i == 0 || !word_byte(s.p[i - 1])) && (*end == s.n || !word_byte(s.p[*end]));
}

/* "+1", "+09:00" behind UTC. */
static bool distance(struct scan *in, int *seconds) {
	struct scan here = *in;
	int hours, minutes = 0;
	bool minus = scan_char(&here, '-');
	if (!minus && !scan_char(&here, '+'))
		return false;
	if (scan_digits(&here, 4, 4, &hours)) {
		minutes = hours % 100;
		hours /= 100;
	} else if (!scan_digits(&here, 1, 2, &hours) || (scan_char(&here, ':') && !scan_digits(&here, 2, 2, &minutes))) {
		return false;
	}
	if (hours > 14 || minutes > 59 || !ends_at(here.s, here.i))
		return false;
	*seconds = (hours * 60 + minutes) * 60 * (minus ? -1 : 1);
	*in = here;
	return true;
}

/* "Eastern", "Pacific Time" */
static bool zone_in_words(struct scan *in, str *name) {
	static const char *const names[] = { "Eastern", "Central", "Mountain", "Pacific" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct scan here = *in;
		if (!str_starts(str_from(in->s, in->i), str_c(names[i])) || !scan_literal(&here, names[i]))
			continue;
		struct scan time = here;
		if (scan_blanks(&time) && scan_literal(&time, "time"))
			here = time;
		*name = (str){ in->s.p + in->i, here.i - in->i };
		*in = here;
		return true;
	}
	return false;
}

static bool zone_word(struct scan *in, bool alone, str *name, bool *known, int *offset) {
	size_t end;
	int minutes = 0;
	if (!upper_word(in->s, in->i, &end))
		return false;
	str word = { in->s.p + in->i, end - in->i };
	*known = false;
	for (const struct when_word *w = word_zones; w->text && !*known; w++) {
		*known = str_is(word, w->text) && (word.n > 1 || !alone);
		minutes = w->value;
	}
	bool is_zone = *known;
	for (const char *const *u = unsettled; *u && !is_zone; u++)
		is_zone = str_is(word, *u);
	if (!is_zone)
		return false;
	size_t from = in->i;
	in->i = end;
	*offset = *known ? minutes * 60 : 0;
	if (*known && minutes == 0)
		distance(in, offset);
	*name = (str){ in->s.p + from, in->i - from };
	return true;
}

bool when_zone_find(str text, str *name, bool *known, int *offset) {
	for (size_t i = 0; i < text.n; i++) {
		struct scan in = { text, i };
		if (text.p[i] >= 'A' && text.p[i] <= 'Z' && zone_word(&in, true, name, known, offset))
			return true;
	}
	return false;
}

/* "UTC", "(UTC)", "KST", or after an ISO date "+09:00". */
static void read_zone(struct scan *in, struct when_stamp *t) {
	struct scan here = *in;
	bool spaced = scan_blanks(&here), bracket = scan_char(&here, '('), known;
	str name;
	int offset;
	if (!spaced && scan_at(&here) == 'Z' && ends_at(here.s, here.i + 1)) {
		t->zone = (str){ here.s.p + here.i, 1 };
		t->has_offset = true;
		in->i = here.i + 1;
		return;
	}
	if (zone_word(&here, spaced, &name, &known, &offset) && (!bracket || scan_char(&here, ')'))) {
		t->zone = name;
		t->has_offset = known;
		t->offset = offset;
		*in = here;
		return;
	}
	here = *in;
	if (scan_blanks(&here) && t->seconds >= 0 && zone_in_words(&here, &t->zone)) {
		*in = here;
		return;
	}
	here = *in;
	size_t from = here.i;
	if (t->year > 0 && t->seconds >= 0 && scan_at(&here) == '+' && distance(&here, &offset)) {
		t->zone = (str){ here.s.p + from, here.i - from };
		t->has_offset = true;
		t->offset = offset;
		*in = here;
	}
}

/* ---- the stamp ---- */

static void set_day(struct when_stamp *t, const struct date *d) {
	t->open |= d->year == UNKNOWN || d->month == UNKNOWN || d->day == UNKNOWN;
	t->year = d->year > 0 ? d->year : 0;
	t->month = d->month > 0 ? d->month : 0;
	t->day = d->day > 0 ? d->day : 0;
}

/* What may stand between day and time: " ", ", ", "T", " at ", " @ ", " - ", " / ". */
static void skip_joint(struct scan *in) {
	int lead;
	struct scan here = *in;
	if (scan_char(&here, 'T') && digit(scan_at(&here))) {
		*in = here;
		return;
	}
	scan_char(in, ',');
	scan_blanks(in);
	here = *in;
	if (scan_word(&here, word_leads, &lead) && lead == LEAD_AT && scan_blanks(&here))
		*in = here;
	here = *in;
	if (scan_char(&here, ':') && scan_blanks(&here) && digit(scan_at(&here)))
		*in = here;
	here = *in;
	if ((scan_char(&here, '-') || scan_char(&here, '@') || scan_char(&here, '/')) && scan_blanks(&here))
		*in = here;
}

static bool day_and_clock(struct scan *in, struct when_stamp *t) {
	struct date d;
	struct scan here = *in, behind;
	if (read_day(&here, &d)) {
		set_day(t, &d);
		str written = { in->s.p + in->i, here.i - in->i };
		behind = here;
		skip_joint(&behind);
		bool clock = read_clock(&behind, t);
		if (!clock && vague(written, &d))
			return false;
		*in = clock ? behind : here;
		return true;
	}
	if (!read_clock(&here, t))
		return false;
	*in = here;
	read_zone(in, t);
	behind = *in;
	bool comma = scan_char(&behind, ','), apart = scan_blanks(&behind) || comma;
	if (scan_literal(&behind, "on"))
		scan_blanks(&behind);
	if (apart && (scan_char(&behind, '('), read_day(&behind, &d)) && !vague((str){ in->s.p + in->i, behind.i - in->i }, &d)) {
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
	if (scan_char(&here, '~') && !digit(scan_at(&here))) {
		struct scan ahead = here;
		scan_blanks(&ahead);
		if (!digit(scan_at(&ahead))) {
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
	struct date d;
	int seconds;
	scan_blanks(&here);
	if (!(scan_char(&here, '-') || scan_literal(&here, "–") || scan_literal(&here, "—") || scan_char(&here, '~') || scan_literal(&here, "to") ||
						  scan_literal(&here, "→")))
		return;
	struct scan close = here;
	if (t->seconds < 0) {
		scan_blanks(&here);
		if (t->year && read_day(&here, &d))
			*in = here;
		return;
	}
	if (scan_digits(&close, 2, 2, &seconds) && ends_at(close.s, close.i) && close.i < close.s.n && scan_at(&close) != ':' && t->seconds % 60) {
		*in = close;
		return;
	}
	scan_blanks(&here);
	close = here;
	if (read_day(&close, &d))
		skip_joint(&close);
	else
		close = here;
	if (!clock_face(&close, &end))
		return;
	if (end.seconds < 12 * HOUR_SECONDS && end.seconds >= 0 && t->seconds >= 12 * HOUR_SECONDS && t->seconds < 13 * HOUR_SECONDS && (close.s.p[close.i - 1] | 32) == 'm')
		t->seconds -= 12 * HOUR_SECONDS; /* 12:05 - 12:20 AM */
	*in = close;
}

/* "13:14 EDT (17:14 UTC)": the same once more, by another clock. */
static void skip_second(struct scan *in, const struct when_stamp *t) {
	struct scan here = *in;
	struct when_stamp second = { .seconds = -1 };
	scan_blanks(&here);
	if (t->seconds < 0 || !t->zone.n || !scan_char(&here, '(') || !clock_face(&here, &second))
		return;
	read_zone(&here, &second);
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
	read_zone(in, t);
	read_about(in, t);
	skip_until(in, t);
	if (!t->zone.n)
		read_zone(in, t);
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
	if (i > 0 && (word_byte(s.p[i - 1]) || s.p[i - 1] == '.' || s.p[i - 1] == ':' || s.p[i - 1] == '-' || s.p[i - 1] == '/'))
		return false;
	return digit(c) || c == '\'' || c == '~' || (c >= 'A' && c <= 'Z') || high(c);
}

bool when_stamp_find(str text, size_t from, struct when_stamp *out) {
	for (size_t i = from; i < text.n; i++)
		if (may_begin(text, i) && !(high(text.p[i]) && ((unsigned char)text.p[i] & 0xC0) == 0x80) && when_stamp_at(text, i, out))
			return true;
	return false;
}
