/* A review as its page shows it. */
#include "feature/review/review_parts.h"

static const char *const waits_names[] = { "author", "reviewers", "publisher", NULL };

SHAPE(reviewer_shape, "Reviewer", struct reviewer, N_("somebody who was asked to review"),
	F(struct reviewer, FT_OBJ, person, FIELD_REQUIRED, N_("who"), .shape = &ref_shape),
	F(struct reviewer, FT_OBJ, service, FIELD_OPTIONAL, N_("asked as technical lead of this service, which is given action items"), .shape = &ref_shape),
	F(struct reviewer, FT_TIME, asked_at, FIELD_REQUIRED, N_("when they were asked")),
	F(struct reviewer, FT_ENUM, verdict, FIELD_OPTIONAL, N_("what they said last; null: nothing yet"), .names = verdict_names),
	F(struct reviewer, FT_TIME, verdict_at, FIELD_OPTIONAL, N_("when")),
	F(struct reviewer, FT_BOOL, stale, FIELD_REQUIRED, N_("the text has changed since in what matters")),
	F(struct reviewer, FT_BOOL, awaited, FIELD_REQUIRED, N_("it is their turn")),
	F(struct reviewer, FT_TIME, since, FIELD_OPTIONAL, N_("since when it is their turn")));

SHAPE(review_evidence_shape, "ReviewEvidence", struct review_evidence, N_("what the records say to a question"),
	F(struct review_evidence, FT_BOOL, good, FIELD_REQUIRED, N_("nothing seems to be missing")),
	F(struct review_evidence, FT_TEXT, words, FIELD_REQUIRED, N_("what was found")),
	F(struct review_evidence, FT_TEXT, link, FIELD_OPTIONAL, N_("where")));

SHAPE(review_question_shape, "ReviewQuestion", struct review_question_row, N_("one of the five questions of a review"),
	F(struct review_question_row, FT_ENUM, question, FIELD_REQUIRED, N_("which one"), .names = question_names),
	F(struct review_question_row, FT_TEXT, text, FIELD_REQUIRED, N_("the question in words")),
	F(struct review_question_row, FT_ENUM, answer, FIELD_OPTIONAL, N_("yes, no (not yet), na (does not apply); null: not answered"), .names = answer_names),
	F(struct review_question_row, FT_TEXT, note, FIELD_OPTIONAL, N_("what the reviewer has to say to it")),
	F(struct review_question_row, FT_OBJ, by, FIELD_OPTIONAL, N_("who answered"), .shape = &ref_shape),
	F(struct review_question_row, FT_TIME, at, FIELD_OPTIONAL, N_("when")),
	F(struct review_question_row, FT_LIST, evidence, FIELD_REQUIRED, N_("what the records say; where to begin, not the answer"), .shape = &review_evidence_shape));

SHAPE(review_given_shape, "ReviewGiven", struct review_given, N_("a review that was handed in"),
	F(struct review_given, FT_ID, id, FIELD_REQUIRED, N_("its number")),
	F(struct review_given, FT_OBJ, person, FIELD_REQUIRED, N_("who gave it"), .shape = &ref_shape),
	F(struct review_given, FT_ENUM, verdict, FIELD_REQUIRED, N_("comment, approve, or changes: changes are asked for"), .names = verdict_names),
	F(struct review_given, FT_TEXT, words, FIELD_OPTIONAL, N_("in words")),
	F(struct review_given, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text that was read")),
	F(struct review_given, FT_TIME, at, FIELD_REQUIRED, N_("when")));

SHAPE(review_waiver_shape, "ReviewWaiver", struct review_waiver, N_("something that was let pass, by somebody, for a reason"),
	F(struct review_waiver, FT_ID, id, FIELD_REQUIRED, N_("its number")),
	F(struct review_waiver, FT_TEXT, blocker, FIELD_REQUIRED, N_("kind of blocker")),
	F(struct review_waiver, FT_TEXT, subject, FIELD_REQUIRED, N_("which one")),
	F(struct review_waiver, FT_TEXT, reason, FIELD_REQUIRED, N_("why")),
	F(struct review_waiver, FT_OBJ, by, FIELD_OPTIONAL, N_("who let it pass; null: the owner of the data folder"), .shape = &ref_shape),
	F(struct review_waiver, FT_TIME, at, FIELD_REQUIRED, N_("when")));

SHAPE(blocker_shape, "Blocker", struct blocker, N_("something to be done before the document is published"),
	F(struct blocker, FT_TEXT, code, FIELD_REQUIRED, N_("kind of blocker")),
	F(struct blocker, FT_TEXT, subject, FIELD_REQUIRED, N_("which one")),
	F(struct blocker, FT_TEXT, words, FIELD_REQUIRED, N_("what to do")),
	F(struct blocker, FT_TEXT, link, FIELD_REQUIRED, N_("where")),
	F(struct blocker, FT_TEXT, waiver, FIELD_OPTIONAL, N_("what letting it pass means; null: it cannot be")),
	F(struct blocker, FT_BOOL, waived, FIELD_REQUIRED, N_("it was let pass")),
	F(struct blocker, FT_TEXT, reason, FIELD_OPTIONAL, N_("why it was let pass")),
	F(struct blocker, FT_OBJ, by, FIELD_OPTIONAL, N_("by whom"), .shape = &ref_shape),
	F(struct blocker, FT_TIME, at, FIELD_OPTIONAL, N_("when")));

SHAPE(review_can_shape, "ReviewCan", struct review_can, N_("what you may do now"),
	F(struct review_can, FT_BOOL, submit, FIELD_REQUIRED, N_("submit it for review")),
	F(struct review_can, FT_BOOL, give, FIELD_REQUIRED, N_("comment")),
	F(struct review_can, FT_BOOL, approve, FIELD_REQUIRED, N_("approve, ask for changes, answer the questions: you were asked")),
	F(struct review_can, FT_BOOL, lead, FIELD_REQUIRED, N_("let something pass")),
	F(struct review_can, FT_BOOL, withdraw, FIELD_REQUIRED, N_("take it back from review")),
	F(struct review_can, FT_BOOL, publish, FIELD_REQUIRED, N_("publish it: nothing is open")),
	F(struct review_can, FT_BOOL, archive, FIELD_REQUIRED, N_("archive it")),
	F(struct review_can, FT_BOOL, reopen, FIELD_REQUIRED, N_("make a draft of it again")));

SHAPE(review_round_shape, "ReviewRound", struct review_round, N_("a document being submitted for review"),
	F(struct review_round, FT_ID, round, FIELD_REQUIRED, N_("how often it was submitted")),
	F(struct review_round, FT_DATE, due, FIELD_OPTIONAL, N_("until when reviews are wanted")),
	F(struct review_round, FT_I64, needed, FIELD_REQUIRED, N_("how many approvals are needed; 0: of everybody who was asked")),
	F(struct review_round, FT_TIME, asked_at, FIELD_REQUIRED, N_("when it was submitted")),
	F(struct review_round, FT_OBJ, asked_by, FIELD_OPTIONAL, N_("who submitted it"), .shape = &ref_shape),
	F(struct review_round, FT_TEXT, note, FIELD_OPTIONAL, N_("what they said to the reviewers")));

SHAPE(review_shape, "Review", struct review, N_("where the review of a document stands"),
	F(struct review, FT_OBJ, document, FIELD_REQUIRED, N_("what is reviewed"), .shape = &document_link_shape),
	F(struct review, FT_ENUM, state, FIELD_REQUIRED, N_("how far it is"), .names = document_state_names),
	F(struct review, FT_BOOL, restricted, FIELD_REQUIRED, N_("only members of its incident see it")),
	F(struct review, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text")),
	F(struct review, FT_OBJ, round, FIELD_OPTIONAL, N_("the last time it was submitted; null: never"), .shape = &review_round_shape),
	F(struct review, FT_LIST, reviewers, FIELD_REQUIRED, N_("who was asked"), .shape = &reviewer_shape),
	F(struct review, FT_LIST, questions, FIELD_REQUIRED, N_("the five questions"), .shape = &review_question_shape),
	F(struct review, FT_LIST, comments, FIELD_REQUIRED, N_("comments that were handed in, and your own"), .shape = &comment_shape),
	F(struct review, FT_LIST, given, FIELD_REQUIRED, N_("reviews that were handed in, the last first"), .shape = &review_given_shape),
	F(struct review, FT_LIST, blockers, FIELD_REQUIRED, N_("what is to be done before it is published, and what was let pass"), .shape = &blocker_shape),
	F(struct review, FT_LIST, waivers, FIELD_REQUIRED, N_("what was let pass"), .shape = &review_waiver_shape),
	F(struct review, FT_OBJ, actions, FIELD_REQUIRED, N_("its action items and those of its incidents"), .shape = &document_actions_shape),
	F(struct review, FT_OBJ, can, FIELD_REQUIRED, N_("what you may do now"), .shape = &review_can_shape));

SHAPE(review_queue_shape, "ReviewQueueRow", struct review_queue_row, N_("a document that waits for somebody"),
	F(struct review_queue_row, FT_ID, id, FIELD_REQUIRED, N_("number of the document"), .prefix = "PM"),
	F(struct review_queue_row, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
	F(struct review_queue_row, FT_ENUM, kind, FIELD_REQUIRED, N_("what it is about"), .names = document_kind_names),
	F(struct review_queue_row, FT_ENUM, state, FIELD_REQUIRED, N_("how far it is"), .names = document_state_names),
	F(struct review_queue_row, FT_BOOL, restricted, FIELD_REQUIRED, N_("only members of its incident see it")),
	F(struct review_queue_row, FT_ENUM, waits_for, FIELD_REQUIRED, N_("whose turn it is"), .names = waits_names),
	F(struct review_queue_row, FT_TIME, since, FIELD_REQUIRED, N_("since when it waits")),
	F(struct review_queue_row, FT_DATE, due, FIELD_OPTIONAL, N_("until when reviews are wanted")),
	F(struct review_queue_row, FT_OBJ, author, FIELD_OPTIONAL, N_("who is to write it"), .shape = &ref_shape),
	F(struct review_queue_row, FT_LIST, awaited, FIELD_REQUIRED, N_("reviewers whose turn it is"), .shape = &ref_shape),
	F(struct review_queue_row, FT_BOOL, mine, FIELD_REQUIRED, N_("it waits for you")),
	F(struct review_queue_row, FT_OBJ, actions, FIELD_REQUIRED, N_("its action items and those of its incidents"), .shape = &document_actions_shape));

static bool was_asked(const struct ctx *c, const struct reviewer *r, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (c->who->person && r[i].person.id == c->who->person)
			return true;
	return false;
}

static bool leads(enum document_state from, enum review_verb verb, size_t open) {
	bool held;
	return review_next(&review_rules, verb, from, open, &held) != NOT_FROM_HERE;
}

static struct review_can what_may_be_done(const struct ctx *c, const struct review *r, size_t open) {
	enum document_state s = (enum document_state)r->state;
	bool edits = perm_role_has(c->who->role, PERM_DOCUMENT_EDIT), publishes = perm_role_has(c->who->role, PERM_DOCUMENT_PUBLISH);
	bool asked = was_asked(c, r->reviewers.items, r->reviewers.n);
	return (struct review_can){ .submit = edits && leads(s, REVIEW_SUBMIT, open), .give = c->who->person && perm_role_has(c->who->role, PERM_REVIEW_GIVE) && s != DOCUMENT_ARCHIVED,
		.approve = asked && leads(s, REVIEW_APPROVE, open), .lead = perm_role_has(c->who->role, PERM_REVIEW_LEAD) && s != DOCUMENT_ARCHIVED,
		.withdraw = edits && leads(s, REVIEW_WITHDRAW, open), .publish = publishes && leads(s, REVIEW_PUBLISH, open), .archive = publishes && leads(s, REVIEW_ARCHIVE, open),
		.reopen = publishes && leads(s, REVIEW_REOPEN, open) };
}

static enum st read_people(struct ctx *c, const struct subject *s, struct review *out) {
	struct reviewer *r;
	size_t n;
	enum st st = store_reviewers(c, s->d.id, &r, &n);
	if (st == ST_OK)
		st = weigh_reviewers(c, &s->blocks, &out->waivers, r, n);
	/* Once enough have approved, the others are left in peace. */
	for (size_t i = 0; st == ST_OK && i < n; i++)
		if (r[i].verdict < 0 && (out->state == DOCUMENT_APPROVED || out->state == DOCUMENT_PUBLISHED || out->state == DOCUMENT_ARCHIVED || out->state == DOCUMENT_DRAFT))
			r[i].awaited = false;
	if (st == ST_OK)
		out->reviewers = (struct list){ r, n };
	return st;
}

static enum st read_lists(struct ctx *c, const struct subject *s, struct review *out) {
	struct review_question_row *rows = arena_array(c->a, QUESTIONS, sizeof *rows);
	enum st st = store_answers(c, s->d.id, rows);
	if (st == ST_OK)
		st = gather_evidence(c, s, rows);
	out->questions = (struct list){ rows, QUESTIONS };
	if (st == ST_OK)
		st = comment_of_reviews(c, &s->d, &out->comments);
	if (st == ST_OK)
		st = store_given_list(c, s->d.id, &out->given);
	return st == ST_OK ? document_count_actions(c, s->d.id, &out->actions) : st;
}

enum st review_read(struct ctx *c, int64_t document, struct review *out) {
	struct subject s;
	struct blockers blockers;
	size_t open;
	enum st st = subject_read(c, document, &s);
	if (st != ST_OK)
		return st;
	*out = (struct review){ .document = { s.d.id, s.d.title }, .state = s.d.state, .restricted = s.d.restricted, .text_version = s.version };
	st = store_round(c, document, &out->round);
	if (st == ST_OK)
		st = store_waivers(c, document, &out->waivers);
	if (st == ST_OK)
		st = read_people(c, &s, out);
	if (st == ST_OK)
		st = read_lists(c, &s, out);
	if (st == ST_OK)
		st = find_blockers(c, &s.blocks, &out->waivers, &blockers, &open);
	if (st != ST_OK)
		return st;
	out->blockers = (struct list){ blockers.items, blockers.n };
	out->can = what_may_be_done(c, out, open);
	return ST_OK;
}

enum st reply_review(struct ctx *c, int64_t document, struct reply *out) {
	struct review r;
	enum st st = review_read(c, document, &r);
	if (st == ST_OK)
		reply_record(c, out, &review_shape, &r, 0);
	return st;
}
