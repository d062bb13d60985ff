/* Answers that are repeated within a write transaction, and numbers that are taken ahead. */
#include "db/testing.h"

#include "db/migrate.h"

static const char shop[] = "CREATE TABLE shelf (id {id}, name {text} NOT NULL) {strict}; CREATE TABLE box (id {id}, shelf {i64} NOT NULL, label {text}, n {i64} NOT NULL) {strict};"
	"INSERT INTO shelf (id, name) VALUES (1, 'left'), (2, 'right'); INSERT INTO box (shelf, label, n) VALUES (1, 'tea', 5), (1, NULL, 7);";

static void begin_shop(struct db *db, struct arena *a) {
	assert_db(db, db_begin(db));
	assert_db(db, migrate_run_text(db, a, str_c(shop)));
	assert_db(db, db_commit(db));
	assert_db(db, db_begin(db));
}

static const char boxes[] = "SELECT b.label, b.n, s.name FROM box b JOIN shelf s ON s.id = b.shelf WHERE s.name = $1 ORDER BY b.id";

static int64_t sum(struct db *db, struct arena *a, const char *shelf) {
	struct db_result r;
	int64_t n = 0;
	assert_db(db, db_recall(db, a, &r, boxes, DB_ARGS(DB_STR(str_c(shelf)))));
	for (size_t i = 0; i < r.rows; i++)
		n += db_i64(&r, i, 1);
	return n;
}

/* The database is told to fail: who gets an answer has not asked it. */
static bool asks(struct db *db, struct arena *a, const char *shelf) {
	struct db_result r;
	db_fail_nth(db, 1, ST_BUSY);
	enum st st = db_recall(db, a, &r, boxes, DB_ARGS(DB_STR(str_c(shelf))));
	db_fail_nth(db, 0, ST_OK);
	return st != ST_OK;
}

TEST_DB(db, a_repeated_answer_is_the_answer) {
	struct db_result r;
	begin_shop(db, a);
	for (int i = 0; i < 2; i++) {
		assert_db(db, db_recall(db, a, &r, boxes, DB_ARGS(DB_STR(STR("left")))));
		assert_int_equal(r.rows, 2);
		assert_int_equal(r.cols, 3);
		assert_str(r.names[2], "name");
		assert_str(db_str(&r, 0, 0), "tea");
		assert_int_equal(db_cell(&r, 1, 0)->type, DB_T_NULL);
		assert_int_equal(db_i64(&r, 1, 1), 7);
		assert_str(db_str(&r, 1, 2), "left");
	}
	assert_false(asks(db, a, "left"));
	assert_int_equal(sum(db, a, "right"), 0);
	assert_false(asks(db, a, "right"));
}

TEST_DB(db, a_write_makes_answers_old) {
	static const char *const writes[] = { "UPDATE box SET n = n + 1 WHERE n = 5", "INSERT INTO box (shelf, n) VALUES (1, 1)", "DELETE FROM box WHERE n = 1",
		"WITH more AS (SELECT 1 AS n) INSERT INTO box (shelf, n) SELECT 1, n FROM more" };
	static const int64_t sums[] = { 13, 14, 13, 14 };
	begin_shop(db, a);
	assert_int_equal(sum(db, a, "left"), 12);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		if (i % 2)
			assert_db(db, db_post(db, writes[i], DB_NO_ARGS));
		else
			assert_db(db, db_run(db, a, NULL, writes[i], DB_NO_ARGS));
		assert_int_equal(sum(db, a, "left"), sums[i]);
	}
	assert_db(db, db_run_once(db, a, NULL, STR("UPDATE shelf SET name = 'Left' WHERE id = 1"), DB_NO_ARGS));
	assert_int_equal(sum(db, a, "left"), 0);
}

TEST_DB(db, a_write_elsewhere_leaves_answers_alone) {
	begin_shop(db, a);
	assert_db(db, db_run(db, a, NULL, "CREATE TABLE other (n BIGINT)", DB_NO_ARGS));
	assert_int_equal(sum(db, a, "left"), 12);
	assert_db(db, db_run(db, a, NULL, "INSERT INTO other (n) VALUES (1)", DB_NO_ARGS));
	assert_false(asks(db, a, "left"));
}

TEST_DB(db, answers_end_with_their_transaction) {
	begin_shop(db, a);
	assert_int_equal(sum(db, a, "left"), 12);
	assert_db(db, db_run(db, a, NULL, "UPDATE box SET n = 0", DB_NO_ARGS));
	assert_int_equal(sum(db, a, "left"), 0);
	db_rollback(db);
	assert_int_equal(sum(db, a, "left"), 12);
	assert_db(db, db_begin(db));
	assert_int_equal(sum(db, a, "left"), 12);
	assert_db(db, db_commit(db));
	assert_db(db, db_begin(db));
	assert_true(asks(db, a, "left"));
}

TEST_DB(db, a_doomed_transaction_repeats_nothing) {
	struct db_result r;
	begin_shop(db, a);
	assert_int_equal(sum(db, a, "left"), 12);
	assert_int_equal(db_run(db, a, NULL, "SELECT nothing FROM nowhere", DB_NO_ARGS), ST_INTERNAL);
	assert_int_equal(db_recall(db, a, &r, boxes, DB_ARGS(DB_STR(STR("left")))), ST_INTERNAL);
	db_rollback(db);
}

static int64_t put(struct db *db, int64_t n) {
	int64_t id = 0;
	struct db_value args[] = { DB_NULL, DB_I64(n) };
	assert_db(db, db_insert(db, "box", &id, "INSERT INTO box (id, shelf, n) VALUES ($1, 1, $2)", args, 2));
	return id;
}

TEST_DB(db, rows_are_numbered_as_they_are_inserted) {
	struct db_result r;
	begin_shop(db, a);
	assert_db(db, db_run(db, a, NULL, "DELETE FROM box", DB_NO_ARGS));
	db_expect(db, 3);
	int64_t first = put(db, 10), before = first;
	for (int64_t n = 11; n < 16; n++) {
		int64_t id = put(db, n);
		assert_true(id > before);
		before = id;
	}
	/* Between them one that the database numbers by itself. */
	assert_db(db, db_run(db, a, &r, "INSERT INTO box (shelf, n) VALUES (1, 16) RETURNING id", DB_NO_ARGS));
	assert_true(db_i64(&r, 0, 0) > first);
	put(db, 17);
	assert_db(db, db_commit(db));
	assert_db(db, db_run(db, a, &r, "SELECT id, n FROM box ORDER BY n", DB_NO_ARGS));
	assert_int_equal(r.rows, 8);
	assert_int_equal(db_i64(&r, 0, 0), first);
}

TEST_DB(db, a_begin_may_bring_its_first_question) {
	struct db_result r;
	begin_shop(db, a);
	assert_db(db, db_commit(db));
	assert_db(db, db_begin_asking(db, a, &r, "SELECT max(n) FROM box"));
	assert_int_equal(db_i64(&r, 0, 0), 7);
	assert_true(db_in_transaction(db));
	put(db, 1);
	assert_db(db, db_commit(db));
	assert_int_not_equal(db_begin_asking(db, a, &r, "SELECT nothing FROM nowhere"), ST_OK);
	db_rollback(db);
	assert_db(db, db_begin(db));
	db_rollback(db);
}
