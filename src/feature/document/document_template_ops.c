/* Operations on what documents begin with and what stands at their heads: templates, labels of factors, the creed. */
#include "feature/document/document_report.h"
#include "text/markdown.h"

enum { LONGEST_TEMPLATE = 100000, LONGEST_CREED = 4000 };
static const char *const lang_names[] = { "en", "ko", NULL };

static enum st emit(struct ctx *c, const char *name, const char *noun) {
	return event_emitf(c, name, noun, 0, 0, STR("documents"), "{}");
}

/* ---- template.list, template.get ---- */

static void outline(struct ctx *c, struct template *t) {
	const struct markdown_heading *h;
	size_t n = markdown_headings(c->a, t->text, &h);
	struct document_heading *items = arena_array(c->a, n, sizeof *items);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct document_heading){ h[i].level, h[i].text, h[i].id, (int64_t)h[i].line, };
	t->outline = (struct list){ items, n };
}

static enum st run_list(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct list all;
	enum st st = template_all(c, &all);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < all.n; i++)
		outline(c, (struct template *)all.items + i);
	reply_page(c, out, &template_row_shape, &all, STR_NONE);
	return ST_OK;
}

static enum st find(struct ctx *c, str name, struct template *t) {
	enum st st = template_find(c, name, -1, -1, t);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no template “%.*s”."), STR_FMT(name)) : st;
}

static void mark(str html, struct buf *out) {
	tbd_mark_html(html, NULL, 0, out);
}

static enum st reply_template(struct ctx *c, str name, struct reply *out) {
	struct template t;
	struct buf html = buf_in(c->a);
	enum st st = find(c, name, &t);
	if (st == ST_OK)
		st = markdown_to_html(c->a, template_fill(c, t.text, &(struct known){ 0 }), &(struct markdown_options){ .mark = mark }, &html);
	if (st != ST_OK)
		return st;
	outline(c, &t);
	t.html = buf_str(&html);
	reply_record(c, out, &template_shape, &t, t.version);
	return ST_OK;
}

struct name_in {
	uint64_t given;
	str name;
};
INPUT(name_in, "TemplateName", struct name_in, F(struct name_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_PATH, N_("name of the template"), .max = 80));

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	return reply_template(c, ((const struct name_in *)data)->name, out);
}

/* ---- template.create, template.change ---- */

struct template_in {
	uint64_t given;
	str name, title, about;
	int kind, lang;
	str required, text;
	bool ended;
};
#define TEMPLATE_IN(need)                                                                                                      \
	F(struct template_in, FT_TEXT, title, (need) | FIELD_NOT_EMPTY, N_("its title"), .max = 200),                                \
	F(struct template_in, FT_TEXT, about, FIELD_OPTIONAL, N_("what is in it"), .max = 500),                                      \
	F(struct template_in, FT_ENUM, kind, (need), N_("kind of document it is for"), .names = document_kind_names),                \
	F(struct template_in, FT_ENUM, lang, (need), N_("its language"), .names = lang_names),                                       \
	F(struct template_in, FT_TEXT, required, FIELD_OPTIONAL, N_("names of the sections it asks for, with blanks between; without: those of the kind"), .max = 1000), \
	F(struct template_in, FT_TEXT, text, (need) | FIELD_VERBATIM, N_("its text, in Markdown, with places for what is known"), .max = LONGEST_TEMPLATE)
INPUT(template_create, "TemplateCreate", struct template_in,
	F(struct template_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("its name: small letters, digits, '-' and '_'"), .max = 60), TEMPLATE_IN(FIELD_REQUIRED));
INPUT(template_change, "TemplateChange", struct template_in, F(struct template_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_PATH, N_("name of the template"), .max = 60), TEMPLATE_IN(0),
	F(struct template_in, FT_BOOL, ended, 0, N_("not offered any more")));

static bool plain_name(str name) {
	for (size_t i = 0; i < name.n; i++) {
		char ch = name.p[i];
		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_'))
			return false;
	}
	return name.n > 0;
}

static enum st check_required(struct ctx *c, str required) {
	str unknown = STR_NONE;
	section_set(required, &unknown);
	return unknown.n ? fail(c, ST_INVALID, "template.section", "required", N_("There is no section “%.*s”."), STR_FMT(unknown)) : ST_OK;
}

static enum st run_create(struct ctx *c, const void *data, struct reply *out) {
	const struct template_in *in = data;
	struct template t = { .name = in->name, .title = in->title, .about = in->about, .kind = in->kind, .lang = in->lang, .required = in->required, .text = in->text };
	enum st st = plain_name(in->name) ? check_required(c, in->required)
									  : fail(c, ST_INVALID, "template.name", "name", N_("A name has small letters, digits, '-' and '_'."));
	if (st == ST_OK)
		st = template_store_insert(c, &t);
	if (st == ST_CONFLICT)
		return fail(c, st, "template.taken", "name", N_("There is a template of that name already."));
	if (st == ST_OK)
		st = emit(c, "template.changed", "template");
	if (st == ST_OK)
		st = reply_template(c, in->name, out);
	if (st == ST_OK)
		out->location = arena_printf(c->a, "/api/v1/templates/%.*s", STR_FMT(in->name));
	return st;
}

#define TAKE(member)                                                                                                           \
	if (shape_given_name(&template_change, in, #member))                                                                        \
	t->member = in->member

static void overlay(const struct template_in *in, struct template *t) {
	TAKE(title);
	TAKE(about);
	TAKE(kind);
	TAKE(lang);
	TAKE(required);
	TAKE(text);
	TAKE(ended);
}

static enum st run_change(struct ctx *c, const void *data, struct reply *out) {
	const struct template_in *in = data;
	struct template t;
	enum st st = find(c, in->name, &t);
	if (st == ST_OK && !t.own)
		st = fail(c, ST_CONFLICT, "template.shipped", NULL, N_("This template came with bokgi. Make one of your own from it."));
	if (st == ST_OK)
		st = version_check(c, t.version, &template_shape, &t);
	if (st != ST_OK)
		return st;
	overlay(in, &t);
	st = check_required(c, t.required);
	if (st == ST_OK)
		st = template_store_change(c, &t);
	if (st == ST_OK)
		st = emit(c, "template.changed", "template");
	return st == ST_OK ? reply_template(c, t.name, out) : st;
}

/* ---- factors ---- */

static enum st run_factors(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct list all;
	enum st st = factor_all(c, &all);
	if (st == ST_OK)
		reply_page(c, out, &factor_shape, &all, STR_NONE);
	return st;
}

struct factor_in {
	uint64_t given;
	str code, name_en, name_ko;
	bool ended;
};
#define FACTOR_NAMES(need)                                                                                                     \
	F(struct factor_in, FT_TEXT, name_en, (need) | FIELD_NOT_EMPTY, N_("its name in English"), .max = 100),                      \
	F(struct factor_in, FT_TEXT, name_ko, (need) | FIELD_NOT_EMPTY, N_("its name in Korean"), .max = 100)
INPUT(factor_create, "FactorCreate", struct factor_in,
	F(struct factor_in, FT_TEXT, code, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("what causes carry: small letters, digits, '-' and '_'"), .max = 60), FACTOR_NAMES(FIELD_REQUIRED));
INPUT(factor_change, "FactorChange", struct factor_in, F(struct factor_in, FT_TEXT, code, FIELD_REQUIRED | FIELD_PATH, N_("the label"), .max = 60), FACTOR_NAMES(0),
	F(struct factor_in, FT_BOOL, ended, 0, N_("not offered any more")));

static enum st reply_factor(struct ctx *c, str code, struct reply *out) {
	struct factor f;
	enum st st = factor_find(c, code, &f);
	if (st == ST_OK)
		reply_record(c, out, &factor_shape, &f, f.version);
	return st;
}

static enum st run_factor_create(struct ctx *c, const void *data, struct reply *out) {
	const struct factor_in *in = data;
	struct factor f;
	if (!plain_name(in->code))
		return fail(c, ST_INVALID, "template.name", "code", N_("A name has small letters, digits, '-' and '_'."));
	enum st st = factor_find(c, in->code, &f);
	if (st != ST_NOT_FOUND)
		return st == ST_OK ? fail(c, ST_CONFLICT, "factor.taken", "code", N_("There is a label of that name already.")) : st;
	f = (struct factor){ .code = in->code, .name_en = in->name_en, .name_ko = in->name_ko };
	st = factor_store_insert(c, &f);
	if (st == ST_OK)
		st = emit(c, "factor.changed", "factor");
	if (st == ST_OK)
		st = reply_factor(c, in->code, out);
	if (st == ST_OK)
		out->location = STR("/api/v1/factors");
	return st;
}

#define GIVEN(member) shape_given_name(&factor_change, in, #member)

static enum st own_factor(struct ctx *c, str code, struct factor *f) {
	enum st st = factor_find(c, code, f);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "record.not_found", NULL, N_("There is no label “%.*s”."), STR_FMT(code));
	if (st == ST_OK && !f->own)
		st = fail(c, ST_CONFLICT, "factor.shipped", NULL, N_("This label came with bokgi. Add one of your own instead."));
	return st;
}

static enum st run_factor_change(struct ctx *c, const void *data, struct reply *out) {
	const struct factor_in *in = data;
	struct factor f;
	enum st st = own_factor(c, in->code, &f);
	if (st == ST_OK)
		st = version_check(c, f.version, &factor_shape, &f);
	if (st != ST_OK)
		return st;
	f.name_en = GIVEN(name_en) ? in->name_en : f.name_en;
	f.name_ko = GIVEN(name_ko) ? in->name_ko : f.name_ko;
	f.ended = GIVEN(ended) ? in->ended : f.ended;
	st = factor_store_update(c, &f);
	if (st == ST_OK)
		st = emit(c, "factor.changed", "factor");
	return st == ST_OK ? reply_factor(c, in->code, out) : st;
}

struct merge_in {
	uint64_t given;
	str code, into;
};
INPUT(merge_in, "FactorMerge", struct merge_in, F(struct merge_in, FT_TEXT, code, FIELD_REQUIRED | FIELD_PATH, N_("the label"), .max = 60),
	F(struct merge_in, FT_TEXT, into, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("code of the label that takes its place"), .max = 60));

static enum st check_merge(struct ctx *c, const struct merge_in *in, struct factor *f) {
	struct factor into;
	enum st st = own_factor(c, in->code, f);
	if (st != ST_OK)
		return st;
	st = factor_find(c, in->into, &into);
	if (st == ST_NOT_FOUND)
		return fail(c, ST_INVALID, "cause.factor", "into", N_("There is no label “%.*s”."), STR_FMT(in->into));
	if (st == ST_OK && (into.ended || str_eq(into.code, f->code)))
		return fail(c, ST_INVALID, "factor.into", "into", N_("Choose another label, one that is still offered."));
	return st;
}

/* Restricted documents too: it is the vocabulary that changes, and nothing of them is told. */
static enum st run_factor_merge(struct ctx *c, const void *data, struct reply *out) {
	const struct merge_in *in = data;
	struct factor f;
	struct factor_moved *moved;
	size_t n = 0;
	enum st st = check_merge(c, in, &f);
	if (st == ST_OK)
		st = factor_store_move(c, in->code, in->into, &moved, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = report_emit(c, "document.recorded", moved[i].document, moved[i].scope,
			arena_printf(c->a, "{\"record\":\"cause\",\"id\":%lld,\"change\":\"changed\"}", (long long)moved[i].cause));
	f.ended = true;
	if (st == ST_OK)
		st = factor_store_update(c, &f);
	if (st == ST_OK)
		st = emit(c, "factor.changed", "factor");
	return st == ST_OK ? reply_factor(c, in->into, out) : st;
}

/* ---- the creed ---- */

struct creed {
	str en, ko;
	bool own;
	int64_t changed_at, version;
};
SHAPE(creed_shape, "Creed", struct creed, N_("what the organisation promises each other; it stands at the head of each document"),
	F(struct creed, FT_TEXT, en, FIELD_REQUIRED, N_("in English, Markdown; empty: nothing stands there")),
	F(struct creed, FT_TEXT, ko, FIELD_REQUIRED, N_("in Korean, Markdown; empty: nothing stands there")),
	F(struct creed, FT_BOOL, own, FIELD_REQUIRED, N_("the organisation's own words")),
	F(struct creed, FT_TIME, changed_at, FIELD_OPTIONAL, N_("since when")),
	F(struct creed, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match; 0: it came with bokgi")));

static enum st read_creed(struct ctx *c, struct creed *x) {
	*x = (struct creed){ .own = true };
	enum st st = creed_store_get(c, &x->version, &x->en, &x->ko, &x->changed_at);
	if (st == ST_NOT_FOUND)
		*x = (struct creed){ .en = str_c(tr(LANG_EN, CREED)), .ko = str_c(tr(LANG_KO, CREED)), .changed_at = I64_NONE };
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum st run_creed(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct creed x;
	enum st st = read_creed(c, &x);
	if (st == ST_OK)
		reply_record(c, out, &creed_shape, &x, x.version);
	return st;
}

struct creed_in {
	uint64_t given;
	str en, ko;
	int64_t version;
};
INPUT(creed_in, "CreedChange", struct creed_in,
	F(struct creed_in, FT_TEXT, en, FIELD_REQUIRED, N_("in English, Markdown; empty: nothing stands there"), .max = LONGEST_CREED),
	F(struct creed_in, FT_TEXT, ko, FIELD_REQUIRED, N_("in Korean, Markdown; empty: nothing stands there"), .max = LONGEST_CREED),
	F(struct creed_in, FT_I64, version, FIELD_REQUIRED, N_("the version that you have read")));

/* The first own one replaces version 0, which no If-Match can name: hence the version in the body. */
static enum st run_creed_change(struct ctx *c, const void *data, struct reply *out) {
	const struct creed_in *in = data;
	struct creed x;
	enum st st = read_creed(c, &x);
	if (st == ST_OK && x.version != in->version)
		st = fail(c, ST_CONFLICT, "creed.changed", "version", N_("Somebody has changed the creed meanwhile. Read it again."));
	if (st == ST_OK)
		st = creed_store_set(c, in->en, in->ko);
	if (st == ST_OK)
		st = emit(c, "creed.changed", "creed");
	return st == ST_OK ? run_creed(c, NULL, out) : st;
}

static const struct op ops[] = {
	OP("template.list", "GET /api/v1/templates", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &template_row_shape, run_list, N_("What a document may begin with."), .flags = OP_MCP),
	OP("template.get", "GET /api/v1/templates/{name}", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &name_in, REPLY_RECORD, &template_shape, run_get, N_("A template with its text.")),
	OP("template.create", "POST /api/v1/templates", PERM_TEMPLATE_EDIT, OP_WRITE, BODY_JSON, &template_create, REPLY_RECORD, &template_shape, run_create,
		N_("Make a template of your organisation's own."), .flags = OP_CREATES),
	OP("template.change", "PATCH /api/v1/templates/{name}", PERM_TEMPLATE_EDIT, OP_WRITE, BODY_JSON, &template_change, REPLY_RECORD, &template_shape, run_change,
		N_("Change a template of your organisation; documents that were begun with it keep asking for what it asked for then."), .flags = OP_MATCH),
	OP("factor.list", "GET /api/v1/factors", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, NULL, REPLY_PAGE, &factor_shape, run_factors, N_("Labels of what contributes."), .flags = OP_MCP),
	OP("factor.create", "POST /api/v1/factors", PERM_TEMPLATE_EDIT, OP_WRITE, BODY_JSON, &factor_create, REPLY_RECORD, &factor_shape, run_factor_create, N_("Add a label of what contributes."),
		.flags = OP_CREATES),
	OP("factor.change", "PATCH /api/v1/factors/{code}", PERM_TEMPLATE_EDIT, OP_WRITE, BODY_JSON, &factor_change, REPLY_RECORD, &factor_shape, run_factor_change,
		N_("Rename a label of your organisation, or offer it no more."), .flags = OP_MATCH),
	OP("factor.merge", "POST /api/v1/factors/{code}/merge", PERM_TEMPLATE_EDIT, OP_WRITE, BODY_JSON, &merge_in, REPLY_RECORD, &factor_shape, run_factor_merge,
		N_("Put another label in the place of one of your organisation; it is not offered any more. Answers the other.")),
	OP("creed.get", "GET /api/v1/creed", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &creed_shape, run_creed, N_("What stands at the head of each document.")),
	OP("creed.change", "PUT /api/v1/creed", PERM_ORG_EDIT, OP_WRITE, BODY_JSON, &creed_in, REPLY_RECORD, &creed_shape, run_creed_change, N_("Change what stands at the head of each document.")),
};

ROOM(template_room, "template", ops);
