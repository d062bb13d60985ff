/* TBDs that are due, read from the drafts' texts. */
#include "feature/document/document_parts.h"
#include "text/utf8.h"

static enum st add_due(struct ctx *c, struct list *out, size_t room, const struct document *d, const struct document_tbd *t) {
	struct tbd *all = out->items;
	if (out->n == room)
		return ST_OK;
	struct tbd *x = &all[out->n++];
	*x = (struct tbd){ .document = d->id, .document_title = d->title, .text = t->text, .login = t->owner, .due = t->due, .scope = d->scope };
	enum st st = store_person_of(c, utf8_fold(c->a, t->owner), &x->owner.id);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st document_tbds_due(struct ctx *c, int64_t day, struct list *out) {
	enum { MOST = 1000 };
	struct list drafts;
	enum st st = store_drafts(c, MOST, &drafts);
	const struct document *d = drafts.items;
	*out = (struct list){ arena_array(c->a, MOST, sizeof(struct tbd)), 0 };
	for (size_t i = 0; st == ST_OK && i < drafts.n; i++) {
		const struct document_tbd *t;
		str text;
		int64_t version;
		st = collab_read(c, d[i].live_text, INT64_MAX, &text, &version);
		size_t n = st == ST_OK ? tbd_list(c->a, text, &t) : 0;
		for (size_t k = 0; st == ST_OK && k < n; k++)
			if (t[k].due != I64_NONE && t[k].due <= day)
				st = add_due(c, out, MOST, &d[i], &t[k]);
	}
	return st;
}
