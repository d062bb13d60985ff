#include "feature/document/document_parts.h"

enum st store_drafts(struct ctx *c, int64_t most, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, title, text, scope FROM document WHERE state IN ('draft', 'in_review', 'changes_asked') ORDER BY updated_at DESC, id DESC LIMIT $1", DB_I64(most));
	if (st != ST_OK)
		return st;
	struct document *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++)
		all[i] = (struct document){ .id = db_i64(&r, i, 0), .title = db_str(&r, i, 1), .live_text = db_i64(&r, i, 2), .scope = db_i64(&r, i, 3) };
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

enum st store_person_of(struct ctx *c, str login_folded, int64_t *person) {
	return db_one_i64(c, person, "SELECT id FROM person WHERE login_folded = $1 AND active = 1", DB_STR(login_folded));
}
