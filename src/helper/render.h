/* bokgi-render: a program of its own that takes one picture from its standard input and writes it anew, without anything but the picture. It is started for one picture
 * and ends with it; before it reads the first byte it has given up files, network and most of the kernel, so that whoever takes it over by a crafted picture
 * has nothing there.
 *
 * Out comes one line, "png 800 600", "jpeg …" or "webp …", and the bytes; or "error CODE": unknown (no picture of a kind that it knows), broken, pixels (too many),
 * bytes (too many). Any other end than with status 0 means that it met a limit of memory or time.
 *
 * What is kept: the picture as it is to be seen, so an orientation that a camera wrote down is carried out. Of an animation the first frame is kept: a postmortem is read, printed
 * and exported. */
#ifndef HELPER_RENDER_H
#define HELPER_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_BYTES = 10 << 20, MOST_SIDE = 16383, MOST_PIXELS = 32000000 };

struct bytes {
	unsigned char *p;
	size_t n;
};
struct picture {
	int width, height;
	unsigned char *rgba; /* four bytes a pixel, not multiplied by alpha */
	bool photo;          /* came with losses: to be written with losses, too */
	bool fine_colours;   /* of a JPEG: colours at full resolution */
};

_Noreturn void give_up(const char *code);
void *room(size_t n); /* zeroed; never NULL */
/* Gives up unless a picture may be that large; else its room. */
void picture_begin(struct picture *p, int64_t width, int64_t height);
/* As EXIF numbers them, 1 to 8. */
void picture_turn(struct picture *p, int orientation);

/* Each gives up when it cannot. */
void png_read(struct bytes in, struct picture *p);
void jpeg_read(struct bytes in, struct picture *p);
void webp_read(struct bytes in, struct picture *p);
void gif_read(struct bytes in, struct picture *p);
struct bytes png_write(const struct picture *p);
struct bytes jpeg_write(const struct picture *p);
struct bytes webp_write(const struct picture *p);

#endif
