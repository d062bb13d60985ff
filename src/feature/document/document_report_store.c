/* All SQL of sections, TBDs, the creed, labels of factors, templates of the organisation, and documents that belong to their author. */
#include "feature/document/document_report.h"

/* ---- sections ---- */

enum st section_store_removed(struct ctx *c, int64_t document, struct removed_section **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT s.section, s.reason, s.removed_at, p.id, p.name FROM document_section s LEFT JOIN person p ON p.id = s.person WHERE s.document = $1", DB_I64(document));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct removed_section){ enum_index(section_names, db_str(&r, i, 0)), db_str(&r, i, 1), { db_i64(&r, i, 3), db_str(&r, i, 4) }, db_i64(&r, i, 2) };
	*n = r.rows;
	return ST_OK;
}

enum st section_store_remove(struct ctx *c, int64_t document, str section, str reason) {
	return db_do(c,
		"INSERT INTO document_section (document, section, reason, removed_at, person) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (document, section) DO UPDATE SET reason = excluded.reason, removed_at = excluded.removed_at, person = excluded.person",
		DB_I64(document), DB_STR(section), DB_STR(reason), DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st section_store_restore(struct ctx *c, int64_t document, str section) {
	return db_do(c, "DELETE FROM document_section WHERE document = $1 AND section = $2", DB_I64(document), DB_STR(section));
}

/* ---- TBDs ---- */

static int64_t or_none(const struct db_result *r, size_t row, size_t col) {
	return db_cell(r, row, col)->type == DB_T_NULL ? I64_NONE : db_i64(r, row, col);
}

enum st tbd_store_of(struct ctx *c, int64_t document, struct tbd_row **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, text, owner, due, due_words, filled_at, told_at FROM document_tbd WHERE document = $1 ORDER BY place, id", DB_I64(document));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct tbd_row){ db_i64(&r, i, 0), db_str(&r, i, 1), db_str(&r, i, 2), or_none(&r, i, 3), db_str(&r, i, 4), or_none(&r, i, 5), or_none(&r, i, 6), false };
	*n = r.rows;
	return ST_OK;
}

static struct db_value opt_day(int64_t day) {
	return day == I64_NONE ? DB_NULL : DB_I64(day);
}

enum st tbd_store_insert(struct ctx *c, int64_t document, const struct tbd_note *t, int64_t at, int64_t version) {
	return db_do(c, "INSERT INTO document_tbd (document, place, text, owner, due, due_words, seen_at, seen_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", DB_I64(document),
		DB_I64(t->place), DB_STR(t->text), DB_STR(t->owner), opt_day(t->due), DB_STR(t->due_words), DB_I64(at), DB_I64(version));
}

/* Somebody who was told of one date is told of the next. */
enum st tbd_store_update(struct ctx *c, int64_t id, const struct tbd_note *t) {
	return db_do(c,
		"UPDATE document_tbd SET told_at = CASE WHEN due = $4 AND owner = $6 THEN told_at ELSE NULL END, place = $2, text = $3, due = $4, due_words = $5, owner = $6, filled_at = NULL,"
		" filled_version = NULL WHERE id = $1",
		DB_I64(id), DB_I64(t->place), DB_STR(t->text), opt_day(t->due), DB_STR(t->due_words), DB_STR(t->owner));
}

enum st tbd_store_fill(struct ctx *c, int64_t id, int64_t at, int64_t version) {
	return db_do(c, "UPDATE document_tbd SET filled_at = $2, filled_version = $3 WHERE id = $1", DB_I64(id), DB_I64(at), DB_I64(version));
}

enum st tbd_store_told(struct ctx *c, int64_t id) {
	return db_do(c, "UPDATE document_tbd SET told_at = $2 WHERE id = $1", DB_I64(id), DB_I64(c->now));
}

#define TBD_COLUMNS                                                                                                             \
	"t.id, t.document, d.title AS document_title, t.text, t.owner AS login, p.id AS owner_id, p.name AS owner_name, t.due, t.seen_at, t.filled_at, d.scope"     \
	" FROM document_tbd t JOIN document d ON d.id = t.document LEFT JOIN person p ON p.login_folded = t.owner AND t.owner <> ''"

static enum st tbd_query(struct ctx *c, struct list *out, struct db_result *r, enum st st) {
	if (st != ST_OK)
		return st;
	struct tbd *items = arena_array(c->a, r->rows, sizeof *items);
	*out = (struct list){ items, r->rows };
	for (size_t i = 0; i < r->rows; i++) {
		shape_from_row(&tbd_shape, r, i, &items[i]);
		items[i].scope = db_i64(r, i, 10);
		items[i].age = ((items[i].filled_at == I64_NONE ? c->now : items[i].filled_at) - items[i].seen_at) / US_PER_DAY;
	}
	return ST_OK;
}

enum st tbd_store_due(struct ctx *c, int64_t day, struct list *out) {
	struct db_result r;
	return tbd_query(c, out, &r,
		db_get(c, &r, "SELECT " TBD_COLUMNS " WHERE t.filled_at IS NULL AND t.due <= $1 AND t.told_at IS NULL ORDER BY t.due, t.id LIMIT 1000", DB_I64(day)));
}

/* Mine first, then by due date, those without one behind. */
enum st tbd_store_page(struct ctx *c, const struct tbd_filter *f, const struct page_in *page, struct list *out, str *next) {
	struct db_result r;
	enum st st = tbd_query(c, out, &r,
		db_get(c, &r,
			"SELECT s.* FROM (SELECT " TBD_COLUMNS " WHERE " PERM_SEES("d.scope", "$1")
			" AND ($2 = 0 OR COALESCE(p.id, -1) = $2) AND ($3 = 0 OR t.document = $3) AND ($4 = 1 OR (CASE WHEN t.filled_at IS NULL THEN 0 ELSE 1 END) = $5)) s"
			" WHERE ((CASE WHEN s.owner_id = $6 THEN 0 ELSE 10000000000 END) + COALESCE(s.due, 4000000000)) > $7"
			" OR (((CASE WHEN s.owner_id = $6 THEN 0 ELSE 10000000000 END) + COALESCE(s.due, 4000000000)) = $7 AND s.id > $8)"
			" ORDER BY (CASE WHEN s.owner_id = $6 THEN 0 ELSE 10000000000 END) + COALESCE(s.due, 4000000000), s.id LIMIT $9",
			DB_I64(perm_viewer(c)), DB_I64(f->owner), DB_I64(f->document), DB_I64(f->all), DB_I64(f->filled), DB_I64(c->who->person), DB_I64(page->key), DB_I64(page->id),
			DB_I64(page->limit)));
	*next = STR_NONE;
	if (st == ST_OK && (int64_t)out->n == page->limit) {
		const struct tbd *last = (const struct tbd *)out->items + out->n - 1;
		bool mine = last->owner.id && last->owner.id == c->who->person;
		*next = page_cursor(c, (mine ? 0 : INT64_C(10000000000)) + (last->due == I64_NONE ? INT64_C(4000000000) : last->due), last->id);
	}
	return st;
}

/* ---- the creed ---- */

enum st creed_store_get(struct ctx *c, int64_t *version, str *en, str *ko, int64_t *at) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, "SELECT id, en, ko, changed_at FROM creed ORDER BY id DESC LIMIT 1", DB_NO_ARGS);
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st != ST_OK)
		return st;
	*version = db_i64(&r, 0, 0);
	*en = db_str(&r, 0, 1);
	*ko = db_str(&r, 0, 2);
	*at = db_i64(&r, 0, 3);
	return ST_OK;
}

enum st creed_store_set(struct ctx *c, str en, str ko) {
	return db_do(c, "INSERT INTO creed (en, ko, changed_at, person) VALUES ($1, $2, $3, $4)", DB_STR(en), DB_STR(ko), DB_I64(c->now), DB_OPT_I64(c->who->person));
}

/* ---- documents that belong to their author ---- */

enum st private_store_get(struct ctx *c, int64_t document, struct private_row *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT scope, agreed_at, opened, words FROM document_private WHERE document = $1", DB_I64(document));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct private_row){ db_i64(&r, 0, 0), or_none(&r, 0, 1), db_i64(&r, 0, 2), db_str(&r, 0, 3) };
	return st;
}

enum st private_store_insert(struct ctx *c, int64_t document, int64_t scope) {
	return db_do(c, "INSERT INTO document_private (document, scope, opened) VALUES ($1, $2, 0)", DB_I64(document), DB_I64(scope));
}

enum st private_store_update(struct ctx *c, int64_t document, const struct private_row *p) {
	return db_do(c, "UPDATE document_private SET agreed_at = $2, opened = $3, words = $4 WHERE document = $1", DB_I64(document), opt_day(p->agreed_at), DB_I64(p->opened), DB_OPT_STR(p->words));
}

enum st private_store_people(struct ctx *c, int64_t scope, int64_t author, struct list *out) {
	return shape_query(c, &ref_shape, out, "SELECT p.id, p.name FROM scope_member m JOIN person p ON p.id = m.person WHERE m.scope = $1 AND p.id <> $2 ORDER BY p.id",
		DB_ARGS(DB_I64(scope), DB_I64(author)));
}

/* ---- labels of factors ---- */

enum st factor_store_all(struct ctx *c, struct list *out) {
	return shape_query(c, &factor_shape, out, "SELECT code, name_en, name_ko, 1 AS own, CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END AS ended, version FROM factor ORDER BY code", DB_NO_ARGS);
}

enum st factor_store_insert(struct ctx *c, const struct factor *f) {
	return db_do(c, "INSERT INTO factor (code, name_en, name_ko, changed_at, person, version) VALUES ($1, $2, $3, $4, $5, 1)", DB_STR(f->code), DB_STR(f->name_en), DB_STR(f->name_ko),
		DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st factor_store_update(struct ctx *c, const struct factor *f) {
	return db_do(c, "UPDATE factor SET name_en = $2, name_ko = $3, ended_at = $4, changed_at = $5, person = $6, version = version + 1 WHERE code = $1", DB_STR(f->code), DB_STR(f->name_en),
		DB_STR(f->name_ko), f->ended ? DB_I64(c->now) : DB_NULL, DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st factor_store_move(struct ctx *c, str from, str into, struct factor_moved **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT x.id, x.document, d.scope FROM document_cause x JOIN document d ON d.id = x.document WHERE x.factor = $1 ORDER BY x.id", DB_STR(from));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct factor_moved){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_i64(&r, i, 2) };
	return db_do(c, "UPDATE document_cause SET factor = $2, changed_at = $3, person = $4, version = version + 1 WHERE factor = $1", DB_STR(from), DB_STR(into), DB_I64(c->now),
		DB_OPT_I64(c->who->person));
}

/* ---- templates of the organisation ---- */

#define TEMPLATE_COLUMNS                                                                                                        \
	"t.name, v.title, v.about, v.kind, v.lang, v.required, v.text, v.version, 1 AS own, CASE WHEN t.ended_at IS NULL THEN 0 ELSE 1 END AS ended"              \
	" FROM template t JOIN template_version v ON v.template = t.id"

enum st template_store_all(struct ctx *c, struct list *out) {
	return shape_query(c, &template_shape, out, "SELECT " TEMPLATE_COLUMNS " AND v.version = t.version ORDER BY t.name", DB_NO_ARGS);
}

enum st template_store_get(struct ctx *c, str name, int64_t version, struct template *out) {
	*out = (struct template){ 0 };
	return shape_query_one(c, &template_shape, out, "SELECT " TEMPLATE_COLUMNS " WHERE t.name = $1 AND v.version = CASE WHEN $2 = 0 THEN t.version ELSE $2 END",
		DB_ARGS(DB_STR(name), DB_I64(version)));
}

static enum st insert_version(struct ctx *c, int64_t id, const struct template *t, int64_t version) {
	return db_do(c, "INSERT INTO template_version (template, version, title, about, kind, lang, required, text, changed_at, person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", DB_I64(id),
		DB_I64(version), DB_STR(t->title), DB_OPT_STR(t->about), DB_STR(enum_str(document_kind_names, t->kind)), DB_STR(str_c(lang_code((enum lang)t->lang))), DB_STR(t->required),
		DB_STR(t->text), DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st template_store_insert(struct ctx *c, const struct template *t) {
	int64_t id, taken;
	enum st st = db_one_i64(c, &taken, "SELECT id FROM template WHERE name = $1", DB_STR(t->name));
	if (st != ST_NOT_FOUND)
		return st == ST_OK ? ST_CONFLICT : st;
	st = db_one_i64(c, &id, "INSERT INTO template (name, version) VALUES ($1, 1) RETURNING id", DB_STR(t->name));
	return st == ST_OK ? insert_version(c, id, t, 1) : st;
}

enum st template_store_change(struct ctx *c, const struct template *t) {
	int64_t id;
	enum st st = db_one_i64(c, &id, "UPDATE template SET version = version + 1, ended_at = $2 WHERE name = $1 RETURNING id", DB_STR(t->name), t->ended ? DB_I64(c->now) : DB_NULL);
	return st == ST_OK ? insert_version(c, id, t, t->version + 1) : st;
}
