#include "base/testing.h"
#include "text/utf8.h"

TEST(utf8, valid_is_what_the_standard_says) {
	static const struct { const char *in; bool want; const char *repaired; } cases[] = {
		{ "", true, "" }, { "a장애😀", true, "a장애😀" }, { "\xF4\x8F\xBF\xBF", true, "\xF4\x8F\xBF\xBF" },
		{ "\x80", false, "\uFFFD" }, { "\xC0\xAF", false, "\uFFFD\uFFFD" }, { "\xED\xA0\x80", false, "\uFFFD\uFFFD\uFFFD" },
		{ "\xF4\x90\x80\x80", false, "\uFFFD\uFFFD\uFFFD\uFFFD" }, { "\xE0\x9F\x80", false, "\uFFFD\uFFFD\uFFFD" },
		{ "a\xE1\x80", false, "a\uFFFD" }, { "\xF0\x9F\x98" "a", false, "\uFFFD" "a" }, { "\xE1", false, "\uFFFD" },
		{ "\xF1\x80\x80\xE1\x80\xC2" "b\xFF", false, "\uFFFD\uFFFD\uFFFD" "b\uFFFD" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(utf8_valid(str_c(cases[i].in)), cases[i].want);
		assert_str(utf8_repair(a, str_c(cases[i].in)), cases[i].repaired);
	}
	arena_free(a);
}

TEST(utf8, every_code_point_comes_back) {
	struct buf b = { 0 };
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		buf_clear(&b);
		utf8_put(&b, cp);
		size_t i = 0;
		assert_true(utf8_valid(buf_str(&b)) && utf8_next(buf_str(&b), &i) == cp && i == b.n);
		assert_true(utf8_length(buf_str(&b)) == 1 && utf16_length(buf_str(&b)) == (cp > 0xFFFF ? 2 : 1));
	}
	buf_free(&b);
}

TEST(utf8, lengths_and_columns) {
	static const struct { const char *in; size_t points, units, columns; } cases[] = {
		{ "", 0, 0, 0 }, { "abcdefghijk", 11, 11, 11 }, { "장애 보고", 5, 5, 9 }, { "e\u0301", 2, 2, 1 }, { "漢字", 2, 2, 4 },
		{ "😀😀😀a", 4, 7, 7 }, { "\u1100\u1161\u11A8", 3, 3, 2 }, { "가나다라마바사아자차 0123456789", 21, 21, 31 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(utf8_length(str_c(cases[i].in)), cases[i].points);
		assert_int_equal(utf16_length(str_c(cases[i].in)), cases[i].units);
		assert_int_equal(utf8_columns(str_c(cases[i].in)), cases[i].columns);
	}
}

TEST(utf8, head_never_cuts_a_cluster) {
	static const struct { const char *in; size_t n; const char *want; } cases[] = {
		{ "장애", 1, "장" }, { "장애", 2, "장애" }, { "장애", 9, "장애" }, { "장애", 0, "" }, { "ae\u0301b", 2, "a" }, { "ae\u0301b", 3, "ae\u0301" },
		{ "a👩‍👩‍👧b", 4, "a" }, { "a👩‍👩‍👧b", 6, "a👩‍👩‍👧" }, { "🇰🇷🇯🇵", 3, "🇰🇷" }, { "\u1100\u1161\u11A8", 1, "" }, { "👍🏽", 1, "" }, { "a\r\nb", 2, "a" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(utf8_head(str_c(cases[i].in), cases[i].n), cases[i].want);
}

TEST(utf8, composed_and_folded) {
	static const struct { const char *in, *nfc, *fold; } cases[] = {
		{ "", "", "" }, { "Café", "Café", "café" }, { "CAFE\u0301", "CAFÉ", "café" }, { "\u1100\u1161\u11A8", "각", "각" }, { "장애ABC", "장애ABC", "장애abc" },
		{ "ＡＢＣ", "ＡＢＣ", "abc" }, { "ﾊﾝｶｸ", "ﾊﾝｶｸ", "ハンカク" }, { "Straße", "Straße", "strasse" }, { "ΣΊΣΥΦΟΣ", "ΣΊΣΥΦΟΣ", "σίσυφοσ" },
		{ "①㎏", "①㎏", "1kg" }, { "ㅈㅇ", "ㅈㅇ", "ᄌᄋ" }, { "\u212B", "Å", "å" }, { "か\u3099", "が", "が" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_str(utf8_nfc(a, str_c(cases[i].in)), cases[i].nfc);
		assert_str(utf8_fold(a, str_c(cases[i].in)), cases[i].fold);
	}
	arena_free(a);
}

/* U+FDFA folds to eighteen letters: more than the room that is tried first. */
TEST(utf8, fold_grows_and_a_full_arena_is_reported) {
	struct arena *a = arena_new(8000);
	struct buf b = { 0 };
	for (int i = 0; i < 60; i++)
		buf_lit(&b, "\uFDFA");
	assert_int_equal(utf8_fold(a, buf_str(&b)).n, 60 * 33);
	struct arena_guard g;
	volatile bool full = false;
	if (arena_guard(a, &g))
		full = true;
	else
		utf8_fold(a, buf_str(&b));
	arena_guard_pop(a);
	assert_true(full);
	buf_free(&b);
	arena_free(a);
}
