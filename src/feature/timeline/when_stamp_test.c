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
	{ "04:49 PM UTC renamed", 0, 0, 0, 16 * 3600 + 49 * 60, "UTC", " renamed", false, false },
	{ "17:14pm", 0, 0, 0, 17 * 3600 + 14 * 60, "", "", false, false },
	{ "10:45a a", 0, 0, 0, 10 * 3600 + 45 * 60, "", " a", false, false },
	{ "[13:20] x", 0, 0, 0, 13 * 3600 + 20 * 60, "", " x", false, false },
	{ "~16:05:00", 0, 0, 0, 16 * 3600 + 300, "", "", true, false },
	{ "2020-11-17 10:45~ x", 2020, 11, 17, 10 * 3600 + 45 * 60, "", " x", true, false },
	{ "2018-07-08 ca. 18:30", 2018, 7, 8, 18 * 3600 + 1800, "", "", true, false },
	{ "16:05:57-58 x", 0, 0, 0, 16 * 3600 + 357, "", " x", false, false },
	{ "16:06:00 - 16:16:00 x", 0, 0, 0, 16 * 3600 + 360, "", " x", false, false },
	{ "June 14th, 2022, 10:00 AM: x", 2022, 6, 14, 36000, "", ": x", false, false },
	{ "February 15, 2024: 7:56am UTC", 2024, 2, 15, 7 * 3600 + 56 * 60, "UTC", "", false, false },
	{ "5:40PM on November 18th, x", 0, 11, 18, 17 * 3600 + 2400, "", ", x", false, false },
	{ "5-26-21", 2021, 5, 26, -1, "", "", false, false },
	{ "4/21/23-4/25/23", 2023, 4, 21, -1, "", "", false, false },
	{ "24/07/25", 2025, 7, 24, -1, "", "", false, false },
	{ "2022-02-?? ??:?? x", 2022, 2, 0, -1, "", " x", false, true },
	{ "2024-03-13 14:?? x", 2024, 3, 13, -1, "", " x", false, true },
	{ "7:09 AM Eastern: x", 0, 0, 0, 7 * 3600 + 540, "Eastern", ": x", false, false },
	{ "13:14 EDT (17:14 UTC): x", 0, 0, 0, 13 * 3600 + 14 * 60, "EDT", ": x", false, false },
	{ "15:38 CST x", 0, 0, 0, 15 * 3600 + 38 * 60, "CST", " x", false, false },
	{ "'22.10.15(토) 15:19, 불", 2022, 10, 15, 15 * 3600 + 19 * 60, "", ", 불", false, false },
	{ "10.19일 05시경 전력", 0, 10, 19, 5 * 3600, "", " 전력", true, false },
	{ "2018년 2월 2일 오전 8시 30분쯤, 전원", 2018, 2, 2, 8 * 3600 + 1800, "", ", 전원", true, false },
	{ "20일 23시경 정상", 0, 0, 20, 23 * 3600, "", " 정상", true, false },
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
		"May nodes be up", "11-22", "5시간 걸렸다", "127시간 33분" };
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
