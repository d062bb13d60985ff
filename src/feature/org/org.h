/* People, teams, services; logins, tokens. */
#ifndef FEATURE_ORG_ORG_H
#define FEATURE_ORG_ORG_H

#include "core/engine.h"
#include "core/shape.h"

extern const struct room org_room, account_room, invitation_room;

/* The rows of other rooms name people, teams and services by number. ST_INVALID, naming field, when there is none (or the person is not active). */
MUST_CHECK enum st org_person_check(struct ctx *c, int64_t person, const char *field);
MUST_CHECK enum st org_service_check(struct ctx *c, int64_t service, const char *field);
MUST_CHECK enum st org_team_check(struct ctx *c, int64_t team, const char *field);
/* The zone of display an incident or document gets when none was named: the organisation's. */
MUST_CHECK enum st org_zone(struct ctx *c, const struct zone **out);
/* Is the actor a member of the team? Administrators and the system count as members of every team. */
MUST_CHECK enum st org_in_team(struct ctx *c, int64_t team, bool *yes);

/* The actor that a person is: role and name as they are now. ST_NOT_FOUND: no such person, or no longer active. */
MUST_CHECK enum st org_actor(struct ctx *c, int64_t person, struct actor *who);

/* Whose feed is at the address with this secret: the person who made the token, or nobody in particular, with the token's role at most. ST_NOT_FOUND: nobody's, or no longer. */
MUST_CHECK enum st org_feed_actor(struct ctx *c, str secret, struct actor *who);

/* Inside a write: a new secret for the link /join#SECRET, with which this person chooses a password and is logged in, within a week and once. */
MUST_CHECK enum st org_invitation(struct ctx *c, int64_t person, str *secret);

/* Nobody has an account yet: prints-once secret for the link /setup#SECRET, new at each call. ST_CONFLICT when there is an account. *secret is malloc'ed. */
MUST_CHECK enum st org_setup_secret(struct engine *e, char **secret);

#endif
