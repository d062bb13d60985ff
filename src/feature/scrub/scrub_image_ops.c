/* A picture that must not be here: its bytes go, wherever it was put in, and it cannot be put in again. */
#include "feature/document/document.h"
#include "feature/scrub/scrub_parts.h"

struct image_in {
	uint64_t given;
	int64_t id;
	str sha;
	int category;
	str reason;
};
INPUT(image_in, "ScrubImage", struct image_in, F(struct image_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct image_in, FT_TEXT, sha, FIELD_REQUIRED | FIELD_PATH, N_("the picture's SHA-256, in hex"), .max = 64),
	F(struct image_in, FT_ENUM, category, FIELD_REQUIRED, N_("what it is"), .names = scrub_category_names),
	F(struct image_in, FT_TEXT, reason, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why it must not be here, without saying what it is"), .max = 500));

static enum st record(struct ctx *c, const struct image_in *in, int64_t *id) {
	struct scrub_result r = { .alone = "image_bytes", .count[SCRUB_PICTURE] = 1 };
	struct scrub x = { .document.id = in->id, .category = in->category, .reason = in->reason, .counts = scrub_counts_json(c, &r), .total = 1, .state = SCRUB_HIDDEN };
	enum st st = scrub_store_mark(c, &r, &x.mark, &x.debts);
	if (st == ST_OK)
		st = scrub_store_add(c, &x);
	*id = x.id;
	return st;
}

static enum st run_image(struct ctx *c, const void *data, struct reply *out) {
	const struct image_in *in = data;
	struct document d;
	int64_t id = 0;
	enum st st = document_image_remove(c, in->id, in->sha);
	if (st == ST_OK)
		st = record(c, in, &id);
	if (st == ST_OK)
		st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = event_emitf(c, "document.scrubbed", "document", d.id, d.scope, document_topics(c, d.id), "{\"scrub\":%lld}", (long long)id);
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/scrubs/%lld", id);
	return scrub_answer(c, id, out);
}

static const struct op ops[] = {
	OP("scrub.image", "POST /api/v1/documents/{id}/images/{sha}/scrub", PERM_SCRUB, OP_WRITE, BODY_JSON, &image_in, REPLY_RECORD, &scrub_shape, run_image,
		N_("Remove a picture for good, from every document that shows it. This cannot be undone."), .noun = &document_noun, .flags = OP_CREATES),
};

ROOM(scrub_image_room, "scrub", ops);
