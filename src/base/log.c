#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

static _Atomic int least_level = LOG_INFO;
static _Atomic int log_fd = 2;
static _Atomic unsigned long dropped;

void log_set_level(enum log_level least) {
	least_level = least;
}

void log_set_fd(int fd) {
	log_fd = fd;
}

static bool write_now(str line) {
	struct pollfd p = { .fd = log_fd, .events = POLLOUT };
	if (poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT))
		return false;
	/* A pipe that polls writable takes PIPE_BUF bytes at once; a longer line is cut rather than awaited. */
	return write(log_fd, line.p, line.n < 4096 ? line.n : 4096) > 0;
}

void log_line(enum log_level level, const char *fmt, ...) {
	static const char *const names[] = { "debug", "info", "warn", "error" };
	if ((int)level < least_level)
		return;
	int saved_errno = errno;
	struct buf msg = { .limit = 3000 }, line = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&msg, fmt, args);
	va_end(args);
	buf_lit(&line, "time=");
	time_format_rfc3339(&line, clock_now());
	buf_printf(&line, " level=%s msg=", names[level]);
	json_quote(&line, buf_ok(&msg) ? buf_str(&msg) : STR("(a line too long to log)"));
	unsigned long lost = dropped;
	if (lost)
		buf_printf(&line, " lines_dropped_before=%lu", lost);
	buf_addc(&line, '\n');
	if (buf_ok(&line) && write_now(buf_str(&line)))
		atomic_fetch_sub(&dropped, lost);
	else
		atomic_fetch_add(&dropped, 1);
	buf_free(&line);
	buf_free(&msg);
	errno = saved_errno;
}
