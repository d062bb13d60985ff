/* A fresh database. The name ends in _test so that it stays out of the program. */
#include "db/fresh.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/migrate.h"

const char *fresh_postgres(void) {
	const char *url = getenv("BOKGI_TEST_POSTGRES");
	return url && *url ? url : NULL;
}

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

static enum st run_there(const char *sql, struct buf *why) {
	struct db *db = NULL;
	enum st st = db_open(fresh_postgres(), DB_WRITER, &db, why);
	if (st == ST_OK)
		st = db_begin(db);
	if (st == ST_OK)
		st = db_run_once(db, NULL, NULL, str_c(sql), DB_NO_ARGS);
	if (st == ST_OK)
		st = db_commit(db);
	if (st != ST_OK && db)
		buf_add(why, db_error(db));
	db_close(db);
	return st;
}

static enum st make_schema(struct fresh *f, struct buf *why) {
	static unsigned count;
	char sql[128];
	snprintf(f->schema, sizeof f->schema, "test_%ld_%u_%lld", (long)getpid(), count++, (long long)clock_now());
	snprintf(f->where, sizeof f->where, "%s%coptions=-csearch_path%%3D%s%%20-csynchronous_commit%%3Doff", fresh_postgres(),
		strchr(fresh_postgres(), '?') ? '&' : '?', f->schema);
	snprintf(sql, sizeof sql, "CREATE SCHEMA %s", f->schema);
	return run_there(sql, why);
}

static enum st migrate(struct fresh *f, struct buf *why) {
	struct arena *a = arena_new(0);
	enum st st = a ? migrate_up(f->db, a, NULL, why) : ST_NO_MEMORY;
	arena_free(a);
	return st;
}

enum st fresh_open(enum db_kind kind, struct fresh *f, struct buf *why) {
	*f = (struct fresh){ 0 };
	enum st st = kind == DB_SQLITE ? make_folder(f, why) : make_schema(f, why);
	if (st == ST_OK)
		st = db_open(f->where, DB_WRITER, &f->db, why);
	return st == ST_OK ? migrate(f, why) : st;
}

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *at UNUSED) {
	return remove(path);
}

static void drop_schema(const char *schema) {
	struct buf why = { 0 };
	char sql[128];
	snprintf(sql, sizeof sql, "DROP SCHEMA %s CASCADE", schema);
	if (run_there(sql, &why) != ST_OK)
		fprintf(stderr, "schema %s stays behind: %.*s\n", schema, STR_FMT(buf_str(&why)));
	buf_free(&why);
}

void fresh_close(struct fresh *f) {
	db_close(f->db);
	if (f->folder[0])
		nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	if (f->schema[0])
		drop_schema(f->schema);
	*f = (struct fresh){ 0 };
}
