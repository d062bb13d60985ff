#include "adapter/channel/channel.h"
#include "base/clock.h"
#include "core/testing.h"
#include "feature/notice/notice_parts.h"

#include <stdio.h>

static const struct channel_settings set_up = { .smtp_url = "smtp://127.0.0.1:1", .from = STR("bokgi@example.org"), .public_url = STR("https://b.example") };

static struct answer list_of(struct test_engine *t, enum role role) {
	settle(t);
	t->now = clock_now();
	return call(t, role, "notice.list", "{}");
}

static size_t count(const struct answer *a) {
	return json_array_size(answer_at(a, "items"));
}

static enum st set_addresses(struct ctx *c, void *data UNUSED) {
	return db_do(c, "UPDATE person SET email = login || $1", DB_STR(STR("@example.org")));
}

static void give_addresses(struct test_engine *t) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, set_addresses, NULL), ST_OK);
}

TEST_ENGINE(notice, who_is_given_something_is_told_once_and_not_by_themselves) {
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 지연\"}");
	long long id = answer_i64(&i, "id");
	assert_int_equal(callf(t, ROLE_RESPONDER, "role.assign", "{\"id\":%lld,\"role\":\"commander\",\"person\":%lld}", id, (long long)t->person[ROLE_EDITOR]).status, 200);
	assert_int_equal(callf(t, ROLE_RESPONDER, "role.assign", "{\"id\":%lld,\"role\":\"scribe\",\"person\":%lld}", id, (long long)t->person[ROLE_RESPONDER]).status, 200);
	struct answer x = callf(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Add a time-out\",\"type\":\"prevent\",\"owner\":%lld,\"incident\":%lld}", (long long)t->person[ROLE_EDITOR], id);
	for (int k = 0; k < 2; k++)
		assert_int_equal(call_as(t, &(struct actor){ .role = ROLE_RESPONDER, .person = t->person[ROLE_RESPONDER] }, "action.change",
			arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"priority\":\"P%d\"}", (long long)answer_i64(&x, "id"), k)), -1, NULL).status, 200);
	struct answer a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 2);
	assert_true(str_find(a.text, STR("\"responder gave you ACT-1\"")) >= 0);
	assert_true(str_find(a.text, STR("\"responder gave you the role incident commander in INC-1\"")) >= 0);
	assert_true(str_find(a.text, STR("\"/incidents/INC-1\"")) >= 0);
	a = list_of(t, ROLE_RESPONDER);
	assert_int_equal(count(&a), 0);
	a = call(t, ROLE_EDITOR, "notice.count", "{}");
	assert_int_equal(answer_i64(&a, "n"), 2);
}

TEST_ENGINE(notice, mentions_find_logins_names_and_teams) {
	struct answer team = call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}");
	callf(t, ROLE_ADMINISTRATOR, "team.join", "{\"id\":%lld,\"person\":%lld}", (long long)answer_i64(&team, "id"), (long long)t->person[ROLE_VIEWER]);
	callf(t, ROLE_ADMINISTRATOR, "user.create", "{\"login\":\"kim\",\"name\":\"김서연\",\"role\":\"editor\",\"password\":\"correct horse\"}");
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\"}");
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor. looks, @pay too; @김서연님이 본다; not@viewer.org, @editors, @nobody\"}", (long long)answer_i64(&i, "id"));
	struct answer a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 1);
	assert_str(answer_str(&a, "items/0/kind"), "mention");
	assert_true(str_starts(answer_str(&a, "items/0/quote"), STR("@editor. looks")));
	a = list_of(t, ROLE_VIEWER);
	assert_int_equal(count(&a), 1);
	struct answer kim = call(t, ROLE_ADMINISTRATOR, "user.list", "{\"q\":\"kim\"}");
	struct actor who = { .role = ROLE_EDITOR, .person = answer_i64(&kim, "items/0/id") };
	a = call_as(t, &who, "notice.list", "{}", 0, NULL);
	assert_int_equal(count(&a), 1);
	struct actor writer = test_person(t, ROLE_RESPONDER);
	struct answer l = callf(t, ROLE_RESPONDER, "timeline.list", "{\"id\":%lld}", (long long)answer_i64(&i, "id"));
	long long entry = 0;
	for (size_t k = 0; k < count(&l); k++)
		if (str_is(answer_str(&l, arena_cstr(t->a, arena_printf(t->a, "items/%zu/kind", k))), "note"))
			entry = answer_i64(&l, arena_cstr(t->a, arena_printf(t->a, "items/%zu/id", k)));
	const char *change = arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"text\":\"changed, @editor\"}", entry));
	assert_int_equal(call_as(t, &writer, "timeline.change", change, -1, NULL).status, 200);
	a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 1);
	change = arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"text\":\"changed, @editor and @editor\"}", entry));
	assert_int_equal(call_as(t, &writer, "timeline.change", change, -1, NULL).status, 200);
	a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 2);
}

/* Found, but not to be told: the restricted incident does not exist for them. */
TEST_ENGINE(notice, nobody_is_told_of_what_they_may_not_see) {
	give_addresses(t);
	channel_configure(&set_up);
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"secret outage\"}");
	long long id = answer_i64(&i, "id");
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":%lld,\"restricted\":true,\"members\":[%lld]}", id, (long long)t->person[ROLE_RESPONDER]).status, 200);
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "timeline.add", "{\"id\":%lld,\"text\":\"secret: @editor @viewer @responder\"}", id).status, 201);
	struct answer a = list_of(t, ROLE_EDITOR), b = list_of(t, ROLE_VIEWER), m = list_of(t, ROLE_RESPONDER);
	assert_true(count(&a) == 0 && count(&b) == 0);
	assert_int_equal(count(&m), 1);
	a = call(t, ROLE_ADMINISTRATOR, "delivery.list", "{}");
	assert_int_equal(count(&a), 1);
	channel_configure(NULL);
}

/* Told while it was open to everybody; restricted afterwards it is gone from their inbox, too. */
TEST_ENGINE(notice, what_is_restricted_later_leaves_the_inbox) {
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"soon secret\"}");
	long long id = answer_i64(&i, "id");
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor look\"}", id);
	struct answer a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 1);
	callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":%lld,\"restricted\":true,\"members\":[%lld]}", id, (long long)t->person[ROLE_RESPONDER]);
	a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 0);
	a = call(t, ROLE_EDITOR, "notice.count", "{}");
	assert_int_equal(answer_i64(&a, "n"), 0);
}

TEST_ENGINE(notice, reading_snoozing_muting) {
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\"}");
	long long id = answer_i64(&i, "id");
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor one\"}", id);
	struct answer a = list_of(t, ROLE_EDITOR);
	long long n = answer_i64(&a, "items/0/id");
	assert_int_equal(callf(t, ROLE_VIEWER, "notice.read", "{\"id\":%lld,\"read\":true}", n).status, 404);
	assert_int_equal(callf(t, ROLE_EDITOR, "notice.read", "{\"id\":%lld,\"read\":true}", n).status, 200);
	a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 0);
	assert_int_equal(callf(t, ROLE_EDITOR, "notice.read", "{\"id\":%lld,\"read\":false}", n).status, 200);
	struct buf until = buf_in(t->a);
	time_format_rfc3339(&until, t->now + US_PER_HOUR);
	assert_int_equal(callf(t, ROLE_EDITOR, "notice.snooze", "{\"id\":%lld,\"until\":\"%.*s\"}", n, STR_FMT(buf_str(&until))).status, 200);
	a = list_of(t, ROLE_EDITOR);
	assert_int_equal(count(&a), 0);
	t->now += 2 * US_PER_HOUR;
	a = call(t, ROLE_EDITOR, "notice.list", "{}");
	assert_int_equal(count(&a), 1);
	assert_int_equal(callf(t, ROLE_EDITOR, "notice.snooze", "{\"id\":%lld,\"until\":\"2001-01-01T00:00:00Z\"}", n).status, 422);
	assert_int_equal(callf(t, ROLE_EDITOR, "notice.mute", "{\"id\":%lld}", id).status, 204);
	t->now = clock_now();
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor two\"}", id);
	/* What is asked by name in a role comes through. */
	callf(t, ROLE_RESPONDER, "role.assign", "{\"id\":%lld,\"role\":\"liaison\",\"person\":%lld}", id, (long long)t->person[ROLE_EDITOR]);
	a = call(t, ROLE_EDITOR, "notice.preferences", "{}");
	assert_int_equal(json_array_size(answer_at(&a, "muted")), 1);
	settle(t);
	a = call(t, ROLE_EDITOR, "notice.list", "{\"view\":\"all\"}");
	assert_int_equal(count(&a), 2);
	assert_str(answer_str(&a, "items/0/kind"), "role");
	assert_int_equal(call(t, ROLE_EDITOR, "notice.read_all", "{}").status, 204);
	a = call(t, ROLE_EDITOR, "notice.count", "{}");
	assert_int_equal(answer_i64(&a, "n"), 0);
}

static int64_t mails(struct test_engine *t, const char *kind) {
	struct answer a = call(t, ROLE_ADMINISTRATOR, "delivery.list", "{\"limit\":200}");
	int64_t n = 0;
	for (size_t i = 0; i < count(&a); i++)
		n += str_is(answer_str(&a, arena_cstr(t->a, arena_printf(t->a, "items/%zu/kind", i))), kind);
	return n;
}

static enum st run_job(struct ctx *c, void *data) {
	enum st (*const *job)(struct ctx *c) = data;
	return (*job)(c);
}

static void at_hour(struct test_engine *t, int64_t day, int hour, enum st (*job)(struct ctx *c)) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = day * US_PER_DAY + hour * US_PER_HOUR, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, run_job, &job), ST_OK);
}

TEST_ENGINE(notice, each_kind_comes_as_it_is_wanted) {
	give_addresses(t);
	channel_configure(&set_up);
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\"}");
	long long id = answer_i64(&i, "id");
	int64_t today = t->now / US_PER_DAY;
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor by mail\"}", id);
	settle(t);
	assert_int_equal(mails(t, "notice"), 1);
	assert_int_equal(call(t, ROLE_EDITOR, "notice.prefer", "{\"kind\":\"mention\",\"way\":\"digest\"}").status, 200);
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor later\"}", id);
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@editor later, too\"}", id);
	assert_int_equal(call(t, ROLE_VIEWER, "notice.prefer", "{\"kind\":\"mention\",\"way\":\"inbox\"}").status, 200);
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"@viewer never\"}", id);
	settle(t);
	assert_int_equal(mails(t, "notice"), 1);
	at_hour(t, today + 1, 7, notice_make_digests);
	assert_int_equal(mails(t, "digest"), 0);
	for (int hour = 8; hour < 24; hour++)
		at_hour(t, today + 1, hour, notice_make_digests);
	assert_int_equal(mails(t, "digest"), 1);
	at_hour(t, today + 2, 9, notice_make_digests);
	assert_int_equal(mails(t, "digest"), 1);
	channel_configure(NULL);
}

TEST_ENGINE(notice, tbds_are_reminded_of_by_rungs_in_the_morning) {
	struct answer d = call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"A near miss\",\"kind\":\"near_miss\",\"text\":\"Revenue: TBD(@editor, 2026-12-01)\\n\\nTBD(@nobody, 2026-12-01): x\\n\"}");
	assert_int_equal(d.status, 201);
	int64_t due = civil_days(2026, 12, 1), want = 0;
	settle(t);
	for (int64_t day = due - 5; day < due + 60; day++) {
		at_hour(t, day, 3, notice_climb);
		struct answer a = call(t, ROLE_EDITOR, "notice.list", "{\"view\":\"all\"}");
		assert_int_equal(count(&a), want);
		for (int hour = 8; hour < 24; hour += 5)
			at_hour(t, day, hour, notice_climb);
		int64_t late = day - due;
		want += late == -1 || late == 0 || late == 1 || late == 3 || late == 7 || late == 14 || late == 28;
		a = call(t, ROLE_EDITOR, "notice.list", "{\"view\":\"all\"}");
		assert_int_equal(count(&a), want);
	}
	assert_int_equal(want, 7);
	struct answer a = call(t, ROLE_EDITOR, "notice.list", "{\"view\":\"all\"}");
	assert_str(answer_str(&a, "items/6/text"), "What you are to find out for PM-1 is due tomorrow");
	assert_str(answer_str(&a, "items/0/quote"), "Revenue");
}

/* ---- ladders ---- */

static int64_t due_day(void) { return civil_days(2026, 12, 1); }

/* How many notices of these kinds somebody has, and the words of the newest. */
static int64_t told(struct test_engine *t, enum role role, const char *kind, const char *newest) {
	struct answer a = call(t, role, "notice.list", "{\"view\":\"all\",\"limit\":200}");
	int64_t n = 0;
	for (size_t i = count(&a); i-- > 0;)
		if (str_is(answer_str(&a, arena_cstr(t->a, arena_printf(t->a, "items/%zu/kind", i))), kind)) {
			n++;
			if (newest && i == 0)
				assert_str(answer_str(&a, "items/0/text"), newest);
		}
	return n;
}

static void all_day(struct test_engine *t, int64_t day) {
	for (int hour = 0; hour < 24; hour += 4)
		at_hour(t, day, hour, notice_climb);
}

/* Service 1 of team 1, whose lead is the responder; an incident in it, which the administrator declares. */
static long long led_incident(struct test_engine *t) {
	call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}");
	struct answer s = callf(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"pay-api\",\"team\":1,\"lead\":%lld}", (long long)t->person[ROLE_RESPONDER]);
	assert_int_equal(s.status, 201);
	struct answer i = call(t, ROLE_ADMINISTRATOR, "incident.declare", "{\"title\":\"결제 지연\",\"services\":[1]}");
	assert_int_equal(i.status, 201);
	return answer_i64(&i, "id");
}

TEST(notice, ladders_climb_by_their_tables) {
	static const struct { int ladder; int64_t late, rung; } cases[] = { { 0, -2, -1 }, { 0, -1, 0 }, { 0, 0, 0 }, { 0, 1, 1 }, { 0, 6, 2 }, { 0, 7, 3 }, { 0, 500, 4 }, { 1, -4, -1 },
		{ 1, -3, 0 }, { 1, 2, 1 }, { 1, 3, 2 }, { 1, 7, 3 }, { 1, 13, 3 }, { 1, 14, 4 }, { 1, 700, 102 }, { 2, -2, -1 }, { 2, 28, 6 }, { 2, 90, 6 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(ladder_reached(&notice_ladders[cases[i].ladder], cases[i].late), cases[i].rung);
	for (int k = 0; k < NOTICE_LADDERS; k++)
		for (int64_t rung = 0; rung < 9 && ladder_days(&notice_ladders[k], rung) != I64_NONE; rung++)
			assert_int_equal(ladder_reached(&notice_ladders[k], ladder_days(&notice_ladders[k], rung)), rung);
}

TEST_ENGINE(notice, an_action_climbs_to_its_owner_then_to_the_lead) {
	long long incident = led_incident(t);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"Add a time-out\",\"type\":\"prevent\",\"owner\":%lld,\"due\":\"2026-12-01\",\"incident\":%lld}", (long long)t->person[ROLE_EDITOR],
		incident);
	settle(t);
	int64_t due = due_day(), own = 0, lead = 0;
	for (int64_t late = -6; late < 31; late++) {
		all_day(t, due + late);
		own += late == -3 || late == 0 || late == 3 || (late >= 7 && late % 7 == 0);
		lead += late >= 7 && late % 7 == 0;
		assert_int_equal(told(t, ROLE_EDITOR, "due", NULL), own);
		assert_int_equal(told(t, ROLE_RESPONDER, "late", NULL), lead);
	}
	assert_true(own == 7 && lead == 4);
	told(t, ROLE_EDITOR, "due", "ACT-1 is overdue");
	told(t, ROLE_RESPONDER, "late", "ACT-1, which a team or service of yours answers for, is overdue");
	assert_int_equal(told(t, ROLE_ADMINISTRATOR, "late", NULL) + told(t, ROLE_VIEWER, "late", NULL), 0);
}

TEST_ENGINE(notice, after_a_week_without_anybody_only_the_highest_rung_is_told) {
	give_addresses(t);
	channel_configure(&set_up);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"x\",\"type\":\"prevent\",\"owner\":%lld,\"due\":\"2026-12-01\"}", (long long)t->person[ROLE_EDITOR]);
	settle(t);
	all_day(t, due_day() - 3);
	int64_t before = mails(t, "notice");
	assert_int_equal(told(t, ROLE_EDITOR, "due", NULL), 1);
	all_day(t, due_day() + 6);
	all_day(t, due_day() + 6);
	assert_int_equal(told(t, ROLE_EDITOR, "due", NULL), 2);
	assert_int_equal(mails(t, "notice"), before + 1);
	channel_configure(NULL);
}

TEST_ENGINE(notice, a_new_date_begins_the_ladder_anew_and_what_is_closed_has_none) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"x\",\"type\":\"prevent\",\"owner\":%lld,\"due\":\"2026-12-01\"}", (long long)t->person[ROLE_EDITOR]);
	settle(t);
	all_day(t, due_day());
	assert_int_equal(told(t, ROLE_EDITOR, "due", "ACT-1 is due today"), 1);
	assert_int_equal(call_as(t, &who, "action.change", "{\"id\":1,\"due\":\"2026-12-20\"}", -1, NULL).status, 200);
	settle(t);
	all_day(t, due_day() + 3);
	assert_int_equal(told(t, ROLE_EDITOR, "due", NULL), 1);
	all_day(t, due_day() + 17);
	assert_int_equal(told(t, ROLE_EDITOR, "due", "ACT-1 is due in a few days"), 2);
	assert_int_equal(call_as(t, &who, "action.close", "{\"id\":1,\"evidence\":\"the graph\"}", -1, NULL).status, 200);
	settle(t);
	for (int64_t day = due_day() + 18; day < due_day() + 40; day++)
		all_day(t, day);
	assert_int_equal(told(t, ROLE_EDITOR, "due", NULL), 2);
}

TEST_ENGINE(notice, what_nobody_sees_to_goes_to_the_lead_and_nobody_hears_of_what_is_hidden) {
	long long incident = led_incident(t);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"nobody's\",\"type\":\"prevent\",\"due\":\"2026-12-01\",\"incident\":%lld}", incident);
	settle(t);
	all_day(t, due_day());
	assert_int_equal(told(t, ROLE_RESPONDER, "late", "ACT-1 is due today"), 1);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"secret\",\"type\":\"prevent\",\"due\":\"2026-12-01\",\"owner\":%lld,\"incident\":%lld}", (long long)t->person[ROLE_EDITOR],
		incident);
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":%lld,\"restricted\":true,\"members\":[%lld]}", incident, (long long)t->person[ROLE_VIEWER]).status, 200);
	settle(t);
	for (int64_t day = due_day(); day < due_day() + 30; day++)
		all_day(t, day);
	assert_int_equal(told(t, ROLE_EDITOR, "due", NULL), 0);
	assert_int_equal(told(t, ROLE_RESPONDER, "late", NULL), 0);
}

TEST_ENGINE(notice, a_postmortem_climbs_up_to_the_editors_until_it_is_published) {
	long long incident = led_incident(t);
	struct actor who = test_person(t, ROLE_RESPONDER);
	callf(t, ROLE_VIEWER, "document.create", "{\"title\":\"x\",\"kind\":\"incident\",\"incident\":%lld}", incident);
	callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"incident\",\"incident\":%lld,\"text\":\"x\"}", incident);
	struct answer d = call_as(t, &who, "document.change",
		arena_cstr(t->a, arena_printf(t->a, "{\"id\":1,\"due\":\"2026-12-01\",\"owner\":%lld}", (long long)t->person[ROLE_VIEWER])), -1, NULL);
	assert_int_equal(d.status, 200);
	assert_str(answer_str(&d, "due_by"), "person");
	settle(t);
	int64_t due = due_day();
	for (int64_t day = due - 5; day < due + 10; day++)
		all_day(t, day);
	assert_int_equal(told(t, ROLE_VIEWER, "due", NULL), 4);
	assert_int_equal(told(t, ROLE_RESPONDER, "late", NULL), 2);
	assert_int_equal(told(t, ROLE_EDITOR, "late", "PM-1, about a service that you answer for, was to be published by now"), 1);
	assert_int_equal(told(t, ROLE_ADMINISTRATOR, "late", NULL), 1);
	for (int64_t day = due + 10; day < due + 90; day++)
		all_day(t, day);
	assert_int_equal(told(t, ROLE_VIEWER, "due", NULL), 5);
}

/* ---- reviews, and who asks for a postmortem ---- */

TEST_ENGINE(notice, comments_mention_when_they_are_handed_in) {
	call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}");
	callf(t, ROLE_ADMINISTRATOR, "team.join", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_ADMINISTRATOR]);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"A near miss\",\"kind\":\"near_miss\",\"text\":\"Words.\"}").status, 201);
	assert_int_equal(callf(t, ROLE_RESPONDER, "document.submit", "{\"id\":1,\"reviewers\":[%lld]}", (long long)t->person[ROLE_EDITOR]).status, 200);
	assert_int_equal(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"@viewer님이 그래프를 봤어요\"}").status, 201);
	assert_int_equal(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"@pay knows; @editor wrote this\"}").status, 201);
	settle(t);
	assert_int_equal(told(t, ROLE_VIEWER, "mention", NULL) + told(t, ROLE_ADMINISTRATOR, "mention", NULL), 0);
	assert_int_equal(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"comment\",\"words\":\"@viewer see below\"}").status, 200);
	settle(t);
	assert_int_equal(told(t, ROLE_VIEWER, "mention", "editor mentioned you in PM-1"), 2);
	assert_int_equal(told(t, ROLE_ADMINISTRATOR, "mention", NULL), 1);
	assert_int_equal(told(t, ROLE_EDITOR, "mention", NULL), 0);
}

TEST_ENGINE(notice, comments_on_what_is_restricted_mention_nobody_outside) {
	struct answer i = call(t, ROLE_ADMINISTRATOR, "incident.declare", "{\"title\":\"secret\"}");
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":1,\"restricted\":true,\"members\":[%lld,%lld]}", (long long)t->person[ROLE_RESPONDER],
		(long long)t->person[ROLE_EDITOR]).status, 200);
	assert_int_equal(i.status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"incident\",\"incident\":1,\"text\":\"Words.\"}").status, 201);
	assert_int_equal(callf(t, ROLE_RESPONDER, "document.submit", "{\"id\":1,\"reviewers\":[%lld]}", (long long)t->person[ROLE_EDITOR]).status, 200);
	assert_int_equal(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"@viewer @responder look\"}").status, 201);
	assert_int_equal(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"comment\"}").status, 200);
	settle(t);
	assert_int_equal(told(t, ROLE_VIEWER, "mention", NULL), 0);
	assert_int_equal(told(t, ROLE_RESPONDER, "mention", NULL), 1);
}

TEST_ENGINE(notice, who_would_see_to_a_postmortem_hears_that_one_is_asked_for) {
	long long incident = led_incident(t);
	callf(t, ROLE_ADMINISTRATOR, "role.assign", "{\"id\":%lld,\"role\":\"commander\",\"person\":%lld}", incident, (long long)t->person[ROLE_EDITOR]);
	assert_int_equal(callf(t, ROLE_VIEWER, "policy.request", "{\"id\":%lld,\"reason\":\"Our customers ask\"}", incident).status, 200);
	settle(t);
	assert_int_equal(told(t, ROLE_EDITOR, "asked", "viewer asks for a postmortem of INC-1"), 1);
	assert_int_equal(told(t, ROLE_RESPONDER, "asked", NULL), 1);
	assert_int_equal(told(t, ROLE_ADMINISTRATOR, "asked", NULL), 0);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"of nobody\"}").status, 201);
	assert_int_equal(call(t, ROLE_VIEWER, "policy.request", "{\"id\":2,\"reason\":\"x\"}").status, 200);
	settle(t);
	assert_int_equal(told(t, ROLE_ADMINISTRATOR, "asked", NULL), 1);
	assert_int_equal(told(t, ROLE_EDITOR, "asked", NULL), 2);
}

/* ---- invitations ---- */

TEST_ENGINE(notice, an_invitation_waits_without_its_secret) {
	channel_configure(&set_up);
	struct answer p = call(t, ROLE_ADMINISTRATOR, "user.create", "{\"login\":\"kim\",\"name\":\"Kim\",\"email\":\"kim@example.org\",\"role\":\"editor\"}");
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "user.invite", "{\"id\":%lld,\"by\":\"mail\"}", (long long)answer_i64(&p, "id")).status, 200);
	settle(t);
	assert_int_equal(mails(t, "invitation"), 1);
	struct answer a = call(t, ROLE_ADMINISTRATOR, "delivery.list", "{}");
	assert_str(answer_str(&a, "items/0/address"), "kim@example.org");
	channel_configure(NULL);
}

TEST_ENGINE(notice, a_link_is_good_once_and_for_a_week) {
	struct answer p = call(t, ROLE_ADMINISTRATOR, "user.create", "{\"login\":\"kim\",\"name\":\"Kim\",\"role\":\"editor\"}");
	long long id = answer_i64(&p, "id");
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "user.invite", "{\"id\":%lld,\"by\":\"mail\"}", id).status, 409);
	struct answer first = callf(t, ROLE_ADMINISTRATOR, "user.invite", "{\"id\":%lld,\"by\":\"link\"}", id), other = callf(t, ROLE_ADMINISTRATOR, "user.invite", "{\"id\":%lld,\"by\":\"link\"}", id);
	str secret = str_from(answer_str(&first, "path"), strlen("/join#")), unused = str_from(answer_str(&other, "path"), strlen("/join#"));
	assert_true(secret.n > 20);
	assert_int_equal(callf(t, ROLE_NONE, "session.join", "{\"secret\":\"%.*s\",\"password\":\"short\"}", STR_FMT(secret)).status, 422);
	assert_int_equal(callf(t, ROLE_NONE, "session.join", "{\"secret\":\"wrong\",\"password\":\"correct horse\"}").status, 403);
	t->now += 8 * US_PER_DAY;
	assert_int_equal(callf(t, ROLE_NONE, "session.join", "{\"secret\":\"%.*s\",\"password\":\"correct horse\"}", STR_FMT(secret)).status, 403);
	t->now -= 2 * US_PER_DAY;
	struct answer in = callf(t, ROLE_NONE, "session.join", "{\"secret\":\"%.*s\",\"password\":\"correct horse\"}", STR_FMT(secret));
	assert_int_equal(in.status, 200);
	assert_str(answer_str(&in, "account/login"), "kim");
	assert_int_equal(callf(t, ROLE_NONE, "session.join", "{\"secret\":\"%.*s\",\"password\":\"correct horse\"}", STR_FMT(secret)).status, 403);
	assert_int_equal(callf(t, ROLE_NONE, "session.join", "{\"secret\":\"%.*s\",\"password\":\"correct horse\"}", STR_FMT(unused)).status, 403);
	assert_int_equal(callf(t, ROLE_NONE, "session.login", "{\"login\":\"kim\",\"password\":\"correct horse\"}").status, 200);
}
