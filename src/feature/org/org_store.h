/* SQL of people and the organisation, shared by the files of this room. */
#ifndef FEATURE_ORG_ORG_STORE_H
#define FEATURE_ORG_ORG_STORE_H

#include "feature/org/account.h"

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

/* Bytes kept under a name (hex in the table); empty when there is none. */
MUST_CHECK enum st org_store_setting(struct ctx *c, const char *name, str *bytes);
MUST_CHECK enum st org_store_set_setting(struct ctx *c, const char *name, str bytes);

#endif
