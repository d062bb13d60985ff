/* Private to the room. */
#ifndef FEATURE_MAILING_MAILING_PARTS_H
#define FEATURE_MAILING_MAILING_PARTS_H

#include "core/shape.h"
#include "feature/delivery/delivery.h"
#include "feature/document/document.h"
#include "feature/mailing/mailing.h"

/* ---- mailing_delta.c: pure ---- */

enum change_kind { CHANGE_SECTION_NEW, CHANGE_SECTION, CHANGE_SECTION_GONE, CHANGE_TBD_FILLED, CHANGE_TBD_NEW, CHANGE_ENTRY, CHANGE_ACTION_NEW, CHANGE_ACTION_CLOSED };
extern const char *const change_kind_names[];
struct change {
	int kind;
	str text;   /* heading, what was missing, entry or action */
	str detail; /* lines that came, TBD's owner and due, time of the entry */
};
struct changes {
	struct change *items;
	size_t n, room;
};
void change_add(struct arena *a, struct changes *out, enum change_kind kind, str text, str detail);
/* Sections by their headings, in the order of the new text; what was moved is not changed. */
void delta_sections(struct arena *a, str before, str now, struct changes *out);
/* TBDs that are gone, and those that came. */
void delta_tbds(struct arena *a, str before, str now, struct changes *out);

/* ---- mailing_write.c ---- */

struct mailing {
	int64_t id, number, at;
	struct ref by;
	int64_t text_version;
	str note;
	struct list receivers; /* of struct mailing_receiver */
	struct list left_out;  /* of struct left_out; only in the answer to its sending */
	int64_t document;      /* not in the JSON */
};
struct mailing_receiver {
	struct ref person;
	str address; /* of those without an account */
};
struct left_out {
	struct ref person;
	int reason;
};
enum left_out_reason { LEFT_NO_ACCESS, LEFT_NO_ADDRESS };
extern const char *const left_out_names[];
extern const struct shape mailing_shape, mailing_preview_shape;

/* What one mail will say, to whoever c->who is, in c->lang. */
struct mailing_text {
	struct changes changes;
	struct list tbds;   /* of struct document_tbd */
	str markdown;
};
/* d: as document_read gave it; before: the mail before this one, or NULL. */
MUST_CHECK enum st mailing_write(struct ctx *c, const struct document *d, str text, const struct mailing *before, struct mailing_text *out);
str mailing_subject(struct ctx *c, enum lang lang, const struct document *d, int64_t number);

/* ---- mailing_store.c ---- */

MUST_CHECK enum st mailing_store_last(struct ctx *c, int64_t document, struct mailing *out); /* ST_NOT_FOUND: none yet */
MUST_CHECK enum st mailing_store_insert(struct ctx *c, const struct mailing *m, int64_t *id);
MUST_CHECK enum st mailing_store_receiver(struct ctx *c, int64_t mailing, int64_t person, str address, str message);
MUST_CHECK enum st mailing_store_list(struct ctx *c, int64_t document, struct list *out);
/* The message by which this document went to this receiver last; empty: never. */
MUST_CHECK enum st mailing_store_message(struct ctx *c, int64_t document, int64_t person, str address, str *message);
MUST_CHECK enum st mailing_store_members(struct ctx *c, int64_t team, struct db_result *out);
MUST_CHECK enum st mailing_store_name(struct ctx *c, int64_t person, str *name);

#endif
