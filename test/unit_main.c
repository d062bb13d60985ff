/* Runs every registered unit test, or those whose name contains argv[1], or of all the share that argv[1] names ("2/3"). Rooms named behind it ("db core") are those whose tests run on
 * PostgreSQL too, instead of all: what differs between the databases is in few of them. Prints TAP-like lines and, last, "unit: N passed, N failed, N skipped". */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/testing.h"

REGISTRY_OF(unit_test);

static int by_name(const void *a, const void *b) {
	const struct CMUnitTest *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static char *display_name(const struct unit_test *t) {
	size_t n = strlen(t->room) + strlen(t->name) + 3;
	char *z = malloc(n);
	if (!z)
		abort();
	snprintf(z, n, "%s: %s", t->room, t->name);
	for (char *p = z; *p; p++)
		if (*p == '_')
			*p = ' ';
	return z;
}

const char *test_data(const char *path) {
	static char full[4096];
	const char *root = getenv("BOKGI_TEST_DATA");
	snprintf(full, sizeof full, "%s/%s", root ? root : "../shared/data", path);
	if (access(full, R_OK) != 0)
		skip();
	return full;
}

/* Every `of`-th test, so that no share gets all of a slow room. */
static size_t keep_share(struct CMUnitTest *tests, size_t n, unsigned share, unsigned of) {
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (i % of == share - 1)
			tests[kept++] = tests[i];
		else
			free((void *)(uintptr_t)tests[i].name);
	return kept;
}

/* "org: a name on postgres", of a room that is not among those named. */
static bool left_out(const char *name, const char *room, char **rooms, int n) {
	static const char tail[] = " on postgres";
	size_t length = strlen(name), end = sizeof tail - 1;
	bool named = n == 0;
	for (int i = 0; i < n; i++)
		named |= strcmp(rooms[i], room) == 0;
	return !named && length > end && strcmp(name + length - end, tail) == 0;
}

int main(int argc, char **argv) {
	static struct CMUnitTest tests[4096];
	size_t n = 0;
	unsigned share, of;
	bool shared = argc > 1 && sscanf(argv[1], "%u/%u", &share, &of) == 2 && share > 0 && share <= of;
	REGISTRY_EACH(unit_test, struct unit_test, t) {
		char *name = display_name(t);
		bool asked = argc < 2 || shared || strstr(name, argv[1]);
		if (asked && !left_out(name, t->room, argv + 2, argc > 2 ? argc - 2 : 0) && n < sizeof tests / sizeof *tests)
			tests[n++] = (struct CMUnitTest){ .name = name, .test_func = t->run };
		else
			free(name);
	}
	qsort(tests, n, sizeof *tests, by_name);
	if (shared)
		n = keep_share(tests, n, share, of);
	int failed = _cmocka_run_group_tests("unit", tests, n, NULL, NULL);
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)tests[i].name);
	return failed || n == 0;
}
