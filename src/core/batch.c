#include "core/batch.h"

#include <stdlib.h>

void batch_begin(struct batch *b) {
	b->end_n = 0;
}

bool tx_before_commit(struct ctx *c, enum st (*run)(struct ctx *c, void *data), void *data) {
	struct batch *b = c->tx->batch;
	if (!b || b->end_n == BATCH_MOST_ENDS)
		return false;
	b->ends[b->end_n].run = run;
	b->ends[b->end_n++].data = data;
	return true;
}

enum st batch_end(struct batch *b, struct ctx *c) {
	struct arena_guard g;
	volatile enum st st = ST_OK;
	if (arena_guard(c->a, &g))
		st = ST_NO_MEMORY;
	else
		for (size_t i = 0; st == ST_OK && i < b->end_n; i++)
			st = b->ends[i].run(c, b->ends[i].data);
	arena_guard_pop(c->a);
	return st;
}

void *tx_memory(struct ctx *c, const void *key, size_t size, void (*drop)(void *memory)) {
	struct batch *b = c->tx ? c->tx->batch : NULL;
	for (size_t i = 0; b && i < b->kept_n; i++)
		if (b->kept[i].key == key)
			return b->kept[i].memory;
	void *memory = b && b->kept_n < BATCH_MOST_KEPT ? calloc(1, size) : NULL;
	if (!memory)
		return NULL;
	b->kept[b->kept_n].key = key;
	b->kept[b->kept_n].drop = drop;
	return b->kept[b->kept_n++].memory = memory;
}

void batch_free(struct batch *b) {
	for (size_t i = 0; i < b->kept_n; i++)
		b->kept[i].drop(b->kept[i].memory);
	b->kept_n = 0;
}
