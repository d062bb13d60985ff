/* All SQL of pictures. */
#include "feature/document/document_image.h"

#define IMAGE_COLUMNS                                                                                                            \
	"SELECT i.id, x.document, i.sha AS sha256, i.type, i.width, i.height, i.size, x.name, p.id AS by_id, p.name AS by_name, x.made_at FROM document_image x" \
	" JOIN image i ON i.id = x.image LEFT JOIN person p ON p.id = x.person WHERE i.removed_at IS NULL"

static void named(struct ctx *c, const struct db_result *r, size_t row, struct image *i) {
	shape_from_row(&image_shape, r, row, i);
	i->id = db_i64(r, row, 0);
	image_name_self(c, i);
}

static enum st all_of(struct ctx *c, const struct db_result *r, struct list *out) {
	struct image *items = arena_array(c->a, r->rows, sizeof *items);
	for (size_t i = 0; i < r->rows; i++)
		named(c, r, i, &items[i]);
	*out = (struct list){ items, r->rows };
	return ST_OK;
}

enum st store_images(struct ctx *c, int64_t document, struct list *out) {
	struct db_result r;
	enum st st = document ? db_get(c, &r, IMAGE_COLUMNS " AND x.document = $1 ORDER BY x.made_at, i.id", DB_I64(document))
	                      : ctx_db_run(c, &r, IMAGE_COLUMNS " ORDER BY x.document, i.sha", DB_NO_ARGS);
	return st == ST_OK ? all_of(c, &r, out) : st;
}

enum st store_image_size(struct ctx *c, int64_t document, str sha, int64_t scope, int64_t *width, int64_t *height) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT i.width, i.height FROM image i JOIN document_image x ON x.image = i.id JOIN document d ON d.id = x.document WHERE i.sha = $2 AND x.document = $1"
		" AND i.removed_at IS NULL AND d.scope IN (0, $3)",
		DB_I64(document), DB_STR(sha), DB_I64(scope));
	if (st != ST_OK || !r.rows)
		return st == ST_OK ? ST_NOT_FOUND : st;
	*width = db_i64(&r, 0, 0);
	*height = db_i64(&r, 0, 1);
	return ST_OK;
}

enum st store_image(struct ctx *c, int64_t document, str sha, struct image *out) {
	struct db_result r;
	enum st st = db_get(c, &r, IMAGE_COLUMNS " AND x.document = $1 AND i.sha = $2", DB_I64(document), DB_STR(sha));
	*out = (struct image){ 0 };
	if (st == ST_OK && r.rows)
		named(c, &r, 0, out);
	return st == ST_OK && !r.rows ? ST_NOT_FOUND : st;
}

static int type_of(str name) {
	int type = IMAGE_PNG;
	while (image_type_names[type] && !str_is(name, image_type_names[type]))
		type++;
	return image_type_names[type] ? type : IMAGE_PNG;
}

enum st store_image_bytes(struct ctx *c, int64_t document, str sha, str *bytes, int *type) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT i.type, b.bytes FROM image i JOIN image_bytes b ON b.image = i.id JOIN document_image x ON x.image = i.id JOIN document d ON d.id = x.document"
		" WHERE i.sha = $2 AND x.document = $1 AND " PERM_SEES("d.scope", "$3"),
		DB_I64(document), DB_STR(sha), DB_I64(perm_viewer(c)));
	if (st != ST_OK || !r.rows)
		return st == ST_OK ? ST_NOT_FOUND : st;
	*type = type_of(db_str(&r, 0, 0));
	*bytes = db_str(&r, 0, 1);
	return ST_OK;
}

enum st store_image_count(struct ctx *c, int64_t document, int64_t *n) {
	return db_one_i64(c, n, "SELECT count(*) FROM document_image WHERE document = $1", DB_I64(document));
}

enum st store_image_known(struct ctx *c, str sha, int64_t *id, bool *has_bytes, bool *removed) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT i.id, CASE WHEN i.removed_at IS NULL THEN 0 ELSE 1 END, (SELECT count(*) FROM image_bytes b WHERE b.image = i.id) FROM image i WHERE i.sha = $1", DB_STR(sha));
	bool known = st == ST_OK && r.rows;
	*id = known ? db_i64(&r, 0, 0) : 0;
	*removed = known && db_i64(&r, 0, 1);
	*has_bytes = known && db_i64(&r, 0, 2);
	return st;
}

enum st store_image_insert(struct ctx *c, struct image *i, str bytes) {
	enum st st = db_new(c, "image", &i->id, "INSERT INTO image (id, sha, type, width, height, size) VALUES ($1, $2, $3, $4, $5, $6)", DB_STR(i->sha256),
		DB_STR(str_c(image_type_names[i->type])), DB_I64(i->width), DB_I64(i->height), DB_I64(i->size));
	return st == ST_OK ? store_image_put_bytes(c, i->id, bytes) : st;
}

enum st store_image_put_bytes(struct ctx *c, int64_t id, str bytes) {
	return db_do(c, "INSERT INTO image_bytes (image, bytes) VALUES ($1, $2)", DB_I64(id), DB_BLOB(bytes));
}

enum st store_image_link(struct ctx *c, const struct image *i, bool *is_new) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"INSERT INTO document_image (document, image, name, person, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (document, image) DO NOTHING RETURNING image",
		DB_I64(i->document), DB_I64(i->id), DB_STR(i->name), DB_OPT_I64(i->by.id), DB_I64(i->made_at));
	*is_new = st == ST_OK && r.rows;
	return st;
}

enum st store_image_remove(struct ctx *c, int64_t id) {
	enum st st = db_do(c, "DELETE FROM image_bytes WHERE image = $1", DB_I64(id));
	return st == ST_OK ? db_do(c, "UPDATE image SET removed_at = $2 WHERE id = $1", DB_I64(id), DB_I64(c->now)) : st;
}

enum st store_image_places(struct ctx *c, int64_t id, struct list *out) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT d.id, d.scope FROM document_image x JOIN document d ON d.id = x.document WHERE x.image = $1 ORDER BY d.id", DB_I64(id));
	*out = (struct list){ 0 };
	if (st != ST_OK)
		return st;
	struct image_place *p = arena_array(c->a, r.rows, sizeof *p);
	for (size_t i = 0; i < r.rows; i++)
		p[i] = (struct image_place){ db_i64(&r, i, 0), db_i64(&r, i, 1) };
	*out = (struct list){ p, r.rows };
	return ST_OK;
}
