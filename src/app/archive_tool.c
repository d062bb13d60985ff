#include "app/archive_tool.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/archive_images.h"
#include "app/command.h"
#include "base/clock.h"
#include "core/archive.h"
#include "core/engine.h"
#include "db/migrate.h"
#include "feature/search/search.h"

enum { FORMAT = 1, PROGRESS_US = 2000000 };

static const char about[] =
	"# An archive of bokgi\n\n"
	"`bokgi import FOLDER` reads it into a new instance, without loss: it needs `archive.json` and `tables/`, in which each line is one row.\n"
	"`incidents/`, `documents/` and `actions/` hold the same for people and for other programs; the pictures of a document lie beside\n"
	"it, and are read back from there. Passwords, logins and tokens are not in here.\n";

/* A word now and then, so that nobody thinks it hangs. */
static int64_t last_told;
static void tell(const char *what, int64_t n) {
	int64_t now = clock_monotonic();
	if (now - last_told < PROGRESS_US)
		return;
	last_told = now;
	fprintf(stderr, "bokgi: %s: %lld\n", what, (long long)n);
}

/* ---- files ---- */

static enum st broken_file(struct ctx *c, const char *path) {
	return fail(c, ST_UNAVAILABLE, "archive.file", NULL, "%s: %s", path, strerror(errno));
}

static enum st make_folder(struct ctx *c, const char *path) {
	return mkdir(path, 0700) == 0 || errno == EEXIST ? ST_OK : broken_file(c, path);
}

static enum st new_folder(struct ctx *c, const char *path) {
	enum st st = make_folder(c, path);
	DIR *d = st == ST_OK ? opendir(path) : NULL;
	if (st == ST_OK && !d)
		return broken_file(c, path);
	for (struct dirent *e; d && st == ST_OK && (e = readdir(d));)
		if (e->d_name[0] != '.')
			st = fail(c, ST_CONFLICT, "archive.folder", NULL, N_("The folder %s is not empty. An archive is written into a new one."), path);
	if (d)
		closedir(d);
	return st;
}

static enum st write_file(struct ctx *c, const char *path, str text) {
	FILE *f = fopen(path, "we");
	bool whole = f && fwrite(text.n ? text.p : "", 1, text.n, f) == text.n;
	whole = f && fclose(f) == 0 && whole;
	return whole ? ST_OK : broken_file(c, path);
}

static char *path_of(struct ctx *c, const char *folder, const char *rest) {
	return arena_cstr(c->a, arena_printf(c->a, "%s/%s", folder, rest));
}

/* ---- export: tables ---- */

struct out_file {
	struct ctx *c;
	FILE *f;
	const char *path;
	int64_t rows;
};

static enum st put_line(void *data, str line) {
	struct out_file *o = data;
	o->rows++;
	if (fwrite(line.p, 1, line.n, o->f) != line.n || putc('\n', o->f) == EOF)
		return broken_file(o->c, o->path);
	return ST_OK;
}

/* Pages live in an arena of their own, each until the one after it has been read. */
static enum st walk_table(struct ctx *c, const struct archive_table *t, struct out_file *o) {
	struct arena *rooms[2] = { arena_new(0), arena_new(0) };
	struct ctx page = *c;
	struct db_result place = { 0 };
	size_t n = 1, turn = 0;
	enum st st = rooms[0] && rooms[1] ? ST_OK : ST_NO_MEMORY;
	while (st == ST_OK && n) {
		struct arena_guard g;
		page.a = rooms[turn ^= 1];
		arena_reset(page.a);
		if (arena_guard(page.a, &g))
			st = ST_NO_MEMORY;
		else
			st = archive_write(&page, t, &place, o, put_line, &n);
		arena_guard_pop(page.a);
		tell(t->name, o->rows);
	}
	if (st != ST_OK)
		fail(c, st, "archive.table", NULL, "%s: %.*s", t->name, STR_FMT(page.err.message));
	arena_free(rooms[0]);
	arena_free(rooms[1]);
	return st;
}

static enum st export_table(struct ctx *c, const char *folder, const struct archive_table *t, int64_t *rows) {
	struct out_file o = { .c = c, .path = arena_cstr(c->a, arena_printf(c->a, "%s/tables/%s.jsonl", folder, t->name)) };
	o.f = fopen(o.path, "we");
	if (!o.f)
		return broken_file(c, o.path);
	enum st st = walk_table(c, t, &o);
	*rows = o.rows;
	if (fclose(o.f) != 0 && st == ST_OK)
		st = broken_file(c, o.path);
	return st;
}

static enum st export_tables(struct ctx *c, const char *folder, struct jw *w) {
	const struct archive_table *const *all;
	size_t n = archive_tables(c->a, &all);
	enum st st = make_folder(c, path_of(c, folder, "tables"));
	jw_karr(w, "tables");
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		int64_t rows = 0;
		st = export_table(c, folder, all[i], &rows);
		jw_obj(w);
		jw_kstr(w, "name", str_c(all[i]->name));
		jw_ki64(w, "rows", rows);
		jw_end(w);
	}
	jw_end(w);
	return st;
}

/* ---- export: for people, by the operations that show the records ---- */

static const struct shown {
	const char *list, *input;   /* operation that names the records */
	const char *folder, *prefix;
	const char *operation;      /* what is written of each */
	const char *suffix;
} shown[] = {
	{ "incident.list", "{\"state\":\"all\"}", "incidents", "INC", "incident.get", "/incident.json" },
	{ "incident.list", "{\"state\":\"all\"}", "incidents", "INC", "timeline.list", "/timeline.json" },
	{ "document.list", "{}", "documents", "PM", "document.markdown", ".md" },
	{ "document.list", "{}", "documents", "PM", "document.get", ".json" },
	{ "action.list", "{\"state\":\"all\"}", "actions", "ACT", "action.get", ".json" },
};

/* Reads one answer of an operation. Members of input go where the operation wants them. */
static enum st ask(struct ctx *c, const struct op *op, json_t *input, struct reply *out) {
	struct call call = { .op = op, .is_owner = true, .remote = STR("archive") };
	struct op_pair query[16];
	str path[4];
	size_t path_n = 0, query_n = 0;
	const char *name;
	json_t *v;
	void *in;
	json_object_foreach(input, name, v) {
		char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
		str value = json_is_string(v) ? json_str(v) : arena_str(c->a, str_c(text));
		ptrdiff_t field = shape_field(op->in, str_c(name));
		if (field >= 0 && (op->in->fields[field].flags & FIELD_PATH))
			path[path_n++] = value;
		else if (query_n < 16)
			query[query_n++] = (struct op_pair){ arena_str(c->a, str_c(name)), value };
		free(text);
	}
	c->call = &call;
	enum st st = op_read_input(c, op, path, path_n, query, query_n, STR_NONE, &in);
	if (st == ST_OK)
		st = op_run(c, op, in, out);
	c->call = NULL;
	return st;
}

/* All pages of a list, as one array. */
static enum st ask_all(struct ctx *c, const struct op *op, json_t *input, json_t *all) {
	for (;;) {
		struct reply out = { 0 };
		char room[160];
		str why;
		enum st st = ask(c, op, input, &out);
		json_t *page = st == ST_OK ? json_parse(buf_str(&out.body), &why, room) : NULL;
		json_array_extend(all, json_object_get(page, "items"));
		json_t *next = json_incref(json_object_get(page, "next"));
		json_decref(page);
		buf_free(&out.body);
		bool more = json_is_string(next);
		json_object_set_new(input, "after", next ? next : json_null());
		if (st != ST_OK || !more)
			return st;
	}
}

static enum st write_answer(struct ctx *c, const char *path, const struct op *op, int64_t id) {
	json_t *input = json_pack("{s:I}", "id", (json_int_t)id), *all = json_array();
	struct reply out = { 0 };
	json_own(c->a, input);
	json_own(c->a, all);
	if (op->reply != REPLY_PAGE) {
		enum st st = ask(c, op, input, &out);
		if (st == ST_OK)
			st = write_file(c, path, buf_str(&out.body));
		buf_free(&out.body);
		return st;
	}
	enum st st = ask_all(c, op, input, all);
	char *text = json_dumps(all, JSON_COMPACT);
	if (st == ST_OK)
		st = text ? write_file(c, path, str_c(text)) : ST_NO_MEMORY;
	free(text);
	return st;
}

static enum st show_one(struct ctx *c, const char *folder, const struct shown *s, int64_t id) {
	const char *record = arena_cstr(c->a, arena_printf(c->a, "%s/%s/%s-%lld", folder, s->folder, s->prefix, (long long)id));
	enum st st = s->suffix[0] == '/' ? make_folder(c, record) : ST_OK;
	return st == ST_OK ? write_answer(c, arena_cstr(c->a, arena_printf(c->a, "%s%s", record, s->suffix)), op_find(str_c(s->operation)), id) : st;
}

/* Each record in an arena of its own. */
static enum st show_guarded(struct ctx *c, const char *folder, const struct shown *s, int64_t id) {
	struct arena *a = arena_new(0);
	struct arena_guard g;
	struct ctx one = *c;
	enum st st = ST_NO_MEMORY;
	one.a = a;
	if (a && !arena_guard(a, &g))
		st = show_one(&one, folder, s, id);
	if (a)
		arena_guard_pop(a);
	if (st != ST_OK)
		fail(c, st, "archive.record", NULL, "%s-%lld: %.*s", s->prefix, (long long)id, STR_FMT(one.err.message));
	arena_free(a);
	return st;
}

static enum st show_kind(struct ctx *c, const char *folder, const struct shown *s) {
	char room[160];
	str why;
	const struct op *list = op_find(str_c(s->list));
	json_t *all = json_array(), *input = json_parse(str_c(s->input), &why, room), *item;
	size_t i;
	json_own(c->a, all);
	json_own(c->a, input);
	enum st st = make_folder(c, path_of(c, folder, s->folder));
	if (st == ST_OK)
		st = ask_all(c, list, input, all);
	json_array_foreach(all, i, item) {
		if (st == ST_OK)
			st = show_guarded(c, folder, s, json_integer_value(json_object_get(item, "id")));
		tell(s->folder, (int64_t)i + 1);
	}
	return st;
}

enum st archive_export(struct ctx *c, const char *folder) {
	struct buf b = buf_in(c->a);
	struct jw w;
	last_told = clock_monotonic();
	jw_init(&w, &b);
	jw_obj(&w);
	jw_kstr(&w, "format", STR("bokgi archive"));
	jw_ki64(&w, "format_version", FORMAT);
	jw_ki64(&w, "schema", migrate_latest());
	enum st st = new_folder(c, folder);
	if (st == ST_OK)
		st = export_tables(c, folder, &w);
	for (size_t i = 0; st == ST_OK && i < sizeof shown / sizeof *shown; i++)
		st = show_kind(c, folder, &shown[i]);
	if (st == ST_OK)
		st = archive_write_images(c, folder);
	jw_end(&w);
	buf_addc(&b, '\n');
	if (st == ST_OK)
		st = write_file(c, path_of(c, folder, "README.md"), str_c(about));
	/* Last: an archive without it was never finished. */
	return st == ST_OK ? write_file(c, path_of(c, folder, "archive.json"), buf_str(&b)) : st;
}

/* ---- import ---- */

struct reading {
	const char *folder;
	json_t *about;
};

static enum st read_all(struct ctx *c, const char *path, str *out) {
	struct buf b = buf_in(c->a);
	FILE *f = fopen(path, "re");
	char *room;
	size_t n;
	if (!f)
		return broken_file(c, path);
	while ((room = buf_room(&b, 65536)) && (n = fread(room, 1, 65536, f)) > 0)
		b.n += n;
	fclose(f);
	*out = buf_str(&b);
	return ST_OK;
}

static enum st read_about(struct ctx *c, struct reading *r) {
	char room[160];
	str text, why;
	const char *path = path_of(c, r->folder, "archive.json");
	enum st st = read_all(c, path, &text);
	if (st != ST_OK)
		return st;
	r->about = json_parse(text, &why, room);
	json_own(c->a, r->about);
	int64_t schema = json_integer_value(json_object_get(r->about, "schema"));
	if (!str_is(json_str(json_object_get(r->about, "format")), "bokgi archive"))
		return fail(c, ST_MALFORMED, "archive.format", NULL, N_("%s does not say that this is an archive of bokgi."), path);
	if (json_integer_value(json_object_get(r->about, "format_version")) != FORMAT || schema > migrate_latest())
		return fail(c, ST_UNSUPPORTED, "archive.newer", NULL, N_("%s: a newer bokgi wrote this archive. Read it with that version."), path);
	return ST_OK;
}

struct in_file {
	FILE *f;
	const char *name;
	char *line;
	size_t room;
	int64_t number;
	bool at_end;
};

enum { TOGETHER = 200 };

static enum st read_some(struct ctx *c, const struct archive_table *t, struct in_file *in) {
	for (int i = 0; i < TOGETHER; i++) {
		ssize_t n = getline(&in->line, &in->room, in->f);
		in->at_end = n < 0;
		if (in->at_end)
			return ST_OK;
		in->number++;
		enum st st = archive_read(c, t, str_trim(str_n(in->line, (size_t)n)));
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum st read_lines(struct ctx *c, const struct archive_table *t, struct in_file *in) {
	struct arena *a = arena_new(0);
	struct ctx some = *c;
	enum st st = a ? ST_OK : ST_NO_MEMORY;
	some.a = a;
	while (st == ST_OK && !in->at_end) {
		struct arena_guard g;
		arena_reset(a);
		if (arena_guard(a, &g))
			st = ST_NO_MEMORY;
		else
			st = read_some(&some, t, in);
		arena_guard_pop(a);
		tell(t->name, in->number);
	}
	if (st != ST_OK)
		fail(c, st, "archive.line", NULL, N_("%s, line %lld: %.*s"), in->name, (long long)in->number, STR_FMT(some.err.message));
	arena_free(a);
	return st;
}

static enum st import_table(struct ctx *c, const struct reading *r, const struct archive_table *t, const json_t *entry) {
	int64_t rows = json_integer_value(json_object_get(entry, "rows"));
	struct in_file in = { .name = path_of(c, r->folder, arena_cstr(c->a, arena_printf(c->a, "tables/%s.jsonl", json_string_value(json_object_get(entry, "name"))))) };
	in.f = fopen(in.name, "re");
	if (!in.f)
		return broken_file(c, in.name);
	enum st st = read_lines(c, t, &in);
	fclose(in.f);
	free(in.line);
	if (st == ST_OK && in.number != rows)
		return fail(c, ST_INVALID, "archive.rows", NULL, N_("%s has %lld rows, and archive.json says %lld: the archive is not whole."), in.name, (long long)in.number,
			(long long)rows);
	return st;
}

static json_t *entry_of(const struct reading *r, str name) {
	json_t *item, *all = json_object_get(r->about, "tables");
	size_t i;
	json_array_foreach(all, i, item)
		if (str_eq(json_str(json_object_get(item, "name")), name))
			return item;
	return NULL;
}

static enum st know_all_tables(struct ctx *c, const struct reading *r) {
	json_t *item, *all = json_object_get(r->about, "tables");
	size_t i;
	json_array_foreach(all, i, item) {
		str name = json_str(json_object_get(item, "name"));
		const struct archive_table *t = archive_find(name);
		if (!t || t->left_out)
			return fail(c, ST_INVALID, "archive.table", NULL, N_("archive.json names the table “%.*s”, which is not part of an archive."), STR_FMT(name));
	}
	return ST_OK;
}

static enum st import_all(struct ctx *c, void *data) {
	struct reading *r = data;
	const struct archive_table *const *all;
	size_t n = archive_tables(c->a, &all);
	enum st st = archive_begin(c);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		json_t *entry = entry_of(r, str_c(all[i]->name));
		if (!entry && all[i]->once)
			entry = entry_of(r, str_c(all[i]->once));
		if (entry)
			st = import_table(c, r, all[i], entry);
	}
	if (st == ST_OK)
		st = archive_read_images(c, r->folder);
	if (st == ST_OK)
		st = archive_finish(c);
	return st == ST_OK ? search_rebuild(c) : st;
}

struct step {
	bool done;
};

static enum st index_step(struct ctx *c, void *data) {
	return search_rebuild_step(c, US_PER_SECOND / 2, &((struct step *)data)->done);
}

static enum st index_all(struct engine *e, struct ctx *c) {
	struct step s = { 0 };
	enum st st = ST_OK;
	for (int64_t i = 1; st == ST_OK && !s.done; i++) {
		struct arena *a = arena_new(0);
		struct ctx one = *c;
		one.a = a;
		st = a ? engine_write(e, &one, index_step, &s) : ST_NO_MEMORY;
		if (st != ST_OK)
			fail(c, st, "archive.index", NULL, "%.*s", STR_FMT(one.err.message));
		arena_free(a);
		tell("search index", i);
	}
	return st;
}

enum st archive_import(struct engine *e, struct ctx *c, const char *folder) {
	struct reading r = { .folder = folder };
	last_told = clock_monotonic();
	enum st st = read_about(c, &r);
	if (st == ST_OK)
		st = know_all_tables(c, &r);
	if (st == ST_OK)
		st = engine_write(e, c, import_all, &r);
	return st == ST_OK ? index_all(e, c) : st;
}

/* ---- the tools ---- */

struct options {
	const char *data, *database, *folder;
};

static bool read_options(int argc, char **argv, struct options *o) {
	const char *data = getenv("BOKGI_DATA");
	*o = (struct options){ data ? data : "data", getenv("BOKGI_DATABASE"), NULL };
	for (int i = 0; i < argc; i++) {
		const char **value = strcmp(argv[i], "--data") == 0 ? &o->data : strcmp(argv[i], "--database") == 0 ? &o->database : NULL;
		if (value && i + 1 < argc)
			*value = argv[++i];
		else if (value || argv[i][0] == '-' || o->folder)
			return false;
		else
			o->folder = argv[i];
	}
	return o->folder;
}

static int complain(enum st st, str message) {
	fprintf(stderr, "bokgi: %.*s\n", STR_FMT(message.n ? message : str_c(st_name(st))));
	return exit_code(problem_status(st));
}

static enum st check_schema(struct db *db, struct arena *a, struct buf *why) {
	return migrate_check(db, a, why);
}

static int export_with(struct db *db, struct arena *a, const struct options *o, enum lang lang) {
	static const struct actor owner = { .kind = ACTOR_SYSTEM, .role = ROLE_ADMINISTRATOR };
	struct ctx c = { .a = a, .db = db, .who = &owner, .now = clock_now(), .lang = lang, .zone = zone_utc() };
	struct buf why = { 0 };
	struct arena_guard g;
	if (arena_guard(a, &g))
		return complain(ST_NO_MEMORY, STR_NONE);
	enum st st = check_schema(db, a, &why);
	if (st != ST_OK) {
		int code = complain(st, buf_str(&why));
		buf_free(&why);
		return code;
	}
	st = db_snapshot_begin(db);
	if (st == ST_OK)
		st = archive_export(&c, o->folder);
	db_snapshot_end(db);
	arena_guard_pop(a);
	return st == ST_OK ? EXIT_DONE : complain(st, c.err.message);
}

int tool_export(int argc, char **argv, enum lang lang) {
	struct options o;
	struct db *db = NULL;
	struct buf why = { 0 };
	if (!read_options(argc, argv, &o)) {
		fprintf(stderr, "bokgi export FOLDER [--data FOLDER] [--database URL]\n");
		return EXIT_USAGE;
	}
	struct arena *a = arena_new(0);
	str where = a ? (o.database ? str_c(o.database) : arena_printf(a, "%s/bokgi.db", o.data)) : STR_NONE;
	enum st st = a ? db_open(arena_cstr(a, where), DB_READER, &db, &why) : ST_NO_MEMORY;
	int code = st == ST_OK ? export_with(db, a, &o, lang) : complain(st, buf_str(&why));
	db_close(db);
	buf_free(&why);
	arena_free(a);
	return code;
}

int tool_import_archive(int argc, char **argv, enum lang lang) {
	struct options o;
	struct engine *e = NULL;
	struct buf why = { 0 };
	if (!read_options(argc, argv, &o)) {
		fprintf(stderr, "bokgi import FOLDER [--data FOLDER] [--database URL]\n");
		return EXIT_USAGE;
	}
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a, .who = &actor_system, .now = clock_now(), .lang = lang, .zone = zone_utc(), .backfill = true };
	struct engine_config config = { .folder = o.data, .database = o.database, .migrate = true };
	enum st st = a ? engine_open(&config, &e, &why) : ST_NO_MEMORY;
	if (st == ST_OK)
		st = archive_import(e, &c, o.folder);
	int code = st == ST_OK ? EXIT_DONE : complain(st, c.err.message.n ? c.err.message : buf_str(&why));
	if (st == ST_OK)
		fprintf(stderr, "bokgi: read in. Passwords are not part of an archive: bokgi user change NUMBER --password-file FILE gives somebody one.\n");
	engine_close(e);
	buf_free(&why);
	arena_free(a);
	return code;
}
