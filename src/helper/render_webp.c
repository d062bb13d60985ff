/* WebP in and out. One without losses becomes a PNG, which is quicker to write. */
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include "helper/render.h"

enum { QUALITY = 90, LOSSLESS = 2 };

static void first_frame(struct bytes in, struct picture *p) {
	const WebPData data = { in.p, in.n };
	WebPAnimDecoder *d = WebPAnimDecoderNew(&data, NULL);
	uint8_t *frame;
	int at;
	if (!d || !WebPAnimDecoderGetNext(d, &frame, &at))
		give_up("broken");
	memcpy(p->rgba, frame, (size_t)p->width * (size_t)p->height * 4);
}

void webp_read(struct bytes in, struct picture *p) {
	WebPBitstreamFeatures f;
	if (WebPGetFeatures(in.p, in.n, &f) != VP8_STATUS_OK)
		give_up("broken");
	picture_begin(p, f.width, f.height);
	p->photo = f.format != LOSSLESS && !f.has_animation;
	if (f.has_animation)
		first_frame(in, p);
	else if (!WebPDecodeRGBAInto(in.p, in.n, p->rgba, (size_t)p->width * (size_t)p->height * 4, p->width * 4))
		give_up("broken");
}

struct bytes webp_write(const struct picture *p) {
	struct bytes out = { NULL, 0 };
	out.n = WebPEncodeRGBA(p->rgba, p->width, p->height, p->width * 4, QUALITY, &out.p);
	if (!out.n)
		give_up("broken");
	return out;
}
