/* People, teams and services as records. Private to the room. */
#ifndef FEATURE_ORG_ORG_RECORD_H
#define FEATURE_ORG_ORG_RECORD_H

#include "core/shape.h"

struct person {
	int64_t id;
	str login, name, email;
	int role;
	str lang, zone;
	bool active;
	int64_t version;
	str password; /* only in the answer to its making, when the server chose it */
};

struct team {
	int64_t id;
	str name, handle;
	struct list members; /* of struct ref */
	int64_t version;
};

struct service {
	int64_t id;
	str name, description;
	struct ref team, lead;
	struct list depends_on, used_by; /* of struct ref */
	int64_t version;
};

struct session {
	int64_t id, made_at, seen_at;
	str address, agent;
	bool current;
};

struct token {
	int64_t id;
	str name;
	int role;
	int64_t made_at, ends_at;
	struct ref made_by;
	int use;         /* enum reach; -1: made before that was kept, and not used since */
	int64_t used_at; /* I64_NONE: never, as far as is known; written at most every five minutes */
	str used_from;
	str token; /* only in the answer to its making */
};

extern const struct shape person_shape, team_shape, service_shape, session_shape, token_shape;

#endif
