#include "base/clock.h"
#include "core/job.h"
#include "feature/incident/incident.h"
#include "feature/search/search_facts.h"
#include "feature/search/similar.h"

/* Following what other rooms do, and building the index anew. */

/* How far the next index is, while one is built: it has the items up to `from`. The one that is asked meanwhile is only added to: what a former program put in
 * cannot be taken out, and finding a little too much is better than finding too little. */
struct building {
	bool beside, walking; /* walking: this item is put into it now */
	int64_t from;
};

static enum st where_we_are(struct ctx *c, bool walking, struct building *out) {
	struct search_state s;
	enum st st = search_store_state(c, &s);
	bool stale = s.words != SEARCH_WORDS_VERSION; /* a newer program's first moments */
	*out = (struct building){ s.beside || stale, walking && s.beside, s.from == I64_NONE || stale ? 0 : s.from };
	return st;
}

static struct search_words words_as_they_were(struct ctx *c, const struct search_item *x, const char *kind) {
	struct search_words words;
	search_cut(c->a, &(struct search_record){ kind, x->noun_id, x->incident, x->scope, x->at, x->title, x->body }, &words);
	return words;
}

static enum st take_out(struct ctx *c, const struct building *b, const struct search_item *x, const char *kind) {
	if (!x->indexed || (b->beside && x->id > b->from))
		return ST_OK;
	struct search_words words = words_as_they_were(c, x, kind);
	return search_index_of(c)->drop(c, b->beside ? SEARCH_NEXT : SEARCH_USED, x->id, kind, &words);
}

static enum st put_in(struct ctx *c, const struct building *b, struct search_item *x, const struct search_record *r, bool same) {
	const struct search_index *index = search_index_of(c);
	struct search_words words;
	*x = (struct search_item){ .id = x->id, .noun = str_c(r->kind), .noun_id = r->id, .incident = r->incident, .scope = r->scope, .at = r->at, .title = r->title, .body = r->body, .facts = x->facts };
	search_cut(c->a, r, &words);
	bool known = x->id > 0;
	enum st st = search_store_save(c, x);
	if (st == ST_OK && !same)
		st = index->put(c, SEARCH_USED, x->id, r->kind, &words);
	if (st == ST_OK && b->beside && known && (b->walking || x->id <= b->from))
		st = index->put(c, SEARCH_NEXT, x->id, r->kind, &words);
	return st;
}

static bool same_words(const struct search_item *x, const struct search_record *r) {
	return x->indexed && str_eq(x->title, r->title) && str_eq(x->body, r->body);
}

static bool same_place(const struct search_item *x, const struct search_record *r, str facts) {
	return x->at == r->at && x->scope == r->scope && x->incident == r->incident && str_eq(x->facts, facts);
}

static enum st bring_up_to_date(struct ctx *c, const struct building *b, struct search_item *x, struct search_record *r) {
	str facts;
	bool same = same_words(x, r);
	enum st st = search_facts_of(c, r, x->facts, same && !b->walking, &facts);
	if (st != ST_OK || (same && !b->walking && same_place(x, r, facts)))
		return st;
	x->facts = facts;
	if (same && !b->walking) {
		x->at = r->at;
		x->scope = r->scope;
		x->incident = r->incident;
		return search_store_save(c, x);
	}
	st = take_out(c, b, x, r->kind);
	return st == ST_OK ? put_in(c, b, x, r, same) : st;
}

static enum st follow_words(struct ctx *c, const struct building *b, const char *noun, int64_t id, struct search_record *r) {
	struct search_item x = { 0 };
	enum st read = search_read_record(c, str_c(noun), id, r);
	enum st st = search_store_get(c, noun, id, &x);
	if ((read != ST_OK && read != ST_NOT_FOUND) || (st != ST_OK && st != ST_NOT_FOUND))
		return read != ST_OK && read != ST_NOT_FOUND ? read : st;
	if (read == ST_OK)
		return bring_up_to_date(c, b, &x, r);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	*r = (struct search_record){ .incident = x.incident };
	st = take_out(c, b, &x, noun);
	return st == ST_OK ? search_store_remove(c, x.id) : st;
}

/* What is compared: incidents, with their timelines, and documents. */
static enum st follow_likeness(struct ctx *c, const char *noun, int64_t id, int64_t incident) {
	if (!strcmp(noun, "incident") || !strcmp(noun, "document"))
		return similar_store_wait(c, noun, id);
	return incident && strcmp(noun, "alert") ? similar_store_wait(c, "incident", incident) : ST_OK;
}

static enum st follow(struct ctx *c, str kind, int64_t id, bool walking) {
	struct search_record r = { 0 };
	struct building b;
	const char *noun = arena_cstr(c->a, kind);
	enum st st = where_we_are(c, walking, &b);
	if (st == ST_OK)
		st = follow_words(c, &b, noun, id, &r);
	return st == ST_OK ? follow_likeness(c, noun, id, r.incident) : st;
}

enum st search_follow(struct ctx *c, str kind, int64_t id) {
	return follow(c, kind, id, false);
}

/* ---- events ---- */

/* What its postmortems can be narrowed down by comes from the incident. */
static enum st follow_documents(struct ctx *c, int64_t incident) {
	struct similar_link *links;
	size_t n;
	enum st st = similar_store_links_of(c, "incident", incident, &links, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = search_follow(c, STR("document"), links[i].document);
	return st;
}

static enum st on_incident(struct ctx *c, const struct event *e) {
	if (!str_is(str_c(e->noun), "incident"))
		return ST_OK;
	enum st st = search_follow(c, STR("incident"), e->noun_id);
	return st == ST_OK ? follow_documents(c, e->noun_id) : st;
}
EVENT_ON(search, "incident.*", on_incident);

static enum st on_milestone(struct ctx *c, const struct event *e) {
	return on_incident(c, e);
}
EVENT_ON(search, "milestone.*", on_milestone);

static enum st on_timeline(struct ctx *c, const struct event *e) {
	return search_follow(c, STR("timeline"), e->noun_id);
}
EVENT_ON(search, "timeline.*", on_timeline);

static enum st on_document(struct ctx *c, const struct event *e) {
	return search_follow(c, STR("document"), e->noun_id);
}
EVENT_ON(search, "document.*", on_document);

static enum st on_comment(struct ctx *c, const struct event *e) {
	return search_follow(c, STR("document"), e->noun_id);
}
EVENT_ON(search, "comment.*", on_comment);

static enum st on_action(struct ctx *c, const struct event *e) {
	return search_follow(c, STR("action"), e->noun_id);
}
EVENT_ON(search, "action.*", on_action);

static enum st on_alert(struct ctx *c, const struct event *e) {
	return search_follow(c, STR("alert"), e->noun_id);
}
EVENT_ON(search, "alert.*", on_alert);

/* ---- who may see it changes at once, not when the event has been handled ---- */

static enum st rescope_incident(struct ctx *c, int64_t incident, int64_t scope) {
	enum st st = search_store_rescope_incident(c, incident, scope);
	return st == ST_OK ? similar_store_rescope(c, "incident", incident, scope) : st;
}
INCIDENT_PART(search, NULL, rescope_incident);

static enum st rescope_record(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	enum st st = search_store_rescope(c, noun, id, scope);
	return st == ST_OK ? similar_store_rescope(c, noun, id, scope) : st;
}
RESCOPE_WITH(search, rescope_record);

/* ---- words were removed ---- */

enum st search_scrubbed(struct ctx *c, const char *noun, int64_t noun_id) {
	bool compared = !strcmp(noun, "incident") || !strcmp(noun, "document");
	enum st st = search_follow(c, str_c(noun), noun_id);
	return st == ST_OK && compared ? similar_weigh(c, noun, noun_id) : st;
}

enum st search_forget(struct ctx *c) {
	return similar_store_forget(c);
}

/* While another index is being built, the one that is asked keeps what it had: it goes as a whole when the other is ready. */
enum st search_purge(struct ctx *c, int64_t us, int64_t *step, bool *done) {
	struct search_state s;
	*done = false;
	enum st st = search_store_state(c, &s);
	if (st == ST_OK && (s.from != I64_NONE || s.words != SEARCH_WORDS_VERSION))
		return ST_END;
	if (st == ST_OK && *step == 0)
		st = similar_store_forget(c);
	return st == ST_OK ? search_index_of(c)->purge(c, us, step, done) : st;
}

/* ---- building anew ---- */

enum { AT_ONCE = 20, STEP_US = 20000 };

/* What can be found meanwhile is what could be found before. */
enum st search_rebuild(struct ctx *c) {
	enum st any = search_store_any(c);
	enum st st = any == ST_OK || any == ST_NOT_FOUND ? search_index_of(c)->empty(c, any == ST_OK ? SEARCH_NEXT : SEARCH_USED) : any;
	if (st == ST_OK)
		st = search_store_list_all(c);
	if (st == ST_OK)
		st = search_store_new_epoch(c);
	return st == ST_OK ? search_store_set_state(c, &(struct search_state){ SEARCH_WORDS_VERSION, 0, any == ST_OK }) : st;
}

static enum st some_more(struct ctx *c, int64_t *from, bool *done) {
	struct search_waiting *waiting;
	size_t n;
	enum st st = search_store_waiting(c, *from, AT_ONCE, &waiting, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = follow(c, waiting[i].noun, waiting[i].noun_id, true);
		*from = waiting[i].id;
	}
	*done = n < AT_ONCE;
	return st;
}

enum st search_rebuild_step(struct ctx *c, int64_t us, bool *done) {
	struct search_state s;
	int64_t until = clock_monotonic() + us;
	enum st st = search_store_state(c, &s);
	*done = s.from == I64_NONE;
	if (st != ST_OK || *done)
		return st;
	do
		st = some_more(c, &s.from, done);
	while (st == ST_OK && !*done && clock_monotonic() < until);
	if (st == ST_OK && *done && s.beside)
		st = search_index_of(c)->swap(c);
	if (*done)
		s = (struct search_state){ s.words, I64_NONE, false };
	return st == ST_OK ? search_store_set_state(c, &s) : st;
}

static enum st rebuild_on(struct ctx *c) {
	struct search_state s;
	bool done = false;
	enum st st = search_store_state(c, &s);
	/* A newer program cuts words otherwise; what it takes out of the index must be what was put in. */
	if (st == ST_OK && s.words != SEARCH_WORDS_VERSION)
		st = search_rebuild(c);
	if (st == ST_OK)
		st = search_rebuild_step(c, STEP_US, &done);
	return st == ST_OK && !done ? ST_END : st;
}
JOB_EVERY(search, rebuild_on, 1);
