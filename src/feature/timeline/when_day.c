/* The day: yesterday, 지난 금요일, 11월 22일, Nov 22, 2026-11-22, 11/22. */
#include "feature/timeline/when_read.h"
#include "feature/timeline/when_words.h"

static void add(struct day_forms *forms, struct day day, size_t end) {
	if (forms->n == WHEN_FORMS)
		return;
	forms->day[forms->n] = day;
	forms->end[forms->n++] = end;
}

/* A weekday behind a date says nothing new. */
static void add_date(struct day_forms *forms, struct day day, struct scan in) {
	int unused;
	add(forms, day, in.i);
	scan_blanks(&in);
	if (scan_word(&in, word_bracket_weekdays, &unused) || scan_word(&in, word_weekdays, &unused))
		add(forms, day, in.i);
}

static bool read_year(struct scan *in, int *year) {
	struct scan here = *in;
	if (!scan_digits(&here, 4, 4, year) || *year < 1970 || *year > 2199)
		return false;
	*in = here;
	return true;
}

/* 2026-11-22, 2026/11/22, 2026. 11. 22. */
static void year_first(struct day_forms *forms, struct scan in) {
	struct day d = { .kind = DAY_DATE };
	if (!read_year(&in, &d.year))
		return;
	char separator = scan_at(&in);
	if (separator != '-' && separator != '/' && separator != '.')
		return;
	in.i++;
	if (separator == '.')
		scan_blanks(&in);
	if (!scan_digits(&in, 1, 2, &d.month) || !scan_char(&in, separator))
		return;
	if (separator == '.')
		scan_blanks(&in);
	if (!scan_digits(&in, 1, 2, &d.day))
		return;
	d.iso = separator == '-';
	add_date(forms, d, in);
	if (separator == '.' && scan_char(&in, '.'))
		add_date(forms, d, in);
}

/* 2026년 11월 22일, 11월 22일, 22일 */
static void korean_date(struct day_forms *forms, struct scan in) {
	struct day d = { .kind = DAY_DATE };
	struct scan here = in;
	if (read_year(&here, &d.year) && scan_literal(&here, "년")) {
		scan_blanks(&here);
		in = here;
	} else {
		d.year = 0;
	}
	here = in;
	if (scan_digits(&here, 1, 2, &d.month) && scan_literal(&here, "월")) {
		scan_blanks(&here);
		if (scan_digits(&here, 1, 2, &d.day) && scan_literal(&here, "일"))
			add_date(forms, d, here);
	} else if (!d.year && scan_digits(&in, 1, 2, &d.n) && scan_literal(&in, "일")) {
		d.kind = DAY_OF_MONTH;
		d.alone = ALONE_NEVER;
		add_date(forms, d, in);
	}
}

/* 11/22, 11/22/2026, 11-22. The month comes first, as both languages write it, unless it cannot: 22/11. */
static void month_first(struct day_forms *forms, struct scan in) {
	int first, second;
	if (!scan_digits(&in, 1, 2, &first))
		return;
	char separator = scan_at(&in);
	if ((separator != '/' && separator != '-') || (in.i++, !scan_digits(&in, 1, 2, &second)))
		return;
	if (first < 1 || second < 1 || first > 31 || second > 31 || (first > 12 && second > 12))
		return;
	bool day_first = first > 12;
	struct day d = {
		.kind = DAY_DATE,
		.month = day_first ? second : first,
		.day = day_first ? first : second,
		.swappable = first <= 12 && second <= 12 && first != second,
		.alone = separator == '/' ? ALONE_WHOLE_TEXT : ALONE_NEVER,
	};
	add(forms, d, in.i);
	if (separator != '/' || !scan_char(&in, '/') || !read_year(&in, &d.year))
		return;
	d.alone = ALONE_ANYWHERE;
	add(forms, d, in.i);
}

/* "22", "22nd" */
static bool day_number(struct scan *in, int *day) {
	int unused;
	if (!scan_digits(in, 1, 2, day))
		return false;
	scan_word(in, word_ordinals, &unused);
	return true;
}

static void with_year(struct day_forms *forms, struct day d, struct scan in) {
	add_date(forms, d, in);
	bool comma = scan_char(&in, ',');
	if ((!scan_blanks(&in) && !comma) || !read_year(&in, &d.year))
		return;
	d.alone = ALONE_ANYWHERE;
	add_date(forms, d, in);
}

/* Nov 22; November 22nd, 2026; 22 Nov; 22nd of November 2026 */
static void month_name(struct day_forms *forms, struct scan in) {
	struct day d = { .kind = DAY_DATE, .alone = ALONE_SET_OFF };
	struct scan here = in;
	if (scan_word(&here, word_months, &d.month)) {
		scan_blanks(&here);
		if (day_number(&here, &d.day))
			with_year(forms, d, here);
	} else if (day_number(&in, &d.day)) {
		scan_blanks(&in);
		if (scan_literal(&in, "of"))
			scan_blanks(&in);
		if (scan_word(&in, word_months, &d.month))
			with_year(forms, d, in);
	}
}

/* "friday", "last friday", "지난주 금요일"; of "Fri, Nov 20" only the date counts. */
static void weekday(struct day_forms *forms, struct scan in) {
	static const enum day_week weeks[] = { WEEK_NEAREST, WEEK_BEFORE_TODAY, WEEK_THIS, WEEK_LAST };
	struct day d = { .kind = DAY_WEEKDAY, .alone = ALONE_SET_OFF };
	int which = 0;
	struct scan here = in;
	if (scan_word(&here, word_weeks, &which) && scan_blanks(&here)) {
		d.alone = ALONE_ANYWHERE;
		d.week = weeks[which];
		in = here;
	}
	if (!scan_word(&in, word_weekdays, &d.n) && !scan_word(&in, word_short_weekdays, &d.n))
		return;
	add(forms, d, in.i);
	scan_char(&in, ',');
	if (!scan_blanks(&in))
		return;
	year_first(forms, in);
	month_name(forms, in);
	month_first(forms, in);
}

/* "yesterday", "어제"; "this morning", "last night", "어젯밤": there the part of the day is left to be read. */
static void word_day(struct day_forms *forms, struct scan in) {
	struct day d = { .kind = DAY_BACK };
	struct scan here = in;
	int part;
	if (scan_word(&here, word_days, &d.n))
		add(forms, d, here.i);
	if (!scan_word(&in, word_days_of_part, &d.n))
		return;
	struct scan behind = in;
	scan_blanks(&behind);
	d.alone = ALONE_NEVER;
	if (scan_word(&behind, word_parts, &part) && part > PART_PM)
		add(forms, d, in.i);
}

void when_day_forms(struct scan in, struct day_forms *forms) {
	word_day(forms, in);
	weekday(forms, in);
	year_first(forms, in);
	korean_date(forms, in);
	month_name(forms, in);
	month_first(forms, in);
}
