#include "text/html.h"

static const char *const entities[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

void html_escape(struct buf *out, str s) {
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *entity = entities[(unsigned char)s.p[i]];
		if (!entity)
			continue;
		buf_add(out, (str){ s.p + from, i - from });
		buf_add(out, str_c(entity));
		from = i + 1;
	}
	buf_add(out, str_from(s, from));
}
