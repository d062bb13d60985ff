#include "core/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { PIECE = 65536 };

struct running {
	pid_t pid;
	int in, out; /* our ends of its pipes; -1: closed */
};

static void shut(int *fd) {
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool find_program(const char *name, char path[PATH_MAX]) {
	const char *folder = getenv("BOKGI_HELPERS");
	if (folder)
		return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(path, '/');
	size_t left = slash ? PATH_MAX - (size_t)(slash + 1 - path) : 0;
	return slash && (size_t)snprintf(slash + 1, left, "%s", name) < left;
}

/* No signal is blocked or ignored in it, as some are with us. */
static enum st spawn(const char *path, int in, int out, pid_t *pid) {
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	char *const arguments[] = { (char *)(uintptr_t)path, NULL }, *const nothing[] = { NULL };
	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&files))
		return ST_NO_MEMORY;
	if (posix_spawnattr_init(&how)) {
		posix_spawn_file_actions_destroy(&files);
		return ST_NO_MEMORY;
	}
	int failed = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO) || posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) ||
	             posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1) || posix_spawnattr_setsigmask(&how, &none) ||
	             posix_spawnattr_setsigdefault(&how, &all) || posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int error = failed ? ENOMEM : posix_spawn(pid, path, &files, &how, arguments, nothing);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	if (error)
		log_error("cannot start %s: %s", path, strerror(error));
	return error == ENOMEM ? ST_NO_MEMORY : error ? ST_UNAVAILABLE : ST_OK;
}

static enum st start(const struct helper *h, struct running *r) {
	char path[PATH_MAX];
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	*r = (struct running){ .in = -1, .out = -1 };
	if (!find_program(h->program, path))
		return ST_UNAVAILABLE;
	enum st st = pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) ? ST_UNAVAILABLE : spawn(path, in[0], out[1], &r->pid);
	shut(&in[0]);
	shut(&out[1]);
	r->in = in[1];
	r->out = out[0];
	if (st == ST_OK && fcntl(r->in, F_SETFL, O_NONBLOCK) == 0)
		return ST_OK;
	shut(&r->in);
	shut(&r->out);
	return st == ST_OK ? ST_UNAVAILABLE : st;
}

/* It may stop listening and answer all the same: what is wrong with the rest of the input is its matter. */
static void feed(struct running *r, str *input) {
	ssize_t n = write(r->in, input->p, input->n < PIECE ? input->n : PIECE);
	if (n > 0)
		*input = str_from(*input, (size_t)n);
	if (!input->n || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&r->in);
}

static enum st take(struct running *r, const struct helper *h, struct buf *out) {
	char *room = buf_room(out, PIECE);
	ssize_t n = room ? read(r->out, room, PIECE) : -1;
	if (!room)
		return ST_NO_MEMORY;
	if (n == 0)
		return ST_END;
	if (n > 0)
		out->n += (size_t)n;
	return out->n > h->most_bytes ? ST_TOO_BIG : ST_OK;
}

static enum st talk(struct running *r, const struct helper *h, str input, struct buf *out) {
	int64_t end = clock_monotonic() + (int64_t)h->most_ms * 1000;
	enum st st = ST_OK;
	if (!input.n)
		shut(&r->in);
	while (st == ST_OK) {
		int64_t left = (end - clock_monotonic()) / 1000;
		struct pollfd fds[2] = { { .fd = r->out, .events = POLLIN }, { .fd = r->in, .events = POLLOUT } };
		if (left <= 0 || (poll(fds, 2, (int)left) < 0 && errno != EINTR))
			return ST_UPSTREAM;
		if (r->in >= 0 && fds[1].revents)
			feed(r, &input);
		if (fds[0].revents)
			st = take(r, h, out);
	}
	return st == ST_END ? ST_OK : st;
}

enum st helper_run(const struct helper *h, str input, struct buf *out) {
	struct running r;
	int status = 0;
	enum st st = start(h, &r);
	if (st != ST_OK)
		return st;
	st = talk(&r, h, input, out);
	shut(&r.in);
	shut(&r.out);
	if (st != ST_OK)
		kill(r.pid, SIGKILL);
	while (waitpid(r.pid, &status, 0) < 0 && errno == EINTR)
		;
	return st != ST_OK ? st : WIFEXITED(status) && WEXITSTATUS(status) == 0 ? ST_OK : ST_UPSTREAM;
}
