#include "core/tzif.h"

#include "base/clock.h"

enum { HEAD = 44, INFO = 6, DAY = 86400, MOST_OFFSET = 26 * 3600 };

static uint32_t be32(const unsigned char *p) {
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p) {
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* The footer: a POSIX TZ string. */

static bool take(str *s, char ch) {
	if (s->n == 0 || s->p[0] != ch)
		return false;
	*s = (str){ s->p + 1, s->n - 1 };
	return true;
}

static bool take_number(str *s, int most, int *out) {
	int v = 0;
	size_t n = 0;
	while (n < s->n && n < 4 && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	*s = (str){ s->p + n, s->n - n };
	*out = v;
	return n > 0 && v <= most;
}

/* [+-]h[:m[:s]]; up to a week, as version 3 allows it for rules. */
static bool take_seconds(str *s, int *out) {
	bool minus = take(s, '-');
	if (!minus)
		take(s, '+');
	int h, m = 0, sec = 0;
	if (!take_number(s, 167, &h))
		return false;
	if (take(s, ':') && !take_number(s, 59, &m))
		return false;
	if (m >= 0 && take(s, ':') && !take_number(s, 59, &sec))
		return false;
	*out = h * 3600 + m * 60 + sec;
	if (minus)
		*out = -*out;
	return true;
}

static bool alphabetic(char ch) {
	return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
}

static bool take_name(str *s, str *out) {
	bool quoted = take(s, '<');
	size_t n = 0;
	while (n < s->n && (quoted ? s->p[n] != '>' : alphabetic(s->p[n])))
		n++;
	*out = str_to(*s, n);
	*s = (str){ s->p + n, s->n - n };
	return n >= 3 && (!quoted || take(s, '>'));
}

/* POSIX counts west of Greenwich. */
static bool take_offset(str *s, int *out) {
	if (!take_seconds(s, out) || *out > MOST_OFFSET || *out < -MOST_OFFSET)
		return false;
	*out = -*out;
	return true;
}

static bool take_day(str *s, struct tz_rule *r) {
	if (take(s, 'M')) {
		r->kind = 'M';
		return take_number(s, 12, &r->month) && r->month > 0 && take(s, '.') && take_number(s, 5, &r->week) && r->week > 0 &&
		       take(s, '.') && take_number(s, 6, &r->day);
	}
	r->kind = take(s, 'J') ? 'J' : '0';
	return take_number(s, 365, &r->day) && (r->kind == '0' || r->day > 0);
}

static bool take_rule(str *s, struct tz_rule *r) {
	*r = (struct tz_rule){ .seconds = 2 * 3600 };
	return take(s, ',') && take_day(s, r) && (!take(s, '/') || take_seconds(s, &r->seconds));
}

bool tz_posix_read(str s, struct tz_posix *out) {
	*out = (struct tz_posix){ 0 };
	if (!take_name(&s, &out->name) || !take_offset(&s, &out->offset))
		return false;
	if (s.n == 0)
		return true;
	if (!take_name(&s, &out->summer_name))
		return false;
	out->summer_offset = out->offset + 3600;
	if (s.n && s.p[0] != ',' && !take_offset(&s, &out->summer_offset))
		return false;
	return take_rule(&s, &out->begins) && take_rule(&s, &out->ends) && s.n == 0;
}

static int64_t day_of_rule(const struct tz_rule *r, int year) {
	if (r->kind == '0')
		return civil_days(year, 1, 1) + r->day;
	if (r->kind == 'J') /* 29 February is never counted */
		return civil_days(year, 1, 1) + r->day - 1 + (r->day >= 60 && civil_days_in_month(year, 2) == 29);
	int64_t first = civil_days(year, r->month, 1);
	int weekday = (int)(((first + 4) % 7 + 7) % 7);
	int day = (r->day - weekday + 7) % 7 + (r->week - 1) * 7;
	return first + (day < civil_days_in_month(year, r->month) ? day : day - 7);
}

struct change {
	int64_t at;
	bool summer;
};

/* The changes of three years, in order. At one instant the end of summer comes first: "all the year summer" is written as an end and a begin that coincide. */
static void changes_around(const struct tz_posix *z, int year, struct change out[6]) {
	int n = 0;
	for (int y = year - 1; y <= year + 1; y++) {
		struct change pair[] = {
			{ day_of_rule(&z->ends, y) * DAY + z->ends.seconds - z->summer_offset, false },
			{ day_of_rule(&z->begins, y) * DAY + z->begins.seconds - z->offset, true },
		};
		for (int i = 0; i < 2; i++) {
			int at = n++;
			for (; at > 0 && (out[at - 1].at > pair[i].at || (out[at - 1].at == pair[i].at && out[at - 1].summer && !pair[i].summer)); at--)
				out[at] = out[at - 1];
			out[at] = pair[i];
		}
	}
}

static struct tz_span span_of_footer(const struct tz_posix *z, int64_t at, int64_t from) {
	const int64_t most = INT64_MAX / US_PER_SECOND - DAY; /* the calendar ends there */
	if (z->summer_name.n == 0 || at > most || at < -most)
		return (struct tz_span){ from, INT64_MAX, z->offset, z->name };
	struct change c[6];
	changes_around(z, civil_from_us(at * US_PER_SECOND).year, c);
	int i = 0;
	while (i < 5 && c[i + 1].at <= at)
		i++;
	return (struct tz_span){
		.from = c[i].at > from ? c[i].at : from,
		.to = i < 5 ? c[i + 1].at : INT64_MAX,
		.offset = c[i].summer ? z->summer_offset : z->offset,
		.abbreviation = c[i].summer ? z->summer_name : z->name,
	};
}

/* The file. */

struct head {
	uint32_t isut, isstd, leap, time, type, chars;
};

/* The length of the data block behind a head, 0 when the head is none. */
static uint64_t block(str file, size_t at, unsigned time_size, struct head *h) {
	const unsigned char *p = (const unsigned char *)file.p + at;
	if (file.n < at + HEAD || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return 0;
	*h = (struct head){ be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32), be32(p + 36), be32(p + 40) };
	uint64_t length = (uint64_t)h->time * (time_size + 1) + (uint64_t)h->type * INFO + h->chars + (uint64_t)h->leap * (time_size + 4) + h->isstd + h->isut;
	return length > 0 && at + HEAD + length <= file.n ? length : 0;
}

static bool transitions_ok(const struct tzif *t) {
	for (uint32_t i = 0; i < t->transitions; i++)
		if (t->type_of[i] >= t->types || (i > 0 && be64(t->times + 8 * (size_t)i) <= be64(t->times + 8 * (size_t)(i - 1))))
			return false;
	return true;
}

static bool types_ok(const struct tzif *t, uint32_t chars) {
	for (uint32_t i = 0; i < t->types; i++) {
		const unsigned char *info = t->infos + (size_t)i * INFO;
		int32_t offset = (int32_t)be32(info);
		if (offset > MOST_OFFSET || offset < -MOST_OFFSET || info[5] >= chars || !memchr(t->names + info[5], '\0', chars - info[5]))
			return false;
	}
	return t->types > 0;
}

static bool footer_ok(str file, size_t at, struct tzif *t) {
	str rest = str_from(file, at);
	if (!take(&rest, '\n'))
		return false;
	ptrdiff_t end = str_chr(rest, '\n');
	t->has_footer = end > 0;
	return end >= 0 && (end == 0 || tz_posix_read(str_to(rest, (size_t)end), &t->footer));
}

enum st tzif_read(str file, struct tzif *out) {
	struct head h;
	uint64_t first = block(file, 0, 4, &h); /* the block for 32-bit times comes first, and is passed over */
	size_t at = first ? HEAD + (size_t)first : 0;
	uint64_t second = first ? block(file, at, 8, &h) : 0;
	if (!second || h.leap)
		return ST_MALFORMED;
	const unsigned char *p = (const unsigned char *)file.p + at + HEAD;
	struct tzif t = { .transitions = h.time, .types = h.type, .times = p };
	t.type_of = t.times + (size_t)h.time * 8;
	t.infos = t.type_of + h.time;
	t.names = (const char *)t.infos + (size_t)h.type * INFO;
	if (!transitions_ok(&t) || !types_ok(&t, h.chars) || !footer_ok(file, at + HEAD + (size_t)second, &t))
		return ST_MALFORMED;
	*out = t;
	return ST_OK;
}

static struct tz_span span_of_type(const struct tzif *t, unsigned type, int64_t from, int64_t to) {
	const unsigned char *info = t->infos + (size_t)type * INFO;
	return (struct tz_span){ from, to, (int32_t)be32(info), str_c(t->names + info[5]) };
}

struct tz_span tzif_span(const struct tzif *t, int64_t at) {
	uint32_t lo = 0, hi = t->transitions; /* lo: how many transitions are not after at */
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (be64(t->times + 8 * (size_t)mid) <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	int64_t from = lo ? be64(t->times + 8 * (size_t)(lo - 1)) : INT64_MIN;
	if (lo == t->transitions && t->has_footer)
		return span_of_footer(&t->footer, at, from);
	int64_t to = lo < t->transitions ? be64(t->times + 8 * (size_t)lo) : INT64_MAX;
	return span_of_type(t, lo ? t->type_of[lo - 1] : 0, from, to); /* before the first transition: type 0 */
}
