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

static struct answer callf(struct test_engine *t, enum role role, const char *op, const char *fmt, ...) PRINTF_LIKE(4, 5);
static struct answer callf(struct test_engine *t, enum role role, const char *op, const char *fmt, ...) {
	char input[2000];
	va_list args;
	va_start(args, fmt);
	vsnprintf(input, sizeof input, fmt, args);
	va_end(args);
	return call(t, role, op, input);
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
		at_hour(t, day, 3, notice_remind_of_tbds);
		struct answer a = call(t, ROLE_EDITOR, "notice.list", "{\"view\":\"all\"}");
		assert_int_equal(count(&a), want);
		for (int hour = 8; hour < 24; hour += 5)
			at_hour(t, day, hour, notice_remind_of_tbds);
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
