/* What only PostgreSQL does: a connection that breaks, locks over several nodes, notifications. */
#include <stdlib.h>

#include "base/clock.h"
#include "db/fresh.h"
#include "db/migrate.h"
#include "db/testing.h"

#define TEST_POSTGRES(test_name)                                                                                                \
	static void body_##test_name(struct db *db, struct arena *a);                                                               \
	TEST(postgres, test_name) { db_test(DB_POSTGRES, body_##test_name); }                                                       \
	static void body_##test_name(struct db *db UNUSED, struct arena *a UNUSED)

static int64_t ask(struct db *db, struct arena *a, const char *sql) {
	struct db_result r;
	assert_db(db, db_run(db, a, &r, sql, DB_NO_ARGS));
	return db_i64(&r, 0, 0);
}

static void cut(struct db *victim, struct db *by, struct arena *a) {
	struct db_result r;
	int64_t pid = ask(victim, a, "SELECT pg_backend_pid()");
	assert_db(by, db_run(by, a, &r, "SELECT pg_terminate_backend(CAST($1 AS INTEGER), 5000)", DB_ARGS(DB_I64(pid))));
	assert_int_equal(db_i64(&r, 0, 0), 1);
}

TEST_POSTGRES(an_idle_connection_that_breaks_is_made_anew) {
	struct db *other = db_test_another(DB_READER), *reader = db_test_another(DB_READER);
	ask(reader, a, "SELECT 1");
	cut(db, other, a);
	cut(reader, other, a);
	assert_db(db, db_begin(db));
	assert_db(db, migrate_run_text(db, a, STR("CREATE TABLE t (id {id}) {strict}")));
	assert_db(db, db_commit(db));
	assert_int_equal(ask(reader, a, "SELECT 1"), 1);
	assert_int_equal(ask(reader, a, "SELECT count(*) FROM t"), 0);
}

TEST_POSTGRES(a_connection_that_breaks_in_a_transaction_is_unavailable_once) {
	struct db *other = db_test_another(DB_READER);
	for (int posted = 0; posted < 2; posted++) {
		assert_db(db, db_begin(db));
		assert_db(db, migrate_run_text(db, a, STR("CREATE TABLE t (id {id}) {strict}")));
		cut(db, other, a);
		if (posted)
			assert_db(db, db_post(db, "INSERT INTO t (id) VALUES (1)", DB_NO_ARGS));
		assert_int_equal(db_commit(db), ST_UNAVAILABLE);
		assert_true(db_error(db).n > 0);
		assert_int_equal(db_run(db, a, NULL, "SELECT 1", DB_NO_ARGS), ST_UNAVAILABLE);
		db_rollback(db);
		assert_false(db_poisoned(db));
		assert_int_equal(ask(db, a, "SELECT count(*) FROM pg_class WHERE relname = 't' AND pg_table_is_visible(oid)"), 0);
	}
}

TEST_POSTGRES(a_snapshot_that_breaks_can_be_begun_again) {
	struct db *reader = db_test_another(DB_READER);
	assert_db(reader, db_snapshot_begin(reader));
	cut(reader, db, a);
	assert_int_equal(db_run(reader, a, NULL, "SELECT 1", DB_NO_ARGS), ST_UNAVAILABLE);
	db_snapshot_end(reader);
	assert_db(reader, db_snapshot_begin(reader));
	assert_int_equal(ask(reader, a, "SELECT 1"), 1);
	db_snapshot_end(reader);
}

TEST_POSTGRES(only_one_writes_at_a_time) {
	struct db *second = db_test_another(DB_WRITER);
	assert_db(second, db_run(second, a, NULL, "SELECT set_config('lock_timeout', '100ms', false)", DB_NO_ARGS));
	assert_db(db, db_begin(db));
	assert_int_equal(db_begin(second), ST_BUSY);
	assert_false(db_in_transaction(second));
	db_rollback(db);
	assert_db(second, db_begin(second));
	assert_db(second, db_commit(second));
}

TEST_POSTGRES(a_slow_read_is_given_up) {
	struct db *reader = db_test_another(DB_READER);
	assert_db(reader, db_run(reader, a, NULL, "SELECT set_config('statement_timeout', '50ms', false)", DB_NO_ARGS));
	assert_int_equal(db_run(reader, a, NULL, "SELECT pg_sleep(30)", DB_NO_ARGS), ST_BUSY);
	assert_int_equal(ask(reader, a, "SELECT 1"), 1);
}

TEST_POSTGRES(a_session_has_its_settings) {
	static const char sql[] = "SELECT current_setting('statement_timeout') || ' ' || current_setting('default_transaction_read_only') || ' '"
		" || current_setting('TimeZone') || ' ' || current_setting('application_name') || ' ' || current_setting('idle_in_transaction_session_timeout')";
	struct db_result r;
	struct db *reader = db_test_another(DB_READER);
	assert_db(reader, db_run(reader, a, &r, sql, DB_NO_ARGS));
	assert_str(db_str(&r, 0, 0), "5s on UTC bokgi 1min");
	assert_db(db, db_run(db, a, &r, sql, DB_NO_ARGS));
	assert_str(db_str(&r, 0, 0), "0 on UTC bokgi 10s");
}

TEST_POSTGRES(types_are_read_or_refused_loudly) {
	struct db_result r;
	assert_db(db, db_run(db, a, &r, "SELECT CAST(-2 AS SMALLINT), -3, TRUE, CAST(0.5 AS REAL), CAST('x' AS VARCHAR), 'y', NULL, CAST(-1.25 AS DOUBLE PRECISION)",
		DB_NO_ARGS));
	assert_int_equal(db_i64(&r, 0, 0), -2);
	assert_int_equal(db_i64(&r, 0, 1), -3);
	assert_int_equal(db_i64(&r, 0, 2), 1);
	assert_true(db_cell(&r, 0, 3)->f == 0.5);
	assert_str(db_str(&r, 0, 4), "x");
	assert_str(db_str(&r, 0, 5), "y");
	assert_int_equal(db_cell(&r, 0, 6)->type, DB_T_NULL);
	assert_true(db_cell(&r, 0, 7)->f == -1.25);
	assert_int_equal(db_run(db, a, &r, "SELECT 1.5 AS price", DB_NO_ARGS), ST_INTERNAL);
	assert_true(str_find(db_error(db), STR("price")) > 0);
	assert_int_equal(r.rows, 0);
}

TEST_POSTGRES(no_value_is_told_in_an_error) {
	static const struct { const char *sql; enum st want; } cases[] = {
		{ "SELECT CAST($1 AS BIGINT)", ST_INTERNAL }, { "SELECT CAST($1 AS DATE)", ST_INTERNAL },
		{ "INSERT INTO schema_version (version, name, hash, at) VALUES (1, $1, '', 0)", ST_CONFLICT },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_db(db, db_begin(db));
		assert_int_equal(db_run(db, a, NULL, cases[i].sql, DB_ARGS(DB_STR(STR("hunter2")))), cases[i].want);
		assert_true(db_error(db).n > 0 && str_find(db_error(db), STR("hunter2")) < 0);
		db_rollback(db);
	}
}

TEST_POSTGRES(no_password_is_told_when_opening_fails) {
	static const char *const urls[] = { "postgres://kim:hunter2@127.0.0.1:1/x", "postgres://kim:hunter2@127.0.0.1:hunter2/x",
		"postgres://kim:hunter2@[127.0.0.1/x", "postgres://kim:hunter2%zz@127.0.0.1/x", "postgres://127.0.0.1/x?pasword=hunter2" };
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct buf why = { 0 };
		struct db *none = NULL;
		assert_int_equal(db_open(urls[i], DB_WRITER, &none, &why), ST_UNAVAILABLE);
		assert_null(none);
		assert_true(why.n > 0 && str_find(buf_str(&why), STR("hunter2")) < 0 && str_chr(buf_str(&why), '\n') < 0);
		buf_free(&why);
	}
}

TEST_POSTGRES(a_notification_comes_with_its_commit) {
	struct db *ear = db_test_another(DB_READER);
	str channel, payload;
	assert_db(ear, db_listen(ear, "bokgi events"));
	assert_int_equal(db_wait(ear, a, 0, &channel, &payload), ST_END);
	for (int committed = 0; committed < 2; committed++) {
		assert_db(db, db_begin(db));
		assert_db(db, db_notify(db, "bokgi events", arena_printf(a, "복기 %d", committed)));
		if (committed)
			assert_db(db, db_commit(db));
		else
			db_rollback(db);
	}
	assert_db(ear, db_wait(ear, a, 10000, &channel, &payload));
	assert_str(channel, "bokgi events");
	assert_str(payload, "복기 1");
	assert_int_equal(db_wait(ear, a, 1, &channel, &payload), ST_END);
	assert_int_equal(payload.n, 0);
	struct db *reader = db_test_another(DB_READER);
	assert_db(reader, db_notify(reader, "bokgi events", STR("at once")));
	assert_db(ear, db_wait(ear, a, 5000, &channel, &payload));
	assert_str(payload, "at once");
	cut(ear, db, a);
	assert_int_equal(db_wait(ear, a, 10000, &channel, &payload), ST_UNAVAILABLE);
}

TEST_POSTGRES(a_deferred_constraint_fails_the_commit) {
	assert_db(db, db_begin(db));
	assert_db(db, db_run_once(db, a, NULL, STR("CREATE TABLE t (n BIGINT CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED)"), DB_NO_ARGS));
	assert_db(db, db_commit(db));
	assert_db(db, db_begin(db));
	assert_db(db, db_post(db, "INSERT INTO t (n) VALUES ($1)", DB_ARGS(DB_I64(1))));
	assert_db(db, db_post(db, "INSERT INTO t (n) VALUES ($1)", DB_ARGS(DB_I64(1))));
	assert_int_equal(db_commit(db), ST_CONFLICT);
	assert_str(db_error_constraint(db), "once");
	db_rollback(db);
	assert_int_equal(ask(db, a, "SELECT count(*) FROM t"), 0);
}

/* A form prepared behind a failed post was never made; asked for again, it is prepared then. */
TEST_POSTGRES(what_was_left_out_with_a_failure_is_prepared_later) {
	for (int i = 0; i < 2; i++) {
		assert_db(db, db_begin(db));
		assert_db(db, db_post(db, "SELECT 1 / CAST($1 AS BIGINT)", DB_ARGS(DB_I64(i))));
		assert_int_equal(db_run(db, a, NULL, "SELECT 41 + $1", DB_ARGS(DB_I64(1))), i ? ST_OK : ST_INTERNAL);
		db_rollback(db);
	}
}
