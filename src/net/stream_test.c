/* The live stream over a real server and raw sockets. */
#include "net/stream.h"

#include <arpa/inet.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/testing.h"
#include "net/stream_loop.h"

/* ---- an application: GET /stream/{who}/{topics, comma separated} ---- */

struct app {
	struct http_server *server;
	struct stream_hub *hub;
	_Atomic int done;
};

static int64_t on_head(void *data UNUSED, struct http_request *r UNUSED, const struct http_head *head UNUSED) {
	return 0;
}

static void open_for(struct app *a, struct http_request *r, const struct http_head *head) {
	str topics[STREAM_TOPICS + 1], list = head->segments[2];
	size_t n = 0;
	int64_t who = 0;
	while (list.n && n <= STREAM_TOPICS)
		topics[n++] = str_cut(&list, ',');
	struct buf backlog = { 0 };
	if (str_is(head->query, "backlog"))
		stream_format(&backlog, 7, STR("old"), STR("news"));
	enum st st = str_i64(head->segments[1], &who) ? stream_open(a->hub, r, who, topics, n, buf_str(&backlog)) : ST_NOT_FOUND;
	buf_free(&backlog);
	if (st != ST_OK)
		http_reply(r, st == ST_BUSY ? 503 : st == ST_TOO_MANY ? 429 : 422, NULL, 0, NULL);
}

struct later {
	struct app *a;
	struct http_request *r;
	struct http_head head;
};

static void *open_later(void *data) {
	struct later l = *(struct later *)data;
	free(data);
	open_for(l.a, l.r, &l.head);
	return NULL;
}

static void on_request(void *data, struct http_request *r, const struct http_head *head, str body UNUSED) {
	pthread_t thread;
	if (!str_is(head->query, "later")) {
		open_for(data, r, head);
		return;
	}
	struct later *l = malloc(sizeof *l);
	*l = (struct later){ data, r, *head };
	assert_int_equal(pthread_create(&thread, NULL, open_later, l), 0);
	pthread_detach(thread);
}

static void on_done(void *data, struct http_request *r UNUSED, int status UNUSED, int64_t us UNUSED) {
	((struct app *)data)->done++;
}

static struct app *app_start(size_t most, const char *cert, const char *key) {
	struct app *a = calloc(1, sizeof *a);
	struct buf why = { 0 };
	struct http_config c = { .address = STR("127.0.0.1"), .tls_cert = cert, .tls_key = key, .on = { a, on_head, on_request, NULL, on_done } };
	assert_int_equal(stream_hub_new(&a->hub, most), ST_OK);
	if (http_server_start(&c, &a->server, &why) != ST_OK)
		fail_msg("%.*s", STR_FMT(buf_str(&why)));
	return a;
}

static void app_stop(struct app *a) {
	http_server_quiesce(a->server);
	stream_hub_stop(a->hub);
	http_server_stop(a->server);
	stream_hub_free(a->hub);
	free(a);
}

/* ---- a client ---- */

struct client {
	int fd;
	size_t n;
	char room[8192];
};

static int dial(const struct app *a) {
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(a->server)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	close(fd);
	return -1;
}

static struct client open_stream(const struct app *a, const char *path) {
	struct client c = { .fd = dial(a) };
	char request[1000];
	int n = snprintf(request, sizeof request, "GET /stream/%s HTTP/1.1\r\nHost: h\r\n\r\n", path);
	if (c.fd >= 0 && send(c.fd, request, (size_t)n, MSG_NOSIGNAL) != n) {
		close(c.fd);
		c.fd = -1;
	}
	return c;
}

static bool read_more(struct client *c) {
	ssize_t n = recv(c->fd, c->room + c->n, sizeof c->room - 1 - c->n, 0);
	c->n += n > 0 ? (size_t)n : 0;
	c->room[c->n] = '\0';
	return n > 0;
}

/* Room for more; a mark may be cut in two. */
static void keep_the_end(struct client *c) {
	if (c->n > sizeof c->room / 2) {
		memmove(c->room, c->room + c->n - 100, 101);
		c->n = 100;
	}
}

static bool wait_for(struct client *c, const char *text) {
	while (!strstr(c->room, text))
		if (!read_more(c))
			return false;
	return true;
}

static void assert_gets(struct client *c, const char *text) {
	if (!wait_for(c, text))
		fail_msg("\"%s\" did not come, but:\n%s", text, c->room);
}

static void assert_ends(struct client *c) {
	while (read_more(c))
		if (c->n > sizeof c->room - 100)
			c->n = 0;
	close(c->fd);
}

static str id_of(struct client *c) {
	assert_gets(c, "{\"stream\":\"");
	return str_n(strstr(c->room, "{\"stream\":\"") + 11, 22);
}

static int times(const struct client *c, const char *text) {
	int n = 0;
	for (const char *at = c->room; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void assert_subscribers(struct app *a, int64_t n) {
	for (int i = 0; i < 2000 && stream_stats(a->hub).subscribers != n; i++)
		usleep(5000);
	assert_int_equal(stream_stats(a->hub).subscribers, n);
}

/* ---- tests ---- */

TEST(stream, wire_form) {
	static const struct {
		int64_t id;
		const char *name, *data, *want;
	} table[] = {
		{ 0, "hello", "{}", "event: hello\ndata: {}\n\n" },
		{ 12, "event", "a\nb\r\nc\rd", "id: 12\nevent: event\ndata: a\ndata: b\ndata: c\ndata: d\n\n" },
		{ 1, "x", "", "id: 1\nevent: x\ndata: \n\n" },
		{ 1, "x\ndata: forged", "a\n", "id: 1\nevent: x\ndata: a\ndata: \n\n" },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf out = { 0 };
		stream_format(&out, table[i].id, str_c(table[i].name), str_c(table[i].data));
		assert_str(buf_str(&out), table[i].want);
		buf_free(&out);
	}
}

TEST(stream, begins_with_hello_and_backlog) {
	struct app *a = app_start(10, NULL, NULL);
	struct client c = open_stream(a, "1/a?backlog");
	assert_gets(&c, "event: old\ndata: news\n\n");
	assert_memory_equal(c.room, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(strstr(c.room, "Content-Type: text/event-stream\r\n"));
	assert_non_null(strstr(c.room, "Cache-Control: no-store\r\n"));
	assert_true(strstr(c.room, "event: hello") < strstr(c.room, "id: 7\nevent: old"));
	assert_int_equal(id_of(&c).n, 22);
	for (int i = 0; i < 2000 && !a->done; i++)
		usleep(1000);
	assert_int_equal(a->done, 1);
	close(c.fd);
	app_stop(a);
}

TEST(stream, brings_what_was_asked_for_once_and_in_order) {
	struct app *a = app_start(10, NULL, NULL);
	struct client ab = open_stream(a, "1/a,b,a"), b = open_stream(a, "2/b"), none = open_stream(a, "3/");
	id_of(&ab), id_of(&b), id_of(&none);
	str both[] = { STR("a"), STR("b") };
	for (int i = 1; i <= 100; i++) {
		char text[20];
		snprintf(text, sizeof text, "n%d.", i);
		stream_publish_to(a->hub, both, 2, i, STR("event"), str_c(text));
		stream_publish(a->hub, STR("elsewhere"), i, STR("event"), STR("not for you"));
	}
	stream_publish(a->hub, STR("a"), 101, STR("event"), STR("only a"));
	stream_publish(a->hub, STR("b"), 102, STR("event"), STR("only b"));
	assert_gets(&ab, "only b");
	assert_gets(&b, "only b");
	for (int i = 1; i < 100; i++) {
		char this[20], next[20];
		snprintf(this, sizeof this, "n%d.", i);
		snprintf(next, sizeof next, "n%d.", i + 1);
		assert_int_equal(times(&ab, this), 1);
		assert_true(strstr(ab.room, this) < strstr(ab.room, next));
		assert_int_equal(times(&b, this), 1);
	}
	assert_int_equal(times(&ab, "only a"), 1);
	assert_int_equal(times(&b, "only a"), 0);
	assert_int_equal(times(&ab, "not for you") + times(&b, "not for you"), 0);
	struct stream_stats stats = stream_stats(a->hub);
	assert_int_equal(stats.published, 202);
	assert_int_equal(stats.delivered, 203);
	assert_int_equal(stats.queued_bytes, 0);
	close(ab.fd), close(b.fd), close(none.fd);
	app_stop(a);
}

TEST(stream, topics_change_without_a_new_stream) {
	struct app *a = app_start(10, NULL, NULL);
	struct client c = open_stream(a, "1/a");
	str id = id_of(&c), b[] = { STR("b") }, many[STREAM_TOPICS + 1] = { STR("x") };
	assert_int_equal(stream_topics(a->hub, id, 2, b, 1), ST_NOT_FOUND);
	assert_int_equal(stream_topics(a->hub, STR("AAAAAAAAAAAAAAAAAAAAAA"), 1, b, 1), ST_NOT_FOUND);
	assert_int_equal(stream_topics(a->hub, id, 1, many, STREAM_TOPICS + 1), ST_INVALID);
	assert_int_equal(stream_topics(a->hub, id, 1, b, 1), ST_OK);
	stream_publish(a->hub, STR("a"), 1, STR("event"), STR("no longer"));
	stream_publish(a->hub, STR("b"), 2, STR("event"), STR("from b"));
	assert_gets(&c, "from b");
	assert_int_equal(times(&c, "no longer"), 0);
	assert_int_equal(stream_topics(a->hub, id, 1, NULL, 0), ST_OK);
	stream_publish(a->hub, STR("b"), 3, STR("event"), STR("too late"));
	assert_int_equal(stream_topics(a->hub, id, 1, b, 1), ST_OK);
	stream_publish(a->hub, STR("b"), 4, STR("event"), STR("again"));
	assert_gets(&c, "again");
	assert_int_equal(times(&c, "too late"), 0);
	close(c.fd);
	assert_subscribers(a, 0);
	app_stop(a);
}

static bool may_only_a(void *data, int64_t who, str topic) {
	++*(int *)data;
	return who == 2 || str_is(topic, "a");
}

TEST(stream, lost_permission_takes_the_topic_away) {
	struct app *a = app_start(10, NULL, NULL);
	struct client one = open_stream(a, "1/a,b"), two = open_stream(a, "2/a,b"), three = open_stream(a, "3/b");
	id_of(&one), id_of(&two), id_of(&three);
	int asked = 0;
	stream_recheck(a->hub, 1, may_only_a, &asked);
	assert_int_equal(asked, 2);
	stream_publish(a->hub, STR("b"), 1, STR("event"), STR("secret"));
	stream_publish(a->hub, STR("a"), 2, STR("event"), STR("open"));
	assert_gets(&one, "open");
	assert_gets(&two, "open");
	assert_gets(&three, "secret");
	assert_int_equal(times(&one, "secret"), 0);
	assert_int_equal(times(&two, "secret"), 1);
	stream_recheck(a->hub, 0, may_only_a, &asked);
	stream_publish(a->hub, STR("b"), 3, STR("event"), STR("second"));
	assert_gets(&two, "second");
	stream_close_of(a->hub, 3);
	assert_ends(&three);
	assert_null(strstr(three.room, "second"));
	assert_subscribers(a, 2);
	close(one.fd), close(two.fd);
	app_stop(a);
}

TEST(stream, client_that_goes_is_noticed) {
	struct app *a = app_start(10, NULL, NULL);
	struct client c[3];
	for (int i = 0; i < 3; i++) {
		c[i] = open_stream(a, "1/a");
		id_of(&c[i]);
	}
	close(c[0].fd);
	shutdown(c[1].fd, SHUT_WR);
	assert_subscribers(a, 1);
	assert_ends(&c[1]);
	stream_publish(a->hub, STR("a"), 1, STR("event"), STR("still here"));
	assert_gets(&c[2], "still here");
	close(c[2].fd);
	assert_subscribers(a, 0);
	app_stop(a);
}

TEST(stream, silence_is_broken_by_comments) {
	int64_t usual = stream_heartbeat_us;
	stream_heartbeat_us = 5000;
	struct app *a = app_start(10, NULL, NULL);
	struct client c = open_stream(a, "1/a"), d = open_stream(a, "2/a");
	assert_gets(&c, "\n\n:\n\n:\n\n:\n\n");
	assert_gets(&d, "\n\n:\n\n:\n\n:\n\n");
	stream_publish(a->hub, STR("a"), 1, STR("event"), STR("between"));
	assert_gets(&c, "data: between\n\n:\n\n");
	close(c.fd), close(d.fd);
	app_stop(a);
	stream_heartbeat_us = usual;
}

TEST(stream, too_many_are_told_so) {
	struct app *a = app_start(2, NULL, NULL);
	struct client one = open_stream(a, "1/a"), two = open_stream(a, "1/a");
	id_of(&one), id_of(&two);
	struct client three = open_stream(a, "1/a");
	assert_gets(&three, "HTTP/1.1 503");
	close(one.fd);
	assert_subscribers(a, 1);
	struct client four = open_stream(a, "1/a");
	id_of(&four);
	close(two.fd), close(three.fd), close(four.fd);
	app_stop(a);
}

TEST(stream, slow_reader_is_dropped_and_the_others_are_not) {
	struct app *a = app_start(10, NULL, NULL);
	struct client slow = open_stream(a, "1/a"), good = open_stream(a, "2/a,b");
	id_of(&slow), id_of(&good);
	char *big = malloc(100000);
	memset(big, 'x', 100000);
	for (int i = 0; i < 1000 && stream_stats(a->hub).dropped == 0; i++) {
		char mark[20];
		snprintf(mark, sizeof mark, "mark %d.", i);
		stream_publish(a->hub, STR("a"), i, STR("event"), str_n(big, 100000));
		stream_publish(a->hub, STR("b"), i, STR("event"), str_c(mark));
		while (!strstr(good.room, mark)) {
			keep_the_end(&good);
			assert_true(read_more(&good));
		}
	}
	assert_int_equal(stream_stats(a->hub).dropped, 1);
	assert_subscribers(a, 1);
	assert_ends(&slow);
	close(good.fd);
	free(big);
	app_stop(a);
}

TEST(stream, stop_ends_everything) {
	for (int round = 0; round < 30; round++) {
		struct app *a = app_start(100, NULL, NULL);
		struct client c[10];
		for (int i = 0; i < 10; i++)
			c[i] = open_stream(a, "1/a");
		if (round % 3 == 0)
			id_of(&c[9]);
		else
			usleep((useconds_t)round * 50);
		stream_publish(a->hub, STR("a"), 1, STR("event"), STR("last"));
		app_stop(a);
		for (int i = 0; i < 10; i++)
			assert_ends(&c[i]);
	}
}

/* More than one waits for, published while the thread that sends had no turn; all of it has room on the way. */
TEST(stream, a_burst_is_nobodys_slowness) {
	struct app *a = app_start(10, NULL, NULL);
	struct client c = open_stream(a, "1/a");
	id_of(&c);
	for (int i = 1; i <= 20000; i++)
		stream_publish(a->hub, STR("a"), i, STR("t"), STR("x"));
	while (!strstr(c.room, "id: 20000\n")) {
		keep_the_end(&c);
		assert_true(read_more(&c));
	}
	assert_int_equal(stream_stats(a->hub).dropped, 0);
	close(c.fd);
	app_stop(a);
}

TEST(stream, one_account_has_its_share) {
	struct app *a = app_start(1000, NULL, NULL);
	struct client c[STREAM_PER_ACCOUNT];
	for (int i = 0; i < STREAM_PER_ACCOUNT; i++) {
		c[i] = open_stream(a, "1/a");
		id_of(&c[i]);
	}
	struct client more = open_stream(a, "1/a"), other = open_stream(a, "2/a");
	assert_gets(&more, "HTTP/1.1 429");
	id_of(&other);
	for (int i = 0; i < STREAM_PER_ACCOUNT; i++)
		close(c[i].fd);
	close(more.fd), close(other.fd);
	app_stop(a);
}

TEST(stream, head_request_opens_nothing) {
	struct app *a = app_start(10, NULL, NULL);
	struct client c = { .fd = dial(a) };
	const char *request = "HEAD /stream/1/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
	assert_int_equal(send(c.fd, request, strlen(request), 0), strlen(request));
	assert_ends(&c);
	assert_memory_equal(c.room, "HTTP/1.1 200 OK\r\n", 17);
	assert_null(strstr(c.room, "event:"));
	assert_subscribers(a, 0);
	app_stop(a);
}

/* ---- churn: streams come and go while others publish, change topics and permissions ---- */

struct churn {
	struct app *a;
	int rounds;
	_Atomic bool over;
	_Atomic int bad;
};

static void *churn_clients(void *data) {
	struct churn *c = data;
	unsigned seed = (unsigned)(uintptr_t)&seed;
	for (int i = 0; i < c->rounds; i++) {
		struct client s[5];
		for (int j = 0; j < 5; j++)
			s[j] = open_stream(c->a, j % 2 ? "1/a,b" : j ? "2/b,c" : "2/b,c?later");
		for (int j = 0; j < 5; j++)
			if (rand_r(&seed) % 3 && s[j].fd >= 0) {
				if (!wait_for(&s[j], "\"}\n\n"))
					c->bad++;
				else if (rand_r(&seed) % 2 && !wait_for(&s[j], "event: tick"))
					c->bad++;
			}
		for (int j = 0; j < 5; j++)
			if (s[j].fd >= 0)
				close(s[j].fd);
	}
	return NULL;
}

static void *churn_publish(void *data) {
	struct churn *c = data;
	static const char *const topics[] = { "a", "b", "c", "d" };
	for (int64_t i = 1; !c->over; i++) {
		stream_publish(c->a->hub, str_c(topics[i % 4]), i, STR("tick"), STR("0123456789"));
		if (i % 4 == 0)
			usleep(500);
	}
	return NULL;
}

static bool may_all(void *data UNUSED, int64_t who UNUSED, str topic) {
	return !str_is(topic, "c");
}

static void *churn_rights(void *data) {
	struct churn *c = data;
	while (!c->over) {
		stream_recheck(c->a->hub, 0, may_all, NULL);
		str b[] = { STR("b") };
		assert_int_equal(stream_topics(c->a->hub, STR("AAAAAAAAAAAAAAAAAAAAAA"), 1, b, 1), ST_NOT_FOUND);
		stream_stats(c->a->hub);
		usleep(1000);
	}
	return NULL;
}

TEST(stream, churn_leaves_nothing_behind) {
	const char *longer = getenv("BOKGI_TEST_CHURN");
	struct churn c = { .a = app_start(5000, NULL, NULL), .rounds = longer ? atoi(longer) : 15 };
	pthread_t clients[4], publishers[2], rights;
	for (int i = 0; i < 4; i++)
		pthread_create(&clients[i], NULL, churn_clients, &c);
	for (int i = 0; i < 2; i++)
		pthread_create(&publishers[i], NULL, churn_publish, &c);
	pthread_create(&rights, NULL, churn_rights, &c);
	for (int i = 0; i < 4; i++)
		pthread_join(clients[i], NULL);
	c.over = true;
	for (int i = 0; i < 2; i++)
		pthread_join(publishers[i], NULL);
	pthread_join(rights, NULL);
	assert_int_equal(c.bad, 0);
	assert_subscribers(c.a, 0);
	assert_int_equal(stream_stats(c.a->hub).queued_bytes, 0);
	app_stop(c.a);
}

/* ---- TLS ---- */

static void write_pem(const char *path, const gnutls_datum_t *pem) {
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(pem->data, 1, pem->size, f), pem->size);
	fclose(f);
}

static void make_certificate(const char *cert_path, const char *key_path) {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t cert;
	gnutls_datum_t pem;
	gnutls_x509_privkey_init(&key);
	assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), 0);
	gnutls_x509_crt_init(&cert);
	gnutls_x509_crt_set_version(cert, 3);
	gnutls_x509_crt_set_serial(cert, "\1", 1);
	gnutls_x509_crt_set_activation_time(cert, time(NULL) - 100);
	gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 1000);
	gnutls_x509_crt_set_key(cert, key);
	assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(cert_path, &pem);
	gnutls_free(pem.data);
	assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(key_path, &pem);
	gnutls_free(pem.data);
	gnutls_x509_crt_deinit(cert);
	gnutls_x509_privkey_deinit(key);
}

static bool tls_read_more(gnutls_session_t t, struct client *c) {
	ssize_t n = gnutls_record_recv(t, c->room + c->n, sizeof c->room - 1 - c->n);
	c->n += n > 0 ? (size_t)n : 0;
	c->room[c->n] = '\0';
	return n > 0;
}

static bool tls_wait_for(gnutls_session_t t, struct client *c, const char *text) {
	while (!strstr(c->room, text)) {
		keep_the_end(c);
		if (!tls_read_more(t, c))
			return false;
	}
	return true;
}

TEST(stream, works_over_tls) {
	char folder[] = "/tmp/bokgi-test-XXXXXX", cert[64], key[64];
	assert_non_null(mkdtemp(folder));
	snprintf(cert, sizeof cert, "%s/cert.pem", folder);
	snprintf(key, sizeof key, "%s/key.pem", folder);
	make_certificate(cert, key);
	struct app *a = app_start(10, cert, key);
	struct client c = { .fd = dial(a) };
	gnutls_session_t t;
	gnutls_certificate_credentials_t any;
	gnutls_certificate_allocate_credentials(&any);
	gnutls_init(&t, GNUTLS_CLIENT);
	gnutls_set_default_priority(t);
	gnutls_credentials_set(t, GNUTLS_CRD_CERTIFICATE, any);
	gnutls_transport_set_int(t, c.fd);
	int shaken;
	while ((shaken = gnutls_handshake(t)) < 0 && !gnutls_error_is_fatal(shaken))
		;
	assert_int_equal(shaken, 0);
	const char *request = "GET /stream/1/a HTTP/1.1\r\nHost: h\r\n\r\n";
	assert_int_equal(gnutls_record_send(t, request, strlen(request)), strlen(request));
	assert_true(tls_wait_for(t, &c, "{\"stream\":"));
	char *big = malloc(100000);
	memset(big, 'x', 100000);
	for (int i = 0; i < 20; i++) { /* more than a record, more than a socket buffer */
		char mark[20];
		snprintf(mark, sizeof mark, "mark %d.", i);
		stream_publish(a->hub, STR("a"), i, STR("event"), str_n(big, 100000));
		stream_publish(a->hub, STR("a"), i, STR("event"), str_c(mark));
		assert_true(tls_wait_for(t, &c, mark));
	}
	free(big);
	stream_close_of(a->hub, 1);
	assert_false(tls_wait_for(t, &c, "never"));
	assert_subscribers(a, 0);
	gnutls_deinit(t);
	gnutls_certificate_free_credentials(any);
	close(c.fd);
	app_stop(a);
	unlink(cert), unlink(key), rmdir(folder);
}
