/* Schema versions. migrations/NNNN_what.sql, append-only, embedded, each applied in one transaction and recorded in table schema_version(version, name, hash, at).
 * {id}, {i64}, {f64}, {blob}, {text} in them become the types of the database at hand ({id}: a 64-bit primary key given by the database). */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

/* The highest version this program knows. */
int migrate_latest(void);
/* What the database is at: 0 when empty. */
MUST_CHECK enum st migrate_version(struct db *db, struct arena *a, int *version);
/* ST_OK when database and program agree. ST_CONFLICT otherwise, also when a recorded hash differs; why says in one sentence which is newer and what to do. */
MUST_CHECK enum st migrate_check(struct db *db, struct arena *a, struct buf *why);
/* Bring the database to migrate_latest(). ST_CONFLICT as above when it is newer. SQLite: sqlite_path, when not NULL, is copied to
 * PATH.before-NNNN first (only when there is something to lose). */
MUST_CHECK enum st migrate_up(struct db *db, struct arena *a, const char *sqlite_path, struct buf *why);

#endif
