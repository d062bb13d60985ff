#include "db/postgres_type.h"

#include <endian.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_CHAR = 18, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_OID = 26,
	OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_UNKNOWN = 705, OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_VOID = 2278 };

Oid pg_type(const struct db_value *v) {
	static const Oid types[] = { [DB_T_NULL] = 0, [DB_T_I64] = OID_INT8, [DB_T_F64] = OID_FLOAT8, [DB_T_TEXT] = OID_TEXT, [DB_T_BLOB] = OID_BYTEA };
	return types[v->type];
}

void pg_encode(struct pg_param *to, const struct db_value *v) {
	*to = (struct pg_param){ .value = (const char *)&to->room, .length = 8 };
	if (v->type == DB_T_F64)
		to->room.f = v->f;
	if (v->type == DB_T_I64)
		to->room.bits = (uint64_t)v->i;
	to->room.bits = htobe64(to->room.bits);
	if (v->type == DB_T_TEXT || v->type == DB_T_BLOB)
		*to = (struct pg_param){ .value = v->s.n ? v->s.p : "", .length = (int)v->s.n };
	if (v->type == DB_T_NULL)
		*to = (struct pg_param){ .value = NULL };
}

Oid pg_sent_as(Oid wish) {
	static const struct { Oid wish, sent; } types[] = { { OID_INT8, OID_INT8 }, { OID_INT4, OID_INT8 }, { OID_INT2, OID_INT8 }, { OID_OID, OID_INT8 },
		{ OID_BOOL, OID_INT8 }, { OID_FLOAT8, OID_FLOAT8 }, { OID_FLOAT4, OID_FLOAT8 }, { OID_BYTEA, OID_BYTEA } };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].wish == wish)
			return types[i].sent;
	return OID_TEXT;
}

static struct db_value read_int8(struct arena *a UNUSED, const char *p, int n UNUSED) {
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return DB_I64((int64_t)be64toh(v));
}

static struct db_value read_int4(struct arena *a UNUSED, const char *p, int n UNUSED) {
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return DB_I64((int32_t)be32toh(v));
}

static struct db_value read_oid(struct arena *a, const char *p, int n) {
	return DB_I64((uint32_t)read_int4(a, p, n).i);
}

static struct db_value read_int2(struct arena *a UNUSED, const char *p, int n UNUSED) {
	uint16_t v;
	memcpy(&v, p, sizeof v);
	return DB_I64((int16_t)be16toh(v));
}

static struct db_value read_bool(struct arena *a UNUSED, const char *p, int n UNUSED) {
	return DB_I64(*p != 0);
}

static struct db_value read_float8(struct arena *a, const char *p, int n) {
	int64_t bits = read_int8(a, p, n).i;
	double f;
	memcpy(&f, &bits, sizeof f);
	return DB_F64(f);
}

static struct db_value read_float4(struct arena *a, const char *p, int n) {
	uint32_t bits = (uint32_t)read_int4(a, p, n).i;
	float f;
	memcpy(&f, &bits, sizeof f);
	return DB_F64((double)f);
}

static struct db_value read_text(struct arena *a, const char *p, int n) {
	return DB_STR(arena_str(a, str_n(p, (size_t)n)));
}

static struct db_value read_bytea(struct arena *a, const char *p, int n) {
	return DB_BLOB(arena_str(a, str_n(p, (size_t)n)));
}

static struct db_value read_void(struct arena *a UNUSED, const char *p UNUSED, int n UNUSED) {
	return DB_NULL;
}

static const struct { Oid type; pg_read_fn *read; } readers[] = {
	{ OID_INT8, read_int8 }, { OID_TEXT, read_text }, { OID_INT4, read_int4 }, { OID_BOOL, read_bool }, { OID_BYTEA, read_bytea },
	{ OID_FLOAT8, read_float8 }, { OID_VARCHAR, read_text }, { OID_NAME, read_text }, { OID_INT2, read_int2 }, { OID_FLOAT4, read_float4 },
	{ OID_BPCHAR, read_text }, { OID_CHAR, read_text }, { OID_UNKNOWN, read_text }, { OID_OID, read_oid }, { OID_VOID, read_void },
};

pg_read_fn *pg_reader(Oid type) {
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i].type == type)
			return readers[i].read;
	return NULL;
}
