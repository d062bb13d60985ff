#include "base/testing.h"
#include "text/html.h"

TEST(html, what_means_something_is_escaped_and_nothing_else) {
	static const struct { const char *in, *want; } cases[] = {
		{ "", "" }, { "장애 보고", "장애 보고" }, { "<a href=\"x\" b='y'>&amp;", "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;" }, { "&", "&amp;" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = { 0 };
		html_escape(&b, str_c(cases[i].in));
		assert_str(buf_str(&b), cases[i].want);
		buf_free(&b);
	}
}
