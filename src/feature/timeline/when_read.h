/* The grammar of natural time: which bytes are a time, and what they say; when.c makes the instant of it. The words are in when_words.h.
 *
 * Every form that fits is offered, at every byte where it could end; the longest one that ends where a time may end wins. So "3시 반" beats "3시", and the "5시" of
 * "5시간" is none. */
#ifndef TIMELINE_WHEN_READ_H
#define TIMELINE_WHEN_READ_H

#include "feature/timeline/when_scan.h"

enum day_kind {
	DAY_NONE,
	DAY_BACK,     /* n days before today */
	DAY_WEEKDAY,  /* n: 0 = Sunday; week says which */
	DAY_DATE,     /* year 0: the nearest past one */
	DAY_OF_MONTH, /* the nearest past n-th */
};

enum day_week { WEEK_NEAREST, WEEK_BEFORE_TODAY, WEEK_THIS, WEEK_LAST };

/* Where a day may stand without a time of day: "May 5 nodes down" and "3/4 pods" are no dates. */
enum day_alone { ALONE_ANYWHERE, ALONE_SET_OFF, ALONE_WHOLE_TEXT, ALONE_NEVER };

struct day {
	enum day_kind kind;
	int n, year, month, day;
	enum day_week week;
	enum day_alone alone;
	bool iso;       /* 2026-11-22: a 'T' may follow */
	bool swappable; /* 11/12: day and month could be meant the other way round */
};

/* Seconds after the midnight that begins the day; more than a day's for "밤 1시". Two when it is not said which half of the day is meant; n == 0: no time of day. */
struct tod {
	int n;
	int seconds[2];
	int us;
	bool part;      /* "evening" alone */
	bool has_offset;
	int offset;     /* seconds east, when the text names a zone */
};

struct reading {
	size_t from, to;
	bool ago;       /* the three below say how long; else day and tod */
	int64_t ago_seconds;
	int ago_days, ago_months;
	struct day day;
	struct tod tod;
	bool approximate;
	bool impossible; /* looks like a time, but there is none: 25:10 */
};

/* The longest time that begins at byte i. to_end: it must reach the end of the text, but for closing punctuation. */
bool when_read(str s, size_t i, bool to_end, struct reading *out);

/* The parts of the grammar: all forms that begin at one place. */
enum { WHEN_FORMS = 24 };

struct tod_forms {
	int n;
	struct tod tod[WHEN_FORMS];
	size_t end[WHEN_FORMS];
	bool impossible[WHEN_FORMS];
};

struct day_forms {
	int n;
	struct day day[WHEN_FORMS];
	size_t end[WHEN_FORMS];
};

/* after_day: a part of the day counts too ("어제 저녁"). iso: behind 2026-11-22, where an offset may follow. */
void when_tod_forms(struct scan in, bool after_day, bool iso, struct tod_forms *forms);
void when_day_forms(struct scan in, struct day_forms *forms);

#endif
