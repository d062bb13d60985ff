#include <zlib.h>

#include "base/clock.h"
#include "db/in.h"
#include "feature/search/search_parts.h"

/* The items of the index and the texts as they were indexed. The words themselves: fts5.c, postgres.c. */

const struct search_index *search_index_of(const struct ctx *c) {
	return db_kind(c->db) == DB_SQLITE ? &search_fts5 : &search_postgres;
}

/* ---- texts, compressed ---- */

enum { WORTH_IT = 200 };

str search_pack(struct arena *a, str s, int64_t *length) {
	uLongf room = compressBound((uLong)s.n);
	unsigned char *to = arena_alloc(a, room);
	*length = 0;
	if (s.n < WORTH_IT || compress2(to, &room, (const unsigned char *)s.p, (uLong)s.n, 6) != Z_OK || room >= s.n)
		return s;
	*length = (int64_t)s.n;
	return str_n((char *)to, room);
}

str search_unpack(struct arena *a, str s, int64_t length) {
	uLongf n = (uLongf)length;
	if (!length)
		return s;
	char *to = arena_alloc(a, (size_t)length);
	return uncompress((unsigned char *)to, &n, (const unsigned char *)s.p, (uLong)s.n) == Z_OK ? str_n(to, n) : STR_NONE;
}

/* ---- items ---- */

static void from_row(struct ctx *c, const struct db_result *r, size_t i, struct search_item *x) {
	*x = (struct search_item){ .id = db_i64(r, i, 0), .noun = db_str(r, i, 1), .noun_id = db_i64(r, i, 2), .incident = db_i64(r, i, 3), .scope = db_i64(r, i, 4),
		.at = db_i64(r, i, 5), .title = db_str(r, i, 6), .body = search_unpack(c->a, db_str(r, i, 7), db_i64(r, i, 8)), .facts = db_str(r, i, 9),
		.indexed = db_cell(r, i, 8)->type != DB_T_NULL };
}

enum st search_store_get(struct ctx *c, const char *noun, int64_t noun_id, struct search_item *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT x.id, x.noun, x.noun_id, x.incident, x.scope, x.at, t.title, t.body, t.packed, x.facts FROM search_item x LEFT JOIN search_text t ON t.id = x.id"
		" WHERE x.noun = $1 AND x.noun_id = $2",
		DB_STR(str_c(noun)), DB_I64(noun_id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		from_row(c, &r, 0, out);
	return st;
}

enum st search_store_some(struct ctx *c, const int64_t *ids, size_t n, struct search_item **out, size_t *found) {
	struct db_value args[DB_IN_MOST];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(ids[i]);
	db_in_fill(args, n);
	enum st st = ctx_db_run(c, &r,
		"SELECT x.id, x.noun, x.noun_id, x.incident, x.scope, x.at, CASE WHEN t.title = '' AND i.title IS NOT NULL THEN i.title ELSE t.title END, t.body, t.packed, x.facts"
		" FROM search_item x JOIN search_text t ON t.id = x.id LEFT JOIN incident i ON i.id = x.incident WHERE x.id IN (" DB_IN_32 ")",
		args, DB_IN_MOST);
	if (st != ST_OK)
		return st;
	*found = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		from_row(c, &r, i, &(*out)[i]);
	return ST_OK;
}

/* What is in memory of the archive (search_shelf.c) is brought up to date by stamps. */
static enum st stamp(struct ctx *c) {
	return db_later(c, "UPDATE search_stamp SET stamp = stamp + 1 WHERE id = $1", DB_I64(1));
}

static enum st save_item(struct ctx *c, struct search_item *x) {
	enum st st = x->facts.n ? stamp(c) : ST_OK;
	if (st != ST_OK)
		return st;
	if (x->id)
		return db_later(c, "UPDATE search_item SET incident = $2, scope = $3, at = $4, facts = $5, stamp = (SELECT s.stamp FROM search_stamp s WHERE s.id = 1) WHERE id = $1",
			DB_I64(x->id), DB_I64(x->incident), DB_I64(x->scope), DB_I64(x->at), DB_STR(x->facts));
	return db_one_i64(c, &x->id,
		"INSERT INTO search_item (noun, noun_id, incident, scope, at, facts, stamp) VALUES ($1, $2, $3, $4, $5, $6, (SELECT s.stamp FROM search_stamp s WHERE s.id = 1)) RETURNING id",
		DB_STR(x->noun), DB_I64(x->noun_id), DB_I64(x->incident), DB_I64(x->scope), DB_I64(x->at), DB_STR(x->facts));
}

enum st search_store_save(struct ctx *c, struct search_item *x) {
	int64_t packed;
	str body = search_pack(c->a, x->body, &packed);
	enum st st = save_item(c, x);
	if (st == ST_OK)
		st = db_later(c,
			"INSERT INTO search_text (id, title, packed, body) VALUES ($1, $2, $3, $4)"
			" ON CONFLICT (id) DO UPDATE SET title = excluded.title, packed = excluded.packed, body = excluded.body",
			DB_I64(x->id), DB_STR(x->title), DB_I64(packed), DB_BLOB(body));
	return st;
}

enum st search_store_new_epoch(struct ctx *c) {
	return db_later(c, "UPDATE search_stamp SET epoch = $1 WHERE id = 1", DB_I64(clock_now()));
}

enum st search_store_remove(struct ctx *c, int64_t id) {
	enum st st = db_later(c, "DELETE FROM search_text WHERE id = $1", DB_I64(id));
	if (st == ST_OK)
		st = db_later(c, "DELETE FROM search_item WHERE id = $1", DB_I64(id));
	return st == ST_OK ? search_store_new_epoch(c) : st;
}

enum st search_store_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope) {
	enum st st = stamp(c);
	return st == ST_OK ? db_later(c, "UPDATE search_item SET scope = $3, stamp = (SELECT s.stamp FROM search_stamp s WHERE s.id = 1) WHERE noun = $1 AND noun_id = $2",
			DB_STR(str_c(noun)), DB_I64(noun_id), DB_I64(scope)) : st;
}

enum st search_store_rescope_incident(struct ctx *c, int64_t incident, int64_t scope) {
	enum st st = stamp(c);
	return st == ST_OK ? db_later(c, "UPDATE search_item SET scope = $2, stamp = (SELECT s.stamp FROM search_stamp s WHERE s.id = 1)"
			" WHERE incident = $1 AND incident <> 0 AND noun IN ('incident', 'timeline', 'alert')", DB_I64(incident), DB_I64(scope)) : st;
}

/* ---- building anew ---- */

enum st search_store_any(struct ctx *c) {
	int64_t id;
	return db_one_i64(c, &id, "SELECT id FROM search_text WHERE id > $1 LIMIT 1", DB_I64(0));
}

enum st search_store_list_all(struct ctx *c) {
	return ctx_db_run(c, NULL,
		"INSERT INTO search_item (noun, noun_id, incident, scope, at) SELECT noun, id, incident, scope, at FROM ("
		"SELECT 'incident' AS noun, id, id AS incident, scope, made_at AS at FROM incident"
		" UNION ALL SELECT 'timeline', id, incident, scope, at FROM timeline_entry WHERE struck_at IS NULL"
		" UNION ALL SELECT 'document', id, 0, scope, updated_at FROM document"
		" UNION ALL SELECT 'action', id, COALESCE(incident, 0), scope, made_at FROM action"
		" UNION ALL SELECT 'alert', id, COALESCE(incident, 0), scope, started_at FROM alert) AS everything WHERE true ORDER BY at, noun, id ON CONFLICT (noun, noun_id) DO NOTHING",
		DB_NO_ARGS);
}

enum st search_store_waiting(struct ctx *c, int64_t after, int64_t limit, struct search_waiting **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, noun, noun_id FROM search_item WHERE id > $1 ORDER BY id LIMIT $2", DB_I64(after), DB_I64(limit));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct search_waiting){ db_i64(&r, i, 0), db_i64(&r, i, 2), db_str(&r, i, 1) };
	return ST_OK;
}

enum st search_store_state(struct ctx *c, struct search_state *out) {
	struct db_result r;
	enum st st = db_again(c, &r, "SELECT words, rebuild_from, beside FROM search_state WHERE id = $1", DB_I64(1));
	if (st == ST_OK && !r.rows)
		return ST_INTERNAL;
	if (st == ST_OK)
		*out = (struct search_state){ db_i64(&r, 0, 0), db_cell(&r, 0, 1)->type == DB_T_NULL ? I64_NONE : db_i64(&r, 0, 1), db_i64(&r, 0, 2) != 0 };
	return st;
}

enum st search_store_set_state(struct ctx *c, const struct search_state *s) {
	return db_later(c, "UPDATE search_state SET words = $1, rebuild_from = $2, beside = $3 WHERE id = 1", DB_I64(s->words), s->from == I64_NONE ? DB_NULL : DB_I64(s->from),
		DB_I64(s->beside));
}

enum st search_store_alert(struct ctx *c, int64_t id, struct search_record *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT COALESCE(incident, 0), scope, started_at, title, description FROM alert WHERE id = $1", DB_I64(id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct search_record){ "alert", id, db_i64(&r, 0, 0), db_i64(&r, 0, 1), db_i64(&r, 0, 2), db_str(&r, 0, 3), db_str(&r, 0, 4) };
	return st;
}
