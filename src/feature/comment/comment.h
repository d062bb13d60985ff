/* What readers say to a document: about words of its text, about a record that the text shows, about a section or the whole. A comment is answered, resolved, opened again, or becomes an action
 * item, a timeline entry, a cause, a TBD. One that brings a ChangeSet is a suggestion, which is accepted or rejected.
 *
 * A review's comments are such comments, held back until the review is handed in (feature/review); until then they exist for their writer alone.
 *
 * Words are kept as a range of the text at some version. What was typed since is worked in when comments are read, so that typing costs nothing more; a handler of document.edited writes the
 * places down once in a few hundred updates, so that reading stays cheap. A range covers the characters that were chosen as long as one of them is left, whatever is typed between them; when
 * none is left the comment says so ("gone"), and shows what was quoted.
 *
 * Events, of the document (topic document:N; with person:N alone while held back), data {"comment":7}: comment.noted (held back), .started, .edited, .removed, .replied {reply}, .resolved
 * {resolution, person}, .reopened, .made {kind, record}; suggestion.accepted {version}, .rejected. */
#ifndef FEATURE_COMMENT_COMMENT_H
#define FEATURE_COMMENT_COMMENT_H

#include "feature/document/document.h"

extern const struct room comment_room, comment_source_room, comment_export_room, suggestion_room;

/* done; action: an action item takes care of it; deferred. accepted and rejected: of suggestions. */
enum comment_resolution { COMMENT_DONE, COMMENT_ACTION, COMMENT_DEFERRED, COMMENT_ACCEPTED, COMMENT_REJECTED };
extern const char *const comment_resolution_names[];

struct comment_reply {
	int64_t id;
	struct ref person;
	str text;
	int64_t made_at, edited_at;
};
/* What it has become: record 0 is a TBD, which stands in the text. */
struct comment_made {
	int kind;
	int64_t record;
	str title;
	int64_t incident; /* of a timeline entry */
};
struct comment {
	int64_t id;
	struct ref person;
	str text;              /* empty: a suggestion without a word, or taken back */
	str section, block;    /* anchor of a heading; name of a live block */
	int64_t entry, action, cause; /* 0: none */
	str quote;
	int64_t from, to;      /* I64_NONE: about no words */
	bool gone;
	int64_t text_version;  /* that was read */
	bool must_fix, pending;
	int64_t made_at, edited_at, removed_at;
	int resolution;        /* -1: open */
	int64_t resolved_at;
	struct ref resolved_by;
	str words;             /* what was done about it */
	str changes;           /* a suggestion: JSON of a ChangeSet of the text at the version of the list; as it was last, once it is resolved */
	bool conflict;         /* words that it would change are gone */
	struct list replies, made;
	int64_t version;
	/* not in the JSON */
	int64_t document, scope, anchor_version, takes;
	bool held;
	str spans; /* what is left of its words, when that is several pieces */
};
extern const struct shape comment_shape;

/* Those of the document that the actor may see, oldest first; places are of the text at *version. */
MUST_CHECK enum st comment_list(struct ctx *c, const struct document *d, struct list *out, int64_t *version);
/* One of them. ST_NOT_FOUND, explained. */
MUST_CHECK enum st comment_read(struct ctx *c, const struct document *d, int64_t id, struct comment *out);
/* For feature/review: those of reviews, and others that must be mended; handed in, or the actor's own. */
MUST_CHECK enum st comment_of_reviews(struct ctx *c, const struct document *d, struct list *out);
/* Without answers and places. */
MUST_CHECK enum st comment_open_musts(struct ctx *c, int64_t document, struct list *out);
/* Inside a write. What the actor has held back is seen from now on, as part of this review. *n: how many. */
MUST_CHECK enum st comment_hand_in(struct ctx *c, const struct document *d, int64_t review, int64_t *n);
/* The words of all that everybody who reads the document may read, for searching. */
MUST_CHECK enum st comment_words(struct ctx *c, int64_t document, struct buf *out);

/* For telling people. text: of the reply, or of the comment when reply is 0. ST_NOT_FOUND (no explanation): gone since. */
struct comment_said {
	str text, quote;
	int64_t by;
	bool suggests;
	struct list people; /* of struct ref: who wrote the comment and who answered */
};
MUST_CHECK enum st comment_said(struct ctx *c, int64_t comment, int64_t reply, struct comment_said *out);

#endif
