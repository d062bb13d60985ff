/* Headings and their ids. */
#include "text/markdown_private.h"

#include <unicase.h>
#include <unictype.h>

#include "text/utf8.h"

/* The text of the nodes below n, as a reader sees it. */
static void inner_text(cmark_node *n, struct buf *out) {
	cmark_iter *it = cmark_iter_new(n);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		cmark_node *at = cmark_iter_get_node(it);
		cmark_node_type type = cmark_node_get_type(at);
		if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE))
			buf_add(out, md_literal(at));
		else if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK))
			buf_addc(out, ' ');
	}
	cmark_iter_free(it);
}

static bool kept_in_id(uint32_t cp) {
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z') || cp == '-' || cp == '_';
	return uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_Pc);
}

static str slug(struct arena *a, str text) {
	text = utf8_nfc(a, text);
	char *p = arena_alloc(a, text.n * 2 + sizeof "section"); /* lower case can be longer */
	size_t n = 0;
	for (size_t i = 0; i < text.n;) {
		uint32_t cp = utf8_next(text, &i);
		if (cp == ' ')
			p[n++] = '-';
		else if (kept_in_id(cp))
			n += utf8_encode(p + n, cp < 0x80 ? cp | (cp >= 'A' && cp <= 'Z' ? 0x20 : 0) : uc_tolower(cp));
	}
	return n ? (str){ p, n } : STR("section");
}

/* Which ids are taken, and with which number to try next. */
struct ids {
	struct {
		str id;
		int64_t next;
	} *slot;
	size_t size; /* a power of two, always half empty */
};

static int64_t *taken(struct ids *ids, str id) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	size_t at = h & (ids->size - 1);
	while (ids->slot[at].id.p && !str_eq(ids->slot[at].id, id))
		at = (at + 1) & (ids->size - 1);
	ids->slot[at].id = id;
	return &ids->slot[at].next;
}

/* What is entered is the id itself and its family's counter: at most two slots a heading. */
static str unique_id(struct arena *a, struct ids *ids, str base) {
	int64_t *family = taken(ids, base);
	if ((*family)++ == 0)
		return base;
	for (;;) {
		str id = arena_printf(a, "%.*s-%lld", STR_FMT(base), (long long)(*family - 1));
		int64_t *other = taken(ids, id);
		if ((*other)++ == 0)
			return id;
		(*other)--;
		(*family)++;
	}
}

static size_t count_headings(struct md *d) {
	size_t n = 0;
	cmark_iter *it = cmark_iter_new(d->root);
	for (cmark_event_type e; (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;)
		n += e == CMARK_EVENT_ENTER && cmark_node_get_type(cmark_iter_get_node(it)) == CMARK_NODE_HEADING;
	cmark_iter_free(it);
	return n;
}

static struct markdown_heading describe(struct md *d, cmark_node *n) {
	struct markdown_heading h = { .level = cmark_node_get_heading_level(n), .line = (size_t)cmark_node_get_start_line(n) };
	buf_clear(&d->scratch);
	inner_text(n, &d->scratch);
	h.text = arena_str(d->a, buf_str(&d->scratch));
	h.id = slug(d->a, h.text);
	return h;
}

void md_collect_headings(struct md *d) {
	size_t n = d->root ? count_headings(d) : 0;
	d->headings = arena_array(d->a, n, sizeof *d->headings);
	cmark_iter *it = n ? cmark_iter_new(d->root) : NULL;
	for (cmark_event_type e; it && (e = cmark_iter_next(it)) != CMARK_EVENT_DONE;) {
		cmark_node *at = cmark_iter_get_node(it);
		if (e == CMARK_EVENT_ENTER && cmark_node_get_type(at) == CMARK_NODE_HEADING)
			d->headings[d->heading_count++] = describe(d, at);
	}
	if (it)
		cmark_iter_free(it);
}

void md_number_headings(struct arena *a, struct markdown_heading *h, size_t n) {
	struct ids ids = { .size = 8 };
	while (ids.size < n * 4)
		ids.size *= 2;
	ids.slot = arena_array(a, ids.size, sizeof *ids.slot);
	for (size_t i = 0; i < n; i++)
		h[i].id = unique_id(a, &ids, h[i].id);
}

void md_find_headings(struct md *d) {
	md_collect_headings(d);
	md_number_headings(d->a, d->headings, d->heading_count);
}
