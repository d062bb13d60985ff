/* Operations on what a document ought to have, on what is not known yet, on what it is about, and on who may read it. */
#include "feature/document/document_report.h"
#include "feature/org/org.h"

enum { LONGEST_REASON = 2000, MOST_PEOPLE = 200 };

struct id_in {
	uint64_t given;
	int64_t id;
};
#define OF_DOCUMENT(T) F(T, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM")
INPUT(id_in, "DocumentId", struct id_in, OF_DOCUMENT(struct id_in));

/* ---- document.sections, section.remove, section.restore ---- */

static enum st reply_sections(struct ctx *c, int64_t id, struct reply *out) {
	struct list sections;
	enum st st = document_sections(c, id, &sections);
	if (st == ST_OK)
		reply_page(c, out, &document_section_shape, &sections, STR_NONE);
	return st;
}

static enum st run_sections(struct ctx *c, const void *data, struct reply *out) {
	return reply_sections(c, ((const struct id_in *)data)->id, out);
}

struct section_in {
	uint64_t given;
	int64_t id;
	int section;
	str reason;
};
#define SECTION_PATH F(struct section_in, FT_ENUM, section, FIELD_REQUIRED | FIELD_PATH, N_("the section"), .names = section_names)
INPUT(section_remove, "SectionRemove", struct section_in, OF_DOCUMENT(struct section_in), SECTION_PATH,
	F(struct section_in, FT_TEXT, reason, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why this document does without it"), .max = LONGEST_REASON));
INPUT(section_restore, "SectionRestore", struct section_in, OF_DOCUMENT(struct section_in), SECTION_PATH);

static enum st check_required(struct ctx *c, const struct document *d, int section) {
	uint64_t required;
	enum st st = template_required(c, d, &required);
	if (st != ST_OK || (required >> section & 1))
		return st;
	return fail(c, ST_CONFLICT, "section.not_required", "section", N_("This document does not ask for that section."));
}

static enum st sectioned(struct ctx *c, const struct document *d, int section, bool removed) {
	return report_emit(c, "document.sectioned", d->id, d->scope, arena_printf(c->a, "{\"section\":\"%s\",\"removed\":%s}", section_names[section], removed ? "true" : "false"));
}

static enum st run_remove(struct ctx *c, const void *data, struct reply *out) {
	const struct section_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = check_required(c, &d, in->section);
	if (st == ST_OK)
		st = section_store_remove(c, in->id, str_c(section_names[in->section]), in->reason);
	if (st == ST_OK)
		st = sectioned(c, &d, in->section, true);
	return st == ST_OK ? reply_sections(c, in->id, out) : st;
}

static enum st run_restore(struct ctx *c, const void *data, struct reply *out) {
	const struct section_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = section_store_restore(c, in->id, str_c(section_names[in->section]));
	if (st == ST_OK)
		st = sectioned(c, &d, in->section, false);
	return st == ST_OK ? reply_sections(c, in->id, out) : st;
}

/* ---- tbd.list ---- */

struct tbds_in {
	uint64_t given;
	int state;
	str owner;
	int64_t document;
	str after;
	int64_t limit;
};
static const char *const tbd_states[] = { "open", "filled", "all", NULL };
INPUT(tbds_in, "TbdList", struct tbds_in,
	F(struct tbds_in, FT_ENUM, state, 0, N_("open unless said otherwise"), .names = tbd_states),
	F(struct tbds_in, FT_TEXT, owner, 0, N_("number of a person, or me"), .max = 20),
	F(struct tbds_in, FT_ID, document, 0, N_("only of this document"), .prefix = "PM"),
	F(struct tbds_in, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 60),
	F(struct tbds_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200));

static enum st read_owner(struct ctx *c, str owner, int64_t *id) {
	*id = 0;
	if (str_is(owner, "me"))
		*id = c->who->person ? c->who->person : -2;
	else if (owner.n && (!str_i64(owner, id) || *id <= 0))
		return fail(c, ST_INVALID, "tbd.owner", "owner", N_("The owner is the number of a person, or me."));
	return ST_OK;
}

static enum st run_tbds(struct ctx *c, const void *data, struct reply *out) {
	const struct tbds_in *in = data;
	struct tbd_filter f = { .document = in->document, .filled = in->state == 1, .all = in->state == 2 };
	struct page_in page;
	struct list found;
	str next;
	enum st st = read_owner(c, in->owner, &f.owner);
	if (st == ST_OK)
		st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK && !in->after.n)
		page.key = page.id = INT64_MIN;
	if (st == ST_OK)
		st = tbd_store_page(c, &f, &page, &found, &next);
	if (st == ST_OK)
		reply_page(c, out, &tbd_shape, &found, next);
	return st;
}

/* ---- document.link, document.unlink ---- */

struct link_in {
	uint64_t given;
	int64_t id, incident;
};
INPUT(link_in, "DocumentLinkInput", struct link_in, OF_DOCUMENT(struct link_in), F(struct link_in, FT_ID, incident, FIELD_REQUIRED, N_("the incident that it is about, too"), .prefix = "INC"));
INPUT(unlink_in, "DocumentUnlink", struct link_in, OF_DOCUMENT(struct link_in),
	F(struct link_in, FT_ID, incident, FIELD_REQUIRED | FIELD_PATH, N_("the incident that it is not about"), .prefix = "INC"));

static enum st relinked(struct ctx *c, struct document *d, int64_t incident, struct reply *out) {
	enum st st = store_save(c, d);
	str topics = arena_printf(c->a, "document:%lld documents incident:%lld", (long long)d->id, (long long)incident);
	if (st == ST_OK)
		st = event_emitf(c, "document.changed", "document", d->id, d->scope, topics, "{\"state\":\"%s\"}", document_state_names[d->state]);
	return st == ST_OK ? document_reply(c, d->id, out) : st;
}

static enum st run_link(struct ctx *c, const void *data, struct reply *out) {
	const struct link_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = link_one(c, &d, in->incident);
	/* The address of this request is right; it is the field that names nothing. */
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "document.incident", "incident", N_("There is no incident %lld, or it is not open to you."), (long long)in->incident);
	return st == ST_OK ? relinked(c, &d, in->incident, out) : st;
}

static enum st run_unlink(struct ctx *c, const void *data, struct reply *out) {
	const struct link_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = unlink_one(c, &d, in->incident);
	return st == ST_OK ? relinked(c, &d, in->incident, out) : st;
}

/* ---- document.consent, document.audience ---- */

struct consent_in {
	uint64_t given;
	int64_t id;
	bool agreed;
	str words;
};
INPUT(consent_in, "DocumentConsentInput", struct consent_in, OF_DOCUMENT(struct consent_in), F(struct consent_in, FT_BOOL, agreed, FIELD_REQUIRED, N_("others may read it; false: no longer")),
	F(struct consent_in, FT_TEXT, words, FIELD_OPTIONAL, N_("under which conditions, in your words"), .max = LONGEST_REASON));

static enum st read_private(struct ctx *c, int64_t id, struct document *d, struct private_row *p) {
	enum st st = document_read(c, id, d);
	if (st == ST_OK)
		st = private_store_get(c, id, p);
	if (st == ST_NOT_FOUND)
		return fail(c, ST_CONFLICT, "document.not_private", NULL, N_("This document does not belong to its author alone; nobody has to agree."));
	if (st == ST_OK && (!c->who->person || c->who->person != d->author.id))
		return fail(c, ST_DENIED, "document.not_author", NULL, N_("Only its author says who may read this document."));
	return st;
}

static enum st set_people(struct ctx *c, const struct document *d, int64_t scope, const struct list *ids) {
	struct list now;
	enum st st = private_store_people(c, scope, d->author.id, &now);
	const struct ref *p = now.items;
	for (size_t i = 0; st == ST_OK && i < now.n; i++)
		st = perm_scope_remove(c, scope, p[i].id, 0);
	for (size_t i = 0; st == ST_OK && i < ids->n; i++) {
		int64_t id = ((const int64_t *)ids->items)[i];
		st = org_person_check(c, id, "people");
		if (st == ST_OK)
			st = perm_scope_add(c, scope, id, 0);
	}
	return st;
}

static enum st show(struct ctx *c, struct document *d, struct private_row *p, bool opened, const struct list *people, struct reply *out) {
	int64_t scope = opened ? 0 : p->scope;
	p->opened = opened;
	enum st st = private_store_update(c, d->id, p);
	if (st == ST_OK)
		st = set_people(c, d, p->scope, people);
	if (st == ST_OK && scope != d->scope)
		st = store_set_scope(c, d, scope);
	if (st == ST_OK)
		st = event_emitf(c, "document.restricted", "document", d->id, scope, arena_printf(c->a, "document:%lld documents", (long long)d->id), "{\"restricted\":%s,\"agreed\":%s}",
			opened ? "false" : "true", p->agreed_at == I64_NONE ? "false" : "true");
	return st == ST_OK ? document_reply(c, d->id, out) : st;
}

/* Taken back: for the author alone again. */
static enum st run_consent(struct ctx *c, const void *data, struct reply *out) {
	const struct consent_in *in = data;
	struct document d;
	struct private_row p;
	struct list people = { 0 };
	enum st st = read_private(c, in->id, &d, &p);
	if (st == ST_OK && in->agreed)
		st = private_store_people(c, p.scope, d.author.id, &people);
	if (st != ST_OK)
		return st;
	p.agreed_at = !in->agreed ? I64_NONE : p.agreed_at == I64_NONE ? c->now : p.agreed_at;
	p.words = in->words;
	int64_t *ids = arena_array(c->a, people.n, sizeof *ids);
	for (size_t i = 0; i < people.n; i++)
		ids[i] = ((const struct ref *)people.items)[i].id;
	return show(c, &d, &p, in->agreed && p.opened, &(struct list){ ids, people.n }, out);
}

struct audience_in {
	uint64_t given;
	int64_t id;
	bool everybody;
	struct list people;
};
INPUT(audience_in, "DocumentAudience", struct audience_in, OF_DOCUMENT(struct audience_in), F(struct audience_in, FT_BOOL, everybody, FIELD_OPTIONAL, N_("everybody may read it")),
	F(struct audience_in, FT_IDS, people, FIELD_OPTIONAL, N_("numbers of those who may read it besides you"), .max = MOST_PEOPLE));

static enum st run_audience(struct ctx *c, const void *data, struct reply *out) {
	const struct audience_in *in = data;
	struct document d;
	struct private_row p;
	enum st st = read_private(c, in->id, &d, &p);
	if (st == ST_OK)
		st = document_may_show(c, in->id);
	return st == ST_OK ? show(c, &d, &p, in->everybody, &in->people, out) : st;
}

#define ON_DOCUMENT .noun = &document_noun
static const struct op ops[] = {
	OP("document.sections", "GET /api/v1/documents/{id}/sections", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &id_in, REPLY_PAGE, &document_section_shape, run_sections,
		N_("Which sections a document has, which are missing, and which it does without and why."), ON_DOCUMENT, .flags = OP_MCP),
	OP("section.remove", "POST /api/v1/documents/{id}/sections/{section}/remove", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &section_remove, REPLY_PAGE, &document_section_shape, run_remove,
		N_("Leave out a section that a document ought to have, and say why."), ON_DOCUMENT),
	OP("section.restore", "POST /api/v1/documents/{id}/sections/{section}/restore", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &section_restore, REPLY_PAGE, &document_section_shape, run_restore,
		N_("Ask for a section again that was left out."), ON_DOCUMENT),
	OP("tbd.list", "GET /api/v1/tbds", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &tbds_in, REPLY_PAGE, &tbd_shape, run_tbds,
		N_("Values that somebody has to find out: yours first, then by their due date."), .flags = OP_MCP),
	OP("document.link", "POST /api/v1/documents/{id}/incidents", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &link_in, REPLY_RECORD, &document_shape, run_link,
		N_("Say that a document is about one more incident."), ON_DOCUMENT),
	OP("document.unlink", "DELETE /api/v1/documents/{id}/incidents/{incident}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &unlink_in, REPLY_RECORD, &document_shape, run_unlink,
		N_("Say that a document is not about an incident."), ON_DOCUMENT),
	OP("document.consent", "POST /api/v1/documents/{id}/consent", PERM_DOCUMENT_VIEW, OP_WRITE, BODY_JSON, &consent_in, REPLY_RECORD, &document_shape, run_consent,
		N_("As the author of a departure: agree that others read it, or take that back."), ON_DOCUMENT),
	OP("document.audience", "PUT /api/v1/documents/{id}/audience", PERM_DOCUMENT_VIEW, OP_WRITE, BODY_JSON, &audience_in, REPLY_RECORD, &document_shape, run_audience,
		N_("As the author of a departure that others may read: say who."), ON_DOCUMENT),
};

ROOM(section_room, "section", ops);
