#include "base/clock.h"
#include "feature/syndication/syndication_parts.h"

enum { LONGEST_LINE = 75 };

static bool inside_character(char ch) {
	return ((unsigned char)ch & 0xc0) == 0x80;
}

static void fold(struct buf *out, str line) {
	for (size_t room = LONGEST_LINE; line.n > room; room = LONGEST_LINE - 1) {
		size_t n = room;
		while (n > 1 && inside_character(line.p[n]))
			n--;
		buf_add(out, str_to(line, n));
		buf_lit(out, "\r\n ");
		line = str_from(line, n);
	}
	buf_add(out, line);
	buf_lit(out, "\r\n");
}

static void escape(struct buf *out, str value) {
	for (size_t i = 0; i < value.n; i++) {
		char ch = value.p[i];
		if (ch == '\n')
			buf_lit(out, "\\n");
		else if (ch == '\\' || ch == ';' || ch == ',')
			buf_printf(out, "\\%c", ch);
		else if ((unsigned char)ch >= 0x20 && ch != 0x7f)
			buf_addc(out, ch);
	}
}

void calendar_text(struct buf *out, const char *name, str value) {
	struct buf line = { 0 };
	buf_printf(&line, "%s:", name);
	escape(&line, value);
	fold(out, buf_str(&line));
	buf_free(&line);
}

static void date(struct buf *out, const char *name, int64_t days) {
	struct civil c = civil_from_us(days * US_PER_DAY);
	buf_printf(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, c.year, c.month, c.day);
}

static void moment(struct buf *out, const char *name, int64_t us) {
	struct civil c = civil_from_us(us);
	buf_printf(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour, c.minute, c.second);
}

static void write_event(struct ctx *c, struct buf *out, str base, const struct due_date *d) {
	const char *path = str_is(d->prefix, "PM") ? "documents" : "actions";
	const char *between = d->owner.n && d->incident.n ? "\n" : "";
	buf_lit(out, "BEGIN:VEVENT\r\n");
	calendar_text(out, "UID", arena_printf(c->a, "%.*s-%lld@%.*s", STR_FMT(d->prefix), (long long)d->id, STR_FMT(feed_host(base))));
	moment(out, "DTSTAMP", d->changed_at);
	date(out, "DTSTART", d->due);
	date(out, "DTEND", d->due + 1);
	buf_printf(out, "SEQUENCE:%lld\r\n", (long long)d->version);
	/* Who has it in the calendar already must see that it is off. */
	buf_printf(out, "STATUS:%s\r\nTRANSP:TRANSPARENT\r\n", d->became == DATE_DROPPED ? "CANCELLED" : "CONFIRMED");
	calendar_text(out, "SUMMARY", arena_printf(c->a, "%s%.*s-%lld %.*s", d->became == DATE_DONE ? "✓ " : "", STR_FMT(d->prefix), (long long)d->id, STR_FMT(d->title)));
	if (d->owner.n || d->incident.n)
		calendar_text(out, "DESCRIPTION", arena_printf(c->a, "%.*s%s%.*s", STR_FMT(d->owner), between, STR_FMT(d->incident)));
	struct buf url = buf_in(c->a);
	buf_printf(&url, "URL:%.*s/%s/%lld", STR_FMT(base), path, (long long)d->id);
	fold(out, buf_str(&url));
	buf_lit(out, "END:VEVENT\r\n");
}

void calendar_write(struct ctx *c, struct buf *out, str base, const struct due_date *dates, size_t n) {
	buf_lit(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bokgi//bokgi//EN\r\nCALSCALE:GREGORIAN\r\n");
	calendar_text(out, "X-WR-CALNAME", arena_printf(c->a, "bokgi: %s", tr(c->lang, N_("What is due"))));
	for (size_t i = 0; i < n; i++)
		write_event(c, out, base, &dates[i]);
	buf_lit(out, "END:VCALENDAR\r\n");
}
