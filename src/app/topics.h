/* Topics of the live stream: which there are, and who may hear them. */
#ifndef APP_TOPICS_H
#define APP_TOPICS_H

#include "core/op.h"

struct topics {
	str *items;
	size_t n;
	bool resumes; /* the client said from where: nothing may be missing between the backlog and the stream */
};

/* Splits "incident:7,incidents"; refuses unknown topics and, as if they did not exist, records that the actor may not see. Adds the actor's own ("person:3") and
 * those of the scopes the actor belongs to ("scope:9"). */
MUST_CHECK enum st topics_read(struct ctx *c, str text, struct topics *out);
/* May the account still hear it? Opens nothing: asks over the connection of c. */
bool topic_allowed(struct ctx *c, str topic);

/* The room of the stream's own operations: stream.open, stream.topics. */
extern const struct room stream_room;

#endif
