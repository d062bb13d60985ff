/* The first frame of a GIF. */
#include <gif_lib.h>
#include <string.h>

#include "helper/render.h"

static int more(GifFileType *g, GifByteType *to, int n) {
	struct bytes *in = g->UserData;
	size_t take = n > 0 && (size_t)n <= in->n ? (size_t)n : in->n;
	memcpy(to, in->p, take);
	in->p += take;
	in->n -= take;
	return (int)take;
}

static void read_extension(GifFileType *g, GraphicsControlBlock *control) {
	int code;
	GifByteType *block;
	if (DGifGetExtension(g, &code, &block) == GIF_ERROR)
		give_up("broken");
	if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] == 4)
		DGifExtensionToGCB(block[0], block + 1, control);
	while (block)
		if (DGifGetExtensionNext(g, &block) == GIF_ERROR)
			give_up("broken");
}

static void put_row(struct picture *p, const GifFileType *g, const GifPixelType *row, int y, int transparent) {
	const ColorMapObject *map = g->Image.ColorMap ? g->Image.ColorMap : g->SColorMap;
	if (!map)
		give_up("broken");
	y += g->Image.Top;
	for (int i = 0; i < g->Image.Width && y < p->height; i++) {
		int x = g->Image.Left + i;
		if (x >= p->width || row[i] == transparent || row[i] >= map->ColorCount)
			continue;
		const GifColorType *colour = &map->Colors[row[i]];
		memcpy(p->rgba + 4 * ((size_t)y * (size_t)p->width + (size_t)x), (unsigned char[]){ colour->Red, colour->Green, colour->Blue, 255 }, 4);
	}
}

static void read_frame(struct picture *p, GifFileType *g, int transparent) {
	static const int first[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 }, all[] = { 0 }, one[] = { 1 };
	if (DGifGetImageDesc(g) == GIF_ERROR || g->Image.Width < 1 || g->Image.Left < 0 || g->Image.Top < 0)
		give_up("broken");
	GifPixelType *row = room((size_t)g->Image.Width);
	bool interlaced = g->Image.Interlace;
	for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
		for (int y = interlaced ? first[pass] : all[pass]; y < g->Image.Height; y += interlaced ? step[pass] : one[pass]) {
			if (DGifGetLine(g, row, g->Image.Width) == GIF_ERROR)
				give_up("broken");
			put_row(p, g, row, y, transparent);
		}
}

void gif_read(struct bytes in, struct picture *p) {
	int code;
	GifRecordType record;
	GraphicsControlBlock control = { .TransparentColor = NO_TRANSPARENT_COLOR };
	GifFileType *g = DGifOpen(&in, more, &code);
	if (!g)
		give_up("broken");
	picture_begin(p, g->SWidth, g->SHeight);
	do {
		if (DGifGetRecordType(g, &record) == GIF_ERROR || record == TERMINATE_RECORD_TYPE)
			give_up("broken");
		if (record == EXTENSION_RECORD_TYPE)
			read_extension(g, &control);
	} while (record != IMAGE_DESC_RECORD_TYPE);
	read_frame(p, g, control.TransparentColor);
}
