#include "adapter/channel/channel.h"

#include <stdlib.h>

REGISTRY_OF(channel);

enum { MOST_CHANNELS = 32 };

static const struct channel *channels[MOST_CHANNELS + 1];
static struct channel_settings settings;

static int by_name(const void *a, const void *b) {
	const struct channel *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

__attribute__((constructor)) static void collect(void) {
	size_t n = 0;
	REGISTRY_EACH(channel, struct channel, x)
		if (n < MOST_CHANNELS)
			channels[n++] = x;
	qsort(channels, n, sizeof *channels, by_name);
}

const struct channel *channel_at(size_t i) {
	return i < MOST_CHANNELS ? channels[i] : NULL;
}

const struct channel *channel_find(str name) {
	for (size_t i = 0; channels[i]; i++)
		if (str_is(name, channels[i]->name))
			return channels[i];
	return NULL;
}

void channel_configure(const struct channel_settings *s) {
	settings = s ? *s : (struct channel_settings){ 0 };
}

const struct channel_settings *channel_settings(void) {
	return &settings;
}

str channel_link(struct arena *a, str path) {
	return settings.public_url.n ? arena_printf(a, "%.*s%.*s", STR_FMT(settings.public_url), STR_FMT(path)) : STR_NONE;
}
