#include <math.h>
#include <sqlite3.h>

#include "base/clock.h"
#include "db/sqlite_extension.h"
#include "feature/search/search_parts.h"

/* The index on SQLite: two FTS5 tables without content. Words are cut already, so the plain ascii tokenizer parts them at blanks. */

/* ---- ranking: BM25 over words whose frequency was looked up before ----
 * FTS5's own bm25() counts every row of every word first, which costs 200 ms for words found everywhere. */

struct columns {
	int length;        /* the one whose length counts */
	double weights[4]; /* of a hit in each */
	bool title[4];     /* belongs to the title */
};
/* search_fts: title, body, initials, kind. search_title: title, initials, kind. */
static const struct columns of_texts = { 1, { 5, 1, 5, 0 }, { true, false, true, false } };
static const struct columns of_titles = { 0, { 1, 1, 0, 0 }, { true, true, false, false } };

/* The lowest bit tells whether every word stands in the title too. */
static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *out, int n, sqlite3_value **v) {
	const double k1 = 1.2, b = 0.75;
	const struct columns *columns = api->xUserData(fts);
	const double *weights = n > 0 ? sqlite3_value_blob(v[0]) : NULL;
	int count = n > 0 ? sqlite3_value_bytes(v[0]) / (int)sizeof(double) : 0, size = 0;
	sqlite3_int64 total = 0, rows = 0;
	api->xColumnTotalSize(fts, columns->length, &total);
	api->xRowCount(fts, &rows);
	api->xColumnSize(fts, columns->length, &size);
	double average = rows > 0 && total > 0 ? (double)total / (double)rows : 1, score = 0;
	bool in_title = true;
	for (int i = 0; i < count && i < api->xPhraseCount(fts); i++) {
		Fts5PhraseIter at;
		int column, offset;
		double found = 0;
		bool here = false;
		int rc = api->xPhraseFirst(fts, i, &at, &column, &offset);
		for (; rc == SQLITE_OK && column >= 0; api->xPhraseNext(fts, &at, &column, &offset)) {
			found += columns->weights[column & 3];
			here |= columns->title[column & 3];
		}
		in_title &= here;
		score += weights[i] * found * (k1 + 1) / (found + k1 * (1 - b + b * (double)size / average));
	}
	sqlite3_result_int64(out, 2 * (sqlite3_int64)(score * 1e6) + in_title);
}

static int install(struct sqlite3 *handle) {
	fts5_api *api = NULL;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(handle, "SELECT fts5($1)", -1, &s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK)
		sqlite3_step(s);
	sqlite3_finalize(s);
	if (rc == SQLITE_OK && !api)
		rc = SQLITE_ERROR;
	if (rc == SQLITE_OK)
		rc = api->xCreateFunction(api, "search_rank", (void *)(uintptr_t)&of_texts, rank, NULL);
	return rc == SQLITE_OK ? api->xCreateFunction(api, "search_rank_title", (void *)(uintptr_t)&of_titles, rank, NULL) : rc;
}
static const struct sqlite_extension search_rank = { "search_rank", install };
REGISTER(sqlite_extension, search_rank);

/* ---- words in and out ---- */

static str join(struct arena *a, const struct word_list *l) {
	struct buf b = buf_in(a);
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_addc(&b, ' ');
		buf_add(&b, l->items[i]);
	}
	return b.n ? buf_str(&b) : STR("");
}

static str kind_word(struct ctx *c, const char *kind) {
	return arena_printf(c->a, SEARCH_KIND "%s", kind);
}

/* The index that is asked, and the one that is being built to take its place. */
struct statements {
	const char *put[3], *drop[3], *empty[3];
};
#define STATEMENTS(next)                                                                                                                                                          \
	{ { "INSERT INTO search_fts" next " (rowid, title, body, initials, kind) VALUES ($1, $2, $3, $4, $5)",                                                                    \
		  "INSERT INTO search_title" next " (rowid, title, initials, kind) VALUES ($1, $2, $3, $4)", "INSERT INTO search_short" next " (rowid, words) VALUES ($1, $2)" },     \
		{ "INSERT INTO search_fts" next " (search_fts" next ", rowid, title, body, initials, kind) VALUES ('delete', $1, $2, $3, $4, $5)",                                    \
			"INSERT INTO search_title" next " (search_title" next ", rowid, title, initials, kind) VALUES ('delete', $1, $2, $3, $4)",                                        \
			"INSERT INTO search_short" next " (search_short" next ", rowid, words) VALUES ('delete', $1, $2)" },                                                              \
		{ "INSERT INTO search_fts" next " (search_fts" next ") VALUES ('delete-all')", "INSERT INTO search_title" next " (search_title" next ") VALUES ('delete-all')",       \
			"INSERT INTO search_short" next " (search_short" next ") VALUES ('delete-all')" } }
static const struct statements statements[] = { [SEARCH_USED] = STATEMENTS(""), [SEARCH_NEXT] = STATEMENTS("_next") };

static enum st run_three(struct ctx *c, const char *const *sql, int64_t id, const char *kind, const struct search_words *w) {
	str title = join(c->a, &w->title), initials = join(c->a, &w->initials), word = kind_word(c, kind);
	enum st st = db_do(c, sql[0], DB_I64(id), DB_STR(title), DB_STR(join(c->a, &w->body)), DB_STR(initials), DB_STR(word));
	if (st == ST_OK)
		st = db_do(c, sql[1], DB_I64(id), DB_STR(title), DB_STR(initials), DB_STR(word));
	return st == ST_OK ? db_do(c, sql[2], DB_I64(id), DB_STR(join(c->a, &w->shorts))) : st;
}

static enum st put(struct ctx *c, enum search_which which, int64_t id, const char *kind, const struct search_words *w) {
	return run_three(c, statements[which].put, id, kind, w);
}

/* A table without content must be told what it is to forget. */
static enum st drop(struct ctx *c, enum search_which which, int64_t id, const char *kind, const struct search_words *w) {
	return run_three(c, statements[which].drop, id, kind, w);
}

static enum st empty(struct ctx *c, enum search_which which) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < 3; i++)
		st = ctx_db_run(c, NULL, statements[which].empty[i], DB_NO_ARGS);
	return st;
}

static enum st swap(struct ctx *c) {
	static const char *const names[] = {
		"ALTER TABLE search_fts RENAME TO search_fts_before", "ALTER TABLE search_fts_next RENAME TO search_fts", "ALTER TABLE search_fts_before RENAME TO search_fts_next",
		"ALTER TABLE search_title RENAME TO search_title_before", "ALTER TABLE search_title_next RENAME TO search_title",
		"ALTER TABLE search_title_before RENAME TO search_title_next",
		"ALTER TABLE search_short RENAME TO search_short_before", "ALTER TABLE search_short_next RENAME TO search_short",
		"ALTER TABLE search_short_before RENAME TO search_short_next",
	};
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < sizeof names / sizeof *names; i++)
		st = ctx_db_run(c, NULL, names[i], DB_NO_ARGS);
	return st == ST_OK ? empty(c, SEARCH_NEXT) : st;
}

/* ---- queries in FTS5's language: every word quoted ---- */

static void add_phrase(struct buf *b, const struct search_phrase *p, bool prefix) {
	buf_addc(b, '"');
	for (size_t i = 0; i < p->n; i++) {
		if (i)
			buf_addc(b, ' ');
		buf_add(b, p->words[i]);
	}
	buf_addc(b, '"');
	if (prefix)
		buf_addc(b, '*');
}

/* The phrases of a query, the rarest first. */
struct weighed {
	size_t *order;
	double *weights;
	bool *prefix; /* by phrase: its last word is taken for a beginning */
};

static void add_phrases(struct buf *b, const struct search_query *q, const struct weighed *w) {
	for (size_t i = 0; i < q->n; i++) {
		if (i)
			buf_lit(b, " AND ");
		add_phrase(b, &q->phrases[w->order[i]], w->prefix[w->order[i]]);
	}
}

static void add_kind(struct buf *b, const struct search_query *q) {
	if (q->kind.n)
		buf_printf(b, " AND \"" SEARCH_KIND "%.*s\"", STR_FMT(q->kind));
}

static str long_query(struct ctx *c, const struct search_query *q, const struct weighed *w) {
	struct buf b = buf_in(c->a);
	buf_lit(&b, "(");
	add_phrases(&b, q, w);
	buf_lit(&b, ")");
	add_kind(&b, q);
	return buf_str(&b);
}

static void add_shorts(struct buf *b, const struct search_query *q, bool titles) {
	buf_lit(b, "(");
	for (size_t i = 0; i < q->short_n; i++) {
		const char *mark = q->short_initials[i] ? SEARCH_INITIAL : titles ? SEARCH_IN_TITLE : "";
		buf_printf(b, "%s\"%s%.*s\"", i ? " AND " : "", mark, STR_FMT(q->shorts[i]));
	}
	buf_lit(b, ")");
}

static str short_query(struct ctx *c, const struct search_query *q, bool titles) {
	struct buf b = buf_in(c->a);
	add_shorts(&b, q, titles);
	if (!titles) {
		buf_lit(&b, " NOT ");
		add_shorts(&b, q, true);
	}
	add_kind(&b, q);
	return buf_str(&b);
}

static str all_short_query(struct ctx *c, const struct search_query *q) {
	struct buf b = buf_in(c->a);
	add_shorts(&b, q, false);
	add_kind(&b, q);
	return buf_str(&b);
}

static str shorts_anywhere(struct ctx *c, const struct search_query *q) {
	struct buf b = buf_in(c->a);
	add_shorts(&b, q, false);
	return buf_str(&b);
}

/* ---- how rare a word is ---- */

enum { COUNTED = 500 };

/* Counted up to a limit; beyond it, by how far back the newest of them reach. */
static enum st frequency(struct ctx *c, const struct search_phrase *p, int64_t newest, double *out) {
	struct db_result r;
	struct buf b = buf_in(c->a);
	add_phrase(&b, p, false);
	enum st st = db_get(c, &r,
		"SELECT count(*), min(id) FROM (SELECT rowid AS id FROM search_fts WHERE search_fts MATCH $1 ORDER BY rowid DESC LIMIT $2)", DB_STR(buf_str(&b)),
		DB_I64(COUNTED));
	if (st != ST_OK)
		return st;
	double found = (double)db_i64(&r, 0, 0), reach = (double)(newest - db_i64(&r, 0, 1) + 1);
	*out = found < COUNTED || reach < found ? found : found * (double)newest / reach;
	return ST_OK;
}

static void sort_in(struct weighed *w, size_t n, size_t phrase, double weight) {
	size_t i = n;
	for (; i > 0 && w->weights[i - 1] < weight; i--) {
		w->order[i] = w->order[i - 1];
		w->weights[i] = w->weights[i - 1];
	}
	w->order[i] = phrase;
	w->weights[i] = weight;
}

static enum st weigh(struct ctx *c, const struct search_query *q, struct weighed *w) {
	int64_t newest = 0;
	*w = (struct weighed){ arena_array(c->a, q->n + 1, sizeof *w->order), arena_array(c->a, q->n + 1, sizeof *w->weights), arena_array(c->a, q->n + 1, sizeof *w->prefix) };
	w->weights[0] = 1;
	w->prefix[0] = q->n && q->phrases[0].prefix;
	if (q->n < 2 && !w->prefix[0])
		return ST_OK;
	enum st st = db_one_i64(c, &newest, "SELECT COALESCE(max(id), 0) FROM search_item WHERE $1 = $1", DB_I64(0));
	for (size_t i = 0; st == ST_OK && i < q->n; i++) {
		double n = 0;
		st = frequency(c, &q->phrases[i], newest, &n);
		/* A word that is common as it stands is not taken for the beginning of others: there would be no end of them. */
		w->prefix[i] = q->phrases[i].prefix && n < COUNTED;
		sort_in(w, i, i, log(1 + ((double)newest + 0.5) / (n + 0.5)));
	}
	return st;
}

/* ---- finding ---- */

/* Restricted records are few: what the viewer may not see is a short list. */
#define NOT_HIDDEN(id)                                                                                                         \
	" AND ($2 = -1 OR " id " NOT IN (SELECT h.id FROM search_item h WHERE h.scope <> 0 AND NOT " PERM_SEES("h.scope", "$2") "))"

static enum st find_short(struct ctx *c, const struct search_query *q, const struct search_range *range, struct db_result *r) {
	return db_get(c, r,
		"SELECT rowid, 0 FROM search_short WHERE search_short MATCH $1 AND rowid < $3" NOT_HIDDEN("search_short.rowid") " ORDER BY rowid DESC LIMIT $4",
		DB_STR(range->all ? all_short_query(c, q) : short_query(c, q, range->titles)), DB_I64(perm_viewer(c)), DB_I64(range->below), DB_I64(range->limit));
}

#define RANGE(id) " AND rowid < $3" NOT_HIDDEN(id) " ORDER BY rowid DESC LIMIT $4"

static enum st find_long(struct ctx *c, struct search_query *q, const struct search_range *range, struct db_result *r) {
	static const char in_texts[] = "SELECT rowid, search_rank(search_fts, $5) FROM search_fts WHERE search_fts MATCH $1" RANGE("search_fts.rowid");
	static const char in_titles[] = "SELECT rowid, search_rank_title(search_title, $5) FROM search_title WHERE search_title MATCH $1" RANGE("search_title.rowid");
	static const char unranked[] = "SELECT rowid, 0 FROM search_fts WHERE search_fts MATCH $1" RANGE("search_fts.rowid");
	struct weighed *w = q->weighed;
	enum st st = ST_OK;
	if (!w) {
		w = arena_new_of(c->a, struct weighed);
		st = weigh(c, q, w);
		q->weighed = w;
	}
	if (st != ST_OK)
		return st;
	if (range->all)
		return db_get(c, r, unranked, DB_STR(long_query(c, q, w)), DB_I64(perm_viewer(c)), DB_I64(range->below), DB_I64(range->limit));
	return ctx_db_run(c, r, range->titles ? in_titles : in_texts,
		DB_ARGS(DB_STR(long_query(c, q, w)), DB_I64(perm_viewer(c)), DB_I64(range->below), DB_I64(range->limit),
			DB_BLOB(str_n((const char *)w->weights, q->n * sizeof *w->weights))));
}

static void take_hits(struct ctx *c, const struct db_result *r, const struct search_range *range, struct search_found *out) {
	*out = (struct search_found){ .hits = arena_array(c->a, r->rows + 1, sizeof *out->hits), .full = (int64_t)r->rows == range->limit };
	for (size_t i = 0; i < r->rows; i++) {
		int64_t id = db_i64(r, i, 0), score = db_i64(r, i, 1);
		out->lowest = id;
		if (range->titles || !(score & 1))
			out->hits[out->n++] = (struct search_hit){ id, score >> 1 };
	}
}

/* ---- short words beside long ones: the rare ones as a list, the frequent ones looked up for what will be shown ---- */

static bool among(const struct db_result *r, int64_t id) {
	size_t low = 0, high = r->rows; /* newest first */
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (db_i64(r, middle, 0) > id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->rows && db_i64(r, low, 0) == id;
}

/* More of them between the hits: so many that most hits have them, and looking at those that will be shown is cheaper. */
enum { LISTED = 8000 };

static enum st check_shorts(struct ctx *c, const struct search_query *q, struct search_found *found) {
	struct db_result r;
	size_t kept = 0;
	enum st st = db_get(c, &r, "SELECT rowid FROM search_short WHERE search_short MATCH $1 AND rowid >= $2 AND rowid <= $3 ORDER BY rowid DESC LIMIT $4",
		DB_STR(shorts_anywhere(c, q)), DB_I64(found->hits[found->n - 1].id), DB_I64(found->hits[0].id), DB_I64(LISTED));
	found->unchecked = st == ST_OK && r.rows == LISTED;
	if (st != ST_OK || found->unchecked)
		return st;
	for (size_t i = 0; i < found->n; i++)
		if (among(&r, found->hits[i].id))
			found->hits[kept++] = found->hits[i];
	found->n = kept;
	return ST_OK;
}

static enum st has_shorts(struct ctx *c, const struct search_query *q, int64_t id) {
	return db_one_i64(c, &id, "SELECT rowid FROM search_short WHERE search_short MATCH $1 AND rowid = $2", DB_STR(shorts_anywhere(c, q)), DB_I64(id));
}

static enum st find(struct ctx *c, struct search_query *q, const struct search_range *range, struct search_found *out) {
	struct db_result r;
	enum st st = q->n ? find_long(c, q, range, &r) : find_short(c, q, range, &r);
	if (st != ST_OK)
		return st;
	take_hits(c, &r, range, out);
	return q->n && q->short_n && out->n ? check_shorts(c, q, out) : ST_OK;
}

/* ---- purging ----
 * FTS5 forgets a row by writing down that it is gone; its words stay in their segment until that is merged with what says so. A merge of all segments into one leaves nothing of them, and can be done
 * a few pages at a time: the negative number begins it, positive ones go on, and one that changes nothing says that it is over. What is written meanwhile goes into segments of its own. */

enum { PURGE_PAGES = 48 };
static const char *const purge_begin[] = {
	"INSERT INTO search_fts (search_fts, rank) VALUES ('merge', $1)", "INSERT INTO search_title (search_title, rank) VALUES ('merge', $1)",
	"INSERT INTO search_short (search_short, rank) VALUES ('merge', $1)", "INSERT INTO search_fts_next (search_fts_next, rank) VALUES ('merge', $1)",
	"INSERT INTO search_title_next (search_title_next, rank) VALUES ('merge', $1)", "INSERT INTO search_short_next (search_short_next, rank) VALUES ('merge', $1)",
};
enum { PURGE_TABLES = sizeof purge_begin / sizeof *purge_begin };

static enum st merge(struct ctx *c, const char *sql, int64_t pages, bool *changed) {
	int64_t before, after;
	enum st st = db_one_i64(c, &before, "SELECT total_changes() FROM search_stamp WHERE id = $1", DB_I64(1));
	if (st == ST_OK)
		st = db_do(c, sql, DB_I64(pages));
	if (st == ST_OK)
		st = db_one_i64(c, &after, "SELECT total_changes() FROM search_stamp WHERE id = $1", DB_I64(1));
	*changed = st == ST_OK && after - before > 1; /* 1 is the statement itself */
	return st;
}

/* Even steps begin a table, odd ones go on with it. */
static enum st purge(struct ctx *c, int64_t us, int64_t *step, bool *done) {
	int64_t until = clock_monotonic() + us;
	enum st st = ST_OK;
	*done = *step >= 2 * PURGE_TABLES;
	while (st == ST_OK && !*done) {
		bool changed, begins = *step % 2 == 0;
		st = merge(c, purge_begin[*step / 2], begins ? -PURGE_PAGES : PURGE_PAGES, &changed);
		*step += begins || !changed;
		*done = *step >= 2 * PURGE_TABLES;
		if (clock_monotonic() > until)
			break;
	}
	return st;
}

const struct search_index search_fts5 = { put, drop, empty, swap, find, purge, has_shorts };
