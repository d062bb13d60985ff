/* HTML inside Markdown, as far as a reader of parts needs it: what begins and ends blocks, and the words. */
#ifndef TEXT_MARKDOWN_HTML_H
#define TEXT_MARKDOWN_HTML_H

#include "base/buf.h"

enum html_step {
	HTML_TEXT,
	HTML_BREAK,
	HTML_HEADING,
	HTML_ITEM,
	HTML_LIST,
	HTML_LIST_END,
	HTML_BLOCK,
	HTML_ROW,
	HTML_ROW_END,
	HTML_CELL,
	HTML_NOTHING
};

/* The next step at *i, which is moved behind it: a tag, or the text up to the next tag. level: of a heading; 0 when it ends. Comments, scripts and styles are HTML_NOTHING. */
enum html_step html_next(str s, size_t *i, str *text, int *level);
/* Text with its entities as characters; those that it does not know stay as they are. */
void html_decode(struct buf *out, str text);

#endif
