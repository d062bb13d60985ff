/* The HTTP edge, and the only file that sees libmicrohttpd. It knows bytes, headers and connections; it knows no operation, no login, no SQL.
 *
 * Life of a request: the head arrives and is checked here (CL + TE, two Content-Lengths, a missing or double Host, control characters, folded lines, bare line feeds, a
 * target that is not a path → 400 and close, before anybody else sees it; what is not HTTP at all, or larger than the connection's memory, the library refuses
 * in its own words) → on_head(), which may answer at once (404, 413, 401 …) or say how many body bytes it takes → the body is
 * collected, never beyond that → on_request() → http_reply() now or later, from any thread: a request that is not answered when on_request() returns is
 * suspended and resumed by the reply. A head or a body that trickles in for too long is not waited for: the connection is closed. HEAD is answered as GET without the body. Each request has an arena that lives until the reply has been sent. */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <sys/uio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/shared.h"
#include "base/str.h"

struct http_server;
struct http_request;

enum { HTTP_SEGMENTS = 16 };

struct http_head {
	str method;                  /* "GET"; HEAD has become GET here, is_head says so */
	bool is_head;
	str path;                    /* raw, as sent, without the query: for the log only as a template */
	size_t segment_count;        /* path split at '/', then percent-decoded; "%00" and bad UTF-8 were refused; "/" has 0 segments; "/a/" has 2, the last empty */
	str segments[HTTP_SEGMENTS]; /* a deeper path is answered 404 here */
	str query;                   /* raw, behind '?' */
	int64_t content_length;      /* -1: unknown (chunked) */
	str remote;                  /* "unix", or the address of the client: the connection's, or the last untrusted entry of X-Forwarded-For when it came through a trusted proxy */
	bool tls;                    /* the client's side is encrypted: our TLS, or X-Forwarded-Proto: https from a trusted proxy */
	bool local_socket;           /* arrived on the Unix socket */
	int64_t peer_uid;            /* of the process behind the Unix socket (SO_PEERCRED), else -1 */
};

struct http_callbacks {
	void *data;
	/* The head is there. Return the number of body bytes accepted (0: none; more than that is refused with 413), or -1 when http_reply was called. */
	int64_t (*on_head)(void *data, struct http_request *r, const struct http_head *head);
	/* The body is complete. Must end in http_reply or http_stream, now or later. */
	void (*on_request)(void *data, struct http_request *r, const struct http_head *head, str body);
	/* What to send for a refusal made in here (400 by the checks above, 404 a path too deep, 413, 414, 500, 503): the caller's problem+json, by http_reply, before it
	 * returns. code is stable, e.g. "http.two_lengths". The head may be half filled. */
	void (*on_refusal)(void *data, struct http_request *r, int status, const char *code);
	/* The reply is out (status), has become a stream (200; over TLS: the stream has ended), or the client is gone (0 when it was not answered): free what was hung on the request. Called for every
	 * request that on_head, on_request or on_refusal saw. */
	void (*on_done)(void *data, struct http_request *r, int status, int64_t duration_us);
};

struct http_config {
	str address;          /* "127.0.0.1", "::1", "0.0.0.0" */
	int port;             /* 0: any free one, see http_server_port */
	const char *unix_path; /* NULL: none; created with mode 0600, removed at the stop */
	int threads;          /* 0: max(2, cores) */
	const char *tls_cert, *tls_key; /* PEM files, or NULL both */
	const str *trusted_proxies;     /* addresses or networks ("10.0.0.0/8"), trusted_proxy_count of them */
	size_t trusted_proxy_count;
	int per_address_limit;          /* connections; 0: none (behind a proxy) */
	int head_seconds, body_seconds; /* how long a client may take to send them; 0: 15, and 30 with one more for every 16 KiB */
	struct http_callbacks on;
};

MUST_CHECK enum st http_server_start(const struct http_config *config, struct http_server **out, struct buf *why);
int http_server_port(const struct http_server *s);
/* Takes no new connection from now on (they are closed at once); open requests go on. */
void http_server_quiesce(struct http_server *s);
/* After every request was replied to and every stream was ended (net/stream.h). Waits ten seconds for replies that are still owed; then it leaves the server's threads to
 * the end of the process (stopping libmicrohttpd with a suspended connection aborts). NULL is fine. */
void http_server_stop(struct http_server *s);

struct arena *http_arena(struct http_request *r);
/* Anything the caller wants to find again for this request; starts NULL. */
void **http_slot(struct http_request *r);
/* Header of the request, case-insensitive; p == NULL when absent. */
str http_header(struct http_request *r, const char *name);
/* Value of a cookie, as sent; p == NULL when absent. */
str http_cookie(struct http_request *r, const char *name);
/* The index-th thread of the server serves this request, 0 ≤ index < http_thread_count: for one database reader per thread. */
int http_thread_index(struct http_request *r);
int http_thread_count(const struct http_server *s);

/* Go on with this request on its server thread: run() is called there, soon, and answers or hands it on as on_request may. For whoever has been handed the request on another
 * thread and has better things to do than to write its reply. gone: nobody waits any more; give back what you hold and touch the request no more. */
void http_later(struct http_request *r, void (*run)(void *data, bool gone), void *data);
/* Does this thread serve the request, inside on_request or run()? Then there is no need for later. */
bool http_is_here(const struct http_request *r);

struct http_reply_header {
	const char *name;
	str value; /* control characters in it are a 500, never a second header */
};

/* Answer, exactly once; the request may be gone when this returns. body is taken over (the buf is empty afterwards; NULL: no body). gzip (zlib) is applied here, on the calling
 * thread, when the client takes it and the body is worth it (≥ 1 KB, a text type, no Content-Encoding among the headers). A body whose buf failed is a 503. Safe from
 * any thread; called inside on_request it costs no suspension. */
void http_reply(struct http_request *r, int status, const struct http_reply_header *headers, size_t n, struct buf *body);
/* The same for bytes that live as long as the process (embedded files): nothing is copied. */
void http_reply_static(struct http_request *r, int status, const struct http_reply_header *headers, size_t n, str body);

/* A finished reply with its headers, made once and sent any number of times, from any threads: what is left of it for each request is its bytes. Shared: whoever made it or
 * holds it lets it go. */
struct http_finished;
/* gzip: for clients that take it (http_takes_gzip). NULL: not to be had, or a header is unsafe; answer with http_reply then. */
struct http_finished *http_finish(int status, const struct http_reply_header *headers, size_t n, str body, bool gzip);
struct shared *http_finished_shared(struct http_finished *f); /* itself, to be held and let go; NULL is fine */
struct http_finished *http_finished_of(struct shared *s);
void http_reply_finished(struct http_request *r, struct http_finished *f); /* takes one hold over */
bool http_takes_gzip(struct http_request *r);

/* A connection that left the server: it is the taker's alone, until http_socket_close. One thread at a time. */
struct http_socket;
/* For an epoll set (EPOLLOUT, EPOLLRDHUP, edge-triggered). Not to be read, written or closed by hand. */
int http_socket_fd(const struct http_socket *s);
/* How many bytes it took; 0: none now, call again with the same bytes after EPOLLOUT; -1: the client is gone. */
ptrdiff_t http_socket_send(struct http_socket *s, const struct iovec *pieces, int n);
/* Bytes sent before still arrive. NULL is fine. */
void http_socket_close(struct http_socket *s);

/* Answer with a stream that ends when the connection does. take is called once, on a server thread, after this: with the socket and the head of the reply, which the
 * taker frees and sends first; or with NULL and an empty head when the client has gone or asked HEAD only. It must not block. With http_stream the request is over for the
 * caller, as with http_reply: on_done follows, with status 200.
 *
 * Why the socket leaves: libmicrohttpd looks at every suspended connection each time one is resumed, holds 16 KB for each, and hears nothing of a client that goes. */
struct http_stream_taker {
	void *data;
	void (*take)(void *data, struct http_socket *s, struct buf *head);
};
void http_stream(struct http_request *r, const struct http_reply_header *headers, size_t n, struct http_stream_taker taker);

/* Decode "a=b&c=d" (query or form): calls each(data, name, value) with decoded UTF-8 in arena a; ST_MALFORMED on a bad escape, NUL or bad UTF-8. */
MUST_CHECK enum st http_form_each(struct arena *a, str text, void *data, enum st (*each)(void *data, str name, str value));

#endif
