/* Private to the room. */
#ifndef FEATURE_DELIVERY_DELIVERY_PARTS_H
#define FEATURE_DELIVERY_DELIVERY_PARTS_H

#include "adapter/channel/channel.h"
#include "feature/delivery/delivery.h"

enum delivery_state { DELIVERY_WAITING, DELIVERY_SENDING, DELIVERY_SENT, DELIVERY_FAILED, DELIVERY_WITHDRAWN };
extern const char *const delivery_state_names[];

/* A row, as administrators see it; and what the sender needs besides. */
struct delivery {
	int64_t id;
	str kind;
	struct ref person;
	str address, subject;
	int state;
	int64_t attempts, next_at;
	str trouble;
	int64_t made_at, sent_at;
	/* not in the JSON */
	str channel, name, lang, zone, thread, message, answers, reply_to, head, text;
	int64_t scope;
};
extern const struct shape delivery_shape;
extern const struct noun delivery_noun;

/* ---- delivery.c: rules ---- */

/* After that many attempts: how long to wait, with a random fifth more or less so that many do not come back at once; -1: it is over. random: 0 to 1. */
int64_t delivery_pause(int64_t attempts, double random);

/* ---- delivery_store.c ---- */

MUST_CHECK enum st delivery_store_person(struct ctx *c, int64_t person, struct db_result *out);
MUST_CHECK enum st delivery_store_insert(struct ctx *c, const struct delivery_in *in, str channel, str message);
MUST_CHECK enum st delivery_store_text(struct ctx *c, str content, int64_t *id);
MUST_CHECK enum st delivery_store_due(struct ctx *c, int64_t *n); /* how many wait to be sent now */
MUST_CHECK enum st delivery_store_next(struct ctx *c, int64_t most, struct list *out); /* of struct delivery, those that are due */
MUST_CHECK enum st delivery_store_lease(struct ctx *c, int64_t id, str node, int64_t until);
/* The row leaves the lease of node; ST_NOT_FOUND: it is no longer in it. */
MUST_CHECK enum st delivery_store_settle(struct ctx *c, int64_t id, str node, enum delivery_state state, int64_t next_at, str trouble);
MUST_CHECK enum st delivery_store_release_all(struct ctx *c); /* leases of processes that are gone */
MUST_CHECK enum st delivery_store_get(struct ctx *c, int64_t id, struct delivery *out);
MUST_CHECK enum st delivery_store_page(struct ctx *c, int state, const struct page_in *page, struct list *out);
MUST_CHECK enum st delivery_store_again(struct ctx *c, int64_t id);
MUST_CHECK enum st delivery_store_count(struct ctx *c, enum delivery_state state, int64_t *n);
MUST_CHECK enum st delivery_store_rescope(struct ctx *c, const char *noun, int64_t id, int64_t scope);
MUST_CHECK enum st delivery_store_purge(struct ctx *c, int64_t before);

/* ---- delivery_send.c ---- */

enum { DELIVERY_BATCH = 8 };
#define DELIVERY_LEASE (5 * US_PER_MINUTE) /* longer than a batch may take */

/* Inside a write: leases what is due, at most DELIVERY_BATCH, withdraws what its receiver may no longer see. of struct delivery, secrets filled in. */
MUST_CHECK enum st delivery_claim(struct ctx *c, str node, struct list *out);
/* Outside of any transaction: puts it into its form and hands it over. Statuses of channel.send. */
MUST_CHECK enum st delivery_send(struct arena *a, const struct delivery *d, const atomic_bool *stop, struct buf *why);
/* Inside a write: what became of it. */
MUST_CHECK enum st delivery_settle(struct ctx *c, const struct delivery *d, str node, enum st st, str why);

MUST_CHECK enum st delivery_begin(struct engine *e); /* the thread; nothing when there is no server to send to */
void delivery_end(struct engine *e);

#endif
