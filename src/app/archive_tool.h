/* bokgi export FOLDER · bokgi import FOLDER: everything an instance knows, as a folder of plain files, and back without loss (core/archive.h has the tables).
 *
 *   archive.json              what this is, and how many rows each table has
 *   tables/NAME.jsonl         what import reads: one row per line
 *   incidents/INC-7/…json, documents/PM-3.md and .json, actions/ACT-12.json    the same for people and other programs
 *
 * Export only reads, also beside a running server. */
#ifndef APP_ARCHIVE_TOOL_H
#define APP_ARCHIVE_TOOL_H

#include "core/ctx.h"

struct engine;

/* With the connection's snapshot as it is. ST_CONFLICT: the folder exists and is not empty. Explained in c->err. */
MUST_CHECK enum st archive_export(struct ctx *c, const char *folder);
/* ST_CONFLICT: the instance is not empty. ST_MALFORMED, ST_INVALID: what is wrong in which file and line. Nothing is kept of an archive that cannot be read to its end. */
MUST_CHECK enum st archive_import(struct engine *e, struct ctx *c, const char *folder);

/* Rows of the table of tools. */
int tool_export(int argc, char **argv, enum lang lang);
int tool_import_archive(int argc, char **argv, enum lang lang);

#endif
