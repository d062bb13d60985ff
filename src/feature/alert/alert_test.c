#include <stdio.h>
#include <stdlib.h>

#include "core/testing.h"
#include "feature/alert/alert_intake.h"

#define NOON INT64_C(1772366400000000) /* 2026-03-01T12:00:00Z */

/* ---- rules ---- */

static struct alert_label labels[] = { { STR("alertname"), STR("HighLatency") }, { STR("severity"), STR("warning") }, { STR("team"), STR("결제") } };
static const struct alert_in latency = { .firing = true, .labels = labels, .label_count = 3 };

TEST(alert, matchers_fit_whole_values) {
	static const struct { const char *label; enum match_op op; const char *value; bool fits; } cases[] = {
		{ "alertname", MATCH_EQUAL, "HighLatency", true }, { "alertname", MATCH_EQUAL, "High", false }, { "alertname", MATCH_DIFFERENT, "High", true },
		{ "alertname", MATCH_REGEX, "High.*", true }, { "alertname", MATCH_REGEX, "High", false }, { "alertname", MATCH_REGEX, "Low|HighLatency", true },
		{ "alertname", MATCH_NOT_REGEX, "Low.*", true }, { "team", MATCH_REGEX, "..", true }, { "nothing", MATCH_EQUAL, "", true },
		{ "nothing", MATCH_REGEX, ".+", false }, { "alertname", MATCH_REGEX, "(a+)+$", false }, { "alertname", MATCH_REGEX, "(", false },
	};
	struct ctx c = { .a = NULL };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct matcher m = { str_c(cases[i].label), (int)cases[i].op, str_c(cases[i].value) };
		assert_int_equal(matcher_fits(&c, &m, &latency), cases[i].fits);
	}
}

TEST(alert, a_pattern_that_never_ends_does_not_fit) {
	char many[4001];
	memset(many, 'a', 4000);
	struct alert_label one = { STR("x"), str_n(many, 4000) };
	struct alert_in a = { .labels = &one, .label_count = 1 };
	struct matcher m = { STR("x"), MATCH_REGEX, STR("(a|a|aa)+b") };
	assert_false(matcher_fits(&(struct ctx){ 0 }, &m, &a));
}

TEST(alert, words_of_monitors_become_severities) {
	static const struct { const char *word; int want; } cases[] = { { "critical", SEV2 }, { "CRITICAL", SEV2 }, { "page", SEV2 }, { "warning", SEV3 }, { "info", -1 },
		{ "none", -1 }, { "SEV1", SEV1 }, { "sev4", SEV4 }, { "whatever", SEV3 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(severity_of_word(str_c(cases[i].word)), cases[i].want);
}

TEST(alert, news_is_told_from_repeats) {
	static const struct { int known; int64_t known_at; bool firing; int64_t at; enum news want; } cases[] = {
		{ -1, 0, true, 5, NEWS_FIRES }, { -1, 0, false, 5, NEWS_RESOLVES },
		{ ALERT_FIRING, 5, true, 5, NEWS_REPEAT }, { ALERT_FIRING, 5, true, 9, NEWS_REPEAT }, { ALERT_FIRING, 5, true, I64_NONE, NEWS_REPEAT },
		{ ALERT_FIRING, 5, false, 5, NEWS_RESOLVES }, { ALERT_FIRING, 5, false, I64_NONE, NEWS_RESOLVES }, { ALERT_FIRING, 5, false, 4, NEWS_STALE },
		{ ALERT_RESOLVED, 5, false, 5, NEWS_REPEAT }, { ALERT_RESOLVED, 5, true, 9, NEWS_FIRES }, { ALERT_RESOLVED, 5, true, 5, NEWS_FIRES },
		{ ALERT_RESOLVED, 5, true, I64_NONE, NEWS_FIRES }, { ALERT_RESOLVED, 5, true, 4, NEWS_STALE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(alert_news(cases[i].known, cases[i].known_at, &(struct alert_in){ .firing = cases[i].firing, .started_at = cases[i].at }), cases[i].want);
}

/* ---- a monitor that posts ---- */

struct monitor {
	struct test_engine *t;
	char key[64];
};

static struct monitor new_monitor(struct test_engine *t, const char *source, const char *more) {
	struct monitor m = { t, "" };
	char input[400];
	t->now = NOON;
	snprintf(input, sizeof input, "{\"source\":\"%s\",\"name\":\"prod\"%s}", source, more);
	struct answer a = call(t, ROLE_EDITOR, "hook.create", input);
	assert_int_equal(a.status, 201);
	str url = answer_str(&a, "url");
	char head[80];
	snprintf(head, sizeof head, "/api/v1/hooks/%s/", source);
	assert_true(str_starts(url, str_c(head)));
	snprintf(m.key, sizeof m.key, "%.*s", STR_FMT(str_from(url, strlen(head))));
	return m;
}

static struct answer post(struct monitor *m, const char *source, str body) {
	struct buf b = buf_in(m->t->a);
	buf_printf(&b, "{\"source\":\"%s\",\"key\":\"%s\",\"body\":", source, m->key);
	json_quote(&b, body);
	buf_lit(&b, "}");
	return call(m->t, ROLE_NONE, "hook.receive", arena_cstr(m->t->a, buf_str(&b)));
}

static void one_alert(struct buf *b, const char *name, bool firing, int64_t start, int64_t end, const char *severity) {
	buf_printf(b, "%s{\"status\":\"%s\",\"labels\":{\"alertname\":\"%s\",\"severity\":\"%s\",\"service\":\"checkout\"},\"annotations\":{\"summary\":\"%s is bad\"},\"startsAt\":\"",
		b->n && b->p[b->n - 1] == '}' ? "," : "", firing ? "firing" : "resolved", name, severity, name);
	time_format_rfc3339(b, start);
	buf_lit(b, "\",\"endsAt\":\"");
	if (firing)
		buf_lit(b, "0001-01-01T00:00:00Z");
	else
		time_format_rfc3339(b, end);
	buf_printf(b, "\",\"fingerprint\":\"fp-%s\"}", name);
}

static str payload(struct test_engine *t, const char *group, str alerts) {
	return arena_printf(t->a, "{\"version\":\"4\",\"groupKey\":\"%s\",\"alerts\":[%.*s]}", group, STR_FMT(alerts));
}

static struct answer tell(struct monitor *m, const char *group, const char *name, bool firing, int64_t start_minute, int64_t end_minute, const char *severity) {
	struct buf b = buf_in(m->t->a);
	one_alert(&b, name, firing, NOON + start_minute * US_PER_MINUTE, NOON + end_minute * US_PER_MINUTE, severity);
	return post(m, "alertmanager", payload(m->t, group, buf_str(&b)));
}

static enum st count_events(struct ctx *c, void *data) {
	struct event_page page;
	enum st st = event_read(c, 0, 100000, &page);
	*(int64_t *)data = (int64_t)page.n;
	return st;
}

static int64_t events(struct test_engine *t) {
	int64_t n = 0;
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	assert_int_equal(engine_write(t->e, &c, count_events, &n), ST_OK);
	return n;
}

static struct answer incident(struct test_engine *t, int id) {
	char input[40];
	snprintf(input, sizeof input, "{\"id\":%d}", id);
	return call(t, ROLE_VIEWER, "incident.get", input);
}

static str read_file(struct arena *a, const char *path) {
	FILE *f = fopen(path, "rb");
	char *bytes = arena_alloc(a, 1 << 20);
	assert_non_null(f);
	size_t n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return str_n(bytes, n);
}

TEST_ENGINE(alert, a_real_payload_opens_one_incident_and_changes_nothing_when_repeated) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	str body = read_file(t->a, test_data("payloads/alertmanager/oncall-instance-down.json"));
	struct answer a = post(&m, "alertmanager", body);
	assert_int_equal(a.status, 200);
	assert_int_equal(answer_i64(&a, "fired"), 2);
	a = incident(t, 1);
	assert_str(answer_str(&a, "title"), "Instance localhost:8081 down");
	assert_str(answer_str(&a, "state"), "detected");
	assert_str(answer_str(&a, "severity"), "SEV2");
	assert_str(answer_str(&a, "detection_source"), "alert");
	assert_str(answer_str(&a, "detected_by"), "prod");
	assert_str(answer_str(&a, "milestones/0/kind"), "outage_begins");
	assert_str(answer_str(&a, "milestones/0/at"), "2023-06-12T08:24:38.326Z");
	assert_str(answer_str(&a, "milestones/1/at"), "2026-03-01T12:00:00Z");
	assert_int_equal(json_array_size(answer_at(&a, "alerts")), 2);
	assert_str(answer_str(&a, "alerts/0/labels/instance"), "localhost:8081");
	struct answer list = call(t, ROLE_VIEWER, "incident.list", "{}");
	assert_int_equal(json_array_size(answer_at(&list, "items")), 1);
	int64_t before = events(t);
	t->now += US_PER_MINUTE;
	struct answer again = post(&m, "alertmanager", body), now = incident(t, 1);
	assert_int_equal(answer_i64(&again, "fired") + answer_i64(&again, "resolved"), 0);
	assert_int_equal(events(t), before);
	assert_int_equal(now.version, a.version);
	assert_int_equal(answer_i64(&now, "alerts/1/count"), 2);
	assert_str(answer_str(&now, "alerts/1/last_seen_at"), "2026-03-01T12:01:00Z");
}

TEST_ENGINE(alert, every_source_is_taken_in_by_its_own_hook_only) {
	const struct alert_source *s;
	for (size_t i = 0; (s = alert_source_at(i)); i++) {
		struct monitor m = new_monitor(t, s->name, "");
		struct answer a = post(&m, s->name, str_c(s->sample));
		assert_int_equal(a.status, 200);
		assert_true(answer_i64(&a, "received") > 0);
		assert_int_equal(post(&m, i ? alert_source_at(0)->name : alert_source_at(1)->name, str_c(s->sample)).status, 401);
		assert_int_equal(post(&m, s->name, STR("{\"alerts\":")).status, 400);
		assert_int_equal(post(&m, "no_such_source", str_c(s->sample)).status, 404);
		m.key[strlen(m.key) - 1] ^= 1;
		assert_int_equal(post(&m, s->name, str_c(s->sample)).status, 401);
	}
}

TEST_ENGINE(alert, an_ended_hook_takes_nothing) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	struct answer list = call(t, ROLE_EDITOR, "hook.list", "{}");
	assert_true(json_is_null(answer_at(&list, "items/0/url")));
	assert_int_equal(call(t, ROLE_RESPONDER, "hook.list", "{}").status, 403);
	assert_int_equal(call(t, ROLE_EDITOR, "hook.end", "{\"id\":1}").status, 204);
	assert_int_equal(tell(&m, "g", "a", true, -1, 0, "critical").status, 401);
}

TEST_ENGINE(alert, the_end_of_the_last_alert_is_the_end_of_the_outage) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	tell(&m, "g", "a", true, -5, 0, "critical");
	tell(&m, "g", "b", true, -4, 0, "info");
	struct answer i = incident(t, 1);
	assert_int_equal(json_array_size(answer_at(&i, "alerts")), 2);
	t->now = NOON + 10 * US_PER_MINUTE;
	tell(&m, "g", "a", false, -5, 8, "critical");
	i = incident(t, 1);
	assert_true(json_is_null(answer_at(&i, "durations/ttr")));
	tell(&m, "g", "b", false, -4, 7, "info");
	i = incident(t, 1);
	assert_int_equal(answer_i64(&i, "durations/ttr"), 13 * 60);
	assert_str(answer_str(&i, "state"), "detected");
	/* One fires again: it was not over. */
	t->now = NOON + 12 * US_PER_MINUTE;
	tell(&m, "g", "a", true, 11, 0, "critical");
	i = incident(t, 1);
	assert_true(json_is_null(answer_at(&i, "durations/ttr")));
	assert_int_equal(json_array_size(answer_at(&i, "alerts")), 3);
	/* What a person has recorded stays. */
	call(t, ROLE_RESPONDER, "milestone.set", "{\"id\":1,\"kind\":\"outage_ends\",\"at\":\"2026-03-01T12:12:00Z\"}");
	tell(&m, "g", "c", true, 11, 0, "critical");
	i = incident(t, 1);
	assert_int_equal(answer_i64(&i, "durations/ttr"), 17 * 60);
	call(t, ROLE_RESPONDER, "incident.resolve", "{\"id\":1}");
	tell(&m, "g", "d", true, 12, 0, "critical");
	assert_int_equal(incident(t, 2).status, 200);
}

TEST_ENGINE(alert, opens_only_what_the_hook_asks_for) {
	static const struct { const char *hook, *name, *severity; bool opens; } cases[] = {
		{ "", "a", "critical", true }, { "", "b", "info", false }, { ",\"opens\":false", "c", "critical", false },
		{ ",\"open_rule\":{\"min_severity\":\"SEV2\"}", "d", "warning", false }, { ",\"open_rule\":{\"min_severity\":\"SEV2\"}", "e", "critical", true },
		{ ",\"open_rule\":{\"labels\":{\"alertname\":\"f\"}}", "f", "critical", true }, { ",\"open_rule\":{\"labels\":{\"alertname\":\"x\"}}", "g", "critical", false },
		{ ",\"open_rule\":null", "h", "critical", true },
	};
	int64_t open = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct monitor m = new_monitor(t, "alertmanager", cases[i].hook);
		assert_int_equal(tell(&m, "g", cases[i].name, true, -1, 0, cases[i].severity).status, 200);
		open += cases[i].opens;
		struct answer list = call(t, ROLE_VIEWER, "incident.list", "{}");
		assert_int_equal(json_array_size(answer_at(&list, "items")), open);
	}
	struct answer list = call(t, ROLE_VIEWER, "alert.list", "{\"state\":\"firing\"}");
	assert_int_equal(json_array_size(answer_at(&list, "items")), sizeof cases / sizeof *cases);
	struct answer bad = call(t, ROLE_EDITOR, "hook.create", "{\"source\":\"alertmanager\",\"name\":\"x\",\"open_rule\":{\"labels\":{\"a\":1}}}");
	assert_str(answer_str(&bad, "field"), "open_rule/labels");
}

TEST_ENGINE(alert, the_first_rule_that_fits_decides) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"Checkout\"}");
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"search\"}");
	static const char *const rules[] = {
		"{\"name\":\"all quiet\",\"position\":9,\"matchers\":[],\"opens_incident\":false}",
		"{\"name\":\"disk\",\"hook\":1,\"position\":5,\"matchers\":[{\"label\":\"alertname\",\"op\":\"=~\",\"value\":\"disk.*\"}],\"severity\":\"SEV1\",\"service\":2}",
		"{\"name\":\"cpu\",\"hook\":1,\"position\":5,\"matchers\":[{\"label\":\"alertname\",\"op\":\"=\",\"value\":\"cpu\"},{\"label\":\"severity\",\"op\":\"!=\",\"value\":\"info\"}]}",
	};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(call(t, ROLE_EDITOR, "rule.create", rules[i]).status, 201);
	struct answer bad = call(t, ROLE_EDITOR, "rule.create", "{\"name\":\"x\",\"matchers\":[{\"label\":\"a\",\"op\":\"=~\",\"value\":\"(\"}]}");
	assert_str(answer_str(&bad, "field"), "matchers/0/value");
	tell(&m, "g1", "memory", true, -1, 0, "critical");
	assert_int_equal(incident(t, 1).status, 404);
	tell(&m, "g2", "disk_full", true, -1, 0, "warning");
	struct answer i = incident(t, 1);
	assert_str(answer_str(&i, "severity"), "SEV1");
	assert_str(answer_str(&i, "services/0/name"), "search");
	tell(&m, "g3", "cpu", true, -1, 0, "warning");
	i = incident(t, 2);
	assert_str(answer_str(&i, "services/0/name"), "Checkout");
	struct actor who = test_person(t, ROLE_RESPONDER);
	struct answer down = call_as(t, &who, "incident.change", "{\"id\":1,\"severity\":\"SEV4\"}", -1, NULL);
	assert_str(answer_str(&down, "code"), "incident.severity_reason");
	down = call_as(t, &who, "incident.change", "{\"id\":1,\"severity\":\"SEV4\",\"severity_reason\":\"a test disk\"}", -1, NULL);
	assert_str(answer_str(&down, "severity"), "SEV4");
}

TEST_ENGINE(alert, a_person_declares_an_alert) {
	struct monitor m = new_monitor(t, "alertmanager", ",\"opens\":false");
	tell(&m, "g", "a", true, -7, 0, "critical");
	t->now += 3 * US_PER_MINUTE;
	struct answer a = call(t, ROLE_VIEWER, "alert.declare", "{\"id\":\"ALERT-1\"}");
	assert_int_equal(a.status, 201);
	assert_str(answer_str(&a, "state"), "declared");
	assert_int_equal(answer_i64(&a, "durations/ttd"), 7 * 60);
	assert_int_equal(json_array_size(answer_at(&a, "alerts")), 1);
	assert_str(answer_str(&(struct answer){ .body = call(t, ROLE_VIEWER, "alert.declare", "{\"id\":1}").body }, "code"), "alert.declared");
	struct answer one = call(t, ROLE_VIEWER, "alert.get", "{\"id\":1}");
	assert_str(answer_str(&one, "incident/ref"), "INC-1");
}

TEST_ENGINE(alert, alerts_of_a_restricted_incident_stay_inside) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	tell(&m, "g", "a", true, -1, 0, "critical");
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true,\"members\":[]}").status, 200);
	tell(&m, "g", "b", true, -1, 0, "critical");
	struct answer out = call(t, ROLE_EDITOR, "alert.list", "{}"), in = call(t, ROLE_RESPONDER, "alert.list", "{}");
	assert_int_equal(json_array_size(answer_at(&out, "items")), 0);
	assert_int_equal(json_array_size(answer_at(&in, "items")), 2);
	assert_int_equal(call(t, ROLE_EDITOR, "alert.get", "{\"id\":2}").status, 404);
	assert_int_equal(call(t, ROLE_EDITOR, "alert.declare", "{\"id\":2}").status, 404);
}

TEST_ENGINE(alert, a_storm_is_one_incident_and_two_entries) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	struct buf b = buf_in(t->a);
	char name[20];
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "n%d", i % 90); /* ten of them twice */
		one_alert(&b, name, true, NOON - US_PER_MINUTE, 0, "page");
	}
	struct answer a = post(&m, "alertmanager", payload(t, "storm", buf_str(&b)));
	assert_int_equal(answer_i64(&a, "fired"), 90);
	a = post(&m, "alertmanager", payload(t, "storm", buf_str(&b)));
	assert_int_equal(answer_i64(&a, "received"), 100);
	assert_int_equal(answer_i64(&a, "fired"), 0);
	a = incident(t, 1);
	assert_int_equal(json_array_size(answer_at(&a, "alerts")), 90);
	a = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_int_equal(json_array_size(answer_at(&a, "items")), 3);
	assert_str(answer_str(&a, "items/1/text"), "90 alerts: n0 is bad; n1 is bad; n2 is bad …");
}

/* ---- a model: a monitor that fires, repeats and resolves at random, and a list of what must be known ---- */

enum { NAMES = 5, STEPS = 300 };

TEST_ENGINE(alert, no_sequence_of_posts_is_miscounted) {
	struct monitor m = new_monitor(t, "alertmanager", "");
	bool firing[NAMES] = { false };
	int64_t started[NAMES] = { 0 }, occurrences = 0;
	srand(5);
	for (int step = 0; step < STEPS; step++) {
		struct buf b = buf_in(t->a);
		settle(t); /* a draft, a notice: not of this step */
		int64_t fired = 0, resolved = 0, before = events(t), minute = (t->now - NOON) / US_PER_MINUTE;
		for (int k = rand() % 3 + 1; k; k--) {
			int i = rand() % NAMES;
			char name[4] = { (char)('a' + i), 0 };
			bool fire = rand() % 2;
			if (!fire && !started[i])
				continue;
			if (fire && !firing[i]) {
				started[i] = minute;
				occurrences++;
				fired++;
			}
			resolved += !fire && firing[i];
			firing[i] = fire;
			one_alert(&b, name, fire, NOON + started[i] * US_PER_MINUTE, t->now, "critical");
		}
		struct answer a = post(&m, "alertmanager", payload(t, "g", buf_str(&b)));
		assert_int_equal(answer_i64(&a, "fired"), fired);
		assert_int_equal(answer_i64(&a, "resolved"), resolved);
		assert_int_equal(events(t) == before, fired + resolved == 0);
		if (rand() % 20 == 0)
			call(t, ROLE_RESPONDER, "incident.resolve", "{\"id\":1,\"reason\":\"x\"}");
		t->now += US_PER_MINUTE;
	}
	int64_t rows = 0;
	str after = STR("");
	for (int pages = 0; pages < 100; pages++) {
		char input[80];
		snprintf(input, sizeof input, "{\"limit\":200,\"after\":\"%.*s\"}", STR_FMT(after));
		struct answer page = call(t, ROLE_VIEWER, "alert.list", input);
		rows += (int64_t)json_array_size(answer_at(&page, "items"));
		after = page.next;
		if (!after.n)
			break;
	}
	assert_int_equal(rows, occurrences);
}

/* ---- what the writer remembers ---- */

struct told {
	const struct hook *hook;
	struct alert_in alert;
	int times;
	enum st then;
	struct intake_result result;
};

static enum st tell_in_one_job(struct ctx *c, void *data) {
	struct told *x = data;
	enum st st = ST_OK;
	for (int i = 0; st == ST_OK && i < x->times; i++)
		st = alert_take_in(c, x->hook, &(struct alert_sink){ &x->alert, 1, 1 }, &x->result);
	/* A change of its own, so that a failure is one of the batch. */
	if (st == ST_OK && x->then != ST_OK)
		st = event_emitf(c, "alert.fired", "alert", 1, 0, STR("alerts"), "{}");
	return st == ST_OK ? x->then : st;
}

static enum st tell_at_once(struct test_engine *t, struct told *x, int times, enum st then) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	x->times = times;
	x->then = then;
	return engine_write(t->e, &c, tell_in_one_job, x);
}

static struct told told_of(struct test_engine *t, const char *fingerprint) {
	struct hook *hook = arena_new_of(t->a, struct hook);
	(void)new_monitor(t, "alertmanager", ",\"opens\":false");
	*hook = (struct hook){ .id = 1, .source = STR("alertmanager"), .name = STR("prod"), .min_severity = -1, .labels = STR("{}") };
	return (struct told){ .hook = hook, .alert = { .firing = true, .fingerprint = str_c(fingerprint), .title = str_c(fingerprint), .started_at = NOON, .ended_at = I64_NONE } };
}

static int64_t told_times(struct test_engine *t) {
	struct answer a = call(t, ROLE_VIEWER, "alert.list", "{}");
	return answer_i64(&a, "items/0/count");
}

TEST_ENGINE(alert, repeats_of_one_batch_are_all_counted) {
	struct told x = told_of(t, "disk");
	assert_int_equal(tell_at_once(t, &x, 1, ST_OK), ST_OK);
	assert_int_equal(x.result.fired, 1);
	assert_int_equal(told_times(t), 1);
	t->now += US_PER_MINUTE;
	assert_int_equal(tell_at_once(t, &x, 5, ST_OK), ST_OK);
	assert_int_equal(x.result.fired, 0);
	assert_int_equal(told_times(t), 6);
	struct answer a = call(t, ROLE_VIEWER, "alert.list", "{}");
	assert_str(answer_str(&a, "items/0/last_seen_at"), "2026-03-01T12:01:00Z");
	assert_int_equal(tell_at_once(t, &x, 1, ST_OK), ST_OK);
	assert_int_equal(told_times(t), 7);
}

TEST_ENGINE(alert, what_was_rolled_back_is_not_remembered) {
	struct told x = told_of(t, "disk");
	assert_int_equal(tell_at_once(t, &x, 3, ST_INVALID), ST_INVALID);
	assert_int_equal(told_times(t), 0);
	assert_int_equal(tell_at_once(t, &x, 1, ST_OK), ST_OK);
	assert_int_equal(x.result.fired, 1);
	int64_t before = told_times(t);
	assert_int_equal(before, 1);
	assert_int_equal(tell_at_once(t, &x, 3, ST_INVALID), ST_INVALID);
	assert_int_equal(told_times(t), before);
	assert_int_equal(tell_at_once(t, &x, 2, ST_OK), ST_OK);
	assert_int_equal(x.result.fired, 0);
	assert_int_equal(told_times(t), before + 2);
}
