#include "core/perm.h"

#include "core/ctx.h"
#include "core/noun.h"

const char *const role_names[ROLE_COUNT + 1] = { "none", "viewer", "responder", "editor", "administrator", NULL };

const struct perm_row perm_table[PERM_COUNT] = {
#define X(name, text, least) [PERM_##name] = { text, least },
	PERMISSIONS(X)
#undef X
};

int64_t perm_viewer(const struct ctx *c) {
	return c->who->role == ROLE_ADMINISTRATOR ? -1 : c->who->person;
}

enum st perm_sees_scope(struct ctx *c, int64_t scope) {
	int64_t viewer = perm_viewer(c);
	struct db_result r;
	if (scope == 0 || viewer == -1)
		return ST_OK;
	enum st st = db_again(c, &r,
		"SELECT 1 FROM scope_member sm LEFT JOIN team_member tm ON tm.team = sm.team AND tm.person = $2"
		" WHERE sm.scope = $1 AND (sm.person = $2 OR tm.person = $2) LIMIT 1",
		DB_I64(scope), DB_I64(viewer));
	return st == ST_OK && !r.rows ? ST_NOT_FOUND : st;
}

enum st perm_scopes_of(struct ctx *c, int64_t person, struct db_result *out) {
	return db_get(c, out,
		"SELECT sm.scope FROM scope_member sm WHERE sm.person = $1"
		" UNION SELECT sm.scope FROM scope_member sm JOIN team_member tm ON tm.team = sm.team WHERE tm.person = $1",
		DB_I64(person));
}

enum st perm_require(struct ctx *c, enum perm perm) {
	if (perm_role_has(c->who->role, perm))
		return ST_OK;
	if (c->who->kind == ACTOR_NOBODY)
		return fail(c, ST_UNAUTHENTICATED, "auth.needed", NULL, N_("Log in first."));
	return fail(c, ST_DENIED, "auth.denied", NULL, N_("This needs the permission %s, which the role %s does not have."), perm_table[perm].name,
		role_names[c->who->role]);
}

enum st perm_sees(struct ctx *c, const struct noun *noun, int64_t id) {
	if (!noun->scope_sql)
		return ST_OK;
	struct db_result r;
	enum st st = ctx_db_recall(c, &r, noun->scope_sql, DB_ARGS(DB_I64(id)));
	if (st == ST_OK)
		st = r.rows ? perm_sees_scope(c, db_i64(&r, 0, 0)) : ST_NOT_FOUND;
	if (st != ST_NOT_FOUND)
		return st;
	/* The same words for "does not exist" and "not for you": which of the two it is must not show. */
	return fail(c, ST_NOT_FOUND, "record.not_found", NULL, N_("There is no %s %lld, or it is not open to you."), noun_word(c->lang, noun->name), (long long)id);
}

enum st perm_scope_new(struct ctx *c, int64_t *scope) {
	return db_one_i64(c, scope, "INSERT INTO scope (made_at) VALUES ($1) RETURNING id", DB_I64(c->now));
}

enum st perm_scope_add(struct ctx *c, int64_t scope, int64_t person, int64_t team) {
	return db_do(c, "INSERT INTO scope_member (scope, person, team) VALUES ($1, $2, $3) ON CONFLICT (scope, person, team) DO NOTHING", DB_I64(scope),
		DB_I64(person), DB_I64(team));
}

enum st perm_scope_remove(struct ctx *c, int64_t scope, int64_t person, int64_t team) {
	return db_do(c, "DELETE FROM scope_member WHERE scope = $1 AND person = $2 AND team = $3", DB_I64(scope), DB_I64(person), DB_I64(team));
}
