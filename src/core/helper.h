/* The small programs beside ours (src/helper/): heavy libraries and hostile bytes stay out of the server. One is started for one piece of work, gets it on its standard input,
 * answers on its standard output and ends. It inherits nothing else: no descriptor, no environment. */
#ifndef CORE_HELPER_H
#define CORE_HELPER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct helper {
	const char *program; /* "bokgi-render", beside the running program, or in the folder that BOKGI_HELPERS names */
	int most_ms;         /* then it is killed */
	size_t most_bytes;   /* of its answer */
};

/* On a thread that may wait. ST_UNAVAILABLE: there is no such program, or it cannot be started; ST_UPSTREAM: it was killed, by us or by a limit of its own, or did not end well;
 * ST_TOO_BIG: its answer; ST_NO_MEMORY. Nothing is explained. */
MUST_CHECK enum st helper_run(const struct helper *h, str input, struct buf *out);

#endif
