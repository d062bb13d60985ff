/* Private to the room. */
#ifndef FEATURE_DOCUMENT_DOCUMENT_PARTS_H
#define FEATURE_DOCUMENT_DOCUMENT_PARTS_H

#include "core/block.h"
#include "feature/document/document.h"
#include "feature/incident/incident.h"
#include "feature/policy/policy.h"

/* ---- document.c: pure ---- */

/* One mark in a line of text: bytes [from, to) are "TBD" and its parentheses. */
struct tbd_mark {
	size_t from, to;
	str owner;
	int64_t due;
	str due_words; /* "Fri": a day that was not written as a date */
};
/* The first mark at or behind *i, which is moved behind it. */
bool tbd_next(str s, size_t *i, struct tbd_mark *out);
/* What stands behind the colon of a mark: up to the end of the sentence, of the table's cell or of the line. */
str tbd_missing_after(str rest);
/* Blanks in place of HTML comments; lines stay. */
void blank_comments(char *text, size_t n);
/* All of a Markdown text, but not those in code and in comments; n of them. */
size_t tbd_list(struct arena *a, str text, const struct document_tbd **out);
struct tbd_row; /* document_report.h */
/* Marks in the text of an article become <span class="tbd">, days in words dates as far as a row remembers them; out is on any memory. */
void tbd_mark_html(str html, const struct tbd_row *rows, size_t n, struct buf *out);
/* "2026-11-22 05:10", "05:10" and "38 min", "1 h 05 min"; of the document's zone and language. */
void write_day_clock(struct buf *out, const struct zone *zone, int64_t at);
void write_clock(struct buf *out, const struct zone *zone, int64_t at);
void write_duration(struct buf *out, enum lang lang, int64_t seconds);
/* The language of a text, as far as its letters tell. */
enum lang text_language(str text);

/* ---- document_template.c ---- */

struct template {
	str name; /* "incident.ko" */
	str title, about;
	int kind, lang;
	str text; /* with {{…}} */
	bool own; /* the organisation's */
	bool ended;
	str required; /* names of sections */
	struct list outline; /* of struct document_heading */
	str html;
	int64_t version; /* of an own one */
};
extern const struct shape template_shape, template_row_shape;
/* Every template, sorted by name. */
MUST_CHECK enum st template_all(struct ctx *c, struct list *out);
/* By name; name empty: the one of kind and language, ST_NOT_FOUND when there is none. */
MUST_CHECK enum st template_find(struct ctx *c, str name, int kind, int lang, struct template *out);

/* What is known when a text begins; p == NULL: not known. */
struct known {
	str severity, services, authors, summary, window, detection;
	str roles, mitigations; /* lists of lines */
	str by;                 /* "(@kim, 2026-12-01)": who finds out what is not known, and until when */
};
str template_fill(struct ctx *c, str text, const struct known *k);
/* "- Scribe: Bo": a line of the place for roles, in any language. */
bool says_role(str line);
/* From the incident's record; in the language and zone of the document. */
MUST_CHECK enum st known_of_incident(struct ctx *c, const struct incident *i, enum lang lang, const struct zone *zone, struct known *out);

/* ---- document_due.c ---- */

/* Sets due, due_by and, when there is none, owner of a document that begins. */
MUST_CHECK enum st due_begin(struct ctx *c, const struct incident *i, struct document *d);

/* ---- document_store.c ---- */

MUST_CHECK enum st store_document(struct ctx *c, int64_t id, struct document *out); /* with text_version; ST_NOT_FOUND without explanation */
MUST_CHECK enum st store_live_text(struct ctx *c, int64_t id, int64_t *text);
MUST_CHECK enum st store_insert(struct ctx *c, const struct document *d, int64_t *id);
MUST_CHECK enum st store_save(struct ctx *c, struct document *d); /* counts the version up */
MUST_CHECK enum st store_set_state(struct ctx *c, struct document *d); /* counts the version up */
MUST_CHECK enum st store_count_actions(struct ctx *c, int64_t document, struct document_actions *out);
MUST_CHECK enum st store_set_scope(struct ctx *c, const struct document *d, int64_t scope);
struct linked {
	int64_t id, scope;
	str title;
	bool visible;
};
MUST_CHECK enum st store_incidents(struct ctx *c, int64_t document, struct linked **out, size_t *n);
MUST_CHECK enum st store_link(struct ctx *c, int64_t document, int64_t incident, bool drafted);
MUST_CHECK enum st store_unlink(struct ctx *c, int64_t document, int64_t incident);
MUST_CHECK enum st store_unlink_all(struct ctx *c, int64_t document);
/* Is there a document of kind incident or drill about it, or was one drafted? */
MUST_CHECK enum st store_has_postmortem(struct ctx *c, int64_t incident, bool *yes);
MUST_CHECK enum st store_of_incident(struct ctx *c, int64_t incident, struct list *out); /* struct incident_document, those the actor may see */
MUST_CHECK enum st store_ids_of_incident(struct ctx *c, int64_t incident, int64_t **ids, size_t *n);
/* Postmortems of an incident, not published yet, whose date is the policy's to say. */
MUST_CHECK enum st store_dated(struct ctx *c, int64_t incident, int64_t **ids, size_t *n);
MUST_CHECK enum st store_page(struct ctx *c, int state, int kind, int64_t incident, const struct page_in *page, struct list *out);
MUST_CHECK enum st store_touch(struct ctx *c, int64_t id, int64_t at);
MUST_CHECK enum st store_login(struct ctx *c, int64_t person, str *login, str *name, int *lang);

struct document_row {
	int64_t id;
	str title;
	int kind, state;
	bool restricted;
	int64_t created_at, updated_at;
	struct document_actions actions;
};

/* ---- document_render.c ---- */

/* Everything of the record: text, html, headings, tbds. */
MUST_CHECK enum st render_document(struct ctx *c, struct document *d);
/* The row, whose text is read as it was at a version from now on; I64_NONE: the newest. Statuses of document_read and document_check_version. */
MUST_CHECK enum st read_document_at(struct ctx *c, int64_t id, int64_t version, struct document *out);
struct markdown_heading;
/* Its text, which is not blank, begins with a heading that is its title. */
bool says_title(const struct document *d, const struct markdown_heading *first);
struct list list_headings(struct ctx *c, const struct markdown_heading *h, size_t n);
/* document_export.c: files of their own; version I64_NONE: the newest. */
MUST_CHECK enum st export_markdown(struct ctx *c, int64_t id, int64_t version, struct reply *out);
MUST_CHECK enum st export_html(struct ctx *c, int64_t id, int64_t version, struct reply *out);
MUST_CHECK enum st cache_start(struct engine *e);
void cache_stop(struct engine *e);

#endif
