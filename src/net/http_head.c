#include "net/http_head.h"

#include <arpa/inet.h>

#include "text/utf8.h"

enum { HTTP_BLANKS_MAX = 1024 };

/* ---- the target ---- */

static int hex_digit(char ch) {
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* out may be in. False on a bad escape and on NUL. */
static bool percent_decode(str in, bool plus_is_space, char *out, size_t *n) {
	char *to = out;
	for (size_t i = 0; i < in.n; i++) {
		char ch = in.p[i];
		if (ch == '%') {
			int high = i + 2 < in.n ? hex_digit(in.p[i + 1]) : -1;
			int low = i + 2 < in.n ? hex_digit(in.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			ch = (char)(high * 16 + low);
			i += 2;
		} else if (ch == '+' && plus_is_space) {
			ch = ' ';
		}
		if (ch == '\0')
			return false;
		*to++ = ch;
	}
	*n = (size_t)(to - out);
	return true;
}

static bool plain_bytes(str s) {
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '#')
			return false;
	return true;
}

static const struct http_refusal bad_target = { 400, "http.bad_target" };

static struct http_refusal add_segment(struct http_head *head, str raw, char **room) {
	if (head->segment_count == HTTP_SEGMENTS)
		return (struct http_refusal){ 404, "http.too_deep" };
	str *segment = &head->segments[head->segment_count++];
	*segment = (str){ *room, 0 };
	if (!percent_decode(raw, false, *room, &segment->n) || !utf8_valid(*segment))
		return bad_target;
	*room += segment->n;
	return (struct http_refusal){ 0 };
}

struct http_refusal http_target_parse(str target, char *room, struct http_head *head) {
	head->segment_count = 0;
	if (target.n > HTTP_TARGET_MAX)
		return (struct http_refusal){ 414, "http.target_too_long" };
	if (!target.n || target.p[0] != '/' || !plain_bytes(target))
		return bad_target;
	str query = target;
	head->path = str_cut(&query, '?');
	head->query = query;
	str rest = head->path.n > 1 ? str_from(head->path, 1) : STR_NONE;
	if (str_ends(head->path, STR("/")) && head->path.n > 1)
		rest.p = head->path.p + 1;
	while (rest.p) {
		struct http_refusal wrong = add_segment(head, str_cut(&rest, '/'), &room);
		if (wrong.status)
			return wrong;
	}
	return (struct http_refusal){ 0 };
}

/* ---- the headers that decide where the request ends ---- */

static const bool token_bytes[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true, ['&'] = true, ['\''] = true,
	['*'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['^'] = true, ['_'] = true, ['`'] = true, ['|'] = true, ['~'] = true,
};

static bool is_token(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (!token_bytes[(unsigned char)s.p[i]])
			return false;
	return s.n > 0;
}

/* A name that begins elsewhere, or a value that does not follow its name after blanks alone. */
static void check_order(struct http_head_check *c, str name, str value) {
	const char *at = name.p + name.n + 1;
	if (name.p != c->next || !value.p || value.p < at || value.p - at > HTTP_BLANKS_MAX) {
		c->broken = true;
		return;
	}
	while (at < value.p && (*at == ' ' || *at == '\t'))
		at++;
	c->broken = at != value.p || value.p[value.n + 1] != '\0';
	c->next = value.p + value.n + 2;
}

void http_check_header(struct http_head_check *c, str name, str value) {
	c->bad_name |= !is_token(name);
	c->bad_value |= str_has_control(value);
	if (c->next && !c->broken)
		check_order(c, name, value);
	if (name.n == 4 && str_eq_ascii_ci(name, STR("host"))) {
		c->hosts++;
		c->bad_value |= str_trim(value).n == 0 || str_chr(value, ',') >= 0;
	} else if (name.n == 14 && str_eq_ascii_ci(name, STR("content-length"))) {
		c->lengths++;
		c->length = str_trim(value);
	} else if (name.n == 17 && str_eq_ascii_ci(name, STR("transfer-encoding"))) {
		c->codings++;
		c->coding = str_trim(value);
	}
}

static bool parse_length(str s, int64_t *out) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_i64(s, out);
}

struct http_refusal http_check_result(const struct http_head_check *c, bool http_1_1, int64_t *content_length) {
	*content_length = c->codings ? -1 : 0;
	struct {
		bool wrong;
		const char *code;
	} const table[] = {
		{ c->bad_name, "http.bad_header" },
		{ c->bad_value, "http.bad_header" },
		{ c->broken, "http.bad_header" },
		{ c->hosts == 0 && http_1_1, "http.no_host" },
		{ c->hosts > 1, "http.two_hosts" },
		{ c->lengths && c->codings, "http.length_and_coding" },
		{ c->lengths > 1, "http.two_lengths" },
		{ c->codings > 1, "http.bad_coding" },
		{ c->codings == 1 && (!http_1_1 || !str_eq_ascii_ci(c->coding, STR("chunked"))), "http.bad_coding" },
		{ c->lengths == 1 && !parse_length(c->length, content_length), "http.bad_length" },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].wrong)
			return (struct http_refusal){ 400, table[i].code };
	return (struct http_refusal){ 0 };
}

/* ---- addresses ---- */

static str without_port(str s) {
	ptrdiff_t colon = str_chr(s, ':');
	bool one_colon = colon >= 0 && str_chr(str_from(s, (size_t)colon + 1), ':') < 0;
	if (s.n && s.p[0] == '[') {
		ptrdiff_t end = str_chr(s, ']');
		return end < 0 ? s : str_to(s, (size_t)end + 1);
	}
	return one_colon ? str_to(s, (size_t)colon) : s;
}

bool http_address_parse(str s, bool with_port, struct http_address *out) {
	char text[INET6_ADDRSTRLEN];
	struct in_addr v4;
	s = with_port ? without_port(s) : s;
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_n(s.p + 1, s.n - 2);
	if (!s.n || s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, &v4) == 1) {
		memcpy(out->bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
		memcpy(out->bytes + 12, &v4, 4);
		return true;
	}
	return inet_pton(AF_INET6, text, out->bytes) == 1;
}

static bool is_v4(const struct http_address *a) {
	return memcmp(a->bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0;
}

bool http_network_parse(str s, struct http_network *out) {
	str rest = s;
	str address = str_cut(&rest, '/');
	if (!http_address_parse(address, false, &out->address))
		return false;
	int64_t bits = 128, most = is_v4(&out->address) ? 32 : 128;
	if (rest.p && (!parse_length(rest, &bits) || bits > most))
		return false;
	out->bits = (int)(rest.p ? bits + 128 - most : 128);
	return true;
}

static bool within(const struct http_network *net, const struct http_address *a) {
	size_t whole = (size_t)net->bits / 8;
	int rest = net->bits % 8;
	if (memcmp(net->address.bytes, a->bytes, whole) != 0)
		return false;
	return !rest || (net->address.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

bool http_network_has(const struct http_network *networks, size_t n, const struct http_address *a) {
	for (size_t i = 0; i < n; i++)
		if (within(&networks[i], a))
			return true;
	return false;
}

str http_address_text(const struct http_address *a, char *room) {
	const char *z = is_v4(a) ? inet_ntop(AF_INET, a->bytes + 12, room, INET6_ADDRSTRLEN) :
				   inet_ntop(AF_INET6, a->bytes, room, INET6_ADDRSTRLEN);
	return str_c(z);
}

static str cut_last(str *list) {
	const char *comma = list->n ? memrchr(list->p, ',', list->n) : NULL;
	str last = comma ? str_n(comma + 1, list->n - (size_t)(comma - list->p) - 1) : *list;
	*list = comma ? str_to(*list, (size_t)(comma - list->p)) : STR_NONE;
	return str_trim(last);
}

void http_forwarded_header(struct http_forwarded *f, str name, str value) {
	if (str_eq_ascii_ci(name, STR("X-Forwarded-For"))) {
		memmove(f->lines + 1, f->lines, sizeof f->lines - sizeof *f->lines);
		f->lines[0] = value;
		f->n += f->n < HTTP_FORWARDED_LINES;
	} else if (str_eq_ascii_ci(name, STR("X-Forwarded-Proto"))) {
		f->https = str_eq_ascii_ci(str_trim(value), STR("https"));
	}
}

bool http_forwarded_client(const struct http_forwarded *f, const struct http_network *trusted, size_t n, struct http_address *out) {
	bool found = false;
	for (int i = 0; i < f->n; i++) {
		str list = f->lines[i];
		while (list.p) {
			struct http_address entry;
			str text = cut_last(&list);
			if (!text.n)
				continue;
			/* What a proxy could not name ("unknown", an obfuscated word) ends what can be believed. */
			if (!http_address_parse(text, true, &entry))
				return found;
			*out = entry;
			found = true;
			if (!http_network_has(trusted, n, &entry))
				return true;
		}
	}
	return found;
}

/* ---- cookies, encodings, forms ---- */

str http_cookie_find(str header, str name) {
	while (header.p) {
		str value = str_trim(str_cut(&header, ';'));
		str key = str_cut(&value, '=');
		if (value.p && str_eq(key, name))
			return value;
	}
	return STR_NONE;
}

static bool quality_is_zero(str params) {
	str rest = str_trim(params);
	if (rest.n < 2 || (rest.p[0] | 0x20) != 'q' || rest.p[1] != '=')
		return false;
	rest = str_from(rest, 2);
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != '0' && rest.p[i] != '.')
			return false;
	return rest.n > 0;
}

bool http_accepts_gzip(str accept_encoding) {
	while (accept_encoding.p) {
		str params = str_cut(&accept_encoding, ',');
		str coding = str_trim(str_cut(&params, ';'));
		if (str_eq_ascii_ci(coding, STR("gzip")))
			return !quality_is_zero(params);
	}
	return false;
}

bool http_type_is_text(str content_type) {
	static const char *const texts[] = { "application/json", "application/javascript", "application/xml", "application/problem+json",
		"application/manifest+json", "application/atom+xml", "application/rss+xml", "image/svg+xml" };
	str type = str_trim(str_cut(&content_type, ';'));
	if (str_starts(type, STR("text/")))
		return !str_is(type, "text/event-stream");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (str_eq_ascii_ci(type, str_c(texts[i])))
			return true;
	return false;
}

static bool decode_field(struct arena *a, str raw, str *out) {
	char *room = arena_alloc(a, raw.n + 1);
	*out = (str){ room, 0 };
	return percent_decode(raw, true, room, &out->n) && utf8_valid(*out);
}

enum st http_form_each(struct arena *a, str text, void *data, enum st (*each)(void *data, str name, str value)) {
	while (text.p) {
		str raw_value = str_cut(&text, '&');
		if (!raw_value.n)
			continue;
		str raw_name = str_cut(&raw_value, '='), name, value;
		if (!decode_field(a, raw_name, &name) || !decode_field(a, raw_value, &value))
			return ST_MALFORMED;
		enum st s = each(data, name, value);
		if (s != ST_OK)
			return s;
	}
	return ST_OK;
}
