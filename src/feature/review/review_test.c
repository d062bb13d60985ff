#include <stdlib.h>

#include "base/clock.h"
#include "base/testing.h"
#include "feature/review/review_rules.h"

/* ---- what leads where ---- */

TEST(review, only_these_steps_are_there) {
	static const struct { enum review_verb verb; enum document_state from, to; } steps[] = {
		{ REVIEW_SUBMIT, DOCUMENT_DRAFT, DOCUMENT_IN_REVIEW }, { REVIEW_SUBMIT, DOCUMENT_CHANGES_ASKED, DOCUMENT_IN_REVIEW },
		{ REVIEW_ASK_CHANGES, DOCUMENT_IN_REVIEW, DOCUMENT_CHANGES_ASKED }, { REVIEW_ASK_CHANGES, DOCUMENT_CHANGES_ASKED, DOCUMENT_CHANGES_ASKED },
		{ REVIEW_ASK_CHANGES, DOCUMENT_APPROVED, DOCUMENT_CHANGES_ASKED }, { REVIEW_ASK_CHANGES, DOCUMENT_PUBLISHED, DOCUMENT_PUBLISHED },
		{ REVIEW_APPROVE, DOCUMENT_IN_REVIEW, DOCUMENT_APPROVED }, { REVIEW_APPROVE, DOCUMENT_CHANGES_ASKED, DOCUMENT_APPROVED },
		{ REVIEW_APPROVE, DOCUMENT_APPROVED, DOCUMENT_APPROVED }, { REVIEW_APPROVE, DOCUMENT_PUBLISHED, DOCUMENT_PUBLISHED },
		{ REVIEW_LAPSE, DOCUMENT_IN_REVIEW, DOCUMENT_IN_REVIEW }, { REVIEW_LAPSE, DOCUMENT_CHANGES_ASKED, DOCUMENT_IN_REVIEW },
		{ REVIEW_LAPSE, DOCUMENT_APPROVED, DOCUMENT_IN_REVIEW }, { REVIEW_LAPSE, DOCUMENT_PUBLISHED, DOCUMENT_PUBLISHED },
		{ REVIEW_WITHDRAW, DOCUMENT_IN_REVIEW, DOCUMENT_DRAFT }, { REVIEW_WITHDRAW, DOCUMENT_CHANGES_ASKED, DOCUMENT_DRAFT }, { REVIEW_WITHDRAW, DOCUMENT_APPROVED, DOCUMENT_DRAFT },
		{ REVIEW_PUBLISH, DOCUMENT_APPROVED, DOCUMENT_PUBLISHED }, { REVIEW_PUBLISH, DOCUMENT_PUBLISHED, DOCUMENT_PUBLISHED },
		{ REVIEW_ARCHIVE, DOCUMENT_PUBLISHED, DOCUMENT_ARCHIVED },
		{ REVIEW_REOPEN, DOCUMENT_PUBLISHED, DOCUMENT_DRAFT }, { REVIEW_REOPEN, DOCUMENT_ARCHIVED, DOCUMENT_DRAFT },
	};
	bool held;
	for (int verb = 0; verb < REVIEW_VERBS; verb++)
		for (int from = 0; from < DOCUMENT_STATES; from++) {
			int want = NOT_FROM_HERE;
			for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
				if ((int)steps[i].verb == verb && (int)steps[i].from == from)
					want = steps[i].to;
			assert_int_equal(review_next(&review_rules, (enum review_verb)verb, (enum document_state)from, 0, &held), want);
			assert_false(held);
			int blocked = review_next(&review_rules, (enum review_verb)verb, (enum document_state)from, 1, &held);
			bool gate = verb == REVIEW_PUBLISH || verb == REVIEW_ARCHIVE;
			assert_int_equal(blocked, gate ? NOT_FROM_HERE : want);
			assert_int_equal(held, gate && want != NOT_FROM_HERE);
		}
}

TEST(review, how_many_approvals_are_enough) {
	enum { YES = VERDICT_APPROVE, NO = VERDICT_CHANGES, NOT_YET = -1 };
	static const struct { struct standing s[3]; size_t n; int64_t needed; bool enough; size_t awaited; } cases[] = {
		{ { { 0 } }, 0, 0, false, 0 },
		{ { { YES, false, false } }, 1, 0, true, 0 },
		{ { { NOT_YET, false, false } }, 1, 0, false, 1 },
		{ { { YES, true, false } }, 1, 0, false, 1 },
		{ { { YES, false, false }, { NOT_YET, false, false } }, 2, 0, false, 1 },
		{ { { YES, false, false }, { NOT_YET, false, false } }, 2, 1, true, 1 },
		{ { { YES, false, false }, { NO, false, false } }, 2, 1, false, 0 },
		{ { { YES, false, false }, { NOT_YET, false, true } }, 2, 1, false, 1 },
		{ { { YES, true, false }, { YES, false, true } }, 2, 1, true, 1 },
		{ { { YES, false, false }, { YES, false, false }, { NOT_YET, false, false } }, 3, 2, true, 1 },
		{ { { YES, false, false }, { YES, true, false }, { NOT_YET, false, false } }, 3, 2, false, 2 },
		{ { { YES, false, false } }, 1, 7, true, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tally t = review_tally(cases[i].s, cases[i].n, cases[i].needed);
		if (t.enough != cases[i].enough || t.awaited != cases[i].awaited)
			fail_msg("case %zu: enough %d, awaited %zu", i, t.enough, t.awaited);
	}
}

/* ---- the model: a hundred thousand random histories ----
 *
 * A document with three people who may review it, driven by whatever comes to somebody's mind. The rules decide what happens; beside them the model keeps its own record of who read
 * what, from which it judges what the rules let through. */

enum { PEOPLE = 3, HISTORIES = 100000, STEPS = 40 };

struct model {
	const struct review_rules *rules;
	enum document_state state;
	/* what the rules are told */
	bool asked[PEOPLE], lead[PEOPLE];
	int verdict[PEOPLE];
	int read[PEOPLE]; /* the text that the verdict is about */
	int text, editorial, needed;
	int tbds, musts, answers; /* answers: of five */
	bool plan;
	/* what only the model knows */
	int published_text; /* of the last publication; -1: none */
	bool was_reviewed;
	unsigned long published, archived;
	const char *wrong;
};

static bool is_stale(const struct model *m, int i) {
	int up_to = m->read[i] > m->editorial ? m->read[i] : m->editorial;
	return m->verdict[i] == VERDICT_APPROVE && up_to < m->text;
}

static struct tally tally(const struct model *m) {
	struct standing s[PEOPLE];
	size_t n = 0;
	for (int i = 0; i < PEOPLE; i++)
		if (m->asked[i])
			s[n++] = (struct standing){ m->verdict[i], is_stale(m, i), m->lead[i] };
	return review_tally(s, n, m->needed);
}

/* As the checks of the room count them. */
static size_t open_blockers(const struct model *m) {
	struct tally t = tally(m);
	return (size_t)(m->tbds + m->musts + (5 - m->answers) + !m->plan) + t.stale + t.asking + (t.enough ? 0 : t.awaited + (t.asked == 0));
}

/* Said in other words than the rules': what nobody may ever find in a published document. */
static const char *what_is_wrong(const struct model *m) {
	int approved = 0, asked = 0;
	for (int i = 0; i < PEOPLE; i++) {
		bool holds = m->verdict[i] == VERDICT_APPROVE && (m->read[i] >= m->text || m->editorial >= m->text);
		asked += m->asked[i];
		approved += m->asked[i] && holds;
		if (m->asked[i] && m->verdict[i] == VERDICT_CHANGES)
			return "somebody asks for changes";
		if (m->asked[i] && m->lead[i] && !holds)
			return "the lead of a service has not approved";
	}
	if (approved == 0 || approved < (m->needed && m->needed < asked ? m->needed : asked))
		return "too few have approved what is there now";
	if (m->tbds || m->musts || m->answers < 5 || !m->plan)
		return "a blocker is open";
	return NULL;
}

static bool try_verb(struct model *m, enum review_verb verb) {
	bool held;
	int to = review_next(m->rules, verb, m->state, open_blockers(m), &held);
	if (to == NOT_FROM_HERE)
		return false;
	m->state = (enum document_state)to;
	return true;
}

static void settle(struct model *m) {
	struct tally t = tally(m);
	enum review_verb verb = review_settles(m->state, &t);
	if (verb != REVIEW_VERBS)
		try_verb(m, verb);
}

static void publish(struct model *m) {
	if (!try_verb(m, REVIEW_PUBLISH))
		return;
	m->wrong = what_is_wrong(m);
	m->published_text = m->text;
	m->was_reviewed = true;
	m->published++;
}

static void archive(struct model *m) {
	if (m->published_text != m->text || !try_verb(m, REVIEW_ARCHIVE))
		return;
	m->wrong = !m->was_reviewed ? "it was never reviewed" : what_is_wrong(m);
	m->archived++;
}

static void begin_again(struct model *m, bool forget) {
	for (int i = 0; i < PEOPLE; i++)
		m->verdict[i] = -1;
	if (forget)
		m->answers = 0;
	if (forget)
		m->was_reviewed = false;
}

static void submit(struct model *m, int who) {
	m->asked[who] = true;
	if (!try_verb(m, REVIEW_SUBMIT))
		return;
	for (int i = 0; i < PEOPLE; i++)
		if (m->verdict[i] == VERDICT_CHANGES)
			m->verdict[i] = -1;
	m->needed = rand() % 3;
}

static void give(struct model *m, int who, int verdict) {
	bool held;
	if (!m->asked[who] || review_next(m->rules, REVIEW_APPROVE, m->state, 0, &held) == NOT_FROM_HERE)
		return;
	m->verdict[who] = verdict;
	m->read[who] = m->text - (rand() % 8 == 0 && m->text > 0); /* somebody typed while they read */
}

/* Towards an end more often than away from it, so that many histories come to one. */
static void one_step(struct model *m) {
	int who = rand() % PEOPLE, what = rand() % 30;
	bool closed = m->state == DOCUMENT_ARCHIVED;
	if (what < 5) submit(m, who);
	else if (what < 12) give(m, who, VERDICT_APPROVE);
	else if (what < 13) give(m, who, VERDICT_CHANGES);
	else if (what < 17) m->answers += m->answers < 5;
	else if (what < 18) m->tbds = closed ? m->tbds : rand() % 2;
	else if (what < 19) m->musts = closed ? m->musts : rand() % 2;
	else if (what < 20) m->plan = closed ? m->plan : rand() % 6 > 0;
	else if (what < 21) m->text += !closed;
	else if (what < 22) m->editorial = m->text;
	else if (what < 23) m->lead[who] = m->asked[who];
	else if (what < 24) m->asked[who] = m->asked[who] && m->verdict[who] >= 0;
	else if (what < 27) publish(m);
	else if (what < 28) archive(m);
	else if (what < 29) { if (try_verb(m, REVIEW_WITHDRAW)) begin_again(m, false); }
	else if (rand() % 3 == 0 && try_verb(m, REVIEW_REOPEN)) begin_again(m, true);
	if (!m->wrong && m->state == DOCUMENT_ARCHIVED && !m->was_reviewed)
		m->wrong = "something unreviewed is in the archive";
	settle(m);
}

struct run {
	unsigned long published, archived, wrong;
	const char *first;
};

static struct run run_model(const struct review_rules *rules, int histories) {
	struct run r = { 0 };
	srand(20261122);
	for (int h = 0; h < histories; h++) {
		struct model m = { .rules = rules, .verdict = { -1, -1, -1 }, .plan = true, .published_text = -1 };
		for (int i = 0; i < STEPS && !m.wrong; i++)
			one_step(&m);
		r.published += m.published;
		r.archived += m.archived;
		r.wrong += m.wrong != NULL;
		if (m.wrong && !r.first)
			r.first = m.wrong;
	}
	return r;
}

TEST(review, a_hundred_thousand_histories_end_well) {
	struct run r = run_model(&review_rules, HISTORIES);
	if (r.wrong)
		fail_msg("%lu of %d histories went wrong: %s", r.wrong, HISTORIES, r.first);
	/* Else nothing was tried. */
	if (r.published < HISTORIES / 20 || r.archived < HISTORIES / 200)
		fail_msg("only %lu published, %lu archived", r.published, r.archived);
}

static bool ten(size_t open) {
	return open > 10;
}

static bool all_but_one(size_t open) {
	return open > 1;
}

/* Rules with one mistake in them: the model must find each. */
TEST(review, the_model_finds_mistakes_in_the_rules) {
	struct review_rules from_review = review_rules, no_gate = review_rules, wide = review_rules, nearly = review_rules, straight = review_rules, draft = review_rules;
	from_review.to[REVIEW_PUBLISH][DOCUMENT_IN_REVIEW] = DOCUMENT_PUBLISHED;
	from_review.holds = ten;
	no_gate.gated[REVIEW_PUBLISH] = false;
	wide.holds = ten;
	nearly.holds = all_but_one;
	straight.to[REVIEW_ARCHIVE][DOCUMENT_APPROVED] = DOCUMENT_ARCHIVED;
	straight.gated[REVIEW_ARCHIVE] = false;
	straight.to[REVIEW_PUBLISH][DOCUMENT_CHANGES_ASKED] = DOCUMENT_PUBLISHED;
	draft.to[REVIEW_REOPEN][DOCUMENT_PUBLISHED] = DOCUMENT_ARCHIVED;
	draft.to[REVIEW_WITHDRAW][DOCUMENT_APPROVED] = DOCUMENT_ARCHIVED;
	const struct review_rules *const planted[] = { &from_review, &no_gate, &wide, &nearly, &straight, &draft };
	for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
		if (!run_model(planted[i], 5000).wrong)
			fail_msg("mistake %zu was not found", i);
}
