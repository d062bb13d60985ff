/* The rules of reviews: pure, so that a test can run through millions of steps of them. Private to the room. */
#ifndef FEATURE_REVIEW_REVIEW_RULES_H
#define FEATURE_REVIEW_REVIEW_RULES_H

#include "feature/review/review.h"

enum { NOT_FROM_HERE = -1 };
/* What leads where, and which verbs wait until no blocker is open. */
struct review_rules {
	signed char to[REVIEW_VERBS][DOCUMENT_STATES];
	bool gated[REVIEW_VERBS];
	bool (*holds)(size_t open); /* do so many open blockers hold a gated verb back? */
};
extern const struct review_rules review_rules;
/* The state that the verb leads to, or NOT_FROM_HERE; *held: it would lead there, but something is open. */
int review_next(const struct review_rules *rules, enum review_verb verb, enum document_state from, size_t open, bool *held);

enum review_verdict { VERDICT_COMMENT, VERDICT_APPROVE, VERDICT_CHANGES };
extern const char *const verdict_names[];

/* What one reviewer has said last. */
struct standing {
	int verdict; /* VERDICT_APPROVE, VERDICT_CHANGES; -1: awaited */
	bool stale;  /* said of another text, as far as it matters */
	bool must;   /* an approval that nobody else's stands for: the lead of a service that gets action items */
};
struct tally {
	size_t asked, approved, asking, awaited, stale;
	bool enough; /* approvals: nobody asks for changes, and as many as are needed have approved the text as it is */
};
/* needed: 0 everybody. */
struct tally review_tally(const struct standing *s, size_t n, int64_t needed);

/* What follows from what the reviewers have said by now; REVIEW_VERBS: nothing. */
enum review_verb review_settles(enum document_state state, const struct tally *t);

enum review_question { QUESTION_DATA, QUESTION_IMPACT, QUESTION_CAUSES, QUESTION_ACTIONS, QUESTION_SHARED, QUESTIONS };
extern const char *const question_names[], *const question_texts[];
enum review_answer { ANSWER_YES, ANSWER_NO, ANSWER_NA };
extern const char *const answer_names[];

#endif
