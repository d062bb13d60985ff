/* What is not known yet, over time: days said in words, and which mark of a text is which that was there before. Pure. */
#include "base/clock.h"
#include "feature/document/document_report.h"
#include "text/utf8.h"

/* ---- days in words ---- */

enum { WEEK = 7 };

static const char *const weekday_words[WEEK] = { "sunday|sun|일요일|일욜", "monday|mon|월요일|월욜", "tuesday|tue|tues|화요일|화욜", "wednesday|wed|수요일|수욜", "thursday|thu|thurs|목요일|목욜", "friday|fri|금요일|금욜",
	"saturday|sat|토요일|토욜" };
static const char *const month_words[12] = { "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul", "august|aug", "september|sep|sept", "october|oct", "november|nov",
	"december|dec" };
static const struct {
	const char *words;
	int days;
} near_days[] = { { "today|오늘", 0 }, { "tomorrow|내일", 1 }, { "모레", 2 }, { "글피", 3 } };

static bool one_of(const char *words, str s) {
	for (str rest = str_c(words); rest.p;)
		if (str_eq_ascii_ci(str_cut(&rest, '|'), s))
			return true;
	return false;
}

static int index_of(const char *const *table, int n, str s) {
	for (int i = 0; i < n; i++)
		if (one_of(table[i], s))
			return i;
	return -1;
}

/* 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day) {
	return (int)(((day + 4) % WEEK + WEEK) % WEEK);
}

static str without(str s, const char *head) {
	str h = str_c(head);
	bool fits = s.n > h.n && str_eq_ascii_ci(str_to(s, h.n), h);
	return fits ? str_trim(str_from(s, h.n)) : s;
}

/* Monday begins a week, so "next Fri" on a Tuesday is ten days away. */
static bool weekday(str s, int64_t written, int64_t *day) {
	str rest = without(without(s, "next "), "다음 주 ");
	bool next = rest.n != s.n;
	rest = without(without(rest, "this "), "이번 주 ");
	int wanted = index_of(weekday_words, WEEK, rest);
	if (wanted < 0)
		return false;
	int64_t monday = written - (weekday_of(written) + WEEK - 1) % WEEK;
	*day = next ? monday + WEEK + (wanted + WEEK - 1) % WEEK : written + (wanted - weekday_of(written) + WEEK) % WEEK;
	return true;
}

static bool near_day(str s, int64_t written, int64_t *day) {
	for (size_t i = 0; i < sizeof near_days / sizeof *near_days; i++)
		if (one_of(near_days[i].words, s)) {
			*day = written + near_days[i].days;
			return true;
		}
	return false;
}

static bool number(str *s, int64_t *n) {
	size_t i = 0;
	while (i < s->n && s->p[i] >= '0' && s->p[i] <= '9')
		i++;
	if (!i || i > 3 || !str_i64(str_to(*s, i), n))
		return false;
	*s = str_trim(str_from(*s, i));
	return true;
}

static bool days_ahead(str s, int64_t written, int64_t *day) {
	str rest = without(s, "in ");
	int64_t n;
	bool english = rest.n != s.n;
	if (!number(&rest, &n) || !one_of(english ? "day|days" : "일 뒤|일 후|일뒤|일후", rest))
		return false;
	*day = written + n;
	return true;
}

/* The next time that date comes. */
static bool next_date(int64_t month, int64_t of_month, int64_t written, int64_t *day) {
	struct civil c = civil_from_us(written * US_PER_DAY);
	if (month < 1 || month > 12 || of_month < 1)
		return false;
	for (int year = c.year; year <= c.year + 1; year++) {
		bool there = of_month <= civil_days_in_month(year, (int)month);
		*day = there ? civil_days(year, (int)month, (int)of_month) : -1;
		if (there && *day >= written)
			return true;
	}
	return false;
}

static bool month_and_day(str s, int64_t written, int64_t *day) {
	int64_t a, b;
	str rest = s, word = str_cut(&rest, ' ');
	int month = index_of(month_words, 12, word);
	if (month >= 0)
		return number(&rest, &b) && !rest.n && next_date(month + 1, b, written, day);
	rest = s;
	if (!number(&rest, &a))
		return false;
	if ((month = index_of(month_words, 12, rest)) >= 0)
		return next_date(month + 1, a, written, day);
	if (str_starts(rest, STR("/")))
		rest = str_from(rest, 1);
	else if (str_starts(rest, STR("월")))
		rest = str_trim(str_from(rest, strlen("월")));
	else
		return false;
	return number(&rest, &b) && (!rest.n || str_is(rest, "일")) && next_date(a, b, written, day);
}

bool tbd_day(str words, int64_t written, int64_t *day) {
	static const char *const heads[] = { "by ", "until ", "before ", "due " };
	str s = str_trim(words);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		s = without(s, heads[i]);
	if (str_ends(s, STR("까지")))
		s = str_trim(str_to(s, s.n - strlen("까지")));
	return s.n && (near_day(s, written, day) || weekday(s, written, day) || days_ahead(s, written, day) || month_and_day(s, written, day));
}

/* ---- which is which ---- */

static struct tbd_row *same_words(const struct document_tbd *m, struct tbd_row *rows, size_t n, bool filled) {
	for (size_t i = 0; i < n; i++)
		if (!rows[i].seen && (rows[i].filled_at != I64_NONE) == filled && str_eq(rows[i].text, m->text))
			return &rows[i];
	return NULL;
}

/* One was made from the other by typing on: they begin alike, or one of them says nothing yet and the owner is the same. */
static bool akin(str a, str b) {
	size_t n = 0, shorter = a.n < b.n ? a.n : b.n;
	while (n < shorter && a.p[n] == b.p[n])
		n++;
	return n >= 6 || (n == shorter && n > 0);
}

/* Reworded: an open row that nobody claimed, of which the same marks come before. */
static struct tbd_row *reworded(const struct document_tbd *marks, size_t i, struct tbd_row *rows, size_t n, struct tbd_row **pair) {
	struct tbd_row *row = NULL;
	for (size_t k = i; k-- > 0 && !row;)
		row = pair[k];
	for (row = row ? row + 1 : rows; row < rows + n; row++)
		if (!row->seen && row->filled_at == I64_NONE)
			return akin(row->text, marks[i].text) ? row : NULL;
	return NULL;
}

void tbd_pair(const struct document_tbd *marks, size_t n, struct tbd_row *rows, size_t rows_n, struct tbd_row **pair) {
	for (size_t i = 0; i < n; i++)
		if ((pair[i] = same_words(&marks[i], rows, rows_n, false)))
			pair[i]->seen = true;
	for (size_t i = 0; i < n; i++)
		if (!pair[i] && (pair[i] = reworded(marks, i, rows, rows_n, pair)))
			pair[i]->seen = true;
	/* Undone: what was filled is open again. */
	for (size_t i = 0; i < n; i++)
		if (!pair[i] && (pair[i] = same_words(&marks[i], rows, rows_n, true)))
			pair[i]->seen = true;
}

void tbd_date(struct list *marks, const struct tbd_row *rows, size_t n) {
	struct document_tbd *m = marks->items;
	for (size_t i = 0; i < marks->n; i++)
		for (size_t k = 0; k < n && m[i].due == I64_NONE && m[i].due_words.n; k++)
			if (str_eq(rows[k].due_words, m[i].due_words) && str_eq(rows[k].text, m[i].text))
				m[i].due = rows[k].due;
}
