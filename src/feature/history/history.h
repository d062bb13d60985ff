/* The history of a document's text. It is the log of updates that the text is made of (feature/collab), shown as spans: who wrote when, together when they wrote together. Every version can be read,
 * compared with every other, named, and brought back as a new version. Of what people wrote nothing is counted: who wrote a passage is there to be shown as its colour.
 *
 * No text is kept here: all of it is read from the log and its snapshots each time.
 *
 * Events, with the topic document:N: document.restored {version, source}, document.version_named {version, name}, document.version_unnamed {version}. */
#ifndef FEATURE_HISTORY_HISTORY_H
#define FEATURE_HISTORY_HISTORY_H

#include "feature/publication/publication.h"

extern const struct room history_room;

/* Forgets what this process remembers of who wrote which passage: lengths and authors, no words. */
void history_forget(void);

#endif
