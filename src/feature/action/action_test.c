#include "core/block.h"
#include "core/testing.h"
#include "feature/action/action_store.h"

/* ---- rules ---- */

TEST(action, states_and_what_leads_from_one_to_another) {
	static const struct { enum action_verb verb; enum action_state from; bool may; } cases[] = {
		{ ACTION_CLOSE, ACTION_OPEN, true }, { ACTION_CLOSE, ACTION_DONE, false }, { ACTION_CLOSE, ACTION_DROPPED, false },
		{ ACTION_DROP, ACTION_OPEN, true }, { ACTION_DROP, ACTION_DONE, false }, { ACTION_DROP, ACTION_DROPPED, false },
		{ ACTION_REOPEN, ACTION_OPEN, false }, { ACTION_REOPEN, ACTION_DONE, true }, { ACTION_REOPEN, ACTION_DROPPED, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(action_may(cases[i].verb, cases[i].from), cases[i].may);
}

TEST(action, every_type_has_its_group) {
	assert_int_equal(action_aim_of(ACTION_PREVENT), ACTION_PREVENTION);
	assert_int_equal(action_aim_of(ACTION_DETECT), ACTION_DETECTION);
	assert_int_equal(action_aim_of(ACTION_MITIGATE), ACTION_HANDLING);
	assert_int_equal(action_aim_of(ACTION_PROCESS), ACTION_HANDLING);
	assert_int_equal(action_aim_of(ACTION_REPAIR), ACTION_HANDLING);
}

/* ---- operations ---- */

static int64_t create(struct test_engine *t, const char *input) {
	struct answer x = call(t, ROLE_RESPONDER, "action.create", input);
	assert_int_equal(x.status, 201);
	return answer_i64(&x, "id");
}

static struct answer on(struct test_engine *t, enum role role, const char *operation, int64_t id, const char *members) {
	return call(t, role, operation, arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld%s%s}", (long long)id, *members ? "," : "", members)));
}

TEST_ENGINE(action, create_shows_everything_that_was_said) {
	struct answer x = call(t, ROLE_RESPONDER, "action.create",
		"{\"title\":\"큐 길이에 경보를 건다\",\"type\":\"detect\",\"owner\":1,\"due\":\"2026-12-01\",\"priority\":\"P1\",\"tracker\":\"https://t.example/7\"}");
	assert_int_equal(x.status, 201);
	assert_str(x.location, "/api/v1/actions/1");
	assert_str(answer_str(&x, "ref"), "ACT-1");
	assert_str(answer_str(&x, "state"), "open");
	assert_str(answer_str(&x, "aim"), "detection");
	assert_str(answer_str(&x, "priority"), "P1");
	assert_str(answer_str(&x, "due"), "2026-12-01");
	assert_int_equal(answer_i64(&x, "owner/id"), 1);
	assert_int_equal(answer_i64(&x, "made_by/id"), t->person[ROLE_RESPONDER]);
	assert_true(json_is_null(answer_at(&x, "incident")));
	assert_true(json_is_null(answer_at(&x, "closed_at")));
	assert_int_equal(x.version, 1);
}

TEST_ENGINE(action, create_refuses_what_does_not_fit) {
	assert_code(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\"}"), 422, "field.missing");
	assert_code(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"detect\",\"owner\":99}"), 422, "person.unknown");
	assert_code(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"detect\",\"incident\":99}"), 422, "action.link_unknown");
	assert_code(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"detect\",\"document\":99}"), 422, "action.link_unknown");
	assert_code(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"detect\",\"tracker\":\"javascript:alert(1)\"}"), 422, "action.tracker");
	assert_code(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"detect\",\"due\":\"2026-02-30\"}"), 422, "field.type");
	assert_code(call(t, ROLE_VIEWER, "action.create", "{\"title\":\"x\",\"type\":\"detect\"}"), 403, "auth.denied");
}

TEST_ENGINE(action, close_needs_evidence) {
	int64_t id = create(t, "{\"title\":\"Test the fallback\",\"type\":\"process\"}");
	struct answer x = on(t, ROLE_RESPONDER, "action.close", id, "");
	assert_code(x, 422, "action.no_evidence");
	assert_str(answer_str(&x, "field"), "evidence");
	assert_code(on(t, ROLE_RESPONDER, "action.close", id, "\"evidence\":\"  \""), 422, "action.no_evidence");
	x = on(t, ROLE_RESPONDER, "action.close", id, "\"evidence\":\"Drill of 3 March: 40 s\"");
	assert_int_equal(x.status, 200);
	assert_str(answer_str(&x, "state"), "done");
	assert_str(answer_str(&x, "evidence"), "Drill of 3 March: 40 s");
	assert_int_equal(answer_i64(&x, "closed_by/id"), t->person[ROLE_RESPONDER]);
	assert_int_equal(x.version, 2);
	assert_code(on(t, ROLE_RESPONDER, "action.close", id, "\"evidence\":\"again\""), 409, "action.state");
}

TEST_ENGINE(action, drop_and_reopen_need_a_reason) {
	int64_t id = create(t, "{\"title\":\"Rewrite it\",\"type\":\"repair\"}");
	assert_code(on(t, ROLE_RESPONDER, "action.drop", id, ""), 422, "action.no_reason");
	struct answer x = on(t, ROLE_RESPONDER, "action.drop", id, "\"reason\":\"Too much for what it gains\"");
	assert_str(answer_str(&x, "state"), "dropped");
	assert_false(json_is_null(answer_at(&x, "closed_at")));
	assert_code(on(t, ROLE_RESPONDER, "action.reopen", id, ""), 422, "action.no_reason");
	x = on(t, ROLE_RESPONDER, "action.reopen", id, "\"reason\":\"It happened again\"");
	assert_str(answer_str(&x, "state"), "open");
	assert_str(answer_str(&x, "reason"), "It happened again");
	assert_true(json_is_null(answer_at(&x, "closed_at")));
	assert_code(on(t, ROLE_RESPONDER, "action.reopen", id, "\"reason\":\"x\""), 409, "action.state");
}

TEST_ENGINE(action, change_asks_for_the_version) {
	int64_t id = create(t, "{\"title\":\"Alarm\",\"type\":\"detect\",\"owner\":1,\"due\":\"2026-12-01\"}");
	struct actor who = test_person(t, ROLE_RESPONDER);
	struct answer x = call_as(t, &who, "action.change", "{\"id\":1,\"title\":\"Alarms\"}", 0, NULL);
	assert_int_equal(id, 1);
	assert_int_equal(x.status, 428);
	x = call_as(t, &who, "action.change", "{\"id\":\"ACT-1\",\"title\":\"Alarms\",\"owner\":null,\"due\":null,\"type\":\"prevent\"}", 1, NULL);
	assert_int_equal(x.status, 200);
	assert_str(answer_str(&x, "title"), "Alarms");
	assert_str(answer_str(&x, "aim"), "prevention");
	assert_true(json_is_null(answer_at(&x, "owner")));
	assert_true(json_is_null(answer_at(&x, "due")));
	x = call_as(t, &who, "action.change", "{\"id\":1,\"title\":\"Other\"}", 1, NULL);
	assert_int_equal(x.status, 412);
	assert_str(answer_str(&x, "current/title"), "Alarms");
}

TEST_ENGINE(action, open_ones_are_listed_by_due_date_in_pages) {
	create(t, "{\"title\":\"later\",\"type\":\"detect\",\"due\":\"2026-12-02\"}");
	create(t, "{\"title\":\"no date\",\"type\":\"detect\"}");
	create(t, "{\"title\":\"first\",\"type\":\"detect\",\"due\":\"2026-11-30\"}");
	create(t, "{\"title\":\"later too\",\"type\":\"detect\",\"due\":\"2026-12-02\"}");
	struct answer x = call(t, ROLE_VIEWER, "action.list", "{\"limit\":2}");
	assert_str(answer_str(&x, "items/0/title"), "first");
	assert_str(answer_str(&x, "items/1/title"), "later");
	x = call(t, ROLE_VIEWER, "action.list", arena_cstr(t->a, arena_printf(t->a, "{\"limit\":2,\"after\":\"%.*s\"}", STR_FMT(x.next))));
	assert_str(answer_str(&x, "items/0/title"), "later too");
	assert_str(answer_str(&x, "items/1/title"), "no date");
	x = call(t, ROLE_VIEWER, "action.list", arena_cstr(t->a, arena_printf(t->a, "{\"limit\":2,\"after\":\"%.*s\"}", STR_FMT(x.next))));
	assert_int_equal(json_array_size(answer_at(&x, "items")), 0);
}

TEST_ENGINE(action, the_list_is_filtered) {
	char mine[120];
	snprintf(mine, sizeof mine, "{\"title\":\"mine\",\"type\":\"detect\",\"owner\":%lld}", (long long)t->person[ROLE_VIEWER]);
	create(t, mine);
	int64_t done = create(t, "{\"title\":\"done\",\"type\":\"detect\"}");
	on(t, ROLE_RESPONDER, "action.close", done, "\"evidence\":\"seen\"");
	static const struct { const char *input, *want; int n; } cases[] = {
		{ "{}", "mine", 1 }, { "{\"state\":\"done\"}", "done", 1 }, { "{\"state\":\"all\"}", "done", 2 }, { "{\"owner\":\"me\"}", "mine", 1 },
		{ "{\"state\":\"done\",\"owner\":\"me\"}", "", 0 }, { "{\"incident\":7}", "", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer x = call(t, ROLE_VIEWER, "action.list", cases[i].input);
		assert_int_equal(json_array_size(answer_at(&x, "items")), cases[i].n);
		assert_str(answer_str(&x, "items/0/title"), cases[i].want);
	}
	assert_code(call(t, ROLE_VIEWER, "action.list", "{\"owner\":\"kim\"}"), 422, "action.owner");
}

TEST_ENGINE(action, stands_in_its_incident_and_follows_who_may_see_it) {
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 장애\",\"services\":[]}");
	assert_int_equal(i.status, 201);
	int64_t id = create(t, "{\"title\":\"Alarm\",\"type\":\"detect\",\"incident\":\"INC-1\"}");
	struct answer x = on(t, ROLE_VIEWER, "action.get", id, "");
	assert_str(answer_str(&x, "incident/ref"), "INC-1");
	assert_str(answer_str(&x, "incident/title"), "결제 장애");
	i = call(t, ROLE_VIEWER, "incident.get", "{\"id\":1}");
	assert_str(answer_str(&i, "actions/0/ref"), "ACT-1");

	i = call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	assert_int_equal(i.status, 200);
	assert_int_equal(on(t, ROLE_VIEWER, "action.get", id, "").status, 404);
	x = call(t, ROLE_VIEWER, "action.list", "{}");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 0);
	assert_int_equal(on(t, ROLE_RESPONDER, "action.get", id, "").status, 200);
	/* Whoever may not see the incident cannot hang an action on it, nor learn that it exists. */
	assert_code(call(t, ROLE_EDITOR, "action.create", "{\"title\":\"x\",\"type\":\"detect\",\"incident\":1}"), 422, "action.link_unknown");

	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":false}");
	assert_int_equal(on(t, ROLE_VIEWER, "action.get", id, "").status, 200);
}

static void leave_undated(struct test_engine *t) {
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "policy.set", "{\"note\":\"No dates\",\"p2_days\":null}").status, 200);
}

TEST_ENGINE(action, the_live_block_is_a_table) {
	leave_undated(t);
	create(t, "{\"title\":\"Watch the *queue* | always\",\"type\":\"detect\",\"incident\":null,\"due\":\"2026-12-02\"}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Payments fail\"}");
	create(t, "{\"title\":\"Second\",\"type\":\"prevent\",\"incident\":1,\"owner\":1,\"due\":\"2026-12-02\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Payments\",\"kind\":\"incident\",\"template\":\"none\",\"lang\":\"en\",\"incident\":1}").status, 201);
	create(t, "{\"title\":\"Watch the *queue* | always\",\"type\":\"detect\",\"incident\":1}");
	create(t, "{\"title\":\"Of the text alone\",\"type\":\"detect\",\"document\":1}");
	struct actor who = test_person(t, ROLE_VIEWER);
	struct db *db = NULL;
	struct buf out = buf_in(t->a), why = { 0 };
	assert_int_equal(db_open(t->e->database, DB_READER, &db, &why), ST_OK);
	struct ctx c = { .a = t->a, .db = db, .who = &who, .zone = zone_utc() };
	const struct live_block *block = block_find(STR("actions"));
	assert_non_null(block);
	assert_int_equal(block->write(&c, &(struct block_subject){ .document = 1 }, STR_NONE, &out), ST_OK);
	db_close(db);
	assert_str(buf_str(&out), "| Number | Action | Type | Priority | Owner | Due | State |\n|---|---|---|---|---|---|---|\n"
		"| ACT-2 | Second | prevent | P2 | viewer | 2026-12-02 | open |\n"
		"| ACT-3 | Watch the \\*queue\\* \\| always | detect | P2 |  |  | open |\n"
		"| ACT-4 | Of the text alone | detect | P2 |  |  | open |\n");
}

/* ---- until it has held ---- */

TEST_ENGINE(action, what_is_done_is_looked_at_again) {
	int64_t id = create(t, "{\"title\":\"Alarm\",\"type\":\"detect\"}");
	assert_code(on(t, ROLE_RESPONDER, "action.check", id, "\"held\":true,\"note\":\"x\""), 409, "action.state");
	t->now = INT64_C(1790000000000000); /* 2026-09-21 */
	struct answer x = on(t, ROLE_RESPONDER, "action.close", id, "\"evidence\":\"seen\"");
	assert_str(answer_str(&x, "check_on"), "2026-11-02");
	assert_true(json_is_null(answer_at(&x, "held")));
	x = call(t, ROLE_VIEWER, "action.list", "{\"q\":\"hold:due\"}");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 0);
	t->now += 42 * INT64_C(86400000000);
	x = call(t, ROLE_VIEWER, "action.list", "{\"q\":\"hold:due\"}");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 1);
	assert_code(on(t, ROLE_RESPONDER, "action.check", id, "\"held\":false"), 422, "field.missing");
	assert_code(on(t, ROLE_VIEWER, "action.check", id, "\"held\":true,\"note\":\"x\""), 403, "auth.denied");
	x = on(t, ROLE_RESPONDER, "action.check", id, "\"held\":false,\"note\":\"It came back\"");
	assert_str(answer_str(&x, "state"), "open");
	assert_str(answer_str(&x, "held"), "not_held");
	assert_str(answer_str(&x, "reason"), "It came back");
	assert_true(json_is_null(answer_at(&x, "check_on")));
	on(t, ROLE_RESPONDER, "action.close", id, "\"evidence\":\"again\",\"check_on\":\"2026-12-24\"");
	x = on(t, ROLE_RESPONDER, "action.check", id, "\"held\":true,\"note\":\"Quiet for a month\"");
	assert_str(answer_str(&x, "state"), "done");
	assert_str(answer_str(&x, "held"), "held");
	assert_int_equal(answer_i64(&x, "checked_by/id"), t->person[ROLE_RESPONDER]);
}

TEST_ENGINE(action, what_will_not_be_done_says_who_agreed) {
	int64_t one = create(t, "{\"title\":\"a\",\"type\":\"repair\"}"), two = create(t, "{\"title\":\"b\",\"type\":\"repair\"}");
	struct answer x = on(t, ROLE_RESPONDER, "action.drop", one, "\"reason\":\"Too much\"");
	assert_int_equal(answer_i64(&x, "agreed_by/id"), t->person[ROLE_RESPONDER]);
	assert_code(on(t, ROLE_RESPONDER, "action.drop", two, "\"reason\":\"Too much\",\"agreed_by\":99"), 422, "person.unknown");
	char members[80];
	snprintf(members, sizeof members, "\"reason\":\"Too much\",\"agreed_by\":%lld", (long long)t->person[ROLE_EDITOR]);
	x = on(t, ROLE_RESPONDER, "action.drop", two, members);
	assert_int_equal(answer_i64(&x, "agreed_by/id"), t->person[ROLE_EDITOR]);
	x = on(t, ROLE_RESPONDER, "action.reopen", two, "\"reason\":\"Now we can\"");
	assert_true(json_is_null(answer_at(&x, "agreed_by")));
}

TEST_ENGINE(action, work_begins_when_somebody_says_so) {
	create(t, "{\"title\":\"a\",\"type\":\"repair\",\"horizon\":\"long\"}");
	struct actor who = test_person(t, ROLE_RESPONDER);
	struct answer x = call_as(t, &who, "action.change", "{\"id\":1,\"started\":true}", -1, NULL);
	assert_false(json_is_null(answer_at(&x, "started_at")));
	assert_str(answer_str(&x, "horizon"), "long");
	x = call_as(t, &who, "action.change", "{\"id\":1,\"started\":false,\"horizon\":\"short\"}", -1, NULL);
	assert_true(json_is_null(answer_at(&x, "started_at")));
	assert_str(answer_str(&x, "horizon"), "short");
	assert_code(call_as(t, &who, "action.change", "{\"id\":1,\"team\":99}", -1, NULL), 422, "team.unknown");
}

/* ---- the filter ---- */

static void seed_filter(struct test_engine *t) {
	t->now = INT64_C(1790000000000000); /* 2026-09-21 */
	char mine[160];
	leave_undated(t);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"Pay API\"}").status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 장애\",\"services\":[1]}").status, 201);
	snprintf(mine, sizeof mine, "{\"title\":\"Alarm on the queue\",\"type\":\"detect\",\"owner\":%lld,\"due\":\"2026-09-20\",\"priority\":\"P1\"}", (long long)t->person[ROLE_RESPONDER]);
	create(t, mine);
	create(t, "{\"title\":\"큐 길이를 본다\",\"type\":\"prevent\",\"due\":\"2026-09-25\",\"incident\":1}");
	create(t, "{\"title\":\"Rewrite\",\"type\":\"process\",\"horizon\":\"long\"}");
	int64_t done = create(t, "{\"title\":\"Was done\",\"type\":\"prevent\",\"due\":\"2026-09-01\"}");
	on(t, ROLE_RESPONDER, "action.close", done, "\"evidence\":\"seen\"");
}

/* The numbers that are found, in order: "1 2". */
static str found(struct test_engine *t, const char *q) {
	struct buf input = buf_in(t->a), b = buf_in(t->a);
	buf_lit(&input, "{\"q\":");
	json_quote(&input, str_c(q));
	buf_lit(&input, "}");
	struct answer x = call(t, ROLE_RESPONDER, "action.list", arena_cstr(t->a, buf_str(&input)));
	if (x.status != 200)
		return answer_str(&x, "message").n ? answer_str(&x, "message") : answer_str(&x, "detail");
	const json_t *items = answer_at(&x, "items");
	for (size_t i = 0; i < json_array_size(items); i++)
		buf_printf(&b, "%s%lld", i ? " " : "", (long long)json_integer_value(json_object_get(json_array_get(items, i), "id")));
	return b.n ? buf_str(&b) : STR("");
}

TEST_ENGINE(action, the_filter_is_read) {
	seed_filter(t);
	static const struct { const char *q, *want; } cases[] = {
		{ "owner:me", "1" }, { "owner:나", "1" }, { "owner:none", "2 3" }, { "owner:responder", "1" }, { "type:detect", "1" }, { "type:detect,prevent", "1 2" },
		{ "종류:탐지", "1" }, { "group:prevention", "2" }, { "묶음:발생방지", "2" }, { "priority:P1", "1" }, { "priority:p2,p3", "2 3" }, { "horizon:long", "3" },
		{ "overdue", "1" }, { "늦음", "1" }, { "due:<7d", "1 2" }, { "due:>3d", "2" }, { "due:>4d", "" }, { "due:none", "3" }, { "due:2026-09-25", "2" }, { "due:<2026-09-21", "1" },
		{ "state:done", "4" }, { "state:all", "4 3 2 1" }, { "state:todo", "1 2 3" }, { "state:doing", "" }, { "hold:waiting", "4" }, { "hold:due", "" },
		{ "service:\"Pay API\"", "2" }, { "service:\"pay api\" type:detect", "" }, { "incident:INC-1", "2" }, { "INC-1", "2" }, { "ACT-4", "4" }, { "document:PM-9", "" },
		{ "\"alarm on\"", "1" }, { "\"alarm on\" type:detect", "1" }, { "\"on alarm\"", "" }, { "\"alarm o", "1" }, { "\"\"", "1 2 3" }, { "queue", "1" }, { "QUEUE alarm", "" }, { "Alarm ON", "1" }, { "길이", "2" }, { "100%", "" }, { "type:detect owner:none", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str got = found(t, cases[i].q);
		if (!str_is(got, cases[i].want))
			fail_msg("%s: found \"%.*s\", wanted \"%s\"", cases[i].q, STR_FMT(got), cases[i].want);
	}
}

TEST_ENGINE(action, a_filter_that_cannot_be_read_names_its_word) {
	seed_filter(t);
	static const char *const cases[] = { "type:detekt", "owner:nobodyhere", "due:soon", "due:2026-02-30", "service:none", "state:", "colour:red", "hold:perhaps", "incident:x",
		"priority:P1,P9", "due:<9999999999999d" };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str got = found(t, cases[i]);
		if (str_find(got, str_c(cases[i])) < 0)
			fail_msg("%s: \"%.*s\"", cases[i], STR_FMT(got));
	}
}

TEST_ENGINE(action, the_table_for_a_spreadsheet_is_what_is_seen) {
	seed_filter(t);
	create(t, "{\"title\":\"=1+1 \\\"x\\\"\",\"type\":\"prevent\"}");
	struct answer x = call(t, ROLE_VIEWER, "action.csv", "{\"q\":\"type:prevent\"}");
	assert_int_equal(x.status, 200);
	assert_true(str_starts(x.text, STR("\xef\xbb\xbf\"Number\",\"Action\"")));
	assert_true(str_find(x.text, STR("\"ACT-2\",\"큐 길이를 본다\",\"prevent\"")) > 0);
	assert_true(str_find(x.text, STR("\"'=1+1 \"\"x\"\"\"")) > 0);
	assert_true(str_find(x.text, STR("Alarm")) < 0);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}").status, 200);
	x = call(t, ROLE_VIEWER, "action.csv", "{\"q\":\"type:prevent\"}");
	assert_true(str_find(x.text, STR("ACT-2")) < 0);
}

/* ---- by when, unless somebody says ---- */

TEST_ENGINE(action, the_policy_dates_by_priority_what_nobody_dates) {
	static const struct { const char *priority, *due; } cases[] = { { "P0", "2026-09-24" }, { "P1", "2026-10-05" }, { "P2", "2026-11-02" }, { "P3", "2026-12-14" } };
	struct actor who = test_person(t, ROLE_RESPONDER);
	t->now = INT64_C(1789988400000000); /* Monday, 2026-09-21 */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer x = call(t, ROLE_RESPONDER, "action.create", arena_cstr(t->a, arena_printf(t->a, "{\"title\":\"x\",\"type\":\"prevent\",\"priority\":\"%s\"}", cases[i].priority)));
		assert_str(answer_str(&x, "due"), cases[i].due);
		assert_str(answer_str(&x, "due_by"), "policy");
	}
	struct answer x = call_as(t, &who, "action.change", "{\"id\":4,\"priority\":\"P0\",\"due\":\"2026-12-14\"}", -1, NULL);
	assert_str(answer_str(&x, "due"), "2026-09-24");
	assert_str(answer_str(&x, "due_by"), "policy");
	x = call(t, ROLE_RESPONDER, "action.bulk", "{\"ids\":[4],\"priority\":\"P1\"}");
	assert_str(answer_str(&x, "changed/0/due"), "2026-10-05");
	x = call_as(t, &who, "action.change", "{\"id\":1,\"due\":\"2026-12-24\"}", -1, NULL);
	assert_str(answer_str(&x, "due_by"), "person");
	x = call_as(t, &who, "action.change", "{\"id\":1,\"priority\":\"P3\"}", -1, NULL);
	assert_str(answer_str(&x, "due"), "2026-12-24");
	x = call_as(t, &who, "action.change", "{\"id\":1,\"due\":null}", -1, NULL);
	assert_true(json_is_null(answer_at(&x, "due_by")) && json_is_null(answer_at(&x, "due")));
	x = call(t, ROLE_ADMINISTRATOR, "policy.set", "{\"note\":\"Slower\",\"p0_days\":1,\"p3_days\":null}");
	assert_int_equal(answer_i64(&x, "p0_days"), 1);
	x = call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"prevent\",\"priority\":\"P0\"}");
	assert_str(answer_str(&x, "due"), "2026-09-22");
	x = call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"x\",\"type\":\"prevent\",\"priority\":\"P3\"}");
	assert_true(json_is_null(answer_at(&x, "due")));
}

/* ---- many at once ---- */

static struct answer bulk(struct test_engine *t, enum role role, const char *ids, const char *members) {
	return call(t, role, "action.bulk", arena_cstr(t->a, arena_printf(t->a, "{\"ids\":[%s],%s}", ids, members)));
}

TEST_ENGINE(action, many_are_changed_at_once_and_what_is_refused_is_named) {
	create(t, "{\"title\":\"one\",\"type\":\"prevent\"}");
	create(t, "{\"title\":\"two\",\"type\":\"detect\",\"priority\":\"P0\"}");
	int64_t done = create(t, "{\"title\":\"three\",\"type\":\"detect\"}");
	on(t, ROLE_RESPONDER, "action.close", done, "\"evidence\":\"seen\"");
	struct answer x = bulk(t, ROLE_VIEWER, "1", "\"priority\":\"P1\"");
	assert_int_equal(x.status, 403);
	assert_code(bulk(t, ROLE_RESPONDER, "", "\"priority\":\"P1\""), 422, "action.nothing");
	assert_code(bulk(t, ROLE_RESPONDER, "1", "\"reason\":\"x\""), 422, "action.nothing");
	assert_int_equal(bulk(t, ROLE_RESPONDER, "1", "\"owner\":4711").status, 422);
	char members[100];
	snprintf(members, sizeof members, "\"owner\":%lld,\"due\":\"2026-12-01\",\"horizon\":\"long\",\"state\":\"doing\"", (long long)t->person[ROLE_EDITOR]);
	x = bulk(t, ROLE_RESPONDER, "1,\"ACT-2\",3,99", members);
	assert_int_equal(x.status, 200);
	assert_int_equal(json_array_size(answer_at(&x, "changed")), 2);
	assert_int_equal(answer_i64(&x, "changed/0/owner/id"), t->person[ROLE_EDITOR]);
	assert_str(answer_str(&x, "changed/1/due"), "2026-12-01");
	assert_str(answer_str(&x, "changed/1/due_by"), "person");
	assert_str(answer_str(&x, "changed/1/priority"), "P0");
	assert_true(answer_str(&x, "changed/1/started_at").n > 0);
	/* Done: to be opened again takes a reason, and none of the rest was changed either. */
	assert_str(answer_str(&x, "refused/0/ref"), "ACT-3");
	assert_str(answer_str(&x, "refused/0/code"), "action.no_reason");
	assert_str(answer_str(&x, "refused/0/title"), "three");
	assert_str(answer_str(&x, "refused/1/code"), "record.not_found");
	x = on(t, ROLE_VIEWER, "action.get", done, "");
	assert_true(json_is_null(answer_at(&x, "owner")));
}

TEST_ENGINE(action, many_are_closed_dropped_and_opened_again) {
	create(t, "{\"title\":\"one\",\"type\":\"prevent\"}");
	create(t, "{\"title\":\"two\",\"type\":\"detect\"}");
	assert_code(bulk(t, ROLE_RESPONDER, "1,2", "\"state\":\"done\""), 422, "action.no_evidence");
	assert_code(bulk(t, ROLE_RESPONDER, "1,2", "\"state\":\"dropped\",\"evidence\":\"x\""), 422, "action.no_reason");
	struct answer x = bulk(t, ROLE_RESPONDER, "1", "\"state\":\"done\",\"evidence\":\"https://ci.example/7\"");
	assert_str(answer_str(&x, "changed/0/state"), "done");
	assert_true(answer_str(&x, "changed/0/check_on").n > 0);
	x = bulk(t, ROLE_RESPONDER, "1,2", "\"state\":\"dropped\",\"reason\":\"not worth it\"");
	assert_str(answer_str(&x, "changed/0/ref"), "ACT-2");
	assert_int_equal(answer_i64(&x, "changed/0/agreed_by/id"), t->person[ROLE_RESPONDER]);
	assert_str(answer_str(&x, "refused/0/code"), "action.state");
	x = bulk(t, ROLE_RESPONDER, "1,2", "\"state\":\"doing\",\"reason\":\"by mistake\",\"priority\":\"P0\"");
	assert_int_equal(json_array_size(answer_at(&x, "changed")), 2);
	assert_str(answer_str(&x, "changed/1/state"), "open");
	assert_str(answer_str(&x, "changed/1/priority"), "P0");
	assert_true(answer_str(&x, "changed/0/started_at").n > 0);
}

TEST_ENGINE(action, asking_for_what_is_so_already_does_nothing) {
	create(t, "{\"title\":\"one\",\"type\":\"prevent\"}");
	struct answer x = bulk(t, ROLE_RESPONDER, "1,1", "\"priority\":\"P0\",\"state\":\"todo\"");
	assert_int_equal(answer_i64(&x, "changed/1/version"), 2);
	x = bulk(t, ROLE_RESPONDER, "1", "\"priority\":\"P0\",\"state\":\"todo\"");
	assert_int_equal(answer_i64(&x, "changed/0/version"), 2);
	assert_int_equal(json_array_size(answer_at(&x, "refused")), 0);
	struct actor who = test_person(t, ROLE_RESPONDER);
	struct answer first = call_as(t, &who, "action.bulk", "{\"ids\":[1],\"state\":\"done\",\"evidence\":\"seen\"}", 0, "k"), again = call_as(t, &who, "action.bulk",
		"{\"ids\":[1],\"state\":\"done\",\"evidence\":\"seen\"}", 0, "k");
	assert_str(again.text, arena_cstr(t->a, first.text));
}

TEST_ENGINE(action, what_one_may_not_see_cannot_be_changed_by_many_either) {
	call(t, ROLE_ADMINISTRATOR, "incident.declare", "{\"title\":\"secret\",\"severity\":\"SEV1\",\"restricted\":true}");
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"hidden words\",\"type\":\"prevent\",\"incident\":1}").status, 201);
	create(t, "{\"title\":\"open\",\"type\":\"prevent\"}");
	struct answer x = bulk(t, ROLE_RESPONDER, "1,2", "\"priority\":\"P0\"");
	assert_int_equal(json_array_size(answer_at(&x, "changed")), 1);
	assert_str(answer_str(&x, "refused/0/code"), "record.not_found");
	assert_true(json_is_null(answer_at(&x, "refused/0/title")));
	assert_true(str_find(x.text, STR("hidden")) < 0);
	x = on(t, ROLE_ADMINISTRATOR, "action.get", 1, "");
	assert_str(answer_str(&x, "priority"), "P2");
}
