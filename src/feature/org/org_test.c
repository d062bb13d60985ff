#include <pthread.h>

#include "base/clock.h"
#include "core/testing.h"
#include "feature/org/account.h"

/* ---- what every operation gets from the mechanisms, shown on this room ---- */

TEST_ENGINE(op, input_errors_name_the_field) {
	static const struct { const char *operation, *input, *code, *field; int status; } cases[] = {
		{ "team.create", "{}", "field.missing", "name", 422 },
		{ "team.create", "{\"name\":\"\",\"handle\":\"x\"}", "field.empty", "name", 422 },
		{ "team.create", "{\"name\":\"  \",\"handle\":\"x\"}", "field.empty", "name", 422 },
		{ "team.create", "{\"name\":3,\"handle\":\"x\"}", "field.type", "name", 422 },
		{ "team.create", "{\"name\":null,\"handle\":\"x\"}", "field.type", "name", 422 },
		{ "team.create", "{\"name\":\"a\\u0000b\",\"handle\":\"x\"}", "field.nul", "name", 422 },
		{ "team.create", "{\"name\":\"a\",\"handle\":\"x\",\"role\":\"administrator\"}", "field.unknown", "role", 422 },
		{ "team.create", "{\"name\":\"a\",\"handle\":\"@x\"}", "handle.malformed", "handle", 422 },
		{ "user.create", "{\"login\":\"a\",\"name\":\"b\",\"role\":\"king\"}", "field.choice", "role", 422 },
		{ "user.create", "{\"login\":\"a\",\"name\":\"b\",\"role\":\"viewer\",\"password\":\"short\"}", "password.short", "password", 422 },
		{ "user.create", "{\"login\":\"a\",\"name\":\"b\",\"role\":\"viewer\",\"zone\":\"Mars/Base\"}", "zone.unknown", "zone", 422 },
		{ "service.create", "{\"name\":\"s\",\"depends_on\":[\"x\"]}", "field.type", "depends_on/0", 422 },
		{ "service.create", "{\"name\":\"s\",\"depends_on\":[99]}", "service.unknown", "depends_on", 422 },
		{ "service.create", "{\"name\":\"s\",\"team\":99}", "team.unknown", "team", 422 },
		{ "team.get", "{\"id\":99}", "record.not_found", "", 404 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = call(t, ROLE_ADMINISTRATOR, cases[i].operation, cases[i].input);
		assert_str(answer_str(&a, "code"), cases[i].code);
		assert_str(answer_str(&a, "field"), cases[i].field);
		assert_int_equal(a.status, cases[i].status);
	}
}

TEST_ENGINE(op, a_key_makes_a_change_happen_once) {
	struct actor who = test_person(t, ROLE_ADMINISTRATOR);
	struct answer first = call_as(t, &who, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}", 0, "k1");
	struct answer again = call_as(t, &who, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}", 0, "k1");
	struct answer other = call_as(t, &who, "team.create", "{\"name\":\"Search\",\"handle\":\"search\"}", 0, "k1");
	struct answer secret = call_as(t, &who, "token.create", "{\"name\":\"t\",\"role\":\"viewer\"}", 0, "k2");
	struct answer secret_again = call_as(t, &who, "token.create", "{\"name\":\"t\",\"role\":\"viewer\"}", 0, "k2");
	struct answer all = call(t, ROLE_VIEWER, "team.list", "{}");
	assert_int_equal(first.status, 201);
	assert_int_equal(again.status, 201);
	assert_true(str_eq(first.text, again.text) && str_eq(first.location, again.location) && first.version == again.version);
	assert_str(answer_str(&other, "code"), "idempotency.reused");
	assert_int_equal(secret.status, 201);
	assert_str(answer_str(&secret_again, "code"), "idempotency.secret");
	assert_int_equal(json_array_size(answer_at(&all, "items")), 1);
}

TEST_ENGINE(op, a_failed_change_leaves_nothing_behind) {
	struct answer before = call(t, ROLE_VIEWER, "service.list", "{}");
	/* The service's row is written before the missing dependency is noticed. */
	struct answer a = call(t, ROLE_EDITOR, "service.create", "{\"name\":\"checkout\",\"depends_on\":[12345]}");
	struct answer after = call(t, ROLE_VIEWER, "service.list", "{}");
	assert_int_equal(a.status, 422);
	assert_true(str_eq(before.text, after.text));
}

TEST_ENGINE(op, a_stale_version_is_refused_with_the_record) {
	struct actor who = test_person(t, ROLE_ADMINISTRATOR);
	struct answer made = call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"A\",\"handle\":\"a\"}");
	struct answer none = call_as(t, &who, "team.change", "{\"id\":1,\"name\":\"B\"}", 0, NULL);
	struct answer good = call_as(t, &who, "team.change", "{\"id\":1,\"name\":\"B\"}", made.version, NULL);
	struct answer stale = call_as(t, &who, "team.change", "{\"id\":1,\"name\":\"C\"}", made.version, NULL);
	assert_int_equal(none.status, 428);
	assert_int_equal(good.status, 200);
	assert_int_equal(stale.status, 412);
	assert_str(answer_str(&stale, "current/name"), "B");
}

/* ---- accounts ---- */

TEST_ENGINE(account, login_session_and_logout) {
	struct answer made = call(t, ROLE_ADMINISTRATOR, "user.create", "{\"login\":\"Kim\",\"name\":\"김민수\",\"role\":\"responder\",\"password\":\"correct horse\"}");
	struct answer wrong = call(t, ROLE_NONE, "session.login", "{\"login\":\"kim\",\"password\":\"wrong horse\"}");
	struct answer nobody = call(t, ROLE_NONE, "session.login", "{\"login\":\"nobody\",\"password\":\"wrong horse\"}");
	struct answer in = call(t, ROLE_NONE, "session.login", "{\"login\":\"KIM\",\"password\":\"correct horse\"}");
	assert_int_equal(made.status, 201);
	assert_int_equal(wrong.status, 401);
	assert_str(answer_str(&nobody, "detail"), arena_cstr(t->a, answer_str(&wrong, "detail")));
	assert_int_equal(in.status, 200);
	assert_str(answer_str(&in, "account/name"), "김민수");
}

TEST_ENGINE(account, the_last_administrator_stays) {
	char input[100];
	struct actor who = test_person(t, ROLE_ADMINISTRATOR);
	snprintf(input, sizeof input, "{\"id\":%lld,\"role\":\"viewer\"}", (long long)t->person[ROLE_ADMINISTRATOR]);
	struct answer a = call_as(t, &who, "user.change", input, -1, NULL);
	assert_str(answer_str(&a, "code"), "person.last_administrator");
}

TEST_ENGINE(account, a_token_does_no_more_than_its_maker) {
	struct answer a = call(t, ROLE_RESPONDER, "token.create", "{\"name\":\"t\",\"role\":\"editor\"}");
	struct answer b = call(t, ROLE_RESPONDER, "token.create", "{\"name\":\"t\",\"role\":\"viewer\"}");
	assert_int_equal(a.status, 403);
	assert_int_equal(b.status, 201);
	assert_true(str_starts(answer_str(&b, "token"), STR("bokgi_")));
}

TEST_ENGINE(account, a_models_token_reaches_tools_alone) {
	struct actor reads = test_person(t, ROLE_EDITOR), writes = reads, feed = reads;
	const char *declared = "{\"title\":\"x\",\"severity\":\"SEV3\"}";
	reads.reach = REACH_MODEL;
	writes.reach = REACH_MODEL_WRITES;
	feed.reach = REACH_FEED;
	struct answer refused = call_as(t, &reads, "incident.declare", declared, 0, NULL), done = call_as(t, &writes, "incident.declare", declared, 0, NULL);
	struct answer far = call_as(t, &writes, "token.list", "{}", 0, NULL), nothing = call_as(t, &feed, "me.get", "{}", 0, NULL);
	assert_str(answer_str(&refused, "code"), "token.read_only");
	assert_int_equal(done.status, 201);
	assert_str(answer_str(&far, "code"), "token.reach");
	assert_str(answer_str(&nothing, "code"), "token.reach");
	assert_int_equal(call_as(t, &reads, "incident.list", "{}", 0, NULL).status, 200);
}

TEST(account, the_use_of_a_token_stands_before_its_secret) {
	assert_int_equal(account_reach(STR("bokgi_mcp_x")), REACH_ALL);
	assert_int_equal(account_reach(STR("bokgi-mcp_x")), REACH_MODEL);
	assert_int_equal(account_reach(STR("bokgi-mcpw_x")), REACH_MODEL_WRITES);
	assert_int_equal(account_reach(STR("bokgi-feed_x")), REACH_FEED);
}

TEST_ENGINE(account, of_an_address_the_network_is_kept) {
	static const struct { const char *address, *network; } cases[] = { { "192.0.2.17", "192.0.2.0/24" }, { "2001:db8:7:1:2:3:4:5", "2001:db8:7::/48" }, { "127.0.0.1", "127.0.0.0/24" }, { "::1", "::1" },
		{ "", "" }, { "@", "@" }, { "2001:db8::1", "2001:db8::1" }, { "1.2", "1.2" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(account_network(t->a, str_c(cases[i].address)), cases[i].network);
}

static int ask_with(struct test_engine *t, str secret, const char *remote) {
	struct op_task task = { .e = t->e, .c = { .a = t->a, .now = t->now, .who = &actor_nobody, .zone = zone_utc() } };
	task.call = (struct call){ .op = op_find(STR("me.get")), .remote = str_c(remote), .credential = secret, .is_bearer = true };
	engine_call(&task, NULL);
	buf_free(&task.reply.body);
	return task.st == ST_OK ? 200 : problem_status(task.st);
}

TEST_ENGINE(account, a_token_says_what_for_and_from_where_it_was_used) {
	struct answer made = call(t, ROLE_RESPONDER, "token.create", "{\"name\":\"t\",\"role\":\"viewer\",\"use\":\"mcp\"}"), l = call(t, ROLE_RESPONDER, "token.list", "{}");
	assert_str(answer_str(&l, "items/0/use"), "mcp");
	assert_true(json_is_null(answer_at(&l, "items/0/used_at")));
	assert_int_equal(ask_with(t, answer_str(&made, "token"), "192.0.2.17"), 200);
	/* It is written behind. */
	for (int i = 0; i < 5000 && !answer_str(&l, "items/0/used_at").n; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
		l = call(t, ROLE_RESPONDER, "token.list", "{}");
	}
	assert_str(answer_str(&l, "items/0/used_from"), "192.0.2.0/24");
	assert_int_equal(ask_with(t, STR("bokgi-mcp_nobodys"), "192.0.2.17"), 401);
	l = call(t, ROLE_VIEWER, "token.list", "{}");
	assert_int_equal(json_array_size(answer_at(&l, "items")), 0);
}

enum { RACERS = 64 };

struct racer {
	pthread_t thread;
	struct engine *e;
	const char *secret;
	int number, status;
};

static void *race(void *data) {
	struct racer *r = data;
	struct arena *a = arena_new(0);
	struct op_task task = { .e = r->e, .c = { .a = a, .now = clock_now(), .who = &actor_nobody, .zone = zone_utc() } };
	str body = arena_printf(a, "{\"secret\":\"%s\",\"login\":\"racer%d\",\"name\":\"x\",\"password\":\"correct horse\"}", r->secret, r->number);
	task.call = (struct call){ .op = op_find(STR("setup.run")), .remote = STR("test") };
	task.st = op_read_input(&task.c, task.call.op, NULL, 0, NULL, 0, body, &task.in);
	if (task.st == ST_OK)
		engine_call(&task, NULL);
	r->status = task.st == ST_OK ? 200 : problem_status(task.st);
	buf_free(&task.reply.body);
	arena_free(a);
	return NULL;
}

static enum st empty_organisation(struct ctx *c, void *data UNUSED) {
	return db_do(c, "UPDATE person SET role = 'viewer' WHERE id > $1", DB_I64(0));
}

TEST_ENGINE(account, racing_first_administrators_make_one) {
	struct racer racers[RACERS];
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	char *secret = NULL;
	int made = 0, refused = 0;
	assert_int_equal(engine_write(t->e, &c, empty_organisation, NULL), ST_OK);
	assert_int_equal(org_setup_secret(t->e, &secret), ST_OK);
	for (int i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){ .e = t->e, .secret = secret, .number = i };
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	for (int i = 0; i < RACERS; i++) {
		pthread_join(racers[i].thread, NULL);
		made += racers[i].status == 200;
		refused += racers[i].status == 409 || racers[i].status == 403; /* the secret ends with its use */
	}
	free(secret);
	struct answer all = call(t, ROLE_VIEWER, "user.list", "{\"q\":\"racer\"}");
	assert_int_equal(made, 1);
	assert_int_equal(refused, RACERS - 1);
	assert_int_equal(json_array_size(answer_at(&all, "items")), 1);
}

/* ---- teams and services ---- */

TEST_ENGINE(org, a_responder_changes_services_of_own_teams_only) {
	char input[100];
	call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Mine\",\"handle\":\"mine\"}");
	call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Other\",\"handle\":\"other\"}");
	snprintf(input, sizeof input, "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_RESPONDER]);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "team.join", input).status, 204);
	struct answer own = call(t, ROLE_RESPONDER, "service.create", "{\"name\":\"checkout\",\"team\":1}");
	struct answer other = call(t, ROLE_RESPONDER, "service.create", "{\"name\":\"search\",\"team\":2}");
	struct answer editor = call(t, ROLE_EDITOR, "service.create", "{\"name\":\"search\",\"team\":2,\"depends_on\":[1]}");
	struct answer twice = call(t, ROLE_EDITOR, "service.create", "{\"name\":\"SEARCH\"}");
	assert_int_equal(own.status, 201);
	assert_int_equal(other.status, 403);
	assert_int_equal(editor.status, 201);
	assert_str(answer_str(&twice, "code"), "service.taken");
	struct answer used = call(t, ROLE_VIEWER, "service.get", "{\"id\":1}");
	assert_str(answer_str(&used, "used_by/0/name"), "search");
}

TEST_ENGINE(org, people_are_found_by_name_and_initial_consonants) {
	call(t, ROLE_ADMINISTRATOR, "user.create", "{\"login\":\"minsu\",\"name\":\"김민수\",\"role\":\"viewer\",\"password\":\"correct horse\"}");
	static const char *const queries[] = { "{\"q\":\"김\"}", "{\"q\":\"MINS\"}", "{\"q\":\"ㄱㅁ\"}" };
	for (size_t i = 0; i < 3; i++) {
		struct answer a = call(t, ROLE_VIEWER, "user.list", queries[i]);
		assert_int_equal(json_array_size(answer_at(&a, "items")), 1);
	}
}

TEST_ENGINE(account, whoever_asks_is_told_the_clock_of_the_zone) {
	struct actor who = test_person(t, ROLE_EDITOR);
	assert_int_equal(call_as(t, &who, "me.change", "{\"zone\":\"America/New_York\"}", 1, NULL).status, 200);
	struct answer me = call(t, ROLE_EDITOR, "me.get", "{}"), nobody = call(t, ROLE_NONE, "me.get", "{}");
	assert_true(json_array_size(answer_at(&me, "clock")) >= 4);
	assert_true(answer_i64(&me, "clock/0/offset") == -14400 || answer_i64(&me, "clock/0/offset") == -18000);
	assert_int_equal(json_array_size(answer_at(&nobody, "clock")), 1);
}
