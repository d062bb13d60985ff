/* The algebra is compared with the editor's own package in test/changeset; here stand the edges that the package does not have. */
#include "base/testing.h"
#include "text/changeset.h"
#include "text/text.h"

static enum st parse(struct arena *a, const char *json, const struct changeset **out) {
	char room[160];
	str why;
	json_t *v = json_parse(str_c(json), &why, room);
	assert_non_null(v);
	enum st st = changeset_from_json(a, v, out);
	json_decref(v);
	return st;
}

static const struct changeset *set(struct arena *a, const char *json) {
	const struct changeset *c = NULL;
	assert_int_equal(parse(a, json, &c), ST_OK);
	return c;
}

static void assert_set(const struct changeset *c, const char *want) {
	struct buf b = { 0 };
	changeset_to_json(c, &b);
	assert_str(buf_str(&b), want);
	buf_free(&b);
}

TEST(changeset, what_is_no_change_set_is_refused) {
	static const struct { const char *in; enum st want; } cases[] = {
		{ "[]", ST_OK }, { "[5,[2,\"ab\",\"cd\"],[0,\"x\"],10]", ST_OK }, { "[[0,\"\",\"\"]]", ST_OK }, { "[[3,\"\"]]", ST_OK },
		{ "[9007199254740991]", ST_OK }, { "[1,1]", ST_OK },
		{ "{}", ST_MALFORMED }, { "5", ST_MALFORMED }, { "[1.5]", ST_MALFORMED }, { "[\"a\"]", ST_MALFORMED }, { "[[]]", ST_MALFORMED },
		{ "[[1,2]]", ST_MALFORMED }, { "[[\"1\",\"a\"]]", ST_MALFORMED }, { "[null]", ST_MALFORMED }, { "[[1,null]]", ST_MALFORMED },
		{ "[-1]", ST_INVALID }, { "[[-1,\"a\"]]", ST_INVALID }, { "[0]", ST_INVALID }, { "[[0]]", ST_INVALID }, { "[[0,\"\"]]", ST_INVALID },
		{ "[[0,\"a\\nb\"]]", ST_INVALID }, { "[[0,\"a\\rb\"]]", ST_INVALID }, { "[[0,\"a\\u0000b\"]]", ST_INVALID },
		{ "[9007199254740991,1]", ST_INVALID }, { "[9007199254740992]", ST_INVALID }, { "[9007199254740991,[0,\"a\"]]", ST_INVALID },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct changeset *c;
		if (parse(a, cases[i].in, &c) != cases[i].want)
			fail_msg("%s", cases[i].in);
	}
	arena_free(a);
}

TEST(changeset, json_comes_back_as_it_was) {
	struct arena *a = arena_new(0);
	assert_set(set(a, "[5,[2,\"ab\",\"cd\"],[0,\"\",\"\"],[3],1,1]"), "[5,[2,\"ab\",\"cd\"],[0,\"\",\"\"],[3],1,1]");
	assert_set(set(a, "[[0,\"장애 😀 \\\"<\\\\\\t\"]]"), "[[0,\"장애 😀 \\u0022\\u003c\\u005c\\u0009\"]]");
	assert_int_equal(changeset_new_length(set(a, "[5,[2,\"ab\",\"😀\"],[0,\"\",\"\"],[3]]")), 5 + 5 + 1);
	arena_free(a);
}

TEST(changeset, replace_stays_inside_the_text) {
	struct arena *a = arena_new(0);
	assert_set(changeset_replace(a, 10, 2, 4, STR("a\r\nb\rc")), "[2,[2,\"a\",\"b\",\"c\"],6]");
	assert_set(changeset_replace(a, 10, -3, 40, STR_NONE), "[[10]]");
	assert_set(changeset_replace(a, 10, 7, 3, STR("x")), "[7,[0,\"x\"],3]");
	assert_set(changeset_replace(a, 0, 0, 0, STR_NONE), "[]");
	arena_free(a);
}

/* A composed text may be cut inside a pair; each half is kept as what it is, and refused only where it would enter a text. */
TEST(changeset, half_a_surrogate_pair_never_reaches_a_text) {
	struct arena *a = arena_new(0);
	struct text *t = text_new(STR("a😀b"));
	const struct changeset *cut = changeset_compose(a, set(a, "[4,[0,\"😀\"]]"), set(a, "[5,[0,\"x\"],1]"));
	assert_set(cut, "[4,[0,\"\\ud83dx\\ude00\"]]");
	assert_int_equal(text_apply(t, cut), ST_INVALID);
	assert_int_equal(text_apply(t, set(a, "[2,[0,\"x\"],2]")), ST_INVALID);
	assert_int_equal(text_apply(t, set(a, "[1,[1],2]")), ST_INVALID);
	assert_int_equal(text_apply(t, set(a, "[5]")), ST_INVALID);
	assert_str(text_slice(t, a, 0, text_length(t)), "a😀b");
	assert_int_equal(text_apply(t, set(a, "[1,[2,\"각\"],1]")), ST_OK);
	assert_str(text_slice(t, a, 1, 3), "각b");
	text_free(t);
	arena_free(a);
}

TEST(changeset, rebase_refuses_what_does_not_fit) {
	struct arena *a = arena_new(0);
	const struct changeset *p[] = { set(a, "[[0,\"a\"],3]"), set(a, "[4,[0,\"b\"]]") };
	const struct changeset *l[] = { set(a, "[3,[0,\"xy\"]]"), set(a, "[[0,\"a\"],5]") }, *out[2];
	bool own[] = { false, true };
	size_t n;
	assert_int_equal(changeset_rebase(a, p, 2, l, own, 2, out, &n), ST_OK);
	assert_int_equal(n, 1);
	assert_set(out[0], "[6,[0,\"b\"]]");
	assert_int_equal(changeset_rebase(a, p, 0, l, own, 2, out, &n), ST_OK);
	assert_int_equal(n, 0);
	own[0] = true; /* a log entry that is not what the client sent under that number */
	assert_int_equal(changeset_rebase(a, p, 2, l, own, 2, out, &n), ST_INVALID);
	assert_int_equal(changeset_rebase(a, (const struct changeset *[]){ p[1], p[0] }, 2, l, own, 2, out, &n), ST_INVALID);
	assert_int_equal(changeset_rebase(a, p + 1, 1, l, own, 2, out, &n), ST_INVALID);
	arena_free(a);
}

TEST(changeset, positions_follow_and_deletions_are_told) {
	struct arena *a = arena_new(0);
	const struct changeset *c = set(a, "[2,[3,\"xy\"],[0,\"!\"],5]");
	static const struct { int64_t pos; int assoc; int64_t want; bool deleted; } cases[] = {
		{ 0, 1, 0, false }, { 2, -1, 2, false }, { 2, 1, 2, false }, { 3, -1, 2, true }, { 3, 1, 4, true }, { 5, -1, 4, false },
		{ 5, 1, 5, false }, { 10, 1, 10, false }, { 99, 1, 10, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool deleted;
		assert_int_equal(changeset_map_pos_tracked(c, cases[i].pos, cases[i].assoc, &deleted), cases[i].want);
		assert_int_equal(deleted, cases[i].deleted);
		assert_int_equal(changeset_map_pos(c, cases[i].pos, cases[i].assoc), cases[i].want);
	}
	arena_free(a);
}
