/* What every function of the domain is given first: where memory comes from, which connection, who acts, what time it is, which language to explain in, and where to
 * leave the explanation of a failure. Not a global: a test builds its own. */
#ifndef CORE_CTX_H
#define CORE_CTX_H

#include "base/arena.h"
#include "base/buf.h"
#include "core/i18n.h"
#include "core/perm.h"
#include "core/zone.h"
#include "db/db.h"

enum actor_kind { ACTOR_NOBODY, ACTOR_PERSON, ACTOR_TOKEN, ACTOR_HOOK, ACTOR_SYSTEM };

/* What a token may be used for, besides what its role allows. A model's token reaches the rows marked OP_MCP alone, and changes something only when it says so; that of a feed
 * address reaches no operation by itself. */
enum reach { REACH_ALL, REACH_MODEL, REACH_MODEL_WRITES, REACH_FEED };

struct actor {
	enum actor_kind kind;
	enum reach reach;
	enum role role;
	int64_t person;  /* 0: none (a token of the organisation, a hook, the system) */
	int64_t id;      /* of the session, token or hook */
	str name;        /* to show */
};
extern const struct actor actor_nobody, actor_system;

struct err {
	enum st st;
	const char *code;  /* stable, "action.no_evidence" */
	str field;         /* the field it is about, or empty; a JSON pointer without the first '/' for nested ones: "services/0" */
	str message;       /* for a person, in ctx->lang */
	str current;       /* JSON of the record as it is now (ST_STALE), or empty */
};

struct tx;   /* core/event.h: what the running write transaction will publish */
struct call; /* core/op.h: the running operation, besides its input */

struct ctx {
	struct arena *a;
	struct db *db;
	const struct actor *who;
	int64_t now; /* µs; the same for all of one operation */
	enum lang lang;
	const struct zone *zone;
	struct err err;
	struct tx *tx; /* NULL outside a write */
	struct call *call;
	str request_id;
	bool backfill; /* recording what happened long ago: no automation fires (imports) */
};

/* Leave an explanation and return st. fmt is an English key of the catalogue. field and code are constants or in the arena. */
enum st fail(struct ctx *c, enum st st, const char *code, const char *field, const char *fmt, ...) PRINTF_LIKE(5, 6);
enum st fail_field(struct ctx *c, enum st st, const char *code, str field, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* The same without a word of memory: english must take no arguments. For ST_NO_MEMORY and on the way out. */
enum st fail_plain(struct ctx *c, enum st st, const char *code, const char *english);

/* The database calls of features: results in c->a, the driver's explanation moved into c->err. */
#define db_do(c, sql, ...) ctx_db_run((c), NULL, (sql), DB_ARGS(__VA_ARGS__))
#define db_get(c, out, sql, ...) ctx_db_run((c), (out), (sql), DB_ARGS(__VA_ARGS__))
#define db_later(c, sql, ...) ctx_db_post((c), (sql), DB_ARGS(__VA_ARGS__))
MUST_CHECK enum st ctx_db_run(struct ctx *c, struct db_result *out, const char *sql, const struct db_value *args, size_t n);
MUST_CHECK enum st ctx_db_post(struct ctx *c, const char *sql, const struct db_value *args, size_t n);
/* db_recall: for what every job of a batch asks again. db_new: args are those from $2 on; *id is the new row's. */
#define db_again(c, out, sql, ...) ctx_db_recall((c), (out), (sql), DB_ARGS(__VA_ARGS__))
#define db_new(c, table, id, sql, ...) ctx_db_insert((c), (table), (id), (sql), (struct db_value[]){ DB_NULL, __VA_ARGS__ }, sizeof((struct db_value[]){ DB_NULL, __VA_ARGS__ }) / sizeof(struct db_value))
MUST_CHECK enum st ctx_db_recall(struct ctx *c, struct db_result *out, const char *sql, const struct db_value *args, size_t n);
MUST_CHECK enum st ctx_db_insert(struct ctx *c, const char *table, int64_t *id, const char *sql, struct db_value *args, size_t n);
/* The first column of the first row as a number; ST_NOT_FOUND without a row (no explanation left). */
#define db_one_i64(c, out, sql, ...) ctx_db_one((c), (out), (sql), DB_ARGS(__VA_ARGS__))
MUST_CHECK enum st ctx_db_one(struct ctx *c, int64_t *out, const char *sql, const struct db_value *args, size_t n);

#endif
