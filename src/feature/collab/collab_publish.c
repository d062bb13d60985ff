/* What browsers are told: updates in the order of their versions, without holes, whichever node accepted them; and where people are.
 *
 * One table says up to which version each text was told on this node. The writer thread tells what it committed, and, from its memory, what it had read of other nodes before; the thread
 * that listens for other nodes tells what only they have written. Whoever comes second finds it told already. */
#include <pthread.h>
#include <stdio.h>

#include "base/log.h"
#include "core/engine.h"
#include "feature/collab/live.h"

enum { SLOTS = 8192, HASH_EVERY = 50, AT_ONCE = 500, OVERLAP = 50 };

/* A text that shares its slot with another is forgotten: then what is told begins with what is new. */
static struct slot {
	const struct feed *feed;
	int64_t text, version;
} told[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct slot *slot_of(int64_t text) {
	return &told[(uint64_t)text % SLOTS];
}

/* 0: not known. */
static int64_t told_up_to(const struct feed *feed, int64_t text) {
	const struct slot *s = slot_of(text);
	return s->feed == feed && s->text == text ? s->version : 0;
}

static void remember(const struct feed *feed, int64_t text, int64_t version) {
	*slot_of(text) = (struct slot){ feed, text, version };
}

/* ---- the message ---- */

static void begin(struct buf *b, const char *noun, int64_t noun_id, int64_t version) {
	buf_printf(b, "{\"%s\":%lld,\"version\":%lld,\"updates\":[", noun, (long long)noun_id, (long long)version);
}

static void add(struct buf *b, bool first, str client, int64_t seq) {
	if (!first)
		buf_addc(b, ',');
	buf_lit(b, "{\"client\":\"");
	buf_add(b, client);
	buf_lit(b, "\",\"seq\":");
	buf_i64(b, seq);
	buf_lit(b, ",\"changes\":");
}

static void send(struct feed *feed, const char *noun, int64_t noun_id, struct buf *b) {
	char topic[64];
	int n = snprintf(topic, sizeof topic, "%s:%lld", noun, (long long)noun_id);
	if (buf_ok(b))
		stream_publish(feed_hub(feed), str_n(topic, (size_t)n), 0, STR("updates"), buf_str(b));
	else
		log_warn("out of memory; the readers of %s will ask for what they missed", topic);
}

static void write_live(struct buf *b, struct live *l, int64_t after) {
	begin(b, l->noun, l->noun_id, l->version);
	for (int64_t v = after + 1; v <= l->version; v++) {
		const struct logged *log = live_logged(l, v);
		add(b, v == after + 1, str_c(log->name), log->seq);
		changeset_to_json(log->set, b);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
	if (l->version - l->hashed >= HASH_EVERY) {
		buf_printf(b, ",\"hash\":%lu,\"length\":%lld", (unsigned long)text_hash(l->content), (long long)text_length(l->content));
		l->hashed = l->version;
	}
	buf_addc(b, '}');
}

int64_t publish_overlap(int64_t from) {
	return from > OVERLAP ? from - OVERLAP : 0;
}

void publish_live(struct feed *feed, struct live *l, int64_t from) {
	struct buf b = { 0 };
	if (!feed || !feed_hub(feed))
		return;
	pthread_mutex_lock(&lock);
	int64_t after = told_up_to(feed, l->text);
	if (after == 0)
		after = from;
	while (after < l->version && !live_logged(l, after + 1))
		after++; /* too long ago for memory; the readers see the gap and ask */
	if (after < l->version) {
		write_live(&b, l, after);
		send(feed, l->noun, l->noun_id, &b);
		remember(feed, l->text, l->version);
	}
	pthread_mutex_unlock(&lock);
	buf_free(&b);
}

/* ---- what other nodes wrote ---- */

static void tell_stored(struct feed *feed, int64_t text, const struct store_text *s, const struct store_update *u, size_t n) {
	struct buf b = { 0 };
	char noun[NOUN_ROOM];
	snprintf(noun, sizeof noun, "%.*s", STR_FMT(s->noun));
	pthread_mutex_lock(&lock);
	int64_t after = told_up_to(feed, text), last = u[n - 1].version;
	if (after < last) {
		begin(&b, noun, s->noun_id, last);
		for (size_t i = 0, written = 0; i < n; i++) {
			if (u[i].version <= after)
				continue;
			add(&b, written++ == 0, u[i].name, u[i].seq);
			buf_add(&b, u[i].changes);
			buf_addc(&b, '}');
		}
		buf_lit(&b, "]}");
		send(feed, noun, s->noun_id, &b);
		remember(feed, text, last);
	}
	pthread_mutex_unlock(&lock);
	buf_free(&b);
}

/* from: where to begin when nothing was told of this text yet. */
static enum st tell_other(struct ctx *c, struct feed *feed, int64_t text, int64_t from) {
	struct store_text s;
	struct store_update *u;
	enum st st = store_text(c, text, INT64_MAX, &s);
	pthread_mutex_lock(&lock);
	int64_t after = told_up_to(feed, text);
	pthread_mutex_unlock(&lock);
	if (after == 0)
		after = publish_overlap(from);
	for (size_t n = AT_ONCE; st == ST_OK && n == AT_ONCE;) {
		st = store_updates(c, text, after, INT64_MAX, AT_ONCE, &u, &n);
		if (st == ST_OK && n) {
			tell_stored(feed, text, &s, u, n);
			after = u[n - 1].version;
		}
	}
	return st;
}

static enum st tell_all_known(struct ctx *c, struct feed *feed) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < SLOTS; i++) {
		pthread_mutex_lock(&lock);
		struct slot s = told[i];
		pthread_mutex_unlock(&lock);
		if (s.feed == feed)
			st = tell_other(c, feed, s.text, s.version);
	}
	return st;
}

/* "TEXT:FROM"; empty: anything may have happened. */
static void on_updates(void *data, struct db *db, str rest) {
	struct feed *feed = data;
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a, .db = db, .who = &actor_system };
	struct arena_guard g;
	int64_t text = 0, from = 0;
	bool one = rest.n;
	str first = str_cut(&rest, ':');
	enum st st = ST_NO_MEMORY;
	if (!a || (one && (!str_i64(first, &text) || !str_i64(rest, &from)))) {
		arena_free(a);
		return;
	}
	if (!arena_guard(a, &g))
		st = one ? tell_other(&c, feed, text, from) : tell_all_known(&c, feed);
	arena_guard_pop(a);
	if (st != ST_OK && st != ST_NOT_FOUND)
		log_warn("typing on another node could not be read; browsers will ask again");
	arena_free(a);
}

/* ---- presence ---- */

static struct engine *engine;

struct present {
	const char *noun;
	int64_t noun_id;
	str client;
	int64_t person;
	str name;
	int64_t from, to;
};

static void tell_presence(struct feed *feed, const struct present *x) {
	struct buf b = { 0 };
	struct jw w;
	char topic[64];
	int n = snprintf(topic, sizeof topic, "%s:%lld", x->noun, (long long)x->noun_id);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_ki64(&w, x->noun, x->noun_id);
	jw_kstr(&w, "client", x->client);
	if (x->from < 0) {
		jw_kbool(&w, "gone", true);
	} else {
		jw_kobj(&w, "person");
		jw_ki64(&w, "id", x->person);
		jw_kstr(&w, "name", x->name);
		jw_end(&w);
		jw_ki64(&w, "from", x->from);
		jw_ki64(&w, "to", x->to);
	}
	jw_end(&w);
	if (jw_ok(&w))
		stream_publish(feed_hub(feed), str_n(topic, (size_t)n), 0, STR("presence"), buf_str(&b));
	buf_free(&b);
}

/* "NOUN:ID:CLIENT:PERSON:FROM:TO": the name is looked up, so that no text of people travels in a notification. */
static bool read_word(str rest, char noun[NOUN_ROOM], struct present *x) {
	str part[6];
	for (size_t i = 0; i < 6; i++)
		part[i] = str_cut(&rest, ':');
	snprintf(noun, NOUN_ROOM, "%.*s", STR_FMT(part[0]));
	*x = (struct present){ .noun = noun, .client = part[2] };
	return str_i64(part[1], &x->noun_id) && str_i64(part[3], &x->person) && str_i64(part[4], &x->from) && str_i64(part[5], &x->to);
}

static void on_presence(void *data, struct db *db, str rest) {
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a, .db = db, .who = &actor_system };
	struct arena_guard g;
	struct present x;
	char noun[NOUN_ROOM];
	if (a && rest.n && read_word(rest, noun, &x)) {
		if (!arena_guard(a, &g) && store_person_name(&c, x.person, &x.name) == ST_OK)
			tell_presence(data, &x);
		arena_guard_pop(a);
	}
	arena_free(a);
}

enum st collab_tell_presence(struct ctx *c, const char *noun, int64_t noun_id, str client, int64_t from, int64_t to) {
	struct present x = { noun, noun_id, client, c->who->person, c->who->name, from, to };
	enum st st = collab_client_check(c, client);
	if (st != ST_OK || !engine || !feed_hub(engine->feed))
		return st;
	tell_presence(engine->feed, &x);
	str word = arena_printf(c->a, "%s p:%s:%lld:%.*s:%lld:%lld:%lld", engine->node, noun, (long long)noun_id, STR_FMT(client), (long long)x.person, (long long)from,
		(long long)to);
	/* Presence is worth no error: at the next movement it is told again. */
	if (db_notify(c->db, "bokgi", word) != ST_OK)
		c->err = (struct err){ 0 };
	return ST_OK;
}

/* ---- the room ---- */

static enum st start(struct engine *e) {
	engine = e;
	feed_on_word(e->feed, STR("d"), on_updates, e->feed);
	feed_on_word(e->feed, STR("p"), on_presence, e->feed);
	return ST_OK;
}

void publish_forget(const struct feed *feed) {
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < SLOTS; i++)
		if (told[i].feed == feed)
			told[i] = (struct slot){ 0 };
	pthread_mutex_unlock(&lock);
}

static void stop(struct engine *e) {
	publish_forget(e->feed);
	if (engine == e)
		engine = NULL;
}

const struct room collab_room = { .name = "collab", .start = start, .stop = stop };
