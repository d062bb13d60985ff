#include "core/testing.h"
#include "core/writer.h"

/* Past the writer, so that only a reply that is made anew can show it. */
static void rename_behind(struct test_engine *t, const char *title) {
	struct db *db = NULL;
	struct buf why = { 0 };
	assert_int_equal(db_open(t->e->database, DB_WRITER, &db, &why), ST_OK);
	enum st st = ST_BUSY;
	for (int tries = 0; tries < 30 && st == ST_BUSY; tries++)
		st = db_begin(db); /* the engine's own writer may be slow with its turn */
	assert_int_equal(st, ST_OK);
	assert_int_equal(db_run(db, t->a, NULL, "UPDATE incident SET title = $1", DB_ARGS(DB_STR(str_c(title)))), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	db_close(db);
	buf_free(&why);
}

static void assert_title(struct test_engine *t, enum role role, const char *title) {
	struct answer got = call(t, role, "incident.get", "{\"id\":1}"), list = call(t, role, "incident.list", "{}");
	assert_int_equal(got.status, 200);
	assert_str(answer_str(&got, "title"), title);
	assert_str(answer_str(&list, "items/0/title"), title);
}

/* Jobs commit when they like, and what is repeated ends with each commit: a turn that one fell into says nothing and is taken again. */
static bool repeated_without_a_commit(struct test_engine *t, const char *before, const char *behind) {
	settle(t);
	uint64_t commits = writer_commits(t->e->writer);
	struct answer kept = call(t, ROLE_EDITOR, "incident.get", "{\"id\":1}");
	rename_behind(t, behind);
	struct answer got = call(t, ROLE_EDITOR, "incident.get", "{\"id\":1}"), other = call(t, ROLE_VIEWER, "incident.get", "{\"id\":1}");
	if (writer_commits(t->e->writer) != commits)
		return false;
	assert_str(answer_str(&kept, "title"), before);
	assert_str(answer_str(&got, "title"), t->e->repeats ? before : behind);
	assert_str(answer_str(&other, "title"), behind);
	return true;
}

TEST_ENGINE(core, a_reply_is_repeated_until_something_is_committed) {
	assert_int_equal(call(t, ROLE_EDITOR, "incident.declare", "{\"title\":\"one\"}").status, 201);
	bool quiet = repeated_without_a_commit(t, "one", "two");
	for (int i = 0; i < 50 && !quiet; i++) {
		rename_behind(t, "one");
		assert_int_equal(call(t, ROLE_EDITOR, "timeline.add", "{\"id\":1,\"text\":\"x\"}").status, 201);
		quiet = repeated_without_a_commit(t, "one", "two");
	}
	assert_true(quiet);
	assert_int_equal(call(t, ROLE_EDITOR, "timeline.add", "{\"id\":1,\"text\":\"x\"}").status, 201);
	assert_title(t, ROLE_EDITOR, "two");
}

TEST_ENGINE(core, a_repeated_reply_keeps_its_version_and_cursor) {
	for (int i = 0; i < 3; i++)
		assert_int_equal(call(t, ROLE_EDITOR, "incident.declare", "{\"title\":\"one\"}").status, 201);
	settle(t);
	struct answer first = call(t, ROLE_EDITOR, "incident.list", "{\"limit\":2}"), again = call(t, ROLE_EDITOR, "incident.list", "{\"limit\":2}");
	assert_true(first.next.n > 0 && str_eq(first.next, again.next) && str_eq(first.text, again.text));
	assert_int_equal(call(t, ROLE_EDITOR, "incident.get", "{\"id\":2}").version, call(t, ROLE_EDITOR, "incident.get", "{\"id\":2}").version);
	assert_true(call(t, ROLE_EDITOR, "incident.get", "{\"id\":2}").version > 0);
}

TEST_ENGINE(core, what_is_restricted_is_repeated_to_nobody_else) {
	assert_int_equal(call(t, ROLE_EDITOR, "incident.declare", "{\"title\":\"one\",\"restricted\":true}").status, 201);
	settle(t);
	assert_int_equal(call(t, ROLE_EDITOR, "incident.get", "{\"id\":1}").status, 200);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.get", "{\"id\":1}").status, 404);
	assert_int_equal(call(t, ROLE_EDITOR, "incident.get", "{\"id\":1}").status, 200);
}
