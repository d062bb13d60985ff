/* How long until the last of N open streams has heard of one change, and what a stream costs the server in memory (DESIGN: 10,000 streams, 150 ms, 12 KB).
 *
 *   streams N                                     the floor: a bare epoll server in a child process that sends the same bytes to all
 *   streams N PORT PID OPEN TRIGGER [ROUNDS]      the server at 127.0.0.1:PORT, process PID. OPEN and TRIGGER are files with one raw HTTP request each: the one that opens
 *                                                 a stream (its reply must hold "hello") and the one that makes the server publish one event to all of them
 *
 * Prints: streams, milliseconds to open them, KB each, then median and worst of: the trigger's own reply, the first and the last receiver. Times run from before the trigger
 * is sent, so they hold the commit and the receiving side's own work, as for the floor. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 1024, MOST_ROUNDS = 100 };

static char scratch[1 << 16];

static double now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static _Noreturn void fail(const char *what) {
	perror(what);
	exit(1);
}

static struct sockaddr_in loopback(int port) {
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int dial(int port) {
	struct sockaddr_in to = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		fail("connect");
	return fd;
}

static long resident_kb(int pid) {
	char path[64], line[256];
	long kb = 0;
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	FILE *f = fopen(path, "r");
	if (!f)
		fail(path);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kb = atol(line + 6);
	fclose(f);
	return kb;
}

static void send_all(int fd, const char *text) {
	for (size_t n = strlen(text); n;) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
		if (sent <= 0)
			fail("send");
		text += sent;
		n -= (size_t)sent;
	}
}

/* ---- the floor ---- */

static void floor_serve(int listening, int n) {
	static const char hello[] = "event: hello\ndata: {}\n\n";
	static const char news[] = "id: 1\nevent: event\ndata: {\"id\":1,\"name\":\"incident.resolved\",\"noun\":\"incident\",\"ref_id\":7,\"topics\":[\"incident:7\"]}\n\n";
	int *fds = calloc((size_t)n, sizeof *fds);
	int trigger = accept(listening, NULL, NULL);
	for (int i = 0; i < n && fds; i++) {
		fds[i] = accept(listening, NULL, NULL);
		send_all(fds[i], hello);
	}
	while (fds && recv(trigger, scratch, sizeof scratch, 0) > 0) {
		for (int i = 0; i < n; i++)
			send(fds[i], news, sizeof news - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		send_all(trigger, "done");
	}
	exit(0);
}

static int floor_start(int n, int *port) {
	struct sockaddr_in at = loopback(0);
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 1024) != 0 || getsockname(fd, (struct sockaddr *)&at, &size) != 0)
		fail("listen");
	*port = ntohs(at.sin_port);
	pid_t pid = fork();
	if (pid == 0)
		floor_serve(fd, n);
	close(fd);
	return pid;
}

/* ---- the receiving side ---- */

struct bench {
	int n, port, pid, epoll, trigger;
	const char *open_request, *trigger_request;
};

static void watch(const struct bench *b, int fd) {
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
	if (epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		fail("epoll_ctl");
}

/* Wait until n streams have sent something with the mark in it (NULL: anything longer than a heartbeat). first: when the first did. reply: when the trigger answered. */
static double hear(const struct bench *b, int n, const char *mark, double from, double *first, double *reply) {
	struct epoll_event events[EVENTS];
	int heard = 0;
	while (heard < n || (reply && *reply == 0)) {
		int k = epoll_wait(b->epoll, events, EVENTS, 20000);
		if (k <= 0) {
			fprintf(stderr, "only %d of %d streams heard it\n", heard, n);
			exit(1);
		}
		for (int i = 0; i < k; i++) {
			ssize_t got = recv(events[i].data.fd, scratch, sizeof scratch, MSG_DONTWAIT);
			if (got <= 0) {
				fprintf(stderr, "the server closed a stream\n");
				exit(1);
			}
			if (events[i].data.fd == b->trigger)
				*reply = now_ms() - from;
			else if (mark ? memmem(scratch, (size_t)got, mark, strlen(mark)) != NULL : got > 8)
				if (!heard++)
					*first = now_ms() - from;
		}
	}
	return now_ms() - from;
}

static void open_all(const struct bench *b) {
	double from = now_ms(), first;
	long before = resident_kb(b->pid);
	for (int i = 0; i < b->n; i++) {
		int fd = dial(b->port);
		send_all(fd, b->open_request);
		watch(b, fd);
	}
	double took = hear(b, b->n, "hello", from, &first, NULL);
	usleep(300000);
	printf("%d streams opened in %.0f ms, %.2f KB each\n", b->n, took, (double)(resident_kb(b->pid) - before) / b->n);
}

static int by_size(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void print_times(const char *what, double *t, int n) {
	qsort(t, (size_t)n, sizeof *t, by_size);
	printf("%-16s median %7.2f ms, worst %7.2f ms\n", what, t[n / 2], t[n - 1]);
}

static void publish_rounds(const struct bench *b, int rounds) {
	double reply[MOST_ROUNDS], first[MOST_ROUNDS], last[MOST_ROUNDS];
	watch(b, b->trigger);
	for (int i = 0; i < rounds; i++) {
		usleep(200000);
		reply[i] = 0;
		double from = now_ms();
		send_all(b->trigger, b->trigger_request);
		last[i] = hear(b, b->n, NULL, from, &first[i], &reply[i]);
	}
	print_times("trigger answered", reply, rounds);
	print_times("first receiver", first, rounds);
	print_times("last receiver", last, rounds);
}

static const char *read_text(const char *path) {
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 16);
	if (!f || !text)
		fail(path);
	if (fread(text, 1, (1 << 16) - 1, f) == 0)
		fail(path);
	fclose(f);
	return text;
}

int main(int argc, char **argv) {
	struct rlimit files;
	if (argc != 2 && argc != 6 && argc != 7) {
		fprintf(stderr, "usage: %s N [PORT PID OPEN TRIGGER [ROUNDS]]\n", argv[0]);
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	struct bench b = { .n = atoi(argv[1]), .epoll = epoll_create1(0), .open_request = "open\n", .trigger_request = "go\n" };
	int rounds = argc == 7 ? atoi(argv[6]) : 15;
	if (argc == 2) {
		b.pid = floor_start(b.n, &b.port);
	} else {
		b.port = atoi(argv[2]);
		b.pid = atoi(argv[3]);
		b.open_request = read_text(argv[4]);
		b.trigger_request = read_text(argv[5]);
	}
	b.trigger = dial(b.port);
	open_all(&b);
	publish_rounds(&b, rounds < 1 ? 1 : rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds);
	if (argc == 2)
		kill(b.pid, SIGTERM);
	return 0;
}
