/* Which events are told to whom: one row each, at the end of this file. */
#include "base/json.h"
#include "feature/action/action.h"
#include "feature/document/document.h"
#include "feature/incident/incident.h"
#include "feature/notice/notice_parts.h"
#include "feature/policy/policy.h"
#include "feature/review/review.h"

/* ---- what it is about ---- */

static enum st about_incident(struct ctx *c, struct notice_draft *d, int64_t id) {
	struct incident i;
	enum st st = incident_brief(c, id, &i);
	d->noun = "incident";
	d->incident = id;
	d->title = i.title;
	d->scope = i.scope;
	return st;
}

static enum st about_document(struct ctx *c, struct notice_draft *d, int64_t id) {
	struct document doc;
	enum st st = document_read(c, id, &doc);
	d->noun = "document";
	d->title = doc.title;
	d->scope = doc.scope;
	return st == ST_OK ? notice_store_incident_of(c, id, &d->incident) : st;
}

static enum st about_action(struct ctx *c, struct notice_draft *d, int64_t id) {
	struct action x;
	enum st st = action_read(c, id, &x);
	d->noun = "action";
	d->title = x.title;
	d->scope = x.scope;
	d->incident = x.incident_id;
	return st;
}

enum st draft_about(struct ctx *c, struct notice_draft *d, const char *noun, int64_t id) {
	d->noun_id = id;
	return strcmp(noun, "incident") == 0 ? about_incident(c, d, id) : strcmp(noun, "action") == 0 ? about_action(c, d, id) : about_document(c, d, id);
}

/* ---- who is told ---- */

static const json_t *data_of(struct ctx *c, const struct event *e) {
	char room[160];
	str why;
	json_t *v = json_parse(e->data, &why, room);
	json_own(c->a, v);
	return v;
}

/* {"person":3}, {"reviewers":[3,4]} or {"reviewers":[{"person":3}]}. */
static enum st to_those_named(struct ctx *c, const struct event *e, struct notice_draft *d) {
	const json_t *data = data_of(c, e), *v;
	size_t i;
	notice_to(d, json_integer_value(json_object_get(data, "person")));
	json_array_foreach(json_object_get(data, "reviewers"), i, v)
		notice_to(d, json_integer_value(json_is_object(v) ? json_object_get(v, "person") : v));
	return ST_OK;
}

static const char *role_label(str name) {
	static const struct { const char *name, *label; } roles[] = { { "commander", N_("incident commander") }, { "scribe", N_("scribe") },
		{ "communications", N_("communications lead") }, { "operations", N_("operations lead") }, { "liaison", N_("liaison") } };
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (str_is(name, roles[i].name))
			return roles[i].label;
	return NULL;
}

static enum st to_new_holder(struct ctx *c, const struct event *e, struct notice_draft *d) {
	d->word = role_label(json_str(json_object_get(data_of(c, e), "role")));
	return to_those_named(c, e, d);
}

/* Told once, however often the item is changed. */
static enum st to_owner(struct ctx *c, const struct event *e, struct notice_draft *d) {
	struct action x;
	enum st st = action_read(c, e->noun_id, &x);
	notice_to(d, x.owner.id);
	d->once = arena_printf(c->a, "action %lld", (long long)e->noun_id);
	return st;
}

static enum st to_author(struct ctx *c, const struct event *e, struct notice_draft *d) {
	int64_t author;
	enum st st = notice_store_author(c, e->noun_id, &author);
	if (st == ST_OK)
		notice_to(d, author);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st to_speakers(struct ctx *c, const struct event *e, struct notice_draft *d) {
	struct incident *i = arena_new_of(c->a, struct incident);
	enum st st = incident_read(c, e->noun_id, i);
	const struct incident_holder *h = i->roles.items;
	for (size_t k = 0; st == ST_OK && k < i->roles.n; k++)
		if (h[k].role == COMMANDER || h[k].role == COMMUNICATIONS)
			notice_to(d, h[k].person.id);
	return st;
}

static enum st to_owning_teams(struct ctx *c, const struct event *e, struct notice_draft *d) {
	struct db_result r;
	enum st st = notice_store_teams_of(c, e->noun_id, &r);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		notice_to(d, db_i64(&r, i, 0));
	return st;
}

/* Whoever would own the postmortem, and the leads; when there is nobody, the editors. */
static enum st to_answerers(struct ctx *c, const struct event *e, struct notice_draft *d) {
	struct incident *i = arena_new_of(c->a, struct incident);
	struct policy_answer p = { 0 };
	struct db_result r = { 0 };
	enum st st = incident_read(c, e->noun_id, i);
	if (st == ST_OK)
		st = policy_answer(c, i, &p);
	if (st == ST_OK)
		st = ladder_store_leads(c, "incident", e->noun_id, &r);
	if (st == ST_OK && !r.rows && !p.owner)
		st = ladder_store_editors(c, &r);
	notice_to(d, p.owner);
	for (size_t k = 0; st == ST_OK && k < r.rows; k++)
		notice_to(d, db_i64(&r, k, 0));
	return st;
}

/* ---- mentions ---- */

struct counted {
	int64_t person, n;
	bool tbd;
	str line;
};
struct mentions {
	struct counted item[NOTICE_RECEIVERS];
	size_t n;
};

static enum st count_mention(struct ctx *c UNUSED, void *data, int64_t person, str line, bool tbd) {
	struct mentions *m = data;
	size_t i = 0;
	while (i < m->n && (m->item[i].person != person || m->item[i].tbd != tbd))
		i++;
	if (i == NOTICE_RECEIVERS)
		return ST_OK;
	m->n += i == m->n;
	m->item[i] = (struct counted){ person, m->item[i].n + 1, tbd, line };
	return ST_OK;
}

/* A text is told of again when a name stands in it once more than it ever did: while somebody types around a mention, nothing happens. */
static enum st tell_mention(struct ctx *c, const struct notice_draft *about, const struct counted *m, const char *where) {
	struct notice_draft d = *about;
	d.kind = m->tbd ? NOTICE_TBD : NOTICE_MENTION;
	d.phrase = m->tbd ? N_("{by} asks you to find something out for {ref}") : N_("{by} mentioned you in {ref}");
	d.quote = arena_str(c->a, str_to(m->line, 400));
	while (d.quote.n && d.quote.n == 400 && ((unsigned char)m->line.p[d.quote.n] & 0xC0) == 0x80)
		d.quote.n--;
	d.once = arena_printf(c->a, "%s %s %lld", m->tbd ? "tbd" : "mention", where, (long long)m->n);
	notice_to(&d, m->person);
	return notice_make(c, &d);
}

enum st notice_mentions(struct ctx *c, const struct event *e, struct notice_draft *d, const char *where, str text, int64_t author, struct notice_draft *told) {
	bool in_incident = strcmp(d->noun, "incident") == 0;
	struct mention_where of = { in_incident ? d->noun_id : 0, in_incident ? 0 : d->noun_id };
	struct mentions *m = arena_new_of(c->a, struct mentions);
	enum st st = mention_find(c, &of, text, count_mention, m);
	d->by = e->who.person;
	d->by_name = e->who.name;
	for (size_t i = 0; told && i < m->n; i++)
		notice_to(told, m->item[i].person);
	for (size_t i = 0; st == ST_OK && i < m->n; i++)
		/* The template names the author at each gap; that a document waits was told already. */
		if (!m->item[i].tbd || m->item[i].person != author)
			st = tell_mention(c, d, &m->item[i], where);
	return st;
}

static enum st on_entry(struct ctx *c, const struct event *e) {
	struct timeline_entry x;
	struct notice_draft *d = arena_new_of(c->a, struct notice_draft);
	enum st st = timeline_read(c, e->noun_id, &x);
	if (st != ST_OK || (x.kind != TIMELINE_NOTE && x.kind != TIMELINE_UPDATE))
		return st == ST_NOT_FOUND ? ST_OK : st;
	st = draft_about(c, d, "incident", x.incident);
	str text = arena_printf(c->a, "%.*s\n%.*s\n%.*s\n%.*s", STR_FMT(x.text), STR_FMT(x.knew), STR_FMT(x.decided), STR_FMT(x.because));
	return st == ST_OK ? notice_mentions(c, e, d, arena_cstr(c->a, arena_printf(c->a, "timeline %lld", (long long)x.id)), text, 0, NULL) : st;
}
static enum st on_entry_added(struct ctx *c, const struct event *e) { return on_entry(c, e); }
static enum st on_entry_changed(struct ctx *c, const struct event *e) { return on_entry(c, e); }
EVENT_ON(notice, "timeline.added", on_entry_added);
EVENT_ON(notice, "timeline.changed", on_entry_changed);

static enum st on_text(struct ctx *c, const struct event *e) {
	struct notice_draft *d = arena_new_of(c->a, struct notice_draft);
	int64_t version, author = 0;
	str text;
	enum st st = document_text(c, e->noun_id, &text, &version);
	if (st == ST_OK && str_chr(text, '@') < 0)
		return ST_OK;
	if (st == ST_OK)
		st = draft_about(c, d, "document", e->noun_id);
	if (st == ST_OK)
		st = notice_store_author(c, e->noun_id, &author);
	if (st == ST_OK || (st == ST_NOT_FOUND && d->noun))
		st = notice_mentions(c, e, d, arena_cstr(c->a, arena_printf(c->a, "document %lld", (long long)e->noun_id)), text, author, NULL);
	return st == ST_NOT_FOUND ? ST_OK : st;
}
EVENT_ON(notice, "document.edited", on_text);

/* Comments of a review are told of on their own (notice_comment.c), once they are handed in. */
static enum st on_review_words(struct ctx *c, const struct event *e) {
	struct notice_draft *d = arena_new_of(c->a, struct notice_draft);
	int64_t given = json_integer_value(json_object_get(data_of(c, e), "given"));
	str words = STR_NONE;
	enum st st = given ? review_words(c, given, &words) : ST_OK;
	if (st == ST_OK && words.n)
		st = draft_about(c, d, "document", e->noun_id);
	if (st == ST_OK && words.n)
		st = notice_mentions(c, e, d, arena_cstr(c->a, arena_printf(c->a, "review %lld", (long long)given)), words, 0, NULL);
	return st == ST_NOT_FOUND ? ST_OK : st;
}
EVENT_ON(notice, "review.given", on_review_words);

/* ---- the table ---- */

struct rule {
	enum notice_kind kind;
	const char *noun, *phrase;
	enum st (*people)(struct ctx *c, const struct event *e, struct notice_draft *d);
};

static enum st follow_rule(struct ctx *c, const struct event *e, const struct rule *r) {
	struct notice_draft *d = arena_new_of(c->a, struct notice_draft);
	*d = (struct notice_draft){ .kind = r->kind, .phrase = r->phrase, .by = e->who.person, .by_name = e->who.name };
	d->once = arena_printf(c->a, "event %lld", (long long)e->id);
	enum st st = draft_about(c, d, r->noun, e->noun_id);
	if (st == ST_OK)
		st = r->people(c, e, d);
	if (st == ST_NOT_FOUND)
		return ST_OK; /* it is gone since */
	return st == ST_OK ? notice_make(c, d) : st;
}

/* name of the row, event, kind, what it is about, what is said, who is told. */
#define TELL(name, event_name, ...)                                                                                            \
	static enum st on_##name(struct ctx *c, const struct event *e) {                                                           \
		static const struct rule rule = { __VA_ARGS__ };                                                                       \
		return follow_rule(c, e, &rule);                                                                                       \
	}                                                                                                                          \
	EVENT_ON(notice, event_name, on_##name)

TELL(role, "role.assigned", NOTICE_ROLE, "incident", N_("{by} gave you the role {word} in {ref}"), to_new_holder);
TELL(action_made, "action.created", NOTICE_ACTION, "action", N_("{by} gave you {ref}"), to_owner);
TELL(action_given, "action.changed", NOTICE_ACTION, "action", N_("{by} gave you {ref}"), to_owner);
TELL(draft, "document.created", NOTICE_DRAFT, "document", N_("{ref} waits for you to write it"), to_author);
TELL(update_due, "incident.update_due", NOTICE_UPDATE, "incident", N_("An update on {ref} was promised for now"), to_speakers);
TELL(service, "incident.declared", NOTICE_SERVICE, "incident", N_("{by} declared {ref}, which affects a service of your team"), to_owning_teams);
TELL(asked, "policy.requested", NOTICE_ASKED, "incident", N_("{by} asks for a postmortem of {ref}"), to_answerers);
TELL(review_asked, "review.asked", NOTICE_REVIEW, "document", N_("{by} asks you to review {ref}"), to_those_named);
TELL(review_due, "review.due", NOTICE_REVIEW, "document", N_("Your review of {ref} is awaited"), to_those_named);
TELL(review_given, "review.given", NOTICE_REVIEW, "document", N_("{by} has reviewed {ref}"), to_author);
TELL(review_lapsed, "review.lapsed", NOTICE_REVIEW, "document", N_("{ref} has changed since you approved it"), to_those_named);
