/* The tables of the room. "get" and "exists" return ST_NOT_FOUND without an explanation. Private to the room. */
#ifndef FEATURE_ORG_ORG_STORE_H
#define FEATURE_ORG_ORG_STORE_H

#include "core/op.h"
#include "feature/org/account.h"
#include "feature/org/org_record.h"

MUST_CHECK enum st org_store_account(struct ctx *c, int64_t person, struct account *out);
/* Name and role of a person, into *who. */
MUST_CHECK enum st org_store_actor(struct ctx *c, int64_t person, struct actor *who);
MUST_CHECK enum st org_store_organisation(struct ctx *c, str *name, str *zone);
/* No administrator yet. */
MUST_CHECK enum st org_store_is_empty(struct ctx *c, bool *empty);
/* ST_NOT_FOUND when there is no active person of that folded login. */
MUST_CHECK enum st org_store_password(struct ctx *c, str login_folded, int64_t *person, str *hash);
MUST_CHECK enum st org_store_prefer(struct ctx *c, int64_t person, str name, str lang, str zone, str theme);

struct new_person {
	str login, name, email;
	enum role role;
	str lang, zone, password_hash;
};
/* ST_CONFLICT, field login, when it is taken. */
MUST_CHECK enum st org_store_add_person(struct ctx *c, const struct new_person *p, int64_t *id);

MUST_CHECK enum st org_store_set_zone(struct ctx *c, str zone);

/* asked: the beginning of a name or login, or initial consonants; empty: everybody. Newest first. */
MUST_CHECK enum st people_store_list(struct ctx *c, str asked, const struct page_in *page, struct list *out);
MUST_CHECK enum st people_store_get(struct ctx *c, int64_t id, struct person *out);
MUST_CHECK enum st people_store_is_active(struct ctx *c, int64_t id);
MUST_CHECK enum st people_store_other_administrators(struct ctx *c, int64_t id, int64_t *n);
MUST_CHECK enum st people_store_update(struct ctx *c, const struct person *p);
MUST_CHECK enum st people_store_password(struct ctx *c, int64_t id, str hash);

MUST_CHECK enum st team_store_list(struct ctx *c, struct list *out);
MUST_CHECK enum st team_store_get(struct ctx *c, int64_t id, struct team *out);
MUST_CHECK enum st team_store_exists(struct ctx *c, int64_t id);
MUST_CHECK enum st team_store_by_handle(struct ctx *c, str handle, int64_t *id);
MUST_CHECK enum st team_store_insert(struct ctx *c, str name, str handle, int64_t *id);
MUST_CHECK enum st team_store_rename(struct ctx *c, int64_t id, str name);
MUST_CHECK enum st team_store_join(struct ctx *c, int64_t team, int64_t person);
MUST_CHECK enum st team_store_leave(struct ctx *c, int64_t team, int64_t person);
MUST_CHECK enum st team_store_has(struct ctx *c, int64_t team, int64_t person);

MUST_CHECK enum st service_store_list(struct ctx *c, struct list *out);
MUST_CHECK enum st service_store_get(struct ctx *c, int64_t id, struct service *out);
MUST_CHECK enum st service_store_exists(struct ctx *c, int64_t id);
MUST_CHECK enum st service_store_other_by_name(struct ctx *c, str name, int64_t id, int64_t *other);
MUST_CHECK enum st service_store_insert(struct ctx *c, str name, str description, int64_t team, int64_t lead, int64_t *id);
MUST_CHECK enum st service_store_update(struct ctx *c, int64_t id, str name, str description, int64_t team, int64_t lead);
MUST_CHECK enum st service_store_clear_dependencies(struct ctx *c, int64_t id);
MUST_CHECK enum st service_store_add_dependency(struct ctx *c, int64_t id, int64_t on);

/* The columns that account.c remembers, in its order; no row: unknown. */
MUST_CHECK enum st account_store_session(struct ctx *c, str hash, struct db_result *r);
MUST_CHECK enum st account_store_token(struct ctx *c, str hash, struct db_result *r);
MUST_CHECK enum st account_store_seen(struct ctx *c, int64_t session);
/* from: a network. use goes in where none stands yet. */
MUST_CHECK enum st account_store_used(struct ctx *c, int64_t token, enum reach use, str from);
MUST_CHECK enum st account_store_begin(struct ctx *c, int64_t person, str hash, str address, str agent, int64_t *id);
MUST_CHECK enum st account_store_sessions(struct ctx *c, int64_t person, int64_t current, struct list *out);
MUST_CHECK enum st account_store_end_session(struct ctx *c, int64_t session, int64_t person, int64_t *id);
MUST_CHECK enum st account_store_end_sessions(struct ctx *c, int64_t person);
MUST_CHECK enum st account_store_add_token(struct ctx *c, const struct token *t, str hash, int64_t *id);
MUST_CHECK enum st account_store_tokens(struct ctx *c, struct list *out); /* the actor's own; all for those who see everything */
MUST_CHECK enum st account_store_end_token(struct ctx *c, int64_t token, int64_t *id);

MUST_CHECK enum st invitation_store_add(struct ctx *c, int64_t person, str hash, int64_t ends_at);
/* ST_NOT_FOUND: unknown, used, over, or the person is not active. */
MUST_CHECK enum st invitation_store_find(struct ctx *c, str hash, int64_t *person);
MUST_CHECK enum st invitation_store_end(struct ctx *c, int64_t person); /* all of them */

/* Bytes kept under a name (hex in the table); empty when there is none. */
MUST_CHECK enum st org_store_setting(struct ctx *c, const char *name, str *bytes);
MUST_CHECK enum st org_store_set_setting(struct ctx *c, const char *name, str bytes);

#endif
