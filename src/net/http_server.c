/* libmicrohttpd's callbacks and the reply. Not here: what a head must look like (http_head.c), listening sockets (http_listen.c), connections that leave as streams
 * (http_socket.c), headers of replies (http_reply.c), compression (gzip.c).
 *
 * A request is touched by one thread at a time. It belongs to its server thread until on_request has handed it on; whoever answers it owns it until the exchange of
 * `answer`, which decides who resumes the connection: the answer may come before the server thread has got round to suspending. */
#include "net/http_server.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/gzip.h"
#include "net/http_deadline.h"
#include "net/http_head.h"
#include "net/http_listen.h"
#include "net/http_reply.h"
#include "net/http_socket.h"

enum {
	CONNECTION_MEMORY = 16 << 10, /* a head of 8 KB, its index and the head of the reply */
	IDLE_SECONDS = 30,
	HEAD_SECONDS = 15,     /* for a whole head, however it trickles in; */
	BODY_SECONDS = 30,     /* for a whole body, and */
	BODY_RATE = 16 << 10,  /* one more for so many bytes of it */
	DRAIN = 256 << 10, /* of a chunked body that is too big; beyond it the connection is closed */
	KEPT_REQUESTS = 64,     /* per thread, for the next requests */
	KEPT_ARENA = 16 << 10,
	KEPT_TARGET = 1 << 10,
	STOP_SECONDS = 10,
};

/* One thread of the server. */
struct worker {
	struct http_server *server;
	int index;
	_Atomic bool inside; /* between a request's last look at `stopping` and its being answered or counted in `away` */
	size_t kept_count;
	struct http_request *kept;
	_Atomic(struct http_request *) later; /* suspended, and may go on: the first that came wakes the thread, which resumes the others */
} __attribute__((aligned(64)));

struct listener {
	struct http_server *server;
	bool tls, local;
	struct MHD_Daemon *daemon;
};

struct http_server {
	struct http_callbacks on;
	struct listener tcp, local;
	struct http_network trusted[HTTP_NETWORKS];
	size_t trusted_count;
	char *unix_path, *cert, *key;
	int port, thread_count;
	_Atomic int next_index;
	_Atomic int64_t away; /* requests that are suspended, or were and have not gone on yet */
	_Atomic bool quiet, stopping;
	struct http_watch *watch;
	int64_t head_us, body_us;
	struct worker workers[];
};

/* Who is at the other end of a connection, worked out once. */
struct peer {
	struct http_watched watched;
	struct http_address address;
	bool known, trusted;
	int64_t uid;
	str text;
	char room[46];
};

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_RUN, PHASE_DETACHED, PHASE_DONE };
enum answer { ANSWER_OPEN, ANSWER_AWAY, ANSWER_READY, ANSWER_LATER };

struct http_request {
	struct MHD_Connection *connection;
	struct listener *listener;
	struct worker *worker;
	struct peer *peer;
	struct arena *arena;
	void *slot;
	enum phase phase;
	_Atomic int answer;
	bool close, refusing, told;
	int status;
	int64_t accepted, received, started;
	const char *target_end; /* in the library's memory */
	struct http_head head;
	struct buf body, target;
	struct MHD_Response *response;
	void (*later)(void *data, bool gone);
	void *later_data;
	struct http_request *later_next;
	struct http_finished *finished; /* whose response it is; NULL: the request's own */
	struct http_stream_taker taker;
	struct buf stream_head;
	struct http_request *next;
	char remote[46];
};

/* ---- requests, kept for reuse by the thread they were made on ---- */

static struct worker *worker_of_thread(struct http_server *s) {
	static _Thread_local struct worker *mine;
	if (!mine || mine->server != s)
		mine = &s->workers[atomic_fetch_add(&s->next_index, 1) % s->thread_count];
	return mine;
}

static struct http_request *request_alloc(void) {
	struct http_request *r = calloc(1, sizeof *r);
	if (r && !(r->arena = arena_new(0))) {
		free(r);
		return NULL;
	}
	return r;
}

static void request_free(struct http_request *r) {
	arena_free(r->arena);
	buf_free(&r->target);
	free(r);
}

static struct http_request *request_take(struct worker *w) {
	struct http_request *r = w->kept;
	if (!r)
		return request_alloc();
	w->kept = r->next;
	w->kept_count--;
	return r;
}

static void request_give_back(struct http_request *r) {
	struct worker *w = r->worker;
	buf_free(&r->body);
	buf_free(&r->stream_head);
	if (w->kept_count >= KEPT_REQUESTS || arena_used(r->arena) > KEPT_ARENA) {
		request_free(r);
		return;
	}
	arena_reset(r->arena);
	if (r->target.size > KEPT_TARGET)
		buf_free(&r->target);
	struct buf target = r->target;
	struct arena *arena = r->arena;
	memset(r, 0, sizeof *r);
	r->arena = arena;
	r->target = target;
	r->next = w->kept;
	w->kept = r;
	w->kept_count++;
}

/* The raw target, before libmicrohttpd decodes %2F and cuts at %00. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *connection) {
	struct listener *l = cls;
	struct worker *w = worker_of_thread(l->server);
	struct http_request *r = request_take(w);
	if (!r)
		return NULL;
	r->connection = connection;
	r->listener = l;
	r->worker = w;
	r->started = clock_monotonic();
	r->peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	str target = str_c(uri);
	r->target_end = target.p + target.n;
	buf_clear(&r->target);
	/* Behind the copy as much room again, for the decoded segments. */
	buf_room(&r->target, 2 * target.n + 1);
	buf_add(&r->target, target);
	return r;
}

/* ---- the head ---- */

static enum MHD_Result see_header(void *cls, enum MHD_ValueKind kind UNUSED, const char *name, size_t name_n, const char *value, size_t value_n) {
	http_check_header(cls, (str){ name, name_n }, (str){ value, value_n });
	return MHD_YES;
}

static bool cuts_in_place(void) {
	return strncmp(MHD_get_version(), "0.9.75", 6) == 0;
}

static struct http_refusal check_headers(struct http_request *r, const char *version) {
	struct http_head_check c = { 0 };
	if (cuts_in_place()) {
		c.next = version + strlen(version) + 2;
		c.broken = version != r->target_end + 1;
	}
	MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, see_header, &c);
	return http_check_result(&c, strcmp(version, "HTTP/1.0") != 0, &r->head.content_length);
}

static struct http_refusal check_target(struct http_request *r) {
	size_t n = r->target.n;
	if (!buf_ok(&r->target))
		return (struct http_refusal){ 503, "http.no_memory" };
	return http_target_parse(buf_str(&r->target), r->target.p + n, &r->head);
}

static enum MHD_Result see_forwarded(void *cls, enum MHD_ValueKind kind UNUSED, const char *name, size_t name_n, const char *value, size_t value_n) {
	http_forwarded_header(cls, (str){ name, name_n }, (str){ value, value_n });
	return MHD_YES;
}

static void believe_proxy(struct http_request *r) {
	const struct http_server *s = r->listener->server;
	struct http_forwarded f = { .n = 0 };
	struct http_address client;
	MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, see_forwarded, &f);
	if (http_forwarded_client(&f, s->trusted, s->trusted_count, &client))
		r->head.remote = http_address_text(&client, r->remote);
	r->head.tls |= f.https;
}

static void fill_head(struct http_request *r, const char *method) {
	struct http_head *h = &r->head;
	h->is_head = strcmp(method, "HEAD") == 0;
	h->method = h->is_head ? STR("GET") : str_c(method);
	h->remote = r->peer ? r->peer->text : STR_NONE;
	h->tls = r->listener->tls;
	h->local_socket = r->listener->local;
	h->peer_uid = r->peer ? r->peer->uid : -1;
	if (r->peer && r->peer->trusted)
		believe_proxy(r);
}

/* ---- answering ---- */

static void resume(struct http_request *r) {
	struct http_server *s = r->listener->server;
	MHD_resume_connection(r->connection);
	/* Last: http_server_stop frees everything once this is zero. */
	atomic_fetch_sub(&s->away, 1);
}

static void answered(struct http_request *r) {
	if (atomic_exchange(&r->answer, ANSWER_READY) == ANSWER_AWAY)
		resume(r);
}

static void refuse(struct http_request *r, int status, const char *code) {
	const struct http_callbacks *on = &r->listener->server->on;
	r->close = r->refusing = r->told = true;
	if (on->on_refusal)
		on->on_refusal(on->data, r, status, code);
	if (atomic_load(&r->answer) != ANSWER_READY)
		http_reply(r, status, NULL, 0, NULL);
}

static bool add_header(struct MHD_Response *m, const char *name, str value) {
	char small[1024];
	if (!value.n)
		return true;
	char *z = value.n < sizeof small ? small : malloc(value.n + 1);
	if (!z)
		return false;
	memcpy(z, value.p, value.n);
	z[value.n] = '\0';
	bool ok = MHD_add_response_header(m, name, z) == MHD_YES;
	if (z != small)
		free(z);
	return ok;
}

/* NULL when they do not all fit; the response is gone then. */
static struct MHD_Response *with_headers(struct MHD_Response *m, const struct http_reply_header *headers, size_t n, const char *encoding, bool varies) {
	bool ok = m;
	for (size_t i = 0; i < n && ok; i++)
		ok = add_header(m, headers[i].name, headers[i].value);
	if (ok && encoding)
		ok = add_header(m, "Content-Encoding", str_c(encoding));
	if (ok && varies)
		ok = add_header(m, "Vary", STR("Accept-Encoding"));
	if (!ok && m) {
		log_error("http: no reply could be built");
		MHD_destroy_response(m);
	}
	return ok ? m : NULL;
}

/* Put the answer in its place; a response that could not be made closes the connection. */
static void give(struct http_request *r, int status, struct MHD_Response *m, const struct http_reply_header *headers, size_t n, const char *encoding, bool varies) {
	m = with_headers(m, headers, n, encoding, varies);
	if (m && r->close && !add_header(m, "Connection", STR("close"))) {
		MHD_destroy_response(m);
		m = NULL;
	}
	r->response = m;
	r->status = m ? status : 0;
	answered(r);
}

/* A reply that must not be sent as it is becomes an error of ours; when that one is broken too, the connection is closed. */
static void give_error(struct http_request *r, int status, const char *code) {
	if (r->refusing)
		give(r, 0, NULL, NULL, 0, NULL, false);
	else
		refuse(r, status, code);
}

static struct MHD_Response *response_of(struct buf *body) {
	size_t n;
	char *p = buf_take(body, &n);
	if (!n) {
		free(p);
		return MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
	}
	struct MHD_Response *m = MHD_create_response_from_buffer_with_free_callback(n, p, free);
	if (!m)
		free(p);
	return m;
}

void http_reply(struct http_request *r, int status, const struct http_reply_header *headers, size_t n, struct buf *body) {
	struct buf none = { 0 }, packed = { 0 };
	body = body ? body : &none;
	if (!buf_ok(body) || !http_reply_headers_safe(headers, n)) {
		bool memory = !buf_ok(body);
		buf_free(body);
		give_error(r, memory ? 503 : 500, memory ? "http.no_memory" : "http.bad_reply_header");
		return;
	}
	bool varies = http_reply_compressible(headers, n, body->n);
	bool gzip = varies && http_takes_gzip(r) && gzip_compress(buf_str(body), &packed);
	if (gzip) {
		buf_free(body);
		*body = packed;
		packed = (struct buf){ 0 };
	}
	give(r, status, response_of(body), headers, n, gzip ? "gzip" : NULL, varies);
}

void http_reply_static(struct http_request *r, int status, const struct http_reply_header *headers, size_t n, str body) {
	struct buf packed = { 0 };
	bool varies = http_reply_compressible(headers, n, body.n);
	if (!http_reply_headers_safe(headers, n)) {
		give_error(r, 500, "http.bad_reply_header");
		return;
	}
	if (varies && http_takes_gzip(r) && gzip_compress(body, &packed))
		give(r, status, response_of(&packed), headers, n, "gzip", true);
	else
		give(r, status, MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)(body.n ? body.p : ""), MHD_RESPMEM_PERSISTENT), headers, n, NULL, varies);
}

/* ---- finished replies ---- */

struct http_finished {
	struct shared shared;
	int status;
	struct MHD_Response *response;
};

static void end_finished(struct shared *s) {
	struct http_finished *f = http_finished_of(s);
	MHD_destroy_response(f->response);
	free(f);
}

static struct MHD_Response *response_with(str body, const struct http_reply_header *headers, size_t n, bool gzip) {
	struct buf bytes = { 0 };
	bool varies = http_reply_compressible(headers, n, body.n);
	bool packed = varies && gzip && gzip_compress(body, &bytes);
	if (!packed)
		buf_add(&bytes, body);
	if (!buf_ok(&bytes)) {
		buf_free(&bytes);
		return NULL;
	}
	return with_headers(response_of(&bytes), headers, n, packed ? "gzip" : NULL, varies);
}

struct http_finished *http_finish(int status, const struct http_reply_header *headers, size_t n, str body, bool gzip) {
	struct http_finished *f = http_reply_headers_safe(headers, n) ? malloc(sizeof *f) : NULL;
	struct MHD_Response *m = f ? response_with(body, headers, n, gzip) : NULL;
	if (!m) {
		free(f);
		return NULL;
	}
	*f = (struct http_finished){ { 1, end_finished }, status, m };
	return f;
}

struct shared *http_finished_shared(struct http_finished *f) {
	return f ? &f->shared : NULL;
}

struct http_finished *http_finished_of(struct shared *s) {
	return (struct http_finished *)s;
}

void http_reply_finished(struct http_request *r, struct http_finished *f) {
	r->finished = f;
	r->response = f->response;
	r->status = f->status;
	answered(r);
}

bool http_takes_gzip(struct http_request *r) {
	return http_accepts_gzip(http_header(r, "Accept-Encoding"));
}

static void drop_response(struct http_request *r) {
	if (r->finished)
		shared_let_go(&r->finished->shared);
	else if (r->response)
		MHD_destroy_response(r->response);
	r->finished = NULL;
	r->response = NULL;
}

/* ---- connections that leave as a stream ---- */

static void take_nothing(struct http_request *r) {
	struct http_stream_taker taker = r->taker;
	struct buf none = { 0 };
	r->taker.take = NULL;
	if (taker.take)
		taker.take(taker.data, NULL, &none);
}

void http_stream(struct http_request *r, const struct http_reply_header *headers, size_t n, struct http_stream_taker taker) {
	struct buf none = { 0 };
	bool safe = http_reply_headers_safe(headers, n);
	if (safe)
		http_stream_head(&r->stream_head, headers, n);
	if (!safe || r->head.is_head || !buf_ok(&r->stream_head)) {
		buf_free(&r->stream_head);
		taker.take(taker.data, NULL, &none);
		if (safe && r->head.is_head)
			http_reply(r, 200, headers, n, NULL);
		else
			give_error(r, safe ? 503 : 500, safe ? "http.no_memory" : "http.bad_reply_header");
		return;
	}
	r->taker = taker;
	r->status = 200;
	answered(r);
}

static void give_back_connection(void *data) {
	resume(data);
}

/* It must be suspended: only then is it out of the library's epoll set. */
static struct http_socket *socket_of(struct http_request *r) {
	int fd = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	if (!r->listener->tls)
		return http_socket_take(fd);
	gnutls_session_t session = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
	return http_socket_borrow(fd, session, give_back_connection, r);
}

static enum MHD_Result detach(struct http_request *r) {
	struct http_stream_taker taker = r->taker;
	struct buf head = r->stream_head;
	r->phase = PHASE_DETACHED;
	r->taker.take = NULL;
	r->stream_head = (struct buf){ 0 };
	MHD_suspend_connection(r->connection);
	atomic_fetch_add(&r->listener->server->away, 1);
	struct http_socket *s = socket_of(r);
	if (!s) {
		log_warn("http: a stream could not be opened: %s", strerror(errno));
		buf_free(&head);
	}
	bool leaves = !s || !r->listener->tls;
	taker.take(taker.data, s, &head);
	/* The library finds the dead end under the connection's number, and closes that. */
	if (leaves)
		resume(r);
	return MHD_YES;
}

/* ---- the life of a request ---- */

static enum MHD_Result send_answer(struct http_request *r) {
	if (r->taker.take)
		return detach(r);
	r->phase = PHASE_DONE;
	if (!r->response)
		return MHD_NO;
	enum MHD_Result queued = MHD_queue_response(r->connection, (unsigned)r->status, r->response);
	drop_response(r);
	return queued;
}

static enum MHD_Result refuse_now(struct http_request *r, int status, const char *code) {
	refuse(r, status, code);
	return send_answer(r);
}

/* The client owes the rest for so long; 0: it owes nothing. */
static void allow(struct http_request *r, int64_t us) {
	if (r->peer)
		http_watch_allow(&r->peer->watched, us);
}

static void allow_body(struct http_request *r) {
	int64_t bytes = r->head.content_length >= 0 ? r->head.content_length : r->accepted;
	allow(r, bytes > 0 ? r->listener->server->body_us + bytes / BODY_RATE * US_PER_SECOND : 0);
}

static enum MHD_Result take_head(struct http_request *r, const char *method, const char *version) {
	const struct http_callbacks *on = &r->listener->server->on;
	r->phase = PHASE_BODY;
	fill_head(r, method);
	struct http_refusal wrong = check_headers(r, version);
	if (!wrong.status)
		wrong = check_target(r);
	if (!wrong.status && atomic_load(&r->listener->server->stopping))
		wrong = (struct http_refusal){ 503, "http.stopping" };
	if (wrong.status)
		return refuse_now(r, wrong.status, wrong.code);
	r->told = true;
	r->accepted = on->on_head(on->data, r, &r->head);
	allow_body(r);
	bool has_answer = atomic_load(&r->answer) == ANSWER_READY;
	if (!has_answer && r->accepted < 0)
		return refuse_now(r, 500, "http.no_reply");
	if (!has_answer && r->head.content_length > r->accepted)
		return refuse_now(r, 413, "http.too_big");
	/* An answer queued now would close the connection; without a body it can wait for the last call. */
	return has_answer && r->head.content_length != 0 ? send_answer(r) : MHD_YES;
}

static enum MHD_Result take_body(struct http_request *r, const char *data, size_t *n) {
	r->received += (int64_t)*n;
	if (r->received <= r->accepted)
		buf_add(&r->body, (str){ data, *n });
	else
		buf_free(&r->body);
	*n = 0;
	return r->received <= r->accepted + DRAIN ? MHD_YES : MHD_NO;
}

/* Suspend first, then say so; an answer that came in between finds ANSWER_OPEN and leaves the resuming to us. */
static void go_on_soon(struct http_request *r) {
	struct worker *w = r->worker;
	struct MHD_Connection *connection = r->connection;
	struct http_request *before = atomic_load(&w->later);
	do
		r->later_next = before;
	while (!atomic_compare_exchange_weak(&w->later, &before, r));
	if (!before)
		MHD_resume_connection(connection);
}

/* On the worker's thread. The last of the chain found the list empty, and is resumed by whoever put it there. */
static void resume_others(struct worker *w) {
	struct http_request *r = atomic_exchange(&w->later, NULL);
	while (r && r->later_next) {
		struct http_request *next = r->later_next;
		MHD_resume_connection(r->connection);
		r = next;
	}
}

static enum MHD_Result await_answer(struct http_request *r) {
	int now = ANSWER_OPEN;
	MHD_suspend_connection(r->connection);
	atomic_fetch_add(&r->listener->server->away, 1);
	if (atomic_compare_exchange_strong(&r->answer, &now, ANSWER_AWAY))
		return MHD_YES;
	if (now == ANSWER_LATER)
		go_on_soon(r);
	else
		resume(r);
	return MHD_YES;
}

static void go_on(struct http_request *r, bool gone) {
	atomic_store(&r->answer, ANSWER_OPEN);
	r->later(r->later_data, gone);
}

static enum MHD_Result settle(struct http_request *r) {
	while (atomic_load(&r->answer) == ANSWER_LATER)
		go_on(r, false);
	return atomic_load(&r->answer) == ANSWER_READY ? send_answer(r) : await_answer(r);
}

static enum MHD_Result run_request(struct http_request *r) {
	struct http_server *s = r->listener->server;
	if (atomic_load(&r->answer) == ANSWER_READY)
		return send_answer(r);
	if (r->received > r->accepted)
		return refuse_now(r, 413, "http.too_big");
	if (!buf_ok(&r->body))
		return refuse_now(r, 503, "http.no_memory");
	if (atomic_load(&s->stopping))
		return refuse_now(r, 503, "http.stopping");
	allow(r, 0);
	r->phase = PHASE_RUN;
	s->on.on_request(s->on.data, r, &r->head, buf_str(&r->body));
	return settle(r);
}

static enum MHD_Result resumed(struct http_request *r) {
	if (atomic_load(&r->answer) == ANSWER_LATER) {
		resume_others(r->worker);
		atomic_fetch_sub(&r->listener->server->away, 1);
	}
	return settle(r);
}

static _Thread_local const struct http_request *here;

bool http_is_here(const struct http_request *r) {
	return here == r;
}

static enum MHD_Result run(struct http_request *r, enum MHD_Result (*part)(struct http_request *r)) {
	struct worker *w = r->worker;
	atomic_store(&w->inside, true);
	here = r;
	enum MHD_Result result = part(r);
	here = NULL;
	atomic_store(&w->inside, false);
	return result;
}

void http_later(struct http_request *r, void (*run_later)(void *data, bool gone), void *data) {
	r->later = run_later;
	r->later_data = data;
	/* Still counted in `away`: its own thread takes it out when it goes on. */
	if (atomic_exchange(&r->answer, ANSWER_LATER) == ANSWER_AWAY)
		go_on_soon(r);
}

static enum MHD_Result on_access(void *cls UNUSED, struct MHD_Connection *connection UNUSED, const char *url UNUSED, const char *method, const char *version,
	const char *data, size_t *n, void **context) {
	struct http_request *r = *context;
	if (!r)
		return MHD_NO;
	switch (r->phase) {
	case PHASE_HEAD: return take_head(r, method, version);
	case PHASE_BODY: return *n ? take_body(r, data, n) : run(r, run_request);
	case PHASE_RUN: return run(r, resumed);
	case PHASE_DETACHED:
	case PHASE_DONE: break;
	}
	return MHD_NO;
}

static void on_completed(void *cls UNUSED, struct MHD_Connection *connection UNUSED, void **context, enum MHD_RequestTerminationCode why UNUSED) {
	struct http_request *r = *context;
	*context = NULL;
	if (!r)
		return;
	const struct http_callbacks *on = &r->listener->server->on;
	take_nothing(r);
	if (atomic_load(&r->answer) == ANSWER_LATER) {
		resume_others(r->worker);
		go_on(r, true);
		atomic_fetch_sub(&r->listener->server->away, 1);
	}
	drop_response(r);
	allow(r, IDLE_SECONDS * US_PER_SECOND + r->listener->server->head_us); /* for the next one */
	if (r->told && on->on_done)
		on->on_done(on->data, r, r->status, clock_monotonic() - r->started);
	request_give_back(r);
}

/* ---- connections ---- */

static struct peer *peer_new(const struct listener *l, struct MHD_Connection *connection) {
	struct peer *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->uid = -1;
	p->text = STR("unix");
	if (l->local) {
		p->uid = http_peer_uid(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
	} else if (http_peer_address(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, &p->address)) {
		p->text = http_address_text(&p->address, p->room);
		p->trusted = http_network_has(l->server->trusted, l->server->trusted_count, &p->address);
	}
	http_watch_add(l->server->watch, &p->watched, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, l->server->head_us);
	return p;
}

static void peer_free(const struct listener *l, struct peer *p) {
	if (p)
		http_watch_remove(l->server->watch, &p->watched);
	free(p);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode what) {
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = peer_new(cls, connection);
	} else {
		peer_free(cls, *context);
		*context = NULL;
	}
}

/* Instead of MHD_quiesce_daemon, which aborts when a worker takes the listening socket out of its epoll set at the same moment. */
static enum MHD_Result may_connect(void *cls, const struct sockaddr *from UNUSED, socklen_t n UNUSED) {
	struct listener *l = cls;
	return atomic_load(&l->server->quiet) ? MHD_NO : MHD_YES;
}

/* The library tells of every client that goes away; what an operator must know has to do with limits and failures. At most ten lines a second. */
static void on_library_log(void *cls UNUSED, const char *fmt, va_list args) {
	static _Atomic int64_t second;
	static _Atomic int lines;
	char text[400];
	int64_t now = clock_monotonic() / US_PER_SECOND;
	if (atomic_exchange(&second, now) != now)
		atomic_store(&lines, 0);
	if (atomic_fetch_add(&lines, 1) >= 10)
		return;
	vsnprintf(text, sizeof text, fmt, args);
	bool matters = strstr(fmt, "limit") || strstr(fmt, "epoll") || strstr(fmt, "thread") || strstr(fmt, "FATAL");
	log_line(matters ? LOG_WARN : LOG_DEBUG, "http: %.*s", STR_FMT(str_trim(str_c(text))));
}

/* ---- start and stop ---- */

static struct MHD_Daemon *start_daemon(struct listener *l, int fd, unsigned threads, unsigned connections, unsigned per_address) {
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (l->tls ? MHD_USE_TLS : 0u);
	struct MHD_OptionItem options[8];
	size_t n = 0;
	if (threads > 1)
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL };
	if (per_address)
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)per_address, NULL };
	if (l->tls) {
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, l->server->key };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, l->server->cert };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1" };
	}
	options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	return MHD_start_daemon(flags, 0, may_connect, l, on_access, l,
		/* first, so that it hears of the other options */
		MHD_OPTION_EXTERNAL_LOGGER, on_library_log, NULL, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, l,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, l, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static bool start_tcp(struct http_server *s, const struct http_config *c, int threads, size_t files, struct buf *why) {
	int fd = http_listen_tcp(c->address, c->port, why);
	if (fd < 0)
		return false;
	s->port = http_listen_port(fd);
	s->tcp.daemon = start_daemon(&s->tcp, fd, (unsigned)threads, (unsigned)files, (unsigned)(c->per_address_limit > 0 ? c->per_address_limit : 0));
	if (!s->tcp.daemon) {
		buf_lit(why, "the HTTP server could not start (with TLS: are certificate and key a pair, in PEM?)");
		http_listen_close(fd);
	}
	return s->tcp.daemon;
}

static bool start_local(struct http_server *s, const char *path, struct buf *why) {
	if (!path)
		return true;
	int fd = http_listen_unix(path, why);
	if (fd < 0)
		return false;
	s->unix_path = strdup(path);
	s->local.daemon = start_daemon(&s->local, fd, 1, 256, 0);
	if (!s->local.daemon) {
		buf_printf(why, "the HTTP server could not start on %s", path);
		http_listen_close(fd);
	}
	return s->local.daemon;
}

static int threads_wanted(const struct http_config *c) {
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int n = c->threads ? c->threads : (int)cores;
	return n < 2 ? 2 : n > 64 ? 64 : n;
}

static struct http_server *server_new(const struct http_config *c, int threads) {
	int all = threads + (c->unix_path != NULL);
	size_t bytes = sizeof(struct http_server) + (size_t)all * sizeof(struct worker);
	struct http_server *s = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
	if (!s)
		return NULL;
	memset(s, 0, bytes);
	s->on = c->on;
	s->thread_count = all;
	s->head_us = (c->head_seconds ? c->head_seconds : HEAD_SECONDS) * US_PER_SECOND;
	s->body_us = (c->body_seconds ? c->body_seconds : BODY_SECONDS) * US_PER_SECOND;
	s->watch = http_watch_new();
	s->tcp = (struct listener){ .server = s, .tls = c->tls_cert || c->tls_key };
	s->local = (struct listener){ .server = s, .local = true };
	for (int i = 0; i < all; i++) {
		s->workers[i].server = s;
		s->workers[i].index = i;
	}
	return s;
}

static void server_free(struct http_server *s) {
	for (int i = 0; i < s->thread_count; i++)
		while (s->workers[i].kept) {
			struct http_request *r = s->workers[i].kept;
			s->workers[i].kept = r->next;
			request_free(r);
		}
	http_watch_free(s->watch);
	if (s->unix_path)
		unlink(s->unix_path);
	free(s->unix_path);
	free(s->cert);
	free(s->key);
	free(s);
}

enum st http_server_start(const struct http_config *config, struct http_server **out, struct buf *why) {
	int threads = threads_wanted(config);
	struct http_server *s = *out = server_new(config, threads);
	if (!s)
		return ST_NO_MEMORY;
	/* Half of the files for connections in libmicrohttpd's hands, half for streams, databases and the rest. */
	size_t files = http_raise_file_limit() / 2;
	files = files > 65536 ? 65536 : files;
	bool ok = s->watch && http_networks_parse(config->trusted_proxies, config->trusted_proxy_count, s->trusted, &s->trusted_count, why);
	if (ok && s->tcp.tls)
		ok = http_read_pem(config->tls_cert, &s->cert, why) && http_read_pem(config->tls_key, &s->key, why);
	ok = ok && start_tcp(s, config, threads, files, why) && start_local(s, config->unix_path, why);
	if (!ok) {
		http_server_stop(s);
		*out = NULL;
		return ST_UNAVAILABLE;
	}
	return ST_OK;
}

int http_server_port(const struct http_server *s) {
	return s->port;
}

void http_server_quiesce(struct http_server *s) {
	atomic_store(&s->quiet, true);
}

static bool anything_owed(struct http_server *s) {
	for (int i = 0; i < s->thread_count; i++)
		if (atomic_load(&s->workers[i].inside))
			return true;
	return atomic_load(&s->away) > 0;
}

void http_server_stop(struct http_server *s) {
	if (!s)
		return;
	atomic_store(&s->quiet, true);
	atomic_store(&s->stopping, true);
	int64_t until = clock_monotonic() + STOP_SECONDS * US_PER_SECOND;
	while (anything_owed(s) && clock_monotonic() < until)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	if (anything_owed(s)) {
		log_error("http: %lld requests were never answered; the server cannot be taken down", (long long)atomic_load(&s->away));
		return;
	}
	MHD_stop_daemon(s->tcp.daemon);
	MHD_stop_daemon(s->local.daemon);
	server_free(s);
}

/* ---- what a caller asks of a request ---- */

struct arena *http_arena(struct http_request *r) {
	return r->arena;
}

void **http_slot(struct http_request *r) {
	return &r->slot;
}

str http_header(struct http_request *r, const char *name) {
	const char *value = NULL;
	size_t n = 0;
	if (MHD_lookup_connection_value_n(r->connection, MHD_HEADER_KIND, name, strlen(name), &value, &n) != MHD_YES || !value)
		return STR_NONE;
	return str_trim((str){ value, n });
}

str http_cookie(struct http_request *r, const char *name) {
	return http_cookie_find(http_header(r, "Cookie"), str_c(name));
}

int http_thread_index(struct http_request *r) {
	return r->worker->index;
}

int http_thread_count(const struct http_server *s) {
	return s->thread_count;
}
