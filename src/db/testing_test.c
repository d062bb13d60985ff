/* What TEST_DB runs. */
#include "db/testing.h"

#include <stdlib.h>

#include "db/fresh.h"

enum { OTHERS = 8 };

static struct {
	struct fresh fresh;
	struct arena *a;
	struct db *others[OTHERS];
	size_t n;
} now;

static void clean_up(void) {
	while (now.n)
		db_close(now.others[--now.n]);
	fresh_close(&now.fresh);
	arena_free(now.a);
	now.a = NULL;
}

static void clean_up_at_exit(void) {
	static bool done;
	if (!done)
		atexit(clean_up);
	done = true;
}

void db_test(enum db_kind kind, void (*body)(struct db *db, struct arena *a)) {
	struct buf why = { 0 };
	clean_up_at_exit();
	clean_up();
	if (kind == DB_POSTGRES && !fresh_postgres())
		skip();
	if (fresh_open(kind, &now.fresh, &why) != ST_OK)
		fail_msg("no fresh database: %.*s", STR_FMT(buf_str(&why)));
	buf_free(&why);
	now.a = arena_new(0);
	assert_non_null(now.a);
	body(now.fresh.db, now.a);
	clean_up();
}

struct db *db_test_another(enum db_mode mode) {
	struct buf why = { 0 };
	assert_true(now.n < OTHERS);
	if (db_open(now.fresh.where, mode, &now.others[now.n], &why) != ST_OK)
		fail_msg("no other connection: %.*s", STR_FMT(buf_str(&why)));
	buf_free(&why);
	return now.others[now.n++];
}

const char *db_test_where(void) {
	return now.fresh.where;
}
