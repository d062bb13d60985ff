/* From a reading to an instant. What may be read as time is in when_read.c. */
#include "feature/timeline/when.h"

#include "feature/timeline/when_read.h"
#include "feature/timeline/when_words.h"

enum { AHEAD_MINUTES = 10, NEAR_DAYS = 31, LOOK_BACK = 120 };

/* Where and when the text is understood. */
struct place {
	const struct zone *zone;
	bool fixed; /* the text names an offset */
	int64_t offset;
	int64_t now, limit; /* limit: later is not past any more */
	int64_t today;      /* days since 1970 on the wall */
	int weekday;
};

/* The instants a reading can mean, in order of time. */
struct instants {
	int n;
	int64_t at[4];
	bool skipped; /* one more would be past, in an hour the clock skipped */
};

static int64_t days_of(const struct civil *c) {
	return civil_days(c->year, c->month, c->day);
}

static struct civil wall(const struct place *p, int64_t us) {
	return p->fixed ? civil_from_us(us + p->offset) : zone_civil(p->zone, us);
}

static void add_instant(struct instants *list, int64_t at) {
	int i = list->n;
	if (i == 4)
		return;
	for (; i > 0 && list->at[i - 1] > at; i--)
		list->at[i] = list->at[i - 1];
	list->at[i] = at;
	list->n++;
}

/* The wall clock shows it never, once or twice. */
static void add_wall(const struct place *p, int64_t days, int64_t in_day, struct instants *list) {
	struct civil c = civil_from_us(days * US_PER_DAY + in_day);
	int64_t first, later;
	if (p->fixed) {
		add_instant(list, civil_to_us(&c) - p->offset);
		return;
	}
	enum st st = zone_instant(p->zone, &c, &first, &later);
	list->skipped |= st == ST_NOT_FOUND && first <= p->limit;
	if (st != ST_NOT_FOUND)
		add_instant(list, first);
	if (st == ST_CONFLICT)
		add_instant(list, later);
}

static struct instants on_day(const struct place *p, int64_t days, const struct tod *tod) {
	struct instants list = { 0 };
	for (int i = 0; i < tod->n; i++)
		add_wall(p, days, tod->seconds[i] * US_PER_SECOND + tod->us, &list);
	return list;
}

static int past(const struct place *p, const struct instants *list) {
	int n = 0;
	while (n < list->n && list->at[n] <= p->limit)
		n++;
	return n;
}

/* The latest that is past, else the earliest; the next best is the other. */
static bool choose(const struct place *p, const struct instants *list, struct when *out) {
	int n = past(p, list);
	if (list->n == 0)
		return false;
	out->at = list->at[n ? n - 1 : 0];
	out->ambiguous = n ? n > 1 : list->n > 1;
	out->also = out->ambiguous ? list->at[n ? n - 2 : 1] : 0;
	return true;
}

/* A day without time of day: its middle, but not later than now. */
static bool choose_day(const struct place *p, int64_t days, struct when *out) {
	static const struct tod noon = { .n = 1, .seconds = { 12 * 3600 } };
	struct instants list = on_day(p, days, &noon);
	if (!choose(p, &list, out))
		return false;
	out->approximate = true;
	if (days == p->today && out->at > p->now)
		out->at = p->now;
	return true;
}

static bool choose_on(const struct place *p, int64_t days, const struct tod *tod, struct when *out) {
	if (tod->n == 0)
		return choose_day(p, days, out);
	struct instants list = on_day(p, days, tod);
	if (tod->part && past(p, &list) == 0)
		return false; /* "this evening" is to come */
	return choose(p, &list, out);
}

/* Has begun, as far as the text says. */
static bool is_past(const struct place *p, int64_t days, const struct tod *tod) {
	if (tod->n == 0)
		return days <= p->today;
	struct instants list = on_day(p, days, tod);
	return past(p, &list) > 0 || list.skipped;
}

/* No day is said: the nearest past one. Tomorrow is asked first, for ten minutes ahead can be there. */
static bool without_day(const struct place *p, const struct tod *tod, struct when *out) {
	for (int64_t days = p->today + 1; days >= p->today - 2; days--) {
		struct instants list = on_day(p, days, tod);
		if (past(p, &list))
			return choose(p, &list, out);
		if (list.skipped)
			return false;
	}
	return false;
}

static bool valid_date(int year, int month, int day) {
	return month >= 1 && month <= 12 && day >= 1 && day <= civil_days_in_month(year, month);
}

/* No year is said: the nearest past one that has the day (29 February). One soon to come is worth asking about. */
static bool without_year(const struct place *p, int month, int day, const struct tod *tod, struct when *out) {
	struct when soon;
	bool has_soon = false;
	int year = wall(p, p->limit).year;
	for (int y = year + 1; y >= year - 8; y--) {
		if (!valid_date(y, month, day))
			continue;
		int64_t days = civil_days(y, month, day);
		if (!is_past(p, days, tod)) {
			has_soon = days - p->today <= NEAR_DAYS && choose_on(p, days, tod, &soon);
			continue;
		}
		if (!choose_on(p, days, tod, out))
			return false;
		if (has_soon && !out->ambiguous) {
			out->ambiguous = true;
			out->also = soon.at;
		}
		return true;
	}
	return false;
}

static bool on_date(const struct place *p, const struct day *d, int month, int day, const struct tod *tod, struct when *out) {
	if (!d->year)
		return without_year(p, month, day, tod, out);
	return valid_date(d->year, month, day) && choose_on(p, civil_days(d->year, month, day), tod, out);
}

static bool date(const struct place *p, const struct day *d, const struct tod *tod, struct when *out) {
	struct when swapped;
	if (!on_date(p, d, d->month, d->day, tod, out))
		return false;
	if (d->swappable && on_date(p, d, d->day, d->month, tod, &swapped)) {
		out->ambiguous = true;
		out->also = swapped.at;
	}
	return true;
}

static bool day_of_month(const struct place *p, int n, const struct tod *tod, struct when *out) {
	struct civil c = wall(p, p->limit);
	for (int months = 0; months < 4; months++) {
		int64_t days = valid_date(c.year, c.month, n) ? civil_days(c.year, c.month, n) : INT64_MAX;
		if (days != INT64_MAX && is_past(p, days, tod))
			return choose_on(p, days, tod, out);
		c.year -= c.month == 1;
		c.month = c.month == 1 ? 12 : c.month - 1;
	}
	return false;
}

static bool weekday(const struct place *p, const struct day *d, const struct tod *tod, struct when *out) {
	int64_t monday = p->today - (p->weekday + 6) % 7, in_week = (d->n + 6) % 7;
	if (d->week == WEEK_THIS)
		return choose_on(p, monday + in_week, tod, out);
	if (d->week == WEEK_LAST)
		return choose_on(p, monday - 7 + in_week, tod, out);
	int64_t days = p->today - (p->weekday - d->n + 7) % 7;
	if (days == p->today && (d->week == WEEK_BEFORE_TODAY || !is_past(p, days, tod)))
		days -= 7;
	return choose_on(p, days, tod, out);
}

/* Months and days go by the calendar (the same time of day), hours and less by the clock. */
static bool ago(const struct place *p, const struct reading *r, struct when *out) {
	struct civil c = wall(p, p->now);
	int64_t at = p->now, months = (int64_t)c.year * 12 + c.month - 1 - r->ago_months;
	if (months < 1970 * 12)
		return false;
	if (r->ago_months || r->ago_days) {
		c.year = (int)(months / 12);
		c.month = (int)(months % 12) + 1;
		int last = civil_days_in_month(c.year, c.month);
		c.day = c.day < last ? c.day : last;
		c = civil_from_us(civil_to_us(&c) - r->ago_days * US_PER_DAY);
		if (zone_instant(p->zone, &c, &at, NULL) == ST_NOT_FOUND)
			out->approximate = true; /* the instant after the gap is near enough */
	}
	out->at = at - r->ago_seconds * US_PER_SECOND;
	return out->at >= 0;
}

static bool point(const struct place *p, const struct reading *r, struct when *out) {
	switch (r->day.kind) {
	case DAY_NONE:
		return without_day(p, &r->tod, out);
	case DAY_BACK:
		return choose_on(p, p->today - r->day.n, &r->tod, out);
	case DAY_WEEKDAY:
		return weekday(p, &r->day, &r->tod, out);
	case DAY_DATE:
		return date(p, &r->day, &r->tod, out);
	default:
		return day_of_month(p, r->day.n, &r->tod, out);
	}
}

static bool resolve(const struct reading *r, int64_t now, const struct zone *zone, struct when *out) {
	struct place p = { .zone = zone, .now = now, .limit = now + AHEAD_MINUTES * US_PER_MINUTE, .fixed = r->tod.has_offset, .offset = r->tod.offset * US_PER_SECOND };
	struct civil c = wall(&p, now);
	p.today = days_of(&c);
	p.weekday = c.weekday;
	*out = (struct when){ .from = r->from, .to = r->to };
	bool ok = !r->impossible && (r->ago ? ago(&p, r, out) : point(&p, r, out));
	out->approximate |= r->approximate;
	return ok;
}

/* Where in the text it stands. */

static bool blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *const separators[] = { "-", "–", "—", ":", ",", "|", ";", "·" };

/* "14:51 - rolled back"; the dash of "14:51 - 15:20 outage" tells something and stays. */
static str rest_behind(str s) {
	s = str_trim(s);
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		str rest = str_trim(str_from(s, strlen(separators[i])));
		bool number = rest.n && rest.p[0] >= '0' && rest.p[0] <= '9';
		if (str_starts(s, str_c(separators[i])))
			return number ? s : rest;
	}
	return s;
}

static str rest_before(str s) {
	s = str_trim(s);
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
		if (str_ends(s, str_c(separators[i])))
			return str_trim(str_to(s, s.n - strlen(separators[i])));
	return s;
}

/* "[14:51]": the brackets belong to the time. */
static void take_brackets(str s, struct reading *r) {
	char open = r->from > 0 ? s.p[r->from - 1] : '\0', close = open == '[' ? ']' : open == '(' ? ')' : '\0';
	if (close && r->to < s.n && s.p[r->to] == close) {
		r->from--;
		r->to++;
	}
}

static size_t begin_of(str s) {
	size_t i = 0;
	while (i < s.n && blank(s.p[i]))
		i++;
	if (i + 1 < s.n && strchr("-*", s.p[i]) && blank(s.p[i + 1])) /* an item of a list */
		for (i += 2; i < s.n && blank(s.p[i]);)
			i++;
	return i + (i < s.n && (s.p[i] == '[' || s.p[i] == '('));
}

static bool ends_with_word(str head, const struct when_word *table, int most_words) {
	struct scan word = { head, head.n };
	int unused;
	for (int n = 0; n < most_words && word.i > 0; n++) {
		while (word.i > 0 && blank(head.p[word.i - 1]))
			word.i--;
		while (word.i > 0 && !blank(head.p[word.i - 1]))
			word.i--;
		struct scan in = word;
		if (scan_word(&in, table, &unused) && in.i == head.n)
			return true;
	}
	return false;
}

/* "up to 14:51" is no instant, and "내일 9시" is none yet. */
static bool refused_before(str s, size_t i) {
	str head = str_trim(str_to(s, i));
	while (head.n && strchr(",:(", head.p[head.n - 1]))
		head = str_trim(str_to(head, head.n - 1));
	return ends_with_word(head, word_refused_before, 1) || ends_with_word(head, word_to_come, 4);
}

static bool read_end(str s, struct reading *r) {
	size_t first = s.n > LOOK_BACK ? s.n - LOOK_BACK : 1;
	for (size_t i = first; i < s.n; i++) {
		bool may_begin = i == 0 || ((blank(s.p[i - 1]) || s.p[i - 1] == '(' || s.p[i - 1] == '[') && !blank(s.p[i]));
		if (may_begin && when_read(s, i, true, r))
			return !refused_before(s, i);
	}
	return false;
}

bool when_parse(str text, int64_t now, const struct zone *zone, struct when *out) {
	struct reading r;
	bool ahead = when_read(text, begin_of(text), false, &r);
	if (!ahead && !read_end(text, &r))
		return false;
	if (!resolve(&r, now, zone, out))
		return false;
	take_brackets(text, &r);
	out->from = r.from;
	out->to = r.to;
	out->rest = ahead ? rest_behind(str_from(text, r.to)) : rest_before(str_to(text, r.from));
	return true;
}
