#include "feature/search/similar.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "feature/search/mechanism.h"
#include "feature/search/similar_words.h"
#include "text/hangul.h"

/* Records as weighed terms; no SQL here. */

/* ---- words that say nothing ---- */

enum { STOPS = 1024, LONGEST_TERM = 40, LONGEST_SHOWN = 60 };
static const char *stops[STOPS];
static pthread_once_t stops_made = PTHREAD_ONCE_INIT;

static size_t stop_slot(str word) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (unsigned char)word.p[i]) * 16777619u;
	size_t at = h % STOPS;
	while (stops[at] && !str_is(word, stops[at]))
		at = (at + 1) % STOPS;
	return at;
}

static void make_stops(void) {
	_Static_assert(sizeof stop_words / sizeof *stop_words < STOPS / 2, "the table of stop words is too full");
	for (size_t i = 0; i < sizeof stop_words / sizeof *stop_words; i++)
		stops[stop_slot(str_c(stop_words[i]))] = stop_words[i];
}

bool similar_is_stop(str word) {
	pthread_once(&stops_made, make_stops);
	return stops[stop_slot(word)] != NULL;
}

/* ---- stems ---- */

static bool ends_in(str word, size_t i) {
	str from = str_c(endings[i].from);
	bool double_s = str_is(from, "s") && str_ends(word, STR("ss"));
	return word.n >= from.n + 3 && str_ends(word, from) && !double_s;
}

static bool doubled(str s) {
	return s.n > 4 && s.p[s.n - 1] == s.p[s.n - 2] && !strchr("lsz", s.p[s.n - 1]);
}

str similar_stem(struct arena *a, str word) {
	str s = word;
	for (size_t i = 0; word.n >= 4 && i < sizeof endings / sizeof *endings; i++)
		if (ends_in(word, i)) {
			s = arena_printf(a, "%.*s%s", (int)(word.n - strlen(endings[i].from)), word.p, endings[i].to);
			break;
		}
	return doubled(s) ? str_to(s, s.n - 1) : s;
}

/* ---- people: two texts of one writer are not alike for that ---- */

static bool in_login(char ch) {
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' || ch == '.';
}

static void blank_logins(char *p, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (p[i] == '@' && (i == 0 || !in_login(p[i - 1])))
			for (p[i++] = ' '; i < n && in_login(p[i]); i++)
				p[i] = ' ';
}

static bool says_author(struct arena *a, str line) {
	while (line.n && strchr("*-_> ", line.p[0]))
		line = str_from(line, 1);
	str head = utf8_fold(a, utf8_head(line, 20));
	for (size_t i = 0; i < sizeof author_labels / sizeof *author_labels; i++)
		if (str_starts(head, str_c(author_labels[i])))
			return true;
	return false;
}

void similar_blank_people(struct arena *a, char *text, size_t n) {
	blank_logins(text, n);
	for (str rest = str_n(text, n); rest.p;) {
		str line = str_cut(&rest, '\n');
		if (says_author(a, line))
			memset(text + (line.p - text), ' ', line.n);
	}
}

/* ---- terms, as often as they are said ---- */

struct said {
	str term, shown;
	int times;
};
struct saying {
	struct arena *a;
	struct said *items;
	size_t n, room;
	int times; /* what one word counts */
};

static void say(struct saying *s, str term, str shown) {
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 256;
		struct said *grown = arena_array(s->a, room, sizeof *grown);
		if (s->n)
			memcpy(grown, s->items, s->n * sizeof *grown);
		s->items = grown;
		s->room = room;
	}
	s->items[s->n++] = (struct said){ term, shown, s->times };
}

/* Shown as it stands in the text: taking a particle away leaves half of a word that only ends like one (재시도). A run that is no one word has no better name than the pair. */
static void say_pairs(struct saying *s, str written) {
	str word = hangul_strip_josa(written);
	for (size_t i = 0; i + 6 <= word.n; i += 3)
		if (!similar_is_stop(str_n(word.p + i, 6)))
			say(s, str_n(word.p + i, 6), written.n <= LONGEST_SHOWN ? written : str_n(word.p + i, 6));
}

/* Numbers, and names with numbers in them, tell of the place and the time. */
static bool has_digit(str word) {
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] >= '0' && word.p[i] <= '9')
			return true;
	return false;
}

static void say_words(struct saying *s, const struct words *w, int times) {
	s->times = times;
	for (size_t i = 0; i < w->n; i++) {
		str word = w->items[i].text;
		if (w->items[i].cjk)
			say_pairs(s, w->items[i].written);
		else if (word.n >= 2 && word.n <= LONGEST_TERM && !has_digit(word) && !similar_is_stop(word))
			say(s, similar_stem(s->a, word), w->items[i].written);
	}
}

/* Of the forms that a word has in the text the shortest is shown, and rather not the one that begins a sentence. */
static int by_term(const void *a, const void *b) {
	const struct said *x = a, *y = b;
	int order = str_cmp(x->term, y->term);
	if (!order && x->shown.n != y->shown.n)
		return x->shown.n < y->shown.n ? -1 : 1;
	return order ? order : str_cmp(y->shown, x->shown);
}

/* Each once. */
static void add_up(struct saying *s) {
	size_t n = 0;
	if (s->n)
		qsort(s->items, s->n, sizeof *s->items, by_term);
	for (size_t i = 0; i < s->n; i++)
		if (n && str_eq(s->items[n - 1].term, s->items[i].term))
			s->items[n - 1].times += s->items[i].times;
		else
			s->items[n++] = s->items[i];
	s->n = n;
}

/* ---- impacts ---- */

enum { IN_TITLE = 3, USUAL_LENGTH = 250 }; /* a word of the title counts as three; the length beyond which a text has to say more */
static const double SATURATION = 1.5, LENGTH = 0.6, MECHANISM_SATURATION = 2.5;

static int impact(double times, double saturation) {
	int n = (int)lround(SIMILAR_MOST_IMPACT * times / (times + saturation));
	return n < 1 ? 1 : n;
}

static void add_term(struct similar_terms *t, str term, str shown, int impact) {
	t->items[t->n++] = (struct similar_term){ term, shown, impact };
}

static int by_impact(const void *a, const void *b) {
	const struct similar_term *x = a, *y = b;
	return x->impact != y->impact ? y->impact - x->impact : str_cmp(x->term, y->term);
}

static int by_its_term(const void *a, const void *b) {
	return str_cmp(((const struct similar_term *)a)->term, ((const struct similar_term *)b)->term);
}

static void add_words(struct similar_terms *t, const struct saying *s) {
	double length = 0;
	for (size_t i = 0; i < s->n; i++)
		length += s->items[i].times;
	double saturation = SATURATION * (1 - LENGTH + LENGTH * length / USUAL_LENGTH);
	for (size_t i = 0; i < s->n; i++)
		add_term(t, s->items[i].term, s->items[i].shown, impact(s->items[i].times, saturation));
	if (t->n > SIMILAR_MOST_TERMS) {
		qsort(t->items, t->n, sizeof *t->items, by_impact);
		t->n = SIMILAR_MOST_TERMS;
	}
}

static void add_mechanisms(struct arena *a, struct similar_terms *t, const struct words *title, const struct words *body) {
	struct mechanism_counts in_title, in_body;
	mechanism_count(title, &in_title);
	mechanism_count(body, &in_body);
	for (size_t i = 0; i < mechanism_total(); i++) {
		unsigned n = 2 * in_title.n[i] + in_body.n[i];
		if (n)
			add_term(t, arena_printf(a, "%c%s", SIMILAR_MECHANISM, mechanism_at(i)->name), STR_NONE, impact(n, MECHANISM_SATURATION));
	}
}

struct similar_terms similar_cut(struct arena *a, const struct similar_text *x) {
	struct words title = words_of(a, x->title), body = words_of(a, x->body);
	struct saying s = { .a = a };
	say_words(&s, &title, IN_TITLE);
	say_words(&s, &body, 1);
	add_up(&s);
	struct similar_terms t = { arena_array(a, s.n + mechanism_total() + x->service_n + 1, sizeof *t.items), 0 };
	add_words(&t, &s);
	add_mechanisms(a, &t, &title, &body);
	for (size_t i = 0; i < x->service_n; i++)
		add_term(&t, arena_printf(a, "%c%lld", SIMILAR_SERVICE, (long long)x->services[i]), STR_NONE, SIMILAR_MOST_IMPACT);
	qsort(t.items, t.n, sizeof *t.items, by_its_term);
	return t;
}

size_t similar_mechanisms(struct arena *a, str title, str body, const char **names, size_t most) {
	struct words in_title = words_of(a, title), in_body = words_of(a, body);
	struct similar_terms told = { arena_array(a, mechanism_total(), sizeof *told.items), 0 }, *t = &told;
	add_mechanisms(a, t, &in_title, &in_body);
	int impacts[MECHANISM_MOST];
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct similar_term *x = &t->items[i];
		const struct mechanism *m = x->term.p[0] == SIMILAR_MECHANISM ? mechanism_find(str_from(x->term, 1)) : NULL;
		if (!m || x->impact < impact(2, MECHANISM_SATURATION))
			continue;
		size_t at = n < most ? n++ : n;
		for (; at > 0 && impacts[at - 1] < x->impact; at--)
			if (at < most) {
				impacts[at] = impacts[at - 1];
				names[at] = names[at - 1];
			}
		if (at < most) {
			impacts[at] = x->impact;
			names[at] = m->name;
		}
	}
	return n;
}

/* ---- as they are kept: seven bits of a number at a time, of what it is more than the one before; the impact behind it ---- */

static void put_number(struct buf *b, uint64_t n) {
	for (; n >= 0x80; n >>= 7)
		buf_addc(b, (char)(n | 0x80));
	buf_addc(b, (char)n);
}

static uint64_t take_number(str s, size_t *at) {
	uint64_t n = 0;
	for (int shift = 0; *at < s.n && shift < 63; shift += 7) {
		unsigned char byte = (unsigned char)s.p[(*at)++];
		n |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			break;
	}
	return n;
}

str similar_write(struct arena *a, const struct similar_mark *marks, size_t n) {
	struct buf b = buf_in(a);
	for (size_t i = 0; i < n; i++) {
		put_number(&b, (uint64_t)(marks[i].word - (i ? marks[i - 1].word : 0)));
		buf_addc(&b, (char)marks[i].impact);
	}
	return b.n ? buf_str(&b) : STR("");
}

size_t similar_read(struct arena *a, str written, struct similar_mark **out) {
	size_t n = 0;
	int64_t word = 0;
	*out = arena_array(a, written.n / 2 + 1, sizeof **out);
	for (size_t at = 0; at + 2 <= written.n; n++) {
		word += (int64_t)take_number(written, &at);
		(*out)[n] = (struct similar_mark){ word, at < written.n ? (unsigned char)written.p[at++] : 0 };
	}
	return n;
}

/* ---- posting lists: two bytes each, by place: ten bits for the place, six for the impact ---- */

enum { POST = 2, IMPACT_BITS = 6 };

size_t similar_posts_n(str posts) {
	return posts.n / POST;
}

struct similar_post similar_post_at(str posts, size_t i) {
	const unsigned char *p = (const unsigned char *)posts.p + POST * i;
	int both = p[0] | p[1] << 8;
	return (struct similar_post){ both >> IMPACT_BITS, both & SIMILAR_MOST_IMPACT };
}

static void add_post(struct buf *b, struct similar_post p) {
	int both = p.place << IMPACT_BITS | p.impact;
	buf_add(b, str_n((const char[]){ (char)(both & 0xFF), (char)(both >> 8) }, POST));
}

str similar_post(struct arena *a, str posts, const struct similar_post *changes, size_t n) {
	struct buf b = buf_in(a);
	size_t at = 0, all = similar_posts_n(posts);
	for (size_t i = 0; i < n; i++) {
		for (; at < all && similar_post_at(posts, at).place < changes[i].place; at++)
			buf_add(&b, str_n(posts.p + POST * at, POST));
		at += at < all && similar_post_at(posts, at).place == changes[i].place;
		if (changes[i].impact > 0)
			add_post(&b, changes[i]);
	}
	buf_add(&b, str_from(posts, POST * at));
	return b.n ? buf_str(&b) : STR_NONE;
}

/* ---- weights ---- */

static const double MECHANISM_WEIGHT = 2.5;

double similar_weight(const struct similar_term *t, int64_t records, int64_t having) {
	double n = (double)having, all = (double)(records > having ? records : having);
	double rare = log(1 + (all - n + 0.5) / (n + 0.5)) * t->impact;
	return t->term.p[0] == SIMILAR_SERVICE ? 0 : t->term.p[0] == SIMILAR_MECHANISM ? MECHANISM_WEIGHT * rare : rare;
}
