/* GitHub-flavoured Markdown through cmark-gfm's parser. The HTML is written here, so every tag in it is one of markdown.c's table: raw HTML is shown as text
 * (comments are left out), link targets are limited to http, https, mailto, tel and relative ones, images to relative and https ones. What comes out may be put
 * into a page as it is. What goes beyond the parser's means (tables of millions of cells, nesting
 * that makes it quadratic and costs more than a second, texts of more than 8 MiB) loses its tables or is shown as plain text. Safe on any number of threads. */
#ifndef TEXT_MARKDOWN_H
#define TEXT_MARKDOWN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* A live block: a fenced block whose info string is "bokgi NAME [ARGS]". Writes what stands in its place and returns true; false: show it as code. */
typedef bool (*markdown_block)(void *data, str name, str args, struct buf *out);
/* A block() may leave by the guard of the arena that the function was called with, but by no other. */

/* Remembers how pieces of texts were rendered, so that of a text that was changed only the changed part is rendered again. Any number of threads. */
struct markdown_cache;

struct markdown_options {
	markdown_block block; /* NULL: fenced blocks stay code */
	void *data;
	bool source_lines;    /* data-line="n" on blocks: for following the editor */
	/* The last touch to the HTML of whole blocks: depends on nothing but that, looks into no tag, keeps every tag; NULL: none. */
	void (*mark)(str html, struct buf *out);
	struct markdown_cache *cache; /* for markdown_to_html and markdown_article; NULL: everything is rendered */
	str task_done, task_open; /* what a checkbox of a task list is called, for those who do not see it; empty: "done", "to do" */
};

/* HTML into out; headings get id attributes (GitHub's way, Hangul kept, made unique). o may be NULL. ST_NO_MEMORY only. */
MUST_CHECK enum st markdown_to_html(struct arena *a, str text, const struct markdown_options *o, struct buf *out);
/* The text with every live block replaced by what block() writes (Markdown now, a table), everything else byte for byte. Inside a quote or a list
 * the new lines get the prefix of the old ones. ST_NO_MEMORY only. */
MUST_CHECK enum st markdown_expand(struct arena *a, str text, markdown_block block, void *data, struct buf *out);

struct markdown_heading {
	int level;
	str text, id; /* plain text; the id that markdown_to_html gives it */
	size_t line;  /* from 1 */
};
/* markdown_to_html and markdown_headings in one, for the price of the first: parsing is what costs. */
MUST_CHECK enum st markdown_article(struct arena *a, str text, const struct markdown_options *o, struct buf *out, const struct markdown_heading **headings, size_t *n);
/* bytes: the most it keeps, about. */
MUST_CHECK enum st markdown_cache_new(size_t bytes, struct markdown_cache **out);
void markdown_cache_free(struct markdown_cache *c); /* NULL is fine */
struct markdown_cache_counts {
	uint64_t reused, rendered; /* pieces */
	uint64_t whole;            /* texts that could not be taken apart */
};
struct markdown_cache_counts markdown_cache_counts(const struct markdown_cache *c);

/* The headings in order; returns their number. */
size_t markdown_headings(struct arena *a, str text, const struct markdown_heading **out);
/* The words without marks, links or code fences' info: for search and mails. */
str markdown_plain(struct arena *a, str text);

#endif
