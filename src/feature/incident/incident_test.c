#include <stdlib.h>

#include "core/testing.h"
#include "feature/incident/incident_store.h"

#define NOON INT64_C(1772366400000000) /* 2026-03-01T12:00:00Z */

/* ---- rules ---- */

TEST(incident, milestones_must_not_contradict_each_other) {
	static const struct { enum milestone kind; int64_t at; enum milestone other; int64_t other_at; bool good; } cases[] = {
		{ DETECTED, 9, OUTAGE_BEGINS, 10, false }, { DETECTED, 10, OUTAGE_BEGINS, 10, true }, { DETECTED, 11, OUTAGE_BEGINS, 10, true },
		{ OUTAGE_BEGINS, 11, DETECTED, 10, false }, { OUTAGE_BEGINS, 11, OUTAGE_ENDS, 10, false }, { OUTAGE_BEGINS, 11, INCIDENT_ENDS, 10, false },
		{ ACKNOWLEDGED, 9, DETECTED, 10, false }, { ACKNOWLEDGED, 9, DECLARED, 10, true }, { ACKNOWLEDGED, 11, DECLARED, 10, true },
		{ DECLARED, 9, DETECTED, 10, false }, { MITIGATED, 9, DETECTED, 10, true }, { MITIGATED, 9, OUTAGE_BEGINS, 10, false },
		{ MITIGATED, 11, OUTAGE_ENDS, 10, false }, { OUTAGE_ENDS, 9, MITIGATED, 10, false }, { OUTAGE_ENDS, 9, ACKNOWLEDGED, 10, true },
		{ INCIDENT_ENDS, 9, DECLARED, 10, false }, { INCIDENT_ENDS, 9, ACKNOWLEDGED, 10, false }, { DECLARED, 11, INCIDENT_ENDS, 10, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct milestones m = milestones_none();
		bool before;
		m.at[cases[i].other] = cases[i].other_at;
		enum milestone found = milestone_contradicts(&m, cases[i].kind, cases[i].at, &before);
		assert_int_equal(found, cases[i].good ? MILESTONES : cases[i].other);
		assert_true(cases[i].good || before == (cases[i].at > cases[i].other_at));
	}
}

TEST(incident, a_fitted_milestone_contradicts_nothing) {
	srand(3);
	for (int round = 0; round < 20000; round++) {
		struct milestones m = milestones_none();
		bool before;
		for (int i = 0; i < 8; i++) {
			enum milestone kind = (enum milestone)(rand() % MILESTONES);
			m.at[kind] = I64_NONE;
			m.at[kind] = milestone_fit(&m, kind, rand() % 10);
			int64_t at = m.at[kind];
			m.at[kind] = I64_NONE;
			assert_int_equal(milestone_contradicts(&m, kind, at, &before), MILESTONES);
			m.at[kind] = at;
		}
		struct incident_durations d = milestone_durations(&m);
		assert_true((d.ttd == I64_NONE || d.ttd >= 0) && (d.tta == I64_NONE || d.tta >= 0) && (d.ttm == I64_NONE || d.ttm >= 0) && (d.ttr == I64_NONE || d.ttr >= 0));
	}
}

TEST(incident, durations_are_unknown_when_a_milestone_is) {
	struct milestones m = milestones_none();
	m.at[OUTAGE_BEGINS] = NOON;
	m.at[ACKNOWLEDGED] = NOON + 90 * US_PER_SECOND;
	struct incident_durations d = milestone_durations(&m);
	assert_true(d.ttd == I64_NONE && d.tta == I64_NONE && d.ttm == I64_NONE && d.ttr == I64_NONE);
	m.at[DETECTED] = NOON + 30 * US_PER_SECOND + 999999;
	d = milestone_durations(&m);
	assert_true(d.ttd == 30 && d.tta == 59 && d.ttm == I64_NONE);
}

TEST(incident, the_exit_criterion_counts_from_nominal_performance) {
	struct milestones m = milestones_none();
	assert_true(exit_due(&m, I64_NONE) == I64_NONE);
	assert_true(exit_due(&m, 30) == INT64_MAX);
	m.at[MITIGATED] = NOON;
	assert_true(exit_due(&m, 30) == NOON + 30 * US_PER_MINUTE);
	m.at[OUTAGE_ENDS] = NOON + US_PER_MINUTE;
	assert_true(exit_due(&m, 30) == NOON + 31 * US_PER_MINUTE);
}

/* ---- operations ---- */

static struct answer at(struct test_engine *t, int64_t minute, const char *operation, const char *input) {
	t->now = NOON + minute * US_PER_MINUTE;
	return call(t, ROLE_RESPONDER, operation, input);
}

static int64_t declare(struct test_engine *t) {
	struct answer a = at(t, 0, "incident.declare", "{\"title\":\"Checkout fails\"}");
	assert_int_equal(a.status, 201);
	return answer_i64(&a, "id");
}

struct count {
	const char *name;
	int64_t n;
	const struct actor *who;
};

static enum st count_events(struct ctx *c, void *data) {
	struct count *k = data;
	struct event_page page;
	c->who = k->who ? k->who : &actor_system;
	enum st st = event_read(c, 0, 100000, &page);
	k->n = 0;
	for (size_t i = 0; st == ST_OK && i < page.n; i++)
		k->n += !k->name || strcmp(page.items[i].name, k->name) == 0;
	return st;
}

static int64_t events_seen(struct test_engine *t, const char *name, const struct actor *who) {
	struct count k = { name, 0, who };
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, count_events, &k), ST_OK);
	return k.n;
}

static int64_t events(struct test_engine *t, const char *name) {
	return events_seen(t, name, NULL);
}

TEST_ENGINE(incident, what_is_typed_to_declare_is_put_in_order_or_refused_by_its_name) {
	struct answer a = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\" a\\nb\\tc \"}");
	assert_str(answer_str(&a, "title"), "a b c");
	a = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\",\"started_at\":\"2099-01-01T00:00:00Z\"}");
	assert_code(a, 422, "milestone.future");
	assert_str(answer_str(&a, "field"), "started_at");
}

TEST_ENGINE(incident, a_title_alone_declares) {
	struct answer a = at(t, 0, "incident.declare", "{\"title\":\"  결제가 안 됩니다 \"}");
	assert_int_equal(a.status, 201);
	assert_str(answer_str(&a, "ref"), "INC-1");
	assert_str(a.location, "/api/v1/incidents/1");
	assert_str(answer_str(&a, "title"), "결제가 안 됩니다");
	assert_str(answer_str(&a, "state"), "declared");
	assert_str(answer_str(&a, "severity"), "SEV3");
	assert_int_equal(json_array_size(answer_at(&a, "milestones")), 2);
	assert_str(answer_str(&a, "milestones/0/kind"), "detected");
	assert_str(answer_str(&a, "milestones/1/at"), "2026-03-01T12:00:00Z");
	assert_true(json_is_null(answer_at(&a, "durations/ttd")));
	assert_true(json_is_array(answer_at(&a, "actions")) && json_is_array(answer_at(&a, "documents")) && json_is_array(answer_at(&a, "alerts")));
	assert_true(json_is_true(answer_at(&a, "can/edit")));
	assert_int_equal(events(t, "incident.declared"), 1);
	struct answer viewer = call(t, ROLE_VIEWER, "incident.declare", "{\"title\":\"x\"}");
	assert_int_equal(viewer.status, 201);
	assert_true(json_is_false(answer_at(&viewer, "can/edit")));
	assert_int_equal(call(t, ROLE_NONE, "incident.declare", "{\"title\":\"x\"}").status, 401);
}

TEST_ENGINE(incident, the_life_cycle_records_milestones) {
	at(t, 0, "incident.declare", "{\"title\":\"x\",\"started_at\":\"2026-03-01T11:50:00Z\"}");
	at(t, 2, "incident.acknowledge", "{\"id\":1}");
	int64_t before = events(t, NULL);
	struct answer a = at(t, 3, "incident.acknowledge", "{\"id\":\"INC-1\"}");
	assert_int_equal(a.status, 200);
	assert_int_equal(events(t, NULL), before);
	assert_int_equal(at(t, 20, "incident.mitigate", "{\"id\":1,\"text\":\"rolled back\"}").status, 200);
	a = at(t, 30, "incident.resolve", "{\"id\":1}");
	assert_str(answer_str(&a, "state"), "resolved");
	assert_int_equal(answer_i64(&a, "durations/ttd"), 600);
	assert_int_equal(answer_i64(&a, "durations/tta"), 120);
	assert_int_equal(answer_i64(&a, "durations/ttm"), 1800);
	assert_int_equal(answer_i64(&a, "durations/ttr"), 2400);
	assert_int_equal(at(t, 31, "incident.mitigate", "{\"id\":1}").status, 409);
	assert_int_equal(at(t, 31, "incident.reopen", "{\"id\":1}").status, 422);
	a = at(t, 32, "incident.reopen", "{\"id\":1,\"reason\":\"it is back\"}");
	assert_str(answer_str(&a, "state"), "declared");
	assert_true(json_is_null(answer_at(&a, "durations/ttr")) && json_is_null(answer_at(&a, "durations/ttm")));
	assert_int_equal(at(t, 40, "incident.close", "{\"id\":1}").status, 409);
	a = at(t, 50, "incident.resolve", "{\"id\":1}");
	assert_int_equal(answer_i64(&a, "durations/ttr"), 3600);
	assert_str(answer_str(&(struct answer){ .body = at(t, 60, "incident.close", "{\"id\":1,\"reason\":\"reviewed\"}").body }, "state"), "closed");
	static const char *const names[] = { "incident.declared", "incident.acknowledged", "incident.mitigated", "incident.resolved", "incident.reopened", "incident.closed" };
	static const int times[] = { 1, 1, 1, 2, 1, 1 };
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(events(t, names[i]), times[i]);
	struct answer list = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	bool kept = false;
	for (size_t i = 0; i < json_array_size(answer_at(&list, "items")); i++)
		kept = kept || str_is(json_str(json_object_get(json_array_get(answer_at(&list, "items"), i), "text")), "Reopened: it is back");
	assert_true(kept);
}

TEST_ENGINE(incident, a_contradicting_milestone_is_refused_by_name) {
	at(t, 0, "incident.declare", "{\"title\":\"x\",\"zone\":\"Asia/Seoul\"}");
	struct answer a = at(t, 1, "milestone.set", "{\"id\":1,\"kind\":\"outage_begins\",\"at\":\"2026-03-01T12:00:01Z\"}");
	assert_int_equal(a.status, 422);
	assert_str(answer_str(&a, "code"), "milestone.order");
	assert_str(answer_str(&a, "field"), "at");
	assert_str(answer_str(&a, "detail"),
		"“Outage begins” at 2026-03-01 21:00:01 KST cannot be later than “Detected” at 2026-03-01 21:00:00 KST. Correct one of the two.");
	a = at(t, 1, "milestone.set", "{\"id\":1,\"kind\":\"outage_begins\",\"at\":\"2026-03-01T11:00:00Z\"}");
	assert_int_equal(answer_i64(&a, "durations/ttd"), 3600);
	a = at(t, 1, "milestone.set", "{\"id\":1,\"kind\":\"mitigated\",\"at\":\"2026-03-01T13:00:00Z\"}");
	assert_str(answer_str(&a, "code"), "milestone.future");
	a = at(t, 1, "milestone.set", "{\"id\":1,\"kind\":\"outage_begins\",\"at\":null}");
	assert_true(json_is_null(answer_at(&a, "durations/ttd")));
	assert_int_equal(events(t, "milestone.withdrawn"), 1);
}

TEST_ENGINE(incident, ends_early_only_with_a_reason) {
	at(t, 0, "incident.declare", "{\"title\":\"x\",\"exit_criterion\":\"no errors\",\"exit_minutes\":30}");
	struct answer a = at(t, 5, "incident.resolve", "{\"id\":1}");
	assert_int_equal(a.status, 409);
	assert_str(answer_str(&a, "code"), "incident.exit_criterion");
	at(t, 10, "incident.mitigate", "{\"id\":1}");
	a = at(t, 39, "incident.resolve", "{\"id\":1}");
	assert_str(answer_str(&a, "field"), "reason");
	assert_true(str_find(answer_str(&a, "detail"), STR("2026-03-01 12:40:00 UTC")) > 0);
	a = call(t, ROLE_VIEWER, "incident.get", "{\"id\":1}");
	assert_str(answer_str(&a, "exit_since"), "2026-03-01T12:10:00Z");
	a = at(t, 40, "incident.resolve", "{\"id\":1}");
	assert_int_equal(a.status, 200);
	/* Over when it became nominal, ended when that had lasted. */
	assert_str(answer_str(&a, "milestones/3/at"), "2026-03-01T12:10:00Z");
	assert_str(answer_str(&a, "milestones/4/at"), "2026-03-01T12:40:00Z");
	at(t, 60, "incident.declare", "{\"title\":\"y\",\"exit_minutes\":30}");
	assert_int_equal(at(t, 61, "incident.resolve", "{\"id\":2,\"reason\":\"false alarm\"}").status, 200);
}

TEST_ENGINE(incident, a_role_is_handed_over_with_what_must_be_known) {
	char input[200];
	declare(t);
	long long kim = t->person[ROLE_RESPONDER], lee = t->person[ROLE_EDITOR];
	snprintf(input, sizeof input, "{\"id\":1,\"role\":\"commander\",\"person\":%lld}", kim);
	assert_int_equal(at(t, 1, "role.assign", input).status, 200);
	int64_t before = events(t, NULL);
	at(t, 2, "role.assign", input);
	assert_int_equal(events(t, NULL), before);
	snprintf(input, sizeof input, "{\"id\":1,\"role\":\"commander\",\"person\":%lld,\"handed_over\":\"DB failover is running\"}", lee);
	struct answer a = at(t, 3, "role.assign", input);
	assert_int_equal(json_array_size(answer_at(&a, "roles")), 1);
	assert_str(answer_str(&a, "roles/0/person/name"), "editor");
	assert_str(answer_str(&a, "roles/0/since"), "2026-03-01T12:03:00Z");
	a = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_str(answer_str(&a, "items/2/text"), "responder is incident commander");
	assert_str(answer_str(&a, "items/3/text"), "editor takes over from responder as incident commander. Handed over: DB failover is running");
	assert_int_equal(events(t, "role.assigned"), 2);
	assert_int_equal(at(t, 4, "role.assign", "{\"id\":1,\"role\":\"scribe\",\"person\":999}").status, 422);
	a = at(t, 5, "role.assign", "{\"id\":1,\"role\":\"commander\",\"person\":null}");
	assert_int_equal(json_array_size(answer_at(&a, "roles")), 0);
	a = call(t, ROLE_VIEWER, "incident.list", "{}");
	assert_true(json_is_null(answer_at(&a, "items/0/commander")));
}

TEST_ENGINE(incident, mitigations_have_a_kind_an_end_and_a_result) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	declare(t);
	struct answer a = at(t, 5, "mitigation.add", "{\"id\":1,\"kind\":\"scale_out\",\"text\":\"more frontends\",\"quantity\":\"4 → 40\",\"started_at\":\"2026-03-01T12:03:00Z\"}");
	assert_int_equal(a.status, 201);
	assert_true(json_is_null(answer_at(&a, "ended_at")) && json_is_null(answer_at(&a, "result")));
	struct answer wrong = call_as(t, &who, "mitigation.change", "{\"id\":1,\"ended_at\":\"2026-03-01T12:02:00Z\"}", 1, NULL);
	assert_str(answer_str(&wrong, "code"), "mitigation.order");
	a = call_as(t, &who, "mitigation.change", "{\"id\":1,\"ended_at\":\"2026-03-01T12:05:00Z\",\"result\":\"partly\"}", 1, NULL);
	assert_int_equal(a.version, 2);
	a = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_str(answer_str(&a, "items/2/text"), "Scale-out: more frontends (4 → 40)");
	assert_str(answer_str(&a, "items/3/text"), "Scale-out is done: it worked partly");
	assert_str(answer_str(&a, "items/3/at"), "2026-03-01T12:05:00Z");
	a = call_as(t, &who, "mitigation.change", "{\"id\":1,\"kind\":\"failover\",\"ended_at\":null,\"result\":null}", 2, NULL);
	a = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_int_equal(json_array_size(answer_at(&a, "items")), 3);
	assert_str(answer_str(&a, "items/2/text"), "Failover: more frontends (4 → 40)");
	a = call(t, ROLE_VIEWER, "incident.get", "{\"id\":1}");
	assert_str(answer_str(&a, "mitigations/0/kind"), "failover");
}

TEST_ENGINE(incident, what_is_restricted_is_invisible_with_everything_written_before) {
	char input[200];
	struct actor outsider = test_person(t, ROLE_EDITOR), insider = test_person(t, ROLE_VIEWER);
	declare(t);
	at(t, 1, "mitigation.add", "{\"id\":1,\"kind\":\"restart\"}");
	struct answer entry = at(t, 2, "timeline.add", "{\"id\":1,\"text\":\"secret\"}");
	settle(t);
	int64_t seen = events_seen(t, NULL, &outsider);
	assert_true(seen > 5);
	snprintf(input, sizeof input, "{\"id\":1,\"restricted\":true,\"members\":[%lld]}", (long long)t->person[ROLE_VIEWER]);
	struct answer a = at(t, 3, "incident.restrict", input);
	assert_int_equal(a.status, 200);
	assert_int_equal(json_array_size(answer_at(&a, "members")), 2);
	assert_int_equal(events_seen(t, NULL, &outsider), 0);
	assert_int_equal(events_seen(t, NULL, &insider), seen + 2);
	static const struct { const char *operation, *input; } hidden[] = {
		{ "incident.get", "{\"id\":1}" }, { "timeline.list", "{\"id\":1}" }, { "incident.resolve", "{\"id\":1}" }, { "mitigation.change", "{\"id\":1,\"kind\":\"other\"}" },
	};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		assert_int_equal(call(t, ROLE_EDITOR, hidden[i].operation, hidden[i].input).status, 404);
	snprintf(input, sizeof input, "{\"id\":%lld,\"text\":\"x\"}", (long long)answer_i64(&entry, "id"));
	assert_int_equal(call_as(t, &outsider, "timeline.change", input, -1, NULL).status, 404);
	struct answer list = call(t, ROLE_EDITOR, "incident.list", "{}");
	assert_int_equal(json_array_size(answer_at(&list, "items")), 0);
	list = call(t, ROLE_EDITOR, "home.get", "{}");
	assert_int_equal(json_array_size(answer_at(&list, "incidents")), 0);
	assert_int_equal(call(t, ROLE_VIEWER, "incident.get", "{\"id\":1}").status, 200);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "incident.get", "{\"id\":1}").status, 200);
	/* Who gets a role is let in; what is written from now on stays inside. */
	snprintf(input, sizeof input, "{\"id\":1,\"role\":\"scribe\",\"person\":%lld}", (long long)t->person[ROLE_EDITOR]);
	at(t, 4, "timeline.add", "{\"id\":1,\"text\":\"secret too\"}");
	assert_int_equal(events_seen(t, NULL, &outsider), 0);
	assert_int_equal(at(t, 4, "role.assign", input).status, 200);
	assert_int_equal(call(t, ROLE_EDITOR, "incident.get", "{\"id\":1}").status, 200);
	settle(t); /* other rooms tell of the role, too */
	int64_t before = events(t, NULL);
	at(t, 5, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	assert_int_equal(events(t, NULL), before);
	assert_int_equal(at(t, 6, "incident.restrict", "{\"id\":1,\"restricted\":false}").status, 200);
	assert_int_equal(events_seen(t, NULL, &outsider), events(t, NULL));
}

TEST_ENGINE(incident, changing_the_record) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	declare(t);
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"checkout\"}");
	assert_int_equal(call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"y\"}", 0, NULL).status, 428);
	struct answer a = call(t, ROLE_VIEWER, "incident.get", "{\"id\":1}");
	a = call_as(t, &who, "incident.change",
		"{\"id\":1,\"severity\":\"SEV1\",\"channel\":\"#shakespeare\",\"services\":[1],\"detection_source\":\"customer\",\"detected_by\":\"call centre\"}", a.version, NULL);
	assert_int_equal(a.status, 200);
	assert_str(answer_str(&a, "services/0/name"), "checkout");
	assert_str(answer_str(&a, "detection_source"), "customer");
	int64_t before = events(t, NULL);
	struct answer same = call_as(t, &who, "incident.change", "{\"id\":1,\"severity\":\"SEV1\",\"services\":[1]}", a.version, NULL);
	assert_int_equal(same.version, a.version);
	assert_int_equal(events(t, NULL), before);
	struct answer stale = call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"z\"}", a.version - 1, NULL);
	assert_int_equal(stale.status, 412);
	assert_str(answer_str(&stale, "current/channel"), "#shakespeare");
	assert_int_equal(call_as(t, &who, "incident.change", "{\"id\":1,\"services\":[1,77]}", -1, NULL).status, 422);
	assert_int_equal(call_as(t, &who, "incident.change", "{\"id\":1,\"zone\":\"Mars/Base\"}", -1, NULL).status, 422);
	a = call_as(t, &who, "incident.change", "{\"id\":1,\"channel\":null,\"exit_minutes\":20}", -1, NULL);
	assert_true(json_is_null(answer_at(&a, "channel")));
	a = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_str(answer_str(&a, "items/2/text"), "Severity SEV3 → SEV1");
	assert_str(answer_str(&a, "items/3/text"), "Coordination on #shakespeare");
}

static enum st take_due(struct ctx *c, void *data) {
	struct db_result r;
	enum st st = incident_store_take_due(c, &r);
	*(int64_t *)data = (int64_t)r.rows;
	return st;
}

static int64_t due(struct test_engine *t, int64_t minute) {
	int64_t n = 0;
	struct ctx c = { .a = t->a, .who = &actor_system, .now = NOON + minute * US_PER_MINUTE };
	assert_int_equal(engine_write(t->e, &c, take_due, &n), ST_OK);
	return n;
}

TEST_ENGINE(incident, an_update_promises_the_next_and_is_asked_for_once) {
	/* In the far future, where the schedule of the running engine finds nothing due. */
	declare(t);
	t->now = NOON + 365 * US_PER_DAY;
	struct answer a = call(t, ROLE_RESPONDER, "update.add", "{\"id\":1,\"text\":\"14:00 we look into it\",\"next_update_in_minutes\":30}");
	assert_str(answer_str(&a, "kind"), "update");
	assert_str(answer_str(&a, "text"), "14:00 we look into it");
	a = call(t, ROLE_VIEWER, "incident.list", "{\"state\":\"open\"}");
	assert_str(answer_str(&a, "items/0/next_update_at"), "2027-03-01T12:30:00Z");
	assert_int_equal(due(t, 365 * 24 * 60 + 29), 0);
	assert_int_equal(due(t, 365 * 24 * 60 + 30), 1);
	assert_int_equal(due(t, 365 * 24 * 60 + 31), 0);
	a = call(t, ROLE_RESPONDER, "incident.resolve", "{\"id\":1}");
	assert_true(json_is_null(answer_at(&a, "next_update_at")));
}

TEST_ENGINE(incident, lists_are_filtered_and_paged) {
	char input[200];
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"search\"}");
	for (int i = 1; i <= 9; i++) {
		snprintf(input, sizeof input, "{\"title\":\"장애 %s %d\",\"severity\":\"SEV%d\",\"services\":[%s]}", i % 2 ? "결제" : "Search", i, i % 4 + 1, i % 3 ? "" : "1");
		assert_int_equal(at(t, i, "incident.declare", input).status, 201);
	}
	at(t, 20, "incident.resolve", "{\"id\":4}");
	static const struct { const char *input; size_t n; } cases[] = {
		{ "{}", 9 }, { "{\"state\":\"open\"}", 8 }, { "{\"state\":\"closed\"}", 1 }, { "{\"severity\":\"SEV2\"}", 3 }, { "{\"service\":1}", 3 },
		{ "{\"q\":\"결제\"}", 5 }, { "{\"q\":\"SEARCH\"}", 4 }, { "{\"q\":\"INC-3\"}", 1 }, { "{\"q\":\"%\"}", 0 }, { "{\"q\":\"search\",\"state\":\"open\",\"severity\":\"SEV1\"}", 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = call(t, ROLE_VIEWER, "incident.list", cases[i].input);
		if (json_array_size(answer_at(&a, "items")) != cases[i].n)
			fail_msg("%s: %.*s", cases[i].input, STR_FMT(a.text));
	}
	struct answer first = call(t, ROLE_VIEWER, "incident.list", "{\"limit\":4}");
	snprintf(input, sizeof input, "{\"limit\":4,\"after\":\"%.*s\"}", STR_FMT(first.next));
	struct answer second = call(t, ROLE_VIEWER, "incident.list", input);
	assert_int_equal(answer_i64(&first, "items/0/id"), 9);
	assert_int_equal(answer_i64(&second, "items/0/id"), 5);
	assert_str(answer_str(&second, "items/2/services/0/name"), "search");
}

/* ---- a model: whatever is called in whatever order, the rules hold ---- */

enum { STEPS = 400 };

static void check_record(const struct answer *a) {
	static const char *const durations[] = { "durations/ttd", "durations/tta", "durations/ttm", "durations/ttr" };
	struct milestones m = milestones_none();
	const json_t *all = answer_at(a, "milestones"), *v;
	size_t i;
	for (i = 0; i < 4; i++) {
		v = answer_at(a, durations[i]);
		assert_true(json_is_null(v) || json_integer_value(v) >= 0);
	}
	json_array_foreach((json_t *)(uintptr_t)all, i, v) {
		bool before;
		int kind = enum_index(milestone_names, json_str(json_object_get(v, "kind")));
		int64_t when = 0;
		assert_true(kind >= 0 && time_parse_rfc3339(json_str(json_object_get(v, "at")), &when));
		assert_int_equal(milestone_contradicts(&m, (enum milestone)kind, when, &before), MILESTONES);
		m.at[kind] = when;
	}
}

static str time_text(struct test_engine *t, int64_t us) {
	struct buf b = buf_in(t->a);
	time_format_rfc3339(&b, us);
	return buf_str(&b);
}

/* What is asked next: sometimes what was asked just before, which must then change nothing. */
struct step {
	const char *operation;
	char input[200];
};

static void choose_step(struct test_engine *t, struct step *s) {
	static const char *const moves[] = { "incident.mitigate", "incident.resolve", "incident.close", "incident.acknowledge", "incident.confirm" };
	str when = time_text(t, t->now - rand() % 3600 * US_PER_SECOND + 300 * US_PER_SECOND);
	s->operation = "milestone.set";
	switch (rand() % 8) {
	case 0: case 1:
		s->operation = moves[rand() % 5];
		snprintf(s->input, sizeof s->input, "{\"id\":1}");
		break;
	case 2:
		s->operation = "incident.reopen";
		snprintf(s->input, sizeof s->input, "{\"id\":1,\"reason\":\"again\"}");
		break;
	case 3:
		snprintf(s->input, sizeof s->input, "{\"id\":1,\"kind\":\"%s\",\"at\":null}", milestone_names[rand() % MILESTONES]);
		break;
	case 4:
		s->operation = "role.assign";
		snprintf(s->input, sizeof s->input, "{\"id\":1,\"role\":\"%s\",\"person\":%lld}", incident_role_names[rand() % 2],
			(long long)t->person[rand() % 2 ? ROLE_EDITOR : ROLE_RESPONDER]);
		break;
	case 5:
		s->operation = "incident.change";
		snprintf(s->input, sizeof s->input, "{\"id\":1,\"severity\":\"SEV%d\",\"exit_minutes\":%s}", rand() % 2 + 1, rand() % 2 ? "null" : "10");
		break;
	default:
		snprintf(s->input, sizeof s->input, "{\"id\":1,\"kind\":\"%s\",\"at\":\"%.*s\"}", milestone_names[rand() % MILESTONES], STR_FMT(when));
	}
}

/* A version that rises alone is no change. */
static str without_version(struct test_engine *t, str text) {
	str head = str_to(text, (size_t)str_find(text, STR("\"version\":"))), rest = str_from(text, head.n);
	str_cut(&rest, ',');
	return arena_printf(t->a, "%.*s%.*s", STR_FMT(head), STR_FMT(rest));
}

TEST_ENGINE(incident, no_sequence_of_operations_breaks_the_rules) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	struct step step;
	declare(t);
	settle(t);
	srand(11);
	int done = 0, refused = 0;
	struct answer before = call(t, ROLE_RESPONDER, "incident.get", "{\"id\":1}");
	int64_t events_before = events(t, NULL);
	for (int i = 0; i < STEPS; i++) {
		t->now += rand() % 200 * US_PER_SECOND;
		if (i == 0 || rand() % 4)
			choose_step(t, &step);
		struct answer a = call_as(t, &who, step.operation, step.input, -1, NULL);
		settle(t); /* what other rooms do about it belongs to this step */
		struct answer now = call(t, ROLE_RESPONDER, "incident.get", "{\"id\":1}");
		int64_t events_now = events(t, NULL);
		bool same = str_eq(without_version(t, before.text), without_version(t, now.text));
		assert_true(same == (before.version == now.version));
		if (a.status >= 500 || (a.status >= 400 && !same) || same != (events_now == events_before))
			fail_msg("step %d: %d, record %s, %lld events: %.*s", i, a.status, same ? "as before" : "changed", (long long)(events_now - events_before), STR_FMT(a.text));
		check_record(&now);
		a.status < 300 ? done++ : refused++;
		before = now;
		events_before = events_now;
	}
	assert_true(done > STEPS / 4 && refused > STEPS / 20);
}

TEST_ENGINE(incident, a_key_is_answered_again_also_when_the_thing_cannot_be_done_again) {
	struct actor who = test_person(t, ROLE_ADMINISTRATOR);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\",\"severity\":\"SEV3\"}");
	struct answer entry = call_as(t, &who, "timeline.add", "{\"id\":1,\"text\":\"restarted it\"}", 0, "key-add");
	struct answer again = call_as(t, &who, "timeline.add", "{\"id\":1,\"text\":\"restarted it\"}", 0, "key-add");
	assert_int_equal(entry.status, 201);
	assert_int_equal(again.status, 201);
	assert_str(again.text, arena_cstr(t->a, entry.text));
	char input[60];
	snprintf(input, sizeof input, "{\"id\":%lld}", (long long)answer_i64(&entry, "id"));
	assert_int_equal(call_as(t, &who, "timeline.strike", input, 0, "key-strike").status, 204);
	assert_int_equal(call_as(t, &who, "timeline.strike", input, 0, "key-strike").status, 204);
	assert_int_equal(call_as(t, &who, "timeline.strike", input, 0, "key-other").status, 404);
}

TEST_ENGINE(incident, a_key_is_answered_again_when_nothing_was_spoiled_before) {
	struct actor who = test_person(t, ROLE_ADMINISTRATOR);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\",\"severity\":\"SEV3\"}");
	struct answer entry = call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"restarted it\"}");
	char input[60];
	snprintf(input, sizeof input, "{\"id\":%lld}", (long long)answer_i64(&entry, "id"));
	assert_int_equal(call_as(t, &who, "timeline.strike", input, 0, "key-strike").status, 204);
	assert_int_equal(call_as(t, &who, "timeline.strike", input, 0, "key-strike").status, 204);
	assert_int_equal(call_as(t, &who, "timeline.strike", input, 0, "key-other").status, 404);
}

TEST_ENGINE(incident, an_entry_is_answered_as_it_is_read) {
	char input[200];
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\",\"severity\":\"SEV3\"}");
	snprintf(input, sizeof input, "{\"id\":1,\"text\":\"  restarted it \",\"because\":\"it hung\",\"key\":true,\"evidence\":[{\"url\":\"https://graphs.example/7\"}]}");
	struct answer added = call(t, ROLE_RESPONDER, "timeline.add", input);
	struct answer list = call(t, ROLE_RESPONDER, "timeline.list", "{\"id\":1,\"key\":true}");
	const json_t *items = answer_at(&list, "items"), *one;
	size_t i, same = 0;
	assert_int_equal(added.status, 201);
	assert_true(answer_str(&added, "by/name").n > 0);
	json_array_foreach((json_t *)(uintptr_t)items, i, one)
		same += json_equal((json_t *)(uintptr_t)one, added.body);
	assert_int_equal(same, 1);
}
