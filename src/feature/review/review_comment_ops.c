/* Comments. They are their writer's alone until the review is handed in; then they stay, and are resolved. */
#include "feature/review/review_parts.h"

enum { LONGEST_COMMENT = 10000, LONGEST_QUOTE = 1000 };

struct comment_in {
	uint64_t given;
	int64_t id;
	str text, section, quote;
	bool must_fix;
};
INPUT(comment_in, "ReviewCommentNew", struct comment_in,
	F(struct comment_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct comment_in, FT_TEXT, text, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("its words"), .max = LONGEST_COMMENT),
	F(struct comment_in, FT_TEXT, section, FIELD_OPTIONAL, N_("anchor of a heading; without it: the whole document"), .max = 300),
	F(struct comment_in, FT_TEXT, quote, FIELD_OPTIONAL, N_("the words it is about"), .max = LONGEST_QUOTE),
	F(struct comment_in, FT_BOOL, must_fix, FIELD_OPTIONAL, N_("must be mended before it is published")));

struct edit_in {
	uint64_t given;
	int64_t id, comment;
	str text;
	bool must_fix;
};
INPUT(edit_in, "ReviewCommentChange", struct edit_in,
	F(struct edit_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct edit_in, FT_ID, comment, FIELD_REQUIRED | FIELD_PATH, N_("the comment")),
	F(struct edit_in, FT_TEXT, text, FIELD_NOT_EMPTY, N_("its words"), .max = LONGEST_COMMENT),
	F(struct edit_in, FT_BOOL, must_fix, FIELD_OPTIONAL, N_("must be mended before it is published")));

struct one_in {
	uint64_t given;
	int64_t id, comment;
};
INPUT(one_in, "ReviewCommentOf", struct one_in, F(struct one_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct one_in, FT_ID, comment, FIELD_REQUIRED | FIELD_PATH, N_("the comment")));

struct resolve_in {
	uint64_t given;
	int64_t id, comment;
	int resolution;
	str words;
};
INPUT(resolve_in, "ReviewCommentResolve", struct resolve_in, F(struct resolve_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct resolve_in, FT_ID, comment, FIELD_REQUIRED | FIELD_PATH, N_("the comment")),
	F(struct resolve_in, FT_ENUM, resolution, FIELD_REQUIRED, N_("done, action (an action item takes care of it), deferred"), .names = resolution_names),
	F(struct resolve_in, FT_TEXT, words, 0, N_("what was done about it; needed unless it is done"), .max = LONGEST_COMMENT));

/* ---- reading, telling ---- */

static enum st read_both(struct ctx *c, int64_t document, int64_t id, struct document *d, struct review_comment *x) {
	enum st st = document_read(c, document, d);
	if (st == ST_OK && d->state == DOCUMENT_ARCHIVED)
		return fail(c, ST_CONFLICT, "review.state", NULL, N_("This document is archived. Reopen it first."));
	if (st == ST_OK)
		st = store_comment(c, document, id, x);
	return st == ST_NOT_FOUND && !c->err.code ? fail(c, st, "comment.not_found", NULL, N_("There is no such comment.")) : st;
}

static enum st own(struct ctx *c, const struct review_comment *x) {
	if (x->person.id == c->who->person && x->pending)
		return ST_OK;
	return fail(c, ST_DENIED, "comment.handed_in", NULL, N_("Only its writer changes a comment, and only until it is handed in."));
}

/* Nobody else learns of a comment before it is handed in. */
static enum st note(struct ctx *c, const struct document *d, int64_t comment) {
	return event_emitf(c, "review.noted", "document", d->id, d->scope, arena_printf(c->a, "person:%lld", (long long)c->who->person), "{\"comment\":%lld}", (long long)comment);
}

static enum st reply_comment(struct ctx *c, int64_t document, int64_t id, struct reply *out) {
	struct review_comment x;
	enum st st = store_comment(c, document, id, &x);
	if (st == ST_OK)
		reply_record(c, out, &review_comment_shape, &x, x.version);
	return st;
}

/* ---- runs ---- */

static enum st run_comment(struct ctx *c, const void *data, struct reply *out) {
	const struct comment_in *in = data;
	struct subject s;
	int64_t id;
	enum st st = subject_read(c, in->id, &s);
	if (st == ST_OK)
		st = as_person(c);
	if (st == ST_OK && s.d.state == DOCUMENT_ARCHIVED)
		return fail(c, ST_CONFLICT, "review.state", NULL, N_("This document is archived. Reopen it first."));
	if (st == ST_OK)
		st = store_add_comment(c, &s.d, &(struct review_comment){ .text = in->text, .section = in->section, .quote = in->quote, .must_fix = in->must_fix }, &id);
	if (st == ST_OK)
		st = note(c, &s.d, id);
	if (st == ST_OK)
		st = reply_comment(c, in->id, id, out);
	if (st == ST_OK)
		out->location = arena_printf(c->a, "/api/v1/documents/%lld/comments/%lld", (long long)in->id, (long long)id);
	return st;
}

static enum st run_edit(struct ctx *c, const void *data, struct reply *out) {
	const struct edit_in *in = data;
	struct document d;
	struct review_comment x;
	enum st st = read_both(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = own(c, &x);
	if (st != ST_OK)
		return st;
	if (shape_given_name(&edit_in, in, "text"))
		x.text = in->text;
	if (shape_given_name(&edit_in, in, "must_fix"))
		x.must_fix = in->must_fix;
	st = store_change_comment(c, &x);
	if (st == ST_OK)
		st = note(c, &d, x.id);
	return st == ST_OK ? reply_comment(c, in->id, x.id, out) : st;
}

static enum st run_drop(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct one_in *in = data;
	struct document d;
	struct review_comment x;
	enum st st = read_both(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = own(c, &x);
	if (st == ST_OK)
		st = store_drop_comment(c, x.id);
	return st == ST_OK ? note(c, &d, x.id) : st;
}

static enum st check_resolver(struct ctx *c, const struct review_comment *x) {
	if (x->pending)
		return fail(c, ST_CONFLICT, "comment.pending", NULL, N_("This comment is not handed in yet."));
	if (x->person.id == c->who->person || perm_role_has(c->who->role, PERM_DOCUMENT_EDIT))
		return ST_OK;
	return fail(c, ST_DENIED, "comment.resolver", NULL, N_("Its writer, or somebody who may write here, resolves a comment."));
}

static enum st save(struct ctx *c, const struct document *d, const struct review_comment *x, const char *event, struct reply *out) {
	enum st st = store_change_comment(c, x);
	if (st == ST_OK)
		st = emit(c, d, event, x->person.id, arena_printf(c->a, "\"comment\":%lld,\"person\":%lld%s%s%s", (long long)x->id, (long long)x->person.id,
			x->resolution < 0 ? "" : ",\"resolution\":\"", x->resolution < 0 ? "" : resolution_names[x->resolution], x->resolution < 0 ? "" : "\""));
	return st == ST_OK ? reply_comment(c, d->id, x->id, out) : st;
}

static enum st run_resolve(struct ctx *c, const void *data, struct reply *out) {
	const struct resolve_in *in = data;
	struct document d;
	struct review_comment x;
	enum st st = read_both(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = check_resolver(c, &x);
	if (st == ST_OK && in->resolution != 0 && !in->words.n)
		return fail(c, ST_INVALID, "comment.no_words", "words", N_("Say which action item takes care of it, or why it can wait."));
	if (st != ST_OK)
		return st;
	x.resolution = in->resolution;
	x.resolved_at = c->now;
	x.resolved_by.id = c->who->person;
	x.words = in->words;
	return save(c, &d, &x, "review.resolved", out);
}

static enum st run_unresolve(struct ctx *c, const void *data, struct reply *out) {
	const struct one_in *in = data;
	struct document d;
	struct review_comment x;
	enum st st = read_both(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = check_resolver(c, &x);
	if (st != ST_OK)
		return st;
	x.resolution = -1;
	x.resolved_by.id = 0;
	x.words = STR_NONE;
	return save(c, &d, &x, "review.unresolved", out);
}

static const struct op ops[] = {
	OP("review.comment", "POST /api/v1/documents/{id}/comments", PERM_REVIEW_GIVE, OP_WRITE, BODY_JSON, &comment_in, REPLY_RECORD, &review_comment_shape, run_comment,
		N_("Write a comment on a document; only you see it until you hand in your review."), .noun = &document_noun, .flags = OP_CREATES),
	OP("review.edit_comment", "PATCH /api/v1/documents/{id}/comments/{comment}", PERM_REVIEW_GIVE, OP_WRITE, BODY_JSON, &edit_in, REPLY_RECORD, &review_comment_shape, run_edit,
		N_("Change a comment of yours that is not handed in yet."), .noun = &document_noun),
	OP("review.drop_comment", "DELETE /api/v1/documents/{id}/comments/{comment}", PERM_REVIEW_GIVE, OP_WRITE, BODY_NONE, &one_in, REPLY_NONE, NULL, run_drop,
		N_("Take back a comment of yours that is not handed in yet."), .noun = &document_noun),
	OP("review.resolve", "POST /api/v1/documents/{id}/comments/{comment}/resolve", PERM_REVIEW_GIVE, OP_WRITE, BODY_JSON, &resolve_in, REPLY_RECORD, &review_comment_shape,
		run_resolve, N_("Say that what a comment asks for is done, goes into an action item, or can wait."), .noun = &document_noun),
	OP("review.unresolve", "POST /api/v1/documents/{id}/comments/{comment}/unresolve", PERM_REVIEW_GIVE, OP_WRITE, BODY_JSON, &one_in, REPLY_RECORD, &review_comment_shape,
		run_unresolve, N_("Open a comment again."), .noun = &document_noun),
};

ROOM(review_comment_room, "review", ops);
