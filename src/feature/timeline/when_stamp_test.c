#include "base/testing.h"
#include "feature/timeline/when_stamp.h"

/* What is written → year-month-day hour:minute:second, zone, and what stands behind. */
static const struct {
	const char *text;
	int year, month, day, seconds;
	const char *zone, *rest;
	bool approximate, open;
} stamps[] = {
	{ "2024-03-05 14:03 started", 2024, 3, 5, 14 * 3600 + 180, "", " started", false, false },
	{ "2024-03-05T14:03:20Z", 2024, 3, 5, 14 * 3600 + 200, "Z", "", false, false },
	{ "04:05 PM UTC renamed", 0, 0, 0, 16 * 3600 + 5 * 60, "UTC", " renamed", false, false },
	{ "15:20pm", 0, 0, 0, 15 * 3600 + 20 * 60, "", "", false, false },
	{ "9:05a a", 0, 0, 0, 9 * 3600 + 5 * 60, "", " a", false, false },
	{ "[13:05] x", 0, 0, 0, 13 * 3600 + 5 * 60, "", " x", false, false },
	{ "~15:05:00", 0, 0, 0, 15 * 3600 + 300, "", "", true, false },
	{ "2020-03-21 09:20~ x", 2020, 3, 21, 9 * 3600 + 20 * 60, "", " x", true, false },
	{ "2020-03-21 ca. 19:30", 2020, 3, 21, 19 * 3600 + 1800, "", "", true, false },
	{ "15:05:10-20 x", 0, 0, 0, 15 * 3600 + 310, "", " x", false, false },
	{ "15:06:00 - 15:16:00 x", 0, 0, 0, 15 * 3600 + 360, "", " x", false, false },
	{ "March 21st, 2020, 10:00 AM: x", 2020, 3, 21, 36000, "", ": x", false, false },
	{ "March 21, 2020: 8:05am UTC", 2020, 3, 21, 8 * 3600 + 5 * 60, "UTC", "", false, false },
	{ "5:20PM on March 21st, x", 0, 3, 21, 17 * 3600 + 1200, "", ", x", false, false },
	{ "3-21-20", 2020, 3, 21, -1, "", "", false, false },
	{ "3/21/20-3/25/20", 2020, 3, 21, -1, "", "", false, false },
	{ "21/03/20", 2020, 3, 21, -1, "", "", false, false },
	{ "2020-03-?? ??:?? x", 2020, 3, 0, -1, "", " x", false, true },
	{ "2020-03-21 14:?? x", 2020, 3, 21, -1, "", " x", false, true },
	{ "7:05 AM Eastern: x", 0, 0, 0, 7 * 3600 + 300, "Eastern", ": x", false, false },
	{ "09:30 EDT (13:30 UTC): x", 0, 0, 0, 9 * 3600 + 30 * 60, "EDT", ": x", false, false },
	{ "15:05 CST x", 0, 0, 0, 15 * 3600 + 5 * 60, "CST", " x", false, false },
	{ "'20.3.21(토) 15:20, 글", 2020, 3, 21, 15 * 3600 + 20 * 60, "", ", 글", false, false },
	{ "3.21일 06시경 배포", 0, 3, 21, 6 * 3600, "", " 배포", true, false },
	{ "2020년 3월 21일 오전 7시 20분쯤, 배포", 2020, 3, 21, 7 * 3600 + 1200, "", ", 배포", true, false },
	{ "21일 22시경 복구", 0, 0, 21, 22 * 3600, "", " 복구", true, false },
};

TEST(timeline, stamps_say_what_is_written) {
	for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
		struct when_stamp s;
		str text = str_c(stamps[i].text);
		if (!when_stamp_at(text, 0, &s))
			fail_msg("no stamp: %s", stamps[i].text);
		if (s.year != stamps[i].year || s.month != stamps[i].month || s.day != stamps[i].day || s.seconds != stamps[i].seconds ||
			s.approximate != stamps[i].approximate || s.open != stamps[i].open)
			fail_msg(
				"%s: read as %d-%d-%d %d s, about %d, open %d", stamps[i].text, s.year, s.month, s.day, s.seconds, s.approximate, s.open);
		assert_str(s.zone, stamps[i].zone);
		assert_str(str_from(text, s.to), stamps[i].rest);
	}
}

TEST(timeline, versions_and_amounts_are_no_stamps) {
	static const char *const texts[] = { "1.14 was upgraded", "3/4 pods failed", "10 nodes", "v2.41", "25:10 x", "10.0.0.1:80", "2024",
		"May nodes be up", "11-22", "5시간 걸렸다", "40시간 10분" };
	struct when_stamp s;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (when_stamp_at(str_c(texts[i]), 0, &s))
			fail_msg("%s: read as a stamp up to byte %zu", texts[i], s.to);
}

TEST(timeline, a_stamp_is_found_inside_a_text) {
	struct when_stamp s;
	str text = STR("2 of 3 pods (v1.14) failed at 14:51 UTC on day one");
	assert_true(when_stamp_find(text, 0, &s));
	assert_int_equal(s.seconds, 14 * 3600 + 51 * 60);
	assert_str(s.zone, "UTC");
	assert_false(when_stamp_find(text, s.to, &s));
}

TEST(timeline, zones_are_known_by_name) {
	static const struct {
		const char *text, *name;
		bool known;
		int offset;
	} zones[] = { { "All times in CET.", "CET", true, 3600 }, { "times are GMT+2 here", "GMT+2", true, 7200 },
		{ "(all times PST)", "PST", true, -28800 }, { "IST", "IST", false, 0 } };
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		str name;
		bool known;
		int offset = 0;
		assert_true(when_zone_find(str_c(zones[i].text), &name, &known, &offset));
		assert_str(name, zones[i].name);
		assert_int_equal(known, zones[i].known);
		assert_int_equal(offset, zones[i].offset);
	}
	str name;
	bool known;
	int offset;
	assert_false(when_zone_find(STR("UTCX and a Zebra"), &name, &known, &offset));
}
