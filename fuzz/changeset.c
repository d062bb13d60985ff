/* Change sets as clients send them: {"doc":text,"a":set,"b":set}. Whatever a and b are, both orders of them lead to the same text, and the text is changed or left as it was. */
#include "fuzz.h"

#include "text/text.h"
#include "text/utf8.h"

static const struct changeset *read_set(struct arena *a, const json_t *in, const char *name) {
	const struct changeset *c, *again;
	struct buf out = buf_in(a), second = buf_in(a);
	char room[160];
	str why;
	if (changeset_from_json(a, json_object_get(in, name), &c) != ST_OK)
		return NULL;
	changeset_to_json(c, &out);
	json_t *v = json_parse(buf_str(&out), &why, room);
	EXPECT(v && changeset_from_json(a, v, &again) == ST_OK);
	json_decref(v);
	changeset_to_json(again, &second);
	EXPECT(str_eq(buf_str(&out), buf_str(&second)));
	EXPECT(changeset_old_length(again) == changeset_old_length(c) && changeset_new_length(again) == changeset_new_length(c));
	return c;
}

static void walk(const struct changeset *c) {
	struct changeset_edit e = { 0 };
	int64_t end = 0;
	while (changeset_next(c, &e)) {
		EXPECT(e.from >= end && e.to >= e.from && e.to <= changeset_old_length(c) && e.at + e.count <= changeset_new_length(c));
		end = e.to;
	}
	for (int assoc = -1; assoc <= 1; assoc++) {
		bool deleted;
		EXPECT(changeset_map_pos(c, changeset_old_length(c) + 5, assoc) <= changeset_new_length(c));
		EXPECT(changeset_map_pos_tracked(c, 0, assoc, &deleted) >= 0);
	}
}

/* ST_OK: text and its length fit each other; otherwise nothing was changed. */
static bool apply(struct arena *a, struct text *t, const struct changeset *c) {
	uint32_t before = text_hash(t);
	int64_t length = text_length(t);
	if (text_apply(t, c) != ST_OK) {
		EXPECT(text_hash(t) == before && text_length(t) == length);
		return false;
	}
	str all = text_slice(t, a, 0, text_length(t));
	EXPECT(text_length(t) == changeset_new_length(c) && utf8_valid(all) && (int64_t)utf16_length(all) == text_length(t) && all.n == text_bytes(t));
	return true;
}

static void both_ways(struct arena *a, str doc, const struct changeset *x, const struct changeset *y) {
	struct text *one = text_new(doc), *other = text_new(doc);
	if (one && other && apply(a, one, x) && apply(a, other, y)) {
		const struct changeset *y_after = changeset_map(a, y, x, false), *x_after = changeset_map(a, x, y, true);
		EXPECT(apply(a, one, y_after) && apply(a, other, x_after) && text_hash(one) == text_hash(other));
		struct text *at_once = text_new(doc);
		EXPECT(!at_once || (apply(a, at_once, changeset_compose(a, x, y_after)) && text_hash(at_once) == text_hash(one)));
		text_free(at_once);
	}
	text_free(one);
	text_free(other);
}

static void rebase(struct arena *a, const struct changeset *x, const struct changeset *y) {
	const struct changeset *out[2], *pending[] = { x, y }, *log[] = { y, x };
	const bool own[] = { false, true };
	size_t n;
	if (changeset_rebase(a, pending, 2, log, own, 2, out, &n) == ST_OK)
		EXPECT(n <= 2);
}

static void look(struct arena *a, str input) {
	char room[160];
	str why;
	json_t *in = json_parse(input, &why, room);
	if (!in)
		return;
	json_own(a, in);
	const struct changeset *x = read_set(a, in, "a"), *y = read_set(a, in, "b");
	if (!x || !y)
		return;
	walk(x);
	walk(y);
	rebase(a, x, y);
	if (changeset_old_length(x) == changeset_old_length(y))
		both_ways(a, json_str(json_object_get(in, "doc")), x, y);
}

FUZZ(look)
