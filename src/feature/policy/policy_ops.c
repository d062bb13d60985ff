#include "feature/org/org.h"
#include "feature/policy/policy_parts.h"

/* Operations on the policy, and on what it says of an incident. */

static str topics_of(struct ctx *c, int64_t incident, int64_t scope) {
	return scope ? arena_printf(c->a, "incident:%lld scope:%lld", (long long)incident, (long long)scope) : arena_printf(c->a, "incident:%lld incidents", (long long)incident);
}

/* ---- policy.get, policy.versions ---- */

static enum st run_get(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct policy p;
	enum st st = policy_read(c, &p);
	if (st == ST_OK)
		reply_record(c, out, &policy_shape, &p, p.version);
	return st;
}

struct page_query {
	uint64_t given;
	str after;
	int64_t limit;
};
#define PAGE_FIELDS                                                                                                            \
	F(struct page_query, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 60),                                       \
	F(struct page_query, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200)
INPUT(versions_in, "PolicyVersions", struct page_query, PAGE_FIELDS);
INPUT(waivers_in, "PolicyWaivers", struct page_query, PAGE_FIELDS);

static enum st run_versions(struct ctx *c, const void *data, struct reply *out) {
	const struct page_query *in = data;
	struct page_in page;
	struct list found;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = policy_store_newest(c, page.id, page.limit, &found);
	if (st == ST_OK && (int64_t)found.n < page.limit)
		((struct policy *)found.items)[found.n++] = policy_first(); /* what was in force before the first that somebody wrote; there is room for it behind them */
	if (st == ST_OK)
		reply_page(c, out, &policy_shape, &found,
			(int64_t)found.n == page.limit && ((struct policy *)found.items)[found.n - 1].version ? page_cursor(c, 0, ((struct policy *)found.items)[found.n - 1].version) : STR_NONE);
	return st;
}

/* ---- policy.set, policy.tighten ---- */

enum { MOST_MINUTES = 100000, MOST_DAYS = 365 };

struct set_in {
	uint64_t given;
	str note;
	int64_t down_minutes, slow_minutes;
	bool data_loss, intervention, monitoring;
	int64_t sev1_days, sev2_days, sev3_days, sev4_days, p0_days, p1_days, p2_days, p3_days;
	int owner;
};
#define NO_DAYS(member, text) F(struct set_in, FT_I64, member, FIELD_OPTIONAL, (text), .min = 1, .max = MOST_DAYS)
#define DAYS(member, text) F(struct set_in, FT_I64, member, 0, (text), .min = 1, .max = MOST_DAYS)
INPUT(set_in, "PolicySet", struct set_in,
	F(struct set_in, FT_TEXT, note, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why it changes"), .max = 2000),
	F(struct set_in, FT_I64, down_minutes, FIELD_OPTIONAL, N_("minutes of downtime from which on a postmortem is written; null: never for this"), .min = 1, .max = MOST_MINUTES),
	F(struct set_in, FT_I64, slow_minutes, FIELD_OPTIONAL, N_("minutes from detection to the end of the outage, likewise; null: never for this"), .min = 1, .max = MOST_MINUTES),
	F(struct set_in, FT_BOOL, data_loss, 0, N_("whenever data was lost")),
	F(struct set_in, FT_BOOL, intervention, 0, N_("whenever somebody on call had to step in")),
	F(struct set_in, FT_BOOL, monitoring, 0, N_("whenever something else than an alert noticed it")),
	DAYS(sev1_days, N_("working days until the postmortem of a SEV1 is due")), DAYS(sev2_days, N_("working days until the postmortem of a SEV2 is due")),
	DAYS(sev3_days, N_("working days until the postmortem of a SEV3 is due")), DAYS(sev4_days, N_("working days until the postmortem of a SEV4 is due")),
	NO_DAYS(p0_days, N_("working days until a P0 action item is due that nobody has dated; null: none")),
	NO_DAYS(p1_days, N_("working days until a P1 action item is due that nobody has dated; null: none")),
	NO_DAYS(p2_days, N_("working days until a P2 action item is due that nobody has dated; null: none")),
	NO_DAYS(p3_days, N_("working days until a P3 action item is due that nobody has dated; null: none")),
	F(struct set_in, FT_ENUM, owner, 0, N_("whose a postmortem is: the incident commander's, or the lead's of the first service affected"), .names = policy_owner_names));

#define TAKE(member)                                                                                                           \
	if (shape_given_name(&set_in, in, #member))                                                                                \
	p->member = in->member

static void overlay(const struct set_in *in, struct policy *p) {
	TAKE(down_minutes);
	TAKE(slow_minutes);
	TAKE(data_loss);
	TAKE(intervention);
	TAKE(monitoring);
	TAKE(sev1_days);
	TAKE(sev2_days);
	TAKE(sev3_days);
	TAKE(sev4_days);
	TAKE(p0_days);
	TAKE(p1_days);
	TAKE(p2_days);
	TAKE(p3_days);
	TAKE(owner);
}

static enum st save(struct ctx *c, struct policy *p, struct reply *out) {
	enum st st = policy_store_add(c, p, &p->version);
	if (st == ST_OK)
		st = event_emitf(c, "policy.changed", "policy", p->version, 0, STR("org"), "{\"version\":%lld}", (long long)p->version);
	return st == ST_OK ? run_get(c, NULL, out) : st;
}

static enum st run_set(struct ctx *c, const void *data, struct reply *out) {
	const struct set_in *in = data;
	struct policy p;
	enum st st = policy_read(c, &p);
	if (st == ST_OK && op_call(c)->if_match > 0)
		st = version_check(c, p.version, &policy_shape, &p);
	if (st != ST_OK)
		return st;
	overlay(in, &p);
	p.note = in->note;
	return save(c, &p, out);
}

struct tighten_in {
	uint64_t given;
	int64_t id;
	str note;
	int64_t down_minutes, slow_minutes;
};
INPUT(tighten_in, "PolicyTighten", struct tighten_in,
	F(struct tighten_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the team")),
	F(struct tighten_in, FT_TEXT, note, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why it changes"), .max = 2000),
	F(struct tighten_in, FT_I64, down_minutes, FIELD_OPTIONAL, N_("minutes of downtime; null: as the house"), .min = 1, .max = MOST_MINUTES),
	F(struct tighten_in, FT_I64, slow_minutes, FIELD_OPTIONAL, N_("minutes until it was resolved; null: as the house"), .min = 1, .max = MOST_MINUTES));

static enum st check_stricter(struct ctx *c, int64_t theirs, int64_t house, const char *field) {
	if (theirs == I64_NONE || house == I64_NONE || theirs <= house)
		return ST_OK;
	return fail(c, ST_INVALID, "policy.looser", field, N_("The house asks for a postmortem from %lld minutes on. A team may ask for more, not for less."), (long long)house);
}

static enum st check_tighten(struct ctx *c, const struct tighten_in *in, const struct policy *p) {
	bool member;
	enum st st = org_team_check(c, in->id, "id");
	if (st == ST_OK)
		st = org_in_team(c, in->id, &member);
	if (st == ST_OK && !member)
		st = fail_plain(c, ST_DENIED, "auth.denied", N_("Only members of the team may say what it asks for."));
	if (st == ST_OK)
		st = check_stricter(c, in->down_minutes, p->down_minutes, "down_minutes");
	return st == ST_OK ? check_stricter(c, in->slow_minutes, p->slow_minutes, "slow_minutes") : st;
}

/* The teams with this one as it is now; one that asks for nothing more is left out. */
static struct list with_team(struct ctx *c, const struct list *before, const struct tighten_in *in) {
	struct policy_team *to = arena_array(c->a, before->n + 1, sizeof *to);
	const struct policy_team *from = before->items;
	size_t n = 0;
	for (size_t i = 0; i < before->n; i++)
		if (from[i].team.id != in->id)
			to[n++] = from[i];
	if (in->down_minutes != I64_NONE || in->slow_minutes != I64_NONE)
		to[n++] = (struct policy_team){ .team.id = in->id, .down_minutes = in->down_minutes, .slow_minutes = in->slow_minutes };
	return (struct list){ to, n };
}

static enum st run_tighten(struct ctx *c, const void *data, struct reply *out) {
	const struct tighten_in *in = data;
	struct policy p;
	enum st st = policy_read(c, &p);
	if (st == ST_OK)
		st = check_tighten(c, in, &p);
	if (st != ST_OK)
		return st;
	p.teams = with_team(c, &p.teams, in);
	p.note = in->note;
	return save(c, &p, out);
}

/* ---- policy.verdict ---- */

struct by_incident {
	uint64_t given;
	int64_t id;
};
INPUT(by_incident, "PolicyIncident", struct by_incident, F(struct by_incident, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"));

static enum st reply_verdict(struct ctx *c, int64_t id, struct reply *out) {
	struct incident i;
	struct verdict v = { 0 };
	enum st st = incident_read(c, id, &i);
	if (st == ST_OK)
		st = policy_judge(c, &i, &v);
	if (st == ST_OK)
		reply_record(c, out, &verdict_shape, &v, 0);
	return st;
}

static enum st run_verdict(struct ctx *c, const void *data, struct reply *out) {
	return reply_verdict(c, ((const struct by_incident *)data)->id, out);
}

/* ---- policy.request, policy.waive, policy.unwaive, policy.waivers ---- */

struct reason_in {
	uint64_t given;
	int64_t id;
	str reason;
};
#define REASON(text)                                                                                                           \
	F(struct reason_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),                          \
	F(struct reason_in, FT_TEXT, reason, FIELD_REQUIRED | FIELD_NOT_EMPTY, (text), .max = 2000)
INPUT(request_in, "PolicyRequestMake", struct reason_in, REASON(N_("why somebody should look back on it")));
INPUT(waive_in, "PolicyWaive", struct reason_in, REASON(N_("why none will be written; it is shown with your name")));

static enum st note_about(struct ctx *c, int64_t incident, enum st (*write)(struct ctx *, int64_t, int64_t, str), str reason, const char *event, struct reply *out) {
	struct incident i;
	enum st st = incident_brief(c, incident, &i);
	if (st == ST_OK)
		st = write(c, incident, i.scope, reason);
	if (st == ST_OK)
		st = event_emitf(c, event, "incident", incident, i.scope, topics_of(c, incident, i.scope), "{}");
	return st == ST_OK ? reply_verdict(c, incident, out) : st;
}

static enum st run_request(struct ctx *c, const void *data, struct reply *out) {
	const struct reason_in *in = data;
	return note_about(c, in->id, policy_store_request, in->reason, "policy.requested", out);
}

static enum st run_waive(struct ctx *c, const void *data, struct reply *out) {
	const struct reason_in *in = data;
	struct list waivers;
	enum st st = policy_store_waivers(c, in->id, INT64_MAX, 1, &waivers);
	if (st == ST_OK && waivers.n)
		return fail_plain(c, ST_CONFLICT, "policy.waived", N_("The postmortem of this incident is waived already."));
	return st == ST_OK ? note_about(c, in->id, policy_store_waive, in->reason, "policy.waived", out) : st;
}

static enum st end_waiver(struct ctx *c, int64_t incident, int64_t scope UNUSED, str reason UNUSED) {
	return policy_store_unwaive(c, incident);
}

static enum st run_unwaive(struct ctx *c, const void *data, struct reply *out) {
	return note_about(c, ((const struct by_incident *)data)->id, end_waiver, STR_NONE, "policy.unwaived", out);
}

static enum st run_waivers(struct ctx *c, const void *data, struct reply *out) {
	const struct page_query *in = data;
	struct page_in page;
	struct list found;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = policy_store_waivers(c, 0, page.id, page.limit, &found);
	if (st == ST_OK)
		reply_page(c, out, &policy_waiver_shape, &found,
			(int64_t)found.n == page.limit ? page_cursor(c, 0, ((struct policy_waiver *)found.items)[found.n - 1].id) : STR_NONE);
	return st;
}

INCIDENT_PART(policy, NULL, policy_store_rescope);

static const struct op ops[] = {
	OP("policy.get", "GET /api/v1/policy", PERM_ORG_VIEW, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &policy_shape, run_get,
		N_("Show when a postmortem is written, and until when."), .flags = OP_MCP | OP_REPEATS),
	OP("policy.versions", "GET /api/v1/policy/versions", PERM_ORG_VIEW, OP_READ, BODY_NONE, &versions_in, REPLY_PAGE, &policy_shape, run_versions,
		N_("List the versions of the policy, the newest first."), .flags = OP_REPEATS),
	OP("policy.set", "PATCH /api/v1/policy", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &set_in, REPLY_RECORD, &policy_shape, run_set,
		N_("Make a new version of the policy, and say why.")),
	OP("policy.tighten", "PUT /api/v1/policy/teams/{id}", PERM_SERVICE_EDIT, OP_WRITE, BODY_JSON, &tighten_in, REPLY_RECORD, &policy_shape, run_tighten,
		N_("Say what a team asks for on top of the house.")),
	OP("policy.verdict", "GET /api/v1/incidents/{id}/policy", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &by_incident, REPLY_RECORD, &verdict_shape, run_verdict,
		N_("Say whether the policy asks for a postmortem of an incident, and by what evidence."), .noun = &incident_noun, .flags = OP_MCP),
	OP("policy.request", "POST /api/v1/incidents/{id}/postmortem_requests", PERM_INCIDENT_VIEW, OP_WRITE, BODY_JSON, &request_in, REPLY_RECORD, &verdict_shape, run_request,
		N_("Ask for a postmortem of an incident, whatever the policy says."), .noun = &incident_noun),
	OP("policy.waive", "POST /api/v1/incidents/{id}/waiver", PERM_REVIEW_LEAD, OP_WRITE, BODY_JSON, &waive_in, REPLY_RECORD, &verdict_shape, run_waive,
		N_("Say that no postmortem will be written although the policy asks for one, and why."), .noun = &incident_noun),
	OP("policy.unwaive", "DELETE /api/v1/incidents/{id}/waiver", PERM_REVIEW_LEAD, OP_WRITE, BODY_NONE, &by_incident, REPLY_RECORD, &verdict_shape, run_unwaive,
		N_("Withdraw the waiver of a postmortem."), .noun = &incident_noun),
	OP("policy.waivers", "GET /api/v1/waivers", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &waivers_in, REPLY_PAGE, &policy_waiver_shape, run_waivers,
		N_("List the incidents whose postmortem was waived, with the reasons."), .flags = OP_REPEATS),
};

ROOM(policy_room, "policy", ops);
