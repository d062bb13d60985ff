/* The one thread that writes. Jobs queue up while a commit is on its way; the next batch runs them together in one transaction, commits once with full durability,
 * and only then are they answered and their events published.
 *
 * A job that fails before its first change just fails. One that fails after it rolls the batch back and the jobs are replayed one by one; so run() may run twice, and
 * must leave no trace outside the database and ctx->tx. Running out of memory is such a failure. A failed COMMIT on SQLite (other than a full disk, which
 * SQLite rolls back) is fatal: whether it happened is unknown, so nothing more is acknowledged and the process ends; the restart recovers. On PostgreSQL the
 * jobs of that batch are answered with ST_UNAVAILABLE, and the client's Idempotency-Key settles on the retry whether it happened. */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "core/event.h"

struct writer;
struct feed;

struct write_job {
	struct write_job *next;
	struct ctx *c; /* arena, who, now, language … are the caller's; db and tx are set for each run */
	enum st (*run)(struct ctx *c, void *data);
	void (*done)(void *data, enum st st); /* on the writer thread, after the commit, or when it failed for good */
	void *data;
	enum st st;    /* the writer's */
	struct tx tx;
};

struct writer_stats {
	int64_t jobs, batches, replays, failed_commits, longest_job_us, waiting;
};

/* Opens the write connection. feed is told of committed events; node names this process to the others. */
MUST_CHECK enum st writer_new(struct writer **out, const char *database, struct feed *feed, str node, struct buf *why);
/* ST_OK: done() will be called. ST_BUSY: the queue is full (10,000), done() will not. ST_UNAVAILABLE: stopping. */
MUST_CHECK enum st writer_submit(struct writer *w, struct write_job *job);
/* Submit and wait. Not from the writer thread. */
MUST_CHECK enum st writer_do(struct writer *w, struct write_job *job);
/* Finishes what is queued; from then on writer_submit says ST_UNAVAILABLE. NULL is fine. */
void writer_stop(struct writer *w);
/* Stops, folds the WAL back, closes. NULL is fine. */
void writer_free(struct writer *w);
/* How often this writer has committed. It counts before anybody is told, so what was read after asking for it is at least as new as it says. */
uint64_t writer_commits(const struct writer *w);
struct writer_stats writer_stats(struct writer *w);
/* A problem that a person must look at, or NULL: "disk full", shown by /readyz. */
const char *writer_trouble(struct writer *w);

#endif
