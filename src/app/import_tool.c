#include "app/import_tool.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/archive_tool.h"
#include "app/command.h"
#include "base/clock.h"
#include "core/engine.h"
#include "core/job.h"
#include "feature/intake/intake.h"
#include "net/outgoing.h"
#include "text/utf8.h"

enum { DEEPEST_FOLDER = 16, MOST_FILES = 100000, BAR = 24, TIMEOUT_MS = 600000, SETTLE_MS = 60000, PROGRESS_US = 2000000 };

/* ---- bokgi import: which files ---- */

struct files {
	struct arena *a;
	char **paths;
	size_t n, room;
	bool failed;
};

static void add_file(struct files *f, char *path) {
	if (f->n == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		char **more = arena_array(f->a, room, sizeof *more);
		if (f->n)
			memcpy(more, f->paths, f->n * sizeof *more);
		f->paths = more;
		f->room = room;
	}
	f->paths[f->n++] = path;
}

static bool is_text(str name) {
	return str_ends(name, STR(".md")) || str_ends(name, STR(".markdown")) || str_ends(name, STR(".txt"));
}

static int visible_entry(const struct dirent *e) {
	return e->d_name[0] != '.';
}

static void add_path(struct files *f, char *path, bool named, int depth);

static void add_folder(struct files *f, const char *path, int depth) {
	struct dirent **entries;
	int n = depth < DEEPEST_FOLDER ? scandir(path, &entries, visible_entry, alphasort) : -1;
	for (int i = 0; i < n; i++) {
		add_path(f, arena_cstr(f->a, arena_printf(f->a, "%s/%s", path, entries[i]->d_name)), false, depth + 1);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* Whoever names a file means it, whatever it is called; of a folder, the texts. */
static void add_path(struct files *f, char *path, bool named, int depth) {
	struct stat s;
	if (strcmp(path, "-") != 0 && stat(path, &s) != 0) {
		fprintf(stderr, "bokgi: %s: %s\n", path, strerror(errno));
		f->failed = true;
	} else if (strcmp(path, "-") != 0 && S_ISDIR(s.st_mode)) {
		add_folder(f, path, depth);
	} else if ((named || is_text(str_c(path))) && f->n < MOST_FILES) {
		add_file(f, path);
	}
}

/* ---- bokgi import: where to ---- */

struct target {
	const char *data, *database, *server, *token_file, *zone;
	const char *socket; /* of the server that holds the data folder; NULL: none */
	struct engine *e;   /* NULL: at a server */
	str token;
	enum lang lang;
	const struct op *op;
};

struct answer_here {
	int status;
	str body;
};

static str body_of(struct arena *a, const struct target *t, str name, str text) {
	struct buf b = buf_in(a);
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	jw_kstr(&w, "name", name);
	if (t->zone)
		jw_kstr(&w, "zone", str_c(t->zone));
	jw_kstr(&w, "text", text);
	jw_end(&w);
	return buf_str(&b);
}

static enum st ask_server(struct arena *a, const struct target *t, str body, struct answer_here *out) {
	struct buf why = { 0 };
	struct outgoing_reply reply;
	const char *base = t->server ? t->server : "http://localhost";
	const char *headers[] = { "Content-Type: application/json", arena_cstr(a, arena_printf(a, "Accept-Language: %s", lang_code(t->lang))),
		arena_cstr(a, arena_printf(a, "Idempotency-Key: %s", command_new_key(a))),
		t->token.n ? arena_cstr(a, arena_printf(a, "Authorization: Bearer %.*s", STR_FMT(t->token))) : NULL, NULL };
	struct outgoing o = { .method = "POST",
		.url = arena_cstr(a, arena_printf(a, "%.*s/api/v1/documents/import", (int)(strlen(base) - (base[strlen(base) - 1] == '/')), base)),
		.unix_path = t->server ? NULL : t->socket,
		.headers = headers,
		.body = body,
		.allow_private = true,
		.timeout_ms = TIMEOUT_MS };
	enum st st = outgoing_send(&o, &reply, &why);
	out->status = st == ST_OK ? reply.status : 503;
	out->body = arena_str(a, buf_str(st == ST_OK ? &reply.body : &why));
	if (st == ST_OK) {
		buf_free(&reply.body);
		buf_free(&reply.content_type);
	}
	buf_free(&why);
	return st;
}

static enum st ask_here(struct arena *a, const struct target *t, str body, struct answer_here *out) {
	struct buf problem = { 0 };
	struct op_task task = { .e = t->e,
		.c = { .a = a, .who = &actor_nobody, .now = clock_now(), .lang = t->lang, .zone = zone_utc() },
		.call = { .op = t->op, .is_owner = true, .remote = STR("command line") } };
	task.st = op_read_input(&task.c, t->op, NULL, 0, NULL, 0, body, &task.in);
	if (task.st == ST_OK)
		engine_call(&task, NULL);
	out->status = task.st == ST_OK ? op_status(t->op, &task.reply) : problem_status(task.st);
	if (task.st != ST_OK)
		problem_write(&task.c, &task.c.err, &problem);
	out->body = arena_str(a, buf_str(task.st == ST_OK ? &task.reply.body : &problem));
	buf_free(&task.reply.body);
	buf_free(&problem);
	return ST_OK;
}

/* ---- bokgi import: what is shown ---- */

struct progress {
	enum lang lang;
	bool terminal;
	size_t done, all, made, known, failed;
	int64_t told;
};

static void clear_bar(const struct progress *p) {
	if (p->terminal)
		fprintf(stderr, "\r\033[K");
}

static void show_progress(struct progress *p, const char *name) {
	int64_t now = clock_monotonic();
	if (p->terminal) {
		int filled = (int)(p->done * BAR / (p->all ? p->all : 1));
		fprintf(stderr, "\r\033[K[%.*s%.*s] %zu/%zu %.40s", filled, "########################", BAR - filled, "........................",
			p->done, p->all, name);
	} else if (now - p->told >= PROGRESS_US) {
		p->told = now;
		fprintf(stderr, tr(p->lang, N_("bokgi: %zu of %zu files\n")), p->done, p->all);
	}
}

static void print_note(json_t *note) {
	json_t *line = json_object_get(note, "line");
	str text = json_str(json_object_get(note, "text"));
	if (json_is_integer(line))
		printf("  %lld: %.*s\n", (long long)json_integer_value(line), STR_FMT(text));
	else
		printf("  %.*s\n", STR_FMT(text));
}

static void print_done(struct progress *p, const char *path, json_t *v) {
	json_t *note;
	size_t i;
	bool already = json_is_true(json_object_get(v, "already"));
	p->made += !already;
	p->known += already;
	printf("PM-%lld INC-%lld %s%s%s: ", (long long)json_integer_value(json_object_get(v, "document")), (long long)json_integer_value(json_object_get(v, "incident")), path,
		already ? " " : "", already ? tr(p->lang, N_("(was here already)")) : "");
	printf(tr(p->lang, N_("%lld timeline entries, %lld action items\n")), (long long)json_integer_value(json_object_get(v, "entries")),
		(long long)json_integer_value(json_object_get(v, "actions")));
	json_array_foreach(json_object_get(v, "notes"), i, note) print_note(note);
}

static int print_answer(struct progress *p, const char *path, const struct answer_here *answer) {
	char room[160];
	str why;
	json_t *v = json_parse(answer->body, &why, room);
	clear_bar(p);
	if (answer->status < 400 && v) {
		print_done(p, path, v);
	} else {
		str detail = json_str(json_object_get(v, "detail")), title = json_str(json_object_get(v, "title"));
		fprintf(stderr, "bokgi: %s: %.*s\n", path, STR_FMT(detail.n ? detail : title.n ? title : answer->body));
		p->failed++;
	}
	json_decref(v);
	return answer->status < 400 ? EXIT_DONE : exit_code(answer->status);
}

/* ---- bokgi import: the walk ---- */

static int import_text(struct arena *a, const struct target *t, const char *path, struct progress *p) {
	struct answer_here answer = { 0 };
	str text;
	enum st st = tool_read_file(a, path, &text);
	if (st != ST_OK) {
		clear_bar(p);
		fprintf(stderr, "bokgi: %s: %s\n", path, strerror(errno));
		p->failed++;
		return EXIT_NOT_FOUND;
	}
	str body = body_of(a, t, strcmp(path, "-") == 0 ? STR_NONE : tool_base_name(str_c(path)), utf8_repair(a, text));
	st = t->e ? ask_here(a, t, body, &answer) : ask_server(a, t, body, &answer);
	return print_answer(p, path, &answer);
}

static int import_file(const struct target *t, const char *path, struct progress *p) {
	struct arena *a = arena_new(0);
	struct arena_guard g;
	int code = EXIT_FAILED;
	show_progress(p, path);
	if (!a || arena_guard(a, &g)) {
		clear_bar(p);
		fprintf(stderr, "bokgi: %s: out of memory\n", path);
		p->failed++;
	} else
		code = import_text(a, t, path, p);
	if (a)
		arena_guard_pop(a);
	arena_free(a);
	p->done++;
	return code;
}

static int import_files(const struct target *t, const struct files *f) {
	struct progress p = { .lang = t->lang, .terminal = isatty(STDERR_FILENO), .all = f->n, .told = clock_monotonic() };
	int code = f->failed ? EXIT_NOT_FOUND : EXIT_DONE;
	for (size_t i = 0; i < f->n; i++) {
		int one = import_file(t, f->paths[i], &p);
		code = code ? code : one;
	}
	clear_bar(&p);
	fflush(stdout);
	fprintf(stderr, tr(t->lang, N_("bokgi: %zu files: %zu taken in, %zu were here already, %zu failed\n")), p.all, p.made, p.known, p.failed + f->failed);
	return code;
}

static int import_into(struct target *t, const struct files *f) {
	struct buf why = { 0 };
	struct engine_config config = { .folder = t->data, .database = t->database, .migrate = true, .jobs = true };
	if (t->server || t->socket)
		return import_files(t, f);
	if (engine_open(&config, &t->e, &why) != ST_OK) {
		fprintf(stderr, "bokgi: %.*s\n", STR_FMT(buf_str(&why)));
		buf_free(&why);
		return EXIT_UNAVAILABLE;
	}
	int code = import_files(t, f);
	jobs_settle(t->e, SETTLE_MS);
	engine_close(t->e);
	return code;
}

static const char **option_of(struct target *t, const char *name) {
	const struct {
		const char *name, **value;
	} options[] = { { "--data", &t->data }, { "--database", &t->database }, { "--server", &t->server }, { "--token-file", &t->token_file },
		{ "--zone", &t->zone } };
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (strcmp(name, options[i].name) == 0)
			return options[i].value;
	return NULL;
}

static bool read_import_options(int argc, char **argv, struct target *t, struct files *f) {
	for (int i = 0; i < argc; i++) {
		const char **value = option_of(t, argv[i]);
		if (value && i + 1 < argc)
			*value = argv[++i];
		else if (value || (argv[i][0] == '-' && argv[i][1]))
			return false;
		else
			add_path(f, argv[i], true, 0);
	}
	return f->n || f->failed;
}

static bool is_archive(int argc, char **argv) {
	char path[4096];
	for (int i = 0; i < argc; i++) {
		if (argv[i][0] == '-') {
			i++;
			continue;
		}
		int n = snprintf(path, sizeof path, "%s/archive.json", argv[i]);
		return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
	}
	return false;
}

static int import_guarded(struct arena *a, int argc, char **argv, enum lang lang) {
	const char *data = getenv("BOKGI_DATA");
	struct target t = {
		.data = data ? data : "data", .database = getenv("BOKGI_DATABASE"), .lang = lang, .op = op_find(STR("document.import"))
	};
	struct files f = { .a = a };
	if (!read_import_options(argc, argv, &t, &f)) {
		fprintf(stderr, "bokgi import PATH… [--zone ZONE] [--data FOLDER] [--database URL] [--server URL --token-file FILE]\n");
		return EXIT_USAGE;
	}
	char *socket = arena_cstr(a, arena_printf(a, "%s/socket", t.data));
	if (!t.server && command_server_answers(socket))
		t.socket = socket;
	if (t.token_file && tool_read_file(a, t.token_file, &t.token) != ST_OK) {
		fprintf(stderr, "bokgi: %s: %s\n", t.token_file, strerror(errno));
		return EXIT_NOT_FOUND;
	}
	t.token = str_trim(t.token);
	return import_into(&t, &f);
}

int tool_import(int argc, char **argv, enum lang lang) {
	if (is_archive(argc, argv))
		return tool_import_archive(argc, argv, lang);
	struct arena *a = arena_new(0);
	struct arena_guard g;
	int code = EXIT_FAILED;
	if (!a || arena_guard(a, &g))
		fprintf(stderr, "bokgi: out of memory\n");
	else
		code = import_guarded(a, argc, argv, lang);
	if (a)
		arena_guard_pop(a);
	arena_free(a);
	return code;
}
