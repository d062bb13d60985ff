#include "feature/timeline/timeline_store.h"

#include "base/json.h"

const struct noun timeline_noun = { "timeline", NULL, "SELECT scope FROM timeline_entry WHERE id = $1 AND struck_at IS NULL" };

SHAPE(timeline_version_shape, "TimelineVersion", struct timeline_version, N_("an entry as it was before somebody changed it"),
	F(struct timeline_version, FT_I64, version, FIELD_REQUIRED, N_("the version")),
	F(struct timeline_version, FT_TIME, at, FIELD_REQUIRED, N_("when it happened")),
	F(struct timeline_version, FT_ENUM, precision, FIELD_REQUIRED, N_("how sure the time is"), .names = timeline_precision_names),
	F(struct timeline_version, FT_TEXT, text, FIELD_REQUIRED, N_("what happened")),
	F(struct timeline_version, FT_TEXT, knew, FIELD_OPTIONAL, N_("what was known at that time")),
	F(struct timeline_version, FT_TEXT, decided, FIELD_OPTIONAL, N_("what was decided")),
	F(struct timeline_version, FT_TEXT, because, FIELD_OPTIONAL, N_("why it made sense then")),
	F(struct timeline_version, FT_BOOL, key, FIELD_REQUIRED, N_("belongs to the short story")),
	F(struct timeline_version, FT_JSON, evidence, FIELD_REQUIRED, N_("where it can be seen")),
	F(struct timeline_version, FT_TIME, edited_at, FIELD_REQUIRED, N_("when it was replaced")),
	F(struct timeline_version, FT_OBJ, by, FIELD_OPTIONAL, N_("who replaced it; null: a token, or the system"), .shape = &ref_shape),
	F(struct timeline_version, FT_TEXT, token, FIELD_OPTIONAL, N_("name of the token that replaced it; null: a person, or the system")));

#define ENTRY                                                                                                                   \
	"SELECT t.id, t.incident, t.at, t.recorded_at, t.precision, t.kind, t.text, t.knew, t.decided, t.because, t.is_key AS key," \
	" p.id AS by_id, p.name AS by_name, t.token, t.edited_at, t.version, t.scope, t.about, t.phrase, t.args"                             \
	" FROM timeline_entry t LEFT JOIN person p ON p.id = t.person"
enum { COL_SCOPE = 16, COL_ABOUT, COL_PHRASE, COL_ARGS };

static void from_row(const struct db_result *r, size_t i, struct timeline_entry *e) {
	shape_from_row(&timeline_entry_shape, r, i, e);
	e->scope = db_i64(r, i, COL_SCOPE);
	e->about = db_str(r, i, COL_ABOUT);
	e->phrase = db_str(r, i, COL_PHRASE);
	e->args = db_str(r, i, COL_ARGS);
}

static struct list from_rows(struct ctx *c, const struct db_result *r) {
	struct timeline_entry *e = arena_array(c->a, r->rows + 1, sizeof *e);
	for (size_t i = 0; i < r->rows; i++)
		from_row(r, i, &e[i]);
	return (struct list){ e, r->rows };
}

/* ---- evidence ---- */

/* Rows of (entry, url, title), those of one entry together. */
static void give_evidence(struct ctx *c, const struct db_result *r, struct timeline_entry *e) {
	struct timeline_evidence *all = arena_array(c->a, r->rows + 1, sizeof *all);
	e->evidence = (struct list){ all, 0 };
	for (size_t i = 0; i < r->rows; i++)
		if (db_i64(r, i, 0) == e->id)
			all[e->evidence.n++] = (struct timeline_evidence){ db_str(r, i, 1), db_str(r, i, 2) };
}

static enum st load_evidence(struct ctx *c, struct list *entries) {
	struct db_result r;
	struct timeline_entry *e = entries->items;
	if (!entries->n)
		return ST_OK;
	/* One entry among ten thousand of the same minute must not look at all of them. */
	enum st st = entries->n == 1 ? db_get(c, &r, "SELECT entry, url, title FROM timeline_evidence WHERE entry = $1 ORDER BY id", DB_I64(e[0].id)) : db_get(c, &r,
		"SELECT v.entry, v.url, v.title FROM timeline_entry t JOIN timeline_evidence v ON v.entry = t.id"
		" WHERE t.incident = $1 AND t.at >= $2 AND t.at <= $3 ORDER BY v.entry, v.id",
		DB_I64(e[0].incident), DB_I64(e[0].at), DB_I64(e[entries->n - 1].at));
	for (size_t i = 0; st == ST_OK && i < entries->n; i++)
		give_evidence(c, &r, &e[i]);
	return st;
}

static enum st put_evidence(struct ctx *c, int64_t entry, const struct list *evidence) {
	const struct timeline_evidence *e = evidence->items;
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < evidence->n; i++)
		st = db_later(c, "INSERT INTO timeline_evidence (entry, url, title) VALUES ($1, $2, $3)", DB_I64(entry), DB_STR(e[i].url), DB_OPT_STR(e[i].title));
	return st;
}

static str evidence_json(struct ctx *c, const struct list *evidence) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	shape_write_list(&w, &timeline_evidence_shape, evidence);
	return buf_str(&b);
}

static bool same_evidence(struct ctx *c, const struct list *a, const struct list *b) {
	return str_eq(evidence_json(c, a), evidence_json(c, b));
}

/* ---- one entry ---- */

enum st timeline_store_insert(struct ctx *c, struct timeline_entry *e) {
	enum st st = db_new(c, "timeline_entry", &e->id,
		"INSERT INTO timeline_entry (id, incident, scope, at, recorded_at, precision, kind, about, text, phrase, args, knew, decided, because, is_key, person, version, token)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17)",
		DB_I64(e->incident), DB_I64(e->scope), DB_I64(e->at), DB_I64(e->recorded_at), DB_STR(enum_str(timeline_precision_names, e->precision)),
		DB_STR(enum_str(timeline_kind_names, e->kind)), DB_OPT_STR(e->about), DB_STR(e->text), DB_OPT_STR(e->phrase), DB_OPT_STR(e->args),
		DB_OPT_STR(e->knew), DB_OPT_STR(e->decided), DB_OPT_STR(e->because), DB_I64(e->key), DB_OPT_I64(e->by.id), DB_OPT_STR(e->token));
	return st == ST_OK ? put_evidence(c, e->id, &e->evidence) : st;
}

enum st timeline_store_author(struct ctx *c, struct timeline_entry *e) {
	struct db_result r;
	if (!e->by.id)
		return ST_OK;
	enum st st = db_again(c, &r, "SELECT name FROM person WHERE id = $1", DB_I64(e->by.id));
	if (st == ST_OK && r.rows)
		e->by.name = db_str(&r, 0, 0);
	return st;
}

static enum st with_evidence(struct ctx *c, const struct db_result *r, struct list *out) {
	*out = from_rows(c, r);
	return load_evidence(c, out);
}

enum st timeline_store_get(struct ctx *c, int64_t id, struct timeline_entry *out) {
	struct db_result r;
	struct list found;
	enum st st = db_get(c, &r, ENTRY " WHERE t.id = $1 AND t.struck_at IS NULL", DB_I64(id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		st = with_evidence(c, &r, &found);
	if (st == ST_OK)
		*out = *(struct timeline_entry *)found.items;
	return st;
}

enum st timeline_store_about(struct ctx *c, int64_t incident, str about, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, ENTRY " WHERE t.incident = $1 AND t.about = $2 AND t.struck_at IS NULL ORDER BY t.at, t.id", DB_I64(incident), DB_STR(about));
	*out = (struct list){ 0 };
	return st == ST_OK ? with_evidence(c, &r, out) : st;
}

static enum st keep_version(struct ctx *c, const struct timeline_entry *e) {
	return db_later(c,
		"INSERT INTO timeline_edit (entry, incident, version, at, precision, text, phrase, args, knew, decided, because, is_key, evidence, edited_at, edited_by, edited_by_token)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		DB_I64(e->id), DB_I64(e->incident), DB_I64(e->version), DB_I64(e->at), DB_STR(enum_str(timeline_precision_names, e->precision)), DB_STR(e->text),
		DB_OPT_STR(e->phrase), DB_OPT_STR(e->args), DB_OPT_STR(e->knew), DB_OPT_STR(e->decided), DB_OPT_STR(e->because), DB_I64(e->key),
		DB_STR(evidence_json(c, &e->evidence)), DB_I64(c->now), DB_OPT_I64(c->who->person), DB_OPT_STR(timeline_token(c)));
}

static enum st replace_evidence(struct ctx *c, const struct timeline_entry *before, const struct timeline_entry *after) {
	if (same_evidence(c, &before->evidence, &after->evidence))
		return ST_OK;
	enum st st = db_later(c, "DELETE FROM timeline_evidence WHERE entry = $1", DB_I64(after->id));
	return st == ST_OK ? put_evidence(c, after->id, &after->evidence) : st;
}

enum st timeline_store_change(struct ctx *c, const struct timeline_entry *before, struct timeline_entry *after) {
	after->version = before->version + 1;
	after->edited_at = c->now;
	enum st st = keep_version(c, before);
	if (st == ST_OK)
		st = db_later(c,
			"UPDATE timeline_entry SET at = $2, precision = $3, text = $4, phrase = $5, args = $6, knew = $7, decided = $8, because = $9, is_key = $10,"
			" edited_at = $11, version = $12 WHERE id = $1",
			DB_I64(after->id), DB_I64(after->at), DB_STR(enum_str(timeline_precision_names, after->precision)), DB_STR(after->text), DB_OPT_STR(after->phrase),
			DB_OPT_STR(after->args), DB_OPT_STR(after->knew), DB_OPT_STR(after->decided), DB_OPT_STR(after->because), DB_I64(after->key),
			DB_I64(after->edited_at), DB_I64(after->version));
	return st == ST_OK ? replace_evidence(c, before, after) : st;
}

enum st timeline_store_strike(struct ctx *c, int64_t id) {
	return db_later(c, "UPDATE timeline_entry SET struck_at = $2, struck_by = $3, version = version + 1 WHERE id = $1 AND struck_at IS NULL", DB_I64(id),
		DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st timeline_store_release(struct ctx *c, int64_t incident, str about) {
	return db_later(c, "UPDATE timeline_entry SET about = NULL WHERE incident = $1 AND about = $2", DB_I64(incident), DB_STR(about));
}

/* ---- lists ---- */

enum st timeline_store_page(struct ctx *c, int64_t incident, const struct timeline_query *q, const struct page_in *page, struct list *out) {
	struct db_result r;
	int64_t known = q->as_known_at == I64_NONE ? INT64_MAX : q->as_known_at;
	enum st st = db_get(c, &r,
		ENTRY " WHERE t.incident = $1 AND (t.at > $2 OR (t.at = $2 AND t.id > $3)) AND ($4 = 0 OR t.is_key = 1)"
			  " AND t.recorded_at <= $5 AND (t.struck_at IS NULL OR t.struck_at > $5) ORDER BY t.at, t.id LIMIT $6",
		DB_I64(incident), DB_I64(page->key), DB_I64(page->id), DB_I64(q->key_only), DB_I64(known), DB_I64(page->limit));
	return st == ST_OK ? with_evidence(c, &r, out) : st;
}

#define VERSION                                                                                                                 \
	"SELECT v.entry, v.version, v.at, v.precision, v.text, v.phrase, v.args, v.knew, v.decided, v.because, v.is_key AS key, v.evidence, v.edited_at,"  \
	" p.id AS by_id, p.name AS by_name, v.edited_by_token AS token FROM timeline_edit v LEFT JOIN person p ON p.id = v.edited_by"

static struct list versions(struct ctx *c, const struct db_result *r) {
	struct timeline_version *v = arena_array(c->a, r->rows + 1, sizeof *v);
	for (size_t i = 0; i < r->rows; i++) {
		shape_from_row(&timeline_version_shape, r, i, &v[i]);
		v[i].entry = db_i64(r, i, 0);
		v[i].phrase = db_str(r, i, 5);
		v[i].args = db_str(r, i, 6);
	}
	return (struct list){ v, r->rows };
}

enum st timeline_store_replaced(struct ctx *c, int64_t incident, int64_t after, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, VERSION " WHERE v.incident = $1 AND v.edited_at > $2 ORDER BY v.id", DB_I64(incident), DB_I64(after));
	*out = st == ST_OK ? versions(c, &r) : (struct list){ 0 };
	return st;
}

enum st timeline_store_history(struct ctx *c, int64_t entry, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, VERSION " WHERE v.entry = $1 ORDER BY v.id", DB_I64(entry));
	*out = st == ST_OK ? versions(c, &r) : (struct list){ 0 };
	return st;
}

enum st timeline_store_rescope(struct ctx *c, int64_t incident, int64_t scope) {
	enum st st = db_later(c, "UPDATE timeline_entry SET scope = $2 WHERE incident = $1", DB_I64(incident), DB_I64(scope));
	if (st == ST_OK)
		st = db_later(c, "UPDATE event SET scope = $2 WHERE noun = 'timeline' AND noun_id IN (SELECT id FROM timeline_entry WHERE incident = $1)",
			DB_I64(incident), DB_I64(scope));
	return st;
}
