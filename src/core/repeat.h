/* What was answered a moment ago: replies of short reads (OP_REPEATS), right for as long as nothing has been committed since. In an incident fifty people have the same
 * pages open, and each of their reads would run the same dozen of queries. Only where this process alone writes, that is on SQLite. */
#ifndef CORE_REPEAT_H
#define CORE_REPEAT_H

#include "core/engine.h"

struct repeats;
MUST_CHECK enum st repeats_new(struct repeats **out);
void repeats_free(struct repeats *r); /* NULL is fine */

/* A reply that is repeated may have finished forms: whatever its caller made of it to send it again at no cost. A form is for one position of the feed, as its headers say it. */
enum { REPEAT_FORMS = 4 };

/* The actor is known by now: the key is who asks (with role, language and zone) and what for (call's fingerprint; empty: never kept). commits: writer_commits() as it was
 * before anything was read. true: t->reply is filled, or t->finished is when the form that t wants is there. */
bool repeat_find(struct repeats *r, struct op_task *t, uint64_t commits);
/* Keeps t's reply, which was made from what was read after `commits`. */
void repeat_keep(struct repeats *r, struct op_task *t, uint64_t commits);
/* The caller has made t->form of the reply that it got: kept (and held) when that reply still is. */
void repeat_finish(struct repeats *r, struct op_task *t, struct shared *made);

#endif
