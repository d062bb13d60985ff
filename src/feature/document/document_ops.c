/* Operations on documents. What a push does is in feature/collab. */
#include "core/home.h"
#include "core/noun.h"
#include "feature/document/document_report.h"
#include "feature/org/org.h"

enum { LONGEST_TITLE = 300, LONGEST_PUSH = 4 << 20, HOME_ROWS = 10, KNOWN_TEXTS = 1024 };
static const char *const lang_names[] = { "en", "ko", NULL };

struct id_in {
	uint64_t given;
	int64_t id;
};
INPUT(id_in, "DocumentId", struct id_in, F(struct id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	const struct id_in *in = data;
	return document_reply(c, in->id, out);
}

/* ---- document.list ---- */

struct list_in {
	uint64_t given;
	int state, kind;
	int64_t incident;
	str after;
	int64_t limit;
};
INPUT(list_in, "DocumentList", struct list_in,
	F(struct list_in, FT_ENUM, state, FIELD_OPTIONAL, N_("only those in this state"), .names = document_state_names),
	F(struct list_in, FT_ENUM, kind, FIELD_OPTIONAL, N_("only those of this kind"), .names = document_kind_names),
	F(struct list_in, FT_ID, incident, FIELD_OPTIONAL, N_("only those about this incident"), .prefix = "INC"),
	F(struct list_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 100),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most")));

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct list rows;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = store_page(c, in->state, in->kind, in->incident, &page, &rows);
	if (st != ST_OK)
		return st;
	const struct document_row *last = rows.n ? (const struct document_row *)rows.items + rows.n - 1 : NULL;
	reply_page(c, out, &document_row_shape, &rows, last && (int64_t)rows.n == page.limit ? page_cursor(c, last->updated_at, last->id) : STR_NONE);
	return ST_OK;
}

static enum st drafts(struct ctx *c, struct list *out) {
	*out = (struct list){ 0 };
	if (!perm_role_has(c->who->role, PERM_DOCUMENT_VIEW))
		return ST_OK;
	return store_page(c, DOCUMENT_DRAFT, -1, 0, &(struct page_in){ INT64_MAX, INT64_MAX, HOME_ROWS }, out);
}
HOME_PART(document, documents, &document_row_shape, drafts);

/* ---- document.create ---- */

struct create_in {
	uint64_t given;
	str title;
	int kind, lang;
	str zone, template, text;
	int64_t incident;
};
INPUT(create_in, "DocumentCreate", struct create_in,
	F(struct create_in, FT_TEXT, title, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("its title"), .max = LONGEST_TITLE),
	F(struct create_in, FT_ENUM, kind, FIELD_REQUIRED, N_("what it is about"), .names = document_kind_names),
	F(struct create_in, FT_ENUM, lang, FIELD_OPTIONAL, N_("language; without it that of the template, else of the title"), .names = lang_names),
	F(struct create_in, FT_TEXT, zone, FIELD_OPTIONAL, N_("time zone; without it the incident's, else the organisation's"), .max = 60),
	F(struct create_in, FT_TEXT, template, FIELD_OPTIONAL, N_("template to begin with; without it the one for its kind and language; “none” for an empty text"), .max = 60),
	F(struct create_in, FT_TEXT, text, FIELD_OPTIONAL | FIELD_VERBATIM, N_("text to begin with, instead of a template"), .max = COLLAB_LONGEST),
	F(struct create_in, FT_ID, incident, FIELD_OPTIONAL, N_("incident it is about"), .prefix = "INC"));

static enum st run_create(struct ctx *c, const void *data, struct reply *out) {
	const struct create_in *in = data;
	struct document_opening o = { .title = in->title, .kind = in->kind, .lang = in->lang, .zone = in->zone, .template = in->template, .incident = in->incident,
		.author = c->who->person };
	int64_t id;
	if (shape_given_name(&create_in, in, "text") && in->text.p)
		o.text = in->text;
	enum st st = document_open(c, &o, &id);
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/documents", id);
	return document_reply(c, id, out);
}

/* ---- document.change ---- */

struct change_in {
	uint64_t given;
	int64_t id;
	str title;
	int kind, lang;
	str zone;
	struct list incidents;
	int64_t owner, due;
};
INPUT(change_in, "DocumentChange", struct change_in,
	F(struct change_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct change_in, FT_TEXT, title, FIELD_NOT_EMPTY | FIELD_LINE, N_("its title"), .max = LONGEST_TITLE),
	F(struct change_in, FT_ENUM, kind, 0, N_("what it is about"), .names = document_kind_names),
	F(struct change_in, FT_ENUM, lang, 0, N_("language it is written in"), .names = lang_names),
	F(struct change_in, FT_TEXT, zone, FIELD_NOT_EMPTY, N_("time zone its times are shown in"), .max = 60),
	F(struct change_in, FT_IDS, incidents, 0, N_("all incidents it is about"), .max = 20, .prefix = "INC"),
	F(struct change_in, FT_ID, owner, FIELD_OPTIONAL, N_("number of the person who sees to it that it is published in time; null: nobody")),
	F(struct change_in, FT_DATE, due, FIELD_OPTIONAL, N_("by when it is to be published; null: no date")));

#define GIVEN(in, member) shape_given_name(&change_in, (in), #member)

static enum st check_zone(struct ctx *c, str name) {
	const struct zone *zone;
	if (zone_find(name, &zone) == ST_OK)
		return ST_OK;
	return fail(c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Zones are called like Asia/Seoul."), STR_FMT(name));
}

/* Whose it is, and who may read it, hang on that. */
static enum st check_kind(struct ctx *c, int from, int to) {
	if (from == to || (from != DOCUMENT_DEPARTURE && to != DOCUMENT_DEPARTURE))
		return ST_OK;
	return fail(c, ST_CONFLICT, "document.departure_kind", "kind", N_("A departure is one from the beginning to the end. Begin another document instead."));
}

static enum st overlay(struct ctx *c, const struct change_in *in, struct document *d) {
	if (GIVEN(in, title))
		d->title = in->title;
	if (GIVEN(in, kind))
		d->kind = in->kind;
	if (GIVEN(in, lang))
		d->lang = in->lang;
	if (GIVEN(in, owner))
		d->owner.id = in->owner;
	if (GIVEN(in, due)) {
		d->due = in->due;
		d->due_by = DUE_BY_PERSON;
	}
	if (GIVEN(in, zone))
		d->zone = in->zone;
	enum st st = GIVEN(in, zone) ? check_zone(c, in->zone) : ST_OK;
	return st == ST_OK && GIVEN(in, owner) && in->owner ? org_person_check(c, in->owner, "owner") : st;
}

static enum st stale(struct ctx *c, struct document *d) {
	enum st st = render_document(c, d);
	return st == ST_OK ? version_check(c, d->version, &document_shape, d) : st;
}

static enum st run_change(struct ctx *c, const void *data, struct reply *out) {
	const struct change_in *in = data;
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK && op_call(c)->if_match != d.version)
		st = stale(c, &d);
	if (st == ST_OK && GIVEN(in, kind))
		st = check_kind(c, d.kind, in->kind);
	if (st == ST_OK)
		st = overlay(c, in, &d);
	if (st == ST_OK && GIVEN(in, incidents))
		st = link_all(c, &d, &in->incidents);
	if (st == ST_OK)
		st = store_save(c, &d);
	if (st == ST_OK)
		st = event_emitf(c, "document.changed", "document", d.id, d.scope, document_topics(c, d.id), "{\"state\":\"%s\"}", document_state_names[d.state]);
	return st == ST_OK ? document_reply(c, d.id, out) : st;
}

/* ---- document.updates, document.push, document.presence ---- */

struct since_in {
	uint64_t given;
	int64_t id, since;
	bool each;
};
INPUT(since_in, "DocumentSince", struct since_in,
	F(struct since_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct since_in, FT_I64, since, FIELD_REQUIRED, N_("version of the text that is known already")),
	F(struct since_in, FT_BOOL, each, FIELD_OPTIONAL, N_("never the text instead of the updates: for whoever has unsent ones; at most 2000 at once")));

SHAPE(news_shape, "TextNews", struct collab_news, N_("what was typed since a version; or, when that is too much, the text"),
	F(struct collab_news, FT_I64, version, FIELD_REQUIRED, N_("version of the text with these updates")),
	F(struct collab_news, FT_BOOL, reset, FIELD_REQUIRED, N_("begin again from text")),
	F(struct collab_news, FT_BOOL, more, FIELD_REQUIRED, N_("there are more updates than these: ask again")),
	F(struct collab_news, FT_TEXT, text, FIELD_REQUIRED, N_("the text at version, with reset")),
	F(struct collab_news, FT_LIST, updates, FIELD_REQUIRED, N_("in order, one version each"), .shape = &collab_update_shape));

static enum st no_document(struct ctx *c, enum st st, int64_t id) {
	if (st != ST_NOT_FOUND || c->err.code)
		return st;
	return fail(c, st, "record.not_found", NULL, N_("There is no %s %lld, or it is not open to you."), noun_word(c->lang, "document"), (long long)id);
}

static enum st run_updates(struct ctx *c, const void *data, struct reply *out) {
	const struct since_in *in = data;
	struct collab_news news;
	int64_t text;
	enum st st = store_live_text(c, in->id, &text);
	if (st == ST_OK)
		st = collab_since(c, text, in->since, in->each, &news);
	if (st == ST_OK)
		reply_record(c, out, &news_shape, &news, 0);
	return no_document(c, st, in->id);
}

struct push_in {
	uint64_t given;
	int64_t id;
	str client;
	int64_t version, person;
	struct list updates;
};
INPUT(push_in, "DocumentPush", struct push_in,
	F(struct push_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct push_in, FT_TEXT, client, FIELD_REQUIRED, N_("name of the client: 22 letters, digits, '-' or '_', made at random; belongs to whoever used it first"), .max = 60),
	F(struct push_in, FT_I64, version, FIELD_REQUIRED, N_("version of the text that the first update was made at")),
	F(struct push_in, FT_ID, person, FIELD_OPTIONAL, N_("who typed it; when another account is signed in by now, nothing is taken")),
	F(struct push_in, FT_LIST, updates, FIELD_REQUIRED, N_("in order, each made upon the one before"), .shape = &collab_typed_shape, .max = COLLAB_MOST_UPDATES));

SHAPE(pushed_shape, "DocumentPushed", struct collab_pushed, N_("what became of a push"),
	F(struct collab_pushed, FT_I64, version, FIELD_REQUIRED, N_("version of the text now")),
	F(struct collab_pushed, FT_I64, accepted, FIELD_REQUIRED, N_("how many of the updates are in the text, now or from an earlier attempt")));

/* A document keeps its text for good, so that the writer need not ask again. A row that was rolled back can leave a wrong pair behind: collab_push notices. */
static enum st text_of(struct ctx *c, int64_t id, bool ask, int64_t *text) {
	static _Thread_local struct {
		int64_t id, text;
	} known[KNOWN_TEXTS];
	size_t i = (uint64_t)id % KNOWN_TEXTS;
	if (!ask && known[i].id == id) {
		*text = known[i].text;
		return ST_OK;
	}
	enum st st = store_live_text(c, id, text);
	if (st == ST_OK) {
		known[i].id = id;
		known[i].text = *text;
	}
	return st;
}

static enum st push(struct ctx *c, const struct push_in *in, bool ask, struct collab_pushed *out) {
	struct collab_push p = { .noun_id = in->id, .client = in->client, .version = in->version, .updates = in->updates.items, .n = in->updates.n };
	enum st st = text_of(c, in->id, ask, &p.text);
	return st == ST_OK ? collab_push(c, &p, out) : st;
}

/* Who may see the document is asked of the text, which is in memory. */
static enum st run_push(struct ctx *c, const void *data, struct reply *out) {
	const struct push_in *in = data;
	struct collab_pushed pushed;
	if (in->person && in->person != c->who->person)
		return fail(c, ST_DENIED, "collab.other_person", "person", N_("This client belongs to another account. What was typed there can only be sent by that account."));
	enum st st = push(c, in, false, &pushed);
	if (st == ST_NOT_FOUND)
		st = push(c, in, true, &pushed);
	if (st == ST_OK)
		reply_record(c, out, &pushed_shape, &pushed, 0);
	return no_document(c, st, in->id);
}

struct presence_in {
	uint64_t given;
	int64_t id;
	str client;
	int64_t from, to;
	bool gone;
};
INPUT(presence_in, "DocumentPresence", struct presence_in,
	F(struct presence_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct presence_in, FT_TEXT, client, FIELD_REQUIRED, N_("name of the client"), .max = 60),
	F(struct presence_in, FT_I64, from, FIELD_OPTIONAL, N_("where the selection begins, in UTF-16 units"), .min = 0, .max = COLLAB_LONGEST),
	F(struct presence_in, FT_I64, to, FIELD_OPTIONAL, N_("where the cursor is"), .min = 0, .max = COLLAB_LONGEST),
	F(struct presence_in, FT_BOOL, gone, FIELD_OPTIONAL, N_("no longer here")));

static enum st run_presence(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct presence_in *in = data;
	int64_t from = in->from == I64_NONE ? 0 : in->from;
	return collab_tell_presence(c, "document", in->id, in->client, in->gone ? -1 : from, in->to == I64_NONE ? from : in->to);
}

struct file_in {
	uint64_t given;
	int64_t id, version;
};
INPUT(file_in, "DocumentFile", struct file_in, F(struct file_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct file_in, FT_I64, version, FIELD_OPTIONAL, N_("with its text as it was at this version; without it, as it is now"), .min = 0, .max = INT64_MAX));

static enum st run_export_markdown(struct ctx *c, const void *data, struct reply *out) {
	const struct file_in *in = data;
	return export_markdown(c, in->id, in->version, out);
}

static enum st run_export_html(struct ctx *c, const void *data, struct reply *out) {
	const struct file_in *in = data;
	return export_html(c, in->id, in->version, out);
}

static const struct op ops[] = {
	OP("document.list", "GET /api/v1/documents", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &document_row_shape, run_list,
		N_("Documents, the last changed first."), .flags = OP_MCP | OP_REPEATS),
	OP("document.create", "POST /api/v1/documents", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &create_in, REPLY_RECORD, &document_shape, run_create,
		N_("Begin a document: from a template filled with what its incident knows, or from a text."), .flags = OP_CREATES | OP_MCP, .body_limit = 20 << 20),
	OP("document.get", "GET /api/v1/documents/{id}", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &id_in, REPLY_RECORD, &document_shape, run_get,
		N_("A document: its record, its text, and the text as an article."), .noun = &document_noun, .flags = OP_MCP),
	OP("document.change", "PATCH /api/v1/documents/{id}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &change_in, REPLY_RECORD, &document_shape, run_change,
		N_("Change a document's record; its text is changed by pushing updates."), .noun = &document_noun, .flags = OP_MATCH | OP_MCP),
	OP("document.updates", "GET /api/v1/documents/{id}/updates", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &since_in, REPLY_RECORD, &news_shape, run_updates,
		N_("What was typed into a document since a version of its text."), .noun = &document_noun),
	OP("document.push", "POST /api/v1/documents/{id}/updates", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &push_in, REPLY_RECORD, &pushed_shape, run_push,
		N_("Type: send updates of a document's text. Sending them again does no harm."), .flags = OP_OWN_KEY, .body_limit = LONGEST_PUSH),
	OP("document.presence", "POST /api/v1/documents/{id}/presence", PERM_DOCUMENT_VIEW, OP_SLOW, BODY_JSON, &presence_in, REPLY_NONE, NULL, run_presence,
		N_("Tell the others where your cursor is."), .noun = &document_noun, .flags = OP_EPHEMERAL),
	OP("document.markdown", "GET /documents/{id}.md", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &file_in, REPLY_BYTES, NULL, run_export_markdown,
		N_("The document as one Markdown file; what its live blocks show stands in it as tables."), .noun = &document_noun),
	OP("document.html", "GET /documents/{id}.html", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &file_in, REPLY_BYTES, NULL, run_export_html,
		N_("The document as one page that needs nothing else."), .noun = &document_noun),
};

ROOM(document_room, "document", ops, .start = cache_start, .stop = cache_stop);
