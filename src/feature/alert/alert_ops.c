#include <sodium.h>

#include "base/json.h"
#include "feature/alert/alert_intake.h"
#include "feature/org/org.h"

/* Operations on alerts, hooks and rules, and the way in for monitors. */

enum { SECRET_BYTES = 16, SECRET_TEXT = 22, HASH_BYTES = 32, MOST_BODY = 4 << 20 };

/* ---- hook.receive ---- */

struct receive_in {
	uint64_t given;
	str source, key;
};
INPUT(receive_in, "HookReceive", struct receive_in,
	F(struct receive_in, FT_TEXT, source, FIELD_REQUIRED | FIELD_PATH, N_("kind of monitor"), .max = 60),
	F(struct receive_in, FT_SECRET, key, FIELD_REQUIRED | FIELD_PATH, N_("key of the hook"), .max = 80));

SHAPE(intake_result_shape, "HookReceived", struct intake_result, N_("what became of the alerts"),
	F(struct intake_result, FT_I64, received, FIELD_REQUIRED, N_("how many there were")),
	F(struct intake_result, FT_I64, fired, FIELD_REQUIRED, N_("how many began to fire")),
	F(struct intake_result, FT_I64, resolved, FIELD_REQUIRED, N_("how many are over; the rest was known")));

static str hash_of(struct ctx *c, str secret) {
	unsigned char *hash = arena_alloc(c->a, HASH_BYTES);
	crypto_generichash(hash, HASH_BYTES, (const unsigned char *)secret.p, secret.n, NULL, 0);
	return str_n((char *)hash, HASH_BYTES);
}

static enum st refuse(struct ctx *c) {
	return fail(c, ST_UNAUTHENTICATED, "hook.key", NULL, N_("This is not the key of a hook. Make a hook and use the address it is given."));
}

/* A key is the hook's number, '-', and the secret. */
static enum st authenticate(struct ctx *c, const void *data, struct actor *who) {
	const struct receive_in *in = data;
	struct hook *hook = arena_new_of(c->a, struct hook);
	str secret = in->key, number = str_cut(&secret, '-'), hash;
	int64_t id;
	if (!alert_source_find(in->source))
		return fail(c, ST_NOT_FOUND, "hook.source", NULL, N_("There is no source “%.*s”."), STR_FMT(in->source));
	if (!str_i64(number, &id) || secret.n != SECRET_TEXT)
		return refuse(c);
	enum st st = hook_store_get(c, id, hook, &hash);
	if (st == ST_NOT_FOUND || (st == ST_OK && (!str_eq_secret(hash, hash_of(c, secret)) || !str_eq(hook->source, in->source))))
		return refuse(c);
	*who = (struct actor){ .kind = ACTOR_HOOK, .role = ROLE_NONE, .id = id, .name = hook->name };
	op_call(c)->prepared = hook;
	return st;
}

/* What was posted, read before it is known whether its sender may post at all: what is wrong with it is told afterwards. */
struct received {
	enum st st;
	struct err err;
	struct alert_sink sink;
};

static void parse_received(struct ctx *c, const void *data) {
	const struct receive_in *in = data;
	const struct alert_source *source = alert_source_find(in->source);
	struct received *r = arena_new_of(c->a, struct received);
	r->st = source ? source->parse(c, op_call(c)->raw, &r->sink) : ST_OK;
	r->err = c->err;
	c->err = (struct err){ 0 };
	op_call(c)->parsed = r;
}

static enum st run_receive(struct ctx *c, const void *data, struct reply *out) {
	struct intake_result result;
	const struct hook *hook = op_call(c)->prepared;
	if (!op_call(c)->parsed)
		parse_received(c, data);
	const struct received *r = op_call(c)->parsed;
	enum st st = r->st;
	c->err = r->err;
	if (st == ST_OK)
		st = alert_take_in(c, hook, &r->sink, &result);
	if (st == ST_OK)
		reply_record(c, out, &intake_result_shape, &result, 0);
	return st;
}

/* ---- alerts ---- */

struct alert_id_in {
	uint64_t given;
	int64_t id;
};
INPUT(alert_id_in, "AlertId", struct alert_id_in, F(struct alert_id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the alert"), .prefix = "ALERT"));

struct alerts_in {
	uint64_t given;
	int state;
	str after;
	int64_t limit;
};
INPUT(alerts_in, "AlertList", struct alerts_in,
	F(struct alerts_in, FT_ENUM, state, FIELD_OPTIONAL, N_("only those that fire, or only those that are over"), .names = alert_state_names),
	F(struct alerts_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct alerts_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most, 1 to 200; 50 when nothing is said")));

static enum st run_alerts(struct ctx *c, const void *data, struct reply *out) {
	const struct alerts_in *in = data;
	struct page_in page;
	struct list alerts;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = alert_store_page(c, in->state, &page, &alerts);
	if (st != ST_OK)
		return st;
	const struct alert *a = alerts.items;
	reply_page(c, out, &alert_shape, &alerts, alerts.n == (size_t)page.limit ? page_cursor(c, a[alerts.n - 1].id, a[alerts.n - 1].id) : STR_NONE);
	return ST_OK;
}

static enum st run_alert(struct ctx *c, const void *data, struct reply *out) {
	const struct alert_id_in *in = data;
	struct alert a;
	enum st st = alert_store_get(c, in->id, &a);
	if (st == ST_OK)
		reply_record(c, out, &alert_shape, &a, a.version);
	return st;
}

static enum st run_declare(struct ctx *c, const void *data, struct reply *out) {
	const struct alert_id_in *in = data;
	struct incident *i = arena_new_of(c->a, struct incident);
	int64_t id;
	enum st st = alert_declare(c, in->id, &id);
	if (st == ST_OK)
		st = incident_read(c, id, i);
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/incidents", id);
	reply_record(c, out, &incident_shape, i, i->version);
	return ST_OK;
}

static enum st fill_incident(struct ctx *c, struct incident *incident) {
	return alert_store_of_incident(c, incident->id, &incident->alerts);
}
INCIDENT_PART(alert, fill_incident, alert_store_rescope);

/* ---- sources ---- */

struct source_row {
	str name, title, help;
};
SHAPE(source_row_shape, "AlertSource", struct source_row, N_("a kind of monitor that can post alerts"),
	F(struct source_row, FT_TEXT, name, FIELD_REQUIRED, N_("as in the address of its hooks")),
	F(struct source_row, FT_TEXT, title, FIELD_REQUIRED, N_("what people call it")),
	F(struct source_row, FT_TEXT, help, FIELD_REQUIRED, N_("how to point it here")));

static enum st run_sources(struct ctx *c, const void *in UNUSED, struct reply *out) {
	const struct alert_source *s;
	size_t n = 0;
	while (alert_source_at(n))
		n++;
	struct source_row *rows = arena_array(c->a, n + 1, sizeof *rows);
	for (size_t i = 0; (s = alert_source_at(i)); i++)
		rows[i] = (struct source_row){ str_c(s->name), str_c(s->title), str_c(tr(c->lang, s->help)) };
	reply_page(c, out, &source_row_shape, &(struct list){ rows, n }, STR_NONE);
	return ST_OK;
}

/* ---- hooks ---- */

struct open_rule {
	int min_severity;
	str labels; /* JSON object */
};
static const struct field open_rule_fields[] = {
	F(struct open_rule, FT_ENUM, min_severity, FIELD_OPTIONAL, N_("only alerts that are at least this bad"), .names = severity_names),
	F(struct open_rule, FT_JSON, labels, FIELD_OPTIONAL, N_("only alerts with these labels: an object of texts")),
};
static const struct shape open_rule_shape = { "OpenRule", sizeof(struct open_rule), open_rule_fields, 2, N_("which alerts open an incident, when no rule is about them") };

struct hook_out {
	int64_t id;
	str source, name;
	struct ref service, team;
	bool opens;
	struct open_rule open_rule;
	str url;
	int64_t created_at, version;
};
SHAPE(hook_shape, "Hook", struct hook_out, N_("where a monitor posts its alerts"),
	F(struct hook_out, FT_ID, id, FIELD_REQUIRED, N_("number of the hook")),
	F(struct hook_out, FT_TEXT, source, FIELD_REQUIRED, N_("kind of monitor")),
	F(struct hook_out, FT_TEXT, name, FIELD_REQUIRED, N_("what it is called here")),
	F(struct hook_out, FT_OBJ, service, FIELD_OPTIONAL, N_("what its alerts are about, when they do not say"), .shape = &ref_shape),
	F(struct hook_out, FT_OBJ, team, FIELD_OPTIONAL, N_("who looks after it"), .shape = &ref_shape),
	F(struct hook_out, FT_BOOL, opens, FIELD_REQUIRED, N_("alerts that no rule is about open an incident")),
	F(struct hook_out, FT_OBJ, open_rule, FIELD_REQUIRED, N_("if so, which of them"), .shape = &open_rule_shape),
	F(struct hook_out, FT_TEXT, url, FIELD_OPTIONAL, N_("its address with the key; shown once")),
	F(struct hook_out, FT_TIME, created_at, FIELD_REQUIRED, N_("when it was made")),
	F(struct hook_out, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

struct hook_in {
	uint64_t given;
	int64_t id;
	str source, name;
	int64_t service, team;
	bool opens;
	struct open_rule open_rule;
};
#define HOOK_FIELDS                                                                                                             \
	F(struct hook_in, FT_ID, service, FIELD_OPTIONAL, N_("what its alerts are about, when they do not say")),                   \
	F(struct hook_in, FT_ID, team, FIELD_OPTIONAL, N_("who looks after it")),                                                   \
	F(struct hook_in, FT_BOOL, opens, 0, N_("alerts that no rule is about open an incident; true, when nothing is said")),       \
	F(struct hook_in, FT_OBJ, open_rule, FIELD_OPTIONAL, N_("if so, which of them; null: every one"), .shape = &open_rule_shape)
INPUT(hook_in, "HookInput", struct hook_in,
	F(struct hook_in, FT_TEXT, source, FIELD_REQUIRED, N_("kind of monitor"), .max = 60),
	F(struct hook_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("what it is called here"), .max = 100), HOOK_FIELDS);
INPUT(hook_change_in, "HookChange", struct hook_in,
	F(struct hook_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the hook")),
	F(struct hook_in, FT_TEXT, name, FIELD_NOT_EMPTY | FIELD_LINE, N_("what it is called here"), .max = 100), HOOK_FIELDS);

static struct hook_out hook_out(const struct hook *h) {
	return (struct hook_out){ .id = h->id, .source = h->source, .name = h->name, .service = h->service, .team = h->team, .opens = h->opens,
		.open_rule = { h->min_severity, h->labels }, .created_at = h->created_at, .version = h->version };
}

static enum st check_labels(struct ctx *c, str json) {
	char room[160];
	const char *name;
	json_t *labels, *v;
	str why;
	labels = json_parse(json, &why, room);
	json_own(c->a, labels);
	bool good = json_is_object(labels);
	json_object_foreach(labels, name, v)
		good = good && json_is_string(v);
	return good ? ST_OK : fail(c, ST_INVALID, "hook.labels", "open_rule/labels", N_("Labels must be an object of texts, such as {\"team\": \"payments\"}."));
}

/* Takes what was given; absent members stay as they are. */
static enum st overlay_hook(struct ctx *c, const struct shape *shape, const struct hook_in *in, struct hook *h) {
	if (shape_given_name(shape, in, "name"))
		h->name = in->name;
	if (shape_given_name(shape, in, "service"))
		h->service.id = in->service;
	if (shape_given_name(shape, in, "team"))
		h->team.id = in->team;
	if (shape_given_name(shape, in, "opens"))
		h->opens = in->opens;
	if (shape_given_name(shape, in, "open_rule")) {
		h->min_severity = in->open_rule.min_severity;
		h->labels = in->open_rule.labels.n ? in->open_rule.labels : STR("{}");
	}
	return check_labels(c, h->labels);
}

static enum st check_references(struct ctx *c, const struct hook *h) {
	enum st st = h->service.id ? org_service_check(c, h->service.id, "service") : ST_OK;
	return st == ST_OK && h->team.id ? org_team_check(c, h->team.id, "team") : st;
}

static enum st reply_hook(struct ctx *c, struct reply *out, int64_t id, str url) {
	struct hook h = { 0 };
	enum st st = hook_store_get(c, id, &h, NULL);
	if (st != ST_OK)
		return st;
	struct hook_out o = hook_out(&h);
	o.url = url;
	reply_record(c, out, &hook_shape, &o, h.version);
	return ST_OK;
}

/* The address as the one who asks reaches us, so that it can be copied into the monitor's configuration. */
static str hook_url(struct ctx *c, const struct hook *h, int64_t id, str secret) {
	const struct call *call = op_call(c);
	str host = call->header ? call->header(call->header_data, "Host") : STR_NONE;
	str path = arena_printf(c->a, "/api/v1/hooks/%.*s/%lld-%.*s", STR_FMT(h->source), (long long)id, STR_FMT(secret));
	return host.n ? arena_printf(c->a, "%s://%.*s%.*s", call->secure ? "https" : "http", STR_FMT(host), STR_FMT(path)) : path;
}

static str new_secret(struct ctx *c) {
	unsigned char bytes[SECRET_BYTES];
	char *text = arena_alloc(c->a, SECRET_TEXT + 1);
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(text, SECRET_TEXT + 1, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_c(text);
}

static enum st run_hook_create(struct ctx *c, const void *data, struct reply *out) {
	const struct hook_in *in = data;
	struct hook h = { .source = in->source, .opens = true, .min_severity = -1, .labels = STR("{}") };
	str secret = new_secret(c);
	int64_t id;
	if (!alert_source_find(in->source))
		return fail(c, ST_INVALID, "hook.source", "source", N_("There is no source “%.*s”."), STR_FMT(in->source));
	enum st st = overlay_hook(c, &hook_in, in, &h);
	if (st == ST_OK)
		st = check_references(c, &h);
	if (st == ST_OK)
		st = hook_store_insert(c, &h, hash_of(c, secret), &id);
	if (st == ST_OK)
		st = event_emitf(c, "hook.created", "hook", id, 0, STR("alerts"), "{\"source\":\"%.*s\"}", STR_FMT(h.source));
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/hooks", id);
	return reply_hook(c, out, id, hook_url(c, &h, id, secret));
}

static enum st get_hook(struct ctx *c, int64_t id, struct hook *h) {
	enum st st = hook_store_get(c, id, h, NULL);
	return st == ST_NOT_FOUND ? fail(c, st, "hook.not_found", NULL, N_("There is no such hook.")) : st;
}

static enum st run_hook_change(struct ctx *c, const void *data, struct reply *out) {
	const struct hook_in *in = data;
	struct hook h = { 0 };
	enum st st = get_hook(c, in->id, &h);
	struct hook_out now = hook_out(&h);
	if (st == ST_OK)
		st = version_check(c, h.version, &hook_shape, &now);
	if (st == ST_OK)
		st = overlay_hook(c, &hook_change_in, in, &h);
	if (st == ST_OK)
		st = check_references(c, &h);
	if (st == ST_OK)
		st = hook_store_save(c, &h);
	if (st == ST_OK)
		st = event_emitf(c, "hook.changed", "hook", h.id, 0, STR("alerts"), "{}");
	return st == ST_OK ? reply_hook(c, out, h.id, STR_NONE) : st;
}

struct hook_id_in {
	uint64_t given;
	int64_t id;
};
INPUT(hook_id_in, "HookId", struct hook_id_in, F(struct hook_id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the hook")));

static enum st run_hook_end(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct hook_id_in *in = data;
	struct hook h = { 0 };
	enum st st = get_hook(c, in->id, &h);
	if (st == ST_OK)
		st = hook_store_end(c, in->id);
	return st == ST_OK ? event_emitf(c, "hook.ended", "hook", in->id, 0, STR("alerts"), "{}") : st;
}

static enum st run_hooks(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list hooks;
	enum st st = hook_store_all(c, &hooks);
	if (st != ST_OK)
		return st;
	const struct hook *h = hooks.items;
	struct hook_out *rows = arena_array(c->a, hooks.n + 1, sizeof *rows);
	for (size_t i = 0; i < hooks.n; i++)
		rows[i] = hook_out(&h[i]);
	reply_page(c, out, &hook_shape, &(struct list){ rows, hooks.n }, STR_NONE);
	return ST_OK;
}

/* ---- rules ---- */

struct rule_in {
	uint64_t given;
	int64_t id, hook;
	str name;
	int64_t position;
	struct list matchers;
	int severity;
	str severity_label;
	int64_t service;
	str service_label;
	bool opens_incident;
};
#define RULE_FIELDS                                                                                                             \
	F(struct rule_in, FT_ID, hook, FIELD_OPTIONAL, N_("only alerts of this hook; null: of every hook")),                        \
	F(struct rule_in, FT_I64, position, 0, N_("smaller ones are asked first; 0 when nothing is said"), .min = -1000000, .max = 1000000), \
	F(struct rule_in, FT_LIST, matchers, 0, N_("all of them must fit; none fits every alert"), .shape = &matcher_shape, .max = 20), \
	F(struct rule_in, FT_ENUM, severity, FIELD_OPTIONAL, N_("of the incident; null: from the alert's label"), .names = severity_names), \
	F(struct rule_in, FT_TEXT, severity_label, FIELD_OPTIONAL, N_("the label with the severity; null: severity"), .max = 200),   \
	F(struct rule_in, FT_ID, service, FIELD_OPTIONAL, N_("what is affected")),                                                  \
	F(struct rule_in, FT_TEXT, service_label, FIELD_OPTIONAL, N_("the label with the service's name; null: service"), .max = 200), \
	F(struct rule_in, FT_BOOL, opens_incident, 0, N_("false: such an alert is kept, but opens nothing; true, when nothing is said"))
INPUT(rule_in, "RuleInput", struct rule_in,
	F(struct rule_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("what it is for"), .max = 200), RULE_FIELDS);
INPUT(rule_change_in, "RuleChange", struct rule_in,
	F(struct rule_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the rule")),
	F(struct rule_in, FT_TEXT, name, FIELD_NOT_EMPTY | FIELD_LINE, N_("what it is for"), .max = 200), RULE_FIELDS);

#define TAKE(member)                                                                                                            \
	if (shape_given_name(shape, in, #member))                                                                                   \
	r->member = in->member

static enum st overlay_rule(struct ctx *c, const struct shape *shape, const struct rule_in *in, struct alert_rule *r) {
	struct hook h = { 0 };
	TAKE(hook);
	TAKE(name);
	TAKE(position);
	TAKE(matchers);
	TAKE(severity);
	TAKE(severity_label);
	TAKE(service_label);
	TAKE(opens_incident);
	if (shape_given_name(shape, in, "service"))
		r->service.id = in->service;
	enum st st = matchers_check(c, &r->matchers);
	if (st == ST_OK && r->service.id)
		st = org_service_check(c, r->service.id, "service");
	if (st == ST_OK && r->hook && hook_store_get(c, r->hook, &h, NULL) != ST_OK)
		return fail(c, ST_INVALID, "rule.hook", "hook", N_("There is no such hook."));
	return st;
}

static enum st get_rule(struct ctx *c, int64_t id, struct alert_rule *r) {
	enum st st = rule_store_get(c, id, r);
	return st == ST_NOT_FOUND ? fail(c, st, "rule.not_found", NULL, N_("There is no such rule.")) : st;
}

static enum st reply_rule(struct ctx *c, struct reply *out, int64_t id) {
	struct alert_rule r;
	enum st st = get_rule(c, id, &r);
	if (st == ST_OK)
		reply_record(c, out, &alert_rule_shape, &r, r.version);
	return st;
}

static enum st run_rule_create(struct ctx *c, const void *data, struct reply *out) {
	struct alert_rule r = { .severity = -1, .opens_incident = true };
	int64_t id;
	enum st st = overlay_rule(c, &rule_in, data, &r);
	if (st == ST_OK)
		st = rule_store_insert(c, &r, &id);
	if (st == ST_OK)
		st = event_emitf(c, "rule.created", "rule", id, 0, STR("alerts"), "{}");
	if (st != ST_OK)
		return st;
	reply_created(c, out, "/api/v1/rules", id);
	return reply_rule(c, out, id);
}

static enum st run_rule_change(struct ctx *c, const void *data, struct reply *out) {
	const struct rule_in *in = data;
	struct alert_rule r;
	enum st st = get_rule(c, in->id, &r);
	if (st == ST_OK)
		st = version_check(c, r.version, &alert_rule_shape, &r);
	if (st == ST_OK)
		st = overlay_rule(c, &rule_change_in, in, &r);
	if (st == ST_OK)
		st = rule_store_save(c, &r);
	if (st == ST_OK)
		st = event_emitf(c, "rule.changed", "rule", r.id, 0, STR("alerts"), "{}");
	return st == ST_OK ? reply_rule(c, out, r.id) : st;
}

struct rule_id_in {
	uint64_t given;
	int64_t id;
};
INPUT(rule_id_in, "RuleId", struct rule_id_in, F(struct rule_id_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the rule")));

static enum st run_rule_delete(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct rule_id_in *in = data;
	struct alert_rule r;
	enum st st = get_rule(c, in->id, &r);
	if (st == ST_OK)
		st = rule_store_delete(c, in->id);
	return st == ST_OK ? event_emitf(c, "rule.deleted", "rule", in->id, 0, STR("alerts"), "{}") : st;
}

static enum st run_rules(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list rules;
	enum st st = rule_store_all(c, 0, &rules);
	if (st == ST_OK)
		reply_page(c, out, &alert_rule_shape, &rules, STR_NONE);
	return st;
}

/* ---- the table ---- */

static const struct op ops[] = {
	OP("hook.receive", "POST /api/v1/hooks/{source}/{key}", PERM_PUBLIC, OP_WRITE, BODY_RAW, &receive_in, REPLY_RECORD, &intake_result_shape, run_receive,
		N_("Where a monitor posts its alerts."), .flags = OP_FORM_CHECKED, .parse = parse_received, .authenticate = authenticate, .body_limit = MOST_BODY),
	OP("alert.list", "GET /api/v1/alerts", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &alerts_in, REPLY_PAGE, &alert_shape, run_alerts,
		N_("Alerts, the newest first."), .flags = OP_MCP | OP_REPEATS),
	OP("alert.get", "GET /api/v1/alerts/{id}", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, &alert_id_in, REPLY_RECORD, &alert_shape, run_alert, N_("An alert."),
		.noun = &alert_noun, .flags = OP_MCP),
	OP("alert.declare", "POST /api/v1/alerts/{id}/declare", PERM_INCIDENT_DECLARE, OP_WRITE, BODY_NONE, &alert_id_in, REPLY_RECORD, &incident_shape, run_declare,
		N_("Declare that an alert is an incident."), .noun = &alert_noun, .flags = OP_CREATES | OP_MCP),
	OP("source.list", "GET /api/v1/alert_sources", PERM_INCIDENT_VIEW, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &source_row_shape, run_sources,
		N_("The kinds of monitors that can post alerts, and how to point them here.")),
	OP("hook.list", "GET /api/v1/hooks", PERM_ALERT_EDIT, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &hook_shape, run_hooks, N_("The hooks of monitors.")),
	OP("hook.create", "POST /api/v1/hooks", PERM_ALERT_EDIT, OP_WRITE, BODY_JSON, &hook_in, REPLY_RECORD, &hook_shape, run_hook_create,
		N_("Make an address for a monitor; its key is shown once."), .flags = OP_CREATES | OP_SECRET),
	OP("hook.change", "PATCH /api/v1/hooks/{id}", PERM_ALERT_EDIT, OP_WRITE, BODY_JSON, &hook_change_in, REPLY_RECORD, &hook_shape, run_hook_change,
		N_("Change what a hook is called and which of its alerts open an incident."), .flags = OP_MATCH),
	OP("hook.end", "DELETE /api/v1/hooks/{id}", PERM_ALERT_EDIT, OP_WRITE, BODY_NONE, &hook_id_in, REPLY_NONE, NULL, run_hook_end,
		N_("Let a hook's key open nothing any more; its alerts stay.")),
	OP("rule.list", "GET /api/v1/rules", PERM_ALERT_EDIT, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &alert_rule_shape, run_rules,
		N_("The rules about which alerts open an incident, in the order in which they are asked.")),
	OP("rule.create", "POST /api/v1/rules", PERM_ALERT_EDIT, OP_WRITE, BODY_JSON, &rule_in, REPLY_RECORD, &alert_rule_shape, run_rule_create,
		N_("Say which alerts open an incident, and how severe it is."), .flags = OP_CREATES),
	OP("rule.change", "PATCH /api/v1/rules/{id}", PERM_ALERT_EDIT, OP_WRITE, BODY_JSON, &rule_change_in, REPLY_RECORD, &alert_rule_shape, run_rule_change,
		N_("Change a rule."), .flags = OP_MATCH),
	OP("rule.delete", "DELETE /api/v1/rules/{id}", PERM_ALERT_EDIT, OP_WRITE, BODY_NONE, &rule_id_in, REPLY_NONE, NULL, run_rule_delete, N_("Delete a rule.")),
};

ROOM(alert_room, "alert", ops);
