#include "base/clock.h"
#include "feature/action/action_store.h"
#include "feature/org/org.h"

/* Reading many action items: as pages, and as a table for a spreadsheet. */

struct list_in {
	uint64_t given;
	int state;
	str owner;
	int64_t incident, document;
	str q, after;
	int64_t limit;
};
static const char *const state_choices[] = { "open", "done", "dropped", "all", NULL };
#define FILTER_FIELDS                                                                                                          \
	F(struct list_in, FT_ENUM, state, 0, N_("open unless said otherwise, here or in q"), .names = state_choices),              \
	F(struct list_in, FT_TEXT, owner, 0, N_("number of a person, or me"), .max = 20),                                          \
	F(struct list_in, FT_ID, incident, 0, N_("only of this incident"), .prefix = "INC"),                                       \
	F(struct list_in, FT_ID, document, 0, N_("only of this document and the incidents it is about"), .prefix = "PM"),                                        \
	F(struct list_in, FT_TEXT, q, 0, N_("a filter such as owner:me due:<7d type:prevent,detect overdue, and words of the title"), .max = 300)
INPUT(list_in, "ActionList", struct list_in, FILTER_FIELDS,
	F(struct list_in, FT_TEXT, after, 0, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200));
INPUT(csv_in, "ActionTable", struct list_in, FILTER_FIELDS);

static enum st read_owner(struct ctx *c, str owner, int64_t *id) {
	*id = 0;
	if (str_is(owner, "me"))
		*id = c->who->person ? c->who->person : -1;
	else if (owner.n && (!str_i64(owner, id) || *id <= 0))
		return fail(c, ST_INVALID, "action.owner", "owner", N_("The owner is the number of a person, or me."));
	return ST_OK;
}

int64_t action_day(const struct zone *zone, int64_t at) {
	struct civil c = zone_civil(zone, at);
	return civil_days(c.year, c.month, c.day);
}

static enum st read_filter(struct ctx *c, const struct list_in *in, struct action_filter *f) {
	*f = (struct action_filter){ .state = in->state == 3 ? -1 : in->state < 0 ? ACTION_OPEN : in->state, .incident = in->incident, .document = in->document,
		.after = in->after, .limit = in->limit };
	const struct zone *zone;
	enum st st = read_owner(c, in->owner, &f->owner);
	if (st != ST_OK || !in->q.n)
		return st;
	st = org_zone(c, &zone);
	if (st != ST_OK)
		return st;
	f->today = action_day(zone, c->now);
	st = action_query_read(c, in->q, f);
	/* Who asks for what is not open any more, says so in q; who asks for a number wants it whatever its state. */
	if (st == ST_OK && in->state < 0 && !f->states.n && (f->hold.n || f->number))
		f->state = -1;
	return st;
}

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	struct action_filter f;
	struct list found;
	str next;
	enum st st = read_filter(c, data, &f);
	if (st == ST_OK)
		st = action_list(c, &f, &found, &next);
	if (st == ST_OK)
		reply_page(c, out, &action_shape, &found, next);
	return st;
}

/* ---- action.csv ---- */

enum { MOST_ROWS = 20000 };

/* A spreadsheet takes a cell that begins like a formula for one. */
static void cell(struct buf *b, str s) {
	buf_lit(b, "\"");
	if (s.n && strchr("=+-@\t\r", *s.p))
		buf_addc(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, s.p[i]);
	}
	buf_lit(b, "\"");
}

static str day_words(struct arena *a, int64_t day) {
	struct civil d = civil_from_us(day == I64_NONE ? 0 : day * US_PER_DAY);
	return day == I64_NONE ? STR("") : arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static str ref_words(struct arena *a, const char *prefix, int64_t id) {
	return id ? arena_printf(a, "%s-%lld", prefix, (long long)id) : STR("");
}

static const char *const type_words[] = { N_("prevent"), N_("detect"), N_("mitigate"), N_("process"), N_("investigate"), N_("repair"), N_("other") };
static const char *const aim_words[] = { N_("keep it from happening"), N_("see it sooner"), N_("handle it better") };
static const char *const horizon_words[] = { N_("short term"), N_("long term") };
static const char *const state_words[] = { N_("open"), N_("done"), N_("will not be done") };
static const char *const held_words[] = { N_("held"), N_("did not hold") };
static const char *const heads[] = { N_("Number"), N_("Action"), N_("Type"), N_("Group"), N_("Horizon"), N_("Priority"), N_("Owner"), N_("Team"), N_("Due"), N_("State"),
	N_("Incident"), N_("Document"), N_("Tracker"), N_("Evidence"), N_("Reason"), N_("Check on"), N_("Has it held?") };

static void write_cells(struct buf *b, const str *cells, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		cell(b, cells[i]);
	}
	buf_lit(b, "\r\n");
}

static void write_row(struct ctx *c, struct buf *b, const struct action *x) {
	const str cells[] = { ref_words(c->a, "ACT", x->id), x->title, str_c(tr(c->lang, type_words[x->type])), str_c(tr(c->lang, aim_words[x->aim])),
		str_c(tr(c->lang, horizon_words[x->horizon])), enum_str(action_priority_names, x->priority), x->owner.name, x->team.name, day_words(c->a, x->due),
		str_c(tr(c->lang, state_words[x->state])), ref_words(c->a, "INC", x->incident.id), ref_words(c->a, "PM", x->document.id), x->tracker, x->evidence, x->reason,
		day_words(c->a, x->check_on), x->held < 0 ? STR("") : str_c(tr(c->lang, held_words[x->held])) };
	write_cells(b, cells, sizeof cells / sizeof *cells);
}

static void write_heads(struct ctx *c, struct buf *b) {
	str cells[sizeof heads / sizeof *heads];
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		cells[i] = str_c(tr(c->lang, heads[i]));
	buf_lit(b, "\xef\xbb\xbf"); /* without it a spreadsheet reads Hangul as Latin */
	write_cells(b, cells, sizeof heads / sizeof *heads);
}

static enum st run_csv(struct ctx *c, const void *data, struct reply *out) {
	struct action_filter f;
	str next = STR_NONE;
	size_t rows = 0;
	enum st st = read_filter(c, data, &f);
	write_heads(c, &out->body);
	f.limit = 200;
	do {
		struct list found;
		f.after = next;
		st = st == ST_OK ? action_list(c, &f, &found, &next) : st;
		for (size_t i = 0; st == ST_OK && i < found.n; i++, rows++)
			write_row(c, &out->body, (const struct action *)found.items + i);
	} while (st == ST_OK && next.n && rows < MOST_ROWS);
	out->content_type = "text/csv; charset=utf-8";
	out->disposition = STR("attachment; filename=\"actions.csv\"");
	return st;
}

static const struct op ops[] = {
	OP("action.list", "GET /api/v1/actions", PERM_ACTION_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &action_shape, run_list,
		N_("List action items: open ones by their due date, others newest first."), .flags = OP_MCP),
	OP("action.csv", "GET /api/v1/actions.csv", PERM_ACTION_VIEW, OP_SLOW, BODY_NONE, &csv_in, REPLY_BYTES, NULL, run_csv,
		N_("Action items as a table for a spreadsheet, with the same filter as the list.")),
};

ROOM(action_view_room, "action_view", ops);
