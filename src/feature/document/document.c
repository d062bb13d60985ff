#include "feature/document/document_report.h"
#include "text/html.h"
#include "text/utf8.h"

const char *const document_kind_names[] = { "incident", "near_miss", "project", "retrospective", "departure", "drill", NULL };
const char *const document_state_names[] = { "draft", "in_review", "changes_asked", "approved", "published", "archived", NULL };
static const char *const lang_names[] = { "en", "ko", NULL };

SHAPE(document_about_shape, "DocumentIncident", struct document_about, N_("an incident that a document is about"),
	F(struct document_about, FT_ID, id, FIELD_REQUIRED, N_("the incident"), .prefix = "INC"),
	F(struct document_about, FT_TEXT, title, FIELD_REQUIRED, N_("its title")));

SHAPE(document_link_shape, "DocumentLink", struct document_about, N_("a document"),
	F(struct document_about, FT_ID, id, FIELD_REQUIRED, N_("number of the document"), .prefix = "PM"),
	F(struct document_about, FT_TEXT, title, FIELD_REQUIRED, N_("its title")));

SHAPE(document_heading_shape, "DocumentHeading", struct document_heading, N_("a heading of the text"),
	F(struct document_heading, FT_I64, level, FIELD_REQUIRED, N_("1 to 6")),
	F(struct document_heading, FT_TEXT, text, FIELD_REQUIRED, N_("its words")),
	F(struct document_heading, FT_TEXT, id, FIELD_REQUIRED, N_("its anchor in the html")),
	F(struct document_heading, FT_I64, line, FIELD_REQUIRED, N_("line of the text, from 1")));

SHAPE(document_tbd_shape, "DocumentTbd", struct document_tbd, N_("a value that is not known yet"),
	F(struct document_tbd, FT_TEXT, text, FIELD_REQUIRED, N_("what is missing")),
	F(struct document_tbd, FT_TEXT, owner, FIELD_OPTIONAL, N_("login of whoever finds it out")),
	F(struct document_tbd, FT_DATE, due, FIELD_OPTIONAL, N_("until when")),
	F(struct document_tbd, FT_I64, line, FIELD_REQUIRED, N_("line of the text, from 1")));

SHAPE(document_actions_shape, "DocumentActions", struct document_actions, N_("how far the action items are; those that will not be done are not counted"),
	F(struct document_actions, FT_I64, open, FIELD_REQUIRED, N_("still to be done")),
	F(struct document_actions, FT_I64, total, FIELD_REQUIRED, N_("open and done")));

SHAPE(document_progress_shape, "DocumentProgress", struct document_progress, N_("how many of the values that were not known have been found out"),
	F(struct document_progress, FT_I64, filled, FIELD_REQUIRED, N_("no longer TBD")),
	F(struct document_progress, FT_I64, total, FIELD_REQUIRED, N_("all that are or were TBD")));

SHAPE(document_consent_shape, "DocumentConsent", struct document_consent, N_("whose document it is, and whether others may read it"),
	F(struct document_consent, FT_ID, id, FIELD_REQUIRED, N_("the author")),
	F(struct document_consent, FT_TEXT, name, FIELD_REQUIRED, N_("name of the author")),
	F(struct document_consent, FT_TIME, agreed_at, FIELD_OPTIONAL, N_("when the author agreed that others read it")),
	F(struct document_consent, FT_TEXT, words, FIELD_OPTIONAL, N_("what the author said about it")),
	F(struct document_consent, FT_BOOL, opened, FIELD_REQUIRED, N_("everybody may read it")),
	F(struct document_consent, FT_LIST, people, FIELD_REQUIRED, N_("who may read it besides the author"), .shape = &ref_shape));

SHAPE(document_can_shape, "DocumentCan", struct document_can, N_("what whoever asks may do"),
	F(struct document_can, FT_BOOL, edit, FIELD_REQUIRED, N_("change the record and its text")));

SHAPE(document_shape, "Document", struct document, N_("a written record: a live text and what is shown inside it"),
	F(struct document, FT_ID, id, FIELD_REQUIRED, N_("number of the document"), .prefix = "PM"),
	F(struct document, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
	F(struct document, FT_ENUM, kind, FIELD_REQUIRED, N_("what it is about"), .names = document_kind_names),
	F(struct document, FT_ENUM, state, FIELD_REQUIRED, N_("how far it is"), .names = document_state_names),
	F(struct document, FT_ENUM, lang, FIELD_REQUIRED, N_("language it is written in"), .names = lang_names),
	F(struct document, FT_TEXT, zone, FIELD_REQUIRED, N_("time zone its times are shown in")),
	F(struct document, FT_LIST, incidents, FIELD_REQUIRED, N_("incidents it is about"), .shape = &document_about_shape),
	F(struct document, FT_TEXT, text, FIELD_REQUIRED, N_("the text, in Markdown")),
	F(struct document, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text: the number of updates in it")),
	F(struct document, FT_TEXT, html, FIELD_REQUIRED, N_("the text as an article, live blocks filled")),
	F(struct document, FT_LIST, headings, FIELD_REQUIRED, N_("headings of the text, in order"), .shape = &document_heading_shape),
	F(struct document, FT_LIST, tbds, FIELD_REQUIRED, N_("what is not known yet"), .shape = &document_tbd_shape),
	F(struct document, FT_OBJ, progress, FIELD_REQUIRED, N_("how much of it has been found out"), .shape = &document_progress_shape),
	F(struct document, FT_LIST, sections, FIELD_REQUIRED, N_("sections it has, or ought to have"), .shape = &document_section_shape),
	F(struct document, FT_LIST, causes, FIELD_REQUIRED, N_("what contributed; triggers stand apart by their kind"), .shape = &document_cause_shape),
	F(struct document, FT_LIST, impacts, FIELD_REQUIRED, N_("what was counted of the impact"), .shape = &document_impact_shape),
	F(struct document, FT_LIST, windows, FIELD_REQUIRED, N_("from when to when users felt what"), .shape = &document_window_shape),
	F(struct document, FT_LIST, lessons, FIELD_REQUIRED, N_("lines of its three lists of lessons"), .shape = &document_lesson_shape),
	F(struct document, FT_OBJ, consent, FIELD_OPTIONAL, N_("who may read it, when that is for its author to say"), .shape = &document_consent_shape),
	F(struct document, FT_BOOL, restricted, FIELD_REQUIRED, N_("not everybody sees it")),
	F(struct document, FT_TEXT, template, FIELD_OPTIONAL, N_("template it began with")),
	F(struct document, FT_OBJ, author, FIELD_OPTIONAL, N_("who is to write it"), .shape = &ref_shape),
	F(struct document, FT_OBJ, owner, FIELD_OPTIONAL, N_("who sees to it that it is published in time"), .shape = &ref_shape),
	F(struct document, FT_DATE, due, FIELD_OPTIONAL, N_("by when it is to be published")),
	F(struct document, FT_ENUM, due_by, FIELD_OPTIONAL, N_("who said so: the policy, or a person; null: nobody yet"), .names = due_by_names),
	F(struct document, FT_TIME, created_at, FIELD_REQUIRED, N_("when it was begun")),
	F(struct document, FT_TIME, updated_at, FIELD_REQUIRED, N_("when it was last changed")),
	F(struct document, FT_I64, version, FIELD_REQUIRED, N_("version of the record; the text has its own")),
	F(struct document, FT_OBJ, actions, FIELD_REQUIRED, N_("its action items and those of its incidents"), .shape = &document_actions_shape),
	F(struct document, FT_OBJ, can, FIELD_REQUIRED, N_("what you may do"), .shape = &document_can_shape));

SHAPE(document_row_shape, "DocumentRow", struct document_row, N_("a document in a list"),
	F(struct document_row, FT_ID, id, FIELD_REQUIRED, N_("number of the document"), .prefix = "PM"),
	F(struct document_row, FT_TEXT, title, FIELD_REQUIRED, N_("its title")),
	F(struct document_row, FT_ENUM, kind, FIELD_REQUIRED, N_("what it is about"), .names = document_kind_names),
	F(struct document_row, FT_ENUM, state, FIELD_REQUIRED, N_("how far it is"), .names = document_state_names),
	F(struct document_row, FT_BOOL, restricted, FIELD_REQUIRED, N_("only members of its incident see it")),
	F(struct document_row, FT_TIME, created_at, FIELD_REQUIRED, N_("when it was begun")),
	F(struct document_row, FT_TIME, updated_at, FIELD_REQUIRED, N_("when it was last changed")),
	F(struct document_row, FT_OBJ, actions, FIELD_REQUIRED, N_("its action items and those of its incidents"), .shape = &document_actions_shape));

/* ---- TBD ---- */

static bool word_char(char ch) {
	return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || ch == '_' || ch == '`';
}

static bool date_of(str s, int64_t *days) {
	int64_t us;
	char text[24];
	if (s.n != 10)
		return false;
	memcpy(text, s.p, 10);
	memcpy(text + 10, "T00:00:00Z", 10);
	if (!time_parse_rfc3339(str_n(text, 20), &us))
		return false;
	*days = us / US_PER_DAY - (us % US_PER_DAY < 0);
	return true;
}

/* "@kim, 2026-12-01", "@kim by Fri", "@kim, 금요일까지": words in any order; those that are neither somebody nor a date are the day in words. */
static void read_parentheses(str s, struct tbd_mark *m) {
	size_t from = s.n, to = 0;
	for (size_t i = 0; i < s.n;) {
		size_t n = 0;
		while (i + n < s.n && s.p[i + n] != ',' && s.p[i + n] != ' ')
			n++;
		str word = str_n(s.p + i, n);
		if (n > 1 && word.p[0] == '@') {
			m->owner = str_from(word, 1);
		} else if (n && !date_of(word, &m->due)) {
			from = i < from ? i : from;
			to = i + n;
		}
		i += n + 1;
	}
	int64_t day;
	str words = from < to ? str_n(s.p + from, to - from) : STR_NONE;
	if (m->due == I64_NONE && tbd_day(words, 0, &day))
		m->due_words = words;
}

bool tbd_next(str s, size_t *i, struct tbd_mark *out) {
	for (ptrdiff_t at; (at = str_find(str_from(s, *i), STR("TBD"))) >= 0;) {
		size_t from = *i + (size_t)at, to = from + 3;
		*i = to;
		if ((from && word_char(s.p[from - 1])) || (to < s.n && word_char(s.p[to])))
			continue;
		*out = (struct tbd_mark){ .from = from, .to = to, .due = I64_NONE };
		ptrdiff_t close = to < s.n && s.p[to] == '(' ? str_chr(str_from(s, to), ')') : -1;
		if (close > 0 && str_chr(str_to(str_from(s, to), (size_t)close), '\n') < 0) {
			read_parentheses(str_to(str_from(s, to + 1), (size_t)close - 1), out);
			out->to = to + (size_t)close + 1;
		}
		*i = out->to;
		return true;
	}
	return false;
}

str tbd_missing_after(str rest) {
	size_t n = 0;
	for (; n < rest.n; n++) {
		bool stop = rest.p[n] == '.' && (n + 1 == rest.n || rest.p[n + 1] == ' ');
		if (stop || rest.p[n] == ';' || rest.p[n] == '|')
			break;
	}
	return str_trim(str_to(rest, n));
}

/* What stands before the mark says what is missing: "- Revenue: TBD". */
static str missing_before(str before) {
	str s = str_trim(before);
	while (s.n && strchr("-*+>#|0123456789. ", s.p[0]))
		s = str_from(s, 1);
	while (s.n && strchr(":-| *(", s.p[s.n - 1]))
		s = str_to(s, s.n - 1);
	ptrdiff_t cell;
	while ((cell = str_chr(s, '|')) >= 0 && (size_t)cell + 1 < s.n)
		s = str_trim(str_from(s, (size_t)cell + 1));
	return s;
}

static str missing(struct arena *a, str line, const struct tbd_mark *m) {
	str rest = str_from(line, m->to);
	str text = rest.n && rest.p[0] == ':' ? tbd_missing_after(str_from(rest, 1)) : missing_before(str_to(line, m->from));
	return arena_str(a, utf8_head(text, 200));
}

struct tbd_scan {
	struct arena *a;
	struct document_tbd *items;
	size_t n, room;
	char fence;    /* '`' or '~': inside a block of code */
	bool comment;
};

static void keep(struct tbd_scan *s, const struct document_tbd *t) {
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 16;
		struct document_tbd *more = arena_array(s->a, room, sizeof *more);
		if (s->n)
			memcpy(more, s->items, s->n * sizeof *more);
		s->items = more;
		s->room = room;
	}
	s->items[s->n++] = *t;
}

static void scan_marks(struct tbd_scan *s, str line, int64_t number) {
	struct tbd_mark m;
	for (size_t i = 0; tbd_next(line, &i, &m);)
		keep(s, &(struct document_tbd){ missing(s->a, line, &m), arena_str(s->a, m.owner), m.due, number, arena_str(s->a, m.due_words) });
}

/* The line without its comments; blanks stand in their place, so that nothing moves. */
static str without_comments(struct tbd_scan *s, str line) {
	char *copy = NULL;
	if (!s->comment && str_find(line, STR("<!--")) < 0)
		return line;
	for (size_t i = 0; i < line.n; i++) {
		bool begins = !s->comment && str_starts(str_from(line, i), STR("<!--"));
		bool ends = s->comment && str_starts(str_from(line, i), STR("-->"));
		if ((begins || s->comment) && !copy)
			copy = arena_cstr(s->a, line);
		if (begins || s->comment)
			memset(copy + i, ' ', ends ? 3 : 1);
		s->comment = begins || (s->comment && !ends);
		if (ends)
			i += 2;
	}
	return copy ? str_n(copy, line.n) : line;
}

static bool is_fence(struct tbd_scan *s, str line) {
	str t = str_trim(line);
	if (s->comment || (!str_starts(t, STR("```")) && !str_starts(t, STR("~~~"))))
		return false;
	if (!s->fence)
		s->fence = t.p[0];
	else if (s->fence == t.p[0])
		s->fence = 0;
	return true;
}

size_t tbd_list(struct arena *a, str text, const struct document_tbd **out) {
	struct tbd_scan s = { .a = a };
	int64_t number = 0;
	*out = NULL;
	if (str_find(text, STR("TBD")) < 0)
		return 0;
	for (str rest = text; rest.p;) {
		str line = str_cut(&rest, '\n');
		number++;
		if (!is_fence(&s, line) && !s.fence)
			scan_marks(&s, without_comments(&s, line), number);
	}
	*out = s.items;
	return s.n;
}

/* A day in words is the same day tomorrow: counted from when it was written. */
static void date_mark(struct tbd_mark *m, const struct tbd_row *rows, size_t n) {
	for (size_t i = 0; i < n && m->due == I64_NONE && m->due_words.n; i++)
		if (rows[i].filled_at == I64_NONE && str_eq(rows[i].due_words, m->due_words))
			m->due = rows[i].due;
}

static void write_mark(struct buf *out, const struct tbd_mark *m) {
	buf_lit(out, "<span class=\"tbd\">TBD");
	if (m->owner.n)
		buf_printf(out, " · @%.*s", STR_FMT(m->owner));
	if (m->due != I64_NONE) {
		struct civil c = civil_from_us(m->due * US_PER_DAY);
		buf_printf(out, " · %04d-%02d-%02d", c.year, c.month, c.day);
	} else if (m->due_words.n) {
		buf_printf(out, " · %.*s", STR_FMT(m->due_words));
	}
	buf_lit(out, "</span>");
}

static void mark_run(str run, const struct tbd_row *rows, size_t n, struct buf *out) {
	struct tbd_mark m;
	size_t done = 0;
	for (size_t i = 0; tbd_next(run, &i, &m); done = m.to) {
		buf_add(out, str_to(str_from(run, done), m.from - done));
		date_mark(&m, rows, n);
		write_mark(out, &m);
	}
	buf_add(out, str_from(run, done));
}

static int code_change(str tag) {
	if (tag.n < 4 || (tag.p[1] != 'p' && tag.p[1] != 'c' && tag.p[1] != '/'))
		return 0;
	if (str_starts(tag, STR("<pre")) || str_starts(tag, STR("<code")))
		return 1;
	return str_starts(tag, STR("</pre")) || str_starts(tag, STR("</code")) ? -1 : 0;
}

void tbd_mark_html(str html, const struct tbd_row *rows, size_t n, struct buf *out) {
	int code = 0;
	if (str_find(html, STR("TBD")) < 0) {
		buf_add(out, html);
		return;
	}
	while (html.n) {
		ptrdiff_t open = str_chr(html, '<');
		str run = open < 0 ? html : str_to(html, (size_t)open);
		if (code)
			buf_add(out, run);
		else
			mark_run(run, rows, n, out);
		html = str_from(html, run.n);
		ptrdiff_t close = str_chr(html, '>');
		str tag = close < 0 ? html : str_to(html, (size_t)close + 1);
		code += code_change(tag);
		buf_add(out, tag);
		html = str_from(html, tag.n);
	}
}

/* ---- words ---- */

void write_day_clock(struct buf *out, const struct zone *zone, int64_t at) {
	struct civil c = zone_civil(zone, at);
	buf_printf(out, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

void write_clock(struct buf *out, const struct zone *zone, int64_t at) {
	struct civil c = zone_civil(zone, at);
	buf_printf(out, "%02d:%02d", c.hour, c.minute);
}

void write_duration(struct buf *out, enum lang lang, int64_t seconds) {
	int64_t minutes = (seconds + 30) / 60;
	if (seconds < 60)
		buf_printf(out, tr(lang, N_("%lld s")), (long long)seconds);
	else if (minutes < 60)
		buf_printf(out, tr(lang, N_("%lld min")), (long long)minutes);
	else
		buf_printf(out, tr(lang, N_("%lld h %02lld min")), (long long)(minutes / 60), (long long)(minutes % 60));
}

enum lang text_language(str text) {
	for (size_t i = 0; i < text.n;) {
		uint32_t cp = utf8_next(text, &i);
		if (cp >= 0xAC00 && cp <= 0xD7A3)
			return LANG_KO;
	}
	return LANG_EN;
}
