/* Operations on the outbox: for administrators. */
#include "feature/delivery/delivery_parts.h"

struct list_in {
	uint64_t given;
	int state;
	str after;
	int64_t limit;
};
INPUT(list_in, "DeliveryList", struct list_in,
	F(struct list_in, FT_ENUM, state, FIELD_OPTIONAL, N_("only those in this state"), .names = delivery_state_names),
	F(struct list_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200));

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct list found;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = delivery_store_page(c, in->state, &page, &found);
	if (st != ST_OK)
		return st;
	const struct delivery *last = found.n ? (const struct delivery *)found.items + found.n - 1 : NULL;
	reply_page(c, out, &delivery_shape, &found, last && (int64_t)found.n == page.limit ? page_cursor(c, 0, last->id) : STR_NONE);
	return ST_OK;
}

struct by_id {
	uint64_t given;
	int64_t id;
};
INPUT(by_id, "DeliveryId", struct by_id, F(struct by_id, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the delivery")));

static enum st run_retry(struct ctx *c, const void *data, struct reply *out) {
	const struct by_id *in = data;
	struct delivery d;
	enum st st = delivery_store_get(c, in->id, &d);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "record.not_found", NULL, N_("There is no delivery %lld."), (long long)in->id);
	if (st == ST_OK && d.state != DELIVERY_FAILED && d.state != DELIVERY_WAITING)
		return fail(c, ST_CONFLICT, "delivery.state", NULL, N_("Only what failed or waits can be tried again now."));
	if (st == ST_OK)
		st = delivery_store_again(c, in->id);
	if (st == ST_OK)
		st = event_emitf(c, "delivery.retried", "delivery", in->id, 0, STR("deliveries"), "{}");
	if (st == ST_OK)
		st = delivery_store_get(c, in->id, &d);
	if (st == ST_OK)
		reply_record(c, out, &delivery_shape, &d, 0);
	return st;
}

/* ---- how this server sends ---- */

struct mail_state {
	bool ready;
	str server, from, public_url, domains;
	int64_t waiting, failed;
};
SHAPE(mail_state_shape, "MailState", struct mail_state, N_("how this server sends mail"),
	F(struct mail_state, FT_BOOL, ready, FIELD_REQUIRED, N_("a mail server and a sender are set")),
	F(struct mail_state, FT_TEXT, server, FIELD_OPTIONAL, N_("the mail server, without its login")),
	F(struct mail_state, FT_TEXT, from, FIELD_OPTIONAL, N_("the sender")),
	F(struct mail_state, FT_TEXT, public_url, FIELD_OPTIONAL, N_("what links begin with")),
	F(struct mail_state, FT_TEXT, domains, FIELD_OPTIONAL, N_("where addresses without an account may be written to")),
	F(struct mail_state, FT_I64, waiting, FIELD_REQUIRED, N_("deliveries that wait")),
	F(struct mail_state, FT_I64, failed, FIELD_REQUIRED, N_("deliveries that failed and were given up")));

static enum st run_mail(struct ctx *c, const void *data UNUSED, struct reply *out) {
	const struct channel_settings *s = channel_settings();
	struct mail_state m = { .ready = delivery_ready(), .server = str_c(s->smtp_url), .from = s->from, .public_url = s->public_url, .domains = s->domains };
	enum st st = delivery_store_count(c, DELIVERY_WAITING, &m.waiting);
	if (st == ST_OK)
		st = delivery_store_count(c, DELIVERY_FAILED, &m.failed);
	if (st == ST_OK)
		reply_record(c, out, &mail_state_shape, &m, 0);
	return st;
}

static enum st run_test(struct ctx *c, const void *data UNUSED, struct reply *out UNUSED) {
	struct delivery_person me = { 0 };
	enum st st = c->who->person ? delivery_person(c, c->who->person, &me) : ST_NOT_FOUND;
	if (st == ST_NOT_FOUND || (st == ST_OK && !me.email.n))
		return fail(c, ST_CONFLICT, "mail.no_address", NULL, N_("Your account has no mail address. Give it one first."));
	if (st == ST_OK && !delivery_ready())
		return fail(c, ST_CONFLICT, "mail.not_ready", NULL, N_("No mail server is set. Start the server with --smtp and --mail-from."));
	if (st != ST_OK)
		return st;
	struct delivery_in in = { .kind = "test", .to = &me, .noun = "", .subject = str_c(tr(me.lang, N_("Mail from bokgi arrives"))),
		.head = str_c(tr(me.lang, N_("You asked for this mail to see whether it arrives. It did.\n"))) };
	return delivery_queue(c, &in, NULL);
}

static const struct op ops[] = {
	OP("delivery.list", "GET /api/v1/deliveries", PERM_ORG_EDIT, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &delivery_shape, run_list,
		N_("Messages on their way, sent and failed, the newest first.")),
	OP("delivery.retry", "POST /api/v1/deliveries/{id}/retry", PERM_ORG_EDIT, OP_WRITE, BODY_NONE, &by_id, REPLY_RECORD, &delivery_shape, run_retry,
		N_("Try to send a message again, now."), .noun = &delivery_noun),
	OP("mail.get", "GET /api/v1/mail", PERM_ORG_EDIT, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &mail_state_shape, run_mail, N_("How this server sends mail, without secrets.")),
	OP("mail.test", "POST /api/v1/mail/test", PERM_ORG_EDIT, OP_WRITE, BODY_NONE, NULL, REPLY_NONE, NULL, run_test, N_("Send yourself a mail, to see whether it arrives.")),
};

ROOM(delivery_room, "delivery", ops, .start = delivery_begin, .finish = delivery_end);
