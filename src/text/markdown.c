#include "text/markdown_private.h"

#include "text/utf8.h"

enum st markdown_article(struct arena *a, str text, const struct markdown_options *o, struct buf *out, const struct markdown_heading **headings, size_t *n) {
	static const struct markdown_options none;
	struct md d = { .a = a, .text = utf8_repair(a, text), .o = o ? o : &none, .out = out };
	enum st st = md_with_tree(&d, md_write_html);
	*headings = d.headings;
	*n = st == ST_OK ? d.heading_count : 0;
	return st;
}

enum st markdown_to_html(struct arena *a, str text, const struct markdown_options *o, struct buf *out) {
	const struct markdown_heading *headings;
	size_t n;
	return markdown_article(a, text, o, out, &headings, &n);
}

size_t markdown_headings(struct arena *a, str text, const struct markdown_heading **out) {
	struct md d = { .a = a, .text = utf8_repair(a, text) };
	*out = NULL;
	if (md_with_tree(&d, md_find_headings) != ST_OK)
		return 0;
	*out = d.headings;
	return d.heading_count;
}

static void use_foreign(struct md *d) {
	d->use(d->data, d->root);
}

enum st markdown_with_tree(struct arena *a, str text, markdown_use use, void *data) {
	struct md d = { .a = a, .text = text, .use = use, .data = data };
	return md_with_tree(&d, use_foreign);
}
