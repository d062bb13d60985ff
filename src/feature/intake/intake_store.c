#include "feature/intake/intake_store.h"

#include "text/utf8.h"

enum st intake_store_find(struct ctx *c, str hash, struct intake_source *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT s.document, s.incident FROM intake_source s JOIN document d ON d.id = s.document WHERE s.hash = $1 AND " PERM_SEES(
			"d.scope", "$2") " ORDER BY s.id LIMIT 1",
		DB_STR(hash), DB_I64(perm_viewer(c)));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct intake_source){ .document = db_i64(&r, 0, 0), .incident = db_i64(&r, 0, 1), .hash = hash };
	return st;
}

enum st intake_store_add(struct ctx *c, const struct intake_source *s) {
	return db_do(c, "INSERT INTO intake_source (document, incident, name, hash, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6)",
		DB_I64(s->document), DB_I64(s->incident), DB_STR(s->name), DB_STR(s->hash), DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st intake_store_person(struct ctx *c, str name, int64_t *id) {
	struct db_result r;
	enum st st =
		db_get(c, &r, "SELECT p.id FROM person p WHERE p.active = 1 AND (p.login_folded = $1 OR p.name_folded = $1) ORDER BY p.id LIMIT 2",
			DB_STR(utf8_fold(c->a, name)));
	*id = st == ST_OK && r.rows == 1 ? db_i64(&r, 0, 0) : 0;
	return st;
}
