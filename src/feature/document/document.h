/* The written record: one live Markdown text, and records shown inside it. A postmortem is a document of kind incident. A draft comes by itself when an incident is resolved.
 * A document about a restricted incident has that incident's scope.
 *
 * Events, with the topics document:N and documents: document.created, document.changed; document.edited (of the text, feature/collab) with document:N alone. */
#ifndef FEATURE_DOCUMENT_DOCUMENT_H
#define FEATURE_DOCUMENT_DOCUMENT_H

#include "core/engine.h"
#include "core/shape.h"
#include "feature/collab/collab.h"

extern const struct room document_room;
extern const struct noun document_noun;

enum document_kind { DOCUMENT_INCIDENT, DOCUMENT_NEAR_MISS, DOCUMENT_PROJECT, DOCUMENT_RETROSPECTIVE, DOCUMENT_DEPARTURE, DOCUMENT_DRILL };
extern const char *const document_kind_names[];
enum document_state { DOCUMENT_DRAFT };
extern const char *const document_state_names[];

/* An incident as it stands inside a document. */
struct document_about {
	int64_t id;
	str title;
};
extern const struct shape document_about_shape;

struct document_heading {
	int64_t level;
	str text, id;
	int64_t line;
};
/* A value that is not known yet: TBD(@kim, 2026-12-01): what is missing. */
struct document_tbd {
	str text, owner;
	int64_t due; /* days since 1970, I64_NONE: not said */
	int64_t line;
};
struct document_can {
	bool edit;
};

struct document {
	int64_t id;
	str title;
	int kind, state, lang; /* lang: enum lang */
	str zone;
	struct list incidents; /* of struct document_about: those the actor may see */
	str text;
	int64_t text_version;
	str html;
	struct list headings, tbds;
	bool restricted;
	str template;
	struct ref author;
	int64_t created_at, updated_at, version;
	struct document_can can;
	/* not in the JSON */
	int64_t scope, live_text;
};
extern const struct shape document_shape, document_row_shape, document_tbd_shape;

/* The row, and the incidents; no text. ST_NOT_FOUND, explained. Whether the actor may see it was asked before (perm_sees). */
MUST_CHECK enum st document_read(struct ctx *c, int64_t id, struct document *out);
/* The text as it is now, with its version. Statuses of document_read. */
MUST_CHECK enum st document_text(struct ctx *c, int64_t id, str *text, int64_t *version);

struct document_opening {
	str title;
	int kind;        /* enum document_kind */
	int lang;        /* -1: as the title is written */
	str zone;        /* empty: the incident's, else the organisation's */
	str template;    /* name of a template; empty: that of the kind and language; "none": an empty text */
	str text;        /* p != NULL: begin with this instead */
	int64_t incident; /* 0: about none */
	int64_t author;
	bool drafted;    /* by itself */
};
/* The text as it was at a version. ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st document_text_at(struct ctx *c, int64_t id, int64_t at, str *text);
/* A text of this document with its live blocks as Markdown: records as they are now, as far as the actor may see them, in the document's language. */
MUST_CHECK enum st document_expand(struct ctx *c, const struct document *d, str text, struct buf *out);
/* The TBDs of a text, in order; returns their number. */
size_t document_tbds(struct arena *a, str text, const struct document_tbd **out);

/* An open TBD, wherever it stands. */
struct tbd {
	int64_t document;
	str document_title;
	str text, login;
	struct ref owner; /* 0: no such person, or nobody was named */
	int64_t due;      /* day since 1970, I64_NONE: not said */
	int64_t scope;    /* the document's */
};
/* The open ones that are due by that day, in all documents whoever may see them: the caller asks for each of their readers. At most 1,000. */
MUST_CHECK enum st document_tbds_due(struct ctx *c, int64_t day, struct list *out);

/* ST_INVALID: template, zone. ST_NOT_FOUND: the incident, also when the actor may not see it. */
MUST_CHECK enum st document_open(struct ctx *c, const struct document_opening *o, int64_t *id);

#endif
