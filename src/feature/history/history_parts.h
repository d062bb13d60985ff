/* Private to the room. */
#ifndef FEATURE_HISTORY_HISTORY_PARTS_H
#define FEATURE_HISTORY_HISTORY_PARTS_H

#include "feature/history/history.h"
#include "text/diff.h"

/* Whoever typed: a person; without a number a program, by the name of its token, or the command line. */
struct history_person {
	int64_t id;
	str name;
	int64_t actor; /* not in the JSON: as in collab_step */
};

enum mark_kind { MARK_NAMED, MARK_PUBLISHED, MARK_RESTORED };
extern const char *const mark_kind_names[];
/* What stands at one version. */
struct history_mark {
	int kind;
	int64_t version;
	str name;       /* named: its name; published: what was new */
	int64_t number; /* published: its number; restored: the version that was brought back; else I64_NONE */
	struct ref person;
	int64_t at;
};

struct history_span {
	int64_t from_version, version; /* its first and last update */
	int64_t begin_at, end_at;
	struct list people, marks; /* of struct history_person, struct history_mark */
	/* not in the JSON */
	int64_t *actors;
	size_t actor_count;
};

/* ---- history.c: pure ---- */

enum { SPAN_BLOCK = 1000, SPAN_PEOPLE = 12 };
#define SPAN_GAP (5 * 60 * US_PER_SECOND)
#define SPAN_LONGEST (30 * 60 * US_PER_SECOND)
#define SPAN_TOGETHER (60 * US_PER_SECOND)
/* Consecutive updates as spans, oldest first. One ends where nobody types for five minutes, after half an hour, at a cut (cuts: versions in order, behind which a span ends), and where somebody else goes on;
 * but who types in turn with others, within a minute, is in it with them. What comes first decides alone, so that more updates change the last span only. Without people and marks. */
size_t span_group(struct arena *a, const struct collab_step *steps, size_t n, const int64_t *cuts, size_t cut_count, struct history_span **out);

/* Who wrote which part of a text: lengths that cover it from its start, with a gap where it was changed last, because who types goes on near by. */
enum { AUTHOR_NONE = INT32_MIN }; /* of the text that the document began with */
struct author_run {
	int64_t length, actor;
};
struct authors {
	struct author_run *run;
	size_t left, right, room; /* runs [0, left) and [right, room) */
	int64_t at;               /* length of those before the gap */
};
void authors_begin(struct authors *x, int64_t length);
void authors_copy(struct authors *to, const struct authors *from);
/* What an update of actor, which must fit, leaves of them. */
void authors_step(struct authors *x, const struct changeset *set, int64_t actor);
size_t authors_count(const struct authors *x);
struct author_run authors_run(const struct authors *x, size_t i);
void authors_free(struct authors *x);

/* Changes with two lines of what stands around them. */
enum run_kind { RUN_SAME, RUN_REMOVED, RUN_ADDED };
extern const char *const run_kind_names[];
struct diff_run {
	int kind;
	int64_t at; /* UTF-16 units in the later text */
	str text;
};
struct diff_hunk {
	int64_t from_line, line; /* in the earlier and the later text, from 1 */
	struct list runs;
};
struct list diff_hunks(struct arena *a, str before, str after);

/* ---- history_authors.c ---- */

struct restored {
	int64_t version, source;
};
/* Of the text at a version; *out is the caller's to free, also when it fails. */
MUST_CHECK enum st authors_at(struct ctx *c, int64_t text, int64_t version, const struct restored *restored, size_t n, struct authors *out);

/* ---- history_store.c ---- */

extern const struct shape history_mark_shape;
/* Everything that stands at versions, in their order. */
MUST_CHECK enum st store_marks(struct ctx *c, int64_t document, struct list *out);
MUST_CHECK enum st store_person(struct ctx *c, int64_t actor, struct history_person *out);
MUST_CHECK enum st store_name(struct ctx *c, int64_t document, int64_t version, str name);
/* *was: its name until now, empty: it had none. */
MUST_CHECK enum st store_name_of(struct ctx *c, int64_t document, int64_t version, str *was);
MUST_CHECK enum st store_unname(struct ctx *c, int64_t document, int64_t version);
MUST_CHECK enum st store_restore(struct ctx *c, int64_t document, int64_t version, int64_t source);

#endif
