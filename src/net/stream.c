/* The register of streams (who is there, with which topics), and the commands to the sending threads. The threads themselves are in stream_loop.c. */
#include "net/stream.h"

#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "net/stream_loop.h"

enum { BUCKETS = 4096 };

struct stream_hub {
	pthread_mutex_t mutex; /* of the register */
	struct stream_subscriber *by_id[BUCKETS], *by_who[BUCKETS];
	size_t most, count, turn;
	bool stopping;
	_Atomic bool quiet;
	_Atomic int64_t published;
	size_t loop_count;
	struct stream_loop *loops[STREAM_LOOPS];
};

/* ---- the wire form ---- */

/* A line ends at LF, CR or CR LF. */
static size_t line_length(str s) {
	size_t n = 0;
	while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r')
		n++;
	return n;
}

static str cut_line(str *rest) {
	size_t n = line_length(*rest), end = n + 1;
	str line = str_to(*rest, n);
	if (n < rest->n && rest->p[n] == '\r' && end < rest->n && rest->p[end] == '\n')
		end++;
	*rest = n < rest->n ? (str){ rest->p + end, rest->n - end } : STR_NONE;
	return line;
}

void stream_format(struct buf *out, int64_t id, str name, str data) {
	if (id) {
		buf_lit(out, "id: ");
		buf_i64(out, id);
		buf_addc(out, '\n');
	}
	buf_lit(out, "event: ");
	buf_add(out, str_to(name, line_length(name)));
	buf_addc(out, '\n');
	if (!data.p)
		data = STR("");
	while (data.p) {
		buf_lit(out, "data: ");
		buf_add(out, cut_line(&data));
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

/* ---- the register ---- */

static size_t bucket_of_id(str id) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	return h % BUCKETS;
}

static size_t bucket_of_who(int64_t who) {
	return (size_t)((uint64_t)who * UINT64_C(0x9E3779B97F4A7C15) >> 52) % BUCKETS;
}

static void register_add(struct stream_hub *h, struct stream_subscriber *s) {
	struct stream_subscriber **id = &h->by_id[bucket_of_id(str_c(s->id))], **who = &h->by_who[bucket_of_who(s->who)];
	s->next_by_id = *id;
	*id = s;
	s->next_by_who = *who;
	*who = s;
	s->registered = true;
	h->count++;
}

/* Called by the loop, once the stream has ended. */
static void register_remove(void *data, struct stream_subscriber *s) {
	struct stream_hub *h = data;
	pthread_mutex_lock(&h->mutex);
	struct stream_subscriber **id = &h->by_id[bucket_of_id(str_c(s->id))], **who = &h->by_who[bucket_of_who(s->who)];
	while (*id != s)
		id = &(*id)->next_by_id;
	*id = s->next_by_id;
	while (*who != s)
		who = &(*who)->next_by_who;
	*who = s->next_by_who;
	s->registered = false;
	h->count--;
	struct stream_names *names = s->names;
	s->names = NULL;
	pthread_mutex_unlock(&h->mutex);
	stream_names_release(names);
}

static struct stream_subscriber *find(struct stream_hub *h, str id) {
	struct stream_subscriber *s = h->by_id[bucket_of_id(id)];
	while (s && !str_eq_secret(str_c(s->id), id))
		s = s->next_by_id;
	return s;
}

/* ---- the hub ---- */

static size_t loops_wanted(void) {
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores < 1 ? 1 : cores > STREAM_LOOPS ? STREAM_LOOPS : (size_t)cores;
}

enum st stream_hub_new(struct stream_hub **out, size_t most_subscribers) {
	struct stream_hub *h = *out = calloc(1, sizeof *h);
	if (!h)
		return ST_NO_MEMORY;
	pthread_mutex_init(&h->mutex, NULL);
	h->most = most_subscribers;
	for (size_t wanted = loops_wanted(); h->loop_count < wanted; h->loop_count++)
		if (!(h->loops[h->loop_count] = stream_loop_start(register_remove, h))) {
			stream_hub_free(h);
			*out = NULL;
			return ST_NO_MEMORY;
		}
	return ST_OK;
}

void stream_hub_stop(struct stream_hub *h) {
	pthread_mutex_lock(&h->mutex);
	bool already = h->stopping;
	h->stopping = true;
	pthread_mutex_unlock(&h->mutex);
	atomic_store(&h->quiet, true);
	for (size_t i = 0; i < h->loop_count && !already; i++)
		stream_loop_stop(h->loops[i]);
}

void stream_hub_free(struct stream_hub *h) {
	if (!h)
		return;
	stream_hub_stop(h);
	for (size_t i = 0; i < h->loop_count; i++)
		stream_loop_free(h->loops[i]);
	pthread_mutex_destroy(&h->mutex);
	free(h);
}

/* ---- opening ---- */

static bool make_id(char *id) {
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[STREAM_ID];
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return false;
	for (size_t i = 0; i < STREAM_ID; i++)
		id[i] = digits[bytes[i] % 64];
	id[STREAM_ID] = '\0';
	return true;
}

/* Browsers come back within one to three seconds, not all at once. */
static struct stream_message *make_hello(const char *id, str backlog) {
	struct buf text = { 0 }, data = { 0 };
	buf_printf(&text, "retry: %u\n", 1000 + (unsigned)(id[0] * 64 + id[1]) % 2000);
	buf_printf(&data, "{\"stream\":\"%s\"}", id);
	stream_format(&text, 0, STR("hello"), buf_str(&data));
	buf_add(&text, backlog);
	struct stream_message *m = buf_ok(&text) && buf_ok(&data) ? stream_message_new(NULL, 0, buf_str(&text)) : NULL;
	buf_free(&text);
	buf_free(&data);
	return m;
}

static void subscriber_discard(struct stream_subscriber *s) {
	stream_names_release(s->names);
	stream_names_release(s->add.names);
	stream_message_release(s->hello);
	free(s);
}

static struct stream_subscriber *subscriber_new(int64_t who, const str *topics, size_t n, str backlog) {
	struct stream_subscriber *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->who = who;
	s->names = stream_names_new(topics, n);
	s->add = (struct stream_command){ .kind = COMMAND_ADD, .subscriber = s, .names = stream_names_new(topics, n) };
	s->attach = (struct stream_command){ .kind = COMMAND_ATTACH, .subscriber = s };
	s->hello = make_id(s->id) ? make_hello(s->id, backlog) : NULL;
	if (s->names && s->add.names && s->hello)
		return s;
	subscriber_discard(s);
	return NULL;
}

/* Under the mutex. */
static enum st may_enter(struct stream_hub *h, int64_t who) {
	size_t n = 0;
	for (struct stream_subscriber *s = h->by_who[bucket_of_who(who)]; s && who; s = s->next_by_who)
		n += s->who == who;
	return h->stopping || h->count >= h->most ? ST_BUSY : n >= STREAM_PER_ACCOUNT ? ST_TOO_MANY : ST_OK;
}

/* Register it and give it to a loop, in one step as seen from stream_topics. */
static enum st admit(struct stream_hub *h, struct stream_subscriber *s) {
	pthread_mutex_lock(&h->mutex);
	enum st st = may_enter(h, s->who);
	if (st == ST_OK) {
		struct stream_loop *l = s->loop = h->loops[h->turn++ % h->loop_count];
		register_add(h, s);
		atomic_fetch_add(&stream_loop_stats(l)->subscribers, 1);
		stream_loop_announce(l, s->add.names);
		stream_loop_send(l, &s->add);
	}
	pthread_mutex_unlock(&h->mutex);
	return st;
}

/* On a server thread. From here on the subscriber is the loop's. */
static void take(void *data, struct http_socket *socket, struct buf *head) {
	struct stream_subscriber *s = data;
	s->socket = socket;
	s->head = *head;
	*head = (struct buf){ 0 };
	stream_loop_send(s->loop, &s->attach);
}

enum st stream_open(struct stream_hub *h, struct http_request *r, int64_t who, const str *topics, size_t n, str backlog) {
	static const struct http_reply_header headers[] = {
		{ "Content-Type", { "text/event-stream", 17 } },
		{ "Cache-Control", { "no-store", 8 } },
		{ "X-Accel-Buffering", { "no", 2 } },
		{ "X-Content-Type-Options", { "nosniff", 7 } },
	};
	if (n > STREAM_TOPICS)
		return ST_INVALID;
	struct stream_subscriber *s = subscriber_new(who, topics, n, backlog);
	if (!s)
		return ST_NO_MEMORY;
	enum st st = admit(h, s);
	if (st == ST_OK)
		http_stream(r, headers, sizeof headers / sizeof *headers, (struct http_stream_taker){ s, take });
	else
		subscriber_discard(s);
	return st;
}

/* ---- topics and permissions ---- */

/* Under the mutex. Takes over both references. */
static void set_names(struct stream_subscriber *s, struct stream_names *names, struct stream_command *c) {
	stream_names_release(s->names);
	s->names = names;
	stream_loop_announce(s->loop, c->names);
	stream_loop_send(s->loop, c);
}

/* The same topics twice (register and loop each keep theirs), and the command that brings them. */
static struct stream_command *names_command(const str *topics, size_t n, struct stream_names **names) {
	struct stream_command *c = calloc(1, sizeof *c);
	*names = stream_names_new(topics, n);
	struct stream_names *again = stream_names_new(topics, n);
	if (c && *names && again) {
		c->kind = COMMAND_TOPICS;
		c->names = again;
		return c;
	}
	stream_names_release(*names);
	stream_names_release(again);
	free(c);
	return NULL;
}

static void names_command_discard(struct stream_command *c, struct stream_names *names) {
	stream_names_release(c->names);
	stream_names_release(names);
	free(c);
}

enum st stream_topics(struct stream_hub *h, str id, int64_t who, const str *topics, size_t n) {
	struct stream_names *names;
	if (n > STREAM_TOPICS)
		return ST_INVALID;
	struct stream_command *c = names_command(topics, n, &names);
	if (!c)
		return ST_NO_MEMORY;
	pthread_mutex_lock(&h->mutex);
	struct stream_subscriber *s = find(h, id);
	bool found = s && s->who == who;
	if (found) {
		c->subscriber = s;
		set_names(s, names, c);
	}
	pthread_mutex_unlock(&h->mutex);
	if (!found)
		names_command_discard(c, names);
	return found ? ST_OK : ST_NOT_FOUND;
}

/* What the register says of one stream, outside of the mutex. */
struct sight {
	char id[STREAM_ID + 1];
	int64_t who;
	struct stream_names *names;
};

/* who 0: all. *n of them; NULL when there are none, or no memory (then *failed). */
static struct sight *look(struct stream_hub *h, int64_t who, size_t *n, bool *failed) {
	pthread_mutex_lock(&h->mutex);
	struct sight *all = h->count ? calloc(h->count, sizeof *all) : NULL;
	*failed = h->count && !all;
	*n = 0;
	size_t from = who ? bucket_of_who(who) : 0, to = who ? from + 1 : BUCKETS;
	for (size_t i = from; i < to && all; i++)
		for (struct stream_subscriber *s = h->by_who[i]; s; s = s->next_by_who)
			if (!who || s->who == who) {
				struct sight *one = &all[(*n)++];
				memcpy(one->id, s->id, sizeof one->id);
				one->who = s->who;
				one->names = s->names;
				atomic_fetch_add(&s->names->refs, 1);
			}
	pthread_mutex_unlock(&h->mutex);
	return all;
}

/* Under the mutex. Without the memory to be told, it ends at once by way of the loop that loses something. */
static void send_close(struct stream_subscriber *s) {
	struct stream_command *c = calloc(1, sizeof *c);
	if (!c) {
		stream_loop_lost(s->loop);
		return;
	}
	*c = (struct stream_command){ .kind = COMMAND_CLOSE, .subscriber = s };
	stream_loop_send(s->loop, c);
}

/* Put the allowed topics in place of those seen; false when they have changed since. */
static bool narrow(struct stream_hub *h, const struct sight *seen, const str *allowed, size_t n) {
	struct stream_names *names;
	struct stream_command *c = names_command(allowed, n, &names);
	pthread_mutex_lock(&h->mutex);
	struct stream_subscriber *s = find(h, str_c(seen->id));
	bool current = !s || s->names == seen->names, used = false;
	if (s && current && c) {
		c->subscriber = s;
		set_names(s, names, c);
		used = true;
	} else if (s && current) {
		send_close(s);
	}
	pthread_mutex_unlock(&h->mutex);
	if (c && !used)
		names_command_discard(c, names);
	return current;
}

static bool recheck_one(struct stream_hub *h, const struct sight *seen, stream_may may, void *data) {
	str allowed[STREAM_TOPICS];
	size_t n = 0;
	for (size_t i = 0; i < seen->names->n; i++)
		if (may(data, seen->who, seen->names->topics[i]))
			allowed[n++] = seen->names->topics[i];
	return n == seen->names->n || narrow(h, seen, allowed, n);
}

void stream_recheck(struct stream_hub *h, int64_t who, stream_may may, void *data) {
	bool again = true, failed;
	while (again) {
		size_t n;
		struct sight *all = look(h, who, &n, &failed);
		again = false;
		for (size_t i = 0; i < n; i++) {
			again |= !recheck_one(h, &all[i], may, data);
			stream_names_release(all[i].names);
		}
		free(all);
		if (failed)
			stream_close_of(h, who);
	}
}

void stream_close_of(struct stream_hub *h, int64_t who) {
	pthread_mutex_lock(&h->mutex);
	size_t from = who ? bucket_of_who(who) : 0, to = who ? from + 1 : BUCKETS;
	for (size_t i = from; i < to; i++)
		for (struct stream_subscriber *s = h->by_who[i]; s; s = s->next_by_who)
			if (!who || s->who == who)
				send_close(s);
	pthread_mutex_unlock(&h->mutex);
}

/* ---- publishing ---- */

static struct stream_message *make_message(const str *topics, size_t n, int64_t id, str name, str data) {
	struct buf text = { 0 };
	stream_format(&text, id, name, data);
	struct stream_message *m = buf_ok(&text) ? stream_message_new(topics, n, buf_str(&text)) : NULL;
	buf_free(&text);
	return m;
}

static void hand_out(struct stream_hub *h, struct stream_message *m, const bool *wanted) {
	for (size_t i = 0; i < h->loop_count; i++)
		if (wanted[i]) {
			m->nodes[i] = (struct stream_command){ .kind = COMMAND_PUBLISH, .message = m };
			atomic_fetch_add(&m->refs, 1);
			stream_loop_send(h->loops[i], &m->nodes[i]);
		}
	stream_message_release(m);
}

void stream_publish_to(struct stream_hub *h, const str *topics, size_t n, int64_t id, str name, str data) {
	bool wanted[STREAM_LOOPS] = { false }, any = false;
	atomic_fetch_add(&h->published, 1);
	for (size_t i = 0; i < h->loop_count && !atomic_load(&h->quiet); i++)
		any |= wanted[i] = stream_loop_wants(h->loops[i], topics, n);
	if (!any)
		return;
	struct stream_message *m = make_message(topics, n, id, name, data);
	if (m)
		hand_out(h, m, wanted);
	for (size_t i = 0; i < h->loop_count && !m; i++)
		if (wanted[i])
			stream_loop_lost(h->loops[i]);
}

struct stream_stats stream_stats(struct stream_hub *h) {
	struct stream_stats sum = { .published = atomic_load(&h->published) };
	for (size_t i = 0; i < h->loop_count; i++) {
		struct stream_loop_stats *one = stream_loop_stats(h->loops[i]);
		sum.subscribers += atomic_load(&one->subscribers);
		sum.delivered += atomic_load(&one->delivered);
		sum.dropped += atomic_load(&one->dropped);
		sum.queued_bytes += atomic_load(&one->queued_bytes);
	}
	return sum;
}
