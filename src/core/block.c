#include "core/block.h"

REGISTRY_OF(live_block);

const struct live_block *block_at(size_t i) {
	REGISTRY_EACH(live_block, struct live_block, b)
		if (i-- == 0)
			return b;
	return NULL;
}

const struct live_block *block_find(str name) {
	const struct live_block *b;
	for (size_t i = 0; (b = block_at(i)); i++)
		if (str_is(name, b->name))
			return b;
	return NULL;
}

void block_words(struct buf *out, str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' || s.p[i] == '\r') {
			buf_addc(out, ' ');
			continue;
		}
		if (strchr("\\|`*_[]<>#~&!", s.p[i]) && s.p[i])
			buf_addc(out, '\\');
		buf_addc(out, s.p[i]);
	}
}
