/* The outcomes a function can have. A function names, in its own header, the few it returns; the explanation for a
 * person travels separately (core/ctx.h, struct err). Only the HTTP edge and the command-line edge translate these. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum st {
	ST_OK,
	ST_END,             /* no more rows, no more input: not an error */
	ST_NOT_FOUND,       /* also: exists, but the actor must not learn that */
	ST_UNAUTHENTICATED, /* nobody is logged in */
	ST_DENIED,          /* somebody is, and may not */
	ST_MALFORMED,       /* the bytes are not what they claim to be (not JSON, not UTF-8) */
	ST_INVALID,         /* well-formed, but a field is wrong; err.field names it */
	ST_CONFLICT,        /* the state of the record forbids it */
	ST_STALE,           /* If-Match names an older version */
	ST_NEEDS_MATCH,     /* If-Match is obligatory here and missing */
	ST_TOO_BIG,
	ST_TOO_MANY,        /* rate limit */
	ST_UNSUPPORTED,     /* media type */
	ST_BUSY,            /* try again: queue full, lock held, another request with this key in flight */
	ST_UPSTREAM,        /* somebody else's server refused or was silent */
	ST_UNAVAILABLE,     /* the database is away, the disk is full, the node is draining */
	ST_NO_MEMORY,
	ST_INTERNAL,
	ST_COUNT
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))

/* The constant's name without its prefix, lower case ("not_found"): stable, used in logs and problem types. */
const char *st_name(enum st st);

#endif
