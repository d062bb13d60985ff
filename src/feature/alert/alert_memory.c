#include "feature/alert/alert_memory.h"

#include <stdlib.h>

#include "db/in.h"

enum { SLOTS = 1 << 14, NEAR = 4, LONGEST_KEY = 300, MOST_TOUCHED = 1 << 16 };

struct remembered {
	struct known_alert known;
	size_t source_n, n;
	char key[]; /* source, fingerprint */
};

struct touched {
	int64_t id, times;
};

struct memory {
	uint64_t epoch;
	struct remembered *slots[SLOTS];
	int64_t now;
	size_t touched_n, room;
	struct touched *touched; /* since the last commit */
};

static void clear(struct memory *m) {
	for (size_t i = 0; i < SLOTS; i++) {
		free(m->slots[i]);
		m->slots[i] = NULL;
	}
	m->touched_n = 0;
}

static void drop(void *data) {
	struct memory *m = data;
	clear(m);
	free(m->touched);
	free(m);
}

static struct memory *memory_of(struct ctx *c) {
	static const char key;
	struct memory *m = tx_memory(c, &key, sizeof *m, drop);
	if (m && m->epoch != c->tx->epoch) {
		clear(m);
		m->epoch = c->tx->epoch;
	}
	return m;
}

/* ---- the latest row of an alert ---- */

static uint64_t hash(uint64_t h, str s) {
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h;
}

static size_t first_slot(str source, str fingerprint) {
	uint64_t h = hash(hash(UINT64_C(14695981039346656037), source), fingerprint);
	return (size_t)(h ^ h >> 32) % SLOTS;
}

static bool is_of(const struct remembered *r, str source, str fingerprint) {
	return str_eq(str_n(r->key, r->source_n), source) && str_eq(str_n(r->key + r->source_n, r->n), fingerprint);
}

static struct remembered **slot_of(struct memory *m, str source, str fingerprint) {
	size_t first = first_slot(source, fingerprint);
	for (size_t i = 0; i < NEAR; i++) {
		struct remembered **r = &m->slots[(first + i) % SLOTS];
		if (*r && is_of(*r, source, fingerprint))
			return r;
	}
	return NULL;
}

bool alert_memory_find(struct ctx *c, str source, str fingerprint, struct known_alert *out) {
	struct memory *m = memory_of(c);
	struct remembered **r = m ? slot_of(m, source, fingerprint) : NULL;
	if (!r)
		return false;
	*out = (*r)->known;
	out->fingerprint = fingerprint;
	return true;
}

/* An empty place near its own; else the first goes. */
static struct remembered **place_of(struct memory *m, str source, str fingerprint) {
	struct remembered **found = slot_of(m, source, fingerprint);
	size_t first = first_slot(source, fingerprint);
	for (size_t i = 0; !found && i < NEAR; i++)
		if (!m->slots[(first + i) % SLOTS])
			found = &m->slots[(first + i) % SLOTS];
	return found ? found : &m->slots[first];
}

static struct remembered *remembered_new(str source, str fingerprint) {
	size_t n = source.n + fingerprint.n;
	struct remembered *r = n <= LONGEST_KEY ? malloc(sizeof *r + n) : NULL;
	if (!r)
		return NULL;
	r->source_n = source.n;
	r->n = fingerprint.n;
	memcpy(r->key, source.p, source.n);
	memcpy(r->key + source.n, fingerprint.p, fingerprint.n);
	return r;
}

void alert_memory_learn(struct ctx *c, str source, const struct known_alert *k) {
	struct memory *m = memory_of(c);
	if (!m || !source.n || !k->fingerprint.n)
		return;
	struct remembered **at = place_of(m, source, k->fingerprint);
	if (!*at || !is_of(*at, source, k->fingerprint)) {
		free(*at);
		*at = remembered_new(source, k->fingerprint);
	}
	if (*at) {
		(*at)->known = *k;
		(*at)->known.fingerprint = STR_NONE;
	}
}

void alert_memory_forget(struct ctx *c) {
	struct memory *m = memory_of(c);
	for (size_t i = 0; m && i < SLOTS; i++) {
		free(m->slots[i]);
		m->slots[i] = NULL;
	}
}

/* ---- repeats ---- */

static int by_id(const void *a, const void *b) {
	const struct touched *x = a, *y = b;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_times(const void *a, const void *b) {
	const struct touched *x = a, *y = b;
	return x->times != y->times ? (x->times < y->times ? -1 : 1) : by_id(a, b);
}

/* One row for each alert, those told equally often together. */
static size_t gather(struct touched *t, size_t n) {
	size_t kept = 0;
	qsort(t, n, sizeof *t, by_id);
	for (size_t i = 1; i < n; i++)
		if (t[i].id == t[kept].id)
			t[kept].times += t[i].times;
		else
			t[++kept] = t[i];
	n = n ? kept + 1 : 0;
	qsort(t, n, sizeof *t, by_times);
	return n;
}

static enum st write_touched(struct ctx *c, void *data) {
	struct memory *m = data;
	size_t n = gather(m->touched, m->touched_n);
	enum st st = ST_OK;
	m->touched_n = 0;
	for (size_t i = 0, k; st == ST_OK && i < n; i += k) {
		int64_t ids[DB_IN_MOST];
		for (k = 0; k < DB_IN_MOST && i + k < n && m->touched[i + k].times == m->touched[i].times; k++)
			ids[k] = m->touched[i + k].id;
		st = alert_store_touch(c, ids, k, m->touched[i].times, m->now);
	}
	return st;
}

static bool make_room(struct memory *m, size_t n) {
	if (n > MOST_TOUCHED)
		return false;
	if (n <= m->room)
		return true;
	size_t room = m->room ? m->room : 256;
	while (room < n)
		room *= 2;
	struct touched *grown = realloc(m->touched, room * sizeof *grown);
	if (!grown)
		return false;
	m->touched = grown;
	m->room = room;
	return true;
}

bool alert_memory_touch(struct ctx *c, const int64_t *ids, size_t n) {
	struct memory *m = memory_of(c);
	if (!m || !make_room(m, m->touched_n + n) || (!m->touched_n && n && !tx_before_commit(c, write_touched, m)))
		return false;
	m->now = m->touched_n && m->now > c->now ? m->now : c->now;
	for (size_t i = 0; i < n; i++)
		m->touched[m->touched_n++] = (struct touched){ ids[i], 1 };
	return true;
}
