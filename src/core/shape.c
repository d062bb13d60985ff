#include "core/shape.h"

#include <math.h>

#include "base/clock.h"
#include "text/utf8.h"

enum { DEFAULT_TEXT_MAX = 10000, DEFAULT_LIST_MAX = 1000 };

static const struct field ref_fields[] = {
	F(struct ref, FT_ID, id, FIELD_REQUIRED, N_("number of the record")),
	F(struct ref, FT_TEXT, name, FIELD_REQUIRED, N_("its name")),
};
const struct shape ref_shape = { "Ref", sizeof(struct ref), ref_fields, 2, N_("somebody or something, by number and name") };

static void *at(const struct field *f, const void *record) {
	return (char *)(uintptr_t)record + f->offset;
}

ptrdiff_t shape_field(const struct shape *s, str name) {
	for (size_t i = 0; i < s->count; i++)
		if (str_is(name, s->fields[i].name))
			return (ptrdiff_t)i;
	return -1;
}

bool shape_given_name(const struct shape *s, const void *record, const char *name) {
	ptrdiff_t i = shape_field(s, str_c(name));
	return i >= 0 && shape_given(record, (size_t)i);
}

int enum_index(const char *const *names, str name) {
	for (int i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return i;
	return -1;
}

/* ---- JSON out ---- */

static bool absent_i64(const struct field *f, int64_t v) {
	return v == I64_NONE || (v == 0 && (f->flags & FIELD_OPTIONAL) && (f->type == FT_ID || f->type == FT_TIME));
}

static void write_date(struct jw *w, int64_t days) {
	struct civil c = civil_from_us(days * US_PER_DAY);
	char text[48];
	int n = snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
	jw_str(w, (str){ text, (size_t)n });
}

static void write_number(struct jw *w, const struct field *f, int64_t v) {
	if (absent_i64(f, v))
		jw_null(w);
	else if (f->type == FT_TIME)
		jw_time(w, v);
	else if (f->type == FT_DATE)
		write_date(w, v);
	else
		jw_i64(w, v);
}

static void write_text(struct jw *w, const struct field *f, str s) {
	if (s.n == 0 && (f->flags & FIELD_OPTIONAL))
		jw_null(w);
	else
		jw_str(w, s);
}

static void write_object(struct jw *w, const struct field *f, const void *record) {
	const struct field *first = &f->shape->fields[0];
	bool missing = (f->flags & FIELD_OPTIONAL) && first->type == FT_ID && absent_i64(&(struct field){ .type = FT_ID, .flags = FIELD_OPTIONAL }, *(const int64_t *)at(first, record));
	if (missing)
		jw_null(w);
	else
		shape_write(w, f->shape, record);
}

static void write_ids(struct jw *w, const struct list *l) {
	jw_arr(w);
	for (size_t i = 0; i < l->n; i++)
		jw_i64(w, ((const int64_t *)l->items)[i]);
	jw_end(w);
}

static void write_value(struct jw *w, const struct field *f, const void *p) {
	switch (f->type) {
	case FT_ID: case FT_I64: case FT_TIME: case FT_DATE: write_number(w, f, *(const int64_t *)p); break;
	case FT_F64: jw_f64(w, *(const double *)p); break;
	case FT_BOOL: jw_bool(w, *(const bool *)p); break;
	case FT_TEXT: case FT_SECRET: write_text(w, f, *(const str *)p); break;
	case FT_ENUM: {
		int v = *(const int *)p;
		if (v < 0)
			jw_null(w);
		else
			jw_str(w, str_c(f->names[v]));
		break;
	}
	case FT_OBJ: write_object(w, f, p); break;
	case FT_LIST: shape_write_list(w, f->shape, p); break;
	case FT_IDS: write_ids(w, p); break;
	case FT_JSON: {
		str json = *(const str *)p;
		jw_raw(w, json.n ? json : STR("null"));
		break;
	}
	case FT_PARSED: jw_null(w); break;
	}
}

static void write_ref(struct jw *w, const struct field *f, int64_t id) {
	char text[40];
	int n = snprintf(text, sizeof text, "%s-%lld", f->prefix, (long long)id);
	jw_key(w, "ref");
	jw_str(w, (str){ text, (size_t)n });
}

void shape_write(struct jw *w, const struct shape *s, const void *record) {
	jw_obj(w);
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		jw_key(w, f->name);
		write_value(w, f, at(f, record));
		if (f->type == FT_ID && f->prefix && str_is(STR("id"), f->name))
			write_ref(w, f, *(const int64_t *)at(f, record));
	}
	jw_end(w);
}

void shape_write_list(struct jw *w, const struct shape *s, const struct list *l) {
	jw_arr(w);
	for (size_t i = 0; i < l->n; i++)
		shape_write(w, s, (const char *)l->items + i * s->size);
	jw_end(w);
}

/* ---- values in ---- */

struct in {
	struct ctx *c;
	const struct field *f;
	str path; /* of the field inside the body */
};

static str path_join(struct ctx *c, str outer, const char *name) {
	return outer.n ? arena_printf(c->a, "%.*s/%s", STR_FMT(outer), name) : str_c(name);
}

static enum st wrong_type(const struct in *in, const char *wanted) {
	return fail_field(in->c, ST_INVALID, "field.type", in->path, N_("“%.*s” must be %s."), STR_FMT(in->path), tr(in->c->lang, wanted));
}

static enum st put_number(const struct in *in, int64_t v, void *p) {
	const struct field *f = in->f;
	if (f->max > f->min && (v < f->min || v > f->max))
		return fail_field(in->c, ST_INVALID, "field.range", in->path, N_("“%.*s” must be between %lld and %lld."), STR_FMT(in->path), (long long)f->min,
			(long long)f->max);
	*(int64_t *)p = v;
	return ST_OK;
}

static str line_ends(struct arena *a, str s) {
	if (str_chr(s, '\r') < 0)
		return s;
	char *to = arena_alloc(a, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			to[n++] = s.p[i];
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			to[n++] = '\n';
	return (str){ to, n };
}

static str in_one_line(struct arena *a, str s) {
	if (str_chr(s, '\n') < 0 && str_chr(s, '\t') < 0)
		return s;
	s = arena_str(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n' || s.p[i] == '\t')
			((char *)s.p)[i] = ' ';
	return s;
}

static enum st put_text(const struct in *in, str s, void *p) {
	const struct field *f = in->f;
	struct ctx *c = in->c;
	int64_t max = f->max ? f->max : DEFAULT_TEXT_MAX;
	if (!utf8_valid(s))
		return fail_field(c, ST_INVALID, "field.utf8", in->path, N_("“%.*s” is not valid UTF-8 text."), STR_FMT(in->path));
	if (str_chr(s, '\0') >= 0)
		return fail_field(c, ST_INVALID, "field.nul", in->path, N_("“%.*s” contains a NUL character, which no text may."), STR_FMT(in->path));
	bool verbatim = f->type == FT_SECRET || (f->flags & FIELD_VERBATIM);
	s = f->type == FT_SECRET ? s : utf8_nfc(c->a, line_ends(c->a, s));
	if (!verbatim)
		s = str_trim(s);
	if (f->flags & FIELD_LINE)
		s = in_one_line(c->a, s);
	int64_t length = s.n <= (size_t)max ? (int64_t)s.n : (int64_t)utf8_length(s);
	if (length > max)
		return fail_field(c, ST_INVALID, "field.too_long", in->path, N_("“%.*s” has %lld characters; at most %lld fit."), STR_FMT(in->path),
			(long long)length, (long long)max);
	if ((f->flags & FIELD_NOT_EMPTY) && str_trim(s).n == 0)
		return fail_field(c, ST_INVALID, "field.empty", in->path, N_("“%.*s” must not be empty."), STR_FMT(in->path));
	*(str *)p = s;
	return ST_OK;
}

static enum st put_enum(const struct in *in, str s, void *p) {
	int v = enum_index(in->f->names, s);
	if (v >= 0) {
		*(int *)p = v;
		return ST_OK;
	}
	struct buf all = buf_in(in->c->a);
	for (int i = 0; in->f->names[i]; i++)
		buf_printf(&all, "%s%s", i ? ", " : "", in->f->names[i]);
	return fail_field(in->c, ST_INVALID, "field.choice", in->path, N_("“%.*s” must be one of: %.*s."), STR_FMT(in->path), STR_FMT(buf_str(&all)));
}

static bool parse_id(const struct field *f, str s, int64_t *id) {
	size_t n = f->prefix ? strlen(f->prefix) : 0;
	if (n && s.n > n && s.p[n] == '-' && str_eq_ascii_ci(str_to(s, n), str_c(f->prefix)))
		s = str_from(s, n + 1);
	return s.n && s.p[0] >= '0' && s.p[0] <= '9' && str_i64(s, id) && *id > 0;
}

static bool parse_date(str s, int64_t *days) {
	int64_t us;
	char text[32];
	if (s.n != 10)
		return false;
	int n = snprintf(text, sizeof text, "%.*sT00:00:00Z", STR_FMT(s));
	if (!time_parse_rfc3339((str){ text, (size_t)n }, &us))
		return false;
	*days = us / US_PER_DAY - (us % US_PER_DAY < 0);
	return true;
}

/* Values that are text on the wire in both forms, JSON and query string. */
static enum st put_from_text(const struct in *in, str s, void *p) {
	int64_t v;
	switch (in->f->type) {
	case FT_ID: return parse_id(in->f, s, &v) ? put_number(in, v, p) : wrong_type(in, N_("the number of a record"));
	case FT_TIME: return time_parse_rfc3339(s, &v) ? put_number(in, v, p) : wrong_type(in, N_("a time such as 2026-11-22T14:51:00+09:00"));
	case FT_DATE: return parse_date(s, &v) ? put_number(in, v, p) : wrong_type(in, N_("a date such as 2026-11-22"));
	case FT_TEXT: case FT_SECRET: return put_text(in, s, p);
	case FT_ENUM: return put_enum(in, s, p);
	default: return wrong_type(in, N_("something else"));
	}
}

static enum st read_value(const struct in *in, const json_t *v, void *p);

static enum st read_list(const struct in *in, const json_t *v, struct list *out) {
	size_t n = json_array_size(v), max = in->f->max ? (size_t)in->f->max : DEFAULT_LIST_MAX;
	if (n > max)
		return fail_field(in->c, ST_INVALID, "field.too_many", in->path, N_("“%.*s” has %zu items; at most %zu fit."), STR_FMT(in->path), n, max);
	bool ids = in->f->type == FT_IDS;
	size_t size = ids ? sizeof(int64_t) : in->f->shape->size;
	*out = (struct list){ arena_array(in->c->a, n ? n : 1, size), n };
	struct field item = { .type = ids ? FT_ID : FT_OBJ, .shape = in->f->shape, .prefix = in->f->prefix };
	for (size_t i = 0; i < n; i++) {
		struct in each = { in->c, &item, arena_printf(in->c->a, "%.*s/%zu", STR_FMT(in->path), i) };
		enum st st = read_value(&each, json_array_get(v, i), (char *)out->items + i * size);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum st read_object(struct ctx *c, const struct shape *s, const json_t *object, void *record, str path);

static enum st read_json_text(const struct in *in, const json_t *v, str *out) {
	char *z = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	if (!z)
		return fail_field(in->c, ST_NO_MEMORY, "memory", in->path, N_("Out of memory."));
	*out = arena_str(in->c->a, str_c(z));
	free(z);
	return ST_OK;
}

static enum st read_value(const struct in *in, const json_t *v, void *p) {
	switch (in->f->type) {
	case FT_I64:
		return json_is_integer(v) ? put_number(in, json_integer_value(v), p) : wrong_type(in, N_("a whole number"));
	case FT_F64:
		if (!json_is_number(v))
			return wrong_type(in, N_("a number"));
		*(double *)p = json_number_value(v);
		return ST_OK;
	case FT_BOOL:
		if (!json_is_boolean(v))
			return wrong_type(in, N_("true or false"));
		*(bool *)p = json_is_true(v);
		return ST_OK;
	case FT_ID:
		if (json_is_integer(v) && json_integer_value(v) > 0)
			return put_number(in, json_integer_value(v), p);
		return json_is_string(v) ? put_from_text(in, json_str(v), p) : wrong_type(in, N_("the number of a record"));
	case FT_TEXT: case FT_SECRET: case FT_TIME: case FT_DATE: case FT_ENUM:
		return json_is_string(v) ? put_from_text(in, json_str(v), p) : wrong_type(in, N_("text in quotes"));
	case FT_OBJ:
		return json_is_object(v) ? read_object(in->c, in->f->shape, v, p, in->path) : wrong_type(in, N_("an object"));
	case FT_LIST: case FT_IDS:
		return json_is_array(v) ? read_list(in, v, p) : wrong_type(in, N_("a list"));
	case FT_JSON:
		return read_json_text(in, v, p);
	case FT_PARSED:
		*(const json_t **)p = v;
		return ST_OK;
	}
	return ST_INTERNAL;
}

static void mark_given(void *record, size_t i) {
	*(uint64_t *)record |= UINT64_C(1) << i;
}

static void clear_optional(const struct shape *s, void *record) {
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (f->type == FT_ENUM)
			*(int *)at(f, record) = -1;
		else if (f->type == FT_I64 || f->type == FT_TIME || f->type == FT_DATE)
			*(int64_t *)at(f, record) = I64_NONE;
		else if (f->type == FT_F64)
			*(double *)at(f, record) = NAN;
		else if (f->type == FT_OBJ)
			clear_optional(f->shape, at(f, record));
	}
}

/* Nested shapes have no `given` word; only the outermost input has. A nested absent number is I64_NONE as well. */
static enum st defaults(struct ctx *c, const struct shape *s, uint64_t given, void *record, str path) {
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (given >> i & 1)
			continue;
		if (f->flags & FIELD_REQUIRED) {
			str full = path_join(c, path, f->name);
			return fail_field(c, ST_INVALID, "field.missing", full, N_("“%.*s” is missing."), STR_FMT(full));
		}
		if (f->type == FT_ENUM)
			*(int *)at(f, record) = -1;
		else if (f->type == FT_I64 || f->type == FT_TIME || f->type == FT_DATE)
			*(int64_t *)at(f, record) = I64_NONE;
		else if (f->type == FT_F64)
			*(double *)at(f, record) = NAN;
		else if (f->type == FT_OBJ)
			clear_optional(f->shape, at(f, record));
	}
	return ST_OK;
}

static enum st read_members(struct ctx *c, const struct shape *s, const json_t *object, void *record, str path, uint64_t *given) {
	const char *name;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)object, name, v) {
		ptrdiff_t i = shape_field(s, str_c(name));
		str full = path_join(c, path, arena_cstr(c->a, str_c(name)));
		if (i < 0 || (s->fields[i].flags & FIELD_PATH))
			return fail_field(c, ST_INVALID, "field.unknown", full, N_("“%.*s” is not a field here."), STR_FMT(full));
		const struct field *f = &s->fields[i];
		if (json_is_null(v) && (f->flags & FIELD_OPTIONAL)) {
			if (!path.n)
				mark_given(record, (size_t)i);
			continue;
		}
		struct in in = { c, f, full };
		enum st st = read_value(&in, v, at(f, record));
		if (st != ST_OK)
			return st;
		*given |= UINT64_C(1) << i;
		if (!path.n)
			mark_given(record, (size_t)i);
	}
	return ST_OK;
}

static enum st read_object(struct ctx *c, const struct shape *s, const json_t *object, void *record, str path) {
	uint64_t given = 0;
	enum st st = read_members(c, s, object, record, path, &given);
	return st == ST_OK ? defaults(c, s, given, record, path) : st;
}

enum st shape_read(struct ctx *c, const struct shape *s, const json_t *object, void *record) {
	uint64_t given = *(uint64_t *)record;
	if (!json_is_object(object))
		return fail(c, ST_INVALID, "body.object", NULL, N_("The body must be a JSON object."));
	enum st st = read_members(c, s, object, record, STR_NONE, &given);
	return st == ST_OK ? defaults(c, s, given, record, STR_NONE) : st;
}

static enum st split_list_text(const struct in *in, str text, struct list *out) {
	json_t *array = json_array();
	json_own(in->c->a, array);
	for (str rest = text; rest.p && text.n;) {
		str item = str_trim(str_cut(&rest, ','));
		json_array_append_new(array, json_stringn(item.n ? item.p : "", item.n));
	}
	return array ? read_list(in, array, out) : ST_NO_MEMORY;
}

static enum st parse_json_text(const struct in *in, str text, void *p) {
	str why;
	char room[160];
	json_t *v = json_parse(text, &why, room);
	if (!v)
		return wrong_type(in, N_("JSON"));
	json_own(in->c->a, v);
	return read_value(in, v, p);
}

enum st shape_read_text(struct ctx *c, const struct shape *s, size_t i, str text, void *record) {
	const struct field *f = &s->fields[i];
	struct in in = { c, f, str_c(f->name) };
	void *p = at(f, record);
	int64_t v;
	mark_given(record, i);
	switch (f->type) {
	case FT_I64: return str_i64(text, &v) ? put_number(&in, v, p) : wrong_type(&in, N_("a whole number"));
	case FT_BOOL:
		if (!str_is(text, "true") && !str_is(text, "false") && !str_is(text, "1") && !str_is(text, "0"))
			return wrong_type(&in, N_("true or false"));
		*(bool *)p = str_is(text, "true") || str_is(text, "1");
		return ST_OK;
	case FT_IDS: return split_list_text(&in, text, p);
	case FT_F64: case FT_OBJ: case FT_LIST: case FT_JSON: case FT_PARSED: return parse_json_text(&in, text, p);
	default: return put_from_text(&in, text, p);
	}
}

enum st shape_finish(struct ctx *c, const struct shape *s, void *record) {
	return defaults(c, s, *(uint64_t *)record, record, STR_NONE);
}

/* ---- rows ---- */

static void set_column(const struct field *f, const struct db_value *v, void *p) {
	switch (f->type) {
	case FT_ID: *(int64_t *)p = v->type == DB_T_I64 ? v->i : 0; break;
	case FT_I64: case FT_TIME: case FT_DATE: *(int64_t *)p = v->type == DB_T_I64 ? v->i : I64_NONE; break;
	case FT_BOOL: *(bool *)p = v->type == DB_T_I64 && v->i; break;
	case FT_F64: *(double *)p = v->type == DB_T_F64 ? v->f : v->type == DB_T_I64 ? (double)v->i : NAN; break;
	case FT_ENUM: *(int *)p = v->type == DB_T_TEXT ? enum_index(f->names, v->s) : -1; break;
	case FT_TEXT: case FT_SECRET: case FT_JSON: *(str *)p = v->type == DB_T_TEXT || v->type == DB_T_BLOB ? v->s : STR_NONE; break;
	default: break;
	}
}

static bool row_column(const struct shape *s, str name, const struct db_value *v, void *record) {
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		size_t n = strlen(f->name);
		if (f->type == FT_OBJ && (f->flags & FIELD_FLAT)) {
			if (row_column(f->shape, name, v, at(f, record)))
				return true;
		} else if (f->type == FT_OBJ && name.n > n + 1 && name.p[n] == '_' && memcmp(name.p, f->name, n) == 0) {
			if (row_column(f->shape, str_from(name, n + 1), v, at(f, record)))
				return true;
		} else if (str_is(name, f->name)) {
			set_column(f, v, at(f, record));
			return true;
		}
	}
	return false;
}

void shape_from_row(const struct shape *s, const struct db_result *r, size_t row, void *record) {
	clear_optional(s, record);
	for (size_t i = 0; i < r->cols; i++)
		row_column(s, r->names[i], db_cell(r, row, i), record);
}

enum st shape_query(struct ctx *c, const struct shape *s, struct list *out, const char *sql, const struct db_value *args, size_t n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, args, n);
	if (st != ST_OK)
		return st;
	*out = (struct list){ arena_array(c->a, r.rows ? r.rows : 1, s->size), r.rows };
	for (size_t i = 0; i < r.rows; i++)
		shape_from_row(s, &r, i, (char *)out->items + i * s->size);
	return ST_OK;
}

enum st shape_query_one(struct ctx *c, const struct shape *s, void *record, const char *sql, const struct db_value *args, size_t n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, args, n);
	if (st == ST_OK && r.rows == 0)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		shape_from_row(s, &r, 0, record);
	return st;
}
