/* Action items: items, numbered headings, rows of tables, at last paragraphs, of the sections that promise some. */
#include "feature/intake/intake_parts.h"
#include "text/utf8.h"

enum { COLUMNS = 32, MOST_ACTIONS = 2000 };

struct actions {
	struct reader *r;
	enum topic topic;
	struct lifted_action *open;
	struct buf text;
	int depth;
	size_t section; /* of the section that is being read */
	const struct unit *group;
	bool items; /* there are items or rows in it */
	enum column columns[COLUMNS];
	size_t column_count;
	const char *group_status;
	str group_ticket, group_due;
};

/* ---- what stands around the words ---- */

static bool is_ticket(const struct unit_link *l) {
	static const char *const paths[] = { "/issues/", "/issue/", "/pull/", "/merge_requests/", "/browse/", "/ticket", "/-/issues",
		"bugzilla", "/bug", "/jira" };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (str_find(l->url, str_c(paths[i])) >= 0)
			return true;
	return false;
}

/* The last one: those before it are where the item comes from. */
static str ticket_of(const struct unit *u) {
	for (size_t i = u->link_count; i > 0; i--)
		if (is_ticket(&u->links[i - 1]))
			return u->links[i - 1].url;
	return STR_NONE;
}

static str last_brackets(str s) {
	s = str_trim(s);
	if (!s.n || (s.p[s.n - 1] != ')' && s.p[s.n - 1] != ']'))
		return STR_NONE;
	char open = s.p[s.n - 1] == ')' ? '(' : '[';
	for (size_t i = s.n - 1; i > 0; i--)
		if (s.p[i - 1] == open)
			return (str){ s.p + i, s.n - 1 - i };
	return STR_NONE;
}

/* "(DONE)", "DONE in PR #7", "PR exists", "✅ …" at the end or the beginning. */
static const char *status_in(struct arena *a, str text) {
	static const char *const marks[] = { "✅", "✔", "☑" };
	static const struct {
		const char *words, *status;
	} ends[] = { { " DONE", "done" }, { " TODO", "open" }, { " DONE in ", "done" }, { " PR exists", "in progress" }, { "(done)", "done" },
		{ "(DONE)", "done" }, { "(완료)", "done" }, { "(진행중)", "in progress" } };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(str_trim(text), str_c(marks[i])) || str_ends(str_trim(text), str_c(marks[i])))
			return "done";
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (str_ends(str_trim(text), str_trim(str_c(ends[i].words))) ||
			(ends[i].words[strlen(ends[i].words) - 1] == ' ' && str_find(text, str_c(ends[i].words)) >= 0))
			return ends[i].status;
	str brackets = last_brackets(text);
	return brackets.n ? action_status_of(a, brackets) : NULL;
}

/* "[repair]", "@bo" of a headline. */
static str bracket_type(struct reader *r, str text) {
	static const char *const types[] = { "prevent", "detect", "mitigate", "process", "repair", "investigate", "other", NULL };
	str words = plain_words(r->a, last_brackets(text));
	for (const char *const *t = types; *t; t++)
		if (str_is(words, *t))
			return str_c(*t);
	return STR_NONE;
}

static str handle_in(str text) {
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '@' && (i == 0 || strchr(" ([`", text.p[i - 1]))) {
			size_t n = i + 1;
			while (n < text.n &&
				((text.p[n] >= 'a' && text.p[n] <= 'z') || (text.p[n] >= 'A' && text.p[n] <= 'Z') ||
					(text.p[n] >= '0' && text.p[n] <= '9') || strchr("_-.", text.p[n])))
				n++;
			return (str){ text.p + i + 1, n - i - 1 };
		}
	return STR_NONE;
}

/* "[Issue](…)", "(link to issue)", "Ticket #3082" behind the words only name the ticket, which stands beside them. */
static str without_ticket(const struct unit *u, str text) {
	static const char *const before[] = { "Ticket", "Ticker", "ticket", "Issue", "issue", "See", "see", "DONE in", "(", "[", ":", "-",
		"," };
	for (size_t i = u->link_count; i > 0; i--) {
		const struct unit_link *l = &u->links[i - 1];
		str tail = text;
		while (tail.n && strchr(")]. ", tail.p[tail.n - 1]))
			tail = str_to(tail, tail.n - 1);
		if (!is_ticket(l) || l->text.n > 40 || !str_ends(tail, l->text) || tail.n == l->text.n)
			continue;
		text = str_trim(str_to(tail, tail.n - l->text.n));
		for (size_t k = 0; k < sizeof before / sizeof *before; k++)
			if (str_ends(text, str_c(before[k]))) {
				text = str_trim(str_to(text, text.n - strlen(before[k])));
				k = (size_t)-1;
			}
	}
	return text;
}

static str without_number(str s) {
	size_t i = 0;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i && i + 1 < s.n && (s.p[i] == ')' || s.p[i] == '.') ? str_trim(str_from(s, i + 1)) : s;
}

/* ---- one item ---- */

static void close_item(struct actions *x) {
	struct lifted *l = x->r->out;
	if (!x->open)
		return;
	x->open->text = collapse(x->r->a, buf_str(&x->text));
	if (!x->open->type.n)
		x->open->type = str_c(action_type_of(x->r->a, x->open->text));
	if (!x->open->text.n)
		l->action_count--;
	x->open = NULL;
}

static struct lifted_action *begin_item(struct actions *x, const struct unit *u, str text) {
	struct lifted *l = x->r->out;
	close_item(x);
	l->actions = more_room(x->r->a, l->actions, l->action_count, &l->action_room, sizeof *l->actions);
	struct lifted_action *item = &l->actions[l->action_count++];
	const char *status = u->check >= 0 ? u->check ? "done" : "open" : status_in(x->r->a, text);
	*item = (struct lifted_action){ .line = u->line,
		.ticket = ticket_of(u),
		.status = str_c(status ? status : x->group_status),
		.group = x->group ? without_signs(x->group->text) : u->lent ? without_signs(u->group) : STR_NONE,
		.due = x->group_due };
	if (!item->ticket.n)
		item->ticket = x->group_ticket;
	buf_clear(&x->text);
	add_line(&x->text, without_signs(without_ticket(u, text)));
	x->open = item;
	x->depth = u->depth;
	return item;
}

/* ---- groups ---- */

/* "Long-term (Q4 2025)" */
static bool is_term(str s) {
	bool digit = false;
	for (size_t i = 0; i < s.n; i++)
		digit |= s.p[i] >= '0' && s.p[i] <= '9';
	return digit && s.n < 40;
}

/* "Immediate (Completed)", "Done ✅", "Follow along at [issue]": said once for all below. */
static void begin_group(struct actions *x, const struct unit *u) {
	str brackets = last_brackets(u->text);
	x->group = u;
	x->group_status = brackets.n ? action_status_of(x->r->a, brackets) : action_status_of(x->r->a, u->text);
	x->group_ticket = ticket_of(u);
	x->group_due = brackets.n && !x->group_ticket.n && !x->group_status && is_term(brackets) ? brackets : STR_NONE;
}

/* "### 1) Rotate the logs @bo [repair]": the heading is the item, when nothing is listed below it. */
static bool heading_item(struct actions *x, size_t at) {
	const struct reader *r = x->r;
	const struct unit *u = &r->units[at];
	str text = without_signs(u->text);
	if (str_eq(without_number(text), text))
		return false;
	for (size_t i = at + 1; i < r->n && r->units[i].kind != UNIT_HEADING; i++)
		if (r->units[i].item_begins && r->units[i].check < 0 && r->units[i].depth == 1)
			return false;
	struct lifted_action *item = begin_item(x, u, without_number(text));
	item->owner = handle_in(text);
	item->type = bracket_type(x->r, text);
	item->type_said = item->type.n > 0;
	x->depth = 0;
	return true;
}

/* ---- tables ---- */

static bool read_header(struct actions *x, const struct unit *u) {
	bool named = false;
	x->column_count = u->cell_count < COLUMNS ? u->cell_count : COLUMNS;
	for (size_t i = 0; i < x->column_count; i++) {
		x->columns[i] = column_of(x->r->a, u->cells[i]);
		named |= x->columns[i] == COLUMN_TEXT;
	}
	for (size_t i = 0; i < x->column_count && !named; i++)
		if (x->columns[i] == COLUMN_OTHER) {
			x->columns[i] = COLUMN_TEXT;
			named = true;
		}
	return named;
}

/* "Bug 12 TODO": the state stands in the cell of the ticket. */
static void take_ticket(struct actions *x, struct lifted_action *item, str cell) {
	ptrdiff_t blank = -1;
	for (size_t i = cell.n; i > 0 && blank < 0; i--)
		if (cell.p[i - 1] == ' ')
			blank = (ptrdiff_t)i - 1;
	str last = blank < 0 ? cell : str_from(cell, (size_t)blank + 1);
	const char *status = action_status_of(x->r->a, last);
	if (status && !item->status.n)
		item->status = last;
	item->ticket = status ? blank < 0 ? STR_NONE : str_trim(str_to(cell, (size_t)blank)) : cell;
}

static void take_cell(struct actions *x, struct lifted_action *item, enum column column, str cell) {
	str *const places[] = { [COLUMN_OWNER] = &item->owner, [COLUMN_STATUS] = &item->status, [COLUMN_DUE] = &item->due };
	if (column == COLUMN_TEXT)
		add_line(&x->text, cell);
	else if (column == COLUMN_TICKET)
		take_ticket(x, item, cell);
	else if (column == COLUMN_TYPE) {
		item->type = cell;
		item->type_said = cell.n > 0;
	} else if (column == COLUMN_OWNER || column == COLUMN_STATUS || column == COLUMN_DUE)
		*places[column] = without_signs(cell);
}

static void row(struct actions *x, const struct unit *u) {
	if (u->header) {
		close_item(x);
		read_header(x, u);
		return;
	}
	if (!x->column_count)
		return;
	struct lifted_action *item = begin_item(x, u, STR_NONE);
	for (size_t i = 0; i < x->column_count && i < u->cell_count; i++)
		take_cell(x, item, x->columns[i], u->cells[i]);
	close_item(x);
}

/* ---- the walk ---- */

/* Is anything listed in the section that unit `at` belongs to? */
static bool lists(const struct reader *r, size_t at) {
	for (size_t i = at; i < r->n && r->units[i].section == r->units[at].section; i++)
		if (r->units[i].item_begins || r->units[i].kind == UNIT_ROW)
			return true;
	return false;
}

static str labelled_text(struct reader *r, const struct unit *u) {
	return u->label.n && u->topic != u->named ? arena_printf(r->a, "%.*s: %.*s", STR_FMT(u->label), STR_FMT(u->text)) : u->text;
}

static void walk(struct actions *x, size_t at) {
	const struct unit *u = &x->r->units[at];
	if (u->section != x->section) {
		x->section = u->section;
		x->items = lists(x->r, at);
		x->group = NULL;
		x->group_status = NULL;
		x->group_ticket = x->group_due = STR_NONE;
		x->column_count = 0;
		close_item(x);
	}
	if (u->kind == UNIT_HEADING) {
		close_item(x);
		if (u->named != x->topic || x->group)
			if (!heading_item(x, at))
				begin_group(x, u);
	} else if (u->kind == UNIT_ROW)
		row(x, u);
	else if (!u->text.n)
		return; /* a label alone */
	else if (u->item_begins && (!x->open || u->depth <= x->depth || x->depth == 0) && !(x->open && x->depth == 0))
		begin_item(x, u, u->text);
	else if (x->open && (u->depth > 0 || x->depth == 0))
		add_line(&x->text, labelled_text(x->r, u));
	else if (!x->items && u->text.n)
		begin_item(x, u, u->text), close_item(x);
}

static void lift(struct reader *r, enum topic topic) {
	struct actions x = { .r = r, .topic = topic, .text = buf_in(r->a), .section = (size_t)-1 };
	for (size_t i = 0; i < r->n; i++) {
		if (r->units[i].topic == topic && r->out->action_count < MOST_ACTIONS)
			walk(&x, i);
		else
			close_item(&x);
	}
	close_item(&x);
}

void lift_actions(struct reader *r) {
	lift(r, TOPIC_ACTIONS);
	if (r->out->action_count == 0)
		lift(r, TOPIC_MEASURES);
}
