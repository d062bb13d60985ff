/* Choosing the weekly mail. */
#include "base/clock.h"
#include "feature/weekly/weekly_parts.h"

SHAPE(weekly_shape, "Weekly", struct weekly, N_("the mail about action items that you get each week"),
	F(struct weekly, FT_BOOL, teams, FIELD_REQUIRED, N_("one about each team of yours")),
	F(struct weekly, FT_BOOL, organisation, FIELD_REQUIRED, N_("one about all teams")),
	F(struct weekly, FT_I64, weekday, FIELD_REQUIRED, N_("on which day; 1 is Monday, 7 is Sunday")),
	F(struct weekly, FT_I64, hour, FIELD_REQUIRED, N_("from which hour on, in your time zone")),
	F(struct weekly, FT_BOOL, mail, FIELD_REQUIRED, N_("mail can reach you: the server sends mail, and your account has an address")));

static enum st read_own(struct ctx *c, struct weekly *w, struct delivery_person *me) {
	enum st st = c->who->person ? delivery_person(c, c->who->person, me) : ST_NOT_FOUND;
	if (st == ST_NOT_FOUND)
		return fail(c, ST_CONFLICT, "account.none", NULL, N_("This login is not a person's: there is nothing of its own to change."));
	if (st == ST_OK)
		st = weekly_store_get(c, me->id, w);
	w->mail = st == ST_OK && delivery_ready() && me->email.n;
	return st;
}

static enum st run_get(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct weekly w = { 0 };
	struct delivery_person me;
	enum st st = read_own(c, &w, &me);
	if (st == ST_OK)
		reply_record(c, out, &weekly_shape, &w, 0);
	return st;
}

struct set_in {
	uint64_t given;
	bool teams, organisation;
	int64_t weekday, hour;
};
INPUT(set_in, "WeeklySet", struct set_in,
	F(struct set_in, FT_BOOL, teams, 0, N_("one about each team of yours")),
	F(struct set_in, FT_BOOL, organisation, 0, N_("one about all teams")),
	F(struct set_in, FT_I64, weekday, 0, N_("on which day; 1 is Monday, 7 is Sunday"), .min = 1, .max = 7),
	F(struct set_in, FT_I64, hour, 0, N_("from which hour on, in your time zone"), .min = 0, .max = 23));

#define TAKE(member)                                                                                                           \
	if (shape_given_name(&set_in, in, #member))                                                                                \
	w.member = in->member

/* The first one comes on the next day of that name, not at once. */
static enum st run_set(struct ctx *c, const void *data, struct reply *out) {
	const struct set_in *in = data;
	struct weekly w = { 0 };
	struct delivery_person me;
	enum st st = read_own(c, &w, &me);
	if (st != ST_OK)
		return st;
	TAKE(teams);
	TAKE(organisation);
	TAKE(weekday);
	TAKE(hour);
	w.sent_on = weekly_slot(me.zone, c->now, w.weekday, w.hour);
	st = weekly_store_set(c, &w);
	if (st == ST_OK)
		st = event_emitf(c, "weekly.changed", "person", me.id, 0, arena_printf(c->a, "person:%lld", (long long)me.id), "{}");
	if (st == ST_OK)
		reply_record(c, out, &weekly_shape, &w, 0);
	return st;
}

static const struct op ops[] = {
	OP("weekly.get", "GET /api/v1/me/weekly", PERM_SELF, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &weekly_shape, run_get,
		N_("Which mail about action items you get each week.")),
	OP("weekly.set", "PUT /api/v1/me/weekly", PERM_SELF, OP_WRITE, BODY_JSON, &set_in, REPLY_RECORD, &weekly_shape, run_set,
		N_("Choose the mail about action items that you get each week.")),
};

ROOM(weekly_room, "weekly", ops);
