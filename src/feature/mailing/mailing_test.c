#include "adapter/channel/channel.h"
#include "base/clock.h"
#include "core/testing.h"
#include "feature/mailing/mailing_parts.h"

#include <stdio.h>

/* ---- the delta, pure ---- */

static str describe(struct arena *a, const struct changes *all) {
	struct buf b = buf_in(a);
	for (size_t i = 0; i < all->n; i++) {
		const struct change *x = &all->items[i];
		buf_printf(&b, "%s|%.*s|%.*s\n", change_kind_names[x->kind], STR_FMT(x->text), STR_FMT(x->detail));
	}
	return buf_str(&b);
}

TEST(mailing, sections_are_compared_by_their_headings) {
	static const struct { const char *before, *now, *want; } cases[] = {
		{ "# A\n\none\n", "# A\n\none\n\n", "" },
		{ "# A\n\none\n", "# A\n\none\ntwo\n", "section|A|two\n" },
		{ "# A\none\n# B\ntwo\n", "# B\ntwo\n# A\none\n", "" },
		{ "# A\none\n", "# B\none\n", "section_new|B|one\nsection_gone|A|\n" },
		{ "intro\n# A\n", "other\n# A\n", "section||other\n" },
		{ "## 영향\n\nTBD\n## 원인\nx\n", "## 영향\n\n결제 12 % 실패\n## 원인\nx\n", "section|영향|결제 12 % 실패\n" },
		{ "# A\n```\n# not a heading\n```\n", "# A\n```\n# not a heading, either\n```\n", "section|A|# not a heading, either\n" },
		{ "# A\nx\n# A\ny\n", "# A\nx\n# A\nz\n", "section|A|z\n" },
		{ "", "# A\n", "section_new|A|\n" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct changes all = { 0 };
		delta_sections(a, str_c(cases[i].before), str_c(cases[i].now), &all);
		assert_str(describe(a, &all), cases[i].want);
	}
	arena_free(a);
}

TEST(mailing, a_gap_is_filled_when_nothing_asks_for_it_any_more) {
	static const struct { const char *before, *now, *want; } cases[] = {
		{ "Revenue: TBD(@kim)", "Revenue: TBD(@lee, 2026-12-01)", "" },
		{ "Revenue: TBD(@kim)\n\nCause: TBD", "Revenue: 3 %\n\nCause: TBD", "tbd_filled|Revenue|kim\n" },
		{ "x: TBD\ny: TBD", "y: TBD\nz: TBD", "tbd_filled|x|\ntbd_new|z|\n" },
		{ "x: TBD\nx: TBD", "x: TBD", "tbd_filled|x|\n" },
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct changes all = { 0 };
		delta_tbds(a, str_c(cases[i].before), str_c(cases[i].now), &all);
		assert_str(describe(a, &all), cases[i].want);
	}
	arena_free(a);
}

/* ---- operations ---- */

static const struct channel_settings set_up = { .smtp_url = "smtp://127.0.0.1:1", .from = STR("bokgi@example.org"), .public_url = STR("https://b.example"),
	.domains = STR("partner.example, example.net") };

static enum st set_addresses(struct ctx *c, void *data UNUSED) {
	return db_do(c, "UPDATE person SET email = login || $1 WHERE login <> 'viewer'", DB_STR(STR("@example.org")));
}

struct looking {
	str head;
	struct db_result r;
};

static enum st read_texts(struct ctx *c, void *data) {
	struct looking *l = data;
	return db_get(c, &l->r, "SELECT d.address, d.head, t.content, d.subject, d.message, d.answers FROM delivery d JOIN delivery_text t ON t.id = d.text WHERE d.kind = $1 ORDER BY d.id",
		DB_STR(STR("document")));
}

static struct db_result texts(struct test_engine *t) {
	struct looking l = { 0 };
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	assert_int_equal(engine_write(t->e, &c, read_texts, &l), ST_OK);
	return l.r;
}

static void open_shop(struct test_engine *t) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	channel_configure(&set_up);
	assert_int_equal(engine_write(t->e, &c, set_addresses, NULL), ST_OK);
}

static long long a_document(struct test_engine *t, const char *text, long long incident) {
	struct answer d = callf(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Payments slow\",\"kind\":\"incident\",\"lang\":\"en\",\"text\":\"%s\"%s}", text,
		incident ? arena_cstr(t->a, arena_printf(t->a, ",\"incident\":%lld", incident)) : "");
	assert_int_equal(d.status, 201);
	return answer_i64(&d, "id");
}

static void type(struct test_engine *t, long long id, long long at, long long length, const char *text) {
	static int clients;
	struct answer a = callf(t, ROLE_RESPONDER, "document.push", "{\"id\":%lld,\"client\":\"client-of-the-test-%03d\",\"version\":0,\"updates\":[{\"seq\":1,\"changes\":[%lld,[%lld,\"%s\"]]}]}", id,
		++clients, at, length, text);
	assert_int_equal(a.status, 200);
}

TEST_ENGINE(mailing, the_first_mail_has_the_gaps_and_the_next_one_what_has_changed) {
	open_shop(t);
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Payments slow\"}");
	long long incident = answer_i64(&i, "id"), id = a_document(t, "Revenue: TBD(@editor, 2026-12-01)", incident), editor = t->person[ROLE_EDITOR];
	struct answer p = callf(t, ROLE_RESPONDER, "document.mail_preview", "{\"id\":%lld}", id);
	assert_int_equal(answer_i64(&p, "number"), 1);
	assert_str(answer_str(&p, "tbds/0/text"), "Revenue");
	struct answer m = callf(t, ROLE_RESPONDER, "document.mail", "{\"id\":%lld,\"people\":[%lld],\"note\":\"Please read\"}", id, editor);
	assert_int_equal(m.status, 200);
	assert_str(answer_str(&m, "receivers/0/person/name"), "editor");
	struct db_result r = texts(t);
	assert_int_equal(r.rows, 1);
	assert_str(db_str(&r, 0, 3), "[PM-1] Payments slow (mail #1)");
	assert_true(str_find(db_str(&r, 0, 1), STR("Please read")) >= 0);
	assert_true(str_find(db_str(&r, 0, 2), STR("| Revenue | @editor | 1 Dec 2026 |")) >= 0);
	str first = arena_str(t->a, db_str(&r, 0, 4));
	t->now += US_PER_MINUTE;
	type(t, id, 9, 24, "3 % of a day");
	callf(t, ROLE_RESPONDER, "timeline.add", "{\"id\":%lld,\"text\":\"The cache was cold\"}", incident);
	callf(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Warm the cache\",\"type\":\"prevent\",\"document\":%lld}", id);
	t->now += US_PER_MINUTE;
	p = callf(t, ROLE_RESPONDER, "document.mail_preview", "{\"id\":%lld}", id);
	assert_int_equal(answer_i64(&p, "number"), 2);
	assert_int_equal(callf(t, ROLE_RESPONDER, "document.mail", "{\"id\":%lld,\"people\":[%lld]}", id, editor).status, 200);
	r = texts(t);
	assert_int_equal(r.rows, 2);
	str text = db_str(&r, 1, 2);
	assert_true(str_find(text, STR("What has changed since mail #1")) >= 0);
	assert_true(str_find(text, STR("**Found out**: Revenue")) >= 0);
	assert_true(str_find(text, STR("3 % of a day")) >= 0);
	assert_true(str_find(text, STR("**Timeline**: The cache was cold")) >= 0);
	assert_true(str_find(text, STR("**New action**: ACT-1 Warm the cache")) >= 0);
	assert_true(str_find(text, STR("Still to be found out")) < 0);
	assert_true(str_eq(db_str(&r, 1, 5), first));
	struct answer l = callf(t, ROLE_VIEWER, "document.mails", "{\"id\":%lld}", id);
	assert_int_equal(answer_i64(&l, "items/0/number"), 2);
	assert_int_equal(answer_i64(&l, "items/0/text_version"), 1);
	assert_int_equal(answer_i64(&l, "items/1/text_version"), 0);
	channel_configure(NULL);
}

/* The restricted one goes to its members; what an open one tells of a restricted action goes to nobody else. */
TEST_ENGINE(mailing, nobody_gets_what_they_may_not_see) {
	open_shop(t);
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"secret outage\"}");
	long long secret = answer_i64(&i, "id"), member = t->person[ROLE_RESPONDER], editor = t->person[ROLE_EDITOR], administrator = t->person[ROLE_ADMINISTRATOR];
	callf(t, ROLE_ADMINISTRATOR, "incident.restrict", "{\"id\":%lld,\"restricted\":true,\"members\":[%lld]}", secret, member);
	long long id = a_document(t, "secret text", secret);
	struct answer m = callf(t, ROLE_ADMINISTRATOR, "document.mail", "{\"id\":%lld,\"people\":[%lld,%lld,%lld]}", id, member, editor, (long long)t->person[ROLE_VIEWER]);
	assert_int_equal(m.status, 200);
	assert_int_equal(json_array_size(answer_at(&m, "receivers")), 1);
	assert_str(answer_str(&m, "left_out/0/reason"), "no_access");
	assert_str(answer_str(&m, "left_out/1/person/name"), "viewer");
	struct db_result r = texts(t);
	assert_int_equal(r.rows, 1);
	assert_str(db_str(&r, 0, 0), "responder@example.org");
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "document.mail", "{\"id\":%lld,\"people\":[%lld]}", id, editor).status, 422);
	assert_int_equal(callf(t, ROLE_ADMINISTRATOR, "document.mail", "{\"id\":%lld,\"addresses\":\"x@partner.example\"}", id).status, 422);
	assert_int_equal(callf(t, ROLE_EDITOR, "document.mail_preview", "{\"id\":%lld}", id).status, 404);
	/* Open, with a block that shows an action which belongs to the restricted incident. */
	long long open = a_document(t, "x\\n\\n```bokgi actions\\n```\\n", 0);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"secret action\",\"type\":\"prevent\",\"document\":%lld,\"incident\":%lld}", open, secret);
	callf(t, ROLE_ADMINISTRATOR, "action.create", "{\"title\":\"open action\",\"type\":\"prevent\",\"document\":%lld}", open);
	m = callf(t, ROLE_ADMINISTRATOR, "document.mail", "{\"id\":%lld,\"people\":[%lld,%lld,%lld],\"addresses\":\"kim@partner.example, lee@EXAMPLE.net\"}", open, member, editor, administrator);
	assert_int_equal(json_array_size(answer_at(&m, "receivers")), 5);
	r = texts(t);
	assert_int_equal(r.rows, 6);
	for (size_t k = 1; k < 6; k++) {
		bool may = str_is(db_str(&r, k, 0), "responder@example.org") || str_is(db_str(&r, k, 0), "administrator@example.org");
		assert_true(str_find(db_str(&r, k, 2), STR("open action")) >= 0);
		assert_int_equal(str_find(db_str(&r, k, 2), STR("secret action")) >= 0, may);
	}
	channel_configure(NULL);
}

TEST_ENGINE(mailing, receivers_are_checked) {
	open_shop(t);
	long long id = a_document(t, "x", 0);
	struct answer team = call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"Payments\",\"handle\":\"pay\"}");
	callf(t, ROLE_ADMINISTRATOR, "team.join", "{\"id\":%lld,\"person\":%lld}", (long long)answer_i64(&team, "id"), (long long)t->person[ROLE_EDITOR]);
	struct answer m = callf(t, ROLE_RESPONDER, "document.mail", "{\"id\":%lld,\"people\":[%lld],\"teams\":[%lld]}", id, (long long)t->person[ROLE_EDITOR], (long long)answer_i64(&team, "id"));
	assert_int_equal(json_array_size(answer_at(&m, "receivers")), 1);
	static const struct { const char *input, *code; } wrong[] = {
		{ "", "mailing.no_receiver" }, { ",\"people\":[4711]", "person.unknown" }, { ",\"teams\":[4711]", "team.unknown" },
		{ ",\"addresses\":\"kim@elsewhere.example\"", "mailing.domain" }, { ",\"addresses\":\"kim\"", "email.malformed" },
	};
	for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
		m = callf(t, ROLE_RESPONDER, "document.mail", "{\"id\":%lld%s}", id, wrong[k].input);
		assert_str(answer_str(&m, "code"), wrong[k].code);
	}
	channel_configure(NULL);
	m = callf(t, ROLE_RESPONDER, "document.mail", "{\"id\":%lld,\"people\":[%lld]}", id, (long long)t->person[ROLE_EDITOR]);
	assert_str(answer_str(&m, "code"), "mail.not_ready");
}
