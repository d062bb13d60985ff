/* Everything that an instance knows, as plain lines of JSON, and back: one object per row, columns in their order. Each room says which of its tables belong into an archive
 * and which do not, and why; a test proves that no table is forgotten.
 *
 *   ARCHIVE(action, { "action", .key = "id" });
 *   ARCHIVE(org, { "person", .key = "id", .without = "password_hash" }, { "session", .left_out = "logins end with the instance" }, …);
 *
 * Bytes are written as {"base64":"…"}. app/archive_tool.c puts the lines into files. */
#ifndef CORE_ARCHIVE_H
#define CORE_ARCHIVE_H

#include "base/registry.h"
#include "core/ctx.h"

struct archive_table {
	const char *name;
	const char *key;      /* columns that tell rows apart, "incident, service": the rows are in their order */
	const char *without;  /* a column that is left out (and may be NULL) */
	const char *left_out; /* why the whole table is */
	const char *once;     /* what it was called in archives of before; its columns were among those of now */
};
struct archive_part {
	const char *room;
	const struct archive_table *tables; /* ends with one without a name */
};
#define ARCHIVE(room_name, ...)                                                                                                 \
	static const struct archive_table archive_tables_##room_name[] = { __VA_ARGS__, { .name = NULL } };                         \
	static const struct archive_part archive_part_##room_name = { #room_name, archive_tables_##room_name };                     \
	REGISTER(archive_part, archive_part_##room_name)

/* What a room says of this table; NULL: nobody has said anything. */
const struct archive_table *archive_find(str table);
/* The tables that are archived, in the order in which the migrations made them: those that others refer to first. */
size_t archive_tables(struct arena *a, const struct archive_table *const **out);

/* Rows behind a place, at most 500, in the order of their key. The place, empty at first, is moved. *n: how many there were; 0 at the end. line gets each without a line end; what it
 * returns other than ST_OK ends the walk. */
MUST_CHECK enum st archive_write(struct ctx *c, const struct archive_table *t, struct db_result *place, void *data, enum st (*line)(void *data, str line), size_t *n);

/* Inside one write: ST_CONFLICT, explained, unless the instance is empty; then room is made for what every new instance holds. */
MUST_CHECK enum st archive_begin(struct ctx *c);
/* One row. ST_MALFORMED, ST_INVALID, ST_CONFLICT, explained. */
MUST_CHECK enum st archive_read(struct ctx *c, const struct archive_table *t, str line);
/* Numbers go on behind those that were read, and nothing happens because of events that were read. */
MUST_CHECK enum st archive_finish(struct ctx *c);

#endif
