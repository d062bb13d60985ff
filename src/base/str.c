#include "base/str.h"

#include <stdlib.h>

static char lower(char ch) {
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
}

int str_cmp(str a, str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;
	return d ? d : (a.n > b.n) - (a.n < b.n);
}

bool str_eq_ascii_ci(str a, str b) {
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

ptrdiff_t str_find(str s, str needle) {
	if (needle.n == 0)
		return 0;
	const char *at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? at - s.p : -1;
}

ptrdiff_t str_chr(str s, char ch) {
	const char *at = s.n ? memchr(s.p, ch, s.n) : NULL;
	return at ? at - s.p : -1;
}

static bool blank(char ch) {
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

str str_trim(str s) {
	while (s.n && blank(s.p[0]))
		s = str_from(s, 1);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

str str_cut(str *s, char sep) {
	ptrdiff_t at = str_chr(*s, sep);
	str head = at < 0 ? *s : str_to(*s, (size_t)at);
	*s = at < 0 ? STR_NONE : (str){ s->p + at + 1, s->n - (size_t)at - 1 };
	return head;
}

static bool control(unsigned char ch) {
	return (ch < ' ' && ch != '\t') || ch == 0x7f;
}

/* Is one of eight bytes below ' ' or 0x7f? A byte above a hit may be a false alarm, so the eight are then looked at one by one. */
static bool perhaps_control(uint64_t eight) {
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7, del = eight ^ (ones * 0x7f);
	return ((((eight - ones * ' ') & ~eight) | ((del - ones) & ~del)) & tops) != 0;
}

bool str_has_control(str s) {
	size_t i = 0;
	for (; i + 8 <= s.n; i += 8) {
		uint64_t eight;
		memcpy(&eight, s.p + i, 8);
		if (perhaps_control(eight))
			for (size_t k = 0; k < 8; k++)
				if (control((unsigned char)s.p[i + k]))
					return true;
	}
	for (; i < s.n; i++)
		if (control((unsigned char)s.p[i]))
			return true;
	return false;
}

bool str_i64(str s, int64_t *out) {
	bool minus = s.n && s.p[0] == '-';
	if (minus || (s.n && s.p[0] == '+'))
		s = str_from(s, 1);
	if (s.n == 0)
		return false;
	int64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		int digit = s.p[i] - '0';
		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

bool str_eq_secret(str a, str b) {
	if (a.n != b.n)
		return false;
	volatile unsigned char differ = 0;
	for (size_t i = 0; i < a.n; i++)
		differ = (unsigned char)(differ | (unsigned char)(a.p[i] ^ b.p[i]));
	return differ == 0;
}

char *str_dup(str s) {
	char *copy = malloc(s.n + 1);
	if (!copy)
		return NULL;
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}
