#include "app/mcp.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/mcp_tools.h"

enum { NOT_JSON = -32700, NOT_A_REQUEST = -32600, NO_SUCH_METHOD = -32601, WRONG_PARAMS = -32602 };

static const char *const versions[] = { "2025-11-25", "2025-06-18", "2025-03-26" };

bool mcp_knows(str version) {
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		if (str_is(version, versions[i]))
			return true;
	return !version.p;
}

enum st mcp_admit(struct ctx *c, const struct actor *who) {
	bool model = who->reach == REACH_MODEL || who->reach == REACH_MODEL_WRITES;
	if (who->kind == ACTOR_TOKEN && model && who->role != ROLE_ADMINISTRATOR)
		return ST_OK;
	return fail(c, ST_DENIED, "mcp.token", NULL, N_("Models need a token of their own: bokgi token create --use mcp."));
}

/* ---- envelopes ---- */

static void write_id(struct jw *w, const json_t *id) {
	jw_key(w, "id");
	if (json_is_string(id))
		jw_str(w, json_str(id));
	else if (json_is_integer(id))
		jw_i64(w, json_integer_value(id));
	else
		jw_null(w);
}

static void begin(struct jw *w, struct mcp *m) {
	jw_init(w, &m->out);
	jw_obj(w);
	jw_kstr(w, "jsonrpc", STR("2.0"));
	write_id(w, json_object_get(m->message, "id"));
}

static int reply_error(struct mcp *m, int status, int code, str message) {
	struct jw w;
	begin(&w, m);
	jw_kobj(&w, "error");
	jw_ki64(&w, "code", code);
	jw_kstr(&w, "message", message);
	jw_end(&w);
	jw_end(&w);
	return status;
}

/* ---- methods ---- */

static int initialize(struct mcp *m, struct op_task *t, const json_t *params) {
	struct jw w;
	str asked = json_str(json_object_get(params, "protocolVersion"));
	begin(&w, m);
	jw_kobj(&w, "result");
	jw_kstr(&w, "protocolVersion", asked.n && mcp_knows(asked) ? asked : str_c(versions[0]));
	jw_kobj(&w, "capabilities");
	jw_kobj(&w, "tools");
	jw_end(&w);
	jw_end(&w);
	jw_kobj(&w, "serverInfo");
	jw_kstr(&w, "name", STR("bokgi"));
	jw_kstr(&w, "version", str_c(BOKGI_VERSION));
	jw_end(&w);
	jw_kstr(&w, "instructions", str_c(tr(t->c.lang, N_("Incidents, blameless postmortems and action items of one organisation. Ask about systems and decisions, never about whose fault something was. Lists come in "
		"pages: give “next” as “after”."))));
	jw_end(&w);
	jw_end(&w);
	return 200;
}

static int ping(struct mcp *m, struct op_task *t UNUSED, const json_t *params UNUSED) {
	struct jw w;
	begin(&w, m);
	jw_kobj(&w, "result");
	jw_end(&w);
	jw_end(&w);
	return 200;
}

static int list_tools(struct mcp *m, struct op_task *t, const json_t *params UNUSED) {
	struct jw w;
	const struct op *op;
	begin(&w, m);
	jw_kobj(&w, "result");
	jw_karr(&w, "tools");
	for (size_t i = 0; (op = op_at(i)); i++)
		if (mcp_offers(&t->who, op))
			mcp_write_tool(&w, t->c.a, t->c.lang, op);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
	return 200;
}

static void write_tool_result(struct mcp *m, str text, bool failed) {
	struct jw w;
	begin(&w, m);
	jw_kobj(&w, "result");
	jw_karr(&w, "content");
	jw_obj(&w);
	jw_kstr(&w, "type", STR("text"));
	jw_kstr(&w, "text", text);
	jw_end(&w);
	jw_end(&w);
	jw_kbool(&w, "isError", failed);
	jw_end(&w);
	jw_end(&w);
}

static int call_tool(struct mcp *m, struct op_task *t, const json_t *params) {
	str name = json_str(json_object_get(params, "name"));
	const struct op *op = mcp_tool(name);
	if (!op)
		return reply_error(m, 200, WRONG_PARAMS, arena_printf(t->c.a, "there is no tool “%.*s”", STR_FMT(name)));
	t->call.op = op;
	t->c.call = &t->call;
	t->c.err = (struct err){ 0 };
	t->st = mcp_read_arguments(t, json_object_get(params, "arguments"));
	if (t->st == ST_OK)
		return 0;
	mcp_finish(m, t);
	return 200;
}

void mcp_finish(struct mcp *m, struct op_task *t) {
	struct buf problem = buf_in(t->c.a);
	if (t->st != ST_OK && !t->c.err.code)
		t->c.err = (struct err){ .st = t->st };
	if (t->st != ST_OK)
		problem_write(&t->c, &t->c.err, &problem);
	str body = buf_str(t->st == ST_OK ? &t->reply.body : &problem);
	write_tool_result(m, body.n ? body : STR("{}"), t->st != ST_OK);
}

static const struct {
	const char *name;
	int (*run)(struct mcp *m, struct op_task *t, const json_t *params);
} methods[] = { { "initialize", initialize }, { "ping", ping }, { "tools/list", list_tools }, { "tools/call", call_tool } };

int mcp_read(struct mcp *m, struct op_task *t) {
	char room[160];
	str why;
	m->message = json_parse(t->call.raw, &why, room);
	json_own(t->c.a, m->message);
	const json_t *id = json_object_get(m->message, "id"), *method = json_object_get(m->message, "method");
	if (!m->message)
		return reply_error(m, 400, NOT_JSON, why);
	bool is_reply = json_object_get(m->message, "result") || json_object_get(m->message, "error");
	bool id_fits = !id || json_is_string(id) || json_is_integer(id);
	if (!str_is(json_str(json_object_get(m->message, "jsonrpc")), "2.0") || !id_fits || !(json_is_string(method) || is_reply))
		return reply_error(m, 400, NOT_A_REQUEST, STR("this is not a JSON-RPC 2.0 request"));
	if (!id || is_reply)
		return 202; /* a notification: that it is ready, or that it has stopped waiting, which changes nothing */
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_is(json_str(method), methods[i].name))
			return methods[i].run(m, t, json_object_get(m->message, "params"));
	return reply_error(m, 200, NO_SUCH_METHOD, ARENA_JOIN(t->c.a, STR("there is no method "), json_str(method)));
}
