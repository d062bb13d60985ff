/* Looking for words, removing them, and the list of what was removed. */
#include "base/json.h"
#include "feature/document/document.h"
#include "feature/incident/incident.h"
#include "feature/scrub/scrub_parts.h"
#include "feature/search/search.h"
#include "text/text.h"
#include "text/utf8.h"

/* ---- what is asked ---- */

struct scrub_in {
	uint64_t given;
	int64_t id;
	str text;
	int64_t from, to, version;
	int category;
	str reason;
};
#define THE_WORDS                                                                                                              \
	F(struct scrub_in, FT_SECRET, text, 0, N_("the words, letter by letter"), .max = 4000)
#define THE_PLACE                                                                                                              \
	F(struct scrub_in, FT_I64, from, FIELD_OPTIONAL, N_("or where they begin in the text, in UTF-16 units"), .min = 0, .max = COLLAB_LONGEST), \
	F(struct scrub_in, FT_I64, to, FIELD_OPTIONAL, N_("and where they end"), .min = 0, .max = COLLAB_LONGEST),                \
	F(struct scrub_in, FT_I64, version, FIELD_OPTIONAL, N_("of the text that the place is meant in"), .min = 0, .max = INT64_MAX)
#define THE_REASON                                                                                                             \
	F(struct scrub_in, FT_ENUM, category, FIELD_REQUIRED, N_("what it is"), .names = scrub_category_names),                   \
	F(struct scrub_in, FT_TEXT, reason, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("why it must not be here, without saying what it is"), .max = 500)
#define OF_DOCUMENT F(struct scrub_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM")
#define OF_INCIDENT F(struct scrub_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC")
INPUT(find_document_in, "ScrubFindInDocument", struct scrub_in, OF_DOCUMENT, THE_WORDS, THE_PLACE);
INPUT(find_incident_in, "ScrubFindInIncident", struct scrub_in, OF_INCIDENT, THE_WORDS);
INPUT(document_in, "ScrubDocument", struct scrub_in, OF_DOCUMENT, THE_WORDS, THE_PLACE, THE_REASON);
INPUT(incident_in, "ScrubIncident", struct scrub_in, OF_INCIDENT, THE_WORDS, THE_REASON);

struct found {
	int64_t total, length;
	struct list places, samples;
};
SHAPE(sample_shape, "ScrubSample", struct scrub_sample, N_("one place"),
	F(struct scrub_sample, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of place"), .names = scrub_kind_names),
	F(struct scrub_sample, FT_TEXT, text, FIELD_REQUIRED, N_("what stands around the words, which are covered")));
SHAPE(found_shape, "ScrubFound", struct found, N_("where words stand that may have to go"),
	F(struct found, FT_I64, total, FIELD_REQUIRED, N_("in how many places")),
	F(struct found, FT_I64, length, FIELD_REQUIRED, N_("how many characters the words have")),
	F(struct found, FT_LIST, places, FIELD_REQUIRED, N_("by kind of place"), .shape = &scrub_count_shape),
	F(struct found, FT_LIST, samples, FIELD_REQUIRED, N_("some of them"), .shape = &sample_shape));

/* ---- one search, with or without covering what is found ---- */

struct scrubbing {
	struct ctx *c;
	int64_t document, incident; /* where it was asked for; one of both */
	int64_t from, to, version;  /* -1: by words alone */
	str said;
	struct scrub_words words;
	struct scrub_reach reach;
	struct scrub_result result;
	struct collab_found **texts; /* of the reach */
	bool *stands;               /* in which of them there is something to cover */
};

static enum st words_at(struct scrubbing *s, const struct scrub_in *in) {
	str text;
	if (in->from == I64_NONE || in->to == I64_NONE || in->version == I64_NONE || in->from >= in->to)
		return fail(s->c, ST_INVALID, "scrub.which", "text", N_("Say which words: as text, or by from, to and version."));
	enum st st = document_text_at(s->c, s->document, in->version, &text);
	struct text *t = st == ST_OK ? text_new(text) : NULL;
	bool fits = t && in->to <= text_length(t);
	if (fits)
		s->said = text_slice(t, s->c->a, in->from, in->to);
	text_free(t);
	s->from = in->from;
	s->to = in->to;
	s->version = in->version;
	return st != ST_OK || fits ? st : fail(s->c, ST_INVALID, "scrub.place", "to", N_("The text of that version is shorter."));
}

static enum st read_words(struct scrubbing *s, const struct scrub_in *in) {
	s->said = utf8_nfc(s->c->a, in->text);
	s->from = -1;
	enum st st = in->text.n ? ST_OK : s->document ? words_at(s, in) : fail(s->c, ST_INVALID, "scrub.which", "text", N_("Say which words."));
	if (st == ST_OK && !scrub_words_of(s->c->a, s->said, &s->words))
		return fail(s->c, ST_INVALID, "scrub.length", "text", N_("Choose from %d to %d characters that are not covered already."), SCRUB_SHORTEST, SCRUB_LONGEST);
	return st;
}

static str sample_of(struct scrubbing *s, size_t i) {
	int64_t version;
	str text, covered, sample = STR_NONE;
	if (collab_read(s->c, s->reach.texts[i], INT64_MAX, &text, &version) != ST_OK || !scrub_cover(s->c->a, &s->words, SCRUB_PLAIN, text, &covered, &sample))
		return STR_NONE;
	return sample;
}

/* What was walked through before the transaction, so that others need not wait for it. Good for one run: it may have seen, in a run that was rolled back, what never was. */
struct walked {
	int64_t text, version;
	struct collab_found *found;
	struct walked *next;
};

static struct collab_found *walked(const struct ctx *c, int64_t text) {
	struct walked *w = c->tx ? op_call(c)->prepared : NULL;
	while (w && w->text != text)
		w = w->next;
	return w && collab_found_version(w->found) == w->version ? w->found : NULL;
}

static enum st walk_text(struct scrubbing *s, size_t i, bool here, int64_t *now, int64_t *before) {
	s->texts[i] = walked(s->c, s->reach.texts[i]);
	if (s->texts[i])
		return collab_find_more(s->c, s->texts[i], now, before);
	return collab_find_words(s->c, s->reach.texts[i], s->words.units, s->words.unit_n, here ? s->from : -1, s->to, s->version, &s->texts[i], now, before);
}

static enum st look_into_text(struct scrubbing *s, size_t i) {
	int64_t now, before;
	bool here = s->reach.documents[i] == s->document && s->from >= 0;
	enum st st = walk_text(s, i, here, &now, &before);
	if (st == ST_INVALID && !s->c->err.code)
		return fail(s->c, ST_INVALID, "scrub.place", "version", N_("The text of that version is shorter."));
	if (st != ST_OK)
		return st;
	scrub_add(s->c, &s->result, SCRUB_TEXT, (size_t)now, now ? sample_of(s, i) : STR_NONE);
	scrub_add(s->c, &s->result, SCRUB_HISTORY, (size_t)before, STR_NONE);
	s->stands[i] = here || now || before;
	return ST_OK;
}

static enum st look_everywhere(struct scrubbing *s, bool cover) {
	enum st st = scrub_store_reach(s->c, s->document, s->incident, &s->reach);
	s->texts = arena_array(s->c->a, s->reach.document_n + 1, sizeof *s->texts);
	s->stands = arena_array(s->c->a, s->reach.document_n + 1, sizeof *s->stands);
	for (size_t i = 0; st == ST_OK && i < s->reach.document_n; i++)
		st = look_into_text(s, i);
	for (size_t i = 0; st == ST_OK && i < scrub_place_n; i++)
		st = scrub_store_place(s->c, &s->words, &s->reach, i, cover, &s->result);
	return st;
}

static int64_t total_of(const struct scrub_result *r) {
	int64_t n = 0;
	for (int kind = 0; kind < SCRUB_KINDS; kind++)
		n += (int64_t)r->count[kind];
	return n;
}

static struct list counts_of(struct ctx *c, const struct scrub_result *r) {
	struct scrub_count *out = arena_array(c->a, SCRUB_KINDS, sizeof *out);
	struct list l = { out, 0 };
	for (int kind = 0; kind < SCRUB_KINDS; kind++)
		if (r->count[kind])
			out[l.n++] = (struct scrub_count){ kind, (int64_t)r->count[kind] };
	return l;
}

/* ---- scrub.find_in_document, scrub.find_in_incident ---- */

static enum st find(struct ctx *c, const struct scrub_in *in, int64_t document, int64_t incident, struct reply *out) {
	struct scrubbing s = { .c = c, .document = document, .incident = incident };
	enum st st = read_words(&s, in);
	if (st == ST_OK)
		st = look_everywhere(&s, false);
	if (st != ST_OK)
		return st;
	struct found f = { total_of(&s.result), (int64_t)utf8_length(s.words.variants[SCRUB_PLAIN][0]), counts_of(c, &s.result), { s.result.samples, s.result.sample_n } };
	reply_record(c, out, &found_shape, &f, 0);
	return ST_OK;
}

static enum st run_find_in_document(struct ctx *c, const void *data, struct reply *out) {
	const struct scrub_in *in = data;
	return find(c, in, in->id, 0, out);
}

static enum st run_find_in_incident(struct ctx *c, const void *data, struct reply *out) {
	const struct scrub_in *in = data;
	return find(c, in, 0, in->id, out);
}

/* ---- scrub.document, scrub.incident ---- */

/* The record stays for good, so it must not say what it is about. */
static enum st check_reason(struct scrubbing *s, str reason) {
	str covered, sample;
	size_t there = scrub_cover(s->c->a, &s->words, SCRUB_PLAIN, reason, &covered, &sample);
	if (!there)
		there = scrub_cover(s->c->a, &s->words, SCRUB_FOLDED, utf8_fold(s->c->a, reason), &covered, &sample);
	return there ? fail(s->c, ST_INVALID, "scrub.reason", "reason", N_("The reason stays for good: give it without the words that are to go.")) : ST_OK;
}

static enum st check_total(struct scrubbing *s) {
	int64_t total = total_of(&s->result);
	if (!total)
		return fail(s->c, ST_INVALID, "scrub.nowhere", "text", N_("These words stand nowhere in it, in its history, or in what belongs to it."));
	if (total > SCRUB_MOST)
		return fail(s->c, ST_INVALID, "scrub.common", "text", N_("These words stand in %lld places: that is a common word, not a secret. Choose more of what stands around it."), (long long)total);
	return ST_OK;
}

static enum st cover_texts(struct scrubbing *s) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < s->reach.document_n; i++)
		if (s->stands[i])
			st = collab_scrub(s->c, s->texts[i]);
	return st;
}

static enum st follow(struct scrubbing *s) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < s->result.changed_n; i++)
		st = search_scrubbed(s->c, s->result.changed[i].noun, s->result.changed[i].id);
	for (size_t i = 0; st == ST_OK && i < s->reach.document_n; i++)
		st = search_scrubbed(s->c, "document", s->reach.documents[i]);
	/* The likeness of an incident is made of its whole timeline. */
	for (size_t i = 0; st == ST_OK && i < s->reach.incident_n; i++)
		st = search_scrubbed(s->c, "incident", s->reach.incidents[i]);
	return st == ST_OK ? search_forget(s->c) : st;
}

static enum st tell(struct scrubbing *s, int64_t id) {
	enum st st = ST_OK;
	struct document d;
	struct incident x;
	for (size_t i = 0; st == ST_OK && i < s->reach.document_n; i++) {
		st = document_read(s->c, s->reach.documents[i], &d);
		if (st == ST_OK)
			st = event_emitf(s->c, "document.scrubbed", "document", d.id, d.scope, document_topics(s->c, d.id), "{\"scrub\":%lld}", (long long)id);
	}
	for (size_t i = 0; st == ST_OK && i < s->reach.incident_n; i++) {
		st = incident_brief(s->c, s->reach.incidents[i], &x);
		if (st == ST_OK)
			st = event_emitf(s->c, "incident.scrubbed", "incident", x.id, x.scope, arena_printf(s->c->a, "incident:%lld", (long long)x.id), "{\"scrub\":%lld}", (long long)id);
	}
	return st;
}

str scrub_counts_json(struct ctx *c, const struct scrub_result *r) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	for (int kind = 0; kind < SCRUB_KINDS; kind++)
		if (r->count[kind])
			jw_ki64(&w, scrub_kind_names[kind], (int64_t)r->count[kind]);
	jw_end(&w);
	return buf_str(&b);
}

static enum st record(struct scrubbing *s, const struct scrub_in *in, int64_t *id) {
	struct scrub x = { .document.id = s->document, .incident.id = s->incident, .category = in->category, .reason = in->reason, .counts = scrub_counts_json(s->c, &s->result),
		.total = total_of(&s->result), .state = SCRUB_HIDDEN };
	enum st st = scrub_store_mark(s->c, &s->result, &x.mark, &x.debts);
	if (st == ST_OK)
		st = scrub_store_add(s->c, &x);
	*id = x.id;
	return st;
}

enum st scrub_answer(struct ctx *c, int64_t id, struct reply *out) {
	struct list found;
	enum st st = scrub_store_list(c, id, 0, 0, INT64_MAX, 1, &found);
	if (st == ST_OK && !found.n)
		return fail(c, ST_NOT_FOUND, "scrub.none", NULL, N_("There is no such removal, or it is not for you to see."));
	if (st == ST_OK)
		reply_record(c, out, &scrub_shape, found.items, 0);
	return st;
}

/* All in one transaction: whoever reads afterwards, by whichever way, reads nothing of it. Places are covered before anything is counted as too much: the transaction is rolled back then. */
static enum st scrub(struct ctx *c, const struct scrub_in *in, int64_t document, int64_t incident, struct reply *out) {
	struct scrubbing s = { .c = c, .document = document, .incident = incident };
	int64_t id = 0;
	enum st st = read_words(&s, in);
	if (st == ST_OK)
		st = check_reason(&s, in->reason);
	if (st == ST_OK)
		st = look_everywhere(&s, true);
	if (st == ST_OK)
		st = check_total(&s);
	if (st == ST_OK)
		st = cover_texts(&s);
	if (st == ST_OK)
		st = scrub_store_forget_hashes(c, &s.reach);
	if (st == ST_OK)
		st = follow(&s);
	if (st == ST_OK)
		st = record(&s, in, &id);
	if (st == ST_OK)
		st = tell(&s, id);
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/scrubs/%lld", id);
	return scrub_answer(c, id, out);
}

/* The log of a text may be long. Who asks is not known yet, so only what everybody may see is walked through, and the document itself; what is wrong is said by run(). */
static enum st prepare(struct ctx *c, const struct scrub_in *in, int64_t document, int64_t incident) {
	struct scrubbing s = { .c = c, .document = document, .incident = incident };
	struct walked **end = (struct walked **)&op_call(c)->prepared;
	const struct actor *who = c->who;
	int64_t now, before;
	*end = NULL;
	c->who = &actor_nobody;
	enum st st = read_words(&s, in);
	if (st == ST_OK)
		st = scrub_store_reach(c, document, incident, &s.reach);
	s.texts = arena_array(c->a, s.reach.document_n + 1, sizeof *s.texts);
	for (size_t i = 0; st == ST_OK && i < s.reach.document_n; i++) {
		st = walk_text(&s, i, s.reach.documents[i] == document && s.from >= 0, &now, &before);
		if (st != ST_OK)
			break;
		struct walked *w = arena_new_of(c->a, struct walked);
		*w = (struct walked){ s.reach.texts[i], collab_found_version(s.texts[i]), s.texts[i], NULL };
		*end = w;
		end = &w->next;
	}
	c->who = who;
	c->err = (struct err){ 0 };
	return ST_OK;
}

static enum st prepare_document(struct ctx *c, void *data) {
	const struct scrub_in *in = data;
	return prepare(c, in, in->id, 0);
}

static enum st prepare_incident(struct ctx *c, void *data) {
	const struct scrub_in *in = data;
	return prepare(c, in, 0, in->id);
}

static enum st run_document(struct ctx *c, const void *data, struct reply *out) {
	const struct scrub_in *in = data;
	return scrub(c, in, in->id, 0, out);
}

static enum st run_incident(struct ctx *c, const void *data, struct reply *out) {
	const struct scrub_in *in = data;
	return scrub(c, in, 0, in->id, out);
}

/* ---- scrub.list, scrub.get ---- */

struct list_in {
	uint64_t given;
	int64_t document, incident, limit;
	str after;
};
INPUT(list_in, "Scrubs", struct list_in,
	F(struct list_in, FT_ID, document, FIELD_OPTIONAL, N_("only those that concern this document"), .prefix = "PM"),
	F(struct list_in, FT_ID, incident, FIELD_OPTIONAL, N_("only those that concern this incident"), .prefix = "INC"),
	F(struct list_in, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200));

static int64_t or_none(int64_t id) {
	return id == I64_NONE ? 0 : id;
}

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct list found;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = scrub_store_list(c, 0, or_none(in->document), or_none(in->incident), page.id, page.limit, &found);
	if (st == ST_OK)
		reply_page(c, out, &scrub_shape, &found, (int64_t)found.n == page.limit ? page_cursor(c, 0, ((const struct scrub *)found.items)[found.n - 1].id) : STR_NONE);
	return st;
}

struct get_in {
	uint64_t given;
	int64_t id;
};
INPUT(get_in, "ScrubGet", struct get_in, F(struct get_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("its number")));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	return scrub_answer(c, ((const struct get_in *)data)->id, out);
}

/* ---- scrub.vacuum ---- */

struct rewritten {
	struct list done, left; /* of struct ref: tables */
	str trouble;
};
SHAPE(rewritten_shape, "ScrubVacuum", struct rewritten, N_("tables that were written anew"),
	F(struct rewritten, FT_LIST, done, FIELD_REQUIRED, N_("those that were"), .shape = &ref_shape),
	F(struct rewritten, FT_LIST, left, FIELD_REQUIRED, N_("those that could not be"), .shape = &ref_shape),
	F(struct rewritten, FT_TEXT, trouble, FIELD_OPTIONAL, N_("why, in the words of the database")));

static struct engine *engine;

static void rewrite(struct ctx *c, struct db *db, const str *tables, size_t n, struct rewritten *out) {
	struct ref *done = arena_array(c->a, n + 1, sizeof *done), *left = arena_array(c->a, n + 1, sizeof *left);
	*out = (struct rewritten){ { done, 0 }, { left, 0 }, STR_NONE };
	for (size_t i = 0; i < n; i++) {
		bool ok = db_rewrite(db, arena_cstr(c->a, tables[i])) == ST_OK;
		struct list *l = ok ? &out->done : &out->left;
		((struct ref *)l->items)[l->n] = (struct ref){ (int64_t)l->n + 1, tables[i] };
		l->n++;
		if (!ok)
			out->trouble = arena_str(c->a, db_error(db));
	}
}

/* A connection of its own: VACUUM runs in no transaction, and takes its time. */
static enum st run_vacuum(struct ctx *c, const void *data UNUSED, struct reply *out) {
	str *tables;
	size_t n;
	struct db *db = NULL;
	struct buf why = { 0 };
	struct rewritten result = { 0 };
	enum st st = scrub_store_owed_tables(c, &tables, &n);
	if (st == ST_OK && n && engine)
		st = db_open(engine->database, DB_WRITER, &db, &why) == ST_OK ? ST_OK : fail_plain(c, ST_UNAVAILABLE, "db.unavailable", N_("The database cannot be reached."));
	buf_free(&why);
	if (st == ST_OK && db)
		rewrite(c, db, tables, n, &result);
	db_close(db);
	if (st == ST_OK)
		reply_record(c, out, &rewritten_shape, &result, 0);
	return st;
}

static enum st start(struct engine *e) {
	engine = e;
	return ST_OK;
}

static void stop(struct engine *e) {
	if (engine == e)
		engine = NULL;
}

/* The data folder; NULL: none is open. */
const char *scrub_folder(void) {
	return engine ? engine->folder : NULL;
}

static const struct op ops[] = {
	OP("scrub.find_in_document", "POST /api/v1/documents/{id}/scrub/find", PERM_SCRUB, OP_SLOW, BODY_JSON, &find_document_in, REPLY_RECORD, &found_shape, run_find_in_document,
		N_("Say where words stand that may have to be removed: in a document and all it ever was, its comments, its incidents and what else belongs to them."), .noun = &document_noun,
		.flags = OP_EPHEMERAL),
	OP("scrub.find_in_incident", "POST /api/v1/incidents/{id}/scrub/find", PERM_SCRUB, OP_SLOW, BODY_JSON, &find_incident_in, REPLY_RECORD, &found_shape, run_find_in_incident,
		N_("Say where words stand that may have to be removed: in an incident, its timeline, its actions and its documents."), .noun = &incident_noun, .flags = OP_EPHEMERAL),
	OP("scrub.document", "POST /api/v1/documents/{id}/scrub", PERM_SCRUB, OP_WRITE, BODY_JSON, &document_in, REPLY_RECORD, &scrub_shape, run_document,
		N_("Remove words for good from a document, all it ever was, and what belongs to it. This cannot be undone."), .noun = &document_noun, .flags = OP_CREATES | OP_OWN_KEY,
		.prepare = prepare_document),
	OP("scrub.incident", "POST /api/v1/incidents/{id}/scrub", PERM_SCRUB, OP_WRITE, BODY_JSON, &incident_in, REPLY_RECORD, &scrub_shape, run_incident,
		N_("Remove words for good from an incident and what belongs to it. This cannot be undone."), .noun = &incident_noun, .flags = OP_CREATES | OP_OWN_KEY,
		.prepare = prepare_incident),
	OP("scrub.list", "GET /api/v1/scrubs", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &scrub_shape, run_list,
		N_("List what was removed for good: by whom, when, why and how far it is purged, the newest first."), .flags = OP_REPEATS),
	OP("scrub.get", "GET /api/v1/scrubs/{id}", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &get_in, REPLY_RECORD, &scrub_shape, run_get, N_("Show one of them.")),
	OP("scrub.vacuum", "POST /api/v1/scrubs/vacuum", PERM_ORG_EDIT, OP_SLOW, BODY_NONE, NULL, REPLY_RECORD, &rewritten_shape, run_vacuum,
		N_("PostgreSQL: write the tables anew that still hold former rows of what was removed (VACUUM FULL; each is locked meanwhile)."), .flags = OP_EPHEMERAL),
};

ROOM(scrub_room, "scrub", ops, .start = start, .stop = stop);
