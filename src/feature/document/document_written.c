/* What people have written in a text: neither hints nor anything else that stood there before them. Pure, but for the template. */
#include "feature/document/document_parts.h"
#include "text/utf8.h"

/* A line of a template as it is compared: words that stay, and between them places to fill. */
enum { MOST_PLACES = 8, MOST_LINES = 2000 };
struct fixed_line {
	str words[MOST_PLACES + 1]; /* words[i] stands before place i */
	bool kept[MOST_PLACES];     /* what stands in the place tells what happened */
	size_t places;
};
struct fixed_lines {
	struct fixed_line *items;
	size_t n;
};

static void blank(char *p, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (p[i] != '\n')
			p[i] = ' ';
}

/* ---- without marks of TBD, comments and live blocks ---- */

/* The end of what a mark says is missing. */
static size_t end_of_mark(str line, const struct tbd_mark *m) {
	str rest = str_from(line, m->to);
	if (!rest.n || rest.p[0] != ':')
		return m->to;
	str hint = tbd_missing_after(str_from(rest, 1));
	return hint.n ? (size_t)(hint.p + hint.n - line.p) : m->to + 1;
}

static void blank_marks(char *p, size_t n) {
	struct tbd_mark m;
	str line = str_n(p, n);
	for (size_t i = 0; tbd_next(line, &i, &m);) {
		i = end_of_mark(line, &m);
		blank(p + m.from, i - m.from);
	}
}

static bool is_fence(str line) {
	str s = str_trim(line);
	return str_starts(s, STR("```")) || str_starts(s, STR("~~~"));
}

static bool opens_live_block(str line) {
	str s = str_trim(line);
	return is_fence(line) && str_starts(str_trim(str_from(s, 3)), STR("bokgi "));
}

/* A copy in which blanks stand for what nobody wrote; code stays as it is. */
static str without_hints(struct arena *a, str text) {
	char *copy = arena_cstr(a, text);
	bool code = false, live = false;
	blank_comments(copy, text.n);
	for (str rest = str_n(copy, text.n); rest.p;) {
		str line = str_cut(&rest, '\n');
		char *p = copy + (line.p - copy);
		bool fence = is_fence(line);
		live = fence && !code ? opens_live_block(line) : live && code;
		if (live)
			blank(p, line.n);
		else if (!fence && !code)
			blank_marks(p, line.n);
		code ^= fence;
	}
	return str_n(copy, text.n);
}

/* ---- lines of a template ---- */

static bool tells_what_happened(str name) {
	static const char *const names[] = { "summary", "window", "detection", "mitigations" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool says_words(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] >= 0xC3 && (unsigned char)s.p[i] != 0xE2) || (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	return false;
}

/* The end of the next one; 0: there is none. */
static size_t next_place(str line, size_t *from, bool *kept) {
	struct tbd_mark m;
	size_t at = 0;
	ptrdiff_t open = str_find(line, STR("{{")), close = str_find(line, STR("}}"));
	bool place = open >= 0 && close > open, mark = tbd_next(line, &at, &m);
	if (mark && (!place || m.from < (size_t)open)) {
		*from = m.from;
		*kept = true; /* a TBD is replaced by what was found out */
		return end_of_mark(line, &m);
	}
	if (!place)
		return 0;
	str name = str_to(str_from(line, (size_t)open + 2), (size_t)(close - open) - 2);
	*from = (size_t)open;
	*kept = tells_what_happened(str_cut(&name, '|'));
	return (size_t)close + 2;
}

static bool read_fixed(str line, struct fixed_line *out) {
	bool says = false;
	size_t from, to;
	*out = (struct fixed_line){ 0 };
	while (out->places < MOST_PLACES && (to = next_place(line, &from, &out->kept[out->places]))) {
		out->words[out->places] = str_trim(str_to(line, from));
		says |= says_words(out->words[out->places++]);
		line = str_from(line, to);
	}
	out->words[out->places] = str_trim(line);
	return says || says_words(line);
}

/* With the places that tell what happened as they are filled when nothing is known: "{{window|from when}}" is "TBD: from when", and "TBD{{by}}" is "TBD". */
static str as_unknown(struct arena *a, str line) {
	struct buf b = buf_in(a);
	for (ptrdiff_t open; (open = str_find(line, STR("{{"))) >= 0;) {
		str rest = str_from(line, (size_t)open + 2);
		ptrdiff_t close = str_find(rest, STR("}}"));
		if (close < 0)
			break;
		str hint = str_to(rest, (size_t)close), name = str_cut(&hint, '|');
		buf_add(&b, str_to(line, (size_t)open));
		if (tells_what_happened(name))
			buf_printf(&b, "TBD%s%.*s", hint.n ? ": " : "", STR_FMT(hint));
		else if (!str_is(name, "by"))
			buf_printf(&b, "{{%.*s}}", STR_FMT(name));
		line = str_from(rest, (size_t)close + 2);
	}
	buf_add(&b, line);
	return buf_str(&b);
}

/* With the end of its hint, and without, for that goes with the mark when somebody fills it. */
static void add_fixed(struct fixed_lines *out, str line) {
	struct fixed_line *f = &out->items[out->n];
	if (!read_fixed(line, f))
		return;
	out->n++;
	if (!f->places || !f->kept[f->places - 1] || !f->words[f->places].n || !f->words[0].n)
		return;
	out->items[out->n] = *f;
	out->items[out->n++].words[f->places] = STR("");
}

static struct fixed_lines fixed_lines_of(struct arena *a, str template) {
	struct fixed_lines out = { arena_array(a, MOST_LINES + 4, sizeof *out.items), 0 };
	char *copy = arena_cstr(a, template);
	blank_comments(copy, template.n);
	for (str rest = str_n(copy, template.n); rest.p && out.n < MOST_LINES;) {
		str line = str_trim(str_cut(&rest, '\n')), unknown = as_unknown(a, line);
		add_fixed(&out, unknown);
		if (!str_eq(line, unknown) && str_find(line, STR("TBD{{by}}")) < 0)
			add_fixed(&out, line);
	}
	return out;
}

/* Where the words of a template's line end in a line of the text, or -1; the last ones stand at its end. */
static ptrdiff_t words_end(str line, size_t at, str words, bool first, bool last) {
	str rest = str_from(line, at);
	if (first && last)
		return str_eq(rest, words) ? (ptrdiff_t)line.n : -1;
	if (first)
		return str_starts(rest, words) ? (ptrdiff_t)(at + words.n) : -1;
	if (last)
		return str_ends(rest, words) ? (ptrdiff_t)line.n : -1;
	ptrdiff_t found = words.n ? str_find(rest, words) : 0;
	return found < 0 ? -1 : (ptrdiff_t)(at + (size_t)found + words.n);
}

/* Blanks what the line has from its template; false: it has something else. */
static bool take_fixed(const struct fixed_line *f, char *p, str line) {
	size_t ends[MOST_PLACES + 1], at = 0;
	for (size_t i = 0; i <= f->places; i++) {
		ptrdiff_t end = words_end(line, at, f->words[i], i == 0, i == f->places);
		if (end < 0)
			return false;
		at = ends[i] = (size_t)end;
	}
	for (size_t i = 0; i <= f->places; i++) {
		size_t from = ends[i] - f->words[i].n;
		if (i && !f->kept[i - 1])
			from = ends[i - 1];
		blank(p + from, ends[i] - from);
	}
	return true;
}

static void blank_fixed(const struct fixed_lines *l, char *p, str line) {
	str s = str_trim(line);
	if (says_role(s))
		blank(p, line.n);
	for (size_t i = 0; s.n && i < l->n; i++)
		if (take_fixed(&l->items[i], p + (s.p - line.p), s))
			return;
}

/* ---- both ---- */

str document_written(struct arena *a, str text, str template) {
	str out = without_hints(a, text);
	struct fixed_lines lines = template.n ? fixed_lines_of(a, template) : (struct fixed_lines){ 0 };
	for (str rest = out; lines.n && rest.p;) {
		str line = str_cut(&rest, '\n');
		blank_fixed(&lines, (char *)(uintptr_t)line.p, line);
	}
	return out;
}

enum st document_template(struct ctx *c, const struct document *d, str *out) {
	struct template t = { 0 };
	enum st st = d->template.n ? template_find(c, d->template, d->kind, d->lang, &t) : ST_NOT_FOUND;
	*out = st == ST_OK ? t.text : STR_NONE;
	return st == ST_NOT_FOUND ? ST_OK : st;
}
