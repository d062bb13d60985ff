/* Who may do what. A permission is a verb on a noun ("incident.edit"); each role has those of the roles below it. A restricted record belongs to a scope: a numbered set of
 * people and teams; scope 0 is everybody. One mechanism covers every kind of record, list, event and search result: a column `scope`, and PERM_SEES in the query. */
#ifndef CORE_PERM_H
#define CORE_PERM_H

#include "base/err.h"
#include "base/str.h"

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_RESPONDER, ROLE_EDITOR, ROLE_ADMINISTRATOR, ROLE_COUNT };
extern const char *const role_names[ROLE_COUNT + 1]; /* NULL-terminated, for shapes */

/* 0 is no permission at all, so that a row of the operation table cannot forget it. */
#define PERMISSIONS(X)                                                                                                          \
	X(PUBLIC, "public", ROLE_NONE)                    /* also without a login */                                               \
	X(SELF, "self", ROLE_VIEWER)                      /* about the account that asks */                                        \
	X(ORG_VIEW, "org.view", ROLE_VIEWER)                                                                                        \
	X(ORG_EDIT, "org.edit", ROLE_ADMINISTRATOR)                                                                                 \
	X(SERVICE_EDIT, "service.edit", ROLE_RESPONDER)   /* below editor: only services of one's own teams */                     \
	X(INCIDENT_VIEW, "incident.view", ROLE_VIEWER)                                                                              \
	X(INCIDENT_DECLARE, "incident.declare", ROLE_VIEWER) /* anybody who sees that something is broken */                       \
	X(INCIDENT_EDIT, "incident.edit", ROLE_RESPONDER)                                                                           \
	X(ALERT_EDIT, "alert.edit", ROLE_EDITOR)          /* hooks and rules */                                                    \
	X(DOCUMENT_VIEW, "document.view", ROLE_VIEWER)                                                                              \
	X(DOCUMENT_EDIT, "document.edit", ROLE_RESPONDER)                                                                           \
	X(REVIEW_GIVE, "review.give", ROLE_VIEWER)        /* those who were asked, whatever else they may do */                     \
	X(REVIEW_LEAD, "review.lead", ROLE_EDITOR)        /* name reviewers of others' documents, let something pass */              \
	X(COMMENT_WRITE, "comment.write", ROLE_VIEWER)    /* everybody who may read it may say something to it */                   \
	X(DOCUMENT_PUBLISH, "document.publish", ROLE_EDITOR)                                                                       \
	X(SCRUB, "scrub.edit", ROLE_EDITOR)               /* remove words for good, wherever they stand */                          \
	X(TEMPLATE_EDIT, "template.edit", ROLE_EDITOR)    /* templates, and labels of factors */                                   \
	X(ACTION_VIEW, "action.view", ROLE_VIEWER)                                                                                  \
	X(ACTION_EDIT, "action.edit", ROLE_RESPONDER)                                                                               \
	X(SEARCH, "search.view", ROLE_VIEWER)                                                                                       \
	X(ARCHIVE, "archive.edit", ROLE_ADMINISTRATOR)    /* export and import of everything */

enum perm {
	PERM_MISSING,
#define X(name, text, least) PERM_##name,
	PERMISSIONS(X)
#undef X
	PERM_COUNT
};

struct perm_row {
	const char *name;
	enum role least;
};
extern const struct perm_row perm_table[PERM_COUNT];

static inline bool perm_role_has(enum role role, enum perm perm) { return perm != PERM_MISSING && role >= perm_table[perm].least; }

/* SQL: may the viewer see a row whose scope is this column? viewer is the parameter that holds perm_viewer(c). */
#define PERM_SEES(column, viewer)                                                                                               \
	"(" column " = 0 OR " viewer " = -1 OR " column " IN (SELECT sm.scope FROM scope_member sm WHERE sm.person = " viewer       \
	" UNION SELECT sm.scope FROM scope_member sm JOIN team_member tm ON tm.team = sm.team WHERE tm.person = " viewer "))"

struct ctx;
/* The account's person id; -1 for those who see everything (administrators, the system); 0 for those who see only what everybody sees. */
int64_t perm_viewer(const struct ctx *c);
/* ST_OK or ST_NOT_FOUND: may the actor see records of this scope? */
MUST_CHECK enum st perm_sees_scope(struct ctx *c, int64_t scope);
/* The scopes that hold the person, one a row. */
struct db_result;
MUST_CHECK enum st perm_scopes_of(struct ctx *c, int64_t person, struct db_result *out);
/* ST_OK; ST_UNAUTHENTICATED; ST_DENIED with the permission's name in the error. */
MUST_CHECK enum st perm_require(struct ctx *c, enum perm perm);
/* A new scope that holds these people (and whoever is added later with perm_scope_add). */
MUST_CHECK enum st perm_scope_new(struct ctx *c, int64_t *scope);
MUST_CHECK enum st perm_scope_add(struct ctx *c, int64_t scope, int64_t person, int64_t team); /* one of both 0; adding twice is fine */
MUST_CHECK enum st perm_scope_remove(struct ctx *c, int64_t scope, int64_t person, int64_t team);

/* A kind of record that operations are about: how its scope is looked up. The operation table names it, the runner asks it before run(). */
struct noun {
	const char *name;   /* "incident", as in permissions, events and topics */
	const char *prefix; /* "INC": INC-7; NULL: the bare number */
	const char *scope_sql; /* "SELECT scope FROM incident WHERE id = $1"; NULL: no record of this kind is ever restricted, existence is checked by run() */
};
MUST_CHECK enum st perm_sees(struct ctx *c, const struct noun *noun, int64_t id);

#endif
