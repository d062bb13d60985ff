/* Private to the room. */
#ifndef FEATURE_SCRUB_SCRUB_PARTS_H
#define FEATURE_SCRUB_SCRUB_PARTS_H

#include "core/shape.h"
#include "feature/collab/collab.h"
#include "feature/scrub/scrub.h"

/* ---- scrub_match.c: pure ---- */

/* How words are written where they stand. */
enum scrub_form {
	SCRUB_PLAIN,
	SCRUB_FOLDED,  /* as utf8_fold made it of them */
	SCRUB_HTML,    /* tags may stand between them, entities for them */
	SCRUB_JSON,    /* in strings of a JSON value, as plain text or as HTML */
	SCRUB_CHANGES, /* in what a ChangeSet inserts */
	SCRUB_ANCHOR,  /* of a heading: small letters, hyphens for blanks */
	SCRUB_FORMS,
};

enum { SCRUB_VARIANTS = 2, SCRUB_SHORTEST = 2, SCRUB_LONGEST = 2000 };

struct scrub_words {
	str variants[SCRUB_FORMS][SCRUB_VARIANTS]; /* as they are looked for in each form; the second: without Markdown's marks, or empty */
	str token[SCRUB_FORMS]; /* letters and digits that stand together in whatever has the words; empty: there are none */
	struct collab_words units[SCRUB_VARIANTS];
	size_t unit_n;
};
/* text is trimmed, NFC. false: too short or too long. */
bool scrub_words_of(struct arena *a, str text, struct scrub_words *out);
/* How often the words stand in s; *out: s with every character of them covered (as many UTF-16 units as before; line breaks stay), when that is not 0. *sample: what stands around the first one. */
size_t scrub_cover(struct arena *a, const struct scrub_words *w, enum scrub_form form, str s, str *out, str *sample);

/* ---- scrub_places.c ---- */

enum scrub_kind {
	SCRUB_TEXT, SCRUB_HISTORY, SCRUB_TITLE, SCRUB_COMMENT, SCRUB_REVIEW, SCRUB_TIMELINE, SCRUB_ACTION, SCRUB_INCIDENT, SCRUB_RECORD, SCRUB_ALERT, SCRUB_PUBLICATION, SCRUB_MAIL, SCRUB_NOTICE,
	SCRUB_LOG, SCRUB_PICTURE, SCRUB_KINDS,
};
extern const char *const scrub_kind_names[];

/* What is done with a value that has the words. */
enum scrub_deed { SCRUB_COVER, SCRUB_FORGET /* an event's data and salt go; the chain holds without them */ };
struct scrub_place {
	const char *table, *keys, *column;
	enum scrub_form form;
	enum scrub_kind kind; /* SCRUB_KINDS: a double of what stands elsewhere, not counted */
	const char *reach; /* SQL: rows of these documents {D} and incidents {I}; empty: every row, whatever it is about */
	enum scrub_deed deed;
	const char *noun;  /* of search, whose number is the key: it must follow */
};
extern const struct scrub_place scrub_places[];
extern const size_t scrub_place_n;
/* What the table says of a column. NULL: nothing, somebody forgot it. */
const char *scrub_says(str table, str column);

/* ---- scrub_store.c ---- */

struct scrub_reach {
	int64_t *documents, *incidents, *texts; /* texts: of the documents, in their order */
	size_t document_n, incident_n;
};
/* What belongs together, as far as the actor may see it: a document, its incidents, and what else was written about them. */
MUST_CHECK enum st scrub_store_reach(struct ctx *c, int64_t document, int64_t incident, struct scrub_reach *out);

struct scrub_changed {
	const char *noun;
	int64_t id;
};
enum { SCRUB_SAMPLES = 12, SCRUB_MOST = 5000 };
struct scrub_sample {
	int kind;
	str text; /* the words covered */
};
struct scrub_result {
	size_t count[SCRUB_KINDS];
	struct scrub_sample samples[SCRUB_SAMPLES];
	size_t sample_n;
	struct scrub_changed *changed; /* records that search must follow */
	size_t changed_n, changed_room;
	bool touched[256]; /* by place: the tables that have former rows now */
	const char *alone; /* no words, but a row of this table was removed */
};
void scrub_add(struct ctx *c, struct scrub_result *r, enum scrub_kind kind, size_t times, str sample);
/* Looks through one place; with cover, inside a write, overwrites. */
MUST_CHECK enum st scrub_store_place(struct ctx *c, const struct scrub_words *w, const struct scrub_reach *reach, size_t place, bool cover, struct scrub_result *r);
/* Inside a write. What was made of whole texts and could be tried against guesses: hashes of requests, of imported files. */
MUST_CHECK enum st scrub_store_forget_hashes(struct ctx *c, const struct scrub_reach *reach);

enum scrub_state { SCRUB_HIDDEN, SCRUB_PURGING, SCRUB_PURGED };
extern const char *const scrub_state_names[], *const scrub_category_names[];
enum { SCRUB_STEPS = 14 };
struct scrub_count {
	int kind;
	int64_t count;
};
struct scrub {
	int64_t id, at;
	struct ref by, document, incident;
	int category;
	str reason;
	int64_t total;
	struct list places; /* of struct scrub_count */
	int state;
	int64_t step, steps;
	struct list owed;   /* of struct ref: name of a table or file */
	int64_t purged_at;
	/* not in the JSON */
	str counts, debts;
	int64_t mark;
};
extern const struct shape scrub_shape, scrub_count_shape;
MUST_CHECK enum st scrub_store_add(struct ctx *c, struct scrub *s);
/* Newest first, those that the actor may see; 0: of any document, or incident; any number. */
MUST_CHECK enum st scrub_store_list(struct ctx *c, int64_t id, int64_t document, int64_t incident, int64_t before, int64_t limit, struct list *out);
/* The oldest that are not purged, of struct scrub. */
MUST_CHECK enum st scrub_store_waiting(struct ctx *c, struct list *out);
MUST_CHECK enum st scrub_store_move(struct ctx *c, const struct scrub *s);

/* PostgreSQL. The running transaction's number, and the tables that hold former rows, "table NAME FILE" a line. */
MUST_CHECK enum st scrub_store_mark(struct ctx *c, const struct scrub_result *r, int64_t *mark, str *debts);
/* Those of the lines that are not settled: the table has not been written anew since, or what was seen then could still be seen. */
MUST_CHECK enum st scrub_store_unsettled(struct ctx *c, int64_t mark, str debts, str *left);
/* Names of tables that some scrub waits for. */
MUST_CHECK enum st scrub_store_owed_tables(struct ctx *c, str **out, size_t *n);

/* ---- scrub_ops.c ---- */

/* The record of that number as the reply. */
MUST_CHECK enum st scrub_answer(struct ctx *c, int64_t id, struct reply *out);
/* How many of which kind, as the record keeps it. */
str scrub_counts_json(struct ctx *c, const struct scrub_result *r);

/* The data folder; NULL: none is open. */
const char *scrub_folder(void);

#endif
