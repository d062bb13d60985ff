/* What becomes of the alerts that a hook has sent. Private to the room. */
#ifndef FEATURE_ALERT_ALERT_INTAKE_H
#define FEATURE_ALERT_ALERT_INTAKE_H

#include "feature/alert/alert_store.h"

struct intake_result {
	int64_t received, fired, resolved; /* the rest were repeats */
};
MUST_CHECK enum st alert_take_in(struct ctx *c, const struct hook *hook, const struct alert_sink *alerts, struct intake_result *out);
/* A person says that an alert is an incident. ST_CONFLICT: it belongs to one that is open. */
MUST_CHECK enum st alert_declare(struct ctx *c, int64_t id, int64_t *incident);

#endif
