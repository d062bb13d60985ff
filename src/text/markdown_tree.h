/* The parser's tree, for the files of this floor that make something else of it than HTML. */
#ifndef TEXT_MARKDOWN_TREE_H
#define TEXT_MARKDOWN_TREE_H

#include <cmark-gfm.h>

#include "text/markdown.h"

/* Looks at a tree, which is gone afterwards; root is NULL when the text is beyond the parser's means. May be called again, without a tree, when looking took too much: it
 * begins anew then. Strikethrough is not parsed. May leave by the guard of the arena that was given, but by no other. */
typedef void (*markdown_use)(void *data, cmark_node *root);
/* text must be UTF-8. ST_NO_MEMORY only. */
MUST_CHECK enum st markdown_with_tree(struct arena *a, str text, markdown_use use, void *data);

#endif
