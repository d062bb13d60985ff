/* The document as a file of JSON: its record as document.get answers it, and what was said to it. Here and not with the document, which knows nothing of comments. */
#include "feature/comment/comment_parts.h"

struct export_in {
	uint64_t given;
	int64_t id, version;
};
INPUT(export_in, "DocumentExport", struct export_in, F(struct export_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct export_in, FT_I64, version, FIELD_OPTIONAL, N_("with its text as it was at this version, without comments; without it, as it is now"), .min = 0, .max = INT64_MAX));

/* Behind the last field of the record. */
static void add_comments(struct reply *out, const struct list *all) {
	struct jw w;
	struct buf more = { 0 };
	jw_init(&w, &more);
	shape_write_list(&w, &comment_shape, all);
	while (out->body.n && out->body.p[out->body.n - 1] != '}')
		out->body.n--;
	out->body.n -= out->body.n > 0;
	buf_lit(&out->body, ",\"comments\":");
	buf_add(&out->body, buf_str(&more));
	buf_lit(&out->body, "}");
	buf_free(&more);
}

static enum st run_export(struct ctx *c, const void *data, struct reply *out) {
	const struct export_in *in = data;
	struct document d;
	struct list all;
	int64_t version;
	if (in->version != I64_NONE)
		return document_reply_at(c, in->id, in->version, out);
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = comment_list(c, &d, &all, &version);
	if (st == ST_OK)
		st = document_reply(c, in->id, out);
	if (st != ST_OK)
		return st;
	add_comments(out, &all);
	out->version = 0; /* comments change without it */
	return ST_OK;
}

static const struct op ops[] = {
	OP("document.json", "GET /documents/{id}.json", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &export_in, REPLY_RECORD, &document_shape, run_export,
		N_("The same as document.get, with what was said to it (comments), beside the page of the document."), .noun = &document_noun),
};

ROOM(comment_export_room, "document", ops);
