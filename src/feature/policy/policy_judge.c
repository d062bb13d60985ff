/* What the policy says of one incident. */
#include "base/clock.h"
#include "feature/org/org.h"
#include "feature/policy/policy_parts.h"

static int64_t at_of(const struct incident *i, enum milestone kind) {
	const struct incident_milestone *m = i->milestones.items;
	for (size_t k = 0; k < i->milestones.n; k++)
		if (m[k].kind == (int)kind)
			return m[k].at;
	return I64_NONE;
}

/* Seconds from one milestone to the end of the outage, or, while that is open, until now. */
static int64_t lasted(struct ctx *c, const struct incident *i, enum milestone from) {
	int64_t begin = at_of(i, from), end = at_of(i, OUTAGE_ENDS);
	if (end == I64_NONE && incident_is_open((enum incident_state)i->state))
		end = c->now;
	return begin == I64_NONE || end == I64_NONE ? I64_NONE : (end - begin) / US_PER_SECOND;
}

static enum st facts_of(struct ctx *c, const struct incident *i, struct policy_facts *f) {
	const struct mitigation *m = i->mitigations.items;
	*f = (struct policy_facts){ .down = lasted(c, i, OUTAGE_BEGINS), .slow = lasted(c, i, DETECTED), .data_lost = i->data_lost, .detection = i->detection_source,
		.intervened = i->mitigations.n > 0 };
	if (f->intervened)
		f->intervention = arena_printf(c->a, tr(c->lang, N_("%s: “%.*s”")), mitigation_kind_names[m->kind], STR_FMT(m->text));
	int64_t *teams;
	enum st st = policy_store_teams_of(c, i->id, &teams, &f->team_count);
	f->teams = teams;
	return st;
}

static int64_t due_of(struct ctx *c, const struct incident *i, const struct policy *p, enum st *st) {
	const int64_t days[] = { p->sev1_days, p->sev2_days, p->sev3_days, p->sev4_days };
	int64_t end = at_of(i, OUTAGE_ENDS) != I64_NONE ? at_of(i, OUTAGE_ENDS) : at_of(i, INCIDENT_ENDS);
	const struct zone *zone;
	*st = org_zone(c, &zone);
	if (*st != ST_OK || end == I64_NONE || incident_is_open((enum incident_state)i->state))
		return I64_NONE;
	struct civil day = zone_civil(zone, end);
	return policy_working_day(civil_days(day.year, day.month, day.day), days[i->severity]);
}

static enum verdict_state state_of(const struct incident *i, const struct verdict *v) {
	return i->documents.n ? POLICY_BEGUN : !v->required ? POLICY_NOT_REQUIRED : v->waiver.id ? POLICY_WAIVED : POLICY_REQUIRED;
}

enum st policy_judge(struct ctx *c, const struct incident *i, struct verdict *v) {
	struct policy p;
	struct policy_facts f;
	struct list waivers;
	struct trigger_result *results = arena_array(c->a, TRIGGERS, sizeof *results);
	enum st st = policy_read(c, &p);
	if (st == ST_OK)
		st = facts_of(c, i, &f);
	if (st == ST_OK)
		st = policy_store_requests(c, i->id, &v->requests);
	if (st == ST_OK)
		st = policy_store_waivers(c, i->id, INT64_MAX, 1, &waivers);
	if (st != ST_OK)
		return st;
	/* An exercise is looked back on by those who held it; no policy asks for it. */
	v->required = (policy_evaluate(c, &p, &f, results) && !i->drill) || v->requests.n > 0;
	v->triggers = (struct list){ results, TRIGGERS };
	if (waivers.n)
		v->waiver = *(struct policy_waiver *)waivers.items;
	v->policy = p.version;
	v->can_waive = perm_role_has(c->who->role, PERM_REVIEW_LEAD);
	v->due = v->required ? due_of(c, i, &p, &st) : I64_NONE;
	v->state = (int)state_of(i, v);
	return st;
}

/* ---- for documents and action items ---- */

static int64_t commander_of(const struct incident *i) {
	const struct incident_holder *h = i->roles.items;
	for (size_t k = 0; k < i->roles.n; k++)
		if (h[k].role == COMMANDER)
			return h[k].person.id;
	return 0;
}

static enum st owner_of(struct ctx *c, const struct incident *i, int64_t *owner) {
	struct policy p;
	int64_t lead = 0, commander = commander_of(i);
	enum st st = policy_read(c, &p);
	if (st == ST_OK)
		st = policy_store_lead(c, i->id, &lead);
	bool lead_first = st == ST_OK && p.owner == POLICY_LEAD;
	*owner = lead_first ? (lead ? lead : commander) : commander ? commander : lead;
	return st;
}

enum st policy_answer(struct ctx *c, const struct incident *i, struct policy_answer *out) {
	struct verdict v = { 0 };
	enum st st = policy_judge(c, i, &v);
	*out = (struct policy_answer){ .required = v.required, .due = v.required && !v.waiver.id ? v.due : I64_NONE };
	return st == ST_OK ? owner_of(c, i, &out->owner) : st;
}

enum st policy_action_due(struct ctx *c, int priority, int64_t *day) {
	struct policy p;
	const struct zone *zone;
	enum st st = policy_read(c, &p);
	if (st == ST_OK)
		st = org_zone(c, &zone);
	if (st != ST_OK)
		return st;
	const int64_t days[] = { p.p0_days, p.p1_days, p.p2_days, p.p3_days };
	struct civil today = zone_civil(zone, c->now);
	*day = days[priority] == I64_NONE ? I64_NONE : policy_working_day(civil_days(today.year, today.month, today.day), days[priority]);
	return ST_OK;
}
