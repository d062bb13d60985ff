/* Pages of the browser application. Each names one operation; the server runs it and puts its reply, as inert data, and for documents the rendered article, into the
 * shell, so that a page is there in one round trip. */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include "core/op.h"

struct page {
	const char *route;     /* "GET /incidents/{id}" */
	const char *name;      /* what the browser side calls it */
	const char *operation; /* "incident.get"; NULL: a page without data */
	bool open;             /* also without a login */
	const char *unless[2]; /* name and value of a query parameter that the browser side means when the address does not say it; NULL: none */
};
extern const struct page pages[]; /* ends with a NULL route */

/* Finds the entry script and its styles in the embedded manifest. ST_NOT_FOUND: built without the browser side. */
MUST_CHECK enum st page_init(void);
/* The whole HTML. nonce: for the styles of the editor. data: the operation's JSON reply; me: reply of me.get; article: rendered HTML or empty. */
void page_write(struct ctx *c, struct buf *out, const struct page *p, str data, str me, str article, int64_t position, str nonce);
/* An embedded file for a path below /assets/ (or /favicon.svg); NULL when there is none. Names carry a hash: they never change. */
const struct embedded *page_asset(const str *segments, size_t n);
const char *page_asset_type(str name);

#endif
