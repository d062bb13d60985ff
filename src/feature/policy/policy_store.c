#include "feature/policy/policy_parts.h"

SHAPE(policy_team_shape, "PolicyTeam", struct policy_team, N_("what a team asks for on top of the house"),
	F(struct policy_team, FT_OBJ, team, FIELD_REQUIRED, N_("the team"), .shape = &ref_shape),
	F(struct policy_team, FT_I64, down_minutes, FIELD_OPTIONAL, N_("minutes of downtime from which on a postmortem is written; null: as the house")),
	F(struct policy_team, FT_I64, slow_minutes, FIELD_OPTIONAL, N_("minutes until it was resolved, likewise; null: as the house")));

#define BODY                                                                                                                   \
	F(struct policy, FT_I64, down_minutes, FIELD_OPTIONAL, N_("minutes of downtime from which on a postmortem is written; null: never for this")), \
	F(struct policy, FT_I64, slow_minutes, FIELD_OPTIONAL, N_("minutes from detection to the end of the outage, likewise; null: never for this")), \
	F(struct policy, FT_BOOL, data_loss, FIELD_REQUIRED, N_("whenever data was lost")),                                        \
	F(struct policy, FT_BOOL, intervention, FIELD_REQUIRED, N_("whenever somebody on call had to step in")),                   \
	F(struct policy, FT_BOOL, monitoring, FIELD_REQUIRED, N_("whenever something else than an alert noticed it")),             \
	F(struct policy, FT_I64, sev1_days, FIELD_REQUIRED, N_("working days until the postmortem of a SEV1 is due")),             \
	F(struct policy, FT_I64, sev2_days, FIELD_REQUIRED, N_("working days until the postmortem of a SEV2 is due")),             \
	F(struct policy, FT_I64, sev3_days, FIELD_REQUIRED, N_("working days until the postmortem of a SEV3 is due")),             \
	F(struct policy, FT_I64, sev4_days, FIELD_REQUIRED, N_("working days until the postmortem of a SEV4 is due")),             \
	F(struct policy, FT_I64, p0_days, FIELD_OPTIONAL, N_("working days until a P0 action item is due that nobody has dated; null: none")), \
	F(struct policy, FT_I64, p1_days, FIELD_OPTIONAL, N_("working days until a P1 action item is due that nobody has dated; null: none")), \
	F(struct policy, FT_I64, p2_days, FIELD_OPTIONAL, N_("working days until a P2 action item is due that nobody has dated; null: none")), \
	F(struct policy, FT_I64, p3_days, FIELD_OPTIONAL, N_("working days until a P3 action item is due that nobody has dated; null: none")), \
	F(struct policy, FT_ENUM, owner, FIELD_REQUIRED, N_("whose a postmortem is: the incident commander's, or the lead's of the first service affected"), .names = policy_owner_names), \
	F(struct policy, FT_LIST, teams, FIELD_REQUIRED, N_("what teams ask for on top"), .shape = &policy_team_shape)
SHAPE(policy_shape, "Policy", struct policy, N_("when a postmortem is written, and until when"),
	F(struct policy, FT_I64, version, FIELD_REQUIRED, N_("version; 0 until somebody changes it")),
	F(struct policy, FT_TIME, at, FIELD_OPTIONAL, N_("since when it is in force")),
	F(struct policy, FT_OBJ, by, FIELD_OPTIONAL, N_("who made it"), .shape = &ref_shape),
	F(struct policy, FT_TEXT, note, FIELD_OPTIONAL, N_("why")), BODY);

/* A whole number of the stored body; null is I64_NONE. */
static int64_t number(const json_t *o, const char *name) {
	const json_t *v = json_object_get(o, name);
	return json_is_integer(v) ? json_integer_value(v) : I64_NONE;
}

static enum st read_team(struct ctx *c, const json_t *o, struct policy_team *t) {
	struct db_result r;
	*t = (struct policy_team){ .team.id = number(o, "team"), .down_minutes = number(o, "down_minutes"), .slow_minutes = number(o, "slow_minutes") };
	enum st st = db_get(c, &r, "SELECT name FROM team WHERE id = $1", DB_I64(t->team.id));
	if (st == ST_OK && r.rows)
		t->team.name = db_str(&r, 0, 0);
	return st;
}

static const struct number_of {
	const char *name;
	size_t offset;
} numbers[] = {
#define NUMBER(member) { #member, offsetof(struct policy, member) }
	NUMBER(down_minutes), NUMBER(slow_minutes), NUMBER(sev1_days), NUMBER(sev2_days), NUMBER(sev3_days), NUMBER(sev4_days), NUMBER(p0_days), NUMBER(p1_days),
	NUMBER(p2_days), NUMBER(p3_days),
};

static enum st read_body(struct ctx *c, str body, struct policy *p) {
	char room[160];
	str why;
	json_t *o = json_parse(body, &why, room);
	if (!o)
		return ST_INTERNAL;
	json_own(c->a, o);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const struct number_of *n = &numbers[i];
		int64_t *to = (int64_t *)((char *)p + n->offset);
		/* A version that was made before this number was known says what held then. */
		if (json_object_get(o, n->name))
			*to = number(o, n->name);
	}
	int owner = enum_index(policy_owner_names, json_str(json_object_get(o, "owner")));
	p->owner = owner < 0 ? POLICY_COMMANDER : owner;
	p->data_loss = json_is_true(json_object_get(o, "data_loss"));
	p->intervention = json_is_true(json_object_get(o, "intervention"));
	p->monitoring = json_is_true(json_object_get(o, "monitoring"));
	const json_t *teams = json_object_get(o, "teams");
	p->teams = (struct list){ arena_array(c->a, json_array_size(teams) + 1, sizeof(struct policy_team)), json_array_size(teams) };
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < p->teams.n; i++)
		st = read_team(c, json_array_get(teams, i), (struct policy_team *)p->teams.items + i);
	return st;
}

enum st policy_store_newest(struct ctx *c, int64_t before, int64_t limit, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT v.id, v.at, p.id, p.name, v.note, v.body FROM policy v LEFT JOIN person p ON p.id = v.person WHERE v.id < $1 ORDER BY v.id DESC LIMIT $2", DB_I64(before),
		DB_I64(limit));
	if (st != ST_OK)
		return st;
	struct policy *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		all[i] = policy_first();
		all[i].version = db_i64(&r, i, 0);
		all[i].at = db_i64(&r, i, 1);
		all[i].by = (struct ref){ db_i64(&r, i, 2), db_str(&r, i, 3) };
		all[i].note = db_str(&r, i, 4);
		st = read_body(c, db_str(&r, i, 5), &all[i]);
	}
	*out = (struct list){ all, r.rows };
	return st;
}

enum st policy_read(struct ctx *c, struct policy *out) {
	struct list found;
	enum st st = policy_store_newest(c, INT64_MAX, 1, &found);
	if (st == ST_OK)
		*out = found.n ? *(struct policy *)found.items : policy_first();
	return st;
}

static void add_number(struct buf *b, const char *name, int64_t v) {
	if (v == I64_NONE)
		buf_printf(b, "\"%s\":null,", name);
	else
		buf_printf(b, "\"%s\":%lld,", name, (long long)v);
}

static str write_body(struct ctx *c, const struct policy *p) {
	struct buf b = buf_in(c->a);
	const struct policy_team *t = p->teams.items;
	buf_lit(&b, "{");
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		add_number(&b, numbers[i].name, *(const int64_t *)((const char *)p + numbers[i].offset));
	buf_printf(&b, "\"data_loss\":%s,\"intervention\":%s,\"monitoring\":%s,\"owner\":\"%s\",", p->data_loss ? "true" : "false", p->intervention ? "true" : "false",
		p->monitoring ? "true" : "false", policy_owner_names[p->owner]);
	buf_lit(&b, "\"teams\":[");
	for (size_t i = 0; i < p->teams.n; i++) {
		buf_printf(&b, "%s{", i ? "," : "");
		add_number(&b, "down_minutes", t[i].down_minutes);
		add_number(&b, "slow_minutes", t[i].slow_minutes);
		buf_printf(&b, "\"team\":%lld}", (long long)t[i].team.id);
	}
	buf_lit(&b, "]}");
	return buf_str(&b);
}

enum st policy_store_add(struct ctx *c, const struct policy *p, int64_t *version) {
	return db_one_i64(c, version, "INSERT INTO policy (at, person, note, body) VALUES ($1, $2, $3, $4) RETURNING id", DB_I64(c->now), DB_OPT_I64(c->who->person),
		DB_STR(p->note), DB_STR(write_body(c, p)));
}

/* ---- of an incident ---- */

SHAPE(policy_request_shape, "PolicyRequest", struct policy_request, N_("somebody asks for a postmortem"),
	F(struct policy_request, FT_ID, id, FIELD_REQUIRED, N_("number of the request")),
	F(struct policy_request, FT_TEXT, reason, FIELD_REQUIRED, N_("why")),
	F(struct policy_request, FT_TIME, at, FIELD_REQUIRED, N_("when")),
	F(struct policy_request, FT_OBJ, by, FIELD_OPTIONAL, N_("who asks"), .shape = &ref_shape));
SHAPE(policy_waiver_shape, "PolicyWaiver", struct policy_waiver, N_("no postmortem will be written although the policy asks for one"),
	F(struct policy_waiver, FT_ID, id, FIELD_REQUIRED, N_("number of the waiver")),
	F(struct policy_waiver, FT_I64, incident, FIELD_REQUIRED, N_("number of the incident")),
	F(struct policy_waiver, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
	F(struct policy_waiver, FT_TEXT, reason, FIELD_REQUIRED, N_("why")),
	F(struct policy_waiver, FT_TIME, at, FIELD_REQUIRED, N_("when")),
	F(struct policy_waiver, FT_OBJ, by, FIELD_OPTIONAL, N_("who answers for it"), .shape = &ref_shape));
SHAPE(trigger_shape, "PolicyTrigger", struct trigger_result, N_("what the policy asks, and what the incident answers"),
	F(struct trigger_result, FT_ENUM, trigger, FIELD_REQUIRED, N_("which one"), .names = trigger_names),
	F(struct trigger_result, FT_BOOL, fired, FIELD_REQUIRED, N_("does it ask for a postmortem?")),
	F(struct trigger_result, FT_TEXT, words, FIELD_REQUIRED, N_("the evidence, in words")),
	F(struct trigger_result, FT_OBJ, team, FIELD_OPTIONAL, N_("whose threshold it is; null: the house's"), .shape = &ref_shape));
static const char *const verdict_state_names[] = { "not_required", "required", "waived", "begun", NULL };
SHAPE(verdict_shape, "PolicyVerdict", struct verdict, N_("is a postmortem written about this incident?"),
	F(struct verdict, FT_ENUM, state, FIELD_REQUIRED, N_("what follows"), .names = verdict_state_names),
	F(struct verdict, FT_BOOL, required, FIELD_REQUIRED, N_("a trigger has fired, or somebody asks for one")),
	F(struct verdict, FT_I64, policy, FIELD_REQUIRED, N_("version of the policy that says so")),
	F(struct verdict, FT_DATE, due, FIELD_OPTIONAL, N_("until when it is to be written; null while the incident is open")),
	F(struct verdict, FT_LIST, triggers, FIELD_REQUIRED, N_("the five triggers"), .shape = &trigger_shape),
	F(struct verdict, FT_LIST, requests, FIELD_REQUIRED, N_("who asks for one"), .shape = &policy_request_shape),
	F(struct verdict, FT_OBJ, waiver, FIELD_OPTIONAL, N_("why none is written"), .shape = &policy_waiver_shape),
	F(struct verdict, FT_BOOL, can_waive, FIELD_REQUIRED, N_("may you waive it?")));

enum st policy_store_teams_of(struct ctx *c, int64_t incident, int64_t **teams, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT DISTINCT s.team FROM incident_service x JOIN service s ON s.id = x.service WHERE x.incident = $1 AND s.team IS NOT NULL",
		DB_I64(incident));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*teams = arena_array(c->a, r.rows + 1, sizeof **teams);
	for (size_t i = 0; i < r.rows; i++)
		(*teams)[i] = db_i64(&r, i, 0);
	return ST_OK;
}

enum st policy_store_lead(struct ctx *c, int64_t incident, int64_t *person) {
	enum st st = db_one_i64(c, person,
		"SELECT s.lead FROM incident_service x JOIN service s ON s.id = x.service JOIN person p ON p.id = s.lead WHERE x.incident = $1 AND p.active = 1 ORDER BY s.id LIMIT 1",
		DB_I64(incident));
	if (st == ST_NOT_FOUND)
		*person = 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st policy_store_requests(struct ctx *c, int64_t incident, struct list *out) {
	return shape_query(c, &policy_request_shape, out,
		"SELECT r.id, r.reason, r.at, p.id AS by_id, p.name AS by_name FROM policy_request r LEFT JOIN person p ON p.id = r.person"
		" WHERE r.incident = $1 AND " PERM_SEES("r.scope", "$2") " ORDER BY r.id",
		DB_ARGS(DB_I64(incident), DB_I64(perm_viewer(c))));
}

enum st policy_store_request(struct ctx *c, int64_t incident, int64_t scope, str reason) {
	return db_do(c, "INSERT INTO policy_request (incident, scope, reason, at, person) VALUES ($1, $2, $3, $4, $5)", DB_I64(incident), DB_I64(scope), DB_STR(reason),
		DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st policy_store_waivers(struct ctx *c, int64_t incident, int64_t before, int64_t limit, struct list *out) {
	return shape_query(c, &policy_waiver_shape, out,
		"SELECT w.id, w.incident, i.title, w.reason, w.at, p.id AS by_id, p.name AS by_name FROM policy_waiver w JOIN incident i ON i.id = w.incident"
		" LEFT JOIN person p ON p.id = w.person WHERE w.ended_at IS NULL AND ($1 = 0 OR w.incident = $1) AND w.id < $2 AND " PERM_SEES("w.scope", "$3")
		" ORDER BY w.id DESC LIMIT $4",
		DB_ARGS(DB_I64(incident), DB_I64(before), DB_I64(perm_viewer(c)), DB_I64(limit)));
}

enum st policy_store_waive(struct ctx *c, int64_t incident, int64_t scope, str reason) {
	return db_do(c, "INSERT INTO policy_waiver (incident, scope, reason, at, person) VALUES ($1, $2, $3, $4, $5)", DB_I64(incident), DB_I64(scope), DB_STR(reason),
		DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st policy_store_unwaive(struct ctx *c, int64_t incident) {
	return db_do(c, "UPDATE policy_waiver SET ended_at = $2 WHERE incident = $1 AND ended_at IS NULL", DB_I64(incident), DB_I64(c->now));
}

enum st policy_store_rescope(struct ctx *c, int64_t incident, int64_t scope) {
	enum st st = db_later(c, "UPDATE policy_waiver SET scope = $2 WHERE incident = $1", DB_I64(incident), DB_I64(scope));
	return st == ST_OK ? db_later(c, "UPDATE policy_request SET scope = $2 WHERE incident = $1", DB_I64(incident), DB_I64(scope)) : st;
}
