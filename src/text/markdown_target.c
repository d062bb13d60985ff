#include "text/markdown_parts.h"

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
	return target_allowed(url, (const char *const[]){ "http", "https", "mailto", "tel", NULL });
}

static bool slash(str url, size_t i) {
	return i < url.n && (url.p[i] == '/' || url.p[i] == '\\');
}

bool md_image_allowed(str url) {
	str trimmed = str_trim(url);
	return target_allowed(url, (const char *const[]){ "https", NULL }) && !(slash(trimmed, 0) && slash(trimmed, 1));
}

bool md_plain_in_url(char ch) {
	return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch && strchr("-_.+!*(),%#@?=;:/&$~", ch));
}

void md_write_url(struct buf *out, str url) {
	for (size_t i = 0; i < url.n; i++) {
		if (url.p[i] == '&')
			buf_lit(out, "&amp;");
		else if (md_plain_in_url(url.p[i]))
			buf_addc(out, url.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)url.p[i]);
	}
}
