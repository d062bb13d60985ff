/* The written record: one live Markdown text, and records shown inside it. A postmortem is a document of kind incident. A draft comes by itself when an incident is resolved.
 * A document about a restricted incident has that incident's scope.
 *
 * Beside its text a document has records: causes (several, triggers apart), impact items and windows, three lists of lessons. It has the sections that its template or kind
 * requires, each of which may be left out for a reason. Its TBDs are remembered from the day they were written down until they are filled.
 *
 * Events, with the topics document:N and documents: document.created, document.changed; document.edited (of the text, feature/collab), document.recorded (a record
 * was added, changed, removed or moved), document.sectioned and tbd.changed (some were written down or filled) with document:N alone; document.restricted (who may see it); tbd.due (data: tbd, owner,
 * due), once when a TBD falls due. Also template.changed, factor.changed, creed.changed, for everybody. */
#ifndef FEATURE_DOCUMENT_DOCUMENT_H
#define FEATURE_DOCUMENT_DOCUMENT_H

#include "core/engine.h"
#include "core/shape.h"
#include "feature/collab/collab.h"

extern const struct room document_room, report_room, section_room, template_room, image_room;
extern const struct noun document_noun;

enum document_kind { DOCUMENT_INCIDENT, DOCUMENT_NEAR_MISS, DOCUMENT_PROJECT, DOCUMENT_RETROSPECTIVE, DOCUMENT_DEPARTURE, DOCUMENT_DRILL };
extern const char *const document_kind_names[];
/* What leads from one to the next is the rule of feature/review. */
enum document_state { DOCUMENT_DRAFT, DOCUMENT_IN_REVIEW, DOCUMENT_CHANGES_ASKED, DOCUMENT_APPROVED, DOCUMENT_PUBLISHED, DOCUMENT_ARCHIVED, DOCUMENT_STATES };
extern const char *const document_state_names[];

/* An incident as it stands inside a document. */
struct document_about {
	int64_t id;
	str title;
};
extern const struct shape document_about_shape;
/* A document as it stands inside another record: with the number and title of the same struct. */
extern const struct shape document_link_shape;

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
	str due_words; /* not in the JSON: the day as it was said */
};
/* The action items of a document and of its incidents; dropped ones are not counted. How far they are is another matter than how far the text is. */
struct document_actions {
	int64_t open, total;
};
extern const struct shape document_actions_shape;
/* SQL: their number for the row d of document, with a further condition on the item a. For everybody alike: an item that is restricted more than the document is not its reader's. A union, because
 * PostgreSQL reads the whole table for an OR over two of them. */
#define DOCUMENT_ACTIONS(more)                                                                                                 \
	"(SELECT count(*) FROM (SELECT a.id FROM action a WHERE a.document = d.id AND a.state <> 'dropped' AND a.scope IN (0, d.scope)" more                    \
	" UNION SELECT a.id FROM document_incident y JOIN action a ON a.incident = y.incident WHERE y.document = d.id AND a.state <> 'dropped' AND a.scope IN (0, d.scope)" more \
	") items)"
/* Of its TBDs: "7 of 9 filled". */
struct document_progress {
	int64_t filled, total;
};

/* ---- records ---- */

enum cause_kind { CAUSE_TRIGGER, CAUSE_DIRECT, CAUSE_LATENT, CAUSE_EXACERBATING, CAUSE_DEFENCE_FAILED, CAUSE_DEFENCE_WORSENED, CAUSE_NO_BUG };
extern const char *const cause_kind_names[];
enum lesson_list { LESSON_WELL, LESSON_WRONG, LESSON_LUCKY };
extern const char *const lesson_list_names[];
enum lesson_mark { LESSON_FACTOR, LESSON_DRILL };
extern const char *const lesson_mark_names[];

/* Each begins with id, document, version. */
struct document_cause {
	int64_t id, document, version;
	int kind;
	str factor, text; /* factor: code of a label; empty: none */
};
/* A label of what contributes. */
struct factor {
	str code, name_en, name_ko;
	bool own, ended; /* own: the organisation's; ended: not offered any more */
	int64_t version;
};
MUST_CHECK enum st factor_all(struct ctx *c, struct list *out);
/* By code; ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st factor_find(struct ctx *c, str code, struct factor *out);
struct document_impact {
	int64_t id, document, version;
	str metric;
	double value; /* NAN: not known yet */
	str unit;
	bool estimated;
	str method;
};
struct document_window {
	int64_t id, document, version;
	int64_t begins_at, ends_at;
	str what;
};
struct lesson_action {
	int64_t id;
	str title, state;
};
struct document_lesson {
	int64_t id, document, version;
	int list, mark; /* mark -1: none */
	str text;
	struct lesson_action action;
};
extern const struct shape document_cause_shape, document_impact_shape, document_window_shape, document_lesson_shape;

/* ---- sections ---- */

enum section_state { SECTION_FILLED, SECTION_EMPTY, SECTION_MISSING, SECTION_REMOVED };
extern const char *const section_state_names[];
extern const char *const section_names[];
/* One that is required, or one that the text has and the vocabulary knows. */
struct document_section {
	int section, state;
	str title;       /* as the text calls it; else in the document's language */
	bool required;
	int64_t line;    /* of its heading; I64_NONE: none */
	int64_t tbds;    /* in it */
	str reason;      /* removed: why, by whom and when */
	struct ref by;
	int64_t removed_at;
};
extern const struct shape document_section_shape;

/* ---- who may read one that belongs to its author ---- */

struct document_consent {
	int64_t id;       /* the author; 0: this document needs nobody's consent */
	str name;
	int64_t agreed_at; /* I64_NONE: not yet */
	str words;
	bool opened;      /* everybody may read it */
	struct list people; /* of struct ref: whom it was shown to */
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
	struct document_progress progress;
	struct list sections, causes, impacts, windows, lessons;
	struct document_consent consent;
	bool restricted;
	str template;
	struct ref author, owner; /* owner: sees to it that it is published by due */
	int64_t due;              /* day since 1970, I64_NONE: none */
	int due_by;               /* enum due_by; -1: nobody has said */
	int64_t created_at, updated_at, version;
	struct document_actions actions;
	struct document_can can;
	/* not in the JSON */
	int64_t scope, live_text;
	bool older; /* its text is read as it was at text_version */
	str creed; /* at its head, in its language */
	struct tbd_row *tbd_rows;
	size_t tbd_row_count;
};
extern const struct shape document_shape, document_row_shape, document_tbd_shape;
str document_topics(struct ctx *c, int64_t id);

/* The row, and the incidents; no text. ST_NOT_FOUND, explained. Whether the actor may see it was asked before (perm_sees). */
MUST_CHECK enum st document_read(struct ctx *c, int64_t id, struct document *out);
/* The reply of document.get, from the cache when nothing has changed. */
MUST_CHECK enum st document_reply(struct ctx *c, int64_t id, struct reply *out);
/* With the text as it was at a version; its records are those of now. Also the statuses of document_check_version. */
MUST_CHECK enum st document_reply_at(struct ctx *c, int64_t id, int64_t version, struct reply *out);
/* The text as it is now, with its version. Statuses of document_read. */
MUST_CHECK enum st document_text(struct ctx *c, int64_t id, str *text, int64_t *version);

/* Has its text had this version? Else ST_NOT_FOUND, code document.no_version and field. */
MUST_CHECK enum st document_check_version(struct ctx *c, const struct document *d, int64_t version, const char *field);

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
	bool past;       /* written long ago, elsewhere: nobody waits for it */
};
/* A text of this document with its live blocks as Markdown: records as they are now, as far as the actor may see them, in the document's language. */
MUST_CHECK enum st document_expand(struct ctx *c, const struct document *d, str text, struct buf *out);
/* May it be shown beyond its author? ST_CONFLICT, explained: its author has not agreed. Asked by whatever publishes or sends a document. */
MUST_CHECK enum st document_may_show(struct ctx *c, int64_t id);
/* Its sections, as in the record; of struct document_section. ST_NOT_FOUND, explained. */
MUST_CHECK enum st document_sections(struct ctx *c, int64_t id, struct list *out);
/* The words of its records, for searching. */
MUST_CHECK enum st document_record_words(struct ctx *c, int64_t id, struct buf *out);

/* An open TBD, wherever it stands. */
struct tbd {
	int64_t id, document;
	str document_title;
	str text, login;
	struct ref owner;  /* 0: no such person, or nobody was named */
	int64_t due;       /* day since 1970, I64_NONE: not said */
	int64_t seen_at;   /* when it was written down */
	int64_t filled_at; /* I64_NONE: open */
	int64_t age;       /* days since it was written down, or until it was filled */
	int64_t scope;     /* not in the JSON */
};
extern const struct shape tbd_shape;
/* ST_INVALID: template, zone. ST_NOT_FOUND: the incident, also when the actor may not see it. */
MUST_CHECK enum st document_open(struct ctx *c, const struct document_opening *o, int64_t *id);

/* Inside a write: one more cause, behind the others, as cause.add does it. */
MUST_CHECK enum st document_add_cause(struct ctx *c, int64_t document, const struct document_cause *cause, int64_t *id);

/* ---- for rooms that send, review and publish it ---- */

/* The text as it was at a version. Statuses of document_read. */
MUST_CHECK enum st document_text_at(struct ctx *c, int64_t id, int64_t version, str *text);
/* Inside a write. The document, as document_read gave it, is in another state from now on, and event tells it: data, JSON members that may be empty, stand behind "state" and "title".
 * An archived text takes no more updates. */
MUST_CHECK enum st document_move(struct ctx *c, struct document *d, enum document_state to, const char *event, str data);
MUST_CHECK enum st document_count_actions(struct ctx *c, int64_t id, struct document_actions *out);
/* The headings of a Markdown text. */
struct list document_headings(struct ctx *c, str text);
/* What is not known yet in a text, in order: struct document_tbd. */
struct list document_tbds(struct arena *a, str text);

/* What people have written in a text: blanks stand for comments, live blocks, marks of TBD with what they say is missing, and for what is there from the template alone. Lines stay.
 * Both as Markdown, or both as markdown_plain makes it; template empty: the text began with none. Of what a template is filled with, the severity, services, authors and roles go, too. */
str document_written(struct arena *a, str text, str template);
/* The text of the template that a document began with; empty when it began with none. */
MUST_CHECK enum st document_template(struct ctx *c, const struct document *d, str *out);

/* Everything a reader needs, as it is now. */
struct document_snapshot {
	struct document document; /* with text and headings, without html */
	str html, markdown, json; /* the article; one file; the record */
};
MUST_CHECK enum st document_snapshot(struct ctx *c, int64_t id, struct document_snapshot *out);

/* ---- pictures ---- */

/* In the text of a document one stands as ![what it shows](PM-3/images/SHA.png): relative to the page of a document, and to its file in an archive. Events: image.added, image.removed. */
struct image {
	int64_t id;   /* not in the JSON */
	int64_t document;
	str sha256;   /* of the bytes, in hex */
	int type;     /* enum image_type */
	int64_t width, height, size;
	str name;     /* of the file, as it came */
	str link;     /* for the text */
	str path;     /* where it is to be had */
	struct ref by;
	int64_t made_at;
};
enum image_type { IMAGE_PNG, IMAGE_JPEG, IMAGE_WEBP };
extern const char *const image_type_names[];
extern const struct shape image_shape;

/* Of a document, or of all (0); those that were removed are not among them. */
MUST_CHECK enum st document_images(struct ctx *c, int64_t document, struct list *out);
/* The bytes of one in a document that the actor may see. ST_NOT_FOUND, explained. */
MUST_CHECK enum st document_image(struct ctx *c, int64_t document, str sha, str *bytes, int *type);
/* Markdown in which pictures are links with their words: for where they cannot be shown. */
void document_link_images(struct ctx *c, const struct document *d, str markdown, struct buf *out);
/* Inside a write: the bytes of one that came with an archive. ST_INVALID, explained: they are not those of its name. */
MUST_CHECK enum st document_image_restore(struct ctx *c, str sha, str bytes);
/* Inside a write: its bytes are gone from every document, and cannot be put in again. Whoever calls it has asked for the permission, and says why. ST_NOT_FOUND, explained. */
MUST_CHECK enum st document_image_remove(struct ctx *c, int64_t document, str sha);

/* A page that needs nothing else: for the browser, the printer, the archive. */
struct document_page {
	int lang;
	str ref, title, html, foot; /* foot: text */
};
void document_write_page(struct ctx *c, const struct document_page *p, struct reply *out);

#endif
