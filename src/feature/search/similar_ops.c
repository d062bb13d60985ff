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
static void add_once(struct buf *out, str word) {
	str rest = buf_str(out);
	while (rest.p && rest.n)
		if (str_eq(str_trim(str_cut(&rest, ',')), word))
			return;
	if (out->n)
		buf_lit(out, ", ");
	buf_add(out, word);
}

/* What happened first, words behind it. */
static str in_common(struct ctx *c, const struct similar_hit *h) {
	struct buf words = buf_in(c->a);
	for (int mechanisms = 1; mechanisms >= 0; mechanisms--)
		for (size_t i = 0; i < h->shared_n; i++)
			if ((h->shared[i]->term.p[0] == SIMILAR_MECHANISM) == mechanisms)
				add_once(&words, shown(c, h->shared[i]));
	return buf_str(&words);
}

/* "same service · shares: certificate expiry, renewal" */
static str reason(struct ctx *c, const struct similar_hit *h) {
	const char *same = h->same_service ? tr(c->lang, N_("same service")) : "", *shares = tr(c->lang, N_("shares"));
	str words = in_common(c, h);
	if (!words.n)
		return str_c(same);
	return arena_printf(c->a, "%s%s%s: %.*s", same, h->same_service ? " · " : "", shares, STR_FMT(words));
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
