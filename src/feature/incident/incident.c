#include "feature/incident/incident.h"

#include "feature/incident/incident_rules.h"

/* The words and rules of incidents. What happens when is in incident_life.c, the operations in incident_ops.c, the statements in incident_store.c. */

const char *const incident_state_names[] = { "detected", "declared", "mitigated", "resolved", "closed", NULL };
const char *const severity_names[] = { "SEV1", "SEV2", "SEV3", "SEV4", NULL };
const char *const detection_names[] = { "alert", "staff", "customer", "partner", "press", "chance", NULL };
const char *const milestone_names[] = { "outage_begins", "detected", "acknowledged", "declared", "mitigated", "outage_ends", "incident_ends", NULL };
const char *const incident_role_names[] = { "commander", "scribe", "communications", "operations", "liaison", NULL };
const char *const mitigation_kind_names[] = { "rollback", "restart", "scale_out", "hotfix", "feature_switch", "failover", "traffic_shift", "store_release", "other", NULL };
const char *const mitigation_result_names[] = { "worked", "partly", "did_not", NULL };

const char *const milestone_titles[MILESTONES] = { N_("Outage begins"), N_("Detected"), N_("Acknowledged: somebody starts to act"), N_("Declared"), N_("Mitigated"),
	N_("Outage ends"), N_("Incident ends") };
const char *const role_titles[] = { N_("incident commander"), N_("scribe"), N_("communications lead"), N_("operations lead"), N_("liaison") };
const char *const mitigation_titles[] = { N_("Rollback"), N_("Restart"), N_("Scale-out"), N_("Hotfix"), N_("Feature switch"), N_("Failover"), N_("Traffic shift"),
	N_("Store release"), N_("Mitigation") };
const char *const result_titles[] = { N_("it worked"), N_("it worked partly"), N_("it did not work") };

/* ---- the life cycle ---- */

#define IN(state) (1u << INCIDENT_##state)
#define OPEN (IN(DETECTED) | IN(DECLARED) | IN(MITIGATED))

#define M(kind) (1u << (kind))

const struct transition transitions[VERBS] = {
	[VERB_CONFIRM] = { IN(DETECTED), INCIDENT_DECLARED, M(DECLARED), "incident.declared", NULL, N_("Declared: {0}"), N_("This incident was declared already.") },
	[VERB_MITIGATE] = { IN(DETECTED) | IN(DECLARED), INCIDENT_MITIGATED, M(MITIGATED), "incident.mitigated", NULL, N_("Mitigated: {0}"),
		N_("Only an incident that is detected or declared can be mitigated.") },
	[VERB_RESOLVE] = { OPEN, INCIDENT_RESOLVED, M(OUTAGE_ENDS) | M(INCIDENT_ENDS), "incident.resolved", NULL, N_("Resolved: {0}"),
		N_("This incident is resolved already.") },
	[VERB_CLOSE] = { IN(RESOLVED), INCIDENT_CLOSED, 0, "incident.closed", N_("Closed"), N_("Closed: {0}"), N_("Resolve the incident before you close it.") },
	[VERB_REOPEN] = { IN(MITIGATED) | IN(RESOLVED) | IN(CLOSED), INCIDENT_DECLARED, 0, "incident.reopened", NULL, N_("Reopened: {0}"), N_("This incident is open.") },
};

bool incident_is_open(enum incident_state state) {
	return OPEN >> state & 1;
}

/* ---- milestones ---- */

/* What must not be later than what. Acknowledging and declaring may come in any order, and an outage may be over before anybody noticed it. */
static const unsigned not_before[MILESTONES] = {
	[OUTAGE_BEGINS] = 0,
	[DETECTED] = M(OUTAGE_BEGINS),
	[ACKNOWLEDGED] = M(OUTAGE_BEGINS) | M(DETECTED),
	[DECLARED] = M(OUTAGE_BEGINS) | M(DETECTED),
	[MITIGATED] = M(OUTAGE_BEGINS),
	[OUTAGE_ENDS] = M(OUTAGE_BEGINS) | M(MITIGATED),
	[INCIDENT_ENDS] = M(OUTAGE_BEGINS) | M(DETECTED) | M(ACKNOWLEDGED) | M(DECLARED) | M(MITIGATED) | M(OUTAGE_ENDS),
};

struct milestones milestones_none(void) {
	struct milestones m;
	for (int i = 0; i < MILESTONES; i++)
		m.at[i] = I64_NONE;
	return m;
}

enum milestone milestone_contradicts(const struct milestones *m, enum milestone kind, int64_t at, bool *before) {
	for (int other = 0; other < MILESTONES; other++) {
		if (m->at[other] == I64_NONE)
			continue;
		*before = not_before[other] >> kind & 1;
		if (*before ? at > m->at[other] : (not_before[kind] >> other & 1) && at < m->at[other])
			return (enum milestone)other;
	}
	return MILESTONES;
}

int64_t milestone_fit(const struct milestones *m, enum milestone kind, int64_t at) {
	for (int other = 0; other < MILESTONES; other++)
		if (m->at[other] != I64_NONE && (not_before[kind] >> other & 1) && at < m->at[other])
			at = m->at[other];
	for (int other = 0; other < MILESTONES; other++)
		if (m->at[other] != I64_NONE && (not_before[other] >> kind & 1) && at > m->at[other])
			at = m->at[other];
	return at;
}

static int64_t between(const struct milestones *m, enum milestone from, enum milestone to) {
	return m->at[from] == I64_NONE || m->at[to] == I64_NONE ? I64_NONE : (m->at[to] - m->at[from]) / US_PER_SECOND;
}

struct incident_durations milestone_durations(const struct milestones *m) {
	return (struct incident_durations){ between(m, OUTAGE_BEGINS, DETECTED), between(m, DETECTED, ACKNOWLEDGED), between(m, OUTAGE_BEGINS, MITIGATED),
		between(m, OUTAGE_BEGINS, OUTAGE_ENDS) };
}

/* ---- the exit criterion ---- */

int64_t exit_since(const struct milestones *m) {
	return m->at[OUTAGE_ENDS] != I64_NONE ? m->at[OUTAGE_ENDS] : m->at[MITIGATED];
}

int64_t exit_due(const struct milestones *m, int64_t exit_minutes) {
	int64_t since = exit_since(m);
	if (exit_minutes == I64_NONE)
		return I64_NONE;
	return since == I64_NONE ? INT64_MAX : since + exit_minutes * US_PER_MINUTE;
}

/* ---- shapes ---- */

SHAPE(incident_milestone_shape, "Milestone", struct incident_milestone, N_("a turning point of an incident"),
	F(struct incident_milestone, FT_ENUM, kind, FIELD_REQUIRED, N_("which one"), .names = milestone_names),
	F(struct incident_milestone, FT_TIME, at, FIELD_REQUIRED, N_("when")),
	F(struct incident_milestone, FT_OBJ, by, FIELD_OPTIONAL, N_("who recorded it; null: the system"), .shape = &ref_shape),
	F(struct incident_milestone, FT_BOOL, automatic, FIELD_REQUIRED, N_("recorded by the life cycle or an alert, confirmed by nobody")),
	F(struct incident_milestone, FT_ID, id, FIELD_REQUIRED, N_("its number")));

SHAPE(incident_durations_shape, "Durations", struct incident_durations, N_("derived from the milestones; null: one of the two is not known"),
	F(struct incident_durations, FT_I64, ttd, FIELD_OPTIONAL, N_("seconds from the beginning of the outage to its detection")),
	F(struct incident_durations, FT_I64, tta, FIELD_OPTIONAL, N_("seconds from detection until somebody starts to act")),
	F(struct incident_durations, FT_I64, ttm, FIELD_OPTIONAL, N_("seconds from the beginning of the outage to its mitigation")),
	F(struct incident_durations, FT_I64, ttr, FIELD_OPTIONAL, N_("seconds from the beginning of the outage to its end")));

SHAPE(incident_holder_shape, "RoleHolder", struct incident_holder, N_("who does what in the response"),
	F(struct incident_holder, FT_ENUM, role, FIELD_REQUIRED, N_("the role"), .names = incident_role_names),
	F(struct incident_holder, FT_OBJ, person, FIELD_REQUIRED, N_("who has it"), .shape = &ref_shape),
	F(struct incident_holder, FT_TIME, since, FIELD_REQUIRED, N_("since when")),
	F(struct incident_holder, FT_TEXT, handed_over, FIELD_OPTIONAL, N_("what the one before said when handing over")));

SHAPE(mitigation_shape, "Mitigation", struct mitigation, N_("what was done to make it better"),
	F(struct mitigation, FT_ID, id, FIELD_REQUIRED, N_("its number")),
	F(struct mitigation, FT_ID, incident, FIELD_REQUIRED, N_("the incident"), .prefix = "INC"),
	F(struct mitigation, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind"), .names = mitigation_kind_names),
	F(struct mitigation, FT_TEXT, text, FIELD_REQUIRED, N_("what exactly")),
	F(struct mitigation, FT_TEXT, quantity, FIELD_OPTIONAL, N_("how much: “4 to 40 machines”")),
	F(struct mitigation, FT_TIME, started_at, FIELD_REQUIRED, N_("when it began")),
	F(struct mitigation, FT_TIME, ended_at, FIELD_OPTIONAL, N_("when it was done")),
	F(struct mitigation, FT_ENUM, result, FIELD_OPTIONAL, N_("did it help?"), .names = mitigation_result_names),
	F(struct mitigation, FT_OBJ, by, FIELD_OPTIONAL, N_("who recorded it"), .shape = &ref_shape),
	F(struct mitigation, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

SHAPE(incident_alert_shape, "IncidentAlert", struct incident_alert, N_("an alert of the incident"),
	F(struct incident_alert, FT_ID, id, FIELD_REQUIRED, N_("number of the alert"), .prefix = "ALERT"),
	F(struct incident_alert, FT_TEXT, source, FIELD_REQUIRED, N_("kind of monitor")),
	F(struct incident_alert, FT_TEXT, title, FIELD_REQUIRED, N_("what it says")),
	F(struct incident_alert, FT_TEXT, state, FIELD_REQUIRED, N_("firing or resolved")),
	F(struct incident_alert, FT_JSON, labels, FIELD_REQUIRED, N_("its labels")),
	F(struct incident_alert, FT_TIME, started_at, FIELD_REQUIRED, N_("since when")),
	F(struct incident_alert, FT_TIME, ended_at, FIELD_OPTIONAL, N_("until when")),
	F(struct incident_alert, FT_TIME, last_seen_at, FIELD_REQUIRED, N_("when the monitor last told of it")),
	F(struct incident_alert, FT_I64, count, FIELD_REQUIRED, N_("how often the monitor told of it")),
	F(struct incident_alert, FT_TEXT, url, FIELD_OPTIONAL, N_("where it came from")));

SHAPE(incident_document_shape, "IncidentDocument", struct incident_document, N_("a document about the incident"),
	F(struct incident_document, FT_ID, id, FIELD_REQUIRED, N_("number of the document"), .prefix = "PM"),
	F(struct incident_document, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
	F(struct incident_document, FT_TEXT, state, FIELD_REQUIRED, N_("its state")));

SHAPE(incident_action_shape, "IncidentAction", struct incident_action, N_("an action item of the incident"),
	F(struct incident_action, FT_ID, id, FIELD_REQUIRED, N_("number of the action"), .prefix = "ACT"),
	F(struct incident_action, FT_TEXT, title, FIELD_REQUIRED, N_("what is to be done")),
	F(struct incident_action, FT_TEXT, state, FIELD_REQUIRED, N_("its state")),
	F(struct incident_action, FT_OBJ, owner, FIELD_OPTIONAL, N_("who sees to it"), .shape = &ref_shape),
	F(struct incident_action, FT_DATE, due, FIELD_OPTIONAL, N_("until when")));

static const struct field incident_can_fields[] = {
	{ .name = "edit", .type = FT_BOOL, .flags = FIELD_REQUIRED, .offset = offsetof(struct incident_can, edit), .doc = N_("change it") },
	{ .name = "restrict", .type = FT_BOOL, .flags = FIELD_REQUIRED, .offset = offsetof(struct incident_can, restrict_), .doc = N_("say who may see it") },
};
static const struct shape incident_can_shape = { "IncidentCan", sizeof(struct incident_can), incident_can_fields, 2, N_("what the account that asks may do with it") };

SHAPE(incident_shape, "Incident", struct incident, N_("what is being responded to"),
	F(struct incident, FT_ID, id, FIELD_REQUIRED, N_("number of the incident"), .prefix = "INC"),
	F(struct incident, FT_TEXT, title, FIELD_REQUIRED, N_("what is broken, in one line")),
	F(struct incident, FT_TEXT, summary, FIELD_REQUIRED, N_("what is known, in a few sentences")),
	F(struct incident, FT_ENUM, state, FIELD_REQUIRED, N_("where the response is"), .names = incident_state_names),
	F(struct incident, FT_ENUM, severity, FIELD_REQUIRED, N_("SEV1 is the worst"), .names = severity_names),
	F(struct incident, FT_ENUM, severity_suggested, FIELD_OPTIONAL, N_("what the alert asked for"), .names = severity_names),
	F(struct incident, FT_TEXT, severity_reason, FIELD_OPTIONAL, N_("why it is another one")),
	F(struct incident, FT_BOOL, restricted, FIELD_REQUIRED, N_("only its members see it")),
	F(struct incident, FT_BOOL, drill, FIELD_REQUIRED, N_("an exercise, not counted")),
	F(struct incident, FT_BOOL, data_lost, FIELD_REQUIRED, N_("was data lost, of any kind?")),
	F(struct incident, FT_TEXT, zone, FIELD_REQUIRED, N_("time zone its times are shown in")),
	F(struct incident, FT_ENUM, detection_source, FIELD_OPTIONAL, N_("how it was noticed"), .names = detection_names),
	F(struct incident, FT_TEXT, detected_by, FIELD_OPTIONAL, N_("who or what noticed it")),
	F(struct incident, FT_TEXT, channel, FIELD_OPTIONAL, N_("where people coordinate")),
	F(struct incident, FT_TEXT, exit_criterion, FIELD_OPTIONAL, N_("when it is over: what counts as nominal")),
	F(struct incident, FT_I64, exit_minutes, FIELD_OPTIONAL, N_("how many minutes of nominal performance")),
	F(struct incident, FT_TIME, exit_since, FIELD_OPTIONAL, N_("nominal since; null: not yet")),
	F(struct incident, FT_TIME, next_update_at, FIELD_OPTIONAL, N_("when people were promised the next update")),
	F(struct incident, FT_TIME, created_at, FIELD_REQUIRED, N_("when the record was made")),
	F(struct incident, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")),
	F(struct incident, FT_LIST, milestones, FIELD_REQUIRED, N_("turning points, by time"), .shape = &incident_milestone_shape),
	F(struct incident, FT_OBJ, durations, FIELD_REQUIRED, N_("derived from the milestones"), .shape = &incident_durations_shape),
	F(struct incident, FT_LIST, roles, FIELD_REQUIRED, N_("who does what now"), .shape = &incident_holder_shape),
	F(struct incident, FT_LIST, services, FIELD_REQUIRED, N_("what is affected"), .shape = &ref_shape),
	F(struct incident, FT_LIST, alerts, FIELD_REQUIRED, N_("its alerts"), .shape = &incident_alert_shape),
	F(struct incident, FT_LIST, mitigations, FIELD_REQUIRED, N_("what was done"), .shape = &mitigation_shape),
	F(struct incident, FT_LIST, documents, FIELD_REQUIRED, N_("what is written about it"), .shape = &incident_document_shape),
	F(struct incident, FT_LIST, actions, FIELD_REQUIRED, N_("what follows from it"), .shape = &incident_action_shape),
	F(struct incident, FT_LIST, members, FIELD_REQUIRED, N_("who sees it, when it is restricted"), .shape = &ref_shape),
	F(struct incident, FT_OBJ, can, FIELD_REQUIRED, N_("what you may do with it"), .shape = &incident_can_shape));

SHAPE(incident_row_shape, "IncidentRow", struct incident_row, N_("an incident in a list"),
	F(struct incident_row, FT_ID, id, FIELD_REQUIRED, N_("number of the incident"), .prefix = "INC"),
	F(struct incident_row, FT_TEXT, title, FIELD_REQUIRED, N_("what is broken, in one line")),
	F(struct incident_row, FT_ENUM, state, FIELD_REQUIRED, N_("where the response is"), .names = incident_state_names),
	F(struct incident_row, FT_ENUM, severity, FIELD_REQUIRED, N_("SEV1 is the worst"), .names = severity_names),
	F(struct incident_row, FT_BOOL, restricted, FIELD_REQUIRED, N_("only its members see it")),
	F(struct incident_row, FT_BOOL, drill, FIELD_REQUIRED, N_("an exercise, not counted")),
	F(struct incident_row, FT_TIME, declared_at, FIELD_OPTIONAL, N_("when it was declared")),
	F(struct incident_row, FT_TIME, started_at, FIELD_OPTIONAL, N_("when the outage began")),
	F(struct incident_row, FT_TIME, created_at, FIELD_REQUIRED, N_("when the record was made")),
	F(struct incident_row, FT_OBJ, commander, FIELD_OPTIONAL, N_("who leads the response"), .shape = &ref_shape),
	F(struct incident_row, FT_LIST, services, FIELD_REQUIRED, N_("what is affected"), .shape = &ref_shape),
	F(struct incident_row, FT_TIME, next_update_at, FIELD_OPTIONAL, N_("when people were promised the next update")));
