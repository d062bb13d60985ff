/* How bad a text says it was, in the words of many houses, as one of our four. Only what leaves no doubt counts: of a scale whose ends are not known ("level 2", "상") nothing
 * follows, and of two severities in one line neither. */
#include "feature/incident/incident.h"
#include "feature/intake/intake_words.h"
#include "text/utf8.h"

enum { UNCLEAR = -1, BY_NUMBER = -2, SAYS_NOTHING = -3 };

/* The longer of two that begin alike comes first. BY_NUMBER: a digit behind it says which. */
static const struct name {
	const char *text; /* folded */
	int severity;
} names[] = {
	{ "severity", BY_NUMBER }, { "sev", BY_NUMBER }, { "s", BY_NUMBER }, { "priority", BY_NUMBER }, { "p", BY_NUMBER },
	{ "심각도", BY_NUMBER }, { "장애등급", BY_NUMBER }, { "등급", BY_NUMBER },
	{ "critical", SEV1 }, { "blocker", SEV1 }, { "catastrophic", SEV1 }, { "emergency", SEV1 }, { "urgent", SEV1 },
	{ "major", SEV2 }, { "high", SEV2 },
	{ "medium", SEV3 }, { "moderate", SEV3 }, { "normal", SEV3 },
	{ "minor", SEV4 }, { "low", SEV4 }, { "trivial", SEV4 },
	{ "치명", SEV1 }, { "최상", SEV1 }, { "심각", SEV1 }, { "긴급", SEV1 },
	{ "높음", SEV2 }, { "보통", SEV3 }, { "중간", SEV3 }, { "낮음", SEV4 }, { "경미", SEV4 },
};

static bool is_digit(str s, size_t i) {
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool is_latin(str s, size_t i) {
	return i < s.n && s.p[i] >= 'a' && s.p[i] <= 'z';
}

/* Nought is above one where it is used at all, and five below four. */
static int by_number(char digit) {
	static const int levels[] = { SEV1, SEV1, SEV2, SEV3, SEV4, SEV4 };
	return digit <= '5' ? levels[digit - '0'] : UNCLEAR;
}

/* The only digit of a number at *i, which is moved behind it; blanks and signs may stand before. */
static int number_at(str s, size_t *i) {
	size_t at = *i;
	while (at < s.n && strchr(" -_.:#", s.p[at]))
		at++;
	if (!is_digit(s, at) || is_digit(s, at + 1))
		return SAYS_NOTHING;
	*i = at + 1;
	return by_number(s.p[at]);
}

static const struct name *name_at(str s, size_t i) {
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		str text = str_c(names[k].text);
		bool latin = is_latin(text, 0), whole = !latin || (!is_latin(s, i + text.n) && (i == 0 || (!is_latin(s, i - 1) && !is_digit(s, i - 1))));
		if (whole && str_starts(str_from(s, i), text))
			return &names[k];
	}
	return NULL;
}

/* "1등급", "2급" */
static int grade_at(str s, size_t *i) {
	size_t at = *i;
	bool alone = is_digit(s, at) && !is_digit(s, at + 1) && (at == 0 || (!is_digit(s, at - 1) && s.p[at - 1] != '.'));
	str rest = alone ? str_trim(str_from(s, at + 1)) : STR_NONE;
	if (!str_starts(rest, STR("등급")) && !str_starts(rest, STR("급")))
		return SAYS_NOTHING;
	*i = (size_t)(rest.p - s.p) + (str_starts(rest, STR("등급")) ? strlen("등급") : strlen("급"));
	return by_number(s.p[at]);
}

/* What stands at *i, which is moved behind it. */
static int next(str s, size_t *i) {
	int grade = grade_at(s, i);
	const struct name *name = grade == SAYS_NOTHING ? name_at(s, *i) : NULL;
	*i += name ? strlen(name->text) : grade == SAYS_NOTHING;
	return !name ? grade : name->severity == BY_NUMBER ? number_at(s, i) : name->severity;
}

int severity_in_words(struct arena *a, str words) {
	str s = str_trim(utf8_fold(a, str_to(words, 200)));
	int found = SAYS_NOTHING;
	if (s.n == 1 && is_digit(s, 0)) /* the label said what it is */
		return by_number(s.p[0]);
	for (size_t i = 0; i < s.n;) {
		int one = next(s, &i);
		if (one != SAYS_NOTHING && found != SAYS_NOTHING && one != found)
			return UNCLEAR;
		found = one == SAYS_NOTHING ? found : one;
	}
	return found == SAYS_NOTHING ? UNCLEAR : found;
}
