/* What the writer remembers of alerts, so that a repeat asks nothing and a batch of repeats is one statement for each 32 rows. Private to the room; only inside a write.
 *
 * Remembered is what was read or written in a transaction, believed while its tx->epoch lasts: until something was rolled back or, on PostgreSQL, another node wrote. Who
 * changes the latest row of an alert says so here. Without memory (no writer behind the transaction, no memory left) nothing is found and nothing can be gathered. */
#ifndef FEATURE_ALERT_ALERT_MEMORY_H
#define FEATURE_ALERT_ALERT_MEMORY_H

#include "feature/alert/alert_store.h"

/* Sets everything but the fingerprint. */
bool alert_memory_find(struct ctx *c, str source, str fingerprint, struct known_alert *out);
void alert_memory_learn(struct ctx *c, str source, const struct known_alert *k);
void alert_memory_forget(struct ctx *c);
/* These were told again; their rows are written once, before this batch commits. false: write them yourself. Nothing may fail after it but the batch as a whole. */
bool alert_memory_touch(struct ctx *c, const int64_t *ids, size_t n);

#endif
