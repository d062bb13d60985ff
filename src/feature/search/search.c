#include "feature/search/search_parts.h"

#include "text/hangul.h"

/* Cutting records and queries into the words of the index. No SQL here (fts5.c, postgres.c, search_store.c). */

static void add(struct arena *a, struct word_list *l, str word) {
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		str *grown = arena_array(a, room, sizeof *grown);
		if (l->n)
			memcpy(grown, l->items, l->n * sizeof *grown);
		l->items = grown;
		l->room = room;
	}
	l->items[l->n++] = word;
}

static str first(str s, size_t code_points) {
	size_t i = 0;
	while (code_points-- && i < s.n)
		utf8_next(s, &i);
	return str_to(s, i);
}

static str marked(struct arena *a, const char *mark, str s) {
	return ARENA_JOIN(a, str_c(mark), s);
}

/* ---- records ---- */

struct cutting {
	struct arena *a;
	struct word_list *words, *shorts;
	bool title;
};

static void add_short(struct cutting *k, str s) {
	add(k->a, k->shorts, s);
	if (k->title)
		add(k->a, k->shorts, marked(k->a, SEARCH_IN_TITLE, s));
}

static enum st take(void *data, const struct token *t) {
	struct cutting *k = data;
	if (!t->in_pair) /* alone it is a short word */
		add(k->a, k->words, t->text);
	add_short(k, first(t->text, 1));
	if (!t->cjk)
		add_short(k, first(t->text, 2));
	return ST_OK;
}

static void cut(struct arena *a, str text, bool title, struct word_list *words, struct word_list *shorts) {
	struct cutting k = { .a = a, .words = words, .shorts = shorts, .title = title };
	enum st st = tokenize(a, text, &k, take);
	(void)st; /* take() never stops it */
}

void search_pairs(struct arena *a, str run, struct word_list *out) {
	for (size_t i = 0, next = 0; i < run.n; i = next) {
		utf8_next(run, &next);
		size_t end = next;
		if (next < run.n) {
			utf8_next(run, &end);
			add(a, out, str_n(run.p + i, end - i));
		}
	}
}

/* ㄱㅈ of 결제, across blanks: whoever types consonants leaves them out. */
static void cut_initials(struct arena *a, str title, struct search_words *out) {
	str s = hangul_initials(a, title);
	struct buf run = buf_in(a);
	for (size_t i = 0, at = 0; at < s.n; at = i) {
		uint32_t cp = utf8_next(s, &i);
		bool consonant = hangul_is_consonant(cp);
		if (consonant) {
			buf_add(&run, str_n(s.p + at, i - at));
			add(a, &out->shorts, marked(a, SEARCH_INITIAL, str_n(s.p + at, i - at)));
		}
		if ((!consonant && cp != ' ') || i >= s.n) {
			search_pairs(a, arena_str(a, buf_str(&run)), &out->initials);
			buf_clear(&run);
		}
	}
}

/* Each once. By a table: sorting them was the most expensive part of cutting. */
static void sort_out(struct arena *a, struct word_list *l) {
	size_t room = 64, n = 0;
	while (room < 2 * l->n)
		room *= 2;
	uint32_t *slots = arena_array(a, room, sizeof *slots); /* place in the list + 1 */
	for (size_t i = 0; i < l->n; i++) {
		uint32_t h = 2166136261u;
		for (size_t k = 0; k < l->items[i].n; k++)
			h = (h ^ (unsigned char)l->items[i].p[k]) * 16777619u;
		size_t at = h & (room - 1);
		while (slots[at] && !str_eq(l->items[slots[at] - 1], l->items[i]))
			at = (at + 1) & (room - 1);
		if (slots[at])
			continue;
		l->items[n++] = l->items[i];
		slots[at] = (uint32_t)n;
	}
	l->n = n;
}

static const struct {
	const char *kind, *prefix;
} prefixes[] = { { "incident", "INC" }, { "document", "PM" }, { "action", "ACT" }, { "alert", "ALERT" } };

str search_ref(struct arena *a, str kind, int64_t id) {
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (str_is(kind, prefixes[i].kind))
			return arena_printf(a, "%s-%lld", prefixes[i].prefix, (long long)id);
	return STR_NONE;
}

void search_cut(struct arena *a, const struct search_record *r, struct search_words *out) {
	str ref = search_ref(a, str_c(r->kind), r->id);
	*out = (struct search_words){ 0 };
	cut(a, ref, true, &out->title, &out->shorts);
	cut(a, r->title, true, &out->title, &out->shorts);
	cut(a, r->body, false, &out->body, &out->shorts);
	cut_initials(a, r->title, out);
	add(a, &out->shorts, marked(a, SEARCH_KIND, str_c(r->kind)));
	sort_out(a, &out->shorts);
}

/* ---- queries ---- */

static bool is_short(const struct query_term *t) {
	return t->count == 1 && utf8_length(t->tokens[0]) <= (t->initials ? 1 : 2) && (t->prefix || t->initials);
}

static void add_short_term(struct search_query *q, const struct query_term *t) {
	q->short_initials[q->short_n] = t->initials;
	q->shorts[q->short_n++] = t->tokens[0];
}

static void add_phrase(struct arena *a, struct search_query *q, const struct query_term *t) {
	struct search_phrase *p = &q->phrases[q->n++];
	*p = (struct search_phrase){ t->tokens, t->count, t->prefix, t->initials };
	if (t->initials) {
		struct word_list pairs = { 0 };
		search_pairs(a, t->tokens[0], &pairs);
		p->words = pairs.items;
		p->n = pairs.n;
	}
}

bool search_read_query(struct arena *a, str text, str kind, struct search_query *out) {
	*out = (struct search_query){ .kind = kind };
	out->term_n = tokenize_query(a, text, &out->terms);
	if (out->term_n > SEARCH_TERMS)
		out->term_n = SEARCH_TERMS;
	out->phrases = arena_array(a, out->term_n + 1, sizeof *out->phrases);
	out->shorts = arena_array(a, out->term_n + 1, sizeof *out->shorts);
	out->short_initials = arena_array(a, out->term_n + 1, sizeof *out->short_initials);
	for (size_t i = 0; i < out->term_n; i++)
		if (is_short(&out->terms[i]))
			add_short_term(out, &out->terms[i]);
		else
			add_phrase(a, out, &out->terms[i]);
	return out->n + out->short_n > 0;
}
