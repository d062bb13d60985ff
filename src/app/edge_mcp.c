/* Models: me.get, to know who asks, then the tool's operation. */
#include "app/visit.h"

static void send_message(struct visit *v, int status) {
	struct headers h = { 0 };
	struct buf body = v->mcp.out;
	v->mcp.out = (struct buf){ 0 };
	if (body.n)
		headers_add(&h, "Content-Type", STR("application/json"));
	headers_add(&h, "Cache-Control", STR("no-store"));
	visit_add_security(&h, v);
	buf_free(&v->task.reply.body);
	visit_answer(v, status, &h, &body);
}

static void tool_there(struct visit *v) {
	visit_number(&v->task.c);
	mcp_finish(&v->mcp, &v->task);
	send_message(v, 200);
}

static void tool_done(struct op_task *t) {
	visit_done(t->data, tool_there);
}

static void mcp_me_there(struct visit *v) {
	struct op_task *t = &v->task;
	buf_clear(&t->reply.body);
	if (t->st == ST_OK)
		t->st = mcp_admit(&t->c, &t->who);
	if (t->st != ST_OK) {
		visit_problem(v, &t->c, &t->c.err);
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
	visit_done(t->data, mcp_me_there);
}

/* A page of another site, in the browser of somebody who keeps a token there, must not get here; neither does whoever owns the data folder: a model is never the administrator. */
void visit_mcp(struct visit *v) {
	struct op_task *t = &v->task;
	str origin = http_header(v->r, "Origin");
	t->call.is_owner = false;
	if (!t->call.is_bearer) {
		visit_refuse(v, ST_UNAUTHENTICATED, "mcp.token", N_("Models need a token of their own: bokgi token create --use mcp."));
	} else if (origin.p && !visit_origin_is_ours(v, origin)) {
		visit_refuse(v, ST_DENIED, "auth.cross_origin", N_("This request comes from another site. Open bokgi itself and try there."));
	} else if (!mcp_knows(http_header(v->r, "MCP-Protocol-Version"))) {
		visit_refuse(v, ST_MALFORMED, "mcp.version", N_("This server does not speak that version of the protocol."));
	} else {
		t->call.op = op_find(STR("me.get"));
		t->done = mcp_me_done;
		t->st = op_read_input(&t->c, t->call.op, NULL, 0, NULL, 0, STR_NONE, &t->in);
		v->next = NEXT_RUN;
	}
}
