/* What happened, when, who knew what, what was decided and why. Entries belong to an incident, which stands after this room: who may see them and in which zone their
 * times are meant is told by the caller (struct timeline_subject). An entry has two times, when it happened and when it was written down, and may precede its incident.
 * Edits keep the version before; an entry is struck, never deleted. Events timeline.added, timeline.changed, timeline.struck go to the topic incident:N. */
#ifndef FEATURE_TIMELINE_TIMELINE_H
#define FEATURE_TIMELINE_TIMELINE_H

#include "core/engine.h"
#include "core/shape.h"
#include "feature/timeline/when.h"
#include "feature/timeline/when_stamp.h"

extern const struct room timeline_room;
extern const struct noun timeline_noun;

enum timeline_kind { TIMELINE_NOTE, TIMELINE_MILESTONE, TIMELINE_MITIGATION, TIMELINE_ROLE, TIMELINE_ALERT, TIMELINE_STATE, TIMELINE_UPDATE };
extern const char *const timeline_kind_names[];
enum timeline_precision { TIMELINE_EXACT, TIMELINE_ABOUT, TIMELINE_BEFORE, TIMELINE_AFTER };
extern const char *const timeline_precision_names[];

struct timeline_evidence {
	str url, title;
};
struct timeline_entry {
	int64_t id, incident, at, recorded_at;
	int precision, kind;
	str text, knew, decided, because;
	bool key;
	struct list evidence; /* of struct timeline_evidence */
	struct ref by;        /* 0: no person */
	str token;            /* name of the token that wrote it, when no person did */
	int64_t edited_at, version;
	/* not in the JSON */
	int64_t scope;
	str about, phrase, args;
};
extern const struct shape timeline_entry_shape, timeline_evidence_shape;

struct timeline_subject {
	int64_t incident, scope;
	const struct zone *zone;
};

/* What a person wrote. Texts are stored as they are. */
struct timeline_input {
	uint64_t given;
	int64_t id; /* of the incident, from the path */
	int64_t at; /* I64_NONE: the time at the beginning or the end of the text, else now */
	int precision;
	str text, knew, decided, because;
	bool key;
	struct list evidence;
};
extern const struct shape timeline_input_shape;
/* ST_INVALID: a time that has not come yet, evidence that is no web address, nothing left but a time. *e is the entry as timeline_read would give it. */
MUST_CHECK enum st timeline_write(struct ctx *c, const struct timeline_subject *s, enum timeline_kind kind, const struct timeline_input *in, struct timeline_entry *e);

/* What nobody typed: a key of the catalogue with {0}, {1} … for args, so that everybody reads it in their language. An arg made by timeline_word is itself such a key.
 * about: the record the entry tells of ("milestone 3"), or empty. */
enum { TIMELINE_ARGS = 4 };
struct timeline_note {
	enum timeline_kind kind;
	int64_t at;
	bool key;
	const char *phrase;
	str args[TIMELINE_ARGS];
	str about;
};
MUST_CHECK enum st timeline_note(struct ctx *c, const struct timeline_subject *s, const struct timeline_note *n);
str timeline_word(struct ctx *c, const char *english);
/* The record that entries tell of was changed: they get its time and words (phrase NULL: the time alone). Entries that a person has reworded keep their words. Nothing happens when nothing differs. */
MUST_CHECK enum st timeline_follow(struct ctx *c, const struct timeline_subject *s, const struct timeline_note *n);
/* It was withdrawn: its entries are struck. */
MUST_CHECK enum st timeline_unfollow(struct ctx *c, const struct timeline_subject *s, str about);
/* It is gone, but what its entries say was so: they stay, as entries of their own. */
MUST_CHECK enum st timeline_release(struct ctx *c, const struct timeline_subject *s, str about);
str timeline_about(struct ctx *c, const char *noun, int64_t id);

/* ST_NOT_FOUND, without an explanation: no such entry, or it was struck. */
MUST_CHECK enum st timeline_read(struct ctx *c, int64_t id, struct timeline_entry *out);

struct timeline_query {
	bool key_only;
	int64_t as_known_at; /* I64_NONE: now. Else the entries, and their words, as they were written down by then */
	str after;
	int64_t limit;
};
/* Oldest first; texts in c->lang. next: cursor, empty on the last page. */
MUST_CHECK enum st timeline_list(struct ctx *c, int64_t incident, const struct timeline_query *q, struct list *out, str *next);
/* The incident was restricted or opened again: its entries and their events go with it. */
MUST_CHECK enum st timeline_rescope(struct ctx *c, int64_t incident, int64_t scope);

#endif
