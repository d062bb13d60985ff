#include "feature/intake/intake_parts.h"
#include "text/markdown_parts.h"
#include "text/utf8.h"

enum { LONGEST_LABEL = 60, LONGEST_BOLD_HEADING = 100, MOST_CELLS = 32 };

/* What is being read: one part, line by line. */
struct lines {
	struct reader *r;
	const struct markdown_part *part;
	size_t line;     /* number of the line */
	size_t span;     /* the first span that ends behind the lines before; they are in the order of their ends */
	size_t from, to; /* its bytes in the part's text, blanks around it gone */
	bool open;       /* the unit before goes on with this line */
};

static str part_text(const struct markdown_part *p, size_t from, size_t to) {
	return (str){ p->text.p + from, to - from };
}

static struct unit *add(struct reader *r, const struct unit *u) {
	r->units = more_room(r->a, r->units, r->n, &r->room, sizeof *r->units);
	r->units[r->n] = *u;
	return &r->units[r->n++];
}

/* The links in [from, to), of which none ends before span number `span`. */
static void take_links(struct reader *r, const struct markdown_part *p, size_t span, size_t from, size_t to, struct unit *u) {
	for (size_t i = span; i < p->span_count && p->spans[i].to <= to; i++) {
		const struct markdown_span *s = &p->spans[i];
		if (!s->url.p || s->from < from)
			continue;
		u->links = more_room(r->a, u->links, u->link_count, &u->link_room, sizeof *u->links);
		u->links[u->link_count++] = (struct unit_link){ s->url, part_text(p, s->from, s->to) };
	}
}

static struct unit unit_of(const struct markdown_part *p, enum unit_kind kind, size_t line) {
	return (struct unit){
		.kind = kind, .level = p->level, .depth = p->depth, .check = p->check, .item_begins = p->item, .quoted = p->quoted, .line = line
	};
}

/* ---- marks that only people see as lists ---- */

static const struct {
	const char *mark;
	int depth;
} bullets[] = { { "□", 1 }, { "■", 1 }, { "◆", 1 }, { "◇", 1 }, { "▶", 1 }, { "▷", 1 }, { "※", 1 }, { "●", 1 }, { "•", 1 }, { "○", 2 },
	{ "◦", 2 }, { "◎", 1 }, { "ㅇ", 2 }, { "▪", 2 }, { "▲", 1 } };

static int bullet(str s, size_t *taken) {
	for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
		str mark = str_c(bullets[i].mark);
		if (str_starts(s, mark) && s.n > mark.n && (s.p[mark.n] == ' ' || (unsigned char)mark.p[0] == 0xE2)) {
			*taken = mark.n + (s.p[mark.n] == ' ');
			return bullets[i].depth;
		}
	}
	return 0;
}

/* ---- labels ---- */

/* Bold from the beginning of the line: its end, or 0. */
static size_t bold_end(const struct lines *l) {
	for (size_t i = l->span; i < l->part->span_count && l->part->spans[i].to <= l->to; i++) {
		const struct markdown_span *s = &l->part->spans[i];
		if (!s->url.p && s->from >= l->from && s->from <= l->from + 8 && s->to <= l->to &&
			str_trim(without_signs(part_text(l->part, l->from, s->to))).n >= s->to - s->from - 1 && s->to > s->from)
			return s->to;
	}
	return 0;
}

static str behind_colon(str rest) {
	static const char *const marks[] = { ":", "：", "–", "—", "-", "→" };
	rest = str_trim(rest);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(rest, str_c(marks[i])))
			return str_trim(str_from(rest, strlen(marks[i])));
	return rest;
}

static str without_colon(str s) {
	s = str_trim(s);
	return str_ends(s, STR(":")) ? str_trim(str_to(s, s.n - 1)) : str_ends(s, STR("：")) ? str_trim(str_to(s, s.n - 3)) : s;
}

static bool bold_label(const struct lines *l, struct unit *u) {
	size_t end = bold_end(l);
	if (!end)
		return false;
	str label = part_text(l->part, l->from, end), rest = str_trim(part_text(l->part, end, l->to));
	bool colon = str_ends(str_trim(label), STR(":")) || str_ends(str_trim(label), STR("："));
	bool set_off = colon || rest.n == 0 || !str_eq(behind_colon(rest), rest);
	if (!set_off)
		return false;
	u->label = without_colon(label);
	u->label_bold = true;
	u->named = topic_of(l->r->a, u->label);
	u->text = colon ? rest : behind_colon(rest);
	return true;
}

/* "Impact: all users", only with unmistakable names in front. */
static bool plain_label(const struct lines *l, struct unit *u) {
	str line = part_text(l->part, l->from, l->to);
	ptrdiff_t ascii = str_chr(str_to(line, LONGEST_LABEL), ':'), wide = str_find(str_to(line, LONGEST_LABEL), STR("："));
	ptrdiff_t at = ascii < 0 ? wide : ascii;
	if (at <= 0)
		return false;
	str label = str_trim(str_to(line, (size_t)at));
	u->named = topic_of_bare(l->r->a, label);
	if (u->named == TOPIC_NONE)
		return false;
	u->label = label;
	u->text = str_trim(str_from(line, (size_t)at + (at == wide ? 3 : 1)));
	return true;
}

/* ---- lines ---- */

/* "Item | Type | Owner |" without a ruler. */
static bool row_line(struct lines *l) {
	str line = part_text(l->part, l->from, l->to);
	size_t bars = 0;
	for (size_t i = 0; i < line.n; i++)
		bars += line.p[i] == '|';
	if (bars < 2)
		return false;
	struct unit u = unit_of(l->part, UNIT_ROW, l->line);
	str *cells = arena_array(l->r->a, MOST_CELLS, sizeof *cells);
	if (line.p[0] == '|')
		line = str_from(line, 1);
	while (line.p && u.cell_count < MOST_CELLS)
		cells[u.cell_count++] = str_trim(str_cut(&line, '|'));
	if (u.cell_count && cells[u.cell_count - 1].n == 0)
		u.cell_count--;
	u.cells = cells;
	u.text = part_text(l->part, l->from, l->to);
	take_links(l->r, l->part, l->span, l->from, l->to, &u);
	u.header = l->r->n == 0 || l->r->units[l->r->n - 1].kind != UNIT_ROW;
	add(l->r, &u);
	return true;
}

static bool heading_line(struct lines *l) {
	str line = part_text(l->part, l->from, l->to);
	ptrdiff_t colon = str_chr(line, ':');
	bool name = line.n <= LONGEST_LABEL && (colon < 0 || (size_t)colon + 1 == line.n);
	enum topic named = name ? topic_of_bare(l->r->a, line) : TOPIC_NONE;
	if (named == TOPIC_NONE || named >= TOPIC_DATE)
		return false;
	struct unit u = unit_of(l->part, UNIT_HEADING, l->line);
	u.level = BARE_LEVEL;
	u.depth = 0;
	u.text = without_colon(line);
	u.named = named;
	add(l->r, &u);
	return true;
}

static bool stamped(str line) {
	struct when_stamp s;
	return when_stamp_at(line, 0, &s) && (s.seconds >= 0 || s.day);
}

/* A line that begins something of its own. */
static bool begins_unit(struct lines *l, struct unit *u) {
	size_t taken = 0;
	int depth = bullet(part_text(l->part, l->from, l->to), &taken);
	if (depth) {
		l->from += taken;
		u->kind = UNIT_ITEM;
		u->depth = l->part->depth + depth;
		u->item_begins = true;
	}
	u->text = part_text(l->part, l->from, l->to);
	return bold_label(l, u) || plain_label(l, u) || depth || stamped(u->text);
}

static void continue_unit(struct lines *l) {
	struct unit *u = &l->r->units[l->r->n - 1];
	str line = part_text(l->part, l->from, l->to);
	/* Both are pieces of the part's text. */
	u->text = u->text.n ? (str){ u->text.p, (size_t)(line.p + line.n - u->text.p) } : line;
	take_links(l->r, l->part, l->span, l->from, l->to, u);
}

static void read_line(struct lines *l, bool first) {
	struct unit u = unit_of(l->part, l->part->depth && l->part->item && first ? UNIT_ITEM : UNIT_TEXT, l->line);
	u.item_begins = l->part->item && first;
	if (row_line(l) || (!u.item_begins && heading_line(l))) {
		l->open = false;
		return;
	}
	bool begins = begins_unit(l, &u);
	if (!begins && l->open) {
		continue_unit(l);
		return;
	}
	take_links(l->r, l->part, l->span, l->from, l->to, &u);
	add(l->r, &u);
	l->open = true;
}

/* One line, all of it bold: a heading to the eye. */
static bool bold_heading(struct reader *r, const struct markdown_part *p) {
	str text = str_trim(p->text);
	if (p->depth || text.n > LONGEST_BOLD_HEADING || str_chr(text, '\n') >= 0 || p->span_count == 0)
		return false;
	const struct markdown_span *s = &p->spans[p->span_count - 1];
	if (s->url.p || s->to - s->from < text.n || str_ends(text, STR(".")) || stamped(text))
		return false;
	struct unit u = unit_of(p, UNIT_HEADING, p->line);
	u.level = BARE_LEVEL;
	u.text = without_colon(text);
	u.named = topic_of(r->a, u.text);
	add(r, &u);
	return true;
}

static void read_text(struct reader *r, const struct markdown_part *p) {
	struct lines l = { .r = r, .part = p, .line = p->line };
	bool first = true;
	if (bold_heading(r, p))
		return;
	for (size_t at = 0; at < p->text.n; l.line++) {
		ptrdiff_t end = str_chr(str_from(p->text, at), '\n');
		size_t next = end < 0 ? p->text.n : at + (size_t)end;
		str line = str_trim((str){ p->text.p + at, next - at });
		if (line.n) {
			l.from = (size_t)(line.p - p->text.p);
			l.to = l.from + line.n;
			while (l.span < p->span_count && p->spans[l.span].to <= l.from)
				l.span++;
			read_line(&l, first);
			first = false;
		}
		at = next + 1;
	}
}

static void read_heading(struct reader *r, const struct markdown_part *p) {
	struct unit u = unit_of(p, UNIT_HEADING, p->line);
	u.text = collapse(r->a, p->text);
	u.named = topic_of(r->a, u.text);
	take_links(r, p, 0, 0, p->text.n, &u);
	add(r, &u);
}

enum { LONGEST_FIGURE = 60 };

/* "Detected | 2026-11-22 05:10", "Time to detect | 5 min" */
static bool is_figure(const struct markdown_part *p) {
	return p->cell_count == 2 && p->cells[0].n && p->cells[0].n <= LONGEST_FIGURE && p->cells[1].n && p->cells[1].n <= LONGEST_FIGURE &&
		!stamped(p->cells[0]);
}

static bool tells_time(struct reader *r, const struct markdown_part *p) {
	return stamped(p->cells[1]) || topic_of(r->a, p->cells[0]) == TOPIC_DURATION;
}

/* "Severity | High" in a table of facts is a labelled line. */
static bool fact_row(struct reader *r, const struct markdown_part *p, bool nameless) {
	bool facts = !p->header && (p->cell_count == 2 || p->cell_count == 4) && !(nameless && is_figure(p) && tells_time(r, p));
	for (size_t i = 0; facts && i < p->cell_count; i += 2) {
		enum topic named = topic_of(r->a, p->cells[i]);
		struct unit u = unit_of(p, UNIT_TEXT, p->line);
		if (named == TOPIC_NONE && i == 0)
			return false;
		u.label = p->cells[i];
		u.label_bold = true;
		u.named = named;
		u.text = p->cells[i + 1];
		if (u.text.n)
			add(r, &u);
	}
	return facts;
}

static void read_row(struct reader *r, const struct markdown_part *p, bool nameless) {
	if (fact_row(r, p, nameless))
		return;
	struct unit u = unit_of(p, UNIT_ROW, p->line);
	u.text = p->text;
	u.cells = p->cells;
	u.cell_count = p->cell_count;
	u.header = p->header;
	u.figure = nameless && is_figure(p);
	take_links(r, p, 0, 0, p->text.n, &u);
	add(r, &u);
}

/* A row of empty cells is no part, so a table without names begins with a row that is no header, maybe right behind another table. */
static bool begins_table(const struct markdown_part *parts, size_t i) {
	return i == 0 || parts[i].header || parts[i - 1].kind != MD_ROW || parts[i - 1].cell_count != parts[i].cell_count;
}

/* What stands in our own exports where a list is empty. */
static bool says_there_is_nothing(const struct markdown_part *p) {
	static const char *const words[] = { N_("Nothing has been written down yet."), N_("No action items yet.") };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			if (str_is(p->text, tr((enum lang)lang, words[i])))
				return true;
	return false;
}

enum st units_read(struct reader *r) {
	const struct markdown_part *parts;
	size_t n;
	enum st st = markdown_parts(r->a, r->text, &parts, &n);
	bool nameless = false;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		if (begins_table(parts, i))
			nameless = !parts[i].header;
		if (parts[i].kind == MD_HEADING)
			read_heading(r, &parts[i]);
		else if (parts[i].kind == MD_ROW)
			read_row(r, &parts[i], nameless);
		else if (parts[i].kind == MD_TEXT && !says_there_is_nothing(&parts[i]))
			read_text(r, &parts[i]);
	}
	for (size_t i = 0; i < r->n; i++)
		r->units[i].line += r->front.lines;
	return st;
}
