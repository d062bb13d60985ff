/* All SQL of live texts. */
#include "base/clock.h"
#include "feature/collab/live.h"
#include "text/utf8.h"

enum { AT_ONCE = 1000 };

/* ---- texts ---- */

static str unix_lines(struct ctx *c, str s) {
	struct text *t = str_chr(s, '\r') < 0 ? NULL : text_new(s);
	if (!t)
		return s;
	str out = text_slice(t, c->a, 0, text_length(t));
	text_free(t);
	return out;
}

enum st collab_create(struct ctx *c, str content, int64_t *text) {
	if (!utf8_valid(content) || str_chr(content, '\0') >= 0)
		return fail(c, ST_INVALID, "field.utf8", "text", N_("“%.*s” is not valid UTF-8 text."), 4, "text");
	content = unix_lines(c, content);
	if (utf16_length(content) > COLLAB_LONGEST)
		return fail(c, ST_INVALID, "field.too_long", "text", N_("A text has at most %d characters."), COLLAB_LONGEST);
	enum st st = db_one_i64(c, text, "INSERT INTO live_text (noun, noun_id, scope, made_at) VALUES ('', 0, 0, $1) RETURNING id", DB_I64(c->now));
	return st == ST_OK ? store_snapshot(c, *text, 0, content) : st;
}

enum st collab_attach(struct ctx *c, int64_t text, const char *noun, int64_t noun_id, int64_t scope) {
	live_drop(text);
	return db_later(c, "UPDATE live_text SET noun = $2, noun_id = $3, scope = $4 WHERE id = $1", DB_I64(text), DB_STR(str_c(noun)), DB_I64(noun_id), DB_I64(scope));
}

enum st collab_close(struct ctx *c, int64_t text, bool closed) {
	live_drop(text);
	return db_later(c, "UPDATE live_text SET closed = $2 WHERE id = $1", DB_I64(text), DB_I64(closed));
}

enum st store_text(struct ctx *c, int64_t text, int64_t at, struct store_text *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT t.noun, t.noun_id, t.scope, s.version, s.content, t.closed, t.scrubbed FROM live_text t JOIN text_snapshot s ON s.text = t.id"
		" WHERE t.id = $1 AND s.version <= $2 ORDER BY s.version DESC LIMIT 1",
		DB_I64(text), DB_I64(at));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct store_text){ db_str(&r, 0, 0), db_i64(&r, 0, 1), db_i64(&r, 0, 2), db_i64(&r, 0, 3), db_str(&r, 0, 4), db_i64(&r, 0, 5), db_i64(&r, 0, 6) };
	return st;
}

enum st store_state(struct ctx *c, int64_t text, struct store_state *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT t.scope, (SELECT max(u.version) FROM document_update u WHERE u.text = t.id), t.scrubbed, t.closed FROM live_text t WHERE t.id = $1", DB_I64(text));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = (struct store_state){ db_i64(&r, 0, 0), db_i64(&r, 0, 1), db_i64(&r, 0, 2), db_i64(&r, 0, 3) };
	return st;
}

enum st collab_version(struct ctx *c, int64_t text, int64_t *version) {
	struct store_state s = { 0 };
	enum st st = store_state(c, text, &s);
	*version = s.version;
	return st;
}

/* ---- updates ---- */

enum st store_updates(struct ctx *c, int64_t text, int64_t after, int64_t to, int64_t limit, struct store_update **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT u.version, u.client, u.seq, l.name, u.changes FROM document_update u JOIN live_client l ON l.id = u.client"
		" WHERE u.text = $1 AND u.version > $2 AND u.version <= $3 ORDER BY u.version LIMIT $4",
		DB_I64(text), DB_I64(after), DB_I64(to), DB_I64(limit));
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct store_update){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_i64(&r, i, 2), db_str(&r, i, 3), db_str(&r, i, 4) };
	*n = r.rows;
	return ST_OK;
}

/* ---- as history ---- */

static enum st read_steps(struct ctx *c, const struct db_result *r, enum st st, bool changes, struct collab_step **out, size_t *n) {
	*n = 0;
	if (st != ST_OK)
		return st;
	*out = arena_array(c->a, r->rows, sizeof **out);
	for (size_t i = 0; i < r->rows; i++)
		(*out)[i] = (struct collab_step){ db_i64(r, i, 0), db_i64(r, i, 1), db_i64(r, i, 2), changes ? db_str(r, i, 3) : STR_NONE };
	*n = r->rows;
	return ST_OK;
}

enum st collab_steps(struct ctx *c, int64_t text, int64_t after, int64_t to, int64_t limit, struct collab_step **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT u.version, u.at, l.actor FROM document_update u JOIN live_client l ON l.id = u.client"
		" WHERE u.text = $1 AND u.version > $2 AND u.version <= $3 ORDER BY u.version LIMIT $4",
		DB_I64(text), DB_I64(after), DB_I64(to), DB_I64(limit));
	return read_steps(c, &r, st, false, out, n);
}

enum st collab_log(struct ctx *c, int64_t text, int64_t after, int64_t to, int64_t limit, struct collab_step **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT u.version, u.at, l.actor, u.changes FROM document_update u JOIN live_client l ON l.id = u.client"
		" WHERE u.text = $1 AND u.version > $2 AND u.version <= $3 ORDER BY u.version LIMIT $4",
		DB_I64(text), DB_I64(after), DB_I64(to), DB_I64(limit));
	return read_steps(c, &r, st, true, out, n);
}

enum st collab_changes(struct ctx *c, str json, const struct changeset **out) {
	return store_changes(c, json, out);
}

enum st store_changes(struct ctx *c, str json, const struct changeset **out) {
	str why;
	char room[160];
	json_t *v = json_parse(json, &why, room);
	json_own(c->a, v);
	if (!v || changeset_from_json(c->a, v, out) != ST_OK)
		return fail(c, ST_INTERNAL, "collab.broken_log", NULL, "an update in the log cannot be read");
	return ST_OK;
}

enum st store_append(struct ctx *c, int64_t text, int64_t version, int64_t client, int64_t seq, str changes) {
	return db_later(c, "INSERT INTO document_update (text, version, client, seq, at, changes) VALUES ($1, $2, $3, $4, $5, $6)", DB_I64(text), DB_I64(version),
		DB_I64(client), DB_I64(seq), DB_I64(c->now), DB_STR(changes));
}

static enum st replay(struct ctx *c, struct text *t, const struct store_update *u) {
	const struct changeset *set;
	enum st st = store_changes(c, u->changes, &set);
	if (st == ST_OK)
		st = text_apply(t, set);
	return st == ST_INVALID ? fail(c, ST_INTERNAL, "collab.broken_log", NULL, "update %lld does not fit the text before it", (long long)u->version) : st;
}

static enum st replay_all(struct ctx *c, int64_t text, int64_t at, struct text *t, int64_t *version) {
	struct store_update *u;
	size_t n = AT_ONCE;
	enum st st = ST_OK;
	while (st == ST_OK && n == AT_ONCE) {
		st = store_updates(c, text, *version, at, AT_ONCE, &u, &n);
		for (size_t i = 0; st == ST_OK && i < n; i++) {
			st = replay(c, t, &u[i]);
			*version = u[i].version;
		}
	}
	return st;
}

static void free_text(void *data) {
	text_free(*(struct text **)data);
}

enum st collab_read(struct ctx *c, int64_t text, int64_t at, str *content, int64_t *version) {
	struct store_text s;
	struct text **t = arena_new_of(c->a, struct text *);
	enum st st = store_text(c, text, at, &s);
	if (st != ST_OK)
		return st;
	arena_defer(c->a, free_text, t);
	*t = text_new(s.content);
	if (!*t)
		return ST_NO_MEMORY;
	*version = s.snapshot;
	st = replay_all(c, text, at, *t, version);
	if (st == ST_OK)
		*content = text_slice(*t, c->a, 0, text_length(*t));
	text_free(*t);
	*t = NULL;
	return st;
}

static enum st all_of_it(struct ctx *c, int64_t text, struct collab_news *out) {
	out->reset = true;
	return collab_read(c, text, INT64_MAX, &out->text, &out->version);
}

enum st collab_since(struct ctx *c, int64_t text, int64_t version, bool each, struct collab_news *out) {
	struct store_update *u;
	size_t n;
	int64_t newest;
	*out = (struct collab_news){ .version = version };
	enum st st = collab_version(c, text, &newest);
	if (st != ST_OK)
		return st;
	if (version < 0 || version > newest || (!each && newest - version > COLLAB_FAR_BEHIND))
		return all_of_it(c, text, out);
	st = store_updates(c, text, version, INT64_MAX, COLLAB_FAR_BEHIND, &u, &n);
	struct collab_update *list = arena_array(c->a, n, sizeof *list);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		list[i] = (struct collab_update){ u[i].name, u[i].seq, u[i].changes };
	out->updates = (struct list){ list, n };
	out->version = version + (int64_t)n;
	out->more = n == COLLAB_FAR_BEHIND;
	return st;
}

enum st collab_walk(struct ctx *c, int64_t text, int64_t *version, void *data, void (*each)(struct arena *a, void *data, int64_t version, const struct changeset *set)) {
	struct store_update *u;
	enum st st = ST_OK;
	for (size_t n = AT_ONCE; st == ST_OK && n == AT_ONCE;) {
		st = store_updates(c, text, *version, INT64_MAX, AT_ONCE, &u, &n);
		for (size_t i = 0; st == ST_OK && i < n; i++) {
			const struct changeset *set;
			st = store_changes(c, u[i].changes, &set);
			*version = u[i].version;
			if (st == ST_OK)
				each(c->a, data, *version, set);
		}
	}
	return st;
}

/* ---- snapshots ---- */

enum st store_snapshot(struct ctx *c, int64_t text, int64_t version, str content) {
	return db_later(c, "INSERT INTO text_snapshot (text, version, content) VALUES ($1, $2, $3)", DB_I64(text), DB_I64(version), DB_STR(content));
}

enum st store_drop_snapshot(struct ctx *c, int64_t text, int64_t version) {
	return db_later(c, "DELETE FROM text_snapshot WHERE text = $1 AND version = $2", DB_I64(text), DB_I64(version));
}

/* ---- overwriting ---- */

enum st store_snapshots(struct ctx *c, int64_t text, int64_t after, int64_t **versions, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT version FROM text_snapshot WHERE text = $1 AND version > $2 ORDER BY version", DB_I64(text), DB_I64(after));
	*n = st == ST_OK ? r.rows : 0;
	*versions = arena_array(c->a, *n + 1, sizeof **versions);
	for (size_t i = 0; i < *n; i++)
		(*versions)[i] = db_i64(&r, i, 0);
	return st;
}

static enum st one_text(enum st st, const struct db_result *r, str *out) {
	if (st == ST_OK && !r->rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = db_str(r, 0, 0);
	return st;
}

enum st store_one_update(struct ctx *c, int64_t text, int64_t version, str *changes) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT changes FROM document_update WHERE text = $1 AND version = $2", DB_I64(text), DB_I64(version));
	return one_text(st, &r, changes);
}

enum st store_overwrite_update(struct ctx *c, int64_t text, int64_t version, str changes) {
	return db_later(c, "UPDATE document_update SET changes = $3 WHERE text = $1 AND version = $2", DB_I64(text), DB_I64(version), DB_STR(changes));
}

enum st store_one_snapshot(struct ctx *c, int64_t text, int64_t version, str *content) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT content FROM text_snapshot WHERE text = $1 AND version = $2", DB_I64(text), DB_I64(version));
	return one_text(st, &r, content);
}

enum st store_overwrite_snapshot(struct ctx *c, int64_t text, int64_t version, str content) {
	return db_later(c, "UPDATE text_snapshot SET content = $3 WHERE text = $1 AND version = $2", DB_I64(text), DB_I64(version), DB_STR(content));
}

enum st store_scrubbed(struct ctx *c, int64_t text, int64_t version) {
	return db_later(c, "UPDATE live_text SET scrubbed = $2 WHERE id = $1", DB_I64(text), DB_I64(version));
}

/* ---- clients ---- */

enum st store_client(struct ctx *c, str name, int64_t *id, int64_t *actor) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, actor FROM live_client WHERE name = $1", DB_STR(name));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK) {
		*id = db_i64(&r, 0, 0);
		*actor = db_i64(&r, 0, 1);
	}
	return st;
}

enum st store_new_client(struct ctx *c, str name, int64_t actor, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO live_client (name, actor, made_at) VALUES ($1, $2, $3) RETURNING id", DB_STR(name), DB_I64(actor), DB_I64(c->now));
}

enum st store_last_seq(struct ctx *c, int64_t text, int64_t client, int64_t *seq) {
	return db_one_i64(c, seq, "SELECT max(seq) FROM document_update WHERE text = $1 AND client = $2", DB_I64(text), DB_I64(client));
}

enum st store_known(struct ctx *c, int64_t text, int64_t client, int64_t first, int64_t n, int64_t after, int64_t *there) {
	return db_one_i64(c, there, "SELECT count(*) FROM document_update WHERE text = $1 AND client = $2 AND seq >= $3 AND seq < $4 AND version > $5", DB_I64(text),
		DB_I64(client), DB_I64(first), DB_I64(first + n), DB_I64(after));
}

enum st store_note_edit(struct ctx *c, int64_t span, int64_t text, int64_t person) {
	return db_later(c, "INSERT INTO live_edit (span, text, person) VALUES ($1, $2, $3) ON CONFLICT (span, text, person) DO NOTHING", DB_I64(span), DB_I64(text),
		DB_I64(person));
}

/* ---- who edited ---- */

enum st store_take_edits(struct ctx *c, int64_t span, struct store_edit **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT DISTINCT t.noun_id, t.scope, e.person, p.name, (SELECT max(u.version) FROM document_update u WHERE u.text = e.text), e.text"
		" FROM live_edit e JOIN live_text t ON t.id = e.text LEFT JOIN person p ON p.id = e.person WHERE e.span < $1 ORDER BY e.text, e.person",
		DB_I64(span));
	*n = 0;
	if (st != ST_OK || r.rows == 0)
		return st;
	*out = arena_array(c->a, r.rows, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct store_edit){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_i64(&r, i, 2), db_i64(&r, i, 4), db_str(&r, i, 3) };
	*n = r.rows;
	return db_later(c, "DELETE FROM live_edit WHERE span < $1", DB_I64(span));
}

enum st store_person_name(struct ctx *c, int64_t person, str *name) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT name FROM person WHERE id = $1", DB_I64(person));
	*name = st == ST_OK && r.rows ? db_str(&r, 0, 0) : STR_NONE;
	return st;
}
