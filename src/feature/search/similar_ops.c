#include "feature/document/document.h"
#include "feature/incident/incident.h"
#include "feature/search/mechanism.h"
#include "feature/search/similar.h"

/* search.similar. */

const char *const similar_nouns[] = { "incident", "document", NULL };

struct alike {
	int kind;
	int64_t id;
	str ref, title;
	int64_t at;
	str url;
	int64_t score;
	bool same_service;
	str reason;
};
SHAPE(similar_hit_shape, "Alike", struct alike, N_("a record that is like another"),
	F(struct alike, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of record"), .names = similar_nouns),
	F(struct alike, FT_I64, id, FIELD_REQUIRED, N_("its number")),
	F(struct alike, FT_TEXT, ref, FIELD_REQUIRED, N_("the number as people say it")),
	F(struct alike, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
	F(struct alike, FT_TIME, at, FIELD_REQUIRED, N_("when it began")),
	F(struct alike, FT_TEXT, url, FIELD_REQUIRED, N_("path of its page")),
	F(struct alike, FT_I64, score, FIELD_REQUIRED, N_("how much alike, 1 to 99")),
	F(struct alike, FT_BOOL, same_service, FIELD_REQUIRED, N_("they have a service in common")),
	F(struct alike, FT_TEXT, reason, FIELD_REQUIRED, N_("what they have in common, in words")));

static str shown(struct ctx *c, const struct similar_term *t) {
	const struct mechanism *m = t->term.p[0] == SIMILAR_MECHANISM ? mechanism_find(str_from(t->term, 1)) : NULL;
	return m ? str_c(tr(c->lang, m->label)) : t->shown;
}

/* Pairs of one word are shown as that word, once. */
static bool said_before(struct ctx *c, const struct similar_hit *h, size_t i) {
	for (size_t k = 0; k < i; k++)
		if (str_eq(shown(c, h->shared[k]), shown(c, h->shared[i])))
			return true;
	return false;
}

/* "same service · shares: certificate expiry, renewal" */
static str reason(struct ctx *c, const struct similar_hit *h) {
	struct buf words = buf_in(c->a);
	const char *same = tr(c->lang, N_("same service")), *shares = tr(c->lang, N_("shares"));
	for (size_t i = 0; i < h->shared_n; i++)
		if (!said_before(c, h, i)) {
			if (words.n)
				buf_lit(&words, ", ");
			buf_add(&words, shown(c, h->shared[i]));
		}
	if (!words.n)
		return h->same_service ? str_c(same) : STR("");
	return arena_printf(c->a, "%s%s%s: %.*s", h->same_service ? same : "", h->same_service ? " · " : "", shares, STR_FMT(buf_str(&words)));
}

static struct alike show(struct ctx *c, const struct similar_hit *h) {
	const struct similar_row *r = &h->row;
	return (struct alike){ enum_index(similar_nouns, r->noun), r->noun_id, search_ref(c->a, r->noun, r->noun_id), r->title, r->at,
		search_url(c->a, r->noun, r->noun_id, 0), h->score, h->same_service, reason(c, h) };
}

enum st run_similar(struct ctx *c, const void *data, struct reply *out) {
	const struct similar_in *in = data;
	struct similar_hit *hits;
	struct list list = { 0 };
	const char *noun = similar_nouns[in->noun];
	enum st st = perm_sees(c, in->noun ? &document_noun : &incident_noun, in->id);
	if (st == ST_OK)
		st = similar_find(c, noun, in->id, in->limit == I64_NONE ? 10 : (size_t)in->limit, &hits, &list.n);
	if (st != ST_OK)
		return st;
	struct alike *items = arena_array(c->a, list.n + 1, sizeof *items);
	for (size_t i = 0; i < list.n; i++)
		items[i] = show(c, &hits[i]);
	list.items = items;
	reply_page(c, out, &similar_hit_shape, &list, STR_NONE);
	return ST_OK;
}
