/* One line per happening on stderr, logfmt: time=… level=… msg="…" key=value. Never blocks: when stderr cannot take a line it is dropped and
 * counted, and the next line that fits says how many. Edges log (app/, net/, core/writer.c, core/job.c); library code returns a status instead.
 * Never give it a secret, a URL with its query, or a body. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least);
/* Where lines go; 2 (stderr) from the start. */
void log_set_fd(int fd);
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
