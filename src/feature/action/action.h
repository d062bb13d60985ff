/* Action items: what will be done so that an incident does not happen again, is detected sooner or is handled better. An item belongs to an incident, a document,
 * both, or neither; who sees it is decided by the incident, or else by the document. Nothing is done because somebody says so: closing takes evidence.
 *
 * States: open → done (action.close, with evidence) or dropped (action.drop, with the reason and who agreed) → open again (action.reopen, with the reason).
 * Done is not the end: some weeks later somebody looks whether it has held (action.check). What has not is open again.
 * Events action.created, .changed, .closed, .reopened, .dropped, .checked go to action:N, actions, and to incident:N, document:N and person:N (the owner) where there is one. */
#ifndef FEATURE_ACTION_ACTION_H
#define FEATURE_ACTION_ACTION_H

#include "core/op.h"

extern const struct room action_room, action_view_room, action_bulk_room;
extern const struct noun action_noun;

enum action_type { ACTION_PREVENT, ACTION_DETECT, ACTION_MITIGATE, ACTION_PROCESS, ACTION_INVESTIGATE, ACTION_REPAIR, ACTION_OTHER, ACTION_TYPES };
extern const char *const action_type_names[];
/* The three groups of improvements: it must not happen, it must be seen sooner, it must be handled better. */
enum action_aim { ACTION_PREVENTION, ACTION_DETECTION, ACTION_HANDLING };
extern const char *const action_aim_names[];
/* The group that a type belongs to unless somebody says otherwise. */
enum action_aim action_aim_of(enum action_type type);
enum action_priority { ACTION_P0, ACTION_P1, ACTION_P2, ACTION_P3 };
extern const char *const action_priority_names[];
enum action_state { ACTION_OPEN, ACTION_DONE, ACTION_DROPPED };
extern const char *const action_state_names[];
enum action_horizon { ACTION_SHORT, ACTION_LONG };
extern const char *const action_horizon_names[];
enum action_held { ACTION_HELD, ACTION_NOT_HELD };
extern const char *const action_held_names[];

/* A record that the action belongs to, by number and title. */
struct action_link {
	int64_t id;
	str title;
};
extern const struct shape action_incident_shape, action_document_shape;

struct action {
	int64_t id;
	str title;
	int type, aim, priority, state, horizon;
	struct ref owner, team;
	int64_t started_at;
	int64_t due; /* days since 1970, I64_NONE: none */
	int due_by;  /* enum due_by of feature/policy; -1: nobody has said */
	struct action_link incident, document; /* of the document: only when the actor may see it */
	str tracker, evidence, reason;
	int64_t made_at;
	struct ref made_by;
	int64_t closed_at;
	struct ref closed_by, agreed_by;
	int64_t check_on; /* days since 1970 */
	int held;         /* -1: nobody has looked yet */
	int64_t checked_at;
	struct ref checked_by;
	str check_note;
	int64_t version;
	/* not in the JSON */
	int64_t scope;
	int64_t incident_id, document_id; /* 0: none; also when the actor may not see it */
};
extern const struct shape action_shape;

/* Everything that is 0 or empty lets everything pass. Lists of names are written ",prevent,detect,". */
struct action_filter {
	int state;                         /* -1: all */
	int64_t owner, incident, document; /* owner -2: nobody; document: with the items of the incidents it is about */
	int64_t service, team, number;
	str states;                        /* todo, doing and the names of states; goes before state */
	str types, aims, priorities, horizons, hold; /* hold: held, not_held, waiting (done, not looked at yet), due (and now is the time) */
	str words;                         /* folded, part of the title */
	bool by_due, due_given;            /* by_due: by their due date, not newest first */
	int64_t due_from, due_to, today;   /* days since 1970; due_given: from … to, both among them */
	str after;
	int64_t limit;
};
/* What the actor may see: open items by their due date, the rest newest first. next: cursor, empty on the last page. ST_INVALID: the cursor. */
MUST_CHECK enum st action_list(struct ctx *c, const struct action_filter *f, struct list *out, str *next);
/* Inside a write. Writes an item down: title, type, aim, priority, owner, due (without one: as the policy says), incident_id, document_id and tracker are the caller's, the rest is filled in. ST_INVALID, explained: owner, link,
 * tracker. */
MUST_CHECK enum st action_create(struct ctx *c, struct action *x);
/* ST_NOT_FOUND without an explanation. The caller has checked the scope. */
MUST_CHECK enum st action_read(struct ctx *c, int64_t id, struct action *out);
/* Inside a write: an item as x says, of its incident_id and document_id, which the actor may see; it may be done already, and then says how that is known (evidence). Emits action.created. */
MUST_CHECK enum st action_record(struct ctx *c, const struct action *x, int64_t *id);
/* Inside a write: the scope of this incident or document (0: none) has changed; its action items, and their events, follow. */
MUST_CHECK enum st action_rescope(struct ctx *c, int64_t incident, int64_t document);

#endif
