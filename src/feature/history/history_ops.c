/* The operations of histories. */
#include <sodium.h>
#include <stdlib.h>

#include "feature/history/history_parts.h"

enum { LONGEST_NAME = 120, MOST_UPDATES = 500, MOST_BLOCKS = 20, MOST_RUNS = 50000 };

/* ---- shapes ---- */

const char *const mark_kind_names[] = { "named", "published", "restored", NULL };

SHAPE(history_person_shape, "HistoryPerson", struct history_person, N_("whoever typed"),
	F(struct history_person, FT_ID, id, FIELD_OPTIONAL, N_("number of the person; null: a program")),
	F(struct history_person, FT_TEXT, name, FIELD_REQUIRED, N_("name of the person, or of the token that a program used")));

SHAPE(history_mark_shape, "HistoryMark", struct history_mark, N_("what stands at a version"),
	F(struct history_mark, FT_ENUM, kind, FIELD_REQUIRED, N_("that it has a name, was published, or brought an older one back"), .names = mark_kind_names),
	F(struct history_mark, FT_I64, version, FIELD_REQUIRED, N_("version of the text")),
	F(struct history_mark, FT_TEXT, name, FIELD_REQUIRED, N_("its name; of a published one, what was new")),
	F(struct history_mark, FT_I64, number, FIELD_OPTIONAL, N_("number of the published version; the version that was brought back")),
	F(struct history_mark, FT_OBJ, person, FIELD_OPTIONAL, N_("who did that; null: a program"), .shape = &ref_shape),
	F(struct history_mark, FT_TIME, at, FIELD_REQUIRED, N_("when")));

SHAPE(history_span_shape, "HistorySpan", struct history_span, N_("updates of a text that belong together"),
	F(struct history_span, FT_I64, from_version, FIELD_REQUIRED, N_("version that its first update made; 0: the text that the document began with")),
	F(struct history_span, FT_I64, version, FIELD_REQUIRED, N_("version that its last update made")),
	F(struct history_span, FT_TIME, begin_at, FIELD_REQUIRED, N_("when the first was made")),
	F(struct history_span, FT_TIME, end_at, FIELD_REQUIRED, N_("when the last was made")),
	F(struct history_span, FT_LIST, people, FIELD_REQUIRED, N_("who typed, in the order in which they began"), .shape = &history_person_shape),
	F(struct history_span, FT_LIST, marks, FIELD_REQUIRED, N_("what stands at its versions"), .shape = &history_mark_shape));

/* ---- people ---- */

struct cast {
	struct ctx *c;
	struct history_person *who;
	size_t n, room;
};

static enum st cast_find(struct cast *x, int64_t actor, size_t *at) {
	for (size_t i = 0; i < x->n; i++)
		if (x->who[i].actor == actor) {
			*at = i;
			return ST_OK;
		}
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 8;
		struct history_person *more = arena_array(x->c->a, room, sizeof *more);
		if (x->n)
			memcpy(more, x->who, x->n * sizeof *more);
		x->who = more;
		x->room = room;
	}
	*at = x->n;
	return store_person(x->c, actor, &x->who[x->n++]);
}

/* ---- history.list ---- */

struct list_in {
	uint64_t given;
	int64_t id;
	str after;
	int64_t limit;
};
INPUT(list_in, "HistoryList", struct list_in,
	F(struct list_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct list_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many at most")));

struct listing {
	struct ctx *c;
	const struct document *d;
	struct list marks;
	int64_t *cuts;
	size_t cut_count;
	struct cast cast;
	struct history_span *out;
	size_t n, limit;
	int64_t below; /* only versions up to this are still to come */
};

/* A version with a name ends its span, so that the name stands at what is shown; what was brought back is one of its own. */
static void find_cuts(struct listing *l) {
	const struct history_mark *m = l->marks.items;
	l->cuts = arena_array(l->c->a, 2 * l->marks.n, sizeof *l->cuts);
	for (size_t i = 0; i < l->marks.n; i++) {
		if (m[i].kind == MARK_RESTORED)
			l->cuts[l->cut_count++] = m[i].version - 1;
		l->cuts[l->cut_count++] = m[i].version;
	}
}

static struct list marks_within(const struct listing *l, int64_t from, int64_t to) {
	struct history_mark *m = l->marks.items;
	size_t first = 0, end;
	while (first < l->marks.n && m[first].version < from)
		first++;
	for (end = first; end < l->marks.n && m[end].version <= to;)
		end++;
	return end > first ? (struct list){ m + first, end - first } : (struct list){ 0 };
}

static enum st add_span(struct listing *l, struct history_span s) {
	struct history_person *people = arena_array(l->c->a, s.actor_count, sizeof *people);
	enum st st = ST_OK;
	for (size_t i = 0, at; st == ST_OK && i < s.actor_count; i++) {
		st = cast_find(&l->cast, s.actors[i], &at);
		people[i] = l->cast.who[at];
	}
	if (s.version > l->below)
		s.version = l->below; /* what was read before has grown since */
	s.people = (struct list){ people, s.actor_count };
	s.marks = marks_within(l, s.from_version, s.version);
	l->out[l->n++] = s;
	l->below = s.from_version - 1;
	return st;
}

/* One block of versions: where it is cut depends on nothing outside of it. */
static enum st add_block(struct listing *l) {
	struct collab_step *step;
	struct history_span *span;
	size_t n;
	int64_t block = (l->below - 1) / SPAN_BLOCK * SPAN_BLOCK;
	enum st st = collab_steps(l->c, l->d->live_text, block, block + SPAN_BLOCK, SPAN_BLOCK, &step, &n);
	size_t spans = st == ST_OK ? span_group(l->c->a, step, n, l->cuts, l->cut_count, &span) : 0;
	while (st == ST_OK && spans-- && l->n < l->limit)
		if (span[spans].from_version <= l->below)
			st = add_span(l, span[spans]);
	if (st == ST_OK && l->n < l->limit)
		l->below = block;
	return st;
}

/* Where the text came from: a template, an import. */
static void add_beginning(struct listing *l) {
	const struct document *d = l->d;
	struct history_person *who = arena_new_of(l->c->a, struct history_person);
	*who = (struct history_person){ .id = d->author.id, .name = d->author.name };
	l->out[l->n++] = (struct history_span){ .begin_at = d->created_at, .end_at = d->created_at, .people = { who, d->author.id > 0 }, .marks = marks_within(l, 0, 0) };
	l->below = -1;
}

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct document d;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = document_read(c, in->id, &d);
	if (st != ST_OK)
		return st;
	struct listing l = { .c = c, .d = &d, .cast = { .c = c }, .limit = (size_t)page.limit, .below = page.key < d.text_version ? page.key : d.text_version };
	l.out = arena_array(c->a, l.limit, sizeof *l.out);
	st = store_marks(c, in->id, &l.marks);
	find_cuts(&l);
	for (int blocks = 0; st == ST_OK && l.below > 0 && l.n < l.limit && blocks < MOST_BLOCKS; blocks++)
		st = add_block(&l);
	if (st == ST_OK && l.below == 0 && l.n < l.limit)
		add_beginning(&l);
	if (st == ST_OK)
		reply_page(c, out, &history_span_shape, &(struct list){ l.out, l.n }, l.below >= 0 ? page_cursor(c, l.below, 0) : STR_NONE);
	return st;
}

/* ---- history.versions ---- */

INPUT(versions_in, "HistoryVersions", struct list_in, F(struct list_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"));

static enum st run_versions(struct ctx *c, const void *data, struct reply *out) {
	struct list marks;
	enum st st = store_marks(c, ((const struct list_in *)data)->id, &marks);
	if (st == ST_OK)
		reply_page(c, out, &history_mark_shape, &marks, STR_NONE);
	return st;
}

/* ---- history.get ---- */

struct version_in {
	uint64_t given;
	int64_t id, version;
	bool authors;
	int64_t from;
	str name;
};
#define OF_VERSION F(struct version_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),            \
	F(struct version_in, FT_I64, version, FIELD_REQUIRED | FIELD_PATH, N_("version of its text"), .min = 0, .max = INT64_MAX)
INPUT(get_in, "HistoryGet", struct version_in, OF_VERSION, F(struct version_in, FT_BOOL, authors, FIELD_OPTIONAL, N_("also who wrote which passage")));

struct passage {
	int64_t from, to, person;
};
SHAPE(passage_shape, "HistoryPassage", struct passage, N_("a passage and who wrote it"),
	F(struct passage, FT_I64, from, FIELD_REQUIRED, N_("where it begins, in UTF-16 units")),
	F(struct passage, FT_I64, to, FIELD_REQUIRED, N_("where it ends")),
	F(struct passage, FT_I64, person, FIELD_REQUIRED, N_("who: place in people, from 0")));

struct text_version {
	int64_t version, newest;
	int64_t at;
	struct history_person by;
	str text;
	struct list people, authors, marks;
};
SHAPE(text_version_shape, "HistoryVersion", struct text_version, N_("a document's text as it was"),
	F(struct text_version, FT_I64, version, FIELD_REQUIRED, N_("this version")),
	F(struct text_version, FT_I64, newest, FIELD_REQUIRED, N_("the newest there is")),
	F(struct text_version, FT_TIME, at, FIELD_REQUIRED, N_("when it was made")),
	F(struct text_version, FT_OBJ, by, FIELD_REQUIRED, N_("whose update made it"), .shape = &history_person_shape),
	F(struct text_version, FT_TEXT, text, FIELD_REQUIRED, N_("the text")),
	F(struct text_version, FT_LIST, people, FIELD_REQUIRED, N_("who wrote what is in it; with authors"), .shape = &history_person_shape),
	F(struct text_version, FT_LIST, authors, FIELD_REQUIRED, N_("passages in order; what the document began with is nobody's"), .shape = &passage_shape),
	F(struct text_version, FT_LIST, marks, FIELD_REQUIRED, N_("what stands at it"), .shape = &history_mark_shape));

/* The document, and that its text has had this version. */
static enum st open_version(struct ctx *c, int64_t id, int64_t version, const char *field, struct document *d) {
	enum st st = document_read(c, id, d);
	return st == ST_OK ? document_check_version(c, d, version, field) : st;
}

static enum st who_made(struct ctx *c, const struct document *d, struct text_version *v) {
	struct collab_step *step;
	size_t n;
	enum st st = collab_steps(c, d->live_text, v->version - 1, v->version, 1, &step, &n);
	v->at = d->created_at;
	v->by = (struct history_person){ .id = d->author.id, .name = d->author.name };
	if (st != ST_OK || !n || !v->version)
		return st;
	v->at = step->at;
	return store_person(c, step->actor, &v->by);
}

static struct restored *restored_of(struct ctx *c, const struct list *marks, size_t *n) {
	const struct history_mark *m = marks->items;
	struct restored *out = arena_array(c->a, marks->n, sizeof *out);
	*n = 0;
	for (size_t i = 0; i < marks->n; i++)
		if (m[i].kind == MARK_RESTORED)
			out[(*n)++] = (struct restored){ m[i].version, m[i].number };
	return out;
}

static enum st passages(struct ctx *c, const struct authors *x, struct text_version *v) {
	struct cast cast = { .c = c };
	size_t count = authors_count(x), n = 0, who;
	struct passage *out = arena_array(c->a, count, sizeof *out);
	enum st st = ST_OK;
	int64_t at = 0;
	for (size_t i = 0; st == ST_OK && i < count && n < MOST_RUNS; i++) {
		struct author_run r = authors_run(x, i);
		at += r.length;
		if (r.actor == AUTHOR_NONE)
			continue;
		st = cast_find(&cast, r.actor, &who);
		out[n++] = (struct passage){ at - r.length, at, (int64_t)who };
	}
	v->authors = (struct list){ out, n };
	v->people = (struct list){ cast.who, cast.n };
	return st;
}

static void free_authors(void *data) {
	authors_free(data);
}

static enum st add_authors(struct ctx *c, const struct document *d, const struct list *marks, struct text_version *v) {
	size_t n;
	struct restored *restored = restored_of(c, marks, &n);
	struct authors *x = arena_new_of(c->a, struct authors);
	*x = (struct authors){ 0 };
	arena_defer(c->a, free_authors, x);
	enum st st = authors_at(c, d->live_text, v->version, restored, n, x);
	return st == ST_OK ? passages(c, x, v) : st;
}

static enum st run_get(struct ctx *c, const void *data, struct reply *out) {
	const struct version_in *in = data;
	struct document d;
	struct text_version v = { .version = in->version };
	struct listing l = { .c = c };
	enum st st = open_version(c, in->id, in->version, "version", &d);
	v.newest = d.text_version;
	if (st == ST_OK)
		st = collab_read(c, d.live_text, in->version, &v.text, &v.version);
	if (st == ST_OK)
		st = who_made(c, &d, &v);
	if (st == ST_OK)
		st = store_marks(c, in->id, &l.marks);
	v.marks = marks_within(&l, v.version, v.version);
	if (st == ST_OK && in->authors)
		st = add_authors(c, &d, &l.marks, &v);
	if (st == ST_OK)
		reply_record(c, out, &text_version_shape, &v, 0);
	return st;
}

/* ---- history.diff ---- */

INPUT(diff_in, "HistoryDiffOf", struct version_in, OF_VERSION,
	F(struct version_in, FT_I64, from, FIELD_OPTIONAL, N_("version to compare with; without it the one before"), .min = 0, .max = INT64_MAX));

SHAPE(diff_run_shape, "HistoryRun", struct diff_run, N_("a piece of text that is in both versions, in the one before, or in the one after"),
	F(struct diff_run, FT_ENUM, kind, FIELD_REQUIRED, N_("same, removed or added"), .names = run_kind_names),
	F(struct diff_run, FT_I64, at, FIELD_REQUIRED, N_("where it stands, or stood, in the text of version, in UTF-16 units")),
	F(struct diff_run, FT_TEXT, text, FIELD_REQUIRED, N_("its words")));
SHAPE(diff_hunk_shape, "HistoryHunk", struct diff_hunk, N_("changes that stand together, with two lines around them"),
	F(struct diff_hunk, FT_I64, from_line, FIELD_REQUIRED, N_("its first line in the text of from")),
	F(struct diff_hunk, FT_I64, line, FIELD_REQUIRED, N_("its first line in the text of version")),
	F(struct diff_hunk, FT_LIST, runs, FIELD_REQUIRED, N_("in order"), .shape = &diff_run_shape));
struct text_diff {
	int64_t from, version;
	struct list hunks;
};
SHAPE(text_diff_shape, "HistoryDiff", struct text_diff, N_("what differs between two versions of a text"),
	F(struct text_diff, FT_I64, from, FIELD_REQUIRED, N_("the version before")),
	F(struct text_diff, FT_I64, version, FIELD_REQUIRED, N_("the version after")),
	F(struct text_diff, FT_LIST, hunks, FIELD_REQUIRED, N_("in the order of the text; none: it is the same text"), .shape = &diff_hunk_shape));

static enum st run_diff(struct ctx *c, const void *data, struct reply *out) {
	const struct version_in *in = data;
	struct document d;
	str before, after;
	struct text_diff x = { .from = in->from == I64_NONE ? in->version - (in->version > 0) : in->from, .version = in->version };
	enum st st = open_version(c, in->id, in->version, "version", &d);
	if (st == ST_OK)
		st = open_version(c, in->id, x.from, "from", &d);
	if (st == ST_OK)
		st = collab_read(c, d.live_text, x.from, &before, &x.from);
	if (st == ST_OK)
		st = collab_read(c, d.live_text, x.version, &after, &x.version);
	if (st != ST_OK)
		return st;
	x.hunks = diff_hunks(c->a, before, after);
	reply_record(c, out, &text_diff_shape, &x, 0);
	return ST_OK;
}

/* ---- history.log ---- */

struct log_in {
	uint64_t given;
	int64_t id, after, limit;
};
INPUT(log_in, "HistoryLogOf", struct log_in,
	F(struct log_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct log_in, FT_I64, after, FIELD_REQUIRED, N_("version behind which to begin"), .min = 0, .max = INT64_MAX),
	F(struct log_in, FT_I64, limit, FIELD_OPTIONAL, N_("how many updates at most"), .min = 1, .max = MOST_UPDATES));

struct log_step {
	int64_t version, at, person, restored;
	str changes;
};
SHAPE(log_step_shape, "HistoryUpdate", struct log_step, N_("one update of a text"),
	F(struct log_step, FT_I64, version, FIELD_REQUIRED, N_("the version it made")),
	F(struct log_step, FT_TIME, at, FIELD_REQUIRED, N_("when")),
	F(struct log_step, FT_I64, person, FIELD_REQUIRED, N_("who: place in people, from 0")),
	F(struct log_step, FT_I64, restored, FIELD_OPTIONAL, N_("the version that it brought back; null: none")),
	F(struct log_step, FT_JSON, changes, FIELD_REQUIRED, N_("a ChangeSet of CodeMirror, as JSON: lengths in UTF-16 units, inserted text as a list of lines")));
struct log_part {
	int64_t after;
	struct list people, updates;
};
SHAPE(log_shape, "HistoryLog", struct log_part, N_("updates of a text, to replay them"),
	F(struct log_part, FT_I64, after, FIELD_REQUIRED, N_("version that the first of them is made upon")),
	F(struct log_part, FT_LIST, people, FIELD_REQUIRED, N_("who made them"), .shape = &history_person_shape),
	F(struct log_part, FT_LIST, updates, FIELD_REQUIRED, N_("in order, one version each"), .shape = &log_step_shape));

static int64_t source_of(const struct restored *r, size_t n, int64_t version) {
	for (size_t i = 0; i < n; i++)
		if (r[i].version == version)
			return r[i].source;
	return I64_NONE;
}

static enum st run_log(struct ctx *c, const void *data, struct reply *out) {
	const struct log_in *in = data;
	struct document d;
	struct cast cast = { .c = c };
	struct list marks;
	struct collab_step *step;
	size_t n = 0, restored_n = 0, who;
	enum st st = open_version(c, in->id, in->after, "after", &d);
	if (st == ST_OK)
		st = store_marks(c, in->id, &marks);
	if (st == ST_OK)
		st = collab_log(c, d.live_text, in->after, INT64_MAX, in->limit == I64_NONE ? MOST_UPDATES : in->limit, &step, &n);
	if (st != ST_OK)
		return st;
	const struct restored *restored = restored_of(c, &marks, &restored_n);
	struct log_step *all = arena_array(c->a, n, sizeof *all);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = cast_find(&cast, step[i].actor, &who);
		all[i] = (struct log_step){ step[i].version, step[i].at, (int64_t)who, source_of(restored, restored_n, step[i].version), step[i].changes };
	}
	struct log_part part = { in->after, { cast.who, cast.n }, { all, n } };
	if (st == ST_OK)
		reply_record(c, out, &log_shape, &part, 0);
	return st;
}

/* ---- names ---- */

INPUT(name_in, "HistoryName", struct version_in, OF_VERSION,
	F(struct version_in, FT_TEXT, name, FIELD_REQUIRED | FIELD_NOT_EMPTY | FIELD_LINE, N_("what it is called: “before the review”"), .max = LONGEST_NAME));
INPUT(unname_in, "HistoryUnname", struct version_in, OF_VERSION);

static str topic_of(struct ctx *c, const struct document *d) {
	return arena_printf(c->a, "document:%lld", (long long)d->id);
}

static enum st run_name(struct ctx *c, const void *data, struct reply *out) {
	const struct version_in *in = data;
	struct document d;
	struct buf quoted = buf_in(c->a);
	str was = STR_NONE;
	enum st st = open_version(c, in->id, in->version, "version", &d);
	if (st == ST_OK)
		st = store_name_of(c, in->id, in->version, &was);
	if (st == ST_OK && !str_eq(was, in->name))
		st = store_name(c, in->id, in->version, in->name);
	json_quote(&quoted, in->name);
	if (st == ST_OK && !str_eq(was, in->name))
		st = event_emitf(c, "document.version_named", "document", d.id, d.scope, topic_of(c, &d), "{\"version\":%lld,\"name\":%.*s}", (long long)in->version,
			STR_FMT(buf_str(&quoted)));
	struct history_mark m = { MARK_NAMED, in->version, in->name, I64_NONE, { c->who->person, c->who->name }, c->now };
	if (st == ST_OK)
		reply_record(c, out, &history_mark_shape, &m, 0);
	return st;
}

static enum st run_unname(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct version_in *in = data;
	struct document d;
	str was = STR_NONE;
	enum st st = document_read(c, in->id, &d);
	if (st == ST_OK)
		st = store_name_of(c, in->id, in->version, &was);
	if (st != ST_OK || !was.n)
		return st;
	st = store_unname(c, in->id, in->version);
	return st == ST_OK ? event_emitf(c, "document.version_unnamed", "document", d.id, d.scope, topic_of(c, &d), "{\"version\":%lld}", (long long)in->version) : st;
}

/* ---- history.restore ---- */

struct restore_in {
	uint64_t given;
	int64_t id, version;
};
INPUT(restore_in, "HistoryRestore", struct restore_in,
	F(struct restore_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the document"), .prefix = "PM"),
	F(struct restore_in, FT_I64, version, FIELD_REQUIRED, N_("version of its text that is to be the text again"), .min = 0, .max = INT64_MAX));

struct restore_out {
	int64_t version, source;
	bool changed;
};
SHAPE(restore_shape, "HistoryRestored", struct restore_out, N_("what became of a text"),
	F(struct restore_out, FT_I64, version, FIELD_REQUIRED, N_("version of the text now")),
	F(struct restore_out, FT_I64, source, FIELD_REQUIRED, N_("the version whose text it has")),
	F(struct restore_out, FT_BOOL, changed, FIELD_REQUIRED, N_("false: it had that text already")));

/* A client that nobody can have used before. */
static str new_client(struct ctx *c) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[COLLAB_CLIENT];
	char *name = arena_alloc(c->a, COLLAB_CLIENT);
	randombytes_buf(bytes, sizeof bytes);
	for (size_t i = 0; i < COLLAB_CLIENT; i++)
		name[i] = letters[bytes[i] & 63];
	return str_n(name, COLLAB_CLIENT);
}

static enum st note_restore(struct ctx *c, const struct document *d, const struct restore_out *x) {
	enum st st = store_restore(c, d->id, x->version, x->source);
	return st == ST_OK ? event_emitf(c, "document.restored", "document", d->id, d->scope, topic_of(c, d), "{\"version\":%lld,\"source\":%lld}", (long long)x->version, (long long)x->source)
			   : st;
}

static enum st run_restore(struct ctx *c, const void *data, struct reply *out) {
	const struct restore_in *in = data;
	struct document d;
	struct restore_out x = { .source = in->version };
	enum st st = open_version(c, in->id, in->version, "version", &d);
	if (st == ST_OK && d.state == DOCUMENT_ARCHIVED)
		return fail(c, ST_CONFLICT, "collab.closed", NULL, N_("This text is closed: it was archived. Reopen the document to write on."));
	if (st == ST_OK)
		st = collab_restore(c, d.live_text, d.id, in->version, new_client(c), &x.version);
	x.changed = x.version > d.text_version;
	if (st == ST_OK && x.changed)
		st = note_restore(c, &d, &x);
	if (st == ST_OK)
		reply_record(c, out, &restore_shape, &x, 0);
	return st;
}

static const struct op ops[] = {
	OP("history.list", "GET /api/v1/documents/{id}/history", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &history_span_shape, run_list,
		N_("Who wrote a document's text when, the newest first, with the versions that have a name, were published or brought an older one back."), .noun = &document_noun,
		.flags = OP_MCP),
	OP("history.versions", "GET /api/v1/documents/{id}/versions", PERM_DOCUMENT_VIEW, OP_READ, BODY_NONE, &versions_in, REPLY_PAGE, &history_mark_shape, run_versions,
		N_("The versions of a document's text that have a name, were published, or brought an older one back, all of them."), .noun = &document_noun, .flags = OP_MCP),
	OP("history.get", "GET /api/v1/documents/{id}/history/{version}", PERM_DOCUMENT_VIEW, OP_SLOW, BODY_NONE, &get_in, REPLY_RECORD, &text_version_shape, run_get,
		N_("A document's text at one of its versions."), .noun = &document_noun, .flags = OP_MCP),
	OP("history.diff", "GET /api/v1/documents/{id}/history/{version}/diff", PERM_DOCUMENT_VIEW, OP_SLOW, BODY_NONE, &diff_in, REPLY_RECORD, &text_diff_shape, run_diff,
		N_("What differs between two versions of a document's text, word by word."), .noun = &document_noun, .flags = OP_MCP),
	OP("history.log", "GET /api/v1/documents/{id}/log", PERM_DOCUMENT_VIEW, OP_SLOW, BODY_NONE, &log_in, REPLY_RECORD, &log_shape, run_log,
		N_("The updates of a document's text, one by one, to replay them."), .noun = &document_noun),
	OP("history.name", "PUT /api/v1/documents/{id}/history/{version}/name", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &name_in, REPLY_RECORD, &history_mark_shape, run_name,
		N_("Name a version of a document's text, or rename it."), .noun = &document_noun),
	OP("history.unname", "DELETE /api/v1/documents/{id}/history/{version}/name", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_NONE, &unname_in, REPLY_NONE, NULL, run_unname,
		N_("Take a version's name away; the version stays."), .noun = &document_noun),
	OP("history.restore", "POST /api/v1/documents/{id}/restore", PERM_DOCUMENT_EDIT, OP_WRITE, BODY_JSON, &restore_in, REPLY_RECORD, &restore_shape, run_restore,
		N_("Bring an older version of a document's text back as its newest. What was written since stays in the history."), .noun = &document_noun),
};

static void stop(struct engine *e UNUSED) {
	history_forget();
}

ROOM(history_room, "history", ops, .stop = stop);
