#include "core/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "core/repeat.h"
#include "db/migrate.h"

enum { READ_THREADS = 4, READ_QUEUE = 5000, PREPARE_THREADS = 2, PREPARE_QUEUE = 64, HASH_BYTES = 32 };

bool engine_on_sqlite(const struct engine *e) {
	return strncmp(e->database, "postgres", 8) != 0;
}

/* ---- kept replies (Idempotency-Key) ---- */

static str actor_key(struct ctx *c) {
	static const char *const kinds[] = { [ACTOR_PERSON] = "person", [ACTOR_TOKEN] = "token", [ACTOR_HOOK] = "hook", [ACTOR_SYSTEM] = "system" };
	int64_t id = c->who->kind == ACTOR_PERSON ? c->who->person : c->who->id;
	return arena_printf(c->a, "%s %lld", kinds[c->who->kind], (long long)id);
}

static bool keeps(const struct op_task *t) {
	return t->call.key.n && t->c.who->kind != ACTOR_NOBODY && !(t->call.op->flags & OP_OWN_KEY);
}

static str request_hash(struct op_task *t) {
	unsigned char *hash = arena_alloc(t->c.a, HASH_BYTES);
	crypto_generichash(hash, HASH_BYTES, (const unsigned char *)t->call.fingerprint.p, t->call.fingerprint.n, NULL, 0);
	return str_n((char *)hash, HASH_BYTES);
}

static enum st answer_again(struct op_task *t, const struct db_result *r, str hash) {
	struct ctx *c = &t->c;
	/* Empty: something was scrubbed since, and with it what could be tried against guesses. */
	if (db_str(r, 0, 0).n && !str_eq(db_str(r, 0, 0), hash))
		return fail(c, ST_INVALID, "idempotency.reused", "Idempotency-Key", N_("This Idempotency-Key was used for another request. Use a new one."));
	if (db_cell(r, 0, 3)->type == DB_T_NULL)
		return fail(c, ST_CONFLICT, "idempotency.secret", "Idempotency-Key", N_("This was done already; its answer held a secret and was not kept. Ask for a new one."));
	str headers = db_str(r, 0, 2);
	t->reply.status = (int)db_i64(r, 0, 1);
	t->reply.location = str_cut(&headers, '\n');
	if (!str_i64(headers, &t->reply.version))
		t->reply.version = 0;
	buf_add(&t->reply.body, db_str(r, 0, 3));
	return ST_OK;
}

/* ST_END: not seen before. */
static enum st look_up_kept(struct op_task *t, str hash) {
	struct db_result r;
	if (!keeps(t))
		return ST_END;
	enum st st = db_get(&t->c, &r, "SELECT request_hash, status, headers, body FROM kept_reply WHERE actor = $1 AND operation = $2 AND idempotency_key = $3",
		DB_STR(actor_key(&t->c)), DB_STR(str_c(t->call.op->name)), DB_STR(t->call.key));
	if (st != ST_OK)
		return st;
	return r.rows ? answer_again(t, &r, hash) : ST_END;
}

static enum st keep(struct op_task *t, str hash) {
	struct ctx *c = &t->c;
	if (!keeps(t))
		return ST_OK;
	bool secret = t->call.op->flags & OP_SECRET;
	str headers = arena_printf(c->a, "%.*s\n%lld", STR_FMT(t->reply.location), (long long)t->reply.version);
	return db_later(c,
		"INSERT INTO kept_reply (actor, operation, idempotency_key, request_hash, status, headers, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		DB_STR(actor_key(c)), DB_STR(str_c(t->call.op->name)), DB_STR(t->call.key), DB_BLOB(hash), DB_I64(op_status(t->call.op, &t->reply)),
		DB_STR(headers), secret ? DB_NULL : DB_STR(buf_str(&t->reply.body)), DB_I64(c->now));
}

/* ---- running one call ---- */

static enum st identify(struct op_task *t) {
	const struct op *op = t->call.op;
	t->who = actor_nobody;
	t->c.who = &t->who;
	if (op->authenticate)
		return op->authenticate(&t->c, t->in, &t->who);
	if (t->call.is_owner) {
		t->who = (struct actor){ .kind = ACTOR_SYSTEM, .role = ROLE_ADMINISTRATOR, .name = actor_system.name };
		return ST_OK;
	}
	enum st st = t->e->identify ? t->e->identify(&t->c, &t->call, &t->who) : ST_OK;
	/* A cookie that has ended must not keep anybody from the login page. */
	if (st == ST_UNAUTHENTICATED && op->perm == PERM_PUBLIC && !t->call.is_bearer)
		st = ST_OK;
	return st;
}

static void fresh_reply(struct op_task *t) {
	buf_clear(&t->reply.body);
	t->reply = (struct reply){ .body = t->reply.body };
}

/* It failed and has changed nothing; was it done before? */
static enum st answered_before(struct op_task *t, str hash, enum st failed) {
	struct err err = t->c.err;
	fresh_reply(t);
	enum st st = look_up_kept(t, hash);
	if (st != ST_END)
		return st;
	t->c.err = err;
	return failed;
}

static enum st run_write(struct ctx *c, void *data) {
	struct op_task *t = data;
	fresh_reply(t);
	str hash = STR_NONE;
	enum st st = identify(t);
	if (st == ST_OK && keeps(t))
		hash = request_hash(t);
	/* A round trip for each request. Without it, one that was answered before is found when its reply is kept, or, when it can no longer be done, below. */
	bool unasked = c->tx->hopeful && db_kind(c->db) == DB_POSTGRES;
	if (st == ST_OK)
		st = unasked ? ST_END : look_up_kept(t, hash);
	if (st != ST_END)
		return st;
	int64_t before = db_writes(c->db);
	st = op_run(c, t->call.op, t->in, &t->reply);
	if (st == ST_OK)
		return keep(t, hash);
	return unasked && db_writes(c->db) == before ? answered_before(t, hash, st) : st;
}

static void written(void *data, enum st st) {
	struct op_task *t = data;
	t->st = st;
	t->position = feed_position(t->e->feed);
	t->done(t);
}

static void submit_write(struct op_task *t) {
	t->write = (struct write_job){ .c = &t->c, .run = run_write, .done = written, .data = t };
	enum st st = writer_submit(t->e->writer, &t->write);
	if (st == ST_OK)
		return; /* it may be over already: t is no longer ours */
	t->st = fail_plain(&t->c, st, "writer.full", N_("Too much is being written at once. Try again in a moment."));
	t->done(t);
}

/* Between two statements the writer may commit: what one has found, the next would not find again. */
static enum st run_in_one_view(struct op_task *t) {
	struct ctx *c = &t->c;
	enum st st = db_snapshot_begin(c->db);
	if (st != ST_OK)
		return fail_plain(c, st, "db.unavailable", N_("The database cannot be reached or its disk is full. Nothing was changed; try again later."));
	st = op_run(c, t->call.op, t->in, &t->reply);
	db_snapshot_end(c->db);
	return st;
}

static enum st answer_read(struct op_task *t) {
	struct repeats *kept = t->call.op->flags & OP_REPEATS ? t->e->repeats : NULL;
	uint64_t commits = writer_commits(t->e->writer);
	enum st st = identify(t);
	if (st != ST_OK || (kept && repeat_find(kept, t, commits)))
		return st;
	st = t->call.op->flags & OP_ONE_VIEW ? run_in_one_view(t) : op_run(&t->c, t->call.op, t->in, &t->reply);
	if (st == ST_OK && kept)
		repeat_keep(kept, t, commits);
	return st;
}

static void run_read(struct op_task *t, struct db *db) {
	struct arena_guard g;
	t->position = feed_position(t->e->feed);
	t->c.db = db;
	fresh_reply(t);
	if (arena_guard(t->c.a, &g)) {
		t->st = fail_plain(&t->c, ST_NO_MEMORY, "memory", N_("This needs more memory than one request may have."));
		if (db)
			db_rollback(db);
	} else {
		t->st = answer_read(t);
	}
	arena_guard_pop(t->c.a);
	t->c.db = NULL;
	t->done(t);
}

static void no_database(struct op_task *t) {
	t->st = fail_plain(&t->c, ST_UNAVAILABLE, "db.unavailable", N_("The database cannot be reached or its disk is full. Nothing was changed; try again later."));
	t->done(t);
}

static void read_on_pool(struct pool_task *p, struct db *db, enum st st) {
	if (st == ST_OK)
		run_read(p->data, db);
	else
		no_database(p->data);
}

/* What prepares may be dear: nobody has it done who may not. Whoever acts is asked again when it is written. */
static enum st prepare(struct op_task *t) {
	struct ctx *c = &t->c;
	if (t->call.op->perm != PERM_PUBLIC) {
		enum st st = identify(t);
		if (st == ST_OK)
			st = op_may(c, t->call.op, t->in);
		if (st != ST_OK)
			return st;
	}
	return t->call.op->prepare(c, t->in);
}

static void prepare_on_pool(struct pool_task *p, struct db *db, enum st st) {
	struct op_task *t = p->data;
	struct arena_guard g;
	if (st != ST_OK) {
		no_database(t);
		return;
	}
	t->c.db = db;
	if (arena_guard(t->c.a, &g)) {
		t->st = fail_plain(&t->c, ST_NO_MEMORY, "memory", N_("This needs more memory than one request may have."));
		db_rollback(db);
	} else {
		t->st = prepare(t);
	}
	arena_guard_pop(t->c.a);
	t->c.db = NULL;
	if (t->st == ST_OK)
		submit_write(t);
	else
		t->done(t);
}

static void to_pool(struct op_task *t, struct pool *pool, bool needs_db, void (*run)(struct pool_task *, struct db *, enum st)) {
	t->pool = (struct pool_task){ .run = run, .data = t, .needs_db = needs_db };
	if (pool_submit(pool, &t->pool) == ST_OK)
		return; /* it may be over already: t is no longer ours */
	t->st = fail_plain(&t->c, ST_BUSY, "pool.full", N_("Too much is going on at once. Try again in a moment."));
	t->done(t);
}

void engine_run(struct op_task *t, struct db *reader) {
	const struct op *op = t->call.op;
	t->c.call = &t->call;
	t->c.who = &actor_nobody;
	if (op->effect == OP_WRITE && op->prepare)
		to_pool(t, t->e->prepares, true, prepare_on_pool);
	else if (op->effect == OP_WRITE)
		submit_write(t);
	else if (op->effect == OP_READ && reader)
		run_read(t, reader);
	else
		to_pool(t, t->e->readers, true, read_on_pool);
}

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done;
};

static void wake(struct op_task *t) {
	struct waiting *w = t->data;
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
}

enum st engine_call(struct op_task *t, struct db *reader) {
	struct waiting w = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
	t->done = wake;
	t->data = &w;
	engine_run(t, reader);
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.cond, &w.lock);
	pthread_mutex_unlock(&w.lock);
	return t->st;
}

enum st engine_write(struct engine *e, struct ctx *c, enum st (*run)(struct ctx *c, void *data), void *data) {
	struct write_job job = { .c = c, .run = run, .data = data };
	return writer_do(e->writer, &job);
}

/* ---- opening ---- */

static enum st hold_folder(struct engine *e, struct buf *why) {
	char *path = NULL;
	if (mkdir(e->folder, 0700) && errno != EEXIST) {
		buf_printf(why, "cannot make the data folder %s: %s", e->folder, strerror(errno));
		return ST_UNAVAILABLE;
	}
	if (asprintf(&path, "%s/lock", e->folder) < 0)
		return ST_NO_MEMORY;
	e->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (e->lock_fd < 0) {
		buf_printf(why, "cannot write into the data folder %s: %s", e->folder, strerror(errno));
		return ST_UNAVAILABLE;
	}
	if (flock(e->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return ST_OK;
	buf_printf(why, "another bokgi is using the data folder %s; stop it first, or use it through its address", e->folder);
	return ST_BUSY;
}

static enum st bring_up_to_date(struct engine *e, bool migrate, struct buf *why) {
	struct db *db = NULL;
	struct arena *a = arena_new(0);
	struct arena_guard g;
	if (!a)
		return ST_NO_MEMORY;
	enum st st = db_open(e->database, DB_WRITER, &db, why);
	if (st == ST_OK && arena_guard(a, &g))
		st = ST_NO_MEMORY;
	else if (st == ST_OK)
		st = migrate ? migrate_up(db, a, engine_on_sqlite(e) ? e->database : NULL, why) : migrate_check(db, a, why);
	db_close(db);
	arena_free(a);
	return st;
}

static enum st start_feed(struct engine *e) {
	struct arena *a = arena_new(0);
	int64_t newest = 0;
	struct db *db = NULL;
	struct buf why = { 0 };
	enum st st = a ? db_open(e->database, DB_READER, &db, &why) : ST_NO_MEMORY;
	struct ctx c = { .a = a, .db = db, .who = &actor_system };
	struct arena_guard g;
	if (st == ST_OK)
		st = arena_guard(a, &g) ? ST_NO_MEMORY : event_position(&c, &newest);
	feed_start_at(e->feed, newest);
	db_close(db);
	arena_free(a);
	buf_free(&why);
	return st;
}

static enum st start_rooms(struct engine *e) {
	for (const struct room *const *room = features; *room; room++)
		if ((*room)->start) {
			enum st st = (*room)->start(e);
			if (st != ST_OK)
				return st;
		}
	return ST_OK;
}

static enum st open_parts(struct engine *e, const struct engine_config *config, struct buf *why) {
	enum st st = hold_folder(e, why);
	if (st == ST_OK)
		st = bring_up_to_date(e, config->migrate || engine_on_sqlite(e), why);
	if (st == ST_OK)
		st = feed_new(&e->feed, config->hub);
	if (st == ST_OK)
		st = writer_new(&e->writer, e->database, e->feed, str_c(e->node), why);
	if (st == ST_OK && engine_on_sqlite(e))
		st = repeats_new(&e->repeats);
	if (st == ST_OK)
		st = start_feed(e);
	if (st == ST_OK)
		st = pool_new(&e->readers, READ_THREADS, READ_QUEUE, e->database);
	if (st == ST_OK)
		st = pool_new(&e->prepares, PREPARE_THREADS, PREPARE_QUEUE, e->database);
	if (st == ST_OK)
		st = start_rooms(e);
	if (st == ST_OK && config->jobs)
		st = jobs_start(&e->jobs, e);
	if (st == ST_OK && config->hub)
		st = feed_follow(e->feed, e->database, str_c(e->node));
	return st;
}

enum st engine_open(const struct engine_config *config, struct engine **out, struct buf *why) {
	struct engine *e = calloc(1, sizeof *e);
	if (!e || sodium_init() < 0)
		return ST_NO_MEMORY;
	e->lock_fd = -1;
	e->folder = strdup(config->folder);
	int n = config->database ? asprintf(&e->database, "%s", config->database) : asprintf(&e->database, "%s/bokgi.db", config->folder);
	unsigned char id[6];
	char text[13];
	randombytes_buf(id, sizeof id);
	e->node = strdup(sodium_bin2hex(text, sizeof text, id, sizeof id));
	enum st st = e->folder && n >= 0 && e->node ? open_parts(e, config, why) : ST_NO_MEMORY;
	if (st != ST_OK) {
		if (!why->n)
			buf_printf(why, "could not start (%s)", st_name(st));
		engine_close(e);
		e = NULL;
	}
	*out = e;
	return st;
}

static void finish_rooms(struct engine *e) {
	for (const struct room *const *room = features; *room; room++)
		if ((*room)->finish)
			(*room)->finish(e);
}

static void stop_rooms(struct engine *e) {
	for (const struct room *const *room = features; *room; room++)
		if ((*room)->stop)
			(*room)->stop(e);
}

void engine_finish(struct engine *e) {
	if (!e)
		return;
	if (e->writer)
		finish_rooms(e);
	jobs_stop(e->jobs);
	if (e->feed)
		feed_unfollow(e->feed);
	pool_stop(e->prepares);
	pool_stop(e->readers);
	writer_stop(e->writer);
}

void engine_close(struct engine *e) {
	if (!e)
		return;
	engine_finish(e);
	pool_free(e->prepares);
	pool_free(e->readers);
	writer_free(e->writer);
	jobs_free(e->jobs);
	repeats_free(e->repeats);
	stop_rooms(e);
	feed_free(e->feed);
	if (e->lock_fd >= 0)
		close(e->lock_fd);
	free(e->folder);
	free(e->database);
	free(e->node);
	free(e);
}
