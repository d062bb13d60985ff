/* Suggestions: a change set that somebody made at a version and that follows the text until somebody decides. Accepted, it is an update of whoever accepts it, as if typed. */
#include "feature/comment/comment_make.h"

#define OF_DOCUMENT(T) F(T, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM")

struct one_in {
	uint64_t given;
	int64_t id, comment;
	str words;
};
INPUT(accept_in, "SuggestionAccept", struct one_in, OF_DOCUMENT(struct one_in), F(struct one_in, FT_ID, comment, FIELD_REQUIRED | FIELD_PATH, N_("the suggestion")));
INPUT(reject_in, "SuggestionReject", struct one_in, OF_DOCUMENT(struct one_in), F(struct one_in, FT_ID, comment, FIELD_REQUIRED | FIELD_PATH, N_("the suggestion")),
	F(struct one_in, FT_TEXT, words, 0, N_("why not, in a word"), .max = COMMENT_LONGEST));

struct some_in {
	uint64_t given;
	int64_t id;
	struct list comments;
};
INPUT(some_in, "SuggestionsAccept", struct some_in, OF_DOCUMENT(struct some_in),
	F(struct some_in, FT_IDS, comments, FIELD_OPTIONAL, N_("which; without: all that are open"), .max = COMMENT_MOST));

struct accepted {
	int64_t text_version;
	struct list accepted, conflicts; /* of int64_t */
};
SHAPE(accepted_shape, "SuggestionsAccepted", struct accepted, N_("what became of several suggestions"),
	F(struct accepted, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text now")),
	F(struct accepted, FT_IDS, accepted, FIELD_REQUIRED, N_("those that are in the text")),
	F(struct accepted, FT_IDS, conflicts, FIELD_REQUIRED, N_("those that are not, because words that they would change are gone")));

static enum st check_open(struct ctx *c, const struct comment *x) {
	if (!x->changes.n)
		return fail(c, ST_INVALID, "suggestion.none", NULL, N_("This comment suggests no change."));
	if (x->pending)
		return fail(c, ST_CONFLICT, "comment.pending", NULL, N_("This comment is not handed in yet."));
	if (x->resolution >= 0)
		return fail(c, ST_CONFLICT, "suggestion.settled", NULL, N_("This suggestion was decided on. Suggest it anew."));
	return ST_OK;
}

/* *x is as it was read in this transaction: its changes are for the newest text. */
static enum st accept(struct ctx *c, struct document *d, struct comment *x, int64_t *version) {
	const struct changeset *changes;
	enum st st = collab_version(c, d->live_text, version);
	if (st == ST_OK)
		st = changes_read(c, x->changes, &changes);
	if (st == ST_OK)
		st = comment_push(c, d, "suggested", x->id, *version, changes, version);
	return st == ST_OK ? comment_settle(c, d, x, COMMENT_ACCEPTED, STR_NONE) : st;
}

static enum st run_accept(struct ctx *c, const void *data, struct reply *out) {
	const struct one_in *in = data;
	struct document d;
	struct comment x;
	int64_t version;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = comment_as_person(c);
	if (st == ST_OK)
		st = check_open(c, &x);
	if (st == ST_OK && x.conflict)
		return fail(c, ST_CONFLICT, "suggestion.conflict", NULL, N_("Words that this suggestion changes are gone from the text. Reject it, or write it into the text yourself."));
	if (st == ST_OK)
		st = accept(c, &d, &x, &version);
	return st == ST_OK ? comment_reply_with(c, &d, x.id, out) : st;
}

static enum st run_reject(struct ctx *c, const void *data, struct reply *out) {
	const struct one_in *in = data;
	struct document d;
	struct comment x;
	enum st st = comment_open(c, in->id, in->comment, &d, &x);
	if (st == ST_OK)
		st = comment_as_person(c);
	if (st == ST_OK)
		st = check_open(c, &x);
	if (st == ST_OK && x.person.id != c->who->person)
		st = perm_require(c, PERM_DOCUMENT_EDIT);
	if (st == ST_OK)
		st = comment_settle(c, &d, &x, COMMENT_REJECTED, in->words);
	return st == ST_OK ? comment_reply_with(c, &d, x.id, out) : st;
}

/* ---- several ---- */

static bool wanted(const struct some_in *in, const struct comment *x) {
	bool found = !shape_given_name(&some_in, in, "comments");
	for (size_t i = 0; i < in->comments.n && !found; i++)
		found = ((const int64_t *)in->comments.items)[i] == x->id;
	return found && x->changes.n && !x->pending && x->resolution < 0;
}

static void add(struct list *l, int64_t id) {
	((int64_t *)l->items)[l->n++] = id;
}

/* One after the other: each is read again behind the one before, which may have taken its words. */
static enum st accept_next(struct ctx *c, struct document *d, int64_t id, struct accepted *out) {
	struct comment x;
	enum st st = comment_read(c, d, id, &x);
	if (st == ST_OK && x.conflict) {
		add(&out->conflicts, id);
		return ST_OK;
	}
	if (st == ST_OK)
		st = accept(c, d, &x, &out->text_version);
	if (st == ST_OK)
		add(&out->accepted, id);
	return st;
}

static enum st run_some(struct ctx *c, const void *data, struct reply *out) {
	const struct some_in *in = data;
	struct document d;
	struct list all = { 0 };
	struct accepted result = { 0 };
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = comment_as_person(c);
	if (st == ST_OK)
		st = comment_not_archived(c, &d);
	if (st == ST_OK)
		st = comment_list(c, &d, &all, &result.text_version);
	const struct comment *x = all.items;
	result.accepted.items = arena_array(c->a, all.n, sizeof(int64_t));
	result.conflicts.items = arena_array(c->a, all.n, sizeof(int64_t));
	for (size_t i = 0; st == ST_OK && i < all.n; i++)
		if (wanted(in, &x[i]))
			st = accept_next(c, &d, x[i].id, &result);
	if (st == ST_OK)
		reply_record(c, out, &accepted_shape, &result, 0);
	return st;
}

static const struct op ops[] = {
	OP("suggestion.accept", "POST /api/v1/documents/{id}/comments/{comment}/accept", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &accept_in, REPLY_RECORD, &comment_shape, run_accept,
		N_("Put what somebody suggests into the text."), .noun = &document_noun),
	OP("suggestion.reject", "POST /api/v1/documents/{id}/comments/{comment}/reject", PERM_COMMENT_WRITE, OP_WRITE, BODY_JSON, &reject_in, REPLY_RECORD, &comment_shape, run_reject,
		N_("Leave the text as it is, and say why; its writer takes a suggestion back."), .noun = &document_noun),
	OP("suggestion.accept_all", "POST /api/v1/documents/{id}/suggestions/accept", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &some_in, REPLY_RECORD, &accepted_shape, run_some,
		N_("Put several suggestions into the text; those whose words are gone stay open."), .noun = &document_noun),
};

ROOM(suggestion_room, "suggestion", ops);
