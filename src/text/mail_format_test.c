#include "base/testing.h"
#include "base/clock.h"
#include "text/mail_format.h"

/* What a reader of another make finds in whole letters is asked in test/mail.test.mjs; here stand the forms. */

TEST(mail_format, a_header_is_folded_and_encoded_without_splitting_a_syllable) {
	static const struct { const char *in, *want; } cases[] = {
		{ "Payments are slow", "Subject: Payments are slow\r\n" },
		{ "", "Subject: \r\n" },
		{ "결제 지연", "Subject: =?UTF-8?B?6rKw7KCcIOyngOyXsA==?=\r\n" },
		{ "looks =?like?= one", "Subject: =?UTF-8?B?bG9va3MgPT9saWtlPz0gb25l?=\r\n" },
		{ "a\r\nBcc: all@example.org", "Subject: a  Bcc: all@example.org\r\n" },
		{ "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
			"Subject: one two three four five six seven eight nine ten eleven twelve\r\n thirteen fourteen\r\n" },
		{ "카드 결제 승인이 느려지고 일부가 실패한다 오늘도",
			"Subject: =?UTF-8?B?7Lm065OcIOqysOygnCDsirnsnbjsnbQg64qQ66Ck7KeA6rOgIA==?=\r\n =?UTF-8?B?7J2867aA6rCAIOyLpO2MqO2VnOuLpCDsmKTripjrj4Q=?=\r\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = { 0 };
		mail_header(&b, "Subject", str_c(cases[i].in));
		assert_str(buf_str(&b), cases[i].want);
		buf_free(&b);
	}
}

/* Jamo that compose a syllable, a family of emoji: each stays in one word; words are decodable one by one and no line is too long. */
TEST(mail_format, clusters_stay_whole_and_lines_short) {
	static const char *const units[] = { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "👩‍👩‍👧", "e\xCC\x81", "각", "x" };
	for (size_t u = 0; u < sizeof units / sizeof *units; u++)
		for (size_t lead = 0; lead < 6; lead++) {
			struct buf in = { 0 }, b = { 0 };
			buf_add(&in, str_to(STR("가나다라마"), 3 * lead));
			for (int k = 0; k < 40; k++)
				buf_add(&in, str_c(units[u]));
			mail_header(&b, "Subject", buf_str(&in));
			assert_true(buf_ok(&b));
			for (str rest = buf_str(&b); rest.p && rest.n;) {
				str line = str_cut(&rest, '\n');
				assert_true(line.n <= 77);
				ptrdiff_t at = str_find(line, STR("?B?"));
				assert_true(at > 0 || (u == 4 && lead == 0));
				/* A piece that ends inside "각" or a family would have a length that is no sum of theirs. */
				size_t text = at > 0 ? (size_t)(str_find(str_from(line, (size_t)at + 3), STR("?="))) : 0;
				size_t pad = text && str_find(line, STR("==?=")) > 0 ? 2 : text && str_find(line, STR("=?=")) > 0 ? 1 : 0;
				size_t bytes = text / 4 * 3 - pad;
				if (at > 0 && !lead)
					assert_int_equal(bytes % strlen(units[u]), 0);
			}
			buf_free(&in);
			buf_free(&b);
		}
}

TEST(mail_format, addresses_are_checked) {
	static const struct { const char *in; bool ok; const char *name, *address; } cases[] = {
		{ "kim@example.org", true, "", "kim@example.org" }, { "김서연 <kim.s+x@mail.example.org>", true, "김서연", "kim.s+x@mail.example.org" },
		{ "\"Kim, S\" <k@e.org>", true, "Kim, S", "k@e.org" }, { " a@b ", true, "", "a@b" }, { "a@b>", false, "", "" }, { "<a@b> x", false, "", "" },
		{ "a b@c", false, "", "" }, { "a@b c", false, "", "" }, { "a@b@c", false, "", "" }, { "a@", false, "", "" }, { "@b", false, "", "" },
		{ "a@b\r\nRCPT TO:<x@y>", false, "", "" }, { "a@b..c", false, "", "" }, { "a@.b", false, "", "" }, { "김@example.org", false, "", "" }, { "a,b@c", false, "", "" },
		{ "", false, "", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str name, address;
		if (mail_address_split(str_c(cases[i].in), &name, &address) != cases[i].ok)
			fail_msg("%s", cases[i].in);
		if (cases[i].ok) {
			assert_str(name, cases[i].name);
			assert_str(address, cases[i].address);
		}
	}
}

static struct mail_message sample(void) {
	struct civil c = { 2026, 11, 22, 5, 51, 3, 0, 0 };
	return (struct mail_message){ .from_name = STR("bokgi"), .from = STR("bokgi@example.org"), .to_name = STR("김서연"), .to = STR("kim@example.org"),
		.subject = STR("hello"), .date = civil_to_us(&c), .offset = 9 * 3600, .message_id = STR("7.abc@example.org"), .references = STR("incident-7@example.org 6.x@example.org"),
		.list_name = STR("INC-7 \"x\""), .list_id = STR("incident-7.example.org"), .settings_url = STR("https://b.example/settings"), .lang = STR("ko"),
		.text = STR("first \n.\nFrom here\n각=b\n"), .html = STR("<p>각각각각각각</p>\n") };
}

TEST(mail_format, a_letter_has_this_form) {
	struct mail_message m = sample();
	struct buf b = { 0 };
	mail_write(&b, &m);
	assert_true(buf_ok(&b));
	assert_str(buf_str(&b),
		"Date: Sun, 22 Nov 2026 14:51:03 +0900\r\nFrom: \"bokgi\" <bokgi@example.org>\r\nTo: =?UTF-8?B?6rmA7ISc7Jew?= <kim@example.org>\r\nSubject: hello\r\n"
		"Message-ID: <7.abc@example.org>\r\nReferences: <incident-7@example.org>\r\n <6.x@example.org>\r\nIn-Reply-To: <6.x@example.org>\r\n"
		"List-Id: \"INC-7 \\\"x\\\"\"\r\n <incident-7.example.org>\r\nList-Unsubscribe: <https://b.example/settings>\r\n"
		"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\nContent-Language: ko\r\n"
		"Content-Type: multipart/alternative; boundary=\"=_bokgi\"\r\n\r\n"
		"--=_bokgi\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
		"first=20\r\n=2E\r\n=46rom here\r\n=EA=B0=81=3Db\r\n"
		"--=_bokgi\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		"PHA+6rCB6rCB6rCB6rCB6rCB6rCBPC9wPg0K\r\n--=_bokgi--\r\n");
	buf_free(&b);
}

/* Every field gets what would end its line, and one of each kind of trouble; nothing becomes a header. */
TEST(mail_format, no_field_becomes_another_header) {
	static const char evil[] = "x\r\nEvil: 1\r\n\r\n--=_bokgi\r\nEvil: 2\x01\x7f";
	struct mail_message m = sample();
	str *const fields[] = { &m.from_name, &m.to_name, &m.subject, &m.message_id, &m.references, &m.list_name, &m.list_id, &m.settings_url, &m.lang, &m.text, &m.html };
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct buf b = { 0 };
		m = sample();
		*fields[i] = str_c(evil);
		mail_write(&b, &m);
		assert_true(buf_ok(&b));
		assert_true(str_find(str_to(buf_str(&b), (size_t)str_find(buf_str(&b), STR("\r\n\r\n"))), STR("\nEvil")) < 0);
		size_t parts = 0;
		for (str rest = buf_str(&b); rest.p;)
			parts += str_starts(str_cut(&rest, '\n'), STR("--=_bokgi"));
		assert_int_equal(parts, 3);
		buf_free(&b);
	}
	struct buf b = { 0 };
	m = sample();
	m.to = STR("kim@example.org>\r\nEvil: 1");
	mail_write(&b, &m);
	assert_false(buf_ok(&b));
	buf_free(&b);
}

TEST(mail_format, long_lines_are_broken_softly) {
	struct mail_message m = sample();
	struct buf line = { 0 }, b = { 0 };
	for (int i = 0; i < 3000; i++)
		buf_addc(&line, i % 7 ? '.' : '=');
	m.text = buf_str(&line);
	mail_write(&b, &m);
	for (str rest = buf_str(&b); rest.p;) {
		str one = str_cut(&rest, '\n');
		assert_true(one.n <= 77 && !str_starts(one, STR(".")));
	}
	buf_free(&line);
	buf_free(&b);
}
