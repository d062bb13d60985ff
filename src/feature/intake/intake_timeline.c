/* Entries of timelines: rows, items, paragraphs and headings that begin with a stamp, or end with one; in running text, its sentences. A day is given where it changes, and holds until
 * the next one; "all events happened on …" says it for all. The order is that of the text. */
#include "feature/intake/intake_timeline.h"
#include "text/utf8.h"

enum { LONGEST_STAMP = 80, LONGEST_PROSE = 65536, MOST_EVENTS = 5000 };

/* ---- the open entry ---- */

static void warn_order(struct timeline *t, const struct lifted_event *before, size_t line) {
	const struct lifted_event *e = &t->r->out->events[t->r->out->event_count - 1];
	if (before && before->when.wall != I64_NONE && e->when.wall != I64_NONE && !e->when.day_only && !before->when.day_only &&
		e->when.wall < before->when.wall)
		note_add(t->r, line, N_("this entry stands below a later one; the order of the text was kept"));
}

static void close_entry(struct timeline *t) {
	if (!t->open)
		return;
	t->open->text = arena_str(t->r->a, str_trim(buf_str(&t->text)));
	/* A heading that is a day, with nothing below it, only said which day it is. */
	if (!t->open->text.n)
		t->r->out->event_count--;
	t->open = NULL;
}

static struct lifted_event *begin_entry(struct timeline *t, const struct unit *u, str stamp_text, const struct when_stamp *s, str text) {
	struct lifted *l = t->r->out;
	close_entry(t);
	if (l->event_count == MOST_EVENTS)
		return NULL;
	l->events = more_room(t->r->a, l->events, l->event_count, &l->event_room, sizeof *l->events);
	struct lifted_event *e = &l->events[l->event_count++];
	*e = (struct lifted_event){ .when = { .text = collapse(t->r->a, stamp_text), .at = I64_NONE, .wall = I64_NONE, .line = u->line } };
	if (s) {
		e->when.approximate = s->approximate || (t->approximate && s->seconds >= 0);
		timeline_place(t, s, &e->when);
	}
	warn_order(t, l->event_count > 1 ? e - 1 : NULL, u->line);
	buf_clear(&t->text);
	add_line(&t->text, text);
	t->open = e;
	t->depth = u->depth;
	t->by_heading = u->kind == UNIT_HEADING;
	return e;
}

/* ---- what stands behind a stamp ---- */

static str behind_stamp(str rest) {
	static const char *const marks[] = { "-", "–", "—", "―", ":", "：", ",", "|", ";", "·", "=>", "→", "." };
	for (bool found = true; found;) {
		found = false;
		rest = str_trim(rest);
		ptrdiff_t note = str_starts(rest, STR("[^")) ? str_chr(rest, ']') : -1;
		if (note > 0)
			rest = str_trim(str_from(rest, (size_t)note + 1));
		for (size_t i = 0; i < sizeof marks / sizeof *marks && !found; i++)
			if (str_starts(rest, str_c(marks[i]))) {
				rest = str_from(rest, strlen(marks[i]));
				found = true;
			}
	}
	return rest;
}

static str without_particle(str rest) {
	static const char *const particles[] = { "에는", "에", "부터", "께", "을 기해" };
	for (size_t i = 0; i < sizeof particles / sizeof *particles; i++) {
		str p = str_c(particles[i]);
		if (str_starts(rest, p) && rest.n > p.n && strchr(" ,.", rest.p[p.n]))
			return str_from(rest, p.n);
	}
	return rest;
}

static str rest_of(str text, const struct when_stamp *s) {
	return behind_stamp(without_particle(str_from(text, s->to)));
}

/* "(later)", "(investigation)" behind a day says when, too. */
static bool is_remark(str rest) {
	rest = str_trim(rest);
	return rest.n == 0 || (rest.n < 40 && rest.p[0] == '(' && rest.p[rest.n - 1] == ')');
}

/* The stamp as it is shown: brackets and a lone mark gone. */
static str shown(str text, const struct when_stamp *s) {
	str stamp = str_trim((str){ text.p + s->from, s->to - s->from });
	if (stamp.n > 1 && stamp.p[0] == '[')
		stamp = str_trim(str_to(str_from(stamp, 1), stamp.n - 2));
	return stamp;
}

static bool useful(const struct when_stamp *s) {
	return s->seconds >= 0 || s->day || s->open;
}

/* ---- units ---- */

/* "All times are in PST, on March 2nd 2020", "2020-03-02 (all times UTC)" */
static bool is_statement(struct arena *a, str text) {
	static const char *const words[] = { "all times", "times are", "times in", "all events", "timezone", "time zone", "unless otherwise",
		"모든 시간", "모든 시각", "시간은", "시각은", "기준)" };
	str folded = text.n < 400 ? utf8_fold(a, text) : STR_NONE;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_find(folded, str_c(words[i])) >= 0)
			return true;
	return false;
}

static void take_statement(struct timeline *t, str text, bool for_all) {
	struct when_stamp s;
	timeline_zone(t, text);
	if (str_find(utf8_fold(t->r->a, text), STR("approximat")) >= 0)
		t->approximate = true;
	if (when_stamp_find(text, 0, &s) && s.day) {
		timeline_day(t, &s);
		t->base = t->day;
		t->has_base = for_all && s.seconds < 0 && day_valid(&t->day);
		t->last = -1;
	}
}

static bool heading_entry(struct timeline *t, const struct unit *u) {
	struct when_stamp s;
	if (when_stamp_at(u->text, 0, &s) && useful(&s)) {
		str rest = rest_of(u->text, &s);
		bool whole = is_remark(str_from(u->text, s.to));
		begin_entry(t, u, whole ? u->text : shown(u->text, &s), &s, whole ? STR_NONE : rest);
		return true;
	}
	if (when_stamp_find(u->text, 0, &s) && s.day && s.seconds < 0) {
		close_entry(t);
		timeline_day(t, &s); /* "The second day (3 March)" */
		t->last = -1;
		return true;
	}
	if (t->stamped_headings <= t->plain_headings)
		return false;
	begin_entry(t, u, u->text, NULL, STR_NONE);
	return true;
}

/* "**2025-10-10 (later)**: reported", "**Unknown date**: …" among bold stamps, "**Start**: October 8, 16:00 - …" */
static bool labelled_entry(struct timeline *t, const struct unit *u) {
	struct when_stamp s;
	if (!u->label.n)
		return false;
	if (when_stamp_at(u->label, 0, &s) && useful(&s)) {
		bool whole = is_remark(str_from(u->label, s.to));
		str head = whole ? STR_NONE : rest_of(u->label, &s);
		begin_entry(t, u, whole ? u->label : shown(u->label, &s), &s, head);
		add_line(&t->text, behind_stamp(u->text));
		return true;
	}
	if (when_stamp_at(u->text, 0, &s) && useful(&s)) {
		str rest = rest_of(u->text, &s);
		begin_entry(t, u, shown(u->text, &s), &s, is_remark(rest) ? u->label : rest);
		return true;
	}
	if (!u->label_bold || !u->item_begins || u->label.n > LONGEST_STAMP || t->stamped_labels <= t->plain_labels)
		return false;
	begin_entry(t, u, u->label, NULL, u->text);
	return true;
}

static bool stamped_entry(struct timeline *t, const struct unit *u) {
	struct when_stamp s;
	if (!when_stamp_at(u->text, 0, &s) || !useful(&s))
		return false;
	str rest = str_from(u->text, s.to);
	bool remark = s.day && s.seconds < 0 && rest.n && is_remark(rest);
	begin_entry(t, u, remark ? u->text : shown(u->text, &s), &s, remark ? STR_NONE : rest_of(u->text, &s));
	return true;
}

/* "First detected 2021-07-12 15:44" */
static bool ends_with_stamp(struct timeline *t, const struct unit *u) {
	struct when_stamp s, last = { 0 };
	bool found = false;
	if (u->text.n > 200 || !u->item_begins)
		return false;
	for (size_t i = 0; when_stamp_find(u->text, i, &s); i = s.to > i ? s.to : i + 1)
		if (s.day && is_remark(behind_stamp(str_from(u->text, s.to)))) {
			last = s;
			found = true;
			break;
		}
	if (!found || last.from == 0)
		return false;
	str text = str_trim(str_to(u->text, last.from));
	while (text.n && strchr(":-,", text.p[text.n - 1]))
		text = str_trim(str_to(text, text.n - 1));
	begin_entry(t, u, shown(u->text, &last), &last, text);
	close_entry(t);
	return true;
}

/* ---- running text ---- */

/* The end of the sentence that holds byte i. */
static size_t sentence_end(str s, size_t i) {
	for (; i < s.n; i++)
		if (strchr(".!?", s.p[i]) && s.p[i] && (i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\n'))
			return i + 1;
	return s.n;
}

static size_t sentence_begin(str s, size_t i, size_t floor) {
	size_t from = floor, end;
	while ((end = sentence_end(s, from)) <= i && end < s.n)
		from = end;
	while (from < s.n && (s.p[from] == ' ' || s.p[from] == '\n'))
		from++;
	return from;
}

static size_t prose(struct timeline *t, const struct unit *u) {
	struct when_stamp s;
	size_t told = 0, n = 0; /* told: the sentence that ends there has an entry */
	str text = str_to(u->text, LONGEST_PROSE);
	for (size_t i = 0; when_stamp_find(text, i, &s); i = s.to > i ? s.to : i + 1) {
		if (s.seconds < 0)
			continue;
		size_t begin = sentence_begin(text, s.from, told), end = sentence_end(text, s.to);
		str behind = rest_of(str_to(text, end), &s), whole = { text.p + begin, end - begin };
		begin_entry(t, u, shown(text, &s), &s, s.from > begin && begin >= told && told < end ? whole : behind);
		close_entry(t);
		told = end;
		n++;
	}
	return n;
}

static size_t count_stamps(str text) {
	struct when_stamp s;
	size_t n = 0;
	text = str_to(text, LONGEST_PROSE);
	for (size_t i = 0; n < 2 && when_stamp_find(text, i, &s); i = s.to > i ? s.to : i + 1)
		n += s.seconds >= 0;
	return n;
}

/* ---- rows ---- */

static void read_header(struct timeline *t, const struct unit *u) {
	t->column_count = u->cell_count < 32 ? u->cell_count : 32;
	for (size_t i = 0; i < t->column_count; i++) {
		t->columns[i] = column_of(t->r->a, u->cells[i]);
		if (t->columns[i] == COLUMN_TIME)
			timeline_column_zone(t, u->cells[i]);
		timeline_zone(t, u->cells[i]);
		for (size_t k = 0; k + 4 <= u->cells[i].n; k++) {
			int64_t year;
			if (str_i64(str_to(str_from(u->cells[i], k), 4), &year) && year >= 1970 && year < 2200)
				t->header_year = (int)year;
		}
	}
}

static bool is_time_column(const struct timeline *t, size_t i) {
	return t->column_count ? i < t->column_count && t->columns[i] == COLUMN_TIME : i == 0;
}

static str join_cells(struct timeline *t, const struct unit *u, bool times) {
	struct buf b = buf_in(t->r->a);
	bool named = false;
	for (size_t i = 0; i < t->column_count && !times; i++)
		named |= t->columns[i] == COLUMN_TEXT;
	for (size_t i = 0; i < u->cell_count; i++) {
		bool wanted = times ? is_time_column(t, i)
			: named         ? i < t->column_count && t->columns[i] == COLUMN_TEXT
							: !is_time_column(t, i) && t->columns[i < 32 ? i : 31] != COLUMN_NUMBER;
		if (wanted && u->cells[i].n) {
			if (b.n)
				buf_addc(&b, ' ');
			buf_add(&b, u->cells[i]);
		}
	}
	return buf_str(&b);
}

static bool row_entry(struct timeline *t, const struct unit *u) {
	struct when_stamp s;
	str when = join_cells(t, u, true), what = join_cells(t, u, false);
	bool stamp = when_stamp_at(when, 0, &s) && useful(&s);
	if (u->header && !stamp) {
		close_entry(t);
		read_header(t, u);
		return true;
	}
	if (!when.n || !what.n || str_find(when, STR("HH:")) >= 0) /* what a template has left */
		return false;
	begin_entry(t, u, when, stamp ? &s : NULL, what);
	close_entry(t);
	if (!stamp)
		note_add(t->r, u->line, N_("the time “%.*s” was not understood"), STR_FMT(utf8_head(when, 60)));
	return true;
}

/* ---- the walk ---- */

static void go_on(struct timeline *t, const struct unit *u) {
	/* An item beside the open one, without a stamp, is no part of it. */
	bool beside = u->item_begins && !t->by_heading && u->depth <= t->depth;
	if (!t->open || beside) {
		close_entry(t);
		return;
	}
	struct buf whole = buf_in(t->r->a);
	if (u->label.n)
		buf_printf(&whole, "%.*s: ", STR_FMT(u->label));
	buf_add(&whole, u->text);
	add_line(&t->text, buf_str(&whole));
}

static void text_unit(struct timeline *t, const struct unit *u) {
	bool statement = is_statement(t->r->a, u->text) && count_stamps(u->text) < 2 && u->kind == UNIT_TEXT && !u->label.n;
	if (statement) {
		take_statement(t, u->text, true);
		return;
	}
	size_t stamps = t->r->korean && !u->label.n ? count_stamps(u->text) : 0;
	if (stamps > 1 || (stamps == 1 && u->kind != UNIT_ROW && str_chr(u->text, '.') >= 0 && u->text.n > 60)) {
		prose(t, u);
		return;
	}
	if (labelled_entry(t, u) || stamped_entry(t, u) || ends_with_stamp(t, u))
		return;
	if (!t->open && u->kind == UNIT_TEXT && t->r->out->event_count == 0 && u->text.n < 200)
		timeline_zone(t, u->text);
	go_on(t, u);
}

static void walk(struct timeline *t, const struct unit *u) {
	if (u->kind == UNIT_ROW)
		row_entry(t, u);
	else if (u->kind != UNIT_HEADING)
		text_unit(t, u);
	else if (u->named == TOPIC_TIMELINE) {
		close_entry(t);
		take_statement(t, u->text, false);
		t->column_count = 0;
	} else if (!heading_entry(t, u))
		close_entry(t);
}

/* What its headings and bold words mostly are. */
static void count_stamped(struct timeline *t) {
	for (size_t i = 0; i < t->r->n; i++) {
		const struct unit *u = &t->r->units[i];
		struct when_stamp s;
		if (u->topic != TOPIC_TIMELINE || u->named == TOPIC_TIMELINE)
			continue;
		if (u->kind != UNIT_HEADING) {
			bool labelled = u->label_bold && u->item_begins, stamp = labelled && when_stamp_at(u->label, 0, &s) && useful(&s);
			t->stamped_labels += stamp;
			t->plain_labels += labelled && !stamp;
			continue;
		}
		bool stamp = when_stamp_at(u->text, 0, &s) && useful(&s);
		t->stamped_headings += stamp;
		t->plain_headings += !stamp;
	}
}

/* Sentences of a timeline that is told, not listed. */
static void tell_prose(struct timeline *t) {
	for (size_t i = 0; i < t->r->n; i++)
		if (t->r->units[i].topic == TOPIC_TIMELINE && t->r->units[i].kind != UNIT_HEADING)
			prose(t, &t->r->units[i]);
}

/* Stamped items and rows under a name that promises no timeline: two or more in a section are one. */
static bool begins_with_day(const struct unit *u) {
	struct when_stamp s;
	str text = u->label.n && u->topic != u->named ? u->label : u->text;
	return u->kind != UNIT_HEADING && u->kind != UNIT_ROW && u->text.n && (u->depth || u->topic == TOPIC_STORY) &&
		when_stamp_at(text, 0, &s) && s.seconds >= 0;
}

static void stories(struct timeline *t) {
	for (size_t i = 0; i < t->r->n; i++) {
		size_t end = i, stamped = 0;
		enum topic topic = t->r->units[i].topic;
		for (; end < t->r->n && t->r->units[end].topic == topic && t->r->units[end].section == t->r->units[i].section; end++)
			stamped += begins_with_day(&t->r->units[end]);
		bool story = topic == TOPIC_STORY || (topic == TOPIC_NONE && t->r->out->event_count == 0);
		for (size_t k = i; k < end && story && stamped >= 2; k++)
			if (t->r->units[k].kind != UNIT_HEADING)
				text_unit(t, &t->r->units[k]);
		close_entry(t);
		i = end > i ? end - 1 : i;
	}
}

/* A zone that most stamps name is the text's. */
static void conclude_zone(struct timeline *t) {
	struct lifted *l = t->r->out;
	str name;
	bool known;
	int offset;
	if (!l->timezone.n && t->zone.n)
		l->timezone = t->zone;
	for (size_t i = 0; i < l->event_count && !l->timezone.n && t->zoned > 1 && 2 * t->zoned > t->timed; i++)
		if (when_zone_find(l->events[i].when.text, &name, &known, &offset))
			l->timezone = name;
}

void lift_timeline(struct reader *r) {
	struct timeline t = { .r = r, .last = -1, .day = head_day(r), .text = buf_in(r->a) };
	if (!t.day.year)
		t.day = any_day(r);
	t.incident = t.day;
	if (r->out->timezone.n)
		timeline_zone(&t, r->out->timezone);
	if (r->korean && !t.zone.n)
		timeline_zone(&t, STR("KST"));
	count_stamped(&t);
	for (size_t i = 0; i < r->n; i++) {
		if (r->units[i].topic == TOPIC_TIMELINE)
			walk(&t, &r->units[i]);
		else
			close_entry(&t);
	}
	close_entry(&t);
	if (r->out->event_count == 0)
		tell_prose(&t);
	stories(&t);
	conclude_zone(&t);
	if (t.has_base)
		r->base = t.base;
}
