/* How far a document is. The rules are feature/review's; here a step is written down and told. */
#include "feature/document/document_parts.h"
#include "text/markdown.h"

str document_topics(struct ctx *c, int64_t id) {
	return arena_printf(c->a, "document:%lld documents", (long long)id);
}

static str quoted(struct ctx *c, str s) {
	struct buf b = buf_in(c->a);
	json_quote(&b, s);
	return buf_str(&b);
}

enum st document_move(struct ctx *c, struct document *d, enum document_state to, const char *event, str data) {
	bool closes = to == DOCUMENT_ARCHIVED, was_closed = d->state == DOCUMENT_ARCHIVED;
	d->state = to;
	enum st st = store_set_state(c, d);
	if (st == ST_OK && closes != was_closed)
		st = collab_close(c, d->live_text, closes);
	if (st != ST_OK)
		return st;
	str title = quoted(c, d->title), topics = document_topics(c, d->id);
	if (to == DOCUMENT_PUBLISHED || to == DOCUMENT_ARCHIVED)
		topics = arena_printf(c->a, "%.*s publications", STR_FMT(topics));
	return event_emitf(c, event, "document", d->id, d->scope, topics, "{\"state\":\"%s\",\"title\":%.*s%s%.*s}", document_state_names[to], STR_FMT(title),
		data.n ? "," : "", STR_FMT(data));
}

enum st document_count_actions(struct ctx *c, int64_t id, struct document_actions *out) {
	return store_count_actions(c, id, out);
}

struct list document_headings(struct ctx *c, str text) {
	const struct markdown_heading *h;
	size_t n = markdown_headings(c->a, text, &h);
	return list_headings(c, h, n);
}

struct list document_tbds(struct arena *a, str text) {
	const struct document_tbd *all;
	size_t n = tbd_list(a, text, &all);
	return (struct list){ (void *)(uintptr_t)all, n };
}
