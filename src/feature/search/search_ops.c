#include <stdlib.h>

#include "db/in.h"
#include "feature/search/search_facts.h"

/* search.find, search.reindex; the rows of search.facets and search.similar. */

struct hit {
	int kind;
	int64_t id;
	str ref, title, snippet;
	int64_t at;
	str url, severity, state;
};
SHAPE(search_hit_shape, "Hit", struct hit, N_("a record that was found"),
	F(struct hit, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of record"), .names = search_kinds),
	F(struct hit, FT_I64, id, FIELD_REQUIRED, N_("its number")),
	F(struct hit, FT_TEXT, ref, FIELD_OPTIONAL, N_("the number as people say it")),
	F(struct hit, FT_TEXT, title, FIELD_REQUIRED, N_("its title, or that of the incident it belongs to")),
	F(struct hit, FT_TEXT, snippet, FIELD_REQUIRED, N_("the place that fits best, as HTML: escaped text with <mark> around what was asked for")),
	F(struct hit, FT_TIME, at, FIELD_REQUIRED, N_("when it happened or was written")),
	F(struct hit, FT_TEXT, url, FIELD_REQUIRED, N_("path of its page")),
	F(struct hit, FT_TEXT, severity, FIELD_OPTIONAL, N_("how bad it was")),
	F(struct hit, FT_TEXT, state, FIELD_OPTIONAL, N_("how far it is, as people read it")));

struct find_in {
	uint64_t given;
	str q;
	int kind;
	str after;
	int64_t limit;
};
INPUT(find_in, "SearchFind", struct find_in,
	F(struct find_in, FT_TEXT, q, FIELD_OPTIONAL, N_("words, \"phrases\", beginnings, initial consonants (ㅈㅇ), a number such as INC-7; filters such as service:pay severity:sev1 kind:near_miss state:closed mechanism:dns after:2024-01; without words the newest incidents and documents"), .max = 400),
	F(struct find_in, FT_ENUM, kind, FIELD_OPTIONAL, N_("only records of this kind"), .names = search_kinds),
	F(struct find_in, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 100),
	F(struct find_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 20 unless said"), .min = 1, .max = 100));

/* ---- the place in the list: first titles, then window by window ---- */

struct place {
	bool titles;
	int64_t below;     /* upper end of the window */
	int64_t score, id; /* the last one shown in it; without words score is its time */
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
	int64_t exact; /* the one whose number was asked for: it comes first, and not again */
	struct place at;
	bool full, over; /* there is more; there is nothing more */
	const struct search_filters *filters;
	struct shelf_view *view; /* with filters */
};
/* A page may come short when what is left is far apart; its cursor goes on from there. */
enum { MOST_WINDOWS = 10 };

/* What is of the archive is on the shelf; entries, actions and alerts have the facts of their incident and are looked up. */
static enum st look_up(struct ctx *c, const struct page *p, const int64_t *ids, size_t asked, const struct search_hit *hits, size_t n, bool *fits) {
	struct search_fact_row *rows;
	size_t found = 0;
	enum st st = asked ? search_store_facts_some(c, ids, asked, &rows, &found) : ST_OK;
	for (size_t r = 0; st == ST_OK && r < found; r++)
		for (size_t i = 0; i < n; i++)
			if (rows[r].id == hits[i].id)
				fits[i] = search_misfit(c, p->filters, &rows[r]) == 0;
	return st;
}

/* Those of some hits that fit the filters, by their place. */
static enum st fitting(struct ctx *c, const struct page *p, const struct search_hit *hits, size_t n, bool *fits) {
	int64_t ids[DB_IN_MOST];
	size_t asked = 0;
	for (size_t i = 0; i < n; i++) {
		const struct shelf_row *row = p->view ? search_shelf_find(p->view->shelf, hits[i].id) : NULL;
		fits[i] = !p->view || (row && search_shelf_misfit(p->view, row) == 0);
		if (p->view && !row)
			ids[asked++] = hits[i].id;
	}
	return look_up(c, p, ids, asked, hits, n, fits);
}

static enum st take_hit(struct ctx *c, const struct search_query *q, bool unchecked, const struct search_hit *h, struct page *p) {
	enum st st = h->id == p->exact ? ST_NOT_FOUND : unchecked ? search_index_of(c)->has_shorts(c, q, h->id) : ST_OK;
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	p->full = p->n == p->limit;
	if (p->full)
		return ST_OK;
	p->hits[p->n++] = *h;
	p->at.score = h->score;
	p->at.id = h->id;
	return ST_OK;
}

static enum st take_some(struct ctx *c, const struct search_query *q, bool unchecked, const struct search_hit *hits, size_t n, struct page *p) {
	bool fits[DB_IN_MOST] = { false };
	enum st st = fitting(c, p, hits, n, fits);
	for (size_t i = 0; st == ST_OK && !p->full && i < n; i++)
		if (fits[i])
			st = take_hit(c, q, unchecked, &hits[i], p);
	return st;
}

static enum st take_hits(struct ctx *c, const struct search_query *q, const struct search_found *found, struct page *p) {
	size_t from = 0;
	enum st st = ST_OK;
	while (from < found->n && !behind(&found->hits[from], &p->at))
		from++;
	for (size_t i = from; st == ST_OK && !p->full && i < found->n; i += DB_IN_MOST)
		st = take_some(c, q, found->unchecked, found->hits + i, found->n - i < DB_IN_MOST ? found->n - i : DB_IN_MOST, p);
	return st;
}

static enum st one_window(struct ctx *c, struct search_query *q, struct page *p) {
	struct search_found found;
	enum st st = search_index_of(c)->find(c, q, &(struct search_range){ .titles = p->at.titles, .below = p->at.below, .limit = p->at.titles ? SEARCH_TITLES : SEARCH_WINDOW }, &found);
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

/* "inc-7" → the kind and the number. */
static const char *ref_kind(struct arena *a, str words, int64_t *id) {
	str rest = utf8_fold(a, words), name = str_cut(&rest, '-');
	for (int i = 0; search_kinds[i]; i++) {
		str own = search_ref(a, str_c(search_kinds[i]), 1);
		if (own.n && name.n && str_eq(utf8_fold(a, str_to(own, own.n - 2)), name))
			return str_i64(rest, id) && *id > 0 ? search_kinds[i] : NULL;
	}
	return NULL;
}

static enum st find_exact(struct ctx *c, str words, const struct search_query *q, bool first_page, struct page *p) {
	struct search_item x;
	int64_t id = 0;
	bool fits = false;
	const char *kind = ref_kind(c->a, str_trim(words), &id);
	if (!kind || (q->kind.n && !str_is(q->kind, kind)))
		return ST_OK;
	enum st st = search_store_get(c, kind, id, &x);
	if (st == ST_OK)
		st = perm_sees_scope(c, x.scope);
	if (st == ST_OK)
		st = fitting(c, p, &(struct search_hit){ x.id, 0 }, 1, &fits);
	if (st == ST_OK && fits) {
		p->exact = x.id;
		if (first_page)
			p->hits[p->n++] = (struct search_hit){ x.id, INT64_MAX };
	}
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st find_page(struct ctx *c, struct search_query *q, struct page *p) {
	enum st st = ST_OK;
	for (int windows = 0; st == ST_OK && !p->over && !p->full && windows < MOST_WINDOWS; windows++)
		st = one_window(c, q, p);
	return st;
}

/* ---- without words: incidents and documents, the newest first ---- */

static void take_row(int64_t id, int64_t at, struct page *p) {
	p->full = p->n == p->limit;
	if (p->full)
		return;
	p->hits[p->n++] = (struct search_hit){ id, at };
	p->at = (struct place){ true, INT64_MAX, at, id };
}

static enum st browse_all(struct ctx *c, struct page *p) {
	struct search_fact_row *rows;
	size_t n = 0;
	enum st st = search_store_facts_newest(c, p->at.score, p->at.id, (int64_t)p->limit + 1, &rows, &n);
	for (size_t i = 0; st == ST_OK && !p->full && i < n; i++)
		take_row(rows[i].id, rows[i].at, p);
	p->over = !p->full;
	return st;
}

static enum st browse_page(struct ctx *c, struct page *p) {
	size_t n = 0;
	if (!p->view)
		return browse_all(c, p);
	const struct shelf_row *rows = search_shelf_rows(p->view->shelf, &n);
	for (size_t i = 0; !p->full && i < n; i++)
		if (behind(&(struct search_hit){ rows[i].id, rows[i].at }, &p->at) && search_shelf_misfit(p->view, &rows[i]) == 0 && search_shelf_shows(p->view, &rows[i]))
			take_row(rows[i].id, rows[i].at, p);
	p->over = !p->full;
	return ST_OK;
}

/* ---- what is shown ---- */

str search_url(struct arena *a, str noun, int64_t id, int64_t incident) {
	if (str_is(noun, "incident"))
		return arena_printf(a, "/incidents/%lld", (long long)id);
	if (str_is(noun, "timeline"))
		return arena_printf(a, "/incidents/%lld#entry-%lld", (long long)incident, (long long)id);
	if (str_is(noun, "document"))
		return arena_printf(a, "/documents/%lld", (long long)id);
	if (str_is(noun, "alert"))
		return incident ? arena_printf(a, "/incidents/%lld", (long long)incident) : STR("/incidents");
	return arena_printf(a, "/actions#action-%lld", (long long)id);
}

static str fact(str facts, const char *letter) {
	for (str rest = facts; rest.n;) {
		str word = str_cut(&rest, ' ');
		if (str_starts(word, str_c(letter)))
			return str_from(word, 2);
	}
	return STR_NONE;
}

static str severity_of(str facts) {
	return fact(facts, "v:");
}

static str state_of(struct ctx *c, str facts) {
	str state = fact(facts, "s:");
	return state.n ? search_fact_label(c, FACET_STATE, state) : STR_NONE;
}

static struct hit show(struct ctx *c, const struct search_item *x, const struct search_query *q) {
	bool own = !str_is(x->noun, "timeline");
	return (struct hit){ enum_index(search_kinds, x->noun), x->noun_id, own ? search_ref(c->a, x->noun, x->noun_id) : search_ref(c->a, STR("incident"), x->incident),
		x->title, search_snippet(c->a, x->body, q), x->at, search_url(c->a, x->noun, x->noun_id, x->incident), severity_of(x->facts), state_of(c, x->facts) };
}

static enum st show_some(struct ctx *c, const struct search_query *q, const struct search_hit *hits, size_t n, struct list *out) {
	int64_t ids[DB_IN_MOST];
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
	for (size_t i = 0; st == ST_OK && i < p->n; i += DB_IN_MOST)
		st = show_some(c, q, p->hits + i, p->n - i < DB_IN_MOST ? p->n - i : DB_IN_MOST, out);
	return st;
}

static enum st look_at_shelf(struct ctx *c, struct page *p) {
	if (!p->filters->any)
		return ST_OK;
	p->view = arena_new_of(c->a, struct shelf_view);
	return search_shelf_view(c, p->filters, p->view);
}

static enum st find_or_browse(struct ctx *c, const struct find_in *in, str words, struct search_filters *f, struct page *p, struct search_query *q) {
	str kind = in->kind < 0 ? STR_NONE : str_c(search_kinds[in->kind]);
	bool any = search_read_query(c->a, words, kind, q);
	p->filters = f;
	p->over = !any && words.n;
	enum st st = kind.n && !words.n ? search_filters_value(c, f, FACET_KIND, kind) : ST_OK;
	if (st == ST_OK)
		st = look_at_shelf(c, p);
	if (st == ST_OK)
		st = find_exact(c, words, q, !in->after.n, p);
	if (st != ST_OK)
		return st;
	return any || words.n ? find_page(c, q, p) : browse_page(c, p);
}

static enum st run_find(struct ctx *c, const void *data, struct reply *out) {
	const struct find_in *in = data;
	struct search_query q;
	struct search_filters filters;
	struct page p = { .limit = in->limit == I64_NONE ? 20 : (size_t)in->limit };
	struct list shown = { 0 };
	str words;
	enum st st = parse_place(c, in->after, &p.at);
	if (st == ST_OK)
		st = search_filters_read(c, in->q, &filters, &words);
	if (st == ST_OK)
		st = find_or_browse(c, in, words, &filters, &p, &q);
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

INPUT(facets_in, "SearchFacets", struct facets_in,
	F(struct facets_in, FT_TEXT, q, FIELD_OPTIONAL, N_("the query, as in search.find"), .max = 400));

INPUT(similar_in, "SearchSimilar", struct similar_in,
	F(struct similar_in, FT_ENUM, noun, FIELD_REQUIRED, N_("what kind of record"), .names = similar_nouns),
	F(struct similar_in, FT_I64, id, FIELD_REQUIRED, N_("its number"), .min = 1),
	F(struct similar_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 10 unless said"), .min = 1, .max = 50));

static const struct op ops[] = {
	OP("search.find", "GET /api/v1/search", PERM_SEARCH, OP_SLOW, BODY_NONE, &find_in, REPLY_PAGE, &search_hit_shape, run_find,
		N_("Find what was written, in Korean and English."), .flags = OP_MCP | OP_ONE_VIEW),
	OP("search.facets", "GET /api/v1/search/facets", PERM_SEARCH, OP_SLOW, BODY_NONE, &facets_in, REPLY_RECORD, &search_facets_shape, run_facets,
		N_("What a search can be narrowed down by, with counts."), .flags = OP_ONE_VIEW),
	OP("search.similar", "GET /api/v1/search/similar", PERM_SEARCH, OP_SLOW, BODY_NONE, &similar_in, REPLY_PAGE, &similar_hit_shape, run_similar,
		N_("Incidents and documents that are like this one: by what happened, a little by service; the most alike first."), .flags = OP_MCP | OP_ONE_VIEW),
	OP("search.reindex", "POST /api/v1/search/reindex", PERM_ARCHIVE, OP_WRITE, BODY_JSON, NULL, REPLY_NONE, NULL, run_reindex,
		N_("Build the search index anew; it goes on in the background.")),
};

ROOM(search_room, "search", ops);
