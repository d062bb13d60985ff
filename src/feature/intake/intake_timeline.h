/* A timeline while it is read: which day it is, in which zone, and the entry that goes on. Private to the room. */
#ifndef FEATURE_INTAKE_INTAKE_TIMELINE_H
#define FEATURE_INTAKE_INTAKE_TIMELINE_H

#include "feature/intake/intake_parts.h"

enum { HALF_DAY = 12 * 3600 };

struct timeline {
	struct reader *r;
	struct civil_day day, base, incident; /* base: what the text says for all; incident: its day, as far as its head tells */
	bool has_base, approximate;
	str zone;
	bool zone_known;
	int offset;
	int last;                  /* seconds of the entry before; -1 */
	struct lifted_event *open; /* what goes on with unstamped text */
	struct buf text;           /* of the open entry */
	int depth;                 /* of the open entry; 0: a heading or a paragraph */
	bool by_heading;
	size_t stamped_headings, plain_headings, stamped_labels, plain_labels, zoned, timed;
	int header_year;
	enum column columns[32];
	size_t column_count;
};

/* intake_clock.c: days, zones, instants. */

/* A zone that the text names, unless one was named before. */
void timeline_zone(struct timeline *t, str text);
/* The one that a column of times is headed with, whatever was thought before. */
void timeline_column_zone(struct timeline *t, str cell);
/* The day of what follows. */
void timeline_day(struct timeline *t, const struct when_stamp *s);
/* The moment of an entry, and with it the day of the next. */
void timeline_place(struct timeline *t, const struct when_stamp *s, struct lifted_time *when);
bool day_valid(const struct civil_day *d);

#endif
