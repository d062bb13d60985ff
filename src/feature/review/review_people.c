/* Who may be asked, who is asked, and who may judge. */
#include "feature/org/org.h"
#include "feature/review/review_parts.h"

bool is_reviewer(const struct reviewer *r, size_t n, int64_t person) {
	for (size_t i = 0; i < n; i++)
		if (person && r[i].person.id == person)
			return true;
	return false;
}

enum st as_person(struct ctx *c) {
	if (c->who->person)
		return ST_OK;
	return fail(c, ST_DENIED, "review.person", NULL, N_("A review has a name under it: log in as a person."));
}

enum st not_own(struct ctx *c, const struct document *d) {
	struct review_round round;
	enum st st = store_round(c, d->id, &round);
	if (st != ST_OK || (c->who->person != d->author.id && c->who->person != round.asked_by.id))
		return st;
	return fail(c, ST_DENIED, "review.own", NULL, N_("Somebody else has to look at it: not its author, and not whoever submitted it."));
}

/* Reviewing lets nobody in: they must be able to see it already. */
static enum st sees(struct ctx *c, const struct document *d, int64_t person) {
	struct actor who = { 0 };
	struct ctx as = *c;
	enum st st = org_actor(c, person, &who);
	if (st != ST_OK)
		return st;
	as.who = &who;
	return perm_sees_scope(&as, d->scope);
}

static enum st check_reviewer(struct ctx *c, const struct document *d, int64_t person) {
	enum st st = org_person_check(c, person, "reviewers");
	if (st == ST_OK && (person == d->author.id || person == c->who->person))
		return fail(c, ST_INVALID, "review.own", "reviewers", N_("Somebody else has to look at it: not its author, and not whoever submitted it."));
	if (st != ST_OK)
		return st;
	st = sees(c, d, person);
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "review.blind", "reviewers", N_("Person %lld does not see this document. Let them into its incident first."), (long long)person);
	return st;
}

static enum st ask(struct ctx *c, const struct document *d, const struct reviewer *r) {
	struct review_round round;
	enum st st = store_ask(c, d, r->person.id, r->service.id);
	if (st == ST_OK)
		st = store_round(c, d->id, &round);
	if (st != ST_OK)
		return st;
	struct buf data = buf_in(c->a);
	buf_printf(&data, "\"person\":%lld,\"round\":%lld", (long long)r->person.id, (long long)round.round);
	if (r->service.id)
		buf_printf(&data, ",\"service\":%lld", (long long)r->service.id);
	if (round.due != I64_NONE) {
		struct civil day = civil_from_us(round.due * US_PER_DAY);
		buf_printf(&data, ",\"due\":\"%04d-%02d-%02d\"", day.year, day.month, day.day);
	}
	return emit(c, d, "review.asked", r->person.id, buf_str(&data));
}

enum st ask_people(struct ctx *c, const struct document *d, const int64_t *ids, size_t n) {
	struct reviewer *there;
	size_t there_n;
	enum st st = store_reviewers(c, d->id, &there, &there_n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = check_reviewer(c, d, ids[i]);
		if (st == ST_OK && !is_reviewer(there, there_n, ids[i]))
			st = ask(c, d, &(struct reviewer){ .person.id = ids[i] });
	}
	return st;
}

/* Who is asked already for the same, or may not be asked. */
static enum st fits_as_lead(struct ctx *c, const struct document *d, const struct reviewer *there, size_t n, const struct reviewer *lead, bool *fits) {
	struct review_round round;
	enum st st = store_round(c, d->id, &round);
	*fits = st == ST_OK && lead->person.id != d->author.id && lead->person.id != round.asked_by.id && lead->person.id != c->who->person;
	for (size_t i = 0; i < n; i++)
		*fits = *fits && !(there[i].person.id == lead->person.id && there[i].service.id);
	if (st != ST_OK || !*fits)
		return st;
	st = sees(c, d, lead->person.id);
	*fits = st == ST_OK;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st ask_leads(struct ctx *c, const struct document *d) {
	struct reviewer *there, *leads;
	size_t there_n, n;
	enum st st = store_reviewers(c, d->id, &there, &there_n);
	if (st == ST_OK)
		st = store_leads(c, d->id, &leads, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		bool fits = i == 0 || leads[i].person.id != leads[i - 1].person.id;
		if (fits)
			st = fits_as_lead(c, d, there, there_n, &leads[i], &fits);
		if (st == ST_OK && fits)
			st = ask(c, d, &leads[i]);
	}
	return st;
}
