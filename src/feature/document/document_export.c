/* A document as a file that outlives the tool. */
#include <sodium.h>

#include "feature/document/document_image.h"
#include "feature/document/document_report.h"
#include "text/markdown.h"
#include "text/html.h"

static const char style[] =
	":root{color-scheme:light dark;--ink:#1d1d1f;--soft:#6b6b70;--line:#d9d9de;--paper:#fff;--link:#1f5fae}"
	"@media (prefers-color-scheme:dark){:root{--ink:#ececef;--soft:#a2a2a9;--line:#3a3a40;--paper:#17171a;--link:#8ab8f5}}"
	"body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.65 system-ui,-apple-system,\"Segoe UI\",\"Noto Sans KR\",\"Apple SD Gothic Neo\",sans-serif}"
	"article{max-width:44rem;margin:0 auto;padding:2.5rem 1.25rem 5rem;overflow-wrap:anywhere}:lang(ko){line-height:1.75}"
	"h1{font-size:1.9rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.3rem;margin:2.4em 0 .5em}h3{font-size:1.05rem;margin:1.7em 0 .3em}"
	"p,ul,ol,dl{margin:0 0 .9em}a{color:var(--link)}code,pre{font-family:ui-monospace,monospace;font-size:.88em}pre{overflow:auto;padding:.8em;border:1px solid var(--line);border-radius:6px}"
	"blockquote{margin:0 0 .9em;padding-inline-start:1em;border-inline-start:3px solid var(--line);color:var(--soft)}"
	"table{border-collapse:collapse;width:100%;font-size:.88em;margin:.8em 0 1.4em}th,td{text-align:start;vertical-align:top;padding:.45em .6em;border-bottom:1px solid var(--line)}th{font-weight:500;color:var(--soft)}"
	".creed{margin:0 0 1.6em;padding:.7em 1em;border:1px solid var(--line);border-radius:6px;color:var(--soft);font-size:.92em}.creed p:last-child{margin:0}"
	".img{color:var(--soft)}img{max-width:100%;height:auto}.tbd{border:1px dashed currentColor;border-radius:4px;padding:0 .4em;font-size:.86em}.muted,.meta{color:var(--soft);font-size:.88em}"
	".tl{list-style:none;padding:0}.tl>li{display:grid;grid-template-columns:3.6rem 1fr;gap:0 .9rem;padding:.35em 0}.tl>li>span{display:none}.tl .at{font-variant-numeric:tabular-nums;color:var(--soft)}"
	".tl .day b{grid-column:2;font-weight:500;color:var(--soft)}.tl .mile-l,.tl .iskey .what{font-weight:600}.tl p{margin:0}.kdb{display:grid;grid-template-columns:auto 1fr;gap:0 .7em;font-size:.9em;margin:.2em 0}.kdb dt{color:var(--soft)}.kdb dd{margin:0}"
	"footer{max-width:44rem;margin:0 auto;padding:1rem 1.25rem 3rem;color:var(--soft);font-size:.8rem}"
	/* On paper: no link can be followed, so where it leads is written out. */
	"@page{size:A4;margin:20mm 18mm 22mm}@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--link:#000}body{font-size:10.5pt}"
	"article,footer{max-width:none;padding:0}h1,h2,h3{break-after:avoid}tr,.tl>li,pre,blockquote{break-inside:avoid}p,li{orphans:3;widows:3}thead{display:table-header-group}pre{white-space:pre-wrap}"
	"a[href^=http]::after{content:\" (\" attr(href) \")\";font-size:.85em;color:var(--soft);overflow-wrap:anywhere}footer{margin-top:2em}}";

static str style_hash(struct ctx *c) {
	unsigned char hash[crypto_hash_sha256_BYTES];
	char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	crypto_hash_sha256(hash, (const unsigned char *)style, sizeof style - 1);
	sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
	return arena_printf(c->a, "'sha256-%s'", text);
}

static void quote(struct buf *out, str text) {
	for (str rest = text; rest.p && text.n;) {
		str line = str_cut(&rest, '\n');
		buf_printf(out, "> %.*s\n", STR_FMT(line));
	}
	if (text.n)
		buf_addc(out, '\n');
}

/* The text without the line at its head that says the title again. */
static str behind_title(struct ctx *c, const struct document *d) {
	const struct markdown_heading *headings;
	str rest = d->text, line = STR_NONE;
	while (rest.n && !str_trim(line).n)
		line = str_cut(&rest, '\n');
	if (!str_starts(line, STR("# ")) || !markdown_headings(c->a, d->text, &headings) || !says_title(d, headings))
		return d->text;
	while (str_starts(rest, STR("\n")))
		rest = str_from(rest, 1);
	return rest;
}

/* The title and the creed, then the text with every live block as Markdown. */
static enum st write_markdown(struct ctx *c, const struct document *d, struct buf *out) {
	buf_printf(out, "# %.*s\n\n", STR_FMT(d->title));
	quote(out, creed_of(d));
	return document_expand(c, d, behind_title(c, d), out);
}

enum st export_markdown(struct ctx *c, int64_t id, int64_t version, struct reply *out) {
	struct document d;
	struct buf b = buf_in(c->a);
	enum st st = read_document_at(c, id, version, &d);
	if (st == ST_OK)
		st = collab_read(c, d.live_text, d.older ? d.text_version : INT64_MAX, &d.text, &d.text_version);
	if (st == ST_OK)
		st = report_begin(c, &d);
	if (st == ST_OK)
		st = write_markdown(c, &d, &b);
	if (st != ST_OK)
		return st;
	buf_clear(&out->body);
	buf_add(&out->body, buf_str(&b));
	out->content_type = "text/markdown; charset=utf-8";
	return ST_OK;
}

void document_write_page(struct ctx *c, const struct document_page *p, struct reply *out) {
	struct buf *b = &out->body;
	buf_clear(b);
	buf_printf(b, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>%.*s ",
		lang_code((enum lang)p->lang), STR_FMT(p->ref));
	html_escape(b, p->title);
	buf_printf(b, "</title><style>%s</style></head><body><article class=\"doc\">", style);
	image_embed_all(c, p->html, b);
	buf_printf(b, "</article><footer>%.*s · ", STR_FMT(p->ref));
	html_escape(b, p->foot);
	buf_lit(b, " · bokgi</footer></body></html>\n");
	out->content_type = "text/html; charset=utf-8";
	out->style = style_hash(c);
}

enum st export_html(struct ctx *c, int64_t id, int64_t version, struct reply *out) {
	struct document d;
	struct buf now = buf_in(c->a);
	enum st st = read_document_at(c, id, version, &d);
	if (st == ST_OK)
		st = render_document(c, &d);
	if (st != ST_OK)
		return st;
	if (d.older)
		buf_printf(&now, tr((enum lang)d.lang, N_("text of version %lld")), (long long)d.text_version);
	else
		time_format_rfc3339(&now, c->now);
	document_write_page(c, &(struct document_page){ d.lang, arena_printf(c->a, "PM-%lld", (long long)d.id), d.title, d.html, buf_str(&now) }, out);
	return ST_OK;
}

static str record_json(struct ctx *c, struct document *d) {
	struct buf b = buf_in(c->a);
	struct jw w;
	jw_init(&w, &b);
	shape_write(&w, &document_shape, d);
	return buf_str(&b);
}

enum st document_snapshot(struct ctx *c, int64_t id, struct document_snapshot *out) {
	struct document *d = &out->document;
	struct buf markdown = buf_in(c->a);
	enum st st = document_read(c, id, d);
	if (st == ST_OK)
		st = store_count_actions(c, id, &d->actions);
	if (st == ST_OK)
		st = render_document(c, d);
	if (st == ST_OK)
		st = write_markdown(c, d, &markdown);
	if (st != ST_OK)
		return st;
	out->html = d->html;
	out->markdown = buf_str(&markdown);
	d->html = STR_NONE;
	out->json = record_json(c, d);
	return ST_OK;
}
