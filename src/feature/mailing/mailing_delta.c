#include "feature/mailing/mailing_parts.h"
#include "text/markdown.h"

/* What has changed between two states of a text, as a reader would say it. */

enum { MOST_CHANGES = 100, MOST_LINES = 8 };

const char *const change_kind_names[] = { "section_new", "section", "section_gone", "tbd_filled", "tbd_new", "entry", "action_new", "action_closed", NULL };

void change_add(struct arena *a, struct changes *out, enum change_kind kind, str text, str detail) {
	if (out->n == MOST_CHANGES)
		return;
	if (!out->items)
		out->items = arena_array(a, MOST_CHANGES, sizeof *out->items);
	out->items[out->n++] = (struct change){ (int)kind, text, detail };
}

/* ---- sections ---- */

struct section {
	str heading, body;
	bool met;
};
struct sections {
	struct section *items;
	size_t n;
};

/* From behind the heading at this line up to the line `end` (from 1; 0: the end of the text). */
static str lines_between(str text, size_t from, size_t end) {
	str rest = text;
	for (size_t i = 1; i < from && rest.p; i++)
		str_cut(&rest, '\n');
	str begin = rest;
	for (size_t i = from; (!end || i < end) && rest.p; i++)
		str_cut(&rest, '\n');
	return rest.p ? str_to(begin, (size_t)(rest.p - begin.p)) : begin;
}

static struct sections split(struct arena *a, str text) {
	const struct markdown_heading *h;
	size_t n = markdown_headings(a, text, &h);
	struct sections s = { arena_array(a, n + 1, sizeof *s.items), 0 };
	str before = str_trim(lines_between(text, 1, n ? h[0].line : 0));
	if (before.n)
		s.items[s.n++] = (struct section){ .body = before };
	for (size_t i = 0; i < n; i++)
		s.items[s.n++] = (struct section){ .heading = h[i].text, .body = str_trim(lines_between(text, h[i].line + 1, i + 1 < n ? h[i + 1].line : 0)) };
	return s;
}

static struct section *match(struct sections *s, str heading) {
	for (size_t i = 0; i < s->n; i++)
		if (!s->items[i].met && str_eq(s->items[i].heading, heading))
			return &s->items[i];
	return NULL;
}

static bool has_line(str body, str line) {
	for (str rest = body; rest.p;)
		if (str_eq(str_trim(str_cut(&rest, '\n')), line))
			return true;
	return false;
}

/* The lines that were not there before. */
static str new_lines(struct arena *a, str before, str now) {
	struct buf b = buf_in(a);
	size_t n = 0;
	for (str rest = now; rest.p;) {
		str line = str_trim(str_cut(&rest, '\n'));
		if (!line.n || has_line(before, line))
			continue;
		if (n++ == MOST_LINES) {
			buf_lit(&b, "…\n");
			break;
		}
		buf_add(&b, line);
		buf_addc(&b, '\n');
	}
	return str_trim(buf_str(&b));
}

void delta_sections(struct arena *a, str before, str now, struct changes *out) {
	struct sections old = split(a, before), new = split(a, now);
	for (size_t i = 0; i < new.n; i++) {
		const struct section *s = &new.items[i];
		struct section *o = match(&old, s->heading);
		if (o)
			o->met = true;
		if (!o)
			change_add(a, out, CHANGE_SECTION_NEW, s->heading, new_lines(a, STR_NONE, s->body));
		else if (!str_eq(o->body, s->body))
			change_add(a, out, CHANGE_SECTION, s->heading, new_lines(a, o->body, s->body));
	}
	for (size_t i = 0; i < old.n; i++)
		if (!old.items[i].met)
			change_add(a, out, CHANGE_SECTION_GONE, old.items[i].heading, STR_NONE);
}

/* ---- TBDs ---- */

/* A gap is the same while it is about the same; a new owner or date does not fill it. */
static void difference(struct arena *a, const struct document_tbd *from, size_t n, const struct document_tbd *without, size_t m, enum change_kind kind, struct changes *out) {
	bool *used = arena_array(a, m + 1, sizeof *used);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < m && (used[k] || !str_eq(without[k].text, from[i].text)))
			k++;
		if (k < m)
			used[k] = true;
		else
			change_add(a, out, kind, from[i].text, from[i].owner);
	}
}

void delta_tbds(struct arena *a, str before, str now, struct changes *out) {
	struct list old = document_tbds(a, before), new = document_tbds(a, now);
	difference(a, old.items, old.n, new.items, new.n, CHANGE_TBD_FILLED, out);
	difference(a, new.items, new.n, old.items, old.n, CHANGE_TBD_NEW, out);
}
