/* One sending thread of the live stream and what is its alone: subscribers, queues, the map of topics, an epoll set. For stream.c, which keeps the register of
 * streams and speaks to the loops by commands; a loop works them off in the order they came. */
#ifndef NET_STREAM_LOOP_H
#define NET_STREAM_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include "net/http_server.h"

enum { STREAM_LOOPS = 4, STREAM_INTEREST = 4096, STREAM_ID = 22 };

struct stream_loop;
struct stream_subscriber;

enum stream_command_kind { COMMAND_ADD, COMMAND_ATTACH, COMMAND_TOPICS, COMMAND_CLOSE, COMMAND_FREE, COMMAND_PUBLISH };

struct stream_command {
	struct stream_command *next;
	enum stream_command_kind kind;
	struct stream_subscriber *subscriber;
	struct stream_names *names;     /* TOPICS */
	struct stream_message *message; /* PUBLISH */
};

/* Bytes on their way, in wire form, with the topics they are for. */
struct stream_message {
	_Atomic int refs;
	struct stream_command nodes[STREAM_LOOPS]; /* so that publishing is one allocation */
	uint64_t serial;
	size_t topic_count, n;
	str *topics;
	char *bytes;
};
/* NULL without memory. One reference is the caller's. */
struct stream_message *stream_message_new(const str *topics, size_t topic_count, str bytes);
void stream_message_release(struct stream_message *m);

/* A set of topics, counted. */
struct stream_names {
	_Atomic int refs;
	size_t n;
	str topics[];
};
struct stream_names *stream_names_new(const str *topics, size_t n);
void stream_names_release(struct stream_names *names);

struct stream_subscriber {
	/* Of the register, under its mutex. */
	char id[STREAM_ID + 1];
	int64_t who;
	struct stream_names *names;
	struct stream_subscriber *next_by_id, *next_by_who;
	bool registered;
	/* Set once, before ADD. */
	struct stream_loop *loop;
	struct stream_command add, attach, end;
	struct stream_message *hello;
	struct http_socket *socket; /* set by the taker before ATTACH; NULL then: the client has gone */
	struct buf head;
	/* Of the loop. */
	struct stream_names *applied;
	struct stream_link *links;
	struct stream_message **queue;
	uint32_t first, count, room;
	unsigned losses;
	size_t sent, queued, limit;
	uint64_t last_serial;
	bool attached, closing, gone, dirty, blocked;
	struct stream_subscriber *next_dirty, *older, *newer;
	int64_t touched, progress;
};

/* How long a stream may be silent before it gets a comment line. Tests shorten it. */
extern _Atomic int64_t stream_heartbeat_us;

/* unregister(data, subscriber): the loop gives it up; called once, before it is freed. */
struct stream_loop *stream_loop_start(void (*unregister)(void *data, struct stream_subscriber *s), void *data);
/* End every stream, wait for the thread. Nothing may be added any more. */
void stream_loop_stop(struct stream_loop *l);
void stream_loop_free(struct stream_loop *l);

void stream_loop_send(struct stream_loop *l, struct stream_command *c);
/* For every topic somebody may come to have: before the command that brings it (+1). The loop takes it back when they are gone. */
void stream_loop_announce(struct stream_loop *l, const struct stream_names *names);
/* Could anybody here have one of these? */
bool stream_loop_wants(struct stream_loop *l, const str *topics, size_t n);
/* A message was lost for want of memory: end every stream. */
void stream_loop_lost(struct stream_loop *l);

/* subscribers: counted up by whoever sends ADD, before; the loop lives until it is zero again. */
struct stream_loop_stats {
	_Atomic int64_t subscribers, delivered, dropped, queued_bytes;
};
struct stream_loop_stats *stream_loop_stats(struct stream_loop *l);

#endif
