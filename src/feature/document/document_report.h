/* Private to the room: what a document holds beside its text, and what it may begin with. */
#ifndef FEATURE_DOCUMENT_DOCUMENT_REPORT_H
#define FEATURE_DOCUMENT_DOCUMENT_REPORT_H

#include "feature/document/document_parts.h"

/* ---- sections: the vocabulary and what of it a text has (document_section.c, pure) ---- */

#define SECTION_MOST 64 /* there are fewer; sets of them are bits of a uint64_t */
size_t section_count(void);
/* Its name in the language, as a template writes it. */
str section_title(int section, enum lang lang);
/* The section that a heading means, in either language; -1: none of ours. */
int section_of_heading(struct arena *a, str heading);
/* "summary impact": the bits. Words that are no section are told to *unknown (may be NULL). */
uint64_t section_set(str words, str *unknown);
/* What a document of the kind requires when its template says nothing. */
uint64_t section_of_kind(int kind);

/* What of the live blocks has something to show: a block without records fills no section. */
struct filling {
	bool impact, causes, actions, incidents;
	unsigned lessons; /* bits of enum lesson_list */
};
/* A section without a heading in the text is in the list when it is required. In the order of the text, then of the vocabulary. */
struct list section_list(struct ctx *c, const struct document *d, uint64_t required, const struct filling *f);

/* ---- TBDs (document_tbd.c, pure) ---- */

/* "Fri", "금요일까지", "next Mon", "내일", "12/1", "12월 1일", "Dec 1", "in 3 days", "3일 뒤" as a day, counted from the day on which it was written. */
bool tbd_day(str words, int64_t written, int64_t *day);

struct tbd_row {
	int64_t id;
	str text, owner;
	int64_t due;
	str due_words;
	int64_t filled_at, told_at;
	bool seen; /* while they are compared */
};
/* Pairs each mark of the text with the row that remembers it, or NULL: a new one. rows: in their order; seen is set of those that were found. */
void tbd_pair(const struct document_tbd *marks, size_t n, struct tbd_row *rows, size_t rows_n, struct tbd_row **pair);
/* Fills the due dates that the text says in words from the rows. */
void tbd_date(struct list *marks, const struct tbd_row *rows, size_t n);

/* The event tbd.due for those that are due and were not told of (document_tbd_jobs.c). */
MUST_CHECK enum st tbd_tell_due(struct ctx *c);

/* ---- document_report.c ---- */

/* Before the text is rendered: the creed, and the TBDs of before. */
MUST_CHECK enum st report_begin(struct ctx *c, struct document *d);
/* Everything of the record that is neither row nor text: after text, headings and tbds are there. */
MUST_CHECK enum st report_read(struct ctx *c, struct document *d);
/* What stands at the head of a document until the organisation writes its own. */
#define CREED N_("Everyone did the best they could with what they knew, the time and the tools they had. We look for conditions, not for people.")
str creed_of(const struct document *d); /* Markdown, in the document's language; empty: none */
MUST_CHECK enum st report_emit(struct ctx *c, const char *name, int64_t document, int64_t scope, str data);

/* ---- document_record_store.c ---- */

enum record_kind { RECORD_CAUSE, RECORD_IMPACT, RECORD_WINDOW, RECORD_LESSON, RECORD_KINDS };
MUST_CHECK enum st record_store_list(struct ctx *c, enum record_kind kind, int64_t document, struct list *out);
/* ST_NOT_FOUND without an explanation. */
MUST_CHECK enum st record_store_get(struct ctx *c, enum record_kind kind, int64_t document, int64_t id, void *out);
MUST_CHECK enum st record_store_insert(struct ctx *c, enum record_kind kind, int64_t document, const void *record, int64_t *id);
MUST_CHECK enum st record_store_update(struct ctx *c, enum record_kind kind, const void *record);
MUST_CHECK enum st record_store_delete(struct ctx *c, enum record_kind kind, int64_t id);
MUST_CHECK enum st record_store_place(struct ctx *c, enum record_kind kind, int64_t document, int64_t id, int64_t place);
MUST_CHECK enum st record_store_action(struct ctx *c, int64_t lesson, int64_t action);

/* ---- document_report_store.c ---- */

struct removed_section {
	int section;
	str reason;
	struct ref by;
	int64_t at;
};
MUST_CHECK enum st section_store_removed(struct ctx *c, int64_t document, struct removed_section **out, size_t *n);
MUST_CHECK enum st section_store_remove(struct ctx *c, int64_t document, str section, str reason);
MUST_CHECK enum st section_store_restore(struct ctx *c, int64_t document, str section);

MUST_CHECK enum st tbd_store_of(struct ctx *c, int64_t document, struct tbd_row **out, size_t *n); /* all, in their order */
struct tbd_note {
	int64_t place, due;
	str text, owner, due_words;
};
MUST_CHECK enum st tbd_store_insert(struct ctx *c, int64_t document, const struct tbd_note *t, int64_t at, int64_t version);
MUST_CHECK enum st tbd_store_update(struct ctx *c, int64_t id, const struct tbd_note *t); /* open again, too */
MUST_CHECK enum st tbd_store_fill(struct ctx *c, int64_t id, int64_t at, int64_t version);
MUST_CHECK enum st tbd_store_told(struct ctx *c, int64_t id);
MUST_CHECK enum st tbd_store_due(struct ctx *c, int64_t day, struct list *out); /* struct tbd: open, due by that day, not told of yet */
struct tbd_filter {
	int64_t owner, document; /* 0: any; owner -1: nobody's */
	bool filled, all;
};
MUST_CHECK enum st tbd_store_page(struct ctx *c, const struct tbd_filter *f, const struct page_in *page, struct list *out, str *next);

MUST_CHECK enum st creed_store_get(struct ctx *c, int64_t *version, str *en, str *ko, int64_t *at);
MUST_CHECK enum st creed_store_set(struct ctx *c, str en, str ko);

/* ---- who may read (document_private.c) ---- */

struct private_row {
	int64_t scope, agreed_at;
	bool opened;
	str words;
};
MUST_CHECK enum st private_store_get(struct ctx *c, int64_t document, struct private_row *out); /* ST_NOT_FOUND */
MUST_CHECK enum st private_store_insert(struct ctx *c, int64_t document, int64_t scope);
MUST_CHECK enum st private_store_update(struct ctx *c, int64_t document, const struct private_row *p);
MUST_CHECK enum st private_store_people(struct ctx *c, int64_t scope, int64_t author, struct list *out); /* struct ref */
/* Before the row is inserted: the scope of a new document of this kind; ST_INVALID: nobody is its author. scope stays when it is not private. */
MUST_CHECK enum st private_scope(struct ctx *c, int kind, int64_t author, int64_t *scope);
/* After it: remembers that. */
MUST_CHECK enum st private_begin(struct ctx *c, const struct document *d, int64_t id);
/* The scope that is its own, 0: none, or open to everybody. */
MUST_CHECK enum st private_own_scope(struct ctx *c, int64_t document, bool *is_private, int64_t *scope);
MUST_CHECK enum st private_fill(struct ctx *c, struct document *d);

/* ---- linking (document_link.c) ---- */

/* The document is about these incidents from now on. */
MUST_CHECK enum st link_all(struct ctx *c, struct document *d, const struct list *ids);
/* About one more, one less. ST_CONFLICT: they are restricted to different people. */
MUST_CHECK enum st link_one(struct ctx *c, struct document *d, int64_t incident);
MUST_CHECK enum st unlink_one(struct ctx *c, struct document *d, int64_t incident);

/* ---- factors (document_factor.c) ---- */

extern const struct shape factor_shape;
MUST_CHECK enum st factor_store_all(struct ctx *c, struct list *out);
MUST_CHECK enum st factor_store_insert(struct ctx *c, const struct factor *f);
MUST_CHECK enum st factor_store_update(struct ctx *c, const struct factor *f);
/* Every cause with one label carries the other from now on, whoever may see its document; those it was. */
struct factor_moved {
	int64_t cause, document, scope;
};
MUST_CHECK enum st factor_store_move(struct ctx *c, str from, str into, struct factor_moved **out, size_t *n);

/* ---- templates of the organisation ---- */

MUST_CHECK enum st template_store_all(struct ctx *c, struct list *out); /* struct template, the newest versions */
/* version 0: the newest. ST_NOT_FOUND. */
MUST_CHECK enum st template_store_get(struct ctx *c, str name, int64_t version, struct template *out);
MUST_CHECK enum st template_store_insert(struct ctx *c, const struct template *t); /* ST_CONFLICT: the name is taken */
MUST_CHECK enum st template_store_change(struct ctx *c, const struct template *t);
/* As documents name it: an own one with its version, "payments@3". */
str template_label(struct ctx *c, const struct template *t);
/* The sections that a document requires. */
MUST_CHECK enum st template_required(struct ctx *c, const struct document *d, uint64_t *out);

#endif
