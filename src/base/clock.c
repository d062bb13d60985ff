#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id) {
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

int64_t clock_now(void) {
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void) {
	return read_clock(CLOCK_MONOTONIC);
}

/* Days and civil dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (years start in March, eras of 400 years). */
int64_t civil_days(int year, int month, int day) {
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct civil civil_from_us(int64_t us) {
	int64_t days = us / US_PER_DAY - (us % US_PER_DAY < 0);
	int64_t rest = us - days * US_PER_DAY;
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	int64_t weekday = (days + 4) % 7;
	return (struct civil){
		.year = (int)(yoe + era * 400 + (month <= 2)),
		.month = month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(rest / US_PER_HOUR),
		.minute = (int)(rest / US_PER_MINUTE % 60),
		.second = (int)(rest / US_PER_SECOND % 60),
		.us = (int)(rest % US_PER_SECOND),
		.weekday = (int)(weekday < 0 ? weekday + 7 : weekday),
	};
}

int64_t civil_to_us(const struct civil *c) {
	return civil_days(c->year, c->month, c->day) * US_PER_DAY + c->hour * US_PER_HOUR + c->minute * US_PER_MINUTE +
	       c->second * US_PER_SECOND + c->us;
}

int civil_days_in_month(int year, int month) {
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

bool civil_valid(const struct civil *c) {
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= civil_days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 && c->minute >= 0 &&
	       c->minute <= 59 && c->second >= 0 && c->second <= 59 && c->us >= 0 && c->us < US_PER_SECOND;
}
