/* UTF-8 by hand where it is bytes only, libunistring where Unicode's tables are asked. */
#include "text/utf8.h"

#include <stdlib.h>
#include <unicase.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

/* The length of the sequence at i when it is well-formed; else minus the number of bytes that make up the ill-formed part (Unicode's "maximal subpart"). */
static int sequence(str s, size_t i) {
	const unsigned char *p = (const unsigned char *)s.p + i;
	size_t left = s.n - i;
	if (p[0] < 0x80)
		return 1;
	int need = p[0] >= 0xC2 && p[0] <= 0xDF ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4 : 0;
	if (need == 0 || left < 2)
		return -1;
	unsigned low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
	if (p[1] < low || p[1] > high)
		return -1;
	for (int k = 2; k < need; k++)
		if ((size_t)k >= left || (p[k] & 0xC0) != 0x80)
			return -k;
	return need;
}

static size_t ascii_run(str s, size_t i) {
	uint64_t eight;
	while (i + 8 <= s.n && (memcpy(&eight, s.p + i, 8), (eight & 0x8080808080808080u) == 0))
		i += 8;
	while (i < s.n && !(s.p[i] & 0x80))
		i++;
	return i;
}

bool utf8_valid(str s) {
	for (size_t i = ascii_run(s, 0); i < s.n; i = ascii_run(s, i)) {
		int n = sequence(s, i);
		if (n < 0)
			return false;
		i += (size_t)n;
	}
	return true;
}

uint32_t utf8_next(str s, size_t *i) {
	const unsigned char *p = (const unsigned char *)s.p + *i;
	if (p[0] < 0x80)
		return *i += 1, p[0];
	if (p[0] < 0xE0)
		return *i += 2, (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	if (p[0] < 0xF0)
		return *i += 3, (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	return *i += 4, (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

size_t utf8_encode(char out[4], uint32_t cp) {
	if (cp < 0x80)
		return out[0] = (char)cp, 1;
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char head[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t k = n - 1; k > 0; k--, cp >>= 6)
		out[k] = (char)(0x80 | (cp & 0x3F));
	out[0] = (char)(head[n] | cp);
	return n;
}

void utf8_put(struct buf *out, uint32_t cp) {
	char bytes[4];
	buf_add(out, (str){ bytes, utf8_encode(bytes, cp) });
}

/* Eight bytes at a time: the top bit of each byte says yes, the sum of the yeses comes out. */
static size_t yeses(uint64_t tops) {
	return (size_t)(((tops >> 7 & 0x0101010101010101u) * 0x0101010101010101u) >> 56);
}

size_t utf8_length(str s) {
	size_t i = 0, n = 0;
	for (uint64_t x; i + 8 <= s.n; i += 8) {
		memcpy(&x, s.p + i, 8);
		n += 8 - yeses(x & ~(x << 1));
	}
	for (; i < s.n; i++)
		n += (s.p[i] & 0xC0) != 0x80;
	return n;
}

size_t utf16_length(str s) {
	size_t i = 0, n = 0;
	for (uint64_t x; i + 8 <= s.n; i += 8) {
		memcpy(&x, s.p + i, 8);
		n += 8 - yeses(x & ~(x << 1)) + yeses(x & x << 1 & x << 2 & x << 3);
	}
	for (; i < s.n; i++)
		n += (size_t)((s.p[i] & 0xC0) != 0x80) + (size_t)((unsigned char)s.p[i] >= 0xF0);
	return n;
}

size_t utf8_columns(str s) {
	size_t columns = 0;
	for (size_t i = 0; i < s.n;) {
		int width = uc_width(utf8_next(s, &i), "UTF-8");
		columns += width > 0 ? (size_t)width : 0;
	}
	return columns;
}

/* Whether a cluster ends before the code point at `end` depends on what stands before it and on that code point alone. */
str utf8_head(str s, size_t n) {
	size_t end = 0, count = 0;
	while (end < s.n && count < n) {
		utf8_next(s, &end);
		count++;
	}
	if (end == s.n || end == 0)
		return str_to(s, end);
	size_t beyond = end;
	utf8_next(s, &beyond);
	char *breaks = malloc(beyond);
	if (!breaks)
		return str_to(s, end);
	u8_grapheme_breaks((const uint8_t *)s.p, beyond, breaks);
	while (end > 0 && !breaks[end])
		end--;
	free(breaks);
	return str_to(s, end);
}

/* Code points that neither normalisation changes, nor folding, nor a neighbour among them; with them most text needs no tables. */
static bool inert(uint32_t cp) {
	return (cp >= 0xAC00 && cp <= 0xD7A3) || (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30A1 && cp <= 0x30FA);
}

/* Every code point either ASCII (or below `below`) or inert. */
static bool plain(str s, uint32_t below) {
	for (size_t i = ascii_run(s, 0); i < s.n; i = ascii_run(s, i)) {
		uint32_t cp = utf8_next(s, &i);
		if (cp >= below && !inert(cp))
			return false;
	}
	return true;
}

/* libunistring answers in the room it was given or on malloc; the bytes must end in the arena, and not leak when that is full. */
static str keep(struct arena *a, uint8_t *room, uint8_t *got, size_t n) {
	if (!got)
		arena_exhausted(a);
	if (got == room)
		return (str){ (char *)got, n };
	struct arena_guard g;
	if (arena_guard(a, &g)) {
		arena_guard_pop(a);
		free(got);
		arena_exhausted(a);
	}
	str kept = arena_str(a, (str){ (char *)got, n });
	arena_guard_pop(a);
	free(got);
	return kept;
}

static str normalize(struct arena *a, str s, uninorm_t form) {
	size_t n = s.n + s.n / 2 + 32;
	uint8_t *room = arena_alloc(a, n);
	uint8_t *got = u8_normalize(form, (const uint8_t *)s.p, s.n, room, &n);
	return keep(a, room, got, n);
}

str utf8_nfc(struct arena *a, str s) {
	return plain(s, 0x300) ? s : normalize(a, s, UNINORM_NFC);
}

static str lower_ascii(struct arena *a, str s) {
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (str){ p, s.n };
}

str utf8_fold(struct arena *a, str s) {
	if (plain(s, 0x80))
		return lower_ascii(a, s);
	str composed = normalize(a, s, UNINORM_NFKC);
	size_t n = composed.n + composed.n / 2 + 32;
	uint8_t *room = arena_alloc(a, n);
	uint8_t *got = u8_casefold((const uint8_t *)composed.p, composed.n, NULL, UNINORM_NFKC, room, &n);
	return keep(a, room, got, n);
}

static size_t repaired_length(str s) {
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		int k = sequence(s, i);
		n += k > 0 ? (size_t)k : 3;
		i += (size_t)abs(k);
	}
	return n;
}

str utf8_repair(struct arena *a, str s) {
	if (utf8_valid(s))
		return s;
	char *p = arena_alloc(a, repaired_length(s) + 1), *at = p;
	for (size_t i = 0; i < s.n;) {
		int k = sequence(s, i);
		at = mempcpy(at, k > 0 ? s.p + i : "\xEF\xBF\xBD", k > 0 ? (size_t)k : 3);
		i += (size_t)abs(k);
	}
	return (str){ p, (size_t)(at - p) };
}
