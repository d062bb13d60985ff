#include "base/testing.h"

#include <stdlib.h>

#include "core/catalogue.h"
#include "core/i18n.h"

/* A catalogue written by hand: the header, "a" → "가", "one\0many" → "하나". */
static const char sample[] =
	"\xde\x12\x04\x95\0\0\0\0\3\0\0\0\x1c\0\0\0\x34\0\0\0\0\0\0\0\0\0\0\0"                           /* head: three messages, tables at 28 and 52 */
	"\0\0\0\0\x4c\0\0\0" "\1\0\0\0\x4d\0\0\0" "\x8\0\0\0\x4f\0\0\0"                                   /* ids */
	"\x0b\0\0\0\x58\0\0\0" "\3\0\0\0\x64\0\0\0" "\6\0\0\0\x68\0\0\0"                                  /* texts */
	"\0" "a\0" "one\0many\0" "nplurals=1;\0" "가\0" "하나";


static enum st open_bytes(const char *bytes, size_t n) {
	struct catalogue c;
	return catalogue_open((str){ bytes, n }, &c);
}

TEST(catalogue, finds_texts_and_plurals) {
	struct catalogue c;
	assert_int_equal(catalogue_open((str){ sample, sizeof sample }, &c), ST_OK);
	assert_int_equal(c.forms, 1);
	assert_string_equal(catalogue_find(&c, "a", 0), "가");
	assert_string_equal(catalogue_find(&c, "one", 0), "하나");
	assert_null(catalogue_find(&c, "one", 1));
	assert_null(catalogue_find(&c, "b", 0));
	assert_null(catalogue_find(&c, "many", 0));
}

TEST(catalogue, refuses_every_shorter_file) {
	for (size_t n = 0; n < sizeof sample; n++)
		assert_int_equal(open_bytes(sample, n), ST_MALFORMED);
}

/* Each byte of head and tables gets each of a few values: opening may refuse or not, but never reads outside (the sanitizers watch) and what it accepts can be asked. */
TEST(catalogue, survives_every_damaged_byte) {
	static const unsigned char values[] = { 0, 1, 2, 7, 0x4c, 0x7f, 0x80, 0xff };
	int refused = 0;
	for (size_t at = 0; at < 76; at++) {
		for (size_t v = 0; v < sizeof values; v++) {
			char *copy = malloc(sizeof sample);
			assert_non_null(copy);
			memcpy(copy, sample, sizeof sample);
			copy[at] = (char)values[v];
			struct catalogue c;
			if (catalogue_open((str){ copy, sizeof sample }, &c) == ST_OK)
				catalogue_find(&c, "one", 0);
			else
				refused++;
			free(copy);
		}
	}
	assert_true(refused > 100);
}

TEST(i18n, korean_or_the_english_itself) {
	assert_int_equal(i18n_init(), ST_OK);
	assert_string_equal(tr(LANG_EN, "Language name"), "Language name");
	assert_string_equal(tr(LANG_KO, "no such text in any catalogue"), "no such text in any catalogue");
	assert_string_equal(tr(LANG_KO, ""), "");
	assert_string_equal(tr(LANG_KO, "just now"), "방금");
	assert_string_equal(tr_n(LANG_KO, "%d day", "%d days", 1), "%d일");
	assert_string_equal(tr_n(LANG_KO, "%d day", "%d days", 2), "%d일");
}

TEST(i18n, plural_has_two_forms_in_english) {
	static const struct {
		int64_t n;
		const char *want;
	} rows[] = { { 0, "many" }, { 1, "one" }, { 2, "many" }, { -1, "many" }, { INT64_MAX, "many" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(tr_n(LANG_EN, "one", "many", rows[i].n), rows[i].want);
}

TEST(i18n, codes) {
	enum lang lang = LANG_COUNT;
	assert_true(lang_parse(STR("ko-KR"), &lang) && lang == LANG_KO);
	assert_true(lang_parse(STR("EN"), &lang) && lang == LANG_EN);
	assert_true(lang_parse(STR("en-Latn-GB"), &lang) && lang == LANG_EN);
	assert_false(lang_parse(STR("kor"), &lang));
	assert_false(lang_parse(STR(""), &lang));
	assert_false(lang_parse(STR("de"), &lang));
	assert_string_equal(lang_code(LANG_KO), "ko");
	assert_string_equal(lang_code(LANG_EN), "en");
}

TEST(i18n, accept_language) {
	static const struct {
		const char *header;
		enum lang fallback, want;
	} rows[] = {
		{ "", LANG_EN, LANG_EN },
		{ "", LANG_KO, LANG_KO },
		{ "ko", LANG_EN, LANG_KO },
		{ "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", LANG_EN, LANG_KO },
		{ "en-US,en;q=0.9,ko;q=0.8", LANG_KO, LANG_EN },
		{ "de-DE, fr;q=0.9", LANG_KO, LANG_KO },
		{ "de-DE, fr;q=0.9, ko;q=0.1", LANG_EN, LANG_KO },
		{ "en;q=0.3, ko;q=0.7", LANG_EN, LANG_KO },
		{ "ko;q=0.7 , en ; q=0.701", LANG_KO, LANG_EN },
		{ "ko, en", LANG_EN, LANG_KO },
		{ "en, ko", LANG_KO, LANG_EN },
		{ "*", LANG_KO, LANG_KO },
		{ "*, en;q=0.5", LANG_EN, LANG_KO },
		{ "*;q=0.5, en", LANG_KO, LANG_EN },
		{ "ko;q=0, *", LANG_KO, LANG_EN },
		{ "ko;q=0", LANG_EN, LANG_EN },
		{ "KO-kr;Q=1.000", LANG_EN, LANG_KO },
		{ "ko;q=2, en;q=0.1", LANG_KO, LANG_EN },
		{ "ko;q=abc, en;q=0.1", LANG_KO, LANG_EN },
		{ "ko;q=0.1234, en;q=0.1", LANG_KO, LANG_EN },
		{ ",,;;,=,ko;q=,;q=1", LANG_EN, LANG_EN },
		{ "ko;level=1;q=0.2, en;q=0.3", LANG_KO, LANG_EN },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (lang_accept(str_c(rows[i].header), rows[i].fallback) != rows[i].want)
			fail_msg("\"%s\" with fallback %s", rows[i].header, lang_code(rows[i].fallback));
}
