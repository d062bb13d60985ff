/* Postmortems that others wrote elsewhere. Parsing lifts out what a text says (title, times, timeline, action items, lessons …) without knowing where it comes from; importing makes
 * a document with the whole text of it, a closed incident, timeline entries and action items. What was not understood stays in the text, and notes say where.
 *
 * Importing emits incident.recorded and the events of the rooms whose records it makes; nothing reacts to it as if it had happened today. */
#ifndef FEATURE_INTAKE_INTAKE_H
#define FEATURE_INTAKE_INTAKE_H

#include "base/json.h"
#include "core/op.h"

extern const struct room intake_room;

/* What of a moment a text says. */
struct lifted_time {
	str text;     /* as written */
	int64_t at;   /* I64_NONE: it does not follow from what the text says */
	int64_t wall; /* by the clock of the text, as if it were UTC; I64_NONE: no day. A day without a time of day is its noon */
	bool day_only;
	bool approximate;
	size_t line;
};
struct lifted_event {
	struct lifted_time when;
	str text;
};
struct lifted_action {
	str text, type, owner, ticket, status, due, group; /* empty: not said */
	bool type_said;                                    /* the text's own word; else concluded */
	size_t line;
};
struct lifted_list {
	str *items;
	size_t n, room;
};
struct lifted_stat {
	str name, value;
};
struct lifted_note {
	size_t line; /* 0: the whole text */
	str text;    /* in the language of whoever asked */
};

struct lifted {
	str lang; /* "en", "ko" */
	str title, date, status, severity, summary, impact, trigger, detection, resolution, timezone;
	str began, ended; /* RFC 3339, when a head of the text names them; empty: not said */
	struct lifted_list authors, attendees, root_causes, factors, labels;
	struct lifted_list went_well, went_wrong, lucky, lessons;
	struct lifted_event *events;
	size_t event_count, event_room;
	struct lifted_action *actions;
	size_t action_count, action_room;
	struct lifted_stat *stats;
	size_t stat_count, stat_room;
	struct lifted_note *notes;
	size_t note_count, note_room;
};

/* Everything in a; safe and linear on any bytes. file: its name, which may hold a date; empty when there is none. lang: of the notes. ST_NO_MEMORY only. */
MUST_CHECK enum st intake_parse(struct arena *a, str file, str text, enum lang lang, struct lifted *out);
/* As one JSON object. id and file: of the source. */
void intake_json(struct jw *w, str id, str file, const struct lifted *l);

#endif
