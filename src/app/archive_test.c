#include "core/testing.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/archive_tool.h"
#include "base/clock.h"
#include "core/archive.h"
#include "db/fresh.h"
#include "text/utf8.h"

/* ---- no table is forgotten ---- */

TEST_DB(archive, every_table_is_archived_or_left_out_for_a_reason) {
	struct db_result r;
	str sql = db_kind(db) == DB_SQLITE ? STR("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ESCAPE '\\'")
	                                   : STR("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()");
	assert_db(db, db_run_once(db, a, &r, sql, DB_NO_ARGS));
	assert_true(r.rows > 30);
	for (size_t i = 0; i < r.rows; i++) {
		str name = db_str(&r, i, 0);
		/* What SQLite keeps for the full text index. */
		bool shadow = str_starts(name, STR("search_fts_")) || str_starts(name, STR("search_title_")) || str_starts(name, STR("search_short_"));
		const struct archive_table *t = archive_find(name);
		if (!shadow && !t)
			fail_msg("nobody says whether %.*s belongs into an archive", STR_FMT(name));
		if (t && !t->left_out == !t->key)
			fail_msg("%s must have a key, or a reason why it is left out", t->name);
	}
}

TEST_DB(archive, keys_tell_rows_apart_and_exist) {
	const struct archive_table *const *all;
	size_t n = archive_tables(a, &all);
	struct db_result r;
	assert_true(n > 20);
	for (size_t i = 0; i < n; i++)
		assert_db(db, db_run_once(db, a, &r, arena_printf(a, SQL_PART("SELECT %s FROM %s ORDER BY %s LIMIT 1"), all[i]->key, all[i]->name, all[i]->key), DB_NO_ARGS));
}

/* ---- there and back ---- */

static char root[40];

static void make_root(void) {
	snprintf(root, sizeof root, "/tmp/bokgi-archive-XXXXXX");
	assert_non_null(mkdtemp(root));
}

static const char *under(struct arena *a, const char *name) {
	return arena_cstr(a, arena_printf(a, "%s/%s", root, name));
}

static void remove_root(void) {
	char command[64];
	snprintf(command, sizeof command, "rm -rf %s", root);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", root);
}

static enum st export_to(struct engine *e, struct arena *a, const char *folder, struct ctx *c) {
	static const struct actor owner = { .kind = ACTOR_SYSTEM, .role = ROLE_ADMINISTRATOR };
	struct db *db = NULL;
	struct buf why = { 0 };
	assert_int_equal(db_open(e->database, DB_READER, &db, &why), ST_OK);
	*c = (struct ctx){ .a = a, .db = db, .who = &owner, .now = clock_now(), .zone = zone_utc() };
	assert_int_equal(db_snapshot_begin(db), ST_OK);
	enum st st = archive_export(c, folder);
	db_snapshot_end(db);
	db_close(db);
	return st;
}

static void must_export(struct engine *e, struct arena *a, const char *folder) {
	struct ctx c;
	if (export_to(e, a, folder, &c) != ST_OK)
		fail_msg("export: %.*s", STR_FMT(c.err.message));
}

/* What a document holds beside its text. */
static void write_report(struct test_engine *t) {
	call(t, ROLE_RESPONDER, "impact.add", "{\"id\":1,\"metric\":\"주문\",\"value\":0.1,\"unit\":\"건\",\"estimated\":true}");
	call(t, ROLE_RESPONDER, "impact.add", "{\"id\":1,\"metric\":\"revenue\"}");
	call(t, ROLE_RESPONDER, "window.add", "{\"id\":1,\"begins_at\":\"2026-11-22T05:00:00Z\",\"what\":\"slow\"}");
	call(t, ROLE_EDITOR, "factor.create", "{\"code\":\"batch\",\"name_en\":\"Batch\",\"name_ko\":\"배치\"}");
	call(t, ROLE_RESPONDER, "cause.add", "{\"id\":1,\"kind\":\"latent\",\"text\":\"no guard\",\"factor\":\"batch\"}");
	call(t, ROLE_RESPONDER, "lesson.add", "{\"id\":1,\"list\":\"lucky\",\"text\":\"night\",\"mark\":\"drill\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "lesson.act", "{\"id\":1,\"lesson\":1}").status, 200);
	assert_int_equal(call(t, ROLE_RESPONDER, "section.remove", "{\"id\":1,\"section\":\"impact\",\"reason\":\"None.\"}").status, 200);
	call(t, ROLE_EDITOR, "template.create", "{\"name\":\"own\",\"title\":\"Own\",\"kind\":\"project\",\"lang\":\"en\",\"text\":\"TBD(@x by Fri): y\\n\"}");
	assert_int_equal(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"p\",\"kind\":\"project\",\"template\":\"own\"}").status, 201);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"bye\",\"kind\":\"departure\"}").status, 201);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "creed.change", "{\"en\":\"We learn.\",\"ko\":\"배운다.\",\"version\":0}").status, 200);
}

/* A document with a review of it, and a published version. */
static void write_review(struct test_engine *t) {
	struct answer d = call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"Reviewed\",\"kind\":\"near_miss\",\"template\":\"none\",\"text\":\"Cost: TBD: in money\"}");
	char input[200];
	snprintf(input, sizeof input, "{\"id\":%lld,\"reviewers\":[%lld],\"due\":\"2031-01-01\",\"note\":\"보아 주세요\"}", (long long)answer_i64(&d, "id"), (long long)t->person[ROLE_EDITOR]);
	assert_int_equal(call(t, ROLE_RESPONDER, "document.submit", input).status, 200);
	static const char *const rest[][2] = { { "review.answer", "\"question\":\"data\",\"answer\":\"yes\"" }, { "review.answer", "\"question\":\"impact\",\"answer\":\"yes\"" },
		{ "review.answer", "\"question\":\"causes\",\"answer\":\"na\",\"note\":\"n\"" }, { "review.answer", "\"question\":\"actions\",\"answer\":\"yes\"" },
		{ "review.answer", "\"question\":\"shared\",\"answer\":\"yes\"" }, { "comment.start", "\"text\":\"c\",\"quote\":\"q\",\"held\":true" }, { "review.give", "\"verdict\":\"approve\"" },
		{ "comment.start", "\"text\":\"pending\",\"must_fix\":true,\"held\":true" }, { "comment.start", "\"text\":\"how much? @x\",\"from\":0,\"to\":4" },
		{ "comment.reply", "\"comment\":3,\"text\":\"돈으로\"" }, { "comment.start", "\"changes\":[6,[3,\"7 €\"],10]" }, { "comment.make", "\"comment\":3,\"make\":{\"kind\":\"action\"}" } };
	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
		snprintf(input, sizeof input, "{\"id\":%lld,%s}", (long long)answer_i64(&d, "id"), rest[i][1]);
		assert_true(call(t, ROLE_EDITOR, rest[i][0], input).status < 300);
	}
	static const char *const passed[] = { "\"blocker\":\"tbd\",\"subject\":\"in money\",\"reason\":\"r\"", "\"blocker\":\"actions\",\"subject\":\"none\",\"reason\":\"r\"" };
	for (size_t i = 0; i < 2; i++) {
		snprintf(input, sizeof input, "{\"id\":%lld,%s}", (long long)answer_i64(&d, "id"), passed[i]);
		assert_int_equal(call(t, ROLE_ADMINISTRATOR, "review.waive", input).status, 200);
	}
	snprintf(input, sizeof input, "{\"id\":%lld}", (long long)answer_i64(&d, "id"));
	assert_int_equal(call(t, ROLE_EDITOR, "document.publish", input).status, 201);
}

/* One that two documents show. */
static void write_pictures(struct test_engine *t) {
	static const char red[] = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
	for (int id = 1; id <= 2; id++) {
		struct answer a = call(t, ROLE_RESPONDER, "image.add", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%d,\"name\":\"화면.png\",\"base64\":\"%s\"}", id, red)));
		assert_int_equal(a.status, 201);
	}
}

static void write_something(struct test_engine *t) {
	struct actor who = test_person(t, ROLE_ADMINISTRATOR);
	struct actor responder = test_person(t, ROLE_RESPONDER);
	call(t, ROLE_ADMINISTRATOR, "team.create", "{\"name\":\"결제팀\",\"handle\":\"pay\"}");
	call(t, ROLE_ADMINISTRATOR, "service.create", "{\"name\":\"checkout\",\"description\":\"Takes <money> & \\\"quotes\\\"\",\"team\":1}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"결제 장애\",\"summary\":\"line one\\nline two\",\"services\":[1]}");
	call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"Secret one\"}");
	call(t, ROLE_RESPONDER, "incident.restrict", "{\"id\":2,\"restricted\":true}");
	call(t, ROLE_RESPONDER, "timeline.add", "{\"id\":1,\"text\":\"배포를 되돌렸다\",\"evidence\":[{\"url\":\"https://x.example/\",\"title\":\"graph\"}]}");
	call(t, ROLE_RESPONDER, "mitigation.add", "{\"id\":1,\"kind\":\"rollback\",\"text\":\"v41\"}");
	call(t, ROLE_RESPONDER, "action.create", "{\"title\":\"Alarm\",\"type\":\"detect\",\"incident\":1,\"owner\":1,\"due\":\"2026-12-01\"}");
	struct answer d = call(t, ROLE_RESPONDER, "document.create", "{\"title\":\"무슨 일이\",\"kind\":\"incident\",\"incident\":1,\"text\":\"# 제목\\n\\n```bokgi actions\\n```\\n\"}");
	assert_int_equal(d.status, 201);
	struct answer p = call_as(t, &responder, "document.push", arena_cstr(t->a, arena_printf(t->a,
		"{\"id\":%lld,\"client\":\"abcdefghijklmnopqrstuv\",\"version\":0,\"updates\":[{\"seq\":1,\"changes\":[[0,\"가\"],%lld]}]}", (long long)answer_i64(&d, "id"),
		(long long)utf16_length(answer_str(&d, "text")))), 0, NULL);
	assert_int_equal(p.status, 200);
	assert_int_equal(call(t, ROLE_RESPONDER, "history.name", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"version\":1,\"name\":\"검토 전\"}", (long long)answer_i64(&d, "id")))).status, 200);
	assert_int_equal(call(t, ROLE_RESPONDER, "history.restore", arena_cstr(t->a, arena_printf(t->a, "{\"id\":%lld,\"version\":0}", (long long)answer_i64(&d, "id")))).status, 200);
	write_report(t);
	write_review(t);
	write_pictures(t);
	d = call_as(t, &who, "hook.create", "{\"source\":\"alertmanager\",\"name\":\"main\"}", 0, NULL);
	settle(t);
}

struct other {
	struct fresh fresh;
	struct engine *e;
};

static void open_other(struct test_engine *t, struct other *o, const char *folder) {
	struct buf why = { 0 };
	*o = (struct other){ 0 };
	if (!engine_on_sqlite(t->e))
		assert_int_equal(fresh_open(DB_POSTGRES, &o->fresh, &why), ST_OK);
	struct engine_config config = { .folder = folder, .database = engine_on_sqlite(t->e) ? NULL : o->fresh.where, .migrate = true };
	if (engine_open(&config, &o->e, &why) != ST_OK)
		fail_msg("no other engine: %.*s", STR_FMT(buf_str(&why)));
}

static void close_other(struct other *o) {
	engine_close(o->e);
	fresh_close(&o->fresh);
}

static struct ctx system_ctx(struct arena *a) {
	return (struct ctx){ .a = a, .who = &actor_system, .now = clock_now(), .zone = zone_utc(), .backfill = true };
}

static void must_be_equal(const char *x, const char *y) {
	char command[256];
	snprintf(command, sizeof command, "diff -r %s %s >&2", x, y);
	if (system(command) != 0)
		fail_msg("%s and %s differ", x, y);
}

TEST_ENGINE(archive, what_was_exported_and_imported_is_exported_the_same) {
	struct other o;
	make_root();
	write_something(t);
	must_export(t->e, t->a, under(t->a, "one"));
	open_other(t, &o, under(t->a, "data"));
	struct ctx c = system_ctx(t->a);
	if (archive_import(o.e, &c, under(t->a, "one")) != ST_OK)
		fail_msg("import: %.*s", STR_FMT(c.err.message));
	must_export(o.e, t->a, under(t->a, "two"));
	must_be_equal(under(t->a, "one"), under(t->a, "two"));
	/* A second time it is refused, and nothing has changed. */
	struct ctx again = system_ctx(t->a);
	assert_int_equal(archive_import(o.e, &again, under(t->a, "one")), ST_CONFLICT);
	assert_string_equal(again.err.code, "archive.not_empty");
	must_export(o.e, t->a, under(t->a, "three"));
	must_be_equal(under(t->a, "one"), under(t->a, "three"));
	close_other(&o);
	remove_root();
}

/* Comments stood in a table of reviews once, without what they have learned since. */
TEST_ENGINE(archive, a_table_is_read_under_the_name_it_once_had) {
	struct other o;
	char command[600];
	make_root();
	write_something(t);
	must_export(t->e, t->a, under(t->a, "one"));
	snprintf(command, sizeof command, "cd %s/one && mv tables/comment.jsonl tables/review_comment.jsonl && sed -i 's/\"name\":\"comment\"/\"name\":\"review_comment\"/' archive.json", root);
	assert_int_equal(system(command), 0);
	open_other(t, &o, under(t->a, "data"));
	struct ctx c = system_ctx(t->a);
	if (archive_import(o.e, &c, under(t->a, "one")) != ST_OK)
		fail_msg("import: %.*s", STR_FMT(c.err.message));
	must_export(o.e, t->a, under(t->a, "two"));
	must_be_equal(under(t->a, "one/tables/review_comment.jsonl"), under(t->a, "two/tables/comment.jsonl"));
	close_other(&o);
	remove_root();
}

/* Numbers go on, and no handler takes the old events for new ones. */
static enum st look(struct ctx *c, void *data) {
	int64_t *out = data, newest = 0, handlers = 0;
	enum st st = db_one_i64(c, &out[0], "INSERT INTO team (name, handle, version) VALUES ($1, $1, 1) RETURNING id", DB_STR(STR("next")));
	if (st == ST_OK)
		st = event_position(c, &newest);
	if (st == ST_OK)
		st = db_one_i64(c, &handlers, "SELECT count(*) FROM consumer WHERE cursor_id = $1", DB_I64(newest));
	if (st == ST_OK)
		st = db_one_i64(c, &out[2], "SELECT count(*) FROM consumer WHERE cursor_id <> $1", DB_I64(newest));
	if (st == ST_OK)
		st = db_one_i64(c, &out[3], "SELECT count(*) FROM search_text WHERE id <> $1", DB_I64(0));
	out[1] = handlers;
	return st;
}

TEST_ENGINE(archive, an_imported_instance_goes_on_where_the_other_was) {
	struct other o;
	int64_t seen[4];
	make_root();
	write_something(t);
	must_export(t->e, t->a, under(t->a, "one"));
	open_other(t, &o, under(t->a, "data"));
	struct ctx c = system_ctx(t->a), d = system_ctx(t->a);
	assert_int_equal(archive_import(o.e, &c, under(t->a, "one")), ST_OK);
	assert_int_equal(engine_write(o.e, &d, look, seen), ST_OK);
	assert_int_equal(seen[0], 2);
	assert_true(seen[1] > 5);
	assert_int_equal(seen[2], 0);
	assert_true(seen[3] >= 5);
	close_other(&o);
	remove_root();
}

TEST_ENGINE(archive, an_archive_that_is_not_whole_is_refused_by_file_and_line) {
	static const struct { const char *damage, *says; } cases[] = {
		{ "echo nonsense >> %s/one/tables/team.jsonl", "tables/team.jsonl, line 2: " },
		{ "sed -i 's/\"version\":1/\"version\":\"x\"/' %s/one/tables/team.jsonl", "tables/team.jsonl, line 1: " },
		{ "sed -i 's/\"handle\"/\"handle) VALUES (1); --\"/' %s/one/tables/team.jsonl", "is not the name of a column" },
		{ "sed -i '$d' %s/one/tables/timeline_entry.jsonl", "the archive is not whole" },
		{ "rm %s/one/tables/action.jsonl", "No such file" },
		{ "for f in %s/one/documents/PM-*/images/*; do echo x >> $f; done", "its bytes are not those of its name" },
		{ "rm %s/one/documents/PM-*/images/*", "No such file" },
		{ "sed -i 's/bokgi archive/other/' %s/one/archive.json", "does not say that this is an archive" },
		{ "sed -i 's/\"schema\":/\"schema\":9/' %s/one/archive.json", "a newer bokgi" },
		{ "sed -i 's/\"name\":\"team\"/\"name\":\"session\"/' %s/one/archive.json", "not part of an archive" },
	};
	make_root();
	write_something(t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct other o;
		char command[200];
		snprintf(command, sizeof command, "rm -rf %s/one %s/data", root, root);
		assert_int_equal(system(command), 0);
		must_export(t->e, t->a, under(t->a, "one"));
		snprintf(command, sizeof command, cases[i].damage, root);
		assert_int_equal(system(command), 0);
		open_other(t, &o, under(t->a, "data"));
		struct ctx c = system_ctx(t->a);
		enum st st = archive_import(o.e, &c, under(t->a, "one"));
		if (st == ST_OK || str_find(c.err.message, str_c(cases[i].says)) < 0)
			fail_msg("%s: %s \"%.*s\"", cases[i].damage, st_name(st), STR_FMT(c.err.message));
		/* Nothing of it was kept. */
		struct ctx d = system_ctx(t->a);
		int64_t seen[4];
		assert_int_equal(engine_write(o.e, &d, look, seen), ST_OK);
		assert_int_equal(seen[0], 1);
		close_other(&o);
	}
	struct ctx c;
	assert_int_equal(export_to(t->e, t->a, under(t->a, "one"), &c), ST_CONFLICT);
	remove_root();
}
