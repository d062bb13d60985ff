/* Every change is one transaction and one event. The event table is the audit trail, the live stream, the outbox, the feed of the search index and the wake-up
 * of other features. Typing is the exception: document_update rows, and a coalesced document.edited. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "base/registry.h"
#include "core/ctx.h"

struct event {
	int64_t id;          /* given by the writer, in the visible order, without holes inside a batch */
	int64_t at;
	const char *name;    /* "incident.resolved": a constant */
	const char *noun;    /* "incident" */
	int64_t noun_id;
	int64_t scope;       /* of the record: who may learn of it */
	const char *topics;  /* space-separated: "incident:7 incidents"; those without ':' reach everybody, so a scoped event goes to "scope:N" instead of them */
	str data;            /* one JSON object; the small facts a reader needs ("state":"mitigated"), never a secret, never a whole text */
	struct actor who;
};

/* Inside a write. The strings must live in c->a or be constants. Fails only when the database does. */
MUST_CHECK enum st event_emit(struct ctx *c, const struct event *e);
/* event_emitf(c, name, noun, id, scope, topics, "{\"state\":…}") with everything else from ctx; fmt builds data: values must be JSON already. */
MUST_CHECK enum st event_emitf(struct ctx *c, const char *name, const char *noun, int64_t id, int64_t scope, str topics, const char *fmt, ...) PRINTF_LIKE(7, 8);

/* Everything written about this record so far now belongs to another scope: the record was restricted, or opened again. */
MUST_CHECK enum st event_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope);
/* A room that keeps what it shows of other rooms' records is told in the same transaction: nobody learns from it what has just been restricted.
 *   RESCOPE_WITH(search, rescope_record); */
struct rescope_follower {
	enum st (*run)(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope);
};
#define RESCOPE_WITH(room, function)                                                                                            \
	static const struct rescope_follower rescope_follower_##room = { function };                                                \
	REGISTER(rescope_follower, rescope_follower_##room)

struct feed; /* core/feed.h */

/* What a write transaction will do once it is durable; belongs to one job, thrown away when the job is rolled back. */
struct tx_note {
	struct tx_note *next;
	str word; /* told to the other nodes: "d:3" */
};
struct tx_after {
	struct tx_after *next;
	void (*run)(void *data); /* after the commit, on the writer thread, before the reply: change memory here, publish here; no database */
	void *data;
};
struct tx {
	struct event **events;
	size_t count, room;
	struct tx_note *notes;
	struct tx_after *after, **after_end;
	int64_t *next_id; /* of the batch */
	uint64_t epoch;   /* what was learned of the database in an earlier transaction of the same epoch is still so, unless this process has changed it since; told by the event
	                   * log: counts for what no write changes without an event */
	bool hopeful; /* what is hardly ever so need not be asked first: a statement that is refused spoils the batch, whose jobs are run again one by one, without hope */
	struct batch *batch; /* of the writer; NULL: there is none behind this transaction */
	uint64_t folded;  /* SQLite: the newest transaction after whose commit the whole log was folded back into the file and emptied; 0: none yet */
	bool fold;        /* set by a job: do that after this commit, if no reader is in the way; what is waiting waits for it */
	uint64_t number;  /* of the transaction, never twice in a process: what memory was changed in a transaction that is over, and not confirmed after its commit, was rolled back */
	struct feed *feed;
};
void tx_after_commit(struct ctx *c, void (*run)(void *data), void *data);
/* run(c, data) once before the batch of this job commits, in its transaction, after all its jobs; its failure spoils the batch, whose jobs are then run one by one. There c has
 * no actor but the system and may emit no events. false: not possible here. */
bool tx_before_commit(struct ctx *c, enum st (*run)(struct ctx *c, void *data), void *data);
/* Memory of the writer that runs this, zero at first, kept until it ends, by key (any address of yours). NULL: there is none. For its thread alone. */
void *tx_memory(struct ctx *c, const void *key, size_t size, void (*drop)(void *memory));
/* One word for the other nodes; the room registers its reader with feed_listen (core/feed.h). Words of one batch are sent once. */
void tx_notify(struct ctx *c, str word);

/* Events after `after` that the actor may see, oldest first, at most limit. */
struct event_page {
	struct event *items;
	size_t n;
};
MUST_CHECK enum st event_read(struct ctx *c, int64_t after, int64_t limit, struct event_page *out);
/* The newest id, 0 when none. */
MUST_CHECK enum st event_position(struct ctx *c, int64_t *id);
/* The JSON a browser gets: {"id":…,"name":…,"noun":…,"ref_id":…,"topics":[…],"at":…,"by":…,"data":{…}}. */
void event_json(const struct event *e, struct buf *out);

/* A feature reacts to an event of another one, after its commit, once, whichever node is first, in a transaction of the handler's own, with the events that came after it:
 *   EVENT_ON(document, "incident.resolved", draft_postmortem);
 * name may end in ".*". The handler's failure is retried with a growing pause and logged; it never blocks other handlers. */
struct event_handler {
	const char *room, *name;
	enum st (*run)(struct ctx *c, const struct event *e);
	const char *key; /* "document draft_postmortem": of its durable cursor */
};
#define EVENT_ON(room_name, event_name, function)                                                                               \
	static const struct event_handler handler_##room_name##_##function = { #room_name, event_name, function, #room_name " " #function }; \
	REGISTER(event_handler, handler_##room_name##_##function)

#endif
