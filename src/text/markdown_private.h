/* What the files of text/markdown*.c share. cmark-gfm parses; its own HTML renderer is not used: it drops raw HTML, knows no ids and allows more link schemes than we do. */
#ifndef TEXT_MARKDOWN_PRIVATE_H
#define TEXT_MARKDOWN_PRIVATE_H

#include <cmark-gfm.h>

#include "text/markdown.h"
#include "text/markdown_tree.h"

/* A text on its way, and the state of whatever walks its tree. */
struct md {
	struct arena *a, *tree, *outer_tree;
	str text;
	cmark_node *root; /* NULL: not to be parsed */
	const struct markdown_options *o;
	struct buf *out, scratch;
	str plain;
	/* while it is written: */
	int depth, links, alts; /* open elements; links; images */
	size_t heading;         /* the next one */
	struct markdown_heading *headings;
	size_t heading_count;
	int column;
	const uint8_t *alignments;
	bool body;
	/* for markdown_with_tree: */
	markdown_use use;
	void *data;
};

/* ---- markdown_tree.c ---- */

/* Parse, use, forget the tree; also when the arena of the caller is exhausted in between. What cannot be parsed within bounds is used with root == NULL. */
MUST_CHECK enum st md_with_tree(struct md *d, void (*use)(struct md *d));
bool md_is(cmark_node *n, const char *type);
str md_literal(cmark_node *n);
/* Nothing but a comment: what its author did not want to be seen. */
bool md_comment(str html);
/* The name and the arguments of a live block. */
bool md_live(cmark_node *n, str *name, str *args);
bool md_in_tight_list(cmark_node *paragraph);

/* ---- markdown_limits.c: what the parser would take too long for ---- */

/* Is there no ruler below a paragraph of very many cells? (Below a table's own rows it is harmless.) */
bool md_tables_are_cheap(str text);
bool md_addresses_are_few(str text);

/* ---- markdown_target.c: where links and images may lead ---- */

bool md_link_allowed(str url);
/* Not //host either: that is another server by whatever scheme the page has. */
bool md_image_allowed(str url);
bool md_plain_in_url(char ch);
void md_write_url(struct buf *out, str url);

/* ---- markdown_heading.c ---- */

void md_find_headings(struct md *d);

/* ---- markdown_write.c ---- */

void md_fresh_line(struct buf *out);
void md_write_html(struct md *d);
/* Once, before anything is written: a tree with everything in it that extensions bring. */
void md_learn_extensions(cmark_node *sample);

#endif
