/* All SQL of the weekly mail. */
#include "base/clock.h"
#include "feature/weekly/weekly_parts.h"

/* $1 who looks, $2 the team or 0. An item is a team's when it was given to it, else its owner's teams', else that of a service its incident affected. */
#define OF_TEAM                                                                                                                \
	PERM_SEES("a.scope", "$1") " AND ($2 = 0 OR a.team = $2 OR (a.team IS NULL AND a.owner IN (SELECT m.person FROM team_member m WHERE m.team = $2))"        \
	" OR (a.team IS NULL AND a.owner IS NULL AND a.incident IN (SELECT z.incident FROM incident_service z JOIN service s ON s.id = z.service WHERE s.team = $2)))"

/* $3 … $5: younger than two weeks, six weeks, a quarter of a year. */
#define AGE "CASE WHEN a.made_at >= $3 THEN 0 WHEN a.made_at >= $4 THEN 1 WHEN a.made_at >= $5 THEN 2 ELSE 3 END"

static enum st count_open(struct ctx *c, int64_t team, struct weekly_report *out) {
	static const char *const priorities[] = { "P0", "P1", "P2", "P3", NULL };
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT " AGE ", a.priority, count(*) FROM action a WHERE a.state = 'open' AND " OF_TEAM " GROUP BY " AGE ", a.priority",
		DB_I64(perm_viewer(c)), DB_I64(team), DB_I64(c->now - 14 * US_PER_DAY), DB_I64(c->now - 42 * US_PER_DAY), DB_I64(c->now - 91 * US_PER_DAY));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		int priority = enum_index(priorities, db_str(&r, i, 1));
		out->open[db_i64(&r, i, 0)][priority < 0 ? WEEKLY_PRIORITIES - 1 : priority] += db_i64(&r, i, 2);
		out->total += db_i64(&r, i, 2);
	}
	return st;
}

#define ITEM "SELECT a.id, a.title, COALESCE(o.name, t.name, ''), "
#define FROM_ITEM " FROM action a LEFT JOIN person o ON o.id = a.owner LEFT JOIN team t ON t.id = a.team WHERE " OF_TEAM
#define COUNT_ITEMS "SELECT count(*) FROM action a WHERE " OF_TEAM
#define CLOSED " AND a.state = 'done' AND a.closed_at >= $3"
#define OVERDUE " AND a.state = 'open' AND a.due < $3"
#define HELD " AND a.state = 'done' AND a.held IS NULL AND a.check_on <= $3"

/* $3 the day, or the time, that decides. */
static const struct {
	const char *rows, *count;
} lists[WEEKLY_LISTS] = {
	[WEEKLY_CLOSED] = { ITEM "NULL, COALESCE(a.evidence, '')" FROM_ITEM CLOSED " ORDER BY a.closed_at, a.id LIMIT $4", COUNT_ITEMS CLOSED },
	[WEEKLY_OVERDUE] = { ITEM "a.due, ''" FROM_ITEM OVERDUE " ORDER BY a.due, a.id LIMIT $4", COUNT_ITEMS OVERDUE },
	[WEEKLY_HELD] = { ITEM "a.check_on, COALESCE(a.evidence, '')" FROM_ITEM HELD " ORDER BY a.check_on, a.id LIMIT $4", COUNT_ITEMS HELD },
};

static enum st read_list(struct ctx *c, int64_t team, enum weekly_list which, int64_t decides, struct weekly_report *out) {
	struct db_result r;
	enum st st = db_get(c, &r, lists[which].rows, DB_I64(perm_viewer(c)), DB_I64(team), DB_I64(decides), DB_I64(WEEKLY_ROWS));
	if (st != ST_OK)
		return st;
	struct weekly_item *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++)
		all[i] = (struct weekly_item){ db_i64(&r, i, 0), db_str(&r, i, 1), db_str(&r, i, 2), db_cell(&r, i, 3)->type == DB_T_NULL ? I64_NONE : db_i64(&r, i, 3), db_str(&r, i, 4) };
	out->items[which] = (struct list){ all, r.rows };
	out->count[which] = (int64_t)r.rows;
	return r.rows < WEEKLY_ROWS ? ST_OK : db_one_i64(c, &out->count[which], lists[which].count, DB_I64(perm_viewer(c)), DB_I64(team), DB_I64(decides));
}

enum st weekly_store_report(struct ctx *c, int64_t team, int64_t today, struct weekly_report *out) {
	const int64_t decides[WEEKLY_LISTS] = { [WEEKLY_CLOSED] = c->now - 7 * US_PER_DAY, [WEEKLY_OVERDUE] = today, [WEEKLY_HELD] = today };
	*out = (struct weekly_report){ 0 };
	enum st st = count_open(c, team, out);
	for (int i = 0; st == ST_OK && i < WEEKLY_LISTS; i++)
		st = read_list(c, team, (enum weekly_list)i, decides[i], out);
	return st;
}

/* ---- who wants it ---- */

#define WEEKLY "SELECT person, teams, organisation, weekday, hour, sent_on FROM weekly"

static struct weekly from_row(const struct db_result *r, size_t i) {
	return (struct weekly){ .person = db_i64(r, i, 0), .teams = db_i64(r, i, 1), .organisation = db_i64(r, i, 2), .weekday = db_i64(r, i, 3), .hour = db_i64(r, i, 4),
		.sent_on = db_i64(r, i, 5) };
}

enum st weekly_store_get(struct ctx *c, int64_t person, struct weekly *out) {
	struct db_result r;
	enum st st = db_get(c, &r, WEEKLY " WHERE person = $1", DB_I64(person));
	*out = (struct weekly){ .person = person, .weekday = 1, .hour = 9 };
	if (st == ST_OK && r.rows)
		*out = from_row(&r, 0);
	return st;
}

enum st weekly_store_set(struct ctx *c, const struct weekly *w) {
	return db_later(c,
		"INSERT INTO weekly (person, teams, organisation, weekday, hour, sent_on) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person) DO UPDATE SET"
		" teams = excluded.teams, organisation = excluded.organisation, weekday = excluded.weekday, hour = excluded.hour, sent_on = excluded.sent_on",
		DB_I64(w->person), DB_I64(w->teams), DB_I64(w->organisation), DB_I64(w->weekday), DB_I64(w->hour), DB_I64(w->sent_on));
}

enum st weekly_store_sent(struct ctx *c, int64_t person, int64_t day) {
	return db_later(c, "UPDATE weekly SET sent_on = $2 WHERE person = $1", DB_I64(person), DB_I64(day));
}

enum st weekly_store_due(struct ctx *c, int64_t by, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, WEEKLY " WHERE sent_on <= $1 AND teams + organisation > 0 ORDER BY sent_on, person LIMIT 50", DB_I64(by));
	if (st != ST_OK)
		return st;
	struct weekly *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++)
		all[i] = from_row(&r, i);
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

enum st weekly_store_teams(struct ctx *c, int64_t person, struct list *out) {
	return shape_query(c, &ref_shape, out, "SELECT t.id, t.name FROM team_member m JOIN team t ON t.id = m.team WHERE m.person = $1 ORDER BY t.id", DB_ARGS(DB_I64(person)));
}
