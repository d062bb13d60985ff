/* Reads what `zdump -v` printed, one or many zones, and asks core/zone about every line, about every day
 * from 1970 to 2037 between two lines, and for the way back from the wall
 * clock. Prints each difference, and last "N zones, N lines, N days, N differences"; exit 1 when there is one. */
#include <stdio.h>
#include <stdlib.h>

#include "core/zone.h"

struct line {
	char zone[64], abbreviation[16];
	struct civil ut, wall;
	int offset;
};

static const struct civil begin = { .year = 1970, .month = 1, .day = 1 }, end = { .year = 2038, .month = 1, .day = 1 };
static long zones, lines, days, differences;

static int month_of(const char *name) {
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strstr(months, name);
	return at ? (int)(at - months) / 3 + 1 : 0;
}

static bool parse(const char *text, struct line *l) {
	char m1[4], m2[4];
	struct civil *u = &l->ut, *w = &l->wall;
	int isdst, n = sscanf(text, "%63s %*3s %3s %d %d:%d:%d %d UT = %*3s %3s %d %d:%d:%d %d %15s isdst=%d gmtoff=%d", l->zone, m1, &u->day, &u->hour, &u->minute,
	                      &u->second, &u->year, m2, &w->day, &w->hour, &w->minute, &w->second, &w->year, l->abbreviation, &isdst, &l->offset);
	u->month = n == 16 ? month_of(m1) : 0;
	w->month = n == 16 ? month_of(m2) : 0;
	return n == 16;
}

static void differ(const struct line *l, const char *what) {
	differences++;
	printf("%s %04d-%02d-%02d %02d:%02d:%02d UT: %s\n", l->zone, l->ut.year, l->ut.month, l->ut.day, l->ut.hour, l->ut.minute, l->ut.second, what);
}

static bool same_offset(const struct zone *z, int64_t at, const struct line *l) {
	str abbreviation;
	return zone_offset(z, at, &abbreviation) == l->offset && str_is(abbreviation, l->abbreviation);
}

static void check_line(const struct zone *z, const struct line *l) {
	lines++;
	int64_t at = civil_to_us(&l->ut), back = 0, later = 0;
	if (!same_offset(z, at, l))
		differ(l, "offset or abbreviation");
	struct civil c = zone_civil(z, at);
	if (civil_to_us(&c) != civil_to_us(&l->wall))
		differ(l, "wall clock");
	enum st st = zone_instant(z, &l->wall, &back, &later);
	if (!(st == ST_OK && back == at) && !(st == ST_CONFLICT && (back == at || later == at)))
		differ(l, "way back");
}

/* The two lines around one change: what lies between them on the wall clock was skipped, or shown twice. */
static void check_change(const struct zone *z, const struct line *before, const struct line *after) {
	int64_t at = civil_to_us(&after->ut), first, later;
	int64_t wall = at + (before->offset + after->offset) / 2 * US_PER_SECOND;
	struct civil c = civil_from_us(wall);
	if (before->offset == after->offset)
		return;
	enum st st = zone_instant(z, &c, &first, &later);
	if (after->offset > before->offset && (st != ST_NOT_FOUND || first != at))
		differ(after, "gap");
	if (after->offset < before->offset &&
	    (st != ST_CONFLICT || first != wall - before->offset * US_PER_SECOND || later != wall - after->offset * US_PER_SECOND))
		differ(after, "overlap");
}

static void check_days(const struct zone *z, const struct line *before, int64_t to) {
	to = to < civil_to_us(&end) ? to : civil_to_us(&end);
	int64_t at = civil_to_us(&before->ut);
	for (at = at < civil_to_us(&begin) ? civil_to_us(&begin) : at; at < to; at += US_PER_DAY) {
		days++;
		if (same_offset(z, at, before))
			continue;
		differ(before, "a change after it that zdump does not have");
		return;
	}
}

int main(void) {
	char text[512];
	struct line l = { 0 }, before = { 0 };
	const struct zone *z = NULL;
	while (fgets(text, sizeof text, stdin)) {
		if (!parse(text, &l))
			continue;
		bool same_zone = z && strcmp(l.zone, before.zone) == 0;
		if (!same_zone) {
			if (z)
				check_days(z, &before, INT64_MAX);
			zones++;
			if (zone_find(str_c(l.zone), &z) != ST_OK) {
				fprintf(stderr, "zone_zdump: no zone %s\n", l.zone);
				return 2;
			}
		}
		check_line(z, &l);
		int64_t gap = same_zone ? civil_to_us(&l.ut) - civil_to_us(&before.ut) : 0;
		if (gap == US_PER_SECOND)
			check_change(z, &before, &l);
		else if (same_zone)
			check_days(z, &before, civil_to_us(&l.ut));
		before = l;
	}
	if (z)
		check_days(z, &before, INT64_MAX);
	printf("%ld zones, %ld lines, %ld days, %ld differences\n", zones, lines, days, differences);
	return differences || zones == 0;
}
