/* The stamps of records that others wrote: "2020-03-02 14:03", "04:05 PM UTC", "March 2nd, 2020, 10:00 AM", "3월 2일 05시경", "'20.3.2(월) 15:20", "3-21-20", "15:05:10-20",
 * "2020-03-?? ??:??". Only what the text says: no day, year or zone is added, for the writer may have given it once, far above. Pure. */
#ifndef TIMELINE_WHEN_STAMP_H
#define TIMELINE_WHEN_STAMP_H

#include "base/clock.h"
#include "base/str.h"

struct when_stamp {
	size_t from, to;      /* bytes of the text, brackets around it included */
	int year, month, day; /* 0: not said */
	int seconds;          /* of the day; -1: no time of day is said */
	bool has_offset;      /* the text names a zone whose distance from Greenwich is known */
	int offset;           /* seconds east */
	str zone;             /* its name as written; empty: none */
	bool approximate;     /* "about", "~", "쯤" */
	bool open;            /* with question marks: the writer did not know */
};

/* Exactly at byte `from` (opening brackets and words like "at" before it count). false: none is there. */
bool when_stamp_at(str text, size_t from, struct when_stamp *out);
/* The first one at or behind `from`; a day or a time of day with minutes, never a bare number. */
bool when_stamp_find(str text, size_t from, struct when_stamp *out);
/* The first name of a zone in a text, such as "All times in CET". UTC+1 counts. false: none. *known: its distance is. */
bool when_zone_find(str text, str *name, bool *known, int *offset);

#endif
