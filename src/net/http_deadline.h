/* How long a client may take to say what it wants. libmicrohttpd ends a connection that is silent for a while; one that sends a byte now and then it waits for without
 * end. Here a thread looks once a second at the connections that still owe a head or a body, and shuts down those whose time is over: the library then closes them.
 *
 * A watch belongs to one server, an entry to one connection (struct peer); add before the first byte, remove before the library closes the file. */
#ifndef NET_HTTP_DEADLINE_H
#define NET_HTTP_DEADLINE_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/str.h"

struct http_watch;

struct http_watched {
	struct http_watched *next, *before;
	int fd;
	_Atomic int64_t until; /* clock_monotonic; 0: owes nothing */
};

/* NULL: no memory, or no thread. */
struct http_watch *http_watch_new(void);
/* After every entry was removed. NULL is fine. */
void http_watch_free(struct http_watch *w);
void http_watch_add(struct http_watch *w, struct http_watched *x, int fd, int64_t us);
void http_watch_remove(struct http_watch *w, struct http_watched *x);
/* From now on it has so long; 0: as long as it likes. Any thread. */
void http_watch_allow(struct http_watched *x, int64_t us);

#endif
