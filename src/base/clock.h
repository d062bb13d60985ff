/* Time as microseconds since 1970-01-01 UTC, and the proleptic Gregorian calendar. Zones are in core/zone.h. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define US_PER_DAY (24 * US_PER_HOUR)

/* The wall clock. Domain code takes ctx->now instead, so that tests choose it. */
int64_t clock_now(void);
/* For measuring; not comparable between processes. */
int64_t clock_monotonic(void);

struct civil {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second, us;
	int weekday; /* 0 = Sunday; output only */
};

struct civil civil_from_us(int64_t us);
/* Fields are taken as they are; check civil_valid first when they come from outside. */
int64_t civil_to_us(const struct civil *c);
bool civil_valid(const struct civil *c); /* year 1 to 9999; second 60 is refused */
int civil_days_in_month(int year, int month);
/* Days since 1970-01-01. */
int64_t civil_days(int year, int month, int day);

#endif
