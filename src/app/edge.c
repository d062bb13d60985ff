#include "app/edge.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/mcp.h"
#include "app/metrics.h"
#include "app/page.h"
#include "app/router.h"
#include "app/topics.h"
#include "base/clock.h"
#include "base/embed.h"
#include "base/log.h"
#include "base/unsafe.h"
#include "core/i18n.h"
#include "core/repeat.h"
#include "text/utf8.h"

enum { DEFAULT_BODY = 1 << 20, MOST_PAIRS = 32, MOST_HEADERS = 24, REQUEST_MEMORY = 64 << 20, MOST_ASSETS = 128 };

/* An embedded file as it is sent compressed: without and with TLS. */
struct asset {
	const struct embedded *file;
	struct http_finished *forms[2];
};

struct edge {
	struct edge_config config;
	struct http_server *server;
	struct db **readers; /* one per server thread, opened when first needed; SQLite only */
	int reader_count;
	atomic_bool draining;
	pthread_mutex_t assets_lock;
	struct asset assets[MOST_ASSETS];
	size_t asset_count;
};

struct headers {
	struct http_reply_header item[MOST_HEADERS];
	size_t n;
};

/* What follows once the arena's guard is off: from then on another thread may have the request, or it may be over. */
enum next { NEXT_NOTHING, NEXT_REPLY, NEXT_FINISHED, NEXT_RUN, NEXT_STREAM };

/* One request on its way through. Lives in the request's arena. */
struct visit {
	struct edge *edge;
	struct http_request *r;
	const struct http_head *head;
	struct match match;
	struct op_task task;
	str me;              /* pages: the reply of me.get */
	str nonce;
	str page_key;        /* pages: what a finished page is kept by, beside who asks */
	bool page_repeats;   /* … somebody asked for it before, and nothing had been committed since */
	uint64_t page_at;
	struct mcp mcp;
	struct op_pair pairs[MOST_PAIRS];
	size_t pair_count;
	void (*then)(struct visit *v); /* once the operation is over */
	enum next next;
	int status;          /* NEXT_REPLY: what to send */
	struct headers headers;
	struct buf body;
	const char *refusal; /* code of what the HTTP server itself refused */
	str fixed;           /* instead of body: bytes that live as long as the process */
};

/* ---- replying ---- */

static void answer(struct visit *v, int status, const struct headers *h, struct buf *body) {
	v->next = NEXT_REPLY;
	v->status = status;
	v->headers = *h;
	buf_free(&v->body);
	v->body = *body;
	*body = (struct buf){ 0 };
}

static void add(struct headers *h, const char *name, str value) {
	if (h->n < MOST_HEADERS && value.n)
		h->item[h->n++] = (struct http_reply_header){ name, value };
}

#define CSP_BEFORE "default-src 'none'; script-src 'self'; style-src 'self'"
#define CSP_AFTER                                                                                                                                \
	"; img-src 'self' data:; connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; " \
	"base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html bokgi-article bokgi-worker"

static str content_policy(struct visit *v) {
	str style = v->task.reply.style;
	if (!v->nonce.n && !style.n)
		return STR(CSP_BEFORE CSP_AFTER);
	return arena_printf(http_arena(v->r), CSP_BEFORE "%s%.*s%s%s%.*s" CSP_AFTER, v->nonce.n ? " 'nonce-" : "", STR_FMT(v->nonce), v->nonce.n ? "'" : "",
		style.n ? " " : "", STR_FMT(style));
}

static void add_security(struct headers *h, struct visit *v) {
	if (!UNSAFE_HTML)
		add(h, "Content-Security-Policy", content_policy(v));
	add(h, "X-Content-Type-Options", STR("nosniff"));
	add(h, "Referrer-Policy", STR("same-origin"));
	add(h, "Cross-Origin-Opener-Policy", STR("same-origin"));
	add(h, "Cross-Origin-Resource-Policy", STR("same-origin"));
	if (v->head && v->head->tls)
		add(h, "Strict-Transport-Security", STR("max-age=31536000"));
}

static str new_request_id(struct arena *a) {
	/* The kernel is asked for many at once: a system call per request would be felt. */
	static _Thread_local unsigned char pool[64][9];
	static _Thread_local size_t left;
	char *text = arena_alloc(a, 16);
	if (left == 0) {
		randombytes_buf(pool, sizeof pool);
		left = sizeof pool / sizeof *pool;
	}
	left--;
	sodium_bin2base64(text, 16, pool[left], sizeof pool[left], sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_c(text);
}

/* Only what went wrong has a number: it stands in the problem and in the log. */
static void number_request(struct ctx *c) {
	if (!c->request_id.n)
		c->request_id = new_request_id(c->a);
}

static void send_problem(struct visit *v, struct ctx *c, const struct err *e) {
	struct headers h = { 0 };
	struct buf body = { 0 };
	int status = problem_status(e->st);
	number_request(c);
	problem_write(c, e, &body);
	add(&h, "Content-Type", STR("application/problem+json"));
	add(&h, "Cache-Control", STR("no-store"));
	add(&h, "Bokgi-Request", c->request_id);
	if (status == 401)
		add(&h, "WWW-Authenticate", STR("Bearer realm=\"bokgi\""));
	if (status == 503 || status == 429)
		add(&h, "Retry-After", STR("2"));
	add(&h, "Content-Language", str_c(lang_code(c->lang)));
	add_security(&h, v);
	if (status == 500)
		log_error("request %.*s %s: %.*s", STR_FMT(c->request_id), v->match.route ? v->match.route->template : "-", STR_FMT(e->message));
	answer(v, status, &h, &body);
}

static void refuse(struct visit *v, enum st st, const char *code, const char *english) {
	struct ctx *c = &v->task.c;
	fail_plain(c, st, code, english);
	send_problem(v, c, &c->err);
}

/* ---- who, in which language ---- */

static enum lang visit_lang(struct visit *v) {
	enum lang lang;
	if (lang_parse(http_cookie(v->r, "bokgi-lang"), &lang))
		return lang;
	return lang_accept(http_header(v->r, "Accept-Language"), LANG_EN);
}

static str header_of(void *data, const char *name) {
	return http_header(data, name);
}

static void read_credential(struct visit *v, struct call *call) {
	str bearer = http_header(v->r, "Authorization");
	call->is_owner = v->head->local_socket && v->head->peer_uid == v->edge->config.owner_uid;
	if (bearer.n > 7 && str_eq_ascii_ci(str_to(bearer, 7), STR("Bearer "))) {
		call->credential = str_trim(str_from(bearer, 7));
		call->is_bearer = true;
		return;
	}
	call->credential = http_cookie(v->r, "__Host-bokgi");
	if (!call->credential.p)
		call->credential = http_cookie(v->r, "bokgi");
}

static void set_up(struct visit *v, struct edge *e, struct http_request *r, const struct http_head *head) {
	v->edge = e;
	v->r = r;
	v->head = head;
	struct op_task *t = &v->task;
	t->e = e->config.engine;
	t->data = v;
	t->c = (struct ctx){ .a = http_arena(r), .who = &actor_nobody, .now = clock_now(), .zone = zone_utc(), .lang = visit_lang(v) };
	t->call = (struct call){ .remote = head->remote, .agent = http_header(r, "User-Agent"), .content_type = http_header(r, "Content-Type"),
		.header = header_of, .header_data = r, .secure = head->tls, .key = http_header(r, "Idempotency-Key") };
	read_credential(v, &t->call);
}

/* ---- the same-origin proof ---- */

static bool origin_is_ours(struct visit *v, str origin) {
	str host = v->edge->config.origin_host ? str_c(v->edge->config.origin_host) : http_header(v->r, "Host");
	ptrdiff_t at = str_find(origin, STR("://"));
	return at > 0 && host.n && str_eq_ascii_ci(str_from(origin, (size_t)at + 3), host);
}

/* A browser says where a request comes from. With a cookie a change needs a "from here"; without one it is enough that nothing says "from elsewhere". */
static bool same_origin(struct visit *v) {
	const struct call *call = &v->task.call;
	str site = http_header(v->r, "Sec-Fetch-Site"), origin = http_header(v->r, "Origin");
	if (call->is_bearer || call->is_owner || (call->op->flags & OP_FORM_CHECKED))
		return true;
	if (site.p)
		return str_is(site, "same-origin");
	if (origin.p)
		return origin_is_ours(v, origin);
	return !call->credential.p;
}

/* ---- headers of a reply ---- */

static str cookie_line(struct visit *v, str value) {
	bool loopback = str_starts(v->head->remote, STR("127.")) || str_is(v->head->remote, "::1");
	bool secure = v->head->tls || (loopback && !v->edge->config.insecure_http);
	const char *name = secure ? "__Host-bokgi" : "bokgi";
	if (str_is(value, "-"))
		return arena_printf(http_arena(v->r), "%s=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax%s", name, secure ? "; Secure" : "");
	return arena_printf(http_arena(v->r), "%s=%.*s; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax%s", name, STR_FMT(value), secure ? "; Secure" : "");
}

static str next_link(struct visit *v, str cursor) {
	struct buf b = buf_in(http_arena(v->r));
	buf_printf(&b, "<%.*s?", STR_FMT(v->head->path));
	for (size_t i = 0; i < v->pair_count; i++)
		if (!str_is(v->pairs[i].name, "after")) {
			for (size_t k = 0; k < 2; k++) {
				str s = k ? v->pairs[i].value : v->pairs[i].name;
				for (size_t j = 0; j < s.n; j++)
					buf_printf(&b, (s.p[j] >= '0' && s.p[j] <= '9') || (s.p[j] >= 'a' && s.p[j] <= 'z') || s.p[j] == '_' ? "%c" : "%%%02X", (unsigned char)s.p[j]);
				buf_addc(&b, k ? '&' : '=');
			}
		}
	buf_printf(&b, "after=%.*s>; rel=\"next\"", STR_FMT(cursor));
	return buf_str(&b);
}

static str number(struct arena *a, int64_t v) {
	char digits[24];
	struct buf b = { .p = digits, .size = sizeof digits };
	buf_i64(&b, v);
	return arena_str(a, buf_str(&b));
}

static void add_reply_headers(struct visit *v, struct headers *h) {
	struct op_task *t = &v->task;
	struct reply *out = &t->reply;
	struct arena *a = t->c.a;
	add(h, "Content-Type", str_c(out->content_type ? out->content_type : "application/json"));
	if (out->immutable_tag.n) {
		add(h, "ETag", ARENA_JOIN(a, STR("\""), out->immutable_tag, STR("\"")));
		add(h, "Cache-Control", STR("private, max-age=0, must-revalidate"));
	} else {
		add(h, "Cache-Control", STR("no-store"));
	}
	if (out->version > 0)
		add(h, "ETag", ARENA_JOIN(a, STR("\""), number(a, out->version), STR("\"")));
	add(h, "Location", out->location);
	add(h, "Content-Disposition", out->disposition);
	if (out->next.n)
		add(h, "Link", next_link(v, out->next));
	if (out->set_cookie.n)
		add(h, "Set-Cookie", cookie_line(v, out->set_cookie));
	add(h, "Bokgi-Position", number(a, t->position));
	add(h, "Content-Language", str_c(lang_code(t->c.lang)));
	add_security(h, v);
}

static void open_stream(struct visit *v);
static struct db *reader_of(struct visit *v);

static void go_on(struct visit *v) {
	enum next next = v->next;
	v->next = NEXT_NOTHING;
	if (next == NEXT_RUN)
		engine_run(&v->task, reader_of(v));
	else if (next == NEXT_STREAM)
		open_stream(v);
	else if (next == NEXT_FINISHED)
		http_reply_finished(v->r, http_finished_of(v->task.finished));
	else if (next == NEXT_REPLY && v->fixed.p)
		http_reply_static(v->r, v->status, v->headers.item, v->headers.n, v->fixed);
	else if (next == NEXT_REPLY)
		http_reply(v->r, v->status, v->headers.item, v->headers.n, &v->body);
}

/* Only small strings are made at the edge, but even they may find the arena full. */
static void with_memory(struct visit *v, void (*run)(struct visit *v)) {
	struct arena *a = http_arena(v->r);
	struct arena_guard g;
	if (arena_guard(a, &g)) {
		shared_let_go(v->task.finished);
		answer(v, 503, &(struct headers){ 0 }, &(struct buf){ 0 });
	} else {
		run(v);
	}
	arena_guard_pop(a);
	go_on(v);
}



static bool not_modified(struct visit *v) {
	str asked = http_header(v->r, "If-None-Match"), tag = v->task.reply.immutable_tag;
	return tag.n && asked.n == tag.n + 2 && str_eq(str_to(str_from(asked, 1), tag.n), tag);
}

/* Which finished form of a repeated reply this client may get: what its headers depend on besides what a repeated reply is for. */
static int form_for(struct visit *v, const struct op *op) {
	return op->flags & OP_REPEATS ? 1 + (v->head->tls ? 1 : 0) + (http_takes_gzip(v->r) ? 2 : 0) : 0;
}

/* The second who asks the same makes it, for himself and all who follow. */
static bool send_finished(struct visit *v, const struct headers *h) {
	struct op_task *t = &v->task;
	struct http_finished *f = http_finish(200, h->item, h->n, buf_str(&t->reply.body), http_takes_gzip(v->r));
	if (!f)
		return false;
	t->finished = http_finished_shared(f);
	repeat_finish(t->e->repeats, t, t->finished);
	v->next = NEXT_FINISHED;
	return true;
}

static void send_reply(struct visit *v) {
	struct op_task *t = &v->task;
	struct headers h = { 0 };
	if (t->finished) {
		v->next = NEXT_FINISHED;
		return;
	}
	if (t->st != ST_OK) {
		if (!t->c.err.code)
			t->c.err = (struct err){ .st = t->st };
		send_problem(v, &t->c, &t->c.err);
	} else if (t->call.op->reply == REPLY_STREAM) {
		v->next = NEXT_STREAM;
		return;
	} else {
		add_reply_headers(v, &h);
		bool same = not_modified(v);
		if (same)
			buf_clear(&t->reply.body);
		if (!(t->repeated && t->form && send_finished(v, &h)))
			answer(v, same ? 304 : op_status(t->call.op, &t->reply), &h, &t->reply.body);
	}
	buf_free(&t->reply.body);
}

/* A reply is written on the thread that sends it: the writer has others waiting. */
static void go_on_later(void *data, bool gone) {
	struct visit *v = data;
	if (gone)
		buf_free(&v->task.reply.body);
	else
		with_memory(v, v->then);
}

static void done(struct visit *v, void (*then)(struct visit *v)) {
	v->then = then;
	if (http_is_here(v->r))
		with_memory(v, then);
	else
		http_later(v->r, go_on_later, v);
}

static void op_done(struct op_task *t) {
	done(t->data, send_reply);
}

/* ---- the live stream ---- */

static void refuse_stream(struct visit *v) {
	refuse(v, ST_BUSY, "stream.full", N_("Too many live streams are open. The page works without one; reload it later."));
}

static void open_stream(struct visit *v) {
	struct op_task *t = &v->task;
	struct topics *topics = t->call.prepared;
	struct buf backlog = t->reply.body;
	t->reply.body = (struct buf){ 0 };
	int64_t position = topics->resumes ? t->position : feed_position(t->e->feed);
	enum st st = feed_open_stream(t->e->feed, v->r, t->who.person, topics->items, topics->n, position, &backlog);
	buf_free(&backlog);
	if (st != ST_OK)
		with_memory(v, refuse_stream);
}

/* ---- operations ---- */

static struct db *reader_of(struct visit *v) {
	struct edge *e = v->edge;
	int i = http_thread_index(v->r);
	if (!engine_on_sqlite(e->config.engine) || i < 0 || i >= e->reader_count)
		return NULL;
	if (!e->readers[i]) {
		struct buf why = { 0 };
		if (db_open(e->config.engine->database, DB_READER, &e->readers[i], &why) != ST_OK)
			log_warn("no read connection: %.*s", STR_FMT(buf_str(&why)));
		buf_free(&why);
	}
	return e->readers[i];
}

static enum st keep_pair(void *data, str name, str value) {
	struct visit *v = data;
	if (v->pair_count == MOST_PAIRS)
		return ST_TOO_MANY;
	v->pairs[v->pair_count++] = (struct op_pair){ name, value };
	return ST_OK;
}

static bool read_if_match(str header, int64_t *version) {
	*version = 0;
	if (!header.p)
		return true;
	if (str_is(header, "*")) {
		*version = -1;
		return true;
	}
	return header.n > 2 && header.p[0] == '"' && header.p[header.n - 1] == '"' && str_i64(str_to(str_from(header, 1), header.n - 2), version) && *version > 0;
}

static bool body_type_fits(struct visit *v, const struct op *op, str body) {
	str type = v->task.call.content_type;
	str main = str_trim(str_cut(&type, ';'));
	if (op->body == BODY_JSON && body.n)
		return str_eq_ascii_ci(main, STR("application/json"));
	return true;
}

static enum st read_request(struct visit *v, str body) {
	struct op_task *t = &v->task;
	struct ctx *c = &t->c;
	const struct op *op = t->call.op;
	enum st st = http_form_each(c->a, v->head->query, v, keep_pair);
	if (st != ST_OK)
		return fail(c, ST_MALFORMED, "query.malformed", NULL, N_("The query of this address cannot be decoded."));
	if (!read_if_match(http_header(v->r, "If-Match"), &t->call.if_match))
		return fail(c, ST_INVALID, "version.malformed", "If-Match", N_("If-Match must be one ETag as it was given, or *."));
	if (!body_type_fits(v, op, body))
		return fail(c, ST_UNSUPPORTED, "body.type", "Content-Type", N_("Send the body as application/json."));
	if (!str_is(v->head->method, "GET") && !same_origin(v))
		return fail(c, ST_DENIED, "auth.cross_origin", NULL, N_("This request comes from another site. Open bokgi itself and try there."));
	if (t->call.key.n > 200)
		return fail(c, ST_INVALID, "idempotency.too_long", "Idempotency-Key", N_("An Idempotency-Key has at most 200 characters."));
	t->call.raw = body;
	if (t->call.key.n || (op->flags & OP_REPEATS))
		t->call.fingerprint = ARENA_JOIN(c->a, v->head->path, STR("?"), v->head->query, STR("\n"), body);
	return op_read_input(c, op, v->match.path, v->match.path_n, v->pairs, v->pair_count, op->body == BODY_JSON ? body : STR_NONE, &t->in);
}

static void run_operation(struct visit *v, str body) {
	struct op_task *t = &v->task;
	t->call.op = v->match.route->op;
	t->done = op_done;
	t->form = form_for(v, t->call.op);
	enum st st = read_request(v, body);
	t->c.call = &t->call;
	if (st == ST_OK && t->call.op->parse)
		t->call.op->parse(&t->c, t->in);
	if (st != ST_OK)
		send_problem(v, &t->c, &t->c.err);
	else
		v->next = NEXT_RUN;
}

/* ---- pages: me.get, then the page's operation, then the shell ---- */

/* Kept beside the reply of me.get, under a key of its own. Its nonce is kept with it, until the next commit: it lets styles in, no scripts, and only whoever gets the page has it. */
static bool send_finished_page(struct visit *v, const struct headers *h, const struct buf *html) {
	struct op_task *t = &v->task;
	struct http_finished *f = http_finish(200, h->item, h->n, buf_str(html), http_takes_gzip(v->r));
	if (!f)
		return false;
	struct op_task *me = arena_alloc(t->c.a, sizeof *me);
	*me = *t;
	me->call.op = op_find(STR("me.get"));
	me->call.fingerprint = v->page_key;
	me->form = form_for(v, me->call.op);
	me->repeated = true;
	me->repeated_at = v->page_at;
	me->reply.body = *html;
	t->finished = http_finished_shared(f);
	repeat_finish(t->e->repeats, me, t->finished);
	v->next = NEXT_FINISHED;
	return true;
}

static void send_shell(struct visit *v, int status, const struct page *p) {
	struct op_task *t = &v->task;
	struct headers h = { 0 };
	struct buf html = { 0 };
	v->nonce = new_request_id(t->c.a);
	page_write(&t->c, &html, p, buf_str(&t->reply.body), v->me, t->call.article, t->position, v->nonce);
	add(&h, "Content-Type", STR("text/html; charset=utf-8"));
	add(&h, "Cache-Control", STR("no-store"));
	add(&h, "Content-Language", str_c(lang_code(t->c.lang)));
	add_security(&h, v);
	buf_free(&t->reply.body);
	if (status == 200 && v->page_repeats && send_finished_page(v, &h, &html))
		buf_free(&html);
	else
		answer(v, status, &h, &html);
}

static void send_redirect(struct visit *v, str to) {
	struct headers h = { 0 };
	struct buf none = { 0 };
	add(&h, "Location", to);
	add(&h, "Cache-Control", STR("no-store"));
	add_security(&h, v);
	buf_free(&v->task.reply.body);
	answer(v, 303, &h, &none);
}

static const struct page page_not_found = { "", "not_found", NULL, true };
static const struct page page_failed = { "", "failed", NULL, true };

static void page_data_there(struct visit *v) {
	struct op_task *t = &v->task;
	if (t->st == ST_OK) {
		send_shell(v, 200, v->match.route->page);
		return;
	}
	buf_clear(&t->reply.body);
	t->call.article = STR_NONE;
	int status = problem_status(t->st);
	number_request(&t->c);
	problem_write(&t->c, &t->c.err, &t->reply.body);
	send_shell(v, status, status == 404 ? &page_not_found : &page_failed);
}

static void page_data_done(struct op_task *t) {
	done(t->data, page_data_there);
}

static bool has_pair(const struct visit *v, const char *name) {
	for (size_t i = 0; i < v->pair_count; i++)
		if (str_is(v->pairs[i].name, name))
			return true;
	return false;
}

/* The address of a page also says how it is looked at: which part is open, which view. That is the browser's matter, not the operation's. */
static void drop_pairs_of_the_view(struct visit *v, const struct op *op) {
	size_t kept = 0;
	for (size_t i = 0; i < v->pair_count; i++)
		if (op->in && shape_field(op->in, v->pairs[i].name) >= 0)
			v->pairs[kept++] = v->pairs[i];
	v->pair_count = kept;
}

static enum st read_page_query(struct visit *v, const struct page *p) {
	enum st st = http_form_each(v->task.c.a, v->head->query, v, keep_pair);
	if (st == ST_OK && v->task.call.op)
		drop_pairs_of_the_view(v, v->task.call.op);
	if (st == ST_OK && p->unless[0] && !has_pair(v, p->unless[0]))
		st = keep_pair(v, str_c(p->unless[0]), str_c(p->unless[1]));
	return st;
}

static void run_page_operation(struct visit *v) {
	struct op_task *t = &v->task;
	const struct page *p = v->match.route->page;
	t->call.op = p->operation ? op_find(str_c(p->operation)) : NULL;
	t->call.for_page = true;
	t->form = 0;
	t->done = page_data_done;
	buf_clear(&t->reply.body);
	t->c.err = (struct err){ 0 };
	t->st = read_page_query(v, p);
	if (t->st == ST_OK && !t->call.op) {
		page_data_there(v);
		return;
	}
	t->call.fingerprint = ARENA_JOIN(t->c.a, v->head->path, STR("?"), v->head->query);
	if (t->st == ST_OK)
		t->st = op_read_input(&t->c, t->call.op, v->match.path, v->match.path_n, v->pairs, v->pair_count, STR_NONE, &t->in);
	if (t->st != ST_OK)
		page_data_there(v);
	else
		v->next = NEXT_RUN;
}

static str path_to_come_back(struct visit *v) {
	struct buf b = buf_in(v->task.c.a);
	buf_lit(&b, "/login?next=");
	str s = v->head->path;
	for (size_t i = 0; i < s.n; i++)
		buf_printf(&b, (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '/' ? "%c" : "%%%02X", (unsigned char)s.p[i]);
	return buf_str(&b);
}

static void me_there(struct visit *v) {
	struct op_task *t = &v->task;
	const struct page *p = v->match.route->page;
	if (t->finished) {
		v->next = NEXT_FINISHED;
		return;
	}
	v->me = arena_str(t->c.a, buf_str(&t->reply.body));
	v->page_repeats = t->repeated;
	v->page_at = t->repeated_at;
	if (t->st == ST_OK && t->who.kind == ACTOR_NOBODY && !p->open)
		send_redirect(v, path_to_come_back(v));
	else if (t->st != ST_OK)
		page_data_there(v);
	else
		run_page_operation(v);
}

static void me_done(struct op_task *t) {
	done(t->data, me_there);
}

static void run_page(struct visit *v) {
	struct op_task *t = &v->task;
	t->call.op = op_find(STR("me.get"));
	t->form = form_for(v, t->call.op);
	v->page_key = t->call.fingerprint = ARENA_JOIN(t->c.a, STR("page "), v->head->path, STR("?"), v->head->query);
	t->done = me_done;
	enum st st = op_read_input(&t->c, t->call.op, NULL, 0, NULL, 0, STR_NONE, &t->in);
	if (st == ST_OK)
		v->next = NEXT_RUN;
	else
		send_problem(v, &t->c, &t->c.err);
}

/* ---- models: me.get, to know who asks, then the tool's operation ---- */

static void send_message(struct visit *v, int status) {
	struct headers h = { 0 };
	struct buf body = v->mcp.out;
	v->mcp.out = (struct buf){ 0 };
	if (body.n)
		add(&h, "Content-Type", STR("application/json"));
	add(&h, "Cache-Control", STR("no-store"));
	add_security(&h, v);
	buf_free(&v->task.reply.body);
	answer(v, status, &h, &body);
}

static void tool_there(struct visit *v) {
	number_request(&v->task.c);
	mcp_finish(&v->mcp, &v->task);
	send_message(v, 200);
}

static void tool_done(struct op_task *t) {
	done(t->data, tool_there);
}

static void mcp_me_there(struct visit *v) {
	struct op_task *t = &v->task;
	buf_clear(&t->reply.body);
	if (t->st == ST_OK)
		t->st = mcp_admit(&t->c, &t->who);
	if (t->st != ST_OK) {
		send_problem(v, &t->c, &t->c.err);
		return;
	}
	int status = mcp_read(&v->mcp, t);
	if (status) {
		send_message(v, status);
		return;
	}
	t->done = tool_done;
	v->next = NEXT_RUN;
}

static void mcp_me_done(struct op_task *t) {
	done(t->data, mcp_me_there);
}

/* A page of another site, in the browser of somebody who keeps a token there, must not get here; neither does whoever owns the data folder: a model is never the administrator. */
static void run_mcp(struct visit *v) {
	struct op_task *t = &v->task;
	str origin = http_header(v->r, "Origin");
	t->call.is_owner = false;
	if (!t->call.is_bearer) {
		refuse(v, ST_UNAUTHENTICATED, "mcp.token", N_("Models need a token of their own: bokgi token create --use mcp."));
	} else if (origin.p && !origin_is_ours(v, origin)) {
		refuse(v, ST_DENIED, "auth.cross_origin", N_("This request comes from another site. Open bokgi itself and try there."));
	} else if (!mcp_knows(http_header(v->r, "MCP-Protocol-Version"))) {
		refuse(v, ST_MALFORMED, "mcp.version", N_("This server does not speak that version of the protocol."));
	} else {
		t->call.op = op_find(STR("me.get"));
		t->done = mcp_me_done;
		t->st = op_read_input(&t->c, t->call.op, NULL, 0, NULL, 0, STR_NONE, &t->in);
		v->next = NEXT_RUN;
	}
}

/* ---- what is neither operation nor page ---- */

static void send_text(struct visit *v, int status, const char *type, struct buf *body) {
	struct headers h = { 0 };
	add(&h, "Content-Type", str_c(type));
	add(&h, "Cache-Control", STR("no-store"));
	add_security(&h, v);
	answer(v, status, &h, body);
}

static void livez(struct visit *v) {
	struct buf b = { 0 };
	buf_lit(&b, "ok\n");
	send_text(v, 200, "text/plain; charset=utf-8", &b);
}

static void readyz(struct visit *v) {
	struct buf b = { 0 };
	const char *trouble = v->edge->draining ? "draining" : writer_trouble(v->edge->config.engine->writer);
	buf_printf(&b, "%s\n", trouble ? trouble : "ok");
	send_text(v, trouble ? 503 : 200, "text/plain; charset=utf-8", &b);
}

static void send_metrics(struct visit *v) {
	struct buf b = { 0 };
	metrics_write(v->edge->config.engine, v->edge->config.hub, &b);
	send_text(v, 200, "text/plain; version=0.0.4; charset=utf-8", &b);
}

static void send_openapi(struct visit *v) {
	struct buf b = { 0 };
	openapi_write(&b, STR("/"));
	send_text(v, 200, "application/json", &b);
}

static const struct {
	const char *path[3];
	size_t n;
	void (*send)(struct visit *v);
} plain[] = {
	{ { "livez" }, 1, livez },
	{ { "readyz" }, 1, readyz },
	{ { "healthz" }, 1, readyz },
	{ { "metrics" }, 1, send_metrics },
	{ { "api", "v1", "openapi.json" }, 3, send_openapi },
};

static bool send_plain(struct visit *v) {
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		bool same = v->head->segment_count == plain[i].n && str_is(v->head->method, "GET");
		for (size_t k = 0; same && k < plain[i].n; k++)
			same = str_is(v->head->segments[k], plain[i].path[k]);
		if (same) {
			plain[i].send(v);
			return true;
		}
	}
	return false;
}

static struct asset *find_asset(struct edge *e, const struct embedded *file) {
	for (size_t i = 0; i < e->asset_count; i++)
		if (e->assets[i].file == file)
			return &e->assets[i];
	if (e->asset_count == MOST_ASSETS)
		return NULL;
	e->assets[e->asset_count].file = file;
	return &e->assets[e->asset_count++];
}

/* Compressed once, not for each browser. NULL: to be sent as it is. */
static struct shared *finished_asset(struct visit *v, const struct embedded *file, const struct headers *h) {
	struct edge *e = v->edge;
	pthread_mutex_lock(&e->assets_lock);
	struct asset *a = find_asset(e, file);
	struct http_finished **form = a ? &a->forms[v->head->tls] : NULL;
	if (form && !*form)
		*form = http_finish(200, h->item, h->n, str_n(file->begin, (size_t)(file->end - file->begin)), true);
	struct shared *s = form ? http_finished_shared(*form) : NULL;
	shared_hold(s);
	pthread_mutex_unlock(&e->assets_lock);
	return s;
}

static bool send_asset(struct visit *v) {
	const struct embedded *e = str_is(v->head->method, "GET") ? page_asset(v->head->segments, v->head->segment_count) : NULL;
	struct headers h = { 0 };
	struct buf none = { 0 };
	if (!e)
		return false;
	add(&h, "Content-Type", str_c(page_asset_type(str_c(e->name))));
	add(&h, "Cache-Control", v->head->segment_count > 1 ? STR("public, max-age=31536000, immutable") : STR("public, max-age=3600"));
	add_security(&h, v);
	v->task.finished = http_takes_gzip(v->r) ? finished_asset(v, e, &h) : NULL;
	if (v->task.finished) {
		v->next = NEXT_FINISHED;
		return true;
	}
	answer(v, 200, &h, &none);
	v->fixed = (str){ e->begin, (size_t)(e->end - e->begin) };
	return true;
}

static bool wants_html(struct visit *v) {
	return str_find(http_header(v->r, "Accept"), STR("text/html")) >= 0;
}

static void send_no_route(struct visit *v) {
	struct headers h = { 0 };
	struct buf body = { 0 };
	struct ctx *c = &v->task.c;
	if (!v->match.allow[0] && wants_html(v) && str_is(v->head->method, "GET")) {
		fail_plain(c, ST_NOT_FOUND, "address.not_found", N_("There is nothing at this address."));
		number_request(c);
		problem_write(c, &c->err, &v->task.reply.body);
		send_shell(v, 404, &page_not_found);
		return;
	}
	if (!v->match.allow[0]) {
		refuse(v, ST_NOT_FOUND, "address.not_found", N_("There is nothing at this address."));
		return;
	}
	fail_plain(c, ST_NOT_FOUND, "method.not_allowed", N_("This address does not know that method."));
	number_request(c);
	problem_write(c, &c->err, &body);
	add(&h, "Content-Type", STR("application/problem+json"));
	add(&h, "Allow", str_c(v->match.allow));
	add_security(&h, v);
	answer(v, 405, &h, &body);
}

/* ---- callbacks of the HTTP server ---- */

static void find_route(struct visit *v) {
	router_match(v->head->method, v->head->segments, v->head->segment_count, &v->match);
}

static void dispatch_head(struct visit *v) {
	if (send_plain(v) || send_asset(v))
		return;
	find_route(v);
	if (!v->match.route)
		send_no_route(v);
}

static int64_t body_limit(const struct route *route) {
	const struct op *op = route->op;
	if (!op && !route->page)
		return MCP_BODY;
	if (!op || op->body == BODY_NONE)
		return op && op->effect == OP_WRITE ? 1024 : 0; /* an empty object is welcome where nothing is needed */
	return (int64_t)(op->body_limit ? op->body_limit : DEFAULT_BODY);
}

static int64_t on_head(void *data, struct http_request *r, const struct http_head *head) {
	struct arena *a = http_arena(r);
	struct arena_guard g;
	struct visit *volatile v = NULL;
	if (arena_guard(a, &g)) {
		arena_guard_pop(a);
		http_reply(r, 503, NULL, 0, &(struct buf){ 0 });
		return -1;
	}
	v = arena_new_of(a, struct visit);
	*http_slot(r) = v;
	set_up(v, data, r, head);
	dispatch_head(v);
	arena_guard_pop(a);
	if (v->match.route)
		return body_limit(v->match.route);
	go_on(v);
	return -1;
}

static void dispatch_request(struct visit *v) {
	if (v->match.route->page)
		run_page(v);
	else if (!v->match.route->op)
		run_mcp(v);
	else
		run_operation(v, v->task.call.raw);
}

static void on_request(void *data UNUSED, struct http_request *r, const struct http_head *head UNUSED, str body) {
	struct visit *v = *http_slot(r);
	v->task.call.raw = body;
	with_memory(v, dispatch_request);
}

static const struct {
	int status;
	enum st st;
	const char *english;
} refusals[] = {
	{ 413, ST_TOO_BIG, N_("The body is larger than this address takes.") },
	{ 431, ST_TOO_BIG, N_("The headers are too large.") },
	{ 503, ST_BUSY, N_("Too many connections are open. Try again in a moment.") },
	{ 400, ST_MALFORMED, N_("This is not a request that can be answered safely.") },
};

static void write_refusal(struct visit *v) {
	size_t i = 0;
	while (i + 1 < sizeof refusals / sizeof *refusals && refusals[i].status != v->status)
		i++;
	v->task.c = (struct ctx){ .a = http_arena(v->r), .who = &actor_nobody, .lang = visit_lang(v) };
	refuse(v, refusals[i].st, v->refusal, refusals[i].english);
}

static void on_refusal(void *data, struct http_request *r, int status, const char *code) {
	static const struct http_head no_head;
	struct visit v = { .edge = data, .r = r, .head = &no_head, .status = status, .refusal = code };
	with_memory(&v, write_refusal);
}

static void on_done(void *data UNUSED, struct http_request *r, int status, int64_t us) {
	struct visit *v = *http_slot(r);
	const char *template = v && v->match.route ? v->match.route->template : NULL;
	metrics_count_request(template, v && v->head ? v->head->method : STR_NONE, status, us);
}

struct http_callbacks edge_callbacks(struct edge *e) {
	return (struct http_callbacks){ e, on_head, on_request, on_refusal, on_done };
}

enum st edge_new(const struct edge_config *config, struct edge **out) {
	struct edge *e = calloc(1, sizeof *e);
	if (!e)
		return ST_NO_MEMORY;
	e->config = *config;
	pthread_mutex_init(&e->assets_lock, NULL);
	*out = e;
	enum st st = router_init();
	if (st == ST_OK && page_init() != ST_OK)
		log_warn("built without the browser side: pages will be empty, the API works");
	return st;
}

void edge_attach(struct edge *e, struct http_server *s) {
	e->server = s;
	e->reader_count = http_thread_count(s);
	e->readers = calloc((size_t)e->reader_count, sizeof *e->readers);
	if (!e->readers)
		e->reader_count = 0;
}

void edge_drain(struct edge *e) {
	e->draining = true;
}

void edge_free(struct edge *e) {
	if (!e)
		return;
	for (int i = 0; i < e->reader_count; i++)
		db_close(e->readers[i]);
	for (size_t i = 0; i < e->asset_count; i++)
		for (int tls = 0; tls < 2; tls++)
			shared_let_go(http_finished_shared(e->assets[i].forms[tls]));
	pthread_mutex_destroy(&e->assets_lock);
	free(e->readers);
	free(e);
}
