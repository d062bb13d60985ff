/* What several hold at once, on any threads: the last who lets go ends it. The first member of whatever is shared. */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H

#include <stdatomic.h>
#include <stddef.h>

struct shared {
	atomic_int holders; /* 1 when it is made: its maker */
	void (*end)(struct shared *s);
};

/* NULL is fine. */
static inline void shared_hold(struct shared *s) {
	if (s)
		atomic_fetch_add(&s->holders, 1);
}

static inline void shared_let_go(struct shared *s) {
	if (s && atomic_fetch_sub(&s->holders, 1) == 1)
		s->end(s);
}

#endif
