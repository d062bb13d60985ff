#include "core/ctx.h"

#include <stdarg.h>

const struct actor actor_nobody = { .kind = ACTOR_NOBODY };
const struct actor actor_system = { .kind = ACTOR_SYSTEM, .role = ROLE_ADMINISTRATOR, .name = { "bokgi", 5 } };

static str format(struct ctx *c, const char *fmt, va_list args) {
	struct buf b = buf_in(c->a);
	buf_vprintf(&b, fmt, args);
	return buf_str(&b);
}

enum st fail(struct ctx *c, enum st st, const char *code, const char *field, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	c->err = (struct err){ .st = st, .code = code, .field = str_c(field), .message = format(c, tr(c->lang, fmt), args) };
	va_end(args);
	return st;
}

enum st fail_field(struct ctx *c, enum st st, const char *code, str field, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	c->err = (struct err){ .st = st, .code = code, .field = field, .message = format(c, tr(c->lang, fmt), args) };
	va_end(args);
	return st;
}

enum st fail_plain(struct ctx *c, enum st st, const char *code, const char *english) {
	c->err = (struct err){ .st = st, .code = code, .message = str_c(tr(c->lang, english)) };
	return st;
}

static enum st explain(struct ctx *c, enum st st) {
	if (st == ST_CONFLICT)
		return fail_field(c, st, "db.constraint", arena_str(c->a, db_error_constraint(c->db)), N_("This contradicts a record that exists already."));
	if (st == ST_BUSY)
		return fail_plain(c, st, "db.busy", N_("The database is busy. Try again."));
	if (st == ST_UNAVAILABLE)
		return fail_plain(c, st, "db.unavailable", N_("The database cannot be reached or its disk is full. Nothing was changed; try again later."));
	if (st != ST_OK)
		return fail(c, st, "db.internal", NULL, "%.*s", STR_FMT(db_error(c->db)));
	return st;
}

enum st ctx_db_run(struct ctx *c, struct db_result *out, const char *sql, const struct db_value *args, size_t n) {
	return explain(c, db_run(c->db, c->a, out, sql, args, n));
}

enum st ctx_db_post(struct ctx *c, const char *sql, const struct db_value *args, size_t n) {
	return explain(c, db_post(c->db, sql, args, n));
}

enum st ctx_db_recall(struct ctx *c, struct db_result *out, const char *sql, const struct db_value *args, size_t n) {
	return explain(c, db_recall(c->db, c->a, out, sql, args, n));
}

enum st ctx_db_insert(struct ctx *c, const char *table, int64_t *id, const char *sql, struct db_value *args, size_t n) {
	return explain(c, db_insert(c->db, table, id, sql, args, n));
}

enum st ctx_db_one(struct ctx *c, int64_t *out, const char *sql, const struct db_value *args, size_t n) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, sql, args, n);
	if (st == ST_OK && r.rows == 0)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = db_i64(&r, 0, 0);
	return st;
}
