#include "core/event.h"

#include <sodium.h>
#include <stdarg.h>

#include "base/json.h"
#include "core/shape.h"

enum { SALT_BYTES = 16, HASH_BYTES = 32 };

static void remember(struct ctx *c, const struct event *e) {
	struct tx *tx = c->tx;
	if (tx->count == tx->room) {
		size_t room = tx->room ? 2 * tx->room : 4;
		struct event **grown = arena_array(c->a, room, sizeof *grown);
		if (tx->count)
			memcpy(grown, tx->events, tx->count * sizeof *grown);
		tx->events = grown;
		tx->room = room;
	}
	struct event *copy = arena_new_of(c->a, struct event);
	*copy = *e;
	tx->events[tx->count++] = copy;
}

/* The chain over the log holds this hash and not the payload, so that scrubbing payload and salt leaves the chain whole and says nothing of what was there. */
static void payload_hash(const unsigned char *salt, str data, unsigned char *out) {
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&state, salt, SALT_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)data.p, data.n);
	crypto_generichash_final(&state, out, HASH_BYTES);
}

/* The kernel is asked for many at once: a system call for each event would be felt. */
static void new_salt(unsigned char *salt) {
	static _Thread_local unsigned char pool[64][SALT_BYTES];
	static _Thread_local size_t left;
	if (left == 0) {
		randombytes_buf(pool, sizeof pool);
		left = sizeof pool / sizeof *pool;
	}
	memcpy(salt, pool[--left], SALT_BYTES);
	sodium_memzero(pool[left], SALT_BYTES);
}

enum st event_emit(struct ctx *c, const struct event *given) {
	struct event e = *given;
	unsigned char salt[SALT_BYTES], hash[HASH_BYTES];
	e.id = (*c->tx->next_id)++;
	e.at = c->now;
	e.who = *c->who;
	if (!e.data.n)
		e.data = STR("{}");
	new_salt(salt);
	payload_hash(salt, e.data, hash);
	enum st st = db_later(c,
		"INSERT INTO event (id, at, name, noun, noun_id, scope, topics, actor, person, actor_id, actor_name, data, salt, data_hash)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		DB_I64(e.id), DB_I64(e.at), DB_STR(str_c(e.name)), DB_STR(str_c(e.noun)), DB_I64(e.noun_id), DB_I64(e.scope), DB_STR(str_c(e.topics)),
		DB_I64(e.who.kind), DB_OPT_I64(e.who.person), DB_OPT_I64(e.who.id), DB_STR(e.who.name), DB_STR(e.data),
		DB_BLOB(str_n((char *)salt, sizeof salt)), DB_BLOB(str_n((char *)hash, sizeof hash)));
	if (st == ST_OK)
		remember(c, &e);
	return st;
}

enum st event_emitf(struct ctx *c, const char *name, const char *noun, int64_t id, int64_t scope, str topics, const char *fmt, ...) {
	struct buf b = buf_in(c->a);
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	return event_emit(c, &(struct event){ .name = name, .noun = noun, .noun_id = id, .scope = scope, .topics = arena_cstr(c->a, topics), .data = buf_str(&b) });
}

REGISTRY_OF(rescope_follower);

enum st event_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope) {
	enum st st = db_later(c, "UPDATE event SET scope = $3 WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(noun_id), DB_I64(scope));
	REGISTRY_EACH(rescope_follower, struct rescope_follower, f)
		if (st == ST_OK)
			st = f->run(c, noun, noun_id, scope);
	return st;
}

void tx_after_commit(struct ctx *c, void (*run)(void *data), void *data) {
	struct tx_after *x = arena_new_of(c->a, struct tx_after);
	*x = (struct tx_after){ NULL, run, data };
	if (!c->tx->after_end)
		c->tx->after_end = &c->tx->after;
	*c->tx->after_end = x;
	c->tx->after_end = &x->next;
}

void tx_notify(struct ctx *c, str word) {
	struct tx_note *x = arena_new_of(c->a, struct tx_note);
	*x = (struct tx_note){ c->tx->notes, arena_str(c->a, word) };
	c->tx->notes = x;
}

static void from_row(struct ctx *c, const struct db_result *r, size_t i, struct event *e) {
	*e = (struct event){
		.id = db_i64(r, i, 0), .at = db_i64(r, i, 1), .name = arena_cstr(c->a, db_str(r, i, 2)), .noun = arena_cstr(c->a, db_str(r, i, 3)),
		.noun_id = db_i64(r, i, 4), .scope = db_i64(r, i, 5), .topics = arena_cstr(c->a, db_str(r, i, 6)), .data = db_str(r, i, 12),
		.who = { .kind = (enum actor_kind)db_i64(r, i, 7), .person = db_i64(r, i, 8), .id = db_i64(r, i, 9), .name = db_str(r, i, 10) },
	};
}

enum st event_read(struct ctx *c, int64_t after, int64_t limit, struct event_page *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT id, at, name, noun, noun_id, scope, topics, actor, person, actor_id, actor_name, 0, data FROM event"
		" WHERE id > $1 AND " PERM_SEES("scope", "$2") " ORDER BY id LIMIT $3",
		DB_I64(after), DB_I64(perm_viewer(c)), DB_I64(limit));
	if (st != ST_OK)
		return st;
	out->items = arena_array(c->a, r.rows ? r.rows : 1, sizeof *out->items);
	out->n = r.rows;
	for (size_t i = 0; i < r.rows; i++)
		from_row(c, &r, i, &out->items[i]);
	return ST_OK;
}

enum st event_position(struct ctx *c, int64_t *id) {
	return db_one_i64(c, id, "SELECT CASE WHEN max(id) IS NULL THEN 0 ELSE max(id) END FROM event WHERE $1 = $1", DB_I64(0));
}

void event_json(const struct event *e, struct buf *out) {
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_ki64(&w, "id", e->id);
	jw_kstr(&w, "name", str_c(e->name));
	jw_kstr(&w, "noun", str_c(e->noun));
	jw_ki64(&w, "ref_id", e->noun_id);
	jw_karr(&w, "topics");
	for (str rest = str_c(e->topics); rest.p;)
		jw_str(&w, str_cut(&rest, ' '));
	jw_end(&w);
	jw_ktime(&w, "at", e->at);
	jw_key(&w, "by");
	if (e->who.person) {
		struct ref by = { e->who.person, e->who.name };
		shape_write(&w, &ref_shape, &by);
	} else {
		jw_null(&w);
	}
	jw_key(&w, "data");
	jw_raw(&w, e->data.n ? e->data : STR("{}"));
	jw_end(&w);
}
