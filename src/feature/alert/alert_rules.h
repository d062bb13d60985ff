/* Which alert opens an incident: no SQL. Private to the room. */
#ifndef FEATURE_ALERT_ALERT_RULES_H
#define FEATURE_ALERT_ALERT_RULES_H

#include "adapter/alert_source/alert_source.h"
#include "feature/alert/alert.h"

enum match_op { MATCH_EQUAL, MATCH_DIFFERENT, MATCH_REGEX, MATCH_NOT_REGEX };
extern const char *const match_op_names[];

struct matcher {
	str label;
	int op;
	str value;
};
extern const struct shape matcher_shape;

struct alert_rule {
	int64_t id;
	int64_t hook;             /* 0: alerts of every hook */
	str name;
	int64_t position;
	struct list matchers;     /* of struct matcher; all must fit */
	int severity;             /* -1: from the label */
	str severity_label;       /* empty: severity */
	struct ref service;
	str service_label;        /* empty: service */
	bool opens_incident;
	int64_t version;
};
extern const struct shape alert_rule_shape;

struct hook {
	int64_t id;
	str source, name;
	struct ref service, team;
	bool opens;
	int min_severity;         /* -1: any */
	str labels;               /* JSON object */
	int64_t created_at, version;
};

/* What is to become of an alert that fires. */
struct decision {
	bool opens;
	int severity;    /* -1: it asks for none */
	int64_t service; /* 0: look at service_name, then at the hook's */
	str service_name;
};
/* rules: those of the hook and of every hook, in their order. */
struct decision alert_decide(struct ctx *c, const struct list *rules, const struct hook *hook, const struct alert_in *alert);
bool matcher_fits(struct ctx *c, const struct matcher *m, const struct alert_in *alert);
/* ST_INVALID (field matchers/N/value): not a regular expression, or too long. */
MUST_CHECK enum st matchers_check(struct ctx *c, const struct list *matchers);
/* "critical", "page" … and SEV1 to SEV4 as a severity; -1: this is not about an incident. Unknown words count as SEV3: better one too many. */
int severity_of_word(str word);

/* What an alert is to a row that is there already. */
enum news { NEWS_REPEAT, NEWS_FIRES, NEWS_RESOLVES, NEWS_STALE };
/* known_state -1: there is none. */
enum news alert_news(int known_state, int64_t known_started_at, const struct alert_in *alert);

enum alert_state { ALERT_FIRING, ALERT_RESOLVED };
extern const char *const alert_state_names[];

#endif
