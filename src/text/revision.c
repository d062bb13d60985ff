#include "text/revision.h"

#include "text/hangul.h"
#include "text/utf8.h"

/* MOST_EDITS bounds the work for one section: one that needs more has changed materially whatever the words are. */
enum { MOST_EDITS = 48, MOST_SECTIONS = 500, SHORTEST_SLIP = 5, LONGEST_SLIP = 60 };

/* ---- a text as sections of words ---- */

struct section {
	str heading; /* as written */
	str key;     /* folded */
	const str *words;
	size_t n, room;
	bool met;    /* has its counterpart */
};
struct cut {
	struct arena *a;
	struct section *items;
	size_t n, room;
	bool comment;
	char fence;
};

static void *grown(struct arena *a, const void *items, size_t n, size_t *room, size_t item) {
	if (n < *room)
		return (void *)(uintptr_t)items;
	*room = *room ? 2 * *room : 16;
	void *more = arena_array(a, *room, item);
	if (n)
		memcpy(more, items, n * item);
	return more;
}

static void add_word(struct cut *c, str word) {
	struct section *s = &c->items[c->n - 1];
	s->words = grown(c->a, s->words, s->n, &s->room, sizeof *s->words);
	((str *)(uintptr_t)s->words)[s->n++] = word;
}

static void add_section(struct cut *c, str heading, str key) {
	if (c->n == MOST_SECTIONS) /* nobody has that many; they become one */
		return;
	c->items = grown(c->a, c->items, c->n, &c->room, sizeof *c->items);
	c->items[c->n++] = (struct section){ .heading = heading, .key = key };
}

static bool is_mark(uint32_t cp) {
	if (cp < 128)
		return cp <= ' ' || strchr(",;:!?()[]{}\"'`*_~>#|./\\-+=<&", (int)cp);
	return (cp >= 0x2010 && cp <= 0x2027) || (cp >= 0x2030 && cp <= 0x205E) || (cp >= 0x3000 && cp <= 0x303F) || cp == 0xB7 || cp == 0xA0;
}

static bool is_digit(char ch) {
	return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch) {
	return (ch >= 'a' && ch <= 'z') || (unsigned char)ch >= 128;
}

/* "1.5", "10:30", "-3" and "can't" are one word each. */
static bool joins(str s, size_t at, uint32_t mark) {
	char next = at + 1 < s.n ? s.p[at + 1] : ' ', before = at ? s.p[at - 1] : ' ';
	if (mark == '\'')
		return is_letter(before) && is_letter(next);
	return mark < 128 && strchr(".,:/-+", (int)mark) && is_digit(next) && (is_digit(before) || mark == '-' || mark == '+');
}

static void add_words(struct cut *c, str s) {
	size_t from = 0;
	for (size_t i = 0, at = 0; at <= s.n; at = i) {
		uint32_t cp = at < s.n ? utf8_next(s, &i) : ' ';
		if (at < s.n && (!is_mark(cp) || joins(s, at, cp)))
			continue;
		if (at > from)
			add_word(c, str_to(str_from(s, from), at - from));
		from = i;
		if (at == s.n)
			break;
	}
}

/* The line without what stands in a comment, which may go on over lines. */
static str outside_comments(struct cut *c, str line) {
	struct buf out = buf_in(c->a);
	while (line.n) {
		ptrdiff_t at = str_find(line, c->comment ? STR("-->") : STR("<!--"));
		str run = at < 0 ? line : str_to(line, (size_t)at);
		if (!c->comment)
			buf_add(&out, run);
		if (at < 0)
			break;
		line = str_from(line, (size_t)at + (c->comment ? 3 : 4));
		c->comment = !c->comment;
	}
	return buf_str(&out);
}

static bool toggle_fence(struct cut *c, str line) {
	bool mark = str_starts(line, STR("```")) || str_starts(line, STR("~~~"));
	if (!mark || (c->fence && c->fence != line.p[0]))
		return false;
	c->fence = c->fence ? 0 : line.p[0];
	return true;
}

/* A live block stands for records: which one it is counts as one word that no slip makes. */
static bool add_block(struct cut *c, str fence) {
	str info = str_trim(str_from(fence, 3));
	if (!c->fence || !str_starts(info, STR("bokgi ")))
		return false;
	add_word(c, arena_printf(c->a, "\x01%.*s", STR_FMT(info)));
	return true;
}

static void cut_line(struct cut *c, str line, str folded) {
	str trimmed = str_trim(folded);
	if (!c->comment && toggle_fence(c, trimmed)) {
		if (!add_block(c, trimmed))
			add_words(c, trimmed);
		return;
	}
	size_t level = 0;
	while (level < trimmed.n && trimmed.p[level] == '#')
		level++;
	bool heading = !c->fence && !c->comment && level > 0 && level < 7 && level < trimmed.n && trimmed.p[level] == ' ';
	if (heading)
		add_section(c, str_trim(str_from(str_trim(line), level)), str_trim(str_from(trimmed, level)));
	else
		add_words(c, c->fence ? trimmed : outside_comments(c, trimmed));
}

static struct cut cut_text(struct arena *a, str text) {
	struct cut c = { .a = a };
	add_section(&c, STR_NONE, STR_NONE);
	for (str rest = text; rest.p;) {
		str line = str_cut(&rest, '\n');
		cut_line(&c, line, utf8_fold(a, line));
	}
	return c;
}

/* ---- what a changed word means ---- */

static bool has_digit(str w) {
	for (size_t i = 0; i < w.n; i++)
		if (is_digit(w.p[i]))
			return true;
	return false;
}

static bool has_any(str w, const char *const *parts) {
	for (; *parts; parts++)
		if (str_find(w, str_c(*parts)) >= 0)
			return true;
	return false;
}

/* Words that turn a sentence round, or whose coming and going always matters. */
static bool is_weighty(str w) {
	static const char *const whole[] = { "no", "not", "never", "none", "nobody", "nothing", "without", "only", "tbd", "cannot", "못", "안", NULL };
	static const char *const inside[] = { "n't", "없", "않", "아니", "못하", "못했", "\x01", NULL };
	for (const char *const *x = whole; *x; x++)
		if (str_is(w, *x))
			return true;
	return has_digit(w) || has_any(w, inside);
}

/* The letters of a word; a syllable is the two or three that it is typed with. */
static size_t letters_of(str w, uint32_t *out, size_t most) {
	size_t n = 0;
	for (size_t i = 0; i < w.n && n + 3 <= most;) {
		uint32_t cp = utf8_next(w, &i), s = cp - 0xAC00;
		if (!hangul_is_syllable(cp)) {
			out[n++] = cp;
			continue;
		}
		out[n++] = 0x1100 + s / 588;
		out[n++] = 0x1161 + s % 588 / 28;
		if (s % 28)
			out[n++] = 0x11A7 + s % 28;
	}
	return n;
}

/* One letter more, less, other, or two that changed places. */
static bool is_slip(str x, str y) {
	uint32_t a[LONGEST_SLIP], b[LONGEST_SLIP];
	if (x.n > LONGEST_SLIP || y.n > LONGEST_SLIP || is_weighty(x) || is_weighty(y))
		return false;
	size_t n = letters_of(x, a, LONGEST_SLIP), m = letters_of(y, b, LONGEST_SLIP), head = 0, tail = 0;
	if (n < SHORTEST_SLIP || m < SHORTEST_SLIP || n > m + 1 || m > n + 1)
		return false;
	while (head < n && head < m && a[head] == b[head])
		head++;
	while (tail < n - head && tail < m - head && a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	size_t left = n - head - tail, right = m - head - tail;
	return (left <= 1 && right <= 1) || (left == 2 && right == 2 && a[head] == b[head + 1] && a[head + 1] == b[head]);
}

/* ---- words of a section against words of its counterpart ---- */

/* One run of words that stand in the place of another run. */
static bool same_joined(const str *x, size_t n, const str *y, size_t m) {
	size_t i = 0, j = 0, in = 0, jn = 0;
	while (i < n && j < m) {
		size_t step = x[i].n - in < y[j].n - jn ? x[i].n - in : y[j].n - jn;
		if (memcmp(x[i].p + in, y[j].p + jn, step) != 0)
			return false;
		in += step;
		jn += step;
		if (in == x[i].n)
			i++, in = 0;
		if (jn == y[j].n)
			j++, jn = 0;
	}
	return i == n && j == m;
}

struct weight {
	size_t words;
	bool material;
};

static void weigh_word(struct weight *w, str word) {
	w->words++;
	w->material = w->material || is_weighty(word);
}

static void weigh(struct weight *w, const str *x, size_t n, const str *y, size_t m) {
	if (same_joined(x, n, y, m))
		return;
	for (size_t i = 0; i < n || i < m; i++) {
		if (i < n && i < m && (str_eq(x[i], y[i]) || is_slip(x[i], y[i])))
			continue;
		if (i < n)
			weigh_word(w, x[i]);
		if (i < m)
			weigh_word(w, y[i]);
		if (i < n && i < m)
			w->words--; /* one in place of another is one */
	}
}

struct diff {
	const str *x, *y;
	int n, m;
	int reach[MOST_EDITS + 1][2 * MOST_EDITS + 3]; /* Myers: how far along x each diagonal comes with d edits */
};

static int follow(const struct diff *f, int i, int k) {
	while (i < f->n && i - k < f->m && str_eq(f->x[i], f->y[i - k]))
		i++;
	return i;
}

static int begin_of(const struct diff *f, int d, int k) {
	const int *before = f->reach[d - 1] + MOST_EDITS + 1;
	bool down = k == -d || (k != d && before[k - 1] < before[k + 1]);
	return down ? before[k + 1] : before[k - 1] + 1;
}

/* The least number of edits, or -1: more than MOST_EDITS. */
static int edits(struct diff *f) {
	for (int d = 0; d <= MOST_EDITS; d++)
		for (int k = -d; k <= d; k += 2) {
			int *row = f->reach[d] + MOST_EDITS + 1;
			int i = d ? begin_of(f, d, k) : 0;
			/* Beyond an edge lies nothing; such a diagonal must not look as if it had come far. */
			row[k] = i > f->n || i - k > f->m || i - k < 0 ? -MOST_EDITS * 4 : follow(f, i, k);
			if (row[k] >= f->n && row[k] - k >= f->m)
				return d;
		}
	return -1;
}

/* Back along the way, from the end: runs between words that are equal are weighed. */
static void weigh_edits(struct diff *f, int d, struct weight *w) {
	int i = f->n, j = f->m, run_i = i, run_j = j;
	for (; d > 0; d--) {
		int k = i - j, begin = begin_of(f, d, k);
		bool down = k == -d || (k != d && f->reach[d - 1][MOST_EDITS + 1 + k - 1] < f->reach[d - 1][MOST_EDITS + 1 + k + 1]);
		if (i > begin) {
			weigh(w, f->x + i, (size_t)(run_i - i), f->y + j, (size_t)(run_j - j));
			run_i = begin;
			run_j = begin - k;
		}
		i = down ? begin : begin - 1;
		j = i - (down ? k + 1 : k - 1);
	}
	weigh(w, f->x + i, (size_t)(run_i - i), f->y + j, (size_t)(run_j - j));
}

static struct weight compare_words(struct arena *a, const struct section *x, const struct section *y) {
	struct weight w = { 0 };
	struct diff *f = arena_new_of(a, struct diff);
	size_t head = 0, n = x->n, m = y->n;
	while (head < n && head < m && str_eq(x->words[head], y->words[head]))
		head++;
	while (n > head && m > head && str_eq(x->words[n - 1], y->words[m - 1]))
		n--, m--;
	*f = (struct diff){ .x = x->words + head, .y = y->words + head, .n = (int)(n - head), .m = (int)(m - head) };
	if (f->n == 0 && f->m == 0)
		return w;
	int d = edits(f);
	if (d < 0)
		return (struct weight){ MOST_EDITS, true };
	weigh_edits(f, d, &w);
	return w;
}

/* ---- sections ---- */

static struct section *counterpart(struct cut *c, str key) {
	for (size_t i = 0; i < c->n; i++)
		if (!c->items[i].met && str_eq(c->items[i].key, key))
			return &c->items[i];
	return NULL;
}

struct comparison {
	struct arena *a;
	struct revision_section *items;
	struct revision *out;
};

static void note(struct comparison *c, str heading, enum revision_kind kind, struct weight w) {
	c->items[c->out->n++] = (struct revision_section){ heading, kind, w.material || w.words > REVISION_WORDS };
	c->out->words += w.words;
	c->out->material = c->out->material || w.material;
}

static void compare_section(struct comparison *c, struct cut *before, struct section *s) {
	struct section *old = counterpart(before, s->key);
	if (!old) {
		if (s->n || s->key.n)
			note(c, s->heading, REVISION_ADDED, (struct weight){ s->n, s->n > 0 });
		return;
	}
	old->met = true;
	bool same = old->n == s->n;
	for (size_t i = 0; same && i < s->n; i++)
		same = str_eq(s->words[i], old->words[i]);
	if (!same)
		note(c, s->heading, REVISION_CHANGED, compare_words(c->a, old, s));
}

void revision_compare(struct arena *a, str before, str after, struct revision *out) {
	*out = (struct revision){ 0 };
	if (str_eq(before, after))
		return;
	struct cut x = cut_text(a, before), y = cut_text(a, after);
	struct comparison c = { a, arena_array(a, x.n + y.n, sizeof *c.items), out };
	out->sections = c.items;
	for (size_t i = 0; i < y.n; i++)
		compare_section(&c, &x, &y.items[i]);
	for (size_t i = 0; i < x.n; i++)
		if (!x.items[i].met)
			note(&c, x.items[i].heading, REVISION_REMOVED, (struct weight){ x.items[i].n, x.items[i].n > 0 });
	out->material = out->material || out->words > REVISION_WORDS;
}
