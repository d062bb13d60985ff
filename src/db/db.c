/* The face: which call is allowed now, what a failure means for the transaction, planted faults, and the cache of statements. */
#include "db/db.h"

#include <stdarg.h>
#include <stdlib.h>

#include "db/driver.h"
#include "db/recall.h"

static bool is_postgres(const char *where) {
	return str_starts(str_c(where), STR("postgres://")) || str_starts(str_c(where), STR("postgresql://"));
}

enum st db_open(const char *where, enum db_mode mode, struct db **out, struct buf *why) {
	*out = NULL;
	return is_postgres(where) ? postgres_open(where, mode, out, why) : sqlite_open(where, mode, out, why);
}

void db_close(struct db *db) {
	if (!db)
		return;
	if (db->tx != DB_TX_NONE)
		db->driver->rollback(db);
	buf_free(&db->error);
	buf_free(&db->constraint);
	db_recall_free(db->recall);
	db->driver->close(db);
}

enum db_kind db_kind(const struct db *db) {
	return db->kind;
}

bool db_poisoned(const struct db *db) {
	return db->poisoned;
}

/* Explanations. */

enum st db_fail(struct db *db, enum st st, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	buf_clear(&db->error);
	buf_vprintf(&db->error, fmt, args);
	va_end(args);
	while (db->error.n && strchr("\r\n\t ", db->error.p[db->error.n - 1]))
		db->error.n--;
	for (size_t i = 0; i < db->error.n; i++)
		if (strchr("\r\n\t", db->error.p[i]))
			db->error.p[i] = ' ';
	return st;
}

void db_fail_constraint(struct db *db, str name) {
	buf_clear(&db->constraint);
	buf_add(&db->constraint, name);
}

enum st db_fail_params(struct db *db, size_t wanted, size_t given) {
	return db_fail(db, ST_INTERNAL, "the statement's highest parameter is $%zu, %zu values were given", wanted, given);
}

str db_error(const struct db *db) {
	return buf_str(&db->error);
}

str db_error_constraint(const struct db *db) {
	return buf_str(&db->constraint);
}

void db_fail_nth(struct db *db, unsigned long n, enum st st) {
	db->fail_in = n;
	db->fail_with = st;
}

/* What every call that reaches the database asks first. */
static enum st enter(struct db *db) {
	if (db->poisoned)
		return db_fail(db, ST_UNAVAILABLE, "an earlier write to disk failed; the database is closed until the program starts again");
	if (db->doomed != ST_OK)
		return db->doomed;
	buf_clear(&db->error);
	buf_clear(&db->constraint);
	if (db->fail_in && --db->fail_in == 0)
		return db_fail(db, db->fail_with, "planted failure");
	return ST_OK;
}

/* PostgreSQL refuses the rest of a transaction after one failed statement; SQLite is held to the same, so that code proven on one runs on both. */
static enum st leave(struct db *db, enum st st) {
	if (st != ST_OK && db->tx != DB_TX_NONE && db->doomed == ST_OK)
		db->doomed = st;
	return st;
}

/* Statements. */

static enum st check_args(struct db *db, const struct db_value *args, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (args[i].type == DB_T_TEXT && str_chr(args[i].s, '\0') >= 0)
			return db_fail(db, ST_INTERNAL, "the text for $%zu holds a NUL byte", i + 1);
	return ST_OK;
}

static enum st run(struct db *db, const struct db_call *call) {
	if (call->out)
		*call->out = (struct db_result){ 0 };
	db_recall_note(db->recall, call);
	enum st st = enter(db);
	if (st == ST_OK)
		st = check_args(db, call->args, call->n);
	if (st == ST_OK)
		st = db->driver->run(db, call);
	return leave(db, st);
}

enum st db_run(struct db *db, struct arena *a, struct db_result *out, const char *sql, const struct db_value *args, size_t n) {
	return run(db, &(struct db_call){ .a = a, .out = out, .sql = str_c(sql), .constant = sql, .args = args, .n = n });
}

enum st db_recall(struct db *db, struct arena *a, struct db_result *out, const char *sql, const struct db_value *args, size_t n) {
	struct db_call call = { .a = a, .out = out, .sql = str_c(sql), .constant = sql, .args = args, .n = n };
	if (db->tx != DB_TX_WRITE || db->doomed != ST_OK || !out)
		return run(db, &call);
	return db_recall_run(&db->recall, &call, run, db);
}

enum st db_insert(struct db *db, const char *table, int64_t *id, const char *sql, struct db_value *args, size_t n) {
	struct db_call call = { .sql = str_c(sql), .constant = sql, .args = args, .n = n };
	db_recall_note(db->recall, &call);
	enum st st = enter(db);
	if (st == ST_OK && db->tx != DB_TX_WRITE)
		st = db_fail(db, ST_INTERNAL, "db_insert outside a write transaction");
	if (st == ST_OK)
		st = check_args(db, args, n);
	if (st == ST_OK)
		st = db->driver->insert(db, table, id, args, &call);
	return leave(db, st);
}

void db_expect(struct db *db, size_t rows) {
	db->expected = rows;
}

enum st db_run_once(struct db *db, struct arena *a, struct db_result *out, str sql, const struct db_value *args, size_t n) {
	return run(db, &(struct db_call){ .a = a, .out = out, .sql = sql, .args = args, .n = n });
}

enum st db_post(struct db *db, const char *sql, const struct db_value *args, size_t n) {
	struct db_call call = { .sql = str_c(sql), .constant = sql, .args = args, .n = n };
	db_recall_note(db->recall, &call);
	enum st st = enter(db);
	if (st == ST_OK && db->tx != DB_TX_WRITE)
		st = db_fail(db, ST_INTERNAL, "db_post outside a write transaction");
	if (st == ST_OK)
		st = check_args(db, args, n);
	if (st == ST_OK) {
		db->writes++;
		st = db->driver->post(db, &call);
	}
	return leave(db, st);
}

static size_t number_at(str s) {
	size_t n = 0;
	for (; s.n && s.p[0] >= '0' && s.p[0] <= '9' && n < 100000; s = str_from(s, 1))
		n = n * 10 + (size_t)(s.p[0] - '0');
	return n;
}

size_t db_highest_param(str sql) {
	size_t highest = 0;
	char quote = 0;
	for (size_t i = 0; i < sql.n; i++) {
		char ch = sql.p[i];
		if (quote ? ch == quote : ch == '\'' || ch == '"')
			quote = quote ? 0 : ch;
		size_t n = ch == '$' && !quote ? number_at(str_from(sql, i + 1)) : 0;
		highest = n > highest ? n : highest;
	}
	return highest;
}

enum st db_check(struct db *db, str sql) {
	enum st st = enter(db);
	return leave(db, st == ST_OK ? db->driver->check(db, sql) : st);
}

bool db_is_dml(str sql) {
	static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH" };
	sql = str_trim(sql);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq_ascii_ci(str_to(sql, strlen(words[i])), str_c(words[i])))
			return true;
	return false;
}

/* Transactions. */

static enum st begin(struct db *db, enum db_tx tx, const char *call, const struct db_call *ask) {
	enum st st = enter(db);
	if (st == ST_OK && db->tx != DB_TX_NONE)
		return leave(db, db_fail(db, ST_INTERNAL, "%s within a transaction", call));
	if (st == ST_OK && tx == DB_TX_WRITE && db->mode != DB_WRITER)
		st = db_fail(db, ST_INTERNAL, "%s on a reader", call);
	if (st == ST_OK)
		st = db->driver->begin(db, tx, ask);
	db->writes = 0;
	db->expected = 0;
	db_recall_forget(db->recall);
	return leave(db, st);
}

enum st db_begin(struct db *db) {
	return begin(db, DB_TX_WRITE, "db_begin", NULL);
}

enum st db_begin_asking(struct db *db, struct arena *a, struct db_result *out, const char *sql) {
	*out = (struct db_result){ 0 };
	return begin(db, DB_TX_WRITE, "db_begin_asking", &(struct db_call){ .a = a, .out = out, .sql = str_c(sql), .constant = sql });
}

enum st db_snapshot_begin(struct db *db) {
	return begin(db, DB_TX_SNAPSHOT, "db_snapshot_begin", NULL);
}

enum st db_commit(struct db *db) {
	enum st st = enter(db);
	if (st == ST_OK && db->tx != DB_TX_WRITE)
		st = db_fail(db, ST_INTERNAL, "db_commit without db_begin");
	if (st == ST_OK)
		st = db->driver->commit(db);
	if (st == ST_OK)
		db->tx = DB_TX_NONE;
	return leave(db, st);
}

void db_rollback(struct db *db) {
	db->driver->rollback(db);
	db->tx = DB_TX_NONE;
	db->doomed = ST_OK;
	db->writes = 0;
	db_recall_forget(db->recall);
}

void db_snapshot_end(struct db *db) {
	db_rollback(db);
}

bool db_in_transaction(const struct db *db) {
	return db->tx != DB_TX_NONE;
}

int64_t db_writes(const struct db *db) {
	return db->writes + (db->doomed != ST_OK);
}

/* The rest. */

enum st db_notify(struct db *db, const char *channel, str payload) {
	enum st st = enter(db);
	if (st == ST_OK && db->mode == DB_WRITER && db->tx != DB_TX_WRITE)
		st = db_fail(db, ST_INTERNAL, "db_notify outside a write transaction");
	db->writes += st == ST_OK && db->mode == DB_WRITER;
	return leave(db, st == ST_OK ? db->driver->notify(db, channel, payload) : st);
}

enum st db_listen(struct db *db, const char *channel) {
	enum st st = enter(db);
	return leave(db, st == ST_OK ? db->driver->listen(db, channel) : st);
}

enum st db_wait(struct db *db, struct arena *a, int ms, str *channel, str *payload) {
	*channel = *payload = STR_NONE;
	enum st st = enter(db);
	return st == ST_OK ? db->driver->wait(db, a, ms, channel, payload) : st;
}

enum st db_checkpoint(struct db *db, bool truncate) {
	enum st st = enter(db);
	if (st == ST_OK && (db->mode != DB_WRITER || db->tx != DB_TX_NONE))
		st = db_fail(db, ST_INTERNAL, "db_checkpoint is for a writer outside a transaction");
	return leave(db, st == ST_OK ? db->driver->checkpoint(db, truncate) : st);
}

bool db_grow_log(struct db *db) {
	return db->driver->grow_log && db->mode == DB_WRITER && db->tx == DB_TX_NONE && !db->poisoned && db->driver->grow_log(db);
}

enum st db_rewrite(struct db *db, const char *table) {
	enum st st = enter(db);
	if (st == ST_OK && (db->mode != DB_WRITER || db->tx != DB_TX_NONE))
		st = db_fail(db, ST_INTERNAL, "db_rewrite is for a writer outside a transaction");
	return leave(db, st == ST_OK ? db->driver->rewrite(db, table) : st);
}

enum st db_copy(struct db *db, const char *path) {
	enum st st = enter(db);
	if (st == ST_OK && db->tx != DB_TX_NONE)
		st = db_fail(db, ST_INTERNAL, "db_copy within a transaction");
	return leave(db, st == ST_OK ? db->driver->copy(db, path) : st);
}

/* The cache: open addressing on the address; the text is compared too, because an address may be used again for another text. */

static struct db_cached *place(struct db_cached *slots, size_t size, const char *at, const char *text) {
	uint64_t hash = (uint64_t)(uintptr_t)at * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 32) & (size - 1);
	while (slots[i].at && (slots[i].at != at || strcmp(slots[i].text, text) != 0))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static bool grow(struct db_cache *c) {
	size_t size = c->size ? c->size * 2 : 64;
	struct db_cached *slots = calloc(size, sizeof *slots);
	if (!slots)
		return false;
	for (size_t i = 0; i < c->size; i++)
		if (c->slots[i].at)
			*place(slots, size, c->slots[i].at, c->slots[i].text) = c->slots[i];
	free(c->slots);
	c->slots = slots;
	c->size = size;
	return true;
}

struct db_cached *db_cache_find(struct db_cache *c, const char *sql) {
	if (c->used * 2 >= c->size && !grow(c))
		return NULL;
	struct db_cached *s = place(c->slots, c->size, sql, sql);
	if (!s->at) {
		s->text = strdup(sql);
		if (!s->text)
			return NULL;
		s->at = sql;
		c->used++;
	}
	return s;
}

void db_cache_clear(struct db_cache *c, void (*drop)(void *statement)) {
	for (size_t i = 0; i < c->size; i++) {
		if (c->slots[i].statement)
			drop(c->slots[i].statement);
		free(c->slots[i].text);
	}
	free(c->slots);
	*c = (struct db_cache){ 0 };
}
