/* When a postmortem is written: five triggers with their thresholds, known before anything happens; beside them anybody who sees an incident may ask for one. Each
 * version is kept with who made it and why. A team may ask for more than the house does, never for less. What the policy requires can be waived, with a reason and a name.
 *
 * Events policy.changed (topic org), and policy.requested, .waived, .unwaived of an incident. */
#ifndef FEATURE_POLICY_POLICY_H
#define FEATURE_POLICY_POLICY_H

#include "core/op.h"

extern const struct room policy_room;

enum trigger { TRIGGER_DOWN, TRIGGER_DATA_LOSS, TRIGGER_INTERVENTION, TRIGGER_SLOW, TRIGGER_MONITORING, TRIGGERS };
extern const char *const trigger_names[];
/* Whose a postmortem is: the other one's when there is no such person. */
enum policy_owner { POLICY_COMMANDER, POLICY_LEAD };
extern const char *const policy_owner_names[];

/* What a team asks for on top; I64_NONE: as the house. */
struct policy_team {
	struct ref team;
	int64_t down_minutes, slow_minutes;
};
struct policy {
	int64_t version; /* 0: what holds until somebody writes one */
	int64_t at;
	struct ref by;
	str note;
	int64_t down_minutes, slow_minutes;         /* I64_NONE: this does not ask for one */
	bool data_loss, intervention, monitoring;
	int64_t sev1_days, sev2_days, sev3_days, sev4_days; /* working days from the end of the incident until the document is due */
	int64_t p0_days, p1_days, p2_days, p3_days; /* working days until an action item of that priority is due; I64_NONE: no date by itself */
	int owner;         /* enum policy_owner */
	struct list teams; /* of struct policy_team */
};
/* The one in force. */
MUST_CHECK enum st policy_read(struct ctx *c, struct policy *out);

/* Who said when something is due. */
enum due_by { DUE_BY_POLICY, DUE_BY_PERSON };
extern const char *const due_by_names[];

/* What it says of an incident, as incident_read gave it. */
struct incident;
struct policy_answer {
	bool required;
	int64_t due;   /* day since 1970; I64_NONE: none is required, it was waived, or the incident is open */
	int64_t owner; /* 0: nobody */
};
MUST_CHECK enum st policy_answer(struct ctx *c, const struct incident *i, struct policy_answer *out);
/* The day by which an action item of this priority (0 … 3), written down now, is due; I64_NONE: none. */
MUST_CHECK enum st policy_action_due(struct ctx *c, int priority, int64_t *day);

/* The n-th working day after a day (days since 1970); n 0: the day itself. */
int64_t policy_working_day(int64_t day, int64_t n);

#endif
