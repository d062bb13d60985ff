#include "app/router.h"

#include <stdio.h>

#include "app/page.h"
#include "base/log.h"

enum { MOST_ROUTES = 512, MOST_SEGMENTS = 16 };

static struct route routes[MOST_ROUTES];
static size_t count;

/* Routes of one length whose telling segment (the third, which names the noun; in short ones the first) is the same literal; those where it is a name stand together. */
enum { FAMILIES = 256, ANY = 0 };
static size_t families[FAMILIES], siblings[MOST_ROUTES]; /* index + 1 of the first, of the next; 0: none */

size_t router_count(void) {
	return count;
}

const struct route *router_at(size_t i) {
	return &routes[i];
}

static bool is_name(str segment) {
	return segment.n && segment.p[0] == '{';
}

static str tail_of(str segment) {
	ptrdiff_t close = str_chr(segment, '}');
	return str_from(segment, (size_t)close + 1);
}

/* 0 no, 1 by name, 2 by name and tail, 3 literally. */
static int fits(str pattern, str segment) {
	if (!is_name(pattern))
		return str_eq(pattern, segment) ? 3 : 0;
	str tail = tail_of(pattern);
	if (tail.n == 0)
		return segment.n ? 1 : 0;
	return segment.n > tail.n && str_ends(segment, tail) ? 2 : 0;
}

static int fits_all(const struct route *r, const str *segments, size_t n) {
	int score = 1;
	if (r->n != n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		int one = fits(r->segments[i], segments[i]);
		if (!one)
			return 0;
		score = score * 4 + one;
	}
	return score;
}

static void take_names(const struct route *r, const str *segments, struct match *out) {
	for (size_t i = 0; i < r->n; i++)
		if (is_name(r->segments[i]))
			out->path[out->path_n++] = str_to(segments[i], segments[i].n - tail_of(r->segments[i]).n);
}

static void allow(struct match *out, str method) {
	size_t n = strlen(out->allow);
	if (str_find(str_c(out->allow), method) < 0)
		snprintf(out->allow + n, sizeof out->allow - n, "%s%.*s", n ? ", " : "", STR_FMT(method));
}

static const str *telling(const str *segments, size_t n) {
	return n > 2 ? &segments[2] : segments;
}

static size_t family_of(const str *segments, size_t n) {
	uint32_t h = 2166136261u ^ (uint32_t)n;
	str s = n ? *telling(segments, n) : STR_NONE;
	for (size_t i = 0; i < s.n && i < 32; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return 1 + (h ^ h >> 16) % (FAMILIES - 1);
}

static void enter(struct route *r) {
	size_t family = r->n && is_name(*telling(r->segments, r->n)) ? ANY : family_of(r->segments, r->n);
	siblings[r->index] = families[family];
	families[family] = r->index + 1;
}

static int best_of(size_t family, str method, const str *segments, size_t n, int best, struct match *out) {
	for (size_t i = families[family]; i; i = siblings[i - 1]) {
		const struct route *r = &routes[i - 1];
		int score = fits_all(r, segments, n);
		if (score && !str_eq(r->method, method)) {
			allow(out, r->method);
		} else if (score > best) {
			best = score;
			out->route = r;
		}
	}
	return best;
}

void router_match(str method, const str *segments, size_t n, struct match *out) {
	out->route = NULL;
	out->path_n = 0;
	out->allow[0] = '\0';
	int best = best_of(family_of(segments, n), method, segments, n, 0, out);
	best_of(ANY, method, segments, n, best, out);
	if (out->route)
		take_names(out->route, segments, out);
}

static enum st add(str text, const struct op *op, const struct page *page) {
	if (count == MOST_ROUTES)
		return ST_TOO_BIG;
	struct route *r = &routes[count];
	*r = (struct route){ .op = op, .page = page, .index = count };
	r->method = str_cut(&text, ' ');
	r->template = text.p;
	for (str rest = str_from(text, 1); rest.p && text.n > 1;) {
		if (r->n == MOST_SEGMENTS)
			return ST_TOO_BIG;
		r->segments[r->n++] = str_cut(&rest, '/');
	}
	for (size_t i = 0; i < count; i++)
		if (str_eq(routes[i].method, r->method) && fits_all(&routes[i], r->segments, r->n) && fits_all(r, routes[i].segments, r->n)) {
			log_error("two rows for %.*s %s", STR_FMT(r->method), r->template);
			return ST_CONFLICT;
		}
	enter(r);
	count++;
	return ST_OK;
}

enum st router_init(void) {
	const struct op *op;
	enum st st = ST_OK;
	count = 0;
	memset(families, 0, sizeof families);
	for (size_t i = 0; st == ST_OK && (op = op_at(i)); i++)
		st = add(str_c(op->route), op, NULL);
	if (st == ST_OK)
		st = add(STR("POST /mcp"), NULL, NULL);
	for (const struct page *p = pages; st == ST_OK && p->route; p++)
		st = add(str_c(p->route), NULL, p);
	return st;
}
