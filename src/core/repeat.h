/* What was answered a moment ago: replies of short reads (OP_REPEATS), right for as long as nothing has been committed since. In an incident fifty people have the same
 * pages open, and each of their reads would run the same dozen of queries. Only where this process alone writes, that is on SQLite. */
#ifndef CORE_REPEAT_H
#define CORE_REPEAT_H

#include "core/engine.h"

struct repeats;
MUST_CHECK enum st repeats_new(struct repeats **out);
void repeats_free(struct repeats *r); /* NULL is fine */

/* The actor is known by now: the key is who asks (with role, language and zone) and what for (call's fingerprint; empty: never kept). commits: writer_commits() as it was
 * before anything was read. true: t->reply is filled. */
bool repeat_find(struct repeats *r, struct op_task *t, uint64_t commits);
/* Keeps t's reply, which was made from what was read after `commits`. */
void repeat_keep(struct repeats *r, struct op_task *t, uint64_t commits);

#endif
