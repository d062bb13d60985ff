/* Escaping for HTML written in C (rendered articles, the page shell, feeds). */
#ifndef TEXT_HTML_H
#define TEXT_HTML_H

#include "base/buf.h"

/* For text and for quoted attributes of either kind. */
void html_escape(struct buf *out, str s);

#endif
