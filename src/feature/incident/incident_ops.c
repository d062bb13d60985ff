#include "core/home.h"
#include "feature/incident/incident_life.h"
#include "feature/org/org.h"

/* The operations about incidents, and those about their timeline that begin at the incident. */

static enum st reply_incident(struct ctx *c, struct reply *out, int64_t id) {
	struct incident *i = arena_new_of(c->a, struct incident);
	enum st st = incident_read(c, id, i);
	if (st == ST_OK)
		reply_record(c, out, &incident_shape, i, i->version);
	return st;
}

static enum st save_and_reply(struct ctx *c, struct life *l, struct reply *out) {
	enum st st = life_save(c, l);
	return st == ST_OK ? reply_incident(c, out, l->i.id) : st;
}

/* The incident, when If-Match fits. */
static enum st begin(struct ctx *c, int64_t id, struct life *l) {
	struct incident *whole = arena_new_of(c->a, struct incident);
	enum st st = life_load(c, id, l);
	if (st != ST_OK || op_call(c)->if_match == l->i.version)
		return st;
	if (op_call(c)->if_match)
		st = incident_read(c, id, whole);
	return st == ST_OK ? version_check(c, l->i.version, &incident_shape, whole) : st;
}

static enum st read_zone(struct ctx *c, str name, const struct zone **zone) {
	if (zone_find(name, zone) == ST_OK)
		return ST_OK;
	return fail(c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Zones are called like Asia/Seoul."), STR_FMT(name));
}

struct id_in {
	uint64_t given;
	int64_t id;
};
INPUT(id_in, "IncidentId", struct id_in, F(struct id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"));

/* ---- incident.declare ---- */

enum { LONGEST_TITLE = 300, MOST_MINUTES = 7 * 24 * 60 };

struct declare_in {
	uint64_t given;
	str title, summary;
	int severity;
	struct list services;
	bool restricted;
	struct list members;
	bool drill;
	str zone;
	int detection_source;
	str detected_by, channel, exit_criterion;
	int64_t exit_minutes, started_at;
};
INPUT(declare_in, "IncidentDeclare", struct declare_in,
	F(struct declare_in, FT_TEXT, title, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("what is broken, in one line"), .max = LONGEST_TITLE),
	F(struct declare_in, FT_TEXT, summary, FIELD_OPTIONAL, N_("what is known, in a few sentences")),
	F(struct declare_in, FT_ENUM, severity, FIELD_OPTIONAL, N_("SEV1 is the worst; SEV3 when nothing is said"), .names = severity_names),
	F(struct declare_in, FT_IDS, services, FIELD_OPTIONAL, N_("what is affected"), .max = 100),
	F(struct declare_in, FT_BOOL, restricted, FIELD_OPTIONAL, N_("only its members see it")),
	F(struct declare_in, FT_IDS, members, FIELD_OPTIONAL, N_("who sees it besides you, when it is restricted"), .max = 500),
	F(struct declare_in, FT_BOOL, drill, FIELD_OPTIONAL, N_("an exercise, not counted")),
	F(struct declare_in, FT_TEXT, zone, FIELD_OPTIONAL, N_("time zone its times are shown in; without it the organisation's"), .max = 60),
	F(struct declare_in, FT_ENUM, detection_source, FIELD_OPTIONAL, N_("how it was noticed"), .names = detection_names),
	F(struct declare_in, FT_TEXT, detected_by, FIELD_OPTIONAL, N_("who or what noticed it"), .max = 200),
	F(struct declare_in, FT_TEXT, channel, FIELD_OPTIONAL, N_("where people coordinate"), .max = 300),
	F(struct declare_in, FT_TEXT, exit_criterion, FIELD_OPTIONAL, N_("when it is over: what counts as nominal"), .max = 1000),
	F(struct declare_in, FT_I64, exit_minutes, FIELD_OPTIONAL, N_("how many minutes of nominal performance"), .min = 0, .max = MOST_MINUTES),
	F(struct declare_in, FT_TIME, started_at, FIELD_OPTIONAL, N_("when the outage began, when that is known")));

static enum st opening_of(struct ctx *c, const struct declare_in *in, struct incident_opening *o) {
	*o = incident_opening(in->title);
	o->summary = in->summary;
	o->severity = in->severity;
	o->services = in->services.items;
	o->service_count = in->services.n;
	o->restricted = in->restricted;
	o->drill = in->drill;
	o->detection_source = in->detection_source;
	o->detected_by = in->detected_by;
	o->channel = in->channel;
	o->exit_criterion = in->exit_criterion;
	o->exit_minutes = in->exit_minutes;
	o->started_at = in->started_at;
	o->declared = true;
	enum st st = life_check_services(c, &in->services);
	return st == ST_OK && in->zone.n ? read_zone(c, in->zone, &o->zone) : st;
}

static enum st check_members(struct ctx *c, const struct list *members) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < members->n; i++)
		st = org_person_check(c, ((const int64_t *)members->items)[i], arena_cstr(c->a, arena_printf(c->a, "members/%zu", i)));
	return st;
}

static enum st add_members(struct ctx *c, int64_t id, const struct list *members) {
	struct incident i;
	enum st st = incident_brief(c, id, &i);
	for (size_t k = 0; st == ST_OK && k < members->n; k++)
		st = perm_scope_add(c, i.scope, ((const int64_t *)members->items)[k], 0);
	return st;
}

static enum st run_declare(struct ctx *c, const void *data, struct reply *out) {
	const struct declare_in *in = data;
	struct incident_opening o;
	int64_t id;
	enum st st = opening_of(c, in, &o);
	if (st == ST_OK)
		st = check_members(c, &in->members);
	if (st == ST_OK)
		st = incident_open(c, &o, &id);
	if (st == ST_OK && in->restricted)
		st = add_members(c, id, &in->members);
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/incidents", id);
	return reply_incident(c, out, id);
}

/* ---- incident.get, incident.list ---- */

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	const struct id_in *in = data;
	return reply_incident(c, out, in->id);
}

static const char *const list_states[] = { "open", "closed", "all", NULL };

struct list_in {
	uint64_t given;
	int state, severity;
	int64_t service;
	str q, after;
	int64_t limit;
};
INPUT(list_in, "IncidentList", struct list_in,
	F(struct list_in, FT_ENUM, state, FIELD_OPTIONAL, N_("open: detected, declared or mitigated; closed: resolved or closed; all, when nothing is said"), .names = list_states),
	F(struct list_in, FT_ENUM, severity, FIELD_OPTIONAL, N_("only this severity"), .names = severity_names),
	F(struct list_in, FT_ID, service, FIELD_OPTIONAL, N_("only those that affect this service")),
	F(struct list_in, FT_TEXT, q, FIELD_OPTIONAL, N_("part of the title, or a number such as INC-7"), .max = 200),
	F(struct list_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most, 1 to 200; 50 when nothing is said")));

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct list rows;
	struct incident_query q = { .state = in->state < 0 ? STR("all") : str_c(list_states[in->state]), .severity = in->severity, .service = in->service, .q = in->q };
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = incident_store_page(c, &q, &page, &rows);
	if (st != ST_OK)
		return st;
	const struct incident_row *r = rows.items;
	str next = rows.n == (size_t)page.limit ? page_cursor(c, r[rows.n - 1].id, r[rows.n - 1].id) : STR_NONE;
	reply_page(c, out, &incident_row_shape, &rows, next);
	return ST_OK;
}

static enum st open_incidents(struct ctx *c, struct list *out) {
	struct page_in page;
	enum st st = page_parse(c, STR_NONE, I64_NONE, &page);
	return st == ST_OK ? incident_store_page(c, &(struct incident_query){ .state = STR("open"), .severity = -1 }, &page, out) : st;
}
HOME_PART(incident, incidents, &incident_row_shape, open_incidents);

/* ---- incident.change ---- */

struct change_in {
	uint64_t given;
	int64_t id;
	str title, summary;
	int severity;
	str severity_reason, zone;
	int detection_source;
	str detected_by, channel, exit_criterion;
	int64_t exit_minutes, next_update_at;
	struct list services;
	bool data_lost;
};
INPUT(change_in, "IncidentChange", struct change_in,
	F(struct change_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct change_in, FT_TEXT, title, FIELD_NOT_EMPTY | FIELD_LINE, N_("what is broken, in one line"), .max = LONGEST_TITLE),
	F(struct change_in, FT_TEXT, summary, FIELD_OPTIONAL, N_("what is known, in a few sentences")),
	F(struct change_in, FT_ENUM, severity, 0, N_("SEV1 is the worst"), .names = severity_names),
	F(struct change_in, FT_TEXT, severity_reason, FIELD_OPTIONAL, N_("why it is another one than the alerts asked for"), .max = 1000),
	F(struct change_in, FT_TEXT, zone, 0, N_("time zone its times are shown in"), .max = 60),
	F(struct change_in, FT_ENUM, detection_source, FIELD_OPTIONAL, N_("how it was noticed"), .names = detection_names),
	F(struct change_in, FT_TEXT, detected_by, FIELD_OPTIONAL, N_("who or what noticed it"), .max = 200),
	F(struct change_in, FT_TEXT, channel, FIELD_OPTIONAL, N_("where people coordinate"), .max = 300),
	F(struct change_in, FT_TEXT, exit_criterion, FIELD_OPTIONAL, N_("when it is over: what counts as nominal"), .max = 1000),
	F(struct change_in, FT_I64, exit_minutes, FIELD_OPTIONAL, N_("how many minutes of nominal performance"), .min = 0, .max = MOST_MINUTES),
	F(struct change_in, FT_TIME, next_update_at, FIELD_OPTIONAL, N_("when people were promised the next update")),
	F(struct change_in, FT_IDS, services, 0, N_("what is affected"), .max = 100),
	F(struct change_in, FT_BOOL, data_lost, 0, N_("was data lost, of any kind?")));

#define TAKE(member)                                                                                                            \
	if (shape_given_name(&change_in, in, #member))                                                                              \
	to->member = in->member

static void overlay(const struct change_in *in, struct incident *to) {
	TAKE(title);
	TAKE(summary);
	TAKE(severity);
	TAKE(severity_reason);
	TAKE(zone);
	TAKE(detection_source);
	TAKE(detected_by);
	TAKE(channel);
	TAKE(exit_criterion);
	TAKE(exit_minutes);
	TAKE(next_update_at);
	TAKE(data_lost);
}

static enum st run_change(struct ctx *c, const void *data, struct reply *out) {
	const struct change_in *in = data;
	struct life l;
	const struct zone *zone;
	enum st st = begin(c, in->id, &l);
	if (st == ST_OK && shape_given_name(&change_in, in, "zone"))
		st = read_zone(c, in->zone, &zone);
	if (st != ST_OK)
		return st;
	struct incident to = l.i;
	overlay(in, &to);
	st = life_change(c, &l, &to);
	if (st == ST_OK && shape_given_name(&change_in, in, "services"))
		st = life_set_services(c, &l, &in->services);
	return st == ST_OK ? save_and_reply(c, &l, out) : st;
}

/* ---- the life cycle ---- */

struct reason_in {
	uint64_t given;
	int64_t id;
	str reason;
};
#define REASON(text) F(struct reason_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"), \
	F(struct reason_in, FT_TEXT, reason, FIELD_OPTIONAL, (text), .max = 2000)
INPUT(reason_in, "IncidentReason", struct reason_in, REASON(N_("why; goes into the timeline")));

/* The same, called text where there is nothing to justify. */
static const struct field text_in_fields[] = {
	F(struct reason_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	{ .name = "text", .type = FT_TEXT, .flags = FIELD_OPTIONAL, .offset = offsetof(struct reason_in, reason), .max = 2000, .doc = N_("what was done; goes into the timeline") },
};
static const struct shape text_in = { "IncidentText", sizeof(struct reason_in), text_in_fields, 2, NULL };

static enum st move(struct ctx *c, const struct reason_in *in, enum verb verb, struct reply *out) {
	struct life l;
	enum st st = begin(c, in->id, &l);
	if (st == ST_OK)
		st = life_move(c, &l, verb, in->reason);
	return st == ST_OK ? save_and_reply(c, &l, out) : st;
}

static enum st run_confirm(struct ctx *c, const void *in, struct reply *out) {
	return move(c, in, VERB_CONFIRM, out);
}

static enum st run_mitigate(struct ctx *c, const void *in, struct reply *out) {
	return move(c, in, VERB_MITIGATE, out);
}

static enum st run_resolve(struct ctx *c, const void *in, struct reply *out) {
	return move(c, in, VERB_RESOLVE, out);
}

static enum st run_close(struct ctx *c, const void *in, struct reply *out) {
	return move(c, in, VERB_CLOSE, out);
}

static enum st run_reopen(struct ctx *c, const void *in, struct reply *out) {
	return move(c, in, VERB_REOPEN, out);
}

static enum st run_acknowledge(struct ctx *c, const void *data, struct reply *out) {
	const struct id_in *in = data;
	struct life l;
	enum st st = begin(c, in->id, &l);
	if (st == ST_OK)
		st = life_acknowledge(c, &l);
	return st == ST_OK ? save_and_reply(c, &l, out) : st;
}

/* ---- milestone.set ---- */

struct milestone_in {
	uint64_t given;
	int64_t id;
	int kind;
	int64_t at;
};
INPUT(milestone_in, "MilestoneInput", struct milestone_in,
	F(struct milestone_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct milestone_in, FT_ENUM, kind, FIELD_REQUIRED, N_("which one"), .names = milestone_names),
	F(struct milestone_in, FT_TIME, at, FIELD_OPTIONAL, N_("when; now, when nothing is said; null withdraws the milestone")));

static enum st run_milestone(struct ctx *c, const void *data, struct reply *out) {
	const struct milestone_in *in = data;
	struct life l;
	bool withdraw = in->at == I64_NONE && shape_given_name(&milestone_in, in, "at");
	enum st st = begin(c, in->id, &l);
	if (st == ST_OK && withdraw)
		st = life_withdraw_milestone(c, &l, (enum milestone)in->kind);
	else if (st == ST_OK)
		st = life_set_milestone(c, &l, (enum milestone)in->kind, in->at == I64_NONE ? c->now : in->at);
	return st == ST_OK ? save_and_reply(c, &l, out) : st;
}

/* ---- role.assign ---- */

struct role_in {
	uint64_t given;
	int64_t id;
	int role;
	int64_t person;
	str handed_over;
};
INPUT(role_in, "RoleInput", struct role_in,
	F(struct role_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct role_in, FT_ENUM, role, FIELD_REQUIRED, N_("the role"), .names = incident_role_names),
	F(struct role_in, FT_ID, person, FIELD_OPTIONAL, N_("who has it from now on; null: nobody")),
	F(struct role_in, FT_TEXT, handed_over, FIELD_OPTIONAL, N_("what the next one must know"), .max = 5000));

static enum st run_role(struct ctx *c, const void *data, struct reply *out) {
	const struct role_in *in = data;
	struct life l;
	enum st st = begin(c, in->id, &l);
	if (st == ST_OK && in->person)
		st = org_person_check(c, in->person, "person");
	if (st == ST_OK)
		st = life_assign(c, &l, (enum incident_role)in->role, in->person, in->handed_over);
	return st == ST_OK ? save_and_reply(c, &l, out) : st;
}

/* ---- incident.restrict ---- */

struct restrict_in {
	uint64_t given;
	int64_t id;
	bool restricted;
	struct list members;
};
INPUT(restrict_in, "IncidentRestrict", struct restrict_in,
	F(struct restrict_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct restrict_in, FT_BOOL, restricted, FIELD_REQUIRED, N_("only its members see it")),
	F(struct restrict_in, FT_IDS, members, FIELD_OPTIONAL, N_("who sees it; you and those with a role always do. As they are, when nothing is said"), .max = 500));

static enum st run_restrict(struct ctx *c, const void *data, struct reply *out) {
	const struct restrict_in *in = data;
	struct life l;
	bool named = shape_given_name(&restrict_in, in, "members") && in->members.items;
	enum st st = begin(c, in->id, &l);
	if (st == ST_OK)
		st = check_members(c, &in->members);
	if (st == ST_OK)
		st = life_restrict(c, &l, in->restricted, named ? &in->members : NULL);
	return st == ST_OK ? save_and_reply(c, &l, out) : st;
}

/* ---- timeline.list, timeline.add, update.add ---- */

struct timeline_in {
	uint64_t given;
	int64_t id;
	bool key;
	int64_t as_known_at;
	str after;
	int64_t limit;
};
INPUT(timeline_in, "TimelineList", struct timeline_in,
	F(struct timeline_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct timeline_in, FT_BOOL, key, FIELD_OPTIONAL, N_("only the short story")),
	F(struct timeline_in, FT_TIME, as_known_at, FIELD_OPTIONAL, N_("what had been written down by then, in the words of then")),
	F(struct timeline_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct timeline_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most, 1 to 200; 50 when nothing is said")));

static enum st run_timeline(struct ctx *c, const void *data, struct reply *out) {
	const struct timeline_in *in = data;
	struct list entries;
	str next;
	struct incident i;
	struct timeline_query q = { .key_only = in->key, .as_known_at = in->as_known_at, .after = in->after, .limit = in->limit };
	enum st st = incident_brief(c, in->id, &i);
	if (st == ST_OK)
		st = timeline_list(c, in->id, &q, &entries, &next);
	if (st == ST_OK)
		reply_page(c, out, &timeline_entry_shape, &entries, next);
	return st;
}

static void reply_entry(struct ctx *c, struct reply *out, const struct timeline_entry *e) {
	reply_created(c, out, "/api/v1/timeline", e->id);
	reply_record(c, out, &timeline_entry_shape, e, e->version);
}

static enum st run_add(struct ctx *c, const void *data, struct reply *out) {
	const struct timeline_input *in = data;
	struct incident i;
	struct timeline_subject s;
	struct timeline_entry e;
	enum st st = incident_brief(c, in->id, &i);
	if (st == ST_OK)
		st = incident_subject(c, &i, &s);
	if (st == ST_OK)
		st = timeline_write(c, &s, TIMELINE_NOTE, in, &e);
	if (st == ST_OK)
		reply_entry(c, out, &e);
	return st;
}

struct update_in {
	uint64_t given;
	int64_t id;
	str text;
	int64_t next_update_in_minutes;
};
INPUT(update_in, "UpdateInput", struct update_in,
	F(struct update_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct update_in, FT_TEXT, text, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("where things stand")),
	F(struct update_in, FT_I64, next_update_in_minutes, FIELD_OPTIONAL, N_("when to expect the next one"), .min = 1, .max = MOST_MINUTES));

static enum st run_update(struct ctx *c, const void *data, struct reply *out) {
	const struct update_in *in = data;
	struct timeline_input entry = { .at = c->now, .precision = TIMELINE_EXACT, .text = in->text, .key = true };
	struct timeline_entry e;
	struct life l;
	enum st st = life_load(c, in->id, &l);
	if (st != ST_OK)
		return st;
	struct incident to = l.i;
	to.next_update_at = in->next_update_in_minutes == I64_NONE ? I64_NONE : c->now + in->next_update_in_minutes * US_PER_MINUTE;
	st = timeline_write(c, &l.s, TIMELINE_UPDATE, &entry, &e);
	if (st == ST_OK)
		st = life_change(c, &l, &to);
	if (st == ST_OK)
		st = life_save(c, &l);
	if (st == ST_OK)
		reply_entry(c, out, &e);
	return st;
}

/* ---- mitigation.add, mitigation.change ---- */

struct mitigation_in {
	uint64_t given;
	int64_t id; /* of the incident, or of the mitigation */
	int kind;
	str text, quantity;
	int64_t started_at, ended_at;
	int result;
};
#define MITIGATION_FIELDS                                                                                                       \
	F(struct mitigation_in, FT_TEXT, text, FIELD_OPTIONAL, N_("what exactly"), .max = 2000),                                    \
	F(struct mitigation_in, FT_TEXT, quantity, FIELD_OPTIONAL, N_("how much: “4 to 40 machines”"), .max = 200),                 \
	F(struct mitigation_in, FT_TIME, started_at, 0, N_("when it began; now, when nothing is said")),                            \
	F(struct mitigation_in, FT_TIME, ended_at, FIELD_OPTIONAL, N_("when it was done")),                                         \
	F(struct mitigation_in, FT_ENUM, result, FIELD_OPTIONAL, N_("did it help?"), .names = mitigation_result_names)
INPUT(mitigation_in, "MitigationInput", struct mitigation_in,
	F(struct mitigation_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct mitigation_in, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind"), .names = mitigation_kind_names), MITIGATION_FIELDS);
INPUT(mitigation_change_in, "MitigationChange", struct mitigation_in,
	F(struct mitigation_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the mitigation")),
	F(struct mitigation_in, FT_ENUM, kind, 0, N_("what kind"), .names = mitigation_kind_names), MITIGATION_FIELDS);

static enum st check_mitigation(struct ctx *c, const struct mitigation *m) {
	if (m->started_at > c->now + US_PER_MINUTE || (m->ended_at != I64_NONE && m->ended_at > c->now + US_PER_MINUTE))
		return fail(c, ST_INVALID, "mitigation.future", m->ended_at == I64_NONE ? "started_at" : "ended_at", N_("This has not happened yet. The timeline holds what did."));
	if (m->ended_at != I64_NONE && m->ended_at < m->started_at)
		return fail(c, ST_INVALID, "mitigation.order", "ended_at", N_("It cannot be done before it began."));
	return ST_OK;
}

/* Its beginning and its end each have an entry in the timeline, which follow it. */
static struct timeline_note beginning(struct ctx *c, const struct mitigation *m) {
	return (struct timeline_note){ .kind = TIMELINE_MITIGATION, .at = m->started_at, .key = true, .about = timeline_about(c, "mitigation", m->id),
		.phrase = m->text.n && m->quantity.n ? N_("{0}: {1} ({2})") : m->text.n ? N_("{0}: {1}") : m->quantity.n ? N_("{0} ({2})") : N_("{0}"),
		.args = { timeline_word(c, mitigation_titles[m->kind]), m->text, m->quantity } };
}

static struct timeline_note ending(struct ctx *c, const struct mitigation *m) {
	return (struct timeline_note){ .kind = TIMELINE_MITIGATION, .at = m->ended_at, .about = timeline_about(c, "mitigation end", m->id),
		.phrase = m->result < 0 ? N_("{0} is done") : N_("{0} is done: {1}"),
		.args = { timeline_word(c, mitigation_titles[m->kind]), m->result < 0 ? STR_NONE : timeline_word(c, result_titles[m->result]) } };
}

static enum st tell_ending(struct ctx *c, const struct life *l, const struct mitigation *before, const struct mitigation *m) {
	struct timeline_note end = ending(c, m);
	bool had = before && before->ended_at != I64_NONE, has = m->ended_at != I64_NONE;
	if (had && !has)
		return timeline_unfollow(c, &l->s, end.about);
	if (!has)
		return ST_OK;
	return had ? timeline_follow(c, &l->s, &end) : timeline_note(c, &l->s, &end);
}

static enum st emit_mitigation(struct ctx *c, const char *name, const struct mitigation *m) {
	return event_emitf(c, name, "mitigation", m->id, m->scope, arena_printf(c->a, "incident:%lld incidents", (long long)m->incident),
		"{\"incident\":%lld,\"kind\":\"%s\"}", (long long)m->incident, mitigation_kind_names[m->kind]);
}

static enum st reply_mitigation(struct ctx *c, struct reply *out, int64_t id) {
	struct mitigation m;
	enum st st = incident_store_mitigation(c, id, &m);
	if (st == ST_OK)
		reply_record(c, out, &mitigation_shape, &m, m.version);
	return st;
}

static enum st run_mitigation(struct ctx *c, const void *data, struct reply *out) {
	const struct mitigation_in *in = data;
	struct life l;
	enum st st = life_load(c, in->id, &l);
	struct mitigation m = { .incident = in->id, .scope = l.i.scope, .kind = in->kind, .text = in->text, .quantity = in->quantity, .ended_at = in->ended_at,
		.result = in->result, .started_at = in->started_at == I64_NONE ? c->now : in->started_at };
	if (st == ST_OK)
		st = check_mitigation(c, &m);
	if (st == ST_OK)
		st = incident_store_add_mitigation(c, &m, &m.id);
	if (st != ST_OK)
		return st;
	struct timeline_note begin_note = beginning(c, &m);
	st = timeline_note(c, &l.s, &begin_note);
	if (st == ST_OK)
		st = tell_ending(c, &l, NULL, &m);
	if (st == ST_OK)
		st = emit_mitigation(c, "mitigation.added", &m);
	reply_created(c, out, "/api/v1/mitigations", m.id);
	return st == ST_OK ? reply_mitigation(c, out, m.id) : st;
}

#define TAKE_MITIGATION(member)                                                                                                 \
	if (shape_given_name(&mitigation_change_in, in, #member))                                                                   \
	m->member = in->member

static bool overlay_mitigation(const struct mitigation_in *in, struct mitigation *m) {
	struct mitigation b = *m;
	TAKE_MITIGATION(kind);
	TAKE_MITIGATION(text);
	TAKE_MITIGATION(quantity);
	TAKE_MITIGATION(started_at);
	TAKE_MITIGATION(ended_at);
	TAKE_MITIGATION(result);
	return b.kind != m->kind || !str_eq(b.text, m->text) || !str_eq(b.quantity, m->quantity) || b.started_at != m->started_at || b.ended_at != m->ended_at ||
		b.result != m->result;
}

static enum st store_change(struct ctx *c, const struct mitigation *before, struct mitigation *m) {
	struct life l;
	struct timeline_note begin_note = beginning(c, m);
	enum st st = life_load(c, m->incident, &l);
	if (st == ST_OK)
		st = incident_store_save_mitigation(c, m);
	if (st == ST_OK)
		st = timeline_follow(c, &l.s, &begin_note);
	if (st == ST_OK)
		st = tell_ending(c, &l, before, m);
	return st == ST_OK ? emit_mitigation(c, "mitigation.changed", m) : st;
}

static enum st run_mitigation_change(struct ctx *c, const void *data, struct reply *out) {
	const struct mitigation_in *in = data;
	struct mitigation before, m;
	enum st st = incident_store_mitigation(c, in->id, &before);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "mitigation.not_found", NULL, N_("There is no such mitigation."));
	if (st == ST_OK)
		st = version_check(c, before.version, &mitigation_shape, &before);
	m = before;
	bool changed = st == ST_OK && overlay_mitigation(in, &m);
	if (changed)
		st = check_mitigation(c, &m);
	if (st == ST_OK && changed)
		st = store_change(c, &before, &m);
	return st == ST_OK ? reply_mitigation(c, out, in->id) : st;
}

/* ---- the table ---- */

#define ABOUT .noun = &incident_noun, .flags = OP_MCP

static const struct op ops[] = {
	OP("incident.list", "GET /api/v1/incidents", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &incident_row_shape, run_list,
		N_("Incidents, the newest first."), .flags = OP_MCP | OP_REPEATS),
	OP("incident.declare", "POST /api/v1/incidents", PERM_INCIDENT_DECLARE, OP_WRITE, BODY_JSON, &declare_in, REPLY_RECORD, &incident_shape, run_declare,
		N_("Declare an incident; a title is enough."), .flags = OP_CREATES | OP_MCP),
	OP("incident.get", "GET /api/v1/incidents/{id}", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &id_in, REPLY_RECORD, &incident_shape, run_get,
		N_("An incident with everything that belongs to it but its timeline."), .noun = &incident_noun, .flags = OP_MCP | OP_REPEATS),
	OP("incident.change", "PATCH /api/v1/incidents/{id}", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &change_in, REPLY_RECORD, &incident_shape, run_change,
		N_("Change title, severity and the rest of an incident's record."), .noun = &incident_noun, .flags = OP_MATCH | OP_MCP),
	OP("incident.confirm", "POST /api/v1/incidents/{id}/declare", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &reason_in, REPLY_RECORD, &incident_shape, run_confirm,
		N_("Declare an incident that an alert has detected."), ABOUT),
	OP("incident.acknowledge", "POST /api/v1/incidents/{id}/acknowledge", PERM_INCIDENT_EDIT, OP_WRITE, BODY_NONE, &id_in, REPLY_RECORD, &incident_shape,
		run_acknowledge, N_("Say that somebody has started to act; the first time counts."), ABOUT),
	OP("incident.mitigate", "POST /api/v1/incidents/{id}/mitigate", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &text_in, REPLY_RECORD, &incident_shape, run_mitigate,
		N_("The harm is contained."), ABOUT),
	OP("incident.resolve", "POST /api/v1/incidents/{id}/resolve", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &reason_in, REPLY_RECORD, &incident_shape, run_resolve,
		N_("The outage is over; before the exit criterion is reached this needs a reason."), ABOUT),
	OP("incident.close", "POST /api/v1/incidents/{id}/close", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &reason_in, REPLY_RECORD, &incident_shape, run_close,
		N_("Nothing more is to be done about a resolved incident."), ABOUT),
	OP("incident.reopen", "POST /api/v1/incidents/{id}/reopen", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &reason_in, REPLY_RECORD, &incident_shape, run_reopen,
		N_("It was not over."), ABOUT),
	OP("milestone.set", "POST /api/v1/incidents/{id}/milestones", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &milestone_in, REPLY_RECORD, &incident_shape, run_milestone,
		N_("Record, correct or withdraw a turning point; one that contradicts another is refused."), ABOUT),
	OP("role.assign", "PUT /api/v1/incidents/{id}/roles", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &role_in, REPLY_RECORD, &incident_shape, run_role,
		N_("Give a role in the response to somebody, with what must be handed over."), ABOUT),
	OP("incident.restrict", "POST /api/v1/incidents/{id}/restrict", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &restrict_in, REPLY_RECORD, &incident_shape, run_restrict,
		N_("Say who may see an incident and everything that belongs to it."), ABOUT),
	OP("timeline.list", "GET /api/v1/incidents/{id}/timeline", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &timeline_in, REPLY_PAGE, &timeline_entry_shape, run_timeline,
		N_("What happened, in the order in which it happened."), .noun = &incident_noun, .flags = OP_MCP | OP_REPEATS),
	OP("timeline.add", "POST /api/v1/incidents/{id}/timeline", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &timeline_input_shape, REPLY_RECORD, &timeline_entry_shape,
		run_add, N_("Write down what happened."), .noun = &incident_noun, .flags = OP_CREATES | OP_MCP),
	OP("update.add", "POST /api/v1/incidents/{id}/updates", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &update_in, REPLY_RECORD, &timeline_entry_shape, run_update,
		N_("Tell where things stand, and when to expect the next word."), .noun = &incident_noun, .flags = OP_CREATES | OP_MCP),
	OP("mitigation.add", "POST /api/v1/incidents/{id}/mitigations", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &mitigation_in, REPLY_RECORD, &mitigation_shape,
		run_mitigation, N_("Record what is done to make it better."), .noun = &incident_noun, .flags = OP_CREATES | OP_MCP),
	OP("mitigation.change", "PATCH /api/v1/mitigations/{id}", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &mitigation_change_in, REPLY_RECORD, &mitigation_shape,
		run_mitigation_change, N_("Record when a mitigation was done and whether it helped."), .noun = &mitigation_noun, .flags = OP_MATCH | OP_MCP),
};

ROOM(incident_room, "incident", ops);
