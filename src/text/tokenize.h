/* The one tokenizer of search, for both databases and for queries. Text is NFC; a run of Hangul, Han or Kana becomes overlapping bigrams plus its last syllable alone
 * (so that a one-syllable query finds it as a prefix and a two-syllable query finds every place, recall 100 %); other letters and digits become folded words. */
#ifndef TEXT_TOKENIZE_H
#define TEXT_TOKENIZE_H

#include "text/utf8.h"

struct token {
	str text;          /* in the arena or inside the input */
	size_t from, to;   /* bytes of the input it stands for */
	int64_t position;  /* consecutive; the tokens of one bigram run follow each other by 1 */
	bool cjk;          /* of a run of Hangul, Han or Kana */
	bool in_pair;      /* the last syllable of a run, which stands in the pair before it, too: no word of its own in a phrase */
};

/* text is valid UTF-8, as everywhere in this room but utf8.h and markdown.h. Calls each(data, token) until it returns something other than ST_OK, which is then returned. */
enum st tokenize(struct arena *a, str text, void *data, enum st (*each)(void *data, const struct token *t));

/* A person's query, cut into terms: words to find anywhere (all must occur); "quoted" or CJK runs as phrases of tokens; josa dropped; 초성 (ㅈㅇ) marked. */
struct query_term {
	const str *tokens; /* without those in_pair, as an index of phrases has them */
	size_t count;
	bool prefix;   /* the last token is the beginning of a word (the last word of the query, or a single syllable) */
	bool initials; /* tokens[0] is a run of initial consonants: search titles and names by hangul_initials */
};
size_t tokenize_query(struct arena *a, str query, const struct query_term **out);

#endif
