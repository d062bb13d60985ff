/* The pictures of an archive: files beside the documents that show them, where the links of the Markdown lead. */
#ifndef APP_ARCHIVE_IMAGES_H
#define APP_ARCHIVE_IMAGES_H

#include "core/ctx.h"

/* documents/PM-3/images/SHA.png, for each document that has the picture. */
MUST_CHECK enum st archive_write_images(struct ctx *c, const char *folder);
/* Inside a write, after the tables. ST_UNAVAILABLE, ST_INVALID, explained: one is missing, or is another. */
MUST_CHECK enum st archive_read_images(struct ctx *c, const char *folder);

#endif
