#include "text/markdown_html.h"

#include "text/utf8.h"

static const struct {
	const char *name;
	enum html_step open, close;
} tags[] = {
	{ "br", HTML_BREAK, HTML_BREAK },
	{ "hr", HTML_BLOCK, HTML_BLOCK },
	{ "p", HTML_BLOCK, HTML_BLOCK },
	{ "div", HTML_BLOCK, HTML_BLOCK },
	{ "section", HTML_BLOCK, HTML_BLOCK },
	{ "details", HTML_BLOCK, HTML_BLOCK },
	{ "summary", HTML_BLOCK, HTML_BLOCK },
	{ "table", HTML_BLOCK, HTML_BLOCK },
	{ "blockquote", HTML_BLOCK, HTML_BLOCK },
	{ "pre", HTML_BLOCK, HTML_BLOCK },
	{ "ul", HTML_LIST, HTML_LIST_END },
	{ "ol", HTML_LIST, HTML_LIST_END },
	{ "li", HTML_ITEM, HTML_BLOCK },
	{ "tr", HTML_ROW, HTML_ROW_END },
	{ "td", HTML_CELL, HTML_NOTHING },
	{ "th", HTML_CELL, HTML_NOTHING },
	{ "dt", HTML_ITEM, HTML_BLOCK },
	{ "dd", HTML_BLOCK, HTML_BLOCK },
};

static bool letter_or_digit(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static str tag_name(str tag) {
	size_t n = 0;
	while (n < tag.n && letter_or_digit(tag.p[n]))
		n++;
	return str_to(tag, n);
}

/* Behind `end`, or the end of the text. */
static size_t behind(str s, size_t from, const char *end) {
	ptrdiff_t at = str_find(str_from(s, from), str_c(end));
	return at < 0 ? s.n : from + (size_t)at + strlen(end);
}

static enum html_step step_of(str name, bool closing, int *level) {
	if (name.n == 2 && (name.p[0] | 32) == 'h' && name.p[1] >= '1' && name.p[1] <= '6') {
		*level = closing ? 0 : name.p[1] - '0';
		return HTML_HEADING;
	}
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (str_eq_ascii_ci(name, str_c(tags[i].name)))
			return closing ? tags[i].close : tags[i].open;
	return HTML_NOTHING;
}

static enum html_step read_tag(str s, size_t *i, int *level) {
	bool closing = *i + 1 < s.n && s.p[*i + 1] == '/';
	str name = tag_name(str_from(s, *i + 1 + closing));
	if (str_starts(str_from(s, *i), STR("<!--")))
		*i = behind(s, *i + 4, "-->");
	else if (!closing && (str_eq_ascii_ci(name, STR("script")) || str_eq_ascii_ci(name, STR("style"))))
		*i = behind(s, *i, (name.p[1] | 32) == 'c' ? "</script>" : "</style>");
	else {
		*i = behind(s, *i, ">");
		return step_of(name, closing, level);
	}
	return HTML_NOTHING;
}

/* A '<' that begins no tag is text. */
static bool begins_tag(str s, size_t i) {
	if (i + 1 >= s.n || s.p[i] != '<')
		return false;
	char next = s.p[i + 1];
	return next == '!' || next == '?' || (next == '/' && i + 2 < s.n && letter_or_digit(s.p[i + 2])) ||
		(letter_or_digit(next) && !(next >= '0' && next <= '9'));
}

enum html_step html_next(str s, size_t *i, str *text, int *level) {
	*text = STR_NONE;
	*level = 0;
	if (begins_tag(s, *i))
		return read_tag(s, i, level);
	size_t from = *i;
	do
		(*i)++;
	while (*i < s.n && !begins_tag(s, *i));
	*text = (str){ s.p + from, *i - from };
	return HTML_TEXT;
}

static uint32_t named(str name) {
	static const struct {
		const char *name;
		uint32_t cp;
	} entities[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", ' ' }, { "ndash", 0x2013 },
		{ "mdash", 0x2014 }, { "hellip", 0x2026 }, { "rsquo", 0x2019 }, { "lsquo", 0x2018 }, { "ldquo", 0x201C }, { "rdquo", 0x201D },
		{ "middot", 0xB7 } };
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (str_is(name, entities[i].name))
			return entities[i].cp;
	return 0;
}

static uint32_t numbered(str digits) {
	uint32_t base = 10, cp = 0;
	if (digits.n && (digits.p[0] | 32) == 'x') {
		base = 16;
		digits = str_from(digits, 1);
	}
	for (size_t i = 0; i < digits.n; i++) {
		char c = (char)(digits.p[i] | 32);
		uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 99;
		if (digit >= base || cp > 0x10FFFF)
			return 0;
		cp = cp * base + digit;
	}
	return cp >= 0x20 && cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF) ? cp : 0;
}

enum { LONGEST_ENTITY = 10 };

void html_decode(struct buf *out, str s) {
	for (size_t i = 0; i < s.n; i++) {
		ptrdiff_t end = s.p[i] == '&' ? str_chr(str_to(str_from(s, i), LONGEST_ENTITY), ';') : -1;
		str name = end > 1 ? (str){ s.p + i + 1, (size_t)end - 1 } : STR_NONE;
		uint32_t cp = name.n ? name.p[0] == '#' ? numbered(str_from(name, 1)) : named(name) : 0;
		if (cp)
			utf8_put(out, cp);
		else
			buf_addc(out, s.p[i]);
		i += cp ? (size_t)end : 0;
	}
}
