#include "base/err.h"

static const char *const names[ST_COUNT] = {
	[ST_OK] = "ok",
	[ST_END] = "end",
	[ST_NOT_FOUND] = "not_found",
	[ST_UNAUTHENTICATED] = "unauthenticated",
	[ST_DENIED] = "denied",
	[ST_MALFORMED] = "malformed",
	[ST_INVALID] = "invalid",
	[ST_CONFLICT] = "conflict",
	[ST_STALE] = "stale",
	[ST_NEEDS_MATCH] = "needs_match",
	[ST_TOO_BIG] = "too_big",
	[ST_TOO_MANY] = "too_many",
	[ST_UNSUPPORTED] = "unsupported",
	[ST_BUSY] = "busy",
	[ST_UPSTREAM] = "upstream",
	[ST_UNAVAILABLE] = "unavailable",
	[ST_NO_MEMORY] = "no_memory",
	[ST_INTERNAL] = "internal",
};

const char *st_name(enum st st) {
	return (unsigned)st < ST_COUNT ? names[st] : "unknown";
}
