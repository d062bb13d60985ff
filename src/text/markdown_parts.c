#include "text/markdown_parts.h"

#include <cmark-gfm-core-extensions.h>

#include "text/markdown_html.h"
#include "text/markdown_tree.h"

enum { NESTED = 16, MOST_CELLS = 64 };

/* Spans that have begun. */
struct open_span {
	size_t from;
	str url;
};

struct collector {
	struct arena *a;
	str source;
	struct markdown_part *parts;
	size_t n, room;
	struct buf text; /* of the part that is being read */
	struct markdown_part part;
	struct markdown_span *spans; /* of that part */
	size_t span_n, span_room;
	struct open_span open[NESTED];
	size_t open_n;
	size_t cells[MOST_CELLS][2]; /* [from, to) of the row's text */
	size_t cell_n;
	int depth, quotes, check;
	bool begins_item, in_cell;
};

static void *grown(struct arena *a, void *items, size_t n, size_t *room, size_t item) {
	if (n < *room)
		return items;
	*room = n < 8 ? 16 : 2 * n;
	void *more = arena_array(a, *room, item);
	return n ? memcpy(more, items, n * item) : more;
}

/* ---- one part ---- */

static void begin(struct collector *k, enum markdown_part_kind kind, size_t line) {
	buf_clear(&k->text);
	k->part = (struct markdown_part){
		.kind = kind, .depth = k->depth, .item = k->begins_item, .check = k->check, .quoted = k->quotes > 0, .line = line
	};
	k->spans = NULL;
	k->span_n = k->span_room = k->open_n = k->cell_n = 0;
}

static void take_cells(struct collector *k) {
	str *cells = arena_array(k->a, k->cell_n, sizeof *cells);
	for (size_t i = 0; i < k->cell_n; i++)
		cells[i] = str_trim((str){ k->part.text.p + k->cells[i][0], k->cells[i][1] - k->cells[i][0] });
	k->part.cells = cells;
	k->part.cell_count = k->cell_n;
}

static void end(struct collector *k) {
	k->part.text = arena_str(k->a, buf_str(&k->text));
	k->part.spans = k->spans;
	k->part.span_count = k->span_n;
	if (k->part.kind == MD_ROW)
		take_cells(k);
	if (str_trim(k->part.text).n == 0 && k->part.kind != MD_RULE)
		return;
	k->parts = grown(k->a, k->parts, k->n, &k->room, sizeof *k->parts);
	k->parts[k->n++] = k->part;
	k->begins_item = false;
	k->check = -1;
}

static void open_span(struct collector *k, str url) {
	if (k->open_n < NESTED)
		k->open[k->open_n] = (struct open_span){ k->text.n, url };
	k->open_n++;
}

static void close_span(struct collector *k) {
	if (k->open_n == 0 || --k->open_n >= NESTED || k->open[k->open_n].from == k->text.n)
		return;
	k->spans = grown(k->a, k->spans, k->span_n, &k->span_room, sizeof *k->spans);
	k->spans[k->span_n++] = (struct markdown_span){ k->open[k->open_n].from, k->text.n, k->open[k->open_n].url };
}

static void begin_cell(struct collector *k) {
	if (k->text.n)
		buf_addc(&k->text, ' ');
	k->in_cell = true;
	if (k->cell_n < MOST_CELLS)
		k->cells[k->cell_n][0] = k->text.n;
}

static void end_cell(struct collector *k) {
	if (k->in_cell && k->cell_n < MOST_CELLS)
		k->cells[k->cell_n++][1] = k->text.n;
	k->in_cell = false;
}

/* ---- HTML ---- */

static void begin_html(struct collector *k, enum markdown_part_kind kind, size_t line, int level) {
	end_cell(k);
	end(k);
	begin(k, kind, line);
	k->part.level = level;
}

static void html_step(struct collector *k, enum html_step step, str text, int level, size_t line) {
	switch (step) {
	case HTML_TEXT: html_decode(&k->text, text); break;
	case HTML_BREAK: buf_addc(&k->text, '\n'); break;
	case HTML_HEADING: begin_html(k, level ? MD_HEADING : MD_TEXT, line, level); break;
	case HTML_LIST: k->depth++; break;
	case HTML_LIST_END: k->depth -= k->depth > 0; break;
	case HTML_ITEM:
		k->begins_item = true;
		begin_html(k, MD_TEXT, line, 0);
		k->part.item = k->begins_item = true;
		break;
	case HTML_BLOCK:
	case HTML_ROW_END:
		if (k->part.kind != MD_ROW || step == HTML_ROW_END)
			begin_html(k, MD_TEXT, line, 0);
		break;
	case HTML_ROW: begin_html(k, MD_ROW, line, 0); break;
	case HTML_CELL:
		end_cell(k);
		begin_cell(k);
		break;
	case HTML_NOTHING: break;
	}
}

static void html_block(struct collector *k, str html, size_t line) {
	int depth = k->depth, level;
	str text;
	begin(k, MD_TEXT, line);
	for (size_t i = 0, from = 0; i < html.n; from = i) {
		enum html_step step = html_next(html, &i, &text, &level);
		html_step(k, step, text, level, line);
		for (; from < i; from++)
			line += html.p[from] == '\n';
	}
	end_cell(k);
	end(k);
	k->depth = depth;
}

static void html_inline(struct collector *k, str tag) {
	size_t i = 0;
	int level;
	str text;
	if (tag.n && html_next(tag, &i, &text, &level) == HTML_BREAK)
		buf_addc(&k->text, '\n');
}

/* ---- the tree ---- */

static bool is(cmark_node *n, const char *type) {
	return strcmp(cmark_node_get_type_string(n), type) == 0;
}

static size_t line_of(cmark_node *n) {
	return (size_t)cmark_node_get_start_line(n);
}

static str literal(cmark_node *n) {
	return str_c(cmark_node_get_literal(n));
}

static void enter_row(struct collector *k, cmark_node *n, bool header) {
	begin(k, MD_ROW, line_of(n));
	k->part.header = header;
}

static void enter_item(struct collector *k, cmark_node *n) {
	k->begins_item = true;
	k->check = is(n, "tasklist") ? cmark_gfm_extensions_get_tasklist_item_checked(n) : -1;
}

static void whole(struct collector *k, enum markdown_part_kind kind, cmark_node *n) {
	begin(k, kind, line_of(n));
	if (kind == MD_CODE)
		buf_add(&k->text, literal(n));
	end(k);
}

static void enter(struct collector *k, cmark_node *n) {
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_LIST: k->depth++; break;
	case CMARK_NODE_ITEM: enter_item(k, n); break;
	case CMARK_NODE_BLOCK_QUOTE: k->quotes++; break;
	case CMARK_NODE_PARAGRAPH: begin(k, MD_TEXT, line_of(n)); break;
	case CMARK_NODE_HEADING:
		begin(k, MD_HEADING, line_of(n));
		k->part.level = cmark_node_get_heading_level(n);
		break;
	case CMARK_NODE_CODE_BLOCK: whole(k, MD_CODE, n); break;
	case CMARK_NODE_THEMATIC_BREAK: whole(k, MD_RULE, n); break;
	case CMARK_NODE_HTML_BLOCK: html_block(k, literal(n), line_of(n)); break;
	case CMARK_NODE_HTML_INLINE: html_inline(k, literal(n)); break;
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE: buf_add(&k->text, literal(n)); break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK: buf_addc(&k->text, '\n'); break;
	case CMARK_NODE_STRONG: open_span(k, STR_NONE); break;
	case CMARK_NODE_LINK: open_span(k, arena_str(k->a, str_c(cmark_node_get_url(n)))); break;
	default:
		if (is(n, "table_header") || is(n, "table_row"))
			enter_row(k, n, is(n, "table_header"));
		else if (is(n, "table_cell"))
			begin_cell(k);
		break;
	}
}

static void leave(struct collector *k, cmark_node *n) {
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_LIST: k->depth--; break;
	case CMARK_NODE_ITEM: k->begins_item = false; break;
	case CMARK_NODE_BLOCK_QUOTE: k->quotes--; break;
	case CMARK_NODE_PARAGRAPH:
	case CMARK_NODE_HEADING: end(k); break;
	case CMARK_NODE_STRONG:
	case CMARK_NODE_LINK: close_span(k); break;
	default:
		if (is(n, "table_cell"))
			end_cell(k);
		else if (is(n, "table_header") || is(n, "table_row"))
			end(k);
		break;
	}
}

/* What the parser could not take: its lines as they are. */
static void plain_lines(struct collector *k) {
	str rest = k->source;
	for (size_t line = 1; rest.p; line++) {
		begin(k, MD_TEXT, line);
		buf_add(&k->text, str_cut(&rest, '\n'));
		end(k);
	}
}

/* The words under an image are not part of the text. */
static void walk(struct collector *k, cmark_node *root) {
	int images = 0;
	cmark_iter *it = cmark_iter_new(root);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		cmark_node *n = cmark_iter_get_node(it);
		if (cmark_node_get_type(n) == CMARK_NODE_IMAGE)
			images += e == CMARK_EVENT_ENTER ? 1 : -1;
		else if (images == 0 && e == CMARK_EVENT_ENTER)
			enter(k, n);
		else if (images == 0)
			leave(k, n);
	}
	cmark_iter_free(it);
}

static void collect(void *data, cmark_node *root) {
	struct collector *k = data;
	*k = (struct collector){ .a = k->a, .source = k->source, .text = buf_in(k->a), .check = -1 };
	if (root)
		walk(k, root);
	else
		plain_lines(k);
}

enum st markdown_parts(struct arena *a, str text, const struct markdown_part **out, size_t *n) {
	struct collector *k = arena_new_of(a, struct collector);
	k->a = a;
	k->source = text;
	enum st st = markdown_with_tree(a, text, collect, k);
	*out = k->parts;
	*n = k->n;
	return st;
}
