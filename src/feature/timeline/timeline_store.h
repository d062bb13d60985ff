/* The tables of the timeline. Private to the room. */
#ifndef FEATURE_TIMELINE_TIMELINE_STORE_H
#define FEATURE_TIMELINE_TIMELINE_STORE_H

#include "feature/timeline/timeline.h"

struct timeline_version {
	int64_t version, at;
	int precision;
	str text, knew, decided, because;
	bool key;
	str evidence; /* JSON */
	int64_t edited_at;
	struct ref by;
	str token; /* that replaced it */
	/* not in the JSON */
	int64_t entry;
	str phrase, args;
};
extern const struct shape timeline_version_shape;

/* The text in the reader's language, when nobody has reworded it. */
str timeline_text(struct ctx *c, str text, str phrase, str args);
/* The args of a note as one text, and a phrase filled with them. Pure. */
str timeline_join(struct arena *a, const str *args, size_t n);
str timeline_fill(struct arena *a, enum lang lang, const char *phrase, str args);
MUST_CHECK enum st timeline_check_evidence(struct ctx *c, const struct list *evidence);
MUST_CHECK enum st timeline_check_at(struct ctx *c, int64_t at);

/* The name of the token that acts; empty: a person, or the system. */
str timeline_token(struct ctx *c);

/* Sets e->id. */
MUST_CHECK enum st timeline_store_insert(struct ctx *c, struct timeline_entry *e);
/* The name of the person whose number stands in e->by. */
MUST_CHECK enum st timeline_store_author(struct ctx *c, struct timeline_entry *e);
/* ST_NOT_FOUND without an explanation; struck ones are not found. */
MUST_CHECK enum st timeline_store_get(struct ctx *c, int64_t id, struct timeline_entry *out);
MUST_CHECK enum st timeline_store_about(struct ctx *c, int64_t incident, str about, struct list *out);
/* Keeps `before`, writes `after` with the next version. */
MUST_CHECK enum st timeline_store_change(struct ctx *c, const struct timeline_entry *before, struct timeline_entry *after);
MUST_CHECK enum st timeline_store_strike(struct ctx *c, int64_t id);
MUST_CHECK enum st timeline_store_release(struct ctx *c, int64_t incident, str about);
MUST_CHECK enum st timeline_store_page(struct ctx *c, int64_t incident, const struct timeline_query *q, const struct page_in *page, struct list *out);
/* The versions that were replaced after that time, oldest first. */
MUST_CHECK enum st timeline_store_replaced(struct ctx *c, int64_t incident, int64_t after, struct list *out);
MUST_CHECK enum st timeline_store_history(struct ctx *c, int64_t entry, struct list *out);
MUST_CHECK enum st timeline_store_rescope(struct ctx *c, int64_t incident, int64_t scope);

#endif
