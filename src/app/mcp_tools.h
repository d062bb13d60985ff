/* From rows of the operation table to tools of models, and from a tool's arguments to an operation's input. Private to mcp.c. */
#ifndef APP_MCP_TOOLS_H
#define APP_MCP_TOOLS_H

#include "core/engine.h"

/* The row of a tool's name, "incident_list"; NULL: there is none. */
const struct op *mcp_tool(str name);
/* Is it a tool that this token could use? */
bool mcp_offers(const struct actor *who, const struct op *op);
void mcp_write_tool(struct jw *w, struct arena *a, enum lang lang, const struct op *op);
/* Into t->in and t->call. */
MUST_CHECK enum st mcp_read_arguments(struct op_task *t, const json_t *arguments);

#endif
