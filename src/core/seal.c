#include "core/seal.h"

#include <sodium.h>

#include "core/job.h"

enum { LINK_BYTES = 32, SEALED_AT_ONCE = 1000, READ_AT_ONCE = 1000 };

/* Columns of a chained event, in this order in every query here. */
#define COLUMNS "id, at, noun_id, actor, CASE WHEN person IS NULL THEN 0 ELSE person END, name, noun, data_hash, chain, data, salt"
enum { ID, AT, NOUN_ID, ACTOR, PERSON, NAME, NOUN, DATA_HASH, CHAIN, DATA, SALT };

static void add_number(crypto_generichash_state *h, int64_t v) {
	unsigned char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)v >> (8 * i));
	crypto_generichash_update(h, bytes, sizeof bytes);
}

static void add_text(crypto_generichash_state *h, str s) {
	crypto_generichash_update(h, (const unsigned char *)s.p, s.n);
	crypto_generichash_update(h, (const unsigned char *)"", 1);
}

static void next_link(const struct db_result *r, size_t row, unsigned char *link) {
	crypto_generichash_state h;
	str hash = db_str(r, row, DATA_HASH);
	crypto_generichash_init(&h, NULL, 0, LINK_BYTES);
	crypto_generichash_update(&h, link, LINK_BYTES);
	for (size_t col = ID; col <= PERSON; col++)
		add_number(&h, db_i64(r, row, col));
	add_text(&h, db_str(r, row, NAME));
	add_text(&h, db_str(r, row, NOUN));
	crypto_generichash_update(&h, (const unsigned char *)hash.p, hash.n);
	crypto_generichash_final(&h, link, LINK_BYTES);
}

/* The newest link, and the id it belongs to; zero bytes and 0 when nothing is sealed. */
static enum st last_link(struct ctx *c, int64_t *id, unsigned char *link) {
	struct db_result r;
	memset(link, 0, LINK_BYTES);
	*id = 0;
	enum st st = db_get(c, &r, "SELECT id, chain FROM event WHERE id = (SELECT max(id) FROM event WHERE chain IS NOT NULL AND id > $1)", DB_I64(0));
	if (st == ST_OK && r.rows && db_str(&r, 0, 1).n == LINK_BYTES) {
		*id = db_i64(&r, 0, 0);
		memcpy(link, db_str(&r, 0, 1).p, LINK_BYTES);
	}
	return st;
}

enum st seal_some(struct ctx *c, int64_t most, bool *more) {
	unsigned char *link = arena_alloc(c->a, LINK_BYTES);
	struct db_result r;
	int64_t id;
	enum st st = last_link(c, &id, link);
	if (st == ST_OK)
		st = db_get(c, &r, "SELECT " COLUMNS " FROM event WHERE id > $1 ORDER BY id LIMIT $2", DB_I64(id), DB_I64(most));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		next_link(&r, i, link);
		st = db_later(c, "UPDATE event SET chain = $2 WHERE id = $1", DB_I64(db_i64(&r, i, ID)), DB_BLOB(str_n((char *)link, LINK_BYTES)));
	}
	*more = st == ST_OK && (int64_t)r.rows == most;
	return st;
}

static enum st seal_log(struct ctx *c) {
	bool more;
	return seal_some(c, SEALED_AT_ONCE, &more);
}
JOB_EVERY(core, seal_log, 2);

/* ---- verifying ---- */

static bool data_fits(const struct db_result *r, size_t row) {
	crypto_generichash_state h;
	unsigned char hash[LINK_BYTES];
	str salt = db_str(r, row, SALT), data = db_str(r, row, DATA), kept = db_str(r, row, DATA_HASH);
	crypto_generichash_init(&h, NULL, 0, LINK_BYTES);
	crypto_generichash_update(&h, (const unsigned char *)salt.p, salt.n);
	crypto_generichash_update(&h, (const unsigned char *)data.p, data.n);
	crypto_generichash_final(&h, hash, LINK_BYTES);
	return kept.n == LINK_BYTES && memcmp(kept.p, hash, LINK_BYTES) == 0;
}

static void verify_row(const struct db_result *r, size_t row, unsigned char *link, struct seal_report *out) {
	bool scrubbed = db_cell(r, row, DATA)->type == DB_T_NULL;
	str chain = db_str(r, row, CHAIN);
	out->events++;
	out->scrubbed += scrubbed;
	if (!chain.n) {
		out->unsealed++;
		return;
	}
	next_link(r, row, link);
	/* A sealed event behind an unsealed one: a link was taken out. */
	bool fits = out->unsealed == 0 && chain.n == LINK_BYTES && memcmp(chain.p, link, LINK_BYTES) == 0 && (scrubbed || data_fits(r, row));
	if (!fits && !out->broken_at)
		out->broken_at = db_i64(r, row, ID);
}

static enum st verify_page(struct ctx *c, int64_t *id, unsigned char *link, struct seal_report *out, size_t *rows) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT " COLUMNS " FROM event WHERE id > $1 ORDER BY id LIMIT $2", DB_I64(*id), DB_I64(READ_AT_ONCE));
	*rows = st == ST_OK ? r.rows : 0;
	for (size_t i = 0; i < *rows; i++) {
		verify_row(&r, i, link, out);
		*id = db_i64(&r, i, ID);
	}
	return st;
}

enum st seal_verify(struct ctx *c, struct seal_report *out) {
	struct arena *whole = c->a, *page = arena_new(0);
	unsigned char link[LINK_BYTES] = { 0 };
	struct arena_guard g;
	int64_t id = 0;
	size_t rows = READ_AT_ONCE;
	volatile enum st st = page ? ST_OK : ST_NO_MEMORY;
	*out = (struct seal_report){ 0 };
	/* Page by page: a log of years does not fit into one request's memory. */
	if (page && arena_guard(page, &g)) {
		st = ST_NO_MEMORY;
	} else if (page) {
		c->a = page;
		while (st == ST_OK && rows == READ_AT_ONCE) {
			arena_reset(page);
			st = verify_page(c, &id, link, out, &rows);
		}
	}
	c->a = whole;
	arena_free(page);
	char *hex = arena_alloc(c->a, LINK_BYTES * 2 + 1);
	out->last = str_c(sodium_bin2hex(hex, LINK_BYTES * 2 + 1, link, LINK_BYTES));
	return st;
}
