/* All SQL of documents. Their texts are in feature/collab. */
#include "feature/document/document_parts.h"

const struct noun document_noun = { "document", "PM", "SELECT scope FROM document WHERE id = $1" };

enum st store_document(struct ctx *c, int64_t id, struct document *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT d.scope, d.text, d.id, d.title, d.kind, d.state, d.lang, d.zone, d.template, d.scope AS restricted, p.id AS author_id, p.name AS author_name,"
		" d.made_at AS created_at, d.updated_at, d.version, (SELECT max(u.version) FROM document_update u WHERE u.text = d.text) AS text_version,"
		" o.id AS owner_id, o.name AS owner_name, d.due, d.due_by FROM document d LEFT JOIN person p ON p.id = d.author LEFT JOIN person o ON o.id = d.owner WHERE d.id = $1",
		DB_I64(id));
	*out = (struct document){ 0 };
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st != ST_OK)
		return st;
	shape_from_row(&document_shape, &r, 0, out);
	out->scope = db_i64(&r, 0, 0);
	out->live_text = db_i64(&r, 0, 1);
	out->text_version = db_i64(&r, 0, 15);
	out->text = STR_NONE;
	out->can.edit = perm_role_has(c->who->role, PERM_DOCUMENT_EDIT);
	return ST_OK;
}

enum st store_live_text(struct ctx *c, int64_t id, int64_t *text) {
	return db_one_i64(c, text, "SELECT text FROM document WHERE id = $1", DB_I64(id));
}

static struct db_value opt_day(int64_t day) {
	return day == I64_NONE ? DB_NULL : DB_I64(day);
}

static struct db_value opt_due_by(int by) {
	return by < 0 ? DB_NULL : DB_STR(enum_str(due_by_names, by));
}

enum st store_insert(struct ctx *c, const struct document *d, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO document (kind, state, title, lang, zone, template, text, scope, author, made_at, updated_at, version, owner, due, due_by)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1, $11, $12, $13) RETURNING id",
		DB_STR(enum_str(document_kind_names, d->kind)), DB_STR(enum_str(document_state_names, d->state)), DB_STR(d->title), DB_STR(str_c(lang_code((enum lang)d->lang))),
		DB_STR(d->zone), DB_STR(d->template), DB_I64(d->live_text), DB_I64(d->scope), DB_OPT_I64(d->author.id), DB_I64(c->now),
		DB_OPT_I64(d->owner.id), opt_day(d->due), opt_due_by(d->due_by));
}

enum st store_save(struct ctx *c, struct document *d) {
	d->version++;
	d->updated_at = c->now;
	return db_later(c, "UPDATE document SET kind = $2, state = $3, title = $4, lang = $5, zone = $6, updated_at = $7, version = $8, owner = $9, due = $10, due_by = $11"
		" WHERE id = $1", DB_I64(d->id),
		DB_STR(enum_str(document_kind_names, d->kind)), DB_STR(enum_str(document_state_names, d->state)), DB_STR(d->title), DB_STR(str_c(lang_code((enum lang)d->lang))),
		DB_STR(d->zone), DB_I64(d->updated_at), DB_I64(d->version), DB_OPT_I64(d->owner.id), opt_day(d->due), opt_due_by(d->due_by));
}

enum st store_set_state(struct ctx *c, struct document *d) {
	d->version++;
	return db_later(c, "UPDATE document SET state = $2, state_at = $3, version = $4 WHERE id = $1", DB_I64(d->id), DB_STR(enum_str(document_state_names, d->state)),
		DB_I64(c->now), DB_I64(d->version));
}

enum st store_count_actions(struct ctx *c, int64_t document, struct document_actions *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT " DOCUMENT_ACTIONS(" AND a.state = 'open'") ", " DOCUMENT_ACTIONS("") " FROM document d WHERE d.id = $1",
		DB_I64(document));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct document_actions){ db_i64(&r, 0, 0), db_i64(&r, 0, 1) };
	return st;
}

enum st store_set_scope(struct ctx *c, const struct document *d, int64_t scope) {
	enum st st = db_later(c, "UPDATE document SET scope = $2, version = version + 1 WHERE id = $1", DB_I64(d->id), DB_I64(scope));
	if (st == ST_OK)
		st = event_rescope(c, "document", d->id, scope);
	return st == ST_OK ? collab_attach(c, d->live_text, "document", d->id, scope) : st;
}

enum st store_touch(struct ctx *c, int64_t id, int64_t at) {
	return db_later(c, "UPDATE document SET updated_at = $2 WHERE id = $1 AND updated_at < $2", DB_I64(id), DB_I64(at));
}

/* ---- incidents ---- */

enum st store_incidents(struct ctx *c, int64_t document, struct linked **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT i.id, i.scope, i.title, CASE WHEN " PERM_SEES("i.scope", "$2") " THEN 1 ELSE 0 END FROM document_incident x JOIN incident i ON i.id = x.incident"
		" WHERE x.document = $1 ORDER BY i.id",
		DB_I64(document), DB_I64(perm_viewer(c)));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct linked){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_str(&r, i, 2), db_i64(&r, i, 3) };
	*n = r.rows;
	return ST_OK;
}

enum st store_link(struct ctx *c, int64_t document, int64_t incident, bool drafted) {
	return db_later(c, "INSERT INTO document_incident (document, incident, drafted) VALUES ($1, $2, $3) ON CONFLICT (document, incident) DO NOTHING", DB_I64(document),
		DB_I64(incident), DB_I64(drafted));
}

enum st store_unlink(struct ctx *c, int64_t document, int64_t incident) {
	return db_later(c, "DELETE FROM document_incident WHERE document = $1 AND incident = $2", DB_I64(document), DB_I64(incident));
}

enum st store_unlink_all(struct ctx *c, int64_t document) {
	return db_later(c, "DELETE FROM document_incident WHERE document = $1", DB_I64(document));
}

enum st store_has_postmortem(struct ctx *c, int64_t incident, bool *yes) {
	int64_t n = 0;
	enum st st = db_one_i64(c, &n,
		"SELECT count(*) FROM document_incident x JOIN document d ON d.id = x.document WHERE x.incident = $1 AND (x.drafted = 1 OR d.kind IN ('incident', 'drill'))",
		DB_I64(incident));
	*yes = n > 0;
	return st;
}

enum st store_of_incident(struct ctx *c, int64_t incident, struct list *out) {
	return shape_query(c, &incident_document_shape, out,
		"SELECT d.id, d.title, d.state FROM document_incident x JOIN document d ON d.id = x.document WHERE x.incident = $1 AND " PERM_SEES("d.scope", "$2") " ORDER BY d.id",
		DB_ARGS(DB_I64(incident), DB_I64(perm_viewer(c))));
}

enum st store_ids_of_incident(struct ctx *c, int64_t incident, int64_t **ids, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT document FROM document_incident WHERE incident = $1 ORDER BY document", DB_I64(incident));
	*n = 0;
	if (st != ST_OK)
		return st;
	*ids = arena_array(c->a, r.rows, sizeof **ids);
	for (size_t i = 0; i < r.rows; i++)
		(*ids)[i] = db_i64(&r, i, 0);
	*n = r.rows;
	return ST_OK;
}

enum st store_dated(struct ctx *c, int64_t incident, int64_t **ids, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT d.id FROM document_incident x JOIN document d ON d.id = x.document WHERE x.incident = $1 AND d.kind = 'incident' AND d.state NOT IN ('published', 'archived')"
		" AND (d.due_by IS NULL OR d.due_by = 'policy') ORDER BY d.id",
		DB_I64(incident));
	*n = 0;
	if (st != ST_OK)
		return st;
	*ids = arena_array(c->a, r.rows, sizeof **ids);
	for (size_t i = 0; i < r.rows; i++)
		(*ids)[i] = db_i64(&r, i, 0);
	*n = r.rows;
	return ST_OK;
}

/* ---- lists ---- */

enum st store_page(struct ctx *c, int state, int kind, int64_t incident, const struct page_in *page, struct list *out) {
	return shape_query(c, &document_row_shape, out,
		"SELECT d.id, d.title, d.kind, d.state, d.scope AS restricted, d.made_at AS created_at, d.updated_at, "
		DOCUMENT_ACTIONS(" AND a.state = 'open'") " AS actions_open, " DOCUMENT_ACTIONS("") " AS actions_total FROM document d"
		" WHERE (d.updated_at < $1 OR (d.updated_at = $1 AND d.id < $2)) AND " PERM_SEES("d.scope", "$3")
		" AND ($4 = '' OR d.state = $4) AND ($5 = '' OR d.kind = $5)"
		" AND ($6 = 0 OR EXISTS (SELECT 1 FROM document_incident x WHERE x.document = d.id AND x.incident = $6))"
		" ORDER BY d.updated_at DESC, d.id DESC LIMIT $7",
		DB_ARGS(DB_I64(page->key), DB_I64(page->id), DB_I64(perm_viewer(c)), DB_STR(state < 0 ? STR("") : enum_str(document_state_names, state)),
			DB_STR(kind < 0 ? STR("") : enum_str(document_kind_names, kind)), DB_I64(incident), DB_I64(page->limit)));
}

/* ---- people ---- */

enum st store_login(struct ctx *c, int64_t person, str *login, str *name, int *lang) {
	struct db_result r;
	enum lang read;
	enum st st = db_get(c, &r, "SELECT login, name, lang FROM person WHERE id = $1", DB_I64(person));
	*login = *name = STR_NONE;
	*lang = -1;
	if (st != ST_OK || !r.rows)
		return st;
	*login = db_str(&r, 0, 0);
	*name = db_str(&r, 0, 1);
	*lang = lang_parse(db_str(&r, 0, 2), &read) ? (int)read : -1;
	return ST_OK;
}
