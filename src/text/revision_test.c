#include <stdlib.h>

#include "base/buf.h"
#include "base/testing.h"
#include "text/revision.h"

#define TEXT "# A\n\nThe gateway answered slowly for 38 minutes.\n\n## Impact\n\nAbout 1,200 orders failed.\n\n```bokgi timeline\n```\n\n## Learned\n\nAlarms were late.\n"

static struct revision compare(struct arena *a, const char *before, const char *after) {
	struct revision r;
	revision_compare(a, str_c(before), str_c(after), &r);
	return r;
}

TEST(revision, what_matters_and_what_does_not) {
	static const struct { const char *before, *after; bool material; size_t sections; } cases[] = {
		{ "", "", false, 0 },
		{ "One two.", "One  two", false, 0 },
		{ "One *two*\n\nthree", "> one **two**, three", false, 0 },
		{ "The gatewya was slow", "The gateway was slow", false, 1 },
		{ "The gatway was slow", "The gateway was slow", false, 1 },
		{ "결제 서버가 느려졌습니다", "결제서버가 느려졌습니다", false, 1 },
		{ "결재가 늦어졌습니다", "결제가 늦어졌습니다", false, 1 },
		{ "It was slow <!-- hm -->", "It was slow", false, 0 },
		{ "It was slow\n<!-- a\nb -->\nand late", "It was slow\nand late", false, 0 },
		{ "It was slow", "It was slow in the east of town", false, 1 },
		{ "It was slow", "It was slow in the east of town because of rain", true, 1 },
		{ "It lasted 38 minutes", "It lasted 83 minutes", true, 1 },
		{ "It lasted 3.8 minutes", "It lasted 38 minutes", true, 1 },
		{ "It did work", "It did not work", true, 1 },
		{ "It could be seen", "It couldn't be seen", true, 1 },
		{ "경보가 있었습니다", "경보가 없었습니다", true, 1 },
		{ "Cost: TBD", "Cost: small", true, 1 },
		{ "## Why\n\nx y", "## Why not\n\nx y", true, 2 },
		{ "## Why\n", "## Why not\n", false, 2 },
		{ "A\n\n```bokgi timeline\n```\n", "A\n", true, 1 },
		{ "A\n\n```bokgi timeline\n```\n", "A\n\n```bokgi actions\n```\n", true, 1 },
		{ "A\n\n```\nx = 1\n```\n", "A\n\n```\nx = 2\n```\n", true, 1 },
		{ "```\n# no heading\n```\n", "```\n# no headign\n```\n", false, 1 },
		{ "no", "yes", true, 1 },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct revision r = compare(a, cases[i].before, cases[i].after), back = compare(a, cases[i].after, cases[i].before);
		if (r.material != cases[i].material || r.n != cases[i].sections || back.material != r.material)
			fail_msg("“%s” → “%s”: material %d and %d, %zu sections, %zu words", cases[i].before, cases[i].after, r.material, back.material, r.n, r.words);
	}
	arena_free(a);
}

TEST(revision, small_changes_add_up) {
	struct arena *a = arena_new(0);
	struct revision r = compare(a, "## A\n\nalpha beta\n\n## B\n\ngamma delta", "## A\n\nalpha beta quick brown fox\n\n## B\n\ngamma delta");
	assert_false(r.material);
	assert_int_equal(r.words, 3);
	r = compare(a, "## A\n\nalpha beta\n\n## B\n\ngamma delta", "## A\n\nalpha beta quick brown fox\n\n## B\n\ngamma delta lazy sleeping dog");
	assert_true(r.material);
	assert_int_equal(r.n, 2);
	arena_free(a);
}

TEST(revision, says_which_sections) {
	struct arena *a = arena_new(0);
	struct revision r = compare(a, TEXT, "# A\n\nThe gateway answered slowly for 38 minutes.\n\n## Impact\n\nAbout 1,300 orders failed.\n\n```bokgi timeline\n```\n\n## New *one*\n\nHere.\n");
	assert_int_equal(r.n, 3);
	assert_str(r.sections[0].heading, "Impact");
	assert_true(r.sections[0].kind == REVISION_CHANGED && r.sections[0].material);
	assert_str(r.sections[1].heading, "New *one*");
	assert_int_equal(r.sections[1].kind, REVISION_ADDED);
	assert_str(r.sections[2].heading, "Learned");
	assert_int_equal(r.sections[2].kind, REVISION_REMOVED);
	arena_free(a);
}

/* Two slips far apart in a long section are two slips: what lies between is not looked at as changed. */
TEST(revision, a_long_section_with_two_slips) {
	struct arena *a = arena_new(0);
	struct buf x = buf_in(a), y = buf_in(a);
	for (int i = 0; i < 20000; i++) {
		buf_printf(&x, "%s ", i == 3 ? "gatewya" : i == 19990 ? "recieved" : i % 2 ? "answer" : "question");
		buf_printf(&y, "%s ", i == 3 ? "gateway" : i == 19990 ? "received" : i % 2 ? "answer" : "question");
	}
	struct revision r;
	revision_compare(a, buf_str(&x), buf_str(&y), &r);
	assert_int_equal(r.words, 0);
	assert_false(r.material);
	arena_free(a);
}

/* One word in place of another may be seen as one that went and one that came; never as more. And a text never differs from itself. */
TEST(revision, counts_no_more_than_was_changed) {
	static const char *const words[] = { "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel" };
	srand(7);
	for (int round = 0; round < 2000; round++) {
		struct arena *a = arena_new(0);
		struct buf x = buf_in(a), y = buf_in(a);
		size_t done = 0;
		for (int i = 0; i < 60; i++) {
			int w = rand() % 8, what = rand() % 40;
			buf_printf(&x, "%s ", what == 0 ? "" : words[w]);
			buf_printf(&y, "%s ", what == 1 ? "" : what == 2 ? "november" : words[w]);
			done += what < 3;
		}
		struct revision r, same;
		revision_compare(a, buf_str(&x), buf_str(&y), &r);
		revision_compare(a, buf_str(&x), buf_str(&x), &same);
		if (r.words > 2 * done || (done && !r.words && r.n) || r.material != (r.words > REVISION_WORDS) || same.n)
			fail_msg("%zu words were changed, %zu counted:\n%.*s\n%.*s", done, r.words, STR_FMT(buf_str(&x)), STR_FMT(buf_str(&y)));
		arena_free(a);
	}
}
