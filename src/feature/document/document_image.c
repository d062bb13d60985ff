#include "feature/document/document_image.h"

#include <sodium.h>

const char *const image_type_names[] = { "png", "jpeg", "webp", NULL };
const char *const image_suffixes[] = { "png", "jpg", "webp" };
const char *const image_media[] = { "image/png", "image/jpeg", "image/webp" };

SHAPE(image_shape, "Image", struct image, N_("a picture in a document"), F(struct image, FT_ID, document, FIELD_REQUIRED, N_("the document"), .prefix = "PM"),
	F(struct image, FT_TEXT, sha256, FIELD_REQUIRED, N_("SHA-256 of its bytes, in hex")), F(struct image, FT_ENUM, type, FIELD_REQUIRED, N_("its format"), .names = image_type_names),
	F(struct image, FT_I64, width, FIELD_REQUIRED, N_("in pixels")), F(struct image, FT_I64, height, FIELD_REQUIRED, N_("in pixels")),
	F(struct image, FT_I64, size, FIELD_REQUIRED, N_("in bytes")), F(struct image, FT_TEXT, name, FIELD_REQUIRED, N_("name of the file, as it came")),
	F(struct image, FT_TEXT, link, FIELD_REQUIRED, N_("as the document's text refers to it: ![what it shows](link)")),
	F(struct image, FT_TEXT, path, FIELD_REQUIRED, N_("where it is to be had")), F(struct image, FT_OBJ, by, FIELD_OPTIONAL, N_("who put it in"), .shape = &ref_shape),
	F(struct image, FT_TIME, made_at, FIELD_REQUIRED, N_("when it was put in")));

static bool is_sha(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == IMAGE_SHA;
}

static bool is_suffix(str s) {
	for (size_t i = 0; i < sizeof image_suffixes / sizeof *image_suffixes; i++)
		if (str_is(s, image_suffixes[i]))
			return true;
	return false;
}

bool image_link_read(str link, int64_t *document, str *sha) {
	static const char folder[] = "/documents/";
	if (str_starts(link, STR(folder)))
		link = str_from(link, sizeof folder - 1);
	if (str_starts(link, STR("PM-"))) {
		str number = str_from(link, 3);
		link = number;
		number = str_cut(&link, '/');
		if (!str_i64(number, document) || *document <= 0)
			return false;
	}
	if (!str_starts(link, STR("images/")))
		return false;
	link = str_from(link, 7);
	*sha = str_cut(&link, '.');
	return is_sha(*sha) && is_suffix(link);
}

void image_name_self(struct ctx *c, struct image *i) {
	i->link = arena_printf(c->a, "PM-%lld/images/%.*s.%s", (long long)i->document, STR_FMT(i->sha256), image_suffixes[i->type]);
	i->path = arena_printf(c->a, "/documents/%.*s", STR_FMT(i->link));
}

/* "![words](link)", from the '!' on. *n: its bytes. */
static bool read_picture(str s, str *words, str *link, size_t *n) {
	ptrdiff_t close = str_find(s, STR("](")), end = close < 0 ? -1 : str_chr(str_from(s, (size_t)close), ')'), line = str_chr(s, '\n');
	if (end < 0 || (line >= 0 && line < close + end))
		return false;
	str rest = str_n(s.p + close + 2, (size_t)end - 2);
	*words = str_n(s.p + 2, (size_t)close - 2);
	*link = str_cut(&rest, ' ');
	*n = (size_t)(close + end) + 1;
	return true;
}

void document_link_images(struct ctx *c, const struct document *d, str markdown, struct buf *out) {
	for (ptrdiff_t at; (at = str_find(markdown, STR("!["))) >= 0;) {
		int64_t document = d->id;
		str words, link, sha;
		size_t n = 2;
		buf_add(out, str_to(markdown, (size_t)at));
		markdown = str_from(markdown, (size_t)at);
		if (read_picture(markdown, &words, &link, &n) && image_link_read(link, &document, &sha))
			buf_printf(out, "[%.*s](/documents/PM-%lld/%.*s)", STR_FMT(words.n ? words : str_c(tr(c->lang, N_("picture")))), (long long)document,
				STR_FMT(str_from(link, (size_t)str_find(link, STR("images/")))));
		else
			buf_add(out, str_to(markdown, n = 2));
		markdown = str_from(markdown, n);
	}
	buf_add(out, markdown);
}

enum st document_images(struct ctx *c, int64_t document, struct list *out) {
	return store_images(c, document, out);
}

enum st document_image(struct ctx *c, int64_t document, str sha, str *bytes, int *type) {
	enum st st = store_image_bytes(c, document, sha, bytes, type);
	return st == ST_NOT_FOUND ? fail(c, st, "image.not_found", NULL, N_("There is no such picture in this document.")) : st;
}

static bool named_after(str sha, str bytes) {
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[2 * crypto_hash_sha256_BYTES + 1];
	crypto_hash_sha256(hash, (const unsigned char *)bytes.p, bytes.n);
	return str_is(sha, sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

enum st document_image_restore(struct ctx *c, str sha, str bytes) {
	int64_t id;
	bool has_bytes, removed;
	enum st st = store_image_known(c, sha, &id, &has_bytes, &removed);
	if (st != ST_OK || !id || has_bytes || removed)
		return st;
	if (!named_after(sha, bytes))
		return fail(c, ST_INVALID, "image.other_bytes", NULL, N_("The picture %.*s was changed: its bytes are not those of its name."), STR_FMT(sha));
	return store_image_put_bytes(c, id, bytes);
}

enum st document_image_remove(struct ctx *c, int64_t document, str sha) {
	int64_t id;
	bool has_bytes, removed;
	struct list places = { 0 };
	struct image i;
	enum st st = store_image(c, document, sha, &i);
	if (st == ST_OK)
		st = store_image_known(c, sha, &id, &has_bytes, &removed);
	if (st == ST_NOT_FOUND || (st == ST_OK && !id))
		return fail(c, ST_NOT_FOUND, "image.not_found", NULL, N_("There is no such picture."));
	if (st != ST_OK || removed)
		return st;
	st = store_image_places(c, id, &places);
	if (st == ST_OK)
		st = store_image_remove(c, id);
	const struct image_place *p = places.items;
	for (size_t i = 0; st == ST_OK && i < places.n; i++)
		st = event_emitf(c, "image.removed", "document", p[i].document, p[i].scope, document_topics(c, p[i].document), "{\"sha256\":\"%.*s\"}", STR_FMT(sha));
	return st;
}
