/* Private to the room. */
#ifndef FEATURE_WEEKLY_WEEKLY_PARTS_H
#define FEATURE_WEEKLY_WEEKLY_PARTS_H

#include "core/shape.h"
#include "feature/delivery/delivery.h"
#include "feature/weekly/weekly.h"

struct weekly {
	bool teams, organisation;
	int64_t weekday, hour; /* 1 is Monday */
	bool mail;             /* can mail reach them? */
	/* not in the JSON */
	int64_t person, sent_on;
};

/* Pure: the last day, since 1970, on which it was that weekday and past that hour. */
int64_t weekly_slot(const struct zone *zone, int64_t now, int64_t weekday, int64_t hour);

/* ---- weekly_write.c ---- */

/* About a team, or, with id 0, the organisation; as far as c->who may see. ST_END: there is nothing to say. */
MUST_CHECK enum st weekly_write(struct ctx *c, const struct delivery_person *to, const struct ref *team, str *subject, str *markdown);

/* ---- weekly_jobs.c ---- */

MUST_CHECK enum st weekly_make(struct ctx *c);

/* ---- weekly_store.c ---- */

enum { WEEKLY_AGES = 4, WEEKLY_PRIORITIES = 4, WEEKLY_ROWS = 30 };
struct weekly_item {
	int64_t id;
	str title, owner; /* owner: or the team */
	int64_t day;      /* due, or when to look; I64_NONE: none */
	str evidence;
};
enum weekly_list { WEEKLY_CLOSED, WEEKLY_OVERDUE, WEEKLY_HELD, WEEKLY_LISTS };
struct weekly_report {
	int64_t open[WEEKLY_AGES][WEEKLY_PRIORITIES];
	int64_t total, count[WEEKLY_LISTS];
	struct list items[WEEKLY_LISTS]; /* of struct weekly_item, at most WEEKLY_ROWS */
};
/* today: of the reader. */
MUST_CHECK enum st weekly_store_report(struct ctx *c, int64_t team, int64_t today, struct weekly_report *out);
MUST_CHECK enum st weekly_store_get(struct ctx *c, int64_t person, struct weekly *out); /* never chosen: neither, Monday at nine */
MUST_CHECK enum st weekly_store_set(struct ctx *c, const struct weekly *w);
MUST_CHECK enum st weekly_store_sent(struct ctx *c, int64_t person, int64_t day);
/* Those whose last one was made for that day or before; of struct weekly. */
MUST_CHECK enum st weekly_store_due(struct ctx *c, int64_t by, struct list *out);
MUST_CHECK enum st weekly_store_teams(struct ctx *c, int64_t person, struct list *out); /* of struct ref */

#endif
