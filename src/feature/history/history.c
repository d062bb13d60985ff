/* Spans, authors and hunks: nothing here asks a database. */
#include <stdlib.h>

#include "base/clock.h"
#include "feature/history/history_parts.h"
#include "text/utf8.h"

enum { CONTEXT_LINES = 2 };

/* ---- spans ---- */

struct grouping {
	const struct collab_step *step;
	size_t n;
	const int64_t *cut;
	size_t cut_count, next_cut;
	struct history_span *span; /* the one that grows */
};

static bool is_in(const struct history_span *s, int64_t actor) {
	for (size_t i = 0; i < s->actor_count; i++)
		if (s->actors[i] == actor)
			return true;
	return false;
}

/* Does one of those in the span type again soon? Then whoever comes now types with them. */
static bool together(const struct grouping *g, size_t i) {
	if (g->span->actor_count == SPAN_PEOPLE)
		return false;
	for (size_t k = i + 1; k < g->n && g->step[k].at - g->step[i].at <= SPAN_TOGETHER; k++)
		if (is_in(g->span, g->step[k].actor))
			return true;
	return false;
}

static bool is_cut(struct grouping *g, int64_t version) {
	while (g->next_cut < g->cut_count && g->cut[g->next_cut] < version)
		g->next_cut++;
	return g->next_cut < g->cut_count && g->cut[g->next_cut] == version;
}

static bool goes_on(struct grouping *g, size_t i) {
	const struct collab_step *s = &g->step[i], *before = &g->step[i - 1];
	if (is_cut(g, before->version) || s->at - before->at > SPAN_GAP || s->at - g->span->begin_at > SPAN_LONGEST)
		return false;
	return is_in(g->span, s->actor) || together(g, i);
}

size_t span_group(struct arena *a, const struct collab_step *steps, size_t n, const int64_t *cuts, size_t cut_count, struct history_span **out) {
	struct grouping g = { .step = steps, .n = n, .cut = cuts, .cut_count = cut_count };
	size_t count = 0;
	*out = arena_array(a, n, sizeof **out);
	for (size_t i = 0; i < n; i++) {
		const struct collab_step *s = &steps[i];
		if (!i || !goes_on(&g, i)) {
			g.span = &(*out)[count++];
			*g.span = (struct history_span){ .from_version = s->version, .begin_at = s->at, .actors = arena_array(a, SPAN_PEOPLE, sizeof(int64_t)) };
		}
		g.span->version = s->version;
		g.span->end_at = s->at;
		if (!is_in(g.span, s->actor))
			g.span->actors[g.span->actor_count++] = s->actor;
	}
	return count;
}

/* ---- authors ---- */

size_t authors_count(const struct authors *x) {
	return x->left + x->room - x->right;
}

struct author_run authors_run(const struct authors *x, size_t i) {
	return x->run[i < x->left ? i : x->right + i - x->left];
}

static void authors_room(struct authors *x, size_t more) {
	if (x->right - x->left >= more)
		return;
	size_t behind = x->room - x->right, room = 2 * x->room + more + 64;
	struct author_run *run = reallocarray(x->run, room, sizeof *run);
	if (!run)
		abort();
	if (behind)
		memmove(run + room - behind, run + x->right, behind * sizeof *run);
	*x = (struct authors){ run, x->left, room - behind, room, x->at };
}

/* Before the gap. */
static void put_left(struct authors *x, int64_t length, int64_t actor) {
	x->at += length;
	if (x->left && x->run[x->left - 1].actor == actor)
		x->run[x->left - 1].length += length;
	else
		x->run[x->left++] = (struct author_run){ length, actor };
}

static void put_right(struct authors *x, int64_t length, int64_t actor) {
	if (x->right < x->room && x->run[x->right].actor == actor)
		x->run[x->right].length += length;
	else
		x->run[--x->right] = (struct author_run){ length, actor };
}

/* The gap to a place; a run that lies across it becomes two. */
static void go_to(struct authors *x, int64_t at) {
	while (x->at > at) {
		struct author_run r = x->run[--x->left];
		int64_t goes = x->at - at < r.length ? x->at - at : r.length;
		x->at -= r.length;
		if (goes < r.length)
			put_left(x, r.length - goes, r.actor);
		put_right(x, goes, r.actor);
	}
	while (x->at < at && x->right < x->room) {
		struct author_run *r = &x->run[x->right], whole = *r;
		int64_t goes = at - x->at < r->length ? at - x->at : r->length;
		if (goes < r->length)
			r->length -= goes;
		else
			x->right++;
		put_left(x, goes, whole.actor);
	}
}

static void take_out(struct authors *x, int64_t length) {
	while (length > 0 && x->right < x->room) {
		struct author_run *r = &x->run[x->right];
		int64_t goes = length < r->length ? length : r->length;
		r->length -= goes;
		length -= goes;
		if (r->length == 0)
			x->right++;
	}
}

void authors_begin(struct authors *x, int64_t length) {
	x->left = x->at = 0;
	x->right = x->room;
	authors_room(x, 2);
	if (length > 0)
		put_left(x, length, AUTHOR_NONE);
}

void authors_copy(struct authors *to, const struct authors *from) {
	size_t behind = from->room - from->right;
	authors_begin(to, 0);
	authors_room(to, from->left + behind);
	if (from->left)
		memcpy(to->run, from->run, from->left * sizeof *to->run);
	if (behind)
		memcpy(to->run + to->room - behind, from->run + from->right, behind * sizeof *to->run);
	to->left = from->left;
	to->right = to->room - behind;
	to->at = from->at;
}

void authors_free(struct authors *x) {
	free(x->run);
	*x = (struct authors){ 0 };
}

void authors_step(struct authors *x, const struct changeset *set, int64_t actor) {
	struct changeset_edit e = { 0 };
	while (changeset_next(set, &e)) {
		authors_room(x, 3);
		go_to(x, e.at);
		take_out(x, e.to - e.from);
		if (e.count > 0)
			put_left(x, e.count, actor);
	}
}

/* ---- hunks ---- */

const char *const run_kind_names[] = { "same", "removed", "added", NULL };

struct writing {
	struct arena *a;
	str before, after;
	struct diff_hunk *hunk;
	struct diff_run *run;
	size_t hunk_count, run_count, run_room;
	size_t counted;  /* bytes of the later text whose units are known */
	int64_t units;
	size_t line_at, from_line_at; /* bytes of each text whose lines are known */
	int64_t line, from_line;
};

static str part(str s, size_t from, size_t to) {
	return str_to(str_from(s, from), to - from);
}

static int64_t units_at(struct writing *w, size_t at) {
	w->units += (int64_t)utf16_length(part(w->after, w->counted, at));
	w->counted = at;
	return w->units;
}

static int64_t count_lines(str text, size_t *from, size_t to, int64_t *line) {
	for (; *from < to; ++*from)
		*line += text.p[*from] == '\n';
	return *line + 1;
}

static void add_run(struct writing *w, enum run_kind kind, size_t at, str text) {
	if (!text.n)
		return;
	if (w->run_count == w->run_room) {
		size_t room = w->run_room ? 2 * w->run_room : 32;
		struct diff_run *more = arena_array(w->a, room, sizeof *more);
		if (w->run_count)
			memcpy(more, w->run, w->run_count * sizeof *more);
		w->run = more;
		w->run_room = room;
	}
	w->run[w->run_count++] = (struct diff_run){ kind, units_at(w, at), text };
}

static size_t lines_back(str text, size_t at, size_t not_before) {
	for (int lines = 0; at > not_before; at--)
		if (text.p[at - 1] == '\n' && lines++ == CONTEXT_LINES)
			break;
	return at;
}

static size_t lines_on(str text, size_t at, size_t not_beyond) {
	for (int lines = 0; at < not_beyond;)
		if (text.p[at++] == '\n' && lines++ == CONTEXT_LINES)
			break;
	return at;
}

static void begin_hunk(struct writing *w, const struct diff_edit *e, size_t start) {
	w->run = NULL;
	w->run_count = w->run_room = 0;
	size_t back = e->at - start;
	w->hunk[w->hunk_count] = (struct diff_hunk){ .line = count_lines(w->after, &w->line_at, start, &w->line),
		.from_line = count_lines(w->before, &w->from_line_at, e->from - back, &w->from_line) };
}

static void end_hunk(struct writing *w) {
	w->hunk[w->hunk_count++].runs = (struct list){ w->run, w->run_count };
}

struct list diff_hunks(struct arena *a, str before, str after) {
	const struct diff_edit *e;
	size_t n = diff_texts(a, before, after, &e), end = 0;
	struct writing w = { .a = a, .before = before, .after = after, .hunk = arena_array(a, n, sizeof *w.hunk) };
	for (size_t i = 0; i < n; i++) {
		size_t start = lines_back(after, e[i].at, end), next = i + 1 < n ? e[i + 1].at : after.n;
		bool goes_on = i && start == end;
		if (!goes_on) {
			if (i)
				end_hunk(&w);
			begin_hunk(&w, &e[i], start);
		}
		add_run(&w, RUN_SAME, start, part(after, start, e[i].at));
		add_run(&w, RUN_REMOVED, e[i].at, part(before, e[i].from, e[i].to));
		add_run(&w, RUN_ADDED, e[i].at, part(after, e[i].at, e[i].end));
		end = lines_on(after, e[i].end, next);
		add_run(&w, RUN_SAME, e[i].end, part(after, e[i].end, end));
	}
	if (n)
		end_hunk(&w);
	return (struct list){ w.hunk, w.hunk_count };
}
