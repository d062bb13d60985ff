#include "db/testing.h"

#include <stdio.h>

#include "db/migrate.h"

static void make(struct db *db, struct arena *a, const char *tables) {
	assert_db(db, db_begin(db));
	assert_db(db, migrate_run_text(db, a, str_c(tables)));
	assert_db(db, db_commit(db));
}

static const char fruit[] = "CREATE TABLE basket (id {id}, place {text} NOT NULL) {strict};"
	"CREATE TABLE fruit (id {id}, basket {i64} REFERENCES basket (id), name {text} NOT NULL UNIQUE, weight {f64}, peel {blob}, n {i64} CHECK (n > 0)) {strict};";

static enum st add(struct db *db, const char *name, int64_t n) {
	return db_run(db, NULL, NULL, "INSERT INTO fruit (name, n) VALUES ($1, $2)", DB_ARGS(DB_STR(str_c(name)), DB_I64(n)));
}

static int64_t count(struct db *db, struct arena *a) {
	struct db_result r;
	assert_db(db, db_run(db, a, &r, "SELECT count(*) FROM fruit", DB_NO_ARGS));
	return db_i64(&r, 0, 0);
}

TEST_DB(db, values_come_back_as_they_went_in) {
	make(db, a, fruit);
	struct db_result r;
	assert_db(db, db_begin(db));
	assert_db(db, db_run(db, a, &r, "INSERT INTO fruit (name, weight, peel, n) VALUES ($1, $2, $3, $4), ($5, NULL, $6, NULL) RETURNING id",
		DB_ARGS(DB_STR(STR("사과 \"é\" '")), DB_F64(-0.1), DB_BLOB(STR("\0\xff\0")), DB_I64(INT64_MAX), DB_STR(STR_NONE), DB_BLOB(STR_NONE))));
	assert_int_equal(r.rows, 2);
	assert_int_equal(r.changed, 2);
	assert_db(db, db_commit(db));
	assert_db(db, db_run(db, a, &r, "SELECT name, weight, peel, n, id AS number FROM fruit ORDER BY id", DB_NO_ARGS));
	assert_int_equal(r.rows, 2);
	assert_int_equal(r.cols, 5);
	assert_str(r.names[4], "number");
	assert_str(db_str(&r, 0, 0), "사과 \"é\" '");
	assert_true(db_cell(&r, 0, 1)->f == -0.1);
	assert_true(str_eq(db_str(&r, 0, 2), STR("\0\xff\0")));
	assert_true(db_i64(&r, 0, 3) == INT64_MAX);
	assert_int_equal(db_cell(&r, 1, 0)->type, DB_T_TEXT);
	assert_int_equal(db_cell(&r, 1, 1)->type, DB_T_NULL);
	assert_int_equal(db_cell(&r, 1, 2)->type, DB_T_BLOB);
	assert_int_equal(db_i64(&r, 1, 4) - db_i64(&r, 0, 4), 1);
	assert_int_equal(r.changed, 0);
}

TEST_DB(db, parameters_go_by_number_not_by_order) {
	struct db_result r;
	for (int i = 0; i < 2; i++)
		assert_db(db, db_run(db, a, &r, "SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT) * 10 + $2, CAST($3 AS TEXT) || $3, $10, $4 + $5 + $6 + $7 + $8 + $9",
			DB_ARGS(DB_I64(1), DB_I64(2 + i), DB_STR(STR("ab")), DB_I64(4), DB_I64(5), DB_I64(6), DB_I64(7), DB_I64(8), DB_I64(9), DB_I64(10))));
	assert_int_equal(db_i64(&r, 0, 0), 3);
	assert_int_equal(db_i64(&r, 0, 1), 13);
	assert_str(db_str(&r, 0, 2), "abab");
	assert_int_equal(db_i64(&r, 0, 3), 10);
	assert_int_equal(db_i64(&r, 0, 4), 39);
	assert_int_equal(db_run(db, a, &r, "SELECT $1 + $2", DB_ARGS(DB_I64(1))), ST_INTERNAL);
	assert_int_equal(db_run(db, a, &r, "SELECT $1 + 1", DB_ARGS(DB_I64(1), DB_I64(2))), ST_INTERNAL);
	assert_int_equal(r.rows, 0);
}

TEST_DB(db, a_parameter_may_be_null_first_and_a_number_later) {
	make(db, a, fruit);
	assert_db(db, db_begin(db));
	for (int64_t n = 0; n < 3; n++)
		assert_db(db, db_run(db, a, NULL, "INSERT INTO fruit (name, n, basket) VALUES ($1, $2, $3)",
			DB_ARGS(DB_STR(arena_printf(a, "%d", (int)n)), DB_OPT_I64(n), DB_NULL)));
	struct db_result r;
	assert_db(db, db_run(db, a, &r, "SELECT n FROM fruit WHERE n IS NULL OR n > $1 + 0 ORDER BY name", DB_ARGS(DB_I64(0))));
	assert_int_equal(r.rows, 3);
	assert_int_equal(db_cell(&r, 0, 0)->type, DB_T_NULL);
	assert_int_equal(db_i64(&r, 2, 0), 2);
	db_rollback(db);
}

TEST_DB(db, a_large_number_plus_one_does_not_overflow) {
	struct db_result r;
	assert_db(db, db_run(db, a, &r, "SELECT $1 + 1", DB_ARGS(DB_I64(INT64_C(1790000000000000)))));
	assert_true(db_i64(&r, 0, 0) == INT64_C(1790000000000001));
}

TEST_DB(db, a_refused_row_is_a_conflict_and_names_the_constraint) {
	static const struct { const char *sql, *sqlite, *postgres; } cases[] = {
		{ "INSERT INTO fruit (name) VALUES ('fig'), ('fig')", "fruit.name", "fruit_name_key" },
		{ "INSERT INTO fruit (name, n) VALUES ('fig', 0)", "n > 0", "fruit_n_check" },
		{ "INSERT INTO fruit (name, basket) VALUES ('fig', 77)", "", "fruit_basket_fkey" },
		{ "INSERT INTO fruit (n) VALUES (1)", "fruit.name", "fruit.name" },
	};
	make(db, a, fruit);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_db(db, db_begin(db));
		assert_int_equal(db_run_once(db, a, NULL, str_c(cases[i].sql), DB_NO_ARGS), ST_CONFLICT);
		assert_true(db_error(db).n > 0);
		db_rollback(db);
		assert_str(db_error_constraint(db), db_kind(db) == DB_SQLITE ? cases[i].sqlite : cases[i].postgres);
	}
	assert_int_equal(count(db, a), 0);
}

TEST_DB(db, one_failure_dooms_the_transaction_until_rollback) {
	make(db, a, fruit);
	assert_db(db, db_begin(db));
	assert_db(db, add(db, "fig", 1));
	assert_int_equal(add(db, "fig", 1), ST_CONFLICT);
	assert_int_equal(add(db, "plum", 1), ST_CONFLICT);
	assert_int_equal(db_run(db, a, NULL, "SELECT 1", DB_NO_ARGS), ST_CONFLICT);
	assert_int_equal(db_commit(db), ST_CONFLICT);
	assert_true(db_in_transaction(db) && db_writes(db) > 0);
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_int_equal(count(db, a), 0);
	assert_db(db, db_begin(db));
	assert_db(db, add(db, "fig", 1));
	assert_db(db, db_commit(db));
	assert_int_equal(count(db, a), 1);
}

TEST_DB(db, writes_counts_only_what_must_be_rolled_back) {
	make(db, a, fruit);
	struct db_result r;
	assert_db(db, db_begin(db));
	assert_db(db, db_run(db, a, NULL, "SELECT count(*) FROM fruit", DB_NO_ARGS));
	assert_db(db, db_run(db, a, &r, "UPDATE fruit SET n = 5 WHERE name = $1", DB_ARGS(DB_STR(STR("none")))));
	assert_int_equal(r.changed, 0);
	assert_int_equal(db_writes(db), 0);
	assert_db(db, add(db, "fig", 1));
	assert_db(db, db_run(db, a, &r, "INSERT INTO fruit (name) VALUES ('fig') ON CONFLICT (name) DO NOTHING", DB_NO_ARGS));
	assert_int_equal(db_writes(db), 1);
	assert_db(db, db_run(db, a, &r, "INSERT INTO fruit (name, n) VALUES ('fig', 7) ON CONFLICT (name) DO UPDATE SET n = excluded.n RETURNING n", DB_NO_ARGS));
	assert_int_equal(db_i64(&r, 0, 0), 7);
	assert_int_equal(r.changed, 1);
	assert_int_equal(db_writes(db), 2);
	assert_db(db, db_run(db, a, NULL, "CREATE TABLE more (id BIGINT)", DB_NO_ARGS));
	assert_int_equal(db_writes(db), 3);
	db_rollback(db);
	assert_int_equal(db_writes(db), 0);
}

TEST_DB(db, a_posted_failure_surfaces_before_the_commit_is_done) {
	make(db, a, fruit);
	for (int before_commit = 0; before_commit < 2; before_commit++) {
		assert_db(db, db_begin(db));
		enum st st = ST_OK;
		for (int i = 0; i < 3 && st == ST_OK; i++)
			st = db_post(db, "INSERT INTO fruit (name, n) VALUES ($1, $2)", DB_ARGS(DB_STR(STR("fig")), DB_I64(i + 1)));
		assert_int_equal(db_writes(db) > 0, true);
		if (!before_commit)
			assert_int_equal(db_run(db, a, NULL, "SELECT 1", DB_NO_ARGS), ST_CONFLICT);
		assert_int_equal(db_commit(db), ST_CONFLICT);
		db_rollback(db);
		assert_int_equal(count(db, a), 0);
	}
}

TEST_DB(db, many_posts_all_arrive) {
	make(db, a, fruit);
	assert_db(db, db_begin(db));
	for (int i = 0; i < 1500; i++)
		assert_db(db, db_post(db, "INSERT INTO fruit (name, n) VALUES ($1, $2)", DB_ARGS(DB_STR(arena_printf(a, "fruit %d", i)), DB_I64(i + 1))));
	assert_int_equal(count(db, a), 1500);
	assert_db(db, db_post(db, "DELETE FROM fruit WHERE n <= $1", DB_ARGS(DB_I64(500))));
	assert_db(db, db_commit(db));
	assert_int_equal(count(db, a), 1000);
}

TEST_DB(db, calls_that_make_no_sense_are_refused) {
	make(db, a, fruit);
	assert_int_equal(add(db, "fig", 1), ST_INTERNAL);
	assert_int_equal(db_post(db, "INSERT INTO fruit (name) VALUES ('fig')", DB_NO_ARGS), ST_INTERNAL);
	assert_int_equal(db_commit(db), ST_INTERNAL);
	assert_int_equal(db_run(db, a, NULL, "SELECT 1; SELECT 2", DB_NO_ARGS), ST_INTERNAL);
	assert_int_equal(db_run(db, a, NULL, "SELECT nothing FROM nowhere", DB_NO_ARGS), ST_INTERNAL);
	assert_int_equal(db_run(db, a, NULL, "SELECT $1", DB_ARGS(DB_STR(STR("a\0b")))), ST_INTERNAL);
	assert_db(db, db_begin(db));
	assert_int_equal(db_begin(db), ST_INTERNAL);
	db_rollback(db);
	db_rollback(db);
	struct db *reader = db_test_another(DB_READER);
	assert_int_equal(db_begin(reader), ST_INTERNAL);
	assert_int_equal(add(reader, "fig", 1), ST_INTERNAL);
	assert_int_equal(count(reader, a), 0);
}

TEST_DB(db, a_double_quoted_word_is_a_column_and_like_minds_case) {
	struct db_result r;
	assert_int_equal(db_run(db, a, &r, "SELECT \"no such column\"", DB_NO_ARGS), ST_INTERNAL);
	assert_db(db, db_run(db, a, &r, "SELECT 1 WHERE 'Fig' LIKE 'f%'", DB_NO_ARGS));
	assert_int_equal(r.rows, 0);
}

TEST_DB(db, text_sorts_by_bytes) {
	make(db, a, fruit);
	struct db_result r;
	assert_db(db, db_begin(db));
	assert_db(db, db_run(db, a, NULL, "INSERT INTO fruit (name) VALUES ('b'), ('B'), ('é'), ('a'), ('가'), ('_')", DB_NO_ARGS));
	assert_db(db, db_run(db, a, &r, "SELECT name FROM fruit ORDER BY name", DB_NO_ARGS));
	static const char *const want[] = { "B", "_", "a", "b", "é", "가" };
	for (size_t i = 0; i < 6; i++)
		assert_str(db_str(&r, i, 0), want[i]);
	db_rollback(db);
}

TEST_DB(db, a_snapshot_stands_still_while_others_write) {
	make(db, a, fruit);
	struct db *reader = db_test_another(DB_READER);
	assert_db(reader, db_snapshot_begin(reader));
	assert_int_equal(count(reader, a), 0);
	assert_db(db, db_begin(db));
	assert_db(db, add(db, "fig", 1));
	assert_db(db, db_commit(db));
	assert_int_equal(count(reader, a), 0);
	db_snapshot_end(reader);
	assert_int_equal(count(reader, a), 1);
}

TEST_DB(db, what_is_not_committed_stays_unseen) {
	make(db, a, fruit);
	struct db *reader = db_test_another(DB_READER);
	assert_db(db, db_begin(db));
	assert_db(db, add(db, "fig", 1));
	assert_int_equal(count(db, a), 1);
	assert_int_equal(count(reader, a), 0);
	assert_db(db, db_commit(db));
	assert_int_equal(count(reader, a), 1);
	assert_db(db, db_checkpoint(db, false));
	assert_db(db, db_checkpoint(db, true));
	assert_int_equal(count(reader, a), 1);
}

/* The n-th allocation fails somewhere inside db_run and jumps out; after db_rollback everything works as if nothing had been. */
TEST_DB(db, an_arena_guard_in_the_middle_of_a_call_leaves_the_connection_usable) {
	make(db, a, fruit);
	struct arena *small = arena_new(0);
	volatile bool failed = true;
	for (volatile unsigned long nth = 1; failed; nth++) {
		struct arena_guard g;
		arena_fail_nth(nth);
		if (arena_guard(small, &g)) {
			failed = true;
		} else {
			struct db_result r;
			failed = false;
			assert_db(db, db_begin(db));
			assert_db(db, db_run(db, small, &r, "INSERT INTO fruit (name, peel) VALUES ('fig', $1), ('plum', $1) RETURNING name, peel",
				DB_ARGS(DB_BLOB(STR("zest")))));
			assert_db(db, db_post(db, "INSERT INTO fruit (name) VALUES ('lime')", DB_NO_ARGS));
			assert_db(db, db_run_once(db, small, &r, STR("SELECT name, n FROM fruit"), DB_NO_ARGS));
			assert_int_equal(r.rows, 3);
		}
		arena_guard_pop(small);
		arena_fail_nth(0);
		assert_true(!failed || db_writes(db) > 0);
		db_rollback(db);
		arena_reset(small);
		assert_false(db_in_transaction(db));
		assert_int_equal(count(db, a), 0);
		assert_true(nth < 100);
	}
	arena_free(small);
}

static enum st two_fruits(struct db *db, struct arena *a) {
	struct db_result r;
	enum st st = db_begin(db);
	if (st == ST_OK)
		st = db_run(db, a, &r, "INSERT INTO basket (place) VALUES ('kitchen') RETURNING id", DB_NO_ARGS);
	if (st == ST_OK)
		st = db_post(db, "INSERT INTO fruit (name, basket) VALUES ('fig', $1)", DB_ARGS(DB_I64(db_i64(&r, 0, 0))));
	if (st == ST_OK)
		st = db_run(db, a, NULL, "INSERT INTO fruit (name, basket) VALUES ('plum', $1)", DB_ARGS(DB_I64(db_i64(&r, 0, 0))));
	if (st == ST_OK)
		st = db_notify(db, "fruits", STR("two"));
	return st == ST_OK ? db_commit(db) : st;
}

TEST_DB(db, the_nth_call_fails_and_nothing_stays) {
	make(db, a, fruit);
	enum st st = ST_BUSY;
	unsigned long nth = 0;
	while (st != ST_OK) {
		db_fail_nth(db, ++nth, ST_BUSY);
		st = two_fruits(db, a);
		db_fail_nth(db, 0, ST_OK);
		if (st != ST_OK) {
			assert_int_equal(st, ST_BUSY);
			db_rollback(db);
			assert_false(db_in_transaction(db));
			assert_int_equal(count(db, a), 0);
		}
	}
	assert_int_equal(nth, 7);
	assert_int_equal(count(db, a), 2);
}

TEST_DB(db, check_prepares_and_does_nothing) {
	make(db, a, fruit);
	assert_db(db, db_check(db, STR("INSERT INTO fruit (name, n) VALUES ($2, $1) RETURNING id")));
	assert_int_equal(db_check(db, STR("SELECT wieght FROM fruit")), ST_INTERNAL);
	assert_int_equal(db_check(db, STR("SELECT nmae FROM fruit WHERE id = $1")), ST_INTERNAL);
	assert_int_equal(db_check(db, STR("SELECT name FROM fruit WHERE id = $1")), ST_OK);
	assert_int_equal(db_check(db, STR("SELECT sum(n) FROM fruit")), db_kind(db) == DB_SQLITE ? ST_OK : ST_INTERNAL);
	assert_db(db, db_check(db, STR("SELECT CAST(sum(n) AS BIGINT) FROM fruit")));
	/* Parameters have the types of values, not those PostgreSQL would guess. */
	assert_int_equal(db_check(db, STR("SELECT name FROM fruit WHERE $1")), db_kind(db) == DB_SQLITE ? ST_OK : ST_INTERNAL);
	assert_int_equal(db_check(db, STR("SELECT substr(name, $1) FROM fruit")), db_kind(db) == DB_SQLITE ? ST_OK : ST_INTERNAL);
	assert_int_equal(db_check(db, STR("SELECT name FROM fruit WHERE $1 IS NULL")), db_kind(db) == DB_SQLITE ? ST_OK : ST_INTERNAL);
	assert_db(db, db_check(db, STR("SELECT name FROM fruit WHERE n > $1 + 1 AND peel = $2 AND weight < $3 AND name = $4 LIMIT $5")));
	assert_int_equal(count(db, a), 0);
}

TEST_DB(db, two_connections_can_ask_the_same_text_again_and_again) {
	make(db, a, fruit);
	struct db *reader = db_test_another(DB_READER);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(count(db, a), count(reader, a));
		/* One address, several texts. */
		char sql[64];
		struct db_result r;
		snprintf(sql, sizeof sql, "SELECT %d", i % 7);
		assert_db(db, db_run(db, a, &r, sql, DB_NO_ARGS));
		assert_int_equal(db_i64(&r, 0, 0), i % 7);
	}
}
