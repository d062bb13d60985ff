/* What a comment needs to begin and to end, and who hears of it. */
#include "feature/comment/comment_parts.h"
#include "text/utf8.h"

enum st comment_as_person(struct ctx *c) {
	if (c->who->person)
		return ST_OK;
	return fail(c, ST_DENIED, "comment.person", NULL, N_("A comment has a name under it: log in as a person."));
}

enum st comment_not_archived(struct ctx *c, const struct document *d) {
	if (d->state == DOCUMENT_ARCHIVED)
		return fail(c, ST_CONFLICT, "review.state", NULL, N_("This document is archived. Reopen it first."));
	return ST_OK;
}

enum st comment_tell(struct ctx *c, const struct document *d, const struct comment *x, const char *event, str more) {
	str topic = x->pending ? arena_printf(c->a, "person:%lld", (long long)c->who->person) : arena_printf(c->a, "document:%lld", (long long)d->id);
	return event_emitf(c, x->pending ? "comment.noted" : event, "document", d->id, d->scope, topic, "{\"comment\":%lld%s%.*s}", (long long)x->id, more.n ? "," : "", STR_FMT(more));
}

/* ---- beginning ---- */

static enum st too_many(struct ctx *c, int64_t document) {
	struct list all;
	enum st st = comment_store_list(c, document, &all);
	if (st == ST_OK && all.n >= COMMENT_MOST)
		return fail(c, ST_CONFLICT, "comment.too_many", NULL, N_("A document has at most %d comments."), COMMENT_MOST);
	return st;
}

static enum st not_in_text(struct ctx *c, const char *field) {
	return fail(c, ST_INVALID, "comment.range", field, N_("These words are not in the text at that version."));
}

/* The quote is what stands there, whoever says otherwise; nobody comments on words that nobody wrote. */
static enum st anchor(struct ctx *c, const struct document *d, const struct comment_start *s, struct comment *x) {
	str text;
	enum st st = ST_OK;
	if (s->from == I64_NONE)
		return ST_OK;
	if (s->to == I64_NONE || s->to <= s->from)
		return not_in_text(c, "to");
	st = document_text_at(c, d->id, x->text_version, &text);
	if (st == ST_OK && !cut_quote(c->a, text, s->from, s->to, COMMENT_LONGEST_QUOTE, &x->quote))
		return not_in_text(c, "from");
	x->from = s->from;
	x->to = s->to;
	x->anchor_version = x->text_version;
	return st;
}

/* An insertion is about the characters beside it, whole ones. */
static bool quote_around(struct ctx *c, str text, struct anchor *at, bool inserts, str *quote) {
	static const int64_t wider[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };
	for (size_t i = 0; i < (inserts ? 4 : 1); i++)
		if (cut_quote(c->a, text, at->from - wider[i][0], at->to + wider[i][1], COMMENT_LONGEST_QUOTE, quote)) {
			at->from -= wider[i][0];
			at->to += wider[i][1];
			return true;
		}
	return false;
}

static enum st suggest(struct ctx *c, const struct document *d, const struct comment_start *s, struct comment *x) {
	str text;
	struct anchor at;
	if (!s->changes)
		return ST_OK;
	if (changeset_is_empty(s->changes))
		return fail(c, ST_INVALID, "suggestion.empty", "changes", N_("This suggestion changes nothing."));
	enum st st = document_text_at(c, d->id, x->text_version, &text);
	if (st != ST_OK)
		return st;
	int64_t length = changeset_old_length(s->changes);
	anchor_of(s->changes, length, &at);
	x->takes = changes_take(s->changes);
	if ((int64_t)utf16_length(text) != length || !quote_around(c, text, &at, x->takes == 0, &x->quote))
		return fail(c, ST_INVALID, "suggestion.length", "changes", N_("This change set is for another text than that of the version."));
	x->from = at.from;
	x->to = at.to;
	x->anchor_version = x->text_version;
	x->changes = changes_json(c, s->changes);
	return ST_OK;
}

static enum st at_record(struct ctx *c, const struct document *d, const struct comment_start *s, struct comment *x) {
	const struct {
		const char *field;
		int64_t id;
		enum st (*find)(struct ctx *c, int64_t document, int64_t id, str *title);
	} kinds[] = { { "entry", s->entry, comment_store_entry }, { "action", s->action, comment_store_action }, { "cause", s->cause, comment_store_cause } };
	enum st st = ST_OK;
	str title;
	for (size_t i = 0; st == ST_OK && i < sizeof kinds / sizeof *kinds; i++) {
		if (!kinds[i].id)
			continue;
		st = kinds[i].find(c, d->id, kinds[i].id, &title);
		if (st == ST_NOT_FOUND)
			return fail(c, ST_INVALID, "comment.record", kinds[i].field, N_("This document shows no such record."));
		if (!x->quote.n)
			cut_quote(c->a, title, 0, (int64_t)utf16_length(title), COMMENT_LONGEST_QUOTE, &x->quote);
	}
	return st;
}

/* Made at an old version: once, here, and not again by whoever reads. */
static enum st bring_up_to_date(struct ctx *c, const struct document *d, struct comment *x) {
	int64_t version;
	x->resolution = -1;
	enum st st = comments_place(c, d->live_text, x, 1, &version);
	return st == ST_OK ? comment_store_place(c, x) : st;
}

enum st comment_begin(struct ctx *c, struct document *d, const struct comment_start *s, int64_t *id) {
	struct comment x = { .text = s->text, .section = s->section, .block = s->block, .quote = s->quote, .entry = s->entry, .action = s->action, .cause = s->cause, .from = I64_NONE,
		.to = I64_NONE, .text_version = s->at == I64_NONE ? d->text_version : s->at, .must_fix = s->must_fix, .held = s->held, .pending = s->held };
	enum st st = comment_as_person(c);
	if (st == ST_OK)
		st = comment_not_archived(c, d);
	if (st == ST_OK)
		st = too_many(c, d->id);
	if (st == ST_OK && (x.text_version < 0 || x.text_version > d->text_version))
		return fail(c, ST_INVALID, "comment.version", "version", N_("This version of the text never was."));
	if (st == ST_OK)
		st = anchor(c, d, s, &x);
	if (st == ST_OK)
		st = suggest(c, d, s, &x);
	if (st == ST_OK)
		st = at_record(c, d, s, &x);
	if (st == ST_OK)
		st = comment_store_insert(c, d, &x, id);
	x.id = st == ST_OK ? *id : 0;
	if (st == ST_OK && x.from != I64_NONE && x.text_version < d->text_version)
		st = bring_up_to_date(c, d, &x);
	if (st != ST_OK)
		return st;
	return comment_tell(c, d, &x, "comment.started", s->changes ? STR("\"suggests\":true") : STR_NONE);
}

/* ---- one of them ---- */

enum st comment_read(struct ctx *c, const struct document *d, int64_t id, struct comment *out) {
	int64_t version;
	enum st st = comment_store_get(c, d->id, id, out);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "comment.not_found", NULL, N_("There is no such comment."));
	if (st == ST_OK)
		st = comment_store_fill(c, d->id, &(struct list){ out, 1 });
	return st == ST_OK ? comments_place(c, d->live_text, out, 1, &version) : st;
}

enum st comment_list(struct ctx *c, const struct document *d, struct list *out, int64_t *version) {
	enum st st = comment_store_list(c, d->id, out);
	if (st == ST_OK)
		st = comment_store_fill(c, d->id, out);
	return st == ST_OK ? comments_place(c, d->live_text, out->items, out->n, version) : st;
}

enum st comment_of_reviews(struct ctx *c, const struct document *d, struct list *out) {
	int64_t version;
	enum st st = comment_store_of_reviews(c, d->id, out);
	if (st == ST_OK)
		st = comment_store_fill(c, d->id, out);
	return st == ST_OK ? comments_place(c, d->live_text, out->items, out->n, &version) : st;
}

enum st comment_open(struct ctx *c, int64_t document, int64_t id, struct document *d, struct comment *x) {
	enum st st = document_read(c, document, d);
	if (st == ST_OK)
		st = comment_not_archived(c, d);
	if (st == ST_OK)
		st = comment_read(c, d, id, x);
	return st;
}

enum st comment_reply_with(struct ctx *c, const struct document *d, int64_t id, struct reply *out) {
	struct comment x;
	enum st st = comment_read(c, d, id, &x);
	if (st == ST_OK)
		reply_record(c, out, &comment_shape, &x, x.version);
	return st;
}

/* ---- its end ---- */

enum st comment_settle(struct ctx *c, const struct document *d, struct comment *x, int resolution, str words) {
	static const char *const events[] = { "comment.resolved", "comment.resolved", "comment.resolved", "suggestion.accepted", "suggestion.rejected" };
	x->resolution = resolution;
	x->resolved_at = c->now;
	x->resolved_by.id = c->who->person;
	x->words = words;
	enum st st = comment_store_save(c, x);
	if (st == ST_OK && x->changes.n)
		st = comment_store_place(c, x);
	if (st != ST_OK)
		return st;
	return comment_tell(c, d, x, events[resolution],
		arena_printf(c->a, "\"person\":%lld,\"resolution\":\"%s\"", (long long)x->person.id, comment_resolution_names[resolution]));
}

enum st comment_hand_in(struct ctx *c, const struct document *d, int64_t review, int64_t *n) {
	struct list held;
	enum st st = comment_store_held(c, d->id, &held);
	struct comment *x = held.items;
	*n = (int64_t)held.n;
	if (st == ST_OK)
		st = comment_store_hand_in(c, d->id, review);
	for (size_t i = 0; st == ST_OK && i < held.n; i++) {
		x[i].pending = false;
		st = comment_tell(c, d, &x[i], "comment.started", STR("\"review\":true"));
	}
	return st;
}
