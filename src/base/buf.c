#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

static bool grow(struct buf *b, size_t need) {
	if (b->failed)
		return false;
	if (b->limit && need > b->limit) {
		b->failed = true;
		return false;
	}
	size_t size = b->size ? b->size : 256;
	while (size < need)
		size *= 2;
	char *p = b->arena ? arena_alloc(b->arena, size) : realloc(b->p, size);
	if (p && b->arena && b->n)
		memcpy(p, b->p, b->n);
	if (!p) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->size = size;
	return true;
}

char *buf_room(struct buf *b, size_t n) {
	if (b->failed || (b->size - b->n < n && !grow(b, b->n + n)))
		return NULL;
	return b->p + b->n;
}

void buf_add_slowly(struct buf *b, str s) {
	char *at = s.n ? buf_room(b, s.n) : NULL;
	if (at) {
		memcpy(at, s.p, s.n);
		b->n += s.n;
	}
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args) {
	va_list again;
	va_copy(again, args);
	/* Most of the time there is room, and formatting twice is what costs. */
	size_t room = b->failed ? 0 : b->size - b->n;
	int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, args);
	char *at = n < 0 ? NULL : buf_room(b, (size_t)n + 1);
	if (at && (size_t)n >= room)
		vsnprintf(at, (size_t)n + 1, fmt, again);
	if (at)
		b->n += (size_t)n;
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void buf_i64(struct buf *b, int64_t v) {
	char digits[24];
	char *at = digits + sizeof digits;
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do
		*--at = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--at = '-';
	buf_add(b, (str){ at, (size_t)(digits + sizeof digits - at) });
}

void buf_clear(struct buf *b) {
	b->n = 0;
	b->failed = false;
}

void buf_free(struct buf *b) {
	if (!b->arena)
		free(b->p);
	*b = (struct buf){ 0 };
}

char *buf_take(struct buf *b, size_t *n) {
	char *p = b->p;
	*n = b->n;
	*b = (struct buf){ 0 };
	return p;
}
