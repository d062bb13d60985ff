#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/testing.h"
#include "feature/document/document_image.h"

/* ---- addresses ---- */

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(image, links_of_ours_are_known_from_others) {
	static const struct {
		const char *link;
		int64_t document; /* 0: none of ours */
	} cases[] = {
		{ "PM-3/images/" SHA ".png", 3 }, { "/documents/PM-3/images/" SHA ".webp", 3 }, { "images/" SHA ".jpg", 7 }, { "/documents/images/" SHA ".jpg", 7 },
		{ "PM-3/images/" SHA ".svg", 0 }, { "PM-3/images/" SHA, 0 }, { "PM-x/images/" SHA ".png", 0 }, { "PM-0/images/" SHA ".png", 0 }, { "PM--1/images/" SHA ".png", 0 },
		{ "PM-3/images/../../" SHA ".png", 0 }, { "https://x.example/PM-3/images/" SHA ".png", 0 }, { "//documents/PM-3/images/" SHA ".png", 0 },
		{ "PM-3/images/" SHA "0.png", 0 }, { "PM-3/images/" SHA ".png?x", 0 }, { "PM-3/images/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef.png", 0 }, { "", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t document = 7;
		str sha;
		bool ours = image_link_read(str_c(cases[i].link), &document, &sha);
		print_message("%s\n", cases[i].link);
		assert_int_equal(ours ? document : 0, cases[i].document);
		if (ours)
			assert_str(sha, SHA);
	}
}

TEST(image, where_none_can_be_shown_its_words_lead_there) {
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "a ![x](PM-3/images/" SHA ".png \"t\") b", "a [x](/documents/PM-3/images/" SHA ".png) b" }, { "![](images/" SHA ".jpg)", "[picture](/documents/PM-7/images/" SHA ".jpg)" },
		{ "![x](https://x.example/a.png)!", "![x](https://x.example/a.png)!" }, { "![x](PM-3/im\nages/" SHA ".png)", "![x](PM-3/im\nages/" SHA ".png)" },
		{ "![", "![" }, { "![]", "![]" }, { "![a ![b](PM-3/images/" SHA ".png)", "[a ![b](/documents/PM-3/images/" SHA ".png)" }, { "", "" },
	};
	struct arena *a = arena_new(0);
	struct ctx c = { .a = a, .who = &actor_system };
	struct document d = { .id = 7 };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = buf_in(a);
		document_link_images(&c, &d, str_c(cases[i].text), &out);
		assert_str(buf_str(&out), cases[i].want);
	}
	arena_free(a);
}

/* ---- put in ---- */

static str read_picture(struct arena *a, const char *name) {
	const char *path = arena_cstr(a, arena_printf(a, "%s/test/image/%s", BOKGI_SOURCE, name));
	FILE *f = fopen(path, "re");
	char *bytes = arena_alloc(a, 1 << 20);
	if (!f)
		fail_msg("no file %s", path);
	size_t n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return str_n(bytes, n);
}

static const char *add_input(struct test_engine *t, int64_t document, str bytes) {
	size_t n = sodium_base64_ENCODED_LEN(bytes.n, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(t->a, n);
	sodium_bin2base64(text, n, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
	return arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"name\":\"그림.png\",\"base64\":\"%s\"}", (long long)document, text));
}

static struct answer add(struct test_engine *t, enum role role, int64_t document, const char *name) {
	return call(t, role, "image.add", add_input(t, document, read_picture(t->a, name)));
}

static int64_t new_document(struct test_engine *t, const char *text) {
	struct answer d = call(t, ROLE_RESPONDER, "document.create", arena_cstr(t->a, arena_printf(t->a, "{\"title\":\"T\",\"kind\":\"project\",\"template\":\"none\",\"text\":\"%s\"}", text)));
	assert_int_equal(d.status, 201);
	return answer_i64(&d, "id");
}

static const char *with_id(struct test_engine *t, int64_t id) {
	return arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld}", (long long)id));
}

static struct answer show(struct test_engine *t, enum role role, int64_t document, str sha, const char *suffix) {
	return call(t, role, "image.get", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"file\":\"%.*s.%s\"}", (long long)document, STR_FMT(sha), suffix)));
}

static bool named_after(str bytes, str sha) {
	unsigned char hash[32];
	char hex[65];
	crypto_hash_sha256(hash, (const unsigned char *)bytes.p, bytes.n);
	return str_is(sha, sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

TEST_ENGINE(image, one_is_kept_once_and_shown_as_it_was_acknowledged) {
	int64_t one = new_document(t, ""), two = new_document(t, "");
	struct answer first = add(t, ROLE_RESPONDER, one, "plain.png");
	assert_int_equal(first.status, 201);
	assert_str(answer_str(&first, "type"), "png");
	assert_int_equal(answer_i64(&first, "width"), 48);
	assert_int_equal(answer_i64(&first, "height"), 32);
	assert_str(answer_str(&first, "name"), "그림.png");
	str sha = answer_str(&first, "sha256");
	assert_true(str_eq(answer_str(&first, "link"), arena_printf(t->a, "PM-%lld/images/%.*s.png", (long long)one, STR_FMT(sha))));
	assert_int_equal(add(t, ROLE_RESPONDER, one, "plain.png").status, 200);
	/* What differs only in what is not kept is the same picture. */
	assert_int_equal(add(t, ROLE_EDITOR, two, "after-the-end.png").status, 201);
	struct answer all = call(t, ROLE_VIEWER, "image.list", with_id(t, one));
	assert_int_equal(json_array_size(answer_at(&all, "items")), 1);
	struct answer shown = show(t, ROLE_VIEWER, two, sha, "png");
	assert_int_equal(shown.status, 200);
	assert_true(named_after(shown.text, sha));
	assert_int_equal(shown.text.n, answer_i64(&first, "size"));
	assert_int_equal(show(t, ROLE_VIEWER, two, STR(SHA), "png").status, 404);
	assert_int_equal(show(t, ROLE_VIEWER, two, STR("../../../etc/passwd"), "png").status, 404);
}

TEST_ENGINE(image, only_whom_the_document_lets_may_put_in_or_see) {
	int64_t open = new_document(t, "");
	assert_int_equal(add(t, ROLE_VIEWER, open, "plain.png").status, 403);
	assert_int_equal(add(t, ROLE_NONE, open, "plain.png").status, 401);
	assert_int_equal(add(t, ROLE_RESPONDER, open + 99, "plain.png").status, 404);
	/* Nothing of it is looked at before: what is no picture gets the same answer. */
	assert_int_equal(add(t, ROLE_VIEWER, open, "not.png").status, 403);
	assert_int_equal(add(t, ROLE_NONE, open, "not.png").status, 401);
	assert_int_equal(add(t, ROLE_RESPONDER, open + 99, "not.png").status, 404);
	struct answer incident = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Secret\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}").status, 200);
	struct answer d = call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"S\",\"kind\":\"incident\",\"incident\":1}");
	assert_int_equal(incident.status, 201);
	int64_t closed = answer_i64(&d, "id");
	struct answer in = add(t, ROLE_RESPONDER, closed, "clear.png");
	assert_int_equal(in.status, 201);
	str sha = answer_str(&in, "sha256");
	assert_int_equal(show(t, ROLE_RESPONDER, closed, sha, "png").status, 200);
	assert_int_equal(show(t, ROLE_ADMINISTRATOR, closed, sha, "png").status, 200);
	assert_int_equal(show(t, ROLE_EDITOR, closed, sha, "png").status, 404);
	assert_int_equal(show(t, ROLE_EDITOR, open, sha, "png").status, 404);
	assert_int_equal(call(t, ROLE_EDITOR, "image.list", with_id(t, closed)).status, 404);
	assert_int_equal(add(t, ROLE_EDITOR, closed, "plain.png").status, 404);
	assert_int_equal(add(t, ROLE_EDITOR, closed, "not.png").status, 404);
	/* Neither through another document that names it. */
	int64_t spy = new_document(t, arena_cstr(t->a, arena_printf(t->a, "![x](PM-%lld/images/%.*s.png)", (long long)closed, STR_FMT(sha))));
	struct answer page = call(t, ROLE_EDITOR, "document.get", with_id(t, spy)), file = call(t, ROLE_EDITOR, "document.html", with_id(t, spy));
	assert_true(str_find(answer_str(&page, "html"), STR("<span class=\"img\">[x]</span>")) >= 0);
	assert_true(str_find(file.text, STR("data:image")) < 0);
}

TEST_ENGINE(image, nothing_is_in_it_but_the_picture) {
	static const struct {
		const char *file, *type, *suffix;
		int64_t width, height;
	} cases[] = { { "phone.jpg", "jpeg", "jpg", 32, 48 }, { "plain.png", "png", "png", 48, 32 }, { "after-the-end.png", "png", "png", 48, 32 }, { "clear.png", "png", "png", 48, 32 },
		{ "plain.webp", "webp", "webp", 48, 32 }, { "exact.webp", "png", "png", 48, 32 }, { "moving.gif", "png", "png", 48, 32 }, { "moving.webp", "png", "png", 48, 32 },
		{ "print.jpg", "jpeg", "jpg", 8, 8 }, { "bomb-text.png", "png", "png", 48, 32 } };
	static const char *const secrets[] = { "SECRET", "Exif", "GPS", "script", "NETSCAPE", "xmp", "XMP", "tEXt", "iTXt", "zTXt" };
	int64_t id = new_document(t, "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer in = add(t, ROLE_RESPONDER, id, cases[i].file);
		print_message("%s %.*s\n", cases[i].file, STR_FMT(in.text));
		assert_true(in.status == 200 || in.status == 201);
		assert_str(answer_str(&in, "type"), cases[i].type);
		assert_int_equal(answer_i64(&in, "width"), cases[i].width);
		assert_int_equal(answer_i64(&in, "height"), cases[i].height);
		struct answer out = show(t, ROLE_VIEWER, id, answer_str(&in, "sha256"), cases[i].suffix);
		assert_int_equal(out.status, 200);
		for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++)
			if (str_find(out.text, str_c(secrets[k])) >= 0)
				fail_msg("%s still says %s", cases[i].file, secrets[k]);
	}
}

TEST_ENGINE(image, what_is_none_or_too_much_is_refused_and_nothing_kept) {
	static const struct {
		const char *file;
		int status;
		const char *code;
	} cases[] = { { "not.png", 415, "image.kind" }, { "broken.png", 422, "image.broken" }, { "broken.jpg", 422, "image.broken" }, { "broken.gif", 422, "image.broken" },
		{ "broken.webp", 422, "image.broken" }, { "bomb.png", 413, "image.pixels" }, { "bomb.gif", 413, "image.pixels" } };
	int64_t id = new_document(t, "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = add(t, ROLE_RESPONDER, id, cases[i].file);
		print_message("%s %.*s\n", cases[i].file, STR_FMT(a.text));
		assert_int_equal(a.status, cases[i].status);
		assert_str(answer_str(&a, "code"), cases[i].code);
	}
	struct answer empty = call(t, ROLE_RESPONDER, "image.add", add_input(t, id, STR("")));
	assert_int_equal(empty.status, 415);
	char *large = arena_alloc(t->a, IMAGE_MOST_BYTES + 1);
	struct answer a = call(t, ROLE_RESPONDER, "image.add", add_input(t, id, str_n(large, IMAGE_MOST_BYTES + 1)));
	assert_int_equal(a.status, 413);
	struct answer all = call(t, ROLE_VIEWER, "image.list", with_id(t, id));
	assert_int_equal(json_array_size(answer_at(&all, "items")), 0);
}

TEST_ENGINE(image, without_the_helper_it_is_said_so) {
	int64_t id = new_document(t, "");
	setenv("BOKGI_HELPERS", "/nowhere", 1);
	struct answer a = add(t, ROLE_RESPONDER, id, "plain.png");
	unsetenv("BOKGI_HELPERS");
	assert_int_equal(a.status, 503);
	assert_str(answer_str(&a, "code"), "image.no_helper");
	assert_int_equal(add(t, ROLE_RESPONDER, id, "plain.png").status, 201);
}

static enum st put_away(struct ctx *c, void *data) {
	struct document d;
	enum st st = document_read(c, *(const int64_t *)data, &d);
	return st == ST_OK ? document_move(c, &d, DOCUMENT_ARCHIVED, "document.archived", STR_NONE) : st;
}

TEST_ENGINE(image, an_archived_document_takes_none) {
	int64_t id = new_document(t, "x");
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	assert_int_equal(engine_write(t->e, &c, put_away, &id), ST_OK);
	struct answer a = add(t, ROLE_RESPONDER, id, "plain.png");
	assert_int_equal(a.status, 409);
	assert_str(answer_str(&a, "code"), "collab.closed");
}

/* ---- shown ---- */

TEST_ENGINE(image, articles_size_ours_and_ask_for_no_other) {
	int64_t id = new_document(t, "");
	struct answer in = add(t, ROLE_RESPONDER, id, "plain.png");
	str link = answer_str(&in, "link"), sha = answer_str(&in, "sha256");
	const char *text = arena_cstr(t->a, arena_printf(t->a,
		"![a \\\"b\\\" < c](%.*s \\\"t\\\")\\n\\n![there](https://x.example/a.png)\\n\\n![none](PM-9/images/" SHA ".png)\\n\\n[![in](images/%.*s.png)](/incidents)", STR_FMT(link), STR_FMT(sha)));
	int64_t other = new_document(t, text);
	struct answer add_here = add(t, ROLE_RESPONDER, other, "plain.png");
	assert_int_equal(add_here.status, 201);
	struct answer d = call(t, ROLE_VIEWER, "document.get", with_id(t, other));
	str html = answer_str(&d, "html");
	str want = arena_printf(t->a, "<img src=\"/documents/%.*s\" width=\"48\" height=\"32\" loading=\"lazy\" decoding=\"async\" alt=\"a &quot;b&quot; &lt; c\" title=\"t\">", STR_FMT(link));
	print_message("%.*s\n", STR_FMT(html));
	assert_true(str_find(html, want) >= 0);
	assert_true(str_find(html, STR("<span class=\"img\">[there: https://x.example/a.png]</span>")) >= 0);
	assert_true(str_find(html, STR("<span class=\"img\">[none]</span>")) >= 0);
	assert_true(str_find(html, arena_printf(t->a, "src=\"/documents/PM-%lld/images/%.*s.png\" width=\"48\"", (long long)other, STR_FMT(sha))) >= 0);
	/* A file has them in it. */
	struct answer file = call(t, ROLE_VIEWER, "document.html", with_id(t, other));
	assert_true(str_find(file.text, STR("<img src=\"data:image/png;base64,iVBOR")) >= 0);
	assert_true(str_find(file.text, STR("src=\"/")) < 0);
}

/* What was published while it was open may name a picture that is restricted by now. */
struct filing {
	struct actor who;
	str html, file;
};

static enum st run_filing(struct ctx *c, void *data) {
	struct filing *f = data;
	struct reply out = { 0 };
	c->who = &f->who;
	document_write_page(c, &(struct document_page){ .ref = STR("PM-1"), .html = f->html }, &out);
	f->file = arena_str(c->a, buf_str(&out.body));
	buf_free(&out.body);
	return ST_OK;
}

TEST_ENGINE(image, a_file_has_only_what_its_reader_may_see) {
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Secret\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":1,\"restricted\":true}").status, 200);
	struct answer d = call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"S\",\"kind\":\"incident\",\"incident\":1}");
	struct answer in = add(t, ROLE_RESPONDER, answer_i64(&d, "id"), "plain.png");
	str html = arena_printf(t->a, "<img src=\"%.*s\" width=\"48\" height=\"32\" alt=\"x\">", STR_FMT(answer_str(&in, "path")));
	static const enum role roles[] = { ROLE_RESPONDER, ROLE_EDITOR };
	for (size_t i = 0; i < 2; i++) {
		struct filing f = { .who = test_person(t, roles[i]), .html = html };
		struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
		assert_int_equal(engine_write(t->e, &c, run_filing, &f), ST_OK);
		assert_int_equal(str_find(f.file, STR("data:image/png;base64,")) >= 0, i == 0);
		assert_int_equal(str_find(f.file, STR("<span class=\"img\">[x]</span>")) >= 0, i == 1);
	}
}

static struct answer remove_it(struct test_engine *t, enum role role, int64_t document, str sha) {
	return call(t, role, "scrub.image", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"sha\":\"%.*s\",\"category\":\"person\",\"reason\":\"A face\"}", (long long)document, STR_FMT(sha))));
}

TEST_ENGINE(image, one_that_was_removed_is_gone_everywhere_and_stays_so) {
	int64_t id = new_document(t, ""), other = new_document(t, ""), third = new_document(t, "");
	struct answer in = add(t, ROLE_RESPONDER, id, "plain.png"), again = add(t, ROLE_RESPONDER, other, "plain.png");
	str sha = answer_str(&in, "sha256");
	assert_true(str_eq(answer_str(&again, "sha256"), sha));
	assert_int_equal(remove_it(t, ROLE_RESPONDER, id, sha).status, 403);
	assert_int_equal(remove_it(t, ROLE_EDITOR, third, sha).status, 404);
	assert_int_equal(remove_it(t, ROLE_EDITOR, id, STR(SHA)).status, 404);
	struct answer gone = remove_it(t, ROLE_EDITOR, id, sha);
	assert_int_equal(gone.status, 201);
	assert_str(answer_str(&gone, "places/0/kind"), "picture");
	assert_int_equal(show(t, ROLE_VIEWER, id, sha, "png").status, 404);
	assert_int_equal(show(t, ROLE_VIEWER, other, sha, "png").status, 404);
	struct answer back = add(t, ROLE_RESPONDER, id, "plain.png");
	assert_int_equal(back.status, 409);
	assert_str(answer_str(&back, "code"), "image.removed");
}
