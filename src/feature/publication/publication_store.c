/* All SQL of publications. */
#include "feature/publication/publication_parts.h"

static const char *const lang_names[] = { "en", "ko", NULL };

#define LATEST "(SELECT max(l.version) FROM publication l WHERE l.document = x.document)"
#define COLUMNS                                                                                                                \
	"SELECT x.id, x.document AS document_id, x.title AS document_title, x.version, x.kind, x.lang, x.scope AS restricted, x.note, x.text_version, x.at, p.id AS by_id," \
	" p.name AS by_name, d.state, " DOCUMENT_ACTIONS(" AND a.state = 'open'") " AS actions_open, " DOCUMENT_ACTIONS("") " AS actions_total, x.version = " LATEST " AS latest"
#define TABLES " FROM publication x JOIN document d ON d.id = x.document LEFT JOIN person p ON p.id = x.person"

enum st store_publication(struct ctx *c, const struct publication *p, int64_t scope) {
	return db_later(c,
		"INSERT INTO publication (document, version, scope, title, kind, lang, text_version, note, changes, html, markdown, record, at, person)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		DB_I64(p->document.id), DB_I64(p->version), DB_I64(scope), DB_STR(p->document.title), DB_STR(enum_str(document_kind_names, p->kind)),
		DB_STR(enum_str(lang_names, p->lang)), DB_I64(p->text_version), DB_STR(p->note), DB_STR(p->changes_json), DB_STR(p->html), DB_STR(p->markdown), DB_STR(p->record),
		DB_I64(c->now), DB_OPT_I64(c->who->person));
}

/* Rows with their changes, which stand in the last column but those that are long. */
static enum st read_rows(struct ctx *c, const struct db_result *r, size_t changes, struct list *out) {
	struct publication *all = arena_array(c->a, r->rows, sizeof *all);
	for (size_t i = 0; i < r->rows; i++) {
		shape_from_row(&publication_shape, r, i, &all[i]);
		all[i].changes = publication_changes(c, db_str(r, i, changes));
	}
	*out = (struct list){ all, r->rows };
	return ST_OK;
}

enum { COL_CHANGES = 16, COL_MARKDOWN, COL_RECORD };

enum st store_publications(struct ctx *c, int64_t document, const struct page_in *page, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		COLUMNS ", x.changes" TABLES " WHERE (x.at < $1 OR (x.at = $1 AND x.id < $2)) AND " PERM_SEES("x.scope", "$3")
		" AND (x.document = $4 OR ($4 = 0 AND x.version = " LATEST ")) ORDER BY x.at DESC, x.id DESC LIMIT $5",
		DB_I64(page->key), DB_I64(page->id), DB_I64(perm_viewer(c)), DB_I64(document), DB_I64(page->limit));
	return st == ST_OK ? read_rows(c, &r, COL_CHANGES, out) : st;
}

enum st store_version(struct ctx *c, int64_t document, int64_t version, struct publication *out) {
	struct db_result r;
	struct list one;
	enum st st = db_get(c, &r, COLUMNS ", x.changes, x.markdown, x.record, x.html" TABLES " WHERE x.document = $1 AND x.version = CASE WHEN $2 = 0 THEN " LATEST " ELSE $2 END",
		DB_I64(document), DB_I64(version));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		st = read_rows(c, &r, COL_CHANGES, &one);
	if (st != ST_OK)
		return st;
	*out = *(struct publication *)one.items;
	out->markdown = db_str(&r, 0, COL_MARKDOWN);
	out->record = db_str(&r, 0, COL_RECORD);
	return ST_OK;
}

enum st store_publication_scope(struct ctx *c, int64_t document, int64_t scope) {
	return db_later(c, "UPDATE publication SET scope = $2 WHERE document = $1", DB_I64(document), DB_I64(scope));
}
