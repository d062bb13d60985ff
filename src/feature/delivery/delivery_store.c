/* All SQL of the outbox. */
#include "feature/delivery/delivery_parts.h"

const struct noun delivery_noun = { "delivery", NULL, NULL };

SHAPE(delivery_shape, "Delivery", struct delivery, N_("a message to somebody outside the pages"),
	F(struct delivery, FT_ID, id, FIELD_REQUIRED, N_("number of the delivery")),
	F(struct delivery, FT_TEXT, kind, FIELD_REQUIRED, N_("what kind of message it is")),
	F(struct delivery, FT_OBJ, person, FIELD_OPTIONAL, N_("to whom; null: somebody without an account"), .shape = &ref_shape),
	F(struct delivery, FT_TEXT, address, FIELD_REQUIRED, N_("address it goes to")),
	F(struct delivery, FT_TEXT, subject, FIELD_REQUIRED, N_("its subject")),
	F(struct delivery, FT_ENUM, state, FIELD_REQUIRED, N_("how far it is"), .names = delivery_state_names),
	F(struct delivery, FT_I64, attempts, FIELD_REQUIRED, N_("how often it was tried")),
	F(struct delivery, FT_TIME, next_at, FIELD_OPTIONAL, N_("when it is tried next, while it waits")),
	F(struct delivery, FT_TEXT, trouble, FIELD_OPTIONAL, N_("why the last attempt failed")),
	F(struct delivery, FT_TIME, made_at, FIELD_REQUIRED, N_("when it was queued")),
	F(struct delivery, FT_TIME, sent_at, FIELD_OPTIONAL, N_("when the server took it")));

enum st delivery_store_person(struct ctx *c, int64_t person, struct db_result *out) {
	enum st st = db_get(c, out, "SELECT login, name, email, lang, zone FROM person WHERE id = $1 AND active = 1", DB_I64(person));
	return st == ST_OK && !out->rows ? ST_NOT_FOUND : st;
}

enum st delivery_store_text(struct ctx *c, str content, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO delivery_text (content) VALUES ($1) RETURNING id", DB_STR(content));
}

enum st delivery_store_insert(struct ctx *c, const struct delivery_in *in, str channel, str message) {
	return db_later(c,
		"INSERT INTO delivery (channel, kind, person, address, name, noun, noun_id, scope, lang, zone, thread, message, answers, reply_to, subject, head, text, state, attempts,"
		" next_at, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'waiting', 0, $18, $18)",
		DB_STR(channel), DB_STR(str_c(in->kind)), DB_OPT_I64(in->to ? in->to->id : 0), DB_STR(in->address), DB_STR(in->name), DB_STR(str_c(in->noun)),
		DB_I64(in->noun_id), DB_I64(in->scope), DB_STR(str_c(lang_code(in->lang))), DB_STR(zone_name(in->zone)), DB_STR(in->thread), DB_STR(message),
		DB_OPT_STR(in->answers), DB_OPT_STR(in->reply_to), DB_STR(in->subject), DB_STR(in->head), DB_OPT_I64(in->text), DB_I64(c->now));
}

#define DUE "((state = 'waiting' AND next_at <= $1) OR (state = 'sending' AND lease_until <= $1))"

enum st delivery_store_due(struct ctx *c, int64_t *n) {
	return db_one_i64(c, n, "SELECT count(*) FROM delivery WHERE " DUE, DB_I64(c->now));
}

#define DELIVERY                                                                                                               \
	"SELECT d.id, d.kind, p.id AS person_id, p.name AS person_name, d.address, d.subject, d.state, d.attempts,"                \
	" CASE WHEN d.state = 'waiting' THEN d.next_at END AS next_at, d.trouble, d.made_at, d.sent_at"
#define FROM_DELIVERY " FROM delivery d LEFT JOIN person p ON p.id = d.person"
enum { COLUMNS = 12 };

static struct delivery from_row(const struct db_result *r, size_t i) {
	struct delivery d = { 0 };
	shape_from_row(&delivery_shape, r, i, &d);
	d.channel = db_str(r, i, COLUMNS);
	d.name = db_str(r, i, COLUMNS + 1);
	d.lang = db_str(r, i, COLUMNS + 2);
	d.zone = db_str(r, i, COLUMNS + 3);
	d.thread = db_str(r, i, COLUMNS + 4);
	d.message = db_str(r, i, COLUMNS + 5);
	d.answers = db_str(r, i, COLUMNS + 6);
	d.reply_to = db_str(r, i, COLUMNS + 7);
	d.head = db_str(r, i, COLUMNS + 8);
	d.text = db_str(r, i, COLUMNS + 9);
	d.scope = db_i64(r, i, COLUMNS + 10);
	return d;
}

enum st delivery_store_next(struct ctx *c, int64_t most, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		DELIVERY ", d.channel, d.name, d.lang, d.zone, d.thread, d.message, d.answers, d.reply_to, d.head, t.content, d.scope" FROM_DELIVERY
		" LEFT JOIN delivery_text t ON t.id = d.text WHERE d.id IN (SELECT id FROM delivery WHERE " DUE " ORDER BY next_at, id LIMIT $2) ORDER BY d.id",
		DB_I64(c->now), DB_I64(most));
	if (st != ST_OK)
		return st;
	struct delivery *all = arena_array(c->a, r.rows + 1, sizeof *all);
	for (size_t i = 0; i < r.rows; i++)
		all[i] = from_row(&r, i);
	*out = (struct list){ all, r.rows };
	return ST_OK;
}

enum st delivery_store_lease(struct ctx *c, int64_t id, str node, int64_t until) {
	return db_later(c, "UPDATE delivery SET state = 'sending', attempts = attempts + 1, lease_node = $2, lease_until = $3 WHERE id = $1", DB_I64(id), DB_STR(node),
		DB_I64(until));
}

/* What was said is kept as long as it may have to be said again; then the row only tells that it was. */
enum st delivery_store_settle(struct ctx *c, int64_t id, str node, enum delivery_state state, int64_t next_at, str trouble) {
	int64_t settled;
	bool over = state == DELIVERY_SENT || state == DELIVERY_WITHDRAWN;
	return db_one_i64(c, &settled,
		"UPDATE delivery SET state = $3, next_at = $4, trouble = $5, sent_at = $6, head = CASE WHEN $7 = 1 THEN '' ELSE head END, text = CASE WHEN $7 = 1 THEN NULL ELSE text END,"
		" lease_node = NULL, lease_until = NULL WHERE id = $1 AND (lease_node = $2 OR $2 = '') RETURNING id",
		DB_I64(id), DB_STR(node), DB_STR(enum_str(delivery_state_names, (int)state)), DB_I64(next_at), DB_OPT_STR(trouble),
		state == DELIVERY_SENT ? DB_I64(c->now) : DB_NULL, DB_I64(over));
}

enum st delivery_store_release_all(struct ctx *c) {
	return db_do(c, "UPDATE delivery SET state = 'waiting', lease_node = NULL, lease_until = NULL, next_at = $1 WHERE state = 'sending'", DB_I64(c->now));
}

enum st delivery_store_get(struct ctx *c, int64_t id, struct delivery *out) {
	return shape_query_one(c, &delivery_shape, out, DELIVERY FROM_DELIVERY " WHERE d.id = $1", DB_ARGS(DB_I64(id)));
}

enum st delivery_store_page(struct ctx *c, int state, const struct page_in *page, struct list *out) {
	return shape_query(c, &delivery_shape, out, DELIVERY FROM_DELIVERY " WHERE ($1 = '' OR d.state = $1) AND d.id < $2 ORDER BY d.id DESC LIMIT $3",
		DB_ARGS(DB_STR(state < 0 ? STR("") : enum_str(delivery_state_names, state)), DB_I64(page->id), DB_I64(page->limit)));
}

enum st delivery_store_again(struct ctx *c, int64_t id) {
	return db_later(c, "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = $2 WHERE id = $1", DB_I64(id), DB_I64(c->now));
}

enum st delivery_store_count(struct ctx *c, enum delivery_state state, int64_t *n) {
	return db_one_i64(c, n, "SELECT count(*) FROM delivery WHERE state = $1", DB_STR(enum_str(delivery_state_names, (int)state)));
}

enum st delivery_store_rescope(struct ctx *c, const char *noun, int64_t id, int64_t scope) {
	return db_later(c, "UPDATE delivery SET scope = $3 WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(id), DB_I64(scope));
}

enum st delivery_store_purge(struct ctx *c, int64_t before) {
	enum st st = db_do(c, "DELETE FROM delivery WHERE state IN ('sent', 'withdrawn') AND made_at < $1", DB_I64(before));
	return st == ST_OK ? db_do(c, "DELETE FROM delivery_text WHERE $1 = $1 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.text = delivery_text.id)", DB_I64(0)) : st;
}
