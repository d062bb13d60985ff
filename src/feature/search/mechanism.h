/* Private to the room. Which mechanisms of failure a text tells of, by the cues of mechanism_words.h. Pure.
 *
 * Texts are read as words: runs of ASCII letters and digits, lower case, and runs of Hangul, Han or Kana; everything else parts them. */
#ifndef FEATURE_SEARCH_MECHANISM_H
#define FEATURE_SEARCH_MECHANISM_H

#include "base/arena.h"

struct mechanism {
	const char *name;  /* as filters say it */
	const char *label; /* English key */
	const char *cues;
};
enum { MECHANISM_MOST = 80 };

struct words {
	struct word {
		str text;
		str written; /* with the letters that the text has */
		bool cjk;
	} *items;
	size_t n;
};
/* At most 20,000 of them. In a. */
struct words words_of(struct arena *a, str text);

/* How often each mechanism is spoken of, by its place in the table. */
struct mechanism_counts {
	unsigned n[MECHANISM_MOST];
};
void mechanism_count(const struct words *w, struct mechanism_counts *out);

size_t mechanism_total(void);
const struct mechanism *mechanism_at(size_t i);
/* NULL: there is none of that name. */
const struct mechanism *mechanism_find(str name);

#endif
