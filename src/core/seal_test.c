#include "core/seal.h"

#include "core/testing.h"

static enum st seal_all(struct ctx *c, void *data UNUSED) {
	bool more = true;
	enum st st = ST_OK;
	while (st == ST_OK && more)
		st = seal_some(c, 7, &more);
	return st;
}

static enum st run_sql(struct ctx *c, void *sql) {
	return ctx_db_run(c, NULL, sql, DB_NO_ARGS);
}

static void write_as_system(struct test_engine *t, enum st (*run)(struct ctx *c, void *data), const char *sql) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	assert_int_equal(engine_write(t->e, &c, run, (void *)(uintptr_t)sql), ST_OK);
}

static enum st verify(struct ctx *c, void *out) {
	return seal_verify(c, out);
}

static struct seal_report report(struct test_engine *t) {
	struct seal_report out;
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	assert_int_equal(engine_write(t->e, &c, verify, &out), ST_OK);
	return out;
}

static void make_events(struct test_engine *t) {
	char input[80];
	for (int i = 0; i < 20; i++) {
		snprintf(input, sizeof input, "{\"name\":\"Team %d\",\"handle\":\"t%d\"}", i, i);
		assert_int_equal(call(t, ROLE_ADMINISTRATOR, "team.create", input).status, 201);
	}
	write_as_system(t, seal_all, NULL);
}

TEST_ENGINE(seal, the_chain_holds_and_shows_every_change) {
	static const struct { const char *sql; int64_t shows_at; } changes[] = {
		{ "UPDATE event SET data = '{\"joined\":7}' WHERE id = 5", 5 },
		{ "UPDATE event SET noun_id = 99 WHERE id = 6", 6 },
		{ "UPDATE event SET at = at + 1 WHERE id = 7", 7 },
		{ "UPDATE event SET person = 1234 WHERE id = 8", 8 },
		{ "DELETE FROM event WHERE id = 9", 10 },
		{ "UPDATE event SET chain = NULL WHERE id = 15", 16 },
	};
	make_events(t);
	struct seal_report whole = report(t);
	assert_true(whole.events >= 20 && whole.unsealed == 0 && whole.broken_at == 0);
	/* The last first, so that each is the earliest break when it is made. */
	for (size_t i = sizeof changes / sizeof *changes; i-- > 0;) {
		write_as_system(t, run_sql, changes[i].sql);
		assert_int_equal(report(t).broken_at, changes[i].shows_at);
	}
}

TEST_ENGINE(seal, scrubbing_leaves_the_chain_whole) {
	make_events(t);
	write_as_system(t, run_sql, "UPDATE event SET data = NULL, salt = NULL WHERE id = 5");
	struct seal_report r = report(t);
	assert_int_equal(r.scrubbed, 1);
	assert_int_equal(r.broken_at, 0);
}
