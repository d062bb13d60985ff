/* Sending a document round, and looking first at what will be sent. */
#include "adapter/channel/channel.h"
#include "core/block.h"
#include "feature/mailing/mailing_parts.h"
#include "feature/org/org.h"
#include "text/markdown.h"

enum { MOST_RECEIVERS = 1000, MOST_WRITTEN = 64, LONGEST_NOTE = 4000 };

static enum st last_mailing(struct ctx *c, int64_t document, struct mailing *room, const struct mailing **out) {
	enum st st = mailing_store_last(c, document, room);
	*out = st == ST_OK ? room : NULL;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- document.mail_preview ---- */

struct by_id {
	uint64_t given;
	int64_t id;
};
INPUT(by_id, "MailingDocument", struct by_id, F(struct by_id, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"));

struct preview {
	int64_t number, text_version;
	bool ready, outsiders;
	str subject, html;
	struct list changes, tbds;
};
SHAPE(mailing_change_shape, "MailingChange", struct change, N_("something that has changed since the mail before"),
	F(struct change, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of change it is"), .names = change_kind_names),
	F(struct change, FT_TEXT, text, FIELD_REQUIRED, N_("heading, gap, entry or action")),
	F(struct change, FT_TEXT, detail, FIELD_OPTIONAL, N_("lines that came, who, or when")));
SHAPE(mailing_preview_shape, "MailingPreview", struct preview, N_("what the next mail about a document will say"),
	F(struct preview, FT_I64, number, FIELD_REQUIRED, N_("1 is the first mail about this document")),
	F(struct preview, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text that would go")),
	F(struct preview, FT_BOOL, ready, FIELD_REQUIRED, N_("the server can send mail")),
	F(struct preview, FT_BOOL, outsiders, FIELD_REQUIRED, N_("it may go to people without an account")),
	F(struct preview, FT_TEXT, subject, FIELD_REQUIRED, N_("its subject, in your language")),
	F(struct preview, FT_TEXT, html, FIELD_REQUIRED, N_("its content as an article, in your language, as far as you may see it")),
	F(struct preview, FT_LIST, changes, FIELD_REQUIRED, N_("what has changed since the mail before"), .shape = &mailing_change_shape),
	F(struct preview, FT_LIST, tbds, FIELD_REQUIRED, N_("what is still to be found out"), .shape = &document_tbd_shape));

static enum st run_preview(struct ctx *c, const void *data, struct reply *out) {
	const struct by_id *in = data;
	struct document d;
	struct mailing room;
	const struct mailing *before;
	struct mailing_text m;
	struct buf html = buf_in(c->a);
	str text;
	int64_t version;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = document_text(c, in->id, &text, &version);
	if (st == ST_OK)
		st = last_mailing(c, in->id, &room, &before);
	if (st == ST_OK)
		st = mailing_write(c, &d, text, before, &m);
	if (st == ST_OK)
		st = markdown_to_html(c->a, m.markdown, NULL, &html);
	if (st != ST_OK)
		return st;
	struct preview p = { .number = before ? before->number + 1 : 1, .text_version = version, .ready = delivery_ready(), .outsiders = !d.scope && channel_settings()->domains.n,
		.html = buf_str(&html), .changes = { m.changes.items, m.changes.n }, .tbds = m.tbds };
	p.subject = mailing_subject(c, c->lang, &d, p.number);
	reply_record(c, out, &mailing_preview_shape, &p, 0);
	return ST_OK;
}

/* ---- document.mails ---- */

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	struct list all;
	enum st st = mailing_store_list(c, ((const struct by_id *)data)->id, &all);
	if (st == ST_OK)
		reply_page(c, out, &mailing_shape, &all, STR_NONE);
	return st;
}

/* ---- document.mail ---- */

struct mail_in {
	uint64_t given;
	int64_t id;
	struct list people, teams;
	str addresses, note;
};
INPUT(mail_in, "DocumentMail", struct mail_in,
	F(struct mail_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct mail_in, FT_IDS, people, 0, N_("people who get it"), .max = MOST_RECEIVERS),
	F(struct mail_in, FT_IDS, teams, 0, N_("teams whose members get it"), .max = 100),
	F(struct mail_in, FT_TEXT, addresses, FIELD_OPTIONAL, N_("addresses of people without an account, with commas between"), .max = 4000),
	F(struct mail_in, FT_TEXT, note, FIELD_OPTIONAL, N_("what is said with it"), .max = LONGEST_NOTE));

/* One text for all who see the same, in one language. */
struct written {
	str key;
	int64_t text;
};
struct sending {
	struct ctx *c;
	struct document d;
	struct mailing m;
	const struct mailing *before;
	struct mailing room;
	str text, reply_to, thread;
	int64_t people[MOST_RECEIVERS];
	size_t people_n;
	str addresses[MOST_RECEIVERS];
	size_t address_n;
	struct written written[MOST_WRITTEN];
	size_t written_n;
	struct mailing_receiver *got;
	struct left_out *left;
	size_t got_n, left_n;
};

static enum st add_person(struct sending *s, int64_t person) {
	for (size_t i = 0; i < s->people_n; i++)
		if (s->people[i] == person)
			return ST_OK;
	if (s->people_n == MOST_RECEIVERS)
		return fail(s->c, ST_INVALID, "mailing.too_many", "people", N_("At most %d people get one mail."), MOST_RECEIVERS);
	s->people[s->people_n++] = person;
	return ST_OK;
}

static enum st add_team(struct sending *s, int64_t team) {
	struct db_result r;
	enum st st = org_team_check(s->c, team, "teams");
	if (st == ST_OK)
		st = mailing_store_members(s->c, team, &r);
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		st = add_person(s, db_i64(&r, i, 0));
	return st;
}

static bool domain_allowed(str address) {
	str domain = str_from(address, (size_t)str_chr(address, '@') + 1);
	for (str rest = channel_settings()->domains; rest.p;)
		if (str_eq_ascii_ci(str_trim(str_cut(&rest, ',')), domain))
			return true;
	return false;
}

static enum st add_address(struct sending *s, str address) {
	struct ctx *c = s->c;
	if (!channel_find(STR("mail"))->address_ok(address))
		return fail(c, ST_INVALID, "email.malformed", "addresses", N_("“%.*s” is not a mail address."), STR_FMT(address));
	if (!domain_allowed(address))
		return fail(c, ST_INVALID, "mailing.domain", "addresses", N_("“%.*s” is at a domain that documents may not be mailed to. The server's option --mail-domains names those that may be."),
			STR_FMT(address));
	if (s->d.scope)
		return fail(c, ST_INVALID, "mailing.restricted", "addresses", N_("This document is restricted: only people with an account who may see it can get it."));
	for (size_t i = 0; i < s->address_n; i++)
		if (str_eq_ascii_ci(s->addresses[i], address))
			return ST_OK;
	if (s->address_n < MOST_RECEIVERS)
		s->addresses[s->address_n++] = address;
	return ST_OK;
}

static enum st collect(struct sending *s, const struct mail_in *in) {
	const int64_t *people = in->people.items, *teams = in->teams.items;
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < in->people.n; i++) {
		st = org_person_check(s->c, people[i], "people");
		if (st == ST_OK)
			st = add_person(s, people[i]);
	}
	for (size_t i = 0; st == ST_OK && i < in->teams.n; i++)
		st = add_team(s, teams[i]);
	for (str rest = in->addresses; st == ST_OK && rest.p;) {
		str one = str_trim(str_cut(&rest, ','));
		if (one.n)
			st = add_address(s, one);
	}
	return st;
}

/* Who sees the same: the same scopes. */
static enum st circle_of(struct ctx *c, const struct actor *who, str *key) {
	struct db_result r = { 0 };
	struct buf b = buf_in(c->a);
	buf_printf(&b, "%s %s", lang_code(c->lang), who->role == ROLE_ADMINISTRATOR ? "all" : "");
	enum st st = who->person ? perm_scopes_of(c, who->person, &r) : ST_OK;
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		buf_printf(&b, " %lld", (long long)db_i64(&r, i, 0));
	*key = buf_str(&b);
	return st;
}

static enum st write_for(struct sending *s, int64_t *text) {
	struct ctx *c = s->c;
	struct document d;
	struct mailing_text m;
	str key;
	enum st st = circle_of(c, c->who, &key);
	for (size_t i = 0; st == ST_OK && i < s->written_n; i++)
		if (str_eq(s->written[i].key, key)) {
			*text = s->written[i].text;
			return ST_OK;
		}
	if (st == ST_OK)
		st = document_read(c, s->d.id, &d); /* with the incidents that this reader may see */
	if (st == ST_OK)
		st = mailing_write(c, &d, s->text, s->before, &m);
	if (st == ST_OK)
		st = delivery_text(c, m.markdown, text);
	if (st == ST_OK && s->written_n < MOST_WRITTEN)
		s->written[s->written_n++] = (struct written){ key, *text };
	return st;
}

static str head_of(struct sending *s, enum lang lang) {
	struct buf b = buf_in(s->c->a), by = buf_in(s->c->a);
	block_words(&by, s->m.by.name.n ? s->m.by.name : STR("bokgi"));
	buf_printf(&b, tr(lang, s->before ? N_("%.*s sends you PM-%lld as it is now.") : N_("%.*s sends you PM-%lld for the first time. What is not known yet is marked TBD.")),
		STR_FMT(buf_str(&by)), (long long)s->d.id);
	for (str rest = s->m.note; rest.p;) {
		buf_lit(&b, "\n\n");
		block_words(&b, str_trim(str_cut(&rest, '\n')));
	}
	buf_printf(&b, "\n\n[PM-%lld](/documents/PM-%lld)\n", (long long)s->d.id, (long long)s->d.id);
	return buf_str(&b);
}

static enum st queue(struct sending *s, const struct delivery_person *to, str address, const struct zone *zone) {
	struct ctx *c = s->c;
	struct delivery_in in = { .kind = "document", .to = to, .address = address, .noun = "document", .noun_id = s->d.id, .scope = s->d.scope, .thread = s->thread,
		.reply_to = s->reply_to, .subject = mailing_subject(c, c->lang, &s->d, s->m.number), .head = head_of(s, c->lang), .lang = c->lang, .zone = zone };
	str message;
	int64_t person = to ? to->id : 0;
	enum st st = write_for(s, &in.text);
	if (st == ST_OK)
		st = mailing_store_message(c, s->d.id, person, address, &in.answers);
	if (st == ST_OK)
		st = delivery_queue(c, &in, &message);
	if (st == ST_OK)
		st = mailing_store_receiver(c, s->m.id, person, address, message);
	if (st == ST_OK)
		s->got[s->got_n++] = (struct mailing_receiver){ { person, to ? to->name : STR_NONE }, to ? STR_NONE : address };
	return st;
}

static enum st send_to_person(struct sending *s, int64_t person) {
	struct ctx *c = s->c;
	const struct actor *sender = c->who;
	enum lang lang = c->lang;
	struct delivery_person to;
	enum st st = delivery_person(c, person, &to);
	if (st != ST_OK)
		return st;
	c->who = &to.actor;
	c->lang = to.lang;
	enum st sees = perm_sees_scope(c, s->d.scope);
	st = sees == ST_OK && to.email.n ? queue(s, &to, to.email, to.zone) : sees == ST_NOT_FOUND ? ST_OK : sees;
	c->who = sender;
	c->lang = lang;
	if (sees == ST_NOT_FOUND)
		c->err = (struct err){ 0 };
	if (sees == ST_NOT_FOUND || !to.email.n)
		s->left[s->left_n++] = (struct left_out){ { to.id, to.name }, sees == ST_NOT_FOUND ? LEFT_NO_ACCESS : LEFT_NO_ADDRESS };
	return st;
}

/* Somebody without an account sees what everybody sees, in the language of the document. */
static enum st send_to_address(struct sending *s, str address) {
	static const struct actor anybody = { .kind = ACTOR_TOKEN, .role = ROLE_VIEWER };
	struct ctx *c = s->c;
	const struct actor *sender = c->who;
	const struct zone *zone;
	enum lang lang = c->lang;
	if (zone_find(s->d.zone, &zone) != ST_OK)
		zone = zone_utc();
	c->who = &anybody;
	c->lang = (enum lang)s->d.lang;
	enum st st = queue(s, NULL, address, zone);
	c->who = sender;
	c->lang = lang;
	return st;
}

static enum st send_all(struct sending *s) {
	struct ctx *c = s->c;
	s->got = arena_array(c->a, s->people_n + s->address_n + 1, sizeof *s->got);
	s->left = arena_array(c->a, s->people_n + 1, sizeof *s->left);
	enum st st = mailing_store_insert(c, &s->m, &s->m.id);
	for (size_t i = 0; st == ST_OK && i < s->people_n; i++)
		st = send_to_person(s, s->people[i]);
	for (size_t i = 0; st == ST_OK && i < s->address_n; i++)
		st = send_to_address(s, s->addresses[i]);
	if (st == ST_OK && !s->got_n)
		return fail(c, ST_INVALID, "mailing.nobody", "people", N_("Nobody of those can get it: they may not see the document, or have no mail address."));
	s->m.receivers = (struct list){ s->got, s->got_n };
	s->m.left_out = (struct list){ s->left, s->left_n };
	return st;
}

static enum st begin(struct sending *s, const struct mail_in *in) {
	struct ctx *c = s->c;
	struct delivery_person me = { 0 };
	enum st st = document_read(c, in->id, &s->d);
	if (st == ST_OK)
		st = document_may_show(c, in->id);
	if (st == ST_OK && !delivery_ready())
		return fail(c, ST_CONFLICT, "mail.not_ready", NULL, N_("No mail server is set. Start the server with --smtp and --mail-from."));
	if (st == ST_OK)
		st = document_text(c, in->id, &s->text, &s->m.text_version);
	if (st == ST_OK)
		st = last_mailing(c, in->id, &s->room, &s->before);
	if (st == ST_OK && c->who->person)
		st = delivery_person(c, c->who->person, &me);
	const struct document_about *about = s->d.incidents.items;
	s->thread = s->d.incidents.n ? arena_printf(c->a, "incident-%lld", (long long)about[0].id) : arena_printf(c->a, "document-%lld", (long long)in->id);
	s->reply_to = me.email;
	s->m.document = in->id;
	s->m.number = s->before ? s->before->number + 1 : 1;
	s->m.at = c->now;
	s->m.by = (struct ref){ c->who->person, c->who->name };
	s->m.note = in->note;
	return st;
}

static enum st run_mail(struct ctx *c, const void *data, struct reply *out) {
	const struct mail_in *in = data;
	struct sending *s = arena_new_of(c->a, struct sending);
	s->c = c;
	enum st st = begin(s, in);
	if (st == ST_OK)
		st = collect(s, in);
	if (st == ST_OK && !s->people_n && !s->address_n)
		return fail(c, ST_INVALID, "mailing.no_receiver", "people", N_("Choose who gets it."));
	if (st == ST_OK)
		st = send_all(s);
	if (st == ST_OK)
		st = event_emitf(c, "document.mailed", "document", s->d.id, s->d.scope, arena_printf(c->a, "document:%lld documents", (long long)s->d.id),
			"{\"mailing\":%lld,\"number\":%lld,\"receivers\":%zu}", (long long)s->m.id, (long long)s->m.number, s->got_n);
	if (st == ST_OK)
		reply_record(c, out, &mailing_shape, &s->m, 0);
	return st;
}

static const struct op ops[] = {
	OP("document.mail_preview", "GET /api/v1/documents/{id}/mails/preview", PERM_DOCUMENT_EDIT, OP_SLOW, BODY_NONE, &by_id, REPLY_RECORD, &mailing_preview_shape, run_preview,
		N_("What the next mail about a document will say: the first with its TBDs, later ones with what has changed."), .noun = &document_noun),
	OP("document.mail", "POST /api/v1/documents/{id}/mails", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &mail_in, REPLY_RECORD, &mailing_shape, run_mail,
		N_("Mail a document to people, teams and addresses."), .noun = &document_noun),
	OP("document.mails", "GET /api/v1/documents/{id}/mails", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &by_id, REPLY_PAGE, &mailing_shape, run_list,
		N_("Mails about a document: when, by whom, to whom, which version."), .noun = &document_noun),
};

ROOM(mailing_room, "mailing", ops);
