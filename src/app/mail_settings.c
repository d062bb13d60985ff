#include "app/mail_settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "adapter/channel/channel.h"
#include "feature/delivery/delivery.h"
#include "text/mail_format.h"

enum { LONGEST_PASSWORD = 1000 };

/* What is not an argument or a constant. */
static char *kept[8];
static size_t kept_n;

static char *keep(char *z) {
	if (z)
		kept[kept_n++] = z;
	return z;
}

static void forget(void) {
	channel_configure(NULL);
	while (kept_n)
		free(kept[--kept_n]);
}

static char *url_decoded(str s) {
	char *out = malloc(s.n + 1), hex[3] = { 0 };
	size_t n = 0;
	for (size_t i = 0; out && i < s.n; i++) {
		hex[0] = i + 2 < s.n ? s.p[i + 1] : 'x';
		hex[1] = i + 2 < s.n ? s.p[i + 2] : 'x';
		char *end = hex;
		long byte = s.p[i] == '%' ? strtol(hex, &end, 16) : 0;
		bool coded = end == hex + 2 && byte > ' ';
		out[n++] = coded ? (char)byte : s.p[i];
		i += coded ? 2 : 0;
	}
	if (out)
		out[n] = '\0';
	return out;
}

/* smtp://USER@HOST:PORT. A password in it could be read by everybody on this machine who looks at the list of processes. */
static enum st read_smtp(const char *url, struct channel_settings *out, struct buf *why) {
	str all = str_c(url), rest = all, scheme = str_starts(all, STR("smtps://")) ? STR("smtps://") : STR("smtp://");
	if (!str_starts(all, scheme) || all.n == scheme.n) {
		buf_lit(why, "--smtp wants smtp://HOST:PORT (encrypted by STARTTLS) or smtps://HOST:PORT (encrypted from the beginning), with USER@ before the host when it asks for a login");
		return ST_INVALID;
	}
	rest = str_from(all, scheme.n);
	const char *at = memrchr(rest.p, '@', rest.n);
	str user = at ? str_n(rest.p, (size_t)(at - rest.p)) : STR_NONE, host = at ? str_from(rest, user.n + 1) : rest;
	if (str_chr(user, ':') >= 0) {
		buf_lit(why, "--smtp must not hold the password: put it into a file and name that with --smtp-password-file, or into BOKGI_SMTP_PASSWORD");
		return ST_INVALID;
	}
	char *server = NULL;
	if (asprintf(&server, "%.*s%.*s", STR_FMT(scheme), STR_FMT(host)) < 0)
		return ST_NO_MEMORY;
	out->smtp_url = keep(server);
	out->smtp_user = user.n ? keep(url_decoded(user)) : NULL;
	return ST_OK;
}

static enum st read_password(const char *file, struct channel_settings *out, struct buf *why) {
	char line[LONGEST_PASSWORD + 2] = { 0 };
	const char *given = getenv("BOKGI_SMTP_PASSWORD");
	FILE *f = file ? fopen(file, "re") : NULL;
	if (file && (!f || !fgets(line, sizeof line, f)))
		buf_printf(why, "--smtp-password-file: %s cannot be read, or is empty", file);
	if (f)
		fclose(f);
	line[strcspn(line, "\r\n")] = '\0';
	out->smtp_password = file ? keep(strdup(line)) : given ? keep(strdup(given)) : NULL;
	if (!why->n && out->smtp_user && !out->smtp_password)
		buf_lit(why, "--smtp names a user: give the password with --smtp-password-file or in BOKGI_SMTP_PASSWORD");
	return why->n ? ST_INVALID : ST_OK;
}

static enum st read_sender(const char *from, struct channel_settings *out, struct buf *why) {
	if (from && mail_address_split(str_c(from), &out->from_name, &out->from))
		return ST_OK;
	buf_lit(why, "--smtp needs a sender: --mail-from 'bokgi <bokgi@example.org>'");
	return ST_INVALID;
}

static enum st read_public_url(const struct settings *s, struct channel_settings *out, struct buf *why) {
	str url = str_c(s->public_url);
	char *made = NULL;
	if (!url.n && s->public_host && asprintf(&made, "https://%s", s->public_host) > 0)
		url = str_c(keep(made));
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	bool ok = (str_starts(url, STR("https://")) && url.n > 8) || (str_starts(url, STR("http://")) && url.n > 7);
	for (size_t i = 0; i < url.n; i++)
		ok = ok && url.p[i] > ' ' && url.p[i] < 0x7f && !strchr("<>\"'()?#", url.p[i]);
	out->public_url = url;
	if (ok || (!url.n && !s->smtp))
		return ST_OK;
	buf_lit(why, "--public-url wants the address that people use, such as https://bokgi.example.org; mails need it for their links");
	return ST_INVALID;
}

static enum st read_ladder(const char *text, struct buf *why) {
	int64_t pauses[DELIVERY_LADDER];
	size_t n = text ? delivery_read_ladder(str_c(text), pauses) : 0;
	if (text && !n) {
		buf_lit(why, "--mail-retry wants pauses such as 1m,5m,1h,1d");
		return ST_INVALID;
	}
	delivery_set_ladder(n ? pauses : NULL, n);
	return ST_OK;
}

enum st mail_settings_apply(const struct settings *s, struct buf *why) {
	struct channel_settings out = { .smtp_ca = s->smtp_ca, .smtp_plain = s->smtp_plain, .domains = str_c(s->mail_domains) };
	forget();
	enum st st = read_public_url(s, &out, why);
	if (st == ST_OK)
		st = read_ladder(s->mail_retry, why);
	if (st == ST_OK && s->smtp)
		st = read_smtp(s->smtp, &out, why);
	if (st == ST_OK && s->smtp)
		st = read_password(s->smtp_password_file, &out, why);
	if (st == ST_OK && s->smtp)
		st = read_sender(s->mail_from, &out, why);
	if (st == ST_OK)
		channel_configure(&out);
	return st;
}
