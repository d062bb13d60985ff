/* The words of the weekly mail. */
#include "base/clock.h"
#include "core/block.h"
#include "feature/weekly/weekly_parts.h"

static const char *const ages[WEEKLY_AGES] = { N_("up to two weeks"), N_("up to six weeks"), N_("up to three months"), N_("longer") };
static const struct {
	const char *heading, *filter, *none, *day;
} lists[WEEKLY_LISTS] = {
	[WEEKLY_CLOSED] = { N_("Done this week, and how that is known"), "state:done", N_("Nothing was closed this week."), NULL },
	[WEEKLY_OVERDUE] = { N_("Overdue"), "overdue", N_("Nothing is overdue."), N_("due %s") },
	[WEEKLY_HELD] = { N_("Did it hold? Somebody has to look"), "hold:due", N_("Nothing waits for somebody to look."), N_("to be looked at from %s") },
};

/* Rows without items tell nothing. */
static void write_open(struct buf *b, enum lang lang, const struct weekly_report *r) {
	if (!r->total) {
		buf_printf(b, "%s\n", tr(lang, N_("Nothing is open.")));
		return;
	}
	buf_printf(b, "| %s | P0 | P1 | P2 | P3 |\n| --- | ---: | ---: | ---: | ---: |\n", tr(lang, N_("open for")));
	for (int age = 0; age < WEEKLY_AGES; age++) {
		const int64_t *n = r->open[age];
		if (n[0] + n[1] + n[2] + n[3])
			buf_printf(b, "| %s | %lld | %lld | %lld | %lld |\n", tr(lang, ages[age]), (long long)n[0], (long long)n[1], (long long)n[2], (long long)n[3]);
	}
}

static void write_item(struct ctx *c, struct buf *b, enum lang lang, const struct weekly_item *x, const char *day_words) {
	buf_printf(b, "- [ACT-%lld](/actions?q=ACT-%lld) ", (long long)x->id, (long long)x->id);
	block_words(b, x->title);
	if (x->owner.n) {
		buf_lit(b, " · ");
		block_words(b, x->owner);
	}
	if (day_words && x->day != I64_NONE) {
		struct civil d = civil_from_us(x->day * US_PER_DAY);
		str day = arena_printf(c->a, "%04d-%02d-%02d", d.year, d.month, d.day);
		buf_lit(b, " · ");
		buf_printf(b, tr(lang, day_words), arena_cstr(c->a, day));
	}
	if (x->evidence.n) {
		buf_lit(b, ": ");
		block_words(b, x->evidence);
	}
	buf_addc(b, '\n');
}

static void write_list(struct ctx *c, struct buf *b, enum lang lang, const struct weekly_report *r, enum weekly_list which) {
	const struct weekly_item *x = r->items[which].items;
	int64_t more = r->count[which] - (int64_t)r->items[which].n;
	buf_printf(b, "\n## %s (%lld)\n\n", tr(lang, lists[which].heading), (long long)r->count[which]);
	for (size_t i = 0; i < r->items[which].n; i++)
		write_item(c, b, lang, &x[i], lists[which].day);
	if (!r->count[which])
		buf_printf(b, "%s\n", tr(lang, lists[which].none));
	if (more > 0) {
		buf_lit(b, "\n");
		buf_printf(b, tr_n(lang, "and %lld more", "and %lld more", more), (long long)more);
		buf_printf(b, ": [%s](/actions?q=%s)\n", tr(lang, N_("Action items")), lists[which].filter);
	}
}

enum st weekly_write(struct ctx *c, const struct delivery_person *to, const struct ref *team, str *subject, str *markdown) {
	struct weekly_report r;
	struct buf b = buf_in(c->a);
	struct civil day = zone_civil(to->zone, c->now);
	enum st st = weekly_store_report(c, team->id, civil_days(day.year, day.month, day.day), &r);
	if (st != ST_OK)
		return st;
	if (!r.total && !r.count[WEEKLY_CLOSED] && !r.count[WEEKLY_HELD])
		return ST_END;
	str name = team->id ? team->name : str_c(tr(to->lang, N_("All teams")));
	buf_printf(&b, "## %s (%lld)\n\n", tr(to->lang, N_("Open")), (long long)r.total);
	write_open(&b, to->lang, &r);
	for (int i = 0; i < WEEKLY_LISTS; i++)
		write_list(c, &b, to->lang, &r, (enum weekly_list)i);
	buf_printf(&b, "\n---\n\n%s [%s](/settings?part=notices)\n", tr(to->lang, N_("You get this mail because you chose it.")), tr(to->lang, N_("Change what you are told")));
	*markdown = buf_str(&b);
	*subject = arena_printf(c->a, tr(to->lang, N_("[%.*s] Action items this week: %lld open, %lld overdue")), STR_FMT(name), (long long)r.total, (long long)r.count[WEEKLY_OVERDUE]);
	return ST_OK;
}
