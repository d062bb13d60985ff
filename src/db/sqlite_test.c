/* What only SQLite does: files, and a disk that fails (a VFS between SQLite and the system, which fails the writes it is told to). */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "db/migrate.h"
#include "db/testing.h"

struct faulty_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static int write_rc, sync_rc; /* what writing and syncing the log return while not SQLITE_OK */
static int writes_let_through;

static sqlite3_file *real(sqlite3_file *f) {
	return ((struct faulty_file *)f)->real;
}

static int faulty_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
	if (write_rc != SQLITE_OK && writes_let_through-- <= 0)
		return write_rc;
	return real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int faulty_sync(sqlite3_file *f, int flags) {
	return sync_rc != SQLITE_OK ? sync_rc : real(f)->pMethods->xSync(real(f), flags);
}

static int f_close(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }
static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), p, n, at); }
static int f_truncate(sqlite3_file *f, sqlite3_int64 n) { return real(f)->pMethods->xTruncate(real(f), n); }
static int f_size(sqlite3_file *f, sqlite3_int64 *n) { return real(f)->pMethods->xFileSize(real(f), n); }
static int f_lock(sqlite3_file *f, int l) { return real(f)->pMethods->xLock(real(f), l); }
static int f_unlock(sqlite3_file *f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
static int f_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int f_control(sqlite3_file *f, int op, void *arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
static int f_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int f_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int f_shm_map(sqlite3_file *f, int i, int n, int extend, void volatile **p) { return real(f)->pMethods->xShmMap(real(f), i, n, extend, p); }
static int f_shm_lock(sqlite3_file *f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); }
static void f_shm_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int f_shm_unmap(sqlite3_file *f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

static const sqlite3_io_methods faulty_methods = { 2, f_close, f_read, faulty_write, f_truncate, faulty_sync, f_size, f_lock, f_unlock, f_reserved,
	f_control, f_sector, f_device, f_shm_map, f_shm_lock, f_shm_barrier, f_shm_unmap, NULL, NULL };

static int faulty_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out) {
	struct faulty_file *file = (struct faulty_file *)f;
	(void)v;
	file->real = (sqlite3_file *)(file + 1);
	int rc = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
	f->pMethods = file->real->pMethods ? &faulty_methods : NULL;
	return rc;
}

static sqlite3_vfs faulty_vfs;

static void plug_in(void) {
	if (!real_vfs) {
		real_vfs = sqlite3_vfs_find(NULL);
		faulty_vfs = *real_vfs;
		faulty_vfs.pNext = NULL;
		faulty_vfs.zName = "faulty";
		faulty_vfs.szOsFile = (int)sizeof(struct faulty_file) + real_vfs->szOsFile;
		faulty_vfs.xOpen = faulty_open;
	}
	write_rc = sync_rc = SQLITE_OK;
	sqlite3_vfs_register(&faulty_vfs, 1);
}

static void unplug(void) {
	write_rc = sync_rc = SQLITE_OK;
	sqlite3_vfs_register(real_vfs, 1);
	sqlite3_vfs_unregister(&faulty_vfs);
}

static struct db *writer_on_faulty_disk(void) {
	plug_in();
	struct db *db = db_test_another(DB_WRITER);
	unplug();
	return db;
}

static int64_t notes(struct db *db, struct arena *a) {
	struct db_result r;
	assert_db(db, db_run(db, a, &r, "SELECT count(*) FROM note", DB_NO_ARGS));
	return db_i64(&r, 0, 0);
}

static enum st add_note(struct db *db) {
	return db_run(db, NULL, NULL, "INSERT INTO note (body) VALUES (zeroblob(100000))", DB_NO_ARGS);
}

static void make_notes(struct db *db, struct arena *a) {
	assert_db(db, db_begin(db));
	assert_db(db, migrate_run_text(db, a, STR("CREATE TABLE note (id {id}, body {blob}) {strict}")));
	assert_db(db, add_note(db));
	assert_db(db, db_commit(db));
}

static void full_disk_at_commit(struct db *other, struct arena *a) {
	struct db *db = writer_on_faulty_disk();
	make_notes(db, a);
	for (int let_through = 0; let_through < 50; let_through += 7) {
		assert_db(db, db_begin(db));
		assert_db(db, add_note(db));
		write_rc = SQLITE_FULL;
		writes_let_through = let_through;
		assert_int_equal(db_commit(db), ST_UNAVAILABLE);
		write_rc = SQLITE_OK;
		assert_false(db_poisoned(db));
		db_rollback(db);
		assert_int_equal(notes(db, a), 1);
		assert_int_equal(notes(other, a), 1);
	}
	assert_db(db, db_begin(db));
	assert_db(db, add_note(db));
	assert_db(db, db_commit(db));
	assert_int_equal(notes(other, a), 2);
}
TEST(db, a_full_disk_at_commit_poisons_nothing) {
	db_test(DB_SQLITE, full_disk_at_commit);
}

static void failed_fsync(struct db *other, struct arena *a) {
	struct db *db = writer_on_faulty_disk();
	make_notes(db, a);
	assert_db(db, db_begin(db));
	assert_db(db, add_note(db));
	sync_rc = SQLITE_IOERR_FSYNC;
	assert_int_equal(db_commit(db), ST_UNAVAILABLE);
	sync_rc = SQLITE_OK;
	assert_true(db_poisoned(db));
	db_rollback(db);
	assert_int_equal(db_run(db, a, NULL, "SELECT 1", DB_NO_ARGS), ST_UNAVAILABLE);
	assert_int_equal(db_begin(db), ST_UNAVAILABLE);
	assert_int_equal(notes(other, a), 1);
}
TEST(db, a_failed_fsync_poisons) {
	db_test(DB_SQLITE, failed_fsync);
}

static void failed_checkpoint(struct db *other UNUSED, struct arena *a) {
	struct db *db = writer_on_faulty_disk();
	make_notes(db, a);
	sync_rc = SQLITE_IOERR_FSYNC;
	assert_int_equal(db_checkpoint(db, false), ST_UNAVAILABLE);
	sync_rc = SQLITE_OK;
	assert_true(db_poisoned(db));
}
TEST(db, a_failed_fsync_of_a_checkpoint_poisons) {
	db_test(DB_SQLITE, failed_checkpoint);
}

static void write_error_at_commit(struct db *other UNUSED, struct arena *a) {
	struct db *db = writer_on_faulty_disk();
	make_notes(db, a);
	assert_db(db, db_begin(db));
	assert_db(db, add_note(db));
	write_rc = SQLITE_IOERR_WRITE;
	writes_let_through = 3;
	assert_int_equal(db_commit(db), ST_UNAVAILABLE);
	write_rc = SQLITE_OK;
	assert_true(db_poisoned(db));
}
TEST(db, a_write_error_at_commit_poisons) {
	db_test(DB_SQLITE, write_error_at_commit);
}

/* More pages than the cache holds spill into the log before the commit. */
static void full_disk_at_statement(struct db *other, struct arena *a) {
	struct db *db = writer_on_faulty_disk();
	make_notes(db, a);
	assert_db(db, db_begin(db));
	write_rc = SQLITE_FULL;
	writes_let_through = 100;
	enum st st = ST_OK;
	for (int i = 0; i < 1000 && st == ST_OK; i++)
		st = add_note(db);
	write_rc = SQLITE_OK;
	assert_int_equal(st, ST_UNAVAILABLE);
	assert_int_equal(db_commit(db), ST_UNAVAILABLE);
	assert_false(db_poisoned(db));
	db_rollback(db);
	assert_db(db, db_begin(db));
	assert_db(db, add_note(db));
	assert_db(db, db_commit(db));
	assert_int_equal(notes(other, a), 2);
}
TEST(db, a_full_disk_at_a_statement_is_healed_by_rollback) {
	db_test(DB_SQLITE, full_disk_at_statement);
}

static void settings(struct db *db, struct arena *a) {
	static const struct { const char *sql, *want; } cases[] = {
		{ "PRAGMA journal_mode", "wal" }, { "PRAGMA synchronous", "2" }, { "PRAGMA foreign_keys", "1" },
		{ "PRAGMA secure_delete", "1" }, { "PRAGMA wal_autocheckpoint", "0" },
	};
	struct db_result r;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_db(db, db_run_once(db, a, &r, str_c(cases[i].sql), DB_NO_ARGS));
		const struct db_value *v = db_cell(&r, 0, 0);
		assert_str(v->type == DB_T_I64 ? arena_printf(a, "%d", (int)v->i) : v->s, cases[i].want);
	}
	struct stat s;
	assert_int_equal(stat(db_test_where(), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	/* A second writer, and a process of its own would be one, finds the first one's lock. */
	struct db *second = db_test_another(DB_WRITER);
	assert_db(db, db_begin(db));
	assert_int_equal(db_begin(second), ST_BUSY);
	db_rollback(db);
}
TEST(db, a_sqlite_writer_is_durable_and_private) {
	db_test(DB_SQLITE, settings);
}

static void long_log(struct db *db, struct arena *a) {
	struct stat before, after;
	make_notes(db, a);
	const char *wal = arena_printf(a, "%s-wal", db_test_where()).p;
	struct db *reader = db_test_another(DB_READER);
	for (int i = 0; i < 60; i++) {
		assert_db(db, db_begin(db));
		assert_db(db, add_note(db));
		assert_db(db, db_commit(db));
	}
	assert_int_equal(stat(wal, &before), 0);
	assert_true(before.st_size > 6000000);
	assert_int_equal(notes(reader, a), 61);
	assert_db(db, db_checkpoint(db, true));
	assert_int_equal(stat(wal, &after), 0);
	assert_int_equal(after.st_size, 0);
	assert_int_equal(notes(reader, a), 61);
}
TEST(db, the_log_is_folded_back_only_when_told) {
	db_test(DB_SQLITE, long_log);
}

static int64_t size_of(const char *path) {
	struct stat is;
	assert_int_equal(stat(path, &is), 0);
	return is.st_size;
}

static void copy_bytes(struct arena *a, const char *from, const char *to) {
	size_t n = (size_t)size_of(from);
	char *bytes = arena_alloc(a, n);
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	assert_int_equal(fread(bytes, 1, n, in), n);
	assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fclose(in) | fclose(out), 0);
}

/* What a kill leaves behind is read as ever, whatever stands behind the last commit. */
static void grown_log(struct db *db, struct arena *a) {
	const char *wal = arena_printf(a, "%s-wal", db_test_where()).p, *left = arena_printf(a, "%s.left", db_test_where()).p;
	struct db *reader = db_test_another(DB_READER), *after = NULL;
	struct buf why = { 0 };
	make_notes(db, a);
	while (db_grow_log(db))
		;
	int64_t grown = size_of(wal);
	assert_true(grown >= 8 << 20 && grown < 10 << 20);
	for (int i = 0; i < 50; i++) {
		assert_db(db, db_begin(db));
		assert_db(db, add_note(db));
		assert_db(db, db_commit(db));
		assert_false(db_grow_log(db));
	}
	assert_int_equal(size_of(wal), grown);
	assert_int_equal(notes(reader, a), 51);
	copy_bytes(a, db_test_where(), left);
	copy_bytes(a, wal, arena_printf(a, "%s-wal", left).p);
	assert_int_equal(db_open(left, DB_WRITER, &after, &why), ST_OK);
	assert_int_equal(notes(after, a), 51);
	db_close(after);
	assert_db(db, db_checkpoint(db, true));
	assert_int_equal(size_of(wal), 0);
	assert_db(db, db_begin(db));
	assert_false(db_grow_log(db));
	assert_db(db, add_note(db));
	assert_db(db, db_commit(db));
	assert_true(db_grow_log(db));
}
TEST(db, the_log_grows_before_it_is_needed) {
	db_test(DB_SQLITE, grown_log);
}

static void log_without_room(struct db *other, struct arena *a) {
	struct db *db = writer_on_faulty_disk();
	make_notes(db, a);
	write_rc = SQLITE_FULL;
	writes_let_through = 0;
	assert_false(db_grow_log(db));
	write_rc = SQLITE_OK;
	assert_false(db_poisoned(db));
	assert_false(db_grow_log(db));
	assert_db(db, db_begin(db));
	assert_db(db, add_note(db));
	assert_db(db, db_commit(db));
	assert_db(db, db_checkpoint(db, false));
	assert_true(db_grow_log(db));
	sync_rc = SQLITE_IOERR_FSYNC;
	assert_false(db_grow_log(db));
	sync_rc = SQLITE_OK;
	assert_true(db_poisoned(db));
	assert_int_equal(notes(other, a), 2);
}
TEST(db, a_log_that_cannot_grow_stops_nothing_but_a_failed_fsync_does) {
	db_test(DB_SQLITE, log_without_room);
}

static void a_copy(struct db *db, struct arena *a) {
	struct buf why = { 0 };
	make_notes(db, a);
	struct db *reader = db_test_another(DB_READER), *copy = NULL;
	const char *path = arena_printf(a, "%s.copy", db_test_where()).p;
	assert_db(reader, db_copy(reader, path));
	assert_db(reader, db_copy(reader, path));
	struct stat s;
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	assert_int_equal(db_open(path, DB_WRITER, &copy, &why), ST_OK);
	assert_int_equal(notes(copy, a), 1);
	db_close(copy);
	assert_int_equal(db_copy(reader, "/nowhere/at/all"), ST_UNAVAILABLE);
	assert_true(db_error(reader).n > 0);
}
TEST(db, a_copy_is_whole_and_private) {
	db_test(DB_SQLITE, a_copy);
}

static void unusable_files(struct db *db UNUSED, struct arena *a) {
	struct buf why = { 0 };
	struct db *other = NULL;
	assert_int_equal(db_open("/nowhere/at/all.db", DB_WRITER, &other, &why), ST_UNAVAILABLE);
	assert_null(other);
	assert_true(str_find(buf_str(&why), STR("/nowhere/at/all.db")) > 0);
	buf_clear(&why);
	const char *path = arena_printf(a, "%s.text", db_test_where()).p;
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_int_equal(db_open(path, DB_WRITER, &other, &why), ST_UNAVAILABLE);
	assert_null(other);
	assert_true(str_find(buf_str(&why), STR("not a SQLite database")) > 0);
	buf_free(&why);
}
TEST(db, a_file_that_cannot_be_used_is_explained) {
	db_test(DB_SQLITE, unusable_files);
}
