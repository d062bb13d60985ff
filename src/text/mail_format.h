/* An electronic letter as bytes: RFC 5322 headers, RFC 2047 words, one text in two forms (multipart/alternative). Pure. Whatever stands in a field, it cannot become another
 * header or another part: control characters become blanks, bodies are encoded, addresses are checked before. */
#ifndef TEXT_MAIL_FORMAT_H
#define TEXT_MAIL_FORMAT_H

#include "base/arena.h"
#include "base/buf.h"

struct mail_message {
	str from_name, from, to_name, to; /* addresses must be mail_address_ok */
	str reply_to;      /* an address, or empty */
	str subject;
	int64_t date;      /* µs since 1970 */
	int offset;        /* seconds east of UTC, for the date's form */
	str message_id;    /* without brackets */
	str references;    /* ids with blanks between, oldest first; the last is what this answers; may be empty */
	str list_name, list_id; /* "INC-7 …", "incident-7.bokgi.example.org"; may be empty */
	str settings_url;  /* where to say that one wants fewer of these; may be empty */
	str lang;          /* "ko" */
	str text, html;    /* UTF-8, lines end with \n */
};

/* Lines end with CRLF and have at most 76 characters (header lines too, but for ids longer than that). */
void mail_write(struct buf *out, const struct mail_message *m);

/* An address that can stand in a header and be given to a mail server: ASCII, one @, no blanks, brackets, quotes or commas, a domain. */
bool mail_address_ok(str address);
/* "김서연 <kim@example.org>" or "kim@example.org" into its parts. false: not an address. */
bool mail_address_split(str s, str *name, str *address);
/* One header line, folded; value is any UTF-8. For tests, and the parts of others. */
void mail_header(struct buf *out, const char *name, str value);

#endif
