#include "base/testing.h"

#include "base/json.h"
#include "core/wording.h"

static int64_t instant(const char *rfc3339) {
	int64_t us;
	assert_true(time_parse_rfc3339(str_c(rfc3339), &us));
	return us;
}

static const struct zone *seoul(void) {
	const struct zone *z;
	assert_int_equal(zone_find(STR("Asia/Seoul"), &z), ST_OK);
	assert_int_equal(i18n_init(), ST_OK);
	return z;
}

#define assert_words(call, want)                                                                                                \
	do {                                                                                                                        \
		struct buf out = { 0 };                                                                                                 \
		call;                                                                                                                   \
		assert_true(buf_ok(&out));                                                                                              \
		assert_str(buf_str(&out), want);                                                                                        \
		buf_free(&out);                                                                                                         \
	} while (0)

TEST(wording, dates_and_moments) {
	static const struct {
		const char *at, *en, *ko;
	} rows[] = {
		{ "2026-11-22T05:51:59Z", "22 Nov 2026, 14:51", "2026년 11월 22일 (일) 14:51" },
		{ "2026-11-22T15:00:00Z", "23 Nov 2026, 00:00", "2026년 11월 23일 (월) 00:00" },
		{ "2024-02-29T03:05:00Z", "29 Feb 2024, 12:05", "2024년 2월 29일 (목) 12:05" },
	};
	const struct zone *zone = seoul();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_words(wording_moment(&out, LANG_EN, zone, instant(rows[i].at), false), rows[i].en);
		assert_words(wording_moment(&out, LANG_KO, zone, instant(rows[i].at), false), rows[i].ko);
	}
	assert_words(wording_moment(&out, LANG_EN, zone, instant(rows[0].at), true), "22 Nov 2026, 14:51 KST");
	assert_words(wording_date(&out, LANG_EN, 2026, 12, 1), "1 Dec 2026");
	assert_words(wording_date(&out, LANG_KO, 2026, 12, 1), "2026년 12월 1일 (화)");
	assert_words(wording_clock(&out, zone, instant("2026-11-21T15:05:00Z")), "00:05");
}

TEST(wording, durations) {
	static const struct {
		int64_t seconds;
		const char *en, *ko;
	} rows[] = {
		{ 0, "0 s", "0초" },
		{ 59, "59 s", "59초" },
		{ 60, "1 min", "1분" },
		{ 90, "1 min 30 s", "1분 30초" },
		{ 5220, "1 h 27 min", "1시간 27분" },
		{ 5279, "1 h 27 min", "1시간 27분" },
		{ 3600, "1 h", "1시간" },
		{ 3659, "1 h", "1시간" },
		{ 86400, "1 day", "1일" },
		{ 86400 * 2 + 3600 * 3, "2 days 3 h", "2일 3시간" },
		{ 86400 * 400, "400 days", "400일" },
		{ -5220, "−1 h 27 min", "−1시간 27분" },
	};
	seoul();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_words(wording_duration(&out, LANG_EN, rows[i].seconds), rows[i].en);
		assert_words(wording_duration(&out, LANG_KO, rows[i].seconds), rows[i].ko);
	}
	assert_words(wording_duration(&out, LANG_EN, INT64_MIN), "−2147483647 days 15 h");
}

TEST(wording, relative) {
	static const struct {
		const char *at, *en, *ko;
	} rows[] = {
		{ "2026-11-22T07:00:00Z", "just now", "방금" },          { "2026-11-22T06:59:01Z", "just now", "방금" },     { "2026-11-22T06:59:00Z", "1 min ago", "1분 전" },
		{ "2026-11-22T06:50:00Z", "10 min ago", "10분 전" },     { "2026-11-22T05:33:00Z", "1 h ago", "1시간 전" },  { "2026-11-21T06:59:00Z", "1 day ago", "1일 전" },
		{ "2026-11-12T07:00:00Z", "10 days ago", "10일 전" },    { "2026-10-22T07:00:00Z", "22 Oct 2026", "2026년 10월 22일 (목)" },
		{ "2026-11-22T07:00:30Z", "just now", "방금" },          { "2026-11-22T07:10:00Z", "in 10 min", "10분 뒤" }, { "2026-11-24T07:10:00Z", "in 2 days", "2일 뒤" },
		{ "2027-01-01T07:10:00Z", "1 Jan 2027", "2027년 1월 1일 (금)" },
	};
	const struct zone *zone = seoul();
	int64_t now = instant("2026-11-22T07:00:00Z");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_words(wording_relative(&out, LANG_EN, zone, instant(rows[i].at), now), rows[i].en);
		assert_words(wording_relative(&out, LANG_KO, zone, instant(rows[i].at), now), rows[i].ko);
	}
}

TEST(wording, lists) {
	const str items[] = { STR("결제"), STR("검색"), STR("푸시") };
	seoul();
	assert_words(wording_list(&out, LANG_EN, items, 0), "");
	assert_words(wording_list(&out, LANG_EN, items, 1), "결제");
	assert_words(wording_list(&out, LANG_EN, items, 2), "결제 and 검색");
	assert_words(wording_list(&out, LANG_EN, items, 3), "결제, 검색 and 푸시");
	assert_words(wording_list(&out, LANG_KO, items, 3), "결제, 검색, 푸시");
}
