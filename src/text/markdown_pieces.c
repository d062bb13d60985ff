/* A text is cut before headings, and each piece is rendered by itself, or taken from the cache. What makes that the same as rendering the whole:
 *
 * - A piece begins with '#' in the first column after a blank line. Such a line ends every block but a fence or raw HTML that is still open; the parser then knows nothing of
 *   what came before but the line's number, the definitions of link targets, and the ids that headings have taken.
 * - Whether something is still open the parser itself says: a piece is parsed with one more heading behind it, and must end in that heading at the top of the tree. If it
 *   does not (a comment of a script in a fence looks like a heading), it is joined with the next.
 * - A text with "]:" anywhere may define a link target, and is not cut. (Neither is one with carriage returns: lines are counted by their feeds.)
 * - Lines and ids are left open in the HTML of a piece and filled in when the pieces are put together.
 * - The limits of markdown_limits.c are about what stands between blank lines, or are added up over the pieces. */
#include "text/markdown_private.h"

#include "text/html.h"

enum { MOST_PIECES = 1000, MOST_JOINED = 8, WORTH_CUTTING = 1 << 10 };

/* ---- cutting ---- */

static bool heading_at(str s, size_t i) {
	size_t n = 0;
	while (i + n < s.n && n < 7 && s.p[i + n] == '#')
		n++;
	return n >= 1 && n <= 6 && (i + n == s.n || strchr(" \t\n", s.p[i + n])) && (i + n == s.n || s.p[i + n]);
}

/* Where the next piece begins, behind `from`; s.n: nowhere. */
static size_t next_cut(str s, size_t from) {
	for (ptrdiff_t at; (at = str_chr(str_from(s, from + 1), '#')) >= 0;) {
		from += (size_t)at + 1;
		if (from >= 2 && s.p[from - 1] == '\n' && s.p[from - 2] == '\n' && heading_at(s, from))
			return from;
	}
	return s.n;
}

static bool may_define_target(str s) {
	for (ptrdiff_t at; (at = str_chr(s, ']')) >= 0;) {
		s = str_from(s, (size_t)at + 1);
		if (s.n && s.p[0] == ':')
			return true;
	}
	return false;
}

static size_t count_cuts(str s) {
	size_t n = 0;
	for (size_t at = 0; at < s.n && n <= MOST_PIECES; at = next_cut(s, at))
		n++;
	return n;
}

static void cut(struct md *d, struct md_cut *cuts, size_t n, const struct md_look *look) {
	for (size_t i = 0, at = 0, to; i < n; i++, at = to) {
		to = next_cut(d->text, at);
		cuts[i] = (struct md_cut){ .source = { d->text.p + at, to - at }, .look = *look };
		cuts[i].look.last = i + 1 == n;
		cuts[i].hash = md_piece_hash(d->o->cache, cuts[i].source);
	}
}

static bool may_be_cut(str s) {
	return s.n >= WORTH_CUTTING && !may_define_target(s) && str_chr(s, '\r') < 0;
}

static size_t count_lines(str s) {
	size_t n = 0;
	for (ptrdiff_t at; (at = str_chr(s, '\n')) >= 0; s = str_from(s, (size_t)at + 1))
		n++;
	return n;
}

/* ---- one piece ---- */

struct work {
	struct md d;
	struct buf html;
	struct md_slots slots;
	struct md_piece piece;
	bool done;
};

static bool ends_in(cmark_node *root, size_t line) {
	cmark_node *end = cmark_node_last_child(root);
	return end && cmark_node_get_type(end) == CMARK_NODE_HEADING && cmark_node_get_start_line(end) == (int)line && !cmark_node_first_child(end);
}

static void write_piece(struct md *d) {
	struct work *w = (struct work *)d;
	w->piece.closed = w->piece.look.last || ends_in(d->root, w->piece.lines + 1);
	if (w->piece.closed && !w->piece.look.last)
		cmark_node_unlink(cmark_node_last_child(d->root));
	if (w->piece.closed) {
		md_collect_headings(d);
		md_write_tree(d);
	}
	w->done = true;
}

static size_t slots_in(str html) {
	size_t n = 0;
	for (ptrdiff_t at; (at = str_chr(html, (char)MD_SLOT)) >= 0; html = str_from(html, (size_t)at + 1))
		n++;
	return n;
}

static str marked(struct work *w) {
	struct buf out = buf_in(w->d.a);
	if (!w->piece.look.mark)
		return buf_str(&w->html);
	w->piece.look.mark(buf_str(&w->html), &out);
	return buf_str(&out);
}

static struct md_piece *finish_piece(struct work *w) {
	struct md_piece *p = &w->piece;
	if (p->closed) {
		p->html = marked(w);
		p->headings = w->d.headings;
		p->heading_count = w->d.heading_count;
		p->slots = (const struct md_slot *)w->slots.values.p;
		p->slot_count = w->slots.values.n / sizeof *p->slots;
		p->closed = slots_in(p->html) == p->slot_count;
	}
	if (!p->closed) {
		p->html = STR_NONE;
		p->heading_count = p->slot_count = 0;
	}
	return md_piece_copy(p);
}

/* What live blocks show is made anew each time. */
static bool render(struct md *d, struct md_cut *c) {
	struct work w = { .d = { .a = d->a, .o = d->o, .until = d->until, .in_bounds_only = true }, .html = buf_in(d->a), .slots.values = buf_in(d->a) };
	w.piece = (struct md_piece){ .hash = c->hash, .look = c->look, .source = c->source, .lines = count_lines(c->source), .addresses = md_addresses(c->source) };
	w.d.text = c->look.last ? c->source : ARENA_JOIN(d->a, c->source, STR("#\n"));
	w.d.out = &w.html;
	w.d.slots = &w.slots;
	if (!md_tables_are_cheap(c->source) || md_with_tree(&w.d, write_piece) != ST_OK || !w.done)
		return false;
	c->piece = finish_piece(&w);
	if (c->piece && !w.d.live)
		md_cache_keep(d->o->cache, c->piece);
	return c->piece;
}

/* ---- together ---- */

static void collect_headings(struct md *d, const struct md_cut *cuts, size_t n) {
	size_t count = 0, before = 0;
	for (size_t i = 0; i < n; i++)
		count += cuts[i].piece->heading_count;
	d->headings = arena_array(d->a, count, sizeof *d->headings);
	for (size_t i = 0; i < n; before += cuts[i++].piece->lines)
		for (size_t k = 0; k < cuts[i].piece->heading_count; k++) {
			struct markdown_heading h = cuts[i].piece->headings[k];
			d->headings[d->heading_count++] = (struct markdown_heading){ h.level, arena_str(d->a, h.text), arena_str(d->a, h.id), h.line + before };
		}
	md_number_headings(d->a, d->headings, d->heading_count);
}

static void fill_slot(struct md *d, const struct md_slot *s, size_t lines_before) {
	if (s->kind == MD_LINE)
		buf_i64(d->out, s->line ? (int64_t)lines_before + s->line : 0);
	else
		html_escape(d->out, d->headings[d->heading++].id);
}

static void put_piece(struct md *d, const struct md_piece *p, size_t lines_before) {
	str html = p->html;
	if (html.n)
		md_fresh_line(d->out);
	for (size_t i = 0; i < p->slot_count; i++) {
		buf_add(d->out, str_cut(&html, (char)MD_SLOT));
		fill_slot(d, &p->slots[i], lines_before);
	}
	buf_add(d->out, html);
}

static void put_together(struct md *d, const struct md_cut *cuts, size_t n) {
	size_t room = 0, before = 0;
	collect_headings(d, cuts, n);
	for (size_t i = 0; i < n; i++)
		room += cuts[i].piece->html.n + 8 * cuts[i].piece->slot_count;
	if (!d->out->limit)
		(void)buf_room(d->out, room);
	for (size_t i = 0; i < n; before += cuts[i++].piece->lines)
		put_piece(d, cuts[i].piece, before);
}

static bool all_fit(const struct md_cut *cuts, size_t n) {
	size_t addresses = 0;
	for (size_t i = 0; i < n; i++)
		addresses += cuts[i].piece->addresses;
	return md_addresses_are_few(addresses);
}

/* What c leaves open the next closes, perhaps. */
static void join_with_next(struct md *d, struct md_cut *c) {
	struct md_cut *next = c + 1;
	struct md_piece *known = next->piece;
	*next = (struct md_cut){ .source = { c->source.p, c->source.n + next->source.n }, .look = next->look };
	next->hash = md_piece_hash(d->o->cache, next->source);
	if (known)
		shared_let_go(&known->shared);
	shared_let_go(&c->piece->shared);
	c->piece = NULL;
	md_cache_find(d->o->cache, next, 1);
}

static bool render_missing(struct md *d, struct md_cut *cuts, size_t n) {
	size_t rendered = 0, joined = 0;
	d->until = md_thread_us() + MD_PARSE_MS * 1000;
	for (size_t i = 0; i < n; i++) {
		rendered += !cuts[i].piece;
		if (!cuts[i].piece && !render(d, &cuts[i]))
			return false;
		joined = cuts[i].piece->closed ? 0 : joined + 1;
		if (joined > MOST_JOINED || (joined && i + 1 == n))
			return false;
		if (joined)
			join_with_next(d, &cuts[i]);
	}
	md_cache_count(d->o->cache, n - rendered, rendered, 0);
	return true;
}

/* Those that were joined are gone. */
static size_t close_up(struct md_cut *cuts, size_t n) {
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (cuts[i].piece)
			cuts[kept++] = cuts[i];
	return kept;
}

static void let_go(const struct md_cut *cuts, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (cuts[i].piece)
			shared_let_go(&cuts[i].piece->shared);
}

/* What is held is let go also when the arena is exhausted in between. */
static bool write_cuts(struct md *d, struct md_cut *cuts, size_t n) {
	struct arena_guard g;
	if (arena_guard(d->a, &g)) {
		arena_guard_pop(d->a);
		let_go(cuts, n);
		arena_exhausted(d->a);
	}
	md_cache_find(d->o->cache, cuts, n);
	bool written = render_missing(d, cuts, n);
	size_t kept = written ? close_up(cuts, n) : n;
	memset(cuts + kept, 0, (n - kept) * sizeof *cuts);
	written = written && all_fit(cuts, kept);
	if (written)
		put_together(d, cuts, kept);
	arena_guard_pop(d->a);
	let_go(cuts, n);
	return written;
}

static bool write_pieces(struct md *d) {
	const struct markdown_options *o = d->o;
	size_t n = may_be_cut(d->text) ? count_cuts(d->text) : 0;
	if (n < 2 || n > MOST_PIECES)
		return false;
	struct md_cut *cuts = arena_array(d->a, n, sizeof *cuts);
	struct md_look look = { .source_lines = o->source_lines, .blocks = o->block, .mark = o->mark };
	look.labels = ARENA_JOIN(d->a, o->task_done, STR("\n"), o->task_open);
	cut(d, cuts, n, &look);
	return write_cuts(d, cuts, n);
}

bool md_write_in_pieces(struct md *d) {
	if (!d->o->cache)
		return false;
	bool written = write_pieces(d);
	if (!written)
		md_cache_count(d->o->cache, 0, 0, 1);
	return written;
}
