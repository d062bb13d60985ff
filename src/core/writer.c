#include "core/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/batch.h"
#include "core/feed.h"
#include "db/migrate.h"

enum { MOST_WAITING = 10000, MOST_IN_BATCH = 512, CHECKPOINT_AFTER = 4000, GROWS_AFTER = 64, EXIT_UNCERTAIN = 70, MOST_WORDS = 7000 };
#define NO_HOPE (10 * US_PER_SECOND)

struct writer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct write_job *first, **last;
	bool stopping;
	struct db *db;
	struct arena *scratch; /* of the writer's own statements */
	struct feed *feed;
	const char *node;
	struct writer_stats stats;
	const char *_Atomic trouble;
	int64_t next_event_id, writes_since_checkpoint;
	uint64_t folded;
	bool fold, may_grow;
	uint64_t transaction, epoch;
	int64_t no_hope_until; /* a batch was spoiled a moment ago */
	struct batch batch;
	_Atomic uint64_t commits;
};

/* ---- one job ---- */

static void forget_run(struct write_job *job) {
	job->tx = (struct tx){ 0 };
	job->c->err = (struct err){ 0 };
}

static enum st run_job(struct writer *w, struct write_job *job, bool hopeful) {
	struct ctx *c = job->c;
	struct arena_guard g;
	int64_t began = clock_monotonic();
	forget_run(job);
	job->tx.next_id = &w->next_event_id;
	job->tx.number = w->transaction;
	job->tx.epoch = w->epoch;
	job->tx.hopeful = hopeful;
	job->tx.batch = &w->batch;
	job->tx.folded = w->folded;
	job->tx.feed = w->feed;
	c->db = w->db;
	c->tx = &job->tx;
	if (arena_guard(c->a, &g))
		job->st = ST_NO_MEMORY;
	else
		job->st = job->run(c, job->data);
	arena_guard_pop(c->a);
	w->fold |= job->tx.fold;
	c->db = NULL;
	c->tx = NULL;
	int64_t took = clock_monotonic() - began;
	if (took > w->stats.longest_job_us)
		w->stats.longest_job_us = took;
	return job->st;
}

/* ---- one transaction ---- */

static enum st run_ends(struct writer *w) {
	struct ctx c = { .a = w->scratch, .db = w->db, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
	return batch_end(&w->batch, &c);
}

/* Another node may have migrated; one with an older program must not write into a newer schema. */
static void same_schema(int64_t version) {
	if (version == migrate_latest())
		return;
	log_error("the database is at schema %lld, this program knows %d; ending", (long long)version, migrate_latest());
	_exit(EXIT_UNCERTAIN);
}

static enum st begin(struct writer *w) {
	/* Numbers are of the process, not of the writer: memory of one engine is never taken for that of the next. */
	static atomic_uint_fast64_t transactions;
	arena_reset(w->scratch);
	w->transaction = ++transactions;
	batch_begin(&w->batch);
	/* Alone on SQLite: nobody else gives event ids or migrates. */
	if (db_kind(w->db) == DB_SQLITE && w->next_event_id)
		return db_begin(w->db);
	struct db_result r;
	enum st st = db_begin_asking(w->db, w->scratch, &r, "SELECT (SELECT max(id) FROM event), (SELECT max(version) FROM schema_version)");
	if (st != ST_OK || !r.rows)
		return st;
	/* Somebody else has written, or nobody knows: what was learned may be old. */
	if (w->next_event_id != db_i64(&r, 0, 0) + 1)
		w->epoch++;
	w->next_event_id = db_i64(&r, 0, 0) + 1;
	same_schema(db_i64(&r, 0, 1));
	return ST_OK;
}

static bool has_word(str all, str word) {
	while (all.p)
		if (str_eq(str_cut(&all, ' '), word))
			return true;
	return false;
}

/* A notification has room for some hundred words. After that only the kind is told, which means: look at everything of that kind. */
static void add_word(struct buf *b, str word) {
	str rest = word, kind = str_cut(&rest, ':');
	if (b->n > MOST_WORDS)
		word = kind;
	if (!has_word(buf_str(b), word) && !has_word(buf_str(b), kind))
		buf_printf(b, " %.*s", STR_FMT(word));
}

static enum st notify_nodes(struct writer *w, struct write_job *const *jobs, size_t n) {
	if (db_kind(w->db) == DB_SQLITE)
		return ST_OK;
	struct buf b = buf_in(w->scratch);
	bool any = false;
	buf_printf(&b, "%s", w->node);
	for (size_t i = 0; i < n; i++) {
		any = any || jobs[i]->tx.count || jobs[i]->tx.notes;
		for (struct tx_note *x = jobs[i]->tx.notes; x; x = x->next)
			add_word(&b, x->word);
	}
	return any ? db_notify(w->db, "bokgi", buf_str(&b)) : ST_OK;
}

static void after_commit(struct writer *w, struct write_job *job) {
	for (struct tx_after *x = job->tx.after; x; x = x->next)
		x->run(x->data);
	if (job->tx.count)
		feed_publish(w->feed, w->db, job->tx.events, job->tx.count);
}

static _Noreturn void end_uncertain(void) {
	log_error("whether the last writes are on the disk is unknown; ending so that the restart recovers");
	_exit(EXIT_UNCERTAIN);
}

static void uncertain(struct writer *w, enum st st) {
	str why = db_error(w->db);
	w->stats.failed_commits++;
	log_error("commit failed (%s): %.*s", st_name(st), STR_FMT(why));
	if (db_kind(w->db) == DB_SQLITE && db_run(w->db, w->scratch, NULL, "SELECT 1", DB_NO_ARGS) == ST_UNAVAILABLE)
		end_uncertain();
}

/* Between batches: what could not be synced then is as uncertain as a commit. */
static void end_when_poisoned(struct writer *w) {
	if (!db_poisoned(w->db))
		return;
	str why = db_error(w->db);
	log_error("the log could not be synced: %.*s", STR_FMT(why));
	end_uncertain();
}

static void roll_back(struct writer *w) {
	db_rollback(w->db);
	w->next_event_id = 0;
	w->epoch++;
}

/* The database has refused, so it has not happened: a lock, or a posted statement that contradicts what is there. */
static bool refused(enum st st) {
	return st == ST_BUSY || st == ST_CONFLICT;
}

static enum st commit(struct writer *w, struct write_job *const *jobs, size_t n) {
	enum st st = notify_nodes(w, jobs, n);
	if (st == ST_OK)
		st = db_commit(w->db);
	w->commits++; /* also when nobody knows whether it happened */
	if (st == ST_OK)
		return ST_OK;
	roll_back(w);
	if (!refused(st))
		uncertain(w, st);
	return st;
}

static void finish(struct write_job *job, enum st st) {
	job->done(job->data, st);
}

static void explain(struct ctx *c, enum st st) {
	if (c->err.code)
		return;
	if (st == ST_NO_MEMORY)
		fail_plain(c, st, "memory", N_("This needs more memory than one request may have."));
	else if (st == ST_BUSY)
		fail_plain(c, st, "db.busy", N_("The database is busy. Try again."));
	else
		fail_plain(c, st, "db.unavailable", N_("The database cannot be reached or its disk is full. Nothing was changed; try again later."));
}

static void fail_all(struct write_job *const *jobs, size_t n, enum st st) {
	for (size_t i = 0; i < n; i++) {
		explain(jobs[i]->c, st);
		finish(jobs[i], st);
	}
}

/* What /readyz says: the last transaction could, or could not, be written. */
static void set_trouble(struct writer *w, enum st st) {
	w->trouble = st == ST_OK ? NULL : "writing to the database fails";
}

/* ---- replay: each job in a transaction of its own ---- */

static enum st run_alone(struct writer *w, struct write_job *job) {
	enum st st = begin(w);
	if (st != ST_OK) {
		roll_back(w);
		return st;
	}
	st = run_job(w, job, false);
	if (st == ST_OK)
		st = run_ends(w);
	if (st != ST_OK) {
		roll_back(w);
		return st;
	}
	return commit(w, &job, 1);
}

static void replay(struct writer *w, struct write_job *const *jobs, size_t n) {
	w->stats.replays++;
	w->no_hope_until = clock_monotonic() + NO_HOPE;
	for (size_t i = 0; i < n; i++) {
		enum st st = ST_BUSY;
		for (int tries = 0; st == ST_BUSY && tries < 5; tries++)
			st = run_alone(w, jobs[i]);
		if (st == ST_OK || st == ST_UNAVAILABLE)
			set_trouble(w, st);
		if (st == ST_OK) {
			after_commit(w, jobs[i]);
			w->commits++;
			finish(jobs[i], ST_OK);
		} else {
			fail_all(&jobs[i], 1, st);
		}
	}
}

/* ---- a batch ---- */

/* The lock is held. */
static size_t take_first(struct writer *w, struct write_job **jobs, size_t n) {
	for (; w->first && n < MOST_IN_BATCH; w->stats.waiting--) {
		jobs[n++] = w->first;
		w->first = w->first->next;
	}
	if (!w->first)
		w->last = &w->first;
	return n;
}

static size_t take_waiting(struct writer *w, struct write_job **jobs, size_t n) {
	pthread_mutex_lock(&w->lock);
	n = take_first(w, jobs, n);
	pthread_mutex_unlock(&w->lock);
	return n;
}

/* ST_OK: all ran, some may have failed before changing anything. Else the transaction is spoiled. */
static enum st run_all(struct writer *w, struct write_job *const *jobs, size_t n) {
	bool hopeful = clock_monotonic() > w->no_hope_until;
	for (size_t i = 0; i < n; i++) {
		int64_t before = db_writes(w->db);
		db_expect(w->db, n - i);
		enum st st = run_job(w, jobs[i], hopeful);
		if (st != ST_OK && (db_writes(w->db) != before || st == ST_BUSY || st == ST_UNAVAILABLE || st == ST_NO_MEMORY))
			return st;
	}
	return run_ends(w);
}

static void run_batch(struct writer *w, struct write_job **jobs, size_t n) {
	enum st st = begin(w);
	/* Another node may have held the lock for long, and more is waiting now. */
	n = take_waiting(w, jobs, n);
	w->stats.batches++;
	w->stats.jobs += (int64_t)n;
	if (st != ST_OK) {
		log_warn("cannot begin to write: %.*s", STR_FMT(db_error(w->db)));
		roll_back(w);
		set_trouble(w, st);
		fail_all(jobs, n, st == ST_BUSY ? ST_BUSY : ST_UNAVAILABLE);
		return;
	}
	if (run_all(w, jobs, n) != ST_OK) {
		roll_back(w);
		replay(w, jobs, n);
		return;
	}
	int64_t writes = db_writes(w->db);
	if (writes == 0) {
		db_rollback(w->db);
	} else {
		st = commit(w, jobs, n);
		set_trouble(w, refused(st) ? ST_OK : st);
		if (refused(st)) {
			replay(w, jobs, n);
			return;
		}
		if (st != ST_OK) {
			fail_all(jobs, n, ST_UNAVAILABLE);
			return;
		}
	}
	w->writes_since_checkpoint += writes;
	for (size_t i = 0; i < n; i++)
		if (jobs[i]->st == ST_OK)
			after_commit(w, jobs[i]);
	/* What is kept in memory has changed by now, too: a reply that was made in between is not repeated. */
	w->commits += writes > 0;
	w->may_grow = true;
	for (size_t i = 0; i < n; i++)
		finish(jobs[i], jobs[i]->st);
}

/* ---- the thread ---- */

/* Under the lock, which is given up meanwhile. Not for the few changes of a command or a test. */
static void grow_log(struct writer *w) {
	pthread_mutex_unlock(&w->lock);
	bool more = atomic_load(&w->commits) >= GROWS_AFTER && db_grow_log(w->db);
	end_when_poisoned(w);
	pthread_mutex_lock(&w->lock);
	w->may_grow = more;
}

static size_t take_batch(struct writer *w, struct write_job **jobs) {
	pthread_mutex_lock(&w->lock);
	while (!w->first && !w->stopping)
		if (w->may_grow)
			grow_log(w);
		else
			pthread_cond_wait(&w->more, &w->lock);
	size_t n = take_first(w, jobs, 0);
	pthread_mutex_unlock(&w->lock);
	return n;
}

static void checkpoint_when_due(struct writer *w) {
	if (w->writes_since_checkpoint < CHECKPOINT_AFTER)
		return;
	w->writes_since_checkpoint = 0;
	if (db_checkpoint(w->db, false) != ST_OK)
		log_warn("checkpoint: %.*s", STR_FMT(db_error(w->db)));
	end_when_poisoned(w);
}

/* A job wants nothing left in the log of what was before. A reader that is still in an older state keeps it from being emptied: the job will ask again. */
static void fold_when_asked(struct writer *w) {
	if (!w->fold || db_in_transaction(w->db))
		return;
	w->fold = false;
	w->writes_since_checkpoint = 0;
	if (db_checkpoint(w->db, false) == ST_OK && db_checkpoint(w->db, true) == ST_OK)
		w->folded = w->transaction;
}

static void *work(void *data) {
	struct writer *w = data;
	static _Thread_local struct write_job *jobs[MOST_IN_BATCH];
	size_t n;
	while ((n = take_batch(w, jobs))) {
		run_batch(w, jobs, n);
		fold_when_asked(w);
		checkpoint_when_due(w);
	}
	return NULL;
}

enum st writer_new(struct writer **out, const char *database, struct feed *feed, str node, struct buf *why) {
	struct writer *w = calloc(1, sizeof *w);
	if (!w)
		return ST_NO_MEMORY;
	enum st st = db_open(database, DB_WRITER, &w->db, why);
	w->scratch = arena_new(0);
	w->node = str_dup(node);
	w->feed = feed;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->more, NULL);
	if (st == ST_OK && (!w->scratch || !w->node || pthread_create(&w->thread, NULL, work, w)))
		st = ST_NO_MEMORY;
	if (st == ST_OK) {
		*out = w;
		return ST_OK;
	}
	db_close(w->db);
	arena_free(w->scratch);
	free((void *)(uintptr_t)w->node);
	free(w);
	return st;
}

enum st writer_submit(struct writer *w, struct write_job *job) {
	job->next = NULL;
	pthread_mutex_lock(&w->lock);
	enum st st = w->stopping ? ST_UNAVAILABLE : w->stats.waiting >= MOST_WAITING ? ST_BUSY : ST_OK;
	if (st == ST_OK) {
		*w->last = job;
		w->last = &job->next;
		w->stats.waiting++;
		pthread_cond_signal(&w->more);
	}
	pthread_mutex_unlock(&w->lock);
	return st;
}

void writer_stop(struct writer *w) {
	if (!w || w->stopping)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
}

void writer_free(struct writer *w) {
	if (!w)
		return;
	writer_stop(w);
	if (db_checkpoint(w->db, true) != ST_OK)
		log_warn("checkpoint at the end: %.*s", STR_FMT(db_error(w->db)));
	batch_free(&w->batch);
	db_close(w->db);
	arena_free(w->scratch);
	free((void *)(uintptr_t)w->node);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

uint64_t writer_commits(const struct writer *w) {
	return w->commits;
}

struct writer_stats writer_stats(struct writer *w) {
	pthread_mutex_lock(&w->lock);
	struct writer_stats s = w->stats;
	pthread_mutex_unlock(&w->lock);
	return s;
}

const char *writer_trouble(struct writer *w) {
	return w->trouble;
}
