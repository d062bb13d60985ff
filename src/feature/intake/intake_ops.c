#include "feature/collab/collab.h"
#include "feature/intake/intake_import.h"

struct import_in {
	uint64_t given;
	str text, name, zone;
};
INPUT(import_in, "DocumentImport", struct import_in,
	F(struct import_in, FT_TEXT, text, FIELD_REQUIRED | FIELD_VERBATIM | FIELD_NOT_EMPTY,
		N_("the postmortem: Markdown, with HTML and a head of YAML or TOML where it has one"), .max = COLLAB_LONGEST),
	F(struct import_in, FT_TEXT, name, FIELD_OPTIONAL, N_("name of its file"), .max = 300),
	F(struct import_in, FT_TEXT, zone, FIELD_OPTIONAL, N_("time zone of times that the text names none for; without it the organisation's"),
		.max = 60));

static enum st parse(struct ctx *c, const struct import_in *in, struct lifted **out) {
	*out = arena_new_of(c->a, struct lifted);
	return intake_parse(c->a, in->name, in->text, c->lang, *out);
}

/* Reading takes its time, and needs no database: not on the thread that writes. */
static enum st prepare_import(struct ctx *c, void *data) {
	struct lifted *l;
	enum st st = parse(c, data, &l);
	op_call(c)->prepared = l;
	return st;
}

static enum st run_import(struct ctx *c, const void *data, struct reply *out) {
	const struct import_in *in = data;
	struct import what = { .name = in->name, .text = in->text, .zone = in->zone };
	struct lifted *l = op_call(c)->prepared;
	struct imported done;
	enum st st = l ? ST_OK : parse(c, in, &l);
	if (st == ST_OK)
		st = import_run(c, &what, l, &done);
	if (st != ST_OK)
		return st;
	reply_record(c, out, &imported_shape, &done, 0);
	reply_created(c, out, "/api/v1/documents", done.document);
	if (done.already)
		out->status = 200;
	return ST_OK;
}

static const struct op ops[] = {
	OP("document.import", "POST /api/v1/documents/import", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &import_in, REPLY_RECORD,
		&imported_shape, run_import,
		N_("Take in a postmortem that was written elsewhere: a document with its whole text, a closed incident, its timeline and its "
		   "action items. The same text makes nothing twice."),
		.flags = OP_CREATES | OP_MCP, .body_limit = 20 << 20, .prepare = prepare_import),
};

ROOM(intake_room, "intake", ops);
