#include "feature/incident/incident_life.h"

#include <stdarg.h>

#include "core/job.h"
#include "feature/org/org.h"

REGISTRY_OF(incident_part);

#define CLOCKS_DIFFER US_PER_MINUTE

/* ---- loading, saving, telling ---- */

static enum st not_found(struct ctx *c, enum st st, int64_t id) {
	return st == ST_NOT_FOUND ? fail(c, st, "incident.not_found", NULL, N_("There is no incident %lld."), (long long)id) : st;
}

enum st incident_brief(struct ctx *c, int64_t id, struct incident *out) {
	return not_found(c, incident_store_get(c, id, out), id);
}

enum st incident_subject(struct ctx *c UNUSED, const struct incident *incident, struct timeline_subject *out) {
	*out = (struct timeline_subject){ incident->id, incident->scope, zone_utc() };
	/* A zone that the system has forgotten must not keep anybody from writing. */
	if (zone_find(incident->zone, &out->zone) != ST_OK)
		out->zone = zone_utc();
	return ST_OK;
}

static struct milestones times_of(const struct list *milestones) {
	struct milestones m = milestones_none();
	const struct incident_milestone *items = milestones->items;
	for (size_t i = 0; i < milestones->n; i++)
		if (items[i].kind >= 0)
			m.at[items[i].kind] = items[i].at;
	return m;
}

static enum st load_milestones(struct ctx *c, struct life *l) {
	enum st st = incident_store_milestones(c, l->i.id, &l->milestones);
	if (st == ST_OK)
		l->m = times_of(&l->milestones);
	return st;
}

enum st life_load(struct ctx *c, int64_t id, struct life *l) {
	*l = (struct life){ 0 };
	enum st st = incident_brief(c, id, &l->i);
	if (st == ST_OK)
		st = incident_subject(c, &l->i, &l->s);
	return st == ST_OK ? load_milestones(c, l) : st;
}

enum st life_save(struct ctx *c, struct life *l) {
	bool changed = l->changed;
	l->changed = false;
	return changed ? incident_store_save(c, &l->i) : ST_OK;
}

enum st life_emit(struct ctx *c, const struct life *l, const char *name, const char *fmt, ...) {
	struct buf b = buf_in(c->a);
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	return event_emit(c, &(struct event){ .name = name, .noun = "incident", .noun_id = l->i.id, .scope = l->i.scope, .data = buf_str(&b),
		.topics = arena_cstr(c->a, arena_printf(c->a, "incident:%lld incidents", (long long)l->i.id)) });
}

static enum st emit_state(struct ctx *c, const struct life *l, const char *name) {
	return life_emit(c, l, name, "{\"state\":\"%s\",\"severity\":\"%s\"}", incident_state_names[l->i.state], severity_names[l->i.severity]);
}

enum st life_note(struct ctx *c, const struct life *l, enum timeline_kind kind, const char *phrase, str a, str b, str d, str e) {
	return timeline_note(c, &l->s, &(struct timeline_note){ .kind = kind, .at = c->now, .phrase = phrase, .args = { a, b, d, e }, .key = kind == TIMELINE_STATE });
}

enum st incident_touch(struct ctx *c, int64_t id) {
	struct life l;
	enum st st = life_load(c, id, &l);
	l.changed = true;
	if (st == ST_OK)
		st = life_save(c, &l);
	return st == ST_OK ? emit_state(c, &l, "incident.changed") : st;
}

/* ---- milestones ---- */

static const struct incident_milestone *standing(const struct life *l, enum milestone kind) {
	const struct incident_milestone *items = l->milestones.items;
	for (size_t i = 0; i < l->milestones.n; i++)
		if (items[i].kind == (int)kind)
			return &items[i];
	return NULL;
}

static enum st tell_milestone(struct ctx *c, struct life *l, enum milestone kind, int64_t id, int64_t at, bool new) {
	struct timeline_note n = { .kind = TIMELINE_MILESTONE, .at = at, .key = true, .phrase = new ? milestone_titles[kind] : NULL, .about = timeline_about(c, "milestone", id) };
	enum st st = new ? timeline_note(c, &l->s, &n) : timeline_follow(c, &l->s, &n);
	if (st != ST_OK)
		return st;
	struct buf when = buf_in(c->a);
	time_format_rfc3339(&when, at);
	return life_emit(c, l, "milestone.set", "{\"kind\":\"%s\",\"at\":\"%.*s\"}", milestone_names[kind], STR_FMT(buf_str(&when)));
}

static enum st put_milestone(struct ctx *c, struct life *l, enum milestone kind, int64_t at, bool automatic) {
	const struct incident_milestone *before = standing(l, kind);
	int64_t id;
	if (before && before->at == at && before->automatic == automatic)
		return ST_OK;
	l->changed = true;
	enum st st = incident_store_set_milestone(c, l->i.id, kind, at, automatic, &id);
	if (st == ST_OK)
		st = tell_milestone(c, l, kind, id, at, !before);
	return st == ST_OK ? load_milestones(c, l) : st;
}

/* What the life cycle and the alerts record. Who acknowledges or mitigates was there; when it was detected and when the outage ended is only concluded from that. */
static enum st record(struct ctx *c, struct life *l, enum milestone kind, int64_t at) {
	bool concluded = !c->who->person || kind == DETECTED || kind == OUTAGE_ENDS;
	return standing(l, kind) ? ST_OK : put_milestone(c, l, kind, milestone_fit(&l->m, kind, at), concluded);
}

static str clock_text(struct ctx *c, const struct life *l, int64_t at) {
	str abbreviation;
	struct civil t = zone_civil(l->s.zone, at);
	zone_offset(l->s.zone, at, &abbreviation);
	return arena_printf(c->a, "%04d-%02d-%02d %02d:%02d:%02d %.*s", t.year, t.month, t.day, t.hour, t.minute, t.second, STR_FMT(abbreviation));
}

static enum st contradiction(struct ctx *c, const struct life *l, enum milestone kind, int64_t at, enum milestone other, bool before) {
	const char *this_one = tr(c->lang, milestone_titles[kind]), *that_one = tr(c->lang, milestone_titles[other]);
	str here = clock_text(c, l, at), there = clock_text(c, l, l->m.at[other]);
	if (before)
		return fail(c, ST_INVALID, "milestone.order", "at", N_("“%s” at %.*s cannot be later than “%s” at %.*s. Correct one of the two."), this_one, STR_FMT(here),
			that_one, STR_FMT(there));
	return fail(c, ST_INVALID, "milestone.order", "at", N_("“%s” at %.*s cannot be earlier than “%s” at %.*s. Correct one of the two."), this_one, STR_FMT(here),
		that_one, STR_FMT(there));
}

enum st life_set_milestone(struct ctx *c, struct life *l, enum milestone kind, int64_t at) {
	bool before;
	struct milestones others = l->m;
	others.at[kind] = I64_NONE;
	if (at > c->now + CLOCKS_DIFFER)
		return fail(c, ST_INVALID, "milestone.future", "at", N_("This has not happened yet. The timeline holds what did."));
	enum milestone other = milestone_contradicts(&others, kind, at, &before);
	if (other != MILESTONES)
		return contradiction(c, l, kind, at, other, before);
	return put_milestone(c, l, kind, at, false);
}

static enum st drop(struct ctx *c, struct life *l, enum milestone kind, bool keep_entries) {
	const struct incident_milestone *m = standing(l, kind);
	if (!m)
		return ST_OK;
	str about = timeline_about(c, "milestone", m->id);
	l->changed = true;
	enum st st = incident_store_drop_milestone(c, m->id);
	if (st == ST_OK)
		st = keep_entries ? timeline_release(c, &l->s, about) : timeline_unfollow(c, &l->s, about);
	if (st == ST_OK)
		st = life_emit(c, l, "milestone.withdrawn", "{\"kind\":\"%s\"}", milestone_names[kind]);
	return st == ST_OK ? load_milestones(c, l) : st;
}

enum st life_withdraw_milestone(struct ctx *c, struct life *l, enum milestone kind) {
	return drop(c, l, kind, false);
}

enum st life_acknowledge(struct ctx *c, struct life *l) {
	if (standing(l, ACKNOWLEDGED))
		return ST_OK;
	enum st st = record(c, l, ACKNOWLEDGED, c->now);
	return st == ST_OK ? emit_state(c, l, "incident.acknowledged") : st;
}

enum st incident_notice(struct ctx *c, int64_t id, enum milestone kind, int64_t at) {
	struct life l;
	enum st st = life_load(c, id, &l);
	if (st == ST_OK)
		st = record(c, &l, kind, at);
	return st == ST_OK ? life_save(c, &l) : st;
}

enum st incident_unnotice(struct ctx *c, int64_t id, enum milestone kind) {
	struct life l;
	enum st st = life_load(c, id, &l);
	const struct incident_milestone *m = st == ST_OK ? standing(&l, kind) : NULL;
	if (m && m->automatic)
		st = drop(c, &l, kind, true);
	return st == ST_OK ? life_save(c, &l) : st;
}

/* ---- states ---- */

static enum st check_exit(struct ctx *c, const struct life *l, str reason) {
	int64_t due = exit_due(&l->m, l->i.exit_minutes);
	if (due == I64_NONE || c->now >= due || reason.n)
		return ST_OK;
	if (due == INT64_MAX)
		return fail(c, ST_CONFLICT, "incident.exit_criterion", "reason",
			N_("The exit criterion asks for %lld minutes of nominal performance, and neither the mitigation nor the end of the outage is recorded. Record one, or give a reason to end now."),
			(long long)l->i.exit_minutes);
	return fail(c, ST_CONFLICT, "incident.exit_criterion", "reason",
		N_("The exit criterion asks for %lld minutes of nominal performance, reached at %.*s. Wait, or give a reason to end now."), (long long)l->i.exit_minutes,
		STR_FMT(clock_text(c, l, due)));
}

static enum st check_move(struct ctx *c, const struct life *l, enum verb verb, str reason) {
	const struct transition *t = &transitions[verb];
	if (!(t->from >> l->i.state & 1))
		return fail_field(c, ST_CONFLICT, "incident.state", STR_NONE, "%s", tr(c->lang, t->refusal));
	if (verb == VERB_REOPEN && !reason.n)
		return fail(c, ST_INVALID, "incident.reason", "reason", N_("Say why the incident is opened again."));
	return verb == VERB_RESOLVE ? check_exit(c, l, reason) : ST_OK;
}

/* With an exit criterion the outage was over when performance became nominal, not when somebody said so afterwards. */
static int64_t time_of(struct ctx *c, const struct life *l, enum milestone kind) {
	int64_t since = exit_since(&l->m);
	return kind == OUTAGE_ENDS && l->i.exit_minutes != I64_NONE && since != I64_NONE ? since : c->now;
}

static enum st record_all(struct ctx *c, struct life *l, unsigned kinds) {
	enum st st = ST_OK;
	for (int kind = 0; st == ST_OK && kind < MILESTONES; kind++)
		if (kinds >> kind & 1)
			st = record(c, l, (enum milestone)kind, time_of(c, l, (enum milestone)kind));
	return st;
}

/* What turned out not to be over: the milestones go, what the timeline said at that time stays. */
static enum st undo_end(struct ctx *c, struct life *l) {
	enum st st = drop(c, l, INCIDENT_ENDS, true);
	if (st == ST_OK)
		st = drop(c, l, OUTAGE_ENDS, true);
	return st == ST_OK ? drop(c, l, MITIGATED, true) : st;
}

enum st life_move(struct ctx *c, struct life *l, enum verb verb, str reason) {
	const struct transition *t = &transitions[verb];
	const char *phrase = reason.n ? t->because : t->phrase;
	enum st st = check_move(c, l, verb, reason);
	if (st != ST_OK)
		return st;
	l->i.state = (int)t->to;
	l->changed = true;
	if (!incident_is_open(t->to))
		l->i.next_update_at = I64_NONE;
	st = record_all(c, l, t->milestones);
	if (st == ST_OK && verb == VERB_REOPEN)
		st = undo_end(c, l);
	if (st == ST_OK && phrase)
		st = life_note(c, l, TIMELINE_STATE, phrase, reason, STR_NONE, STR_NONE, STR_NONE);
	return st == ST_OK ? emit_state(c, l, t->event) : st;
}

/* ---- opening ---- */

struct incident_opening incident_opening(str title) {
	return (struct incident_opening){ .title = title, .severity = -1, .suggested = -1, .detection_source = -1, .started_at = I64_NONE, .detected_at = I64_NONE, .exit_minutes = I64_NONE };
}

static enum st make_row(struct ctx *c, const struct incident_opening *o, struct incident *i) {
	const struct zone *zone = o->zone;
	enum st st = zone ? ST_OK : org_zone(c, &zone);
	if (st != ST_OK)
		return st;
	*i = (struct incident){ .title = o->title, .summary = o->summary, .state = o->declared ? INCIDENT_DECLARED : INCIDENT_DETECTED,
		.severity = o->severity >= 0 ? o->severity : SEV3, .severity_suggested = o->suggested, .drill = o->drill, .zone = zone_name(zone),
		.detection_source = o->detection_source, .detected_by = o->detected_by, .channel = o->channel, .exit_criterion = o->exit_criterion,
		.exit_minutes = o->exit_minutes };
	if (o->restricted) {
		st = perm_scope_new(c, &i->scope);
		if (st == ST_OK && c->who->person)
			st = perm_scope_add(c, i->scope, c->who->person, 0);
	}
	return st;
}

static enum st first_milestones(struct ctx *c, struct life *l, const struct incident_opening *o) {
	enum st st = ST_OK;
	if (o->started_at != I64_NONE)
		st = o->declared ? life_set_milestone(c, l, OUTAGE_BEGINS, o->started_at) : record(c, l, OUTAGE_BEGINS, o->started_at);
	if (st == ST_INVALID)
		c->err.field = STR("started_at"); /* the field of who opens it, not of a milestone */
	if (st == ST_OK)
		st = record(c, l, DETECTED, o->detected_at == I64_NONE ? c->now : o->detected_at);
	return st == ST_OK && o->declared ? record(c, l, DECLARED, c->now) : st;
}

enum st incident_open(struct ctx *c, const struct incident_opening *o, int64_t *id) {
	struct life l;
	struct incident row;
	enum st st = make_row(c, o, &row);
	if (st == ST_OK)
		st = incident_store_insert(c, &row, id);
	if (st == ST_OK && o->service_count)
		st = incident_store_set_services(c, *id, o->services, o->service_count);
	if (st == ST_OK)
		st = life_load(c, *id, &l);
	/* The announcement comes first: who hears of a milestone has heard of its incident. */
	if (st == ST_OK)
		st = emit_state(c, &l, o->declared ? "incident.declared" : "incident.detected");
	return st == ST_OK ? first_milestones(c, &l, o) : st;
}

/* ---- roles ---- */

static const struct incident_holder *holder_of(const struct list *holders, enum incident_role role) {
	const struct incident_holder *h = holders->items;
	for (size_t i = 0; i < holders->n; i++)
		if (h[i].role == (int)role)
			return &h[i];
	return NULL;
}

static enum st note_role(struct ctx *c, struct life *l, const struct incident_holder *before, enum incident_role role, str name, str handed_over) {
	str title = timeline_word(c, role_titles[role]);
	if (!name.n)
		return life_note(c, l, TIMELINE_ROLE, N_("{0} is no longer {1}"), before->person.name, title, STR_NONE, STR_NONE);
	if (!before)
		return life_note(c, l, TIMELINE_ROLE, handed_over.n ? N_("{0} is {1}. Handed over: {2}") : N_("{0} is {1}"), name, title, handed_over, STR_NONE);
	return life_note(c, l, TIMELINE_ROLE, handed_over.n ? N_("{0} takes over from {1} as {2}. Handed over: {3}") : N_("{0} takes over from {1} as {2}"), name,
		before->person.name, title, handed_over);
}

static enum st change_holder(struct ctx *c, struct life *l, enum incident_role role, int64_t person, str handed_over) {
	enum st st = incident_store_end_role(c, l->i.id, role);
	if (st == ST_OK && person)
		st = incident_store_give_role(c, l->i.id, role, person, handed_over);
	/* Who has a part in the response sees the incident. */
	if (st == ST_OK && person && l->i.scope)
		st = perm_scope_add(c, l->i.scope, person, 0);
	return st;
}

enum st life_assign(struct ctx *c, struct life *l, enum incident_role role, int64_t person, str handed_over) {
	struct list holders;
	str name = STR_NONE;
	enum st st = incident_store_holders(c, l->i.id, &holders);
	if (st != ST_OK)
		return st;
	const struct incident_holder *before = holder_of(&holders, role);
	if ((!before && !person) || (before && before->person.id == person && !handed_over.n))
		return ST_OK;
	l->changed = true;
	st = change_holder(c, l, role, person, handed_over);
	if (st == ST_OK && person)
		st = incident_store_person_name(c, person, &name);
	if (st == ST_OK)
		st = note_role(c, l, before, role, name, handed_over);
	return st == ST_OK ? life_emit(c, l, "role.assigned", "{\"role\":\"%s\",\"person\":%lld}", incident_role_names[role], (long long)person) : st;
}

/* ---- who may see it ---- */

static bool is_among(const struct list *people, int64_t id) {
	const struct ref *p = people->items;
	for (size_t i = 0; i < people->n; i++)
		if (p[i].id == id)
			return true;
	return false;
}

/* Who is asked for, who acts, and who has a role. */
static enum st wanted_members(struct ctx *c, const struct life *l, const struct list *members, struct list *out) {
	struct list holders, now;
	enum st st = incident_store_holders(c, l->i.id, &holders);
	if (st == ST_OK)
		st = incident_store_members(c, l->i.scope, &now);
	if (st != ST_OK)
		return st;
	const struct incident_holder *h = holders.items;
	struct ref *all = arena_array(c->a, holders.n + now.n + (members ? members->n : 0) + 1, sizeof *all);
	*out = (struct list){ all, 0 };
	for (size_t i = 0; members && i < members->n; i++)
		all[out->n++].id = ((const int64_t *)members->items)[i];
	for (size_t i = 0; !members && i < now.n; i++)
		all[out->n++] = ((const struct ref *)now.items)[i];
	for (size_t i = 0; i < holders.n; i++)
		all[out->n++] = h[i].person;
	if (c->who->person)
		all[out->n++].id = c->who->person;
	return ST_OK;
}

static enum st change_members(struct ctx *c, struct life *l, const struct list *want, bool *changed) {
	struct list now;
	enum st st = incident_store_members(c, l->i.scope, &now);
	const struct ref *w = want->items, *n = now.items;
	for (size_t i = 0; st == ST_OK && i < want->n; i++)
		if (!is_among(&now, w[i].id)) {
			st = perm_scope_add(c, l->i.scope, w[i].id, 0);
			*changed = true;
		}
	for (size_t i = 0; st == ST_OK && i < now.n; i++)
		if (!is_among(want, n[i].id)) {
			st = perm_scope_remove(c, l->i.scope, n[i].id, 0);
			*changed = true;
		}
	return st;
}

/* Everything that belongs to the incident, in this transaction: nobody outside may read on until a handler has run. */
static enum st move_to_scope(struct ctx *c, struct life *l, int64_t scope) {
	enum st st = incident_store_set_scope(c, l->i.id, scope);
	if (st == ST_OK)
		st = timeline_rescope(c, l->i.id, scope);
	REGISTRY_EACH(incident_part, struct incident_part, part)
		if (st == ST_OK && part->rescope)
			st = part->rescope(c, l->i.id, scope);
	l->i.scope = l->s.scope = scope;
	l->i.restricted = scope != 0;
	return st;
}

static enum st restrict_to(struct ctx *c, struct life *l, const struct list *members, bool *changed) {
	struct list want;
	int64_t scope = l->i.scope;
	enum st st = wanted_members(c, l, members, &want);
	if (st == ST_OK && !scope) {
		*changed = true;
		st = perm_scope_new(c, &scope);
		if (st == ST_OK)
			st = move_to_scope(c, l, scope);
	}
	return st == ST_OK ? change_members(c, l, &want, changed) : st;
}

enum st life_restrict(struct ctx *c, struct life *l, bool restricted, const struct list *members) {
	bool changed = false, was = l->i.scope != 0;
	enum st st = ST_OK;
	if (restricted) {
		st = restrict_to(c, l, members, &changed);
	} else if (was) {
		changed = true;
		st = move_to_scope(c, l, 0);
	}
	if (st != ST_OK || !changed)
		return st;
	l->changed = true;
	if (was != restricted)
		st = life_note(c, l, TIMELINE_STATE, restricted ? N_("Restricted to its members") : N_("Opened to everybody"), STR_NONE, STR_NONE, STR_NONE, STR_NONE);
	return st == ST_OK ? life_emit(c, l, "incident.restricted", "{\"restricted\":%s,\"scope\":%lld}", restricted ? "true" : "false", (long long)l->i.scope) : st;
}

/* ---- the rest of the record ---- */

static enum st check_severity(struct ctx *c, const struct incident *from, const struct incident *to) {
	if (to->severity == from->severity || from->severity_suggested < 0 || to->severity == from->severity_suggested || to->severity_reason.n)
		return ST_OK;
	return fail(c, ST_INVALID, "incident.severity_reason", "severity_reason", N_("The alerts asked for %s. Say why it is %s."), severity_names[from->severity_suggested],
		severity_names[to->severity]);
}

static enum st note_severity(struct ctx *c, const struct life *l, const struct incident *to) {
	str from = str_c(severity_names[l->i.severity]), now = str_c(severity_names[to->severity]);
	bool new_reason = to->severity_reason.n && !str_eq(to->severity_reason, l->i.severity_reason);
	if (to->severity == l->i.severity)
		return ST_OK;
	return life_note(c, l, TIMELINE_STATE, new_reason ? N_("Severity {0} → {1}: {2}") : N_("Severity {0} → {1}"), from, now, to->severity_reason, STR_NONE);
}

static enum st note_exit(struct ctx *c, const struct life *l, const struct incident *to) {
	if ((str_eq(to->exit_criterion, l->i.exit_criterion) && to->exit_minutes == l->i.exit_minutes) || (!to->exit_criterion.n && to->exit_minutes == I64_NONE))
		return ST_OK;
	if (to->exit_minutes == I64_NONE)
		return life_note(c, l, TIMELINE_STATE, N_("Exit criterion: {0}"), to->exit_criterion, STR_NONE, STR_NONE, STR_NONE);
	return life_note(c, l, TIMELINE_STATE, N_("Exit criterion: {0} minutes of nominal performance. {1}"), arena_printf(c->a, "%lld", (long long)to->exit_minutes),
		to->exit_criterion, STR_NONE, STR_NONE);
}

static bool same_row(const struct incident *a, const struct incident *b) {
	return str_eq(a->title, b->title) && str_eq(a->summary, b->summary) && a->severity == b->severity && str_eq(a->severity_reason, b->severity_reason) &&
		str_eq(a->zone, b->zone) && a->detection_source == b->detection_source && str_eq(a->detected_by, b->detected_by) && str_eq(a->channel, b->channel) &&
		str_eq(a->exit_criterion, b->exit_criterion) && a->exit_minutes == b->exit_minutes && a->next_update_at == b->next_update_at && a->data_lost == b->data_lost;
}

enum st life_change(struct ctx *c, struct life *l, const struct incident *to) {
	if (same_row(&l->i, to))
		return ST_OK;
	enum st st = check_severity(c, &l->i, to);
	if (st == ST_OK)
		st = note_severity(c, l, to);
	if (st == ST_OK && to->channel.n && !str_eq(to->channel, l->i.channel))
		st = life_note(c, l, TIMELINE_STATE, N_("Coordination on {0}"), to->channel, STR_NONE, STR_NONE, STR_NONE);
	if (st == ST_OK)
		st = note_exit(c, l, to);
	if (st != ST_OK)
		return st;
	l->i = *to;
	l->changed = true;
	return emit_state(c, l, "incident.changed");
}

enum st life_check_services(struct ctx *c, const struct list *services) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < services->n; i++)
		st = org_service_check(c, ((const int64_t *)services->items)[i], arena_cstr(c->a, arena_printf(c->a, "services/%zu", i)));
	return st;
}

static bool same_services(const struct list *now, const struct list *want) {
	const int64_t *ids = want->items;
	for (size_t i = 0; i < want->n; i++)
		if (!is_among(now, ids[i]))
			return false;
	return now->n == want->n;
}

enum st life_set_services(struct ctx *c, struct life *l, const struct list *services) {
	struct list now;
	enum st st = life_check_services(c, services);
	if (st == ST_OK)
		st = incident_store_services(c, l->i.id, &now);
	if (st != ST_OK || same_services(&now, services))
		return st;
	st = incident_store_set_services(c, l->i.id, services->items, services->n);
	bool told = l->changed;
	l->changed = true;
	return st == ST_OK && !told ? emit_state(c, l, "incident.changed") : st;
}

/* ---- reading the whole ---- */

static enum st fill_parts(struct ctx *c, struct incident *i) {
	enum st st = ST_OK;
	REGISTRY_EACH(incident_part, struct incident_part, part)
		if (st == ST_OK && part->fill)
			st = part->fill(c, i);
	return st;
}

enum st incident_read(struct ctx *c, int64_t id, struct incident *out) {
	enum st st = incident_brief(c, id, out);
	if (st == ST_OK)
		st = incident_store_milestones(c, id, &out->milestones);
	if (st == ST_OK)
		st = incident_store_holders(c, id, &out->roles);
	if (st == ST_OK)
		st = incident_store_services(c, id, &out->services);
	if (st == ST_OK)
		st = incident_store_mitigations(c, id, &out->mitigations);
	if (st == ST_OK)
		st = incident_store_members(c, out->scope, &out->members);
	if (st == ST_OK)
		st = fill_parts(c, out);
	if (st != ST_OK)
		return st;
	struct milestones m = times_of(&out->milestones);
	out->durations = milestone_durations(&m);
	out->exit_since = out->exit_minutes == I64_NONE ? I64_NONE : exit_since(&m);
	out->can.edit = out->can.restrict_ = perm_role_has(c->who->role, PERM_INCIDENT_EDIT);
	return ST_OK;
}

/* ---- promised updates ---- */

static enum st ask_for_updates(struct ctx *c) {
	struct db_result r;
	enum st st = incident_store_take_due(c, &r);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		struct life l = { .i = { .id = db_i64(&r, i, 0), .scope = db_i64(&r, i, 1) } };
		struct buf when = buf_in(c->a);
		time_format_rfc3339(&when, db_i64(&r, i, 2));
		st = life_emit(c, &l, "incident.update_due", "{\"next_update_at\":\"%.*s\"}", STR_FMT(buf_str(&when)));
	}
	return st;
}
JOB_EVERY(incident, ask_for_updates, 20);
