/* SQL of what waits. */
#include "feature/review/review_parts.h"

/* Nothing is archived unreviewed: whatever is not published, and what was changed since, waits for somebody; but for what was brought in from elsewhere and lies there as it
 * came. */
#define WAITING                                                                                                                \
	"((d.state IN ('draft', 'in_review', 'changes_asked', 'approved') AND NOT (d.state = 'draft' AND EXISTS (SELECT 1 FROM intake_source i WHERE i.document = d.id))) OR (d.state = 'published' AND EXISTS"                      \
	" (SELECT 1 FROM review_reviewer r WHERE r.document = d.id AND r.stale_at IS NOT NULL)))"
/* Those who published records are asked again; else since the document is in its state. */
#define SINCE "CASE WHEN d.state = 'published' THEN (SELECT min(r.stale_at) FROM review_reviewer r WHERE r.document = d.id) ELSE COALESCE(d.state_at, d.made_at) END"
/* Once enough have approved, those who have said nothing are left in peace. */
#define AWAITED "(r.stale_at IS NOT NULL OR (r.verdict IS NULL AND d.state IN ('in_review', 'changes_asked')))"
#define MINE                                                                                                                   \
	"((d.state IN ('draft', 'changes_asked', 'approved') AND d.author = $2) OR (d.state IN ('in_review', 'changes_asked', 'published') AND EXISTS" \
	" (SELECT 1 FROM review_reviewer r WHERE r.document = d.id AND r.person = $2 AND " AWAITED ")))"

static enum st awaited(struct ctx *c, struct review_queue_row *x) {
	return shape_query(c, &ref_shape, &x->awaited,
		"SELECT p.id, p.name FROM review_reviewer r JOIN document d ON d.id = r.document JOIN person p ON p.id = r.person WHERE r.document = $1 AND " AWAITED " ORDER BY r.asked_at, p.id", DB_ARGS(DB_I64(x->id)));
}

static int waits_for(int state) {
	if (state == DOCUMENT_DRAFT || state == DOCUMENT_CHANGES_ASKED)
		return WAITS_AUTHOR;
	return state == DOCUMENT_APPROVED ? WAITS_PUBLISHER : WAITS_REVIEWERS;
}

enum st store_queue(struct ctx *c, bool mine, const struct page_in *page, struct list *out) {
	enum st st = shape_query(c, &review_queue_shape, out,
		"SELECT q.id, q.title, q.kind, q.state, q.restricted, q.since, q.due, p.id AS author_id, p.name AS author_name, q.mine, q.actions_open, q.actions_total FROM"
		" (SELECT d.id, d.title, d.kind, d.state, d.scope AS restricted, d.author, " SINCE " AS since, CASE WHEN " MINE " THEN 1 ELSE 0 END AS mine,"
		" (SELECT v.due FROM review v WHERE v.document = d.id AND v.ended_at IS NULL) AS due, " DOCUMENT_ACTIONS(" AND a.state = 'open'") " AS actions_open, " DOCUMENT_ACTIONS("") " AS actions_total"
		" FROM document d WHERE " WAITING " AND " PERM_SEES("d.scope", "$1") ") q LEFT JOIN person p ON p.id = q.author"
		" WHERE (q.since > $3 OR (q.since = $3 AND q.id > $4)) AND ($5 = 0 OR q.mine = 1) ORDER BY q.since, q.id LIMIT $6",
		DB_ARGS(DB_I64(perm_viewer(c)), DB_I64(c->who->person), DB_I64(page->key), DB_I64(page->id), DB_I64(mine), DB_I64(page->limit)));
	struct review_queue_row *x = out->items;
	for (size_t i = 0; st == ST_OK && i < out->n; i++) {
		x[i].waits_for = waits_for(x[i].state);
		if (x[i].waits_for == WAITS_REVIEWERS || x[i].state == DOCUMENT_CHANGES_ASKED)
			st = awaited(c, &x[i]);
	}
	return st;
}

enum st store_late(struct ctx *c, int64_t today, struct late **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT d.id, d.scope, r.person, v.due FROM review v JOIN document d ON d.id = v.document JOIN review_reviewer r ON r.document = d.id"
		" WHERE v.ended_at IS NULL AND v.due <= $1 + 1 AND d.state IN ('in_review', 'changes_asked', 'published') AND " AWAITED
		" AND (r.reminded_on IS NULL OR r.reminded_on < $1) ORDER BY d.id, r.person LIMIT 200",
		DB_I64(today));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (; *n < r.rows; ++*n)
		(*out)[*n] = (struct late){ db_i64(&r, *n, 0), db_i64(&r, *n, 1), db_i64(&r, *n, 2), db_i64(&r, *n, 3) };
	return ST_OK;
}

enum st store_reminded(struct ctx *c, const struct late *x, int64_t today) {
	return db_later(c, "UPDATE review_reviewer SET reminded_on = $3 WHERE document = $1 AND person = $2", DB_I64(x->document), DB_I64(x->person), DB_I64(today));
}

enum st store_reviewed_with(struct ctx *c, int64_t action, int64_t **ids, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT d.id FROM document d JOIN action a ON a.id = $1 WHERE d.state IN ('in_review', 'changes_asked', 'approved')"
		" AND (a.document = d.id OR EXISTS (SELECT 1 FROM document_incident x WHERE x.document = d.id AND x.incident = a.incident)) ORDER BY d.id",
		DB_I64(action));
	*n = 0;
	if (st != ST_OK)
		return st;
	*ids = arena_array(c->a, r.rows, sizeof **ids);
	for (; *n < r.rows; ++*n)
		(*ids)[*n] = db_i64(&r, *n, 0);
	return ST_OK;
}
