/* What models talk to: the Model Context Protocol. One JSON-RPC message in, one out; no sessions, nothing is kept between two. The tools are the rows of the operation table that are marked OP_MCP; what a
 * token may do with them is its role's and its reach's matter (core/op.c), here it only decides what is listed. Over HTTP by the edge; over standard input and output by tool_mcp, which
 * hands each message to the server. */
#ifndef APP_MCP_H
#define APP_MCP_H

#include "core/engine.h"

enum { MCP_BODY = 21 << 20 };

struct mcp {
	json_t *message; /* owned by the arena */
	struct buf out;  /* the answer; empty: there is none */
};

/* Is this a version of the protocol that we speak? An absent header is. */
bool mcp_knows(str version);
/* ST_OK, or ST_DENIED: only tokens that were made for models are let in. */
MUST_CHECK enum st mcp_admit(struct ctx *c, const struct actor *who);
/* Reads the message, t->call.raw, of t->who. 0: t->call and t->in are an operation to be run, mcp_finish() follows. Otherwise the HTTP status to answer with, and out. */
int mcp_read(struct mcp *m, struct op_task *t);
/* The answer of the tool whose operation has been run. */
void mcp_finish(struct mcp *m, struct op_task *t);

/* bokgi mcp */
int tool_mcp(int argc, char **argv, enum lang lang);

#endif
