#include "db/migrate.h"

#include <stdio.h>
#include <unistd.h>

#include "db/testing.h"

TEST_DB(migrate, a_fresh_database_is_at_the_latest_version) {
	struct buf why = { 0 };
	int version = -1;
	assert_db(db, migrate_version(db, a, &version));
	assert_int_equal(version, migrate_latest());
	assert_true(version > 0);
	assert_int_equal(migrate_check(db, a, &why), ST_OK);
	assert_int_equal(migrate_up(db, a, NULL, &why), ST_OK);
	assert_int_equal(why.n, 0);
	assert_false(db_in_transaction(db));
}

static void pretend(struct db *db, const char *sql) {
	assert_db(db, db_begin(db));
	assert_db(db, db_run_once(db, NULL, NULL, str_c(sql), DB_NO_ARGS));
	assert_db(db, db_commit(db));
}

TEST_DB(migrate, a_newer_database_is_refused_in_one_sentence) {
	struct buf why = { 0 };
	pretend(db, "INSERT INTO schema_version (version, name, hash, at) SELECT max(version) + 1, 'x', 'y', 0 FROM schema_version");
	assert_int_equal(migrate_check(db, a, &why), ST_CONFLICT);
	assert_true(str_find(buf_str(&why), STR("newer")) > 0);
	buf_clear(&why);
	assert_int_equal(migrate_up(db, a, NULL, &why), ST_CONFLICT);
	buf_free(&why);
}

TEST_DB(migrate, a_changed_migration_is_noticed) {
	struct buf why = { 0 };
	pretend(db, "UPDATE schema_version SET hash = 'other' WHERE version = 1");
	assert_int_equal(migrate_check(db, a, &why), ST_CONFLICT);
	assert_true(str_find(buf_str(&why), STR("0001_")) > 0);
	assert_int_equal(migrate_up(db, a, NULL, &why), ST_CONFLICT);
	buf_free(&why);
}

TEST_DB(migrate, an_older_database_is_told_what_to_do) {
	struct buf why = { 0 };
	pretend(db, "DELETE FROM schema_version");
	assert_int_equal(migrate_check(db, a, &why), ST_CONFLICT);
	assert_true(str_find(buf_str(&why), STR("bokgi migrate")) > 0);
	buf_free(&why);
}

TEST_DB(migrate, statements_end_where_they_end) {
	static const char text[] =
		"-- a comment; with ' a quote\n"
		"CREATE TABLE t (id {id}, a {text} DEFAULT ';--', b {blob}, f {f64}) {strict}; /* ; */ ;\n"
		"{sqlite} CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log (a) VALUES (new.a); DELETE FROM log WHERE a = 'it''s;'; END;\n"
		"CREATE TABLE log (a {text}) {strict};\n"
		"{postgres} INSERT INTO log (a) VALUES ('one;two');\n"
		"INSERT INTO t (a) VALUES ('one;two') -- no semicolon at the end";
	struct db_result r;
	assert_db(db, db_begin(db));
	assert_db(db, migrate_run_text(db, a, str_c(text)));
	assert_db(db, db_run(db, a, &r, "SELECT t.a FROM t JOIN log ON log.a = t.a", DB_NO_ARGS));
	assert_int_equal(r.rows, 1);
	assert_str(db_str(&r, 0, 0), "one;two");
	db_rollback(db);
	assert_int_equal(db_run(db, a, &r, "SELECT a FROM log", DB_NO_ARGS), ST_INTERNAL);
}

static void nth_call(struct db *db UNUSED, struct arena *a) {
	struct buf why = { 0 };
	const char *where = arena_printf(a, "%s.again", db_test_where()).p;
	for (unsigned long nth = 1; nth < 400; nth++) {
		struct db *fresh = NULL;
		int version = -1;
		assert_int_equal(db_open(where, DB_WRITER, &fresh, &why), ST_OK);
		db_fail_nth(fresh, nth, ST_BUSY);
		enum st st = migrate_up(fresh, a, where, &why);
		db_fail_nth(fresh, 0, ST_OK);
		assert_false(db_in_transaction(fresh));
		assert_int_equal(migrate_version(fresh, a, &version), ST_OK);
		if (st == ST_OK)
			assert_int_equal(version, migrate_latest());
		db_close(fresh);
		unlink(where);
		if (st == ST_OK) {
			buf_free(&why);
			return;
		}
	}
	fail_msg("migrating never succeeded");
}
TEST(migrate, the_nth_call_fails_and_no_transaction_stays_open) {
	db_test(DB_SQLITE, nth_call);
}

static void copied_first(struct db *db, struct arena *a) {
	struct buf why = { 0 };
	/* As if the last migration were new. When there is only one, the database counts as empty and nothing is copied. */
	pretend(db, "DELETE FROM schema_version WHERE version = (SELECT max(version) FROM schema_version)");
	const char *copy = arena_printf(a, "%s.before-%04d", db_test_where(), migrate_latest()).p;
	assert_true(migrate_up(db, a, db_test_where(), &why) != ST_OK || migrate_latest() == 1);
	assert_int_equal(access(copy, F_OK) == 0, migrate_latest() > 1);
	buf_free(&why);
}
TEST(migrate, a_file_with_content_is_copied_first) {
	db_test(DB_SQLITE, copied_first);
}
