/* The text as an array of chunks of up to CAPACITY bytes, each with its UTF-16 length beside it in an array of its own, which is summed up to find a position:
 * a 200 KB text has some 250 chunks. */
#include "text/text.h"

#include <stdlib.h>

#include "text/utf8.h"

/* SMALL: what goes into half a chunk, wherever the middle of a character makes the half end. */
enum { CAPACITY = 1020, SMALL = CAPACITY / 2 - 4 };

/* 1024 bytes, so that malloc's quick lists hold it. */
struct chunk {
	uint16_t n;
	char bytes[CAPACITY];
};

struct text {
	struct chunk **chunk;
	uint16_t *units; /* of each chunk */
	size_t n, room, bytes;
	int64_t length;
	struct chunk **spare; /* put aside before a change, so that it cannot fail halfway */
	size_t spares, spare_room;
};

/* A place: byte `at` of chunk `i`. */
struct place {
	size_t i, at;
};

/* --- memory, all of it asked for before anything changes --- */

static bool room_for(struct text *t, size_t more) {
	if (t->n + more <= t->room)
		return true;
	size_t room = t->room * 2 > t->n + more ? t->room * 2 : t->n + more;
	struct chunk **chunk = reallocarray(t->chunk, room, sizeof *chunk);
	if (chunk)
		t->chunk = chunk;
	uint16_t *units = chunk ? reallocarray(t->units, room, sizeof *units) : NULL;
	if (units) {
		t->units = units;
		t->room = room;
	}
	return units != NULL;
}

static void drop_spares(struct text *t) {
	while (t->spares)
		free(t->spare[--t->spares]);
}

static bool set_aside(struct text *t, size_t chunks) {
	if (!room_for(t, chunks))
		return false;
	if (t->spare_room < chunks) {
		struct chunk **spare = reallocarray(t->spare, chunks, sizeof *spare);
		if (!spare)
			return false;
		t->spare = spare;
		t->spare_room = chunks;
	}
	while (t->spares < chunks) {
		struct chunk *c = malloc(sizeof *c);
		if (!c)
			return false;
		t->spare[t->spares++] = c;
	}
	return true;
}

/* An empty chunk before chunk i. */
static struct chunk *insert_chunk(struct text *t, size_t i) {
	memmove(t->chunk + i + 1, t->chunk + i, (t->n - i) * sizeof *t->chunk);
	memmove(t->units + i + 1, t->units + i, (t->n - i) * sizeof *t->units);
	struct chunk *c = t->spare[--t->spares];
	c->n = 0;
	t->chunk[i] = c;
	t->units[i] = 0;
	t->n++;
	return c;
}

static void remove_chunks(struct text *t, size_t i, size_t count) {
	for (size_t k = i; k < i + count; k++)
		free(t->chunk[k]);
	memmove(t->chunk + i, t->chunk + i + count, (t->n - i - count) * sizeof *t->chunk);
	memmove(t->units + i, t->units + i + count, (t->n - i - count) * sizeof *t->units);
	t->n -= count;
}

/* --- finding --- */

static str chunk_str(const struct text *t, size_t i) {
	return (str){ t->chunk[i]->bytes, t->chunk[i]->n };
}

enum { STRIDE = 32 };

static unsigned sum(const uint16_t *units, size_t n) {
	unsigned s = 0;
	for (size_t i = 0; i < n; i++)
		s += units[i];
	return s;
}

/* The byte that begins unit `pos` of s; false when that is inside a surrogate pair. */
static bool byte_of(str s, size_t units, int64_t pos, size_t *at) {
	*at = (size_t)pos;
	if (units == s.n)
		return true;
	size_t i = 0;
	int64_t seen = 0, next;
	while (i + STRIDE <= s.n && (next = seen + (int64_t)utf16_length((str){ s.p + i, STRIDE })) < pos) {
		seen = next;
		i += STRIDE;
	}
	while (i < s.n && (s.p[i] & 0xC0) == 0x80)
		i++;
	while (i < s.n && seen < pos)
		seen += utf8_next(s, &i) > 0xFFFF ? 2 : 1;
	*at = i;
	return seen == pos;
}

/* The place of a position, at the end of a chunk rather than at the beginning of the next. */
static bool find(const struct text *t, int64_t pos, struct place *p) {
	size_t i = 0;
	for (unsigned s; i + STRIDE <= t->n && (s = sum(t->units + i, STRIDE)) < pos; i += STRIDE)
		pos -= s;
	for (; i < t->n && t->units[i] < pos; i++)
		pos -= t->units[i];
	p->i = i;
	p->at = 0;
	return i == t->n ? pos == 0 : byte_of(chunk_str(t, i), t->units[i], pos, &p->at);
}

/* --- changing --- */

/* Bytes [from, to) of chunk i away. */
static void cut(struct text *t, size_t i, size_t from, size_t to) {
	struct chunk *c = t->chunk[i];
	size_t units = utf16_length((str){ c->bytes + from, to - from });
	memmove(c->bytes + from, c->bytes + to, c->n - to);
	c->n = (uint16_t)(c->n - (to - from));
	t->units[i] = (uint16_t)(t->units[i] - units);
	t->bytes -= to - from;
	t->length -= (int64_t)units;
}

static void append(struct text *t, size_t i, str s) {
	struct chunk *c = t->chunk[i];
	memcpy(c->bytes + c->n, s.p, s.n);
	c->n = (uint16_t)(c->n + s.n);
	size_t units = utf16_length(s);
	t->units[i] = (uint16_t)(t->units[i] + units);
	t->bytes += s.n;
	t->length += (int64_t)units;
}

/* Two neighbours that together are small become one, so that deleting does not leave crumbs. */
static void mend(struct text *t, size_t i) {
	if (i < t->n && t->chunk[i]->n == 0)
		remove_chunks(t, i, 1);
	if (i + 1 >= t->n || t->chunk[i]->n + t->chunk[i + 1]->n > SMALL)
		return;
	str next = chunk_str(t, i + 1);
	t->bytes -= next.n;
	t->length -= t->units[i + 1];
	append(t, i, next);
	remove_chunks(t, i + 1, 1);
}

static void delete(struct text *t, struct place from, struct place to) {
	if (from.i == to.i) {
		cut(t, from.i, from.at, to.at);
	} else {
		cut(t, to.i, 0, to.at);
		for (size_t i = from.i + 1; i < to.i; i++)
			cut(t, i, 0, t->chunk[i]->n);
		cut(t, from.i, from.at, t->chunk[from.i]->n);
		remove_chunks(t, from.i + 1, to.i - from.i - 1);
	}
	mend(t, from.i);
}

/* What stands behind the place goes to a chunk of its own. */
static void split(struct text *t, struct place p) {
	insert_chunk(t, p.i + 1);
	str tail = { t->chunk[p.i]->bytes + p.at, t->chunk[p.i]->n - p.at };
	append(t, p.i + 1, tail);
	cut(t, p.i, p.at, t->chunk[p.i]->n);
}

static size_t character_start(const char *p, size_t at) {
	while (at > 0 && (p[at] & 0xC0) == 0x80)
		at--;
	return at;
}

/* A full chunk is halved where its middle is, unless one appends at its end. */
static void make_room(struct text *t, struct place *p) {
	struct chunk *c = t->chunk[p->i];
	bool at_end = p->at == c->n;
	size_t middle = at_end ? p->at : character_start(c->bytes, c->n / 2u);
	split(t, (struct place){ p->i, middle });
	if (at_end || p->at > middle) {
		p->i++;
		p->at -= middle;
	}
}

static void put_small(struct text *t, struct place p, str s) {
	struct chunk *c = t->chunk[p.i];
	memmove(c->bytes + p.at + s.n, c->bytes + p.at, c->n - p.at);
	memcpy(c->bytes + p.at, s.p, s.n);
	c->n = (uint16_t)(c->n + s.n);
	size_t units = utf16_length(s);
	t->units[p.i] = (uint16_t)(t->units[p.i] + units);
	t->bytes += s.n;
	t->length += (int64_t)units;
}

static void put_large(struct text *t, struct place p, str s) {
	if (p.at < t->chunk[p.i]->n)
		split(t, p);
	while (s.n) {
		size_t n = s.n <= CAPACITY ? s.n : character_start(s.p, CAPACITY);
		insert_chunk(t, ++p.i);
		append(t, p.i, str_to(s, n));
		s = str_from(s, n);
	}
}

static void insert(struct text *t, struct place p, str s) {
	if (t->n == 0)
		insert_chunk(t, 0);
	if (p.i == t->n)
		p = (struct place){ t->n - 1, t->chunk[t->n - 1]->n };
	if (s.n > SMALL) {
		put_large(t, p, s);
		return;
	}
	if (t->chunk[p.i]->n + s.n > CAPACITY)
		make_room(t, &p);
	put_small(t, p, s);
}

/* --- applying --- */

/* Bytes of the units as UTF-8, or -1: half a surrogate pair. */
static ptrdiff_t bytes_of(const uint16_t *u, int64_t n) {
	ptrdiff_t bytes = 0;
	for (int64_t i = 0; i < n; i++) {
		bool high = (u[i] & 0xFC00) == 0xD800, low = (u[i] & 0xFC00) == 0xDC00;
		if (low || (high && (i + 1 == n || (u[i + 1] & 0xFC00) != 0xDC00)))
			return -1;
		bytes += high ? 4 : u[i] < 0x80 ? 1 : u[i] < 0x800 ? 2 : 3;
		i += high;
	}
	return bytes;
}

static size_t encode(char *out, const uint16_t *u, int64_t n) {
	size_t at = 0;
	for (int64_t i = 0; i < n; i++) {
		uint32_t cp = u[i];
		if ((cp & 0xFC00) == 0xD800)
			cp = 0x10000 + ((cp & 0x3FF) << 10) + (u[++i] & 0x3FFu);
		at += utf8_encode(out + at, cp);
	}
	return at;
}

/* May every edit be made? And how many chunks can they take, how long is the longest inserted text? */
static bool survey(const struct text *t, const struct changeset *c, size_t *chunks, size_t *longest) {
	struct place p;
	*chunks = *longest = 0;
	for (struct changeset_edit e = { 0 }; changeset_next(c, &e);) {
		ptrdiff_t bytes = bytes_of(e.units, e.count);
		if (bytes < 0 || !find(t, e.from, &p) || (e.to > e.from && !find(t, e.to, &p)))
			return false;
		if (bytes > 0)
			*chunks += 2 + (size_t)bytes / (CAPACITY - 3);
		if ((size_t)bytes > *longest)
			*longest = (size_t)bytes;
	}
	return true;
}

static void apply_edits(struct text *t, const struct changeset *c, char *scratch) {
	struct place from, to;
	for (struct changeset_edit e = { 0 }; changeset_next(c, &e);) {
		if (e.to > e.from && find(t, e.at, &from) && find(t, e.at + e.to - e.from, &to))
			delete(t, from, to);
		if (e.count && find(t, e.at, &from))
			insert(t, from, (str){ scratch, encode(scratch, e.units, e.count) });
	}
}

enum st text_apply(struct text *t, const struct changeset *c) {
	size_t chunks, longest;
	if (changeset_old_length(c) != t->length || !survey(t, c, &chunks, &longest))
		return ST_INVALID;
	char small[256], *scratch = longest <= sizeof small ? small : malloc(longest);
	enum st st = scratch && set_aside(t, chunks) ? ST_OK : ST_NO_MEMORY;
	if (st == ST_OK)
		apply_edits(t, c, scratch);
	drop_spares(t);
	if (scratch != small)
		free(scratch);
	return st;
}

/* --- the rest --- */

static size_t without_returns(char *p, size_t n) {
	size_t to = 0;
	for (size_t i = 0; i < n; i++)
		if (p[i] != '\r')
			p[to++] = p[i];
		else if (i + 1 == n || p[i + 1] != '\n')
			p[to++] = '\n';
	return to;
}

static bool fill(struct text *t, str s) {
	size_t chunks = s.n / (CAPACITY - 3) + 1;
	if (!set_aside(t, chunks))
		return false;
	while (s.n) {
		size_t n = s.n <= CAPACITY ? s.n : character_start(s.p, CAPACITY);
		insert_chunk(t, t->n);
		append(t, t->n - 1, str_to(s, n));
		s = str_from(s, n);
	}
	drop_spares(t);
	return true;
}

struct text *text_new(str utf8) {
	if (!utf8_valid(utf8))
		return NULL;
	struct text *t = calloc(1, sizeof *t);
	bool returns = str_chr(utf8, '\r') >= 0;
	char *copy = t && returns ? malloc(utf8.n) : NULL;
	if (copy) {
		memcpy(copy, utf8.p, utf8.n);
		utf8 = (str){ copy, without_returns(copy, utf8.n) };
	}
	if (t && ((returns && !copy) || !fill(t, utf8))) {
		text_free(t);
		t = NULL;
	}
	free(copy);
	return t;
}

void text_free(struct text *t) {
	if (!t)
		return;
	drop_spares(t);
	for (size_t i = 0; i < t->n; i++)
		free(t->chunk[i]);
	free(t->spare);
	free(t->chunk);
	free(t->units);
	free(t);
}

int64_t text_length(const struct text *t) {
	return t->length;
}

size_t text_bytes(const struct text *t) {
	return t->bytes;
}

static size_t copy_out(const struct text *t, struct place from, struct place to, char *p) {
	size_t n = 0;
	for (size_t i = from.i; i < t->n && i <= to.i; i++) {
		size_t begin = i == from.i ? from.at : 0, end = i == to.i ? to.at : t->chunk[i]->n;
		if (p)
			memcpy(p + n, t->chunk[i]->bytes + begin, end - begin);
		n += end - begin;
	}
	return n;
}

/* A position inside a surrogate pair moves to the pair's other end, as find() leaves it there. */
str text_slice(const struct text *t, struct arena *a, int64_t from, int64_t to) {
	struct place begin, end;
	from = from < 0 ? 0 : from > t->length ? t->length : from;
	to = to < from ? from : to > t->length ? t->length : to;
	find(t, from, &begin);
	find(t, to, &end);
	size_t n = copy_out(t, begin, end, NULL);
	char *p = arena_alloc(a, n + 1);
	copy_out(t, begin, end, p);
	return (str){ p, n };
}

/* A high byte of zero leaves only its multiplication, and two of them are one. */
static uint32_t hash_unit(uint32_t h, uint32_t unit) {
	const uint32_t prime = 16777619u;
	return unit < 256 ? (h ^ unit) * (prime * prime) : (((h ^ (unit & 255)) * prime) ^ (unit >> 8)) * prime;
}

uint32_t text_hash(const struct text *t) {
	uint32_t h = 2166136261u;
	for (size_t k = 0; k < t->n; k++) {
		str s = chunk_str(t, k);
		for (size_t i = 0; i < s.n;) {
			uint32_t cp = utf8_next(s, &i);
			if (cp > 0xFFFF)
				h = hash_unit(h, 0xD800 + ((cp - 0x10000) >> 10));
			h = hash_unit(h, cp > 0xFFFF ? 0xDC00 + (cp & 0x3FF) : cp);
		}
	}
	return h;
}
