/* An older version comes back as the newest: an update like any other, made of what differs. It is worked out on the writer, from the text as it is then; prepared before, it could bring back
 * what was purged from the log in between. */
#include "feature/collab/collab.h"
#include "text/diff.h"

static enum st push_changes(struct ctx *c, struct collab_push *in, str changes, int64_t *version) {
	char room[160];
	str why;
	struct collab_typed typed = { 1, json_parse(changes, &why, room) };
	struct collab_pushed pushed;
	json_own(c->a, (json_t *)(uintptr_t)typed.changes);
	if (!typed.changes)
		return fail_plain(c, ST_INTERNAL, "collab.restore", "what differs cannot be read again");
	in->updates = &typed;
	in->n = 1;
	enum st st = collab_push(c, in, &pushed);
	if (st == ST_OK)
		*version = pushed.version;
	return st;
}

enum st collab_restore(struct ctx *c, int64_t text, int64_t noun_id, int64_t from, str client, int64_t *version) {
	str now, then;
	int64_t at;
	const struct diff_edit *edits;
	struct buf changes = buf_in(c->a);
	enum st st = collab_read(c, text, INT64_MAX, &now, version);
	if (st == ST_OK)
		st = collab_read(c, text, from, &then, &at);
	if (st != ST_OK)
		return st;
	size_t n = diff_texts(c->a, now, then, &edits);
	if (!diff_changes(now, then, edits, n, &changes))
		return ST_OK;
	return push_changes(c, &(struct collab_push){ .text = text, .noun_id = noun_id, .client = client, .version = *version }, buf_str(&changes), version);
}
