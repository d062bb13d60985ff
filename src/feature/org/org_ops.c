#include <sodium.h>

#include "feature/org/account.h"
#include "feature/org/org_store.h"
#include "text/utf8.h"

/* Operations on people, teams, services and the organisation. Those of the account that asks are in account_ops.c. */

/* ---- people ---- */

#define PERSON_FIELDS(T)                                                                                                       \
	F(T, FT_ID, id, FIELD_REQUIRED, N_("number of the person")),                                                               \
	F(T, FT_TEXT, login, FIELD_REQUIRED, N_("what is typed at the login")),                                                    \
	F(T, FT_TEXT, name, FIELD_REQUIRED, N_("name")),                                                                           \
	F(T, FT_TEXT, email, FIELD_OPTIONAL, N_("where mail goes")),                                                               \
	F(T, FT_ENUM, role, FIELD_REQUIRED, N_("what the person may do"), .names = role_names),                                    \
	F(T, FT_TEXT, lang, FIELD_REQUIRED, N_("language of pages and mails: en or ko")),                                          \
	F(T, FT_TEXT, zone, FIELD_REQUIRED, N_("time zone")),                                                                      \
	F(T, FT_BOOL, active, FIELD_REQUIRED, N_("may log in")),                                                                   \
	F(T, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match"))
SHAPE(person_shape, "Person", struct person, N_("somebody with an account"), PERSON_FIELDS(struct person));
SHAPE(new_person_shape, "NewPerson", struct person, N_("a new account; a password that the server chose is shown this once"), PERSON_FIELDS(struct person),
	F(struct person, FT_TEXT, password, FIELD_OPTIONAL, N_("the password, when the server chose it")));

struct people_in {
	uint64_t given;
	str q, after;
	int64_t limit;
};
INPUT(people_in, "PeopleList", struct people_in,
	F(struct people_in, FT_TEXT, q, 0, N_("beginning of a name or login, or initial consonants (ㄱㅁㅅ)"), .max = 100),
	F(struct people_in, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 60),
	F(struct people_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200));

static enum st run_people(struct ctx *c, const void *data, struct reply *out) {
	const struct people_in *in = data;
	struct page_in page;
	struct list l;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = people_store_list(c, in->q, &page, &l);
	if (st == ST_OK) {
		const struct person *people = l.items;
		reply_page(c, out, &person_shape, &l, (int64_t)l.n == page.limit ? page_cursor(c, 0, people[l.n - 1].id) : STR_NONE);
	}
	return st;
}

static enum st read_person(struct ctx *c, int64_t id, struct person *p) {
	enum st st = people_store_get(c, id, p);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no person %lld."), (long long)id) : st;
}

struct by_id {
	uint64_t given;
	int64_t id;
};
INPUT(by_id, "ById", struct by_id, F(struct by_id, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the record")));

static enum st reply_person(struct ctx *c, int64_t id, struct reply *out) {
	struct person p;
	enum st st = read_person(c, id, &p);
	if (st == ST_OK)
		reply_record(c, out, &person_shape, &p, p.version);
	return st;
}

static enum st run_person(struct ctx *c, const void *data, struct reply *out) {
	return reply_person(c, ((const struct by_id *)data)->id, out);
}

struct person_in {
	uint64_t given;
	str login, name, email;
	int role;
	str password, lang, zone;
};
INPUT(person_in, "PersonCreate", struct person_in,
	F(struct person_in, FT_TEXT, login, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("what is typed at the login"), .max = 100),
	F(struct person_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("name"), .max = 100),
	F(struct person_in, FT_TEXT, email, FIELD_OPTIONAL, N_("where mail goes"), .max = 254),
	F(struct person_in, FT_ENUM, role, FIELD_REQUIRED, N_("what the person may do"), .names = role_names),
	F(struct person_in, FT_SECRET, password, FIELD_OPTIONAL, N_("first password; without: the server chooses one and shows it once"), .max = 1000),
	F(struct person_in, FT_TEXT, lang, 0, N_("en or ko"), .max = 10),
	F(struct person_in, FT_TEXT, zone, 0, N_("time zone"), .max = 60));

struct first_password {
	str hash, chosen;
};

static enum st prepare_person(struct ctx *c, void *data) {
	struct person_in *in = data;
	struct first_password *p = arena_new_of(c->a, struct first_password);
	op_call(c)->prepared = p;
	if (!in->password.n)
		p->chosen = account_new_secret(c, "");
	return account_hash_password(c, p->chosen.n ? p->chosen : in->password, &p->hash);
}

static enum st check_email(struct ctx *c, str email) {
	ptrdiff_t at = str_chr(email, '@');
	bool odd = str_chr(email, ' ') >= 0 || str_chr(email, '\n') >= 0 || str_chr(email, '<') >= 0;
	if (!email.n || (at > 0 && (size_t)at + 1 < email.n && !odd))
		return ST_OK;
	return fail(c, ST_INVALID, "email.malformed", "email", N_("“%.*s” is not a mail address."), STR_FMT(email));
}

static enum st check_role(struct ctx *c, int role) {
	return role == ROLE_NONE ? fail(c, ST_INVALID, "role.none", "role", N_("Give a role: viewer, responder, editor or administrator.")) : ST_OK;
}

static enum st check_zone(struct ctx *c, str zone) {
	const struct zone *z;
	if (!zone.n || zone_find(zone, &z) == ST_OK)
		return ST_OK;
	return fail(c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Write one such as Asia/Seoul."), STR_FMT(zone));
}

static enum st check_lang(struct ctx *c, str lang) {
	enum lang parsed;
	return !lang.n || lang_parse(lang, &parsed) ? ST_OK : fail(c, ST_INVALID, "lang.unknown", "lang", N_("The languages are en and ko."));
}

static enum st run_person_create(struct ctx *c, const void *data, struct reply *out) {
	const struct person_in *in = data;
	const struct first_password *password = op_call(c)->prepared;
	struct person p;
	str name, zone;
	int64_t id;
	enum st st = check_role(c, in->role);
	if (st == ST_OK)
		st = check_email(c, in->email);
	if (st == ST_OK)
		st = check_lang(c, in->lang);
	if (st == ST_OK)
		st = check_zone(c, in->zone);
	if (st == ST_OK)
		st = org_store_organisation(c, &name, &zone);
	if (st == ST_OK)
		st = org_store_add_person(c, &(struct new_person){ in->login, in->name, in->email, (enum role)in->role, in->lang.n ? in->lang : STR("en"),
			in->zone.n ? in->zone : zone, password->hash }, &id);
	if (st == ST_OK)
		st = event_emitf(c, "user.created", "user", id, 0, STR("org"), "{}");
	if (st == ST_OK)
		st = read_person(c, id, &p);
	if (st != ST_OK)
		return st;
	p.password = password->chosen;
	reply_record(c, out, &new_person_shape, &p, p.version);
	reply_created(c, out, "/api/v1/people", id);
	return ST_OK;
}

struct person_patch {
	uint64_t given;
	int64_t id;
	str name, email;
	int role;
	bool active;
	str password;
};
INPUT(person_patch, "PersonPatch", struct person_patch,
	F(struct person_patch, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the person")),
	F(struct person_patch, FT_TEXT, name, FIELD_NOT_EMPTY, N_("name"), .max = 100),
	F(struct person_patch, FT_TEXT, email, FIELD_OPTIONAL, N_("where mail goes"), .max = 254),
	F(struct person_patch, FT_ENUM, role, 0, N_("what the person may do"), .names = role_names),
	F(struct person_patch, FT_BOOL, active, 0, N_("may log in")),
	F(struct person_patch, FT_SECRET, password, 0, N_("new password"), .max = 1000));

static enum st prepare_patch(struct ctx *c, void *data) {
	struct person_patch *in = data;
	str *hash = arena_new_of(c->a, str);
	op_call(c)->prepared = hash;
	return shape_given_name(&person_patch, in, "password") ? account_hash_password(c, in->password, hash) : ST_OK;
}

/* Somebody must be left who can let others in. */
static enum st check_last_administrator(struct ctx *c, const struct person *p) {
	int64_t others;
	if (p->role == ROLE_ADMINISTRATOR && p->active)
		return ST_OK;
	enum st st = people_store_other_administrators(c, p->id, &others);
	if (st == ST_OK && others == 0)
		return fail(c, ST_CONFLICT, "person.last_administrator", "role", N_("This is the last administrator. Make somebody else one first."));
	return st;
}

static enum st store_person(struct ctx *c, const struct person *p, const struct person_patch *in) {
	enum st st = people_store_update(c, p);
	const str *hash = op_call(c)->prepared;
	bool password = shape_given_name(&person_patch, in, "password");
	if (st == ST_OK && password)
		st = people_store_password(c, p->id, *hash);
	/* Whoever held a login under the old password, or was locked out, must not keep it. */
	if (st == ST_OK && (password || !p->active))
		st = account_store_end_sessions(c, p->id);
	return st;
}

static enum st run_person_change(struct ctx *c, const void *data, struct reply *out) {
	const struct person_patch *in = data;
	struct person p;
	enum st st = read_person(c, in->id, &p);
	if (st == ST_OK)
		st = version_check(c, p.version, &person_shape, &p);
	if (st != ST_OK)
		return st;
	if (shape_given_name(&person_patch, in, "name"))
		p.name = in->name;
	if (shape_given_name(&person_patch, in, "email"))
		p.email = in->email;
	if (shape_given_name(&person_patch, in, "role"))
		p.role = in->role;
	if (shape_given_name(&person_patch, in, "active"))
		p.active = in->active;
	st = check_role(c, p.role);
	if (st == ST_OK)
		st = check_email(c, p.email);
	if (st == ST_OK)
		st = check_last_administrator(c, &p);
	if (st == ST_OK)
		st = store_person(c, &p, in);
	if (st == ST_OK)
		st = event_emitf(c, "user.changed", "user", p.id, 0, STR("org"), "{}");
	return st == ST_OK ? reply_person(c, p.id, out) : st;
}

/* ---- teams ---- */

SHAPE(team_shape, "Team", struct team, N_("people who own services together"),
	F(struct team, FT_ID, id, FIELD_REQUIRED, N_("number of the team")),
	F(struct team, FT_TEXT, name, FIELD_REQUIRED, N_("name")),
	F(struct team, FT_TEXT, handle, FIELD_REQUIRED, N_("how it is mentioned: payments for @payments")),
	F(struct team, FT_LIST, members, FIELD_REQUIRED, N_("its people"), .shape = &ref_shape),
	F(struct team, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

static enum st run_teams(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list l;
	enum st st = team_store_list(c, &l);
	if (st == ST_OK)
		reply_page(c, out, &team_shape, &l, STR_NONE);
	return st;
}

static enum st read_team(struct ctx *c, int64_t id, struct team *t) {
	enum st st = team_store_get(c, id, t);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no team %lld."), (long long)id) : st;
}

static enum st reply_team(struct ctx *c, int64_t id, struct reply *out) {
	struct team t;
	enum st st = read_team(c, id, &t);
	if (st == ST_OK)
		reply_record(c, out, &team_shape, &t, t.version);
	return st;
}

static enum st run_team(struct ctx *c, const void *data, struct reply *out) {
	return reply_team(c, ((const struct by_id *)data)->id, out);
}

struct team_in {
	uint64_t given;
	str name, handle;
};
INPUT(team_in, "TeamCreate", struct team_in,
	F(struct team_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("name"), .max = 100),
	F(struct team_in, FT_TEXT, handle, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("how it is mentioned, without the @"), .max = 40));

static enum st check_handle(struct ctx *c, str handle) {
	int64_t taken;
	for (size_t i = 0; i < handle.n; i++)
		if (strchr(" \t\n@,()<>", handle.p[i]))
			return fail(c, ST_INVALID, "handle.malformed", "handle", N_("A handle has no blanks, commas, brackets or @."));
	enum st st = team_store_by_handle(c, handle, &taken);
	if (st == ST_OK)
		return fail(c, ST_CONFLICT, "handle.taken", "handle", N_("The handle “%.*s” is taken."), STR_FMT(handle));
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st run_team_create(struct ctx *c, const void *data, struct reply *out) {
	const struct team_in *in = data;
	str handle = utf8_fold(c->a, in->handle);
	int64_t id;
	enum st st = check_handle(c, handle);
	if (st == ST_OK)
		st = team_store_insert(c, in->name, handle, &id);
	if (st == ST_OK)
		st = event_emitf(c, "team.created", "team", id, 0, STR("org"), "{}");
	if (st == ST_OK)
		st = reply_team(c, id, out);
	if (st == ST_OK)
		reply_created(c, out, "/api/v1/teams", id);
	return st;
}

struct team_patch {
	uint64_t given;
	int64_t id;
	str name;
};
INPUT(team_patch, "TeamPatch", struct team_patch,
	F(struct team_patch, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the team")),
	F(struct team_patch, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("name"), .max = 100));

static enum st run_team_change(struct ctx *c, const void *data, struct reply *out) {
	const struct team_patch *in = data;
	struct team t;
	enum st st = read_team(c, in->id, &t);
	if (st == ST_OK)
		st = version_check(c, t.version, &team_shape, &t);
	if (st == ST_OK)
		st = team_store_rename(c, in->id, in->name);
	if (st == ST_OK)
		st = event_emitf(c, "team.changed", "team", in->id, 0, STR("org"), "{}");
	return st == ST_OK ? reply_team(c, in->id, out) : st;
}

struct member_in {
	uint64_t given;
	int64_t id, person;
};
INPUT(member_in, "TeamMember", struct member_in,
	F(struct member_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the team")),
	F(struct member_in, FT_ID, person, FIELD_REQUIRED | FIELD_PATH, N_("number of the person")));

static enum st run_member_add(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct member_in *in = data;
	struct team t;
	enum st st = read_team(c, in->id, &t);
	if (st == ST_OK)
		st = org_person_check(c, in->person, "person");
	if (st == ST_OK)
		st = team_store_join(c, in->id, in->person);
	return st == ST_OK ? event_emitf(c, "team.changed", "team", in->id, 0, STR("org"), "{\"joined\":%lld}", (long long)in->person) : st;
}

static enum st run_member_remove(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct member_in *in = data;
	enum st st = team_store_leave(c, in->id, in->person);
	return st == ST_OK ? event_emitf(c, "team.changed", "team", in->id, 0, STR("org"), "{\"left\":%lld}", (long long)in->person) : st;
}

/* ---- services ---- */

SHAPE(service_shape, "Service", struct service, N_("something that can be broken, with the team that owns it"),
	F(struct service, FT_ID, id, FIELD_REQUIRED, N_("number of the service")),
	F(struct service, FT_TEXT, name, FIELD_REQUIRED, N_("name")),
	F(struct service, FT_TEXT, description, FIELD_REQUIRED, N_("what it does, for whom")),
	F(struct service, FT_OBJ, team, FIELD_OPTIONAL, N_("the team that owns it"), .shape = &ref_shape),
	F(struct service, FT_OBJ, lead, FIELD_OPTIONAL, N_("who answers for it technically: reviews what gives it action items"), .shape = &ref_shape),
	F(struct service, FT_LIST, depends_on, FIELD_REQUIRED, N_("services it needs"), .shape = &ref_shape),
	F(struct service, FT_LIST, used_by, FIELD_REQUIRED, N_("services that need it"), .shape = &ref_shape),
	F(struct service, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

static enum st run_services(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list l;
	enum st st = service_store_list(c, &l);
	if (st == ST_OK)
		reply_page(c, out, &service_shape, &l, STR_NONE);
	return st;
}

static enum st read_service(struct ctx *c, int64_t id, struct service *s) {
	enum st st = service_store_get(c, id, s);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no service %lld."), (long long)id) : st;
}

static enum st reply_service(struct ctx *c, int64_t id, struct reply *out) {
	struct service s;
	enum st st = read_service(c, id, &s);
	if (st == ST_OK)
		reply_record(c, out, &service_shape, &s, s.version);
	return st;
}

static enum st run_service(struct ctx *c, const void *data, struct reply *out) {
	return reply_service(c, ((const struct by_id *)data)->id, out);
}

struct service_in {
	uint64_t given;
	int64_t id;
	str name, description;
	int64_t team, lead;
	struct list depends_on;
};
#define SERVICE_IN(T, name_flags)                                                                                              \
	F(T, FT_TEXT, name, (name_flags) | FIELD_NOT_EMPTY, N_("name"), .max = 100),                                               \
	F(T, FT_TEXT, description, 0, N_("what it does, for whom"), .max = 2000),                                                  \
	F(T, FT_ID, team, FIELD_OPTIONAL, N_("the team that owns it")),                                                            \
	F(T, FT_ID, lead, FIELD_OPTIONAL, N_("who answers for it technically: reviews what gives it action items")),               \
	F(T, FT_IDS, depends_on, 0, N_("services it needs"), .max = 200)
INPUT(service_create, "ServiceCreate", struct service_in, SERVICE_IN(struct service_in, FIELD_REQUIRED));
INPUT(service_patch, "ServicePatch", struct service_in, F(struct service_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the service")),
	SERVICE_IN(struct service_in, 0));

/* Editors change any service; others those of their own teams, and cannot give one to a team they are not in. */
static enum st may_own(struct ctx *c, int64_t team) {
	bool yes;
	if (c->who->role >= ROLE_EDITOR)
		return ST_OK;
	enum st st = org_in_team(c, team, &yes);
	if (st == ST_OK && !yes)
		return fail(c, ST_DENIED, "service.other_team", "team", N_("This service belongs to a team that you are not in. Ask one of them, or an editor."));
	return st;
}

static enum st check_service(struct ctx *c, int64_t id, str name, int64_t team) {
	int64_t found;
	enum st st = service_store_other_by_name(c, name, id, &found);
	if (st == ST_OK)
		return fail(c, ST_CONFLICT, "service.taken", "name", N_("There is a service “%.*s” already."), STR_FMT(name));
	if (st != ST_NOT_FOUND)
		return st;
	if (!team)
		return ST_OK;
	st = team_store_exists(c, team);
	return st == ST_NOT_FOUND ? fail(c, ST_INVALID, "team.unknown", "team", N_("There is no team %lld."), (long long)team) : st;
}

static enum st store_dependencies(struct ctx *c, int64_t id, const struct list *on) {
	enum st st = service_store_clear_dependencies(c, id);
	const int64_t *ids = on->items;
	for (size_t i = 0; st == ST_OK && i < on->n; i++) {
		if (ids[i] == id)
			return fail(c, ST_INVALID, "service.itself", "depends_on", N_("A service does not depend on itself."));
		st = org_service_check(c, ids[i], "depends_on");
		if (st == ST_OK)
			st = service_store_add_dependency(c, id, ids[i]);
	}
	return st;
}

static enum st run_service_create(struct ctx *c, const void *data, struct reply *out) {
	const struct service_in *in = data;
	int64_t id;
	enum st st = may_own(c, in->team);
	if (st == ST_OK)
		st = check_service(c, 0, in->name, in->team);
	if (st == ST_OK && in->lead)
		st = org_person_check(c, in->lead, "lead");
	if (st == ST_OK)
		st = service_store_insert(c, in->name, in->description, in->team, in->lead, &id);
	if (st == ST_OK)
		st = store_dependencies(c, id, &in->depends_on);
	if (st == ST_OK)
		st = event_emitf(c, "service.created", "service", id, 0, STR("org"), "{}");
	if (st == ST_OK)
		st = reply_service(c, id, out);
	if (st == ST_OK)
		reply_created(c, out, "/api/v1/services", id);
	return st;
}

static enum st run_service_change(struct ctx *c, const void *data, struct reply *out) {
	const struct service_in *in = data;
	struct service s;
	enum st st = read_service(c, in->id, &s);
	if (st == ST_OK)
		st = version_check(c, s.version, &service_shape, &s);
	if (st == ST_OK)
		st = may_own(c, s.team.id);
	if (st != ST_OK)
		return st;
	str name = shape_given_name(&service_patch, in, "name") ? in->name : s.name;
	str description = shape_given_name(&service_patch, in, "description") ? in->description : s.description;
	int64_t team = shape_given_name(&service_patch, in, "team") ? in->team : s.team.id;
	int64_t lead = shape_given_name(&service_patch, in, "lead") ? in->lead : s.lead.id;
	st = may_own(c, team);
	if (st == ST_OK)
		st = check_service(c, s.id, name, team);
	if (st == ST_OK && lead && lead != s.lead.id)
		st = org_person_check(c, lead, "lead");
	if (st == ST_OK)
		st = service_store_update(c, s.id, name, description, team, lead);
	if (st == ST_OK && shape_given_name(&service_patch, in, "depends_on"))
		st = store_dependencies(c, s.id, &in->depends_on);
	if (st == ST_OK)
		st = event_emitf(c, "service.changed", "service", s.id, 0, STR("org"), "{}");
	return st == ST_OK ? reply_service(c, s.id, out) : st;
}

/* ---- the room ---- */

static const struct op people_ops[] = {
	OP("user.list", "GET /api/v1/people", PERM_ORG_VIEW, OP_READ, BODY_NONE, &people_in, REPLY_PAGE, &person_shape, run_people, N_("List people."), .flags = OP_MCP),
	OP("user.get", "GET /api/v1/people/{id}", PERM_ORG_VIEW, OP_READ, BODY_NONE, &by_id, REPLY_RECORD, &person_shape, run_person, N_("Show one person.")),
	OP("user.create", "POST /api/v1/people", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &person_in, REPLY_RECORD, &new_person_shape, run_person_create,
		N_("Make an account."), .prepare = prepare_person, .flags = OP_CREATES | OP_SECRET),
	OP("user.change", "PATCH /api/v1/people/{id}", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &person_patch, REPLY_RECORD, &person_shape, run_person_change,
		N_("Change an account: name, role, password, whether it may log in."), .prepare = prepare_patch, .flags = OP_MATCH),
	OP("team.list", "GET /api/v1/teams", PERM_ORG_VIEW, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &team_shape, run_teams, N_("List teams and their people."),
		.flags = OP_MCP),
	OP("team.get", "GET /api/v1/teams/{id}", PERM_ORG_VIEW, OP_READ, BODY_NONE, &by_id, REPLY_RECORD, &team_shape, run_team, N_("Show one team.")),
	OP("team.create", "POST /api/v1/teams", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &team_in, REPLY_RECORD, &team_shape, run_team_create, N_("Make a team."),
		.flags = OP_CREATES),
	OP("team.change", "PATCH /api/v1/teams/{id}", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &team_patch, REPLY_RECORD, &team_shape, run_team_change,
		N_("Rename a team."), .flags = OP_MATCH),
	OP("team.join", "PUT /api/v1/teams/{id}/members/{person}", PERM_ORG_EDIT, OP_WRITE, BODY_NONE, &member_in, REPLY_NONE, NULL, run_member_add,
		N_("Add a person to a team.")),
	OP("team.leave", "DELETE /api/v1/teams/{id}/members/{person}", PERM_ORG_EDIT, OP_WRITE, BODY_NONE, &member_in, REPLY_NONE, NULL, run_member_remove,
		N_("Take a person out of a team.")),
	OP("service.list", "GET /api/v1/services", PERM_ORG_VIEW, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &service_shape, run_services, N_("List services."),
		.flags = OP_MCP),
	OP("service.get", "GET /api/v1/services/{id}", PERM_ORG_VIEW, OP_READ, BODY_NONE, &by_id, REPLY_RECORD, &service_shape, run_service,
		N_("Show one service, its owner and what depends on it.")),
	OP("service.create", "POST /api/v1/services", PERM_SERVICE_EDIT, OP_WRITE, BODY_JSON, &service_create, REPLY_RECORD, &service_shape, run_service_create,
		N_("Add a service."), .flags = OP_CREATES),
	OP("service.change", "PATCH /api/v1/services/{id}", PERM_SERVICE_EDIT, OP_WRITE, BODY_JSON, &service_patch, REPLY_RECORD, &service_shape,
		run_service_change, N_("Change a service."), .flags = OP_MATCH),
};

/* Whoever knows a credential must ask again after any of these. */
static void on_event(void *data UNUSED, const struct event *e) {
	static const char *const nouns[] = { "user", "session", "token" };
	for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
		if (strcmp(e->noun, nouns[i]) == 0 && strcmp(e->name, "session.began") != 0)
			account_forget_all();
}

static enum st start(struct engine *e) {
	e->identify = account_identify;
	account_forget_all();
	account_use_writer(e->writer);
	feed_listen(e->feed, on_event, NULL);
	return ST_OK;
}

static void stop(struct engine *e UNUSED) {
	account_use_writer(NULL);
}

ROOM(org_room, "org", people_ops, .start = start, .stop = stop);
