/* What libical makes of a calendar: reads it from standard input and prints, a line each, the day an event begins and its summary. Ends with 1 when libical finds fault with it. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_all(FILE *f) {
	size_t n = 0, room = 1 << 16;
	char *text = malloc(room);
	while (text && (n += fread(text + n, 1, room - n - 1, f)) == room - 1)
		text = realloc(text, room *= 2);
	if (text)
		text[n] = 0;
	return text;
}

int main(void) {
	char *text = read_all(stdin);
	icalcomponent *all = text ? icalparser_parse_string(text) : NULL;
	if (!all)
		return 1;
	int errors = icalcomponent_count_errors(all), fine = icalrestriction_check(all);
	for (icalcomponent *e = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT); e; e = icalcomponent_get_next_component(all, ICAL_VEVENT_COMPONENT)) {
		struct icaltimetype begins = icalcomponent_get_dtstart(e);
		printf("%04d-%02d-%02d %s\n", begins.year, begins.month, begins.day, icalcomponent_get_summary(e));
	}
	if (errors || fine != 1) /* what it found stands in it, as X-LIC-ERROR */
		fprintf(stderr, "%d errors\n%s", errors, icalcomponent_as_ical_string(all));
	icalcomponent_free(all);
	free(text);
	return errors || fine != 1;
}
