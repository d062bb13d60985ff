#include "core/blocker.h"

#include <stdlib.h>

REGISTRY_OF(blocker_check);

enum { MOST_CHECKS = 32 };

void blocker_add(struct ctx *c, struct blockers *out, str subject, str link, const char *words, ...) {
	va_list args;
	struct buf text = buf_in(c->a);
	va_start(args, words);
	buf_vprintf(&text, tr(c->lang, words), args);
	va_end(args);
	if (out->n == out->room) {
		out->room = out->room ? 2 * out->room : 16;
		struct blocker *more = arena_array(c->a, out->room, sizeof *more);
		if (out->n)
			memcpy(more, out->items, out->n * sizeof *more);
		out->items = more;
	}
	out->items[out->n++] = (struct blocker){ .code = str_c(out->check->code), .subject = subject, .words = buf_str(&text), .link = link,
		.waiver = out->check->waiver ? str_c(tr(c->lang, out->check->waiver)) : STR_NONE, .at = I64_NONE };
}

static int by_code(const void *a, const void *b) {
	const struct blocker_check *const *x = a, *const *y = b;
	return strcmp((*x)->code, (*y)->code);
}

enum st blockers_find(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	const struct blocker_check *all[MOST_CHECKS];
	size_t n = 0;
	enum st st = ST_OK;
	*out = (struct blockers){ 0 };
	REGISTRY_EACH(blocker_check, struct blocker_check, x)
		if (n < MOST_CHECKS)
			all[n++] = x;
	qsort(all, n, sizeof *all, by_code);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		out->check = all[i];
		st = all[i]->run(c, s, out);
	}
	return st;
}
