#include "base/clock.h"
#include "core/testing.h"
#include "feature/search/mechanism.h"
#include "feature/search/similar.h"

#include <stdlib.h>
#include <time.h>

/* ---- mechanisms ---- */

static bool tells_of(struct arena *a, const char *text, const char *name) {
	struct mechanism_counts n;
	struct words w = words_of(a, str_c(text));
	mechanism_count(&w, &n);
	for (size_t i = 0; i < mechanism_total(); i++)
		if (!strcmp(mechanism_at(i)->name, name))
			return n.n[i] > 0;
	fail_msg("there is no mechanism %s", name);
	return false;
}

TEST(mechanism, a_text_tells_of_what_happened_in_both_languages) {
	static const struct { const char *text, *name; bool want; } cases[] = {
		{ "The TLS certificate of the gateway expired at noon", "certificate", true },
		{ "게이트웨이의 인증서가 만료되었다", "certificate", true },
		{ "The gateway certified parts", "certificate", false },
		{ "The certificate was fine. Much later, after the whole long evening was over, a voucher expired", "certificate", false },
		{ "all workers ended in a deadlock", "locks", true },
		{ "두 배치가 데드락에 걸렸다", "locks", true },
		{ "we rolled out a new version", "deployment", true },
		{ "새 버전을 배포했다", "deployment", true },
		{ "the resolver did not answer, DNS was gone", "dns", true },
		{ "fail over to the standby", "failover", true },
		{ "디스크 공간이 없어 메모리 누수를 보지 못했다", "memory", true },
		{ "", "dns", false },
		{ "d n s", "dns", false },
		{ "RETRIES!", "retries", true },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (tells_of(a, cases[i].text, cases[i].name) != cases[i].want)
			fail_msg("%s: %s", cases[i].text, cases[i].name);
	arena_free(a);
}

TEST(mechanism, every_cue_is_found_in_a_text_that_says_it) {
	struct arena *a = arena_new(0);
	assert_true(mechanism_total() <= MECHANISM_MOST);
	for (size_t i = 0; i < mechanism_total(); i++)
		for (str rest = str_c(mechanism_at(i)->cues); rest.p;) {
			struct buf b = buf_in(a);
			str cue = str_trim(str_cut(&rest, ';'));
			for (size_t k = 0; k < cue.n; k++)
				if (cue.p[k] != '*' && cue.p[k] != '+')
					buf_addc(&b, cue.p[k]);
			if (!cue.n || !tells_of(a, arena_cstr(a, buf_str(&b)), mechanism_at(i)->name))
				fail_msg("%s: “%.*s” is not found", mechanism_at(i)->name, STR_FMT(cue));
		}
	arena_free(a);
}

/* ---- terms ---- */

TEST(similar, words_of_one_kind_have_one_stem) {
	static const char *const same[][3] = { { "expire", "expired", "expiring" }, { "replica", "replicas", "replica" }, { "retry", "retried", "retries" },
		{ "connection", "connections", "connection" }, { "dropped", "dropping", "drops" } };
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		for (size_t k = 1; k < 3; k++)
			if (!str_eq(similar_stem(a, str_c(same[i][0])), similar_stem(a, str_c(same[i][k]))))
				fail_msg("%s, %s", same[i][0], same[i][k]);
	assert_str(similar_stem(a, STR("dns")), "dns");
	assert_true(similar_is_stop(STR("incident")) && !similar_is_stop(STR("certificate")));
	arena_free(a);
}

static int impact_of(const struct similar_terms *t, const char *term) {
	for (size_t i = 0; i < t->n; i++)
		if (str_is(t->items[i].term, term))
			return t->items[i].impact;
	return 0;
}

TEST(similar, a_record_becomes_weighed_terms_and_is_read_back) {
	struct arena *a = arena_new(0);
	int64_t services[] = { 3 };
	struct similar_terms t = similar_cut(a, &(struct similar_text){ STR("Broken gateway"), STR("The proxy restarted in 2024. 결제서버가 죽었다, proxies too"), services, 1 });
	assert_true(impact_of(&t, "broken") > impact_of(&t, "restart"));
	assert_true(impact_of(&t, "restart") > 0);
	assert_int_equal(impact_of(&t, "2024"), 0);
	assert_int_equal(impact_of(&t, "the"), 0);
	assert_true(impact_of(&t, "결제") > 0 && impact_of(&t, "제서") > 0 && impact_of(&t, "버가") == 0);
	assert_int_equal(impact_of(&t, "@3"), SIMILAR_MOST_IMPACT);
	assert_true(impact_of(&t, "#balancing") > 0);
	for (size_t i = 1; i < t.n; i++)
		assert_true(str_cmp(t.items[i - 1].term, t.items[i].term) < 0);
	arena_free(a);
}

static str shown_of(const struct similar_terms *t, const char *term) {
	for (size_t i = 0; i < t->n; i++)
		if (str_is(t->items[i].term, term))
			return t->items[i].shown;
	return STR_NONE;
}

TEST(similar, a_term_is_shown_as_a_whole_word_of_the_text) {
	struct arena *a = arena_new(0);
	struct similar_terms t = similar_cut(a, &(struct similar_text){ STR("재시도 폭주"), STR("Resolvers of the DNS waited. The resolver, 재시도를 멈춤; 인증서가 만료로"), NULL, 0 });
	assert_str(shown_of(&t, "재시"), "재시도");
	assert_str(shown_of(&t, "폭주"), "폭주");
	assert_str(shown_of(&t, "인증"), "인증서가");
	assert_str(shown_of(&t, "dn"), "");
	assert_str(shown_of(&t, "dns"), "DNS");
	assert_str(shown_of(&t, arena_cstr(a, similar_stem(a, STR("resolver")))), "resolver");
	arena_free(a);
}

TEST(similar, who_wrote_a_text_does_not_make_it_alike) {
	static const struct { const char *text, *left; } cases[] = {
		{ "ask @kim.lee, or (@bo)", "ask         , or (   )" }, { "mail a@b.c", "mail a@b.c" }, { "작성자: 김서연\nx", "                    \nx" },
		{ "**Authors**: Kim", "**Authors**: Kim" }, { "- Written by: Kim", "                 " }, { "@", " " }, { "", "" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = arena_cstr(a, str_c(cases[i].text));
		similar_blank_people(a, text, strlen(cases[i].text));
		assert_string_equal(text, cases[i].left);
	}
	arena_free(a);
}

TEST(similar, terms_are_kept_by_number) {
	static const struct similar_mark marks[] = { { 1, 63 }, { 2, 1 }, { 129, 7 }, { 130, 63 }, { 300000, 5 }, { INT64_C(1) << 40, 9 } };
	enum { N = sizeof marks / sizeof *marks };
	struct arena *a = arena_new(0);
	struct similar_mark *back;
	assert_int_equal(similar_read(a, similar_write(a, marks, N), &back), N);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(back[i].word, marks[i].word);
		assert_int_equal(back[i].impact, marks[i].impact);
	}
	assert_int_equal(similar_read(a, similar_write(a, marks, 0), &back), 0);
	arena_free(a);
}

TEST(similar, a_posting_list_holds_what_was_put_in_last) {
	struct arena *a = arena_new(0);
	int want[SIMILAR_BLOCK] = { 0 };
	str posts = STR_NONE;
	unsigned seed = 3;
	for (int i = 0; i < 1000; i++) {
		struct similar_post changes[4];
		int n = 1 + rand_r(&seed) % 4, place = rand_r(&seed) % (SIMILAR_BLOCK - 16);
		for (int k = 0; k < n; k++) {
			changes[k] = (struct similar_post){ place, rand_r(&seed) % 4 ? 1 + rand_r(&seed) % SIMILAR_MOST_IMPACT : 0 };
			want[place] = changes[k].impact;
			place += 1 + rand_r(&seed) % 4;
		}
		posts = similar_post(a, posts, changes, (size_t)n);
	}
	size_t at = 0;
	for (int i = 0; i < SIMILAR_BLOCK; i++)
		if (want[i]) {
			assert_true(at < similar_posts_n(posts));
			assert_int_equal(similar_post_at(posts, at).place, i);
			assert_int_equal(similar_post_at(posts, at++).impact, want[i]);
		}
	assert_int_equal(at, similar_posts_n(posts));
	arena_free(a);
}

/* ---- with the rooms ---- */

static enum st count_waiting(struct ctx *c, void *data) {
	return db_one_i64(c, data, "SELECT count(*) FROM similar_wait WHERE id > $1", DB_I64(0));
}

/* Until all that has happened is in the lists. */
static void weigh(struct test_engine *t) {
	int64_t waiting = 1;
	settle(t);
	for (int i = 0; i < 1000 && waiting; i++) {
		struct arena *a = arena_new(0);
		struct ctx c = { .a = a, .who = &actor_system, .now = clock_now() };
		assert_int_equal(engine_write(t->e, &c, count_waiting, &waiting), ST_OK);
		arena_free(a);
		if (waiting)
			nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	assert_int_equal(waiting, 0);
}

static struct answer alike(struct test_engine *t, enum role role, const char *noun, int id) {
	weigh(t);
	struct answer x = call(t, role, "search.similar", arena_cstr(t->a, arena_printf(t->a, "{\"noun\":\"%s\",\"id\":%d}", noun, id)));
	if (x.status != 200)
		fail_msg("%s %d: %d %.*s", noun, id, x.status, STR_FMT(x.text));
	return x;
}

static size_t count(const struct answer *x) {
	return json_array_size(answer_at(x, "items"));
}

static void write_document(struct test_engine *t, const char *title, const char *text, const char *more) {
	struct answer x = call(t, ROLE_RESPONDER, "document.create",
		arena_cstr(t->a, arena_printf(t->a, "{\"title\":\"%s\",\"kind\":\"incident\",\"text\":\"%s\"%s}", title, text, more)));
	assert_int_equal(x.status, 201);
}

/* Five that have little in common, so that a word shared by two is worth something. */
static void fill(struct test_engine *t) {
	write_document(t, "Mail was late", "A queue of letters grew because the consumer of the broker hung.", "");
	write_document(t, "Login refused", "The certificate of the gateway expired and renewal had stalled for weeks.", "");
	write_document(t, "결제가 멈춤", "게이트웨이 인증서 만료로 결제 요청이 거절되었다. 자동 갱신이 멈춰 있었다.", "");
	write_document(t, "Slow pages", "A missing index made every query scan the whole table under load.", "");
	write_document(t, "Lost photos", "A script deleted the volume; the backup could not be restored.", "");
}

TEST_ENGINE(similar, the_same_mechanism_is_found_across_languages_with_a_reason) {
	fill(t);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Edge certificate expired\",\"summary\":\"Clients refuse the gateway: its certificate expired, renewal stalled.\"}");
	struct answer x = alike(t, ROLE_VIEWER, "incident", 1);
	assert_true(count(&x) >= 2);
	assert_str(answer_str(&x, "items/0/ref"), "PM-2");
	assert_str(answer_str(&x, "items/1/ref"), "PM-3");
	assert_true(answer_i64(&x, "items/0/score") > answer_i64(&x, "items/1/score"));
	assert_true(str_find(answer_str(&x, "items/0/reason"), STR("shares: ")) == 0);
	assert_true(str_find(answer_str(&x, "items/1/reason"), STR("Certificate expiry")) > 0);
	x = alike(t, ROLE_VIEWER, "document", 3);
	assert_str(answer_str(&x, "items/0/ref"), "INC-1");
	assert_str(answer_str(&x, "items/1/ref"), "PM-2");
}

TEST_ENGINE(similar, untouched_drafts_have_nothing_in_common) {
	fill(t);
	for (int i = 1; i <= 2; i++) {
		call(t, ROLE_RESPONDER, "incident.declare", i == 1 ? "{\"title\":\"Okapi\"}" : "{\"title\":\"Zebra\"}");
		struct answer x = call(t, ROLE_RESPONDER, "document.create",
			arena_cstr(t->a, arena_printf(t->a, "{\"title\":\"%s\",\"kind\":\"incident\",\"incident\":%d,\"template\":\"%s\"}", i == 1 ? "Okapi" : "Zebra", i, "incident.en")));
		assert_int_equal(x.status, 201);
	}
	struct answer x = alike(t, ROLE_VIEWER, "document", 6);
	assert_int_equal(count(&x), 0);
}

TEST_ENGINE(similar, a_growing_timeline_changes_what_is_like_it) {
	fill(t);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Something is off\"}");
	struct answer x = alike(t, ROLE_VIEWER, "incident", 1);
	assert_int_equal(count(&x), 0);
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"the consumer of the broker hung, its queue grew\"}");
	bool found = false;
	for (int i = 0; i < 100 && !found; i++) {
		x = alike(t, ROLE_VIEWER, "incident", 1);
		found = count(&x) > 0 && str_is(answer_str(&x, "items/0/ref"), "PM-1");
		if (!found)
			nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	assert_true(found);
}

TEST_ENGINE(similar, a_common_service_is_said_and_an_incident_and_its_postmortem_are_one) {
	fill(t);
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"Checkout\"}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Checkout answers nothing\",\"services\":[1]}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Deadlock of two writers\",\"services\":[1]}");
	write_document(t, "Deadlock of two writers", "Two writers waited for each other, a deadlock.", ",\"incident\":2");
	struct answer x = alike(t, ROLE_VIEWER, "incident", 1);
	assert_int_equal(count(&x), 1);
	assert_str(answer_str(&x, "items/0/reason"), "same service");
	assert_int_equal(answer_i64(&x, "items/0/score"), 10);
	/* Its own postmortem is not like it, it is it. */
	x = alike(t, ROLE_VIEWER, "incident", 2);
	for (size_t i = 0; i < count(&x); i++) {
		char path[40];
		snprintf(path, sizeof path, "items/%zu/ref", i);
		assert_false(str_is(answer_str(&x, path), "PM-6"));
	}
}

TEST_ENGINE(similar, restricted_records_are_like_nothing_for_those_outside) {
	fill(t);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Login certificate expired\",\"summary\":\"certificate of the gateway expired, renewal stalled\"}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Gateway certificate expired\",\"summary\":\"certificate expired\"}");
	struct answer x = alike(t, ROLE_VIEWER, "incident", 2);
	assert_str(answer_str(&x, "items/0/ref"), "INC-1");
	x = call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}");
	assert_int_equal(x.status, 200);
	/* At once. */
	x = call(t, ROLE_VIEWER, "search.similar", "{\"noun\":\"incident\",\"id\":2}");
	assert_str(answer_str(&x, "items/0/ref"), "PM-2");
	assert_int_equal(call(t, ROLE_VIEWER, "search.similar", "{\"noun\":\"incident\",\"id\":1}").status, 404);
	assert_int_equal(call(t, ROLE_VIEWER, "search.similar", "{\"noun\":\"incident\",\"id\":99}").status, 404);
	x = alike(t, ROLE_RESPONDER, "incident", 2);
	assert_str(answer_str(&x, "items/0/ref"), "INC-1");
	assert_int_equal(call(t, ROLE_NONE, "search.similar", "{\"noun\":\"incident\",\"id\":2}").status, 401);
}

/* Made-up records of few words, so that many are equally alike. What one database answers, the other does too, in the same order, with the same words. */
TEST_ENGINE(similar, both_databases_rank_alike) {
	static const char *const some[] = { "queue", "broker", "certificate", "expired", "deadlock", "cache", "인증서", "만료", "배포", "gateway", "resolver", "dns", "disk", "full", "재시도", "tape" };
	static char *before; /* of the database that was asked first */
	struct buf all = buf_in(t->a);
	unsigned seed = 11;
	for (int i = 0; i < 40; i++) {
		struct buf text = buf_in(t->a);
		for (int k = 0; k < 12; k++)
			buf_printf(&text, "%s ", some[rand_r(&seed) % 16]);
		write_document(t, i % 2 ? "One more" : "배포 기록", arena_cstr(t->a, buf_str(&text)), "");
		settle(t);
	}
	for (int i = 1; i <= 40; i++) {
		struct answer x = alike(t, ROLE_VIEWER, "document", i);
		for (size_t k = 0; k < count(&x); k++) {
			char id[40], score[40], why[40];
			snprintf(id, sizeof id, "items/%zu/id", k);
			snprintf(score, sizeof score, "items/%zu/score", k);
			snprintf(why, sizeof why, "items/%zu/reason", k);
			buf_printf(&all, "%d: %lld %lld %.*s\n", i, (long long)answer_i64(&x, id), (long long)answer_i64(&x, score), STR_FMT(answer_str(&x, why)));
		}
	}
	assert_true(all.n > 1000);
	if (before)
		assert_str(buf_str(&all), before);
	free(before);
	before = before ? NULL : str_dup(buf_str(&all));
}

static enum st read_lists(struct ctx *c, void *data) {
	return ctx_db_run(c, data, "SELECT w.term, w.n, (SELECT count(*) FROM similar_post p WHERE p.word = w.id) FROM similar_word w WHERE w.n <> 0 ORDER BY w.term", DB_NO_ARGS);
}

static struct db_result lists(struct test_engine *t) {
	struct db_result r = { 0 };
	struct ctx c = { .a = t->a, .who = &actor_system, .now = clock_now() };
	weigh(t);
	assert_int_equal(engine_write(t->e, &c, read_lists, &r), ST_OK);
	return r;
}

static bool has_term(const struct db_result *r, const char *term) {
	for (size_t i = 0; i < r->rows; i++)
		if (str_is(db_str(r, i, 0), term))
			return true;
	return false;
}

/* What was taken out leaves nothing: the lists after many changes are those of somebody who has only seen the last. */
TEST_ENGINE(similar, what_has_changed_leaves_nothing_behind) {
	fill(t);
	struct actor who = test_person(t, ROLE_RESPONDER);
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Omega broke\",\"summary\":\"okapi\"}");
	struct db_result before = lists(t);
	assert_true(has_term(&before, "okapi"));
	call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"Alpha broke\",\"summary\":\"zebra crossing certificate\"}", -1, NULL);
	struct db_result after = lists(t);
	assert_true(has_term(&after, "zebra") && !has_term(&after, "okapi"));
	call_as(t, &who, "incident.change", "{\"id\":1,\"title\":\"Omega broke\",\"summary\":\"okapi\"}", -1, NULL);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "search.reindex", "{}").status, 204);
	after = lists(t);
	assert_int_equal(after.rows, before.rows);
	for (size_t i = 0; i < after.rows; i++) {
		assert_true(str_eq(db_str(&after, i, 0), db_str(&before, i, 0)));
		assert_int_equal(db_i64(&after, i, 1), db_i64(&before, i, 1));
		assert_int_equal(db_i64(&after, i, 2), 1);
	}
}
