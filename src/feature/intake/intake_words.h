/* The words of postmortems in both languages: what sections, labels, columns and groups are called. A new word is one new row. Private to the room. */
#ifndef FEATURE_INTAKE_INTAKE_WORDS_H
#define FEATURE_INTAKE_INTAKE_WORDS_H

#include "base/arena.h"
#include "base/str.h"

enum topic {
	TOPIC_NONE,
	TOPIC_SUMMARY,
	TOPIC_IMPACT,
	TOPIC_CAUSES,
	TOPIC_FACTORS,
	TOPIC_TRIGGER,
	TOPIC_DETECTION,
	TOPIC_RESOLUTION,
	TOPIC_TIMELINE,
	TOPIC_ACTIONS,  /* what will be done */
	TOPIC_MEASURES, /* the same, less surely: what else was thought of or done against it */
	TOPIC_WELL,
	TOPIC_WRONG,
	TOPIC_LUCKY,
	TOPIC_LESSONS,
	TOPIC_STATS,
	TOPIC_ATTENDEES,
	TOPIC_STORY, /* may hold times, but is no timeline by name */
	TOPIC_REST,  /* known to be none of these */
	TOPIC_DATE,
	TOPIC_AUTHORS,
	TOPIC_STATUS,
	TOPIC_SEVERITY,
	TOPIC_DURATION,
	TOPIC_ZONE,
	TOPIC_TITLE,
	TOPIC_BEGAN,
	TOPIC_ENDED,
};

/* What a heading or label speaks of. Numbers, signs and brackets around its words do not count. */
enum topic topic_of(struct arena *a, str words);
/* The same for a line that nothing but its words sets off: only whole, unmistakable names. */
enum topic topic_of_bare(struct arena *a, str words);
/* A name like “조치”, which heads what was done in one text and what is still to be done in another. */
bool may_head_actions(struct arena *a, str words);
/* Stands for a title in a template: "ISSUE NAME", "제목". */
bool is_placeholder(struct arena *a, str words);

enum column {
	COLUMN_OTHER,
	COLUMN_TEXT,
	COLUMN_TYPE,
	COLUMN_OWNER,
	COLUMN_TICKET,
	COLUMN_STATUS,
	COLUMN_DUE,
	COLUMN_PRIORITY,
	COLUMN_TIME,
	COLUMN_NUMBER
};
enum column column_of(struct arena *a, str words);
/* Is this cell the name of a column in a table of action items? */
const char *action_type_of(struct arena *a, str text);
/* "done", "open", "in progress" from what a cell or the end of a text says; NULL: it says nothing. */
const char *action_status_of(struct arena *a, str words);

/* How bad an incident was by the words of a text, as enum severity; -1: they leave a doubt. */
int severity_in_words(struct arena *a, str words);

/* Folded, without numbers, signs and brackets around; single blanks. */
str plain_words(struct arena *a, str s);

#endif
