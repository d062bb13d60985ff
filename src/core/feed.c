#include "core/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

enum { MOST_LISTENERS = 8, RECENT = 512, MOST_TOPICS = 16, CATCH_UP = 500, LISTEN_MS = 1000 };

struct listener {
	void (*on_event)(void *data, const struct event *e);
	void *data;
};

struct word_reader {
	str kind;
	void (*on_word)(void *data, struct db *db, str rest);
	void *data;
};

/* What was published last, for streams that are being opened. */
struct recent {
	int64_t id;
	char *topics; /* as published: with the scope in the place of broad topics */
	char *json;
};

struct feed {
	pthread_mutex_t lock; /* held while publishing: one order for everybody */
	struct recent recent[RECENT];
	_Atomic int64_t last;
	struct stream_hub *hub;
	struct listener listeners[MOST_LISTENERS];
	size_t listener_count;
	struct word_reader words[MOST_LISTENERS];
	size_t word_count;
	const char *database, *node;
	pthread_t follower;
	bool following;
	atomic_bool stopping;
};

enum st feed_new(struct feed **out, struct stream_hub *hub) {
	struct feed *f = calloc(1, sizeof *f);
	if (!f)
		return ST_NO_MEMORY;
	pthread_mutex_init(&f->lock, NULL);
	f->hub = hub;
	*out = f;
	return ST_OK;
}

void feed_free(struct feed *f) {
	if (!f)
		return;
	feed_unfollow(f);
	for (size_t i = 0; i < RECENT; i++) {
		free(f->recent[i].topics);
		free(f->recent[i].json);
	}
	pthread_mutex_destroy(&f->lock);
	free(f);
}

void feed_listen(struct feed *f, void (*on_event)(void *data, const struct event *e), void *data) {
	if (f->listener_count < MOST_LISTENERS)
		f->listeners[f->listener_count++] = (struct listener){ on_event, data };
}

void feed_on_word(struct feed *f, str kind, void (*on_word)(void *data, struct db *db, str rest), void *data) {
	if (f->word_count < MOST_LISTENERS)
		f->words[f->word_count++] = (struct word_reader){ kind, on_word, data };
}

int64_t feed_position(struct feed *f) {
	return f->last;
}

void feed_start_at(struct feed *f, int64_t id) {
	f->last = id;
}

struct stream_hub *feed_hub(struct feed *f) {
	return f->hub;
}

/* A topic without ':' is heard by everybody who may see anything of the kind; of a restricted record only its scope may hear. */
static void heard_topics(const struct event *e, struct buf *out) {
	for (str rest = str_c(e->topics); rest.p;) {
		str topic = str_cut(&rest, ' ');
		if (!topic.n)
			continue;
		if (out->n)
			buf_addc(out, ' ');
		if (e->scope && str_chr(topic, ':') < 0)
			buf_printf(out, "scope:%lld", (long long)e->scope);
		else
			buf_add(out, topic);
	}
}

static void remember(struct feed *f, int64_t id, struct buf *topics, struct buf *json) {
	struct recent *r = &f->recent[id % RECENT];
	size_t n;
	free(r->topics);
	free(r->json);
	buf_addc(topics, '\0');
	buf_addc(json, '\0');
	*r = (struct recent){ id, buf_take(topics, &n), buf_take(json, &n) };
}

static void send_event(struct feed *f, const struct event *e) {
	struct buf json = { 0 }, topics = { 0 };
	event_json(e, &json);
	heard_topics(e, &topics);
	str each[MOST_TOPICS];
	size_t n = 0;
	for (str rest = buf_str(&topics); rest.p && n < MOST_TOPICS;)
		each[n++] = str_cut(&rest, ' ');
	if (f->hub && n)
		stream_publish_to(f->hub, each, n, e->id, STR("event"), buf_str(&json));
	if (f->hub)
		remember(f, e->id, &topics, &json);
	buf_free(&json);
	buf_free(&topics);
	for (size_t i = 0; i < f->listener_count; i++)
		f->listeners[i].on_event(f->listeners[i].data, e);
	f->last = e->id;
}

static bool has_topic(str all, const str *topics, size_t n) {
	while (all.p) {
		str one = str_cut(&all, ' ');
		for (size_t i = 0; i < n; i++)
			if (str_eq(one, topics[i]))
				return true;
	}
	return false;
}

static void add_recent(struct feed *f, int64_t position, const str *topics, size_t n, struct buf *backlog) {
	for (int64_t id = position + 1; id <= f->last; id++) {
		const struct recent *r = &f->recent[id % RECENT];
		if (r->id != id) {
			stream_format(backlog, 0, STR("resync"), STR("{}"));
			return;
		}
		if (r->topics && r->json && has_topic(str_c(r->topics), topics, n))
			stream_format(backlog, id, STR("event"), str_c(r->json));
	}
}

enum st feed_open_stream(struct feed *f, struct http_request *r, int64_t who, const str *topics, size_t n, int64_t position, struct buf *backlog) {
	pthread_mutex_lock(&f->lock);
	add_recent(f, position, topics, n, backlog);
	enum st st = stream_open(f->hub, r, who, topics, n, buf_str(backlog));
	pthread_mutex_unlock(&f->lock);
	return st;
}

/* Everything of other nodes between what was published and `before`. The lock is held. */
static enum st fill_gap(struct feed *f, struct db *db, int64_t before) {
	struct arena *a = arena_new(0);
	if (!a)
		return ST_NO_MEMORY;
	enum st st = ST_OK;
	for (size_t n = CATCH_UP; st == ST_OK && n == CATCH_UP && f->last + 1 < before;) {
		struct ctx c = { .a = a, .db = db, .who = &actor_system, .now = clock_now() };
		struct event_page page = { 0 };
		struct arena_guard g;
		if (arena_guard(a, &g))
			st = ST_NO_MEMORY;
		else
			st = event_read(&c, f->last, CATCH_UP, &page);
		arena_guard_pop(a);
		n = page.n;
		for (size_t i = 0; st == ST_OK && i < n && page.items[i].id < before; i++)
			send_event(f, &page.items[i]);
		if (n && page.items[n - 1].id >= before)
			break;
		arena_reset(a);
	}
	arena_free(a);
	return st;
}

void feed_publish(struct feed *f, struct db *db, struct event *const *events, size_t n) {
	pthread_mutex_lock(&f->lock);
	if (events[0]->id > f->last + 1 && fill_gap(f, db, events[0]->id) != ST_OK)
		log_warn("events of another node could not be read; browsers will ask again");
	for (size_t i = 0; i < n; i++)
		if (events[i]->id > f->last)
			send_event(f, events[i]);
	pthread_mutex_unlock(&f->lock);
}

/* ---- other nodes ---- */

static void read_words(struct feed *f, struct db *db, str payload) {
	str node = str_cut(&payload, ' ');
	if (str_is(node, f->node))
		return;
	while (payload.p) {
		str word = str_cut(&payload, ' '), kind = str_cut(&word, ':');
		for (size_t i = 0; i < f->word_count; i++)
			if (str_eq(f->words[i].kind, kind))
				f->words[i].on_word(f->words[i].data, db, word);
	}
}

static enum st catch_up(struct feed *f, struct db *reader) {
	pthread_mutex_lock(&f->lock);
	enum st st = fill_gap(f, reader, INT64_MAX);
	pthread_mutex_unlock(&f->lock);
	return st;
}

/* One connection's life. An empty word tells each reader that anything may have happened while nobody listened. */
static void follow_once(struct feed *f, struct db *ear, struct db *reader, struct arena *a) {
	enum st st = db_listen(ear, "bokgi");
	for (size_t i = 0; st == ST_OK && i < f->word_count; i++)
		f->words[i].on_word(f->words[i].data, reader, STR_NONE);
	while ((st == ST_OK || st == ST_END) && !f->stopping) {
		str channel, payload = STR_NONE;
		if (catch_up(f, reader) != ST_OK)
			return;
		arena_reset(a);
		st = db_wait(ear, a, LISTEN_MS, &channel, &payload);
		if (st == ST_OK)
			read_words(f, reader, payload);
	}
}

static void *follow(void *data) {
	struct feed *f = data;
	struct arena *a = arena_new(0);
	while (a && !f->stopping) {
		struct db *ear = NULL, *reader = NULL;
		struct buf why = { 0 };
		if (db_open(f->database, DB_READER, &ear, &why) == ST_OK && db_open(f->database, DB_READER, &reader, &why) == ST_OK)
			follow_once(f, ear, reader, a);
		else
			log_warn("cannot listen for other nodes: %.*s", STR_FMT(buf_str(&why)));
		buf_free(&why);
		db_close(ear);
		db_close(reader);
		for (int i = 0; i < 5 && !f->stopping; i++)
			nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	}
	arena_free(a);
	return NULL;
}

enum st feed_follow(struct feed *f, const char *database, str node) {
	if (strncmp(database, "postgres", 8) != 0)
		return ST_OK;
	f->database = database;
	f->node = str_dup(node);
	if (!f->node || pthread_create(&f->follower, NULL, follow, f))
		return ST_NO_MEMORY;
	f->following = true;
	return ST_OK;
}

void feed_unfollow(struct feed *f) {
	if (!f->following)
		return;
	f->stopping = true;
	pthread_join(f->follower, NULL);
	free((void *)(uintptr_t)f->node);
	f->following = false;
}
