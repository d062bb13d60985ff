/* The floor of durable writes: a group-commit loop over SQLite that does nothing else. One row per request into a table with one index, synchronous=FULL, WAL.
 *
 *   commit_floor threads FILE CLIENTS SECONDS   CLIENTS threads, each waiting for its row's commit before it sends the next; prints "rows/s p50_ms p99_ms"
 *   commit_floor http FILE                      the same behind the least HTTP there is: an epoll loop; prints "port N" and serves until it is killed */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1024, ROOM = 16 << 10 };

static sqlite3 *db;
static sqlite3_stmt *insert, *begin_batch, *commit_batch;
static const char text[] = "14:51 rolled the release back on half of the machines, the other half follows";

static double now_s(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int ok, const char *what) {
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : strerror(errno));
	exit(1);
}

static void open_database(const char *path) {
	must(sqlite3_open(path, &db) == SQLITE_OK, "open");
	must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE entry (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL, at INTEGER NOT NULL,"
		" text TEXT NOT NULL); CREATE INDEX entry_at ON entry (incident, at, id)", NULL, NULL, NULL) == SQLITE_OK, "schema");
	sqlite3_prepare_v2(db, "INSERT INTO entry (incident, at, text) VALUES (1, ?, ?)", -1, &insert, NULL);
	sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin_batch, NULL);
	sqlite3_prepare_v2(db, "COMMIT", -1, &commit_batch, NULL);
}

static void step(sqlite3_stmt *s) {
	must(sqlite3_step(s) == SQLITE_DONE, "step");
	sqlite3_reset(s);
}

static void insert_row(const char *body, size_t n) {
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)(now_s() * 1e6));
	sqlite3_bind_text(insert, 2, body, (int)n, SQLITE_STATIC);
	step(insert);
}

/* ---- threads ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct client {
	pthread_cond_t answered;
	int waiting, done;
	double *took;
	size_t count, room;
} clients[MOST];
static int client_count, stopping, queue[MOST], queued;

static void *client_main(void *data) {
	struct client *c = data;
	pthread_mutex_lock(&lock);
	while (!stopping) {
		double from = now_s();
		c->done = 0;
		queue[queued++] = (int)(c - clients);
		pthread_cond_signal(&more);
		while (!c->done && !stopping)
			pthread_cond_wait(&c->answered, &lock);
		if (c->count == c->room)
			c->took = realloc(c->took, (c->room = c->room ? 2 * c->room : 1024) * sizeof *c->took);
		c->took[c->count++] = now_s() - from;
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *writer_main(void *data) {
	int batch[MOST];
	(void)data;
	for (;;) {
		pthread_mutex_lock(&lock);
		while (!queued && !stopping)
			pthread_cond_wait(&more, &lock);
		int n = queued;
		memcpy(batch, queue, (size_t)n * sizeof *batch);
		queued = 0;
		pthread_mutex_unlock(&lock);
		if (stopping)
			return NULL;
		step(begin_batch);
		for (int i = 0; i < n; i++)
			insert_row(text, sizeof text - 1);
		step(commit_batch);
		pthread_mutex_lock(&lock);
		for (int i = 0; i < n; i++) {
			clients[batch[i]].done = 1;
			pthread_cond_signal(&clients[batch[i]].answered);
		}
		pthread_mutex_unlock(&lock);
	}
}

static int by_size(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void report(double seconds) {
	size_t n = 0, at = 0;
	for (int i = 0; i < client_count; i++)
		n += clients[i].count;
	double *all = calloc(n + 1, sizeof *all);
	for (int i = 0; i < client_count; i++)
		for (size_t k = 0; k < clients[i].count; k++)
			all[at++] = clients[i].took[k];
	qsort(all, n, sizeof *all, by_size);
	printf("%.0f %.3f %.3f\n", (double)n / seconds, all[n / 2] * 1e3, all[n * 99 / 100] * 1e3);
}

static void run_threads(int n, double seconds) {
	pthread_t thread[MOST], writer;
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	client_count = n < MOST ? n : MOST;
	pthread_create(&writer, NULL, writer_main, NULL);
	for (int i = 0; i < client_count; i++) {
		pthread_cond_init(&clients[i].answered, NULL);
		must(pthread_create(&thread[i], &small, client_main, &clients[i]) == 0, "thread");
	}
	usleep((useconds_t)(seconds * 1e6));
	pthread_mutex_lock(&lock);
	stopping = 1;
	pthread_cond_broadcast(&more);
	for (int i = 0; i < client_count; i++)
		pthread_cond_broadcast(&clients[i].answered);
	pthread_mutex_unlock(&lock);
	pthread_join(writer, NULL);
	for (int i = 0; i < client_count; i++)
		pthread_join(thread[i], NULL);
	report(seconds);
}

/* ---- HTTP ---- */

struct connection {
	int fd;
	size_t n;
	char bytes[ROOM];
};

static void watch(int epoll, int fd, void *data) {
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = data };
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == 0, "epoll_ctl");
}

static void accept_all(int listening, int epoll) {
	int fd;
	while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct connection *c = calloc(1, sizeof *c);
		c->fd = fd;
		watch(epoll, fd, c);
	}
}

/* A whole request with its Content-Length: its body goes into the table. */
static int take_request(struct connection *c) {
	char *end = memmem(c->bytes, c->n, "\r\n\r\n", 4);
	char *length = end ? memmem(c->bytes, (size_t)(end - c->bytes), "Content-Length: ", 16) : NULL;
	size_t head = end ? (size_t)(end - c->bytes) + 4 : 0, body = length ? strtoul(length + 16, NULL, 10) : 0;
	if (!end || c->n < head + body)
		return 0;
	insert_row(c->bytes + head, body);
	c->n = 0;
	return 1;
}

static int read_some(struct connection *c) {
	ssize_t got = recv(c->fd, c->bytes + c->n, ROOM - c->n, 0);
	if (got <= 0) {
		close(c->fd);
		free(c);
		return 0;
	}
	c->n += (size_t)got;
	return take_request(c);
}

static void run_http(void) {
	static const char reply[] = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"id\": 17}";
	struct epoll_event events[MOST];
	struct connection *answered[MOST];
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof at;
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
	must(bind(listening, (struct sockaddr *)&at, size) == 0 && listen(listening, MOST) == 0 && getsockname(listening, (struct sockaddr *)&at, &size) == 0, "listen");
	watch(epoll, listening, NULL);
	printf("port %d\n", ntohs(at.sin_port));
	fflush(stdout);
	for (;;) {
		int n = epoll_wait(epoll, events, MOST, -1), done = 0;
		step(begin_batch);
		for (int i = 0; i < n; i++)
			if (!events[i].data.ptr)
				accept_all(listening, epoll);
			else if (read_some(events[i].data.ptr))
				answered[done++] = events[i].data.ptr;
		step(commit_batch);
		for (int i = 0; i < done; i++)
			(void)!send(answered[i]->fd, reply, sizeof reply - 1, MSG_NOSIGNAL);
	}
}

int main(int argc, char **argv) {
	if (argc == 5 && strcmp(argv[1], "threads") == 0) {
		open_database(argv[2]);
		run_threads(atoi(argv[3]), atof(argv[4]));
	} else if (argc == 3 && strcmp(argv[1], "http") == 0) {
		open_database(argv[2]);
		run_http();
	} else {
		fprintf(stderr, "usage: %s threads FILE CLIENTS SECONDS | http FILE\n", argv[0]);
		return 2;
	}
	return 0;
}
