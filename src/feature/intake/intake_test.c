#include "base/json.h"
#include "core/testing.h"
#include "feature/intake/intake.h"

/* ---- what is lifted ---- */

static struct lifted lifted_of(struct arena *a, const char *text) {
	struct lifted l;
	assert_int_equal(intake_parse(a, STR("notes.md"), str_c(text), LANG_EN, &l), ST_OK);
	return l;
}

static void assert_utc(const struct lifted_event *e, const char *want) {
	struct buf b = { 0 };
	if (e->when.at != I64_NONE)
		time_format_rfc3339(&b, e->when.at);
	assert_str(buf_str(&b), want);
	buf_free(&b);
}

static void assert_list(const struct lifted_list *l, const char *const *want) {
	size_t n = 0;
	for (; want[n]; n++) {
		assert_true(n < l->n);
		assert_str(l->items[n], want[n]);
	}
	assert_int_equal(l->n, n);
}
#define assert_items(list, ...) assert_list(&(list), (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

TEST(intake, a_text_with_a_head_and_times_as_headings) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"---\ntitle: \"Mail is late: the queue\"\ndate: 2021-03-04\nauthors: [Ada, Bo]\ntags:\n  - mail\n---\n\n## Summary\n\nMail was "
		"late.\n\n## Timeline\n\nAll times in CET\n\n"
		"### 2021-03-04 09:10\n\nThe queue grows.\n\n```\n2021-01-01 00:00 log\n```\n\nNobody sees it.\n\n### 09:45\n\n- A page arrives\n- "
		"Two people look\n\n"
		"## Action items\n\nEvery item needs an issue.\n\n### Detection\n\n1. Alert on the length of the queue "
		"([issue](https://t.example/o/r/issues/7))\n2. Show it on the board (DONE)\n   - see the wiki\n\n"
		"## Lessons learnt\n\n### What went well\n\nThings that went well. For example,\n\n1. The rollback was quick.\n\n### Where we got "
		"lucky\n\n- It was at night.\n");
	assert_str(l.title, "Mail is late: the queue");
	assert_str(l.date, "2021-03-04");
	assert_items(l.authors, "Ada", "Bo");
	assert_str(l.timezone, "CET");
	assert_str(l.summary, "Mail was late.");
	assert_int_equal(l.event_count, 2);
	assert_str(l.events[0].when.text, "2021-03-04 09:10");
	assert_str(l.events[0].text, "The queue grows.\nNobody sees it.");
	assert_utc(&l.events[0], "2021-03-04T08:10:00Z");
	assert_str(l.events[1].text, "A page arrives\nTwo people look");
	assert_utc(&l.events[1], "2021-03-04T08:45:00Z");
	assert_int_equal(l.action_count, 2);
	assert_str(l.actions[0].text, "Alert on the length of the queue");
	assert_str(l.actions[0].ticket, "https://t.example/o/r/issues/7");
	assert_str(l.actions[0].group, "Detection");
	assert_str(l.actions[0].type, "detect");
	assert_str(l.actions[1].status, "done");
	assert_items(l.went_well, "The rollback was quick.");
	assert_items(l.lucky, "It was at night.");
	arena_free(a);
}

TEST(intake, tables_with_a_zone_above_and_odd_rows) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"# Disk full\n\n## Timeline\n\nAll times in UTC.\n\n| Time | Event |\n| :- | -- |\n| 2022-02-08 8:20~ | Disk **fills** |\n| "
		"2022-02-08 09:40 | We see it\n| 2022-03-?? ??:?? | Cleaned up |\n"
		"| 20222-02-08 12:00 | A slip |\n\n## Contributing Factors\n\n- No alert\n  - and no owner\n\n## Action items\n\n| Action | Owner "
		"| Due | Status | Bug |\n| - | - | - | - | - |\n| Alert at 80 % | @ada | 2022-03-01 | ✅ Done | OPS-7 |\n"
		"\n## Attendees\n\nAB, CD EF\n\n# Stats\n\n- Time to detection: 80 minutes\n");
	assert_str(l.title, "Disk full");
	assert_str(l.date, "2022-02-08");
	assert_int_equal(l.event_count, 4);
	assert_true(l.events[0].when.approximate);
	assert_str(l.events[0].text, "Disk fills");
	assert_utc(&l.events[0], "2022-02-08T08:20:00Z");
	assert_utc(&l.events[1], "2022-02-08T09:40:00Z");
	assert_str(l.events[2].when.text, "2022-03-?? ??:??");
	assert_utc(&l.events[2], "");
	assert_utc(&l.events[3], "");
	assert_items(l.factors, "No alert", "and no owner");
	assert_int_equal(l.action_count, 1);
	assert_str(l.actions[0].owner, "@ada");
	assert_str(l.actions[0].due, "2022-03-01");
	assert_str(l.actions[0].status, "Done");
	assert_str(l.actions[0].ticket, "OPS-7");
	assert_int_equal(l.stat_count, 1);
	assert_str(l.stats[0].name, "time_to_detection");
	assert_str(l.stats[0].value, "80 minutes");
	arena_free(a);
}

TEST(intake, labels_of_a_nested_list) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"# Incident on 2023-05-06 - certificates\n\n- **Key events**\n  - First detected 2023-05-06 10:15\n  - Repaired: 2023-05-06 "
		"11:00\n  - Resolved 2023-05-06 11:30\n\n- **Time to repair**: 0h 45m\n\n"
		"- **Identified**: A user told us\n\n- **Impact**: Nobody could log in.\n\n- **Context**:\n  - 2023-05-06 10:15: a page comes\n  - "
		"2023-05-06 10:20: people join\n  - Thread: [here](https://chat.example/1)\n\n"
		"- **Resolution**:\n  - The certificate was renewed.\n\n- **Review actions**:\n  - Watch the certificates. Ticket "
		"[#12](https://t.example/o/r/issues/12)\n  - Created a [ticket](https://t.example/o/r/issues/13) to renew them\n");
	assert_str(l.detection, "A user told us");
	assert_str(l.impact, "Nobody could log in.");
	assert_str(l.resolution, "The certificate was renewed.");
	assert_int_equal(l.event_count, 5);
	assert_str(l.events[0].text, "First detected");
	assert_str(l.events[0].when.text, "2023-05-06 10:15");
	assert_str(l.events[1].text, "Repaired");
	assert_str(l.events[4].text, "people join");
	assert_int_equal(l.action_count, 2);
	assert_str(l.actions[0].text, "Watch the certificates.");
	assert_str(l.actions[1].text, "Created a ticket to renew them");
	assert_str(l.actions[1].ticket, "https://t.example/o/r/issues/13");
	assert_str(l.stats[0].name, "time_to_repair");
	arena_free(a);
}

TEST(intake, a_text_without_marks) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"작성일: 2020-02-03\n작성자: kim, lee\nStatus: done\nImpact: two regions\nRoot Causes: a full disk\nAction Items:\nAction Item | "
		"Type | Owner | Bug |\nAdd a disk | prevent | kim | Bug 7 TODO |\n"
		"Lessons Learned\nWhat went well\n- paging\nWhat went wrong\n- slow reply\nTimeline\n2020-02-03 (all times UTC)\n14:51 disk "
		"fills\n14:58 page — kim looks\n... (omitted)\n");
	assert_str(l.date, "2020-02-03");
	assert_items(l.authors, "kim", "lee");
	assert_str(l.status, "done");
	assert_str(l.impact, "two regions");
	assert_items(l.root_causes, "a full disk");
	assert_int_equal(l.action_count, 1);
	assert_str(l.actions[0].ticket, "Bug 7");
	assert_str(l.actions[0].status, "TODO");
	assert_str(l.actions[0].type, "prevent");
	assert_items(l.went_well, "paging");
	assert_items(l.went_wrong, "slow reply");
	assert_int_equal(l.event_count, 2);
	assert_utc(&l.events[0], "2020-02-03T14:51:00Z");
	arena_free(a);
}

TEST(intake, a_korean_report) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"# 결제 장애 보고\n\n| 항목 | 내용 |\n|---|---|\n| 날짜 | 2023년 4월 5일 |\n| 원인 | 연결 풀이 가득 찼다 |\n\n## 1. 개요\n\n결제가 "
		"40분 동안 되지 않았다.\n\n## 2. 경과\n\n"
		"4월 5일 오전 9시 10분쯤에 배포가 나갔다. 오전 9시 30분, 결제 오류가 늘기 시작했다. 그 뒤 10시 5분에 되돌렸다.\n\n## 3. 재발 방지 "
		"대책\n\n- 연결 수를 모니터링한다\n- 배포 절차를 문서로 남긴다\n");
	assert_str(l.lang, "ko");
	assert_str(l.date, "2023-04-05");
	assert_str(l.timezone, "KST");
	assert_str(l.summary, "결제가 40분 동안 되지 않았다.");
	assert_items(l.root_causes, "연결 풀이 가득 찼다");
	assert_int_equal(l.event_count, 3);
	assert_str(l.events[0].when.text, "4월 5일 오전 9시 10분쯤");
	assert_true(l.events[0].when.approximate);
	assert_str(l.events[0].text, "배포가 나갔다.");
	assert_utc(&l.events[0], "2023-04-05T00:10:00Z");
	assert_utc(&l.events[1], "2023-04-05T00:30:00Z");
	assert_int_equal(l.action_count, 2);
	assert_str(l.actions[0].type, "detect");
	assert_str(l.actions[1].type, "process");
	arena_free(a);
}

TEST(intake, one_day_said_for_all_and_one_entry_of_another) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"+++\ntitle = \"Docs were down\"\nauthors = [\"Ada\", \"Bo\"]\n[extra]\ntitle = \"no\"\n+++\n\n## Timeline of events\n\nWhere nothing else is said it was 2019-08-09; all times are UTC.\n\n"
		"- **2019-08-08 23:55: builds fail**\n- 01:38: pages go out\n- 19:27: done\n\n## Action items\n\n* [x] Clean up\n* [ ] Alert\n");
	assert_str(l.title, "Docs were down");
	assert_items(l.authors, "Ada", "Bo");
	assert_str(l.date, "2019-08-09");
	assert_int_equal(l.event_count, 3);
	assert_utc(&l.events[0], "2019-08-08T23:55:00Z");
	assert_str(l.events[0].text, "builds fail");
	assert_utc(&l.events[1], "2019-08-09T01:38:00Z");
	assert_str(l.actions[0].status, "done");
	assert_str(l.actions[1].status, "open");
	arena_free(a);
}

TEST(intake, a_clock_that_runs_back_is_kept_and_told) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a, "# 2021-02-03 x\n\n## Timeline\n\n- 15:33 a\n- 13:40 b\n- 23:50 c\n- 00:10 d\n");
	assert_int_equal(l.event_count, 4);
	assert_true(l.events[1].when.wall < l.events[0].when.wall);
	assert_true(l.events[3].when.wall > l.events[2].when.wall); /* past midnight */
	assert_true(l.note_count >= 1);
	assert_int_equal(l.notes[0].line, 6);
	arena_free(a);
}

TEST(intake, causes_are_items_only_when_they_are_introduced_as_causes) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a, "# x\n\n## Root cause\n\nTwo services share a name:\n\n1. one\n2. other\n");
	assert_items(l.root_causes, "Two services share a name:\none\nother");
	l = lifted_of(
		a, "# x\n\n## Root Cause Analysis\n\nWe see these causes:\n\n1. **Cache**: too small\n2. **Quota**: unknown\n");
	assert_items(l.root_causes, "Cache: too small", "Quota: unknown");
	l = lifted_of(a, "# x\n\n## Root Causes Identified\n\n### 1. ✅ Wrong key\n\ntext\n\n**Impact**: not the impact\n\n### 2. No retry\n");
	assert_items(l.root_causes, "Wrong key", "No retry");
	assert_str(l.impact, "");
	arena_free(a);
}

TEST(intake, a_heading_that_may_mean_either_is_decided_by_what_stands_below_it) {
	static const struct {
		const char *text;
		size_t actions;
		const char *resolution;
	} cases[] = {
		{ "# 결제\n\n## 조치 항목\n\n- [ ] 상한을 둔다\n- 알림을 단다\n", 2, "" },
		{ "# 결제\n\n## 조치 사항\n\n- [ ] 상한을 둔다\n  - 세 번까지\n- [x] 알림을 단다\n", 2, "" },
		{ "# 결제\n\n## 조치\n\n서버를 다시 띄웠다.\n\n### 단기\n\n- [ ] 상한을 둔다\n", 1, "서버를 다시 띄웠다." },
		{ "# 결제\n\n## 조치\n\n| 번호 | 조치 | 담당 | 기한 |\n|-|-|-|-|\n| 1 | 상한을 둔다 | kim | 2031-01-02 |\n", 1, "" },
		{ "# 결제\n\n## 조치\n\n- 서버를 다시 띄웠다\n- 트래픽을 돌렸다\n", 0, "서버를 다시 띄웠다\n트래픽을 돌렸다" },
		{ "# 결제\n\n## 조치\n\n| 시각 | 조치 | 담당 |\n|-|-|-|\n| 10:00 | 서버를 다시 띄웠다 | kim |\n", 0, "시각 조치 담당\n10:00 서버를 다시 띄웠다 kim" },
		{ "# Mail\n\n## Resolution\n\n- [x] restarted it\n", 0, "restarted it" },
		{ "# Mail\n\n## Resolution and prevention\n\nRestarted.\n\n| Action | Owner | Due | State |\n|-|-|-|-|\n| Cap it | Bo | 2031-01-02 | open |\n", 1, "Restarted." },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lifted l = lifted_of(a, cases[i].text);
		if (l.action_count != cases[i].actions)
			fail_msg("%s: %zu actions", cases[i].text, l.action_count);
		assert_str(l.resolution, cases[i].resolution);
	}
	struct lifted l = lifted_of(a, cases[2].text);
	assert_str(l.actions[0].group, "단기");
	l = lifted_of(a, cases[1].text);
	assert_str(l.actions[0].text, "상한을 둔다 세 번까지");
	assert_str(l.actions[1].status, "done");
	arena_free(a);
}

TEST(intake, the_head_of_a_column_names_the_zone_and_figures_are_no_entries) {
	struct arena *a = arena_new(0);
	struct lifted l = lifted_of(a,
		"# 결제\n\n> 우리는 조건을 찾습니다.\n\nSEV2 · Checkout · 작성 김서연, 박지훈\n\n## 타임라인\n\n| 시각 (America/New_York) | 있었던 일 | 누가 |\n|-|-|-|\n"
		"| 2026-07-01 10:38 | **배포가 나갔다** | kim |\n\n| | |\n| --- | --- |\n| 탐지 | 2026-07-01 10:40 |\n| 탐지까지 | 2분 |\n");
	assert_str(l.severity, "SEV2");
	assert_items(l.authors, "김서연", "박지훈");
	assert_str(l.timezone, "America/New_York");
	assert_int_equal(l.event_count, 1);
	assert_utc(&l.events[0], "2026-07-01T14:38:00Z");
	assert_str(l.summary, "");
	assert_int_equal(l.stat_count, 2);
	arena_free(a);
}

TEST(intake, any_bytes_are_read) {
	static const char *const pieces[] = { "- ", "> ", "| a ", "**", "[x](", "## Timeline\n", "14:00 ", "<table><tr>", "\n\n", "2024-01-01 ",
		"\xff\xfe", "원인: ", "---\na: [\n", "\n    " };
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct buf b = { 0 };
		struct lifted l;
		while (b.n < 200000)
			buf_add(&b, str_c(pieces[i]));
		assert_int_equal(intake_parse(a, STR_NONE, buf_str(&b), LANG_EN, &l), ST_OK);
		buf_free(&b);
		arena_reset(a);
	}
	arena_free(a);
}

/* ---- what becomes of it ---- */

#define SAMPLE \
	"# Queue stuck 2024-03-05\\n\\n**Severity:** High\\n\\n## Summary\\nJobs waited.\\n\\n## Timeline (all times UTC)\\n- 09:00 Outage " \
	"begins\\n- 09:20 First detected\\n- ??:?? somebody restarts it\\n- 10:00 Service restored\\n\\n" \
	"## Action items\\n- [x] Restart by itself\\n- [ ] Alert on age https://t.example/o/r/issues/3\\n"

static struct answer import(struct test_engine *t, enum role role, const char *text, const char *more) {
	return call(t, role, "document.import", arena_cstr(t->a, arena_printf(t->a, "{\"name\":\"queue.md\",\"text\":\"%s\"%s}", text, more)));
}

static struct answer read(struct test_engine *t, const char *operation, int64_t id) {
	return call(t, ROLE_RESPONDER, operation, arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld}", (long long)id)));
}

TEST_ENGINE(intake, a_text_becomes_records) {
	struct answer x = import(t, ROLE_RESPONDER, SAMPLE, "");
	assert_int_equal(x.status, 201);
	assert_int_equal(answer_i64(&x, "entries"), 3);
	assert_int_equal(answer_i64(&x, "actions"), 2);
	struct answer incident = read(t, "incident.get", answer_i64(&x, "incident")),
				  document = read(t, "document.get", answer_i64(&x, "document"));
	assert_str(answer_str(&incident, "title"), "Queue stuck 2024-03-05");
	assert_str(answer_str(&incident, "state"), "closed");
	assert_str(answer_str(&incident, "severity"), "SEV2");
	assert_str(answer_str(&incident, "summary"), "Jobs waited.");
	assert_str(answer_str(&incident, "milestones/0/kind"), "outage_begins");
	assert_str(answer_str(&incident, "milestones/0/at"), "2024-03-05T09:00:00Z");
	assert_str(answer_str(&incident, "milestones/1/kind"), "detected");
	assert_str(answer_str(&incident, "milestones/2/kind"), "outage_ends");
	assert_int_equal(json_array_size(answer_at(&incident, "documents")), 1); /* none is drafted beside it */
	assert_true(str_find(answer_str(&document, "text"), STR("somebody restarts it")) > 0);
	struct answer actions = call(t, ROLE_RESPONDER, "action.list", "{\"state\":\"all\"}");
	assert_int_equal(json_array_size(answer_at(&actions, "items")), 2);
	assert_true(json_array_size(answer_at(&x, "notes")) >= 1);
	settle(t);
	incident = read(t, "incident.get", answer_i64(&x, "incident"));
	assert_int_equal(json_array_size(answer_at(&incident, "documents")), 1);
}

TEST_ENGINE(intake, a_done_item_says_how_that_is_known) {
	import(t, ROLE_RESPONDER, SAMPLE, "");
	struct answer done = call(t, ROLE_RESPONDER, "action.list", "{\"state\":\"done\"}");
	assert_str(answer_str(&done, "items/0/title"), "Restart by itself");
	assert_true(answer_str(&done, "items/0/evidence").n > 0);
}

static struct answer import_severity(struct test_engine *t, const char *said) {
	struct answer x = import(t, ROLE_RESPONDER, arena_cstr(t->a, arena_printf(t->a, "# %s\\n\\n심각도: %s\\n", said, said)), "");
	assert_int_equal(x.status, 201);
	return x;
}

TEST_ENGINE(intake, severities_of_other_houses_are_understood_where_there_is_no_doubt) {
	static const struct {
		const char *said, *severity;
		bool doubt;
	} cases[] = {
		{ "1등급", "SEV1", false }, { "2급", "SEV2", false }, { "4 등급", "SEV4", false }, { "P1", "SEV1", false }, { "p3", "SEV3", false }, { "Sev-1", "SEV1", false },
		{ "sev 2", "SEV2", false }, { "S4", "SEV4", false }, { "3", "SEV3", false }, { "Severity 2", "SEV2", false }, { "심각도 4", "SEV4", false }, { "등급: 2", "SEV2", false },
		{ "Critical", "SEV1", false }, { "major", "SEV2", false }, { "Minor outage", "SEV4", false }, { "심각", "SEV1", false }, { "긴급", "SEV1", false }, { "높음", "SEV2", false },
		{ "보통", "SEV3", false }, { "낮음", "SEV4", false }, { "High/P2", "SEV2", false }, { "SEV0", "SEV1", false }, { "SEV5", "SEV4", false },
		{ "level 2", "SEV3", true }, { "SEV1 or SEV2", "SEV3", true }, { "SEV12", "SEV3", true }, { "상", "SEV3", true }, { "highway", "SEV3", true }, { "10등급", "SEV3", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer x = import_severity(t, cases[i].said), incident = read(t, "incident.get", answer_i64(&x, "incident"));
		bool doubt = str_find(x.text, STR("was not understood; SEV3 was taken")) >= 0;
		if (!str_is(answer_str(&incident, "severity"), cases[i].severity) || doubt != cases[i].doubt)
			fail_msg("%s: %.*s %d", cases[i].said, STR_FMT(answer_str(&incident, "severity")), doubt);
		assert_true(str_find(x.text, STR("names no severity")) < 0);
	}
	struct answer x = import(t, ROLE_RESPONDER, "# Nothing is said", "");
	assert_true(str_find(x.text, STR("the text names no severity; SEV3 was taken")) > 0);
}

TEST_ENGINE(intake, the_same_text_makes_nothing_twice) {
	struct answer first = import(t, ROLE_RESPONDER, SAMPLE, ""), second = import(t, ROLE_EDITOR, SAMPLE, "");
	assert_int_equal(second.status, 200);
	assert_true(json_is_true(answer_at(&second, "already")));
	assert_int_equal(answer_i64(&second, "document"), answer_i64(&first, "document"));
	struct answer all = call(t, ROLE_RESPONDER, "incident.list", "{\"state\":\"all\"}");
	assert_int_equal(json_array_size(answer_at(&all, "items")), 1);
}

TEST_ENGINE(intake, what_was_restricted_since_is_not_told_of) {
	struct answer first = import(t, ROLE_EDITOR, SAMPLE, "");
	struct actor editor = test_person(t, ROLE_EDITOR);
	struct answer shut = call_as(t, &editor, "incident.restrict",
		arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"restricted\":true}", (long long)answer_i64(&first, "incident"))), -1, NULL);
	assert_int_equal(shut.status, 200);
	struct answer other = import(t, ROLE_RESPONDER, SAMPLE, "");
	assert_int_equal(other.status, 201);
	assert_true(answer_i64(&other, "document") != answer_i64(&first, "document"));
}

TEST_ENGINE(intake, times_without_a_zone_are_read_in_the_one_that_is_given) {
	struct answer x = import(t, ROLE_RESPONDER, "# A 2024-03-05\\n\\n## Timeline\\n- 09:00 Outage begins\\n", ",\"zone\":\"Asia/Seoul\"");
	struct answer incident = read(t, "incident.get", answer_i64(&x, "incident"));
	assert_str(answer_str(&incident, "milestones/0/at"), "2024-03-05T00:00:00Z");
	assert_str(answer_str(&incident, "zone"), "Asia/Seoul");
	x = import(t, ROLE_RESPONDER, "# B", ",\"zone\":\"Nowhere\"");
	assert_int_equal(x.status, 422);
	assert_str(answer_str(&x, "code"), "zone.unknown");
}

TEST_ENGINE(intake, who_may_not_write_may_not_import) {
	struct answer x = import(t, ROLE_VIEWER, SAMPLE, "");
	assert_int_equal(x.status, 403);
	x = import(t, ROLE_RESPONDER, "", "");
	assert_int_equal(x.status, 422);
}
