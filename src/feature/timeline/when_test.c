#include "base/testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "feature/timeline/when.h"

#ifndef BOKGI_SOURCE
#define BOKGI_SOURCE "."
#endif

static int64_t instant(str rfc3339) {
	int64_t us;
	if (!time_parse_rfc3339(rfc3339, &us))
		fail_msg("not an instant: %.*s", STR_FMT(rfc3339));
	return us;
}

static void describe(struct buf *out, const struct when *w) {
	time_format_rfc3339(out, w->at);
	buf_printf(out, " \"%.*s\"%s", STR_FMT(w->rest), w->approximate ? " about" : "");
	if (!w->ambiguous)
		return;
	buf_lit(out, " also ");
	time_format_rfc3339(out, w->also);
}

/* The columns of test/when/cases.tsv, the wanted as a struct when. */
static bool read_want(str *row, struct when *want) {
	str at = str_cut(row, '\t');
	*want = (struct when){ .rest = str_cut(row, '\t') };
	if (str_is(at, "-"))
		return false;
	want->at = instant(at);
	str flags = *row;
	while (flags.p) {
		str flag = str_cut(&flags, ',');
		want->approximate |= str_is(flag, "about");
		want->ambiguous |= str_starts(flag, STR("also="));
		if (str_starts(flag, STR("also=")))
			want->also = instant(str_from(flag, 5));
	}
	return true;
}

static bool same(const struct when *a, const struct when *b) {
	return a->at == b->at && str_eq(a->rest, b->rest) && a->approximate == b->approximate && a->ambiguous == b->ambiguous && (!a->ambiguous || a->also == b->also);
}

static bool check_row(str row) {
	str input = str_cut(&row, '\t'), now = str_cut(&row, '\t'), zone_name = str_cut(&row, '\t');
	const struct zone *zone;
	assert_int_equal(zone_find(zone_name, &zone), ST_OK);
	struct when got = { 0 }, want;
	bool wanted = read_want(&row, &want), found = when_parse(input, instant(now), zone, &got);
	if (found == wanted && (!found || same(&got, &want)))
		return true;
	struct buf text = { 0 };
	buf_printf(&text, "\"%.*s\" at %.*s: got ", STR_FMT(input), STR_FMT(now));
	found ? describe(&text, &got) : buf_lit(&text, "none");
	buf_lit(&text, ", want ");
	wanted ? describe(&text, &want) : buf_lit(&text, "none");
	print_error("%.*s\n", STR_FMT(buf_str(&text)));
	buf_free(&text);
	return false;
}

TEST(when, table) {
	FILE *f = fopen(BOKGI_SOURCE "/test/when/cases.tsv", "r");
	assert_non_null(f);
	char line[1024];
	int rows = 0, wrong = 0;
	while (fgets(line, sizeof line, f)) {
		str row = str_c(line);
		row.n -= str_ends(row, STR("\n"));
		if (str_starts(row, STR("#")) && str_chr(row, '\t') < 0)
			continue;
		if (str_starts(row, STR("# input")))
			continue;
		rows++;
		wrong += !check_row(row);
	}
	fclose(f);
	if (wrong)
		fail_msg("%d of %d rows", wrong, rows);
	assert_true(rows >= 500);
}

TEST(when, tells_where_it_stood) {
	static const struct {
		const char *text;
		size_t from, to;
	} rows[] = {
		{ "14:51 x", 0, 5 }, { "  14:51 x", 2, 7 }, { "[14:51] x", 0, 7 }, { "x (14:51)", 2, 9 }, { "x at 14:51.", 2, 10 }, { "어제 14:51쯤 x", 0, 15 }, { "- 14:51: x", 2, 7 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct when w;
		assert_true(when_parse(str_c(rows[i].text), instant(STR("2026-11-22T07:00:00Z")), zone_utc(), &w));
		if (w.from != rows[i].from || w.to != rows[i].to)
			fail_msg("\"%s\": %zu to %zu", rows[i].text, w.from, w.to);
	}
}

/* Cuts and damages of real inputs: no answer is wrong here, only a read outside (the sanitizers watch) or a place outside the text. */
TEST(when, survives_anything) {
	static const char *const texts[] = { "어제 오후 2시 51분쯤 롤백", "2026-11-22T14:51:00.123+09:00 x", "now-1h30m", "[14:51] x", "the day before yesterday at 2:51 pm", "한 시간 반 전부터", "last friday 14:00",
		"99999 years 99999 months 99999 weeks ago", "99999주 99999주 99999주 전", "x at 14:51 on Nov 22, 2026.", "2026. 11. 22. (일) 14:51 UTC+9", "5월 5일" };
	int64_t now = instant(STR("2026-11-22T07:00:00Z"));
	for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
		size_t n = strlen(texts[t]);
		for (size_t cut = 0; cut <= n; cut++) {
			for (int flip = 0; flip < 9; flip++) {
				char *copy = malloc(cut ? cut : 1);
				assert_non_null(copy);
				memcpy(copy, texts[t], cut);
				if (flip && cut)
					copy[cut * (size_t)flip / 9] = (char)(copy[cut * (size_t)flip / 9] ^ (1 << (flip - 1)));
				struct when w;
				if (when_parse((str){ copy, cut }, now, zone_utc(), &w))
					assert_true(w.from < w.to && w.to <= cut && w.rest.n < cut);
				free(copy);
			}
		}
	}
}
