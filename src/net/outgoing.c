#include "net/outgoing.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { DEFAULT_MOST = 64 << 20, DEFAULT_TIMEOUT_MS = 15000 };

/* Address ranges that are not "somewhere else": RFC 6890 and its IPv6 counterparts. */
static const struct {
	uint32_t net, mask;
} private4[] = {
	{ 0x00000000, 0xff000000 }, { 0x0a000000, 0xff000000 }, { 0x64400000, 0xffc00000 }, { 0x7f000000, 0xff000000 }, { 0xa9fe0000, 0xffff0000 },
	{ 0xac100000, 0xfff00000 }, { 0xc0000000, 0xffffff00 }, { 0xc0000200, 0xffffff00 }, { 0xc0a80000, 0xffff0000 }, { 0xc6120000, 0xfffe0000 },
	{ 0xc6336400, 0xffffff00 }, { 0xcb007100, 0xffffff00 }, { 0xe0000000, 0xf0000000 }, { 0xf0000000, 0xf0000000 },
};

static bool is_private4(uint32_t address) {
	for (size_t i = 0; i < sizeof private4 / sizeof *private4; i++)
		if ((address & private4[i].mask) == private4[i].net)
			return true;
	return false;
}

static bool is_private6(const struct in6_addr *a) {
	uint32_t inner;
	if (IN6_IS_ADDR_V4MAPPED(a) || (a->s6_addr[0] == 0x00 && a->s6_addr[1] == 0x64 && a->s6_addr[2] == 0xff && a->s6_addr[3] == 0x9b)) {
		memcpy(&inner, a->s6_addr + 12, 4);
		return is_private4(ntohl(inner));
	}
	/* Only 2000::/3 is global unicast; documentation and 6to4 inside it are not for us either. */
	bool global = (a->s6_addr[0] & 0xe0) == 0x20;
	bool documentation = a->s6_addr[0] == 0x20 && a->s6_addr[1] == 0x01 && a->s6_addr[2] == 0x0d && a->s6_addr[3] == 0xb8;
	bool sixtofour = a->s6_addr[0] == 0x20 && a->s6_addr[1] == 0x02;
	return !global || documentation || sixtofour;
}

/* What decides about an address. */
struct policy {
	bool allow_private, is_local, refused;
};

struct transfer {
	const struct outgoing *o;
	struct outgoing_reply *reply;
	bool too_big;
	struct policy policy;
};

/* Called with the address that will really be connected to: after the resolver, so a name cannot change in between. */
static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *a) {
	struct policy *p = data;
	(void)purpose;
	bool is_private = a->family == AF_INET    ? is_private4(ntohl(((struct sockaddr_in *)(void *)&a->addr)->sin_addr.s_addr))
	                  : a->family == AF_INET6 ? is_private6(&((struct sockaddr_in6 *)(void *)&a->addr)->sin6_addr)
	                                          : !p->is_local;
	if (is_private && !p->allow_private && !p->is_local) {
		p->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take(char *bytes, size_t size, size_t n, void *data) {
	struct transfer *t = data;
	size_t most = t->o->most_bytes ? t->o->most_bytes : DEFAULT_MOST;
	if (t->reply->body.n + size * n > most) {
		t->too_big = true;
		return 0;
	}
	buf_add(&t->reply->body, (str){ bytes, size * n });
	return buf_ok(&t->reply->body) ? size * n : 0;
}

static void init_once(void) {
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void begin(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, init_once);
}

static void set_options(CURL *h, struct transfer *t, struct curl_slist *headers) {
	const struct outgoing *o = t->o;
	curl_easy_setopt(h, CURLOPT_URL, o->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(o->timeout_ms ? o->timeout_ms : DEFAULT_TIMEOUT_MS));
	curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, o->method);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, &t->policy);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
	if (o->unix_path)
		curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, o->unix_path);
	if (o->body.p) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)o->body.n);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, o->body.p);
	}
}

static enum st refuse(struct buf *why) {
	buf_lit(why, "the address is on this machine or in a private network, where this server does not connect to");
	return ST_DENIED;
}

static enum st judge(CURL *h, CURLcode code, struct transfer *t, struct buf *why) {
	const char *type = NULL;
	long status = 0;
	if (code == CURLE_OK) {
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &type);
		t->reply->status = (int)status;
		if (type)
			buf_add(&t->reply->content_type, str_c(type));
		return ST_OK;
	}
	if (t->policy.refused)
		return refuse(why);
	buf_add(why, str_c(curl_easy_strerror(code)));
	if (t->too_big)
		return ST_TOO_BIG;
	return code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT ? ST_INVALID : ST_UPSTREAM;
}

enum st outgoing_send(const struct outgoing *o, struct outgoing_reply *reply, struct buf *why) {
	struct transfer t = { .o = o, .reply = reply, .policy = { .allow_private = o->allow_private, .is_local = o->unix_path } };
	struct curl_slist *headers = NULL;
	begin();
	*reply = (struct outgoing_reply){ 0 };
	CURL *h = curl_easy_init();
	if (!h)
		return ST_NO_MEMORY;
	for (size_t i = 0; o->headers && o->headers[i]; i++)
		headers = curl_slist_append(headers, o->headers[i]);
	set_options(h, &t, headers);
	enum st st = judge(h, curl_easy_perform(h), &t, why);
	curl_slist_free_all(headers);
	curl_easy_cleanup(h);
	return st;
}

/* ---- mail ---- */

struct letter {
	const struct outgoing_mail *m;
	size_t sent;
	struct policy policy;
	char answer[300]; /* the last line with which the server refused something */
};

static size_t give(char *to, size_t size, size_t n, void *data) {
	struct letter *l = data;
	str rest = str_from(l->m->message, l->sent);
	size_t some = rest.n < size * n ? rest.n : size * n;
	if (some)
		memcpy(to, rest.p, some);
	l->sent += some;
	return some;
}

static size_t note_answer(char *bytes, size_t size, size_t n, void *data) {
	struct letter *l = data;
	if (!n || (bytes[0] != '4' && bytes[0] != '5'))
		return size * n; /* it says goodbye after a refusal, too */
	size_t some = size * n < sizeof l->answer - 1 ? size * n : sizeof l->answer - 1;
	memcpy(l->answer, bytes, some);
	l->answer[some] = '\0';
	return size * n;
}

static int look_for_end(void *data, curl_off_t a, curl_off_t b, curl_off_t d, curl_off_t e) {
	const struct letter *l = data;
	(void)a, (void)b, (void)d, (void)e;
	return l->m->stop && atomic_load(l->m->stop);
}

static void set_letter(CURL *h, struct letter *l, struct curl_slist *to) {
	const struct outgoing_mail *m = l->m;
	curl_easy_setopt(h, CURLOPT_URL, m->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(m->timeout_ms ? m->timeout_ms : DEFAULT_TIMEOUT_MS));
	curl_easy_setopt(h, CURLOPT_USE_SSL, (long)(m->plain_allowed && !m->user ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	if (m->ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, m->ca_file);
	if (m->user) {
		curl_easy_setopt(h, CURLOPT_USERNAME, m->user);
		curl_easy_setopt(h, CURLOPT_PASSWORD, m->password ? m->password : "");
	}
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, &l->policy);
	curl_easy_setopt(h, CURLOPT_MAIL_FROM, m->from);
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(h, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(h, CURLOPT_READDATA, l);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, note_answer);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, l);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, look_for_end);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, l);
}

/* 5xx to our greeting, STARTTLS or login, or because there was none, is about us, not about the letter: somebody will mend it. */
static bool about_letter(const struct letter *l, CURLcode code, long status) {
	bool wants_login = status == 530 || status == 534 || status == 535 || status == 538;
	return status >= 500 && status < 600 && !wants_login && (code == CURLE_SEND_ERROR || l->sent);
}

static enum st judge_letter(CURLcode code, const struct letter *l, int *status, struct buf *why) {
	long last = strtol(l->answer, NULL, 10);
	*status = (int)last;
	if (code == CURLE_OK)
		return ST_OK;
	if (l->policy.refused)
		return refuse(why);
	str answer = str_trim(str_c(l->answer));
	buf_add(why, str_c(curl_easy_strerror(code)));
	/* The answer to a login may repeat what was sent. */
	if (answer.n && last >= 400 && code != CURLE_LOGIN_DENIED)
		buf_printf(why, ": %.*s", STR_FMT(answer));
	return about_letter(l, code, last) ? ST_INVALID : ST_UPSTREAM;
}

enum st outgoing_mail(const struct outgoing_mail *m, int *code, struct buf *why) {
	struct letter l = { .m = m, .policy = { .allow_private = m->allow_private } };
	begin();
	CURL *h = curl_easy_init();
	struct curl_slist *to = curl_slist_append(NULL, m->to);
	*code = 0;
	if (!h || !to) {
		curl_easy_cleanup(h);
		curl_slist_free_all(to);
		return ST_NO_MEMORY;
	}
	set_letter(h, &l, to);
	enum st st = judge_letter(curl_easy_perform(h), &l, code, why);
	curl_slist_free_all(to);
	curl_easy_cleanup(h);
	return st;
}
