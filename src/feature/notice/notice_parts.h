/* Private to the room. */
#ifndef FEATURE_NOTICE_NOTICE_PARTS_H
#define FEATURE_NOTICE_NOTICE_PARTS_H

#include "core/shape.h"
#include "feature/delivery/delivery.h"
#include "feature/notice/notice.h"

struct notice_kind_row {
	const char *label, *why; /* English keys: "roles given to you", "because the role is yours" */
	enum notice_way usual;
	bool personal;           /* also when the incident is muted: nobody else will do it */
};
extern const struct notice_kind_row notice_kinds[NOTICE_KINDS];

/* What is to be told, and to whom. */
enum { NOTICE_RECEIVERS = 200 };
struct notice_draft {
	enum notice_kind kind;
	const char *phrase;      /* English key with {by} {ref} {title} {word} */
	const char *noun;        /* "incident", "document", "action": a constant */
	int64_t noun_id, incident, scope;
	str title, quote;
	str place;               /* within its page: "#comment-7"; empty: all of it */
	const char *word;        /* English key, or NULL */
	str once;                /* together with the person: what is told once */
	int64_t by;
	str by_name;
	int64_t people[NOTICE_RECEIVERS];
	size_t n;
};
void notice_to(struct notice_draft *d, int64_t person); /* 0 and doubles are passed over */
/* Inside a write: into the inboxes, and the outbox, of those who may see it and want it. */
MUST_CHECK enum st notice_make(struct ctx *c, const struct notice_draft *d);

struct notice {
	int64_t id;
	int kind;
	str text, why, quote, ref, title, url;
	int64_t incident;
	struct ref by;
	int64_t at, read_at, snoozed_until;
	/* not in the JSON */
	str phrase, word, noun, place;
	int64_t noun_id, person, scope;
};
extern const struct shape notice_shape;
/* text, why, ref and url in this language. */
void notice_word(struct arena *a, enum lang lang, struct notice *n);

/* ---- notice_mention.c ---- */

/* People that "@…" in a text names: logins, names (in Korean also with a particle behind), members of teams by the handle, and whoever has the role ("@IC", "@scribe") in the incident or
 * those that the document is about (0: none). tbd: the name stands in TBD(@…). */
struct mention_where {
	int64_t incident, document;
};
MUST_CHECK enum st mention_find(struct ctx *c, const struct mention_where *where, str text, enum st (*found)(struct ctx *c, void *data, int64_t person, str line, bool tbd), void *data);

/* ---- notice_rules.c ---- */

MUST_CHECK enum st draft_about(struct ctx *c, struct notice_draft *d, const char *noun, int64_t id);
/* Tells those whom a text names, of what the draft is about. where: what the text is, so that nobody is told twice. author: need not be told of TBDs. They are added to the people of told,
 * unless it is NULL. */
MUST_CHECK enum st notice_mentions(struct ctx *c, const struct event *e, struct notice_draft *d, const char *where, str text, int64_t author, struct notice_draft *told);

/* ---- notice_ladder.c: whoever sees to something is reminded of its day, then others are told ---- */

enum { NOTICE_MORNING = 8 }; /* nobody is reminded at night */
/* The day since 1970, and the hour, in a zone. */
int64_t notice_day(const struct zone *zone, int64_t at, int *hour);

enum rung_to { TO_OWNER = 1, TO_LEADS = 2, TO_EDITORS = 4 };
struct rung {
	int64_t days; /* from the due date */
	int to;       /* of enum rung_to */
};
struct ladder {
	const char *noun;    /* document, action, tbd */
	const struct rung *rungs;
	int64_t n, every;    /* every: days after which the last rung comes again, and again; 0: it does not */
	enum notice_kind kind; /* of what the owner is told */
	const char *soon, *today, *over, *others; /* English keys */
};
extern const struct ladder notice_ladders[];
enum { NOTICE_LADDERS = 3 };
/* Pure: the highest rung that is reached so many days after the due date (before: less than 0); -1: none. */
int64_t ladder_reached(const struct ladder *l, int64_t late);
/* Its days; I64_NONE: the ladder ends before it. */
int64_t ladder_days(const struct ladder *l, int64_t rung);
/* Inside a write: whoever has a rung to hear of hears of the highest alone. */
MUST_CHECK enum st notice_climb(struct ctx *c);

/* ---- notice_ladder_store.c ---- */

/* An open record that has a due date. */
struct dated {
	int64_t id, due, owner, rung; /* rung: told last of this due date; -1: none */
	int64_t document;             /* that a TBD stands in */
	str quote, owner_name;
};
/* Those due by that day of which a rung was reached by today, or that were never looked at. */
MUST_CHECK enum st ladder_store_due(struct ctx *c, const char *noun, int64_t by, int64_t today, struct dated **out, size_t *n);
MUST_CHECK enum st ladder_store_told(struct ctx *c, const char *noun, const struct dated *x, int64_t rung, int64_t next_on);
/* Leads of the services it belongs to; without any, the members of the team that sees to it, or of the teams that own those services. */
MUST_CHECK enum st ladder_store_leads(struct ctx *c, const char *noun, int64_t id, struct db_result *out);
MUST_CHECK enum st ladder_store_editors(struct ctx *c, struct db_result *out);

/* ---- notice_jobs.c: what comes round ---- */

MUST_CHECK enum st notice_make_digests(struct ctx *c);

/* ---- notice_store.c ---- */

MUST_CHECK enum st notice_store_insert(struct ctx *c, const struct notice_draft *d, int64_t person, bool digest, int64_t *id); /* ST_NOT_FOUND: told before */
MUST_CHECK enum st notice_store_way(struct ctx *c, int64_t person, enum notice_kind kind, enum notice_way *out);
MUST_CHECK enum st notice_store_set_way(struct ctx *c, int64_t person, enum notice_kind kind, enum notice_way way);
MUST_CHECK enum st notice_store_muted(struct ctx *c, int64_t person, int64_t incident, bool *yes);
MUST_CHECK enum st notice_store_mute(struct ctx *c, int64_t person, int64_t incident, bool mute);
MUST_CHECK enum st notice_store_mutes(struct ctx *c, int64_t person, struct list *out); /* of struct notice_muted */
struct notice_muted {
	int64_t id;
	str title;
};
enum notice_view { NOTICES_NEW, NOTICES_SNOOZED, NOTICES_ALL };
MUST_CHECK enum st notice_store_page(struct ctx *c, int64_t person, enum notice_view view, const struct page_in *page, struct list *out);
MUST_CHECK enum st notice_store_get(struct ctx *c, int64_t person, int64_t id, struct notice *out);
MUST_CHECK enum st notice_store_count(struct ctx *c, int64_t person, int64_t *n);
MUST_CHECK enum st notice_store_read(struct ctx *c, int64_t person, int64_t id, bool read); /* id 0: all that are new */
MUST_CHECK enum st notice_store_snooze(struct ctx *c, int64_t person, int64_t id, int64_t until);
MUST_CHECK enum st notice_store_rescope(struct ctx *c, const char *noun, int64_t id, int64_t scope);
/* People with something for the daily mail. */
MUST_CHECK enum st notice_store_waiting(struct ctx *c, struct db_result *out); /* (person, last day or NULL) */
MUST_CHECK enum st notice_store_digest(struct ctx *c, int64_t person, struct list *out); /* of struct notice: those that wait and can be seen */
MUST_CHECK enum st notice_store_digested(struct ctx *c, int64_t person, int64_t day);
/* Active people whose folded login or name is this, and members of the team with this handle; one a row. */
MUST_CHECK enum st notice_store_named(struct ctx *c, str folded, struct db_result *out);
MUST_CHECK enum st notice_store_holders(struct ctx *c, str role, int64_t incident, int64_t document, struct db_result *out); /* people, one a row */
MUST_CHECK enum st notice_store_login(struct ctx *c, str login, int64_t *person);
MUST_CHECK enum st notice_store_teams_of(struct ctx *c, int64_t incident, struct db_result *out); /* people of the teams that own its services */
MUST_CHECK enum st notice_store_author(struct ctx *c, int64_t document, int64_t *person);
MUST_CHECK enum st notice_store_incident_of(struct ctx *c, int64_t document, int64_t *incident); /* the first; 0 */

#endif
