#include "core/shape.h"

/* JSON Schema (2020-12) of shapes: what core/openapi.c puts into components. */

static void text_limits(struct jw *w, const struct field *f) {
	jw_ki64(w, "maxLength", f->max ? f->max : 10000);
	if (f->flags & FIELD_NOT_EMPTY)
		jw_ki64(w, "minLength", 1);
}

static void type_of(struct jw *w, const char *type, bool nullable) {
	jw_key(w, "type");
	if (!nullable) {
		jw_str(w, str_c(type));
		return;
	}
	jw_arr(w);
	jw_str(w, str_c(type));
	jw_str(w, STR("null"));
	jw_end(w);
}

static void refer(struct jw *w, const struct shape *s) {
	struct buf b = { 0 };
	buf_printf(&b, "#/components/schemas/%s", s->name);
	jw_kstr(w, "$ref", buf_str(&b));
	buf_free(&b);
}

static void choices(struct jw *w, const struct field *f, bool nullable) {
	type_of(w, "string", nullable);
	jw_karr(w, "enum");
	for (int i = 0; f->names[i]; i++)
		jw_str(w, str_c(f->names[i]));
	if (nullable)
		jw_null(w);
	jw_end(w);
}

/* A record by number may also be named as it is shown: 7, "7", "INC-7". */
static void id_in(struct jw *w, const struct field *f, bool nullable) {
	jw_key(w, "type");
	jw_arr(w);
	jw_str(w, STR("integer"));
	jw_str(w, STR("string"));
	if (nullable)
		jw_str(w, STR("null"));
	jw_end(w);
	(void)f;
}

static void object_of(struct jw *w, const struct field *f, bool nullable) {
	if (!nullable) {
		refer(w, f->shape);
		return;
	}
	jw_karr(w, "anyOf");
	jw_obj(w);
	refer(w, f->shape);
	jw_end(w);
	jw_obj(w);
	jw_kstr(w, "type", STR("null"));
	jw_end(w);
	jw_end(w);
}

static void list_of(struct jw *w, const struct field *f) {
	jw_kstr(w, "type", STR("array"));
	jw_ki64(w, "maxItems", f->max ? f->max : 1000);
	jw_kobj(w, "items");
	if (f->type == FT_IDS)
		jw_kstr(w, "type", STR("integer"));
	else
		refer(w, f->shape);
	jw_end(w);
}

void schema_field(struct jw *w, const struct field *f, bool input) {
	bool nullable = f->flags & FIELD_OPTIONAL;
	jw_obj(w);
	if (f->doc)
		jw_kstr(w, "description", str_c(f->doc));
	switch (f->type) {
	case FT_ID:
		if (input)
			id_in(w, f, nullable);
		else
			type_of(w, "integer", nullable);
		break;
	case FT_I64: type_of(w, "integer", nullable); break;
	case FT_F64: type_of(w, "number", nullable); break;
	case FT_BOOL: type_of(w, "boolean", nullable); break;
	case FT_TEXT: case FT_SECRET:
		type_of(w, "string", nullable);
		if (input)
			text_limits(w, f);
		break;
	case FT_TIME: type_of(w, "string", nullable); jw_kstr(w, "format", STR("date-time")); break;
	case FT_DATE: type_of(w, "string", nullable); jw_kstr(w, "format", STR("date")); break;
	case FT_ENUM: choices(w, f, nullable); break;
	case FT_OBJ: object_of(w, f, nullable); break;
	case FT_LIST: case FT_IDS: list_of(w, f); break;
	case FT_JSON: case FT_PARSED: break;
	}
	if (f->type == FT_I64 && f->max > f->min && f->max < INT64_MAX) {
		jw_ki64(w, "minimum", f->min);
		jw_ki64(w, "maximum", f->max);
	}
	jw_end(w);
}

static void required(struct jw *w, const struct shape *s, bool input) {
	jw_karr(w, "required");
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		/* Every member of an answer is always there, as null when nothing is known. */
		bool must = input ? (f->flags & FIELD_REQUIRED) && !(f->flags & FIELD_PATH) : true;
		if (must)
			jw_str(w, str_c(f->name));
	}
	jw_end(w);
}

static bool in_body(const struct field *f, bool input) {
	return !input || !(f->flags & FIELD_PATH);
}

void shape_schema(struct jw *w, const struct shape *s, bool input) {
	jw_obj(w);
	jw_kstr(w, "type", STR("object"));
	if (s->doc)
		jw_kstr(w, "description", str_c(s->doc));
	jw_kobj(w, "properties");
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (!in_body(f, input))
			continue;
		jw_key(w, f->name);
		schema_field(w, f, input);
		if (!input && f->type == FT_ID && f->prefix && str_is(STR("id"), f->name)) {
			jw_kobj(w, "ref");
			jw_kstr(w, "type", STR("string"));
			jw_kstr(w, "description", STR("the number as people say it"));
			jw_end(w);
		}
	}
	jw_end(w);
	required(w, s, input);
	if (input)
		jw_kbool(w, "additionalProperties", false);
	jw_end(w);
}
