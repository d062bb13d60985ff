#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, DEFAULT_LIMIT = 256 << 20, ALIGN = _Alignof(max_align_t) };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*run)(void *data);
	void *data;
};

struct arena {
	struct block *head;
	struct deferred *deferred;
	size_t used, limit, next_size;
	struct arena_guard *guard;
};

static _Thread_local unsigned long fail_in;

void arena_fail_nth(unsigned long n) {
	fail_in = n;
}

static bool told_to_fail(void) {
	return fail_in && --fail_in == 0;
}

struct arena *arena_new(size_t limit) {
	struct arena *a = calloc(1, sizeof *a);
	if (a) {
		a->limit = limit ? limit : DEFAULT_LIMIT;
		a->next_size = FIRST_BLOCK;
	}
	return a;
}

void arena_limit(struct arena *a, size_t limit) {
	a->limit = limit ? limit : DEFAULT_LIMIT;
	if (a->limit < a->used)
		a->limit = a->used;
}

static void free_blocks(struct block *b) {
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_defer(struct arena *a, void (*run)(void *data), void *data) {
	struct deferred *d = told_to_fail() ? NULL : malloc(sizeof *d);
	if (!d) {
		run(data); /* nobody else would */
		arena_exhausted(a);
	}
	*d = (struct deferred){ a->deferred, run, data };
	a->deferred = d;
}

static void run_deferred(struct arena *a) {
	while (a->deferred) {
		struct deferred *d = a->deferred;
		a->deferred = d->next;
		d->run(d->data);
		free(d);
	}
}

void arena_reset(struct arena *a) {
	if (!a)
		return;
	run_deferred(a);
	struct block *keep = a->head;
	if (keep && keep->size > LARGEST_BLOCK) {
		free_blocks(keep);
		keep = NULL;
	} else if (keep) {
		free_blocks(keep->next);
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
	a->used = 0;
	a->next_size = keep ? keep->size : FIRST_BLOCK;
}

void arena_free(struct arena *a) {
	if (!a)
		return;
	run_deferred(a);
	free_blocks(a->head);
	free(a);
}

size_t arena_used(const struct arena *a) {
	return a->used;
}

void arena_guard_push(struct arena *a, struct arena_guard *g) {
	g->outer = a->guard;
	a->guard = g;
}

void arena_guard_pop(struct arena *a) {
	a->guard = a->guard->outer;
}

void arena_exhausted(struct arena *a) {
	if (!a->guard)
		abort();
	longjmp(a->guard->at, 1);
}

static struct block *add_block(struct arena *a, size_t bytes) {
	size_t size = a->next_size > bytes ? a->next_size : bytes;
	struct block *b = malloc(sizeof *b + size);
	if (!b)
		arena_exhausted(a);
	b->size = size;
	b->used = 0;
	b->next = a->head;
	a->head = b;
	if (a->next_size < LARGEST_BLOCK)
		a->next_size *= 2;
	return b;
}

void *arena_alloc(struct arena *a, size_t bytes) {
	if (told_to_fail() || bytes > a->limit - a->used)
		arena_exhausted(a);
	size_t rounded = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct block *b = a->head;
	if (!b || b->size - b->used < rounded)
		b = add_block(a, rounded);
	void *p = b->bytes + b->used;
	b->used += rounded;
	a->used += bytes;
	return memset(p, 0, bytes);
}

void *arena_array(struct arena *a, size_t n, size_t item) {
	size_t bytes;
	if (__builtin_mul_overflow(n, item, &bytes))
		arena_exhausted(a);
	return arena_alloc(a, bytes);
}

char *arena_cstr(struct arena *a, str s) {
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

str arena_str(struct arena *a, str s) {
	return (str){ arena_cstr(a, s), s.n };
}

str arena_join(struct arena *a, size_t n, const str *pieces) {
	size_t all = 0, at = 0;
	for (size_t i = 0; i < n; i++)
		all += pieces[i].n;
	char *p = arena_alloc(a, all + 1);
	for (size_t i = 0; i < n; at += pieces[i++].n)
		if (pieces[i].n)
			memcpy(p + at, pieces[i].p, pieces[i].n);
	return (str){ p, all };
}

str arena_printf(struct arena *a, const char *fmt, ...) {
	va_list args;
	char small[256]; /* formatting twice, once to count, is what costs */
	va_start(args, fmt);
	int n = vsnprintf(small, sizeof small, fmt, args);
	va_end(args);
	if (n < 0)
		return STR_NONE;
	char *p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof small) {
		memcpy(p, small, (size_t)n);
		return (str){ p, (size_t)n };
	}
	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	return (str){ p, (size_t)n };
}
