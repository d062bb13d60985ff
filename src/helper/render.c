#include "helper/render.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { MOST_MEMORY = 768 << 20, MOST_SECONDS = 20 };

/* ---- what is given up ---- */

static void limit(int resource, rlim_t most) {
	const struct rlimit r = { most, most };
	if (setrlimit(resource, &r) != 0)
		_exit(1);
}

static void set_limits(void) {
	if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
		_exit(1);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CPU, MOST_SECONDS);
	if (SANITIZED)
		return; /* it maps terabytes, and opens files to say what it found */
	limit(RLIMIT_AS, MOST_MEMORY);
	limit(RLIMIT_NOFILE, 0);
}

static void allow(scmp_filter_ctx f, int call) {
	if (seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 0) != 0)
		_exit(1);
}

/* Memory that may be executed is not among what is asked for. */
static void allow_without_code(scmp_filter_ctx f, int call) {
	if (seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
		_exit(1);
}

/* read, write, memory, the end. Everything else kills. */
static void close_kernel(void) {
	static const int calls[] = { SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(clock_gettime), SCMP_SYS(futex) };
	if (SANITIZED)
		return;
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!f)
		_exit(1);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		allow(f, calls[i]);
	allow_without_code(f, SCMP_SYS(mmap));
	allow_without_code(f, SCMP_SYS(mprotect));
	if (seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, STDIN_FILENO)) != 0 ||
		seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO)) != 0 || seccomp_load(f) != 0)
		_exit(1);
	seccomp_release(f);
}

/* ---- in and out ---- */

static void put(const void *bytes, size_t n) {
	for (const char *p = bytes; n;) {
		ssize_t w = write(STDOUT_FILENO, p, n);
		if (w < 0 && errno != EINTR)
			_exit(1);
		if (w > 0) {
			p += w;
			n -= (size_t)w;
		}
	}
}

_Noreturn void give_up(const char *code) {
	char line[40];
	put(line, (size_t)snprintf(line, sizeof line, "error %s\n", code));
	_exit(0);
}

void *room(size_t n) {
	void *p = calloc(1, n ? n : 1);
	if (!p)
		_exit(1);
	return p;
}

static struct bytes read_all(void) {
	struct bytes in = { room(MOST_BYTES + 1), 0 };
	for (;;) {
		ssize_t n = read(STDIN_FILENO, in.p + in.n, MOST_BYTES + 1 - in.n);
		if (n == 0)
			return in;
		if (n < 0 && errno != EINTR)
			_exit(1);
		in.n += n > 0 ? (size_t)n : 0;
		if (in.n > MOST_BYTES)
			give_up("bytes");
	}
}

/* ---- pictures ---- */

void picture_begin(struct picture *p, int64_t width, int64_t height) {
	if (width < 1 || height < 1)
		give_up("broken");
	if (width > MOST_SIDE || height > MOST_SIDE || width * height > MOST_PIXELS)
		give_up("pixels");
	p->width = (int)width;
	p->height = (int)height;
	p->rgba = room((size_t)(width * height) * 4);
}

/* Where the pixel at x, y of the turned picture comes from: each step along a row and a column, from a corner. */
void picture_turn(struct picture *p, int orientation) {
	static const struct {
		bool swapped, from_right, from_bottom;
	} turns[] = { [2] = { false, true, false }, [3] = { false, true, true }, [4] = { false, false, true }, [5] = { true, false, false }, [6] = { true, false, true },
		[7] = { true, true, true }, [8] = { true, true, false } };
	if (orientation < 2 || orientation > 8)
		return;
	struct picture out = *p;
	bool swapped = turns[orientation].swapped;
	picture_begin(&out, swapped ? p->height : p->width, swapped ? p->width : p->height);
	for (int y = 0; y < out.height; y++)
		for (int x = 0; x < out.width; x++) {
			int from_x = swapped ? y : x, from_y = swapped ? x : y;
			if (turns[orientation].from_right)
				from_x = p->width - 1 - from_x;
			if (turns[orientation].from_bottom)
				from_y = p->height - 1 - from_y;
			memcpy(out.rgba + 4 * ((size_t)y * (size_t)out.width + (size_t)x), p->rgba + 4 * ((size_t)from_y * (size_t)p->width + (size_t)from_x), 4);
		}
	free(p->rgba);
	*p = out;
}

static const struct kind {
	const char *begins;
	size_t n;
	const char *within; /* at byte 8 */
	void (*read)(struct bytes in, struct picture *p);
	const char *photo;  /* what one with losses becomes */
	struct bytes (*write_photo)(const struct picture *p);
} kinds[] = {
	{ "\x89PNG\r\n\x1A\n", 8, "", png_read, NULL, NULL },
	{ "\xFF\xD8\xFF", 3, "", jpeg_read, "jpeg", jpeg_write },
	{ "RIFF", 4, "WEBP", webp_read, "webp", webp_write },
	{ "GIF87a", 6, "", gif_read, NULL, NULL },
	{ "GIF89a", 6, "", gif_read, NULL, NULL },
};

static bool begins(struct bytes in, const struct kind *k) {
	return in.n > 16 && memcmp(in.p, k->begins, k->n) == 0 && memcmp(in.p + 8, k->within, strlen(k->within)) == 0;
}

static const struct kind *kind_of(struct bytes in) {
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (begins(in, &kinds[i]))
			return &kinds[i];
	give_up("unknown");
}

int main(void) {
	set_limits();
	close_kernel();
	struct bytes in = read_all();
	const struct kind *k = kind_of(in);
	struct picture p = { 0 };
	char line[60];
	k->read(in, &p);
	bool photo = p.photo && k->photo;
	struct bytes out = photo ? k->write_photo(&p) : png_write(&p);
	put(line, (size_t)snprintf(line, sizeof line, "%s %d %d\n", photo ? k->photo : "png", p.width, p.height));
	put(out.p, out.n);
	_exit(0); /* with everything at once: nothing here needs to be tidied up */
}
