#include "app/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/archive_tool.h"
#include "app/command.h"
#include "app/import_tool.h"
#include "app/mcp.h"
#include "app/router.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/engine.h"
#include "core/op.h"
#include "core/seal.h"

static int print_version(int argc, char **argv, enum lang lang) {
	(void)argc;
	(void)argv;
	(void)lang;
	puts("bokgi " BOKGI_VERSION);
	return EXIT_DONE;
}

static int print_openapi(int argc, char **argv, enum lang lang) {
	struct buf b = { 0 };
	(void)lang;
	openapi_write(&b, str_c(argc > 0 ? argv[0] : "/"));
	printf("%.*s\n", STR_FMT(buf_str(&b)));
	int code = buf_ok(&b) && b.n ? EXIT_DONE : EXIT_FAILED;
	buf_free(&b);
	return code;
}

static const char *option(int argc, char **argv, const char *name, const char *fallback) {
	for (int i = 0; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	return fallback;
}

static int migrate(int argc, char **argv, enum lang lang) {
	struct engine *e = NULL;
	struct buf why = { 0 };
	const char *folder = getenv("BOKGI_DATA"), *database = getenv("BOKGI_DATABASE");
	struct engine_config config = { .folder = option(argc, argv, "--data", folder ? folder : "data"), .database = option(argc, argv, "--database", database), .migrate = true };
	(void)lang;
	if (engine_open(&config, &e, &why) != ST_OK) {
		fprintf(stderr, "bokgi: %.*s\n", STR_FMT(buf_str(&why)));
		buf_free(&why);
		return EXIT_UNAVAILABLE;
	}
	engine_close(e);
	puts("the database is up to date");
	return EXIT_DONE;
}

static enum st read_chain(struct ctx *c, void *out) {
	return seal_verify(c, out);
}

static int print_chain(const struct seal_report *r) {
	if (r->broken_at) {
		fprintf(stderr, "bokgi: the log was changed: event %lld does not fit to those before it\n", (long long)r->broken_at);
		return EXIT_FINDINGS;
	}
	printf("%lld events, %lld of them not sealed yet, %lld scrubbed; the chain holds\n%.*s\n", (long long)r->events, (long long)r->unsealed,
		(long long)r->scrubbed, STR_FMT(r->last));
	return EXIT_DONE;
}

static int verify(int argc, char **argv, enum lang lang) {
	struct engine *e = NULL;
	struct buf why = { 0 };
	struct seal_report r;
	const char *folder = getenv("BOKGI_DATA"), *database = getenv("BOKGI_DATABASE");
	struct engine_config config = { .folder = option(argc, argv, "--data", folder ? folder : "data"), .database = option(argc, argv, "--database", database) };
	if (engine_open(&config, &e, &why) != ST_OK) {
		fprintf(stderr, "bokgi: %.*s\n", STR_FMT(buf_str(&why)));
		buf_free(&why);
		return EXIT_UNAVAILABLE;
	}
	struct ctx c = { .a = arena_new(0), .who = &actor_system, .now = clock_now(), .lang = lang };
	int code = c.a && engine_write(e, &c, read_chain, &r) == ST_OK ? print_chain(&r) : EXIT_FAILED;
	arena_free(c.a);
	engine_close(e);
	return code;
}

static const struct {
	const char *name;
	tool run;
	const char *doc;
} tools[] = {
	{ "export", tool_export, N_("write everything into a new folder of plain files: FOLDER [--data FOLDER] [--database URL]") },
	{ "import", tool_import,
		N_("read such a folder into an empty instance: FOLDER; or take in postmortems of others: PATH… [--zone ZONE] [--data FOLDER] "
		"[--database URL] [--server URL --token-file FILE]") },
	{ "mcp", tool_mcp, N_("let a model ask the running server, by standard input and output: --token-file FILE [--data FOLDER] [--server URL]") },
	{ "migrate", migrate, N_("bring the database up to date: [--data FOLDER] [--database URL]") },
	{ "openapi", print_openapi, N_("print the OpenAPI document") },
	{ "parse", tool_parse, N_("show what is lifted out of postmortems of others, as JSON: FILE.md…") },
	{ "verify", verify, N_("check that nobody changed the event log: [--data FOLDER] [--database URL]") },
	{ "version", print_version, N_("print the version") },
	{ "--version", print_version, NULL },
};

tool tool_find(const char *name) {
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		if (strcmp(tools[i].name, name) == 0)
			return tools[i].run;
	return NULL;
}

void tools_help(enum lang lang) {
	printf("\n%s\n", tr(lang, N_("Tools:")));
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		if (tools[i].doc)
			printf("  %-28s %s\n", tools[i].name, tr(lang, tools[i].doc));
}
