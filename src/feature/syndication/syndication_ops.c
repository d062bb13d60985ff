#include <sodium.h>

#include "adapter/channel/channel.h"
#include "feature/org/org.h"
#include "feature/syndication/syndication_parts.h"

struct feed_in {
	uint64_t given;
	str secret;
	int64_t service, person, team;
};
#define SECRET F(struct feed_in, FT_SECRET, secret, FIELD_REQUIRED | FIELD_PATH, N_("the secret of the feed's address"), .max = 100)
#define OF_SERVICE F(struct feed_in, FT_ID, service, 0, N_("only what is about this service"))
#define OF_PEOPLE                                                                                                              \
	F(struct feed_in, FT_ID, person, 0, N_("only those that this person sees to; without: all that you see")),                  \
		F(struct feed_in, FT_ID, team, 0, N_("only those of people of this team"))
INPUT(published_in, "FeedPublished", struct feed_in, OF_SERVICE);
INPUT(published_at_in, "FeedPublishedAt", struct feed_in, SECRET, OF_SERVICE);
INPUT(due_in, "FeedDue", struct feed_in, OF_PEOPLE);
INPUT(due_at_in, "FeedDueAt", struct feed_in, SECRET, OF_PEOPLE);

static enum st authenticate(struct ctx *c, const void *data, struct actor *who) {
	const struct feed_in *in = data;
	enum st st = org_feed_actor(c, in->secret, who);
	return st == ST_NOT_FOUND ? fail(c, st, "feed.not_found", NULL, N_("There is no such feed, or its address was revoked.")) : st;
}

/* Where links lead. Without --public-url it is where the reader found us. */
static str base_of(struct ctx *c) {
	const struct call *call = op_call(c);
	str set = channel_settings()->public_url, host = call->header ? call->header(call->header_data, "Host") : STR_NONE;
	if (set.n)
		return set;
	return host.n ? ARENA_JOIN(c->a, call->secure ? STR("https://") : STR("http://"), host) : STR("http://localhost");
}

/* The same bytes have the same tag, so that a reader who asks every minute is told "as it was". */
static void tag(struct ctx *c, struct reply *out) {
	unsigned char hash[16];
	char *text = arena_alloc(c->a, 2 * sizeof hash + 1);
	crypto_generichash(hash, sizeof hash, (const unsigned char *)out->body.p, out->body.n, NULL, 0);
	out->immutable_tag = str_c(sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash));
}

static enum st run_published(struct ctx *c, const void *data, struct reply *out) {
	const struct feed_in *in = data;
	struct feed_entry *entries;
	size_t n;
	enum st st = store_feed_entries(c, in->service, &entries, &n);
	if (st != ST_OK)
		return st;
	bool whole = !in->secret.n && !in->service;
	buf_clear(&out->body);
	atom_write(c, &out->body, base_of(c), whole ? STR("/feeds/published.atom") : STR_NONE, entries, n);
	out->content_type = "application/atom+xml; charset=utf-8";
	tag(c, out);
	return ST_OK;
}

static enum st run_due(struct ctx *c, const void *data, struct reply *out) {
	const struct feed_in *in = data;
	struct due_date *dates;
	size_t n;
	enum st st = store_due_dates(c, in->person, in->team, &dates, &n);
	if (st != ST_OK)
		return st;
	buf_clear(&out->body);
	calendar_write(c, &out->body, base_of(c), dates, n);
	out->content_type = "text/calendar; charset=utf-8";
	tag(c, out);
	return ST_OK;
}

static const struct op ops[] = {
	OP("feed.published", "GET /feeds/published.atom", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &published_in, REPLY_BYTES, NULL, run_published,
		N_("Postmortems that were published, as an Atom feed.")),
	OP("feed.due", "GET /feeds/due.ics", PERM_ACTION_VIEW, OP_READ, BODY_NONE, &due_in, REPLY_BYTES, NULL, run_due, N_("Due dates of action items and postmortems, as a calendar.")),
	OP("feed.published_at", "GET /feeds/{secret}/published.atom", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &published_at_in, REPLY_BYTES, NULL, run_published,
		N_("Postmortems that were published, as an Atom feed, at an address of your own."), .authenticate = authenticate),
	OP("feed.due_at", "GET /feeds/{secret}/due.ics", PERM_ACTION_VIEW, OP_READ, BODY_NONE, &due_at_in, REPLY_BYTES, NULL, run_due,
		N_("Due dates of action items and postmortems, as a calendar, at an address of your own."), .authenticate = authenticate),
};

ROOM(syndication_room, "syndication", ops);
