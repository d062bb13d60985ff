/* The live stream: server-sent events to many browsers. A subscriber has a set of topics ("incident:7", "document:3", "me:12"), a bounded queue of bytes that
 * were published and not sent yet, and one HTTP connection. Messages are immutable, counted references: 10,000 subscribers of one message hold one copy.
 *
 * Publishing puts a reference into each subscriber's queue and wakes it, in batches; a subscriber whose queue is full is dropped (its browser comes back with
 * Last-Event-ID and catches up from the log). A comment line every 15 s frees dead clients; an epoll set with EPOLLRDHUP notices them at once.
 * Every call is thread-safe. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "net/http_server.h"

struct stream_hub;

MUST_CHECK enum st stream_hub_new(struct stream_hub **out, size_t most_subscribers);
/* End every stream, wait until their connections are gone, free. Call between http_server_quiesce and http_server_stop. */
void stream_hub_free(struct stream_hub *h);

/* May this subscriber have this topic, now? Asked at subscription and again by stream_recheck. who is what stream_open was given. */
typedef bool (*stream_may)(void *data, int64_t who, str topic);

/* Turn the request into a stream. id (22 URL-safe characters, unguessable) is sent to it as the first event ("hello", data {"stream":id}) and names it in stream_topics.
 * backlog: bytes to send before anything published (formatted by stream_format), may be empty. who: the account, for stream_recheck. ST_BUSY when there
 * are most_subscribers. The subscriber is registered before this returns, so nothing published after it is missed. */
MUST_CHECK enum st stream_open(struct stream_hub *h, struct http_request *r, int64_t who, const str *topics, size_t n, str backlog);
/* Replace the topics of a stream that belongs to who; ST_NOT_FOUND when there is none (any more) or it belongs to another account. */
MUST_CHECK enum st stream_topics(struct stream_hub *h, str id, int64_t who, const str *topics, size_t n);
/* Permissions changed: drop every topic of account who (0: of everybody) that may() refuses now. */
void stream_recheck(struct stream_hub *h, int64_t who, stream_may may, void *data);
/* End the streams of an account (logged out, locked). */
void stream_close_of(struct stream_hub *h, int64_t who);

/* One event in wire form: id (0: none), name, data (may hold line ends; split into data: lines). */
void stream_format(struct buf *out, int64_t id, str name, str data);
/* Send it to everybody who has the topic. Ordered: two publishes by one thread arrive in that order everywhere. */
void stream_publish(struct stream_hub *h, str topic, int64_t id, str name, str data);

struct stream_stats {
	int64_t subscribers, published, delivered, dropped, queued_bytes;
};
struct stream_stats stream_stats(struct stream_hub *h);

#endif
