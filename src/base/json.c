#include "base/json.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"

void jw_init(struct jw *w, struct buf *out) {
	*w = (struct jw){ .out = out };
}

bool jw_ok(const struct jw *w) {
	return !w->failed && w->depth == 0 && !w->has_key && buf_ok(w->out);
}

/* Before any value: the comma, and the question whether a value may stand here. */
static bool place(struct jw *w) {
	if (w->failed)
		return false;
	if (w->depth == 0)
		return true;
	bool in_object = w->scope[w->depth - 1] == '{';
	if (in_object != w->has_key) {
		w->failed = true;
		return false;
	}
	if (!in_object) {
		if (!w->empty[w->depth - 1])
			buf_addc(w->out, ',');
		w->empty[w->depth - 1] = false;
	}
	w->has_key = false;
	return true;
}

void jw_key_str(struct jw *w, str key) {
	if (w->failed || w->depth == 0 || w->scope[w->depth - 1] != '{' || w->has_key) {
		w->failed = true;
		return;
	}
	if (!w->empty[w->depth - 1])
		buf_addc(w->out, ',');
	w->empty[w->depth - 1] = false;
	json_quote(w->out, key);
	buf_addc(w->out, ':');
	w->has_key = true;
}

void jw_key(struct jw *w, const char *key) {
	jw_key_str(w, str_c(key));
}

static void open_scope(struct jw *w, char kind) {
	if (!place(w))
		return;
	if (w->depth == JW_DEPTH) {
		w->failed = true;
		return;
	}
	w->scope[w->depth] = kind;
	w->empty[w->depth++] = true;
	buf_addc(w->out, kind);
}

void jw_obj(struct jw *w) {
	open_scope(w, '{');
}

void jw_arr(struct jw *w) {
	open_scope(w, '[');
}

void jw_end(struct jw *w) {
	if (w->failed || w->depth == 0 || w->has_key) {
		w->failed = true;
		return;
	}
	buf_addc(w->out, w->scope[--w->depth] == '{' ? '}' : ']');
}

/* What each byte becomes inside quotes: 0 as it is, 'u' \u00XX, else the letter after the backslash. */
static const char escapes[256] = {
	[0] = 'u', [1] = 'u', [2] = 'u', [3] = 'u', [4] = 'u', [5] = 'u', [6] = 'u', [7] = 'u', [8] = 'b', [9] = 't',
	[10] = 'n', [11] = 'u', [12] = 'f', [13] = 'r', [14] = 'u', [15] = 'u', [16] = 'u', [17] = 'u', [18] = 'u',
	[19] = 'u', [20] = 'u', [21] = 'u', [22] = 'u', [23] = 'u', [24] = 'u', [25] = 'u', [26] = 'u', [27] = 'u',
	[28] = 'u', [29] = 'u', [30] = 'u', [31] = 'u', ['"'] = '"', ['\\'] = '\\', ['<'] = 'u', ['>'] = 'u', ['&'] = 'u',
	[127] = 'u',
};

/* How many bytes more than one. */
static const uint8_t longer[256] = {
	[0 ... 7] = 5, [8 ... 10] = 1, [11] = 5, [12 ... 13] = 1, [14 ... 31] = 5, ['"'] = 1, ['\\'] = 1, ['<'] = 5, ['>'] = 5, ['&'] = 5, [127] = 5,
};

static size_t quoted_length(str s) {
	size_t n = 2 + s.n;
	for (size_t i = 0; i < s.n; i++)
		n += longer[(unsigned char)s.p[i]];
	return n;
}

static char *put_escape(char *to, unsigned char ch) {
	static const char hex[] = "0123456789abcdef";
	*to++ = '\\';
	*to++ = escapes[ch];
	return escapes[ch] == 'u' ? mempcpy(to, (char[]){ '0', '0', hex[ch >> 4], hex[ch & 15] }, 4) : to;
}

/* Counted first, so that there is room for all of it at once. */
void json_quote(struct buf *out, str s) {
	char *to = buf_room(out, quoted_length(s));
	if (!to)
		return;
	*to++ = '"';
	for (size_t i = 0, from = 0; i < s.n; from = ++i) {
		while (i < s.n && !longer[(unsigned char)s.p[i]])
			i++;
		to = mempcpy(to, s.p + from, i - from);
		if (i < s.n)
			to = put_escape(to, (unsigned char)s.p[i]);
	}
	*to++ = '"';
	out->n = (size_t)(to - out->p);
}

void jw_str(struct jw *w, str s) {
	if (place(w))
		json_quote(w->out, s);
}

void jw_i64(struct jw *w, int64_t v) {
	if (place(w))
		buf_i64(w->out, v);
}

void jw_f64(struct jw *w, double v) {
	if (!place(w))
		return;
	if (isfinite(v))
		buf_printf(w->out, "%.15g", v);
	else
		buf_lit(w->out, "null");
}

void jw_bool(struct jw *w, bool v) {
	if (place(w))
		buf_add(w->out, v ? STR("true") : STR("false"));
}

void jw_null(struct jw *w) {
	if (place(w))
		buf_lit(w->out, "null");
}

void jw_time(struct jw *w, int64_t us) {
	if (!place(w))
		return;
	buf_addc(w->out, '"');
	time_format_rfc3339(w->out, us);
	buf_addc(w->out, '"');
}

/* In JSON these three stand only inside strings, where the escaped form means the same. */
static void escape_markup(struct buf *out, str json) {
	size_t from = 0;
	/* What we wrote ourselves has none of them, and three searches are a tenth of a walk. */
	if (!json.n || (!memchr(json.p, '<', json.n) && !memchr(json.p, '>', json.n) && !memchr(json.p, '&', json.n))) {
		buf_add(out, json);
		return;
	}
	for (size_t i = 0; i < json.n; i++) {
		char ch = json.p[i];
		if (ch != '<' && ch != '>' && ch != '&')
			continue;
		buf_add(out, (str){ json.p + from, i - from });
		from = i + 1;
		buf_printf(out, "\\u%04x", ch);
	}
	buf_add(out, str_from(json, from));
}

void jw_raw(struct jw *w, str json) {
	if (place(w))
		escape_markup(w->out, json);
}

json_t *json_parse(str text, str *why, char why_room[160]) {
	json_error_t e;
	/* jansson takes a bare NUL byte for the end of the input. */
	const char *bare = text.n ? memchr(text.p, 0, text.n) : NULL;
	if (bare) {
		*why = STR("a NUL byte");
		return NULL;
	}
	/* An escaped NUL is legal JSON; the field it arrives in refuses it by name. */
	json_t *v = json_loadb(text.n ? text.p : "", text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	if (!v) {
		int n = snprintf(why_room, 160, "line %d, column %d: %.120s", e.line, e.column, e.text);
		*why = (str){ why_room, n < 0 ? 0 : (size_t)n < 160 ? (size_t)n : 159 };
	}
	return v;
}

static void give_back(void *v) {
	json_decref(v);
}

void json_own(struct arena *a, json_t *v) {
	if (v)
		arena_defer(a, give_back, v);
}

/* Replies are full of times; printf would be a fifth of their cost. */
static void digits_out(struct buf *out, int n, int v) {
	char text[4];
	for (int i = n; i-- > 0; v /= 10)
		text[i] = (char)('0' + v % 10);
	buf_add(out, (str){ text, (size_t)n });
}

void time_format_rfc3339(struct buf *out, int64_t us) {
	struct civil c = civil_from_us(us);
	int year = c.year;
	if (year < 0 || year > 9999)
		buf_printf(out, "%04d", year);
	else
		digits_out(out, 4, year);
	const struct { char before; int value; } parts[] = { { '-', c.month }, { '-', c.day }, { 'T', c.hour }, { ':', c.minute }, { ':', c.second } };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		buf_addc(out, parts[i].before);
		digits_out(out, 2, parts[i].value);
	}
	if (c.us % 1000)
		buf_printf(out, ".%06d", c.us);
	else if (c.us)
		buf_printf(out, ".%03d", c.us / 1000);
	buf_addc(out, 'Z');
}

static bool digits(str *s, size_t n, int *out) {
	if (s->n < n)
		return false;
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*out = *out * 10 + (s->p[i] - '0');
	}
	*s = str_from(*s, n);
	return true;
}

static bool lit(str *s, char ch) {
	if (!s->n || s->p[0] != ch)
		return false;
	*s = str_from(*s, 1);
	return true;
}

static bool fraction(str *s, int *us) {
	*us = 0;
	if (!lit(s, '.'))
		return true;
	int scale = 100000, seen = 0;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
		*us += (s->p[0] - '0') * scale;
		scale /= 10;
		seen++;
		*s = str_from(*s, 1);
	}
	return seen > 0;
}

static bool offset(str *s, int *minutes) {
	*minutes = 0;
	if (lit(s, 'Z') || lit(s, 'z'))
		return true;
	int sign = lit(s, '+') ? 1 : lit(s, '-') ? -1 : 0, h, m;
	if (!sign || !digits(s, 2, &h) || !lit(s, ':') || !digits(s, 2, &m) || h > 23 || m > 59)
		return false;
	*minutes = sign * (h * 60 + m);
	return true;
}

bool time_parse_rfc3339(str s, int64_t *us) {
	struct civil c = { 0 };
	int minutes;
	bool ok = digits(&s, 4, &c.year) && lit(&s, '-') && digits(&s, 2, &c.month) && lit(&s, '-') && digits(&s, 2, &c.day) &&
	          (lit(&s, 'T') || lit(&s, 't') || lit(&s, ' ')) && digits(&s, 2, &c.hour) && lit(&s, ':') && digits(&s, 2, &c.minute);
	if (ok && lit(&s, ':'))
		ok = digits(&s, 2, &c.second) && fraction(&s, &c.us);
	if (!ok || !offset(&s, &minutes) || s.n || !civil_valid(&c))
		return false;
	*us = civil_to_us(&c) - (int64_t)minutes * 60 * 1000000;
	return true;
}
