#include "feature/search/search_parts.h"
#include "text/hangul.h"
#include "text/html.h"

/* The piece of a text that answers a query. */

enum { LONGEST = 160, BEFORE = 40, MOST_MARKS = 500 }; /* columns; marks looked at */

struct mark {
	size_t from, to;
	size_t term;
};

struct looking {
	struct arena *a;
	str text;
	const struct search_query *q;
	struct token *tokens;
	size_t n, room;
	struct mark *marks;
	size_t mark_n;
};

static enum st keep(void *data, const struct token *t) {
	struct looking *l = data;
	if (t->in_pair)
		return ST_OK;
	if (l->n == l->room) {
		struct token *grown = arena_array(l->a, 2 * l->room, sizeof *grown);
		memcpy(grown, l->tokens, l->n * sizeof *grown);
		l->tokens = grown;
		l->room *= 2;
	}
	l->tokens[l->n++] = *t;
	return ST_OK;
}

static bool word_fits(const struct query_term *t, size_t i, const struct token *token) {
	bool prefix = t->prefix && i + 1 == t->count;
	return prefix ? str_starts(token->text, t->tokens[i]) : str_eq(token->text, t->tokens[i]);
}

static void add_mark(struct looking *l, size_t from, size_t to, size_t term) {
	if (l->mark_n < MOST_MARKS && from < to)
		l->marks[l->mark_n++] = (struct mark){ from, to, term };
}

/* A syllable that was asked for alone may be either half of a pair. */
static void mark_syllable(struct looking *l, const struct token *token, str syllable, size_t term) {
	if (str_starts(token->text, syllable))
		add_mark(l, token->from, token->from + syllable.n, term);
	else if (str_ends(token->text, syllable))
		add_mark(l, token->to - syllable.n, token->to, term);
}

static void mark_at(struct looking *l, size_t at, size_t term) {
	const struct query_term *t = &l->q->terms[term];
	const struct token *from = &l->tokens[at];
	if (from->cjk && t->count == 1 && t->prefix && utf8_length(t->tokens[0]) == 1) {
		mark_syllable(l, from, t->tokens[0], term);
		return;
	}
	for (size_t i = 0; i < t->count; i++)
		if (at + i >= l->n || !word_fits(t, i, &l->tokens[at + i]))
			return;
	const struct token *last = &l->tokens[at + t->count - 1];
	bool half = last->cjk && t->prefix && utf8_length(t->tokens[t->count - 1]) == 1;
	add_mark(l, from->from, half ? last->from + t->tokens[t->count - 1].n : last->to, term);
}

static void mark_all(struct looking *l) {
	for (size_t at = 0; at < l->n; at++)
		for (size_t term = 0; term < l->q->term_n; term++)
			if (!l->q->terms[term].initials)
				mark_at(l, at, term);
}

/* The mark from which on most of what was asked is near; the first of equals. */
static size_t best_mark(const struct looking *l) {
	size_t best = 0, most = 0;
	for (size_t i = 0; i < l->mark_n; i++) {
		uint64_t seen = 0;
		for (size_t k = i; k < l->mark_n && l->marks[k].to < l->marks[i].from + LONGEST; k++)
			seen |= UINT64_C(1) << (l->marks[k].term & 63);
		size_t count = (size_t)__builtin_popcountll(seen);
		if (count > most) {
			most = count;
			best = i;
		}
	}
	return best;
}

/* Back from a byte, about so many columns, to the beginning of a word if there is one. */
static size_t go_back(str text, size_t at, size_t columns) {
	size_t from = at, word = at;
	while (from > 0 && utf8_columns(str_n(text.p + from, at - from)) < columns) {
		do
			from--;
		while (from > 0 && (text.p[from] & 0xC0) == 0x80);
		if (from == 0 || text.p[from - 1] == ' ' || text.p[from - 1] == '\n')
			word = from;
	}
	return word < at || from == at ? word : from;
}

static size_t go_on(str text, size_t from, size_t columns) {
	size_t to = from, word = from, used = 0;
	while (to < text.n && used < columns) {
		size_t next = to;
		utf8_next(text, &next);
		used += utf8_columns(str_n(text.p + to, next - to));
		to = next;
		if (to == text.n || text.p[to] == ' ' || text.p[to] == '\n')
			word = to;
	}
	return word > from ? word : to;
}

/* Line ends and runs of blanks become one blank. */
static void add_text(struct buf *out, str s) {
	while (s.n) {
		size_t n = 0;
		while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r' && s.p[n] != '\t')
			n++;
		html_escape(out, str_to(s, n));
		size_t blank = n;
		while (blank < s.n && (s.p[blank] == '\n' || s.p[blank] == '\r' || s.p[blank] == '\t' || s.p[blank] == ' '))
			blank++;
		if (blank > n)
			buf_addc(out, ' ');
		s = str_from(s, blank);
	}
}

static void write_piece(const struct looking *l, size_t from, size_t to, struct buf *out) {
	size_t at = from;
	if (from > 0)
		buf_lit(out, "… ");
	for (size_t i = 0; i < l->mark_n; i++) {
		const struct mark *m = &l->marks[i];
		if (m->to <= at || m->from >= to)
			continue;
		size_t begin = m->from > at ? m->from : at, end = m->to < to ? m->to : to;
		/* Pairs of one word overlap: one mark for all of it. */
		while (i + 1 < l->mark_n && l->marks[i + 1].from <= end && l->marks[i + 1].from < to) {
			i++;
			if (l->marks[i].to > end)
				end = l->marks[i].to < to ? l->marks[i].to : to;
		}
		add_text(out, str_n(l->text.p + at, begin - at));
		buf_lit(out, "<mark>");
		add_text(out, str_n(l->text.p + begin, end - begin));
		buf_lit(out, "</mark>");
		at = end;
	}
	add_text(out, str_n(l->text.p + at, to - at));
	if (to < l->text.n)
		buf_lit(out, " …");
}

str search_snippet(struct arena *a, str text, const struct search_query *q) {
	struct buf out = buf_in(a);
	struct looking l = { .a = a, .text = text, .q = q, .room = 256 };
	if (!q->term_n) { /* nothing was asked for: how it begins */
		write_piece(&l, 0, go_on(text, 0, LONGEST), &out);
		return buf_str(&out);
	}
	l.tokens = arena_array(a, l.room, sizeof *l.tokens);
	l.marks = arena_array(a, MOST_MARKS, sizeof *l.marks);
	if (tokenize(a, text, &l, keep) != ST_OK || !text.n)
		return STR_NONE;
	mark_all(&l);
	size_t from = l.mark_n ? go_back(text, l.marks[best_mark(&l)].from, BEFORE) : 0;
	write_piece(&l, from, go_on(text, from, LONGEST), &out);
	return buf_str(&out);
}
