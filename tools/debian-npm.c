/* Preloaded by tools/debian-npm: Debian's Node reads parts of itself from /usr/share/nodejs/, a path compiled in; here they lie under $BORROWED_ROOT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char fixed[] = "/usr/share/nodejs/";

int open64(const char *path, int flags, ...) {
	int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
	const char *root = getenv("BORROWED_ROOT");
	char there[4096];
	va_list rest;
	va_start(rest, flags);
	int mode = va_arg(rest, int);
	va_end(rest);
	if (root && !strncmp(path, fixed, sizeof fixed - 1)) {
		snprintf(there, sizeof there, "%s%s", root, path);
		path = there;
	}
	return next(path, flags, mode);
}
