/* The event log as a chain: each event's hash covers the one before it, so that nobody can change, drop or slip in an event later without its showing. The chain holds the
 * salted hash of an event's data and not the data: scrubbing the data and the salt leaves it whole, and says that something was removed.
 * link = BLAKE2b-256(link before ‖ id ‖ at ‖ noun_id ‖ actor ‖ person, each 8 bytes, little end first ‖ name ‖ 0 ‖ noun ‖ 0 ‖ data_hash). The first link's predecessor is 32 zero bytes.
 * One job seals, some seconds behind, in the order of ids. */
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include "core/ctx.h"

struct seal_report {
	int64_t events, unsealed, scrubbed;
	int64_t broken_at; /* id of the first event that does not fit; 0: none */
	str last;          /* the newest link, hex: written down elsewhere, it proves that nothing before it changed */
};
/* Reads the whole log. */
MUST_CHECK enum st seal_verify(struct ctx *c, struct seal_report *out);
/* Seals up to `most` events; *more when there are others. Inside a write. */
MUST_CHECK enum st seal_some(struct ctx *c, int64_t most, bool *more);

#endif
