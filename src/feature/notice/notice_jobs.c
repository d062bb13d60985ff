/* What comes by the clock: the daily mail; and the mail of an invitation. */
#include "core/block.h"
#include "core/job.h"
#include "feature/notice/notice_parts.h"
#include "feature/org/org.h"

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
		int64_t day = st == ST_OK ? notice_day(to.zone, c->now, &hour) : 0;
		bool made = db_cell(&r, i, 1)->type != DB_T_NULL && db_i64(&r, i, 1) >= day;
		if (st == ST_OK && hour >= NOTICE_MORNING && !made)
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
