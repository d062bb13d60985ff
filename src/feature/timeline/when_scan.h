/* Reading words and numbers of natural time. Each scan_… moves the cursor behind what it read, or leaves it alone and returns false. */
#ifndef TIMELINE_WHEN_SCAN_H
#define TIMELINE_WHEN_SCAN_H

#include "base/str.h"

struct when_word {
	const char *text;
	int value;
};

struct scan {
	str s;
	size_t i;
};

char scan_at(const struct scan *in); /* the next byte, NUL at the end */
bool scan_blanks(struct scan *in);
bool scan_char(struct scan *in, char c);
/* ASCII letters without case; a text that ends with a letter is no part of a longer English word. */
bool scan_literal(struct scan *in, const char *text);
/* The longest that fits of a table that ends with a NULL text. */
bool scan_word(struct scan *in, const struct when_word *table, int *value);
/* All the digits that stand here, when they are at least and at most so many (up to nine). */
bool scan_digits(struct scan *in, int least, int most, int *value);
/* 일 to 구십구. */
bool scan_sino(struct scan *in, int *value);
/* ".25" as microseconds. */
bool scan_fraction(struct scan *in, int *us);

#endif
