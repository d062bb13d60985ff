/* What somebody searches for, first line, and a text it may be found in: tokens lie where they say, a snippet is escaped text and <mark>. */
#include "fuzz.h"

#include "feature/search/search_parts.h"
#include "text/hangul.h"

struct seen {
	str text;
	int64_t position;
};

static enum st see(void *data, const struct token *t) {
	struct seen *s = data;
	EXPECT(t->from < t->to && t->to <= s->text.n && t->text.n > 0 && utf8_valid(t->text));
	EXPECT(t->position >= s->position);
	s->position = t->position;
	return ST_OK;
}

static void check_snippet(str html) {
	EXPECT(utf8_valid(html));
	for (ptrdiff_t at; (at = str_chr(html, '<')) >= 0;) {
		html = str_from(html, (size_t)at);
		EXPECT(str_starts(html, STR("<mark>")) || str_starts(html, STR("</mark>")));
		html = str_from(html, 1);
	}
}

static void look(struct arena *a, str input) {
	str all = utf8_repair(a, input), query = str_cut(&all, '\n');
	struct search_query q = { 0 };
	struct search_words words = { 0 };
	struct seen seen = { .text = all };
	EXPECT(tokenize(a, all, &seen, see) == ST_OK);
	search_cut(a, &(struct search_record){ .kind = "incident", .title = query, .body = all }, &words);
	if (search_read_query(a, query, STR_NONE, &q)) {
		EXPECT(q.n + q.short_n > 0);
		check_snippet(search_snippet(a, all, &q));
	}
	(void)hangul_initials(a, all);
	EXPECT(hangul_strip_josa(query).n <= query.n);
}

FUZZ(look)
