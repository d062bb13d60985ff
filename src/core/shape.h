/* A record, or the input of an operation, is described once: a C struct and a table of its fields. From the table come JSON out, JSON in, values from a query string or a
 * command line, the row of a query result, the OpenAPI schema and, through it, the TypeScript types of web/.
 *
 * An input struct begins with `uint64_t given;`: bit i is set when field i was present, so that a PATCH can tell "not said" from "set to null". */
#ifndef CORE_SHAPE_H
#define CORE_SHAPE_H

#include "base/json.h"
#include "core/ctx.h"

enum field_type {
	FT_ID,      /* int64_t; with a prefix JSON out also has "ref": "INC-7", and JSON in takes 7, "7" and "INC-7" */
	FT_I64,     /* int64_t */
	FT_F64,     /* double; a number that is not finite is null */
	FT_BOOL,    /* bool */
	FT_TEXT,    /* str; UTF-8, NFC at the edge, no NUL; blanks at both ends cut unless FIELD_VERBATIM */
	FT_SECRET,  /* str, as FT_TEXT and verbatim, never logged, stored or shown in help */
	FT_TIME,    /* int64_t µs */
	FT_DATE,    /* int64_t, days since 1970, "2026-11-22" */
	FT_ENUM,    /* int (an enum that starts at 0), text in JSON and database */
	FT_OBJ,     /* struct of shape, embedded; in a row its columns are FIELD_SUB; null when its first field is 0 or NULL */
	FT_LIST,    /* struct list of structs of shape */
	FT_IDS,     /* struct list of int64_t */
	FT_JSON,    /* str that is one JSON value */
	FT_PARSED,  /* in only: const json_t *, any JSON value, as it was parsed; lives as long as the arena */
};

enum field_flags {
	FIELD_REQUIRED = 1, /* in: must be there; out: always there, never null */
	FIELD_OPTIONAL = 2, /* in: may be absent or null; out: may be null. NULL is I64_NONE for whole numbers and times, NAN for others, empty for texts */
	FIELD_VERBATIM = 4, /* text as typed: no trimming, line ends kept (\r\n becomes \n) */
	FIELD_PATH = 8,     /* in: comes from the route */
	FIELD_NOT_EMPTY = 16,
	FIELD_FLAT = 32,    /* FT_OBJ: its columns have no prefix */
	FIELD_LINE = 64,    /* in: one line; line ends and tabs become blanks */
};

#define I64_NONE INT64_MIN

struct list {
	void *items;
	size_t n;
};

struct shape;

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	size_t offset;
	int64_t min, max;           /* numbers: range when max > min; texts: most code points (0: 10,000); lists: most items (0: 1,000) */
	const char *const *names;   /* FT_ENUM: NULL-terminated; index = value */
	const char *prefix;         /* FT_ID */
	const struct shape *shape;  /* FT_OBJ, FT_LIST */
	const char *doc;            /* English key of the catalogue */
};

struct shape {
	const char *name; /* of the OpenAPI schema: "Incident" */
	size_t size;
	const struct field *fields;
	size_t count;
	const char *doc;
};

/* SHAPE(incident, "Incident", struct incident, fields…) with F(type, member, …) rows; member names are JSON names and columns. */
#define SHAPE(var, json_name, T, shape_doc, ...)                                                                                \
	static const struct field var##_fields[] = { __VA_ARGS__ };                                                                 \
	const struct shape var = { json_name, sizeof(T), var##_fields, sizeof var##_fields / sizeof *var##_fields, shape_doc }
/* The same for what only one file knows: inputs of its operations. */
#define INPUT(var, json_name, T, ...)                                                                                           \
	static const struct field var##_fields[] = { __VA_ARGS__ };                                                                 \
	static const struct shape var = { json_name, sizeof(T), var##_fields, sizeof var##_fields / sizeof *var##_fields, NULL }
#define F(T, ft, member, fl, text, ...) { .name = #member, .type = (ft), .flags = (fl), .offset = offsetof(T, member), .doc = (text), ##__VA_ARGS__ }

/* {id, name} of somebody or something: how people, teams and services stand inside other records. */
struct ref {
	int64_t id;
	str name;
};
extern const struct shape ref_shape;

/* JSON out. */
void shape_write(struct jw *w, const struct shape *s, const void *record);
void shape_write_list(struct jw *w, const struct shape *s, const struct list *l);

/* JSON in: a whole object. Unknown members, missing required ones, wrong types, lengths and values are ST_INVALID with err.field (JSON pointer without its first '/');
 * FIELD_PATH fields are skipped. *record must be zeroed; optional numbers and times that are absent become I64_NONE. */
MUST_CHECK enum st shape_read(struct ctx *c, const struct shape *s, const json_t *object, void *record);
/* One field from text: a path segment, a query value, a command-line argument. */
MUST_CHECK enum st shape_read_text(struct ctx *c, const struct shape *s, size_t field, str text, void *record);
/* Absent fields get their defaults, missing required ones are an error: after the last shape_read_text. */
MUST_CHECK enum st shape_finish(struct ctx *c, const struct shape *s, void *record);
/* Index of the field of that name, or -1. */
ptrdiff_t shape_field(const struct shape *s, str name);
static inline bool shape_given(const void *record, size_t field) { return (*(const uint64_t *)record >> field) & 1; }
/* given(in, struct patch_in, title): by member instead of index. */
bool shape_given_name(const struct shape *s, const void *record, const char *name);

/* A row of a query result into a record, by column name; columns without a field and fields without a column are passed over. */
void shape_from_row(const struct shape *s, const struct db_result *r, size_t row, void *record);
/* All rows, as a list in c->a. */
MUST_CHECK enum st shape_query(struct ctx *c, const struct shape *s, struct list *out, const char *sql, const struct db_value *args, size_t n);
/* The one row; ST_NOT_FOUND without an explanation when there is none. */
MUST_CHECK enum st shape_query_one(struct ctx *c, const struct shape *s, void *record, const char *sql, const struct db_value *args, size_t n);

/* The value of an FT_ENUM for its name, -1 when unknown; for code that reads single columns. */
int enum_index(const char *const *names, str name);
static inline str enum_str(const char *const *names, int value) { return str_c(names[value]); }

/* JSON Schema (2020-12) of the shape, as one object of the OpenAPI document's components. input: describes what is accepted instead of what is answered. */
void shape_schema(struct jw *w, const struct shape *s, bool input);
/* The same for one field: a parameter of a path or query. */
void schema_field(struct jw *w, const struct field *f, bool input);

#endif
