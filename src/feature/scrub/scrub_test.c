#include "core/archive.h"
#include "core/testing.h"
#include "feature/scrub/scrub_parts.h"
#include "text/utf8.h"

/* ---- finding and covering ---- */

TEST(scrub, words_are_covered_in_every_form_they_are_kept_in) {
	static const struct { const char *words; enum scrub_form form; const char *text, *want; size_t times; } cases[] = {
		{ "hunter2", SCRUB_PLAIN, "pw hunter2, hunter2!", "pw ███████, ███████!", 2 },
		{ "hunter2", SCRUB_PLAIN, "hunter3", NULL, 0 },
		{ "홍길동", SCRUB_PLAIN, "고객 홍길동님", "고객 ███님", 1 },
		{ "900101-1234567", SCRUB_PLAIN, "(900101-1234567)", "(██████████████)", 1 },
		{ "a😀b", SCRUB_PLAIN, "xa😀bx", "x████x", 1 },
		{ "two words", SCRUB_PLAIN, "two\n words", "███\n██████", 1 },
		{ "Geheim Wort", SCRUB_FOLDED, "das geheim wort", "das ███████████", 1 },
		{ "a<b&c", SCRUB_HTML, "<p>a&lt;<b>b&amp;</b>c</p>", "<p>██<b>██</b>█</p>", 1 },
		{ "**hunter2**", SCRUB_HTML, "<strong>hunter2</strong>", "<strong>███████</strong>", 1 },
		{ "hunter2", SCRUB_HTML, "<a href=\"/x?hunter2\">y</a>", "<a href=\"/x?███████\">y</a>", 1 },
		{ "say \"hi\"\nnow", SCRUB_JSON, "{\"t\":\"say \\\"hi\\\"\\nnow\"}", "{\"t\":\"████████\\n███\"}", 1 },
		{ "x<y 1", SCRUB_JSON, "{\"html\":\"\\u003cp\\u003ex\\u0026lt;y 1\\u003c/p\\u003e\"}", "{\"html\":\"\\u003cp\\u003e█████\\u003c/p\\u003e\"}", 1 },
		{ "t\":\"v", SCRUB_JSON, "{\"t\":\"v\"}", NULL, 0 },
		{ "one two", SCRUB_CHANGES, "[3,[2,\"one\",\"two\"],4]", "[3,[2,\"███\",\"███\"],4]", 1 },
		{ "Root Password", SCRUB_ANCHOR, "the-root-password-leaked", "the-█████████████-leaked", 1 },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scrub_words w;
		str out, sample;
		assert_true(scrub_words_of(a, str_c(cases[i].words), &w));
		assert_int_equal(scrub_cover(a, &w, cases[i].form, str_c(cases[i].text), &out, &sample), cases[i].times);
		if (cases[i].times && !str_is(out, cases[i].want))
			fail_msg("%s: \"%.*s\" instead of \"%s\"", cases[i].words, STR_FMT(out), cases[i].want);
		if (cases[i].times && (cases[i].form == SCRUB_PLAIN))
			assert_int_equal(utf16_length(out), utf16_length(str_c(cases[i].text)));
	}
	arena_free(a);
}

TEST(scrub, words_that_are_none_are_refused) {
	struct arena *a = arena_new(0);
	struct scrub_words w;
	assert_false(scrub_words_of(a, STR("x"), &w));
	assert_false(scrub_words_of(a, STR(" \n "), &w));
	assert_false(scrub_words_of(a, STR("██"), &w));
	assert_true(scrub_words_of(a, STR("김철"), &w));
	arena_free(a);
}

/* ---- the table of places ---- */

/* SQLite's own tables behind the index, whose columns are blobs. */
static bool is_index(str table) {
	static const char *const names[] = { "search_fts", "search_title", "search_short" };
	for (size_t i = 0; i < 3; i++)
		if (str_starts(table, str_c(names[i])))
			return true;
	return false;
}

TEST_DB(scrub, every_column_that_holds_text_is_covered_or_cannot_hold_peoples_words) {
	struct db_result r;
	str sql = db_kind(db) == DB_SQLITE
		? STR("SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'")
		: STR("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND data_type IN ('text', 'tsvector', 'character varying', 'jsonb', 'json')");
	assert_db(db, db_run_once(db, a, &r, sql, DB_NO_ARGS));
	assert_true(r.rows > 150);
	for (size_t i = 0; i < r.rows; i++)
		if (!is_index(db_str(&r, i, 0)) && !scrub_says(db_str(&r, i, 0), db_str(&r, i, 1)))
			fail_msg("%.*s.%.*s: may people's words stand there? Say so in scrub_places.c", STR_FMT(db_str(&r, i, 0)), STR_FMT(db_str(&r, i, 1)));
}

TEST_DB(scrub, every_place_of_the_table_exists) {
	struct db_result r;
	for (size_t i = 0; i < scrub_place_n; i++)
		assert_db(db, db_run_once(db, a, &r, arena_printf(a, SQL_PART("SELECT %s, %s FROM %s LIMIT 1"), scrub_places[i].keys, scrub_places[i].column, scrub_places[i].table), DB_NO_ARGS));
}

/* ---- operations ---- */

static void refused(struct answer x, const char *code, const char *field) {
	if (!str_is(answer_str(&x, "code"), code) || (field && !str_is(answer_str(&x, "field"), field)))
		fail_msg("%d %.*s instead of %s at %s", x.status, STR_FMT(x.text), code, field);
}

#define SECRET "Qz7-hunter-비밀번호"
#define PLAIN_TEXT "The password is " SECRET " and more."

/* As publishing leaves it: page, Markdown, record; the words as each writes them. */
static enum st publish(struct ctx *c, void *data UNUSED) {
	return db_do(c,
		"INSERT INTO publication (document, version, scope, title, kind, lang, text_version, note, changes, html, markdown, record, at) VALUES (1, 1, 0, $1, 'incident', 'ko', 0, $1, $2, $3, $1, $4, 0)",
		DB_STR(STR("About " SECRET)), DB_STR(STR("[{\"title\":\"" SECRET "\"}]")), DB_STR(STR("<h2 id=\"head-qz7-hunter-비밀번호\">Head Qz7-<em>hunter</em>-비밀번호</h2><p>" SECRET "</p>")),
		DB_STR(STR("{\"text\":\"# " SECRET "\\n\",\"html\":\"\\u003ch1 id=\\\"qz7-hunter-비밀번호\\\"\\u003eQz7-\\u003cb\\u003ehunter\\u003c/b\\u003e-비밀번호\\u003c/h1\\u003e\"}")));
}

/* Documents 1, incident 1, with the words wherever they can be said. */
static void say_it_everywhere(struct test_engine *t) {
	MADE(callf(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Leak " SECRET "\",\"summary\":\"it is " SECRET "\"}"));
	MADE(callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"typed " SECRET " here\",\"knew\":\"" SECRET "\",\"evidence\":[{\"url\":\"https://x.example/\",\"title\":\"" SECRET "\"}]}"));
	struct answer e = MADE(callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"will be edited " SECRET "\"}"));
	struct actor responder = test_person(t, ROLE_RESPONDER);
	OK(call_as(t, &responder, "timeline.change", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"text\":\"was edited\"}", (long long)answer_i64(&e, "id"))), 1, NULL));
	MADE(callf(t, ROLE_RESPONDER, "mitigation.add", "{\"id\":1,\"kind\":\"rollback\",\"text\":\"" SECRET "\",\"quantity\":\"" SECRET "\"}"));
	MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"About " SECRET "\",\"kind\":\"incident\",\"incident\":1,\"template\":\"none\",\"text\":\"# Head " SECRET "\\n\\n" PLAIN_TEXT "\\n\"}"));
	MADE(callf(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Change " SECRET "\",\"type\":\"prevent\",\"incident\":1,\"document\":1}"));
	MADE(callf(t, ROLE_RESPONDER, "cause.add", "{\"id\":1,\"kind\":\"latent\",\"text\":\"" SECRET "\"}"));
	MADE(callf(t, ROLE_RESPONDER, "lesson.add", "{\"id\":1,\"list\":\"lucky\",\"text\":\"" SECRET "\"}"));
	MADE(callf(t, ROLE_RESPONDER, "impact.add", "{\"id\":1,\"metric\":\"" SECRET "\",\"method\":\"" SECRET "\"}"));
	MADE(callf(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"is it " SECRET "?\",\"quote\":\"" SECRET "\"}"));
	MADE(callf(t, ROLE_EDITOR, "comment.reply", "{\"id\":1,\"comment\":1,\"text\":\"yes, " SECRET "\"}"));
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, publish, NULL), ST_OK);
}

static int64_t text_length_of(struct test_engine *t) {
	struct answer d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	return (int64_t)utf16_length(answer_str(&d, "text"));
}

static int64_t version_of(struct test_engine *t) {
	struct answer d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	return answer_i64(&d, "text_version");
}

/* Types at the end of the text, character by character. */
static void type(struct test_engine *t, const char *client, int64_t *seq, const char *text) {
	str s = str_c(text);
	for (size_t i = 0; i < s.n;) {
		size_t begin = i;
		utf8_next(s, &i);
		OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"%s\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":[%lld,[0,\"%.*s\"]]}]}", client, (long long)version_of(t),
			(long long)++*seq, (long long)text_length_of(t), (int)(i - begin), s.p + begin));
	}
}

/* ---- nothing that a query can reach ---- */

struct hunt {
	const char *needle;
	bool index; /* also in what is behind the index, which is purged later */
	str where;
};

static enum st hunt(struct ctx *c, void *data) {
	struct hunt *h = data;
	struct db_result columns, r;
	bool sqlite = db_kind(c->db) == DB_SQLITE;
	str sql = sqlite ? STR("SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ESCAPE '\\'")
	                 : STR("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()");
	enum st st = db_run_once(c->db, c->a, &columns, sql, DB_NO_ARGS);
	for (size_t i = 0; st == ST_OK && i < columns.rows; i++) {
		str table = db_str(&columns, i, 0), column = db_str(&columns, i, 1);
		if (!h->index && is_index(table))
			continue;
		str look = sqlite ? arena_printf(c->a, SQL_PART("SELECT count(*) FROM \"%.*s\" WHERE instr(CAST(\"%.*s\" AS BLOB), CAST($1 AS BLOB)) > 0"), STR_FMT(table), STR_FMT(column))
		                  : arena_printf(c->a, SQL_PART("SELECT count(*) FROM \"%.*s\" WHERE position($1 in CAST(\"%.*s\" AS TEXT)) > 0"), STR_FMT(table), STR_FMT(column));
		st = db_run_once(c->db, c->a, &r, look, DB_ARGS(DB_STR(str_c(h->needle))));
		if (st == ST_OK && db_i64(&r, 0, 0))
			h->where = arena_printf(c->a, "%.*s %.*s.%.*s (%lld)", STR_FMT(h->where), STR_FMT(table), STR_FMT(column), (long long)db_i64(&r, 0, 0));
	}
	if (st != ST_OK)
		fail_msg("%.*s", STR_FMT(db_error(c->db)));
	return st;
}

static str stands_in(struct test_engine *t, const char *needle, bool index) {
	struct hunt h = { needle, index, STR("") };
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, hunt, &h), ST_OK);
	return h.where;
}

static void must_be_nowhere(struct test_engine *t, const char *needle, int line) {
	str where = stands_in(t, needle, false);
	if (where.n)
		fail_msg("line %d: %s stands in%.*s", line, needle, STR_FMT(where));
}
#define NOWHERE(needle) must_be_nowhere(t, (needle), __LINE__)

static int64_t hits(struct test_engine *t, const char *q) {
	struct answer a = OK(callf(t, ROLE_ADMINISTRATOR, "search.find", "{\"q\":\"%s\"}", q));
	return (int64_t)json_array_size(answer_at(&a, "items"));
}

TEST_ENGINE(scrub, what_is_removed_stands_nowhere_any_more) {
	int64_t seq = 0;
	say_it_everywhere(t);
	type(t, "typist-typist-typist-1", &seq, " once more Qz7-hun");
	type(t, "typist-typist-typist-1", &seq, "ter-비밀번호.");
	settle(t);
	assert_true(stands_in(t, SECRET, false).n > 0);
	assert_true(hits(t, "비밀번호") > 0);
	struct answer f = OK(callf(t, ROLE_EDITOR, "scrub.find_in_document", "{\"id\":1,\"text\":\"" SECRET "\"}"));
	assert_true(answer_i64(&f, "total") > 15);
	assert_true(str_find(f.text, STR(SECRET)) < 0);
	struct answer s = MADE(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"" SECRET "\",\"category\":\"secret\",\"reason\":\"비밀이 본문에 적혔다\"}"));
	assert_str(answer_str(&s, "category"), "secret");
	assert_true(str_find(s.text, STR(SECRET)) < 0);
	/* At once, before any handler has run. */
	NOWHERE(SECRET);
	NOWHERE("Qz7-hunter");
	NOWHERE("qz7-hunter");
	NOWHERE("hunter");
	NOWHERE("비밀번호");
	struct answer pub = OK(callf(t, ROLE_VIEWER, "publication.get", "{\"id\":1,\"version\":1}"));
	assert_true(str_find(pub.text, STR("████-")) < 0 && str_find(pub.text, STR("████")) > 0);
	assert_int_equal(hits(t, "비밀번호"), 0);
	assert_int_equal(hits(t, "Qz7"), 0);
	settle(t);
	NOWHERE(SECRET);
	assert_int_equal(hits(t, "비밀번호"), 0);
	struct answer d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	assert_true(str_find(answer_str(&d, "text"), STR("The password is ███████████████ and more.")) > 0);
	struct answer twice = callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"" SECRET "\",\"category\":\"secret\",\"reason\":\"x\"}");
	refused(twice, "scrub.nowhere", "text");
}

TEST_ENGINE(scrub, words_that_were_deleted_long_ago_are_found_in_the_log) {
	int64_t seq = 0;
	const char *client = "typist-typist-typist-2";
	MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"abc\"}"));
	/* Two halves in the wrong order, brought together by what stood between them being deleted. */
	type(t, client, &seq, "hun");
	type(t, client, &seq, "--");
	type(t, client, &seq, "ter99");
	OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"%s\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":[6,[2],5]}]}", client, (long long)version_of(t), (long long)++seq));
	/* And gone again. */
	OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"%s\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":[3,[8]]}]}", client, (long long)version_of(t), (long long)++seq));
	int64_t version = version_of(t);
	struct answer f = OK(callf(t, ROLE_EDITOR, "scrub.find_in_document", "{\"id\":1,\"text\":\"hunter99\"}"));
	assert_str(answer_str(&f, "places/0/kind"), "history");
	assert_int_equal(answer_i64(&f, "total"), 1);
	MADE(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"hunter99\",\"category\":\"secret\",\"reason\":\"why\"}"));
	assert_int_equal(version_of(t), version + 1);
	NOWHERE("\"h\"");
	NOWHERE("\"9\"");
	/* Every version can still be read, and has the length that it had. */
	for (int64_t v = 0; v <= version + 1; v++)
		OK(callf(t, ROLE_RESPONDER, "document.updates", "{\"id\":1,\"since\":%lld}", (long long)v));
	struct answer d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	assert_str(answer_str(&d, "text"), "abc");
	/* What was made before is not taken; behind it everything is. */
	struct answer p = callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"typist-typist-typist-3\",\"version\":%lld,\"updates\":[{\"seq\":1,\"changes\":[3,[0,\"hunter99\"]]}]}", (long long)version);
	refused(p, "collab.scrubbed", NULL);
	OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"typist-typist-typist-3\",\"version\":%lld,\"updates\":[{\"seq\":1,\"changes\":[3,[0,\"!\"]]}]}", (long long)version + 1));
}

TEST_ENGINE(scrub, a_passage_is_chosen_by_its_place) {
	MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"ab 😀secret\\nline two cd\"}"));
	MADE(callf(t, ROLE_RESPONDER, "comment.start", "{\"id\":1,\"text\":\"c\",\"from\":5,\"to\":11}"));
	MADE(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"from\":3,\"to\":16,\"version\":0,\"category\":\"customer\",\"reason\":\"a name\"}"));
	struct answer d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	assert_str(answer_str(&d, "text"), "ab ████████\n████ two cd");
	struct answer c = OK(callf(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_int_equal(answer_i64(&c, "items/0/from"), 5);
	refused(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"from\":3,\"to\":60,\"version\":0,\"category\":\"customer\",\"reason\":\"a name\"}"), "scrub.place", "to");
	refused(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"category\":\"customer\",\"reason\":\"a name\"}"), "scrub.which", "text");
}

TEST_ENGINE(scrub, the_reason_must_not_say_it) {
	MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"it is Hunter2.\"}"));
	refused(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"Hunter2\",\"category\":\"secret\",\"reason\":\"hunter2 leaked\"}"), "scrub.reason", "reason");
	refused(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"nowhere\",\"category\":\"secret\",\"reason\":\"y\"}"), "scrub.nowhere", "text");
	refused(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"x\",\"category\":\"secret\",\"reason\":\"y\"}"), "scrub.length", "text");
	struct answer d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	assert_str(answer_str(&d, "text"), "it is Hunter2.");
}

TEST_ENGINE(scrub, what_may_not_be_seen_is_neither_found_nor_listed) {
	MADE(callf(t, ROLE_ADMINISTRATOR, "incident.declare", "{\"title\":\"closed hunter77\"}"));
	MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"incident\",\"incident\":1,\"template\":\"none\",\"text\":\"hunter77\"}"));
	OK(callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":1,\"restricted\":true}"));
	assert_int_equal(callf(t, ROLE_EDITOR, "scrub.find_in_incident", "{\"id\":1,\"text\":\"hunter77\"}").status, 404);
	MADE(callf(t, ROLE_ADMINISTRATOR, "scrub.incident", "{\"id\":1,\"text\":\"hunter77\",\"category\":\"other\",\"reason\":\"r\"}"));
	struct answer l = OK(callf(t, ROLE_VIEWER, "scrub.list", "{}"));
	assert_int_equal(json_array_size(answer_at(&l, "items")), 0);
	l = OK(callf(t, ROLE_ADMINISTRATOR, "scrub.list", "{\"incident\":1}"));
	assert_int_equal(json_array_size(answer_at(&l, "items")), 1);
	NOWHERE("hunter77");
}

/* Long enough for several pieces of the walk, which are split, emptied and dropped. */
TEST_ENGINE(scrub, a_long_text_that_was_written_all_over_keeps_every_place) {
	int64_t seq = 0, length = 4000;
	char text[4001];
	memset(text, 'x', 4000);
	text[4000] = 0;
	MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"%s\"}", text));
	srand(7);
	for (int i = 0; i < 150; i++) {
		int64_t from = rand() % (length + 1), most = length - from, take = i % 30 == 29 ? most < 1300 ? most : 1300 : rand() % 4 < most ? rand() % 4 : 0;
		if (take > most)
			take = most;
		const char *put = i % 3 ? "yyy" : "Qwort99";
		struct buf b = buf_in(t->a);
		if (from)
			buf_printf(&b, "%lld,", (long long)from);
		buf_printf(&b, "[%lld,\"%s\"]", (long long)take, put);
		if (length - from - take)
			buf_printf(&b, ",%lld", (long long)(length - from - take));
		OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"typist-typist-typist-5\",\"version\":%lld,\"updates\":[{\"seq\":%lld,\"changes\":[%.*s]}]}", (long long)seq, (long long)seq + 1, STR_FMT(buf_str(&b))));
		seq++;
		length += (int64_t)strlen(put) - take;
	}
	struct answer before = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	struct scrub_words w;
	str want, sample;
	assert_true(scrub_words_of(t->a, STR("Qwort99"), &w));
	assert_true(scrub_cover(t->a, &w, SCRUB_PLAIN, answer_str(&before, "text"), &want, &sample) > 5);
	MADE(callf(t, ROLE_EDITOR, "scrub.document", "{\"id\":1,\"text\":\"Qwort99\",\"category\":\"other\",\"reason\":\"r\"}"));
	struct answer after = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	/* What was whole once is covered also where it was cut in two since. */
	str got = answer_str(&after, "text");
	assert_int_equal(utf16_length(got), utf16_length(want));
	for (const char *ch = "Qwort9"; *ch; ch++)
		assert_true(str_chr(got, *ch) < 0);
	for (size_t i = 0, k = 0; i < got.n && k < want.n;) {
		uint32_t x = utf8_next(got, &i), y = utf8_next(want, &k);
		assert_true(x == y || (x == 0x2588 && y < 0x80 && strchr("Qwort9", (int)y)));
	}
	NOWHERE("Qwort99");
}
