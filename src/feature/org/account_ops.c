#include "base/clock.h"
#include "feature/org/account.h"
#include "feature/org/org_store.h"
#include "text/hangul.h"
#include "text/utf8.h"

/* Operations of the account that asks: first administrator, login, sessions, tokens, preferences. */

#define ACCOUNT_FIELDS(T)                                                                                                      \
	F(T, FT_ID, id, FIELD_REQUIRED, N_("number of the account")),                                                              \
	F(T, FT_TEXT, login, FIELD_REQUIRED, N_("what is typed at the login")),                                                    \
	F(T, FT_TEXT, name, FIELD_REQUIRED, N_("name as others see it")),                                                          \
	F(T, FT_TEXT, email, FIELD_OPTIONAL, N_("where mail goes")),                                                               \
	F(T, FT_ENUM, role, FIELD_REQUIRED, N_("what the account may do"), .names = role_names),                                   \
	F(T, FT_TEXT, lang, FIELD_REQUIRED, N_("language of pages and mails: en or ko")),                                          \
	F(T, FT_TEXT, zone, FIELD_REQUIRED, N_("time zone, such as Asia/Seoul")),                                                  \
	F(T, FT_TEXT, theme, FIELD_REQUIRED, N_("light, dark or system")),                                                         \
	F(T, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match"))

SHAPE(account_shape, "Account", struct account, N_("the account that asks"), ACCOUNT_FIELDS(struct account));

/* ---- me ---- */

struct organisation {
	str name, zone;
};
SHAPE(organisation_shape, "Organisation", struct organisation, N_("the organisation this bokgi serves"),
	F(struct organisation, FT_TEXT, name, FIELD_REQUIRED, N_("its name")),
	F(struct organisation, FT_TEXT, zone, FIELD_REQUIRED, N_("time zone of new incidents")));

/* A browser that would ask its own tables of zones for the first time waits longer for them than for the page. */
enum { MOST_TURNS = 12, CLOCK_BEFORE = 400, CLOCK_AFTER = 500 };
SHAPE(turn_shape, "ClockTurn", struct zone_turn, N_("from when on a clock is how far from UTC"),
	F(struct zone_turn, FT_TIME, at, FIELD_REQUIRED, N_("from when on")),
	F(struct zone_turn, FT_I64, offset, FIELD_REQUIRED, N_("seconds east of UTC")));

struct me {
	struct account account;
	bool setup_needed;
	struct organisation organisation;
	struct list clock;
	str version;
};
SHAPE(me_shape, "Me", struct me, N_("who asks, and what the browser needs to know first"),
	F(struct me, FT_OBJ, account, FIELD_OPTIONAL, N_("null without a login"), .shape = &account_shape),
	F(struct me, FT_BOOL, setup_needed, FIELD_REQUIRED, N_("nobody has an account yet")),
	F(struct me, FT_OBJ, organisation, FIELD_REQUIRED, N_("the organisation"), .shape = &organisation_shape),
	F(struct me, FT_LIST, clock, FIELD_REQUIRED, N_("the clock of the zone that times are shown in: of the account, or of the organisation; for about a year before and after now"), .shape = &turn_shape),
	F(struct me, FT_TEXT, version, FIELD_REQUIRED, N_("version of the program")));

static void read_clock(struct ctx *c, struct me *me) {
	const struct zone *zone;
	struct zone_turn *turns = arena_array(c->a, MOST_TURNS, sizeof *turns);
	if (zone_find(me->account.zone.n ? me->account.zone : me->organisation.zone, &zone) != ST_OK)
		zone = zone_utc();
	me->clock = (struct list){ turns, zone_turns(zone, c->now - CLOCK_BEFORE * US_PER_DAY, c->now + CLOCK_AFTER * US_PER_DAY, turns, MOST_TURNS) };
}

static enum st read_me(struct ctx *c, struct me *me) {
	enum st st = ST_OK;
	*me = (struct me){ .version = STR(BOKGI_VERSION) };
	if (c->who->person)
		st = org_store_account(c, c->who->person, &me->account);
	if (st == ST_OK)
		st = org_store_organisation(c, &me->organisation.name, &me->organisation.zone);
	if (st == ST_OK && !c->who->person)
		st = org_store_is_empty(c, &me->setup_needed);
	read_clock(c, me);
	return st;
}

static enum st reply_me(struct ctx *c, struct reply *out) {
	struct me me;
	enum st st = read_me(c, &me);
	if (st == ST_OK)
		reply_record(c, out, &me_shape, &me, me.account.version);
	return st;
}

static enum st run_me(struct ctx *c, const void *in UNUSED, struct reply *out) {
	return reply_me(c, out);
}

struct me_patch {
	uint64_t given;
	str name, lang, zone, theme;
};
INPUT(me_patch, "MePatch", struct me_patch,
	F(struct me_patch, FT_TEXT, name, FIELD_NOT_EMPTY, N_("name as others see it"), .max = 100),
	F(struct me_patch, FT_TEXT, lang, 0, N_("language of pages and mails: en or ko"), .max = 10),
	F(struct me_patch, FT_TEXT, zone, 0, N_("time zone, such as Asia/Seoul"), .max = 60),
	F(struct me_patch, FT_TEXT, theme, 0, N_("light, dark or system"), .max = 10));

static enum st check_preferences(struct ctx *c, str lang, str zone, str theme) {
	enum lang parsed;
	const struct zone *z;
	if (lang.n && !lang_parse(lang, &parsed))
		return fail(c, ST_INVALID, "lang.unknown", "lang", N_("The languages are en and ko."));
	if (zone.n && zone_find(zone, &z) != ST_OK)
		return fail(c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Write one such as Asia/Seoul."), STR_FMT(zone));
	if (theme.n && !str_is(theme, "light") && !str_is(theme, "dark") && !str_is(theme, "system"))
		return fail(c, ST_INVALID, "theme.unknown", "theme", N_("The themes are light, dark and system."));
	return ST_OK;
}

static enum st needs_person(struct ctx *c) {
	if (c->who->person)
		return ST_OK;
	return fail(c, ST_CONFLICT, "account.none", NULL, N_("This login is not a person's: there is nothing of its own to change."));
}

static enum st run_me_patch(struct ctx *c, const void *data, struct reply *out) {
	const struct me_patch *in = data;
	struct account now;
	enum st st = needs_person(c);
	if (st == ST_OK)
		st = check_preferences(c, in->lang, in->zone, in->theme);
	if (st == ST_OK)
		st = org_store_account(c, c->who->person, &now);
	if (st == ST_OK)
		st = version_check(c, now.version, &account_shape, &now);
	if (st == ST_OK)
		st = org_store_prefer(c, now.id, in->name.n ? in->name : now.name, in->lang.n ? in->lang : now.lang, in->zone.n ? in->zone : now.zone,
			in->theme.n ? in->theme : now.theme);
	if (st == ST_OK)
		st = event_emitf(c, "user.changed", "user", now.id, 0, STR("org"), "{}");
	return st == ST_OK ? reply_me(c, out) : st;
}

/* ---- first administrator ---- */

struct setup_in {
	uint64_t given;
	str secret, login, name, password, lang, zone;
};
INPUT(setup_in, "Setup", struct setup_in,
	F(struct setup_in, FT_SECRET, secret, FIELD_REQUIRED, N_("from the link that the server printed"), .max = 100),
	F(struct setup_in, FT_TEXT, login, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("what you will type to log in"), .max = 100),
	F(struct setup_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("your name"), .max = 100),
	F(struct setup_in, FT_SECRET, password, FIELD_REQUIRED, N_("your password, at least 10 characters"), .max = 1000),
	F(struct setup_in, FT_TEXT, lang, 0, N_("en or ko"), .max = 10),
	F(struct setup_in, FT_TEXT, zone, 0, N_("time zone, such as Asia/Seoul"), .max = 60));

static enum st check_setup_secret(struct ctx *c, str secret) {
	str kept;
	bool empty;
	enum st st = org_store_is_empty(c, &empty);
	if (st == ST_OK && !empty)
		return fail(c, ST_CONFLICT, "setup.done", NULL, N_("There is an administrator already. Log in, or ask to be added."));
	if (st == ST_OK)
		st = org_store_setting(c, "setup_secret", &kept);
	if (st == ST_OK && !str_eq_secret(kept, account_hash(c, secret)))
		return fail(c, ST_DENIED, "setup.secret", "secret", N_("This link is not the one that the server printed last. Look at its output again."));
	return st;
}

static enum st prepare_setup(struct ctx *c, void *data) {
	struct setup_in *in = data;
	str *hash = arena_new_of(c->a, str);
	op_call(c)->prepared = hash;
	/* Nobody without the secret makes this machine work. */
	enum st st = check_setup_secret(c, in->secret);
	return st == ST_OK ? account_hash_password(c, in->password, hash) : st;
}

static enum st run_setup(struct ctx *c, const void *data, struct reply *out) {
	const struct setup_in *in = data;
	const str *hash = op_call(c)->prepared;
	str lang = in->lang.n ? in->lang : str_c(lang_code(c->lang)), zone = in->zone.n ? in->zone : STR("UTC");
	int64_t id;
	enum st st = check_setup_secret(c, in->secret);
	if (st == ST_OK)
		st = check_preferences(c, lang, zone, STR_NONE);
	if (st == ST_OK)
		st = org_store_add_person(c, &(struct new_person){ in->login, in->name, STR_NONE, ROLE_ADMINISTRATOR, lang, zone, *hash }, &id);
	if (st == ST_OK)
		st = org_store_set_zone(c, zone);
	if (st == ST_OK)
		st = org_store_set_setting(c, "setup_secret", STR_NONE);
	if (st == ST_OK)
		st = event_emitf(c, "user.created", "user", id, 0, STR("org"), "{\"first\":true}");
	if (st == ST_OK)
		st = account_begin_session(c, id, out);
	return st;
}

/* ---- login ---- */

struct login_in {
	uint64_t given;
	str login, password;
};
INPUT(login_in, "Login", struct login_in,
	F(struct login_in, FT_TEXT, login, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("login"), .max = 100),
	F(struct login_in, FT_SECRET, password, FIELD_REQUIRED, N_("password"), .max = 1000));

struct proven {
	int64_t person;
	str hash;
};

/* Of a password nobody has: an unknown login takes as long as a wrong password. */
static const char nobodys_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$m7IRR7ZBv6VSQJtBJ2Bv1DMxGmHdcwBn4mCQBDH3S9c";

static enum st refuse_login(struct ctx *c) {
	return fail(c, ST_UNAUTHENTICATED, "auth.wrong", NULL, N_("Login and password do not fit together."));
}

static enum st prepare_login(struct ctx *c, void *data) {
	struct login_in *in = data;
	struct proven *p = arena_new_of(c->a, struct proven);
	str login = utf8_fold(c->a, in->login), remote = op_call(c)->remote;
	op_call(c)->prepared = p;
	if (account_too_many_attempts(login, remote, c->now))
		return fail(c, ST_TOO_MANY, "auth.too_many", NULL, N_("Too many failed logins. Wait ten minutes, or ask an administrator for a new password."));
	enum st st = org_store_password(c, login, &p->person, &p->hash);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	bool known = st == ST_OK && p->hash.n;
	bool fits = account_password_fits(c, known ? p->hash : str_c(nobodys_hash), in->password) && known;
	account_note_attempt(login, remote, c->now, fits);
	return fits ? ST_OK : refuse_login(c);
}

static enum st run_login(struct ctx *c, const void *data, struct reply *out) {
	const struct login_in *in = data;
	const struct proven *p = op_call(c)->prepared;
	int64_t person;
	str hash;
	enum st st = org_store_password(c, utf8_fold(c->a, in->login), &person, &hash);
	if (st == ST_NOT_FOUND || (st == ST_OK && (person != p->person || !str_eq(hash, p->hash))))
		return refuse_login(c);
	return st == ST_OK ? account_begin_session(c, person, out) : st;
}

enum st account_begin_session(struct ctx *c, int64_t person, struct reply *out) {
	const struct call *call = op_call(c);
	str token = account_new_secret(c, "");
	struct actor *who = arena_new_of(c->a, struct actor);
	int64_t id;
	enum st st = account_store_begin(c, person, account_hash(c, token), call->remote, utf8_head(utf8_repair(c->a, call->agent), 200), &id);
	if (st != ST_OK)
		return st;
	*who = (struct actor){ .kind = ACTOR_PERSON, .person = person, .id = id };
	st = org_store_actor(c, person, who);
	c->who = who;
	if (st == ST_OK)
		st = event_emitf(c, "session.began", "session", id, 0, arena_printf(c->a, "person:%lld", (long long)person), "{}");
	out->set_cookie = token;
	if (st == ST_OK)
		st = reply_me(c, out);
	return st;
}

static enum st run_logout(struct ctx *c, const void *in UNUSED, struct reply *out) {
	out->set_cookie = STR("-");
	if (c->who->kind != ACTOR_PERSON)
		return ST_OK;
	int64_t ended;
	enum st st = account_store_end_session(c, c->who->id, c->who->person, &ended);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK)
		st = event_emitf(c, "session.ended", "session", c->who->id, 0, arena_printf(c->a, "person:%lld", (long long)c->who->person), "{}");
	return st;
}

/* ---- sessions ---- */

SHAPE(session_shape, "Session", struct session, N_("one login of the account"),
	F(struct session, FT_ID, id, FIELD_REQUIRED, N_("number of the session")),
	F(struct session, FT_TIME, made_at, FIELD_REQUIRED, N_("when it began")),
	F(struct session, FT_TIME, seen_at, FIELD_REQUIRED, N_("when it was last used, to five minutes")),
	F(struct session, FT_TEXT, address, FIELD_REQUIRED, N_("from which address")),
	F(struct session, FT_TEXT, agent, FIELD_REQUIRED, N_("with which browser")),
	F(struct session, FT_BOOL, current, FIELD_REQUIRED, N_("this is the one that asks")));

static enum st run_sessions(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list l;
	enum st st = account_store_sessions(c, c->who->person, c->who->kind == ACTOR_PERSON ? c->who->id : 0, &l);
	if (st == ST_OK)
		reply_page(c, out, &session_shape, &l, STR_NONE);
	return st;
}

struct by_id {
	uint64_t given;
	int64_t id;
};
INPUT(by_id, "ById", struct by_id, F(struct by_id, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the record")));

static enum st run_session_end(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct by_id *in = data;
	int64_t id;
	enum st st = account_store_end_session(c, in->id, c->who->person, &id);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "record.not_found", NULL, N_("There is no such session of yours."));
	return st == ST_OK ? event_emitf(c, "session.ended", "session", id, 0, arena_printf(c->a, "person:%lld", (long long)c->who->person), "{}") : st;
}

/* ---- tokens ---- */

#define TOKEN_FIELDS(T)                                                                                                        \
	F(T, FT_ID, id, FIELD_REQUIRED, N_("number of the token")),                                                                \
	F(T, FT_TEXT, name, FIELD_REQUIRED, N_("what it is for")),                                                                 \
	F(T, FT_ENUM, role, FIELD_REQUIRED, N_("what it may do"), .names = role_names),                                            \
	F(T, FT_TIME, made_at, FIELD_REQUIRED, N_("when it was made")),                                                            \
	F(T, FT_TIME, ends_at, FIELD_OPTIONAL, N_("when it ends; null: never")),                                                   \
	F(T, FT_OBJ, made_by, FIELD_OPTIONAL, N_("who made it; null: the command line"), .shape = &ref_shape),                      \
	F(T, FT_ENUM, use, FIELD_OPTIONAL, N_("what it was made for; null: made before this was kept, and not used since"), .names = token_use_names), \
	F(T, FT_TIME, used_at, FIELD_OPTIONAL, N_("when it was last used, five minutes behind at most; null: never")),              \
	F(T, FT_TEXT, used_from, FIELD_OPTIONAL, N_("the network it was last used from, such as 192.0.2.0/24"))
SHAPE(token_shape, "Token", struct token, N_("access for a program"), TOKEN_FIELDS(struct token));
SHAPE(new_token_shape, "NewToken", struct token, N_("a token with its secret, shown this once"), TOKEN_FIELDS(struct token),
	F(struct token, FT_TEXT, token, FIELD_REQUIRED, N_("the secret, shown this once")));

struct token_in {
	uint64_t given;
	str name;
	int role;
	int64_t expires;
	int use;
};
INPUT(token_in, "TokenCreate", struct token_in,
	F(struct token_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("what it is for"), .max = 100),
	F(struct token_in, FT_ENUM, role, FIELD_REQUIRED, N_("what it may do"), .names = role_names),
	F(struct token_in, FT_TIME, expires, FIELD_OPTIONAL, N_("when it ends; without: never")),
	F(struct token_in, FT_ENUM, use, 0, N_("for programs (api), for models that read (mcp) or may also change something (mcp_write), or for the addresses of feeds (feed)"),
		.names = token_use_names));

static enum st run_token_create(struct ctx *c, const void *data, struct reply *out) {
	const struct token_in *in = data;
	struct token t = { .name = in->name, .role = in->role, .made_at = c->now, .ends_at = in->expires, .used_at = I64_NONE };
	if (in->role == ROLE_NONE || (enum role)in->role > c->who->role)
		return fail(c, ST_DENIED, "token.role", "role", N_("A token may do at most what you may do yourself."));
	int use = in->use < 0 ? REACH_ALL : in->use;
	if (use != REACH_ALL && in->role == ROLE_ADMINISTRATOR)
		return fail(c, ST_DENIED, "token.administrator", "role", N_("A model or a feed is never the administrator. Give it a smaller role."));
	t.use = use;
	t.token = account_new_secret(c, token_use_prefixes[use]);
	t.made_by = (struct ref){ c->who->person, c->who->name };
	enum st st = account_store_add_token(c, &t, account_hash(c, t.token), &t.id);
	if (st == ST_OK)
		st = event_emitf(c, "token.created", "token", t.id, 0, STR("org"), "{}");
	if (st == ST_OK)
		reply_record(c, out, &new_token_shape, &t, 0);
	return st;
}

static enum st run_tokens(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list l;
	enum st st = account_store_tokens(c, &l);
	if (st == ST_OK)
		reply_page(c, out, &token_shape, &l, STR_NONE);
	return st;
}

static enum st run_token_delete(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct by_id *in = data;
	int64_t id;
	enum st st = account_store_end_token(c, in->id, &id);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "record.not_found", NULL, N_("There is no such token of yours."));
	return st == ST_OK ? event_emitf(c, "token.ended", "token", id, 0, STR("org"), "{}") : st;
}

static const struct op ops[] = {
	OP("me.get", "GET /api/v1/me", PERM_PUBLIC, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &me_shape, run_me, N_("Say who is asking."), .flags = OP_MCP | OP_REPEATS),
	OP("me.change", "PATCH /api/v1/me", PERM_SELF, OP_WRITE, BODY_JSON, &me_patch, REPLY_RECORD, &me_shape, run_me_patch,
		N_("Change your own name and preferences."), .flags = OP_MATCH),
	OP("setup.run", "POST /api/v1/setup", PERM_PUBLIC, OP_WRITE, BODY_JSON, &setup_in, REPLY_RECORD, &me_shape, run_setup,
		N_("Make the first administrator, with the secret that the server printed."), .prepare = prepare_setup, .flags = OP_SECRET),
	OP("session.login", "POST /api/v1/login", PERM_PUBLIC, OP_WRITE, BODY_JSON, &login_in, REPLY_RECORD, &me_shape, run_login, N_("Log in."),
		.prepare = prepare_login, .flags = OP_SECRET),
	OP("session.logout", "POST /api/v1/logout", PERM_PUBLIC, OP_WRITE, BODY_JSON, NULL, REPLY_NONE, NULL, run_logout, N_("End this login.")),
	OP("session.list", "GET /api/v1/sessions", PERM_SELF, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &session_shape, run_sessions, N_("List your logins.")),
	OP("session.end", "DELETE /api/v1/sessions/{id}", PERM_SELF, OP_WRITE, BODY_NONE, &by_id, REPLY_NONE, NULL, run_session_end, N_("End one of your logins.")),
	OP("token.create", "POST /api/v1/tokens", PERM_SELF, OP_WRITE, BODY_JSON, &token_in, REPLY_RECORD, &new_token_shape, run_token_create,
		N_("Make a token for a program; its secret is shown once."), .flags = OP_CREATES | OP_SECRET),
	OP("token.list", "GET /api/v1/tokens", PERM_SELF, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &token_shape, run_tokens, N_("List tokens, without their secrets.")),
	OP("token.delete", "DELETE /api/v1/tokens/{id}", PERM_SELF, OP_WRITE, BODY_NONE, &by_id, REPLY_NONE, NULL, run_token_delete, N_("End a token.")),
};

ROOM(account_room, "account", ops);
