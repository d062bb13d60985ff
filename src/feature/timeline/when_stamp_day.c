/* Days and zones of stamps: what is only written in records (years of two digits, question marks), beside the words of natural time. */
#include "feature/timeline/when_read.h"
#include "feature/timeline/when_stamp_parts.h"
#include "feature/timeline/when_words.h"

bool stamp_digit(char c) {
	return c >= '0' && c <= '9';
}

bool stamp_word_byte(char c) {
	return stamp_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool high(char c) {
	return (unsigned char)c >= 0x80;
}

bool stamp_ends_at(str s, size_t i) {
	if (i >= s.n)
		return true;
	if (i > 0 && high(s.p[i - 1]))
		return !stamp_digit(s.p[i]) && !str_starts(str_from(s, i), STR("간")); /* "5시간" is an amount */
	return !stamp_word_byte(s.p[i]) && !str_starts(str_from(s, i), STR("시"));
}

/* The same behind a date, which a "T" may follow, and which is no version: 10.0.0.1. */
static bool date_ends_at(str s, size_t i) {
	char next = i < s.n ? s.p[i] : '\0', after = i + 1 < s.n ? s.p[i + 1] : '\0';
	return (stamp_ends_at(s, i) && !(next == '.' && stamp_digit(after))) || (next == 'T' && stamp_digit(after));
}

bool stamp_number(struct scan *in, int least, int most, int *value) {
	static const char *const gaps[] = { "??", "HH", "hh", "mm", "MM", "XX", "xx", "DD", "dd" };
	if (scan_digits(in, least, most, value))
		return true;
	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
		if (str_starts(str_from(in->s, in->i), str_c(gaps[i]))) {
			in->i += 2;
			*value = STAMP_GAP;
			return true;
		}
	return false;
}

/* ---- days ---- */

static bool possible(const struct stamp_date *d) {
	if (d->month == STAMP_GAP || d->day == STAMP_GAP)
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

/* 2020-03-??, '20.3.21, 20.3.21; with a year before the rest. */
static bool year_first(struct scan *in, struct stamp_date *d) {
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
	if (!stamp_number(&here, 1, 2, &d->month) || !scan_char(&here, separator))
		return false;
	scan_blanks(&here);
	if (!stamp_number(&here, 1, 2, &d->day))
		return false;
	*in = here;
	return true;
}

/* 3-21-20, 3/21/20, 21/03/20: the month first, unless it cannot be. */
static bool year_last(struct scan *in, struct stamp_date *d) {
	struct scan here = *in;
	int first, second, year;
	if (!scan_digits(&here, 1, 2, &first))
		return false;
	char separator = scan_at(&here);
	if ((separator != '/' && separator != '-') || (here.i++, !scan_digits(&here, 1, 2, &second)) || !scan_char(&here, separator))
		return false;
	if (!scan_digits(&here, 2, 2, &year) && !scan_digits(&here, 4, 4, &year))
		return false;
	*d = (struct stamp_date){ year < 100 ? full_year(year) : year, first > 12 ? second : first, first > 12 ? first : second };
	*in = here;
	return true;
}

/* 3.21일, 3.21(토) */
static bool dotted(struct scan *in, struct stamp_date *d) {
	struct scan here = *in;
	int unused;
	*d = (struct stamp_date){ 0 };
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
static bool in_words(struct scan *in, struct stamp_date *d) {
	struct day_forms forms = { 0 };
	size_t longest = in->i;
	when_day_forms(*in, &forms);
	for (int i = 0; i < forms.n; i++) {
		const struct day *f = &forms.day[i];
		if (forms.end[i] <= longest || !date_ends_at(in->s, forms.end[i]) || (f->kind != DAY_DATE && f->kind != DAY_OF_MONTH))
			continue;
		longest = forms.end[i];
		*d = f->kind == DAY_DATE ? (struct stamp_date){ f->year, f->month, f->day } : (struct stamp_date){ 0, 0, f->n };
	}
	bool found = longest > in->i;
	in->i = longest;
	return found;
}

bool stamp_day_is_vague(str s, const struct stamp_date *d) {
	return d->year == 0 && (d->month == 0 || (str_chr(s, '-') > 0 && str_chr(s, '-') < 3) || (str_chr(s, '/') > 0 && str_chr(s, '/') < 3));
}

bool stamp_day(struct scan *in, struct stamp_date *out) {
	static bool (*const forms[])(struct scan * in, struct stamp_date * d) = { in_words, year_first, year_last, dotted };
	size_t longest = in->i;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct scan here = *in;
		struct stamp_date d = { 0 };
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

/* ---- zones ---- */

/* Names of more than one place, or of a place whose clocks change. */
static const char *const unsettled[] = { "CST", "IST", "BST", "PT", "ET", "CT", "MT", NULL };

static bool upper_word(str s, size_t i, size_t *end) {
	*end = i;
	while (*end < s.n && s.p[*end] >= 'A' && s.p[*end] <= 'Z')
		(*end)++;
	return *end > i && (i == 0 || !stamp_word_byte(s.p[i - 1])) && (*end == s.n || !stamp_word_byte(s.p[*end]));
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
	if (hours > 14 || minutes > 59 || !stamp_ends_at(here.s, here.i))
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

void stamp_zone(struct scan *in, struct when_stamp *t) {
	struct scan here = *in;
	bool spaced = scan_blanks(&here), bracket = scan_char(&here, '('), known;
	str name;
	int offset;
	if (!spaced && scan_at(&here) == 'Z' && stamp_ends_at(here.s, here.i + 1)) {
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
