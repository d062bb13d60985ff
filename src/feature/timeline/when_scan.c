#include "feature/timeline/when_scan.h"

static bool letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c) {
	return c >= '0' && c <= '9';
}

static char ahead(const struct scan *in, size_t n) {
	return in->i + n < in->s.n ? in->s.p[in->i + n] : '\0';
}

char scan_at(const struct scan *in) {
	return ahead(in, 0);
}

bool scan_blanks(struct scan *in) {
	size_t from = in->i;
	while (scan_at(in) == ' ' || scan_at(in) == '\t')
		in->i++;
	return in->i > from;
}

bool scan_char(struct scan *in, char c) {
	if (in->i >= in->s.n || in->s.p[in->i] != c)
		return false;
	in->i++;
	return true;
}

bool scan_literal(struct scan *in, const char *text) {
	str want = str_c(text);
	if (!str_eq_ascii_ci(str_to(str_from(in->s, in->i), want.n), want))
		return false;
	if (letter(want.p[want.n - 1]) && letter(ahead(in, want.n)))
		return false;
	in->i += want.n;
	return true;
}

bool scan_word(struct scan *in, const struct when_word *table, int *value) {
	size_t longest = in->i;
	for (const struct when_word *w = table; w->text; w++) {
		struct scan here = *in;
		if (!scan_literal(&here, w->text) || here.i <= longest)
			continue;
		longest = here.i;
		*value = w->value;
	}
	bool found = longest > in->i;
	in->i = longest;
	return found;
}

bool scan_digits(struct scan *in, int least, int most, int *value) {
	int n = 0, v = 0;
	for (; digit(ahead(in, (size_t)n)); n++) {
		if (n == most)
			return false;
		v = v * 10 + (ahead(in, (size_t)n) - '0');
	}
	if (n < least)
		return false;
	in->i += (size_t)n;
	*value = v;
	return true;
}

bool scan_sino(struct scan *in, int *value) {
	static const struct when_word digits[] = {
		{ "일", 1 }, { "이", 2 }, { "삼", 3 }, { "사", 4 }, { "오", 5 }, { "육", 6 }, { "칠", 7 }, { "팔", 8 }, { "구", 9 }, { 0 },
	};
	int tens = 1, ones = 0;
	struct scan here = *in;
	bool first = scan_word(&here, digits, &tens), ten = scan_literal(&here, "십"), second = ten && scan_word(&here, digits, &ones);
	if (!first && !ten)
		return false;
	*value = ten ? tens * 10 + (second ? ones : 0) : tens;
	*in = here;
	return true;
}

bool scan_fraction(struct scan *in, int *us) {
	if (scan_at(in) != '.' || !digit(ahead(in, 1)))
		return false;
	*us = 0;
	int unit = 100000;
	for (in->i++; digit(scan_at(in)); in->i++, unit /= 10)
		*us += (scan_at(in) - '0') * unit;
	return true;
}
