/* Where comments and suggestions stand while the text is being typed in. */
#include "feature/comment/comment_parts.h"
#include "text/utf8.h"

const char *const comment_resolution_names[] = { "done", "action", "deferred", "accepted", "rejected", NULL };
const char *const comment_kind_names[] = { "action", "timeline", "cause", "tbd", NULL };

/* Where its words begin in what an edit puts in; -1: they do not stand there, or more than once, so that nobody knows which are meant. */
static int64_t once_in(const struct changeset_edit *e, const struct anchor *x) {
	int64_t found = -1;
	for (int64_t i = 0; i + x->quote_n <= e->count; i++) {
		if (memcmp(e->units + i, x->quote, (size_t)x->quote_n * sizeof *x->quote) != 0)
			continue;
		if (found >= 0)
			return -1;
		found = i;
	}
	return found;
}

static bool put_back(struct arena *a, struct anchor *x, const struct changeset *update) {
	struct changeset_edit e = { 0 };
	int64_t at = -1;
	while (at < 0 && x->quote_n && changeset_next(update, &e))
		at = x->from >= e.from && x->from <= e.to ? once_in(&e, x) : -1;
	if (at < 0)
		return false;
	x->spans = arena_array(a, 1, sizeof *x->spans);
	x->spans[0] = (struct changeset_span){ e.at + at, e.at + at + x->quote_n };
	x->n = 1;
	return true;
}

void anchor_quote(struct arena *a, struct anchor *x, str quote) {
	uint16_t *units = arena_array(a, quote.n, sizeof *units);
	size_t n = 0;
	for (size_t i = 0; i < quote.n;) {
		uint32_t cp = utf8_next(quote, &i);
		if (cp > 0xFFFF)
			units[n++] = (uint16_t)(0xD800 + ((cp - 0x10000) >> 10));
		units[n++] = (uint16_t)(cp > 0xFFFF ? 0xDC00 + (cp & 0x3FF) : cp);
	}
	x->quote = units;
	x->quote_n = (int64_t)n;
}

void anchor_map(struct arena *a, struct anchor *x, const struct changeset *update) {
	x->version++;
	if (x->n || !put_back(a, x, update))
		x->n = changeset_map_spans(a, update, x->spans, x->n, &x->spans);
	x->from = x->n ? x->spans[0].from : changeset_map_pos(update, x->from, -1);
	x->to = x->n ? x->spans[x->n - 1].to : x->from;
	if (x->changes)
		x->changes = changeset_map(a, x->changes, update, false);
}

void anchor_of(const struct changeset *changes, int64_t length, struct anchor *out) {
	struct changeset_edit e = { 0 };
	int64_t from = length, to = 0;
	while (changeset_next(changes, &e)) {
		from = e.from < from ? e.from : from;
		to = e.to > to ? e.to : to;
	}
	bool inserts = from >= to;
	out->from = inserts && from > 0 ? from - 1 : from;
	out->to = inserts && to < length ? to + 1 : to;
}

int64_t changes_take(const struct changeset *changes) {
	struct changeset_edit e = { 0 };
	int64_t n = 0;
	while (changeset_next(changes, &e))
		n += e.to - e.from;
	return n;
}

/* Where so many UTF-16 units end in UTF-8; -1: inside a character, or not in the text. */
static ptrdiff_t byte_of(str text, int64_t units) {
	size_t i = 0;
	int64_t n = 0;
	while (i < text.n && n < units)
		n += utf8_next(text, &i) > 0xFFFF ? 2 : 1;
	return n == units ? (ptrdiff_t)i : -1;
}

bool cut_quote(struct arena *a, str text, int64_t from, int64_t to, int64_t most, str *out) {
	ptrdiff_t begin = byte_of(text, from), end = byte_of(text, to);
	*out = STR_NONE;
	if (from < 0 || from > to || begin < 0 || end < 0)
		return false;
	str words = str_n(text.p + begin, (size_t)(end - begin));
	ptrdiff_t cut = to - from > most ? byte_of(words, most) : (ptrdiff_t)words.n;
	*out = arena_str(a, str_to(words, cut < 0 ? (size_t)byte_of(words, most - 1) : (size_t)cut));
	return true;
}
