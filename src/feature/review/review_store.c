/* All SQL of reviews but the queue's (review_queue_store.c). */
#include "feature/review/review_parts.h"

static struct db_value opt_number(int64_t v) {
	return v == I64_NONE ? DB_NULL : DB_I64(v);
}

/* ---- rounds ---- */

SHAPE(review_round_row, "", struct review_round, NULL, F(struct review_round, FT_I64, round, 0, NULL), F(struct review_round, FT_DATE, due, FIELD_OPTIONAL, NULL),
	F(struct review_round, FT_I64, needed, 0, NULL), F(struct review_round, FT_TIME, asked_at, FIELD_OPTIONAL, NULL),
	F(struct review_round, FT_OBJ, asked_by, FIELD_OPTIONAL, NULL, .shape = &ref_shape), F(struct review_round, FT_TEXT, note, 0, NULL));

enum st store_round(struct ctx *c, int64_t document, struct review_round *out) {
	*out = (struct review_round){ .due = I64_NONE, .asked_at = I64_NONE };
	enum st st = shape_query_one(c, &review_round_row, out,
		"SELECT r.round, r.due, r.needed, r.asked_at, p.id AS asked_by_id, p.name AS asked_by_name, r.note FROM review r LEFT JOIN person p ON p.id = r.asked_by"
		" WHERE r.document = $1 ORDER BY r.round DESC LIMIT 1",
		DB_ARGS(DB_I64(document)));
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st store_begin_round(struct ctx *c, const struct document *d, const struct review_round *r) {
	enum st st = store_end_round(c, d->id);
	if (st != ST_OK)
		return st;
	return db_later(c,
		"INSERT INTO review (document, scope, round, note, due, needed, asked_at, asked_by, text_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", DB_I64(d->id),
		DB_I64(d->scope), DB_I64(r->round), DB_STR(r->note), opt_number(r->due), DB_I64(r->needed), DB_I64(c->now), DB_OPT_I64(c->who->person), DB_I64(d->text_version));
}

enum st store_end_round(struct ctx *c, int64_t document) {
	return db_later(c, "UPDATE review SET ended_at = $2 WHERE document = $1 AND ended_at IS NULL", DB_I64(document), DB_I64(c->now));
}

/* ---- reviewers ---- */

enum st store_reviewers(struct ctx *c, int64_t document, struct reviewer **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT p.id, p.name, s.id, s.name, r.asked_at, r.verdict, r.verdict_at, r.text_version, r.stale_at FROM review_reviewer r JOIN person p ON p.id = r.person"
		" LEFT JOIN service s ON s.id = r.service WHERE r.document = $1 ORDER BY r.asked_at, p.id",
		DB_I64(document));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (*n = 0; *n < r.rows; ++*n) {
		bool said = db_str(&r, *n, 5).n, stale = db_i64(&r, *n, 8);
		(*out)[*n] = (struct reviewer){ .person = { db_i64(&r, *n, 0), db_str(&r, *n, 1) }, .service = { db_i64(&r, *n, 2), db_str(&r, *n, 3) }, .asked_at = db_i64(&r, *n, 4),
			.verdict = said ? enum_index(verdict_names, db_str(&r, *n, 5)) : -1, .verdict_at = said ? db_i64(&r, *n, 6) : I64_NONE, .text_version = db_i64(&r, *n, 7),
			.stale_at = stale ? db_i64(&r, *n, 8) : I64_NONE, .since = I64_NONE };
	}
	return ST_OK;
}

enum st store_ask(struct ctx *c, const struct document *d, int64_t person, int64_t service) {
	return db_later(c,
		"INSERT INTO review_reviewer (document, person, scope, service, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (document, person) DO UPDATE SET service = COALESCE(review_reviewer.service, excluded.service)",
		DB_I64(d->id), DB_I64(person), DB_I64(d->scope), DB_OPT_I64(service), DB_I64(c->now), service ? DB_NULL : DB_OPT_I64(c->who->person));
}

enum st store_unask(struct ctx *c, int64_t document, int64_t person) {
	return db_do(c, "DELETE FROM review_reviewer WHERE document = $1 AND person = $2", DB_I64(document), DB_I64(person));
}

enum st store_verdict(struct ctx *c, int64_t document, int64_t person, int verdict, int64_t text_version) {
	return db_later(c, "UPDATE review_reviewer SET verdict = $3, verdict_at = $4, text_version = $5, stale_at = NULL WHERE document = $1 AND person = $2", DB_I64(document),
		DB_I64(person), DB_STR(enum_str(verdict_names, verdict)), DB_I64(c->now), DB_I64(text_version));
}

enum st store_await_again(struct ctx *c, int64_t document, bool all) {
	return db_later(c,
		"UPDATE review_reviewer SET verdict = NULL, verdict_at = NULL, text_version = NULL, stale_at = NULL, reminded_on = NULL, asked_at = $3"
		" WHERE document = $1 AND ($2 = 1 OR verdict = 'changes')",
		DB_I64(document), DB_I64(all), DB_I64(c->now));
}

enum st store_stale(struct ctx *c, int64_t document, int64_t person, bool stale) {
	return db_later(c, "UPDATE review_reviewer SET stale_at = $3, reminded_on = NULL WHERE document = $1 AND person = $2", DB_I64(document), DB_I64(person),
		stale ? DB_I64(c->now) : DB_NULL);
}

/* An item that belongs to an incident is for the services of that incident. */
#define PLAN_OF "a.state <> 'dropped' AND (a.document = $1 OR a.incident IN (SELECT x.incident FROM document_incident x WHERE x.document = $1))"

enum st store_leads(struct ctx *c, int64_t document, struct reviewer **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT DISTINCT p.id, p.name, s.id, s.name FROM action a JOIN document_incident di ON di.document = $1 JOIN incident_service y ON y.incident = COALESCE(a.incident, di.incident)"
		" JOIN service s ON s.id = y.service JOIN person p ON p.id = s.lead AND p.active = 1 WHERE " PLAN_OF " ORDER BY p.id, s.id",
		DB_I64(document));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (; *n < r.rows; ++*n)
		(*out)[*n] = (struct reviewer){ .person = { db_i64(&r, *n, 0), db_str(&r, *n, 1) }, .service = { db_i64(&r, *n, 2), db_str(&r, *n, 3) } };
	return ST_OK;
}

enum st store_plan(struct ctx *c, int64_t document, struct plan *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT count(*), count(a.owner), count(a.due), COALESCE(CAST(sum(CASE WHEN a.priority IN ('P0', 'P1') THEN 1 ELSE 0 END) AS BIGINT), 0),"
		" (SELECT count(DISTINCT s.id) FROM document_incident di JOIN incident_service y ON y.incident = di.incident JOIN service s ON s.id = y.service"
		" WHERE di.document = $1 AND s.lead IS NULL) FROM action a WHERE " PLAN_OF,
		DB_I64(document));
	if (st == ST_OK)
		*out = (struct plan){ db_i64(&r, 0, 0), db_i64(&r, 0, 1), db_i64(&r, 0, 2), db_i64(&r, 0, 3), db_i64(&r, 0, 0) ? db_i64(&r, 0, 4) : 0 };
	return st;
}

#define OF_ITS_INCIDENTS "incident IN (SELECT x.incident FROM document_incident x WHERE x.document = $1)"

enum st store_story(struct ctx *c, int64_t document, struct story *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT (SELECT count(*) FROM timeline_entry t WHERE t.struck_at IS NULL AND t." OF_ITS_INCIDENTS "),"
		" (SELECT count(DISTINCT e.entry) FROM timeline_evidence e JOIN timeline_entry t ON t.id = e.entry WHERE t.struck_at IS NULL AND t." OF_ITS_INCIDENTS "),"
		" (SELECT count(DISTINCT m.kind) FROM incident_milestone m WHERE m." OF_ITS_INCIDENTS "),"
		" (SELECT count(*) FROM timeline_entry t WHERE t.kind = 'update' AND t.struck_at IS NULL AND t." OF_ITS_INCIDENTS "),"
		" (SELECT count(*) FROM mitigation m WHERE m." OF_ITS_INCIDENTS ")",
		DB_I64(document));
	if (st == ST_OK)
		*out = (struct story){ db_i64(&r, 0, 0), db_i64(&r, 0, 1), db_i64(&r, 0, 2), db_i64(&r, 0, 3), db_i64(&r, 0, 4) };
	return st;
}

/* ---- what was handed in, answered, let pass ---- */

enum st store_given(struct ctx *c, const struct document *d, int verdict, str words, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO review_given (document, scope, person, verdict, words, text_version, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
		DB_I64(d->id), DB_I64(d->scope), DB_I64(c->who->person), DB_STR(enum_str(verdict_names, verdict)), DB_STR(words), DB_I64(d->text_version), DB_I64(c->now));
}

enum st review_words(struct ctx *c, int64_t given, str *words) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT words FROM review_given WHERE id = $1", DB_I64(given));
	if (st == ST_OK && r.rows)
		*words = db_str(&r, 0, 0);
	return st == ST_OK && !r.rows ? ST_NOT_FOUND : st;
}

static enum st read_answer(const struct db_result *r, size_t i, struct review_question_row rows[QUESTIONS]) {
	int q = enum_index(question_names, db_str(r, i, 0));
	if (q < 0)
		return ST_INTERNAL;
	rows[q].answer = enum_index(answer_names, db_str(r, i, 1));
	rows[q].note = db_str(r, i, 2);
	rows[q].by = (struct ref){ db_i64(r, i, 3), db_str(r, i, 4) };
	rows[q].at = db_i64(r, i, 5);
	return ST_OK;
}

enum st store_answers(struct ctx *c, int64_t document, struct review_question_row rows[QUESTIONS]) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT a.question, a.answer, a.note, p.id, p.name, a.at FROM review_answer a LEFT JOIN person p ON p.id = a.person WHERE a.document = $1",
		DB_I64(document));
	for (int q = 0; q < QUESTIONS; q++)
		rows[q] = (struct review_question_row){ .question = q, .text = str_c(tr(c->lang, question_texts[q])), .answer = -1, .at = I64_NONE };
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		st = read_answer(&r, i, rows);
	return st;
}

enum st store_answer(struct ctx *c, const struct document *d, int question, int answer, str note) {
	return db_later(c,
		"INSERT INTO review_answer (document, question, scope, answer, note, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
		" ON CONFLICT (document, question) DO UPDATE SET answer = excluded.answer, note = excluded.note, person = excluded.person, at = excluded.at",
		DB_I64(d->id), DB_STR(enum_str(question_names, question)), DB_I64(d->scope), DB_STR(enum_str(answer_names, answer)), DB_STR(note), DB_OPT_I64(c->who->person),
		DB_I64(c->now));
}

enum st store_forget(struct ctx *c, int64_t document) {
	enum st st = db_later(c, "DELETE FROM review_answer WHERE document = $1", DB_I64(document));
	return st == ST_OK ? db_later(c, "DELETE FROM review_waiver WHERE document = $1", DB_I64(document)) : st;
}

enum st store_waivers(struct ctx *c, int64_t document, struct list *out) {
	return shape_query(c, &review_waiver_shape, out,
		"SELECT w.id, w.blocker, w.subject, w.reason, p.id AS by_id, p.name AS by_name, w.at FROM review_waiver w LEFT JOIN person p ON p.id = w.person WHERE w.document = $1 ORDER BY w.id",
		DB_ARGS(DB_I64(document)));
}

enum st store_waive(struct ctx *c, const struct document *d, str blocker, str subject, str reason) {
	return db_later(c,
		"INSERT INTO review_waiver (document, scope, blocker, subject, reason, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
		" ON CONFLICT (document, blocker, subject) DO UPDATE SET reason = excluded.reason, person = excluded.person, at = excluded.at",
		DB_I64(d->id), DB_I64(d->scope), DB_STR(blocker), DB_STR(subject), DB_STR(reason), DB_OPT_I64(c->who->person), DB_I64(c->now));
}

enum st store_unwaive(struct ctx *c, int64_t document, int64_t id) {
	struct db_result r;
	enum st st = db_get(c, &r, "DELETE FROM review_waiver WHERE document = $1 AND id = $2", DB_I64(document), DB_I64(id));
	return st == ST_OK && !r.changed ? ST_NOT_FOUND : st;
}

enum st store_given_list(struct ctx *c, int64_t document, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT g.id, p.id, p.name, g.verdict, g.words, g.text_version, g.at FROM review_given g JOIN person p ON p.id = g.person WHERE g.document = $1 ORDER BY g.id DESC LIMIT 100",
		DB_I64(document));
	if (st != ST_OK)
		return st;
	struct review_given *all = arena_array(c->a, r.rows, sizeof *all);
	for (size_t i = 0; i < r.rows; i++)
		all[i] = (struct review_given){ db_i64(&r, i, 0), { db_i64(&r, i, 1), db_str(&r, i, 2) }, enum_index(verdict_names, db_str(&r, i, 3)), db_str(&r, i, 4), db_i64(&r, i, 5),
			db_i64(&r, i, 6) };
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

/* ---- scope ---- */

enum st store_rescope(struct ctx *c, int64_t document, int64_t scope) {
	static const char *const all[] = { "UPDATE review SET scope = $2 WHERE document = $1", "UPDATE review_reviewer SET scope = $2 WHERE document = $1",
		"UPDATE review_given SET scope = $2 WHERE document = $1", "UPDATE review_answer SET scope = $2 WHERE document = $1",
		"UPDATE review_waiver SET scope = $2 WHERE document = $1" };
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < sizeof all / sizeof *all; i++)
		st = db_later(c, all[i], DB_I64(document), DB_I64(scope));
	return st;
}
