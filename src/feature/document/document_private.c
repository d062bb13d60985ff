/* Documents that belong to their author: those of people who leave. Begun, one is for its author alone (and for administrators, who see everything). Others read it when the author has agreed, and
 * then those whom the author names, or everybody; an agreement that is taken back closes it again. */
#include "feature/document/document_report.h"

enum st private_scope(struct ctx *c, int kind, int64_t author, int64_t *scope) {
	if (kind != DOCUMENT_DEPARTURE)
		return ST_OK;
	if (!author)
		return fail(c, ST_INVALID, "document.departure_author", "kind", N_("A departure is written by the person who leaves: log in as that person."));
	if (*scope)
		return fail(c, ST_CONFLICT, "document.two_scopes", "incident", N_("These incidents are restricted to different people. One document cannot be about both."));
	enum st st = perm_scope_new(c, scope);
	return st == ST_OK ? perm_scope_add(c, *scope, author, 0) : st;
}

enum st private_begin(struct ctx *c, const struct document *d, int64_t id) {
	return d->kind == DOCUMENT_DEPARTURE ? private_store_insert(c, id, d->scope) : ST_OK;
}

enum st private_own_scope(struct ctx *c, int64_t document, bool *is_private, int64_t *scope) {
	struct private_row p;
	enum st st = private_store_get(c, document, &p);
	*is_private = st == ST_OK && !p.opened;
	*scope = *is_private ? p.scope : 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st private_fill(struct ctx *c, struct document *d) {
	struct private_row p;
	enum st st = private_store_get(c, d->id, &p);
	d->consent = (struct document_consent){ .agreed_at = I64_NONE };
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	d->consent = (struct document_consent){ .id = d->author.id, .name = d->author.name, .agreed_at = p.agreed_at, .words = p.words, .opened = p.opened };
	return private_store_people(c, p.scope, d->author.id, &d->consent.people);
}

enum st document_may_show(struct ctx *c, int64_t id) {
	struct private_row p;
	enum st st = private_store_get(c, id, &p);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	return p.agreed_at != I64_NONE ? ST_OK : fail(c, ST_CONFLICT, "document.no_consent", NULL, N_("Its author has not agreed that others read this document."));
}
