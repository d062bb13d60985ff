/* @kim, @김서연님이, @payments: names in what people write. Nothing marks where a name ends but that somebody is called so. */
#include "feature/notice/notice_parts.h"
#include "text/hangul.h"
#include "text/utf8.h"

enum { LONGEST_NAME = 60, MOST_MENTIONS = 200 };

static bool name_byte(char ch) {
	return (unsigned char)ch >= 0x80 || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '.' || ch == '-' || ch == '_';
}

/* "kim@example.org" mentions nobody. */
static bool begins_mention(str text, size_t at) {
	return at == 0 || !name_byte(text.p[at - 1]);
}

static str token_at(str text, size_t at) {
	size_t n = 0;
	while (at + n < text.n && n < LONGEST_NAME && name_byte(text.p[at + n]))
		n++;
	/* Not in the middle of a character. */
	while (n && at + n < text.n && ((unsigned char)text.p[at + n] & 0xC0) == 0x80)
		n--;
	return str_n(text.p + at, n);
}

/* One character less at its end. After a syllable there may be a particle, after anything a full stop; but @kimberly is not @kim. */
static bool shorten(str *token) {
	size_t i = token->n, before = i;
	while (i && ((unsigned char)token->p[i - 1] & 0xC0) == 0x80)
		i--;
	i -= i > 0;
	size_t at = i;
	uint32_t last = before > at ? utf8_next(*token, &at) : 0;
	bool drop = hangul_is_syllable(last) || last == '.' || last == '-' || last == '_';
	*token = str_to(*token, i);
	return drop && i > 0;
}

static str line_around(str text, size_t at) {
	size_t from = at, to = at;
	while (from && text.p[from - 1] != '\n')
		from--;
	while (to < text.n && text.p[to] != '\n')
		to++;
	return str_trim(str_n(text.p + from, to - from));
}

/* What people call the roles; in Korean without the blanks that a name cannot have. */
static const struct {
	const char *word, *role;
} roles[] = { { "ic", "commander" }, { "commander", "commander" }, { "scribe", "scribe" }, { "communications", "communications" }, { "comms", "communications" },
	{ "operations", "operations" }, { "ops", "operations" }, { "liaison", "liaison" }, { "지휘자", "commander" }, { "장애지휘자", "commander" }, { "기록자", "scribe" },
	{ "소통", "communications" }, { "소통담당", "communications" }, { "운영", "operations" }, { "운영담당", "operations" }, { "연락", "liaison" }, { "연락담당", "liaison" } };

static enum st holders(struct ctx *c, const struct mention_where *where, str folded, struct db_result *r) {
	if (!where->incident && !where->document)
		return ST_OK;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (str_is(folded, roles[i].word))
			return notice_store_holders(c, str_c(roles[i].role), where->incident, where->document, r);
	return ST_OK;
}

struct finding {
	const struct mention_where *where;
	enum st (*found)(struct ctx *c, void *data, int64_t person, str line, bool tbd);
	void *data;
};

static enum st resolve(struct ctx *c, str token, str line, bool tbd, const struct finding *f) {
	struct db_result r = { 0 };
	enum st st = ST_OK;
	do {
		str folded = utf8_fold(c->a, token);
		st = token.n ? notice_store_named(c, folded, &r) : ST_OK;
		if (st == ST_OK && !r.rows)
			st = holders(c, f->where, folded, &r);
	} while (st == ST_OK && !r.rows && shorten(&token));
	for (size_t i = 0; st == ST_OK && i < r.rows; i++)
		st = f->found(c, f->data, db_i64(&r, i, 0), line, tbd);
	return st;
}

enum st mention_find(struct ctx *c, const struct mention_where *where, str text, enum st (*found)(struct ctx *c, void *data, int64_t person, str line, bool tbd), void *data) {
	struct finding f = { where, found, data };
	enum st st = ST_OK;
	size_t seen = 0;
	for (size_t i = 0; st == ST_OK && i < text.n && seen < MOST_MENTIONS; i++) {
		if (text.p[i] != '@' || !begins_mention(text, i))
			continue;
		seen++;
		st = resolve(c, token_at(text, i + 1), line_around(text, i), i >= 4 && str_ends(str_to(text, i), STR("TBD(")), &f);
	}
	return st;
}
