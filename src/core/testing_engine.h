/* Tests of operations, without sockets: an engine on a fresh data folder, operations called by name, as somebody with a role.
 *
 *   TEST_ENGINE(action, close_needs_evidence) {
 *     int64_t kim = test_person(t, "kim", ROLE_RESPONDER);
 *     struct answer x = test_call(t, kim, "action.create", "{'title':'Alarm for the queue','type':'detect'}");
 *     assert_int_equal(x.status, 201);
 *     x = test_call(t, kim, "action.close", "{'id':%lld}", test_i64(x, "id"));
 *     assert_string_equal(x.code, "action.no_evidence");
 *   }
 *
 * The body runs twice, on SQLite and on PostgreSQL (skipped, visibly, unless BOKGI_TEST_POSTGRES names a server). Everything is closed and deleted after the body, or, when an
 * assertion failed in it, before the next. Part of the unit runner, not of the program. */
#ifndef CORE_TESTING_ENGINE_H
#define CORE_TESTING_ENGINE_H

#include "base/testing.h"
#include "core/engine.h"

struct test_engine {
	struct engine *e;
	struct arena *a;
	struct db *reader; /* to look at rows */
	int64_t now;       /* the time of the calls; 0: the clock's */
	int64_t if_match;  /* of the next call; -1: "*". Then 0 again */
	const char *key;   /* Idempotency-Key of the next call. Then NULL again */
	enum lang lang;
};

struct answer {
	enum st st;
	int status;
	str body;
	const char *code; /* of the problem, "" when there is none */
	const char *field;
	int64_t version;
	str next;
	json_t *json;     /* NULL when the body is not JSON */
};

enum { TEST_NOBODY = 0, TEST_OWNER = -1 }; /* in place of a person; the owner of the data folder is the administrator */

/* An account with this login and role, without a password. */
int64_t test_person(struct test_engine *t, const char *login, enum role role);
/* What does the operation answer? input: one JSON object, printf-like, ' for "; its members go where the operation wants them: path, query or body. */
struct answer test_call(struct test_engine *t, int64_t who, const char *operation, const char *input, ...) PRINTF_LIKE(4, 5);
/* A member by its path, "items/0/owner/name"; fails the test when it is not there. */
const json_t *test_member(struct answer x, const char *path);
int64_t test_i64(struct answer x, const char *path);
const char *test_text(struct answer x, const char *path);
/* Waits until every event has been handled. */
void test_settle(struct test_engine *t);
/* Counts rows of the one statement's first column. */
int64_t test_count(struct test_engine *t, const char *sql);

void engine_test(enum db_kind kind, void (*body)(struct test_engine *t));

#define assert_answer(x, want)                                                                                                  \
	do {                                                                                                                        \
		struct answer x_ = (x);                                                                                                 \
		if (x_.status != (want))                                                                                                \
			fail_msg("%s: %d %.*s, want %d", #x, x_.status, STR_FMT(x_.body), (want));                                          \
	} while (0)
#define assert_problem(x, want_status, want_code)                                                                               \
	do {                                                                                                                        \
		struct answer y_ = (x);                                                                                                 \
		assert_answer(y_, want_status);                                                                                         \
		assert_string_equal(y_.code, want_code);                                                                                \
	} while (0)

#define TEST_ENGINE(room_name, test_name)                                                                                       \
	static void body_##room_name##_##test_name(struct test_engine *t);                                                          \
	TEST(room_name, test_name##_on_sqlite) { engine_test(DB_SQLITE, body_##room_name##_##test_name); }                          \
	TEST(room_name, test_name##_on_postgres) { engine_test(DB_POSTGRES, body_##room_name##_##test_name); }                      \
	static void body_##room_name##_##test_name(struct test_engine *t)

#endif
