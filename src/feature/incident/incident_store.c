#include "feature/incident/incident_store.h"

#include "db/in.h"
#include "text/utf8.h"

const struct noun incident_noun = { "incident", "INC", "SELECT scope FROM incident WHERE id = $1" };
const struct noun mitigation_noun = { "mitigation", NULL, "SELECT scope FROM mitigation WHERE id = $1" };

/* ---- the row ---- */

static struct db_value name_or_null(const char *const *names, int value) {
	return value < 0 ? DB_NULL : DB_STR(enum_str(names, value));
}

static struct db_value number_or_null(int64_t v) {
	return v == I64_NONE ? DB_NULL : DB_I64(v);
}

enum st incident_store_insert(struct ctx *c, const struct incident *i, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO incident (title, title_folded, summary, state, severity, severity_suggested, severity_reason, scope, drill, zone, detection_source, detected_by,"
		" channel, exit_criterion, exit_minutes, made_at, made_by, version)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1) RETURNING id",
		DB_STR(i->title), DB_STR(utf8_fold(c->a, i->title)), DB_STR(i->summary), DB_STR(enum_str(incident_state_names, i->state)),
		DB_STR(enum_str(severity_names, i->severity)), name_or_null(severity_names, i->severity_suggested), DB_OPT_STR(i->severity_reason), DB_I64(i->scope),
		DB_I64(i->drill), DB_STR(i->zone), name_or_null(detection_names, i->detection_source), DB_OPT_STR(i->detected_by), DB_OPT_STR(i->channel),
		DB_OPT_STR(i->exit_criterion), number_or_null(i->exit_minutes), DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st incident_store_get(struct ctx *c, int64_t id, struct incident *out) {
	struct db_result r;
	enum st st = db_again(c, &r,
		"SELECT i.scope, i.id, i.title, i.summary, i.state, i.severity, i.severity_suggested, i.severity_reason, i.scope AS restricted, i.drill, i.data_lost, i.zone,"
		" i.detection_source, i.detected_by, i.channel, i.exit_criterion, i.exit_minutes, i.next_update_at, i.made_at AS created_at, i.version"
		" FROM incident i WHERE i.id = $1",
		DB_I64(id));
	*out = (struct incident){ 0 };
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK) {
		shape_from_row(&incident_shape, &r, 0, out);
		out->scope = db_i64(&r, 0, 0);
	}
	return st;
}

enum st incident_store_save(struct ctx *c, struct incident *i) {
	i->version++;
	return db_later(c,
		"UPDATE incident SET title = $2, title_folded = $3, summary = $4, state = $5, severity = $6, severity_reason = $7, zone = $8, detection_source = $9,"
		" detected_by = $10, channel = $11, exit_criterion = $12, exit_minutes = $13, next_update_at = $14, version = $15, data_lost = $16 WHERE id = $1",
		DB_I64(i->id), DB_STR(i->title), DB_STR(utf8_fold(c->a, i->title)), DB_STR(i->summary), DB_STR(enum_str(incident_state_names, i->state)),
		DB_STR(enum_str(severity_names, i->severity)), DB_OPT_STR(i->severity_reason), DB_STR(i->zone), name_or_null(detection_names, i->detection_source),
		DB_OPT_STR(i->detected_by), DB_OPT_STR(i->channel), DB_OPT_STR(i->exit_criterion), number_or_null(i->exit_minutes), number_or_null(i->next_update_at),
		DB_I64(i->version), DB_I64(i->data_lost));
}

enum st incident_store_set_scope(struct ctx *c, int64_t id, int64_t scope) {
	enum st st = db_later(c, "UPDATE incident SET scope = $2 WHERE id = $1", DB_I64(id), DB_I64(scope));
	if (st == ST_OK)
		st = db_later(c, "UPDATE mitigation SET scope = $2 WHERE incident = $1", DB_I64(id), DB_I64(scope));
	if (st == ST_OK)
		st = db_later(c, "UPDATE event SET scope = $2 WHERE noun = 'mitigation' AND noun_id IN (SELECT id FROM mitigation WHERE incident = $1)", DB_I64(id),
			DB_I64(scope));
	return st == ST_OK ? event_rescope(c, "incident", id, scope) : st;
}

/* ---- milestones ---- */

enum st incident_store_milestones(struct ctx *c, int64_t id, struct list *out) {
	return shape_query(c, &incident_milestone_shape, out,
		"SELECT m.id, m.kind, m.at, m.automatic, p.id AS by_id, p.name AS by_name FROM incident_milestone m LEFT JOIN person p ON p.id = m.person"
		" WHERE m.incident = $1 ORDER BY m.at, m.id",
		DB_ARGS(DB_I64(id)));
}

enum st incident_store_set_milestone(struct ctx *c, int64_t incident, enum milestone kind, int64_t at, bool automatic, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO incident_milestone (incident, kind, at, automatic, person, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (incident, kind) DO UPDATE SET at = excluded.at, automatic = excluded.automatic, person = excluded.person, recorded_at = excluded.recorded_at"
		" RETURNING id",
		DB_I64(incident), DB_STR(enum_str(milestone_names, (int)kind)), DB_I64(at), DB_I64(automatic), DB_OPT_I64(c->who->person), DB_I64(c->now));
}

enum st incident_store_drop_milestone(struct ctx *c, int64_t id) {
	return db_later(c, "DELETE FROM incident_milestone WHERE id = $1", DB_I64(id));
}

/* ---- services ---- */

enum st incident_store_services(struct ctx *c, int64_t id, struct list *out) {
	return shape_query(c, &ref_shape, out,
		"SELECT s.id, s.name FROM incident_service x JOIN service s ON s.id = x.service WHERE x.incident = $1 ORDER BY s.name_folded, s.id", DB_ARGS(DB_I64(id)));
}

enum st incident_store_set_services(struct ctx *c, int64_t id, const int64_t *services, size_t n) {
	enum st st = db_later(c, "DELETE FROM incident_service WHERE incident = $1", DB_I64(id));
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = db_later(c, "INSERT INTO incident_service (incident, service) VALUES ($1, $2) ON CONFLICT (incident, service) DO NOTHING", DB_I64(id),
			DB_I64(services[i]));
	return st;
}

/* ---- roles ---- */

enum st incident_store_holders(struct ctx *c, int64_t id, struct list *out) {
	return shape_query(c, &incident_holder_shape, out,
		"SELECT r.role, p.id AS person_id, p.name AS person_name, r.since, r.handed_over FROM incident_role r JOIN person p ON p.id = r.person"
		" WHERE r.incident = $1 AND r.ended_at IS NULL ORDER BY r.since, r.id",
		DB_ARGS(DB_I64(id)));
}

enum st incident_store_end_role(struct ctx *c, int64_t incident, enum incident_role role) {
	return db_later(c, "UPDATE incident_role SET ended_at = $3 WHERE incident = $1 AND role = $2 AND ended_at IS NULL", DB_I64(incident),
		DB_STR(enum_str(incident_role_names, (int)role)), DB_I64(c->now));
}

enum st incident_store_give_role(struct ctx *c, int64_t incident, enum incident_role role, int64_t person, str handed_over) {
	return db_later(c, "INSERT INTO incident_role (incident, role, person, since, handed_over, given_by) VALUES ($1, $2, $3, $4, $5, $6)", DB_I64(incident),
		DB_STR(enum_str(incident_role_names, (int)role)), DB_I64(person), DB_I64(c->now), DB_OPT_STR(handed_over), DB_OPT_I64(c->who->person));
}

enum st incident_store_person_name(struct ctx *c, int64_t person, str *name) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT name FROM person WHERE id = $1", DB_I64(person));
	*name = st == ST_OK && r.rows ? db_str(&r, 0, 0) : STR_NONE;
	return st;
}

/* ---- mitigations ---- */

#define MITIGATION                                                                                                              \
	"SELECT m.scope, m.id, m.incident, m.kind, m.text, m.quantity, m.started_at, m.ended_at, m.result, p.id AS by_id, p.name AS by_name, m.version"    \
	" FROM mitigation m LEFT JOIN person p ON p.id = m.person"

enum st incident_store_mitigations(struct ctx *c, int64_t id, struct list *out) {
	return shape_query(c, &mitigation_shape, out, MITIGATION " WHERE m.incident = $1 ORDER BY m.started_at, m.id", DB_ARGS(DB_I64(id)));
}

enum st incident_store_mitigation(struct ctx *c, int64_t id, struct mitigation *out) {
	struct db_result r;
	enum st st = db_get(c, &r, MITIGATION " WHERE m.id = $1", DB_I64(id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK) {
		shape_from_row(&mitigation_shape, &r, 0, out);
		out->scope = db_i64(&r, 0, 0);
	}
	return st;
}

enum st incident_store_add_mitigation(struct ctx *c, const struct mitigation *m, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO mitigation (incident, scope, kind, text, quantity, started_at, ended_at, result, person, version)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING id",
		DB_I64(m->incident), DB_I64(m->scope), DB_STR(enum_str(mitigation_kind_names, m->kind)), DB_STR(m->text), DB_OPT_STR(m->quantity),
		DB_I64(m->started_at), number_or_null(m->ended_at), name_or_null(mitigation_result_names, m->result), DB_OPT_I64(c->who->person));
}

enum st incident_store_save_mitigation(struct ctx *c, struct mitigation *m) {
	m->version++;
	return db_later(c,
		"UPDATE mitigation SET kind = $2, text = $3, quantity = $4, started_at = $5, ended_at = $6, result = $7, version = $8 WHERE id = $1", DB_I64(m->id),
		DB_STR(enum_str(mitigation_kind_names, m->kind)), DB_STR(m->text), DB_OPT_STR(m->quantity), DB_I64(m->started_at), number_or_null(m->ended_at),
		name_or_null(mitigation_result_names, m->result), DB_I64(m->version));
}

/* ---- members ---- */

enum st incident_store_members(struct ctx *c, int64_t scope, struct list *out) {
	*out = (struct list){ 0 };
	if (!scope)
		return ST_OK;
	return shape_query(c, &ref_shape, out,
		"SELECT p.id, p.name FROM scope_member m JOIN person p ON p.id = m.person WHERE m.scope = $1 ORDER BY p.name_folded, p.id", DB_ARGS(DB_I64(scope)));
}

/* ---- lists ---- */

#define ROWS                                                                                                                    \
	"SELECT i.id, i.title, i.state, i.severity, i.scope AS restricted, i.drill, d.at AS declared_at, b.at AS started_at, i.made_at AS created_at,"     \
	" p.id AS commander_id, p.name AS commander_name, i.next_update_at FROM incident i"                                         \
	" LEFT JOIN incident_milestone d ON d.incident = i.id AND d.kind = 'declared'"                                              \
	" LEFT JOIN incident_milestone b ON b.incident = i.id AND b.kind = 'outage_begins'"                                         \
	" LEFT JOIN incident_role r ON r.incident = i.id AND r.role = 'commander' AND r.ended_at IS NULL LEFT JOIN person p ON p.id = r.person"            \
	" WHERE i.id < $1 AND " PERM_SEES("i.scope", "$2") " AND ($3 = '' OR i.severity = $3)"                                      \
	" AND ($4 = 0 OR EXISTS (SELECT 1 FROM incident_service x WHERE x.incident = i.id AND x.service = $4))"                     \
	" AND ($5 = '' OR replace(i.title_folded, $5, '') <> i.title_folded OR i.id = $6)"
#define NEWEST " ORDER BY i.id DESC LIMIT $7"

/* One statement for each, so that a few open ones are found by their state and not by reading all that ever were. */
static enum st rows_of_state(struct ctx *c, str state, struct db_result *out, const struct db_value *args, size_t n) {
	if (str_is(state, "open"))
		return ctx_db_run(c, out, ROWS " AND i.state IN ('detected', 'declared', 'mitigated')" NEWEST, args, n);
	if (str_is(state, "closed"))
		return ctx_db_run(c, out, ROWS " AND i.state IN ('resolved', 'closed')" NEWEST, args, n);
	return ctx_db_run(c, out, ROWS NEWEST, args, n);
}

static struct list services_of(struct ctx *c, const struct db_result *r, int64_t incident) {
	struct ref *items = arena_array(c->a, r->rows + 1, sizeof *items);
	struct list out = { items, 0 };
	for (size_t i = 0; i < r->rows; i++)
		if (db_i64(r, i, 0) == incident)
			items[out.n++] = (struct ref){ db_i64(r, i, 1), db_str(r, i, 2) };
	return out;
}

static enum st add_services(struct ctx *c, struct incident_row *rows, size_t n) {
	struct db_value ids[DB_IN_MOST];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		ids[i] = DB_I64(rows[i].id);
	db_in_fill(ids, n);
	enum st st = ctx_db_run(c, &r,
		"SELECT x.incident, s.id, s.name FROM incident_service x JOIN service s ON s.id = x.service WHERE x.incident IN (" DB_IN_32 ") ORDER BY s.name_folded, s.id",
		ids, DB_IN_MOST);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		rows[i].services = services_of(c, &r, rows[i].id);
	return st;
}

/* What was typed may be a number: "7" and "INC-7" find the seventh. */
static int64_t asked_number(str q) {
	int64_t id;
	if (q.n > 4 && str_eq_ascii_ci(str_to(q, 4), STR("INC-")))
		q = str_from(q, 4);
	return str_i64(q, &id) ? id : 0;
}

enum st incident_store_page(struct ctx *c, const struct incident_query *q, const struct page_in *page, struct list *out) {
	struct db_result r;
	str words = utf8_fold(c->a, q->q);
	enum st st = rows_of_state(c, q->state, &r,
		DB_ARGS(DB_I64(page->id), DB_I64(perm_viewer(c)), DB_STR(q->severity < 0 ? STR("") : enum_str(severity_names, q->severity)), DB_I64(q->service),
			DB_STR(words.n ? words : STR("")), DB_I64(asked_number(q->q)), DB_I64(page->limit)));
	if (st != ST_OK)
		return st;
	struct incident_row *rows = arena_array(c->a, r.rows + 1, sizeof *rows);
	for (size_t i = 0; i < r.rows; i++)
		shape_from_row(&incident_row_shape, &r, i, &rows[i]);
	for (size_t i = 0; st == ST_OK && i < r.rows; i += DB_IN_MOST)
		st = add_services(c, rows + i, r.rows - i < DB_IN_MOST ? r.rows - i : DB_IN_MOST);
	*out = (struct list){ rows, r.rows };
	return st;
}

enum st incident_store_take_due(struct ctx *c, struct db_result *out) {
	return db_get(c, out,
		"UPDATE incident SET update_asked_at = next_update_at WHERE next_update_at <= $1 AND (update_asked_at IS NULL OR update_asked_at <> next_update_at)"
		" AND state IN ('detected', 'declared', 'mitigated') RETURNING id, scope, next_update_at",
		DB_I64(c->now));
}
