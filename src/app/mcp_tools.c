#include "app/mcp_tools.h"

#include <stdlib.h>

enum { MOST_ARGUMENTS = 64, MOST_SHAPES = 32 };

static bool is_tool(const struct op *op) {
	return (op->flags & OP_MCP) && op->reply != REPLY_BYTES && op->reply != REPLY_STREAM && op->perm != PERM_MISSING;
}

/* Names of tools have no dots for some clients. */
static str tool_name(struct arena *a, const struct op *op) {
	char *name = arena_cstr(a, str_c(op->name));
	for (char *p = name; *p; p++)
		if (*p == '.')
			*p = '_';
	return str_c(name);
}

static bool is_named(const struct op *op, str name) {
	bool same = strlen(op->name) == name.n;
	for (size_t i = 0; same && i < name.n; i++)
		same = op->name[i] == name.p[i] || (op->name[i] == '.' && name.p[i] == '_');
	return same;
}

const struct op *mcp_tool(str name) {
	const struct op *op;
	for (size_t i = 0; (op = op_at(i)); i++)
		if (is_tool(op) && is_named(op, name))
			return op;
	return NULL;
}

bool mcp_offers(const struct actor *who, const struct op *op) {
	return is_tool(op) && perm_role_has(who->role, op->perm) && (op->effect != OP_WRITE || who->reach == REACH_MODEL_WRITES);
}

/* ---- a tool's description ---- */

struct shapes {
	const struct shape *item[MOST_SHAPES];
	size_t n;
};

static void collect(struct shapes *all, const struct shape *s) {
	for (size_t i = 0; s && i < all->n; i++)
		if (all->item[i] == s)
			return;
	if (!s || all->n == MOST_SHAPES)
		return;
	all->item[all->n++] = s;
	for (size_t i = 0; i < s->count; i++)
		collect(all, s->fields[i].shape);
}

static bool in_body(const struct op *op, const struct field *f) {
	return op->body == BODY_JSON && !(f->flags & FIELD_PATH);
}

static void write_properties(struct jw *w, const struct op *op) {
	jw_kobj(w, "properties");
	for (size_t i = 0; op->in && i < op->in->count; i++) {
		struct field f = op->in->fields[i];
		if (!in_body(op, &f))
			f.flags &= ~(unsigned)FIELD_OPTIONAL;
		jw_key(w, f.name);
		schema_field(w, &f, true);
	}
	if (op->flags & OP_MATCH) {
		jw_kobj(w, "version");
		jw_kstr(w, "type", STR("integer"));
		jw_kstr(w, "description", STR("the version of the record that you read and are changing"));
		jw_end(w);
	}
	jw_end(w);
}

static void write_required(struct jw *w, const struct op *op) {
	jw_karr(w, "required");
	for (size_t i = 0; op->in && i < op->in->count; i++)
		if (op->in->fields[i].flags & (FIELD_REQUIRED | FIELD_PATH))
			jw_str(w, str_c(op->in->fields[i].name));
	if (op->flags & OP_MATCH)
		jw_str(w, STR("version"));
	jw_end(w);
}

static void write_definitions(struct jw *w, const struct op *op) {
	struct shapes all = { 0 };
	for (size_t i = 0; op->in && i < op->in->count; i++)
		collect(&all, op->in->fields[i].shape);
	if (!all.n)
		return;
	jw_kobj(w, "$defs");
	for (size_t i = 0; i < all.n; i++) {
		jw_key(w, all.item[i]->name);
		shape_schema(w, all.item[i], true);
	}
	jw_end(w);
}

/* What the OpenAPI document keeps in one place stands here beside each tool. */
static str with_own_definitions(struct arena *a, str schema) {
	str far = STR("#/components/schemas/");
	struct buf b = buf_in(a);
	for (ptrdiff_t at; (at = str_find(schema, far)) >= 0; schema = str_from(schema, (size_t)at + far.n)) {
		buf_add(&b, str_to(schema, (size_t)at));
		buf_lit(&b, "#/$defs/");
	}
	buf_add(&b, schema);
	return buf_str(&b);
}

static str input_schema(struct arena *a, const struct op *op) {
	struct buf b = buf_in(a);
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	jw_kstr(&w, "type", STR("object"));
	write_properties(&w, op);
	write_required(&w, op);
	jw_kbool(&w, "additionalProperties", false);
	write_definitions(&w, op);
	jw_end(&w);
	return with_own_definitions(a, buf_str(&b));
}

void mcp_write_tool(struct jw *w, struct arena *a, enum lang lang, const struct op *op) {
	jw_obj(w);
	jw_kstr(w, "name", tool_name(a, op));
	jw_kstr(w, "description", str_c(tr(lang, op->doc)));
	jw_key(w, "inputSchema");
	jw_raw(w, input_schema(a, op));
	jw_kobj(w, "annotations");
	jw_kbool(w, "readOnlyHint", op->effect != OP_WRITE);
	jw_kbool(w, "destructiveHint", false); /* nothing that is a tool deletes; what was there stands in the history */
	jw_kbool(w, "openWorldHint", false);
	jw_end(w);
	jw_end(w);
}

/* ---- a tool's arguments ---- */

struct arguments {
	str path[16];
	size_t path_n;
	struct op_pair pairs[MOST_ARGUMENTS];
	size_t pair_n;
	json_t *body;
};

static str dumped(struct ctx *c, const json_t *v) {
	char *text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	str s = arena_str(c->a, str_c(text));
	free(text);
	return s;
}

static str as_text(struct ctx *c, const json_t *v) {
	struct buf b = buf_in(c->a);
	size_t i;
	json_t *one;
	if (json_is_string(v))
		return json_str(v);
	if (!json_is_array(v))
		return dumped(c, v);
	json_array_foreach(v, i, one) {
		if (i)
			buf_addc(&b, ',');
		buf_add(&b, json_is_string(one) ? json_str(one) : dumped(c, one));
	}
	return buf_str(&b);
}

static enum st read_path_fields(struct ctx *c, const struct op *op, const json_t *given, struct arguments *out) {
	const char *at = op->route, *close;
	while ((at = strchr(at, '{')) && (close = strchr(at, '}'))) {
		str name = str_n(at + 1, (size_t)(close - at - 1));
		const json_t *v = json_object_getn(given, name.p, name.n);
		if (!v)
			return fail_field(c, ST_INVALID, "field.missing", name, N_("“%.*s” is missing."), STR_FMT(name));
		out->path[out->path_n++] = as_text(c, v);
		at = close;
	}
	return ST_OK;
}

static enum st read_others(struct op_task *t, const json_t *given, struct arguments *out) {
	const struct op *op = t->call.op;
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)given, key, v) {
		ptrdiff_t field = op->in ? shape_field(op->in, str_c(key)) : -1;
		if (field < 0 && (op->flags & OP_MATCH) && strcmp(key, "version") == 0)
			t->call.if_match = json_integer_value(v);
		else if (field >= 0 && (op->in->fields[field].flags & FIELD_PATH))
			continue;
		else if (op->body == BODY_JSON)
			json_object_set(out->body, key, v);
		else if (json_is_null(v))
			continue;
		else if (out->pair_n == MOST_ARGUMENTS)
			return fail(&t->c, ST_INVALID, "field.unknown", NULL, N_("There are too many arguments."));
		else
			out->pairs[out->pair_n++] = (struct op_pair){ str_c(key), as_text(&t->c, v) };
	}
	return ST_OK;
}

enum st mcp_read_arguments(struct op_task *t, const json_t *given) {
	struct ctx *c = &t->c;
	struct arguments *all = arena_new_of(c->a, struct arguments);
	const struct op *op = t->call.op;
	all->body = json_object();
	json_own(c->a, all->body);
	if (given && !json_is_object(given))
		return fail(c, ST_INVALID, "field.type", "arguments", N_("The arguments of a tool are one object."));
	t->call.if_match = 0;
	t->call.key = STR_NONE;
	enum st st = read_path_fields(c, op, given, all);
	if (st == ST_OK)
		st = read_others(t, given, all);
	if (st != ST_OK)
		return st;
	t->call.fingerprint = ARENA_JOIN(c->a, STR("mcp\n"), given ? dumped(c, given) : STR("{}"));
	return op_read_input(c, op, all->path, all->path_n, all->pairs, all->pair_n, op->body == BODY_JSON ? dumped(c, all->body) : STR_NONE, &t->in);
}
