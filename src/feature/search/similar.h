/* Private to the room. Incidents and documents that are like one another: by what happened (mechanisms and telling words), a little by service; not by who it happened to.
 *
 * A record becomes a list of terms, each with an impact (1 to 100): how much it stands for this record, which depends on nothing but the record. Stems of English words, pairs
 * of syllables, mechanisms ("#dns"), services ("@3"). How rare a term is, is asked when records are compared. The numbers are computed here and not by the databases, so both rank
 * alike. Counts of a term are over all records, also restricted ones; everything else is only of those the actor may see. */
#ifndef FEATURE_SEARCH_SIMILAR_H
#define FEATURE_SEARCH_SIMILAR_H

#include "feature/search/search_parts.h"

enum { SIMILAR_BLOCK = 1024, SIMILAR_MOST_TERMS = 1500, SIMILAR_ASKED = 48 };
#define SIMILAR_MECHANISM '#'
#define SIMILAR_SERVICE '@'

struct similar_term {
	str term;
	str shown;  /* as it was written, for people; not kept: of similar_read() the term itself */
	int impact;
};
struct similar_terms {
	struct similar_term *items; /* by term */
	size_t n;
};

/* ---- similar.c: pure ---- */

struct similar_text {
	str title, body;
	const int64_t *services;
	size_t service_n;
};
struct similar_terms similar_cut(struct arena *a, const struct similar_text *t);
/* Mechanisms that a record is about, the strongest first; at most `most`. */
size_t similar_mechanisms(const struct similar_terms *t, const char **names, size_t most);
str similar_write(struct arena *a, const struct similar_terms *t);
struct similar_terms similar_read(struct arena *a, str written);
/* One posting list with a record put in (impact > 0) or taken out. */
str similar_post(struct arena *a, str posts, size_t place, int impact);

/* What a term adds to the likeness of records that have it: by how rare it is. */
double similar_weight(const struct similar_term *t, int64_t records, int64_t having);
/* The English word without its ending, so that expires, expired and expiring are one. */
str similar_stem(struct arena *a, str word);
bool similar_is_stop(str word);

/* ---- similar_store.c ---- */

struct similar_item {
	int64_t id;
	struct similar_terms terms;
};
/* ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st similar_store_get(struct ctx *c, const char *noun, int64_t noun_id, struct similar_item *out);
/* Replaces what the record was before (x->terms, of x->id; 0: it is new) by `now`. */
MUST_CHECK enum st similar_store_put(struct ctx *c, const struct similar_item *x, const char *noun, int64_t noun_id, int64_t scope, const struct similar_terms *now);
MUST_CHECK enum st similar_store_remove(struct ctx *c, const struct similar_item *x);
MUST_CHECK enum st similar_store_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope);
MUST_CHECK enum st similar_store_clear(struct ctx *c);
/* Entries that people wrote, and actions, of an incident, the newest 200, as one text. */
MUST_CHECK enum st similar_store_timeline(struct ctx *c, int64_t incident, struct buf *out);
MUST_CHECK enum st similar_store_services(struct ctx *c, const char *noun, int64_t noun_id, int64_t **out, size_t *n);
MUST_CHECK enum st similar_store_wait(struct ctx *c, int64_t incident);
/* Takes some that wait. */
MUST_CHECK enum st similar_store_waiting(struct ctx *c, int64_t **out, size_t *n);

/* How many records there are, and how many have each term. */
MUST_CHECK enum st similar_store_count(struct ctx *c, int64_t *records, int64_t *last);
MUST_CHECK enum st similar_store_having(struct ctx *c, const struct similar_terms *t, int64_t *having);
/* Blocks of the posting lists of these terms, at most 32. */
struct similar_posts {
	str term, posts;
	int64_t block;
};
MUST_CHECK enum st similar_store_posts(struct ctx *c, const str *terms, size_t n, struct similar_posts **out, size_t *found);
/* Items that the actor may not see. */
MUST_CHECK enum st similar_store_hidden(struct ctx *c, int64_t **out, size_t *n);
/* Items by number that the actor may see, at most 32; and which incidents a document is about. */
struct similar_row {
	int64_t id, noun_id, at;
	str noun, title;
};
MUST_CHECK enum st similar_store_rows(struct ctx *c, const int64_t *ids, size_t n, struct similar_row **out, size_t *found);
struct similar_link {
	int64_t document, incident;
};
MUST_CHECK enum st similar_store_links(struct ctx *c, struct similar_link **out, size_t *n, const int64_t *documents, size_t document_n);
MUST_CHECK enum st similar_store_links_of(struct ctx *c, const char *noun, int64_t noun_id, struct similar_link **out, size_t *n);

/* ---- similar_jobs.c ---- */

/* Brings the terms in line with the record as search has it; without an item for it, they go. */
MUST_CHECK enum st similar_follow(struct ctx *c, const char *noun, int64_t noun_id);
/* The terms of a record as search has it now. ST_NOT_FOUND without an explanation: it has not reached the index. */
MUST_CHECK enum st similar_terms_of(struct ctx *c, const char *noun, int64_t noun_id, struct similar_terms *out);

/* ---- similar_find.c ---- */

struct similar_hit {
	struct similar_row row;
	int64_t score; /* 1 to 99 */
	const struct similar_term *const *shared; /* of the record that was asked for, what adds most first */
	size_t shared_n;
	bool same_service;
};
/* The most alike, the best first. ST_OK also when the record has not reached the index. */
MUST_CHECK enum st similar_find(struct ctx *c, const char *noun, int64_t noun_id, size_t limit, struct similar_hit **out, size_t *n);

#endif
