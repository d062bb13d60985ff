/* Text and bytes as pointer + length. A str never owns its bytes: they live in an arena, a constant or a longer-lived
 * buffer. Not NUL-terminated unless a function says so. The empty str may have p == NULL. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
	const char *p;
	size_t n;
} str;

#define STR(lit) ((str){ (lit), sizeof(lit) - 1 })
#define STR_NONE ((str){ NULL, 0 })
#define STR_FMT(s) (int)(s).n, (s).n ? (s).p : ""

static inline str str_c(const char *z) { return z ? (str){ z, strlen(z) } : STR_NONE; }
static inline str str_n(const char *p, size_t n) { return (str){ p, n }; }
static inline bool str_eq(str a, str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
static inline bool str_is(str a, const char *z) { return str_eq(a, str_c(z)); }
/* The rest of s from byte i on; empty when i is past the end. */
static inline str str_from(str s, size_t i) { return i < s.n ? (str){ s.p + i, s.n - i } : STR_NONE; }
static inline str str_to(str s, size_t n) { return (str){ s.p, n < s.n ? n : s.n }; }
static inline bool str_starts(str s, str head) { return s.n >= head.n && str_eq(str_to(s, head.n), head); }
static inline bool str_ends(str s, str tail) { return s.n >= tail.n && str_eq(str_from(s, s.n - tail.n), tail); }

/* Byte order, as memcmp, the shorter first. */
int str_cmp(str a, str b);
/* ASCII letters only: for protocol words, never for people's text. */
bool str_eq_ascii_ci(str a, str b);
/* Index of the first occurrence, or -1. */
ptrdiff_t str_find(str s, str needle);
ptrdiff_t str_chr(str s, char ch);
/* Without blanks, tabs and line ends at both ends. */
str str_trim(str s);
/* Cut s at the first sep: returns what stands before, leaves in *s what stands after. Without sep returns all of s and leaves
 * *s empty with p == NULL, so `while (rest.p)` walks every piece. */
str str_cut(str *s, char sep);
/* Is there a control character other than a tab? Eight bytes at a time. */
bool str_has_control(str s);
/* A whole decimal number, sign allowed; false when anything else is in it or it does not fit. */
bool str_i64(str s, int64_t *out);
/* Equal without leaking, by time, where they differ. The lengths may leak. */
bool str_eq_secret(str a, str b);

/* A zero-terminated copy for free(); NULL: out of memory. Unlike strndup it never looks behind the end, where nothing needs to be readable. */
char *str_dup(str s);

#endif
