/* Who wrote which passage: the log from the beginning, or from where a walk came by before. A version that brought an older one back has that one's text, and so its authors. */
#include <pthread.h>
#include <stdlib.h>

#include "feature/history/history_parts.h"
#include "text/utf8.h"

enum { AT_ONCE = 1000, REST_EVERY = 4096, REMEMBERED = 64, LARGEST = 20000 };

/* ---- what is remembered ---- */

struct remembered {
	int64_t text, version;
	uint64_t used;
	struct authors authors;
};
static struct remembered memory[REMEMBERED];
static uint64_t uses;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void history_forget(void) {
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < REMEMBERED; i++) {
		authors_free(&memory[i].authors);
		memory[i] = (struct remembered){ 0 };
	}
	pthread_mutex_unlock(&lock);
}

static void remember(int64_t text, int64_t version, const struct authors *x) {
	struct remembered *oldest = memory;
	if (authors_count(x) > LARGEST)
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < REMEMBERED; i++) {
		if (memory[i].text == text && memory[i].version == version && memory[i].used) {
			oldest = &memory[i];
			break;
		}
		if (memory[i].used < oldest->used)
			oldest = &memory[i];
	}
	authors_copy(&oldest->authors, x);
	oldest->text = text;
	oldest->version = version;
	oldest->used = ++uses;
	pthread_mutex_unlock(&lock);
}

/* The nearest at or before a version; false: none. */
static bool recall(int64_t text, int64_t version, struct authors *out, int64_t *at) {
	struct remembered *best = NULL;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < REMEMBERED; i++) {
		struct remembered *r = &memory[i];
		if (r->used && r->text == text && r->version <= version && (!best || r->version > best->version))
			best = r;
	}
	if (best) {
		best->used = ++uses;
		authors_copy(out, &best->authors);
		*at = best->version;
	}
	pthread_mutex_unlock(&lock);
	return best;
}

/* ---- the walk ---- */

struct walking {
	struct ctx *c;
	int64_t text, at, to;
	const struct restored *restored; /* by version */
	size_t n;
	struct authors *now;
};

static void free_authors(void *data) {
	authors_free(data);
}

static bool is_source(const struct walking *w, int64_t version) {
	for (size_t i = 0; i < w->n; i++)
		if (w->restored[i].source == version)
			return true;
	return false;
}

static const struct restored *restored_at(const struct walking *w, int64_t version) {
	size_t from = 0, to = w->n;
	while (from < to) {
		size_t middle = (from + to) / 2;
		if (w->restored[middle].version == version)
			return &w->restored[middle];
		*(w->restored[middle].version < version ? &from : &to) = w->restored[middle].version < version ? middle + 1 : middle;
	}
	return NULL;
}

/* Its authors are those of the older version: mostly they were kept when the walk came by there. */
static enum st go_back(struct walking *w, const struct restored *r) {
	struct authors *then = arena_new_of(w->c->a, struct authors);
	*then = (struct authors){ 0 };
	arena_defer(w->c->a, free_authors, then);
	enum st st = authors_at(w->c, w->text, r->source, w->restored, w->n, then);
	if (st == ST_OK)
		authors_copy(w->now, then);
	authors_free(then);
	return st;
}

static enum st walk_step(struct walking *w, struct ctx *c, const struct collab_step *s) {
	const struct changeset *set;
	const struct restored *r = restored_at(w, s->version);
	enum st st = r ? go_back(w, r) : collab_changes(c, s->changes, &set);
	if (st != ST_OK)
		return st;
	if (!r)
		authors_step(w->now, set, s->actor);
	w->at = s->version;
	if (w->at % REST_EVERY == 0 || is_source(w, w->at))
		remember(w->text, w->at, w->now);
	return ST_OK;
}

static enum st walk_part(struct walking *w, struct ctx *c, size_t *n) {
	struct collab_step *step;
	enum st st = collab_log(c, w->text, w->at, w->to, AT_ONCE, &step, n);
	for (size_t i = 0; st == ST_OK && i < *n; i++)
		st = walk_step(w, c, &step[i]);
	return st;
}

static void free_arena(void *data) {
	arena_free(*(struct arena **)data);
}

/* A log may be long: what was read of a part of it goes before the next part is read. */
static enum st walk(struct walking *w) {
	volatile enum st st = ST_OK;
	struct arena **part = arena_new_of(w->c->a, struct arena *);
	*part = NULL;
	arena_defer(w->c->a, free_arena, part);
	for (size_t n = AT_ONCE; st == ST_OK && n == AT_ONCE && w->at < w->to;) {
		struct arena_guard g;
		struct ctx c = *w->c;
		c.a = *part = arena_new(0);
		st = ST_NO_MEMORY;
		if (!c.a)
			break;
		if (!arena_guard(c.a, &g))
			st = walk_part(w, &c, &n);
		arena_guard_pop(c.a);
		arena_free(c.a);
		*part = NULL;
	}
	return st == ST_OK || st == ST_NO_MEMORY ? st : fail_plain(w->c, st, "history.log", "the log of updates cannot be read");
}

static enum st begin(struct walking *w) {
	str text;
	enum st st = collab_read(w->c, w->text, 0, &text, &w->at);
	if (st == ST_OK)
		authors_begin(w->now, (int64_t)utf16_length(text));
	return st;
}

enum st authors_at(struct ctx *c, int64_t text, int64_t version, const struct restored *restored, size_t n, struct authors *out) {
	struct walking w = { .c = c, .text = text, .to = version, .restored = restored, .n = n, .now = out };
	enum st st = recall(text, version, out, &w.at) ? ST_OK : begin(&w);
	if (st == ST_OK)
		st = walk(&w);
	if (st == ST_OK && w.at == version)
		remember(text, version, out);
	return st;
}
