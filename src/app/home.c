#include "app/home.h"

#include <stdlib.h>

#include "core/home.h"

/* One record whose members are the parts that rooms registered (core/home.h). Its shape is known only when the program is put together, hence the constructor. */

REGISTRY_OF(home_part);

enum { MOST_PARTS = 16 };

static const struct home_part *parts[MOST_PARTS];
static size_t part_count;
static struct field fields[MOST_PARTS];
static struct shape home_shape = { .name = "Home", .fields = fields, .doc = N_("what the first page shows") };

static int by_name(const void *a, const void *b) {
	const struct home_part *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

__attribute__((constructor)) static void collect(void) {
	REGISTRY_EACH(home_part, struct home_part, p)
		if (part_count < MOST_PARTS)
			parts[part_count++] = p;
	qsort(parts, part_count, sizeof *parts, by_name);
	for (size_t i = 0; i < part_count; i++)
		fields[i] = (struct field){ .name = parts[i]->name, .type = FT_LIST, .flags = FIELD_REQUIRED, .offset = i * sizeof(struct list), .shape = *parts[i]->item };
	home_shape.count = part_count;
	home_shape.size = part_count * sizeof(struct list);
}

static enum st run_home(struct ctx *c, const void *in UNUSED, struct reply *out) {
	struct list lists[MOST_PARTS] = { 0 };
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < part_count; i++)
		st = parts[i]->list(c, &lists[i]);
	if (st == ST_OK)
		reply_record(c, out, &home_shape, lists, 0);
	return st;
}

static const struct op ops[] = {
	OP("home.get", "GET /api/v1/home", PERM_SELF, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &home_shape, run_home,
		N_("What the first page shows: open incidents, your open actions, drafts.")),
};

ROOM(home_room, "home", ops);
