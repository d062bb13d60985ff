#include "core/testing.h"
#include "feature/policy/policy_parts.h"

/* ---- rules ---- */

TEST(policy, working_days_pass_over_weekends) {
	/* 2026-11-20 is a Friday, day 20777. */
	static const struct { int64_t day, n, want; } cases[] = { { 20777, 0, 20777 }, { 20777, 1, 20780 }, { 20778, 1, 20780 }, { 20779, 1, 20780 }, { 20780, 1, 20781 }, { 20777, 5, 20784 },
		{ 20777, 6, 20787 }, { 20780, 10, 20794 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(policy_working_day(cases[i].day, cases[i].n), cases[i].want);
}

TEST_ENGINE(policy, each_trigger_says_its_evidence) {
	int64_t team = 7;
	struct policy_team strict = { { 7, STR("Payments") }, 5, I64_NONE };
	struct policy house = policy_first(), off = house, with_team = house;
	off.down_minutes = off.slow_minutes = I64_NONE;
	off.data_loss = off.intervention = off.monitoring = false;
	with_team.teams = (struct list){ &strict, 1 };
	const struct policy_facts quiet = { .down = I64_NONE, .slow = I64_NONE, .detection = DETECTION_ALERT };
	struct policy_facts down14 = quiet, down15 = quiet, down6 = quiet, slow = quiet, data = quiet, hand = quiet, customer = quiet;
	down14.down = 14 * 60 + 59;
	down15.down = 15 * 60;
	down6.down = 6 * 60;
	down6.teams = &team;
	down6.team_count = 1;
	slow.slow = 121 * 60;
	data.data_lost = true;
	hand.intervened = true;
	hand.intervention = STR("rollback: “v7”");
	customer.detection = DETECTION_CUSTOMER;
	const struct { const struct policy *p; const struct policy_facts *f; int trigger; bool fired; const char *words; } cases[] = {
		{ &house, &quiet, TRIGGER_DOWN, false, "not known yet; it counts from 15 min" }, { &house, &down14, TRIGGER_DOWN, false, "down 14 min < 15 min" },
		{ &house, &down15, TRIGGER_DOWN, true, "down 15 min ≥ 15 min" }, { &house, &down6, TRIGGER_DOWN, false, "down 6 min < 15 min" },
		{ &with_team, &down6, TRIGGER_DOWN, true, "down 6 min ≥ 5 min" }, { &with_team, &down14, TRIGGER_DOWN, false, "down 14 min < 15 min" },
		{ &house, &slow, TRIGGER_SLOW, true, "took 121 min to resolve ≥ 120 min" }, { &off, &slow, TRIGGER_SLOW, false, "the policy does not ask for this" },
		{ &house, &data, TRIGGER_DATA_LOSS, true, "data was lost" }, { &off, &data, TRIGGER_DATA_LOSS, false, "the policy does not ask for this" },
		{ &house, &hand, TRIGGER_INTERVENTION, true, "rollback: “v7”" }, { &house, &quiet, TRIGGER_INTERVENTION, false, "nobody on call had to step in" },
		{ &house, &customer, TRIGGER_MONITORING, true, "noticed by a customer, not by an alert" }, { &house, &quiet, TRIGGER_MONITORING, false, "noticed by an alert" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ctx c = { .a = t->a };
		struct trigger_result r[TRIGGERS];
		assert_int_equal(policy_evaluate(&c, cases[i].p, cases[i].f, r), cases[i].fired);
		assert_int_equal(r[cases[i].trigger].fired, cases[i].fired);
		assert_str(r[cases[i].trigger].words, cases[i].words);
	}
}

/* ---- operations ---- */

static void declare(struct test_engine *t) {
	t->now = INT64_C(1790000000000000);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 장애\",\"severity\":\"SEV1\",\"detection_source\":\"alert\"}").status, 201);
}

static struct answer verdict(struct test_engine *t, enum role role) { return call(t, role, "policy.verdict", "{\"id\":1}"); }

TEST_ENGINE(policy, an_incident_is_judged_and_data_loss_is_enough) {
	declare(t);
	struct answer x = verdict(t, ROLE_VIEWER);
	assert_int_equal(x.status, 200);
	assert_str(answer_str(&x, "state"), "not_required");
	struct actor who = test_person(t, ROLE_RESPONDER);
	assert_int_equal(call_as(t, &who, "incident.change", "{\"id\":1,\"data_lost\":true}", -1, NULL).status, 200);
	x = verdict(t, ROLE_VIEWER);
	assert_str(answer_str(&x, "state"), "required");
	assert_str(answer_str(&x, "triggers/1/words"), "data was lost");
	assert_true(json_is_null(answer_at(&x, "due")));
}

TEST_ENGINE(policy, anybody_who_sees_it_may_ask) {
	declare(t);
	assert_int_equal(call(t, ROLE_VIEWER, "policy.request", "{\"id\":1,\"reason\":\"\"}").status, 422);
	struct answer x = call(t, ROLE_VIEWER, "policy.request", "{\"id\":1,\"reason\":\"Our customers ask\"}");
	assert_int_equal(x.status, 200);
	assert_str(answer_str(&x, "state"), "required");
	assert_str(answer_str(&x, "requests/0/reason"), "Our customers ask");
	assert_int_equal(answer_i64(&x, "requests/0/by/id"), t->person[ROLE_VIEWER]);
	assert_int_equal(call(t, ROLE_NONE, "policy.request", "{\"id\":1,\"reason\":\"x\"}").status, 401);
}

TEST_ENGINE(policy, a_waiver_has_a_reason_and_a_name_and_follows_its_incident) {
	declare(t);
	call(t, ROLE_VIEWER, "policy.request", "{\"id\":1,\"reason\":\"x\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "policy.waive", "{\"id\":1,\"reason\":\"same as INC-9\"}").status, 403);
	assert_int_equal(call(t, ROLE_EDITOR, "policy.waive", "{\"id\":1,\"reason\":\" \"}").status, 422);
	struct answer x = call(t, ROLE_EDITOR, "policy.waive", "{\"id\":1,\"reason\":\"same as INC-9\"}");
	assert_str(answer_str(&x, "state"), "waived");
	assert_int_equal(answer_i64(&x, "waiver/by/id"), t->person[ROLE_EDITOR]);
	assert_int_equal(call(t, ROLE_EDITOR, "policy.waive", "{\"id\":1,\"reason\":\"again\"}").status, 409);
	x = call(t, ROLE_VIEWER, "policy.waivers", "{}");
	assert_str(answer_str(&x, "items/0/reason"), "same as INC-9");
	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	x = call(t, ROLE_VIEWER, "policy.waivers", "{}");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 0);
	assert_int_equal(verdict(t, ROLE_VIEWER).status, 404);
	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":false}");
	x = call(t, ROLE_EDITOR, "policy.unwaive", "{\"id\":1}");
	assert_str(answer_str(&x, "state"), "required");
}

TEST_ENGINE(policy, every_version_is_kept) {
	struct answer x = call(t, ROLE_VIEWER, "policy.get", "{}");
	assert_int_equal(answer_i64(&x, "version"), 0);
	assert_int_equal(answer_i64(&x, "down_minutes"), 15);
	assert_int_equal(call(t, ROLE_EDITOR, "policy.set", "{\"note\":\"x\",\"down_minutes\":10}").status, 403);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "policy.set", "{\"down_minutes\":10}").status, 422);
	x = call(t, ROLE_ADMINISTRATOR, "policy.set", "{\"note\":\"Ten is long\",\"down_minutes\":10,\"slow_minutes\":null}");
	assert_int_equal(x.status, 200);
	x = call(t, ROLE_ADMINISTRATOR, "policy.set", "{\"note\":\"Back\",\"down_minutes\":20}");
	x = call(t, ROLE_VIEWER, "policy.versions", "{}");
	assert_str(answer_str(&x, "items/0/note"), "Back");
	assert_int_equal(answer_i64(&x, "items/1/down_minutes"), 10);
	assert_true(json_is_null(answer_at(&x, "items/0/slow_minutes")));
	assert_int_equal(answer_i64(&x, "items/1/by/id"), t->person[ROLE_ADMINISTRATOR]);
	/* Behind them what was in force before anybody wrote one, on the last page and there alone. */
	assert_int_equal(json_array_size(answer_at(&x, "items")), 3);
	assert_int_equal(answer_i64(&x, "items/2/version"), 0);
	assert_int_equal(answer_i64(&x, "items/2/down_minutes"), 15);
	assert_true(json_is_null(answer_at(&x, "items/2/at")));
	x = call(t, ROLE_VIEWER, "policy.versions", "{\"limit\":2}");
	assert_int_equal(answer_i64(&x, "items/1/version"), 1);
	x = call(t, ROLE_VIEWER, "policy.versions", arena_cstr(t->a, arena_printf(t->a, "{\"limit\":2,\"after\":\"%.*s\"}", STR_FMT(x.next))));
	assert_int_equal(json_array_size(answer_at(&x, "items")), 1);
	assert_int_equal(answer_i64(&x, "items/0/version"), 0);
	assert_int_equal(x.next.n, 0);
}

TEST_ENGINE(policy, a_team_may_ask_for_more_but_not_for_less) {
	char input[80];
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}").status, 201);
	snprintf(input, sizeof input, "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_RESPONDER]);
	call(t, ROLE_ADMINISTRATOR, "team.join", input);
	struct answer x = call(t, ROLE_EDITOR, "policy.tighten", "{\"id\":1,\"note\":\"n\",\"down_minutes\":5}");
	assert_int_equal(x.status, 403);
	x = call(t, ROLE_RESPONDER, "policy.tighten", "{\"id\":1,\"note\":\"n\",\"down_minutes\":16}");
	assert_str(answer_str(&x, "code"), "policy.looser");
	x = call(t, ROLE_RESPONDER, "policy.tighten", "{\"id\":1,\"note\":\"n\",\"down_minutes\":5}");
	assert_int_equal(x.status, 200);
	assert_str(answer_str(&x, "teams/0/team/name"), "Payments");
	x = call(t, ROLE_RESPONDER, "policy.tighten", "{\"id\":1,\"note\":\"n\"}");
	assert_int_equal(json_array_size(answer_at(&x, "teams")), 0);
}
