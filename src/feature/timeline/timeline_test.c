#include "core/i18n.h"
#include "core/testing.h"
#include "feature/timeline/timeline_store.h"

#define NOON INT64_C(1772366400000000) /* 2026-03-01T12:00:00Z */

TEST(timeline, phrases_take_their_words_in_any_order) {
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a };
	str plain[] = { STR("Kim"), STR("the lead") }, nasty[] = { STR("a\x1f{1}\x1e"), STR("b") }, gap[] = { STR("x"), STR_NONE, STR("z"), STR_NONE };
	str word[] = { timeline_word(&c, "scribe") };
	assert_str(timeline_fill(a, LANG_EN, "{1}: {0}", timeline_join(a, plain, 2)), "the lead: Kim");
	assert_str(timeline_fill(a, LANG_EN, "{0}|{1}|{2}", timeline_join(a, nasty, 2)), "a {1} |b|");
	assert_str(timeline_fill(a, LANG_EN, "{0}{1}{2}{3}{9}{", timeline_join(a, gap, 4)), "xz{9}{");
	assert_str(timeline_fill(a, LANG_EN, "is {0}", timeline_join(a, word, 1)), "is scribe");
	arena_free(a);
}

TEST(timeline, what_nobody_typed_is_read_in_the_language_of_the_reader) {
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a };
	str args[] = { STR("김민수"), timeline_word(&c, "incident commander") };
	assert_int_equal(i18n_init(), ST_OK);
	assert_str(timeline_fill(a, LANG_KO, "{0} is {1}", timeline_join(a, args, 2)), "장애 지휘자: 김민수");
	assert_str(timeline_fill(a, LANG_EN, "{0} is {1}", timeline_join(a, args, 2)), "김민수 is incident commander");
	arena_free(a);
}

static int64_t new_incident(struct test_engine *t) {
	t->now = NOON;
	struct answer a = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Checkout fails\",\"zone\":\"Asia/Seoul\"}");
	assert_int_equal(a.status, 201);
	return answer_i64(&a, "id");
}

static struct answer add(struct test_engine *t, const char *json) {
	return call(t, ROLE_RESPONDER, "timeline.add", json);
}

TEST_ENGINE(timeline, the_time_in_a_text_is_read_in_the_zone_of_the_incident) {
	new_incident(t);
	struct answer typed = add(t, "{\"id\":1,\"text\":\"20:51 롤백 시작\"}");
	struct answer plain = add(t, "{\"id\":1,\"text\":\"rolled back\"}");
	struct answer given = add(t, "{\"id\":1,\"text\":\"20:51 stays text\",\"at\":\"2026-02-01T00:00:00+09:00\",\"precision\":\"before\"}");
	assert_int_equal(typed.status, 201);
	assert_str(answer_str(&typed, "at"), "2026-03-01T11:51:00Z");
	assert_str(answer_str(&typed, "recorded_at"), "2026-03-01T12:00:00Z");
	assert_str(answer_str(&typed, "text"), "롤백 시작");
	assert_str(answer_str(&plain, "at"), "2026-03-01T12:00:00Z");
	assert_str(answer_str(&given, "at"), "2026-01-31T15:00:00Z");
	assert_str(answer_str(&given, "text"), "20:51 stays text");
	assert_str(answer_str(&given, "precision"), "before");
}

TEST_ENGINE(timeline, refuses_what_has_not_happened_and_what_is_no_address) {
	new_incident(t);
	struct answer future = add(t, "{\"id\":1,\"text\":\"x\",\"at\":\"2026-03-01T12:30:00Z\"}");
	struct answer script = add(t, "{\"id\":1,\"text\":\"x\",\"evidence\":[{\"url\":\"https://ok.example\"},{\"url\":\"javascript:alert(1)\"}]}");
	struct answer none = add(t, "{\"id\":9,\"text\":\"x\"}");
	assert_str(answer_str(&future, "code"), "timeline.future");
	assert_str(answer_str(&script, "field"), "evidence/1/url");
	assert_int_equal(none.status, 404);
}

TEST_ENGINE(timeline, pages_in_the_order_of_happening) {
	char input[200];
	new_incident(t);
	for (int i = 0; i < 7; i++) {
		snprintf(input, sizeof input, "{\"id\":1,\"text\":\"n%d\",\"at\":\"2026-02-01T00:0%d:00Z\",\"key\":%s}", i, 6 - i / 2, i % 2 ? "true" : "false");
		assert_int_equal(add(t, input).status, 201);
	}
	str seen[16] = { 0 }, after = STR("");
	size_t n = 0;
	for (int pages = 0; pages < 10; pages++) {
		snprintf(input, sizeof input, "{\"id\":1,\"limit\":3,\"after\":\"%.*s\"}", STR_FMT(after));
		struct answer page = call(t, ROLE_VIEWER, "timeline.list", input);
		const json_t *items = answer_at(&page, "items");
		for (size_t i = 0; i < json_array_size(items); i++)
			seen[n++] = json_str(json_object_get(json_array_get(items, i), "text"));
		after = page.next;
		if (!after.n)
			break;
	}
	static const char *const want[] = { "n6", "n4", "n5", "n2", "n3", "n0", "n1", "Detected", "Declared" };
	assert_int_equal(n, 9);
	for (size_t i = 0; i < n; i++)
		assert_str(seen[i], want[i]);
	struct answer key = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1,\"key\":true}");
	assert_int_equal(json_array_size(answer_at(&key, "items")), 5);
}

TEST_ENGINE(timeline, an_edit_keeps_what_stood_there_before) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	new_incident(t);
	struct answer made = add(t, "{\"id\":1,\"text\":\"first\",\"knew\":\"little\",\"evidence\":[{\"url\":\"https://a.example\",\"title\":\"graph\"}]}");
	char input[300];
	long long id = answer_i64(&made, "id");
	t->now += US_PER_MINUTE;
	snprintf(input, sizeof input, "{\"id\":%lld,\"text\":\"second\",\"at\":\"2026-03-01T11:00:00Z\",\"knew\":null,\"evidence\":[]}", id);
	struct answer changed = call_as(t, &who, "timeline.change", input, 1, NULL);
	struct answer again = call_as(t, &who, "timeline.change", input, -1, NULL);
	struct answer stale = call_as(t, &who, "timeline.change", input, 1, NULL);
	assert_int_equal(changed.status, 200);
	assert_int_equal(changed.version, 2);
	assert_int_equal(again.version, 2);
	assert_int_equal(stale.status, 412);
	assert_str(answer_str(&changed, "knew"), "");
	assert_str(answer_str(&changed, "edited_at"), "2026-03-01T12:01:00Z");
	snprintf(input, sizeof input, "{\"id\":%lld}", id);
	struct answer history = call(t, ROLE_VIEWER, "timeline.history", input);
	assert_int_equal(json_array_size(answer_at(&history, "items")), 1);
	assert_str(answer_str(&history, "items/0/text"), "first");
	assert_str(answer_str(&history, "items/0/evidence/0/title"), "graph");
	assert_str(answer_str(&history, "items/0/by/name"), "responder");
	/* What was known a second before the change. */
	struct answer then = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1,\"as_known_at\":\"2026-03-01T12:00:59Z\"}");
	struct answer now = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1,\"as_known_at\":\"2026-03-01T12:01:00Z\"}");
	assert_str(answer_str(&then, "items/2/text"), "first");
	assert_str(answer_str(&then, "items/2/evidence/0/url"), "https://a.example");
	assert_str(answer_str(&now, "items/0/text"), "second");
}

TEST_ENGINE(timeline, what_is_struck_is_gone_from_the_list_and_kept_in_the_past) {
	new_incident(t);
	struct answer made = add(t, "{\"id\":1,\"text\":\"wrong incident\"}");
	char input[100];
	t->now += US_PER_MINUTE;
	snprintf(input, sizeof input, "{\"id\":%lld}", (long long)answer_i64(&made, "id"));
	assert_int_equal(call(t, ROLE_RESPONDER, "timeline.strike", input).status, 204);
	assert_int_equal(call(t, ROLE_RESPONDER, "timeline.strike", input).status, 404);
	assert_int_equal(call(t, ROLE_VIEWER, "timeline.strike", input).status, 403);
	struct answer now = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	struct answer then = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1,\"as_known_at\":\"2026-03-01T12:00:30Z\"}");
	assert_int_equal(json_array_size(answer_at(&now, "items")), 2);
	assert_int_equal(json_array_size(answer_at(&then, "items")), 3);
}

TEST_ENGINE(timeline, an_entry_about_a_record_follows_the_record) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	new_incident(t);
	struct answer list = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	char input[200];
	snprintf(input, sizeof input, "{\"id\":%lld,\"at\":\"2026-03-01T10:00:00Z\"}", (long long)answer_i64(&list, "items/0/id"));
	struct answer moved = call_as(t, &who, "timeline.change", input, -1, NULL);
	assert_str(answer_str(&moved, "code"), "timeline.follows");
	assert_int_equal(call(t, ROLE_RESPONDER, "milestone.set", "{\"id\":1,\"kind\":\"detected\",\"at\":\"2026-03-01T10:00:00Z\"}").status, 200);
	list = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_str(answer_str(&list, "items/0/text"), "Detected");
	assert_str(answer_str(&list, "items/0/at"), "2026-03-01T10:00:00Z");
	assert_int_equal(call(t, ROLE_RESPONDER, "milestone.set", "{\"id\":1,\"kind\":\"detected\",\"at\":null}").status, 200);
	list = call(t, ROLE_VIEWER, "timeline.list", "{\"id\":1}");
	assert_int_equal(json_array_size(answer_at(&list, "items")), 1);
}

TEST_ENGINE(timeline, when_tells_what_it_read) {
	t->now = NOON;
	struct answer a = call(t, ROLE_VIEWER, "when.read", "{\"text\":\"20:51 롤백 시작\",\"zone\":\"Asia/Seoul\"}");
	struct answer b = call(t, ROLE_VIEWER, "when.read", "{\"text\":\"롤백 시작 20:51\",\"zone\":\"Asia/Seoul\"}");
	struct answer none = call(t, ROLE_VIEWER, "when.read", "{\"text\":\"no time at all\"}");
	struct answer mars = call(t, ROLE_VIEWER, "when.read", "{\"text\":\"x\",\"zone\":\"Mars/Base\"}");
	assert_str(answer_str(&a, "at"), "2026-03-01T11:51:00Z");
	assert_str(answer_str(&a, "rest"), "롤백 시작");
	assert_int_equal(answer_i64(&b, "from"), 6);
	assert_int_equal(answer_i64(&b, "to"), 11);
	assert_true(json_is_null(answer_at(&none, "at")));
	assert_str(answer_str(&mars, "code"), "zone.unknown");
}

TEST_ENGINE(timeline, an_entry_by_a_token_bears_its_name) {
	struct actor token = { .kind = ACTOR_TOKEN, .role = ROLE_EDITOR };
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"x\"}").status, 201);
	struct answer a = call_as(t, &token, "timeline.add", "{\"id\":1,\"text\":\"released v8\"}", 0, NULL);
	assert_int_equal(a.status, 201);
	assert_str(answer_str(&a, "token"), "test");
	assert_true(json_is_null(answer_at(&a, "by")));
	long long entry = answer_i64(&a, "id");
	a = call_as(t, &token, "timeline.change", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"text\":\"released v9\"}", entry)), -1, NULL);
	assert_int_equal(a.status, 200);
	a = call(t, ROLE_VIEWER, "timeline.history", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld}", entry)));
	assert_str(answer_str(&a, "items/0/token"), "test");
	a = call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"by hand\"}");
	assert_true(json_is_null(answer_at(&a, "token")));
}
