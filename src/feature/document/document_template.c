/* Templates are Markdown files with places for what is known: {{services}}, or {{summary|what to find out}}, which becomes a TBD while it is not known. */
#include "base/embed.h"
#include "feature/document/document_report.h"
#include "text/markdown.h"

static const char *const lang_names[] = { "en", "ko", NULL };

extern const struct shape template_heading_shape;
SHAPE(template_heading_shape, "TemplateHeading", struct document_heading, N_("a heading of a template"),
	F(struct document_heading, FT_I64, level, FIELD_REQUIRED, N_("1 to 6")),
	F(struct document_heading, FT_TEXT, text, FIELD_REQUIRED, N_("its words")));

#define TEMPLATE_FIELDS                                                                                                        \
	F(struct template, FT_TEXT, name, FIELD_REQUIRED, N_("its name")),                                                          \
	F(struct template, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),                                                        \
	F(struct template, FT_TEXT, about, FIELD_OPTIONAL, N_("what is in it")),                                                    \
	F(struct template, FT_ENUM, kind, FIELD_REQUIRED, N_("kind of document it is for"), .names = document_kind_names),          \
	F(struct template, FT_ENUM, lang, FIELD_REQUIRED, N_("its language"), .names = lang_names),                                 \
	F(struct template, FT_TEXT, required, FIELD_REQUIRED, N_("names of the sections it asks for, with blanks between")),        \
	F(struct template, FT_LIST, outline, FIELD_REQUIRED, N_("its headings"), .shape = &template_heading_shape),                 \
	F(struct template, FT_BOOL, own, FIELD_REQUIRED, N_("the organisation's own")),                                             \
	F(struct template, FT_BOOL, ended, FIELD_REQUIRED, N_("not offered any more")),                                             \
	F(struct template, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match; 0: it came with bokgi"))
SHAPE(template_row_shape, "TemplateRow", struct template, N_("a template in a list"), TEMPLATE_FIELDS);
SHAPE(template_shape, "Template", struct template, N_("what a text may begin with"), TEMPLATE_FIELDS,
	F(struct template, FT_TEXT, text, FIELD_REQUIRED, N_("its text, in Markdown, with places for what is known")),
	F(struct template, FT_TEXT, html, FIELD_REQUIRED, N_("how it looks while nothing is known")));

/* ---- reading ---- */

static void read_head(str head, struct template *t) {
	while (head.p) {
		str line = str_cut(&head, '\n'), value = line;
		str name = str_trim(str_cut(&value, ':'));
		if (str_is(name, "title"))
			t->title = str_trim(value);
		else if (str_is(name, "about"))
			t->about = str_trim(value);
		else if (str_is(name, "kind"))
			t->kind = enum_index(document_kind_names, str_trim(value));
		else if (str_is(name, "required"))
			t->required = str_trim(value);
	}
}

/* "templates/incident.ko.md", beginning with a comment of "name: value" lines. */
static bool read_template(const struct embedded *e, struct template *t) {
	str name = str_from(str_c(e->name), strlen("templates/")), text = str_n(e->begin, (size_t)(e->end - e->begin));
	ptrdiff_t end = str_find(text, STR("-->\n"));
	*t = (struct template){ .kind = -1, .lang = -1 };
	if (!str_ends(name, STR(".md")) || !str_starts(text, STR("<!-- bokgi template\n")) || end < 0)
		return false;
	t->name = str_to(name, name.n - 3);
	str lang = t->name;
	str_cut(&lang, '.');
	t->lang = enum_index(lang_names, lang);
	read_head(str_to(text, (size_t)end), t);
	t->text = str_from(text, (size_t)end + 4);
	return t->kind >= 0 && t->lang >= 0 && t->title.n;
}

static size_t read_shipped(struct ctx *c, struct template **out) {
	const struct embedded *e;
	size_t most = 0, n = 0;
	while (embed_under(STR("templates/"), most))
		most++;
	*out = arena_array(c->a, most, sizeof **out);
	for (size_t i = 0; (e = embed_under(STR("templates/"), i)); i++)
		if (read_template(e, &(*out)[n]))
			n++;
	return n;
}

enum st template_all(struct ctx *c, struct list *out) {
	struct template *shipped;
	struct list own;
	size_t n = read_shipped(c, &shipped);
	enum st st = template_store_all(c, &own);
	if (st != ST_OK)
		return st;
	struct template *items = arena_array(c->a, n + own.n, sizeof *items);
	memcpy(items, shipped, n * sizeof *items);
	if (own.n)
		memcpy(items + n, own.items, own.n * sizeof *items);
	*out = (struct list){ items, n + own.n };
	return ST_OK;
}

/* The one that is named after the kind. */
static bool serves(const struct template *t, int kind, int lang) {
	str base = t->name;
	return t->kind == kind && t->lang == lang && str_is(str_cut(&base, '.'), document_kind_names[kind]);
}

/* "payments@3": as it was in that version. */
static enum st find_own(struct ctx *c, str name, struct template *out) {
	str rest = name, base = str_cut(&rest, '@');
	int64_t version = 0;
	if (rest.p && !str_i64(rest, &version))
		return ST_NOT_FOUND;
	return template_store_get(c, base, version, out);
}

enum st template_find(struct ctx *c, str name, int kind, int lang, struct template *out) {
	struct template *t;
	size_t n = read_shipped(c, &t);
	for (size_t i = 0; i < n; i++)
		if (name.n ? str_eq(t[i].name, name) : serves(&t[i], kind, lang)) {
			*out = t[i];
			return ST_OK;
		}
	return name.n ? find_own(c, name, out) : ST_NOT_FOUND;
}

str template_label(struct ctx *c, const struct template *t) {
	return t->own ? arena_printf(c->a, "%.*s@%lld", STR_FMT(t->name), (long long)t->version) : t->name;
}

enum st template_required(struct ctx *c, const struct document *d, uint64_t *out) {
	struct template t;
	enum st st = d->template.n ? template_find(c, d->template, d->kind, d->lang, &t) : ST_NOT_FOUND;
	/* A template is for a kind; when the document has become another, that one counts. */
	if (st == ST_OK && t.kind == d->kind && t.required.n)
		*out = section_set(t.required, NULL);
	else
		*out = section_of_kind(d->kind);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- filling ---- */

static const struct {
	const char *name;
	size_t offset;
	bool lines; /* nothing known: nothing there */
} places[] = {
	{ "severity", offsetof(struct known, severity), false },
	{ "services", offsetof(struct known, services), false },
	{ "authors", offsetof(struct known, authors), false },
	{ "summary", offsetof(struct known, summary), false },
	{ "window", offsetof(struct known, window), false },
	{ "detection", offsetof(struct known, detection), false },
	{ "roles", offsetof(struct known, roles), true },
	{ "mitigations", offsetof(struct known, mitigations), true },
	{ "by", offsetof(struct known, by), true },
};

static void fill_place(struct buf *out, str name, str missing, const struct known *k) {
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (!str_is(name, places[i].name))
			continue;
		str value = *(const str *)((const char *)k + places[i].offset);
		if (value.n || places[i].lines) {
			buf_add(out, value);
			return;
		}
		break;
	}
	buf_printf(out, "TBD%.*s", STR_FMT(k->by));
	if (missing.n)
		buf_printf(out, ": %.*s", STR_FMT(missing));
}

/* A place for a list that stays empty leaves no blank lines behind. */
static str close_gaps(struct ctx *c, str text) {
	struct buf out = buf_in(c->a);
	for (size_t i = 0, ends = 0; i < text.n; i++) {
		ends = text.p[i] == '\n' ? ends + 1 : 0;
		if (ends <= 2)
			buf_addc(&out, text.p[i]);
	}
	return buf_str(&out);
}

str template_fill(struct ctx *c, str text, const struct known *k) {
	struct buf out = buf_in(c->a);
	while (text.n) {
		ptrdiff_t open = str_find(text, STR("{{")), close = str_find(text, STR("}}"));
		if (open < 0 || close < open) {
			buf_add(&out, text);
			break;
		}
		str place = str_to(str_from(text, (size_t)open + 2), (size_t)(close - open) - 2);
		str name = str_cut(&place, '|');
		buf_add(&out, str_to(text, (size_t)open));
		fill_place(&out, name, place, k);
		text = str_from(text, (size_t)close + 2);
	}
	return close_gaps(c, buf_str(&out));
}

/* ---- what an incident knows ---- */

static const char *const role_words[] = { N_("Incident commander"), N_("Scribe"), N_("Communications lead"), N_("Operations lead"), N_("Liaison") };
static const char *const detection_words[] = { N_("an alert"), N_("our own staff"), N_("a customer"), N_("a partner"), N_("the press"), N_("chance") };
static const char *const mitigation_words[] = { N_("rollback"), N_("restart"), N_("scale-out"), N_("hotfix"), N_("feature switch"), N_("failover"), N_("traffic shift"),
	N_("store release"), N_("other") };
static const char *const result_words[] = { N_("worked"), N_("worked partly"), N_("did not work") };

enum { DAYS_TO_WRITE = 5 };

static str one_line(struct ctx *c, str s) {
	char *p = arena_cstr(c->a, s);
	for (size_t i = 0; i < s.n; i++)
		if (p[i] == '\n')
			p[i] = ' ';
	return str_trim(str_n(p, s.n));
}

static int64_t milestone_at(const struct incident *i, int kind) {
	const struct incident_milestone *m = i->milestones.items;
	for (size_t k = 0; k < i->milestones.n; k++)
		if (m[k].kind == kind)
			return m[k].at;
	return I64_NONE;
}

static str zone_short(const struct zone *zone, int64_t at) {
	str abbreviation;
	zone_offset(zone, at, &abbreviation);
	return abbreviation;
}

static str window_of(struct ctx *c, const struct incident *i, enum lang lang, const struct zone *zone, str by) {
	int64_t from = milestone_at(i, OUTAGE_BEGINS), to = milestone_at(i, OUTAGE_ENDS);
	struct buf b = buf_in(c->a);
	if (from == I64_NONE)
		return STR_NONE;
	write_day_clock(&b, zone, from);
	buf_lit(&b, " – ");
	if (to == I64_NONE) {
		buf_printf(&b, "TBD%.*s", STR_FMT(by));
		return buf_str(&b);
	}
	struct civil first = zone_civil(zone, from), last = zone_civil(zone, to);
	if (first.year == last.year && first.month == last.month && first.day == last.day)
		write_clock(&b, zone, to);
	else
		write_day_clock(&b, zone, to);
	buf_printf(&b, " %.*s (", STR_FMT(zone_short(zone, to)));
	write_duration(&b, lang, (to - from) / US_PER_SECOND);
	buf_addc(&b, ')');
	return buf_str(&b);
}

static str detection_of(struct ctx *c, const struct incident *i, enum lang lang, const struct zone *zone) {
	int64_t at = milestone_at(i, DETECTED);
	struct buf b = buf_in(c->a);
	if (at == I64_NONE || i->detection_source < 0)
		return STR_NONE;
	write_day_clock(&b, zone, at);
	buf_printf(&b, " %.*s · %s", STR_FMT(zone_short(zone, at)), tr(lang, detection_words[i->detection_source]));
	if (i->detected_by.n)
		buf_printf(&b, " · %.*s", STR_FMT(one_line(c, i->detected_by)));
	return buf_str(&b);
}

static str services_of(struct ctx *c, const struct incident *i) {
	const struct ref *s = i->services.items;
	struct buf b = buf_in(c->a);
	for (size_t k = 0; k < i->services.n; k++)
		buf_printf(&b, "%s%.*s", k ? ", " : "", STR_FMT(s[k].name));
	return buf_str(&b);
}

static str roles_of(struct ctx *c, const struct incident *i, enum lang lang) {
	const struct incident_holder *h = i->roles.items;
	struct buf b = buf_in(c->a);
	for (size_t k = 0; k < i->roles.n; k++)
		buf_printf(&b, "%s- %s: %.*s", k ? "\n" : "", tr(lang, role_words[h[k].role]), STR_FMT(h[k].person.name));
	return buf_str(&b);
}

bool says_role(str line) {
	if (str_starts(line, STR("- ")))
		line = str_from(line, 2);
	for (size_t i = 0; i < sizeof role_words / sizeof *role_words; i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			str word = str_c(tr((enum lang)lang, role_words[i]));
			if (str_starts(line, word) && str_starts(str_from(line, word.n), STR(": ")))
				return true;
		}
	return false;
}

static str mitigations_of(struct ctx *c, const struct incident *i, enum lang lang, const struct zone *zone) {
	const struct mitigation *m = i->mitigations.items;
	struct buf b = buf_in(c->a);
	for (size_t k = 0; k < i->mitigations.n; k++) {
		buf_printf(&b, "%s- ", k ? "\n" : "");
		write_clock(&b, zone, m[k].started_at);
		buf_printf(&b, " %s", tr(lang, mitigation_words[m[k].kind]));
		if (m[k].text.n)
			buf_printf(&b, ": %.*s", STR_FMT(one_line(c, m[k].text)));
		if (m[k].quantity.n)
			buf_printf(&b, " (%.*s)", STR_FMT(one_line(c, m[k].quantity)));
		if (m[k].result >= 0)
			buf_printf(&b, " – %s", tr(lang, result_words[m[k].result]));
	}
	return buf_str(&b);
}

static struct ref commander_of(const struct incident *i) {
	const struct incident_holder *h = i->roles.items;
	for (size_t k = 0; k < i->roles.n; k++)
		if (h[k].role == COMMANDER)
			return h[k].person;
	return (struct ref){ 0 };
}

static enum st by_of(struct ctx *c, int64_t person, const struct zone *zone, str *out) {
	str login, name;
	int lang;
	struct civil due = zone_civil(zone, c->now + DAYS_TO_WRITE * US_PER_DAY);
	if (!person)
		return ST_OK;
	enum st st = store_login(c, person, &login, &name, &lang);
	if (st == ST_OK && login.n)
		*out = arena_printf(c->a, "(@%.*s, %04d-%02d-%02d)", STR_FMT(login), due.year, due.month, due.day);
	return st;
}

enum st known_of_incident(struct ctx *c, const struct incident *i, enum lang lang, const struct zone *zone, struct known *out) {
	struct ref commander = commander_of(i);
	*out = (struct known){ 0 };
	enum st st = by_of(c, commander.id, zone, &out->by);
	out->severity = enum_str(severity_names, i->severity);
	out->services = services_of(c, i);
	out->authors = commander.name;
	out->summary = str_trim(i->summary);
	out->window = window_of(c, i, lang, zone, out->by);
	out->detection = detection_of(c, i, lang, zone);
	out->roles = roles_of(c, i, lang);
	out->mitigations = mitigations_of(c, i, lang, zone);
	return st;
}
