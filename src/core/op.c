#include "core/op.h"

#include <limits.h>

enum { DEFAULT_PAGE = 50, MOST_PAGE = 200 };

const struct op *op_at(size_t i) {
	for (const struct room *const *room = features; *room; room++) {
		if (i < (*room)->op_count)
			return &(*room)->ops[i];
		i -= (*room)->op_count;
	}
	return NULL;
}

const struct op *op_find(str name) {
	const struct op *op;
	for (size_t i = 0; (op = op_at(i)); i++)
		if (str_is(name, op->name))
			return op;
	return NULL;
}

const struct noun *noun_find(str name) {
	const struct op *op;
	for (size_t i = 0; (op = op_at(i)); i++)
		if (op->noun && op->noun->scope_sql && str_is(name, op->noun->name))
			return op->noun;
	return NULL;
}

struct call *op_call(const struct ctx *c) {
	return c->call;
}

/* ---- input ---- */

static enum st read_path(struct ctx *c, const struct op *op, const str *path, size_t n, void *in) {
	const char *at = op->route;
	for (size_t i = 0; i < n; i++) {
		const char *open = strchr(at, '{'), *close = open ? strchr(open, '}') : NULL;
		if (!close)
			return ST_INTERNAL;
		at = close;
		ptrdiff_t field = shape_field(op->in, str_n(open + 1, (size_t)(close - open - 1)));
		if (field < 0)
			return ST_INTERNAL;
		enum st st = shape_read_text(c, op->in, (size_t)field, path[i], in);
		/* A path that cannot name a record names none. */
		if (st != ST_OK)
			return st == ST_INVALID ? fail(c, ST_NOT_FOUND, "record.not_found", NULL, N_("There is nothing at this address.")) : st;
	}
	return ST_OK;
}

static enum st read_query(struct ctx *c, const struct op *op, const struct op_pair *query, size_t n, void *in) {
	for (size_t i = 0; i < n; i++) {
		ptrdiff_t field = op->in ? shape_field(op->in, query[i].name) : -1;
		if (field < 0 || (op->in->fields[field].flags & FIELD_PATH))
			return fail_field(c, ST_INVALID, "field.unknown", query[i].name, N_("“%.*s” is not a field here."), STR_FMT(query[i].name));
		enum st st = shape_read_text(c, op->in, (size_t)field, query[i].value, in);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum st read_body(struct ctx *c, const struct op *op, str body, void *in) {
	str why;
	char room[160];
	json_t *v = json_parse(body, &why, room);
	/* Well-formed, but jansson keeps no such name, and no field has one. */
	if (!v && str_find(why, STR("NUL byte in object key")) >= 0)
		return fail(c, ST_INVALID, "field.unknown", NULL, N_("A field's name contains a NUL character; no field here does."));
	if (!v)
		return fail(c, ST_MALFORMED, "json.malformed", NULL, N_("The body is not well-formed JSON: %.*s"), STR_FMT(why));
	json_own(c->a, v);
	return shape_read(c, op->in, v, in);
}

enum st op_read_input(struct ctx *c, const struct op *op, const str *path, size_t path_n, const struct op_pair *query, size_t query_n, str body, void **in) {
	static uint64_t nothing_given;
	*in = op->in ? arena_alloc(c->a, op->in->size) : &nothing_given;
	enum st st = read_path(c, op, path, path_n, *in);
	if (st == ST_OK)
		st = read_query(c, op, query, query_n, *in);
	if (st != ST_OK || !op->in)
		return st;
	if (op->body == BODY_JSON && (body.n || op->effect == OP_WRITE))
		return read_body(c, op, body.n ? body : STR("{}"), *in);
	return shape_finish(c, op->in, *in);
}

/* ---- running ---- */

static int64_t guarded_id(const struct op *op, const void *in) {
	ptrdiff_t i = op->in ? shape_field(op->in, str_c(op->noun_field ? op->noun_field : "id")) : -1;
	return i < 0 ? 0 : *(const int64_t *)((const char *)in + op->in->fields[i].offset);
}

static enum st check_reach(struct ctx *c, const struct op *op) {
	enum reach reach = c->who->reach;
	if (reach == REACH_ALL)
		return ST_OK;
	if (reach == REACH_FEED || !(op->flags & OP_MCP))
		return fail(c, ST_DENIED, "token.reach", NULL, N_("This token is not for that: it was made for a model or for feeds."));
	if (op->effect == OP_WRITE && reach != REACH_MODEL_WRITES)
		return fail(c, ST_DENIED, "token.read_only", NULL, N_("This token only reads. One that may change something is made with --use mcp_write."));
	return ST_OK;
}

enum st op_may(struct ctx *c, const struct op *op, const void *in) {
	enum st st = perm_require(c, op->perm);
	int64_t id = op->noun ? guarded_id(op, in) : 0;
	if (st == ST_OK)
		st = check_reach(c, op);
	return st == ST_OK && op->noun && id ? perm_sees(c, op->noun, id) : st;
}

enum st op_run(struct ctx *c, const struct op *op, const void *in, struct reply *out) {
	enum st st = op_may(c, op, in);
	return st == ST_OK ? op->run(c, in, out) : st;
}

int op_status(const struct op *op, const struct reply *out) {
	if (out->status)
		return out->status;
	if (op->flags & OP_CREATES)
		return 201;
	return op->reply == REPLY_NONE ? 204 : 200;
}

/* ---- replies ---- */

static void check_written(struct ctx *c, struct reply *out, const struct jw *w) {
	if (jw_ok(w))
		return;
	buf_clear(&out->body);
	out->status = 500;
	fail(c, ST_INTERNAL, "reply.broken", NULL, "a reply was written in the wrong order or memory ran out");
}

void reply_record(struct ctx *c, struct reply *out, const struct shape *s, const void *record, int64_t version) {
	struct jw w;
	buf_clear(&out->body);
	jw_init(&w, &out->body);
	shape_write(&w, s, record);
	out->version = version;
	check_written(c, out, &w);
}

void reply_page(struct ctx *c, struct reply *out, const struct shape *s, const struct list *items, str next) {
	struct jw w;
	buf_clear(&out->body);
	jw_init(&w, &out->body);
	jw_obj(&w);
	jw_key(&w, "items");
	shape_write_list(&w, s, items);
	jw_key(&w, "next");
	if (next.n)
		jw_str(&w, next);
	else
		jw_null(&w);
	jw_end(&w);
	out->next = next;
	check_written(c, out, &w);
}

void reply_created(struct ctx *c, struct reply *out, const char *path, int64_t id) {
	out->location = arena_printf(c->a, "%s/%lld", path, (long long)id);
}

enum st version_check(struct ctx *c, int64_t version, const struct shape *s, const void *record) {
	const struct call *call = op_call(c);
	if (call->if_match == -1 || call->if_match == version)
		return ST_OK;
	if (call->if_match == 0 && !(call->op->flags & OP_MATCH))
		return ST_OK;
	if (call->if_match == 0)
		return fail(c, ST_NEEDS_MATCH, "version.needed", NULL, N_("Say which version you are changing: send If-Match with the ETag of what you read."));
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	shape_write(&w, s, record);
	enum st st = fail(c, ST_STALE, "version.stale", NULL, N_("Somebody changed this in the meantime. The record as it is now comes with this answer; look at it and send your change again."));
	c->err.current = buf_str(&b);
	return st;
}

enum st page_parse(struct ctx *c, str after, int64_t limit, struct page_in *out) {
	*out = (struct page_in){ INT64_MAX, INT64_MAX, limit == I64_NONE || limit < 1 ? DEFAULT_PAGE : limit > MOST_PAGE ? MOST_PAGE : limit };
	if (!after.n)
		return ST_OK;
	str rest = after, key = str_cut(&rest, '.');
	if (!str_i64(key, &out->key) || !str_i64(rest, &out->id))
		return fail(c, ST_INVALID, "page.cursor", "after", N_("“after” must be the cursor that the page before gave."));
	return ST_OK;
}

str page_cursor(struct ctx *c, int64_t key, int64_t id) {
	return arena_printf(c->a, "%lld.%lld", (long long)key, (long long)id);
}

/* ---- problems (RFC 9457) ---- */

static const struct {
	int status;
	const char *title;
} problems[ST_COUNT] = {
	[ST_NOT_FOUND] = { 404, N_("Not found") },
	[ST_UNAUTHENTICATED] = { 401, N_("Log in") },
	[ST_DENIED] = { 403, N_("Not allowed") },
	[ST_MALFORMED] = { 400, N_("Not understood") },
	[ST_INVALID] = { 422, N_("A field needs another value") },
	[ST_CONFLICT] = { 409, N_("Not possible in this state") },
	[ST_STALE] = { 412, N_("Changed by somebody else") },
	[ST_NEEDS_MATCH] = { 428, N_("Which version?") },
	[ST_TOO_BIG] = { 413, N_("Too big") },
	[ST_TOO_MANY] = { 429, N_("Too often") },
	[ST_UNSUPPORTED] = { 415, N_("Another media type is needed") },
	[ST_BUSY] = { 503, N_("Busy") },
	[ST_UPSTREAM] = { 502, N_("Another server did not answer") },
	[ST_UNAVAILABLE] = { 503, N_("Not available now") },
	[ST_NO_MEMORY] = { 503, N_("Out of memory") },
};

int problem_status(enum st st) {
	return (unsigned)st < ST_COUNT && problems[st].status ? problems[st].status : 500;
}

void problem_write(const struct ctx *c, const struct err *e, struct buf *out) {
	struct jw w;
	int status = problem_status(e->st);
	const char *title = status == 500 ? N_("Something is broken here") : problems[e->st].title;
	const char *code = e->code ? e->code : st_name(e->st);
	jw_init(&w, out);
	jw_obj(&w);
	jw_key(&w, "type");
	jw_str(&w, arena_printf(c->a, "urn:bokgi:problem:%s", code));
	jw_kstr(&w, "title", str_c(tr(c->lang, title)));
	jw_ki64(&w, "status", status);
	/* What went wrong inside is for the log; whoever asked gets the request id to quote. */
	str detail = status == 500 ? str_c(tr(c->lang, N_("This was not your doing. The operator finds the reason in the log under the request id."))) : e->message;
	if (detail.n)
		jw_kstr(&w, "detail", detail);
	jw_kstr(&w, "code", str_c(code));
	if (e->field.n)
		jw_kstr(&w, "field", e->field);
	if (c->request_id.n)
		jw_kstr(&w, "request_id", c->request_id);
	if (e->current.n) {
		jw_key(&w, "current");
		jw_raw(&w, e->current);
	}
	if (e->field.n) {
		jw_karr(&w, "errors");
		jw_obj(&w);
		jw_kstr(&w, "pointer", arena_printf(c->a, "#/%.*s", STR_FMT(e->field)));
		jw_kstr(&w, "detail", detail);
		jw_end(&w);
		jw_end(&w);
	}
	jw_end(&w);
}
