#include <stdarg.h>

#include "feature/intake/intake_parts.h"
#include "text/utf8.h"

enum { LOOK_FOR_DAY = 6000, LONGEST_NAME = 80, MOST_NOTES = 500 };

/* ---- days ---- */

bool day_in(str text, struct civil_day *out) {
	struct when_stamp s;
	for (size_t i = 0; when_stamp_find(text, i, &s); i = s.to > i ? s.to : i + 1)
		if (s.year && s.month && s.day) {
			*out = (struct civil_day){ s.year, s.month, s.day };
			return true;
		}
	return false;
}

/* "2025-10-09-embeddings.md" */
static bool day_in_file(str file, struct civil_day *out) {
	struct when_stamp s;
	for (size_t i = 0; i + 10 <= file.n; i++) {
		bool begins = i == 0 || !(file.p[i - 1] >= '0' && file.p[i - 1] <= '9');
		/* Ten bytes, for the name may go on behind them without a blank. */
		if (begins && when_stamp_at(str_to(str_from(file, i), 10), 0, &s) && s.to == 10 && s.year && s.month && s.day) {
			*out = (struct civil_day){ s.year, s.month, s.day };
			return true;
		}
	}
	return false;
}

static bool labelled_day(struct reader *r, struct civil_day *out) {
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].topic == TOPIC_DATE && r->units[i].kind != UNIT_HEADING && day_in(r->units[i].text, out))
			return true;
	return false;
}

struct civil_day head_day(struct reader *r) {
	struct civil_day d = { 0 };
	if (labelled_day(r, &d) || day_in(r->out->title, &d) || day_in(r->front.began, &d) || day_in(r->front.date, &d))
		return d;
	return (struct civil_day){ 0 };
}

struct civil_day any_day(struct reader *r) {
	struct civil_day d = head_day(r);
	if (d.year || day_in(utf8_head(r->text, LOOK_FOR_DAY), &d) || day_in_file(r->file, &d))
		return d;
	return (struct civil_day){ 0 };
}

void lift_date(struct reader *r) {
	struct civil_day d = head_day(r);
	if (!d.year)
		d = r->base;
	for (size_t i = 0; i < r->out->event_count && !d.year; i++)
		if (r->out->events[i].when.wall != I64_NONE) {
			struct civil c = civil_from_us(r->out->events[i].when.wall);
			d = (struct civil_day){ c.year, c.month, c.day };
		}
	if (!d.year)
		d = any_day(r);
	if (d.year)
		r->out->date = arena_printf(r->a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* ---- names ---- */

/* "Ada Lee ([@ada](…))", "@bo" */
static str clean_name(str s) {
	ptrdiff_t bracket = str_chr(s, '(');
	if (bracket > 0)
		s = str_to(s, (size_t)bracket);
	s = str_trim(s);
	while (s.n && strchr("@[*_`", s.p[0]))
		s = str_from(s, 1);
	while (s.n && strchr("]*_`.,", s.p[s.n - 1]))
		s = str_to(s, s.n - 1);
	return str_trim(s);
}

static void add_name(struct reader *r, struct lifted_list *l, str s) {
	s = clean_name(s);
	if (s.n && s.n <= LONGEST_NAME)
		list_add(r->a, l, arena_str(r->a, s));
}

static size_t separator_at(str s, size_t i) {
	static const char *const marks[] = { ",", "、", ";", "/", " and ", " & ", " 및 ", "\n", "·" };
	for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
		if (str_starts(str_from(s, i), str_c(marks[k])))
			return strlen(marks[k]);
	return 0;
}

void add_names(struct reader *r, struct lifted_list *l, str s) {
	size_t from = 0;
	int brackets = 0;
	for (size_t i = 0; i < s.n; i++) {
		brackets += s.p[i] == '(' || s.p[i] == '[';
		brackets -= s.p[i] == ')' || s.p[i] == ']';
		size_t taken = brackets > 0 ? 0 : separator_at(s, i);
		if (!taken)
			continue;
		add_name(r, l, (str){ s.p + from, i - from });
		from = i + taken;
		i = from - 1;
	}
	add_name(r, l, str_from(s, from));
}

/* ---- the head ---- */

static str first_line(struct arena *a, str s) {
	ptrdiff_t end = str_chr(s, '\n');
	return collapse(a, end < 0 ? s : str_to(s, (size_t)end));
}

/* The first heading of the first level that is not the name of a section; behind a template's placeholder, the line below it. */
static str heading_title(struct reader *r) {
	for (size_t i = 0; i < r->n; i++) {
		const struct unit *u = &r->units[i];
		if (u->kind != UNIT_HEADING || u->level != 1 || u->topic != TOPIC_NONE)
			continue;
		if (!is_placeholder(r->a, u->text))
			return u->text;
		if (i + 1 < r->n && r->units[i + 1].kind == UNIT_TEXT && r->units[i + 1].named == TOPIC_NONE)
			return first_line(r->a, r->units[i + 1].text);
	}
	return STR_NONE;
}

static const struct unit *labelled(struct reader *r, enum topic topic) {
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].named == topic && r->units[i].topic == topic && r->units[i].text.n && r->units[i].kind != UNIT_HEADING)
			return &r->units[i];
	return NULL;
}

/* "High (feature completely broken)", "🔴 Critical", "High - core functionality" */
static str short_value(struct arena *a, str s) {
	s = without_signs(first_line(a, s));
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i - 1] == ' ' &&
			(s.p[i] == '(' || s.p[i] == '-' || str_starts(str_from(s, i), STR("–")) || str_starts(str_from(s, i), STR("—"))))
			return str_trim(str_to(s, i));
	return s;
}

/* ---- a line of facts: "SEV2 · Checkout · written by Ann Lee" ---- */

static bool digit_at(str s, size_t i) {
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* The bytes of "SEV2" or "Severity SEV2" at the beginning; from: of the name alone. 0: it begins with something else. */
static size_t severity_at(str line, size_t *from) {
	static const char *const labels[] = { "Severity ", "심각도 " };
	*from = 0;
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (str_starts(line, str_c(labels[i])))
			*from = strlen(labels[i]);
	bool named = str_starts(str_from(line, *from), STR("SEV")) && digit_at(line, *from + 3);
	size_t end = *from + 4;
	return named && (end == line.n || strchr(" ,.;)\n", line.p[end])) ? end : 0;
}

static str behind_by(str line) {
	static const char *const words[] = { "written by ", "작성 " };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		ptrdiff_t at = str_find(line, str_c(words[i]));
		bool begins = at == 0 || (at > 0 && line.p[at - 1] == ' ');
		str rest = begins ? str_from(line, (size_t)at + strlen(words[i])) : STR_NONE;
		if (rest.n)
			return str_starts(rest, STR("TBD")) ? STR_NONE : rest;
	}
	return STR_NONE;
}

/* Nothing else of the text sums up what stands there. */
static void read_facts(struct reader *r, struct unit *u) {
	size_t from, end = severity_at(u->text, &from);
	if (!end)
		return;
	r->out->severity = str_to(str_from(u->text, from), end - from);
	u->topic = TOPIC_SEVERITY;
	if (r->out->authors.n == 0)
		add_names(r, &r->out->authors, first_line(r->a, behind_by(u->text)));
}

static void look_for_facts(struct reader *r) {
	for (size_t i = 0; i < r->n && !r->out->severity.n; i++) {
		struct unit *u = &r->units[i];
		if (u->kind == UNIT_TEXT && !u->quoted && !u->label.n && (u->topic == TOPIC_NONE || u->topic == TOPIC_SUMMARY))
			read_facts(r, u);
	}
}

static str front_or_label(struct reader *r, str front, enum topic topic) {
	const struct unit *u = labelled(r, topic);
	return front.n ? front : u ? without_signs(first_line(r->a, u->text)) : STR_NONE;
}

void lift_head(struct reader *r) {
	struct lifted *l = r->out;
	const struct unit *title = labelled(r, TOPIC_TITLE), *severity = labelled(r, TOPIC_SEVERITY), *zone = labelled(r, TOPIC_ZONE);
	l->title = r->front.title.n ? r->front.title : heading_title(r);
	if (!l->title.n && title)
		l->title = first_line(r->a, title->text);
	l->status = front_or_label(r, r->front.status, TOPIC_STATUS);
	l->severity = short_value(r->a, r->front.severity.n ? r->front.severity : severity ? severity->text : STR_NONE);
	l->timezone = zone ? first_line(r->a, zone->text) : STR_NONE;
	l->began = r->front.began;
	l->ended = r->front.ended;
	l->labels = r->front.labels;
	for (size_t i = 0; i < r->front.authors.n; i++)
		add_names(r, &l->authors, r->front.authors.items[i]);
	for (size_t i = 0; i < r->n && l->authors.n == 0; i++)
		if (r->units[i].named == TOPIC_AUTHORS && r->units[i].topic == TOPIC_AUTHORS)
			add_names(r, &l->authors, first_line(r->a, r->units[i].text));
	look_for_facts(r);
}

/* ---- shared ---- */

void *more_room(struct arena *a, void *items, size_t n, size_t *room, size_t item) {
	if (n < *room)
		return items;
	*room = n < 4 ? 8 : 2 * n;
	void *more = arena_array(a, *room, item);
	return n ? memcpy(more, items, n * item) : more;
}

void list_add(struct arena *a, struct lifted_list *l, str item) {
	if (!item.n)
		return;
	l->items = more_room(a, l->items, l->n, &l->room, sizeof *l->items);
	l->items[l->n++] = item;
}

void note_add(struct reader *r, size_t line, const char *fmt, ...) {
	struct lifted *l = r->out;
	struct buf b = buf_in(r->a);
	va_list args;
	if (l->note_count >= MOST_NOTES)
		return;
	va_start(args, fmt);
	buf_vprintf(&b, tr(r->lang, fmt), args);
	va_end(args);
	l->notes = more_room(r->a, l->notes, l->note_count, &l->note_room, sizeof *l->notes);
	l->notes[l->note_count++] = (struct lifted_note){ line, buf_str(&b) };
}

static bool blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

str collapse(struct arena *a, str s) {
	s = str_trim(s);
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (!blank(s.p[i]))
			p[n++] = s.p[i];
		else if (n && p[n - 1] != ' ')
			p[n++] = ' ';
	return (str){ p, n };
}

str without_signs(str s) {
	s = str_trim(s);
	for (size_t i = 0; i < s.n;) {
		size_t at = i;
		uint32_t cp = utf8_next(s, &i);
		bool sign = cp >= 0x1F000 || (cp >= 0x2190 && cp < 0x2C00) || cp == 0xFE0F || cp == 0x200D || cp == ' ' || cp == 0x2022;
		if (!sign)
			return str_from(s, at);
	}
	return s;
}

void add_line(struct buf *b, str s) {
	if (!s.n)
		return;
	if (b->n)
		buf_addc(b, '\n');
	buf_add(b, s);
}
