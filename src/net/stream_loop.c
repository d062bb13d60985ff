#include "net/stream_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
	QUEUE_BYTES = 256 << 10, /* beyond the backlog */
	QUEUE_MESSAGES = 4096,
	PIECES = 32,
	EVENTS = 256,
	STANDSTILL_US = 60 * 1000000,
	CROWD = 16,
	PACE_US = 8, /* for each that is served, about twice what it costs */
	LONGEST_REST_US = 1000,
};

_Atomic int64_t stream_heartbeat_us = 15 * US_PER_SECOND;

/* A topic somebody here has. */
struct topic {
	struct topic *next;
	uint32_t hash;
	struct stream_link *first;
	size_t n;
	char name[];
};

/* One subscriber's hold on one topic. */
struct stream_link {
	struct stream_subscriber *subscriber;
	struct topic *topic;
	struct stream_link *before, *after; /* in the topic */
	struct stream_link *next;           /* of the subscriber */
};

struct stream_loop {
	pthread_t thread;
	pthread_mutex_t mutex; /* of the inbox */
	struct stream_command *inbox, **inbox_end;
	bool asleep; /* under the mutex: it must be woken by the eventfd */
	int epoll_fd, wake_fd;
	_Atomic bool stopping, lost;
	unsigned losses; /* how often `lost` was found set */
	void (*unregister)(void *data, struct stream_subscriber *s);
	void *data;
	struct topic **table;
	size_t topic_count, table_size;
	struct stream_subscriber *dirty, **dirty_end;
	struct stream_subscriber *oldest, *newest; /* by touched */
	struct stream_message *heartbeat;
	struct stream_loop_stats stats;
	_Atomic int interest[STREAM_INTEREST];
};

/* ---- messages and names ---- */

struct stream_message *stream_message_new(const str *topics, size_t topic_count, str bytes) {
	static _Atomic uint64_t serial = 1;
	size_t size = sizeof(struct stream_message) + topic_count * sizeof(str) + bytes.n;
	for (size_t i = 0; i < topic_count; i++)
		size += topics[i].n;
	struct stream_message *m = malloc(size);
	if (!m)
		return NULL;
	*m = (struct stream_message){ .refs = 1, .serial = atomic_fetch_add(&serial, 1), .topic_count = topic_count, .n = bytes.n, .topics = (str *)(m + 1) };
	m->bytes = (char *)(m->topics + topic_count);
	if (bytes.n)
		memcpy(m->bytes, bytes.p, bytes.n);
	char *at = m->bytes + bytes.n;
	for (size_t i = 0; i < topic_count; i++) {
		m->topics[i] = (str){ memcpy(at, topics[i].n ? topics[i].p : "", topics[i].n), topics[i].n };
		at += topics[i].n;
	}
	return m;
}

void stream_message_release(struct stream_message *m) {
	if (m && atomic_fetch_sub(&m->refs, 1) == 1)
		free(m);
}

struct stream_names *stream_names_new(const str *topics, size_t n) {
	size_t size = sizeof(struct stream_names) + n * sizeof(str);
	for (size_t i = 0; i < n; i++)
		size += topics[i].n;
	struct stream_names *names = malloc(size);
	if (!names)
		return NULL;
	names->refs = 1;
	names->n = n;
	char *at = (char *)(names->topics + n);
	for (size_t i = 0; i < n; i++) {
		names->topics[i] = (str){ memcpy(at, topics[i].n ? topics[i].p : "", topics[i].n), topics[i].n };
		at += topics[i].n;
	}
	return names;
}

void stream_names_release(struct stream_names *names) {
	if (names && atomic_fetch_sub(&names->refs, 1) == 1)
		free(names);
}

/* ---- topics ---- */

static uint32_t hash_of(str s) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ^ (h >> 15);
}

void stream_loop_announce(struct stream_loop *l, const struct stream_names *names) {
	for (size_t i = 0; i < names->n; i++)
		atomic_fetch_add(&l->interest[hash_of(names->topics[i]) % STREAM_INTEREST], 1);
}

static void renounce(struct stream_loop *l, struct stream_names *names) {
	for (size_t i = 0; names && i < names->n; i++)
		atomic_fetch_sub(&l->interest[hash_of(names->topics[i]) % STREAM_INTEREST], 1);
	stream_names_release(names);
}

bool stream_loop_wants(struct stream_loop *l, const str *topics, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (atomic_load(&l->interest[hash_of(topics[i]) % STREAM_INTEREST]) > 0)
			return true;
	return false;
}

static struct topic **topic_place(struct stream_loop *l, str name, uint32_t hash) {
	struct topic **at = &l->table[hash & (l->table_size - 1)];
	while (*at && !((*at)->hash == hash && str_eq(str_c((*at)->name), name)))
		at = &(*at)->next;
	return at;
}

/* Failing to grow only makes it slower. */
static void table_grow(struct stream_loop *l) {
	size_t size = l->table_size * 2;
	struct topic **table = calloc(size, sizeof *table);
	if (!table)
		return;
	for (size_t i = 0; i < l->table_size; i++)
		while (l->table[i]) {
			struct topic *t = l->table[i];
			l->table[i] = t->next;
			t->next = table[t->hash & (size - 1)];
			table[t->hash & (size - 1)] = t;
		}
	free(l->table);
	l->table = table;
	l->table_size = size;
}

static struct topic *topic_of(struct stream_loop *l, str name) {
	uint32_t hash = hash_of(name);
	struct topic **at = topic_place(l, name, hash);
	if (*at)
		return *at;
	struct topic *t = calloc(1, sizeof *t + name.n + 1);
	if (!t)
		return NULL;
	t->hash = hash;
	memcpy(t->name, name.n ? name.p : "", name.n);
	*at = t;
	if (++l->topic_count > l->table_size)
		table_grow(l);
	return t;
}

static void topic_forget(struct stream_loop *l, struct topic *t) {
	*topic_place(l, str_c(t->name), t->hash) = t->next;
	l->topic_count--;
	free(t);
}

static bool link_topic(struct stream_loop *l, struct stream_subscriber *s, str name) {
	struct topic *t = topic_of(l, name);
	for (struct stream_link *k = s->links; k; k = k->next)
		if (k->topic == t)
			return true;
	struct stream_link *k = t ? calloc(1, sizeof *k) : NULL;
	if (!k) {
		if (t && !t->n)
			topic_forget(l, t);
		return false;
	}
	*k = (struct stream_link){ .subscriber = s, .topic = t, .after = t->first, .next = s->links };
	if (t->first)
		t->first->before = k;
	t->first = k;
	t->n++;
	s->links = k;
	return true;
}

static void unlink_all(struct stream_loop *l, struct stream_subscriber *s) {
	while (s->links) {
		struct stream_link *k = s->links;
		s->links = k->next;
		*(k->before ? &k->before->after : &k->topic->first) = k->after;
		if (k->after)
			k->after->before = k->before;
		if (--k->topic->n == 0)
			topic_forget(l, k->topic);
		free(k);
	}
}

/* ---- the queue of one subscriber ---- */

static bool queue_grow(struct stream_subscriber *s) {
	uint32_t room = s->room ? s->room * 2 : 4;
	struct stream_message **queue = malloc(room * sizeof(struct stream_message *));
	if (!queue)
		return false;
	for (uint32_t i = 0; i < s->count; i++)
		queue[i] = s->queue[(s->first + i) & (s->room - 1)];
	free(s->queue);
	s->queue = queue;
	s->first = 0;
	s->room = room;
	return true;
}

static void account(struct stream_loop *l, struct stream_subscriber *s, int64_t bytes) {
	s->queued += (size_t)bytes;
	atomic_fetch_add_explicit(&l->stats.queued_bytes, bytes, memory_order_relaxed);
}

/* Takes over the caller's reference. in_front: before all others, of which none was sent yet. False: no memory. */
static bool queue_put(struct stream_loop *l, struct stream_subscriber *s, struct stream_message *m, bool in_front) {
	if (s->count == s->room && !queue_grow(s)) {
		stream_message_release(m);
		return false;
	}
	if (in_front)
		s->first = (s->first - 1) & (s->room - 1);
	s->queue[in_front ? s->first : (s->first + s->count) & (s->room - 1)] = m;
	s->count++;
	account(l, s, (int64_t)m->n);
	return true;
}

static void queue_advance(struct stream_loop *l, struct stream_subscriber *s, size_t bytes) {
	account(l, s, -(int64_t)bytes);
	s->sent += bytes;
	while (s->count && s->sent >= s->queue[s->first]->n) {
		s->sent -= s->queue[s->first]->n;
		stream_message_release(s->queue[s->first]);
		s->first = (s->first + 1) & (s->room - 1);
		s->count--;
	}
	if (!s->count && s->room > 8) {
		free(s->queue);
		s->queue = NULL;
		s->room = s->first = 0;
	}
}

static void queue_drop(struct stream_loop *l, struct stream_subscriber *s) {
	while (s->count--) {
		stream_message_release(s->queue[s->first]);
		s->first = (s->first + 1) & (s->room - 1);
	}
	account(l, s, -(int64_t)s->queued);
	free(s->queue);
	s->queue = NULL;
	s->count = s->room = 0;
}

static int queue_pieces(const struct stream_subscriber *s, struct iovec *pieces) {
	int n = 0;
	for (uint32_t i = 0; i < s->count && n < PIECES; i++) {
		struct stream_message *m = s->queue[(s->first + i) & (s->room - 1)];
		size_t from = i ? 0 : s->sent;
		pieces[n++] = (struct iovec){ m->bytes + from, m->n - from };
	}
	return n;
}

/* ---- who was served longest ago ---- */

static void age_remove(struct stream_loop *l, struct stream_subscriber *s) {
	*(s->older ? &s->older->newer : &l->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &l->newest) = s->older;
	s->older = s->newer = NULL;
}

static void age_add(struct stream_loop *l, struct stream_subscriber *s, int64_t now) {
	s->touched = now;
	s->older = l->newest;
	s->newer = NULL;
	*(l->newest ? &l->newest->newer : &l->oldest) = s;
	l->newest = s;
}

/* ---- subscribers ---- */

/* The end of a stream that has its socket, or will not get one. The memory goes when every command that names it has been worked off. */
static void drop(struct stream_loop *l, struct stream_subscriber *s) {
	if (s->gone)
		return;
	s->gone = true;
	unlink_all(l, s);
	renounce(l, s->applied);
	s->applied = NULL;
	queue_drop(l, s);
	if (s->attached)
		age_remove(l, s);
	if (s->socket) {
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, http_socket_fd(s->socket), NULL);
		http_socket_close(s->socket);
	}
	l->unregister(l->data, s);
	s->end = (struct stream_command){ .kind = COMMAND_FREE, .subscriber = s };
	stream_loop_send(l, &s->end);
}

/* While its socket is still on the way a stream can only be marked: the taker holds it. */
static void close_stream(struct stream_loop *l, struct stream_subscriber *s) {
	s->closing = true;
	if (s->attached)
		drop(l, s);
}

static void drop_slow(struct stream_loop *l, struct stream_subscriber *s) {
	atomic_fetch_add_explicit(&l->stats.dropped, 1, memory_order_relaxed);
	close_stream(l, s);
}

static void flush(struct stream_loop *l, struct stream_subscriber *s, int64_t now) {
	struct iovec pieces[PIECES];
	bool progress = false;
	while (s->count && !s->blocked) {
		ptrdiff_t n = http_socket_send(s->socket, pieces, queue_pieces(s, pieces));
		if (n < 0) {
			drop(l, s);
			return;
		}
		s->blocked = n == 0;
		progress |= n > 0;
		queue_advance(l, s, (size_t)n);
	}
	if (progress) {
		s->progress = now;
		age_remove(l, s);
		age_add(l, s, now);
	}
}

static void mark_dirty(struct stream_loop *l, struct stream_subscriber *s) {
	if (s->dirty || !s->attached || s->blocked)
		return;
	s->dirty = true;
	s->next_dirty = NULL;
	*l->dirty_end = s;
	l->dirty_end = &s->next_dirty;
}

/* How many were sent to. */
static size_t flush_dirty(struct stream_loop *l) {
	struct stream_subscriber *s = l->dirty;
	int64_t now = s ? clock_monotonic() : 0;
	size_t n = 0;
	l->dirty = NULL;
	l->dirty_end = &l->dirty;
	while (s) {
		struct stream_subscriber *next = s->next_dirty;
		s->dirty = false;
		if (!s->gone)
			flush(l, s, now);
		s = next;
		n++;
	}
	return n;
}

/* A crowd is served at most so often: what is published meanwhile goes to each with one call. Who was alone before is served at once. */
static void rest(size_t served, int64_t began) {
	int64_t us = (int64_t)served * PACE_US - (clock_monotonic() - began);
	if (served > CROWD && us > 0)
		nanosleep(&(struct timespec){ .tv_nsec = (us < LONGEST_REST_US ? us : LONGEST_REST_US) * 1000 }, NULL);
}

/* ---- commands ---- */

static void apply_names(struct stream_loop *l, struct stream_subscriber *s, struct stream_names *names) {
	unlink_all(l, s);
	renounce(l, s->applied);
	s->applied = names;
	for (size_t i = 0; i < names->n; i++)
		if (!link_topic(l, s, names->topics[i])) {
			close_stream(l, s);
			return;
		}
}

static void do_add(struct stream_loop *l, struct stream_subscriber *s) {
	s->limit = QUEUE_BYTES + s->hello->n;
	s->losses = l->losses;
	if (!queue_put(l, s, s->hello, false))
		s->closing = true;
	apply_names(l, s, s->add.names);
}

static bool watch(struct stream_loop *l, struct stream_subscriber *s) {
	struct epoll_event e = { .events = EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = s };
	return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, http_socket_fd(s->socket), &e) == 0;
}

static void do_attach(struct stream_loop *l, struct stream_subscriber *s) {
	struct stream_message *head = stream_message_new(NULL, 0, buf_str(&s->head));
	buf_free(&s->head);
	s->attached = true;
	s->progress = clock_monotonic();
	age_add(l, s, s->progress);
	bool ok = head && queue_put(l, s, head, true);
	if (!ok || s->closing || s->losses != l->losses || !s->socket || atomic_load(&l->stopping) || !watch(l, s))
		drop(l, s);
	else
		mark_dirty(l, s);
}

static void do_topics(struct stream_loop *l, struct stream_command *c) {
	if (c->subscriber->gone)
		renounce(l, c->names);
	else
		apply_names(l, c->subscriber, c->names);
	free(c);
}

static void do_close(struct stream_loop *l, struct stream_command *c) {
	close_stream(l, c->subscriber);
	free(c);
}

static void do_free(struct stream_loop *l, struct stream_subscriber *s) {
	atomic_fetch_sub(&l->stats.subscribers, 1);
	free(s);
}

static bool is_full(const struct stream_subscriber *s, const struct stream_message *m) {
	return s->queued + m->n > s->limit || s->count >= QUEUE_MESSAGES;
}

static void deliver(struct stream_loop *l, struct stream_subscriber *s, struct stream_message *m) {
	if (s->closing || s->gone || s->last_serial == m->serial)
		return;
	s->last_serial = m->serial;
	/* Much may have been published while this thread had no turn: nobody is slow before they were offered what waits. */
	if (is_full(s, m) && s->attached && !s->blocked)
		flush(l, s, clock_monotonic());
	if (s->gone)
		return;
	if (is_full(s, m)) {
		drop_slow(l, s);
		return;
	}
	atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
	if (!queue_put(l, s, m, false))
		close_stream(l, s);
	else
		mark_dirty(l, s);
	atomic_fetch_add_explicit(&l->stats.delivered, 1, memory_order_relaxed);
}

static void do_publish(struct stream_loop *l, struct stream_message *m) {
	for (size_t i = 0; i < m->topic_count; i++) {
		struct topic *t = *topic_place(l, m->topics[i], hash_of(m->topics[i]));
		struct stream_link *next;
		/* The topic goes with its last subscriber, who may be dropped here: look ahead. */
		for (struct stream_link *k = t ? t->first : NULL; k; k = next) {
			next = k->after;
			deliver(l, k->subscriber, m);
		}
	}
	stream_message_release(m);
}

static void do_command(struct stream_loop *l, struct stream_command *c) {
	switch (c->kind) {
	case COMMAND_ADD: do_add(l, c->subscriber); break;
	case COMMAND_ATTACH: do_attach(l, c->subscriber); break;
	case COMMAND_TOPICS: do_topics(l, c); break;
	case COMMAND_CLOSE: do_close(l, c); break;
	case COMMAND_FREE: do_free(l, c->subscriber); break;
	case COMMAND_PUBLISH: do_publish(l, c->message); break;
	}
}

static struct stream_command *inbox_take(struct stream_loop *l) {
	pthread_mutex_lock(&l->mutex);
	struct stream_command *all = l->inbox;
	l->inbox = NULL;
	l->inbox_end = &l->inbox;
	pthread_mutex_unlock(&l->mutex);
	return all;
}

static void work_off(struct stream_loop *l) {
	for (struct stream_command *c = inbox_take(l), *next; c; c = next) {
		next = c->next;
		do_command(l, c);
	}
}

static void wake(struct stream_loop *l) {
	uint64_t one = 1;
	while (write(l->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

void stream_loop_send(struct stream_loop *l, struct stream_command *c) {
	c->next = NULL;
	pthread_mutex_lock(&l->mutex);
	*l->inbox_end = c;
	l->inbox_end = &c->next;
	bool must_wake = l->asleep;
	l->asleep = false;
	pthread_mutex_unlock(&l->mutex);
	if (must_wake)
		wake(l);
}

void stream_loop_lost(struct stream_loop *l) {
	atomic_store(&l->lost, true);
	wake(l);
}

/* ---- the thread ---- */

static void close_all(struct stream_loop *l) {
	while (l->oldest)
		drop(l, l->oldest);
}

/* A heartbeat for those who got nothing for a while; those who took nothing of what waits for them are given up. Returns how long to sleep, in ms. */
static int tick(struct stream_loop *l) {
	int64_t now = clock_monotonic(), beat = atomic_load(&stream_heartbeat_us);
	while (l->oldest && l->oldest->touched + beat <= now) {
		struct stream_subscriber *s = l->oldest;
		age_remove(l, s);
		age_add(l, s, now);
		if (!s->count && (atomic_fetch_add(&l->heartbeat->refs, 1), queue_put(l, s, l->heartbeat, false)))
			flush(l, s, now);
		else if (now - s->progress >= STANDSTILL_US)
			drop_slow(l, s);
	}
	return l->oldest ? (int)((l->oldest->touched + beat - now) / 1000) + 1 : -1;
}

static void on_event(struct stream_loop *l, const struct epoll_event *e) {
	struct stream_subscriber *s = e->data.ptr;
	uint64_t count;
	if (!s) {
		while (read(l->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
			;
	} else if (e->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		drop(l, s);
	} else {
		s->blocked = false;
		mark_dirty(l, s);
	}
}

/* Only a loop that found its inbox empty lets itself be woken by a system call. */
static bool may_sleep(struct stream_loop *l) {
	pthread_mutex_lock(&l->mutex);
	bool empty = !l->inbox;
	l->asleep = empty;
	pthread_mutex_unlock(&l->mutex);
	return empty && !l->dirty;
}

static void wait_for_events(struct stream_loop *l, int ms) {
	struct epoll_event events[EVENTS];
	int n = epoll_wait(l->epoll_fd, events, EVENTS, may_sleep(l) ? ms : 0);
	pthread_mutex_lock(&l->mutex);
	l->asleep = false;
	pthread_mutex_unlock(&l->mutex);
	for (int i = 0; i < n; i++)
		on_event(l, &events[i]);
}

static void *run_loop(void *data) {
	struct stream_loop *l = data;
	pthread_setname_np(pthread_self(), "stream");
	while (!atomic_load(&l->stopping) || atomic_load(&l->stats.subscribers)) {
		wait_for_events(l, tick(l));
		/* Asked before the inbox is taken: who was added before the loss is then among us, or marked by the old number. */
		bool lost = atomic_exchange(&l->lost, false);
		work_off(l);
		int64_t began = clock_monotonic();
		rest(flush_dirty(l), began);
		l->losses += lost;
		if (lost || atomic_load(&l->stopping))
			close_all(l);
	}
	return NULL;
}

static void release_inbox(struct stream_loop *l) {
	for (struct stream_command *c = inbox_take(l), *next; c; c = next) {
		next = c->next;
		if (c->kind == COMMAND_PUBLISH)
			stream_message_release(c->message);
	}
}

void stream_loop_free(struct stream_loop *l) {
	if (!l)
		return;
	release_inbox(l);
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
	stream_message_release(l->heartbeat);
	free(l->table);
	pthread_mutex_destroy(&l->mutex);
	free(l);
}

static bool loop_init(struct stream_loop *l) {
	struct epoll_event e = { .events = EPOLLIN };
	pthread_mutex_init(&l->mutex, NULL);
	l->inbox_end = &l->inbox;
	l->dirty_end = &l->dirty;
	l->table_size = 64;
	l->table = calloc(l->table_size, sizeof *l->table);
	l->heartbeat = stream_message_new(NULL, 0, STR(":\n\n"));
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return l->table && l->heartbeat && l->epoll_fd >= 0 && l->wake_fd >= 0 && epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->wake_fd, &e) == 0;
}

struct stream_loop *stream_loop_start(void (*unregister)(void *data, struct stream_subscriber *s), void *data) {
	struct stream_loop *l = calloc(1, sizeof *l);
	if (!l)
		return NULL;
	l->unregister = unregister;
	l->data = data;
	if (!loop_init(l) || pthread_create(&l->thread, NULL, run_loop, l) != 0) {
		stream_loop_free(l);
		return NULL;
	}
	return l;
}

void stream_loop_stop(struct stream_loop *l) {
	atomic_store(&l->stopping, true);
	wake(l);
	pthread_join(l->thread, NULL);
}

struct stream_loop_stats *stream_loop_stats(struct stream_loop *l) {
	return &l->stats;
}
