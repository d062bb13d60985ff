/* Change sets as sections plus one run of inserted UTF-16 units. UTF-16 because composing may cut an inserted text anywhere, also inside a surrogate pair, and must
 * then give what JavaScript gives. Not here: the text that changes are applied to (text.c). */
#include "text/changeset.h"

#include <stdlib.h>

#include "text/utf8.h"

enum { KEEP = -1, DONE = -2 };
static const int64_t LONGEST = (INT64_C(1) << 53) - 1; /* JavaScript's largest exact integer */

/* ins is KEEP for what stays; else what is inserted in the place of len units. */
struct section {
	int64_t len, ins;
};

/* units: the inserted text of all sections, one after the other. */
struct changeset {
	const struct section *section;
	size_t n;
	const uint16_t *units;
	size_t unit_count;
	int64_t old_length, new_length;
};

static void must(bool holds) {
	if (!holds)
		abort();
}

int64_t changeset_old_length(const struct changeset *c) {
	return c->old_length;
}

int64_t changeset_new_length(const struct changeset *c) {
	return c->new_length;
}

bool changeset_is_empty(const struct changeset *c) {
	return c->n == 0 || (c->n == 1 && c->section[0].ins < 0);
}

/* --- building --- */

struct builder {
	struct arena *a;
	struct section *section;
	size_t n, room;
	uint16_t *units;
	size_t unit_count;
	int64_t old_length, new_length;
};

static struct builder build(struct arena *a, size_t sections, size_t units) {
	struct builder b = { .a = a, .room = sections };
	b.section = arena_array(a, sections, sizeof *b.section);
	b.units = arena_array(a, units, sizeof *b.units);
	return b;
}

static void push(struct builder *b, int64_t len, int64_t ins) {
	if (b->n == b->room) {
		struct section *more = arena_array(b->a, b->room * 2 + 4, sizeof *more);
		if (b->n)
			memcpy(more, b->section, b->n * sizeof *more);
		b->section = more;
		b->room = b->room * 2 + 4;
	}
	b->section[b->n++] = (struct section){ len, ins };
}

/* Neighbours that say the same become one; join: a piece of the replacement before, whatever it is. */
static void add(struct builder *b, int64_t len, int64_t ins, bool join) {
	if (len == 0 && ins <= 0)
		return;
	b->old_length += len;
	b->new_length += ins < 0 ? len : ins;
	struct section *last = b->n ? &b->section[b->n - 1] : NULL;
	if (last && ins <= 0 && ins == last->ins) {
		last->len += len;
	} else if (last && len == 0 && last->len == 0) {
		last->ins += ins;
	} else if (join) {
		last->len += len;
		last->ins += ins;
	} else {
		push(b, len, ins);
	}
}

static void add_units(struct builder *b, const uint16_t *units, int64_t n) {
	if (n > 0)
		memcpy(b->units + b->unit_count, units, (size_t)n * sizeof *units);
	b->unit_count += (size_t)n;
}

static const struct changeset *built(const struct builder *b) {
	struct changeset *c = arena_new_of(b->a, struct changeset);
	*c = (struct changeset){ b->section, b->n, b->units, b->unit_count, b->old_length, b->new_length };
	return c;
}

const struct changeset *changeset_copy(struct arena *a, const struct changeset *c) {
	struct builder b = build(a, c->n, c->unit_count);
	if (c->n)
		memcpy(b.section, c->section, c->n * sizeof *c->section);
	b.n = c->n;
	add_units(&b, c->units, (int64_t)c->unit_count);
	b.old_length = c->old_length;
	b.new_length = c->new_length;
	return built(&b);
}

static void put_code_point(struct builder *b, uint32_t cp) {
	if (cp < 0x10000) {
		b->units[b->unit_count++] = (uint16_t)cp;
	} else {
		b->units[b->unit_count++] = (uint16_t)(0xD800 + ((cp - 0x10000) >> 10));
		b->units[b->unit_count++] = (uint16_t)(0xDC00 + ((cp - 0x10000) & 0x3FF));
	}
}

static int64_t put_text(struct builder *b, str s) {
	size_t before = b->unit_count;
	for (size_t i = 0; i < s.n;) {
		uint32_t cp = utf8_next(s, &i);
		if (cp == '\r' && i < s.n && s.p[i] == '\n')
			i++;
		put_code_point(b, cp == '\r' ? '\n' : cp);
	}
	return (int64_t)(b->unit_count - before);
}

static int64_t clip(int64_t v, int64_t low, int64_t high) {
	return v < low ? low : v > high ? high : v;
}

const struct changeset *changeset_replace(struct arena *a, int64_t length, int64_t from, int64_t to, str text) {
	from = clip(from, 0, length);
	to = clip(to, from, length);
	struct builder b = build(a, 3, utf16_length(text));
	int64_t ins = put_text(&b, text);
	add(&b, from, KEEP, false);
	add(&b, to - from, ins, false);
	add(&b, length - to, KEEP, false);
	return built(&b);
}

/* --- JSON --- */

/* The lines of a part [len, line, …] as units, breaks between them counted. */
static enum st measure_lines(const json_t *part, int64_t *units) {
	*units = json_array_size(part) > 1 ? (int64_t)json_array_size(part) - 2 : 0;
	for (size_t i = 1; i < json_array_size(part); i++) {
		const json_t *line = json_array_get(part, i);
		if (!json_is_string(line))
			return ST_MALFORMED;
		str s = json_str(line);
		if (!utf8_valid(s) || str_chr(s, '\n') >= 0 || str_chr(s, '\r') >= 0 || str_chr(s, '\0') >= 0)
			return ST_INVALID;
		*units += (int64_t)utf16_length(s);
	}
	return ST_OK;
}

static enum st measure(const json_t *part, struct section *out) {
	const json_t *len = json_is_array(part) ? json_array_get(part, 0) : part;
	if (!json_is_integer(len))
		return ST_MALFORMED;
	*out = (struct section){ json_integer_value(len), KEEP };
	enum st st = json_is_array(part) ? measure_lines(part, &out->ins) : ST_OK;
	bool sayable = out->len >= 0 && out->len <= LONGEST && (out->len > 0 || out->ins > 0);
	return st == ST_OK && !sayable ? ST_INVALID : st;
}

static void fill_lines(struct builder *b, const json_t *part) {
	for (size_t i = 1; i < json_array_size(part); i++) {
		if (i > 1)
			b->units[b->unit_count++] = '\n';
		put_text(b, json_str(json_array_get(part, i)));
	}
}

/* Sections stay as they were sent, neighbours unjoined, because the client's own copy has them so. */
enum st changeset_from_json(struct arena *a, const json_t *v, const struct changeset **out) {
	if (!json_is_array(v))
		return ST_MALFORMED;
	size_t n = json_array_size(v), units = 0;
	struct builder b = build(a, n, 0);
	for (size_t i = 0; i < n; i++) {
		struct section s = { 0 };
		enum st st = measure(json_array_get(v, i), &s);
		if (st != ST_OK)
			return st;
		b.section[b.n++] = s;
		b.old_length += s.len;
		b.new_length += s.ins < 0 ? s.len : s.ins;
		units += s.ins > 0 ? (size_t)s.ins : 0;
		if (b.old_length > LONGEST || b.new_length > LONGEST)
			return ST_INVALID;
	}
	b.units = arena_array(a, units, sizeof *b.units);
	for (size_t i = 0; i < n; i++)
		if (b.section[i].ins > 0)
			fill_lines(&b, json_array_get(v, i));
	*out = built(&b);
	return ST_OK;
}

static bool high_surrogate(uint16_t u) {
	return (u & 0xFC00) == 0xD800;
}

static bool low_surrogate(uint16_t u) {
	return (u & 0xFC00) == 0xDC00;
}

/* What may not stand in quotes as it is, half a surrogate pair among it, becomes \uXXXX, as JSON.stringify does it. */
static void write_units(struct buf *out, const uint16_t *u, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (high_surrogate(u[i]) && i + 1 < n && low_surrogate(u[i + 1])) {
			utf8_put(out, 0x10000 + ((uint32_t)(u[i] & 0x3FF) << 10) + (u[i + 1] & 0x3FF));
			i++;
		} else if (u[i] == '\n') {
			buf_lit(out, "\",\"");
		} else if (u[i] < 0x20 || (u[i] & 0xF800) == 0xD800 || (u[i] < 0x80 && strchr("\"\\<>&\x7f", u[i]))) {
			buf_printf(out, "\\u%04x", u[i]);
		} else {
			utf8_put(out, u[i]);
		}
	}
}

static void write_section(struct buf *out, const struct section *s, const uint16_t *units) {
	if (s->ins >= 0)
		buf_addc(out, '[');
	buf_i64(out, s->len);
	if (s->ins > 0) {
		buf_lit(out, ",\"");
		write_units(out, units, (size_t)s->ins);
		buf_addc(out, '"');
	}
	if (s->ins >= 0)
		buf_addc(out, ']');
}

void changeset_to_json(const struct changeset *c, struct buf *out) {
	size_t used = 0;
	buf_addc(out, '[');
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_addc(out, ',');
		write_section(out, &c->section[i], c->units + used);
		used += c->section[i].ins > 0 ? (size_t)c->section[i].ins : 0;
	}
	buf_addc(out, ']');
}

bool changeset_next(const struct changeset *c, struct changeset_edit *e) {
	for (; e->section < c->n; e->section++) {
		const struct section *s = &c->section[e->section];
		int64_t from = e->old_end, at = e->new_end;
		e->old_end += s->len;
		e->new_end += s->ins < 0 ? s->len : s->ins;
		if (s->ins < 0)
			continue;
		*e = (struct changeset_edit){ from, e->old_end, at, c->units + e->used, s->ins, e->old_end, e->new_end, e->section + 1, e->used + (size_t)s->ins };
		return true;
	}
	return false;
}

/* --- walking two sets side by side --- */

/* A section, or what is left of it: off units of it are behind us. text: where its inserted text begins in the set's units. */
struct walk {
	const struct changeset *set;
	size_t i, text, next_text;
	int64_t len, ins, off;
};

static void next(struct walk *w) {
	w->off = 0;
	w->text = w->next_text;
	if (w->i == w->set->n) {
		w->len = 0;
		w->ins = DONE;
		return;
	}
	const struct section *s = &w->set->section[w->i++];
	w->len = s->len;
	w->ins = s->ins;
	w->next_text += s->ins > 0 ? (size_t)s->ins : 0;
}

static struct walk walk(const struct changeset *set) {
	struct walk w = { .set = set };
	next(&w);
	return w;
}

/* Forward in the old text of the set … */
static void forward(struct walk *w, int64_t len) {
	if (len == w->len) {
		next(w);
	} else {
		w->len -= len;
		w->off += len;
	}
}

/* … and in its new one. */
static void forward_new(struct walk *w, int64_t len) {
	if (w->ins == KEEP) {
		forward(w, len);
	} else if (len == w->ins) {
		next(w);
	} else {
		w->ins -= len;
		w->off += len;
	}
}

static int64_t min(int64_t x, int64_t y) {
	return x < y ? x : y;
}

/* One piece that both sets speak about; returns its length. *insert: whether b's text goes in. */
static int64_t compose_piece(struct builder *out, struct walk *a, struct walk *b, bool open) {
	int64_t len = min(a->ins < 0 ? a->len : a->ins, b->len);
	if (b->ins == KEEP && a->ins != KEEP) {
		add(out, a->off ? 0 : a->len, len, open);
		add_units(out, a->set->units + a->text + a->off, len);
		return len;
	}
	int64_t ins = b->ins == KEEP ? KEEP : b->off ? 0 : b->ins;
	add(out, a->ins == KEEP ? len : a->off ? 0 : a->len, ins, open);
	if (ins > 0)
		add_units(out, b->set->units + b->text, ins);
	return len;
}

const struct changeset *changeset_compose(struct arena *arena, const struct changeset *first, const struct changeset *then) {
	must(first->new_length == then->old_length);
	if (changeset_is_empty(first))
		return then;
	if (changeset_is_empty(then))
		return first;
	struct builder out = build(arena, first->n + then->n, first->unit_count + then->unit_count);
	struct walk a = walk(first), b = walk(then);
	for (bool open = false; a.ins != DONE || b.ins != DONE;) {
		if (a.ins == 0) {
			add(&out, a.len, 0, open);
			next(&a);
		} else if (b.len == 0 && b.ins != DONE) {
			add(&out, 0, b.ins, open);
			add_units(&out, b.set->units + b.text, b.ins);
			next(&b);
		} else {
			must(a.ins != DONE && b.ins != DONE);
			size_t sections = out.n;
			int64_t len = compose_piece(&out, &a, &b, open);
			open = (a.ins > len || (b.ins >= 0 && b.len > len)) && (open || out.n > sections);
			forward_new(&a, len);
			forward(&b, len);
		}
	}
	return built(&out);
}

/* A map in progress. A replacement of a that is cut into pieces brings its text with the first of them; done: up to which section of a (its number from 1) the
 * text has been brought. */
struct mapping {
	struct builder out;
	struct walk a, b;
	size_t done;
};

/* A change of b is now simply there; what of a it covers is gone, but for what a inserts. */
static void map_across(struct mapping *m) {
	add(&m->out, m->b.ins, KEEP, false);
	for (int64_t len = m->b.len; len > 0;) {
		int64_t piece = min(m->a.len, len);
		if (m->a.ins >= 0 && m->done < m->a.i && m->a.len <= piece) {
			add(&m->out, 0, m->a.ins, false);
			m->done = m->a.i;
		}
		forward(&m->a, piece);
		len -= piece;
	}
	next(&m->b);
}

/* A change of a, up to where b inserts something; what b deletes needs no deleting. */
static void map_piece(struct mapping *m) {
	int64_t len = 0, left = m->a.len;
	while (left > 0) {
		if (m->b.ins == KEEP) {
			int64_t piece = min(left, m->b.len);
			len += piece;
			left -= piece;
			forward(&m->b, piece);
		} else if (m->b.ins == 0 && m->b.len < left) {
			left -= m->b.len;
			next(&m->b);
		} else {
			break;
		}
	}
	add(&m->out, len, m->done < m->a.i ? m->a.ins : 0, false);
	m->done = m->a.i;
	forward(&m->a, m->a.len - left);
}

static bool b_comes_first(const struct mapping *m, bool before) {
	const struct walk *a = &m->a, *b = &m->b;
	if (b->ins < 0)
		return false;
	return a->ins < 0 || m->done == a->i || (a->off == 0 && (b->len < a->len || (b->len == a->len && !before)));
}

/* The one replacement of a set that makes just one, and what stands before it. */
static bool single(const struct changeset *c, struct section *edit, int64_t *from) {
	size_t i = c->n && c->section[0].ins == KEEP;
	if (i == c->n || c->n - i > 2 || c->section[i].ins == KEEP || (c->n - i == 2 && c->section[i + 1].ins != KEEP))
		return false;
	*edit = c->section[i];
	*from = i ? c->section[0].len : 0;
	return true;
}

/* An update on its way over others. While it meets only replacements that do not touch its own, nothing but numbers changes: a hundred people who type are a hundred thousand such meetings
 * a second. */
struct draft {
	const struct changeset *set; /* as it was when the numbers began */
	bool plain;                  /* one replacement: edit, at from by now */
	struct section edit;
	int64_t from;
	int64_t before, behind; /* what is kept there has grown by so much */
};

static struct draft draft(const struct changeset *c) {
	struct draft d = { .set = c };
	d.plain = single(c, &d.edit, &d.from);
	return d;
}

static const struct changeset *settled(struct arena *a, struct draft *d) {
	if (!d->before && !d->behind)
		return d->set;
	struct section *section = arena_array(a, d->set->n, sizeof *section);
	struct changeset *out = arena_new_of(a, struct changeset);
	memcpy(section, d->set->section, d->set->n * sizeof *section);
	section[0].len += d->before;
	section[d->set->n - 1].len += d->behind;
	*out = *d->set;
	out->section = section;
	out->old_length += d->before + d->behind;
	out->new_length += d->before + d->behind;
	*d = draft(out);
	return out;
}

static int64_t grows(const struct draft *d) {
	return d->edit.ins - d->edit.len;
}

/* first stands wholly before then, and something is kept between them. */
static bool stands_before(const struct draft *first, const struct draft *then) {
	return first->from + first->edit.len < then->from;
}

static void push_on(struct draft *first, struct draft *then) {
	first->behind += grows(then);
	then->before += grows(first);
	then->from += grows(first);
}

/* Each goes behind the other, if they do not touch. */
static bool pass(struct draft *mine, struct draft *other) {
	if (!mine->plain || !other->plain)
		return false;
	if (stands_before(mine, other))
		push_on(mine, other);
	else if (stands_before(other, mine))
		push_on(other, mine);
	else
		return false;
	return true;
}

const struct changeset *changeset_map(struct arena *arena, const struct changeset *c, const struct changeset *o, bool before) {
	must(c->old_length == o->old_length);
	if (changeset_is_empty(o))
		return c;
	struct draft mine = draft(c), other = draft(o);
	if (pass(&mine, &other))
		return settled(arena, &mine);
	struct mapping m = { build(arena, c->n + o->n, 0), walk(c), walk(o), 0 };
	while (m.a.ins != DONE || m.b.ins != DONE) {
		if (m.a.ins == KEEP && m.b.ins == KEEP) {
			int64_t len = min(m.a.len, m.b.len);
			add(&m.out, len, KEEP, false);
			forward(&m.a, len);
			forward(&m.b, len);
		} else if (b_comes_first(&m, before)) {
			map_across(&m);
		} else {
			must(m.a.ins >= 0);
			map_piece(&m);
		}
	}
	/* Every inserted text of c is there once and in its order: share it. */
	m.out.units = (uint16_t *)(uintptr_t)c->units;
	m.out.unit_count = c->unit_count;
	return built(&m.out);
}

/* --- positions --- */

int64_t changeset_map_pos_tracked(const struct changeset *c, int64_t pos, int assoc, bool *deleted) {
	int64_t old = 0, new = 0;
	*deleted = false;
	for (size_t i = 0; i < c->n; i++) {
		int64_t len = c->section[i].len, ins = c->section[i].ins, end = old + len;
		if (ins < 0) {
			if (end > pos)
				return new + (pos - old);
			new += len;
		} else {
			*deleted = *deleted || (old < pos && end > pos);
			if (end > pos || (end == pos && assoc < 0 && len == 0))
				return pos == old || assoc < 0 ? new : new + ins;
			new += ins;
		}
		old = end;
	}
	return new;
}

int64_t changeset_map_pos(const struct changeset *c, int64_t pos, int assoc) {
	bool deleted;
	return changeset_map_pos_tracked(c, pos, assoc, &deleted);
}

/* Pieces that follow upon one another are one. */
static size_t add_span(struct changeset_span *out, size_t n, int64_t from, int64_t to) {
	if (n && out[n - 1].to == from)
		out[--n].to = to;
	else
		out[n] = (struct changeset_span){ from, to };
	return n + 1;
}

size_t changeset_map_spans(struct arena *a, const struct changeset *c, const struct changeset_span *spans, size_t n, struct changeset_span **out) {
	int64_t old = 0, new = 0;
	size_t k = 0, found = 0;
	*out = arena_array(a, n + c->n, sizeof **out);
	for (size_t i = 0; i < c->n && k < n; i++) {
		int64_t len = c->section[i].len, ins = c->section[i].ins, end = old + len;
		for (; k < n && spans[k].from < end; k++) {
			int64_t low = spans[k].from > old ? spans[k].from : old, high = min(spans[k].to, end);
			if (ins < 0 && low < high)
				found = add_span(*out, found, new + low - old, new + high - old);
			if (spans[k].to > end)
				break;
		}
		old = end;
		new += ins < 0 ? len : ins;
	}
	return found;
}

/* --- the server's half of the protocol --- */

static bool chained(const struct changeset *const *c, size_t n, int64_t length) {
	for (size_t i = 0; i < n; i++) {
		if (c[i]->old_length != length)
			return false;
		length = c[i]->new_length;
	}
	return true;
}

/* Each behind the other. */
static void meet(struct arena *a, struct draft *mine, struct draft *other) {
	if (pass(mine, other))
		return;
	const struct changeset *c = settled(a, mine), *o = settled(a, other);
	*mine = draft(changeset_map(a, c, o, false));
	*other = draft(changeset_map(a, o, c, true));
}

/* Stops at an own one that is not as long as what was confirmed. */
static bool rebase_all(struct arena *a, struct draft *pending, size_t n, const struct changeset *const *log, const bool *own, size_t m, size_t *confirmed) {
	for (size_t i = 0; i < m && *confirmed < n; i++) {
		if (own[i]) {
			if (settled(a, &pending[(*confirmed)++])->new_length != log[i]->new_length)
				return false;
			continue;
		}
		struct draft other = draft(log[i]);
		for (size_t k = *confirmed; k < n; k++)
			meet(a, &pending[k], &other);
	}
	return true;
}

enum st changeset_rebase(struct arena *a, const struct changeset *const *pending, size_t n, const struct changeset *const *log, const bool *own, size_t m,
	const struct changeset **out, size_t *out_n) {
	*out_n = 0;
	if (n == 0)
		return ST_OK;
	int64_t length = pending[0]->old_length;
	if (!chained(pending, n, length) || !chained(log, m, length))
		return ST_INVALID;
	struct draft *drafts = arena_array(a, n, sizeof *drafts);
	for (size_t i = 0; i < n; i++)
		drafts[i] = draft(pending[i]);
	size_t confirmed = 0;
	if (!rebase_all(a, drafts, n, log, own, m, &confirmed))
		return ST_INVALID;
	for (size_t i = confirmed; i < n; i++)
		out[(*out_n)++] = settled(a, &drafts[i]);
	return ST_OK;
}
