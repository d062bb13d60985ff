/* PostgreSQL, by libpq. The connection is in pipeline mode all its life: statements are queued, a Sync is sent, and the results of all of them are read
 * before anything else happens (exchange). So a post costs no round trip, and no result is ever half-read when an arena guard jumps.
 *
 * Parameters and results travel in binary; a parameter has the type of its value. A prepared statement belongs to one text and one row of types; a NULL fits any. */
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "db/driver.h"
#include "db/postgres_type.h"

enum { MOST_QUEUED = 256, NAME_SIZE = 24, NOTIFY_LIMIT = 7900, TABLES = 8, NUMBERS = 128 };

/* "bokgi" in ASCII. Advisory locks are per database. */
#define WRITE_LOCK "SELECT pg_advisory_xact_lock(422776104809)"

/* One prepared form of a cached text. */
struct form {
	struct form *next;
	unsigned id;
	bool ready;
	size_t n;
	Oid types[];
};

enum expect { EXPECT_PREPARED, EXPECT_NOTHING, EXPECT_RESULT, EXPECT_SYNC };

struct queued {
	enum expect expect;
	struct form *form; /* EXPECT_PREPARED */
};

/* Numbers for new rows of a table, taken from its sequence for the running transaction. */
struct numbers {
	const char *table;
	int64_t id[NUMBERS];
	size_t n, used;
};

struct postgres {
	struct db db;
	PGconn *conn;
	char *url;
	bool broken;
	unsigned last_id;
	struct db_cache cache;
	struct queued *queue;
	size_t queued, queue_size;
	PGresult *result;       /* these three are given back by settle() */
	PGnotify *notification;
	char *once;
	size_t params_size; /* scratch for the parameters of one call */
	struct pg_param *params;
	Oid *types;
	const char **values;
	int *lengths, *formats;
	struct numbers numbers[TABLES];
};

static struct postgres *self(struct db *db) {
	return (struct postgres *)db;
}

static void settle(struct postgres *p) {
	PQclear(p->result);
	PQfreemem(p->notification);
	free(p->once);
	p->result = NULL;
	p->notification = NULL;
	p->once = NULL;
}

static enum st no_memory(struct postgres *p) {
	return db_fail(&p->db, ST_NO_MEMORY, "out of memory");
}

/* Failures. */

static const struct { const char *state; enum st st; } statuses[] = {
	{ "08P01", ST_INTERNAL }, { "08", ST_UNAVAILABLE }, { "23", ST_CONFLICT }, { "25P03", ST_UNAVAILABLE }, { "40", ST_BUSY }, { "53", ST_UNAVAILABLE },
	{ "55P03", ST_BUSY }, { "57014", ST_BUSY }, { "57P", ST_UNAVAILABLE }, { "58", ST_UNAVAILABLE },
};

static enum st status_of(str state) {
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (str_starts(state, str_c(statuses[i].state)))
			return statuses[i].st;
	return ST_INTERNAL;
}

static enum st lost(struct postgres *p) {
	p->broken = true;
	p->queued = 0;
	return db_fail(&p->db, ST_UNAVAILABLE, "PostgreSQL: the connection is lost");
}

/* A missing value of a NOT NULL column has no name of its own: "table.column", as on SQLite. */
static void name_constraint(struct postgres *p, const PGresult *r) {
	const char *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME), *column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
	db_fail_constraint(&p->db, str_c(name));
	if (!name && table && column)
		buf_printf(&p->db.constraint, "%s.%s", table, column);
}

/* Class 22 ("data exception") quotes the value in its message, so only its code is told. */
static enum st failed(struct postgres *p, const PGresult *r) {
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE), *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	if (!state)
		return PQstatus(p->conn) == CONNECTION_BAD ? lost(p) : db_fail(&p->db, ST_INTERNAL, "PostgreSQL: the client library failed");
	enum st st = status_of(str_c(state));
	if (st == ST_CONFLICT)
		name_constraint(p, r);
	if (str_starts(str_c(state), STR("22")))
		message = "a value does not fit its type";
	return db_fail(&p->db, st, "PostgreSQL: %s (%s)", message ? message : "failed", state);
}

/* The queue. */

static void drop_forms(void *statement) {
	struct form *f = statement;
	while (f) {
		struct form *next = f->next;
		free(f);
		f = next;
	}
}

static enum st enqueue(struct postgres *p, int sent, enum expect expect, struct form *form) {
	if (!sent)
		return lost(p);
	if (p->queued == p->queue_size) {
		size_t size = p->queue_size ? p->queue_size * 2 : 64;
		struct queued *queue = realloc(p->queue, size * sizeof *queue);
		if (!queue)
			return lost(p); /* what was sent can no longer be told apart */
		p->queue = queue;
		p->queue_size = size;
	}
	p->queue[p->queued++] = (struct queued){ expect, form };
	return ST_OK;
}

static bool is_failure(const PGresult *r) {
	ExecStatusType status = PQresultStatus(r);
	return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_ABORTED && status != PGRES_PIPELINE_SYNC;
}

/* The first failure is the cause; what follows it was only left out. */
static void take(struct postgres *p, const struct queued *q, PGresult *r, enum st *first) {
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
	if (*first == ST_OK && is_failure(r))
		*first = failed(p, r);
	if (!good && q->expect == EXPECT_PREPARED)
		q->form->ready = false;
	if (good && q->expect == EXPECT_RESULT) {
		PQclear(p->result);
		p->result = r;
	} else {
		PQclear(r);
	}
}

static bool receive(struct postgres *p, const struct queued *q, enum st *first) {
	PGresult *r;
	while ((r = PQgetResult(p->conn))) {
		take(p, q, r, first);
		if (PQstatus(p->conn) == CONNECTION_BAD)
			return false;
		if (q->expect == EXPECT_SYNC)
			return true;
	}
	return PQstatus(p->conn) != CONNECTION_BAD && q->expect != EXPECT_SYNC;
}

static enum st sync_queue(struct postgres *p) {
	return enqueue(p, PQpipelineSync(p->conn), EXPECT_SYNC, NULL);
}

/* Send what is queued and read everything that comes back. */
static enum st exchange(struct postgres *p) {
	enum st first = sync_queue(p);
	for (size_t i = 0; i < p->queued; i++) {
		if (receive(p, &p->queue[i], &first))
			continue;
		enum st st = first == ST_OK ? lost(p) : first;
		p->broken = true;
		p->queued = 0;
		return st;
	}
	p->queued = 0;
	return first;
}

/* Parameters. */

static bool room_for_params(struct postgres *p, size_t n) {
	if (n <= p->params_size)
		return true;
	struct pg_param *params = realloc(p->params, n * sizeof *params);
	p->params = params ? params : p->params;
	Oid *types = realloc(p->types, n * sizeof *types);
	p->types = types ? types : p->types;
	const char **values = realloc(p->values, n * sizeof *values);
	p->values = values ? values : p->values;
	int *lengths = realloc(p->lengths, n * sizeof *lengths);
	p->lengths = lengths ? lengths : p->lengths;
	int *formats = realloc(p->formats, n * sizeof *formats);
	p->formats = formats ? formats : p->formats;
	if (!params || !types || !values || !lengths || !formats)
		return false;
	p->params_size = n;
	return true;
}

static enum st encode_all(struct postgres *p, const struct db_value *args, size_t n) {
	if (!room_for_params(p, n))
		return no_memory(p);
	for (size_t i = 0; i < n; i++) {
		pg_encode(&p->params[i], &args[i]);
		p->types[i] = pg_type(&args[i]);
		p->values[i] = p->params[i].value;
		p->lengths[i] = p->params[i].length;
		p->formats[i] = 1;
	}
	return ST_OK;
}

/* Statements. */

static bool fits(const struct form *f, const Oid *types, size_t n) {
	if (f->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (types[i] && types[i] != f->types[i])
			return false;
	return true;
}

static struct form *form_of(struct postgres *p, struct db_cached *at, size_t n) {
	struct form *f = at->statement;
	while (f && !fits(f, p->types, n))
		f = f->next;
	if (f)
		return f;
	f = calloc(1, sizeof *f + n * sizeof f->types[0]);
	if (!f)
		return NULL;
	f->next = at->statement;
	f->id = ++p->last_id;
	f->n = n;
	if (n)
		memcpy(f->types, p->types, n * sizeof f->types[0]);
	at->statement = f;
	return f;
}

static enum st send_cached(struct postgres *p, const struct db_call *call, enum expect expect) {
	struct db_cached *at = db_cache_find(&p->cache, call->constant);
	struct form *f = at ? form_of(p, at, call->n) : NULL;
	char name[NAME_SIZE];
	if (!f)
		return no_memory(p);
	if (!f->ready && db_highest_param(call->sql) != call->n)
		return db_fail_params(&p->db, db_highest_param(call->sql), call->n);
	snprintf(name, sizeof name, "s%u", f->id);
	if (!f->ready) {
		enum st st = enqueue(p, PQsendPrepare(p->conn, name, at->text, (int)call->n, f->types), EXPECT_PREPARED, f);
		if (st != ST_OK)
			return st;
		f->ready = true;
	}
	return enqueue(p, PQsendQueryPrepared(p->conn, name, (int)call->n, p->values, p->lengths, p->formats, 1), expect, NULL);
}

static enum st send_once(struct postgres *p, const struct db_call *call, enum expect expect) {
	p->once = str_dup(call->sql);
	if (!p->once)
		return no_memory(p);
	if (db_highest_param(call->sql) != call->n)
		return db_fail_params(&p->db, db_highest_param(call->sql), call->n);
	return enqueue(p, PQsendQueryParams(p->conn, p->once, (int)call->n, p->types, p->values, p->lengths, p->formats, 1), expect, NULL);
}

static enum st send_call(struct postgres *p, const struct db_call *call, enum expect expect) {
	enum st st = encode_all(p, call->args, call->n);
	if (st != ST_OK)
		return st;
	return call->constant ? send_cached(p, call, expect) : send_once(p, call, expect);
}

static enum st send_word(struct postgres *p, const char *sql, enum expect expect) {
	return send_call(p, &(struct db_call){ .sql = str_c(sql), .constant = sql }, expect);
}

/* Results. */

static struct db_value read_cell(struct arena *a, const PGresult *r, int row, int col, pg_read_fn *read) {
	if (PQgetisnull(r, row, col))
		return DB_NULL;
	return read(a, PQgetvalue(r, row, col), PQgetlength(r, row, col));
}

static enum st check_types(struct postgres *p) {
	for (int i = 0; i < PQnfields(p->result); i++)
		if (!pg_reader(PQftype(p->result, i)))
			return db_fail(&p->db, ST_INTERNAL, "column %s has a type (%u) that is not read: cast it", PQfname(p->result, i), PQftype(p->result, i));
	return ST_OK;
}

static void hand_over(struct postgres *p, const struct db_call *call) {
	struct db_result *out = call->out;
	out->rows = (size_t)PQntuples(p->result);
	out->cols = (size_t)PQnfields(p->result);
	str *names = arena_array(call->a, out->cols, sizeof *names);
	pg_read_fn **read = arena_array(call->a, out->cols, sizeof *read);
	struct db_value *cells = arena_array(call->a, out->rows * out->cols, sizeof *cells), *to = cells;
	for (size_t i = 0; i < out->cols; i++) {
		names[i] = arena_str(call->a, str_c(PQfname(p->result, (int)i)));
		read[i] = pg_reader(PQftype(p->result, (int)i));
	}
	for (size_t row = 0; row < out->rows; row++)
		for (size_t col = 0; col < out->cols; col++)
			*to++ = read_cell(call->a, p->result, (int)row, (int)col, read[col]);
	out->names = names;
	out->cells = cells;
}

/* Rows of a SELECT are counted by the server too; they changed nothing. */
static int64_t count_changes(struct postgres *p) {
	static const char *const reads[] = { "SELECT", "SHOW", "SET", "LISTEN", "FETCH" };
	str tag = str_c(PQcmdStatus(p->result));
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
		if (str_starts(tag, str_c(reads[i])))
			return 0;
	int64_t n = 0;
	bool counted = str_i64(str_c(PQcmdTuples(p->result)), &n);
	p->db.writes += counted ? n > 0 : 1;
	return n;
}

/* The connection. */

static void ignore_notice(void *nothing UNUSED, const char *message UNUSED) {
}

static void disconnect(struct postgres *p) {
	settle(p);
	p->queued = 0;
	db_cache_clear(&p->cache, drop_forms);
	PQfinish(p->conn);
	p->conn = NULL;
}

/* What the URL says comes last and wins. */
static PGconn *dial(const char *url, enum db_mode mode) {
	const char *const keys[] = { "fallback_application_name", "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "gssencmode", "target_session_attrs", "client_encoding", "dbname", NULL };
	const char *const values[] = { "bokgi", "5", "1", "15", "5", "3", "15000", "disable", mode == DB_WRITER ? "read-write" : "any", "UTF8", url, NULL };
	return PQconnectdbParams(keys, values, 1);
}

/* Whoever writes says so with db_begin: everything else is read-only. A node that dies or hangs with the write lock in its hand is cut off. */
static const char writer_session[] = "SELECT set_config('TimeZone', 'UTC', false), set_config('client_min_messages', 'warning', false),"
	" set_config('default_transaction_read_only', 'on', false), set_config('jit', 'off', false), set_config('lock_timeout', '10s', false),"
	" set_config('idle_in_transaction_session_timeout', '10s', false), set_config('statement_timeout', '0', false)";
static const char reader_session[] = "SELECT set_config('TimeZone', 'UTC', false), set_config('client_min_messages', 'warning', false),"
	" set_config('default_transaction_read_only', 'on', false), set_config('jit', 'off', false), set_config('lock_timeout', '5s', false),"
	" set_config('idle_in_transaction_session_timeout', '60s', false), set_config('statement_timeout', '5s', false)";

static enum st set_up(struct postgres *p) {
	if (PQstatus(p->conn) != CONNECTION_OK)
		return db_fail(&p->db, ST_UNAVAILABLE, "PostgreSQL: %s", PQerrorMessage(p->conn));
	const char *encoding = PQparameterStatus(p->conn, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return db_fail(&p->db, ST_UNAVAILABLE, "PostgreSQL: the database is not encoded in UTF8: create it with ENCODING 'UTF8'");
	PQsetNoticeProcessor(p->conn, ignore_notice, NULL);
	if (!PQenterPipelineMode(p->conn))
		return lost(p);
	enum st st = send_word(p, p->db.mode == DB_WRITER ? writer_session : reader_session, EXPECT_NOTHING);
	return st == ST_OK ? exchange(p) : st;
}

static enum st connect_anew(struct postgres *p) {
	disconnect(p);
	p->broken = false;
	p->conn = dial(p->url, p->db.mode);
	enum st st = p->conn ? set_up(p) : no_memory(p);
	if (st != ST_OK)
		disconnect(p);
	return st == ST_OK || st == ST_NO_MEMORY ? st : ST_UNAVAILABLE;
}

/* A server that went away while nobody asked has left its farewell in the socket: look before asking. */
static bool still_there(struct postgres *p) {
	struct pollfd f = { .fd = PQsocket(p->conn), .events = POLLIN };
	while (poll(&f, 1, 0) > 0)
		if (!PQconsumeInput(p->conn) || PQstatus(p->conn) == CONNECTION_BAD)
			return false;
	return true;
}

static enum st connected(struct postgres *p) {
	bool there = p->conn && !p->broken && PQstatus(p->conn) == CONNECTION_OK;
	if (p->db.tx != DB_TX_NONE)
		return there ? ST_OK : lost(p);
	return there && still_there(p) ? ST_OK : connect_anew(p);
}

/* Calls. */

static enum st take_answer(struct postgres *p, const struct db_call *call) {
	int64_t changed = count_changes(p);
	enum st st = check_types(p);
	if (st == ST_OK && call->out) {
		call->out->changed = changed;
		hand_over(p, call);
	}
	return st;
}

static enum st run(struct db *db, const struct db_call *call) {
	struct postgres *p = self(db);
	settle(p);
	enum st st = connected(p);
	if (st == ST_OK)
		st = send_call(p, call, EXPECT_RESULT);
	if (st == ST_OK)
		st = exchange(p);
	if (st == ST_OK)
		st = take_answer(p, call);
	settle(p);
	return st;
}

static enum st post(struct db *db, const struct db_call *call) {
	struct postgres *p = self(db);
	settle(p);
	enum st st = connected(p);
	if (st == ST_OK)
		st = send_call(p, call, EXPECT_NOTHING);
	if (st == ST_OK && p->queued >= MOST_QUEUED)
		st = exchange(p);
	return st;
}

static struct numbers *numbers_of(struct postgres *p, const char *table) {
	size_t i = 0;
	while (i + 1 < TABLES && p->numbers[i].table && strcmp(p->numbers[i].table, table) != 0)
		i++;
	if (!p->numbers[i].table || strcmp(p->numbers[i].table, table) != 0)
		p->numbers[i] = (struct numbers){ .table = table };
	return &p->numbers[i];
}

static void drop_numbers(struct postgres *p) {
	for (size_t i = 0; i < TABLES; i++)
		p->numbers[i].n = p->numbers[i].used = 0;
}

/* A sequence gives no number twice, whoever asks, so a number left over is a gap and no harm. */
static enum st take_numbers(struct postgres *p, struct numbers *x) {
	static const char sql[] = "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)";
	size_t n = p->db.expected < 1 ? 1 : p->db.expected < NUMBERS ? p->db.expected : NUMBERS;
	const struct db_value args[] = { DB_STR(str_c(x->table)), DB_I64((int64_t)n) };
	x->n = x->used = 0;
	enum st st = send_call(p, &(struct db_call){ .sql = str_c(sql), .constant = sql, .args = args, .n = 2 }, EXPECT_RESULT);
	if (st == ST_OK)
		st = exchange(p);
	for (; st == ST_OK && x->n < (size_t)PQntuples(p->result) && x->n < NUMBERS; x->n++)
		x->id[x->n] = read_cell(NULL, p->result, (int)x->n, 0, pg_reader(PQftype(p->result, 0))).i;
	return st == ST_OK && !x->n ? db_fail(&p->db, ST_INTERNAL, "the table %s has no numbers", x->table) : st;
}

static enum st insert(struct db *db, const char *table, int64_t *id, struct db_value *args, const struct db_call *call) {
	struct postgres *p = self(db);
	struct numbers *x = numbers_of(p, table);
	settle(p);
	enum st st = connected(p);
	if (st == ST_OK && x->used == x->n)
		st = take_numbers(p, x);
	settle(p);
	if (st != ST_OK)
		return st;
	args[0] = DB_I64(*id = x->id[x->used++]);
	db->writes++;
	return post(db, call);
}

static enum st describe(struct postgres *p, int n, const Oid *types) {
	enum st st = enqueue(p, PQsendPrepare(p->conn, "", p->once, n, types), EXPECT_NOTHING, NULL);
	if (st == ST_OK)
		st = enqueue(p, PQsendDescribePrepared(p->conn, ""), EXPECT_RESULT, NULL);
	return st == ST_OK ? exchange(p) : st;
}

/* Twice: with types to be guessed, as a NULL comes, and with those that values have. */
static enum st check(struct db *db, str sql) {
	struct postgres *p = self(db);
	settle(p);
	enum st st = connected(p);
	p->once = str_dup(sql);
	if (st == ST_OK && !p->once)
		st = no_memory(p);
	if (st == ST_OK)
		st = describe(p, 0, NULL);
	int n = st == ST_OK ? PQnparams(p->result) : 0;
	if (st == ST_OK && !room_for_params(p, (size_t)n))
		st = no_memory(p);
	for (int i = 0; i < n && st == ST_OK; i++)
		p->types[i] = pg_sent_as(PQparamtype(p->result, i));
	if (st == ST_OK)
		st = describe(p, n, p->types);
	if (st == ST_OK)
		st = check_types(p);
	settle(p);
	return st;
}

/* Nobody hears of what goes wrong here: the failure that led here is the one to tell. */
static void abandon(struct postgres *p) {
	settle(p);
	struct buf error = p->db.error, constraint = p->db.constraint;
	p->db.error = p->db.constraint = (struct buf){ 0 };
	/* A failed post leaves out everything up to the next Sync, so the ROLLBACK stands behind one of its own. */
	if (p->conn && !p->broken && sync_queue(p) == ST_OK && send_word(p, "ROLLBACK", EXPECT_NOTHING) == ST_OK)
		(void)!exchange(p);
	if (p->conn && PQtransactionStatus(p->conn) == PQTRANS_UNKNOWN)
		p->broken = true;
	settle(p);
	buf_free(&p->db.error);
	buf_free(&p->db.constraint);
	p->db.error = error;
	p->db.constraint = constraint;
}

static void rollback(struct db *db) {
	struct postgres *p = self(db);
	if (db->tx != DB_TX_NONE || p->queued)
		abandon(p);
	drop_numbers(p);
	settle(p);
}

static enum st begin(struct db *db, enum db_tx tx, const struct db_call *ask) {
	struct postgres *p = self(db);
	settle(p);
	enum st st = connected(p);
	if (st != ST_OK)
		return st;
	if (tx == DB_TX_SNAPSHOT) {
		st = send_word(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", EXPECT_NOTHING);
	} else {
		st = send_word(p, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", EXPECT_NOTHING);
		if (st == ST_OK)
			st = send_word(p, WRITE_LOCK, EXPECT_NOTHING);
	}
	if (st == ST_OK && ask)
		st = send_call(p, ask, EXPECT_RESULT);
	if (st == ST_OK)
		st = exchange(p);
	if (st != ST_OK) {
		abandon(p);
		return st;
	}
	db->tx = tx;
	st = ask ? take_answer(p, ask) : ST_OK;
	settle(p);
	return st;
}

/* A COMMIT of a transaction that had failed is answered, politely, with ROLLBACK. */
static enum st commit(struct db *db) {
	struct postgres *p = self(db);
	settle(p);
	drop_numbers(p);
	enum st st = connected(p);
	if (st == ST_OK)
		st = send_word(p, "COMMIT", EXPECT_RESULT);
	if (st == ST_OK)
		st = exchange(p);
	if (st == ST_OK && strcmp(PQcmdStatus(p->result), "COMMIT") != 0)
		st = db_fail(db, ST_INTERNAL, "PostgreSQL: the transaction had failed before its commit");
	settle(p);
	return st;
}

/* Notifications. */

static enum st notify(struct db *db, const char *channel, str payload) {
	static const char sql[] = "SELECT pg_notify($1, $2)";
	if (payload.n > NOTIFY_LIMIT)
		return db_fail(db, ST_INTERNAL, "a notification of %zu bytes is too long", payload.n);
	const struct db_value args[] = { DB_STR(str_c(channel)), DB_STR(payload) };
	const struct db_call call = { .sql = str_c(sql), .constant = sql, .args = args, .n = 2 };
	return db->mode == DB_WRITER ? post(db, &call) : run(db, &call);
}

static enum st listen(struct db *db, const char *channel) {
	struct postgres *p = self(db);
	enum st st = connected(p);
	char *name = st == ST_OK ? PQescapeIdentifier(p->conn, channel, strlen(channel)) : NULL;
	char sql[160];
	if (st == ST_OK && (!name || snprintf(sql, sizeof sql, "LISTEN %s", name) >= (int)sizeof sql))
		st = db_fail(db, ST_INTERNAL, "the channel's name is too long");
	PQfreemem(name);
	return st == ST_OK ? run(db, &(struct db_call){ .sql = str_c(sql) }) : st;
}

/* Not by connected(): a new connection would not listen. */
static enum st wait_for(struct db *db, struct arena *a, int ms, str *channel, str *payload) {
	struct postgres *p = self(db);
	int64_t end = clock_monotonic() + (int64_t)ms * 1000;
	settle(p);
	while (p->conn && !p->broken) {
		p->notification = PQnotifies(p->conn);
		if (p->notification) {
			*channel = arena_str(a, str_c(p->notification->relname));
			*payload = arena_str(a, str_c(p->notification->extra));
			settle(p);
			return ST_OK;
		}
		int64_t left = end - clock_monotonic();
		if (left <= 0)
			return ST_END;
		struct pollfd f = { .fd = PQsocket(p->conn), .events = POLLIN };
		if (poll(&f, 1, (int)(left / 1000) + 1) > 0 && (!PQconsumeInput(p->conn) || PQstatus(p->conn) == CONNECTION_BAD))
			break;
	}
	return lost(p);
}

static enum st checkpoint(struct db *db UNUSED, bool truncate UNUSED) {
	return ST_OK;
}

/* VACUUM alone removes dead rows, but leaves their bytes in the pages until something is written over them, and the words in an index; FULL writes table and indexes anew. It locks the
 * table while it does: whoever cannot have the lock soon lets others go first. */
static enum st rewrite(struct db *db, const char *table) {
	struct postgres *p = self(db);
	struct buf sql = { 0 };
	enum st st = run(db, &(struct db_call){ .sql = STR("SET lock_timeout = '5s'") });
	buf_printf(&sql, SQL_PART("VACUUM (FULL) %s"), table);
	if (st == ST_OK)
		st = buf_ok(&sql) ? run(db, &(struct db_call){ .sql = buf_str(&sql) }) : no_memory(p);
	buf_free(&sql);
	return st;
}

static enum st copy_database(struct db *db, const char *path UNUSED) {
	return db_fail(db, ST_INTERNAL, "a PostgreSQL database is copied with pg_dump");
}

static void close_all(struct db *db) {
	struct postgres *p = self(db);
	disconnect(p);
	free(p->url);
	free(p->queue);
	free(p->params);
	free(p->types);
	free(p->values);
	free(p->lengths);
	free(p->formats);
	free(p);
}

static const struct db_driver driver = { .close = close_all, .run = run, .post = post, .insert = insert, .check = check, .begin = begin, .commit = commit,
	.rollback = rollback, .notify = notify, .listen = listen, .wait = wait_for, .checkpoint = checkpoint, .copy = copy_database, .rewrite = rewrite };

/* A password with an "@" or "/" in it lands in the port, and libpq quotes that when it connects. */
static bool has_odd_port(const PQconninfoOption *options) {
	for (const PQconninfoOption *o = options; o->keyword; o++)
		if (strcmp(o->keyword, "port") == 0 && o->val && o->val[strspn(o->val, "0123456789,")])
			return true;
	return false;
}

/* libpq's own words about a malformed URL quote it, password and all. */
static bool valid_url(const char *url, struct buf *why) {
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	bool valid = options && !has_odd_port(options);
	if (!valid)
		buf_lit(why, "The database address is not a valid URL: write postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters as %XX.");
	PQconninfoFree(options);
	return valid;
}

enum st postgres_open(const char *url, enum db_mode mode, struct db **out, struct buf *why) {
	if (!valid_url(url, why))
		return ST_UNAVAILABLE;
	struct postgres *p = calloc(1, sizeof *p);
	if (!p)
		return ST_NO_MEMORY;
	p->db = (struct db){ .driver = &driver, .kind = DB_POSTGRES, .mode = mode };
	p->url = strdup(url);
	enum st st = p->url ? connect_anew(p) : ST_NO_MEMORY;
	if (st == ST_OK) {
		*out = &p->db;
		return ST_OK;
	}
	buf_printf(why, "The database cannot be reached: %.*s", STR_FMT(db_error(&p->db)));
	db_close(&p->db);
	return st;
}
