#include "app/archive_images.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "feature/document/document.h"

typedef enum st (*each_image)(struct ctx *c, const char *folder, const struct image *i);

static enum st broken_file(struct ctx *c, const char *path) {
	return fail(c, ST_UNAVAILABLE, "archive.file", NULL, "%s: %s", path, strerror(errno));
}

/* Each in an arena of its own: pictures are large. */
static enum st guarded(struct ctx *c, const char *folder, const struct image *i, each_image run) {
	struct arena *a = arena_new(0);
	struct arena_guard g;
	struct ctx one = *c;
	enum st st = ST_NO_MEMORY;
	one.a = a;
	if (a && !arena_guard(a, &g))
		st = run(&one, folder, i);
	if (a)
		arena_guard_pop(a);
	if (st != ST_OK)
		fail(c, st, "archive.image", NULL, "%.*s: %.*s", STR_FMT(i->link), STR_FMT(one.err.message));
	arena_free(a);
	return st;
}

static enum st all_images(struct ctx *c, const char *folder, each_image run) {
	struct list all;
	enum st st = document_images(c, 0, &all);
	const struct image *i = all.items;
	for (size_t k = 0; st == ST_OK && k < all.n; k++)
		st = guarded(c, folder, &i[k], run);
	return st;
}

static enum st make_folders(struct ctx *c, const char *folder, const struct image *i) {
	static const char *const under[] = { "", "/images" };
	for (size_t k = 0; k < 2; k++) {
		const char *path = arena_printf(c->a, "%s/documents/PM-%lld%s", folder, (long long)i->document, under[k]).p;
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return broken_file(c, path);
	}
	return ST_OK;
}

static enum st write_one(struct ctx *c, const char *folder, const struct image *i) {
	str bytes;
	int type;
	enum st st = document_image(c, i->document, i->sha256, &bytes, &type);
	if (st == ST_OK)
		st = make_folders(c, folder, i);
	if (st != ST_OK)
		return st;
	const char *path = arena_cstr(c->a, arena_printf(c->a, "%s/documents/%.*s", folder, STR_FMT(i->link)));
	FILE *f = fopen(path, "we");
	bool whole = f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	whole = f && fclose(f) == 0 && whole;
	return whole ? ST_OK : broken_file(c, path);
}

enum st archive_write_images(struct ctx *c, const char *folder) {
	return all_images(c, folder, write_one);
}

static enum st read_one(struct ctx *c, const char *folder, const struct image *i) {
	const char *path = arena_cstr(c->a, arena_printf(c->a, "%s/documents/%.*s", folder, STR_FMT(i->link)));
	FILE *f = fopen(path, "re");
	char *bytes = arena_alloc(c->a, (size_t)i->size + 1);
	if (!f)
		return broken_file(c, path);
	size_t n = fread(bytes, 1, (size_t)i->size + 1, f);
	fclose(f);
	return document_image_restore(c, i->sha256, str_n(bytes, n));
}

enum st archive_read_images(struct ctx *c, const char *folder) {
	return all_images(c, folder, read_one);
}
