/* A mutable text: UTF-8, addressed in UTF-16 units, on malloc, for documents that are being typed in. Applying a small change to a text of any size costs
 * about a microsecond. One thread at a time. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "text/changeset.h"

struct text;

/* NULL: no memory or not UTF-8. "\r\n" and "\r" become "\n", as in the editor. */
struct text *text_new(str utf8);
void text_free(struct text *t); /* NULL is fine */
int64_t text_length(const struct text *t); /* UTF-16 units */
size_t text_bytes(const struct text *t);
/* ST_OK; ST_INVALID the change set is for another length, or a position of it falls inside a surrogate pair or
 * its inserted text holds half of one (the text is then unchanged); ST_NO_MEMORY (unchanged). */
MUST_CHECK enum st text_apply(struct text *t, const struct changeset *c);
/* [from, to) as UTF-8; whole text with 0, text_length(t). */
str text_slice(const struct text *t, struct arena *a, int64_t from, int64_t to);
/* A hash of the whole text that browser and server compute alike (FNV-1a, 32 bit, over the UTF-16 units, low byte first). */
uint32_t text_hash(const struct text *t);

#endif
