/* Others look at what was written before everybody reads it: named reviewers answer five questions, say what must be mended, approve or ask for changes.
 *
 * A document goes draft → in review (→ changes asked → in review) → approved → published → archived. It is never published while a blocker is open (core/blocker.h) and never archived
 * unreviewed. An approval belongs to the version of the text that was read: a change that matters (text/revision.h) makes it stale.
 *
 * Events, with the topics of the document; those about one person also have person:N unless the document is restricted. Their data has "state" and "title" and what stands here:
 *   document.submitted {round, due, reviewers: [{person, service}]} · .withdrawn {reason} · .reopened {reason} · .approved .changes_asked .in_review {reviewers: [person]}
 *   review.asked {person, due, service} · .unasked {person} · .answered {question, answer} · .given {person, verdict, comments, given}
 *   review.waived {blocker, subject} · .unwaived · .lapsed {reviewers: [person]} · .due {person, due, days}: who is awaited is reminded of; days is negative before the day */
#ifndef FEATURE_REVIEW_REVIEW_H
#define FEATURE_REVIEW_REVIEW_H

#include "core/blocker.h"
#include "feature/comment/comment.h"
#include "feature/document/document.h"

extern const struct room review_room;

enum review_verb { REVIEW_SUBMIT, REVIEW_ASK_CHANGES, REVIEW_APPROVE, REVIEW_LAPSE, REVIEW_WITHDRAW, REVIEW_PUBLISH, REVIEW_ARCHIVE, REVIEW_REOPEN, REVIEW_VERBS };

/* The document, as document_read gave it; the text that is meant is as it is now. ST_OK: this verb may be done now, *to is the state it leads to. ST_CONFLICT, explained: not from this state, or
 * a blocker is open; they all stand in c->err.current. */
MUST_CHECK enum st review_check(struct ctx *c, const struct document *d, enum review_verb verb, enum document_state *to);

/* The words of one review (its event's given); its comments are told of on their own. ST_NOT_FOUND: there is none. */
MUST_CHECK enum st review_words(struct ctx *c, int64_t given, str *words);

#endif
