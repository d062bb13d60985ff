/* Time zones, read from the system's TZif files (RFC 8536; /usr/share/zoneinfo) by ourselves: the C library's zone is one per process. Loaded zones live as long as
 * the process. Thread-safe. */
#ifndef CORE_ZONE_H
#define CORE_ZONE_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

struct zone;

/* "Asia/Seoul", "UTC". ST_NOT_FOUND when there is no such zone (also for names with "..", a leading '/', or other bytes than a zone name has, and for "localtime");
 * ST_MALFORMED when its file is damaged or counts leap seconds. */
MUST_CHECK enum st zone_find(str name, const struct zone **out);
const struct zone *zone_utc(void);
str zone_name(const struct zone *z);
/* Seconds east of UTC at that instant, and the abbreviation ("KST", "+03"; NULL when not wanted). */
int zone_offset(const struct zone *z, int64_t us, str *abbreviation);
struct civil zone_civil(const struct zone *z, int64_t us);
/* How far from UTC the zone is from `from` on, and from each change before `to` on: at most `room`; how many. Changes less than two weeks apart may be passed over. */
struct zone_turn {
	int64_t at; /* us */
	int64_t offset; /* seconds east */
};
size_t zone_turns(const struct zone *z, int64_t from, int64_t to, struct zone_turn *out, size_t room);
/* The instant of a wall-clock time. ST_OK; ST_CONFLICT when the clock showed it twice (*us is the first, *later the second);
 * ST_NOT_FOUND when the clock skipped it (*us is the instant after the gap). later may be NULL. */
MUST_CHECK enum st zone_instant(const struct zone *z, const struct civil *c, int64_t *us, int64_t *later);

#endif
