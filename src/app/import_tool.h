/* Postmortems that others wrote: `bokgi parse` shows what would be lifted out of them, `bokgi import` makes records of them. */
#ifndef APP_IMPORT_TOOL_H
#define APP_IMPORT_TOOL_H

#include "core/i18n.h"

/* FILE.md…: one JSON object a line on stdout. */
int tool_parse(int argc, char **argv, enum lang lang);

#endif
