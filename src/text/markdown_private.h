/* What the files of text/markdown*.c share. cmark-gfm parses; its own HTML renderer is not used: it drops raw HTML, knows no ids and allows more link schemes than we do. */
#ifndef TEXT_MARKDOWN_PRIVATE_H
#define TEXT_MARKDOWN_PRIVATE_H

#include <cmark-gfm.h>

#include "base/shared.h"
#include "text/markdown.h"
#include "text/markdown_tree.h"

/* In the HTML of a piece each line number and each id of a heading is one byte that UTF-8 does not know. */
enum { MD_SLOT = 0xFF };
enum md_slot_kind { MD_LINE, MD_ID };
struct md_slot {
	enum md_slot_kind kind;
	int line; /* from 1, in the piece; 0: none */
};
struct md_slots {
	struct buf values; /* of struct md_slot */
};

/* A text on its way, and the state of whatever walks its tree. */
struct md {
	struct arena *a, *tree, *outer_tree;
	str text;
	cmark_node *root; /* NULL: not to be parsed */
	const struct markdown_options *o;
	struct buf *out, scratch;
	str plain;
	/* while it is written: */
	int depth, links, alts; /* open elements; links; images */
	size_t heading;         /* the next one */
	struct markdown_heading *headings;
	size_t heading_count;
	int column;
	const uint8_t *alignments;
	bool body;
	/* a piece of a text: */
	int64_t until;           /* in CPU time of the thread, as md_thread_us; 0: as long as one text may take */
	bool in_bounds_only;     /* without its tree it is of no use: no second try, no use with root == NULL */
	struct md_slots *slots;  /* what depends on where it stands; NULL: is known */
	bool live;               /* a live block was written */
	/* for markdown_with_tree: */
	markdown_use use;
	void *data;
};

/* ---- markdown_tree.c ---- */

/* Parse, use, forget the tree; also when the arena of the caller is exhausted in between. What cannot be parsed within bounds is used with root == NULL. */
MUST_CHECK enum st md_with_tree(struct md *d, void (*use)(struct md *d));
bool md_is(cmark_node *n, const char *type);
str md_literal(cmark_node *n);
/* Nothing but a comment: what its author did not want to be seen. */
bool md_comment(str html);
/* The name and the arguments of a live block. */
bool md_live(cmark_node *n, str *name, str *args);
bool md_in_tight_list(cmark_node *paragraph);

int64_t md_thread_us(void);
enum { MD_PARSE_MS = 1000 }; /* for what the parser is slow with beyond what markdown_limits.c knows */

/* ---- markdown_limits.c: what the parser would take too long for ---- */

/* Is there no ruler below a paragraph of very many cells? (Below a table's own rows it is harmless.) */
bool md_tables_are_cheap(str text);
size_t md_addresses(str text);
bool md_addresses_are_few(size_t n);

/* ---- markdown_target.c: where links and images may lead ---- */

bool md_link_allowed(str url);
/* Not //host either: that is another server by whatever scheme the page has. */
bool md_image_allowed(str url);
bool md_plain_in_url(char ch);
void md_write_url(struct buf *out, str url);

/* ---- markdown_heading.c ---- */

void md_find_headings(struct md *d);
/* The same without ids: h.id is what the id begins with. */
void md_collect_headings(struct md *d);
void md_number_headings(struct arena *a, struct markdown_heading *h, size_t n);

/* ---- markdown_write.c ---- */

void md_fresh_line(struct buf *out);
void md_write_html(struct md *d);
void md_write_tree(struct md *d); /* the headings are known */
/* Once, before anything is written: a tree with everything in it that extensions bring. */
void md_learn_extensions(cmark_node *sample);

/* ---- markdown_cache.c ---- */

/* What a rendering depends on besides the text of the piece. */
struct md_look {
	bool source_lines, blocks, last; /* last: nothing follows, so it need not be closed */
	void (*mark)(str html, struct buf *out);
	str labels;
};

/* One piece of a text, rendered. In one allocation with all that its members point to. */
struct md_piece {
	struct shared shared;
	struct md_piece *chain, *before, *after; /* the cache's */
	uint64_t hash;
	size_t bytes;
	bool closed;       /* what follows begins anew; else only source and look are there */
	struct md_look look;
	str source, html;
	size_t lines, addresses; /* line ends; '@' */
	const struct markdown_heading *headings; /* id: what it begins with */
	size_t heading_count;
	const struct md_slot *slots;
	size_t slot_count;
};

struct md_cut {
	str source;
	uint64_t hash;
	struct md_look look;
	struct md_piece *piece; /* held; NULL: not rendered yet */
};
/* NULL: out of memory. Everything that `from` points to is copied. */
struct md_piece *md_piece_copy(const struct md_piece *from);
uint64_t md_piece_hash(const struct markdown_cache *c, str source);
void md_cache_find(struct markdown_cache *c, struct md_cut *cuts, size_t n);
void md_cache_keep(struct markdown_cache *c, struct md_piece *p);
void md_cache_count(struct markdown_cache *c, uint64_t reused, uint64_t rendered, uint64_t whole);

/* ---- markdown_pieces.c ---- */

/* False: not this way. out is then as it was. */
bool md_write_in_pieces(struct md *d);

#endif
