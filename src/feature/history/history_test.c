#include <stdlib.h>

#include "base/clock.h"
#include "core/testing.h"
#include "feature/history/history_parts.h"
#include "text/text.h"
#include "text/utf8.h"

/* ---- spans ---- */

#define MINUTE (60 * US_PER_SECOND)

/* "1-3:7,8" one after the other: first and last version, and who. */
static str grouped(struct arena *a, const struct collab_step *steps, size_t n, const int64_t *cuts, size_t cut_count) {
	struct history_span *s;
	struct buf b = buf_in(a);
	size_t count = span_group(a, steps, n, cuts, cut_count, &s);
	for (size_t i = 0; i < count; i++) {
		buf_printf(&b, "%s%lld-%lld:", i ? " " : "", (long long)s[i].from_version, (long long)s[i].version);
		for (size_t k = 0; k < s[i].actor_count; k++)
			buf_printf(&b, "%s%lld", k ? "," : "", (long long)s[i].actors[k]);
	}
	return buf_str(&b);
}

TEST(history, spans_are_what_people_wrote_at_one_sitting) {
	static const struct { const char *what; int64_t at[8], actor[8]; int64_t cuts[3]; const char *want; } cases[] = {
		{ "one person", { 0, 1, 2 }, { 7, 7, 7 }, { 0 }, "1-3:7" },
		{ "a pause", { 0, 60, 420 }, { 7, 7, 7 }, { 0 }, "1-2:7 3-3:7" },
		{ "half an hour", { 0, 290, 580, 870, 1160, 1450, 1740, 2030 }, { 7, 7, 7, 7, 7, 7, 7, 7 }, { 0 }, "1-7:7 8-8:7" },
		{ "one after the other", { 0, 5, 10, 15 }, { 7, 7, 8, 8 }, { 0 }, "1-2:7 3-4:8" },
		{ "in turn", { 0, 5, 10, 15, 20, 25 }, { 7, 8, 7, 8, 7, 8 }, { 0 }, "1-6:7,8" },
		{ "comes back later than that", { 0, 5, 10, 75 }, { 7, 8, 8, 7 }, { 0 }, "1-1:7 2-3:8 4-4:7" },
		{ "a name", { 0, 1, 2, 3 }, { 7, 7, 7, 7 }, { 2 }, "1-2:7 3-4:7" },
		{ "brought back", { 0, 1, 2, 3 }, { 7, 7, 7, 7 }, { 1, 2 }, "1-1:7 2-2:7 3-4:7" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct collab_step steps[8];
		size_t n = 0, cuts = 0;
		while (n < 8 && cases[i].actor[n]) {
			steps[n] = (struct collab_step){ (int64_t)n + 1, cases[i].at[n] * US_PER_SECOND, cases[i].actor[n], STR_NONE };
			n++;
		}
		while (cuts < 3 && cases[i].cuts[cuts])
			cuts++;
		str got = grouped(a, steps, n, cases[i].cuts, cuts);
		if (!str_is(got, cases[i].want))
			fail_msg("%s: %.*s", cases[i].what, STR_FMT(got));
	}
	arena_free(a);
}

/* ---- hunks ---- */

static str hunks(struct arena *a, const char *before, const char *after) {
	struct list l = diff_hunks(a, str_c(before), str_c(after));
	const struct diff_hunk *h = l.items;
	struct buf b = buf_in(a);
	for (size_t i = 0; i < l.n; i++) {
		const struct diff_run *r = h[i].runs.items;
		buf_printf(&b, "@%lld,%lld ", (long long)h[i].from_line, (long long)h[i].line);
		for (size_t k = 0; k < h[i].runs.n; k++)
			buf_printf(&b, "%c%lld(%.*s)", " -+"[r[k].kind], (long long)r[k].at, STR_FMT(r[k].text));
	}
	return buf_str(&b);
}

TEST(history, changes_stand_with_what_is_around_them) {
	struct arena *a = arena_new(0);
	assert_str(hunks(a, "가\n나\n다\n라\n마\n", "가\n나\n다\n나라\n마\n"), "@2,2  2(나\n다\n)-6(라)+6(나라) 8(\n마\n)");
	assert_str(hunks(a, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1x\n2\n3\n4\n5\n6\n7\n8\n9y\n"), "@1,1 -0(1)+0(1x) 2(\n2\n3\n)@7,7  13(7\n8\n)-17(9)+17(9y) 19(\n)");
	assert_str(hunks(a, "1\n2\n3\n", "x\n2\ny\n"), "@1,1 -0(1)+0(x) 1(\n2\n)-4(3)+4(y) 5(\n)");
	assert_str(hunks(a, "same", "same"), "");
	arena_free(a);
}

/* ---- operations ---- */

static void begin(struct test_engine *t, const char *text) {
	MADE(call(t, ROLE_RESPONDER, "document.create", arena_printf(t->a, "{\"title\":\"T\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"%s\"}", text).p));
}

static struct answer asked(struct test_engine *t, enum role role, const char *op, const char *format, ...) PRINTF_LIKE(4, 5);
static struct answer asked(struct test_engine *t, enum role role, const char *op, const char *format, ...) {
	char input[400];
	va_list args;
	va_start(args, format);
	vsnprintf(input, sizeof input, format, args);
	va_end(args);
	return call(t, role, op, input);
}

static str text_now(struct test_engine *t, int64_t *version) {
	struct answer d = OK(call(t, ROLE_VIEWER, "document.get", "{\"id\":1}"));
	*version = answer_i64(&d, "text_version");
	return answer_str(&d, "text");
}

enum { TYPISTS = 2 };
static const enum role typist_roles[TYPISTS] = { ROLE_RESPONDER, ROLE_EDITOR };
static int64_t seqs[TYPISTS];

static struct answer push_as(struct test_engine *t, size_t who, int64_t version, const char *changes) {
	return asked(t, typist_roles[who], "document.push", "{\"id\":1,\"client\":\"client%zu---------------\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":%s}]}", who,
		(long long)version, (long long)++seqs[who], changes);
}

static void type(struct test_engine *t, size_t who, int64_t version, const char *changes) {
	OK(push_as(t, who, version, changes));
}

static void begin_typing(void) {
	memset(seqs, 0, sizeof seqs);
}

/* An oracle that knows each unit: text and writer of every version, worked out from what the stream's readers get. */
enum { UNITS = 4000, VERSIONS = 420 };
struct known {
	str text;
	int8_t *by; /* -1: from the beginning; else the typist */
	int64_t n;
};

static void follow(struct test_engine *t, const struct known *before, const json_t *changes, int who, struct known *out) {
	const struct changeset *set;
	struct changeset_edit e = { 0 };
	assert_int_equal(changeset_from_json(t->a, changes, &set), ST_OK);
	struct text *x = text_new(before->text);
	assert_int_equal(text_apply(x, set), ST_OK);
	*out = (struct known){ .text = text_slice(x, t->a, 0, text_length(x)), .by = arena_alloc(t->a, UNITS), .n = 0 };
	int64_t at = 0;
	text_free(x);
	while (changeset_next(set, &e)) {
		while (at < e.from)
			out->by[out->n++] = before->by[at++];
		at = e.to;
		for (int64_t i = 0; i < e.count; i++)
			out->by[out->n++] = (int8_t)who;
	}
	while (at < before->n)
		out->by[out->n++] = before->by[at++];
}

static void check_version(struct test_engine *t, const struct known *k, int64_t version) {
	struct answer v = OK(asked(t, ROLE_VIEWER, "history.get", "{\"id\":1,\"version\":%lld,\"authors\":true}", (long long)version));
	assert_int_equal(answer_i64(&v, "version"), version);
	if (!str_eq(answer_str(&v, "text"), k->text))
		fail_msg("version %lld is “%.*s” and was “%.*s”", (long long)version, STR_FMT(answer_str(&v, "text")), STR_FMT(k->text));
	int8_t *by = arena_alloc(t->a, UNITS);
	memset(by, -1, UNITS);
	size_t i;
	json_t *p;
	json_array_foreach((json_t *)(uintptr_t)answer_at(&v, "authors"), i, p) {
		int64_t person = json_integer_value(json_object_get(json_array_get(answer_at(&v, "people"), (size_t)json_integer_value(json_object_get(p, "person"))), "id"));
		for (int64_t k2 = json_integer_value(json_object_get(p, "from")); k2 < json_integer_value(json_object_get(p, "to")); k2++)
			by[k2] = person == t->person[ROLE_EDITOR];
	}
	for (int64_t u = 0; u < k->n; u++)
		if (by[u] != k->by[u])
			fail_msg("version %lld, unit %lld is of %d and not of %d: “%.*s”", (long long)version, (long long)u, by[u], k->by[u], STR_FMT(k->text));
}

/* Words at random places, seldom at the newest version, and now and then an older one comes back. */
static void write_at_random(struct test_engine *t, int rounds, struct known *known, int64_t *sources) {
	static const char *const words[] = { "\"a\"", "\"가나\"", "\"\",\"\"", "\"\xF0\x9F\x98\x80\"", "\"longer words \"" };
	int64_t version = 0, newest = 0;
	for (int i = 0; i < rounds; i++) {
		size_t who = (size_t)rand() % TYPISTS;
		int64_t behind = rand() % 3, at = behind > newest ? 0 : newest - behind;
		t->now += rand() % 40 * US_PER_SECOND;
		if (i % 29 == 28) {
			int64_t source = rand() % (newest + 1);
			struct answer r = OK(asked(t, typist_roles[who], "history.restore", "{\"id\":1,\"version\":%lld}", (long long)source));
			sources[answer_i64(&r, "version")] = answer_i64(&r, "version") > newest ? source : -1;
		} else {
			/* A client that is at an older version must have seen its own updates: begin anew from the newest for those. */
			struct answer news = OK(asked(t, ROLE_VIEWER, "document.updates", "{\"id\":1,\"since\":%lld}", (long long)at));
			size_t k;
			json_t *u;
			json_array_foreach((json_t *)(uintptr_t)answer_at(&news, "updates"), k, u)
				if (json_string_value(json_object_get(u, "client"))[6] == '0' + (char)who)
					at = newest;
			int64_t length = known[at].n, from = length ? rand() % length : 0, gone = rand() % 3 && from + 3 < length ? rand() % 4 : 0;
			/* Never inside a pair. */
			struct text *x = text_new(known[at].text);
			const struct changeset *set = changeset_replace(t->a, length, from, from + gone, STR("x"));
			bool fits = text_apply(x, set) == ST_OK;
			text_free(x);
			if (!fits || length > UNITS / 2)
				continue;
			struct buf b = buf_in(t->a);
			buf_printf(&b, "[%s[%lld,%s]%s]", from ? arena_cstr(t->a, arena_printf(t->a, "%lld,", (long long)from)) : "", (long long)gone, words[rand() % 5],
				length > from + gone ? arena_cstr(t->a, arena_printf(t->a, ",%lld", (long long)(length - from - gone))) : "");
			type(t, who, at, arena_cstr(t->a, buf_str(&b)));
		}
		struct answer log = OK(asked(t, ROLE_VIEWER, "history.log", "{\"id\":1,\"after\":%lld}", (long long)newest));
		size_t k;
		json_t *u;
		json_array_foreach((json_t *)(uintptr_t)answer_at(&log, "updates"), k, u) {
			version = json_integer_value(json_object_get(u, "version"));
			int64_t person = json_integer_value(json_object_get(json_array_get(answer_at(&log, "people"), (size_t)json_integer_value(json_object_get(u, "person"))), "id"));
			follow(t, &known[version - 1], json_object_get(u, "changes"), person == t->person[ROLE_EDITOR], &known[version]);
			if (sources[version] >= 0) {
				assert_int_equal(json_integer_value(json_object_get(u, "restored")), sources[version]);
				assert_true(str_eq(known[version].text, known[sources[version]].text));
				known[version] = known[sources[version]];
			}
			newest = version;
		}
	}
	assert_true(newest > rounds / 2);
	for (int64_t v = 0; v <= newest; v++)
		check_version(t, &known[v], v);
	/* Backwards, from what is remembered; and again from nothing. */
	history_forget();
	for (int64_t v = newest; v >= 0; v -= 7)
		check_version(t, &known[v], v);
}

TEST_ENGINE(history, every_version_is_what_it_was) {
	struct known *known = arena_array(t->a, VERSIONS, sizeof *known);
	int64_t *sources = arena_array(t->a, VERSIONS, sizeof *sources);
	memset(sources, -1, VERSIONS * sizeof *sources);
	srand(11);
	begin_typing();
	begin(t, "## 영향\\n\\nbegun with this");
	known[0] = (struct known){ .text = STR("## 영향\n\nbegun with this"), .by = arena_alloc(t->a, UNITS), .n = 22 };
	memset(known[0].by, -1, UNITS);
	write_at_random(t, engine_on_sqlite(t->e) ? 350 : 120, known, sources);
}

/* ---- the list ---- */

TEST_ENGINE(history, pages_of_spans_cover_every_version_once) {
	begin_typing();
	begin(t, "x");
	/* More than one block, in pushes of many updates; the second person comes now and then. */
	for (int i = 0, version = 0; i < 12; i++) {
		size_t who = i % 4 == 3;
		struct buf b = buf_in(t->a);
		t->now += 6 * MINUTE;
		buf_printf(&b, "{\"id\":1,\"client\":\"client%zu---------------\",\"version\":%d,\"updates\":[", who, version);
		for (int k = 0; k < 230; k++, version++)
			buf_printf(&b, "%s{\"seq\":%lld,\"changes\":[%d,[0,\"x\"]]}", k ? "," : "", (long long)++seqs[who], version + 1);
		buf_lit(&b, "]}");
		OK(call(t, typist_roles[who], "document.push", arena_cstr(t->a, buf_str(&b))));
	}
	OK(call(t, ROLE_EDITOR, "history.name", "{\"id\":1,\"version\":1100,\"name\":\"middle\"}"));
	for (int limit = 1; limit < 8; limit += 3) {
		int64_t expected = 2760;
		str after = STR("");
		size_t spans = 0;
		bool named = false;
		do {
			struct answer p = OK(asked(t, ROLE_VIEWER, "history.list", "{\"id\":1,\"limit\":%d%s%.*s%s}", limit, after.n ? ",\"after\":\"" : "", STR_FMT(after), after.n ? "\"" : ""));
			size_t i;
			json_t *s;
			json_array_foreach((json_t *)(uintptr_t)answer_at(&p, "items"), i, s) {
				assert_int_equal(json_integer_value(json_object_get(s, "version")), expected);
				expected = json_integer_value(json_object_get(s, "from_version")) - 1;
				named = named || (json_array_size(json_object_get(s, "marks")) && json_integer_value(json_object_get(s, "version")) == 1100);
				spans++;
			}
			after = p.next;
		} while (after.n && spans < 100);
		assert_int_equal(expected, -1);
		assert_true(named);
		assert_int_equal(spans, 16); /* twelve, cut by the borders of two blocks and by a name; and the beginning */
	}
}

TEST_ENGINE(history, a_page_tells_who_and_what) {
	begin_typing();
	begin(t, "one");
	type(t, 0, 0, "[3,[0,\" two\"]]");
	t->now += 10 * MINUTE;
	type(t, 1, 1, "[7,[0,\" three\"]]");
	t->now += MINUTE;
	OK(call(t, ROLE_RESPONDER, "history.restore", "{\"id\":1,\"version\":1}"));
	struct answer p = OK(call(t, ROLE_VIEWER, "history.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&p, "items")), 4);
	assert_int_equal(answer_i64(&p, "items/0/version"), 3);
	assert_str(answer_str(&p, "items/0/marks/0/kind"), "restored");
	assert_int_equal(answer_i64(&p, "items/0/marks/0/number"), 1);
	assert_str(answer_str(&p, "items/0/people/0/name"), "responder");
	assert_int_equal(answer_i64(&p, "items/1/people/0/id"), t->person[ROLE_EDITOR]);
	assert_int_equal(answer_i64(&p, "items/3/version"), 0);
	struct answer v = OK(call(t, ROLE_VIEWER, "history.get", "{\"id\":1,\"version\":2,\"authors\":true}"));
	assert_str(answer_str(&v, "text"), "one two three");
	assert_str(answer_str(&v, "by/name"), "editor");
	assert_int_equal(json_array_size(answer_at(&v, "authors")), 2);
	assert_int_equal(answer_i64(&v, "authors/1/from"), 7);
	struct answer d = OK(call(t, ROLE_VIEWER, "history.diff", "{\"id\":1,\"version\":2}"));
	assert_int_equal(answer_i64(&d, "from"), 1);
	assert_str(answer_str(&d, "hunks/0/runs/1/text"), " three");
	d = OK(call(t, ROLE_VIEWER, "history.diff", "{\"id\":1,\"version\":0,\"from\":3}"));
	assert_str(answer_str(&d, "hunks/0/runs/1/kind"), "removed");
	d = OK(call(t, ROLE_VIEWER, "history.diff", "{\"id\":1,\"version\":3,\"from\":1}"));
	assert_int_equal(json_array_size(answer_at(&d, "hunks")), 0);
	assert_code(call(t, ROLE_VIEWER, "history.get", "{\"id\":1,\"version\":4}"), 404, "document.no_version");
	assert_code(call(t, ROLE_VIEWER, "history.diff", "{\"id\":1,\"version\":1,\"from\":9}"), 404, "document.no_version");
	assert_code(call(t, ROLE_VIEWER, "history.log", "{\"id\":1,\"after\":9}"), 404, "document.no_version");
}

/* ---- names ---- */

TEST_ENGINE(history, a_version_is_named_renamed_and_loses_its_name) {
	begin_typing();
	begin(t, "one");
	type(t, 0, 0, "[3,[0,\" two\"]]");
	OK(call(t, ROLE_EDITOR, "history.name", "{\"id\":1,\"version\":1,\"name\":\"before\"}"));
	struct answer x = OK(call(t, ROLE_EDITOR, "history.name", "{\"id\":1,\"version\":1,\"name\":\"검토 전\"}"));
	assert_str(answer_str(&x, "name"), "검토 전");
	OK(call(t, ROLE_EDITOR, "history.name", "{\"id\":1,\"version\":0,\"name\":\"begun\"}"));
	struct answer p = OK(call(t, ROLE_VIEWER, "history.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&p, "items/0/marks")), 1);
	assert_str(answer_str(&p, "items/0/marks/0/name"), "검토 전");
	assert_str(answer_str(&p, "items/0/marks/0/person/name"), "editor");
	assert_str(answer_str(&p, "items/1/marks/0/name"), "begun");
	p = OK(call(t, ROLE_VIEWER, "history.versions", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&p, "items")), 2);
	assert_str(answer_str(&p, "items/1/name"), "검토 전");
	for (int twice = 0; twice < 2; twice++)
		assert_int_equal(call(t, ROLE_EDITOR, "history.unname", "{\"id\":1,\"version\":1}").status, 204);
	p = OK(call(t, ROLE_VIEWER, "history.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&p, "items/0/marks")), 0);
	assert_code(call(t, ROLE_EDITOR, "history.name", "{\"id\":1,\"version\":2,\"name\":\"x\"}"), 404, "document.no_version");
	assert_int_equal(call(t, ROLE_EDITOR, "history.name", "{\"id\":1,\"version\":1,\"name\":\" \"}").status, 422);
	assert_int_equal(call(t, ROLE_VIEWER, "history.name", "{\"id\":1,\"version\":1,\"name\":\"x\"}").status, 403);
}

/* ---- bringing back ---- */

/* One brings the first version back; the other, who has not heard of it, typed at the version before, and keeps what was typed. */
TEST_ENGINE(history, what_is_brought_back_meets_what_is_being_typed) {
	int64_t version;
	begin_typing();
	begin(t, "The checkout was slow.\\n\\nOrders failed.\\n");
	type(t, 0, 0, "[4,[8,\"payment\"],27]");
	type(t, 1, 1, "[37,[0,\" All of them.\"],1]");
	struct answer c = MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"Which?\",\"from\":23,\"to\":29,\"version\":2}"));
	assert_str(answer_str(&c, "quote"), "Orders");
	struct answer r = OK(call(t, ROLE_RESPONDER, "history.restore", "{\"id\":1,\"version\":0}"));
	assert_int_equal(answer_i64(&r, "version"), 3);
	assert_true(json_is_true(answer_at(&r, "changed")));
	assert_str(text_now(t, &version), "The checkout was slow.\n\nOrders failed.\n");
	type(t, 1, 2, "[23,[0,\"Many \"],28]");
	assert_str(text_now(t, &version), "The checkout was slow.\n\nMany Orders failed.\n");
	assert_int_equal(version, 4);
	/* It touched what differs: the words of the comment kept their place. */
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_int_equal(answer_i64(&all, "items/0/from"), 29);
	assert_int_equal(answer_i64(&all, "items/0/to"), 35);
	/* A second time nothing is to be done. */
	r = OK(call(t, ROLE_RESPONDER, "history.restore", "{\"id\":1,\"version\":4}"));
	assert_int_equal(answer_i64(&r, "version"), 4);
	assert_false(json_is_true(answer_at(&r, "changed")));
	assert_code(call(t, ROLE_RESPONDER, "history.restore", "{\"id\":1,\"version\":5}"), 404, "document.no_version");
	assert_int_equal(call(t, ROLE_VIEWER, "history.restore", "{\"id\":1,\"version\":1}").status, 403);
}

TEST_ENGINE(history, a_request_sent_again_brings_back_once) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	int64_t version;
	begin_typing();
	begin(t, "a");
	type(t, 0, 0, "[1,[0,\"b\"]]");
	struct answer one = call_as(t, &who, "history.restore", "{\"id\":1,\"version\":0}", 0, "once");
	type(t, 1, 2, "[1,[0,\"c\"]]");
	struct answer two = call_as(t, &who, "history.restore", "{\"id\":1,\"version\":0}", 0, "once");
	assert_int_equal(one.status, 200);
	assert_true(str_eq(one.text, two.text));
	assert_str(text_now(t, &version), "ac");
	struct answer p = OK(call(t, ROLE_VIEWER, "history.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&p, "items")), 4);
}

static enum st archive_it(struct ctx *c, void *data UNUSED) {
	struct document d;
	enum st st = document_read(c, 1, &d);
	return st == ST_OK ? document_move(c, &d, DOCUMENT_ARCHIVED, "document.archived", STR_NONE) : st;
}

TEST_ENGINE(history, a_closed_text_is_read_and_not_changed) {
	begin_typing();
	begin(t, "a");
	type(t, 0, 0, "[1,[0,\"b\"]]");
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, archive_it, NULL), ST_OK);
	assert_code(call(t, ROLE_RESPONDER, "history.restore", "{\"id\":1,\"version\":0}"), 409, "collab.closed");
	assert_code(call(t, ROLE_RESPONDER, "history.restore", "{\"id\":1,\"version\":1}"), 409, "collab.closed");
	OK(call(t, ROLE_VIEWER, "history.list", "{\"id\":1}"));
	OK(call(t, ROLE_RESPONDER, "history.name", "{\"id\":1,\"version\":1,\"name\":\"the end\"}"));
}

TEST_ENGINE(history, whoever_may_not_read_the_document_has_no_history_of_it) {
	static const char *const ops[][2] = { { "history.list", "{\"id\":1}" }, { "history.versions", "{\"id\":1}" }, { "history.get", "{\"id\":1,\"version\":0}" }, { "history.diff", "{\"id\":1,\"version\":0}" },
		{ "history.log", "{\"id\":1,\"after\":0}" }, { "history.name", "{\"id\":1,\"version\":0,\"name\":\"x\"}" }, { "history.unname", "{\"id\":1,\"version\":0}" },
		{ "history.restore", "{\"id\":1,\"version\":0}" }, { "document.markdown", "{\"id\":1,\"version\":0}" }, { "document.html", "{\"id\":1,\"version\":0}" },
		{ "document.json", "{\"id\":1,\"version\":0}" } };
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Secret\"}"));
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"T\",\"kind\":\"incident\",\"incident\":1,\"template\":\"none\",\"text\":\"secret\"}"));
	OK(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}"));
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		struct answer x = call(t, ROLE_EDITOR, ops[i][0], ops[i][1]);
		if (x.status != 404 || str_find(x.text, STR("secret")) >= 0)
			fail_msg("%s: %d %.*s", ops[i][0], x.status, STR_FMT(x.text));
	}
	OK(call(t, ROLE_RESPONDER, "history.get", "{\"id\":1,\"version\":0}"));
}

/* ---- files ---- */

TEST_ENGINE(history, an_older_version_is_a_file_too) {
	begin_typing();
	begin(t, "one");
	type(t, 0, 0, "[3,[0,\" two\"]]");
	struct answer x = OK(call(t, ROLE_VIEWER, "document.markdown", "{\"id\":1,\"version\":0}"));
	assert_true(str_ends(x.text, STR("one")));
	x = OK(call(t, ROLE_VIEWER, "document.markdown", "{\"id\":1}"));
	assert_true(str_ends(x.text, STR("one two")));
	x = OK(call(t, ROLE_VIEWER, "document.html", "{\"id\":1,\"version\":0}"));
	assert_true(str_find(x.text, STR("one</p>")) > 0);
	x = OK(call(t, ROLE_VIEWER, "document.json", "{\"id\":1,\"version\":0}"));
	assert_str(answer_str(&x, "text"), "one");
	assert_int_equal(answer_i64(&x, "text_version"), 0);
	x = OK(call(t, ROLE_VIEWER, "document.json", "{\"id\":1}"));
	assert_str(answer_str(&x, "text"), "one two");
	assert_code(call(t, ROLE_VIEWER, "document.markdown", "{\"id\":1,\"version\":2}"), 404, "document.no_version");
}
