#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/feed.h"
#include "db/testing.h"
#include "feature/collab/live.h"

/* ---- a writer, by hand ---- */

struct desk {
	struct ctx c;
	struct tx tx;
	int64_t next_id;
	struct actor who;
	struct feed *feed;
};

static _Atomic uint64_t transactions = UINT64_C(1) << 40;

static void begin(struct desk *d) {
	assert_db(d->c.db, db_begin(d->c.db));
	d->tx = (struct tx){ .next_id = &d->next_id, .number = ++transactions, .feed = d->feed };
}

/* The next job of the same transaction. */
static struct tx_after *next_job(struct desk *d) {
	struct tx_after *after = d->tx.after;
	d->tx.after = NULL;
	d->tx.after_end = NULL;
	return after;
}

static void after_commit(struct tx_after *x) {
	for (; x; x = x->next)
		x->run(x->data);
}

static void commit(struct desk *d) {
	assert_db(d->c.db, db_commit(d->c.db));
	after_commit(d->tx.after);
}

static void roll_back(struct desk *d) {
	db_rollback(d->c.db);
}

static struct desk *desk(struct db *db, struct arena *a) {
	struct desk *d = arena_new_of(a, struct desk);
	d->who = (struct actor){ .kind = ACTOR_PERSON, .role = ROLE_RESPONDER, .person = 1, .name = STR("Ada") };
	d->c = (struct ctx){ .a = a, .db = db, .who = &d->who, .now = INT64_C(1700000000000000), .tx = &d->tx };
	return d;
}

static int64_t new_text(struct desk *d, const char *content) {
	int64_t text = 0;
	collab_forget();
	begin(d);
	assert_int_equal(collab_create(&d->c, str_c(content), &text), ST_OK);
	assert_int_equal(collab_attach(&d->c, text, "document", 7, 0), ST_OK);
	commit(d);
	return text;
}

#define ANN "ann-------------------"
#define BOB "bob-------------------"
#define EVE "eve-------------------"

/* changes: JSON of the updates' change sets, one array of them. */
static enum st push(struct desk *d, int64_t text, const char *client, int64_t version, int64_t seq, const char *changes, struct collab_pushed *out) {
	char room[160];
	str why;
	json_t *all = json_parse(str_c(changes), &why, room);
	assert_non_null(all);
	json_own(d->c.a, all);
	size_t n = json_array_size(all);
	struct collab_typed *typed = arena_array(d->c.a, n, sizeof *typed);
	for (size_t i = 0; i < n; i++)
		typed[i] = (struct collab_typed){ seq + (int64_t)i, json_array_get(all, i) };
	d->c.err = (struct err){ 0 };
	return collab_push(&d->c, &(struct collab_push){ text, 7, str_c(client), version, typed, n }, out);
}

/* One push in a transaction of its own; version 0: refused. */
static struct collab_pushed push_alone(struct desk *d, int64_t text, const char *client, int64_t version, int64_t seq, const char *changes) {
	struct collab_pushed out = { 0 };
	begin(d);
	enum st st = push(d, text, client, version, seq, changes, &out);
	if (st == ST_OK)
		commit(d);
	else
		roll_back(d);
	return out;
}

static void assert_text(struct desk *d, int64_t text, int64_t version, const char *want) {
	str got;
	int64_t at;
	assert_int_equal(collab_read(&d->c, text, INT64_MAX, &got, &at), ST_OK);
	assert_str(got, want);
	assert_int_equal(at, version);
}

/* ---- tests ---- */

TEST_DB(collab, what_is_pushed_is_there) {
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "one\r\ntwo");
	assert_text(d, text, 0, "one\ntwo");
	struct collab_pushed p = push_alone(d, text, ANN, 0, 1, "[[7,[0,\"!\"]],[[3,\"zero\",\"\"],5]]");
	assert_int_equal(p.version, 2);
	assert_int_equal(p.accepted, 2);
	assert_text(d, text, 2, "zero\n\ntwo!");
	collab_forget();
	p = push_alone(d, text, ANN, 2, 3, "[[10,[0,\"?\"]]]");
	assert_int_equal(p.version, 3);
	assert_text(d, text, 3, "zero\n\ntwo!?");
}

TEST_DB(collab, a_push_sent_again_is_not_appended_again) {
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "");
	push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]],[1,[0,\"b\"]]]");
	push_alone(d, text, BOB, 2, 1, "[[[0,\"X\"],2]]");
	for (int forgotten = 0; forgotten < 2; forgotten++) {
		struct collab_pushed p = push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]],[1,[0,\"b\"]]]");
		assert_int_equal(p.version, 3);
		assert_int_equal(p.accepted, 2);
		collab_forget();
	}
	/* The answer to both was lost, and a third was typed meanwhile. */
	struct collab_pushed p = push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]],[1,[0,\"b\"]],[2,[0,\"c\"]]]");
	assert_int_equal(p.version, 4);
	assert_int_equal(p.accepted, 3);
	/* The answer to the first is known, the second is not. */
	p = push_alone(d, text, ANN, 1, 2, "[[1,[0,\"b\"]],[2,[0,\"c\"]],[3,[0,\"d\"]]]");
	assert_int_equal(p.version, 5);
	assert_text(d, text, 5, "Xabcd");
}

TEST_DB(collab, what_others_typed_is_worked_in) {
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "hello");
	push_alone(d, text, ANN, 0, 1, "[[[5,\"world\"]]]");
	push_alone(d, text, BOB, 0, 1, "[[2,[0,\"--\"],3],[7,[0,\"!\"]]]");
	assert_text(d, text, 3, "world--!");
	collab_forget(); /* the updates since come from the database */
	push_alone(d, text, EVE, 0, 1, "[[[0,\"> \"],5]]");
	assert_text(d, text, 4, "> world--!");
}

TEST_DB(collab, a_client_belongs_to_one_person) {
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "");
	struct collab_pushed out;
	push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]]]");
	for (int forgotten = 0; forgotten < 2; forgotten++) {
		d->who.person = 2;
		begin(d);
		assert_int_equal(push(d, text, ANN, 1, 2, "[[1,[0,\"b\"]]]", &out), ST_DENIED);
		assert_int_equal(db_writes(db), 0);
		roll_back(d);
		collab_forget();
	}
	d->who.person = 1;
	assert_int_equal(push_alone(d, text, ANN, 1, 2, "[[1,[0,\"b\"]]]").version, 2);
	assert_int_equal(push_alone(d, text, "short", 2, 3, "[[2,[0,\"b\"]]]").version, 0);
	assert_string_equal(d->c.err.code, "collab.client");
}

TEST_DB(collab, wrong_updates_are_named_and_spoil_nothing) {
	static const struct {
		const char *changes;
		int64_t version, seq;
		enum st st;
		const char *field, *code;
	} cases[] = {
		{ "[[3],[4]]", 1, 2, ST_INVALID, "updates/1", "collab.length" },
		{ "[[4]]", 1, 2, ST_INVALID, "updates/0", "collab.length" },
		{ "[[2,[0,\"x\"]]]", 0, 2, ST_INVALID, "updates/0", "collab.sequence" }, /* made before its own first update, without it */
		{ "[[3,[0,\"x\"]],[2,[0,\"x\"],2]]", 1, 2, ST_INVALID, "updates/1", "collab.length" }, /* cuts the smiling face in two */
		{ "[[1,[1],1]]", 1, 2, ST_INVALID, "updates/0", "collab.length" },
		{ "[[[0,\"a\\nb\"],3]]", 1, 2, ST_INVALID, "updates/0", "collab.changes" },
		{ "[[3],[\"x\"]]", 1, 2, ST_INVALID, "updates/1", "collab.changes" },
		{ "[[3]]", 2, 2, ST_CONFLICT, "", "collab.ahead" },
		{ "[[3]]", -1, 2, ST_CONFLICT, "", "collab.ahead" },
		{ "[[3]]", 1, 3, ST_INVALID, "updates/0", "collab.sequence" },
		{ "[[3],[3]]", 1, 1, ST_INVALID, "updates/0", "collab.sequence" }, /* made after its own first update, and holding it */
		{ "[[3]]", 1, 1, ST_INVALID, "updates/0", "collab.sequence" },
		{ "[]", 1, 2, ST_INVALID, "updates", "field.count" },
	};
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "\U0001F600");
	push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"],2]]");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct collab_pushed out;
		begin(d);
		if (push(d, text, ANN, cases[i].version, cases[i].seq, cases[i].changes, &out) != cases[i].st)
			fail_msg("case %zu: %s", i, st_name(d->c.err.st));
		assert_str(d->c.err.field, cases[i].field);
		assert_string_equal(d->c.err.code, cases[i].code);
		assert_int_equal(db_writes(db), 0);
		roll_back(d);
	}
	assert_int_equal(push_alone(d, text, ANN, 1, 2, "[[3,[0,\"z\"]]]").version, 2);
	assert_text(d, text, 2, "a\U0001F600z");
}

TEST_DB(collab, a_text_shows_itself_only_to_those_of_its_scope) {
	struct desk *d = desk(db, a);
	struct collab_pushed out;
	int64_t text = new_text(d, ""), scope = 0;
	begin(d);
	assert_int_equal(perm_scope_new(&d->c, &scope), ST_OK);
	assert_int_equal(perm_scope_add(&d->c, scope, 2, 0), ST_OK);
	assert_int_equal(collab_attach(&d->c, text, "document", 7, scope), ST_OK);
	commit(d);
	begin(d);
	assert_int_equal(push(d, text, ANN, 0, 1, "[[[0,\"a\"]]]", &out), ST_NOT_FOUND);
	d->who.person = 2;
	assert_int_equal(push(d, text, BOB, 0, 1, "[[[0,\"a\"]]]", &out), ST_OK);
	assert_int_equal(push(d, text + 1, BOB, 0, 1, "[[[0,\"a\"]]]", &out), ST_NOT_FOUND);
	commit(d);
	assert_text(d, text, 1, "a");
}

TEST_DB(collab, what_was_rolled_back_is_forgotten) {
	struct desk *d = desk(db, a);
	struct collab_pushed out;
	int64_t text = new_text(d, "");
	push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]]]");
	begin(d);
	assert_int_equal(push(d, text, ANN, 1, 2, "[[1,[0,\"lost\"]]]", &out), ST_OK);
	assert_int_equal(push(d, text, BOB, 2, 1, "[[5,[0,\"lost too\"]]]", &out), ST_OK);
	roll_back(d);
	/* The writer replays the jobs, each alone. */
	assert_int_equal(push_alone(d, text, BOB, 1, 1, "[[1,[0,\"b\"]]]").version, 2);
	assert_int_equal(push_alone(d, text, ANN, 1, 2, "[[1,[0,\"c\"]]]").version, 3);
	assert_text(d, text, 3, "abc");
	/* A text first read in a transaction that wrote it, and was rolled back. */
	begin(d);
	assert_int_equal(push(d, text, ANN, 3, 3, "[[3,[0,\"lost\"]]]", &out), ST_OK);
	collab_forget();
	assert_int_equal(push(d, text, ANN, 3, 3, "[[3,[0,\"lost\"]]]", &out), ST_OK);
	assert_int_equal(out.version, 4);
	roll_back(d);
	assert_int_equal(push_alone(d, text, ANN, 3, 3, "[[3,[0,\"d\"]]]").version, 4);
	assert_text(d, text, 4, "abcd");
}

TEST_DB(collab, a_refused_push_keeps_its_neighbours_of_the_transaction) {
	struct desk *d = desk(db, a);
	struct collab_pushed out;
	int64_t text = new_text(d, "\U0001F600");
	begin(d);
	assert_int_equal(push(d, text, ANN, 0, 1, "[[2,[0,\"a\"]]]", &out), ST_OK);
	struct tx_after *first = next_job(d);
	assert_int_equal(push(d, text, BOB, 0, 1, "[[[2,\"x\"]],[1,[0,\"y\"]],[[1],1]]", &out), ST_OK);
	assert_int_equal(push(d, text, EVE, 4, 1, "[[3,[0,\"z\"]],[4,[0,\"!\"],1]]", &out), ST_INVALID);
	assert_int_equal(push(d, text, EVE, 4, 1, "[[2,[0,\"z\"]]]", &out), ST_OK);
	assert_int_equal(out.version, 5);
	commit(d);
	after_commit(first);
	assert_text(d, text, 5, "ayz");
	assert_int_equal(push_alone(d, text, ANN, 5, 2, "[[3,[0,\"b\"]]]").version, 6);
}

TEST_DB(collab, one_message_for_each_transaction) {
	struct desk *d = desk(db, a);
	struct collab_pushed out;
	struct stream_hub *hub;
	assert_int_equal(stream_hub_new(&hub, 10), ST_OK);
	assert_int_equal(feed_new(&d->feed, hub), ST_OK);
	int64_t text = new_text(d, "\U0001F600");
	begin(d);
	for (int i = 0; i < 10; i++)
		assert_int_equal(push(d, text, ANN, i, i + 1, arena_printf(a, "[[%d,[0,\"a\"]]]", i + 2).p, &out), ST_OK);
	/* A push that tears the text in memory must not keep what stands before it from being told. */
	assert_int_equal(push(d, text, BOB, 10, 1, "[[1,[0,\"b\"],11]]", &out), ST_INVALID);
	assert_int_equal(stream_stats(hub).published, 0);
	commit(d);
	assert_int_equal(stream_stats(hub).published, 1);
	push_alone(d, text, ANN, 10, 11, "[[12,[0,\"a\"]]]");
	assert_int_equal(stream_stats(hub).published, 2);
	push_alone(d, text, ANN, 10, 11, "[[12,[0,\"a\"]]]"); /* sent again */
	assert_int_equal(stream_stats(hub).published, 2);
	publish_forget(d->feed);
	feed_free(d->feed);
	stream_hub_free(hub);
}

static int64_t count(struct desk *d, const char *sql) {
	int64_t n = -1;
	assert_int_equal(ctx_db_one(&d->c, &n, sql, DB_NO_ARGS), ST_OK);
	return n;
}

TEST_DB(collab, every_version_can_be_read_again) {
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "");
	for (int i = 0; i < 600; i++) {
		if (i % 100 == 0) {
			if (i)
				commit(d);
			begin(d);
		}
		struct collab_pushed out;
		assert_int_equal(push(d, text, ANN, i, i + 1, arena_printf(a, i ? "[[%d,[0,\"%d\"]]]" : "[[[%d,\"%d\"]]]", i, i % 10).p, &out), ST_OK);
	}
	commit(d);
	/* 0 and 256 stay for history, 512 is the newest. */
	assert_int_equal(count(d, "SELECT count(*) FROM text_snapshot WHERE version IN (0, 512)"), 2);
	str got;
	int64_t at;
	assert_int_equal(collab_read(&d->c, text, 300, &got, &at), ST_OK);
	assert_int_equal(at, 300);
	assert_int_equal(got.n, 300);
	assert_int_equal(got.p[299], '9');
	assert_int_equal(collab_read(&d->c, text, INT64_MAX, &got, &at), ST_OK);
	assert_int_equal(got.n, 600);
}

TEST_DB(collab, a_page_put_in_at_once_is_not_read_from_the_log_again) {
	struct desk *d = desk(db, a);
	int64_t text = new_text(d, "");
	struct buf page = buf_in(a);
	for (int i = 0; i < 20000; i++)
		buf_addc(&page, 'p');
	str json = arena_printf(a, "[[[0,\"%.*s\"]]]", STR_FMT(buf_str(&page)));
	assert_int_equal(push_alone(d, text, ANN, 0, 1, json.p).version, 1);
	assert_int_equal(push_alone(d, text, ANN, 1, 2, "[[20000,[0,\"!\"]]]").version, 2);
	assert_int_equal(count(d, "SELECT max(version) FROM text_snapshot"), 1);
	collab_forget();
	/* What a typist does not know was on the page is worked in all the same. */
	assert_int_equal(push_alone(d, text, BOB, 0, 1, "[[[0,\"b\"]]]").version, 3);
	str got;
	int64_t at;
	assert_int_equal(collab_read(&d->c, text, INT64_MAX, &got, &at), ST_OK);
	assert_int_equal(got.n, 20002);
	assert_true(got.p[20000] == '!' || got.p[20001] == '!');
	assert_int_equal(at, 3);
}

TEST_DB(collab, news_are_updates_or_the_text) {
	struct desk *d = desk(db, a);
	struct collab_news news;
	int64_t text = new_text(d, "x");
	push_alone(d, text, ANN, 0, 1, "[[1,[0,\"<\"]],[2,[0,\"b\"]]]");
	assert_int_equal(collab_since(&d->c, text, 1, false, &news), ST_OK);
	assert_false(news.reset);
	assert_int_equal(news.version, 2);
	assert_int_equal(news.updates.n, 1);
	const struct collab_update *u = news.updates.items;
	assert_str(u->client, ANN);
	assert_int_equal(u->seq, 2);
	assert_str(u->changes, "[2,[0,\"b\"]]");
	assert_int_equal(collab_since(&d->c, text, 9, false, &news), ST_OK);
	assert_true(news.reset);
	assert_str(news.text, "x<b");
	assert_int_equal(news.version, 2);
	assert_int_equal(collab_since(&d->c, text + 1, 0, false, &news), ST_NOT_FOUND);
}

/* Whoever has typed without a line gets all that others typed meanwhile, piece by piece, so that it can be merged. */
TEST_DB(collab, many_news_come_in_pieces_to_whoever_asks_for_each) {
	struct desk *d = desk(db, a);
	struct collab_news news;
	int64_t text = new_text(d, ""), n = COLLAB_FAR_BEHIND + 2;
	struct buf many = buf_in(a);
	for (int64_t at = 0; at < n; at += 100) {
		many.n = 0;
		for (int64_t i = at; i < at + 100 && i < n; i++)
			buf_printf(&many, "%s[%s%.0lld%s[0,\"x\"]]", i == at ? "[" : ",", "", (long long)i, i ? "," : "");
		buf_lit(&many, "]");
		buf_addc(&many, '\0');
		push_alone(d, text, ANN, at, at + 1, many.p);
	}
	assert_int_equal(collab_since(&d->c, text, 1, false, &news), ST_OK);
	assert_true(news.reset);
	assert_int_equal(collab_since(&d->c, text, 1, true, &news), ST_OK);
	assert_true(!news.reset && news.more && news.updates.n == COLLAB_FAR_BEHIND && news.version == COLLAB_FAR_BEHIND + 1);
	assert_int_equal(collab_since(&d->c, text, news.version, true, &news), ST_OK);
	assert_true(!news.reset && !news.more && news.version == n);
	assert_int_equal(collab_since(&d->c, text, n + 1, true, &news), ST_OK);
	assert_true(news.reset);
}

TEST_DB(collab, edits_are_noted_once_per_span_and_person) {
	struct desk *d = desk(db, a);
	struct store_edit *edits;
	size_t n;
	int64_t text = new_text(d, ""), span = d->c.now / EDIT_SPAN;
	push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]]]");
	push_alone(d, text, ANN, 1, 2, "[[1,[0,\"a\"]]]");
	push_alone(d, text, BOB, 2, 1, "[[2,[0,\"a\"]]]"); /* the same person's other tab */
	begin(d);
	assert_int_equal(store_take_edits(&d->c, span, &edits, &n), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_take_edits(&d->c, span + 1, &edits, &n), ST_OK);
	assert_int_equal(n, 1);
	assert_int_equal(edits->noun_id, 7);
	assert_int_equal(edits->person, 1);
	assert_int_equal(edits->version, 3);
	commit(d);
	d->c.now += EDIT_SPAN;
	push_alone(d, text, ANN, 3, 3, "[[3,[0,\"a\"]]]");
	assert_int_equal(count(d, "SELECT count(*) FROM live_edit"), 1);
}

/* ---- two nodes ---- */

struct elsewhere {
	struct desk *d;
	int64_t text;
	const char *client;
	int64_t version, seq;
	const char *changes;
	struct collab_pushed out;
};

/* Another thread: a memory of its own, as another process has. */
static void *push_elsewhere(void *data) {
	struct elsewhere *x = data;
	begin(x->d);
	enum st st = push(x->d, x->text, x->client, x->version, x->seq, x->changes, &x->out);
	if (st == ST_OK)
		commit(x->d);
	else
		roll_back(x->d);
	return NULL;
}

static int64_t run_elsewhere(struct elsewhere *x) {
	pthread_t t;
	assert_int_equal(pthread_create(&t, NULL, push_elsewhere, x), 0);
	pthread_join(t, NULL);
	return x->out.version;
}

TEST_DB(collab, another_node_may_have_written) {
	if (db_kind(db) == DB_SQLITE)
		skip();
	struct desk *d = desk(db, a);
	struct desk *other = desk(db_test_another(DB_WRITER), a);
	int64_t text = new_text(d, "");
	push_alone(d, text, ANN, 0, 1, "[[[0,\"a\"]]]");
	assert_int_equal(run_elsewhere(&(struct elsewhere){ other, text, BOB, 1, 1, "[[1,[0,\"b\"]]]" }), 2);
	assert_int_equal(push_alone(d, text, ANN, 1, 2, "[[1,[0,\"c\"]]]").version, 3);
	/* The client has moved to the other node and comes back. */
	assert_int_equal(run_elsewhere(&(struct elsewhere){ other, text, ANN, 3, 3, "[[3,[0,\"d\"]]]" }), 4);
	assert_int_equal(push_alone(d, text, ANN, 3, 3, "[[3,[0,\"d\"]],[4,[0,\"e\"]]]").version, 5);
	assert_text(d, text, 5, "abcde");
}

/* ---- many clients, as @codemirror/collab does it ---- */

enum { EDITORS = 4, MOST_PENDING = 8 };

struct editor {
	char name[CLIENT_ROOM];
	struct text *content;
	int64_t version, seq; /* seq: of the last update typed */
	const struct changeset *pending[MOST_PENDING];
	size_t n;
};

static uint32_t dice;
static uint32_t roll(uint32_t sides) {
	dice = dice * 1664525u + 1013904223u;
	return (dice >> 8) % sides;
}

static void type(struct desk *d, struct editor *e) {
	static const char *const words[] = { "x", "가나", "\n", "\U0001F469‍\U0001F680", "", "longer words" };
	if (e->n == MOST_PENDING)
		return;
	int64_t length = text_length(e->content), from = roll((uint32_t)length + 1), to = from + roll(4);
	const struct changeset *set = changeset_replace(d->c.a, length, from, to, str_c(words[roll(6)]));
	if (changeset_is_empty(set) || text_apply(e->content, set) != ST_OK)
		return; /* inside a surrogate pair */
	e->pending[e->n++] = set;
	e->seq++;
}

static void receive_one(struct desk *d, struct editor *e, const struct collab_update *u) {
	const struct changeset *o;
	assert_int_equal(store_changes(&d->c, u->changes, &o), ST_OK);
	e->version++;
	if (str_is(u->client, e->name)) {
		assert_true(e->n > 0);
		assert_int_equal(u->seq, e->seq - (int64_t)e->n + 1);
		memmove(e->pending, e->pending + 1, --e->n * sizeof *e->pending);
		return;
	}
	for (size_t i = 0; i < e->n; i++) {
		const struct changeset *mapped = changeset_map(d->c.a, e->pending[i], o, false);
		o = changeset_map(d->c.a, o, e->pending[i], true);
		e->pending[i] = mapped;
	}
	assert_int_equal(text_apply(e->content, o), ST_OK);
}

static void receive(struct desk *d, int64_t text, struct editor *e, size_t most) {
	struct collab_news news;
	assert_int_equal(collab_since(&d->c, text, e->version, false, &news), ST_OK);
	assert_false(news.reset);
	for (size_t i = 0; i < news.updates.n && i < most; i++)
		receive_one(d, e, (const struct collab_update *)news.updates.items + i);
}

static void send(struct desk *d, int64_t text, struct editor *e) {
	struct buf json = buf_in(d->c.a);
	struct collab_pushed out;
	for (size_t i = 0; i < e->n; i++) {
		buf_addc(&json, i ? ',' : '[');
		changeset_to_json(e->pending[i], &json);
	}
	buf_lit(&json, "]");
	if (e->n && push(d, text, e->name, e->version, e->seq - (int64_t)e->n + 1, arena_cstr(d->c.a, buf_str(&json)), &out) != ST_OK)
		fail_msg("%.*s: %.*s", STR_FMT(d->c.err.field), STR_FMT(d->c.err.message));
}

static void one_history(struct desk *d, uint32_t seed) {
	static struct editor editors[EDITORS];
	str end;
	int64_t version, text = new_text(d, "한 줄\nand \U0001F600 another");
	dice = seed;
	for (size_t i = 0; i < EDITORS; i++) {
		editors[i] = (struct editor){ .content = text_new(STR("한 줄\nand \U0001F600 another")) };
		snprintf(editors[i].name, CLIENT_ROOM, "%04u-%zu----------------", seed, i);
	}
	for (int step = 0; step < 40; step++) {
		begin(d);
		bool lost = roll(5) == 0; /* the whole transaction is rolled back, and the clients hear nothing */
		for (int k = 0; k < 6; k++) {
			struct editor *e = &editors[roll(EDITORS)];
			type(d, e);
			if (roll(3) == 0)
				send(d, text, e);
		}
		if (lost)
			roll_back(d);
		else
			commit(d);
		receive(d, text, &editors[roll(EDITORS)], roll(5));
	}
	for (size_t i = 0; i < EDITORS; i++) {
		begin(d);
		send(d, text, &editors[i]);
		commit(d);
	}
	assert_int_equal(collab_read(&d->c, text, INT64_MAX, &end, &version), ST_OK);
	for (size_t i = 0; i < EDITORS; i++) {
		receive(d, text, &editors[i], SIZE_MAX);
		assert_int_equal(editors[i].n, 0);
		str s = text_slice(editors[i].content, d->c.a, 0, text_length(editors[i].content));
		if (!str_eq(s, end))
			fail_msg("history %u, editor %zu: \"%.*s\", the server has \"%.*s\"", seed, i, STR_FMT(s), STR_FMT(end));
		text_free(editors[i].content);
	}
}

TEST_DB(collab, editors_converge) {
	for (uint32_t seed = 1; seed <= (db_kind(db) == DB_SQLITE ? 40 : 8); seed++)
		one_history(desk(db, a), seed);
}
