/* An operation is declared once, as a row of its room's table. From the row come the HTTP route, the command line, the MCP tool, the check of the input, the
 * permission, the OpenAPI entry and the help in both languages. run() sees typed input, never HTTP. */
#ifndef CORE_OP_H
#define CORE_OP_H

#include "core/event.h"
#include "core/shape.h"

enum op_effect {
	OP_READ,  /* short; on SQLite inline on the thread that got the request */
	OP_SLOW,  /* reads, but may take long: on the read pool, with its own connection */
	OP_WRITE, /* on the node's one writer thread, inside a transaction */
};

enum op_body { BODY_NONE, BODY_JSON, BODY_FORM, BODY_RAW, BODY_UPLOAD };
enum op_reply { REPLY_NONE, REPLY_RECORD, REPLY_PAGE, REPLY_BYTES, REPLY_STREAM };

enum op_flags {
	OP_CREATES = 1,      /* 201 and a Location */
	OP_MATCH = 2,        /* If-Match is obligatory */
	OP_SECRET = 4,       /* the reply holds a secret: never kept, a retry with the same key gets 409 instead */
	OP_MCP = 8,          /* a tool for models; whether it may change anything is the token's matter */
	OP_FORM_CHECKED = 16, /* no same-origin proof needed: the route authenticates every request by a secret of its own (webhooks) */
	OP_EPHEMERAL = 32,   /* changes no record: needs no Idempotency-Key, runs on the pool (presence, topics) */
	OP_REPEATS = 128,    /* a short read that depends on nothing but the request, the database and who asks in which language: not on the clock, not on memory */
	OP_ONE_VIEW = 256,   /* a read of several statements that must see one state of the database: it runs in a snapshot */
	OP_OWN_KEY = 64,     /* its input says by itself whether it was done before: an Idempotency-Key is not looked at, no reply is kept */
};

struct reply {
	int status;               /* 0: 200, 201 or 204, as the row says */
	struct buf body;
	const char *content_type; /* NULL: application/json */
	int64_t version;          /* > 0: ETag "n" */
	str location;             /* path of what was created */
	str next;                 /* page: cursor of the following page */
	str set_cookie;
	str disposition;          /* Content-Disposition */
	str immutable_tag;        /* bytes that never change under this tag: ETag and long caching */
	bool foreign;             /* bytes that somebody else made, always the same at this address: the browser keeps them, and lets nothing in them do anything */
	str style;                /* HTML with a style of its own: "'sha256-…'", for the Content-Security-Policy */
};

/* One call of an operation, besides its typed input. */
struct call {
	const struct op *op;
	int64_t if_match;  /* version named by If-Match; 0: none given; -1: "*" */
	str raw;           /* body of a BODY_RAW row */
	str content_type;
	str remote, agent; /* address and User-Agent of the client */
	str (*header)(void *data, const char *name); /* for rows that authenticate themselves; may be NULL */
	void *header_data;
	bool secure;       /* the client's side is encrypted */
	void *prepared;    /* whatever prepare() made, for run() */
	void *parsed;      /* whatever parse() made; NULL: nobody has called it */
	str credential;    /* what the caller showed: a session cookie's or bearer token's text; empty: none */
	bool is_bearer;    /* it came as Authorization: Bearer */
	bool is_owner;     /* on this machine, as the owner of the data folder: the administrator */
	str fingerprint;   /* the bytes of the request that an Idempotency-Key stands for */
	str key;           /* Idempotency-Key, empty: none */
	bool for_page;     /* the reply goes into the shell of a page */
	str article;       /* set by run() for a page: what was read, rendered as HTML; it need not stand in the reply then */
};

struct op {
	const char *name;  /* "action.close" */
	const char *route; /* "POST /api/v1/actions/{id}/close" */
	enum perm perm;
	enum op_effect effect;
	enum op_body body;
	const struct shape *in; /* NULL: takes nothing */
	enum op_reply reply;
	const struct shape *out; /* of the record or of a page's items */
	enum st (*run)(struct ctx *c, const void *in, struct reply *out);
	const char *doc;   /* English key: one sentence */
	/* the optional columns */
	const struct noun *noun;  /* its record is looked up and its scope checked before run(); the id is the path field "id", or noun_field */
	const char *noun_field;
	unsigned flags;
	size_t body_limit;        /* bytes; 0: 1 MiB */
	/* Before any transaction, on a pool thread: argon2, outgoing HTTP, hashing an upload. c->db is a read connection; what it shows may have changed by the time
	 * run() is called, so run() checks again. What it makes goes into op_call(c)->prepared. Of a PERM_PUBLIC row the actor is not known yet; of others it has been asked whether the
	 * actor may. */
	enum st (*prepare)(struct ctx *c, void *in);
	/* On the thread that got the request, in its memory: what needs neither database nor actor, such as the reading of a large body, so that the writer need not wait for it. Must
	 * leave c->err alone: what is wrong is said by run(), to whom may hear it. Only requests over HTTP come by here; run() calls it itself when it finds nothing parsed. */
	void (*parse)(struct ctx *c, const void *in);
	/* A webhook says who it is: fills *who from the input, headers and raw body, on the connection that runs it. */
	enum st (*authenticate)(struct ctx *c, const void *in, struct actor *who);
};

/* The obligatory columns are positional: a row without a permission does not compile. */
#define OP(op_name, op_route, op_perm, op_effect_, op_body_, op_in, op_reply_, op_out, op_run_, op_doc, ...)                       \
	{ .name = (op_name), .route = (op_route), .perm = (op_perm), .effect = (op_effect_), .body = (op_body_), .in = (op_in),     \
	  .reply = (op_reply_), .out = (op_out), .run = (op_run_), .doc = (op_doc), ##__VA_ARGS__ }

/* A folder of src/feature: its operations, and what it needs at the start. Listed, by hand and in order, in app/features.c. */
struct engine;
struct room {
	const char *name;
	const struct op *ops;
	size_t op_count;
	enum st (*start)(struct engine *e); /* after the database is open, before anything runs; NULL: nothing to do */
	void (*finish)(struct engine *e); /* threads of the room end here, while the writer still takes work; NULL: there are none */
	void (*stop)(struct engine *e);
};
#define ROOM(var, room_name, table, ...) const struct room var = { .name = (room_name), .ops = (table), .op_count = sizeof(table) / sizeof *(table), ##__VA_ARGS__ }

extern const struct room *const features[]; /* NULL-terminated; app/features.c */
/* The i-th operation over all rooms, in their order; NULL past the last. */
const struct op *op_at(size_t i);
const struct op *op_find(str name);
/* A kind of record whose scope can be asked, by its name in topics and events: that of the first operation about it. NULL: none. */
const struct noun *noun_find(str name);
struct call *op_call(const struct ctx *c); /* of the running operation */

/* ---- for run functions ---- */
void reply_record(struct ctx *c, struct reply *out, const struct shape *s, const void *record, int64_t version);
/* items, and the cursor of the next page (empty: this is the last). */
void reply_page(struct ctx *c, struct reply *out, const struct shape *s, const struct list *items, str next);
void reply_created(struct ctx *c, struct reply *out, const char *path_fmt, int64_t id);
/* If-Match against the record's version; ST_STALE with the record as it is, ST_NEEDS_MATCH when the row demands one. */
MUST_CHECK enum st version_check(struct ctx *c, int64_t version, const struct shape *s, const void *record);
/* Paging by key: cursors are the last item's sort key, "t.id" or "id", opaque to clients. limit: what was asked, made sane (1..200, default 50). */
struct page_in {
	int64_t key, id; /* I64_MAX / I64_MAX on the first page of a descending list */
	int64_t limit;
};
MUST_CHECK enum st page_parse(struct ctx *c, str after, int64_t limit, struct page_in *out);
str page_cursor(struct ctx *c, int64_t key, int64_t id);

/* ---- for edges and the writer ---- */
/* Input: from the decoded path segments (in the order of the route's {…}), pairs of a query string, and a JSON body (NULL when there is none). *in is in c->a. */
struct op_pair {
	str name, value;
};
MUST_CHECK enum st op_read_input(struct ctx *c, const struct op *op, const str *path, size_t path_n, const struct op_pair *query, size_t query_n, str body, void **in);
/* Permission and scope alone. */
MUST_CHECK enum st op_may(struct ctx *c, const struct op *op, const void *in);
/* Permission, scope, run: everything but the transaction. The caller holds the arena's guard. */
MUST_CHECK enum st op_run(struct ctx *c, const struct op *op, const void *in, struct reply *out);
int op_status(const struct op *op, const struct reply *out);
/* HTTP status of a failure, and its problem+json. */
int problem_status(enum st st);
void problem_write(const struct ctx *c, const struct err *e, struct buf *out);
/* OpenAPI 3.1 of the whole table. */
void openapi_write(struct buf *out, str server_url);

#endif
