#include "feature/action/action_store.h"
#include "feature/policy/policy.h"
#include "text/utf8.h"

const struct noun action_noun = { "action", "ACT", "SELECT scope FROM action WHERE id = $1" };

SHAPE(action_incident_shape, "ActionIncident", struct action_link, N_("the incident that an action belongs to"),
	F(struct action_link, FT_ID, id, FIELD_REQUIRED, N_("number of the incident"), .prefix = "INC"),
	F(struct action_link, FT_TEXT, title, FIELD_REQUIRED, N_("its title")));
SHAPE(action_document_shape, "ActionDocument", struct action_link, N_("the document that an action belongs to"),
	F(struct action_link, FT_ID, id, FIELD_REQUIRED, N_("number of the document"), .prefix = "PM"),
	F(struct action_link, FT_TEXT, title, FIELD_REQUIRED, N_("its title")));

SHAPE(action_shape, "Action", struct action, N_("an action item"),
	F(struct action, FT_ID, id, FIELD_REQUIRED, N_("number of the action"), .prefix = "ACT"),
	F(struct action, FT_TEXT, title, FIELD_REQUIRED, N_("what is to be done")),
	F(struct action, FT_ENUM, type, FIELD_REQUIRED, N_("what kind of work it is"), .names = action_type_names),
	F(struct action, FT_ENUM, aim, FIELD_REQUIRED, N_("the group of improvements: prevention, detection or handling"), .names = action_aim_names),
	F(struct action, FT_ENUM, priority, FIELD_REQUIRED, N_("P0 is the most urgent"), .names = action_priority_names),
	F(struct action, FT_ENUM, state, FIELD_REQUIRED, N_("open, done, or dropped: it will not be done"), .names = action_state_names),
	F(struct action, FT_ENUM, horizon, FIELD_REQUIRED, N_("short or long: can it be done now, or is it a longer undertaking?"), .names = action_horizon_names),
	F(struct action, FT_OBJ, owner, FIELD_OPTIONAL, N_("who sees to it"), .shape = &ref_shape),
	F(struct action, FT_OBJ, team, FIELD_OPTIONAL, N_("the team that sees to it while nobody in person does"), .shape = &ref_shape),
	F(struct action, FT_TIME, started_at, FIELD_OPTIONAL, N_("since when somebody works on it")),
	F(struct action, FT_DATE, due, FIELD_OPTIONAL, N_("by when")),
	F(struct action, FT_ENUM, due_by, FIELD_OPTIONAL, N_("who said so: the policy, or a person; null: nobody yet"), .names = due_by_names),
	F(struct action, FT_OBJ, incident, FIELD_OPTIONAL, N_("the incident it comes from"), .shape = &action_incident_shape),
	F(struct action, FT_OBJ, document, FIELD_OPTIONAL, N_("the document it stands in"), .shape = &action_document_shape),
	F(struct action, FT_TEXT, tracker, FIELD_OPTIONAL, N_("address of the same work in a tracker")),
	F(struct action, FT_TEXT, evidence, FIELD_OPTIONAL, N_("what shows that it was done")),
	F(struct action, FT_TEXT, reason, FIELD_OPTIONAL, N_("why it was dropped or opened again")),
	F(struct action, FT_TIME, made_at, FIELD_REQUIRED, N_("when it was written down")),
	F(struct action, FT_OBJ, made_by, FIELD_OPTIONAL, N_("who wrote it down; null: the system"), .shape = &ref_shape),
	F(struct action, FT_TIME, closed_at, FIELD_OPTIONAL, N_("when it was done or dropped")),
	F(struct action, FT_OBJ, closed_by, FIELD_OPTIONAL, N_("who closed it"), .shape = &ref_shape),
	F(struct action, FT_OBJ, agreed_by, FIELD_OPTIONAL, N_("who agreed that it will not be done"), .shape = &ref_shape),
	F(struct action, FT_DATE, check_on, FIELD_OPTIONAL, N_("when to look whether it has held")),
	F(struct action, FT_ENUM, held, FIELD_OPTIONAL, N_("has it held? null: nobody has looked yet"), .names = action_held_names),
	F(struct action, FT_TIME, checked_at, FIELD_OPTIONAL, N_("when somebody looked")),
	F(struct action, FT_OBJ, checked_by, FIELD_OPTIONAL, N_("who looked"), .shape = &ref_shape),
	F(struct action, FT_TEXT, check_note, FIELD_OPTIONAL, N_("what was seen")),
	F(struct action, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

/* $1: who looks. The incident is seen by whoever sees the action; the document may have a scope of its own. */
#define ACTION                                                                                                                 \
	"SELECT a.scope, a.incident, a.document, a.id, a.title, a.type, a.aim, a.priority, a.state, a.horizon, o.id AS owner_id, o.name AS owner_name,"      \
	" t.id AS team_id, t.name AS team_name, a.started_at, a.due, a.due_by, i.id AS incident_id, i.title AS incident_title,"              \
	" d.id AS document_id, d.title AS document_title, a.tracker, a.evidence, a.reason, a.made_at, m.id AS made_by_id, m.name AS made_by_name,"           \
	" a.closed_at, k.id AS closed_by_id, k.name AS closed_by_name, g.id AS agreed_by_id, g.name AS agreed_by_name, a.check_on, a.held, a.checked_at,"    \
	" h.id AS checked_by_id, h.name AS checked_by_name, a.check_note, a.version FROM action a"                                 \
	" LEFT JOIN person o ON o.id = a.owner LEFT JOIN team t ON t.id = a.team LEFT JOIN person m ON m.id = a.made_by LEFT JOIN person k ON k.id = a.closed_by" \
	" LEFT JOIN person g ON g.id = a.agreed_by LEFT JOIN person h ON h.id = a.checked_by"                                      \
	" LEFT JOIN incident i ON i.id = a.incident AND " PERM_SEES("i.scope", "$1")                                               \
	" LEFT JOIN document d ON d.id = a.document AND " PERM_SEES("d.scope", "$1")
enum { COL_SCOPE, COL_INCIDENT, COL_DOCUMENT };

static enum st query(struct ctx *c, struct list *out, const char *sql, const struct db_value *args, size_t n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, args, n);
	if (st != ST_OK)
		return st;
	struct action *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++) {
		shape_from_row(&action_shape, &r, i, &all[i]);
		all[i].scope = db_i64(&r, i, COL_SCOPE);
		all[i].incident_id = db_i64(&r, i, COL_INCIDENT);
		all[i].document_id = db_i64(&r, i, COL_DOCUMENT);
	}
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

enum st action_store_get(struct ctx *c, int64_t id, struct action *out) {
	struct list found;
	enum st st = query(c, &found, ACTION " WHERE a.id = $2", DB_ARGS(DB_I64(perm_viewer(c)), DB_I64(id)));
	if (st == ST_OK && !found.n)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = *(struct action *)found.items;
	return st;
}

/* $4 … $21; the names of lists stand between commas. To a document belong its own items and those of the incidents it is about. */
#define AMONG(list, column) "(" list " = '' OR replace(" list ", ',' || " column " || ',', '') <> " list ")"
#define STAGE "CASE WHEN a.state <> 'open' THEN a.state WHEN a.started_at IS NULL THEN 'todo' ELSE 'doing' END"
#define ABOUT(document)                                                                                                        \
	"SELECT y.incident FROM document_incident y JOIN document z ON z.id = y.document WHERE y.document = " document " AND " PERM_SEES("z.scope", "$1")
#define FITS                                                                                                                   \
	" WHERE (" AMONG("$4", "a.state") " OR " AMONG("$4", STAGE) ")"                                                            \
	" AND ($5 = 0 OR a.owner = $5 OR ($5 = -2 AND a.owner IS NULL)) AND ($6 = 0 OR a.incident = $6) " \
	"AND ($7 = 0 OR a.document = $7 OR a.incident IN (" ABOUT("$7") "))"                                                      \
	" AND " AMONG("$8", "a.type") " AND " AMONG("$9", "a.aim") " AND " AMONG("$10", "a.priority") " AND " AMONG("$11", "a.horizon") \
	" AND COALESCE(a.due, 4000000000) BETWEEN $12 AND $13"                                                                     \
	" AND ($14 = 0 OR EXISTS (SELECT 1 FROM incident_service s WHERE s.incident = a.incident AND s.service = $14))"            \
	" AND ($15 = 0 OR a.team = $15) AND ($16 = '' OR replace(a.title_folded, $16, '') <> a.title_folded) AND ($17 = 0 OR a.id = $17)" \
	" AND ($18 = '' OR (a.state = 'done' AND a.held = $18) OR ($18 = 'not_held' AND a.held = $18)"                             \
	" OR (a.state = 'done' AND a.held IS NULL AND ($18 = 'waiting' OR ($18 = 'due' AND a.check_on <= $19)))) AND "             \
	PERM_SEES("a.scope", "$1")

static str states_of(struct ctx *c, const struct action_filter *f) {
	return f->states.n ? f->states : f->state < 0 ? STR("") : arena_printf(c->a, ",%s,", action_state_names[f->state]);
}

static struct db_value text_of(str s) {
	return DB_STR(s.n ? s : STR(""));
}

/* $1 … $21 of a page: who looks, where it begins (due date, number), the filter, and at most how many. */
static enum st page_of(struct ctx *c, const struct action_filter *f, const struct page_in *page, struct list *out, const char *sql) {
	const struct db_value args[] = { DB_I64(perm_viewer(c)), DB_I64(page->key), DB_I64(page->id), text_of(states_of(c, f)), DB_I64(f->owner), DB_I64(f->incident),
		DB_I64(f->document), text_of(f->types), text_of(f->aims), text_of(f->priorities), text_of(f->horizons), DB_I64(f->due_given ? f->due_from : -ACTION_NO_DUE),
		DB_I64(f->due_given ? f->due_to : ACTION_NO_DUE), DB_I64(f->service), DB_I64(f->team), text_of(f->words), DB_I64(f->number), text_of(f->hold),
		DB_I64(f->today), DB_I64(page->limit) };
	return query(c, out, sql, args, sizeof args / sizeof *args);
}

enum st action_store_open(struct ctx *c, const struct action_filter *f, const struct page_in *page, struct list *out) {
	return page_of(c, f, page, out,
		ACTION FITS " AND (COALESCE(a.due, 4000000000) > $2 OR (COALESCE(a.due, 4000000000) = $2 AND a.id > $3)) ORDER BY COALESCE(a.due, 4000000000), a.id LIMIT $20");
}

enum st action_store_newest(struct ctx *c, const struct action_filter *f, const struct page_in *page, struct list *out) {
	return page_of(c, f, page, out, ACTION FITS " AND a.id < $3 AND CAST($2 AS BIGINT) >= 0 ORDER BY a.id DESC LIMIT $20");
}

static struct db_value opt_number(int64_t v) {
	return v == I64_NONE ? DB_NULL : DB_I64(v);
}

static struct db_value opt_due_by(int by) {
	return by < 0 ? DB_NULL : DB_STR(enum_str(due_by_names, by));
}

enum st action_store_insert(struct ctx *c, const struct action *x, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO action (title, type, aim, priority, state, owner, due, incident, document, scope, tracker, made_at, made_by, version, title_folded, horizon, team, due_by)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $16, $17) RETURNING id",
		DB_STR(x->title), DB_STR(enum_str(action_type_names, x->type)), DB_STR(enum_str(action_aim_names, x->aim)),
		DB_STR(enum_str(action_priority_names, x->priority)), DB_STR(enum_str(action_state_names, x->state)), DB_OPT_I64(x->owner.id), opt_number(x->due),
		DB_OPT_I64(x->incident_id), DB_OPT_I64(x->document_id), DB_I64(x->scope), DB_OPT_STR(x->tracker), DB_I64(x->made_at), DB_OPT_I64(x->made_by.id),
		DB_STR(utf8_fold(c->a, x->title)), DB_STR(enum_str(action_horizon_names, x->horizon)), DB_OPT_I64(x->team.id), opt_due_by(x->due_by));
}

enum st action_store_update(struct ctx *c, const struct action *x) {
	return db_later(c,
		"UPDATE action SET title = $2, type = $3, aim = $4, priority = $5, state = $6, owner = $7, due = $8, incident = $9, document = $10, scope = $11, tracker = $12,"
		" evidence = $13, reason = $14, closed_at = $15, closed_by = $16, title_folded = $17, horizon = $18, team = $19, started_at = $20,"
		" agreed_by = $21, check_on = $22, held = $23, checked_at = $24, checked_by = $25, check_note = $26, due_by = $27, version = version + 1 WHERE id = $1",
		DB_I64(x->id), DB_STR(x->title), DB_STR(enum_str(action_type_names, x->type)), DB_STR(enum_str(action_aim_names, x->aim)),
		DB_STR(enum_str(action_priority_names, x->priority)), DB_STR(enum_str(action_state_names, x->state)), DB_OPT_I64(x->owner.id), opt_number(x->due),
		DB_OPT_I64(x->incident_id), DB_OPT_I64(x->document_id), DB_I64(x->scope), DB_OPT_STR(x->tracker), DB_OPT_STR(x->evidence), DB_OPT_STR(x->reason),
		opt_number(x->closed_at), DB_OPT_I64(x->closed_by.id), DB_STR(utf8_fold(c->a, x->title)), DB_STR(enum_str(action_horizon_names, x->horizon)),
		DB_OPT_I64(x->team.id), opt_number(x->started_at), DB_OPT_I64(x->agreed_by.id), opt_number(x->check_on),
		x->held < 0 ? DB_NULL : DB_STR(enum_str(action_held_names, x->held)), opt_number(x->checked_at), DB_OPT_I64(x->checked_by.id), DB_OPT_STR(x->check_note), opt_due_by(x->due_by));
}

/* ---- scope ---- */

#define RIGHT_SCOPE "CASE WHEN i.scope IS NOT NULL AND i.scope <> 0 THEN i.scope WHEN d.scope IS NOT NULL THEN d.scope ELSE 0 END"

enum st action_store_scope(struct ctx *c, int64_t incident, int64_t document, int64_t *scope) {
	return db_one_i64(c, scope,
		"SELECT " RIGHT_SCOPE " FROM (SELECT 1 AS one) x LEFT JOIN incident i ON i.id = $1 LEFT JOIN document d ON d.id = $2", DB_I64(incident), DB_I64(document));
}

enum st action_store_misplaced(struct ctx *c, int64_t incident, int64_t document, struct action_misplaced **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT a.id, " RIGHT_SCOPE " FROM action a LEFT JOIN incident i ON i.id = a.incident LEFT JOIN document d ON d.id = a.document"
		" WHERE (a.incident = $1 OR a.document = $2) AND a.scope <> " RIGHT_SCOPE,
		DB_I64(incident), DB_I64(document));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct action_misplaced){ db_i64(&r, i, 0), db_i64(&r, i, 1) };
	return ST_OK;
}

enum st action_store_set_scope(struct ctx *c, int64_t id, int64_t scope) {
	return db_later(c, "UPDATE action SET scope = $2 WHERE id = $1", DB_I64(id), DB_I64(scope));
}

/* ---- names in a filter ---- */

static const struct {
	const char *what, *sql;
} named[] = {
	{ "person", "SELECT id FROM person WHERE login_folded = $1 OR name_folded = $1 ORDER BY CASE WHEN login_folded = $1 THEN 0 ELSE 1 END, id LIMIT 1" },
	{ "team", "SELECT id FROM team WHERE handle = $1 OR lower(name) = $1 ORDER BY id LIMIT 1" },
	{ "service", "SELECT id FROM service WHERE name_folded = $1" },
};

enum st action_store_named(struct ctx *c, const char *what, str name, int64_t *id) {
	enum st st = ST_NOT_FOUND;
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (strcmp(named[i].what, what) == 0)
			st = db_one_i64(c, id, named[i].sql, DB_STR(name));
	if (st == ST_NOT_FOUND)
		*id = 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}
