/* An article: whatever an author writes, only elements and addresses of ours come out. */
#include "fuzz.h"

#include "text/markdown.h"
#include "text/utf8.h"

static const char *const elements[] = { "a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "li", "ol", "p", "pre", "section", "span",
	"strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul" };

static bool known(str name) {
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (str_is(name, elements[i]))
			return true;
	return false;
}

static bool letter(char ch) {
	return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-';
}

static void check_address(str value) {
	static const char *const refused[] = { "javascript:", "vbscript:", "data:", "file:" };
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		EXPECT(!str_eq_ascii_ci(str_to(str_trim(value), strlen(refused[i])), str_c(refused[i])));
}

/* name="value" …, up to the '>'; returns what follows it. */
static str check_attributes(str s) {
	while (s.n && s.p[0] != '>') {
		size_t n = 0;
		while (n < s.n && letter(s.p[n]))
			n++;
		str name = str_to(s, n), value = STR_NONE;
		s = str_from(s, n ? n : 1);
		EXPECT(!str_starts(name, STR("on")) && !str_is(name, "style") && !str_is(name, "srcdoc"));
		if (str_starts(s, STR("=\""))) {
			s = str_from(s, 2);
			EXPECT(str_chr(s, '"') >= 0);
			value = str_cut(&s, '"');
			EXPECT(str_chr(value, '<') < 0);
		}
		if (str_is(name, "href") || str_is(name, "src"))
			check_address(value);
	}
	EXPECT(s.n);
	return str_from(s, 1);
}

static void check_html(str html) {
	EXPECT(utf8_valid(html));
	for (ptrdiff_t at; (at = str_chr(html, '<')) >= 0;) {
		bool end = str_starts(str_from(html, (size_t)at + 1), STR("/"));
		html = str_from(html, (size_t)at + 1 + end);
		size_t n = 0;
		while (n < html.n && letter(html.p[n]))
			n++;
		EXPECT(known(str_to(html, n)));
		html = check_attributes(str_from(html, n));
	}
}

static bool block(void *data UNUSED, str name, str args UNUSED, struct buf *out) {
	if (str_is(name, "no"))
		return false;
	buf_lit(out, "<p>live</p>\n");
	return true;
}

static void look(struct arena *a, str input) {
	struct buf out = buf_in(a), expanded = buf_in(a);
	const struct markdown_heading *headings, *alone;
	size_t n;
	const struct markdown_options o = { .block = input.n % 2 ? block : NULL, .source_lines = input.n % 3 == 0 };
	if (markdown_article(a, input, &o, &out, &headings, &n) == ST_OK)
		check_html(buf_str(&out));
	EXPECT(markdown_headings(a, input, &alone) == n);
	for (size_t i = 0; i < n; i++)
		EXPECT(str_eq(headings[i].id, alone[i].id) && headings[i].level >= 1 && headings[i].level <= 6);
	EXPECT(utf8_valid(markdown_plain(a, input)));
	EXPECT(markdown_expand(a, input, block, NULL, &expanded) == ST_OK);
}

FUZZ(look)
