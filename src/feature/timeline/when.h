/* Natural time, in both languages, at the beginning or the end of what a responder types: "14:51 롤백 시작", "10 min ago rolled back", "어제 23:10", "어제 오후 2시 51분", "yesterday 11pm",
 * "now-10m", "2026-11-22 14:51", "11/22 14:51", "방금", "30분 전". Wall-clock times are in the given zone. A time of day without a day is the nearest
 * past one (up to ten minutes ahead is still today); so are a weekday and a date without year. A day alone is its middle, approximate, and not later than now. What is
 * to come ("tomorrow", "10분 뒤") and the ends of spans ("14:51까지", "14:51-15:20") are no times. Pure: now is an argument. */
#ifndef TIMELINE_WHEN_H
#define TIMELINE_WHEN_H

#include "base/clock.h"
#include "core/zone.h"

struct when {
	int64_t at;         /* the instant */
	str rest;           /* what was typed without the time, trimmed */
	size_t from, to;    /* bytes of the input that were read as time */
	bool ambiguous;     /* could be another instant too: 12-hour time without am/pm when both halves are past, a repeated hour at the end of summer time, 11/12, a
	                     * date that comes again soon */
	int64_t also;       /* that other instant */
	bool approximate;   /* "about", "쯤", "~", a day or a part of a day without hour */
};

/* false: no time in it, or one that does not exist (25:10, 31 February, an hour the clock skipped). */
bool when_parse(str text, int64_t now, const struct zone *zone, struct when *out);

#endif
