/* Removing a passage that must not be here: a leaked password, a customer's name. It is gone at once from the text and all its former versions, from comments, suggestions, timeline, actions, causes,
 * published versions, mails that wait, the log of events and the index; each character is covered by "█", so that nothing else moves. Then it is purged from the files in steps (scrub_jobs.c). Of what it
 * said nothing is kept, not even a hash; only who removed it, when, why, from how many places of which kind, and how far it is: hidden, purging, purged.
 *
 * Which columns hold what people write, and which cannot, is one table (scrub_places.c); a test walks the schema and fails when a column is in neither.
 *
 * Events: document.scrubbed of each document concerned, incident.scrubbed of each incident, data {"scrub":7}; scrub.purged. */
#ifndef FEATURE_SCRUB_SCRUB_H
#define FEATURE_SCRUB_SCRUB_H

#include "core/op.h"

extern const struct room scrub_room, scrub_image_room;

#endif
