/* What a mail about a document says. */
#include "base/clock.h"
#include "core/block.h"
#include "core/wording.h"
#include "feature/action/action.h"
#include "feature/mailing/mailing_parts.h"
#include "feature/timeline/timeline.h"

enum { MOST_ENTRIES = 30 };

str mailing_subject(struct ctx *c, enum lang lang, const struct document *d, int64_t number) {
	struct buf b = buf_in(c->a);
	buf_printf(&b, "[PM-%lld] %.*s ", (long long)d->id, STR_FMT(d->title));
	buf_printf(&b, tr(lang, N_("(mail #%lld)")), (long long)number);
	return buf_str(&b);
}

/* ---- records ---- */

static const struct zone *zone_of(const struct document *d) {
	const struct zone *zone;
	return zone_find(d->zone, &zone) == ST_OK ? zone : zone_utc();
}

static enum st add_entries(struct ctx *c, const struct document *d, int64_t incident, int64_t since, struct changes *out) {
	struct timeline_query q = { .as_known_at = I64_NONE, .limit = 200 };
	size_t n = 0;
	enum st st = ST_OK;
	do {
		struct list page;
		str next;
		st = timeline_list(c, incident, &q, &page, &next);
		const struct timeline_entry *e = page.items;
		for (size_t i = 0; st == ST_OK && i < page.n && n < MOST_ENTRIES; i++) {
			struct buf when = buf_in(c->a);
			if (e[i].recorded_at <= since)
				continue;
			n++;
			wording_moment(&when, c->lang, zone_of(d), e[i].at, false);
			change_add(c->a, out, CHANGE_ENTRY, e[i].text, buf_str(&when));
		}
		q.after = next;
	} while (st == ST_OK && q.after.n && n < MOST_ENTRIES);
	return st;
}

static enum st add_actions(struct ctx *c, const struct document *d, int64_t since, struct changes *out) {
	struct list found;
	str next;
	enum st st = action_list(c, &(struct action_filter){ .state = -1, .document = d->id, .limit = 200 }, &found, &next);
	const struct action *x = found.items;
	for (size_t i = 0; st == ST_OK && i < found.n; i++) {
		bool closed = x[i].closed_at != I64_NONE && x[i].closed_at > since, made = x[i].made_at > since;
		str text = arena_printf(c->a, "ACT-%lld %.*s", (long long)x[i].id, STR_FMT(x[i].title));
		if (closed || made)
			change_add(c->a, out, closed ? CHANGE_ACTION_CLOSED : CHANGE_ACTION_NEW, text, x[i].owner.name);
	}
	return st;
}

static enum st add_records(struct ctx *c, const struct document *d, int64_t since, struct changes *out) {
	const struct document_about *about = d->incidents.items;
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < d->incidents.n; i++)
		st = add_entries(c, d, about[i].id, since, out);
	return st == ST_OK ? add_actions(c, d, since, out) : st;
}

/* ---- Markdown ---- */

static const char *const change_labels[] = { N_("New section"), N_("Changed"), N_("Removed"), N_("Found out"), N_("To be found out, new"), N_("Timeline"), N_("New action"),
	N_("Closed action") };

static void put_change(struct ctx *c, struct buf *b, const struct change *x) {
	bool quoted = x->kind == CHANGE_SECTION_NEW || x->kind == CHANGE_SECTION;
	buf_printf(b, "- **%s**: ", tr(c->lang, change_labels[x->kind]));
	if (x->text.n)
		block_words(b, x->text);
	else
		buf_add(b, str_c(tr(c->lang, N_("the beginning"))));
	if (x->detail.n && !quoted) {
		buf_lit(b, " · ");
		block_words(b, x->detail);
	}
	buf_addc(b, '\n');
	for (str rest = quoted ? x->detail : STR_NONE; rest.p;) {
		buf_lit(b, "  > ");
		block_words(b, str_cut(&rest, '\n'));
		buf_lit(b, "  \n");
	}
}

static void put_changes(struct ctx *c, struct buf *b, const struct document *d, const struct mailing *before, const struct changes *all) {
	struct buf when = buf_in(c->a);
	wording_moment(&when, c->lang, zone_of(d), before->at, true);
	buf_lit(b, "## ");
	buf_printf(b, tr(c->lang, N_("What has changed since mail #%lld (%.*s)")), (long long)before->number, STR_FMT(buf_str(&when)));
	buf_lit(b, "\n\n");
	for (size_t i = 0; i < all->n; i++)
		put_change(c, b, &all->items[i]);
	if (!all->n)
		buf_printf(b, "%s\n", tr(c->lang, N_("Nothing has changed.")));
	buf_addc(b, '\n');
}

static void put_tbd(struct ctx *c, struct buf *b, const struct document_tbd *t) {
	buf_lit(b, "| ");
	block_words(b, t->text.n ? t->text : STR("TBD"));
	buf_lit(b, " | ");
	if (t->owner.n) {
		buf_lit(b, "@");
		block_words(b, t->owner);
	} else {
		buf_add(b, str_c(tr(c->lang, N_("nobody yet"))));
	}
	buf_lit(b, " | ");
	if (t->due != I64_NONE) {
		struct civil day = civil_from_us(t->due * US_PER_DAY);
		wording_date(b, c->lang, day.year, day.month, day.day);
	} else {
		buf_lit(b, "–");
	}
	buf_lit(b, " |\n");
}

static void put_tbds(struct ctx *c, struct buf *b, const struct list *tbds) {
	const struct document_tbd *t = tbds->items;
	if (!tbds->n)
		return;
	buf_printf(b, "## %s (%zu)\n\n| %s | %s | %s |\n| --- | --- | --- |\n", tr(c->lang, N_("Still to be found out")), tbds->n, tr(c->lang, N_("What")), tr(c->lang, N_("Who")),
		tr(c->lang, N_("Until")));
	for (size_t i = 0; i < tbds->n; i++)
		put_tbd(c, b, &t[i]);
	buf_addc(b, '\n');
}

enum st mailing_write(struct ctx *c, const struct document *d, str text, const struct mailing *before, struct mailing_text *out) {
	struct buf b = buf_in(c->a), whole = buf_in(c->a);
	str old;
	*out = (struct mailing_text){ 0 };
	enum st st = before ? document_text_at(c, d->id, before->text_version, &old) : ST_OK;
	if (st == ST_OK && before) {
		delta_sections(c->a, old, text, &out->changes);
		delta_tbds(c->a, old, text, &out->changes);
		st = add_records(c, d, before->at, &out->changes);
	}
	if (st != ST_OK)
		return st;
	out->tbds = document_tbds(c->a, text);
	if (before)
		put_changes(c, &b, d, before, &out->changes);
	put_tbds(c, &b, &out->tbds);
	buf_lit(&b, "---\n\n# ");
	block_words(&b, d->title);
	buf_lit(&b, "\n\n");
	st = document_expand(c, d, text, &whole);
	document_link_images(c, d, buf_str(&whole), &b);
	buf_printf(&b, "\n\n---\n\n%s\n", tr(c->lang, N_("You get this because somebody chose you, or a team of yours, as a reader of this document.")));
	out->markdown = buf_str(&b);
	return st;
}
