/* What a fuzz target does with an input: `static void look(struct arena *a, str input)`, then FUZZ(look). The input is a copy of exactly its length, so that one byte
 * read behind it is noticed; running out of the arena is an answer like any other. EXPECT is for what must hold whatever comes in. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

#define EXPECT(condition)                                                                                                       \
	do {                                                                                                                        \
		if (!(condition)) {                                                                                                     \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                                      \
			abort();                                                                                                            \
		}                                                                                                                       \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline str exact_copy(str s) {
	char *p = malloc(s.n ? s.n : 1);
	EXPECT(p);
	if (s.n)
		memcpy(p, s.p, s.n);
	return str_n(p, s.n);
}

static inline void with_arena(size_t limit, void (*look)(struct arena *a, str input), str input) {
	struct arena *a = arena_new(limit);
	struct arena_guard g;
	EXPECT(a);
	if (arena_guard(a, &g) == 0)
		look(a, input);
	arena_guard_pop(a);
	arena_free(a);
}

#define FUZZ(look)                                                                                                              \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                                                              \
		str input = exact_copy(str_n((const char *)data, size));                                                                \
		with_arena(64 << 20, look, input);                                                                                      \
		free((char *)(uintptr_t)input.p);                                                                                       \
		return 0;                                                                                                               \
	}

#endif
