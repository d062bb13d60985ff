/* Tests of operations without sockets: an engine of its own on a fresh database, and calls by name.
 *
 *   TEST_ENGINE(incident, resolving_drafts_a_document) {
 *       struct answer a = call(t, ROLE_RESPONDER, "incident.create", "{\"title\":\"x\"}");
 *       assert_int_equal(a.status, 201);
 *       assert_str(answer_str(&a, "state"), "detected");
 *   }
 *
 * The body runs on SQLite and on PostgreSQL (visibly skipped without BOKGI_TEST_POSTGRES). Input is one JSON object: path fields among it; the body of a raw one is its
 * member "body", or, when it is no text, "base64". */
#ifndef CORE_TESTING_H
#define CORE_TESTING_H

#include "core/engine.h"
#include "db/testing.h"

struct test_engine {
	struct engine *e;
	struct arena *a;
	int64_t now;       /* the clock of the next call; starts at the real time; 0: the real time at each call */
	int64_t person[ROLE_COUNT]; /* one person of each role, made at the start */
};

struct answer {
	int status;
	json_t *body; /* owned by the test's arena; NULL when there is none */
	str text, location, next;
	int64_t version;
};

void engine_test(enum db_kind kind, void (*body)(struct test_engine *t));
/* As the person of that role; ROLE_NONE: without a login. */
struct answer call(struct test_engine *t, enum role role, const char *operation, const char *input);
/* As somebody in particular, with an If-Match version (0: none, -1: any) and an Idempotency-Key (NULL: none). */
struct answer call_as(struct test_engine *t, const struct actor *who, const char *operation, const char *input, int64_t if_match, const char *key);
/* As call, the input written as printf does it. */
struct answer callf(struct test_engine *t, enum role role, const char *operation, const char *fmt, ...) PRINTF_LIKE(4, 5);
struct actor test_person(struct test_engine *t, enum role role);
/* Members of the answer by path: "items/0/title"; empty and 0 when absent or null. */
str answer_str(const struct answer *a, const char *path);
int64_t answer_i64(const struct answer *a, const char *path);
const json_t *answer_at(const struct answer *a, const char *path);
/* The answer, which has this status, or the test fails with what it said. */
#define MUST(answer_, status_) test_must((answer_), (status_), __LINE__)
#define OK(answer_) MUST(answer_, 200)
#define MADE(answer_) MUST(answer_, 201)
struct answer test_must(struct answer x, int status, int line);
#define assert_code(answer_, status_, code_) test_refused((answer_), (status_), (code_), __LINE__)
void test_refused(struct answer x, int status, const char *code, int line);
/* Waits until every event has been handled. */
void settle(struct test_engine *t);

#define TEST_ENGINE(room_name, test_name)                                                                                       \
	static void body_##room_name##_##test_name(struct test_engine *t);                                                          \
	TEST(room_name, test_name##_on_sqlite) { engine_test(DB_SQLITE, body_##room_name##_##test_name); }                          \
	TEST(room_name, test_name##_on_postgres) { engine_test(DB_POSTGRES, body_##room_name##_##test_name); }                      \
	static void body_##room_name##_##test_name(struct test_engine *t UNUSED)

#endif
