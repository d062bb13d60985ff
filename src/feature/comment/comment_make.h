/* From what was said to what is done about it. Private to the room. */
#ifndef FEATURE_COMMENT_COMMENT_MAKE_H
#define FEATURE_COMMENT_COMMENT_MAKE_H

#include "feature/comment/comment_parts.h"

struct make_in {
	int kind;
	str text;
	int type, cause; /* -1: not said */
	int64_t incident, owner, at, due;
};
extern const struct shape make_shape;

/* Inside a write. The comment, as it was read, becomes that too. Statuses of whatever makes it; ST_DENIED; ST_CONFLICT: it has become a TBD already. */
MUST_CHECK enum st comment_make(struct ctx *c, const struct document *d, struct comment *x, const struct make_in *in);

/* Inside a write. An update of the document's text, made at its newest version, under a name that is used for nothing else: "tbd" and the comment's number. */
MUST_CHECK enum st comment_push(struct ctx *c, const struct document *d, const char *what, int64_t comment, int64_t version, const struct changeset *changes, int64_t *now);

#endif
