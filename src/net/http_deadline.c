#include "net/http_deadline.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum { LOOK_MS = 500 };

struct http_watch {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	pthread_t thread;
	bool ending;
	struct http_watched *first;
};

/* Under the lock: whoever is in the list has its file still open. */
static void end_late(struct http_watch *w, int64_t now) {
	for (struct http_watched *x = w->first; x; x = x->next) {
		int64_t until = atomic_load(&x->until);
		if (until && until < now && atomic_compare_exchange_strong(&x->until, &until, 0))
			shutdown(x->fd, SHUT_RDWR);
	}
}

static void wait_a_moment(struct http_watch *w) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += LOOK_MS * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000L;
	t.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&w->woken, &w->lock, &t);
}

static void *watch(void *data) {
	struct http_watch *w = data;
	pthread_mutex_lock(&w->lock);
	while (!w->ending) {
		wait_a_moment(w);
		end_late(w, clock_monotonic());
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct http_watch *http_watch_new(void) {
	struct http_watch *w = calloc(1, sizeof *w);
	pthread_condattr_t monotonic;
	if (!w)
		return NULL;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->woken, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&w->thread, NULL, watch, w) == 0)
		return w;
	free(w);
	return NULL;
}

void http_watch_free(struct http_watch *w) {
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->woken);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->woken);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void http_watch_allow(struct http_watched *x, int64_t us) {
	atomic_store(&x->until, us ? clock_monotonic() + us : 0);
}

void http_watch_add(struct http_watch *w, struct http_watched *x, int fd, int64_t us) {
	x->fd = fd;
	http_watch_allow(x, us);
	pthread_mutex_lock(&w->lock);
	x->before = NULL;
	x->next = w->first;
	if (x->next)
		x->next->before = x;
	w->first = x;
	pthread_mutex_unlock(&w->lock);
}

void http_watch_remove(struct http_watch *w, struct http_watched *x) {
	pthread_mutex_lock(&w->lock);
	if (x->before)
		x->before->next = x->next;
	else
		w->first = x->next;
	if (x->next)
		x->next->before = x->before;
	pthread_mutex_unlock(&w->lock);
}
