/* What comes by the clock: TBDs that are due, the daily mail; and the mail of an invitation. */
#include "base/clock.h"
#include "core/block.h"
#include "core/job.h"
#include "feature/document/document.h"
#include "feature/notice/notice_parts.h"
#include "feature/org/org.h"

enum { MORNING = 8 }; /* nobody is reminded at night */

static int64_t local_day(const struct zone *zone, int64_t at, int *hour) {
	struct civil c = zone_civil(zone, at);
	*hour = c.hour;
	return civil_days(c.year, c.month, c.day);
}

/* ---- TBDs ---- */

/* Days from the due date on which its owner is reminded; behind the last one, the list of open TBDs is the place. */
static const int64_t rungs[] = { -1, 0, 1, 3, 7, 14, 28 };

/* The latest rung that was reached; -1: none. */
static int rung_at(int64_t due, int64_t today) {
	int reached = -1;
	for (size_t i = 0; i < sizeof rungs / sizeof *rungs; i++)
		if (today >= due + rungs[i])
			reached = (int)i;
	return reached;
}

static const char *const tbd_phrases[] = { N_("What you are to find out for {ref} is due tomorrow"), N_("What you are to find out for {ref} is due today"),
	N_("What you are to find out for {ref} is overdue") };

static enum st remind(struct ctx *c, const struct tbd *t) {
	struct delivery_person owner;
	int hour;
	enum st st = delivery_person(c, t->owner.id, &owner);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	int64_t today = local_day(owner.zone, c->now, &hour);
	int rung = rung_at(t->due, today);
	if (rung < 0 || hour < MORNING)
		return ST_OK;
	struct notice_draft *d = arena_new_of(c->a, struct notice_draft);
	*d = (struct notice_draft){ .kind = NOTICE_TBD, .phrase = tbd_phrases[rung > 2 ? 2 : rung], .quote = t->text };
	d->once = arena_printf(c->a, "tbd due %lld %lld %.*s %d", (long long)t->document, (long long)t->due, STR_FMT(t->text), rung);
	notice_to(d, owner.id);
	st = draft_about(c, d, "document", t->document);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	return st == ST_OK ? notice_make(c, d) : st;
}

enum st notice_remind_of_tbds(struct ctx *c) {
	struct list due;
	int64_t tomorrow = c->now / US_PER_DAY + 2; /* somewhere it is later than here */
	enum st st = document_tbds_due(c, tomorrow, &due);
	const struct tbd *t = due.items;
	for (size_t i = 0; st == ST_OK && i < due.n; i++)
		if (t[i].owner.id && t[i].due != I64_NONE)
			st = remind(c, &t[i]);
	return st;
}
JOB_EVERY(notice, notice_remind_of_tbds, 900);

/* ---- one mail a day ---- */

static str write_digest(struct ctx *c, enum lang lang, const struct list *found) {
	const struct notice *n = found->items;
	struct buf b = buf_in(c->a);
	for (size_t i = 0; i < found->n; i++) {
		struct notice one = n[i];
		notice_word(c->a, lang, &one);
		buf_printf(&b, "- [%.*s](%.*s) ", STR_FMT(one.ref), STR_FMT(one.url));
		block_words(&b, one.title);
		buf_lit(&b, ": ");
		block_words(&b, one.text);
		buf_addc(&b, '\n');
	}
	buf_printf(&b, "\n[%s](/inbox)\n\n---\n\n%s [%s](/settings?part=notices)\n", tr(lang, N_("Inbox")), tr(lang, N_("You are told because you asked for one mail a day.")),
		tr(lang, N_("Change what you are told")));
	return buf_str(&b);
}

/* Restricted since: the whole mail is about several records, so each is looked at now, and the mail has the scope of none. */
static enum st digest_for(struct ctx *c, const struct delivery_person *to, int64_t day) {
	const struct actor *before = c->who;
	struct list found;
	c->who = &to->actor;
	enum st st = notice_store_digest(c, to->id, &found);
	c->who = before;
	if (st == ST_OK && found.n) {
		struct delivery_in in = { .kind = "digest", .to = to, .noun = "", .thread = STR("digest"), .head = write_digest(c, to->lang, &found),
			.subject = arena_printf(c->a, tr_n(to->lang, "%lld thing for you", "%lld things for you", (int64_t)found.n), (long long)found.n) };
		st = delivery_queue(c, &in, NULL);
	}
	return st == ST_OK || st == ST_END ? notice_store_digested(c, to->id, day) : st;
}

enum st notice_make_digests(struct ctx *c) {
	struct db_result r;
	enum st st = notice_store_waiting(c, &r);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		struct delivery_person to;
		int hour;
		st = delivery_person(c, db_i64(&r, i, 0), &to);
		if (st == ST_NOT_FOUND) {
			st = notice_store_digested(c, db_i64(&r, i, 0), 0);
			continue;
		}
		int64_t day = st == ST_OK ? local_day(to.zone, c->now, &hour) : 0;
		bool made = db_cell(&r, i, 1)->type != DB_T_NULL && db_i64(&r, i, 1) >= day;
		if (st == ST_OK && hour >= MORNING && !made)
			st = digest_for(c, &to, day);
	}
	return st;
}
JOB_EVERY(notice, notice_make_digests, 600);

/* ---- invitations ---- */

static enum st make_secret(struct ctx *c, int64_t person, str *secret) {
	return org_invitation(c, person, secret);
}
DELIVERY_SECRET(invitation, make_secret);

static enum st on_invited(struct ctx *c, const struct event *e) {
	struct delivery_person to;
	struct buf b = buf_in(c->a);
	if (str_find(e->data, STR("\"mail\"")) < 0)
		return ST_OK;
	enum st st = delivery_person(c, e->noun_id, &to);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	struct buf by = buf_in(c->a), login = buf_in(c->a);
	block_words(&by, e->who.name);
	block_words(&login, to.login);
	buf_printf(&b, tr(to.lang, N_("%.*s has made an account for you on bokgi, where incidents are looked back on together. Your login is %.*s.")), STR_FMT(buf_str(&by)),
		STR_FMT(buf_str(&login)));
	buf_printf(&b, "\n\n[%s](/join#{secret})\n\n%s\n", tr(to.lang, N_("Choose a password")), tr(to.lang, N_("The link is good for a week and for one use. If you did not expect this, do nothing.")));
	struct delivery_in in = { .kind = "invitation", .to = &to, .noun = "", .subject = str_c(tr(to.lang, N_("Your account on bokgi"))), .head = buf_str(&b) };
	st = delivery_queue(c, &in, NULL);
	return st == ST_END ? ST_OK : st;
}
EVENT_ON(notice, "user.invited", on_invited);
