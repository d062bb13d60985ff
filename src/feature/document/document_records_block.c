/* The live blocks of a document's own records: impact, causes, lessons. Markdown; the page makes its HTML of it. */
#include <math.h>

#include "feature/document/document_report.h"

static void line_of_head(struct buf *out, struct ctx *c, const char *const *heads, size_t n) {
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "| %s ", tr(c->lang, heads[i]));
	buf_lit(out, "|\n");
	for (size_t i = 0; i < n; i++)
		buf_lit(out, "| --- ");
	buf_lit(out, "|\n");
}

static void nothing_yet(struct ctx *c, struct buf *out) {
	buf_printf(out, "*%s*\n", tr(c->lang, N_("Nothing has been written down yet.")));
}

/* ---- impact ---- */

static void write_value(struct ctx *c, const struct document_impact *x, struct buf *out) {
	if (isnan(x->value)) {
		buf_lit(out, "TBD");
		return;
	}
	if (x->estimated)
		buf_printf(out, "%s ", tr(c->lang, N_("about")));
	buf_printf(out, "%.15g", x->value);
	if (x->unit.n) {
		buf_addc(out, ' ');
		block_words(out, x->unit);
	}
}

static void write_impact(struct ctx *c, const struct document_impact *x, struct buf *out) {
	buf_lit(out, "| ");
	block_words(out, x->metric);
	buf_lit(out, " | ");
	write_value(c, x, out);
	buf_lit(out, " | ");
	block_words(out, x->method);
	buf_lit(out, " |\n");
}

static void write_window(struct ctx *c, const struct block_subject *s, const struct document_window *x, struct buf *out) {
	buf_lit(out, "| ");
	write_day_clock(out, s->zone, x->begins_at);
	buf_lit(out, " | ");
	if (x->ends_at == I64_NONE)
		buf_lit(out, "TBD | ");
	else {
		write_day_clock(out, s->zone, x->ends_at);
		buf_lit(out, " | ");
		write_duration(out, c->lang, (x->ends_at - x->begins_at) / US_PER_SECOND);
	}
	buf_lit(out, " | ");
	block_words(out, x->what);
	buf_lit(out, " |\n");
}

static enum st impact(struct ctx *c, const struct block_subject *s, str args UNUSED, struct buf *out) {
	static const char *const items_head[] = { N_("What was counted"), N_("How much"), N_("How it was found out") };
	static const char *const windows_head[] = { N_("From"), N_("Until"), N_("Lasted"), N_("What users felt") };
	struct list items, windows;
	enum st st = record_store_list(c, RECORD_IMPACT, s->document, &items);
	if (st == ST_OK)
		st = record_store_list(c, RECORD_WINDOW, s->document, &windows);
	if (st != ST_OK)
		return st;
	if (!items.n && !windows.n)
		nothing_yet(c, out);
	if (items.n)
		line_of_head(out, c, items_head, sizeof items_head / sizeof *items_head);
	for (size_t i = 0; i < items.n; i++)
		write_impact(c, (const struct document_impact *)items.items + i, out);
	if (windows.n) {
		buf_printf(out, "%s(%.*s)\n\n", items.n ? "\n" : "", STR_FMT(zone_name(s->zone)));
		line_of_head(out, c, windows_head, sizeof windows_head / sizeof *windows_head);
	}
	for (size_t i = 0; i < windows.n; i++)
		write_window(c, s, (const struct document_window *)windows.items + i, out);
	return ST_OK;
}
LIVE_BLOCK(document, impact, impact, N_("numbers of the impact, and from when to when users felt what"));

/* ---- causes ---- */

static const char *const kind_words[] = { [CAUSE_TRIGGER] = N_("trigger"), [CAUSE_DIRECT] = N_("direct"), [CAUSE_LATENT] = N_("latent"), [CAUSE_EXACERBATING] = N_("exacerbating"),
	[CAUSE_DEFENCE_FAILED] = N_("a defence that did not hold"), [CAUSE_DEFENCE_WORSENED] = N_("a defence that worsened it"), [CAUSE_NO_BUG] = N_("not a bug") };

static str label_of(const struct ctx *c, const struct list *factors, str code) {
	const struct factor *f = factors->items;
	for (size_t i = 0; i < factors->n; i++)
		if (str_eq(f[i].code, code))
			return c->lang == LANG_KO ? f[i].name_ko : f[i].name_en;
	return code;
}

static void write_cause(struct ctx *c, const struct list *factors, const struct document_cause *x, struct buf *out) {
	buf_lit(out, "- ");
	if (x->kind != CAUSE_TRIGGER)
		buf_printf(out, "**%s** ", tr(c->lang, kind_words[x->kind]));
	block_words(out, x->text);
	if (x->factor.n) {
		buf_lit(out, " *(");
		block_words(out, label_of(c, factors, x->factor));
		buf_lit(out, ")*");
	}
	buf_addc(out, '\n');
}

static size_t write_causes(struct ctx *c, const struct list *causes, const struct list *factors, bool triggers, const char *head, struct buf *out) {
	const struct document_cause *x = causes->items;
	size_t n = 0;
	for (size_t i = 0; i < causes->n; i++) {
		if ((x[i].kind == CAUSE_TRIGGER) != triggers)
			continue;
		if (!n++)
			buf_printf(out, "**%s**\n\n", tr(c->lang, head));
		write_cause(c, factors, &x[i], out);
	}
	if (n)
		buf_addc(out, '\n');
	return n;
}

static enum st causes(struct ctx *c, const struct block_subject *s, str args UNUSED, struct buf *out) {
	struct list all, factors;
	enum st st = record_store_list(c, RECORD_CAUSE, s->document, &all);
	if (st == ST_OK)
		st = factor_all(c, &factors);
	if (st != ST_OK)
		return st;
	size_t n = write_causes(c, &all, &factors, true, N_("Triggers"), out);
	n += write_causes(c, &all, &factors, false, N_("Contributing factors"), out);
	if (!n)
		nothing_yet(c, out);
	return ST_OK;
}
LIVE_BLOCK(document, causes, causes, N_("what set it off, and what contributed"));

/* ---- lessons: of all lists, or of the one that is named ---- */

static const char *const list_words[] = { [LESSON_WELL] = N_("What went well"), [LESSON_WRONG] = N_("What went wrong"), [LESSON_LUCKY] = N_("Where we got lucky") };

static void write_lesson(const struct document_lesson *x, struct buf *out) {
	buf_lit(out, "- ");
	block_words(out, x->text);
	if (x->action.id)
		buf_printf(out, " → ACT-%lld", (long long)x->action.id);
	buf_addc(out, '\n');
}

static size_t write_list(struct ctx *c, const struct list *all, int list, bool named, struct buf *out) {
	const struct document_lesson *x = all->items;
	size_t n = 0;
	for (size_t i = 0; i < all->n; i++) {
		if (x[i].list != list)
			continue;
		if (!n++ && !named)
			buf_printf(out, "**%s**\n\n", tr(c->lang, list_words[list]));
		write_lesson(&x[i], out);
	}
	if (n)
		buf_addc(out, '\n');
	return n;
}

static enum st lessons(struct ctx *c, const struct block_subject *s, str args, struct buf *out) {
	struct list all;
	int wanted = enum_index(lesson_list_names, str_trim(args));
	size_t n = 0;
	enum st st = record_store_list(c, RECORD_LESSON, s->document, &all);
	for (int list = 0; st == ST_OK && list <= LESSON_LUCKY; list++)
		if (wanted < 0 || wanted == list)
			n += write_list(c, &all, list, wanted >= 0, out);
	if (st == ST_OK && !n)
		nothing_yet(c, out);
	return st;
}
LIVE_BLOCK(document, lessons, lessons, N_("the lessons; “went_well”, “went_wrong” or “lucky” for one list alone"));
