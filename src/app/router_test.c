#include "app/router.h"

#include "base/testing.h"

/* Every route as somebody would ask for it: its names replaced by a word that is no literal of any route. */
static size_t ask_for(const struct route *r, str *segments, char room[16][64]) {
	for (size_t i = 0; i < r->n; i++) {
		str s = r->segments[i];
		ptrdiff_t close = str_chr(s, '}');
		int n = close < 0 ? snprintf(room[i], 64, "%.*s", STR_FMT(s)) : snprintf(room[i], 64, "zz%.*s", STR_FMT(str_from(s, (size_t)close + 1)));
		segments[i] = str_n(room[i], (size_t)n);
	}
	return r->n;
}

TEST(router, every_route_is_found_under_its_own_address) {
	str segments[16];
	char room[16][64];
	struct match m;
	assert_int_equal(router_init(), ST_OK);
	for (size_t i = 0; i < router_count(); i++) {
		const struct route *r = router_at(i);
		size_t n = ask_for(r, segments, room);
		router_match(r->method, segments, n, &m);
		if (m.route != r)
			fail_msg("%.*s %s finds %s", STR_FMT(r->method), r->template, m.route ? m.route->template : "nothing");
		router_match(STR("BREW"), segments, n, &m);
		if (m.route || str_find(str_c(m.allow), r->method) < 0)
			fail_msg("%s allows %s", r->template, m.allow);
	}
}

TEST(router, what_is_nowhere_is_not_found) {
	const str nowhere[] = { STR("api"), STR("v1"), STR("nowhere"), STR("1") };
	struct match m;
	assert_int_equal(router_init(), ST_OK);
	for (size_t n = 1; n <= 4; n++) {
		router_match(STR("GET"), nowhere, n, &m);
		assert_true(!m.route && !m.allow[0]);
	}
}
