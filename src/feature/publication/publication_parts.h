/* Private to the room. */
#ifndef FEATURE_PUBLICATION_PUBLICATION_PARTS_H
#define FEATURE_PUBLICATION_PUBLICATION_PARTS_H

#include "feature/publication/publication.h"

extern const struct shape publication_row_shape;

MUST_CHECK enum st store_publication(struct ctx *c, const struct publication *p, int64_t scope);
/* html, markdown and record are read by store_version alone. Newest first; document 0: the latest version of each. */
MUST_CHECK enum st store_publications(struct ctx *c, int64_t document, const struct page_in *page, struct list *out);
/* ST_NOT_FOUND without explanation. version 0: the latest. */
MUST_CHECK enum st store_version(struct ctx *c, int64_t document, int64_t version, struct publication *out);
MUST_CHECK enum st store_publication_scope(struct ctx *c, int64_t document, int64_t scope);
/* The sections that were written down as JSON. */
struct list publication_changes(struct ctx *c, str json);

#endif
