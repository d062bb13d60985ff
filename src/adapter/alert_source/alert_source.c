#include "adapter/alert_source/alert_source.h"

#include <sodium.h>
#include <stdlib.h>

#include "text/utf8.h"

REGISTRY_OF(alert_source);

enum { MOST_SOURCES = 64, FINGERPRINT_BYTES = 8 };

/* ---- the registry ---- */

static int by_name(const void *a, const void *b) {
	const struct alert_source *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static const struct alert_source *sources[MOST_SOURCES + 1];

__attribute__((constructor)) static void collect(void) {
	size_t n = 0;
	REGISTRY_EACH(alert_source, struct alert_source, s)
		if (n < MOST_SOURCES)
			sources[n++] = s;
	qsort(sources, n, sizeof *sources, by_name);
}

const struct alert_source *alert_source_at(size_t i) {
	return i < MOST_SOURCES ? sources[i] : NULL;
}

const struct alert_source *alert_source_find(str name) {
	for (size_t i = 0; sources[i]; i++)
		if (str_is(name, sources[i]->name))
			return sources[i];
	return NULL;
}

/* ---- alerts ---- */

static int by_label(const void *a, const void *b) {
	const struct alert_label *x = a, *y = b;
	return str_cmp(x->name, y->name);
}

/* The labels are the identity of an alert whose source gives it none. */
static str fingerprint_of(struct ctx *c, const struct alert_in *alert) {
	crypto_generichash_state state;
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char *hex = arena_alloc(c->a, 2 * FINGERPRINT_BYTES + 1);
	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	for (size_t i = 0; i < alert->label_count; i++) {
		crypto_generichash_update(&state, (const unsigned char *)alert->labels[i].name.p, alert->labels[i].name.n);
		crypto_generichash_update(&state, (const unsigned char *)"\xff", 1);
		crypto_generichash_update(&state, (const unsigned char *)alert->labels[i].value.p, alert->labels[i].value.n);
		crypto_generichash_update(&state, (const unsigned char *)"\xff", 1);
	}
	crypto_generichash_final(&state, hash, sizeof hash);
	return str_c(sodium_bin2hex(hex, 2 * FINGERPRINT_BYTES + 1, hash, FINGERPRINT_BYTES));
}

void alert_sink_add(struct ctx *c, struct alert_sink *sink, const struct alert_in *alert) {
	if (sink->n == sink->room) {
		size_t room = sink->room ? 2 * sink->room : 8;
		struct alert_in *grown = arena_array(c->a, room, sizeof *grown);
		if (sink->n)
			memcpy(grown, sink->items, sink->n * sizeof *grown);
		sink->items = grown;
		sink->room = room;
	}
	struct alert_in *new = &sink->items[sink->n++];
	*new = *alert;
	if (new->label_count)
		qsort(new->labels, new->label_count, sizeof *new->labels, by_label);
	if (!new->fingerprint.n)
		new->fingerprint = fingerprint_of(c, new);
}

str alert_label(const struct alert_in *alert, str name) {
	for (size_t i = 0; i < alert->label_count; i++)
		if (str_eq(alert->labels[i].name, name))
			return alert->labels[i].value;
	return STR_NONE;
}

static void describe_time(struct buf *out, int64_t at) {
	buf_lit(out, " | ");
	if (at == I64_NONE)
		buf_lit(out, "-");
	else
		time_format_rfc3339(out, at);
}

void alert_source_describe(struct ctx *c UNUSED, const struct alert_sink *sink, struct buf *out) {
	for (size_t i = 0; i < sink->n; i++) {
		const struct alert_in *a = &sink->items[i];
		buf_printf(out, "%s | %.*s | %.*s | %.*s", a->firing ? "firing" : "resolved", STR_FMT(a->title), STR_FMT(a->fingerprint), STR_FMT(a->group));
		describe_time(out, a->started_at);
		describe_time(out, a->ended_at);
		buf_lit(out, "\n");
	}
}

/* ---- JSON ---- */

enum st alert_json(struct ctx *c, str body, json_t **out) {
	str why;
	char room[160];
	*out = json_parse(body, &why, room);
	if (!*out)
		return fail(c, ST_MALFORMED, "json.malformed", NULL, N_("The body is not well-formed JSON: %.*s"), STR_FMT(why));
	json_own(c->a, *out);
	return json_is_object(*out) ? ST_OK : fail(c, ST_MALFORMED, "body.object", NULL, N_("The body must be a JSON object."));
}

static enum st wrong(struct ctx *c, const char *where, const char *name) {
	str path = *where ? arena_printf(c->a, "%s/%s", where, name) : str_c(name);
	return fail_field(c, ST_INVALID, "alert.malformed", path, N_("“%.*s” is not what this source sends there."), STR_FMT(path));
}

enum st alert_json_text(struct ctx *c, const json_t *object, const char *name, size_t most, const char *where, str *out) {
	const json_t *v = json_object_get(object, name);
	*out = STR_NONE;
	if (!v || json_is_null(v))
		return ST_OK;
	str s = json_str(v);
	if (!json_is_string(v) || str_chr(s, '\0') >= 0)
		return wrong(c, where, name);
	if (s.n > most) {
		s = str_to(s, most);
		while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	*out = s;
	return ST_OK;
}

enum st alert_json_time(struct ctx *c, const json_t *object, const char *name, const char *where, int64_t *out) {
	str s;
	enum st st = alert_json_text(c, object, name, 64, where, &s);
	*out = I64_NONE;
	if (st != ST_OK || !s.n || str_starts(s, STR("0001-")))
		return st;
	return time_parse_rfc3339(s, out) ? ST_OK : wrong(c, where, name);
}
