#include "feature/action/action.h"
#include "feature/comment/comment.h"
#include "feature/document/document.h"
#include "feature/incident/incident.h"
#include "feature/search/search_parts.h"
#include "feature/timeline/timeline.h"
#include "text/markdown.h"

/* What of a record of another room can be searched. */

static void add(struct buf *b, str s) {
	if (s.n && b->n)
		buf_addc(b, '\n');
	buf_add(b, s);
}

static enum st read_incident(struct ctx *c, int64_t id, struct search_record *out) {
	struct incident i;
	struct buf body = buf_in(c->a);
	enum st st = incident_brief(c, id, &i);
	if (st != ST_OK)
		return st;
	add(&body, i.summary);
	add(&body, i.detected_by);
	add(&body, i.severity_reason);
	*out = (struct search_record){ "incident", id, id, i.scope, i.created_at, i.title, buf_str(&body) };
	return ST_OK;
}

/* An entry that nobody typed is found in every language. */
static enum st add_in_each_language(struct ctx *c, int64_t id, struct timeline_entry *e, struct buf *body) {
	enum lang before = c->lang;
	enum st st = ST_OK;
	for (int lang = 0; st == ST_OK && lang < LANG_COUNT; lang++) {
		c->lang = (enum lang)lang;
		st = timeline_read(c, id, e);
		if (st == ST_OK && (lang == 0 || e->phrase.n))
			add(body, e->text);
	}
	c->lang = before;
	return st;
}

static enum st read_timeline(struct ctx *c, int64_t id, struct search_record *out) {
	struct timeline_entry e;
	struct buf body = buf_in(c->a);
	enum st st = add_in_each_language(c, id, &e, &body);
	if (st != ST_OK)
		return st;
	add(&body, e.knew);
	add(&body, e.decided);
	add(&body, e.because);
	for (size_t i = 0; i < e.evidence.n; i++)
		add(&body, ((const struct timeline_evidence *)e.evidence.items)[i].title);
	*out = (struct search_record){ "timeline", id, e.incident, e.scope, e.at, STR_NONE, buf_str(&body) };
	return ST_OK;
}

static enum st read_document(struct ctx *c, int64_t id, struct search_record *out) {
	struct document d;
	str text;
	int64_t version;
	struct buf body = buf_in(c->a);
	enum st st = document_read(c, id, &d);
	if (st == ST_OK)
		st = document_text(c, id, &text, &version);
	if (st != ST_OK)
		return st;
	add(&body, markdown_plain(c->a, text));
	st = document_record_words(c, id, &body);
	if (st == ST_OK)
		st = comment_words(c, id, &body);
	if (st == ST_OK)
		*out = (struct search_record){ "document", id, 0, d.scope, d.updated_at, d.title, buf_str(&body) };
	return st;
}

static enum st read_action(struct ctx *c, int64_t id, struct search_record *out) {
	struct action x;
	struct buf body = buf_in(c->a);
	enum st st = action_read(c, id, &x);
	if (st != ST_OK)
		return st;
	add(&body, x.evidence);
	add(&body, x.reason);
	*out = (struct search_record){ "action", id, x.incident_id, x.scope, x.made_at, x.title, buf_str(&body) };
	return ST_OK;
}

static const struct {
	const char *kind;
	enum st (*read)(struct ctx *c, int64_t id, struct search_record *out);
} sources[] = {
	{ "incident", read_incident }, { "timeline", read_timeline }, { "document", read_document }, { "action", read_action }, { "alert", search_store_alert },
};

const char *const search_kinds[] = { "incident", "timeline", "document", "action", "alert", NULL };

enum st search_read_record(struct ctx *c, str kind, int64_t id, struct search_record *out) {
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (str_is(kind, sources[i].kind))
			return sources[i].read(c, id, out);
	return ST_NOT_FOUND;
}
