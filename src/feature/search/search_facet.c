#include <stdlib.h>

#include "db/in.h"
#include "feature/search/search_facts.h"

/* search.facets. A record counts for every facet when it fits all that is asked; for one facet also when only that one keeps it out, so that the other values of a facet show what
 * choosing them instead would find. */

struct value {
	str value, label;
	int64_t count;
	bool chosen;
};
struct facet_shown {
	str name, label;
	struct list values;
};
struct facets {
	int64_t total;
	bool more;
	struct list facets;
};
SHAPE(search_value_shape, "FacetValue", struct value, N_("one value of a facet"),
	F(struct value, FT_TEXT, value, FIELD_REQUIRED, N_("as a filter has it")),
	F(struct value, FT_TEXT, label, FIELD_REQUIRED, N_("as people read it")),
	F(struct value, FT_I64, count, FIELD_REQUIRED, N_("how many records it would leave")),
	F(struct value, FT_BOOL, chosen, FIELD_REQUIRED, N_("it is asked for")));
SHAPE(search_facet_shape, "Facet", struct facet_shown, N_("something to narrow a search down by"),
	F(struct facet_shown, FT_TEXT, name, FIELD_REQUIRED, N_("as a filter has it")),
	F(struct facet_shown, FT_TEXT, label, FIELD_REQUIRED, N_("as people read it")),
	F(struct facet_shown, FT_LIST, values, FIELD_REQUIRED, N_("its values"), .shape = &search_value_shape));
SHAPE(search_facets_shape, "Facets", struct facets, N_("what a search can be narrowed down by"),
	F(struct facets, FT_I64, total, FIELD_REQUIRED, N_("how many records fit")),
	F(struct facets, FT_BOOL, more, FIELD_REQUIRED, N_("there are more than were counted")),
	F(struct facets, FT_LIST, facets, FIELD_REQUIRED, N_("those with values"), .shape = &search_facet_shape));

enum { SLOTS = 2048, COUNTED = 5000, CHECKED = 500, SHOWN = 10 };

struct slot {
	int facet;
	struct value v;
};
struct counting {
	struct ctx *c;
	const struct search_filters *f;
	struct slot *slots;
	size_t used;
	struct shelf_view view;
	int64_t *counts;     /* by number of the fact, of rows on the shelf */
	struct slot *when;   /* of the row before: rows come by time */
	unsigned misfit;     /* of the row at hand */
	int64_t total;
	bool more;
};

/* ---- counting ---- */

static struct slot *slot_of(struct counting *k, int facet, str value) {
	uint32_t h = 2166136261u ^ (uint32_t)facet;
	for (size_t i = 0; i < value.n; i++)
		h = (h ^ (unsigned char)value.p[i]) * 16777619u;
	size_t at = h % SLOTS;
	while (k->slots[at].v.value.p && !(k->slots[at].facet == facet && str_eq(k->slots[at].v.value, value)))
		at = (at + 1) % SLOTS;
	if (!k->slots[at].v.value.p) {
		if (k->used == SLOTS / 2)
			return NULL;
		k->used++;
		k->slots[at] = (struct slot){ facet, { .value = arena_str(k->c->a, value) } };
	}
	return &k->slots[at];
}

static void count_value(void *data, int facet, str value) {
	struct counting *k = data;
	struct slot *s = k->misfit & ~(1u << facet) ? NULL : slot_of(k, facet, value);
	if (s)
		s->v.count++;
}

static void count_row(struct counting *k, const struct search_fact_row *row) {
	k->misfit = search_misfit(k->c, k->f, row);
	k->total += k->misfit == 0;
	if ((k->misfit & (k->misfit - 1)) == 0)
		search_each_fact(k->c, k->f, row, k, count_value);
}

static void count_rows(struct counting *k, const struct search_fact_row *rows, size_t n) {
	for (size_t i = 0; i < n; i++)
		count_row(k, &rows[i]);
}

/* ---- the rows: all of the archive, or those with the words ---- */

static void count_when(struct counting *k, const struct shelf_row *row) {
	if (k->misfit & ~(1u << FACET_WHEN))
		return;
	str value = str_to(search_shelf_month(&k->view, row->at), k->f->asked[FACET_WHEN] ? 7 : 4);
	if (!k->when || !str_eq(k->when->v.value, value))
		k->when = slot_of(k, FACET_WHEN, value);
	if (k->when)
		k->when->v.count++;
}

static void count_on_shelf(struct counting *k, const struct shelf_row *row) {
	const uint32_t *facts = search_shelf_facts(k->view.shelf, row);
	k->misfit = search_shelf_misfit(&k->view, row);
	k->total += k->misfit == 0;
	if (k->misfit & (k->misfit - 1))
		return;
	for (size_t i = 0; i < row->n; i++)
		k->counts[facts[i]] += (k->misfit & ~(1u << k->view.facet[facts[i]])) == 0;
	count_when(k, row);
}

static enum st open_shelf(struct counting *k) {
	enum st st = search_shelf_view(k->c, k->f, &k->view);
	if (st == ST_OK)
		k->counts = arena_array(k->c->a, k->view.facts + 1, sizeof *k->counts);
	return st;
}

static void close_shelf(struct counting *k) {
	for (uint32_t i = 0; i < k->view.facts; i++) {
		struct slot *s = k->counts[i] ? slot_of(k, k->view.facet[i], search_shelf_value(i)) : NULL;
		if (s)
			s->v.count += k->counts[i];
	}
}

static enum st count_archive(struct counting *k) {
	size_t n;
	const struct shelf_row *rows = search_shelf_rows(k->view.shelf, &n);
	for (size_t i = 0; i < n; i++)
		if (search_shelf_shows(&k->view, &rows[i]))
			count_on_shelf(k, &rows[i]);
	return ST_OK;
}

struct ids {
	int64_t items[COUNTED];
	size_t n;
	bool full;
};

static enum st take_ids(struct ctx *c, const struct search_query *q, const struct search_found *found, struct ids *out) {
	for (size_t i = 0; i < found->n; i++) {
		enum st st = found->unchecked ? search_index_of(c)->has_shorts(c, q, found->hits[i].id) : ST_OK;
		if (st != ST_OK && st != ST_NOT_FOUND)
			return st;
		out->full |= out->n == COUNTED || (found->unchecked && i == CHECKED);
		if (out->full)
			return ST_OK;
		if (st == ST_OK)
			out->items[out->n++] = found->hits[i].id;
	}
	return ST_OK;
}

static enum st find_ids(struct ctx *c, struct search_query *q, struct ids *out) {
	struct search_found found = { .full = true, .lowest = INT64_MAX };
	enum st st = ST_OK;
	while (st == ST_OK && found.full && !out->full) {
		st = search_index_of(c)->find(c, q, &(struct search_range){ .all = true, .below = found.lowest, .limit = COUNTED + 1 }, &found);
		if (st == ST_OK)
			st = take_ids(c, q, &found, out);
	}
	return st;
}

static enum st count_each(struct counting *k, const int64_t *ids, size_t n_ids) {
	struct search_fact_row *rows;
	size_t n;
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n_ids; i += DB_IN_MOST) {
		st = search_store_facts_some(k->c, ids + i, n_ids - i < DB_IN_MOST ? n_ids - i : DB_IN_MOST, &rows, &n);
		if (st == ST_OK)
			count_rows(k, rows, n);
	}
	return st;
}

/* What is not of the archive, entries and the like, is looked up behind it. */
static enum st count_found(struct counting *k, struct search_query *q) {
	struct ids *ids = arena_new_of(k->c->a, struct ids);
	size_t left = 0;
	enum st st = find_ids(k->c, q, ids);
	k->more = ids->full;
	for (size_t i = 0; st == ST_OK && i < ids->n; i++) {
		const struct shelf_row *row = search_shelf_find(k->view.shelf, ids->items[i]);
		if (row)
			count_on_shelf(k, row);
		else
			ids->items[left++] = ids->items[i];
	}
	return st == ST_OK ? count_each(k, ids->items, left) : st;
}

/* ---- what is shown ---- */

static _Thread_local const struct facet_row *sorting; /* qsort hands nothing through */

static int in_order(const void *a, const void *b) {
	const struct value *x = a, *y = b;
	if (sorting->by_count && x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return sorting->newest ? str_cmp(y->value, x->value) : str_cmp(x->value, y->value);
}

static void mark_chosen(struct counting *k) {
	for (size_t i = 0; i < k->f->n; i++) {
		struct slot *s = slot_of(k, k->f->items[i].facet, k->f->items[i].value);
		if (s)
			s->v.chosen = true;
	}
}

static struct facet_shown facet_of(struct counting *k, int facet) {
	struct value *v = arena_array(k->c->a, k->used + 1, sizeof *v);
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < SLOTS; i++)
		if (k->slots[i].v.value.p && k->slots[i].facet == facet)
			v[n++] = k->slots[i].v;
	sorting = &facet_table[facet];
	qsort(v, n, sizeof *v, in_order);
	for (size_t i = 0; i < n; i++)
		if (i < SHOWN || v[i].chosen)
			v[kept++] = v[i];
	for (size_t i = 0; i < kept; i++)
		v[i].label = search_fact_label(k->c, facet, v[i].value);
	return (struct facet_shown){ str_c(facet_table[facet].name), str_c(tr(k->c->lang, facet_table[facet].label)), { v, kept } };
}

static void show(struct counting *k, struct facets *out) {
	struct facet_shown *facets = arena_array(k->c->a, FACETS, sizeof *facets);
	size_t n = 0;
	mark_chosen(k);
	for (int i = 0; i < FACETS; i++) {
		struct facet_shown f = facet_of(k, i);
		if (f.values.n)
			facets[n++] = f;
	}
	*out = (struct facets){ k->total, k->more, { facets, n } };
}

enum st run_facets(struct ctx *c, const void *data, struct reply *out) {
	const struct facets_in *in = data;
	struct search_filters filters;
	struct search_query q;
	struct facets facets;
	str words;
	enum st st = search_filters_read(c, in->q, &filters, &words);
	struct counting k = { .c = c, .f = &filters, .slots = arena_array(c->a, SLOTS, sizeof *k.slots) };
	if (st == ST_OK)
		st = open_shelf(&k);
	if (st == ST_OK && !words.n)
		st = count_archive(&k);
	else if (st == ST_OK && search_read_query(c->a, words, STR_NONE, &q))
		st = count_found(&k, &q);
	if (st != ST_OK)
		return st;
	close_shelf(&k);
	show(&k, &facets);
	reply_record(c, out, &search_facets_shape, &facets, 0);
	return ST_OK;
}
