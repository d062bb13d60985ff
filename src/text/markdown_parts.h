/* What a Markdown text is made of, for programs that look for something in it: headings, paragraphs, rows of tables, code, in order, each with its words, its line and where it
 * stands in lists. HTML inside counts as what its tags say. No tree, so that nothing recurses. */
#ifndef TEXT_MARKDOWN_PARTS_H
#define TEXT_MARKDOWN_PARTS_H

#include "base/arena.h"
#include "base/err.h"

enum markdown_part_kind { MD_HEADING, MD_TEXT, MD_ROW, MD_CODE, MD_RULE };

/* Bytes [from, to) of a part's text that are bold or a link (url.p != NULL). In the order of where they end. */
struct markdown_span {
	size_t from, to;
	str url;
};
struct markdown_part {
	enum markdown_part_kind kind;
	int level; /* of a heading */
	int depth; /* lists around it: 0 none */
	bool item; /* a list item begins with it */
	int check; /* the item's box: 1 checked, 0 empty, -1 it has none */
	bool quoted;
	str text; /* words without marks; '\n' where the source breaks a line */
	const struct markdown_span *spans;
	size_t span_count;
	const str *cells; /* of a row; then text is their words with blanks between, and spans are of that */
	size_t cell_count;
	bool header;
	size_t line; /* from 1 */
};
/* Everything in a. text must be UTF-8. What is beyond the parser's means comes as one MD_TEXT a line. ST_NO_MEMORY only. */
MUST_CHECK enum st markdown_parts(struct arena *a, str text, const struct markdown_part **out, size_t *n);

#endif
