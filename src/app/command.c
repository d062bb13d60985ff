#include "app/command.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "app/server.h"
#include "app/tool.h"
#include "base/clock.h"
#include "core/engine.h"
#include "core/job.h"
#include "net/outgoing.h"

enum { MOST_ARGUMENTS = 128, TIMEOUT_MS = 600000 };

/* What was typed, before it is known where it will run. */
struct command {
	const struct op *op;
	struct ctx c;
	struct op_pair pairs[MOST_ARGUMENTS];
	size_t pair_count;
	str path[16];
	size_t path_count;
	const char *server, *token_file, *data;
	str raw; /* of an operation that takes bytes */
	bool json;
};

/* what: an English key of the catalogue; more: what it is about, or empty. */
static int complain(enum lang lang, const char *what, str more) {
	fprintf(stderr, "bokgi: %s%s%.*s\n", tr(lang, what), more.n ? ": " : "", STR_FMT(more));
	return EXIT_USAGE;
}

int exit_code(int status) {
	static const struct { int status, code; } codes[] = { { 404, EXIT_NOT_FOUND }, { 401, EXIT_DENIED }, { 403, EXIT_DENIED }, { 409, EXIT_CONFLICT }, { 412, EXIT_CONFLICT },
		{ 428, EXIT_CONFLICT }, { 422, EXIT_USAGE }, { 400, EXIT_USAGE }, { 503, EXIT_UNAVAILABLE }, { 502, EXIT_UNAVAILABLE }, { 429, EXIT_UNAVAILABLE } };
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].status == status)
			return codes[i].code;
	return status >= 400 ? EXIT_FAILED : EXIT_DONE;
}

/* ---- help ---- */

static void print_op_line(const struct op *op, enum lang lang) {
	char name[64];
	snprintf(name, sizeof name, "%s", op->name);
	char *dot = strchr(name, '.');
	if (dot)
		*dot = ' ';
	printf("  %-28s %s\n", name, tr(lang, op->doc));
}

static void help_op(const struct op *op, enum lang lang) {
	printf("bokgi ");
	for (const char *p = op->name; *p; p++)
		putchar(*p == '.' ? ' ' : *p);
	for (size_t i = 0; op->in && i < op->in->count; i++)
		if (op->in->fields[i].flags & FIELD_PATH)
			printf(" %s", op->in->fields[i].name);
	printf(" [--FIELD VALUE …]\n\n%s\n%s\n\n", tr(lang, op->doc), op->route);
	for (size_t i = 0; op->in && i < op->in->count; i++) {
		const struct field *f = &op->in->fields[i];
		printf("  %s%-22s %s%s", f->flags & FIELD_PATH ? "  " : "--", f->name, f->doc ? tr(lang, f->doc) : "", f->flags & FIELD_REQUIRED ? " *" : "");
		for (int k = 0; f->type == FT_ENUM && f->names[k]; k++)
			printf("%s%s", k ? "|" : "  (", f->names[k]);
		printf("%s\n", f->type == FT_ENUM ? ")" : "");
	}
	if (op->body == BODY_RAW)
		printf("  --%-22s %s *\n", "body-file", tr(lang, N_("file of the bytes that are sent, or - for standard input")));
	printf("\n  --server URL --token-file FILE   %s\n  --json                           %s\n", tr(lang, N_("run it there; otherwise on the data folder of --data FOLDER")),
		tr(lang, N_("print the answer as it is")));
}

static int help(const char *noun, enum lang lang) {
	const struct op *op;
	size_t shown = 0;
	if (!noun)
		printf("bokgi serve [--listen ADDRESS:PORT] [--data FOLDER] [--database postgres://…]\nbokgi NOUN VERB [--FIELD VALUE …]     bokgi help NOUN\n\n");
	for (size_t i = 0; (op = op_at(i)); i++) {
		size_t n = strcspn(op->name, ".");
		if (noun && (strlen(noun) != n || strncmp(noun, op->name, n) != 0))
			continue;
		print_op_line(op, lang);
		shown++;
	}
	if (!noun)
		tools_help(lang);
	return shown ? EXIT_DONE : complain(lang, N_("there is no such noun"), str_c(noun));
}

/* ---- reading what was typed ---- */

static str read_file(struct arena *a, const char *path) {
	struct buf b = buf_in(a);
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *room;
	size_t n = 0;
	while (f && (room = buf_room(&b, 4096)) && (n = fread(room, 1, 4096, f)) > 0)
		b.n += n;
	if (f && f != stdin)
		fclose(f);
	return f ? buf_str(&b) : STR_NONE;
}

static bool is_path_field(const struct op *op, size_t i) {
	return op->in && i < op->in->count && (op->in->fields[i].flags & FIELD_PATH);
}

/* Secrets do not belong into a command line that others can list: --password-file FILE, "-" for standard input. */
static int take_field(struct command *cmd, str name, const char *value) {
	str text = str_c(value);
	bool from_file = str_ends(name, STR("-file"));
	str field = from_file ? str_to(name, name.n - 5) : name;
	ptrdiff_t i = cmd->op->in ? shape_field(cmd->op->in, field) : -1;
	if (i < 0)
		return complain(cmd->c.lang, N_("this operation has no such field"), name);
	if (cmd->op->in->fields[i].type == FT_SECRET && !from_file)
		return complain(cmd->c.lang, N_("give a secret by file, or - for standard input"), arena_printf(cmd->c.a, "--%.*s-file", STR_FMT(field)));
	if (from_file) {
		text = read_file(cmd->c.a, value);
		if (!text.p)
			return complain(cmd->c.lang, N_("this file cannot be read"), str_c(value));
		if (cmd->op->in->fields[i].type == FT_SECRET)
			text = str_trim(text);
	}
	if (cmd->pair_count == MOST_ARGUMENTS)
		return complain(cmd->c.lang, N_("too many arguments"), STR_NONE);
	cmd->pairs[cmd->pair_count++] = (struct op_pair){ field, text };
	return EXIT_DONE;
}

static bool take_own(struct command *cmd, str name, const char *value) {
	if (cmd->op->body == BODY_RAW && str_is(name, "body-file"))
		cmd->raw = read_file(cmd->c.a, value);
	else if (str_is(name, "server"))
		cmd->server = value;
	else if (str_is(name, "token-file"))
		cmd->token_file = value;
	else if (str_is(name, "data"))
		cmd->data = value;
	else
		return false;
	return true;
}

static int take_option(struct command *cmd, int argc, char **argv, int *i) {
	str name = str_c(argv[*i] + 2);
	const char *eq = strchr(argv[*i], '=');
	const char *value = eq ? eq + 1 : *i + 1 < argc ? argv[*i + 1] : NULL;
	if (str_is(name, "json")) {
		cmd->json = true;
		return EXIT_DONE;
	}
	if (eq)
		name = str_to(name, (size_t)(eq - argv[*i]) - 2);
	if (!value)
		return complain(cmd->c.lang, N_("a value is missing after it"), arena_printf(cmd->c.a, "--%.*s", STR_FMT(name)));
	*i += !eq;
	return take_own(cmd, name, value) ? EXIT_DONE : take_field(cmd, name, value);
}

static int read_arguments(struct command *cmd, int argc, char **argv) {
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0) {
			int code = take_option(cmd, argc, argv, &i);
			if (code)
				return code;
		} else if (is_path_field(cmd->op, cmd->path_count)) {
			cmd->path[cmd->path_count++] = str_c(argv[i]);
		} else {
			return complain(cmd->c.lang, N_("not expected here"), str_c(argv[i]));
		}
	}
	if (is_path_field(cmd->op, cmd->path_count))
		return complain(cmd->c.lang, N_("an argument is missing"), str_c(cmd->op->in->fields[cmd->path_count].name));
	return EXIT_DONE;
}

/* ---- showing an answer ---- */

static void print_value(const json_t *v, int depth);

static void print_members(const json_t *v, int depth) {
	const char *key;
	json_t *member;
	json_object_foreach((json_t *)(uintptr_t)v, key, member) {
		if (json_is_null(member) || (json_is_array(member) && json_array_size(member) == 0))
			continue;
		bool nested = json_is_object(member) || json_is_array(member);
		printf("%*s%s:%s", depth * 2, "", key, nested ? "\n" : " ");
		print_value(member, depth + 1);
		if (!nested)
			putchar('\n');
	}
}

static void print_value(const json_t *v, int depth) {
	size_t i;
	json_t *item;
	if (json_is_string(v))
		printf("%s", json_string_value(v));
	else if (json_is_object(v))
		print_members(v, depth);
	else if (json_is_array(v))
		json_array_foreach(v, i, item) {
			if (json_is_object(item)) {
				printf("%*s-\n", depth * 2, "");
				print_value(item, depth + 1);
			} else {
				printf("%*s- ", depth * 2, "");
				print_value(item, depth + 1);
				putchar('\n');
			}
		}
	else {
		char *text = json_dumps(v, JSON_ENCODE_ANY);
		printf("%s", text ? text : "");
		free(text);
	}
}

static int show(const struct command *cmd, int status, str body) {
	char room[160];
	str why;
	json_t *v = body.n ? json_parse(body, &why, room) : NULL;
	if (status >= 400) {
		str detail = json_str(json_object_get(v, "detail")), title = json_str(json_object_get(v, "title"));
		fprintf(stderr, "bokgi: %.*s\n", STR_FMT(detail.n ? detail : title.n ? title : body));
	} else if (cmd->json || !v || cmd->op->reply == REPLY_BYTES) {
		fwrite(body.p ? body.p : "", 1, body.n, stdout);
		if (body.n && body.p[body.n - 1] != '\n' && cmd->op->reply != REPLY_BYTES)
			putchar('\n');
	} else {
		print_value(v, 0);
	}
	json_decref(v);
	return exit_code(status);
}

/* ---- at a server: over its socket or its URL ---- */

static json_t *pair_json(const struct field *f, str value) {
	char room[160];
	str why;
	bool as_json = f->type == FT_I64 || f->type == FT_F64 || f->type == FT_BOOL || f->type == FT_LIST || f->type == FT_OBJ || f->type == FT_JSON;
	json_t *v = as_json ? json_parse(value, &why, room) : NULL;
	if (f->type == FT_IDS) {
		v = json_array();
		for (str rest = value; rest.p && value.n;) {
			str one = str_trim(str_cut(&rest, ','));
			json_array_append_new(v, json_stringn(one.n ? one.p : "", one.n));
		}
	}
	return v ? v : json_stringn(value.n ? value.p : "", value.n);
}

static str json_body(struct command *cmd) {
	json_t *o = json_object();
	for (size_t i = 0; i < cmd->pair_count; i++) {
		ptrdiff_t f = shape_field(cmd->op->in, cmd->pairs[i].name);
		json_object_set_new(o, arena_cstr(cmd->c.a, cmd->pairs[i].name), pair_json(&cmd->op->in->fields[f], cmd->pairs[i].value));
	}
	char *text = json_dumps(o, JSON_COMPACT);
	str body = arena_str(cmd->c.a, str_c(text));
	free(text);
	json_decref(o);
	return body;
}

static void percent(struct buf *b, str s) {
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || strchr("-._~", ch);
		buf_printf(b, plain && ch ? "%c" : "%%%02X", ch);
	}
}

static char *target_url(struct command *cmd) {
	struct buf b = buf_in(cmd->c.a);
	str route = str_c(cmd->op->route), base = str_c(cmd->server ? cmd->server : "http://localhost");
	size_t at = 0;
	str_cut(&route, ' ');
	buf_add(&b, str_ends(base, STR("/")) ? str_to(base, base.n - 1) : base);
	for (size_t i = 0; i < route.n; i++) {
		if (route.p[i] != '{') {
			buf_addc(&b, route.p[i]);
			continue;
		}
		percent(&b, cmd->path[at++]);
		while (route.p[i] != '}')
			i++;
	}
	for (size_t i = 0; cmd->op->body != BODY_JSON && i < cmd->pair_count; i++) {
		buf_addc(&b, i ? '&' : '?');
		percent(&b, cmd->pairs[i].name);
		buf_addc(&b, '=');
		percent(&b, cmd->pairs[i].value);
	}
	return arena_cstr(cmd->c.a, buf_str(&b));
}

char *command_new_key(struct arena *a) {
	unsigned char bytes[16];
	char hex[33];
	randombytes_buf(bytes, sizeof bytes);
	return arena_cstr(a, str_c(sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes)));
}

/* A list or a record that must be changed needs to know its version; for a person at a terminal the newest one is meant. */
static const char *match_header(const struct op *op) {
	return op->flags & OP_MATCH ? "If-Match: *" : "Bokgi-Client: command";
}

static int run_at_server(struct command *cmd, const char *socket_path) {
	str route = str_c(cmd->op->route), token = cmd->token_file ? str_trim(read_file(cmd->c.a, cmd->token_file)) : STR_NONE;
	struct buf why = { 0 };
	struct outgoing_reply reply;
	struct arena *a = cmd->c.a;
	const char *headers[] = { "Content-Type: application/json",
		arena_cstr(a, arena_printf(a, "Accept-Language: %s", lang_code(cmd->c.lang))),
		arena_cstr(a, arena_printf(a, "Idempotency-Key: %s", command_new_key(a))), match_header(cmd->op),
		token.n ? arena_cstr(a, arena_printf(a, "Authorization: Bearer %.*s", STR_FMT(token))) : NULL, NULL };
	struct outgoing o = { .method = arena_cstr(a, str_cut(&route, ' ')), .url = target_url(cmd), .unix_path = socket_path, .headers = headers,
		.body = cmd->op->body == BODY_JSON ? json_body(cmd) : cmd->raw, .allow_private = true, .timeout_ms = TIMEOUT_MS };
	if (cmd->op->body == BODY_JSON && !o.body.p)
		o.body = STR("{}");
	if (outgoing_send(&o, &reply, &why) != ST_OK) {
		fprintf(stderr, "bokgi: %s: %.*s\n", cmd->server ? cmd->server : socket_path, STR_FMT(buf_str(&why)));
		buf_free(&why);
		return EXIT_UNAVAILABLE;
	}
	int code = show(cmd, reply.status, buf_str(&reply.body));
	buf_free(&reply.body);
	buf_free(&reply.content_type);
	return code;
}

/* ---- in this process, on the data folder ---- */

static int run_here(struct command *cmd) {
	struct engine *e = NULL;
	struct buf why = { 0 }, body = { 0 };
	struct op_task t = { .c = cmd->c };
	struct engine_config config = { .folder = cmd->data, .database = getenv("BOKGI_DATABASE"), .jobs = true };
	if (engine_open(&config, &e, &why) != ST_OK) {
		fprintf(stderr, "bokgi: %.*s\n", STR_FMT(buf_str(&why)));
		buf_free(&why);
		return EXIT_UNAVAILABLE;
	}
	t.e = e;
	t.call = (struct call){ .op = cmd->op, .is_owner = true, .remote = STR("command line"), .if_match = cmd->op->flags & OP_MATCH ? -1 : 0, .raw = cmd->raw };
	/* The same form as over HTTP, so that both read the same way. */
	bool has_body = cmd->op->body == BODY_JSON;
	t.st = op_read_input(&t.c, cmd->op, cmd->path, cmd->path_count, has_body ? NULL : cmd->pairs, has_body ? 0 : cmd->pair_count,
		has_body && cmd->pair_count ? json_body(cmd) : STR_NONE, &t.in);
	if (t.st == ST_OK)
		engine_call(&t, NULL);
	int status = t.st == ST_OK ? op_status(cmd->op, &t.reply) : problem_status(t.st);
	if (t.st != ST_OK)
		problem_write(&t.c, &t.c.err, &body);
	jobs_settle(e, 10000);
	int code = show(cmd, status, buf_str(t.st == ST_OK ? &t.reply.body : &body));
	buf_free(&t.reply.body);
	buf_free(&body);
	engine_close(e);
	return code;
}

bool command_server_answers(const char *path) {
	struct outgoing_reply reply;
	struct buf why = { 0 };
	struct outgoing o = { .method = "GET", .url = "http://localhost/livez", .unix_path = path, .timeout_ms = 2000 };
	bool yes = access(path, R_OK | W_OK) == 0 && outgoing_send(&o, &reply, &why) == ST_OK;
	if (yes) {
		buf_free(&reply.body);
		buf_free(&reply.content_type);
	}
	buf_free(&why);
	return yes;
}

static int run_command(struct command *cmd) {
	char *path = arena_cstr(cmd->c.a, arena_printf(cmd->c.a, "%s/socket", cmd->data));
	if (cmd->op->reply == REPLY_STREAM)
		return complain(cmd->c.lang, N_("a live stream is not for the command line"), STR_NONE);
	if (cmd->server)
		return run_at_server(cmd, NULL);
	return command_server_answers(path) ? run_at_server(cmd, path) : run_here(cmd);
}

/* ---- entry ---- */

static enum lang terminal_lang(void) {
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	enum lang lang = LANG_EN;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		if (value && *value) {
			str rest = str_c(value), code = str_cut(&rest, '_');
			lang_parse(code, &lang);
			return lang;
		}
	}
	return lang;
}

static const struct op *find_op(struct arena *a, const char *noun, const char *verb) {
	return op_find(arena_printf(a, "%s.%s", noun, verb));
}

static int run_operation(int argc, char **argv, struct arena *a, enum lang lang) {
	struct command cmd = { .c = { .a = a, .who = &actor_nobody, .now = clock_now(), .lang = lang, .zone = zone_utc() } };
	const char *data = getenv("BOKGI_DATA");
	cmd.data = data ? data : "data";
	cmd.op = argc > 2 ? find_op(a, argv[1], argv[2]) : NULL;
	if (!cmd.op && argc == 2 && help(argv[1], lang) == EXIT_DONE)
		return EXIT_USAGE;
	if (!cmd.op)
		return complain(lang, N_("there is no such command; bokgi help lists what there is"), argc > 2 ? arena_printf(a, "%s %s", argv[1], argv[2]) : STR_NONE);
	if (argc > 3 && (strcmp(argv[3], "--help") == 0 || strcmp(argv[3], "-h") == 0)) {
		help_op(cmd.op, lang);
		return EXIT_DONE;
	}
	int code = read_arguments(&cmd, argc - 3, argv + 3);
	if (!code && cmd.op->body == BODY_RAW && !cmd.raw.p)
		code = complain(lang, N_("name a file that can be read: --body-file FILE, or - for standard input"), STR_NONE);
	return code ? code : run_command(&cmd);
}

static bool asks_for_help(int argc, char **argv) {
	return argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
}

int command_main(int argc, char **argv) {
	enum lang lang = terminal_lang();
	struct arena_guard g;
	int code;
	if (sodium_init() < 0 || i18n_init() != ST_OK)
		return EXIT_FAILED;
	if (argc > 1 && strcmp(argv[1], "serve") == 0)
		return server_main(argc - 2, argv + 2);
	if (asks_for_help(argc, argv))
		return help(argc > 2 ? argv[2] : NULL, lang);
	if (argc > 1 && tool_find(argv[1]))
		return tool_find(argv[1])(argc - 2, argv + 2, lang);
	struct arena *a = arena_new(0);
	if (!a || arena_guard(a, &g)) {
		fprintf(stderr, "bokgi: out of memory\n");
		arena_free(a);
		return EXIT_FAILED;
	}
	code = run_operation(argc, argv, a, lang);
	arena_free(a);
	return code;
}
