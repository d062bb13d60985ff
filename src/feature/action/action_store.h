/* The table of action items. Private to the room. */
#ifndef FEATURE_ACTION_ACTION_STORE_H
#define FEATURE_ACTION_ACTION_STORE_H

#include "feature/action/action.h"

MUST_CHECK enum st action_store_insert(struct ctx *c, const struct action *x, int64_t *id);
/* ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st action_store_get(struct ctx *c, int64_t id, struct action *out);
/* Everything but made_at and made_by; the version goes up by one. */
MUST_CHECK enum st action_store_update(struct ctx *c, const struct action *x);
MUST_CHECK enum st action_store_open(struct ctx *c, const struct action_filter *f, const struct page_in *page, struct list *out);
MUST_CHECK enum st action_store_newest(struct ctx *c, const struct action_filter *f, const struct page_in *page, struct list *out);
/* Of the incident, or else of the document; 0 when there is neither. */
MUST_CHECK enum st action_store_scope(struct ctx *c, int64_t incident, int64_t document, int64_t *scope);
/* The items of that incident or document whose scope is no longer right, and the scope each should have. */
struct action_misplaced {
	int64_t id, scope;
};
MUST_CHECK enum st action_store_misplaced(struct ctx *c, int64_t incident, int64_t document, struct action_misplaced **out, size_t *n);
MUST_CHECK enum st action_store_set_scope(struct ctx *c, int64_t id, int64_t scope);

/* Where an open item without a due date stands: behind those that have one. */
#define ACTION_NO_DUE INT64_C(4000000000)
static inline int64_t action_due_key(const struct action *x) { return x->due == I64_NONE ? ACTION_NO_DUE : x->due; }

/* ---- action_query.c ---- */

/* A filter as people type it: "owner:me due:<7d type:prevent,detect overdue words". today, in the organisation's zone, is set in f. ST_INVALID, naming the word. */
MUST_CHECK enum st action_query_read(struct ctx *c, str text, struct action_filter *f);
/* Services and teams by their folded name, people by theirs or their login; 0 when there is none. */
MUST_CHECK enum st action_store_named(struct ctx *c, const char *what, str name, int64_t *id);

/* The day in a zone, since 1970. */
int64_t action_day(const struct zone *zone, int64_t at);

/* The rules; pure. */
enum { ACTION_CHECK_DAYS = 42 }; /* after which one can tell whether it has held */
enum action_verb { ACTION_CLOSE, ACTION_DROP, ACTION_REOPEN };
struct action_move {
	enum action_state from, to; /* reopening: from anything but open */
	const char *event, *wrong_state, *missing_code, *missing_field, *missing;
};
extern const struct action_move action_moves[];
bool action_may(enum action_verb verb, enum action_state state);

/* ---- action_ops.c ---- */

/* Steps, on the item in memory; action_save writes it and tells of it. ST_CONFLICT: not from its state; ST_INVALID: without words, or nobody agreed. Explained. */
MUST_CHECK enum st action_close(struct ctx *c, struct action *x, str evidence, int64_t check_on);
MUST_CHECK enum st action_drop(struct ctx *c, struct action *x, str reason, int64_t agreed_by);
MUST_CHECK enum st action_reopen(struct ctx *c, struct action *x, str reason);
/* What the policy has dated is dated anew when its priority is another, counted from today. */
MUST_CHECK enum st action_date_again(struct ctx *c, struct action *x, int priority_before);
MUST_CHECK enum st action_save(struct ctx *c, const char *event, const struct action *x);

#endif
