/* What this room asks for before anything is published, and whether it was let pass. */
#include "feature/review/review_parts.h"
#include "text/revision.h"

enum st subject_read(struct ctx *c, int64_t document, struct subject *out) {
	enum st st = document_read(c, document, &out->d);
	if (st == ST_OK)
		st = document_text(c, document, &out->text, &out->version);
	if (st != ST_OK)
		return st;
	const struct document_about *about = out->d.incidents.items;
	int64_t *ids = arena_array(c->a, out->d.incidents.n, sizeof *ids);
	for (size_t i = 0; i < out->d.incidents.n; i++)
		ids[i] = about[i].id;
	out->d.text_version = out->version;
	out->blocks = (struct blocker_subject){ document, ids, out->d.incidents.n, out->text, out->version };
	return ST_OK;
}

static str path(struct ctx *c, const struct blocker_subject *s, const char *rest) {
	return arena_printf(c->a, "/documents/PM-%lld%s", (long long)s->document, rest);
}

/* ---- whether an approval still holds ---- */

/* The newest version of the text up to which changes were let pass as editorial, not before the one that was approved. */
static int64_t approved_up_to(const struct list *waivers, int64_t approved) {
	const struct review_waiver *w = waivers->items;
	int64_t up_to = approved, version;
	for (size_t i = 0; i < waivers->n; i++)
		if (str_is(w[i].blocker, "stale") && str_i64(w[i].subject, &version) && version > up_to)
			up_to = version;
	return up_to;
}

struct known {
	int64_t version;
	bool material;
};

static enum st changed_since(struct ctx *c, const struct blocker_subject *s, int64_t version, struct known *known, bool *material) {
	struct revision r;
	str before;
	*material = known->material;
	if (version >= s->text_version || version == known->version) {
		*material = version < s->text_version && known->material;
		return ST_OK;
	}
	enum st st = document_text_at(c, s->document, version, &before);
	if (st != ST_OK)
		return st;
	revision_compare(c->a, before, s->text, &r);
	*known = (struct known){ version, r.material };
	*material = r.material;
	return ST_OK;
}

static bool is_awaited(const struct reviewer *r) {
	return r->verdict < 0 || r->stale;
}

enum st weigh_reviewers(struct ctx *c, const struct blocker_subject *s, const struct list *waivers, struct reviewer *r, size_t n) {
	struct known known = { -1, false };
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		if (r[i].verdict == VERDICT_APPROVE)
			st = changed_since(c, s, approved_up_to(waivers, r[i].text_version), &known, &r[i].stale);
		r[i].awaited = is_awaited(&r[i]);
		r[i].since = !r[i].awaited ? I64_NONE : !r[i].stale ? r[i].asked_at : r[i].stale_at == I64_NONE ? c->now : r[i].stale_at;
	}
	return st;
}

struct tally tally_of(struct ctx *c, const struct reviewer *r, size_t n, int64_t needed) {
	struct standing *s = arena_array(c->a, n, sizeof *s);
	for (size_t i = 0; i < n; i++)
		s[i] = (struct standing){ r[i].verdict, r[i].stale, r[i].service.id != 0 };
	return review_tally(s, n, needed);
}

struct seen {
	struct reviewer *r;
	size_t n;
	struct review_round round;
};

static enum st look_at_reviewers(struct ctx *c, const struct blocker_subject *s, struct seen *out) {
	struct list waivers;
	enum st st = store_reviewers(c, s->document, &out->r, &out->n);
	if (st == ST_OK)
		st = store_waivers(c, s->document, &waivers);
	if (st == ST_OK)
		st = store_round(c, s->document, &out->round);
	return st == ST_OK ? weigh_reviewers(c, s, &waivers, out->r, out->n) : st;
}

/* ---- checks ---- */

static enum st check_approval(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct seen x;
	enum st st = look_at_reviewers(c, s, &x);
	if (st != ST_OK)
		return st;
	struct tally t = tally_of(c, x.r, x.n, x.round.needed);
	if (!x.round.round || !x.n) {
		blocker_add(c, out, STR("none"), path(c, s, "/review"), N_("Name somebody who reviews it, and submit it."));
		return ST_OK;
	}
	for (size_t i = 0; i < x.n; i++)
		if (x.r[i].verdict == VERDICT_CHANGES)
			blocker_add(c, out, arena_printf(c->a, "%lld", (long long)x.r[i].person.id), path(c, s, "/review#comments"),
				N_("%.*s asked for changes. Mend what was asked for and submit it again."), STR_FMT(x.r[i].person.name));
		else if (x.r[i].awaited && !x.r[i].stale && !t.enough)
			blocker_add(c, out, arena_printf(c->a, "%lld", (long long)x.r[i].person.id), path(c, s, "/review#reviewers"), N_("%.*s has not reviewed it yet."),
				STR_FMT(x.r[i].person.name));
	return ST_OK;
}
BLOCKER(review, approval, check_approval, NULL);

static enum st check_stale(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct seen x;
	enum st st = look_at_reviewers(c, s, &x);
	for (size_t i = 0; st == ST_OK && i < x.n; i++)
		if (x.r[i].stale)
			blocker_add(c, out, arena_printf(c->a, "%lld", (long long)s->text_version), path(c, s, "/review#reviewers"),
				N_("The text has changed in what matters since %.*s approved it. Ask for the approval again."), STR_FMT(x.r[i].person.name));
	return st;
}
BLOCKER(review, stale, check_stale, N_("the change is editorial only"));

static enum st check_tbds(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct list all = document_tbds(c->a, s->text);
	const struct document_tbd *t = all.items;
	for (size_t i = 0; i < all.n; i++) {
		str subject = t[i].text.n ? t[i].text : arena_printf(c->a, "%lld", (long long)t[i].line);
		if (t[i].text.n)
			blocker_add(c, out, subject, path(c, s, "/edit"), N_("Find out what is still TBD: %.*s"), STR_FMT(t[i].text));
		else
			blocker_add(c, out, subject, path(c, s, "/edit"), N_("Find out what is still TBD in line %lld."), (long long)t[i].line);
	}
	return ST_OK;
}
BLOCKER(review, tbd, check_tbds, N_("published without knowing this"));

static enum st check_questions(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct review_question_row rows[QUESTIONS];
	enum st st = store_answers(c, s->document, rows);
	for (int q = 0; st == ST_OK && q < QUESTIONS; q++)
		if (rows[q].answer < 0)
			blocker_add(c, out, str_c(question_names[q]), arena_printf(c->a, "/documents/PM-%lld/review#q-%s", (long long)s->document, question_names[q]),
				N_("A reviewer answers: %s"), tr(c->lang, question_texts[q]));
	return st;
}
BLOCKER(review, question, check_questions, NULL);

static enum st check_comments(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct list all;
	enum st st = comment_open_musts(c, s->document, &all);
	const struct comment *x = all.items;
	for (size_t i = 0; st == ST_OK && i < all.n; i++)
		blocker_add(c, out, arena_printf(c->a, "%lld", (long long)x[i].id), arena_printf(c->a, "/documents/PM-%lld/review#c%lld", (long long)s->document, (long long)x[i].id),
			N_("Mend what %.*s says must be mended, and mark the comment as resolved."), STR_FMT(x[i].person.name));
	return st;
}
BLOCKER(review, comment, check_comments, NULL);

/* A postmortem without an action that comes first has changed nothing, unless somebody stands up for that. */
static enum st check_actions(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct plan p;
	enum st st = store_plan(c, s->document, &p);
	if (st == ST_OK && !p.urgent)
		blocker_add(c, out, STR("none"), path(c, s, ""), N_("Add at least one action of priority P0 or P1 that keeps this from happening again, or say why there is none."));
	return st;
}
BLOCKER(review, actions, check_actions, N_("there is no action that comes first, for this reason"));

/* What began without a template asks for no section. */
static enum st check_sections(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	struct document d;
	struct list all = { 0 };
	enum st st = document_read(c, s->document, &d);
	if (st == ST_OK && d.template.n)
		st = document_sections(c, s->document, &all);
	const struct document_section *x = all.items;
	for (size_t i = 0; st == ST_OK && i < all.n; i++)
		if (x[i].required && (x[i].state == SECTION_MISSING || x[i].state == SECTION_EMPTY))
			blocker_add(c, out, str_c(section_names[x[i].section]), path(c, s, ""), N_("Write the section “%.*s”, or say why this document does without it."), STR_FMT(x[i].title));
	return st;
}
BLOCKER(review, section, check_sections, NULL);

static enum st check_consent(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
	enum st st = document_may_show(c, s->document);
	if (st != ST_CONFLICT)
		return st;
	c->err = (struct err){ 0 };
	blocker_add(c, out, STR("consent"), path(c, s, ""), N_("Its author has to agree that others read this document."));
	return ST_OK;
}
BLOCKER(review, consent, check_consent, NULL);

/* ---- all of them ---- */

static void mark_waived(struct blocker *b, const struct list *waivers) {
	const struct review_waiver *w = waivers->items;
	for (size_t i = 0; b->waiver.n && i < waivers->n; i++)
		if (str_eq(w[i].blocker, b->code) && str_eq(w[i].subject, b->subject)) {
			b->waived = true;
			b->reason = w[i].reason;
			b->by = w[i].by;
			b->at = w[i].at;
		}
}

enum st find_blockers(struct ctx *c, const struct blocker_subject *s, const struct list *waivers, struct blockers *out, size_t *open) {
	enum st st = blockers_find(c, s, out);
	*open = 0;
	for (size_t i = 0; st == ST_OK && i < out->n; i++) {
		mark_waived(&out->items[i], waivers);
		*open += !out->items[i].waived;
	}
	return st;
}
