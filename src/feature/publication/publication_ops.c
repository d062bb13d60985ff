/* Publishing, archiving, and reading what was published. */
#include "feature/publication/publication_parts.h"
#include "text/revision.h"

enum { LONGEST_NOTE = 4000 };

struct publish_in {
	uint64_t given;
	int64_t id;
	str note;
};
INPUT(publish_in, "DocumentPublish", struct publish_in,
	F(struct publish_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct publish_in, FT_TEXT, note, 0, N_("what is new; needed from the second time on"), .max = LONGEST_NOTE));

/* ---- document.publish ---- */

/* What is published for everybody is what everybody may see, whoever presses the button. */
static enum st snapshot_for_readers(struct ctx *c, const struct document *d, struct document_snapshot *out) {
	static const struct actor reader = { .kind = ACTOR_TOKEN, .role = ROLE_VIEWER };
	const struct actor *publisher = c->who;
	if (!d->scope)
		c->who = &reader;
	enum st st = document_snapshot(c, d->id, out);
	c->who = publisher;
	return st;
}

static const char *const change_names[] = { [REVISION_CHANGED] = "changed", [REVISION_ADDED] = "added", [REVISION_REMOVED] = "removed" };

static enum st changes_since(struct ctx *c, const struct publication *before, const struct document_snapshot *now, struct buf *json) {
	struct revision r = { 0 };
	struct jw w;
	str text = STR_NONE;
	enum st st = before->version ? document_text_at(c, before->document.id, before->text_version, &text) : ST_OK;
	if (st == ST_OK && before->version)
		revision_compare(c->a, text, now->document.text, &r);
	jw_init(&w, json);
	jw_arr(&w);
	for (size_t i = 0; i < r.n; i++) {
		jw_obj(&w);
		jw_kstr(&w, "heading", r.sections[i].heading);
		jw_kstr(&w, "kind", str_c(change_names[r.sections[i].kind]));
		jw_end(&w);
	}
	jw_end(&w);
	return st;
}

static enum st latest(struct ctx *c, int64_t document, struct publication *out) {
	*out = (struct publication){ 0 };
	enum st st = store_version(c, document, 0, out);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static str quoted(struct ctx *c, str s) {
	struct buf b = buf_in(c->a);
	json_quote(&b, s);
	return buf_str(&b);
}

static enum st check_note(struct ctx *c, const struct publication *before, const struct document *d, int64_t text_version, str note) {
	if (before->version && before->text_version == text_version && str_eq(before->document.title, d->title) && d->state == DOCUMENT_PUBLISHED)
		return fail(c, ST_CONFLICT, "publication.same", NULL, N_("Nothing has changed since version %lld was published."), (long long)before->version);
	if (before->version && !note.n)
		return fail(c, ST_INVALID, "publication.no_note", "note", N_("Say what is new for those who have read version %lld."), (long long)before->version);
	return ST_OK;
}

static enum st keep(struct ctx *c, const struct document *d, const struct publication *before, const struct document_snapshot *now, str note, struct publication *p) {
	struct buf changes = buf_in(c->a);
	enum st st = changes_since(c, before, now, &changes);
	*p = (struct publication){ .document = { d->id, d->title }, .version = before->version + 1, .kind = d->kind, .lang = d->lang, .note = note,
		.text_version = now->document.text_version, .changes_json = buf_str(&changes), .html = now->html, .markdown = now->markdown, .record = now->json };
	return st == ST_OK ? store_publication(c, p, d->scope) : st;
}

static enum st reply_version(struct ctx *c, int64_t document, int64_t version, struct reply *out) {
	struct publication p;
	enum st st = store_version(c, document, version, &p);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "publication.not_found", NULL, N_("No such version was published."));
	if (st == ST_OK)
		reply_record(c, out, &publication_shape, &p, 0);
	if (st == ST_OK && op_call(c))
		op_call(c)->article = p.html;
	return st;
}

static enum st run_publish(struct ctx *c, const void *data, struct reply *out) {
	const struct publish_in *in = data;
	struct document d;
	struct document_snapshot now;
	struct publication before, p;
	enum document_state to;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = review_check(c, &d, REVIEW_PUBLISH, &to);
	if (st == ST_OK)
		st = latest(c, in->id, &before);
	if (st == ST_OK)
		st = snapshot_for_readers(c, &d, &now);
	if (st == ST_OK)
		st = check_note(c, &before, &d, now.document.text_version, in->note);
	if (st == ST_OK)
		st = keep(c, &d, &before, &now, in->note, &p);
	if (st == ST_OK)
		st = document_move(c, &d, to, "document.published", arena_printf(c->a, "\"version\":%lld,\"text_version\":%lld,\"note\":%.*s,\"sections\":%.*s", (long long)p.version,
			(long long)p.text_version, STR_FMT(quoted(c, p.note)), STR_FMT(p.changes_json)));
	if (st == ST_OK)
		st = reply_version(c, in->id, p.version, out);
	if (st == ST_OK)
		out->location = arena_printf(c->a, "/api/v1/documents/%lld/versions/%lld", (long long)in->id, (long long)p.version);
	return st;
}

/* ---- document.archive ---- */

struct id_in {
	uint64_t given;
	int64_t id;
};
INPUT(archive_in, "DocumentArchive", struct id_in, F(struct id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"));

/* What goes into the archive is what was reviewed and published: nothing typed since. */
static enum st check_published(struct ctx *c, const struct document *d, struct publication *p) {
	str text;
	int64_t version = 0;
	enum st st = latest(c, d->id, p);
	if (st == ST_OK)
		st = document_text(c, d->id, &text, &version);
	if (st == ST_OK && p->text_version != version)
		return fail(c, ST_CONFLICT, "publication.behind", NULL, N_("The text has changed since version %lld. Publish it again first."), (long long)p->version);
	return st;
}

static enum st run_archive(struct ctx *c, const void *data, struct reply *out) {
	const struct id_in *in = data;
	struct document d;
	struct publication p;
	enum document_state to;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = review_check(c, &d, REVIEW_ARCHIVE, &to);
	if (st == ST_OK)
		st = check_published(c, &d, &p);
	if (st == ST_OK)
		st = document_move(c, &d, to, "document.archived", arena_printf(c->a, "\"version\":%lld", (long long)p.version));
	return st == ST_OK ? reply_version(c, in->id, p.version, out) : st;
}

/* ---- reading ---- */

struct list_in {
	uint64_t given;
	int64_t document;
	str after;
	int64_t limit;
};
INPUT(list_in, "PublicationList", struct list_in,
	F(struct list_in, FT_ID, document, 0, N_("every version of this document; without it the latest of each"), .prefix = "PM"),
	F(struct list_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most")));

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct list rows;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = store_publications(c, in->document, &page, &rows);
	if (st != ST_OK)
		return st;
	const struct publication *last = rows.n ? (const struct publication *)rows.items + rows.n - 1 : NULL;
	reply_page(c, out, &publication_row_shape, &rows, last && (int64_t)rows.n == page.limit ? page_cursor(c, last->at, last->id) : STR_NONE);
	return ST_OK;
}

struct version_in {
	uint64_t given;
	int64_t id, version;
};
INPUT(version_in, "PublicationVersion", struct version_in, F(struct version_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct version_in, FT_I64, version, FIELD_REQUIRED | FIELD_PATH, N_("which version"), .min = 1, .max = INT64_MAX));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	const struct version_in *in = data;
	return reply_version(c, in->id, in->version, out);
}

static enum st read_version(struct ctx *c, const void *data, struct publication *p) {
	const struct version_in *in = data;
	enum st st = store_version(c, in->id, in->version, p);
	return st == ST_NOT_FOUND ? fail(c, st, "publication.not_found", NULL, N_("No such version was published.")) : st;
}

static enum st run_html(struct ctx *c, const void *data, struct reply *out) {
	struct publication p;
	struct buf foot = buf_in(c->a);
	enum st st = read_version(c, data, &p);
	if (st != ST_OK)
		return st;
	buf_printf(&foot, tr((enum lang)p.lang, N_("version %lld")), (long long)p.version);
	buf_lit(&foot, " · ");
	time_format_rfc3339(&foot, p.at);
	document_write_page(c, &(struct document_page){ p.lang, arena_printf(c->a, "PM-%lld", (long long)p.document.id), p.document.title, p.html, buf_str(&foot) }, out);
	return ST_OK;
}

static enum st reply_bytes(struct reply *out, str bytes, const char *type) {
	buf_clear(&out->body);
	buf_add(&out->body, bytes);
	out->content_type = type;
	return ST_OK;
}

static enum st run_markdown(struct ctx *c, const void *data, struct reply *out) {
	struct publication p;
	enum st st = read_version(c, data, &p);
	return st == ST_OK ? reply_bytes(out, p.markdown, "text/markdown; charset=utf-8") : st;
}

static enum st run_json(struct ctx *c, const void *data, struct reply *out) {
	struct publication p;
	enum st st = read_version(c, data, &p);
	return st == ST_OK ? reply_bytes(out, p.record, "application/json") : st;
}

/* ---- scope ---- */

static enum st follow_document(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	return strcmp(noun, "document") == 0 ? store_publication_scope(c, id, scope) : ST_OK;
}
RESCOPE_WITH(publication, follow_document);

static const struct op ops[] = {
	OP("document.publish", "POST /api/v1/documents/{id}/publish", PERM_DOCUMENT_PUBLISH, OP_WRITE, BODY_JSON, &publish_in, REPLY_RECORD, &publication_shape, run_publish,
		N_("Publish an approved document as it is now, as a new version for good."), .noun = &document_noun, .flags = OP_CREATES),
	OP("document.archive", "POST /api/v1/documents/{id}/archive", PERM_DOCUMENT_PUBLISH, OP_WRITE, BODY_JSON, &archive_in, REPLY_RECORD, &publication_shape, run_archive,
		N_("Archive a published document: its text is closed."), .noun = &document_noun),
	OP("publication.list", "GET /api/v1/publications", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &publication_row_shape, run_list,
		N_("What was published, the last first."), .flags = OP_MCP | OP_REPEATS),
	OP("publication.get", "GET /api/v1/documents/{id}/versions/{version}", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &version_in, REPLY_RECORD, &publication_shape, run_get,
		N_("A published version, as it was."), .noun = &document_noun, .flags = OP_MCP),
	OP("publication.html", "GET /documents/{id}/versions/{version}.html", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &version_in, REPLY_BYTES, NULL, run_html,
		N_("A published version as one page that needs nothing else."), .noun = &document_noun),
	OP("publication.markdown", "GET /documents/{id}/versions/{version}.md", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &version_in, REPLY_BYTES, NULL, run_markdown,
		N_("A published version as one Markdown file."), .noun = &document_noun),
	OP("publication.json", "GET /documents/{id}/versions/{version}.json", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &version_in, REPLY_BYTES, NULL, run_json,
		N_("The record of a published version, with its text."), .noun = &document_noun),
};

ROOM(publication_room, "publication", ops);
