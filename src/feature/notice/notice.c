#include "core/block.h"
#include "feature/notice/notice_parts.h"

/* From something that happened to inboxes and mails. */

const char *const notice_kind_names[] = { "role", "action", "mention", "review", "tbd", "draft", "update", "service", "due", "late", "asked", "comment", NULL };
const char *const notice_way_names[] = { "mail", "digest", "inbox", NULL };

const struct notice_kind_row notice_kinds[NOTICE_KINDS] = {
	[NOTICE_ROLE] = { N_("A role is given to me"), N_("You are told because the role is yours now."), NOTICE_BY_MAIL, true },
	[NOTICE_ACTION] = { N_("An action item is given to me"), N_("You are told because the action item is yours."), NOTICE_BY_MAIL, true },
	[NOTICE_MENTION] = { N_("Somebody mentions me"), N_("You are told because you or a team of yours was mentioned."), NOTICE_BY_MAIL, false },
	[NOTICE_REVIEW] = { N_("Reviews: asked of me, or of what I wrote"), N_("You are told because you take part in this review."), NOTICE_BY_MAIL, true },
	[NOTICE_TBD] = { N_("Something I am to find out is due"), N_("You are told because your name stands at the TBD."), NOTICE_BY_MAIL, true },
	[NOTICE_DRAFT] = { N_("A postmortem waits for me to write it"), N_("You are told because you are to write this document."), NOTICE_BY_MAIL, true },
	[NOTICE_UPDATE] = { N_("A promised update is due"), N_("You are told because you speak for this incident."), NOTICE_BY_MAIL, false },
	[NOTICE_SERVICE] = { N_("An incident in a service of my team"), N_("You are told because your team owns a service that is affected."), NOTICE_BY_MAIL, false },
	[NOTICE_DUE] = { N_("Something of mine is due, or overdue"), N_("You are told because you see to it and its day is near, or has passed."), NOTICE_BY_MAIL, true },
	[NOTICE_LATE] = { N_("Something that a team or service of mine answers for is overdue"),
		N_("You are told because you lead a service it belongs to, are in the team that sees to it, or look after the records."), NOTICE_BY_MAIL, false },
	[NOTICE_ASKED] = { N_("Somebody asks for a postmortem that would be mine to see to"), N_("You are told because you led this incident, lead a service it affected, or look after the records."),
		NOTICE_BY_MAIL, false },
	[NOTICE_COMMENT] = { N_("Comments on what I wrote, and answers to mine"), N_("You are told because you wrote this document, or take part in this comment."), NOTICE_BY_MAIL, false },
};

void notice_to(struct notice_draft *d, int64_t person) {
	for (size_t i = 0; i < d->n; i++)
		if (d->people[i] == person)
			return;
	if (person > 0 && d->n < NOTICE_RECEIVERS)
		d->people[d->n++] = person;
}

/* ---- words ---- */

static const struct {
	const char *noun, *prefix, *path;
} nouns[] = { { "incident", "INC", "/incidents/INC-" }, { "document", "PM", "/documents/PM-" }, { "action", "ACT", "/actions?q=ACT-" } };

static void put_address(struct arena *a, struct notice *n) {
	for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
		if (str_is(n->noun, nouns[i].noun)) {
			n->ref = arena_printf(a, "%s-%lld", nouns[i].prefix, (long long)n->noun_id);
			n->url = arena_printf(a, "%s%lld%.*s", nouns[i].path, (long long)n->noun_id, STR_FMT(n->place));
		}
}

static str value_of(enum lang lang, const struct notice *n, str name) {
	if (str_is(name, "by"))
		return n->by.name.n ? n->by.name : STR("bokgi");
	if (str_is(name, "word"))
		return n->word.n ? str_c(tr(lang, n->word.p)) : STR_NONE;
	return str_is(name, "ref") ? n->ref : n->title;
}

static str fill(struct arena *a, enum lang lang, str phrase, const struct notice *n) {
	struct buf b = buf_in(a);
	str rest = str_c(tr(lang, arena_cstr(a, phrase)));
	for (ptrdiff_t open; (open = str_chr(rest, '{')) >= 0;) {
		str name = str_from(rest, (size_t)open + 1);
		ptrdiff_t close = str_chr(name, '}');
		if (close < 0)
			break;
		buf_add(&b, str_to(rest, (size_t)open));
		buf_add(&b, value_of(lang, n, str_to(name, (size_t)close)));
		rest = str_from(name, (size_t)close + 1);
	}
	buf_add(&b, rest);
	return buf_str(&b);
}

void notice_word(struct arena *a, enum lang lang, struct notice *n) {
	n->word = str_c(arena_cstr(a, n->word));
	put_address(a, n);
	n->text = fill(a, lang, n->phrase, n);
	n->why = str_c(tr(lang, notice_kinds[n->kind].why));
}

/* ---- mail ---- */

static struct notice as_read(struct ctx *c, const struct notice_draft *d, enum lang lang) {
	struct notice n = { .kind = (int)d->kind, .phrase = str_c(d->phrase), .title = d->title, .word = str_c(d->word ? d->word : ""), .quote = d->quote,
		.noun = str_c(d->noun), .noun_id = d->noun_id, .place = d->place, .by = { d->by, d->by_name } };
	notice_word(c->a, lang, &n);
	return n;
}

static str write_head(struct ctx *c, enum lang lang, const struct notice *n) {
	struct buf b = buf_in(c->a);
	block_words(&b, n->text);
	if (n->quote.n) {
		buf_lit(&b, "\n\n> ");
		block_words(&b, n->quote);
	}
	buf_printf(&b, "\n\n[%.*s](%.*s)\n\n---\n\n%.*s [%s](/settings?part=notices)\n", STR_FMT(n->ref), STR_FMT(n->url), STR_FMT(n->why), tr(lang, N_("Change what you are told")));
	return buf_str(&b);
}

static enum st queue_mail(struct ctx *c, const struct notice_draft *d, const struct delivery_person *to) {
	struct notice n = as_read(c, d, to->lang);
	struct delivery_in in = { .kind = "notice", .to = to, .noun = d->noun, .noun_id = d->noun_id, .scope = d->scope,
		.thread = d->incident ? arena_printf(c->a, "incident-%lld", (long long)d->incident) : arena_printf(c->a, "%s-%lld", d->noun, (long long)d->noun_id),
		.subject = arena_printf(c->a, "[%.*s] %.*s", STR_FMT(n.ref), STR_FMT(d->title)), .head = write_head(c, to->lang, &n) };
	enum st st = delivery_queue(c, &in, NULL);
	return st == ST_END ? ST_OK : st;
}

/* ---- making ---- */

/* ST_END: not to be told. */
static enum st may_be_told(struct ctx *c, const struct notice_draft *d, int64_t person, struct delivery_person *to) {
	const struct actor *before = c->who;
	bool muted = false;
	if (person == d->by)
		return ST_END;
	enum st st = delivery_person(c, person, to);
	if (st == ST_OK) {
		c->who = &to->actor;
		st = perm_sees_scope(c, d->scope);
		c->who = before;
	}
	if (st == ST_NOT_FOUND) {
		c->err = (struct err){ 0 };
		return ST_END;
	}
	if (st == ST_OK && d->incident && !notice_kinds[d->kind].personal)
		st = notice_store_muted(c, person, d->incident, &muted);
	return st == ST_OK && muted ? ST_END : st;
}

static enum st tell(struct ctx *c, const struct notice_draft *d, int64_t person) {
	struct delivery_person to;
	enum notice_way way;
	int64_t id;
	enum st st = may_be_told(c, d, person, &to);
	if (st == ST_OK)
		st = notice_store_way(c, person, d->kind, &way);
	if (st == ST_OK)
		st = notice_store_insert(c, d, person, way == NOTICE_BY_DIGEST, &id);
	if (st == ST_END || st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK)
		st = event_emitf(c, "notice.added", "notice", id, d->scope, arena_printf(c->a, "person:%lld", (long long)person), "{}");
	return st == ST_OK && way == NOTICE_BY_MAIL ? queue_mail(c, d, &to) : st;
}

enum st notice_make(struct ctx *c, const struct notice_draft *d) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < d->n; i++)
		st = tell(c, d, d->people[i]);
	return st;
}

static enum st follow(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	return notice_store_rescope(c, noun, id, scope);
}
RESCOPE_WITH(notice, follow);
