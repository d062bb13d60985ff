/* Private to the room. What the archive can be narrowed down by. An incident or document carries facts, words such as "k:near_miss v:SEV2 p:3 m:dns f:retry"; entries, actions and alerts
 * have those of their incident. A query may hold filters in either language (service:pay 심각도:sev1 kind:near_miss after:2024-01); values of one facet are alternatives,
 * facets must all fit. */
#ifndef FEATURE_SEARCH_SEARCH_FACTS_H
#define FEATURE_SEARCH_SEARCH_FACTS_H

#include "feature/search/search_parts.h"

enum facet { FACET_KIND, FACET_SERVICE, FACET_SEVERITY, FACET_STATE, FACET_MECHANISM, FACET_FACTOR, FACET_WHEN, FACETS };
struct facet_row {
	char letter;
	const char *name, *korean; /* as filters say it */
	const char *label;         /* English key */
	bool by_count;             /* the most frequent value first; else by value */
	bool newest;               /* by value, the last first */
};
extern const struct facet_row facet_table[FACETS];

struct filter {
	int facet;
	str value; /* as facts have it: a number, a name; "2024-03" of FACET_WHEN */
};
struct search_filters {
	struct filter *items;
	size_t n;
	int64_t from, before;    /* µs; I64_NONE: open */
	bool asked[FACETS];      /* some value of this facet was asked for, perhaps one that does not exist */
	bool any;
};
/* Takes the filters out of a query; *words is what else was typed. Words with a colon that are no filters stay. ST_INVALID: after: or before: is no date. */
MUST_CHECK enum st search_filters_read(struct ctx *c, str query, struct search_filters *out, str *words);
/* One more value of a facet, as people say it. */
MUST_CHECK enum st search_filters_value(struct ctx *c, struct search_filters *f, int facet, str said);
void search_filters_add(struct ctx *c, struct search_filters *f, int facet, str value);

/* A record as it is compared with filters. */
struct search_fact_row {
	int64_t id, at;
	str noun, facts, of_incident;
};
/* Bit i: facet i does not fit; bit FACETS: the time does not. */
unsigned search_misfit(const struct ctx *c, const struct search_filters *f, const struct search_fact_row *row);
bool search_fits_month(const struct search_filters *f, str month);
/* -1: none. */
int search_facet_of(char letter);
/* The values a row has of its facets, one call each. */
void search_each_fact(const struct ctx *c, const struct search_filters *f, const struct search_fact_row *row, void *data, void (*each)(void *data, int facet, str value));
/* A value as people read it. */
str search_fact_label(struct ctx *c, int facet, str value);

/* The facts of a record as it is now, and in r->at when it began. before: those it had, and whether its words are still the same. */
MUST_CHECK enum st search_facts_of(struct ctx *c, struct search_record *r, str before, bool same_words, str *out);

/* ---- search_fact_store.c ---- */

struct search_base {
	str kind, severity, state;
	int64_t at; /* when it began */
};
/* ST_NOT_FOUND without an explanation: not of the archive. */
MUST_CHECK enum st search_store_base(struct ctx *c, const char *noun, int64_t noun_id, struct search_base *out);
/* Codes of the labels that a document's causes carry, each once. */
MUST_CHECK enum st search_store_factors(struct ctx *c, int64_t document, str **out, size_t *n);
/* Services whose name is this, or begins with it when none is. */
MUST_CHECK enum st search_store_services_like(struct ctx *c, str name, int64_t **out, size_t *n);
MUST_CHECK enum st search_store_service_names(struct ctx *c, struct list *out); /* of struct ref */
/* Rows the actor may see: by number, at most 32; newest first behind a place. */
MUST_CHECK enum st search_store_facts_some(struct ctx *c, const int64_t *ids, size_t n, struct search_fact_row **out, size_t *found);
MUST_CHECK enum st search_store_facts_newest(struct ctx *c, int64_t at, int64_t id, int64_t limit, struct search_fact_row **out, size_t *found);

/* Numbers that tell whether what is remembered of the archive is still so. */
struct search_stamp {
	int64_t epoch, stamp;
};
MUST_CHECK enum st search_store_stamp(struct ctx *c, struct search_stamp *out);
/* Every row of the archive that has changed behind a stamp, whoever may see it; -1: all. */
struct search_changed_row {
	int64_t id, at, scope;
	str facts;
};
MUST_CHECK enum st search_store_changed(struct ctx *c, int64_t behind, struct search_changed_row **out, size_t *n);
/* Restricted rows of the archive that the actor may see, by number. */
MUST_CHECK enum st search_store_admitted(struct ctx *c, int64_t **out, size_t *n);

/* ---- search_shelf.c ---- */

/* The facts of the whole archive in memory, as numbers: one process, one shelf, brought up to date by who asks. What is on it is no permission: a restricted row counts only
 * when this actor's query has named it. A shelf in hand does not change; it is given back with the arena. */
struct search_shelf;
struct shelf_row {
	int64_t id, at;
	uint32_t from; /* of its facts */
	uint16_t n;
	bool restricted;
};
MUST_CHECK enum st search_shelf_take(struct ctx *c, const struct search_shelf **out);
/* The newest first; those that the actor may not see are there, too: ask search_shelf_shows(). */
const struct shelf_row *search_shelf_rows(const struct search_shelf *s, size_t *n);
/* NULL: it is not of the archive. */
const struct shelf_row *search_shelf_find(const struct search_shelf *s, int64_t id);

/* One actor's question to it. */
struct shelf_view {
	const struct search_shelf *shelf;
	const struct search_filters *filters;
	const struct ctx *c;
	unsigned asked;         /* bit by facet */
	size_t facts;           /* how many there are */
	unsigned char *facet, *wanted; /* by number of the fact */
	const int64_t *admitted;
	size_t admitted_n;
	int64_t month_from, month_to; /* of the row that was looked at last */
	char month[16];
};
MUST_CHECK enum st search_shelf_view(struct ctx *c, const struct search_filters *f, struct shelf_view *out);
bool search_shelf_shows(const struct shelf_view *v, const struct shelf_row *row);
/* As search_misfit. */
unsigned search_shelf_misfit(struct shelf_view *v, const struct shelf_row *row);
const uint32_t *search_shelf_facts(const struct search_shelf *s, const struct shelf_row *row);
str search_shelf_value(uint32_t fact);
/* "2024-03", where the actor is. */
str search_shelf_month(struct shelf_view *v, int64_t at);

#endif
