#include "feature/org/org_store.h"

/* Links by which people choose their password. */

enum st invitation_store_add(struct ctx *c, int64_t person, str hash, int64_t ends_at) {
	return db_later(c, "INSERT INTO invitation (person, secret_hash, made_at, ends_at) VALUES ($1, $2, $3, $4)", DB_I64(person), DB_BLOB(hash), DB_I64(c->now), DB_I64(ends_at));
}

enum st invitation_store_find(struct ctx *c, str hash, int64_t *person) {
	return db_one_i64(c, person, "SELECT i.person FROM invitation i JOIN person p ON p.id = i.person WHERE i.secret_hash = $1 AND i.ends_at > $2 AND p.active = 1",
		DB_BLOB(hash), DB_I64(c->now));
}

enum st invitation_store_end(struct ctx *c, int64_t person) {
	return db_later(c, "DELETE FROM invitation WHERE person = $1 OR ends_at <= $2", DB_I64(person), DB_I64(c->now));
}
