/* What changed between two versions of a Markdown text, as whoever approved the first one would ask: which sections, and does it matter?
 *
 * A change matters (is material) when it adds or removes a section with words in it, touches a number, a negation, a TBD or a live block, or changes more than
 * REVISION_WORDS words altogether. Blanks, punctuation, Markdown's marks, comments, spacing between Korean words, and words that differ from those in their place by one
 * slip of the finger are not counted. Sections are what stands under a heading, of any level, and are told apart by its words. */
#ifndef TEXT_REVISION_H
#define TEXT_REVISION_H

#include "base/arena.h"

enum { REVISION_WORDS = 5 };
enum revision_kind { REVISION_CHANGED, REVISION_ADDED, REVISION_REMOVED };

struct revision_section {
	str heading; /* as in the later text; empty: what stands before the first one */
	enum revision_kind kind;
	bool material;
};
struct revision {
	const struct revision_section *sections; /* those that differ, in the order of the text */
	size_t n;
	size_t words; /* that count */
	bool material;
};
/* Linear in the length of the texts. Strings of *out lie in a. */
void revision_compare(struct arena *a, str before, str after, struct revision *out);

#endif
