/* Postmortems that others wrote: `bokgi parse` shows what would be lifted out of them, `bokgi import` makes records of them. */
#ifndef APP_IMPORT_TOOL_H
#define APP_IMPORT_TOOL_H

#include "base/arena.h"
#include "core/i18n.h"

/* FILE.md…: one JSON object a line on stdout. */
int tool_parse(int argc, char **argv, enum lang lang);

/* PATH…: each file becomes a document, an incident and what belongs to it, by the operation document.import: through the server of the data folder when one is running, through --server when
 * that is given, in this process otherwise. One after the other, so that other work goes on in between; a file that fails does not stop the rest. A single folder that is an archive of
 * ours is for tool_import_archive. */
int tool_import(int argc, char **argv, enum lang lang);

/* A whole file, "-" for standard input. ST_NOT_FOUND, ST_UNAVAILABLE: errno says why. */
MUST_CHECK enum st tool_read_file(struct arena *a, const char *path, str *out);
str tool_base_name(str path);

#endif
