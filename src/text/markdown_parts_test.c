#include <stdlib.h>

#include "base/testing.h"
#include "text/markdown_parts.h"

static const struct markdown_part *parts_of(struct arena *a, const char *text, size_t *n) {
	const struct markdown_part *parts;
	assert_int_equal(markdown_parts(a, str_c(text), &parts, n), ST_OK);
	return parts;
}

TEST(markdown_parts, come_in_order_with_their_lines) {
	size_t n;
	struct arena *a = arena_new(0);
	const struct markdown_part *p = parts_of(a, "# A *b*\n\ntext `c`\nnext\n\n- [x] done\n  - below\n\n> said\n", &n);
	assert_int_equal(n, 5);
	assert_int_equal(p[0].kind, MD_HEADING);
	assert_str(p[0].text, "A b");
	assert_str(p[1].text, "text c\nnext");
	assert_int_equal(p[1].line, 3);
	assert_int_equal(p[2].check, 1);
	assert_int_equal(p[2].depth, 1);
	assert_true(p[2].item);
	assert_int_equal(p[3].depth, 2);
	assert_int_equal(p[3].check, -1);
	assert_true(p[4].quoted);
	arena_free(a);
}

TEST(markdown_parts, keep_bold_links_and_cells) {
	size_t n;
	struct arena *a = arena_new(0);
	const struct markdown_part *p = parts_of(a, "**When**: see [it](https://x.example/1)\n\n| a | b |\n| - | - |\n| 1<br>2 | ~3 |\n", &n);
	assert_int_equal(n, 3);
	assert_int_equal(p[0].span_count, 2);
	assert_int_equal(p[0].spans[0].to, 4);
	assert_str(p[0].spans[1].url, "https://x.example/1");
	assert_true(p[1].header);
	assert_int_equal(p[2].cell_count, 2);
	assert_str(p[2].cells[0], "1\n2");
	assert_str(p[2].cells[1], "~3");
	arena_free(a);
}

TEST(markdown_parts, html_is_read_by_its_tags) {
	size_t n;
	struct arena *a = arena_new(0);
	const struct markdown_part *p = parts_of(a,
		"<h2>Impact &amp; more</h2>\n<ul><li>one</li>\n<li>two</li></ul>\n<table><tr><td>14:00</td><td>down</td></tr></table>\n<!-- not "
		"this -->\n<script>nor</script>\n",
		&n);
	assert_true(n >= 4);
	assert_int_equal(p[0].kind, MD_HEADING);
	assert_int_equal(p[0].level, 2);
	assert_str(p[0].text, "Impact & more");
	assert_str(p[1].text, "one");
	assert_true(p[1].item);
	assert_str(p[2].text, "two");
	assert_int_equal(p[3].kind, MD_ROW);
	assert_str(p[3].cells[1], "down");
	for (size_t i = 0; i < n; i++)
		assert_true(str_find(p[i].text, STR("not this")) < 0 && str_find(p[i].text, STR("nor")) < 0);
	arena_free(a);
}

TEST(markdown_parts, survive_what_is_too_deep) {
	size_t n, depth = 200000;
	struct arena *a = arena_new(0);
	char *text = malloc(depth + 1);
	memset(text, '>', depth);
	text[depth] = '\0';
	parts_of(a, text, &n);
	memset(text, '[', depth);
	parts_of(a, text, &n);
	assert_true(n >= 1);
	free(text);
	arena_free(a);
}
