/* Committed events on their way to whoever waits for them in this process: browsers (net/stream.h), the consumers of core/job.h, caches. Strictly in the order of ids,
 * whichever node wrote them: events of other nodes are read from the database when a notification, or a gap before our own, tells of them. */
#ifndef CORE_FEED_H
#define CORE_FEED_H

#include "core/event.h"
#include "net/stream.h"

struct feed;

/* hub may be NULL (command line). */
MUST_CHECK enum st feed_new(struct feed **out, struct stream_hub *hub);
void feed_free(struct feed *f);
/* Called for every event, in order, on whichever thread brings it: short, no database. At most 8 listeners, all added before the first event. */
void feed_listen(struct feed *f, void (*on_event)(void *data, const struct event *e), void *data);
/* A word of another node ("d:3", see tx_notify) whose text before ':' is kind. db is the listening thread's own read connection. */
void feed_on_word(struct feed *f, str kind, void (*on_word)(void *data, struct db *db, str rest), void *data);
/* Every event up to this id has been published. */
int64_t feed_position(struct feed *f);
/* At the start: nothing before this id is published. */
void feed_start_at(struct feed *f, int64_t id);
/* The writer: these events, consecutive ids, are durable. db: to read what other nodes wrote before them. */
void feed_publish(struct feed *f, struct db *db, struct event *const *events, size_t n);
/* Open a live stream without a hole: what was published after `position` (where the backlog was read) is added behind the backlog, and the stream is registered before
 * the next event is published. When too much was published in between, a "resync" is sent instead. Statuses of stream_open. */
MUST_CHECK enum st feed_open_stream(struct feed *f, struct http_request *r, int64_t who, const str *topics, size_t n, int64_t position, struct buf *backlog);
struct stream_hub *feed_hub(struct feed *f);

/* PostgreSQL: a thread that listens for the other nodes; SQLite: nothing. */
MUST_CHECK enum st feed_follow(struct feed *f, const char *database, str node);
void feed_unfollow(struct feed *f);

#endif
