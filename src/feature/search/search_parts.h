/* Private to the room.
 *
 * How words are found. Both databases get the same words, cut by text/tokenize.h. Long ones (pairs of syllables, words) go with their places into the main index; single syllables and
 * the first one and two letters of words go, without places, into the short one: whoever has typed "결" or "se" so far is answered from there. A hit whose title has
 * all words comes before the others. Both are ranked within windows of the newest (SEARCH_TITLES, SEARCH_WINDOW), so that a word found everywhere costs no more than a rare one and
 * the oldest is still reached by paging. */
#ifndef FEATURE_SEARCH_SEARCH_PARTS_H
#define FEATURE_SEARCH_SEARCH_PARTS_H

#include "feature/search/search.h"
#include "text/tokenize.h"

enum { SEARCH_WINDOW = 2000, SEARCH_TITLES = 5000, SEARCH_TERMS = 12, SEARCH_WORDS_VERSION = 4 };

/* ---- search.c: pure ---- */

struct word_list {
	str *items;
	size_t n, room;
};
struct search_words {
	struct word_list title, body, initials, shorts; /* shorts: each once */
};
/* A record as the index sees it. */
struct search_record {
	const char *kind; /* its noun */
	int64_t id, incident, scope, at;
	str title, body;
};
void search_cut(struct arena *a, const struct search_record *r, struct search_words *out);
/* "INC-7", or empty when records of this kind have no such name. */
str search_ref(struct arena *a, str kind, int64_t id);
/* Private-use letters that keep apart what stands in one index: in the title; consonants of the title; the kind of record; more places than PostgreSQL remembers. */
#define SEARCH_IN_TITLE "\xee\x80\x80"
#define SEARCH_INITIAL "\xee\x80\x81"
#define SEARCH_KIND "\xee\x80\x82"
#define SEARCH_LONG "\xee\x80\x83"

/* What is asked: long terms for the main index, short ones for the short one. */
struct search_phrase {
	const str *words;
	size_t n;
	bool prefix, initials;
};
struct search_query {
	struct search_phrase *phrases;
	size_t n;
	str *shorts; /* with their marks */
	bool *short_initials;
	size_t short_n;
	str kind;    /* empty: all */
	const struct query_term *terms; /* as they were cut: for snippets */
	size_t term_n;
	void *weighed; /* the index's own, from the first find() to the next */
};
/* false: there is nothing to search for in it. */
bool search_read_query(struct arena *a, str text, str kind, struct search_query *out);
/* Pairs of a run of initial consonants, as they stand in the index. */
void search_pairs(struct arena *a, str run, struct word_list *out);

/* ---- search_snippet.c: pure ---- */

/* The place of a text that has most of what was asked, as HTML: escaped text and <mark> only. */
str search_snippet(struct arena *a, str text, const struct search_query *q);

/* ---- fts5.c, postgres.c ---- */

struct search_hit {
	int64_t id, score;
};
struct search_range {
	bool titles;   /* those whose title has all words; else the others */
	bool all;      /* both, without a score: for counting */
	int64_t below; /* only items before this one */
	int64_t limit; /* at most so many are looked at, newest first */
};
struct search_found {
	struct search_hit *hits;
	size_t n;
	bool full;      /* the limit was reached: there may be more */
	bool unchecked; /* whether a hit has the short words too is asked with has_shorts(), hit by hit: cheap for the few that will be shown */
	int64_t lowest; /* the last that was looked at */
};
/* The one that is asked; and the one that is built beside it, to take its place. On PostgreSQL both are one: its rows are replaced one by one. */
enum search_which { SEARCH_USED, SEARCH_NEXT };
struct search_index {
	/* A record that is there already is found by its old words, too, until the next index takes over. */
	enum st (*put)(struct ctx *c, enum search_which which, int64_t id, const char *kind, const struct search_words *w);
	/* w exactly as it was put. */
	enum st (*drop)(struct ctx *c, enum search_which which, int64_t id, const char *kind, const struct search_words *w);
	enum st (*empty)(struct ctx *c, enum search_which which);
	/* The next one is asked from now on; the other is emptied. */
	enum st (*swap)(struct ctx *c);
	/* Those that the actor may see. */
	enum st (*find)(struct ctx *c, struct search_query *q, const struct search_range *range, struct search_found *out);
	/* As search_purge. */
	enum st (*purge)(struct ctx *c, int64_t us, int64_t *step, bool *done);
	/* ST_OK or ST_NOT_FOUND. */
	enum st (*has_shorts)(struct ctx *c, const struct search_query *q, int64_t id);
};
extern const struct search_index search_fts5, search_postgres;
const struct search_index *search_index_of(const struct ctx *c);

/* ---- search_store.c ---- */

/* Compressed where that is worth it. *length: what search_unpack needs to know. */
str search_pack(struct arena *a, str s, int64_t *length);
str search_unpack(struct arena *a, str s, int64_t length);

struct search_item {
	int64_t id, noun_id, incident, scope, at;
	str noun, title, body;
	str facts;    /* search_facts.h */
	bool indexed; /* false: listed, its words are not in the index yet */
};
/* ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st search_store_get(struct ctx *c, const char *noun, int64_t noun_id, struct search_item *out);
/* With id 0 a new item. */
MUST_CHECK enum st search_store_save(struct ctx *c, struct search_item *x);
MUST_CHECK enum st search_store_remove(struct ctx *c, int64_t id);
/* What anybody remembers of the archive is not so any more. */
MUST_CHECK enum st search_store_new_epoch(struct ctx *c);
/* Items by number, at most 32, in no order; title: of the incident where the record has none. */
MUST_CHECK enum st search_store_some(struct ctx *c, const int64_t *ids, size_t n, struct search_item **out, size_t *found);
MUST_CHECK enum st search_store_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope);
/* The incident's row, its timeline entries and alerts; documents and action items have their own say. */
MUST_CHECK enum st search_store_rescope_incident(struct ctx *c, int64_t incident, int64_t scope);
/* Has any item words? ST_OK, or ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st search_store_any(struct ctx *c);
/* An item without words for every record that has none, by time. */
MUST_CHECK enum st search_store_list_all(struct ctx *c);
struct search_waiting {
	int64_t id, noun_id;
	str noun;
};
MUST_CHECK enum st search_store_waiting(struct ctx *c, int64_t after, int64_t limit, struct search_waiting **out, size_t *n);
struct search_state {
	int64_t words, from; /* from: I64_NONE: nothing waits */
	bool beside;         /* the next index is being filled; else the one that is asked, which was empty */
};
MUST_CHECK enum st search_store_state(struct ctx *c, struct search_state *out);
MUST_CHECK enum st search_store_set_state(struct ctx *c, const struct search_state *s);
MUST_CHECK enum st search_store_alert(struct ctx *c, int64_t id, struct search_record *out);

/* ---- search_source.c ---- */

/* The record of another room as it is now. ST_NOT_FOUND: there is none (any more), or it is not searched. */
MUST_CHECK enum st search_read_record(struct ctx *c, str kind, int64_t id, struct search_record *out);
extern const char *const search_kinds[];

/* ---- search_facet.c, similar_ops.c: rows of the operation table (search_ops.c) ---- */

struct facets_in {
	uint64_t given;
	str q;
};
extern const char *const similar_nouns[];
struct similar_in {
	uint64_t given;
	int noun;
	int64_t id, limit;
};
extern const struct shape search_facets_shape, similar_hit_shape;
enum st run_facets(struct ctx *c, const void *in, struct reply *out);
enum st run_similar(struct ctx *c, const void *in, struct reply *out);
/* Path of a record's page. */
str search_url(struct arena *a, str noun, int64_t id, int64_t incident);

/* ---- search_jobs.c ---- */

/* Brings the index in line with the record. */
MUST_CHECK enum st search_follow(struct ctx *c, str kind, int64_t id);

#endif
