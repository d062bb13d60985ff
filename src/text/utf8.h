/* UTF-8, and what Unicode asks of text that comes from outside. */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include "base/arena.h"
#include "base/buf.h"

/* Valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool utf8_valid(str s);
/* Reads one code point at *i and moves *i behind it; s must be valid. */
uint32_t utf8_next(str s, size_t *i);
void utf8_put(struct buf *out, uint32_t cp);
/* The same into four bytes; returns how many it took. */
size_t utf8_encode(char out[4], uint32_t cp);
/* Code points, UTF-16 units, terminal columns (wide Hangul and Han are 2, combining marks 0). */
size_t utf8_length(str s);
size_t utf16_length(str s);
size_t utf8_columns(str s);
/* At most n code points, never inside a grapheme cluster. (Without memory for looking: n code points.) */
str utf8_head(str s, size_t n);
/* Composed (NFC), and folded for comparing (NFKC casefold, then NFC): "Café" == "CAFÉ". In a, or s itself when nothing is to be done. */
str utf8_nfc(struct arena *a, str s);
str utf8_fold(struct arena *a, str s);
/* Replaces every invalid sequence by U+FFFD; s itself when there is none. */
str utf8_repair(struct arena *a, str s);

#endif
