/* Reminders of what is due: one way of climbing, and a table of ladders. A rung is told once; when several were reached at once, as after a week in which nothing ran, only the
 * highest. Another due date begins the ladder anew, and what is closed or published has none. */
#include "base/clock.h"
#include "core/job.h"
#include "feature/notice/notice_parts.h"
#include "feature/org/org.h"

static const struct rung document_rungs[] = { { -1, TO_OWNER }, { 1, TO_OWNER }, { 3, TO_OWNER | TO_LEADS }, { 7, TO_OWNER | TO_LEADS | TO_EDITORS },
	{ 14, TO_OWNER | TO_LEADS | TO_EDITORS } };
static const struct rung action_rungs[] = { { -3, TO_OWNER }, { 0, TO_OWNER }, { 3, TO_OWNER }, { 7, TO_OWNER | TO_LEADS } };
static const struct rung tbd_rungs[] = { { -1, TO_OWNER }, { 0, TO_OWNER }, { 1, TO_OWNER }, { 3, TO_OWNER }, { 7, TO_OWNER }, { 14, TO_OWNER }, { 28, TO_OWNER } };
enum { MOST_LEAD = 3, A_WEEK = 7 }; /* MOST_LEAD: days before the due date that a ladder begins */

#define RUNGS(table) (table), sizeof(table) / sizeof *(table)
const struct ladder notice_ladders[NOTICE_LADDERS] = {
	{ "document", RUNGS(document_rungs), 0, NOTICE_DUE, N_("{ref} is to be published tomorrow"), N_("{ref} is to be published today"),
		N_("{ref} was to be published by now"), N_("{ref}, about a service that you answer for, was to be published by now") },
	{ "action", RUNGS(action_rungs), A_WEEK, NOTICE_DUE, N_("{ref} is due in a few days"), N_("{ref} is due today"), N_("{ref} is overdue"),
		N_("{ref}, which a team or service of yours answers for, is overdue") },
	{ "tbd", RUNGS(tbd_rungs), 0, NOTICE_TBD, N_("What you are to find out for {ref} is due tomorrow"), N_("What you are to find out for {ref} is due today"),
		N_("What you are to find out for {ref} is overdue"), NULL },
};

int64_t ladder_days(const struct ladder *l, int64_t rung) {
	if (rung < l->n)
		return l->rungs[rung].days;
	return l->every ? l->rungs[l->n - 1].days + (rung - l->n + 1) * l->every : I64_NONE;
}

int64_t ladder_reached(const struct ladder *l, int64_t late) {
	int64_t rung = -1, beyond = late - l->rungs[l->n - 1].days;
	if (beyond >= 0 && l->every)
		return l->n - 1 + beyond / l->every;
	while (rung + 1 < l->n && late >= l->rungs[rung + 1].days)
		rung++;
	return rung;
}

int64_t notice_day(const struct zone *zone, int64_t at, int *hour) {
	struct civil c = zone_civil(zone, at);
	*hour = c.hour;
	return civil_days(c.year, c.month, c.day);
}

/* ---- to whom ---- */

static enum st add_all(struct notice_draft *d, const struct db_result *r, int64_t but) {
	for (size_t i = 0; i < r->rows; i++)
		if (db_i64(r, i, 0) != but)
			notice_to(d, db_i64(r, i, 0));
	return ST_OK;
}

static enum st add_others(struct ctx *c, const struct ladder *l, const struct dated *x, int to, struct notice_draft *d) {
	struct db_result r = { 0 };
	enum st st = to & TO_LEADS ? ladder_store_leads(c, l->noun, x->id, &r) : ST_OK;
	if (st == ST_OK)
		st = add_all(d, &r, x->owner);
	if (st != ST_OK || !(to & TO_EDITORS))
		return st;
	st = ladder_store_editors(c, &r);
	return st == ST_OK ? add_all(d, &r, x->owner) : st;
}

/* What nobody in person sees to, goes to the next whom the ladder names at all. */
static enum st find_others(struct ctx *c, const struct ladder *l, const struct dated *x, int to, struct notice_draft *d) {
	int all = 0;
	for (int64_t i = 0; i < l->n; i++)
		all |= l->rungs[i].to;
	enum st st = add_others(c, l, x, to, d);
	for (int next = TO_LEADS; st == ST_OK && next <= TO_EDITORS && !x->owner && !d->n; next *= 2)
		if (all & next)
			st = add_others(c, l, x, next, d);
	return st;
}

/* ---- telling ---- */

static str quote_of(struct ctx *c, const struct dated *x) {
	struct civil day = civil_from_us(x->due * US_PER_DAY);
	return x->quote.n ? x->quote
					  : arena_printf(c->a, "%04d-%02d-%02d%s%.*s", day.year, day.month, day.day, x->owner_name.n ? " · " : "", STR_FMT(x->owner_name));
}

static enum st tell_rung(struct ctx *c, const struct ladder *l, const struct dated *x, int64_t rung, int64_t late) {
	int to = l->rungs[rung < l->n ? rung : l->n - 1].to;
	struct notice_draft *own = arena_new_of(c->a, struct notice_draft), *others = arena_new_of(c->a, struct notice_draft);
	*own = (struct notice_draft){ .kind = l->kind, .phrase = late < 0 ? l->soon : late == 0 ? l->today : l->over, .quote = quote_of(c, x) };
	own->once = arena_printf(c->a, "due %s %lld %lld %lld", l->noun, (long long)x->id, (long long)x->due, (long long)rung);
	enum st st = draft_about(c, own, x->document ? "document" : l->noun, x->document ? x->document : x->id);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	*others = *own;
	others->kind = NOTICE_LATE;
	others->phrase = late > 0 ? l->others : own->phrase;
	notice_to(own, to & TO_OWNER ? x->owner : 0);
	if (st == ST_OK)
		st = find_others(c, l, x, to, others);
	if (st == ST_OK)
		st = notice_make(c, own);
	return st == ST_OK ? notice_make(c, others) : st;
}

/* By the clock of whoever sees to it; when that is nobody, or somebody who has left, by the organisation's. */
static enum st zone_of(struct ctx *c, struct dated *x, const struct zone **zone) {
	struct delivery_person owner;
	enum st st = x->owner ? delivery_person(c, x->owner, &owner) : ST_NOT_FOUND;
	if (st == ST_OK)
		*zone = owner.zone;
	if (st != ST_NOT_FOUND)
		return st;
	c->err = (struct err){ 0 };
	x->owner = 0;
	return org_zone(c, zone);
}

static enum st climb_one(struct ctx *c, const struct ladder *l, struct dated *x) {
	const struct zone *zone;
	int hour = 0;
	enum st st = zone_of(c, x, &zone);
	if (st != ST_OK)
		return st;
	int64_t late = notice_day(zone, c->now, &hour) - x->due, rung = ladder_reached(l, late), next = ladder_days(l, rung + 1);
	if (rung <= x->rung || hour < NOTICE_MORNING)
		return ST_OK;
	st = tell_rung(c, l, x, rung, late);
	return st == ST_OK ? ladder_store_told(c, l->noun, x, rung, next == I64_NONE ? I64_NONE : x->due + next) : st;
}

enum st notice_climb(struct ctx *c) {
	int64_t tomorrow = c->now / US_PER_DAY + 1; /* somewhere it is later than here */
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < NOTICE_LADDERS; i++) {
		struct dated *all;
		size_t n = 0;
		st = ladder_store_due(c, notice_ladders[i].noun, tomorrow + MOST_LEAD, tomorrow, &all, &n);
		for (size_t k = 0; st == ST_OK && k < n; k++)
			st = climb_one(c, &notice_ladders[i], &all[k]);
	}
	return st;
}
JOB_EVERY(notice, notice_climb, 300);
