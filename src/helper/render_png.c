/* PNG in and out. Few colours are written as a palette: screenshots mostly have few. */
#include <png.h>
#include <string.h>

#include "helper/render.h"

void png_read(struct bytes in, struct picture *p) {
	png_image image = { .version = PNG_IMAGE_VERSION };
	if (!png_image_begin_read_from_memory(&image, in.p, in.n))
		give_up("broken");
	picture_begin(p, image.width, image.height);
	image.format = PNG_FORMAT_RGBA;
	if (!png_image_finish_read(&image, NULL, p->rgba, 0, NULL))
		give_up("broken");
}

enum { COLOURS = 256, SLOTS = 1024 };

struct palette {
	uint32_t colours[COLOURS];
	int n;
	uint16_t slots[SLOTS]; /* number of the colour + 1 */
};

static uint32_t pixel(const struct picture *p, size_t i) {
	uint32_t v;
	memcpy(&v, p->rgba + 4 * i, 4);
	return v;
}

/* -1: one too many. */
static int number_of(struct palette *pal, uint32_t colour) {
	uint32_t slot = (colour * 2654435761u) >> 22;
	while (pal->slots[slot]) {
		if (pal->colours[pal->slots[slot] - 1] == colour)
			return pal->slots[slot] - 1;
		slot = (slot + 1) % SLOTS;
	}
	if (pal->n == COLOURS)
		return -1;
	pal->colours[pal->n] = colour;
	pal->slots[slot] = (uint16_t)++pal->n;
	return pal->n - 1;
}

static unsigned char *with_palette(const struct picture *p, struct palette *pal) {
	size_t n = (size_t)p->width * (size_t)p->height;
	unsigned char *numbers = room(n);
	for (size_t i = 0; i < n; i++) {
		int number = i && pixel(p, i) == pixel(p, i - 1) ? numbers[i - 1] : number_of(pal, pixel(p, i));
		if (number < 0)
			return NULL;
		numbers[i] = (unsigned char)number;
	}
	return numbers;
}

static bool opaque(const struct picture *p) {
	size_t n = (size_t)p->width * (size_t)p->height;
	for (size_t i = 0; i < n; i++)
		if (p->rgba[4 * i + 3] != 255)
			return false;
	return true;
}

/* In place: the picture is not needed any more. */
static void drop_alpha(const struct picture *p) {
	size_t n = (size_t)p->width * (size_t)p->height;
	for (size_t i = 0; i < n; i++)
		memmove(p->rgba + 3 * i, p->rgba + 4 * i, 3);
}

struct bytes png_write(const struct picture *p) {
	static struct palette pal;
	png_image image = { .version = PNG_IMAGE_VERSION, .width = (png_uint_32)p->width, .height = (png_uint_32)p->height };
	unsigned char *numbers = with_palette(p, &pal);
	bool plain = !numbers && opaque(p);
	image.format = numbers ? PNG_FORMAT_RGBA_COLORMAP : plain ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
	image.colormap_entries = numbers ? (png_uint_32)pal.n : 0;
	if (plain)
		drop_alpha(p);
	png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(image);
	struct bytes out = { room(n), 0 };
	if (!png_image_write_to_memory(&image, out.p, &n, 0, numbers ? numbers : p->rgba, 0, numbers ? pal.colours : NULL))
		give_up("broken");
	out.n = n;
	return out;
}
