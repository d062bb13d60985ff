/* A job that somebody waits for. */
#include <pthread.h>

#include "core/writer.h"

struct waiting {
	struct write_job *job;
	void *data;
	enum st (*run)(struct ctx *c, void *data);
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool is_done;
	enum st st;
};

static enum st run_waiting(struct ctx *c, void *data) {
	struct waiting *x = data;
	return x->run(c, x->data);
}

static void wake_waiting(void *data, enum st st) {
	struct waiting *x = data;
	pthread_mutex_lock(&x->lock);
	x->st = st;
	x->is_done = true;
	pthread_cond_signal(&x->done);
	pthread_mutex_unlock(&x->lock);
}

enum st writer_do(struct writer *w, struct write_job *job) {
	struct waiting x = { .job = job, .data = job->data, .run = job->run, .lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER };
	job->run = run_waiting;
	job->done = wake_waiting;
	job->data = &x;
	enum st st = writer_submit(w, job);
	if (st != ST_OK)
		return st;
	pthread_mutex_lock(&x.lock);
	while (!x.is_done)
		pthread_cond_wait(&x.done, &x.lock);
	pthread_mutex_unlock(&x.lock);
	return x.st;
}
