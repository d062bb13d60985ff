#include "feature/syndication/syndication_parts.h"
#include "text/html.h"

/* XML has no way to write most control characters: they are left out. */
static void xml_text(struct buf *out, str s) {
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		bool none = (ch < 0x20 && ch != '\t' && ch != '\n' && ch != '\r') || ch == 0x7f;
		/* U+FFFE and U+FFFF */
		bool odd = ch == 0xef && i + 2 < s.n && (unsigned char)s.p[i + 1] == 0xbf && (unsigned char)s.p[i + 2] >= 0xbe;
		if (!none && !odd)
			continue;
		html_escape(out, str_to(str_from(s, from), i - from));
		i += odd ? 2 : 0;
		from = i + 1;
	}
	html_escape(out, str_from(s, from));
}

static void element(struct buf *out, const char *name, str text) {
	buf_printf(out, "<%s>", name);
	xml_text(out, text);
	buf_printf(out, "</%s>\n", name);
}

static void moment(struct buf *out, const char *name, int64_t at) {
	buf_printf(out, "<%s>", name);
	time_format_rfc3339(out, at);
	buf_printf(out, "</%s>\n", name);
}

static void link_to(struct buf *out, const char *rel, const char *type, str base, str path) {
	buf_printf(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
	xml_text(out, base);
	xml_text(out, path);
	buf_lit(out, "\"/>\n");
}

str feed_host(str base) {
	ptrdiff_t at = str_find(base, STR("://"));
	str host = str_from(base, at < 0 ? 0 : (size_t)at + 3), rest = host;
	if (host.n && host.p[0] == '[')
		return STR("localhost");
	host = str_cut(&rest, '/');
	return str_cut(&host, ':');
}

static void write_entry(struct ctx *c, struct buf *out, str base, const struct feed_entry *e) {
	str about = e->note.n ? e->note : arena_printf(c->a, "PM-%lld · %lld", (long long)e->document, (long long)e->version);
	buf_printf(out, "<entry xml:lang=\"%.*s\">\n", STR_FMT(e->lang));
	element(out, "id", arena_printf(c->a, "tag:%.*s,2026:PM-%lld", STR_FMT(feed_host(base)), (long long)e->document));
	element(out, "title", e->title.n ? e->title : arena_printf(c->a, "PM-%lld", (long long)e->document));
	moment(out, "published", e->first_at);
	moment(out, "updated", e->at);
	link_to(out, "alternate", "text/html", base, arena_printf(c->a, "/documents/%lld", (long long)e->document));
	buf_printf(out, "<category term=\"%.*s\"/>\n", STR_FMT(e->kind));
	element(out, "summary", about);
	buf_lit(out, "</entry>\n");
}

void atom_write(struct ctx *c, struct buf *out, str base, str self, const struct feed_entry *entries, size_t n) {
	buf_printf(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n", lang_code(c->lang));
	element(out, "id", arena_printf(c->a, "tag:%.*s,2026:published", STR_FMT(feed_host(base))));
	element(out, "title", str_c(tr(c->lang, N_("What was published"))));
	buf_lit(out, "<author><name>bokgi</name></author>\n");
	moment(out, "updated", n ? entries[0].at : 0);
	link_to(out, "alternate", "text/html", base, STR("/"));
	if (self.n)
		link_to(out, "self", "application/atom+xml", base, self);
	for (size_t i = 0; i < n; i++)
		write_entry(c, out, base, &entries[i]);
	buf_lit(out, "</feed>\n");
}
