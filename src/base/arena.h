/* Memory with one lifetime: a request, a job, a test. Everything taken from it goes at once. There is no free().
 *
 * When memory runs out, or the arena's limit is reached, arena_alloc does not return: it jumps to the place the owner named
 * with arena_guard(). So the code in between never tests for NULL, and running out fails one request and not the process.
 * Only the edges (core/op.c, core/writer.c, the tools of app/) set that place, and they clean the database connection up after it.
 * An arena is used by one thread at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

/* limit: the most bytes it may hand out, 0 for 256 MiB. NULL when not even the head can be had. */
struct arena *arena_new(size_t limit);
/* Another limit, for the next use of a kept arena; what was handed out stays. */
void arena_limit(struct arena *a, size_t limit);
/* Keeps one block for the next use. NULL is fine. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);
size_t arena_used(const struct arena *a);

/* Zeroed, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *a, size_t bytes) __attribute__((malloc, returns_nonnull, alloc_size(2)));
/* n items; an overflowing product counts as out of memory. */
void *arena_array(struct arena *a, size_t n, size_t item) __attribute__((malloc, returns_nonnull));
#define arena_new_of(a, T) ((T *)arena_alloc((a), sizeof(T)))

str arena_str(struct arena *a, str s);
/* NUL-terminated copy, for the libraries that want one. */
char *arena_cstr(struct arena *a, str s);
str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Call run(data) when the arena is reset or freed, last deferred first, or at once when there is no memory to remember it: for what is not the arena's own memory (a jansson value). */
void arena_defer(struct arena *a, void (*run)(void *data), void *data);

/* The pieces, one behind the other: for what every request does, where printf would be felt. */
str arena_join(struct arena *a, size_t n, const str *pieces);
#define ARENA_JOIN(a, ...) arena_join((a), sizeof((str[]){ __VA_ARGS__ }) / sizeof(str), (str[]){ __VA_ARGS__ })

/* if (arena_guard(a)) { …out of memory… } else { …work… } ; then arena_unguard. Guards nest: set saves the one before in *saved. */
struct arena_guard {
	jmp_buf at;
	struct arena_guard *outer;
};
void arena_guard_push(struct arena *a, struct arena_guard *g);
void arena_guard_pop(struct arena *a);
#define arena_guard(a, g) (arena_guard_push((a), (g)), setjmp((g)->at))
/* Leave to the innermost guard; aborts when there is none. For buf.c, which allocates by itself. */
_Noreturn void arena_exhausted(struct arena *a);

/* Tests: let the n-th allocation from now on fail (0 switches it off). Counts over all arenas of the thread. */
void arena_fail_nth(unsigned long n);

#endif
