/* All SQL of comments. */
#include "feature/comment/comment_parts.h"

/* Rows as they are stored; comment_shape is what is shown. */
SHAPE(comment_row, "", struct comment, NULL, F(struct comment, FT_ID, id, 0, NULL), F(struct comment, FT_OBJ, person, 0, NULL, .shape = &ref_shape),
	F(struct comment, FT_TEXT, text, 0, NULL), F(struct comment, FT_TEXT, section, FIELD_OPTIONAL, NULL), F(struct comment, FT_TEXT, block, FIELD_OPTIONAL, NULL),
	F(struct comment, FT_ID, entry, FIELD_OPTIONAL, NULL), F(struct comment, FT_ID, action, FIELD_OPTIONAL, NULL), F(struct comment, FT_ID, cause, FIELD_OPTIONAL, NULL),
	F(struct comment, FT_TEXT, quote, FIELD_OPTIONAL, NULL), F(struct comment, FT_I64, from, FIELD_OPTIONAL, NULL), F(struct comment, FT_I64, to, FIELD_OPTIONAL, NULL),
	F(struct comment, FT_BOOL, gone, 0, NULL), F(struct comment, FT_I64, text_version, 0, NULL), F(struct comment, FT_BOOL, must_fix, 0, NULL),
	F(struct comment, FT_BOOL, pending, 0, NULL), F(struct comment, FT_BOOL, held, 0, NULL), F(struct comment, FT_TIME, made_at, 0, NULL),
	F(struct comment, FT_TIME, edited_at, FIELD_OPTIONAL, NULL), F(struct comment, FT_TIME, removed_at, FIELD_OPTIONAL, NULL),
	F(struct comment, FT_ENUM, resolution, FIELD_OPTIONAL, NULL, .names = comment_resolution_names), F(struct comment, FT_TIME, resolved_at, FIELD_OPTIONAL, NULL),
	F(struct comment, FT_OBJ, resolved_by, FIELD_OPTIONAL, NULL, .shape = &ref_shape), F(struct comment, FT_TEXT, words, FIELD_OPTIONAL, NULL),
	F(struct comment, FT_JSON, changes, FIELD_OPTIONAL, NULL), F(struct comment, FT_I64, version, 0, NULL), F(struct comment, FT_I64, document, 0, NULL),
	F(struct comment, FT_I64, scope, 0, NULL), F(struct comment, FT_I64, anchor_version, FIELD_OPTIONAL, NULL), F(struct comment, FT_I64, takes, 0, NULL),
	F(struct comment, FT_TEXT, spans, FIELD_OPTIONAL, NULL));

#define COMMENT                                                                                                                \
	"SELECT x.id, p.id AS person_id, p.name AS person_name, x.text, x.section, x.block, x.entry, x.action, x.cause, x.quote, x.anchor_from AS \"from\", x.anchor_to AS \"to\"," \
	" x.gone, x.text_version, x.must_fix, CASE WHEN x.held = 1 AND x.given IS NULL THEN 1 ELSE 0 END AS pending, x.held, x.made_at, x.edited_at, x.removed_at, x.resolution," \
	" x.resolved_at, q.id AS resolved_by_id, q.name AS resolved_by_name, x.words, x.changes, x.version, x.document, x.scope, x.anchor_version, x.takes, x.spans FROM comment x" \
	" JOIN person p ON p.id = x.person LEFT JOIN person q ON q.id = x.resolved_by"
/* What is not handed in is seen by nobody but its writer. */
#define SHOWN "(x.held = 0 OR x.given IS NOT NULL)"
#define MINE_OR_SHOWN "(" SHOWN " OR x.person = $2)"

static struct db_value opt_number(int64_t v) {
	return v == I64_NONE ? DB_NULL : DB_I64(v);
}

/* ---- reading ---- */

enum st comment_store_list(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &comment_row, out, COMMENT " WHERE x.document = $1 AND " MINE_OR_SHOWN " ORDER BY x.id LIMIT 2000", DB_ARGS(DB_I64(document), DB_I64(c->who->person)));
}

enum st comment_store_get(struct ctx *c, int64_t document, int64_t id, struct comment *out) {
	*out = (struct comment){ 0 }; /* places and answers are worked out later */
	return shape_query_one(c, &comment_row, out, COMMENT " WHERE x.document = $1 AND " MINE_OR_SHOWN " AND x.id = $3",
		DB_ARGS(DB_I64(document), DB_I64(c->who->person), DB_I64(id)));
}

enum st comment_store_of_reviews(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &comment_row, out, COMMENT " WHERE x.document = $1 AND (x.held = 1 OR x.must_fix = 1) AND " MINE_OR_SHOWN " ORDER BY x.id", DB_ARGS(DB_I64(document), DB_I64(c->who->person)));
}

enum st comment_open_musts(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &comment_row, out, COMMENT " WHERE x.document = $1 AND " SHOWN " AND x.must_fix = 1 AND x.resolution IS NULL ORDER BY x.id", DB_ARGS(DB_I64(document)));
}

enum st comment_store_stale(struct ctx *c, int64_t document, int64_t version, struct list *out) {
	return shape_query(c, &comment_row, out, COMMENT " WHERE x.document = $1 AND x.anchor_version < $2 ORDER BY x.id", DB_ARGS(DB_I64(document), DB_I64(version)));
}

enum st comment_store_held(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &comment_row, out, COMMENT " WHERE x.document = $1 AND x.person = $2 AND x.held = 1 AND x.given IS NULL ORDER BY x.id",
		DB_ARGS(DB_I64(document), DB_I64(c->who->person)));
}

/* Rows of (comment, …), in the order of the comments: those of one of them, from *i on. */
static size_t rows_of(const struct db_result *r, size_t *i, int64_t comment) {
	while (*i < r->rows && db_i64(r, *i, 0) < comment)
		++*i;
	size_t from = *i;
	while (*i < r->rows && db_i64(r, *i, 0) == comment)
		++*i;
	return *i - from;
}

static struct comment_reply reply_at(const struct db_result *r, size_t i) {
	return (struct comment_reply){ db_i64(r, i, 1), { db_i64(r, i, 2), db_str(r, i, 3) }, db_str(r, i, 4), db_i64(r, i, 5),
		db_cell(r, i, 6)->type == DB_T_NULL ? I64_NONE : db_i64(r, i, 6) };
}

static enum st fill_replies(struct ctx *c, int64_t document, const struct list *comments) {
	struct db_result r;
	struct comment *x = comments->items;
	enum st st = db_get(c, &r,
		"SELECT y.comment, y.id, p.id, p.name, y.text, y.made_at, y.edited_at FROM comment x JOIN comment_reply y ON y.comment = x.id JOIN person p ON p.id = y.person"
		" WHERE x.document = $1 ORDER BY y.comment, y.id",
		DB_I64(document));
	for (size_t k = 0, i = 0; st == ST_OK && k < comments->n; k++) {
		size_t n = rows_of(&r, &i, x[k].id);
		struct comment_reply *replies = arena_array(c->a, n, sizeof *replies);
		for (size_t j = 0; j < n; j++)
			replies[j] = reply_at(&r, i - n + j);
		x[k].replies = (struct list){ replies, n };
	}
	return st;
}

static enum st fill_made(struct ctx *c, int64_t document, const struct list *comments) {
	struct db_result r;
	struct comment *x = comments->items;
	enum st st = db_get(c, &r,
		"SELECT m.comment, m.kind, m.record, COALESCE(a.title, t.text, u.text, ''), t.incident FROM comment x JOIN comment_made m ON m.comment = x.id"
		" LEFT JOIN action a ON m.kind = 'action' AND a.id = m.record AND a.scope IN (0, x.scope) LEFT JOIN timeline_entry t ON m.kind = 'timeline' AND t.id = m.record AND t.scope IN (0, x.scope)"
		" LEFT JOIN document_cause u ON m.kind = 'cause' AND u.id = m.record WHERE x.document = $1 ORDER BY m.comment, m.at, m.kind, m.record",
		DB_I64(document));
	for (size_t k = 0, i = 0; st == ST_OK && k < comments->n; k++) {
		size_t n = rows_of(&r, &i, x[k].id);
		struct comment_made *made = arena_array(c->a, n, sizeof *made);
		for (size_t j = 0; j < n; j++)
			made[j] = (struct comment_made){ enum_index(comment_kind_names, db_str(&r, i - n + j, 1)), db_i64(&r, i - n + j, 2), db_str(&r, i - n + j, 3), db_i64(&r, i - n + j, 4) };
		x[k].made = (struct list){ made, n };
	}
	return st;
}

enum st comment_store_fill(struct ctx *c, int64_t document, const struct list *comments) {
	enum st st = fill_replies(c, document, comments);
	return st == ST_OK ? fill_made(c, document, comments) : st;
}

enum st comment_words(struct ctx *c, int64_t document, struct buf *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT x.id, 0, x.text FROM comment x WHERE x.document = $1 AND " SHOWN " UNION ALL SELECT x.id, y.id, y.text FROM comment x JOIN comment_reply y ON y.comment = x.id"
		" WHERE x.document = $1 AND " SHOWN " ORDER BY 1, 2",
		DB_I64(document));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		buf_addc(out, '\n');
		buf_add(out, db_str(&r, i, 2));
	}
	return st;
}

enum st comment_said(struct ctx *c, int64_t comment, int64_t reply, struct comment_said *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT COALESCE(y.text, x.text), x.quote, COALESCE(y.person, x.person), x.changes IS NOT NULL FROM comment x LEFT JOIN comment_reply y ON y.comment = x.id AND y.id = $2"
		" WHERE x.id = $1 AND " SHOWN " AND ($2 = 0 OR y.id IS NOT NULL)",
		DB_I64(comment), DB_I64(reply));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st != ST_OK)
		return st;
	*out = (struct comment_said){ .text = db_str(&r, 0, 0), .quote = db_str(&r, 0, 1), .by = db_i64(&r, 0, 2), .suggests = db_i64(&r, 0, 3) };
	return shape_query(c, &ref_shape, &out->people,
		"SELECT p.id, p.name FROM person p WHERE p.id IN (SELECT x.person FROM comment x WHERE x.id = $1 UNION SELECT y.person FROM comment_reply y WHERE y.comment = $1) ORDER BY p.id",
		DB_ARGS(DB_I64(comment)));
}

/* ---- what a comment may be about ---- */

static enum st title_of(struct ctx *c, const char *sql, int64_t document, int64_t id, str *title) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, DB_ARGS(DB_I64(document), DB_I64(id)));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	*title = st == ST_OK ? db_str(&r, 0, 0) : STR_NONE;
	return st;
}

enum st comment_store_entry(struct ctx *c, int64_t document, int64_t id, str *title) {
	return title_of(c, "SELECT t.text FROM timeline_entry t JOIN document_incident y ON y.incident = t.incident WHERE y.document = $1 AND t.id = $2 AND t.struck_at IS NULL", document, id,
		title);
}

enum st comment_store_action(struct ctx *c, int64_t document, int64_t id, str *title) {
	return title_of(c,
		"SELECT a.title FROM action a JOIN document d ON d.id = $1 WHERE a.id = $2 AND a.scope IN (0, d.scope)"
		" AND (a.document = $1 OR a.incident IN (SELECT y.incident FROM document_incident y WHERE y.document = $1))",
		document, id, title);
}

enum st comment_store_cause(struct ctx *c, int64_t document, int64_t id, str *title) {
	return title_of(c, "SELECT x.text FROM document_cause x WHERE x.document = $1 AND x.id = $2", document, id, title);
}

enum st comment_store_sources(struct ctx *c, enum comment_kind kind, int64_t record, struct list *out) {
	return shape_query(c, &comment_source_shape, out,
		"SELECT x.id, d.id AS document_id, d.title AS document_title, x.quote, x.text FROM comment_made m JOIN comment x ON x.id = m.comment JOIN document d ON d.id = x.document"
		" WHERE m.kind = $1 AND m.record = $2 AND (x.held = 0 OR x.given IS NOT NULL) AND " PERM_SEES("d.scope", "$3") " ORDER BY x.id LIMIT 50",
		DB_ARGS(DB_STR(enum_str(comment_kind_names, (int)kind)), DB_I64(record), DB_I64(perm_viewer(c))));
}

enum st comment_store_login(struct ctx *c, int64_t person, str *login) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT login FROM person WHERE id = $1 AND active = 1", DB_I64(person));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	*login = st == ST_OK ? db_str(&r, 0, 0) : STR_NONE;
	return st;
}

/* ---- writing ---- */

enum st comment_store_insert(struct ctx *c, const struct document *d, const struct comment *x, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO comment (document, scope, person, text, section, quote, text_version, must_fix, made_at, version, held, anchor_from, anchor_to, anchor_version, block, entry, action,"
		" cause, changes, takes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id",
		DB_I64(d->id), DB_I64(d->scope), DB_I64(c->who->person), DB_STR(x->text), DB_OPT_STR(x->section), DB_OPT_STR(x->quote), DB_I64(x->text_version), DB_I64(x->must_fix),
		DB_I64(c->now), DB_I64(x->held), opt_number(x->from), opt_number(x->to), x->from == I64_NONE ? DB_NULL : DB_I64(x->anchor_version), DB_OPT_STR(x->block),
		DB_OPT_I64(x->entry), DB_OPT_I64(x->action), DB_OPT_I64(x->cause), DB_OPT_STR(x->changes), DB_I64(x->takes));
}

enum st comment_store_save(struct ctx *c, const struct comment *x) {
	return db_later(c,
		"UPDATE comment SET text = $2, must_fix = $3, resolution = $4, resolved_at = $5, resolved_by = $6, words = $7, edited_at = $8, removed_at = $9, version = version + 1 WHERE id = $1",
		DB_I64(x->id), DB_STR(x->text), DB_I64(x->must_fix), x->resolution < 0 ? DB_NULL : DB_STR(enum_str(comment_resolution_names, x->resolution)),
		x->resolution < 0 ? DB_NULL : DB_I64(x->resolved_at), DB_OPT_I64(x->resolved_by.id), DB_OPT_STR(x->words), opt_number(x->edited_at), opt_number(x->removed_at));
}

enum st comment_store_place(struct ctx *c, const struct comment *x) {
	return db_later(c, "UPDATE comment SET anchor_from = $2, anchor_to = $3, anchor_version = $4, gone = $5, changes = $6, spans = $7 WHERE id = $1", DB_I64(x->id), opt_number(x->from),
		opt_number(x->to), opt_number(x->anchor_version), DB_I64(x->gone), DB_OPT_STR(x->changes), DB_OPT_STR(x->spans));
}

enum st comment_store_remove(struct ctx *c, int64_t id) {
	return db_do(c, "DELETE FROM comment WHERE id = $1", DB_I64(id));
}

enum st comment_store_hand_in(struct ctx *c, int64_t document, int64_t review) {
	return db_later(c, "UPDATE comment SET given = $3 WHERE document = $1 AND person = $2 AND held = 1 AND given IS NULL", DB_I64(document), DB_I64(c->who->person), DB_I64(review));
}

enum st comment_store_reply(struct ctx *c, int64_t comment, str text, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO comment_reply (comment, person, text, made_at) VALUES ($1, $2, $3, $4) RETURNING id", DB_I64(comment), DB_I64(c->who->person), DB_STR(text),
		DB_I64(c->now));
}

enum st comment_store_reply_of(struct ctx *c, int64_t comment, int64_t id, struct comment_reply *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT y.comment, y.id, p.id, p.name, y.text, y.made_at, y.edited_at FROM comment_reply y JOIN person p ON p.id = y.person WHERE y.comment = $1 AND y.id = $2",
		DB_I64(comment), DB_I64(id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = reply_at(&r, 0);
	return st;
}

enum st comment_store_save_reply(struct ctx *c, int64_t id, str text) {
	return db_later(c, "UPDATE comment_reply SET text = $2, edited_at = $3 WHERE id = $1", DB_I64(id), DB_STR(text), DB_I64(c->now));
}

enum st comment_store_remove_reply(struct ctx *c, int64_t id) {
	return db_do(c, "DELETE FROM comment_reply WHERE id = $1", DB_I64(id));
}

enum st comment_store_made(struct ctx *c, int64_t comment, enum comment_kind kind, int64_t record) {
	return db_later(c, "INSERT INTO comment_made (comment, kind, record, person, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (comment, kind, record) DO NOTHING", DB_I64(comment),
		DB_STR(enum_str(comment_kind_names, (int)kind)), DB_I64(record), DB_I64(c->who->person), DB_I64(c->now));
}

/* ---- scope ---- */

static enum st follow_document(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	if (strcmp(noun, "document") != 0)
		return ST_OK;
	return db_later(c, "UPDATE comment SET scope = $2 WHERE document = $1", DB_I64(id), DB_I64(scope));
}
RESCOPE_WITH(comment, follow_document);
