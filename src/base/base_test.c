#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/json.h"
#include "base/testing.h"

TEST(str, control_characters_are_found_wherever_they_stand) {
	char text[40];
	for (int ch = 0; ch < 256; ch++)
		for (size_t at = 0; at < sizeof text; at++) {
			memset(text, at % 2 ? 'x' : 0x80 | (int)at, sizeof text);
			text[at] = (char)ch;
			assert_int_equal(str_has_control(str_n(text, sizeof text)), (ch < ' ' && ch != '\t') || ch == 0x7f);
			assert_int_equal(str_has_control(str_n(text, at)), false);
		}
	assert_false(str_has_control(STR_NONE));
}

TEST(str, cut_walks_every_piece) {
	str rest = STR("a,,b");
	assert_str(str_cut(&rest, ','), "a");
	assert_str(str_cut(&rest, ','), "");
	assert_str(str_cut(&rest, ','), "b");
	assert_null(rest.p);
}

TEST(str, i64_refuses_what_does_not_fit) {
	static const struct { const char *in; bool ok; int64_t want; } cases[] = {
		{ "0", true, 0 }, { "-12", true, -12 }, { "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN }, { "9223372036854775808", false, 0 },
		{ "", false, 0 }, { "-", false, 0 }, { "1 ", false, 0 }, { "0x1", false, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t v = 0;
		assert_int_equal(str_i64(str_c(cases[i].in), &v), cases[i].ok);
		if (cases[i].ok)
			assert_true(v == cases[i].want);
	}
}

TEST(arena, out_of_memory_comes_back_to_the_guard) {
	struct arena *a = arena_new(1000);
	struct arena_guard g;
	volatile bool failed = false;
	if (arena_guard(a, &g))
		failed = true;
	else
		for (int i = 0; i < 100; i++)
			arena_alloc(a, 64);
	arena_guard_pop(a);
	assert_true(failed);
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	arena_free(a);
}

TEST(buf, failure_is_sticky) {
	struct buf b = { .limit = 300 };
	for (int i = 0; i < 100; i++)
		buf_lit(&b, "0123456789");
	assert_false(buf_ok(&b));
	buf_clear(&b);
	buf_i64(&b, INT64_MIN);
	assert_str(buf_str(&b), "-9223372036854775808");
	buf_free(&b);
}

TEST(json, writer_refuses_a_wrong_order_of_calls) {
	struct buf b = { 0 };
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	jw_kstr(&w, "a", STR("</script>\"\n\x01 복기"));
	jw_karr(&w, "b");
	jw_i64(&w, -1);
	jw_null(&w);
	jw_end(&w);
	jw_end(&w);
	assert_true(jw_ok(&w));
	assert_str(buf_str(&b), "{\"a\":\"\\u003c/script\\u003e\\\"\\n\\u0001 복기\",\"b\":[-1,null]}");
	jw_init(&w, &b);
	jw_arr(&w);
	jw_key(&w, "a");
	jw_end(&w);
	assert_false(jw_ok(&w));
	jw_init(&w, &b);
	jw_obj(&w);
	assert_false(jw_ok(&w));
	buf_free(&b);
}

TEST(clock, civil_and_back_for_every_day_of_four_centuries) {
	for (int64_t day = civil_days(1800, 1, 1); day < civil_days(2200, 1, 1); day++) {
		struct civil c = civil_from_us(day * US_PER_DAY + 1);
		assert_true(civil_valid(&c) && civil_to_us(&c) == day * US_PER_DAY + 1);
	}
	assert_int_equal(civil_from_us(civil_days(2026, 11, 22) * US_PER_DAY).weekday, 0);
}

TEST(json, rfc3339_reads_what_it_writes_and_refuses_half_a_time) {
	static const struct { const char *in, *out; } cases[] = {
		{ "2026-11-22T14:51:03+09:00", "2026-11-22T05:51:03Z" }, { "2026-11-22T14:51Z", "2026-11-22T14:51:00Z" },
		{ "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z" }, { "2024-02-29 00:00:00.000001-00:30", "2024-02-29T00:30:00.000001Z" },
		{ "2026-02-29T00:00:00Z", NULL }, { "2026-11-22", NULL }, { "2026-11-22T14:51:03", NULL }, { "2026-11-22T24:00:00Z", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t us;
		assert_int_equal(time_parse_rfc3339(str_c(cases[i].in), &us), cases[i].out != NULL);
		if (!cases[i].out)
			continue;
		struct buf b = { 0 };
		time_format_rfc3339(&b, us);
		assert_str(buf_str(&b), cases[i].out);
		buf_free(&b);
	}
}

TEST(str, dup_ends_where_the_string_ends) {
	const char *all = "복기 and more";
	char *copy = str_dup(str_n(all, strlen("복기"))), *empty = str_dup(STR_NONE);
	assert_string_equal(copy, "복기");
	assert_string_equal(empty, "");
	free(copy);
	free(empty);
}

TEST(json, every_byte_is_quoted_as_one_by_one) {
	char text[3];
	for (int ch = 0; ch < 256; ch++) {
		struct buf got = { 0 }, want = { 0 };
		memcpy(text, (char[]){ 'a', (char)ch, 'b' }, 3);
		json_quote(&got, str_n(text, 3));
		static const char short_ones[] = "\b\t\n\f\r\"\\";
		const char *known = strchr(short_ones, ch);
		if (ch && known)
			buf_printf(&want, "\"a\\%cb\"", "btnfr\"\\"[known - short_ones]);
		else if (ch < ' ' || strchr("<>&\x7f", ch))
			buf_printf(&want, "\"a\\u%04xb\"", ch);
		else
			buf_printf(&want, "\"a%cb\"", ch);
		assert_true(str_eq(buf_str(&got), buf_str(&want)));
		buf_free(&got);
		buf_free(&want);
	}
	struct buf none = { 0 };
	json_quote(&none, STR_NONE);
	assert_str(buf_str(&none), "\"\"");
	buf_free(&none);
}
