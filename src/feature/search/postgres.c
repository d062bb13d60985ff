#include "feature/search/search_parts.h"

#include <stdlib.h>

/* The index on PostgreSQL: the same words as one tsvector, by weight: A the title, C its initial consonants, D the body; short words without places. */

/* What a tsvector remembers: places up to 16,383, 256 of them for each word, one megabyte in all. A record beyond that is marked, and its phrases are not checked. */
enum { LAST_PLACE = 16000, MOST_PLACES = 250, MOST_BYTES = 900000, GAP = 10 };

/* Before short words: one without a place that begins like a long one would keep that from being found by its beginning within a phrase. */
#define SHORT "\xee\x80\x84"

static void quote(struct buf *b, const char *mark, str s) {
	buf_addc(b, '\'');
	buf_add(b, str_c(mark));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' || s.p[i] == '\\')
			buf_addc(b, s.p[i]);
		buf_addc(b, s.p[i]);
	}
	buf_addc(b, '\'');
}

static int64_t add_words(struct buf *b, const struct word_list *l, int64_t place, char weight) {
	for (size_t i = 0; i < l->n && b->n < MOST_BYTES; i++) {
		quote(b, "", l->items[i]);
		buf_printf(b, ":%lld%c ", (long long)(++place < LAST_PLACE ? place : LAST_PLACE), weight);
	}
	return place + GAP;
}

static int by_bytes(const void *a, const void *b) {
	return str_cmp(*(const str *)a, *(const str *)b);
}

static bool has_crowded_word(struct arena *a, const struct word_list *l) {
	if (l->n <= MOST_PLACES)
		return false;
	str *sorted = arena_array(a, l->n, sizeof *sorted);
	memcpy(sorted, l->items, l->n * sizeof *sorted);
	qsort(sorted, l->n, sizeof *sorted, by_bytes);
	for (size_t i = MOST_PLACES; i < l->n; i++)
		if (str_eq(sorted[i], sorted[i - MOST_PLACES]))
			return true;
	return false;
}

static str vector(struct ctx *c, const char *kind, const struct search_words *w) {
	struct buf b = buf_in(c->a);
	quote(&b, SEARCH_KIND, str_c(kind));
	buf_addc(&b, ' ');
	for (size_t i = 0; i < w->shorts.n && b.n < MOST_BYTES / 4; i++) {
		quote(&b, SHORT, w->shorts.items[i]);
		buf_addc(&b, ' ');
	}
	int64_t place = add_words(&b, &w->title, 0, 'A');
	place = add_words(&b, &w->initials, place, 'C');
	place = add_words(&b, &w->body, place, 'D');
	if (place >= LAST_PLACE || has_crowded_word(c->a, &w->body))
		quote(&b, SEARCH_LONG, STR_NONE);
	return buf_str(&b);
}

static enum st put(struct ctx *c, enum search_which which UNUSED, int64_t id, const char *kind, const struct search_words *w) {
	return db_do(c, "INSERT INTO search_words (id, words) VALUES ($1, CAST(CAST($2 AS TEXT) AS TSVECTOR)) ON CONFLICT (id) DO UPDATE SET words = excluded.words", DB_I64(id),
		DB_STR(vector(c, kind, w)));
}

/* One row is all there is of a record: the next words replace it, and it goes with the item. */
static enum st drop(struct ctx *c, enum search_which which, int64_t id, const char *kind UNUSED, const struct search_words *w UNUSED) {
	return which == SEARCH_USED ? db_do(c, "DELETE FROM search_words WHERE id = $1", DB_I64(id)) : ST_OK;
}

static enum st empty(struct ctx *c, enum search_which which) {
	return which == SEARCH_USED ? ctx_db_run(c, NULL, "DELETE FROM search_words", DB_NO_ARGS) : ST_OK;
}

static enum st swap(struct ctx *c UNUSED) {
	return ST_OK;
}

/* ---- queries as tsquery ---- */

static void add_row(struct buf *b, const struct search_phrase *p, const char *between, const char *weights) {
	for (size_t i = 0; i < p->n; i++) {
		bool prefix = p->prefix && i + 1 == p->n;
		if (i)
			buf_add(b, str_c(between));
		quote(b, "", p->words[i]);
		if (prefix || *weights)
			buf_printf(b, ":%s%s", prefix ? "*" : "", weights);
	}
}

static void add_phrase(struct buf *b, const struct search_phrase *p, bool title) {
	const char *weights = title ? "AC" : "";
	buf_lit(b, "(");
	add_row(b, p, " <-> ", weights);
	if (p->n > 1 && !title) {
		buf_lit(b, " | (");
		add_row(b, p, " & ", weights);
		buf_lit(b, " & ");
		quote(b, SEARCH_LONG, STR_NONE);
		buf_lit(b, ")");
	}
	buf_lit(b, ")");
}

static void and(struct buf *b) {
	if (b->n)
		buf_lit(b, " & ");
}

/* With title: every long word in the title; short words count only when there is no long one, as on SQLite. */
static str words_query(struct ctx *c, const struct search_query *q, bool title) {
	struct buf b = buf_in(c->a);
	for (size_t i = 0; i < q->n; i++) {
		and(&b);
		add_phrase(&b, &q->phrases[i], title);
	}
	for (size_t i = 0; i < q->short_n; i++) {
		and(&b);
		quote(&b, q->short_initials[i] ? SHORT SEARCH_INITIAL : title && !q->n ? SHORT SEARCH_IN_TITLE : SHORT, q->shorts[i]);
	}
	if (q->kind.n) {
		and(&b);
		quote(&b, SEARCH_KIND, q->kind);
	}
	return buf_str(&b);
}

static enum st find(struct ctx *c, struct search_query *q, const struct search_range *range, struct search_found *out) {
	struct db_result r;
	str titles = words_query(c, q, true), words = range->titles ? titles : words_query(c, q, false);
	enum st st = db_get(c, &r,
		"SELECT w.id, CASE WHEN $6 = 1 THEN 0 ELSE CAST(round(CAST(1000000 * ts_rank(CAST('{0.2, 0.6, 0.6, 1}' AS REAL[]), w.words, CAST(CAST($1 AS TEXT) AS TSQUERY), 1) AS NUMERIC)) AS BIGINT) END,"
		" CASE WHEN $6 = 1 THEN false ELSE w.words @@ CAST(CAST($5 AS TEXT) AS TSQUERY) END"
		" FROM search_words w JOIN search_item i ON i.id = w.id WHERE w.words @@ CAST(CAST($1 AS TEXT) AS TSQUERY) AND w.id < $3 AND " PERM_SEES("i.scope", "$2")
		" ORDER BY w.id DESC LIMIT $4",
		DB_STR(words), DB_I64(perm_viewer(c)), DB_I64(range->below), DB_I64(range->limit), DB_STR(titles), DB_I64(range->all));
	if (st != ST_OK)
		return st;
	*out = (struct search_found){ .hits = arena_array(c->a, r.rows + 1, sizeof *out->hits), .full = (int64_t)r.rows == range->limit };
	for (size_t i = 0; i < r.rows; i++) {
		out->lowest = db_i64(&r, i, 0);
		if (range->titles || !db_i64(&r, i, 2))
			out->hits[out->n++] = (struct search_hit){ out->lowest, db_i64(&r, i, 1) };
	}
	return ST_OK;
}

/* The query has asked for them. */
static enum st has_shorts(struct ctx *c UNUSED, const struct search_query *q UNUSED, int64_t id UNUSED) {
	return ST_OK;
}

/* Former rows are a matter of VACUUM. */
static enum st purge(struct ctx *c UNUSED, int64_t us UNUSED, int64_t *step UNUSED, bool *done) {
	*done = true;
	return ST_OK;
}

const struct search_index search_postgres = { put, drop, empty, swap, find, purge, has_shorts };
