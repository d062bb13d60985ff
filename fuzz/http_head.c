/* The head of a request: first line the target, then headers "Name: value", one a line. */
#include "fuzz.h"

#include "net/http_head.h"
#include "text/utf8.h"

static bool clean(str s) {
	return utf8_valid(s) && (!s.n || !memchr(s.p, 0, s.n));
}

static enum st see_pair(void *data, str name, str value) {
	EXPECT(clean(name) && clean(value));
	++*(size_t *)data;
	return ST_OK;
}

static void look_at_target(struct arena *a, str target) {
	struct http_head head = { 0 };
	size_t pairs = 0;
	char *room = malloc(target.n ? target.n : 1);
	EXPECT(room);
	struct http_refusal wrong = http_target_parse(target, room, &head);
	for (size_t i = 0; !wrong.status && i < head.segment_count; i++) {
		EXPECT(i < HTTP_SEGMENTS && clean(head.segments[i]));
		EXPECT(!head.segments[i].n || (head.segments[i].p >= room && head.segments[i].p + head.segments[i].n <= room + target.n));
	}
	if (!wrong.status && http_form_each(a, head.query, &pairs, see_pair) == ST_OK)
		EXPECT(pairs <= head.query.n + 1);
	free(room);
}

static void look_at_values(str name, str value) {
	struct http_address address;
	struct http_network network;
	char text[46];
	str cookie = http_cookie_find(value, name);
	EXPECT(!cookie.p || (cookie.p >= value.p && cookie.p + cookie.n <= value.p + value.n));
	(void)http_accepts_gzip(value);
	(void)http_type_is_text(value);
	(void)http_network_parse(value, &network);
	if (http_address_parse(value, false, &address)) {
		struct http_address again;
		EXPECT(http_address_parse(http_address_text(&address, text), false, &again) && memcmp(&address, &again, sizeof again) == 0);
	}
}

static void look(struct arena *a, str input) {
	struct http_head_check check = { 0 };
	struct http_forwarded forwarded = { .n = 0 };
	struct http_network trusted;
	struct http_address client;
	int64_t length;
	str target = str_cut(&input, '\n');
	look_at_target(a, target);
	while (input.p) {
		str value = str_cut(&input, '\n'), name = str_cut(&value, ':');
		http_check_header(&check, name, value);
		http_forwarded_header(&forwarded, name, value);
		look_at_values(name, value);
	}
	if (!http_check_result(&check, true, &length).status)
		EXPECT(length >= -1);
	EXPECT(http_network_parse(STR("10.0.0.0/8"), &trusted));
	(void)http_forwarded_client(&forwarded, &trusted, 1, &client);
}

FUZZ(look)
