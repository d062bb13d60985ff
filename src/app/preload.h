/* Which scripts a page will ask for, told in its head, so that the browser fetches them beside the entry script and not one after the other. */
#ifndef APP_PRELOAD_H
#define APP_PRELOAD_H

#include "base/json.h"
#include "core/i18n.h"

/* manifest: of the browser side's build. Once, before the first page. */
MUST_CHECK enum st preload_init(const json_t *manifest);
/* <link> elements for a page by its name, "incident", in the reader's language. The name of no page: what every page has. */
void preload_write(struct buf *out, const char *page, enum lang lang);

#endif
