#include "feature/timeline/when_read.h"

#include "feature/timeline/when_words.h"

/* The longest offer so far. */
struct search {
	str s;
	size_t begin;
	bool to_end, found;
	struct reading best;
};

static bool one_of(char c, const char *set) {
	return c && strchr(set, c);
}

static bool dash(str s) {
	return str_starts(s, STR("–")) || str_starts(s, STR("—"));
}

/* A time may end here: "14:51 x", "14:51, x", "14:51: x", but not "14:51-15:20" or "10.0.0.1". */
static bool boundary(str s, size_t i) {
	str rest = str_from(s, i);
	if (rest.n == 0 || one_of(rest.p[0], " \t\r\n,;|)]!"))
		return true;
	if (one_of(rest.p[0], ":.?-"))
		return rest.n == 1 ? rest.p[0] != '-' : one_of(rest.p[1], " \t\r\n");
	return (dash(rest) && !(rest.n > 3 && rest.p[3] >= '0' && rest.p[3] <= '9')) || str_starts(rest, STR("…"));
}

static bool reaches_end(str s, size_t i) {
	while (i < s.n && one_of(s.p[i], " \t\r\n.!?)],"))
		i++;
	return i == s.n;
}

static bool refused_behind(str s, size_t i) {
	struct scan in = { s, i };
	int unused;
	scan_blanks(&in);
	struct scan day = in;
	bool to_come = (scan_word(&day, word_leads, &unused), scan_blanks(&day), scan_word(&day, word_to_come, &unused)) && reaches_end(s, day.i);
	return to_come || (scan_word(&in, word_refused_behind, &unused) && boundary(s, in.i));
}

/* "Mon: deployed", "Nov 22 - deployed" */
static bool set_off(str s, size_t i) {
	struct scan in = { s, i };
	scan_blanks(&in);
	return one_of(scan_at(&in), ":,;|-") || dash(str_from(s, in.i));
}

static bool alone_ok(const struct search *f, const struct reading *r, size_t end) {
	if (r->ago || r->tod.n || r->day.alone == ALONE_ANYWHERE)
		return true;
	bool whole = reaches_end(f->s, end) && f->begin <= 1; /* 1: behind a bracket */
	return r->day.alone != ALONE_NEVER && (whole || (r->day.alone == ALONE_SET_OFF && set_off(f->s, end)));
}

static void offer_one(struct search *f, const struct reading *r, size_t end, bool about) {
	bool fits = f->to_end ? reaches_end(f->s, end) : boundary(f->s, end) && !refused_behind(f->s, end);
	if (!fits || !alone_ok(f, r, end) || (f->found && end <= f->best.to))
		return;
	f->best = *r;
	f->best.to = end;
	f->best.approximate |= about;
	f->found = true;
}

static void offer_with_particle(struct search *f, const struct reading *r, size_t end, bool about) {
	struct scan in = { f->s, end };
	int unused;
	offer_one(f, r, end, about);
	if (scan_word(&in, word_particles, &unused))
		offer_one(f, r, in.i, about);
}

/* A word of vagueness and a particle may belong to it: "2시 쯤에". */
static void offer(struct search *f, const struct reading *r, size_t end) {
	struct scan in = { f->s, end };
	int unused;
	offer_with_particle(f, r, end, false);
	scan_blanks(&in);
	if (scan_word(&in, word_about_behind, &unused))
		offer_with_particle(f, r, in.i, true);
}

/* Day and time of day. */

/* What stands between them: ", ", " at ", " about ", " on ", "T". Hangul needs no blank: "어제밤", "11월 22일14:51". leads: a bit for each kind of word. */
static bool joint(struct scan *in, bool iso, unsigned *leads) {
	int lead;
	*leads = 0;
	if (iso && (scan_char(in, 'T') || scan_char(in, 't')))
		return true;
	bool joined = in->i > 0 && (unsigned char)in->s.p[in->i - 1] >= 0x80;
	joined |= scan_char(in, ',');
	joined |= scan_blanks(in);
	while (scan_word(in, word_leads, &lead)) {
		*leads |= 1u << lead;
		scan_blanks(in);
	}
	return joined;
}

static void day_then_time(struct search *f, struct reading r, size_t end) {
	struct scan in = { f->s, end };
	struct tod_forms forms = { 0 };
	unsigned leads;
	if (!joint(&in, r.day.iso, &leads))
		return;
	r.approximate |= (leads & 1u << LEAD_ABOUT) != 0;
	when_tod_forms(in, true, r.day.iso, &forms);
	for (int i = 0; i < forms.n; i++) {
		struct reading whole = r;
		whole.tod = forms.tod[i];
		whole.impossible = forms.impossible[i];
		whole.approximate |= whole.tod.part;
		offer(f, &whole, forms.end[i]);
	}
}

static void offer_days(struct search *f, struct reading r, struct scan in, bool on) {
	struct day_forms forms = { 0 };
	when_day_forms(in, &forms);
	for (int i = 0; i < forms.n; i++) {
		r.day = forms.day[i];
		if (on && r.day.alone == ALONE_SET_OFF)
			r.day.alone = ALONE_ANYWHERE;
		offer(f, &r, forms.end[i]);
		day_then_time(f, r, forms.end[i]);
	}
}

/* "1am last night" is after midnight; "11pm last night" is before. */
static bool part_behind(struct reading *r, struct scan *in) {
	int part;
	scan_blanks(in);
	if (!scan_word(in, word_parts, &part))
		return false;
	for (int i = 0; i < r->tod.n && part == PART_NIGHT; i++)
		r->tod.seconds[i] += r->tod.seconds[i] < 6 * 3600 ? 86400 : 0;
	return true;
}

/* "14:51 yesterday", "14:51 on Friday". Without "on" other days only count at the very end: "14:51 friday deploy rolled back" and "14:51 어제 배포한 것을 롤백" speak of
 * another day. */
static void time_then_day(struct search *f, struct reading r, size_t end) {
	struct scan in = { f->s, end };
	struct day_forms forms = { 0 };
	unsigned leads;
	if (!joint(&in, false, &leads))
		return;
	when_day_forms(in, &forms);
	for (int i = 0; i < forms.n; i++) {
		struct reading whole = r;
		struct scan behind = { f->s, forms.end[i] };
		whole.day = forms.day[i];
		bool english_word = whole.day.kind == DAY_BACK && (unsigned char)scan_at(&in) < 0x80;
		if (whole.day.alone == ALONE_NEVER && !part_behind(&whole, &behind))
			continue;
		if (reaches_end(f->s, behind.i) || english_word || leads & 1u << LEAD_ON)
			offer(f, &whole, behind.i);
	}
}

static void offer_times(struct search *f, struct reading r, struct scan in) {
	struct tod_forms forms = { 0 };
	when_tod_forms(in, false, false, &forms);
	for (int i = 0; i < forms.n; i++) {
		r.tod = forms.tod[i];
		r.impossible = forms.impossible[i];
		offer(f, &r, forms.end[i]);
		time_then_day(f, r, forms.end[i]);
	}
}

/* So long ago. */

/* "10", "1.5" (in thousandths), "an", "몇", "십" */
static bool amount(struct scan *in, int *thousandths, bool *about) {
	int v, us = 0;
	if (scan_digits(in, 1, 5, &v)) {
		scan_fraction(in, &us);
		*thousandths = v * 1000 + us / 1000;
		return true;
	}
	if (scan_word(in, word_few, thousandths))
		return *about = true;
	if (scan_word(in, word_amounts, thousandths))
		return true;
	*thousandths = 0;
	if (!scan_word(in, word_native, &v) && !scan_sino(in, &v))
		return false;
	*thousandths = v * 1000;
	return true;
}

static bool add_span(struct reading *r, int64_t thousandths, int unit) {
	int64_t days = thousandths * unit / UNIT_DAY;
	if (unit < 0)
		r->ago_months += (int)(thousandths / 1000) * -unit;
	else if (unit >= UNIT_DAY && days % 1000 == 0)
		r->ago_days += (int)(days / 1000);
	else
		r->ago_seconds += thousandths * unit / 1000;
	return unit > 0 || thousandths % 1000 == 0;
}

/* "10 min", "한 시간", "이틀", "1시간 반", "an hour and a half" */
static bool span(struct scan *in, struct reading *r) {
	struct scan here = *in;
	int thousandths, unit = UNIT_DAY, days, unused;
	bool named = scan_word(&here, word_day_counts, &days);
	if (!named && (!amount(&here, &thousandths, &r->approximate) || (scan_blanks(&here), !scan_word(&here, word_units, &unit))))
		return false;
	if (!add_span(r, named ? days * 1000 : thousandths, unit))
		return false;
	*in = here;
	scan_blanks(&here);
	if (unit > 0 && (scan_literal(&here, "and a half") || scan_literal(&here, "반"))) {
		add_span(r, 500, unit);
		*in = here;
		scan_blanks(&here);
	}
	if (scan_word(&here, word_about_behind, &unused)) {
		r->approximate = true;
		*in = here;
	}
	return true;
}

static bool spans(struct scan *in, struct reading *r) {
	struct scan here = *in;
	for (int n = 0;; n++) {
		struct reading more = *r;
		if (n == 8 || !span(&here, &more))
			return n > 0;
		*r = more;
		*in = here;
		scan_char(&here, ',');
		scan_blanks(&here);
		if (scan_literal(&here, "and"))
			scan_blanks(&here);
	}
}

/* Behind days a time of day may follow: "이틀 전 오후 3시". */
static void offer_ago(struct search *f, struct reading r, struct scan in) {
	if (!spans(&in, &r))
		return;
	scan_blanks(&in);
	if (!scan_literal(&in, "ago") && !scan_literal(&in, "전"))
		return;
	r.ago = true;
	offer(f, &r, in.i);
	if (r.ago_seconds || r.ago_months)
		return;
	r.ago = false;
	r.day = (struct day){ .kind = DAY_BACK, .n = r.ago_days };
	day_then_time(f, r, in.i);
}

/* "now", "지금", "now-1h30m" */
static void offer_now(struct search *f, struct reading r, struct scan in) {
	int about, v, unit;
	struct scan here = in;
	struct reading now = r;
	now.ago = r.ago = true;
	if (scan_word(&in, word_now, &about)) {
		now.approximate |= about;
		offer(f, &now, in.i);
	}
	if (!scan_literal(&here, "now"))
		return;
	scan_blanks(&here);
	if (!scan_char(&here, '-'))
		return;
	scan_blanks(&here);
	for (int n = 0; n < 8 && scan_digits(&here, 1, 5, &v) && scan_word(&here, word_grafana_units, &unit); n++) {
		add_span(&r, v * 1000, unit);
		offer(f, &r, here.i);
	}
}

bool when_read(str s, size_t i, bool to_end, struct reading *out) {
	struct search f = { .s = s, .begin = i, .to_end = to_end };
	struct reading r = { .from = i };
	struct scan in = { s, i };
	bool on = false;
	int lead;
	for (int leads = 0; leads < 4; leads++) {
		offer_now(&f, r, in);
		offer_ago(&f, r, in);
		offer_days(&f, r, in, on);
		offer_times(&f, r, in);
		if (!scan_word(&in, word_leads, &lead))
			break;
		scan_blanks(&in);
		on |= lead == LEAD_ON;
		r.approximate |= lead == LEAD_ABOUT;
	}
	*out = f.best;
	return f.found;
}
