/* What TEST_ENGINE runs. */
#include "core/testing.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/i18n.h"
#include "core/job.h"

static struct test_engine now;
static char folder[512];
static enum st (*identify_really)(struct ctx *c, const struct call *call, struct actor *who);

/* A test says who it is by "as ROLE PERSON REACH" instead of a session's secret. */
static enum st identify_test(struct ctx *c, const struct call *call, struct actor *who) {
	str rest = call->credential, word = str_cut(&rest, ' ');
	int64_t role, person, reach;
	if (!str_is(word, "as"))
		return identify_really(c, call, who);
	word = str_cut(&rest, ' ');
	str third = str_cut(&rest, ' ');
	if (!str_i64(word, &role) || !str_i64(third, &person) || !str_i64(rest, &reach))
		return ST_INTERNAL;
	if (role)
		*who = (struct actor){ .kind = person || !role ? ACTOR_PERSON : ACTOR_TOKEN, .reach = (enum reach)reach, .role = (enum role)role, .person = person, .id = person, .name = STR("test") };
	return ST_OK;
}

static enum st add_people(struct ctx *c, void *data UNUSED) {
	enum st st = ST_OK;
	for (int role = ROLE_VIEWER; st == ST_OK && role < ROLE_COUNT; role++)
		st = db_one_i64(c, &now.person[role],
			"INSERT INTO person (login, login_folded, name, name_folded, name_initials, role, lang, zone, theme, active, made_at, version)"
			" VALUES ($1, $1, $1, $1, '', $1, 'en', 'UTC', 'system', 1, $2, 1) RETURNING id",
			DB_STR(str_c(role_names[role])), DB_I64(c->now));
	return st;
}

static void remove_folder(void) {
	char command[sizeof folder + 16];
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", folder);
}

static void clean_up(void) {
	if (!now.e)
		return;
	engine_close(now.e);
	now.e = NULL;
	arena_free(now.a);
	remove_folder();
}

static void open_engine(const char *where) {
	struct buf why = { 0 };
	struct engine_config config = { .folder = folder, .database = where, .migrate = true, .jobs = true };
	const char *tmp = getenv("TMPDIR");
	snprintf(folder, sizeof folder, "%s/bokgi-test-XXXXXX", tmp && strlen(tmp) < 400 ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(i18n_init(), ST_OK);
	if (engine_open(&config, &now.e, &why) != ST_OK)
		fail_msg("no engine: %.*s", STR_FMT(buf_str(&why)));
	buf_free(&why);
	identify_really = now.e->identify;
	now.e->identify = identify_test;
	now.a = arena_new(0);
	now.now = clock_now();
	struct ctx c = { .a = now.a, .who = &actor_system, .now = now.now };
	assert_int_equal(engine_write(now.e, &c, add_people, NULL), ST_OK);
	settle(&now); /* what comes round once an hour has been: it does not fall into the test */
}

static void (*running)(struct test_engine *t);

static void with_database(struct db *db UNUSED, struct arena *a UNUSED) {
	open_engine(db_test_where());
	running(&now);
	clean_up();
}

void engine_test(enum db_kind kind, void (*body)(struct test_engine *t)) {
	clean_up();
	running = body;
	db_test(kind, with_database);
}

struct answer callf(struct test_engine *t, enum role role, const char *operation, const char *fmt, ...) {
	struct buf b = buf_in(t->a);
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	return call(t, role, operation, arena_cstr(t->a, buf_str(&b)));
}

struct answer test_must(struct answer x, int status, int line) {
	if (x.status != status)
		fail_msg("line %d: %d instead of %d: %.*s", line, x.status, status, STR_FMT(x.text));
	return x;
}

void test_refused(struct answer x, int status, const char *code, int line) {
	if (x.status != status || !str_is(answer_str(&x, "code"), code))
		fail_msg("line %d: %d %.*s instead of %d %s", line, x.status, STR_FMT(x.text), status, code);
}

struct actor test_person(struct test_engine *t, enum role role) {
	return (struct actor){ .kind = role ? ACTOR_PERSON : ACTOR_NOBODY, .role = role, .person = t->person[role], .id = t->person[role] };
}

struct answer call(struct test_engine *t, enum role role, const char *operation, const char *input) {
	struct actor who = test_person(t, role);
	return call_as(t, &who, operation, input, 0, NULL);
}

static str scalar(struct arena *a, const json_t *v) {
	if (json_is_string(v))
		return arena_str(a, json_str(v));
	char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
	str s = arena_str(a, str_c(text));
	free(text);
	return s;
}

static str decoded(struct arena *a, str coded) {
	unsigned char *bytes = arena_alloc(a, coded.n + 1);
	size_t n = 0;
	assert_int_equal(sodium_base642bin(bytes, coded.n + 1, coded.p, coded.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
	return str_n((const char *)bytes, n);
}

/* Path fields of the input are taken out of the object; the rest is the body, or the query of an operation without one. */
static enum st read_input(struct op_task *task, const struct op *op, json_t *object) {
	struct arena *a = task->c.a;
	str path[16];
	struct op_pair query[32];
	size_t path_n = 0, query_n = 0;
	for (size_t i = 0; op->in && i < op->in->count; i++)
		if (op->in->fields[i].flags & FIELD_PATH) {
			json_t *v = json_object_get(object, op->in->fields[i].name);
			path[path_n++] = v ? scalar(a, v) : STR_NONE;
			json_object_del(object, op->in->fields[i].name);
		}
	const char *key;
	json_t *v;
	if (op->body == BODY_RAW) {
		str coded = json_str(json_object_get(object, "base64"));
		task->call.raw = coded.p ? decoded(a, coded) : scalar(a, json_object_get(object, "body"));
		json_object_del(object, "body");
		json_object_del(object, "base64");
	}
	if (op->body != BODY_JSON)
		json_object_foreach(object, key, v)
			query[query_n++] = (struct op_pair){ arena_str(a, str_c(key)), scalar(a, v) };
	char *text = json_dumps(object, JSON_COMPACT);
	str body = arena_str(a, str_c(text));
	free(text);
	task->call.fingerprint = body;
	return op_read_input(&task->c, op, path, path_n, query, query_n, op->body == BODY_JSON ? body : STR_NONE, &task->in);
}

static struct answer answer_of(struct test_engine *t, struct op_task *task) {
	struct answer out = { .status = task->st == ST_OK ? op_status(task->call.op, &task->reply) : problem_status(task->st) };
	struct buf body = buf_in(t->a);
	char room[160];
	str why;
	if (task->st == ST_OK)
		buf_add(&body, buf_str(&task->reply.body));
	else
		problem_write(&task->c, &task->c.err, &body);
	out.text = buf_str(&body);
	out.body = out.text.n ? json_parse(out.text, &why, room) : NULL;
	json_own(t->a, out.body);
	out.version = task->reply.version;
	out.location = arena_str(t->a, task->reply.location);
	out.next = arena_str(t->a, task->reply.next);
	if (out.status == 500)
		print_message("%s: %.*s\n", task->call.op->name, STR_FMT(task->c.err.message));
	buf_free(&task->reply.body);
	return out;
}

struct answer call_as(struct test_engine *t, const struct actor *who, const char *operation, const char *input, int64_t if_match, const char *key) {
	const struct op *op = op_find(str_c(operation));
	char room[160];
	str why;
	if (!op)
		fail_msg("there is no operation %s", operation);
	json_t *object = json_parse(str_c(input), &why, room);
	if (!json_is_object(object))
		fail_msg("%s: input %s", operation, input);
	json_own(t->a, object);
	struct op_task *task = arena_new_of(t->a, struct op_task);
	task->e = t->e;
	task->c = (struct ctx){ .a = t->a, .now = t->now ? t->now : clock_now(), .who = &actor_nobody, .zone = zone_utc() };
	task->call = (struct call){ .op = op, .if_match = if_match, .key = str_c(key), .remote = STR("test"), .content_type = STR("application/json") };
	task->call.credential = arena_printf(t->a, "as %d %lld %d", who->role, (long long)who->person, who->reach);
	task->st = read_input(task, op, object);
	if (task->st == ST_OK)
		engine_call(task, NULL);
	return answer_of(t, task);
}

const json_t *answer_at(const struct answer *a, const char *path) {
	const json_t *v = a->body;
	for (str rest = str_c(path); rest.p && v;) {
		str step = str_cut(&rest, '/');
		int64_t i;
		char name[100];
		snprintf(name, sizeof name, "%.*s", STR_FMT(step));
		v = json_is_array(v) && str_i64(step, &i) ? json_array_get(v, (size_t)i) : json_object_get(v, name);
	}
	return v;
}

str answer_str(const struct answer *a, const char *path) {
	return json_str(answer_at(a, path));
}

int64_t answer_i64(const struct answer *a, const char *path) {
	return json_integer_value(answer_at(a, path));
}

void settle(struct test_engine *t) {
	assert_true(jobs_settle(t->e, 20000));
}
