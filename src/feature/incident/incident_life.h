/* What changes in an incident, and what else must then be written: milestones, timeline, event. Private to the room. */
#ifndef FEATURE_INCIDENT_INCIDENT_LIFE_H
#define FEATURE_INCIDENT_INCIDENT_LIFE_H

#include "feature/incident/incident_store.h"

/* An incident in the hands of a write: changed through the calls below, then saved once. */
struct life {
	struct incident i;
	struct milestones m;
	struct list milestones; /* of struct incident_milestone, as loaded or changed since */
	struct timeline_subject s;
	bool changed;
};
/* ST_NOT_FOUND, explained. */
MUST_CHECK enum st life_load(struct ctx *c, int64_t id, struct life *l);
/* With the next version, when anything changed. */
MUST_CHECK enum st life_save(struct ctx *c, struct life *l);
MUST_CHECK enum st life_emit(struct ctx *c, const struct life *l, const char *name, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* A timeline entry that nobody typed, now. */
MUST_CHECK enum st life_note(struct ctx *c, const struct life *l, enum timeline_kind kind, const char *phrase, str a, str b, str d, str e);

/* ST_CONFLICT: not in this state; a reason is needed (field reason). */
MUST_CHECK enum st life_move(struct ctx *c, struct life *l, enum verb verb, str reason);
MUST_CHECK enum st life_acknowledge(struct ctx *c, struct life *l);
/* ST_INVALID (field at): it contradicts another milestone, which the explanation names, or has not come yet. */
MUST_CHECK enum st life_set_milestone(struct ctx *c, struct life *l, enum milestone kind, int64_t at);
MUST_CHECK enum st life_withdraw_milestone(struct ctx *c, struct life *l, enum milestone kind);
/* person 0: nobody has it any more. */
MUST_CHECK enum st life_assign(struct ctx *c, struct life *l, enum incident_role role, int64_t person, str handed_over);
/* members NULL: as they are, and who acts. */
MUST_CHECK enum st life_restrict(struct ctx *c, struct life *l, bool restricted, const struct list *members);
/* Severity, channel, exit criterion and the rest: what `to` has, with notes for what people want to find later. ST_INVALID (field severity_reason). */
MUST_CHECK enum st life_change(struct ctx *c, struct life *l, const struct incident *to);
MUST_CHECK enum st life_set_services(struct ctx *c, struct life *l, const struct list *services);
MUST_CHECK enum st life_check_services(struct ctx *c, const struct list *services);

#endif
