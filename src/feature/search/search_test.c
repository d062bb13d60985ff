#include "base/clock.h"
#include "core/testing.h"
#include "feature/search/search_parts.h"
#include "text/hangul.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* ---- words ---- */

static str joined(struct arena *a, const struct word_list *l) {
	struct buf b = buf_in(a);
	for (size_t i = 0; i < l->n; i++)
		buf_printf(&b, "%s%.*s", i ? " " : "", STR_FMT(l->items[i]));
	return buf_str(&b);
}

TEST(search, a_record_becomes_words) {
	struct arena *a = arena_new(0);
	struct search_words w;
	search_cut(a, &(struct search_record){ .kind = "incident", .id = 7, .title = STR("결제 장애"), .body = STR("Pods가 죽었다") }, &w);
	assert_str(joined(a, &w.title), "inc 7 결제 장애");
	assert_str(joined(a, &w.initials), "ㄱㅈ ㅈㅈ ㅈㅇ");
	assert_str(joined(a, &w.body), "pods 가 죽었 었다");
	str shorts = joined(a, &w.shorts);
	assert_true(str_find(shorts, STR("결 ")) >= 0 && str_find(shorts, STR("po ")) >= 0 && str_find(shorts, STR("다 ")) >= 0);
	assert_true(str_find(shorts, STR(SEARCH_IN_TITLE "제")) >= 0 && str_find(shorts, STR(SEARCH_INITIAL "ㅇ")) >= 0 && str_find(shorts, STR(SEARCH_KIND "incident")) >= 0);
	arena_free(a);
}

TEST(search, a_query_becomes_long_and_short_words) {
	static const struct { const char *q; size_t phrases, shorts; } cases[] = {
		{ "결제", 1, 0 }, { "결제장애", 1, 0 }, { "결", 0, 1 }, { "결제 장", 1, 1 }, { "se", 0, 1 }, { "ser", 1, 0 }, { "s server", 2, 0 }, { "ㅈㅇ", 1, 0 }, { "ㅈ", 0, 1 },
		{ "\"the queue\"", 1, 0 }, { "INC-7", 1, 0 }, { "?!", 0, 0 }, { "", 0, 0 },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct search_query q;
		bool any = search_read_query(a, str_c(cases[i].q), STR_NONE, &q);
		assert_int_equal(any, cases[i].phrases + cases[i].shorts > 0);
		assert_int_equal(q.n, cases[i].phrases);
		assert_int_equal(q.short_n, cases[i].shorts);
	}
	arena_free(a);
}

/* ---- snippets ---- */

TEST(search, a_snippet_marks_what_was_asked_and_nothing_else) {
	static const struct { const char *text, *q, *want; } cases[] = {
		{ "The queue <b>grew</b> & grew", "grew queue", "The <mark>queue</mark> &lt;b&gt;<mark>grew</mark>&lt;/b&gt; &amp; <mark>grew</mark>" },
		{ "결제장애가 났다", "결제장애", "<mark>결제장애</mark>가 났다" },
		{ "결제 장애가 났다", "장애는", "결제 <mark>장애</mark>가 났다" },
		{ "결제 장애가 났다", "애", "결제 장<mark>애</mark>가 났다" },
		{ "서버가\n\n  죽었다", "죽었", "서버가 <mark>죽었</mark>다" },
		{ "rollback rolled", "roll", "<mark>rollback</mark> <mark>rolled</mark>" },
		{ "nothing here", "ㅈㅇ", "nothing here" },
		{ "", "x", "" },
		{ "A \"B\"", "zzz", "A &quot;B&quot;" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct search_query q;
		search_read_query(a, str_c(cases[i].q), STR_NONE, &q);
		assert_str(search_snippet(a, str_c(cases[i].text), &q), cases[i].want);
	}
	arena_free(a);
}

TEST(search, a_snippet_is_cut_around_the_best_place) {
	struct arena *a = arena_new(0);
	struct buf b = buf_in(a);
	struct search_query q;
	for (int i = 0; i < 200; i++)
		buf_printf(&b, "filler%d ", i);
	buf_lit(&b, "database at noon ");
	for (int i = 0; i < 200; i++)
		buf_printf(&b, "more%d ", i);
	buf_lit(&b, "the database lost its disk and database again ");
	for (int i = 0; i < 200; i++)
		buf_printf(&b, "rest%d ", i);
	search_read_query(a, STR("database disk"), STR_NONE, &q);
	str s = search_snippet(a, buf_str(&b), &q);
	assert_true(str_starts(s, STR("… ")) && str_ends(s, STR(" …")));
	assert_true(str_find(s, STR("<mark>database</mark> lost its <mark>disk</mark>")) > 0);
	assert_true(utf8_length(s) < 300);
	arena_free(a);
}

/* ---- the index itself ---- */

static struct ctx begin(struct db *db, struct arena *a) {
	assert_db(db, db_begin(db));
	return (struct ctx){ .a = a, .db = db, .who = &actor_system, .now = 1, .zone = zone_utc() };
}

static int64_t put(struct ctx *c, int64_t id, int64_t scope, const char *title, const char *body) {
	struct search_words w;
	struct search_record r = { "document", id, 0, scope, id, str_c(title), str_c(body) };
	struct search_item x = { .noun = STR("document"), .noun_id = id, .scope = scope, .at = id, .title = r.title, .body = r.body };
	search_cut(c->a, &r, &w);
	assert_int_equal(search_store_save(c, &x), ST_OK);
	if (search_index_of(c)->put(c, SEARCH_USED, x.id, "document", &w) != ST_OK)
		fail_msg("put: %.*s", STR_FMT(c->err.message));
	return x.id;
}

/* How many are found, titles and others. */
static size_t count(struct ctx *c, const char *text) {
	struct search_query q;
	struct search_found titles = { 0 }, others = { 0 };
	if (!search_read_query(c->a, str_c(text), STR_NONE, &q))
		return 0;
	if (search_index_of(c)->find(c, &q, &(struct search_range){ .titles = true, .below = INT64_MAX, .limit = SEARCH_TITLES }, &titles) != ST_OK ||
		search_index_of(c)->find(c, &q, &(struct search_range){ .below = INT64_MAX, .limit = SEARCH_TITLES }, &others) != ST_OK)
		fail_msg("find %s: %.*s", text, STR_FMT(c->err.message));
	size_t n = titles.n + others.n;
	for (size_t i = 0; i < titles.n + others.n; i++) {
		const struct search_found *f = i < titles.n ? &titles : &others;
		if (f->unchecked && search_index_of(c)->has_shorts(c, &q, f->hits[i < titles.n ? i : i - titles.n].id) != ST_OK)
			n--;
	}
	return n;
}

TEST_DB(search, what_is_taken_out_is_not_found_any_more) {
	struct ctx c = begin(db, a);
	struct search_words w;
	int64_t id = put(&c, 1, 0, "결제 장애", "database lost");
	put(&c, 2, 0, "다른 장애", "database found");
	assert_int_equal(count(&c, "결제"), 1);
	assert_int_equal(count(&c, "database"), 2);
	search_cut(a, &(struct search_record){ "document", 1, 0, 0, 1, STR("결제 장애"), STR("database lost") }, &w);
	assert_int_equal(search_index_of(&c)->drop(&c, SEARCH_USED, id, "document", &w), ST_OK);
	assert_int_equal(count(&c, "결제"), 0);
	assert_int_equal(count(&c, "결"), 0);
	assert_int_equal(count(&c, "ㄱㅈ"), 0);
	assert_int_equal(count(&c, "database"), 1);
	assert_int_equal(count(&c, "장애"), 1);
	assert_db(db, db_commit(db));
}

TEST_DB(search, words_are_found_however_they_are_typed) {
	static const struct { const char *q; size_t n; } cases[] = {
		{ "결제", 2 }, { "결제장애", 1 }, { "결제 장애", 2 }, { "장애가", 2 }, { "결", 2 }, { "ㄱㅈㅈㅇ", 1 }, { "ㅈㅇ", 2 }, { "ㄱ", 2 }, { "Database", 1 }, { "data", 1 }, { "da", 1 },
		{ "d", 1 }, { "atabase", 0 }, { "\"lost its disk\"", 1 }, { "\"its lost\"", 0 }, { "its lost", 1 }, { "PM-1", 1 }, { "pm-3", 1 }, { "' OR 1", 0 }, { "\\", 0 }, { "AND", 0 },
		{ "NEAR(a", 0 }, { "*", 0 }, { "제장", 1 }, { "café", 1 }, { "CAFÉ", 1 }, { "3월", 1 }, { "결제 d", 1 }, { "로그 결", 1 },
	};
	struct ctx c = begin(db, a);
	put(&c, 1, 0, "결제장애", "The database lost its disk");
	put(&c, 2, 0, "결제 서버 장애", "로그를 보았다");
	put(&c, 3, 0, "Café", "3월에 it's \\ 'quoted'");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = count(&c, cases[i].q);
		if (n != cases[i].n)
			fail_msg("%s: %zu, want %zu", cases[i].q, n, cases[i].n);
	}
	assert_db(db, db_commit(db));
}

static void add_syllables(struct buf *b, unsigned *seed, int n) {
	static const char *const some[] = { "가", "나", "다", "라", "마", "서", "버", "장", "애", "결", "제", "로" };
	for (int i = 0; i < n; i++) {
		buf_lit(b, "");
		buf_add(b, str_c(some[rand_r(seed) % 12]));
		if (rand_r(seed) % 4 == 0)
			buf_addc(b, " .,x"[rand_r(seed) % 4]);
	}
}

/* Every place of two syllables, and of one, is found: what the scan of the texts finds, the index finds, and nothing else. */
TEST_DB(search, syllables_are_found_as_a_scan_finds_them) {
	enum { TEXTS = 60 };
	str texts[TEXTS];
	unsigned seed = 5;
	struct ctx c = begin(db, a);
	for (int i = 0; i < TEXTS; i++) {
		struct buf b = buf_in(a);
		add_syllables(&b, &seed, 40);
		texts[i] = buf_str(&b);
		put(&c, i + 1, 0, "", arena_cstr(a, texts[i]));
	}
	for (int i = 0; i < 120; i++) {
		struct buf q = buf_in(a);
		size_t want = 0;
		add_syllables(&q, &seed, 1 + i % 3);
		str asked = buf_str(&q);
		if (asked.n != 3 * (size_t)(1 + i % 3))
			continue; /* with something between its syllables */
		for (int k = 0; k < TEXTS; k++)
			want += str_find(texts[k], asked) >= 0;
		/* In quotes, so that no syllable is taken for a particle. */
		assert_int_equal(count(&c, arena_cstr(a, arena_printf(a, "\"%.*s\"", STR_FMT(asked)))), want);
	}
	assert_db(db, db_commit(db));
}

TEST_DB(search, a_text_longer_than_a_tsvector_is_found) {
	struct ctx c = begin(db, a);
	struct buf b = buf_in(a);
	for (int i = 0; i < 40000; i++)
		buf_printf(&b, "word%d ", i % 20000);
	buf_lit(&b, "결제장애가 났다");
	put(&c, 1, 0, "long", arena_cstr(a, buf_str(&b)));
	assert_int_equal(count(&c, "결제장애"), 1);
	assert_int_equal(count(&c, "word19999"), 1);
	assert_int_equal(count(&c, "\"word7 word8\""), 1);
	assert_db(db, db_commit(db));
}

TEST_DB(search, a_common_word_shows_titles_first_and_then_everything_by_time) {
	enum { MANY = 4500 };
	struct ctx c = begin(db, a);
	put(&c, 1, 0, "Old outage", "common");
	for (int i = 2; i <= MANY; i++)
		put(&c, i, 0, "x", i % 3 ? "common words" : "other words");
	struct search_query q;
	struct search_found found;
	search_read_query(a, STR("common"), STR_NONE, &q);
	int64_t below = INT64_MAX;
	size_t total = 0;
	for (int windows = 0; windows < 10; windows++) {
		assert_int_equal(search_index_of(&c)->find(&c, &q, &(struct search_range){ .below = below, .limit = SEARCH_WINDOW }, &found), ST_OK);
		total += found.n;
		if (!found.full)
			break;
		below = found.lowest;
	}
	assert_int_equal(total, 1 + (MANY - 1) - MANY / 3);
	assert_int_equal(count(&c, "words c"), (MANY - 1) - MANY / 3);
	assert_int_equal(count(&c, "words ot"), MANY / 3);
	assert_int_equal(count(&c, "words q"), 0);
	search_read_query(a, STR("outage"), STR_NONE, &q);
	assert_int_equal(search_index_of(&c)->find(&c, &q, &(struct search_range){ .titles = true, .below = INT64_MAX, .limit = SEARCH_TITLES }, &found), ST_OK);
	assert_int_equal(found.n, 1);
	assert_db(db, db_commit(db));
}

/* ---- with the rooms that are searched ---- */

static struct answer find(struct test_engine *t, enum role role, const char *members) {
	settle(t);
	struct answer x = call(t, role, "search.find", arena_cstr(t->a, arena_printf(t->a, "{%s}", members)));
	if (x.status != 200)
		fail_msg("%s: %d %.*s", members, x.status, STR_FMT(x.text));
	return x;
}

static size_t found(struct test_engine *t, enum role role, const char *members) {
	struct answer x = find(t, role, members);
	return json_array_size(answer_at(&x, "items"));
}

TEST_ENGINE(search, everything_that_is_written_is_found) {
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 장애\",\"summary\":\"Checkout answers 502\"}");
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"배포를 되돌렸다 rollback\"}");
	call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"큐 경보\",\"type\":\"detect\",\"incident\":1}");
	call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Postmortem of the checkout\",\"kind\":\"project\",\"template\":\"none\"}");
	struct answer x = find(t, ROLE_VIEWER, "\"q\":\"결제\",\"kind\":\"incident\"");
	assert_str(answer_str(&x, "items/0/ref"), "INC-1");
	assert_str(answer_str(&x, "items/0/title"), "결제 장애");
	assert_str(answer_str(&x, "items/0/url"), "/incidents/1");
	x = find(t, ROLE_VIEWER, "\"q\":\"되돌\"");
	assert_str(answer_str(&x, "items/0/kind"), "timeline");
	assert_str(answer_str(&x, "items/0/title"), "결제 장애");
	assert_str(answer_str(&x, "items/0/snippet"), "배포를 <mark>되돌</mark>렸다 rollback");
	x = find(t, ROLE_VIEWER, "\"q\":\"ㄱㅂ\"");
	assert_str(answer_str(&x, "items/0/ref"), "ACT-1");
	x = find(t, ROLE_VIEWER, "\"q\":\"checkout\",\"kind\":\"document\"");
	assert_str(answer_str(&x, "items/0/ref"), "PM-1");
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"checkout\""), 2);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"...\""), 0);
	assert_int_equal(call(t, ROLE_NONE, "search.find", "{\"q\":\"x\"}").status, 401);
	assert_int_equal(call(t, ROLE_VIEWER, "search.find", "{\"q\":\"x\",\"after\":\"1.2\"}").status, 422);
}

TEST_ENGINE(search, changes_and_strikes_reach_the_index) {
	struct actor who = test_person(t, ROLE_RESPONDER);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Alpha\"}");
	struct answer x = call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"zebra crossing\"}");
	int64_t entry = answer_i64(&x, "id");
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"zebra\""), 1);
	x = call_as(t, &who, "timeline.change", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"text\":\"giraffe crossing\"}", (long long)entry)), -1, NULL);
	assert_int_equal(x.status, 200);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"zebra\""), 0);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"giraffe\""), 1);
	x = call_as(t, &who, "timeline.strike", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld}", (long long)entry)), -1, NULL);
	assert_int_equal(x.status, 204);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"giraffe\""), 0);
	x = call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"Omega\"}", -1, NULL);
	assert_int_equal(x.status, 200);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"Alpha\",\"kind\":\"incident\""), 0);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"Omega\",\"kind\":\"incident\""), 1);
}

TEST_ENGINE(search, restricted_records_are_found_by_their_members_only) {
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Leak of cards\",\"summary\":\"zebra\"}");
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"zebra seen\"}");
	call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Paint the zebra\",\"type\":\"detect\",\"incident\":1}");
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"zebra\""), 3);
	struct answer x = call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	assert_int_equal(x.status, 200);
	/* At once: the handlers of events are not waited for. */
	x = call(t, ROLE_VIEWER, "search.find", "{\"q\":\"zebra\"}");
	assert_int_equal(json_array_size(answer_at(&x, "items")), 0);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"zebra\""), 0);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"z\""), 0);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"leak\""), 0);
	assert_int_equal(found(t, ROLE_RESPONDER, "\"q\":\"zebra\""), 3);
	assert_int_equal(found(t, ROLE_ADMINISTRATOR, "\"q\":\"zebra\""), 3);
	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":false}");
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"zebra\""), 3);
}

TEST_ENGINE(search, words_in_quotes_stay_together) {
	static const struct { const char *q; size_t n; } cases[] = {
		{ "\\\"결제 승인\\\"", 1 }, { "\\\"승인 결제\\\"", 0 }, { "\\\"결제 승인 서버\\\"", 1 }, { "\\\"승인 서버의\\\"", 1 }, { "\\\"결제 서버\\\"", 0 },
		{ "\\\"승인\\\"", 1 }, { "\\\"very long\\\"", 1 }, { "\\\"서버의 very\\\"", 1 }, { "결제API", 1 }, { "\\\"결제API 오류\\\"", 1 }, { "API결제", 0 }, { "\\\"제 승인\\\"", 1 },
	};
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 승인 서버의 very long 지연\",\"summary\":\"결제API 오류\"}");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (found(t, ROLE_VIEWER, arena_cstr(t->a, arena_printf(t->a, "\"q\":\"%s\",\"kind\":\"incident\"", cases[i].q))) != cases[i].n)
			fail_msg("%s", cases[i].q);
	struct answer x = find(t, ROLE_VIEWER, "\"q\":\"\\\"결제API 오류\\\"\"");
	assert_str(answer_str(&x, "items/0/snippet"), "<mark>결제API 오류</mark>");
}

TEST_ENGINE(search, a_number_comes_before_those_that_begin_with_it) {
	for (int i = 1; i <= 12; i++)
		call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Outage\"}");
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":12,\"text\":\"as in INC-1\"}");
	struct answer x = find(t, ROLE_VIEWER, "\"q\":\" inc-1 \",\"limit\":2");
	assert_str(answer_str(&x, "items/0/ref"), "INC-1");
	assert_str(answer_str(&x, "items/1/ref"), "INC-12");
	x = find(t, ROLE_VIEWER, arena_cstr(t->a, arena_printf(t->a, "\"q\":\" inc-1 \",\"after\":\"%.*s\"", STR_FMT(x.next))));
	assert_int_equal(json_array_size(answer_at(&x, "items")), 3); /* INC-11, INC-10 and the entry */
	assert_str(answer_str(&x, "items/0/ref"), "INC-11");
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"INC-1\",\"kind\":\"action\""), 0);
	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	x = find(t, ROLE_VIEWER, "\"q\":\"INC-1\"");
	assert_str(answer_str(&x, "items/0/ref"), "INC-12");
}

TEST_ENGINE(search, pages_show_everything_once) {
	char seen[60] = { 0 };
	for (int i = 0; i < 47; i++) {
		char input[200];
		snprintf(input, sizeof input, "{\"title\":\"%s %d\",\"type\":\"detect\",\"tracker\":\"https://x.example/%d\"}", i % 5 ? "Queue alarm" : "Other", i, i);
		call(t, ROLE_RESPONDER, "action.create", input);
		snprintf(input, sizeof input, "{\"id\":%d,\"evidence\":\"the queue was seen\"}", i + 1);
		call(t, ROLE_RESPONDER, "action.close", input);
	}
	str next = STR_NONE;
	size_t pages = 0, total = 0;
	do {
		struct answer x = find(t, ROLE_VIEWER, arena_cstr(t->a, arena_printf(t->a, "\"q\":\"queue\",\"limit\":7,\"after\":\"%.*s\"", STR_FMT(next))));
		size_t n = json_array_size(answer_at(&x, "items"));
		for (size_t i = 0; i < n; i++) {
			char path[40];
			snprintf(path, sizeof path, "items/%zu/id", i);
			seen[answer_i64(&x, path)]++;
		}
		total += n;
		next = x.next;
	} while (next.n && ++pages < 20);
	assert_int_equal(total, 47);
	for (int i = 1; i <= 47; i++)
		assert_int_equal(seen[i], 1);
}

TEST_ENGINE(search, the_index_is_built_anew) {
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Zebra\"}");
	call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Paint the zebra\",\"type\":\"detect\",\"incident\":1}");
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"paint\""), 1);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "search.reindex", "{}").status, 204);
	assert_int_equal(call(t, ROLE_EDITOR, "search.reindex", "{}").status, 403);
	bool done = false;
	for (int i = 0; i < 100 && !done; i++) {
		struct answer x = call(t, ROLE_VIEWER, "search.find", "{\"q\":\"paint\"}");
		done = json_array_size(answer_at(&x, "items")) == 1;
		if (!done)
			nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	assert_true(done);
}

static enum st begin_anew(struct ctx *c, void *data UNUSED) {
	return search_rebuild(c);
}

static enum st go_on_anew(struct ctx *c, void *data) {
	return search_rebuild_step(c, 0, data);
}

static void write_as_system(struct test_engine *t, enum st (*run)(struct ctx *c, void *data), void *data) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, run, data), ST_OK);
}

TEST_ENGINE(search, nothing_is_missing_while_the_index_is_built_anew) {
	enum { MANY = 45 };
	struct actor who = test_person(t, ROLE_RESPONDER);
	bool done = false;
	int steps = 0;
	for (int i = 0; i < MANY; i++)
		call(t, ROLE_RESPONDER, "incident.declare", arena_cstr(t->a, arena_printf(t->a, "{\"title\":\"Zebra crossing %d\"}", i)));
	static const char all[] = "\"q\":\"zebra\",\"kind\":\"incident\",\"limit\":100";
	assert_int_equal(found(t, ROLE_VIEWER, all), MANY);
	write_as_system(t, begin_anew, NULL);
	for (; (!done || steps < 4) && steps < 100; steps++) {
		assert_true(found(t, ROLE_VIEWER, all) >= (size_t)MANY - (steps > 1) + (steps > 2));
		if (steps == 1) /* one that has been put in by now, and the last, which has not */
			call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"Giraffe\",\"summary\":\"walks\"}", -1, NULL);
		if (steps == 1)
			call_as(t, &who, "incident.change", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%d,\"title\":\"Zebra, giraffe\"}", MANY)), -1, NULL);
		if (steps == 2)
			call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Another zebra\"}");
		settle(t);
		if (steps > 0)
			assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"giraffe\",\"kind\":\"incident\""), 2);
		write_as_system(t, go_on_anew, &done);
	}
	assert_true(done);
	assert_int_equal(found(t, ROLE_VIEWER, all), MANY);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"giraffe\",\"kind\":\"incident\""), 2);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"walks\""), 1);
	/* What goes now leaves nothing behind: what was put in is what is taken out. */
	call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"Okapi\",\"summary\":\"\"}", -1, NULL);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"giraffe\",\"kind\":\"incident\""), 1);
	assert_int_equal(found(t, ROLE_VIEWER, "\"q\":\"okapi\",\"kind\":\"incident\""), 1);
}

struct rebuilding {
	struct test_engine *t;
	atomic_bool done;
	enum st st;
};

static void *rebuild_often(void *data) {
	struct rebuilding *r = data;
	struct arena *a = arena_new(0);
	for (int i = 0; i < 30 && r->st == ST_OK; i++) {
		bool done = false;
		arena_reset(a);
		struct ctx c = { .a = a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
		r->st = engine_write(r->t->e, &c, begin_anew, NULL);
		while (r->st == ST_OK && !done)
			r->st = engine_write(r->t->e, &c, go_on_anew, &done);
	}
	arena_free(a);
	r->done = true;
	return NULL;
}

/* A search asks several times: what is written in between must not be seen by half. */
TEST_ENGINE(search, an_answer_is_of_one_moment) {
	struct rebuilding r = { .t = t };
	pthread_t thread;
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Zebra\"}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Zebra crossing\"}");
	settle(t);
	assert_int_equal(pthread_create(&thread, NULL, rebuild_often, &r), 0);
	struct arena *whole = t->a;
	for (bool last = false; !last; arena_free(t->a)) {
		last = r.done;
		t->a = arena_new(0);
		struct answer x = call(t, ROLE_VIEWER, "search.find", "{\"q\":\"zebra\",\"kind\":\"incident\"}");
		if (x.status != 200 || json_array_size(answer_at(&x, "items")) != 2) {
			pthread_join(thread, NULL);
			fail_msg("%d %.*s", x.status, STR_FMT(x.text));
		}
	}
	t->a = whole;
	pthread_join(thread, NULL);
	assert_int_equal(r.st, ST_OK);
}

/* ---- every pair of syllables of real texts ---- */

enum { TEXTS = 64, LONGEST = 200000 };
static const char *const own_texts[] = {
	"결제 승인이 늦어졌습니다. 승인서버의 큐가 길었고, 재시도가 겹쳤다.",
	"2024년 3월9일 오전10시, 배포(v2.1)를 되돌린 뒤에도 오류율이 4%였다…",
	"“인증서”가 만료됐다; 갱신작업은 ‘성공’이라고 적었다.",
	"로그인실패/간편로그인실패 — 시계가 4분느렸다",
};

static size_t read_texts(struct arena *a, const char *folder, str *texts) {
	size_t n = 0;
	DIR *d = opendir(folder);
	for (struct dirent *e; d && (e = readdir(d)) && n < TEXTS / 2;) {
		char path[600];
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
		if (!f)
			continue;
		char *text = arena_alloc(a, LONGEST);
		texts[n++] = utf8_nfc(a, utf8_repair(a, str_n(text, fread(text, 1, LONGEST, f))));
		fclose(f);
	}
	if (d)
		closedir(d);
	return n;
}

static bool syllable_at(str s, size_t i) {
	return i + 3 <= s.n && hangul_is_syllable(utf8_next(s, &i));
}

static int by_text(const void *a, const void *b) {
	return str_cmp(*(const str *)a, *(const str *)b);
}

/* Each pair once. */
static size_t pairs_of(struct arena *a, const str *texts, size_t n, str **out) {
	size_t bytes = 0, count = 0, kept = 0;
	for (size_t i = 0; i < n; i++)
		bytes += texts[i].n;
	str *all = arena_array(a, bytes / 3 + 1, sizeof *all);
	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at + 6 <= texts[i].n; at++)
			if ((texts[i].p[at] & 0xC0) != 0x80 && syllable_at(texts[i], at) && syllable_at(texts[i], at + 3))
				all[count++] = str_n(texts[i].p + at, 6);
	qsort(all, count, sizeof *all, by_text);
	for (size_t i = 0; i < count; i++)
		if (!kept || !str_eq(all[kept - 1], all[i]))
			all[kept++] = all[i];
	*out = all;
	return kept;
}

/* One bit for each text that has it. */
static uint64_t scan(const str *texts, size_t n, str pair) {
	uint64_t found = 0;
	for (size_t i = 0; i < n; i++)
		found |= str_find(texts[i], pair) >= 0 ? UINT64_C(1) << i : 0;
	return found;
}

static uint64_t look_up(struct ctx *c, str pair) {
	struct search_query q;
	uint64_t got = 0;
	assert_true(search_read_query(c->a, pair, STR_NONE, &q));
	for (int titles = 0; titles < 2; titles++) {
		struct search_found f = { 0 };
		assert_int_equal(search_index_of(c)->find(c, &q, &(struct search_range){ .titles = titles, .below = INT64_MAX, .limit = SEARCH_TITLES }, &f), ST_OK);
		for (size_t i = 0; i < f.n; i++)
			got |= UINT64_C(1) << (f.hits[i].id - 1);
	}
	return got;
}

static void every_pair_is_found(struct db *db, struct arena *a, const str *texts, size_t n, size_t least) {
	struct ctx c = begin(db, a);
	str *pairs;
	size_t count = pairs_of(a, texts, n, &pairs);
	assert_true(count >= least);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(put(&c, (int64_t)i + 1, 0, "", arena_cstr(a, texts[i])), (int64_t)i + 1);
	for (size_t i = 0; i < count; i++) {
		struct arena *one = arena_new(0);
		c.a = one;
		uint64_t want = scan(texts, n, pairs[i]), got = look_up(&c, pairs[i]);
		if (got != want)
			fail_msg("%.*s: found in %llx, stands in %llx", STR_FMT(pairs[i]), (unsigned long long)got, (unsigned long long)want);
		arena_free(one);
	}
	c.a = a;
	assert_db(db, db_commit(db));
}

TEST_DB(search, every_pair_of_syllables_is_found_where_a_scan_finds_it) {
	str texts[TEXTS];
	size_t n = 0;
	for (; n < sizeof own_texts / sizeof *own_texts; n++)
		texts[n] = str_c(own_texts[n]);
	every_pair_is_found(db, a, texts, n, 50);
}

TEST_DB(search, every_pair_of_syllables_of_real_texts_is_found) {
	str texts[TEXTS];
	const char *folder = test_data("postmortems/ko");
	size_t n = read_texts(a, folder, texts);
	assert_true(n > 3);
	every_pair_is_found(db, a, texts, n, 1000);
}
