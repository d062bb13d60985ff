/* Schema versions. migrations/NNNN_what.sql, append-only, embedded, each applied in one transaction and recorded in table schema_version(version, name, hash, at).
 *
 * One SQL text for both databases. In it become the types of the database at hand:
 *   {id}      a 64-bit primary key given by the database, never used twice    {i64} {f64} {blob}
 *   {text}    text that is compared and sorted by bytes, on PostgreSQL too    {strict}  stands after the last parenthesis of each CREATE TABLE
 * A statement that begins with {sqlite} or {postgres} is for that database only. Foreign keys are checked at the end of a migration, so a table may be
 * rebuilt (create anew, copy, drop, rename). */
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

/* Run the statements of a text with the words above. For migrations, and for tests that want tables of their own. */
MUST_CHECK enum st migrate_run_text(struct db *db, struct arena *a, str text);

#endif
