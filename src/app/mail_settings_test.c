#include "adapter/channel/channel.h"
#include "app/mail_settings.h"
#include "base/testing.h"
#include "feature/delivery/delivery.h"

#include <stdlib.h>

TEST(mail_settings, what_is_said_is_used_and_what_is_wrong_is_explained) {
	static const struct { struct settings in; const char *why, *server, *user, *url; } cases[] = {
		{ { 0 }, NULL, NULL, NULL, "" },
		{ { .public_host = "b.example" }, NULL, NULL, NULL, "https://b.example" },
		{ { .smtp = "smtp://mail.example:587", .mail_from = "bokgi <b@e.org>", .public_url = "https://b.example//" }, NULL, "smtp://mail.example:587", NULL, "https://b.example" },
		{ { .smtp = "smtps://kim%40e.org@mail.example", .mail_from = "b@e.org", .public_url = "http://b" }, NULL, "smtps://mail.example", "kim@e.org", "http://b" },
		{ { .smtp = "smtps://kim@e.org@mail.example", .mail_from = "b@e.org", .public_url = "http://b" }, NULL, "smtps://mail.example", "kim@e.org", "http://b" },
		{ { .smtp = "smtp://kim:hush@mail.example", .mail_from = "b@e.org", .public_url = "http://b" }, "must not hold the password", NULL, NULL, NULL },
		{ { .smtp = "http://mail.example", .mail_from = "b@e.org", .public_url = "http://b" }, "--smtp wants", NULL, NULL, NULL },
		{ { .smtp = "smtp://m", .public_url = "http://b" }, "--mail-from", NULL, NULL, NULL },
		{ { .smtp = "smtp://m", .mail_from = "b@e.org" }, "--public-url", NULL, NULL, NULL },
		{ { .public_url = "javascript:x" }, "--public-url", NULL, NULL, NULL },
		{ { .smtp = "smtp://m", .mail_from = "b@e.org", .public_url = "http://b\"onload=x" }, "--public-url", NULL, NULL, NULL },
		{ { .mail_retry = "1m,never" }, "--mail-retry", NULL, NULL, NULL },
		{ { .smtp = "smtp://m", .mail_from = "b@e.org", .public_url = "http://b", .smtp_password_file = "/nowhere/at/all" }, "/nowhere/at/all", NULL, NULL, NULL },
	};
	setenv("BOKGI_SMTP_PASSWORD", "hush-hush", 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf why = { 0 };
		enum st st = mail_settings_apply(&cases[i].in, &why);
		assert_int_equal(st, cases[i].why ? ST_INVALID : ST_OK);
		assert_true(str_find(buf_str(&why), STR("hush")) < 0);
		if (cases[i].why && str_find(buf_str(&why), str_c(cases[i].why)) < 0)
			fail_msg("%.*s", STR_FMT(buf_str(&why)));
		if (!cases[i].why) {
			assert_str(str_c(channel_settings()->smtp_url), cases[i].server);
			assert_str(str_c(channel_settings()->smtp_user), cases[i].user);
			assert_str(channel_settings()->public_url, cases[i].url);
		}
		buf_free(&why);
	}
	unsetenv("BOKGI_SMTP_PASSWORD");
	channel_configure(NULL);
	delivery_set_ladder(NULL, 0);
}
