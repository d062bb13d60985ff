/* Private to the room. Incidents and documents that are like one another: by what happened (mechanisms and telling words), a little by service; not by who it happened to.
 *
 * A record becomes a list of terms, each with an impact (1 to 63): how much it stands for this record, which depends on nothing but the record. Stems of English words, pairs
 * of syllables, mechanisms ("#dns"), services ("@3"). How rare a term is, is asked when records are compared. The numbers are computed here and not by the databases, so both rank
 * alike. Counts of a term are over all records, also restricted ones; everything else is only of those the actor may see. */
#ifndef FEATURE_SEARCH_SIMILAR_H
#define FEATURE_SEARCH_SIMILAR_H

#include "feature/search/search_parts.h"

enum { SIMILAR_BLOCK = 1024, SIMILAR_MOST_IMPACT = 63, SIMILAR_MOST_TERMS = 160, SIMILAR_ASKED = 48 };
#define SIMILAR_MECHANISM '#'
#define SIMILAR_SERVICE '@'

struct similar_term {
	str term;
	str shown;  /* as it was written, for people */
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
/* Blanks in place of logins (@kim) and of lines that say who wrote the text; the text itself is changed. */
void similar_blank_people(struct arena *a, char *text, size_t n);
/* Mechanisms that a text is about, the strongest first; at most `most`. */
size_t similar_mechanisms(struct arena *a, str title, str body, const char **names, size_t most);
/* A record's terms as they are kept: by number of the term (similar_store.c). */
struct similar_mark {
	int64_t word;
	int impact;
};
/* Sorted by word, each once. */
str similar_write(struct arena *a, const struct similar_mark *marks, size_t n);
size_t similar_read(struct arena *a, str written, struct similar_mark **out);

/* Posting lists: who has a term, among the SIMILAR_BLOCK records of a block; two bytes each. */
struct similar_post {
	int place, impact; /* impact 0: take it out */
};
/* With some put in or taken out, which are sorted by place. */
str similar_post(struct arena *a, str posts, const struct similar_post *changes, size_t n);
size_t similar_posts_n(str posts);
struct similar_post similar_post_at(str posts, size_t i);
/* What a term adds to the likeness of records that have it: by how rare it is. */
double similar_weight(const struct similar_term *t, int64_t records, int64_t having);
/* The English word without its ending, so that expires, expired and expiring are one. */
str similar_stem(struct arena *a, str word);
bool similar_is_stop(str word);

/* ---- similar_store.c ---- */

/* A record that is to be weighed anew. */
struct similar_record {
	const char *noun;
	int64_t noun_id, scope;
	bool gone;
	struct similar_terms terms;
	/* the store's own: */
	int64_t id;
	struct similar_mark *before, *now;
	size_t before_n, now_n;
};
/* Many at once: a posting list is written once for all of them. */
MUST_CHECK enum st similar_store_put(struct ctx *c, struct similar_record *records, size_t n);
/* Its number among the items. ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st similar_store_id(struct ctx *c, const char *noun, int64_t noun_id, int64_t *id);
MUST_CHECK enum st similar_store_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope);
/* Entries that people wrote, and actions, of an incident, the newest 200, as one text. */
MUST_CHECK enum st similar_store_timeline(struct ctx *c, int64_t incident, struct buf *out);
MUST_CHECK enum st similar_store_services(struct ctx *c, const char *noun, int64_t noun_id, int64_t **out, size_t *n);
/* The record is weighed anew by and by. */
MUST_CHECK enum st similar_store_wait(struct ctx *c, const char *noun, int64_t noun_id);
struct similar_waiting {
	int64_t id;
	const char *noun;
	int64_t noun_id;
};
/* The first that wait, and: those up to this one wait no longer. */
MUST_CHECK enum st similar_store_waiting(struct ctx *c, int64_t limit, struct similar_waiting **out, size_t *n);
MUST_CHECK enum st similar_store_waited(struct ctx *c, int64_t id);
/* How many records there are; the numbers of terms, and how many records have each: {0, 0} where none has. */
MUST_CHECK enum st similar_store_count(struct ctx *c, int64_t *records, int64_t *last);
struct similar_word {
	int64_t id, having;
};
MUST_CHECK enum st similar_store_words(struct ctx *c, const struct similar_terms *t, struct similar_word *out);
/* Blocks of the posting lists of these terms, at most 32. */
struct similar_posts {
	int64_t word, block;
	str posts;
};
MUST_CHECK enum st similar_store_posts(struct ctx *c, const int64_t *words, size_t n, struct similar_posts **out, size_t *found);
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

/* Terms that no record has any more are forgotten. */
MUST_CHECK enum st similar_store_forget(struct ctx *c);

/* ---- similar_jobs.c ---- */

/* Inside a write: the record is weighed now, not by and by. */
MUST_CHECK enum st similar_weigh(struct ctx *c, const char *noun, int64_t noun_id);

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
