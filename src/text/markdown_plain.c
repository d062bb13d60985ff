/* The words only. */
#include "text/markdown_private.h"

#include "text/utf8.h"

static bool block_node(cmark_node *n) {
	return (cmark_node_get_type(n) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK;
}

/* Rows and tight items follow each other, other blocks have a blank line between them. */
static void separate(struct buf *out, cmark_node *n) {
	cmark_node_type type = cmark_node_get_type(n);
	if (md_is(n, "table_cell")) {
		if (out->n && out->p[out->n - 1] != '\n')
			buf_addc(out, '\t');
		return;
	}
	md_fresh_line(out);
	bool apart = (type == CMARK_NODE_PARAGRAPH && !md_in_tight_list(n)) || type == CMARK_NODE_HEADING || type == CMARK_NODE_CODE_BLOCK || md_is(n, "table") ||
		(type == CMARK_NODE_LIST && cmark_node_get_type(cmark_node_parent(n)) != CMARK_NODE_ITEM);
	if (apart && cmark_node_previous(n) && out->n > 1 && out->p[out->n - 2] != '\n')
		buf_addc(out, '\n');
}

static void plain_node(struct buf *out, cmark_node *n) {
	str name, args;
	if (block_node(n))
		separate(out, n);
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_CODE_BLOCK:
		if (!md_live(n, &name, &args))
			buf_add(out, md_literal(n));
		break;
	case CMARK_NODE_HTML_BLOCK:
		if (!md_comment(md_literal(n)))
			buf_add(out, md_literal(n));
		break;
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
		buf_add(out, md_literal(n));
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		buf_addc(out, '\n');
		break;
	default:
		break;
	}
}

static void write_plain(struct md *d) {
	cmark_iter *it = d->root ? cmark_iter_new(d->root) : NULL;
	buf_clear(&d->scratch);
	for (cmark_event_type e; it && (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;)
		if (e == CMARK_EVENT_ENTER)
			plain_node(&d->scratch, cmark_iter_get_node(it));
	if (!buf_ok(&d->scratch))
		arena_exhausted(d->a);
	d->plain = it ? arena_str(d->a, str_trim(buf_str(&d->scratch))) : d->text;
}

str markdown_plain(struct arena *a, str text) {
	struct md d = { .a = a, .text = utf8_repair(a, text) };
	return md_with_tree(&d, write_plain) == ST_OK ? d.plain : d.text;
}
