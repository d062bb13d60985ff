/* Operations on reviews. Their comments are those of feature/comment. */
#include "core/home.h"
#include "feature/org/org.h"
#include "feature/review/review_parts.h"

enum { HOME_ROWS = 10, LONGEST_WORDS = 10000 };

struct id_in {
	uint64_t given;
	int64_t id;
};
INPUT(id_in, "ReviewOf", struct id_in, F(struct id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	return reply_review(c, ((const struct id_in *)data)->id, out);
}

/* After a step: what follows from it, and the review as it is now. */
static enum st settle_and_reply(struct ctx *c, int64_t document, struct reply *out) {
	struct subject s;
	enum st st = subject_read(c, document, &s);
	if (st == ST_OK)
		st = settle_state(c, &s);
	return st == ST_OK ? reply_review(c, document, out) : st;
}

/* ---- review.queue ---- */

struct queue_in {
	uint64_t given;
	bool mine;
	str after;
	int64_t limit;
};
INPUT(queue_in, "ReviewQueue", struct queue_in,
	F(struct queue_in, FT_BOOL, mine, FIELD_OPTIONAL, N_("only what waits for you")),
	F(struct queue_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct queue_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most")));

static enum st run_queue(struct ctx *c, const void *data, struct reply *out) {
	const struct queue_in *in = data;
	struct page_in page;
	struct list rows;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK && !in->after.n)
		page.key = page.id = INT64_MIN;
	if (st == ST_OK)
		st = store_queue(c, in->mine, &page, &rows);
	if (st != ST_OK)
		return st;
	const struct review_queue_row *last = rows.n ? (const struct review_queue_row *)rows.items + rows.n - 1 : NULL;
	reply_page(c, out, &review_queue_shape, &rows, last && (int64_t)rows.n == page.limit ? page_cursor(c, last->since, last->id) : STR_NONE);
	return ST_OK;
}

static enum st waiting_for_me(struct ctx *c, struct list *out) {
	*out = (struct list){ 0 };
	if (!c->who->person || !perm_role_has(c->who->role, PERM_DOCUMENT_VIEW))
		return ST_OK;
	return store_queue(c, true, &(struct page_in){ INT64_MIN, INT64_MIN, HOME_ROWS }, out);
}
HOME_PART(review, reviews, &review_queue_shape, waiting_for_me);

/* ---- document.submit ---- */

struct submit_in {
	uint64_t given;
	int64_t id;
	struct list reviewers;
	int64_t due, needed;
	str note;
};
INPUT(submit_in, "DocumentSubmit", struct submit_in,
	F(struct submit_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct submit_in, FT_IDS, reviewers, 0, N_("numbers of people who are asked to review it, besides those who were and the leads of services that are given action items"), .max = 50),
	F(struct submit_in, FT_DATE, due, FIELD_OPTIONAL, N_("until when reviews are wanted")),
	F(struct submit_in, FT_I64, needed, FIELD_OPTIONAL, N_("how many approvals are needed; without it, or 0: of everybody who was asked"), .min = 0, .max = 50),
	F(struct submit_in, FT_TEXT, note, 0, N_("what the reviewers should know"), .max = LONGEST_WORDS));

static enum st check_submitter(struct ctx *c, const struct document *d) {
	struct reviewer *r;
	size_t n;
	enum st st = store_reviewers(c, d->id, &r, &n);
	if (st == ST_OK && is_reviewer(r, n, c->who->person))
		return fail(c, ST_CONFLICT, "review.own", NULL, N_("You were asked to review this, so somebody else submits it."));
	return st;
}

static enum st check_somebody(struct ctx *c, const struct document *d, int64_t needed) {
	struct reviewer *r;
	size_t n;
	enum st st = store_reviewers(c, d->id, &r, &n);
	if (st == ST_OK && !n)
		return fail(c, ST_INVALID, "review.nobody", "reviewers", N_("Name at least one reviewer."));
	if (st == ST_OK && needed > (int64_t)n)
		return fail(c, ST_INVALID, "review.needed", "needed", N_("More approvals are asked for than there are reviewers (%zu)."), n);
	return st;
}

static enum st asked_json(struct ctx *c, const struct document *d, const struct review_round *round, str *out) {
	struct reviewer *r;
	size_t n;
	struct buf b = buf_in(c->a);
	enum st st = store_reviewers(c, d->id, &r, &n);
	buf_printf(&b, "\"round\":%lld,\"reviewers\":[", (long long)round->round);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		buf_printf(&b, "%s{\"person\":%lld,\"service\":%lld}", i ? "," : "", (long long)r[i].person.id, (long long)r[i].service.id);
	buf_lit(&b, "]");
	if (round->due != I64_NONE) {
		struct civil day = civil_from_us(round->due * US_PER_DAY);
		buf_printf(&b, ",\"due\":\"%04d-%02d-%02d\"", day.year, day.month, day.day);
	}
	*out = buf_str(&b);
	return st;
}

static enum st begin_round(struct ctx *c, const struct submit_in *in, const struct document *d, struct review_round *round) {
	enum st st = store_round(c, d->id, round);
	*round = (struct review_round){ .round = round->round + 1, .due = in->due, .needed = in->needed > 0 ? in->needed : 0, .note = in->note };
	if (st == ST_OK)
		st = store_begin_round(c, d, round);
	return st == ST_OK ? store_await_again(c, d->id, false) : st;
}

static enum st run_submit(struct ctx *c, const void *data, struct reply *out) {
	const struct submit_in *in = data;
	struct subject s;
	struct review_round round;
	enum document_state to;
	str told;
	enum st st = subject_read(c, in->id, &s);
	if (st == ST_OK)
		st = review_check(c, &s.d, REVIEW_SUBMIT, &to);
	if (st == ST_OK)
		st = check_submitter(c, &s.d);
	if (st == ST_OK)
		st = begin_round(c, in, &s.d, &round);
	if (st == ST_OK)
		st = ask_people(c, &s.d, in->reviewers.items, in->reviewers.n);
	if (st == ST_OK)
		st = ask_leads(c, &s.d);
	if (st == ST_OK)
		st = check_somebody(c, &s.d, round.needed);
	if (st == ST_OK)
		st = asked_json(c, &s.d, &round, &told);
	if (st == ST_OK)
		st = document_move(c, &s.d, to, "document.submitted", told);
	return st == ST_OK ? settle_and_reply(c, in->id, out) : st;
}

/* ---- document.withdraw, document.reopen ---- */

struct reason_in {
	uint64_t given;
	int64_t id;
	str reason;
};
INPUT(withdraw_in, "DocumentWithdraw", struct reason_in, F(struct reason_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct reason_in, FT_TEXT, reason, 0, N_("why"), .max = LONGEST_WORDS));
INPUT(reopen_in, "DocumentReopen", struct reason_in, F(struct reason_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct reason_in, FT_TEXT, reason, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why"), .max = LONGEST_WORDS));

static enum st end_round(struct ctx *c, const struct reason_in *in, enum review_verb verb, const char *event, struct document *d) {
	enum st st = document_read(c, in->id, d);
	if (st == ST_OK)
		st = step(c, d, verb, event, arena_printf(c->a, "\"reason\":%.*s", STR_FMT(review_quoted(c, in->reason))));
	if (st == ST_OK)
		st = store_end_round(c, d->id);
	return st == ST_OK ? store_await_again(c, d->id, true) : st;
}

static enum st run_withdraw(struct ctx *c, const void *data, struct reply *out) {
	const struct reason_in *in = data;
	struct document d;
	enum st st = end_round(c, in, REVIEW_WITHDRAW, "document.withdrawn", &d);
	return st == ST_OK ? reply_review(c, in->id, out) : st;
}

/* What was published stays readable; the next version is reviewed from the beginning. */
static enum st run_reopen(struct ctx *c, const void *data, struct reply *out) {
	const struct reason_in *in = data;
	struct document d;
	enum st st = end_round(c, in, REVIEW_REOPEN, "document.reopened", &d);
	if (st == ST_OK)
		st = store_forget(c, in->id);
	return st == ST_OK ? reply_review(c, in->id, out) : st;
}

/* ---- review.ask, review.unask ---- */

struct person_in {
	uint64_t given;
	int64_t id, person;
};
INPUT(ask_in, "ReviewAsk", struct person_in, F(struct person_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct person_in, FT_ID, person, FIELD_REQUIRED, N_("who is asked to review it")));
INPUT(unask_in, "ReviewUnask", struct person_in, F(struct person_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct person_in, FT_ID, person, FIELD_REQUIRED | FIELD_PATH, N_("who is asked no longer")));

static enum st not_archived(struct ctx *c, const struct document *d) {
	if (d->state != DOCUMENT_ARCHIVED)
		return ST_OK;
	return fail(c, ST_CONFLICT, "review.state", NULL, N_("This document is archived. Reopen it first."));
}

static enum st run_ask(struct ctx *c, const void *data, struct reply *out) {
	const struct person_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = not_archived(c, &d);
	if (st == ST_OK)
		st = ask_people(c, &d, &in->person, 1);
	return st == ST_OK ? settle_and_reply(c, in->id, out) : st;
}

static enum st check_unask(struct ctx *c, const struct document *d, int64_t person) {
	struct reviewer *r;
	size_t n;
	enum st st = store_reviewers(c, d->id, &r, &n);
	if (st == ST_OK && !is_reviewer(r, n, person))
		return fail(c, ST_NOT_FOUND, "review.not_asked", NULL, N_("Person %lld was not asked to review this."), (long long)person);
	/* Else an author would be rid of whoever disagrees. */
	for (size_t i = 0; st == ST_OK && i < n; i++)
		if (r[i].person.id == person && (r[i].verdict >= 0 || r[i].service.id) && !perm_role_has(c->who->role, PERM_REVIEW_LEAD))
			return fail(c, ST_DENIED, "review.said", NULL, N_("They have reviewed it already, or answer for a service. An editor who did not write it can take them off the list."));
	if (st == ST_OK && person != c->who->person && perm_role_has(c->who->role, PERM_REVIEW_LEAD))
		for (size_t i = 0; i < n; i++)
			if (r[i].person.id == person && (r[i].verdict >= 0 || r[i].service.id))
				return not_own(c, d);
	return st;
}

static enum st run_unask(struct ctx *c, const void *data, struct reply *out) {
	const struct person_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = not_archived(c, &d);
	if (st == ST_OK)
		st = check_unask(c, &d, in->person);
	if (st == ST_OK)
		st = store_unask(c, in->id, in->person);
	if (st == ST_OK)
		st = emit(c, &d, "review.unasked", in->person, arena_printf(c->a, "\"person\":%lld", (long long)in->person));
	return st == ST_OK ? settle_and_reply(c, in->id, out) : st;
}

/* ---- review.answer, review.give ---- */

/* Somebody who was asked, who did not write it, while it is under review. */
static enum st check_judge(struct ctx *c, const struct document *d) {
	struct reviewer *r;
	size_t n;
	enum document_state to;
	enum st st = as_person(c);
	if (st == ST_OK)
		st = review_check(c, d, REVIEW_APPROVE, &to);
	if (st == ST_OK)
		st = not_own(c, d);
	if (st == ST_OK)
		st = store_reviewers(c, d->id, &r, &n);
	if (st == ST_OK && !is_reviewer(r, n, c->who->person))
		return fail(c, ST_DENIED, "review.not_reviewer", NULL, N_("You were not asked to review this. You can comment; to approve it, let yourself be named as a reviewer."));
	return st;
}

struct answer_in {
	uint64_t given;
	int64_t id;
	int question, answer;
	str note;
};
INPUT(answer_in, "ReviewAnswer", struct answer_in, F(struct answer_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct answer_in, FT_ENUM, question, FIELD_REQUIRED | FIELD_PATH, N_("which question"), .names = question_names),
	F(struct answer_in, FT_ENUM, answer, FIELD_REQUIRED, N_("yes, no (not yet), na (does not apply)"), .names = answer_names),
	F(struct answer_in, FT_TEXT, note, 0, N_("why; needed with no and na"), .max = LONGEST_WORDS));

static enum st run_answer(struct ctx *c, const void *data, struct reply *out) {
	const struct answer_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = check_judge(c, &d);
	if (st == ST_OK && in->answer != ANSWER_YES && !in->note.n)
		return fail(c, ST_INVALID, "review.no_note", "note", N_("Say what is missing, or why it does not apply."));
	if (st == ST_OK)
		st = store_answer(c, &d, in->question, in->answer, in->note);
	if (st == ST_OK)
		st = emit(c, &d, "review.answered", 0, arena_printf(c->a, "\"question\":\"%s\",\"answer\":\"%s\"", question_names[in->question], answer_names[in->answer]));
	return st == ST_OK ? reply_review(c, in->id, out) : st;
}

struct give_in {
	uint64_t given;
	int64_t id;
	int verdict;
	str words;
	int64_t text_version;
};
INPUT(give_in, "ReviewGive", struct give_in, F(struct give_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct give_in, FT_ENUM, verdict, FIELD_REQUIRED, N_("comment, approve, or changes: changes are asked for"), .names = verdict_names),
	F(struct give_in, FT_TEXT, words, 0, N_("in words; needed to approve in spite of a question answered no"), .max = LONGEST_WORDS),
	F(struct give_in, FT_I64, text_version, FIELD_OPTIONAL, N_("version of the text that was read; without it: as it is now"), .min = 0, .max = INT64_MAX));

/* A question answered no and an approval go together only with a word on it. */
static enum st check_approval_words(struct ctx *c, const struct document *d, str words) {
	struct review_question_row rows[QUESTIONS];
	enum st st = store_answers(c, d->id, rows);
	for (int q = 0; st == ST_OK && !words.n && q < QUESTIONS; q++)
		if (rows[q].answer == ANSWER_NO)
			return fail(c, ST_INVALID, "review.no_words", "words", N_("“%s” is answered “not yet”. Say why you approve nevertheless."), tr(c->lang, question_texts[q]));
	return st;
}

static enum st check_words(struct ctx *c, const struct document *d, const struct give_in *in, int64_t comments) {
	if (in->verdict == VERDICT_APPROVE)
		return check_approval_words(c, d, in->words);
	if (in->words.n || comments)
		return ST_OK;
	return fail(c, ST_INVALID, "review.no_words", "words", N_("Say something: here, or in a comment on the text."));
}

static enum st hand_in(struct ctx *c, struct document *d, const struct give_in *in, int64_t *given, int64_t *comments) {
	enum st st = store_given(c, d, in->verdict, in->words, given);
	if (st == ST_OK)
		st = comment_hand_in(c, d, *given, comments);
	if (st == ST_OK)
		st = check_words(c, d, in, *comments);
	if (st == ST_OK && in->verdict != VERDICT_COMMENT)
		st = store_verdict(c, d->id, c->who->person, in->verdict, d->text_version);
	return st;
}

static enum st run_give(struct ctx *c, const void *data, struct reply *out) {
	const struct give_in *in = data;
	struct subject s;
	int64_t comments, given = 0;
	enum st st = subject_read(c, in->id, &s);
	if (st == ST_OK)
		st = in->verdict == VERDICT_COMMENT ? as_person(c) : check_judge(c, &s.d);
	if (st == ST_OK)
		st = not_archived(c, &s.d);
	if (st == ST_OK && in->text_version != I64_NONE && in->text_version < s.version)
		s.d.text_version = in->text_version;
	if (st == ST_OK)
		st = hand_in(c, &s.d, in, &given, &comments);
	if (st == ST_OK)
		st = emit(c, &s.d, "review.given", s.d.author.id, arena_printf(c->a, "\"person\":%lld,\"verdict\":\"%s\",\"comments\":%lld,\"given\":%lld", (long long)c->who->person,
			verdict_names[in->verdict], (long long)comments, (long long)given));
	return st == ST_OK ? settle_and_reply(c, in->id, out) : st;
}

/* ---- review.waive, review.unwaive ---- */

struct waive_in {
	uint64_t given;
	int64_t id;
	str blocker, subject, reason;
};
INPUT(waive_in, "ReviewWaive", struct waive_in, F(struct waive_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct waive_in, FT_TEXT, blocker, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("code of an open blocker"), .max = 40),
	F(struct waive_in, FT_TEXT, subject, FIELD_REQUIRED, N_("which one, as the blocker says"), .max = 400),
	F(struct waive_in, FT_TEXT, reason, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why it may pass"), .max = LONGEST_WORDS));

static enum st check_waivable(struct ctx *c, const struct subject *s, const struct waive_in *in) {
	struct blockers all;
	enum st st = blockers_find(c, &s->blocks, &all);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < all.n; i++)
		if (str_eq(all.items[i].code, in->blocker) && str_eq(all.items[i].subject, in->subject))
			return all.items[i].waiver.n ? ST_OK : fail(c, ST_CONFLICT, "review.not_waivable", "blocker", N_("This cannot be let pass: %.*s"), STR_FMT(all.items[i].words));
	return fail(c, ST_INVALID, "review.no_blocker", "subject", N_("No such thing is open."));
}

static enum st run_waive(struct ctx *c, const void *data, struct reply *out) {
	const struct waive_in *in = data;
	struct subject s;
	enum st st = subject_read(c, in->id, &s);
	if (st == ST_OK)
		st = as_person(c);
	if (st == ST_OK)
		st = not_archived(c, &s.d);
	if (st == ST_OK)
		st = not_own(c, &s.d);
	if (st == ST_OK)
		st = check_waivable(c, &s, in);
	if (st == ST_OK)
		st = store_waive(c, &s.d, in->blocker, in->subject, in->reason);
	if (st == ST_OK)
		st = emit(c, &s.d, "review.waived", 0, arena_printf(c->a, "\"blocker\":%.*s,\"subject\":%.*s", STR_FMT(review_quoted(c, in->blocker)), STR_FMT(review_quoted(c, in->subject))));
	return st == ST_OK ? settle_and_reply(c, in->id, out) : st;
}

struct unwaive_in {
	uint64_t given;
	int64_t id, waiver;
};
INPUT(unwaive_in, "ReviewUnwaive", struct unwaive_in, F(struct unwaive_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct unwaive_in, FT_ID, waiver, FIELD_REQUIRED | FIELD_PATH, N_("what is let pass no longer")));

static enum st run_unwaive(struct ctx *c, const void *data, struct reply *out) {
	const struct unwaive_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = not_archived(c, &d);
	if (st == ST_OK)
		st = store_unwaive(c, in->id, in->waiver);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "review.no_waiver", NULL, N_("Nothing of that number was let pass."));
	if (st == ST_OK)
		st = emit(c, &d, "review.unwaived", 0, arena_printf(c->a, "\"waiver\":%lld", (long long)in->waiver));
	return st == ST_OK ? settle_and_reply(c, in->id, out) : st;
}

static const struct op ops[] = {
	OP("review.queue", "GET /api/v1/reviews", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &queue_in, REPLY_PAGE, &review_queue_shape, run_queue,
		N_("Documents that wait for somebody, the one that has waited longest first."), .flags = OP_MCP),
	OP("review.get", "GET /api/v1/documents/{id}/review", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &id_in, REPLY_RECORD, &review_shape, run_get,
		N_("Where the review of a document stands: who is awaited, the five questions, comments, what is still open."), .noun = &document_noun, .flags = OP_MCP),
	OP("document.submit", "POST /api/v1/documents/{id}/submit", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &submit_in, REPLY_RECORD, &review_shape, run_submit,
		N_("Submit a document for review, the first time or after changes."), .noun = &document_noun),
	OP("document.withdraw", "POST /api/v1/documents/{id}/withdraw", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &withdraw_in, REPLY_RECORD, &review_shape, run_withdraw,
		N_("Take a document back from review; it is a draft again."), .noun = &document_noun),
	OP("document.reopen", "POST /api/v1/documents/{id}/reopen", PERM_DOCUMENT_PUBLISH, OP_WRITE, BODY_JSON, &reopen_in, REPLY_RECORD, &review_shape, run_reopen,
		N_("Make a draft of a published or archived document; what was published stays readable."), .noun = &document_noun),
	OP("review.ask", "POST /api/v1/documents/{id}/reviewers", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &ask_in, REPLY_RECORD, &review_shape, run_ask,
		N_("Ask one more person to review a document."), .noun = &document_noun),
	OP("review.unask", "DELETE /api/v1/documents/{id}/reviewers/{person}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &unask_in, REPLY_RECORD, &review_shape, run_unask,
		N_("Take somebody off the list of reviewers."), .noun = &document_noun),
	OP("review.answer", "PUT /api/v1/documents/{id}/review/questions/{question}", PERM_REVIEW_GIVE, OP_WRITE, BODY_JSON, &answer_in, REPLY_RECORD, &review_shape, run_answer,
		N_("Answer one of the five questions, as a reviewer."), .noun = &document_noun),
	OP("review.give", "POST /api/v1/documents/{id}/reviews", PERM_REVIEW_GIVE, OP_WRITE, BODY_JSON, &give_in, REPLY_RECORD, &review_shape, run_give,
		N_("Hand in your review: your comments become visible together with your verdict."), .noun = &document_noun),
	OP("review.waive", "POST /api/v1/documents/{id}/waivers", PERM_REVIEW_LEAD, OP_WRITE, BODY_JSON, &waive_in, REPLY_RECORD, &review_shape, run_waive,
		N_("Let something pass that is still open, with your name and the reason."), .noun = &document_noun),
	OP("review.unwaive", "DELETE /api/v1/documents/{id}/waivers/{waiver}", PERM_REVIEW_LEAD, OP_WRITE, BODY_NONE, &unwaive_in, REPLY_RECORD, &review_shape, run_unwaive,
		N_("Let it pass no longer."), .noun = &document_noun),
};

ROOM(review_room, "review", ops);
