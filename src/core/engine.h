/* One running bokgi: the database with its writer and readers, the feed of events, the pools. The server, the command line and the tests each open one. It runs operations;
 * it knows no HTTP. */
#ifndef CORE_ENGINE_H
#define CORE_ENGINE_H

#include "base/shared.h"
#include "core/feed.h"
#include "core/op.h"
#include "core/pool.h"
#include "core/writer.h"

struct engine_config {
	const char *folder;    /* data folder, made when missing; its lock is held while the engine is open */
	const char *database;  /* "postgres://…", or NULL: bokgi.db in the folder */
	struct stream_hub *hub; /* NULL: no browsers */
	bool migrate;          /* bring an older schema up to date (SQLite: always safe, a copy is made) */
	bool jobs;             /* run event handlers and schedules */
};

struct engine {
	char *folder, *database, *node;
	int lock_fd;
	struct feed *feed;
	struct writer *writer;
	struct pool *readers;  /* slow reads; on PostgreSQL all reads */
	struct pool *prepares; /* argon2 and the like: few threads, short queue */
	struct jobs *jobs;
	struct repeats *repeats; /* NULL: other processes write, too */
	/* Who is it? Set by feature/org. Reads call's credential; leaves actor_nobody when there is none; ST_UNAUTHENTICATED when it is wrong or has ended. */
	enum st (*identify)(struct ctx *c, const struct call *call, struct actor *who);
};

/* why: one English sentence that says what to do, when it fails. ST_BUSY: another process holds the folder. */
MUST_CHECK enum st engine_open(const struct engine_config *config, struct engine **out, struct buf *why);
/* Answers what is on its way and takes nothing new: jobs, follower, pools and writer end; engine_run then answers ST_BUSY or ST_UNAVAILABLE. NULL is fine. */
void engine_finish(struct engine *e);
void engine_close(struct engine *e); /* finishes first; NULL is fine */
bool engine_on_sqlite(const struct engine *e);

/* One call on its way. The caller fills c (arena, now, lang, zone, request_id), call and in, and owns everything until done() has been called. */
struct op_task {
	struct engine *e;
	struct ctx c;
	struct call call;
	void *in;
	struct reply reply;
	enum st st;
	int64_t position; /* event id the reply reflects at least */
	void (*done)(struct op_task *t); /* exactly once, on any thread; may be before engine_run returns */
	void *data;
	struct actor who;
	/* The finished form of a repeated reply (core/repeat.h). form: which of them the caller can send; 0: none, it needs the bytes. */
	int form;
	struct shared *finished; /* held for the caller, who lets it go; then reply holds nothing */
	bool repeated;           /* reply was made for an earlier request, after this many commits: */
	uint64_t repeated_at;
	struct pool_task pool;
	struct write_job write;
};

/* reader: a connection of the calling thread for short reads, or NULL. */
void engine_run(struct op_task *t, struct db *reader);
/* The same, waiting. Not on the writer's thread. */
enum st engine_call(struct op_task *t, struct db *reader);

/* Run a function as a write of the system: jobs, first start, tools. Waits. */
MUST_CHECK enum st engine_write(struct engine *e, struct ctx *c, enum st (*run)(struct ctx *c, void *data), void *data);

#endif
