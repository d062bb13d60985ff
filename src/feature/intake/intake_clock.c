/* Which day and which zone a stamp is of. A day holds until the next one is named, unless the text says one for all. */
#include "feature/intake/intake_timeline.h"

/* ---- zones ---- */

/* Names that stand for summer and winter time in one. */
static const struct { const char *name, *zone; } places[] = { { "CET", "Europe/Paris" }, { "CEST", "Europe/Paris" } };

/* "Asia/Seoul" is its own place. */
static str place_of(str name) {
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (str_is(name, places[i].name))
			return str_c(places[i].zone);
	return str_chr(name, '/') > 0 ? name : STR_NONE;
}

bool zone_offset_on(str name, int fixed, const struct civil_day *day, int seconds, int *offset) {
	const struct zone *zone;
	str place = place_of(name);
	*offset = fixed;
	if (!place.n || zone_find(place, &zone) != ST_OK)
		return true;
	struct civil c = civil_from_us(civil_days(day->year, day->month, day->day) * US_PER_DAY + seconds * US_PER_SECOND);
	int64_t us;
	if (zone_instant(zone, &c, &us, NULL) == ST_OK)
		*offset = zone_offset(zone, us, NULL);
	return true;
}

/* What stands in brackets of a cell: "Asia/Seoul", "UTC". */
static str in_brackets(str cell) {
	ptrdiff_t open = str_chr(cell, '('), close = str_chr(cell, ')');
	return open >= 0 && close > open ? str_trim(str_to(str_from(cell, (size_t)open + 1), (size_t)(close - open) - 1)) : STR_NONE;
}

void timeline_column_zone(struct timeline *t, str cell) {
	const struct zone *zone;
	str name = in_brackets(cell), known_name;
	bool place = str_chr(name, '/') > 0 && zone_find(name, &zone) == ST_OK, known = place;
	int offset = 0;
	if (!place && !when_zone_find(name, &known_name, &known, &offset))
		return;
	t->zone = place ? name : known_name;
	t->zone_known = known;
	t->offset = offset;
}

void timeline_zone(struct timeline *t, str text) {
	str name;
	bool known;
	int offset;
	if (t->zone.n || !when_zone_find(text, &name, &known, &offset))
		return;
	t->zone = name;
	t->zone_known = known;
	t->offset = offset;
}

/* ---- instants ---- */

/* The year that brings a day without one nearest to the incident. */
static int nearest_year(const struct civil_day *incident, int month, int day) {
	int64_t at = civil_days(incident->year, incident->month, incident->day), best = INT64_MAX;
	int year = incident->year;
	for (int y = incident->year - 1; y <= incident->year + 1; y++) {
		int64_t apart = civil_days(y, month, day) - at;
		apart = apart < 0 ? -apart : apart;
		if (apart < best) {
			best = apart;
			year = y;
		}
	}
	return year;
}

bool day_valid(const struct civil_day *d) {
	return d->year && d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= civil_days_in_month(d->year, d->month);
}

void timeline_day(struct timeline *t, const struct when_stamp *s) {
	struct civil_day *d = &t->day;
	if (s->year)
		d->year = s->year;
	else if (t->header_year)
		d->year = t->header_year;
	else if (s->month && s->day && day_valid(&t->incident))
		d->year = nearest_year(&t->incident, s->month, s->day);
	if (s->month)
		d->month = s->month;
	if (s->day)
		d->day = s->day;
}

/* Past midnight without a word; a step back of less than half a day is the writer's slip, and stays. */
static void pass_midnight(struct timeline *t, int seconds) {
	if (t->last < 0 || t->last - seconds <= HALF_DAY || !t->day.year || t->has_base)
		return;
	struct civil c = civil_from_us((civil_days(t->day.year, t->day.month, t->day.day) + 1) * US_PER_DAY);
	t->day = (struct civil_day){ c.year, c.month, c.day };
}

void timeline_place(struct timeline *t, const struct when_stamp *s, struct lifted_time *when) {
	if (s->day || s->month)
		timeline_day(t, s);
	else if (t->has_base)
		t->day = t->base;
	else if (s->seconds >= 0)
		pass_midnight(t, s->seconds);
	if (s->seconds >= 0)
		t->last = s->seconds;
	if (s->day || s->month)
		t->last = s->seconds;
	if (s->open || !day_valid(&t->day))
		return;
	int seconds = s->seconds >= 0 ? s->seconds : HALF_DAY, offset;
	bool zoned = s->zone.n ? s->has_offset : t->zone.n && t->zone_known;
	when->day_only = s->seconds < 0;
	when->wall = civil_days(t->day.year, t->day.month, t->day.day) * US_PER_DAY + seconds * US_PER_SECOND;
	t->timed += s->seconds >= 0;
	t->zoned += s->zone.n > 0;
	if (zoned && !when->day_only &&
		zone_offset_on(s->zone.n ? s->zone : t->zone, s->zone.n ? s->offset : t->offset, &t->day, seconds, &offset))
		when->at = when->wall - offset * US_PER_SECOND;
}
