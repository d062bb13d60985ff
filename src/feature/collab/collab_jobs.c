/* document.edited: once for each text, person and span of five seconds, when the span is over. Whoever needs the text then finds what was typed. */
#include "base/clock.h"
#include "core/job.h"
#include "feature/collab/live.h"

static enum st tell_edits(struct ctx *c) {
	struct store_edit *edits;
	size_t n;
	int64_t span = c->now / EDIT_SPAN;
	enum st st = store_take_edits(c, span, &edits, &n);
	const struct actor *system = c->who;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		const struct store_edit *x = &edits[i];
		struct actor person = { .kind = ACTOR_PERSON, .person = x->person, .name = x->name };
		if (x->person)
			c->who = &person;
		st = event_emitf(c, "document.edited", "document", x->noun_id, x->scope, arena_printf(c->a, "document:%lld", (long long)x->noun_id), "{\"version\":%lld}",
			(long long)x->version);
		c->who = system;
	}
	return st;
}
JOB_EVERY(collab, tell_edits, 5);
