/* A kind of monitor that posts alerts. One file with one ALERT_SOURCE is one source; there is nothing else to do: its hook, its row in lists, its help and its test come from
 * that (alert_source_test.c feeds every source its own sample and compares with what the source says it must find). Sources know bytes, not incidents: what becomes of an
 * alert is decided in feature/alert.
 *
 *   static enum st parse(struct ctx *c, str body, struct alert_sink *out) { … alert_sink_add(c, out, &(struct alert_in){ … }); … }
 *   ALERT_SOURCE(zabbix, .title = "Zabbix", .help = N_("Media type webhook …"), .parse = parse, .sample = "{…}", .found = "firing | …\n");
 */
#ifndef ADAPTER_ALERT_SOURCE_ALERT_SOURCE_H
#define ADAPTER_ALERT_SOURCE_ALERT_SOURCE_H

#include "base/json.h"
#include "base/registry.h"
#include "core/ctx.h"
#include "core/shape.h"

struct alert_label {
	str name, value;
};

/* One alert as its source tells of it. Texts are valid UTF-8 without NUL and live as long as the arena. */
struct alert_in {
	bool firing;
	str fingerprint;    /* what makes it the same alert next time; empty: made from its labels by alert_sink_add */
	str title, description;
	struct alert_label *labels;
	size_t label_count; /* sorted by name, by alert_sink_add */
	str group;          /* alerts of one group belong to one incident; empty: it stands alone */
	int64_t started_at, ended_at; /* I64_NONE: the source does not say */
	str url;            /* where a person can look */
};

struct alert_sink {
	struct alert_in *items;
	size_t n, room;
};
void alert_sink_add(struct ctx *c, struct alert_sink *sink, const struct alert_in *alert);
/* Empty when there is none. */
str alert_label(const struct alert_in *alert, str name);

struct alert_source {
	const char *name;  /* of its hooks' address */
	const char *title;
	const char *help;  /* English key: how to point the monitor here */
	/* ST_MALFORMED: not what this source sends, by its form. ST_INVALID: a member is wrong, err.field names it. An empty list of alerts is fine. */
	enum st (*parse)(struct ctx *c, str body, struct alert_sink *out);
	const char *sample; /* something the real monitor sent */
	const char *found;  /* what is in it, as alert_source_describe writes it */
};

#define ALERT_SOURCE(source_name, ...)                                                                                          \
	static const struct alert_source alert_source_##source_name = { .name = #source_name, __VA_ARGS__ };                        \
	REGISTER(alert_source, alert_source_##source_name)

/* NULL when there is none of that name. */
const struct alert_source *alert_source_find(str name);
/* The i-th by name; NULL past the last. */
const struct alert_source *alert_source_at(size_t i);
/* One line an alert: "firing | title | fingerprint | group | started | ended". For tests and for trying a payload. */
void alert_source_describe(struct ctx *c, const struct alert_sink *sink, struct buf *out);

/* ---- for sources that send JSON ---- */

/* The body as an object that the arena gives back. ST_MALFORMED, explained. */
MUST_CHECK enum st alert_json(struct ctx *c, str body, json_t **out);
/* A text member, empty when absent or null; cut to most bytes at a character. ST_INVALID when it is something else. where: "alerts/0", for the error. */
MUST_CHECK enum st alert_json_text(struct ctx *c, const json_t *object, const char *name, size_t most, const char *where, str *out);
/* A time; I64_NONE when absent, null, empty or the year 1, which Go programs send for "none". */
MUST_CHECK enum st alert_json_time(struct ctx *c, const json_t *object, const char *name, const char *where, int64_t *out);

#endif
