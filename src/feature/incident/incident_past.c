/* Incidents that were over before they came here. */
#include "feature/incident/incident_life.h"
#include "feature/org/org.h"

static enum st past_row(struct ctx *c, const struct incident_past *p, struct incident *i) {
	const struct zone *zone = p->zone;
	enum st st = zone ? ST_OK : org_zone(c, &zone);
	*i = (struct incident){ .title = p->title, .summary = p->summary, .state = INCIDENT_CLOSED, .severity = p->severity >= 0 ? p->severity : SEV3, .severity_suggested = -1,
		.detection_source = -1, .exit_minutes = I64_NONE };
	if (st == ST_OK)
		i->zone = zone_name(zone);
	return st;
}

static enum st past_milestones(struct ctx *c, struct life *l, const struct incident_past *p) {
	enum st st = ST_OK;
	for (int kind = 0; st == ST_OK && kind < MILESTONES; kind++) {
		bool before;
		int64_t at = p->at[kind];
		if (at != I64_NONE && at <= c->now && milestone_contradicts(&l->m, (enum milestone)kind, at, &before) == MILESTONES)
			st = life_set_milestone(c, l, (enum milestone)kind, at);
	}
	return st;
}

enum st incident_record(struct ctx *c, const struct incident_past *p, int64_t *id) {
	struct incident row;
	struct life l;
	enum st st = past_row(c, p, &row);
	if (st == ST_OK)
		st = incident_store_insert(c, &row, id);
	if (st == ST_OK)
		st = life_load(c, *id, &l);
	if (st == ST_OK)
		st = life_emit(c, &l, "incident.recorded", "{\"state\":\"%s\",\"severity\":\"%s\"}", incident_state_names[l.i.state], severity_names[l.i.severity]);
	if (st == ST_OK)
		st = past_milestones(c, &l, p);
	return st == ST_OK ? life_save(c, &l) : st;
}
