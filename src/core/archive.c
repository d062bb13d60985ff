#include "core/archive.h"

#include <sodium.h>

#include "base/embed.h"
#include "base/json.h"
#include "core/event.h"

REGISTRY_OF(archive_part);
REGISTRY_OF(event_handler);

enum { AT_ONCE = 500, MOST_COLUMNS = 64 };

ARCHIVE(core, { "event", .key = "id" }, { "scope", .key = "id" }, { "scope_member", .key = "scope, person, team" },
	{ "kept_reply", .left_out = "answers for requests that are sent again within a day" },
	{ "consumer", .left_out = "how far handlers are: an instance that was read in has nothing to handle" },
	{ "job", .left_out = "when schedules run next" },
	{ "setting", .left_out = "secrets of this instance" },
	{ "schema_version", .left_out = "made by the migrations" });

/* ---- which tables ---- */

const struct archive_table *archive_find(str table) {
	REGISTRY_EACH(archive_part, struct archive_part, part)
		for (const struct archive_table *t = part->tables; t->name; t++)
			if (str_is(table, t->name) || (t->once && str_is(table, t->once)))
				return t;
	return NULL;
}

static size_t count_all(void) {
	size_t n = 0;
	REGISTRY_EACH(archive_part, struct archive_part, part)
		for (const struct archive_table *t = part->tables; t->name; t++)
			n++;
	return n;
}

static bool has(const struct archive_table *const *all, size_t n, const struct archive_table *t) {
	for (size_t i = 0; i < n; i++)
		if (all[i] == t)
			return true;
	return false;
}

static size_t tables_of(str migration, const struct archive_table **all, size_t n) {
	static const char words[] = "CREATE TABLE ";
	for (ptrdiff_t at; (at = str_find(migration, STR(words))) >= 0;) {
		migration = str_from(migration, (size_t)at + sizeof words - 1);
		str rest = migration;
		const struct archive_table *t = archive_find(str_cut(&rest, ' '));
		if (t && !t->left_out && !has(all, n, t))
			all[n++] = t;
	}
	return n;
}

size_t archive_tables(struct arena *a, const struct archive_table *const **out) {
	const struct archive_table **all = arena_array(a, count_all() + 1, sizeof *all);
	const struct embedded *file;
	size_t n = 0;
	for (size_t i = 0; (file = embed_under(STR("src/db/migrations/"), i)); i++)
		n = tables_of(str_n(file->begin, (size_t)(file->end - file->begin)), all, n);
	*out = all;
	return n;
}

/* ---- out ---- */

static void write_bytes(struct ctx *c, struct jw *w, str s) {
	size_t room = sodium_base64_ENCODED_LEN(s.n, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(c->a, room);
	jw_obj(w);
	jw_kstr(w, "base64", str_c(sodium_bin2base64(text, room, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL)));
	jw_end(w);
}

static void write_cell(struct ctx *c, struct jw *w, const struct db_value *v) {
	switch (v->type) {
	case DB_T_NULL: jw_null(w); break;
	case DB_T_I64: jw_i64(w, v->i); break;
	case DB_T_F64: jw_f64(w, v->f); break;
	case DB_T_TEXT: jw_str(w, v->s); break;
	case DB_T_BLOB: write_bytes(c, w, v->s); break;
	}
}

static str row_json(struct ctx *c, const struct archive_table *t, const struct db_result *r, size_t row) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	for (size_t i = 0; i < r->cols; i++)
		if (!t->without || !str_is(r->names[i], t->without)) {
			jw_key_str(&w, r->names[i]);
			write_cell(c, &w, db_cell(r, row, i));
		}
	jw_end(&w);
	return buf_str(&b);
}

static size_t key_columns(const struct archive_table *t, str *out) {
	size_t n = 0;
	for (str rest = str_c(t->key); rest.p && n < MOST_COLUMNS;)
		out[n++] = str_trim(str_cut(&rest, ','));
	return n;
}

/* SELECT * FROM t WHERE (k1, k2) > ($1, $2) ORDER BY k1, k2 LIMIT 500 */
static str page_sql(struct ctx *c, const struct archive_table *t, size_t keys, bool first) {
	struct buf b = buf_in(c->a);
	buf_printf(&b, SQL_PART("SELECT * FROM %s"), t->name);
	if (!first) {
		buf_printf(&b, " WHERE (%s) > (", t->key);
		for (size_t i = 1; i <= keys; i++)
			buf_printf(&b, "%s$%zu", i > 1 ? ", " : "", i);
		buf_lit(&b, ")");
	}
	buf_printf(&b, " ORDER BY %s LIMIT %d", t->key, AT_ONCE);
	return buf_str(&b);
}

static enum st explain(struct ctx *c, enum st st) {
	if (st == ST_OK)
		return st;
	str constraint = db_error_constraint(c->db), text = constraint.n ? constraint : db_error(c->db);
	return fail(c, st, "archive.database", NULL, "%.*s", STR_FMT(text));
}

static const struct db_value *cell_named(const struct db_result *r, size_t row, str name) {
	for (size_t i = 0; i < r->cols; i++)
		if (str_eq(r->names[i], name))
			return db_cell(r, row, i);
	return NULL;
}

enum st archive_write(struct ctx *c, const struct archive_table *t, struct db_result *place, void *data, enum st (*line)(void *data, str line), size_t *n) {
	str names[MOST_COLUMNS];
	struct db_value at[MOST_COLUMNS];
	struct db_result r;
	size_t keys = key_columns(t, names);
	bool first = !place->rows;
	for (size_t i = 0; !first && i < keys; i++)
		at[i] = *cell_named(place, place->rows - 1, names[i]);
	enum st st = explain(c, db_run_once(c->db, c->a, &r, page_sql(c, t, keys, first), first ? NULL : at, first ? 0 : keys));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		st = line(data, row_json(c, t, &r, i));
	*n = st == ST_OK ? r.rows : 0;
	if (*n)
		*place = r;
	return st;
}

/* ---- in ---- */

static enum st count_rows(struct ctx *c, const struct archive_table *t, int64_t *n) {
	struct db_result r;
	str sql = arena_printf(c->a, SQL_PART("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 2) AS few"), t->name);
	enum st st = explain(c, db_run_once(c->db, c->a, &r, sql, DB_NO_ARGS));
	if (st == ST_OK)
		*n = db_i64(&r, 0, 0);
	return st;
}

/* A new instance holds one row only: the organisation without a name. */
static const char made_by_migration[] = "organisation";

enum st archive_begin(struct ctx *c) {
	const struct archive_table *const *all;
	size_t n = archive_tables(c->a, &all);
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		int64_t rows;
		st = count_rows(c, all[i], &rows);
		if (st == ST_OK && rows && strcmp(all[i]->name, made_by_migration) != 0)
			return fail(c, ST_CONFLICT, "archive.not_empty", NULL, N_("This instance is not empty (there are rows in %s). An archive is read into a new one: name an empty data folder."),
				all[i]->name);
	}
	return st == ST_OK ? ctx_db_run(c, NULL, "DELETE FROM organisation", DB_NO_ARGS) : st;
}

static enum st read_bytes(struct ctx *c, const json_t *v, struct db_value *out) {
	str text = json_str(json_object_get(v, "base64"));
	unsigned char *to = arena_alloc(c->a, text.n + 1);
	size_t n;
	if (json_object_size(v) != 1 || !text.p || sodium_base642bin(to, text.n + 1, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return fail(c, ST_MALFORMED, "archive.bytes", NULL, N_("bytes must be written as {\"base64\":\"…\"}"));
	*out = DB_BLOB(str_n((char *)to, n));
	return ST_OK;
}

static enum st read_cell(struct ctx *c, const json_t *v, struct db_value *out) {
	switch (json_typeof(v)) {
	case JSON_NULL: *out = DB_NULL; return ST_OK;
	case JSON_INTEGER: *out = DB_I64(json_integer_value(v)); return ST_OK;
	case JSON_REAL: *out = DB_F64(json_real_value(v)); return ST_OK;
	case JSON_STRING: *out = DB_STR(json_str(v)); return ST_OK;
	case JSON_OBJECT: return read_bytes(c, v, out);
	default: return fail(c, ST_MALFORMED, "archive.value", NULL, N_("a value must be a number, a text, null, or bytes"));
	}
}

static bool is_name(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_'))
			return false;
	return s.n > 0;
}

struct row {
	struct buf columns, places;
	struct db_value values[MOST_COLUMNS];
	size_t n;
};

/* Names of columns go into the statement: letters only, so that no archive says anything else there. */
static enum st read_row(struct ctx *c, const json_t *object, struct row *row) {
	const char *name;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)object, name, v) {
		if (!is_name(str_c(name)) || row->n == MOST_COLUMNS)
			return fail(c, ST_MALFORMED, "archive.column", NULL, N_("“%s” is not the name of a column"), name);
		enum st st = read_cell(c, v, &row->values[row->n]);
		if (st != ST_OK)
			return st;
		buf_printf(&row->columns, "%s%s", row->n ? ", " : "", name);
		row->n++;
		buf_printf(&row->places, "%s$%zu", row->n > 1 ? ", " : "", row->n);
	}
	return row->n ? ST_OK : fail(c, ST_MALFORMED, "archive.empty", NULL, N_("this row has no columns"));
}

enum st archive_read(struct ctx *c, const struct archive_table *t, str line) {
	char room[160];
	str why;
	json_t *v = json_parse(line, &why, room);
	struct row row = { .columns = buf_in(c->a), .places = buf_in(c->a) };
	json_own(c->a, v);
	if (!json_is_object(v))
		return fail(c, ST_MALFORMED, "archive.json", NULL, N_("this is not one JSON object: %.*s"), STR_FMT(v ? STR("") : why));
	enum st st = read_row(c, v, &row);
	if (st != ST_OK)
		return st;
	str sql = arena_printf(c->a, SQL_PART("INSERT INTO %s (%.*s) VALUES (%.*s)"), t->name, STR_FMT(buf_str(&row.columns)), STR_FMT(buf_str(&row.places)));
	return explain(c, db_run_once(c->db, NULL, NULL, sql, row.values, row.n));
}

/* PostgreSQL gives numbers from sequences, which know nothing of rows that came with theirs. */
static enum st move_sequences(struct ctx *c) {
	const struct archive_table *const *all;
	size_t n = archive_tables(c->a, &all);
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && db_kind(c->db) == DB_POSTGRES && i < n; i++) {
		struct db_result r;
		st = db_get(c, &r, SQL_PART("SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 AND column_name = 'id' AND is_identity = 'YES'"),
			DB_STR(str_c(all[i]->name)));
		if (st == ST_OK && r.rows)
			st = explain(c, db_run_once(c->db, c->a, &r,
				arena_printf(c->a, SQL_PART("SELECT setval(pg_get_serial_sequence('%s', 'id'), max(id)) FROM %s HAVING max(id) IS NOT NULL"), all[i]->name, all[i]->name),
				DB_NO_ARGS));
	}
	return st;
}

enum st archive_finish(struct ctx *c) {
	int64_t newest;
	enum st st = move_sequences(c);
	if (st == ST_OK)
		st = event_position(c, &newest);
	REGISTRY_EACH(event_handler, struct event_handler, h)
		if (st == ST_OK)
			st = db_do(c, "INSERT INTO consumer (name, cursor_id) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET cursor_id = excluded.cursor_id", DB_STR(str_c(h->key)),
				DB_I64(newest));
	return st;
}
