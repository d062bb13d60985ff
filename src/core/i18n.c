#include "core/i18n.h"

#include "base/embed.h"
#include "core/catalogue.h"

/* English has no catalogue: the texts in the source are English. tr_n below counts on one plural form in all the others. */
static const struct language {
	const char *code, *file;
} languages[LANG_COUNT] = {
	[LANG_EN] = { "en", NULL },
	[LANG_KO] = { "ko", "locale/ko.mo" },
};

static struct catalogue catalogues[LANG_COUNT];

enum st i18n_init(void) {
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!languages[lang].file)
			continue;
		struct catalogue *c = &catalogues[lang];
		if (catalogue_open(embed_find(str_c(languages[lang].file)), c) != ST_OK || c->forms != 1)
			return ST_MALFORMED;
	}
	return ST_OK;
}

const char *tr(enum lang lang, const char *english) {
	/* The empty text would find the catalogue's header. */
	const char *text = *english ? catalogue_find(&catalogues[lang], english, 0) : NULL;
	return text ? text : english;
}

const char *tr_n(enum lang lang, const char *one, const char *many, int64_t n) {
	const char *text = catalogue_find(&catalogues[lang], one, 0);
	if (text)
		return text;
	return n == 1 ? one : many;
}

const char *lang_code(enum lang lang) {
	return languages[lang].code;
}

/* By the first subtag alone: every Korean we can be asked for is the Korean we have. */
bool lang_parse(str code, enum lang *out) {
	str primary = str_cut(&code, '-');
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!str_eq_ascii_ci(primary, str_c(languages[lang].code)))
			continue;
		*out = (enum lang)lang;
		return true;
	}
	return false;
}

/* RFC 9110, 12.4.2: "0.", "1", at most three digits behind the point; in thousandths, -1 when it is something else. */
static int qvalue(str s) {
	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
		return -1;
	int v = (s.p[0] - '0') * 1000, unit = 100;
	for (size_t i = 2; i < s.n; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v += (s.p[i] - '0') * unit;
	}
	return v <= 1000 ? v : -1;
}

static int weight_of(str parameters) {
	while (parameters.p) {
		str p = str_trim(str_cut(&parameters, ';'));
		if (p.n >= 2 && (p.p[0] == 'q' || p.p[0] == 'Q') && p.p[1] == '=')
			return qvalue(str_from(p, 2));
	}
	return 1000;
}

/* What the header says of our languages: those it names in its order, then the fallback, then the others; these two by the weight of "*". */
struct wanted {
	enum lang order[LANG_COUNT];
	int weight[LANG_COUNT]; /* by language; -1 until known */
	int n;
};

static void want(struct wanted *w, enum lang lang, int q) {
	if (w->weight[lang] < 0)
		w->order[w->n++] = lang;
	if (q > w->weight[lang])
		w->weight[lang] = q;
}

static struct wanted read_header(str header, enum lang fallback) {
	struct wanted w = { .weight = { -1, -1 } };
	int any = 0;
	while (header.p) {
		str range = str_cut(&header, ','), tag = str_trim(str_cut(&range, ';'));
		int q = weight_of(range);
		enum lang lang;
		if (q >= 0 && str_is(tag, "*"))
			any = q;
		else if (q >= 0 && lang_parse(tag, &lang))
			want(&w, lang, q);
	}
	if (w.weight[fallback] < 0)
		want(&w, fallback, any);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		if (w.weight[lang] < 0)
			want(&w, (enum lang)lang, any);
	return w;
}

enum lang lang_accept(str header, enum lang fallback) {
	struct wanted w = read_header(header, fallback);
	enum lang best = fallback;
	int most = 0;
	for (int i = 0; i < w.n; i++)
		if (w.weight[w.order[i]] > most)
			most = w.weight[best = w.order[i]];
	return best;
}
