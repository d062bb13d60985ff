/* What the records say about each of the five questions. It is where a reviewer begins to look, never the answer. */
#include "feature/review/review_parts.h"
#include "text/utf8.h"

enum { MOST_EVIDENCE = 8, FEW_WORDS = 12, MILESTONES_TOLD = 5 };

struct gathering {
	struct ctx *c;
	const struct subject *s;
	struct list headings;
	str written; /* of the text: neither hints nor what the template says */
	struct review_question_row *row;
	struct story story;
	struct plan plan;
};

static void add(struct gathering *g, bool good, str link, const char *words, ...) PRINTF_LIKE(4, 5);
static void add(struct gathering *g, bool good, str link, const char *words, ...) {
	va_list args;
	struct list *l = &g->row->evidence;
	struct buf text = buf_in(g->c->a);
	if (!l->items)
		l->items = arena_array(g->c->a, MOST_EVIDENCE, sizeof(struct review_evidence));
	if (l->n == MOST_EVIDENCE)
		return;
	va_start(args, words);
	buf_vprintf(&text, tr(g->c->lang, words), args);
	va_end(args);
	((struct review_evidence *)l->items)[l->n++] = (struct review_evidence){ good, buf_str(&text), link };
}

/* ---- sections ---- */

static const char *const impact_words[] = { "impact", "affected", "영향", "피해", NULL };
static const char *const trigger_words[] = { "trigger", "계기", "방아쇠", NULL };
static const char *const cause_words[] = { "cause", "factor", "why", "원인", "요인", "왜", "까닭", NULL };

static bool names_any(str heading, const char *const *words) {
	for (; *words; words++)
		if (str_find(heading, str_c(*words)) >= 0)
			return true;
	return false;
}

/* Marks of lists and tables are no words. */
static bool is_word(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] >= 0xC3 && (unsigned char)s.p[i] != 0xE2) || (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	return false;
}

/* Between the heading and the next one that is no deeper. */
static size_t words_in(str lines) {
	size_t n = 0;
	for (str rest = lines; rest.p;) {
		str line = str_trim(str_cut(&rest, '\n'));
		for (str words = line; words.n && line.p[0] != '#';)
			n += is_word(str_cut(&words, ' '));
	}
	return n;
}

static str lines_between(str text, int64_t from, int64_t to) {
	str rest = text;
	int64_t line = 1;
	for (; line <= from && rest.p; line++)
		str_cut(&rest, '\n');
	const char *begin = rest.p;
	for (; line < to && rest.p; line++)
		str_cut(&rest, '\n');
	if (!begin)
		return STR_NONE;
	return str_n(begin, (size_t)((rest.p ? rest.p : text.p + text.n) - begin));
}

struct found {
	size_t sections, words;
	str link;
};

static struct found find_sections(struct gathering *g, const char *const *words) {
	const struct document_heading *h = g->headings.items;
	struct found f = { .link = arena_printf(g->c->a, "/documents/PM-%lld", (long long)g->s->d.id) };
	for (size_t i = 0; i < g->headings.n; i++) {
		size_t next = i + 1;
		if (!names_any(utf8_fold(g->c->a, h[i].text), words))
			continue;
		while (next < g->headings.n && h[next].level > h[i].level)
			next++;
		f.words += words_in(lines_between(g->written, h[i].line, next < g->headings.n ? h[next].line : INT64_MAX));
		if (!f.sections++)
			f.link = arena_printf(g->c->a, "/documents/PM-%lld#%.*s", (long long)g->s->d.id, STR_FMT(h[i].id));
	}
	return f;
}

static void tell_section(struct gathering *g, const char *const *words, const char *missing, const char *thin, const char *there) {
	struct found f = find_sections(g, words);
	if (!f.sections)
		add(g, false, f.link, "%s", tr(g->c->lang, missing));
	else
		add(g, f.words >= FEW_WORDS, f.link, f.words >= FEW_WORDS ? there : thin, f.words);
}

/* ---- the five ---- */

static str incident_link(struct gathering *g) {
	return g->s->blocks.incident_count ? arena_printf(g->c->a, "/incidents/INC-%lld", (long long)g->s->blocks.incidents[0]) : STR_NONE;
}

static void about_data(struct gathering *g) {
	size_t tbds = document_tbds(g->c->a, g->s->text).n;
	if (g->s->blocks.incident_count) {
		add(g, g->story.milestones >= MILESTONES_TOLD, incident_link(g), N_("Milestones with a time: %lld of 7"), (long long)g->story.milestones);
		add(g, g->story.entries > 2, incident_link(g), N_("Timeline entries: %lld, with evidence: %lld"), (long long)g->story.entries, (long long)g->story.evidenced);
		add(g, g->story.mitigations > 0, incident_link(g), N_("Mitigations recorded: %lld"), (long long)g->story.mitigations);
	} else
		add(g, false, STR_NONE, N_("It is about no incident that is recorded here"));
	add(g, tbds == 0, arena_printf(g->c->a, "/documents/PM-%lld", (long long)g->s->d.id), N_("TBD left in the text: %zu"), tbds);
}

static void about_impact(struct gathering *g) {
	tell_section(g, impact_words, N_("There is no section on the impact"), N_("Few words on the impact: %zu"), N_("Words on the impact: %zu"));
}

static void about_causes(struct gathering *g) {
	tell_section(g, cause_words, N_("There is no section on causes"), N_("Few words on causes: %zu"), N_("Words on causes: %zu"));
	tell_section(g, trigger_words, N_("No section tells the trigger apart from the causes"), N_("Few words on the trigger: %zu"), N_("Words on the trigger: %zu"));
}

static void about_actions(struct gathering *g) {
	const struct plan *p = &g->plan;
	str link = arena_printf(g->c->a, "/actions?document=%lld", (long long)g->s->d.id);
	add(g, p->all > 0, link, N_("Action items: %lld, of priority P0 or P1: %lld"), (long long)p->all, (long long)p->urgent);
	if (p->all)
		add(g, p->owned == p->all && p->dated == p->all, link, N_("With an owner: %lld, with a due date: %lld"), (long long)p->owned, (long long)p->dated);
	if (p->unled)
		add(g, false, STR("/settings?part=services"), N_("Services that are given action items and have no technical lead to review them: %lld"), (long long)p->unled);
}

static void about_sharing(struct gathering *g) {
	if (g->s->d.restricted)
		add(g, false, STR_NONE, N_("Restricted: only those who see the incident will see what is published"));
	else
		add(g, true, STR_NONE, N_("Everybody here will see what is published"));
	if (g->s->blocks.incident_count)
		add(g, g->story.updates > 0, incident_link(g), N_("Updates given during the incident: %lld"), (long long)g->story.updates);
}

enum st gather_evidence(struct ctx *c, const struct subject *s, struct review_question_row rows[QUESTIONS]) {
	static void (*const about[QUESTIONS])(struct gathering *g) = { about_data, about_impact, about_causes, about_actions, about_sharing };
	struct gathering g = { .c = c, .s = s, .headings = document_headings(c, s->text) };
	str template;
	enum st st = document_template(c, &s->d, &template);
	if (st == ST_OK) {
		g.written = document_written(c->a, s->text, template);
		st = store_story(c, s->d.id, &g.story);
	}
	if (st == ST_OK)
		st = store_plan(c, s->d.id, &g.plan);
	for (int q = 0; st == ST_OK && q < QUESTIONS; q++) {
		g.row = &rows[q];
		about[q](&g);
	}
	return st;
}
