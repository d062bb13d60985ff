#include "base/testing.h"
#include "text/tokenize.h"

struct list {
	struct token token[4000];
	size_t n;
	str text;
};

static enum st keep(void *data, const struct token *t) {
	struct list *l = data;
	assert_true(l->n < 4000 && t->from < t->to && t->to <= l->text.n && t->text.n > 0);
	assert_int_equal(t->position, l->n);
	l->token[l->n++] = *t;
	return ST_OK;
}

static struct list *tokens(struct arena *a, str text) {
	static struct list l;
	l = (struct list){ .text = text };
	assert_int_equal(tokenize(a, text, &l, keep), ST_OK);
	return &l;
}

TEST(tokenize, words_and_pairs) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" }, { " .,;— 😀", "" }, { "Hello, World", "hello world" }, { "장애", "장애 애" }, { "장", "장" }, { "결제 장애", "결제 제 장애 애" },
		{ "결제장애", "결제 제장 장애 애" }, { "API를 v2로", "api 를 v2 로" }, { "http_requests_total{code=\"500\"}", "http requests total code 500" }, { "Café CAFE\u0301 Straße", "café café strasse" },
		{ "東京サーバー", "東京 京サ サー ーバ バー ー" }, { "ﾊﾝｶﾞ", "ハン ンガ ガ" }, { "\u1100\u1161\u11A8\u1102\u1161", "각나 나" }, { "ㅋㅋㅋ", "ㅋㅋ ㅋㅋ ㅋ" },
		{ "か\u3099く", "がく く" }, { "INC-7 10.0.0.1", "inc 7 10 0 0 1" }, { "\u0301a", "a" }, { "Привет МИР", "привет мир" }, { "ＡＢ１", "ab1" }, { "𠀀𠀁", "𠀀𠀁 𠀁" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf got = { 0 };
		const struct list *l = tokens(a, str_c(cases[i].in));
		for (size_t k = 0; k < l->n; k++) {
			if (k)
				buf_addc(&got, ' ');
			buf_add(&got, l->token[k].text);
		}
		assert_str(buf_str(&got), cases[i].want);
		buf_free(&got);
	}
	arena_free(a);
}

TEST(tokenize, tokens_know_their_place_in_the_text) {
	struct arena *a = arena_new(0);
	str in = STR("a \u1100\u1161\u11A8나 CAFE\u0301!");
	const struct list *l = tokens(a, in);
	static const char *const want[] = { "a", "\u1100\u1161\u11A8나", "나", "CAFE\u0301" };
	assert_int_equal(l->n, 4);
	for (size_t i = 0; i < l->n; i++)
		assert_str(((str){ in.p + l->token[i].from, l->token[i].to - l->token[i].from }), want[i]);
	arena_free(a);
}

static enum st stop(void *data, const struct token *t) {
	return t->position == *(int *)data ? ST_TOO_MANY : ST_OK;
}

TEST(tokenize, the_caller_can_stop) {
	struct arena *a = arena_new(0);
	for (int at = 0; at < 5; at++)
		assert_int_equal(tokenize(a, STR("가나다 b c"), &at, stop), ST_TOO_MANY);
	assert_int_equal(tokenize(a, STR("가나다 b c"), &(int){ 5 }, stop), ST_OK);
	arena_free(a);
}

TEST(tokenize, a_very_long_word_is_cut_alike_in_text_and_query) {
	struct arena *a = arena_new(0);
	struct buf b = { 0 };
	for (int i = 0; i < 200; i++)
		buf_lit(&b, "é");
	const struct list *l = tokens(a, buf_str(&b));
	assert_int_equal(l->n, 1);
	assert_true(l->token[0].text.n == 120 && l->token[0].to == b.n && utf8_valid(l->token[0].text));
	buf_free(&b);
	arena_free(a);
}

/* term = tokens, '*' prefix, '!' initials */
static void assert_query(struct arena *a, const char *in, const char *want) {
	const struct query_term *t;
	struct buf got = { 0 };
	size_t n = tokenize_query(a, str_c(in), &t);
	for (size_t i = 0; i < n; i++) {
		buf_add(&got, i ? STR(" | ") : STR_NONE);
		for (size_t k = 0; k < t[i].count; k++) {
			buf_add(&got, k ? STR(" ") : STR_NONE);
			buf_add(&got, t[i].tokens[k]);
		}
		buf_add(&got, t[i].initials ? STR("!") : t[i].prefix ? STR("*") : STR_NONE);
	}
	if (!str_is(buf_str(&got), want))
		fail_msg("%s: got \"%.*s\", want \"%s\"", in, STR_FMT(buf_str(&got)), want);
	buf_free(&got);
}

TEST(tokenize, queries) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" }, { "  ?! \"\" ", "" }, { "Hello wor", "hello | wor*" }, { "장애", "장애" }, { "장", "장*" }, { "장애가", "장애" }, { "(장애가?) 복구는", "장애 | 복구" },
		{ "결제장애 시간", "결제 제장 장애 | 시간" }, { "API를", "api*" }, { "api서버", "api 서버" }, { "서버api", "서버 api*" }, { "\"장애 보고\"", "장애 보고" }, { "\"제 서비스\"", "제* | 서비 비스" }, { "\"장애가\" x", "장애 애가 | x*" },
		{ "\"red flag", "red flag" }, { "ㅈㅇ", "ㅈㅇ!" }, { "ㅈㅇ 결제", "ㅈㅇ! | 결제" }, { "INC-7", "inc 7*" }, { "a\"b c\"d", "a | b c | d*" }, { "\u110C\u1161\u11BC\u110B\u1162", "장애" },
		{ "db 장", "db | 장*" }, { "\"a 장\"", "a 장*" }, { "10.0.0.1 ", "10 0 0 1*" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_query(a, cases[i].in, cases[i].want);
	arena_free(a);
}

/* As the index has them: what stands in a pair is there only for those who ask for one syllable. */
static bool found_at(const struct list *l, size_t at, const struct query_term *t) {
	for (size_t k = 0; k < t->count; k++) {
		while (t->count > 1 && at + k < l->n && l->token[at + k].in_pair)
			at++;
		if (at + k >= l->n)
			return false;
		str have = l->token[at + k].text;
		if (!str_eq(have, t->tokens[k]) && !(t->prefix && k + 1 == t->count && str_starts(have, t->tokens[k])))
			return false;
	}
	return true;
}

static bool found(const struct list *l, const struct query_term *t) {
	for (size_t at = 0; at < l->n; at++)
		if (found_at(l, at, t))
			return true;
	return false;
}

/* Recall: whatever stretch of a Korean text one copies into the search field, quoted or not, the text is found. */
TEST(tokenize, every_stretch_of_a_text_finds_it) {
	static const char text[] = "결제 서비스가 14:02부터 응답하지 않았다. Redis 연결이 끊겨서(타임아웃 30초) 재시도가 폭주했고, 東京リージョン의 API서버 2대가 멈춤. 각자 복구를 시도!";
	struct arena *a = arena_new(0);
	const struct list *l = tokens(a, STR(text));
	size_t starts[200], n = 0, queries = 0;
	for (size_t i = 0; i < sizeof text - 1; utf8_next(STR(text), &i))
		starts[n++] = i;
	starts[n] = sizeof text - 1;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k <= n && k <= i + 12; k++) {
			str part = { text + starts[i], starts[k] - starts[i] };
			const struct query_term *t;
			bool latin = (i > 0 && !(text[starts[i] - 1] & 0x80) && text[starts[i] - 1] > ' ');
			size_t count = tokenize_query(a, part, &t);
			for (size_t q = 0; !latin && q < count; q++, queries++)
				if (!found(l, &t[q]))
					fail_msg("%.*s", STR_FMT(part));
			bool whole = k == n || (text[starts[k]] & 0x80) || text[starts[k]] == ' ';
			if (latin || !whole)
				continue;
			count = tokenize_query(a, arena_printf(a, "\"%.*s\"", STR_FMT(part)), &t);
			for (size_t q = 0; q < count; q++)
				if (!found(l, &t[q]))
					fail_msg("\"%.*s\"", STR_FMT(part));
		}
	}
	assert_true(queries > 500);
	arena_free(a);
}
