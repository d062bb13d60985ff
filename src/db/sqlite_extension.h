/* What a room adds to every SQLite connection when it opens: a function, a collation, an FTS5 tokenizer.
 *
 *   static int install(struct sqlite3 *handle) { … return SQLITE_OK; }
 *   static const struct sqlite_extension tokenizer = { "tokenizer", install };
 *   REGISTER(sqlite_extension, tokenizer);
 *
 * install runs before the first statement of the connection, on readers and on the writer. Anything but SQLITE_OK makes db_open fail. */
#ifndef DB_SQLITE_EXTENSION_H
#define DB_SQLITE_EXTENSION_H

#include "base/registry.h"

struct sqlite3;

struct sqlite_extension {
	const char *name;
	int (*install)(struct sqlite3 *handle);
};

#endif
