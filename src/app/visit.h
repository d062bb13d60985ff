/* One request on its way through the edge, and what its parts (edge*.c) share. Private to them. */
#ifndef APP_VISIT_H
#define APP_VISIT_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/edge.h"
#include "app/mcp.h"
#include "app/router.h"
#include "base/embed.h"
#include "core/i18n.h"

enum { MOST_PAIRS = 32, MOST_HEADERS = 24, MOST_ASSETS = 128 };

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

/* ---- replying (visit.c). A reply is only noted: it is sent when the arena's guard is off. ---- */

/* Takes body over. */
void visit_answer(struct visit *v, int status, const struct headers *h, struct buf *body);
void visit_problem(struct visit *v, struct ctx *c, const struct err *e);
void visit_refuse(struct visit *v, enum st st, const char *code, const char *english);
/* An empty value adds nothing; value lives as long as the request. */
void headers_add(struct headers *h, const char *name, str value);
void visit_add_security(struct headers *h, struct visit *v);
/* 12 characters that nobody can guess, in a. */
str visit_new_id(struct arena *a);
/* Gives the request the number that stands in its problem and in the log. */
void visit_number(struct ctx *c);

/* ---- the ways through (edge.c) ---- */

/* An operation is over, on whatever thread: goes on with `then` on the request's own. */
void visit_done(struct visit *v, void (*then)(struct visit *v));
/* Which finished form of a repeated reply this client may get; 0: none (core/repeat.h). */
int visit_form(struct visit *v, const struct op *op);
bool visit_origin_is_ours(struct visit *v, str origin);
/* For http_form_each; data: the visit. */
enum st visit_keep_pair(void *data, str name, str value);

void visit_page(struct visit *v);           /* edge_page.c */
void visit_page_not_found(struct visit *v); /* … with what c->err says */
void visit_mcp(struct visit *v);            /* edge_mcp.c */
bool visit_plain(struct visit *v);          /* edge_plain.c; false: the address is another's */
bool visit_asset(struct visit *v);

#endif
