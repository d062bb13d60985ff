/* The tables of alerts, hooks and rules. Private to the room. */
#ifndef FEATURE_ALERT_ALERT_STORE_H
#define FEATURE_ALERT_ALERT_STORE_H

#include "feature/alert/alert_rules.h"

struct alert_incident {
	int64_t id;
	str title;
};
struct alert {
	int64_t id;
	str source;
	struct ref hook;
	str fingerprint, title, description;
	int state, severity;
	str labels;
	struct alert_incident incident;
	struct ref service;
	int64_t started_at, ended_at, first_seen_at, last_seen_at, count;
	str url;
	int64_t version;
	int64_t scope; /* not in the JSON */
};
extern const struct shape alert_shape;

/* ---- alerts ---- */

/* What is known of an alert, for telling news from repeats. */
struct known_alert {
	int64_t id;
	str fingerprint;
	int state;
	int64_t started_at, incident, scope;
};
/* Of at most DB_IN_MOST fingerprints. */
MUST_CHECK enum st alert_store_known(struct ctx *c, str source, const struct alert_in *alerts, size_t n, struct known_alert *out, size_t *out_n);
/* At most DB_IN_MOST rows, each told of so many times more, the last time at now. */
MUST_CHECK enum st alert_store_touch(struct ctx *c, const int64_t *ids, size_t n, int64_t times, int64_t now);
MUST_CHECK enum st alert_store_set_past(struct ctx *c, int64_t id);
MUST_CHECK enum st alert_store_insert(struct ctx *c, const struct hook *hook, const struct alert_in *a, const struct alert *row, int64_t *id);
MUST_CHECK enum st alert_store_resolve(struct ctx *c, int64_t id, int64_t ended_at);
MUST_CHECK enum st alert_store_attach(struct ctx *c, int64_t id, int64_t incident, int64_t scope);
/* ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st alert_store_get(struct ctx *c, int64_t id, struct alert *out);
MUST_CHECK enum st alert_store_page(struct ctx *c, int state, const struct page_in *page, struct list *out);
MUST_CHECK enum st alert_store_of_incident(struct ctx *c, int64_t incident, struct list *out);
/* How many of the incident's alerts fire, and when the last of the others ended (I64_NONE: there is none). */
MUST_CHECK enum st alert_store_standing(struct ctx *c, int64_t incident, int64_t *firing, int64_t *last_end);
MUST_CHECK enum st alert_store_rescope(struct ctx *c, int64_t incident, int64_t scope);

/* ---- groups ---- */

/* 0: the group has no incident. */
MUST_CHECK enum st alert_store_group(struct ctx *c, int64_t hook, str group, int64_t *incident);
MUST_CHECK enum st alert_store_set_group(struct ctx *c, int64_t hook, str group, int64_t incident);
MUST_CHECK enum st alert_store_service_named(struct ctx *c, str name, int64_t *service);

/* ---- hooks and rules ---- */

MUST_CHECK enum st hook_store_insert(struct ctx *c, const struct hook *h, str key_hash, int64_t *id);
/* key_hash may be NULL. ST_NOT_FOUND without an explanation; ended ones are not found. */
MUST_CHECK enum st hook_store_get(struct ctx *c, int64_t id, struct hook *out, str *key_hash);
MUST_CHECK enum st hook_store_save(struct ctx *c, struct hook *h);
MUST_CHECK enum st hook_store_end(struct ctx *c, int64_t id);
MUST_CHECK enum st hook_store_all(struct ctx *c, struct list *out);

MUST_CHECK enum st rule_store_insert(struct ctx *c, const struct alert_rule *r, int64_t *id);
MUST_CHECK enum st rule_store_get(struct ctx *c, int64_t id, struct alert_rule *out);
MUST_CHECK enum st rule_store_save(struct ctx *c, struct alert_rule *r);
MUST_CHECK enum st rule_store_delete(struct ctx *c, int64_t id);
/* hook 0: all rules; else its own and those of every hook, in the order in which they are asked. */
MUST_CHECK enum st rule_store_all(struct ctx *c, int64_t hook, struct list *out);

#endif
