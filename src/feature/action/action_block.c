#include "base/clock.h"
#include "core/block.h"
#include "feature/action/action.h"

/* The live block `actions`: the items of a document and of the incidents it is about, as a table. */

enum { MOST = 200 };

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
	str next;
	enum st st = action_list(c, &(struct action_filter){ .state = -1, .document = s->document, .limit = MOST }, &all, &next);
	if (st != ST_OK)
		return st;
	if (!all.n) {
		buf_printf(out, "*%s*\n", tr(c->lang, N_("No action items yet.")));
		return ST_OK;
	}
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		buf_printf(out, "| %s ", tr(c->lang, heads[i]));
	buf_lit(out, "|\n|---|---|---|---|---|---|---|\n");
	for (size_t i = all.n; i-- > 0;) /* they come newest first */
		write_row(c, (const struct action *)all.items + i, out);
	return ST_OK;
}

LIVE_BLOCK(action, actions, write_actions, N_("what is to be done"));
