#include "core/shape.h"
#include "db/in.h"
#include "feature/search/search_facts.h"
#include "text/utf8.h"

/* What facts are made of, and the rows that carry them. */

static enum st incident_base(struct ctx *c, int64_t id, struct db_result *r) {
	return db_get(c, r,
		"SELECT 'incident', i.severity, i.state, COALESCE((SELECT min(m.at) FROM incident_milestone m WHERE m.incident = i.id), i.made_at) FROM incident i WHERE i.id = $1",
		DB_I64(id));
}

/* The worst of its incidents, and when the first of them began. */
static enum st document_base(struct ctx *c, int64_t id, struct db_result *r) {
	return db_get(c, r,
		"SELECT d.kind, (SELECT min(i.severity) FROM document_incident x JOIN incident i ON i.id = x.incident WHERE x.document = d.id), d.state,"
		" COALESCE((SELECT min(m.at) FROM document_incident x JOIN incident_milestone m ON m.incident = x.incident WHERE x.document = d.id), d.made_at)"
		" FROM document d WHERE d.id = $1",
		DB_I64(id));
}

enum st search_store_base(struct ctx *c, const char *noun, int64_t noun_id, struct search_base *out) {
	struct db_result r = { 0 };
	enum st st = ST_NOT_FOUND;
	if (!strcmp(noun, "incident"))
		st = incident_base(c, noun_id, &r);
	else if (!strcmp(noun, "document"))
		st = document_base(c, noun_id, &r);
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st != ST_OK)
		return st;
	*out = (struct search_base){ db_str(&r, 0, 0), db_str(&r, 0, 1), db_str(&r, 0, 2), db_i64(&r, 0, 3) };
	if (!strcmp(noun, "document") && str_is(out->kind, "incident"))
		out->kind = STR("postmortem");
	return ST_OK;
}

enum st search_store_factors(struct ctx *c, int64_t document, str **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT DISTINCT factor FROM document_cause WHERE document = $1 AND factor <> '' ORDER BY factor", DB_I64(document));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_str(&r, i, 0);
	return ST_OK;
}

/* Compared here: the order of a database's letters is its own. */
enum st search_store_services_like(struct ctx *c, str name, int64_t **out, size_t *n) {
	str folded = utf8_fold(c->a, name);
	struct db_result r;
	bool exact = false;
	enum st st = ctx_db_run(c, &r, "SELECT id, name_folded FROM service ORDER BY id", DB_NO_ARGS);
	if (st != ST_OK)
		return st;
	*n = 0;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		exact |= str_eq(db_str(&r, i, 1), folded);
	for (size_t i = 0; i < r.rows; i++)
		if (exact ? str_eq(db_str(&r, i, 1), folded) : str_starts(db_str(&r, i, 1), folded))
			(*out)[(*n)++] = db_i64(&r, i, 0);
	return ST_OK;
}

enum st search_store_service_names(struct ctx *c, struct list *out) {
	return shape_query(c, &ref_shape, out, "SELECT id, name FROM service ORDER BY id", DB_NO_ARGS);
}

/* ---- rows ---- */

#define FACT_ROW                                                                                                                \
	"SELECT x.id, x.at, x.noun, x.facts, CASE WHEN x.facts = '' THEN COALESCE(i.facts, '') ELSE '' END FROM search_item x"      \
	" LEFT JOIN search_item i ON i.noun = 'incident' AND i.noun_id = x.incident AND x.facts = ''"

static void take_rows(struct ctx *c, const struct db_result *r, struct search_fact_row **out, size_t *found) {
	*found = r->rows;
	*out = arena_array(c->a, r->rows + 1, sizeof **out);
	for (size_t i = 0; i < r->rows; i++)
		(*out)[i] = (struct search_fact_row){ db_i64(r, i, 0), db_i64(r, i, 1), db_str(r, i, 2), db_str(r, i, 3), db_str(r, i, 4) };
}

enum st search_store_facts_some(struct ctx *c, const int64_t *ids, size_t n, struct search_fact_row **out, size_t *found) {
	struct db_value args[DB_IN_MOST + 1];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(ids[i]);
	db_in_fill(args, n);
	args[DB_IN_MOST] = DB_I64(perm_viewer(c));
	enum st st = ctx_db_run(c, &r, FACT_ROW " WHERE x.id IN (" DB_IN_32 ") AND " PERM_SEES("x.scope", "$33"), args, DB_IN_MOST + 1);
	if (st == ST_OK)
		take_rows(c, &r, out, found);
	return st;
}

enum st search_store_facts_newest(struct ctx *c, int64_t at, int64_t id, int64_t limit, struct search_fact_row **out, size_t *found) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT x.id, x.at, x.noun, x.facts, '' FROM search_item x WHERE x.facts <> '' AND x.at <= $1 AND (x.at < $1 OR x.id < $2) AND " PERM_SEES("x.scope", "$3")
		" ORDER BY x.at DESC, x.id DESC LIMIT $4",
		DB_I64(at), DB_I64(id), DB_I64(perm_viewer(c)), DB_I64(limit));
	if (st == ST_OK)
		take_rows(c, &r, out, found);
	return st;
}

enum st search_store_stamp(struct ctx *c, struct search_stamp *out) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, "SELECT epoch, stamp FROM search_stamp WHERE id = 1", DB_NO_ARGS);
	if (st == ST_OK && !r.rows)
		return ST_INTERNAL;
	if (st == ST_OK)
		*out = (struct search_stamp){ db_i64(&r, 0, 0), db_i64(&r, 0, 1) };
	return st;
}

enum st search_store_changed(struct ctx *c, int64_t behind, struct search_changed_row **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT x.id, x.at, x.scope, x.facts FROM search_item x WHERE x.facts <> '' AND x.stamp > $1", DB_I64(behind));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct search_changed_row){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_i64(&r, i, 2), db_str(&r, i, 3) };
	return ST_OK;
}

enum st search_store_admitted(struct ctx *c, int64_t **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT x.id FROM search_item x WHERE x.scope <> 0 AND x.facts <> '' AND " PERM_SEES("x.scope", "$1") " ORDER BY x.id", DB_I64(perm_viewer(c)));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_i64(&r, i, 0);
	return ST_OK;
}
