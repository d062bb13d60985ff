/* The live text: what several people type into at once. Knows texts by their number, not what they are part of; that record gives the text its topic and its scope.
 *
 * A text has a version: the number of updates in it. A client (a tab of a browser) sends updates that it made at some version; what others had accepted since is
 * worked in (text/changeset.h), and each update becomes one row of document_update. Every few hundred updates the whole text is kept as a snapshot. There is no event per keystroke:
 * document.edited comes at most every five seconds for each text and person.
 *
 * What is accepted goes to the stream topic "NOUN:ID" as the event "updates", after the commit: {"document":3,"version":9,"updates":[{"client":…,"seq":…,"changes":…}]},
 * the versions of which are consecutive and end at "version"; about every 50 updates "hash" (text_hash) and "length" of the text at that version stand beside them. */
#ifndef FEATURE_COLLAB_COLLAB_H
#define FEATURE_COLLAB_COLLAB_H

#include "core/op.h"
#include "text/changeset.h"

extern const struct room collab_room;

/* Inside a write. The text begins with this content, at version 0; "\r\n" and "\r" become "\n". ST_INVALID (field "text"): not UTF-8, or longer than COLLAB_LONGEST. */
MUST_CHECK enum st collab_create(struct ctx *c, str content, int64_t *text);
/* Inside a write. Whose text it is, and that record's scope; again whenever the scope changes. noun is a constant. */
MUST_CHECK enum st collab_attach(struct ctx *c, int64_t text, const char *noun, int64_t noun_id, int64_t scope);

/* Inside a write. A closed text takes no more updates: a push to it is ST_CONFLICT, code collab.closed. */
MUST_CHECK enum st collab_close(struct ctx *c, int64_t text, bool closed);

enum {
	COLLAB_LONGEST = 4000000, /* UTF-16 units */
	COLLAB_CLIENT = 22,       /* characters of a client's name: letters, digits, '-' and '_' */
	COLLAB_MOST_UPDATES = 500, /* of one push */
	COLLAB_FAR_BEHIND = 2000, /* whoever misses more updates is better off with the text itself */
};

/* The text with the updates up to this version, INT64_MAX: all of them. ST_NOT_FOUND (no explanation): no such text. */
MUST_CHECK enum st collab_read(struct ctx *c, int64_t text, int64_t at, str *content, int64_t *version);
/* The newest version only. */
MUST_CHECK enum st collab_version(struct ctx *c, int64_t text, int64_t *version);

struct collab_update {
	str client;
	int64_t seq;
	str changes; /* JSON */
};
extern const struct shape collab_update_shape;

/* What was accepted after a version. reset: too much, or the client knows a version that never was; the text stands in for the updates. more: there are more updates than these. */
struct collab_news {
	int64_t version;
	bool reset, more;
	str text;
	struct list updates; /* struct collab_update */
};
/* each: at most COLLAB_FAR_BEHIND updates, then more, and not the text because they are many. */
MUST_CHECK enum st collab_since(struct ctx *c, int64_t text, int64_t version, bool each, struct collab_news *out);

/* Every update accepted after *version, in order, which is counted up: for what stands at places of the text. */
MUST_CHECK enum st collab_walk(struct ctx *c, int64_t text, int64_t *version, void *data, void (*each)(struct arena *a, void *data, int64_t version, const struct changeset *set));

/* ---- the log as history: every version can be had again ---- */

struct collab_step {
	int64_t version, at;
	int64_t actor; /* a person; minus the number of a token; 0: the owner of the data folder */
	str changes;   /* JSON; collab_log alone */
};
/* Updates after one version up to another, in order, at most limit: who and when. Costs no reading of changes. */
MUST_CHECK enum st collab_steps(struct ctx *c, int64_t text, int64_t after, int64_t to, int64_t limit, struct collab_step **out, size_t *n);
/* The same, with what they changed. */
MUST_CHECK enum st collab_log(struct ctx *c, int64_t text, int64_t after, int64_t to, int64_t limit, struct collab_step **out, size_t *n);
/* The change set of a row of the log. */
MUST_CHECK enum st collab_changes(struct ctx *c, str json, const struct changeset **out);
/* Inside a write. The newest text becomes the one of an older version, by an update that touches only what differs: what others type, their cursors, and comments elsewhere are left alone.
 * client: not used before, of the actor. *version: of the text now; the one it had when they were the same already. Statuses of collab_push. */
MUST_CHECK enum st collab_restore(struct ctx *c, int64_t text, int64_t noun_id, int64_t from, str client, int64_t *version);

/* One update of a push. seq counts the updates of a client in this text, one by one from any beginning; with it a push can be sent again. */
struct collab_typed {
	int64_t seq;
	const json_t *changes;
};
extern const struct shape collab_typed_shape;

struct collab_push {
	int64_t text, noun_id; /* ST_NOT_FOUND when the text is not that record's */
	str client;            /* belongs to whoever used it first */
	int64_t version;       /* at which the first update was made; each following one upon the one before */
	const struct collab_typed *updates;
	size_t n;
};
struct collab_pushed {
	int64_t version;  /* of the text now */
	int64_t accepted; /* how many of the pushed updates are in the log now, also those that were before */
};
/* Inside a write. ST_NOT_FOUND (no explanation): no such text, or not for the actor to see. ST_INVALID names what is wrong: "client", "updates/3". ST_DENIED: the client is another
 * person's. ST_CONFLICT: code collab.behind (too far for a rebase) or collab.ahead, err.current is {"version":n}. ST_TOO_BIG. */
MUST_CHECK enum st collab_push(struct ctx *c, const struct collab_push *in, struct collab_pushed *out);

/* ---- removing words from all that a text ever was ---- */

/* The name under which the log says that something was removed: an update that changes nothing. Nobody else may have it. */
#define COLLAB_SCRUBBER "scrubbed--------------"

/* Words as they are looked for: UTF-16, each run of blanks and line ends as one blank, which stands for any such run. */
struct collab_words {
	const uint16_t *units;
	size_t n;
};
struct collab_found; /* belongs to the arena that it was found in */
/* The units of the words must stay as long as what was found; the array of them need not.
 * Walks through the whole log: every character that was ever part of these words, whoever typed it and however it came together; and those that stood in [from, to) at a version (from
 * < 0: none). *now: how often the words stand in the text as it is, *before: how often they came together in what it was. ST_NOT_FOUND (no explanation): no such text; ST_INVALID: no such place. */
MUST_CHECK enum st collab_find_words(struct ctx *c, int64_t text, const struct collab_words *words, size_t n, int64_t from, int64_t to, int64_t version, struct collab_found **out, int64_t *now,
	int64_t *before);
/* The same behind an earlier walk: only what was written since is read. */
MUST_CHECK enum st collab_find_more(struct ctx *c, struct collab_found *found, int64_t *now, int64_t *before);
/* Up to which version it has walked. */
int64_t collab_found_version(const struct collab_found *found);
/* Inside a write. Overwrites what was found, and what has been written since it was, in the log and in every snapshot, unit by unit, so that no place shifts; line breaks stay. The log says so by
 * one more update, behind which nobody's older updates are taken (ST_CONFLICT, collab.scrubbed). Open texts in memory, here and on other nodes, are read anew. */
MUST_CHECK enum st collab_scrub(struct ctx *c, struct collab_found *found);

/* Where somebody's cursor is, told to the others who look at the record; kept nowhere. from < 0: gone. ST_INVALID (client). */
MUST_CHECK enum st collab_tell_presence(struct ctx *c, const char *noun, int64_t noun_id, str client, int64_t from, int64_t to);

/* Tests: forget what this thread remembers of open texts. */
void collab_forget(void);

#endif
