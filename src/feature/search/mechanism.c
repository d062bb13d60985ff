#include "feature/search/mechanism.h"

#include <pthread.h>

#include "feature/search/mechanism_words.h"

/* The cues are compiled once: every part of a cue ("expir*", "load balanc*") stands in a table by its first word. A text is then walked word by word. */

enum { MOST_WORDS = 20000, MOST_PARTS = 1400, PART_WORDS = 4, HEADS = 4096, NEAR = 8, PLACES = 32 };

size_t mechanism_total(void) {
	return sizeof mechanism_table / sizeof *mechanism_table;
}

const struct mechanism *mechanism_at(size_t i) {
	return &mechanism_table[i];
}

const struct mechanism *mechanism_find(str name) {
	for (size_t i = 0; i < mechanism_total(); i++)
		if (str_is(name, mechanism_table[i].name))
			return &mechanism_table[i];
	return NULL;
}

/* ---- words ---- */

static bool is_letter(unsigned char ch) {
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* Kana, Han and Hangul: three bytes each. */
static bool is_cjk(str s, size_t i) {
	unsigned char ch = (unsigned char)s.p[i];
	return i + 2 < s.n && ((ch >= 0xE4 && ch <= 0xED) || (ch == 0xE3 && (unsigned char)s.p[i + 1] >= 0x81));
}

static size_t run(str s, size_t i, bool cjk) {
	while (i < s.n && (cjk ? is_cjk(s, i) : is_letter((unsigned char)s.p[i])))
		i += cjk ? 3 : 1;
	return i;
}

static str lower(struct arena *a, str s) {
	char *to = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		to[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i]);
	return str_n(to, s.n);
}

struct words words_of(struct arena *a, str text) {
	str s = lower(a, text);
	size_t room = s.n / 2 + 1;
	struct words w = { arena_array(a, room < MOST_WORDS ? room : MOST_WORDS, sizeof *w.items), 0 };
	for (size_t i = 0, to; i < s.n && w.n < MOST_WORDS && w.n < room; i = to) {
		bool cjk = is_cjk(s, i);
		to = run(s, i, cjk);
		if (to > i)
			w.items[w.n++] = (struct word){ str_n(s.p + i, to - i), str_n(text.p + i, to - i), cjk };
		else
			to = i + 1;
	}
	return w;
}

/* ---- the cues, compiled ---- */

struct part {
	str words[PART_WORDS];
	bool open[PART_WORDS]; /* the beginning of a word is enough */
	size_t n;
	short next; /* part with the same hash of its first word, or -1 */
};
struct cue {
	short mechanism, one, other; /* other: -1: there is only one part */
};
static struct part parts[MOST_PARTS];
static struct cue cues[MOST_PARTS];
static short heads[HEADS];
static size_t part_n, cue_n;
static pthread_once_t compiled = PTHREAD_ONCE_INIT;

#define NO_HASH 2166136261u

static uint32_t hash_on(uint32_t h, str s) {
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static size_t hash(str s) {
	return hash_on(NO_HASH, s) % HEADS;
}

static void read_words(str text, struct part *p) {
	for (str rest = str_trim(text); rest.p && p->n < PART_WORDS; p->n++) {
		str word = str_cut(&rest, ' ');
		p->open[p->n] = str_ends(word, STR("*")) || is_cjk(word, 0);
		p->words[p->n] = str_ends(word, STR("*")) ? str_to(word, word.n - 1) : word;
	}
}

static bool same_part(const struct part *x, const struct part *y) {
	bool same = x->n == y->n;
	for (size_t i = 0; same && i < x->n; i++)
		same = x->open[i] == y->open[i] && str_eq(x->words[i], y->words[i]);
	return same;
}

static short part_of(str text) {
	struct part p = { .n = 0 };
	read_words(text, &p);
	short *head = &heads[hash(p.words[0])];
	for (short i = *head; i >= 0; i = parts[i].next)
		if (same_part(&parts[i], &p))
			return i;
	if (part_n == MOST_PARTS)
		return -1;
	p.next = *head;
	parts[part_n] = p;
	return *head = (short)part_n++;
}

static void compile_cue(size_t mechanism, str text) {
	ptrdiff_t plus = str_find(text, STR(" + "));
	str one = plus < 0 ? text : str_to(text, (size_t)plus);
	if (cue_n < MOST_PARTS && str_trim(text).n)
		cues[cue_n++] = (struct cue){ (short)mechanism, part_of(one), plus < 0 ? (short)-1 : part_of(str_from(text, (size_t)plus + 3)) };
}

static void compile(void) {
	for (size_t i = 0; i < HEADS; i++)
		heads[i] = -1;
	for (size_t i = 0; i < mechanism_total(); i++)
		for (str rest = str_c(mechanism_table[i].cues); rest.p;)
			compile_cue(i, str_cut(&rest, ';'));
}

/* ---- finding them ---- */

struct places {
	unsigned n[MOST_PARTS];
	uint32_t at[MOST_PARTS][PLACES];
};

static bool word_is(str word, str want, bool open) {
	return open ? str_starts(word, want) : str_eq(word, want);
}

/* The first word fits already. */
static bool rest_fits(const struct words *w, size_t at, const struct part *p) {
	if (at + p->n > w->n)
		return false;
	for (size_t i = 1; i < p->n; i++)
		if (!word_is(w->items[at + i].text, p->words[i], p->open[i]))
			return false;
	return true;
}

static void look_up(const struct words *w, size_t at, uint32_t h, str head, bool whole, struct places *places) {
	for (short i = heads[h % HEADS]; i >= 0; i = parts[i].next) {
		const struct part *p = &parts[i];
		unsigned *n = &places->n[i];
		if (str_eq(p->words[0], head) && (whole || p->open[0]) && *n < PLACES && rest_fits(w, at, p))
			places->at[i][(*n)++] = (uint32_t)at;
	}
}

/* Every beginning of the word; of a run of syllables, from each of them. */
static void look_at(const struct words *w, size_t at, struct places *places) {
	const struct word *word = &w->items[at];
	size_t step = word->cjk ? 3 : 1;
	for (size_t from = 0; from < (word->cjk ? word->text.n : 1); from += step) {
		uint32_t h = NO_HASH;
		for (size_t n = step; from + n <= word->text.n && n <= 24; n += step) {
			h = hash_on(h, str_n(word->text.p + from + n - step, step));
			look_up(w, at, h, str_n(word->text.p + from, n), from + n == word->text.n, places);
		}
	}
}

static unsigned near_each_other(const struct places *p, short one, short other) {
	unsigned n = 0;
	for (unsigned i = 0; i < p->n[one]; i++) {
		bool near = false;
		for (unsigned k = 0; k < p->n[other] && !near; k++) {
			uint32_t x = p->at[one][i], y = p->at[other][k];
			near = (x > y ? x - y : y - x) <= NEAR;
		}
		n += near;
	}
	return n;
}

/* The places of a thread: only how many there are is cleared, the rest is too much for every record. */
void mechanism_count(const struct words *w, struct mechanism_counts *out) {
	static _Thread_local struct places places;
	pthread_once(&compiled, compile);
	memset(places.n, 0, sizeof places.n);
	*out = (struct mechanism_counts){ 0 };
	for (size_t i = 0; i < w->n; i++)
		look_at(w, i, &places);
	for (size_t i = 0; i < cue_n; i++) {
		const struct cue *c = &cues[i];
		if (c->one >= 0)
			out->n[c->mechanism] += c->other < 0 ? places.n[c->one] : near_each_other(&places, c->one, c->other);
	}
}
