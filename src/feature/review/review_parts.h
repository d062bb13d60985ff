/* Private to the room. */
#ifndef FEATURE_REVIEW_REVIEW_PARTS_H
#define FEATURE_REVIEW_REVIEW_PARTS_H

#include "feature/review/review_rules.h"

/* ---- records ---- */

struct reviewer {
	struct ref person, service; /* service: they were asked because it gets action items */
	int64_t asked_at;
	int verdict;                /* -1: none yet */
	int64_t verdict_at;
	bool stale, awaited;
	int64_t since;              /* awaited since */
	/* not in the JSON */
	int64_t text_version, stale_at;
};
struct review_evidence {
	bool good;
	str words, link;
};
struct review_question_row {
	int question;
	str text;
	int answer;                 /* -1: none yet */
	str note;
	struct ref by;
	int64_t at;
	struct list evidence;       /* of struct review_evidence */
};
struct review_given {
	int64_t id;
	struct ref person;
	int verdict;
	str words;
	int64_t text_version, at;
};
struct review_waiver {
	int64_t id;
	str blocker, subject, reason;
	struct ref by;
	int64_t at;
};
struct review_can {
	bool submit, give, approve, lead, withdraw, publish, archive, reopen;
};
struct review_round {
	int64_t round, due, needed, asked_at;
	struct ref asked_by;
	str note;
};
struct review {
	struct document_about document;
	int state;
	bool restricted;
	int64_t text_version;
	struct review_round round;  /* .round 0: never submitted */
	struct list reviewers, questions, comments, given, blockers, waivers;
	struct document_actions actions;
	struct review_can can;
};
extern const struct shape review_shape, review_waiver_shape;

enum { WAITS_AUTHOR, WAITS_REVIEWERS, WAITS_PUBLISHER };
struct review_queue_row {
	int64_t id;
	str title;
	int kind, state;
	bool restricted;
	int waits_for;
	int64_t since, due;
	struct ref author;
	struct list awaited;        /* of struct ref */
	bool mine;
	struct document_actions actions;
};
extern const struct shape review_queue_shape;

/* ---- review_store.c ---- */

MUST_CHECK enum st store_round(struct ctx *c, int64_t document, struct review_round *out); /* .round 0: none */
MUST_CHECK enum st store_begin_round(struct ctx *c, const struct document *d, const struct review_round *r);
MUST_CHECK enum st store_end_round(struct ctx *c, int64_t document);
MUST_CHECK enum st store_reviewers(struct ctx *c, int64_t document, struct reviewer **out, size_t *n);
MUST_CHECK enum st store_ask(struct ctx *c, const struct document *d, int64_t person, int64_t service);
MUST_CHECK enum st store_unask(struct ctx *c, int64_t document, int64_t person);
MUST_CHECK enum st store_verdict(struct ctx *c, int64_t document, int64_t person, int verdict, int64_t text_version);
MUST_CHECK enum st store_await_again(struct ctx *c, int64_t document, bool all); /* forget who asked for changes, or every verdict */
MUST_CHECK enum st store_stale(struct ctx *c, int64_t document, int64_t person, bool stale);
/* Leads of the services that get action items of this document or its incidents: struct reviewer with person and service alone. */
MUST_CHECK enum st store_leads(struct ctx *c, int64_t document, struct reviewer **out, size_t *n);
MUST_CHECK enum st store_given(struct ctx *c, const struct document *d, int verdict, str words, int64_t *id);
MUST_CHECK enum st store_given_list(struct ctx *c, int64_t document, struct list *out);
MUST_CHECK enum st store_answers(struct ctx *c, int64_t document, struct review_question_row rows[QUESTIONS]);
MUST_CHECK enum st store_answer(struct ctx *c, const struct document *d, int question, int answer, str note);
MUST_CHECK enum st store_forget(struct ctx *c, int64_t document); /* answers and waivers: another review begins */

MUST_CHECK enum st store_waivers(struct ctx *c, int64_t document, struct list *out);
MUST_CHECK enum st store_waive(struct ctx *c, const struct document *d, str blocker, str subject, str reason);
MUST_CHECK enum st store_unwaive(struct ctx *c, int64_t document, int64_t id);

struct plan { /* action items of a document and its incidents */
	int64_t all, owned, dated, urgent, unled; /* unled: services that get some and have no lead */
};
MUST_CHECK enum st store_plan(struct ctx *c, int64_t document, struct plan *out);
struct story { /* of its incidents */
	int64_t entries, evidenced, milestones, updates, mitigations;
};
MUST_CHECK enum st store_story(struct ctx *c, int64_t document, struct story *out);

MUST_CHECK enum st store_queue(struct ctx *c, bool mine, const struct page_in *page, struct list *out);
/* Reviewers who are awaited, of documents in review, whose day comes tomorrow or is over, and who were not reminded today. */
struct late {
	int64_t document, scope, person, due;
};
MUST_CHECK enum st store_late(struct ctx *c, int64_t today, struct late **out, size_t *n);
MUST_CHECK enum st store_reminded(struct ctx *c, const struct late *x, int64_t today);
/* Documents under review that this action item belongs to, by itself or by an incident. */
MUST_CHECK enum st store_reviewed_with(struct ctx *c, int64_t action, int64_t **ids, size_t *n);
MUST_CHECK enum st store_rescope(struct ctx *c, int64_t document, int64_t scope);

/* ---- review_blockers.c ---- */

struct subject {
	struct document d;
	str text;
	int64_t version;
	struct blocker_subject blocks;
};
MUST_CHECK enum st subject_read(struct ctx *c, int64_t document, struct subject *out);
/* All blockers, marked with what was let pass. *open: how many were not. */
MUST_CHECK enum st find_blockers(struct ctx *c, const struct blocker_subject *s, const struct list *waivers, struct blockers *out, size_t *open);
/* Sets stale, awaited and since of each, by the text as it is. */
MUST_CHECK enum st weigh_reviewers(struct ctx *c, const struct blocker_subject *s, const struct list *waivers, struct reviewer *r, size_t n);
struct tally tally_of(struct ctx *c, const struct reviewer *r, size_t n, int64_t needed);

/* ---- review_evidence.c ---- */
MUST_CHECK enum st gather_evidence(struct ctx *c, const struct subject *s, struct review_question_row rows[QUESTIONS]);

/* ---- review_read.c ---- */
MUST_CHECK enum st review_read(struct ctx *c, int64_t document, struct review *out);
MUST_CHECK enum st reply_review(struct ctx *c, int64_t document, struct reply *out);

/* ---- review_steps.c: inside a write ---- */
MUST_CHECK enum st emit(struct ctx *c, const struct document *d, const char *event, int64_t person, str data);
str review_quoted(struct ctx *c, str s);
/* ---- review_people.c: inside a write ---- */
/* ST_INVALID (field reviewers): nobody, the author, somebody who does not see it. Those who were asked already stay as they are. */
MUST_CHECK enum st ask_people(struct ctx *c, const struct document *d, const int64_t *ids, size_t n);
/* Leads of the services that get action items are asked, if they were not and may see the document. */
MUST_CHECK enum st ask_leads(struct ctx *c, const struct document *d);
bool is_reviewer(const struct reviewer *r, size_t n, int64_t person);
/* ST_DENIED: a token, or the command line: reviews have names. */
MUST_CHECK enum st as_person(struct ctx *c);
/* ST_DENIED: the author, and whoever submitted it, do not judge it. */
MUST_CHECK enum st not_own(struct ctx *c, const struct document *d);
/* Reads the document, checks the verb, moves, tells. data: of the event. */
MUST_CHECK enum st step(struct ctx *c, struct document *d, enum review_verb verb, const char *event, str data);
/* The state follows from what the reviewers have said by now. */
MUST_CHECK enum st settle_state(struct ctx *c, struct subject *s);

#endif
