#include <math.h>
#include <stdlib.h>

#include "db/in.h"
#include "feature/search/similar.h"

/* Comparing a record with all others: the few terms that tell most about it are looked up, and what they add is summed up by record. */

struct asked {
	const struct similar_term *term;
	int64_t word; /* its number */
	double weight;
	struct similar_posts *posts; /* of all terms asked together with it */
	size_t posts_n;
};
struct comparing {
	struct ctx *c;
	int64_t of; /* the record's own number; 0: it was not weighed yet */
	struct similar_terms terms;
	struct asked *asked; /* the one with the most weight first */
	size_t n;
	double whole;        /* what the record itself would get */
	double *scores;      /* by number of the item; below 0: not to be shown */
	bool *served;        /* by number too: has a service of the record */
	size_t room;
};

enum { SHARED = 4, LOOKED_AT = 64 };
static const double SERVICE_SHARE = 0.1;

static bool is_service(const struct similar_term *t) {
	return t->term.p[0] == SIMILAR_SERVICE;
}

/* ---- what to ask for ---- */

static int by_weight(const void *a, const void *b) {
	const struct asked *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return str_cmp(x->term->term, y->term->term);
}

/* Words beyond the most telling ones only add noise; mechanisms and services are all asked for. */
static void keep_telling(struct comparing *k) {
	size_t n = 0, words = 0;
	qsort(k->asked, k->n, sizeof *k->asked, by_weight);
	for (size_t i = 0; i < k->n; i++) {
		char kind = k->asked[i].term->term.p[0];
		if (kind == SIMILAR_MECHANISM || kind == SIMILAR_SERVICE || words++ < SIMILAR_ASKED)
			k->asked[n++] = k->asked[i];
	}
	k->n = n;
	for (size_t i = 0; i < n; i++)
		k->whole += k->asked[i].weight * k->asked[i].term->impact;
}

static enum st choose(struct comparing *k, int64_t records) {
	const struct similar_terms *t = &k->terms;
	struct similar_word *words = arena_array(k->c->a, t->n + 1, sizeof *words);
	enum st st = similar_store_words(k->c, t, words);
	if (st != ST_OK)
		return st;
	k->asked = arena_array(k->c->a, t->n + 1, sizeof *k->asked);
	for (size_t i = 0; i < t->n; i++)
		if (words[i].having > (k->of ? 1 : 0)) /* what nobody else has adds nothing */
			k->asked[k->n++] = (struct asked){ .term = &t->items[i], .word = words[i].id, .weight = similar_weight(&t->items[i], records, words[i].having) };
	keep_telling(k);
	return ST_OK;
}

/* ---- summing up ---- */

static void sum_block(struct comparing *k, const struct asked *x, const struct similar_posts *p) {
	bool service = is_service(x->term);
	size_t n = similar_posts_n(p->posts);
	for (size_t i = 0; i < n; i++) {
		struct similar_post post = similar_post_at(p->posts, i);
		size_t id = (size_t)p->block * SIMILAR_BLOCK + (size_t)post.place;
		if (id >= k->room || k->scores[id] < 0)
			continue;
		k->scores[id] += x->weight * post.impact;
		k->served[id] |= service;
	}
}

static enum st sum_some(struct comparing *k, size_t from, size_t n) {
	int64_t words[DB_IN_MOST];
	struct similar_posts *posts;
	size_t found;
	for (size_t i = 0; i < n; i++)
		words[i] = k->asked[from + i].word;
	enum st st = similar_store_posts(k->c, words, n, &posts, &found);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct asked *x = &k->asked[from + i];
		x->posts = posts;
		x->posts_n = found;
		for (size_t p = 0; p < found; p++)
			if (posts[p].word == x->word)
				sum_block(k, x, &posts[p]);
	}
	return st;
}

static enum st sum_up(struct comparing *k) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < k->n; i += DB_IN_MOST)
		st = sum_some(k, i, k->n - i < DB_IN_MOST ? k->n - i : DB_IN_MOST);
	return st;
}

static int impact_in(const struct asked *x, int64_t id) {
	for (size_t p = 0; p < x->posts_n; p++) {
		const struct similar_posts *list = &x->posts[p];
		size_t n = similar_posts_n(list->posts);
		if (list->block != id / SIMILAR_BLOCK || list->word != x->word)
			continue;
		for (size_t i = 0; i < n; i++)
			if (similar_post_at(list->posts, i).place == id % SIMILAR_BLOCK)
				return similar_post_at(list->posts, i).impact;
	}
	return 0;
}

/* ---- the best ---- */

struct scored {
	int64_t id;
	int64_t score; /* whole numbers: both databases, and all machines, put equals in the same order */
};

static bool is_better(const struct scored *x, const struct scored *y) {
	return x->score != y->score ? x->score > y->score : x->id > y->id;
}

static size_t sort_in(struct scored *best, size_t n, struct scored s) {
	size_t at = n < LOOKED_AT ? n : LOOKED_AT - 1;
	if (n == LOOKED_AT && !is_better(&s, &best[at]))
		return n;
	for (; at > 0 && is_better(&s, &best[at - 1]); at--)
		best[at] = best[at - 1];
	best[at] = s;
	return n < LOOKED_AT ? n + 1 : n;
}

/* Having a service in common is worth a tenth of being the same. */
static size_t best(struct comparing *k, struct scored *out) {
	double whole = k->whole > 0 ? k->whole : 1;
	size_t n = 0;
	for (size_t id = 0; id < k->room; id++)
		if (k->scores[id] > 0 || (k->scores[id] >= 0 && k->served[id]))
			n = sort_in(out, n, (struct scored){ (int64_t)id, llround(1e6 * (k->scores[id] / whole + k->served[id] * SERVICE_SHARE)) });
	return n;
}

/* ---- what is shown ---- */

struct found {
	struct similar_hit *hits;
	size_t n, limit;
	const char *noun;
	int64_t noun_id;
	struct similar_link *own; /* documents about the same incidents */
	size_t own_n;
	struct similar_link *links;
	size_t link_n;
};

/* The record itself, its incident or its postmortem. */
static bool is_own(const struct found *f, const struct similar_row *row) {
	bool document = str_is(row->noun, "document");
	for (size_t i = 0; i < f->own_n; i++)
		if ((document ? f->own[i].document : f->own[i].incident) == row->noun_id)
			return true;
	return row->noun_id == f->noun_id && str_is(row->noun, f->noun);
}

static bool about(const struct found *f, int64_t document, int64_t incident) {
	for (size_t i = 0; i < f->link_n; i++)
		if (f->links[i].document == document && f->links[i].incident == incident)
			return true;
	return false;
}

/* An incident and its postmortem are one thing: the one that is more alike stands for both. */
static bool stands_already(const struct found *f, const struct similar_row *row) {
	for (size_t i = 0; i < f->n; i++) {
		const struct similar_row *other = &f->hits[i].row;
		bool document = str_is(row->noun, "document"), other_document = str_is(other->noun, "document");
		if (document != other_document && about(f, document ? row->noun_id : other->noun_id, document ? other->noun_id : row->noun_id))
			return true;
	}
	return false;
}

static void explain(struct comparing *k, struct similar_hit *h) {
	const struct similar_term **shared = arena_array(k->c->a, SHARED, sizeof *shared);
	double most[SHARED] = { 0 };
	for (size_t i = 0; i < k->n; i++) {
		int impact = impact_in(&k->asked[i], h->row.id);
		double x = k->asked[i].weight * impact;
		h->same_service |= is_service(k->asked[i].term) && impact;
		if (x <= 0)
			continue;
		size_t at = h->shared_n < SHARED ? h->shared_n++ : SHARED;
		for (; at > 0 && most[at - 1] < x; at--)
			if (at < SHARED) {
				most[at] = most[at - 1];
				shared[at] = shared[at - 1];
			}
		if (at < SHARED) {
			most[at] = x;
			shared[at] = k->asked[i].term;
		}
	}
	h->shared = shared;
}

static void take(struct comparing *k, struct found *f, const struct scored *s, const struct similar_row *row) {
	if (f->n == f->limit || is_own(f, row) || stands_already(f, row))
		return;
	int64_t percent = s->score / 10000;
	struct similar_hit *h = &f->hits[f->n++];
	*h = (struct similar_hit){ .row = *row, .score = percent < 1 ? 1 : percent > 99 ? 99 : percent };
	explain(k, h);
}

static enum st links_between(struct ctx *c, struct found *f, const struct similar_row *rows, size_t n) {
	int64_t documents[DB_IN_MOST];
	size_t count = 0;
	struct similar_link *more;
	size_t more_n = 0;
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].noun, "document"))
			documents[count++] = rows[i].noun_id;
	if (!count)
		return ST_OK;
	enum st st = similar_store_links(c, &more, &more_n, documents, count);
	struct similar_link *all = arena_array(c->a, f->link_n + more_n + 1, sizeof *all);
	if (f->link_n)
		memcpy(all, f->links, f->link_n * sizeof *all);
	if (st == ST_OK && more_n)
		memcpy(all + f->link_n, more, more_n * sizeof *all);
	f->links = all;
	f->link_n += st == ST_OK ? more_n : 0;
	return st;
}

static enum st take_some(struct comparing *k, struct found *f, const struct scored *s, size_t n) {
	int64_t ids[DB_IN_MOST];
	struct similar_row *rows;
	size_t found;
	for (size_t i = 0; i < n; i++)
		ids[i] = s[i].id;
	enum st st = similar_store_rows(k->c, ids, n, &rows, &found);
	if (st == ST_OK)
		st = links_between(k->c, f, rows, found);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		for (size_t r = 0; r < found; r++)
			if (rows[r].id == s[i].id)
				take(k, f, &s[i], &rows[r]);
	return st;
}

static enum st show(struct comparing *k, struct found *f) {
	struct scored scored[LOOKED_AT];
	size_t n = best(k, scored);
	f->hits = arena_array(k->c->a, f->limit + 1, sizeof *f->hits);
	enum st st = similar_store_links_of(k->c, f->noun, f->noun_id, &f->own, &f->own_n);
	for (size_t i = 0; st == ST_OK && i < n && f->n < f->limit; i += DB_IN_MOST)
		st = take_some(k, f, scored + i, n - i < DB_IN_MOST ? n - i : DB_IN_MOST);
	return st;
}

/* What the actor may not see is out before anything is counted or cut off. */
static enum st leave_out(struct comparing *k) {
	int64_t *hidden;
	size_t n;
	enum st st = similar_store_hidden(k->c, &hidden, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		if ((size_t)hidden[i] < k->room)
			k->scores[hidden[i]] = -1;
	if (st == ST_OK && (size_t)k->of < k->room)
		k->scores[k->of] = -1;
	return st;
}

enum st similar_find(struct ctx *c, const char *noun, int64_t noun_id, size_t limit, struct similar_hit **out, size_t *n) {
	struct comparing k = { .c = c };
	int64_t records = 0, last = 0;
	*n = 0;
	enum st st = similar_store_id(c, noun, noun_id, &k.of);
	if (st == ST_OK || st == ST_NOT_FOUND)
		st = similar_terms_of(c, noun, noun_id, &k.terms);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	st = similar_store_count(c, &records, &last);
	k.room = (size_t)last + 1;
	k.scores = arena_array(c->a, k.room, sizeof *k.scores);
	k.served = arena_array(c->a, k.room, sizeof *k.served);
	struct found f = { .limit = limit, .noun = noun, .noun_id = noun_id };
	if (st == ST_OK)
		st = leave_out(&k);
	if (st == ST_OK)
		st = choose(&k, records);
	if (st == ST_OK)
		st = sum_up(&k);
	if (st == ST_OK)
		st = show(&k, &f);
	*out = f.hits;
	*n = f.n;
	return st;
}
