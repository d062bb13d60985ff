/* What differs between two texts, as a reader would mark it: line by line, and inside lines that have a counterpart word by word. A word is what stands between blanks and punctuation,
 * in Hangul as in Latin letters. The edits are few, not always the fewest: texts that have little in common are compared with bounded work. */
#ifndef TEXT_DIFF_H
#define TEXT_DIFF_H

#include "base/arena.h"
#include "base/buf.h"

/* Bytes [from, to) of the text before stand as bytes [at, end) in the one after; never both empty. Borders are those of code points. */
struct diff_edit {
	size_t from, to, at, end;
};
/* In order, and apart: something equal stands between two of them. In a; returns how many. */
size_t diff_texts(struct arena *a, str before, str after, const struct diff_edit **out);

/* The edits as JSON of a ChangeSet (text/changeset.h) that makes the text before into the one after; true: it changes anything. */
bool diff_changes(str before, str after, const struct diff_edit *edits, size_t n, struct buf *out);

#endif
