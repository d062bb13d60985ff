/* Myers' algorithm in linear space ("An O(ND) Difference Algorithm and Its Variations", 1986), first over lines, then over the words of lines that differ. */
#include "text/diff.h"

#include <string.h>

#include "base/json.h"
#include "text/utf8.h"

enum { MOST_EDITS = 400, NOWHERE = -(1 << 29), LONGEST_GLUE = 3 };

/* ---- pieces of a text, and equal ones by one number ---- */

static str part(str s, size_t from, size_t to) {
	return str_to(str_from(s, from), to - from);
}

struct piece {
	uint32_t id;
	size_t from, to;
};
struct pieces {
	struct piece *item;
	int n;
	size_t room;
};

static void add_piece(struct arena *a, struct pieces *p, size_t from, size_t to) {
	if ((size_t)p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 64;
		struct piece *more = arena_array(a, room, sizeof *more);
		if (p->n)
			memcpy(more, p->item, (size_t)p->n * sizeof *more);
		p->item = more;
		p->room = room;
	}
	p->item[p->n++] = (struct piece){ 0, from, to };
}

static void cut_lines(struct arena *a, str text, struct pieces *out) {
	for (size_t from = 0, at = 0; at < text.n; at++)
		if (text.p[at] == '\n' || at + 1 == text.n) {
			add_piece(a, out, from, at + 1);
			from = at + 1;
		}
}

enum kind { BLANK, WORD, SINGLE };

static enum kind kind_of(uint32_t cp) {
	if (cp == ' ' || cp == '\t' || cp == 0xA0 || cp == 0x3000)
		return BLANK;
	if (cp < 128)
		return (cp >= '0' && cp <= '9') || ((cp | 32) >= 'a' && (cp | 32) <= 'z') ? WORD : SINGLE;
	bool mark = (cp >= 0x2010 && cp <= 0x206F) || (cp >= 0x3001 && cp <= 0x303F) || (cp >= 0xFF01 && cp <= 0xFF0F) || cp == 0xB7 || cp >= 0x1F000;
	return mark ? SINGLE : WORD;
}

static void cut_words(struct arena *a, str text, size_t from, size_t to, struct pieces *out) {
	enum kind before = SINGLE;
	str part = str_to(text, to);
	for (size_t i = from; i < to;) {
		size_t at = i;
		enum kind kind = kind_of(utf8_next(part, &i));
		if (kind == SINGLE || kind != before)
			add_piece(a, out, at, i);
		else
			out->item[out->n - 1].to = i;
		before = kind;
	}
}

struct name {
	str bytes;
	uint32_t id;
};
struct names {
	struct name *slot;
	size_t mask;
	uint32_t count;
};

static uint32_t name_of(struct names *t, str s) {
	uint64_t h = 1469598103934665603u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	size_t at = (size_t)(h ^ h >> 32) & t->mask;
	while (t->slot[at].id && !str_eq(t->slot[at].bytes, s))
		at = (at + 1) & t->mask;
	if (!t->slot[at].id)
		t->slot[at] = (struct name){ s, ++t->count };
	return t->slot[at].id;
}

static void name_all(struct arena *a, str x, struct pieces *p, str y, struct pieces *q) {
	size_t room = 16;
	while (room < 2 * (size_t)(p->n + q->n))
		room *= 2;
	struct names t = { arena_array(a, room, sizeof *t.slot), room - 1, 0 };
	memset(t.slot, 0, room * sizeof *t.slot);
	for (int i = 0; i < p->n; i++)
		p->item[i].id = name_of(&t, part(x, p->item[i].from, p->item[i].to));
	for (int i = 0; i < q->n; i++)
		q->item[i].id = name_of(&t, part(y, q->item[i].from, q->item[i].to));
}

/* ---- which pieces have a counterpart ---- */

struct box {
	int x0, x1, y0, y1;
};
/* reach: how far along x each diagonal x - y comes, from the front and from the back, at MIDDLE + diagonal. */
struct search {
	const struct piece *x, *y;
	bool *kept_x, *kept_y;
	int forth[2 * MOST_EDITS + 5], back[2 * MOST_EDITS + 5];
	struct box *stack;
	size_t depth, room;
};
enum { MIDDLE = MOST_EDITS + 2 };

static int max(int a, int b) {
	return a > b ? a : b;
}

/* One step more on diagonal k: a piece of x left out, or one of y, whichever leads farther. */
static int step(const int *reach, int k, int d, int n, int m) {
	if (d == 0)
		return 0;
	int along = k > -d ? reach[MIDDLE + k - 1] + 1 : NOWHERE, down = k < d ? reach[MIDDLE + k + 1] : NOWHERE;
	if (along > n)
		along = NOWHERE;
	if (down - k > m)
		down = NOWHERE;
	return max(along, down);
}

static int slide(const struct search *s, const struct box *b, int i, int k, bool backward) {
	int n = b->x1 - b->x0, m = b->y1 - b->y0, j = i - k;
	while (i < n && j < m) {
		const struct piece *x = backward ? &s->x[b->x1 - 1 - i] : &s->x[b->x0 + i];
		const struct piece *y = backward ? &s->y[b->y1 - 1 - j] : &s->y[b->y0 + j];
		if (x->id != y->id)
			break;
		i++, j++;
	}
	return i;
}

/* One more edit from one side. True: it met the other side's way, or is the farthest of what may be tried; *i, *j is a place that the way goes through. */
static bool advance(struct search *s, const struct box *b, int d, bool backward, int *i, int *j) {
	int n = b->x1 - b->x0, m = b->y1 - b->y0, delta = n - m;
	int *mine = backward ? s->back : s->forth;
	const int *other = backward ? s->forth : s->back;
	int reached = d - !backward; /* edits of the other side so far */
	for (int k = -d; k <= d; k += 2) {
		if (k < -m || k > n) {
			mine[MIDDLE + k] = NOWHERE;
			continue;
		}
		int x = step(mine, k, d, n, m), across = delta - k;
		mine[MIDDLE + k] = x < 0 ? NOWHERE : (x = slide(s, b, x, k, backward));
		bool may_meet = x >= 0 && (delta & 1) != backward && across >= -reached && across <= reached;
		if (may_meet && x + other[MIDDLE + across] >= n) {
			*i = backward ? n - x : x;
			*j = backward ? m - (x - k) : x - k;
			return true;
		}
	}
	return false;
}

static void farthest(const struct search *s, const struct box *b, int *i, int *j) {
	int n = b->x1 - b->x0, m = b->y1 - b->y0, best = -1;
	for (int k = -MOST_EDITS; k <= MOST_EDITS; k += 2) {
		int x = s->forth[MIDDLE + k], far = 2 * x - k;
		if (x >= 0 && x <= n && x - k <= m && x - k >= 0 && far > best) {
			best = far;
			*i = x;
			*j = x - k;
		}
	}
}

static void meet(struct search *s, const struct box *b, int *i, int *j) {
	for (int d = 0; d <= MOST_EDITS; d++)
		if (advance(s, b, d, false, i, j) || advance(s, b, d, true, i, j))
			return;
	farthest(s, b, i, j);
}

static void later(struct arena *a, struct search *s, struct box b) {
	if (s->depth == s->room) {
		size_t room = s->room ? 2 * s->room : 32;
		struct box *more = arena_array(a, room, sizeof *more);
		if (s->depth)
			memcpy(more, s->stack, s->depth * sizeof *more);
		s->stack = more;
		s->room = room;
	}
	s->stack[s->depth++] = b;
}

static void keep(struct search *s, int x, int y) {
	s->kept_x[x] = s->kept_y[y] = true;
}

static void trim(struct search *s, struct box *b) {
	while (b->x0 < b->x1 && b->y0 < b->y1 && s->x[b->x0].id == s->y[b->y0].id)
		keep(s, b->x0++, b->y0++);
	while (b->x0 < b->x1 && b->y0 < b->y1 && s->x[b->x1 - 1].id == s->y[b->y1 - 1].id)
		keep(s, --b->x1, --b->y1);
}

static void compare(struct arena *a, struct search *s, int n, int m) {
	later(a, s, (struct box){ 0, n, 0, m });
	while (s->depth) {
		struct box b = s->stack[--s->depth];
		int i = 0, j = 0;
		trim(s, &b);
		if (b.x0 == b.x1 || b.y0 == b.y1)
			continue;
		meet(s, &b, &i, &j);
		later(a, s, (struct box){ b.x0, b.x0 + i, b.y0, b.y0 + j });
		later(a, s, (struct box){ b.x0 + i, b.x1, b.y0 + j, b.y1 });
	}
}

/* ---- edits ---- */

struct edits {
	struct diff_edit *item;
	size_t n, room;
};

static void add_edit(struct arena *a, struct edits *e, struct diff_edit x) {
	if (e->n == e->room) {
		size_t room = e->room ? 2 * e->room : 16;
		struct diff_edit *more = arena_array(a, room, sizeof *more);
		if (e->n)
			memcpy(more, e->item, e->n * sizeof *more);
		e->item = more;
		e->room = room;
	}
	e->item[e->n++] = x;
}

struct side {
	str text;
	size_t from, to;
	struct pieces pieces;
	bool *kept;
};

static size_t place(const struct side *s, int i) {
	return i < s->pieces.n ? s->pieces.item[i].from : s->to;
}

/* Runs of pieces without a counterpart, on both sides at once. */
static void collect(struct arena *a, const struct side *x, const struct side *y, struct edits *out) {
	for (int i = 0, j = 0; i < x->pieces.n || j < y->pieces.n;) {
		int from = i, at = j;
		while (i < x->pieces.n && !x->kept[i])
			i++;
		while (j < y->pieces.n && !y->kept[j])
			j++;
		if (i > from || j > at)
			add_edit(a, out, (struct diff_edit){ place(x, from), place(x, i), place(y, at), place(y, j) });
		i++, j++;
	}
}

static void find_edits(struct arena *a, struct side *x, struct side *y, struct edits *out) {
	struct search *s = arena_new_of(a, struct search);
	name_all(a, x->text, &x->pieces, y->text, &y->pieces);
	x->kept = arena_array(a, (size_t)x->pieces.n + 1, 1);
	y->kept = arena_array(a, (size_t)y->pieces.n + 1, 1);
	memset(x->kept, 0, (size_t)x->pieces.n + 1);
	memset(y->kept, 0, (size_t)y->pieces.n + 1);
	s->x = x->pieces.item;
	s->y = y->pieces.item;
	s->kept_x = x->kept;
	s->kept_y = y->kept;
	s->depth = s->room = 0;
	compare(a, s, x->pieces.n, y->pieces.n);
	collect(a, x, y, out);
}

/* Between two edits a blank or two alone: one edit reads better. */
static bool is_glue(str text, size_t from, size_t to) {
	if (to - from > LONGEST_GLUE)
		return false;
	for (size_t i = from; i < to; i++)
		if (text.p[i] != ' ' && text.p[i] != '\t')
			return false;
	return true;
}

static void join(str before, struct edits *e) {
	size_t n = 0;
	for (size_t i = 0; i < e->n; i++) {
		struct diff_edit *last = n ? &e->item[n - 1] : NULL, x = e->item[i];
		if (last && x.from - last->to == x.at - last->end && is_glue(before, last->to, x.from)) {
			last->to = x.to;
			last->end = x.end;
		} else {
			e->item[n++] = x;
		}
	}
	e->n = n;
}

static void words_of(struct arena *a, str before, str after, const struct diff_edit *line, struct edits *out) {
	if (line->from == line->to || line->at == line->end) {
		add_edit(a, out, *line);
		return;
	}
	struct side x = { .text = before, .from = line->from, .to = line->to }, y = { .text = after, .from = line->at, .to = line->end };
	struct edits words = { 0 };
	cut_words(a, before, x.from, x.to, &x.pieces);
	cut_words(a, after, y.from, y.to, &y.pieces);
	find_edits(a, &x, &y, &words);
	join(before, &words);
	for (size_t i = 0; i < words.n; i++)
		add_edit(a, out, words.item[i]);
}

size_t diff_texts(struct arena *a, str before, str after, const struct diff_edit **out) {
	struct side x = { .text = before, .to = before.n }, y = { .text = after, .to = after.n };
	struct edits lines = { 0 }, all = { 0 };
	*out = NULL;
	if (str_eq(before, after))
		return 0;
	cut_lines(a, before, &x.pieces);
	cut_lines(a, after, &y.pieces);
	find_edits(a, &x, &y, &lines);
	for (size_t i = 0; i < lines.n; i++)
		words_of(a, before, after, &lines.item[i], &all);
	*out = all.item;
	return all.n;
}

/* ---- as a change set ---- */

static void put_lines(struct buf *out, str text) {
	for (str rest = text; rest.p && text.n;) {
		str line = str_cut(&rest, '\n');
		buf_addc(out, ',');
		json_quote(out, line);
	}
}

static void put_kept(struct buf *out, str kept, bool *first) {
	if (!kept.n)
		return;
	buf_printf(out, "%s%zu", *first ? "" : ",", utf16_length(kept));
	*first = false;
}

bool diff_changes(str before, str after, const struct diff_edit *edits, size_t n, struct buf *out) {
	size_t at = 0;
	bool first = true;
	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		const struct diff_edit *e = &edits[i];
		put_kept(out, part(before, at, e->from), &first);
		buf_printf(out, "%s[%zu", first ? "" : ",", utf16_length(part(before, e->from, e->to)));
		put_lines(out, part(after, e->at, e->end));
		buf_addc(out, ']');
		first = false;
		at = e->to;
	}
	put_kept(out, str_from(before, at), &first);
	buf_addc(out, ']');
	return n > 0;
}
