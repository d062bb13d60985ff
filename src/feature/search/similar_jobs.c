#include "core/job.h"
#include "feature/search/similar.h"

/* Terms follow the index of search: what it holds of a record is what records are compared by. */

static enum st text_of(struct ctx *c, const char *noun, const struct search_item *x, struct similar_text *out) {
	struct buf body = buf_in(c->a);
	int64_t *services;
	size_t n;
	buf_add(&body, x->body);
	enum st st = str_is(x->noun, "incident") ? similar_store_timeline(c, x->noun_id, &body) : ST_OK;
	if (st == ST_OK)
		st = similar_store_services(c, noun, x->noun_id, &services, &n);
	if (st == ST_OK)
		*out = (struct similar_text){ x->title, buf_str(&body), services, n };
	return st;
}

static enum st put(struct ctx *c, const char *noun, const struct search_item *x, const struct similar_item *before) {
	struct similar_text text;
	enum st st = text_of(c, noun, x, &text);
	if (st != ST_OK)
		return st;
	struct similar_terms now = similar_cut(c->a, &text);
	return similar_store_put(c, before, noun, x->noun_id, x->scope, &now);
}

enum st similar_terms_of(struct ctx *c, const char *noun, int64_t noun_id, struct similar_terms *out) {
	struct search_item x = { 0 };
	struct similar_text text;
	enum st st = search_store_get(c, noun, noun_id, &x);
	if (st == ST_OK)
		st = text_of(c, noun, &x, &text);
	if (st == ST_OK)
		*out = similar_cut(c->a, &text);
	return st;
}

enum st similar_follow(struct ctx *c, const char *noun, int64_t noun_id) {
	struct search_item x = { 0 };
	struct similar_item before = { 0 };
	enum st found = search_store_get(c, noun, noun_id, &x);
	enum st st = found == ST_OK || found == ST_NOT_FOUND ? similar_store_get(c, noun, noun_id, &before) : found;
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	if (found == ST_OK)
		return put(c, noun, &x, &before);
	return st == ST_OK ? similar_store_remove(c, &before) : ST_OK;
}

/* A timeline grows entry by entry: its incident is weighed again once for all of what came in meanwhile. */
static enum st weigh_waiting(struct ctx *c) {
	int64_t *incidents;
	size_t n;
	enum st st = similar_store_waiting(c, &incidents, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = similar_follow(c, "incident", incidents[i]);
	return st;
}
JOB_EVERY(search, weigh_waiting, 2);
