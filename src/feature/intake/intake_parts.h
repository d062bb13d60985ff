/* How a text is read: parts (text/markdown_parts.h) become units, units get a topic from the headings and labels above them, and each lifter takes those of its topics.
 * Private to the room. */
#ifndef FEATURE_INTAKE_INTAKE_PARTS_H
#define FEATURE_INTAKE_INTAKE_PARTS_H

#include "feature/intake/intake.h"
#include "feature/intake/intake_words.h"
#include "feature/timeline/timeline.h"

struct civil_day {
	int year, month, day; /* 0: not known */
};

enum unit_kind { UNIT_HEADING, UNIT_TEXT, UNIT_ITEM, UNIT_ROW };
enum { BARE_LEVEL = 7 }; /* of a heading that only its words or a bold line make */

struct unit_link {
	str url, text;
};
/* One thing a reader would see as one: a heading, a paragraph or a labelled line of it, an item, a row. */
struct unit {
	enum unit_kind kind;
	int level, depth, check;
	bool item_begins; /* false: goes on with the item above it */
	str text;         /* without label */
	str label;        /* "Impact" of "**Impact**: all users"; empty: none */
	bool label_bold;
	enum topic named; /* what heading or label speak of */
	struct unit_link *links;
	size_t link_count, link_room;
	const str *cells;
	size_t cell_count;
	bool header;
	bool figure; /* a time or a span by its name, in a table whose columns have none */
	bool quoted;
	size_t line;
	/* by its place */
	bool lent; /* an action item by its looks, under a heading of something else */
	enum topic topic;
	str group; /* heading between it and the one that gives the topic */
	const struct unit *group_unit;
	size_t section; /* number of the heading or label that gives the topic */
};

/* What a head of the text (between --- or +++) says. */
struct front {
	str title, date, status, severity, began, ended, summary;
	struct lifted_list authors, labels;
	size_t lines; /* it takes */
};

struct reader {
	struct arena *a;
	enum lang lang; /* of notes */
	str file, text; /* text: behind the head */
	bool korean;
	struct front front;
	struct civil_day base; /* on which everything happened, the text says; 0: it does not */
	struct unit *units;
	size_t n, room;
	struct lifted *out;
};

/* intake_front.c. Returns the text behind the head. */
str front_read(struct arena *a, str text, struct front *out);
/* intake_units.c */
MUST_CHECK enum st units_read(struct reader *r);
/* intake_place.c: topics */
void units_place(struct reader *r);
/* intake_head.c: title, date, authors, status, severity */
void lift_head(struct reader *r);
void lift_date(struct reader *r); /* once there are events */
/* intake_timeline.c, intake_actions.c, intake_sections.c */
void lift_timeline(struct reader *r);
void lift_actions(struct reader *r);
void lift_sections(struct reader *r);

/* Names divided by commas, "and", lines. */
void add_names(struct reader *r, struct lifted_list *l, str s);

/* ---- shared ---- */
/* The day that titles, labels and heads name; 0 where they do not. */
struct civil_day head_day(struct reader *r);
/* The same, else the first whole date anywhere in the text. */
struct civil_day any_day(struct reader *r);
bool day_in(str text, struct civil_day *out); /* the first whole date in it */
/* The offset of a zone by its name on that day; summer time is told apart where the name leaves it open (CET). */
bool zone_offset_on(str name, int fixed, const struct civil_day *day, int seconds, int *offset);

void list_add(struct arena *a, struct lifted_list *l, str item);
void note_add(struct reader *r, size_t line, const char *fmt, ...) PRINTF_LIKE(3, 4);
void *more_room(struct arena *a, void *items, size_t n, size_t *room, size_t item);
str collapse(struct arena *a, str s); /* blanks and line ends as single blanks, trimmed */
str without_signs(str s);             /* pictures, numbers and marks in front; blanks around */
void add_line(struct buf *b, str s);  /* on a line of its own */

#endif
