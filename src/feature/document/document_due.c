/* Until when a postmortem is published, and who sees to it: as the policy says, until a person says otherwise. */
#include "base/json.h"
#include "core/event.h"
#include "feature/document/document_parts.h"

enum st due_begin(struct ctx *c, const struct incident *i, struct document *d) {
	struct policy_answer p;
	enum st st = policy_answer(c, i, &p);
	if (st != ST_OK || !p.required)
		return st;
	d->due = p.due;
	d->due_by = p.due == I64_NONE ? -1 : DUE_BY_POLICY;
	d->owner.id = p.owner;
	return ST_OK;
}

static enum st date_one(struct ctx *c, int64_t id, const struct policy_answer *p) {
	struct document d;
	enum st st = store_document(c, id, &d);
	int64_t owner = d.owner.id ? d.owner.id : p->required ? p->owner : 0;
	if (st != ST_OK || (d.due == p->due && d.owner.id == owner))
		return st;
	d.due = p->due;
	d.due_by = p->due == I64_NONE ? -1 : DUE_BY_POLICY;
	d.owner.id = owner;
	st = store_save(c, &d);
	return st == ST_OK ? event_emitf(c, "document.changed", "document", d.id, d.scope, document_topics(c, d.id), "{\"state\":\"%s\"}", document_state_names[d.state]) : st;
}

/* What was learned of the incident may ask for a postmortem that nobody waited for, or move its date. */
static enum st date_documents(struct ctx *c, int64_t incident) {
	struct incident *i = arena_new_of(c->a, struct incident);
	struct policy_answer p;
	int64_t *ids;
	size_t n;
	enum st st = store_dated(c, incident, &ids, &n);
	if (st != ST_OK || !n)
		return st;
	st = incident_read(c, incident, i);
	if (st == ST_OK)
		st = policy_answer(c, i, &p);
	for (size_t k = 0; st == ST_OK && k < n; k++)
		st = date_one(c, ids[k], &p);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static int64_t incident_of(struct ctx *c, const struct event *e) {
	char room[160];
	str why;
	if (strcmp(e->noun, "incident") == 0)
		return e->noun_id;
	json_t *data = json_parse(e->data, &why, room);
	json_own(c->a, data);
	return json_integer_value(json_object_get(data, "incident"));
}

#define DATE_ON(name, event_name)                                                                                              \
	static enum st date_on_##name(struct ctx *c, const struct event *e) {                                                      \
		return date_documents(c, incident_of(c, e));                                                                           \
	}                                                                                                                          \
	EVENT_ON(document, event_name, date_on_##name)
DATE_ON(change, "incident.changed");
DATE_ON(resolution, "incident.resolved");
DATE_ON(request, "policy.requested");
DATE_ON(waiver, "policy.waived");
DATE_ON(unwaiver, "policy.unwaived");
DATE_ON(milestone, "milestone.set");
DATE_ON(mitigation, "mitigation.added");
