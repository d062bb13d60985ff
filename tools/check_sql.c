/* The half of tools/check-sql that knows the databases: reads records "which\0place\0sql\0" from stdin, which being s, p or sp, and prepares each
 * statement on a fresh SQLite and, when BOKGI_TEST_POSTGRES names a server, on a fresh PostgreSQL schema. Prints "place: database: what is wrong". */
#include <stdio.h>
#include <stdlib.h>

#include "db/fresh.h"

static struct fresh sqlite, postgres;

static void close_both(void) {
	fresh_close(&sqlite);
	fresh_close(&postgres);
}

static void open_one(enum db_kind kind, struct fresh *f) {
	struct buf why = { 0 };
	if (fresh_open(kind, f, &why) == ST_OK)
		return;
	fprintf(stderr, "check_sql: %.*s\n", STR_FMT(buf_str(&why)));
	exit(2);
}

static int check(struct db *db, const char *name, const char *place, const char *sql) {
	if (!db || db_check(db, str_c(sql)) == ST_OK)
		return 0;
	printf("%s: %s: %.*s\n", place, name, STR_FMT(db_error(db)));
	return 1;
}

static char *field(FILE *in, char **room, size_t *size) {
	return getdelim(room, size, '\0', in) > 0 ? *room : NULL;
}

int main(void) {
	char *rooms[3] = { 0 }, *f[3];
	size_t sizes[3] = { 0 };
	unsigned n = 0, wrong = 0;
	atexit(close_both);
	open_one(DB_SQLITE, &sqlite);
	if (fresh_postgres())
		open_one(DB_POSTGRES, &postgres);
	while ((f[0] = field(stdin, &rooms[0], &sizes[0])) && (f[1] = field(stdin, &rooms[1], &sizes[1])) && (f[2] = field(stdin, &rooms[2], &sizes[2]))) {
		int bad = strchr(f[0], 's') ? check(sqlite.db, "sqlite", f[1], f[2]) : 0;
		bad |= strchr(f[0], 'p') ? check(postgres.db, "postgres", f[1], f[2]) : 0;
		wrong += (unsigned)bad;
		n++;
	}
	for (int i = 0; i < 3; i++)
		free(rooms[i]);
	fprintf(stderr, "%s", postgres.db ? "" : "check_sql: PostgreSQL skipped, BOKGI_TEST_POSTGRES is not set\n");
	return wrong > 0 || n == 0;
}
