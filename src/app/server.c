#include "app/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/edge.h"
#include "app/mail_settings.h"
#include "app/settings.h"
#include "app/topics.h"
#include "base/log.h"
#include "base/unsafe.h"
#include "core/i18n.h"
#include "feature/org/org.h"

enum { MOST_STREAMS = 20000, MOST_PROXIES = 16, EXIT_USAGE = 2, EXIT_UNAVAILABLE = 6 };

struct server {
	struct settings settings;
	struct stream_hub *hub;
	struct engine *engine;
	struct edge *edge;
	struct http_server *http;
	char *unix_path;
	str proxies[MOST_PROXIES];
	size_t proxy_count;
};

static void raise_file_limit(void) {
	struct rlimit r;
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static void set_log_level(const char *name) {
	static const char *const names[] = { "debug", "info", "warn", "error" };
	for (int i = 0; i < 4; i++)
		if (strcmp(name, names[i]) == 0)
			log_set_level((enum log_level)i);
}

/* "127.0.0.1:8080", "[::1]:8080", ":8080". */
static bool split_address(const char *listen, str *address, int *port) {
	str all = str_c(listen);
	const char *colon = strrchr(listen, ':');
	int64_t n;
	if (!colon || !str_i64(str_c(colon + 1), &n) || n < 0 || n > 65535)
		return false;
	*address = str_to(all, (size_t)(colon - listen));
	if (address->n >= 2 && address->p[0] == '[')
		*address = str_n(address->p + 1, address->n - 2);
	if (address->n == 0)
		*address = STR("0.0.0.0");
	*port = (int)n;
	return true;
}

static bool is_loopback(str address) {
	return str_starts(address, STR("127.")) || str_is(address, "::1") || str_is(address, "localhost");
}

static int complain(struct buf *why, int code) {
	fprintf(stderr, "bokgi: %.*s\n", STR_FMT(buf_str(why)));
	buf_free(why);
	return code;
}

static void split_proxies(struct server *s) {
	for (str rest = str_c(s->settings.trusted_proxy); rest.p && rest.n && s->proxy_count < MOST_PROXIES;)
		s->proxies[s->proxy_count++] = str_trim(str_cut(&rest, ','));
}

static int64_t folder_owner(const char *folder) {
	struct stat st;
	return stat(folder, &st) == 0 ? (int64_t)st.st_uid : -1;
}

static enum st open_all(struct server *s, str address, int port, struct buf *why) {
	enum st st = stream_hub_new(&s->hub, MOST_STREAMS);
	if (st == ST_OK)
		st = engine_open(&(struct engine_config){ .folder = s->settings.data, .database = s->settings.database, .hub = s->hub, .jobs = true }, &s->engine, why);
	if (st != ST_OK)
		return st;
	struct edge_config edge = { .engine = s->engine, .hub = s->hub, .origin_host = s->settings.public_host,
		.insecure_http = s->settings.insecure_http && !is_loopback(address) && !s->settings.tls_cert, .owner_uid = folder_owner(s->settings.data) };
	st = edge_new(&edge, &s->edge);
	if (st == ST_OK && asprintf(&s->unix_path, "%s/socket", s->settings.data) < 0)
		st = ST_NO_MEMORY;
	struct http_config http = { .address = address, .port = port, .unix_path = s->unix_path, .tls_cert = s->settings.tls_cert, .tls_key = s->settings.tls_key,
		.trusted_proxies = s->proxies, .trusted_proxy_count = s->proxy_count };
	if (st == ST_OK) {
		http.on = edge_callbacks(s->edge);
		st = http_server_start(&http, &s->http, why);
	}
	if (st == ST_OK)
		edge_attach(s->edge, s->http);
	return st;
}

static void close_all(struct server *s) {
	if (s->edge)
		edge_drain(s->edge);
	if (s->http)
		http_server_quiesce(s->http);
	engine_finish(s->engine);
	stream_hub_stop(s->hub);
	http_server_stop(s->http);
	stream_hub_free(s->hub);
	engine_close(s->engine);
	edge_free(s->edge);
	free(s->unix_path);
}

static void greet(struct server *s, str address) {
	char *secret = NULL;
	const char *scheme = s->settings.tls_cert ? "https" : "http", *open = str_chr(address, ':') >= 0 ? "[" : "", *close = *open ? "]" : "";
	str shown = str_is(address, "0.0.0.0") ? STR("127.0.0.1") : address;
	int port = http_server_port(s->http);
	printf("bokgi listens on %s://%s%.*s%s:%d/\n", scheme, open, STR_FMT(shown), close, port);
	if (org_setup_secret(s->engine, &secret) == ST_OK)
		printf("Nobody has an account yet. Open this link once to make the first administrator:\n  %s://%s%.*s%s:%d/setup#%s\n", scheme, open, STR_FMT(shown),
			close, port, secret);
	fflush(stdout);
	free(secret);
}

static void wait_for_end(void) {
	sigset_t ends;
	int which;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigwait(&ends, &which);
}

static void block_signals(void) {
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static enum st check_exposure(const struct server *s, str address, struct buf *why) {
	if (is_loopback(address) || s->settings.tls_cert || s->settings.insecure_http || s->proxy_count)
		return ST_OK;
	buf_printf(why, "%.*s can be reached from other machines, and plain HTTP would carry passwords readable. Give --tls-cert and --tls-key, or --trusted-proxy,"
		" or accept it with --insecure-http", STR_FMT(address));
	return ST_INVALID;
}

int server_main(int argc, char **argv) {
	struct server s = { 0 };
	struct buf why = { 0 };
	str address;
	int port;
	if (settings_read(argc, argv, &s.settings, &why) != ST_OK)
		return complain(&why, EXIT_USAGE);
	if (s.settings.help) {
		settings_help(&why);
		printf("%.*s", STR_FMT(buf_str(&why)));
		buf_free(&why);
		return 0;
	}
	split_proxies(&s);
	if (!split_address(s.settings.listen, &address, &port)) {
		buf_printf(&why, "--listen wants ADDRESS:PORT, such as 127.0.0.1:8080, and got “%s”", s.settings.listen);
		return complain(&why, EXIT_USAGE);
	}
	if (check_exposure(&s, address, &why) != ST_OK || mail_settings_apply(&s.settings, &why) != ST_OK)
		return complain(&why, EXIT_USAGE);
	if (UNSAFE_HTML && !getenv("BOKGI_TEST_UNSAFE_HTML")) {
		buf_lit(&why, "this program lets attacks run, to prove to a test that they would; it serves nobody else");
		return complain(&why, EXIT_USAGE);
	}
	block_signals();
	raise_file_limit();
	set_log_level(s.settings.log_level);
	enum st st = i18n_init();
	if (st == ST_OK)
		st = open_all(&s, address, port, &why);
	if (st != ST_OK) {
		if (!why.n)
			buf_printf(&why, "could not start (%s)", st_name(st));
		close_all(&s);
		return complain(&why, st == ST_BUSY || st == ST_UNAVAILABLE ? EXIT_UNAVAILABLE : 1);
	}
	greet(&s, address);
	wait_for_end();
	log_info("ending");
	close_all(&s);
	return 0;
}
