#include "core/testing.h"
#include "feature/search/search_facts.h"

/* ---- filters ---- */

TEST_DB(facet, filters_are_taken_out_of_a_query_in_both_languages) {
	static const struct { const char *q, *words; size_t n; int facet; const char *value; } cases[] = {
		{ "rollback severity:sev1", "rollback", 1, FACET_SEVERITY, "SEV1" },
		{ "심각도:SEV2 결제", "결제", 1, FACET_SEVERITY, "SEV2" },
		{ "kind:near-miss", "", 1, FACET_KIND, "near_miss" },
		{ "종류:\"아차 사고\"", "", 1, FACET_KIND, "near_miss" },
		{ "state:closed a b", "a b", 1, FACET_STATE, "closed" },
		{ "mechanism:dns x", "x", 1, FACET_MECHANISM, "dns" },
		{ "유형:DNS", "", 1, FACET_MECHANISM, "dns" },
		{ "when:2024-03", "", 1, FACET_WHEN, "2024-03" },
		{ "kind:document", "", 6, FACET_KIND, "postmortem" },
		{ "https://x.example \"06:12\" kind:", "https://x.example \"06:12\" kind:", 0, 0, NULL },
		{ "severity:none", "", 0, 0, NULL },
	};
	struct ctx c = { .a = a, .db = db, .who = &actor_system, .zone = zone_utc() };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct search_filters f;
		str words;
		assert_int_equal(search_filters_read(&c, str_c(cases[i].q), &f, &words), ST_OK);
		assert_str(words, cases[i].words);
		if (f.n != cases[i].n)
			fail_msg("%s: %zu filters", cases[i].q, f.n);
		if (f.n) {
			assert_int_equal(f.items[0].facet, cases[i].facet);
			assert_str(f.items[0].value, cases[i].value);
		}
	}
}

TEST_DB(facet, days_bound_a_query) {
	struct ctx c = { .a = a, .db = db, .who = &actor_system, .zone = zone_utc() };
	struct search_filters f;
	str words;
	assert_int_equal(search_filters_read(&c, STR("after:2024-01 이전:2024-02-10"), &f, &words), ST_OK);
	assert_int_equal(f.from, INT64_C(1704067200000000));
	assert_int_equal(f.before, INT64_C(1707523200000000));
	struct search_fact_row row = { .at = f.from, .noun = STR("incident"), .facts = STR("k:incident") };
	assert_int_equal(search_misfit(&c, &f, &row), 0);
	row.at = f.before;
	assert_int_equal(search_misfit(&c, &f, &row), 1u << FACETS);
	assert_int_equal(search_filters_read(&c, STR("after:2024-13"), &f, &words), ST_INVALID);
}

TEST_DB(facet, a_row_fits_when_every_facet_has_one_of_its_values) {
	static const struct { const char *q; unsigned misfit; } cases[] = {
		{ "", 0 }, { "kind:postmortem", 0 }, { "kind:postmortem kind:drill", 0 }, { "kind:drill", 1u << FACET_KIND }, { "kind:postmortem severity:sev2 mechanism:dns", 0 },
		{ "severity:sev1 mechanism:power", 1u << FACET_SEVERITY | 1u << FACET_MECHANISM }, { "when:2023", 0 }, { "when:2024", 1u << FACET_WHEN }, { "severity:none", 1u << FACET_SEVERITY },
	};
	struct ctx c = { .a = a, .db = db, .who = &actor_system, .zone = zone_utc() };
	struct search_fact_row row = { .at = INT64_C(1700000000000000), .noun = STR("document"), .facts = STR("k:postmortem v:SEV2 s:draft p:3 m:dns m:cache") };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct search_filters f;
		str words;
		assert_int_equal(search_filters_read(&c, str_c(cases[i].q), &f, &words), ST_OK);
		if (search_misfit(&c, &f, &row) != cases[i].misfit)
			fail_msg("%s: %x", cases[i].q, search_misfit(&c, &f, &row));
	}
	/* An entry has its incident's services and severity, not its state. */
	struct search_filters f;
	str words;
	row = (struct search_fact_row){ .noun = STR("timeline"), .of_incident = STR("k:incident v:SEV2 s:closed p:3") };
	assert_int_equal(search_filters_read(&c, STR("kind:timeline severity:sev2"), &f, &words), ST_OK);
	assert_int_equal(search_misfit(&c, &f, &row), 0);
	assert_int_equal(search_filters_read(&c, STR("state:closed"), &f, &words), ST_OK);
	assert_int_equal(search_misfit(&c, &f, &row), 1u << FACET_STATE);
}

/* ---- with the rooms ---- */

static void fill(struct test_engine *t) {
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"Payments\"}");
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"로그인\"}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Zebra one\",\"severity\":\"SEV1\",\"services\":[1]}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Zebra two\",\"severity\":\"SEV2\",\"services\":[1,2]}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Giraffe\",\"severity\":\"SEV2\"}");
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"a zebra was seen\"}");
	call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Zebra report\",\"kind\":\"near_miss\",\"text\":\"DNS resolver dropped every nameserver. DNS again.\",\"incident\":1}");
	settle(t);
}

static struct answer ask(struct test_engine *t, enum role role, const char *operation, const char *q) {
	struct answer x = call(t, role, operation, arena_cstr(t->a, arena_printf(t->a, "{\"q\":\"%s\"}", q)));
	if (x.status != 200)
		fail_msg("%s: %d %.*s", q, x.status, STR_FMT(x.text));
	return x;
}

/* The count of one value; -1: it is not there. */
static int64_t counted(const struct answer *x, const char *facet, const char *value) {
	size_t i, k;
	json_t *f, *v;
	json_array_foreach(answer_at(x, "facets"), i, f)
		json_array_foreach(json_object_get(f, "values"), k, v)
			if (!strcmp(json_string_value(json_object_get(f, "name")), facet) && !strcmp(json_string_value(json_object_get(v, "value")), value))
				return json_integer_value(json_object_get(v, "count"));
	return -1;
}

TEST_ENGINE(facet, a_query_is_narrowed_down) {
	static const struct { const char *q; size_t n; } cases[] = {
		{ "zebra", 4 }, { "zebra kind:incident", 2 }, { "zebra service:pay", 4 }, { "zebra service:로그인", 1 }, { "zebra severity:sev1", 3 }, { "zebra kind:timeline", 1 },
		{ "zebra kind:near_miss", 1 }, { "zebra severity:sev1 severity:sev2", 4 }, { "zebra service:nothing", 0 }, { "", 4 }, { "kind:incident", 3 }, { "severity:sev2", 2 },
		{ "mechanism:dns", 1 }, { "zebra before:2001", 0 }, { "after:2001", 4 }, { "giraffe after:2001-02-03", 1 },
	};
	fill(t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer x = ask(t, ROLE_VIEWER, "search.find", cases[i].q);
		if (json_array_size(answer_at(&x, "items")) != cases[i].n)
			fail_msg("%s: %.*s", cases[i].q, STR_FMT(x.text));
		/* What is counted is what is found. */
		struct answer f = ask(t, ROLE_VIEWER, "search.facets", cases[i].q);
		if (answer_i64(&f, "total") != (int64_t)cases[i].n)
			fail_msg("%s: %.*s", cases[i].q, STR_FMT(f.text));
	}
	struct answer x = ask(t, ROLE_VIEWER, "search.find", "kind:near_miss");
	assert_str(answer_str(&x, "items/0/severity"), "SEV1");
	assert_str(answer_str(&x, "items/0/state"), "Draft");
	assert_int_equal(call(t, ROLE_VIEWER, "search.find", "{\"q\":\"after:soon\"}").status, 422);
}

TEST_ENGINE(facet, counts_tell_what_choosing_a_value_would_find) {
	fill(t);
	struct answer x = ask(t, ROLE_VIEWER, "search.facets", "zebra");
	assert_int_equal(counted(&x, "kind", "incident"), 2);
	assert_int_equal(counted(&x, "kind", "timeline"), 1);
	assert_int_equal(counted(&x, "service", "1"), 4);
	assert_int_equal(counted(&x, "service", "2"), 1);
	assert_int_equal(counted(&x, "severity", "SEV1"), 3);
	assert_int_equal(counted(&x, "mechanism", "dns"), 1);
	x = ask(t, ROLE_VIEWER, "search.facets", "zebra severity:sev2");
	assert_int_equal(answer_i64(&x, "total"), 1);
	assert_int_equal(counted(&x, "severity", "SEV1"), 3);
	assert_int_equal(counted(&x, "severity", "SEV2"), 1);
	assert_int_equal(counted(&x, "kind", "timeline"), -1);
	/* The state changes, and so do the counts. */
	call(t, ROLE_RESPONDER, "incident.resolve", "{\"id\":3}");
	settle(t);
	x = ask(t, ROLE_VIEWER, "search.facets", "kind:incident");
	assert_int_equal(counted(&x, "state", "declared"), 2);
	assert_int_equal(counted(&x, "state", "resolved"), 1);
}

TEST_ENGINE(facet, what_is_restricted_is_not_counted) {
	fill(t);
	struct answer x = call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	assert_int_equal(x.status, 200);
	x = ask(t, ROLE_VIEWER, "search.facets", "");
	assert_int_equal(answer_i64(&x, "total"), 2);
	assert_int_equal(counted(&x, "severity", "SEV1"), -1);
	x = ask(t, ROLE_VIEWER, "search.facets", "zebra");
	assert_int_equal(answer_i64(&x, "total"), 1);
	assert_int_equal(counted(&x, "kind", "timeline"), -1);
	x = ask(t, ROLE_VIEWER, "search.find", "");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 2);
	x = ask(t, ROLE_RESPONDER, "search.facets", "");
	assert_int_equal(answer_i64(&x, "total"), 4);
}

/* What is kept in memory is never older than what is asked about, and says nothing to whom it is hidden from: the responder is asked first and has it read. */
TEST_ENGINE(facet, counts_and_filters_follow_what_changes_at_once) {
	fill(t);
	struct answer x = ask(t, ROLE_RESPONDER, "search.facets", "severity:sev1");
	int64_t before = answer_i64(&x, "total");
	assert_true(before > 0);
	for (int restricted = 1; restricted >= 0; restricted--) {
		char input[60];
		snprintf(input, sizeof input, "{\"id\":1,\"restricted\":%s}", restricted ? "true" : "false");
		assert_int_equal(call(t, ROLE_RESPONDER, "incident.restrict", input).status, 200);
		x = call(t, ROLE_RESPONDER, "search.facets", "{\"q\":\"severity:sev1\"}");
		assert_int_equal(answer_i64(&x, "total"), before);
		x = call(t, ROLE_VIEWER, "search.facets", "{\"q\":\"severity:sev1\"}");
		assert_int_equal(answer_i64(&x, "total"), restricted ? 0 : before);
		x = call(t, ROLE_VIEWER, "search.find", "{\"q\":\"severity:sev1\"}");
		assert_int_equal(json_array_size(answer_at(&x, "items")), restricted ? 0 : before);
	}
	x = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"One more\",\"severity\":\"SEV1\"}");
	assert_int_equal(x.status, 201);
	settle(t);
	x = ask(t, ROLE_VIEWER, "search.facets", "severity:sev1");
	assert_int_equal(answer_i64(&x, "total"), before + 1);
}

TEST_ENGINE(facet, browsing_shows_everything_once) {
	char seen[40] = { 0 };
	for (int i = 0; i < 33; i++) {
		char input[100];
		snprintf(input, sizeof input, "{\"title\":\"Document %d\",\"kind\":\"%s\",\"text\":\"x\"}", i, i % 3 ? "project" : "near_miss");
		call(t, ROLE_RESPONDER, "document.create", input);
	}
	settle(t);
	str next = STR_NONE;
	size_t total = 0;
	do {
		struct answer x = call(t, ROLE_VIEWER, "search.find", arena_cstr(t->a, arena_printf(t->a, "{\"q\":\"kind:project\",\"limit\":5,\"after\":\"%.*s\"}", STR_FMT(next))));
		assert_int_equal(x.status, 200);
		size_t n = json_array_size(answer_at(&x, "items"));
		for (size_t i = 0; i < n; i++) {
			char path[40];
			snprintf(path, sizeof path, "items/%zu/id", i);
			seen[answer_i64(&x, path)]++;
		}
		total += n;
		next = x.next;
	} while (next.n && total < 40);
	assert_int_equal(total, 22);
	for (int i = 1; i <= 33; i++)
		assert_int_equal(seen[i], (i - 1) % 3 ? 1 : 0);
}

/* So many that the archive is walked instead of looking each up; an entry among them is looked up still. */
TEST_ENGINE(facet, many_hits_are_narrowed_down_alike) {
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"zebra\",\"severity\":\"SEV1\"}");
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"a zebra was seen\"}");
	for (int i = 0; i < 150; i++) {
		char input[100];
		snprintf(input, sizeof input, "{\"title\":\"%s\",\"kind\":\"%s\",\"text\":\"zebra\"}", i % 2 ? "zebra" : "x", i % 3 ? "project" : "near_miss");
		call(t, ROLE_RESPONDER, "document.create", input);
	}
	settle(t);
	static const struct { const char *q; size_t n; } cases[] = { { "zebra kind:near_miss", 50 }, { "zebra kind:project", 100 }, { "zebra severity:sev1", 2 }, { "zebra kind:timeline", 1 }, { "zebra", 100 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer x = call(t, ROLE_VIEWER, "search.find", arena_cstr(t->a, arena_printf(t->a, "{\"q\":\"%s\",\"limit\":100}", cases[i].q)));
		if (json_array_size(answer_at(&x, "items")) != cases[i].n)
			fail_msg("%s: %zu", cases[i].q, json_array_size(answer_at(&x, "items")));
		struct answer f = ask(t, ROLE_VIEWER, "search.facets", cases[i].q);
		assert_int_equal(answer_i64(&f, "total"), str_is(str_c(cases[i].q), "zebra") ? 152 : (int64_t)cases[i].n);
	}
	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	struct answer x = ask(t, ROLE_VIEWER, "search.find", "zebra severity:sev1");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 0);
}

/* ---- what contributed ---- */

static void label_causes(struct test_engine *t) {
	call(t, ROLE_EDITOR, "factor.create", "{\"code\":\"batch_window\",\"name_en\":\"Batch window\",\"name_ko\":\"배치 시간\"}");
	call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"One\",\"kind\":\"incident\",\"text\":\"x\"}");
	call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Two\",\"kind\":\"incident\",\"text\":\"x\"}");
	static const char *const causes[] = { "\"id\":1,\"factor\":\"retry\"", "\"id\":1,\"factor\":\"batch_window\"", "\"id\":1,\"factor\":\"retry\"", "\"id\":2,\"factor\":\"retry\"" };
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		assert_int_equal(call(t, ROLE_RESPONDER, "cause.add", arena_cstr(t->a, arena_printf(t->a, "{%s,\"kind\":\"latent\",\"text\":\"y\"}", causes[i]))).status, 201);
	settle(t);
}

TEST_ENGINE(facet, documents_are_narrowed_down_by_what_contributed) {
	label_causes(t);
	static const struct { const char *q; int64_t n; } cases[] = { { "factor:retry", 2 }, { "요인:재시도", 2 }, { "factor:retries", 2 }, { "factor:\\\"batch window\\\"", 1 }, { "factor:batch_window", 1 },
		{ "요인:\\\"배치 시간\\\"", 1 }, { "factor:retry factor:batch-window", 2 }, { "factor:capacity", 0 }, { "factor:nonsense", 0 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer x = ask(t, ROLE_VIEWER, "search.find", cases[i].q), f = ask(t, ROLE_VIEWER, "search.facets", cases[i].q);
		if ((int64_t)json_array_size(answer_at(&x, "items")) != cases[i].n || answer_i64(&f, "total") != cases[i].n)
			fail_msg("%s: %.*s", cases[i].q, STR_FMT(x.text));
	}
	struct answer f = ask(t, ROLE_VIEWER, "search.facets", "");
	assert_int_equal(counted(&f, "factor", "retry"), 2);
	assert_int_equal(counted(&f, "factor", "batch_window"), 1);
	assert_true(str_find(f.text, STR("\"Batch window\"")) > 0);
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.remove", "{\"id\":2,\"cause\":4}").status, 204);
	settle(t);
	f = ask(t, ROLE_VIEWER, "search.facets", "");
	assert_int_equal(counted(&f, "factor", "retry"), 1);
}

TEST_ENGINE(facet, a_label_that_was_merged_is_counted_with_the_other) {
	label_causes(t);
	assert_int_equal(call(t, ROLE_EDITOR, "factor.merge", "{\"code\":\"batch_window\",\"into\":\"capacity\"}").status, 200);
	settle(t);
	struct answer f = ask(t, ROLE_VIEWER, "search.facets", "");
	assert_int_equal(counted(&f, "factor", "capacity"), 1);
	assert_int_equal(counted(&f, "factor", "batch_window"), -1);
}
