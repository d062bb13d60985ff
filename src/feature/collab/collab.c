/* A push: what a client typed at some version becomes the newest updates of the text. In the common case nothing is read from the database: the text, the recent updates and
 * the client are in memory (live.c), and one statement per update is written. */
#include "feature/collab/collab.h"

#include <stdio.h>

#include "feature/collab/live.h"

enum { SNAPSHOT_EVERY = 256, SNAPSHOT_BYTES = 16 << 10, ANCHOR_EVERY = 4096, MOST_REBASE = 50000, MOST_WORK = 2000000 };

/* A push on its way. */
struct pushing {
	struct ctx *c;
	const struct collab_push *in;
	struct live *live;
	struct typist *typist;
	struct typist stranger; /* a client that has no row yet */
	const struct changeset **pending; /* of in->updates, then what is to be appended */
	size_t known; /* this many of them are in the log already */
	size_t n;     /* this many are to be appended */
};

static enum st wrong_update(struct pushing *p, size_t i, const char *code, const char *english) {
	return fail_field(p->c, ST_INVALID, code, arena_printf(p->c->a, "updates/%zu", i), "%s", tr(p->c->lang, english));
}

static enum st conflict(struct pushing *p, const char *code, const char *english) {
	enum st st = fail_plain(p->c, ST_CONFLICT, code, english);
	p->c->err.current = arena_printf(p->c->a, "{\"version\":%lld}", (long long)p->live->version);
	return st;
}

/* ---- the client ---- */

static bool client_fits(str name) {
	for (size_t i = 0; i < name.n; i++) {
		char ch = name.p[i];
		bool fits = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_';
		if (!fits)
			return false;
	}
	return name.n == COLLAB_CLIENT;
}

static enum st client_check(struct ctx *c, str name) {
	if (client_fits(name))
		return ST_OK;
	return fail(c, ST_INVALID, "collab.client", "client", N_("A client names itself by %d letters, digits, '-' or '_', made at random."), COLLAB_CLIENT);
}

static int64_t actor_of(const struct ctx *c) {
	return c->who->kind == ACTOR_TOKEN ? -c->who->id : c->who->person;
}

/* A client that nobody knows gets its row with its first update. */
static enum st meet(struct pushing *p) {
	struct typist t = { .actor = actor_of(p->c) };
	snprintf(t.name, sizeof t.name, "%.*s", STR_FMT(p->in->client));
	enum st st = store_client(p->c, p->in->client, &t.id, &t.actor);
	if (st == ST_NOT_FOUND) {
		p->stranger = t;
		p->typist = &p->stranger;
		return ST_OK;
	}
	if (st == ST_OK)
		st = store_last_seq(p->c, p->live->text, t.id, &t.seq);
	return st == ST_OK ? live_add_typist(p->live, &t, &p->typist) : st;
}

static enum st introduce(struct pushing *p) {
	enum st st = store_new_client(p->c, p->in->client, p->stranger.actor, &p->stranger.id);
	if (st == ST_OK)
		live_own(p->live, p->n, p->stranger.id);
	return st == ST_OK ? live_add_typist(p->live, &p->stranger, &p->typist) : st;
}

/* A queue that was typed under one login must not be sent under another. */
static enum st find_typist(struct pushing *p) {
	enum st st = client_check(p->c, p->in->client);
	if (st == ST_OK && str_is(p->in->client, COLLAB_SCRUBBER))
		return fail(p->c, ST_DENIED, "collab.other_person", "client", N_("This client belongs to another account. What was typed there can only be sent by that account."));
	if (st != ST_OK)
		return st;
	p->typist = live_typist(p->live, p->in->client);
	if (!p->typist)
		st = meet(p);
	if (st == ST_OK && p->typist->actor != actor_of(p->c))
		return fail(p->c, ST_DENIED, "collab.other_person", "client", N_("This client belongs to another account. What was typed there can only be sent by that account."));
	return st;
}

/* ---- the updates ---- */

static enum st read_pending(struct pushing *p) {
	const struct collab_push *in = p->in;
	p->pending = arena_array(p->c->a, in->n, sizeof *p->pending);
	for (size_t i = 0; i < in->n; i++) {
		if (changeset_from_json(p->c->a, in->updates[i].changes, &p->pending[i]) != ST_OK)
			return wrong_update(p, i, "collab.changes", N_("This is not a change set: lengths and lists of lines, without line breaks or halves of characters inside a line."));
		if (i && changeset_old_length(p->pending[i]) != changeset_new_length(p->pending[i - 1]))
			return wrong_update(p, i, "collab.length", N_("The length of this update does not fit the text before it."));
		if (in->updates[i].seq != in->updates[0].seq + (int64_t)i || in->updates[i].seq < 1)
			return wrong_update(p, i, "collab.sequence", N_("The sequence numbers of a push count up one by one."));
		if (changeset_new_length(p->pending[i]) > COLLAB_LONGEST)
			return fail_field(p->c, ST_TOO_BIG, "collab.too_long", arena_printf(p->c->a, "updates/%zu", i), N_("A text has at most %d characters."), COLLAB_LONGEST);
	}
	return ST_OK;
}

static enum st wrong_sequence(struct pushing *p) {
	return wrong_update(p, 0, "collab.sequence", N_("The version does not fit the sequence numbers: this client has seen its own updates, or has not."));
}

/* What was accepted before, and only its answer was lost, is not appended again. */
static enum st recognise(struct pushing *p) {
	int64_t first = p->in->updates[0].seq, last = p->typist->seq;
	if (last && first > last + 1)
		return wrong_update(p, 0, "collab.sequence", N_("Updates of this client are missing before this one."));
	p->known = first > last ? 0 : (size_t)(last - first + 1);
	if (p->known < p->in->n)
		return ST_OK;
	int64_t there;
	enum st st = store_known(p->c, p->live->text, p->typist->id, first, (int64_t)p->in->n, p->in->version, &there);
	p->known = p->in->n;
	return st == ST_OK && there != (int64_t)p->in->n ? wrong_sequence(p) : st;
}

/* ---- the rebase ---- */

struct since {
	const struct changeset **log;
	bool *own;
	size_t n, filled;
};

static void since_add(struct since *s, const struct changeset *set, bool own) {
	s->log[s->filled] = set;
	s->own[s->filled++] = own;
}

/* From the database, up to where memory begins. */
static enum st since_from_store(struct pushing *p, struct since *s) {
	int64_t from = p->in->version, to = from;
	struct store_update *u;
	size_t n;
	while (to < p->live->version && !live_logged(p->live, to + 1))
		to++;
	if (to == from)
		return ST_OK;
	enum st st = store_updates(p->c, p->live->text, from, to, MOST_REBASE, &u, &n);
	if (st == ST_OK && n != (size_t)(to - from))
		return fail_plain(p->c, ST_INTERNAL, "collab.broken_log", "updates are missing from the log");
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		const struct changeset *set;
		st = store_changes(p->c, u[i].changes, &set);
		if (st == ST_OK)
			since_add(s, set, u[i].client == p->typist->id);
	}
	return st;
}

static enum st since_base(struct pushing *p, struct since *s) {
	size_t n = (size_t)(p->live->version - p->in->version);
	*s = (struct since){ arena_array(p->c->a, n, sizeof *s->log), arena_array(p->c->a, n, sizeof *s->own), n, 0 };
	enum st st = since_from_store(p, s);
	for (int64_t v = p->in->version + 1 + (int64_t)s->filled; st == ST_OK && v <= p->live->version; v++) {
		const struct logged *l = live_logged(p->live, v);
		since_add(s, l->set, l->client == p->typist->id);
	}
	return st;
}

static size_t own_among(const struct since *s) {
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->own[i];
	return n;
}

static enum st rebase(struct pushing *p) {
	struct since s;
	size_t behind = (size_t)(p->live->version - p->in->version);
	if (behind > MOST_REBASE || behind * p->in->n > MOST_WORK)
		return conflict(p, "collab.behind", N_("Too much was written since. Join what you typed into one update, or begin again from the text as it is now."));
	enum st st = since_base(p, &s);
	if (st != ST_OK)
		return st;
	if (own_among(&s) != p->known)
		return wrong_sequence(p);
	const struct changeset **out = arena_array(p->c->a, p->in->n, sizeof *out);
	st = changeset_rebase(p->c->a, p->pending, p->in->n, s.log, s.own, s.n, out, &p->n);
	p->pending = out;
	return st == ST_INVALID ? wrong_update(p, 0, "collab.length", N_("The length of this update does not fit the text before it.")) : st;
}

static enum st bring_up_to_date(struct pushing *p) {
	if (p->in->version > p->live->version || p->in->version < 0)
		return conflict(p, "collab.ahead", N_("This version of the text never was. Begin again from the text as it is now."));
	/* It may be written around the words that were removed, or bring them back. */
	if (p->in->version < p->live->scrubbed)
		return conflict(p, "collab.scrubbed", N_("A passage was removed from this text for good. Begin again from the text as it is now."));
	if (p->in->version < p->live->version)
		return rebase(p);
	p->n = p->in->n;
	return p->known ? wrong_sequence(p) : ST_OK;
}

/* ---- appending ---- */

/* All of them are tried on the text before anything is written: a push that is refused spoils no transaction. */
static enum st apply_all(struct pushing *p) {
	for (size_t i = 0; i < p->n; i++) {
		size_t at = p->known + i;
		enum st st = live_apply(p->live, p->pending[i], p->typist->id, p->typist->name, p->in->updates[at].seq);
		if (st == ST_INVALID)
			return wrong_update(p, at, "collab.length", N_("This update does not fit the text: its length is another, or it cuts a character in two."));
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum st write_all(struct pushing *p) {
	int64_t version = p->live->version - (int64_t)p->n;
	enum st st = p->typist->id ? ST_OK : introduce(p);
	for (size_t i = 0; st == ST_OK && i < p->n; i++) {
		struct buf json = buf_in(p->c->a);
		changeset_to_json(p->pending[i], &json);
		p->typist->seq = p->in->updates[p->known + i].seq;
		p->live->since += json.n;
		st = store_append(p->c, p->live->text, version + (int64_t)i + 1, p->typist->id, p->typist->seq, buf_str(&json));
	}
	return st;
}

/* Whoever opens the text reads the snapshot and what came after it: many updates, or a page that was put in at once, which is longer in the log than as text. */
static bool snapshot_is_due(const struct live *l) {
	return l->version - l->snapshot >= SNAPSHOT_EVERY || (l->since > SNAPSHOT_BYTES && l->since > text_bytes(l->content) / 4);
}

/* The snapshot before goes, but for one in each few thousand: replaying history begins at those. */
static enum st snapshot_when_due(struct pushing *p) {
	struct live *l = p->live;
	if (!snapshot_is_due(l))
		return ST_OK;
	enum st st = store_snapshot(p->c, l->text, l->version, text_slice(l->content, p->c->a, 0, text_length(l->content)));
	if (st == ST_OK && l->snapshot % ANCHOR_EVERY >= SNAPSHOT_EVERY)
		st = store_drop_snapshot(p->c, l->text, l->snapshot);
	l->snapshot = l->version;
	l->since = 0;
	return st;
}

static enum st note_edit(struct pushing *p) {
	int64_t span = p->c->now / EDIT_SPAN;
	if (p->typist->span == span)
		return ST_OK;
	p->typist->span = span;
	return store_note_edit(p->c, span, p->live->text, p->c->who->person);
}

static enum st append(struct pushing *p) {
	p->live->unfinished = true;
	live_stage(p->c, p->live);
	enum st st = apply_all(p);
	if (st == ST_OK)
		st = write_all(p);
	if (st == ST_OK)
		st = note_edit(p);
	if (st == ST_OK)
		st = snapshot_when_due(p);
	p->live->unfinished = st != ST_OK;
	return st;
}

static enum st push(struct pushing *p) {
	enum st st = find_typist(p);
	if (st == ST_OK)
		st = read_pending(p);
	if (st == ST_OK)
		st = recognise(p);
	if (st == ST_OK && p->known < p->in->n)
		st = bring_up_to_date(p);
	return st == ST_OK && p->n ? append(p) : st;
}

/* Earlier pushes of this transaction wait in the same memory for their publication. */
static enum st refused(struct ctx *c, int64_t text, struct live *l, enum st st) {
	struct err why = c->err;
	if (!l->unfinished)
		return st;
	bool awaited = l->announced == c->tx->number;
	live_drop(text);
	if (awaited && st == ST_INVALID && live_open(c, text, &l) != ST_OK)
		st = ST_BUSY;
	c->err = why;
	return st;
}

enum st collab_push(struct ctx *c, const struct collab_push *in, struct collab_pushed *out) {
	struct pushing p = { .c = c, .in = in };
	if (in->n == 0 || in->n > COLLAB_MOST_UPDATES)
		return fail(c, ST_INVALID, "field.count", "updates", N_("A push has 1 to %d updates."), COLLAB_MOST_UPDATES);
	enum st st = live_open(c, in->text, &p.live);
	if (st == ST_OK && p.live->noun_id != in->noun_id)
		st = ST_NOT_FOUND;
	if (st == ST_OK)
		st = perm_sees_scope(c, p.live->scope);
	if (st != ST_OK)
		return st;
	if (p.live->closed)
		return fail(c, ST_CONFLICT, "collab.closed", NULL, N_("This text is closed: it was archived. Reopen the document to write on."));
	st = push(&p);
	if (st != ST_OK)
		return refused(c, in->text, p.live, st);
	*out = (struct collab_pushed){ p.live->version, (int64_t)in->n };
	return ST_OK;
}

enum st collab_client_check(struct ctx *c, str client) {
	return client_check(c, client);
}

SHAPE(collab_update_shape, "TextUpdate", struct collab_update, N_("one accepted update of a live text"),
	F(struct collab_update, FT_TEXT, client, FIELD_REQUIRED, N_("the client that typed it")),
	F(struct collab_update, FT_I64, seq, FIELD_REQUIRED, N_("its number among the client's updates of this text")),
	F(struct collab_update, FT_JSON, changes, FIELD_REQUIRED, N_("a ChangeSet of CodeMirror, as JSON: lengths in UTF-16 units, inserted text as a list of lines")));

SHAPE(collab_typed_shape, "TypedUpdate", struct collab_typed, N_("one update as a client sends it"),
	F(struct collab_typed, FT_I64, seq, FIELD_REQUIRED, N_("its number among the client's updates of this text, counted one by one"), .min = 1, .max = INT64_MAX),
	F(struct collab_typed, FT_PARSED, changes, FIELD_REQUIRED, N_("a ChangeSet of CodeMirror, as JSON: lengths in UTF-16 units, inserted text as a list of lines")));
