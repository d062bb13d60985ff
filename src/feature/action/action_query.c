#include "base/clock.h"
#include "feature/action/action_store.h"
#include "text/utf8.h"

/* The filter that stands in the address, in the box and in the API: words, and terms such as owner:me or due:<7d. A term's names may be several, with commas between. */

struct reading {
	struct ctx *c;
	struct action_filter *f;
	str word;  /* the whole term, for what is said about it */
	str value; /* behind the colon */
};

static enum st wrong(struct reading *r, const char *what) {
	return fail(r->c, ST_INVALID, "action.query", "q", N_("“%.*s” is not a filter: %s"), STR_FMT(r->word), tr(r->c->lang, what));
}

struct word {
	const char *said, *means;
};
static const struct word type_words[] = { { "prevent", "prevent" }, { "detect", "detect" }, { "mitigate", "mitigate" }, { "process", "process" },
	{ "investigate", "investigate" }, { "repair", "repair" }, { "other", "other" }, { "예방", "prevent" }, { "탐지", "detect" }, { "완화", "mitigate" }, { "절차", "process" },
	{ "조사", "investigate" }, { "수리", "repair" }, { "기타", "other" }, { NULL, NULL } };
static const struct word group_words[] = { { "prevention", "prevention" }, { "detection", "detection" }, { "handling", "handling" }, { "발생방지", "prevention" },
	{ "탐지", "detection" }, { "탐지개선", "detection" }, { "처리", "handling" }, { "처리개선", "handling" }, { NULL, NULL } };
static const struct word priority_words[] = { { "p0", "P0" }, { "p1", "P1" }, { "p2", "P2" }, { "p3", "P3" }, { NULL, NULL } };
static const struct word horizon_words[] = { { "short", "short" }, { "long", "long" }, { "단기", "short" }, { "장기", "long" }, { NULL, NULL } };
static const struct word state_words[] = { { "open", "open" }, { "todo", "todo" }, { "doing", "doing" }, { "done", "done" }, { "dropped", "dropped" },
	{ "all", "open,done,dropped" }, { "열림", "open" }, { "할일", "todo" }, { "하는중", "doing" }, { "끝", "done" }, { "안함", "dropped" }, { "모두", "open,done,dropped" },
	{ NULL, NULL } };
static const struct word hold_words[] = { { "yes", "held" }, { "no", "not_held" }, { "waiting", "waiting" }, { "due", "due" }, { "예", "held" }, { "아니요", "not_held" },
	{ "기다림", "waiting" }, { "확인할때", "due" }, { NULL, NULL } };

static const char *meaning(const struct word *words, str said) {
	for (; words->said; words++)
		if (str_is(said, words->said))
			return words->means;
	return NULL;
}

/* ",a,b," of "a,b". */
static enum st read_names(struct reading *r, const struct word *words, str *out) {
	struct buf b = buf_in(r->c->a);
	str rest = utf8_fold(r->c->a, r->value);
	buf_addc(&b, ',');
	while (rest.p) {
		const char *means = meaning(words, str_cut(&rest, ','));
		if (!means)
			return wrong(r, N_("it has no such value."));
		buf_printf(&b, "%s,", means);
	}
	*out = buf_str(&b);
	return ST_OK;
}

static enum st read_type(struct reading *r) { return read_names(r, type_words, &r->f->types); }
static enum st read_group(struct reading *r) { return read_names(r, group_words, &r->f->aims); }
static enum st read_priority(struct reading *r) { return read_names(r, priority_words, &r->f->priorities); }
static enum st read_horizon(struct reading *r) { return read_names(r, horizon_words, &r->f->horizons); }
static enum st read_state(struct reading *r) { return read_names(r, state_words, &r->f->states); }

static enum st read_hold(struct reading *r) {
	const char *means = meaning(hold_words, utf8_fold(r->c->a, r->value));
	if (!means)
		return wrong(r, N_("hold is yes, no, waiting or due."));
	r->f->hold = str_c(means);
	return ST_OK;
}

/* ---- names and numbers ---- */

static enum st read_named(struct reading *r, const char *what, int64_t *id) {
	if (str_i64(r->value, id) && *id > 0)
		return ST_OK;
	enum st st = action_store_named(r->c, what, utf8_fold(r->c->a, r->value), id);
	return st == ST_OK && !*id ? wrong(r, N_("nobody and nothing here is called that.")) : st;
}

static enum st read_owner(struct reading *r) {
	if (str_is(r->value, "me") || str_is(r->value, "나"))
		r->f->owner = r->c->who->person ? r->c->who->person : -1;
	else if (str_is(r->value, "none") || str_is(r->value, "없음"))
		r->f->owner = -2;
	else
		return read_named(r, "person", &r->f->owner);
	return ST_OK;
}
static enum st read_team(struct reading *r) { return read_named(r, "team", &r->f->team); }
static enum st read_service(struct reading *r) { return read_named(r, "service", &r->f->service); }

static enum st read_ref(struct reading *r, const char *prefix, int64_t *id) {
	str digits = r->value, head = str_c(prefix);
	if (digits.n > head.n && str_eq_ascii_ci(str_to(digits, head.n), head))
		digits = str_from(digits, head.n);
	return str_i64(digits, id) && *id > 0 ? ST_OK : wrong(r, N_("it needs a number."));
}
static enum st read_incident(struct reading *r) { return read_ref(r, "INC-", &r->f->incident); }
static enum st read_document(struct reading *r) { return read_ref(r, "PM-", &r->f->document); }

/* ---- due ---- */

/* "7d", "2w" from today, or "2026-12-01". */
static bool read_day(struct reading *r, str s, int64_t *day) {
	int64_t n, year, month, date;
	if (s.n > 1 && (s.p[s.n - 1] == 'd' || s.p[s.n - 1] == 'w') && str_i64(str_to(s, s.n - 1), &n) && n >= -100000 && n <= 100000) {
		*day = r->f->today + n * (s.p[s.n - 1] == 'w' ? 7 : 1);
		return true;
	}
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !str_i64(str_to(s, 4), &year) || !str_i64(str_to(str_from(s, 5), 2), &month) || !str_i64(str_from(s, 8), &date))
		return false;
	if (year < 1 || month < 1 || month > 12 || date < 1 || date > civil_days_in_month((int)year, (int)month))
		return false;
	*day = civil_days((int)year, (int)month, (int)date);
	return true;
}

static enum st read_due(struct reading *r) {
	struct action_filter *f = r->f;
	str v = r->value;
	char sign = v.n && (*v.p == '<' || *v.p == '>') ? *v.p : 0;
	int64_t day;
	f->due_given = true;
	f->due_from = f->due_to = ACTION_NO_DUE;
	if (str_is(v, "none") || str_is(v, "없음"))
		return ST_OK;
	if (!read_day(r, sign ? str_from(v, 1) : v, &day))
		return wrong(r, N_("due is none, or such as <7d, >2w, <2026-12-01."));
	/* "within seven days" says nothing about what has no date. */
	f->due_from = sign == '<' ? -ACTION_NO_DUE : sign == '>' ? day + 1 : day;
	f->due_to = sign == '>' ? ACTION_NO_DUE - 1 : sign == '<' ? day - 1 : day;
	return ST_OK;
}

static enum st read_overdue(struct reading *r) {
	r->f->due_given = true;
	r->f->due_from = -ACTION_NO_DUE;
	r->f->due_to = r->f->today - 1;
	if (!r->f->states.n)
		r->f->states = STR(",open,");
	return ST_OK;
}

/* ---- the table ---- */

static const struct term {
	const char *name, *korean;
	enum st (*read)(struct reading *r);
} terms[] = {
	{ "owner", "담당", read_owner }, { "due", "기한", read_due }, { "type", "종류", read_type }, { "group", "묶음", read_group }, { "priority", "우선", read_priority },
	{ "horizon", "기간", read_horizon }, { "state", "상태", read_state }, { "hold", "효과", read_hold }, { "service", "서비스", read_service }, { "team", "팀", read_team },
	{ "incident", "장애", read_incident }, { "document", "문서", read_document },
};

static enum st read_term(struct reading *r, str name) {
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		if (str_is(name, terms[i].name) || str_is(name, terms[i].korean))
			return r->value.n ? terms[i].read(r) : wrong(r, N_("something is missing behind the colon."));
	return wrong(r, N_("there are owner, due, type, group, priority, horizon, state, hold, service, team, incident, document and overdue."));
}

static void add_word(struct reading *r, str word, struct buf *words) {
	if (words->n)
		buf_addc(words, ' ');
	buf_add(words, utf8_fold(r->c->a, word));
}

/* ACT-7, INC-7 and PM-7 are what they name. */
static bool read_number(struct reading *r, str word) {
	const struct { str head; int64_t *id; } kinds[] = { { STR("ACT-"), &r->f->number }, { STR("INC-"), &r->f->incident }, { STR("PM-"), &r->f->document } };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (word.n > kinds[i].head.n && str_eq_ascii_ci(str_to(word, kinds[i].head.n), kinds[i].head) && str_i64(str_from(word, kinds[i].head.n), kinds[i].id))
			return true;
	return false;
}

/* "words in quotes", also while the second quote is not typed yet. */
static str unquoted(str s) {
	s = str_from(s, 1);
	return str_trim(s.n && s.p[s.n - 1] == '"' ? str_to(s, s.n - 1) : s);
}

static enum st read_word(struct reading *r, struct buf *words) {
	if (*r->word.p == '"') {
		if (unquoted(r->word).n)
			add_word(r, unquoted(r->word), words);
		return ST_OK;
	}
	str rest = r->word, name = str_cut(&rest, ':');
	if (str_is(r->word, "overdue") || str_is(r->word, "늦음"))
		return read_overdue(r);
	if (rest.p || (name.n && r->word.p[r->word.n - 1] == ':')) {
		r->value = rest;
		if (rest.n > 1 && *rest.p == '"' && rest.p[rest.n - 1] == '"')
			r->value = str_n(rest.p + 1, rest.n - 2);
		return read_term(r, utf8_fold(r->c->a, name));
	}
	if (!read_number(r, r->word))
		add_word(r, r->word, words);
	return ST_OK;
}

/* The next word; blanks inside quotes belong to it. */
static str next_word(str *rest) {
	*rest = str_trim(*rest);
	size_t i = 0;
	for (bool quoted = false; i < rest->n && (quoted || rest->p[i] != ' '); i++)
		if (rest->p[i] == '"')
			quoted = !quoted;
	str word = str_to(*rest, i);
	*rest = str_from(*rest, i);
	return word;
}

enum st action_query_read(struct ctx *c, str text, struct action_filter *f) {
	struct reading r = { .c = c, .f = f };
	struct buf words = buf_in(c->a);
	str rest = text;
	enum st st = ST_OK;
	while (st == ST_OK && (r.word = next_word(&rest)).n)
		st = read_word(&r, &words);
	f->words = buf_str(&words);
	f->by_due = str_is(f->states, ",open,") || str_is(f->states, ",todo,") || str_is(f->states, ",doing,");
	return st;
}
