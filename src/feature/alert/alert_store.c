#include "feature/alert/alert_memory.h"

#include "base/json.h"
#include "db/in.h"
#include "text/utf8.h"

enum { MOST_SHOWN = 500 };

const struct noun alert_noun = { "alert", "ALERT", "SELECT scope FROM alert WHERE id = $1" };

static const struct field alert_incident_fields[] = {
	F(struct alert_incident, FT_ID, id, FIELD_REQUIRED, N_("number of the incident"), .prefix = "INC"),
	F(struct alert_incident, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
};
static const struct shape alert_incident_shape = { "AlertIncident", sizeof(struct alert_incident), alert_incident_fields, 2, N_("the incident an alert belongs to") };

SHAPE(alert_shape, "Alert", struct alert, N_("a signal from a monitor"),
	F(struct alert, FT_ID, id, FIELD_REQUIRED, N_("number of the alert"), .prefix = "ALERT"),
	F(struct alert, FT_TEXT, source, FIELD_REQUIRED, N_("kind of monitor")),
	F(struct alert, FT_OBJ, hook, FIELD_OPTIONAL, N_("the hook it came through"), .shape = &ref_shape),
	F(struct alert, FT_TEXT, fingerprint, FIELD_REQUIRED, N_("what makes it the same alert next time")),
	F(struct alert, FT_TEXT, title, FIELD_REQUIRED, N_("what it says")),
	F(struct alert, FT_TEXT, description, FIELD_OPTIONAL, N_("what it says in more words")),
	F(struct alert, FT_ENUM, state, FIELD_REQUIRED, N_("firing or resolved"), .names = alert_state_names),
	F(struct alert, FT_ENUM, severity, FIELD_OPTIONAL, N_("severity of the incident it asks for; null: for none"), .names = severity_names),
	F(struct alert, FT_JSON, labels, FIELD_REQUIRED, N_("its labels")),
	F(struct alert, FT_OBJ, incident, FIELD_OPTIONAL, N_("the incident it belongs to"), .shape = &alert_incident_shape),
	F(struct alert, FT_OBJ, service, FIELD_OPTIONAL, N_("what is affected"), .shape = &ref_shape),
	F(struct alert, FT_TIME, started_at, FIELD_REQUIRED, N_("since when")),
	F(struct alert, FT_TIME, ended_at, FIELD_OPTIONAL, N_("until when")),
	F(struct alert, FT_TIME, first_seen_at, FIELD_REQUIRED, N_("when the monitor first told of it")),
	F(struct alert, FT_TIME, last_seen_at, FIELD_REQUIRED, N_("when the monitor last told of it")),
	F(struct alert, FT_I64, count, FIELD_REQUIRED, N_("how often the monitor told of it")),
	F(struct alert, FT_TEXT, url, FIELD_OPTIONAL, N_("where it came from")),
	F(struct alert, FT_I64, version, FIELD_REQUIRED, N_("version")));

static struct db_value name_or_null(const char *const *names, int value) {
	return value < 0 ? DB_NULL : DB_STR(enum_str(names, value));
}

static struct db_value text_or_empty(str s) {
	return DB_STR(s.n ? s : STR(""));
}

/* ---- the way of a repeat: as short as it can be, monitors repeat everything all the time ---- */

static str state_of(const struct alert_in *a) {
	return enum_str(alert_state_names, a->firing ? ALERT_FIRING : ALERT_RESOLVED);
}

enum st alert_store_known(struct ctx *c, str source, const struct alert_in *alerts, size_t n, struct known_alert *out, size_t *out_n) {
	struct db_value args[DB_IN_MOST + 1];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_STR(alerts[i].fingerprint);
	db_in_fill(args, n);
	args[DB_IN_MOST] = DB_STR(source);
	enum st st = ctx_db_run(c, &r,
		"SELECT id, fingerprint, state, started_at, incident, scope FROM alert WHERE source = $33 AND past = 0 AND fingerprint IN (" DB_IN_32 ")", args,
		DB_IN_MOST + 1);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		out[i] = (struct known_alert){ db_i64(&r, i, 0), db_str(&r, i, 1), enum_index(alert_state_names, db_str(&r, i, 2)), db_i64(&r, i, 3), db_i64(&r, i, 4),
			db_i64(&r, i, 5) };
	*out_n = st == ST_OK ? r.rows : 0;
	return st;
}

enum st alert_store_touch(struct ctx *c, const int64_t *ids, size_t n, int64_t times, int64_t now) {
	struct db_value args[DB_IN_MOST + 2];
	if (!n)
		return ST_OK;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(ids[i]);
	db_in_fill(args, n);
	args[DB_IN_MOST] = DB_I64(now);
	args[DB_IN_MOST + 1] = DB_I64(times);
	return ctx_db_post(c, "UPDATE alert SET last_seen_at = $33, seen_count = seen_count + $34 WHERE id IN (" DB_IN_32 ")", args, DB_IN_MOST + 2);
}

/* ---- news ---- */

enum st alert_store_set_past(struct ctx *c, int64_t id) {
	return db_do(c, "UPDATE alert SET past = id WHERE id = $1", DB_I64(id));
}

static str labels_json(struct ctx *c, const struct alert_in *a) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	for (size_t i = 0; i < a->label_count; i++) {
		jw_key_str(&w, a->labels[i].name);
		jw_str(&w, a->labels[i].value);
	}
	jw_end(&w);
	return buf_str(&b);
}

enum st alert_store_insert(struct ctx *c, const struct hook *hook, const struct alert_in *a, const struct alert *row, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO alert (source, fingerprint, past, hook, title, description, state, severity, labels, group_key, incident, service, scope, started_at, ended_at,"
		" first_seen_at, last_seen_at, seen_count, url, version)"
		" VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 1, $16, 1) RETURNING id",
		DB_STR(hook->source), DB_STR(a->fingerprint), DB_I64(hook->id), text_or_empty(a->title), DB_OPT_STR(a->description), DB_STR(state_of(a)),
		name_or_null(severity_names, row->severity), DB_STR(labels_json(c, a)), text_or_empty(a->group), DB_OPT_I64(row->incident.id), DB_OPT_I64(row->service.id),
		DB_I64(row->scope), DB_I64(row->started_at), row->ended_at == I64_NONE ? DB_NULL : DB_I64(row->ended_at), DB_I64(c->now), DB_OPT_STR(a->url));
}

enum st alert_store_resolve(struct ctx *c, int64_t id, int64_t ended_at) {
	return db_later(c, "UPDATE alert SET state = 'resolved', ended_at = $2, last_seen_at = $3, seen_count = seen_count + 1, version = version + 1 WHERE id = $1",
		DB_I64(id), DB_I64(ended_at), DB_I64(c->now));
}

enum st alert_store_attach(struct ctx *c, int64_t id, int64_t incident, int64_t scope) {
	alert_memory_forget(c);
	return db_later(c, "UPDATE alert SET incident = $2, scope = $3, version = version + 1 WHERE id = $1", DB_I64(id), DB_I64(incident), DB_I64(scope));
}

/* ---- reading ---- */

#define ALERT                                                                                                                   \
	"SELECT a.scope, a.id, a.source, h.id AS hook_id, h.name AS hook_name, a.fingerprint, a.title, a.description, a.state, a.severity, a.labels,"        \
	" i.id AS incident_id, i.title AS incident_title, s.id AS service_id, s.name AS service_name, a.started_at, a.ended_at, a.first_seen_at,"            \
	" a.last_seen_at, a.seen_count AS count, a.url, a.version FROM alert a LEFT JOIN hook h ON h.id = a.hook"                   \
	" LEFT JOIN incident i ON i.id = a.incident LEFT JOIN service s ON s.id = a.service"

enum st alert_store_get(struct ctx *c, int64_t id, struct alert *out) {
	struct db_result r;
	enum st st = db_get(c, &r, ALERT " WHERE a.id = $1", DB_I64(id));
	*out = (struct alert){ 0 };
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK) {
		shape_from_row(&alert_shape, &r, 0, out);
		out->scope = db_i64(&r, 0, 0);
	}
	return st;
}

enum st alert_store_page(struct ctx *c, int state, const struct page_in *page, struct list *out) {
	if (state >= 0)
		return shape_query(c, &alert_shape, out, ALERT " WHERE a.state = $4 AND a.id < $1 AND " PERM_SEES("a.scope", "$2") " ORDER BY a.id DESC LIMIT $3",
			DB_ARGS(DB_I64(page->id), DB_I64(perm_viewer(c)), DB_I64(page->limit), DB_STR(enum_str(alert_state_names, state))));
	return shape_query(c, &alert_shape, out, ALERT " WHERE a.id < $1 AND " PERM_SEES("a.scope", "$2") " ORDER BY a.id DESC LIMIT $3",
		DB_ARGS(DB_I64(page->id), DB_I64(perm_viewer(c)), DB_I64(page->limit)));
}

enum st alert_store_of_incident(struct ctx *c, int64_t incident, struct list *out) {
	return shape_query(c, &incident_alert_shape, out,
		"SELECT id, source, title, state, labels, started_at, ended_at, last_seen_at, seen_count AS count, url FROM alert WHERE incident = $1 ORDER BY id LIMIT $2",
		DB_ARGS(DB_I64(incident), DB_I64(MOST_SHOWN)));
}

enum st alert_store_standing(struct ctx *c, int64_t incident, int64_t *firing, int64_t *last_end) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT count(CASE WHEN state = 'firing' THEN 1 END), max(ended_at) FROM alert WHERE incident = $1", DB_I64(incident));
	if (st == ST_OK) {
		*firing = db_i64(&r, 0, 0);
		*last_end = db_cell(&r, 0, 1)->type == DB_T_I64 ? db_i64(&r, 0, 1) : I64_NONE;
	}
	return st;
}

enum st alert_store_rescope(struct ctx *c, int64_t incident, int64_t scope) {
	alert_memory_forget(c);
	enum st st = db_later(c, "UPDATE alert SET scope = $2 WHERE incident = $1", DB_I64(incident), DB_I64(scope));
	if (st == ST_OK)
		st = db_later(c, "UPDATE event SET scope = $2 WHERE noun = 'alert' AND noun_id IN (SELECT id FROM alert WHERE incident = $1)", DB_I64(incident),
			DB_I64(scope));
	return st;
}

/* ---- groups ---- */

enum st alert_store_group(struct ctx *c, int64_t hook, str group, int64_t *incident) {
	enum st st = db_one_i64(c, incident, "SELECT incident FROM alert_group WHERE hook = $1 AND group_key = $2", DB_I64(hook), DB_STR(group));
	if (st == ST_NOT_FOUND)
		*incident = 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st alert_store_set_group(struct ctx *c, int64_t hook, str group, int64_t incident) {
	return db_later(c,
		"INSERT INTO alert_group (hook, group_key, incident) VALUES ($1, $2, $3) ON CONFLICT (hook, group_key) DO UPDATE SET incident = excluded.incident",
		DB_I64(hook), DB_STR(group), DB_I64(incident));
}

enum st alert_store_service_named(struct ctx *c, str name, int64_t *service) {
	enum st st = db_one_i64(c, service, "SELECT id FROM service WHERE name_folded = $1", DB_STR(utf8_fold(c->a, name)));
	if (st == ST_NOT_FOUND)
		*service = 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- hooks ---- */

#define HOOK                                                                                                                    \
	"SELECT h.id, h.source, h.name, s.id, s.name, t.id, t.name, h.opens, h.min_severity, h.labels, h.made_at, h.version, h.key_hash FROM hook h"      \
	" LEFT JOIN service s ON s.id = h.service LEFT JOIN team t ON t.id = h.team"

static struct hook hook_from_row(const struct db_result *r, size_t i) {
	return (struct hook){ .id = db_i64(r, i, 0), .source = db_str(r, i, 1), .name = db_str(r, i, 2), .service = { db_i64(r, i, 3), db_str(r, i, 4) },
		.team = { db_i64(r, i, 5), db_str(r, i, 6) }, .opens = db_i64(r, i, 7) != 0,
		.min_severity = db_str(r, i, 8).n ? enum_index(severity_names, db_str(r, i, 8)) : -1, .labels = db_str(r, i, 9), .created_at = db_i64(r, i, 10),
		.version = db_i64(r, i, 11) };
}

enum st hook_store_insert(struct ctx *c, const struct hook *h, str key_hash, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO hook (source, name, key_hash, service, team, opens, min_severity, labels, made_at, made_by, version)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) RETURNING id",
		DB_STR(h->source), DB_STR(h->name), DB_BLOB(key_hash), DB_OPT_I64(h->service.id), DB_OPT_I64(h->team.id), DB_I64(h->opens),
		name_or_null(severity_names, h->min_severity), DB_STR(h->labels), DB_I64(c->now), DB_OPT_I64(c->who->person));
}

enum st hook_store_get(struct ctx *c, int64_t id, struct hook *out, str *key_hash) {
	struct db_result r;
	enum st st = db_again(c, &r, HOOK " WHERE h.id = $1 AND h.ended_at IS NULL", DB_I64(id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st != ST_OK)
		return st;
	*out = hook_from_row(&r, 0);
	if (key_hash)
		*key_hash = db_str(&r, 0, 12);
	return ST_OK;
}

enum st hook_store_save(struct ctx *c, struct hook *h) {
	h->version++;
	return db_later(c, "UPDATE hook SET name = $2, service = $3, team = $4, opens = $5, min_severity = $6, labels = $7, version = $8 WHERE id = $1", DB_I64(h->id),
		DB_STR(h->name), DB_OPT_I64(h->service.id), DB_OPT_I64(h->team.id), DB_I64(h->opens), name_or_null(severity_names, h->min_severity), DB_STR(h->labels),
		DB_I64(h->version));
}

enum st hook_store_end(struct ctx *c, int64_t id) {
	return db_later(c, "UPDATE hook SET ended_at = $2, version = version + 1 WHERE id = $1", DB_I64(id), DB_I64(c->now));
}

enum st hook_store_all(struct ctx *c, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, HOOK " WHERE h.ended_at IS NULL AND h.id > $1 ORDER BY h.id", DB_I64(0));
	if (st != ST_OK)
		return st;
	struct hook *hooks = arena_array(c->a, r.rows + 1, sizeof *hooks);
	for (size_t i = 0; i < r.rows; i++)
		hooks[i] = hook_from_row(&r, i);
	*out = (struct list){ hooks, r.rows };
	return ST_OK;
}

/* ---- rules ---- */

#define RULE                                                                                                                    \
	"SELECT r.matchers, r.id, r.hook, r.name, r.position, r.severity, r.severity_label, s.id AS service_id, s.name AS service_name, r.service_label,"   \
	" r.opens_incident, r.version FROM alert_rule r LEFT JOIN service s ON s.id = r.service"

static str matchers_json(struct ctx *c, const struct list *matchers) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	shape_write_list(&w, &matcher_shape, matchers);
	return buf_str(&b);
}

static struct list matchers_from_json(struct ctx *c, str json) {
	char room[160];
	str why;
	json_t *array = json_parse(json, &why, room), *v;
	struct matcher *m = arena_array(c->a, json_array_size(array) + 1, sizeof *m);
	struct list out = { m, 0 };
	size_t i;
	json_own(c->a, array);
	json_array_foreach(array, i, v)
		m[out.n++] = (struct matcher){ json_str(json_object_get(v, "label")), enum_index(match_op_names, json_str(json_object_get(v, "op"))),
			json_str(json_object_get(v, "value")) };
	return out;
}

static struct list rules_from_rows(struct ctx *c, const struct db_result *r) {
	struct alert_rule *rules = arena_array(c->a, r->rows + 1, sizeof *rules);
	for (size_t i = 0; i < r->rows; i++) {
		shape_from_row(&alert_rule_shape, r, i, &rules[i]);
		rules[i].matchers = matchers_from_json(c, db_str(r, i, 0));
	}
	return (struct list){ rules, r->rows };
}

enum st rule_store_insert(struct ctx *c, const struct alert_rule *r, int64_t *id) {
	return db_one_i64(c, id,
		"INSERT INTO alert_rule (hook, name, position, matchers, severity, severity_label, service, service_label, opens_incident, version)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING id",
		DB_OPT_I64(r->hook), DB_STR(r->name), DB_I64(r->position), DB_STR(matchers_json(c, &r->matchers)), name_or_null(severity_names, r->severity),
		DB_OPT_STR(r->severity_label), DB_OPT_I64(r->service.id), DB_OPT_STR(r->service_label), DB_I64(r->opens_incident));
}

enum st rule_store_get(struct ctx *c, int64_t id, struct alert_rule *out) {
	struct db_result r;
	enum st st = db_get(c, &r, RULE " WHERE r.id = $1", DB_I64(id));
	if (st == ST_OK && !r.rows)
		return ST_NOT_FOUND;
	if (st == ST_OK)
		*out = *(struct alert_rule *)rules_from_rows(c, &r).items;
	return st;
}

enum st rule_store_save(struct ctx *c, struct alert_rule *r) {
	r->version++;
	return db_later(c,
		"UPDATE alert_rule SET hook = $2, name = $3, position = $4, matchers = $5, severity = $6, severity_label = $7, service = $8, service_label = $9,"
		" opens_incident = $10, version = $11 WHERE id = $1",
		DB_I64(r->id), DB_OPT_I64(r->hook), DB_STR(r->name), DB_I64(r->position), DB_STR(matchers_json(c, &r->matchers)), name_or_null(severity_names, r->severity),
		DB_OPT_STR(r->severity_label), DB_OPT_I64(r->service.id), DB_OPT_STR(r->service_label), DB_I64(r->opens_incident), DB_I64(r->version));
}

enum st rule_store_delete(struct ctx *c, int64_t id) {
	return db_later(c, "DELETE FROM alert_rule WHERE id = $1", DB_I64(id));
}

enum st rule_store_all(struct ctx *c, int64_t hook, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, RULE " WHERE $1 = 0 OR r.hook IS NULL OR r.hook = $1 ORDER BY CASE WHEN r.hook IS NULL THEN 1 ELSE 0 END, r.position, r.id",
		DB_I64(hook));
	*out = st == ST_OK ? rules_from_rows(c, &r) : (struct list){ 0 };
	return st;
}
