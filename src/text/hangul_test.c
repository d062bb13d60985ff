#include "base/testing.h"
#include "text/hangul.h"

TEST(hangul, initials) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" }, { "장애", "ㅈㅇ" }, { "결제 API 장애 보고서 2", "ㄱㅈ api ㅈㅇ ㅂㄱㅅ 2" }, { "까닭힣", "ㄲㄷㅎ" }, { "ㅈㅇ", "ㅈㅇ" }, { "\u1100\u1161\u11A8", "ㄱ" },
		{ "Café장", "caféㅈ" }, { "ㄱㅏ", "ㄱ\u1161" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(hangul_initials(a, str_c(cases[i].in)), cases[i].want);
	arena_free(a);
}

TEST(hangul, particles_fit_the_word_as_it_is_spoken) {
	static const struct { const char *word, *eun, *i, *eul, *gwa, *euro; } cases[] = {
		{ "장애", "는", "가", "를", "와", "로" }, { "복구", "는", "가", "를", "와", "로" }, { "사건", "은", "이", "을", "과", "으로" },
		{ "김민준", "은", "이", "을", "과", "으로" }, { "서울", "은", "이", "을", "과", "로" }, { "이슬", "은", "이", "을", "과", "로" }, { "각", "은", "이", "을", "과", "으로" },
		{ "INC-0", "은", "이", "을", "과", "으로" }, { "INC-1", "은", "이", "을", "과", "로" }, { "INC-2", "는", "가", "를", "와", "로" }, { "INC-3", "은", "이", "을", "과", "으로" },
		{ "INC-4", "는", "가", "를", "와", "로" }, { "INC-5", "는", "가", "를", "와", "로" }, { "INC-6", "은", "이", "을", "과", "으로" }, { "INC-7", "은", "이", "을", "과", "로" },
		{ "INC-8", "은", "이", "을", "과", "로" }, { "INC-9", "는", "가", "를", "와", "로" }, { "10", "은", "이", "을", "과", "으로" },
		{ "API", "는", "가", "를", "와", "로" }, { "SQL", "은", "이", "을", "과", "로" }, { "PM", "은", "이", "을", "과", "으로" }, { "DNS", "는", "가", "를", "와", "로" },
		{ "CDN", "은", "이", "을", "과", "으로" }, { "VR", "은", "이", "을", "과", "로" }, { "Redis", "는", "가", "를", "와", "로" }, { "Slack", "은", "이", "을", "과", "으로" },
		{ "server", "는", "가", "를", "와", "로" }, { "pipeline", "은", "이", "을", "과", "으로" }, { "table", "은", "이", "을", "과", "로" }, { "email", "은", "이", "을", "과", "로" },
		{ "commit", "은", "이", "을", "과", "으로" }, { "report", "는", "가", "를", "와", "로" }, { "timeout", "은", "이", "을", "과", "으로" }, { "cloud", "는", "가", "를", "와", "로" },
		{ "monitoring", "은", "이", "을", "과", "으로" }, { "metric", "은", "이", "을", "과", "으로" }, { "team", "은", "이", "을", "과", "으로" }, { "root", "는", "가", "를", "와", "로" },
		{ "\"사건\"", "은", "이", "을", "과", "으로" }, { "장애(결제)", "는", "가", "를", "와", "로" }, { "「사건」", "은", "이", "을", "과", "으로" }, { "“서울”", "은", "이", "을", "과", "로" },
		{ "50%", "는", "가", "를", "와", "로" }, { "", "는", "가", "를", "와", "로" }, { "?!", "는", "가", "를", "와", "로" }, { "ㄹ", "은", "이", "을", "과", "로" },
		{ "カン", "은", "이", "을", "과", "으로" }, { "😀", "는", "가", "를", "와", "로" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str w = str_c(cases[i].word);
		const char *want[] = { cases[i].eun, cases[i].i, cases[i].eul, cases[i].gwa, cases[i].euro };
		static const char *const pairs[] = { "은/는", "이/가", "을/를", "과/와", "으로/로" };
		for (int k = 0; k < 5; k++)
			assert_str(hangul_josa(a, w, str_c(pairs[k])), arena_printf(a, "%s%s", cases[i].word, want[k]).p);
	}
	assert_str(hangul_josa(a, STR("사건"), STR("와/과")), "사건과");
	assert_str(hangul_josa(a, STR("서울"), STR("로/으로")), "서울로");
	bool rieul;
	assert_true(hangul_has_final(STR("서울"), &rieul) && rieul);
	assert_true(hangul_has_final(STR("사건"), &rieul) && !rieul);
	assert_false(hangul_has_final(STR("장애"), &rieul) || rieul);
	arena_free(a);
}

TEST(hangul, particles_are_dropped_from_queries) {
	static const struct { const char *in, *want; } cases[] = {
		{ "장애가", "장애" }, { "장애를", "장애" }, { "장애", "장애" }, { "결과", "결과" }, { "효과가", "효과" }, { "서버에서", "서버" }, { "서버에서는", "서버" }, { "데이터베이스로", "데이터베이스" },
		{ "사건으로", "사건" }, { "서울로", "서울" }, { "사건와", "사건와" }, { "장애과", "장애과" }, { "오늘까지도", "오늘" }, { "API를", "API" }, { "Redis에서", "Redis" }, { "회의", "회의" },
		{ "장애의", "장애" }, { "를", "를" }, { "", "" }, { "abc", "abc" }, { "팀은", "팀은" }, { "복구부터", "복구" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(hangul_strip_josa(str_c(cases[i].in)), cases[i].want);
}
