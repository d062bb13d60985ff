#include "feature/action/action_store.h"
#include "feature/incident/incident.h"

/* The rules of action items: groups, states, and what each step asks for. No SQL here (action_store.c), no operations (action_ops.c). */

const char *const action_type_names[] = { "prevent", "detect", "mitigate", "process", "investigate", "repair", "other", NULL };
const char *const action_aim_names[] = { "prevention", "detection", "handling", NULL };
const char *const action_priority_names[] = { "P0", "P1", "P2", "P3", NULL };
const char *const action_state_names[] = { "open", "done", "dropped", NULL };
const char *const action_horizon_names[] = { "short", "long", NULL };
const char *const action_held_names[] = { "held", "not_held", NULL };

enum action_aim action_aim_of(enum action_type type) {
	static const enum action_aim aims[ACTION_TYPES] = { [ACTION_PREVENT] = ACTION_PREVENTION, [ACTION_DETECT] = ACTION_DETECTION, [ACTION_MITIGATE] = ACTION_HANDLING,
		[ACTION_PROCESS] = ACTION_HANDLING, [ACTION_INVESTIGATE] = ACTION_PREVENTION, [ACTION_REPAIR] = ACTION_HANDLING, [ACTION_OTHER] = ACTION_PREVENTION };
	return aims[type];
}

const struct action_move action_moves[] = {
	[ACTION_CLOSE] = { ACTION_OPEN, ACTION_DONE, "action.closed", N_("Only an open action can be closed."), "action.no_evidence", "evidence",
		N_("Say what shows that it was done: a link to the change, a graph, the result of a test.") },
	[ACTION_DROP] = { ACTION_OPEN, ACTION_DROPPED, "action.dropped", N_("Only an open action can be dropped."), "action.no_reason", "reason",
		N_("Say why this will not be done. Whoever reads it later decides anew with your reason in hand.") },
	[ACTION_REOPEN] = { ACTION_DONE, ACTION_OPEN, "action.reopened", N_("This action is open already."), "action.no_reason", "reason",
		N_("Say why this is open again: what was not solved?") },
};

bool action_may(enum action_verb verb, enum action_state state) {
	return verb == ACTION_REOPEN ? state != ACTION_OPEN : state == action_moves[verb].from;
}

enum st action_read(struct ctx *c, int64_t id, struct action *out) {
	return action_store_get(c, id, out);
}

static str cursor_after(struct ctx *c, const struct action *last, bool by_due) {
	return page_cursor(c, by_due ? action_due_key(last) : 0, last->id);
}

enum st action_list(struct ctx *c, const struct action_filter *f, struct list *out, str *next) {
	bool by_due = f->by_due || (f->state == ACTION_OPEN && !f->states.n);
	struct page_in page;
	enum st st = page_parse(c, f->after, f->limit, &page);
	if (st != ST_OK)
		return st;
	if (by_due && !f->after.n)
		page.key = page.id = INT64_MIN;
	st = by_due ? action_store_open(c, f, &page, out) : action_store_newest(c, f, &page, out);
	if (st == ST_OK)
		*next = (int64_t)out->n == page.limit ? cursor_after(c, &((struct action *)out->items)[out->n - 1], by_due) : STR_NONE;
	return st;
}

enum st action_rescope(struct ctx *c, int64_t incident, int64_t document) {
	struct action_misplaced *all;
	size_t n;
	enum st st = action_store_misplaced(c, incident, document, &all, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = action_store_set_scope(c, all[i].id, all[i].scope);
		if (st == ST_OK)
			st = event_rescope(c, "action", all[i].id, all[i].scope);
	}
	return st;
}

/* ---- what an incident shows ---- */

static enum st fill_incident(struct ctx *c, struct incident *incident) {
	struct list found;
	str next;
	enum st st = action_list(c, &(struct action_filter){ .state = -1, .incident = incident->id, .limit = 200 }, &found, &next);
	if (st != ST_OK)
		return st;
	const struct action *from = found.items;
	struct incident_action *to = arena_array(c->a, found.n + 1, sizeof *to);
	for (size_t i = 0; i < found.n; i++)
		to[i] = (struct incident_action){ from[i].id, from[i].title, enum_str(action_state_names, from[i].state), from[i].owner, from[i].due };
	incident->actions = (struct list){ to, found.n };
	return ST_OK;
}

static enum st rescope_incident(struct ctx *c, int64_t incident, int64_t scope UNUSED) {
	return action_rescope(c, incident, 0);
}

INCIDENT_PART(action, fill_incident, rescope_incident);

/* The document's row has its new scope already. */
static enum st follow_document(struct ctx *c, const char *noun, int64_t id, int64_t scope UNUSED) {
	return strcmp(noun, "document") == 0 ? action_rescope(c, 0, id) : ST_OK;
}
RESCOPE_WITH(action, follow_document);
