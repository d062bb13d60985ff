#include "text/markdown_private.h"

#include "base/unsafe.h"

static bool control(char ch) {
	return (unsigned char)ch < 0x20 || ch == 0x7F;
}

/* Browsers skip blanks and control characters at the ends and inside a target; we do not guess what then remains. */
static bool target_allowed(str url, const char *const *schemes) {
	for (size_t i = 0; i < url.n; i++)
		if (control(url.p[i]))
			return false;
	url = str_trim(url);
	size_t n = 0;
	while (n < url.n && !strchr(":/?#\\", url.p[n]))
		n++;
	if (n == url.n || url.p[n] != ':')
		return true;
	for (; *schemes; schemes++)
		if (str_eq_ascii_ci(str_to(url, n), str_c(*schemes)))
			return true;
	return false;
}

bool md_link_allowed(str url) {
	return UNSAFE_HTML || target_allowed(url, (const char *const[]){ "http", "https", "mailto", "tel", NULL });
}

static bool slash(str url, size_t i) {
	return i < url.n && (url.p[i] == '/' || url.p[i] == '\\');
}

bool md_image_allowed(str url) {
	str trimmed = str_trim(url);
	return target_allowed(url, (const char *const[]){ "https", NULL }) && !(slash(trimmed, 0) && slash(trimmed, 1));
}

static const bool plain_bytes[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['-'] = true, ['_'] = true, ['.'] = true, ['+'] = true, ['!'] = true, ['*'] = true, ['('] = true,
	[')'] = true, [','] = true, ['%'] = true, ['#'] = true, ['@'] = true, ['?'] = true, ['='] = true, [';'] = true, [':'] = true, ['/'] = true, ['&'] = true, ['$'] = true,
	['~'] = true,
};

bool md_plain_in_url(char ch) {
	return plain_bytes[(unsigned char)ch];
}

void md_write_url(struct buf *out, str url) {
	size_t from = 0;
	for (size_t i = 0; i < url.n; i++) {
		if (plain_bytes[(unsigned char)url.p[i]] && url.p[i] != '&')
			continue;
		buf_add(out, (str){ url.p + from, i - from });
		from = i + 1;
		if (url.p[i] == '&')
			buf_lit(out, "&amp;");
		else
			buf_printf(out, "%%%02X", (unsigned char)url.p[i]);
	}
	buf_add(out, str_from(url, from));
}
