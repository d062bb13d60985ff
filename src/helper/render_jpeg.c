/* JPEG in and out. */
#include <string.h>
#include <turbojpeg.h>

#include "helper/render.h"

enum { QUALITY = 92 };

/* ---- the orientation, from the EXIF block: a small TIFF file of its own ---- */

struct tiff {
	const unsigned char *p;
	size_t n;
	bool little;
};

static uint32_t number(const struct tiff *t, size_t at, size_t bytes) {
	uint32_t v = 0;
	for (size_t i = 0; at <= t->n && bytes <= t->n - at && i < bytes; i++)
		v = v << 8 | t->p[at + (t->little ? bytes - 1 - i : i)];
	return v;
}

static int orientation_in(struct tiff t) {
	enum { ORIENTATION = 0x0112, ENTRY = 12 };
	t.little = t.n > 1 && t.p[0] == 'I';
	size_t at = number(&t, 4, 4), entries = number(&t, at, 2);
	for (size_t i = 0; i < entries && at + 2 + i * ENTRY < t.n; i++)
		if (number(&t, at + 2 + i * ENTRY, 2) == ORIENTATION)
			return (int)number(&t, at + 2 + i * ENTRY + 8, 2);
	return 1;
}

static int orientation_of(struct bytes in) {
	for (size_t at = 2; at + 10 < in.n && in.p[at] == 0xFF && in.p[at + 1] != 0xDA;) {
		size_t n = (size_t)in.p[at + 2] << 8 | in.p[at + 3];
		if (n < 2 || n + 2 > in.n - at)
			return 1;
		if (in.p[at + 1] == 0xE1 && n > 8 && memcmp(in.p + at + 4, "Exif\0", 6) == 0)
			return orientation_in((struct tiff){ in.p + at + 10, n - 8, false });
		at += 2 + n;
	}
	return 1;
}

/* ---- pixels ---- */

/* As Adobe writes them: inverted. */
static void from_cmyk(unsigned char *p, size_t pixels) {
	for (size_t i = 0; i < pixels; i++, p += 4) {
		for (int k = 0; k < 3; k++)
			p[k] = (unsigned char)(p[k] * p[3] / 255);
		p[3] = 255;
	}
}

/* A file that ends early is broken; what else the library warns of can be seen past. */
static bool was_read(tjhandle h, int result) {
	return result == 0 || (tjGetErrorCode(h) == TJERR_WARNING && !strstr(tjGetErrorStr2(h), "remature"));
}

void jpeg_read(struct bytes in, struct picture *p) {
	int width, height, sampling, colours;
	tjhandle h = tjInitDecompress();
	if (!h || tjDecompressHeader3(h, in.p, in.n, &width, &height, &sampling, &colours) != 0)
		give_up("broken");
	picture_begin(p, width, height);
	bool cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
	if (!was_read(h, tjDecompress2(h, in.p, in.n, p->rgba, width, 0, height, cmyk ? TJPF_CMYK : TJPF_RGBA, TJFLAG_LIMITSCANS)))
		give_up("broken");
	tjDestroy(h);
	if (cmyk)
		from_cmyk(p->rgba, (size_t)width * (size_t)height);
	p->photo = true;
	p->fine_colours = sampling == TJSAMP_444;
	picture_turn(p, orientation_of(in));
}

struct bytes jpeg_write(const struct picture *p) {
	unsigned char *jpeg = NULL;
	unsigned long n = 0;
	tjhandle h = tjInitCompress();
	if (!h || tjCompress2(h, p->rgba, p->width, 0, p->height, TJPF_RGBX, &jpeg, &n, p->fine_colours ? TJSAMP_444 : TJSAMP_420, QUALITY, 0) != 0)
		give_up("broken");
	return (struct bytes){ jpeg, n };
}
