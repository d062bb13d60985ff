#include "feature/review/review_rules.h"

const char *const verdict_names[] = { "comment", "approve", "changes", NULL };
const char *const answer_names[] = { "yes", "no", "na", NULL };

/* The five questions of a formal review, in the order in which they are asked. */
const char *const question_names[] = { "data", "impact", "causes", "actions", "shared", NULL };
const char *const question_texts[] = {
	N_("Were the key data of the incident collected, for those who look at it later?"),
	N_("Is the impact assessed completely?"),
	N_("Do the causes go deep enough?"),
	N_("Is the action plan right, and are its priorities?"),
	N_("Was the outcome shared with everybody concerned?"),
};

static bool any(size_t open) {
	return open > 0;
}

#define NO NOT_FROM_HERE
const struct review_rules review_rules = {
	.to = {
		/*                      draft               in review               changes asked           approved                published            archived */
		[REVIEW_SUBMIT]      = { DOCUMENT_IN_REVIEW, NO,                     DOCUMENT_IN_REVIEW,     NO,                     NO,                  NO },
		[REVIEW_ASK_CHANGES] = { NO,                 DOCUMENT_CHANGES_ASKED, DOCUMENT_CHANGES_ASKED, DOCUMENT_CHANGES_ASKED, DOCUMENT_PUBLISHED,  NO },
		[REVIEW_APPROVE]     = { NO,                 DOCUMENT_APPROVED,      DOCUMENT_APPROVED,      DOCUMENT_APPROVED,      DOCUMENT_PUBLISHED,  NO },
		[REVIEW_LAPSE]       = { NO,                 DOCUMENT_IN_REVIEW,     DOCUMENT_IN_REVIEW,     DOCUMENT_IN_REVIEW,     DOCUMENT_PUBLISHED,  NO },
		[REVIEW_WITHDRAW]    = { NO,                 DOCUMENT_DRAFT,         DOCUMENT_DRAFT,         DOCUMENT_DRAFT,         NO,                  NO },
		[REVIEW_PUBLISH]     = { NO,                 NO,                     NO,                     DOCUMENT_PUBLISHED,     DOCUMENT_PUBLISHED,  NO },
		[REVIEW_ARCHIVE]     = { NO,                 NO,                     NO,                     NO,                     DOCUMENT_ARCHIVED,   NO },
		[REVIEW_REOPEN]      = { NO,                 NO,                     NO,                     NO,                     DOCUMENT_DRAFT,      DOCUMENT_DRAFT },
	},
	.gated = { [REVIEW_PUBLISH] = true, [REVIEW_ARCHIVE] = true },
	.holds = any,
};

int review_next(const struct review_rules *rules, enum review_verb verb, enum document_state from, size_t open, bool *held) {
	int to = rules->to[verb][from];
	*held = to != NOT_FROM_HERE && rules->gated[verb] && rules->holds(open);
	return *held ? NOT_FROM_HERE : to;
}

enum review_verb review_settles(enum document_state state, const struct tally *t) {
	bool said = state == DOCUMENT_APPROVED || state == DOCUMENT_CHANGES_ASKED;
	if (state != DOCUMENT_IN_REVIEW && !said)
		return REVIEW_VERBS;
	if (t->asking)
		return state == DOCUMENT_CHANGES_ASKED ? REVIEW_VERBS : REVIEW_ASK_CHANGES;
	if (t->enough)
		return state == DOCUMENT_APPROVED ? REVIEW_VERBS : REVIEW_APPROVE;
	return said ? REVIEW_LAPSE : REVIEW_VERBS;
}

static void count(struct tally *t, const struct standing *s) {
	t->asked++;
	t->stale += s->verdict == VERDICT_APPROVE && s->stale;
	t->approved += s->verdict == VERDICT_APPROVE && !s->stale;
	t->asking += s->verdict == VERDICT_CHANGES;
	t->awaited += s->verdict < 0 || (s->verdict == VERDICT_APPROVE && s->stale);
}

struct tally review_tally(const struct standing *s, size_t n, int64_t needed) {
	struct tally t = { 0 };
	bool must = false;
	for (size_t i = 0; i < n; i++) {
		count(&t, &s[i]);
		must = must || (s[i].must && !(s[i].verdict == VERDICT_APPROVE && !s[i].stale));
	}
	size_t least = needed > 0 && (size_t)needed < n ? (size_t)needed : n;
	t.enough = n > 0 && !must && t.asking == 0 && t.approved >= least;
	return t;
}
