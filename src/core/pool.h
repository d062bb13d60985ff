/* A few threads for what must not run on an HTTP thread or on the writer: slow reads, prepare() stages. Each has its own read connection, opened when first needed and
 * again after it broke. The queue is bounded: a full one is ST_BUSY at once, not a wait. */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include "db/db.h"

struct pool;

/* run gets the thread's connection (NULL when the database is away and needs_db was false). */
struct pool_task {
	struct pool_task *next;
	void (*run)(struct pool_task *t, struct db *db, enum st st);
	void *data;
	bool needs_db; /* st is ST_UNAVAILABLE and db NULL when it cannot be had */
};

MUST_CHECK enum st pool_new(struct pool **out, int threads, size_t most_waiting, const char *database);
MUST_CHECK enum st pool_submit(struct pool *p, struct pool_task *t); /* ST_OK or ST_BUSY; t is the caller's until run() is called */
void pool_stop(struct pool *p); /* runs what is queued, then joins; from then on pool_submit says ST_BUSY; NULL is fine */
void pool_free(struct pool *p); /* stops first; NULL is fine */

#endif
