/* Editors who type into one document, and what their colleagues see of it: one load generator for three servers, so that each pays the same for its clients.
 *
 *   typing KIND PORT DOCUMENT EDITORS SECONDS RATE AHEAD LENGTH VERSION TOKENS [PID KEYS]
 *
 * KIND: "bokgi" (POST of updates, and an event stream, per editor), "hocuspocus" or "y-websocket" (one WebSocket per editor, updates of Yjs encoded here). RATE: keystrokes per
 * second and editor; 0: as fast as it goes, AHEAD of them unacknowledged. Every keystroke inserts one character. LENGTH: of the text to begin with, which the
 * peers are given here and bokgi has already, at VERSION. TOKENS: a file with one token per editor ("-" for peers).
 *
 * An editor of bokgi does what the browser does: one push at a time, what was typed meanwhile goes into the next, made at the version that its stream has brought. Acknowledged is: bokgi, the
 * reply to the push; Hocuspocus, its SyncStatus; y-websocket, which has none, the echo of the update to its sender. Eight editors, evenly spread, look at everything
 * they are sent: seen is what arrives there, from the moment the key was struck, for keys of others. The rest take what they are sent and throw it away.
 *
 * Prints: keystrokes seen, per second, p50, p99 and worst in ms, µs of this program's own CPU per keystroke, MiB received. With PID: kills that process when KEYS were acknowledged, and prints a line
 * "CLIENT ACKNOWLEDGED" for each editor instead. DOCUMENT "@FILE": each editor has a document of its own, named there; says "open" when SECONDS are over, and keeps
 * them open until its input ends. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1024, OBSERVERS = 8, RING = 1024, EVENTS = 512, MOST_SAMPLES = 8000000, NAME = 22 };

static const struct kind *kind;
static int port, editors, ahead, epoll;
static long length, version, kill_pid, kill_keys;
static double rate;
static const char *documents;
static bool over;
static uint64_t received;

static float *samples;
static size_t sample_count;

struct editor;
struct line {
	int fd;
	struct editor *editor;
	bool (*take)(struct line *l); /* one message of what was received; false: there is no whole one */
	char *in;
	size_t n, at, room;
};

struct editor {
	int index;
	struct line push, stream; /* a WebSocket is both: push */
	char *token;
	const char *document;
	long typed, sent, acked;
	long known;    /* version that its stream has brought */
	long hold;     /* version that its last push led to */
	long pushed_at;
	bool in_flight, ready;
	int observer;  /* -1 */
	double due, at[RING];
	long seen[OBSERVERS]; /* of this editor's keys, by each observer */
};
static struct editor all[MOST];

static double now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static _Noreturn void fail(const char *what) {
	if (errno)
		perror(what);
	else
		fprintf(stderr, "%s\n", what);
	exit(1);
}

/* ---- lines ---- */

static void dial(struct line *l, struct editor *e, bool (*take)(struct line *l)) {
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1;
	*l = (struct line){ .fd = socket(AF_INET, SOCK_STREAM, 0), .editor = e, .take = take };
	if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&to, sizeof to) != 0 || setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
		fail("connect");
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = l };
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, l->fd, &event) != 0)
		fail("epoll_ctl");
}

static void say(struct line *l, const void *bytes, size_t n) {
	for (const char *p = bytes; n;) {
		ssize_t sent = send(l->fd, p, n, MSG_NOSIGNAL);
		if (sent < 0 && over)
			return;
		if (sent <= 0)
			fail("send");
		p += sent;
		n -= (size_t)sent;
	}
}

static bool hear(struct line *l) {
	if (l->room - l->n < 65536) {
		memmove(l->in, l->in + l->at, l->n - l->at);
		l->n -= l->at;
		l->at = 0;
		if (l->room - l->n < 65536)
			l->in = realloc(l->in, l->room = 2 * l->room + 65537);
	}
	ssize_t got = recv(l->fd, l->in + l->n, l->room - l->n - 1, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0)
		return false;
	received += (uint64_t)got;
	l->n += (size_t)got;
	l->in[l->n] = '\0';
	while (l->at < l->n && l->take(l))
		;
	if (l->at == l->n)
		l->at = l->n = 0;
	return true;
}

/* ---- what happens to a key ---- */

static void seen(struct editor *by, long index, long seq) {
	struct editor *e = &all[index];
	if (index < 0 || index >= editors || by->observer < 0)
		return;
	double now = now_ms();
	for (long *up_to = &e->seen[by->observer]; *up_to < seq && *up_to < e->typed;) {
		++*up_to;
		if (e != by && sample_count < MOST_SAMPLES)
			samples[sample_count++] = (float)(now - e->at[*up_to % RING]);
	}
}

static void acknowledged(struct editor *e, long seq) {
	static long total;
	if (seq <= e->acked)
		return;
	total += seq - e->acked;
	e->acked = seq;
	if (kill_pid && !over && total >= kill_keys) {
		over = true;
		kill((pid_t)kill_pid, SIGKILL);
	}
}

/* ---- bokgi ---- */

static void name_of(char *out, int index) {
	static char run[16];
	if (!run[0])
		snprintf(run, sizeof run, "%08lx", (unsigned long)time(NULL) ^ ((unsigned long)getpid() << 12));
	snprintf(out, NAME + 1, "%.8s-bench---%05d", run, index);
}

static void push(struct editor *e) {
	static char body[65536], head[512];
	char name[NAME + 1];
	if (e->in_flight || !e->ready || e->typed == e->acked || e->known < e->hold)
		return;
	name_of(name, e->index);
	long old = length + e->known - version, place = length * (e->index + 1) / (editors + 1);
	int n = snprintf(body, sizeof body, "{\"client\":\"%s\",\"version\":%ld,\"updates\":[", name, e->known);
	for (long seq = e->acked + 1; seq <= e->typed && n < (int)sizeof body - 200; seq++, old++) {
		n += snprintf(body + n, sizeof body - (size_t)n, "%s{\"seq\":%ld,\"changes\":[%ld,[0,\"x\"],%ld]}", seq == e->acked + 1 ? "" : ",", seq, place, old - place);
		e->sent = seq;
	}
	n += snprintf(body + n, sizeof body - (size_t)n, "]}");
	int m = snprintf(head, sizeof head,
		"POST /api/v1/documents/%s/updates HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", e->document, port, e->token, n);
	memmove(body + m, body, (size_t)n);
	memcpy(body, head, (size_t)m);
	e->pushed_at = e->known;
	e->in_flight = true;
	say(&e->push, body, (size_t)(m + n));
}

static bool take_reply(struct line *l) {
	struct editor *e = l->editor;
	char *head = l->in + l->at, *end = strstr(head, "\r\n\r\n"), *size = strcasestr(head, "content-length:");
	if (!end || !size)
		return false;
	size_t whole = (size_t)(end + 4 - head) + (size_t)atol(size + 15);
	if (l->n - l->at < whole)
		return false;
	long at = 0;
	char *found = strstr(end, "\"version\":");
	if (strncmp(head, "HTTP/1.1 200", 12) != 0 || !found || !(at = atol(found + 10))) {
		fprintf(stderr, "%.*s\n", (int)whole, head);
		exit(1);
	}
	l->at += whole;
	e->in_flight = false;
	e->hold = at;
	/* Nobody was in between. */
	if (at == e->pushed_at + e->sent - e->acked && at > e->known)
		e->known = at;
	acknowledged(e, e->sent);
	return true;
}

static void look_at_updates(struct editor *by, char *event) {
	for (char *p = event; (p = strstr(p, "{\"client\":\"")); p += 11 + NAME)
		if (memcmp(p + 19, "-bench---", 9) == 0)
			seen(by, atol(p + 28), atol(p + 11 + NAME + 8));
}

static bool take_event(struct line *l) {
	char *event = l->in + l->at, *end = strstr(event, "\n\n");
	struct editor *e = l->editor;
	if (strncmp(event, "HTTP/1.1 ", 9) == 0 && strncmp(event + 9, "200", 3) != 0)
		fail("a stream was refused");
	if (!end)
		return false;
	*end = '\0';
	if (strstr(event, "event: hello"))
		e->ready = true;
	char *found = strncmp(event, "event: updates", 14) == 0 ? strstr(event, "\"version\":") : NULL;
	if (found) {
		long at = atol(found + 10);
		if (at > e->known)
			e->known = at;
		if (e->observer >= 0)
			look_at_updates(e, event);
	}
	l->at = (size_t)(end + 2 - l->in);
	return true;
}

static void open_bokgi(struct editor *e) {
	char head[512];
	e->known = e->hold = version;
	dial(&e->push, e, take_reply);
	dial(&e->stream, e, take_event);
	int n = snprintf(head, sizeof head, "GET /api/v1/stream?topics=document:%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\n\r\n", e->document, port, e->token);
	say(&e->stream, head, (size_t)n);
}

/* ---- Yjs ---- */

struct bytes {
	unsigned char p[65536];
	size_t n;
};

static void put_uint(struct bytes *b, uint64_t x) {
	for (; x > 127; x >>= 7)
		b->p[b->n++] = (unsigned char)(x | 128);
	b->p[b->n++] = (unsigned char)x;
}

static void put(struct bytes *b, const void *p, size_t n) {
	put_uint(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static uint64_t get_uint(const unsigned char **p, const unsigned char *end) {
	uint64_t x = 0;
	for (int shift = 0; *p < end; shift += 7) {
		unsigned char c = *(*p)++;
		x |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			break;
	}
	return x;
}

static uint64_t client_of(int index) {
	static uint64_t run;
	if (!run)
		run = ((uint64_t)time(NULL) * 2654435761u & 0xffff) << 12;
	return run + 4096 + (uint64_t)index;
}

/* One item: the text put behind the client's own last character, or at the beginning of the root "text". */
static void put_update(struct bytes *b, int index, long clock, const char *text, size_t n) {
	uint64_t client = client_of(index);
	put_uint(b, 1);
	put_uint(b, 1);
	put_uint(b, client);
	put_uint(b, (uint64_t)clock);
	b->p[b->n++] = clock ? 4 | 128 : 4; /* text; its origin is told */
	if (clock) {
		put_uint(b, client);
		put_uint(b, (uint64_t)clock - 1);
	} else {
		put_uint(b, 1);
		put(b, "text", 4);
	}
	put(b, text, n);
	put_uint(b, 0);
}

/* Reads what put_update wrote, also several of them merged. Anything else is not ours, and ends it. */
static void look_at_update(struct editor *by, const unsigned char *p, const unsigned char *end, long *own) {
	for (uint64_t clients = get_uint(&p, end); clients-- && p < end;) {
		uint64_t items = get_uint(&p, end), client = get_uint(&p, end), clock = get_uint(&p, end);
		long index = (long)(client - client_of(0));
		while (items-- && p < end) {
			unsigned char info = *p++;
			if ((info & 31) != 4)
				return;
			for (unsigned char bit = 128; bit >= 64; bit >>= 1)
				if (info & bit) {
					get_uint(&p, end);
					get_uint(&p, end);
				}
			if (!(info & 192) && get_uint(&p, end) == 1) {
				uint64_t skip = get_uint(&p, end);
				p += skip;
			}
			uint64_t n = get_uint(&p, end);
			p += n;
			clock += n;
		}
		if (index == by->index && own)
			*own = (long)clock;
		seen(by, index, (long)clock);
	}
}

static void say_frame(struct line *l, const struct bytes *b) {
	static unsigned char out[70000];
	size_t n = 0;
	out[n++] = 0x82;
	if (b->n < 126) {
		out[n++] = (unsigned char)(128 | b->n);
	} else {
		out[n++] = 128 | 126;
		out[n++] = (unsigned char)(b->n >> 8);
		out[n++] = (unsigned char)b->n;
	}
	memset(out + n, 0, 4); /* a mask that changes nothing */
	memcpy(out + n + 4, b->p, b->n);
	say(l, out, n + 4 + b->n);
}

static bool hocus(void);

static void put_address(struct bytes *b, const struct editor *e) {
	if (hocus())
		put(b, e->document, strlen(e->document));
}

static void say_update(struct editor *e, long clock, const char *text, size_t n) {
	static struct bytes update, message;
	update.n = message.n = 0;
	put_update(&update, e->index, clock, text, n);
	put_address(&message, e);
	put_uint(&message, 0);
	put_uint(&message, 2);
	put(&message, update.p, update.n);
	say_frame(&e->push, &message);
}

static void say_token(struct editor *e) {
	static struct bytes b;
	b.n = 0;
	put_address(&b, e);
	put_uint(&b, 2);
	put_uint(&b, 0);
	put(&b, "token", 5);
	say_frame(&e->push, &b);
}

static void take_message(struct editor *e, const unsigned char *p, const unsigned char *end) {
	long own = 0;
	if (hocus()) {
		uint64_t skip = get_uint(&p, end);
		p += skip;
	}
	switch (get_uint(&p, end)) {
	case 0:
		if (get_uint(&p, end) != 2)
			return;
		get_uint(&p, end);
		if (hocus() ? e->observer >= 0 : true)
			look_at_update(e, p, end, hocus() ? NULL : &own);
		acknowledged(e, own);
		return;
	case 2: e->ready = true; return;
	case 8: acknowledged(e, e->acked + 1); return;
	default: return;
	}
}

static bool take_frame(struct line *l) {
	const unsigned char *p = (unsigned char *)l->in + l->at;
	size_t have = l->n - l->at, head = 2, n;
	if (have < 2 || (n = p[1] & 127, head = n == 126 ? 4 : n == 127 ? 10 : 2) > have)
		return false;
	if (head > 2) {
		n = 0;
		for (size_t i = 2; i < head; i++)
			n = n << 8 | p[i];
	}
	if (have < head + n)
		return false;
	l->at += head + n;
	if ((p[0] & 15) == 2)
		take_message(l->editor, p + head, p + head + n);
	return true;
}

static bool take_upgrade(struct line *l) {
	char *end = strstr(l->in + l->at, "\r\n\r\n");
	if (!end)
		return false;
	if (!strstr(l->in, " 101 "))
		fail("no WebSocket");
	l->at = (size_t)(end + 4 - l->in);
	l->take = take_frame;
	if (hocus())
		say_token(l->editor);
	else
		l->editor->ready = true;
	return true;
}

static void open_yjs(struct editor *e) {
	char head[512];
	dial(&e->push, e, take_upgrade);
	int n = snprintf(head, sizeof head,
		"GET /%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", e->document, port);
	say(&e->push, head, (size_t)n);
}

static void begin_yjs(struct editor *first) {
	char *text = malloc((size_t)length + 1);
	memset(text, 'a', (size_t)length);
	struct editor writer = { .index = MOST, .push = first->push, .document = first->document };
	if (length)
		say_update(&writer, 0, text, (size_t)length);
	free(text);
}

static void send_keys(struct editor *e) {
	for (; e->sent < e->typed; e->sent++)
		say_update(e, e->sent, "x", 1);
}

/* ---- the three ---- */

static const struct kind {
	const char *name;
	void (*open)(struct editor *e);
	void (*begin)(struct editor *first);
	void (*send)(struct editor *e);
	int lines;
} kinds[] = {
	{ "bokgi", open_bokgi, NULL, push, 2 },
	{ "hocuspocus", open_yjs, begin_yjs, send_keys, 1 },
	{ "y-websocket", open_yjs, begin_yjs, send_keys, 1 },
};

static bool hocus(void) {
	return kind == &kinds[1];
}

static void wait_for_lines(double ms) {
	struct epoll_event events[EVENTS];
	struct timespec t = { (time_t)(ms / 1e3), (long)(ms * 1e6) % 1000000000 };
	int n = epoll_pwait2(epoll, events, EVENTS, &t, NULL);
	for (int i = 0; i < n; i++) {
		struct line *l = events[i].data.ptr;
		if (!hear(l)) {
			if (!over)
				fail(l == &l->editor->push ? "the server closed a line" : "the server ended a stream: it was not read fast enough");
			epoll_ctl(epoll, EPOLL_CTL_DEL, l->fd, NULL);
		}
	}
	for (int i = 0; i < n && !over; i++)
		kind->send(((struct line *)events[i].data.ptr)->editor);
}

static void type(struct editor *e, double now) {
	e->at[++e->typed % RING] = now;
}

/* Returns how long until somebody types. */
static double strike(double now) {
	double next = 1;
	for (int i = 0; i < editors; i++) {
		struct editor *e = &all[i];
		long before = e->typed;
		if (rate == 0) {
			while (e->typed - e->acked < ahead && e->known >= e->hold)
				type(e, now);
		} else {
			for (; e->due <= now; e->due += 1e3 / rate)
				if (e->typed - e->acked < RING / 2)
					type(e, e->due);
			if (e->due - now < next)
				next = e->due - now;
		}
		if (e->typed > before)
			kind->send(e);
	}
	return next;
}

static bool everything_seen(void) {
	for (int i = 0; i < editors; i++)
		for (int k = 0; k < OBSERVERS && k < editors; k++)
			if (all[i].seen[k] < all[i].typed)
				return false;
	return true;
}

static char *next_word(FILE *f) {
	char *word = NULL;
	if (f && fscanf(f, "%ms", &word) != 1)
		fail("too few tokens or documents");
	return word;
}

static void open_all(const char *tokens) {
	FILE *f = strcmp(tokens, "-") ? fopen(tokens, "r") : NULL, *own = documents[0] == '@' ? fopen(documents + 1, "r") : NULL;
	for (int i = 0; i < editors; i++) {
		struct editor *e = &all[i];
		*e = (struct editor){ .index = i, .observer = -1 };
		e->token = next_word(f);
		e->document = own ? next_word(own) : documents;
		kind->open(e);
		while (!e->ready)
			wait_for_lines(1);
		if (kind->begin && (own || i == 0))
			kind->begin(e);
	}
	for (int k = 0; k < OBSERVERS && k < editors; k++)
		all[k * editors / (editors < OBSERVERS ? editors : OBSERVERS)].observer = k;
	for (double end = now_ms() + 500; now_ms() < end;)
		wait_for_lines(10);
}

static double cpu_us(void) {
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static int by_size(const void *a, const void *b) {
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

static void print_result(double took, double cpu, uint64_t bytes) {
	long keys = 0;
	for (int i = 0; i < editors; i++)
		keys += all[i].acked;
	if (!sample_count)
		fail("nobody saw anything");
	qsort(samples, sample_count, sizeof *samples, by_size);
	printf("%ld %.1f %.3f %.3f %.3f %.1f %.1f\n", keys, (double)keys / took * 1e3, (double)samples[sample_count / 2], (double)samples[sample_count * 99 / 100],
		(double)samples[sample_count - 1], cpu / (double)keys, (double)bytes / 1048576);
}

static void print_acknowledged(void) {
	char name[NAME + 1];
	for (int i = 0; i < editors; i++) {
		snprintf(name, sizeof name, "%llu", (unsigned long long)client_of(i));
		if (kind == kinds)
			name_of(name, i);
		printf("%s %ld\n", name, all[i].acked);
	}
}

/* The pushes of bokgi have lines of their own, which a browser lets go; what stays is the stream. */
static void stay_open(void) {
	char end;
	for (double until = now_ms() + 1000; now_ms() < until;)
		wait_for_lines(10);
	for (int i = 0; i < editors && kind == kinds; i++)
		close(all[i].push.fd);
	usleep(500000);
	puts("open");
	fflush(stdout);
	while (read(0, &end, 1) > 0)
		;
}

int main(int argc, char **argv) {
	if (argc < 11)
		fail("usage: typing KIND PORT DOCUMENT EDITORS SECONDS RATE AHEAD LENGTH VERSION TOKENS [PID KEYS]");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			kind = &kinds[i];
	port = atoi(argv[2]);
	documents = argv[3];
	editors = atoi(argv[4]);
	double seconds = atof(argv[5]);
	rate = atof(argv[6]);
	ahead = atoi(argv[7]);
	length = atol(argv[8]);
	version = atol(argv[9]);
	kill_pid = argc > 12 ? atol(argv[11]) : 0;
	kill_keys = argc > 12 ? atol(argv[12]) : 0;
	epoll = epoll_create1(0);
	samples = malloc(MOST_SAMPLES * sizeof *samples);
	if (!kind || editors < 1 || editors > MOST || !samples)
		fail("no such kind, or too many editors");
	open_all(argv[10]);
	double from = now_ms(), cpu = cpu_us();
	uint64_t bytes = received;
	for (int i = 0; i < editors && rate > 0; i++)
		all[i].due = from + 1e3 / rate * i / editors;
	while (!over && now_ms() < from + seconds * 1e3)
		wait_for_lines(strike(now_ms()));
	if (kill_pid) {
		over = true;
		kill((pid_t)kill_pid, SIGKILL);
		print_acknowledged();
		return 0;
	}
	if (documents[0] == '@') {
		stay_open();
		return 0;
	}
	double took = now_ms() - from;
	cpu = cpu_us() - cpu;
	bytes = received - bytes;
	for (double end = now_ms() + 3000; now_ms() < end && !everything_seen();)
		wait_for_lines(5);
	print_result(took, cpu, bytes);
	return 0;
}
