#include "feature/comment/comment_make.h"

#include <stdio.h>

#include "base/clock.h"
#include "feature/action/action.h"
#include "feature/incident/incident.h"
#include "text/utf8.h"

enum { LONGEST_TITLE = 300, LONGEST_LINE = 2000 };

SHAPE(make_shape, "CommentMake", struct make_in, N_("what a comment becomes"),
	F(struct make_in, FT_ENUM, kind, FIELD_OPTIONAL, N_("action, timeline, cause, tbd"), .names = comment_kind_names),
	F(struct make_in, FT_TEXT, text, 0, N_("in words; without: those of the comment, or else what it quotes"), .max = LONGEST_LINE),
	F(struct make_in, FT_ENUM, type, FIELD_OPTIONAL, N_("an action item: what kind of work it is; without: prevent"), .names = action_type_names),
	F(struct make_in, FT_ENUM, cause, FIELD_OPTIONAL, N_("a cause: how it contributed; without: latent"), .names = cause_kind_names),
	F(struct make_in, FT_ID, incident, FIELD_OPTIONAL, N_("of which incident of the document; needed when there are several"), .prefix = "INC"),
	F(struct make_in, FT_ID, owner, FIELD_OPTIONAL, N_("an action item or a TBD: who sees to it")),
	F(struct make_in, FT_TIME, at, FIELD_OPTIONAL, N_("a timeline entry: when it happened; without: what its words say, or now")),
	F(struct make_in, FT_DATE, due, FIELD_OPTIONAL, N_("an action item or a TBD: until when")));

static str first_of(str a, str b, str c) {
	return a.n ? a : b.n ? b : c;
}

/* One line, not longer than that, cut between characters. */
static str one_line(struct ctx *c, str s, size_t most) {
	struct buf b = buf_in(c->a);
	size_t n = 0;
	for (size_t i = 0; i < s.n && (n < most || ((unsigned char)s.p[i] & 0xC0) == 0x80); i++) {
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
		buf_addc(&b, s.p[i] == '\n' || s.p[i] == '\t' ? ' ' : s.p[i]);
	}
	return buf_str(&b);
}

/* Whoever names none means the only one. */
static enum st incident_of(struct ctx *c, const struct document *d, int64_t named, bool needed, int64_t *out) {
	const struct document_about *about = d->incidents.items;
	*out = named ? 0 : d->incidents.n == 1 ? about[0].id : 0;
	for (size_t i = 0; i < d->incidents.n; i++)
		if (about[i].id == named)
			*out = named;
	if (*out || (!needed && !named))
		return ST_OK;
	return fail(c, ST_INVALID, "comment.incident", "make/incident", N_("Say which incident of this document is meant."));
}

static enum st make_action(struct ctx *c, const struct document *d, str words, const struct make_in *in, int64_t *id) {
	enum action_type type = in->type < 0 ? ACTION_PREVENT : (enum action_type)in->type;
	struct action a = { .title = one_line(c, words, LONGEST_TITLE), .type = (int)type, .aim = (int)action_aim_of(type), .priority = ACTION_P2, .owner.id = in->owner, .due = in->due,
		.document_id = d->id };
	enum st st = perm_require(c, PERM_ACTION_EDIT);
	if (st == ST_OK)
		st = incident_of(c, d, in->incident, false, &a.incident_id);
	if (st == ST_OK)
		st = action_create(c, &a);
	*id = a.id;
	return st;
}

static enum st make_entry(struct ctx *c, const struct document *d, str words, const struct make_in *in, int64_t *id) {
	struct timeline_input t = { .at = in->at, .precision = TIMELINE_EXACT, .text = words };
	struct timeline_subject s;
	struct timeline_entry e;
	struct incident i;
	enum st st = perm_require(c, PERM_INCIDENT_EDIT);
	if (st == ST_OK)
		st = incident_of(c, d, in->incident, true, &t.id);
	if (st == ST_OK)
		st = incident_brief(c, t.id, &i);
	if (st == ST_OK)
		st = incident_subject(c, &i, &s);
	if (st == ST_OK)
		st = timeline_write(c, &s, TIMELINE_NOTE, &t, &e);
	if (st == ST_OK)
		*id = e.id;
	return st;
}

static enum st make_cause(struct ctx *c, const struct document *d, str words, const struct make_in *in, int64_t *id) {
	struct document_cause x = { .kind = in->cause < 0 ? CAUSE_LATENT : in->cause, .text = one_line(c, words, LONGEST_LINE) };
	enum st st = perm_require(c, PERM_DOCUMENT_EDIT);
	return st == ST_OK ? document_add_cause(c, d->id, &x, id) : st;
}

enum st comment_push(struct ctx *c, const struct document *d, const char *what, int64_t comment, int64_t version, const struct changeset *changes, int64_t *now) {
	char room[160], client[COLLAB_CLIENT + 8];
	str why;
	snprintf(client, sizeof client, "%-11s%011lld", what, (long long)comment);
	for (char *p = client; *p; p++)
		*p = *p == ' ' ? '-' : *p;
	json_t *json = json_parse(changes_json(c, changes), &why, room);
	json_own(c->a, json);
	struct collab_typed typed = { 1, json };
	struct collab_pushed pushed;
	enum st st = collab_push(c, &(struct collab_push){ d->live_text, d->id, str_n(client, COLLAB_CLIENT), version, &typed, 1 }, &pushed);
	if (st == ST_OK)
		*now = pushed.version;
	return st;
}

/* Without what would end the mark, which runs to the end of its sentence, of the table's cell or of the line. */
static str one_sentence(struct ctx *c, str s) {
	char *p = arena_cstr(c->a, s);
	for (size_t i = 0; i < s.n; i++)
		p[i] = p[i] == ';' || (p[i] == '.' && p[i + 1] == ' ') ? ',' : p[i] == '|' ? '/' : p[i];
	while (s.n && (p[s.n - 1] == '.' || p[s.n - 1] == ' '))
		s.n--;
	return str_n(p, s.n);
}

static enum st tbd_words(struct ctx *c, str words, const struct make_in *in, str *out) {
	struct buf b = buf_in(c->a);
	str login = STR_NONE;
	enum st st = in->owner ? comment_store_login(c, in->owner, &login) : ST_OK;
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "field.person", "make/owner", N_("There is no such person."));
	struct civil day = civil_from_us(in->due == I64_NONE ? 0 : in->due * US_PER_DAY);
	buf_lit(&b, "TBD");
	if (login.n || in->due != I64_NONE)
		buf_printf(&b, "(%s%.*s", login.n ? "@" : "", STR_FMT(login));
	if (in->due != I64_NONE)
		buf_printf(&b, "%s%04d-%02d-%02d", login.n ? ", " : "", day.year, day.month, day.day);
	if (login.n || in->due != I64_NONE)
		buf_addc(&b, ')');
	buf_printf(&b, ": %.*s", STR_FMT(one_sentence(c, one_line(c, words, LONGEST_TITLE))));
	*out = buf_str(&b);
	return st;
}

static bool ends_mark(str text, size_t i) {
	bool last = i + 1 == text.n || text.p[i + 1] == ' ' || text.p[i + 1] == '\n';
	return text.p[i] == ';' || text.p[i] == '|' || text.p[i] == '\n' || (text.p[i] == '.' && last);
}

/* At the end of the sentence in which words end: further in, the mark would hold what is left of it as well. *among: another mark stands before it. */
static size_t sentence_end(str text, size_t i, bool *among) {
	i -= i > 0 && ends_mark(text, i - 1);
	size_t from = i;
	while (from && !ends_mark(text, from - 1))
		from--;
	while (i < text.n && !ends_mark(text, i))
		i++;
	while (i > from && text.p[i - 1] == ' ')
		i--;
	*among = str_find(str_n(text.p + from, i - from), STR("TBD")) >= 0;
	return i;
}

static size_t byte_of(str text, int64_t units) {
	size_t i = 0;
	for (int64_t n = 0; n < units && i < text.n;)
		n += utf8_next(text, &i) > 0xFFFF ? 2 : 1;
	return i;
}

/* In the sentence of the words it is about; when they are gone, or it is about none, at the end. */
static const struct changeset *put_mark(struct ctx *c, const struct comment *x, str text, str mark) {
	bool placed = x->from != I64_NONE && !x->gone, among = false;
	int64_t length = (int64_t)utf16_length(text);
	size_t end = placed ? sentence_end(text, byte_of(text, x->to), &among) : text.n;
	int64_t at = (int64_t)utf16_length(str_to(text, end));
	return changeset_replace(c->a, length, at, at, arena_printf(c->a, "%s%.*s%s", !placed ? "\n\n" : among ? "; " : " ", STR_FMT(mark), placed ? "" : "\n"));
}

static enum st make_tbd(struct ctx *c, const struct document *d, const struct comment *x, str words, const struct make_in *in) {
	const struct comment_made *made = x->made.items;
	str mark = STR_NONE, text;
	int64_t version;
	for (size_t i = 0; i < x->made.n; i++)
		if (made[i].kind == MADE_TBD)
			return fail(c, ST_CONFLICT, "comment.is_tbd", NULL, N_("This comment has become a TBD already."));
	enum st st = perm_require(c, PERM_DOCUMENT_EDIT);
	if (st == ST_OK)
		st = tbd_words(c, words, in, &mark);
	if (st == ST_OK)
		st = document_text(c, d->id, &text, &version);
	if (st != ST_OK)
		return st;
	return comment_push(c, d, "tbd", x->id, version, put_mark(c, x, text, mark), &version);
}

enum st comment_make(struct ctx *c, const struct document *d, struct comment *x, const struct make_in *in) {
	str words = first_of(in->text, x->text, x->quote);
	int64_t id = 0;
	enum st st = ST_OK;
	if (in->kind < 0)
		return fail(c, ST_INVALID, "field.missing", "make/kind", N_("Say what it becomes."));
	if (!words.n)
		return fail(c, ST_INVALID, "field.empty", "make/text", N_("Say something."));
	switch ((enum comment_kind)in->kind) {
	case MADE_ACTION: st = make_action(c, d, words, in, &id); break;
	case MADE_TIMELINE: st = make_entry(c, d, words, in, &id); break;
	case MADE_CAUSE: st = make_cause(c, d, words, in, &id); break;
	case MADE_TBD: st = make_tbd(c, d, x, words, in); break;
	}
	if (st == ST_OK)
		st = comment_store_made(c, x->id, (enum comment_kind)in->kind, id);
	if (st != ST_OK)
		return st;
	return comment_tell(c, d, x, "comment.made", arena_printf(c->a, "\"kind\":\"%s\",\"record\":%lld", comment_kind_names[in->kind], (long long)id));
}
