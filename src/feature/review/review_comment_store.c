/* SQL of comments. */
#include "feature/review/review_parts.h"

#define COMMENT                                                                                                                \
	"SELECT x.id, p.id AS person_id, p.name AS person_name, x.text, x.section, x.quote, x.text_version, x.must_fix, x.given IS NULL AS pending, x.made_at," \
	" x.resolution, x.resolved_at, q.id AS resolved_by_id, q.name AS resolved_by_name, x.words, x.version FROM review_comment x"                            \
	" JOIN person p ON p.id = x.person LEFT JOIN person q ON q.id = x.resolved_by"
/* What is not handed in is seen by nobody but its writer. */
#define MINE_OR_GIVEN "(x.given IS NOT NULL OR x.person = $2)"

enum st store_comments(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &review_comment_shape, out, COMMENT " WHERE x.document = $1 AND " MINE_OR_GIVEN " ORDER BY x.id", DB_ARGS(DB_I64(document), DB_I64(c->who->person)));
}

enum st store_comment(struct ctx *c, int64_t document, int64_t id, struct review_comment *out) {
	return shape_query_one(c, &review_comment_shape, out, COMMENT " WHERE x.document = $1 AND " MINE_OR_GIVEN " AND x.id = $3",
		DB_ARGS(DB_I64(document), DB_I64(c->who->person), DB_I64(id)));
}

INPUT(said_shape, "ReviewSaid", struct review_said, F(struct review_said, FT_I64, id, 0, NULL), F(struct review_said, FT_TEXT, text, 0, NULL));

enum st review_said(struct ctx *c, int64_t given, struct list *out) {
	return shape_query(c, &said_shape, out,
		"SELECT 0 AS id, g.words AS text FROM review_given g WHERE g.id = $1 AND g.words <> '' UNION ALL SELECT x.id, x.text FROM review_comment x WHERE x.given = $1 ORDER BY 1",
		DB_ARGS(DB_I64(given)));
}

enum st store_open_musts(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &review_comment_shape, out, COMMENT " WHERE x.document = $1 AND x.given IS NOT NULL AND x.must_fix = 1 AND x.resolution IS NULL ORDER BY x.id",
		DB_ARGS(DB_I64(document)));
}

enum st store_add_comment(struct ctx *c, const struct document *d, const struct review_comment *x, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO review_comment (document, scope, person, text, section, quote, text_version, must_fix, made_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING id",
		DB_I64(d->id), DB_I64(d->scope), DB_I64(c->who->person), DB_STR(x->text), DB_OPT_STR(x->section), DB_OPT_STR(x->quote), DB_I64(d->text_version), DB_I64(x->must_fix),
		DB_I64(c->now));
}

enum st store_change_comment(struct ctx *c, const struct review_comment *x) {
	return db_later(c, "UPDATE review_comment SET text = $2, must_fix = $3, resolution = $4, resolved_at = $5, resolved_by = $6, words = $7, version = version + 1 WHERE id = $1",
		DB_I64(x->id), DB_STR(x->text), DB_I64(x->must_fix), x->resolution < 0 ? DB_NULL : DB_STR(enum_str(resolution_names, x->resolution)),
		x->resolution < 0 ? DB_NULL : DB_I64(x->resolved_at), DB_OPT_I64(x->resolved_by.id), DB_OPT_STR(x->words));
}

enum st store_drop_comment(struct ctx *c, int64_t id) {
	return db_do(c, "DELETE FROM review_comment WHERE id = $1", DB_I64(id));
}

enum st store_hand_in(struct ctx *c, int64_t document, int64_t given, int64_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "UPDATE review_comment SET given = $3 WHERE document = $1 AND person = $2 AND given IS NULL", DB_I64(document), DB_I64(c->who->person), DB_I64(given));
	*n = st == ST_OK ? r.changed : 0;
	return st;
}
