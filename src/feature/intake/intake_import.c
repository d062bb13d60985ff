#include "feature/intake/intake_import.h"

#include <sodium.h>

#include "feature/action/action.h"
#include "feature/document/document.h"
#include "feature/incident/incident.h"
#include "feature/intake/intake_parts.h"
#include "feature/intake/intake_store.h"
#include "feature/org/org.h"
#include "text/utf8.h"

enum { LONGEST_TITLE = 300, LONGEST_TRACKER = 2000, AHEAD_MINUTES = 10 };

SHAPE(import_note_shape, "ImportNote", struct import_note, N_("what was not understood, or had to be concluded"),
	F(struct import_note, FT_I64, line, FIELD_OPTIONAL, N_("line of the text, from 1; null: all of it")),
	F(struct import_note, FT_TEXT, text, FIELD_REQUIRED, N_("what it is")));

SHAPE(imported_shape, "Imported", struct imported, N_("what became of a postmortem from elsewhere"),
	F(struct imported, FT_ID, document, FIELD_REQUIRED, N_("the document with its whole text"), .prefix = "PM"),
	F(struct imported, FT_ID, incident, FIELD_REQUIRED, N_("the incident it is about"), .prefix = "INC"),
	F(struct imported, FT_TEXT, title, FIELD_REQUIRED, N_("title")),
	F(struct imported, FT_BOOL, already, FIELD_REQUIRED, N_("this text was imported before; nothing new was made")),
	F(struct imported, FT_I64, entries, FIELD_REQUIRED, N_("timeline entries that were made")),
	F(struct imported, FT_I64, actions, FIELD_REQUIRED, N_("action items that were made")),
	F(struct imported, FT_LIST, notes, FIELD_REQUIRED, N_("what was not understood, or had to be concluded"), .shape = &import_note_shape));

/* One import on its way. */
struct importing {
	struct ctx *c;
	const struct import *in;
	struct lifted *l;
	struct reader notes; /* for note_add */
	const struct zone *zone;
	bool zone_given;
	size_t fallback; /* times read in a zone that the text does not name */
	struct imported *out;
	struct timeline_subject subject;
};

static str sha256(struct arena *a, str text) {
	unsigned char hash[crypto_hash_sha256_BYTES];
	char *hex = arena_alloc(a, sizeof hash * 2 + 1);
	crypto_hash_sha256(hash, (const unsigned char *)(text.n ? text.p : ""), text.n);
	return str_c(sodium_bin2hex(hex, sizeof hash * 2 + 1, hash, sizeof hash));
}

/* ---- titles, severities, zones ---- */

static str stem(str name) {
	ptrdiff_t dot = -1;
	for (size_t i = name.n; i > 1 && dot < 0; i--)
		if (name.p[i - 1] == '.')
			dot = (ptrdiff_t)i - 1;
	return dot > 0 ? str_to(name, (size_t)dot) : name;
}

static str title_of(struct importing *x) {
	str title = collapse(x->c->a, x->l->title), name = stem(x->in->name);
	if (!title.n)
		title = name.n ? name : collapse(x->c->a, utf8_head(x->l->summary, 80));
	if (!title.n)
		title = str_c(tr(x->c->lang, N_("Imported postmortem")));
	return utf8_head(title, LONGEST_TITLE);
}

static int severity_of(struct importing *x) {
	str said = x->l->severity;
	int severity = severity_in_words(x->c->a, said);
	if (!said.n)
		note_add(&x->notes, 0, N_("the text names no severity; SEV3 was taken"));
	else if (severity < 0)
		note_add(&x->notes, 0, N_("the severity “%.*s” was not understood; SEV3 was taken"), STR_FMT(utf8_head(said, 60)));
	return severity < 0 ? SEV3 : severity;
}

static enum st choose_zone(struct importing *x) {
	static const struct {
		const char *name, *zone;
	} named[] = { { "UTC", "UTC" }, { "GMT", "UTC" }, { "KST", "Asia/Seoul" }, { "JST", "Asia/Tokyo" }, { "CET", "Europe/Paris" },
		{ "CEST", "Europe/Paris" }, { "PST", "America/Los_Angeles" }, { "PDT", "America/Los_Angeles" }, { "EST", "America/New_York" },
		{ "EDT", "America/New_York" }, { "SGT", "Asia/Singapore" } };
	x->zone_given = x->in->zone.n > 0;
	if (x->zone_given && zone_find(x->in->zone, &x->zone) != ST_OK)
		return fail(x->c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Zones are called like Asia/Seoul."),
			STR_FMT(x->in->zone));
	for (size_t i = 0; !x->zone && i < sizeof named / sizeof *named; i++)
		if (str_is(x->l->timezone, named[i].name) && zone_find(str_c(named[i].zone), &x->zone) != ST_OK)
			x->zone = NULL;
	if (!x->zone && str_chr(x->l->timezone, '/') > 0 && zone_find(x->l->timezone, &x->zone) != ST_OK)
		x->zone = NULL;
	return x->zone ? ST_OK : org_zone(x->c, &x->zone);
}

/* The instant, as far as it can be had; *guessed: in a zone that the text does not name. */
static int64_t instant_of(const struct importing *x, const struct lifted_time *when, bool *guessed) {
	int64_t at = when->at;
	*guessed = false;
	if (at != I64_NONE || when->wall == I64_NONE)
		return at;
	struct civil c = civil_from_us(when->wall);
	*guessed = !when->day_only;
	if (zone_instant(x->zone, &c, &at, NULL) == ST_NOT_FOUND)
		*guessed = true; /* the clock skipped it: the instant behind the gap */
	return at;
}

/* ---- the incident ---- */

/* What an entry must say to be a milestone. The first of a kind counts. */
static const struct {
	const char *words; /* folded */
	enum milestone kind;
} moments[] = {
	{ "outage begins", OUTAGE_BEGINS },
	{ "outage starts", OUTAGE_BEGINS },
	{ "fault occurs", OUTAGE_BEGINS },
	{ "start of incident", OUTAGE_BEGINS },
	{ "장애 발생", OUTAGE_BEGINS },
	{ "장애 시작", OUTAGE_BEGINS },
	{ "first detected", DETECTED },
	{ "fault detected", DETECTED },
	{ "장애 감지", DETECTED },
	{ "장애 인지", DETECTED },
	{ "incident declared", DECLARED },
	{ "incident begins", DECLARED },
	{ "outage mitigated", MITIGATED },
	{ "repaired", MITIGATED },
	{ "outage ends", OUTAGE_ENDS },
	{ "fully restored", OUTAGE_ENDS },
	{ "service restored", OUTAGE_ENDS },
	{ "복구 완료", OUTAGE_ENDS },
	{ "서비스 정상화", OUTAGE_ENDS },
	{ "incident ends", INCIDENT_ENDS },
	{ "incident closed", INCIDENT_ENDS },
	{ "incident resolved", INCIDENT_ENDS },
};

static void take_moment(struct importing *x, const struct lifted_event *e, int64_t at[MILESTONES]) {
	str text = utf8_fold(x->c->a, str_to(e->text, 400));
	bool guessed;
	int64_t when = e->when.day_only ? I64_NONE : instant_of(x, &e->when, &guessed);
	for (size_t i = 0; when != I64_NONE && i < sizeof moments / sizeof *moments; i++)
		if (at[moments[i].kind] == I64_NONE && str_find(text, str_c(moments[i].words)) >= 0) {
			at[moments[i].kind] = when;
			return;
		}
	if (when != I64_NONE && str_is(text, "resolved") && at[INCIDENT_ENDS] == I64_NONE)
		at[INCIDENT_ENDS] = when;
}

static void take_head_time(str text, int64_t *at) {
	int64_t us;
	if (*at == I64_NONE && time_parse_rfc3339(text, &us))
		*at = us;
}

static enum st make_incident(struct importing *x) {
	struct incident_past p = {
		.title = x->out->title, .summary = utf8_head(x->l->summary, 5000), .severity = severity_of(x), .zone = x->zone
	};
	struct incident i;
	for (int k = 0; k < MILESTONES; k++)
		p.at[k] = I64_NONE;
	take_head_time(x->l->began, &p.at[OUTAGE_BEGINS]);
	take_head_time(x->l->ended, &p.at[OUTAGE_ENDS]);
	for (size_t k = 0; k < x->l->event_count; k++)
		take_moment(x, &x->l->events[k], p.at);
	enum st st = incident_record(x->c, &p, &x->out->incident);
	if (st == ST_OK)
		st = incident_brief(x->c, x->out->incident, &i);
	return st == ST_OK ? incident_subject(x->c, &i, &x->subject) : st;
}

/* ---- its timeline ---- */

static enum st make_entry(struct importing *x, const struct lifted_event *e) {
	bool guessed;
	int64_t at = instant_of(x, &e->when, &guessed);
	if (at == I64_NONE) {
		note_add(&x->notes, e->when.line, N_("the entry “%.*s” has no time that could be worked out; it stays in the text"),
			STR_FMT(utf8_head(e->text, 60)));
		return ST_OK;
	}
	if (at > x->c->now + AHEAD_MINUTES * US_PER_MINUTE || at < 0) {
		note_add(
			&x->notes, e->when.line, N_("the entry “%.*s” has not happened yet; it stays in the text"), STR_FMT(utf8_head(e->text, 60)));
		return ST_OK;
	}
	x->fallback += guessed && !x->zone_given;
	struct timeline_input in = { .id = x->out->incident,
		.at = at,
		.precision = e->when.approximate || e->when.day_only ? TIMELINE_ABOUT : TIMELINE_EXACT,
		.text = utf8_head(e->text, 10000) };
	struct timeline_entry written;
	x->out->entries++;
	return timeline_write(x->c, &x->subject, TIMELINE_NOTE, &in, &written);
}

static enum st make_timeline(struct importing *x) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < x->l->event_count; i++)
		st = make_entry(x, &x->l->events[i]);
	if (st == ST_OK && x->fallback)
		note_add(&x->notes, 0, N_("%zu times were read in the zone %.*s, for the text names none that is known"), x->fallback,
			STR_FMT(zone_name(x->zone)));
	return st;
}

/* ---- its action items ---- */

static int type_of(struct importing *x, const struct lifted_action *a) {
	str said = utf8_fold(x->c->a, a->type);
	for (int i = 0; i < ACTION_TYPES; i++)
		if (str_is(said, action_type_names[i]))
			return i;
	said = str_c(action_type_of(x->c->a, a->text));
	for (int i = 0; i < ACTION_TYPES; i++)
		if (str_is(said, action_type_names[i]))
			return i;
	return ACTION_OTHER;
}

static int64_t due_of(const struct lifted_action *a) {
	struct civil_day d;
	return a->due.n && day_in(a->due, &d) ? civil_days(d.year, d.month, d.day) : I64_NONE;
}

static bool is_address(str s) {
	return s.n <= LONGEST_TRACKER && (str_starts(s, STR("https://")) || str_starts(s, STR("http://"))) && str_chr(s, ' ') < 0;
}

static enum st find_owner(struct importing *x, const struct lifted_action *a, int64_t *owner) {
	*owner = 0;
	if (!a->owner.n)
		return ST_OK;
	enum st st = intake_store_person(x->c, a->owner, owner);
	if (st == ST_OK && !*owner)
		note_add(&x->notes, a->line, N_("nobody here is called “%.*s”; the action item has no owner"), STR_FMT(utf8_head(a->owner, 60)));
	return st;
}

static enum st make_action(struct importing *x, const struct lifted_action *a) {
	const char *status = action_status_of(x->c->a, a->status);
	struct action item = { .title = utf8_head(a->text, LONGEST_TITLE),
		.type = type_of(x, a),
		.priority = ACTION_P2,
		.due = due_of(a),
		.incident_id = x->out->incident,
		.document_id = x->out->document,
		.tracker = is_address(a->ticket) ? a->ticket : STR_NONE };
	int64_t id;
	item.aim = (int)action_aim_of((enum action_type)item.type);
	if (status && strcmp(status, "done") == 0) {
		item.state = ACTION_DONE;
		item.evidence = arena_printf(x->c->a, tr(x->c->lang, N_("The imported text says “%.*s”.")), STR_FMT(a->status));
	}
	enum st st = find_owner(x, a, &item.owner.id);
	x->out->actions++;
	return st == ST_OK ? action_record(x->c, &item, &id) : st;
}

static enum st make_actions(struct importing *x) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < x->l->action_count; i++)
		st = make_action(x, &x->l->actions[i]);
	return st;
}

/* ---- the whole ---- */

static enum st make_document(struct importing *x) {
	struct document_opening o = { .title = x->out->title,
		.kind = DOCUMENT_INCIDENT,
		.lang = str_is(x->l->lang, "ko") ? LANG_KO : LANG_EN,
		.zone = zone_name(x->zone),
		.text = x->in->text,
		.incident = x->out->incident,
		.author = x->c->who->person,
		.past = true };
	return document_open(x->c, &o, &x->out->document);
}

static void take_notes(struct importing *x) {
	struct import_note *notes = arena_array(x->c->a, x->l->note_count, sizeof *notes);
	for (size_t i = 0; i < x->l->note_count; i++)
		notes[i] = (struct import_note){ x->l->notes[i].line ? (int64_t)x->l->notes[i].line : I64_NONE, x->l->notes[i].text };
	x->out->notes = (struct list){ notes, x->l->note_count };
}

static enum st make_all(struct importing *x, const struct intake_source *source) {
	struct intake_source s = *source;
	enum st st = choose_zone(x);
	if (st == ST_OK)
		st = make_incident(x);
	if (st == ST_OK)
		st = make_document(x);
	if (st == ST_OK)
		st = make_timeline(x);
	if (st == ST_OK)
		st = make_actions(x);
	s.document = x->out->document;
	s.incident = x->out->incident;
	if (st == ST_OK)
		st = intake_store_add(x->c, &s);
	take_notes(x);
	return st;
}

enum st import_run(struct ctx *c, const struct import *in, struct lifted *l, struct imported *out) {
	struct lifted *own = arena_new_of(c->a, struct lifted);
	struct importing x = { .c = c, .in = in, .l = own, .notes = { .a = c->a, .lang = c->lang, .out = own }, .out = out };
	struct intake_source s = { .name = in->name, .hash = sha256(c->a, in->text) }, before;
	*own = *l; /* this may be run again: what was lifted stays as it is */
	own->note_room = 0;
	*out = (struct imported){ 0 };
	out->title = title_of(&x);
	enum st st = intake_store_find(c, s.hash, &before);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? make_all(&x, &s) : st;
	out->already = true;
	out->document = before.document;
	out->incident = before.incident;
	return ST_OK;
}
