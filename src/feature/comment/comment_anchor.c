/* The log of the text, worked into the places of comments: when they are read, and now and then for good. */
#include "feature/comment/comment_parts.h"
#include "text/utf8.h"

/* A place is written down when so many updates have gone by; until then each reader works them in. */
enum { STEP = 256 };

enum st changes_read(struct ctx *c, str json, const struct changeset **out) {
	char room[160];
	str why;
	json_t *v = json_parse(json, &why, room);
	json_own(c->a, v);
	return v ? changeset_from_json(c->a, v, out) : ST_MALFORMED;
}

str changes_json(struct ctx *c, const struct changeset *changes) {
	struct buf b = buf_in(c->a);
	changeset_to_json(changes, &b);
	return buf_str(&b);
}

struct placing {
	struct anchor *item;
	size_t n;
};

static void step(struct arena *a, void *data, int64_t version, const struct changeset *set) {
	struct placing *p = data;
	for (size_t i = 0; i < p->n; i++)
		if (p->item[i].version == version - 1)
			anchor_map(a, &p->item[i], set);
}

/* "12 20 25 27": pieces, when it is more than one. */
static enum st read_spans(struct ctx *c, const struct comment *x, struct anchor *out) {
	str rest = x->spans;
	int64_t v[2];
	out->spans = arena_array(c->a, x->spans.n / 4 + 1, sizeof *out->spans);
	out->spans[0] = (struct changeset_span){ x->from, x->to };
	out->n = !x->gone;
	if (!rest.n)
		return ST_OK;
	for (out->n = 0; rest.p; out->n++) {
		for (size_t i = 0; i < 2; i++)
			if (!str_i64(str_cut(&rest, ' '), &v[i]))
				return fail(c, ST_INTERNAL, "comment.broken", NULL, "the place of a comment cannot be read");
		out->spans[out->n] = (struct changeset_span){ v[0], v[1] };
	}
	return ST_OK;
}

static str write_spans(struct ctx *c, const struct anchor *x) {
	struct buf b = buf_in(c->a);
	for (size_t i = 0; x->n > 1 && i < x->n; i++)
		buf_printf(&b, "%s%lld %lld", i ? " " : "", (long long)x->spans[i].from, (long long)x->spans[i].to);
	return buf_str(&b);
}

/* Of a long quote only the beginning is kept, and what a suggestion lost does not come back to it: neither takes words again. */
static bool may_take_again(const struct comment *x) {
	return !x->changes.n && utf16_length(x->quote) < COMMENT_LONGEST_QUOTE - 1;
}

/* What was settled stays where it was as a suggestion: its changes are no longer for the text that is. */
static enum st begin(struct ctx *c, const struct comment *x, struct anchor *out) {
	*out = (struct anchor){ .from = x->from, .to = x->to, .version = x->anchor_version };
	enum st st = read_spans(c, x, out);
	if (may_take_again(x))
		anchor_quote(c->a, out, x->quote);
	if (st != ST_OK || !x->changes.n || x->resolution >= 0)
		return st;
	st = changes_read(c, x->changes, &out->changes);
	return st == ST_OK ? st : fail(c, ST_INTERNAL, "comment.broken", NULL, "the change set of a suggestion cannot be read");
}

static void finish(struct ctx *c, const struct anchor *at, struct comment *x) {
	x->from = at->from;
	x->to = at->to;
	x->gone = at->n == 0;
	x->spans = write_spans(c, at);
	x->anchor_version = at->version;
	if (!at->changes)
		return;
	x->changes = changes_json(c, at->changes);
	x->conflict = changes_take(at->changes) < x->takes || (x->takes == 0 && x->gone);
}

enum st comments_place(struct ctx *c, int64_t live_text, struct comment *items, size_t n, int64_t *version) {
	struct placing p = { arena_array(c->a, n, sizeof *p.item), 0 };
	struct comment **of = arena_array(c->a, n, sizeof *of);
	int64_t from;
	enum st st = collab_version(c, live_text, &from);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		if (items[i].from == I64_NONE)
			continue;
		of[p.n] = &items[i];
		st = begin(c, &items[i], &p.item[p.n]);
		from = items[i].anchor_version < from ? items[i].anchor_version : from;
		p.n++;
	}
	if (st == ST_OK)
		st = collab_walk(c, live_text, &from, &p, step);
	for (size_t i = 0; st == ST_OK && i < p.n; i++)
		finish(c, &p.item[i], of[i]);
	*version = from;
	return st;
}

/* ---- for good ---- */

static enum st follow(struct ctx *c, const struct event *e) {
	struct document d;
	struct list stale;
	int64_t version;
	enum st st = document_read(c, e->noun_id, &d);
	if (st == ST_OK)
		st = comment_store_stale(c, d.id, d.text_version - STEP, &stale);
	if (st == ST_OK && stale.n)
		st = comments_place(c, d.live_text, stale.items, stale.n, &version);
	const struct comment *x = stale.items;
	for (size_t i = 0; st == ST_OK && i < stale.n; i++)
		st = comment_store_place(c, &x[i]);
	return st == ST_NOT_FOUND ? ST_OK : st;
}
EVENT_ON(comment, "document.edited", follow);
