#include "core/catalogue.h"

#include <stdlib.h>

enum { MO_MAGIC = 0x950412de, MO_HEAD = 28, MO_ROW = 8 };

static uint32_t word(const char *bytes, size_t at) {
	uint32_t v;
	memcpy(&v, bytes + at, sizeof v);
	return v;
}

static str row(const struct catalogue *c, uint32_t table, uint32_t i) {
	size_t at = table + (size_t)i * MO_ROW;
	return (str){ c->bytes + word(c->bytes, at + 4), word(c->bytes, at) };
}

static bool table_fits(str mo, uint32_t at, uint32_t count) {
	return at >= MO_HEAD && (uint64_t)at + (uint64_t)count * MO_ROW <= mo.n;
}

/* The NUL behind the text counts too: lookups return the bytes as a C string. */
static bool text_fits(str mo, uint32_t table, uint32_t i) {
	size_t at = table + (size_t)i * MO_ROW;
	uint64_t end = (uint64_t)word(mo.p, at) + word(mo.p, at + 4);
	return end < mo.n && mo.p[end] == '\0';
}

static int parts(str text) {
	int n = 1;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\0';
	return n;
}

static int header_forms(str header) {
	str name = STR("nplurals=");
	ptrdiff_t at = str_find(header, name);
	return at < 0 ? 1 : atoi(header.p + at + name.n);
}

static bool message_ok(const struct catalogue *c, uint32_t i) {
	str id = row(c, c->ids, i), text = row(c, c->texts, i);
	if (i > 0 && strcmp(row(c, c->ids, i - 1).p, id.p) >= 0)
		return false;
	return parts(text) == (parts(id) == 2 ? c->forms : 1) && parts(id) <= 2;
}

enum st catalogue_open(str mo, struct catalogue *out) {
	if (mo.n < MO_HEAD || word(mo.p, 0) != MO_MAGIC || word(mo.p, 4) >> 16 > 1)
		return ST_MALFORMED;
	struct catalogue c = { mo.p, word(mo.p, 8), word(mo.p, 12), word(mo.p, 16), 1 };
	if (!table_fits(mo, c.ids, c.count) || !table_fits(mo, c.texts, c.count))
		return ST_MALFORMED;
	for (uint32_t i = 0; i < c.count; i++)
		if (!text_fits(mo, c.ids, i) || !text_fits(mo, c.texts, i))
			return ST_MALFORMED;
	if (c.count && row(&c, c.ids, 0).n == 0)
		c.forms = header_forms(row(&c, c.texts, 0));
	for (uint32_t i = 0; i < c.count; i++)
		if (!message_ok(&c, i))
			return ST_MALFORMED;
	*out = c;
	return ST_OK;
}

static const char *form_of(const struct catalogue *c, uint32_t i, int form) {
	str text = row(c, c->texts, i);
	if (form < 0 || form >= parts(text))
		return NULL;
	const char *p = text.p;
	while (form-- > 0)
		p += strlen(p) + 1;
	return p;
}

const char *catalogue_find(const struct catalogue *c, const char *id, int form) {
	uint32_t lo = 0, hi = c->count;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = strcmp(row(c, c->ids, mid).p, id);
		if (d == 0)
			return form_of(c, mid, form);
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}
