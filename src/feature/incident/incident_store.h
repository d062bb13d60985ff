/* The tables of incidents. Private to the room. */
#ifndef FEATURE_INCIDENT_INCIDENT_STORE_H
#define FEATURE_INCIDENT_INCIDENT_STORE_H

#include "feature/incident/incident_rules.h"

extern const struct noun mitigation_noun;

MUST_CHECK enum st incident_store_insert(struct ctx *c, const struct incident *i, int64_t *id);
/* The row, with scope; lists are empty. ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st incident_store_get(struct ctx *c, int64_t id, struct incident *out);
/* Writes every column of the row but scope, with the next version, into the record too. */
MUST_CHECK enum st incident_store_save(struct ctx *c, struct incident *i);
MUST_CHECK enum st incident_store_set_scope(struct ctx *c, int64_t id, int64_t scope);

MUST_CHECK enum st incident_store_milestones(struct ctx *c, int64_t id, struct list *out);
MUST_CHECK enum st incident_store_set_milestone(struct ctx *c, int64_t incident, enum milestone kind, int64_t at, bool automatic, int64_t *id);
MUST_CHECK enum st incident_store_drop_milestone(struct ctx *c, int64_t id);

MUST_CHECK enum st incident_store_services(struct ctx *c, int64_t id, struct list *out);
MUST_CHECK enum st incident_store_set_services(struct ctx *c, int64_t id, const int64_t *services, size_t n);

MUST_CHECK enum st incident_store_holders(struct ctx *c, int64_t id, struct list *out);
MUST_CHECK enum st incident_store_end_role(struct ctx *c, int64_t incident, enum incident_role role);
MUST_CHECK enum st incident_store_give_role(struct ctx *c, int64_t incident, enum incident_role role, int64_t person, str handed_over);
MUST_CHECK enum st incident_store_person_name(struct ctx *c, int64_t person, str *name);

MUST_CHECK enum st incident_store_mitigations(struct ctx *c, int64_t id, struct list *out);
MUST_CHECK enum st incident_store_mitigation(struct ctx *c, int64_t id, struct mitigation *out);
MUST_CHECK enum st incident_store_add_mitigation(struct ctx *c, const struct mitigation *m, int64_t *id);
MUST_CHECK enum st incident_store_save_mitigation(struct ctx *c, struct mitigation *m);

MUST_CHECK enum st incident_store_members(struct ctx *c, int64_t scope, struct list *out);

struct incident_query {
	str state; /* open, closed or all */
	int severity;
	int64_t service;
	str q;
};
MUST_CHECK enum st incident_store_page(struct ctx *c, const struct incident_query *q, const struct page_in *page, struct list *out);
/* Open ones whose next update is due and not asked for yet; marks them. Rows of (id, scope, next_update_at). */
MUST_CHECK enum st incident_store_take_due(struct ctx *c, struct db_result *out);

#endif
