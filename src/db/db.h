/* The only SQL API. One connection to SQLite or PostgreSQL behind one face; one SQL text serves both (the traps: CONTRIBUTING.md, "SQL").
 *
 * Parameters are $1, $2 …, in any order, each usable several times. Values are 64-bit integers (times in µs, booleans as 0/1), doubles, UTF-8 text without NUL,
 * bytes. Results are read whole into the caller's arena: a page of rows, never a table (page by key).
 *
 * A connection is used by one thread at a time. SQLite: exactly one connection of the process writes and checkpoints (DB_WRITER); all others are
 * DB_READER, opened read-only, checkpoint-on-close off. PostgreSQL: a DB_READER runs in read-only transactions with a statement_timeout.
 *
 * Statuses: ST_OK; ST_CONFLICT a unique, foreign key, not-null or check constraint refused the row (db_error_constraint names it); ST_BUSY serialisation
 * failure, lock or statement timeout: run the transaction again; ST_UNAVAILABLE the database is away, the disk is full or fsync failed; ST_NO_MEMORY;
 * ST_INTERNAL our own SQL is wrong, or the call makes no sense now (a write outside db_begin or on a reader, a commit without begin …).
 *
 * One failed statement dooms its transaction: every later call returns the same status until db_rollback. (PostgreSQL is like that; SQLite is held to it.)
 *
 * Poisoned. When the outcome of a COMMIT is uncertain on SQLite, the connection is poisoned: it returns ST_UNAVAILABLE until db_close, and the program must
 * end, so that recovery reads the log afresh. A failed COMMIT is certainly undone, and poisons nothing, in three cases: BUSY and CONSTRAINT come before
 * the first byte is written; FULL (ENOSPC) means a write to the log fell short. The frame that carries the commit mark is written last, and the fsync
 * after it reports IOERR_FSYNC, never FULL; a frame cut short fails its checksum: so no recovery can find a commit mark after FULL, and SQLite says by
 * its autocommit flag that it has rolled back. Everything else may come after the mark is in the file: any IOERR, NOMEM while the shared index is updated.
 * A failed fsync poisons wherever it happens, for the kernel may drop the pages and report success the next time.
 * PostgreSQL is never poisoned: the server knows the outcome, and a mutating request asked again finds its idempotency key. After ST_UNAVAILABLE the
 * next db_begin, or read outside a transaction, connects anew. */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct db;

enum db_kind { DB_SQLITE, DB_POSTGRES };
enum db_mode { DB_READER, DB_WRITER };

/* where: "postgres://…" (or "postgresql://…", libpq's syntax) or the path of a SQLite file, created by a DB_WRITER. On failure *out is NULL and why says,
 * in English, what to do (never with the password of the URL). */
MUST_CHECK enum st db_open(const char *where, enum db_mode mode, struct db **out, struct buf *why);
void db_close(struct db *db); /* NULL is fine */
enum db_kind db_kind(const struct db *db);
bool db_poisoned(const struct db *db);

enum db_type { DB_T_NULL, DB_T_I64, DB_T_F64, DB_T_TEXT, DB_T_BLOB };

struct db_value {
	enum db_type type;
	union {
		int64_t i;
		double f;
		str s; /* text, blob */
	};
};

#define DB_I64(v) ((struct db_value){ .type = DB_T_I64, .i = (v) })
#define DB_F64(v) ((struct db_value){ .type = DB_T_F64, .f = (v) })
#define DB_STR(v) ((struct db_value){ .type = DB_T_TEXT, .s = (v) })
#define DB_BLOB(v) ((struct db_value){ .type = DB_T_BLOB, .s = (v) })
#define DB_NULL ((struct db_value){ .type = DB_T_NULL })
/* Zero, or the empty text, becomes NULL: for optional references and fields. */
#define DB_OPT_I64(v) db_opt_i64(v)
#define DB_OPT_STR(v) db_opt_str(v)
static inline struct db_value db_opt_i64(int64_t v) { return v ? DB_I64(v) : DB_NULL; }
static inline struct db_value db_opt_str(str v) { return v.n ? DB_STR(v) : DB_NULL; }

struct db_result {
	size_t rows, cols;
	const str *names;             /* cols of them */
	const struct db_value *cells; /* rows * cols, row by row */
	int64_t changed;              /* rows inserted, updated or deleted */
};

static inline const struct db_value *db_cell(const struct db_result *r, size_t row, size_t col) { return &r->cells[row * r->cols + col]; }
/* 0 and the empty str for NULL. */
static inline int64_t db_i64(const struct db_result *r, size_t row, size_t col) {
	const struct db_value *v = db_cell(r, row, col);
	return v->type == DB_T_I64 ? v->i : 0;
}
static inline str db_str(const struct db_result *r, size_t row, size_t col) {
	const struct db_value *v = db_cell(r, row, col);
	return v->type == DB_T_TEXT || v->type == DB_T_BLOB ? v->s : STR_NONE;
}

/* Run one statement. sql must be a string constant (statements are prepared once and cached by address and text) or live as long as the connection;
 * db_run_once takes SQL built at run time and caches nothing. n is the number of the highest $n. Everything in *out lies in a. out may be NULL, a too then.
 * On PostgreSQL a parameter has the type of its value, and a NULL the type that the statement lets it guess: write CAST($1 AS BIGINT) where nothing tells.
 * Results are integers, double, text, bytea, boolean (0 or 1): cast a numeric, such as sum(), yourself. */
MUST_CHECK enum st db_run(struct db *db, struct arena *a, struct db_result *out, const char *sql, const struct db_value *args, size_t n);
MUST_CHECK enum st db_run_once(struct db *db, struct arena *a, struct db_result *out, str sql, const struct db_value *args, size_t n);
/* Queue a statement whose result nobody needs; its failure surfaces at the next db_run, db_post or db_commit of this connection. One round trip is saved
 * on PostgreSQL (pipeline); SQLite runs it at once. args are copied. */
MUST_CHECK enum st db_post(struct db *db, const char *sql, const struct db_value *args, size_t n);

/* As db_run, for a SELECT that depends on nothing but its tables and arguments. Within a write transaction the answer is repeated, without asking the database, as long as
 * no statement of this connection has written a table that the SELECT names. Else, and for what is large, it is db_run. */
MUST_CHECK enum st db_recall(struct db *db, struct arena *a, struct db_result *out, const char *sql, const struct db_value *args, size_t n);
/* "INSERT INTO table (id, …) VALUES ($1, …)" of one row into a table whose id is {id}: sets args[0] and *id. On PostgreSQL the number is taken ahead, for as many rows as
 * db_expect announced, and the statement is posted; on SQLite it runs at once. Numbers rise within a transaction. */
MUST_CHECK enum st db_insert(struct db *db, const char *table, int64_t *id, const char *sql, struct db_value *args, size_t n);
/* About so many more rows may be inserted in this transaction. */
void db_expect(struct db *db, size_t rows);

/* A fragment of SQL that is put together at run time: tools/check-sql takes every other literal that begins like a statement for a whole one. */
#define SQL_PART(literal) "" literal

/* Can this statement be prepared, and read back on PostgreSQL? For tools/check-sql. */
MUST_CHECK enum st db_check(struct db *db, str sql);

#define DB_ARGS(...) ((const struct db_value[]){ __VA_ARGS__ }), sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)
#define DB_NO_ARGS NULL, 0

/* Write transactions, on a DB_WRITER. SQLite: BEGIN IMMEDIATE. PostgreSQL: BEGIN, and the cluster-wide pg_advisory_xact_lock, so that whoever writes, on
 * whichever node, writes alone and sees everything committed before. */
MUST_CHECK enum st db_begin(struct db *db);
/* The same, and the first question of the transaction with it: one round trip on PostgreSQL. */
MUST_CHECK enum st db_begin_asking(struct db *db, struct arena *a, struct db_result *out, const char *sql);
/* When it fails, call db_rollback: the transaction is still open for this interface. */
MUST_CHECK enum st db_commit(struct db *db);
/* Always leaves the connection usable (or poisoned); unread results and queued statements are dropped. Safe without a transaction: also the way to clean
 * up after an arena guard was hit in the middle of a db call. */
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
/* Statements that changed rows, or were posted, or failed, since db_begin: 0 means that a failed job needs no rollback. */
int64_t db_writes(const struct db *db);

/* A consistent view over several reads. */
MUST_CHECK enum st db_snapshot_begin(struct db *db);
void db_snapshot_end(struct db *db);

/* The last failure of this connection, English, one line, without values of parameters; the constraint's name for ST_CONFLICT
 * ("person_name_key"; on SQLite "person.name", the text of the check, or empty for a foreign key). Valid until the next call; db_rollback keeps it. */
str db_error(const struct db *db);
str db_error_constraint(const struct db *db);

/* PostgreSQL: post a NOTIFY within the write transaction; from a DB_READER send it at once. SQLite: nothing, there is no other node. payload under 7,900 bytes. */
MUST_CHECK enum st db_notify(struct db *db, const char *channel, str payload);
/* PostgreSQL, on a connection used for nothing else: LISTEN, then wait up to ms for one notification. ST_OK *channel and *payload are in a; ST_END nothing
 * came; ST_UNAVAILABLE the connection is gone (open a new one and catch up by reading). SQLite: ST_END at once. */
MUST_CHECK enum st db_listen(struct db *db, const char *channel);
MUST_CHECK enum st db_wait(struct db *db, struct arena *a, int ms, str *channel, str *payload);

/* SQLite: fold the WAL back into the file (passive unless truncate); PostgreSQL: nothing. The writer calls it between batches. */
MUST_CHECK enum st db_checkpoint(struct db *db, bool truncate);
/* SQLite: writes one more piece of empty log, a few ms; a commit that finds its place there waits for its own bytes only and not for the file to grow. For a writer outside a transaction, while
 * nobody waits; true: there is more to do. PostgreSQL does so by itself: false. */
bool db_grow_log(struct db *db);

/* SQLite: a consistent copy of the whole database at path (a new file, readable by its owner only, on disk when this returns; an older file of that name is
 * replaced), also while others read and write. PostgreSQL: ST_INTERNAL, that is what pg_dump is for. */
MUST_CHECK enum st db_copy(struct db *db, const char *path);

/* PostgreSQL, a DB_WRITER outside a transaction: write a table and its indexes anew, so that nothing of former rows is left in their files. Locks the table meanwhile; ST_BUSY: others
 * were in the way for 5 s. table is a name of ours. SQLite: ST_INTERNAL. */
MUST_CHECK enum st db_rewrite(struct db *db, const char *table);

/* Tests: let the n-th following call that reaches the database fail with st (0 switches it off). The call has no effect and poisons nothing. */
void db_fail_nth(struct db *db, unsigned long n, enum st st);

#endif
