/* The live stream: server-sent events to many browsers. A subscriber has a set of topics ("incident:7", "document:3", "me:12"), a bounded queue of what was
 * published and not sent yet, and one connection of its own. Messages are immutable, counted references: 10,000 subscribers of one message hold one copy.
 *
 * A few sending threads share the subscribers among them; each alone touches its own, its map of topics and its epoll set. Publishing leaves one reference with each
 * sending thread that has somebody for the topic: it costs the publisher the same for one subscriber and for 10,000, and takes no lock that anybody holds for long. A subscriber
 * whose queue is full is dropped (its browser comes back with Last-Event-ID and catches up from the log). A comment line every 15 s frees clients that vanished without
 * a word; EPOLLRDHUP tells of the others at once. Every call is thread-safe. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "net/http_server.h"

struct stream_hub;

MUST_CHECK enum st stream_hub_new(struct stream_hub **out, size_t most_subscribers);
/* End every stream and wait until their connections are gone. Afterwards stream_open says ST_BUSY and nothing is published. Call it between http_server_quiesce and
 * http_server_stop. */
void stream_hub_stop(struct stream_hub *h);
/* When nobody can call anything here any more: after http_server_stop and the end of the writer. NULL is fine. */
void stream_hub_free(struct stream_hub *h);

/* May this subscriber have this topic, now? Asked at subscription and again by stream_recheck. who is what stream_open was given. */
typedef bool (*stream_may)(void *data, int64_t who, str topic);

enum { STREAM_TOPICS = 64 };      /* the most a stream can have */
enum { STREAM_PER_ACCOUNT = 64 }; /* streams of one account; 0, nobody's, has no limit of its own */

/* Turn the request into a stream. id (22 URL-safe characters, unguessable) is sent to it as the first event ("hello", data {"stream":id}) and names it in stream_topics.
 * backlog: bytes to send before anything published (formatted by stream_format), may be empty. who: the account, for stream_recheck. ST_BUSY when there
 * are most_subscribers, ST_TOO_MANY when who has STREAM_PER_ACCOUNT, ST_INVALID more than STREAM_TOPICS, ST_NO_MEMORY: the request is then still to be answered. The subscriber is registered before this returns, so nothing
 * published after it is missed; something published while the backlog was read may come twice, with the same id.
 *
 * Whoever asked may() before this or stream_topics, and lost the right in between, is found by the stream_recheck of that change or, when it was
 * done already, by one more stream_recheck(h, who, …) after this. */
MUST_CHECK enum st stream_open(struct stream_hub *h, struct http_request *r, int64_t who, const str *topics, size_t n, str backlog);
/* Replace the topics of a stream that belongs to who; ST_NOT_FOUND when there is none (any more) or it belongs to another account; ST_INVALID more than
 * STREAM_TOPICS; ST_NO_MEMORY. What is published after this returns goes by the new topics. */
MUST_CHECK enum st stream_topics(struct stream_hub *h, str id, int64_t who, const str *topics, size_t n);
/* Permissions changed: drop every topic of account who (0: of everybody) that may() refuses now. may runs on the calling thread, without a lock. */
void stream_recheck(struct stream_hub *h, int64_t who, stream_may may, void *data);
/* End the streams of an account (logged out, locked). */
void stream_close_of(struct stream_hub *h, int64_t who);

/* One event in wire form: id (0: none), name, data (may hold line ends; split into data: lines). */
void stream_format(struct buf *out, int64_t id, str name, str data);
/* Send it once to everybody who has at least one of the topics. Ordered: two publishes by one thread arrive in that order everywhere. When memory is short every
 * stream is ended instead: nobody misses anything without knowing. */
void stream_publish_to(struct stream_hub *h, const str *topics, size_t n, int64_t id, str name, str data);
static inline void stream_publish(struct stream_hub *h, str topic, int64_t id, str name, str data) {
	stream_publish_to(h, &topic, 1, id, name, data);
}

struct stream_stats {
	int64_t subscribers, published;
	int64_t delivered; /* into queues, one for each subscriber */
	int64_t dropped;   /* streams ended because their queue was full or stood still */
	int64_t queued_bytes;
};
struct stream_stats stream_stats(struct stream_hub *h);

#endif
