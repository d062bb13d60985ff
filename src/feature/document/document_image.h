/* Pictures, inside the room. */
#ifndef FEATURE_DOCUMENT_DOCUMENT_IMAGE_H
#define FEATURE_DOCUMENT_DOCUMENT_IMAGE_H

#include "feature/document/document_parts.h"

enum { IMAGE_MOST_BYTES = 10 << 20, IMAGE_MOST_OF_DOCUMENT = 500, IMAGE_SHA = 64 };
extern const char *const image_suffixes[]; /* by enum image_type */
extern const char *const image_media[];

/* ---- document_image.c ---- */

/* "PM-3/images/SHA.png", also "images/SHA.png" (then *document is as it was) and with "/documents/" before it; false: is none of ours. The suffix is what a reader sees, no more. */
bool image_link_read(str link, int64_t *document, str *sha);
void image_name_self(struct ctx *c, struct image *i); /* link, path */

/* ---- document_image_render.c ---- */

/* The bytes as they came, written anew by the helper: i->type, width, height, size, sha256, and *bytes. ST_INVALID, ST_TOO_BIG, ST_BUSY, ST_UNAVAILABLE, explained. */
MUST_CHECK enum st image_render(struct ctx *c, str raw, struct image *i, str *bytes);

/* ---- document_image_html.c ---- */

/* Every <img> of an article gets its place and size; what is not one of our pictures becomes words. */
MUST_CHECK enum st image_place_all(struct ctx *c, const struct document *d, str html, struct buf *out);
/* The same with the bytes of those that the actor may see, for a file that needs nothing else. */
void image_embed_all(struct ctx *c, str html, struct buf *out);

/* ---- document_image_store.c ---- */

/* Of a document; 0: of all. By document and SHA. */
MUST_CHECK enum st store_images(struct ctx *c, int64_t document, struct list *out);
/* In a document of this scope or of none; ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st store_image_size(struct ctx *c, int64_t document, str sha, int64_t scope, int64_t *width, int64_t *height);
MUST_CHECK enum st store_image(struct ctx *c, int64_t document, str sha, struct image *out); /* ST_NOT_FOUND without an explanation */
MUST_CHECK enum st store_image_bytes(struct ctx *c, int64_t document, str sha, str *bytes, int *type); /* as far as the actor may see the document; ST_NOT_FOUND likewise */
MUST_CHECK enum st store_image_count(struct ctx *c, int64_t document, int64_t *n);
/* Wherever it is; id 0: nowhere. */
MUST_CHECK enum st store_image_known(struct ctx *c, str sha, int64_t *id, bool *has_bytes, bool *removed);
MUST_CHECK enum st store_image_insert(struct ctx *c, struct image *i, str bytes); /* sets i->id */
MUST_CHECK enum st store_image_put_bytes(struct ctx *c, int64_t id, str bytes);
MUST_CHECK enum st store_image_link(struct ctx *c, const struct image *i, bool *is_new);
MUST_CHECK enum st store_image_remove(struct ctx *c, int64_t id);
struct image_place {
	int64_t document, scope;
};
MUST_CHECK enum st store_image_places(struct ctx *c, int64_t id, struct list *out); /* of struct image_place */

#endif
