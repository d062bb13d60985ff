/* All SQL of the room. Most of it is put together from the table of places. */
#include "base/json.h"
#include "feature/scrub/scrub_parts.h"

enum { MOST_KEYS = 3, AT_ONCE = 50 };

const char *const scrub_state_names[] = { "hidden", "purging", "purged", NULL };
const char *const scrub_category_names[] = { "secret", "person", "customer", "other", NULL };

SHAPE(scrub_count_shape, "ScrubPlace", struct scrub_count, N_("how many places of a kind"),
	F(struct scrub_count, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of place"), .names = scrub_kind_names),
	F(struct scrub_count, FT_I64, count, FIELD_REQUIRED, N_("how many")));
SHAPE(scrub_shape, "Scrub", struct scrub, N_("a passage that was removed for good; what it said is kept nowhere"),
	F(struct scrub, FT_ID, id, FIELD_REQUIRED, N_("its number")),
	F(struct scrub, FT_TIME, at, FIELD_REQUIRED, N_("when it was removed")),
	F(struct scrub, FT_OBJ, by, FIELD_OPTIONAL, N_("who removed it"), .shape = &ref_shape),
	F(struct scrub, FT_OBJ, document, FIELD_OPTIONAL, N_("the document in which it was asked for"), .shape = &ref_shape),
	F(struct scrub, FT_OBJ, incident, FIELD_OPTIONAL, N_("or the incident"), .shape = &ref_shape),
	F(struct scrub, FT_ENUM, category, FIELD_REQUIRED, N_("what it was"), .names = scrub_category_names),
	F(struct scrub, FT_TEXT, reason, FIELD_REQUIRED, N_("why it was removed")),
	F(struct scrub, FT_I64, total, FIELD_REQUIRED, N_("in how many places it stood")),
	F(struct scrub, FT_LIST, places, FIELD_REQUIRED, N_("by kind of place"), .shape = &scrub_count_shape),
	F(struct scrub, FT_ENUM, state, FIELD_REQUIRED, N_("hidden: nobody sees it any more; purging: it is being taken out of the files; purged: it is in none of them"), .names = scrub_state_names),
	F(struct scrub, FT_I64, step, FIELD_REQUIRED, N_("of the purge: steps done")),
	F(struct scrub, FT_I64, steps, FIELD_REQUIRED, N_("and all there are; 0: not known")),
	F(struct scrub, FT_LIST, owed, FIELD_REQUIRED, N_("what the purge waits for: tables of PostgreSQL that are to be written anew, copies of the database that are to be deleted"), .shape = &ref_shape),
	F(struct scrub, FT_TIME, purged_at, FIELD_OPTIONAL, N_("when it was purged")));

/* ---- what belongs together ---- */

static enum st numbers(struct ctx *c, const char *sql, int64_t a, int64_t **out, int64_t **texts, size_t *n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, DB_ARGS(DB_I64(a), DB_I64(perm_viewer(c))));
	*n = st == ST_OK ? r.rows : 0;
	*out = arena_array(c->a, *n + 1, sizeof **out);
	if (texts)
		*texts = arena_array(c->a, *n + 1, sizeof **texts);
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = db_i64(&r, i, 0);
		if (texts)
			(*texts)[i] = db_i64(&r, i, 1);
	}
	return st;
}

enum st scrub_store_reach(struct ctx *c, int64_t document, int64_t incident, struct scrub_reach *out) {
	static const char of_document[] = "SELECT d.id, d.text FROM document d WHERE (d.id = $1 OR d.id IN (SELECT x.document FROM document_incident x JOIN document_incident y ON y.incident = x.incident"
		" JOIN incident i ON i.id = x.incident WHERE y.document = $1 AND " PERM_SEES("i.scope", "$2") ")) AND " PERM_SEES("d.scope", "$2") " ORDER BY d.id";
	static const char of_incident[] = "SELECT d.id, d.text FROM document d JOIN document_incident x ON x.document = d.id WHERE x.incident = $1 AND " PERM_SEES("d.scope", "$2") " ORDER BY d.id";
	static const char its_incidents[] = "SELECT i.id FROM incident i JOIN document_incident x ON x.incident = i.id WHERE x.document = $1 AND " PERM_SEES("i.scope", "$2") " ORDER BY i.id";
	static const char itself[] = "SELECT i.id FROM incident i WHERE i.id = $1 AND " PERM_SEES("i.scope", "$2");
	enum st st = numbers(c, document ? of_document : of_incident, document ? document : incident, &out->documents, &out->texts, &out->document_n);
	return st == ST_OK ? numbers(c, document ? its_incidents : itself, document ? document : incident, &out->incidents, NULL, &out->incident_n) : st;
}

/* ---- one place ---- */

static void add_numbers(struct buf *b, const int64_t *ids, size_t n) {
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%lld", i ? ", " : "", (long long)ids[i]);
	if (!n)
		buf_addc(b, '0');
}

static str fill(struct arena *a, const char *reach, const struct scrub_reach *r) {
	struct buf b = buf_in(a);
	str rest = str_c(reach);
	for (ptrdiff_t at; (at = str_chr(rest, '{')) >= 0; rest = str_from(rest, (size_t)at + 3)) {
		bool documents = rest.p[at + 1] == 'D';
		buf_add(&b, str_to(rest, (size_t)at));
		add_numbers(&b, documents ? r->documents : r->incidents, documents ? r->document_n : r->incident_n);
	}
	buf_add(&b, rest);
	return b.n ? buf_str(&b) : STR("1 = 1");
}

struct look {
	const struct scrub_place *place;
	str where, after, condition; /* "(k1, k2) > ($2, $3)"; "k1 = $1 AND k2 = $2" */
	size_t keys;
	bool cover;
};

static struct look plan(struct ctx *c, const struct scrub_place *p, const struct scrub_reach *reach, bool cover) {
	struct look l = { .place = p, .where = fill(c->a, p->reach, reach), .cover = cover };
	struct buf after = buf_in(c->a), condition = buf_in(c->a);
	buf_printf(&after, "(%s) > (", p->keys);
	for (str rest = str_c(p->keys); rest.p; l.keys++) {
		str key = str_trim(str_cut(&rest, ','));
		buf_printf(&after, "%s$%zu", l.keys ? ", " : "", l.keys + 2);
		buf_printf(&condition, "%s%.*s = $%zu", l.keys ? " AND " : "", STR_FMT(key), l.keys + 1);
	}
	buf_addc(&after, ')');
	l.after = buf_str(&after);
	l.condition = buf_str(&condition);
	return l;
}

static enum st next_rows(struct ctx *c, const struct look *l, str token, const struct db_result *before, struct db_result *out) {
	struct db_value args[MOST_KEYS + 1] = { DB_STR(token.n ? token : STR("")) };
	bool first = !before->rows;
	const char *has = db_kind(c->db) == DB_SQLITE ? "instr" : "strpos";
	for (size_t i = 0; !first && i < l->keys; i++)
		args[i + 1] = *db_cell(before, before->rows - 1, i);
	str sql = arena_printf(c->a, SQL_PART("SELECT %s, %s FROM %s WHERE (%.*s) AND %s IS NOT NULL AND (CAST($1 AS TEXT) = '' OR %s(%s, CAST($1 AS TEXT)) > 0)%s%.*s ORDER BY %s LIMIT %d"), l->place->keys,
		l->place->column, l->place->table, STR_FMT(l->where), l->place->column, has, l->place->column, first ? "" : " AND ", first ? 0 : (int)l->after.n, l->after.p, l->place->keys, AT_ONCE);
	return db_run_once(c->db, c->a, out, sql, args, first ? 1 : l->keys + 1);
}

static enum st overwrite(struct ctx *c, const struct look *l, const struct db_result *r, size_t row, str value) {
	struct db_value args[MOST_KEYS + 1];
	bool forget = l->place->deed == SCRUB_FORGET;
	for (size_t i = 0; i < l->keys; i++)
		args[i] = *db_cell(r, row, i);
	args[l->keys] = DB_STR(value);
	str what = forget ? str_c("data = NULL, salt = NULL") : arena_printf(c->a, "%s = $%zu", l->place->column, l->keys + 1);
	str sql = arena_printf(c->a, SQL_PART("UPDATE %s SET %.*s WHERE %.*s"), l->place->table, STR_FMT(what), STR_FMT(l->condition));
	return db_run_once(c->db, NULL, NULL, sql, args, l->keys + !forget);
}

void scrub_add(struct ctx *c, struct scrub_result *r, enum scrub_kind kind, size_t times, str sample) {
	if (kind < SCRUB_KINDS)
		r->count[kind] += times;
	if (kind < SCRUB_KINDS && times && sample.n && r->sample_n < SCRUB_SAMPLES)
		r->samples[r->sample_n++] = (struct scrub_sample){ (int)kind, arena_str(c->a, sample) };
}

static void must_follow(struct ctx *c, struct scrub_result *r, const char *noun, int64_t id) {
	for (size_t i = 0; i < r->changed_n; i++)
		if (!strcmp(r->changed[i].noun, noun) && r->changed[i].id == id)
			return;
	if (r->changed_n == r->changed_room) {
		size_t room = r->changed_room ? 2 * r->changed_room : 16;
		struct scrub_changed *grown = arena_array(c->a, room, sizeof *grown);
		if (r->changed_n)
			memcpy(grown, r->changed, r->changed_n * sizeof *grown);
		r->changed = grown;
		r->changed_room = room;
	}
	r->changed[r->changed_n++] = (struct scrub_changed){ noun, id };
}

static enum st one_row(struct ctx *c, const struct scrub_words *w, const struct look *l, const struct db_result *rows, size_t row, struct scrub_result *r) {
	str covered, sample;
	size_t times = scrub_cover(c->a, w, l->place->form, db_str(rows, row, l->keys), &covered, &sample);
	if (!times)
		return ST_OK;
	scrub_add(c, r, l->place->kind, times, sample);
	r->touched[l->place - scrub_places] = true;
	if (l->place->noun)
		must_follow(c, r, l->place->noun, db_i64(rows, row, 0));
	return l->cover ? overwrite(c, l, rows, row, covered) : ST_OK;
}

enum st scrub_store_place(struct ctx *c, const struct scrub_words *w, const struct scrub_reach *reach, size_t place, bool cover, struct scrub_result *r) {
	struct look l = plan(c, &scrub_places[place], reach, cover);
	struct db_result rows = { 0 };
	enum st st = ST_OK;
	do {
		struct db_result before = rows;
		st = next_rows(c, &l, w->token[l.place->form], &before, &rows);
		for (size_t i = 0; st == ST_OK && i < rows.rows; i++)
			st = one_row(c, w, &l, &rows, i, r);
	} while (st == ST_OK && rows.rows == AT_ONCE);
	return st == ST_OK || c->err.code ? st : fail(c, st, "db.unavailable", NULL, "%.*s", STR_FMT(db_error(c->db)));
}

enum st scrub_store_forget_hashes(struct ctx *c, const struct scrub_reach *reach) {
	enum st st = db_later(c, "UPDATE kept_reply SET request_hash = $1 WHERE length(request_hash) > 0", DB_BLOB(STR("")));
	for (size_t i = 0; st == ST_OK && i < reach->document_n; i++)
		st = db_later(c, "UPDATE intake_source SET hash = '' WHERE document = $1", DB_I64(reach->documents[i]));
	return st;
}

/* ---- the record ---- */

enum st scrub_store_add(struct ctx *c, struct scrub *s) {
	return db_new(c, "scrub", &s->id,
		"INSERT INTO scrub (id, at, person, document, incident, category, reason, places, total, state, step, owed, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)",
		DB_I64(c->now), DB_OPT_I64(c->who->person), DB_OPT_I64(s->document.id), DB_OPT_I64(s->incident.id), DB_STR(enum_str(scrub_category_names, s->category)), DB_STR(s->reason),
		DB_STR(s->counts), DB_I64(s->total), DB_STR(enum_str(scrub_state_names, s->state)), DB_STR(s->debts), DB_I64(s->mark));
}

static struct list counts_of(struct ctx *c, str json) {
	struct scrub_count *out = arena_array(c->a, SCRUB_KINDS, sizeof *out);
	struct list l = { out, 0 };
	char room[160];
	str why;
	json_t *o = json_parse(json, &why, room);
	json_own(c->a, o);
	for (int kind = 0; o && kind < SCRUB_KINDS; kind++) {
		int64_t n = json_integer_value(json_object_get(o, scrub_kind_names[kind]));
		if (n)
			out[l.n++] = (struct scrub_count){ kind, n };
	}
	return l;
}

static struct list debts_of(struct ctx *c, str lines) {
	struct ref *out = arena_array(c->a, lines.n + 1, sizeof *out);
	struct list l = { out, 0 };
	for (str rest = lines; rest.n;) {
		str line = str_cut(&rest, '\n');
		bool table = str_starts(line, STR("table "));
		line = str_from(line, table ? 6 : 5);
		if (line.n)
			out[l.n] = (struct ref){ (int64_t)l.n + 1, table ? str_cut(&line, ' ') : line }, l.n++;
	}
	return l;
}

enum { COL_COUNTS = 12 };
#define COLUMNS                                                                                                                \
	"SELECT s.id, s.at, s.category, s.reason, s.total, s.state, s.step, s.purged_at, p.id AS by_id, p.name AS by_name, d.id AS document_id, d.title AS document_name,"                     \
	" s.places AS counts, s.owed, s.mark, i.id AS incident_id, i.title AS incident_name FROM scrub s LEFT JOIN person p ON p.id = s.person LEFT JOIN document d ON d.id = s.document"       \
	" LEFT JOIN incident i ON i.id = s.incident"

static enum st read_rows(struct ctx *c, struct list *out, const char *sql, const struct db_value *args, size_t n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, args, n);
	if (st != ST_OK)
		return st;
	struct scrub *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++) {
		shape_from_row(&scrub_shape, &r, i, &all[i]);
		all[i].counts = db_str(&r, i, COL_COUNTS);
		all[i].debts = db_str(&r, i, COL_COUNTS + 1);
		all[i].mark = db_i64(&r, i, COL_COUNTS + 2);
		all[i].places = counts_of(c, all[i].counts);
		all[i].owed = debts_of(c, all[i].debts);
		all[i].steps = db_kind(c->db) == DB_SQLITE ? SCRUB_STEPS : 0;
	}
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

enum st scrub_store_list(struct ctx *c, int64_t id, int64_t document, int64_t incident, int64_t before, int64_t limit, struct list *out) {
	return read_rows(c, out,
		COLUMNS " WHERE ($1 = 0 OR s.id = $1) AND s.id < $2 AND ($3 = 0 OR s.document = $3 OR s.incident IN (SELECT x.incident FROM document_incident x WHERE x.document = $3))"
		" AND ($4 = 0 OR s.incident = $4 OR s.document IN (SELECT x.document FROM document_incident x WHERE x.incident = $4))"
		" AND " PERM_SEES("COALESCE(d.scope, i.scope, 0)", "$5") " ORDER BY s.id DESC LIMIT $6",
		DB_ARGS(DB_I64(id), DB_I64(before), DB_I64(document), DB_I64(incident), DB_I64(perm_viewer(c)), DB_I64(limit)));
}

enum st scrub_store_waiting(struct ctx *c, struct list *out) {
	return read_rows(c, out, COLUMNS " WHERE s.state <> 'purged' AND s.id > $1 ORDER BY s.id LIMIT 100", DB_ARGS(DB_I64(0)));
}

enum st scrub_store_move(struct ctx *c, const struct scrub *s) {
	return db_later(c, "UPDATE scrub SET state = $2, step = $3, owed = $4, purged_at = CASE WHEN $2 = 'purged' THEN CAST($5 AS BIGINT) ELSE NULL END WHERE id = $1", DB_I64(s->id),
		DB_STR(enum_str(scrub_state_names, s->state)), DB_I64(s->step), DB_STR(s->debts), DB_I64(c->now));
}

/* ---- PostgreSQL ---- */

static const char *const derived[] = { "live_text", "document_update", "text_snapshot", "search_text", "search_words", "similar_item", "similar_word", "similar_post", "kept_reply", "intake_source" };

static bool touches(const struct scrub_result *r, str table) {
	if (r->alone)
		return str_is(table, r->alone);
	for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
		if (str_is(table, derived[i]))
			return true;
	for (size_t i = 0; i < scrub_place_n; i++)
		if (r->touched[i] && str_is(table, scrub_places[i].table))
			return true;
	return false;
}

enum st scrub_store_mark(struct ctx *c, const struct scrub_result *r, int64_t *mark, str *debts) {
	struct db_result x;
	struct buf b = buf_in(c->a);
	*mark = 0;
	*debts = STR("");
	if (db_kind(c->db) == DB_SQLITE)
		return ST_OK;
	enum st st = db_one_i64(c, mark, SQL_PART("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) WHERE $1 = 0"), DB_I64(0));
	if (st == ST_OK)
		st = db_get(c, &x, SQL_PART("SELECT CAST(relname AS TEXT), CAST(relfilenode AS BIGINT) FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r' AND $1 = 0 ORDER BY relname"),
			DB_I64(0));
	for (size_t i = 0; st == ST_OK && i < x.rows; i++)
		if (touches(r, db_str(&x, i, 0)))
			buf_printf(&b, "table %.*s %lld\n", STR_FMT(db_str(&x, i, 0)), (long long)db_i64(&x, i, 1));
	if (b.n)
		*debts = buf_str(&b);
	return st;
}

/* Another file, and no row in it that was written or deleted by a transaction as old as ours. */
static enum st is_settled(struct ctx *c, int64_t mark, str table, int64_t file, bool *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		SQL_PART("SELECT CAST(relfilenode AS BIGINT), CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) - age(relfrozenxid) FROM pg_class"
		" WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = $1"), DB_STR(table));
	*out = st == ST_OK && (!r.rows || (db_i64(&r, 0, 0) != file && db_i64(&r, 0, 1) > mark));
	return st;
}

enum st scrub_store_unsettled(struct ctx *c, int64_t mark, str debts, str *left) {
	struct buf b = buf_in(c->a);
	enum st st = ST_OK;
	for (str rest = debts; st == ST_OK && rest.n;) {
		str line = str_cut(&rest, '\n'), x = str_from(line, 6), table = str_cut(&x, ' ');
		int64_t file = 0;
		bool settled = false;
		if (!str_starts(line, STR("table ")) || !str_i64(x, &file))
			continue;
		st = is_settled(c, mark, table, file, &settled);
		if (!settled)
			buf_printf(&b, "%.*s\n", STR_FMT(line));
	}
	*left = b.n ? buf_str(&b) : STR("");
	return st;
}

enum st scrub_store_owed_tables(struct ctx *c, str **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT owed FROM scrub WHERE state <> 'purged' AND id > $1 ORDER BY id", DB_I64(0));
	size_t room = 0;
	*n = 0;
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		room += db_str(&r, i, 0).n;
	*out = arena_array(c->a, room + 1, sizeof **out);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		for (str rest = db_str(&r, i, 0); rest.n;) {
			str x = str_from(str_cut(&rest, '\n'), 6), table = str_cut(&x, ' ');
			bool known = !table.n || !x.n;
			for (size_t k = 0; k < *n; k++)
				known |= str_eq((*out)[k], table);
			if (!known)
				(*out)[(*n)++] = table;
		}
	return st;
}
