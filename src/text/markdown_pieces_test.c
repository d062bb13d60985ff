/* A text put together from pieces is the text rendered whole: of fragments in any order, after any edit, of real texts and hostile ones. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/testing.h"
#include "text/markdown.h"

static const char *const FRAGMENTS[] = {
	"# One", "## Two *with* `code`", "### Two *with* `code`", "#", "## ", "#\ttab", "####### seven", "#none", " ## indented", "    # code", "## closed ##", "# 한글 제목", "# page", "# page-1",
	"Set\n===", "Set\ntwo\n---", "a paragraph\nof *two* lines", "some words " "and some more words " "that fill a line until it is long enough to matter to somebody",
	"- a\n- b\n  - c", "- a\n\n- b", "- a\n\n  # inside\n\n  more", "1. one\n2. two", "7) seven", "- [x] done\n- [ ] open\n\t- [x] deep", "> quoted\n> # inside\nlazy", "> - a\n>\n> ## b", "- > # c",
	"|a|b|\n|-|:-:|\n|1|2|", "a | b\n- | -\n# c | d", "|a|\n|-|\n|~~b~~|\ntext", "```c\nx < y && z\n```", "```\nopen fence", "~~~\nopen tilde fence", "```", "~~~", "    indented\n    code",
	"<div>\n*raw*\n</div>", "<div>\nraw until a blank line", "<!-- a comment -->", "<!-- an open comment", "-->", "<script>\nopen script", "</script>", "<pre>", "</pre>", "<?php", "?>", "<![CDATA[", "]]>", "<b>inline</b> <i>x",
	"~~struck~~ and ~one~", "www.a.kr https://b.kr/x_y me@c.kr", "[link](/x?a=1&b=2 \"t\") ![image](https://i/x.png)", "[js](javascript:alert(1))", "TBD(@kim, 2026-12-01) and TBD", "`TBD` <TBD>",
	"[ref] [other][ref]", "[^1] note", "line  \nbreak\\\nbreak", "---", "***", "* * *", "&amp; &lt; &#1; \x01 \xFF", "\\# escaped", "**open emphasis", "`open code", "```bokgi timeline key\n```", "```bokgi unknown\n```", "- ```bokgi list\n  x\n  ```",
	"***a*b**c", "<a href=\"x\">", "x\ty", "\xC3\xA9\xF0\x9F\x98\x80", "",
};
static const char *const RARE[] = { "[ref]: /target", "[^1]: a note", "a\rb", "[x\n]: /y" };
static const char *const BETWEEN[] = { "\n\n", "\n\n", "\n\n", "\n\n\n", "\n", "\n \n", " ", "" };

#define ANY(list) list[(size_t)rand_r(seed) % (sizeof(list) / sizeof *(list))]

static bool block(void *data UNUSED, str name, str args, struct buf *out) {
	buf_printf(out, "<div>%.*s|%.*s TBD</div>", STR_FMT(name), STR_FMT(args));
	return !str_is(name, "unknown");
}

static void mark(str html, struct buf *out) {
	while (html.n) {
		ptrdiff_t at = str_find(html, STR("TBD"));
		size_t n = at < 0 ? html.n : (size_t)at;
		buf_add(out, str_to(html, n));
		html = str_from(html, n);
		if (html.n)
			buf_lit(out, "<i>tbd</i>");
		html = str_from(html, 3);
	}
}

struct rendering {
	struct buf html;
	const struct markdown_heading *h;
	size_t n;
};

static struct rendering render(struct arena *a, str text, struct markdown_cache *cache, bool lines) {
	const struct markdown_options o = { .block = block, .mark = mark, .source_lines = lines, .cache = cache, .task_done = STR("됨") };
	struct rendering r = { .html = buf_in(a) };
	assert_int_equal(markdown_article(a, text, &o, &r.html, &r.h, &r.n), ST_OK);
	return r;
}

static void assert_same(str text, struct markdown_cache *cache, bool lines) {
	struct arena *a = arena_new(0);
	struct rendering want = render(a, text, NULL, lines), got = render(a, text, cache, lines);
	bool same = str_eq(buf_str(&got.html), buf_str(&want.html)) && got.n == want.n;
	for (size_t i = 0; same && i < want.n; i++)
		same = got.h[i].level == want.h[i].level && got.h[i].line == want.h[i].line && str_eq(got.h[i].id, want.h[i].id) && str_eq(got.h[i].text, want.h[i].text);
	if (!same)
		fail_msg("of\n%.*s\nin pieces:\n%.*s\nwhole:\n%.*s", STR_FMT(text), STR_FMT(buf_str(&got.html)), STR_FMT(buf_str(&want.html)));
	arena_free(a);
}

static struct markdown_cache *new_cache(size_t bytes) {
	struct markdown_cache *c;
	assert_int_equal(markdown_cache_new(bytes, &c), ST_OK);
	return c;
}

static void add_fragments(struct buf *text, unsigned *seed, size_t bytes, bool rare) {
	while (text->n < bytes) {
		buf_add(text, str_c(rare && rand_r(seed) % 60 == 0 ? ANY(RARE) : ANY(FRAGMENTS)));
		buf_add(text, str_c(ANY(BETWEEN)));
		if (rand_r(seed) % 3 == 0)
			buf_lit(text, "\n\n## Step\n\n");
	}
}

/* At any byte, also between the bytes of one character. */
static void edit(struct buf *text, unsigned *seed) {
	size_t at = (size_t)rand_r(seed) % (text->n + 1), gone = rand_r(seed) % 2 ? (size_t)rand_r(seed) % 40 : 0;
	struct buf out = { 0 };
	buf_add(&out, str_to(buf_str(text), at));
	if (rand_r(seed) % 4)
		buf_add(&out, str_c(rand_r(seed) % 3 ? ANY(FRAGMENTS) : ANY(BETWEEN)));
	buf_add(&out, str_from(buf_str(text), at + gone));
	buf_free(text);
	*text = out;
}

static unsigned first_seed(void) {
	const char *given = getenv("BOKGI_SEED");
	return given ? (unsigned)strtoul(given, NULL, 10) : 1;
}

TEST(markdown, pieces_of_fragments_are_the_whole) {
	struct markdown_cache *cache = new_cache(1 << 20);
	for (unsigned i = first_seed(), end = i + 600; i < end; i++) {
		unsigned seed = i;
		struct buf text = { 0 };
		add_fragments(&text, &seed, 1100 + i % 2000, i % 4 == 0);
		assert_same(buf_str(&text), cache, i % 3);
		for (int k = 0; k < 4; k++) {
			edit(&text, &seed);
			assert_same(buf_str(&text), cache, i % 3);
		}
		buf_free(&text);
	}
	struct markdown_cache_counts n = markdown_cache_counts(cache);
	assert_true(n.reused > 100 && n.rendered > 100 && n.whole > 100);
	markdown_cache_free(cache);
}

/* Fences and raw HTML that nothing closes would swallow whole texts above. */
TEST(markdown, pieces_of_ordinary_texts_are_reused) {
	static const char *const plain[] = { "words *and* [links](https://example.org)", "- a\n- b", "|a|b|\n|-|-|\n|1|2|", "```sh\n# no heading\n\n# nor this\n```", "- [x] TBD(@kim)", "> said\n>\n> ## inside", "~~x~~" };
	struct markdown_cache *cache = new_cache(1 << 20);
	unsigned turn = first_seed(), *seed = &turn;
	struct buf text = { 0 };
	for (int i = 0; i < 40; i++)
		buf_printf(&text, "## Part %d\n\n%s\n\n%s\n\n", i % 30, ANY(plain), ANY(plain));
	assert_same(buf_str(&text), cache, true);
	struct markdown_cache_counts before = markdown_cache_counts(cache);
	assert_true(before.rendered >= 40 && before.rendered <= 70);
	for (int i = 0; i < 200; i++) {
		size_t at = (size_t)rand_r(seed) % text.n;
		text.p[at] = text.p[at] >= 'a' && text.p[at] <= 'z' ? 'z' : text.p[at];
		assert_same(buf_str(&text), cache, true);
	}
	struct markdown_cache_counts after = markdown_cache_counts(cache);
	assert_int_equal(after.whole, 0);
	assert_true(after.rendered - before.rendered <= 600 && after.reused - before.reused >= 37 * 200);
	buf_free(&text);
	markdown_cache_free(cache);
}

TEST(markdown, a_piece_that_stays_open_is_not_cut_off) {
	static const char *const open[] = { "```\ncode", "~~~~\ncode", "<!-- words", "<script>\nx", "<pre>\nx", "<?x", "<!X", "<![CDATA[\nx", "- ```\n  code", "> ```\n> code", "<div>\nx" };
	static const char *const ends[] = { "", "\n```", "\n~~~~", " -->", "\n</script>", "\n</pre>", "?>", ">", "]]>" };
	struct markdown_cache *cache = new_cache(1 << 20);
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
			struct buf text = { 0 };
			buf_printf(&text, "# a\n\n%s\n\n## b\n\nc%s\n\n## d\n\n%s\n\n# e\n\n%01100d", open[i], ends[k], open[k], 0);
			assert_same(buf_str(&text), cache, true);
			assert_same(buf_str(&text), cache, true);
			buf_free(&text);
		}
	markdown_cache_free(cache);
}

static bool counting_block(void *data, str name UNUSED, str args UNUSED, struct buf *out) {
	buf_printf(out, "<p>call %d</p>", ++*(int *)data);
	return true;
}

TEST(markdown, live_blocks_in_pieces_are_made_anew) {
	struct markdown_cache *cache = new_cache(1 << 20);
	struct arena *a = arena_new(0);
	int calls = 0;
	const struct markdown_options o = { .block = counting_block, .data = &calls, .cache = cache };
	str text = arena_printf(a, "# a\n\n```bokgi timeline\n```\n\n## b\n\n%01100d\n", 0);
	for (int i = 1; i <= 3; i++) {
		struct buf out = buf_in(a);
		assert_int_equal(markdown_to_html(a, text, &o, &out), ST_OK);
		assert_int_equal(calls, i);
		assert_true(str_find(buf_str(&out), arena_printf(a, "<p>call %d</p>", i)) >= 0);
	}
	assert_true(markdown_cache_counts(cache).reused >= 2);
	arena_free(a);
	markdown_cache_free(cache);
}

TEST(markdown, a_small_cache_stays_small_and_right) {
	struct markdown_cache *cache = new_cache(4000);
	for (unsigned i = 0; i < 60; i++) {
		unsigned seed = i % 7;
		struct buf text = { 0 };
		add_fragments(&text, &seed, 3000, false);
		assert_same(buf_str(&text), cache, true);
		buf_free(&text);
	}
	markdown_cache_free(cache);
}

static void *render_many(void *data) {
	for (unsigned i = 0; i < 80; i++) {
		unsigned seed = i % 5;
		struct buf text = { 0 };
		add_fragments(&text, &seed, 2500, false);
		assert_same(buf_str(&text), data, i % 2);
		buf_free(&text);
	}
	return NULL;
}

TEST(markdown, threads_share_pieces) {
	struct markdown_cache *cache = new_cache(20000);
	pthread_t threads[4];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, render_many, cache), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	markdown_cache_free(cache);
}

TEST(markdown, running_out_of_memory_lets_pieces_go) {
	struct markdown_cache *cache = new_cache(1 << 20);
	unsigned seed = 3;
	struct buf text = { 0 };
	add_fragments(&text, &seed, 2000, false);
	volatile bool failed = true;
	for (volatile unsigned long nth = 1; failed; nth++) {
		struct arena *a = arena_new(0);
		struct arena_guard g;
		failed = false;
		arena_fail_nth(nth);
		if (arena_guard(a, &g))
			failed = true;
		else
			render(a, buf_str(&text), cache, true);
		arena_fail_nth(0);
		arena_free(a);
	}
	assert_same(buf_str(&text), cache, true);
	buf_free(&text);
	markdown_cache_free(cache); /* the sanitizer sees what was never let go */
}

/* ---- texts of others ---- */

static bool read_whole(const char *path, struct buf *out) {
	FILE *f = fopen(path, "re");
	char room[4096];
	buf_clear(out);
	for (size_t n; f && (n = fread(room, 1, sizeof room, f)) > 0;)
		buf_add(out, str_n(room, n));
	if (f)
		fclose(f);
	return f && out->n;
}

static size_t compare_folder(const char *folder, struct markdown_cache *cache, unsigned *seed) {
	char path[1000];
	struct buf text = { 0 };
	DIR *dir = opendir(folder);
	size_t seen = 0;
	for (struct dirent *e; dir && (e = readdir(dir)) && seen < 60;) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (!str_ends(str_c(e->d_name), STR(".md")) || !read_whole(path, &text))
			continue;
		seen++;
		assert_same(buf_str(&text), cache, true);
		for (int k = 0; k < 8 && text.n < 60000; k++) {
			edit(&text, seed);
			assert_same(buf_str(&text), cache, true);
		}
	}
	if (dir)
		closedir(dir);
	buf_free(&text);
	return seen;
}

TEST(markdown, pieces_of_real_postmortems_are_the_whole) {
	struct markdown_cache *cache = new_cache(1 << 20);
	unsigned seed = first_seed();
	char folder[400];
	snprintf(folder, sizeof folder, "%s", test_data("postmortems/en"));
	assert_true(compare_folder(folder, cache, &seed) > 0);
	snprintf(folder, sizeof folder, "%s", test_data("postmortems/ko"));
	assert_true(compare_folder(folder, cache, &seed) > 0);
	assert_true(markdown_cache_counts(cache).reused > 0);
	markdown_cache_free(cache);
}

TEST(markdown, pieces_of_hostile_texts_are_the_whole) {
	FILE *f = fopen(test_data("hostile/xss-dompurify.jsonl"), "re");
	struct markdown_cache *cache = new_cache(1 << 20);
	struct buf text = { 0 };
	char line[65536], room[160];
	str why;
	size_t seen = 0;
	for (; f && fgets(line, sizeof line, f); seen++) {
		json_t *v = json_parse(str_c(line), &why, room);
		str payload = json_str(json_object_get(v, "payload"));
		buf_clear(&text);
		buf_printf(&text, "# a\n\n%.*s\n\n## b\n\n- %.*s\n\n## %.*s\n\n%01000d\n\n## c\n\n%.*s", STR_FMT(payload), STR_FMT(payload), STR_FMT(payload), 0, STR_FMT(payload));
		assert_same(buf_str(&text), cache, true);
		json_decref(v);
	}
	if (f)
		fclose(f);
	assert_true(seen > 0);
	buf_free(&text);
	markdown_cache_free(cache);
}
