#include "app/settings.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
	const char *name, *value, *fallback, *doc;
	size_t offset; /* of a const char *; value NULL: of a bool */
};

#define AT(member) offsetof(struct settings, member)
static const struct row rows[] = {
	{ "listen", "ADDRESS:PORT", "127.0.0.1:8080", "where to answer; port 0: any free one", AT(listen) },
	{ "data", "FOLDER", "data", "where everything is kept", AT(data) },
	{ "database", "URL", NULL, "postgres://… instead of the embedded database in the data folder", AT(database) },
	{ "tls-cert", "FILE", NULL, "PEM certificate chain; with --tls-key: answer over TLS", AT(tls_cert) },
	{ "tls-key", "FILE", NULL, "PEM key", AT(tls_key) },
	{ "trusted-proxy", "ADDRESS,…", NULL, "believe X-Forwarded-For and -Proto of these", AT(trusted_proxy) },
	{ "public-host", "NAME", NULL, "the host name people use, when the proxy changes Host", AT(public_host) },
	{ "public-url", "URL", NULL, "the address people use, for links in mails: https://bokgi.example.org", AT(public_url) },
	{ "smtp", "URL", NULL, "send mail: smtp://USER@HOST:587 or smtps://USER@HOST:465", AT(smtp) },
	{ "smtp-password-file", "FILE", NULL, "holds the password of USER; or say it in BOKGI_SMTP_PASSWORD", AT(smtp_password_file) },
	{ "smtp-ca", "FILE", NULL, "PEM certificates to trust instead of the system's", AT(smtp_ca) },
	{ "smtp-plain", NULL, NULL, "allow a mail server without encryption (and without a login)", AT(smtp_plain) },
	{ "mail-from", "ADDRESS", NULL, "sender: 'bokgi <bokgi@example.org>'", AT(mail_from) },
	{ "mail-domains", "DOMAIN,…", NULL, "where documents may be mailed to people without an account", AT(mail_domains) },
	{ "mail-retry", "PAUSES", NULL, "between attempts to send; 1m,5m,15m,1h,3h,6h,12h,1d,1d,2d unless said", AT(mail_retry) },
	{ "insecure-http", NULL, NULL, "allow plain HTTP off this machine (passwords travel readable)", AT(insecure_http) },
	{ "log-level", "LEVEL", "info", "debug, info, warn or error", AT(log_level) },
	{ "help", NULL, NULL, "this text", AT(help) },
};
enum { ROWS = sizeof rows / sizeof *rows };

static void set(struct settings *s, const struct row *r, const char *value) {
	if (r->value)
		*(const char **)((char *)s + r->offset) = value;
	else
		*(bool *)((char *)s + r->offset) = strcmp(value, "false") != 0;
}

static const char *from_environment(const struct row *r) {
	char name[64] = "BOKGI_";
	for (size_t i = 0; r->name[i]; i++)
		name[6 + i] = (char)(r->name[i] == '-' ? '_' : r->name[i] & ~32);
	return getenv(name);
}

static void set_defaults(struct settings *s) {
	*s = (struct settings){ 0 };
	for (int i = 0; i < ROWS; i++) {
		const char *value = from_environment(&rows[i]);
		if (!value)
			value = rows[i].fallback;
		if (value)
			set(s, &rows[i], value);
	}
}

static const struct row *find(str name) {
	for (int i = 0; i < ROWS; i++)
		if (str_is(name, rows[i].name))
			return &rows[i];
	return NULL;
}

enum st settings_read(int argc, char **argv, struct settings *out, struct buf *why) {
	set_defaults(out);
	for (int i = 0; i < argc; i++) {
		str value = str_c(argv[i]);
		const char *eq = strchr(argv[i], '=');
		str name = eq ? str_n(argv[i], (size_t)(eq - argv[i])) : value;
		const struct row *r = str_starts(name, STR("--")) ? find(str_from(name, 2)) : NULL;
		if (!r) {
			buf_printf(why, "“%s” is not an option of bokgi serve; see bokgi serve --help", argv[i]);
			return ST_INVALID;
		}
		if (r->value && !eq && i + 1 == argc) {
			buf_printf(why, "--%s needs a value: --%s %s", r->name, r->name, r->value);
			return ST_INVALID;
		}
		set(out, r, eq ? eq + 1 : r->value ? argv[++i] : "true");
	}
	if (!out->tls_cert != !out->tls_key) {
		buf_lit(why, "--tls-cert and --tls-key go together");
		return ST_INVALID;
	}
	return ST_OK;
}

void settings_help(struct buf *out) {
	buf_lit(out, "bokgi serve [OPTION…]\n\n  bokgi serve --listen 127.0.0.1:8080 --data /var/lib/bokgi\n\nOptions (each also as BOKGI_… in the environment):\n");
	for (int i = 0; i < ROWS; i++) {
		char left[64];
		snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].value ? " " : "", rows[i].value ? rows[i].value : "");
		buf_printf(out, "  %-28s %s%s%s%s\n", left, rows[i].doc, rows[i].fallback ? " (" : "", rows[i].fallback ? rows[i].fallback : "",
			rows[i].fallback ? ")" : "");
	}
}
