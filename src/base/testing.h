/* Unit tests stand beside the code, in NAME_test.c, and register themselves:
 *
 *   TEST(str, cut_walks_every_piece) { assert_int_equal(…); }
 *
 * The test runner (test/unit_main.c) runs all of them, or those whose "str: cut walks every piece" contains its argument, with cmocka.
 * TEST_DB runs its body twice, on a fresh SQLite and a fresh PostgreSQL schema (skipped visibly without BOKGI_TEST_POSTGRES). */
#ifndef BASE_TESTING_H
#define BASE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
/* fail() is core/ctx.h's; tests use fail_msg, which cmocka defines by it. */
#undef fail
#undef fail_msg
#define fail_msg(text, ...) (print_error("ERROR: " text "\n", ##__VA_ARGS__), _fail(__FILE__, __LINE__))

#include "base/registry.h"
#include "base/str.h"

struct unit_test {
	const char *room, *name;
	void (*run)(void **state);
};

#define TEST(room_name, test_name)                                                                                              \
	static void test_##room_name##_##test_name(void **state);                                                                   \
	static const struct unit_test unit_##room_name##_##test_name = { #room_name, #test_name, test_##room_name##_##test_name };  \
	REGISTER(unit_test, unit_##room_name##_##test_name);                                                                        \
	static void test_##room_name##_##test_name(void **state __attribute__((unused)))

#define assert_str(got, want)                                                                                                   \
	do {                                                                                                                        \
		str got_ = (got), want_ = str_c(want);                                                                                  \
		if (!str_eq(got_, want_))                                                                                               \
			fail_msg("%s: got \"%.*s\", want \"%.*s\"", #got, STR_FMT(got_), STR_FMT(want_));                                  \
	} while (0)

/* The folder given by BOKGI_TEST_DATA; skips the running test, visibly, when it is not there. Path is relative to it. NUL-terminated, static. */
const char *test_data(const char *path);

#endif
