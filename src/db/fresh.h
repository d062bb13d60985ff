/* For tests and tools/check-sql: a database that did not exist before, migrated, and gone after. Not part of the program. */
#ifndef DB_FRESH_H
#define DB_FRESH_H

#include "db/db.h"

struct fresh {
	struct db *db;
	char folder[64]; /* SQLite */
	char database[64]; /* PostgreSQL */
	char where[1024];
};

/* BOKGI_TEST_POSTGRES, NULL when it is not set. */
const char *fresh_postgres(void);
MUST_CHECK enum st fresh_open(enum db_kind kind, struct fresh *f, struct buf *why);
void fresh_close(struct fresh *f); /* also when fresh_open failed half-way, or twice */

#endif
