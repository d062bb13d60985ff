/* The way back: from an action item, a timeline entry or a cause to the words that it came from. */
#include "feature/comment/comment_parts.h"

struct source_in {
	uint64_t given;
	int kind;
	int64_t record;
};
INPUT(source_in, "CommentSourceOf", struct source_in, F(struct source_in, FT_ENUM, kind, FIELD_REQUIRED, N_("action, timeline, cause"), .names = comment_kind_names),
	F(struct source_in, FT_ID, record, FIELD_REQUIRED, N_("its number")));

SHAPE(comment_source_shape, "CommentSource", struct comment_source, N_("a comment that something came from"),
	F(struct comment_source, FT_ID, id, FIELD_REQUIRED, N_("number of the comment")),
	F(struct comment_source, FT_OBJ, document, FIELD_REQUIRED, N_("the document"), .shape = &document_link_shape),
	F(struct comment_source, FT_TEXT, quote, FIELD_OPTIONAL, N_("the words it is about, as they were")),
	F(struct comment_source, FT_TEXT, text, FIELD_REQUIRED, N_("its words")));

static enum st run_sources(struct ctx *c, const void *data, struct reply *out) {
	const struct source_in *in = data;
	struct list all;
	enum st st = comment_store_sources(c, (enum comment_kind)in->kind, in->record, &all);
	if (st == ST_OK)
		reply_page(c, out, &comment_source_shape, &all, STR_NONE);
	return st;
}

static const struct op ops[] = {
	OP("comment.sources", "GET /api/v1/comment-sources", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &source_in, REPLY_PAGE, &comment_source_shape, run_sources,
		N_("The comments, and so the words, that an action item, a timeline entry or a cause came from.")),
};

ROOM(comment_source_room, "comment", ops);
