#include <stdlib.h>

#include "core/testing.h"
#include "feature/comment/comment_parts.h"
#include "text/utf8.h"

/* ---- where words are: against an oracle that knows each character ---- */

enum { TEXT_MOST = 400, ROUNDS = 4000, EDITS = 12 };

struct marked {
	int id[TEXT_MOST]; /* who this character is */
	char letter[TEXT_MOST];
	int n, next;
	int from, to, ins; /* the last edit */
};

/* One random replacement of the marked text, and the change set that says so. Now and then what was taken away before is put back. */
static const struct changeset *edit(struct arena *a, struct marked *t, str quote, int place) {
	bool back = place >= 0 && rand() % 3 == 0;
	int from = back ? place : rand() % (t->n + 1), to = back ? from : from + rand() % (t->n - from + 1 < 6 ? t->n - from + 1 : 6), old = t->n;
	struct buf b = buf_in(a);
	for (int i = rand() % 3; i > 0; i--)
		buf_addc(&b, (char)('a' + rand() % 3));
	for (int i = back ? rand() % 4 / 3 + 1 : 0; i > 0; i--)
		buf_add(&b, quote);
	str text = t->n + (int)b.n < TEXT_MOST ? buf_str(&b) : STR("");
	struct marked before = *t;
	t->from = from, t->to = to, t->ins = (int)text.n;
	for (int i = 0; i < t->ins; i++) {
		t->id[from + i] = t->next++;
		t->letter[from + i] = text.p[i];
	}
	memcpy(t->id + from + t->ins, before.id + to, (size_t)(before.n - to) * sizeof *t->id);
	memcpy(t->letter + from + t->ins, before.letter + to, (size_t)(before.n - to));
	t->n = from + t->ins + before.n - to;
	return changeset_replace(a, old, from, to, text);
}

static bool alive(const struct marked *t, const bool *chosen, int64_t *from, int64_t *to) {
	*from = *to = -1;
	for (int i = 0; i < t->n; i++) {
		if (!chosen[t->id[i]])
			continue;
		*from = *from < 0 ? i : *from;
		*to = i + 1;
	}
	return *from >= 0;
}

/* The place where they went, after the last edit. */
static int moved(const struct marked *t, int place) {
	if (place <= t->from)
		return place;
	return place < t->to ? t->from : place + t->ins - (t->to - t->from);
}

/* The quote stands once in what was put in there: these characters are chosen from now on. */
static void choose_again(const struct marked *t, bool *chosen, str quote, int place) {
	int at = -1, times = 0;
	for (int i = t->from; place >= t->from && place <= t->to && i + (int)quote.n <= t->from + t->ins; i++)
		if (memcmp(t->letter + i, quote.p, quote.n) == 0) {
			at = i;
			times++;
		}
	for (int i = 0; times == 1 && i < (int)quote.n; i++)
		chosen[t->id[at + i]] = true;
}

static int one_history(struct arena *a, unsigned seed) {
	struct marked t = { .n = 1 + rand() % 40 };
	bool chosen[TEXT_MOST + EDITS * TEXT_MOST] = { 0 };
	for (int i = 0; i < t.n; i++) {
		t.id[i] = t.next++;
		t.letter[i] = (char)('a' + rand() % 3);
	}
	struct changeset_span all = { .from = rand() % t.n };
	all.to = all.from + 1 + rand() % (t.n - all.from);
	str quote = arena_str(a, str_n(t.letter + all.from, (size_t)(all.to - all.from)));
	struct anchor x = { .from = all.from, .to = all.to, .spans = &all, .n = 1 };
	int place = -1, again = 0;
	anchor_quote(a, &x, quote);
	for (int64_t i = x.from; i < x.to; i++)
		chosen[t.id[i]] = true;
	for (int i = 0; i < EDITS; i++) {
		int64_t from, to, first, last;
		bool was = alive(&t, chosen, &first, &last);
		anchor_map(a, &x, edit(a, &t, quote, place));
		if (!was)
			choose_again(&t, chosen, quote, place);
		bool there = alive(&t, chosen, &from, &to);
		place = there ? -1 : moved(&t, was ? (int)first : place);
		again += !was && there;
		if (there != (x.n > 0) || (there && (x.from != from || x.to != to)) || (!there && x.from != place))
			fail_msg("seed %u, edit %d: [%lld, %lld) %s, the characters are at [%lld, %lld)", seed, i, (long long)x.from, (long long)x.to, x.n ? "there" : "gone", (long long)from, (long long)to);
		if (x.from < 0 || x.to < x.from || x.to > t.n)
			fail_msg("seed %u, edit %d: [%lld, %lld) is outside the text", seed, i, (long long)x.from, (long long)x.to);
	}
	return again;
}

TEST(comment, words_keep_their_characters_or_are_gone) {
	struct arena *a = arena_new(0);
	int again = 0;
	for (unsigned seed = 1; seed <= ROUNDS; seed++) {
		srand(seed);
		again += one_history(a, seed);
		arena_reset(a);
	}
	assert_true(again > ROUNDS / 20);
	arena_free(a);
}

TEST(comment, a_suggestion_is_about_what_it_replaces) {
	struct arena *a = arena_new(0);
	static const struct { int64_t from, to, want_from, want_to; } cases[] = { { 3, 5, 3, 5 }, { 4, 4, 3, 5 }, { 0, 0, 0, 1 }, { 9, 9, 8, 9 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct anchor x;
		const struct changeset *c = changeset_replace(a, 9, cases[i].from, cases[i].to, STR("new"));
		anchor_of(c, 9, &x);
		assert_int_equal(x.from, cases[i].want_from);
		assert_int_equal(x.to, cases[i].want_to);
		assert_int_equal(changes_take(c), cases[i].to - cases[i].from);
	}
	arena_free(a);
}

TEST(comment, a_quote_cuts_no_character) {
	struct arena *a = arena_new(0);
	str got;
	assert_true(cut_quote(a, STR("ab😀각"), 1, 5, 100, &got));
	assert_str(got, "b😀각");
	assert_true(cut_quote(a, STR("ab😀각"), 1, 5, 2, &got));
	assert_str(got, "b");
	assert_false(cut_quote(a, STR("ab😀각"), 3, 5, 100, &got));
	assert_false(cut_quote(a, STR("ab"), 0, 3, 100, &got));
	assert_false(cut_quote(a, STR("ab"), -1, 1, 100, &got));
	arena_free(a);
}

/* ---- operations ---- */

#define TEXT "The gateway answered slowly for 38 minutes."

/* INC-1 and PM-1 about it. */
static void write_document(struct test_engine *t) {
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Slow gateway\"}"));
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Slow gateway\",\"kind\":\"incident\",\"incident\":1,\"template\":\"none\",\"text\":\"" TEXT "\"}"));
}

static int64_t text_now(struct test_engine *t, str *text) {
	struct answer d = OK(call(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	*text = answer_str(&d, "text");
	return answer_i64(&d, "text_version");
}

/* The responder replaces one place of the text by something else. */
static void type(struct test_engine *t, const char *old, const char *new) {
	static int seq;
	str text;
	int64_t version = text_now(t, &text);
	ptrdiff_t at = str_find(text, str_c(old));
	assert_true(at >= 0);
	size_t from = utf16_length(str_to(text, (size_t)at)), length = utf16_length(str_c(old)), rest = utf16_length(text) - from - length;
	struct buf b = buf_in(t->a);
	if (from)
		buf_printf(&b, "%zu,", from);
	buf_printf(&b, "[%zu%s%s%s]", length, *new ? ",\"" : "", new, *new ? "\"" : "");
	if (rest)
		buf_printf(&b, ",%zu", rest);
	OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"typist%016d\",\"version\":%lld,\"updates\":[{\"seq\":1,\"changes\":[%.*s]}]}", ++seq, (long long)version,
		STR_FMT(buf_str(&b))));
}

static void assert_place(struct test_engine *t, int i, int64_t from, int64_t to, bool gone) {
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	struct answer x = { .body = json_array_get(answer_at(&all, "items"), (size_t)i) };
	assert_int_equal(answer_i64(&x, "from"), from);
	assert_int_equal(answer_i64(&x, "to"), to);
	assert_int_equal(json_is_true(answer_at(&x, "gone")), gone);
}

TEST_ENGINE(comment, words_are_followed_while_others_type) {
	write_document(t);
	struct answer x = MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"How slowly?\",\"from\":12,\"to\":27,\"version\":0}"));
	assert_str(answer_str(&x, "quote"), "answered slowly");
	type(t, "The", "On Monday the");
	assert_place(t, 0, 22, 37, false);
	/* Made at an older version than the newest. */
	x = MADE(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"text\":\"Which?\",\"from\":4,\"to\":11,\"version\":0}"));
	assert_str(answer_str(&x, "quote"), "gateway");
	assert_place(t, 1, 14, 21, false);
	type(t, "answered ", "");
	assert_place(t, 0, 22, 28, false);
	type(t, "slowly", "in 8 s");
	assert_place(t, 0, 22, 22, true);
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_str(answer_str(&all, "items/0/quote"), "answered slowly");
	assert_code(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"x\",\"from\":3,\"to\":3}"), 422, "comment.range");
	assert_code(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"x\",\"from\":3,\"to\":3000}"), 422, "comment.range");
	assert_code(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"x\",\"from\":3,\"to\":4,\"version\":99}"), 422, "comment.version");
	assert_code(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1}"), 422, "field.empty");
}

/* As undoing does: also with what stood around them, and after the place was written down. */
TEST_ENGINE(comment, words_that_are_put_back_where_they_went_are_its_words_again) {
	write_document(t);
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"How slowly?\",\"from\":21,\"to\":27,\"version\":0}"));
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[21,[6,\"in 8 s\"],16]}"));
	type(t, "slowly", "");
	assert_place(t, 0, 21, 21, true);
	type(t, "The ", "On Monday the ");
	type(t, "for", "slowly for");
	assert_place(t, 0, 31, 31, true);
	type(t, "answered ", "answered slowly");
	assert_place(t, 0, 31, 37, false);
	type(t, "answered slowly ", "");
	type(t, "gateway ", "gateway answered slowly ");
	assert_place(t, 0, 31, 37, false);
	/* Twice: nobody knows which are meant. */
	type(t, "slowly", "");
	type(t, "answered ", "answered slowly, slowly");
	assert_place(t, 0, 45, 45, true);
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_true(json_is_true(answer_at(&all, "items/1/conflict")));
	assert_true(json_is_true(answer_at(&all, "items/1/gone")));
}

/* Places are written down now and then, and are the same before and after. */
TEST_ENGINE(comment, a_place_is_written_down_after_many_updates) {
	write_document(t);
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"a\",\"from\":12,\"to\":20}"));
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[4,[7,\"proxy\"],32]}"));
	struct buf b = buf_in(t->a);
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "%s{\"seq\":%d,\"changes\":[[0,\"x\"],%d]}", i ? "," : "", i + 1, 43 + i);
	OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"many------------------\",\"version\":0,\"updates\":[%.*s]}", STR_FMT(buf_str(&b))));
	assert_place(t, 0, 312, 320, false);
	settle(t);
	assert_place(t, 0, 312, 320, false);
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_int_equal(answer_i64(&all, "text_version"), 300);
	OK(call(t, ROLE_EDITOR, "suggestion.accept", "{\"id\":1,\"comment\":2}"));
	str text;
	text_now(t, &text);
	assert_str(str_from(text, 300), "The proxy answered slowly for 38 minutes.");
}

TEST_ENGINE(comment, a_comment_is_answered_resolved_and_opened_again) {
	write_document(t);
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"How slowly?\",\"from\":12,\"to\":27}"));
	struct answer x = MADE(call(t, ROLE_EDITOR, "comment.reply", "{\"id\":1,\"comment\":1,\"text\":\"8 s at p99\"}"));
	assert_str(answer_str(&x, "replies/0/text"), "8 s at p99");
	assert_code(call(t, ROLE_VIEWER, "comment.edit_reply", "{\"id\":1,\"comment\":1,\"reply\":1,\"text\":\"9 s\"}"), 403, "comment.not_yours");
	x = OK(call(t, ROLE_EDITOR, "comment.edit_reply", "{\"id\":1,\"comment\":1,\"reply\":1,\"text\":\"9 s\"}"));
	assert_str(answer_str(&x, "replies/0/text"), "9 s");
	assert_code(call(t, ROLE_EDITOR, "comment.edit", "{\"id\":1,\"comment\":1,\"text\":\"x\"}"), 403, "comment.not_yours");
	x = OK(call(t, ROLE_VIEWER, "comment.edit", "{\"id\":1,\"comment\":1,\"text\":\"How slow?\"}"));
	assert_str(answer_str(&x, "text"), "How slow?");
	/* What others have answered stays. */
	MUST(call(t, ROLE_VIEWER, "comment.drop", "{\"id\":1,\"comment\":1}"), 204);
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_str(answer_str(&all, "items/0/text"), "");
	assert_str(answer_str(&all, "items/0/replies/0/text"), "9 s");
	x = OK(call(t, ROLE_VIEWER, "comment.resolve", "{\"id\":1,\"comment\":1}"));
	assert_str(answer_str(&x, "resolution"), "done");
	x = OK(call(t, ROLE_RESPONDER, "comment.reopen", "{\"id\":1,\"comment\":1}"));
	assert_str(answer_str(&x, "resolution"), "");
	MUST(call(t, ROLE_EDITOR, "comment.drop_reply", "{\"id\":1,\"comment\":1,\"reply\":1}"), 204);
	MUST(call(t, ROLE_VIEWER, "comment.drop", "{\"id\":1,\"comment\":1}"), 204);
	all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&all, "items")), 0);
	assert_code(call(t, ROLE_VIEWER, "comment.reply", "{\"id\":1,\"comment\":1,\"text\":\"x\"}"), 404, "comment.not_found");
}

TEST_ENGINE(comment, a_record_that_the_document_shows_can_be_commented_on) {
	write_document(t);
	MADE(call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"rolled back\"}"));
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"another\"}"));
	struct answer other = MADE(call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":2,\"text\":\"elsewhere\"}"));
	struct answer list = OK(call(t, ROLE_RESPONDER, "timeline.list", "{\"id\":1}"));
	size_t n = json_array_size(answer_at(&list, "items"));
	struct answer last = { .body = json_array_get(answer_at(&list, "items"), n - 1) };
	struct answer x = MADE(callf(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"by whom?\",\"entry\":%lld}", (long long)answer_i64(&last, "id")));
	assert_str(answer_str(&x, "quote"), "rolled back");
	assert_code(callf(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"x\",\"entry\":%lld}", (long long)answer_i64(&other, "id")), 422, "comment.record");
	MADE(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Alarm\",\"type\":\"detect\",\"incident\":1}"));
	x = MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"when?\",\"action\":1}"));
	assert_str(answer_str(&x, "quote"), "Alarm");
	MADE(call(t, ROLE_RESPONDER, "cause.add", "{\"id\":1,\"kind\":\"latent\",\"text\":\"no guard\"}"));
	x = MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"since when?\",\"cause\":1}"));
	assert_str(answer_str(&x, "quote"), "no guard");
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"too long\",\"block\":\"timeline\"}"));
}

TEST_ENGINE(comment, nobody_hears_of_what_is_restricted) {
	write_document(t);
	char text[100];
	snprintf(text, sizeof text, "{\"id\":1,\"text\":\"@viewer @IC look\",\"from\":4,\"to\":11}");
	OK(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}"));
	MUST(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"), 404);
	MUST(call(t, ROLE_VIEWER, "comment.start", text), 404);
	MADE(call(t, ROLE_RESPONDER, "comment.start", text));
	settle(t);
	struct answer n = OK(call(t, ROLE_VIEWER, "notice.list", "{\"view\":\"all\"}"));
	assert_int_equal(json_array_size(answer_at(&n, "items")), 0);
	OK(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":false}"));
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&all, "items")), 1);
}

static bool told(struct test_engine *t, enum role role, const char *kind, const char *url) {
	struct answer n = OK(call(t, role, "notice.list", "{\"view\":\"all\"}"));
	json_t *item;
	size_t i;
	bool found = false;
	json_array_foreach(answer_at(&n, "items"), i, item) {
		struct answer one = { .body = item };
		found = found || (str_is(answer_str(&one, "kind"), kind) && str_is(answer_str(&one, "url"), url));
	}
	return found;
}

TEST_ENGINE(comment, those_who_are_named_and_those_who_take_part_are_told) {
	write_document(t);
	struct answer me = OK(call(t, ROLE_EDITOR, "me.get", "{}"));
	OK(callf(t, ROLE_RESPONDER, "role.assign", "{\"id\":1,\"role\":\"commander\",\"person\":%lld}", (long long)t->person[ROLE_ADMINISTRATOR]));
	str login = answer_str(&me, "account/login");
	MADE(callf(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"@%.*s, @IC: how slowly?\",\"from\":12,\"to\":27}", STR_FMT(login)));
	settle(t);
	assert_true(told(t, ROLE_EDITOR, "mention", "/documents/PM-1#comment-1"));
	assert_true(told(t, ROLE_ADMINISTRATOR, "mention", "/documents/PM-1#comment-1"));
	assert_true(told(t, ROLE_RESPONDER, "comment", "/documents/PM-1#comment-1"));
	assert_false(told(t, ROLE_VIEWER, "comment", "/documents/PM-1#comment-1"));
	MADE(call(t, ROLE_EDITOR, "comment.reply", "{\"id\":1,\"comment\":1,\"text\":\"8 s\"}"));
	settle(t);
	assert_true(told(t, ROLE_VIEWER, "comment", "/documents/PM-1#comment-1"));
	/* A review is told of once, not comment by comment. */
	MADE(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"text\":\"later\",\"held\":true}"));
	OK(callf(t, ROLE_RESPONDER, "document.submit", "{\"id\":1,\"reviewers\":[%lld]}", (long long)t->person[ROLE_EDITOR]));
	OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"comment\"}"));
	settle(t);
	assert_true(told(t, ROLE_RESPONDER, "review", "/documents/PM-1"));
	assert_false(told(t, ROLE_RESPONDER, "comment", "/documents/PM-1#comment-2"));
	struct answer found = OK(call(t, ROLE_VIEWER, "search.find", "{\"q\":\"slowly\"}"));
	assert_true(json_array_size(answer_at(&found, "items")) > 0);
}

/* ---- suggestions ---- */

TEST_ENGINE(comment, a_suggestion_follows_the_text_and_is_accepted_as_if_typed) {
	str text;
	write_document(t);
	struct answer x = MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[21,[6,\"in 8 s\"],16]}"));
	assert_str(answer_str(&x, "quote"), "slowly");
	type(t, "The", "On Monday the");
	assert_code(call(t, ROLE_VIEWER, "suggestion.accept", "{\"id\":1,\"comment\":1}"), 403, "auth.denied");
	x = OK(call(t, ROLE_EDITOR, "suggestion.accept", "{\"id\":1,\"comment\":1}"));
	assert_str(answer_str(&x, "resolution"), "accepted");
	assert_int_equal(text_now(t, &text), 2);
	assert_str(text, "On Monday the gateway answered in 8 s for 38 minutes.");
	assert_code(call(t, ROLE_EDITOR, "suggestion.accept", "{\"id\":1,\"comment\":1}"), 409, "suggestion.settled");
	assert_code(call(t, ROLE_EDITOR, "suggestion.reject", "{\"id\":1,\"comment\":1}"), 409, "suggestion.settled");
	assert_code(call(t, ROLE_EDITOR, "comment.reopen", "{\"id\":1,\"comment\":1}"), 409, "suggestion.settled");
	settle(t);
	assert_true(told(t, ROLE_VIEWER, "comment", "/documents/PM-1#comment-1"));
}

TEST_ENGINE(comment, a_suggestion_whose_words_are_gone_says_so) {
	str text;
	write_document(t);
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[21,[6,\"in 8 s\"],16]}"));
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[43,[0,\" Then it recovered.\"]]}"));
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[[3,\"Our\"],40]}"));
	type(t, "slowly", "late");
	struct answer all = OK(call(t, ROLE_VIEWER, "comment.list", "{\"id\":1}"));
	assert_true(json_is_true(answer_at(&all, "items/0/conflict")));
	assert_false(json_is_true(answer_at(&all, "items/1/conflict")));
	assert_code(call(t, ROLE_EDITOR, "suggestion.accept", "{\"id\":1,\"comment\":1}"), 409, "suggestion.conflict");
	struct answer some = OK(call(t, ROLE_EDITOR, "suggestion.accept_all", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&some, "accepted")), 2);
	assert_int_equal(answer_i64(&some, "conflicts/0"), 1);
	text_now(t, &text);
	assert_str(text, "Our gateway answered late for 38 minutes. Then it recovered.");
	struct answer x = OK(call(t, ROLE_RESPONDER, "suggestion.reject", "{\"id\":1,\"comment\":1,\"words\":\"we do not know\"}"));
	assert_str(answer_str(&x, "resolution"), "rejected");
	assert_str(answer_str(&x, "words"), "we do not know");
	assert_code(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[10]}"), 422, "suggestion.empty");
	assert_code(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[[0,\"x\"],10]}"), 422, "suggestion.length");
}

/* Two that take the same words: the second is in the way of nothing, it is in conflict. */
TEST_ENGINE(comment, of_two_suggestions_for_the_same_words_one_is_accepted) {
	write_document(t);
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"changes\":[21,[6,\"in 8 s\"],16]}"));
	MADE(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"changes\":[21,[6,\"late\"],16]}"));
	struct answer some = OK(call(t, ROLE_EDITOR, "suggestion.accept_all", "{\"id\":1}"));
	assert_int_equal(answer_i64(&some, "accepted/0"), 1);
	assert_int_equal(answer_i64(&some, "conflicts/0"), 2);
}

/* ---- what a comment becomes ---- */

TEST_ENGINE(comment, a_comment_or_words_become_what_is_done_about_them) {
	str text;
	write_document(t);
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"Alert on latency\",\"from\":12,\"to\":27}"));
	struct answer x = OK(call(t, ROLE_RESPONDER, "comment.make", "{\"id\":1,\"comment\":1,\"make\":{\"kind\":\"action\",\"type\":\"detect\"}}"));
	assert_str(answer_str(&x, "made/0/kind"), "action");
	assert_str(answer_str(&x, "made/0/title"), "Alert on latency");
	struct answer a = OK(call(t, ROLE_RESPONDER, "action.get", "{\"id\":1}"));
	assert_int_equal(answer_i64(&a, "document/id"), 1);
	assert_int_equal(answer_i64(&a, "incident/id"), 1);
	struct answer from = OK(call(t, ROLE_VIEWER, "comment.sources", "{\"kind\":\"action\",\"record\":1}"));
	assert_str(answer_str(&from, "items/0/quote"), "answered slowly");
	assert_int_equal(answer_i64(&from, "items/0/document/id"), 1);
	MUST(call(t, ROLE_VIEWER, "comment.make", "{\"id\":1,\"comment\":1,\"make\":{\"kind\":\"cause\"}}"), 403);
	/* In one step, from words alone. */
	x = MADE(call(t, ROLE_RESPONDER, "comment.start", "{\"id\":1,\"from\":0,\"to\":27,\"make\":{\"kind\":\"timeline\"}}"));
	assert_str(answer_str(&x, "made/0/title"), "The gateway answered slowly");
	assert_int_equal(answer_i64(&x, "made/0/incident"), 1);
	x = MADE(call(t, ROLE_RESPONDER, "comment.start", "{\"id\":1,\"from\":4,\"to\":11,\"make\":{\"kind\":\"cause\",\"text\":\"one gateway\",\"cause\":\"direct\"}}"));
	assert_str(answer_str(&x, "made/0/title"), "one gateway");
	x = OK(callf(t, ROLE_RESPONDER, "comment.make", "{\"id\":1,\"comment\":1,\"make\":{\"kind\":\"tbd\",\"text\":\"how slowly\",\"due\":\"2026-12-01\"}}"));
	text_now(t, &text);
	assert_str(text, "The gateway answered slowly for 38 minutes TBD(2026-12-01): how slowly.");
	assert_code(call(t, ROLE_RESPONDER, "comment.make", "{\"id\":1,\"comment\":1,\"make\":{\"kind\":\"tbd\"}}"), 409, "comment.is_tbd");
	assert_code(call(t, ROLE_RESPONDER, "comment.make", "{\"id\":1,\"comment\":1,\"make\":{\"kind\":\"timeline\",\"incident\":9}}"), 422, "comment.incident");
}

/* The mark holds what was asked, and nothing of the sentence that it stands in. */
TEST_ENGINE(comment, a_mark_of_words_swallows_nothing) {
	static const struct { const char *text, *words, *ask, *want; } cases[] = {
		{ "The alarm came late. Nobody saw it.", "alarm", "which alarm", "The alarm came late TBD: which alarm. Nobody saw it." },
		{ "The alarm came late.\\nNobody", "late.", "how late. And why; who|what.", "The alarm came late TBD: how late, And why, who/what.\nNobody" },
		{ "| alarm   | late |", "alarm", "which", "| alarm TBD: which   | late |" },
		{ "늦은 알람", "늦은", "얼마나", "늦은 알람 TBD: 얼마나" },
		{ "The alarm TBD: which came late", "late", "how late", "The alarm TBD: which came late; TBD: how late" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer d = MADE(callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"%s\"}", cases[i].text));
		ptrdiff_t byte = str_find(str_c(cases[i].text), str_c(cases[i].words));
		long long id = (long long)answer_i64(&d, "id"), from = (long long)utf16_length(str_n(cases[i].text, (size_t)byte)), to = from + (long long)utf16_length(str_c(cases[i].words));
		MADE(callf(t, ROLE_RESPONDER, "comment.start", "{\"id\":%lld,\"from\":%lld,\"to\":%lld,\"make\":{\"kind\":\"tbd\",\"text\":\"%s\"}}", id, from, to, cases[i].ask));
		d = OK(callf(t, ROLE_RESPONDER, "document.get", "{\"id\":%lld}", id));
		assert_str(answer_str(&d, "text"), cases[i].want);
	}
}

TEST_ENGINE(comment, an_archived_document_takes_no_comments) {
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"abc\"}"));
	MADE(call(t, ROLE_VIEWER, "comment.start", "{\"id\":1,\"text\":\"held\",\"held\":true}"));
	struct answer all = OK(call(t, ROLE_EDITOR, "comment.list", "{\"id\":1}"));
	assert_int_equal(json_array_size(answer_at(&all, "items")), 0);
	assert_code(call(t, ROLE_EDITOR, "comment.reply", "{\"id\":1,\"comment\":1,\"text\":\"x\"}"), 404, "comment.not_found");
	assert_code(call(t, ROLE_VIEWER, "comment.reply", "{\"id\":1,\"comment\":1,\"text\":\"x\"}"), 409, "comment.pending");
}
