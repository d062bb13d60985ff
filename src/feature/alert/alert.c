#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "feature/alert/alert_rules.h"
#include "text/utf8.h"

/* Rules about alerts. How alerts come in is in alert_intake.c. */

enum { LONGEST_PATTERN = 500, MATCH_LIMIT = 20000 };

const char *const alert_state_names[] = { "firing", "resolved", NULL };
const char *const match_op_names[] = { "=", "!=", "=~", "!~", NULL };

SHAPE(matcher_shape, "Matcher", struct matcher, N_("what a label of the alert must be"),
	F(struct matcher, FT_TEXT, label, FIELD_REQUIRED | FIELD_NOT_EMPTY, N_("name of the label"), .max = 200),
	F(struct matcher, FT_ENUM, op, FIELD_REQUIRED, N_("equal, different, fits the regular expression, does not fit it"), .names = match_op_names),
	F(struct matcher, FT_TEXT, value, FIELD_REQUIRED, N_("the value, or a regular expression for all of it"), .max = LONGEST_PATTERN));

SHAPE(alert_rule_shape, "AlertRule", struct alert_rule, N_("which alerts open an incident; the first rule that fits decides"),
	F(struct alert_rule, FT_ID, id, FIELD_REQUIRED, N_("number of the rule")),
	F(struct alert_rule, FT_ID, hook, FIELD_OPTIONAL, N_("only alerts of this hook; null: of every hook")),
	F(struct alert_rule, FT_TEXT, name, FIELD_REQUIRED, N_("what it is for")),
	F(struct alert_rule, FT_I64, position, FIELD_REQUIRED, N_("smaller ones are asked first; those of the hook before those of all")),
	F(struct alert_rule, FT_LIST, matchers, FIELD_REQUIRED, N_("all of them must fit; none fits every alert"), .shape = &matcher_shape),
	F(struct alert_rule, FT_ENUM, severity, FIELD_OPTIONAL, N_("of the incident; null: from the alert's label"), .names = severity_names),
	F(struct alert_rule, FT_TEXT, severity_label, FIELD_OPTIONAL, N_("the label with the severity; null: severity")),
	F(struct alert_rule, FT_OBJ, service, FIELD_OPTIONAL, N_("what is affected"), .shape = &ref_shape),
	F(struct alert_rule, FT_TEXT, service_label, FIELD_OPTIONAL, N_("the label with the service's name; null: service")),
	F(struct alert_rule, FT_BOOL, opens_incident, FIELD_REQUIRED, N_("false: such an alert is kept, but opens nothing")),
	F(struct alert_rule, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

/* ---- severity ---- */

static const struct {
	const char *word;
	int severity;
} words[] = {
	{ "critical", SEV2 }, { "page", SEV2 }, { "high", SEV2 }, { "emergency", SEV1 }, { "disaster", SEV1 }, { "error", SEV3 }, { "warning", SEV3 }, { "warn", SEV3 },
	{ "average", SEV3 }, { "minor", SEV4 }, { "low", SEV4 }, { "info", -1 }, { "information", -1 }, { "none", -1 }, { "debug", -1 }, { "ok", -1 },
	{ "sev1", SEV1 }, { "sev2", SEV2 }, { "sev3", SEV3 }, { "sev4", SEV4 },
};

int severity_of_word(str word) {
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq_ascii_ci(word, str_c(words[i].word)))
			return words[i].severity;
	return SEV3;
}

/* ---- matchers ---- */

static pcre2_code *compile(str pattern, int *error) {
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)(pattern.n ? pattern.p : ""), pattern.n, PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, error, &at, NULL);
	return code;
}

/* A pattern that takes too long counts as not fitting: a rule must never hold up the alerts. */
static bool regex_fits(str pattern, str subject) {
	int error;
	pcre2_code *code = compile(pattern, &error);
	pcre2_match_data *data = code ? pcre2_match_data_create(1, NULL) : NULL;
	pcre2_match_context *limits = data ? pcre2_match_context_create(NULL) : NULL;
	bool fits = false;
	if (limits) {
		pcre2_set_match_limit(limits, MATCH_LIMIT);
		fits = pcre2_match(code, (PCRE2_SPTR)(subject.n ? subject.p : ""), subject.n, 0, 0, data, limits) >= 0;
	}
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return fits;
}

bool matcher_fits(struct ctx *c UNUSED, const struct matcher *m, const struct alert_in *alert) {
	str value = alert_label(alert, m->label);
	switch ((enum match_op)m->op) {
	case MATCH_EQUAL: return str_eq(value, m->value);
	case MATCH_DIFFERENT: return !str_eq(value, m->value);
	case MATCH_REGEX: return regex_fits(m->value, value);
	case MATCH_NOT_REGEX: return !regex_fits(m->value, value);
	}
	return false;
}

enum st matchers_check(struct ctx *c, const struct list *matchers) {
	const struct matcher *m = matchers->items;
	for (size_t i = 0; i < matchers->n; i++) {
		int error;
		unsigned char why[120];
		if (m[i].op != MATCH_REGEX && m[i].op != MATCH_NOT_REGEX)
			continue;
		pcre2_code *code = compile(m[i].value, &error);
		bool good = code != NULL;
		pcre2_code_free(code);
		if (good)
			continue;
		pcre2_get_error_message(error, why, sizeof why);
		return fail_field(c, ST_INVALID, "rule.pattern", arena_printf(c->a, "matchers/%zu/value", i), N_("This is not a regular expression: %s."), (const char *)why);
	}
	return ST_OK;
}

/* ---- rules ---- */

static bool rule_fits(struct ctx *c, const struct alert_rule *r, const struct alert_in *alert) {
	const struct matcher *m = r->matchers.items;
	for (size_t i = 0; i < r->matchers.n; i++)
		if (!matcher_fits(c, &m[i], alert))
			return false;
	return true;
}

static int severity_of(const struct alert_in *alert, str label) {
	str word = alert_label(alert, label.n ? label : STR("severity"));
	return word.n ? severity_of_word(word) : SEV3;
}

static bool has_labels(struct ctx *c, str json, const struct alert_in *alert) {
	char room[160];
	const char *name;
	json_t *wanted, *v;
	str why;
	wanted = json_parse(json, &why, room);
	json_own(c->a, wanted);
	json_object_foreach(wanted, name, v)
		if (!str_eq(alert_label(alert, str_c(name)), json_str(v)))
			return false;
	return true;
}

static struct decision by_hook(struct ctx *c, const struct hook *hook, const struct alert_in *alert) {
	struct decision d = { .severity = severity_of(alert, STR_NONE), .service_name = alert_label(alert, STR("service")) };
	d.opens = hook->opens && d.severity >= 0 && (hook->min_severity < 0 || d.severity <= hook->min_severity) && has_labels(c, hook->labels, alert);
	return d;
}

static struct decision by_rule(const struct alert_rule *r, const struct alert_in *alert) {
	struct decision d = { .severity = r->severity >= 0 ? r->severity : severity_of(alert, r->severity_label), .service = r->service.id,
		.service_name = alert_label(alert, r->service_label.n ? r->service_label : STR("service")) };
	d.opens = r->opens_incident && d.severity >= 0;
	return d;
}

struct decision alert_decide(struct ctx *c, const struct list *rules, const struct hook *hook, const struct alert_in *alert) {
	const struct alert_rule *r = rules->items;
	for (size_t i = 0; i < rules->n; i++)
		if (rule_fits(c, &r[i], alert))
			return by_rule(&r[i], alert);
	return by_hook(c, hook, alert);
}

/* ---- news ---- */

enum news alert_news(int known_state, int64_t known_started_at, const struct alert_in *alert) {
	enum alert_state state = alert->firing ? ALERT_FIRING : ALERT_RESOLVED;
	bool older = alert->started_at != I64_NONE && alert->started_at < known_started_at;
	if (known_state < 0)
		return alert->firing ? NEWS_FIRES : NEWS_RESOLVES;
	if ((int)state == known_state)
		return NEWS_REPEAT;
	/* About the time before: delivered late, or by the slower one of two monitors. */
	if (older)
		return NEWS_STALE;
	return alert->firing ? NEWS_FIRES : NEWS_RESOLVES;
}
