/* Open texts in the memory of the writer thread. Private to the room.
 *
 * The rule: memory is trusted only when the transaction that changed it was committed. A text remembers the transaction that staged its last change (struct tx, number); the
 * commit confirms it. One that was staged in a transaction other than the running one and never confirmed was rolled back: it is dropped and read again. */
#ifndef FEATURE_COLLAB_LIVE_H
#define FEATURE_COLLAB_LIVE_H

#include "feature/collab/collab.h"
#include "text/text.h"

enum { LOG_HALF = 1024, CLIENT_ROOM = COLLAB_CLIENT + 2, NOUN_ROOM = 24 };

struct typist {
	int64_t id; /* live_client */
	int64_t actor;
	int64_t seq;  /* its last one in this text; 0: none */
	int64_t span; /* the last five seconds that were noted for document.edited */
	char name[CLIENT_ROOM];
};

struct logged {
	const struct changeset *set;
	int64_t client, seq;
	char name[CLIENT_ROOM];
};

/* Recent updates, in two halves, so that the older ones can go at once. */
struct log_half {
	struct arena *a;
	size_t n, room;
	struct logged *item;
};

struct live {
	int64_t text, noun_id, scope;
	char noun[NOUN_ROOM];
	struct text *content;
	int64_t version, snapshot;
	size_t since; /* bytes of the updates beyond the snapshot */
	struct log_half older, newer; /* up to version, without holes */
	uint64_t staged;    /* transaction whose commit must confirm what is here; 0: confirmed */
	uint64_t announced; /* transaction for which the publication was arranged */
	uint64_t checked;   /* transaction in which the database was asked whether another node has written */
	int64_t scrubbed;   /* version in which something was removed from all of its versions */
	bool closed;        /* takes no updates */
	bool unfinished;    /* a change is, or was left, half done */
	int64_t hashed;     /* version at which a hash was published */
	int64_t used;       /* c->now */
	struct typist *typists;
	size_t typist_count, typist_room;
	struct live *chain, *before, *after;
};

/* The text as it is in this transaction; ST_NOT_FOUND, ST_NO_MEMORY and those of the database. Stays valid until the next live_open or the end of the job. */
MUST_CHECK enum st live_open(struct ctx *c, int64_t text, struct live **out);
/* In memory now, whatever its state; NULL. */
struct live *live_find(int64_t text);
void live_drop(int64_t text);
/* Before the first statement that writes. */
void live_stage(struct ctx *c, struct live *live);
/* Applies, remembers, counts: content, log and version move together, or not at all. Statuses of text_apply. */
MUST_CHECK enum st live_apply(struct live *live, const struct changeset *set, int64_t client, const char *name, int64_t seq);
/* The update that made this version; NULL when it is not remembered. */
const struct logged *live_logged(const struct live *live, int64_t version);
/* The newest n updates are this client's, which has its number only now. */
void live_own(struct live *live, size_t n, int64_t client);
MUST_CHECK enum st live_add_typist(struct live *live, const struct typist *typist, struct typist **out);
struct typist *live_typist(const struct live *live, str name);

/* collab_publish.c: tells the streams of this node every version beyond what was told, at the earliest `from`. After the commit. */
void publish_live(struct feed *feed, struct live *live, int64_t from);
/* Before a feed ends: the next may have its address. */
void publish_forget(const struct feed *feed);
/* Where to begin when nothing was told of a text yet and several nodes write: an update made a moment before, on whichever node, may not have been told either, and would never be once a
 * later one was. Whoever has them already passes over them. */
int64_t publish_overlap(int64_t from);

/* collab_store.c */
struct store_text {
	str noun;
	int64_t noun_id, scope, snapshot;
	str content;
	bool closed;
	int64_t scrubbed;
};
MUST_CHECK enum st store_text(struct ctx *c, int64_t text, int64_t at, struct store_text *out);
struct store_update {
	int64_t version, client, seq;
	str name, changes;
};
/* Updates after one version, up to another, at most limit. */
MUST_CHECK enum st store_updates(struct ctx *c, int64_t text, int64_t after, int64_t to, int64_t limit, struct store_update **out, size_t *n);
MUST_CHECK enum st store_changes(struct ctx *c, str json, const struct changeset **out);
struct store_state {
	int64_t scope, version, scrubbed;
	bool closed;
};
MUST_CHECK enum st store_state(struct ctx *c, int64_t text, struct store_state *out);
MUST_CHECK enum st store_snapshots(struct ctx *c, int64_t text, int64_t after, int64_t **versions, size_t *n);
MUST_CHECK enum st store_one_update(struct ctx *c, int64_t text, int64_t version, str *changes);
MUST_CHECK enum st store_overwrite_update(struct ctx *c, int64_t text, int64_t version, str changes);
MUST_CHECK enum st store_one_snapshot(struct ctx *c, int64_t text, int64_t version, str *content);
MUST_CHECK enum st store_overwrite_snapshot(struct ctx *c, int64_t text, int64_t version, str content);
MUST_CHECK enum st store_scrubbed(struct ctx *c, int64_t text, int64_t version);
MUST_CHECK enum st store_append(struct ctx *c, int64_t text, int64_t version, int64_t client, int64_t seq, str changes);
MUST_CHECK enum st store_snapshot(struct ctx *c, int64_t text, int64_t version, str content);
MUST_CHECK enum st store_drop_snapshot(struct ctx *c, int64_t text, int64_t version);
MUST_CHECK enum st store_client(struct ctx *c, str name, int64_t *id, int64_t *actor); /* ST_NOT_FOUND */
MUST_CHECK enum st store_new_client(struct ctx *c, str name, int64_t actor, int64_t *id);
MUST_CHECK enum st store_last_seq(struct ctx *c, int64_t text, int64_t client, int64_t *seq);
/* How many of n updates of a client, from one sequence number on, are in the log after a version. */
MUST_CHECK enum st store_known(struct ctx *c, int64_t text, int64_t client, int64_t first, int64_t n, int64_t after, int64_t *there);
MUST_CHECK enum st store_note_edit(struct ctx *c, int64_t span, int64_t text, int64_t person);
struct store_edit {
	int64_t noun_id, scope, person, version;
	str name;
};
/* Removes and returns who typed where before that span. */
MUST_CHECK enum st store_take_edits(struct ctx *c, int64_t span, struct store_edit **out, size_t *n);
MUST_CHECK enum st store_person_name(struct ctx *c, int64_t person, str *name);
MUST_CHECK enum st collab_client_check(struct ctx *c, str client);
#define EDIT_SPAN (5 * US_PER_SECOND)

#endif
