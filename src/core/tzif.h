/* The bytes of a TZif file (RFC 8536, version 2 or later) and the rule of its footer. Pure: no files, no cache (those are in core/zone.c). Seconds since 1970 throughout. */
#ifndef CORE_TZIF_H
#define CORE_TZIF_H

#include "base/err.h"
#include "base/str.h"

/* A day of each year and a second of that day, as POSIX TZ writes it: "M3.2.0/2", "J60", "59". */
struct tz_rule {
	char kind; /* 'M', 'J' or '0' */
	int month, week, day;
	int seconds; /* after (or before) midnight, standard or summer time as the clock shows it then */
};

/* "CET-1CEST,M3.5.0,M10.5.0/3" read; offsets are east of UTC. */
struct tz_posix {
	str name, summer_name; /* summer_name.n == 0: the same all the year */
	int offset, summer_offset;
	struct tz_rule begins, ends;
};

struct tzif {
	uint32_t transitions, types;
	const unsigned char *times, *type_of, *infos; /* in the file, big-endian */
	const char *names;
	bool has_footer;
	struct tz_posix footer;
};

/* A stretch of time with one offset; to is not part of it. INT64_MIN and INT64_MAX where it has no end. */
struct tz_span {
	int64_t from, to;
	int offset;
	str abbreviation;
};

/* ST_MALFORMED unless everything is in order. The bytes must outlive *out. A file that counts leap seconds is refused: our clock has none. */
MUST_CHECK enum st tzif_read(str file, struct tzif *out);
/* false when it is not a whole TZ string. */
bool tz_posix_read(str s, struct tz_posix *out);
struct tz_span tzif_span(const struct tzif *t, int64_t at);

#endif
