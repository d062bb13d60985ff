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

#endif
