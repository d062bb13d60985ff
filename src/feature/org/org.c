#include "feature/org/org.h"

#include "base/clock.h"
#include "feature/org/account.h"
#include "feature/org/org_store.h"

/* What other rooms ask about people, teams and services. */

enum st org_person_check(struct ctx *c, int64_t person, const char *field) {
	enum st st = people_store_is_active(c, person);
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "person.unknown", field, N_("There is no active person %lld."), (long long)person);
	return st;
}

enum st org_service_check(struct ctx *c, int64_t service, const char *field) {
	enum st st = service_store_exists(c, service);
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "service.unknown", field, N_("There is no service %lld."), (long long)service);
	return st;
}

enum st org_team_check(struct ctx *c, int64_t team, const char *field) {
	enum st st = team_store_exists(c, team);
	return st == ST_NOT_FOUND ? fail(c, ST_INVALID, "team.unknown", field, N_("There is no team %lld."), (long long)team) : st;
}

enum st org_zone(struct ctx *c, const struct zone **out) {
	str name, zone;
	enum st st = org_store_organisation(c, &name, &zone);
	if (st == ST_OK && zone_find(zone, out) != ST_OK)
		*out = zone_utc();
	return st;
}

enum st org_in_team(struct ctx *c, int64_t team, bool *yes) {
	*yes = c->who->role == ROLE_ADMINISTRATOR;
	if (*yes || !team)
		return ST_OK;
	enum st st = team_store_has(c, team, c->who->person);
	*yes = st == ST_OK;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st org_actor(struct ctx *c, int64_t person, struct actor *who) {
	enum st st = org_person_check(c, person, NULL);
	*who = (struct actor){ .kind = ACTOR_PERSON, .person = person };
	return st == ST_OK ? org_store_actor(c, person, who) : ST_NOT_FOUND;
}

/* ---- the first link ---- */

struct setup {
	str secret;
	bool empty;
};

static enum st make_setup_secret(struct ctx *c, void *data) {
	struct setup *s = data;
	enum st st = org_store_is_empty(c, &s->empty);
	if (st != ST_OK || !s->empty)
		return st;
	s->secret = account_new_secret(c, "");
	return org_store_set_setting(c, "setup_secret", account_hash(c, s->secret));
}

enum st org_setup_secret(struct engine *e, char **secret) {
	struct setup s = { 0 };
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a, .who = &actor_system, .now = clock_now() };
	enum st st = a ? engine_write(e, &c, make_setup_secret, &s) : ST_NO_MEMORY;
	if (st == ST_OK && !s.empty)
		st = ST_CONFLICT;
	if (st == ST_OK)
		*secret = str_dup(s.secret);
	arena_free(a);
	return st;
}
