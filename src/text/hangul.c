#include "text/hangul.h"

enum { FIRST_SYLLABLE = 0xAC00, LAST_SYLLABLE = 0xD7A3, FINALS = 28, PER_INITIAL = 588, RIEUL = 8 };

bool hangul_is_syllable(uint32_t cp) {
	return cp >= FIRST_SYLLABLE && cp <= LAST_SYLLABLE;
}

bool hangul_is_consonant(uint32_t cp) {
	return cp >= 0x3131 && cp <= 0x314E;
}

/* --- initial consonants --- */

/* Text growing in an arena. */
struct pile {
	struct arena *a;
	char *p;
	size_t n, size;
};

static void pile_add(struct pile *t, str s) {
	if (t->size - t->n < s.n) {
		size_t size = (t->n + s.n) * 2 + 16;
		char *p = arena_alloc(t->a, size);
		if (t->n)
			memcpy(p, t->p, t->n);
		t->p = p;
		t->size = size;
	}
	if (s.n)
		memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

static str initial(uint32_t syllable) {
	static const char *const initials[] = { "ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ" };
	return str_c(initials[(syllable - FIRST_SYLLABLE) / PER_INITIAL]);
}

/* Consonants that stand alone stay what they are typed as; folding would make the first letters of syllables of them. */
str hangul_initials(struct arena *a, str s) {
	struct pile out = { .a = a };
	s = utf8_nfc(a, s);
	size_t other = 0;
	for (size_t i = 0, at = 0; i < s.n; at = i) {
		uint32_t cp = utf8_next(s, &i);
		if (!hangul_is_syllable(cp) && !hangul_is_consonant(cp))
			continue;
		pile_add(&out, utf8_fold(a, (str){ s.p + other, at - other }));
		pile_add(&out, hangul_is_syllable(cp) ? initial(cp) : (str){ s.p + at, i - at });
		other = i;
	}
	pile_add(&out, utf8_fold(a, str_from(s, other)));
	return (str){ out.p, out.n };
}

/* --- finals --- */

enum final { NO_FINAL, OTHER_FINAL, RIEUL_FINAL };

static bool lower(char ch) {
	return ch >= 'a' && ch <= 'z';
}

static bool upper(char ch) {
	return ch >= 'A' && ch <= 'Z';
}

static bool vowel(char ch) {
	return ch && strchr("aeiou", ch);
}

static bool has(char ch, const char *set) {
	return ch && strchr(set, ch);
}

/* An English word as it is written in Hangul. Ending in a stop, it has a final after one short vowel (슬랙, 커밋, 백업), else a syllable more (리포트, 클라우드). */
static enum final final_of_word(str w) {
	char last = w.p[w.n - 1], second = w.n > 1 ? w.p[w.n - 2] : 0, third = w.n > 2 ? w.p[w.n - 3] : 0;
	if (last == 'l' || (last == 'e' && second == 'l'))
		return RIEUL_FINAL;
	if (has(last, "mn") || (last == 'g' && second == 'n') || (last == 'e' && has(second, "mn") && vowel(third)))
		return OTHER_FINAL;
	if (str_ends(w, STR("ook")) || str_ends(w, STR("out")) || str_ends(w, STR("ck")) || str_ends(w, STR("pp")))
		return OTHER_FINAL;
	return has(last, "kptbc") && vowel(second) && !vowel(third) ? OTHER_FINAL : NO_FINAL;
}

/* 영 일 이 삼 사 오 육 칠 팔 구; a number that ends in zeros ends in 십, 백, 천, 만 or 억. */
static enum final final_of_digit(char digit) {
	static const enum final finals[] = { OTHER_FINAL, RIEUL_FINAL, NO_FINAL, OTHER_FINAL, NO_FINAL, NO_FINAL, OTHER_FINAL, RIEUL_FINAL, RIEUL_FINAL, NO_FINAL };
	return finals[digit - '0'];
}

/* A letter by its name: 엘, 알; 엠, 엔; the others' names end in vowels. */
static enum final final_of_letter(char letter) {
	return has(letter, "LR") ? RIEUL_FINAL : has(letter, "MN") ? OTHER_FINAL : NO_FINAL;
}

static str latin_word_at_end(str s) {
	size_t n = 0;
	while (n < s.n && (lower(s.p[s.n - 1 - n]) || upper(s.p[s.n - 1 - n])))
		n++;
	return str_from(s, s.n - n);
}

static enum final final_of_latin(str s) {
	char last = s.p[s.n - 1];
	if (last >= '0' && last <= '9')
		return final_of_digit(last);
	str word = latin_word_at_end(s);
	if (upper(last) || word.n == 1)
		return final_of_letter((char)(last & ~0x20));
	return final_of_word(word);
}

static enum final final_of(uint32_t cp) {
	if (hangul_is_syllable(cp)) {
		uint32_t final = (cp - FIRST_SYLLABLE) % FINALS;
		return final == 0 ? NO_FINAL : final == RIEUL ? RIEUL_FINAL : OTHER_FINAL;
	}
	if (cp == 0x3139) /* ㄹ, 리을 */
		return RIEUL_FINAL;
	return hangul_is_consonant(cp) || cp == 0x3093 || cp == 0x30F3 ? OTHER_FINAL : NO_FINAL;
}

/* The last code point of s, which is not empty. */
static size_t last_start(str s) {
	size_t at = s.n - 1;
	while (at > 0 && (s.p[at] & 0xC0) == 0x80)
		at--;
	return at;
}

/* What is not spoken at the end: quotes, brackets, marks. */
static str spoken(str s) {
	while (s.n) {
		size_t at = last_start(s);
		str last = str_from(s, at);
		bool silent = last.n == 1 ? has(last.p[0], "\"')]}>.,!?:;*_`~ ") : str_starts(last, STR("\xE2\x80")) || str_is(last, "」") || str_is(last, "』") || str_is(last, "》");
		if (!silent)
			break;
		s.n = at;
	}
	return s;
}

static enum final final_at_end(str word) {
	word = spoken(word);
	if (word.n == 0)
		return NO_FINAL;
	size_t at = last_start(word), i = at;
	char ch = word.p[at];
	if (lower(ch) || upper(ch) || (ch >= '0' && ch <= '9'))
		return final_of_latin(word);
	return final_of(utf8_next(word, &i));
}

bool hangul_has_final(str word, bool *rieul) {
	enum final f = final_at_end(word);
	*rieul = f == RIEUL_FINAL;
	return f != NO_FINAL;
}

/* --- particles --- */

/* Those that want a final before them; callers may name a pair in either order. */
static bool wants_final(str josa) {
	static const char *const forms[] = { "은", "이", "을", "과", "으로", "아", "이나", "이라", "이라고", "이란", "이랑", "이며", "이고", "이든" };
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (str_is(josa, forms[i]))
			return true;
	return false;
}

str hangul_josa(struct arena *a, str word, str josa) {
	str second = josa, first = str_cut(&second, '/');
	if (!wants_final(first) && wants_final(second)) {
		str swap = first;
		first = second;
		second = swap;
	}
	enum final f = final_at_end(word);
	bool after_final = f == OTHER_FINAL || (f == RIEUL_FINAL && !str_starts(first, STR("으로")));
	return arena_printf(a, "%.*s%.*s", STR_FMT(word), STR_FMT(after_final ? first : second));
}

/* What may be dropped at the end of a word, the longer first; and what has to stand before it: 'f' a final, 'v' none, 'r' none or ㄹ, 0 anything. */
static const struct {
	const char *josa;
	char before;
} endings[] = {
	{ "에서부터", 0 }, { "으로부터", 'f' }, { "로부터", 'r' }, { "에게서", 0 }, { "한테서", 0 }, { "으로서", 'f' }, { "으로써", 'f' }, { "이라도", 'f' },
	{ "에서", 0 }, { "에게", 0 }, { "한테", 0 }, { "께서", 0 }, { "까지", 0 }, { "부터", 0 }, { "처럼", 0 }, { "보다", 0 }, { "마다", 0 }, { "조차", 0 }, { "마저", 0 },
	{ "밖에", 0 }, { "만큼", 0 }, { "대로", 0 }, { "으로", 'f' }, { "로서", 'r' }, { "로써", 'r' }, { "이나", 'f' }, { "이랑", 'f' }, { "이란", 'f' }, { "라도", 'v' },
	{ "은", 'f' }, { "는", 'v' }, { "이", 'f' }, { "가", 'v' }, { "을", 'f' }, { "를", 'v' }, { "과", 'f' }, { "와", 'v' }, { "로", 'r' }, { "의", 0 }, { "에", 0 }, { "도", 0 },
	{ "만", 0 }, { "랑", 'v' },
};

static bool fits(str stem, char before) {
	enum final f = final_at_end(stem);
	return before == 0 || (before == 'f' && f != NO_FINAL) || (before == 'v' && f == NO_FINAL) || (before == 'r' && f != OTHER_FINAL);
}

static str strip_once(str word) {
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		str josa = str_c(endings[i].josa);
		str stem = str_to(word, word.n > josa.n ? word.n - josa.n : 0);
		if (str_ends(word, josa) && utf8_length(stem) >= 2 && fits(stem, endings[i].before))
			return stem;
	}
	return word;
}

/* Twice, for 서버에서는 and 오늘까지도. */
str hangul_strip_josa(str word) {
	str once = strip_once(word);
	return once.n < word.n ? strip_once(once) : word;
}
