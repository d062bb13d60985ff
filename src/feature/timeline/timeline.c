#include "feature/timeline/timeline.h"

#include <stdlib.h>

#include "base/json.h"
#include "feature/timeline/timeline_store.h"

/* Writing and reading entries. The statements are in timeline_store.c, the natural time in when.c. */

enum { SEPARATOR = 0x1f, WORD = 0x1e };
/* Clocks differ a little, and "14:51" may be typed at 14:50. */
#define AHEAD (15 * US_PER_MINUTE)

const char *const timeline_kind_names[] = { "note", "milestone", "mitigation", "role", "alert", "state", "update", NULL };
const char *const timeline_precision_names[] = { "exact", "about", "before", "after", NULL };

SHAPE(timeline_evidence_shape, "Evidence", struct timeline_evidence, N_("where it can be seen: a graph, a log, a message"),
	F(struct timeline_evidence, FT_TEXT, url, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("web address"), .max = 2000),
	F(struct timeline_evidence, FT_TEXT, title, FIELD_OPTIONAL, N_("what is to be seen there"), .max = 300));

SHAPE(timeline_entry_shape, "TimelineEntry", struct timeline_entry, N_("one thing that happened"),
	F(struct timeline_entry, FT_ID, id, FIELD_REQUIRED, N_("number of the entry")),
	F(struct timeline_entry, FT_ID, incident, FIELD_REQUIRED, N_("the incident"), .prefix = "INC"),
	F(struct timeline_entry, FT_TIME, at, FIELD_REQUIRED, N_("when it happened")),
	F(struct timeline_entry, FT_TIME, recorded_at, FIELD_REQUIRED, N_("when it was written down")),
	F(struct timeline_entry, FT_ENUM, precision, FIELD_REQUIRED, N_("how sure the time is"), .names = timeline_precision_names),
	F(struct timeline_entry, FT_ENUM, kind, FIELD_REQUIRED, N_("what the entry tells of"), .names = timeline_kind_names),
	F(struct timeline_entry, FT_TEXT, text, FIELD_REQUIRED, N_("what happened")),
	F(struct timeline_entry, FT_TEXT, knew, FIELD_OPTIONAL, N_("what was known at that time")),
	F(struct timeline_entry, FT_TEXT, decided, FIELD_OPTIONAL, N_("what was decided")),
	F(struct timeline_entry, FT_TEXT, because, FIELD_OPTIONAL, N_("why it made sense then")),
	F(struct timeline_entry, FT_BOOL, key, FIELD_REQUIRED, N_("belongs to the short story")),
	F(struct timeline_entry, FT_LIST, evidence, FIELD_REQUIRED, N_("where it can be seen"), .shape = &timeline_evidence_shape),
	F(struct timeline_entry, FT_OBJ, by, FIELD_OPTIONAL, N_("who wrote it down; null: a token, or the system"), .shape = &ref_shape),
	F(struct timeline_entry, FT_TEXT, token, FIELD_OPTIONAL, N_("name of the token that wrote it down; null: a person, or the system")),
	F(struct timeline_entry, FT_TIME, edited_at, FIELD_OPTIONAL, N_("when it was last changed")),
	F(struct timeline_entry, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

SHAPE(timeline_input_shape, "TimelineInput", struct timeline_input, N_("a new entry"),
	F(struct timeline_input, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"),
	F(struct timeline_input, FT_TIME, at, FIELD_OPTIONAL, N_("when it happened; without it the time in the text, else now")),
	F(struct timeline_input, FT_ENUM, precision, FIELD_OPTIONAL, N_("how sure the time is"), .names = timeline_precision_names),
	F(struct timeline_input, FT_TEXT, text, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("what happened; may begin or end with a time: “14:51 rolled back”")),
	F(struct timeline_input, FT_TEXT, knew, FIELD_OPTIONAL, N_("what was known at that time")),
	F(struct timeline_input, FT_TEXT, decided, FIELD_OPTIONAL, N_("what was decided")),
	F(struct timeline_input, FT_TEXT, because, FIELD_OPTIONAL, N_("why it made sense then")),
	F(struct timeline_input, FT_BOOL, key, FIELD_OPTIONAL, N_("belongs to the short story")),
	F(struct timeline_input, FT_LIST, evidence, FIELD_OPTIONAL, N_("where it can be seen"), .shape = &timeline_evidence_shape, .max = 20));

/* ---- phrases ---- */

static void add_clean(struct buf *b, str s) {
	for (size_t i = 0; i < s.n; i++)
		buf_addc(b, s.p[i] == SEPARATOR || (i && s.p[i] == WORD) ? ' ' : s.p[i]);
}

str timeline_join(struct arena *a, const str *args, size_t n) {
	struct buf b = buf_in(a);
	while (n && !args[n - 1].n)
		n--;
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(&b, SEPARATOR);
		add_clean(&b, args[i]);
	}
	return buf_str(&b);
}

str timeline_word(struct ctx *c, const char *english) {
	return arena_printf(c->a, "%c%s", WORD, english);
}

static str nth_arg(str args, size_t n) {
	str rest = args, piece = str_cut(&rest, SEPARATOR);
	while (n-- && piece.p)
		piece = rest.p ? str_cut(&rest, SEPARATOR) : STR_NONE;
	return piece;
}

static void put_arg(struct arena *a, struct buf *out, enum lang lang, str arg) {
	if (arg.n && arg.p[0] == WORD)
		buf_add(out, str_c(tr(lang, arena_cstr(a, str_from(arg, 1)))));
	else
		buf_add(out, arg);
}

str timeline_fill(struct arena *a, enum lang lang, const char *phrase, str args) {
	struct buf b = buf_in(a);
	for (const char *z = tr(lang, phrase); *z; z++)
		if (z[0] == '{' && z[1] >= '0' && z[1] < '0' + TIMELINE_ARGS && z[2] == '}') {
			put_arg(a, &b, lang, nth_arg(args, (size_t)(z[1] - '0')));
			z += 2;
		} else {
			buf_addc(&b, *z);
		}
	return buf_str(&b);
}

str timeline_text(struct ctx *c, str text, str phrase, str args) {
	return phrase.n ? timeline_fill(c->a, c->lang, arena_cstr(c->a, phrase), args) : text;
}

str timeline_about(struct ctx *c, const char *noun, int64_t id) {
	return arena_printf(c->a, "%s %lld", noun, (long long)id);
}

/* ---- rules ---- */

enum st timeline_check_evidence(struct ctx *c, const struct list *evidence) {
	const struct timeline_evidence *e = evidence->items;
	for (size_t i = 0; i < evidence->n; i++)
		if (!str_starts(e[i].url, STR("https://")) && !str_starts(e[i].url, STR("http://")))
			return fail_field(c, ST_INVALID, "timeline.evidence", arena_printf(c->a, "evidence/%zu/url", i),
				N_("Evidence must be a web address that begins with https:// or http://."));
	return ST_OK;
}

enum st timeline_check_at(struct ctx *c, int64_t at) {
	return at <= c->now + AHEAD ? ST_OK : fail(c, ST_INVALID, "timeline.future", "at", N_("This has not happened yet. The timeline holds what did."));
}

/* ---- writing ---- */

static enum st emit(struct ctx *c, const char *name, const struct timeline_subject *s, int64_t id, enum timeline_kind kind) {
	return event_emitf(c, name, "timeline", id, s->scope, arena_printf(c->a, "incident:%lld", (long long)s->incident), "{\"incident\":%lld,\"kind\":\"%s\"}",
		(long long)s->incident, timeline_kind_names[kind]);
}

str timeline_token(struct ctx *c) {
	return c->who->kind == ACTOR_TOKEN && !c->who->person ? c->who->name : STR_NONE;
}

static enum st add(struct ctx *c, const struct timeline_subject *s, struct timeline_entry *e) {
	e->incident = s->incident;
	e->scope = s->scope;
	e->recorded_at = c->now;
	e->by.id = c->who->person;
	e->token = timeline_token(c);
	e->edited_at = I64_NONE;
	e->version = 1;
	enum st st = timeline_store_insert(c, e);
	return st == ST_OK ? emit(c, "timeline.added", s, e->id, (enum timeline_kind)e->kind) : st;
}

static void read_time(struct ctx *c, const struct timeline_subject *s, struct timeline_entry *e) {
	struct when w;
	if (!when_parse(e->text, c->now, s->zone, &w) || !w.rest.n) {
		e->at = c->now;
		return;
	}
	e->at = w.at;
	e->text = w.rest;
	if (w.approximate && e->precision < 0)
		e->precision = TIMELINE_ABOUT;
}

enum st timeline_write(struct ctx *c, const struct timeline_subject *s, enum timeline_kind kind, const struct timeline_input *in, struct timeline_entry *e) {
	*e = (struct timeline_entry){ .kind = kind, .at = in->at, .precision = in->precision, .text = in->text, .knew = in->knew, .decided = in->decided,
		.because = in->because, .key = in->key, .evidence = in->evidence };
	if (e->at == I64_NONE)
		read_time(c, s, e);
	if (e->precision < 0)
		e->precision = TIMELINE_EXACT;
	enum st st = timeline_check_at(c, e->at);
	if (st == ST_OK)
		st = timeline_check_evidence(c, &e->evidence);
	if (st == ST_OK)
		st = add(c, s, e);
	return st == ST_OK ? timeline_store_author(c, e) : st;
}

static void say(struct ctx *c, struct timeline_entry *e, const struct timeline_note *n) {
	e->phrase = str_c(n->phrase);
	e->args = timeline_join(c->a, n->args, TIMELINE_ARGS);
	e->text = timeline_fill(c->a, LANG_EN, n->phrase, e->args);
}

enum st timeline_note(struct ctx *c, const struct timeline_subject *s, const struct timeline_note *n) {
	struct timeline_entry e = { .kind = n->kind, .at = n->at, .precision = TIMELINE_EXACT, .key = n->key, .about = n->about };
	say(c, &e, n);
	return add(c, s, &e);
}

static enum st follow(struct ctx *c, const struct timeline_subject *s, const struct timeline_entry *before, const struct timeline_note *n) {
	struct timeline_entry after = *before;
	after.at = n->at;
	if (before->phrase.n && n->phrase)
		say(c, &after, n);
	if (after.at == before->at && str_eq(after.text, before->text) && str_eq(after.args, before->args))
		return ST_OK;
	enum st st = timeline_store_change(c, before, &after);
	return st == ST_OK ? emit(c, "timeline.changed", s, before->id, (enum timeline_kind)before->kind) : st;
}

enum st timeline_follow(struct ctx *c, const struct timeline_subject *s, const struct timeline_note *n) {
	struct list entries;
	enum st st = timeline_store_about(c, s->incident, n->about, &entries);
	const struct timeline_entry *e = entries.items;
	for (size_t i = 0; st == ST_OK && i < entries.n; i++)
		st = follow(c, s, &e[i], n);
	return st;
}

enum st timeline_unfollow(struct ctx *c, const struct timeline_subject *s, str about) {
	struct list entries;
	enum st st = timeline_store_about(c, s->incident, about, &entries);
	const struct timeline_entry *e = entries.items;
	for (size_t i = 0; st == ST_OK && i < entries.n; i++) {
		st = timeline_store_strike(c, e[i].id);
		if (st == ST_OK)
			st = emit(c, "timeline.struck", s, e[i].id, (enum timeline_kind)e[i].kind);
	}
	return st;
}

enum st timeline_release(struct ctx *c, const struct timeline_subject *s, str about) {
	return timeline_store_release(c, s->incident, about);
}

enum st timeline_read(struct ctx *c, int64_t id, struct timeline_entry *out) {
	enum st st = timeline_store_get(c, id, out);
	if (st == ST_OK)
		out->text = timeline_text(c, out->text, out->phrase, out->args);
	return st;
}

enum st timeline_rescope(struct ctx *c, int64_t incident, int64_t scope) {
	return timeline_store_rescope(c, incident, scope);
}

/* ---- lists ---- */

static struct list read_evidence(struct ctx *c, str json) {
	char room[160];
	str why;
	json_t *array = json_parse(json, &why, room), *v;
	struct list out = { arena_array(c->a, json_array_size(array) + 1, sizeof(struct timeline_evidence)), 0 };
	struct timeline_evidence *e = out.items;
	size_t i;
	json_own(c->a, array);
	json_array_foreach(array, i, v)
		e[out.n++] = (struct timeline_evidence){ json_str(json_object_get(v, "url")), json_str(json_object_get(v, "title")) };
	return out;
}

static int by_time(const void *a, const void *b) {
	const struct timeline_entry *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void restore(struct ctx *c, struct timeline_entry *e, const struct timeline_version *v) {
	e->at = v->at;
	e->precision = v->precision;
	e->text = v->text;
	e->phrase = v->phrase;
	e->args = v->args;
	e->knew = v->knew;
	e->decided = v->decided;
	e->because = v->because;
	e->key = v->key;
	e->evidence = read_evidence(c, v->evidence);
	e->version = v->version;
}

/* The first version that was replaced after that time is the one that stood there then. */
static enum st go_back(struct ctx *c, int64_t incident, int64_t to, struct list *entries) {
	struct list replaced;
	enum st st = timeline_store_replaced(c, incident, to, &replaced);
	struct timeline_entry *e = entries->items;
	const struct timeline_version *v = replaced.items;
	for (size_t i = 0; st == ST_OK && i < entries->n; i++)
		for (size_t k = 0; k < replaced.n; k++)
			if (v[k].entry == e[i].id) {
				restore(c, &e[i], &v[k]);
				break;
			}
	if (st == ST_OK)
		qsort(e, entries->n, sizeof *e, by_time);
	return st;
}

enum st timeline_list(struct ctx *c, int64_t incident, const struct timeline_query *q, struct list *out, str *next) {
	struct page_in page;
	enum st st = page_parse(c, q->after, q->limit, &page);
	if (!q->after.n)
		page.key = page.id = INT64_MIN;
	if (st == ST_OK)
		st = timeline_store_page(c, incident, q, &page, out);
	if (st != ST_OK)
		return st;
	struct timeline_entry *e = out->items;
	*next = out->n == (size_t)page.limit ? page_cursor(c, e[out->n - 1].at, e[out->n - 1].id) : STR_NONE;
	if (q->as_known_at != I64_NONE)
		st = go_back(c, incident, q->as_known_at, out);
	for (size_t i = 0; st == ST_OK && i < out->n; i++)
		e[i].text = timeline_text(c, e[i].text, e[i].phrase, e[i].args);
	return st;
}
