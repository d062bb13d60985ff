#include "base/clock.h"
#include "core/testing.h"
#include "feature/delivery/delivery_parts.h"

/* The outbox without a network: claims and results are made by hand, at times of the test's choosing. */

static const struct channel_settings set_up = { .smtp_url = "smtp://127.0.0.1:1", .from = STR("bokgi@example.org"), .public_url = STR("https://b.example") };

struct step {
	enum st (*run)(struct ctx *c, struct step *s);
	struct delivery_in in;
	str node, why;
	enum st result;
	struct list claimed;
	struct delivery *d;
	int64_t id, scope;
};

static enum st run_step(struct ctx *c, void *data) {
	struct step *s = data;
	return s->run(c, s);
}

static enum st at(struct test_engine *t, struct step *s) {
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now, .zone = zone_utc() };
	return engine_write(t->e, &c, run_step, s);
}

static enum st queue(struct ctx *c, struct step *s) {
	struct delivery_person p;
	struct delivery_in in = s->in;
	enum st st = s->id ? delivery_person(c, s->id, &p) : ST_OK;
	in.to = s->id ? &p : NULL;
	return st == ST_OK ? delivery_queue(c, &in, NULL) : st;
}

static enum st claim(struct ctx *c, struct step *s) {
	return delivery_claim(c, s->node, &s->claimed);
}

static enum st settle_one(struct ctx *c, struct step *s) {
	return delivery_settle(c, s->d, s->node, s->result, s->why);
}

static void queue_one(struct test_engine *t, const char *subject) {
	struct step s = { .run = queue, .in = { .kind = "test", .name = STR("Kim"), .address = STR("kim@example.org"), .noun = "", .subject = str_c(subject), .head = STR("x"),
		.zone = zone_utc() } };
	assert_int_equal(at(t, &s), ST_OK);
}

static struct list claim_as(struct test_engine *t, const char *node) {
	struct step s = { .run = claim, .node = str_c(node) };
	assert_int_equal(at(t, &s), ST_OK);
	return s.claimed;
}

static void settle_as(struct test_engine *t, const char *node, struct delivery *d, enum st result) {
	struct step s = { .run = settle_one, .node = str_c(node), .d = d, .result = result, .why = STR("450 not now") };
	assert_int_equal(at(t, &s), ST_OK);
}

TEST_ENGINE(delivery, nothing_is_queued_without_a_mail_server) {
	struct step s = { .run = queue, .in = { .kind = "test", .address = STR("kim@example.org"), .noun = "", .zone = zone_utc() } };
	assert_int_equal(at(t, &s), ST_END);
	assert_int_equal(claim_as(t, "a").n, 0);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "mail.test", "{}").status, 409);
}

/* An hour in which nothing gets through: tried on the ladder, with one id, and handed over once. */
TEST_ENGINE(delivery, a_server_that_is_down_gets_it_once_when_it_is_up) {
	channel_configure(&set_up);
	queue_one(t, "one");
	str id = STR_NONE;
	int64_t began = t->now, attempts = 0;
	for (; t->now < began + US_PER_HOUR; t->now += 10 * US_PER_SECOND) {
		struct list l = claim_as(t, "a");
		struct delivery *d = l.items;
		if (!l.n)
			continue;
		assert_int_equal(l.n, 1);
		assert_true(!id.n || str_eq(id, d->message));
		id = d->message;
		assert_int_equal(d->attempts, ++attempts);
		settle_as(t, "a", d, ST_UPSTREAM);
	}
	assert_true(attempts >= 3 && attempts <= 5);
	size_t taken = 0;
	for (int64_t end = t->now + 3 * US_PER_HOUR; t->now < end; t->now += US_PER_MINUTE) {
		struct list l = claim_as(t, "a");
		if (l.n)
			settle_as(t, "a", l.items, ST_OK);
		taken += l.n;
	}
	assert_int_equal(taken, 1);
	struct answer a = call(t, ROLE_ADMINISTRATOR, "delivery.list", "{}");
	assert_str(answer_str(&a, "items/0/state"), "sent");
	assert_true(str_find(a.text, STR("450")) < 0);
	channel_configure(NULL);
}

/* A node that died keeps its lease until it runs out; then another has the same message, and what the first one says later counts no more. */
TEST_ENGINE(delivery, a_lease_belongs_to_one_node_at_a_time) {
	channel_configure(&set_up);
	queue_one(t, "one");
	struct list first = claim_as(t, "a"), other = claim_as(t, "b");
	assert_true(first.n == 1 && other.n == 0);
	t->now += DELIVERY_LEASE - US_PER_SECOND;
	assert_int_equal(claim_as(t, "b").n, 0);
	t->now += 2 * US_PER_SECOND;
	other = claim_as(t, "b");
	assert_int_equal(other.n, 1);
	assert_true(str_eq(((struct delivery *)first.items)->message, ((struct delivery *)other.items)->message));
	settle_as(t, "a", first.items, ST_UPSTREAM);
	t->now += DELIVERY_LEASE / 2;
	assert_int_equal(claim_as(t, "c").n, 0);
	settle_as(t, "b", other.items, ST_OK);
	t->now += US_PER_DAY;
	assert_int_equal(claim_as(t, "c").n, 0);
	channel_configure(NULL);
}

TEST_ENGINE(delivery, what_cannot_be_delivered_is_shown_and_tried_again_when_asked) {
	channel_configure(&set_up);
	queue_one(t, "refused");
	struct list l = claim_as(t, "a");
	settle_as(t, "a", l.items, ST_INVALID);
	struct answer a = call(t, ROLE_ADMINISTRATOR, "delivery.list", "{\"state\":\"failed\"}");
	assert_str(answer_str(&a, "items/0/subject"), "refused");
	assert_str(answer_str(&a, "items/0/trouble"), "450 not now");
	t->now += US_PER_DAY;
	assert_int_equal(claim_as(t, "a").n, 0);
	assert_int_equal(call(t, ROLE_EDITOR, "delivery.list", "{}").status, 403);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "delivery.retry", "{\"id\":1}").status, 200);
	l = claim_as(t, "a");
	assert_int_equal(l.n, 1);
	settle_as(t, "a", l.items, ST_OK);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "delivery.retry", "{\"id\":1}").status, 409);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "delivery.retry", "{\"id\":99}").status, 404);
	a = call(t, ROLE_ADMINISTRATOR, "mail.get", "{}");
	assert_int_equal(answer_i64(&a, "waiting"), 0);
	channel_configure(NULL);
}

TEST_ENGINE(delivery, the_ladder_ends) {
	channel_configure(&set_up);
	queue_one(t, "never");
	int64_t began = t->now;
	size_t tries = 0;
	for (; t->now < began + 20 * US_PER_DAY; t->now += US_PER_HOUR) {
		struct list l = claim_as(t, "a");
		if (l.n)
			settle_as(t, "a", l.items, ST_UPSTREAM);
		tries += l.n;
	}
	assert_int_equal(tries, 11);
	struct answer a = call(t, ROLE_ADMINISTRATOR, "mail.get", "{}");
	assert_int_equal(answer_i64(&a, "failed"), 1);
	channel_configure(NULL);
}

static enum st make_scope(struct ctx *c, struct step *s) {
	enum st st = perm_scope_new(c, &s->scope);
	if (st == ST_OK)
		st = perm_scope_add(c, s->scope, s->id, 0);
	return st == ST_OK ? event_rescope(c, "incident", 7, s->scope) : st;
}

static enum st give_addresses(struct ctx *c, struct step *s UNUSED) {
	return db_do(c, "UPDATE person SET email = login || $1", DB_STR(STR("@example.org")));
}

/* Queued while everybody might see it, restricted before it was sent. */
TEST_ENGINE(delivery, what_its_receiver_may_no_longer_see_is_withdrawn) {
	channel_configure(&set_up);
	struct step mail = { .run = give_addresses };
	assert_int_equal(at(t, &mail), ST_OK);
	for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
		struct step s = { .run = queue, .id = t->person[role], .in = { .kind = "notice", .noun = "incident", .noun_id = 7, .subject = STR("secret"), .head = STR("secret") } };
		assert_int_equal(at(t, &s), ST_OK);
	}
	queue_one(t, "other");
	struct step s = { .run = make_scope, .id = t->person[ROLE_RESPONDER] };
	assert_int_equal(at(t, &s), ST_OK);
	struct list l = claim_as(t, "a");
	const struct delivery *d = l.items;
	/* The member, the administrator, who sees everything, and what has nothing to do with it. */
	assert_int_equal(l.n, 3);
	for (size_t i = 0; i < l.n; i++)
		assert_true(d[i].person.id == t->person[ROLE_RESPONDER] || d[i].person.id == t->person[ROLE_ADMINISTRATOR] || str_is(d[i].subject, "other"));
	channel_configure(NULL);
}

TEST(delivery, ladders_are_read) {
	static const struct { const char *in; size_t n; int64_t last; } cases[] = {
		{ "1m", 1, US_PER_MINUTE }, { "1s, 2m,3h,4d", 4, 4 * US_PER_DAY }, { "", 0, 0 }, { "5", 0, 0 }, { "-1m", 0, 0 }, { "1m,,2m", 0, 0 }, { "1w", 0, 0 }, { "0s", 0, 0 },
	};
	int64_t pauses[DELIVERY_LADDER];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = delivery_read_ladder(str_c(cases[i].in), pauses);
		assert_int_equal(n, cases[i].n);
		if (n)
			assert_true(pauses[n - 1] == cases[i].last);
	}
	for (int k = 0; k <= 10; k++)
		assert_true(delivery_pause(1, k / 10.0) >= 48 * US_PER_SECOND && delivery_pause(1, k / 10.0) <= 72 * US_PER_SECOND);
	assert_true(delivery_pause(11, 0.5) < 0);
}
