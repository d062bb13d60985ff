/* A growing byte buffer. Its failure is sticky: append ten times, ask once with buf_ok(). On malloc, because replies outlive
 * arenas: whoever owns the buf calls buf_free or takes the bytes with buf_take. {0} is a valid empty buf. buf_in(a) is one on an arena, for text that is
 * put together on the way: it needs no buf_free and its bytes live as long as the arena. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, size;
	size_t limit; /* 0: none; growing past it fails */
	bool failed;
	struct arena *arena; /* NULL: on malloc */
};

static inline struct buf buf_in(struct arena *a) { return (struct buf){ .arena = a }; }

void buf_add_slowly(struct buf *b, str s);
/* Nearly always there is room, and most pieces are literals: then this is a move or two. */
static inline void buf_add(struct buf *b, str s) {
	if (b->failed || b->size - b->n < s.n) {
		buf_add_slowly(b, s);
	} else if (s.n) {
		memcpy(b->p + b->n, s.p, s.n);
		b->n += s.n;
	}
}
static inline void buf_addc(struct buf *b, char ch) {
	buf_add(b, (str){ &ch, 1 });
}
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args);
void buf_i64(struct buf *b, int64_t v);
/* Room for n more bytes; NULL (and failed) when not to be had. Write there, then b->n += n. */
char *buf_room(struct buf *b, size_t n);
static inline bool buf_ok(const struct buf *b) { return !b->failed; }
static inline str buf_str(const struct buf *b) { return (str){ b->p, b->n }; }
/* Forget the content, keep the memory and forgive a failure. */
void buf_clear(struct buf *b);
void buf_free(struct buf *b);
/* Hand the malloc'ed bytes to the caller, leave the buf empty. */
char *buf_take(struct buf *b, size_t *n);
#define buf_lit(b, lit) buf_add((b), STR(lit))

#endif
