/* Operations on the records of a document: causes, impact items, impact windows, lessons. They are alike, so each kind is a row of a table, and what is told apart is its fields. */
#include "core/noun.h"
#include <math.h>

#include "feature/action/action.h"
#include "feature/document/document_report.h"

enum { LONGEST_LINE = 2000, LONGEST_WORD = 200, MOST_ORDERED = 500 };

/* Every input begins like this; the record's own name stands in the route. */
struct record_in {
	uint64_t given;
	int64_t id, record;
};

/* ---- what each kind says ---- */

struct cause_in {
	uint64_t given;
	int64_t id, cause;
	int kind;
	str factor, text;
};
#define CAUSE_FIELDS(need)                                                                                                     \
	F(struct cause_in, FT_ENUM, kind, (need), N_("how it contributed"), .names = cause_kind_names),                             \
	F(struct cause_in, FT_TEXT, factor, FIELD_OPTIONAL, N_("code of a label, see factor.list"), .max = 60),                       \
	F(struct cause_in, FT_TEXT, text, (need) | FIELD_NOT_EMPTY, N_("in words"), .max = LONGEST_LINE)
#define OF_DOCUMENT(T) F(T, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM")
INPUT(cause_add, "CauseAdd", struct cause_in, OF_DOCUMENT(struct cause_in), CAUSE_FIELDS(FIELD_REQUIRED));
INPUT(cause_change, "CauseChange", struct cause_in, OF_DOCUMENT(struct cause_in), F(struct cause_in, FT_ID, cause, FIELD_REQUIRED | FIELD_PATH, N_("the cause")), CAUSE_FIELDS(0));

struct impact_in {
	uint64_t given;
	int64_t id, impact;
	str metric;
	double value;
	str unit;
	bool estimated;
	str method;
};
#define IMPACT_FIELDS(need)                                                                                                    \
	F(struct impact_in, FT_TEXT, metric, (need) | FIELD_NOT_EMPTY, N_("what was counted"), .max = LONGEST_WORD),                 \
	F(struct impact_in, FT_F64, value, FIELD_OPTIONAL, N_("how much; without: not known yet")),                                  \
	F(struct impact_in, FT_TEXT, unit, FIELD_OPTIONAL, N_("of what"), .max = 40),                                                \
	F(struct impact_in, FT_BOOL, estimated, FIELD_OPTIONAL, N_("not counted exactly")),                                          \
	F(struct impact_in, FT_TEXT, method, FIELD_OPTIONAL, N_("how it was found out"), .max = LONGEST_LINE)
INPUT(impact_add, "ImpactAdd", struct impact_in, OF_DOCUMENT(struct impact_in), IMPACT_FIELDS(FIELD_REQUIRED));
INPUT(impact_change, "ImpactChange", struct impact_in, OF_DOCUMENT(struct impact_in), F(struct impact_in, FT_ID, impact, FIELD_REQUIRED | FIELD_PATH, N_("the item")), IMPACT_FIELDS(0));

struct window_in {
	uint64_t given;
	int64_t id, window;
	int64_t begins_at, ends_at;
	str what;
};
#define WINDOW_FIELDS(need)                                                                                                    \
	F(struct window_in, FT_TIME, begins_at, (need), N_("since when")),                                                          \
	F(struct window_in, FT_TIME, ends_at, FIELD_OPTIONAL, N_("until when; without: not known yet")),                             \
	F(struct window_in, FT_TEXT, what, (need) | FIELD_NOT_EMPTY, N_("what users felt"), .max = LONGEST_LINE)
INPUT(window_add, "WindowAdd", struct window_in, OF_DOCUMENT(struct window_in), WINDOW_FIELDS(FIELD_REQUIRED));
INPUT(window_change, "WindowChange", struct window_in, OF_DOCUMENT(struct window_in), F(struct window_in, FT_ID, window, FIELD_REQUIRED | FIELD_PATH, N_("the window")), WINDOW_FIELDS(0));

struct lesson_in {
	uint64_t given;
	int64_t id, lesson;
	int list;
	str text;
	int mark;
};
#define LESSON_FIELDS(need)                                                                                                    \
	F(struct lesson_in, FT_ENUM, list, (need), N_("what went well, what went wrong, where we got lucky"), .names = lesson_list_names), \
	F(struct lesson_in, FT_TEXT, text, (need) | FIELD_NOT_EMPTY, N_("in words"), .max = LONGEST_LINE),                           \
	F(struct lesson_in, FT_ENUM, mark, FIELD_OPTIONAL, N_("an idea for a factor or a drill"), .names = lesson_mark_names)
INPUT(lesson_add, "LessonAdd", struct lesson_in, OF_DOCUMENT(struct lesson_in), LESSON_FIELDS(FIELD_REQUIRED));
INPUT(lesson_change, "LessonChange", struct lesson_in, OF_DOCUMENT(struct lesson_in), F(struct lesson_in, FT_ID, lesson, FIELD_REQUIRED | FIELD_PATH, N_("the lesson")), LESSON_FIELDS(0));

/* What was given replaces what was there; a new record gets the defaults of its input too. */
#define TAKE(shape, member)                                                                                                    \
	if (is_new || shape_given_name(shape, in, #member))                                                                         \
	x->member = in->member

static enum st take_cause(struct ctx *c, const struct shape *s, bool is_new, const void *data, void *record) {
	const struct cause_in *in = data;
	struct document_cause *x = record;
	struct factor f;
	TAKE(s, kind);
	TAKE(s, text);
	TAKE(s, factor);
	if (!in->factor.n)
		return ST_OK;
	enum st st = factor_find(c, in->factor, &f);
	return st == ST_NOT_FOUND ? fail(c, ST_INVALID, "cause.factor", "factor", N_("There is no label “%.*s”."), STR_FMT(in->factor)) : st;
}

static enum st take_impact(struct ctx *c UNUSED, const struct shape *s, bool is_new, const void *data, void *record) {
	const struct impact_in *in = data;
	struct document_impact *x = record;
	TAKE(s, metric);
	TAKE(s, value);
	TAKE(s, unit);
	TAKE(s, estimated);
	TAKE(s, method);
	return ST_OK;
}

static enum st take_window(struct ctx *c, const struct shape *s, bool is_new, const void *data, void *record) {
	const struct window_in *in = data;
	struct document_window *x = record;
	TAKE(s, begins_at);
	TAKE(s, ends_at);
	TAKE(s, what);
	if (x->ends_at == I64_NONE || x->ends_at > x->begins_at)
		return ST_OK;
	return fail(c, ST_INVALID, "window.order", "ends_at", N_("It cannot end before it began."));
}

static enum st take_lesson(struct ctx *c UNUSED, const struct shape *s, bool is_new, const void *data, void *record) {
	const struct lesson_in *in = data;
	struct document_lesson *x = record;
	TAKE(s, list);
	TAKE(s, text);
	TAKE(s, mark);
	return ST_OK;
}

/* ---- what is alike ---- */

static const struct kind {
	const char *word;
	const struct shape *shape, *add, *change;
	enum st (*take)(struct ctx *c, const struct shape *s, bool is_new, const void *in, void *record);
} kinds[] = {
	[RECORD_CAUSE] = { "cause", &document_cause_shape, &cause_add, &cause_change, take_cause },
	[RECORD_IMPACT] = { "impact", &document_impact_shape, &impact_add, &impact_change, take_impact },
	[RECORD_WINDOW] = { "window", &document_window_shape, &window_add, &window_change, take_window },
	[RECORD_LESSON] = { "lesson", &document_lesson_shape, &lesson_add, &lesson_change, take_lesson },
};

union any_record {
	int64_t id;
	struct document_cause cause;
	struct document_impact impact;
	struct document_window window;
	struct document_lesson lesson;
};

/* "cause.add" is about causes. */
static enum record_kind kind_of(struct ctx *c) {
	str name = str_c(op_call(c)->op->name);
	str word = str_cut(&name, '.');
	int kind = 0;
	while (kind < RECORD_KINDS - 1 && !str_is(word, kinds[kind].word))
		kind++;
	return (enum record_kind)kind;
}

static enum st get(struct ctx *c, enum record_kind kind, const struct record_in *in, union any_record *x) {
	*x = (union any_record){ 0 };
	enum st st = record_store_get(c, kind, in->id, in->record, x);
	return st == ST_NOT_FOUND ? fail(c, st, "record.not_found", NULL, N_("There is no %s %lld."), noun_word(c->lang, kinds[kind].word), (long long)in->record) : st;
}

static enum st tell(struct ctx *c, enum record_kind kind, int64_t document, int64_t id, const char *how) {
	int64_t scope;
	enum st st = ctx_db_one(c, &scope, document_noun.scope_sql, DB_ARGS(DB_I64(document)));
	if (st != ST_OK)
		return st;
	return report_emit(c, "document.recorded", document, scope, arena_printf(c->a, "{\"record\":\"%s\",\"id\":%lld,\"change\":\"%s\"}", kinds[kind].word, (long long)id, how));
}

static enum st answer(struct ctx *c, enum record_kind kind, int64_t document, int64_t id, struct reply *out) {
	union any_record x;
	struct record_in in = { .id = document, .record = id };
	enum st st = get(c, kind, &in, &x);
	if (st == ST_OK)
		reply_record(c, out, kinds[kind].shape, &x, x.cause.version);
	return st;
}

enum st document_add_cause(struct ctx *c, int64_t document, const struct document_cause *cause, int64_t *id) {
	enum st st = record_store_insert(c, RECORD_CAUSE, document, cause, id);
	return st == ST_OK ? tell(c, RECORD_CAUSE, document, *id, "added") : st;
}

static enum st run_add(struct ctx *c, const void *data, struct reply *out) {
	const struct record_in *in = data;
	enum record_kind kind = kind_of(c);
	union any_record x = { 0 };
	int64_t id;
	enum st st = kinds[kind].take(c, kinds[kind].add, true, data, &x);
	if (st == ST_OK)
		st = record_store_insert(c, kind, in->id, &x, &id);
	if (st == ST_OK)
		st = tell(c, kind, in->id, id, "added");
	if (st == ST_OK)
		st = answer(c, kind, in->id, id, out);
	if (st == ST_OK)
		out->location = arena_printf(c->a, "/api/v1/documents/%lld", (long long)in->id);
	return st;
}

static enum st run_change(struct ctx *c, const void *data, struct reply *out) {
	const struct record_in *in = data;
	enum record_kind kind = kind_of(c);
	union any_record x;
	enum st st = get(c, kind, in, &x);
	if (st == ST_OK)
		st = version_check(c, x.cause.version, kinds[kind].shape, &x);
	if (st == ST_OK)
		st = kinds[kind].take(c, kinds[kind].change, false, data, &x);
	if (st == ST_OK)
		st = record_store_update(c, kind, &x);
	if (st == ST_OK)
		st = tell(c, kind, in->id, in->record, "changed");
	return st == ST_OK ? answer(c, kind, in->id, in->record, out) : st;
}

static enum st run_remove(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct record_in *in = data;
	enum record_kind kind = kind_of(c);
	union any_record x;
	enum st st = get(c, kind, in, &x);
	if (st == ST_OK)
		st = record_store_delete(c, kind, in->record);
	return st == ST_OK ? tell(c, kind, in->id, in->record, "removed") : st;
}

#define REMOVE_INPUT(word, json)                                                                                               \
	INPUT(word##_remove, json, struct record_in, F(struct record_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"), \
		{ .name = #word, .type = FT_ID, .flags = FIELD_REQUIRED | FIELD_PATH, .offset = offsetof(struct record_in, record), .doc = N_("the record") })
REMOVE_INPUT(cause, "CauseRemove");
REMOVE_INPUT(impact, "ImpactRemove");
REMOVE_INPUT(window, "WindowRemove");
REMOVE_INPUT(lesson, "LessonRemove");

struct order_in {
	uint64_t given;
	int64_t id;
	struct list ids;
};
INPUT(order_in, "RecordOrder", struct order_in, F(struct order_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct order_in, FT_IDS, ids, FIELD_REQUIRED, N_("their numbers, first to last; those that are not named follow"), .max = MOST_ORDERED));

static bool named(const struct list *ids, int64_t id) {
	for (size_t i = 0; i < ids->n; i++)
		if (((const int64_t *)ids->items)[i] == id)
			return true;
	return false;
}

/* Those that are not named keep their order behind the others: somebody may have added one meanwhile. */
static enum st place_all(struct ctx *c, enum record_kind kind, const struct order_in *in) {
	struct list all;
	int64_t place = 0;
	enum st st = record_store_list(c, kind, in->id, &all);
	for (size_t i = 0; st == ST_OK && i < in->ids.n; i++)
		st = record_store_place(c, kind, in->id, ((const int64_t *)in->ids.items)[i], ++place);
	for (size_t i = 0; st == ST_OK && i < all.n; i++) {
		int64_t id = *(const int64_t *)((const char *)all.items + i * kinds[kind].shape->size);
		if (!named(&in->ids, id))
			st = record_store_place(c, kind, in->id, id, ++place);
	}
	return st;
}

static enum st run_order(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct order_in *in = data;
	enum record_kind kind = kind_of(c);
	enum st st = place_all(c, kind, in);
	return st == ST_OK ? tell(c, kind, in->id, 0, "ordered") : st;
}

/* ---- lesson.act ---- */

struct act_in {
	uint64_t given;
	int64_t id, lesson;
	str title;
	int type, priority;
	int64_t owner, due;
};
INPUT(act_in, "LessonAct", struct act_in, F(struct act_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct act_in, FT_ID, lesson, FIELD_REQUIRED | FIELD_PATH, N_("the lesson")),
	F(struct act_in, FT_TEXT, title, FIELD_OPTIONAL, N_("what is to be done; without: the words of the lesson"), .max = 300),
	F(struct act_in, FT_ENUM, type, FIELD_OPTIONAL, N_("what kind of work it is; prevent unless said"), .names = action_type_names),
	F(struct act_in, FT_ENUM, priority, FIELD_OPTIONAL, N_("P2 unless said"), .names = action_priority_names),
	F(struct act_in, FT_ID, owner, FIELD_OPTIONAL, N_("number of the person who sees to it")),
	F(struct act_in, FT_DATE, due, FIELD_OPTIONAL, N_("by when, such as 2026-12-01")));

/* The first line of the words, cut where a title ends. */
static str title_of(struct ctx *c, const struct act_in *in, const struct document_lesson *x) {
	enum { ROOM = 290 };
	str text = x->text;
	str line = in->title.n ? in->title : str_trim(str_cut(&text, '\n'));
	size_t n = line.n < ROOM ? line.n : ROOM;
	while (n < line.n && ((unsigned char)line.p[n] & 0xC0) == 0x80)
		n--;
	return in->title.n ? in->title : arena_str(c->a, str_to(line, n));
}

static enum st make_action(struct ctx *c, const struct act_in *in, const struct document_lesson *x) {
	struct document d;
	enum st st = document_read(c, in->id, &d);
	if (st != ST_OK)
		return st;
	enum action_type type = in->type < 0 ? ACTION_PREVENT : (enum action_type)in->type;
	const struct document_about *about = d.incidents.items;
	struct action a = { .title = title_of(c, in, x), .type = (int)type, .aim = (int)action_aim_of(type), .priority = in->priority < 0 ? ACTION_P2 : in->priority, .owner.id = in->owner,
		.due = in->due, .document_id = in->id, .incident_id = d.incidents.n == 1 ? about[0].id : 0 };
	st = action_create(c, &a);
	return st == ST_OK ? record_store_action(c, in->lesson, a.id) : st;
}

static enum st run_act(struct ctx *c, const void *data, struct reply *out) {
	const struct act_in *in = data;
	union any_record x;
	enum st st = perm_require(c, PERM_ACTION_EDIT);
	if (st == ST_OK)
		st = get(c, RECORD_LESSON, (const struct record_in *)data, &x);
	if (st == ST_OK && x.lesson.action.id)
		st = fail(c, ST_CONFLICT, "lesson.has_action", NULL, N_("This lesson has become ACT-%lld already."), (long long)x.lesson.action.id);
	if (st == ST_OK)
		st = make_action(c, in, &x.lesson);
	if (st == ST_OK)
		st = tell(c, RECORD_LESSON, in->id, in->lesson, "acted");
	return st == ST_OK ? answer(c, RECORD_LESSON, in->id, in->lesson, out) : st;
}

#define ON_DOCUMENT .noun = &document_noun
static const struct op ops[] = {
	OP("cause.add", "POST /api/v1/documents/{id}/causes", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &cause_add, REPLY_RECORD, &document_cause_shape, run_add,
		N_("Write down something that contributed."), ON_DOCUMENT, .flags = OP_CREATES | OP_MCP),
	OP("cause.change", "PATCH /api/v1/documents/{id}/causes/{cause}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &cause_change, REPLY_RECORD, &document_cause_shape, run_change,
		N_("Change a cause."), ON_DOCUMENT, .flags = OP_MATCH),
	OP("cause.remove", "DELETE /api/v1/documents/{id}/causes/{cause}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &cause_remove, REPLY_NONE, NULL, run_remove, N_("Take a cause out of a document."),
		ON_DOCUMENT),
	OP("cause.order", "PUT /api/v1/documents/{id}/cause-order", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &order_in, REPLY_NONE, NULL, run_order, N_("Put the causes into an order."), ON_DOCUMENT),
	OP("impact.add", "POST /api/v1/documents/{id}/impacts", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &impact_add, REPLY_RECORD, &document_impact_shape, run_add,
		N_("Write down a number of the impact."), ON_DOCUMENT, .flags = OP_CREATES | OP_MCP),
	OP("impact.change", "PATCH /api/v1/documents/{id}/impacts/{impact}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &impact_change, REPLY_RECORD, &document_impact_shape, run_change,
		N_("Change a number of the impact."), ON_DOCUMENT, .flags = OP_MATCH),
	OP("impact.remove", "DELETE /api/v1/documents/{id}/impacts/{impact}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &impact_remove, REPLY_NONE, NULL, run_remove,
		N_("Take a number of the impact out of a document."), ON_DOCUMENT),
	OP("impact.order", "PUT /api/v1/documents/{id}/impact-order", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &order_in, REPLY_NONE, NULL, run_order, N_("Put the numbers of the impact into an order."),
		ON_DOCUMENT),
	OP("window.add", "POST /api/v1/documents/{id}/windows", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &window_add, REPLY_RECORD, &document_window_shape, run_add,
		N_("Write down from when to when users felt what."), ON_DOCUMENT, .flags = OP_CREATES | OP_MCP),
	OP("window.change", "PATCH /api/v1/documents/{id}/windows/{window}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &window_change, REPLY_RECORD, &document_window_shape, run_change,
		N_("Change an impact window."), ON_DOCUMENT, .flags = OP_MATCH),
	OP("window.remove", "DELETE /api/v1/documents/{id}/windows/{window}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &window_remove, REPLY_NONE, NULL, run_remove,
		N_("Take an impact window out of a document."), ON_DOCUMENT),
	OP("lesson.add", "POST /api/v1/documents/{id}/lessons", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &lesson_add, REPLY_RECORD, &document_lesson_shape, run_add, N_("Write down a lesson."),
		ON_DOCUMENT, .flags = OP_CREATES | OP_MCP),
	OP("lesson.change", "PATCH /api/v1/documents/{id}/lessons/{lesson}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &lesson_change, REPLY_RECORD, &document_lesson_shape, run_change,
		N_("Change a lesson, or mark it as an idea for a factor or a drill."), ON_DOCUMENT, .flags = OP_MATCH),
	OP("lesson.remove", "DELETE /api/v1/documents/{id}/lessons/{lesson}", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &lesson_remove, REPLY_NONE, NULL, run_remove,
		N_("Take a lesson out of a document; an action item that it became stays."), ON_DOCUMENT),
	OP("lesson.order", "PUT /api/v1/documents/{id}/lesson-order", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &order_in, REPLY_NONE, NULL, run_order, N_("Put the lessons into an order."), ON_DOCUMENT),
	OP("lesson.act", "POST /api/v1/documents/{id}/lessons/{lesson}/action", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &act_in, REPLY_RECORD, &document_lesson_shape, run_act,
		N_("Turn a lesson into an action item."), ON_DOCUMENT, .flags = OP_MCP),
};

ROOM(report_room, "report", ops);
