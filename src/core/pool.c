#include "core/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct pool_task *first, **last;
	size_t waiting, most;
	bool stopping;
	const char *database;
	int threads;
	pthread_t thread[];
};

static struct pool_task *take(struct pool *p) {
	pthread_mutex_lock(&p->lock);
	while (!p->first && !p->stopping)
		pthread_cond_wait(&p->more, &p->lock);
	struct pool_task *t = p->first;
	if (t) {
		p->first = t->next;
		if (!p->first)
			p->last = &p->first;
		p->waiting--;
	}
	pthread_mutex_unlock(&p->lock);
	return t;
}

static enum st connect_reader(const char *where, struct db **db) {
	struct buf why = { 0 };
	enum st st = db_open(where, DB_READER, db, &why);
	if (st != ST_OK)
		log_warn("no read connection: %.*s", STR_FMT(buf_str(&why)));
	buf_free(&why);
	return st;
}

static void *work(void *data) {
	struct pool *p = data;
	struct db *db = NULL;
	struct pool_task *t;
	while ((t = take(p))) {
		enum st st = t->needs_db && !db ? connect_reader(p->database, &db) : ST_OK;
		t->run(t, db, st);
	}
	db_close(db);
	return NULL;
}

enum st pool_new(struct pool **out, int threads, size_t most_waiting, const char *database) {
	struct pool *p = calloc(1, sizeof *p + (size_t)threads * sizeof *p->thread);
	if (!p)
		return ST_NO_MEMORY;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	p->last = &p->first;
	p->most = most_waiting;
	p->database = database;
	*out = p;
	for (; p->threads < threads; p->threads++)
		if (pthread_create(&p->thread[p->threads], NULL, work, p)) {
			pool_free(p);
			return ST_NO_MEMORY;
		}
	return ST_OK;
}

enum st pool_submit(struct pool *p, struct pool_task *t) {
	t->next = NULL;
	pthread_mutex_lock(&p->lock);
	bool full = p->waiting >= p->most || p->stopping;
	if (!full) {
		*p->last = t;
		p->last = &t->next;
		p->waiting++;
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	return full ? ST_BUSY : ST_OK;
}

void pool_stop(struct pool *p) {
	if (!p || p->stopping)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->threads; i++)
		pthread_join(p->thread[i], NULL);
}

void pool_free(struct pool *p) {
	if (!p)
		return;
	pool_stop(p);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
