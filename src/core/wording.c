#include "core/wording.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, RELATIVE_DAYS = 30 };

/* %Y %m %d numbers, %b month, %a weekday, %H %M clock. These are layouts and not texts to translate: another language has other parts, and msgfmt could not compare them. */
static const struct layout {
	const char *date, *moment;
} layouts[LANG_COUNT] = {
	[LANG_EN] = { "%d %b %Y", "%d %b %Y, %H:%M" },
	[LANG_KO] = { "%Y년 %m월 %d일 (%a)", "%Y년 %m월 %d일 (%a) %H:%M" },
};

static const char *const months[] = { N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec") };
static const char *const weekdays[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat") };

static void put_part(struct buf *out, enum lang lang, char part, const struct civil *c) {
	switch (part) {
	case 'Y':
		buf_i64(out, c->year);
		break;
	case 'm':
		buf_i64(out, c->month);
		break;
	case 'd':
		buf_i64(out, c->day);
		break;
	case 'b':
		buf_add(out, str_c(tr(lang, months[c->month - 1])));
		break;
	case 'a':
		buf_add(out, str_c(tr(lang, weekdays[c->weekday])));
		break;
	case 'H':
		buf_printf(out, "%02d", c->hour);
		break;
	default:
		buf_printf(out, "%02d", c->minute);
	}
}

static void put(struct buf *out, enum lang lang, const char *layout, const struct civil *c) {
	for (const char *p = layout; *p; p++) {
		if (*p == '%')
			put_part(out, lang, *++p, c);
		else
			buf_addc(out, *p);
	}
}

void wording_date(struct buf *out, enum lang lang, int year, int month, int day) {
	struct civil c = civil_from_us(civil_days(year, month, day) * US_PER_DAY);
	put(out, lang, layouts[lang].date, &c);
}

void wording_moment(struct buf *out, enum lang lang, const struct zone *zone, int64_t us, bool with_zone) {
	struct civil c = zone_civil(zone, us);
	str abbreviation;
	put(out, lang, layouts[lang].moment, &c);
	if (!with_zone)
		return;
	zone_offset(zone, us, &abbreviation);
	buf_addc(out, ' ');
	buf_add(out, abbreviation);
}

void wording_clock(struct buf *out, const struct zone *zone, int64_t us) {
	struct civil c = zone_civil(zone, us);
	put(out, LANG_EN, "%H:%M", &c);
}

static void put_days(struct buf *out, enum lang lang, int n) {
	buf_printf(out, tr_n(lang, "%d day", "%d days", n), n);
}

static void put_hours(struct buf *out, enum lang lang, int n) {
	buf_printf(out, tr(lang, "%d h"), n);
}

static void put_minutes(struct buf *out, enum lang lang, int n) {
	buf_printf(out, tr(lang, "%d min"), n);
}

static void put_seconds(struct buf *out, enum lang lang, int n) {
	buf_printf(out, tr(lang, "%d s"), n);
}

static const struct unit {
	int seconds;
	void (*put)(struct buf *out, enum lang lang, int n);
} units[] = { { DAY, put_days }, { HOUR, put_hours }, { MINUTE, put_minutes }, { 1, put_seconds } };

enum { UNITS = sizeof units / sizeof *units };

/* The first unit that is not zero, and the next smaller when it is not zero either. */
static void put_units(struct buf *out, enum lang lang, uint64_t seconds, int most) {
	int i = 0;
	while (i < UNITS - 1 && seconds < (uint64_t)units[i].seconds)
		i++;
	for (int n = 0; n < most && i < UNITS; n++, i++) {
		uint64_t count = seconds / (uint64_t)units[i].seconds;
		if (n > 0 && count == 0)
			return;
		if (n > 0)
			buf_addc(out, ' ');
		units[i].put(out, lang, count > INT32_MAX ? INT32_MAX : (int)count);
		seconds %= (uint64_t)units[i].seconds;
	}
}

void wording_duration(struct buf *out, enum lang lang, int64_t seconds) {
	if (seconds < 0)
		buf_lit(out, "−");
	put_units(out, lang, seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds, 2);
}

void wording_relative(struct buf *out, enum lang lang, const struct zone *zone, int64_t us, int64_t now) {
	int64_t seconds = (now - us) / US_PER_SECOND, distance = seconds < 0 ? -seconds : seconds;
	if (distance >= (RELATIVE_DAYS + 1) * DAY) {
		struct civil c = zone_civil(zone, us);
		put(out, lang, layouts[lang].date, &c);
		return;
	}
	if (distance < MINUTE) {
		buf_add(out, str_c(tr(lang, "just now")));
		return;
	}
	struct buf span = { 0 };
	put_units(&span, lang, (uint64_t)distance, 1);
	buf_printf(out, seconds < 0 ? tr(lang, "in %.*s") : tr(lang, "%.*s ago"), STR_FMT(buf_str(&span)));
	if (!buf_ok(&span))
		out->failed = true;
	buf_free(&span);
}

void wording_list(struct buf *out, enum lang lang, const str *items, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add(out, str_c(i == n - 1 ? tr(lang, " and ") : ", "));
		buf_add(out, items[i]);
	}
}
