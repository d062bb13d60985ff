/* What follows by itself: approvals lapse when the text changes, leads are asked when their service is given work, and who is awaited is reminded. */
#include "core/job.h"
#include "feature/incident/incident.h"
#include "feature/review/review_parts.h"

static enum st settle(struct ctx *c, int64_t document) {
	struct subject s;
	enum st st = subject_read(c, document, &s);
	if (st == ST_OK)
		st = settle_state(c, &s);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* Most documents that are being typed in have no approval that could lapse. */
static enum st follow_text(struct ctx *c, const struct event *e) {
	struct reviewer *r;
	size_t n;
	bool approved = false;
	enum st st = store_reviewers(c, e->noun_id, &r, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		approved = approved || r[i].verdict == VERDICT_APPROVE;
	return st == ST_OK && approved ? settle(c, e->noun_id) : st;
}
EVENT_ON(review, "document.edited", follow_text);

static enum st follow_plan(struct ctx *c, const struct event *e) {
	int64_t *ids;
	size_t n;
	struct document d;
	enum st st = store_reviewed_with(c, e->noun_id, &ids, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = document_read(c, ids[i], &d);
		if (st == ST_OK)
			st = ask_leads(c, &d);
		if (st == ST_OK)
			st = settle(c, ids[i]);
	}
	return st;
}
EVENT_ON(review, "action.created", follow_plan);

/* A day before the date, on it, and every day after it. */
static enum st remind_one(struct ctx *c, const struct late *x, int64_t today) {
	struct document d;
	struct civil day = civil_from_us(x->due * US_PER_DAY);
	enum st st = document_read(c, x->document, &d);
	if (st == ST_OK)
		st = store_reminded(c, x, today);
	if (st == ST_OK)
		st = emit(c, &d, "review.due", x->person, arena_printf(c->a, "\"person\":%lld,\"due\":\"%04d-%02d-%02d\",\"days\":%lld", (long long)x->person, day.year, day.month, day.day,
			(long long)(today - x->due)));
	return st;
}

static enum st remind(struct ctx *c) {
	int64_t today = c->now / US_PER_DAY;
	struct late *all;
	size_t n;
	enum st st = store_late(c, today, &all, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = remind_one(c, &all[i], today);
	return st;
}
JOB_EVERY(review, remind, 3600);

/* The document's row has its new scope already; what was said about it has the same one. */
static enum st follow_document(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	return strcmp(noun, "document") == 0 ? store_rescope(c, id, scope) : ST_OK;
}
RESCOPE_WITH(review, follow_document);
