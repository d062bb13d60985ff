/* Values of ours as PostgreSQL has them on the wire, in binary, and back. For postgres.c alone. */
#ifndef DB_POSTGRES_TYPE_H
#define DB_POSTGRES_TYPE_H

#include <libpq-fe.h>

#include "db/db.h"

/* A value on its way there. value may point into room: it must not be moved. */
struct pg_param {
	const char *value; /* NULL: NULL */
	int length;
	union {
		uint64_t bits;
		double f;
	} room;
};

/* The type in which a value is sent; 0 for NULL, which fits any. */
Oid pg_type(const struct db_value *v);
/* Text and blobs are not copied: v's bytes must stay. */
void pg_encode(struct pg_param *to, const struct db_value *v);
/* The type in which a value of ours comes to a parameter that PostgreSQL would like to have as this one. */
Oid pg_sent_as(Oid wish);

/* n bytes at p, which are a column's, as a value; text and blobs are the arena's. */
typedef struct db_value pg_read_fn(struct arena *a, const char *p, int n);
/* NULL: a type that we do not read. */
pg_read_fn *pg_reader(Oid type);

#endif
