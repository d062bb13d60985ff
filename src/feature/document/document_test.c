#include "core/testing.h"
#include "feature/document/document_parts.h"

/* ---- TBD ---- */

static const struct {
	const char *text, *missing, *owner;
	int64_t due, line; /* line 0: no mark */
} marks[] = {
	{ "TBD", "", "", I64_NONE, 1 },
	{ "TBD: how many users. More.", "how many users", "", I64_NONE, 1 },
	{ "one\n- Revenue: TBD(@kim, 2026-12-01)", "Revenue", "kim", 20788, 2 },
	{ "TBD(@kim by 2026-12-01): a; b", "a", "kim", 20788, 1 },
	{ "TBD(2026-12-01)는 아직", "", "", 20788, 1 },
	{ "| Users | TBD(@a.b-c) | x |", "Users", "a.b-c", I64_NONE, 1 },
	{ "TBD(@kim", "", "", I64_NONE, 1 },
	{ "`TBD` and TBDS and XTBD", "", "", 0, 0 },
	{ "```\nTBD\n```\n~~~\nTBD\n```\nTBD\n~~~", "", "", 0, 0 },
	{ "<!-- TBD\nTBD --> TBD: x", "x", "", I64_NONE, 2 },
	{ "3.5 % TBD(@kim, 2026-13-01): v1.2 of it", "v1.2 of it", "kim", I64_NONE, 1 },
};

TEST(document, marks_of_what_is_not_known) {
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const struct document_tbd *t;
		size_t n = tbd_list(a, str_c(marks[i].text), &t);
		print_message("%s\n", marks[i].text);
		assert_int_equal(n, marks[i].line ? 1 : 0);
		if (!n)
			continue;
		assert_str(t->text, marks[i].missing);
		assert_str(t->owner, marks[i].owner);
		assert_int_equal(t->due, marks[i].due);
		assert_int_equal(t->line, marks[i].line);
	}
	arena_free(a);
}

/* Runs of blanks as one, lines without words gone. */
static str bare(struct arena *a, str text) {
	struct buf b = buf_in(a);
	for (size_t i = 0; i < text.n; i++) {
		bool blank = text.p[i] == ' ' || text.p[i] == '\n';
		if (!blank || (b.n && b.p[b.n - 1] != ' ' && b.p[b.n - 1] != '\n'))
			buf_addc(&b, text.p[i]);
	}
	return str_trim(buf_str(&b));
}

TEST(document, what_people_have_written_is_neither_hint_nor_template) {
	static const char template[] = "{{severity}} · {{services}} · written by {{authors}}\n\n## Impact\n\n<!-- Count them. -->\n\n- When: {{window|from when; to when}}\n"
								   "- Who: TBD{{by}}: how many users, and of which kind. None is an answer\n\n{{summary|what; and to whom}}\n\n{{roles}}\n";
	static const struct {
		const char *text, *written;
	} cases[] = {
		{ "SEV2 · TBD(@kim, 2026-11-28) · written by Kim\n\n## Impact\n\n<!-- Count\nthem. -->\n- When: TBD(@kim, 2026-11-28): from when; to when\n"
		  "- Who: TBD(@kim, 2026-11-28): how many users, and of which kind. None is an answer\n\nTBD(@kim): what; and to whom\n\n- Incident commander: Kim\n"
		  "```bokgi impact\n```\n",
			"" },
		{ "SEV2 · Checkout · written by Kim\n- When: 10:38 to 11:16\n- Who: 300 users\n", "10:38 to 11:16\n300 users" },
		{ "## Impact\n\nOrders failed. TBD: how many; all in the east\n\n```\nTBD: code\n```\n", "Orders failed. ; all in the east\n```\nTBD: code\n```" },
		{ "", "" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str written = document_written(a, str_c(cases[i].text), STR(template));
		assert_int_equal(written.n, strlen(cases[i].text));
		assert_str(bare(a, written), cases[i].written);
	}
	assert_str(bare(a, document_written(a, STR("- Who: 300 users <!-- no -->"), STR_NONE)), "- Who: 300 users");
	arena_free(a);
}

TEST(document, marks_stand_out_in_an_article_but_not_in_code) {
	static const struct {
		const char *html, *want;
	} cases[] = {
		{ "<p title=\"TBD\">TBD(@kim, 2026-12-01): x</p>", "<p title=\"TBD\"><span class=\"tbd\">TBD · @kim · 2026-12-01</span>: x</p>" },
		{ "<pre><code class=\"x\">TBD</code></pre>TBD", "<pre><code class=\"x\">TBD</code></pre><span class=\"tbd\">TBD</span>" },
		{ "<p>TBDs <code>TBD</code></p>", "<p>TBDs <code>TBD</code></p>" },
		{ "TBD(&lt;script&gt;)", "<span class=\"tbd\">TBD</span>" },
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = { 0 };
		tbd_mark_html(str_c(cases[i].html), NULL, 0, &out);
		assert_str(buf_str(&out), cases[i].want);
		buf_free(&out);
	}
}

/* ---- templates ---- */

static struct ctx test_ctx(struct arena *a) {
	return (struct ctx){ .a = a, .who = &actor_system, .now = INT64_C(1795327863000000), .zone = zone_utc() };
}

TEST(document, places_of_a_template_are_filled_or_become_tbd) {
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "{{summary|what}}", "It broke." },
		{ "{{window|from when}}!", "TBD(@kim): from when!" },
		{ "{{severity}} · {{services}}", "SEV2 · TBD(@kim)" },
		{ "a\n\n{{roles}}\n\n{{mitigations}}\n\nb", "a\n\n- Scribe: Lee\n\nb" },
		{ "TBD{{by}}: x {{ y", "TBD(@kim): x {{ y" },
		{ "}} {{severity}}", "}} {{severity}}" },
	};
	struct arena *a = arena_new(0);
	struct ctx c = test_ctx(a);
	struct known k = { .severity = STR("SEV2"), .summary = STR("It broke."), .roles = STR("- Scribe: Lee"), .by = STR("(@kim)") };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(template_fill(&c, str_c(cases[i].text), &k), cases[i].want);
	arena_free(a);
}

/* ---- operations ---- */

#define CLIENT "client----------------"

static str push_body(struct test_engine *t, int64_t id, int64_t version, int64_t seq, const char *changes) {
	return arena_printf(t->a, "{\"id\":%lld,\"client\":\"" CLIENT "\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":%s}]}", (long long)id, (long long)version,
		(long long)seq, changes);
}

static int64_t new_document(struct test_engine *t, const char *text) {
	struct answer d = call(t, ROLE_RESPONDER, "document.create", arena_printf(t->a, "{\"title\":\"T\",\"kind\":\"project\",\"text\":\"%s\"}", text).p);
	assert_int_equal(d.status, 201);
	return answer_i64(&d, "id");
}

TEST_ENGINE(document, what_is_typed_is_read) {
	int64_t id = new_document(t, "# One\\n\\nhello");
	const char *path = arena_printf(t->a, "{\"id\":%lld}", (long long)id).p;
	struct answer before = call(t, ROLE_VIEWER, "document.get", path);
	assert_int_equal(before.status, 200);
	assert_int_equal(answer_i64(&before, "text_version"), 0);
	struct answer pushed = call(t, ROLE_RESPONDER, "document.push", push_body(t, id, 0, 1, "[12,[0,\" TBD(@ann): <b>\"]]").p);
	assert_int_equal(pushed.status, 200);
	assert_int_equal(answer_i64(&pushed, "version"), 1);
	struct answer after = call(t, ROLE_VIEWER, "document.get", path);
	assert_str(answer_str(&after, "text"), "# One\n\nhello TBD(@ann): <b>");
	assert_int_equal(answer_i64(&after, "text_version"), 1);
	assert_true(str_find(answer_str(&after, "html"), STR("<span class=\"tbd\">TBD · @ann</span>: &lt;b&gt;")) > 0);
	assert_str(answer_str(&after, "headings/0/text"), "One");
	assert_str(answer_str(&after, "tbds/0/owner"), "ann");
	assert_int_equal(answer_i64(&after, "tbds/0/line"), 3);
	struct answer again = call(t, ROLE_VIEWER, "document.get", path);
	assert_true(str_eq(again.text, after.text));
	struct answer news = call(t, ROLE_VIEWER, "document.updates", arena_printf(t->a, "{\"id\":%lld,\"since\":0}", (long long)id).p);
	assert_str(answer_str(&news, "updates/0/client"), CLIENT);
	assert_int_equal(answer_i64(&news, "version"), 1);
}

TEST_ENGINE(document, who_may_not_type_is_told) {
	int64_t id = new_document(t, "");
	assert_int_equal(call(t, ROLE_VIEWER, "document.push", push_body(t, id, 0, 1, "[[0,\"a\"]]").p).status, 403);
	assert_int_equal(call(t, ROLE_NONE, "document.push", push_body(t, id, 0, 1, "[[0,\"a\"]]").p).status, 401);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.push", push_body(t, id + 1, 0, 1, "[[0,\"a\"]]").p).status, 404);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.push", push_body(t, id, 3, 1, "[[0,\"a\"]]").p).status, 409);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.push", push_body(t, id, 0, 1, "[9,[0,\"a\"]]").p).status, 422);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.push", push_body(t, id, 0, 1, "[[0,\"a\"]]").p).status, 200);
	struct answer meant = call(t, ROLE_EDITOR, "document.push",
		arena_printf(t->a, "{\"id\":%lld,\"client\":\"never-pushed-before-123\",\"person\":999,\"version\":1,\"updates\":[{\"seq\":1,\"changes\":[1,[0,\"a\"]]}]}", (long long)id).p);
	assert_int_equal(meant.status, 403);
	assert_str(answer_str(&meant, "code"), "collab.other_person");
	struct answer other = call(t, ROLE_EDITOR, "document.push", push_body(t, id, 1, 2, "[1,[0,\"a\"]]").p);
	assert_int_equal(other.status, 403);
	assert_str(answer_str(&other, "code"), "collab.other_person");
}

TEST_ENGINE(document, a_change_names_the_version_it_is_about) {
	int64_t id = new_document(t, "");
	struct actor who = test_person(t, ROLE_RESPONDER);
	const char *input = arena_printf(t->a, "{\"id\":%lld,\"title\":\"Better\",\"zone\":\"Asia/Seoul\"}", (long long)id).p;
	assert_int_equal(call_as(t, &who, "document.change", input, 0, NULL).status, 428);
	struct answer changed = call_as(t, &who, "document.change", input, 1, NULL);
	assert_int_equal(changed.status, 200);
	assert_int_equal(changed.version, 2);
	assert_str(answer_str(&changed, "title"), "Better");
	struct answer stale = call_as(t, &who, "document.change", input, 1, NULL);
	assert_int_equal(stale.status, 412);
	assert_str(answer_str(&stale, "current/title"), "Better");
	struct answer got = call(t, ROLE_VIEWER, "document.get", arena_printf(t->a, "{\"id\":%lld}", (long long)id).p);
	assert_true(str_find(answer_str(&got, "html"), STR("<h1>Better</h1>")) == 0);
}

TEST_ENGINE(document, a_title_that_the_text_says_is_not_said_twice) {
	int64_t id = new_document(t, "\\n# It was *slow* ![](https://x.example/a.png)\\n\\nWhy.\\n");
	struct actor who = test_person(t, ROLE_RESPONDER);
	const char *path = arena_printf(t->a, "{\"id\":%lld}", (long long)id).p;
	struct answer changed = call_as(t, &who, "document.change", arena_printf(t->a, "{\"id\":%lld,\"title\":\"It was slow\"}", (long long)id).p, 1, NULL);
	assert_int_equal(changed.status, 200);
	struct answer got = call(t, ROLE_VIEWER, "document.get", path), file = call(t, ROLE_VIEWER, "document.markdown", path);
	str html = answer_str(&got, "html");
	assert_true(str_starts(html, STR("<h1 data-line=\"2\" id=\"it-was-slow-\">")));
	assert_int_equal(str_find(str_from(html, 1), STR("<h1")), -1);
	assert_int_equal(str_find(html, STR("src=\"https:")), -1);
	assert_str(answer_str(&got, "headings/0/id"), "it-was-slow-");
	assert_true(str_starts(file.text, STR("# It was slow\n\n")));
	assert_true(str_ends(file.text, STR("\nWhy.\n")));
	assert_int_equal(str_find(file.text, STR("*slow*")), -1);
	changed = call_as(t, &who, "document.change", arena_printf(t->a, "{\"id\":%lld,\"title\":\"Slow\"}", (long long)id).p, 2, NULL);
	got = call(t, ROLE_VIEWER, "document.get", path), file = call(t, ROLE_VIEWER, "document.markdown", path);
	assert_true(str_starts(answer_str(&got, "html"), STR("<h1>Slow</h1>")));
	assert_true(str_find(answer_str(&got, "html"), STR("<em>slow</em>")) > 0);
	assert_true(str_find(file.text, STR("# It was *slow* !")) > 0);
}

static int64_t declare(struct test_engine *t, const char *more) {
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", arena_printf(t->a, "{\"title\":\"결제가 멈춤\",\"zone\":\"Asia/Seoul\"%s}", more).p);
	assert_int_equal(i.status, 201);
	return answer_i64(&i, "id");
}

static struct answer documents_of(struct test_engine *t, enum role role, int64_t incident) {
	return call(t, role, "document.list", arena_printf(t->a, "{\"incident\":%lld}", (long long)incident).p);
}

TEST_ENGINE(document, a_resolved_incident_drafts_one_document) {
	int64_t incident = declare(t, ",\"severity\":\"SEV2\",\"summary\":\"No payment went through.\"");
	char path[64];
	snprintf(path, sizeof path, "{\"id\":%lld}", (long long)incident);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.resolve", path).status, 200);
	settle(t);
	struct answer list = documents_of(t, ROLE_VIEWER, incident);
	assert_int_equal(json_array_size(answer_at(&list, "items")), 1);
	assert_str(answer_str(&list, "items/0/title"), "결제가 멈춤");
	struct answer d = call(t, ROLE_VIEWER, "document.get", arena_printf(t->a, "{\"id\":%lld}", (long long)answer_i64(&list, "items/0/id")).p);
	assert_str(answer_str(&d, "zone"), "Asia/Seoul");
	assert_str(answer_str(&d, "kind"), "incident");
	assert_int_equal(answer_i64(&d, "incidents/0/id"), incident);
	assert_true(str_find(answer_str(&d, "text"), STR("SEV2")) >= 0);
	assert_true(str_find(answer_str(&d, "text"), STR("No payment went through.")) >= 0);
	assert_true(str_find(answer_str(&d, "html"), STR("<ol class=\"tl\">")) >= 0);
	assert_true(json_array_size(answer_at(&d, "tbds")) > 3);
	struct answer of = call(t, ROLE_VIEWER, "incident.get", path);
	assert_int_equal(json_array_size(answer_at(&of, "documents")), 1);
	call(t, ROLE_RESPONDER, "incident.reopen", arena_printf(t->a, "{\"id\":%lld,\"reason\":\"again\"}", (long long)incident).p);
	call(t, ROLE_RESPONDER, "incident.resolve", path);
	settle(t);
	list = documents_of(t, ROLE_VIEWER, incident);
	assert_int_equal(json_array_size(answer_at(&list, "items")), 1);
}

TEST_ENGINE(document, its_timeline_is_the_incidents) {
	int64_t incident = declare(t, "");
	struct answer d = call(t, ROLE_RESPONDER, "document.create",
		arena_printf(t->a, "{\"title\":\"x\",\"kind\":\"incident\",\"incident\":%lld,\"text\":\"```bokgi timeline\\n```\\n\\n```bokgi durations\\n```\\n\\n```bokgi nonsense\\n```\"}",
			(long long)incident).p);
	char path[64];
	snprintf(path, sizeof path, "{\"id\":%lld}", (long long)answer_i64(&d, "id"));
	assert_int_equal(d.status, 201);
	call(t, ROLE_VIEWER, "document.get", path);
	assert_int_equal(call(t, ROLE_RESPONDER, "timeline.add", arena_printf(t->a, "{\"id\":%lld,\"text\":\"rolled <back> | all\"}", (long long)incident).p).status, 201);
	struct answer got = call(t, ROLE_VIEWER, "document.get", path);
	assert_true(str_find(answer_str(&got, "html"), STR("rolled &lt;back&gt; | all")) > 0);
	assert_true(str_find(answer_str(&got, "html"), STR("<pre")) > 0);
	struct answer md = call(t, ROLE_VIEWER, "document.markdown", path);
	assert_true(str_find(md.text, STR("# x\n")) == 0);
	assert_true(str_find(md.text, STR("rolled \\<back\\> \\| all")) > 0);
	assert_true(str_find(md.text, STR("```bokgi timeline")) < 0);
	assert_true(str_find(md.text, STR("```bokgi nonsense")) > 0);
	struct answer html = call(t, ROLE_VIEWER, "document.html", path);
	assert_true(str_find(html.text, STR("<!doctype html>")) == 0);
	assert_true(str_find(html.text, STR("rolled &lt;back&gt;")) > 0);
}

TEST_ENGINE(document, is_as_restricted_as_its_incident) {
	int64_t incident = declare(t, "");
	struct answer d = call(t, ROLE_RESPONDER, "document.create", arena_printf(t->a, "{\"title\":\"x\",\"kind\":\"incident\",\"incident\":%lld}", (long long)incident).p);
	char path[64];
	snprintf(path, sizeof path, "{\"id\":%lld}", (long long)answer_i64(&d, "id"));
	assert_int_equal(call(t, ROLE_VIEWER, "document.get", path).status, 200);
	struct answer closed = call(t, ROLE_RESPONDER, "incident.restrict", arena_printf(t->a, "{\"id\":%lld,\"restricted\":true}", (long long)incident).p);
	assert_int_equal(closed.status, 200);
	assert_int_equal(call(t, ROLE_VIEWER, "document.get", path).status, 404);
	assert_int_equal(call(t, ROLE_EDITOR, "document.push", push_body(t, answer_i64(&d, "id"), 0, 1, "[[0,\"a\"]]").p).status, 404);
	struct answer list = documents_of(t, ROLE_VIEWER, incident);
	assert_int_equal(json_array_size(answer_at(&list, "items")), 0);
	struct answer mine = call(t, ROLE_RESPONDER, "document.get", path);
	assert_int_equal(mine.status, 200);
	assert_true(json_is_true(answer_at(&mine, "restricted")));
	assert_int_equal(call(t, ROLE_EDITOR, "document.create", arena_printf(t->a, "{\"title\":\"y\",\"kind\":\"incident\",\"incident\":%lld}", (long long)incident).p).status, 404);
	call(t, ROLE_RESPONDER, "incident.restrict", arena_printf(t->a, "{\"id\":%lld,\"restricted\":false}", (long long)incident).p);
	assert_int_equal(call(t, ROLE_VIEWER, "document.get", path).status, 200);
}

/* ---- until when ---- */

static struct answer resolved_document(struct test_engine *t, const char *more) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	/* 2026-09-21 is a Monday. */
	t->now = INT64_C(1789988400000000);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 장애\",\"severity\":\"SEV1\",\"detection_source\":\"alert\"}").status, 201);
	char input[200];
	snprintf(input, sizeof input, "{\"id\":1,\"role\":\"commander\",\"person\":%lld}", (long long)t->person[ROLE_EDITOR]);
	assert_int_equal(call(t, ROLE_RESPONDER, "role.assign", input).status, 200);
	if (*more)
		assert_int_equal(call_as(t, &who, "incident.change", more, -1, NULL).status, 200);
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.resolve", "{\"id\":1}").status, 200);
	settle(t);
	return call(t, ROLE_VIEWER, "document.get", "{\"id\":1}");
}

TEST_ENGINE(document, the_policy_dates_and_owns_what_it_requires) {
	struct answer d = resolved_document(t, "{\"id\":1,\"data_lost\":true}");
	assert_int_equal(d.status, 200);
	assert_str(answer_str(&d, "due"), "2026-09-24");
	assert_str(answer_str(&d, "due_by"), "policy");
	assert_int_equal(answer_i64(&d, "owner/id"), t->person[ROLE_EDITOR]);
	assert_int_equal(answer_i64(&d, "author/id"), t->person[ROLE_EDITOR]);
	struct actor who = test_person(t, ROLE_RESPONDER);
	assert_int_equal(call_as(t, &who, "incident.change", "{\"id\":1,\"severity\":\"SEV2\"}", -1, NULL).status, 200);
	settle(t);
	d = call(t, ROLE_VIEWER, "document.get", "{\"id\":1}");
	assert_str(answer_str(&d, "due"), "2026-09-28");
	d = call_as(t, &who, "document.change", "{\"id\":1,\"due\":\"2026-10-30\",\"owner\":null}", -1, NULL);
	assert_int_equal(d.status, 200);
	assert_int_equal(call_as(t, &who, "document.change", "{\"id\":1,\"owner\":9999}", -1, NULL).status, 422);
	assert_int_equal(call_as(t, &who, "incident.change", "{\"id\":1,\"severity\":\"SEV4\"}", -1, NULL).status, 200);
	settle(t);
	d = call(t, ROLE_VIEWER, "document.get", "{\"id\":1}");
	assert_str(answer_str(&d, "due"), "2026-10-30");
	assert_str(answer_str(&d, "due_by"), "person");
	assert_int_equal(answer_i64(&d, "owner/id"), 0);
}

TEST_ENGINE(document, what_is_asked_for_later_is_dated_then_and_a_waiver_takes_the_date_back) {
	struct answer d = resolved_document(t, "");
	assert_true(json_is_null(answer_at(&d, "due")));
	assert_int_equal(call(t, ROLE_VIEWER, "policy.request", "{\"id\":1,\"reason\":\"Our customers ask\"}").status, 200);
	settle(t);
	d = call(t, ROLE_VIEWER, "document.get", "{\"id\":1}");
	assert_str(answer_str(&d, "due"), "2026-09-24");
	assert_int_equal(answer_i64(&d, "owner/id"), t->person[ROLE_EDITOR]);
	assert_int_equal(call(t, ROLE_EDITOR, "policy.waive", "{\"id\":1,\"reason\":\"as INC-9\"}").status, 200);
	settle(t);
	d = call(t, ROLE_VIEWER, "document.get", "{\"id\":1}");
	assert_true(json_is_null(answer_at(&d, "due")));
}

TEST_ENGINE(document, the_policy_says_whose_it_is) {
	char input[200];
	snprintf(input, sizeof input, "{\"name\":\"pay-api\",\"lead\":%lld}", (long long)t->person[ROLE_VIEWER]);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "service.create", input).status, 201);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "policy.set", "{\"note\":\"Leads know\",\"owner\":\"lead\"}").status, 200);
	struct answer d = resolved_document(t, "{\"id\":1,\"data_lost\":true,\"services\":[1]}");
	assert_int_equal(answer_i64(&d, "owner/id"), t->person[ROLE_VIEWER]);
}
