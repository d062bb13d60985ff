/* Pictures in the HTML of articles. The only elements there are those of text/markdown_write.c, whose attributes are escaped, so that a tag ends at its first '>'. */
#include <sodium.h>

#include "base/unsafe.h"
#include "feature/document/document_image.h"

enum { MOST_EMBEDDED = 48 << 20 };
static const char tag[] = "<img src=\"";

/* The value of an attribute, escaped as it is. */
static str attribute(str element, const char *name) {
	ptrdiff_t at = str_find(element, str_c(name));
	str value = at < 0 ? STR_NONE : str_from(element, (size_t)at + strlen(name));
	return str_cut(&value, '"');
}

/* A picture that lies elsewhere would be asked for when the page is opened, and tell that place who reads. Its words and its address stay. */
static void write_words(struct buf *out, str from, str rest) {
	str words = attribute(rest, " alt=\"");
	buf_printf(out, "<span class=\"img\">[%.*s", STR_FMT(words));
	if (str_starts(from, STR("https:")))
		buf_printf(out, "%s%.*s", words.n ? ": " : "", STR_FMT(from));
	buf_lit(out, "]</span>");
}

/* Walks the pictures of an article. write() gets the address, and what stands behind it up to the '>'. */
static void each_image(str html, struct buf *out, void *data, void (*write)(void *data, str from, str rest, struct buf *out)) {
	for (ptrdiff_t at; !UNSAFE_HTML && (at = str_find(html, STR(tag))) >= 0;) {
		buf_add(out, str_to(html, (size_t)at));
		html = str_from(html, (size_t)at + sizeof tag - 1);
		str element = str_cut(&html, '>'), rest = element, from = str_cut(&rest, '"');
		write(data, from, rest, out);
	}
	buf_add(out, html);
}

/* ---- on the page ---- */

struct placing {
	struct ctx *c;
	const struct document *d;
	struct list own;
	bool asked;
	enum st st;
};

static bool size_of_own(struct placing *p, str sha, int64_t *width, int64_t *height) {
	if (!p->asked)
		p->st = store_images(p->c, p->d->id, &p->own);
	p->asked = true;
	const struct image *i = p->own.items;
	for (size_t k = 0; k < p->own.n; k++)
		if (str_eq(i[k].sha256, sha)) {
			*width = i[k].width;
			*height = i[k].height;
			return true;
		}
	return false;
}

static bool size_of(struct placing *p, int64_t document, str sha, int64_t *width, int64_t *height) {
	if (document == p->d->id)
		return size_of_own(p, sha, width, height);
	enum st st = store_image_size(p->c, document, sha, p->d->scope, width, height);
	if (st != ST_OK && st != ST_NOT_FOUND)
		p->st = st;
	return st == ST_OK;
}

/* With its size, so that nothing moves when it comes. */
static void place(void *data, str from, str rest, struct buf *out) {
	struct placing *p = data;
	int64_t document = p->d->id, width, height;
	str sha;
	if (p->st != ST_OK || !image_link_read(from, &document, &sha) || !size_of(p, document, sha, &width, &height)) {
		write_words(out, from, rest);
		return;
	}
	ptrdiff_t file = str_find(from, STR("images/"));
	buf_printf(out, "<img src=\"/documents/PM-%lld/%.*s\" width=\"%lld\" height=\"%lld\" loading=\"lazy\" decoding=\"async\"%.*s>", (long long)document,
		STR_FMT(str_from(from, (size_t)file)), (long long)width, (long long)height, STR_FMT(rest));
}

enum st image_place_all(struct ctx *c, const struct document *d, str html, struct buf *out) {
	struct placing p = { .c = c, .d = d };
	each_image(html, out, &p, place);
	return p.st;
}

/* ---- in a file ---- */

struct embedding {
	struct ctx *c;
	size_t bytes;
};

static void write_data(struct buf *out, str bytes, int type) {
	size_t n = sodium_base64_ENCODED_LEN(bytes.n, sodium_base64_VARIANT_ORIGINAL);
	buf_printf(out, "<img src=\"data:%s;base64,", image_media[type]);
	char *room = buf_room(out, n);
	if (!room)
		return;
	sodium_bin2base64(room, n, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
	out->n += n - 1; /* it ends with a NUL */
}

static void embed(void *data, str from, str rest, struct buf *out) {
	struct embedding *e = data;
	int64_t document = 0;
	str sha, bytes;
	int type;
	if (!image_link_read(from, &document, &sha) || e->bytes > MOST_EMBEDDED || store_image_bytes(e->c, document, sha, &bytes, &type) != ST_OK) {
		write_words(out, from, rest);
		return;
	}
	e->bytes += bytes.n;
	write_data(out, bytes, type);
	buf_printf(out, "\"%.*s>", STR_FMT(rest));
}

void image_embed_all(struct ctx *c, str html, struct buf *out) {
	struct embedding e = { .c = c };
	each_image(html, out, &e, embed);
}
