#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/import_tool.h"
#include "feature/intake/intake.h"

enum { LONGEST_FILE = 32 << 20 };

/* ---- files ---- */

enum st tool_read_file(struct arena *a, const char *path, str *out) {
	struct buf b = buf_in(a);
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *room;
	size_t n;
	if (!f)
		return ST_NOT_FOUND;
	while (b.n < LONGEST_FILE && (room = buf_room(&b, 65536)) && (n = fread(room, 1, 65536, f)) > 0)
		b.n += n;
	bool failed = ferror(f);
	if (f != stdin)
		fclose(f);
	*out = buf_str(&b);
	return failed ? ST_UNAVAILABLE : ST_OK;
}

str tool_base_name(str path) {
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return str_from(path, i);
	return path;
}

static str stem(str name) {
	for (size_t i = name.n; i > 1; i--)
		if (name.p[i - 1] == '.')
			return str_to(name, i - 1);
	return name;
}

/* ---- bokgi parse ---- */

static int print_lifted(struct arena *a, const char *path, enum lang lang) {
	struct lifted l;
	struct buf b = { 0 };
	struct jw w;
	str text, name = tool_base_name(str_c(path));
	enum st st = tool_read_file(a, path, &text);
	if (st != ST_OK) {
		fprintf(stderr, "bokgi: %s: %s\n", path, strerror(errno));
		return EXIT_NOT_FOUND;
	}
	st = intake_parse(a, name, text, lang, &l);
	jw_init(&w, &b);
	if (st == ST_OK)
		intake_json(&w, stem(name), str_c(path), &l);
	bool ok = st == ST_OK && jw_ok(&w) && printf("%.*s\n", STR_FMT(buf_str(&b))) > 0;
	if (!ok)
		fprintf(stderr, "bokgi: %s: out of memory\n", path);
	buf_free(&b);
	return ok ? EXIT_DONE : EXIT_FAILED;
}

static int parse_one(const char *path, enum lang lang) {
	struct arena *a = arena_new(0);
	struct arena_guard g;
	int code = EXIT_FAILED;
	if (!a || arena_guard(a, &g))
		fprintf(stderr, "bokgi: %s: out of memory\n", path);
	else
		code = print_lifted(a, path, lang);
	if (a)
		arena_guard_pop(a);
	arena_free(a);
	return code;
}

int tool_parse(int argc, char **argv, enum lang lang) {
	int code = EXIT_DONE;
	if (argc < 1 || (argv[0][0] == '-' && argv[0][1])) {
		fprintf(stderr, "bokgi parse FILE.md…\n");
		return EXIT_USAGE;
	}
	for (int i = 0; i < argc; i++) {
		int one = parse_one(argv[i], lang);
		code = code ? code : one;
	}
	return code;
}
