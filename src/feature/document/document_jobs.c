/* Beginning a document, by hand or by itself, and what follows from changes of its incidents and its text. */
#include "core/job.h"
#include "feature/document/document_report.h"
#include "feature/org/org.h"

/* ---- beginning ---- */

struct beginning {
	struct ctx *c;
	const struct document_opening *o;
	struct document d;
	struct incident *incident; /* NULL: about none */
	const struct zone *zone;
	struct template template; /* text.p == NULL: none */
};

static enum st begin_incident(struct beginning *b) {
	if (!b->o->incident)
		return ST_OK;
	b->incident = arena_new_of(b->c->a, struct incident);
	enum st st = perm_sees(b->c, &incident_noun, b->o->incident);
	return st == ST_OK ? incident_read(b->c, b->o->incident, b->incident) : st;
}

static enum st begin_zone(struct beginning *b) {
	str name = b->o->zone.n ? b->o->zone : b->incident ? b->incident->zone : STR_NONE;
	if (!name.n)
		return org_zone(b->c, &b->zone);
	if (zone_find(name, &b->zone) == ST_OK)
		return ST_OK;
	return fail(b->c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Zones are called like Asia/Seoul."), STR_FMT(name));
}

static enum st begin_template(struct beginning *b) {
	const struct document_opening *o = b->o;
	b->d.lang = o->lang >= 0 ? o->lang : (int)text_language(o->title);
	if (o->text.p || str_is(o->template, "none"))
		return ST_OK;
	enum st st = template_find(b->c, o->template, o->kind, b->d.lang, &b->template);
	if (st == ST_OK && o->lang < 0)
		b->d.lang = b->template.lang;
	if (st == ST_NOT_FOUND && o->template.n)
		return fail(b->c, ST_INVALID, "document.template", "template", N_("There is no template “%.*s”."), STR_FMT(o->template));
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st known_of_author(struct beginning *b, struct known *k) {
	str login;
	int lang;
	if (b->incident)
		return known_of_incident(b->c, b->incident, (enum lang)b->d.lang, b->zone, k);
	*k = (struct known){ 0 };
	return b->o->author ? store_login(b->c, b->o->author, &login, &k->authors, &lang) : ST_OK;
}

static enum st begin_text(struct beginning *b) {
	str text = b->o->text;
	if (b->template.text.p) {
		struct known k;
		enum st st = known_of_author(b, &k);
		if (st != ST_OK)
			return st;
		text = template_fill(b->c, b->template.text, &k);
	}
	return collab_create(b->c, text, &b->d.live_text);
}

static enum st begin_row(struct beginning *b, int64_t *id) {
	struct ctx *c = b->c;
	struct document *d = &b->d;
	enum st st = store_insert(c, d, id);
	if (st == ST_OK)
		st = private_begin(c, d, *id);
	if (st == ST_OK)
		st = collab_attach(c, d->live_text, "document", *id, d->scope);
	if (st == ST_OK && b->incident)
		st = store_link(c, *id, b->incident->id, b->o->drafted);
	if (st != ST_OK)
		return st;
	str topics = b->incident ? arena_printf(c->a, "document:%lld documents incident:%lld", (long long)*id, (long long)b->incident->id)
							 : arena_printf(c->a, "document:%lld documents", (long long)*id);
	return event_emitf(c, "document.created", "document", *id, d->scope, topics, "{\"kind\":\"%s\",\"drafted\":%s}", document_kind_names[d->kind],
		b->o->drafted ? "true" : "false");
}

enum st document_open(struct ctx *c, const struct document_opening *o, int64_t *id) {
	struct beginning b = { .c = c, .o = o, .d = { .title = o->title, .kind = o->kind, .state = DOCUMENT_DRAFT, .author = { .id = o->author } } };
	enum st st = begin_incident(&b);
	if (st == ST_OK)
		st = begin_zone(&b);
	if (st == ST_OK)
		st = begin_template(&b);
	if (st == ST_OK)
		st = begin_text(&b);
	if (st != ST_OK)
		return st;
	b.d.zone = zone_name(b.zone);
	b.d.template = template_label(c, &b.template);
	b.d.scope = b.incident ? b.incident->scope : 0;
	b.d.due = I64_NONE;
	b.d.due_by = o->past ? DUE_BY_PERSON : -1;
	if (b.incident && !o->past && o->kind == DOCUMENT_INCIDENT)
		st = due_begin(c, b.incident, &b.d);
	if (st != ST_OK)
		return st;
	st = private_scope(c, b.d.kind, o->author, &b.d.scope);
	return st == ST_OK ? begin_row(&b, id) : st;
}

/* ---- by itself ---- */

/* In the language of whoever is to write it; when there is nobody, in that of the title. */
static enum st draft_postmortem(struct ctx *c, const struct event *e) {
	struct incident *i = arena_new_of(c->a, struct incident);
	bool there = false;
	str login, name;
	int lang = -1;
	int64_t id;
	enum st st = store_has_postmortem(c, e->noun_id, &there);
	if (st != ST_OK || there || c->backfill)
		return st;
	st = incident_read(c, e->noun_id, i);
	struct policy_answer policy = { 0 };
	if (st == ST_OK)
		st = policy_answer(c, i, &policy);
	int64_t author = policy.owner;
	if (st == ST_OK && author)
		st = store_login(c, author, &login, &name, &lang);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	struct document_opening o = { .title = i->title, .kind = i->drill ? DOCUMENT_DRILL : DOCUMENT_INCIDENT, .lang = lang, .incident = i->id, .author = author, .drafted = true };
	return document_open(c, &o, &id);
}
EVENT_ON(document, "incident.resolved", draft_postmortem);

static enum st note_edited(struct ctx *c, const struct event *e) {
	return store_touch(c, e->noun_id, e->at);
}
EVENT_ON(document, "document.edited", note_edited);

/* ---- parts of incidents ---- */

static enum st fill(struct ctx *c, struct incident *i) {
	return store_of_incident(c, i->id, &i->documents);
}

/* What the scope becomes when this incident gets that one: a restricted incident decides. */
static enum st scope_with(struct ctx *c, int64_t document, int64_t incident, int64_t scope, int64_t *out) {
	struct linked *l;
	size_t n;
	int64_t own;
	bool is_private;
	enum st st = store_incidents(c, document, &l, &n);
	if (st == ST_OK)
		st = private_own_scope(c, document, &is_private, &own);
	*out = st == ST_OK && is_private ? own : scope;
	for (size_t i = 0; st == ST_OK && i < n && !*out; i++)
		*out = l[i].id == incident ? 0 : l[i].scope;
	return st;
}

static enum st rescope_one(struct ctx *c, int64_t document, int64_t incident, int64_t scope) {
	struct document d;
	int64_t new_scope;
	enum st st = store_document(c, document, &d);
	if (st == ST_OK)
		st = scope_with(c, document, incident, scope, &new_scope);
	if (st != ST_OK || new_scope == d.scope)
		return st;
	st = store_set_scope(c, &d, new_scope);
	return st == ST_OK ? event_emitf(c, "document.changed", "document", d.id, new_scope, document_topics(c, d.id),
							 "{\"state\":\"%s\"}", document_state_names[d.state])
					   : st;
}

static enum st rescope(struct ctx *c, int64_t incident, int64_t scope) {
	int64_t *ids;
	size_t n;
	enum st st = store_ids_of_incident(c, incident, &ids, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = rescope_one(c, ids[i], incident, scope);
	return st;
}
INCIDENT_PART(document, fill, rescope);
