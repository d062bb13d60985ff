/* Private to the room. */
#ifndef FEATURE_POLICY_POLICY_PARTS_H
#define FEATURE_POLICY_POLICY_PARTS_H

#include "feature/incident/incident.h"
#include "feature/policy/policy.h"

extern const struct shape policy_shape, verdict_shape, policy_waiver_shape;

struct policy policy_first(void);

/* ---- what it says of an incident ---- */

/* What is known of an incident, as far as the policy asks. */
struct policy_facts {
	int64_t down, slow; /* seconds, I64_NONE: not known */
	bool data_lost;
	bool intervened;    /* somebody on call had to step in */
	str intervention;
	int detection;      /* -1: not known */
	const int64_t *teams; /* that own what was affected */
	size_t team_count;
};
struct trigger_result {
	int trigger;
	bool fired;
	str words;       /* the evidence */
	struct ref team; /* whose threshold it was; none: the house's */
};
/* Pure. out: TRIGGERS of them. true: one has fired. */
bool policy_evaluate(struct ctx *c, const struct policy *p, const struct policy_facts *f, struct trigger_result *out);

struct policy_request {
	int64_t id;
	str reason;
	int64_t at;
	struct ref by;
};
struct policy_waiver {
	int64_t id, incident;
	str title, reason;
	int64_t at;
	struct ref by;
};
enum verdict_state { POLICY_NOT_REQUIRED, POLICY_REQUIRED, POLICY_WAIVED, POLICY_BEGUN };
struct verdict {
	int state;
	bool required;
	int64_t policy, due;
	struct list triggers, requests; /* of struct trigger_result, struct policy_request */
	struct policy_waiver waiver;
	bool can_waive;
};

/* ---- policy_judge.c ---- */

MUST_CHECK enum st policy_judge(struct ctx *c, const struct incident *i, struct verdict *v);

/* ---- policy_store.c ---- */

MUST_CHECK enum st policy_store_newest(struct ctx *c, int64_t before, int64_t limit, struct list *out); /* of struct policy */
MUST_CHECK enum st policy_store_add(struct ctx *c, const struct policy *p, int64_t *version);
MUST_CHECK enum st policy_store_teams_of(struct ctx *c, int64_t incident, int64_t **teams, size_t *n);
MUST_CHECK enum st policy_store_requests(struct ctx *c, int64_t incident, struct list *out);
MUST_CHECK enum st policy_store_request(struct ctx *c, int64_t incident, int64_t scope, str reason);
/* Waivers that the actor may see; incident 0: all, newest first, before this number. */
MUST_CHECK enum st policy_store_waivers(struct ctx *c, int64_t incident, int64_t before, int64_t limit, struct list *out);
MUST_CHECK enum st policy_store_waive(struct ctx *c, int64_t incident, int64_t scope, str reason);
MUST_CHECK enum st policy_store_unwaive(struct ctx *c, int64_t incident);
/* Who answers for the first of the services that it affects; 0: nobody. */
MUST_CHECK enum st policy_store_lead(struct ctx *c, int64_t incident, int64_t *person);
MUST_CHECK enum st policy_store_rescope(struct ctx *c, int64_t incident, int64_t scope);

#endif
