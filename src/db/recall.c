/* Answers of the running write transaction, repeated. An answer is believed as long as no table has been written that its statement names: every word of a statement is
 * taken for a table, so that a name more is an answer less and never a wrong one. Nothing here outlives its transaction. */
#include "db/recall.h"

#include <stdlib.h>

#include "db/driver.h"

enum { SLOTS = 128, TABLES = 512, MOST_WORDS = 96, MOST_ARGS = 4, MOST_KEY_TEXT = 256, MOST_CELLS = 512, MOST_TEXT = 16 << 10 };

/* What a statement names. */
struct words {
	bool writes; /* to `table`, or to anything when it is `everything` */
	bool everything, too_many;
	uint16_t table;
	size_t n;
	uint16_t at[MOST_WORDS];
};

struct answer {
	const char *sql; /* NULL: nothing is kept here */
	uint64_t seen;   /* of the tables, when it was given */
	size_t args_n;
	struct db_value args[MOST_ARGS];
	size_t rows, cols;
	char *block; /* cells, names, their bytes, the bytes of the arguments */
	size_t size, room;
};

struct db_recall {
	uint32_t written[TABLES]; /* how often */
	uint32_t everything;
	struct db_cache words;
	struct answer answers[SLOTS];
};

/* ---- what a statement names ---- */

static bool is_letter(char ch) {
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || (ch >= '0' && ch <= '9');
}

static str next_word(str *rest) {
	size_t from = 0, to;
	if (!rest->n)
		return STR_NONE;
	while (from < rest->n && !is_letter(rest->p[from]))
		from++;
	for (to = from; to < rest->n && is_letter(rest->p[to]);)
		to++;
	str word = str_n(rest->p + from, to - from);
	*rest = str_from(*rest, to);
	return word;
}

static uint16_t table_of(str word) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (unsigned char)(word.p[i] | 0x20)) * 16777619u;
	return (uint16_t)((h ^ h >> 16) % TABLES);
}

static void add_word(struct words *w, uint16_t at) {
	for (size_t i = 0; i < w->n; i++)
		if (w->at[i] == at)
			return;
	if (w->n == MOST_WORDS)
		w->too_many = true;
	else
		w->at[w->n++] = at;
}

static void read_words(struct words *w, str sql) {
	static const char *const before_table[] = { "INSERT", "UPDATE", "DELETE" };
	str rest = sql, first = next_word(&rest), word;
	*w = (struct words){ .writes = !str_is(first, "SELECT") };
	bool named = false;
	for (size_t i = 0; i < sizeof before_table / sizeof *before_table; i++)
		named = named || str_is(first, before_table[i]);
	w->everything = w->writes && !named;
	if (named) {
		word = next_word(&rest);
		w->table = table_of(str_is(word, "INTO") || str_is(word, "FROM") ? next_word(&rest) : word);
	}
	while ((word = next_word(&rest)).n)
		add_word(w, table_of(word));
}

static struct words *words_of(struct db_recall *r, const char *sql) {
	struct db_cached *at = db_cache_find(&r->words, sql);
	if (at && !at->statement) {
		struct words *w = calloc(1, sizeof *w);
		if (w)
			read_words(w, str_c(sql));
		at->statement = w;
	}
	return at ? at->statement : NULL;
}

void db_recall_note(struct db_recall *r, const struct db_call *call) {
	if (!r)
		return;
	struct words *w = call->constant ? words_of(r, call->constant) : NULL;
	if (!w || (w->writes && w->everything))
		r->everything++;
	else if (w->writes)
		r->written[w->table]++;
}

void db_recall_forget(struct db_recall *r) {
	if (r)
		r->everything++;
}

/* ---- answers ---- */

static uint64_t seen_now(const struct db_recall *r, const struct words *w) {
	uint64_t sum = r->everything;
	for (size_t i = 0; i < w->n; i++)
		sum += r->written[w->at[i]];
	return sum;
}

static bool is_text(const struct db_value *v) {
	return v->type == DB_T_TEXT || v->type == DB_T_BLOB;
}

static bool same_value(const struct db_value *a, const struct db_value *b) {
	if (a->type != b->type)
		return false;
	return is_text(a) ? str_eq(a->s, b->s) : a->type == DB_T_NULL || a->i == b->i;
}

static struct answer *slot_of(struct db_recall *r, const struct db_call *call) {
	uint64_t h = (uint64_t)(uintptr_t)call->constant * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < call->n; i++) {
		const struct db_value *v = &call->args[i];
		uint64_t part = is_text(v) ? v->s.n : v->type == DB_T_NULL ? 0 : (uint64_t)v->i;
		for (size_t k = 0; is_text(v) && k < v->s.n; k++)
			part = (part ^ (unsigned char)v->s.p[k]) * UINT64_C(1099511628211);
		h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	}
	return &r->answers[(h >> 32) % SLOTS];
}

static bool answers(const struct db_recall *r, const struct words *w, const struct answer *x, const struct db_call *call) {
	if (x->sql != call->constant || x->seen != seen_now(r, w) || x->args_n != call->n)
		return false;
	for (size_t i = 0; i < call->n; i++)
		if (!same_value(&x->args[i], &call->args[i]))
			return false;
	return true;
}

/* A text that stood in the block `from` stands in its copy `to` at the same place. */
static void move(str *s, const char *from, const char *to) {
	if (s->p)
		s->p = to + (s->p - from);
}

static void give(const struct answer *x, const struct db_call *call) {
	struct db_result *out = call->out;
	char *block = arena_alloc(call->a, x->size);
	memcpy(block, x->block, x->size);
	struct db_value *cells = (struct db_value *)(void *)block;
	str *names = (str *)(void *)(cells + x->rows * x->cols);
	for (size_t i = 0; i < x->rows * x->cols; i++)
		if (is_text(&cells[i]))
			move(&cells[i].s, x->block, block);
	for (size_t i = 0; i < x->cols; i++)
		move(&names[i], x->block, block);
	*out = (struct db_result){ .rows = x->rows, .cols = x->cols, .names = names, .cells = cells };
}

static size_t text_size(const struct db_value *v, size_t n) {
	size_t size = 0;
	for (size_t i = 0; i < n; i++)
		size += is_text(&v[i]) ? v[i].s.n : 0;
	return size;
}

static char *put(char *to, str *s) {
	if (s->n)
		memcpy(to, s->p, s->n);
	*s = (str){ to, s->n };
	return to + s->n;
}

static void fill(struct answer *x, const struct db_call *call) {
	const struct db_result *out = call->out;
	size_t cells_n = out->rows * out->cols;
	struct db_value *cells = (struct db_value *)(void *)x->block;
	str *names = (str *)(void *)(cells + cells_n);
	char *to = (char *)(names + out->cols);
	memcpy(cells, out->cells, cells_n * sizeof *cells);
	for (size_t i = 0; i < cells_n; i++)
		if (is_text(&cells[i]))
			to = put(to, &cells[i].s);
	for (size_t i = 0; i < out->cols; i++) {
		names[i] = out->names[i];
		to = put(to, &names[i]);
	}
	for (size_t i = 0; i < call->n; i++) {
		x->args[i] = call->args[i];
		if (is_text(&x->args[i]))
			to = put(to, &x->args[i].s);
	}
}

static size_t size_of(const struct db_call *call) {
	const struct db_result *out = call->out;
	size_t size = out->rows * out->cols * sizeof *out->cells + out->cols * sizeof *out->names;
	size += text_size(out->cells, out->rows * out->cols) + text_size(call->args, call->n);
	for (size_t i = 0; i < out->cols; i++)
		size += out->names[i].n;
	return size;
}

static bool small(const struct db_call *call) {
	const struct db_result *out = call->out;
	return out->rows * out->cols <= MOST_CELLS && text_size(out->cells, out->rows * out->cols) <= MOST_TEXT;
}

static void keep(struct db_recall *r, const struct words *w, struct answer *x, const struct db_call *call) {
	x->sql = NULL;
	if (!small(call))
		return;
	size_t size = size_of(call);
	if (x->room < size) {
		free(x->block);
		x->block = malloc(size + 1);
		x->room = x->block ? size : 0;
	}
	if (!x->block)
		return;
	fill(x, call);
	x->size = size;
	x->rows = call->out->rows;
	x->cols = call->out->cols;
	x->args_n = call->n;
	x->seen = seen_now(r, w);
	x->sql = call->constant;
}

static bool may_be_kept(const struct words *w, const struct db_call *call) {
	return w && !w->writes && !w->too_many && call->n <= MOST_ARGS && text_size(call->args, call->n) <= MOST_KEY_TEXT;
}

enum st db_recall_run(struct db_recall **kept, const struct db_call *call, enum st (*run)(struct db *db, const struct db_call *call), struct db *db) {
	struct db_recall *r = *kept ? *kept : (*kept = calloc(1, sizeof *r));
	struct words *w = r ? words_of(r, call->constant) : NULL;
	if (!may_be_kept(w, call))
		return run(db, call);
	struct answer *x = slot_of(r, call);
	if (answers(r, w, x, call)) {
		give(x, call);
		return ST_OK;
	}
	enum st st = run(db, call);
	if (st == ST_OK)
		keep(r, w, x, call);
	return st;
}

void db_recall_free(struct db_recall *r) {
	if (!r)
		return;
	db_cache_clear(&r->words, free);
	for (size_t i = 0; i < SLOTS; i++)
		free(r->answers[i].block);
	free(r);
}
