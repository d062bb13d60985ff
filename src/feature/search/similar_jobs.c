#include "base/clock.h"
#include "core/job.h"
#include "feature/document/document.h"
#include "feature/search/similar.h"
#include "text/markdown.h"

/* Terms follow the index of search: what it holds of a record is what records are compared by. A record is compared by its own words at once; that others
 * find it waits for the next turn, which weighs many records together, so that a list of those who have a word is written once for all of them. */

/* What is there from the template is alike in all that began with it, and says nothing of what happened. */
static enum st template_of(struct ctx *c, const struct search_item *x, str *out) {
	struct document d;
	*out = STR_NONE;
	if (!str_is(x->noun, "document"))
		return ST_OK;
	enum st st = document_read(c, x->noun_id, &d);
	if (st == ST_OK)
		st = document_template(c, &d, out);
	if (st == ST_OK && out->n)
		*out = markdown_plain(c->a, *out);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st text_of(struct ctx *c, const char *noun, const struct search_item *x, struct similar_text *out) {
	struct buf body = buf_in(c->a);
	int64_t *services;
	size_t n;
	buf_add(&body, x->body);
	enum st st = str_is(x->noun, "incident") ? similar_store_timeline(c, x->noun_id, &body) : ST_OK;
	if (st == ST_OK)
		st = similar_store_services(c, noun, x->noun_id, &services, &n);
	str template;
	if (st == ST_OK)
		st = template_of(c, x, &template);
	if (st != ST_OK)
		return st;
	str written = document_written(c->a, buf_str(&body), template);
	similar_blank_people(c->a, (char *)(uintptr_t)written.p, written.n);
	*out = (struct similar_text){ x->title, written, services, n };
	return ST_OK;
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

enum { AT_ONCE = 400, LONGEST_US = 20000 };

static enum st read_record(struct ctx *c, const struct similar_waiting *w, struct similar_record *out) {
	struct search_item x = { 0 };
	struct similar_text text;
	enum st st = search_store_get(c, w->noun, w->noun_id, &x);
	*out = (struct similar_record){ .noun = w->noun, .noun_id = w->noun_id, .gone = st == ST_NOT_FOUND };
	if (st != ST_OK)
		return out->gone ? ST_OK : st;
	out->scope = x.scope;
	st = text_of(c, w->noun, &x, &text);
	if (st == ST_OK)
		out->terms = similar_cut(c->a, &text);
	return st;
}

enum st similar_weigh(struct ctx *c, const char *noun, int64_t noun_id) {
	struct similar_record x;
	enum st st = read_record(c, &(struct similar_waiting){ .noun = noun, .noun_id = noun_id }, &x);
	return st == ST_OK ? similar_store_put(c, &x, 1) : st;
}

static enum st weigh_some(struct ctx *c, const struct similar_waiting *waiting, size_t n) {
	struct similar_record *records = arena_array(c->a, n + 1, sizeof *records);
	int64_t until = clock_monotonic() + LONGEST_US;
	size_t done = 0;
	enum st st = ST_OK;
	for (; st == ST_OK && done < n && (done == 0 || clock_monotonic() < until); done++)
		st = read_record(c, &waiting[done], &records[done]);
	if (st == ST_OK)
		st = similar_store_put(c, records, done);
	return st == ST_OK ? similar_store_waited(c, waiting[done - 1].id) : st;
}

static enum st weigh_waiting(struct ctx *c) {
	struct similar_waiting *waiting;
	size_t n;
	enum st st = similar_store_waiting(c, AT_ONCE, &waiting, &n);
	if (st == ST_OK && n)
		st = weigh_some(c, waiting, n);
	return st == ST_OK && n ? ST_END : st;
}
JOB_EVERY(search, weigh_waiting, 1);
