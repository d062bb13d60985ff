#include "base/embed.h"

static size_t lower_bound(str name) {
	size_t lo = 0, hi = embedded_count;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (str_cmp(str_c(embedded_files[mid].name), name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

str embed_find(str name) {
	size_t i = lower_bound(name);
	if (i == embedded_count || !str_is(name, embedded_files[i].name))
		return STR_NONE;
	return (str){ embedded_files[i].begin, (size_t)(embedded_files[i].end - embedded_files[i].begin) };
}

const struct embedded *embed_under(str folder, size_t i) {
	size_t at = lower_bound(folder) + i;
	return at < embedded_count && str_starts(str_c(embedded_files[at].name), folder) ? &embedded_files[at] : NULL;
}
