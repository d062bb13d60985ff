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

enum st org_store_set_zone(struct ctx *c, str zone) {
	return db_do(c, "UPDATE organisation SET zone = $1 WHERE id = 1", DB_STR(zone));
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

/* ---- people ---- */

#define PERSON_COLUMNS "id, login, name, email, role, lang, zone, active, version"

/* The smallest text that is greater than every text beginning with s: the byte range of a prefix search, the same on both databases. */
static str prefix_end(struct ctx *c, str s) {
	return arena_printf(c->a, "%.*s\xf4\x8f\xbf\xbf", STR_FMT(s));
}

/* Folding would take ㄱ apart into the jamo that composes syllables; names keep the one that is typed. */
static str initials_asked(struct ctx *c, str q) {
	size_t i = 0;
	return q.n && hangul_is_consonant(utf8_next(q, &i)) ? q : utf8_fold(c->a, q);
}

enum st people_store_list(struct ctx *c, str asked, const struct page_in *page, struct list *out) {
	str q = utf8_fold(c->a, asked), initials = initials_asked(c, asked);
	return shape_query(c, &person_shape, out,
		"SELECT " PERSON_COLUMNS " FROM person WHERE id < $1 AND ($2 = '' OR (name_folded >= $2 AND name_folded < $3) OR (login_folded >= $2 AND login_folded < $3)"
		" OR (name_initials >= $4 AND name_initials < $5)) ORDER BY id DESC LIMIT $6",
		DB_ARGS(DB_I64(page->id), DB_STR(q), DB_STR(prefix_end(c, q)), DB_STR(initials), DB_STR(prefix_end(c, initials)), DB_I64(page->limit)));
}

enum st people_store_get(struct ctx *c, int64_t id, struct person *out) {
	return shape_query_one(c, &person_shape, out, "SELECT " PERSON_COLUMNS " FROM person WHERE id = $1", DB_ARGS(DB_I64(id)));
}

enum st people_store_is_active(struct ctx *c, int64_t id) {
	int64_t found;
	return db_one_i64(c, &found, "SELECT id FROM person WHERE id = $1 AND active = 1", DB_I64(id));
}

enum st people_store_other_administrators(struct ctx *c, int64_t id, int64_t *n) {
	return db_one_i64(c, n, "SELECT count(*) FROM person WHERE role = 'administrator' AND active = 1 AND id <> $1", DB_I64(id));
}

enum st people_store_update(struct ctx *c, const struct person *p) {
	return db_do(c, "UPDATE person SET name = $2, name_folded = $3, name_initials = $4, email = $5, role = $6, active = $7, version = version + 1 WHERE id = $1",
		DB_I64(p->id), DB_STR(p->name), DB_STR(utf8_fold(c->a, p->name)), DB_STR(hangul_initials(c->a, p->name)), DB_OPT_STR(p->email),
		DB_STR(enum_str(role_names, p->role)), DB_I64(p->active));
}

enum st people_store_password(struct ctx *c, int64_t id, str hash) {
	return db_do(c, "UPDATE person SET password_hash = $2 WHERE id = $1", DB_I64(id), DB_STR(hash));
}

/* ---- teams ---- */

static enum st add_members(struct ctx *c, struct team *t) {
	return shape_query(c, &ref_shape, &t->members,
		"SELECT p.id, p.name FROM team_member tm JOIN person p ON p.id = tm.person WHERE tm.team = $1 ORDER BY p.name_folded, p.id", DB_ARGS(DB_I64(t->id)));
}

enum st team_store_list(struct ctx *c, struct list *out) {
	enum st st = shape_query(c, &team_shape, out, "SELECT id, name, handle, version FROM team WHERE id > $1 ORDER BY handle", DB_ARGS(DB_I64(0)));
	struct team *teams = out->items;
	for (size_t i = 0; st == ST_OK && i < out->n; i++)
		st = add_members(c, &teams[i]);
	return st;
}

enum st team_store_get(struct ctx *c, int64_t id, struct team *out) {
	enum st st = shape_query_one(c, &team_shape, out, "SELECT id, name, handle, version FROM team WHERE id = $1", DB_ARGS(DB_I64(id)));
	return st == ST_OK ? add_members(c, out) : st;
}

enum st team_store_exists(struct ctx *c, int64_t id) {
	int64_t found;
	return db_one_i64(c, &found, "SELECT id FROM team WHERE id = $1", DB_I64(id));
}

enum st team_store_by_handle(struct ctx *c, str handle, int64_t *id) {
	return db_one_i64(c, id, "SELECT id FROM team WHERE handle = $1", DB_STR(handle));
}

enum st team_store_insert(struct ctx *c, str name, str handle, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO team (name, handle, version) VALUES ($1, $2, 1) RETURNING id", DB_STR(name), DB_STR(handle));
}

enum st team_store_rename(struct ctx *c, int64_t id, str name) {
	return db_do(c, "UPDATE team SET name = $2, version = version + 1 WHERE id = $1", DB_I64(id), DB_STR(name));
}

enum st team_store_join(struct ctx *c, int64_t team, int64_t person) {
	return db_do(c, "INSERT INTO team_member (team, person) VALUES ($1, $2) ON CONFLICT (team, person) DO NOTHING", DB_I64(team), DB_I64(person));
}

enum st team_store_leave(struct ctx *c, int64_t team, int64_t person) {
	return db_do(c, "DELETE FROM team_member WHERE team = $1 AND person = $2", DB_I64(team), DB_I64(person));
}

enum st team_store_has(struct ctx *c, int64_t team, int64_t person) {
	int64_t one;
	return db_one_i64(c, &one, "SELECT 1 FROM team_member WHERE team = $1 AND person = $2", DB_I64(team), DB_I64(person));
}

/* ---- services ---- */

static enum st add_dependencies(struct ctx *c, struct service *s) {
	enum st st = shape_query(c, &ref_shape, &s->depends_on,
		"SELECT s.id, s.name FROM service_dependency d JOIN service s ON s.id = d.depends_on WHERE d.service = $1 ORDER BY s.name_folded", DB_ARGS(DB_I64(s->id)));
	if (st == ST_OK)
		st = shape_query(c, &ref_shape, &s->used_by,
			"SELECT s.id, s.name FROM service_dependency d JOIN service s ON s.id = d.service WHERE d.depends_on = $1 ORDER BY s.name_folded", DB_ARGS(DB_I64(s->id)));
	return st;
}

#define SERVICE_SELECT                                                                                                         \
	"SELECT s.id, s.name, s.description, s.team AS team_id, t.name AS team_name, l.id AS lead_id, l.name AS lead_name, s.version" \
	" FROM service s LEFT JOIN team t ON t.id = s.team LEFT JOIN person l ON l.id = s.lead"

enum st service_store_list(struct ctx *c, struct list *out) {
	enum st st = shape_query(c, &service_shape, out, SERVICE_SELECT " WHERE s.id > $1 ORDER BY s.name_folded", DB_ARGS(DB_I64(0)));
	struct service *services = out->items;
	for (size_t i = 0; st == ST_OK && i < out->n; i++)
		st = add_dependencies(c, &services[i]);
	return st;
}

enum st service_store_get(struct ctx *c, int64_t id, struct service *out) {
	enum st st = shape_query_one(c, &service_shape, out, SERVICE_SELECT " WHERE s.id = $1", DB_ARGS(DB_I64(id)));
	return st == ST_OK ? add_dependencies(c, out) : st;
}

enum st service_store_exists(struct ctx *c, int64_t id) {
	int64_t found;
	return db_one_i64(c, &found, "SELECT id FROM service WHERE id = $1", DB_I64(id));
}

enum st service_store_other_by_name(struct ctx *c, str name, int64_t id, int64_t *other) {
	return db_one_i64(c, other, "SELECT id FROM service WHERE name_folded = $1 AND id <> $2", DB_STR(utf8_fold(c->a, name)), DB_I64(id));
}

enum st service_store_insert(struct ctx *c, str name, str description, int64_t team, int64_t lead, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO service (name, name_folded, description, team, lead, version) VALUES ($1, $2, $3, $4, $5, 1) RETURNING id", DB_STR(name),
		DB_STR(utf8_fold(c->a, name)), DB_STR(description), DB_OPT_I64(team), DB_OPT_I64(lead));
}

enum st service_store_update(struct ctx *c, int64_t id, str name, str description, int64_t team, int64_t lead) {
	return db_do(c, "UPDATE service SET name = $2, name_folded = $3, description = $4, team = $5, lead = $6, version = version + 1 WHERE id = $1", DB_I64(id),
		DB_STR(name), DB_STR(utf8_fold(c->a, name)), DB_STR(description), DB_OPT_I64(team), DB_OPT_I64(lead));
}

enum st service_store_clear_dependencies(struct ctx *c, int64_t id) {
	return db_do(c, "DELETE FROM service_dependency WHERE service = $1", DB_I64(id));
}

enum st service_store_add_dependency(struct ctx *c, int64_t id, int64_t on) {
	return db_do(c, "INSERT INTO service_dependency (service, depends_on) VALUES ($1, $2) ON CONFLICT (service, depends_on) DO NOTHING", DB_I64(id), DB_I64(on));
}
