#include <stdlib.h>

#include "feature/search/search_parts.h"

/* search.find, search.reindex. */

struct hit {
	int kind;
	int64_t id;
	str ref, title, snippet;
	int64_t at;
	str url;
};
SHAPE(search_hit_shape, "Hit", struct hit, N_("a record that was found"),
	F(struct hit, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of record"), .names = search_kinds),
	F(struct hit, FT_I64, id, FIELD_REQUIRED, N_("its number")),
	F(struct hit, FT_TEXT, ref, FIELD_OPTIONAL, N_("the number as people say it")),
	F(struct hit, FT_TEXT, title, FIELD_REQUIRED, N_("its title, or that of the incident it belongs to")),
	F(struct hit, FT_TEXT, snippet, FIELD_REQUIRED, N_("the place that fits best, as HTML: escaped text with <mark> around what was asked for")),
	F(struct hit, FT_TIME, at, FIELD_REQUIRED, N_("when it happened or was written")),
	F(struct hit, FT_TEXT, url, FIELD_REQUIRED, N_("path of its page")));

struct find_in {
	uint64_t given;
	str q;
	int kind;
	str after;
	int64_t limit;
};
INPUT(find_in, "SearchFind", struct find_in,
	F(struct find_in, FT_TEXT, q, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("words, \"phrases\", beginnings, initial consonants (ㅈㅇ), or a number such as INC-7"), .max = 200),
	F(struct find_in, FT_ENUM, kind, FIELD_OPTIONAL, N_("only records of this kind"), .names = search_kinds),
	F(struct find_in, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 100),
	F(struct find_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 20 unless said"), .min = 1, .max = 100));

/* ---- the place in the list: first titles, then window by window ---- */

struct place {
	bool titles;
	int64_t below;     /* upper end of the window */
	int64_t score, id; /* the last one shown in it */
};
static const struct place beginning = { true, INT64_MAX, INT64_MAX, INT64_MAX };

static enum st parse_place(struct ctx *c, str after, struct place *p) {
	int64_t titles;
	str rest = after;
	*p = beginning;
	if (!after.n)
		return ST_OK;
	if (str_i64(str_cut(&rest, '.'), &titles) && str_i64(str_cut(&rest, '.'), &p->below) && str_i64(str_cut(&rest, '.'), &p->score) && str_i64(rest, &p->id)) {
		p->titles = titles == 1;
		return ST_OK;
	}
	return fail(c, ST_INVALID, "page.cursor", "after", N_("“after” must be the cursor that the page before gave."));
}

static str write_place(struct ctx *c, const struct place *p) {
	return arena_printf(c->a, "%d.%lld.%lld.%lld", p->titles, (long long)p->below, (long long)p->score, (long long)p->id);
}

static int best_first(const void *a, const void *b) {
	const struct search_hit *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->id > y->id ? -1 : x->id < y->id;
}

static bool behind(const struct search_hit *h, const struct place *p) {
	return h->score < p->score || (h->score == p->score && h->id < p->id);
}

struct page {
	struct search_hit hits[100];
	size_t n, limit;
	struct place at;
	bool full, over; /* there is more; there is nothing more */
};
/* A page may come short when what is left is far apart; its cursor goes on from there. */
enum { MOST_WINDOWS = 10 };

static enum st take_hits(struct ctx *c, const struct search_query *q, const struct search_found *found, struct page *p) {
	for (size_t i = 0; i < found->n; i++) {
		const struct search_hit *h = &found->hits[i];
		if (!behind(h, &p->at))
			continue;
		enum st st = found->unchecked ? search_index_of(c)->has_shorts(c, q, h->id) : ST_OK;
		if (st == ST_NOT_FOUND)
			continue;
		p->full = p->n == p->limit;
		if (st != ST_OK || p->full)
			return st;
		p->hits[p->n++] = *h;
		p->at.score = h->score;
		p->at.id = h->id;
	}
	return ST_OK;
}

static enum st one_window(struct ctx *c, struct search_query *q, struct page *p) {
	struct search_found found;
	enum st st = search_index_of(c)->find(c, q, &(struct search_range){ p->at.titles, p->at.below, p->at.titles ? SEARCH_TITLES : SEARCH_WINDOW }, &found);
	if (st != ST_OK)
		return st;
	qsort(found.hits, found.n, sizeof *found.hits, best_first);
	st = take_hits(c, q, &found, p);
	if (st != ST_OK || p->full)
		return st;
	if (found.full)
		p->at = (struct place){ p->at.titles, found.lowest, INT64_MAX, INT64_MAX };
	else if (p->at.titles)
		p->at = (struct place){ false, INT64_MAX, INT64_MAX, INT64_MAX };
	else
		p->over = true;
	return ST_OK;
}

static enum st find_page(struct ctx *c, struct search_query *q, struct page *p) {
	enum st st = ST_OK;
	for (int windows = 0; st == ST_OK && !p->over && !p->full && windows < MOST_WINDOWS; windows++)
		st = one_window(c, q, p);
	return st;
}

/* ---- what is shown ---- */

static str url_of(struct ctx *c, const struct search_item *x) {
	long long id = (long long)x->noun_id, incident = (long long)x->incident;
	if (str_is(x->noun, "incident"))
		return arena_printf(c->a, "/incidents/%lld", id);
	if (str_is(x->noun, "timeline"))
		return arena_printf(c->a, "/incidents/%lld#entry-%lld", incident, id);
	if (str_is(x->noun, "document"))
		return arena_printf(c->a, "/documents/%lld", id);
	if (str_is(x->noun, "alert"))
		return incident ? arena_printf(c->a, "/incidents/%lld", incident) : STR("/incidents");
	return arena_printf(c->a, "/actions#action-%lld", id);
}

static struct hit show(struct ctx *c, const struct search_item *x, const struct search_query *q) {
	bool own = !str_is(x->noun, "timeline");
	return (struct hit){ enum_index(search_kinds, x->noun), x->noun_id, own ? search_ref(c->a, x->noun, x->noun_id) : search_ref(c->a, STR("incident"), x->incident),
		x->title, search_snippet(c->a, x->body, q), x->at, url_of(c, x) };
}

enum { TOGETHER = 32 };

static enum st show_some(struct ctx *c, const struct search_query *q, const struct search_hit *hits, size_t n, struct list *out) {
	int64_t ids[TOGETHER];
	struct search_item *items;
	size_t found;
	for (size_t i = 0; i < n; i++)
		ids[i] = hits[i].id;
	enum st st = search_store_some(c, ids, n, &items, &found);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		for (size_t k = 0; k < found; k++)
			if (items[k].id == hits[i].id)
				((struct hit *)out->items)[out->n++] = show(c, &items[k], q);
	return st;
}

static enum st show_page(struct ctx *c, const struct search_query *q, const struct page *p, struct list *out) {
	enum st st = ST_OK;
	*out = (struct list){ arena_array(c->a, p->n + 1, sizeof(struct hit)), 0 };
	for (size_t i = 0; st == ST_OK && i < p->n; i += TOGETHER)
		st = show_some(c, q, p->hits + i, p->n - i < TOGETHER ? p->n - i : TOGETHER, out);
	return st;
}

static enum st run_find(struct ctx *c, const void *data, struct reply *out) {
	const struct find_in *in = data;
	struct search_query q;
	struct page p = { .limit = in->limit == I64_NONE ? 20 : (size_t)in->limit };
	struct list shown = { 0 };
	enum st st = parse_place(c, in->after, &p.at);
	if (st != ST_OK)
		return st;
	if (!search_read_query(c->a, in->q, in->kind < 0 ? STR_NONE : str_c(search_kinds[in->kind]), &q))
		p.over = true;
	st = find_page(c, &q, &p);
	if (st == ST_OK)
		st = show_page(c, &q, &p, &shown);
	if (st == ST_OK)
		reply_page(c, out, &search_hit_shape, &shown, p.over ? STR_NONE : write_place(c, &p.at));
	return st;
}

/* ---- search.reindex ---- */

static enum st run_reindex(struct ctx *c, const void *in UNUSED, struct reply *out UNUSED) {
	return search_rebuild(c);
}

static const struct op ops[] = {
	OP("search.find", "GET /api/v1/search", PERM_SEARCH, OP_SLOW, BODY_NONE, &find_in, REPLY_PAGE, &search_hit_shape, run_find,
		N_("Find what was written, in Korean and English."), .flags = OP_MCP),
	OP("search.reindex", "POST /api/v1/search/reindex", PERM_ARCHIVE, OP_WRITE, BODY_JSON, NULL, REPLY_NONE, NULL, run_reindex,
		N_("Build the search index anew; it goes on in the background.")),
};

ROOM(search_room, "search", ops);
