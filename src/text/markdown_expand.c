/* Live blocks to Markdown. */
#include "text/markdown_private.h"

/* Walks the lines as the parser counts them. */
struct lines {
	str text;
	size_t at, line; /* where line number `line` begins */
};

static size_t line_end(str s, size_t i) {
	while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
		i++;
	if (i < s.n && s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
		i++;
	return i < s.n ? i + 1 : i;
}

static size_t go_to(struct lines *l, size_t line) {
	while (l->line < line && l->at < l->text.n) {
		l->at = line_end(l->text, l->at);
		l->line++;
	}
	return l->at;
}

/* The first line keeps what stood before the fence; in the others a list's mark becomes blanks, a quote's stays. */
static void write_prefixed(struct buf *out, str prefix, str block) {
	for (bool first = true; block.n; first = false) {
		str line = str_cut(&block, '\n');
		for (size_t i = 0; i < prefix.n; i++)
			buf_addc(out, first || prefix.p[i] == '>' || prefix.p[i] == '\t' ? prefix.p[i] : ' ');
		buf_add(out, line);
		buf_addc(out, '\n');
	}
}

/* A block that ends only because its quote does is said to end one line too late. */
static size_t last_line(cmark_node *n) {
	int line = cmark_node_get_end_line(n), around = cmark_node_get_end_line(cmark_node_parent(n));
	return (size_t)(line < around ? line : around);
}

static void expand_block(struct md *d, struct lines *l, cmark_node *n, size_t *copied) {
	str name, args;
	struct buf *made = &d->scratch;
	size_t from = go_to(l, (size_t)cmark_node_get_start_line(n));
	int column = cmark_node_get_start_column(n);
	buf_clear(made);
	if (md_live(n, &name, &args) && d->o->block(d->o->data, name, args, made)) {
		buf_add(d->out, (str){ d->text.p + *copied, from - *copied });
		write_prefixed(d->out, (str){ d->text.p + from, column > 0 ? (size_t)column - 1 : 0 }, buf_str(made));
		*copied = go_to(l, last_line(n) + 1);
	}
	d->out->failed |= made->failed;
}

static void expand(struct md *d) {
	struct lines l = { d->text, 0, 1 };
	size_t copied = 0;
	cmark_iter *it = d->root ? cmark_iter_new(d->root) : NULL;
	for (cmark_event_type e; it && (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;)
		if (e == CMARK_EVENT_ENTER && cmark_node_get_type(cmark_iter_get_node(it)) == CMARK_NODE_CODE_BLOCK)
			expand_block(d, &l, cmark_iter_get_node(it), &copied);
	buf_add(d->out, str_from(d->text, copied));
	if (it)
		cmark_iter_free(it);
}

enum st markdown_expand(struct arena *a, str text, markdown_block block, void *data, struct buf *out) {
	const struct markdown_options o = { .block = block, .data = data };
	struct md d = { .a = a, .text = text, .o = &o, .out = out };
	return md_with_tree(&d, expand);
}
