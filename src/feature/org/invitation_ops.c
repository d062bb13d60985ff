#include "base/clock.h"
#include "feature/org/account.h"
#include "feature/org/org_store.h"
#include "text/mail_format.h"

/* A person gets a link, by mail (feature/notice hears of user.invited) or from hand to hand, and chooses a password with it. */

#define INVITATION_LIFE (7 * US_PER_DAY)

enum st org_invitation(struct ctx *c, int64_t person, str *secret) {
	*secret = account_new_secret(c, "");
	return invitation_store_add(c, person, account_hash(c, *secret), c->now + INVITATION_LIFE);
}

enum way { BY_MAIL, BY_LINK };
static const char *const way_names[] = { "mail", "link", NULL };

struct invite_in {
	uint64_t given;
	int64_t id;
	int by;
};
INPUT(invite_in, "UserInvite", struct invite_in,
	F(struct invite_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the person")),
	F(struct invite_in, FT_ENUM, by, FIELD_REQUIRED, N_("mail: the link is mailed; link: you get it and hand it over yourself"), .names = way_names));

struct invited {
	str path;
};
SHAPE(invited_shape, "UserInvited", struct invited, N_("an invitation"),
	F(struct invited, FT_TEXT, path, FIELD_OPTIONAL, N_("path of the link, when it was asked for; shown this once")));

static enum st check_invited(struct ctx *c, int64_t id, int by) {
	struct person p;
	enum st st = people_store_get(c, id, &p);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "record.not_found", NULL, N_("There is no person %lld."), (long long)id);
	if (st == ST_OK && !p.active)
		return fail(c, ST_CONFLICT, "person.locked", NULL, N_("This account is locked. Unlock it first."));
	if (st == ST_OK && by == BY_MAIL && !mail_address_ok(p.email))
		return fail(c, ST_CONFLICT, "person.no_email", "by", N_("This account has no mail address. Give it one, or hand over a link yourself."));
	return st;
}

static enum st run_invite(struct ctx *c, const void *data, struct reply *out) {
	const struct invite_in *in = data;
	struct invited made = { 0 };
	str secret;
	enum st st = check_invited(c, in->id, in->by);
	if (st == ST_OK && in->by == BY_LINK) {
		st = org_invitation(c, in->id, &secret);
		made.path = arena_printf(c->a, "/join#%.*s", STR_FMT(secret));
	}
	if (st == ST_OK)
		st = event_emitf(c, "user.invited", "user", in->id, 0, STR("org"), "{\"by\":\"%s\"}", way_names[in->by]);
	if (st == ST_OK)
		reply_record(c, out, &invited_shape, &made, 0);
	return st;
}

/* ---- the other side ---- */

struct join_in {
	uint64_t given;
	str secret, password;
};
INPUT(join_in, "Join", struct join_in,
	F(struct join_in, FT_SECRET, secret, FIELD_REQUIRED, N_("from the link"), .max = 100),
	F(struct join_in, FT_SECRET, password, FIELD_REQUIRED, N_("your password, at least 10 characters"), .max = 1000));

static enum st find_invited(struct ctx *c, str secret, int64_t *person) {
	enum st st = invitation_store_find(c, account_hash(c, secret), person);
	return st == ST_NOT_FOUND ? fail(c, ST_DENIED, "invitation.over", "secret", N_("This link was used already, or is too old. Ask an administrator for a new one.")) : st;
}

static enum st prepare_join(struct ctx *c, void *data) {
	struct join_in *in = data;
	str *hash = arena_new_of(c->a, str);
	int64_t person;
	op_call(c)->prepared = hash;
	enum st st = find_invited(c, in->secret, &person);
	return st == ST_OK ? account_hash_password(c, in->password, hash) : st;
}

static enum st run_join(struct ctx *c, const void *data, struct reply *out) {
	const struct join_in *in = data;
	const str *hash = op_call(c)->prepared;
	int64_t person;
	enum st st = find_invited(c, in->secret, &person);
	if (st == ST_OK)
		st = people_store_password(c, person, *hash);
	if (st == ST_OK)
		st = account_store_end_sessions(c, person);
	if (st == ST_OK)
		st = invitation_store_end(c, person);
	if (st == ST_OK)
		st = event_emitf(c, "user.changed", "user", person, 0, STR("org"), "{\"joined\":true}");
	return st == ST_OK ? account_begin_session(c, person, out) : st;
}

static const struct op ops[] = {
	OP("user.invite", "POST /api/v1/people/{id}/invite", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &invite_in, REPLY_RECORD, &invited_shape, run_invite,
		N_("Give a person a link to choose a password with."), .flags = OP_SECRET),
	OP("session.join", "POST /api/v1/join", PERM_PUBLIC, OP_WRITE, BODY_JSON, &join_in, REPLY_RECORD, &me_shape, run_join,
		N_("Choose a password with the link of an invitation, and log in."), .prepare = prepare_join, .flags = OP_SECRET),
};

ROOM(invitation_room, "invitation", ops);
