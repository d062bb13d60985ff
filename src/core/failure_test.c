#include "base/clock.h"
#include "core/op.h"
#include "core/testing.h"

/* Every step of an operation made to fail in turn: the n-th call that reaches the database, the n-th allocation. Whatever it was, the transaction can be rolled back, the
 * connection goes on, and nothing of the attempt stays. */

static const struct {
	const char *operation, *input;
} subjects[] = {
	{ "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}" },
	{ "service.create", "{\"name\":\"결제\",\"description\":\"card payments\"}" },
	{ "incident.declare", "{\"title\":\"카드 결제 승인 지연\",\"severity\":\"SEV2\"}" },
	{ "document.create", "{\"title\":\"A near miss\",\"kind\":\"near_miss\"}" },
	{ "action.create", "{\"title\":\"Add a time-out\",\"type\":\"prevent\"}" },
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects, MOST_STEPS = 2000 };

struct attempt {
	struct db *db;
	const struct op *op;
	const char *input;
	unsigned long fail_call, fail_allocation;
};

static enum st attempt_guarded(struct ctx *c, const struct attempt *x, struct reply *out) {
	void *in;
	enum st st = op_read_input(c, x->op, NULL, 0, NULL, 0, str_c(x->input), &in);
	if (st == ST_OK && x->fail_call)
		db_fail_nth(x->db, x->fail_call, ST_UNAVAILABLE);
	return st == ST_OK ? op_run(c, x->op, in, out) : st;
}

static enum st try_once(const struct attempt *x) {
	struct arena *a = arena_new(0);
	struct arena_guard g;
	struct reply out = { 0 };
	int64_t next = 1;
	struct actor who = { .kind = ACTOR_TOKEN, .role = ROLE_ADMINISTRATOR, .id = 1, .name = STR("test") };
	struct call call = { .op = x->op, .remote = STR("test") };
	struct tx tx = { .next_id = &next, .number = 1 };
	struct ctx c = { .a = a, .db = x->db, .who = &who, .now = clock_now(), .zone = zone_utc(), .call = &call, .tx = &tx };
	volatile enum st st = db_begin(x->db);
	assert_int_equal(st, ST_OK);
	if (arena_guard(a, &g)) {
		st = ST_NO_MEMORY;
	} else {
		arena_fail_nth(x->fail_allocation);
		st = attempt_guarded(&c, x, &out);
	}
	arena_fail_nth(0);
	db_fail_nth(x->db, 0, ST_OK);
	db_rollback(x->db);
	assert_false(db_in_transaction(x->db));
	buf_free(&out.body);
	arena_free(a);
	return st;
}

static int64_t count_rows(struct db *db, struct arena *a) {
	static const char *const tables[] = { "SELECT count(*) FROM event", "SELECT count(*) FROM team", "SELECT count(*) FROM service", "SELECT count(*) FROM incident",
		"SELECT count(*) FROM document", "SELECT count(*) FROM action" };
	int64_t n = 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct db_result r;
		assert_db(db, db_run(db, a, &r, tables[i], DB_NO_ARGS));
		n += db_i64(&r, 0, 0);
	}
	return n;
}

TEST_DB(op, every_failing_call_to_the_database_leaves_nothing) {
	for (size_t s = 0; s < SUBJECTS; s++) {
		struct attempt x = { .db = db, .op = op_find(str_c(subjects[s].operation)), .input = subjects[s].input };
		unsigned long n = 1;
		for (x.fail_call = n; n < MOST_STEPS && try_once(&x) != ST_OK; x.fail_call = ++n)
			assert_int_equal(count_rows(db, a), 0);
		/* The first attempt in which nothing failed was rolled back too; there must have been something to fail before it. */
		assert_true(n > 2 && n < MOST_STEPS);
	}
}

TEST_DB(op, every_failing_allocation_leaves_nothing) {
	for (size_t s = 0; s < SUBJECTS; s++) {
		struct attempt x = { .db = db, .op = op_find(str_c(subjects[s].operation)), .input = subjects[s].input };
		unsigned long n = 1;
		for (x.fail_allocation = n; n < MOST_STEPS; x.fail_allocation = ++n) {
			enum st st = try_once(&x);
			assert_true(st == ST_OK || st == ST_NO_MEMORY);
			if (st == ST_OK)
				break;
		}
		assert_int_equal(count_rows(db, a), 0);
		assert_true(n > 5 && n < MOST_STEPS);
	}
}
