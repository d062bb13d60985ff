/* The outbox: messages that must reach somebody outside the pages, each exactly as often as a mail server lets it be. Whoever tells somebody something queues a delivery in the
 * transaction in which it happened; a thread of one node at a time sends it.
 *
 * States: waiting → sending (a node has a lease) → sent; a passing failure → waiting again, later and later, until the ladder ends → failed (a person may try again);
 * a refusal for good → failed; the receiver may no longer see what it tells of → withdrawn.
 *
 * A delivery has one message id for good. When a process dies between the mail server's "250" and its own commit, the same bytes with the same id may be sent again (a secret in
 * them is then another one, see DELIVERY_SECRET): that is the only way in which somebody gets something twice.
 *
 * Events, of topic deliveries: delivery.sent, .failed, .withdrawn, .retried. */
#ifndef FEATURE_DELIVERY_DELIVERY_H
#define FEATURE_DELIVERY_DELIVERY_H

#include "base/registry.h"
#include "core/engine.h"
#include "core/shape.h"

extern const struct room delivery_room;

/* Somebody as mail finds them. */
struct delivery_person {
	int64_t id;
	str login, name, email; /* email: empty when there is none that mail can be sent to */
	enum lang lang;
	const struct zone *zone;
	struct actor actor;
};
/* ST_NOT_FOUND, without an explanation: no such person, or not active. */
MUST_CHECK enum st delivery_person(struct ctx *c, int64_t person, struct delivery_person *out);

struct delivery_in {
	const char *kind;       /* a constant: "notice" */
	const struct delivery_person *to; /* NULL: name and address */
	str name, address;
	const char *noun;       /* what it tells of: a constant, with noun_id and scope; "" for nothing */
	int64_t noun_id, scope;
	str thread, answers, reply_to, subject;
	str head;               /* Markdown for this receiver */
	int64_t text;           /* from delivery_text, or 0 */
	enum lang lang;         /* without `to` */
	const struct zone *zone;
};
/* Is there a mail server to hand mails to? Otherwise nothing is queued: what waits for months in an outbox is no news. */
bool delivery_ready(void);
/* Inside a write. message: its id, for later messages that answer it; may be NULL. ST_END: nothing was queued, there is no server or no address. */
MUST_CHECK enum st delivery_queue(struct ctx *c, const struct delivery_in *in, str *message);
/* A text shared by deliveries. */
MUST_CHECK enum st delivery_text(struct ctx *c, str markdown, int64_t *id);

/* A message of this kind holds a secret, which must not wait in the outbox: "{secret}" in its head stands for one that is made in the transaction that leases it, and known from
 * then on only to the thread that sends it. Each attempt makes another; those made before must stay good. */
struct delivery_secret {
	const char *kind;
	enum st (*make)(struct ctx *c, int64_t person, str *secret);
};
#define DELIVERY_SECRET(secret_kind, function)                                                                                  \
	static const struct delivery_secret delivery_secret_##secret_kind = { #secret_kind, function };                             \
	REGISTER(delivery_secret, delivery_secret_##secret_kind)

/* "1m,5m,2h,1d" as pauses; the number of them, 0 when it is something else. For the command line. */
enum { DELIVERY_LADDER = 24 };
size_t delivery_read_ladder(str text, int64_t *pauses);
/* Pauses between attempts, from now on; NULL: those that are usual. For the command line and for tests. */
void delivery_set_ladder(const int64_t *pauses, size_t n);

#endif
