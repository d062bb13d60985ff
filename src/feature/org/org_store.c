#include "feature/org/org_store.h"

#include <sodium.h>

#include "text/hangul.h"
#include "text/utf8.h"

enum st org_store_account(struct ctx *c, int64_t person, struct account *out) {
	return shape_query_one(c, &account_shape, out, "SELECT id, login, name, email, role, lang, zone, theme, version FROM person WHERE id = $1",
		DB_ARGS(DB_I64(person)));
}

enum st org_store_actor(struct ctx *c, int64_t person, struct actor *who) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT name, role FROM person WHERE id = $1", DB_I64(person));
	if (st != ST_OK || r.rows == 0)
		return st == ST_OK ? ST_NOT_FOUND : st;
	who->name = db_str(&r, 0, 0);
	who->role = (enum role)enum_index(role_names, db_str(&r, 0, 1));
	return ST_OK;
}

enum st org_store_organisation(struct ctx *c, str *name, str *zone) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT name, zone FROM organisation WHERE id = $1", DB_I64(1));
	if (st == ST_OK && r.rows) {
		*name = db_str(&r, 0, 0);
		*zone = db_str(&r, 0, 1);
	}
	return st;
}

enum st org_store_is_empty(struct ctx *c, bool *empty) {
	int64_t n;
	enum st st = db_one_i64(c, &n, "SELECT count(*) FROM person WHERE role = $1", DB_STR(STR("administrator")));
	*empty = st == ST_OK && n == 0;
	return st;
}

enum st org_store_password(struct ctx *c, str login_folded, int64_t *person, str *hash) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, password_hash FROM person WHERE login_folded = $1 AND active = 1", DB_STR(login_folded));
	if (st != ST_OK || r.rows == 0)
		return st == ST_OK ? ST_NOT_FOUND : st;
	*person = db_i64(&r, 0, 0);
	*hash = db_str(&r, 0, 1);
	return ST_OK;
}

enum st org_store_prefer(struct ctx *c, int64_t person, str name, str lang, str zone, str theme) {
	return db_do(c,
		"UPDATE person SET name = $2, name_folded = $3, name_initials = $4, lang = $5, zone = $6, theme = $7, version = version + 1 WHERE id = $1", DB_I64(person),
		DB_STR(name), DB_STR(utf8_fold(c->a, name)), DB_STR(hangul_initials(c->a, name)), DB_STR(lang), DB_STR(zone), DB_STR(theme));
}

enum st org_store_add_person(struct ctx *c, const struct new_person *p, int64_t *id) {
	str folded = utf8_fold(c->a, p->login);
	int64_t taken;
	enum st st = db_one_i64(c, &taken, "SELECT id FROM person WHERE login_folded = $1", DB_STR(folded));
	if (st == ST_OK)
		return fail(c, ST_CONFLICT, "login.taken", "login", N_("The login “%.*s” is taken."), STR_FMT(p->login));
	if (st != ST_NOT_FOUND)
		return st;
	return db_one_i64(c, id,
		"INSERT INTO person (login, login_folded, name, name_folded, name_initials, email, role, lang, zone, theme, active, password_hash, made_at, version)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'system', 1, $10, $11, 1) RETURNING id",
		DB_STR(p->login), DB_STR(folded), DB_STR(p->name), DB_STR(utf8_fold(c->a, p->name)), DB_STR(hangul_initials(c->a, p->name)), DB_OPT_STR(p->email),
		DB_STR(enum_str(role_names, (int)p->role)), DB_STR(p->lang), DB_STR(p->zone), DB_OPT_STR(p->password_hash), DB_I64(c->now));
}

enum st org_store_setting(struct ctx *c, const char *name, str *bytes) {
	struct db_result r;
	size_t n = 0;
	enum st st = db_get(c, &r, "SELECT value FROM setting WHERE name = $1", DB_STR(str_c(name)));
	*bytes = STR_NONE;
	if (st != ST_OK || r.rows == 0)
		return st;
	str hex = db_str(&r, 0, 0);
	unsigned char *to = arena_alloc(c->a, hex.n / 2 + 1);
	sodium_hex2bin(to, hex.n / 2 + 1, hex.p, hex.n, NULL, &n, NULL);
	*bytes = str_n((char *)to, n);
	return ST_OK;
}

enum st org_store_set_setting(struct ctx *c, const char *name, str bytes) {
	char *hex = arena_alloc(c->a, bytes.n * 2 + 1);
	if (bytes.n)
		sodium_bin2hex(hex, bytes.n * 2 + 1, (const unsigned char *)bytes.p, bytes.n);
	return db_do(c, "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", DB_STR(str_c(name)),
		DB_STR(str_c(hex)));
}
