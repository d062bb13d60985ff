#include "core/testing.h"
#include "feature/document/document_report.h"

/* ---- days in words ---- */

/* 22 November 2026 */
enum { SUNDAY = 20779 };

static const struct {
	const char *words;
	int64_t day; /* -1: no day */
} days[] = {
	{ "Fri", SUNDAY + 5 }, { "by Fri", SUNDAY + 5 }, { "by friday", SUNDAY + 5 }, { "금요일까지", SUNDAY + 5 }, { "금욜", SUNDAY + 5 }, { "Sunday", SUNDAY }, { "next Mon", SUNDAY + 1 },
	{ "next Sun", SUNDAY + 7 }, { "다음 주 수요일까지", SUNDAY + 3 }, { "today", SUNDAY }, { "내일", SUNDAY + 1 }, { "모레까지", SUNDAY + 2 }, { "in 3 days", SUNDAY + 3 }, { "3일 뒤", SUNDAY + 3 },
	{ "12/1", SUNDAY + 9 }, { "12월 1일까지", SUNDAY + 9 }, { "Dec 1", SUNDAY + 9 }, { "1 Dec", SUNDAY + 9 }, { "11/21", SUNDAY + 364 }, { "2/30", -1 }, { "13/1", -1 }, { "soon", -1 }, { "", -1 },
	{ "까지", -1 }, { "by", -1 }, { "in 3 weeks", -1 },
};

TEST(document, days_are_read_as_people_write_them) {
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		int64_t day = -1;
		bool is = tbd_day(str_c(days[i].words), SUNDAY, &day);
		print_message("%s\n", days[i].words);
		assert_int_equal(is ? day : -1, days[i].day);
	}
}

TEST(document, a_day_in_words_is_part_of_a_mark) {
	static const struct {
		const char *text, *owner, *words;
	} cases[] = {
		{ "TBD(@kim by Fri): x", "kim", "by Fri" }, { "TBD(@kim, 금요일까지)", "kim", "금요일까지" }, { "TBD(by next Mon, @lee)", "lee", "by next Mon" },
		{ "TBD(@kim, 2026-12-01)", "kim", "" }, { "TBD(@kim, whenever)", "kim", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tbd_mark m;
		size_t at = 0;
		assert_true(tbd_next(str_c(cases[i].text), &at, &m));
		assert_str(m.owner, cases[i].owner);
		assert_str(m.due_words, cases[i].words);
	}
}

/* ---- which TBD is which ---- */

/* The rows are "a b -c": open, open, filled. pairs: the row of each mark, '.' a new one. */
static const struct {
	const char *rows, *marks, *pairs, *gone;
} pairings[] = {
	{ "how_many which_ones", "how_many which_ones", "01", "" },
	{ "how_many which_ones", "which_ones", "1", "0" },
	{ "how_many which_ones", "which_ones how_many", "10", "" },
	{ "how_many which_ones", "how_many_users which_ones", "01", "" },
	{ "how_many_users", "how_many_people", "0", "" },
	{ "how_long", "hours", ".", "0" },
	{ "how_many which_ones", "how_many cost which_ones", "0.1", "" },
	{ "how_many which_ones", "cost which_ones", ".1", "0" },
	{ "same same", "same same same", "01.", "" },
	{ "same same", "same", "0", "1" },
	{ "how_many -filled", "how_many filled", "01", "" },
	{ "", "x", ".", "" },
};

static size_t split(struct arena *a, const char *text, struct tbd_row *rows, struct document_tbd *marks) {
	size_t n = 0;
	for (str rest = arena_str(a, str_c(text)); rest.p && rest.n; n++) {
		str word = str_cut(&rest, ' ');
		bool filled = word.n && word.p[0] == '-';
		rows[n] = (struct tbd_row){ .text = str_from(word, filled), .due = I64_NONE, .filled_at = filled ? 1 : I64_NONE };
		marks[n] = (struct document_tbd){ .text = rows[n].text, .due = I64_NONE };
	}
	return n;
}

TEST(document, a_mark_is_the_one_that_was_there_before) {
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof pairings / sizeof *pairings; i++) {
		struct tbd_row rows[8], unused[8], *pair[8];
		struct document_tbd marks[8], more[8];
		char pairs[9] = "", gone[9] = "";
		size_t n = split(a, pairings[i].rows, rows, more), m = split(a, pairings[i].marks, unused, marks), g = 0;
		tbd_pair(marks, m, rows, n, pair);
		for (size_t k = 0; k < m; k++)
			pairs[k] = pair[k] ? (char)('0' + (pair[k] - rows)) : '.';
		for (size_t k = 0; k < n; k++)
			if (!rows[k].seen && rows[k].filled_at == I64_NONE)
				gone[g++] = (char)('0' + k);
		print_message("%s | %s\n", pairings[i].rows, pairings[i].marks);
		assert_string_equal(pairs, pairings[i].pairs);
		assert_string_equal(gone, pairings[i].gone);
	}
	arena_free(a);
}

/* ---- sections ---- */

TEST(document, headings_are_known_in_both_languages) {
	static const struct {
		const char *heading, *section; /* NULL: none of ours */
	} cases[] = {
		{ "Impact", "impact" }, { "1. Impact:", "impact" }, { "IMPACT", "impact" }, { "영향", "impact" }, { "영향 받은 서비스", "impact" }, { "Root causes", "causes" }, { "장애 원인", "causes" },
		{ "How else could this show up?", "other_ways" }, { "Where we got lucky", "lucky" }, { "운이 좋았던 것", "lucky" }, { "해결 과정과 예방책", "resolution" }, { "Cake", NULL }, { "", NULL }, { "1.", NULL },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int section = section_of_heading(a, str_c(cases[i].heading));
		print_message("%s\n", cases[i].heading);
		assert_string_equal(section < 0 ? "-" : section_names[section], cases[i].section ? cases[i].section : "-");
	}
	arena_free(a);
}

/* No two sections share a name, or a heading would mean both. */
TEST(document, each_name_of_a_section_means_that_section) {
	struct arena *a = arena_new(0);
	for (int i = 0; i < (int)section_count(); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			assert_int_equal(section_of_heading(a, section_title(i, (enum lang)lang)), i);
	for (int kind = 0; document_kind_names[kind]; kind++)
		assert_true(section_of_kind(kind) != 0);
	arena_free(a);
}

/* ---- operations ---- */

static int64_t begin(struct test_engine *t, enum role role, const char *kind, const char *more) {
	struct answer d = call(t, role, "document.create", arena_printf(t->a, "{\"title\":\"T\",\"kind\":\"%s\"%s}", kind, more).p);
	assert_int_equal(d.status, 201);
	return answer_i64(&d, "id");
}

static const char *on(struct test_engine *t, int64_t id, const char *more) {
	return arena_printf(t->a, "{\"id\":%lld%s}", (long long)id, more).p;
}

static struct answer get(struct test_engine *t, enum role role, int64_t id) {
	return call(t, role, "document.get", on(t, id, ""));
}

/* "impact:filled summary:missing": those that are required. */
static str states(struct test_engine *t, const struct answer *sections, const char *list) {
	struct buf b = buf_in(t->a);
	size_t n = json_array_size(answer_at(sections, list));
	for (size_t i = 0; i < n; i++) {
		str path = arena_printf(t->a, "%s/%zu/", list, i);
		if (!json_is_true(answer_at(sections, arena_printf(t->a, "%.*srequired", STR_FMT(path)).p)))
			continue;
		str name = answer_str(sections, arena_printf(t->a, "%.*ssection", STR_FMT(path)).p), state = answer_str(sections, arena_printf(t->a, "%.*sstate", STR_FMT(path)).p);
		buf_printf(&b, "%s%.*s:%.*s", b.n ? " " : "", STR_FMT(name), STR_FMT(state));
	}
	return buf_str(&b);
}

TEST_ENGINE(document, sections_are_filled_empty_missing_or_removed) {
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "actions:missing went_well:missing went_wrong:missing" },
		{ "## Went well\\n\\n## What went well\\n\\nDeploy was fast.\\n\\n## What went wrong\\n\\n<!-- hint -->\\n\\n", "went_well:filled went_wrong:empty actions:missing" },
		{ "## What went well\\n\\n- TBD(@ann): ask\\n\\n## 어려웠던 것\\n\\n-\\n\\n> \\n\\n## Actions\\n\\n```bokgi actions\\n```\\n", "went_well:empty went_wrong:empty actions:empty" },
		{ "# Lessons\\n\\n## What went well\\n\\n### Deploys\\n\\n- 3\\n\\n## What went wrong\\n\\n```\\ncode\\n```\\n\\nActions\\n-------\\n\\nLater.", "went_well:filled went_wrong:filled actions:filled" },
		{ "## What went well\\n\\n<!--\\nwords\\n-->\\n\\n## What went wrong\\n\\n### Alerts\\n\\n## What went well\\n\\nYes.", "went_well:filled went_wrong:empty actions:missing" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t id = begin(t, ROLE_RESPONDER, "retrospective", arena_printf(t->a, ",\"text\":\"%s\"", cases[i].text).p);
		struct answer s = call(t, ROLE_VIEWER, "document.sections", on(t, id, ""));
		print_message("%s\n", cases[i].text);
		assert_str(states(t, &s, "items"), cases[i].want);
	}
	int64_t id = begin(t, ROLE_RESPONDER, "retrospective", ",\"text\":\"## Actions\\n\\nNone.\"");
	assert_int_equal(call(t, ROLE_RESPONDER, "section.remove", on(t, id, ",\"section\":\"went_well\",\"reason\":\" \"")).status, 422);
	struct answer s = call(t, ROLE_RESPONDER, "section.remove", on(t, id, ",\"section\":\"went_well\",\"reason\":\"Nothing did.\""));
	assert_str(states(t, &s, "items"), "actions:filled went_well:removed went_wrong:missing");
	assert_str(answer_str(&s, "items/1/reason"), "Nothing did.");
	assert_int_equal(answer_i64(&s, "items/1/by/id"), t->person[ROLE_RESPONDER]);
	assert_int_equal(call(t, ROLE_RESPONDER, "section.remove", on(t, id, ",\"section\":\"scenario\",\"reason\":\"x\"")).status, 409);
	s = call(t, ROLE_RESPONDER, "section.restore", on(t, id, ",\"section\":\"went_well\""));
	assert_str(states(t, &s, "items"), "actions:filled went_well:missing went_wrong:missing");
}

TEST_ENGINE(document, a_block_fills_its_section_when_it_shows_something) {
	int64_t id = begin(t, ROLE_RESPONDER, "retrospective", ",\"text\":\"## What went well\\n\\n```bokgi lessons went_well\\n```\\n\\n## What went wrong\\n\\n```bokgi lessons\\n```\\n\\n## Actions\\n\\n```bokgi actions\\n```\\n\"");
	struct answer d = get(t, ROLE_VIEWER, id);
	assert_str(states(t, &d, "sections"), "went_well:empty went_wrong:empty actions:empty");
	assert_int_equal(call(t, ROLE_RESPONDER, "lesson.add", on(t, id, ",\"list\":\"lucky\",\"text\":\"It was night.\"")).status, 201);
	d = get(t, ROLE_VIEWER, id);
	assert_str(states(t, &d, "sections"), "went_well:empty went_wrong:filled actions:empty");
	assert_int_equal(call(t, ROLE_RESPONDER, "lesson.act", on(t, id, ",\"lesson\":1")).status, 200);
	d = get(t, ROLE_VIEWER, id);
	assert_str(states(t, &d, "sections"), "went_well:empty went_wrong:filled actions:filled");
}

TEST_ENGINE(document, records_are_several_and_in_an_order) {
	int64_t id = begin(t, ROLE_RESPONDER, "incident", ",\"text\":\"```bokgi impact\\n```\\n\\n```bokgi causes\\n```\\n\\n```bokgi lessons\\n```\\n\"");
	struct actor who = test_person(t, ROLE_RESPONDER);
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.add", on(t, id, ",\"kind\":\"latent\",\"text\":\"No limit | on <retries>\",\"factor\":\"retry\"")).status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.add", on(t, id, ",\"kind\":\"trigger\",\"text\":\"A sale began\"")).status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.add", on(t, id, ",\"kind\":\"latent\",\"text\":\"x\",\"factor\":\"nonsense\"")).status, 422);
	assert_int_equal(call(t, ROLE_RESPONDER, "impact.add", on(t, id, ",\"metric\":\"orders lost\",\"value\":1210.5,\"unit\":\"orders\",\"estimated\":true,\"method\":\"against last week\"")).status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "impact.add", on(t, id, ",\"metric\":\"revenue\"")).status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "window.add", on(t, id, ",\"begins_at\":\"2026-11-22T05:00:00Z\",\"ends_at\":\"2026-11-22T05:17:00Z\",\"what\":\"down\"")).status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "window.add", on(t, id, ",\"begins_at\":\"2026-11-22T04:00:00Z\",\"what\":\"slow\"")).status, 201);
	struct answer bad = call(t, ROLE_RESPONDER, "window.add", on(t, id, ",\"begins_at\":\"2026-11-22T05:00:00Z\",\"ends_at\":\"2026-11-22T04:00:00Z\",\"what\":\"x\""));
	assert_str(answer_str(&bad, "code"), "window.order");
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.order", on(t, id, ",\"ids\":[2]")).status, 204);
	struct answer d = get(t, ROLE_VIEWER, id);
	assert_str(answer_str(&d, "causes/0/text"), "A sale began");
	assert_str(answer_str(&d, "causes/1/factor"), "retry");
	assert_true(json_is_null(answer_at(&d, "causes/0/factor")));
	assert_true(json_real_value(answer_at(&d, "impacts/0/value")) == 1210.5);
	assert_true(json_is_null(answer_at(&d, "impacts/1/value")));
	assert_str(answer_str(&d, "windows/0/what"), "slow");
	struct answer md = call(t, ROLE_VIEWER, "document.markdown", on(t, id, ""));
	assert_true(str_find(md.text, STR("| orders lost | about 1210.5 orders | against last week |")) > 0);
	assert_true(str_find(md.text, STR("| revenue | TBD |")) > 0);
	assert_true(str_find(md.text, STR("17 min")) > 0);
	assert_true(str_find(md.text, STR("**Triggers**\n\n- A sale began")) > 0);
	assert_true(str_find(md.text, STR("**latent** No limit \\| on \\<retries\\> *(Retries)*")) > 0);
	struct answer changed = call_as(t, &who, "cause.change", on(t, id, ",\"cause\":1,\"factor\":null"), 1, NULL);
	assert_int_equal(changed.status, 200);
	assert_true(json_is_null(answer_at(&changed, "factor")));
	assert_str(answer_str(&changed, "kind"), "latent");
	assert_int_equal(call_as(t, &who, "cause.change", on(t, id, ",\"cause\":1,\"text\":\"y\""), 1, NULL).status, 412);
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.remove", on(t, id, ",\"cause\":1")).status, 204);
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.remove", on(t, id, ",\"cause\":1")).status, 404);
	/* A record of another document is none of this one. */
	int64_t other = begin(t, ROLE_RESPONDER, "incident", "");
	assert_int_equal(call_as(t, &who, "cause.change", on(t, other, ",\"cause\":2,\"text\":\"y\""), -1, NULL).status, 404);
	d = get(t, ROLE_VIEWER, id);
	assert_int_equal(json_array_size(answer_at(&d, "causes")), 1);
	settle(t);
	struct answer found = call(t, ROLE_VIEWER, "search.find", "{\"q\":\"orders lost\"}");
	assert_true(str_find(found.text, STR("\"kind\":\"document\"")) > 0);
}

TEST_ENGINE(document, a_lesson_becomes_one_action) {
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Slow\"}");
	int64_t incident = answer_i64(&i, "id"), id = begin(t, ROLE_RESPONDER, "incident", arena_printf(t->a, ",\"incident\":%lld", (long long)incident).p);
	assert_int_equal(call(t, ROLE_RESPONDER, "lesson.add", on(t, id, ",\"list\":\"went_wrong\",\"text\":\"The alarm came late\\nby hours\",\"mark\":\"drill\"")).status, 201);
	struct answer x = call(t, ROLE_RESPONDER, "lesson.act", on(t, id, ",\"lesson\":1,\"type\":\"detect\",\"owner\":1"));
	assert_int_equal(x.status, 200);
	assert_str(answer_str(&x, "action/ref"), "ACT-1");
	assert_str(answer_str(&x, "mark"), "drill");
	struct answer a = call(t, ROLE_VIEWER, "action.get", "{\"id\":1}");
	assert_str(answer_str(&a, "title"), "The alarm came late");
	assert_str(answer_str(&a, "type"), "detect");
	assert_int_equal(answer_i64(&a, "document/id"), id);
	assert_int_equal(answer_i64(&a, "incident/id"), incident);
	assert_int_equal(call(t, ROLE_RESPONDER, "lesson.act", on(t, id, ",\"lesson\":1")).status, 409);
	assert_int_equal(call(t, ROLE_RESPONDER, "action.close", "{\"id\":1,\"evidence\":\"graph\"}").status, 200);
	struct answer d = get(t, ROLE_VIEWER, id);
	assert_str(answer_str(&d, "lessons/0/action/state"), "done");
}

/* ---- TBDs ---- */

#define CLIENT "client----------------"

static void type(struct test_engine *t, int64_t id, int64_t version, const char *changes) {
	struct answer p = call(t, ROLE_RESPONDER, "document.push",
		on(t, id, arena_printf(t->a, ",\"client\":\"" CLIENT "\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":%s}]", (long long)version, (long long)version + 1, changes).p));
	assert_int_equal(p.status, 200);
}

/* As collab tells of it five seconds later. */
static enum st tell_edited(struct ctx *c, void *data) {
	return event_emitf(c, "document.edited", "document", *(int64_t *)data, 0, arena_printf(c->a, "document:%lld", (long long)*(int64_t *)data), "{}");
}

static void edited(struct test_engine *t, int64_t id) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now ? t->now : INT64_C(1795327863000000) };
	assert_int_equal(engine_write(t->e, &c, tell_edited, &id), ST_OK);
	settle(t);
}

TEST_ENGINE(document, what_is_not_known_is_remembered_until_it_is) {
	struct answer p = call(t, ROLE_ADMINISTRATOR, "user.create", "{\"login\":\"Kim\",\"name\":\"김서연\",\"role\":\"responder\",\"password\":\"correct horse\"}");
	int64_t kim = answer_i64(&p, "id");
	int64_t id = begin(t, ROLE_RESPONDER, "project", ",\"zone\":\"Asia/Seoul\",\"text\":\"TBD(@kim, 금요일까지): users\\n\\nTBD: cost\\n\\nTBD(@nobody, 2020-01-01): old\"");
	settle(t);
	struct answer d = get(t, ROLE_VIEWER, id), l = call(t, ROLE_VIEWER, "tbd.list", "{}");
	assert_int_equal(answer_i64(&d, "progress/total"), 3);
	assert_int_equal(answer_i64(&d, "progress/filled"), 0);
	assert_int_equal(json_array_size(answer_at(&l, "items")), 3);
	assert_str(answer_str(&l, "items/0/text"), "old");
	assert_true(json_is_null(answer_at(&l, "items/0/owner")));
	assert_str(answer_str(&l, "items/0/login"), "nobody");
	assert_str(answer_str(&l, "items/1/text"), "users");
	assert_int_equal(answer_i64(&l, "items/1/owner/id"), kim);
	assert_true(answer_str(&l, "items/1/due").n == 10);
	assert_str(answer_str(&l, "items/2/text"), "cost");
	/* The date stands in the article too, though the text says a weekday. */
	assert_true(str_find(answer_str(&d, "html"), arena_printf(t->a, "TBD · @kim · %.*s", STR_FMT(answer_str(&l, "items/1/due")))) > 0);
	assert_str(answer_str(&d, "tbds/0/due"), arena_cstr(t->a, answer_str(&l, "items/1/due")));
	/* "cost" is found out: the 9 characters "TBD: cost" make way for "none". */
	type(t, id, 0, "[25,[9,\"none\"],31]");
	d = get(t, ROLE_VIEWER, id);
	assert_int_equal(answer_i64(&d, "progress/filled"), 1);
	assert_int_equal(answer_i64(&d, "progress/total"), 3);
	edited(t, id);
	d = get(t, ROLE_VIEWER, id);
	assert_int_equal(answer_i64(&d, "progress/filled"), 1);
	assert_int_equal(answer_i64(&d, "progress/total"), 3);
	l = call(t, ROLE_VIEWER, "tbd.list", "{\"state\":\"filled\"}");
	assert_int_equal(json_array_size(answer_at(&l, "items")), 1);
	assert_str(answer_str(&l, "items/0/text"), "cost");
	l = call(t, ROLE_VIEWER, "tbd.list", arena_printf(t->a, "{\"owner\":\"%lld\"}", (long long)kim).p);
	assert_int_equal(json_array_size(answer_at(&l, "items")), 1);
}

TEST_ENGINE(document, my_tbds_come_first_and_pages_follow_on) {
	struct answer me = call(t, ROLE_RESPONDER, "me.get", "{}");
	str login = answer_str(&me, "account/login");
	assert_true(login.n > 0);
	begin(t, ROLE_RESPONDER, "project", arena_printf(t->a, ",\"text\":\"TBD(2026-01-01): a\\n\\nTBD(2026-01-02): b\\n\\nTBD(@%.*s): mine\"", STR_FMT(login)).p);
	settle(t);
	struct buf seen = buf_in(t->a);
	for (str after = STR_NONE; !seen.n || after.n;) {
		struct answer l = call(t, ROLE_RESPONDER, "tbd.list", arena_printf(t->a, "{\"limit\":1,\"after\":\"%.*s\"}", STR_FMT(after)).p);
		if (json_array_size(answer_at(&l, "items")))
			buf_printf(&seen, "%.*s ", STR_FMT(answer_str(&l, "items/0/text")));
		after = l.next;
	}
	assert_str(buf_str(&seen), "mine a b ");
}

static enum st list_due(struct ctx *c, void *data) {
	return tbd_store_due(c, 20000, data);
}

static enum st tell_due(struct ctx *c, void *data UNUSED) {
	return tbd_tell_due(c);
}

static enum st count_told(struct ctx *c, void *data) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, "SELECT count(*) FROM event WHERE name = 'tbd.due'", DB_NO_ARGS);
	*(int64_t *)data = st == ST_OK ? db_i64(&r, 0, 0) : -1;
	return st;
}

TEST_ENGINE(document, what_falls_due_is_told_of_once) {
	begin(t, ROLE_RESPONDER, "project", ",\"text\":\"TBD(2020-01-01): old\\n\\nTBD(2199-01-01): far\"");
	settle(t);
	struct list due;
	int64_t told = 0;
	struct ctx c = { .a = t->a, .who = &actor_system, .now = INT64_C(1795327863000000) };
	assert_int_equal(engine_write(t->e, &c, list_due, &due), ST_OK);
	assert_int_equal(due.n, 1);
	assert_str(((const struct tbd *)due.items)[0].text, "old");
	for (int i = 0; i < 2; i++)
		assert_int_equal(engine_write(t->e, &c, tell_due, NULL), ST_OK);
	assert_int_equal(engine_write(t->e, &c, count_told, &told), ST_OK);
	assert_int_equal(told, 1);
}

/* ---- linking ---- */

TEST_ENGINE(document, is_about_several_incidents_of_the_same_people) {
	char path[64];
	int64_t incident[3];
	for (size_t i = 0; i < 3; i++) {
		struct answer x = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Slow\"}");
		incident[i] = answer_i64(&x, "id");
	}
	for (size_t i = 1; i < 3; i++)
		assert_int_equal(call(t, ROLE_RESPONDER, "incident.restrict", arena_printf(t->a, "{\"id\":%lld,\"restricted\":true}", (long long)incident[i]).p).status, 200);
	int64_t id = begin(t, ROLE_RESPONDER, "incident", arena_printf(t->a, ",\"incident\":%lld", (long long)incident[0]).p), second = begin(t, ROLE_RESPONDER, "incident",
		arena_printf(t->a, ",\"incident\":%lld", (long long)incident[0]).p);
	assert_true(second != id);
	snprintf(path, sizeof path, ",\"incident\":%lld", (long long)incident[1]);
	assert_int_equal(call(t, ROLE_EDITOR, "document.link", on(t, id, path)).status, 422);
	struct answer d = call(t, ROLE_RESPONDER, "document.link", on(t, id, path));
	assert_int_equal(d.status, 200);
	assert_int_equal(json_array_size(answer_at(&d, "incidents")), 2);
	assert_true(json_is_true(answer_at(&d, "restricted")));
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 404);
	snprintf(path, sizeof path, ",\"incident\":%lld", (long long)incident[2]);
	d = call(t, ROLE_RESPONDER, "document.link", on(t, id, path));
	assert_str(answer_str(&d, "code"), "document.two_scopes");
	snprintf(path, sizeof path, ",\"incident\":%lld", (long long)incident[1]);
	d = call(t, ROLE_RESPONDER, "document.unlink", on(t, id, path));
	assert_int_equal(d.status, 200);
	assert_int_equal(json_array_size(answer_at(&d, "incidents")), 1);
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 200);
	struct answer i = call(t, ROLE_VIEWER, "incident.get", on(t, incident[0], ""));
	assert_int_equal(json_array_size(answer_at(&i, "documents")), 2);
}

/* ---- a document that belongs to its author ---- */

TEST_ENGINE(document, a_departure_is_its_authors_until_they_agree) {
	int64_t id = begin(t, ROLE_RESPONDER, "departure", "");
	struct answer mine = get(t, ROLE_RESPONDER, id);
	assert_int_equal(mine.status, 200);
	assert_true(json_is_true(answer_at(&mine, "restricted")));
	assert_int_equal(answer_i64(&mine, "consent/id"), t->person[ROLE_RESPONDER]);
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 404);
	assert_int_equal(get(t, ROLE_EDITOR, id).status, 404);
	struct answer early = call(t, ROLE_RESPONDER, "document.audience", on(t, id, ",\"everybody\":true"));
	assert_str(answer_str(&early, "code"), "document.no_consent");
	struct answer other = call(t, ROLE_ADMINISTRATOR, "document.consent", on(t, id, ",\"agreed\":true"));
	assert_int_equal(other.status, 403);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.consent", on(t, id, ",\"agreed\":true,\"words\":\"for the team\"")).status, 200);
	assert_int_equal(get(t, ROLE_EDITOR, id).status, 404);
	char people[80];
	snprintf(people, sizeof people, ",\"people\":[%lld]", (long long)t->person[ROLE_EDITOR]);
	struct answer shown = call(t, ROLE_RESPONDER, "document.audience", on(t, id, people));
	assert_int_equal(shown.status, 200);
	assert_int_equal(answer_i64(&shown, "consent/people/0/id"), t->person[ROLE_EDITOR]);
	assert_int_equal(get(t, ROLE_EDITOR, id).status, 200);
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 404);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.audience", on(t, id, ",\"everybody\":true")).status, 200);
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 200);
	struct answer back = call(t, ROLE_RESPONDER, "document.consent", on(t, id, ",\"agreed\":false"));
	assert_int_equal(back.status, 200);
	assert_int_equal(json_array_size(answer_at(&back, "consent/people")), 0);
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 404);
	assert_int_equal(get(t, ROLE_EDITOR, id).status, 404);
	struct actor who = test_person(t, ROLE_RESPONDER);
	struct answer kind = call_as(t, &who, "document.change", on(t, id, ",\"kind\":\"project\""), -1, NULL);
	assert_str(answer_str(&kind, "code"), "document.departure_kind");
	/* An incident that is opened to everybody does not open it. */
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Slow\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "document.link", on(t, id, arena_printf(t->a, ",\"incident\":%lld", (long long)answer_i64(&i, "id")).p)).status, 200);
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 404);
	call(t, ROLE_RESPONDER, "incident.restrict", on(t, answer_i64(&i, "id"), ",\"restricted\":true"));
	call(t, ROLE_RESPONDER, "incident.restrict", on(t, answer_i64(&i, "id"), ",\"restricted\":false"));
	assert_int_equal(get(t, ROLE_VIEWER, id).status, 404);
	assert_int_equal(get(t, ROLE_RESPONDER, id).status, 200);
}

/* ---- templates, labels, the creed ---- */

TEST_ENGINE(document, templates_come_in_both_languages_with_what_they_require) {
	struct answer l = call(t, ROLE_VIEWER, "template.list", "{}");
	size_t n = json_array_size(answer_at(&l, "items")), kinds[2][6] = { { 0 } };
	assert_true(n >= 18);
	for (size_t i = 0; i < n; i++) {
		str name = answer_str(&l, arena_printf(t->a, "items/%zu/name", i).p), lang = answer_str(&l, arena_printf(t->a, "items/%zu/lang", i).p);
		str required = answer_str(&l, arena_printf(t->a, "items/%zu/required", i).p), unknown = STR_NONE;
		uint64_t wanted = section_set(required, &unknown), there = 0;
		assert_int_equal(unknown.n, 0);
		for (size_t k = 0; k < json_array_size(answer_at(&l, arena_printf(t->a, "items/%zu/outline", i).p)); k++) {
			int section = section_of_heading(t->a, answer_str(&l, arena_printf(t->a, "items/%zu/outline/%zu/text", i, k).p));
			there |= section >= 0 ? UINT64_C(1) << section : 0;
		}
		print_message("%.*s\n", STR_FMT(name));
		assert_true(wanted != 0);
		assert_int_equal(wanted & ~there, 0);
		struct answer one = call(t, ROLE_VIEWER, "template.get", arena_printf(t->a, "{\"name\":\"%.*s\"}", STR_FMT(name)).p);
		assert_int_equal(one.status, 200);
		assert_true(str_find(answer_str(&one, "html"), STR("{{")) < 0);
		str base = name;
		base = str_cut(&base, '.');
		str twin = arena_printf(t->a, "{\"name\":\"%.*s.%s\"}", STR_FMT(base), str_is(lang, "ko") ? "en" : "ko");
		assert_int_equal(call(t, ROLE_VIEWER, "template.get", twin.p).status, 200);
		kinds[str_is(lang, "ko")][enum_index(document_kind_names, answer_str(&l, arena_printf(t->a, "items/%zu/kind", i).p))]++;
	}
	for (size_t kind = 0; kind < 6; kind++)
		assert_true(kinds[0][kind] > 0 && kinds[0][kind] == kinds[1][kind]);
}

TEST_ENGINE(document, an_own_template_keeps_what_it_asked_for) {
	assert_int_equal(call(t, ROLE_RESPONDER, "template.create", "{\"name\":\"pay\",\"title\":\"Pay\",\"kind\":\"incident\",\"lang\":\"en\",\"text\":\"## Impact\\n\",\"required\":\"impact\"}").status, 403);
	struct answer made = call(t, ROLE_EDITOR, "template.create", "{\"name\":\"pay\",\"title\":\"Pay\",\"kind\":\"incident\",\"lang\":\"en\",\"text\":\"## Impact\\n\\n{{summary|what}}\\n\",\"required\":\"impact\"}");
	assert_int_equal(made.status, 201);
	assert_int_equal(call(t, ROLE_EDITOR, "template.create", "{\"name\":\"pay\",\"title\":\"Pay\",\"kind\":\"incident\",\"lang\":\"en\",\"text\":\"x\"}").status, 409);
	assert_int_equal(call(t, ROLE_EDITOR, "template.create", "{\"name\":\"b ad\",\"title\":\"Pay\",\"kind\":\"incident\",\"lang\":\"en\",\"text\":\"x\"}").status, 422);
	assert_int_equal(call(t, ROLE_EDITOR, "template.create", "{\"name\":\"c\",\"title\":\"Pay\",\"kind\":\"incident\",\"lang\":\"en\",\"text\":\"x\",\"required\":\"impact blame\"}").status, 422);
	int64_t id = begin(t, ROLE_RESPONDER, "incident", ",\"template\":\"pay\"");
	struct answer d = get(t, ROLE_VIEWER, id);
	assert_str(answer_str(&d, "template"), "pay@1");
	assert_str(states(t, &d, "sections"), "impact:empty");
	struct actor who = test_person(t, ROLE_EDITOR);
	assert_int_equal(call_as(t, &who, "template.change", "{\"name\":\"pay\",\"required\":\"impact summary\"}", 0, NULL).status, 428);
	struct answer changed = call_as(t, &who, "template.change", "{\"name\":\"pay\",\"required\":\"impact summary\"}", 1, NULL);
	assert_int_equal(changed.status, 200);
	assert_str(answer_str(&changed, "title"), "Pay");
	d = get(t, ROLE_VIEWER, id);
	assert_str(states(t, &d, "sections"), "impact:empty");
	id = begin(t, ROLE_RESPONDER, "incident", ",\"template\":\"pay\"");
	d = get(t, ROLE_VIEWER, id);
	assert_str(states(t, &d, "sections"), "impact:empty summary:missing");
	assert_int_equal(call_as(t, &who, "template.change", "{\"name\":\"incident.en\",\"title\":\"x\"}", -1, NULL).status, 409);
}

TEST_ENGINE(document, labels_of_factors_can_be_added) {
	struct answer l = call(t, ROLE_VIEWER, "factor.list", "{}");
	size_t n = json_array_size(answer_at(&l, "items"));
	assert_true(n > 20);
	assert_int_equal(call(t, ROLE_EDITOR, "factor.create", "{\"code\":\"retry\",\"name_en\":\"a\",\"name_ko\":\"b\"}").status, 409);
	assert_int_equal(call(t, ROLE_EDITOR, "factor.create", "{\"code\":\"batch_window\",\"name_en\":\"Batch window\",\"name_ko\":\"배치 시간\"}").status, 201);
	int64_t id = begin(t, ROLE_RESPONDER, "incident", ",\"lang\":\"ko\",\"text\":\"```bokgi causes\\n```\"");
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.add", on(t, id, ",\"kind\":\"direct\",\"text\":\"x\",\"factor\":\"batch_window\"")).status, 201);
	struct answer d = get(t, ROLE_VIEWER, id);
	assert_true(str_find(answer_str(&d, "html"), STR("배치 시간")) > 0);
	struct actor who = test_person(t, ROLE_EDITOR);
	assert_int_equal(call_as(t, &who, "factor.change", "{\"code\":\"batch_window\",\"name_ko\":\"배치 창\",\"ended\":true}", 1, NULL).status, 200);
	d = get(t, ROLE_VIEWER, id);
	assert_true(str_find(answer_str(&d, "html"), STR("배치 창")) > 0);
	assert_int_equal(call_as(t, &who, "factor.change", "{\"code\":\"retry\",\"name_ko\":\"x\"}", -1, NULL).status, 409);
}

TEST_ENGINE(document, a_label_gives_way_to_another_in_every_document) {
	static const struct { const char *input; int status; } cases[] = { { "{\"code\":\"ours\",\"into\":\"nonsense\"}", 422 }, { "{\"code\":\"ours\",\"into\":\"ours\"}", 422 }, { "{\"code\":\"ours\",\"into\":\"gone\"}", 422 },
		{ "{\"code\":\"retry\",\"into\":\"ours\"}", 409 }, { "{\"code\":\"nonsense\",\"into\":\"retry\"}", 404 } };
	static const char *const made[] = { "ours", "gone" };
	struct actor who = test_person(t, ROLE_EDITOR);
	for (size_t i = 0; i < 2; i++)
		call(t, ROLE_EDITOR, "factor.create", arena_cstr(t->a, arena_printf(t->a, "{\"code\":\"%s\",\"name_en\":\"x\",\"name_ko\":\"x\"}", made[i])));
	call_as(t, &who, "factor.change", "{\"code\":\"gone\",\"ended\":true}", -1, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(call(t, ROLE_EDITOR, "factor.merge", cases[i].input).status, cases[i].status);
	assert_int_equal(call(t, ROLE_RESPONDER, "factor.merge", "{\"code\":\"ours\",\"into\":\"retry\"}").status, 403);
	int64_t id = begin(t, ROLE_RESPONDER, "incident", "");
	assert_int_equal(call(t, ROLE_RESPONDER, "cause.add", on(t, id, ",\"kind\":\"direct\",\"text\":\"x\",\"factor\":\"ours\"")).status, 201);
	struct answer x = call(t, ROLE_EDITOR, "factor.merge", "{\"code\":\"ours\",\"into\":\"retry\"}");
	assert_str(answer_str(&x, "code"), "retry");
	struct answer d = get(t, ROLE_VIEWER, id);
	assert_str(answer_str(&d, "causes/0/factor"), "retry");
	assert_int_equal(answer_i64(&d, "causes/0/version"), 2);
	x = call(t, ROLE_VIEWER, "factor.list", "{}");
	assert_true(str_find(x.text, STR("\"code\":\"ours\",\"name_en\":\"x\",\"name_ko\":\"x\",\"own\":true,\"ended\":true")) > 0);
}

TEST_ENGINE(document, the_creed_stands_at_the_head_but_not_in_the_text) {
	int64_t id = begin(t, ROLE_RESPONDER, "project", ",\"lang\":\"ko\",\"text\":\"안녕\"");
	struct answer d = get(t, ROLE_VIEWER, id), c = call(t, ROLE_VIEWER, "creed.get", "{}");
	assert_true(str_find(answer_str(&d, "html"), answer_str(&c, "ko")) > 0);
	assert_int_equal(call(t, ROLE_EDITOR, "creed.change", "{\"en\":\"We *learn*.\",\"ko\":\"우리는 **배운다** <b>\",\"version\":0}").status, 403);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "creed.change", "{\"en\":\"We *learn*.\",\"ko\":\"우리는 **배운다** <b>\",\"version\":0}").status, 200);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "creed.change", "{\"en\":\"x\",\"ko\":\"x\",\"version\":0}").status, 409);
	d = get(t, ROLE_VIEWER, id);
	assert_true(str_find(answer_str(&d, "html"), STR("<aside class=\"creed\">\n<p>우리는 <strong>배운다</strong> &lt;b&gt;</p>")) > 0);
	assert_str(answer_str(&d, "text"), "안녕");
	struct answer md = call(t, ROLE_VIEWER, "document.markdown", on(t, id, "")), html = call(t, ROLE_VIEWER, "document.html", on(t, id, ""));
	assert_true(str_find(md.text, STR("# T\n\n> 우리는 **배운다** <b>\n\n안녕")) == 0);
	assert_true(str_find(html.text, STR("<strong>배운다</strong>")) > 0);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "creed.change", "{\"en\":\"\",\"ko\":\"\",\"version\":1}").status, 200);
	d = get(t, ROLE_VIEWER, id);
	assert_true(str_find(answer_str(&d, "html"), STR("creed")) < 0);
}
