#include "adapter/alert_source/prometheus_format.h"

enum { LONGEST_KEY = 1000, LONGEST_TITLE = 300, LONGEST_TEXT = 4000, LONGEST_URL = 2000, LONGEST_WORD = 200, MOST_LABELS = 100 };

static enum st malformed(struct ctx *c, const char *where, const char *name) {
	str path = *where ? arena_printf(c->a, "%s/%s", where, name) : str_c(name);
	return fail_field(c, ST_INVALID, "alert.malformed", path, N_("“%.*s” is not what this source sends there."), STR_FMT(path));
}

static enum st read_labels(struct ctx *c, const json_t *alert, const char *where, struct alert_in *out) {
	json_t *labels = json_object_get(alert, "labels"), *v;
	const char *name;
	if (!json_is_object(labels) || json_object_size(labels) > MOST_LABELS)
		return malformed(c, where, "labels");
	out->labels = arena_array(c->a, json_object_size(labels) + 1, sizeof *out->labels);
	json_object_foreach(labels, name, v) {
		struct alert_label *l = &out->labels[out->label_count++];
		enum st st = alert_json_text(c, labels, name, LONGEST_KEY, where, &l->value);
		if (st != ST_OK)
			return st;
		l->name = arena_str(c->a, str_c(name));
	}
	return ST_OK;
}

/* Where it happens, for alerts that have no sentence of their own: what Prometheus puts on what it scrapes, the narrowest first. */
static str place(const struct alert_in *a) {
	static const char *const names[] = { "instance", "pod", "host", "node", "service", "job", "namespace", "cluster" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		str v = alert_label(a, str_c(names[i]));
		if (v.n)
			return v;
	}
	return STR_NONE;
}

static enum st read_texts(struct ctx *c, const json_t *alert, const char *where, struct alert_in *out) {
	json_t *annotations = json_object_get(alert, "annotations");
	enum st st = alert_json_text(c, annotations, "summary", LONGEST_TITLE, where, &out->title);
	if (st == ST_OK && !out->title.n)
		st = alert_json_text(c, annotations, "title", LONGEST_TITLE, where, &out->title);
	if (st == ST_OK)
		st = alert_json_text(c, annotations, "description", LONGEST_TEXT, where, &out->description);
	if (st != ST_OK || str_trim(out->title).n)
		return st;
	str name = alert_label(out, STR("alertname")), at = place(out);
	out->title = str_trim(arena_printf(c->a, "%.*s %.*s", STR_FMT(name.n ? name : STR("Alert")), STR_FMT(at)));
	return ST_OK;
}

static enum st read_state(struct ctx *c, const json_t *alert, const char *where, struct alert_in *out) {
	str status;
	enum st st = alert_json_text(c, alert, "status", LONGEST_WORD, where, &status);
	if (st != ST_OK)
		return st;
	out->firing = str_is(status, "firing");
	return out->firing || str_is(status, "resolved") ? ST_OK : malformed(c, where, "status");
}

static enum st read_times(struct ctx *c, const json_t *alert, const char *where, struct alert_in *out) {
	enum st st = alert_json_time(c, alert, "startsAt", where, &out->started_at);
	if (st == ST_OK)
		st = alert_json_time(c, alert, "endsAt", where, &out->ended_at);
	/* While it fires this is when it would time out. */
	if (out->firing)
		out->ended_at = I64_NONE;
	return st;
}

static enum st read_alert(struct ctx *c, const json_t *alert, const char *where, struct alert_in *out) {
	if (!json_is_object(alert))
		return malformed(c, where, "status");
	enum st st = read_state(c, alert, where, out);
	if (st == ST_OK)
		st = read_labels(c, alert, where, out);
	if (st == ST_OK)
		st = read_texts(c, alert, where, out);
	if (st == ST_OK)
		st = read_times(c, alert, where, out);
	if (st == ST_OK)
		st = alert_json_text(c, alert, "fingerprint", LONGEST_WORD, where, &out->fingerprint);
	return st == ST_OK ? alert_json_text(c, alert, "generatorURL", LONGEST_URL, where, &out->url) : st;
}

/* Version 3 sent a number. */
static enum st read_group(struct ctx *c, const json_t *body, str *group) {
	const json_t *v = json_object_get(body, "groupKey");
	if (json_is_integer(v)) {
		*group = arena_printf(c->a, "%lld", (long long)json_integer_value(v));
		return ST_OK;
	}
	return alert_json_text(c, body, "groupKey", LONGEST_KEY, "", group);
}

enum st prometheus_parse(struct ctx *c, str body, str (*link)(struct ctx *c, const json_t *alert), struct alert_sink *out) {
	json_t *root, *alerts, *one;
	size_t i;
	str group;
	enum st st = alert_json(c, body, &root);
	if (st != ST_OK)
		return st;
	alerts = json_object_get(root, "alerts");
	if (!json_is_array(alerts))
		return malformed(c, "", "alerts");
	st = read_group(c, root, &group);
	json_array_foreach(alerts, i, one) {
		char where[32];
		struct alert_in alert = { .group = group };
		snprintf(where, sizeof where, "alerts/%zu", i);
		if (st == ST_OK)
			st = read_alert(c, one, where, &alert);
		if (st != ST_OK)
			return st;
		if (link && link(c, one).n && link(c, one).n <= LONGEST_URL)
			alert.url = link(c, one);
		alert_sink_add(c, out, &alert);
	}
	return st;
}
