#include "text/mail_format.h"

#include <sodium.h>

#include "base/clock.h"
#include "text/utf8.h"

enum { LINE = 76, WORD_FRAME = sizeof "=?UTF-8?B?" "?=" - 1, LONGEST_ASCII_WORD = 60, LONGEST_CLUSTER = 30, LONGEST_ADDRESS = 254 };

/* ---- addresses ---- */

static bool address_char(char ch) {
	return ch > ' ' && ch < 0x7f && !strchr("()<>[]:;@\\,\"", ch);
}

static bool domain_ok(str s) {
	char before = '.';
	for (size_t i = 0; i < s.n; before = s.p[i++]) {
		bool letter = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-';
		if (!letter && (s.p[i] != '.' || before == '.'))
			return false;
	}
	return s.n > 0 && before != '.';
}

bool mail_address_ok(str s) {
	ptrdiff_t at = str_chr(s, '@');
	if (at <= 0 || s.n > LONGEST_ADDRESS)
		return false;
	for (size_t i = 0; i < (size_t)at; i++)
		if (!address_char(s.p[i]))
			return false;
	return domain_ok(str_from(s, (size_t)at + 1));
}

bool mail_address_split(str s, str *name, str *address) {
	s = str_trim(s);
	ptrdiff_t open = str_chr(s, '<');
	*name = STR_NONE;
	*address = s;
	if (open >= 0) {
		*name = str_trim(str_to(s, (size_t)open));
		if (!str_ends(s, STR(">")))
			return false;
		*address = str_n(s.p + open + 1, s.n - (size_t)open - 2);
	}
	if (name->n >= 2 && name->p[0] == '"' && str_ends(*name, STR("\"")))
		*name = str_n(name->p + 1, name->n - 2);
	for (size_t i = 0; i < name->n; i++)
		if ((unsigned char)name->p[i] < ' ')
			return false;
	return mail_address_ok(*address);
}

/* ---- base64, quoted-printable ---- */

static void put_base64(struct buf *out, str s) {
	char *room = buf_room(out, sodium_base64_ENCODED_LEN(s.n, sodium_base64_VARIANT_ORIGINAL));
	if (!room)
		return;
	sodium_bin2base64(room, sodium_base64_ENCODED_LEN(s.n, sodium_base64_VARIANT_ORIGINAL), (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL);
	out->n += strlen(room);
}

static void write_base64(struct buf *out, str s) {
	enum { BYTES = LINE / 4 * 3 };
	for (; s.n; s = str_from(s, BYTES)) {
		put_base64(out, str_to(s, BYTES));
		buf_lit(out, "\r\n");
	}
}

/* Trailing blanks vanish on the way, a dot alone ends a letter, "From " begins one in old mailboxes. */
static bool must_quote(str line, size_t i) {
	unsigned char ch = (unsigned char)line.p[i];
	if (ch == '=' || ch >= 0x7f || (ch < ' ' && ch != '\t'))
		return true;
	if (i + 1 == line.n && (ch == ' ' || ch == '\t'))
		return true;
	return i == 0 && (ch == '.' || str_starts(line, STR("From ")));
}

static void write_quoted_line(struct buf *out, str line) {
	size_t column = 0;
	for (size_t i = 0; i < line.n; i++) {
		bool quote = must_quote(line, i);
		if (column + (quote ? 3 : 1) > LINE - 1) {
			buf_lit(out, "=\r\n");
			column = 0;
		}
		/* What begins a line after a soft break begins it for a mail server, too. */
		quote = quote || (column == 0 && line.p[i] == '.');
		if (quote)
			buf_printf(out, "=%02X", (unsigned char)line.p[i]);
		else
			buf_addc(out, line.p[i]);
		column += quote ? 3 : 1;
	}
	buf_lit(out, "\r\n");
}

static void write_quoted(struct buf *out, str s) {
	for (str rest = s; rest.p;) {
		str line = str_cut(&rest, '\n');
		if (rest.p || line.n)
			write_quoted_line(out, line);
	}
}

static bool mostly_ascii(str s) {
	size_t other = 0;
	for (size_t i = 0; i < s.n; i++)
		other += (unsigned char)s.p[i] >= 0x80;
	return other * 8 < s.n;
}

/* Base64 keeps bytes as they are, line ends too: those of a letter are CRLF. */
static void write_base64_text(struct buf *out, str s) {
	struct buf lines = { 0 };
	for (str rest = s; rest.p;) {
		buf_add(&lines, str_cut(&rest, '\n'));
		if (rest.p)
			buf_lit(&lines, "\r\n");
	}
	if (buf_ok(&lines))
		write_base64(out, buf_str(&lines));
	else
		out->failed = true;
	buf_free(&lines);
}

static void write_part(struct buf *out, const char *type, str content) {
	bool quoted = mostly_ascii(content);
	buf_printf(out, "--=_bokgi\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n", type, quoted ? "quoted-printable" : "base64");
	if (quoted)
		write_quoted(out, content);
	else
		write_base64_text(out, content);
}

/* ---- headers ---- */

static bool plain(str s) {
	size_t word = 0;
	for (size_t i = 0; i < s.n; i++) {
		word = s.p[i] == ' ' ? 0 : word + 1;
		if (s.p[i] < ' ' || s.p[i] == 0x7f || (unsigned char)s.p[i] >= 0x80 || word > LONGEST_ASCII_WORD)
			return false;
	}
	return str_find(s, STR("=?")) < 0;
}

static void fold(struct buf *out, size_t *column) {
	buf_lit(out, "\r\n ");
	*column = 1;
}

/* A blank is where a line may end; it stays, at the beginning of the next one. */
static void write_plain(struct buf *out, str s, size_t *column) {
	for (str rest = s; rest.p;) {
		str word = str_cut(&rest, ' ');
		bool first = word.p == s.p;
		if (!first && word.n && *column + 1 + word.n > LINE) {
			fold(out, column);
		} else if (!first) {
			buf_addc(out, ' ');
			(*column)++;
		}
		buf_add(out, word);
		*column += word.n;
	}
}

/* The next thing that is one to its reader, in bytes; what is too long for any line is cut at a character. */
static size_t cluster(str s) {
	for (size_t n = 1; n <= LONGEST_CLUSTER / 2; n++) {
		size_t bytes = utf8_head(s, n).n;
		if (bytes && bytes <= LONGEST_CLUSTER)
			return bytes;
	}
	size_t i = 0;
	utf8_next(s, &i);
	return i;
}

static void write_words(struct buf *out, str s, size_t *column) {
	while (s.n) {
		if (*column + WORD_FRAME + 4 * (LONGEST_CLUSTER / 3) > LINE)
			fold(out, column);
		size_t most = (LINE - *column - WORD_FRAME) / 4 * 3, n = 0;
		for (size_t next; n < s.n && n + (next = cluster(str_from(s, n))) <= most;)
			n += next;
		size_t before = out->n;
		buf_lit(out, "=?UTF-8?B?");
		put_base64(out, str_to(s, n));
		buf_lit(out, "?=");
		*column += out->n - before;
		s = str_from(s, n);
		if (s.n)
			fold(out, column);
	}
}

/* Control characters would end the line; a blank says as much. */
static void write_value(struct buf *out, str value, size_t *column) {
	struct buf clean = { 0 };
	for (size_t i = 0; i < value.n; i++)
		buf_addc(&clean, (unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f ? ' ' : value.p[i]);
	str s = str_trim(buf_str(&clean));
	if (!buf_ok(&clean) || !utf8_valid(s))
		out->failed = true;
	else if (plain(s))
		write_plain(out, s, column);
	else
		write_words(out, s, column);
	buf_free(&clean);
}

static size_t begin(struct buf *out, const char *name) {
	buf_printf(out, "%s: ", name);
	return strlen(name) + 2;
}

void mail_header(struct buf *out, const char *name, str value) {
	size_t column = begin(out, name);
	write_value(out, value, &column);
	buf_lit(out, "\r\n");
}

static void write_name(struct buf *out, str name, size_t *column) {
	if (!plain(name)) {
		write_value(out, name, column);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, name.p[i]);
	}
	buf_addc(out, '"');
	*column += name.n + 2;
}

static void address_header(struct buf *out, const char *header, str name, str address) {
	size_t column = begin(out, header);
	if (!mail_address_ok(address)) {
		out->failed = true;
		return;
	}
	if (!name.n) {
		buf_printf(out, "%.*s\r\n", STR_FMT(address));
		return;
	}
	write_name(out, name, &column);
	if (column + address.n + 3 > LINE)
		buf_lit(out, "\r\n");
	buf_printf(out, " <%.*s>\r\n", STR_FMT(address));
}

static void date_header(struct buf *out, int64_t us, int offset) {
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil c = civil_from_us(us + offset * US_PER_SECOND);
	int minutes = (offset < 0 ? -offset : offset) / 60;
	buf_printf(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d\r\n", days + 3 * c.weekday, c.day, months + 3 * (c.month - 1), c.year, c.hour, c.minute,
		c.second, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* Ids and addresses of the web are ours; still nothing but printable characters leaves. */
static void put_token(struct buf *out, str s) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] > ' ' && s.p[i] < 0x7f && s.p[i] != '<' && s.p[i] != '>')
			buf_addc(out, s.p[i]);
}

static void bracketed(struct buf *out, const char *before, str s) {
	buf_add(out, str_c(before));
	buf_addc(out, '<');
	put_token(out, s);
	buf_lit(out, ">");
}

static void thread_headers(struct buf *out, const struct mail_message *m) {
	str last = STR_NONE;
	bracketed(out, "Message-ID: ", m->message_id);
	buf_lit(out, "\r\n");
	if (!m->references.n)
		return;
	buf_lit(out, "References:");
	for (str rest = m->references; rest.p;) {
		str id = str_cut(&rest, ' ');
		if (!id.n)
			continue;
		bracketed(out, last.n ? "\r\n " : " ", id);
		last = id;
	}
	bracketed(out, "\r\nIn-Reply-To: ", last);
	buf_lit(out, "\r\n");
}

static void list_headers(struct buf *out, const struct mail_message *m) {
	if (m->list_id.n) {
		size_t column = begin(out, "List-Id");
		write_name(out, m->list_name, &column);
		bracketed(out, "\r\n ", m->list_id);
		buf_lit(out, "\r\n");
	}
	if (m->settings_url.n) {
		bracketed(out, "List-Unsubscribe: ", m->settings_url);
		buf_lit(out, "\r\n");
	}
}

/* "=_" stands in no quoted-printable or base64 text, so the boundary is in no part. */
void mail_write(struct buf *out, const struct mail_message *m) {
	date_header(out, m->date, m->offset);
	address_header(out, "From", m->from_name, m->from);
	if (m->reply_to.n)
		address_header(out, "Reply-To", STR_NONE, m->reply_to);
	address_header(out, "To", m->to_name, m->to);
	mail_header(out, "Subject", m->subject);
	thread_headers(out, m);
	list_headers(out, m);
	/* Nobody's holiday notice answers a program. */
	buf_lit(out, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n");
	if (m->lang.n)
		mail_header(out, "Content-Language", m->lang);
	buf_lit(out, "Content-Type: multipart/alternative; boundary=\"=_bokgi\"\r\n\r\n");
	write_part(out, "text/plain", m->text);
	write_part(out, "text/html", m->html);
	buf_lit(out, "--=_bokgi--\r\n");
}
