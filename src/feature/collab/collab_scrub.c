/* Removing words from all that a text ever was. The log is replayed once with every character's origin (the update that brought it, and its place there); wherever the words come together, even for a
 * moment, their characters are marked. Marked characters are then overwritten in the log and in the snapshots, one unit by one unit, so that every update still fits the text before it. */
#include <stdlib.h>

#include "feature/collab/live.h"
#include "text/utf8.h"

enum { AT_ONCE = 500, MASK = 0x2588, BLANKS = 16, FAR = 100000 };

/* Which update brought a character (0: the text began with it), and which of its characters it is. */
struct origin {
	int32_t version, offset;
};
struct cell {
	struct origin origin;
	uint16_t unit;
	bool marked;
};

/* The text in pieces, so that typing at both ends of a long one moves little. */
enum { PIECE = 512 };
struct piece {
	size_t n;
	struct cell cells[PIECE];
};

/* All characters of a snapshot as they were: what of it is marked is known at the end only. */
struct shot {
	int64_t version;
	struct origin *origins;
	size_t n;
};

struct collab_found {
	int64_t text, version;
	const struct collab_words *words;
	size_t word_n, longest;
	int64_t from, to, at; /* chosen by place; -1: none */
	bool chosen;
	struct piece **pieces;
	size_t piece_n, piece_room, n; /* n: characters */
	size_t here, begins;  /* the piece that was looked at last, and its first character */
	struct origin *marks;
	size_t mark_n, mark_room;
	struct shot *shots;
	size_t shot_n, shot_room;
	int64_t *due;         /* versions of snapshots that were not passed yet */
	size_t due_n;
	int64_t times;        /* how often the words came together */
	bool failed;
};

static void free_found(void *data) {
	struct collab_found *f = data;
	for (size_t i = 0; i < f->shot_n; i++)
		free(f->shots[i].origins);
	for (size_t i = 0; i < f->piece_n; i++)
		free(f->pieces[i]);
	free(f->pieces);
	free(f->marks);
	free(f->shots);
}

/* ---- the text, character by character ---- */

/* To the piece that has this character; or, at its end, could take one. */
static struct piece *go_to(struct collab_found *f, size_t i, bool to_insert) {
	while (i < f->begins)
		f->begins -= f->pieces[--f->here]->n;
	while (i + !to_insert > f->begins + f->pieces[f->here]->n)
		f->begins += f->pieces[f->here++]->n;
	return f->pieces[f->here];
}

static struct cell *cell(struct collab_found *f, size_t i) {
	struct piece *p = go_to(f, i, false);
	return &p->cells[i - f->begins];
}

/* A new piece behind this one (or the first), with the second half of it. */
static bool split(struct collab_found *f) {
	if (f->piece_n == f->piece_room) {
		size_t room = f->piece_room ? 2 * f->piece_room : 16;
		struct piece **grown = realloc(f->pieces, room * sizeof *grown);
		if (!grown)
			return false;
		f->pieces = grown;
		f->piece_room = room;
	}
	struct piece *fresh = malloc(sizeof *fresh);
	if (!fresh)
		return false;
	fresh->n = 0;
	if (f->piece_n) {
		struct piece *full = f->pieces[f->here];
		fresh->n = full->n / 2;
		full->n -= fresh->n;
		memcpy(fresh->cells, full->cells + full->n, fresh->n * sizeof *fresh->cells);
	}
	size_t at = f->piece_n ? f->here + 1 : 0;
	memmove(f->pieces + at + 1, f->pieces + at, (f->piece_n - at) * sizeof *f->pieces);
	f->pieces[at] = fresh;
	f->piece_n++;
	return true;
}

static void remove_piece(struct collab_found *f) {
	free(f->pieces[f->here]);
	f->piece_n--;
	memmove(f->pieces + f->here, f->pieces + f->here + 1, (f->piece_n - f->here) * sizeof *f->pieces);
	if (f->here == f->piece_n)
		f->begins -= f->pieces[--f->here]->n;
}

static void take_out(struct collab_found *f, size_t from, size_t to) {
	while (from < to) {
		struct piece *p = go_to(f, from, false);
		size_t at = from - f->begins, k = to - from < p->n - at ? to - from : p->n - at;
		memmove(p->cells + at, p->cells + at + k, (p->n - at - k) * sizeof *p->cells);
		p->n -= k;
		f->n -= k;
		to -= k;
		if (!p->n && f->piece_n > 1)
			remove_piece(f);
	}
}

static bool put_in(struct collab_found *f, size_t i, struct cell x) {
	if (!f->piece_n && !split(f))
		return false;
	struct piece *p = go_to(f, i, true);
	if (p->n == PIECE) {
		if (!split(f))
			return false;
		p = go_to(f, i, true);
	}
	size_t at = i - f->begins;
	memmove(p->cells + at + 1, p->cells + at, (p->n - at) * sizeof *p->cells);
	p->cells[at] = x;
	p->n++;
	f->n++;
	return true;
}

static bool replace(struct collab_found *f, size_t from, size_t to, const uint16_t *units, size_t n, int64_t version, size_t offset) {
	if (to > f->n || from > to)
		return false;
	take_out(f, from, to);
	for (size_t i = 0; i < n; i++)
		if (!put_in(f, from + i, (struct cell){ { (int32_t)version, (int32_t)(offset + i) }, units[i], false }))
			return false;
	return true;
}

/* ---- marks ---- */

static void mark(struct collab_found *f, size_t i) {
	struct cell *x = cell(f, i);
	if (x->marked || x->unit == '\n')
		return;
	if (f->mark_n == f->mark_room) {
		size_t room = f->mark_room ? 2 * f->mark_room : 64;
		struct origin *grown = realloc(f->marks, room * sizeof *grown);
		f->failed |= !grown;
		if (!grown)
			return;
		f->marks = grown;
		f->mark_room = room;
	}
	x->marked = true;
	f->marks[f->mark_n++] = x->origin;
}

static bool is_blank(uint16_t unit) {
	return unit == ' ' || unit == '\n' || unit == '\t' || unit == 0xa0;
}

/* Where the words that begin at i end; 0: they do not stand there. */
static size_t match(struct collab_found *f, const struct collab_words *w, size_t i) {
	for (size_t k = 0; k < w->n; k++) {
		if (i >= f->n || (w->units[k] == ' ' ? !is_blank(cell(f, i)->unit) : cell(f, i)->unit != w->units[k]))
			return 0;
		i++;
		while (w->units[k] == ' ' && i < f->n && is_blank(cell(f, i)->unit))
			i++;
	}
	return i;
}

static int64_t mark_at(struct collab_found *f, size_t i) {
	int64_t n = 0;
	for (size_t k = 0; k < f->word_n; k++) {
		size_t end = match(f, &f->words[k], i);
		bool known = true;
		for (size_t j = i; j < end; j++) {
			known &= cell(f, j)->marked || cell(f, j)->unit == '\n';
			mark(f, j);
		}
		n += end && !known;
	}
	return n;
}

/* Words that have come together around [from, to). */
static void look(struct collab_found *f, size_t from, size_t to) {
	size_t first = from > f->longest ? from - f->longest : 0;
	for (size_t i = first; i < to || (i <= to && i < f->n); i++)
		if (i < f->n)
			f->times += mark_at(f, i);
}

/* ---- snapshots on the way ---- */

static bool keep_shot(struct collab_found *f) {
	if (f->shot_n == f->shot_room) {
		size_t room = f->shot_room ? 2 * f->shot_room : 8;
		struct shot *grown = realloc(f->shots, room * sizeof *grown);
		if (!grown)
			return false;
		f->shots = grown;
		f->shot_room = room;
	}
	struct shot *s = &f->shots[f->shot_n];
	*s = (struct shot){ f->version, malloc((f->n + 1) * sizeof *s->origins), f->n };
	if (!s->origins)
		return false;
	for (size_t i = 0; i < f->n; i++)
		s->origins[i] = cell(f, i)->origin;
	f->shot_n++;
	return true;
}

/* The version that was reached: is it one that somebody chose from, or one with a snapshot? */
static bool arrive(struct collab_found *f) {
	if (f->from >= 0 && f->version == f->at && f->to <= (int64_t)f->n) {
		for (int64_t i = f->from; i < f->to; i++)
			mark(f, (size_t)i);
		f->chosen = true;
	}
	while (f->due_n && f->due[0] < f->version)
		f->due++, f->due_n--;
	return !f->due_n || f->due[0] != f->version || keep_shot(f);
}

/* ---- the walk ---- */

static bool apply(struct collab_found *f, const struct changeset *set) {
	struct changeset_edit e = { 0 };
	size_t offset = 0;
	f->version++;
	if (changeset_old_length(set) != (int64_t)f->n)
		return false;
	/* In the new text everything before an edit has been changed already: its own place there is where it goes. */
	while (changeset_next(set, &e)) {
		if (!replace(f, (size_t)e.at, (size_t)(e.at + e.to - e.from), e.units, (size_t)e.count, f->version, offset))
			return false;
		offset += (size_t)e.count;
	}
	e = (struct changeset_edit){ 0 };
	while (changeset_next(set, &e))
		look(f, (size_t)e.at, (size_t)(e.at + e.count));
	return arrive(f) && !f->failed;
}

/* The log of years does not fit into the memory of one request: page by page. */
static enum st walk_page(struct ctx *c, struct collab_found *f, size_t *n) {
	struct store_update *u;
	enum st st = store_updates(c, f->text, f->version, INT64_MAX, AT_ONCE, &u, n);
	for (size_t i = 0; st == ST_OK && i < *n; i++) {
		const struct changeset *set;
		st = store_changes(c, u[i].changes, &set);
		if (st == ST_OK && !apply(f, set))
			st = f->failed ? ST_NO_MEMORY : fail(c, ST_INTERNAL, "collab.broken_log", NULL, "update %lld does not fit the text before it", (long long)u[i].version);
	}
	return st;
}

static enum st walk(struct ctx *c, struct collab_found *f) {
	struct arena *whole = c->a, *page = arena_new(0);
	struct arena_guard g;
	size_t n = AT_ONCE;
	volatile enum st st = page ? store_snapshots(c, f->text, f->version, &f->due, &f->due_n) : ST_NO_MEMORY;
	if (page && arena_guard(page, &g)) {
		st = ST_NO_MEMORY;
	} else if (page) {
		c->a = page;
		while (st == ST_OK && n == AT_ONCE) {
			arena_reset(page);
			st = walk_page(c, f, &n);
		}
	}
	if (page)
		arena_guard_pop(page);
	c->a = whole;
	if (st != ST_OK && c->err.code)
		c->err.message = arena_str(whole, c->err.message);
	arena_free(page);
	return st;
}

static bool begin(struct collab_found *f, str content) {
	const struct changeset *all;
	struct arena *a = arena_new(0);
	struct arena_guard g;
	volatile bool ok = false;
	if (a && !arena_guard(a, &g)) {
		struct changeset_edit e = { 0 };
		all = changeset_replace(a, 0, 0, 0, content);
		ok = !changeset_next(all, &e) || replace(f, 0, 0, e.units, (size_t)e.count, 0, 0);
	}
	if (a)
		arena_guard_pop(a);
	arena_free(a);
	if (ok)
		look(f, 0, f->n);
	return ok && !f->failed;
}

static int64_t count_now(struct collab_found *f) {
	int64_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->word_n; k++) {
			size_t end = match(f, &f->words[k], i);
			n += end > 0;
			if (end) {
				i = end - 1;
				break;
			}
		}
	return n;
}

enum st collab_find_words(struct ctx *c, int64_t text, const struct collab_words *words, size_t n, int64_t from, int64_t to, int64_t version, struct collab_found **out, int64_t *now,
	int64_t *before) {
	struct collab_found *f = arena_new_of(c->a, struct collab_found);
	str content;
	enum st st = store_one_snapshot(c, text, 0, &content);
	if (st != ST_OK)
		return st;
	struct collab_words *kept = arena_array(c->a, n + 1, sizeof *kept); /* the walk may go on when the caller's are gone */
	for (size_t i = 0; i < n; i++)
		kept[i] = words[i];
	*f = (struct collab_found){ .text = text, .words = kept, .word_n = n, .from = from, .to = to, .at = version };
	arena_defer(c->a, free_found, f);
	for (size_t i = 0; i < n; i++)
		f->longest = words[i].n * 2 + BLANKS > f->longest ? words[i].n * 2 + BLANKS : f->longest;
	if (!begin(f, content) || !keep_shot(f) || !arrive(f))
		return ST_NO_MEMORY;
	*out = f;
	st = collab_find_more(c, f, now, before);
	return st == ST_OK && from >= 0 && !f->chosen ? ST_INVALID : st;
}

enum st collab_find_more(struct ctx *c, struct collab_found *f, int64_t *now, int64_t *before) {
	enum st st = walk(c, f);
	*now = st == ST_OK ? count_now(f) : 0;
	*before = f->times > *now ? f->times - *now : 0;
	return st;
}

int64_t collab_found_version(const struct collab_found *f) {
	return f->version;
}

/* ---- overwriting ---- */

static int by_origin(const void *a, const void *b) {
	const struct origin *x = a, *y = b;
	return x->version != y->version ? (x->version < y->version ? -1 : 1) : x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool is_marked(const struct collab_found *f, struct origin o) {
	return f->mark_n && bsearch(&o, f->marks, f->mark_n, sizeof o, by_origin);
}

static enum st overwrite_update(struct ctx *c, const struct collab_found *f, int64_t version) {
	const struct changeset *set;
	struct changeset_edit e = { 0 };
	struct buf json = buf_in(c->a);
	str changes;
	int32_t offset = 0;
	enum st st = store_one_update(c, f->text, version, &changes);
	if (st == ST_OK)
		st = store_changes(c, changes, &set);
	while (st == ST_OK && changeset_next(set, &e))
		for (int64_t i = 0; i < e.count; i++, offset++)
			if (is_marked(f, (struct origin){ (int32_t)version, offset }) && e.units[i] != '\n')
				((uint16_t *)(uintptr_t)e.units)[i] = MASK; /* it was read a moment ago, for this alone */
	if (st != ST_OK)
		return st;
	changeset_to_json(set, &json);
	return store_overwrite_update(c, f->text, version, buf_str(&json));
}

static enum st overwrite_log(struct ctx *c, const struct collab_found *f) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < f->mark_n; i++)
		if (f->marks[i].version && (i == 0 || f->marks[i].version != f->marks[i - 1].version))
			st = overwrite_update(c, f, f->marks[i].version);
	return st;
}

/* A character of two units is covered by two. */
static str masked(struct ctx *c, const struct collab_found *f, const struct shot *s, str content) {
	struct buf b = buf_in(c->a);
	size_t unit = 0;
	for (size_t i = 0; i < content.n;) {
		size_t begin = i;
		uint32_t ch = utf8_next(content, &i);
		size_t units = ch > 0xffff ? 2 : 1;
		bool hide = unit < s->n && ch != '\n' && (is_marked(f, s->origins[unit]) || (units == 2 && unit + 1 < s->n && is_marked(f, s->origins[unit + 1])));
		for (size_t k = 0; hide && k < units; k++)
			utf8_put(&b, MASK);
		if (!hide)
			buf_add(&b, str_n(content.p + begin, i - begin));
		unit += units;
	}
	return b.n ? buf_str(&b) : STR("");
}

static enum st overwrite_snapshot(struct ctx *c, const struct collab_found *f, const struct shot *s) {
	str content;
	bool any = false;
	for (size_t i = 0; i < s->n && !any; i++)
		any = is_marked(f, s->origins[i]);
	if (!any)
		return ST_OK;
	enum st st = store_one_snapshot(c, f->text, s->version, &content);
	if (st == ST_NOT_FOUND) /* dropped since */
		return ST_OK;
	return st == ST_OK ? store_overwrite_snapshot(c, f->text, s->version, masked(c, f, s, content)) : st;
}

/* An update that changes nothing: those who have the text open learn from it, in order, that something is gone. */
static enum st say_so(struct ctx *c, int64_t text) {
	struct live *l;
	struct buf json = buf_in(c->a);
	int64_t client, actor, seq;
	live_drop(text);
	enum st st = live_open(c, text, &l);
	if (st != ST_OK)
		return st;
	st = store_client(c, STR(COLLAB_SCRUBBER), &client, &actor);
	if (st == ST_NOT_FOUND)
		st = store_new_client(c, STR(COLLAB_SCRUBBER), 0, &client);
	if (st == ST_OK)
		st = store_last_seq(c, text, client, &seq);
	if (st != ST_OK)
		return st;
	int64_t length = text_length(l->content);
	const struct changeset *nothing = changeset_replace(c->a, length, length, length, STR(""));
	l->unfinished = true;
	live_stage(c, l);
	st = live_apply(l, nothing, client, COLLAB_SCRUBBER, seq + 1);
	changeset_to_json(nothing, &json);
	if (st == ST_OK)
		st = store_append(c, text, l->version, client, seq + 1, buf_str(&json));
	if (st == ST_OK)
		st = store_scrubbed(c, text, l->version);
	l->scrubbed = l->version;
	l->hashed = -FAR; /* told with it: whoever does not know of scrubbing finds that the text differs, and reads it anew */
	l->unfinished = st != ST_OK;
	return st;
}

enum st collab_scrub(struct ctx *c, struct collab_found *f) {
	enum st st = walk(c, f);
	qsort(f->marks, f->mark_n, sizeof *f->marks, by_origin);
	if (st == ST_OK)
		st = overwrite_log(c, f);
	for (size_t i = 0; st == ST_OK && i < f->shot_n; i++)
		st = overwrite_snapshot(c, f, &f->shots[i]);
	return st == ST_OK ? say_so(c, f->text) : st;
}
