/* Handlers of events: several in one transaction, each once, also when one of them fails. */
#include "core/testing.h"

enum { EVENTS = 150, BAD = 70 };

static int failures_left, calls;

/* Each number may be kept once: a second time is refused by the table. */
static enum st keep_number(struct ctx *c, const struct event *e) {
	calls++;
	enum st st = db_later(c, "INSERT INTO setting (name, value) VALUES ($1, 'x')", DB_STR(arena_printf(c->a, "job test %04lld", (long long)e->noun_id)));
	if (st == ST_OK && e->noun_id == BAD && failures_left-- > 0)
		st = fail(c, ST_CONFLICT, "test.bad", NULL, "planted failure");
	return st;
}
EVENT_ON(job_test, "job_test.*", keep_number);

static enum st make_events(struct ctx *c, void *data UNUSED) {
	enum st st = ST_OK;
	for (int64_t i = 1; st == ST_OK && i <= EVENTS; i++)
		st = event_emitf(c, i % 3 ? "job_test.made" : "other_test.made", "job_test", i, 0, STR("nothing"), "{}");
	return st;
}

static enum st count_kept(struct ctx *c, void *data) {
	return db_one_i64(c, data, "SELECT count(*) FROM setting WHERE name >= $1 AND name < 'job tesu'", DB_STR(STR("job test ")));
}

TEST_ENGINE(job, every_event_is_handled_once_also_when_one_fails) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	int64_t kept = 0;
	calls = 0;
	failures_left = 2; /* with the others, and alone */
	assert_int_equal(engine_write(t->e, &c, make_events, NULL), ST_OK);
	settle(t);
	assert_int_equal(engine_write(t->e, &c, count_kept, &kept), ST_OK);
	assert_int_equal(kept, EVENTS - EVENTS / 3);
	assert_true(calls > kept);
	assert_true(calls < 2 * EVENTS);
}
