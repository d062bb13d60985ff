/* Behind tx_before_commit and tx_memory (event.h): what the jobs of one batch leave for its end, and what rooms keep on a writer between batches. Private to the writer. */
#ifndef CORE_BATCH_H
#define CORE_BATCH_H

#include "core/event.h"

enum { BATCH_MOST_ENDS = 8, BATCH_MOST_KEPT = 8 };

struct batch {
	struct {
		enum st (*run)(struct ctx *c, void *data);
		void *data;
	} ends[BATCH_MOST_ENDS];
	size_t end_n;
	struct {
		const void *key;
		void *memory;
		void (*drop)(void *memory);
	} kept[BATCH_MOST_KEPT];
	size_t kept_n;
};

void batch_begin(struct batch *b);
/* Runs what was left for the end, in the order in which it was left. */
MUST_CHECK enum st batch_end(struct batch *b, struct ctx *c);
void batch_free(struct batch *b);

#endif
