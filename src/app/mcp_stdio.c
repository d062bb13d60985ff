/* Standard input and output for clients that start a program: each line goes to the running server, its answer comes back as one line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/import_tool.h"
#include "app/mcp.h"
#include "net/outgoing.h"

enum { TIMEOUT_MS = 120000, NOT_ANSWERED = -32000 };

struct bridge {
	const char *data, *server, *token_file, *url, *socket;
	const char *headers[5];
};

static enum st read_options(int argc, char **argv, struct bridge *b) {
	const struct {
		const char *name;
		const char **value;
	} options[] = { { "--data", &b->data }, { "--server", &b->server }, { "--token-file", &b->token_file } };
	for (int i = 0; i < argc; i += 2) {
		size_t k = 0;
		while (k < sizeof options / sizeof *options && strcmp(argv[i], options[k].name) != 0)
			k++;
		if (k == sizeof options / sizeof *options || i + 1 == argc)
			return ST_INVALID;
		*options[k].value = argv[i + 1];
	}
	return b->token_file ? ST_OK : ST_INVALID;
}

static enum st set_up(struct arena *a, struct bridge *b, enum lang lang) {
	str token, server = b->server ? str_c(b->server) : STR("http://localhost");
	enum st st = tool_read_file(a, b->token_file, &token);
	if (st != ST_OK)
		return st;
	b->socket = b->server ? NULL : arena_cstr(a, arena_printf(a, "%s/socket", b->data));
	b->url = arena_cstr(a, ARENA_JOIN(a, str_ends(server, STR("/")) ? str_to(server, server.n - 1) : server, STR("/mcp")));
	b->headers[0] = "Content-Type: application/json";
	b->headers[1] = "Accept: application/json, text/event-stream";
	b->headers[2] = arena_cstr(a, arena_printf(a, "Accept-Language: %s", lang_code(lang)));
	b->headers[3] = arena_cstr(a, arena_printf(a, "Authorization: Bearer %.*s", STR_FMT(str_trim(token))));
	return ST_OK;
}

static void print_line(str s) {
	fwrite(s.p, 1, s.n, stdout);
	putchar('\n');
	fflush(stdout);
}

/* The server did not take the message at all: whoever waits for its answer must hear that. */
static void print_failure(str message, str why) {
	char room[160];
	str what;
	struct buf b = { 0 };
	json_t *v = json_parse(message, &what, room);
	char *id = v && json_object_get(v, "id") ? json_dumps(json_object_get(v, "id"), JSON_ENCODE_ANY) : NULL;
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	jw_kstr(&w, "jsonrpc", STR("2.0"));
	jw_key(&w, "id");
	jw_raw(&w, str_c(id ? id : "null"));
	jw_kobj(&w, "error");
	jw_ki64(&w, "code", NOT_ANSWERED);
	jw_kstr(&w, "message", why);
	jw_end(&w);
	jw_end(&w);
	if (!v || id)
		print_line(buf_str(&b));
	free(id);
	json_decref(v);
	buf_free(&b);
}

static void print_problem(str message, str problem) {
	char room[160];
	str why;
	json_t *v = json_parse(problem, &why, room);
	str detail = json_str(json_object_get(v, "detail"));
	print_failure(message, detail.n ? detail : STR("the server refused the message"));
	json_decref(v);
}

static void pass_on(const struct bridge *b, str message) {
	struct outgoing o = { .method = "POST", .url = b->url, .unix_path = b->socket, .headers = b->headers, .body = message, .allow_private = true, .timeout_ms = TIMEOUT_MS };
	struct outgoing_reply reply = { 0 };
	struct buf why = { 0 };
	if (outgoing_send(&o, &reply, &why) != ST_OK)
		print_failure(message, buf_str(&why));
	else if (str_starts(buf_str(&reply.content_type), STR("application/problem")))
		print_problem(message, buf_str(&reply.body));
	else if (reply.body.n)
		print_line(buf_str(&reply.body));
	buf_free(&reply.body);
	buf_free(&reply.content_type);
	buf_free(&why);
}

static void pass_all_on(const struct bridge *b) {
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	while ((n = getline(&line, &size, stdin)) >= 0) {
		str message = str_trim(str_n(line, (size_t)n));
		if (message.n)
			pass_on(b, message);
	}
	free(line);
}

int tool_mcp(int argc, char **argv, enum lang lang) {
	const char *data = getenv("BOKGI_DATA");
	struct bridge b = { .data = data ? data : "data" };
	struct arena *volatile a = NULL;
	struct arena_guard g;
	if (read_options(argc, argv, &b) != ST_OK) {
		fprintf(stderr, "bokgi mcp --token-file FILE [--data FOLDER | --server URL]\n");
		return EXIT_USAGE;
	}
	a = arena_new(0);
	if (!a || arena_guard(a, &g) || set_up(a, &b, lang) != ST_OK) {
		fprintf(stderr, "bokgi: %s cannot be read\n", b.token_file);
		arena_free(a);
		return EXIT_FAILED;
	}
	arena_guard_pop(a);
	pass_all_on(&b);
	arena_free(a);
	return EXIT_DONE;
}
