/* cmark-gfm parses; this file walks its tree and writes. Its own HTML renderer is not used: it drops raw HTML, knows no ids and allows more link schemes than we do. */
#include "text/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <cmark-gfm/syntax_extension.h>
#include <pthread.h>
#include <time.h>
#include <unictype.h>
#include <unicase.h>

#include "text/html.h"
#include "text/utf8.h"

enum {
	LONGEST_TEXT = 8 << 20,
	TREE_PER_BYTE = 200, /* a tree: ordinary text takes about 30 */
	TREE_AT_LEAST = 8 << 20,
	TREE_AT_MOST = 256 << 20,
	HEADER_CELLS = 2000, /* the parser is quadratic in what stands before a table's ruler, */
	MANY_ADDRESSES = 5000, /* and slow with many '@'; */
	PARSE_MS = 1000, /* for what it is slow with beyond that */
	DEEPEST = 100,
};

/* --- the parser's memory: an arena, so that running out of it is survived and nothing is freed piece by piece --- */

static _Thread_local struct arena *tree_arena;
static _Thread_local int64_t deadline;
static _Thread_local unsigned allocations;

struct piece {
	_Alignas(max_align_t) size_t n;
};

static int64_t thread_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void *tree_calloc(size_t n, size_t size) {
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || __builtin_add_overflow(bytes, sizeof(struct piece), &bytes))
		arena_exhausted(tree_arena);
	if (++allocations % 1024 == 0 && deadline && thread_us() > deadline)
		arena_exhausted(tree_arena);
	struct piece *p = arena_alloc(tree_arena, bytes);
	p->n = bytes - sizeof *p;
	return p + 1;
}

static void *tree_realloc(void *old, size_t n) {
	size_t had = old ? ((struct piece *)old)[-1].n : 0;
	if (old && n <= had)
		return old;
	void *p = tree_calloc(n, 1);
	return had ? memcpy(p, old, had) : p;
}

static void tree_free(void *p UNUSED) {
}

static cmark_mem tree_memory = { tree_calloc, tree_realloc, tree_free };

/* --- the extensions --- */

static struct {
	cmark_syntax_extension *table, *strikethrough, *autolink, *tasklist;
} extension;

/* The parser marks the characters an extension wants in a table shared by all threads, and takes the marks away at the end of each text. Autolink's are marked once and
 * for all here, and its list, which is for nothing else, is emptied. Strikethrough needs its list; so texts with a '~' are parsed one at a time, under this lock. */
static pthread_mutex_t tilde = PTHREAD_MUTEX_INITIALIZER;

static void register_extensions(void) {
	cmark_gfm_core_extensions_ensure_registered();
	extension.table = cmark_find_syntax_extension("table");
	extension.strikethrough = cmark_find_syntax_extension("strikethrough");
	extension.autolink = cmark_find_syntax_extension("autolink");
	extension.tasklist = cmark_find_syntax_extension("tasklist");
	cmark_parser *p = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_parser_attach_syntax_extension(p, extension.autolink);
	cmark_manage_extensions_special_characters(p, 1);
	cmark_parser_free(p);
	cmark_llist_free(cmark_get_default_mem_allocator(), extension.autolink->special_inline_chars);
	cmark_syntax_extension_set_special_inline_chars(extension.autolink, NULL);
}

/* --- parsing --- */

struct document {
	struct arena *a, *tree, *outer_tree;
	str text;
	cmark_node *root; /* NULL: not to be parsed */
	const struct markdown_options *o;
	struct buf *out, scratch;
	str plain;
	/* while it is written: */
	int depth, links, alts; /* open elements; links; images */
	size_t heading;         /* the next one */
	struct markdown_heading *headings;
	size_t heading_count;
	int column;
	const uint8_t *alignments;
	bool body;
};

/* A line that may make a table of the line before it. */
static bool ruler(str line) {
	bool dash = false;
	for (size_t i = 0; i < line.n; i++) {
		if (!strchr("|-: \t\r\v\f>", line.p[i]) || !line.p[i])
			return false;
		dash |= line.p[i] == '-';
	}
	return dash;
}

static size_t count(str s, char ch) {
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ch;
	return n;
}

/* Cells of a row; a pipe at either end makes none. */
static size_t cells_of(str row) {
	row = str_trim(row);
	size_t n = row.n && row.p[0] != '|';
	for (size_t i = 0; i < row.n; i++) {
		if (row.p[i] == '\\')
			i++;
		else if (row.p[i] == '|' && i + 1 < row.n)
			n++;
	}
	return n;
}

/* Is there no ruler below a paragraph of very many cells? (Below a table's own rows it is harmless.) */
static bool tables_are_cheap(str text) {
	size_t paragraph = 0, above = 0;
	bool table = false;
	while (text.p) {
		str line = str_cut(&text, '\n');
		size_t cells = cells_of(line);
		if (str_trim(line).n == 0) {
			paragraph = 0;
			table = false;
		} else if (!table && ruler(line)) {
			if (paragraph > HEADER_CELLS)
				return false;
			table = cells == above;
		}
		paragraph += 1 + cells + count(line, '\r');
		above = cells;
	}
	return true;
}

static cmark_node *parse(struct document *d, bool tables, bool tildes) {
	cmark_parser *p = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, &tree_memory);
	if (tables && tables_are_cheap(d->text))
		cmark_parser_attach_syntax_extension(p, extension.table);
	if (count(d->text, '@') < MANY_ADDRESSES)
		cmark_parser_attach_syntax_extension(p, extension.autolink);
	if (tildes)
		cmark_parser_attach_syntax_extension(p, extension.strikethrough);
	cmark_parser_attach_syntax_extension(p, extension.tasklist);
	cmark_parser_feed(p, d->text.n ? d->text.p : "", d->text.n);
	return cmark_parser_finish(p);
}

static bool parse_guarded(struct document *d, bool tables) {
	const bool tildes = str_chr(d->text, '~') >= 0;
	struct arena_guard g;
	if (tildes)
		pthread_mutex_lock(&tilde);
	if (arena_guard(d->tree, &g) == 0)
		d->root = parse(d, tables, tildes);
	arena_guard_pop(d->tree);
	if (tildes)
		pthread_mutex_unlock(&tilde);
	if (!d->root)
		arena_reset(d->tree);
	return d->root != NULL;
}

/* With tables; when these take too much, without; else not at all. */
static bool parse_in_bounds(struct document *d) {
	deadline = thread_us() + PARSE_MS * 1000;
	bool parsed = d->text.n <= LONGEST_TEXT && (parse_guarded(d, true) || parse_guarded(d, false));
	deadline = 0;
	return parsed;
}

/* Looking at a tree takes memory too. */
static bool use_guarded(struct document *d, void (*use)(struct document *d)) {
	struct arena_guard g;
	volatile bool used = false;
	if (arena_guard(d->tree, &g) == 0) {
		use(d);
		used = true;
	}
	arena_guard_pop(d->tree);
	return used;
}

static void close_document(struct document *d) {
	tree_arena = d->outer_tree;
	arena_free(d->tree);
	buf_free(&d->scratch);
}

static void use_without_tree(struct document *d, size_t out_before, void (*use)(struct document *d)) {
	d->root = NULL;
	d->heading = d->heading_count = 0;
	if (d->out)
		d->out->n = out_before;
	use(d);
}

/* Parse, use, forget the tree; also when the arena of the caller is exhausted in between. */
static enum st with_document(struct document *d, void (*use)(struct document *d)) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, register_extensions);
	size_t limit = TREE_AT_LEAST + d->text.n * TREE_PER_BYTE, out_before = d->out ? d->out->n : 0;
	d->tree = arena_new(limit < TREE_AT_MOST ? limit : TREE_AT_MOST);
	if (!d->tree)
		return ST_NO_MEMORY;
	d->outer_tree = tree_arena;
	tree_arena = d->tree;
	struct arena_guard g;
	if (arena_guard(d->a, &g)) {
		arena_guard_pop(d->a);
		close_document(d);
		arena_exhausted(d->a);
	}
	if (!parse_in_bounds(d) || !use_guarded(d, use))
		use_without_tree(d, out_before, use);
	arena_guard_pop(d->a);
	close_document(d);
	return d->out && !buf_ok(d->out) ? ST_NO_MEMORY : ST_OK;
}

/* --- what nodes are --- */

static bool is(cmark_node *n, const char *type) {
	return strcmp(cmark_node_get_type_string(n), type) == 0;
}

static str literal(cmark_node *n) {
	return str_c(cmark_node_get_literal(n));
}

/* Nothing but a comment: what its author did not want to be seen. */
static bool comment(str html) {
	html = str_trim(html);
	return str_starts(html, STR("<!--")) && str_find(str_from(html, 4), STR("-->")) == (ptrdiff_t)html.n - 7;
}

/* The name and the arguments of a live block. */
static bool live(cmark_node *n, str *name, str *args) {
	if (cmark_node_get_type(n) != CMARK_NODE_CODE_BLOCK)
		return false;
	str info = str_c(cmark_node_get_fence_info(n));
	if (!str_eq(str_cut(&info, ' '), STR("bokgi")))
		return false;
	info = str_trim(info);
	*name = str_cut(&info, ' ');
	*args = str_trim(info);
	return name->n > 0;
}

static bool in_tight_list(cmark_node *paragraph) {
	cmark_node *item = cmark_node_parent(paragraph), *list = item ? cmark_node_parent(item) : NULL;
	return list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
}

/* --- link targets --- */

static bool control(char ch) {
	return (unsigned char)ch < 0x20 || ch == 0x7F;
}

/* Browsers skip blanks and control characters at the ends and inside a target; we do not guess what then remains. */
static bool target_allowed(str url, const char *const *schemes) {
	for (size_t i = 0; i < url.n; i++)
		if (control(url.p[i]))
			return false;
	url = str_trim(url);
	size_t n = 0;
	while (n < url.n && !strchr(":/?#\\", url.p[n]))
		n++;
	if (n == url.n || url.p[n] != ':')
		return true;
	for (; *schemes; schemes++)
		if (str_eq_ascii_ci(str_to(url, n), str_c(*schemes)))
			return true;
	return false;
}

static bool link_allowed(str url) {
	return target_allowed(url, (const char *const[]){ "http", "https", "mailto", "tel", NULL });
}

static bool slash(str url, size_t i) {
	return i < url.n && (url.p[i] == '/' || url.p[i] == '\\');
}

/* Not //host either: that is another server by whatever scheme the page has. */
static bool image_allowed(str url) {
	str trimmed = str_trim(url);
	return target_allowed(url, (const char *const[]){ "https", NULL }) && !(slash(trimmed, 0) && slash(trimmed, 1));
}

static bool plain_in_url(char ch) {
	return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch && strchr("-_.+!*(),%#@?=;:/&$~", ch));
}

static void write_url(struct buf *out, str url) {
	for (size_t i = 0; i < url.n; i++) {
		if (url.p[i] == '&')
			buf_lit(out, "&amp;");
		else if (plain_in_url(url.p[i]))
			buf_addc(out, url.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)url.p[i]);
	}
}

/* --- headings and their ids --- */

/* The text of the nodes below n, as a reader sees it. */
static void inner_text(cmark_node *n, struct buf *out) {
	cmark_iter *it = cmark_iter_new(n);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		cmark_node *at = cmark_iter_get_node(it);
		cmark_node_type type = cmark_node_get_type(at);
		if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE))
			buf_add(out, literal(at));
		else if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK))
			buf_addc(out, ' ');
	}
	cmark_iter_free(it);
}

static bool kept_in_id(uint32_t cp) {
	return cp == '-' || uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_Pc);
}

static str slug(struct arena *a, str text) {
	text = utf8_nfc(a, text);
	char *p = arena_alloc(a, text.n * 2 + sizeof "section"); /* lower case can be longer */
	size_t n = 0;
	for (size_t i = 0; i < text.n;) {
		uint32_t cp = utf8_next(text, &i);
		if (cp == ' ')
			p[n++] = '-';
		else if (kept_in_id(cp))
			n += utf8_encode(p + n, uc_tolower(cp));
	}
	return n ? (str){ p, n } : STR("section");
}

/* Which ids are taken, and with which number to try next. */
struct ids {
	struct {
		str id;
		int64_t next;
	} *slot;
	size_t size; /* a power of two, always half empty */
};

static int64_t *taken(struct ids *ids, str id) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	size_t at = h & (ids->size - 1);
	while (ids->slot[at].id.p && !str_eq(ids->slot[at].id, id))
		at = (at + 1) & (ids->size - 1);
	ids->slot[at].id = id;
	return &ids->slot[at].next;
}

/* What is entered is the id itself and its family's counter: at most two slots a heading. */
static str unique_id(struct arena *a, struct ids *ids, str base) {
	int64_t *family = taken(ids, base);
	if ((*family)++ == 0)
		return base;
	for (;;) {
		str id = arena_printf(a, "%.*s-%lld", STR_FMT(base), (long long)(*family - 1));
		int64_t *other = taken(ids, id);
		if ((*other)++ == 0)
			return id;
		(*other)--;
		(*family)++;
	}
}

static size_t count_headings(struct document *d) {
	size_t n = 0;
	cmark_iter *it = cmark_iter_new(d->root);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;)
		n += e == CMARK_EVENT_ENTER && cmark_node_get_type(cmark_iter_get_node(it)) == CMARK_NODE_HEADING;
	cmark_iter_free(it);
	return n;
}

static struct markdown_heading describe(struct document *d, struct ids *ids, cmark_node *n) {
	struct markdown_heading h = { .level = cmark_node_get_heading_level(n), .line = (size_t)cmark_node_get_start_line(n) };
	buf_clear(&d->scratch);
	inner_text(n, &d->scratch);
	h.text = arena_str(d->a, buf_str(&d->scratch));
	h.id = unique_id(d->a, ids, slug(d->a, h.text));
	return h;
}

static void find_headings(struct document *d) {
	size_t n = d->root ? count_headings(d) : 0;
	struct ids ids = { .size = 8 };
	while (ids.size < n * 4)
		ids.size *= 2;
	ids.slot = arena_array(d->a, ids.size, sizeof *ids.slot);
	d->headings = arena_array(d->a, n, sizeof *d->headings);
	cmark_iter *it = n ? cmark_iter_new(d->root) : NULL;
	for (cmark_event_type e; it && (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		cmark_node *at = cmark_iter_get_node(it);
		if (e == CMARK_EVENT_ENTER && cmark_node_get_type(at) == CMARK_NODE_HEADING)
			d->headings[d->heading_count++] = describe(d, &ids, at);
	}
	if (it)
		cmark_iter_free(it);
}

/* --- writing HTML --- */

static void fresh_line(struct buf *out) {
	if (out->n && out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
}

static void attribute(struct buf *out, const char *name, str value) {
	buf_printf(out, " %s=\"", name);
	html_escape(out, value);
	buf_addc(out, '"');
}

/* "<tag" on a line of its own, attributes may follow. */
static void begin_block(struct document *d, cmark_node *n, const char *tag) {
	fresh_line(d->out);
	buf_printf(d->out, "<%s", tag);
	if (d->o->source_lines)
		buf_printf(d->out, " data-line=\"%d\"", cmark_node_get_start_line(n));
}

static void open_block(struct document *d, cmark_node *n, const char *tag) {
	begin_block(d, n, tag);
	buf_addc(d->out, '>');
}

static void close_block(struct document *d, const char *tag) {
	buf_printf(d->out, "</%s>\n", tag);
}

static void open_paragraph(struct document *d, cmark_node *n) {
	if (!in_tight_list(n))
		open_block(d, n, "p");
}

static void close_paragraph(struct document *d, cmark_node *n) {
	if (!in_tight_list(n))
		close_block(d, "p");
}

static void open_list(struct document *d, cmark_node *n) {
	bool ordered = cmark_node_get_list_type(n) == CMARK_ORDERED_LIST;
	int start = cmark_node_get_list_start(n);
	begin_block(d, n, ordered ? "ol" : "ul");
	if (ordered && start != 1)
		buf_printf(d->out, " start=\"%d\"", start);
	buf_lit(d->out, ">\n");
}

static void close_list(struct document *d, cmark_node *n) {
	close_block(d, cmark_node_get_list_type(n) == CMARK_ORDERED_LIST ? "ol" : "ul");
}

static void open_item(struct document *d, cmark_node *n) {
	begin_block(d, n, "li");
	if (!is(n, "tasklist")) {
		buf_addc(d->out, '>');
		return;
	}
	bool done = cmark_gfm_extensions_get_tasklist_item_checked(n);
	str label = done ? d->o->task_done : d->o->task_open;
	buf_lit(d->out, " class=\"task\"><input type=\"checkbox\" disabled");
	if (done)
		buf_lit(d->out, " checked");
	attribute(d->out, "aria-label", label.n ? label : done ? STR("done") : STR("to do"));
	buf_lit(d->out, "> ");
}

static void close_item(struct document *d, cmark_node *n UNUSED) {
	close_block(d, "li");
}

static void open_quote(struct document *d, cmark_node *n) {
	open_block(d, n, "blockquote");
	buf_addc(d->out, '\n');
}

static void close_quote(struct document *d, cmark_node *n UNUSED) {
	fresh_line(d->out);
	close_block(d, "blockquote");
}

static void open_heading(struct document *d, cmark_node *n) {
	const struct markdown_heading *h = &d->headings[d->heading++];
	begin_block(d, n, (char[]){ 'h', (char)('0' + h->level), 0 });
	attribute(d->out, "id", h->id);
	buf_addc(d->out, '>');
}

static void close_heading(struct document *d, cmark_node *n) {
	close_block(d, (char[]){ 'h', (char)('0' + cmark_node_get_heading_level(n)), 0 });
}

static void rule(struct document *d, cmark_node *n) {
	open_block(d, n, "hr");
	buf_addc(d->out, '\n');
}

static bool language_name(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (!plain_in_url(s.p[i]))
			return false;
	return s.n > 0 && s.n <= 40;
}

static void write_code(struct document *d, cmark_node *n) {
	str info = str_c(cmark_node_get_fence_info(n)), language = str_cut(&info, ' ');
	begin_block(d, n, "pre");
	buf_lit(d->out, "><code");
	if (language_name(language)) {
		buf_lit(d->out, " class=\"language-");
		html_escape(d->out, language);
		buf_addc(d->out, '"');
	}
	buf_addc(d->out, '>');
	html_escape(d->out, literal(n));
	buf_lit(d->out, "</code></pre>\n");
}

/* What block() writes before it answers false is taken back. */
static bool write_live(struct document *d, cmark_node *n) {
	str name, args;
	if (!d->o->block || !live(n, &name, &args))
		return false;
	size_t before = d->out->n;
	fresh_line(d->out);
	if (d->o->source_lines)
		buf_printf(d->out, "<div data-line=\"%d\">", cmark_node_get_start_line(n));
	bool written = d->o->block(d->o->data, name, args, d->out);
	if (!written)
		d->out->n = before;
	else if (d->o->source_lines)
		buf_lit(d->out, "</div>\n");
	return written;
}

static void code_block(struct document *d, cmark_node *n) {
	if (!write_live(d, n))
		write_code(d, n);
}

static void html_block(struct document *d, cmark_node *n) {
	if (comment(literal(n)))
		return;
	begin_block(d, n, "pre");
	buf_lit(d->out, " class=\"html\">");
	html_escape(d->out, literal(n));
	buf_lit(d->out, "</pre>\n");
}

static void open_table(struct document *d, cmark_node *n) {
	d->alignments = cmark_gfm_extensions_get_table_alignments(n);
	d->body = false;
	open_block(d, n, "table");
	buf_addc(d->out, '\n');
}

static void close_table(struct document *d, cmark_node *n UNUSED) {
	if (d->body)
		buf_lit(d->out, "</tbody>\n");
	close_block(d, "table");
}

static void open_row(struct document *d, cmark_node *n) {
	bool head = cmark_gfm_extensions_get_table_row_is_header(n);
	if (head || !d->body)
		buf_add(d->out, head ? STR("<thead>\n") : STR("<tbody>\n"));
	d->body = d->body || !head;
	d->column = 0;
	open_block(d, n, "tr");
	buf_addc(d->out, '\n');
}

static void close_row(struct document *d, cmark_node *n) {
	close_block(d, "tr");
	if (cmark_gfm_extensions_get_table_row_is_header(n))
		buf_lit(d->out, "</thead>\n");
}

/* An empty one says nothing of what stands below it. */
static bool heads(cmark_node *cell) {
	return cmark_gfm_extensions_get_table_row_is_header(cmark_node_parent(cell)) && cmark_node_first_child(cell);
}

static void open_cell(struct document *d, cmark_node *n) {
	uint8_t align = d->alignments ? d->alignments[d->column++] : 0;
	buf_add(d->out, heads(n) ? STR("<th scope=\"col\"") : STR("<td"));
	if (align)
		buf_printf(d->out, " align=\"%s\"", align == 'l' ? "left" : align == 'r' ? "right" : "center");
	buf_addc(d->out, '>');
}

static void close_cell(struct document *d, cmark_node *n) {
	close_block(d, heads(n) ? "th" : "td");
}

static void text(struct document *d, cmark_node *n) {
	html_escape(d->out, literal(n));
}

static void code(struct document *d, cmark_node *n) {
	buf_lit(d->out, "<code>");
	html_escape(d->out, literal(n));
	buf_lit(d->out, "</code>");
}

static void html_inline(struct document *d, cmark_node *n) {
	if (!comment(literal(n)))
		html_escape(d->out, literal(n));
}

static void soft_break(struct document *d, cmark_node *n UNUSED) {
	buf_addc(d->out, '\n');
}

static void hard_break(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<br>\n");
}

static void open_emphasis(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<em>");
}

static void close_emphasis(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "</em>");
}

static void open_strong(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<strong>");
}

static void close_strong(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "</strong>");
}

static void open_struck(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "<del>");
}

static void close_struck(struct document *d, cmark_node *n UNUSED) {
	buf_lit(d->out, "</del>");
}

static void title(struct document *d, cmark_node *n) {
	str words = str_c(cmark_node_get_title(n));
	if (words.n)
		attribute(d->out, "title", words);
}

/* A refused target leaves the words. */
static void open_link(struct document *d, cmark_node *n) {
	str url = str_c(cmark_node_get_url(n));
	if (!link_allowed(url) || d->links++ > 0)
		return;
	buf_lit(d->out, "<a href=\"");
	write_url(d->out, url);
	buf_addc(d->out, '"');
	title(d, n);
	buf_addc(d->out, '>');
}

static void close_link(struct document *d, cmark_node *n) {
	if (link_allowed(str_c(cmark_node_get_url(n))) && --d->links == 0)
		buf_lit(d->out, "</a>");
}

static void open_image(struct document *d, cmark_node *n) {
	str url = str_c(cmark_node_get_url(n));
	if (!image_allowed(url))
		return;
	buf_lit(d->out, "<img src=\"");
	write_url(d->out, url);
	buf_lit(d->out, "\" alt=\"");
	d->alts = 1;
}

static void close_image(struct document *d, cmark_node *n) {
	if (!image_allowed(str_c(cmark_node_get_url(n))))
		return;
	buf_addc(d->out, '"');
	title(d, n);
	buf_addc(d->out, '>');
}

struct element {
	void (*open)(struct document *d, cmark_node *n);
	void (*close)(struct document *d, cmark_node *n); /* NULL: has nothing inside */
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
/* What the extensions bring has numbers only at run time. */
static const struct {
	const char *type;
	struct element element;
} extensions[] = {
	{ "table_cell", { open_cell, close_cell } }, { "table_row", { open_row, close_row } }, { "table_header", { open_row, close_row } },
	{ "strikethrough", { open_struck, close_struck } }, { "table", { open_table, close_table } },
};

static struct element element_of(cmark_node *n) {
	cmark_node_type type = cmark_node_get_type(n);
	size_t i = type & CMARK_NODE_VALUE_MASK;
	bool block = (type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK;
	if (block && i < sizeof blocks / sizeof *blocks)
		return blocks[i];
	if (!block && i < sizeof inlines / sizeof *inlines)
		return inlines[i];
	for (size_t k = 0; k < sizeof extensions / sizeof *extensions; k++)
		if (is(n, extensions[k].type))
			return extensions[k].element;
	return (struct element){ 0 };
}

/* Inside an image's alternative text only words count. */
static void write_alt(struct document *d, cmark_event_type e, cmark_node *n) {
	cmark_node_type type = cmark_node_get_type(n);
	if (type == CMARK_NODE_IMAGE)
		d->alts += e == CMARK_EVENT_ENTER ? 1 : -1;
	if (d->alts == 0) {
		close_image(d, n);
		d->depth--;
	} else if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)) {
		html_escape(d->out, literal(n));
	} else if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)) {
		buf_addc(d->out, ' ');
	}
}

/* Elements deeper than any reader needs lose their tags, not their words. */
static void write_node(struct document *d, cmark_event_type e, cmark_node *n) {
	struct element el = element_of(n);
	if (!el.open)
		return;
	bool leaf = !el.close, enter = e == CMARK_EVENT_ENTER;
	if (!leaf && enter)
		d->depth++;
	if (leaf || d->depth <= DEEPEST || el.open == open_heading)
		(enter ? el.open : el.close)(d, n);
	if (!leaf && !enter)
		d->depth--;
}

static void write_plainly(struct document *d) {
	buf_lit(d->out, "<pre>");
	html_escape(d->out, d->text);
	buf_lit(d->out, "</pre>\n");
}

static void write_html(struct document *d) {
	if (!d->root) {
		write_plainly(d);
		return;
	}
	find_headings(d);
	cmark_iter *it = cmark_iter_new(d->root);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		if (d->alts)
			write_alt(d, e, cmark_iter_get_node(it));
		else
			write_node(d, e, cmark_iter_get_node(it));
	}
	cmark_iter_free(it);
}

enum st markdown_article(struct arena *a, str text, const struct markdown_options *o, struct buf *out, const struct markdown_heading **headings, size_t *n) {
	static const struct markdown_options none;
	struct document d = { .a = a, .text = utf8_repair(a, text), .o = o ? o : &none, .out = out };
	enum st st = with_document(&d, write_html);
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
	struct document d = { .a = a, .text = utf8_repair(a, text) };
	*out = NULL;
	if (with_document(&d, find_headings) != ST_OK)
		return 0;
	*out = d.headings;
	return d.heading_count;
}

/* --- words only --- */

static bool block_node(cmark_node *n) {
	return (cmark_node_get_type(n) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK;
}

/* Rows and tight items follow each other, other blocks have a blank line between them. */
static void separate(struct buf *out, cmark_node *n) {
	cmark_node_type type = cmark_node_get_type(n);
	if (is(n, "table_cell")) {
		if (out->n && out->p[out->n - 1] != '\n')
			buf_addc(out, '\t');
		return;
	}
	fresh_line(out);
	bool apart = (type == CMARK_NODE_PARAGRAPH && !in_tight_list(n)) || type == CMARK_NODE_HEADING || type == CMARK_NODE_CODE_BLOCK || is(n, "table") ||
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
		if (!live(n, &name, &args))
			buf_add(out, literal(n));
		break;
	case CMARK_NODE_HTML_BLOCK:
		if (!comment(literal(n)))
			buf_add(out, literal(n));
		break;
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
		buf_add(out, literal(n));
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		buf_addc(out, '\n');
		break;
	default:
		break;
	}
}

static void write_plain(struct document *d) {
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
	struct document d = { .a = a, .text = utf8_repair(a, text) };
	return with_document(&d, write_plain) == ST_OK ? d.plain : d.text;
}

/* --- live blocks to Markdown --- */

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

static void expand_block(struct document *d, struct lines *l, cmark_node *n, size_t *copied) {
	str name, args;
	struct buf *made = &d->scratch;
	size_t from = go_to(l, (size_t)cmark_node_get_start_line(n));
	int column = cmark_node_get_start_column(n);
	buf_clear(made);
	if (live(n, &name, &args) && d->o->block(d->o->data, name, args, made)) {
		buf_add(d->out, (str){ d->text.p + *copied, from - *copied });
		write_prefixed(d->out, (str){ d->text.p + from, column > 0 ? (size_t)column - 1 : 0 }, buf_str(made));
		*copied = go_to(l, last_line(n) + 1);
	}
	d->out->failed |= made->failed;
}

static void expand(struct document *d) {
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
	struct document d = { .a = a, .text = text, .o = &o, .out = out };
	return with_document(&d, expand);
}
