/* The one gate for connections that we open. HTTP, HTTPS, SMTP and SMTPS by libcurl, which nothing else may include. The scheme, the port and the resolved address are checked, and the address is
 * pinned for the connection; redirects are not followed. */
#ifndef NET_OUTGOING_H
#define NET_OUTGOING_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/buf.h"

struct outgoing {
	const char *method;
	const char *url;        /* http:// or https:// */
	const char *unix_path;  /* NULL, or the socket to talk to instead of the URL's host */
	const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
	str body;
	bool allow_private;     /* the address may be loopback or of a private range */
	int timeout_ms;
	size_t most_bytes;      /* of the answer; 0: 64 MiB */
};

struct outgoing_reply {
	int status;
	struct buf body;        /* the caller's to buf_free */
	struct buf content_type;
};

/* ST_OK: there was an answer, whatever its status. ST_INVALID: the URL is not one we open. ST_DENIED: its address is private. ST_UPSTREAM: no answer; why says what
 * happened, without credentials. ST_TOO_BIG. */
MUST_CHECK enum st outgoing_send(const struct outgoing *o, struct outgoing_reply *reply, struct buf *why);

/* One letter to one receiver through a mail server. */
struct outgoing_mail {
	const char *url;         /* smtp://HOST[:PORT] or smtps://HOST[:PORT] */
	const char *user, *password; /* NULL: no login */
	const char *ca_file;     /* NULL: the certificates that the system trusts */
	bool plain_allowed;      /* smtp:// goes on without STARTTLS when the server does not offer it; then there is no login either */
	bool allow_private;
	const char *from, *to;   /* bare addresses, checked by the caller */
	str message;
	int timeout_ms;
	const atomic_bool *stop; /* becomes true: give up soon; may be NULL */
};

/* ST_OK: the server has taken it. ST_INVALID: it has refused this letter or receiver for good (5xx); code and why say so. ST_DENIED: its address is private. ST_UPSTREAM: not now:
 * no connection, no encryption, no login, or 4xx. why never holds the password. */
MUST_CHECK enum st outgoing_mail(const struct outgoing_mail *m, int *code, struct buf *why);

#endif
