/* Parts of the grammar of stamps. Each read_… moves the cursor behind what it read, or leaves it alone and returns false. Private to the room. */
#ifndef TIMELINE_WHEN_STAMP_PARTS_H
#define TIMELINE_WHEN_STAMP_PARTS_H

#include "feature/timeline/when_scan.h"
#include "feature/timeline/when_stamp.h"

enum { STAMP_GAP = -2, STAMP_HOUR = 3600 }; /* GAP: "??" */

struct stamp_date {
	int year, month, day; /* 0: not said */
};
bool stamp_digit(char c);
bool stamp_word_byte(char c);
/* No digit or letter runs on here; what ends in Hangul may be followed by any. */
bool stamp_ends_at(str s, size_t i);
/* "12", or "??" and "HH" where the writer left a gap. */
bool stamp_number(struct scan *in, int least, int most, int *value);
bool stamp_day(struct scan *in, struct stamp_date *out);
/* "11-22", "3/4" and "22일" are dates only beside a time of day. */
bool stamp_day_is_vague(str written, const struct stamp_date *d);
/* "UTC", "(UTC)", "KST", or after an ISO date "+09:00"; none is fine. */
void stamp_zone(struct scan *in, struct when_stamp *t);

#endif
