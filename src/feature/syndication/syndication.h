/* What others' programs subscribe to: published documents as Atom (RFC 4287), due dates of action items and postmortems as a calendar (RFC 5545). For whoever is logged in, or at an address with a secret of its own, which
 * is a token made for feeds: it is kept as a hash and ends as any token does. Both show what the one who made the token may see now, and never more than the token's role. */
#ifndef FEATURE_SYNDICATION_SYNDICATION_H
#define FEATURE_SYNDICATION_SYNDICATION_H

#include "core/op.h"

extern const struct room syndication_room;

#endif
