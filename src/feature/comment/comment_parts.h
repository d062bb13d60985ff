/* Private to the room. */
#ifndef FEATURE_COMMENT_COMMENT_PARTS_H
#define FEATURE_COMMENT_COMMENT_PARTS_H

#include "feature/comment/comment.h"
#include "text/changeset.h"

enum { COMMENT_LONGEST = 10000, COMMENT_LONGEST_QUOTE = 1000, COMMENT_MOST = 2000 };

enum comment_kind { MADE_ACTION, MADE_TIMELINE, MADE_CAUSE, MADE_TBD };
extern const char *const comment_kind_names[];

/* ---- comment.c: pure ---- */

/* Where something stands in the text, at which version: from the first of its characters that is left to behind the last. */
struct anchor {
	int64_t from, to, version;
	struct changeset_span *spans; /* those that are left; what was typed between them is not of them */
	size_t n;                     /* 0: it is gone, and from and to say where it was */
	const struct changeset *changes; /* of a suggestion; NULL */
	const uint16_t *quote;           /* its words in UTF-16, when it may take them again */
	int64_t quote_n;                 /* 0: it may not */
};
/* When its words are gone and stand once in what is put in at the place where they went, as undoing does, it takes them again. */
void anchor_quote(struct arena *a, struct anchor *x, str quote);
/* The next update, which makes version + 1. */
void anchor_map(struct arena *a, struct anchor *x, const struct changeset *update);
/* What a suggestion is about: from its first replacement to behind its last; a mere insertion stands between two characters, of a text of this length. */
void anchor_of(const struct changeset *changes, int64_t length, struct anchor *out);
/* Units that it takes away. */
int64_t changes_take(const struct changeset *changes);
/* [from, to) of a text, at most `most` units of it; false: not in the text, or through the middle of a character. */
bool cut_quote(struct arena *a, str text, int64_t from, int64_t to, int64_t most, str *out);

/* ---- comment_anchor.c ---- */

/* Places of these comments, and suggestions, as they are in the newest text. */
MUST_CHECK enum st comments_place(struct ctx *c, int64_t live_text, struct comment *items, size_t n, int64_t *version);
MUST_CHECK enum st changes_read(struct ctx *c, str json, const struct changeset **out);
str changes_json(struct ctx *c, const struct changeset *changes);

/* ---- comment_store.c ---- */

MUST_CHECK enum st comment_store_list(struct ctx *c, int64_t document, struct list *out); /* without replies and made */
MUST_CHECK enum st comment_store_of_reviews(struct ctx *c, int64_t document, struct list *out);
MUST_CHECK enum st comment_store_get(struct ctx *c, int64_t document, int64_t id, struct comment *out);
MUST_CHECK enum st comment_store_fill(struct ctx *c, int64_t document, const struct list *comments); /* replies and made */
MUST_CHECK enum st comment_store_insert(struct ctx *c, const struct document *d, const struct comment *x, int64_t *id);
MUST_CHECK enum st comment_store_save(struct ctx *c, const struct comment *x); /* its words and how it was resolved */
MUST_CHECK enum st comment_store_place(struct ctx *c, const struct comment *x);
MUST_CHECK enum st comment_store_remove(struct ctx *c, int64_t id);
MUST_CHECK enum st comment_store_stale(struct ctx *c, int64_t document, int64_t version, struct list *out); /* whose places are older than this */
MUST_CHECK enum st comment_store_held(struct ctx *c, int64_t document, struct list *out); /* the actor's, not handed in */
MUST_CHECK enum st comment_store_hand_in(struct ctx *c, int64_t document, int64_t review);
MUST_CHECK enum st comment_store_reply(struct ctx *c, int64_t comment, str text, int64_t *id);
MUST_CHECK enum st comment_store_reply_of(struct ctx *c, int64_t comment, int64_t id, struct comment_reply *out);
MUST_CHECK enum st comment_store_save_reply(struct ctx *c, int64_t id, str text);
MUST_CHECK enum st comment_store_remove_reply(struct ctx *c, int64_t id);
MUST_CHECK enum st comment_store_made(struct ctx *c, int64_t comment, enum comment_kind kind, int64_t record);
MUST_CHECK enum st comment_store_login(struct ctx *c, int64_t person, str *login); /* ST_NOT_FOUND */
/* A comment that something came from. */
struct comment_source {
	int64_t id;
	struct document_about document;
	str quote, text;
};
extern const struct shape comment_source_shape;
MUST_CHECK enum st comment_store_sources(struct ctx *c, enum comment_kind kind, int64_t record, struct list *out); /* that the actor may see */
/* Is this record shown by the document? *title: how it is called. ST_NOT_FOUND: no. */
MUST_CHECK enum st comment_store_entry(struct ctx *c, int64_t document, int64_t id, str *title);
MUST_CHECK enum st comment_store_action(struct ctx *c, int64_t document, int64_t id, str *title);
MUST_CHECK enum st comment_store_cause(struct ctx *c, int64_t document, int64_t id, str *title);

/* ---- comment_rules.c: inside a write ---- */

struct comment_start {
	str text, section, block, quote;
	int64_t entry, action, cause; /* 0: none */
	int64_t from, to, at;         /* I64_NONE: about no words; at: the version of the text that was read, I64_NONE: the newest */
	bool must_fix, held;
	const struct changeset *changes;
};
/* ST_INVALID names the field; ST_CONFLICT: archived. */
MUST_CHECK enum st comment_begin(struct ctx *c, struct document *d, const struct comment_start *s, int64_t *id);
/* ST_DENIED: a token that is nobody's. */
MUST_CHECK enum st comment_as_person(struct ctx *c);
MUST_CHECK enum st comment_not_archived(struct ctx *c, const struct document *d);
MUST_CHECK enum st comment_tell(struct ctx *c, const struct document *d, const struct comment *x, const char *event, str more);
MUST_CHECK enum st comment_settle(struct ctx *c, const struct document *d, struct comment *x, int resolution, str words);
/* The document, not archived, and the comment in it. */
MUST_CHECK enum st comment_open(struct ctx *c, int64_t document, int64_t id, struct document *d, struct comment *x);
MUST_CHECK enum st comment_reply_with(struct ctx *c, const struct document *d, int64_t id, struct reply *out);

#endif
