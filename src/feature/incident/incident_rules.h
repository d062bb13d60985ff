/* The rules of the life cycle: no SQL, no JSON, no clock. Private to the room. */
#ifndef FEATURE_INCIDENT_INCIDENT_RULES_H
#define FEATURE_INCIDENT_INCIDENT_RULES_H

#include "feature/incident/incident.h"

enum verb { VERB_CONFIRM, VERB_MITIGATE, VERB_RESOLVE, VERB_CLOSE, VERB_REOPEN, VERBS };
struct transition {
	unsigned from; /* bits of enum incident_state */
	enum incident_state to;
	unsigned milestones;  /* bits of enum milestone: recorded, when not there */
	const char *event;
	const char *phrase;   /* of the timeline; NULL: its milestone says it */
	const char *because;  /* the same with {0} for a reason */
	const char *refusal;  /* English key: why not from another state */
};
extern const struct transition transitions[VERBS];

/* Times by kind; I64_NONE: not known. */
struct milestones {
	int64_t at[MILESTONES];
};
struct milestones milestones_none(void);
/* Would this time contradict one that stands? MILESTONES: no. Else the one it contradicts; *before: the new one must not be later than that. */
enum milestone milestone_contradicts(const struct milestones *m, enum milestone kind, int64_t at, bool *before);
/* The time nearest to `at` that contradicts nothing. */
int64_t milestone_fit(const struct milestones *m, enum milestone kind, int64_t at);
struct incident_durations milestone_durations(const struct milestones *m);
/* When nominal performance began, as far as known. */
int64_t exit_since(const struct milestones *m);
/* The earliest end that needs no reason; I64_NONE: any time (no criterion). I64_MAX: not before the mitigation or the end of the outage is recorded. */
int64_t exit_due(const struct milestones *m, int64_t exit_minutes);

extern const struct shape incident_milestone_shape, incident_holder_shape;

/* English keys for the timeline. */
extern const char *const milestone_titles[MILESTONES];
extern const char *const role_titles[], *const mitigation_titles[], *const result_titles[];

#endif
