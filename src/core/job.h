/* What happens without anybody asking: features reacting to each other's events (EVENT_ON, core/event.h), and work that comes round (JOB_EVERY). Both run as the system, as
 * writes, and each happens once, whichever node is first: a handler's durable cursor and a schedule's next time are moved in the same transaction as
 * what the handler changes. */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include "core/event.h"

struct engine;
struct jobs;

MUST_CHECK enum st jobs_start(struct jobs **out, struct engine *e);
void jobs_stop(struct jobs *j); /* ends the thread; events may still arrive; NULL is fine */
void jobs_free(struct jobs *j); /* once no event can arrive any more; NULL is fine */
/* Waits until every schedule had its first turn and every event that is published now has been handled, at most ms; for tests and for the command line. true: all handled. */
bool jobs_settle(struct engine *e, int ms);

/* run returns ST_END when there is more to do at once: it is called again, in a transaction of its own, when those who wait to write have had theirs. */
struct schedule {
	const char *name; /* "core purge_kept_replies" */
	int64_t every_us;
	enum st (*run)(struct ctx *c);
};
#define JOB_EVERY(room_name, function, seconds)                                                                                 \
	static const struct schedule schedule_##room_name##_##function = { #room_name " " #function, (seconds) * INT64_C(1000000), function };  \
	REGISTER(schedule, schedule_##room_name##_##function)

#endif
