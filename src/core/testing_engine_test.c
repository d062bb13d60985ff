/* What TEST_ENGINE runs. */
#include "core/testing_engine.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/job.h"
#include "db/fresh.h"

enum { SETTLE_MS = 30000 };

static struct {
	struct test_engine t;
	struct fresh fresh; /* PostgreSQL: the schema */
	char folder[64];
} now;

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *at UNUSED) {
	return remove(path);
}

static void clean_up(void) {
	db_close(now.t.reader);
	engine_close(now.t.e);
	arena_free(now.t.a);
	now.t = (struct test_engine){ 0 };
	fresh_close(&now.fresh);
	if (now.folder[0])
		nftw(now.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	now.folder[0] = '\0';
}

static void clean_up_at_exit(void) {
	static bool done;
	if (!done)
		atexit(clean_up);
	done = true;
}

/* The credential of a test is the number of a person. */
static enum st identify(struct ctx *c, const struct call *call, struct actor *who) {
	struct db_result r;
	int64_t person;
	if (!call->credential.n || !str_i64(call->credential, &person))
		return ST_OK;
	enum st st = db_get(c, &r, "SELECT role, name FROM person WHERE id = $1", DB_I64(person));
	if (st == ST_OK && r.rows)
		*who = (struct actor){ .kind = ACTOR_PERSON, .role = (enum role)enum_index(role_names, db_str(&r, 0, 0)), .person = person, .id = person, .name = db_str(&r, 0, 1) };
	return st == ST_OK && !r.rows ? ST_UNAUTHENTICATED : st;
}

static void open_engine(enum db_kind kind) {
	struct buf why = { 0 };
	if (kind == DB_POSTGRES && fresh_open(kind, &now.fresh, &why) != ST_OK)
		fail_msg("no fresh database: %.*s", STR_FMT(buf_str(&why)));
	snprintf(now.folder, sizeof now.folder, "/tmp/bokgi-engine-XXXXXX");
	assert_non_null(mkdtemp(now.folder));
	struct engine_config config = { .folder = now.folder, .database = kind == DB_POSTGRES ? now.fresh.where : NULL, .migrate = true, .jobs = true };
	if (engine_open(&config, &now.t.e, &why) != ST_OK)
		fail_msg("no engine: %.*s", STR_FMT(buf_str(&why)));
	now.t.e->identify = identify;
	if (db_open(now.t.e->database, DB_READER, &now.t.reader, &why) != ST_OK)
		fail_msg("no reader: %.*s", STR_FMT(buf_str(&why)));
	buf_free(&why);
}

void engine_test(enum db_kind kind, void (*body)(struct test_engine *t)) {
	clean_up_at_exit();
	clean_up();
	if (kind == DB_POSTGRES && !fresh_postgres())
		skip();
	now.t.a = arena_new(0);
	assert_non_null(now.t.a);
	open_engine(kind);
	body(&now.t);
	clean_up();
}

/* ---- people ---- */

struct new_one {
	const char *login;
	enum role role;
	int64_t id;
};

static enum st add_person(struct ctx *c, void *data) {
	struct new_one *x = data;
	str login = str_c(x->login);
	return db_one_i64(c, &x->id,
		"INSERT INTO person (login, login_folded, name, name_folded, name_initials, role, lang, zone, theme, active, made_at, version)"
		" VALUES ($1, $1, $1, $1, $1, $2, 'en', 'UTC', '', 1, $3, 1) RETURNING id",
		DB_STR(login), DB_STR(enum_str(role_names, x->role)), DB_I64(c->now));
}

int64_t test_person(struct test_engine *t, const char *login, enum role role) {
	struct new_one x = { login, role, 0 };
	struct ctx c = { .a = t->a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
	if (engine_write(t->e, &c, add_person, &x) != ST_OK)
		fail_msg("no person %s: %.*s", login, STR_FMT(c.err.message));
	return x.id;
}

/* ---- calling ---- */

struct sorted {
	str path[8];
	size_t path_n, query_n;
	struct op_pair query[32];
	json_t *body;
};

static str as_text(struct arena *a, const json_t *v) {
	if (json_is_string(v))
		return arena_str(a, json_str(v));
	char *z = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	str text = arena_str(a, str_c(z));
	free(z);
	return text;
}

/* Path segments stand in the order of the fields, as on the command line. */
static void sort_members(struct arena *a, const struct op *op, json_t *input, struct sorted *s) {
	const char *name;
	json_t *v;
	for (size_t i = 0; op->in && i < op->in->count; i++)
		if (op->in->fields[i].flags & FIELD_PATH) {
			const json_t *at = json_object_get(input, op->in->fields[i].name);
			s->path[s->path_n++] = at ? as_text(a, at) : STR("0");
			json_object_del(input, op->in->fields[i].name);
		}
	json_object_foreach(input, name, v)
		if (op->body != BODY_JSON)
			s->query[s->query_n++] = (struct op_pair){ arena_str(a, str_c(name)), as_text(a, v) };
	s->body = input;
}

static json_t *read_input(struct arena *a, const char *format, va_list args) {
	struct buf b = buf_in(a);
	char room[160];
	str why;
	buf_vprintf(&b, format, args);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\'')
			b.p[i] = '"';
	json_t *v = json_parse(buf_str(&b), &why, room);
	if (!v)
		fail_msg("the test's input is no JSON: %.*s: %.*s", STR_FMT(why), STR_FMT(buf_str(&b)));
	json_own(a, v);
	return v;
}

static const char *text_or_empty(struct arena *a, str s) {
	return s.n ? arena_cstr(a, s) : "";
}

static struct answer read_answer(struct test_engine *t, struct op_task *task) {
	struct buf b = { 0 };
	char room[160];
	str why;
	struct answer x = { .st = task->st, .version = task->reply.version, .code = "", .field = "" };
	if (task->st == ST_OK) {
		x.status = op_status(task->call.op, &task->reply);
		x.body = arena_str(t->a, buf_str(&task->reply.body));
		x.next = arena_str(t->a, task->reply.next);
	} else {
		x.status = problem_status(task->st);
		problem_write(&task->c, &task->c.err, &b);
		x.body = arena_str(t->a, buf_str(&b));
		x.code = text_or_empty(t->a, str_c(task->c.err.code));
		x.field = text_or_empty(t->a, task->c.err.field);
	}
	x.json = x.body.n ? json_parse(x.body, &why, room) : NULL;
	json_own(t->a, x.json);
	buf_free(&b);
	return x;
}

static struct answer run(struct test_engine *t, int64_t who, const struct op *op, const struct sorted *s) {
	struct op_task task = { .e = t->e, .c = { .a = t->a, .who = &actor_nobody, .now = t->now ? t->now : clock_now(), .lang = t->lang, .zone = zone_utc() } };
	task.call = (struct call){ .op = op, .if_match = t->if_match, .remote = STR("test"), .is_owner = who == TEST_OWNER, .key = str_c(t->key),
		.credential = who > 0 ? arena_printf(t->a, "%lld", (long long)who) : STR_NONE, .fingerprint = as_text(t->a, s->body) };
	task.st = op_read_input(&task.c, op, s->path, s->path_n, s->query, s->query_n, op->body == BODY_JSON ? as_text(t->a, s->body) : STR_NONE, &task.in);
	if (task.st == ST_OK)
		engine_call(&task, NULL);
	struct answer x = read_answer(t, &task);
	buf_free(&task.reply.body);
	t->if_match = 0;
	t->key = NULL;
	return x;
}

struct answer test_call(struct test_engine *t, int64_t who, const char *operation, const char *input, ...) {
	const struct op *op = op_find(str_c(operation));
	struct sorted s = { 0 };
	va_list args;
	if (!op)
		fail_msg("there is no operation %s", operation);
	va_start(args, input);
	sort_members(t->a, op, read_input(t->a, input, args), &s);
	va_end(args);
	return run(t, who, op, &s);
}

/* ---- looking ---- */

const json_t *test_member(struct answer x, const char *path) {
	const json_t *v = x.json;
	int64_t index;
	for (str rest = str_c(path); v && rest.p;) {
		char name[64];
		str step = str_cut(&rest, '/');
		snprintf(name, sizeof name, "%.*s", STR_FMT(step));
		v = json_is_array(v) && str_i64(step, &index) ? json_array_get(v, (size_t)index) : json_object_get(v, name);
	}
	if (!v)
		fail_msg("there is no %s in %.*s", path, STR_FMT(x.body));
	return v;
}

int64_t test_i64(struct answer x, const char *path) {
	return json_integer_value(test_member(x, path));
}

const char *test_text(struct answer x, const char *path) {
	const char *text = json_string_value(test_member(x, path));
	return text ? text : "";
}

void test_settle(struct test_engine *t) {
	if (!jobs_settle(t->e, SETTLE_MS))
		fail_msg("the handlers of events do not come to an end");
}

int64_t test_count(struct test_engine *t, const char *sql) {
	struct db_result r;
	if (db_run(t->reader, t->a, &r, sql, DB_NO_ARGS) != ST_OK)
		fail_msg("%s: %.*s", sql, STR_FMT(db_error(t->reader)));
	return r.rows ? db_i64(&r, 0, 0) : 0;
}

/* ---- and a test of the operations that every engine has ---- */

TEST_ENGINE(engine, runs_an_operation_as_somebody) {
	int64_t kim = test_person(t, "kim", ROLE_VIEWER);
	struct answer x = test_call(t, kim, "me.get", "{}");
	assert_answer(x, 200);
	assert_string_equal(test_text(x, "account/login"), "kim");
	assert_problem(test_call(t, kim, "team.create", "{'name':'Payments','handle':'pay'}"), 403, "auth.denied");
	assert_answer(test_call(t, TEST_OWNER, "team.create", "{'name':'Payments','handle':'pay'}"), 201);
	assert_int_equal(test_count(t, "SELECT count(*) FROM team"), 1);
	assert_problem(test_call(t, TEST_NOBODY, "team.list", "{}"), 401, "auth.needed");
}
