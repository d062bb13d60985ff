/* The table of open texts, one for each thread that writes, and what keeps it in step with the database. What a push does is in collab.c. */
#include "feature/collab/live.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUCKETS = 1024, MOST_OPEN = 2000, MOST_TYPISTS = 512, CATCH_UP = 1000 };
enum { MOST_BYTES = 64 << 20, LOOK_EVERY = 256, LOG_LEAST = 16, LOG_LOADED = 4096 };
#define LOG_IDLE (30 * US_PER_SECOND)

struct memory {
	struct live *bucket[BUCKETS];
	struct live *newest, *oldest; /* by use */
	size_t count, bytes; /* bytes: of texts and logs, as they were when last looked at */
	unsigned opened;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- freeing ---- */

static void drop_log(struct live *l) {
	struct log_half *half[] = { &l->older, &l->newer };
	for (size_t i = 0; i < 2; i++) {
		arena_free(half[i]->a);
		free(half[i]->item);
		*half[i] = (struct log_half){ 0 };
	}
}

static void unlink_use(struct memory *m, struct live *l) {
	*(l->before ? &l->before->after : &m->newest) = l->after;
	*(l->after ? &l->after->before : &m->oldest) = l->before;
}

static void link_use(struct memory *m, struct live *l) {
	l->before = NULL;
	l->after = m->newest;
	*(m->newest ? &m->newest->before : &m->oldest) = l;
	m->newest = l;
}

static void free_live(struct live *l) {
	drop_log(l);
	text_free(l->content);
	free(l->typists);
	free(l);
}

static void drop(struct memory *m, struct live *l) {
	struct live **at = &m->bucket[(uint64_t)l->text % BUCKETS];
	while (*at != l)
		at = &(*at)->chain;
	*at = l->chain;
	unlink_use(m, l);
	m->count--;
	free_live(l);
}

static void free_memory(void *data) {
	struct memory *m = data;
	while (m->newest)
		drop(m, m->newest);
	free(m);
}

static void make_key(void) {
	if (pthread_key_create(&key, free_memory))
		abort();
}

static struct memory *memory(void) {
	pthread_once(&once, make_key);
	struct memory *m = pthread_getspecific(key);
	if (!m && (m = calloc(1, sizeof *m)) && pthread_setspecific(key, m)) {
		free(m);
		m = NULL;
	}
	return m;
}

void collab_forget(void) {
	struct memory *m = memory();
	while (m && m->newest)
		drop(m, m->newest);
}

/* ---- finding ---- */

static struct live *find(struct memory *m, int64_t text) {
	struct live *l = m->bucket[(uint64_t)text % BUCKETS];
	while (l && l->text != text)
		l = l->chain;
	return l;
}

struct live *live_find(int64_t text) {
	struct memory *m = memory();
	return m ? find(m, text) : NULL;
}

void live_drop(int64_t text) {
	struct memory *m = memory();
	struct live *l = m ? find(m, text) : NULL;
	if (l)
		drop(m, l);
}

/* ---- the log ---- */

const struct logged *live_logged(const struct live *l, int64_t version) {
	int64_t back = l->version - version;
	if (back < 0)
		return NULL;
	if (back < (int64_t)l->newer.n)
		return &l->newer.item[l->newer.n - 1 - (size_t)back];
	back -= (int64_t)l->newer.n;
	return back < (int64_t)l->older.n ? &l->older.item[l->older.n - 1 - (size_t)back] : NULL;
}

void live_own(struct live *l, size_t n, int64_t client) {
	for (size_t i = 0; i < n; i++) {
		const struct logged *log = live_logged(l, l->version - (int64_t)i);
		if (log)
			((struct logged *)(uintptr_t)log)->client = client;
	}
}

/* It grows: in most texts that are open nobody types much. */
static bool make_half(struct log_half *half) {
	if (!half->a)
		half->a = arena_new(0);
	if (half->n < half->room || !half->a)
		return half->a;
	size_t room = half->room ? 2 * half->room : LOG_LEAST;
	struct logged *item = reallocarray(half->item, room, sizeof *item);
	if (!item)
		return false;
	half->item = item;
	half->room = room;
	return true;
}

/* The full half becomes the older one, what was older is forgotten. */
static bool room_in_log(struct live *l) {
	if (l->newer.n == LOG_HALF) {
		struct log_half emptied = l->older;
		arena_reset(emptied.a);
		emptied.n = 0;
		l->older = l->newer;
		l->newer = emptied;
	}
	return make_half(&l->newer);
}

static bool copy_into(struct arena *a, const struct changeset *set, const struct changeset **out) {
	struct arena_guard g;
	volatile bool ok = false;
	if (!arena_guard(a, &g)) {
		*out = changeset_copy(a, set);
		ok = true;
	}
	arena_guard_pop(a);
	return ok;
}

enum st live_apply(struct live *l, const struct changeset *set, int64_t client, const char *name, int64_t seq) {
	if (!room_in_log(l))
		return ST_NO_MEMORY;
	struct logged *log = &l->newer.item[l->newer.n];
	*log = (struct logged){ .client = client, .seq = seq };
	snprintf(log->name, sizeof log->name, "%s", name);
	if (!copy_into(l->newer.a, set, &log->set))
		return ST_NO_MEMORY;
	enum st st = text_apply(l->content, set);
	if (st != ST_OK)
		return st;
	l->newer.n++;
	l->version++;
	return ST_OK;
}

/* ---- typists ---- */

struct typist *live_typist(const struct live *l, str name) {
	for (size_t i = 0; i < l->typist_count; i++)
		if (memcmp(l->typists[i].name, name.p, COLLAB_CLIENT) == 0)
			return &l->typists[i];
	return NULL;
}

enum st live_add_typist(struct live *l, const struct typist *t, struct typist **out) {
	if (l->typist_count == MOST_TYPISTS)
		l->typist_count = 0; /* who is still there is read again */
	if (l->typist_count == l->typist_room) {
		size_t room = l->typist_room ? 2 * l->typist_room : 4;
		struct typist *more = reallocarray(l->typists, room, sizeof *more);
		if (!more)
			return ST_NO_MEMORY;
		l->typists = more;
		l->typist_room = room;
	}
	*out = &l->typists[l->typist_count++];
	**out = *t;
	return ST_OK;
}

/* ---- memory's bounds ---- */

static size_t log_bytes(const struct log_half *half) {
	return half->a ? arena_used(half->a) + half->room * sizeof *half->item : 0;
}

/* Texts nobody types in any more keep no log; then the longest unused texts go. Never those that the running transaction has changed. */
static void look_at_bounds(struct memory *m, const struct ctx *c) {
	m->bytes = 0;
	for (struct live *l = m->newest; l; l = l->after) {
		if (l->staged != c->tx->number && c->now - l->used > LOG_IDLE)
			drop_log(l);
		m->bytes += text_bytes(l->content) + log_bytes(&l->older) + log_bytes(&l->newer) + sizeof *l;
	}
	for (struct live *l = m->oldest, *next; l && (m->bytes > MOST_BYTES || m->count > MOST_OPEN); l = next) {
		next = l->before;
		if (l->staged == c->tx->number || l == m->newest)
			continue;
		m->bytes -= text_bytes(l->content);
		drop(m, l);
	}
}

/* ---- reading from the database ---- */

static enum st read_update(struct ctx *c, struct live *l, const struct store_update *u) {
	const struct changeset *set;
	char name[CLIENT_ROOM];
	enum st st = store_changes(c, u->changes, &set);
	snprintf(name, sizeof name, "%.*s", STR_FMT(u->name));
	if (st == ST_OK)
		st = live_apply(l, set, u->client, name, u->seq);
	struct typist *t = u->name.n == COLLAB_CLIENT ? live_typist(l, u->name) : NULL;
	if (st == ST_OK && t)
		t->seq = u->seq;
	l->since += u->changes.n;
	return st == ST_INVALID ? fail(c, ST_INTERNAL, "collab.broken_log", NULL, "update %lld does not fit the text before it", (long long)u->version) : st;
}

static enum st catch_up(struct ctx *c, struct live *l) {
	struct store_update *u;
	enum st st = ST_OK;
	for (size_t n = CATCH_UP; st == ST_OK && n == CATCH_UP;) {
		st = store_updates(c, l->text, l->version, INT64_MAX, CATCH_UP, &u, &n);
		for (size_t i = 0; st == ST_OK && i < n; i++)
			st = read_update(c, l, &u[i]);
	}
	return st;
}

static void put_in(struct memory *m, struct live *l) {
	struct live **bucket = &m->bucket[(uint64_t)l->text % BUCKETS];
	l->chain = *bucket;
	*bucket = l;
	link_use(m, l);
	m->count++;
}

/* What the running transaction wrote before may be rolled back: only its commit makes the text trusted. */
static enum st load(struct ctx *c, struct memory *m, int64_t text, struct live **out) {
	struct store_text s;
	enum st st = store_text(c, text, INT64_MAX, &s);
	if (st != ST_OK)
		return st;
	struct live *l = calloc(1, sizeof *l);
	if (!l)
		return ST_NO_MEMORY;
	*l = (struct live){ .text = text, .noun_id = s.noun_id, .scope = s.scope, .closed = s.closed, .scrubbed = s.scrubbed, .version = s.snapshot, .snapshot = s.snapshot, .hashed = s.snapshot };
	snprintf(l->noun, sizeof l->noun, "%.*s", STR_FMT(s.noun));
	l->content = text_new(s.content);
	if (!l->content) {
		free_live(l);
		return ST_NO_MEMORY;
	}
	put_in(m, l);
	l->staged = db_writes(c->db) ? c->tx->number : 0;
	l->checked = c->tx->number;
	l->unfinished = true;
	st = catch_up(c, l);
	l->unfinished = st != ST_OK;
	/* The few who were not there yet are served from the database. */
	if (log_bytes(&l->older) + log_bytes(&l->newer) > LOG_LOADED)
		drop_log(l);
	*out = l;
	return st;
}

/* Another node may have written since, or removed something from what is remembered. One question for each text and transaction. */
static enum st check(struct ctx *c, struct memory *m, struct live **at) {
	struct live *l = *at;
	struct store_state s;
	if (db_kind(c->db) == DB_SQLITE || l->checked == c->tx->number)
		return ST_OK;
	enum st st = store_state(c, l->text, &s);
	if (st == ST_OK && s.scrubbed != l->scrubbed) {
		int64_t text = l->text;
		drop(m, l);
		return load(c, m, text, at);
	}
	if (st == ST_OK) {
		l->scope = s.scope;
		l->closed = s.closed;
	}
	if (st == ST_OK && s.version > l->version)
		st = catch_up(c, l);
	if (st == ST_OK)
		l->checked = c->tx->number;
	return st;
}

static bool rolled_back(const struct live *l, const struct tx *tx) {
	return l->unfinished || (l->staged && l->staged != tx->number);
}

enum st live_open(struct ctx *c, int64_t text, struct live **out) {
	struct memory *m = memory();
	if (!m)
		return ST_NO_MEMORY;
	struct live *l = find(m, text);
	if (l && rolled_back(l, c->tx)) {
		drop(m, l);
		l = NULL;
	}
	enum st st = l ? check(c, m, &l) : load(c, m, text, &l);
	if (st != ST_OK)
		return st;
	l->used = c->now;
	unlink_use(m, l);
	link_use(m, l);
	if (++m->opened % LOOK_EVERY == 0)
		look_at_bounds(m, c);
	*out = l;
	return ST_OK;
}

/* ---- staging and its confirmation ---- */

struct staged {
	struct feed *feed;
	int64_t text, from;
	uint64_t transaction;
};

/* The whole transaction is durable: also what later jobs of it added to this text. Looked up again, because a failed push may have dropped it in between. */
static void confirm(void *data) {
	const struct staged *s = data;
	struct live *l = live_find(s->text);
	if (!l || l->unfinished)
		return;
	if (l->staged == s->transaction)
		l->staged = 0;
	publish_live(s->feed, l, s->from);
}

void live_stage(struct ctx *c, struct live *l) {
	l->staged = c->tx->number;
	if (l->announced == c->tx->number)
		return;
	l->announced = c->tx->number;
	struct staged *s = arena_new_of(c->a, struct staged);
	*s = (struct staged){ c->tx->feed, l->text, db_kind(c->db) == DB_SQLITE ? l->version : publish_overlap(l->version), c->tx->number };
	tx_after_commit(c, confirm, s);
	if (db_kind(c->db) != DB_SQLITE)
		tx_notify(c, arena_printf(c->a, "d:%lld:%lld", (long long)l->text, (long long)l->version));
}
