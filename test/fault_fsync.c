/* Preloaded by test/fault.test.mjs: once the file named by FSYNC_FAILS exists, no fsync of a file under FSYNC_FAILS_UNDER succeeds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fails(int fd) {
	char link[64], path[4096];
	const char *sign = getenv("FSYNC_FAILS"), *under = getenv("FSYNC_FAILS_UNDER");
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof path - 1);
	if (!sign || !under || n < 0 || access(sign, F_OK) != 0)
		return false;
	path[n] = '\0';
	return strncmp(path, under, strlen(under)) == 0;
}

static int sync_by(const char *name, int fd) {
	if (fails(fd)) {
		errno = EIO;
		return -1;
	}
	int (*real)(int);
	*(void **)&real = dlsym(RTLD_NEXT, name);
	return real(fd);
}

int fsync(int fd) {
	return sync_by("fsync", fd);
}

int fdatasync(int fd) {
	return sync_by("fdatasync", fd);
}
