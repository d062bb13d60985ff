/* Tests on a database.
 *
 *   TEST_DB(person, insert_gives_an_id) { … db … a … }
 *
 * The body runs twice, as "person: insert gives an id on sqlite" and "… on postgres", with `struct db *db` (a writer of a fresh, migrated database) and
 * `struct arena *a`. The second is skipped, visibly, unless BOKGI_TEST_POSTGRES names a server (see test/with-postgres). Everything is closed and deleted
 * after the body, or, when an assertion failed in it, before the next. */
#ifndef DB_TESTING_H
#define DB_TESTING_H

#include "base/testing.h"
#include "db/db.h"

void db_test(enum db_kind kind, void (*body)(struct db *db, struct arena *a));
/* Of the running test: one more connection (closed by itself), and what to give to db_open. */
struct db *db_test_another(enum db_mode mode);
const char *db_test_where(void);
/* Fails the test, with the database's words, when st is not ST_OK. */
#define assert_db(db, call)                                                                                                     \
	do {                                                                                                                        \
		enum st st_ = (call);                                                                                                   \
		if (st_ != ST_OK)                                                                                                       \
			fail_msg("%s: %s: %.*s", #call, st_name(st_), STR_FMT(db_error(db)));                                               \
	} while (0)

#define TEST_DB(room_name, test_name)                                                                                           \
	static void body_##room_name##_##test_name(struct db *db, struct arena *a);                                                 \
	TEST(room_name, test_name##_on_sqlite) { db_test(DB_SQLITE, body_##room_name##_##test_name); }                              \
	TEST(room_name, test_name##_on_postgres) { db_test(DB_POSTGRES, body_##room_name##_##test_name); }                          \
	static void body_##room_name##_##test_name(struct db *db UNUSED, struct arena *a UNUSED)

#endif
