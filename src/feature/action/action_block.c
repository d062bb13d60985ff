#include <stdlib.h>

#include "base/clock.h"
#include "core/block.h"
#include "feature/action/action.h"

/* The live block `actions`: the items of a document and of the incidents it is about, as a table. */

enum { MOST = 200 };

static bool has(const struct list *l, int64_t id) {
	for (size_t i = 0; i < l->n; i++)
		if (((const struct action *)l->items)[i].id == id)
			return true;
	return false;
}

static enum st collect(struct ctx *c, const struct action_filter *f, struct list *all) {
	struct list found;
	str next;
	enum st st = action_list(c, f, &found, &next);
	for (size_t i = 0; st == ST_OK && i < found.n && all->n < MOST; i++) {
		const struct action *x = (const struct action *)found.items + i;
		if (!has(all, x->id))
			((struct action *)all->items)[all->n++] = *x;
	}
	return st;
}

static enum st collect_all(struct ctx *c, const struct block_subject *s, struct list *all) {
	*all = (struct list){ arena_array(c->a, MOST, sizeof(struct action)), 0 };
	enum st st = s->document ? collect(c, &(struct action_filter){ .state = -1, .document = s->document, .limit = MOST }, all) : ST_OK;
	for (size_t i = 0; st == ST_OK && i < s->incident_count; i++)
		st = collect(c, &(struct action_filter){ .state = -1, .incident = s->incidents[i], .limit = MOST }, all);
	return st;
}

static int oldest_first(const void *a, const void *b) {
	int64_t x = ((const struct action *)a)->id, y = ((const struct action *)b)->id;
	return x < y ? -1 : x > y;
}

static void write_due(struct buf *out, int64_t due) {
	struct civil d = civil_from_us(due == I64_NONE ? 0 : due * US_PER_DAY);
	if (due != I64_NONE)
		buf_printf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static const char *const types_in_words[] = { N_("prevent"), N_("detect"), N_("mitigate"), N_("process"), N_("investigate"), N_("repair"), N_("other") };
static const char *const states_in_words[] = { N_("open"), N_("done"), N_("will not be done") };

static void write_row(struct ctx *c, const struct action *x, struct buf *out) {
	buf_printf(out, "| ACT-%lld | ", (long long)x->id);
	block_words(out, x->title);
	buf_printf(out, " | %s | %s | ", tr(c->lang, types_in_words[x->type]), action_priority_names[x->priority]);
	block_words(out, x->owner.name);
	buf_lit(out, " | ");
	write_due(out, x->due);
	buf_printf(out, " | %s |\n", tr(c->lang, states_in_words[x->state]));
}

static enum st write_actions(struct ctx *c, const struct block_subject *s, str args UNUSED, struct buf *out) {
	static const char *const heads[] = { N_("Number"), N_("Action"), N_("Type"), N_("Priority"), N_("Owner"), N_("Due"), N_("State") };
	struct list all;
	enum st st = collect_all(c, s, &all);
	if (st != ST_OK)
		return st;
	if (!all.n) {
		buf_printf(out, "*%s*\n", tr(c->lang, N_("No action items yet.")));
		return ST_OK;
	}
	qsort(all.items, all.n, sizeof(struct action), oldest_first);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		buf_printf(out, "| %s ", tr(c->lang, heads[i]));
	buf_lit(out, "|\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < all.n; i++)
		write_row(c, (const struct action *)all.items + i, out);
	return ST_OK;
}

LIVE_BLOCK(action, actions, write_actions, N_("what is to be done"));
