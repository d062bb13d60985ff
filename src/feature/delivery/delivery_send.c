/* Sending: a thread of its own, because a mail server may take its time and the writer must not. */
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "feature/delivery/delivery_parts.h"
#include "feature/org/org.h"

REGISTRY_OF(delivery_secret);

enum { LOOK_AGAIN_MS = 500, LONGEST_TROUBLE = 300, KEPT_DAYS = 30 };

/* ---- leasing ---- */

static enum st emit(struct ctx *c, const char *name, int64_t id) {
	return event_emitf(c, name, "delivery", id, 0, STR("deliveries"), "{}");
}

/* Between queueing and sending a record may have been restricted, and a person may have left. */
static enum st still_may(struct ctx *c, const struct delivery *d, bool *yes) {
	struct actor receiver;
	const struct actor *before = c->who;
	*yes = d->scope == 0;
	if (!d->person.id)
		return ST_OK;
	enum st st = org_actor(c, d->person.id, &receiver);
	if (st == ST_OK) {
		c->who = &receiver;
		st = perm_sees_scope(c, d->scope);
		c->who = before;
	}
	*yes = st == ST_OK;
	c->err = (struct err){ 0 };
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st fill_secret(struct ctx *c, struct delivery *d) {
	ptrdiff_t at = str_find(d->head, STR("{secret}"));
	str secret;
	REGISTRY_EACH(delivery_secret, struct delivery_secret, s) {
		if (at < 0 || !str_is(d->kind, s->kind))
			continue;
		enum st st = s->make(c, d->person.id, &secret);
		if (st != ST_OK)
			return st;
		d->head = arena_printf(c->a, "%.*s%.*s%.*s", (int)at, d->head.p, STR_FMT(secret), STR_FMT(str_from(d->head, (size_t)at + 8)));
	}
	return ST_OK;
}

static enum st withdraw(struct ctx *c, const struct delivery *d) {
	enum st st = delivery_store_settle(c, d->id, STR(""), DELIVERY_WITHDRAWN, c->now, STR_NONE);
	return st == ST_OK ? emit(c, "delivery.withdrawn", d->id) : st;
}

enum st delivery_claim(struct ctx *c, str node, struct list *out) {
	struct list due;
	enum st st = delivery_store_next(c, DELIVERY_BATCH, &due);
	struct delivery *all = due.items;
	*out = (struct list){ all, 0 };
	for (size_t i = 0; st == ST_OK && i < due.n; i++) {
		bool may;
		st = still_may(c, &all[i], &may);
		if (st == ST_OK && !may) {
			st = withdraw(c, &all[i]);
			continue;
		}
		if (st == ST_OK)
			st = fill_secret(c, &all[i]);
		if (st == ST_OK)
			st = delivery_store_lease(c, all[i].id, node, c->now + DELIVERY_LEASE);
		all[i].attempts++;
		all[out->n++] = all[i];
	}
	return st;
}

/* ---- handing over ---- */

enum st delivery_send(struct arena *a, const struct delivery *d, const atomic_bool *stop, struct buf *why) {
	const struct channel *channel = channel_find(d->channel);
	struct buf bytes = buf_in(a);
	struct channel_message m = { .id = d->message, .thread = d->thread, .answers = d->answers, .to_name = d->name, .to = d->address, .reply_to = d->reply_to,
		.subject = d->subject, .at = d->made_at };
	if (!channel || !channel->ready())
		return ST_UPSTREAM;
	if (!lang_parse(d->lang, &m.lang))
		m.lang = LANG_EN;
	if (zone_find(d->zone, &m.zone) != ST_OK)
		m.zone = zone_utc();
	m.markdown = d->text.n ? arena_printf(a, "%.*s\n%.*s", STR_FMT(d->head), STR_FMT(d->text)) : d->head;
	enum st st = channel->compose(a, &m, &bytes);
	if (st != ST_OK)
		buf_lit(why, "this message cannot be written");
	return st == ST_OK ? channel->send(&m, buf_str(&bytes), stop, why) : st;
}

static double random_part(void) {
	return (double)randombytes_uniform(1000) / 1000.0;
}

enum st delivery_settle(struct ctx *c, const struct delivery *d, str node, enum st result, str why) {
	int64_t pause = result == ST_INVALID ? -1 : delivery_pause(d->attempts, random_part());
	enum delivery_state state = result == ST_OK ? DELIVERY_SENT : pause < 0 ? DELIVERY_FAILED : DELIVERY_WAITING;
	enum st st = delivery_store_settle(c, d->id, node, state, c->now + (pause < 0 ? 0 : pause), result == ST_OK ? STR_NONE : str_to(why, LONGEST_TROUBLE));
	/* Another node has leased it anew, because this one was away too long. */
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK && state != DELIVERY_WAITING)
		st = emit(c, state == DELIVERY_SENT ? "delivery.sent" : "delivery.failed", d->id);
	return st;
}

/* ---- the thread ---- */

static struct sender {
	struct engine *e;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stopping;
	bool running;
	struct db *db;
} sender = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

struct claiming {
	str node;
	struct list found;
};

static enum st claim_job(struct ctx *c, void *data) {
	struct claiming *x = data;
	return delivery_claim(c, x->node, &x->found);
}

struct settling {
	const struct delivery *d;
	str node, why;
	enum st result;
};

static enum st settle_job(struct ctx *c, void *data) {
	const struct settling *x = data;
	return delivery_settle(c, x->d, x->node, x->result, x->why);
}

static struct ctx system_ctx(struct arena *a) {
	return (struct ctx){ .a = a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
}

static void send_one(struct sender *s, struct arena *a, const struct delivery *d) {
	struct buf why = { 0 };
	struct settling x = { .d = d, .node = str_c(s->e->node) };
	x.result = delivery_send(a, d, &s->stopping, &why);
	struct ctx c = system_ctx(a);
	x.why = buf_str(&why);
	if (x.result != ST_OK)
		log_warn("delivery %lld, attempt %lld: %s %.*s", (long long)d->id, (long long)d->attempts, st_name(x.result), STR_FMT(x.why));
	enum st st = engine_write(s->e, &c, settle_job, &x);
	if (st != ST_OK)
		log_error("delivery %lld: what became of it could not be written (%s)", (long long)d->id, st_name(st));
	buf_free(&why);
}

static bool anything_due(struct sender *s, struct arena *a) {
	struct buf why = { 0 };
	int64_t n = 0;
	struct ctx c = system_ctx(a);
	enum st st = s->db ? ST_OK : db_open(s->e->database, DB_READER, &s->db, &why);
	c.db = s->db;
	buf_free(&why);
	return st == ST_OK && delivery_store_due(&c, &n) == ST_OK && n > 0;
}

/* true: there may be more at once. */
static bool send_some(struct sender *s, struct arena *a) {
	struct claiming x = { .node = str_c(s->e->node) };
	struct ctx c = system_ctx(a);
	if (!anything_due(s, a) || engine_write(s->e, &c, claim_job, &x) != ST_OK)
		return false;
	const struct delivery *all = x.found.items;
	for (size_t i = 0; i < x.found.n && !s->stopping; i++)
		send_one(s, a, &all[i]);
	return x.found.n == DELIVERY_BATCH && !s->stopping;
}

static bool wait_for_more(struct sender *s) {
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOOK_AGAIN_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&s->lock);
	while (!s->stopping)
		if (pthread_cond_timedwait(&s->wake, &s->lock, &until))
			break;
	bool go_on = !s->stopping;
	pthread_mutex_unlock(&s->lock);
	return go_on;
}

static bool turn(struct sender *s, struct arena *a) {
	struct arena_guard g;
	volatile bool more = false;
	if (arena_guard(a, &g)) {
		log_warn("not enough memory for a delivery");
		if (s->db)
			db_rollback(s->db);
	} else {
		more = send_some(s, a);
	}
	arena_guard_pop(a);
	return more;
}

static void *work(void *data) {
	struct sender *s = data;
	struct arena *a = arena_new(0);
	while (a && !s->stopping) {
		arena_reset(a);
		if (!turn(s, a) && !wait_for_more(s))
			break;
	}
	db_close(s->db);
	s->db = NULL;
	arena_free(a);
	return NULL;
}

static enum st release_job(struct ctx *c, void *data UNUSED) {
	return delivery_store_release_all(c);
}

enum st delivery_begin(struct engine *e) {
	struct arena *a = delivery_ready() ? arena_new(0) : NULL;
	if (!a)
		return delivery_ready() ? ST_NO_MEMORY : ST_OK;
	sender.e = e;
	sender.stopping = false;
	struct ctx c = system_ctx(a);
	/* A data folder belongs to one process: whoever held a lease there is gone. */
	enum st st = engine_on_sqlite(e) ? engine_write(e, &c, release_job, NULL) : ST_OK;
	if (st == ST_OK && pthread_create(&sender.thread, NULL, work, &sender) != 0)
		st = ST_NO_MEMORY;
	sender.running = st == ST_OK;
	arena_free(a);
	return st;
}

void delivery_end(struct engine *e) {
	if (!sender.running || sender.e != e)
		return;
	pthread_mutex_lock(&sender.lock);
	sender.stopping = true;
	pthread_cond_signal(&sender.wake);
	pthread_mutex_unlock(&sender.lock);
	pthread_join(sender.thread, NULL);
	sender.running = false;
}

/* ---- what others do ---- */

static enum st follow(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	return delivery_store_rescope(c, noun, id, scope);
}
RESCOPE_WITH(delivery, follow);

static enum st purge(struct ctx *c) {
	return delivery_store_purge(c, c->now - KEPT_DAYS * US_PER_DAY);
}
JOB_EVERY(delivery, purge, 3600);
