/* Steps from state to state, and what follows by itself from what reviewers have said. */
#include "feature/review/review_parts.h"

str review_quoted(struct ctx *c, str s) {
	struct buf b = buf_in(c->a);
	json_quote(&b, s);
	return buf_str(&b);
}

/* Somebody outside the circle of a restricted document hears of it when they are let in. */
static str topics(struct ctx *c, const struct document *d, int64_t person) {
	str all = document_topics(c, d->id);
	return person && !d->scope ? arena_printf(c->a, "%.*s person:%lld", STR_FMT(all), (long long)person) : all;
}

enum st emit(struct ctx *c, const struct document *d, const char *event, int64_t person, str data) {
	str title = review_quoted(c, d->title);
	return event_emitf(c, event, "document", d->id, d->scope, topics(c, d, person), "{\"state\":\"%s\",\"title\":%.*s%s%.*s}", document_state_names[d->state], STR_FMT(title),
		data.n ? "," : "", STR_FMT(data));
}

/* ---- checking ---- */

static const char *const not_from_here[REVIEW_VERBS] = {
	[REVIEW_SUBMIT] = N_("Only a draft, or a document for which changes were asked, can be submitted for review."),
	[REVIEW_ASK_CHANGES] = N_("This document is not being reviewed."),
	[REVIEW_APPROVE] = N_("This document is not being reviewed."),
	[REVIEW_LAPSE] = N_("This document is not being reviewed."),
	[REVIEW_WITHDRAW] = N_("Only a document that is being reviewed and is not published can be taken back."),
	[REVIEW_PUBLISH] = N_("Only an approved document can be published. Submit it for review first."),
	[REVIEW_ARCHIVE] = N_("Only a published document can be archived: nothing goes into the archive unreviewed."),
	[REVIEW_REOPEN] = N_("Only a published or archived document can be reopened."),
};

extern const struct shape blocker_shape;

static enum st refuse_open(struct ctx *c, const struct blockers *b, size_t open) {
	struct buf json = buf_in(c->a);
	struct jw w;
	const struct blocker *first = NULL;
	for (size_t i = 0; i < b->n && !first; i++)
		first = b->items[i].waived ? NULL : &b->items[i];
	jw_init(&w, &json);
	jw_obj(&w);
	jw_key(&w, "blockers");
	shape_write_list(&w, &blocker_shape, &(struct list){ b->items, b->n });
	jw_end(&w);
	enum st st = fail(c, ST_CONFLICT, "review.blocked", NULL, N_("Something is still open (%zu). First: %.*s"), open, STR_FMT(first ? first->words : STR_NONE));
	c->err.current = buf_str(&json);
	return st;
}

enum st review_check(struct ctx *c, const struct document *d, enum review_verb verb, enum document_state *to) {
	struct subject s;
	struct blockers blockers = { 0 };
	struct list waivers;
	size_t open = 0;
	bool held;
	enum st st = ST_OK;
	if (review_rules.gated[verb]) {
		st = subject_read(c, d->id, &s);
		if (st == ST_OK)
			st = store_waivers(c, d->id, &waivers);
		if (st == ST_OK)
			st = find_blockers(c, &s.blocks, &waivers, &blockers, &open);
	}
	if (st != ST_OK)
		return st;
	int next = review_next(&review_rules, verb, (enum document_state)d->state, open, &held);
	/* An approval lapses a moment after the text was changed: whoever publishes hears the same before that and after it. */
	bool lapsed = verb == REVIEW_PUBLISH && d->state == DOCUMENT_IN_REVIEW && open > 0;
	if (held || lapsed)
		return refuse_open(c, &blockers, open);
	*to = (enum document_state)next;
	return next == NOT_FROM_HERE ? fail_plain(c, ST_CONFLICT, "review.state", not_from_here[verb]) : ST_OK;
}

enum st step(struct ctx *c, struct document *d, enum review_verb verb, const char *event, str data) {
	enum document_state to;
	enum st st = review_check(c, d, verb, &to);
	return st == ST_OK ? document_move(c, d, to, event, data) : st;
}

/* ---- what follows ---- */

static str people_json(struct ctx *c, const struct reviewer *r, size_t n, bool stale_only) {
	struct buf b = buf_in(c->a);
	buf_lit(&b, "\"reviewers\":[");
	size_t written = 0;
	for (size_t i = 0; i < n; i++)
		if (!stale_only || r[i].stale)
			buf_printf(&b, "%s%lld", written++ ? "," : "", (long long)r[i].person.id);
	buf_lit(&b, "]");
	return buf_str(&b);
}

/* Writes down, once, which approvals no longer hold, so that whoever is asked again is told and the queue knows since when. */
static enum st note_stale(struct ctx *c, const struct document *d, const struct reviewer *r, size_t n) {
	bool news = false;
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		bool was = r[i].stale_at != I64_NONE;
		if (was != r[i].stale)
			st = store_stale(c, d->id, r[i].person.id, r[i].stale);
		news = news || (r[i].stale && !was);
	}
	return st == ST_OK && news ? emit(c, d, "review.lapsed", 0, people_json(c, r, n, true)) : st;
}

static const char *event_of(enum review_verb verb) {
	return verb == REVIEW_APPROVE ? "document.approved" : verb == REVIEW_ASK_CHANGES ? "document.changes_asked" : "document.in_review";
}

enum st settle_state(struct ctx *c, struct subject *s) {
	struct reviewer *r;
	size_t n;
	struct list waivers;
	struct review_round round;
	enum st st = store_reviewers(c, s->d.id, &r, &n);
	if (st == ST_OK)
		st = store_waivers(c, s->d.id, &waivers);
	if (st == ST_OK)
		st = store_round(c, s->d.id, &round);
	if (st == ST_OK)
		st = weigh_reviewers(c, &s->blocks, &waivers, r, n);
	if (st == ST_OK)
		st = note_stale(c, &s->d, r, n);
	if (st != ST_OK)
		return st;
	struct tally t = tally_of(c, r, n, round.needed);
	enum review_verb verb = review_settles((enum document_state)s->d.state, &t);
	return verb == REVIEW_VERBS ? ST_OK : step(c, &s->d, verb, event_of(verb), people_json(c, r, n, false));
}
