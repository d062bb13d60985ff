/* A list of values in one constant statement: "… WHERE id IN (" DB_IN_32 ")". Unused places repeat the last value. Parameters after the list begin at $33. */
#ifndef DB_IN_H
#define DB_IN_H

#include "db/db.h"

enum { DB_IN_MOST = 32 };
#define DB_IN_32 "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32"

/* n values, 1 to 32, stand in args already: fill the rest. */
static inline void db_in_fill(struct db_value *args, size_t n) {
	for (size_t i = n; i < DB_IN_MOST; i++)
		args[i] = args[n - 1];
}

#endif
