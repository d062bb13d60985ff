#include <stdlib.h>

#include "base/json.h"
#include "base/testing.h"
#include "text/diff.h"
#include "text/text.h"

/* "kept[-gone-][+put+]": what a reader is shown. */
static str shown(struct arena *a, const char *before, const char *after) {
	str x = str_c(before), y = str_c(after);
	const struct diff_edit *e;
	struct buf b = buf_in(a);
	size_t at = 0, n = diff_texts(a, x, y, &e);
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, str_to(str_from(x, at), e[i].from - at));
		if (e[i].to > e[i].from)
			buf_printf(&b, "[-%.*s-]", (int)(e[i].to - e[i].from), x.p + e[i].from);
		if (e[i].end > e[i].at)
			buf_printf(&b, "[+%.*s+]", (int)(e[i].end - e[i].at), y.p + e[i].at);
		at = e[i].to;
	}
	buf_add(&b, str_from(x, at));
	return buf_str(&b);
}

TEST(diff, words_inside_lines) {
	static const struct { const char *before, *after, *shown; } cases[] = {
		{ "", "", "" },
		{ "", "a\n", "[+a\n+]" },
		{ "a\n", "", "[-a\n-]" },
		{ "one two three\n", "one 2 three\n", "one [-two-][+2+] three\n" },
		{ "one two three four\n", "one 2 3 four\n", "one [-two three-][+2 3+] four\n" },
		{ "a\nb\nc\n", "a\nc\n", "a\n[-b\n-]c\n" },
		{ "a\nc", "a\nb\nc", "a\n[+b\n+]c" },
		{ "결제 서버가 느렸다.\n", "결제 서버는 느렸다.\n", "결제 [-서버가-][+서버는+] 느렸다.\n" },
		{ "승인이 느렸다. 주문이 실패했다.", "승인이 매우 느렸다. 주문이 실패했다!", "승인이 [+매우 +]느렸다. 주문이 실패했다[-.-][+!+]" },
		{ "## 영향\n\n38분\n\n## 원인\n", "## 영향\n\n41분, 주문 1,200건\n\n## 원인\n", "## 영향\n\n[-38분-][+41분, 주문 1,200건+]\n\n## 원인\n" },
		{ "x \U0001F600 y", "x \U0001F601 y", "x [-\U0001F600-][+\U0001F601+] y" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(shown(a, cases[i].before, cases[i].after), cases[i].shown);
	arena_free(a);
}

/* ---- whatever the texts, the changes make one of the other ---- */

static str random_text(struct arena *a, str like) {
	static const char *const words[] = { "a", "bb", " ", "\n", "가나", "서버가", "\U0001F600", ".", "  ", "\n\n", "느렸다", "x" };
	struct buf b = buf_in(a);
	int n = rand() % 60;
	for (int i = 0; i < n; i++) {
		if (like.n && rand() % 2) {
			str rest = like, line = str_cut(&rest, '\n');
			for (int skip = rand() % 8; skip && rest.p; skip--)
				line = str_cut(&rest, '\n');
			buf_add(&b, line);
			buf_addc(&b, '\n');
		}
		buf_add(&b, str_c(words[rand() % 12]));
	}
	return buf_str(&b);
}

static void agree(struct arena *a, str x, str y, unsigned seed) {
	const struct diff_edit *e;
	const struct changeset *set;
	struct buf json = buf_in(a);
	char room[160];
	str why;
	size_t n = diff_texts(a, x, y, &e);
	bool any = diff_changes(x, y, e, n, &json);
	assert_int_equal(any, !str_eq(x, y));
	json_t *v = json_parse(buf_str(&json), &why, room);
	assert_non_null(v);
	json_own(a, v);
	if (any && changeset_from_json(a, v, &set) != ST_OK)
		fail_msg("seed %u: no change set: %.*s", seed, STR_FMT(buf_str(&json)));
	struct text *t = text_new(x);
	if (any)
		assert_int_equal(text_apply(t, set), ST_OK);
	str got = text_slice(t, a, 0, text_length(t));
	text_free(t);
	if (!str_eq(got, y))
		fail_msg("seed %u: “%.*s” became “%.*s” and not “%.*s”", seed, STR_FMT(x), STR_FMT(got), STR_FMT(y));
	for (size_t i = 1; i < n; i++)
		assert_true(e[i].from > e[i - 1].to && e[i].at > e[i - 1].end);
}

TEST(diff, its_changes_make_one_text_of_the_other) {
	struct arena *a = arena_new(0);
	for (unsigned seed = 1; seed <= 3000; seed++) {
		srand(seed);
		str x = random_text(a, STR_NONE), y = random_text(a, rand() % 3 ? x : STR_NONE);
		agree(a, x, y, seed);
		arena_reset(a);
	}
	arena_free(a);
}

/* Nothing in common, and long: bounded, and still right. */
TEST(diff, texts_that_have_little_in_common) {
	struct arena *a = arena_new(0);
	struct buf x = buf_in(a), y = buf_in(a);
	for (int i = 0; i < 6000; i++) {
		buf_printf(&x, i % 7 ? "x%d y%d z\n" : "both %d %d\n", i, i * 3);
		buf_printf(&y, i % 7 ? "%dq r%d z\n" : "both %d %d\n", i, i * 3);
	}
	agree(a, buf_str(&x), buf_str(&y), 0);
	arena_free(a);
}
