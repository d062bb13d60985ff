/* Live blocks: a fenced block whose info string is "bokgi NAME [ARGUMENTS]" in a document's text stands for records of a room. A room writes them as Markdown, as they are now and
 * as far as the actor may see them; feature/document puts that in place, as HTML on the page and as it is in exports.
 *
 *   static enum st write_actions(struct ctx *c, const struct block_subject *s, str args, struct buf *out) { … }
 *   LIVE_BLOCK(action, actions, write_actions, N_("what is to be done"));
 *
 * A document changes when its records do: their events go to its topic, document:N, or to that of its incident. */
#ifndef CORE_BLOCK_H
#define CORE_BLOCK_H

#include "base/registry.h"
#include "core/ctx.h"

struct block_subject {
	int64_t document;
	const int64_t *incidents; /* those it is about */
	size_t incident_count;
	const struct zone *zone;  /* its times are shown in this one; the language is ctx's */
};

struct live_block {
	const char *name;
	enum st (*write)(struct ctx *c, const struct block_subject *s, str args, struct buf *out);
	const char *doc; /* English key: for the menu of the editor */
	/* How it looks on the page, where Markdown cannot say it: HTML that may stand in an article as it is. NULL: the Markdown's. */
	enum st (*html)(struct ctx *c, const struct block_subject *s, str args, struct buf *out);
};
#define LIVE_BLOCK(room, block_name, function, text, ...)                                                                       \
	static const struct live_block live_block_##room##_##block_name = { #block_name, (function), (text), ##__VA_ARGS__ };       \
	REGISTER(live_block, live_block_##room##_##block_name)

/* NULL: there is no block of that name, and the text keeps its fence. */
const struct live_block *block_find(str name);
/* The i-th; NULL past the last. In no order. */
const struct live_block *block_at(size_t i);

/* People's words inside a Markdown table or line: what would be markup is escaped, line ends become blanks. */
void block_words(struct buf *out, str s);

#endif
