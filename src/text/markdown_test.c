#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/testing.h"
#include "text/markdown.h"

static struct buf html(const char *in, const struct markdown_options *o) {
	struct arena *a = arena_new(0);
	struct buf out = { 0 };
	assert_int_equal(markdown_to_html(a, str_c(in), o, &out), ST_OK);
	arena_free(a);
	return out;
}

static void assert_html(const char *in, const char *want) {
	struct buf out = html(in, NULL);
	assert_str(buf_str(&out), want);
	buf_free(&out);
}

TEST(markdown, what_becomes_of_it) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" },
		{ "장애 **보고** _서_\n둘째 줄  \n셋째 `<b>`", "<p>장애 <strong>보고</strong> <em>서</em>\n둘째 줄<br>\n셋째 <code>&lt;b&gt;</code></p>\n" },
		{ "> a\n\n---\n", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n" },
		{ "- a\n  - b\n- c\n", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n" },
		{ "3. a\n\n4. b\n", "<ol start=\"3\">\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>\n" },
		{ "- [x] a\n- [ ] b\n", "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"done\"> a</li>\n"
			"<li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"to do\"> b</li>\n</ul>\n" },
		{ "a | b | c\n:-|:-:|-:\n1 | ~~2~~ | `3`\n", "<table>\n<thead>\n<tr>\n<th scope=\"col\" align=\"left\">a</th>\n<th scope=\"col\" align=\"center\">b</th>\n"
			"<th scope=\"col\" align=\"right\">c</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"left\">1</td>\n<td align=\"center\"><del>2</del></td>\n"
			"<td align=\"right\"><code>3</code></td>\n</tr>\n</tbody>\n</table>\n" },
		{ "| |b|\n|-|-|\n", "<table>\n<thead>\n<tr>\n<td></td>\n<th scope=\"col\">b</th>\n</tr>\n</thead>\n</table>\n" },
		{ "|a|\n|-|\n", "<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n</tr>\n</thead>\n</table>\n" },
		{ "```c <x>\na < b\n```\n", "<pre><code class=\"language-c\">a &lt; b\n</code></pre>\n" },
		{ "```\"x onload=1\na\n```\n", "<pre><code>a\n</code></pre>\n" },
		{ "[a & b](/x?a=1&b='2' \"t\\\"\")", "<p><a href=\"/x?a=1&amp;b=%272%27\" title=\"t&quot;\">a &amp; b</a></p>\n" },
		{ "![a **b** `c`](https://h/x.png \"t\") c", "<p><img src=\"https://h/x.png\" alt=\"a b c\" title=\"t\"> c</p>\n" },
		{ "![a [b](c) ![d](e)](f) *g*", "<p><img src=\"f\" alt=\"a b d\"> <em>g</em></p>\n" },
		{ "www.a.kr https://b.kr me@c.kr", "<p><a href=\"http://www.a.kr\">www.a.kr</a> <a href=\"https://b.kr\">https://b.kr</a> <a href=\"mailto:me@c.kr\">me@c.kr</a></p>\n" },
		{ "[장애](/문서/장애)", "<p><a href=\"/%EB%AC%B8%EC%84%9C/%EC%9E%A5%EC%95%A0\">장애</a></p>\n" },
		{ "a <b>x</b> <!-- y --> c\n\n<div>\n*z*\n</div>\n\n<!-- hint\nmore -->\n\n<!-- a --> b\n",
			"<p>a &lt;b&gt;x&lt;/b&gt;  c</p>\n<pre class=\"html\">&lt;div&gt;\n*z*\n&lt;/div&gt;\n</pre>\n<pre class=\"html\">&lt;!-- a --&gt; b\n</pre>\n" },
		{ "&lt;b&gt; &amp;amp; \\<i>", "<p>&lt;b&gt; &amp;amp; &lt;i&gt;</p>\n" },
		{ "```bokgi timeline\n```\n", "<pre><code class=\"language-bokgi\"></code></pre>\n" },
		{ "a\xFF", "<p>a\uFFFD</p>\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_html(cases[i].in, cases[i].want);
}

TEST(markdown, link_targets_are_few) {
	static const struct { const char *url; bool link, image; } cases[] = {
		{ "http://a", true, false }, { "HTTPS://a", true, true }, { "mailto:a@b", true, false }, { "tel:+82", true, false }, { "/a:b", true, true },
		{ "a/b:c", true, true }, { "#x:y", true, true }, { "?a:b", true, true }, { "", true, true }, { "//host/x", true, false }, { "/\\host/x", true, false },
		{ "javascript:alert(1)", false, false }, { "JaVaScRiPt:alert(1)", false, false }, { "&#106;avascript:alert(1)", false, false },
		{ "java&#x0A;script:alert(1)", false, false }, { "&#1;javascript:alert(1)", false, false }, { "&Tab;javascript:alert(1)", false, false },
		{ "javascript&colon;alert(1)", false, false }, { "java\\script:alert(1)", true, true }, { "&nbsp;javascript:alert(1)", false, false },
		{ "data:text/html,x", false, false }, { "data:image/png;base64,x", false, false }, { "vbscript:x", false, false }, { "file:///etc", false, false },
		{ "ftp://a", false, false }, { "x-y:z", false, false }, { "&#x20;javascript:x", false, false }, { "&#x7F;http://a", false, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char in[200];
		snprintf(in, sizeof in, "[x](<%s>) ![y](<%s>)", cases[i].url, cases[i].url);
		struct buf out = html(in, NULL);
		if ((str_find(buf_str(&out), STR("<a href=")) >= 0) != cases[i].link || (str_find(buf_str(&out), STR("<img src=")) >= 0) != cases[i].image)
			fail_msg("%s: %.*s", cases[i].url, STR_FMT(buf_str(&out)));
		buf_free(&out);
	}
}

/* --- a strict reader of our own HTML: known tags, known attributes, quoted values without raw marks, nothing left open --- */

static bool one_of(str s, const char *const *list) {
	for (; *list; list++)
		if (str_is(s, *list))
			return true;
	return false;
}

static const char *const TAGS[] = { "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code", "hr", "table", "thead", "tbody", "tr", "th",
	"td", "br", "em", "strong", "del", "a", "img", "input", NULL };
static const char *const ATTRIBUTES[] = { "href", "src", "alt", "title", "id", "class", "start", "align", "scope", "type", "disabled", "checked", "aria-label", "data-line", NULL };
static const char *const EMPTY[] = { "hr", "br", "img", "input", NULL };

static str name(str *s) {
	size_t n = 0;
	while (n < s->n && (isalnum((unsigned char)s->p[n]) || s->p[n] == '-'))
		n++;
	str word = str_to(*s, n);
	*s = str_from(*s, n);
	return word;
}

/* Reads " a=\"b\" c>" up to and with '>'. */
static bool attributes(str *s) {
	while (str_starts(*s, STR(" "))) {
		*s = str_from(*s, 1);
		if (!one_of(name(s), ATTRIBUTES))
			return false;
		if (!str_starts(*s, STR("=\"")))
			continue;
		*s = str_from(*s, 2);
		str value = str_cut(s, '"');
		if (!s->p || str_chr(value, '<') >= 0 || str_chr(value, '>') >= 0)
			return false;
	}
	bool closed = str_starts(*s, STR(">"));
	*s = str_from(*s, 1);
	return closed;
}

static bool ours(str s) {
	static str open[4096];
	size_t depth = 0;
	for (;;) {
		str before = str_cut(&s, '<');
		if (str_chr(before, '>') >= 0)
			return false;
		if (!s.p)
			return depth == 0;
		bool end = str_starts(s, STR("/"));
		if (end)
			s = str_from(s, 1);
		str tag = name(&s);
		if (!one_of(tag, TAGS) || !attributes(&s) || (end && (depth == 0 || !str_eq(open[--depth], tag))))
			return false;
		if (!end && !one_of(tag, EMPTY))
			open[depth++] = tag;
		if (s.n == 0)
			return depth == 0;
	}
}

TEST(markdown, the_strict_reader_finds_foreign_marks) {
	assert_true(ours(STR("<p>a<br>\n<a href=\"x\">b</a></p>\n")));
	assert_false(ours(STR("<p>a<script></p>")) || ours(STR("<p onclick=\"x\">a</p>")) || ours(STR("<p>a")) || ours(STR("<a href=x>a</a>")) || ours(STR("a > b")) ||
		ours(STR("<p><em></p></em>")) || ours(STR("<img alt=\"<\">")));
}

static void check_payload(str payload, const char *format) {
	struct arena *a = arena_new(0);
	struct buf out = { 0 };
	const struct markdown_options o = { .source_lines = true };
	str in = arena_printf(a, format, STR_FMT(payload));
	assert_int_equal(markdown_to_html(a, in, &o, &out), ST_OK);
	if (!ours(buf_str(&out)) || str_find(buf_str(&out), STR("=\"javascript:")) >= 0 || str_find(buf_str(&out), STR("=\"data:")) >= 0)
		fail_msg("%.*s\n%.*s", STR_FMT(in), STR_FMT(buf_str(&out)));
	buf_free(&out);
	arena_free(a);
}

/* Payloads as they are, and in the places where Markdown takes text apart. */
TEST(markdown, hostile_payloads_bring_no_marks_of_their_own) {
	static const char *const formats[] = { "%.*s", "[x](%.*s)", "![x](<%.*s> \"t\")", "<%.*s>", "| a |\n|---|\n| %.*s |\n", "# %.*s", "```%.*s\n```", "- [ ] %.*s",
		"[%.*s]: x\n\n[x]", "> **%.*s**" };
	FILE *f = fopen(test_data("hostile/xss-dompurify.jsonl"), "r");
	assert_non_null(f);
	char *line = NULL, room[160];
	size_t size = 0, seen = 0;
	str why;
	for (ssize_t n; (n = getline(&line, &size, f)) > 0; seen++) {
		json_t *v = json_parse((str){ line, (size_t)n }, &why, room);
		assert_non_null(v);
		for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
			check_payload(json_str(json_object_get(v, "payload")), formats[i]);
		json_decref(v);
	}
	free(line);
	fclose(f);
	assert_true(seen > 200);
}

/* --- bombs --- */

static str repeated(struct arena *a, const char *head, const char *unit, size_t n, const char *tail) {
	size_t length = strlen(unit);
	char *p = arena_alloc(a, strlen(head) + length * n + strlen(tail) + 1), *at = stpcpy(p, head);
	for (size_t i = 0; i < n; i++)
		at = mempcpy(at, unit, length);
	strcpy(at, tail);
	return str_c(p);
}

static const struct { const char *head, *unit, *tail; } bombs[] = {
	{ "", ">", "a" }, { "", "> ", "a\nb" }, { "", "- ", "a" }, { "", "1. ", "a" }, { "", "- > ", "a" }, { "", "[", "" }, { "", "![", "" }, { "", "[a](", "" }, { "", "[a][", "" },
	{ "", "*a ", "" }, { "", "*a_ ", "" }, { "", "a**b", "c* " }, { "", "***a", "" }, { "", "~~a ", "" }, { "", "_", "" }, { "", "`a``", "" }, { "", "<", "" },
	{ "", "<!--", "" }, { "", "<a ", "" }, { "", "&", "" }, { "", "a@", "" }, { "", "# a\n", "" }, { "", "x\n", "|a|\n|-|\n" }, { "", "a|", "\n|-|\n" },
	{ "", "|", "\n-|-\n" }, { "|a|\n|-|\n", "| - |\n", "" }, { "", "[a]: b\n", "" }, { "[a]: /b\n\n", "[a]", "" }, { "", "![a](b)", "" }, { "", "\\", "" }, { "", "- \n", ">" },
	{ "", "![", "a](b)" }, { "", "**a [b](c) ", "" }, { "", "<b>", "" },
};

static void *drop_bombs(void *failed) {
	for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
		struct arena *a = arena_new(0);
		struct buf out = { 0 };
		size_t n = strchr(">[", bombs[i].unit[0]) ? 100000 : 20000;
		str in = repeated(a, bombs[i].head, bombs[i].unit, n, bombs[i].tail);
		if (markdown_to_html(a, in, NULL, &out) != ST_OK || !ours(buf_str(&out)))
			*(const char **)failed = bombs[i].unit;
		buf_free(&out);
		arena_free(a);
	}
	return NULL;
}

/* On a small stack, as a server's threads may have; the time is the test runner's affair: what is quadratic shows by taking minutes. */
TEST(markdown, very_many_of_anything_are_survived) {
	const char *failed = NULL;
	pthread_attr_t attr;
	pthread_t thread;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	assert_int_equal(pthread_create(&thread, &attr, drop_bombs, &failed), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
	if (failed)
		fail_msg("%s", failed);
}

/* A row of 1,500 cells, and very many rows of one that are filled up to 1,500. */
TEST(markdown, a_table_of_millions_of_cells_loses_its_table) {
	struct arena *a = arena_new(0);
	struct buf in = { 0 }, out = { 0 };
	buf_add(&in, repeated(a, "|", "a|", 1500, "\n|"));
	buf_add(&in, repeated(a, "", "-|", 1500, "\n"));
	buf_add(&in, repeated(a, "", "a\n", 20000, ""));
	assert_int_equal(markdown_to_html(a, buf_str(&in), NULL, &out), ST_OK);
	assert_true(ours(buf_str(&out)) && str_find(buf_str(&out), STR("<table")) < 0);
	buf_free(&in);
	buf_free(&out);
	arena_free(a);
}

TEST(markdown, long_tables_stay_tables) {
	struct arena *a = arena_new(0);
	struct buf out = { 0 };
	assert_int_equal(markdown_to_html(a, repeated(a, "| a | b | c |\n|---|---|---|\n", "| 1 | 2 | 3 |\n| - | - | - |\n", 2000, ""), NULL, &out), ST_OK);
	assert_true(ours(buf_str(&out)) && str_ends(buf_str(&out), STR("<td>-</td>\n</tr>\n</tbody>\n</table>\n")));
	buf_free(&out);
	arena_free(a);
}

/* --- threads --- */

static const char EVERYTHING[] = "# 장애\n\n~~a~~ www.b.kr c@d.kr\n\n|a|\n|-|\n|~~b~~|\n\n- [x] www.c.kr\n";

static void *render_often(void *want) {
	void *wrong = NULL;
	for (int i = 0; i < 300; i++) {
		struct buf out = html(EVERYTHING, NULL);
		if (!str_eq(buf_str(&out), *(str *)want))
			wrong = want;
		buf_free(&out);
	}
	return wrong;
}

TEST(markdown, threads_do_not_disturb_each_other) {
	struct buf out = html(EVERYTHING, NULL);
	assert_true(str_find(buf_str(&out), STR("<del>a</del> <a href=\"http://www.b.kr\">")) > 0);
	str want = buf_str(&out);
	pthread_t thread[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, render_often, &want), 0);
	for (int i = 0; i < 4; i++) {
		void *wrong;
		pthread_join(thread[i], &wrong);
		assert_null(wrong);
	}
	buf_free(&out);
}

/* --- memory --- */

TEST(markdown, a_full_arena_leaks_nothing_and_comes_back_to_its_guard) {
	struct buf out = { 0 };
	volatile int failures = 0;
	for (volatile unsigned long n = 1; n < 400; n++) {
		struct arena *a = arena_new(0);
		struct arena_guard g;
		buf_clear(&out);
		if (arena_guard(a, &g)) {
			failures++;
		} else {
			arena_fail_nth(n);
			assert_int_equal(markdown_to_html(a, STR("# a\n\n# a\n\n**b** [c](d)\n\n|e|\n|-|\n"), NULL, &out), ST_OK);
			assert_true(ours(buf_str(&out)) && str_find(buf_str(&out), STR("<strong>b")) + str_find(buf_str(&out), STR("**b**")) > -2);
		}
		arena_fail_nth(0);
		arena_guard_pop(a);
		arena_free(a);
	}
	assert_true(failures > 2);
	buf_free(&out);
	out.limit = 300;
	struct arena *a = arena_new(0);
	assert_int_equal(markdown_to_html(a, repeated(a, "", "a ", 400, ""), NULL, &out), ST_NO_MEMORY);
	arena_free(a);
	buf_free(&out);
}

/* --- headings --- */

TEST(markdown, headings_have_the_ids_that_the_page_has) {
	static const char in[] = "# Impact & 영향\n\nA *b* `C`!\n===\n\n## Impact & 영향\n\n> ### 1. What_went-wrong?\n\n#\n\n# a\n\n# a-1\n\n# a\n\n# \u1100\u1161\u11A8 CAFÉ 😀\n";
	static const struct { int level; const char *text, *id; size_t line; } want[] = {
		{ 1, "Impact & 영향", "impact--영향", 1 }, { 1, "A b C!", "a-b-c", 3 }, { 2, "Impact & 영향", "impact--영향-1", 6 },
		{ 3, "1. What_went-wrong?", "1-what_went-wrong", 8 }, { 1, "", "section", 10 }, { 1, "a", "a", 12 }, { 1, "a-1", "a-1", 14 }, { 1, "a", "a-2", 16 },
		{ 1, "\u1100\u1161\u11A8 CAFÉ 😀", "각-café-", 18 },
	};
	struct arena *a = arena_new(0);
	const struct markdown_heading *h;
	struct buf article = buf_in(a);
	size_t n;
	assert_int_equal(markdown_article(a, STR(in), NULL, &article, &h, &n), ST_OK);
	assert_int_equal(n, sizeof want / sizeof *want);
	assert_str(h[n - 1].id, want[n - 1].id);
	assert_int_equal(markdown_headings(a, STR(in), &h), sizeof want / sizeof *want);
	struct buf out = html(in, NULL);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		assert_int_equal(h[i].level, want[i].level);
		assert_str(h[i].text, want[i].text);
		assert_str(h[i].id, want[i].id);
		assert_int_equal(h[i].line, want[i].line);
		assert_true(str_find(buf_str(&out), arena_printf(a, "<h%d id=\"%s\">", want[i].level, want[i].id)) >= 0);
	}
	buf_free(&out);
	arena_free(a);
}

TEST(markdown, source_lines_are_told) {
	const struct markdown_options o = { .source_lines = true };
	struct buf out = html("# a\n\nb\nc\n\n- d\n\n  e\n\n|f|\n|-|\n|g|\n", &o);
	assert_str(buf_str(&out), "<h1 data-line=\"1\" id=\"a\">a</h1>\n<p data-line=\"3\">b\nc</p>\n<ul data-line=\"6\">\n<li data-line=\"6\">\n<p data-line=\"6\">d</p>\n"
		"<p data-line=\"8\">e</p>\n</li>\n</ul>\n<table data-line=\"10\">\n<thead>\n<tr data-line=\"10\">\n<th scope=\"col\">f</th>\n</tr>\n</thead>\n<tbody>\n"
		"<tr data-line=\"12\">\n<td>g</td>\n</tr>\n</tbody>\n</table>\n");
	buf_free(&out);
}

/* --- live blocks --- */

static bool block(void *data, str name, str args, struct buf *out) {
	*(int *)data += 1;
	if (str_is(name, "unknown")) {
		buf_lit(out, "half");
		return false;
	}
	buf_printf(out, "(%.*s|%.*s)\n(2)", STR_FMT(name), STR_FMT(args));
	return true;
}

TEST(markdown, live_blocks_are_written_in_place) {
	int calls = 0;
	const struct markdown_options o = { .block = block, .data = &calls };
	struct buf out = html("a\n\n```bokgi timeline  from=1 \"b\"\nx\n```\n\n~~~ bokgi unknown\ny\n~~~\n\n```bokgi\n```\n\n    bokgi x\n", &o);
	assert_str(buf_str(&out), "<p>a</p>\n(timeline|from=1 \"b\")\n(2)\n<pre><code class=\"language-bokgi\">y\n</code></pre>\n<pre><code class=\"language-bokgi\"></code></pre>\n"
		"<pre><code>bokgi x\n</code></pre>\n");
	assert_int_equal(calls, 2);
	buf_free(&out);
}

TEST(markdown, expanding_keeps_every_other_byte) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" }, { "a \t\r\n\xFF\n", "a \t\r\n\xFF\n" },
		{ "a\r\n```bokgi t\r\nx\r\n```\r\nb", "a\r\n(t|)\n(2)\nb" }, { "```bokgi t", "(t|)\n(2)\n" }, { "```bokgi t\nx", "(t|)\n(2)\n" },
		{ "  ```bokgi t\n  ```\n\n\nz\n", "  (t|)\n  (2)\n\n\nz\n" },
		{ "> q\n> ```bokgi t\n> x\n> ```\n> r\n", "> q\n> (t|)\n> (2)\n> r\n" }, { "- ```bokgi t\n  ```\n- b\n", "- (t|)\n  (2)\n- b\n" },
		{ "```bokgi unknown\n```\n````bokgi t\n```\n````\n```c\n```bokgi t\n```\n", "```bokgi unknown\n```\n(t|)\n(2)\n```c\n```bokgi t\n```\n" },
		{ "> ```bokgi t\nafter\n", "> (t|)\n> (2)\nafter\n" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = { 0 };
		int calls = 0;
		assert_int_equal(markdown_expand(a, str_c(cases[i].in), block, &calls, &out), ST_OK);
		assert_str(buf_str(&out), cases[i].want);
		buf_free(&out);
	}
	arena_free(a);
}

TEST(markdown, plain_words) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" }, { "# Title\n\nA **b** [c](http://d) `e`\nf", "Title\n\nA b c e\nf" }, { "- a\n- b\n  - c\n\nd", "a\nb\nc\n\nd" },
		{ "|a|b|\n|-|-|\n|c|d|\n", "a\tb\nc\td" }, { "```c\nx = 1;\n```\n\n```bokgi timeline\n```\n<!-- hint -->\n", "x = 1;" }, { "![alt](x) <b>y</b>", "alt y" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(markdown_plain(a, str_c(cases[i].in)), cases[i].want);
	arena_free(a);
}
