/* The table of sources, and who owners are. Private to the room. */
#ifndef FEATURE_INTAKE_INTAKE_STORE_H
#define FEATURE_INTAKE_INTAKE_STORE_H

#include "core/ctx.h"

struct intake_source {
	int64_t document, incident;
	str name, hash;
};
/* A document that the actor may see, made from a text of that hash. ST_NOT_FOUND, without explanation. */
MUST_CHECK enum st intake_store_find(struct ctx *c, str hash, struct intake_source *out);
MUST_CHECK enum st intake_store_add(struct ctx *c, const struct intake_source *s);
/* The one person of that login or name; 0: there is none, or several. */
MUST_CHECK enum st intake_store_person(struct ctx *c, str name, int64_t *id);

#endif
