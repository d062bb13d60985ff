/* From what was lifted to records. Private to the room. */
#ifndef FEATURE_INTAKE_INTAKE_IMPORT_H
#define FEATURE_INTAKE_INTAKE_IMPORT_H

#include "core/shape.h"
#include "feature/intake/intake.h"

struct import_note {
	int64_t line; /* I64_NONE: the whole text */
	str text;
};
struct imported {
	int64_t document, incident;
	str title;
	bool already; /* it was here before; nothing was made */
	int64_t entries, actions;
	struct list notes; /* of struct import_note */
};
extern const struct shape imported_shape;

struct import {
	str name, text, zone; /* zone: of times that the text gives none for; empty: the organisation's */
};
/* Inside a write, as the actor. ST_INVALID: the zone, or a text that is too long. */
MUST_CHECK enum st import_run(struct ctx *c, const struct import *in, struct lifted *l, struct imported *out);

#endif
