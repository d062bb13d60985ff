/* What a reply says beside its body: headers that protect, and problems. */
#include "app/visit.h"

#include <sodium.h>

#include "base/log.h"
#include "base/unsafe.h"

void visit_answer(struct visit *v, int status, const struct headers *h, struct buf *body) {
	v->next = NEXT_REPLY;
	v->status = status;
	v->headers = *h;
	buf_free(&v->body);
	v->body = *body;
	*body = (struct buf){ 0 };
}

void headers_add(struct headers *h, const char *name, str value) {
	if (h->n < MOST_HEADERS && value.n)
		h->item[h->n++] = (struct http_reply_header){ name, value };
}

#define CSP_BEFORE "default-src 'none'; script-src 'self'; style-src 'self'"
#define CSP_AFTER                                                                                                                                \
	"; img-src 'self' data:; connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; " \
	"base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html bokgi-article bokgi-worker"

static str content_policy(struct visit *v) {
	str style = v->task.reply.style;
	if (v->task.reply.foreign)
		return STR("default-src 'none'; sandbox; frame-ancestors 'none'");
	if (!v->nonce.n && !style.n)
		return STR(CSP_BEFORE CSP_AFTER);
	return arena_printf(http_arena(v->r), CSP_BEFORE "%s%.*s%s%s%.*s" CSP_AFTER, v->nonce.n ? " 'nonce-" : "", STR_FMT(v->nonce), v->nonce.n ? "'" : "",
		style.n ? " " : "", STR_FMT(style));
}

void visit_add_security(struct headers *h, struct visit *v) {
	if (!UNSAFE_HTML)
		headers_add(h, "Content-Security-Policy", content_policy(v));
	headers_add(h, "X-Content-Type-Options", STR("nosniff"));
	headers_add(h, "Referrer-Policy", STR("same-origin"));
	headers_add(h, "Cross-Origin-Opener-Policy", STR("same-origin"));
	headers_add(h, "Cross-Origin-Resource-Policy", STR("same-origin"));
	if (v->head && v->head->tls)
		headers_add(h, "Strict-Transport-Security", STR("max-age=31536000"));
}

str visit_new_id(struct arena *a) {
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
void visit_number(struct ctx *c) {
	if (!c->request_id.n)
		c->request_id = visit_new_id(c->a);
}

void visit_problem(struct visit *v, struct ctx *c, const struct err *e) {
	struct headers h = { 0 };
	struct buf body = { 0 };
	int status = problem_status(e->st);
	visit_number(c);
	problem_write(c, e, &body);
	headers_add(&h, "Content-Type", STR("application/problem+json"));
	headers_add(&h, "Cache-Control", STR("no-store"));
	headers_add(&h, "Bokgi-Request", c->request_id);
	if (status == 401)
		headers_add(&h, "WWW-Authenticate", STR("Bearer realm=\"bokgi\""));
	if (status == 503 || status == 429)
		headers_add(&h, "Retry-After", STR("2"));
	headers_add(&h, "Content-Language", str_c(lang_code(c->lang)));
	visit_add_security(&h, v);
	if (status == 500)
		log_error("request %.*s %s: %.*s", STR_FMT(c->request_id), v->match.route ? v->match.route->template : "-", STR_FMT(e->message));
	visit_answer(v, status, &h, &body);
}

void visit_refuse(struct visit *v, enum st st, const char *code, const char *english) {
	struct ctx *c = &v->task.c;
	fail_plain(c, st, code, english);
	visit_problem(v, c, &c->err);
}
