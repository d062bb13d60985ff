/* A picture from outside is never kept as it came: bokgi-render writes it anew, so that nothing is in it but the picture. */
#include <pthread.h>
#include <sodium.h>
#include <time.h>

#include "core/helper.h"
#include "feature/document/document_image.h"

/* One at a time: the threads of preparations are few, and somebody may want to log in. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
enum { WAIT_S = 10, MOST_MS = 30000, MOST_WRITTEN = 2 * IMAGE_MOST_BYTES };

static const struct refusal {
	const char *word;
	enum st st;
	const char *code, *text;
} refusals[] = {
	{ "unknown", ST_UNSUPPORTED, "image.kind", N_("This is not a picture in PNG, JPEG, WebP or GIF. Save it as one of these.") },
	{ "broken", ST_INVALID, "image.broken", N_("This picture cannot be read: the file is damaged or not complete.") },
	{ "pixels", ST_TOO_BIG, "image.pixels", N_("This picture has too many pixels. Up to 32 million are taken, and 16,383 on a side: make it smaller or cut out a part.") },
	{ "bytes", ST_TOO_BIG, "image.bytes", N_("This picture is larger than 10 MB. Make it smaller or cut out a part.") },
};

static enum st refuse(struct ctx *c, const char *word) {
	const struct refusal *r = refusals;
	while (r < refusals + sizeof refusals / sizeof *refusals - 1 && strcmp(r->word, word) != 0)
		r++;
	return fail(c, r->st, r->code, "body", "%s", tr(c->lang, r->text));
}

static enum st run_helper(struct ctx *c, str raw, struct buf *out) {
	static const struct helper render = { "bokgi-render", MOST_MS, MOST_WRITTEN };
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_S;
	if (pthread_mutex_timedlock(&one_at_a_time, &until) != 0)
		return fail(c, ST_BUSY, "image.busy", NULL, N_("Other pictures are being read. Try again in a moment."));
	enum st st = helper_run(&render, raw, out);
	pthread_mutex_unlock(&one_at_a_time);
	switch (st) {
	case ST_OK: return ST_OK;
	case ST_UNAVAILABLE: return fail(c, st, "image.no_helper", NULL, N_("Pictures cannot be taken in: the program bokgi-render is not beside bokgi. Tell whoever runs this server."));
	case ST_UPSTREAM: return fail(c, ST_INVALID, "image.too_hard", "body", N_("Reading this picture took more time or memory than one may take. Save it anew with another program, or make it smaller."));
	case ST_TOO_BIG: return refuse(c, "bytes");
	default: return st;
	}
}

/* "png 800 600" */
static bool read_head(str line, struct image *i) {
	str kind = str_cut(&line, ' '), width = str_cut(&line, ' ');
	for (i->type = 0; image_type_names[i->type] && !str_is(kind, image_type_names[i->type]);)
		i->type++;
	return image_type_names[i->type] && str_i64(width, &i->width) && str_i64(line, &i->height);
}

static str hex_of(struct ctx *c, str bytes) {
	unsigned char hash[crypto_hash_sha256_BYTES];
	char *hex = arena_alloc(c->a, 2 * sizeof hash + 1);
	crypto_hash_sha256(hash, (const unsigned char *)bytes.p, bytes.n);
	return str_c(sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash));
}

enum st image_render(struct ctx *c, str raw, struct image *i, str *bytes) {
	struct buf out = buf_in(c->a);
	if (raw.n > IMAGE_MOST_BYTES)
		return refuse(c, "bytes");
	enum st st = run_helper(c, raw, &out);
	if (st != ST_OK)
		return st;
	str rest = buf_str(&out), line = str_cut(&rest, '\n');
	if (str_starts(line, STR("error ")))
		return refuse(c, arena_cstr(c->a, str_from(line, 6)));
	if (!read_head(line, i) || !rest.n)
		return refuse(c, "broken");
	*bytes = rest;
	i->size = (int64_t)rest.n;
	i->sha256 = hex_of(c, rest);
	return ST_OK;
}
