#include "core/repeat.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

/* SLOTS times LARGEST bounds the memory: 8 MB, and only when so many large replies are asked for. Each finished form, of a reply or of a page around it, is at most as large again. */
enum { SLOTS = 64, LARGEST = 128 << 10, LARGEST_FINISHED = 128 << 10, LONGEST_KEY = 1 << 10, LONGEST_NEXT = 64 };

struct slot {
	pthread_mutex_t lock;
	uint64_t commits;
	size_t key_n, body_n, next_n, room;
	int64_t version;
	const char *content_type;
	char next[LONGEST_NEXT];
	char *bytes; /* key, body */
	int64_t position;
	struct shared *forms[REPEAT_FORMS];
};

struct repeats {
	struct slot slots[SLOTS];
};

enum st repeats_new(struct repeats **out) {
	struct repeats *r = calloc(1, sizeof *r);
	if (!r)
		return ST_NO_MEMORY;
	for (size_t i = 0; i < SLOTS; i++)
		pthread_mutex_init(&r->slots[i].lock, NULL);
	*out = r;
	return ST_OK;
}

static void drop_forms(struct slot *s) {
	for (size_t i = 0; i < REPEAT_FORMS; i++) {
		shared_let_go(s->forms[i]);
		s->forms[i] = NULL;
	}
}

void repeats_free(struct repeats *r) {
	for (size_t i = 0; r && i < SLOTS; i++) {
		drop_forms(&r->slots[i]);
		free(r->slots[i].bytes);
		pthread_mutex_destroy(&r->slots[i].lock);
	}
	free(r);
}

static str key_of(const struct op_task *t) {
	const struct ctx *c = &t->c;
	const int64_t who[] = { t->who.kind, t->who.role, t->who.person, t->who.id, c->lang, (int64_t)(uintptr_t)c->zone, (int64_t)(uintptr_t)t->call.op };
	if (!t->call.fingerprint.n || t->call.fingerprint.n > LONGEST_KEY)
		return STR_NONE;
	char *p = arena_alloc(c->a, sizeof who + t->call.fingerprint.n);
	memcpy(p, who, sizeof who);
	memcpy(p + sizeof who, t->call.fingerprint.p, t->call.fingerprint.n);
	return str_n(p, sizeof who + t->call.fingerprint.n);
}

static struct slot *slot_of(struct repeats *r, str key) {
	static const unsigned char nothing[crypto_shorthash_KEYBYTES];
	uint64_t h;
	crypto_shorthash((unsigned char *)&h, (const unsigned char *)key.p, key.n, nothing);
	return &r->slots[h % SLOTS];
}

static bool holds(const struct slot *s, str key, uint64_t commits) {
	return s->bytes && s->commits == commits && str_eq(str_n(s->bytes, s->key_n), key);
}

static struct shared *form_of(const struct slot *s, const struct op_task *t) {
	return t->form > 0 && s->position == t->position ? s->forms[t->form - 1] : NULL;
}

static void give(const struct slot *s, struct op_task *t, char *next) {
	t->finished = form_of(s, t);
	shared_hold(t->finished);
	if (t->finished)
		return;
	buf_add(&t->reply.body, str_n(s->bytes + s->key_n, s->body_n));
	memcpy(next, s->next, s->next_n);
	t->reply.next = str_n(next, s->next_n);
	t->reply.version = s->version;
	t->reply.content_type = s->content_type;
}

bool repeat_find(struct repeats *r, struct op_task *t, uint64_t commits) {
	str key = key_of(t);
	if (!key.n)
		return false;
	/* The arena may jump to its guard, so it is asked before the lock is taken. */
	char *next = arena_alloc(t->c.a, LONGEST_NEXT);
	struct slot *s = slot_of(r, key);
	pthread_mutex_lock(&s->lock);
	bool hit = holds(s, key, commits);
	if (hit)
		give(s, t, next);
	t->repeated = hit;
	t->repeated_at = commits;
	pthread_mutex_unlock(&s->lock);
	return hit;
}

/* A reply that says more than this has its reasons, and is made anew. */
static bool plain(const struct op_task *t) {
	const struct reply *p = &t->reply;
	return buf_ok(&p->body) && p->body.n <= LARGEST && p->next.n <= LONGEST_NEXT && !p->status && !p->location.n && !p->set_cookie.n && !p->disposition.n &&
	       !p->immutable_tag.n && !p->style.n && !t->call.article.n;
}

static bool make_room(struct slot *s, size_t n) {
	if (s->room >= n && s->room <= 4 * n)
		return true;
	free(s->bytes);
	s->bytes = malloc(n);
	s->room = s->bytes ? n : 0;
	return s->bytes;
}

static void put(struct slot *s, str key, const struct op_task *t, uint64_t commits) {
	str body = buf_str(&t->reply.body);
	drop_forms(s);
	if (!make_room(s, key.n + body.n))
		return;
	s->commits = commits;
	s->key_n = key.n;
	s->body_n = body.n;
	s->next_n = t->reply.next.n;
	s->version = t->reply.version;
	s->content_type = t->reply.content_type;
	memcpy(s->bytes, key.p, key.n);
	memcpy(s->bytes + key.n, body.p, body.n);
	if (s->next_n)
		memcpy(s->next, t->reply.next.p, s->next_n);
}

void repeat_keep(struct repeats *r, struct op_task *t, uint64_t commits) {
	str key = plain(t) && t->reply.body.n ? key_of(t) : STR_NONE;
	if (!key.n)
		return;
	struct slot *s = slot_of(r, key);
	pthread_mutex_lock(&s->lock);
	put(s, key, t, commits);
	pthread_mutex_unlock(&s->lock);
}

/* Only what t was given has t's commits; the slot may hold a later reply by now, or another one. */
void repeat_finish(struct repeats *r, struct op_task *t, struct shared *made) {
	bool kept = made && t->repeated && t->form > 0 && t->reply.body.n <= LARGEST_FINISHED;
	str key = kept ? key_of(t) : STR_NONE;
	if (!key.n)
		return;
	struct slot *s = slot_of(r, key);
	pthread_mutex_lock(&s->lock);
	if (holds(s, key, t->repeated_at)) {
		if (s->position != t->position)
			drop_forms(s);
		s->position = t->position;
		shared_hold(made);
		shared_let_go(s->forms[t->form - 1]);
		s->forms[t->form - 1] = made;
	}
	pthread_mutex_unlock(&s->lock);
}
