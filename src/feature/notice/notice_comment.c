/* Of comments: whom they name, who wrote the document, who takes part. Everybody is told once, of what concerns them most. */
#include "base/json.h"
#include "feature/comment/comment.h"
#include "feature/notice/notice_parts.h"

enum { LONGEST_QUOTE = 400 };

struct heard {
	int64_t comment, reply;
	struct comment_said said;
	struct notice_draft *d;
};

static const json_t *member(struct ctx *c, const struct event *e, const char *name) {
	char room[160];
	str why;
	json_t *v = json_parse(e->data, &why, room);
	json_own(c->a, v);
	return json_object_get(v, name);
}

static int64_t number_of(struct ctx *c, const struct event *e, const char *name) {
	return json_integer_value(member(c, e, name));
}

static str shortened(struct ctx *c, str s) {
	size_t n = s.n > LONGEST_QUOTE ? LONGEST_QUOTE : s.n;
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return arena_str(c->a, str_to(s, n));
}

/* ST_NOT_FOUND: nothing to tell of any more. */
static enum st hear(struct ctx *c, const struct event *e, struct heard *h) {
	h->comment = number_of(c, e, "comment");
	h->reply = number_of(c, e, "reply");
	h->d = arena_new_of(c->a, struct notice_draft);
	enum st st = comment_said(c, h->comment, h->reply, &h->said);
	if (st == ST_OK)
		st = draft_about(c, h->d, "document", e->noun_id);
	h->d->by = e->who.person;
	h->d->by_name = e->who.name;
	h->d->place = arena_printf(c->a, "#comment-%lld", (long long)h->comment);
	return st;
}

static enum st tell_named(struct ctx *c, const struct event *e, struct heard *h, struct notice_draft *told) {
	const char *where = arena_cstr(c->a, arena_printf(c->a, "comment %lld %lld", (long long)h->comment, (long long)h->reply));
	return notice_mentions(c, e, h->d, where, h->said.text, 0, told);
}

static bool among(const struct notice_draft *d, int64_t person) {
	for (size_t i = 0; i < d->n; i++)
		if (d->people[i] == person)
			return true;
	return false;
}

/* The author of the document, and whoever takes part, but for those who were named. */
static enum st tell_others(struct ctx *c, const struct event *e, struct heard *h, const struct notice_draft *told) {
	struct notice_draft *d = h->d;
	const struct ref *people = h->said.people.items;
	int64_t author = 0;
	enum st st = notice_store_author(c, e->noun_id, &author);
	d->kind = NOTICE_COMMENT;
	d->phrase = h->reply ? N_("{by} answered a comment in {ref}") : h->said.suggests ? N_("{by} suggested a change to {ref}") : N_("{by} commented on {ref}");
	d->once = arena_printf(c->a, "said %lld %lld", (long long)h->comment, (long long)h->reply);
	d->quote = shortened(c, h->said.text.n ? h->said.text : h->said.quote);
	if (author && !among(told, author))
		notice_to(d, author);
	for (size_t i = 0; i < h->said.people.n; i++)
		if (!among(told, people[i].id))
			notice_to(d, people[i].id);
	return st == ST_OK || st == ST_NOT_FOUND ? notice_make(c, d) : st;
}

static enum st on_said(struct ctx *c, const struct event *e) {
	struct heard h;
	struct notice_draft *told = arena_new_of(c->a, struct notice_draft);
	enum st st = hear(c, e, &h);
	if (st == ST_OK)
		st = tell_named(c, e, &h, told);
	/* That a review was given is told once, not for each of its comments. */
	if (st == ST_OK && !json_is_true(member(c, e, "review")))
		st = tell_others(c, e, &h, told);
	return st == ST_NOT_FOUND ? ST_OK : st;
}
static enum st on_comment(struct ctx *c, const struct event *e) { return on_said(c, e); }
static enum st on_answer(struct ctx *c, const struct event *e) { return on_said(c, e); }
EVENT_ON(notice, "comment.started", on_comment);
EVENT_ON(notice, "comment.replied", on_answer);

static enum st on_reworded(struct ctx *c, const struct event *e) {
	struct heard h;
	enum st st = hear(c, e, &h);
	if (st == ST_OK)
		st = tell_named(c, e, &h, NULL);
	return st == ST_NOT_FOUND ? ST_OK : st;
}
EVENT_ON(notice, "comment.edited", on_reworded);

static enum st on_decided(struct ctx *c, const struct event *e) {
	struct heard h;
	enum st st = hear(c, e, &h);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	h.d->kind = NOTICE_COMMENT;
	h.d->phrase = strcmp(e->name, "suggestion.accepted") == 0 ? N_("{by} took your suggestion into {ref}") : N_("{by} left your suggestion out of {ref}");
	h.d->once = arena_printf(c->a, "event %lld", (long long)e->id);
	h.d->quote = shortened(c, h.said.text.n ? h.said.text : h.said.quote);
	notice_to(h.d, h.said.by);
	return notice_make(c, h.d);
}
EVENT_ON(notice, "suggestion.*", on_decided);
