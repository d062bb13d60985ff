#include "base/json.h"
#include "feature/org/org.h"
#include "feature/timeline/timeline_store.h"
#include "text/utf8.h"

/* Operations on one entry, and on a text that may hold a time. Those that begin at the incident (timeline.list, timeline.add) are in feature/incident. */

/* ---- timeline.change ---- */

struct change_in {
	uint64_t given;
	int64_t id, at;
	int precision;
	str text, knew, decided, because;
	bool key;
	struct list evidence;
};
INPUT(change_in, "TimelineChange", struct change_in,
	F(struct change_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the entry")),
	F(struct change_in, FT_TIME, at, 0, N_("when it happened")),
	F(struct change_in, FT_ENUM, precision, 0, N_("how sure the time is"), .names = timeline_precision_names),
	F(struct change_in, FT_TEXT, text, FIELD_NOT_EMPTY, N_("what happened")),
	F(struct change_in, FT_TEXT, knew, FIELD_OPTIONAL, N_("what was known at that time")),
	F(struct change_in, FT_TEXT, decided, FIELD_OPTIONAL, N_("what was decided")),
	F(struct change_in, FT_TEXT, because, FIELD_OPTIONAL, N_("why it made sense then")),
	F(struct change_in, FT_BOOL, key, 0, N_("belongs to the short story")),
	F(struct change_in, FT_LIST, evidence, 0, N_("where it can be seen"), .shape = &timeline_evidence_shape, .max = 20));

#define GIVEN(in, member) shape_given_name(&change_in, (in), #member)

static void overlay(struct ctx *c, const struct change_in *in, struct timeline_entry *e) {
	if (GIVEN(in, at))
		e->at = in->at;
	if (GIVEN(in, precision))
		e->precision = in->precision;
	/* Reworded in the reader's own language: from now on it is their text. */
	if (GIVEN(in, text) && !str_eq(in->text, timeline_text(c, e->text, e->phrase, e->args))) {
		e->text = in->text;
		e->phrase = e->args = STR_NONE;
	}
	if (GIVEN(in, knew))
		e->knew = in->knew;
	if (GIVEN(in, decided))
		e->decided = in->decided;
	if (GIVEN(in, because))
		e->because = in->because;
	if (GIVEN(in, key))
		e->key = in->key;
	if (GIVEN(in, evidence))
		e->evidence = in->evidence;
}

static str as_json(struct ctx *c, const struct timeline_entry *e) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	shape_write(&w, &timeline_entry_shape, e);
	return buf_str(&b);
}

static enum st check_change(struct ctx *c, const struct timeline_entry *before, const struct timeline_entry *after) {
	if (after->at != before->at && before->about.n)
		return fail(c, ST_CONFLICT, "timeline.follows", "at", N_("The time of this entry follows the record it tells of. Change the time there."));
	enum st st = timeline_check_at(c, after->at);
	return st == ST_OK ? timeline_check_evidence(c, &after->evidence) : st;
}

static enum st emit(struct ctx *c, const char *name, const struct timeline_entry *e) {
	return event_emitf(c, name, "timeline", e->id, e->scope, arena_printf(c->a, "incident:%lld", (long long)e->incident), "{\"incident\":%lld,\"kind\":\"%s\"}",
		(long long)e->incident, timeline_kind_names[e->kind]);
}

static enum st get(struct ctx *c, int64_t id, struct timeline_entry *e) {
	enum st st = timeline_store_get(c, id, e);
	return st == ST_NOT_FOUND ? fail(c, st, "timeline.not_found", NULL, N_("There is no such entry.")) : st;
}

static void reply_entry(struct ctx *c, struct reply *out, struct timeline_entry *e) {
	e->text = timeline_text(c, e->text, e->phrase, e->args);
	reply_record(c, out, &timeline_entry_shape, e, e->version);
}

static enum st run_change(struct ctx *c, const void *data, struct reply *out) {
	const struct change_in *in = data;
	struct timeline_entry before, after;
	enum st st = get(c, in->id, &before);
	if (st == ST_OK)
		st = version_check(c, before.version, &timeline_entry_shape, &before);
	if (st != ST_OK)
		return st;
	after = before;
	overlay(c, in, &after);
	st = check_change(c, &before, &after);
	if (st == ST_OK && !str_eq(as_json(c, &before), as_json(c, &after))) {
		st = timeline_store_change(c, &before, &after);
		if (st == ST_OK)
			st = emit(c, "timeline.changed", &after);
	}
	if (st == ST_OK)
		reply_entry(c, out, &after);
	return st;
}

/* ---- timeline.strike, timeline.history ---- */

struct entry_in {
	uint64_t given;
	int64_t id;
};
INPUT(entry_in, "TimelineEntryId", struct entry_in, F(struct entry_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the entry")));

static enum st run_strike(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct entry_in *in = data;
	struct timeline_entry e;
	enum st st = get(c, in->id, &e);
	if (st == ST_OK)
		st = version_check(c, e.version, &timeline_entry_shape, &e);
	if (st == ST_OK && e.about.n)
		return fail(c, ST_CONFLICT, "timeline.follows", NULL, N_("This entry follows the record it tells of and stands as long as that does."));
	if (st == ST_OK)
		st = timeline_store_strike(c, in->id);
	return st == ST_OK ? emit(c, "timeline.struck", &e) : st;
}

static enum st run_history(struct ctx *c, const void *data, struct reply *out) {
	const struct entry_in *in = data;
	struct list all;
	enum st st = timeline_store_history(c, in->id, &all);
	struct timeline_version *v = all.items;
	for (size_t i = 0; st == ST_OK && i < all.n; i++)
		v[i].text = timeline_text(c, v[i].text, v[i].phrase, v[i].args);
	if (st == ST_OK)
		reply_page(c, out, &timeline_version_shape, &all, STR_NONE);
	return st;
}

/* ---- when.read ---- */

struct when_in {
	uint64_t given;
	str text, zone;
};
INPUT(when_in, "WhenInput", struct when_in,
	F(struct when_in, FT_TEXT, text, FIELD_REQUIRED | FIELD_VERBATIM, N_("what was typed")),
	F(struct when_in, FT_TEXT, zone, FIELD_OPTIONAL, N_("time zone of the times in it, such as Asia/Seoul; without it your own, for a program the organisation's"), .max = 60));

struct when_out {
	int64_t at;
	str rest;
	int64_t from, to;
	bool ambiguous;
	int64_t also;
	bool approximate;
};
SHAPE(when_shape, "When", struct when_out, N_("the time found in a text"),
	F(struct when_out, FT_TIME, at, FIELD_OPTIONAL, N_("the instant; null: there is no time in it")),
	F(struct when_out, FT_TEXT, rest, FIELD_REQUIRED, N_("the text without the time")),
	F(struct when_out, FT_I64, from, FIELD_OPTIONAL, N_("where the time begins, in UTF-16 units")),
	F(struct when_out, FT_I64, to, FIELD_OPTIONAL, N_("where it ends")),
	F(struct when_out, FT_BOOL, ambiguous, FIELD_REQUIRED, N_("it could be another instant too")),
	F(struct when_out, FT_TIME, also, FIELD_OPTIONAL, N_("that other instant")),
	F(struct when_out, FT_BOOL, approximate, FIELD_REQUIRED, N_("it says “about”")));

static enum st run_when(struct ctx *c, const void *data, struct reply *out) {
	const struct when_in *in = data;
	const struct zone *zone = c->zone;
	struct when w;
	struct when_out answer = { .at = I64_NONE, .rest = in->text, .from = I64_NONE, .to = I64_NONE, .also = I64_NONE };
	enum st st = c->who->person ? ST_OK : org_zone(c, &zone); /* a program is nowhere in particular */
	if (st != ST_OK)
		return st;
	if (in->zone.n && zone_find(in->zone, &zone) != ST_OK)
		return fail(c, ST_INVALID, "zone.unknown", "zone", N_("There is no time zone “%.*s”. Zones are called like Asia/Seoul."), STR_FMT(in->zone));
	if (when_parse(in->text, c->now, zone, &w))
		answer = (struct when_out){ w.at, w.rest, (int64_t)utf16_length(str_to(in->text, w.from)), (int64_t)utf16_length(str_to(in->text, w.to)), w.ambiguous,
			w.ambiguous ? w.also : I64_NONE, w.approximate };
	reply_record(c, out, &when_shape, &answer, 0);
	return ST_OK;
}

static const struct op ops[] = {
	OP("timeline.change", "PATCH /api/v1/timeline/{id}", PERM_INCIDENT_EDIT, OP_WRITE, BODY_JSON, &change_in, REPLY_RECORD, &timeline_entry_shape, run_change,
		N_("Change an entry of a timeline; the version before is kept."), .noun = &timeline_noun, .flags = OP_MATCH | OP_MCP),
	OP("timeline.strike", "DELETE /api/v1/timeline/{id}", PERM_INCIDENT_EDIT, OP_WRITE, BODY_NONE, &entry_in, REPLY_NONE, NULL, run_strike,
		N_("Strike an entry from a timeline; the log keeps it."), .noun = &timeline_noun),
	OP("timeline.history", "GET /api/v1/timeline/{id}/history", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &entry_in, REPLY_PAGE, &timeline_version_shape, run_history,
		N_("The earlier versions of an entry, oldest first."), .noun = &timeline_noun, .flags = OP_MCP),
	OP("when.read", "POST /api/v1/when", PERM_INCIDENT_VIEW, OP_READ, BODY_JSON, &when_in, REPLY_RECORD, &when_shape, run_when,
		N_("Find the time in a text such as “14:51 rolled back”.")),
};

ROOM(timeline_room, "timeline", ops);
