/* Mail by SMTP. The letter's form is in text/mail_format.c, the connection in net/outgoing.c. */
#include "adapter/channel/channel.h"
#include "net/outgoing.h"
#include "text/html.h"
#include "text/mail_format.h"
#include "text/markdown.h"

/* Whoever runs the server names the mail server: it may stand beside it. */
enum { ALLOW_PRIVATE = true, TIMEOUT_MS = 30000 };

static bool ready(void) {
	return channel_settings()->smtp_url && channel_settings()->from.n;
}

static str domain(void) {
	str from = channel_settings()->from;
	ptrdiff_t at = str_chr(from, '@');
	return at < 0 ? STR("localhost") : str_from(from, (size_t)at + 1);
}

static const char style[] =
	"body{margin:0;padding:20px 16px;color:#1d1d1f;background:#fff;font:16px/1.6 system-ui,-apple-system,'Segoe UI','Noto Sans KR','Apple SD Gothic Neo',sans-serif}"
	"main{max-width:44rem;margin:0 auto}h1{font-size:1.4em}h2{font-size:1.15em;margin:1.6em 0 .4em}h3{font-size:1em}p,ul,ol{margin:0 0 .8em}a{color:#1f5fae}"
	"table{border-collapse:collapse;font-size:.9em}th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #d9d9de}"
	"blockquote{margin:0 0 .8em;padding-left:1em;border-left:3px solid #d9d9de;color:#55555a}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{white-space:pre-wrap}hr{border:0;border-top:1px solid #d9d9de;margin:1.6em 0}";

/* In what markdown_to_html writes, a quote inside a text is escaped: these two stand only where an address begins. */
static void put_links(struct buf *out, str html) {
	static const str begins[] = { { "href=\"/", 7 }, { "src=\"/", 6 } };
	str base = channel_settings()->public_url;
	for (size_t i = 0; i < html.n; i++) {
		for (size_t k = 0; k < 2; k++)
			if (str_starts(str_from(html, i), begins[k])) {
				buf_add(out, str_to(begins[k], begins[k].n - 1));
				buf_add(out, base);
				i += begins[k].n - 1;
			}
		buf_addc(out, html.p[i]);
	}
}

static enum st write_html(struct arena *a, const struct channel_message *m, struct buf *out) {
	struct buf article = buf_in(a);
	enum st st = markdown_to_html(a, m->markdown, NULL, &article);
	buf_printf(out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>", lang_code(m->lang));
	html_escape(out, m->subject);
	buf_printf(out, "</title><style>%s</style></head>\n<body><main>\n", style);
	put_links(out, buf_str(&article));
	buf_lit(out, "</main></body></html>\n");
	return st;
}

static bool is_fence(str line) {
	str t = str_trim(line);
	return str_starts(t, STR("```")) || str_starts(t, STR("~~~"));
}

/* As people read it: what a backslash protects from being markup stands there without it, but not in code, where the backslash is meant. A link keeps its words, and its address
 * becomes one that can be clicked: "](/x" is where it stands. */
static void write_line(struct buf *out, str line) {
	bool code = false;
	for (size_t i = 0; i < line.n; i++) {
		char ch = line.p[i], next = i + 1 < line.n ? line.p[i + 1] : '\0';
		if (!code && ch == '\\' && next && strchr("\\|`*_[]<>#~&!", next)) {
			buf_addc(out, next);
			i++;
			continue;
		}
		code = code != (ch == '`');
		buf_addc(out, ch);
		if (!code && ch == '(' && next == '/' && i && line.p[i - 1] == ']')
			buf_add(out, channel_settings()->public_url);
	}
}

static void write_text(struct buf *out, str markdown) {
	bool fenced = false;
	for (str rest = markdown; rest.p;) {
		str line = str_cut(&rest, '\n');
		fenced = fenced != is_fence(line);
		if (fenced)
			buf_add(out, line);
		else
			write_line(out, line);
		if (rest.p)
			buf_addc(out, '\n');
	}
}

static str at_domain(struct arena *a, str id) {
	return id.n ? arena_printf(a, "%.*s@%.*s", STR_FMT(id), STR_FMT(domain())) : STR_NONE;
}

static enum st compose(struct arena *a, const struct channel_message *m, struct buf *out) {
	const struct channel_settings *s = channel_settings();
	struct buf text = buf_in(a), html = buf_in(a);
	str thread = at_domain(a, m->thread), answers = at_domain(a, m->answers);
	struct mail_message letter = { .from_name = s->from_name, .from = s->from, .to_name = m->to_name, .to = m->to, .reply_to = m->reply_to, .subject = m->subject,
		.date = m->at, .offset = zone_offset(m->zone, m->at, NULL), .message_id = at_domain(a, m->id),
		.references = arena_printf(a, "%.*s %.*s", STR_FMT(thread), STR_FMT(answers)), .lang = str_c(lang_code(m->lang)) };
	letter.references = str_trim(letter.references);
	letter.list_name = m->thread.n ? m->thread : STR("bokgi");
	letter.list_id = arena_printf(a, "%.*s.bokgi.%.*s", STR_FMT(letter.list_name), STR_FMT(domain()));
	letter.settings_url = channel_link(a, STR("/settings?part=notices"));
	enum st st = write_html(a, m, &html);
	write_text(&text, m->markdown);
	letter.text = buf_str(&text);
	letter.html = buf_str(&html);
	if (st == ST_OK)
		mail_write(out, &letter);
	return st == ST_OK && !buf_ok(out) ? ST_INVALID : st;
}

static enum st send(const struct channel_message *m, str bytes, const atomic_bool *stop, struct buf *why) {
	const struct channel_settings *s = channel_settings();
	struct buf from = { 0 }, to = { 0 };
	int code = 0;
	buf_printf(&from, "<%.*s>", STR_FMT(s->from));
	buf_printf(&to, "<%.*s>", STR_FMT(m->to));
	enum st st = buf_ok(&from) && buf_ok(&to) ? ST_OK : ST_NO_MEMORY;
	if (st == ST_OK)
		st = outgoing_mail(&(struct outgoing_mail){ .url = s->smtp_url, .user = s->smtp_user, .password = s->smtp_password, .ca_file = s->smtp_ca, .plain_allowed = s->smtp_plain,
			.allow_private = ALLOW_PRIVATE, .from = from.p, .to = to.p, .message = bytes, .timeout_ms = TIMEOUT_MS, .stop = stop }, &code, why);
	buf_free(&from);
	buf_free(&to);
	return st;
}

CHANNEL(mail, .title = N_("Mail"), .ready = ready, .address_ok = mail_address_ok, .compose = compose, .send = send);
