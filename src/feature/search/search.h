/* Finding what was written: incidents, timeline entries, documents, action items, alerts; in Korean and English alike, as far as the actor may see them. The index follows the
 * events of other rooms; who may see a record is changed in it together with the record. It holds nothing that cannot be built anew from the records. */
#ifndef FEATURE_SEARCH_SEARCH_H
#define FEATURE_SEARCH_SEARCH_H

#include "core/op.h"

extern const struct room search_room;

/* Inside a write: throw the index away and list what must be indexed. A job does the rest, step by step; until then only part of it is found. */
MUST_CHECK enum st search_rebuild(struct ctx *c);
/* Inside a write: index what is waiting, for about so long. *done: nothing is waiting any more. */
MUST_CHECK enum st search_rebuild_step(struct ctx *c, int64_t us, bool *done);

/* ---- after words were removed from records ---- */

/* Inside a write: the index and the likeness of this record follow now, not when an event has been handled. */
MUST_CHECK enum st search_scrubbed(struct ctx *c, const char *noun, int64_t noun_id);
/* Inside a write, after the last of them: words that no record has any more are forgotten. */
MUST_CHECK enum st search_forget(struct ctx *c);
/* Inside a write, for about so long: what the index has forgotten is also taken out of its files. *step, 0 at first, is kept by the caller. ST_END: not now, something else must be done
 * with first (the index is being built anew). *done: nothing of what had been forgotten before the first step is there any more. */
MUST_CHECK enum st search_purge(struct ctx *c, int64_t us, int64_t *step, bool *done);

#endif
