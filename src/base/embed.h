/* Files that are part of the binary: migrations, templates, message catalogues, the browser side. */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include "base/str.h"

struct embedded {
	const char *name;        /* path inside the project: "src/db/migrations/0001_first.sql" */
	const char *begin, *end; /* the bytes */
};

/* Sorted by name, byte order. */
extern const struct embedded embedded_files[];
extern const unsigned long embedded_count;

/* The file of that name; p == NULL when there is none. */
str embed_find(str name);
/* The i-th file whose name starts with folder, from i = 0; NULL past the last. */
const struct embedded *embed_under(str folder, size_t i);

#endif
