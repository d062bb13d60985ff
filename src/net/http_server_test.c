/* The server, on a free loopback port, spoken to over raw sockets. */
#include "net/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include "base/testing.h"

/* ---- a client ---- */

static int dial(int port) {
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void put(int fd, str bytes) {
	while (bytes.n) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (n <= 0)
			return; /* refused before we were through: the answer tells */
		bytes = str_from(bytes, (size_t)n);
	}
}

static str read_to_end(int fd) {
	static char room[1 << 20];
	size_t n = 0;
	for (ssize_t got; n < sizeof room - 1 && (got = recv(fd, room + n, sizeof room - 1 - n, 0)) > 0;)
		n += (size_t)got;
	room[n] = '\0';
	close(fd);
	return (str){ room, n };
}

static str ask_bytes(int port, str request) {
	int fd = dial(port);
	put(fd, request);
	return read_to_end(fd);
}

static str ask(int port, const char *request) {
	return ask_bytes(port, str_c(request));
}

static int status_of(str reply) {
	return reply.n > 12 ? atoi(reply.p + 9) : 0;
}

static str body_of(str reply) {
	ptrdiff_t at = str_find(reply, STR("\r\n\r\n"));
	return at < 0 ? STR_NONE : str_from(reply, (size_t)at + 4);
}

static void assert_has(str reply, const char *text) {
	if (str_find(reply, str_c(text)) < 0)
		fail_msg("\"%s\" is not in the reply:\n%.*s", text, STR_FMT(reply));
}

/* ---- an application ---- */

struct later {
	struct http_request *r;
	int delay_us;
};

struct app {
	struct http_server *server;
	struct http_finished *finished;
	_Atomic int done;
};

static void reply_text(struct http_request *r, int status, const char *type, str text) {
	struct buf body = { 0 };
	struct http_reply_header h[] = { { "Content-Type", str_c(type) } };
	buf_add(&body, text);
	http_reply(r, status, h, 1, &body);
}

static int64_t on_head(void *data UNUSED, struct http_request *r, const struct http_head *head) {
	if (head->segment_count && str_is(head->segments[0], "early")) {
		reply_text(r, 401, "text/plain", STR("early"));
		return -1;
	}
	return head->segment_count && str_is(head->segments[0], "upload") ? 100000 : 10;
}

static void *answer_later(void *data) {
	struct later l = *(struct later *)data;
	free(data);
	if (l.delay_us)
		usleep((useconds_t)l.delay_us);
	reply_text(l.r, 200, "text/plain", STR("later"));
	return NULL;
}

static void later(struct http_request *r, int delay_us) {
	pthread_t thread;
	struct later *l = malloc(sizeof *l);
	*l = (struct later){ .r = r, .delay_us = delay_us };
	assert_int_equal(pthread_create(&thread, NULL, answer_later, l), 0);
	pthread_detach(thread);
}

static void describe(struct http_request *r, const struct http_head *head, str body) {
	struct buf text = { 0 };
	buf_printf(&text, "%.*s", STR_FMT(head->method));
	for (size_t i = 0; i < head->segment_count; i++)
		buf_printf(&text, "|%.*s", STR_FMT(head->segments[i]));
	str forwarded = http_header(r, "x-test"), cookie = http_cookie(r, "c");
	buf_printf(&text, "?%.*s remote=%.*s tls=%d local=%d uid=%lld body=%zu x=%.*s c=%.*s", STR_FMT(head->query), STR_FMT(head->remote), head->tls, head->local_socket,
		(long long)head->peer_uid, body.n, STR_FMT(forwarded), STR_FMT(cookie));
	struct http_reply_header h[] = { { "Content-Type", STR("text/plain") } };
	http_reply(r, 200, h, 1, &text);
}

static void on_request(void *data, struct http_request *r, const struct http_head *head, str body) {
	struct app *a = data;
	str first = head->segment_count ? head->segments[0] : STR("");
	*http_slot(r) = a;
	assert_true(http_thread_index(r) >= 0);
	if (str_is(first, "later"))
		later(r, 2000);
	else if (str_is(first, "slow"))
		later(r, 2500000);
	else if (str_is(first, "now-later"))
		later(r, 0);
	else if (str_is(first, "finished")) {
		shared_hold(http_finished_shared(a->finished));
		http_reply_finished(r, a->finished);
	} else if (str_is(first, "inject")) {
		struct http_reply_header h[] = { { "X-A", STR("a\r\nSet-Cookie: b") } };
		http_reply(r, 200, h, 1, NULL);
	} else if (str_is(first, "big")) {
		struct buf text = { 0 };
		for (int i = 0; i < 500; i++)
			buf_lit(&text, "{\"word\":\"incident\"},");
		struct http_reply_header h[] = { { "Content-Type", STR("application/json") } };
		http_reply(r, 200, h, 1, &text);
	} else if (str_is(first, "static"))
		http_reply_static(r, 200, NULL, 0, STR("for ever"));
	else if (str_is(first, "failed")) {
		struct buf text = { .limit = 1 };
		buf_lit(&text, "does not fit");
		http_reply(r, 200, NULL, 0, &text);
	} else
		describe(r, head, body);
}

static void on_refusal(void *data UNUSED, struct http_request *r, int status, const char *code) {
	reply_text(r, status, "text/plain", str_c(code));
}

static void on_done(void *data, struct http_request *r, int status UNUSED, int64_t duration_us) {
	struct app *a = data;
	assert_true(duration_us >= 0);
	assert_true(*http_slot(r) == NULL || *http_slot(r) == a);
	a->done++;
}

static struct app *app_start(struct http_config c) {
	struct app *a = calloc(1, sizeof *a);
	struct buf why = { 0 };
	c.address = c.address.n ? c.address : STR("127.0.0.1");
	c.on = (struct http_callbacks){ a, on_head, on_request, on_refusal, on_done };
	if (http_server_start(&c, &a->server, &why) != ST_OK)
		fail_msg("%.*s", STR_FMT(buf_str(&why)));
	return a;
}

static void app_stop(struct app *a) {
	http_server_stop(a->server);
	free(a);
}

#define CLOSE "Host: h\r\nConnection: close\r\n"

/* ---- tests ---- */

/* A byte now and then, until the other side has had enough; how many it took. */
static int trickle(int port, const char *first, const char *then) {
	int fd = dial(port), sent = 0;
	char got;
	put(fd, str_c(first));
	while (sent < 100 && recv(fd, &got, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN) {
		usleep(100000);
		put(fd, str_n(then, 1));
		sent++;
	}
	close(fd);
	return sent;
}

TEST(http_server, does_not_wait_for_a_head_or_a_body_that_trickles) {
	struct app *a = app_start((struct http_config){ .head_seconds = 1, .body_seconds = 1 });
	int port = http_server_port(a->server);
	int head = trickle(port, "GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ", "x"), line = trickle(port, "", "G");
	int body = trickle(port, "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n", "x");
	if (head == 100 || line == 100 || body == 100)
		fail_msg("%d, %d and %d bytes were waited for", head, line, body);
	assert_int_equal(status_of(ask(port, "GET /slow HTTP/1.1\r\n" CLOSE "\r\n")), 200); /* what we take to answer is not its fault */
	app_stop(a);
}

TEST(http_server, answers_and_describes_the_request) {
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	str reply = ask(port, "GET /api/a%2Fb/?q=1 HTTP/1.1\r\n" CLOSE "X-Test:  v \r\nCookie: a=1; c=secret\r\n\r\n");
	assert_int_equal(status_of(reply), 200);
	assert_str(body_of(reply), "GET|api|a/b|?q=1 remote=127.0.0.1 tls=0 local=0 uid=-1 body=0 x=v c=secret");
	reply = ask(port, "HEAD /x HTTP/1.1\r\n" CLOSE "\r\n");
	assert_int_equal(status_of(reply), 200);
	assert_has(reply, "Content-Length: 57");
	assert_int_equal(body_of(reply).n, 0);
	assert_str(body_of(ask(port, "GET /static HTTP/1.1\r\n" CLOSE "\r\n")), "for ever");
	assert_int_equal(status_of(ask(port, "GET /failed HTTP/1.1\r\n" CLOSE "\r\n")), 503);
	app_stop(a);
}

TEST(http_server, keeps_connections_and_answers_in_order) {
	struct app *a = app_start((struct http_config){ 0 });
	str reply = ask(http_server_port(a->server),
		"GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /early HTTP/1.1\r\nHost: h\r\n\r\nGET /now-later HTTP/1.1\r\nHost: h\r\n\r\n"
		"GET /4 HTTP/1.1\r\n" CLOSE "\r\n");
	ptrdiff_t one = str_find(reply, STR("GET|1?")), two = str_find(reply, STR("POST|2?")), three = str_find(reply, STR("\r\nearly")), four = str_find(reply, STR("GET|4?"));
	assert_true(0 < one && one < two && two < three && three < four);
	assert_has(reply, "body=3");
	app_stop(a);
}

TEST(http_server, bodies_arrive_whole_or_chunked_and_are_limited) {
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	assert_has(ask(port, "POST /x HTTP/1.1\r\n" CLOSE "Content-Length: 10\r\n\r\n0123456789"), "body=10");
	assert_has(ask(port, "POST /x HTTP/1.1\r\n" CLOSE "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "body=5");
	str reply = ask(port, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
	assert_int_equal(status_of(reply), 413);
	assert_str(body_of(reply), "http.too_big");
	reply = ask(port, "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n");
	assert_int_equal(status_of(reply), 413);
	assert_str(body_of(reply), "http.too_big");
	reply = ask(port, "POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
	assert_int_equal(status_of(reply), 413);
	struct buf big = { 0 };
	buf_lit(&big, "POST /upload HTTP/1.1\r\n" CLOSE "Content-Length: 100000\r\n\r\n");
	memset(buf_room(&big, 100000), 'x', 100000);
	big.n += 100000;
	assert_has(ask_bytes(port, buf_str(&big)), "body=100000");
	buf_free(&big);
	app_stop(a);
}

TEST(http_server, endless_chunked_body_is_cut_off) {
	struct app *a = app_start((struct http_config){ 0 });
	struct buf big = { 0 };
	buf_lit(&big, "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 40; i++) {
		buf_lit(&big, "4000\r\n");
		memset(buf_room(&big, 0x4000), 'x', 0x4000);
		big.n += 0x4000;
		buf_lit(&big, "\r\n");
	}
	assert_int_equal(ask_bytes(http_server_port(a->server), buf_str(&big)).n, 0);
	buf_free(&big);
	app_stop(a);
}

TEST(http_server, refuses_heads_that_two_readers_could_read_differently) {
	static const struct {
		str request;
		int status;
		const char *code; /* NULL: refused in the library's words */
	} table[] = {
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"), 400, "http.length_and_coding" },
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400, "http.two_lengths" },
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"), 400, "http.two_lengths" },
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3x\r\n\r\nabc"), 400, NULL },
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\nabc"), 400, "http.bad_header" },
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"), 400, "http.bad_coding" },
		{ STR("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n"), 400, "http.bad_coding" },
		{ STR("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, "http.bad_coding" },
		{ STR("GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n"), 400, "http.two_hosts" },
		{ STR("GET / HTTP/1.1\r\n\r\n"), 400, NULL },
		{ STR("GET / HTTP/1.1\r\nHost : h\r\n\r\n"), 400, NULL },
		{ STR("GET / HTTP/1.1\r\nHost: h\r\nX: a\x01z\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\r\nHost: h\r\nX: a\rz\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\r\nHost: h\r\nX: a\0z\r\nY: b\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\r\nHost: h\r\nX: a\0z\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n folded\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\r\nHos: h\r\nt: a\r\nHost: h\r\nTransfer-Encodin: chunked\r\n g\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\r\nHost: h\nX: a\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET / HTTP/1.1\nHost: h\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"), 400, "http.bad_header" },
		{ STR("GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n"), 400, "http.bad_target" },
		{ STR("GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n"), 400, "http.bad_target" },
		{ STR("GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n"), 400, "http.bad_target" },
		{ STR("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 400, "http.bad_target" },
		{ STR("GET /1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17 HTTP/1.1\r\nHost: h\r\n\r\n"), 404, "http.too_deep" },
	};
	struct app *a = app_start((struct http_config){ 0 });
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		str reply = ask_bytes(http_server_port(a->server), table[i].request);
		if (status_of(reply) != table[i].status || (table[i].code && !str_is(body_of(reply), table[i].code)))
			fail_msg("request %zu: want %d %s, got:\n%.*s", i, table[i].status, table[i].code, STR_FMT(reply));
		assert_has(reply, "Connection: close");
	}
	app_stop(a);
}

TEST(http_server, accepts_heads_of_eight_kilobytes_in_any_pieces) {
	struct app *a = app_start((struct http_config){ 0 });
	struct buf head = { 0 };
	buf_lit(&head, "GET /x HTTP/1.1\r\n" CLOSE);
	for (int i = 0; head.n < 8000; i++)
		buf_printf(&head, "X-Padding-%d: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n", i);
	buf_lit(&head, "\r\n");
	assert_int_equal(status_of(ask_bytes(http_server_port(a->server), buf_str(&head))), 200);
	int fd = dial(http_server_port(a->server));
	for (size_t i = 0; i < head.n; i += 997) {
		put(fd, str_to(str_from(buf_str(&head), i), 997));
		usleep(500);
	}
	assert_int_equal(status_of(read_to_end(fd)), 200);
	buf_free(&head);
	app_stop(a);
}

TEST(http_server, reply_headers_cannot_smuggle) {
	struct app *a = app_start((struct http_config){ 0 });
	str reply = ask(http_server_port(a->server), "GET /inject HTTP/1.1\r\n" CLOSE "\r\n");
	assert_int_equal(status_of(reply), 500);
	assert_str(body_of(reply), "http.bad_reply_header");
	assert_true(str_find(reply, STR("Set-Cookie")) < 0);
	app_stop(a);
}

static size_t gunzip(str in, char *out, size_t room) {
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.n, .next_out = (Bytef *)out, .avail_out = (uInt)room };
	assert_int_equal(inflateInit2(&z, 16 + 15), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	inflateEnd(&z);
	return z.total_out;
}

TEST(http_server, compresses_for_those_who_take_it) {
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	str reply = ask(port, "GET /big HTTP/1.1\r\n" CLOSE "\r\n");
	assert_int_equal(body_of(reply).n, 500 * 20);
	assert_true(str_find(reply, STR("Content-Encoding")) < 0);
	assert_has(reply, "Vary: Accept-Encoding");
	char plain[20000];
	for (int i = 0; i < 2; i++) { /* the second time with the stream of the first */
		reply = ask(port, "GET /big HTTP/1.1\r\n" CLOSE "Accept-Encoding: br, gzip\r\n\r\n");
		assert_has(reply, "Content-Encoding: gzip");
		assert_true(body_of(reply).n < 1000);
		assert_int_equal(gunzip(body_of(reply), plain, sizeof plain), 500 * 20);
		assert_memory_equal(plain, "{\"word\":\"incident\"},", 20);
	}
	reply = ask(port, "GET /x HTTP/1.1\r\n" CLOSE "Accept-Encoding: gzip\r\n\r\n");
	assert_true(str_find(reply, STR("Content-Encoding")) < 0);
	app_stop(a);
}

static void *many_requests(void *data) {
	int port = *(int *)data;
	int fd = dial(port);
	long good = 0;
	for (int i = 0; i < 300; i++) {
		char room[1000];
		size_t n = 0;
		put(fd, i % 3 ? STR("GET /now-later HTTP/1.1\r\nHost: h\r\n\r\n") : STR("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
		while (n < 5 || memcmp(room + n - 5, "later", 5) != 0) {
			ssize_t got = recv(fd, room + n, sizeof room - n, 0);
			if (got <= 0)
				goto out;
			n += (size_t)got;
		}
		good++;
	}
out:
	close(fd);
	return (void *)good;
}

/* The reply comes from another thread, before or after the connection is suspended. */
TEST(http_server, a_finished_reply_is_sent_many_times_and_outlives_its_maker) {
	const struct http_reply_header unsafe[] = { { "X-A", STR("a\nb") } }, h[] = { { "Content-Type", STR("text/plain") }, { "X-B", STR("b") } };
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	assert_null(http_finish(200, unsafe, 1, STR("x"), false));
	a->finished = http_finish(203, h, 2, STR("many times"), true);
	for (int i = 0; i < 20; i++) {
		str reply = ask(port, i % 2 ? "GET /finished HTTP/1.1\r\n" CLOSE "\r\n" : "GET /finished HTTP/1.1\r\nHost: h\r\n\r\nGET /finished HTTP/1.1\r\n" CLOSE "\r\n");
		assert_int_equal(status_of(reply), 203);
		assert_has(reply, "X-B: b\r\n");
		assert_true(str_ends(reply, STR("\r\n\r\nmany times")));
	}
	assert_int_equal(body_of(ask(port, "HEAD /finished HTTP/1.1\r\n" CLOSE "\r\n")).n, 0);
	while (a->done < 31)
		usleep(1000);
	assert_int_equal(http_finished_shared(a->finished)->holders, 1);
	shared_let_go(http_finished_shared(a->finished));
	app_stop(a);
}

TEST(http_server, answers_from_other_threads) {
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many_requests, &port), 0);
	for (int i = 0; i < 4; i++) {
		void *good;
		pthread_join(threads[i], &good);
		assert_int_equal((long)good, 300);
	}
	app_stop(a);
}

static void *impatient(void *data) {
	struct linger at_once = { 1, 0 };
	for (int i = 0; i < 200; i++) {
		int fd = dial(*(int *)data);
		put(fd, i % 2 ? STR("GET /later HTTP/1.1\r\nHost: h\r\n\r\n") : STR("GET /now-later HTTP/1.1\r\nHost: h\r\n\r\nGET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
		if (i % 3)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		close(fd);
	}
	return NULL;
}

TEST(http_server, clients_that_do_not_wait_leave_nothing_behind) {
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, impatient, &port), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_has(ask(port, "GET /x HTTP/1.1\r\n" CLOSE "\r\n"), "GET|x");
	app_stop(a);
}

TEST(http_server, stop_waits_for_what_is_owed) {
	for (int round = 0; round < 20; round++) {
		struct app *a = app_start((struct http_config){ 0 });
		int fds[8];
		for (int i = 0; i < 8; i++) {
			fds[i] = dial(http_server_port(a->server));
			put(fds[i], STR("GET /later HTTP/1.1\r\n" CLOSE "\r\n"));
		}
		usleep((useconds_t)round * 200);
		http_server_quiesce(a->server);
		app_stop(a);
		for (int i = 0; i < 8; i++)
			close(fds[i]);
	}
}

TEST(http_server, believes_only_trusted_proxies) {
	const char *request = "GET /x HTTP/1.1\r\n" CLOSE "X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nX-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: https\r\n\r\n";
	struct app *a = app_start((struct http_config){ 0 });
	assert_has(ask(http_server_port(a->server), request), "remote=127.0.0.1 tls=0");
	app_stop(a);
	str proxies[] = { STR("127.0.0.1"), STR("10.0.0.0/8") };
	a = app_start((struct http_config){ .trusted_proxies = proxies, .trusted_proxy_count = 2 });
	assert_has(ask(http_server_port(a->server), request), "remote=203.0.113.9 tls=1");
	assert_has(ask(http_server_port(a->server), "GET /x HTTP/1.1\r\n" CLOSE "\r\n"), "remote=127.0.0.1 tls=0");
	app_stop(a);
}

TEST(http_server, unix_socket_names_its_user) {
	char folder[] = "/tmp/bokgi-test-XXXXXX", path[64];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/s", folder);
	struct app *a = app_start((struct http_config){ .unix_path = path });
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	strcpy(to.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	put(fd, STR("GET /x HTTP/1.1\r\n" CLOSE "X-Forwarded-For: 1.1.1.1\r\n\r\n"));
	char want[80];
	snprintf(want, sizeof want, "remote=unix tls=0 local=1 uid=%u", getuid());
	assert_has(read_to_end(fd), want);
	app_stop(a);
	assert_int_equal(access(path, F_OK), -1);
	rmdir(folder);
}

TEST(http_server, quiesced_server_takes_no_connection) {
	struct app *a = app_start((struct http_config){ 0 });
	int old = dial(http_server_port(a->server));
	put(old, STR("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"));
	char room[1000];
	assert_true(recv(old, room, sizeof room, 0) > 0);
	http_server_quiesce(a->server);
	assert_int_equal(ask(http_server_port(a->server), "GET /x HTTP/1.1\r\n" CLOSE "\r\n").n, 0);
	put(old, STR("GET /2 HTTP/1.1\r\n" CLOSE "\r\n"));
	assert_has(read_to_end(old), "GET|2");
	app_stop(a);
}

TEST(http_server, every_request_seen_is_done) {
	struct app *a = app_start((struct http_config){ 0 });
	int port = http_server_port(a->server);
	ask(port, "GET /x HTTP/1.1\r\n" CLOSE "\r\n");
	ask(port, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
	int fd = dial(port);
	put(fd, STR("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"));
	usleep(20000);
	close(fd);
	for (int i = 0; i < 1000 && a->done < 3; i++)
		usleep(2000);
	assert_int_equal(a->done, 3);
	app_stop(a);
}

TEST(http_server, says_why_it_cannot_start) {
	struct app *a = app_start((struct http_config){ 0 });
	struct http_server *s;
	struct buf why = { 0 };
	struct http_config c = { .address = STR("127.0.0.1"), .port = http_server_port(a->server) };
	assert_int_equal(http_server_start(&c, &s, &why), ST_UNAVAILABLE);
	assert_true(str_find(buf_str(&why), STR("in use")) > 0);
	buf_clear(&why);
	c = (struct http_config){ .address = STR("127.0.0.1"), .tls_cert = "/nowhere/cert.pem", .tls_key = "/nowhere/key.pem" };
	assert_int_equal(http_server_start(&c, &s, &why), ST_UNAVAILABLE);
	assert_true(str_find(buf_str(&why), STR("/nowhere/cert.pem")) > 0);
	buf_clear(&why);
	c.tls_cert = c.tls_key = "/dev/null";
	assert_int_equal(http_server_start(&c, &s, &why), ST_UNAVAILABLE);
	assert_true(str_find(buf_str(&why), STR("certificate")) > 0);
	buf_clear(&why);
	str proxy = STR("proxy.example");
	c = (struct http_config){ .address = STR("127.0.0.1"), .trusted_proxies = &proxy, .trusted_proxy_count = 1 };
	assert_int_equal(http_server_start(&c, &s, &why), ST_UNAVAILABLE);
	assert_true(str_find(buf_str(&why), proxy) > 0);
	buf_free(&why);
	app_stop(a);
}

TEST(http_server, listens_on_ipv6) {
	if (access("/proc/net/if_inet6", R_OK) != 0)
		skip();
	struct app *a = app_start((struct http_config){ .address = STR("::1") });
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)http_server_port(a->server)), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	put(fd, STR("GET /x HTTP/1.1\r\n" CLOSE "\r\n"));
	assert_has(read_to_end(fd), "remote=::1");
	app_stop(a);
}
