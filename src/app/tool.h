/* Commands that are no operations: they need no server, and work on the data folder, on files, or on nothing. One row each. */
#ifndef APP_TOOL_H
#define APP_TOOL_H

#include "core/i18n.h"

typedef int (*tool)(int argc, char **argv, enum lang lang);
/* NULL when there is no tool of that name. */
tool tool_find(const char *name);
void tools_help(enum lang lang);

#endif
