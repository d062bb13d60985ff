/* Natural time: what is read as time lies inside the text, what is left is the text without it, and the instant is one that a log can hold. */
#include "fuzz.h"

#include "feature/timeline/when.h"
#include "text/utf8.h"

static const char *const zones[] = { "UTC", "Asia/Seoul", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe" };

static void look(struct arena *a, str input) {
	const struct zone *zone;
	struct when w;
	if (!input.n)
		return;
	unsigned char head = (unsigned char)input.p[0];
	str text = utf8_repair(a, str_from(input, 1));
	if (zone_find(str_c(zones[head % 5]), &zone) != ST_OK)
		return;
	/* Around the year of the design, a step of some weeks and hours for each value. */
	int64_t now = (INT64_C(1795300000) + (int64_t)head * 1234567) * US_PER_SECOND;
	if (!when_parse(text, now, zone, &w))
		return;
	EXPECT(w.from <= w.to && w.to <= text.n && utf8_valid(w.rest) && w.rest.n <= text.n);
	EXPECT(w.at > INT64_C(-62135596800) * US_PER_SECOND && w.at < INT64_C(253402300800) * US_PER_SECOND);
	EXPECT(!w.ambiguous || w.also != w.at);
}

FUZZ(look)
