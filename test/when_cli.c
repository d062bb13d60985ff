/* Natural time for tests: reads lines "now<TAB>zone<TAB>text", now in RFC 3339, and prints for each "at<TAB>rest<TAB>flags", or "-" when there is no time in it.
 * Flags: "about", "also=INSTANT", joined by a comma. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "feature/timeline/when.h"

static void print(const struct when *w) {
	struct buf out = { 0 };
	time_format_rfc3339(&out, w->at);
	buf_printf(&out, "\t%.*s\t%s", STR_FMT(w->rest), w->approximate ? "about" : "");
	if (w->ambiguous) {
		buf_printf(&out, "%salso=", w->approximate ? "," : "");
		time_format_rfc3339(&out, w->also);
	}
	printf("%.*s\n", STR_FMT(buf_str(&out)));
	buf_free(&out);
}

int main(void) {
	char line[8192];
	while (fgets(line, sizeof line, stdin)) {
		str rest = str_c(line), now_text, zone_text;
		if (str_ends(rest, STR("\n")))
			rest.n--;
		now_text = str_cut(&rest, '\t');
		zone_text = str_cut(&rest, '\t');
		int64_t now;
		const struct zone *zone;
		struct when w;
		if (!time_parse_rfc3339(now_text, &now) || zone_find(zone_text, &zone) != ST_OK) {
			fprintf(stderr, "when_cli: bad line: %s", line);
			return 2;
		}
		if (when_parse(rest, now, zone, &w))
			print(&w);
		else
			puts("-");
	}
	return 0;
}
