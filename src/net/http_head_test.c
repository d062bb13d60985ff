#include "net/http_head.h"

#include <stdio.h>

#include "base/testing.h"

static struct http_refusal parse(const char *target, struct http_head *head) {
	static char room[HTTP_TARGET_MAX + 1];
	return http_target_parse(str_c(target), room, head);
}

TEST(http_head, target_is_cut_before_it_is_decoded) {
	struct http_head h;
	assert_int_equal(parse("/api/a%2Fb/%ED%95%9C+x?q=%41&r", &h).status, 0);
	assert_int_equal(h.segment_count, 3);
	assert_str(h.segments[0], "api");
	assert_str(h.segments[1], "a/b");
	assert_str(h.segments[2], "한+x");
	assert_str(h.path, "/api/a%2Fb/%ED%95%9C+x");
	assert_str(h.query, "q=%41&r");
}

TEST(http_head, slashes_make_segments) {
	static const struct {
		const char *target;
		size_t n;
	} table[] = { { "/", 0 }, { "/?a", 0 }, { "/a", 1 }, { "/a/", 2 }, { "//", 2 }, { "/a//b", 3 }, { "/..", 1 } };
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct http_head h;
		assert_int_equal(parse(table[i].target, &h).status, 0);
		assert_int_equal(h.segment_count, table[i].n);
	}
}

TEST(http_head, bad_targets_are_refused) {
	static const struct {
		const char *target;
		int status;
	} table[] = { { "", 400 }, { "*", 400 }, { "http://x/", 400 }, { "/%00", 400 }, { "/a%0", 400 }, { "/%", 400 }, { "/%zz", 400 }, { "/a b", 400 }, { "/a\x01", 400 },
		{ "/%ff", 400 }, { "/%c0%af", 400 }, { "/\xed\xa0\x80", 400 }, { "/a#b", 400 }, { "/a?b\x7f", 400 }, { "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", 404 } };
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct http_head h;
		assert_int_equal(parse(table[i].target, &h).status, table[i].status);
	}
	char longest[HTTP_TARGET_MAX + 2];
	memset(longest, 'a', sizeof longest);
	longest[0] = '/';
	longest[HTTP_TARGET_MAX] = '\0';
	struct http_head h;
	assert_int_equal(parse(longest, &h).status, 0);
	longest[HTTP_TARGET_MAX] = 'a';
	longest[HTTP_TARGET_MAX + 1] = '\0';
	assert_int_equal(parse(longest, &h).status, 414);
}

TEST(http_head, headers_that_disagree_are_refused) {
	static const struct {
		const char *headers[8];
		bool http_1_1;
		const char *code; /* NULL: fine */
		int64_t length;
	} table[] = {
		{ { "Host", "x" }, true, NULL, 0 },
		{ { "hOST", "x", "content-length", "7" }, true, NULL, 7 },
		{ { "Host", "x", "Transfer-Encoding", "Chunked" }, true, NULL, -1 },
		{ { NULL }, false, NULL, 0 },
		{ { NULL }, true, "http.no_host", 0 },
		{ { "Host", "" }, true, "http.bad_header", 0 },
		{ { "Host", "x", "Host", "x" }, true, "http.two_hosts", 0 },
		{ { "Host", "x, y" }, true, "http.bad_header", 0 },
		{ { "Host", "x", "Content-Length", "5", "Content-Length", "5" }, true, "http.two_lengths", 0 },
		{ { "Host", "x", "Content-Length", "5", "Content-Length", "6" }, true, "http.two_lengths", 0 },
		{ { "Host", "x", "Content-Length", "5", "Transfer-Encoding", "chunked" }, true, "http.length_and_coding", 0 },
		{ { "Host", "x", "Content-Length", "+5" }, true, "http.bad_length", 0 },
		{ { "Host", "x", "Content-Length", "5, 5" }, true, "http.bad_length", 0 },
		{ { "Host", "x", "Content-Length", "99999999999999999999" }, true, "http.bad_length", 0 },
		{ { "Host", "x", "Transfer-Encoding", "gzip, chunked" }, true, "http.bad_coding", 0 },
		{ { "Host", "x", "Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked" }, true, "http.bad_coding", 0 },
		{ { "Host", "x", "Transfer-Encoding", "chunked" }, false, "http.bad_coding", 0 },
		{ { "Host", "x", "Content-Length ", "5" }, true, "http.bad_header", 0 },
		{ { "Host", "x", "X-Y", "a\rb" }, true, "http.bad_header", 0 },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct http_head_check c = { 0 };
		int64_t length;
		for (size_t j = 0; j < 8 && table[i].headers[j]; j += 2)
			http_check_header(&c, str_c(table[i].headers[j]), str_c(table[i].headers[j + 1]));
		struct http_refusal got = http_check_result(&c, table[i].http_1_1, &length);
		assert_int_equal(got.status, table[i].code ? 400 : 0);
		if (table[i].code)
			assert_string_equal(got.code, table[i].code);
		else
			assert_int_equal(length, table[i].length);
	}
}

TEST(http_head, networks_hold_their_addresses) {
	static const struct {
		const char *network, *address;
		bool in;
	} table[] = { { "10.0.0.0/8", "10.255.1.2", true }, { "10.0.0.0/8", "11.0.0.1", false }, { "192.0.2.7", "192.0.2.7", true }, { "192.0.2.7", "192.0.2.6", false },
		{ "192.0.2.128/25", "192.0.2.200", true }, { "192.0.2.128/25", "192.0.2.100", false }, { "::1", "::1", true }, { "2001:db8::/32", "2001:db8:1::", true },
		{ "0.0.0.0/0", "203.0.113.9", true }, { "0.0.0.0/0", "::1", false }, { "127.0.0.1", "::ffff:127.0.0.1", true } };
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct http_network net;
		struct http_address a;
		assert_true(http_network_parse(str_c(table[i].network), &net));
		assert_true(http_address_parse(str_c(table[i].address), false, &a));
		assert_int_equal(http_network_has(&net, 1, &a), table[i].in);
	}
	struct http_network net;
	static const char *const wrong[] = { "", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::1/129", "1.2.3.4:80" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(http_network_parse(str_c(wrong[i]), &net));
}

TEST(http_head, forwarded_client_is_the_last_that_is_no_proxy) {
	struct http_network trusted[2];
	assert_true(http_network_parse(STR("10.0.0.0/8"), &trusted[0]));
	assert_true(http_network_parse(STR("::1"), &trusted[1]));
	static const struct {
		const char *lines[2], *want; /* NULL: none */
	} table[] = { { { "203.0.113.9" }, "203.0.113.9" }, { { "198.51.100.1, 203.0.113.9, 10.1.1.1" }, "203.0.113.9" },
		{ { "evil, 203.0.113.9 , ::1,10.0.0.2" }, "203.0.113.9" }, { { "unknown, 10.0.0.2" }, "10.0.0.2" }, { { "10.0.0.3, 10.0.0.2" }, "10.0.0.3" }, { { "" }, NULL },
		{ { "_hidden" }, NULL }, { { "[2001:db8::1]:4711" }, "2001:db8::1" }, { { "203.0.113.9:80" }, "203.0.113.9" }, { { "1.1.1.1, 203.0.113.9", "10.0.0.2" }, "203.0.113.9" },
		{ { "1.1.1.1", "_x" }, NULL } };
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct http_forwarded f = { .n = 0 };
		struct http_address a;
		char room[46];
		for (size_t j = 0; j < 2 && table[i].lines[j]; j++)
			http_forwarded_header(&f, STR("x-forwarded-for"), str_c(table[i].lines[j]));
		bool found = http_forwarded_client(&f, trusted, 2, &a);
		assert_int_equal(found, table[i].want != NULL);
		if (found)
			assert_str(http_address_text(&a, room), table[i].want);
	}
}

TEST(http_head, cookies_and_encodings) {
	assert_str(http_cookie_find(STR("a=1; __Host-s=x=y; b=2"), STR("__Host-s")), "x=y");
	assert_str(http_cookie_find(STR("a=1;s=2"), STR("s")), "2");
	assert_null(http_cookie_find(STR("xs=1; s"), STR("s")).p);
	assert_null(http_cookie_find(STR_NONE, STR("s")).p);
	assert_true(http_accepts_gzip(STR("br, gzip;q=0.5")));
	assert_true(http_accepts_gzip(STR("GZIP")));
	assert_false(http_accepts_gzip(STR("gzip;q=0, br")));
	assert_false(http_accepts_gzip(STR("br;q=1.0, deflate")));
	assert_false(http_accepts_gzip(STR_NONE));
	assert_true(http_type_is_text(STR("text/html; charset=utf-8")));
	assert_true(http_type_is_text(STR("application/problem+json")));
	assert_false(http_type_is_text(STR("text/event-stream")));
	assert_false(http_type_is_text(STR("image/png")));
}

struct pairs {
	char text[200];
};

static enum st see_pair(void *data, str name, str value) {
	struct pairs *p = data;
	size_t n = strlen(p->text);
	snprintf(p->text + n, sizeof p->text - n, "[%.*s=%.*s]", STR_FMT(name), STR_FMT(value));
	return str_is(name, "stop") ? ST_DENIED : ST_OK;
}

TEST(http_head, forms_are_decoded) {
	static const struct {
		const char *text, *want;
		enum st st;
	} table[] = { { "", "", ST_OK }, { "a=1&b=x+y%26&&c", "[a=1][b=x y&][c=]", ST_OK }, { "%ED%95%9C=%EA%B8%80", "[한=글]", ST_OK }, { "a=%0", "", ST_MALFORMED },
		{ "a=%00", "", ST_MALFORMED }, { "a=1&b=%ff", "[a=1]", ST_MALFORMED }, { "stop=1&a=2", "[stop=1]", ST_DENIED }, { "a=b=c", "[a=b=c]", ST_OK } };
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct pairs p = { "" };
		assert_int_equal(http_form_each(a, str_c(table[i].text), &p, see_pair), table[i].st);
		assert_string_equal(p.text, table[i].want);
	}
	arena_free(a);
}
