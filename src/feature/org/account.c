#include "feature/org/account.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "feature/org/org_store.h"

/* Secrets, passwords, and the memory of who a credential belongs to. The operations are in account_ops.c. */

#define SEEN_EVERY (5 * US_PER_MINUTE)

str account_new_secret(struct ctx *c, const char *prefix) {
	unsigned char bytes[SECRET_BYTES];
	char text[64];
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_printf(c->a, "%s%s", prefix, text);
}

str account_hash(struct ctx *c, str secret) {
	unsigned char *hash = arena_alloc(c->a, HASH_BYTES);
	crypto_generichash(hash, HASH_BYTES, (const unsigned char *)secret.p, secret.n, NULL, 0);
	return str_n((char *)hash, HASH_BYTES);
}

enum st account_hash_password(struct ctx *c, str password, str *hash) {
	char *text = arena_alloc(c->a, crypto_pwhash_STRBYTES);
	if (password.n < SHORTEST_PASSWORD)
		return fail(c, ST_INVALID, "password.short", "password", N_("A password needs at least %d characters."), SHORTEST_PASSWORD);
	if (crypto_pwhash_str(text, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return fail_plain(c, ST_NO_MEMORY, "memory", N_("This needs more memory than one request may have."));
	*hash = str_c(text);
	return ST_OK;
}

bool account_password_fits(struct ctx *c, str hash, str password) {
	return crypto_pwhash_str_verify(arena_cstr(c->a, hash), password.p ? password.p : "", password.n) == 0;
}

const char *const token_use_names[] = { "api", "mcp", "mcp_write", "feed", NULL };
const char *const token_use_prefixes[] = { "bokgi_", "bokgi-mcp_", "bokgi-mcpw_", "bokgi-feed_", NULL };

enum reach account_reach(str credential) {
	for (int i = REACH_MODEL; token_use_prefixes[i]; i++)
		if (str_starts(credential, str_c(token_use_prefixes[i])))
			return (enum reach)i;
	return REACH_ALL;
}

str account_network(struct arena *a, str address) {
	str rest = address;
	bool four = str_chr(address, '.') >= 0 && str_chr(address, ':') < 0;
	struct buf b = buf_in(a);
	if (!address.n)
		return STR_NONE;
	for (int i = 0; i < 3; i++) {
		str part = str_cut(&rest, four ? '.' : ':');
		if (!part.n || !rest.p)
			return arena_str(a, address); /* a socket, ::1, or nothing we know */
		buf_printf(&b, "%.*s%s", STR_FMT(part), four ? "." : ":");
	}
	buf_add(&b, str_c(four ? "0/24" : ":/48"));
	return buf_str(&b);
}

/* ---- who a credential belongs to, remembered ---- */

enum { REMEMBERED = 4096, NAME_ROOM = 64 };

struct known {
	unsigned char hash[HASH_BYTES];
	uint64_t epoch;
	int64_t until;
	int64_t person, id, seen_at;
	int64_t maker; /* of a token: whose feed it is, not who acts */
	enum actor_kind kind;
	enum role role;
	enum lang lang;
	bool has_lang;
	const struct zone *zone;
	char name[NAME_ROOM];
	size_t name_n;
};

static struct known known[REMEMBERED];
static pthread_rwlock_t known_lock = PTHREAD_RWLOCK_INITIALIZER;
static _Atomic uint64_t epoch = 1;

void account_forget_all(void) {
	epoch++;
}

static struct known *known_slot(str hash) {
	uint32_t i;
	memcpy(&i, hash.p, sizeof i);
	return &known[i % REMEMBERED];
}

static bool recall(struct ctx *c, str hash, struct known *out) {
	pthread_rwlock_rdlock(&known_lock);
	const struct known *k = known_slot(hash);
	bool hit = k->epoch == epoch && k->until > c->now && memcmp(k->hash, hash.p, HASH_BYTES) == 0;
	if (hit)
		*out = *k;
	pthread_rwlock_unlock(&known_lock);
	return hit;
}

static void remember(str hash, const struct known *k) {
	pthread_rwlock_wrlock(&known_lock);
	struct known *slot = known_slot(hash);
	*slot = *k;
	memcpy(slot->hash, hash.p, HASH_BYTES);
	pthread_rwlock_unlock(&known_lock);
}

static void set_name(struct known *k, str name) {
	k->name_n = name.n < NAME_ROOM ? name.n : NAME_ROOM - 1;
	memcpy(k->name, name.p, k->name_n);
}

static int64_t least(int64_t a, int64_t b) {
	return a < b ? a : b;
}

static enum st look_up_session(struct ctx *c, str hash, struct known *k) {
	struct db_result r;
	enum st st = account_store_session(c, hash, &r);
	if (st != ST_OK || r.rows == 0)
		return st == ST_OK ? ST_NOT_FOUND : st;
	k->kind = ACTOR_PERSON;
	k->id = db_i64(&r, 0, 0);
	k->person = db_i64(&r, 0, 1);
	k->seen_at = db_i64(&r, 0, 2);
	k->until = least(db_i64(&r, 0, 3), k->seen_at + SESSION_IDLE);
	k->role = (enum role)enum_index(role_names, db_str(&r, 0, 4));
	set_name(k, db_str(&r, 0, 5));
	k->has_lang = lang_parse(db_str(&r, 0, 6), &k->lang);
	if (zone_find(db_str(&r, 0, 7), &k->zone) != ST_OK)
		k->zone = zone_utc();
	return k->until > c->now ? ST_OK : ST_NOT_FOUND;
}

static enum st look_up_token(struct ctx *c, str hash, struct known *k) {
	struct db_result r;
	enum st st = account_store_token(c, hash, &r);
	if (st != ST_OK || r.rows == 0)
		return st == ST_OK ? ST_NOT_FOUND : st;
	k->kind = ACTOR_TOKEN;
	k->id = db_i64(&r, 0, 0);
	k->role = (enum role)enum_index(role_names, db_str(&r, 0, 1));
	set_name(k, db_str(&r, 0, 2));
	k->until = db_cell(&r, 0, 3)->type == DB_T_NULL ? INT64_MAX : db_i64(&r, 0, 3);
	k->maker = db_i64(&r, 0, 4);
	k->seen_at = db_i64(&r, 0, 5);
	k->zone = zone_utc();
	return k->until > c->now ? ST_OK : ST_NOT_FOUND;
}

static enum st look_up(struct ctx *c, const struct call *call, str hash, struct known *k) {
	k->epoch = epoch; /* before reading: a change that comes after it makes this entry old */
	enum st st = call->is_bearer ? look_up_token(c, hash, k) : look_up_session(c, hash, k);
	if (st == ST_OK)
		remember(hash, k);
	return st;
}

/* ---- "last seen", written behind, at most every five minutes ---- */

struct seen {
	struct write_job job;
	struct ctx c;
	int64_t id; /* of the session or token */
	bool is_token;
	enum reach use;
	str from;
};

static enum st write_seen(struct ctx *c, void *data) {
	struct seen *s = data;
	return s->is_token ? account_store_used(c, s->id, s->use, s->from) : account_store_seen(c, s->id);
}

static void seen_written(void *data, enum st st UNUSED) {
	struct seen *s = data;
	arena_free(s->c.a);
	free(s);
}

static struct writer *writer;

static void note_seen(struct ctx *c, str credential, str hash, struct known *k) {
	if (c->now - k->seen_at < SEEN_EVERY || !writer)
		return;
	struct seen *s = calloc(1, sizeof *s);
	struct arena *a = s ? arena_new(0) : NULL;
	if (!a) {
		free(s);
		return;
	}
	s->c = (struct ctx){ .a = a, .who = &actor_system, .now = c->now };
	s->id = k->id;
	s->is_token = k->kind == ACTOR_TOKEN;
	s->use = account_reach(credential);
	if (s->is_token)
		s->from = account_network(a, op_call(c)->remote);
	s->job = (struct write_job){ .c = &s->c, .run = write_seen, .done = seen_written, .data = s };
	k->seen_at = c->now;
	if (!s->is_token)
		k->until = least(k->until, c->now + SESSION_IDLE);
	remember(hash, k);
	if (writer_submit(writer, &s->job) != ST_OK)
		seen_written(s, ST_BUSY);
}

enum st account_identify(struct ctx *c, const struct call *call, struct actor *who) {
	struct known k = { 0 };
	if (!call->credential.n)
		return ST_OK;
	str hash = account_hash(c, call->credential);
	enum st st = recall(c, hash, &k) ? ST_OK : look_up(c, call, hash, &k);
	if (st == ST_NOT_FOUND)
		return fail_plain(c, ST_UNAUTHENTICATED, "auth.ended", N_("This login has ended or was never valid. Log in again."));
	if (st != ST_OK)
		return st;
	note_seen(c, call->credential, hash, &k);
	*who = (struct actor){ .kind = k.kind, .reach = call->is_bearer ? account_reach(call->credential) : REACH_ALL, .role = k.role, .person = k.person, .id = k.id, .name = arena_str(c->a, str_n(k.name, k.name_n)) };
	if (k.has_lang)
		c->lang = k.lang;
	c->zone = k.zone;
	return ST_OK;
}

enum st org_feed_actor(struct ctx *c, str secret, struct actor *who) {
	struct known k = { 0 };
	if (account_reach(secret) != REACH_FEED)
		return ST_NOT_FOUND;
	str hash = account_hash(c, secret);
	enum st st = look_up_token(c, hash, &k);
	if (st == ST_OK)
		note_seen(c, secret, hash, &k);
	*who = (struct actor){ .kind = ACTOR_TOKEN, .role = k.role, .id = k.id, .name = arena_str(c->a, str_n(k.name, k.name_n)) };
	if (st != ST_OK || !k.maker)
		return st;
	struct actor maker;
	st = org_actor(c, k.maker, &maker);
	who->person = maker.person;
	who->role = maker.role < k.role ? maker.role : k.role;
	return st;
}

void account_use_writer(struct writer *w) {
	writer = w;
}

/* ---- attempts ---- */

enum { ATTEMPT_SLOTS = 2048, ATTEMPTS_FREE = 8 };
#define ATTEMPT_WINDOW (10 * US_PER_MINUTE)

static struct attempts {
	uint64_t key;
	int64_t since;
	int failures;
} attempts[ATTEMPT_SLOTS];
static pthread_mutex_t attempts_lock = PTHREAD_MUTEX_INITIALIZER;

static struct attempts *attempt_slot(str login, str remote) {
	static const unsigned char key[crypto_shorthash_KEYBYTES];
	unsigned char h[2][crypto_shorthash_BYTES];
	uint64_t a, b;
	crypto_shorthash(h[0], (const unsigned char *)login.p, login.n, key);
	crypto_shorthash(h[1], (const unsigned char *)remote.p, remote.n, key);
	memcpy(&a, h[0], 8);
	memcpy(&b, h[1], 8);
	struct attempts *slot = &attempts[(a ^ (b * 31)) % ATTEMPT_SLOTS];
	if (slot->key != (a ^ (b * 31)))
		*slot = (struct attempts){ .key = a ^ (b * 31) };
	return slot;
}

bool account_too_many_attempts(str login, str remote, int64_t now) {
	pthread_mutex_lock(&attempts_lock);
	struct attempts *s = attempt_slot(login, remote);
	bool many = s->failures >= ATTEMPTS_FREE && now - s->since < ATTEMPT_WINDOW;
	pthread_mutex_unlock(&attempts_lock);
	return many;
}

void account_note_attempt(str login, str remote, int64_t now, bool success) {
	pthread_mutex_lock(&attempts_lock);
	struct attempts *s = attempt_slot(login, remote);
	if (success || now - s->since >= ATTEMPT_WINDOW) {
		s->failures = 0;
		s->since = now;
	}
	s->failures += !success;
	pthread_mutex_unlock(&attempts_lock);
}
