/* What is being responded to: detected → declared → mitigated → resolved → closed, and reopened. Milestones are recorded by the life cycle and by alerts, and may be
 * corrected by people; durations are derived from them when read, never stored, and unknown when a milestone is. Who may see an incident is a scope; everything that
 * belongs to it has the same one.
 *
 * Events, all with the topics incident:N and incidents: incident.detected .declared .acknowledged .mitigated .resolved .closed .reopened .recorded .changed .restricted .update_due,
 * milestone.set .withdrawn, mitigation.added .changed, role.assigned. */
#ifndef FEATURE_INCIDENT_INCIDENT_H
#define FEATURE_INCIDENT_INCIDENT_H

#include "base/registry.h"
#include "core/engine.h"
#include "core/shape.h"
#include "feature/timeline/timeline.h"

extern const struct room incident_room;
extern const struct noun incident_noun;

enum incident_state { INCIDENT_DETECTED, INCIDENT_DECLARED, INCIDENT_MITIGATED, INCIDENT_RESOLVED, INCIDENT_CLOSED };
extern const char *const incident_state_names[];
enum severity { SEV1, SEV2, SEV3, SEV4 };
extern const char *const severity_names[];
enum detection { DETECTION_ALERT, DETECTION_STAFF, DETECTION_CUSTOMER, DETECTION_PARTNER, DETECTION_PRESS, DETECTION_CHANCE };
extern const char *const detection_names[];
enum milestone { OUTAGE_BEGINS, DETECTED, ACKNOWLEDGED, DECLARED, MITIGATED, OUTAGE_ENDS, INCIDENT_ENDS, MILESTONES };
extern const char *const milestone_names[];
enum incident_role { COMMANDER, SCRIBE, COMMUNICATIONS, OPERATIONS, LIAISON };
extern const char *const incident_role_names[];
extern const char *const mitigation_kind_names[], *const mitigation_result_names[];

struct incident_milestone {
	int kind;
	int64_t at;
	struct ref by;
	bool automatic;
	int64_t id;
};
struct incident_durations {
	int64_t ttd, tta, ttm, ttr; /* seconds, I64_NONE: not known */
};
struct incident_holder {
	int role;
	struct ref person;
	int64_t since;
	str handed_over;
};
struct mitigation {
	int64_t id, incident;
	int kind;
	str text, quantity;
	int64_t started_at, ended_at;
	int result;
	struct ref by;
	int64_t version;
	int64_t scope; /* not in the JSON */
};
extern const struct shape mitigation_shape;

/* What an incident shows of the records of rooms below it. */
struct incident_alert {
	int64_t id;
	str source, title;
	str state, labels;
	int64_t started_at, ended_at, last_seen_at, count;
	str url;
};
struct incident_document {
	int64_t id;
	str title, state;
};
struct incident_action {
	int64_t id;
	str title, state;
	struct ref owner;
	int64_t due;
};
struct incident_can {
	bool edit, restrict_;
};

struct incident {
	int64_t id;
	str title, summary;
	int state, severity, severity_suggested;
	str severity_reason;
	bool restricted, drill, data_lost;
	str zone;
	int detection_source;
	str detected_by, channel, exit_criterion;
	int64_t exit_minutes, exit_since, next_update_at, created_at, version;
	struct list milestones;      /* of struct incident_milestone, by time */
	struct incident_durations durations;
	struct list roles;           /* of struct incident_holder */
	struct list services;        /* of struct ref */
	struct list alerts, mitigations, documents, actions;
	struct list members;         /* of struct ref; empty when everybody sees it */
	struct incident_can can;
	int64_t scope;               /* not in the JSON */
};
extern const struct shape incident_shape, incident_alert_shape, incident_document_shape, incident_action_shape;

struct incident_row {
	int64_t id;
	str title;
	int state, severity;
	bool restricted, drill;
	int64_t declared_at, started_at, created_at;
	struct ref commander;
	struct list services;
	int64_t next_update_at;
};
extern const struct shape incident_row_shape;

/* A room below contributes its part: fill sets its own list of the record (only what the actor may see), rescope moves its rows of the incident, and their events, to the
 * scope, in the same transaction in which the incident is restricted or opened again. Either may be NULL. */
struct incident_part {
	enum st (*fill)(struct ctx *c, struct incident *incident);
	enum st (*rescope)(struct ctx *c, int64_t incident, int64_t scope);
};
#define INCIDENT_PART(room, fill_function, rescope_function)                                                                    \
	static const struct incident_part incident_part_##room = { fill_function, rescope_function };                               \
	REGISTER(incident_part, incident_part_##room)

/* The whole record. ST_NOT_FOUND, explained. Whether the actor may see it was asked before (perm_sees). */
MUST_CHECK enum st incident_read(struct ctx *c, int64_t id, struct incident *out);
/* The row alone, with scope, without lists and durations. */
MUST_CHECK enum st incident_brief(struct ctx *c, int64_t id, struct incident *out);
bool incident_is_open(enum incident_state state); /* detected, declared or mitigated */
/* For timeline_note and the like. */
MUST_CHECK enum st incident_subject(struct ctx *c, const struct incident *incident, struct timeline_subject *out);

struct incident_opening {
	str title, summary;
	int severity;             /* -1: SEV3 */
	int suggested;            /* -1: nothing suggested one */
	const int64_t *services;
	size_t service_count;
	bool restricted, drill;
	const struct zone *zone;  /* NULL: the organisation's */
	int detection_source;     /* -1: not known */
	str detected_by, channel, exit_criterion;
	int64_t exit_minutes;     /* I64_NONE: no such criterion */
	int64_t started_at;       /* I64_NONE: not known */
	int64_t detected_at;      /* I64_NONE: now */
	bool declared;            /* by a person; else detected only */
};
/* With everything set to "not known". */
struct incident_opening incident_opening(str title);
MUST_CHECK enum st incident_open(struct ctx *c, const struct incident_opening *o, int64_t *id);

/* One that is over and was told elsewhere: closed, with the milestones that are known; those that contradict an earlier kind are left out. Emits incident.recorded, to which nothing reacts
 * as to an incident of today. */
struct incident_past {
	str title, summary;
	int severity;            /* -1: SEV3 */
	const struct zone *zone; /* NULL: the organisation's */
	int64_t at[MILESTONES];  /* I64_NONE: not known */
};
MUST_CHECK enum st incident_record(struct ctx *c, const struct incident_past *p, int64_t *id);

/* Record what the system noticed: nothing happens when a milestone of that kind is there. Its time is bent to what the order of milestones allows. */
MUST_CHECK enum st incident_notice(struct ctx *c, int64_t id, enum milestone kind, int64_t at);
/* Withdraw what the system noticed, unless a person has confirmed it. */
MUST_CHECK enum st incident_unnotice(struct ctx *c, int64_t id, enum milestone kind);
/* Something that the record shows has changed in a room below: emits incident.changed, with a new version. */
MUST_CHECK enum st incident_touch(struct ctx *c, int64_t id);

#endif
