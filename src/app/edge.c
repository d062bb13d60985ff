#include "app/edge.h"

#include <stdlib.h>

#include "app/metrics.h"
#include "app/page.h"
#include "app/topics.h"
#include "app/visit.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/repeat.h"
#include "text/utf8.h"

enum { DEFAULT_BODY = 1 << 20 };

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

bool visit_origin_is_ours(struct visit *v, str origin) {
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
		return visit_origin_is_ours(v, origin);
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
	headers_add(h, "Content-Type", str_c(out->content_type ? out->content_type : "application/json"));
	if (out->immutable_tag.n) {
		headers_add(h, "ETag", ARENA_JOIN(a, STR("\""), out->immutable_tag, STR("\"")));
		headers_add(h, "Cache-Control", out->foreign ? STR("private, max-age=31536000, immutable") : STR("private, max-age=0, must-revalidate"));
		/* Whoever logs in next at this browser asks for himself. */
		headers_add(h, "Vary", out->foreign ? STR("Cookie, Authorization") : STR_NONE);
	} else {
		headers_add(h, "Cache-Control", STR("no-store"));
	}
	if (out->version > 0)
		headers_add(h, "ETag", ARENA_JOIN(a, STR("\""), number(a, out->version), STR("\"")));
	headers_add(h, "Location", out->location);
	headers_add(h, "Content-Disposition", out->disposition);
	if (out->next.n)
		headers_add(h, "Link", next_link(v, out->next));
	if (out->set_cookie.n)
		headers_add(h, "Set-Cookie", cookie_line(v, out->set_cookie));
	headers_add(h, "Bokgi-Position", number(a, t->position));
	headers_add(h, "Content-Language", str_c(lang_code(t->c.lang)));
	visit_add_security(h, v);
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
		visit_answer(v, 503, &(struct headers){ 0 }, &(struct buf){ 0 });
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
int visit_form(struct visit *v, const struct op *op) {
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
		visit_problem(v, &t->c, &t->c.err);
	} else if (t->call.op->reply == REPLY_STREAM) {
		v->next = NEXT_STREAM;
		return;
	} else {
		add_reply_headers(v, &h);
		bool same = not_modified(v);
		if (same)
			buf_clear(&t->reply.body);
		if (!(t->repeated && t->form && send_finished(v, &h)))
			visit_answer(v, same ? 304 : op_status(t->call.op, &t->reply), &h, &t->reply.body);
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

void visit_done(struct visit *v, void (*then)(struct visit *v)) {
	v->then = then;
	if (http_is_here(v->r))
		with_memory(v, then);
	else
		http_later(v->r, go_on_later, v);
}

static void op_done(struct op_task *t) {
	visit_done(t->data, send_reply);
}

/* ---- the live stream ---- */

static void refuse_stream(struct visit *v) {
	visit_refuse(v, ST_BUSY, "stream.full", N_("Too many live streams are open. The page works without one; reload it later."));
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

enum st visit_keep_pair(void *data, str name, str value) {
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
	enum st st = http_form_each(c->a, v->head->query, v, visit_keep_pair);
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
	t->form = visit_form(v, t->call.op);
	enum st st = read_request(v, body);
	t->c.call = &t->call;
	if (st == ST_OK && t->call.op->parse)
		t->call.op->parse(&t->c, t->in);
	if (st != ST_OK)
		visit_problem(v, &t->c, &t->c.err);
	else
		v->next = NEXT_RUN;
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
		visit_page_not_found(v);
		return;
	}
	if (!v->match.allow[0]) {
		visit_refuse(v, ST_NOT_FOUND, "address.not_found", N_("There is nothing at this address."));
		return;
	}
	fail_plain(c, ST_NOT_FOUND, "method.not_allowed", N_("This address does not know that method."));
	visit_number(c);
	problem_write(c, &c->err, &body);
	headers_add(&h, "Content-Type", STR("application/problem+json"));
	headers_add(&h, "Allow", str_c(v->match.allow));
	visit_add_security(&h, v);
	visit_answer(v, 405, &h, &body);
}

/* ---- callbacks of the HTTP server ---- */

static void find_route(struct visit *v) {
	router_match(v->head->method, v->head->segments, v->head->segment_count, &v->match);
}

static void dispatch_head(struct visit *v) {
	if (visit_plain(v) || visit_asset(v))
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
		return op && op->effect != OP_READ ? 1024 : 0; /* an empty object is welcome where nothing is needed */
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
		visit_page(v);
	else if (!v->match.route->op)
		visit_mcp(v);
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
	visit_refuse(v, refusals[i].st, v->refusal, refusals[i].english);
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
