#include "feature/search/search_facts.h"

#include "core/shape.h"
#include "feature/document/document.h"
#include "feature/search/mechanism.h"
#include "feature/search/similar.h"
#include "text/utf8.h"

/* Facts, and filters over them. */

const struct facet_row facet_table[FACETS] = {
	[FACET_KIND] = { 'k', "kind", "종류", N_("Kind"), .by_count = true },
	[FACET_SERVICE] = { 'p', "service", "서비스", N_("Service"), .by_count = true },
	[FACET_SEVERITY] = { 'v', "severity", "심각도", N_("Severity") },
	[FACET_STATE] = { 's', "state", "상태", N_("State"), .by_count = true },
	[FACET_MECHANISM] = { 'm', "mechanism", "유형", N_("What happened"), .by_count = true },
	[FACET_FACTOR] = { 'f', "factor", "요인", N_("What contributed"), .by_count = true },
	[FACET_WHEN] = { 'w', "when", "언제", N_("When"), .newest = true },
};

static const struct {
	int facet;
	const char *name, *label;
	bool document;
} values[] = {
	{ FACET_KIND, "incident", N_("Incident"), false },
	{ FACET_KIND, "postmortem", N_("Postmortem"), true },
	{ FACET_KIND, "near_miss", N_("Near miss"), true },
	{ FACET_KIND, "project", N_("Project retrospective"), true },
	{ FACET_KIND, "retrospective", N_("Retrospective"), true },
	{ FACET_KIND, "departure", N_("Departure"), true },
	{ FACET_KIND, "drill", N_("Drill"), true },
	{ FACET_KIND, "timeline", N_("Timeline"), false },
	{ FACET_KIND, "action", N_("Action"), false },
	{ FACET_KIND, "alert", N_("Alert"), false },
	{ FACET_SEVERITY, "SEV1", "SEV1", false },
	{ FACET_SEVERITY, "SEV2", "SEV2", false },
	{ FACET_SEVERITY, "SEV3", "SEV3", false },
	{ FACET_SEVERITY, "SEV4", "SEV4", false },
	{ FACET_STATE, "detected", N_("Detected"), false },
	{ FACET_STATE, "declared", N_("Responding"), false },
	{ FACET_STATE, "mitigated", N_("Mitigated"), false },
	{ FACET_STATE, "resolved", N_("Resolved"), false },
	{ FACET_STATE, "closed", N_("Closed"), false },
	{ FACET_STATE, "draft", N_("Draft"), false },
	{ FACET_STATE, "in_review", N_("In review"), false },
	{ FACET_STATE, "changes_asked", N_("Changes asked for"), false },
	{ FACET_STATE, "approved", N_("Approved"), false },
	{ FACET_STATE, "published", N_("Published"), false },
	{ FACET_STATE, "archived", N_("Archived"), false },
	{ FACET_STATE, "withdrawn", N_("Withdrawn"), false },
};
enum { VALUES = sizeof values / sizeof *values };

/* ---- labels ---- */

static str service_label(struct ctx *c, str value) {
	struct list names;
	int64_t id;
	if (!str_i64(value, &id) || search_store_service_names(c, &names) != ST_OK)
		return value;
	for (size_t i = 0; i < names.n; i++)
		if (((const struct ref *)names.items)[i].id == id)
			return ((const struct ref *)names.items)[i].name;
	return value;
}

static str factor_label(struct ctx *c, str code) {
	struct factor f;
	if (factor_find(c, code, &f) != ST_OK)
		return code;
	return c->lang == LANG_KO ? f.name_ko : f.name_en;
}

static str replaced(struct arena *a, str value, char from, char to) {
	char *s = arena_cstr(a, value);
	for (size_t i = 0; i < value.n; i++)
		if (s[i] == from)
			s[i] = to;
	return str_n(s, value.n);
}

str search_fact_label(struct ctx *c, int facet, str value) {
	const struct mechanism *m = facet == FACET_MECHANISM ? mechanism_find(value) : NULL;
	if (facet == FACET_SERVICE)
		return service_label(c, value);
	if (facet == FACET_FACTOR)
		return factor_label(c, value);
	if (m)
		return str_c(tr(c->lang, m->label));
	for (size_t i = 0; i < VALUES; i++)
		if (values[i].facet == facet && str_is(value, values[i].name))
			return str_c(tr(c->lang, values[i].label));
	return replaced(c->a, value, '_', ' ');
}

/* ---- reading filters ---- */

void search_filters_add(struct ctx *c, struct search_filters *f, int facet, str value) {
	struct filter *grown = arena_array(c->a, f->n + 1, sizeof *grown);
	if (f->n)
		memcpy(grown, f->items, f->n * sizeof *grown);
	f->items = grown;
	f->items[f->n++] = (struct filter){ facet, value };
}

/* "near-miss" is "near_miss". */
static bool is_name(struct ctx *c, str folded, str name) {
	return str_eq(replaced(c->a, replaced(c->a, folded, '-', '_'), ' ', '_'), utf8_fold(c->a, name));
}

/* Said in either language, by name or as it is shown. */
static bool means(struct ctx *c, str folded, const char *name, const char *label) {
	bool is = is_name(c, folded, str_c(name));
	for (int lang = 0; !is && lang < LANG_COUNT; lang++)
		is = str_eq(folded, utf8_fold(c->a, str_c(tr((enum lang)lang, label))));
	return is;
}

static void add_named(struct ctx *c, struct search_filters *f, int facet, str folded) {
	bool documents = facet == FACET_KIND && str_is(folded, "document");
	for (size_t i = 0; i < VALUES; i++)
		if (values[i].facet == facet && ((documents && values[i].document) || means(c, folded, values[i].name, values[i].label)))
			search_filters_add(c, f, facet, str_c(values[i].name));
	for (size_t i = 0; facet == FACET_MECHANISM && i < mechanism_total(); i++)
		if (means(c, folded, mechanism_at(i)->name, mechanism_at(i)->label))
			search_filters_add(c, f, facet, str_c(mechanism_at(i)->name));
}

static enum st add_factors(struct ctx *c, struct search_filters *f, str folded) {
	struct list all;
	enum st st = factor_all(c, &all);
	const struct factor *x = all.items;
	for (size_t i = 0; st == ST_OK && i < all.n; i++)
		if (is_name(c, folded, x[i].code) || str_eq(folded, x[i].code) || str_eq(folded, utf8_fold(c->a, x[i].name_en)) || str_eq(folded, utf8_fold(c->a, x[i].name_ko)))
			search_filters_add(c, f, FACET_FACTOR, x[i].code);
	return st;
}

static enum st add_services(struct ctx *c, struct search_filters *f, str name) {
	int64_t *ids = NULL;
	size_t n = 0;
	enum st st = search_store_services_like(c, name, &ids, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		search_filters_add(c, f, FACET_SERVICE, arena_printf(c->a, "%lld", (long long)ids[i]));
	return st;
}

enum st search_filters_value(struct ctx *c, struct search_filters *f, int facet, str value) {
	f->asked[facet] = f->any = true;
	if (facet == FACET_SERVICE)
		return add_services(c, f, value);
	if (facet == FACET_FACTOR)
		return add_factors(c, f, utf8_fold(c->a, value));
	if (facet == FACET_WHEN)
		search_filters_add(c, f, facet, value);
	else
		add_named(c, f, facet, utf8_fold(c->a, value));
	return ST_OK;
}

/* 2024, 2024-03 or 2024-03-09: its first moment. */
static bool read_day(const struct ctx *c, str s, int64_t *at) {
	int64_t year, month = 1, day = 1;
	str rest = s;
	bool fine = str_i64(str_cut(&rest, '-'), &year) && year >= 1 && year <= 9999;
	fine = fine && (!rest.p || (str_i64(str_cut(&rest, '-'), &month) && month >= 1 && month <= 12));
	fine = fine && (!rest.p || (str_i64(rest, &day) && day >= 1 && day <= civil_days_in_month((int)year, (int)month)));
	struct civil when = { .year = (int)year, .month = (int)month, .day = (int)day };
	if (!fine)
		return false;
	enum st st = zone_instant(c->zone, &when, at, NULL);
	return st == ST_OK || st == ST_CONFLICT || st == ST_NOT_FOUND;
}

static enum st add_day(struct ctx *c, struct search_filters *f, str value, int64_t *bound) {
	f->any = true;
	if (read_day(c, value, bound))
		return ST_OK;
	return fail(c, ST_INVALID, "search.day", "q", N_("“%.*s” is not a day. Say it like 2024, 2024-03 or 2024-03-09."), STR_FMT(value));
}

static int facet_called(struct arena *a, str name) {
	str folded = utf8_fold(a, name);
	for (int i = 0; i < FACETS; i++)
		if (str_is(folded, facet_table[i].name) || str_is(folded, facet_table[i].korean))
			return i;
	return -1;
}

/* ST_END: it is no filter. */
static enum st read_filter(struct ctx *c, struct search_filters *f, str name, str value) {
	int facet = facet_called(c->a, name);
	if (!value.n)
		return ST_END;
	if (str_is(name, "after") || str_is(name, "이후"))
		return add_day(c, f, value, &f->from);
	if (str_is(name, "before") || str_is(name, "이전"))
		return add_day(c, f, value, &f->before);
	return facet < 0 ? ST_END : search_filters_value(c, f, facet, value);
}

static size_t word_end(str s) {
	bool quoted = false;
	size_t n = 0;
	for (; n < s.n && (quoted || (s.p[n] != ' ' && s.p[n] != '\t' && s.p[n] != '\n')); n++)
		quoted ^= s.p[n] == '"';
	return n;
}

static str unquoted(str s) {
	if (str_starts(s, STR("\"")))
		s = str_from(s, 1);
	return str_ends(s, STR("\"")) ? str_to(s, s.n - 1) : s;
}

enum st search_filters_read(struct ctx *c, str query, struct search_filters *out, str *words) {
	struct buf left = buf_in(c->a);
	*out = (struct search_filters){ .from = I64_NONE, .before = I64_NONE };
	for (str rest = str_trim(utf8_nfc(c->a, query)); rest.n; rest = str_trim(rest)) {
		str word = str_to(rest, word_end(rest)), value = word, name = str_cut(&value, ':');
		rest = str_from(rest, word.n);
		enum st st = value.p && name.n ? read_filter(c, out, name, unquoted(value)) : ST_END;
		if (st != ST_OK && st != ST_END)
			return st;
		if (st == ST_END) {
			if (left.n)
				buf_addc(&left, ' ');
			buf_add(&left, word);
		}
	}
	*words = buf_str(&left);
	return ST_OK;
}

/* ---- facts of a row ---- */

int search_facet_of(char letter) {
	for (int i = 0; i < FACETS; i++)
		if (facet_table[i].letter == letter)
			return i;
	return -1;
}

/* An entry has the services, severity and mechanisms of its incident, not its state. */
static bool is_passed_on(int facet) {
	return facet == FACET_SERVICE || facet == FACET_SEVERITY || facet == FACET_MECHANISM;
}

struct month {
	char text[16];
};

static struct month month_of(const struct ctx *c, int64_t at) {
	struct civil when = zone_civil(c->zone, at);
	int year = when.year % 10000;
	/* For each of ten thousand records: not by printf. */
	const char digit[] = { (char)('0' + year / 1000), (char)('0' + year / 100 % 10), (char)('0' + year / 10 % 10), (char)('0' + year % 10), '-',
		(char)('0' + when.month / 10), (char)('0' + when.month % 10), 0 };
	struct month m = { { 0 } };
	memcpy(m.text, digit, sizeof digit);
	return m;
}

static void each_word(str facts, bool all, void *data, void (*each)(void *data, int facet, str value)) {
	for (str rest = facts; rest.n;) {
		str word = str_cut(&rest, ' ');
		int facet = word.n > 2 ? search_facet_of(word.p[0]) : -1;
		if (facet >= 0 && (all || is_passed_on(facet)))
			each(data, facet, str_from(word, 2));
	}
}

static void each_stored(const struct search_fact_row *row, void *data, void (*each)(void *data, int facet, str value)) {
	if (!row->facts.n)
		each(data, FACET_KIND, row->noun);
	each_word(row->facts, true, data, each);
	each_word(row->of_incident, false, data, each);
}

void search_each_fact(const struct ctx *c, const struct search_filters *f, const struct search_fact_row *row, void *data, void (*each)(void *data, int facet, str value)) {
	struct month m = month_of(c, row->at);
	each_stored(row, data, each);
	each(data, FACET_WHEN, str_to(str_c(m.text), f->asked[FACET_WHEN] ? 7 : 4));
}

struct fitting {
	const struct search_filters *f;
	unsigned fits;
};

static void look(void *data, int facet, str value) {
	struct fitting *x = data;
	for (size_t i = 0; i < x->f->n; i++)
		if (x->f->items[i].facet == facet && str_eq(x->f->items[i].value, value))
			x->fits |= 1u << facet;
}

bool search_fits_month(const struct search_filters *f, str month) {
	for (size_t i = 0; i < f->n; i++)
		if (f->items[i].facet == FACET_WHEN && str_starts(month, f->items[i].value))
			return true;
	return false;
}

unsigned search_misfit(const struct ctx *c, const struct search_filters *f, const struct search_fact_row *row) {
	struct fitting x = { f, 0 };
	unsigned asked = 0;
	if (!f->any)
		return 0;
	each_stored(row, &x, look);
	if (f->asked[FACET_WHEN]) {
		struct month m = month_of(c, row->at);
		x.fits |= search_fits_month(f, str_c(m.text)) ? 1u << FACET_WHEN : 0;
	}
	for (int i = 0; i < FACETS; i++)
		asked |= f->asked[i] ? 1u << i : 0;
	bool in_time = (f->from == I64_NONE || row->at >= f->from) && (f->before == I64_NONE || row->at < f->before);
	return (asked & ~x.fits) | (in_time ? 0 : 1u << FACETS);
}

/* ---- facts of a record ---- */

enum { MOST_MECHANISMS = 4 };

static void add_fact(struct buf *b, char letter, str value) {
	if (value.n)
		buf_printf(b, "%s%c:%.*s", b->n ? " " : "", letter, STR_FMT(value));
}

static void keep_mechanisms(struct buf *b, str before) {
	for (str rest = before; rest.n;) {
		str word = str_cut(&rest, ' ');
		if (str_starts(word, STR("m:")))
			add_fact(b, 'm', str_from(word, 2));
	}
}

static void add_mechanisms(struct arena *a, struct buf *b, const struct search_record *r) {
	const char *names[MOST_MECHANISMS];
	size_t n = similar_mechanisms(a, r->title, r->body, names, MOST_MECHANISMS);
	for (size_t i = 0; i < n; i++)
		add_fact(b, 'm', str_c(names[i]));
}

/* Of documents alone: what contributed to an incident may stand in one that fewer may see. */
static enum st add_factor_facts(struct ctx *c, struct buf *b, const struct search_record *r) {
	str *codes;
	size_t n = 0;
	enum st st = strcmp(r->kind, "document") == 0 ? search_store_factors(c, r->id, &codes, &n) : ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++)
		add_fact(b, facet_table[FACET_FACTOR].letter, codes[i]);
	return st;
}

enum st search_facts_of(struct ctx *c, struct search_record *r, str before, bool same_words, str *out) {
	struct search_base base;
	int64_t *services;
	size_t n;
	struct buf b = buf_in(c->a);
	enum st st = search_store_base(c, r->kind, r->id, &base);
	*out = STR("");
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	r->at = base.at;
	st = similar_store_services(c, r->kind, r->id, &services, &n);
	if (st != ST_OK)
		return st;
	add_fact(&b, 'k', base.kind);
	add_fact(&b, 'v', base.severity);
	add_fact(&b, 's', base.state);
	for (size_t i = 0; i < n; i++)
		add_fact(&b, 'p', arena_printf(c->a, "%lld", (long long)services[i]));
	if (same_words)
		keep_mechanisms(&b, before);
	else
		add_mechanisms(c->a, &b, r);
	st = add_factor_facts(c, &b, r);
	*out = buf_str(&b);
	return st;
}
