/* The head of a text: YAML between ---, TOML between +++. YAML goes through libyaml's tokens of events, so nothing is expanded; of TOML only plain keys with texts, dates and lists
 * of texts are read, which is what heads hold. */
#include <yaml.h>

#include "feature/intake/intake_parts.h"

enum { LONGEST_HEAD = 65536, MOST_EVENTS = 5000, DEEPEST = 8 };

static const struct key {
	const char *name;
	enum {
		INTO_NOTHING,
		INTO_TITLE,
		INTO_DATE,
		INTO_STATUS,
		INTO_SEVERITY,
		INTO_BEGAN,
		INTO_ENDED,
		INTO_SUMMARY,
		INTO_AUTHORS,
		INTO_LABELS
	} into;
} keys[] = {
	{ "title", INTO_TITLE },
	{ "제목", INTO_TITLE },
	{ "date", INTO_DATE },
	{ "날짜", INTO_DATE },
	{ "incident_date", INTO_DATE },
	{ "status", INTO_STATUS },
	{ "상태", INTO_STATUS },
	{ "severity", INTO_SEVERITY },
	{ "심각도", INTO_SEVERITY },
	{ "start_time", INTO_BEGAN },
	{ "started_at", INTO_BEGAN },
	{ "start", INTO_BEGAN },
	{ "end_time", INTO_ENDED },
	{ "ended_at", INTO_ENDED },
	{ "end", INTO_ENDED },
	{ "resolved_at", INTO_ENDED },
	{ "summary", INTO_SUMMARY },
	{ "author", INTO_AUTHORS },
	{ "authors", INTO_AUTHORS },
	{ "작성자", INTO_AUTHORS },
	{ "categories", INTO_LABELS },
	{ "tags", INTO_LABELS },
	{ "labels", INTO_LABELS },
	{ "keywords", INTO_LABELS },
	{ "company", INTO_LABELS },
	{ "product", INTO_LABELS },
};

static str *single(struct front *f, int into) {
	str *const places[] = { [INTO_TITLE] = &f->title,
		[INTO_DATE] = &f->date,
		[INTO_STATUS] = &f->status,
		[INTO_SEVERITY] = &f->severity,
		[INTO_BEGAN] = &f->began,
		[INTO_ENDED] = &f->ended,
		[INTO_SUMMARY] = &f->summary };
	return into > INTO_NOTHING && into < INTO_AUTHORS ? places[into] : NULL;
}

static void store(struct arena *a, struct front *f, str key, str value) {
	value = collapse(a, value);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (!str_is(key, keys[i].name) || !value.n || str_is(value, "null") || str_is(value, "~"))
			continue;
		str *place = single(f, (int)keys[i].into);
		if (place && !place->n)
			*place = value;
		else if (keys[i].into == INTO_AUTHORS)
			list_add(a, &f->authors, value);
		else if (keys[i].into == INTO_LABELS)
			list_add(a, &f->labels, value);
	}
}

/* ---- YAML ---- */

struct yaml_walk {
	struct arena *a;
	struct front *out;
	int depth;  /* of mappings and sequences */
	bool value; /* a value of the outermost mapping is next */
	str key;
};

static str scalar(struct arena *a, const yaml_event_t *e) {
	return arena_str(a, str_n((const char *)e->data.scalar.value, e->data.scalar.length));
}

static void yaml_scalar(struct yaml_walk *w, const yaml_event_t *e) {
	if (w->depth == 1 && !w->value) {
		w->key = scalar(w->a, e);
		w->value = true;
	} else {
		if (w->depth <= 2)
			store(w->a, w->out, w->key, scalar(w->a, e));
		w->value = w->depth > 1;
	}
}

/* false: the end, or a mistake in it; what was read before stays. */
static bool yaml_step(struct yaml_walk *w, const yaml_event_t *e) {
	switch (e->type) {
	case YAML_SCALAR_EVENT: yaml_scalar(w, e); return true;
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT: w->value = w->depth++ > 0; return w->depth <= DEEPEST;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT: w->value = --w->depth > 1; return w->depth > 0;
	default: return e->type != YAML_STREAM_END_EVENT && e->type != YAML_DOCUMENT_END_EVENT;
	}
}

/* What libyaml holds on malloc; given back with the arena, also when memory runs out in between. */
struct yaml_state {
	yaml_parser_t parser;
	yaml_event_t event;
};

static void drop_state(void *data) {
	struct yaml_state *s = data;
	yaml_event_delete(&s->event);
	yaml_parser_delete(&s->parser);
}

static void read_yaml(struct arena *a, str head, struct front *out) {
	struct yaml_walk w = { .a = a, .out = out };
	struct yaml_state *s = arena_new_of(a, struct yaml_state);
	if (!yaml_parser_initialize(&s->parser))
		arena_exhausted(a);
	arena_defer(a, drop_state, s);
	yaml_parser_set_input_string(&s->parser, (const unsigned char *)head.p, head.n);
	bool more = true;
	for (int i = 0; more && i < MOST_EVENTS && yaml_parser_parse(&s->parser, &s->event); i++) {
		more = yaml_step(&w, &s->event);
		yaml_event_delete(&s->event);
	}
}

/* ---- TOML ---- */

/* A text in quotes at the beginning of s; the rest of s stays. */
static bool quoted(str *s, str *out) {
	*s = str_trim(*s);
	if (!s->n || (s->p[0] != '"' && s->p[0] != '\''))
		return false;
	char quote = s->p[0];
	size_t i = 1;
	while (i < s->n && s->p[i] != quote)
		i += s->p[i] == '\\' && quote == '"' ? 2 : 1;
	if (i >= s->n)
		return false;
	*out = (str){ s->p + 1, i - 1 };
	*s = str_from(*s, i + 1);
	return true;
}

static void toml_value(struct arena *a, str key, str value, struct front *out) {
	str text;
	bool list = value.n && value.p[0] == '[';
	if (list)
		value = str_from(value, 1);
	if (!list && !quoted(&value, &text))
		store(a, out, key, value);
	else if (!list)
		store(a, out, key, text);
	while (list && quoted(&value, &text)) {
		store(a, out, key, text);
		value = str_trim(value);
		value = value.n && value.p[0] == ',' ? str_from(value, 1) : STR_NONE;
	}
}

static void read_toml(struct arena *a, str head, struct front *out) {
	while (head.p) {
		str line = str_trim(str_cut(&head, '\n'));
		if (line.n && line.p[0] == '[')
			return; /* what other tables hold is about something else */
		str key = str_trim(str_cut(&line, '='));
		if (line.p && key.n && key.p[0] != '#')
			toml_value(a, key, str_trim(line), out);
	}
}

/* ---- the head ---- */

static bool fence(str line, const char *mark) {
	return str_is(str_trim(line), mark);
}

static str head_of(str text, const char *mark, size_t *lines, str *rest) {
	str behind = text;
	*lines = 0;
	if (!fence(str_cut(&behind, '\n'), mark))
		return STR_NONE;
	str head = behind;
	for (*lines = 2; behind.p && (size_t)(behind.p - head.p) < LONGEST_HEAD; (*lines)++) {
		str from = behind, line = str_cut(&behind, '\n');
		if (fence(line, mark)) {
			*rest = behind;
			return (str){ head.p, (size_t)(from.p - head.p) };
		}
	}
	*lines = 0;
	return STR_NONE;
}

/* A rule at the top of a text is no head: a head has a key. */
static bool has_key(str head) {
	while (head.p) {
		str line = str_cut(&head, '\n');
		if (str_chr(line, ':') > 0)
			return true;
	}
	return false;
}

str front_read(struct arena *a, str text, struct front *out) {
	str rest = text;
	*out = (struct front){ 0 };
	str head = head_of(text, "---", &out->lines, &rest);
	if (head.p && has_key(head)) {
		read_yaml(a, head, out);
		return rest;
	}
	head = head_of(text, "+++", &out->lines, &rest);
	if (head.p) {
		read_toml(a, head, out);
		return rest;
	}
	out->lines = 0;
	return text;
}
