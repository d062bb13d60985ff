#include "feature/alert/alert_intake.h"

#include "db/in.h"
#include "feature/alert/alert_memory.h"

/* A repeat of what the writer remembers costs its share of one statement for 32 rows of the batch; everything else happens only for news. */

enum { MOST_TOUCHED = 64, NAMED = 3, LONGEST_TITLE = 300 };

/* An incident that this request has to do with, so that its timeline gets one entry for what fired and one for what is over. */
struct touched {
	int64_t incident, scope;
	bool is_new;
	size_t fired, over;
	int64_t fired_at, over_at;
	str fired_names, over_names;
};

struct intake {
	const struct hook *hook;
	struct intake_result *result;
	struct list rules;
	bool rules_loaded;
	struct touched touched[MOST_TOUCHED];
	size_t touched_count;
	int64_t *repeats; /* rows */
	size_t repeat_count;
};

/* ---- the incident of an alert ---- */

static str group_of(const struct alert_in *a) {
	return a->group.n ? a->group : a->fingerprint;
}

static enum st find_service(struct ctx *c, const struct hook *hook, const struct decision *d, int64_t *service) {
	enum st st = ST_OK;
	*service = d->service;
	if (!*service && d->service_name.n)
		st = alert_store_service_named(c, d->service_name, service);
	if (!*service)
		*service = hook->service.id;
	return st;
}

static str short_title(str title) {
	if (title.n <= LONGEST_TITLE)
		return title;
	size_t n = LONGEST_TITLE;
	while (n && ((unsigned char)title.p[n] & 0xc0) == 0x80)
		n--;
	return str_to(title, n);
}

static enum st open_incident(struct ctx *c, const struct hook *hook, const struct alert_in *a, const struct alert *row, int64_t *id) {
	struct incident_opening o = incident_opening(short_title(a->title));
	o.summary = a->description;
	o.severity = o.suggested = row->severity;
	o.detection_source = DETECTION_ALERT;
	o.detected_by = hook->name;
	o.started_at = row->started_at;
	if (row->service.id) {
		o.services = &row->service.id;
		o.service_count = 1;
	}
	return incident_open(c, &o, id);
}

/* Sets *incident to the open incident of the alert's group, 0 when there is none. */
static enum st group_incident(struct ctx *c, const struct hook *hook, const struct alert_in *a, struct incident *incident) {
	int64_t id;
	*incident = (struct incident){ 0 };
	enum st st = alert_store_group(c, hook->id, group_of(a), &id);
	if (st != ST_OK || !id)
		return st;
	st = incident_brief(c, id, incident);
	if (st == ST_OK && !incident_is_open((enum incident_state)incident->state))
		*incident = (struct incident){ 0 };
	return st;
}

static struct touched *touch(struct intake *in, int64_t incident, int64_t scope, bool is_new) {
	for (size_t i = 0; i < in->touched_count; i++)
		if (in->touched[i].incident == incident)
			return &in->touched[i];
	if (in->touched_count == MOST_TOUCHED)
		return &in->touched[MOST_TOUCHED - 1];
	in->touched[in->touched_count] = (struct touched){ .incident = incident, .scope = scope, .is_new = is_new, .fired_at = I64_NONE, .over_at = I64_NONE };
	return &in->touched[in->touched_count++];
}

static enum st find_incident(struct ctx *c, struct intake *in, const struct alert_in *a, const struct decision *d, struct alert *row) {
	struct incident incident;
	enum st st = group_incident(c, in->hook, a, &incident);
	bool is_new = st == ST_OK && !incident.id && d->opens;
	if (is_new) {
		st = open_incident(c, in->hook, a, row, &incident.id);
		if (st == ST_OK)
			st = alert_store_set_group(c, in->hook->id, group_of(a), incident.id);
	}
	row->incident.id = incident.id;
	row->scope = incident.scope;
	if (st == ST_OK && incident.id)
		touch(in, incident.id, incident.scope, is_new);
	return st;
}

/* ---- news ---- */

static enum st emit(struct ctx *c, const char *name, int64_t id, int64_t incident, int64_t scope) {
	if (!incident)
		return event_emitf(c, name, "alert", id, scope, STR("alerts"), "{\"incident\":null}");
	return event_emitf(c, name, "alert", id, scope, arena_printf(c->a, "alerts incident:%lld", (long long)incident), "{\"incident\":%lld}", (long long)incident);
}

static void name_it(struct ctx *c, str *names, size_t count, str title) {
	if (count <= NAMED)
		*names = names->n ? arena_printf(c->a, "%.*s; %.*s", STR_FMT(*names), STR_FMT(title)) : title;
	else if (count == NAMED + 1)
		*names = arena_printf(c->a, "%.*s …", STR_FMT(*names));
}

static void note_fired(struct ctx *c, struct intake *in, const struct alert_in *a, const struct alert *row) {
	in->result->fired++;
	if (!row->incident.id)
		return;
	struct touched *t = touch(in, row->incident.id, row->scope, false);
	name_it(c, &t->fired_names, ++t->fired, a->title);
	if (t->fired_at == I64_NONE || row->started_at < t->fired_at)
		t->fired_at = row->started_at;
}

static void note_over(struct ctx *c, struct intake *in, const struct alert_in *a, int64_t incident, int64_t scope, int64_t at) {
	in->result->resolved++;
	if (!incident)
		return;
	struct touched *t = touch(in, incident, scope, false);
	name_it(c, &t->over_names, ++t->over, a->title);
	if (t->over_at == I64_NONE || at > t->over_at)
		t->over_at = at;
}

/* A monitor's clock may be ahead of ours; nothing begins or ends in the future. */
static int64_t not_later(int64_t at, int64_t now) {
	return at == I64_NONE || at > now ? now : at;
}

static enum st load_rules(struct ctx *c, struct intake *in) {
	if (in->rules_loaded)
		return ST_OK;
	in->rules_loaded = true;
	return rule_store_all(c, in->hook->id, &in->rules);
}

static enum st fires(struct ctx *c, struct intake *in, const struct alert_in *a, struct known_alert *k) {
	struct alert row = { .started_at = not_later(a->started_at, c->now), .ended_at = I64_NONE };
	enum st st = load_rules(c, in);
	if (st != ST_OK)
		return st;
	struct decision d = alert_decide(c, &in->rules, in->hook, a);
	row.severity = d.severity;
	st = find_service(c, in->hook, &d, &row.service.id);
	if (st == ST_OK && k->id)
		st = alert_store_set_past(c, k->id);
	if (st == ST_OK)
		st = find_incident(c, in, a, &d, &row);
	if (st == ST_OK)
		st = alert_store_insert(c, in->hook, a, &row, &row.id);
	if (st != ST_OK)
		return st;
	*k = (struct known_alert){ row.id, a->fingerprint, ALERT_FIRING, row.started_at, row.incident.id, row.scope };
	note_fired(c, in, a, &row);
	return emit(c, "alert.fired", row.id, row.incident.id, row.scope);
}

/* Its beginning was never told: kept, so that nothing a monitor said is lost, but nothing is opened for what is over. */
static enum st was(struct ctx *c, struct intake *in, const struct alert_in *a, struct known_alert *k) {
	struct alert row = { .severity = -1, .ended_at = not_later(a->ended_at, c->now), .service = { .id = in->hook->service.id } };
	row.started_at = not_later(a->started_at, row.ended_at);
	enum st st = alert_store_insert(c, in->hook, a, &row, &row.id);
	if (st != ST_OK)
		return st;
	*k = (struct known_alert){ row.id, a->fingerprint, ALERT_RESOLVED, row.started_at, 0, 0 };
	in->result->resolved++;
	return emit(c, "alert.resolved", row.id, 0, 0);
}

static enum st resolves(struct ctx *c, struct intake *in, const struct alert_in *a, struct known_alert *k) {
	int64_t at = not_later(a->ended_at, c->now);
	if (!k->id)
		return was(c, in, a, k);
	if (at < k->started_at)
		at = k->started_at;
	enum st st = alert_store_resolve(c, k->id, at);
	if (st != ST_OK)
		return st;
	k->state = ALERT_RESOLVED;
	note_over(c, in, a, k->incident, k->scope, at);
	return emit(c, "alert.resolved", k->id, k->incident, k->scope);
}

static enum st take_news(struct ctx *c, struct intake *in, const struct alert_in *a, struct known_alert *k, enum news news) {
	switch (news) {
	case NEWS_FIRES: return fires(c, in, a, k);
	case NEWS_RESOLVES: return resolves(c, in, a, k);
	default: return ST_OK;
	}
}

/* ---- up to 32 at once ---- */

struct chunk {
	struct known_alert known[2 * DB_IN_MOST]; /* what is known, then what this chunk adds */
	size_t known_count;
};

static struct known_alert *known_of(struct chunk *k, str fingerprint) {
	for (size_t i = 0; i < k->known_count; i++)
		if (str_eq(k->known[i].fingerprint, fingerprint))
			return &k->known[i];
	k->known[k->known_count] = (struct known_alert){ .state = -1, .fingerprint = fingerprint };
	return &k->known[k->known_count++];
}

/* From memory, and the others from their rows. */
static enum st find_known(struct ctx *c, const struct hook *hook, const struct alert_in *alerts, size_t n, struct chunk *k) {
	struct alert_in unknown[DB_IN_MOST];
	size_t unknown_n = 0, found = 0;
	for (size_t i = 0; i < n; i++)
		if (alert_memory_find(c, hook->source, alerts[i].fingerprint, &k->known[k->known_count]))
			k->known_count++;
		else
			unknown[unknown_n++] = alerts[i];
	if (!unknown_n)
		return ST_OK;
	enum st st = alert_store_known(c, hook->source, unknown, unknown_n, k->known + k->known_count, &found);
	for (size_t i = 0; i < found; i++)
		alert_memory_learn(c, hook->source, &k->known[k->known_count++]);
	return st;
}

static enum st take_chunk(struct ctx *c, struct intake *in, const struct alert_in *alerts, size_t n) {
	struct chunk *k = arena_new_of(c->a, struct chunk);
	enum st st = find_known(c, in->hook, alerts, n, k);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct known_alert *known = known_of(k, alerts[i].fingerprint);
		enum news news = alert_news(known->state, known->started_at, &alerts[i]);
		if (news == NEWS_REPEAT) {
			in->repeats[in->repeat_count++] = known->id;
			continue;
		}
		st = take_news(c, in, &alerts[i], known, news);
		if (st == ST_OK && known->id)
			alert_memory_learn(c, in->hook->source, known);
	}
	return st;
}

/* Last, when nothing of this request can fail any more. */
static enum st touch_repeats(struct ctx *c, const struct intake *in) {
	enum st st = ST_OK;
	if (in->repeat_count && alert_memory_touch(c, in->repeats, in->repeat_count))
		return ST_OK;
	for (size_t i = 0; st == ST_OK && i < in->repeat_count; i++)
		st = alert_store_touch(c, &in->repeats[i], 1, 1, c->now);
	return st;
}

/* ---- afterwards ---- */

static enum st note(struct ctx *c, const struct timeline_subject *s, size_t count, int64_t at, const char *one, const char *many, str names) {
	struct timeline_note n = { .kind = TIMELINE_ALERT, .at = at, .phrase = count == 1 ? one : many, .args = { names } };
	if (count > 1)
		n.args[1] = arena_printf(c->a, "%zu", count);
	return count ? timeline_note(c, s, &n) : ST_OK;
}

static enum st tell(struct ctx *c, const struct touched *t, struct incident *incident) {
	struct timeline_subject s;
	enum st st = incident_brief(c, t->incident, incident);
	if (st == ST_OK)
		st = incident_subject(c, incident, &s);
	if (st == ST_OK)
		st = note(c, &s, t->fired, t->fired_at, N_("Alert: {0}"), N_("{1} alerts: {0}"), t->fired_names);
	return st == ST_OK ? note(c, &s, t->over, t->over_at, N_("Alert is over: {0}"), N_("{1} alerts are over: {0}"), t->over_names) : st;
}

/* The last one is over: so is the outage, as far as monitors know. One fires again: it is not. */
static enum st follow(struct ctx *c, const struct touched *t) {
	struct incident incident;
	int64_t firing, last_end;
	enum st st = tell(c, t, &incident);
	if (st != ST_OK || !incident_is_open((enum incident_state)incident.state))
		return st;
	st = alert_store_standing(c, t->incident, &firing, &last_end);
	if (st == ST_OK && firing == 0 && t->over && last_end != I64_NONE)
		return incident_notice(c, t->incident, OUTAGE_ENDS, last_end);
	return st == ST_OK && firing && t->fired && !t->is_new ? incident_unnotice(c, t->incident, OUTAGE_ENDS) : st;
}

enum st alert_take_in(struct ctx *c, const struct hook *hook, const struct alert_sink *alerts, struct intake_result *out) {
	struct intake *in = arena_new_of(c->a, struct intake);
	enum st st = ST_OK;
	*in = (struct intake){ .hook = hook, .result = out, .repeats = arena_array(c->a, alerts->n + 1, sizeof *in->repeats) };
	*out = (struct intake_result){ .received = (int64_t)alerts->n };
	for (size_t i = 0; st == ST_OK && i < alerts->n; i += DB_IN_MOST)
		st = take_chunk(c, in, alerts->items + i, alerts->n - i < DB_IN_MOST ? alerts->n - i : DB_IN_MOST);
	for (size_t i = 0; st == ST_OK && i < in->touched_count; i++)
		st = follow(c, &in->touched[i]);
	return st == ST_OK ? touch_repeats(c, in) : st;
}

/* ---- a person declares ---- */

static enum st attach(struct ctx *c, const struct alert *a, int64_t incident) {
	struct incident i;
	struct timeline_subject s;
	enum st st = incident_brief(c, incident, &i);
	if (st == ST_OK)
		st = alert_store_attach(c, a->id, incident, i.scope);
	if (st == ST_OK)
		st = incident_subject(c, &i, &s);
	if (st == ST_OK)
		st = note(c, &s, 1, a->started_at, N_("Alert: {0}"), N_("{1} alerts: {0}"), a->title);
	return st == ST_OK ? emit(c, "alert.attached", a->id, incident, i.scope) : st;
}

static enum st check_free(struct ctx *c, const struct alert *a) {
	struct incident i;
	if (!a->incident.id)
		return ST_OK;
	enum st st = incident_brief(c, a->incident.id, &i);
	if (st != ST_OK || !incident_is_open((enum incident_state)i.state))
		return st;
	return fail(c, ST_CONFLICT, "alert.declared", NULL, N_("This alert belongs to INC-%lld already."), (long long)i.id);
}

enum st alert_declare(struct ctx *c, int64_t id, int64_t *incident) {
	struct alert a;
	enum st st = alert_store_get(c, id, &a);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "alert.not_found", NULL, N_("There is no alert %lld."), (long long)id);
	if (st == ST_OK)
		st = check_free(c, &a);
	if (st != ST_OK)
		return st;
	struct incident_opening o = incident_opening(short_title(a.title));
	o.summary = a.description;
	o.severity = o.suggested = a.severity;
	o.detection_source = DETECTION_ALERT;
	o.detected_by = a.hook.name;
	o.started_at = a.started_at;
	o.detected_at = a.first_seen_at;
	o.services = a.service.id ? &a.service.id : NULL;
	o.service_count = a.service.id ? 1 : 0;
	o.declared = true;
	st = incident_open(c, &o, incident);
	return st == ST_OK ? attach(c, &a, *incident) : st;
}
