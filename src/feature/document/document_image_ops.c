/* Pictures: put in, listed, shown. None is taken out by an operation of this room: older versions of the text show it. */
#include "feature/document/document_image.h"

enum { LONGEST_NAME = 200 };

struct add_in {
	uint64_t given;
	int64_t id;
	str name;
};
INPUT(add_in, "ImageAdd", struct add_in, F(struct add_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct add_in, FT_TEXT, name, FIELD_OPTIONAL, N_("name of its file"), .max = LONGEST_NAME));

struct rendered_image {
	struct image image;
	str bytes;
};

static enum st prepare_add(struct ctx *c, void *data UNUSED) {
	struct rendered_image *r = arena_new_of(c->a, struct rendered_image);
	op_call(c)->prepared = r;
	return image_render(c, op_call(c)->raw, &r->image, &r->bytes);
}

static enum st check_room(struct ctx *c, const struct document *d) {
	int64_t n = 0;
	if (d->state == DOCUMENT_ARCHIVED)
		return fail(c, ST_CONFLICT, "collab.closed", NULL, N_("This text is closed: it was archived. Reopen the document to write on."));
	enum st st = store_image_count(c, d->id, &n);
	if (st == ST_OK && n >= IMAGE_MOST_OF_DOCUMENT)
		return fail(c, ST_CONFLICT, "image.too_many", NULL, N_("This document has 500 pictures; more are not taken. Begin another document."));
	return st;
}

static enum st keep(struct ctx *c, struct image *i, str bytes, bool *is_new) {
	bool has_bytes, removed;
	enum st st = store_image_known(c, i->sha256, &i->id, &has_bytes, &removed);
	if (st == ST_OK && removed)
		return fail(c, ST_CONFLICT, "image.removed", "body", N_("This picture was removed because of what it shows. Cover or cut off what must not be seen, and put it in again."));
	if (st == ST_OK && !i->id)
		st = store_image_insert(c, i, bytes);
	else if (st == ST_OK && !has_bytes)
		st = store_image_put_bytes(c, i->id, bytes);
	return st == ST_OK ? store_image_link(c, i, is_new) : st;
}

/* The same picture again is the one that is there. */
static enum st run_add(struct ctx *c, const void *data, struct reply *out) {
	const struct add_in *in = data;
	const struct rendered_image *made = op_call(c)->prepared;
	struct document d;
	struct image i = made->image, kept;
	bool is_new = false;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = check_room(c, &d);
	i.document = in->id;
	i.name = in->name.n ? in->name : STR("image");
	i.by.id = c->who->person;
	i.made_at = c->now;
	if (st == ST_OK)
		st = keep(c, &i, made->bytes, &is_new);
	if (st == ST_OK && is_new)
		st = event_emitf(c, "image.added", "document", d.id, d.scope, document_topics(c, d.id), "{\"sha256\":\"%.*s\",\"width\":%lld,\"height\":%lld,\"size\":%lld}",
			STR_FMT(i.sha256), (long long)i.width, (long long)i.height, (long long)i.size);
	if (st == ST_OK)
		st = store_image(c, in->id, i.sha256, &kept);
	if (st != ST_OK)
		return st;
	out->status = is_new ? 201 : 200;
	out->location = kept.path;
	reply_record(c, out, &image_shape, &kept, 0);
	return ST_OK;
}

struct list_in {
	uint64_t given;
	int64_t id;
};
INPUT(list_in, "ImageList", struct list_in, F(struct list_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"));

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	struct list all;
	enum st st = store_images(c, ((const struct list_in *)data)->id, &all);
	if (st == ST_OK)
		reply_page(c, out, &image_shape, &all, STR_NONE);
	return st;
}

struct get_in {
	uint64_t given;
	int64_t id;
	str file;
};
INPUT(get_in, "ImageGet", struct get_in, F(struct get_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct get_in, FT_TEXT, file, FIELD_REQUIRED | FIELD_PATH, N_("its name: the SHA-256 of its bytes and its suffix"), .max = 80));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	const struct get_in *in = data;
	int64_t ignored;
	str sha = STR_NONE, bytes = STR_NONE;
	int type;
	if (!image_link_read(ARENA_JOIN(c->a, STR("images/"), in->file), &ignored, &sha))
		sha = STR_NONE;
	enum st st = document_image(c, in->id, sha, &bytes, &type);
	if (st != ST_OK)
		return st;
	buf_clear(&out->body);
	buf_add(&out->body, bytes);
	out->content_type = image_media[type];
	out->immutable_tag = sha;
	out->foreign = true;
	return ST_OK;
}

static const struct op ops[] = {
	OP("image.list", "GET /api/v1/documents/{id}/images", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &image_shape, run_list,
		N_("The pictures of a document, also those that its text does not show any more."), .noun = &document_noun),
	OP("image.add", "POST /api/v1/documents/{id}/images", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_RAW, &add_in, REPLY_RECORD, &image_shape, run_add,
		N_("Put a picture in: PNG, JPEG, WebP or GIF, up to 10 MB. It is written anew without what a camera or a program noted beside it. Twice the same is once."),
		.noun = &document_noun, .flags = OP_CREATES | OP_OWN_KEY, .body_limit = IMAGE_MOST_BYTES, .prepare = prepare_add),
	OP("image.get", "GET /documents/{id}/images/{file}", PERM_DOCUMENT_VIEW, OP_SLOW, BODY_NONE, &get_in, REPLY_BYTES, NULL, run_get,
		N_("A picture of a document."), .noun = &document_noun),
};

ROOM(image_room, "image", ops);
