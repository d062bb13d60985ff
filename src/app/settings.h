/* How the process was started: arguments over environment (BOKGI_LISTEN for --listen) over defaults. One table gives parsing, help and the complaint about what is unknown. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "base/buf.h"
#include "base/err.h"

struct settings {
	const char *listen, *data, *database, *tls_cert, *tls_key, *trusted_proxy, *public_host, *public_url, *log_level;
	const char *smtp, *smtp_password_file, *smtp_ca, *mail_from, *mail_domains, *mail_retry;
	bool insecure_http, smtp_plain, help;
};

/* argv: what stands behind "serve". ST_INVALID with a sentence in why. */
MUST_CHECK enum st settings_read(int argc, char **argv, struct settings *out, struct buf *why);
void settings_help(struct buf *out);

#endif
