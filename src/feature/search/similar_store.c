#include <stdlib.h>

#include "db/in.h"
#include "feature/search/similar.h"

/* The terms of records, and the posting lists. */

/* ---- items ---- */

enum st similar_store_id(struct ctx *c, const char *noun, int64_t noun_id, int64_t *id) {
	return db_one_i64(c, id, "SELECT id FROM similar_item WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(noun_id));
}

static enum st read_before(struct ctx *c, struct similar_record *x) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, terms FROM similar_item WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(x->noun)), DB_I64(x->noun_id));
	if (st != ST_OK || !r.rows)
		return st;
	x->id = db_i64(&r, 0, 0);
	x->before_n = similar_read(c->a, db_str(&r, 0, 1), &x->before);
	return ST_OK;
}

static enum st save_item(struct ctx *c, struct similar_record *x) {
	if (x->gone)
		return x->id ? db_later(c, "DELETE FROM similar_item WHERE id = $1", DB_I64(x->id)) : ST_OK;
	str terms = similar_write(c->a, x->now, x->now_n);
	if (x->id)
		return db_later(c, "UPDATE similar_item SET scope = $2, terms = $3 WHERE id = $1", DB_I64(x->id), DB_I64(x->scope), DB_BLOB(terms));
	return db_new(c, "similar_item", &x->id, "INSERT INTO similar_item (id, noun, noun_id, scope, terms) VALUES ($1, $2, $3, $4, $5)", DB_STR(str_c(x->noun)), DB_I64(x->noun_id),
		DB_I64(x->scope), DB_BLOB(terms));
}

/* ---- terms and their numbers ---- */

struct numbering {
	str *terms; /* sorted, each once */
	int64_t *words;
	size_t n;
};

static int by_bytes(const void *a, const void *b) {
	return str_cmp(*(const str *)a, *(const str *)b);
}

static struct numbering terms_of(struct arena *a, const struct similar_record *records, size_t n) {
	size_t all = 0;
	struct numbering x = { 0 };
	for (size_t i = 0; i < n; i++)
		all += records[i].terms.n;
	x.terms = arena_array(a, all + 1, sizeof *x.terms);
	for (size_t i = 0, at = 0; i < n; i++)
		for (size_t k = 0; k < records[i].terms.n; k++)
			x.terms[at++] = records[i].terms.items[k].term;
	qsort(x.terms, all, sizeof *x.terms, by_bytes);
	for (size_t i = 0; i < all; i++)
		if (!x.n || !str_eq(x.terms[x.n - 1], x.terms[i]))
			x.terms[x.n++] = x.terms[i];
	x.words = arena_array(a, x.n + 1, sizeof *x.words);
	return x;
}

static int64_t *word_of(const struct numbering *x, str term) {
	const str *at = bsearch(&term, x->terms, x->n, sizeof *x->terms, by_bytes);
	return at ? &x->words[at - x->terms] : NULL;
}

static enum st some_words(struct ctx *c, const str *terms, size_t n, struct db_result *r) {
	struct db_value args[DB_IN_MOST];
	for (size_t i = 0; i < n; i++)
		args[i] = DB_STR(terms[i]);
	db_in_fill(args, n);
	return ctx_db_run(c, r, "SELECT id, term, n FROM similar_word WHERE term IN (" DB_IN_32 ")", args, DB_IN_MOST);
}

static size_t at_most_32(size_t n) {
	return n < DB_IN_MOST ? n : DB_IN_MOST;
}

static enum st number_terms(struct ctx *c, struct numbering *x) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < x->n; i += DB_IN_MOST) {
		struct db_result r = { 0 };
		st = some_words(c, x->terms + i, at_most_32(x->n - i), &r);
		for (size_t k = 0; k < r.rows; k++)
			*word_of(x, db_str(&r, k, 1)) = db_i64(&r, k, 0);
	}
	for (size_t i = 0; st == ST_OK && i < x->n; i++)
		if (!x->words[i])
			st = db_new(c, "similar_word", &x->words[i], "INSERT INTO similar_word (id, term, n) VALUES ($1, $2, 0)", DB_STR(x->terms[i]));
	return st;
}

static int by_word(const void *a, const void *b) {
	int64_t x = ((const struct similar_mark *)a)->word, y = ((const struct similar_mark *)b)->word;
	return x < y ? -1 : x > y;
}

static void number_record(struct arena *a, struct similar_record *x, const struct numbering *numbers) {
	x->now = arena_array(a, x->terms.n + 1, sizeof *x->now);
	x->now_n = x->terms.n;
	for (size_t i = 0; i < x->terms.n; i++)
		x->now[i] = (struct similar_mark){ *word_of(numbers, x->terms.items[i].term), x->terms.items[i].impact };
	qsort(x->now, x->now_n, sizeof *x->now, by_word);
}

/* ---- what changes in the posting lists ---- */

struct change {
	int64_t word, item;
	int impact, more; /* more: 1 one has it more, -1 one less */
};
struct changes {
	struct change *items;
	size_t n;
};

static void differ(struct changes *out, const struct similar_record *x) {
	for (size_t i = 0, k = 0; i < x->before_n || k < x->now_n;) {
		int order = i == x->before_n ? 1 : k == x->now_n ? -1 : by_word(&x->before[i], &x->now[k]);
		if (order < 0)
			out->items[out->n++] = (struct change){ x->before[i].word, x->id, 0, -1 };
		else if (order > 0 || x->before[i].impact != x->now[k].impact)
			out->items[out->n++] = (struct change){ x->now[k].word, x->id, x->now[k].impact, order > 0 };
		i += order <= 0;
		k += order >= 0;
	}
}

static int64_t block_of(const struct change *x) {
	return x->item / SIMILAR_BLOCK;
}

static int by_block(const void *a, const void *b) {
	const struct change *x = a, *y = b;
	if (block_of(x) != block_of(y))
		return block_of(x) < block_of(y) ? -1 : 1;
	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static struct changes all_changes(struct arena *a, const struct similar_record *records, size_t n) {
	size_t room = 0;
	struct changes out = { 0 };
	for (size_t i = 0; i < n; i++)
		room += records[i].before_n + records[i].now_n;
	out.items = arena_array(a, room + 1, sizeof *out.items);
	for (size_t i = 0; i < n; i++)
		differ(&out, &records[i]);
	qsort(out.items, out.n, sizeof *out.items, by_block);
	return out;
}

/* ---- posting lists ---- */

/* What changes in one list. */
struct list_change {
	int64_t word;
	const struct change *items;
	size_t n;
};

static str posts_of(const struct db_result *r, int64_t word) {
	for (size_t i = 0; i < r->rows; i++)
		if (db_i64(r, i, 0) == word)
			return db_str(r, i, 1);
	return STR_NONE;
}

static enum st save_posts(struct ctx *c, int64_t word, int64_t block, str posts) {
	if (!posts.n)
		return db_later(c, "DELETE FROM similar_post WHERE word = $1 AND block = $2", DB_I64(word), DB_I64(block));
	return db_later(c, "INSERT INTO similar_post (word, block, posts) VALUES ($1, $2, $3) ON CONFLICT (word, block) DO UPDATE SET posts = excluded.posts", DB_I64(word), DB_I64(block),
		DB_BLOB(posts));
}

static enum st change_list(struct ctx *c, const struct list_change *l, str posts) {
	struct similar_post *changes = arena_array(c->a, l->n, sizeof *changes);
	int64_t more = 0;
	for (size_t i = 0; i < l->n; i++) {
		changes[i] = (struct similar_post){ (int)(l->items[i].item % SIMILAR_BLOCK), l->items[i].impact };
		more += l->items[i].more;
	}
	enum st st = save_posts(c, l->word, block_of(l->items), similar_post(c->a, posts, changes, l->n));
	return st == ST_OK && more ? db_later(c, "UPDATE similar_word SET n = n + $2 WHERE id = $1", DB_I64(l->word), DB_I64(more)) : st;
}

/* Lists of one block. */
static enum st change_lists(struct ctx *c, const struct list_change *lists, size_t n) {
	struct db_value args[DB_IN_MOST + 1];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(lists[i].word);
	db_in_fill(args, n);
	args[DB_IN_MOST] = DB_I64(block_of(lists[0].items));
	enum st st = ctx_db_run(c, &r, "SELECT word, posts FROM similar_post WHERE word IN (" DB_IN_32 ") AND block = $33", args, DB_IN_MOST + 1);
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = change_list(c, &lists[i], posts_of(&r, lists[i].word));
	return st;
}

/* The next lists of one block, at most 32. */
static size_t next_lists(const struct changes *all, size_t *at, struct list_change *out) {
	size_t n = 0;
	const struct change *first = &all->items[*at];
	for (; *at < all->n && block_of(&all->items[*at]) == block_of(first); (*at)++) {
		const struct change *x = &all->items[*at];
		if (!n || out[n - 1].word != x->word) {
			if (n == DB_IN_MOST)
				break;
			out[n++] = (struct list_change){ x->word, x, 0 };
		}
		out[n - 1].n++;
	}
	return n;
}

static enum st change_posts(struct ctx *c, const struct changes *all) {
	struct list_change lists[DB_IN_MOST];
	enum st st = ST_OK;
	for (size_t at = 0; st == ST_OK && at < all->n;) {
		size_t n = next_lists(all, &at, lists);
		st = change_lists(c, lists, n);
	}
	return st;
}

enum st similar_store_put(struct ctx *c, struct similar_record *records, size_t n) {
	struct numbering numbers = terms_of(c->a, records, n);
	enum st st = number_terms(c, &numbers);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		number_record(c->a, &records[i], &numbers);
		st = read_before(c, &records[i]);
		if (st == ST_OK)
			st = save_item(c, &records[i]);
	}
	struct changes changes = all_changes(c->a, records, st == ST_OK ? n : 0);
	return st == ST_OK ? change_posts(c, &changes) : st;
}

enum st similar_store_rescope(struct ctx *c, const char *noun, int64_t noun_id, int64_t scope) {
	return db_later(c, "UPDATE similar_item SET scope = $3 WHERE noun = $1 AND noun_id = $2", DB_STR(str_c(noun)), DB_I64(noun_id), DB_I64(scope));
}

/* ---- what they are made of ---- */

enum st similar_store_timeline(struct ctx *c, int64_t incident, struct buf *out) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT t.title, t.body, t.packed FROM search_item x JOIN search_text t ON t.id = x.id WHERE x.incident = $1 AND x.incident <> 0 AND (x.noun = 'action'"
		" OR (x.noun = 'timeline' AND x.noun_id IN (SELECT e.id FROM timeline_entry e WHERE e.incident = $1 AND e.phrase IS NULL))) ORDER BY x.id DESC LIMIT 200",
		DB_I64(incident));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++) {
		buf_addc(out, '\n');
		buf_add(out, db_str(&r, i, 0));
		buf_addc(out, '\n');
		buf_add(out, search_unpack(c->a, db_str(&r, i, 1), db_i64(&r, i, 2)));
	}
	return st;
}

enum st similar_store_services(struct ctx *c, const char *noun, int64_t noun_id, int64_t **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT DISTINCT s.service FROM incident_service s WHERE ($1 = 'incident' AND s.incident = $2)"
		" OR ($1 = 'document' AND s.incident IN (SELECT d.incident FROM document_incident d WHERE d.document = $2)) ORDER BY s.service",
		DB_STR(str_c(noun)), DB_I64(noun_id));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_i64(&r, i, 0);
	return ST_OK;
}

enum st similar_store_wait(struct ctx *c, const char *noun, int64_t noun_id) {
	return db_later(c, "INSERT INTO similar_wait (noun, noun_id) VALUES ($1, $2) ON CONFLICT (noun, noun_id) DO NOTHING", DB_STR(str_c(noun)), DB_I64(noun_id));
}

enum st similar_store_waiting(struct ctx *c, int64_t limit, struct similar_waiting **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT id, noun, noun_id FROM similar_wait ORDER BY id LIMIT $1", DB_I64(limit));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct similar_waiting){ db_i64(&r, i, 0), arena_cstr(c->a, db_str(&r, i, 1)), db_i64(&r, i, 2) };
	return ST_OK;
}

enum st similar_store_waited(struct ctx *c, int64_t id) {
	return db_later(c, "DELETE FROM similar_wait WHERE id <= $1", DB_I64(id));
}

enum st similar_store_forget(struct ctx *c) {
	return db_do(c, "DELETE FROM similar_word WHERE n <= $1", DB_I64(0));
}

/* ---- for comparing ---- */

enum st similar_store_count(struct ctx *c, int64_t *records, int64_t *last) {
	struct db_result r;
	enum st st = ctx_db_run(c, &r, "SELECT count(*), COALESCE(max(id), 0) FROM similar_item", DB_NO_ARGS);
	if (st == ST_OK) {
		*records = db_i64(&r, 0, 0);
		*last = db_i64(&r, 0, 1);
	}
	return st;
}

static int by_term(const void *key, const void *item) {
	return str_cmp(*(const str *)key, ((const struct similar_term *)item)->term);
}

enum st similar_store_words(struct ctx *c, const struct similar_terms *t, struct similar_word *out) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < t->n; i += DB_IN_MOST) {
		str terms[DB_IN_MOST];
		struct db_result r = { 0 };
		size_t n = at_most_32(t->n - i);
		for (size_t k = 0; k < n; k++)
			terms[k] = t->items[i + k].term;
		st = some_words(c, terms, n, &r);
		for (size_t k = 0; k < r.rows; k++) {
			str term = db_str(&r, k, 1);
			const struct similar_term *x = bsearch(&term, t->items, t->n, sizeof *t->items, by_term);
			if (x)
				out[x - t->items] = (struct similar_word){ db_i64(&r, k, 0), db_i64(&r, k, 2) };
		}
	}
	return st;
}

enum st similar_store_posts(struct ctx *c, const int64_t *words, size_t n, struct similar_posts **out, size_t *found) {
	struct db_value args[DB_IN_MOST];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(words[i]);
	db_in_fill(args, n);
	enum st st = ctx_db_run(c, &r, "SELECT word, block, posts FROM similar_post WHERE word IN (" DB_IN_32 ")", args, DB_IN_MOST);
	if (st != ST_OK)
		return st;
	*found = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct similar_posts){ db_i64(&r, i, 0), db_i64(&r, i, 1), db_str(&r, i, 2) };
	return ST_OK;
}

enum st similar_store_hidden(struct ctx *c, int64_t **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r, "SELECT s.id FROM similar_item s WHERE s.scope <> 0 AND NOT " PERM_SEES("s.scope", "$1"), DB_I64(perm_viewer(c)));
	if (st != ST_OK)
		return st;
	*n = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = db_i64(&r, i, 0);
	return ST_OK;
}

enum st similar_store_rows(struct ctx *c, const int64_t *ids, size_t n, struct similar_row **out, size_t *found) {
	struct db_value args[DB_IN_MOST + 1];
	struct db_result r;
	for (size_t i = 0; i < n; i++)
		args[i] = DB_I64(ids[i]);
	db_in_fill(args, n);
	args[DB_IN_MOST] = DB_I64(perm_viewer(c));
	enum st st = ctx_db_run(c, &r,
		"SELECT s.id, s.noun, s.noun_id, x.at, t.title FROM similar_item s JOIN search_item x ON x.noun = s.noun AND x.noun_id = s.noun_id JOIN search_text t ON t.id = x.id"
		" WHERE s.id IN (" DB_IN_32 ") AND " PERM_SEES("s.scope", "$33") " AND " PERM_SEES("x.scope", "$33"),
		args, DB_IN_MOST + 1);
	if (st != ST_OK)
		return st;
	*found = r.rows;
	*out = arena_array(c->a, r.rows + 1, sizeof **out);
	for (size_t i = 0; i < r.rows; i++)
		(*out)[i] = (struct similar_row){ db_i64(&r, i, 0), db_i64(&r, i, 2), db_i64(&r, i, 3), db_str(&r, i, 1), db_str(&r, i, 4) };
	return ST_OK;
}

static enum st take_links(struct ctx *c, const struct db_result *r, struct similar_link **out, size_t *n) {
	*n = r->rows;
	*out = arena_array(c->a, r->rows + 1, sizeof **out);
	for (size_t i = 0; i < r->rows; i++)
		(*out)[i] = (struct similar_link){ db_i64(r, i, 0), db_i64(r, i, 1) };
	return ST_OK;
}

enum st similar_store_links(struct ctx *c, struct similar_link **out, size_t *n, const int64_t *documents, size_t document_n) {
	struct db_value args[DB_IN_MOST];
	struct db_result r;
	for (size_t i = 0; i < document_n; i++)
		args[i] = DB_I64(documents[i]);
	db_in_fill(args, document_n);
	enum st st = ctx_db_run(c, &r, "SELECT document, incident FROM document_incident WHERE document IN (" DB_IN_32 ") ORDER BY document, incident", args, DB_IN_MOST);
	return st == ST_OK ? take_links(c, &r, out, n) : st;
}

/* Those of the incidents that a record is, or is about. */
enum st similar_store_links_of(struct ctx *c, const char *noun, int64_t noun_id, struct similar_link **out, size_t *n) {
	struct db_result r;
	enum st st = db_get(c, &r,
		"SELECT d.document, d.incident FROM document_incident d WHERE ($1 = 'incident' AND d.incident = $2)"
		" OR ($1 = 'document' AND d.incident IN (SELECT x.incident FROM document_incident x WHERE x.document = $2)) ORDER BY d.document, d.incident",
		DB_STR(str_c(noun)), DB_I64(noun_id));
	return st == ST_OK ? take_links(c, &r, out, n) : st;
}
