#include <stdlib.h>

#include "db/in.h"
#include "feature/search/similar.h"

/* The terms of records, and the posting lists. */

/* ---- items ---- */

enum st similar_store_get(struct ctx *c, const char *noun, int64_t noun_id, struct similar_item *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, packed, terms FROM similar_item WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(noun_id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct similar_item){ db_i64(&r, 0, 0), similar_read(c->a, search_unpack(c->a, db_str(&r, 0, 2), db_i64(&r, 0, 1))) };
	return st;
}

/* What differs between two lists of terms: with the new impact, 0 where the term is gone. */
static struct similar_terms difference(struct arena *a, const struct similar_terms *before, const struct similar_terms *now) {
	struct similar_terms out = { arena_array(a, before->n + now->n + 1, sizeof *out.items), 0 };
	for (size_t i = 0, k = 0; i < before->n || k < now->n;) {
		int order = i == before->n ? 1 : k == now->n ? -1 : str_cmp(before->items[i].term, now->items[k].term);
		if (order < 0)
			out.items[out.n++] = (struct similar_term){ before->items[i].term, STR_NONE, 0 };
		else if (order > 0 || before->items[i].impact != now->items[k].impact)
			out.items[out.n++] = now->items[k];
		i += order <= 0;
		k += order >= 0;
	}
	return out;
}

static str posts_of(const struct db_result *r, str term) {
	for (size_t i = 0; i < r->rows; i++)
		if (str_eq(db_str(r, i, 0), term))
			return db_str(r, i, 1);
	return STR_NONE;
}

static enum st save_posts(struct ctx *c, str term, int64_t block, str posts) {
	if (!posts.n)
		return db_later(c, "DELETE FROM similar_post WHERE term = $1 AND block = $2", DB_STR(term), DB_I64(block));
	return db_later(c,
		"INSERT INTO similar_post (term, block, n, posts) VALUES ($1, $2, $3, $4) ON CONFLICT (term, block) DO UPDATE SET n = excluded.n, posts = excluded.posts",
		DB_STR(term), DB_I64(block), DB_I64((int64_t)posts.n / 3), DB_BLOB(posts));
}

static void fill_terms(struct db_value *args, const struct similar_term *terms, size_t n) {
	for (size_t i = 0; i < n; i++)
		args[i] = DB_STR(terms[i].term);
	db_in_fill(args, n);
}

static enum st change_some(struct ctx *c, int64_t id, const struct similar_term *changed, size_t n) {
	struct db_value args[DB_IN_MOST + 1];
	struct db_result r;
	int64_t block = id / SIMILAR_BLOCK;
	fill_terms(args, changed, n);
	args[DB_IN_MOST] = DB_I64(block);
	enum st st = ctx_db_run(c, &r, "SELECT term, posts FROM similar_post WHERE term IN (" DB_IN_32 ") AND block = $33", args, DB_IN_MOST + 1);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = save_posts(c, changed[i].term, block, similar_post(c->a, posts_of(&r, changed[i].term), (size_t)(id % SIMILAR_BLOCK), changed[i].impact));
	return st;
}

static enum st change_posts(struct ctx *c, int64_t id, const struct similar_terms *before, const struct similar_terms *now) {
	struct similar_terms changed = difference(c->a, before, now);
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < changed.n; i += DB_IN_MOST)
		st = change_some(c, id, changed.items + i, changed.n - i < DB_IN_MOST ? changed.n - i : DB_IN_MOST);
	return st;
}

enum st similar_store_put(struct ctx *c, const struct similar_item *x, const char *noun, int64_t noun_id, int64_t scope, const struct similar_terms *now) {
	int64_t id, packed;
	str terms = search_pack(c->a, similar_write(c->a, now), &packed);
	enum st st = db_one_i64(c, &id,
		"INSERT INTO similar_item (noun, noun_id, scope, packed, terms) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (noun, noun_id) DO UPDATE SET scope = excluded.scope, packed = excluded.packed, terms = excluded.terms RETURNING id",
		DB_STR(str_c(noun)), DB_I64(noun_id), DB_I64(scope), DB_I64(packed), DB_BLOB(terms));
	return st == ST_OK ? change_posts(c, id, &x->terms, now) : st;
}

enum st similar_store_remove(struct ctx *c, const struct similar_item *x) {
	enum st st = change_posts(c, x->id, &x->terms, &(struct similar_terms){ 0 });
	return st == ST_OK ? db_later(c, "DELETE FROM similar_item WHERE id = $1", DB_I64(x->id)) : st;
}

enum st similar_store_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope) {
	return db_later(c, "UPDATE similar_item SET scope = $3 WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(noun_id), DB_I64(scope));
}

enum st similar_store_clear(struct ctx *c) {
	enum st st = ctx_db_run(c, NULL, "DELETE FROM similar_post", DB_NO_ARGS);
	if (st == ST_OK)
		st = ctx_db_run(c, NULL, "DELETE FROM similar_wait", DB_NO_ARGS);
	return st == ST_OK ? ctx_db_run(c, NULL, "DELETE FROM similar_item", DB_NO_ARGS) : st;
}

/* ---- what they are made of ---- */

enum st similar_store_timeline(struct ctx *c, int64_t incident, struct buf *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT t.title, t.body, t.packed FROM search_item x JOIN search_text t ON t.id = x.id WHERE x.incident = $1 AND x.incident <> 0 AND (x.noun = 'action'"
		" OR (x.noun = 'timeline' AND x.noun_id IN (SELECT e.id FROM timeline_entry e WHERE e.incident = $1 AND e.phrase IS NULL))) ORDER BY x.id DESC LIMIT 200",
		DB_I64(incident));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		buf_addc(out, '\n');
		buf_add(out, db_str(&r, i, 0));
		buf_addc(out, '\n');
		buf_add(out, search_unpack(c->a, db_str(&r, i, 1), db_i64(&r, i, 2)));
	}
	return st;
}

enum st similar_store_services(struct ctx *c, const char *noun, int64_t noun_id, int64_t **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT DISTINCT s.service FROM incident_service s WHERE ($1 = 'incident' AND s.incident = $2)"
		" OR ($1 = 'document' AND s.incident IN (SELECT d.incident FROM document_incident d WHERE d.document = $2)) ORDER BY s.service",
		DB_STR(str_c(noun)), DB_I64(noun_id));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_i64(&r, i, 0);
	return ST_OK;
}

enum st similar_store_wait(struct ctx *c, int64_t incident) {
	return db_later(c, "INSERT INTO similar_wait (incident) VALUES ($1) ON CONFLICT (incident) DO NOTHING", DB_I64(incident));
}

enum st similar_store_waiting(struct ctx *c, int64_t **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "DELETE FROM similar_wait WHERE incident IN (SELECT w.incident FROM similar_wait w ORDER BY w.incident LIMIT $1) RETURNING incident", DB_I64(10));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_i64(&r, i, 0);
	return ST_OK;
}

/* ---- for comparing ---- */

enum st similar_store_count(struct ctx *c, int64_t *records, int64_t *last) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, "SELECT count(*), COALESCE(max(id), 0) FROM similar_item", DB_NO_ARGS);
	if (st == ST_OK) {
		*records = db_i64(&r, 0, 0);
		*last = db_i64(&r, 0, 1);
	}
	return st;
}

static int by_term(const void *key, const void *item) {
	return str_cmp(*(const str *)key, ((const struct similar_term *)item)->term);
}

static enum st having_some(struct ctx *c, const struct similar_terms *t, size_t from, int64_t *having) {
	struct db_value args[DB_IN_MOST];
	struct db_result r;
	fill_terms(args, t->items + from, t->n - from < DB_IN_MOST ? t->n - from : DB_IN_MOST);
	enum st st = ctx_db_run(c, &r, "SELECT term, CAST(sum(n) AS BIGINT) FROM similar_post WHERE term IN (" DB_IN_32 ") GROUP BY term", args, DB_IN_MOST);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		str term = db_str(&r, i, 0);
		const struct similar_term *x = bsearch(&term, t->items, t->n, sizeof *t->items, by_term);
		if (x)
			having[x - t->items] = db_i64(&r, i, 1);
	}
	return st;
}

enum st similar_store_having(struct ctx *c, const struct similar_terms *t, int64_t *having) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < t->n; i += DB_IN_MOST)
		st = having_some(c, t, i, having);
	return st;
}

enum st similar_store_posts(struct ctx *c, const str *terms, size_t n, struct similar_posts **out, size_t *found) {
	struct db_value args[DB_IN_MOST];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_STR(terms[i]);
	db_in_fill(args, n);
	enum st st = ctx_db_run(c, &r, "SELECT term, block, posts FROM similar_post WHERE term IN (" DB_IN_32 ")", args, DB_IN_MOST);
	if (st != ST_OK)
		return st;
	*found = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct similar_posts){ db_str(&r, i, 0), db_str(&r, i, 2), db_i64(&r, i, 1) };
	return ST_OK;
}

enum st similar_store_hidden(struct ctx *c, int64_t **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT s.id FROM similar_item s WHERE s.scope <> 0 AND NOT " PERM_SEES("s.scope", "$1"), DB_I64(perm_viewer(c)));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_i64(&r, i, 0);
	return ST_OK;
}

enum st similar_store_rows(struct ctx *c, const int64_t *ids, size_t n, struct similar_row **out, size_t *found) {
	struct db_value args[DB_IN_MOST + 1];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(ids[i]);
	db_in_fill(args, n);
	args[DB_IN_MOST] = DB_I64(perm_viewer(c));
	enum st st = ctx_db_run(c, &r,
		"SELECT s.id, s.noun, s.noun_id, x.at, t.title FROM similar_item s JOIN search_item x ON x.noun = s.noun AND x.noun_id = s.noun_id JOIN search_text t ON t.id = x.id"
		" WHERE s.id IN (" DB_IN_32 ") AND " PERM_SEES("s.scope", "$33") " AND " PERM_SEES("x.scope", "$33"),
		args, DB_IN_MOST + 1);
	if (st != ST_OK)
		return st;
	*found = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct similar_row){ db_i64(&r, i, 0), db_i64(&r, i, 2), db_i64(&r, i, 3), db_str(&r, i, 1), db_str(&r, i, 4) };
	return ST_OK;
}

static enum st take_links(struct ctx *c, const struct db_result *r, struct similar_link **out, size_t *n) {
	*n = r->rows;
	*out = arena_array(c->a, r->rows + 1, sizeof **out);
	for (size_t i = 0; i < r->rows; i++)
		(*out)[i] = (struct similar_link){ db_i64(r, i, 0), db_i64(r, i, 1) };
	return ST_OK;
}

enum st similar_store_links(struct ctx *c, struct similar_link **out, size_t *n, const int64_t *documents, size_t document_n) {
	struct db_value args[DB_IN_MOST];
	struct db_result r;
	for (size_t i = 0; i < document_n; i++)
		args[i] = DB_I64(documents[i]);
	db_in_fill(args, document_n);
	enum st st = ctx_db_run(c, &r, "SELECT document, incident FROM document_incident WHERE document IN (" DB_IN_32 ") ORDER BY document, incident", args, DB_IN_MOST);
	return st == ST_OK ? take_links(c, &r, out, n) : st;
}

/* Those of the incidents that a record is, or is about. */
enum st similar_store_links_of(struct ctx *c, const char *noun, int64_t noun_id, struct similar_link **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT d.document, d.incident FROM document_incident d WHERE ($1 = 'incident' AND d.incident = $2)"
		" OR ($1 = 'document' AND d.incident IN (SELECT x.incident FROM document_incident x WHERE x.document = $2)) ORDER BY d.document, d.incident",
		DB_STR(str_c(noun)), DB_I64(noun_id));
	return st == ST_OK ? take_links(c, &r, out, n) : st;
}
