/* Writing HTML: every tag is one of this file's. */
#include "text/markdown_private.h"

#include <cmark-gfm-core-extensions.h>

#include "base/unsafe.h"
#include "text/html.h"

enum { DEEPEST = 100 };

void md_fresh_line(struct buf *out) {
	if (out->n && out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
}

static void attribute(struct buf *out, str name, str value) {
	buf_addc(out, ' ');
	buf_add(out, name);
	buf_lit(out, "=\"");
	html_escape(out, value);
	buf_addc(out, '"');
}

static void leave_slot(struct md *d, enum md_slot_kind kind, int line) {
	const struct md_slot s = { kind, line };
	buf_addc(d->out, (char)MD_SLOT);
	buf_add(&d->slots->values, str_n((const char *)&s, sizeof s));
}

static void write_line(struct md *d, int line) {
	if (d->slots)
		leave_slot(d, MD_LINE, line);
	else
		buf_i64(d->out, line);
}

/* "<tag" on a line of its own, attributes may follow. */
static void begin_block(struct md *d, cmark_node *n, str tag) {
	md_fresh_line(d->out);
	buf_addc(d->out, '<');
	buf_add(d->out, tag);
	if (!d->o->source_lines)
		return;
	buf_lit(d->out, " data-line=\"");
	write_line(d, cmark_node_get_start_line(n));
	buf_addc(d->out, '"');
}

static void open_block(struct md *d, cmark_node *n, str tag) {
	begin_block(d, n, tag);
	buf_addc(d->out, '>');
}

static void close_block(struct md *d, str tag) {
	buf_lit(d->out, "</");
	buf_add(d->out, tag);
	buf_lit(d->out, ">\n");
}

static void open_paragraph(struct md *d, cmark_node *n) {
	if (!md_in_tight_list(n))
		open_block(d, n, STR("p"));
}

static void close_paragraph(struct md *d, cmark_node *n) {
	if (!md_in_tight_list(n))
		close_block(d, STR("p"));
}

static void open_list(struct md *d, cmark_node *n) {
	bool ordered = cmark_node_get_list_type(n) == CMARK_ORDERED_LIST;
	int start = cmark_node_get_list_start(n);
	begin_block(d, n, ordered ? STR("ol") : STR("ul"));
	if (ordered && start != 1)
		buf_printf(d->out, " start=\"%d\"", start);
	buf_lit(d->out, ">\n");
}

static void close_list(struct md *d, cmark_node *n) {
	close_block(d, cmark_node_get_list_type(n) == CMARK_ORDERED_LIST ? STR("ol") : STR("ul"));
}

static void open_item(struct md *d, cmark_node *n) {
	begin_block(d, n, STR("li"));
	if (!md_is(n, "tasklist")) {
		buf_addc(d->out, '>');
		return;
	}
	bool done = cmark_gfm_extensions_get_tasklist_item_checked(n);
	str label = done ? d->o->task_done : d->o->task_open;
	buf_lit(d->out, " class=\"task\"><input type=\"checkbox\" disabled");
	if (done)
		buf_lit(d->out, " checked");
	attribute(d->out, STR("aria-label"), label.n ? label : done ? STR("done") : STR("to do"));
	buf_lit(d->out, "> ");
}

static void close_item(struct md *d, cmark_node *n UNUSED) {
	close_block(d, STR("li"));
}

static void open_quote(struct md *d, cmark_node *n) {
	open_block(d, n, STR("blockquote"));
	buf_addc(d->out, '\n');
}

static void close_quote(struct md *d, cmark_node *n UNUSED) {
	md_fresh_line(d->out);
	close_block(d, STR("blockquote"));
}

static void open_heading(struct md *d, cmark_node *n) {
	const struct markdown_heading *h = &d->headings[d->heading++];
	begin_block(d, n, str_n((char[]){ 'h', (char)('0' + h->level) }, 2));
	buf_lit(d->out, " id=\"");
	if (d->slots)
		leave_slot(d, MD_ID, 0);
	else
		html_escape(d->out, h->id);
	buf_addc(d->out, '"');
	buf_addc(d->out, '>');
}

static void close_heading(struct md *d, cmark_node *n) {
	close_block(d, str_n((char[]){ 'h', (char)('0' + cmark_node_get_heading_level(n)) }, 2));
}

static void rule(struct md *d, cmark_node *n) {
	open_block(d, n, STR("hr"));
	buf_addc(d->out, '\n');
}

static bool language_name(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (!md_plain_in_url(s.p[i]))
			return false;
	return s.n > 0 && s.n <= 40;
}

static void write_code(struct md *d, cmark_node *n) {
	str info = str_c(cmark_node_get_fence_info(n)), language = str_cut(&info, ' ');
	begin_block(d, n, STR("pre"));
	buf_lit(d->out, "><code");
	if (language_name(language)) {
		buf_lit(d->out, " class=\"language-");
		html_escape(d->out, language);
		buf_addc(d->out, '"');
	}
	buf_addc(d->out, '>');
	html_escape(d->out, md_literal(n));
	buf_lit(d->out, "</code></pre>\n");
}

/* What block() writes before it answers false is taken back. */
static bool write_live(struct md *d, cmark_node *n) {
	str name, args;
	if (!d->o->block || !md_live(n, &name, &args))
		return false;
	size_t before = d->out->n, slots_before = d->slots ? d->slots->values.n : 0;
	d->live = true;
	md_fresh_line(d->out);
	if (d->o->source_lines) {
		buf_lit(d->out, "<div data-line=\"");
		write_line(d, cmark_node_get_start_line(n));
		buf_lit(d->out, "\">");
	}
	bool written = d->o->block(d->o->data, name, args, d->out);
	if (written && d->o->source_lines)
		buf_lit(d->out, "</div>\n");
	if (!written)
		d->out->n = before;
	if (!written && d->slots)
		d->slots->values.n = slots_before;
	return written;
}

static void code_block(struct md *d, cmark_node *n) {
	if (!write_live(d, n))
		write_code(d, n);
}

/* What an author wrote; never markup. */
static void escape(struct buf *out, str words) {
	if (UNSAFE_HTML)
		buf_add(out, words);
	else
		html_escape(out, words);
}

static void html_block(struct md *d, cmark_node *n) {
	if (md_comment(md_literal(n)))
		return;
	if (UNSAFE_HTML) {
		escape(d->out, md_literal(n));
		return;
	}
	begin_block(d, n, STR("pre"));
	buf_lit(d->out, " class=\"html\">");
	html_escape(d->out, md_literal(n));
	buf_lit(d->out, "</pre>\n");
}

static void open_table(struct md *d, cmark_node *n) {
	d->alignments = cmark_gfm_extensions_get_table_alignments(n);
	d->body = false;
	open_block(d, n, STR("table"));
	buf_addc(d->out, '\n');
}

static void close_table(struct md *d, cmark_node *n UNUSED) {
	if (d->body)
		buf_lit(d->out, "</tbody>\n");
	close_block(d, STR("table"));
}

static void open_row(struct md *d, cmark_node *n) {
	bool head = cmark_gfm_extensions_get_table_row_is_header(n);
	if (head || !d->body)
		buf_add(d->out, head ? STR("<thead>\n") : STR("<tbody>\n"));
	d->body = d->body || !head;
	d->column = 0;
	open_block(d, n, STR("tr"));
	buf_addc(d->out, '\n');
}

static void close_row(struct md *d, cmark_node *n) {
	close_block(d, STR("tr"));
	if (cmark_gfm_extensions_get_table_row_is_header(n))
		buf_lit(d->out, "</thead>\n");
}

/* An empty one says nothing of what stands below it. */
static bool heads(cmark_node *cell) {
	return cmark_gfm_extensions_get_table_row_is_header(cmark_node_parent(cell)) && cmark_node_first_child(cell);
}

static void open_cell(struct md *d, cmark_node *n) {
	uint8_t align = d->alignments ? d->alignments[d->column++] : 0;
	buf_add(d->out, heads(n) ? STR("<th scope=\"col\"") : STR("<td"));
	if (align)
		attribute(d->out, STR("align"), align == 'l' ? STR("left") : align == 'r' ? STR("right") : STR("center"));
	buf_addc(d->out, '>');
}

static void close_cell(struct md *d, cmark_node *n) {
	close_block(d, heads(n) ? STR("th") : STR("td"));
}

static void text(struct md *d, cmark_node *n) {
	escape(d->out, md_literal(n));
}

static void code(struct md *d, cmark_node *n) {
	buf_lit(d->out, "<code>");
	html_escape(d->out, md_literal(n));
	buf_lit(d->out, "</code>");
}

static void html_inline(struct md *d, cmark_node *n) {
	if (!md_comment(md_literal(n)))
		escape(d->out, md_literal(n));
}

static void soft_break(struct md *d, cmark_node *n UNUSED) {
	buf_addc(d->out, '\n');
}

static void hard_break(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<br>\n");
}

static void open_emphasis(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<em>");
}

static void close_emphasis(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "</em>");
}

static void open_strong(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<strong>");
}

static void close_strong(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "</strong>");
}

static void open_struck(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<del>");
}

static void close_struck(struct md *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "</del>");
}

static void title(struct md *d, cmark_node *n) {
	str words = str_c(cmark_node_get_title(n));
	if (words.n)
		attribute(d->out, STR("title"), words);
}

/* A refused target leaves the words. */
static void open_link(struct md *d, cmark_node *n) {
	str url = str_c(cmark_node_get_url(n));
	if (!md_link_allowed(url) || d->links++ > 0)
		return;
	buf_lit(d->out, "<a href=\"");
	md_write_url(d->out, url);
	buf_addc(d->out, '"');
	title(d, n);
	buf_addc(d->out, '>');
}

static void close_link(struct md *d, cmark_node *n) {
	if (md_link_allowed(str_c(cmark_node_get_url(n))) && --d->links == 0)
		buf_lit(d->out, "</a>");
}

static void open_image(struct md *d, cmark_node *n) {
	str url = str_c(cmark_node_get_url(n));
	if (!md_image_allowed(url))
		return;
	buf_lit(d->out, "<img src=\"");
	md_write_url(d->out, url);
	buf_lit(d->out, "\" alt=\"");
	d->alts = 1;
}

static void close_image(struct md *d, cmark_node *n) {
	if (!md_image_allowed(str_c(cmark_node_get_url(n))))
		return;
	buf_addc(d->out, '"');
	title(d, n);
	buf_addc(d->out, '>');
}

struct element {
	void (*open)(struct md *d, cmark_node *n);
	void (*close)(struct md *d, cmark_node *n); /* NULL: has nothing inside */
};

#define TYPE(t) [CMARK_NODE_##t & CMARK_NODE_VALUE_MASK]
static const struct element blocks[] = {
	TYPE(BLOCK_QUOTE) = { open_quote, close_quote }, TYPE(LIST) = { open_list, close_list }, TYPE(ITEM) = { open_item, close_item },
	TYPE(CODE_BLOCK) = { code_block, NULL }, TYPE(HTML_BLOCK) = { html_block, NULL }, TYPE(PARAGRAPH) = { open_paragraph, close_paragraph },
	TYPE(HEADING) = { open_heading, close_heading }, TYPE(THEMATIC_BREAK) = { rule, NULL },
};
static const struct element inlines[] = {
	TYPE(TEXT) = { text, NULL }, TYPE(SOFTBREAK) = { soft_break, NULL }, TYPE(LINEBREAK) = { hard_break, NULL }, TYPE(CODE) = { code, NULL },
	TYPE(HTML_INLINE) = { html_inline, NULL }, TYPE(EMPH) = { open_emphasis, close_emphasis }, TYPE(STRONG) = { open_strong, close_strong },
	TYPE(LINK) = { open_link, close_link }, TYPE(IMAGE) = { open_image, close_image },
};
/* What the extensions bring has numbers only at run time: those of a sample's nodes. */
static const struct {
	const char *type;
	struct element element;
} extensions[] = {
	{ "table_cell", { open_cell, close_cell } }, { "table_row", { open_row, close_row } }, { "table_header", { open_row, close_row } },
	{ "strikethrough", { open_struck, close_struck } }, { "table", { open_table, close_table } },
};
enum { MOST_TYPES = 64 };
static struct element extension_blocks[MOST_TYPES], extension_inlines[MOST_TYPES];

static bool block(cmark_node_type type) {
	return (type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK;
}

void md_learn_extensions(cmark_node *sample) {
	cmark_iter *it = cmark_iter_new(sample);
	while (cmark_iter_next(it) != CMARK_EVENT_DONE) {
		cmark_node *n = cmark_iter_get_node(it);
		cmark_node_type type = cmark_node_get_type(n);
		size_t number = type & CMARK_NODE_VALUE_MASK;
		for (size_t k = 0; k < sizeof extensions / sizeof *extensions; k++)
			if (number < MOST_TYPES && md_is(n, extensions[k].type))
				(block(type) ? extension_blocks : extension_inlines)[number] = extensions[k].element;
	}
	cmark_iter_free(it);
}

static const struct element *element_of(cmark_node *n) {
	static const struct element none;
	cmark_node_type type = cmark_node_get_type(n);
	size_t i = type & CMARK_NODE_VALUE_MASK;
	if (block(type))
		return i < sizeof blocks / sizeof *blocks ? &blocks[i] : i < MOST_TYPES ? &extension_blocks[i] : &none;
	return i < sizeof inlines / sizeof *inlines ? &inlines[i] : i < MOST_TYPES ? &extension_inlines[i] : &none;
}

/* Inside an image's alternative text only words count. */
static void write_alt(struct md *d, cmark_event_type e, cmark_node *n) {
	cmark_node_type type = cmark_node_get_type(n);
	if (type == CMARK_NODE_IMAGE)
		d->alts += e == CMARK_EVENT_ENTER ? 1 : -1;
	if (d->alts == 0) {
		close_image(d, n);
		d->depth--;
	} else if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)) {
		html_escape(d->out, md_literal(n));
	} else if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)) {
		buf_addc(d->out, ' ');
	}
}

/* Elements deeper than any reader needs lose their tags, not their words. */
static void write_node(struct md *d, cmark_event_type e, cmark_node *n) {
	const struct element *el = element_of(n);
	if (!el->open)
		return;
	bool leaf = !el->close, enter = e == CMARK_EVENT_ENTER;
	if (!leaf && enter)
		d->depth++;
	if (leaf || d->depth <= DEEPEST || el->open == open_heading)
		(enter ? el->open : el->close)(d, n);
	if (!leaf && !enter)
		d->depth--;
}

static void write_plainly(struct md *d) {
	buf_lit(d->out, "<pre>");
	html_escape(d->out, d->text);
	buf_lit(d->out, "</pre>\n");
}

void md_write_html(struct md *d) {
	if (!d->root) {
		write_plainly(d);
		return;
	}
	md_find_headings(d);
	md_write_tree(d);
}

void md_write_tree(struct md *d) {
	cmark_iter *it = cmark_iter_new(d->root);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		if (d->alts)
			write_alt(d, e, cmark_iter_get_node(it));
		else
			write_node(d, e, cmark_iter_get_node(it));
	}
	cmark_iter_free(it);
}
