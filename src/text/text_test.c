#include "base/testing.h"
#include "text/text.h"
#include "text/utf8.h"

/* The same text kept the simplest way: UTF-16 units in one array, each change by memmove. */
struct plain {
	uint16_t unit[200000];
	int64_t n;
};

static uint32_t random_state = 20260101;

static int64_t below(int64_t n) {
	random_state = random_state * 1664525u + 1013904223u;
	return n > 0 ? (int64_t)(random_state >> 8) % n : 0;
}

static void plain_replace(struct plain *p, int64_t from, int64_t to, str s) {
	static uint16_t in[100000];
	int64_t n = 0;
	for (size_t i = 0; i < s.n;) {
		uint32_t cp = utf8_next(s, &i);
		if (cp > 0xFFFF)
			in[n++] = (uint16_t)(0xD7C0 + (cp >> 10));
		in[n++] = (uint16_t)(cp > 0xFFFF ? 0xDC00 + (cp & 0x3FF) : cp);
	}
	memmove(p->unit + from + n, p->unit + to, (size_t)(p->n - to) * 2);
	memcpy(p->unit + from, in, (size_t)n * 2);
	p->n += n - (to - from);
}

static int64_t boundary(const struct plain *p, int64_t at) {
	return at < p->n && (p->unit[at] & 0xFC00) == 0xDC00 ? at + 1 : at;
}

static uint32_t plain_hash(const struct plain *p) {
	uint32_t h = 2166136261u;
	for (int64_t i = 0; i < p->n; i++) {
		h = (h ^ (p->unit[i] & 255)) * 16777619u;
		h = (h ^ (uint32_t)(p->unit[i] >> 8)) * 16777619u;
	}
	return h;
}

static str some_text(struct buf *b) {
	static const char *const pieces[] = { "a", "장", "😀", "\n", "é", "word ", "복기 ", "𠀀", "ㄱ", "0123456789abcdef" };
	buf_clear(b);
	for (int64_t n = below(30) == 0 ? below(1500) : below(8); n >= 0; n--)
		buf_add(b, str_c(pieces[below(sizeof pieces / sizeof *pieces)]));
	return buf_str(b);
}

TEST(text, thousands_of_changes_end_as_in_a_plain_array) {
	static struct plain p;
	struct arena *a = arena_new(0);
	struct buf b = { 0 };
	struct text *t = text_new(STR_NONE);
	p.n = 0;
	for (int i = 0; i < 6000; i++) {
		int64_t from = boundary(&p, below(p.n + 1)), to = from;
		if (below(3) == 0 || p.n > 60000)
			to = boundary(&p, from + below(below(20) == 0 || p.n > 60000 ? p.n - from + 1 : 6));
		if (to > p.n)
			to = p.n;
		str s = below(4) == 0 ? STR_NONE : some_text(&b);
		assert_int_equal(text_apply(t, changeset_replace(a, p.n, from, to, s)), ST_OK);
		plain_replace(&p, from, to, s);
		assert_int_equal(text_length(t), p.n);
		if (i % 16 == 0)
			assert_int_equal(text_hash(t), plain_hash(&p));
		arena_reset(a);
	}
	str all = text_slice(t, a, 0, p.n);
	assert_int_equal(all.n, text_bytes(t));
	assert_int_equal(utf16_length(all), p.n);
	for (int i = 0; i < 200; i++) {
		int64_t from = boundary(&p, below(p.n)), to = boundary(&p, from + below(p.n - from));
		assert_int_equal(utf16_length(text_slice(t, a, from, to)), to - from);
	}
	text_free(t);
	buf_free(&b);
	arena_free(a);
}

TEST(text, line_breaks_are_the_editors) {
	struct arena *a = arena_new(0);
	struct text *t = text_new(STR("a\r\nb\rc\n"));
	assert_str(text_slice(t, a, 0, 99), "a\nb\nc\n");
	assert_int_equal(text_length(t), 6);
	text_free(t);
	assert_null(text_new(STR("a\xFF")));
	arena_free(a);
}

TEST(text, hash_of_known_values) {
	struct text *empty = text_new(STR_NONE), *a = text_new(STR("a"));
	assert_int_equal(text_hash(empty), 2166136261u);
	assert_int_equal(text_hash(a), (uint32_t)((2166136261u ^ 'a') * 16777619u) * 16777619u);
	text_free(empty);
	text_free(a);
}
