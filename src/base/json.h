/* JSON out: a writer that knows its scope. A wrong order of calls (a key in an array, two values after one key, an end too many)
 * makes the writer fail for good; jw_ok() tells at the end. Text is written as UTF-8; the reader of the bytes must not need to escape more:
 * '<', '>' and '&' are escaped too, so the result may stand inside a page as inert data.
 *
 * JSON in: jansson, with the limits of json_parse(). */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"

enum { JW_DEPTH = 64 };

struct jw {
	struct buf *out;
	int depth;
	bool failed, has_key;
	char scope[JW_DEPTH]; /* '{' or '[' */
	bool empty[JW_DEPTH];
};

void jw_init(struct jw *w, struct buf *out);
/* Well-formed so far and, when done, complete: every scope closed and the buffer healthy. */
bool jw_ok(const struct jw *w);

/* Values. In an object call jw_key first, or use the short forms below. */
void jw_key(struct jw *w, const char *key);
void jw_key_str(struct jw *w, str key);
void jw_obj(struct jw *w);
void jw_arr(struct jw *w);
void jw_end(struct jw *w);
void jw_str(struct jw *w, str s);
void jw_i64(struct jw *w, int64_t v);
void jw_f64(struct jw *w, double v); /* not finite: null */
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
/* Microseconds since 1970 as "2026-11-22T05:51:03.123456Z"; the fraction only when there is one. */
void jw_time(struct jw *w, int64_t us);
/* Bytes that are one JSON value already; '<', '>' and '&' in them are escaped here too. */
void jw_raw(struct jw *w, str json);

#define jw_kobj(w, k) (jw_key((w), (k)), jw_obj(w))
#define jw_karr(w, k) (jw_key((w), (k)), jw_arr(w))
#define jw_kstr(w, k, v) (jw_key((w), (k)), jw_str((w), (v)))
#define jw_ki64(w, k, v) (jw_key((w), (k)), jw_i64((w), (v)))
#define jw_kbool(w, k, v) (jw_key((w), (k)), jw_bool((w), (v)))
#define jw_ktime(w, k, v) (jw_key((w), (k)), jw_time((w), (v)))

/* The quoted, escaped form of s. */
void json_quote(struct buf *out, str s);

/* Parse one JSON value. NULL on malformed input; *why then says where, in English, for a person. The caller json_decrefs. */
json_t *json_parse(str text, str *why, char why_room[160]);
/* The arena gives it back; NULL is fine. */
void json_own(struct arena *a, json_t *v);
static inline str json_str(const json_t *v) {
	return (str){ json_string_value(v), json_string_length(v) };
}

/* "2026-11-22T05:51:03Z", with a fraction, or with an offset "+09:00". A time without zone or a date alone is refused. */
bool time_parse_rfc3339(str s, int64_t *us);
void time_format_rfc3339(struct buf *out, int64_t us);

#endif
