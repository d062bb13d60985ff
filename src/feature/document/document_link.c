/* Which incidents a document is about, and who may see it because of that. */
#include "feature/document/document_report.h"

/* The restricted incident decides who sees the document; two of them with different people cannot both. A document that belongs to its author is seen by whom the author says. */
static enum st scope_of_links(struct ctx *c, const struct document *d, int64_t *scope) {
	struct linked *l;
	size_t n;
	bool is_private;
	enum st st = private_own_scope(c, d->id, &is_private, scope);
	if (st == ST_OK)
		st = store_incidents(c, d->id, &l, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		if (l[i].scope && (is_private || *scope) && l[i].scope != *scope)
			return fail(c, ST_CONFLICT, "document.two_scopes", "incidents", N_("These incidents are restricted to different people. One document cannot be about both."));
		*scope = l[i].scope ? l[i].scope : *scope;
	}
	return st;
}

static enum st settle_scope(struct ctx *c, struct document *d) {
	int64_t scope;
	enum st st = scope_of_links(c, d, &scope);
	if (st != ST_OK || scope == d->scope)
		return st;
	st = store_set_scope(c, d, scope);
	d->scope = scope;
	d->version++;
	return st;
}

static enum st link_seen(struct ctx *c, const struct document *d, int64_t incident) {
	enum st st = perm_sees(c, &incident_noun, incident);
	return st == ST_OK ? store_link(c, d->id, incident, false) : st;
}

enum st link_all(struct ctx *c, struct document *d, const struct list *ids) {
	enum st st = store_unlink_all(c, d->id);
	for (size_t i = 0; st == ST_OK && i < ids->n; i++)
		st = link_seen(c, d, ((const int64_t *)ids->items)[i]);
	return st == ST_OK ? settle_scope(c, d) : st;
}

enum st link_one(struct ctx *c, struct document *d, int64_t incident) {
	enum st st = link_seen(c, d, incident);
	return st == ST_OK ? settle_scope(c, d) : st;
}

enum st unlink_one(struct ctx *c, struct document *d, int64_t incident) {
	enum st st = store_unlink(c, d->id, incident);
	return st == ST_OK ? settle_scope(c, d) : st;
}
