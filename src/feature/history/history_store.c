/* All SQL of histories. Updates and snapshots are read by feature/collab. */
#include "feature/history/history_parts.h"

/* A mark a version and kind; what is common comes in the same columns. */
enum st store_marks(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &history_mark_shape, out,
		"SELECT m.kind, m.version, m.name, m.number, m.at, p.id AS person_id, p.name AS person_name FROM ("
		"SELECT 'named' AS kind, n.version, n.name, CAST(NULL AS BIGINT) AS number, n.person, n.at FROM history_name n WHERE n.document = $1"
		" UNION ALL SELECT 'published', x.text_version, x.note, x.version, x.person, x.at FROM publication x WHERE x.document = $1"
		" UNION ALL SELECT 'restored', r.version, '', r.source, r.person, r.at FROM history_restore r WHERE r.document = $1"
		") m LEFT JOIN person p ON p.id = m.person ORDER BY m.version, m.at, m.kind",
		DB_ARGS(DB_I64(document)));
}

enum st store_person(struct ctx *c, int64_t actor, struct history_person *out) {
	struct db_result r;
	enum st st = actor > 0 ? db_get(c, &r, "SELECT name FROM person WHERE id = $1", DB_I64(actor)) : db_get(c, &r, "SELECT name FROM token WHERE id = $1", DB_I64(-actor));
	*out = (struct history_person){ .id = actor > 0 ? actor : 0, .actor = actor };
	if (st == ST_OK)
		out->name = r.rows ? db_str(&r, 0, 0) : str_c(tr(c->lang, N_("a program")));
	return st;
}

enum st store_name(struct ctx *c, int64_t document, int64_t version, str name) {
	return db_later(c,
		"INSERT INTO history_name (document, version, name, person, at) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (document, version) DO UPDATE SET name = $3, person = $4, at = $5",
		DB_I64(document), DB_I64(version), DB_STR(name), DB_OPT_I64(c->who->person), DB_I64(c->now));
}

enum st store_name_of(struct ctx *c, int64_t document, int64_t version, str *was) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT name FROM history_name WHERE document = $1 AND version = $2", DB_I64(document), DB_I64(version));
	*was = st == ST_OK && r.rows ? db_str(&r, 0, 0) : STR_NONE;
	return st;
}

enum st store_unname(struct ctx *c, int64_t document, int64_t version) {
	return db_later(c, "DELETE FROM history_name WHERE document = $1 AND version = $2", DB_I64(document), DB_I64(version));
}

enum st store_restore(struct ctx *c, int64_t document, int64_t version, int64_t source) {
	return db_later(c, "INSERT INTO history_restore (document, version, source, person, at) VALUES ($1, $2, $3, $4, $5)", DB_I64(document), DB_I64(version), DB_I64(source),
		DB_OPT_I64(c->who->person), DB_I64(c->now));
}
