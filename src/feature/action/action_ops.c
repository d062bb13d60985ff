#include "base/clock.h"
#include "core/home.h"
#include "core/noun.h"
#include "feature/action/action_store.h"
#include "feature/org/org.h"
#include "feature/policy/policy.h"

/* Operations on action items. */

/* ---- checks of what a person wrote ---- */

static enum st check_link(struct ctx *c, const char *noun_name, int64_t id, const char *field) {
	const struct noun *noun = id ? noun_find(str_c(noun_name)) : NULL;
	enum st st = noun ? perm_sees(c, noun, id) : ST_OK;
	/* The address of this request is right; it is the field that names nothing. */
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "action.link_unknown", field, N_("There is no %s %lld, or it is not open to you."), noun_word(c->lang, noun_name), (long long)id);
	return id && !noun ? fail(c, ST_INVALID, "action.link_unknown", field, N_("There is no %s %lld, or it is not open to you."), noun_word(c->lang, noun_name), (long long)id) : st;
}

static enum st check_links(struct ctx *c, const struct action *x) {
	enum st st = check_link(c, "incident", x->incident_id, "incident");
	return st == ST_OK ? check_link(c, "document", x->document_id, "document") : st;
}

static enum st check_tracker(struct ctx *c, str url) {
	if (!url.n || ((str_starts(url, STR("https://")) || str_starts(url, STR("http://"))) && str_chr(url, ' ') < 0))
		return ST_OK;
	return fail(c, ST_INVALID, "action.tracker", "tracker", N_("The address in the tracker begins with https:// or http://."));
}

/* ---- replies and events ---- */

static enum st get(struct ctx *c, int64_t id, struct action *x) {
	enum st st = action_store_get(c, id, x);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no action %lld."), (long long)id) : st;
}

static enum st reply_action(struct ctx *c, int64_t id, struct reply *out) {
	struct action x;
	enum st st = get(c, id, &x);
	if (st == ST_OK)
		reply_record(c, out, &action_shape, &x, x.version);
	return st;
}

static void add_topic(struct buf *b, const char *kind, int64_t id) {
	if (id)
		buf_printf(b, " %s:%lld", kind, (long long)id);
}

static str topics(struct ctx *c, const struct action *x) {
	struct buf b = buf_in(c->a);
	buf_printf(&b, "action:%lld", (long long)x->id);
	if (x->scope)
		add_topic(&b, "scope", x->scope);
	else
		buf_lit(&b, " actions");
	add_topic(&b, "incident", x->incident_id);
	add_topic(&b, "document", x->document_id);
	/* An owner outside the circle of a restricted incident hears of the item when they are let in. */
	if (!x->scope)
		add_topic(&b, "person", x->owner.id);
	return buf_str(&b);
}

static enum st emit(struct ctx *c, const char *name, const struct action *x) {
	return event_emitf(c, name, "action", x->id, x->scope, topics(c, x), "{\"state\":\"%s\",\"incident\":%lld,\"document\":%lld}", action_state_names[x->state],
		(long long)x->incident_id, (long long)x->document_id);
}

enum st action_save(struct ctx *c, const char *event, const struct action *x) {
	enum st st = action_store_update(c, x);
	return st == ST_OK ? emit(c, event, x) : st;
}

static enum st save(struct ctx *c, const char *event, const struct action *x, struct reply *out) {
	enum st st = action_save(c, event, x);
	return st == ST_OK ? reply_action(c, x->id, out) : st;
}

/* ---- action.get ---- */

struct by_id {
	uint64_t given;
	int64_t id;
};
INPUT(by_id, "ActionId", struct by_id, F(struct by_id, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the action"), .prefix = "ACT"));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	return reply_action(c, ((const struct by_id *)data)->id, out);
}

/* ---- action.create ---- */

struct create_in {
	uint64_t given;
	str title;
	int type, aim, priority;
	int64_t owner, due, incident, document;
	str tracker;
	int horizon;
	int64_t team;
};
INPUT(create_in, "ActionCreate", struct create_in,
	F(struct create_in, FT_TEXT, title, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("what is to be done"), .max = 300),
	F(struct create_in, FT_ENUM, type, FIELD_REQUIRED, N_("what kind of work it is"), .names = action_type_names),
	F(struct create_in, FT_ENUM, aim, FIELD_OPTIONAL, N_("group of improvements; without: the one that fits the type"), .names = action_aim_names),
	F(struct create_in, FT_ENUM, priority, FIELD_OPTIONAL, N_("P2 unless said"), .names = action_priority_names),
	F(struct create_in, FT_ID, owner, FIELD_OPTIONAL, N_("number of the person who sees to it")),
	F(struct create_in, FT_DATE, due, FIELD_OPTIONAL, N_("by when, such as 2026-12-01; without: as the policy says for its priority")),
	F(struct create_in, FT_ID, incident, FIELD_OPTIONAL, N_("the incident it comes from"), .prefix = "INC"),
	F(struct create_in, FT_ID, document, FIELD_OPTIONAL, N_("the document it stands in"), .prefix = "PM"),
	F(struct create_in, FT_TEXT, tracker, FIELD_OPTIONAL, N_("address of the same work in a tracker"), .max = 2000),
	F(struct create_in, FT_ENUM, horizon, FIELD_OPTIONAL, N_("short unless said"), .names = action_horizon_names),
	F(struct create_in, FT_ID, team, FIELD_OPTIONAL, N_("number of the team that sees to it while nobody in person does")));

static struct action from_input(const struct create_in *in) {
	return (struct action){ .title = in->title, .type = in->type, .aim = in->aim < 0 ? (int)action_aim_of((enum action_type)in->type) : in->aim,
		.priority = in->priority < 0 ? ACTION_P2 : in->priority, .owner.id = in->owner, .due = in->due, .incident_id = in->incident,
		.document_id = in->document, .tracker = in->tracker, .horizon = in->horizon < 0 ? ACTION_SHORT : in->horizon, .team.id = in->team };
}

/* What only happens later. */
static void action_begin(struct action *x) {
	x->closed_at = x->started_at = x->check_on = x->checked_at = I64_NONE;
	x->held = -1;
	x->due_by = x->due == I64_NONE ? -1 : DUE_BY_PERSON;
}

static enum st date_by_policy(struct ctx *c, struct action *x) {
	if (x->due != I64_NONE)
		return ST_OK;
	enum st st = policy_action_due(c, x->priority, &x->due);
	x->due_by = st == ST_OK && x->due != I64_NONE ? DUE_BY_POLICY : -1;
	return st;
}

enum st action_date_again(struct ctx *c, struct action *x, int priority_before) {
	if (x->priority == priority_before || x->due_by != DUE_BY_POLICY || x->state != ACTION_OPEN)
		return ST_OK;
	x->due = I64_NONE;
	return date_by_policy(c, x);
}

enum st action_create(struct ctx *c, struct action *x) {
	x->made_at = c->now;
	x->made_by.id = c->who->person;
	action_begin(x);
	enum st st = check_links(c, x);
	if (st == ST_OK)
		st = check_tracker(c, x->tracker);
	if (st == ST_OK && x->owner.id)
		st = org_person_check(c, x->owner.id, "owner");
	if (st == ST_OK && x->team.id)
		st = org_team_check(c, x->team.id, "team");
	if (st == ST_OK)
		st = date_by_policy(c, x);
	if (st == ST_OK)
		st = action_store_scope(c, x->incident_id, x->document_id, &x->scope);
	if (st == ST_OK)
		st = action_store_insert(c, x, &x->id);
	return st == ST_OK ? emit(c, "action.created", x) : st;
}

static enum st run_create(struct ctx *c, const void *data, struct reply *out) {
	struct action x = from_input(data);
	enum st st = action_create(c, &x);
	if (st == ST_OK)
		st = reply_action(c, x.id, out);
	if (st == ST_OK)
		reply_created(c, out, "/api/v1/actions", x.id);
	return st;
}

enum st action_record(struct ctx *c, const struct action *given, int64_t *id) {
	struct action x = *given;
	enum st st = action_store_scope(c, x.incident_id, x.document_id, &x.scope);
	x.made_at = c->now;
	x.made_by.id = c->who->person;
	action_begin(&x);
	if (x.state != ACTION_OPEN)
		x.closed_at = c->now;
	if (st == ST_OK)
		st = action_store_insert(c, &x, id);
	x.id = st == ST_OK ? *id : 0;
	if (st == ST_OK && x.state != ACTION_OPEN)
		st = action_store_update(c, &x);
	return st == ST_OK ? emit(c, "action.created", &x) : st;
}

/* ---- action.change ---- */

struct change_in {
	uint64_t given;
	int64_t id;
	str title;
	int type, aim, priority;
	int64_t owner, due, incident, document;
	str tracker;
	int horizon;
	int64_t team;
	bool started;
};
INPUT(change_in, "ActionChange", struct change_in,
	F(struct change_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the action"), .prefix = "ACT"),
	F(struct change_in, FT_TEXT, title, FIELD_NOT_EMPTY | FIELD_LINE, N_("what is to be done"), .max = 300),
	F(struct change_in, FT_ENUM, type, 0, N_("what kind of work it is"), .names = action_type_names),
	F(struct change_in, FT_ENUM, aim, 0, N_("group of improvements"), .names = action_aim_names),
	F(struct change_in, FT_ENUM, priority, 0, N_("P0 is the most urgent"), .names = action_priority_names),
	F(struct change_in, FT_ID, owner, FIELD_OPTIONAL, N_("number of the person who sees to it; null: nobody")),
	F(struct change_in, FT_DATE, due, FIELD_OPTIONAL, N_("by when; null: open")),
	F(struct change_in, FT_ID, incident, FIELD_OPTIONAL, N_("the incident it comes from; null: none"), .prefix = "INC"),
	F(struct change_in, FT_ID, document, FIELD_OPTIONAL, N_("the document it stands in; null: none"), .prefix = "PM"),
	F(struct change_in, FT_TEXT, tracker, FIELD_OPTIONAL, N_("address of the same work in a tracker; null: none"), .max = 2000),
	F(struct change_in, FT_ENUM, horizon, 0, N_("short or long"), .names = action_horizon_names),
	F(struct change_in, FT_ID, team, FIELD_OPTIONAL, N_("number of the team that sees to it while nobody in person does; null: none")),
	F(struct change_in, FT_BOOL, started, 0, N_("does somebody work on it?")));

#define GIVEN(member) shape_given_name(&change_in, in, #member)

static void overlay(const struct change_in *in, struct action *x) {
	if (GIVEN(title))
		x->title = in->title;
	if (GIVEN(type)) {
		x->type = in->type;
		x->aim = (int)action_aim_of((enum action_type)in->type);
	}
	if (GIVEN(aim))
		x->aim = in->aim;
	if (GIVEN(priority))
		x->priority = in->priority;
	if (GIVEN(owner))
		x->owner.id = in->owner;
	if (GIVEN(due) && in->due != x->due) {
		x->due = in->due;
		x->due_by = in->due == I64_NONE ? -1 : DUE_BY_PERSON;
	}
	if (GIVEN(incident))
		x->incident_id = in->incident;
	if (GIVEN(document))
		x->document_id = in->document;
	if (GIVEN(tracker))
		x->tracker = in->tracker;
	if (GIVEN(horizon))
		x->horizon = in->horizon;
	if (GIVEN(team))
		x->team.id = in->team;
}

/* When work began is not typed: it is when somebody said so. */
static void overlay_start(struct ctx *c, const struct change_in *in, struct action *x) {
	if (GIVEN(started) && in->started != (x->started_at != I64_NONE))
		x->started_at = in->started ? c->now : I64_NONE;
}

static enum st check_change(struct ctx *c, const struct change_in *in, struct action *x) {
	enum st st = GIVEN(incident) ? check_link(c, "incident", x->incident_id, "incident") : ST_OK;
	if (st == ST_OK && GIVEN(document))
		st = check_link(c, "document", x->document_id, "document");
	if (st == ST_OK && GIVEN(owner) && x->owner.id)
		st = org_person_check(c, x->owner.id, "owner");
	if (st == ST_OK && GIVEN(team) && x->team.id)
		st = org_team_check(c, x->team.id, "team");
	return st == ST_OK ? check_tracker(c, x->tracker) : st;
}

/* An item that moves to another incident or document is seen by whoever sees that one, and so is what was written about it. */
static enum st settle_scope(struct ctx *c, struct action *x) {
	int64_t before = x->scope;
	enum st st = action_store_scope(c, x->incident_id, x->document_id, &x->scope);
	return st == ST_OK && x->scope != before ? event_rescope(c, "action", x->id, x->scope) : st;
}

static enum st run_change(struct ctx *c, const void *data, struct reply *out) {
	const struct change_in *in = data;
	struct action x;
	enum st st = get(c, in->id, &x);
	if (st == ST_OK)
		st = version_check(c, x.version, &action_shape, &x);
	if (st != ST_OK)
		return st;
	int priority = x.priority;
	overlay(in, &x);
	overlay_start(c, in, &x);
	st = check_change(c, in, &x);
	if (st == ST_OK)
		st = action_date_again(c, &x, priority);
	if (st == ST_OK)
		st = settle_scope(c, &x);
	return st == ST_OK ? save(c, "action.changed", &x, out) : st;
}

/* ---- action.close, action.drop, action.reopen ---- */

struct close_in {
	uint64_t given;
	int64_t id;
	str evidence;
	int64_t check_on;
};
INPUT(close_in, "ActionClose", struct close_in,
	F(struct close_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the action"), .prefix = "ACT"),
	F(struct close_in, FT_TEXT, evidence, FIELD_OPTIONAL, N_("what shows that it was done: a link, or what was seen"), .max = 4000),
	F(struct close_in, FT_DATE, check_on, FIELD_OPTIONAL, N_("when to look whether it has held; six weeks later unless said")));

struct drop_in {
	uint64_t given;
	int64_t id;
	str reason;
	int64_t agreed_by;
};
INPUT(drop_in, "ActionDrop", struct drop_in,
	F(struct drop_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the action"), .prefix = "ACT"),
	F(struct drop_in, FT_TEXT, reason, FIELD_OPTIONAL, N_("why"), .max = 4000),
	F(struct drop_in, FT_ID, agreed_by, FIELD_OPTIONAL, N_("number of the person who agreed; without: whoever says it")));

struct reason_in {
	uint64_t given;
	int64_t id;
	str reason;
};
INPUT(reason_in, "ActionReason", struct reason_in,
	F(struct reason_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the action"), .prefix = "ACT"),
	F(struct reason_in, FT_TEXT, reason, FIELD_OPTIONAL, N_("why"), .max = 4000));

static enum st begin_move(struct ctx *c, int64_t id, struct action *x) {
	enum st st = get(c, id, x);
	return st == ST_OK ? version_check(c, x->version, &action_shape, x) : st;
}

static enum st move(struct ctx *c, enum action_verb verb, str words, struct action *x) {
	const struct action_move *m = &action_moves[verb];
	if (!action_may(verb, (enum action_state)x->state))
		return fail_plain(c, ST_CONFLICT, "action.state", m->wrong_state);
	if (!words.n)
		return fail(c, ST_INVALID, m->missing_code, m->missing_field, "%s", tr(c->lang, m->missing));
	x->state = m->to;
	return ST_OK;
}

static void mark_closed(struct ctx *c, struct action *x, bool closed) {
	x->closed_at = closed ? c->now : I64_NONE;
	x->closed_by.id = closed ? c->who->person : 0;
	x->check_on = I64_NONE;
}

static int64_t today_of(struct ctx *c, enum st *st) {
	const struct zone *zone;
	*st = org_zone(c, &zone);
	return *st == ST_OK ? action_day(zone, c->now) : 0;
}

enum st action_close(struct ctx *c, struct action *x, str evidence, int64_t check_on) {
	enum st st = move(c, ACTION_CLOSE, evidence, x);
	int64_t today = st == ST_OK ? today_of(c, &st) : 0;
	if (st != ST_OK)
		return st;
	x->evidence = evidence;
	mark_closed(c, x, true);
	x->check_on = check_on != I64_NONE ? check_on : today + ACTION_CHECK_DAYS;
	x->held = -1;
	return ST_OK;
}

static enum st run_close(struct ctx *c, const void *data, struct reply *out) {
	const struct close_in *in = data;
	struct action x;
	enum st st = begin_move(c, in->id, &x);
	if (st == ST_OK)
		st = action_close(c, &x, in->evidence, in->check_on);
	return st == ST_OK ? save(c, action_moves[ACTION_CLOSE].event, &x, out) : st;
}

enum st action_drop(struct ctx *c, struct action *x, str reason, int64_t agreed_by) {
	enum st st = move(c, ACTION_DROP, reason, x);
	if (st == ST_OK && agreed_by)
		st = org_person_check(c, agreed_by, "agreed_by");
	if (st != ST_OK)
		return st;
	x->reason = reason;
	x->agreed_by.id = agreed_by ? agreed_by : c->who->person;
	mark_closed(c, x, true);
	return ST_OK;
}

static enum st run_drop(struct ctx *c, const void *data, struct reply *out) {
	const struct drop_in *in = data;
	struct action x;
	enum st st = begin_move(c, in->id, &x);
	if (st == ST_OK)
		st = action_drop(c, &x, in->reason, in->agreed_by);
	return st == ST_OK ? save(c, action_moves[ACTION_DROP].event, &x, out) : st;
}

static void open_again(struct ctx *c, struct action *x, str reason) {
	x->reason = reason;
	x->state = ACTION_OPEN;
	x->agreed_by.id = 0;
	x->started_at = I64_NONE;
	mark_closed(c, x, false);
}

enum st action_reopen(struct ctx *c, struct action *x, str reason) {
	enum st st = move(c, ACTION_REOPEN, reason, x);
	if (st == ST_OK)
		open_again(c, x, reason);
	return st;
}

static enum st run_reopen(struct ctx *c, const void *data, struct reply *out) {
	const struct reason_in *in = data;
	struct action x;
	enum st st = begin_move(c, in->id, &x);
	if (st == ST_OK)
		st = action_reopen(c, &x, in->reason);
	return st == ST_OK ? save(c, action_moves[ACTION_REOPEN].event, &x, out) : st;
}

/* ---- action.check ---- */

struct check_in {
	uint64_t given;
	int64_t id;
	bool held;
	str note;
};
INPUT(check_in, "ActionCheck", struct check_in,
	F(struct check_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the action"), .prefix = "ACT"),
	F(struct check_in, FT_BOOL, held, FIELD_REQUIRED, N_("has it held? If not, the action is open again")),
	F(struct check_in, FT_TEXT, note, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("what was seen"), .max = 4000));

static enum st run_check(struct ctx *c, const void *data, struct reply *out) {
	const struct check_in *in = data;
	struct action x;
	enum st st = get(c, in->id, &x);
	if (st == ST_OK)
		st = version_check(c, x.version, &action_shape, &x);
	if (st == ST_OK && x.state != ACTION_DONE)
		st = fail_plain(c, ST_CONFLICT, "action.state", N_("Only what is done can have held."));
	if (st != ST_OK)
		return st;
	x.held = in->held ? ACTION_HELD : ACTION_NOT_HELD;
	x.checked_at = c->now;
	x.checked_by.id = c->who->person;
	x.check_note = in->note;
	if (!in->held)
		open_again(c, &x, in->note);
	return save(c, in->held ? "action.checked" : action_moves[ACTION_REOPEN].event, &x, out);
}

/* ---- on the first page ---- */

enum { ON_THE_FIRST_PAGE = 20 };

static enum st my_actions(struct ctx *c, struct list *out) {
	str next;
	return action_list(c, &(struct action_filter){ .state = ACTION_OPEN, .owner = c->who->person ? c->who->person : -1, .limit = ON_THE_FIRST_PAGE }, out, &next);
}
HOME_PART(action, actions, &action_shape, my_actions);

static const struct op ops[] = {
	OP("action.create", "POST /api/v1/actions", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &create_in, REPLY_RECORD, &action_shape, run_create,
		N_("Write down what is to be done."), .flags = OP_CREATES | OP_MCP),
	OP("action.get", "GET /api/v1/actions/{id}", PERM_ACTION_VIEW, OP_READ, BODY_NONE, &by_id, REPLY_RECORD, &action_shape, run_get,
		N_("Show an action item."), .noun = &action_noun, .flags = OP_MCP | OP_REPEATS),
	OP("action.change", "PATCH /api/v1/actions/{id}", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &change_in, REPLY_RECORD, &action_shape, run_change,
		N_("Change an action item."), .noun = &action_noun, .flags = OP_MATCH | OP_MCP),
	OP("action.close", "POST /api/v1/actions/{id}/close", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &close_in, REPLY_RECORD, &action_shape, run_close,
		N_("Close an action item with what shows that it was done."), .noun = &action_noun, .flags = OP_MCP),
	OP("action.drop", "POST /api/v1/actions/{id}/drop", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &drop_in, REPLY_RECORD, &action_shape, run_drop,
		N_("Say that an action item will not be done, and why."), .noun = &action_noun, .flags = OP_MCP),
	OP("action.reopen", "POST /api/v1/actions/{id}/reopen", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &reason_in, REPLY_RECORD, &action_shape, run_reopen,
		N_("Open an action item again."), .noun = &action_noun, .flags = OP_MCP),
	OP("action.check", "POST /api/v1/actions/{id}/check", PERM_ACTION_EDIT, OP_WRITE, BODY_JSON, &check_in, REPLY_RECORD, &action_shape, run_check,
		N_("Say whether what was done has held; what has not is open again."), .noun = &action_noun, .flags = OP_MCP),
};

ROOM(action_room, "action", ops);
