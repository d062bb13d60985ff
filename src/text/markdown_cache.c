/* Rendered pieces by their source: compared byte by byte, so a hash that two share costs time and nothing else. The one that was not asked for the longest goes first. */
#include "text/markdown_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

enum { BUCKETS = 4096 };

struct markdown_cache {
	pthread_mutex_t lock;
	uint64_t seed;
	size_t bytes, most;
	struct md_piece *bucket[BUCKETS], *newest, *oldest;
	_Atomic uint64_t reused, rendered, whole;
};

enum st markdown_cache_new(size_t bytes, struct markdown_cache **out) {
	struct markdown_cache *c = *out = calloc(1, sizeof *c);
	if (!c)
		return ST_NO_MEMORY;
	c->most = bytes;
	pthread_mutex_init(&c->lock, NULL);
	/* Without it only the order of the buckets is known to those who write texts. */
	if (getrandom(&c->seed, sizeof c->seed, GRND_NONBLOCK) != sizeof c->seed)
		c->seed = (uint64_t)(uintptr_t)c;
	return ST_OK;
}

/* ---- the list and the buckets, under the lock ---- */

static struct md_piece **bucket_of(struct markdown_cache *c, uint64_t hash) {
	return &c->bucket[hash % BUCKETS];
}

static void take_from_list(struct markdown_cache *c, struct md_piece *p) {
	*(p->before ? &p->before->after : &c->newest) = p->after;
	*(p->after ? &p->after->before : &c->oldest) = p->before;
}

static void put_first(struct markdown_cache *c, struct md_piece *p) {
	p->before = NULL;
	p->after = c->newest;
	*(c->newest ? &c->newest->before : &c->oldest) = p;
	c->newest = p;
}

static void take_out(struct markdown_cache *c, struct md_piece *p) {
	struct md_piece **at = bucket_of(c, p->hash);
	while (*at != p)
		at = &(*at)->chain;
	*at = p->chain;
	take_from_list(c, p);
	c->bytes -= p->bytes;
	shared_let_go(&p->shared);
}

static bool same_look(const struct md_look *a, const struct md_look *b) {
	return a->source_lines == b->source_lines && a->blocks == b->blocks && a->last == b->last && a->mark == b->mark && str_eq(a->labels, b->labels);
}

static struct md_piece *find(struct markdown_cache *c, const struct md_look *look, uint64_t hash, str source) {
	struct md_piece *p = *bucket_of(c, hash);
	while (p && !(p->hash == hash && same_look(&p->look, look) && str_eq(p->source, source)))
		p = p->chain;
	return p;
}

/* ---- for markdown_pieces.c ---- */

void md_cache_find(struct markdown_cache *c, struct md_cut *cuts, size_t n) {
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < n; i++) {
		struct md_piece *p = cuts[i].piece = find(c, &cuts[i].look, cuts[i].hash, cuts[i].source);
		if (!p)
			continue;
		shared_hold(&p->shared);
		take_from_list(c, p);
		put_first(c, p);
	}
	pthread_mutex_unlock(&c->lock);
}

void md_cache_keep(struct markdown_cache *c, struct md_piece *p) {
	if (p->bytes > c->most / 4)
		return;
	pthread_mutex_lock(&c->lock);
	if (!find(c, &p->look, p->hash, p->source)) {
		struct md_piece **bucket = bucket_of(c, p->hash);
		shared_hold(&p->shared);
		p->chain = *bucket;
		*bucket = p;
		put_first(c, p);
		c->bytes += p->bytes;
	}
	while (c->bytes > c->most)
		take_out(c, c->oldest);
	pthread_mutex_unlock(&c->lock);
}

void markdown_cache_free(struct markdown_cache *c) {
	while (c && c->oldest)
		take_out(c, c->oldest);
	if (c)
		pthread_mutex_destroy(&c->lock);
	free(c);
}

void md_cache_count(struct markdown_cache *c, uint64_t reused, uint64_t rendered, uint64_t whole) {
	c->reused += reused;
	c->rendered += rendered;
	c->whole += whole;
}

struct markdown_cache_counts markdown_cache_counts(const struct markdown_cache *c) {
	return (struct markdown_cache_counts){ c->reused, c->rendered, c->whole };
}

static uint64_t fold(uint64_t a, uint64_t b) {
	unsigned __int128 m = (unsigned __int128)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t md_piece_hash(const struct markdown_cache *c, str s) {
	const uint64_t k = UINT64_C(0x9E3779B97F4A7C15);
	uint64_t h = c->seed ^ s.n, two[2];
	for (; s.n >= sizeof two; s = (str){ s.p + sizeof two, s.n - sizeof two }) {
		memcpy(two, s.p, sizeof two);
		h = fold(h ^ two[0] ^ k, two[1] ^ (h >> 32) ^ k << 1);
	}
	memset(two, 0, sizeof two);
	if (s.n)
		memcpy(two, s.p, s.n);
	return fold(h ^ two[0] ^ k, two[1] ^ (h >> 32) ^ k << 1);
}

/* ---- one allocation ---- */

static void end_piece(struct shared *s) {
	free(s);
}

static size_t text_bytes(const struct md_piece *p) {
	size_t n = p->look.labels.n + p->source.n + p->html.n;
	for (size_t i = 0; i < p->heading_count; i++)
		n += p->headings[i].text.n + p->headings[i].id.n;
	return n;
}

static str place(char **at, str s) {
	str copy = { *at, s.n };
	if (s.n)
		*at = mempcpy(*at, s.p, s.n);
	return copy;
}

struct md_piece *md_piece_copy(const struct md_piece *from) {
	size_t headings = from->heading_count * sizeof *from->headings, slots = from->slot_count * sizeof *from->slots;
	size_t bytes = sizeof *from + headings + slots + text_bytes(from);
	struct md_piece *p = malloc(bytes);
	if (!p)
		return NULL;
	*p = *from;
	p->shared = (struct shared){ 1, end_piece };
	p->bytes = bytes;
	struct markdown_heading *h = (struct markdown_heading *)(p + 1);
	struct md_slot *s = (struct md_slot *)(h + from->heading_count);
	char *at = (char *)(s + from->slot_count);
	for (size_t i = 0; i < from->heading_count; i++) {
		h[i] = from->headings[i];
		h[i].text = place(&at, from->headings[i].text);
		h[i].id = place(&at, from->headings[i].id);
	}
	if (slots)
		memcpy(s, from->slots, slots);
	p->headings = h;
	p->slots = s;
	p->look.labels = place(&at, from->look.labels);
	p->source = place(&at, from->source);
	p->html = place(&at, from->html);
	return p;
}
