/* What a document holds beside its text, put together for its record. */
#include "feature/action/action.h"
#include "feature/document/document_report.h"

const char *const cause_kind_names[] = { "trigger", "direct", "latent", "exacerbating", "defence_failed", "defence_worsened", "no_bug", NULL };
const char *const lesson_list_names[] = { "went_well", "went_wrong", "lucky", NULL };
const char *const lesson_mark_names[] = { "factor", "drill", NULL };

SHAPE(document_cause_shape, "DocumentCause", struct document_cause, N_("something that contributed"),
	F(struct document_cause, FT_ID, id, FIELD_REQUIRED, N_("number of the cause")),
	F(struct document_cause, FT_ID, document, FIELD_REQUIRED, N_("its document"), .prefix = "PM"),
	F(struct document_cause, FT_ENUM, kind, FIELD_REQUIRED, N_("how it contributed"), .names = cause_kind_names),
	F(struct document_cause, FT_TEXT, factor, FIELD_OPTIONAL, N_("code of a label, see factor.list")),
	F(struct document_cause, FT_TEXT, text, FIELD_REQUIRED, N_("in words")),
	F(struct document_cause, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

SHAPE(document_impact_shape, "DocumentImpact", struct document_impact, N_("something that was counted of the impact"),
	F(struct document_impact, FT_ID, id, FIELD_REQUIRED, N_("number of the item")),
	F(struct document_impact, FT_ID, document, FIELD_REQUIRED, N_("its document"), .prefix = "PM"),
	F(struct document_impact, FT_TEXT, metric, FIELD_REQUIRED, N_("what was counted")),
	F(struct document_impact, FT_F64, value, FIELD_OPTIONAL, N_("how much; null: not known yet")),
	F(struct document_impact, FT_TEXT, unit, FIELD_OPTIONAL, N_("of what")),
	F(struct document_impact, FT_BOOL, estimated, FIELD_REQUIRED, N_("not counted exactly")),
	F(struct document_impact, FT_TEXT, method, FIELD_OPTIONAL, N_("how it was found out")),
	F(struct document_impact, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

SHAPE(document_window_shape, "DocumentWindow", struct document_window, N_("a time in which users felt something"),
	F(struct document_window, FT_ID, id, FIELD_REQUIRED, N_("number of the window")),
	F(struct document_window, FT_ID, document, FIELD_REQUIRED, N_("its document"), .prefix = "PM"),
	F(struct document_window, FT_TIME, begins_at, FIELD_REQUIRED, N_("since when")),
	F(struct document_window, FT_TIME, ends_at, FIELD_OPTIONAL, N_("until when; null: not known yet")),
	F(struct document_window, FT_TEXT, what, FIELD_REQUIRED, N_("what they felt")),
	F(struct document_window, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

SHAPE(lesson_action_shape, "LessonAction", struct lesson_action, N_("the action item that a lesson became"),
	F(struct lesson_action, FT_ID, id, FIELD_REQUIRED, N_("number of the action"), .prefix = "ACT"),
	F(struct lesson_action, FT_TEXT, title, FIELD_REQUIRED, N_("what is to be done")),
	F(struct lesson_action, FT_TEXT, state, FIELD_REQUIRED, N_("how far it is")));

SHAPE(document_lesson_shape, "DocumentLesson", struct document_lesson, N_("a line of one of the lists of lessons"),
	F(struct document_lesson, FT_ID, id, FIELD_REQUIRED, N_("number of the lesson")),
	F(struct document_lesson, FT_ID, document, FIELD_REQUIRED, N_("its document"), .prefix = "PM"),
	F(struct document_lesson, FT_ENUM, list, FIELD_REQUIRED, N_("what went well, what went wrong, where we got lucky"), .names = lesson_list_names),
	F(struct document_lesson, FT_TEXT, text, FIELD_REQUIRED, N_("in words")),
	F(struct document_lesson, FT_ENUM, mark, FIELD_OPTIONAL, N_("an idea for a factor or a drill"), .names = lesson_mark_names),
	F(struct document_lesson, FT_OBJ, action, FIELD_OPTIONAL, N_("what became of it"), .shape = &lesson_action_shape),
	F(struct document_lesson, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

SHAPE(document_section_shape, "DocumentSection", struct document_section, N_("a section that a document has, or ought to have"),
	F(struct document_section, FT_ENUM, section, FIELD_REQUIRED, N_("which one"), .names = section_names),
	F(struct document_section, FT_TEXT, title, FIELD_REQUIRED, N_("its heading")),
	F(struct document_section, FT_ENUM, state, FIELD_REQUIRED, N_("filled; empty: a heading, and nothing but TBDs below it; missing: no heading; removed: left out for a reason"),
		.names = section_state_names),
	F(struct document_section, FT_BOOL, required, FIELD_REQUIRED, N_("the document's template or kind asks for it")),
	F(struct document_section, FT_I64, line, FIELD_OPTIONAL, N_("line of its heading, from 1")),
	F(struct document_section, FT_I64, tbds, FIELD_REQUIRED, N_("values in it that are not known yet")),
	F(struct document_section, FT_TEXT, reason, FIELD_OPTIONAL, N_("removed: why")),
	F(struct document_section, FT_OBJ, by, FIELD_OPTIONAL, N_("removed: by whom"), .shape = &ref_shape),
	F(struct document_section, FT_TIME, removed_at, FIELD_OPTIONAL, N_("removed: when")));

SHAPE(tbd_shape, "Tbd", struct tbd, N_("a value that somebody has to find out"),
	F(struct tbd, FT_ID, id, FIELD_REQUIRED, N_("number of the TBD")),
	F(struct tbd, FT_ID, document, FIELD_REQUIRED, N_("document it stands in"), .prefix = "PM"),
	F(struct tbd, FT_TEXT, document_title, FIELD_REQUIRED, N_("title of the document")),
	F(struct tbd, FT_TEXT, text, FIELD_REQUIRED, N_("what is missing")),
	F(struct tbd, FT_TEXT, login, FIELD_OPTIONAL, N_("whom the text names")),
	F(struct tbd, FT_OBJ, owner, FIELD_OPTIONAL, N_("the person with that login"), .shape = &ref_shape),
	F(struct tbd, FT_DATE, due, FIELD_OPTIONAL, N_("until when")),
	F(struct tbd, FT_TIME, seen_at, FIELD_REQUIRED, N_("when it was written down")),
	F(struct tbd, FT_TIME, filled_at, FIELD_OPTIONAL, N_("when it was found out")),
	F(struct tbd, FT_I64, age, FIELD_REQUIRED, N_("days it has been open")));

/* ---- the record ---- */

str creed_of(const struct document *d) {
	return d->creed;
}

static enum st read_creed(struct ctx *c, struct document *d) {
	str text[LANG_COUNT];
	int64_t version, at;
	enum st st = creed_store_get(c, &version, &text[LANG_EN], &text[LANG_KO], &at);
	d->creed = st == ST_OK ? str_trim(text[d->lang]) : st == ST_NOT_FOUND ? str_c(tr((enum lang)d->lang, CREED)) : STR_NONE;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum st report_begin(struct ctx *c, struct document *d) {
	enum st st = read_creed(c, d);
	return st == ST_OK ? tbd_store_of(c, d->id, &d->tbd_rows, &d->tbd_row_count) : st;
}

static enum st has_actions(struct ctx *c, const struct document *d, bool *yes) {
	struct list found;
	str next;
	enum st st = action_list(c, &(struct action_filter){ .state = -1, .document = d->id, .limit = 1 }, &found, &next);
	*yes = st == ST_OK && found.n;
	return st;
}

static enum st read_records(struct ctx *c, struct document *d) {
	struct list *lists[RECORD_KINDS] = { [RECORD_CAUSE] = &d->causes, [RECORD_IMPACT] = &d->impacts, [RECORD_WINDOW] = &d->windows, [RECORD_LESSON] = &d->lessons };
	enum st st = ST_OK;
	for (int kind = 0; st == ST_OK && kind < RECORD_KINDS; kind++)
		st = record_store_list(c, (enum record_kind)kind, d->id, lists[kind]);
	return st;
}

static struct document_section *find_section(const struct list *sections, int section) {
	struct document_section *s = sections->items;
	for (size_t i = 0; i < sections->n; i++)
		if (s[i].section == section)
			return &s[i];
	return NULL;
}

/* What was written after all is not left out. */
static enum st mark_removed(struct ctx *c, struct document *d) {
	struct removed_section *r;
	size_t n;
	enum st st = section_store_removed(c, d->id, &r, &n);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct document_section *s = find_section(&d->sections, r[i].section);
		if (!s || s->state == SECTION_FILLED)
			continue;
		s->state = SECTION_REMOVED;
		s->reason = r[i].reason;
		s->by = r[i].by;
		s->removed_at = r[i].at;
	}
	return st;
}

static unsigned lists_of(const struct list *lessons) {
	unsigned bits = 0;
	for (size_t i = 0; i < lessons->n; i++)
		bits |= 1u << ((const struct document_lesson *)lessons->items)[i].list;
	return bits;
}

static enum st read_sections(struct ctx *c, struct document *d) {
	struct filling f = { .impact = d->impacts.n || d->windows.n, .causes = d->causes.n, .lessons = lists_of(&d->lessons), .incidents = d->incidents.n };
	uint64_t required;
	enum st st = has_actions(c, d, &f.actions);
	if (st == ST_OK)
		st = template_required(c, d, &required);
	if (st != ST_OK)
		return st;
	d->sections = section_list(c, d, required, &f);
	return mark_removed(c, d);
}

/* The rows follow the text by seconds; what was typed since counts at once. */
static struct document_progress progress_of(const struct document *d) {
	int64_t filled = 0, open = (int64_t)d->tbds.n, rows = (int64_t)d->tbd_row_count;
	for (size_t i = 0; i < d->tbd_row_count; i++)
		filled += d->tbd_rows[i].filled_at != I64_NONE;
	int64_t total = rows > filled + open ? rows : filled + open;
	return (struct document_progress){ total - open, total };
}

enum st report_read(struct ctx *c, struct document *d) {
	tbd_date(&d->tbds, d->tbd_rows, d->tbd_row_count);
	d->progress = progress_of(d);
	enum st st = read_records(c, d);
	if (st == ST_OK)
		st = read_sections(c, d);
	return st == ST_OK ? private_fill(c, d) : st;
}

enum st document_sections(struct ctx *c, int64_t id, struct list *out) {
	struct document *d = arena_new_of(c->a, struct document);
	enum st st = document_read(c, id, d);
	if (st == ST_OK)
		st = render_document(c, d);
	if (st == ST_OK)
		*out = d->sections;
	return st;
}

static void add_words(struct buf *out, str s) {
	if (!s.n)
		return;
	buf_addc(out, '\n');
	buf_add(out, s);
}

enum st document_record_words(struct ctx *c, int64_t id, struct buf *out) {
	struct document d = { .id = id };
	enum st st = read_records(c, &d);
	for (size_t i = 0; st == ST_OK && i < d.causes.n; i++)
		add_words(out, ((const struct document_cause *)d.causes.items)[i].text);
	for (size_t i = 0; st == ST_OK && i < d.impacts.n; i++)
		add_words(out, ((const struct document_impact *)d.impacts.items)[i].metric);
	for (size_t i = 0; st == ST_OK && i < d.windows.n; i++)
		add_words(out, ((const struct document_window *)d.windows.items)[i].what);
	for (size_t i = 0; st == ST_OK && i < d.lessons.n; i++)
		add_words(out, ((const struct document_lesson *)d.lessons.items)[i].text);
	return st;
}

enum st report_emit(struct ctx *c, const char *name, int64_t document, int64_t scope, str data) {
	return event_emitf(c, name, "document", document, scope, arena_printf(c->a, "document:%lld", (long long)document), "%.*s", STR_FMT(data));
}
