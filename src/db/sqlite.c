/* SQLite. One writer per process, which alone checkpoints; any number of readers, one per thread. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/driver.h"
#include "db/sqlite_extension.h"

REGISTRY_OF(sqlite_extension);

enum { BUSY_MS = 1000, FOLD_MS = 50, SCRATCH_KEPT = 1 << 20 };
enum { LOG_FRAME = 4096 + 24, LOG_WRITE = 64 << 10 /* SQLite takes twice that at most */, LOG_PIECE = 4 * LOG_WRITE, LOG_LEAST = 2 << 20, LOG_AHEAD = 8 << 20 };

struct statement {
	sqlite3_stmt *handle;
	bool reads, dml;
	int params;  /* SQLite's count; it numbers $n by first appearance */
	int highest; /* the n of the highest $n */
	int n_of[];  /* by SQLite's number, from 0: the n of $n */
};

struct sqlite {
	struct db db;
	sqlite3 *handle;
	struct db_cache cache;
	struct statement *begin, *snapshot, *commit, *rollback;
	struct statement *running, *once; /* given back by settle() */
	struct db_value *cells;           /* scratch: the rows of the running statement */
	size_t cells_size;
	int log_frames; /* in the log since it began anew */
	bool log_grows, log_refused;
};

static struct sqlite *self(struct db *db) {
	return (struct sqlite *)db;
}

/* Failures. */

static const struct { int code; enum st st; } statuses[] = {
	{ SQLITE_CONSTRAINT_DATATYPE, ST_INTERNAL }, { SQLITE_CONSTRAINT, ST_CONFLICT }, { SQLITE_BUSY, ST_BUSY }, { SQLITE_LOCKED, ST_BUSY },
	{ SQLITE_INTERRUPT, ST_BUSY }, { SQLITE_FULL, ST_UNAVAILABLE }, { SQLITE_IOERR, ST_UNAVAILABLE }, { SQLITE_CANTOPEN, ST_UNAVAILABLE },
	{ SQLITE_CORRUPT, ST_UNAVAILABLE }, { SQLITE_NOTADB, ST_UNAVAILABLE }, { SQLITE_PROTOCOL, ST_UNAVAILABLE },
	{ SQLITE_READONLY_DBMOVED, ST_UNAVAILABLE }, { SQLITE_NOMEM, ST_NO_MEMORY },
};

static enum st status_of(int rc) {
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (rc == statuses[i].code || (rc & 0xff) == statuses[i].code)
			return statuses[i].st;
	return ST_INTERNAL;
}

/* "UNIQUE constraint failed: person.name" */
static str constraint_name(str message) {
	static const str before = { " constraint failed: ", 20 };
	ptrdiff_t at = str_find(message, before);
	return at < 0 ? STR_NONE : str_from(message, (size_t)at + before.n);
}

/* After a failed fsync nobody knows what the disk holds: the kernel may have dropped the pages and report success next time. */
static bool fsync_failed(int rc) {
	return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

static enum st failed(struct sqlite *q, int rc) {
	enum st st = status_of(rc);
	str message = str_c(sqlite3_errmsg(q->handle));
	if (st == ST_CONFLICT)
		db_fail_constraint(&q->db, constraint_name(message));
	if (fsync_failed(rc))
		q->db.poisoned = true;
	return db_fail(&q->db, st, "SQLite: %.*s (%d)", STR_FMT(message), rc);
}

/* Statements. */

static void drop(void *statement) {
	struct statement *s = statement;
	if (s)
		sqlite3_finalize(s->handle);
	free(s);
}

/* $1 … $999; 0 for anything else. */
static int number_of(const char *name) {
	int64_t n = 0;
	return name && name[0] == '$' && str_i64(str_c(name + 1), &n) && n > 0 && n < 1000 ? (int)n : 0;
}

static bool map_params(struct statement *s) {
	for (int i = 0; i < s->params; i++) {
		s->n_of[i] = number_of(sqlite3_bind_parameter_name(s->handle, i + 1));
		if (s->n_of[i] > s->highest)
			s->highest = s->n_of[i];
		if (s->n_of[i] == 0)
			return false;
	}
	return true;
}

/* A pragma that only asks counts as a writer with SQLite when it could also set. */
static bool reads(sqlite3_stmt *handle, str sql) {
	return sqlite3_stmt_readonly(handle) || str_eq_ascii_ci(str_to(str_trim(sql), 6), STR("PRAGMA"));
}

static enum st wrap(struct sqlite *q, sqlite3_stmt *handle, str sql, struct statement **out) {
	int params = sqlite3_bind_parameter_count(handle);
	struct statement *s = calloc(1, sizeof *s + (size_t)params * sizeof s->n_of[0]);
	if (!s) {
		sqlite3_finalize(handle);
		return db_fail(&q->db, ST_NO_MEMORY, "out of memory");
	}
	*s = (struct statement){ .handle = handle, .params = params, .reads = reads(handle, sql), .dml = db_is_dml(sql) };
	if (!map_params(s)) {
		drop(s);
		return db_fail(&q->db, ST_INTERNAL, "parameters are written $1, $2 and so on");
	}
	*out = s;
	return ST_OK;
}

static enum st prepare(struct sqlite *q, str sql, unsigned flags, struct statement **out) {
	sqlite3_stmt *handle = NULL;
	const char *tail = NULL;
	int rc = sqlite3_prepare_v3(q->handle, sql.p, (int)sql.n, flags, &handle, &tail);
	if (rc != SQLITE_OK)
		return failed(q, rc);
	bool one = handle && str_trim(str_n(tail, (size_t)(sql.p + sql.n - tail))).n == 0;
	if (!one) {
		sqlite3_finalize(handle);
		return db_fail(&q->db, ST_INTERNAL, "exactly one statement is wanted");
	}
	return wrap(q, handle, sql, out);
}

static enum st statement_of(struct sqlite *q, const struct db_call *call, struct statement **out) {
	if (!call->constant) {
		enum st st = prepare(q, call->sql, 0, out);
		if (st == ST_OK)
			q->once = *out;
		return st;
	}
	struct db_cached *at = db_cache_find(&q->cache, call->constant);
	if (!at)
		return db_fail(&q->db, ST_NO_MEMORY, "out of memory");
	struct statement *s = at->statement;
	enum st st = s ? ST_OK : prepare(q, call->sql, SQLITE_PREPARE_PERSISTENT, &s);
	at->statement = *out = s;
	return st;
}

/* Give back what the last call used, also when an arena guard cut it short. */
static void settle(struct sqlite *q) {
	if (q->running) {
		sqlite3_reset(q->running->handle);
		sqlite3_clear_bindings(q->running->handle);
		q->running = NULL;
	}
	drop(q->once);
	q->once = NULL;
	if (q->cells_size * sizeof *q->cells > SCRATCH_KEPT) {
		free(q->cells);
		q->cells = NULL;
		q->cells_size = 0;
	}
}

static int bind_one(sqlite3_stmt *handle, int i, const struct db_value *v) {
	switch (v->type) {
	case DB_T_I64: return sqlite3_bind_int64(handle, i, v->i);
	case DB_T_F64: return sqlite3_bind_double(handle, i, v->f);
	case DB_T_TEXT: return sqlite3_bind_text64(handle, i, v->s.n ? v->s.p : "", v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_T_BLOB: return sqlite3_bind_blob64(handle, i, v->s.n ? v->s.p : "", v->s.n, SQLITE_STATIC);
	default: return sqlite3_bind_null(handle, i);
	}
}

static enum st bind(struct sqlite *q, struct statement *s, const struct db_value *args, size_t n) {
	if ((size_t)s->highest != n)
		return db_fail_params(&q->db, (size_t)s->highest, n);
	int rc = SQLITE_OK;
	for (int i = 0; i < s->params && rc == SQLITE_OK; i++)
		rc = bind_one(s->handle, i + 1, &args[s->n_of[i] - 1]);
	return rc == SQLITE_OK ? ST_OK : failed(q, rc);
}

/* Results. */

static struct db_value *room_for_row(struct sqlite *q, size_t used, size_t cols) {
	if (q->cells_size - used < cols) {
		size_t size = q->cells_size ? q->cells_size : 64;
		while (size < used + cols)
			size *= 2;
		struct db_value *cells = realloc(q->cells, size * sizeof *cells);
		if (!cells)
			return NULL;
		q->cells = cells;
		q->cells_size = size;
	}
	return q->cells + used;
}

static str copy(struct arena *a, const void *p, int n) {
	return p && n > 0 ? arena_str(a, str_n(p, (size_t)n)) : (str){ "", 0 };
}

static struct db_value read_cell(struct arena *a, sqlite3_stmt *handle, int i) {
	switch (sqlite3_column_type(handle, i)) {
	case SQLITE_INTEGER: return DB_I64(sqlite3_column_int64(handle, i));
	case SQLITE_FLOAT: return DB_F64(sqlite3_column_double(handle, i));
	case SQLITE_TEXT: {
		const void *text = sqlite3_column_text(handle, i);
		return DB_STR(copy(a, text, sqlite3_column_bytes(handle, i)));
	}
	case SQLITE_BLOB: {
		const void *bytes = sqlite3_column_blob(handle, i);
		return DB_BLOB(copy(a, bytes, sqlite3_column_bytes(handle, i)));
	}
	default: return DB_NULL;
	}
}

static bool read_row(struct sqlite *q, struct arena *a, sqlite3_stmt *handle, struct db_result *out) {
	struct db_value *row = room_for_row(q, out->rows * out->cols, out->cols);
	if (!row)
		return false;
	for (size_t i = 0; i < out->cols; i++)
		row[i] = read_cell(a, handle, (int)i);
	out->rows++;
	return true;
}

/* The text of a cell that SQLite could not get memory for looks like an empty one; the next step, or this, tells. */
static int step_all(struct sqlite *q, const struct db_call *call, sqlite3_stmt *handle) {
	int rc;
	while ((rc = sqlite3_step(handle)) == SQLITE_ROW) {
		if (!call->out)
			continue;
		call->out->cols = (size_t)sqlite3_column_count(handle);
		if (!read_row(q, call->a, handle, call->out) || sqlite3_errcode(q->handle) == SQLITE_NOMEM)
			return SQLITE_NOMEM;
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void hand_over(struct sqlite *q, const struct db_call *call, sqlite3_stmt *handle) {
	struct db_result *out = call->out;
	out->cols = (size_t)sqlite3_column_count(handle);
	str *names = arena_array(call->a, out->cols, sizeof *names);
	for (size_t i = 0; i < out->cols; i++)
		names[i] = arena_str(call->a, str_c(sqlite3_column_name(handle, (int)i)));
	size_t n = out->rows * out->cols;
	struct db_value *cells = arena_array(call->a, n, sizeof *cells);
	if (n)
		memcpy(cells, q->cells, n * sizeof *cells);
	out->names = names;
	out->cells = cells;
}

static enum st may_run(struct sqlite *q, const struct statement *s) {
	if (s->reads || q->db.tx == DB_TX_WRITE)
		return ST_OK;
	return db_fail(&q->db, ST_INTERNAL, "a statement that writes, outside db_begin");
}

/* The write is counted before its first step: a guard may jump away after it. */
static enum st execute(struct sqlite *q, const struct db_call *call, struct statement *s) {
	int64_t before = sqlite3_total_changes64(q->handle);
	q->running = s;
	q->db.writes += !s->reads;
	int rc = step_all(q, call, s->handle);
	if (rc != SQLITE_OK)
		return failed(q, rc);
	bool changed = sqlite3_total_changes64(q->handle) != before;
	q->db.writes -= s->dml && !s->reads && !changed;
	if (call->out) {
		call->out->changed = changed ? sqlite3_changes64(q->handle) : 0;
		hand_over(q, call, s->handle);
	}
	return ST_OK;
}

static enum st run(struct db *db, const struct db_call *call) {
	struct sqlite *q = self(db);
	struct statement *s = NULL;
	settle(q);
	enum st st = statement_of(q, call, &s);
	if (st == ST_OK)
		st = may_run(q, s);
	if (st == ST_OK) {
		q->running = s;
		st = bind(q, s, call->args, call->n);
	}
	if (st == ST_OK)
		st = execute(q, call, s);
	settle(q);
	return st;
}

static enum st post(struct db *db, const struct db_call *call) {
	db->writes--; /* run counts it */
	return run(db, call);
}

static enum st insert(struct db *db, const char *table UNUSED, int64_t *id, struct db_value *args, const struct db_call *call) {
	args[0] = DB_NULL;
	enum st st = run(db, call);
	*id = st == ST_OK ? sqlite3_last_insert_rowid(self(db)->handle) : 0;
	if (st == ST_OK)
		args[0] = DB_I64(*id);
	return st;
}

static enum st check(struct db *db, str sql) {
	struct statement *s = NULL;
	enum st st = prepare(self(db), sql, 0, &s);
	drop(s);
	return st;
}

/* Transactions. */

static int step_once(struct statement *s) {
	int rc = sqlite3_step(s->handle);
	sqlite3_reset(s->handle);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static enum st begin(struct db *db, enum db_tx tx, const struct db_call *ask) {
	struct sqlite *q = self(db);
	settle(q);
	int rc = step_once(tx == DB_TX_WRITE ? q->begin : q->snapshot);
	if (rc != SQLITE_OK)
		return failed(q, rc);
	db->tx = tx;
	return ask ? run(db, ask) : ST_OK;
}

/* When has a failed COMMIT certainly not happened? See db.h, "Poisoned". */
static bool certainly_undone(struct sqlite *q, int rc) {
	int kind = rc & 0xff;
	if (kind == SQLITE_BUSY || kind == SQLITE_CONSTRAINT)
		return true;
	return kind == SQLITE_FULL && sqlite3_get_autocommit(q->handle);
}

static enum st commit(struct db *db) {
	struct sqlite *q = self(db);
	settle(q);
	int rc = step_once(q->commit);
	if (rc == SQLITE_OK)
		return ST_OK;
	enum st st = failed(q, rc);
	if (certainly_undone(q, rc))
		return st;
	q->db.poisoned = true;
	return ST_UNAVAILABLE;
}

static void rollback(struct db *db) {
	struct sqlite *q = self(db);
	settle(q);
	if (sqlite3_get_autocommit(q->handle))
		return;
	int rc = step_once(q->rollback);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(q->handle))
		q->db.poisoned = true;
}

/* The rest. */

static enum st checkpoint(struct db *db, bool truncate) {
	struct sqlite *q = self(db);
	settle(q);
	/* Writers wait meanwhile, so a reader that is in the way is not waited for long. */
	sqlite3_busy_timeout(q->handle, truncate ? FOLD_MS : BUSY_MS);
	q->log_refused = false;
	int rc = sqlite3_wal_checkpoint_v2(q->handle, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_busy_timeout(q->handle, BUSY_MS);
	if (rc == SQLITE_OK && truncate)
		q->log_frames = 0;
	return rc == SQLITE_OK ? ST_OK : failed(q, rc);
}

static int on_commit(void *data, sqlite3 *handle UNUSED, const char *name UNUSED, int frames) {
	((struct sqlite *)data)->log_frames = frames;
	return SQLITE_OK;
}

static bool write_nothing(sqlite3_file *log, sqlite3_int64 at) {
	static const char nothing[LOG_WRITE];
	for (int n = 0; n < LOG_PIECE; n += LOG_WRITE)
		if (log->pMethods->xWrite(log, nothing, LOG_WRITE, at + n) != SQLITE_OK)
			return false;
	return true;
}

/* What is behind the last commit, and no frame, ends the log as the end of the file does. Without room on the disk a commit finds that out for itself. */
static bool grow_log(struct db *db) {
	struct sqlite *q = self(db);
	sqlite3_file *log = NULL;
	sqlite3_int64 size = 0, used = (sqlite3_int64)q->log_frames * LOG_FRAME;
	settle(q);
	if (q->log_refused || sqlite3_file_control(q->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK)
		return false;
	if (!log || !log->pMethods || log->pMethods->xFileSize(log, &size) != SQLITE_OK)
		return false;
	q->log_grows = size < used + (q->log_grows ? LOG_AHEAD : LOG_LEAST);
	if (!q->log_grows || size < used)
		return false;
	q->log_refused = !write_nothing(log, size);
	if (q->log_refused)
		return false;
	int rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
	return rc == SQLITE_OK || failed(q, rc) == ST_OK;
}

static bool sync_path(const char *path, int flags) {
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

static bool sync_folder_of(const char *path) {
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	bool ok = folder && sync_path(folder, O_RDONLY | O_DIRECTORY);
	free(folder);
	return ok;
}

static enum st vacuum_into(struct sqlite *q, const char *path) {
	struct statement *s = NULL;
	settle(q);
	enum st st = prepare(q, STR("VACUUM INTO $1"), 0, &s);
	q->once = q->running = s;
	if (st == ST_OK)
		st = bind(q, s, DB_ARGS(DB_STR(str_c(path))));
	if (st == ST_OK) {
		int rc = step_all(q, &(struct db_call){ 0 }, s->handle);
		st = rc == SQLITE_OK ? ST_OK : failed(q, rc);
	}
	settle(q);
	return st;
}

/* Nobody may read the copy who may not read the original. */
static bool empty_private_file(const char *path) {
	unlink(path);
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	return fd >= 0 && close(fd) == 0;
}

static enum st copy_file(struct db *db, const char *path) {
	char *part = NULL;
	if (asprintf(&part, "%s.part", path) < 0)
		return db_fail(db, ST_NO_MEMORY, "out of memory");
	enum st st = empty_private_file(part) ? vacuum_into(self(db), part) : ST_UNAVAILABLE;
	if (st == ST_OK && (!sync_path(part, O_RDONLY) || rename(part, path) != 0 || !sync_folder_of(path)))
		st = ST_UNAVAILABLE;
	if (st != ST_OK) {
		if (!db->error.n)
			db_fail(db, st, "cannot write %s: %s", path, strerror(errno));
		unlink(part);
	}
	free(part);
	return st;
}

static enum st rewrite(struct db *db, const char *table UNUSED) {
	return db_fail(db, ST_INTERNAL, "nothing is rewritten on SQLite: what is deleted is overwritten");
}

static enum st notify(struct db *db UNUSED, const char *channel UNUSED, str payload UNUSED) {
	return ST_OK;
}

static enum st listen(struct db *db UNUSED, const char *channel UNUSED) {
	return ST_OK;
}

static enum st wait_for(struct db *db UNUSED, struct arena *a UNUSED, int ms UNUSED, str *channel UNUSED, str *payload UNUSED) {
	return ST_END;
}

static void close_all(struct db *db) {
	struct sqlite *q = self(db);
	settle(q);
	db_cache_clear(&q->cache, drop);
	drop(q->begin);
	drop(q->snapshot);
	drop(q->commit);
	drop(q->rollback);
	/* What a poisoned writer would fold back into the file, the next start decides from the log alone. */
	if (db->poisoned)
		sqlite3_db_config(q->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(q->handle);
	free(q->cells);
	free(q);
}

static const struct db_driver driver = { .close = close_all, .run = run, .post = post, .insert = insert, .check = check, .begin = begin, .commit = commit,
	.rollback = rollback, .notify = notify, .listen = listen, .wait = wait_for, .checkpoint = checkpoint, .grow_log = grow_log, .copy = copy_file, .rewrite = rewrite };

/* Opening. */

static void configure(void) {
	/* The statistics cost every allocation of every thread one shared lock. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static const struct { int op, value; } switches[] = {
	{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 }, { SQLITE_DBCONFIG_DEFENSIVE, 1 }, { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	/* "a" is a column or an error, as on PostgreSQL, never the text 'a'. */
	{ SQLITE_DBCONFIG_DQS_DML, 0 }, { SQLITE_DBCONFIG_DQS_DDL, 0 },
};

/* A log larger than journal_size_limit shrinks when it starts over. LIKE as on PostgreSQL. */
static const char writer_settings[] =
	"PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;"
	"PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA case_sensitive_like=ON;";
/* Every commit of the writer empties a reader's page cache: mapped pages are cheaper to have again than copied ones. */
static const char reader_settings[] =
	"PRAGMA cache_size=-2048; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA case_sensitive_like=ON;";

static int install_extensions(struct sqlite *q) {
	int rc = SQLITE_OK;
	REGISTRY_EACH(sqlite_extension, struct sqlite_extension, e)
		if (rc == SQLITE_OK)
			rc = e->install(q->handle);
	return rc;
}

static int switch_on_wal(struct sqlite *q) {
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(q->handle, "PRAGMA journal_mode=WAL", -1, &s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	bool wal = rc == SQLITE_ROW && sqlite3_stricmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
	sqlite3_finalize(s);
	return rc != SQLITE_ROW ? rc : wal ? SQLITE_OK : SQLITE_PROTOCOL;
}

static int set_up(struct sqlite *q) {
	sqlite3_busy_timeout(q->handle, BUSY_MS);
	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
		sqlite3_db_config(q->handle, switches[i].op, switches[i].value, NULL);
	bool writer = q->db.mode == DB_WRITER;
	if (!writer)
		sqlite3_db_config(q->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	int rc = install_extensions(q);
	if (rc == SQLITE_OK && writer)
		rc = switch_on_wal(q);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(q->handle, writer ? writer_settings : reader_settings, NULL, NULL, NULL);
	if (writer)
		sqlite3_wal_hook(q->handle, on_commit, q);
	/* The first look at the file: is it one of ours at all? */
	return rc == SQLITE_OK ? sqlite3_exec(q->handle, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL) : rc;
}

static enum st prepare_words(struct sqlite *q) {
	const struct { str sql; struct statement **at; } words[] = {
		{ STR("BEGIN IMMEDIATE"), &q->begin }, { STR("BEGIN"), &q->snapshot }, { STR("COMMIT"), &q->commit }, { STR("ROLLBACK"), &q->rollback },
	};
	enum st st = ST_OK;
	for (size_t i = 0; i < sizeof words / sizeof *words && st == ST_OK; i++)
		st = prepare(q, words[i].sql, SQLITE_PREPARE_PERSISTENT, words[i].at);
	return st;
}

static void explain(struct buf *why, const char *path, int rc, const char *message) {
	if (rc == SQLITE_CANTOPEN || rc == SQLITE_CANTOPEN_ISDIR)
		buf_printf(why, "The database file %s cannot be opened: check that its folder exists and belongs to this user.", path);
	else if (rc == SQLITE_NOTADB)
		buf_printf(why, "The file %s is not a SQLite database: name another one.", path);
	else if (rc == SQLITE_PROTOCOL)
		buf_printf(why, "The file %s lies on a file system that cannot lock and map files (a network share?): put it on a local disk.", path);
	else if ((rc & 0xff) == SQLITE_BUSY)
		buf_printf(why, "The database file %s is in use by another program: stop that program first.", path);
	else
		buf_printf(why, "The database file %s cannot be used: %s (SQLite %d).", path, message, rc);
}

static int open_handle(struct sqlite *q, const char *path) {
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	flags |= q->db.mode == DB_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int rc = sqlite3_open_v2(path, &q->handle, flags, NULL);
	return rc == SQLITE_OK ? set_up(q) : rc;
}

/* SQLite would create the file for everybody's eyes; the log and the index beside it take over its mode. */
static void create_private(const char *path) {
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

enum st sqlite_open(const char *path, enum db_mode mode, struct db **out, struct buf *why) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	struct sqlite *q = calloc(1, sizeof *q);
	if (!q)
		return ST_NO_MEMORY;
	q->db = (struct db){ .driver = &driver, .kind = DB_SQLITE, .mode = mode };
	if (mode == DB_WRITER)
		create_private(path);
	int rc = open_handle(q, path);
	enum st st = rc == SQLITE_OK ? prepare_words(q) : status_of(rc);
	if (st == ST_OK) {
		*out = &q->db;
		return ST_OK;
	}
	explain(why, path, rc, q->handle ? sqlite3_errmsg(q->handle) : "out of memory");
	db_close(&q->db);
	return st;
}
