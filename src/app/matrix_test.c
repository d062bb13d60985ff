#include "base/clock.h"
#include "core/testing.h"

/* Who may do what, for every row of the operation table: generated from the table, so that a new operation is in it without being asked. */

/* The least input that is read without an error: required fields only, of each type the simplest value. */
static void put_least(struct jw *w, const struct field *f, int64_t id) {
	switch (f->type) {
	case FT_ID: jw_i64(w, id); break;
	case FT_I64: jw_i64(w, f->min > 0 ? f->min : 0); break;
	case FT_F64: jw_i64(w, 1); break;
	case FT_BOOL: jw_bool(w, true); break;
	case FT_TEXT: jw_str(w, STR("xxxxxxxxxxxxxxxxxxxxxx")); break;
	case FT_SECRET: jw_str(w, STR("a long enough secret")); break;
	case FT_TIME: jw_str(w, STR("2026-11-22T05:51:03Z")); break;
	case FT_DATE: jw_str(w, STR("2026-11-22")); break;
	case FT_ENUM: jw_str(w, str_c(f->names[0])); break;
	case FT_LIST: case FT_IDS:
		jw_arr(w);
		jw_end(w);
		break;
	case FT_OBJ: case FT_JSON: case FT_PARSED:
		jw_obj(w);
		jw_end(w);
		break;
	}
}

static const char *least_input(struct test_engine *t, const struct op *op, int64_t id) {
	struct buf b = buf_in(t->a);
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	for (size_t i = 0; op->in && i < op->in->count; i++) {
		const struct field *f = &op->in->fields[i];
		if (!(f->flags & FIELD_REQUIRED))
			continue;
		jw_key(&w, f->name);
		put_least(&w, f, id);
	}
	jw_end(&w);
	return arena_cstr(t->a, buf_str(&b));
}

static bool in_matrix(const struct op *op) {
	return op->perm != PERM_PUBLIC && !op->authenticate && op->reply != REPLY_STREAM && op->body != BODY_RAW && op->body != BODY_UPLOAD;
}

TEST_ENGINE(matrix, every_operation_asks_for_its_permission) {
	const struct op *op;
	size_t refused = 0, let_in = 0;
	for (size_t i = 0; (op = op_at(i)); i++) {
		if (!in_matrix(op))
			continue;
		const char *input = least_input(t, op, 999999);
		for (enum role role = ROLE_NONE; role < ROLE_COUNT; role++) {
			struct actor who = test_person(t, role);
			struct answer a = call_as(t, &who, op->name, input, -1, NULL);
			str code = answer_str(&a, "code");
			bool may = role >= perm_table[op->perm].least && role != ROLE_NONE;
			if (!may && a.status != (role == ROLE_NONE ? 401 : 403))
				fail_msg("%s as %s: %d %.*s", op->name, role_names[role], a.status, STR_FMT(a.text));
			if (may && (a.status == 401 || str_is(code, "auth.denied")))
				fail_msg("%s as %s: %d %.*s", op->name, role_names[role], a.status, STR_FMT(code));
			if (a.status == 500)
				fail_msg("%s as %s: 500", op->name, role_names[role]);
			refused += !may;
			let_in += may;
		}
	}
	assert_true(refused > 50 && let_in > 50);
}

/* ---- restricted records ---- */

struct probe {
	const struct noun *noun;
	int64_t id;
};

/* The newest record of the kind that belongs to a scope; 0 when there is none. */
static enum st find_restricted(struct ctx *c, void *data) {
	struct probe *p = data;
	int64_t scope;
	for (int64_t id = 1; id < 200; id++) {
		enum st st = ctx_db_one(c, &scope, p->noun->scope_sql, DB_ARGS(DB_I64(id)));
		if (st == ST_OK && scope)
			p->id = id;
		else if (st != ST_OK && st != ST_NOT_FOUND)
			return st;
	}
	return ST_OK;
}

static int64_t restricted_id(struct test_engine *t, const struct noun *noun) {
	struct probe p = { noun, 0 };
	struct ctx c = { .a = t->a, .who = &actor_system, .now = t->now };
	assert_int_equal(engine_write(t->e, &c, find_restricted, &p), ST_OK);
	return p.id;
}

/* One restricted incident with one of everything, open to the responder only. */
static void make_restricted(struct test_engine *t) {
	char input[400];
	int64_t member = t->person[ROLE_RESPONDER];
	struct answer i = call(t, ROLE_RESPONDER, "incident.declare", "{\"title\":\"secret outage\"}");
	long long id = (long long)answer_i64(&i, "id");
	assert_int_equal(i.status, 201);
	snprintf(input, sizeof input, "{\"id\":%lld,\"restricted\":true,\"members\":[%lld]}", id, (long long)member);
	assert_int_equal(call(t, ROLE_ADMINISTRATOR, "incident.restrict", input).status, 200);
	snprintf(input, sizeof input, "{\"id\":%lld,\"text\":\"secret entry\"}", id);
	assert_int_equal(call(t, ROLE_RESPONDER, "timeline.add", input).status, 201);
	snprintf(input, sizeof input, "{\"id\":%lld,\"kind\":\"rollback\"}", id);
	assert_int_equal(call(t, ROLE_RESPONDER, "mitigation.add", input).status, 201);
	snprintf(input, sizeof input, "{\"title\":\"secret action\",\"type\":\"prevent\",\"incident\":%lld}", id);
	assert_int_equal(call(t, ROLE_RESPONDER, "action.create", input).status, 201);
	if (op_find(STR("document.create"))) {
		snprintf(input, sizeof input, "{\"title\":\"secret document\",\"kind\":\"incident\",\"incident\":%lld}", id);
		assert_int_equal(call(t, ROLE_RESPONDER, "document.create", input).status, 201);
	}
	settle(t);
}

TEST_ENGINE(matrix, restricted_records_do_not_exist_for_others) {
	const struct op *op;
	size_t hidden = 0, seen = 0;
	make_restricted(t);
	for (size_t i = 0; (op = op_at(i)); i++) {
		if (!in_matrix(op) || !op->noun || !op->noun->scope_sql || str_is(STR("incident.restrict"), op->name))
			continue;
		int64_t id = restricted_id(t, op->noun);
		if (!id)
			continue;
		const char *input = least_input(t, op, id);
		struct actor editor = test_person(t, ROLE_EDITOR), member = test_person(t, ROLE_RESPONDER);
		struct answer other = call_as(t, &editor, op->name, input, -1, NULL);
		if (other.status != 404)
			fail_msg("%s on %s %lld as an outsider: %d %.*s", op->name, op->noun->name, (long long)id, other.status, STR_FMT(other.text));
		hidden++;
		if (ROLE_RESPONDER < perm_table[op->perm].least)
			continue;
		struct answer own = call_as(t, &member, op->name, input, -1, NULL);
		if (str_is(answer_str(&own, "code"), "record.not_found") && str_find(answer_str(&own, "detail"), str_c(op->noun->name)) >= 0)
			fail_msg("%s on %s %lld as a member: %.*s", op->name, op->noun->name, (long long)id, STR_FMT(own.text));
		seen++;
	}
	assert_true(hidden > 10 && seen > 10);
}

/* Whatever lists, searches or streams: the words of the restricted records are in no answer to an outsider. */
TEST_ENGINE(matrix, no_list_tells_of_restricted_records) {
	const struct op *op;
	size_t asked = 0, told = 0;
	make_restricted(t);
	for (size_t i = 0; (op = op_at(i)); i++) {
		bool search = op->in && shape_field(op->in, STR("q")) >= 0;
		if (!in_matrix(op) || op->effect == OP_WRITE || (op->noun && op->noun->scope_sql))
			continue;
		const char *input = search ? "{\"q\":\"secret\"}" : least_input(t, op, 1);
		struct answer other = call(t, ROLE_EDITOR, op->name, input), member = call(t, ROLE_RESPONDER, op->name, input);
		if (str_find(other.text, STR("secret outage")) >= 0 || str_find(other.text, STR("secret entry")) >= 0 || str_find(other.text, STR("secret action")) >= 0 ||
			str_find(other.text, STR("secret document")) >= 0)
			fail_msg("%s tells an outsider: %.*s", op->name, STR_FMT(other.text));
		told += str_find(member.text, STR("secret")) >= 0;
		asked++;
	}
	/* Otherwise nothing was there to be hidden. */
	assert_true(asked > 5 && told > 0);
}
