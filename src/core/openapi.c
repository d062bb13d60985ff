#include <stdio.h>

#include "core/op.h"

/* The OpenAPI 3.1 document, whole, from the operation table. */

enum { MOST_SHAPES = 512 };

struct shapes {
	const struct shape *item[MOST_SHAPES];
	bool input[MOST_SHAPES];
	size_t n;
};

static void collect(struct shapes *all, const struct shape *s, bool input) {
	if (!s || all->n == MOST_SHAPES)
		return;
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->item[i]->name, s->name) == 0)
			return;
	all->input[all->n] = input;
	all->item[all->n++] = s;
	for (size_t i = 0; i < s->count; i++)
		collect(all, s->fields[i].shape, input);
}

static str path_of(const struct op *op) {
	str route = str_c(op->route);
	str_cut(&route, ' ');
	return route;
}

static str method_of(const struct op *op) {
	str route = str_c(op->route);
	return str_cut(&route, ' ');
}

static void lower_key(struct jw *w, str method) {
	char text[16] = { 0 };
	for (size_t i = 0; i < method.n && i < 15; i++)
		text[i] = (char)(method.p[i] | 32);
	jw_key_str(w, str_c(text));
}

static void parameter(struct jw *w, const struct field *f, bool path) {
	jw_obj(w);
	jw_kstr(w, "name", str_c(f->name));
	jw_kstr(w, "in", path ? STR("path") : STR("query"));
	jw_kbool(w, "required", path || (f->flags & FIELD_REQUIRED));
	if (f->doc)
		jw_kstr(w, "description", str_c(f->doc));
	if (f->type == FT_IDS)
		jw_kstr(w, "style", STR("form"));
	if (f->type == FT_IDS)
		jw_kbool(w, "explode", false);
	jw_key(w, "schema");
	/* In an address null is said by leaving the parameter out. */
	struct field plain = *f;
	plain.flags &= ~(unsigned)FIELD_OPTIONAL;
	plain.doc = NULL;
	schema_field(w, &plain, true);
	jw_end(w);
}

static void header_parameter(struct jw *w, const char *name, bool required, const char *doc) {
	jw_obj(w);
	jw_kstr(w, "name", str_c(name));
	jw_kstr(w, "in", STR("header"));
	jw_kbool(w, "required", required);
	jw_kstr(w, "description", str_c(doc));
	jw_kobj(w, "schema");
	jw_kstr(w, "type", STR("string"));
	jw_end(w);
	jw_end(w);
}

static void parameters(struct jw *w, const struct op *op) {
	jw_karr(w, "parameters");
	for (size_t i = 0; op->in && i < op->in->count; i++) {
		const struct field *f = &op->in->fields[i];
		bool path = f->flags & FIELD_PATH;
		if (path || op->body != BODY_JSON)
			parameter(w, f, path);
	}
	if (op->effect == OP_WRITE && !(op->flags & (OP_EPHEMERAL | OP_FORM_CHECKED)))
		header_parameter(w, "Idempotency-Key", false, "a value of your own; the same request with the same key is done once");
	if (op->flags & OP_MATCH)
		header_parameter(w, "If-Match", true, "the ETag of the record that you are changing");
	jw_end(w);
}

static bool has_body_fields(const struct op *op) {
	for (size_t i = 0; op->in && i < op->in->count; i++)
		if (!(op->in->fields[i].flags & FIELD_PATH))
			return true;
	return false;
}

static bool has_required_body(const struct op *op) {
	for (size_t i = 0; op->in && i < op->in->count; i++)
		if ((op->in->fields[i].flags & (FIELD_PATH | FIELD_REQUIRED)) == FIELD_REQUIRED)
			return true;
	return false;
}

static void schema_ref(struct jw *w, const struct shape *s) {
	struct buf b = { 0 };
	buf_printf(&b, "#/components/schemas/%s", s->name);
	jw_kstr(w, "$ref", buf_str(&b));
	buf_free(&b);
}

static void content(struct jw *w, const char *type) {
	jw_kobj(w, "content");
	jw_kobj(w, type);
	jw_kobj(w, "schema");
}

static void end_content(struct jw *w) {
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

static void request_body(struct jw *w, const struct op *op) {
	bool raw = op->body == BODY_RAW || op->body == BODY_UPLOAD;
	if (!raw && (op->body != BODY_JSON || !has_body_fields(op)))
		return;
	jw_kobj(w, "requestBody");
	jw_kbool(w, "required", raw || has_required_body(op));
	content(w, raw ? "*/*" : "application/json");
	if (!raw)
		schema_ref(w, op->in);
	end_content(w);
	jw_end(w);
}

static void page_schema(struct jw *w, const struct shape *s) {
	jw_kstr(w, "type", STR("object"));
	jw_kobj(w, "properties");
	jw_kobj(w, "items");
	jw_kstr(w, "type", STR("array"));
	jw_kobj(w, "items");
	schema_ref(w, s);
	jw_end(w);
	jw_end(w);
	jw_kobj(w, "next");
	jw_karr(w, "type");
	jw_str(w, STR("string"));
	jw_str(w, STR("null"));
	jw_end(w);
	jw_kstr(w, "description", STR("cursor of the next page, for the parameter after"));
	jw_end(w);
	jw_end(w);
	jw_karr(w, "required");
	jw_str(w, STR("items"));
	jw_str(w, STR("next"));
	jw_end(w);
}

static void answer_content(struct jw *w, const struct op *op) {
	if (op->reply == REPLY_NONE)
		return;
	const char *type = op->reply == REPLY_STREAM ? "text/event-stream" : op->reply == REPLY_BYTES ? "*/*" : "application/json";
	content(w, type);
	if (op->reply == REPLY_RECORD && op->out)
		schema_ref(w, op->out);
	else if (op->reply == REPLY_PAGE)
		page_schema(w, op->out);
	else if (op->reply == REPLY_STREAM)
		jw_kstr(w, "type", STR("string"));
	end_content(w);
}

static void responses(struct jw *w, const struct op *op) {
	struct reply none = { 0 };
	char status[8];
	snprintf(status, sizeof status, "%d", op_status(op, &none));
	jw_kobj(w, "responses");
	jw_kobj(w, status);
	jw_kstr(w, "description", op->reply == REPLY_NONE ? STR("done") : STR("the answer"));
	answer_content(w, op);
	jw_end(w);
	jw_kobj(w, "4XX");
	jw_kstr(w, "$ref", STR("#/components/responses/Problem"));
	jw_end(w);
	jw_kobj(w, "5XX");
	jw_kstr(w, "$ref", STR("#/components/responses/Problem"));
	jw_end(w);
	jw_end(w);
}

static void security(struct jw *w, const struct op *op) {
	static const char *const ways[] = { "cookie", "bearer" };
	jw_karr(w, "security");
	for (size_t i = 0; op->perm != PERM_PUBLIC && !op->authenticate && i < 2; i++) {
		jw_obj(w);
		jw_karr(w, ways[i]);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

static void operation(struct jw *w, const struct op *op) {
	str name = str_c(op->name);
	lower_key(w, method_of(op));
	jw_obj(w);
	jw_kstr(w, "operationId", str_c(op->name));
	jw_kstr(w, "summary", str_c(op->doc));
	jw_kstr(w, "description", str_c(op->doc));
	jw_karr(w, "tags");
	jw_str(w, str_cut(&name, '.'));
	jw_end(w);
	jw_kstr(w, "x-permission", str_c(perm_table[op->perm].name));
	if (op->authenticate)
		jw_kbool(w, "x-own-secret", true);
	security(w, op);
	parameters(w, op);
	request_body(w, op);
	responses(w, op);
	jw_end(w);
}

static bool first_of_path(size_t index) {
	const struct op *op = op_at(index), *other;
	for (size_t i = 0; i < index && (other = op_at(i)); i++)
		if (str_eq(path_of(other), path_of(op)))
			return false;
	return true;
}

static void paths(struct jw *w) {
	const struct op *op, *same;
	jw_kobj(w, "paths");
	for (size_t i = 0; (op = op_at(i)); i++) {
		if (!first_of_path(i))
			continue;
		jw_key_str(w, path_of(op));
		jw_obj(w);
		for (size_t k = i; (same = op_at(k)); k++)
			if (str_eq(path_of(same), path_of(op)))
				operation(w, same);
		jw_end(w);
	}
	jw_end(w);
}

static void tags(struct jw *w) {
	const struct op *op;
	char seen[4096] = " ";
	jw_karr(w, "tags");
	for (size_t i = 0; (op = op_at(i)); i++) {
		str name = str_c(op->name), noun = str_cut(&name, '.');
		char word[64];
		snprintf(word, sizeof word, " %.*s ", STR_FMT(noun));
		if (strstr(seen, word) || strlen(seen) + strlen(word) >= sizeof seen)
			continue;
		memcpy(seen + strlen(seen), word + 1, strlen(word));
		jw_obj(w);
		jw_kstr(w, "name", noun);
		jw_kstr(w, "description", noun);
		jw_end(w);
	}
	jw_end(w);
}

static void problem_schema(struct jw *w) {
	static const char *const texts[] = { "type", "title", "detail", "code", "field", "request_id" };
	jw_kobj(w, "Problem");
	jw_kstr(w, "type", STR("object"));
	jw_kstr(w, "description", STR("what went wrong (RFC 9457)"));
	jw_kobj(w, "properties");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		jw_kobj(w, texts[i]);
		jw_kstr(w, "type", STR("string"));
		jw_end(w);
	}
	jw_kobj(w, "status");
	jw_kstr(w, "type", STR("integer"));
	jw_end(w);
	jw_kobj(w, "errors");
	jw_kstr(w, "type", STR("array"));
	jw_kobj(w, "items");
	jw_kstr(w, "type", STR("object"));
	jw_end(w);
	jw_end(w);
	jw_kobj(w, "current");
	jw_kstr(w, "type", STR("object"));
	jw_kstr(w, "description", STR("the record as it is now, when somebody changed it in the meantime"));
	jw_end(w);
	jw_end(w);
	jw_karr(w, "required");
	jw_str(w, STR("type"));
	jw_str(w, STR("title"));
	jw_str(w, STR("status"));
	jw_str(w, STR("code"));
	jw_end(w);
	jw_end(w);
}

static void schemas(struct jw *w) {
	struct shapes all = { 0 };
	const struct op *op;
	for (size_t i = 0; (op = op_at(i)); i++) {
		if (op->body == BODY_JSON && has_body_fields(op))
			collect(&all, op->in, true);
		collect(&all, op->out, false);
	}
	jw_kobj(w, "schemas");
	problem_schema(w);
	for (size_t i = 0; i < all.n; i++) {
		jw_key(w, all.item[i]->name);
		shape_schema(w, all.item[i], all.input[i]);
	}
	jw_end(w);
}

static void components(struct jw *w) {
	jw_kobj(w, "components");
	schemas(w);
	jw_kobj(w, "responses");
	jw_kobj(w, "Problem");
	jw_kstr(w, "description", STR("what went wrong, in the language of the one who asked"));
	content(w, "application/problem+json");
	jw_kstr(w, "$ref", STR("#/components/schemas/Problem"));
	end_content(w);
	jw_end(w);
	jw_end(w);
	jw_kobj(w, "securitySchemes");
	jw_kobj(w, "cookie");
	jw_kstr(w, "type", STR("apiKey"));
	jw_kstr(w, "in", STR("cookie"));
	jw_kstr(w, "name", STR("__Host-bokgi"));
	jw_end(w);
	jw_kobj(w, "bearer");
	jw_kstr(w, "type", STR("http"));
	jw_kstr(w, "scheme", STR("bearer"));
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

void openapi_write(struct buf *out, str server_url) {
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "openapi", STR("3.1.0"));
	jw_kobj(&w, "info");
	jw_kstr(&w, "title", STR("bokgi"));
	jw_kstr(&w, "version", str_c(BOKGI_VERSION));
	jw_kstr(&w, "description", STR("Every operation of bokgi, generated from its operation table."));
	jw_kobj(&w, "license");
	jw_kstr(&w, "name", STR("Apache-2.0"));
	jw_kstr(&w, "identifier", STR("Apache-2.0"));
	jw_end(&w);
	jw_kobj(&w, "contact");
	jw_kstr(&w, "name", STR("the operator of this bokgi"));
	jw_end(&w);
	jw_end(&w);
	jw_karr(&w, "servers");
	jw_obj(&w);
	jw_kstr(&w, "url", server_url);
	jw_kstr(&w, "description", STR("this server"));
	jw_end(&w);
	jw_end(&w);
	tags(&w);
	paths(&w);
	components(&w);
	jw_end(&w);
}
