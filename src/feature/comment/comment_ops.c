/* Operations on comments. What becomes of suggestions is in comment_suggest_ops.c. */
#include "feature/comment/comment_make.h"
#include "text/utf8.h"

/* ---- how it is shown ---- */

SHAPE(reply_shape, "CommentReply", struct comment_reply, N_("an answer to a comment"),
	F(struct comment_reply, FT_ID, id, FIELD_REQUIRED, N_("its number")),
	F(struct comment_reply, FT_OBJ, person, FIELD_REQUIRED, N_("who wrote it"), .shape = &ref_shape),
	F(struct comment_reply, FT_TEXT, text, FIELD_REQUIRED, N_("its words")),
	F(struct comment_reply, FT_TIME, made_at, FIELD_REQUIRED, N_("when it was written")),
	F(struct comment_reply, FT_TIME, edited_at, FIELD_OPTIONAL, N_("when its writer changed it last")));

SHAPE(made_shape, "CommentMade", struct comment_made, N_("what a comment has become"),
	F(struct comment_made, FT_ENUM, kind, FIELD_REQUIRED, N_("action, timeline, cause, tbd"), .names = comment_kind_names),
	F(struct comment_made, FT_I64, record, FIELD_REQUIRED, N_("its number; 0: it stands in the text")),
	F(struct comment_made, FT_TEXT, title, FIELD_REQUIRED, N_("what it is called")),
	F(struct comment_made, FT_I64, incident, FIELD_REQUIRED, N_("incident of a timeline entry; 0: none")));

SHAPE(comment_shape, "Comment", struct comment, N_("a comment on a document"),
	F(struct comment, FT_ID, id, FIELD_REQUIRED, N_("its number")),
	F(struct comment, FT_OBJ, person, FIELD_REQUIRED, N_("who wrote it"), .shape = &ref_shape),
	F(struct comment, FT_TEXT, text, FIELD_REQUIRED, N_("its words; empty: a suggestion that speaks for itself, or taken back")),
	F(struct comment, FT_TEXT, section, FIELD_OPTIONAL, N_("anchor of the heading it is about; null: the whole document")),
	F(struct comment, FT_TEXT, block, FIELD_OPTIONAL, N_("name of the live block it is about")),
	F(struct comment, FT_ID, entry, FIELD_OPTIONAL, N_("the timeline entry it is about")),
	F(struct comment, FT_ID, action, FIELD_OPTIONAL, N_("the action item it is about")),
	F(struct comment, FT_ID, cause, FIELD_OPTIONAL, N_("the cause it is about")),
	F(struct comment, FT_TEXT, quote, FIELD_OPTIONAL, N_("the words it is about, as they were")),
	F(struct comment, FT_I64, from, FIELD_OPTIONAL, N_("where they begin now, in UTF-16 units")),
	F(struct comment, FT_I64, to, FIELD_OPTIONAL, N_("where they end now")),
	F(struct comment, FT_BOOL, gone, FIELD_REQUIRED, N_("none of these words is left in the text")),
	F(struct comment, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text that was read")),
	F(struct comment, FT_BOOL, must_fix, FIELD_REQUIRED, N_("must be mended before it is published")),
	F(struct comment, FT_BOOL, pending, FIELD_REQUIRED, N_("part of a review that is not handed in yet: only you see it")),
	F(struct comment, FT_TIME, made_at, FIELD_REQUIRED, N_("when it was written")),
	F(struct comment, FT_TIME, edited_at, FIELD_OPTIONAL, N_("when its writer changed it last")),
	F(struct comment, FT_TIME, removed_at, FIELD_OPTIONAL, N_("when its writer took it back; the answers stay")),
	F(struct comment, FT_ENUM, resolution, FIELD_OPTIONAL, N_("done, action (an action item takes care of it), deferred; accepted, rejected (a suggestion); null: open"),
		.names = comment_resolution_names),
	F(struct comment, FT_TIME, resolved_at, FIELD_OPTIONAL, N_("when it was resolved")),
	F(struct comment, FT_OBJ, resolved_by, FIELD_OPTIONAL, N_("who resolved it"), .shape = &ref_shape),
	F(struct comment, FT_TEXT, words, FIELD_OPTIONAL, N_("what was done about it")),
	F(struct comment, FT_JSON, changes, FIELD_OPTIONAL, N_("what it suggests: a ChangeSet of CodeMirror, for the text as it is now; as it was last, once it is resolved; null: nothing")),
	F(struct comment, FT_BOOL, conflict, FIELD_REQUIRED, N_("words that it would change are gone")),
	F(struct comment, FT_LIST, replies, FIELD_REQUIRED, N_("answers, oldest first"), .shape = &reply_shape),
	F(struct comment, FT_LIST, made, FIELD_REQUIRED, N_("what it has become"), .shape = &made_shape),
	F(struct comment, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

struct comments {
	int64_t text_version;
	struct list items;
};
SHAPE(comments_shape, "Comments", struct comments, N_("the comments on a document"),
	F(struct comments, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text that from, to and changes are of")),
	F(struct comments, FT_LIST, items, FIELD_REQUIRED, N_("oldest first"), .shape = &comment_shape));

/* ---- input ---- */

#define OF_DOCUMENT(T) F(T, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM")
#define OF_COMMENT(T) OF_DOCUMENT(T), F(T, FT_ID, comment, FIELD_REQUIRED | FIELD_PATH, N_("the comment"))

struct id_in {
	uint64_t given;
	int64_t id;
};
INPUT(id_in, "CommentsOf", struct id_in, OF_DOCUMENT(struct id_in));

struct start_in {
	uint64_t given;
	int64_t id;
	str text, section, quote, block;
	int64_t entry, action, cause, from, to, version;
	bool must_fix, held;
	const json_t *changes;
	struct make_in make;
};
INPUT(start_in, "CommentStart", struct start_in, OF_DOCUMENT(struct start_in),
	F(struct start_in, FT_TEXT, text, 0, N_("its words; may be missing when it suggests something or becomes something"), .max = COMMENT_LONGEST),
	F(struct start_in, FT_I64, from, FIELD_OPTIONAL, N_("where the words begin that it is about, in UTF-16 units"), .min = 0, .max = COLLAB_LONGEST),
	F(struct start_in, FT_I64, to, FIELD_OPTIONAL, N_("where they end"), .min = 0, .max = COLLAB_LONGEST),
	F(struct start_in, FT_I64, version, FIELD_OPTIONAL, N_("version of the text that from, to and changes are of; without: the newest"), .min = 0, .max = INT64_MAX),
	F(struct start_in, FT_PARSED, changes, FIELD_OPTIONAL, N_("what it suggests: a ChangeSet of CodeMirror, as JSON")),
	F(struct start_in, FT_TEXT, section, FIELD_OPTIONAL, N_("anchor of a heading; without it: the whole document"), .max = 300),
	F(struct start_in, FT_TEXT, quote, FIELD_OPTIONAL, N_("the words it is about, when nobody knows where they stand"), .max = COMMENT_LONGEST_QUOTE),
	F(struct start_in, FT_TEXT, block, FIELD_OPTIONAL, N_("name of a live block"), .max = 40),
	F(struct start_in, FT_ID, entry, FIELD_OPTIONAL, N_("a timeline entry of an incident that the document is about")),
	F(struct start_in, FT_ID, action, FIELD_OPTIONAL, N_("an action item of the document or its incidents"), .prefix = "ACT"),
	F(struct start_in, FT_ID, cause, FIELD_OPTIONAL, N_("a cause of the document")),
	F(struct start_in, FT_BOOL, must_fix, FIELD_OPTIONAL, N_("must be mended before it is published")),
	F(struct start_in, FT_BOOL, held, FIELD_OPTIONAL, N_("part of your review: only you see it until you hand that in")),
	F(struct start_in, FT_OBJ, make, FIELD_OPTIONAL, N_("what it becomes at once"), .shape = &make_shape));

struct text_in {
	uint64_t given;
	int64_t id, comment, reply;
	str text;
	bool must_fix;
};
INPUT(edit_in, "CommentChange", struct text_in, OF_COMMENT(struct text_in),
	F(struct text_in, FT_TEXT, text, FIELD_NOT_EMPTY, N_("its words"), .max = COMMENT_LONGEST),
	F(struct text_in, FT_BOOL, must_fix, FIELD_OPTIONAL, N_("must be mended before it is published")));
INPUT(reply_in, "CommentAnswer", struct text_in, OF_COMMENT(struct text_in),
	F(struct text_in, FT_TEXT, text, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("its words"), .max = COMMENT_LONGEST));
INPUT(edit_reply_in, "CommentAnswerChange", struct text_in, OF_COMMENT(struct text_in),
	F(struct text_in, FT_ID, reply, FIELD_REQUIRED | FIELD_PATH, N_("the answer")),
	F(struct text_in, FT_TEXT, text, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("its words"), .max = COMMENT_LONGEST));
INPUT(one_in, "CommentOf", struct text_in, OF_COMMENT(struct text_in));
INPUT(one_reply_in, "CommentAnswerOf", struct text_in, OF_COMMENT(struct text_in), F(struct text_in, FT_ID, reply, FIELD_REQUIRED | FIELD_PATH, N_("the answer")));

static const char *const settled_names[] = { "done", "action", "deferred", NULL };
struct resolve_in {
	uint64_t given;
	int64_t id, comment;
	int resolution;
	str words;
};
INPUT(resolve_in, "CommentResolve", struct resolve_in, OF_COMMENT(struct resolve_in),
	F(struct resolve_in, FT_ENUM, resolution, FIELD_OPTIONAL, N_("done, action (an action item takes care of it), deferred; without: done"), .names = settled_names),
	F(struct resolve_in, FT_TEXT, words, 0, N_("what was done about it; needed unless it is done"), .max = COMMENT_LONGEST));

struct make_of_in {
	uint64_t given;
	int64_t id, comment;
	struct make_in make;
};
INPUT(make_of_in, "CommentMakeOf", struct make_of_in, OF_COMMENT(struct make_of_in), F(struct make_of_in, FT_OBJ, make, FIELD_REQUIRED, N_("what it becomes"), .shape = &make_shape));

/* ---- reading ---- */

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	struct document d;
	struct comments all;
	enum st st = document_read(c, ((const struct id_in *)data)->id, &d);
	if (st == ST_OK)
		st = comment_list(c, &d, &all.items, &all.text_version);
	if (st == ST_OK)
		reply_record(c, out, &comments_shape, &all, 0);
	return st;
}

/* ---- beginning ---- */

static enum st read_changes(struct ctx *c, const struct start_in *in, const struct changeset **out) {
	*out = NULL;
	if (!in->changes || json_is_null(in->changes))
		return ST_OK;
	if (changeset_from_json(c->a, in->changes, out) == ST_OK)
		return ST_OK;
	return fail(c, ST_INVALID, "collab.changes", "changes", N_("This is not a change set: lengths and lists of lines, without line breaks or halves of characters inside a line."));
}

static enum st run_start(struct ctx *c, const void *data, struct reply *out) {
	const struct start_in *in = data;
	struct document d;
	struct comment x;
	const struct changeset *changes;
	int64_t id;
	bool makes = shape_given_name(&start_in, in, "make");
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = read_changes(c, in, &changes);
	if (st == ST_OK && !in->text.n && !changes && !makes)
		return fail(c, ST_INVALID, "field.empty", "text", N_("Say something."));
	if (st == ST_OK)
		st = comment_begin(c, &d, &(struct comment_start){ in->text, in->section, in->block, in->quote, in->entry, in->action, in->cause, in->from, in->to, in->version, in->must_fix,
			in->held, changes }, &id);
	if (st == ST_OK && makes)
		st = comment_read(c, &d, id, &x);
	if (st == ST_OK && makes)
		st = comment_make(c, &d, &x, &in->make);
	if (st == ST_OK)
		st = comment_reply_with(c, &d, id, out);
	if (st == ST_OK)
		out->location = arena_printf(c->a, "/api/v1/documents/%lld/comments/%lld", (long long)in->id, (long long)id);
	return st;
}

static enum st run_make(struct ctx *c, const void *data, struct reply *out) {
	const struct make_of_in *in = data;
	struct document d;
	struct comment x;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = comment_as_person(c);
	if (st == ST_OK)
		st = comment_make(c, &d, &x, &in->make);
	return st == ST_OK ? comment_reply_with(c, &d, in->comment, out) : st;
}

/* ---- one's own words ---- */

static enum st own(struct ctx *c, int64_t person) {
	if (person == c->who->person)
		return ST_OK;
	return fail(c, ST_DENIED, "comment.not_yours", NULL, N_("Only its writer changes a comment."));
}

/* What was handed in is what others have judged by. */
static enum st own_comment(struct ctx *c, const struct comment *x) {
	if (x->held && !x->pending)
		return fail(c, ST_DENIED, "comment.handed_in", NULL, N_("Only its writer changes a comment, and only until it is handed in."));
	return own(c, x->person.id);
}

static enum st run_edit(struct ctx *c, const void *data, struct reply *out) {
	const struct text_in *in = data;
	struct document d;
	struct comment x;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = own_comment(c, &x);
	if (st != ST_OK)
		return st;
	if (shape_given_name(&edit_in, in, "text"))
		x.text = in->text;
	if (shape_given_name(&edit_in, in, "must_fix"))
		x.must_fix = in->must_fix;
	x.edited_at = c->now;
	x.removed_at = I64_NONE;
	st = comment_store_save(c, &x);
	if (st == ST_OK)
		st = comment_tell(c, &d, &x, "comment.edited", STR_NONE);
	return st == ST_OK ? comment_reply_with(c, &d, x.id, out) : st;
}

/* Answers of others keep standing, and what it has become keeps its source. */
static enum st take_back(struct ctx *c, struct comment *x) {
	if (!x->replies.n && !x->made.n)
		return comment_store_remove(c, x->id);
	x->text = STR("");
	x->removed_at = c->now;
	return comment_store_save(c, x);
}

static enum st run_drop(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct text_in *in = data;
	struct document d;
	struct comment x;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = own_comment(c, &x);
	if (st == ST_OK)
		st = take_back(c, &x);
	return st == ST_OK ? comment_tell(c, &d, &x, "comment.removed", STR_NONE) : st;
}

/* ---- answers ---- */

static str reply_data(struct ctx *c, int64_t reply) {
	return arena_printf(c->a, "\"reply\":%lld", (long long)reply);
}

static enum st run_reply(struct ctx *c, const void *data, struct reply *out) {
	const struct text_in *in = data;
	struct document d;
	struct comment x;
	int64_t id;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = comment_as_person(c);
	if (st == ST_OK && x.pending)
		return fail(c, ST_CONFLICT, "comment.pending", NULL, N_("This comment is not handed in yet."));
	if (st == ST_OK)
		st = comment_store_reply(c, x.id, in->text, &id);
	if (st == ST_OK)
		st = comment_tell(c, &d, &x, "comment.replied", reply_data(c, id));
	if (st == ST_OK)
		st = comment_reply_with(c, &d, x.id, out);
	if (st == ST_OK)
		out->location = arena_printf(c->a, "/api/v1/documents/%lld/comments/%lld/replies/%lld", (long long)in->id, (long long)x.id, (long long)id);
	return st;
}

static enum st open_reply(struct ctx *c, const struct text_in *in, struct document *d, struct comment *x, struct comment_reply *y) {
	enum st st = comment_open(c, in->id, in->comment, d, x);
	if (st == ST_OK)
		st = comment_store_reply_of(c, x->id, in->reply, y);
	if (st == ST_NOT_FOUND && !c->err.code)
		return fail(c, st, "comment.not_found", NULL, N_("There is no such comment."));
	return st == ST_OK ? own(c, y->person.id) : st;
}

static enum st run_edit_reply(struct ctx *c, const void *data, struct reply *out) {
	const struct text_in *in = data;
	struct document d;
	struct comment x;
	struct comment_reply y;
	enum st st = open_reply(c, in, &d, &x, &y);
	if (st == ST_OK)
		st = comment_store_save_reply(c, y.id, in->text);
	if (st == ST_OK)
		st = comment_tell(c, &d, &x, "comment.edited", reply_data(c, y.id));
	return st == ST_OK ? comment_reply_with(c, &d, x.id, out) : st;
}

static enum st run_drop_reply(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct text_in *in = data;
	struct document d;
	struct comment x;
	struct comment_reply y;
	enum st st = open_reply(c, in, &d, &x, &y);
	if (st == ST_OK)
		st = comment_store_remove_reply(c, y.id);
	return st == ST_OK ? comment_tell(c, &d, &x, "comment.removed", reply_data(c, y.id)) : st;
}

/* ---- its end ---- */

static enum st check_resolver(struct ctx *c, const struct comment *x) {
	if (x->pending)
		return fail(c, ST_CONFLICT, "comment.pending", NULL, N_("This comment is not handed in yet."));
	if (x->person.id == c->who->person || perm_role_has(c->who->role, PERM_DOCUMENT_EDIT))
		return ST_OK;
	return fail(c, ST_DENIED, "comment.resolver", NULL, N_("Its writer, or somebody who may write here, resolves a comment."));
}

static enum st run_resolve(struct ctx *c, const void *data, struct reply *out) {
	const struct resolve_in *in = data;
	struct document d;
	struct comment x;
	int resolution = in->resolution < 0 ? COMMENT_DONE : in->resolution;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = check_resolver(c, &x);
	if (st == ST_OK && resolution != COMMENT_DONE && !in->words.n)
		return fail(c, ST_INVALID, "comment.no_words", "words", N_("Say which action item takes care of it, or why it can wait."));
	if (st == ST_OK)
		st = comment_settle(c, &d, &x, resolution, in->words);
	return st == ST_OK ? comment_reply_with(c, &d, x.id, out) : st;
}

static enum st run_reopen(struct ctx *c, const void *data, struct reply *out) {
	const struct text_in *in = data;
	struct document d;
	struct comment x;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = check_resolver(c, &x);
	if (st == ST_OK && x.changes.n && x.resolution >= COMMENT_ACCEPTED)
		return fail(c, ST_CONFLICT, "suggestion.settled", NULL, N_("This suggestion was decided on. Suggest it anew."));
	if (st != ST_OK)
		return st;
	x.resolution = -1;
	x.resolved_by.id = 0;
	x.words = STR_NONE;
	st = comment_store_save(c, &x);
	if (st == ST_OK)
		st = comment_tell(c, &d, &x, "comment.reopened", STR_NONE);
	return st == ST_OK ? comment_reply_with(c, &d, x.id, out) : st;
}

static const struct op ops[] = {
	OP("comment.list", "GET /api/v1/documents/{id}/comments", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &id_in, REPLY_RECORD, &comments_shape, run_list,
		N_("What was said to a document, and where it stands in the text now."), .noun = &document_noun, .flags = OP_MCP),
	OP("comment.start", "POST /api/v1/documents/{id}/comments", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &start_in, REPLY_RECORD, &comment_shape, run_start,
		N_("Comment on words of a document, on a record that it shows, or on all of it; or suggest a change."), .noun = &document_noun, .flags = OP_CREATES | OP_MCP),
	OP("comment.edit", "PATCH /api/v1/documents/{id}/comments/{comment}", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &edit_in, REPLY_RECORD, &comment_shape, run_edit,
		N_("Change a comment of yours; one of a review only until it is handed in."), .noun = &document_noun),
	OP("comment.drop", "DELETE /api/v1/documents/{id}/comments/{comment}", PERM_COMMENT_WRITE, OP_WRITE, BODY_NONE, &one_in, REPLY_NONE, NULL, run_drop,
		N_("Take back a comment of yours; answers to it stay."), .noun = &document_noun),
	OP("comment.reply", "POST /api/v1/documents/{id}/comments/{comment}/replies", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &reply_in, REPLY_RECORD, &comment_shape, run_reply,
		N_("Answer a comment."), .noun = &document_noun, .flags = OP_CREATES | OP_MCP),
	OP("comment.edit_reply", "PATCH /api/v1/documents/{id}/comments/{comment}/replies/{reply}", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &edit_reply_in, REPLY_RECORD, &comment_shape, run_edit_reply,
		N_("Change an answer of yours."), .noun = &document_noun),
	OP("comment.drop_reply", "DELETE /api/v1/documents/{id}/comments/{comment}/replies/{reply}", PERM_COMMENT_WRITE, OP_WRITE, BODY_NONE, &one_reply_in, REPLY_NONE, NULL, run_drop_reply,
		N_("Take back an answer of yours."), .noun = &document_noun),
	OP("comment.resolve", "POST /api/v1/documents/{id}/comments/{comment}/resolve", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &resolve_in, REPLY_RECORD, &comment_shape, run_resolve,
		N_("Say that what a comment asks for is done, goes into an action item, or can wait."), .noun = &document_noun),
	OP("comment.reopen", "POST /api/v1/documents/{id}/comments/{comment}/reopen", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &one_in, REPLY_RECORD, &comment_shape, run_reopen,
		N_("Open a comment again."), .noun = &document_noun),
	OP("comment.make", "POST /api/v1/documents/{id}/comments/{comment}/make", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &make_of_in, REPLY_RECORD, &comment_shape, run_make,
		N_("Make an action item, a timeline entry, a cause or a TBD of a comment."), .noun = &document_noun),
};

ROOM(comment_room, "comment", ops);
