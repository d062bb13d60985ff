/* Once a week for everybody who wants it; after a time in which nothing ran, once, not once for each week of it. */
#include "base/clock.h"
#include "core/job.h"
#include "feature/weekly/weekly_parts.h"

enum { WEEK = 7 };

int64_t weekly_slot(const struct zone *zone, int64_t now, int64_t weekday, int64_t hour) {
	struct civil local = zone_civil(zone, now);
	int64_t day = civil_days(local.year, local.month, local.day), today = (day + 3) % WEEK + 1; /* the first day of 1970 was a Thursday */
	int64_t back = (today - weekday + WEEK) % WEEK;
	return day - (back == 0 && local.hour < hour ? WEEK : back);
}

static enum st queue_one(struct ctx *c, const struct delivery_person *to, const struct ref *team) {
	const struct actor *before = c->who;
	struct delivery_in in = { .kind = "weekly", .to = to, .noun = "",
		.thread = team->id ? arena_printf(c->a, "weekly-team-%lld", (long long)team->id) : STR("weekly") };
	c->who = &to->actor;
	enum st st = weekly_write(c, to, team, &in.subject, &in.head);
	c->who = before;
	if (st == ST_OK)
		st = delivery_queue(c, &in, NULL);
	return st == ST_END ? ST_OK : st;
}

static enum st make_for(struct ctx *c, const struct weekly *w, const struct delivery_person *to) {
	struct list teams = { 0 };
	enum st st = w->teams ? weekly_store_teams(c, to->id, &teams) : ST_OK;
	for (size_t i = 0; st == ST_OK && i < teams.n; i++)
		st = queue_one(c, to, (const struct ref *)teams.items + i);
	return st == ST_OK && w->organisation ? queue_one(c, to, &(struct ref){ 0 }) : st;
}

static enum st look_at(struct ctx *c, const struct weekly *w) {
	struct delivery_person to;
	enum st st = delivery_person(c, w->person, &to);
	if (st == ST_NOT_FOUND) {
		c->err = (struct err){ 0 };
		return weekly_store_sent(c, w->person, c->now / US_PER_DAY); /* has left */
	}
	int64_t slot = st == ST_OK ? weekly_slot(to.zone, c->now, w->weekday, w->hour) : 0;
	if (st != ST_OK || slot <= w->sent_on)
		return st;
	st = make_for(c, w, &to);
	if (st == ST_OK)
		st = weekly_store_sent(c, w->person, slot);
	return st == ST_OK ? event_emitf(c, "weekly.made", "person", w->person, 0, arena_printf(c->a, "person:%lld", (long long)w->person), "{\"day\":%lld}", (long long)slot) : st;
}

enum st weekly_make(struct ctx *c) {
	struct list due = { 0 };
	enum st st = weekly_store_due(c, c->now / US_PER_DAY + 1 - WEEK, &due);
	for (size_t i = 0; st == ST_OK && i < due.n; i++)
		st = look_at(c, (const struct weekly *)due.items + i);
	return st;
}
JOB_EVERY(weekly, weekly_make, 120);
