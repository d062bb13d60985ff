#include "core/job.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/registry.h"
#include "core/engine.h"

REGISTRY_OF(event_handler);
REGISTRY_OF(schedule);

enum { MOST_HANDLERS = 64, MOST_SCHEDULES = 64, EVENTS_AT_ONCE = 200, LOOK_AGAIN_MS = 1000, SLICE_US = 2000, ALONE_US = 50000, GIVE_WAY = 8, LONGEST_WAY_US = 40000 };
#define LONGEST_PAUSE (60 * US_PER_SECOND)
#define TIDY_EVERY (15 * US_PER_SECOND)

struct consumer {
	const struct event_handler *handler;
	int64_t cursor;       /* handled up to here, as far as this node knows; -1: not read yet */
	int64_t pause, next_try;
	size_t careful;       /* so many are handled one by one, because one of them failed */
};

struct jobs {
	struct engine *e;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool woken, stopping;
	bool came_round; /* every schedule had a turn, under lock */
	int64_t handled; /* every event up to here was handled, under lock */
	struct consumer consumers[MOST_HANDLERS];
	size_t consumer_count;
	const struct schedule *schedules[MOST_SCHEDULES];
	int64_t due[MOST_SCHEDULES];
	size_t schedule_count;
	struct db *db;
	struct arena *a;
	struct event_page page; /* of this round, in a: most consumers stand at the same place and read the same events */
	int64_t page_after;     /* what it begins behind; -1: nothing was read */
	int64_t tidied, written; /* when memory was tidied, and how many writes there had been */
};

static bool concerns(const struct event_handler *h, const struct event *e) {
	size_t n = strlen(h->name);
	if (n >= 2 && h->name[n - 1] == '*')
		return strncmp(h->name, e->name, n - 1) == 0;
	return strcmp(h->name, e->name) == 0;
}

/* ---- some events, one handler, one transaction ---- */

struct handling {
	struct writer *writer;
	const struct event_handler *handler;
	const struct event *events;
	size_t n, done;
};

/* As many as fit into a slice of time: who waits to write must not wait for all of them. While nobody does, a commit may carry more. */
static bool has_time(const struct handling *h, int64_t began) {
	int64_t took = clock_monotonic() - began;
	return h->done == 0 || took < SLICE_US || (took < ALONE_US && writer_stats(h->writer).waiting == 0);
}

static enum st run_handler(struct ctx *c, struct handling *h, int64_t cursor) {
	int64_t began = clock_monotonic();
	enum st st = ST_OK;
	while (st == ST_OK && h->done < h->n && has_time(h, began)) {
		const struct event *e = &h->events[h->done++];
		if (e->id > cursor && concerns(h->handler, e)) /* else another node was first */
			st = h->handler->run(c, e);
	}
	return st;
}

static enum st handle_some(struct ctx *c, void *data) {
	struct handling *h = data;
	int64_t cursor = 0;
	h->done = 0;
	enum st st = db_one_i64(c, &cursor, "SELECT cursor_id FROM consumer WHERE name = $1", DB_STR(str_c(h->handler->key)));
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	st = run_handler(c, h, cursor);
	int64_t last = h->events[h->done - 1].id;
	if (st != ST_OK || last <= cursor)
		return st;
	return db_later(c, "INSERT INTO consumer (name, cursor_id) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET cursor_id = excluded.cursor_id",
		DB_STR(str_c(h->handler->key)), DB_I64(last));
}

/* While others write, too, most of the writer's time is theirs. */
static void give_way(struct jobs *j, int64_t began, int64_t jobs_before) {
	int64_t took = clock_monotonic() - began, pause = took * GIVE_WAY < LONGEST_WAY_US ? took * GIVE_WAY : LONGEST_WAY_US;
	if (writer_stats(j->e->writer).jobs - jobs_before > 1)
		nanosleep(&(struct timespec){ .tv_nsec = pause * 1000 }, NULL);
}

/* How many were handled; 0: it failed. */
static size_t handle(struct jobs *j, struct consumer *k, const struct event *events, size_t n) {
	struct arena *a = arena_new(0);
	if (!a)
		return 0;
	struct handling h = { j->e->writer, k->handler, events, n, 0 };
	struct ctx c = { .a = a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
	int64_t began = clock_monotonic(), before = writer_stats(j->e->writer).jobs;
	enum st st = engine_write(j->e, &c, handle_some, &h);
	if (st != ST_OK && n == 1)
		log_error("handler %s, event %lld %s: %s %.*s", k->handler->key, (long long)events->id, events->name, st_name(st), STR_FMT(c.err.message));
	arena_free(a);
	give_way(j, began, before);
	return st == ST_OK ? h.done : 0;
}

/* ---- consumers ---- */

static enum st read_cursor(struct jobs *j, struct ctx *c, struct consumer *k) {
	enum st st = db_one_i64(c, &k->cursor, "SELECT cursor_id FROM consumer WHERE name = $1", DB_STR(str_c(k->handler->key)));
	if (st == ST_NOT_FOUND) {
		k->cursor = 0;
		st = ST_OK;
	}
	(void)j;
	return st;
}

static void stumble(struct consumer *k, int64_t now) {
	k->pause = k->pause ? 2 * k->pause : US_PER_SECOND;
	if (k->pause > LONGEST_PAUSE)
		k->pause = LONGEST_PAUSE;
	k->next_try = now + k->pause;
}

/* When one of many cannot be handled, those before it are handled one by one. */
static size_t handle_next(struct jobs *j, struct consumer *k, const struct event *events, size_t n) {
	if (n > 1 && k->careful == 0) {
		size_t done = handle(j, k, events, n);
		if (done)
			return done;
		k->careful = n;
	}
	k->careful -= k->careful > 0;
	return handle(j, k, events, 1);
}

static bool read_page(struct jobs *j, struct ctx *c, int64_t after) {
	if (j->page_after == after)
		return true;
	j->page_after = -1;
	if (event_read(c, after, EVENTS_AT_ONCE, &j->page) != ST_OK)
		return false;
	j->page_after = after;
	return true;
}

/* true: there may be more. */
static bool advance(struct jobs *j, struct consumer *k, struct ctx *c) {
	if (k->cursor < 0 && read_cursor(j, c, k) != ST_OK)
		return false;
	if (!read_page(j, c, k->cursor))
		return false;
	for (size_t i = 0, done; i < j->page.n; i += done) {
		done = concerns(k->handler, &j->page.items[i]) ? handle_next(j, k, &j->page.items[i], j->page.n - i) : 1;
		if (!done) {
			stumble(k, c->now);
			return false;
		}
		k->pause = 0;
		k->cursor = j->page.items[i + done - 1].id;
	}
	return j->page.n == EVENTS_AT_ONCE;
}

static enum st connect_reader(struct jobs *j) {
	struct buf why = { 0 };
	enum st st = j->db ? ST_OK : db_open(j->e->database, DB_READER, &j->db, &why);
	buf_free(&why);
	return st;
}

static bool round_of_consumers(struct jobs *j) {
	volatile bool more = false;
	int64_t now = clock_now();
	arena_reset(j->a);
	j->page_after = -1;
	for (size_t i = 0; i < j->consumer_count; i++) {
		struct consumer *k = &j->consumers[i];
		struct arena_guard g;
		struct ctx c = { .a = j->a, .db = j->db, .who = &actor_system, .now = now, .zone = zone_utc() };
		if (k->next_try > now)
			continue;
		if (arena_guard(j->a, &g)) {
			db_rollback(j->db);
			j->page_after = -1;
		} else if (advance(j, k, &c))
			more = true;
		arena_guard_pop(j->a);
	}
	return more;
}

static void note_handled(struct jobs *j) {
	int64_t least = INT64_MAX;
	for (size_t i = 0; i < j->consumer_count; i++)
		if (j->consumers[i].cursor < least)
			least = j->consumers[i].cursor;
	pthread_mutex_lock(&j->lock);
	j->handled = least;
	pthread_mutex_unlock(&j->lock);
}

/* ---- schedules ---- */

struct turn {
	const struct schedule *s;
	int64_t next;
};

static enum st take_turn(struct ctx *c, void *data) {
	struct turn *t = data;
	struct db_result r;
	t->next = c->now + t->s->every_us;
	enum st st = db_get(c, &r,
		"INSERT INTO job (name, next_at, failures) VALUES ($1, $2, 0) ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at"
		" WHERE job.next_at <= $3 RETURNING next_at",
		DB_STR(str_c(t->s->name)), DB_I64(t->next), DB_I64(c->now));
	if (st == ST_OK && r.rows)
		st = t->s->run(c);
	if (st != ST_END)
		return st;
	t->next = c->now;
	return db_later(c, "UPDATE job SET next_at = $2 WHERE name = $1", DB_STR(str_c(t->s->name)), DB_I64(t->next));
}

/* true: one wants to go on at once. */
static bool run_due(struct jobs *j) {
	int64_t now = clock_now();
	bool more = false;
	for (size_t i = 0; i < j->schedule_count; i++) {
		if (j->due[i] > now)
			continue;
		struct arena *a = arena_new(0);
		struct turn t = { j->schedules[i], now + US_PER_MINUTE };
		struct ctx c = { .a = a, .who = &actor_system, .now = now, .zone = zone_utc() };
		int64_t began = clock_monotonic(), before = writer_stats(j->e->writer).jobs;
		enum st st = a ? engine_write(j->e, &c, take_turn, &t) : ST_NO_MEMORY;
		more |= st == ST_OK && t.next <= now;
		if (st != ST_OK)
			log_warn("job %s: %s %.*s", t.s->name, st_name(st), STR_FMT(c.err.message));
		j->due[i] = t.next;
		arena_free(a);
		give_way(j, began, before);
	}
	pthread_mutex_lock(&j->lock);
	j->came_round = true;
	pthread_mutex_unlock(&j->lock);
	return more;
}

/* ---- the thread ---- */

static void on_event(void *data, const struct event *e UNUSED) {
	struct jobs *j = data;
	pthread_mutex_lock(&j->lock);
	j->woken = true;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
}

static bool wait_for_more(struct jobs *j) {
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_AGAIN_MS / 1000;
	pthread_mutex_lock(&j->lock);
	while (!j->woken && !j->stopping)
		if (pthread_cond_timedwait(&j->wake, &j->lock, &until))
			break;
	j->woken = false;
	bool go_on = !j->stopping;
	pthread_mutex_unlock(&j->lock);
	return go_on;
}

static bool is_stopping(struct jobs *j) {
	pthread_mutex_lock(&j->lock);
	bool stopping = j->stopping;
	pthread_mutex_unlock(&j->lock);
	return stopping;
}

/* A crowd leaves holes behind that the allocator keeps. Here nobody waits for the few milliseconds that it takes. */
static void tidy_memory(struct jobs *j) {
	int64_t now = clock_monotonic(), written = writer_stats(j->e->writer).jobs;
	if (now < j->tidied + TIDY_EVERY || written == j->written)
		return;
	malloc_trim(0);
	j->tidied = now;
	j->written = written;
}

static void *work(void *data) {
	struct jobs *j = data;
	do {
		tidy_memory(j);
		bool more = connect_reader(j) == ST_OK;
		while (more && !is_stopping(j)) {
			while (round_of_consumers(j) && !is_stopping(j))
				;
			note_handled(j);
			more = run_due(j);
		}
	} while (wait_for_more(j));
	return NULL;
}

enum st jobs_start(struct jobs **out, struct engine *e) {
	struct jobs *j = calloc(1, sizeof *j);
	if (!j)
		return ST_NO_MEMORY;
	j->e = e;
	j->a = arena_new(0);
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, NULL);
	REGISTRY_EACH(event_handler, struct event_handler, h)
		if (j->consumer_count < MOST_HANDLERS)
			j->consumers[j->consumer_count++] = (struct consumer){ .handler = h, .cursor = -1 };
	REGISTRY_EACH(schedule, struct schedule, s)
		if (j->schedule_count < MOST_SCHEDULES)
			j->schedules[j->schedule_count++] = s;
	feed_listen(e->feed, on_event, j);
	*out = j;
	return !j->a || pthread_create(&j->thread, NULL, work, j) ? ST_NO_MEMORY : ST_OK;
}

void jobs_stop(struct jobs *j) {
	if (!j || j->stopping)
		return;
	pthread_mutex_lock(&j->lock);
	j->stopping = true;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
}

void jobs_free(struct jobs *j) {
	if (!j)
		return;
	jobs_stop(j);
	db_close(j->db);
	arena_free(j->a);
	free(j);
}

bool jobs_settle(struct engine *e, int ms) {
	int64_t until = clock_monotonic() + ms * INT64_C(1000);
	while (e->jobs && clock_monotonic() < until) {
		pthread_mutex_lock(&e->jobs->lock);
		bool done = e->jobs->came_round && e->jobs->handled >= feed_position(e->feed);
		pthread_mutex_unlock(&e->jobs->lock);
		if (done)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	}
	return !e->jobs;
}

/* ---- the core's own schedule ---- */

static enum st purge_kept_replies(struct ctx *c) {
	return db_do(c, "DELETE FROM kept_reply WHERE at < $1", DB_I64(c->now - US_PER_DAY));
}
JOB_EVERY(core, purge_kept_replies, 3600);
