/* All SQL of notices. */
#include "core/op.h"
#include "feature/notice/notice_parts.h"

SHAPE(notice_shape, "Notice", struct notice, N_("something that a person is told"),
	F(struct notice, FT_ID, id, FIELD_REQUIRED, N_("number of the notice")),
	F(struct notice, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of notice it is"), .names = notice_kind_names),
	F(struct notice, FT_TEXT, text, FIELD_REQUIRED, N_("what happened, in the reader's language")),
	F(struct notice, FT_TEXT, why, FIELD_REQUIRED, N_("why you are told")),
	F(struct notice, FT_TEXT, quote, FIELD_OPTIONAL, N_("the words it is about")),
	F(struct notice, FT_TEXT, ref, FIELD_REQUIRED, N_("the record it is about, such as INC-7")),
	F(struct notice, FT_TEXT, title, FIELD_REQUIRED, N_("title of that record")),
	F(struct notice, FT_TEXT, url, FIELD_REQUIRED, N_("path of its page")),
	F(struct notice, FT_ID, incident, FIELD_OPTIONAL, N_("the incident it belongs to, which can be muted")),
	F(struct notice, FT_OBJ, by, FIELD_OPTIONAL, N_("who did it; null: it was time"), .shape = &ref_shape),
	F(struct notice, FT_TIME, at, FIELD_REQUIRED, N_("when")),
	F(struct notice, FT_TIME, read_at, FIELD_OPTIONAL, N_("when it was read; null: it is new")),
	F(struct notice, FT_TIME, snoozed_until, FIELD_OPTIONAL, N_("it comes back then")));

enum st notice_store_insert(struct ctx *c, const struct notice_draft *d, int64_t person, bool digest, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO notice (person, kind, once, noun, noun_id, incident, scope, phrase, title, word, quote, by, at, digest, place)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (person, once) DO NOTHING RETURNING id",
		DB_I64(person), DB_STR(enum_str(notice_kind_names, (int)d->kind)), DB_STR(d->once), DB_STR(str_c(d->noun)), DB_I64(d->noun_id), DB_OPT_I64(d->incident),
		DB_I64(d->scope), DB_STR(str_c(d->phrase)), DB_STR(d->title), DB_STR(str_c(d->word ? d->word : "")), DB_STR(d->quote), DB_OPT_I64(d->by), DB_I64(c->now),
		DB_I64(digest), DB_OPT_STR(d->place));
}

/* ---- what a person wants ---- */

enum st notice_store_way(struct ctx *c, int64_t person, enum notice_kind kind, enum notice_way *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT way FROM notice_preference WHERE person = $1 AND kind = $2", DB_I64(person), DB_STR(enum_str(notice_kind_names, (int)kind)));
	int way = st == ST_OK && r.rows ? enum_index(notice_way_names, db_str(&r, 0, 0)) : -1;
	*out = way < 0 ? notice_kinds[kind].usual : (enum notice_way)way;
	return st;
}

enum st notice_store_set_way(struct ctx *c, int64_t person, enum notice_kind kind, enum notice_way way) {
	return db_later(c, "INSERT INTO notice_preference (person, kind, way) VALUES ($1, $2, $3) ON CONFLICT (person, kind) DO UPDATE SET way = excluded.way", DB_I64(person),
		DB_STR(enum_str(notice_kind_names, (int)kind)), DB_STR(enum_str(notice_way_names, (int)way)));
}

enum st notice_store_muted(struct ctx *c, int64_t person, int64_t incident, bool *yes) {
	int64_t one;
	enum st st = db_one_i64(c, &one, "SELECT 1 FROM notice_mute WHERE person = $1 AND incident = $2", DB_I64(person), DB_I64(incident));
	*yes = st == ST_OK;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st notice_store_mute(struct ctx *c, int64_t person, int64_t incident, bool mute) {
	if (mute)
		return db_later(c, "INSERT INTO notice_mute (person, incident) VALUES ($1, $2) ON CONFLICT (person, incident) DO NOTHING", DB_I64(person), DB_I64(incident));
	return db_later(c, "DELETE FROM notice_mute WHERE person = $1 AND incident = $2", DB_I64(person), DB_I64(incident));
}

INPUT(muted_row_shape, "NoticeMutedRow", struct notice_muted, F(struct notice_muted, FT_I64, id, 0, NULL), F(struct notice_muted, FT_TEXT, title, 0, NULL));

enum st notice_store_mutes(struct ctx *c, int64_t person, struct list *out) {
	return shape_query(c, &muted_row_shape, out,
		"SELECT i.id, i.title FROM notice_mute m JOIN incident i ON i.id = m.incident WHERE m.person = $1 AND " PERM_SEES("i.scope", "$2") " ORDER BY i.id DESC",
		DB_ARGS(DB_I64(person), DB_I64(perm_viewer(c))));
}

/* ---- reading ---- */

#define NOTICE                                                                                                                 \
	"SELECT n.id, n.kind, n.quote, n.title, n.incident, p.id AS by_id, p.name AS by_name, n.at, n.read_at, n.snoozed_until, n.phrase, n.word, n.noun, n.noun_id, n.person, n.scope, n.place" \
	" FROM notice n LEFT JOIN person p ON p.id = n.by"
enum { COL_PHRASE = 10 };

static enum st query(struct ctx *c, struct list *out, const char *sql, const struct db_value *args, size_t n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, args, n);
	if (st != ST_OK)
		return st;
	struct notice *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++) {
		shape_from_row(&notice_shape, &r, i, &all[i]);
		all[i].phrase = db_str(&r, i, COL_PHRASE);
		all[i].word = db_str(&r, i, COL_PHRASE + 1);
		all[i].noun = db_str(&r, i, COL_PHRASE + 2);
		all[i].noun_id = db_i64(&r, i, COL_PHRASE + 3);
		all[i].person = db_i64(&r, i, COL_PHRASE + 4);
		all[i].scope = db_i64(&r, i, COL_PHRASE + 5);
		all[i].place = db_str(&r, i, COL_PHRASE + 6);
		notice_word(c->a, c->lang, &all[i]);
	}
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

#define OWN " WHERE n.person = $1 AND " PERM_SEES("n.scope", "$2")
#define IS_NEW "n.read_at IS NULL AND (n.snoozed_until IS NULL OR n.snoozed_until <= $3)"

enum st notice_store_page(struct ctx *c, int64_t person, enum notice_view view, const struct page_in *page, struct list *out) {
	return query(c, out,
		NOTICE OWN " AND ($4 = 2 OR ($4 = 0 AND " IS_NEW ") OR ($4 = 1 AND n.read_at IS NULL AND n.snoozed_until > $3)) AND n.id < $5 ORDER BY n.id DESC LIMIT $6",
		DB_ARGS(DB_I64(person), DB_I64(perm_viewer(c)), DB_I64(c->now), DB_I64(view), DB_I64(page->id), DB_I64(page->limit)));
}

enum st notice_store_get(struct ctx *c, int64_t person, int64_t id, struct notice *out) {
	struct list found;
	enum st st = query(c, &found, NOTICE OWN " AND n.id = $3", DB_ARGS(DB_I64(person), DB_I64(perm_viewer(c)), DB_I64(id)));
	if (st == ST_OK && !found.n)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = *(struct notice *)found.items;
	return st;
}

enum st notice_store_count(struct ctx *c, int64_t person, int64_t *n) {
	return db_one_i64(c, n, "SELECT count(*) FROM notice n" OWN " AND " IS_NEW, DB_I64(person), DB_I64(perm_viewer(c)), DB_I64(c->now));
}

enum st notice_store_read(struct ctx *c, int64_t person, int64_t id, bool read) {
	if (!id)
		return db_later(c, "UPDATE notice SET read_at = $2, digest = 0 WHERE person = $1 AND read_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= $2)", DB_I64(person),
			DB_I64(c->now));
	return db_later(c, "UPDATE notice SET read_at = $3, snoozed_until = NULL, digest = CASE WHEN $4 = 1 THEN 0 ELSE digest END WHERE person = $1 AND id = $2", DB_I64(person),
		DB_I64(id), read ? DB_I64(c->now) : DB_NULL, DB_I64(read));
}

enum st notice_store_snooze(struct ctx *c, int64_t person, int64_t id, int64_t until) {
	return db_later(c, "UPDATE notice SET snoozed_until = $3, read_at = NULL WHERE person = $1 AND id = $2", DB_I64(person), DB_I64(id), DB_I64(until));
}

enum st notice_store_rescope(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	return db_later(c, "UPDATE notice SET scope = $3 WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(id), DB_I64(scope));
}

/* ---- the daily mail ---- */

enum st notice_store_waiting(struct ctx *c, struct db_result *out) {
	return db_get(c, out,
		"SELECT n.person, d.day FROM (SELECT DISTINCT person FROM notice WHERE digest = 1 AND at < $1) n LEFT JOIN notice_digest d ON d.person = n.person ORDER BY n.person",
		DB_I64(c->now));
}

enum st notice_store_digest(struct ctx *c, int64_t person, struct list *out) {
	return query(c, out, NOTICE OWN " AND n.digest = 1 AND n.read_at IS NULL ORDER BY n.id LIMIT 200", DB_ARGS(DB_I64(person), DB_I64(perm_viewer(c))));
}

enum st notice_store_digested(struct ctx *c, int64_t person, int64_t day) {
	enum st st = db_later(c, "UPDATE notice SET digest = 0 WHERE person = $1 AND digest = 1", DB_I64(person));
	return st == ST_OK ? db_later(c, "INSERT INTO notice_digest (person, day) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET day = excluded.day", DB_I64(person), DB_I64(day)) : st;
}

/* ---- people ---- */

enum st notice_store_named(struct ctx *c, str folded, struct db_result *out) {
	return db_get(c, out,
		"SELECT id FROM person WHERE active = 1 AND (login_folded = $1 OR name_folded = $1)"
		" UNION SELECT m.person FROM team t JOIN team_member m ON m.team = t.id JOIN person p ON p.id = m.person WHERE t.handle = $1 AND p.active = 1 ORDER BY 1",
		DB_STR(folded));
}

enum st notice_store_holders(struct ctx *c, str role, int64_t incident, int64_t document, struct db_result *out) {
	return db_get(c, out,
		"SELECT DISTINCT r.person FROM incident_role r WHERE r.role = $1 AND r.ended_at IS NULL AND (r.incident = $2"
		" OR r.incident IN (SELECT y.incident FROM document_incident y WHERE y.document = $3)) ORDER BY 1",
		DB_STR(role), DB_I64(incident), DB_I64(document));
}

enum st notice_store_login(struct ctx *c, str folded, int64_t *person) {
	return db_one_i64(c, person, "SELECT id FROM person WHERE login_folded = $1 AND active = 1", DB_STR(folded));
}

enum st notice_store_teams_of(struct ctx *c, int64_t incident, struct db_result *out) {
	return db_get(c, out,
		"SELECT DISTINCT m.person FROM incident_service i JOIN service s ON s.id = i.service JOIN team_member m ON m.team = s.team WHERE i.incident = $1 ORDER BY m.person LIMIT 200",
		DB_I64(incident));
}

enum st notice_store_author(struct ctx *c, int64_t document, int64_t *person) {
	return db_one_i64(c, person, "SELECT author FROM document WHERE id = $1 AND author IS NOT NULL", DB_I64(document));
}

enum st notice_store_incident_of(struct ctx *c, int64_t document, int64_t *incident) {
	enum st st = db_one_i64(c, incident, "SELECT min(incident) FROM document_incident WHERE document = $1", DB_I64(document));
	if (st == ST_NOT_FOUND)
		*incident = 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}
