/* The vocabulary of sections in both languages, and which of them a text has. Pure. */
#include "feature/document/document_report.h"
#include "text/utf8.h"

const char *const section_state_names[] = { "filled", "empty", "missing", "removed", NULL };

/* Each section's name in a template, then what else people call it. */
#define SECTIONS(X)                                                                                                             \
	X("summary", "Summary|TL;DR|Overview|Executive summary|Summary and impact|Summary and user-visible impact", "요약|개요|요약과 영향|요약과 사용자 영향")     \
	X("background", "Background|Context|Facts|The project in facts", "배경|맥락|기본 정보|프로젝트 정보")                                            \
	X("goals", "Goals|Objectives|What we set out to do|Aim of the drill", "목표|하려던 것|훈련의 목표")                                        \
	X("scenario", "Scenario", "시나리오|상황")                                                                                     \
	X("impact", "Impact|User-visible impact|User impact|Business impact|Affected services|Customer impact", "영향|사용자 영향|영향 받은 서비스|영향받은 서비스|피해") \
	X("detection", "Detection|Time of detection|How it was detected|How we noticed", "탐지|장애 탐지 시간|탐지 시간|감지|알아챈 경위")                \
	X("response", "Response|Mitigation|What we tried", "대응|완화|해 본 것")                                                          \
	X("resolution", "Resolution|Resolution and prevention|How it was resolved|Recovery", "해결|해결 과정과 예방책|해결 방법|어떻게 해결했나|복구")       \
	X("timeline", "Timeline|Timeline and resolution|What happened|Course of events", "타임라인|타임라인과 해결 과정|경과|일어난 일")                    \
	X("trigger", "Trigger|Triggers", "계기|유발 요인|방아쇠")                                                                          \
	X("causes", "Contributing factors|Causes|Root causes|Causes and contributing factors|What made it possible", "기여 요인|원인|장애 원인|원인과 기여 요인|근본 원인들|무엇이 그것을 가능하게 했나") \
	X("other_ways", "How else could this show up?|Other ways this could show up|The other eleven", "다르게 나타날 수도 있었던 모습|다른 열한 가지")       \
	X("almost", "What almost happened|Near miss", "일어날 뻔한 일|아차 사고")                                                           \
	X("stopped", "What stopped it", "막은 것|무엇이 막았나")                                                                         \
	X("otherwise", "What would have happened otherwise", "막지 못했다면|그러지 않았다면")                                                 \
	X("leaving", "Why I leave|Why I am leaving", "떠나는 까닭|퇴사하는 까닭|왜 떠나는가")                                                    \
	X("wished", "What I wished for|What I would have wished for|What was missing", "아쉬웠던 것|바랐던 것")                                 \
	X("plans", "What comes next|Plans|What is next for me", "앞으로|앞으로의 계획|다음 걸음")                                              \
	X("actions", "Actions|Action items|Follow-ups|Follow-up actions|What we change|What we try next|Prevention", "조치|조치 항목|후속 조치|바꿀 것|다음에 해 볼 것|재발 방지|재발 방지 대책") \
	X("lessons", "What we learned|Lessons learned|Lessons|What I learned", "배운 것|교훈|회고|내가 배운 것")                                   \
	X("went_well", "What went well|What went well in handling it", "잘된 것|잘한 것|잘된 점|대응에서 잘된 것")                                   \
	X("went_wrong", "What went wrong|What was hard|What went poorly|What went poorly in handling it", "어려웠던 것|잘 안된 것|아쉬운 점|대응에서 어려웠던 것") \
	X("lucky", "Where we got lucky", "운이 좋았던 것|운이 좋았던 점")                                                                    \
	X("gaps", "What we could not practise|Practice gaps|What the drill did not show", "연습하지 못한 것|훈련이 보여 주지 못한 것")                  \
	X("material", "Further material|Supporting information|Related documents and further information|References|Appendix|Related documents", "더 볼 것|관련 문서 및 추가 정보|관련 문서|참고 자료|부록")

#define CODE(code, en, ko) code,
const char *const section_names[] = { SECTIONS(CODE) NULL };
#undef CODE
static const struct {
	const char *words[LANG_COUNT];
} vocabulary[] = {
#define WORDS(code, en, ko) { { en, ko } },
	SECTIONS(WORDS)
#undef WORDS
};
enum { SECTION_COUNT = sizeof vocabulary / sizeof *vocabulary };
_Static_assert((int)SECTION_COUNT <= SECTION_MOST, "a set of sections is one word of bits");

size_t section_count(void) {
	return SECTION_COUNT;
}

str section_title(int section, enum lang lang) {
	str names = str_c(vocabulary[section].words[lang]);
	return str_cut(&names, '|');
}

/* "1. Impact:" → "impact" */
static str bare(struct arena *a, str heading) {
	str s = str_trim(utf8_fold(a, heading));
	size_t i = 0;
	while (i < s.n && strchr("0123456789.)# ", s.p[i]))
		i++;
	s = str_from(s, i);
	while (s.n && strchr(":?. *", s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool is_called(struct arena *a, int section, str wanted) {
	for (int lang = 0; lang < LANG_COUNT; lang++)
		for (str names = str_c(vocabulary[section].words[lang]); names.p;)
			if (str_eq(bare(a, str_cut(&names, '|')), wanted))
				return true;
	return false;
}

int section_of_heading(struct arena *a, str heading) {
	str wanted = bare(a, heading);
	for (int i = 0; wanted.n && i < SECTION_COUNT; i++)
		if (is_called(a, i, wanted))
			return i;
	return -1;
}

uint64_t section_set(str words, str *unknown) {
	uint64_t set = 0;
	while (words.p) {
		str word = str_trim(str_cut(&words, ' '));
		int section = word.n ? enum_index(section_names, word) : -1;
		if (section >= 0)
			set |= UINT64_C(1) << section;
		else if (word.n && unknown && !unknown->n)
			*unknown = word;
	}
	return set;
}

uint64_t section_of_kind(int kind) {
	static const char *const required[] = {
		[DOCUMENT_INCIDENT] = "summary impact detection timeline causes actions went_well",
		[DOCUMENT_NEAR_MISS] = "almost stopped otherwise causes actions",
		[DOCUMENT_PROJECT] = "summary background goals causes went_well went_wrong actions",
		[DOCUMENT_RETROSPECTIVE] = "went_well went_wrong actions",
		[DOCUMENT_DEPARTURE] = "leaving lessons wished",
		[DOCUMENT_DRILL] = "scenario goals timeline went_well went_wrong actions",
	};
	return section_set(str_c(required[kind]), NULL);
}

/* ---- what stands in a text ---- */

/* The lines of the text, without comments: line i is lines[i - 1]. */
struct lines {
	str *line;
	size_t n;
};

static size_t count_lines(str text) {
	size_t n = 1;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

void blank_comments(char *p, size_t n) {
	bool comment = false;
	for (size_t i = 0; i < n; i++) {
		str rest = str_n(p + i, n - i);
		if (!comment && str_starts(rest, STR("<!--")))
			comment = true;
		bool ends = comment && str_starts(rest, STR("-->"));
		for (size_t k = i; comment && k < i + (ends ? 3 : 1); k++)
			if (p[k] != '\n')
				p[k] = ' ';
		if (ends) {
			comment = false;
			i += 2;
		}
	}
}

static struct lines lines_of(struct arena *a, str text) {
	struct lines l = { arena_array(a, count_lines(text) + 1, sizeof(str)), 0 };
	char *copy = arena_cstr(a, text);
	blank_comments(copy, text.n);
	for (str rest = str_n(copy, text.n); rest.p;)
		l.line[l.n++] = str_trim(str_cut(&rest, '\n'));
	return l;
}

/* Marks of lists, quotes, tables and rules say nothing. */
static bool says_something(str line) {
	size_t i = 0;
	struct tbd_mark m;
	while (i < line.n && strchr("-*+>|=#_ :[]0123456789.)", line.p[i]))
		i++;
	/* A number alone is an answer: "- 214". */
	bool digits = false;
	for (size_t k = 0; k < i; k++)
		digits |= line.p[k] >= '0' && line.p[k] <= '9';
	if (i == line.n)
		return digits;
	i = 0;
	return !tbd_next(line, &i, &m);
}

static bool block_says(str name, str args, const struct filling *f) {
	int list = enum_index(lesson_list_names, str_trim(args));
	if (str_is(name, "lessons"))
		return list < 0 ? f->lessons : f->lessons >> list & 1;
	return str_is(name, "impact") ? f->impact : str_is(name, "causes") ? f->causes : str_is(name, "actions") ? f->actions : f->incidents;
}

static bool is_filled(const struct lines *l, size_t from, size_t to, const uint8_t *is_heading, const struct filling *f) {
	bool live = false;
	for (size_t i = from; i < to && i < l->n; i++) {
		str line = l->line[i];
		if (str_starts(line, STR("```bokgi ")) || str_starts(line, STR("~~~bokgi "))) {
			str args = str_trim(str_from(line, 9)), name = str_cut(&args, ' ');
			if (block_says(name, args, f))
				return true;
			live = true;
		} else if (str_starts(line, STR("```")) || str_starts(line, STR("~~~"))) {
			live = false;
		} else if (!live && line.n && !is_heading[i] && says_something(line)) {
			return true;
		}
	}
	return false;
}

/* The first line (from 0) that is no longer in the section of heading i. */
static size_t end_of(const struct list *headings, size_t i, size_t lines) {
	const struct document_heading *h = headings->items;
	for (size_t k = i + 1; k < headings->n; k++)
		if (h[k].level <= h[i].level)
			return (size_t)h[k].line - 1;
	return lines;
}

static int64_t tbds_between(const struct list *tbds, size_t from, size_t to) {
	const struct document_tbd *t = tbds->items;
	int64_t n = 0;
	for (size_t i = 0; i < tbds->n; i++)
		n += t[i].line > (int64_t)from && t[i].line <= (int64_t)to;
	return n;
}

struct survey {
	struct ctx *c;
	const struct document *d;
	const struct filling *f;
	struct lines lines;
	uint8_t *is_heading;
	struct document_section *items;
	size_t n;
	uint64_t seen;
};

/* The same section twice: filled when one of them is. */
static struct document_section *place_of(struct survey *s, int section) {
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].section == section)
			return &s->items[i];
	return &s->items[s->n++];
}

static void look_at(struct survey *s, size_t i) {
	const struct document_heading *h = (const struct document_heading *)s->d->headings.items + i;
	int section = section_of_heading(s->c->a, h->text);
	if (section < 0 || h->line < 1)
		return;
	size_t from = (size_t)h->line, to = end_of(&s->d->headings, i, s->lines.n);
	struct document_section *x = place_of(s, section);
	bool again = s->seen >> section & 1;
	s->seen |= UINT64_C(1) << section;
	bool filled = is_filled(&s->lines, from, to, s->is_heading, s->f);
	int64_t tbds = tbds_between(&s->d->tbds, from, to);
	if (!again)
		*x = (struct document_section){ .section = section, .state = SECTION_EMPTY, .title = h->text, .line = h->line };
	x->tbds += tbds;
	if (filled)
		x->state = SECTION_FILLED;
}

static void mark_headings(struct survey *s) {
	const struct document_heading *h = s->d->headings.items;
	for (size_t i = 0; i < s->d->headings.n; i++) {
		size_t line = (size_t)h[i].line - 1;
		if (line >= s->lines.n)
			continue;
		s->is_heading[line] = 1;
		/* Underlined headings; a line of three marks says nothing anyway. */
	}
}

static void add_missing(struct survey *s, uint64_t required) {
	for (int i = 0; i < SECTION_COUNT; i++)
		if ((required >> i & 1) && !(s->seen >> i & 1))
			s->items[s->n++] = (struct document_section){ .section = i, .state = SECTION_MISSING, .title = section_title(i, (enum lang)s->d->lang), .line = I64_NONE };
}

struct list section_list(struct ctx *c, const struct document *d, uint64_t required, const struct filling *f) {
	struct survey s = { .c = c, .d = d, .f = f, .lines = lines_of(c->a, d->text), .items = arena_array(c->a, SECTION_COUNT, sizeof *s.items) };
	s.is_heading = arena_alloc(c->a, s.lines.n + 1);
	mark_headings(&s);
	for (size_t i = 0; i < d->headings.n; i++)
		look_at(&s, i);
	add_missing(&s, required);
	for (size_t i = 0; i < s.n; i++) {
		s.items[i].required = required >> s.items[i].section & 1;
		s.items[i].removed_at = I64_NONE;
	}
	return (struct list){ s.items, s.n };
}
