#include "base/clock.h"
#include "feature/org/org_store.h"

/* Sessions and tokens. */

enum st account_store_session(struct ctx *c, str hash, struct db_result *r) {
	return db_get(c, r,
		"SELECT s.id, s.person, s.seen_at, s.ends_at, p.role, p.name, p.lang, p.zone FROM session s JOIN person p ON p.id = s.person"
		" WHERE s.token_hash = $1 AND p.active = 1",
		DB_BLOB(hash));
}

enum st account_store_token(struct ctx *c, str hash, struct db_result *r) {
	return db_get(c, r, "SELECT t.id, t.role, t.name, t.ends_at, t.person, COALESCE(t.used_at, 0) FROM token t LEFT JOIN person p ON p.id = t.person"
		" WHERE t.token_hash = $1 AND (t.person IS NULL OR p.active = 1)", DB_BLOB(hash));
}

enum st account_store_seen(struct ctx *c, int64_t session) {
	return db_do(c, "UPDATE session SET seen_at = $2 WHERE id = $1", DB_I64(session), DB_I64(c->now));
}

enum st account_store_used(struct ctx *c, int64_t token, enum reach use, str from) {
	return db_do(c, "UPDATE token SET used_at = $2, used_from = $3, use = COALESCE(use, $4) WHERE id = $1", DB_I64(token), DB_I64(c->now), DB_OPT_STR(from),
		DB_STR(enum_str(token_use_names, (int)use)));
}

enum st account_store_begin(struct ctx *c, int64_t person, str hash, str address, str agent, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO session (person, token_hash, made_at, seen_at, ends_at, address, agent) VALUES ($1, $2, $3, $3, $4, $5, $6) RETURNING id",
		DB_I64(person), DB_BLOB(hash), DB_I64(c->now), DB_I64(c->now + SESSION_LIFE), DB_STR(address), DB_STR(agent));
}

enum st account_store_sessions(struct ctx *c, int64_t person, int64_t current, struct list *out) {
	return shape_query(c, &session_shape, out,
		"SELECT id, made_at, seen_at, address, agent, CASE WHEN id = $2 THEN 1 ELSE 0 END AS current FROM session WHERE person = $1 ORDER BY seen_at DESC",
		DB_ARGS(DB_I64(person), DB_I64(current)));
}

enum st account_store_end_session(struct ctx *c, int64_t session, int64_t person, int64_t *id) {
	return db_one_i64(c, id, "DELETE FROM session WHERE id = $1 AND person = $2 RETURNING id", DB_I64(session), DB_I64(person));
}

enum st account_store_end_sessions(struct ctx *c, int64_t person) {
	return db_do(c, "DELETE FROM session WHERE person = $1", DB_I64(person));
}

enum st account_store_add_token(struct ctx *c, const struct token *t, str hash, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO token (name, role, person, token_hash, made_at, ends_at, use) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id", DB_STR(t->name),
		DB_STR(enum_str(role_names, t->role)), DB_OPT_I64(t->made_by.id), DB_BLOB(hash), DB_I64(c->now), t->ends_at == I64_NONE ? DB_NULL : DB_I64(t->ends_at),
		DB_STR(enum_str(token_use_names, t->use)));
}

enum st account_store_tokens(struct ctx *c, struct list *out) {
	return shape_query(c, &token_shape, out,
		"SELECT t.id, t.name, t.role, t.made_at, t.ends_at, t.person AS made_by_id, p.name AS made_by_name, t.use, t.used_at, t.used_from FROM token t LEFT JOIN person p ON p.id = t.person"
		" WHERE $1 = -1 OR t.person = $1 ORDER BY t.id DESC",
		DB_ARGS(DB_I64(perm_viewer(c))));
}

enum st account_store_end_token(struct ctx *c, int64_t token, int64_t *id) {
	return db_one_i64(c, id, "DELETE FROM token WHERE id = $1 AND ($2 = -1 OR person = $2) RETURNING id", DB_I64(token), DB_I64(perm_viewer(c)));
}
