/* Finding words in whatever form they were kept, and covering them there. */
#include "feature/scrub/scrub_parts.h"
#include "text/markdown.h"
#include "text/utf8.h"

#define COVER "\xe2\x96\x88"
enum { AROUND = 40 };

/* ---- the words ---- */

static bool is_blank(uint32_t ch) {
	return ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t' || ch == 0xa0;
}

/* Each run of blanks as one. */
static str with_single_blanks(struct arena *a, str s) {
	struct buf b = buf_in(a);
	bool blank = true;
	for (size_t i = 0; i < s.n;) {
		size_t begin = i;
		uint32_t ch = utf8_next(s, &i);
		if (!is_blank(ch))
			buf_add(&b, str_n(s.p + begin, i - begin));
		else if (!blank)
			buf_addc(&b, ' ');
		blank = is_blank(ch);
	}
	return str_trim(buf_str(&b));
}

static bool is_letter(uint32_t ch, bool small) {
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (!small && ch >= 'A' && ch <= 'Z') || (ch >= 0xac00 && ch <= 0xd7a3) || (ch >= 0x3040 && ch <= 0x9fff);
}

/* No form writes these otherwise, or parts them; small: also ids of headings, which have small letters only. */
static str longest_token(str s, bool small) {
	str best = STR_NONE;
	for (size_t i = 0; i < s.n;) {
		size_t begin = i, end = i;
		while (i < s.n && is_letter(utf8_next(s, &i), small))
			end = i;
		if (end - begin > best.n)
			best = str_n(s.p + begin, end - begin);
	}
	return best;
}

/* Of the shorter variant; the longer one has it, too, unless marks stand in the middle of it. */
static str common_token(const str *variants, bool small) {
	str token = longest_token(variants[variants[1].n ? 1 : 0], small);
	return str_find(variants[0], token) < 0 ? STR_NONE : token;
}

static str as_anchor(struct arena *a, str s) {
	struct buf b = buf_in(a);
	str folded = utf8_fold(a, s);
	for (size_t i = 0; i < folded.n;) {
		size_t begin = i;
		uint32_t ch = utf8_next(folded, &i);
		if (ch == ' ')
			buf_addc(&b, '-');
		else if (is_letter(ch, false) || ch == '-' || ch == '_' || ch > 0x7f)
			buf_add(&b, str_n(folded.p + begin, i - begin));
	}
	return buf_str(&b);
}

static struct collab_words units_of(struct arena *a, str s) {
	uint16_t *units = arena_array(a, s.n + 1, sizeof *units);
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		uint32_t ch = utf8_next(s, &i);
		if (ch > 0xffff)
			units[n++] = (uint16_t)(0xd7c0 + (ch >> 10));
		units[n++] = (uint16_t)(ch > 0xffff ? 0xdc00 | (ch & 0x3ff) : ch);
	}
	return (struct collab_words){ units, n };
}

/* "**x**" must not take every x along. */
static str without_marks(struct arena *a, str s) {
	str plain = with_single_blanks(a, markdown_plain(a, s));
	return str_eq(plain, s) || utf8_length(plain) < 4 ? STR_NONE : plain;
}

/* An anchor has lost its punctuation: what is left of the words may be too little to tell. */
static str long_enough(str s) {
	return utf8_length(s) < 3 ? STR_NONE : s;
}

bool scrub_words_of(struct arena *a, str text, struct scrub_words *out) {
	str words = with_single_blanks(a, text);
	size_t n = utf8_length(words);
	*out = (struct scrub_words){ 0 };
	if (n < SCRUB_SHORTEST || n > SCRUB_LONGEST || str_find(words, STR(COVER)) >= 0)
		return false;
	str both[SCRUB_VARIANTS] = { words, without_marks(a, words) };
	for (size_t i = 0; i < SCRUB_VARIANTS && both[i].n; i++) {
		for (int form = 0; form < SCRUB_FORMS; form++)
			out->variants[form][i] = form == SCRUB_FOLDED ? utf8_fold(a, both[i]) : form == SCRUB_ANCHOR ? long_enough(as_anchor(a, both[i])) : both[i];
		out->units[out->unit_n++] = units_of(a, both[i]);
	}
	for (int form = 0; form < SCRUB_FORMS; form++)
		out->token[form] = common_token(out->variants[form], form == SCRUB_HTML || form == SCRUB_JSON);
	return true;
}

/* ---- reading what is kept, character by character ---- */

struct reader {
	str s;
	size_t i;
	bool json, html, within; /* within: a string of the JSON */
};

static uint32_t hex4(str s, size_t i) {
	uint32_t v = 0;
	for (size_t k = 0; k < 4 && i + k < s.n; k++) {
		char ch = s.p[i + k];
		v = v * 16 + (uint32_t)(ch >= 'a' ? ch - 'a' + 10 : ch >= 'A' ? ch - 'A' + 10 : ch - '0');
	}
	return v;
}

static uint32_t escaped(struct reader *r) {
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	if (r->i >= r->s.n)
		return 0;
	char ch = r->s.p[r->i++];
	if (ch != 'u') {
		const char *at = strchr(from, ch);
		return at ? (uint32_t)to[at - from] : (uint32_t)(unsigned char)ch;
	}
	uint32_t v = hex4(r->s, r->i);
	r->i = r->i + 4 < r->s.n ? r->i + 4 : r->s.n;
	if (v >= 0xd800 && v < 0xdc00 && r->i + 6 <= r->s.n && r->s.p[r->i] == '\\') {
		v = 0x10000 + ((v & 0x3ff) << 10) + (hex4(r->s, r->i + 2) & 0x3ff);
		r->i += 6;
	}
	return v;
}

/* 0: what belongs to no text. */
static uint32_t next_raw(struct reader *r) {
	if (!r->json)
		return utf8_next(r->s, &r->i);
	char ch = r->s.p[r->i];
	if (ch == '"') {
		r->within = !r->within;
		r->i++;
		return 0;
	}
	if (!r->within) {
		r->i++;
		return 0;
	}
	if (ch == '\\') {
		r->i++;
		return escaped(r);
	}
	return utf8_next(r->s, &r->i);
}

static bool skip_tag(struct reader *r) {
	struct reader look = *r;
	uint32_t ch = look.i < look.s.n ? next_raw(&look) : 0;
	if (!((ch >= 'a' && ch <= 'z') || ch == '/' || ch == '!'))
		return false;
	while (look.i < look.s.n && ch && ch != '>')
		ch = next_raw(&look);
	if (ch != '>')
		return false;
	*r = look;
	return true;
}

static uint32_t entity(struct reader *r) {
	static const struct { const char *name; uint32_t ch; } entities[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "#39", '\'' }, { "#x27", '\'' }, { "nbsp", 0xa0 } };
	struct reader look = *r;
	char name[8];
	size_t n = 0;
	while (n < sizeof name - 1 && look.i < look.s.n) {
		uint32_t ch = next_raw(&look);
		if (ch == ';' || ch > 0x7f || ch == 0)
			break;
		name[n++] = (char)ch;
	}
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (str_is(str_n(name, n), entities[i].name)) {
			*r = look;
			return entities[i].ch;
		}
	return '&';
}

static uint32_t next(struct reader *r) {
	uint32_t ch = next_raw(r);
	while (r->html && ch == '<' && skip_tag(r)) {
		if (r->i >= r->s.n)
			return 0;
		ch = next_raw(r);
	}
	return r->html && ch == '&' ? entity(r) : ch;
}

/* ---- matching and covering ---- */

static bool matches(const struct reader *at, str words, struct reader *end) {
	struct reader r = *at, last = r;
	for (size_t i = 0; i < words.n;) {
		uint32_t want = utf8_next(words, &i);
		if (r.i >= r.s.n)
			return false;
		uint32_t ch = next(&r);
		if (want == ' ' ? !is_blank(ch) : ch != want)
			return false;
		last = r;
		while (want == ' ' && r.i < r.s.n && is_blank(next(&r)))
			last = r;
		r = last;
	}
	*end = last;
	return true;
}

/* Tags, quotes and line breaks stay as they are written; each other character becomes as many covers as it has UTF-16 units. */
static void cover(const struct reader *from, size_t to, struct buf *out) {
	struct reader r = *from;
	while (r.i < to) {
		struct reader before = r;
		uint32_t ch = next_raw(&r);
		if (r.html && ch == '<' && skip_tag(&r)) {
			buf_add(out, str_n(r.s.p + before.i, r.i - before.i));
			continue;
		}
		if (r.html && ch == '&')
			ch = entity(&r);
		if (ch == 0 || ch == '\n' || ch == '\r')
			buf_add(out, str_n(r.s.p + before.i, r.i - before.i));
		else
			buf_add(out, ch > 0xffff ? STR(COVER COVER) : STR(COVER));
	}
}

static size_t cover_all(struct reader r, str words, struct buf *out, size_t *first) {
	size_t times = 0, kept = 0;
	while (words.n && r.i < r.s.n) {
		struct reader end;
		if (matches(&r, words, &end)) {
			buf_add(out, str_n(r.s.p + kept, r.i - kept));
			if (times++ == 0)
				*first = out->n;
			cover(&r, end.i, out);
			kept = end.i;
			r = end;
		} else {
			next_raw(&r);
		}
	}
	if (times)
		buf_add(out, str_from(r.s, kept));
	return times;
}

/* On the borders of characters. */
static str around(struct arena *a, str s, size_t at) {
	size_t from = at > AROUND ? at - AROUND : 0, to = at + 2 * AROUND < s.n ? at + 2 * AROUND : s.n;
	while (from < at && ((unsigned char)s.p[from] & 0xc0) == 0x80)
		from++;
	while (to < s.n && ((unsigned char)s.p[to] & 0xc0) == 0x80)
		to++;
	return with_single_blanks(a, str_n(s.p + from, to - from));
}

static size_t in_changes(struct arena *a, const struct scrub_words *w, str json, str *out, str *sample) {
	const struct changeset *set;
	struct changeset_edit e = { 0 };
	struct buf written = buf_in(a);
	char room[160];
	str why;
	size_t times = 0;
	json_t *v = json_parse(json, &why, room);
	json_own(a, v);
	if (!v || changeset_from_json(a, v, &set) != ST_OK)
		return 0;
	while (changeset_next(set, &e)) {
		struct buf text = buf_in(a);
		str covered;
		for (int64_t i = 0; i < e.count; i++) {
			uint32_t ch = e.units[i];
			if (ch >= 0xd800 && ch < 0xdc00 && i + 1 < e.count)
				ch = 0x10000 + ((ch & 0x3ff) << 10) + (e.units[++i] & 0x3ffu);
			utf8_put(&text, ch);
		}
		size_t found = scrub_cover(a, w, SCRUB_PLAIN, buf_str(&text), &covered, sample);
		struct collab_words units = found ? units_of(a, covered) : (struct collab_words){ 0 };
		if (found && (int64_t)units.n == e.count)
			memcpy((uint16_t *)(uintptr_t)e.units, units.units, units.n * sizeof *units.units); /* it was read for this alone */
		times += found;
	}
	changeset_to_json(set, &written);
	*out = buf_str(&written);
	return times;
}

/* Ways to look at a value of this form, one after the other: a record has HTML in its strings, and HTML has the ids of headings. */
static const struct way {
	bool used;
	enum scrub_form words;
	bool json, html;
} ways[SCRUB_FORMS][4] = {
	[SCRUB_PLAIN] = { { true, SCRUB_PLAIN, false, false } },
	[SCRUB_FOLDED] = { { true, SCRUB_FOLDED, false, false } },
	[SCRUB_HTML] = { { true, SCRUB_HTML, false, true }, { true, SCRUB_ANCHOR, false, false } },
	[SCRUB_JSON] = { { true, SCRUB_JSON, true, false }, { true, SCRUB_JSON, true, true }, { true, SCRUB_ANCHOR, true, false } },
	[SCRUB_ANCHOR] = { { true, SCRUB_ANCHOR, false, false } },
};

size_t scrub_cover(struct arena *a, const struct scrub_words *w, enum scrub_form form, str s, str *out, str *sample) {
	size_t times = 0, first = 0;
	if (form == SCRUB_CHANGES)
		return in_changes(a, w, s, out, sample);
	*sample = STR_NONE;
	for (const struct way *way = ways[form]; way->used; way++)
		for (size_t i = 0; i < SCRUB_VARIANTS; i++) {
			struct buf b = buf_in(a);
			size_t found = cover_all((struct reader){ .s = s, .json = way->json, .html = way->html }, w->variants[way->words][i], &b, &first);
			if (!found)
				continue;
			times += found;
			s = buf_str(&b);
			if (!sample->n && form != SCRUB_JSON && form != SCRUB_HTML)
				*sample = around(a, s, first);
		}
	*out = s;
	return times;
}
