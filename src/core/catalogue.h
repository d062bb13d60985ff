/* A compiled gettext catalogue (.mo), read in place: the bytes must outlive it. Own byte order only, because the build makes them for this machine. Read-only after opening, so
 * any number of threads may look up. */
#ifndef CORE_CATALOGUE_H
#define CORE_CATALOGUE_H

#include "base/err.h"
#include "base/str.h"

struct catalogue {
	const char *bytes;
	uint32_t count, ids, texts; /* messages; where the two tables begin */
	int forms;                  /* nplurals of the header, 1 without one */
};

/* ST_MALFORMED unless every table and text lies inside the bytes, ends with NUL, has as many plural forms as the header says, and the ids are in order. */
MUST_CHECK enum st catalogue_open(str mo, struct catalogue *out);
/* The form-th text of the message (from 0); NULL when it is not there. A plural message is found by its singular. NUL-terminated, inside the bytes. */
const char *catalogue_find(const struct catalogue *c, const char *id, int form);

#endif
