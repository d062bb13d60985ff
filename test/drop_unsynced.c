/* Preloaded by test/kill/power.mjs: what a file under DROPS_UNDER held before each write goes to the file DROPS_LOG, and which writes an fsync has made safe. Whoever kills the process
 * can then take back everything that was not, as a power cut may. Not taken back: names (files that were made, renamed or removed), and the shared memory beside SQLite's log, which is
 * made anew whenever the first process opens it. While the file DROPS_LIES exists, no fsync counts: a test shows with it that it would notice.
 *
 * A record: struct record, the path, the bytes before. Records of writes are numbered from 1; one of an fsync (kind 1) says up to which number its file is safe. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITE = 0, SYNC = 1, SLOW_US = 4000 /* a disk takes its time: so long a kill can find what is not safe */ };

struct record {
	uint32_t kind, path, bytes, zero;
	uint64_t number, at, size; /* of the file before */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t number;
static int out = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static bool ours(int fd, char path[4096]) {
	char link[32] = "/proc/self/fd/";
	const char *under = getenv("DROPS_UNDER");
	char digits[12], *d = digits + sizeof digits - 1;
	*d = '\0';
	for (int x = fd; x || d == digits + sizeof digits - 1; x /= 10)
		*--d = (char)('0' + x % 10);
	strcat(link, d);
	ssize_t n = fd < 0 ? -1 : readlink(link, path, 4095);
	if (!under || n < 0)
		return false;
	path[n] = '\0';
	return strncmp(path, under, strlen(under)) == 0 && (n < 4 || strcmp(path + n - 4, "-shm") != 0);
}

/* The lock is held. */
static void note(uint32_t kind, const char *path, uint64_t at, uint64_t size, const void *bytes, size_t n) {
	struct record r = { kind, (uint32_t)strlen(path), (uint32_t)n, 0, kind == WRITE ? ++number : at, at, size };
	size_t whole = sizeof r + r.path + n;
	char *all = malloc(whole);
	if (out < 0)
		out = open(getenv("DROPS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	memcpy(all, &r, sizeof r);
	memcpy(all + sizeof r, path, r.path);
	memcpy(all + sizeof r + r.path, bytes, n);
	if (out < 0 || REAL(write)(out, all, whole) != (ssize_t)whole)
		abort();
	free(all);
}

/* What [at, at + n) holds now, as far as the file goes. */
static void keep(int fd, const char *path, off_t at, size_t n) {
	struct stat s;
	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		return;
	size_t there = at < s.st_size ? (size_t)(s.st_size - at) : 0;
	char *bytes = malloc(n + 1);
	ssize_t got = 0;
	/* The descriptor may be for writing only. */
	int in = there ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (in >= 0)
		got = pread(in, bytes, n < there ? n : there, at);
	if (in >= 0)
		REAL(close)(in);
	note(WRITE, path, (uint64_t)at, (uint64_t)s.st_size, bytes, got > 0 ? (size_t)got : 0);
	free(bytes);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at) {
	char path[4096];
	if (!ours(fd, path))
		return REAL(pwrite64)(fd, bytes, n, at);
	pthread_mutex_lock(&lock);
	keep(fd, path, at, n);
	ssize_t done = REAL(pwrite64)(fd, bytes, n, at);
	pthread_mutex_unlock(&lock);
	return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
	return pwrite64(fd, bytes, n, at);
}

ssize_t write(int fd, const void *bytes, size_t n) {
	char path[4096];
	if (!ours(fd, path))
		return REAL(write)(fd, bytes, n);
	pthread_mutex_lock(&lock);
	off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
	keep(fd, path, at, n);
	ssize_t done = REAL(write)(fd, bytes, n);
	pthread_mutex_unlock(&lock);
	return done;
}

int ftruncate64(int fd, off_t size) {
	char path[4096];
	struct stat s;
	if (!ours(fd, path) || fstat(fd, &s) != 0)
		return REAL(ftruncate64)(fd, size);
	pthread_mutex_lock(&lock);
	keep(fd, path, size, s.st_size > size ? (size_t)(s.st_size - size) : 0);
	int done = REAL(ftruncate64)(fd, size);
	pthread_mutex_unlock(&lock);
	return done;
}

int ftruncate(int fd, off_t size) {
	return ftruncate64(fd, size);
}

static int sync_by(int (*real)(int), int fd) {
	char path[4096];
	const char *lies = getenv("DROPS_LIES");
	pthread_mutex_lock(&lock);
	uint64_t up_to = number;
	pthread_mutex_unlock(&lock);
	bool is_ours = ours(fd, path);
	if (is_ours)
		usleep(SLOW_US);
	int done = real(fd);
	if (done == 0 && is_ours && !(lies && access(lies, F_OK) == 0)) {
		pthread_mutex_lock(&lock);
		note(SYNC, path, up_to, 0, "", 0);
		pthread_mutex_unlock(&lock);
	}
	return done;
}

int fsync(int fd) {
	return sync_by(REAL(fsync), fd);
}

int fdatasync(int fd) {
	return sync_by(REAL(fdatasync), fd);
}
