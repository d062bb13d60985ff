#include <stdio.h>

#include "adapter/channel/channel.h"
#include "base/clock.h"
#include "core/testing.h"
#include "feature/weekly/weekly_parts.h"

static const struct channel_settings set_up = { .smtp_url = "smtp://127.0.0.1:1", .from = STR("bokgi@example.org"), .public_url = STR("https://b.example") };
#define MONDAY INT64_C(1789948800000000) /* 2026-09-21, midnight in UTC */

TEST(weekly, the_slot_is_the_last_one_that_has_begun) {
	const struct zone *seoul, *york;
	assert_int_equal(zone_find(STR("Asia/Seoul"), &seoul), ST_OK);
	assert_int_equal(zone_find(STR("America/New_York"), &york), ST_OK);
	int64_t day = MONDAY / US_PER_DAY;
	const struct { const struct zone *zone; int64_t hour_utc, weekday, hour, want; } cases[] = {
		{ zone_utc(), 9, 1, 9, day }, { zone_utc(), 8, 1, 9, day - 7 }, { zone_utc(), 0, 1, 0, day }, { zone_utc(), 9, 7, 9, day - 1 }, { zone_utc(), 9, 2, 9, day - 6 },
		{ seoul, 0, 1, 9, day }, { seoul, -1, 1, 9, day - 7 }, { york, 12, 1, 9, day - 7 }, { york, 13, 1, 9, day }, { york, 3, 7, 23, day - 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("case %zu\n", i);
		assert_int_equal(weekly_slot(cases[i].zone, MONDAY + cases[i].hour_utc * US_PER_HOUR, cases[i].weekday, cases[i].hour), cases[i].want);
	}
}

static enum st set_addresses(struct ctx *c, void *data UNUSED) {
	return db_do(c, "UPDATE person SET email = login || $1", DB_STR(STR("@example.org")));
}

static enum st set_korean(struct ctx *c, void *data) {
	return db_do(c, "UPDATE person SET lang = 'ko', zone = 'Asia/Seoul' WHERE id = $1", DB_I64(*(int64_t *)data));
}

static enum st run_job(struct ctx *c, void *data UNUSED) {
	return weekly_make(c);
}

static void write_at(struct test_engine *t, int64_t at, enum st (*job)(struct ctx *c, void *data), void *data) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = at, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, job, data), ST_OK);
}

struct letter {
	str subject, head;
};

struct asked_for {
	int64_t person;
	struct arena *a;
	struct letter letter[20];
	size_t n;
};

static enum st read_letters(struct ctx *c, void *data) {
	struct asked_for *x = data;
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT subject, head FROM delivery WHERE kind = 'weekly' AND person = $1 ORDER BY id", DB_I64(x->person));
	for (x->n = 0; st == ST_OK && x->n < r.rows && x->n < 20; x->n++)
		x->letter[x->n] = (struct letter){ arena_str(x->a, db_str(&r, x->n, 0)), arena_str(x->a, db_str(&r, x->n, 1)) };
	return st;
}

static struct asked_for letters_of(struct test_engine *t, enum role role) {
	struct asked_for x = { .person = t->person[role], .a = t->a };
	write_at(t, MONDAY, read_letters, &x);
	return x;
}

static bool says(struct letter x, const char *words) { return str_find(x.head, str_c(words)) >= 0; }

/* Team 1 of editor and responder, with one open item of the editor, an overdue one of the team, one done, one to be looked at; and one of nobody. */
static void begin(struct test_engine *t) {
	channel_configure(&set_up);
	t->now = MONDAY - 60 * US_PER_DAY;
	write_at(t, t->now, set_addresses, NULL);
	call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}");
	callf(t, ROLE_ADMINISTRATOR, "team.join", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_EDITOR]);
	callf(t, ROLE_ADMINISTRATOR, "team.join", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_RESPONDER]);
	callf(t, ROLE_EDITOR, "action.create", "{\"title\":\"Open *one*\",\"type\":\"prevent\",\"priority\":\"P1\",\"owner\":%lld,\"due\":\"2026-12-01\"}", (long long)t->person[ROLE_EDITOR]);
	callf(t, ROLE_EDITOR, "action.create", "{\"title\":\"Late\",\"type\":\"prevent\",\"team\":1,\"due\":\"2026-09-01\"}");
	callf(t, ROLE_EDITOR, "action.create", "{\"title\":\"Looked at\",\"type\":\"detect\",\"team\":1,\"due\":\"2026-09-01\"}");
	callf(t, ROLE_EDITOR, "action.close", "{\"id\":3,\"evidence\":\"the drill of July\"}");
	callf(t, ROLE_EDITOR, "action.create", "{\"title\":\"Nobody's\",\"type\":\"detect\",\"due\":\"2026-09-02\"}");
	t->now = MONDAY - 3 * US_PER_DAY;
	callf(t, ROLE_EDITOR, "action.create", "{\"title\":\"Done\",\"type\":\"detect\",\"team\":1,\"due\":\"2026-09-30\"}");
	callf(t, ROLE_EDITOR, "action.close", "{\"id\":5,\"evidence\":\"merged as 71\"}");
	settle(t);
}

TEST_ENGINE(weekly, a_team_hears_of_its_items_once_a_week) {
	begin(t);
	struct answer a = call(t, ROLE_RESPONDER, "weekly.set", "{\"teams\":true,\"weekday\":1,\"hour\":9}");
	assert_int_equal(a.status, 200);
	assert_true(json_is_true(answer_at(&a, "teams")) && json_is_false(answer_at(&a, "organisation")) && json_is_true(answer_at(&a, "mail")));
	for (int hour = -20; hour < 9; hour += 4)
		write_at(t, MONDAY + hour * US_PER_HOUR, run_job, NULL);
	assert_int_equal(letters_of(t, ROLE_RESPONDER).n, 0);
	for (int hour = 9; hour < 100; hour += 5)
		write_at(t, MONDAY + hour * US_PER_HOUR, run_job, NULL);
	struct asked_for x = letters_of(t, ROLE_RESPONDER);
	assert_int_equal(x.n, 1);
	assert_str(x.letter[0].subject, "[Payments] Action items this week: 2 open, 1 overdue");
	assert_true(says(x.letter[0], "| up to three months | 0 | 1 | 1 | 0 |"));
	assert_true(says(x.letter[0], "## Done this week, and how that is known (1)\n\n- [ACT-5](/actions?q=ACT-5) Done · Payments: merged as 71\n"));
	assert_true(says(x.letter[0], "- [ACT-2](/actions?q=ACT-2) Late · Payments · due 2026-09-01\n"));
	assert_true(says(x.letter[0], "- [ACT-3](/actions?q=ACT-3) Looked at · Payments · to be looked at from 2026-09-03: the drill of July\n"));
	assert_false(says(x.letter[0], "Nobody's"));
	assert_false(says(x.letter[0], "editor"));
	/* Three weeks later, in which nothing ran: one. */
	write_at(t, MONDAY + 21 * US_PER_DAY + 12 * US_PER_HOUR, run_job, NULL);
	write_at(t, MONDAY + 21 * US_PER_DAY + 13 * US_PER_HOUR, run_job, NULL);
	assert_int_equal(letters_of(t, ROLE_RESPONDER).n, 2);
	assert_int_equal(letters_of(t, ROLE_EDITOR).n, 0);
	assert_int_equal(call(t, ROLE_RESPONDER, "weekly.set", "{\"teams\":false}").status, 200);
	write_at(t, MONDAY + 35 * US_PER_DAY, run_job, NULL);
	assert_int_equal(letters_of(t, ROLE_RESPONDER).n, 2);
	channel_configure(NULL);
}

TEST_ENGINE(weekly, the_organisation_in_korean_and_what_is_restricted_in_nobody_elses) {
	begin(t);
	write_at(t, t->now, set_korean, &t->person[ROLE_VIEWER]);
	call(t, ROLE_ADMINISTRATOR, "incident.declare", "{\"title\":\"secret\"}");
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"secret item\",\"type\":\"prevent\",\"incident\":1,\"due\":\"2026-09-01\"}");
	callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":1,\"restricted\":true,\"members\":[%lld]}", (long long)t->person[ROLE_EDITOR]);
	assert_int_equal(call(t, ROLE_VIEWER, "weekly.set", "{\"organisation\":true,\"weekday\":1,\"hour\":9}").status, 200);
	assert_int_equal(call(t, ROLE_EDITOR, "weekly.set", "{\"organisation\":true,\"teams\":true,\"weekday\":1,\"hour\":9}").status, 200);
	settle(t);
	/* Nine in Seoul is midnight in UTC. */
	write_at(t, MONDAY - US_PER_HOUR, run_job, NULL);
	assert_int_equal(letters_of(t, ROLE_VIEWER).n, 0);
	write_at(t, MONDAY + US_PER_MINUTE, run_job, NULL);
	write_at(t, MONDAY + 9 * US_PER_HOUR, run_job, NULL);
	struct asked_for v = letters_of(t, ROLE_VIEWER), e = letters_of(t, ROLE_EDITOR);
	assert_int_equal(v.n, 1);
	assert_str(v.letter[0].subject, "[모든 팀] 이번 주 조치 항목: 열림 3건, 기한 지남 2건");
	assert_true(says(v.letter[0], "## 기한 지남 (2)"));
	assert_false(says(v.letter[0], "secret"));
	assert_int_equal(e.n, 2);
	assert_str(e.letter[0].subject, "[Payments] Action items this week: 2 open, 1 overdue");
	assert_str(e.letter[1].subject, "[All teams] Action items this week: 4 open, 3 overdue");
	assert_true(says(e.letter[1], "secret item"));
	channel_configure(NULL);
}

TEST_ENGINE(weekly, is_chosen_by_people_and_says_nothing_when_there_is_nothing) {
	channel_configure(&set_up);
	write_at(t, t->now, set_addresses, NULL);
	assert_int_equal(call(t, ROLE_VIEWER, "weekly.set", "{\"weekday\":8}").status, 422);
	assert_int_equal(call(t, ROLE_VIEWER, "weekly.set", "{\"hour\":24}").status, 422);
	struct actor token = { .kind = ACTOR_TOKEN, .role = ROLE_EDITOR };
	assert_int_equal(call_as(t, &token, "weekly.set", "{\"organisation\":true}", 0, NULL).status, 409);
	struct answer a = call(t, ROLE_VIEWER, "weekly.get", "{}");
	assert_int_equal(answer_i64(&a, "hour"), 9);
	assert_int_equal(call(t, ROLE_VIEWER, "weekly.set", "{\"organisation\":true,\"hour\":0}").status, 200);
	write_at(t, t->now + 8 * US_PER_DAY, run_job, NULL);
	assert_int_equal(letters_of(t, ROLE_VIEWER).n, 0);
	channel_configure(NULL);
}
