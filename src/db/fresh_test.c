/* A fresh database. The name ends in _test so that it stays out of the program. */
#include "db/fresh.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/migrate.h"

const char *fresh_postgres(void) {
	const char *url = getenv("BOKGI_TEST_POSTGRES");
	return url && *url ? url : NULL;
}

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *at UNUSED) {
	return remove(path);
}

static void remove_folder(const char *folder) {
	if (folder[0])
		nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static enum st migrate(struct db *db, struct buf *why) {
	struct arena *a = arena_new(0);
	enum st st = a ? migrate_up(db, a, NULL, why) : ST_NO_MEMORY;
	arena_free(a);
	return st;
}

/* Migrating takes ten times as long as copying what has been migrated: all databases of a process are copies of its first. */
static struct fresh model_file;
static char model[64];
static pid_t model_made_by;

static enum st make_folder(struct fresh *f, struct buf *why) {
	const char *tmp = getenv("TMPDIR");
	snprintf(f->folder, sizeof f->folder, "%s/bokgi-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(f->folder)) {
		f->folder[0] = '\0';
		buf_lit(why, "no temporary folder can be made");
		return ST_UNAVAILABLE;
	}
	snprintf(f->where, sizeof f->where, "%s/bokgi.db", f->folder);
	return ST_OK;
}

static void remove_model_file(void) {
	if (model_made_by == getpid())
		remove_folder(model_file.folder);
}

static enum st make_model_file(struct buf *why) {
	struct fresh f = { 0 };
	enum st st = make_folder(&f, why);
	if (st == ST_OK)
		st = db_open(f.where, DB_WRITER, &f.db, why);
	if (st == ST_OK)
		st = migrate(f.db, why);
	db_close(f.db);
	f.db = NULL;
	if (st != ST_OK) {
		remove_folder(f.folder);
		return st;
	}
	model_file = f;
	model_made_by = getpid();
	atexit(remove_model_file);
	return ST_OK;
}

static enum st copy_file(const char *from, const char *to, struct buf *why) {
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = in < 0 || out < 0 ? -1 : 1;
	while (n > 0)
		n = sendfile(out, in, NULL, 1 << 20);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	if (n == 0)
		return ST_OK;
	buf_printf(why, "%s could not be copied", from);
	return ST_UNAVAILABLE;
}

static enum st make_file(struct fresh *f, struct buf *why) {
	enum st st = model_file.folder[0] ? ST_OK : make_model_file(why);
	if (st == ST_OK)
		st = make_folder(f, why);
	return st == ST_OK ? copy_file(model_file.where, f->where, why) : st;
}

/* One statement in the database that the URL names, outside of a transaction: databases cannot be made inside one. */
static enum st run_there(const char *sql, struct buf *why) {
	struct db *db = NULL;
	enum st st = db_open(fresh_postgres(), DB_WRITER, &db, why);
	if (st == ST_OK)
		st = db_run_once(db, NULL, NULL, STR("SET default_transaction_read_only = off"), DB_NO_ARGS);
	if (st == ST_OK)
		st = db_run_once(db, NULL, NULL, str_c(sql), DB_NO_ARGS);
	if (st != ST_OK && db)
		buf_add(why, db_error(db));
	db_close(db);
	return st;
}

/* The URL with another database in it, and without waiting for the disk. */
static void say_where(char *where, size_t size, const char *database) {
	const char *url = fresh_postgres(), *query = strchr(url, '?');
	size_t n = query ? (size_t)(query - url) : strlen(url);
	const char *host = strstr(url, "://"), *path = host ? memchr(host + 3, '/', n - (size_t)(host + 3 - url)) : NULL;
	size_t base = path ? (size_t)(path - url) : n;
	snprintf(where, size, "%.*s/%s%s%coptions=-csynchronous_commit%%3Doff", (int)base, url, database, query ? query : "", query ? '&' : '?');
}

static void drop_database(const char *name) {
	struct buf why = { 0 };
	char sql[128];
	snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
	if (run_there(sql, &why) != ST_OK)
		fprintf(stderr, "database %s stays behind: %.*s\n", name, STR_FMT(buf_str(&why)));
	buf_free(&why);
}

static void drop_model(void) {
	if (model_made_by == getpid())
		drop_database(model);
}

static enum st make_model(struct buf *why) {
	char sql[128], where[1024];
	struct db *db = NULL;
	snprintf(model, sizeof model, "test_%ld_model_%lld", (long)getpid(), (long long)clock_now());
	snprintf(sql, sizeof sql, "CREATE DATABASE %s", model);
	enum st st = run_there(sql, why);
	if (st != ST_OK) {
		model[0] = '\0';
		return st;
	}
	model_made_by = getpid();
	atexit(drop_model);
	say_where(where, sizeof where, model);
	st = db_open(where, DB_WRITER, &db, why);
	if (st == ST_OK)
		st = migrate(db, why);
	db_close(db);
	return st;
}

static enum st make_database(struct fresh *f, struct buf *why) {
	static unsigned count;
	char sql[192];
	enum st st = model[0] ? ST_OK : make_model(why);
	if (st != ST_OK)
		return st;
	snprintf(f->database, sizeof f->database, "test_%ld_%u_%lld", (long)getpid(), count++, (long long)clock_now());
	snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s", f->database, model);
	say_where(f->where, sizeof f->where, f->database);
	return run_there(sql, why);
}

enum st fresh_open(enum db_kind kind, struct fresh *f, struct buf *why) {
	*f = (struct fresh){ 0 };
	enum st st = kind == DB_SQLITE ? make_file(f, why) : make_database(f, why);
	if (st == ST_OK)
		st = db_open(f->where, DB_WRITER, &f->db, why);
	return st;
}

void fresh_close(struct fresh *f) {
	db_close(f->db);
	remove_folder(f->folder);
	if (f->database[0])
		drop_database(f->database);
	*f = (struct fresh){ 0 };
}
