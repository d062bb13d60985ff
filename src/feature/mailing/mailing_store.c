/* All SQL of mailings. */
#include "feature/mailing/mailing_parts.h"

const char *const left_out_names[] = { "no_access", "no_address", NULL };

SHAPE(mailing_receiver_shape, "MailingReceiver", struct mailing_receiver, N_("who got a mail"),
	F(struct mailing_receiver, FT_OBJ, person, FIELD_OPTIONAL, N_("the person; null: somebody without an account"), .shape = &ref_shape),
	F(struct mailing_receiver, FT_TEXT, address, FIELD_OPTIONAL, N_("the address of somebody without an account")));
SHAPE(left_out_shape, "MailingLeftOut", struct left_out, N_("who was chosen but gets no mail"),
	F(struct left_out, FT_OBJ, person, FIELD_REQUIRED, N_("the person"), .shape = &ref_shape),
	F(struct left_out, FT_ENUM, reason, FIELD_REQUIRED, N_("no_access: may not see the document; no_address: has no mail address"), .names = left_out_names));
SHAPE(mailing_shape, "Mailing", struct mailing, N_("a document that was sent round"),
	F(struct mailing, FT_ID, id, FIELD_REQUIRED, N_("number of the mailing")),
	F(struct mailing, FT_I64, number, FIELD_REQUIRED, N_("1 is the first mail about this document")),
	F(struct mailing, FT_TIME, at, FIELD_REQUIRED, N_("when it was sent")),
	F(struct mailing, FT_OBJ, by, FIELD_OPTIONAL, N_("who sent it"), .shape = &ref_shape),
	F(struct mailing, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text that went")),
	F(struct mailing, FT_TEXT, note, FIELD_OPTIONAL, N_("what was said with it")),
	F(struct mailing, FT_LIST, receivers, FIELD_REQUIRED, N_("who got it"), .shape = &mailing_receiver_shape),
	F(struct mailing, FT_LIST, left_out, FIELD_REQUIRED, N_("who was chosen and did not get it; only in the answer to its sending"), .shape = &left_out_shape));

#define MAILING                                                                                                                \
	"SELECT m.id, m.number, m.at, p.id AS by_id, p.name AS by_name, m.text_version, m.note FROM mailing m LEFT JOIN person p ON p.id = m.person WHERE m.document = $1"

enum st mailing_store_last(struct ctx *c, int64_t document, struct mailing *out) {
	return shape_query_one(c, &mailing_shape, out, MAILING " ORDER BY m.number DESC LIMIT 1", DB_ARGS(DB_I64(document)));
}

enum st mailing_store_insert(struct ctx *c, const struct mailing *m, int64_t *id) {
	return db_one_i64(c, id, "INSERT INTO mailing (document, number, at, person, text_version, note) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id", DB_I64(m->document),
		DB_I64(m->number), DB_I64(m->at), DB_OPT_I64(m->by.id), DB_I64(m->text_version), DB_STR(m->note));
}

enum st mailing_store_receiver(struct ctx *c, int64_t mailing, int64_t person, str address, str message) {
	return db_later(c, "INSERT INTO mailing_receiver (mailing, person, address, message) VALUES ($1, $2, $3, $4)", DB_I64(mailing), DB_OPT_I64(person),
		DB_STR(person ? STR("") : address), DB_STR(message));
}

static enum st add_receivers(struct ctx *c, struct mailing *m) {
	return shape_query(c, &mailing_receiver_shape, &m->receivers,
		"SELECT p.id AS person_id, p.name AS person_name, r.address FROM mailing_receiver r LEFT JOIN person p ON p.id = r.person WHERE r.mailing = $1 ORDER BY r.id",
		DB_ARGS(DB_I64(m->id)));
}

enum st mailing_store_list(struct ctx *c, int64_t document, struct list *out) {
	enum st st = shape_query(c, &mailing_shape, out, MAILING " ORDER BY m.number DESC LIMIT 100", DB_ARGS(DB_I64(document)));
	struct mailing *all = out->items;
	for (size_t i = 0; st == ST_OK && i < out->n; i++)
		st = add_receivers(c, &all[i]);
	return st;
}

enum st mailing_store_message(struct ctx *c, int64_t document, int64_t person, str address, str *message) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT r.message FROM mailing_receiver r JOIN mailing m ON m.id = r.mailing WHERE m.document = $1 AND (r.person = $2 OR (r.person IS NULL AND r.address = $3))"
		" ORDER BY r.id DESC LIMIT 1",
		DB_I64(document), DB_I64(person), DB_STR(person ? STR("-") : address));
	*message = st == ST_OK && r.rows ? db_str(&r, 0, 0) : STR_NONE;
	return st;
}

enum st mailing_store_members(struct ctx *c, int64_t team, struct db_result *out) {
	return db_get(c, out, "SELECT m.person FROM team_member m JOIN person p ON p.id = m.person WHERE m.team = $1 AND p.active = 1 ORDER BY m.person", DB_I64(team));
}

enum st mailing_store_name(struct ctx *c, int64_t person, str *name) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT name FROM person WHERE id = $1", DB_I64(person));
	*name = st == ST_OK && r.rows ? db_str(&r, 0, 0) : STR_NONE;
	return st == ST_OK && !r.rows ? ST_NOT_FOUND : st;
}
