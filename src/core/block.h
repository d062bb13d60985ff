/* Live blocks: records shown inside a document, by a fenced block such as ```bokgi timeline. A room that stands above documents contributes how its records look there:
 *
 *   static enum st actions_html(struct ctx *c, const struct block_place *p, str args, struct buf *out);
 *   LIVE_BLOCK(actions, actions_html, actions_markdown);
 *
 * html writes what may stand in an article as it is (text/html.h for every text of people); markdown writes ordinary Markdown, a table, for export. c->lang is the document's
 * language; c may be reading or writing. A failure fails the whole rendering. What is shown is read again when an event with the topic of the document or of one of its
 * incidents says that something has changed. */
#ifndef CORE_BLOCK_H
#define CORE_BLOCK_H

#include "base/registry.h"
#include "core/ctx.h"

struct block_place {
	int64_t document;
	const int64_t *incidents; /* that the document is about and the actor may see */
	size_t incident_count;
	const struct zone *zone;
};

typedef enum st (*block_write)(struct ctx *c, const struct block_place *p, str args, struct buf *out);

struct live_block {
	const char *name; /* the word after "bokgi" */
	block_write html, markdown;
};
#define LIVE_BLOCK(block_name, html_function, markdown_function)                                                                \
	static const struct live_block live_block_##block_name = { #block_name, (html_function), (markdown_function) };             \
	REGISTER(live_block, live_block_##block_name)

#endif
