/* All SQL of feeds. */
#include "feature/syndication/syndication_parts.h"

enum { MOST_ENTRIES = 100, MOST_DATES = 1000 };

enum st store_feed_entries(struct ctx *c, int64_t service, struct feed_entry **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT x.document, x.version, x.at, (SELECT min(f.at) FROM publication f WHERE f.document = x.document), x.title, x.kind, x.lang, x.note FROM publication x"
		" WHERE " PERM_SEES("x.scope", "$1") " AND x.version = (SELECT max(l.version) FROM publication l WHERE l.document = x.document)"
		" AND ($2 = 0 OR EXISTS (SELECT 1 FROM document_incident di JOIN incident i ON i.id = di.incident JOIN incident_service s ON s.incident = i.id"
		" WHERE di.document = x.document AND s.service = $2 AND " PERM_SEES("i.scope", "$1") ")) ORDER BY x.at DESC, x.id DESC LIMIT $3",
		DB_I64(perm_viewer(c)), DB_I64(service), DB_I64(MOST_ENTRIES));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct feed_entry){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_i64(&r, i, 2), db_i64(&r, i, 3), db_str(&r, i, 4), db_str(&r, i, 5), db_str(&r, i, 6),
			db_str(&r, i, 7) };
	return ST_OK;
}

/* What is said of a record's day is said alike whether it is an action item's or a document's: kind, number, day, changed, version, title, what became of it, whose, about which incident. */
#define DATES_OF(from, owned)                                                                                        \
	from " AND ($2 = 0 OR " owned " = $2) AND ($3 = 0 OR " owned " IN (SELECT t.person FROM team_member t WHERE t.team = $3))"

enum st store_due_dates(struct ctx *c, int64_t person, int64_t team, struct due_date **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		DATES_OF("SELECT 'ACT', a.id, a.due, COALESCE(a.closed_at, a.made_at), a.version, a.title, CASE a.state WHEN 'open' THEN 0 WHEN 'done' THEN 1 ELSE 2 END, COALESCE(o.name, ''), COALESCE(i.title, '')"
			" FROM action a LEFT JOIN person o ON o.id = a.owner LEFT JOIN incident i ON i.id = a.incident AND " PERM_SEES("i.scope", "$1")
			" WHERE a.due IS NOT NULL AND " PERM_SEES("a.scope", "$1"), "a.owner")
		DATES_OF(" UNION ALL SELECT 'PM', d.id, d.due, d.made_at, d.version, d.title, CASE WHEN d.state IN ('published', 'archived') THEN 1 ELSE 0 END, COALESCE(o.name, ''), ''"
			" FROM document d LEFT JOIN person o ON o.id = d.owner WHERE d.due IS NOT NULL AND " PERM_SEES("d.scope", "$1"), "d.owner")
		" ORDER BY 3 DESC, 1, 2 DESC LIMIT $4",
		DB_I64(perm_viewer(c)), DB_I64(person), DB_I64(team), DB_I64(MOST_DATES));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct due_date){ db_str(&r, i, 0), db_i64(&r, i, 1), db_i64(&r, i, 2), db_i64(&r, i, 3), db_i64(&r, i, 4), (enum became)db_i64(&r, i, 6), db_str(&r, i, 5),
			db_str(&r, i, 7), db_str(&r, i, 8) };
	return ST_OK;
}
