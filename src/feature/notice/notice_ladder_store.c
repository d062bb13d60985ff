/* All SQL of reminders. */
#include "feature/notice/notice_parts.h"

/* $1 the last due date that matters, $2 today. */
#define ON_LADDER(noun, due)                                                                                                   \
	" LEFT JOIN reminder r ON r.noun = '" noun "' AND r.noun_id = x.id WHERE " due " <= $1 AND (r.due IS NULL OR r.due <> " due " OR r.next_on <= $2)"
#define TOLD(due) "CASE WHEN r.due = " due " THEN r.rung ELSE -1 END"
#define IN_TURN " ORDER BY x.due, x.id LIMIT 200"

static const struct {
	const char *noun, *due, *leads, *members;
} ladders[] = {
	{ "document",
		"SELECT x.id, x.due, COALESCE(x.owner, x.author), " TOLD("x.due") ", 0, '', p.name FROM document x LEFT JOIN person p ON p.id = COALESCE(x.owner, x.author)"
		ON_LADDER("document", "x.due") " AND x.state NOT IN ('published', 'archived')" IN_TURN,
		"SELECT DISTINCT s.lead FROM document_incident y JOIN incident_service z ON z.incident = y.incident JOIN service s ON s.id = z.service JOIN person p ON p.id = s.lead"
		" WHERE y.document = $1 AND p.active = 1 ORDER BY s.lead LIMIT 200",
		"SELECT DISTINCT m.person FROM document_incident y JOIN incident_service z ON z.incident = y.incident JOIN service s ON s.id = z.service"
		" JOIN team_member m ON m.team = s.team WHERE y.document = $1 ORDER BY m.person LIMIT 200" },
	{ "action",
		"SELECT x.id, x.due, x.owner, " TOLD("x.due") ", 0, '', p.name FROM action x LEFT JOIN person p ON p.id = x.owner"
		ON_LADDER("action", "x.due") " AND x.state = 'open'" IN_TURN,
		"SELECT DISTINCT s.lead FROM action a JOIN service s ON CASE WHEN a.team IS NOT NULL THEN s.team = a.team"
		" WHEN a.incident IS NOT NULL THEN s.id IN (SELECT z.service FROM incident_service z WHERE z.incident = a.incident)"
		" ELSE s.team IN (SELECT o.team FROM team_member o WHERE o.person = a.owner) END"
		" JOIN person p ON p.id = s.lead WHERE a.id = $1 AND p.active = 1 ORDER BY s.lead LIMIT 200",
		"SELECT DISTINCT m.person FROM action a JOIN team_member m ON CASE WHEN a.team IS NOT NULL THEN m.team = a.team"
		" ELSE m.team IN (SELECT s.team FROM incident_service z JOIN service s ON s.id = z.service WHERE z.incident = a.incident) END"
		" WHERE a.id = $1 ORDER BY m.person LIMIT 200" },
	{ "incident", NULL,
		"SELECT DISTINCT s.lead FROM incident_service z JOIN service s ON s.id = z.service JOIN person p ON p.id = s.lead WHERE z.incident = $1 AND p.active = 1"
		" ORDER BY s.lead LIMIT 200",
		"SELECT DISTINCT m.person FROM incident_service z JOIN service s ON s.id = z.service JOIN team_member m ON m.team = s.team WHERE z.incident = $1"
		" ORDER BY m.person LIMIT 200" },
	{ "tbd",
		"SELECT x.id, x.due, p.id, " TOLD("x.due") ", x.document, x.text, p.name FROM document_tbd x JOIN document d ON d.id = x.document"
		" LEFT JOIN person p ON p.login_folded = x.owner AND x.owner <> ''" ON_LADDER("tbd", "x.due") " AND x.filled_at IS NULL AND d.state <> 'archived'" IN_TURN,
		NULL, NULL },
};

static size_t ladder_of(const char *noun) {
	size_t i = 0;
	while (i + 1 < sizeof ladders / sizeof *ladders && strcmp(ladders[i].noun, noun) != 0)
		i++;
	return i;
}

enum st ladder_store_due(struct ctx *c, const char *noun, int64_t by, int64_t today, struct dated **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, ladders[ladder_of(noun)].due, DB_I64(by), DB_I64(today));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (; *n < r.rows; ++*n)
		(*out)[*n] = (struct dated){ .id = db_i64(&r, *n, 0), .due = db_i64(&r, *n, 1), .owner = db_i64(&r, *n, 2), .rung = db_i64(&r, *n, 3), .document = db_i64(&r, *n, 4),
			.quote = db_str(&r, *n, 5), .owner_name = db_str(&r, *n, 6) };
	return ST_OK;
}

enum st ladder_store_told(struct ctx *c, const char *noun, const struct dated *x, int64_t rung, int64_t next_on) {
	return db_later(c,
		"INSERT INTO reminder (noun, noun_id, due, rung, next_on) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (noun, noun_id) DO UPDATE SET due = excluded.due, rung = excluded.rung, next_on = excluded.next_on",
		DB_STR(str_c(noun)), DB_I64(x->id), DB_I64(x->due), DB_I64(rung), next_on == I64_NONE ? DB_NULL : DB_I64(next_on));
}

enum st ladder_store_leads(struct ctx *c, const char *noun, int64_t id, struct db_result *out) {
	size_t i = ladder_of(noun);
	enum st st = db_get(c, out, ladders[i].leads, DB_I64(id));
	return st == ST_OK && !out->rows ? db_get(c, out, ladders[i].members, DB_I64(id)) : st;
}

enum st ladder_store_editors(struct ctx *c, struct db_result *out) {
	return db_get(c, out, "SELECT id FROM person WHERE active = 1 AND role IN ($1, $2) ORDER BY id LIMIT 200", DB_STR(str_c(role_names[ROLE_EDITOR])),
		DB_STR(str_c(role_names[ROLE_ADMINISTRATOR])));
}
