#include "base/testing.h"
#include "core/op.h"

/* The OpenAPI document has one schema for each name: of two shapes that share one, but not their fields, one would be described wrongly. */
enum { MOST = 1000 };
struct shapes {
	const struct shape *items[MOST];
	size_t n;
};

static bool alike(const struct shape *a, const struct shape *b) {
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++)
		same = strcmp(a->fields[i].name, b->fields[i].name) == 0 && a->fields[i].type == b->fields[i].type;
	return same;
}

static bool clash(struct shapes *all, const struct shape *s) {
	for (size_t i = 0; i < all->n; i++) {
		if (all->items[i] == s)
			return false;
		if (strcmp(all->items[i]->name, s->name) == 0 && !alike(all->items[i], s))
			return true;
	}
	assert_true(all->n < MOST);
	all->items[all->n++] = s;
	return false;
}

static void see(struct shapes *all, const struct shape *s) {
	size_t before = all->n;
	if (s && clash(all, s))
		fail_msg("two different shapes are called %s", s->name);
	for (size_t i = 0; s && all->n > before && i < s->count; i++)
		see(all, s->fields[i].shape);
}

TEST(schema, different_shapes_have_different_names) {
	static struct shapes all;
	const struct op *op;
	static const struct field field = { .name = "x" };
	static const struct shape one = { .name = "Same" }, other = { .name = "Same", .fields = &field, .count = 1 };
	for (size_t i = 0; (op = op_at(i)); i++) {
		see(&all, op->body == BODY_JSON ? op->in : NULL);
		see(&all, op->out);
	}
	assert_true(all.n > 50);
	assert_false(clash(&all, &one));
	assert_true(clash(&all, &other));
}
