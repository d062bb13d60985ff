#include "adapter/channel/channel.h"
#include "base/clock.h"
#include "base/testing.h"

/* Every channel, by the same message: a new channel is tested without a line here. */

static struct channel_message sample(void) {
	return (struct channel_message){ .id = STR("7.abc"), .thread = STR("incident-7"), .answers = STR("6.xyz"), .to_name = STR("Kim"), .to = STR("kim@example.org"),
		.subject = STR("Payments are slow"), .markdown = STR("Look at [INC-7](/incidents/INC-7) soon, a\\_b `c\\_d`\n```\n\\_e\n```\n"), .at = INT64_C(1795326663000000), .zone = zone_utc(), .lang = LANG_EN };
}

static const struct channel_settings set_up = { .smtp_url = "smtp://127.0.0.1:1", .smtp_user = "mailer", .smtp_password = "hush-hush-hush", .from_name = STR("bokgi"),
	.from = STR("bokgi@example.org"), .public_url = STR("https://bokgi.example.org") };

TEST(channel, every_channel_writes_the_message_with_links_and_without_secrets) {
	const struct channel *x;
	size_t n = 0;
	struct arena *a = arena_new(0);
	channel_configure(&set_up);
	for (; (x = channel_at(n)); n++) {
		struct channel_message m = sample();
		struct buf b = buf_in(a), again = buf_in(a);
		assert_ptr_equal(channel_find(str_c(x->name)), x);
		assert_int_equal(x->compose(a, &m, &b), ST_OK);
		assert_int_equal(x->compose(a, &m, &again), ST_OK);
		assert_true(str_eq(buf_str(&b), buf_str(&again)));
		assert_true(str_find(buf_str(&b), STR("Payments are slow")) >= 0);
		assert_true(str_find(buf_str(&b), STR("https://bokgi.example.org/incidents/INC-7")) >= 0);
		assert_true(str_find(buf_str(&b), STR("soon, a_b `c\\_d`\r\n```\r\n\\_e\r\n```")) >= 0);
		assert_true(str_find(buf_str(&b), STR("7.abc")) >= 0);
		assert_true(str_find(buf_str(&b), STR("hush")) < 0);
	}
	assert_true(n >= 1);
	assert_null(channel_find(STR("no such channel")));
	channel_configure(NULL);
	arena_free(a);
}

/* Nothing listens at port 1: not now, and the reason names no secret. */
TEST(channel, a_mail_server_that_is_down_is_asked_again_later) {
	const struct channel *mail = channel_find(STR("mail"));
	struct channel_message m = sample();
	struct buf why = { 0 };
	atomic_bool stop = false;
	channel_configure(&set_up);
	assert_true(mail->ready());
	assert_int_equal(mail->send(&m, STR("Subject: x\r\n\r\nx\r\n"), &stop, &why), ST_UPSTREAM);
	assert_true(why.n > 0 && str_find(buf_str(&why), STR("hush")) < 0);
	buf_free(&why);
	channel_configure(NULL);
	assert_false(mail->ready());
}
