#include <stdlib.h>

#include "base/clock.h"
#include "core/blocker.h"
#include "core/testing.h"
#include "feature/document/document.h"
#include "text/utf8.h"

#define TEXT "## Summary\\n\\nThe gateway answered slowly for 38 minutes and every fourth order failed.\\n\\n## Impact\\n\\nAbout 1200 orders failed, most of them in the east.\\n\\n"  \
			 "## Why\\n\\nThe pool was smaller than the number of workers that wait for it.\\n"

/* A document of the responder's, with an action that comes first; PM-1. */
static void write_document(struct test_engine *t) {
	assert_int_equal(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Slow gateway\",\"kind\":\"incident\",\"template\":\"none\",\"text\":\"" TEXT "\"}").status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Size the pool by the workers\",\"type\":\"prevent\",\"priority\":\"P0\",\"document\":1}").status, 201);
}

static struct answer submit(struct test_engine *t, enum role reviewer) {
	return callf(t, ROLE_RESPONDER, "document.submit", "{\"id\":1,\"reviewers\":[%lld],\"due\":\"2026-12-01\"}", (long long)t->person[reviewer]);
}

static void answer_all(struct test_engine *t, enum role role) {
	static const char *const all[] = { "data", "impact", "causes", "actions", "shared" };
	for (size_t i = 0; i < 5; i++)
		OK(callf(t, role, "review.answer", "{\"id\":1,\"question\":\"%s\",\"answer\":\"yes\"}", all[i]));
}

/* One replacement in the text of the document, typed by the responder. */
static void type(struct test_engine *t, int seq, const char *old, const char *new) {
	struct answer d = OK(call(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	str text = answer_str(&d, "text");
	ptrdiff_t at = str_find(text, str_c(old));
	assert_true(at >= 0);
	size_t from = utf16_length(str_to(text, (size_t)at)), length = utf16_length(str_c(old)), rest = utf16_length(text) - from - length;
	struct buf changes = buf_in(t->a);
	if (from)
		buf_printf(&changes, "%zu,", from);
	buf_printf(&changes, "[%zu,\"%s\"]", length, new);
	if (rest)
		buf_printf(&changes, ",%zu", rest);
	OK(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"abcdefghijklmnopqrstuv\",\"version\":%lld,\"updates\":[{\"seq\":%d,\"changes\":[%.*s]}]}",
		(long long)answer_i64(&d, "text_version"), seq, STR_FMT(buf_str(&changes))));
}

static bool has_blocker(const struct answer *r, const char *code, bool waived) {
	const json_t *all = answer_at(r, "blockers");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *b = json_array_get(all, i);
		if (str_is(json_str(json_object_get(b, "code")), code) && json_is_true(json_object_get(b, "waived")) == waived)
			return true;
	}
	return false;
}

static struct answer review(struct test_engine *t, enum role role) {
	return OK(call(t, role, "review.get", "{\"id\":1}"));
}

TEST_ENGINE(review, from_draft_to_the_archive) {
	write_document(t);
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"), 409, "review.state");
	struct answer r = OK(submit(t, ROLE_EDITOR));
	assert_str(answer_str(&r, "state"), "in_review");
	assert_str(answer_str(&r, "round/due"), "2026-12-01");
	assert_int_equal(answer_i64(&r, "round/round"), 1);
	assert_true(json_is_true(answer_at(&r, "reviewers/0/awaited")));
	assert_true(has_blocker(&r, "approval", false) && has_blocker(&r, "question", false) && !has_blocker(&r, "actions", false) && !has_blocker(&r, "tbd", false));
	answer_all(t, ROLE_EDITOR);
	r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"changes\",\"words\":\"How many orders exactly?\"}"));
	assert_str(answer_str(&r, "state"), "changes_asked");
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"), 409, "review.state");
	type(t, 1, "About 1200 orders", "Exactly 1213 orders");
	r = OK(call(t, ROLE_RESPONDER, "document.submit", "{\"id\":1}"));
	assert_str(answer_str(&r, "state"), "in_review");
	assert_int_equal(answer_i64(&r, "round/round"), 2);
	r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	assert_str(answer_str(&r, "state"), "approved");
	assert_int_equal(json_array_size(answer_at(&r, "blockers")), 0);
	struct answer p = MADE(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"));
	assert_int_equal(answer_i64(&p, "version"), 1);
	assert_str(p.location, "/api/v1/documents/1/versions/1");
	assert_str(answer_str(&p, "state"), "published");
	assert_true(str_find(answer_str(&p, "html"), STR("Exactly 1213")) > 0);
	p = OK(call(t, ROLE_ADMINISTRATOR, "document.archive", "{\"id\":1}"));
	assert_str(answer_str(&p, "state"), "archived");
	/* The text is closed. */
	struct answer d = OK(call(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	assert_code(callf(t, ROLE_RESPONDER, "document.push", "{\"id\":1,\"client\":\"abcdefghijklmnopqrstuv\",\"version\":1,\"updates\":[{\"seq\":2,\"changes\":[%zu,[0,\"x\"]]}]}",
					utf16_length(answer_str(&d, "text"))), 409, "collab.closed");
	assert_code(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"late\"}"), 409, "review.state");
	OK(call(t, ROLE_ADMINISTRATOR, "document.reopen", "{\"id\":1,\"reason\":\"new facts\"}"));
	type(t, 2, "Exactly", "Nearly");
	/* What was reviewed before is not reviewed now. */
	r = review(t, ROLE_EDITOR);
	assert_str(answer_str(&r, "state"), "draft");
	assert_true(has_blocker(&r, "approval", false) && has_blocker(&r, "question", false));
}

TEST_ENGINE(review, nobody_judges_what_they_wrote_or_submitted) {
	write_document(t);
	assert_code(callf(t, ROLE_RESPONDER, "document.submit", "{\"id\":1,\"reviewers\":[%lld]}", (long long)t->person[ROLE_RESPONDER]), 422, "review.own");
	assert_code(callf(t, ROLE_EDITOR, "document.submit", "{\"id\":1,\"reviewers\":[%lld]}", (long long)t->person[ROLE_RESPONDER]), 422, "review.own");
	assert_code(call(t, ROLE_RESPONDER, "document.submit", "{\"id\":1}"), 422, "review.nobody");
	assert_code(callf(t, ROLE_RESPONDER, "document.submit", "{\"id\":1,\"reviewers\":[%lld],\"needed\":2}", (long long)t->person[ROLE_EDITOR]), 422, "review.needed");
	OK(submit(t, ROLE_VIEWER));
	assert_code(call(t, ROLE_RESPONDER, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"), 403, "review.own");
	assert_code(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"), 403, "review.not_reviewer");
	assert_code(call(t, ROLE_EDITOR, "review.answer", "{\"id\":1,\"question\":\"data\",\"answer\":\"yes\"}"), 403, "review.not_reviewer");
	struct actor token = { .kind = ACTOR_TOKEN, .role = ROLE_ADMINISTRATOR, .id = 1, .name = STR("ci") };
	assert_code(call_as(t, &token, "review.give", "{\"id\":1,\"verdict\":\"approve\"}", 0, NULL), 403, "review.person");
	/* Whoever was asked may, whatever else they may do; publishing is an editor's. */
	answer_all(t, ROLE_VIEWER);
	struct answer r = OK(call(t, ROLE_VIEWER, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	assert_str(answer_str(&r, "state"), "approved");
	assert_code(call(t, ROLE_VIEWER, "document.publish", "{\"id\":1}"), 403, "auth.denied");
	assert_code(call(t, ROLE_RESPONDER, "document.publish", "{\"id\":1}"), 403, "auth.denied");
	assert_code(call(t, ROLE_RESPONDER, "review.waive", "{\"id\":1,\"blocker\":\"tbd\",\"subject\":\"x\",\"reason\":\"y\"}"), 403, "auth.denied");
	MADE(call(t, ROLE_EDITOR, "document.publish", "{\"id\":1}"));
}

TEST_ENGINE(review, an_author_does_not_get_rid_of_whoever_disagrees) {
	write_document(t);
	OK(submit(t, ROLE_VIEWER));
	OK(callf(t, ROLE_RESPONDER, "review.ask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_EDITOR]));
	OK(call(t, ROLE_VIEWER, "review.give", "{\"id\":1,\"verdict\":\"changes\",\"words\":\"no\"}"));
	assert_code(callf(t, ROLE_RESPONDER, "review.unask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_VIEWER]), 403, "review.said");
	assert_code(callf(t, ROLE_RESPONDER, "review.unask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_RESPONDER]), 404, "review.not_asked");
	OK(callf(t, ROLE_RESPONDER, "review.unask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_EDITOR]));
	struct answer r = OK(callf(t, ROLE_EDITOR, "review.unask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_VIEWER]));
	assert_str(answer_str(&r, "state"), "in_review");
	assert_true(has_blocker(&r, "approval", false));
}

TEST_ENGINE(review, comments_are_private_until_they_are_handed_in) {
	write_document(t);
	OK(submit(t, ROLE_EDITOR));
	struct answer x = MADE(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"Say how many.\",\"section\":\"impact\",\"quote\":\"most of them\",\"must_fix\":true}"));
	int64_t id = answer_i64(&x, "id");
	struct answer mine = review(t, ROLE_EDITOR), other = review(t, ROLE_ADMINISTRATOR);
	assert_int_equal(json_array_size(answer_at(&mine, "comments")), 1);
	assert_int_equal(json_array_size(answer_at(&other, "comments")), 0);
	assert_false(has_blocker(&mine, "comment", false));
	assert_code(callf(t, ROLE_ADMINISTRATOR, "comment.resolve", "{\"id\":1,\"comment\":%lld,\"resolution\":\"done\"}", (long long)id), 404, "comment.not_found");
	assert_code(callf(t, ROLE_ADMINISTRATOR, "comment.edit", "{\"id\":1,\"comment\":%lld,\"text\":\"x\"}", (long long)id), 404, "comment.not_found");
	OK(callf(t, ROLE_EDITOR, "comment.edit", "{\"id\":1,\"comment\":%lld,\"text\":\"Say exactly how many.\"}", (long long)id));
	x = MADE(call(t, ROLE_EDITOR, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"never mind\"}"));
	assert_int_equal(callf(t, ROLE_EDITOR, "comment.drop", "{\"id\":1,\"comment\":%lld}", (long long)answer_i64(&x, "id")).status, 204);
	struct answer r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"comment\"}"));
	other = review(t, ROLE_ADMINISTRATOR);
	assert_str(answer_str(&other, "comments/0/text"), "Say exactly how many.");
	assert_str(answer_str(&other, "comments/0/section"), "impact");
	assert_str(answer_str(&r, "state"), "in_review");
	assert_true(has_blocker(&r, "comment", false));
	assert_code(callf(t, ROLE_EDITOR, "comment.edit", "{\"id\":1,\"comment\":%lld,\"text\":\"x\"}", (long long)id), 403, "comment.handed_in");
	assert_code(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"comment\"}"), 422, "review.no_words");
	assert_code(callf(t, ROLE_RESPONDER, "comment.resolve", "{\"id\":1,\"comment\":%lld,\"resolution\":\"deferred\"}", (long long)id), 422, "comment.no_words");
	assert_code(callf(t, ROLE_VIEWER, "comment.resolve", "{\"id\":1,\"comment\":%lld,\"resolution\":\"done\"}", (long long)id), 403, "comment.resolver");
	OK(callf(t, ROLE_RESPONDER, "comment.resolve", "{\"id\":1,\"comment\":%lld,\"resolution\":\"action\",\"words\":\"ACT-1\"}", (long long)id));
	r = review(t, ROLE_EDITOR);
	assert_false(has_blocker(&r, "comment", false));
	assert_str(answer_str(&r, "comments/0/resolution"), "action");
	OK(callf(t, ROLE_EDITOR, "comment.reopen", "{\"id\":1,\"comment\":%lld}", (long long)id));
	r = review(t, ROLE_EDITOR);
	assert_true(has_blocker(&r, "comment", false));
}

static void approve(struct test_engine *t) {
	write_document(t);
	OK(submit(t, ROLE_EDITOR));
	answer_all(t, ROLE_EDITOR);
	struct answer r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	assert_str(answer_str(&r, "state"), "approved");
}

TEST_ENGINE(review, a_change_that_matters_asks_for_the_approval_again) {
	t->now = 0;
	approve(t);
	type(t, 1, "failed, most", "faield, most");
	struct answer r = review(t, ROLE_EDITOR);
	assert_false(has_blocker(&r, "stale", false));
	type(t, 2, "38 minutes", "83 minutes");
	r = review(t, ROLE_EDITOR);
	assert_true(has_blocker(&r, "stale", false) && json_is_true(answer_at(&r, "reviewers/0/stale")));
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"), 409, "review.blocked");
	settle(t);
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"), 409, "review.blocked");
	/* It is not for the author to call it editorial. */
	int64_t version = answer_i64(&r, "text_version");
	assert_code(callf(t, ROLE_RESPONDER, "review.waive", "{\"id\":1,\"blocker\":\"stale\",\"subject\":\"%lld\",\"reason\":\"x\"}", (long long)version), 403, "auth.denied");
	assert_code(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"stale\",\"subject\":\"0\",\"reason\":\"x\"}"), 422, "review.no_blocker");
	assert_code(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"approval\",\"subject\":\"none\",\"reason\":\"x\"}"), 422, "review.no_blocker");
	r = OK(callf(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"stale\",\"subject\":\"%lld\",\"reason\":\"two digits had changed places\"}", (long long)version));
	assert_false(has_blocker(&r, "stale", false));
	assert_str(answer_str(&r, "state"), "approved");
	MADE(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"));
	/* The next change is not covered by that. */
	type(t, 3, "83 minutes", "85 minutes");
	r = review(t, ROLE_EDITOR);
	assert_true(has_blocker(&r, "stale", false));
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.archive", "{\"id\":1}"), 409, "review.blocked");
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1,\"note\":\"85\"}"), 409, "review.blocked");
	r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	assert_str(answer_str(&r, "state"), "published");
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.archive", "{\"id\":1}"), 409, "publication.behind");
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"), 422, "publication.no_note");
	struct answer p = MADE(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1,\"note\":\"The outage was longer\"}"));
	assert_int_equal(answer_i64(&p, "version"), 2);
	assert_str(answer_str(&p, "changes/0/heading"), "Summary");
	assert_str(answer_str(&p, "changes/0/kind"), "changed");
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1,\"note\":\"x\"}"), 409, "publication.same");
	/* The first version is what it was. */
	p = OK(call(t, ROLE_VIEWER, "publication.get", "{\"id\":1,\"version\":1}"));
	assert_true(str_find(answer_str(&p, "html"), STR("83 minutes")) > 0);
	assert_true(json_is_false(answer_at(&p, "latest")));
}

/* An approval is about what was read, also when somebody typed in between. */
TEST_ENGINE(review, an_approval_is_about_the_version_that_was_read) {
	write_document(t);
	OK(submit(t, ROLE_EDITOR));
	type(t, 1, "38 minutes", "39 minutes");
	struct answer r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\",\"text_version\":0}"));
	assert_true(json_is_true(answer_at(&r, "reviewers/0/stale")));
	assert_str(answer_str(&r, "state"), "in_review");
	r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\",\"text_version\":1}"));
	assert_str(answer_str(&r, "state"), "approved");
}

static enum st emit_edited(struct ctx *c, void *data UNUSED) {
	return event_emitf(c, "document.edited", "document", 1, 0, STR("document:1"), "{}");
}

TEST_ENGINE(review, an_approved_document_goes_back_into_review_by_itself) {
	approve(t);
	type(t, 1, "38 minutes", "39 minutes");
	/* collab tells of typing after five seconds; the test does not wait for them. */
	struct ctx c = { .a = t->a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, emit_edited, NULL), ST_OK);
	settle(t);
	struct answer r = review(t, ROLE_EDITOR);
	assert_str(answer_str(&r, "state"), "in_review");
	struct answer q = OK(call(t, ROLE_EDITOR, "review.queue", "{\"mine\":true}"));
	assert_str(answer_str(&q, "items/0/ref"), "PM-1");
	assert_str(answer_str(&q, "items/0/waits_for"), "reviewers");
	/* Back to what was approved: it was approved. */
	type(t, 2, "39 minutes", "38 minutes");
	c = (struct ctx){ .a = t->a, .who = &actor_system, .now = clock_now(), .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, emit_edited, NULL), ST_OK);
	settle(t);
	r = review(t, ROLE_EDITOR);
	assert_str(answer_str(&r, "state"), "approved");
}

TEST_ENGINE(review, the_lead_of_a_service_is_asked_when_it_gets_work) {
	struct answer s = MADE(callf(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"checkout\",\"lead\":%lld}", (long long)t->person[ROLE_ADMINISTRATOR]));
	assert_int_equal(answer_i64(&s, "lead/id"), t->person[ROLE_ADMINISTRATOR]);
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Checkout fails\",\"services\":[1]}"));
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Checkout\",\"kind\":\"incident\",\"template\":\"none\",\"incident\":1,\"text\":\"" TEXT "\"}"));
	struct answer r = OK(submit(t, ROLE_EDITOR));
	assert_int_equal(json_array_size(answer_at(&r, "reviewers")), 1);
	MADE(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Size the pool\",\"type\":\"prevent\",\"priority\":\"P1\",\"incident\":1}"));
	settle(t);
	r = review(t, ROLE_EDITOR);
	assert_int_equal(json_array_size(answer_at(&r, "reviewers")), 2);
	assert_str(answer_str(&r, "reviewers/1/service/name"), "checkout");
	assert_int_equal(answer_i64(&r, "actions/total"), 1);
	/* One approval is enough, but not in the place of the lead's. */
	answer_all(t, ROLE_EDITOR);
	r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	assert_str(answer_str(&r, "state"), "in_review");
	assert_code(callf(t, ROLE_RESPONDER, "review.unask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_ADMINISTRATOR]), 403, "review.said");
	r = OK(call(t, ROLE_ADMINISTRATOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	assert_str(answer_str(&r, "state"), "approved");
}

TEST_ENGINE(review, what_is_not_known_and_not_planned_is_let_pass_by_name) {
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"x\",\"kind\":\"incident\",\"template\":\"none\",\"text\":\"Cost: TBD(@kim): in money\\n\\nWho: TBD\\n\"}"));
	OK(submit(t, ROLE_EDITOR));
	struct answer r = review(t, ROLE_ADMINISTRATOR);
	assert_true(has_blocker(&r, "tbd", false) && has_blocker(&r, "actions", false));
	assert_code(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"question\",\"subject\":\"data\",\"reason\":\"x\"}"), 409, "review.not_waivable");
	assert_code(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"tbd\",\"subject\":\"in money\",\"reason\":\"\"}"), 422, "field.empty");
	OK(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"tbd\",\"subject\":\"in money\",\"reason\":\"nobody can tell\"}"));
	OK(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"tbd\",\"subject\":\"Who\",\"reason\":\"nobody can tell\"}"));
	r = OK(call(t, ROLE_ADMINISTRATOR, "review.waive", "{\"id\":1,\"blocker\":\"actions\",\"subject\":\"none\",\"reason\":\"the service is switched off next week\"}"));
	assert_true(!has_blocker(&r, "tbd", false) && has_blocker(&r, "tbd", true) && has_blocker(&r, "actions", true));
	assert_int_equal(json_array_size(answer_at(&r, "waivers")), 3);
	answer_all(t, ROLE_EDITOR);
	OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	OK(callf(t, ROLE_ADMINISTRATOR, "review.unwaive", "{\"id\":1,\"waiver\":%lld}", (long long)answer_i64(&r, "waivers/2/id")));
	assert_code(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"), 409, "review.blocked");
	MADE(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"y\",\"type\":\"prevent\",\"priority\":\"P1\",\"document\":1}"));
	struct answer p = MADE(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"));
	assert_int_equal(answer_i64(&p, "actions/open"), 1);
	assert_int_equal(answer_i64(&p, "actions/total"), 1);
}

TEST_ENGINE(review, a_question_answered_not_yet_wants_a_reason) {
	write_document(t);
	OK(submit(t, ROLE_EDITOR));
	assert_code(call(t, ROLE_EDITOR, "review.answer", "{\"id\":1,\"question\":\"causes\",\"answer\":\"no\"}"), 422, "review.no_note");
	struct answer r = OK(call(t, ROLE_EDITOR, "review.answer", "{\"id\":1,\"question\":\"causes\",\"answer\":\"no\",\"note\":\"stops at the pool\"}"));
	assert_str(answer_str(&r, "questions/2/note"), "stops at the pool");
	assert_true(json_array_size(answer_at(&r, "questions/2/evidence")) > 0);
	assert_code(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"), 422, "review.no_words");
	r = OK(call(t, ROLE_EDITOR, "review.give", "{\"id\":1,\"verdict\":\"approve\",\"words\":\"ACT-1 looks into it\"}"));
	assert_str(answer_str(&r, "state"), "approved");
}

/* What is said of the words of a section: {good, words}. */
static bool is_good(const struct answer *r, int question, const char *words) {
	const json_t *all = answer_at(r, question == 1 ? "questions/1/evidence" : "questions/2/evidence");
	for (size_t i = 0; i < json_array_size(all); i++)
		if (str_starts(json_str(json_object_get(json_array_get(all, i), "words")), str_c(words)))
			return json_is_true(json_object_get(json_array_get(all, i), "good"));
	fail_msg("nothing is said of %s in %.*s", words, STR_FMT(r->text));
	return false;
}

TEST_ENGINE(review, hints_of_the_template_are_no_evidence) {
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Slow gateway\",\"severity\":\"SEV2\"}"));
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Slow gateway\",\"kind\":\"incident\",\"incident\":1}"));
	struct answer r = review(t, ROLE_RESPONDER);
	assert_true(!is_good(&r, 1, "Few words on the impact: 0") && !is_good(&r, 2, "Few words on causes: 0") && !is_good(&r, 2, "Few words on the trigger: 0"));
	type(t, 1, "how many users, requests or orders, and of which kind", "counted from the logs of the gateway, twice");
	r = review(t, ROLE_RESPONDER);
	assert_false(is_good(&r, 1, "Few words on the impact: 0"));
	struct answer d = OK(call(t, ROLE_RESPONDER, "document.get", "{\"id\":1}"));
	str text = answer_str(&d, "text");
	ptrdiff_t from = str_find(text, STR("Who was affected: ")) + (ptrdiff_t)strlen("Who was affected: "), to = str_find(str_from(text, (size_t)from), STR("\n"));
	type(t, 2, arena_cstr(t->a, str_to(str_from(text, (size_t)from), (size_t)to)), "about 1,200 orders failed in the east, and every fourth of them was lost");
	r = review(t, ROLE_RESPONDER);
	assert_true(is_good(&r, 1, "Words on the impact: 14"));
}

TEST_ENGINE(review, the_queue_knows_whose_turn_it_is) {
	t->now = clock_now();
	write_document(t);
	t->now += US_PER_DAY;
	MADE(call(t, ROLE_EDITOR, "document.create", "{\"title\":\"Younger\",\"kind\":\"near_miss\",\"template\":\"none\"}"));
	assert_true(call(t, ROLE_EDITOR, "document.import", "{\"name\":\"old.md\",\"text\":\"# Long ago\\n\"}").status < 300);
	struct answer q = OK(call(t, ROLE_VIEWER, "review.queue", "{}"));
	assert_int_equal(json_array_size(answer_at(&q, "items")), 2);
	assert_str(answer_str(&q, "items/0/title"), "Slow gateway");
	assert_str(answer_str(&q, "items/0/waits_for"), "author");
	q = OK(call(t, ROLE_RESPONDER, "review.queue", "{\"mine\":true}"));
	assert_int_equal(json_array_size(answer_at(&q, "items")), 1);
	t->now += US_PER_DAY;
	OK(submit(t, ROLE_VIEWER));
	q = OK(call(t, ROLE_VIEWER, "review.queue", "{}"));
	assert_str(answer_str(&q, "items/0/title"), "Younger");
	assert_str(answer_str(&q, "items/1/awaited/0/name"), "viewer");
	assert_true(json_is_true(answer_at(&q, "items/1/mine")));
	q = OK(call(t, ROLE_VIEWER, "review.queue", "{\"limit\":1}"));
	q = OK(callf(t, ROLE_VIEWER, "review.queue", "{\"limit\":1,\"after\":\"%.*s\"}", STR_FMT(q.next)));
	assert_str(answer_str(&q, "items/0/title"), "Slow gateway");
	struct answer home = OK(call(t, ROLE_VIEWER, "home.get", "{}"));
	assert_str(answer_str(&home, "reviews/0/title"), "Slow gateway");
	answer_all(t, ROLE_VIEWER);
	OK(call(t, ROLE_VIEWER, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	MADE(call(t, ROLE_EDITOR, "document.publish", "{\"id\":1}"));
	q = OK(call(t, ROLE_VIEWER, "review.queue", "{}"));
	assert_int_equal(json_array_size(answer_at(&q, "items")), 1);
}

/* Who sees the document sees its reviews and what was published of it, at once. */
TEST_ENGINE(review, everything_follows_who_may_see_the_document) {
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"hidden outage\"}"));
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"hidden story\",\"kind\":\"incident\",\"template\":\"none\",\"incident\":1,\"text\":\"" TEXT "\"}"));
	MADE(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"y\",\"type\":\"prevent\",\"priority\":\"P1\",\"document\":1}"));
	OK(submit(t, ROLE_VIEWER));
	answer_all(t, ROLE_VIEWER);
	OK(call(t, ROLE_VIEWER, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	MADE(call(t, ROLE_EDITOR, "document.publish", "{\"id\":1}"));
	struct answer p = OK(call(t, ROLE_VIEWER, "publication.list", "{}"));
	assert_int_equal(json_array_size(answer_at(&p, "items")), 1);
	OK(callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":1,\"restricted\":true,\"members\":[%lld]}", (long long)t->person[ROLE_RESPONDER]));
	p = OK(call(t, ROLE_VIEWER, "publication.list", "{}"));
	assert_int_equal(json_array_size(answer_at(&p, "items")), 0);
	assert_int_equal(call(t, ROLE_VIEWER, "publication.get", "{\"id\":1,\"version\":1}").status, 404);
	assert_int_equal(call(t, ROLE_VIEWER, "review.get", "{\"id\":1}").status, 404);
	p = OK(call(t, ROLE_RESPONDER, "publication.list", "{}"));
	assert_true(json_is_true(answer_at(&p, "items/0/restricted")));
	/* Nobody who does not see it can be asked. */
	assert_code(callf(t, ROLE_RESPONDER, "review.ask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_EDITOR]), 422, "review.blind");
	OK(callf(t, ROLE_RESPONDER, "review.ask", "{\"id\":1,\"person\":%lld}", (long long)t->person[ROLE_ADMINISTRATOR]));
	call(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":1,\"restricted\":false}");
	OK(call(t, ROLE_VIEWER, "publication.get", "{\"id\":1,\"version\":1}"));
}

/* An archive of what is published for everybody holds nothing that only its publisher sees. */
TEST_ENGINE(publication, shows_what_its_readers_may_see) {
	MADE(call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"other outage\"}"));
	OK(callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":1,\"restricted\":true,\"members\":[%lld]}", (long long)t->person[ROLE_RESPONDER]));
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Story\",\"kind\":\"incident\",\"template\":\"none\",\"text\":\"```bokgi actions\\n```\\n\"}"));
	MADE(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"open to all\",\"type\":\"prevent\",\"priority\":\"P0\",\"document\":1}"));
	MADE(call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"for few\",\"type\":\"prevent\",\"priority\":\"P0\",\"document\":1,\"incident\":1}"));
	OK(submit(t, ROLE_VIEWER));
	answer_all(t, ROLE_VIEWER);
	OK(call(t, ROLE_VIEWER, "review.give", "{\"id\":1,\"verdict\":\"approve\"}"));
	struct answer p = MADE(call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1}"));
	assert_true(str_find(p.text, STR("open to all")) > 0);
	assert_true(str_find(p.text, STR("for few")) < 0);
	assert_int_equal(answer_i64(&p, "actions/total"), 1);
	struct answer m = OK(call(t, ROLE_VIEWER, "publication.markdown", "{\"id\":1,\"version\":1}"));
	assert_true(str_find(m.text, STR("open to all")) > 0 && str_find(m.text, STR("for few")) < 0);
	m = OK(call(t, ROLE_VIEWER, "publication.html", "{\"id\":1,\"version\":1}"));
	assert_true(str_find(m.text, STR("@page")) > 0 && str_find(m.text, STR("open to all")) > 0 && str_find(m.text, STR("for few")) < 0);
	m = OK(call(t, ROLE_VIEWER, "publication.json", "{\"id\":1,\"version\":1}"));
	assert_str(answer_str(&m, "title"), "Story");
	assert_code(call(t, ROLE_VIEWER, "publication.get", "{\"id\":1,\"version\":2}"), 404, "publication.not_found");
}

/* ---- the same as the model of review_test.c, through the operations: fewer histories, real parts ---- */

struct fate {
	struct test_engine *t;
	int seq, comments, published, archived;
};

static void check_published(struct test_engine *t) {
	struct answer r = review(t, ROLE_ADMINISTRATOR);
	for (size_t i = 0; i < json_array_size(answer_at(&r, "blockers")); i++)
		if (!json_is_true(json_object_get(json_array_get(answer_at(&r, "blockers"), i), "waived")))
			fail_msg("published with an open blocker: %.*s", STR_FMT(r.text));
	for (size_t i = 0; i < json_array_size(answer_at(&r, "reviewers")); i++)
		if (str_is(json_str(json_object_get(json_array_get(answer_at(&r, "reviewers"), i), "verdict")), "changes"))
			fail_msg("published while changes are asked for");
}

static void random_step(struct fate *f) {
	struct test_engine *t = f->t;
	enum role who = rand() % 2 ? ROLE_VIEWER : ROLE_EDITOR;
	static const char *const questions[] = { "data", "impact", "causes", "actions", "shared" };
	char word[24];
	switch (rand() % 16) {
	case 0: case 1: submit(t, who); break;
	case 2: case 3: case 4: case 5: call(t, who, "review.give", "{\"id\":1,\"verdict\":\"approve\",\"words\":\"good\"}"); break;
	case 6: if (rand() % 3 == 0) call(t, who, "review.give", "{\"id\":1,\"verdict\":\"changes\",\"words\":\"not good\"}"); break;
	case 7: case 8:
		for (size_t i = 0; i < 5; i++)
			callf(t, who, "review.answer", "{\"id\":1,\"question\":\"%s\",\"answer\":\"yes\"}", questions[i]);
		callf(t, who, "review.answer", "{\"id\":1,\"question\":\"%s\",\"answer\":\"na\",\"note\":\"n\"}", questions[rand() % 5]);
		break;
	case 9: snprintf(word, sizeof word, "%d minutes and", rand() % 90 + 10); if (rand() % 3 == 0) type(t, f->seq++, "minutes and", word); break;
	case 10:
		if (rand() % 3 == 0)
			f->comments += call(t, who, "comment.start", "{\"id\":1,\"held\":true,\"text\":\"a\",\"must_fix\":true}").status == 201;
		break;
	case 11:
		for (int i = 1; i <= f->comments; i++)
			callf(t, ROLE_RESPONDER, "comment.resolve", "{\"id\":1,\"comment\":%d,\"resolution\":\"done\"}", i);
		break;
	case 12: case 13:
		if (call(t, ROLE_ADMINISTRATOR, "document.publish", "{\"id\":1,\"note\":\"again\"}").status == 201) {
			f->published++;
			check_published(t);
		}
		break;
	case 14:
		if (call(t, ROLE_ADMINISTRATOR, "document.archive", "{\"id\":1}").status == 200) {
			f->archived++;
			check_published(t);
			OK(call(t, ROLE_ADMINISTRATOR, "document.reopen", "{\"id\":1,\"reason\":\"again\"}"));
		}
		break;
	case 15: if (rand() % 4 == 0) call(t, ROLE_RESPONDER, "document.withdraw", "{\"id\":1}"); break;
	}
}

TEST_ENGINE(review, random_operations_never_publish_what_is_blocked) {
	struct fate f = { .t = t, .seq = 1 };
	write_document(t);
	srand(11);
	for (int i = 0; i < 400; i++)
		random_step(&f);
	if (f.published < 2)
		fail_msg("only %d published, %d archived: nothing was tried", f.published, f.archived);
}

TEST_ENGINE(review, a_required_section_is_written_or_left_out_for_a_reason) {
	OK(submit(t, (MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"t\",\"kind\":\"incident\",\"template\":\"report.en\"}")), ROLE_EDITOR)));
	struct answer r = review(t, ROLE_EDITOR);
	assert_true(has_blocker(&r, "section", false));
	struct answer s = OK(call(t, ROLE_RESPONDER, "document.sections", "{\"id\":1}"));
	for (size_t i = 0; i < json_array_size(answer_at(&s, "items")); i++)
		callf(t, ROLE_RESPONDER, "section.remove", "{\"id\":1,\"section\":\"%.*s\",\"reason\":\"r\"}", STR_FMT(answer_str(&s, arena_cstr(t->a, arena_printf(t->a, "items/%zu/section", i)))));
	r = review(t, ROLE_EDITOR);
	assert_false(has_blocker(&r, "section", false));
}

TEST_ENGINE(review, a_departure_waits_for_its_author) {
	MADE(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"bye\",\"kind\":\"departure\"}"));
	struct answer r = review(t, ROLE_RESPONDER);
	assert_true(has_blocker(&r, "consent", false));
	assert_true(call(t, ROLE_RESPONDER, "document.consent", "{\"id\":1,\"agreed\":true}").status < 300);
	r = review(t, ROLE_RESPONDER);
	assert_false(has_blocker(&r, "consent", false));
}
