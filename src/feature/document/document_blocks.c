/* The live blocks of incidents: their timeline, and their milestones with the durations between them. Words: "INC-7" shows that incident alone, "key" only key entries. */
#include "feature/document/document_parts.h"
#include "text/html.h"

enum { AT_ONCE = 200 };

struct wish {
	int64_t incident; /* 0: all of the document's */
	bool key;
};

static struct wish read_args(str args) {
	struct wish w = { 0 };
	while (args.p) {
		str word = str_trim(str_cut(&args, ' '));
		if (str_is(word, "key"))
			w.key = true;
		else if (str_starts(word, STR("INC-")) && !str_i64(str_from(word, 4), &w.incident))
			w.incident = 0;
	}
	return w;
}

/* ---- the timeline ---- */

struct writing {
	struct ctx *c;
	const struct zone *zone;
	struct buf *out;
	int day; /* of the entry before, as year * 400 + month * 31 + day */
};

static enum st each_entry(struct ctx *c, int64_t incident, bool key, struct writing *w, void (*write)(struct writing *w, const struct timeline_entry *e)) {
	struct timeline_query q = { .key_only = key, .as_known_at = I64_NONE, .limit = AT_ONCE };
	enum st st = ST_OK;
	do {
		struct list page;
		str next = STR_NONE;
		st = timeline_list(c, incident, &q, &page, &next);
		const struct timeline_entry *e = page.items;
		for (size_t i = 0; st == ST_OK && i < page.n; i++)
			write(w, &e[i]);
		q.after = next;
	} while (st == ST_OK && q.after.n);
	return st;
}

static bool new_day(struct writing *w, int64_t at, struct civil *c) {
	*c = zone_civil(w->zone, at);
	int day = (c->year * 12 + c->month) * 31 + c->day;
	bool is_new = day != w->day;
	w->day = day;
	return is_new;
}

static const char *about_mark(int precision) {
	static const char *const marks[] = { [TIMELINE_EXACT] = "", [TIMELINE_ABOUT] = "~", [TIMELINE_BEFORE] = "&lt;", [TIMELINE_AFTER] = "&gt;" };
	return precision >= 0 && precision <= TIMELINE_AFTER ? marks[precision] : "";
}

static void write_time(struct writing *w, const struct timeline_entry *e) {
	buf_lit(w->out, "<time class=\"at\" datetime=\"");
	time_format_rfc3339(w->out, e->at);
	buf_printf(w->out, "\">%s", about_mark(e->precision));
	write_clock(w->out, w->zone, e->at);
	buf_lit(w->out, "</time>");
}

static void write_pair(struct writing *w, const char *name, str text) {
	if (!text.n)
		return;
	buf_printf(w->out, "<dt>%s</dt><dd>", tr(w->c->lang, name));
	html_escape(w->out, text);
	buf_lit(w->out, "</dd>");
}

static void write_thoughts(struct writing *w, const struct timeline_entry *e) {
	if (!e->knew.n && !e->decided.n && !e->because.n)
		return;
	buf_lit(w->out, "<dl class=\"kdb\">");
	write_pair(w, N_("Knew"), e->knew);
	write_pair(w, N_("Decided"), e->decided);
	write_pair(w, N_("Because"), e->because);
	buf_lit(w->out, "</dl>");
}

static void write_evidence(struct writing *w, const struct timeline_entry *e) {
	const struct timeline_evidence *x = e->evidence.items;
	if (!e->evidence.n)
		return;
	buf_lit(w->out, "<p class=\"ev\">");
	for (size_t i = 0; i < e->evidence.n; i++) {
		bool web = str_starts(x[i].url, STR("https://")) || str_starts(x[i].url, STR("http://"));
		buf_add(w->out, web ? STR("<a class=\"chip line\" rel=\"noreferrer noopener\" href=\"") : STR("<span class=\"chip line\" title=\""));
		html_escape(w->out, x[i].url);
		buf_lit(w->out, "\">");
		html_escape(w->out, x[i].title.n ? x[i].title : x[i].url);
		buf_add(w->out, web ? STR("</a> ") : STR("</span> "));
	}
	buf_lit(w->out, "</p>");
}

static void write_html(struct writing *w, const struct timeline_entry *e) {
	struct civil c;
	if (new_day(w, e->at, &c))
		buf_printf(w->out, "<li class=\"day\"><span></span><span></span><b>%04d-%02d-%02d</b></li>", c.year, c.month, c.day);
	bool mile = e->kind == TIMELINE_MILESTONE || e->kind == TIMELINE_STATE;
	buf_add(w->out, mile ? STR("<li class=\"mile\">") : e->key ? STR("<li class=\"iskey\">") : STR("<li>"));
	write_time(w, e);
	buf_add(w->out, mile ? STR("<span class=\"hoshi\"></span><div><p class=\"mile-l\">")
						 : e->by.id ? STR("<span class=\"stone\"></span><div><p class=\"what\">") : STR("<span class=\"stone w\"></span><div><p class=\"what\">"));
	str writer = e->by.id ? e->by.name : e->token;
	if (writer.n && !mile) {
		buf_lit(w->out, "<b>");
		html_escape(w->out, writer);
		buf_lit(w->out, "</b> ");
	}
	html_escape(w->out, e->text);
	buf_lit(w->out, "</p>");
	write_thoughts(w, e);
	write_evidence(w, e);
	buf_lit(w->out, "</div></li>");
}

/* ---- as Markdown ---- */

static void write_said(struct writing *w, const char *name, str text) {
	if (!text.n)
		return;
	buf_printf(w->out, " %s: ", tr(w->c->lang, name));
	block_words(w->out, text);
}

/* An address that would end the link early, or the cell, stays words. */
static bool fits_link(str url) {
	for (size_t k = 0; k < url.n; k++)
		if (strchr(" |<>\\\n", url.p[k]))
			return false;
	return str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
}

static void write_links(struct writing *w, const struct timeline_entry *e) {
	const struct timeline_evidence *x = e->evidence.items;
	for (size_t i = 0; i < e->evidence.n; i++) {
		bool link = fits_link(x[i].url);
		buf_add(w->out, link ? STR(" [") : STR(" "));
		block_words(w->out, x[i].title.n ? x[i].title : x[i].url);
		if (link)
			buf_printf(w->out, "](<%.*s>)", STR_FMT(x[i].url));
	}
}

static void write_row(struct writing *w, const struct timeline_entry *e) {
	static const char *const marks[] = { [TIMELINE_EXACT] = "", [TIMELINE_ABOUT] = "~", [TIMELINE_BEFORE] = "≤ ", [TIMELINE_AFTER] = "≥ " };
	buf_printf(w->out, "| %s", e->precision >= 0 && e->precision <= TIMELINE_AFTER ? marks[e->precision] : "");
	write_day_clock(w->out, w->zone, e->at);
	buf_add(w->out, e->key ? STR(" | **") : STR(" | "));
	block_words(w->out, e->text);
	if (e->key)
		buf_lit(w->out, "**");
	write_said(w, N_("Knew"), e->knew);
	write_said(w, N_("Decided"), e->decided);
	write_said(w, N_("Because"), e->because);
	write_links(w, e);
	buf_lit(w->out, " | ");
	block_words(w->out, e->by.id ? e->by.name : e->token);
	buf_lit(w->out, " |\n");
}

static void write_table_head(struct writing *w) {
	buf_printf(w->out, "| %s (%.*s) | %s | %s |\n| --- | --- | --- |\n", tr(w->c->lang, N_("Time")), STR_FMT(zone_name(w->zone)), tr(w->c->lang, N_("What happened")),
		tr(w->c->lang, N_("Who")));
}

/* ---- both ---- */

static bool shown(const struct block_subject *p, const struct wish *wish, size_t i) {
	return !wish->incident || wish->incident == p->incidents[i];
}

static enum st timeline_html(struct ctx *c, const struct block_subject *p, str args, struct buf *out) {
	struct wish wish = read_args(args);
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < p->incident_count; i++) {
		struct writing w = { c, p->zone, out, 0 };
		if (!shown(p, &wish, i))
			continue;
		buf_printf(out, "<p class=\"s13 muted\">INC-%lld · %.*s</p><ol class=\"tl\">", (long long)p->incidents[i], STR_FMT(zone_name(p->zone)));
		st = each_entry(c, p->incidents[i], wish.key, &w, write_html);
		buf_lit(out, "</ol>");
	}
	return st;
}

static enum st timeline_markdown(struct ctx *c, const struct block_subject *p, str args, struct buf *out) {
	struct wish wish = read_args(args);
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < p->incident_count; i++) {
		struct writing w = { c, p->zone, out, 0 };
		if (!shown(p, &wish, i))
			continue;
		if (p->incident_count > 1)
			buf_printf(out, "INC-%lld\n\n", (long long)p->incidents[i]);
		write_table_head(&w);
		st = each_entry(c, p->incidents[i], wish.key, &w, write_row);
		buf_addc(out, '\n');
	}
	return st;
}
LIVE_BLOCK(document, timeline, timeline_markdown, N_("the timeline of the incident; “key” for the key moves only"), .html = timeline_html);

/* ---- durations ---- */

static const char *const milestone_words[] = { [OUTAGE_BEGINS] = N_("Outage begins"), [DETECTED] = N_("Detected"), [ACKNOWLEDGED] = N_("Acknowledged"),
	[DECLARED] = N_("Declared"), [MITIGATED] = N_("Mitigated"), [OUTAGE_ENDS] = N_("Outage ends"), [INCIDENT_ENDS] = N_("Incident ends") };

struct table {
	const char *open, *row, *cell, *end_row, *close;
};
static const struct table html_table = { "<table class=\"table\"><tbody>", "<tr><th scope=\"row\">", "</th><td>", "</td></tr>", "</tbody></table>" };
static const struct table markdown_table = { "| | |\n| --- | --- |\n", "| ", " | ", " |\n", "\n" };

static void write_span(struct ctx *c, const struct table *t, struct buf *out, const char *name, int64_t seconds) {
	buf_printf(out, "%s%s%s", t->row, tr(c->lang, name), t->cell);
	if (seconds == I64_NONE)
		buf_printf(out, "%s", tr(c->lang, N_("not known yet")));
	else
		write_duration(out, c->lang, seconds);
	buf_printf(out, "%s", t->end_row);
}

static void write_milestones(struct ctx *c, const struct table *t, const struct block_subject *p, const struct incident *i, struct buf *out) {
	const struct incident_milestone *m = i->milestones.items;
	buf_printf(out, "%s", t->open);
	for (size_t k = 0; k < i->milestones.n; k++) {
		buf_printf(out, "%s%s%s", t->row, tr(c->lang, milestone_words[m[k].kind]), t->cell);
		write_day_clock(out, p->zone, m[k].at);
		buf_printf(out, "%s", t->end_row);
	}
	write_span(c, t, out, N_("Time to detect"), i->durations.ttd);
	write_span(c, t, out, N_("Time to acknowledge"), i->durations.tta);
	write_span(c, t, out, N_("Time to mitigate"), i->durations.ttm);
	write_span(c, t, out, N_("Time to resolve"), i->durations.ttr);
	buf_printf(out, "%s", t->close);
}

static enum st write_durations(struct ctx *c, const struct table *t, const struct block_subject *p, str args, struct buf *out) {
	struct wish wish = read_args(args);
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < p->incident_count; i++) {
		struct incident *incident = arena_new_of(c->a, struct incident);
		if (!shown(p, &wish, i))
			continue;
		st = incident_read(c, p->incidents[i], incident);
		if (st == ST_OK)
			write_milestones(c, t, p, incident, out);
	}
	return st;
}

static enum st durations_html(struct ctx *c, const struct block_subject *p, str args, struct buf *out) {
	return write_durations(c, &html_table, p, args, out);
}

static enum st durations_markdown(struct ctx *c, const struct block_subject *p, str args, struct buf *out) {
	return write_durations(c, &markdown_table, p, args, out);
}
LIVE_BLOCK(document, durations, durations_markdown, N_("when it began and ended, and how long each step took"), .html = durations_html);
