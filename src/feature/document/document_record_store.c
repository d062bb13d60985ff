/* All SQL of the records of documents: causes, impact items, impact windows, lessons. One table of statements; a kind is a row of it. */
#include <math.h>

#include "feature/document/document_report.h"

enum { MOST_FIELDS = 6 };

/* The values of a record, from $4 on; $1 is the document (insert) or the record (update), $2 the time, $3 who. */
static size_t cause_values(const void *record, struct db_value *v) {
	const struct document_cause *x = record;
	v[0] = DB_STR(enum_str(cause_kind_names, x->kind));
	v[1] = DB_STR(x->factor.n ? x->factor : STR(""));
	v[2] = DB_STR(x->text);
	return 3;
}

static size_t impact_values(const void *record, struct db_value *v) {
	const struct document_impact *x = record;
	v[0] = DB_STR(x->metric);
	v[1] = isnan(x->value) ? DB_NULL : DB_F64(x->value);
	v[2] = DB_OPT_STR(x->unit);
	v[3] = DB_I64(x->estimated);
	v[4] = DB_OPT_STR(x->method);
	return 5;
}

static size_t window_values(const void *record, struct db_value *v) {
	const struct document_window *x = record;
	v[0] = DB_I64(x->begins_at);
	v[1] = x->ends_at == I64_NONE ? DB_NULL : DB_I64(x->ends_at);
	v[2] = DB_STR(x->what);
	return 3;
}

static size_t lesson_values(const void *record, struct db_value *v) {
	const struct document_lesson *x = record;
	v[0] = DB_STR(enum_str(lesson_list_names, x->list));
	v[1] = DB_STR(x->text);
	v[2] = x->mark < 0 ? DB_NULL : DB_STR(enum_str(lesson_mark_names, x->mark));
	return 3;
}

#define CAUSE "SELECT x.id, x.document, x.version, x.kind, x.factor, x.text FROM document_cause x WHERE x.document = $1"
#define IMPACT "SELECT x.id, x.document, x.version, x.metric, x.value, x.unit, x.estimated, x.method FROM document_impact x WHERE x.document = $1"
#define WINDOW "SELECT x.id, x.document, x.version, x.begins_at, x.ends_at, x.what FROM document_window x WHERE x.document = $1"
#define LESSON                                                                                                                 \
	"SELECT x.id, x.document, x.version, x.list, x.mark, x.text, a.id AS action_id, a.title AS action_title, a.state AS action_state"           \
	" FROM document_lesson x LEFT JOIN action a ON a.id = x.action WHERE x.document = $1"
#define NEXT(table) "(SELECT COALESCE(max(p.place), 0) + 1 FROM " table " p WHERE p.document = $1)"

static const struct kind {
	const struct shape *shape;
	size_t (*values)(const void *record, struct db_value *v);
	const char *list, *get, *insert, *update, *remove, *place; /* place NULL: ordered by time */
} kinds[] = {
	[RECORD_CAUSE] = { &document_cause_shape, cause_values, CAUSE " ORDER BY x.place, x.id", CAUSE " AND x.id = $2",
		"INSERT INTO document_cause (document, place, changed_at, person, version, kind, factor, text) VALUES ($1, " NEXT("document_cause") ", $2, $3, 1, $4, $5, $6) RETURNING id",
		"UPDATE document_cause SET changed_at = $2, person = $3, version = version + 1, kind = $4, factor = $5, text = $6 WHERE id = $1", "DELETE FROM document_cause WHERE id = $1",
		"UPDATE document_cause SET place = $3 WHERE document = $1 AND id = $2" },
	[RECORD_IMPACT] = { &document_impact_shape, impact_values, IMPACT " ORDER BY x.place, x.id", IMPACT " AND x.id = $2",
		"INSERT INTO document_impact (document, place, changed_at, person, version, metric, value, unit, estimated, method) VALUES ($1, " NEXT("document_impact") ", $2, $3, 1, $4, $5, $6, $7, $8)"
		" RETURNING id",
		"UPDATE document_impact SET changed_at = $2, person = $3, version = version + 1, metric = $4, value = $5, unit = $6, estimated = $7, method = $8 WHERE id = $1",
		"DELETE FROM document_impact WHERE id = $1", "UPDATE document_impact SET place = $3 WHERE document = $1 AND id = $2" },
	[RECORD_WINDOW] = { &document_window_shape, window_values, WINDOW " ORDER BY x.begins_at, x.id", WINDOW " AND x.id = $2",
		"INSERT INTO document_window (document, changed_at, person, version, begins_at, ends_at, what) VALUES ($1, $2, $3, 1, $4, $5, $6) RETURNING id",
		"UPDATE document_window SET changed_at = $2, person = $3, version = version + 1, begins_at = $4, ends_at = $5, what = $6 WHERE id = $1", "DELETE FROM document_window WHERE id = $1",
		NULL },
	[RECORD_LESSON] = { &document_lesson_shape, lesson_values, LESSON " ORDER BY x.place, x.id", LESSON " AND x.id = $2",
		"INSERT INTO document_lesson (document, place, changed_at, person, version, list, text, mark) VALUES ($1, " NEXT("document_lesson") ", $2, $3, 1, $4, $5, $6) RETURNING id",
		"UPDATE document_lesson SET changed_at = $2, person = $3, version = version + 1, list = $4, text = $5, mark = $6 WHERE id = $1", "DELETE FROM document_lesson WHERE id = $1",
		"UPDATE document_lesson SET place = $3 WHERE document = $1 AND id = $2" },
};

enum st record_store_list(struct ctx *c, enum record_kind kind, int64_t document, struct list *out) {
	return shape_query(c, kinds[kind].shape, out, kinds[kind].list, DB_ARGS(DB_I64(document)));
}

enum st record_store_get(struct ctx *c, enum record_kind kind, int64_t document, int64_t id, void *out) {
	return shape_query_one(c, kinds[kind].shape, out, kinds[kind].get, DB_ARGS(DB_I64(document), DB_I64(id)));
}

static size_t bind(struct ctx *c, enum record_kind kind, int64_t first, const void *record, struct db_value *v) {
	v[0] = DB_I64(first);
	v[1] = DB_I64(c->now);
	v[2] = DB_OPT_I64(c->who->person);
	return 3 + kinds[kind].values(record, v + 3);
}

enum st record_store_insert(struct ctx *c, enum record_kind kind, int64_t document, const void *record, int64_t *id) {
	struct db_value v[3 + MOST_FIELDS];
	size_t n = bind(c, kind, document, record, v);
	return ctx_db_one(c, id, kinds[kind].insert, v, n);
}

enum st record_store_update(struct ctx *c, enum record_kind kind, const void *record) {
	struct db_value v[3 + MOST_FIELDS];
	size_t n = bind(c, kind, *(const int64_t *)record, record, v);
	return ctx_db_run(c, NULL, kinds[kind].update, v, n);
}

enum st record_store_delete(struct ctx *c, enum record_kind kind, int64_t id) {
	return ctx_db_run(c, NULL, kinds[kind].remove, DB_ARGS(DB_I64(id)));
}

enum st record_store_place(struct ctx *c, enum record_kind kind, int64_t document, int64_t id, int64_t place) {
	return kinds[kind].place ? ctx_db_run(c, NULL, kinds[kind].place, DB_ARGS(DB_I64(document), DB_I64(id), DB_I64(place))) : ST_OK;
}

enum st record_store_action(struct ctx *c, int64_t lesson, int64_t action) {
	return db_do(c, "UPDATE document_lesson SET action = $2, version = version + 1 WHERE id = $1", DB_I64(lesson), DB_I64(action));
}
