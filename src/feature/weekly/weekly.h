/* A mail each week about action items, to whoever wants it: for each of their teams, or for the organisation, what is open by age and priority, what was closed and how that is known, what
 * is overdue, and of what somebody has to look whether it held. It counts items, never people; an owner is named beside an item alone. Everybody gets it on the day and at the hour of
 * their choice, in their zone and language, once, with what they may see.
 *
 * Events weekly.changed and weekly.made go to person:N. */
#ifndef FEATURE_WEEKLY_WEEKLY_H
#define FEATURE_WEEKLY_WEEKLY_H

#include "core/op.h"

extern const struct room weekly_room;

#endif
