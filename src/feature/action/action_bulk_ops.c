#include "feature/action/action_store.h"
#include "feature/org/org.h"
#include "feature/policy/policy.h"

/* Changing many action items by one request. Each is asked for on its own, whether the actor may see it and whether its state allows the step; what is refused is named with
 * the reason and keeps nothing else back. An item that is as asked already stays as it is, so asking twice does nothing. */

enum { MOST_AT_ONCE = 200 };
enum bulk_state { BULK_TODO, BULK_DOING, BULK_DONE, BULK_DROPPED };
static const char *const bulk_state_names[] = { "todo", "doing", "done", "dropped", NULL };

struct bulk_in {
	uint64_t given;
	struct list ids;
	int64_t owner, team, due;
	int priority, horizon, state;
	str evidence, reason;
	int64_t agreed_by;
};
INPUT(bulk_in, "ActionBulk", struct bulk_in,
	F(struct bulk_in, FT_IDS, ids, FIELD_REQUIRED, N_("numbers of the actions"), .prefix = "ACT", .max = MOST_AT_ONCE),
	F(struct bulk_in, FT_ID, owner, FIELD_OPTIONAL, N_("number of the person who sees to it; null: nobody")),
	F(struct bulk_in, FT_ID, team, FIELD_OPTIONAL, N_("number of the team that sees to it while nobody in person does; null: none")),
	F(struct bulk_in, FT_DATE, due, FIELD_OPTIONAL, N_("by when; null: open")),
	F(struct bulk_in, FT_ENUM, priority, 0, N_("P0 is the most urgent"), .names = action_priority_names),
	F(struct bulk_in, FT_ENUM, horizon, 0, N_("short or long"), .names = action_horizon_names),
	F(struct bulk_in, FT_ENUM, state, 0, N_("todo and doing open again what is closed, which takes a reason; done takes evidence, dropped a reason"), .names = bulk_state_names),
	F(struct bulk_in, FT_TEXT, evidence, FIELD_OPTIONAL, N_("what shows that they were done: a link, or what was seen"), .max = 4000),
	F(struct bulk_in, FT_TEXT, reason, FIELD_OPTIONAL, N_("why"), .max = 4000),
	F(struct bulk_in, FT_ID, agreed_by, FIELD_OPTIONAL, N_("number of the person who agreed; without: whoever says it")));

struct refusal {
	int64_t id;
	str title, code, words;
};
struct bulk_result {
	struct list changed, refused; /* of struct action, struct refusal */
};
SHAPE(action_refusal_shape, "ActionRefusal", struct refusal, N_("an action item that was not changed"),
	F(struct refusal, FT_ID, id, FIELD_REQUIRED, N_("number of the action"), .prefix = "ACT"),
	F(struct refusal, FT_TEXT, title, FIELD_OPTIONAL, N_("what is to be done; null: it is not open to you")),
	F(struct refusal, FT_TEXT, code, FIELD_REQUIRED, N_("why not, stable")),
	F(struct refusal, FT_TEXT, words, FIELD_REQUIRED, N_("why not, in words")));
SHAPE(action_bulk_shape, "ActionBulkResult", struct bulk_result, N_("what became of a change of many action items"),
	F(struct bulk_result, FT_LIST, changed, FIELD_REQUIRED, N_("those that are as asked now"), .shape = &action_shape),
	F(struct bulk_result, FT_LIST, refused, FIELD_REQUIRED, N_("those that stay as they were, and why"), .shape = &action_refusal_shape));

#define GIVEN(member) shape_given_name(&bulk_in, in, #member)

/* ---- what is wrong with the request is wrong for every item ---- */

static enum st check_words(struct ctx *c, const struct bulk_in *in) {
	const struct action_move *m = in->state == BULK_DONE ? &action_moves[ACTION_CLOSE] : &action_moves[ACTION_DROP];
	str words = in->state == BULK_DONE ? in->evidence : in->reason;
	if (in->state < BULK_DONE || words.n)
		return ST_OK;
	return fail(c, ST_INVALID, m->missing_code, m->missing_field, "%s", tr(c->lang, m->missing));
}

static enum st check_request(struct ctx *c, const struct bulk_in *in) {
	enum st st = check_words(c, in);
	if (!in->ids.n)
		return fail(c, ST_INVALID, "action.nothing", "ids", N_("Name at least one action."));
	if (!(GIVEN(owner) || GIVEN(team) || GIVEN(due) || GIVEN(priority) || GIVEN(horizon) || GIVEN(state)))
		return fail(c, ST_INVALID, "action.nothing", "ids", N_("Say what is to change."));
	if (st == ST_OK && in->owner)
		st = org_person_check(c, in->owner, "owner");
	if (st == ST_OK && in->team)
		st = org_team_check(c, in->team, "team");
	return st == ST_OK && in->agreed_by ? org_person_check(c, in->agreed_by, "agreed_by") : st;
}

/* ---- one item ---- */

static bool overlay(struct ctx *c, const struct bulk_in *in, struct action *x) {
	struct action before = *x;
	if (GIVEN(owner))
		x->owner.id = in->owner;
	if (GIVEN(team))
		x->team.id = in->team;
	if (GIVEN(due) && in->due != x->due) {
		x->due = in->due;
		x->due_by = in->due == I64_NONE ? -1 : DUE_BY_PERSON;
	}
	if (GIVEN(priority))
		x->priority = in->priority;
	if (GIVEN(horizon))
		x->horizon = in->horizon;
	/* Where work on an open item stands is no step: nothing is closed or opened by it. */
	if (GIVEN(state) && in->state <= BULK_DOING && x->state == ACTION_OPEN && (in->state == BULK_DOING) != (x->started_at != I64_NONE))
		x->started_at = in->state == BULK_DOING ? c->now : I64_NONE;
	return x->owner.id != before.owner.id || x->team.id != before.team.id || x->due != before.due || x->priority != before.priority || x->horizon != before.horizon ||
		x->started_at != before.started_at;
}

static enum st reopen(struct ctx *c, const struct bulk_in *in, struct action *x) {
	enum st st = action_reopen(c, x, in->reason);
	if (st == ST_OK && in->state == BULK_DOING)
		x->started_at = c->now;
	return st;
}

/* *event: of the step; NULL: the item is there already. */
static enum st step(struct ctx *c, const struct bulk_in *in, struct action *x, const char **event) {
	static const enum action_state wanted[] = { [BULK_TODO] = ACTION_OPEN, [BULK_DOING] = ACTION_OPEN, [BULK_DONE] = ACTION_DONE, [BULK_DROPPED] = ACTION_DROPPED };
	static const enum action_verb verbs[] = { [BULK_TODO] = ACTION_REOPEN, [BULK_DOING] = ACTION_REOPEN, [BULK_DONE] = ACTION_CLOSE, [BULK_DROPPED] = ACTION_DROP };
	*event = NULL;
	if (!GIVEN(state) || x->state == (int)wanted[in->state])
		return ST_OK;
	*event = action_moves[verbs[in->state]].event;
	return in->state == BULK_DONE ? action_close(c, x, in->evidence, I64_NONE) : in->state == BULK_DROPPED ? action_drop(c, x, in->reason, in->agreed_by) : reopen(c, in, x);
}

static enum st find(struct ctx *c, int64_t id, struct action *x) {
	enum st st = perm_sees(c, &action_noun, id);
	if (st == ST_OK)
		st = action_store_get(c, id, x);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no action %lld."), (long long)id) : st;
}

/* Nothing is written before all of it is known to be allowed. */
static enum st change_one(struct ctx *c, const struct bulk_in *in, int64_t id, struct action *x) {
	const char *event;
	enum st st = find(c, id, x);
	if (st != ST_OK)
		return st;
	int priority = x->priority;
	bool changes = overlay(c, in, x);
	st = action_date_again(c, x, priority);
	struct action after = *x;
	if (st == ST_OK)
		st = step(c, in, &after, &event);
	if (st == ST_OK && changes)
		st = action_save(c, "action.changed", x);
	if (st == ST_OK && event)
		st = action_save(c, event, &after);
	return st == ST_OK ? action_store_get(c, id, x) : st;
}

/* ---- all of them ---- */

static bool is_refusal(enum st st) {
	return st == ST_NOT_FOUND || st == ST_CONFLICT || st == ST_INVALID || st == ST_DENIED;
}

static enum st run_bulk(struct ctx *c, const void *data, struct reply *out) {
	const struct bulk_in *in = data;
	struct action *changed = arena_array(c->a, in->ids.n + 1, sizeof *changed);
	struct refusal *refused = arena_array(c->a, in->ids.n + 1, sizeof *refused);
	struct bulk_result all = { { changed, 0 }, { refused, 0 } };
	enum st st = check_request(c, in);
	for (size_t i = 0; st == ST_OK && i < in->ids.n; i++) {
		int64_t id = ((const int64_t *)in->ids.items)[i];
		struct action x = { 0 };
		st = change_one(c, in, id, &x);
		if (st == ST_OK)
			changed[all.changed.n++] = x;
		else if (is_refusal(st)) {
			refused[all.refused.n++] = (struct refusal){ id, x.title, str_c(c->err.code), c->err.message };
			c->err = (struct err){ 0 };
			st = ST_OK;
		}
	}
	if (st == ST_OK)
		reply_record(c, out, &action_bulk_shape, &all, 0);
	return st;
}

static const struct op ops[] = {
	OP("action.bulk", "PATCH /api/v1/actions", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &bulk_in, REPLY_RECORD, &action_bulk_shape, run_bulk,
		N_("Change many action items at once; those that cannot be changed are named, with the reason, and the others are.")),
};

ROOM(action_bulk_room, "action_bulk", ops);
