/* From method and path to an operation or a page, by the routes of the tables; order in the tables means nothing. A route's segment is a literal, or one {name} with an
 * optional literal tail ("{id}.md"); literals win over names. */
#ifndef APP_ROUTER_H
#define APP_ROUTER_H

#include "core/op.h"

struct page;

struct route {
	str method;
	str segments[16];
	size_t n;
	const struct op *op;     /* one of these two is set; neither: what models talk to */
	const struct page *page;
	const char *template;    /* for logs and metrics: "/api/v1/actions/{id}/close" */
	size_t index;            /* 0 … router_count() - 1 */
};

/* Builds the table; ST_CONFLICT (and a log line) when two routes can match the same request. Once, before the first match. */
MUST_CHECK enum st router_init(void);
size_t router_count(void);
const struct route *router_at(size_t i);

struct match {
	const struct route *route; /* NULL: nothing has this path with this method */
	str path[16];              /* values of the {names}, in order */
	size_t path_n;
	char allow[64];            /* methods that this path does have, when route is NULL; "" = unknown path */
};
void router_match(str method, const str *segments, size_t n, struct match *out);

#endif
