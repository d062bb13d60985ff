#include "core/testing.h"
#include "feature/syndication/syndication_parts.h"
#include "text/utf8.h"

/* Whatever the length of what stands before, no line is too long and none begins inside a character; put together again it is what it was. */
TEST(syndication, folds_lines_between_characters) {
	char text[300];
	for (size_t shift = 0; shift < 8; shift++) {
		struct buf out = { 0 }, whole = { 0 };
		size_t n = shift;
		memset(text, 'x', shift);
		while (n + 3 < sizeof text) {
			memcpy(text + n, "가", 3);
			n += 3;
		}
		calendar_text(&out, "SUMMARY", str_n(text, n));
		for (str rest = buf_str(&out); rest.n;) {
			str line = str_cut(&rest, '\n');
			assert_true(line.n <= 76 && line.p[line.n - 1] == '\r' && utf8_valid(str_to(line, line.n - 1)));
			buf_add(&whole, str_from(str_to(line, line.n - 1), whole.n ? 1 : 0));
		}
		assert_int_equal(whole.n, n + strlen("SUMMARY:"));
		assert_true(str_ends(buf_str(&whole), str_n(text, n)));
		buf_free(&out);
		buf_free(&whole);
	}
}

TEST(syndication, escapes_what_would_end_a_value) {
	struct buf out = { 0 };
	calendar_text(&out, "SUMMARY", STR("a,b;c\\d\r\nEND:VEVENT\x01"));
	assert_str(buf_str(&out), "SUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENT\r\n");
	buf_free(&out);
}

static struct answer atom(struct test_engine *t, enum role role) {
	return call(t, role, "feed.published", "{}");
}

TEST_ENGINE(syndication, an_empty_feed_is_a_feed_and_stands_still) {
	struct answer one = atom(t, ROLE_VIEWER);
	t->now += 1000000;
	struct answer two = atom(t, ROLE_VIEWER);
	assert_int_equal(one.status, 200);
	assert_true(str_eq(one.text, two.text));
	assert_int_equal(atom(t, ROLE_NONE).status, 401);
}
