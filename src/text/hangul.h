/* What Korean needs: initial consonants, and the particle that fits the word before it. */
#ifndef TEXT_HANGUL_H
#define TEXT_HANGUL_H

#include "text/utf8.h"

/* Hangul syllable, U+AC00 to U+D7A3. */
bool hangul_is_syllable(uint32_t cp);
/* Compatibility jamo consonant ㄱ…ㅎ, as typed for a search by initial consonants. */
bool hangul_is_consonant(uint32_t cp);
/* Every syllable replaced by its initial consonant (장애 → ㅈㅇ), other characters folded. In a. */
str hangul_initials(struct arena *a, str s);
/* Does the word end in a consonant (받침)? Digits and Latin letters as they are read aloud in Korean. rieul: the final is ㄹ (for 로/으로). */
bool hangul_has_final(str word, bool *rieul);
/* word with the particle that fits it: josa names the pair, e.g. "은/는", "이/가", "을/를", "과/와", "으로/로". In a. */
str hangul_josa(struct arena *a, str word, str josa);
/* The word without a particle at its end (장애가 → 장애), or the word itself; never leaves less than two characters. For queries. */
str hangul_strip_josa(str word);

#endif
