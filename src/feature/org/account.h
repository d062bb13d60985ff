/* Logins: passwords, sessions, tokens. Private to the room. */
#ifndef FEATURE_ORG_ACCOUNT_H
#define FEATURE_ORG_ACCOUNT_H

#include "feature/org/org.h"

struct account {
	int64_t id;
	str login, name, email;
	int role;
	str lang, zone, theme;
	int64_t version;
};
extern const struct shape account_shape, me_shape;

enum { SECRET_BYTES = 16, HASH_BYTES = 32, SHORTEST_PASSWORD = 10 };
#define SESSION_LIFE (30 * US_PER_DAY)
#define SESSION_IDLE (14 * US_PER_DAY)

/* What a token was made for. It stands in front of its secret and is hashed with it: nobody can make another use of a token than the one it was made for. */
extern const char *const token_use_names[]; /* by enum reach; NULL-terminated */
extern const char *const token_use_prefixes[];
enum reach account_reach(str credential);

/* A new secret as URL-safe text (prefix + 22 characters), and the hash under which it is stored. */
str account_new_secret(struct ctx *c, const char *prefix);
str account_hash(struct ctx *c, str secret);
/* argon2id, about 70 ms and 64 MiB: only in prepare functions. ST_INVALID (field password) when too short. */
MUST_CHECK enum st account_hash_password(struct ctx *c, str password, str *hash);
bool account_password_fits(struct ctx *c, str hash, str password);

/* The network of an address, to be kept where the address itself tells too much: 192.0.2.0/24, 2001:db8:7::/48. What is neither stays as it is. */
str account_network(struct arena *a, str address);

/* Inserts a session and puts its cookie into the reply. */
MUST_CHECK enum st account_begin_session(struct ctx *c, int64_t person, struct reply *out);
/* engine->identify. */
MUST_CHECK enum st account_identify(struct ctx *c, const struct call *call, struct actor *who);
/* Where "last seen" is written; NULL: nowhere. */
void account_use_writer(struct writer *w);
/* Forget what is known about credentials: an account, session or token changed. */
void account_forget_all(void);
/* Login attempts by login and address: true when this one must wait. A success clears the count. */
bool account_too_many_attempts(str login, str remote, int64_t now);
void account_note_attempt(str login, str remote, int64_t now, bool success);

#endif
