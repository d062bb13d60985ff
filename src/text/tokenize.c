/* Text is cut into runs of one kind; a run of CJK into its written syllables and these into overlapping pairs, a run of other letters is one word. */
#include "text/tokenize.h"

#include <unictype.h>

#include "text/hangul.h"

enum { LONGEST_WORD = 120 }; /* bytes; the rest of a longer word (a key, a hash) is not indexed */

enum kind { NOTHING, WORD, CJK, MARK };

static const struct {
	uint32_t from, to;
} cjk[] = {
	{ 0x1100, 0x11FF }, { 0x2E80, 0x2FDF }, { 0x3005, 0x3007 }, { 0x3021, 0x3029 }, { 0x3031, 0x3035 }, { 0x3038, 0x303B }, { 0x3041, 0x3096 }, { 0x309D, 0x309F },
	{ 0x30A1, 0x30FA }, { 0x30FC, 0x318E }, { 0x31A0, 0x31BF }, { 0x31F0, 0x31FF }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xA960, 0xA97C }, { 0xAC00, 0xD7FB },
	{ 0xF900, 0xFAFF }, { 0xFF66, 0xFFDC }, { 0x1B000, 0x1B16F }, { 0x20000, 0x323AF },
};

static bool is_cjk(uint32_t cp) {
	size_t low = 0, high = sizeof cjk / sizeof *cjk;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (cp > cjk[middle].to)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof cjk / sizeof *cjk && cp >= cjk[low].from;
}

static enum kind kind_of(uint32_t cp) {
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z') ? WORD : NOTHING;
	if (is_cjk(cp))
		return CJK;
	if (uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_M))
		return MARK;
	return uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N) ? WORD : NOTHING;
}

struct cursor {
	struct arena *a;
	str text;
	size_t at;
	int64_t position;
	void *data;
	enum st (*each)(void *data, const struct token *t);
};

/* The next run [from, to); a mark belongs to what it stands on, and to nothing when it stands alone. */
static enum kind next_run(struct cursor *c, size_t *from, size_t *to) {
	enum kind run = NOTHING;
	while (c->at < c->text.n) {
		size_t at = c->at;
		enum kind k = kind_of(utf8_next(c->text, &c->at));
		if (run == NOTHING && (k == WORD || k == CJK)) {
			run = k;
			*from = at;
		} else if (run != NOTHING && k != run && k != MARK) {
			c->at = at;
			break;
		}
		*to = c->at;
	}
	return run;
}

static enum st emit(struct cursor *c, str text, size_t from, size_t to, bool of_cjk, bool in_pair) {
	const struct token t = { text, from, to, c->position++, of_cjk, in_pair };
	return c->each(c->data, &t);
}

static bool folded_already(str s) {
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0x80) || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

static str head(str s, size_t bytes) {
	if (s.n <= bytes)
		return s;
	while (bytes > 0 && (s.p[bytes] & 0xC0) == 0x80)
		bytes--;
	return str_to(s, bytes);
}

static enum st emit_word(struct cursor *c, size_t from, size_t to) {
	str word = { c->text.p + from, to - from };
	word = head(word, LONGEST_WORD);
	return emit(c, folded_already(word) ? word : utf8_fold(c->a, word), from, to, false, false);
}

/* One written syllable: its normal form and its place. */
struct syllable {
	str text;
	size_t from, to;
};

/* Vowels and finals that are written apart, voicing marks, variation selectors. */
static bool continues(uint32_t cp) {
	if (hangul_is_syllable(cp) || (cp >= 0x3400 && cp <= 0x9FFF))
		return false;
	return (cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FB) || cp == 0xFF9E || cp == 0xFF9F || kind_of(cp) == MARK;
}

/* Half-width letters become wide ones; other CJK keeps its form, so that a typed ㅈ stays one. */
static str normal(struct arena *a, str s) {
	bool half_width = (unsigned char)s.p[0] == 0xEF && (unsigned char)s.p[1] >= 0xBD;
	return half_width ? utf8_fold(a, s) : utf8_nfc(a, s);
}

static struct syllable next_syllable(struct cursor *c, size_t from, size_t end) {
	size_t i = from;
	utf8_next(c->text, &i);
	size_t to = i;
	while (i < end && continues(utf8_next(c->text, &i)))
		to = i;
	return (struct syllable){ normal(c->a, (str){ c->text.p + from, to - from }), from, to };
}

static str pair(struct arena *a, str x, str y) {
	return x.p + x.n == y.p ? (str){ x.p, x.n + y.n } : arena_printf(a, "%.*s%.*s", STR_FMT(x), STR_FMT(y));
}

static enum st emit_syllables(struct cursor *c, size_t from, size_t to) {
	enum st st = ST_OK;
	struct syllable s = next_syllable(c, from, to);
	while (st == ST_OK && s.to < to) {
		struct syllable next = next_syllable(c, s.to, to);
		st = emit(c, pair(c->a, s.text, next.text), s.from, next.to, true, false);
		s = next;
	}
	return st == ST_OK ? emit(c, s.text, s.from, s.to, true, s.from > from) : st;
}

enum st tokenize(struct arena *a, str text, void *data, enum st (*each)(void *data, const struct token *t)) {
	struct cursor c = { .a = a, .text = text, .data = data, .each = each };
	enum st st = ST_OK;
	size_t from = 0, to = 0;
	for (enum kind k; st == ST_OK && (k = next_run(&c, &from, &to)) != NOTHING;)
		st = k == WORD ? emit_word(&c, from, to) : emit_syllables(&c, from, to);
	return st;
}

/* --- queries --- */

struct query {
	struct arena *a;
	struct query_term *terms;
	size_t count;
	/* of the term that is being made: */
	str *tokens;
	size_t n;
};

static enum st collect(void *data, const struct token *t) {
	struct query *q = data;
	if (!t->in_pair)
		q->tokens[q->n++] = t->text;
	return ST_OK;
}

static bool one_syllable(str token) {
	size_t i = 0;
	return token.n > 0 && is_cjk(utf8_next(token, &i)) && i == token.n;
}

static bool consonants_only(str s) {
	for (size_t i = 0; i < s.n;)
		if (!hangul_is_consonant(utf8_next(s, &i)))
			return false;
	return s.n > 0;
}

static void add_term(struct query *q, struct query_term t) {
	q->terms[q->count++] = t;
}

static void add_initials(struct query *q, str word) {
	str *token = arena_new_of(q->a, str);
	*token = word;
	add_term(q, (struct query_term){ token, 1, false, true });
}

static void add_phrase(struct query *q, str s, bool last_word) {
	q->n = 0;
	q->tokens = arena_array(q->a, s.n, sizeof *q->tokens); /* no token without a byte of its own */
	if (tokenize(q->a, s, q, collect) != ST_OK || q->n == 0)
		return;
	/* It may be the end of a longer word of the text, which has no such word. */
	if (q->n > 1 && one_syllable(q->tokens[0])) {
		add_term(q, (struct query_term){ q->tokens++, 1, true, false });
		q->n--;
	}
	str last = q->tokens[q->n - 1];
	size_t i = 0;
	bool word = !is_cjk(utf8_next(last, &i));
	add_term(q, (struct query_term){ q->tokens, q->n, one_syllable(last) || (last_word && word), false });
}

static bool spoken(uint32_t cp) {
	return kind_of(cp) != NOTHING;
}

/* Without the marks around it: (장애가?) → 장애가. */
static str bare(str s) {
	size_t from = s.n, to = 0;
	for (size_t i = 0, at = 0; i < s.n; at = i)
		if (spoken(utf8_next(s, &i))) {
			from = at < from ? at : from;
			to = i;
		}
	return from < to ? (str){ s.p + from, to - from } : STR_NONE;
}

static void add_word(struct query *q, str word, bool last) {
	word = bare(word);
	if (consonants_only(word))
		add_initials(q, word);
	else if (word.n)
		add_phrase(q, hangul_strip_josa(word), last);
}

static bool blank(char ch) {
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

static str next_word(str *rest) {
	size_t n = 0;
	while (n < rest->n && !blank(rest->p[n]) && rest->p[n] != '"')
		n++;
	str word = str_to(*rest, n);
	*rest = str_from(*rest, n);
	return word;
}

size_t tokenize_query(struct arena *a, str query, const struct query_term **out) {
	str rest = str_trim(utf8_nfc(a, query));
	struct query q = { .a = a, .terms = arena_array(a, rest.n + 1, sizeof *q.terms) };
	while (rest.n) {
		if (blank(rest.p[0])) {
			rest = str_from(rest, 1);
		} else if (rest.p[0] == '"') {
			rest = str_from(rest, 1);
			add_phrase(&q, str_cut(&rest, '"'), false);
		} else {
			str word = next_word(&rest);
			add_word(&q, word, str_trim(rest).n == 0);
		}
	}
	*out = q.terms;
	return q.count;
}
