/* Where comments and suggestions stand while the text is being typed in. */
#include "feature/comment/comment_parts.h"
#include "text/text.h"

const char *const comment_resolution_names[] = { "done", "action", "deferred", "accepted", "rejected", NULL };
const char *const comment_kind_names[] = { "action", "timeline", "cause", "tbd", NULL };

void anchor_map(struct arena *a, struct anchor *x, const struct changeset *update) {
	x->version++;
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

/* A position between the halves of a surrogate pair gives half a character, which no text holds. */
static bool between_characters(const struct text *t, struct arena *a, int64_t at) {
	if (at <= 0 || at >= text_length(t))
		return at >= 0 && at <= text_length(t);
	str around = text_slice(t, a, at - 1, at + 1);
	return around.n < 4 || ((unsigned char)around.p[0] & 0xF8) != 0xF0;
}

bool cut_quote(struct arena *a, str content, int64_t from, int64_t to, int64_t most, str *out) {
	struct text *t = text_new(content);
	bool fits = t && from >= 0 && from <= to && between_characters(t, a, from) && between_characters(t, a, to);
	int64_t end = fits && to - from > most ? from + most : to;
	if (fits && !between_characters(t, a, end))
		end--;
	*out = fits ? text_slice(t, a, from, end) : STR_NONE;
	text_free(t);
	return fits;
}
