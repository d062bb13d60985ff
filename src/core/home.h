/* The first page is made of lists that rooms contribute: open incidents, my actions, drafts. app/home.c puts them into one record, under their names.
 *
 *   static enum st open_incidents(struct ctx *c, struct list *out);
 *   HOME_PART(incident, incidents, &incident_row_shape, open_incidents);
 */
#ifndef CORE_HOME_H
#define CORE_HOME_H

#include "base/registry.h"
#include "core/shape.h"

struct home_part {
	const char *name;
	const struct shape *const *item; /* by its address: shapes of other files are no constants */
	enum st (*list)(struct ctx *c, struct list *out);
};
#define HOME_PART(room, part_name, item_shape, function)                                                                        \
	static const struct shape *const home_shape_##room = (item_shape);                                                          \
	static const struct home_part home_part_##room = { #part_name, &home_shape_##room, (function) };                            \
	REGISTER(home_part, home_part_##room)

#endif
