/* Private to this room: what stands between db.c (dispatch, states, faults) and a database (sqlite.c, postgres.c).
 *
 * db.c knows the transaction's state and refuses calls that make no sense in it; a driver is called only with sense. A driver keeps what it must give
 * back (a running statement, a result, scratch memory) in its own struct, never only on the stack: an arena guard may jump out of run() and wait().
 * The call that comes next, or rollback(), finds it there. */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/db.h"

enum db_tx { DB_TX_NONE, DB_TX_WRITE, DB_TX_SNAPSHOT };

struct db {
	const struct db_driver *driver;
	enum db_kind kind;
	enum db_mode mode;
	enum db_tx tx;
	enum st doomed; /* the first failure within the transaction; everything but rollback repeats it */
	bool poisoned;
	int64_t writes;
	unsigned long fail_in;
	enum st fail_with;
	struct db_recall *recall; /* NULL until it is needed */
	size_t expected;
	struct buf error, constraint;
};

struct db_call {
	struct arena *a;
	struct db_result *out; /* NULL: nobody looks */
	str sql;
	const char *constant; /* sql again when it may be cached, else NULL */
	const struct db_value *args;
	size_t n;
};

struct db_driver {
	void (*close)(struct db *db);
	enum st (*run)(struct db *db, const struct db_call *call);
	enum st (*post)(struct db *db, const struct db_call *call);
	enum st (*insert)(struct db *db, const char *table, int64_t *id, struct db_value *args, const struct db_call *call);
	enum st (*check)(struct db *db, str sql);
	enum st (*begin)(struct db *db, enum db_tx tx, const struct db_call *ask); /* ask may be NULL; sets db->tx */
	enum st (*commit)(struct db *db);
	void (*rollback)(struct db *db); /* also without a transaction */
	enum st (*notify)(struct db *db, const char *channel, str payload);
	enum st (*listen)(struct db *db, const char *channel);
	enum st (*wait)(struct db *db, struct arena *a, int ms, str *channel, str *payload);
	enum st (*checkpoint)(struct db *db, bool truncate);
	bool (*grow_log)(struct db *db); /* NULL: it needs none */
	enum st (*copy)(struct db *db, const char *path);
	enum st (*rewrite)(struct db *db, const char *table);
};

enum st sqlite_open(const char *path, enum db_mode mode, struct db **out, struct buf *why);
enum st postgres_open(const char *url, enum db_mode mode, struct db **out, struct buf *why);

/* Leave an explanation and return st. Line ends become spaces. */
enum st db_fail(struct db *db, enum st st, const char *fmt, ...) PRINTF_LIKE(3, 4);
void db_fail_constraint(struct db *db, str name);

enum st db_fail_params(struct db *db, size_t wanted, size_t given);
/* The n of the highest $n outside quotes. */
size_t db_highest_param(str sql);

/* Prepared statements by address and text. */
struct db_cached {
	const char *at;
	char *text;
	void *statement;
};
struct db_cache {
	struct db_cached *slots;
	size_t size, used;
};
/* The place of this statement, its .statement NULL at first; NULL when memory is out. Valid until the next call. */
struct db_cached *db_cache_find(struct db_cache *c, const char *sql);
void db_cache_clear(struct db_cache *c, void (*drop)(void *statement));

/* What a driver counts as a write: DML that touched a row, and every other statement that is not a read (DDL). */
bool db_is_dml(str sql);

#endif
