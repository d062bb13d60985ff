/* A document sent round by mail. The first mail goes out while much of it is still TBD, and says of each gap who finds it out and until when; every later mail begins with what has
 * changed since the one before: sections, TBDs that were filled, what was added to the timeline, action items. Who got which version is remembered.
 *
 * Nobody gets what they may not see: the document is written anew for each circle of readers, and somebody without access is left out, by name. People without an account get mail only at
 * domains that whoever runs the server has named, and only documents that are open to everybody. Event document.mailed goes to document:N and documents. */
#ifndef FEATURE_MAILING_MAILING_H
#define FEATURE_MAILING_MAILING_H

#include "core/op.h"

extern const struct room mailing_room;

#endif
