/* The time of day: 14:51, 2:51 pm, 오후 2시 51분, noon. */
#include "feature/timeline/when_read.h"
#include "feature/timeline/when_words.h"

enum { HOUR = 3600, DAY = 86400 };

/* The hour from midnight of a part of the day and an hour; -1 when they do not go together. The hours after midnight belong to the night before. */
static int hour_in_part(enum when_part part, int h) {
	switch (part) {
	case PART_AM:
	case PART_DAWN:
	case PART_MORNING:
		return h <= 12 ? h % 12 : -1;
	case PART_PM:
	case PART_AFTERNOON:
	case PART_EVENING:
		return h <= 12 ? h % 12 + 12 : h <= 23 ? h : -1;
	case PART_NOON:
		return h >= 10 && h <= 18 ? h : h >= 1 && h <= 6 ? h + 12 : -1;
	case PART_NIGHT:
		return h <= 5 ? h + 24 : h <= 11 ? h + 12 : h == 12 ? 24 : h >= 18 && h <= 24 ? h : -1;
	default:
		return h <= 24 ? h : -1;
	}
}

/* What a part of the day stands for when no hour is given. */
static int hour_of_part(enum when_part part) {
	static const int hours[] = { [PART_AM] = 9, [PART_PM] = 15, [PART_DAWN] = 3, [PART_MORNING] = 6, [PART_NOON] = 12, [PART_AFTERNOON] = 15, [PART_EVENING] = 20,
		[PART_NIGHT] = 22 };
	return hours[part];
}

static void add(struct tod_forms *forms, struct tod tod, size_t end, bool impossible) {
	if (forms->n == WHEN_FORMS)
		return;
	forms->tod[forms->n] = tod;
	forms->end[forms->n] = end;
	forms->impossible[forms->n++] = impossible;
}

/* "+09:00", "+0900", "-5" */
static bool offset_number(struct scan *in, int *seconds) {
	struct scan here = *in;
	int h, m = 0;
	bool minus = scan_char(&here, '-');
	if (!minus && !scan_char(&here, '+'))
		return false;
	if (scan_digits(&here, 4, 4, &h)) {
		m = h % 100;
		h /= 100;
	} else if (!scan_digits(&here, 1, 2, &h) || (scan_char(&here, ':') && !scan_digits(&here, 2, 2, &m))) {
		return false;
	}
	if (h > 14 || m > 59)
		return false;
	*seconds = (h * HOUR + m * 60) * (minus ? -1 : 1);
	*in = here;
	return true;
}

/* Abbreviations are upper case: "est" is also French. */
static bool zone_name(struct scan *in, int *minutes) {
	struct scan here = *in;
	scan_blanks(&here);
	size_t from = here.i;
	if (!scan_word(&here, word_zones, minutes))
		return false;
	for (size_t i = from; i < here.i; i++)
		if (here.s.p[i] >= 'a')
			return false;
	if (here.i == from + 1 && from > in->i)
		return false; /* Z stands close */
	*in = here;
	return true;
}

/* A bare "-10:00" is the end of a span, unless seconds or an ISO date make it an offset. */
static bool zone(struct scan *in, bool number_ok, int *seconds) {
	int minutes;
	if (zone_name(in, &minutes)) {
		*seconds = minutes * 60;
		if (minutes == 0)
			offset_number(in, seconds);
		return true;
	}
	struct scan here = *in;
	bool spaced = scan_blanks(&here);
	if (!number_ok || (spaced && scan_at(&here) == '-') || !offset_number(&here, seconds))
		return false;
	*in = here;
	return true;
}

/* What the clock shows, before it is known which half of the day is meant. */
struct face {
	int hour, minute, second, us;
	enum when_part part;
	bool twelve;       /* the clock may be one of twelve hours */
	bool number_ok;    /* "+09:00" may follow */
};

static void add_zoned(struct tod_forms *forms, struct tod tod, struct scan in, bool number_ok, bool impossible) {
	add(forms, tod, in.i, impossible);
	if (!zone(&in, number_ok, &tod.offset))
		return;
	tod.has_offset = true;
	add(forms, tod, in.i, impossible);
}

static void add_face(struct tod_forms *forms, const struct face *c, struct scan in) {
	int h = hour_in_part(c->part, c->hour), past = c->minute * 60 + c->second;
	bool impossible = h < 0 || c->minute > 59 || c->second > 59 || (h == 24 && c->part == PART_NONE && past);
	struct tod tod = { .n = 1, .seconds = { h * HOUR + past }, .us = c->us };
	if (c->twelve && c->part == PART_NONE && c->hour >= 1 && c->hour <= 12)
		tod = (struct tod){ .n = 2, .seconds = { c->hour % 12 * HOUR + past, c->hour % 12 * HOUR + past + DAY / 2 }, .us = c->us };
	add_zoned(forms, tod, in, c->number_ok, impossible);
}

/* With "pm" behind it. The "1am" of last night is after midnight. */
static void add_half(struct tod_forms *forms, struct face c, struct scan in) {
	int half;
	scan_blanks(&in);
	if (!scan_word(&in, word_halves, &half))
		return;
	bool small_hours = c.part == PART_NIGHT && half == PART_AM && c.hour % 12 < 6;
	c.part = small_hours ? PART_NIGHT : (enum when_part)half;
	add_face(forms, &c, in);
}

static void colon_forms(struct tod_forms *forms, struct scan in, struct face c, bool one_digit) {
	if (!scan_char(&in, ':') || !scan_digits(&in, 2, 2, &c.minute))
		return;
	c.twelve = one_digit;
	struct scan seconds = in;
	if (scan_char(&seconds, ':') && scan_digits(&seconds, 2, 2, &c.second)) {
		scan_fraction(&seconds, &c.us);
		c.number_ok = true;
		in = seconds;
	}
	add_face(forms, &c, in);
	add_half(forms, c, in);
}

static bool korean_number(struct scan *in, const char *unit, int *value) {
	struct scan here = *in;
	scan_blanks(&here);
	if (!scan_digits(&here, 1, 2, value) && !scan_sino(&here, value))
		return false;
	scan_blanks(&here);
	if (!scan_literal(&here, unit))
		return false;
	*in = here;
	return true;
}

/* "3시", "3시 반", "3시 51분 20초", "14시 정각" */
static void korean_forms(struct tod_forms *forms, struct scan in, struct face c) {
	scan_blanks(&in);
	if (!scan_literal(&in, "시"))
		return;
	add_face(forms, &c, in);
	struct scan sharp = in;
	scan_blanks(&sharp);
	if (scan_literal(&sharp, "정각"))
		add_face(forms, &c, sharp);
	if (scan_literal(&sharp, "반")) {
		c.minute = 30;
		add_face(forms, &c, sharp);
	} else if (korean_number(&in, "분", &c.minute)) {
		add_face(forms, &c, in);
		if (korean_number(&in, "초", &c.second))
			add_face(forms, &c, in);
	}
}

/* "2pm", "3 o'clock"; behind "this morning at" the bare 9. */
static void hour_forms(struct tod_forms *forms, struct scan in, struct face c, bool bare_ok) {
	if (bare_ok)
		add_face(forms, &c, in);
	add_half(forms, c, in);
	scan_blanks(&in);
	c.twelve = true;
	if (!scan_literal(&in, "o'clock") && !scan_literal(&in, "o’clock"))
		return;
	add_face(forms, &c, in);
	add_half(forms, c, in);
}

static void number_forms(struct tod_forms *forms, struct scan in, struct face c, bool bare_ok) {
	size_t from = in.i;
	if (scan_digits(&in, 1, 2, &c.hour)) {
		colon_forms(forms, in, c, in.i == from + 1);
		hour_forms(forms, in, c, bare_ok);
		c.twelve = in.s.p[from] != '0';
		korean_forms(forms, in, c);
	} else if (scan_word(&in, word_native, &c.hour)) {
		c.twelve = true;
		korean_forms(forms, in, c);
	}
}

void when_tod_forms(struct scan in, bool after_day, bool iso, struct tod_forms *forms) {
	int hour, part, lead;
	struct scan here = in;
	number_forms(forms, in, (struct face){ .number_ok = iso }, false);
	if (scan_word(&here, word_clock, &hour)) {
		struct tod tod = { .n = hour == 24 ? 2 : 1, .seconds = { hour % 24 * HOUR, DAY } };
		add_zoned(forms, tod, here, false, false);
	}
	if (!scan_word(&in, word_parts, &part))
		return;
	bool bare_ok = false;
	if (after_day)
		add(forms, (struct tod){ .n = 1, .seconds = { hour_of_part((enum when_part)part) * HOUR }, .part = true }, in.i, false);
	scan_blanks(&in);
	if (scan_word(&in, word_leads, &lead)) {
		bare_ok = after_day;
		scan_blanks(&in);
	}
	number_forms(forms, in, (struct face){ .part = (enum when_part)part, .number_ok = iso }, bare_ok);
}
