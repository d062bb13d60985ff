#include "db/driver.h"

enum st postgres_open(const char *url UNUSED, enum db_mode mode UNUSED, struct db **out, struct buf *why) {
	*out = NULL;
	buf_lit(why, "PostgreSQL is not yet part of this program.");
	return ST_UNAVAILABLE;
}
