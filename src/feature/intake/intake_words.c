#include "feature/intake/intake_words.h"

#include "text/utf8.h"

/* How a phrase must stand in a heading. BARE phrases count as headings without any mark, too. EITHER: it may also head what is still to be done. */
enum { WHOLE = 1, BEGIN = 2, ANYWHERE = 4, BARE = 8, EITHER = 16 };

struct phrase {
	enum topic topic;
	unsigned how;
	const char *text; /* folded */
};

static const struct phrase phrases[] = {
	{ TOPIC_SUMMARY, ANYWHERE | BARE, "summary" },
	{ TOPIC_SUMMARY, WHOLE | BARE, "overview" },
	{ TOPIC_SUMMARY, WHOLE, "synopsis" },
	{ TOPIC_SUMMARY, WHOLE, "abstract" },
	{ TOPIC_SUMMARY, WHOLE, "tl;dr" },
	{ TOPIC_SUMMARY, WHOLE, "tldr" },
	{ TOPIC_SUMMARY, WHOLE, "what happened" },
	{ TOPIC_SUMMARY, WHOLE, "description" },
	{ TOPIC_SUMMARY, WHOLE, "incident description" },
	{ TOPIC_SUMMARY, WHOLE, "outage description" },
	{ TOPIC_SUMMARY, WHOLE, "brief description" },
	{ TOPIC_SUMMARY, WHOLE, "incident overview" },
	{ TOPIC_SUMMARY, ANYWHERE | BARE, "개요" },
	{ TOPIC_SUMMARY, ANYWHERE | BARE, "요약" },
	{ TOPIC_SUMMARY, WHOLE, "현상" },
	{ TOPIC_SUMMARY, WHOLE, "문제 상황" },
	{ TOPIC_SUMMARY, WHOLE, "무슨 일이 있었나" },
	{ TOPIC_SUMMARY, WHOLE, "장애 내용" },
	{ TOPIC_SUMMARY, WHOLE, "장애 현황" },
	{ TOPIC_SUMMARY, WHOLE, "현황" },
	{ TOPIC_SUMMARY, WHOLE, "what almost happened" },
	{ TOPIC_SUMMARY, WHOLE, "일어날 뻔한 일" },

	{ TOPIC_IMPACT, ANYWHERE | BARE, "impact" },
	{ TOPIC_IMPACT, ANYWHERE, "affected users" },
	{ TOPIC_IMPACT, ANYWHERE, "users affected" },
	{ TOPIC_IMPACT, ANYWHERE, "customers affected" },
	{ TOPIC_IMPACT, ANYWHERE, "affected customers" },
	{ TOPIC_IMPACT, WHOLE, "affected services" },
	{ TOPIC_IMPACT, WHOLE, "impacted services" },
	{ TOPIC_IMPACT, ANYWHERE, "who was affected" },
	{ TOPIC_IMPACT, ANYWHERE, "blast radius" },
	{ TOPIC_IMPACT, ANYWHERE | BARE, "영향" },
	{ TOPIC_IMPACT, ANYWHERE, "피해" },
	{ TOPIC_IMPACT, ANYWHERE, "장애 범위" },

	{ TOPIC_CAUSES, ANYWHERE | BARE, "root cause" },
	{ TOPIC_CAUSES, ANYWHERE | BARE, "root causes" },
	{ TOPIC_CAUSES, ANYWHERE, "root cause(s)" },
	{ TOPIC_CAUSES, WHOLE | BARE, "cause" },
	{ TOPIC_CAUSES, WHOLE | BARE, "causes" },
	{ TOPIC_CAUSES, BEGIN, "what caused" },
	{ TOPIC_CAUSES, BEGIN, "why did it happen" },
	{ TOPIC_CAUSES, BEGIN, "why it happened" },
	{ TOPIC_CAUSES, BEGIN, "why did this happen" },
	{ TOPIC_CAUSES, BEGIN, "why this happened" },
	{ TOPIC_CAUSES, WHOLE, "cause analysis" },
	{ TOPIC_CAUSES, ANYWHERE | BARE, "원인" },
	{ TOPIC_CAUSES, WHOLE, "the cause" },
	{ TOPIC_CAUSES, WHOLE, "cause of the incident" },
	{ TOPIC_CAUSES, WHOLE, "cause of the outage" },

	{ TOPIC_FACTORS, ANYWHERE | BARE, "contributing factors" },
	{ TOPIC_FACTORS, ANYWHERE, "contributing factor" },
	{ TOPIC_FACTORS, ANYWHERE, "contributing conditions" },
	{ TOPIC_FACTORS, ANYWHERE, "contributing causes" },
	{ TOPIC_FACTORS, ANYWHERE, "기여 요인" },
	{ TOPIC_FACTORS, ANYWHERE, "기여 요소" },
	{ TOPIC_FACTORS, WHOLE, "복합 요인" },
	{ TOPIC_FACTORS, WHOLE, "what made it possible" },
	{ TOPIC_FACTORS, WHOLE, "무엇이 그것을 가능하게 했나" },

	{ TOPIC_TRIGGER, WHOLE | BARE, "trigger" },
	{ TOPIC_TRIGGER, WHOLE, "triggers" },
	{ TOPIC_TRIGGER, WHOLE, "trigger(s)" },
	{ TOPIC_TRIGGER, ANYWHERE, "what triggered" },
	{ TOPIC_TRIGGER, WHOLE | BARE, "발단" },
	{ TOPIC_TRIGGER, ANYWHERE, "촉발" },
	{ TOPIC_TRIGGER, WHOLE, "계기" },
	{ TOPIC_TRIGGER, WHOLE | BARE, "트리거" },
	{ TOPIC_TRIGGER, WHOLE, "발생 계기" },

	{ TOPIC_DETECTION, WHOLE | BARE, "detection" },
	{ TOPIC_DETECTION, BEGIN, "how it was detected" },
	{ TOPIC_DETECTION, BEGIN, "how was it detected" },
	{ TOPIC_DETECTION, BEGIN, "how we detected" },
	{ TOPIC_DETECTION, BEGIN, "how did we find out" },
	{ TOPIC_DETECTION, WHOLE, "identified" },
	{ TOPIC_DETECTION, WHOLE, "discovery" },
	{ TOPIC_DETECTION, WHOLE, "detected by" },
	{ TOPIC_DETECTION, WHOLE, "time of detection" },
	{ TOPIC_DETECTION, WHOLE | BARE, "감지" },
	{ TOPIC_DETECTION, WHOLE | BARE, "탐지" },
	{ TOPIC_DETECTION, WHOLE, "인지" },
	{ TOPIC_DETECTION, BEGIN, "장애 감지" },
	{ TOPIC_DETECTION, BEGIN, "장애 인지" },
	{ TOPIC_DETECTION, BEGIN, "장애 탐지" },
	{ TOPIC_DETECTION, WHOLE, "인지 경위" },
	{ TOPIC_DETECTION, WHOLE, "발견 경위" },

	{ TOPIC_RESOLUTION, ANYWHERE | BARE, "resolution" },
	{ TOPIC_RESOLUTION, WHOLE, "mitigation" },
	{ TOPIC_RESOLUTION, BEGIN, "mitigation and" },
	{ TOPIC_RESOLUTION, WHOLE, "fix" },
	{ TOPIC_RESOLUTION, WHOLE, "the fix" },
	{ TOPIC_RESOLUTION, WHOLE, "fixes" },
	{ TOPIC_RESOLUTION, WHOLE, "recovery" },
	{ TOPIC_RESOLUTION, WHOLE, "solution" },
	{ TOPIC_RESOLUTION, BEGIN, "how we fixed" },
	{ TOPIC_RESOLUTION, BEGIN, "how it was fixed" },
	{ TOPIC_RESOLUTION, BEGIN, "how it was resolved" },
	{ TOPIC_RESOLUTION, BEGIN, "how was it resolved" },
	{ TOPIC_RESOLUTION, WHOLE, "immediate response" },
	{ TOPIC_RESOLUTION, BEGIN, "what we did" },
	{ TOPIC_RESOLUTION, WHOLE, "what we tried" },
	{ TOPIC_RESOLUTION, WHOLE, "response" },
	{ TOPIC_RESOLUTION, WHOLE | BARE, "해결" },
	{ TOPIC_RESOLUTION, BEGIN, "해결 " },
	{ TOPIC_RESOLUTION, ANYWHERE, "복구" },
	{ TOPIC_RESOLUTION, WHOLE | EITHER, "조치" },
	{ TOPIC_RESOLUTION, WHOLE | EITHER, "조치 내용" },
	{ TOPIC_RESOLUTION, WHOLE | EITHER, "조치내용" },
	{ TOPIC_RESOLUTION, WHOLE | EITHER, "조치 사항" },
	{ TOPIC_RESOLUTION, WHOLE | EITHER, "조치사항" },
	{ TOPIC_RESOLUTION, WHOLE, "긴급 조치" },
	{ TOPIC_RESOLUTION, WHOLE, "대응" },
	{ TOPIC_RESOLUTION, WHOLE, "대응 내용" },
	{ TOPIC_RESOLUTION, WHOLE, "수정 방안" },
	{ TOPIC_RESOLUTION, WHOLE, "수정 내용" },
	{ TOPIC_RESOLUTION, WHOLE | EITHER, "장애 조치" },
	{ TOPIC_RESOLUTION, WHOLE, "해 본 것" },
	{ TOPIC_RESOLUTION, WHOLE, "어떻게 해결했나" },
	{ TOPIC_RESOLUTION, WHOLE, "장애 해결" },

	{ TOPIC_TIMELINE, ANYWHERE | BARE, "timeline" },
	{ TOPIC_TIMELINE, WHOLE, "chronology" },
	{ TOPIC_TIMELINE, WHOLE, "timeline and resolution" },
	{ TOPIC_TIMELINE, WHOLE, "course of events" },
	{ TOPIC_TIMELINE, ANYWHERE, "chain of events" },
	{ TOPIC_TIMELINE, ANYWHERE, "sequence of events" },
	{ TOPIC_TIMELINE, ANYWHERE, "key events" },
	{ TOPIC_TIMELINE, ANYWHERE, "event log" },
	{ TOPIC_TIMELINE, ANYWHERE, "log of events" },
	{ TOPIC_TIMELINE, WHOLE, "events" },
	{ TOPIC_TIMELINE, ANYWHERE | BARE, "경과" },
	{ TOPIC_TIMELINE, ANYWHERE | BARE, "타임라인" },
	{ TOPIC_TIMELINE, WHOLE, "진행" },
	{ TOPIC_TIMELINE, WHOLE, "진행 상황" },
	{ TOPIC_TIMELINE, WHOLE, "진행 과정" },
	{ TOPIC_TIMELINE, WHOLE, "일지" },
	{ TOPIC_TIMELINE, ANYWHERE, "시간순" },
	{ TOPIC_TIMELINE, ANYWHERE, "시간대별" },
	{ TOPIC_TIMELINE, WHOLE, "전개" },
	{ TOPIC_TIMELINE, WHOLE, "사건 전개" },
	{ TOPIC_TIMELINE, WHOLE, "주요 일지" },

	{ TOPIC_ACTIONS, ANYWHERE | BARE, "action items" },
	{ TOPIC_ACTIONS, ANYWHERE | BARE, "action item" },
	{ TOPIC_ACTIONS, WHOLE, "actions" },
	{ TOPIC_ACTIONS, WHOLE, "review actions" },
	{ TOPIC_ACTIONS, ANYWHERE, "resulting action" },
	{ TOPIC_ACTIONS, ANYWHERE, "resulting actions" },
	{ TOPIC_ACTIONS, BEGIN, "follow up" },
	{ TOPIC_ACTIONS, BEGIN, "follow ups" },
	{ TOPIC_ACTIONS, BEGIN, "follow-up" },
	{ TOPIC_ACTIONS, BEGIN, "follow-ups" },
	{ TOPIC_ACTIONS, BEGIN, "followup" },
	{ TOPIC_ACTIONS, WHOLE, "action plan" },
	{ TOPIC_ACTIONS, WHOLE, "actions taken" },
	{ TOPIC_ACTIONS, WHOLE, "corrective actions" },
	{ TOPIC_ACTIONS, WHOLE, "todo" },
	{ TOPIC_ACTIONS, WHOLE, "to do" },
	{ TOPIC_ACTIONS, WHOLE, "action points" },
	{ TOPIC_ACTIONS, ANYWHERE | BARE, "액션 아이템" },
	{ TOPIC_ACTIONS, ANYWHERE, "후속 조치" },
	{ TOPIC_ACTIONS, ANYWHERE, "후속조치" },
	{ TOPIC_ACTIONS, WHOLE, "조치 계획" },
	{ TOPIC_ACTIONS, WHOLE | BARE, "조치 항목" },
	{ TOPIC_ACTIONS, WHOLE | BARE, "조치항목" },
	{ TOPIC_ACTIONS, WHOLE, "what we change" },
	{ TOPIC_ACTIONS, WHOLE, "바꿀 것" },
	{ TOPIC_ACTIONS, WHOLE, "what we try next" },
	{ TOPIC_ACTIONS, WHOLE, "다음에 해 볼 것" },
	{ TOPIC_ACTIONS, ANYWHERE | BARE, "재발 방지" },
	{ TOPIC_ACTIONS, ANYWHERE, "재발방지" },
	{ TOPIC_ACTIONS, ANYWHERE, "향후 계획" },
	{ TOPIC_ACTIONS, ANYWHERE, "향후 조치" },
	{ TOPIC_ACTIONS, ANYWHERE, "개선 계획" },
	{ TOPIC_ACTIONS, WHOLE, "할 일" },

	{ TOPIC_MEASURES, ANYWHERE, "remediation" },
	{ TOPIC_MEASURES, BEGIN, "corrective" },
	{ TOPIC_MEASURES, ANYWHERE, "preventative measures" },
	{ TOPIC_MEASURES, ANYWHERE, "preventive measures" },
	{ TOPIC_MEASURES, BEGIN, "prevention" },
	{ TOPIC_MEASURES, WHOLE, "recommendations" },
	{ TOPIC_MEASURES, ANYWHERE, "next steps" },
	{ TOPIC_MEASURES, ANYWHERE, "future improvements" },
	{ TOPIC_MEASURES, WHOLE, "improvements" },
	{ TOPIC_MEASURES, WHOLE, "opportunities" },
	{ TOPIC_MEASURES, ANYWHERE, "happening again" },
	{ TOPIC_MEASURES, ANYWHERE, "prevent this" },
	{ TOPIC_MEASURES, BEGIN, "what's next" },
	{ TOPIC_MEASURES, BEGIN, "what are we doing" },
	{ TOPIC_MEASURES, BEGIN, "what we are doing" },
	{ TOPIC_MEASURES, BEGIN, "what we're doing" },
	{ TOPIC_MEASURES, WHOLE, "technical debt to address" },
	{ TOPIC_MEASURES, BEGIN, "future work" },
	{ TOPIC_MEASURES, WHOLE, "next" },
	{ TOPIC_MEASURES, ANYWHERE, "개선 사항" },
	{ TOPIC_MEASURES, ANYWHERE, "개선사항" },
	{ TOPIC_MEASURES, ANYWHERE, "개선 방안" },
	{ TOPIC_MEASURES, ANYWHERE, "개선방안" },
	{ TOPIC_MEASURES, ANYWHERE, "대책" },
	{ TOPIC_MEASURES, WHOLE, "수정 제안" },
	{ TOPIC_MEASURES, WHOLE, "제안" },
	{ TOPIC_MEASURES, WHOLE, "권고 사항" },
	{ TOPIC_MEASURES, WHOLE, "시정 요구" },

	{ TOPIC_WELL, ANYWHERE | BARE, "went well" },
	{ TOPIC_WELL, ANYWHERE | BARE, "went right" },
	{ TOPIC_WELL, ANYWHERE, "worked well" },
	{ TOPIC_WELL, BEGIN, "what worked" },
	{ TOPIC_WELL, ANYWHERE, "did well" },
	{ TOPIC_WELL, ANYWHERE | BARE, "잘된 점" },
	{ TOPIC_WELL, ANYWHERE | BARE, "잘한 점" },
	{ TOPIC_WELL, ANYWHERE | BARE, "잘 된 점" },
	{ TOPIC_WELL, ANYWHERE | BARE, "잘된 것" },
	{ TOPIC_WELL, ANYWHERE | BARE, "잘한 것" },
	{ TOPIC_WELL, ANYWHERE, "좋았던 점" },
	{ TOPIC_WELL, ANYWHERE, "잘 한 점" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "went wrong" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "went poorly" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "went badly" },
	{ TOPIC_WRONG, ANYWHERE, "didn't go well" },
	{ TOPIC_WRONG, ANYWHERE, "did not go well" },
	{ TOPIC_WRONG, ANYWHERE, "didn't go so well" },
	{ TOPIC_WRONG, ANYWHERE, "gone better" },
	{ TOPIC_WRONG, ANYWHERE, "could be improved" },
	{ TOPIC_WRONG, ANYWHERE, "could be better" },
	{ TOPIC_WRONG, ANYWHERE, "didn't work" },
	{ TOPIC_WRONG, WHOLE, "what was hard" },
	{ TOPIC_WRONG, ANYWHERE, "did not work" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "잘못된 점" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "잘못한 점" },
	{ TOPIC_WRONG, ANYWHERE, "아쉬운 점" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "어려웠던 것" },
	{ TOPIC_WRONG, ANYWHERE, "어려웠던 점" },
	{ TOPIC_WRONG, ANYWHERE | BARE, "잘 안된 것" },
	{ TOPIC_WRONG, ANYWHERE, "아쉬웠던 점" },
	{ TOPIC_WRONG, ANYWHERE, "부족한 점" },
	{ TOPIC_WRONG, ANYWHERE, "못한 점" },
	{ TOPIC_WRONG, ANYWHERE, "잘 안된 점" },
	{ TOPIC_LUCKY, ANYWHERE | BARE, "got lucky" },
	{ TOPIC_LUCKY, ANYWHERE, "get lucky" },
	{ TOPIC_LUCKY, ANYWHERE, "lucky" },
	{ TOPIC_LUCKY, ANYWHERE, "운이 좋았던" },
	{ TOPIC_LUCKY, ANYWHERE, "운 좋았던" },
	{ TOPIC_LUCKY, ANYWHERE, "운이 좋았" },
	{ TOPIC_LUCKY, ANYWHERE, "다행" },
	{ TOPIC_LESSONS, BEGIN | BARE, "lessons" },
	{ TOPIC_LESSONS, BEGIN, "lesson" },
	{ TOPIC_LESSONS, ANYWHERE | BARE, "lessons learned" },
	{ TOPIC_LESSONS, ANYWHERE | BARE, "lessons learnt" },
	{ TOPIC_LESSONS, ANYWHERE, "takeaways" },
	{ TOPIC_LESSONS, ANYWHERE, "learnings" },
	{ TOPIC_LESSONS, BEGIN, "what we learned" },
	{ TOPIC_LESSONS, ANYWHERE | BARE, "교훈" },
	{ TOPIC_LESSONS, ANYWHERE | BARE, "배운 점" },
	{ TOPIC_LESSONS, ANYWHERE | BARE, "배운 것" },
	{ TOPIC_LESSONS, WHOLE, "what i learned" },
	{ TOPIC_LESSONS, ANYWHERE, "느낀 점" },
	{ TOPIC_LESSONS, ANYWHERE, "배운점" },

	{ TOPIC_STATS, WHOLE | BARE, "stats" },
	{ TOPIC_STATS, WHOLE, "statistics" },
	{ TOPIC_STATS, WHOLE, "통계" },
	{ TOPIC_STATS, ANYWHERE, "incident timing" },
	{ TOPIC_ATTENDEES, ANYWHERE | BARE, "attendees" },
	{ TOPIC_ATTENDEES, WHOLE | BARE, "participants" },
	{ TOPIC_ATTENDEES, ANYWHERE, "people involved" },
	{ TOPIC_ATTENDEES, WHOLE | BARE, "참석자" },
	{ TOPIC_ATTENDEES, WHOLE | BARE, "참여자" },
	{ TOPIC_ATTENDEES, WHOLE, "대응 인원" },
	{ TOPIC_STORY, WHOLE, "context" },
	{ TOPIC_STORY, WHOLE, "background" },
	{ TOPIC_STORY, WHOLE, "배경" },
	{ TOPIC_STORY, WHOLE, "details" },
	{ TOPIC_STORY, BEGIN, "how did it happen" },
	{ TOPIC_STORY, BEGIN, "how did this happen" },
	{ TOPIC_STORY, WHOLE, "상세" },
	{ TOPIC_STORY, WHOLE, "상세 내용" },
	{ TOPIC_REST, ANYWHERE | BARE, "appendix" },
	{ TOPIC_REST, WHOLE | BARE, "references" },
	{ TOPIC_REST, WHOLE, "conclusion" },
	{ TOPIC_REST, BEGIN, "related" },
	{ TOPIC_REST, WHOLE, "faq" },
	{ TOPIC_REST, WHOLE, "q and a" },
	{ TOPIC_REST, BEGIN, "glossary" },
	{ TOPIC_REST, ANYWHERE, "supporting documents" },
	{ TOPIC_REST, BEGIN, "open questions" },
	{ TOPIC_REST, WHOLE | BARE, "참고" },
	{ TOPIC_REST, WHOLE, "참고 자료" },
	{ TOPIC_REST, WHOLE | BARE, "부록" },
	{ TOPIC_REST, WHOLE, "결론" },
	{ TOPIC_REST, WHOLE, "technical details" },
	{ TOPIC_REST, BEGIN, "why it persisted" },
	{ TOPIC_REST, BEGIN, "why it took so long" },
	{ TOPIC_REST, WHOLE, "files modified" },
	{ TOPIC_REST, ANYWHERE, "테스트 항목" },
	{ TOPIC_REST, ANYWHERE, "chat logs" },
	{ TOPIC_REST, WHOLE, "further material" },
	{ TOPIC_REST, WHOLE, "supporting information" },
	{ TOPIC_REST, WHOLE, "더 볼 것" },
	{ TOPIC_REST, WHOLE, "관련 문서" },
	{ TOPIC_REST, WHOLE, "관련 문서 및 추가 정보" },
	{ TOPIC_REST, WHOLE, "scenario" },
	{ TOPIC_REST, WHOLE, "시나리오" },
	{ TOPIC_REST, WHOLE, "aim of the drill" },
	{ TOPIC_REST, WHOLE, "훈련의 목표" },
	{ TOPIC_REST, WHOLE, "what we could not practise" },
	{ TOPIC_REST, WHOLE, "연습하지 못한 것" },
	{ TOPIC_REST, WHOLE, "who had which role" },
	{ TOPIC_REST, WHOLE, "역할" },
	{ TOPIC_REST, WHOLE, "who took part" },
	{ TOPIC_REST, WHOLE, "함께한 사람" },
	{ TOPIC_REST, WHOLE, "what we set out to do" },
	{ TOPIC_REST, WHOLE, "하려던 것" },
	{ TOPIC_REST, WHOLE, "the project in facts" },
	{ TOPIC_REST, WHOLE, "프로젝트 정보" },
	{ TOPIC_REST, WHOLE, "what stopped it" },
	{ TOPIC_REST, WHOLE, "막은 것" },
	{ TOPIC_REST, WHOLE, "what would have happened otherwise" },
	{ TOPIC_REST, WHOLE, "막지 못했다면" },
	{ TOPIC_REST, WHOLE, "how else could this show up" },
	{ TOPIC_REST, WHOLE, "다르게 나타날 수도 있었던 모습" },
	{ TOPIC_REST, WHOLE, "why i leave" },
	{ TOPIC_REST, WHOLE, "떠나는 까닭" },
	{ TOPIC_REST, WHOLE, "what i wished for" },
	{ TOPIC_REST, WHOLE, "아쉬웠던 것" },
	{ TOPIC_REST, WHOLE, "what comes next" },
	{ TOPIC_REST, WHOLE, "앞으로의 계획" },

	{ TOPIC_DATE, WHOLE | BARE, "date" },
	{ TOPIC_DATE, WHOLE, "date of incident" },
	{ TOPIC_DATE, WHOLE, "incident date" },
	{ TOPIC_DATE, WHOLE, "date of the incident" },
	{ TOPIC_DATE, WHOLE, "postmortem date" },
	{ TOPIC_DATE, WHOLE | BARE, "날짜" },
	{ TOPIC_DATE, WHOLE | BARE, "일자" },
	{ TOPIC_DATE, WHOLE | BARE, "일시" },
	{ TOPIC_DATE, WHOLE | BARE, "발생일" },
	{ TOPIC_DATE, WHOLE | BARE, "발생 일시" },
	{ TOPIC_DATE, WHOLE | BARE, "발생일시" },
	{ TOPIC_DATE, WHOLE | BARE, "장애 일시" },
	{ TOPIC_DATE, WHOLE | BARE, "장애일시" },
	{ TOPIC_DATE, WHOLE | BARE, "작성일" },
	{ TOPIC_DATE, WHOLE | BARE, "발생 시각" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "author" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "authors" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "author(s)" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "created by" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "written by" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "prepared by" },
	{ TOPIC_AUTHORS, WHOLE, "by" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "작성자" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "저자" },
	{ TOPIC_AUTHORS, WHOLE | BARE, "작성" },
	{ TOPIC_AUTHORS, WHOLE, "name(s)" },
	{ TOPIC_STATUS, WHOLE | BARE, "status" },
	{ TOPIC_STATUS, WHOLE | BARE, "상태" },
	{ TOPIC_STATUS, WHOLE, "report status" },
	{ TOPIC_STATUS, WHOLE, "current status" },
	{ TOPIC_SEVERITY, WHOLE | BARE, "severity" },
	{ TOPIC_SEVERITY, WHOLE, "incident severity" },
	{ TOPIC_SEVERITY, WHOLE, "severity level" },
	{ TOPIC_SEVERITY, WHOLE, "sev" },
	{ TOPIC_SEVERITY, WHOLE | BARE, "심각도" },
	{ TOPIC_SEVERITY, WHOLE | BARE, "장애 등급" },
	{ TOPIC_SEVERITY, WHOLE | BARE, "장애등급" },
	{ TOPIC_SEVERITY, WHOLE, "등급" },
	{ TOPIC_DURATION, WHOLE | BARE, "duration" },
	{ TOPIC_DURATION, BEGIN | BARE, "time to" },
	{ TOPIC_DURATION, WHOLE, "downtime" },
	{ TOPIC_DURATION, WHOLE, "outage duration" },
	{ TOPIC_DURATION, WHOLE | BARE, "장애 시간" },
	{ TOPIC_DURATION, WHOLE, "지속 시간" },
	{ TOPIC_DURATION, WHOLE, "복구 시간" },
	{ TOPIC_DURATION, WHOLE, "소요 시간" },
	{ TOPIC_ZONE, WHOLE, "timezone" },
	{ TOPIC_ZONE, WHOLE, "time zone" },
	{ TOPIC_ZONE, WHOLE, "시간대" },
	{ TOPIC_TITLE, WHOLE | BARE, "title" },
	{ TOPIC_TITLE, WHOLE | BARE, "제목" },
	{ TOPIC_BEGAN, WHOLE, "start time" },
	{ TOPIC_BEGAN, WHOLE, "start date/time" },
	{ TOPIC_BEGAN, WHOLE, "발생 시간" },
	{ TOPIC_BEGAN, WHOLE, "시작 시간" },
	{ TOPIC_ENDED, WHOLE, "end time" },
	{ TOPIC_ENDED, WHOLE, "end date/time" },
	{ TOPIC_ENDED, WHOLE, "종료 시간" },
};

enum { LONGEST_HEADING = 120, MOST_WORDS = 9, MORE_BARE_WORDS = 2 };

/* ---- plain words ---- */

static bool letter(uint32_t cp) {
	return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || (cp >= 0xC0 && cp < 0x2000) || (cp >= 0x2E80 && cp < 0xE000) ||
		cp >= 0xF900;
}

/* Pictures are letters to nobody. */
static bool picture(uint32_t cp) {
	return cp >= 0x1F000 || (cp >= 0x2000 && cp < 0x2E80) || (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x200D;
}

static void put_word_byte(struct buf *b, uint32_t cp) {
	if (cp == 0x2019 || cp == 0x2018)
		cp = '\'';
	bool blank = cp <= ' ' || cp == 0xA0 || cp == ':' || (picture(cp) && cp != '\'');
	if (blank && b->n && b->p[b->n - 1] != ' ')
		buf_addc(b, ' ');
	else if (cp == '&')
		buf_lit(b, "and");
	else if (!blank)
		utf8_put(b, cp);
}

/* "1.", "2)", "#3", "(4)", "가." in front. */
static str without_number(str s) {
	size_t i = 0;
	while (i < s.n && strchr("#([*-_.", s.p[i]))
		i++;
	size_t digits = i;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	bool number = i > digits && i < s.n && strchr(".)- ", s.p[i]);
	bool korean = str_starts(str_from(s, i), STR("가.")) || str_starts(str_from(s, i), STR("나.")) ||
		str_starts(str_from(s, i), STR("다.")) || str_starts(str_from(s, i), STR("라."));
	i = korean ? i + 4 : number ? i : digits;
	while (i < s.n && strchr(".)- ]", s.p[i]))
		i++;
	return str_from(s, i);
}

/* "(all times UTC)" says more about it, not what it is. "root cause(s)" is one word. */
static str without_brackets(str s) {
	for (size_t i = 1; i < s.n; i++)
		if ((s.p[i] == '(' || s.p[i] == '[') && s.p[i - 1] == ' ')
			return str_to(s, i);
	return s;
}

static str without_tail(str s) {
	while (s.n && strchr(" :?!.,;#*_-=", s.p[s.n - 1]))
		s = str_to(s, s.n - 1);
	return s;
}

str plain_words(struct arena *a, str s) {
	struct buf b = buf_in(a);
	s = utf8_fold(a, str_to(str_trim(s), 4 * LONGEST_HEADING));
	for (size_t i = 0; i < s.n;)
		put_word_byte(&b, utf8_next(s, &i));
	return without_tail(without_number(without_brackets(str_trim(buf_str(&b)))));
}

/* ---- topics ---- */

static size_t count_words(str s) {
	size_t n = s.n > 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ' ';
	return n;
}

/* As whole words; Hangul words may take particles behind ("원인과 대응") and compounds before ("장애원인"). */
static bool contains(str s, str phrase, size_t *at) {
	for (size_t from = 0; from + phrase.n <= s.n;) {
		ptrdiff_t found = str_find(str_from(s, from), phrase);
		if (found < 0)
			return false;
		*at = from + (size_t)found;
		size_t end = *at + phrase.n;
		bool hangul = (unsigned char)phrase.p[0] >= 0x80;
		bool begins = *at == 0 || hangul || !letter((unsigned char)s.p[*at - 1]),
			 ends = end == s.n || hangul || !letter((unsigned char)s.p[end]);
		if (begins && ends)
			return true;
		from = *at + 1;
	}
	return false;
}

static bool fits(const struct phrase *p, str words) {
	str text = str_c(p->text);
	size_t at = 0;
	if (str_eq(words, text))
		return true;
	if (p->how & BEGIN && str_starts(words, text) && (words.p[text.n] == ' ' || text.p[text.n - 1] == ' '))
		return true;
	return p->how & ANYWHERE && contains(words, text, &at);
}

/* more: so many words besides the phrase. NULL: there is none. */
static const struct phrase *longest(str words, unsigned how, size_t more) {
	const struct phrase *best = NULL;
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
		const struct phrase *p = &phrases[i];
		if ((how && !(p->how & how)) || count_words(words) > count_words(str_c(p->text)) + more ||
			(best && strlen(p->text) <= strlen(best->text)) || !fits(p, words))
			continue;
		best = p;
	}
	return best;
}

static enum topic topic_said(const struct phrase *p) {
	return p ? p->topic : TOPIC_NONE;
}

static const struct phrase *phrase_of(struct arena *a, str s) {
	str words = s.n <= LONGEST_HEADING * 2 ? plain_words(a, s) : STR_NONE;
	return words.n && words.n <= LONGEST_HEADING && count_words(words) <= MOST_WORDS ? longest(words, 0, MOST_WORDS) : NULL;
}

enum topic topic_of(struct arena *a, str s) {
	return topic_said(phrase_of(a, s));
}

bool may_head_actions(struct arena *a, str s) {
	const struct phrase *p = phrase_of(a, s);
	return p && p->how & EITHER;
}

enum topic topic_of_bare(struct arena *a, str s) {
	str words = s.n <= LONGEST_HEADING / 2 ? plain_words(a, s) : STR_NONE;
	/* Names begin with a capital, and sentences end with a mark. */
	bool sentence = s.n && (strchr(".!,;", s.p[s.n - 1]) || (s.p[0] >= 'a' && s.p[0] <= 'z'));
	return words.n && !sentence ? topic_said(longest(words, BARE, MORE_BARE_WORDS)) : TOPIC_NONE;
}

/* ---- other words ---- */

struct word {
	const char *text;
	int value;
};

static int exact(str words, const struct word *table) {
	for (; table->text; table++)
		if (str_is(words, table->text))
			return table->value;
	return 0;
}

bool is_placeholder(struct arena *a, str s) {
	static const struct word words[] = { { "issue name", 1 }, { "title", 1 }, { "title of the incident", 1 }, { "incident title", 1 },
		{ "postmortem title", 1 }, { "incident name", 1 }, { "postmortem template", 1 }, { "제목", 1 }, { "장애 제목", 1 }, { "name", 1 },
		{ 0 } };
	return exact(plain_words(a, s), words);
}

enum column column_of(struct arena *a, str s) {
	static const struct word words[] = {
		{ "action", COLUMN_TEXT },
		{ "action item", COLUMN_TEXT },
		{ "action items", COLUMN_TEXT },
		{ "item", COLUMN_TEXT },
		{ "task", COLUMN_TEXT },
		{ "description", COLUMN_TEXT },
		{ "what", COLUMN_TEXT },
		{ "event", COLUMN_TEXT },
		{ "events", COLUMN_TEXT },
		{ "details", COLUMN_TEXT },
		{ "what happened", COLUMN_TEXT },
		{ "action/ impact", COLUMN_TEXT },
		{ "action/impact", COLUMN_TEXT },
		{ "measure", COLUMN_TEXT },
		{ "내용", COLUMN_TEXT },
		{ "조치", COLUMN_TEXT },
		{ "조치 내용", COLUMN_TEXT },
		{ "항목", COLUMN_TEXT },
		{ "할 일", COLUMN_TEXT },
		{ "작업", COLUMN_TEXT },
		{ "상황", COLUMN_TEXT },
		{ "있었던 일", COLUMN_TEXT },
		{ "누가", COLUMN_OWNER },
		{ "주요 내용", COLUMN_TEXT },
		{ "액션 아이템", COLUMN_TEXT },
		{ "type", COLUMN_TYPE },
		{ "kind", COLUMN_TYPE },
		{ "category", COLUMN_TYPE },
		{ "유형", COLUMN_TYPE },
		{ "분류", COLUMN_TYPE },
		{ "구분", COLUMN_TYPE },
		{ "종류", COLUMN_TYPE },
		{ "owner", COLUMN_OWNER },
		{ "owners", COLUMN_OWNER },
		{ "who", COLUMN_OWNER },
		{ "assignee", COLUMN_OWNER },
		{ "responsible", COLUMN_OWNER },
		{ "dri", COLUMN_OWNER },
		{ "team", COLUMN_OWNER },
		{ "담당", COLUMN_OWNER },
		{ "담당자", COLUMN_OWNER },
		{ "책임자", COLUMN_OWNER },
		{ "bug", COLUMN_TICKET },
		{ "ticket", COLUMN_TICKET },
		{ "issue", COLUMN_TICKET },
		{ "tracking", COLUMN_TICKET },
		{ "link", COLUMN_TICKET },
		{ "pr", COLUMN_TICKET },
		{ "jira", COLUMN_TICKET },
		{ "티켓", COLUMN_TICKET },
		{ "이슈", COLUMN_TICKET },
		{ "링크", COLUMN_TICKET },
		{ "status", COLUMN_STATUS },
		{ "state", COLUMN_STATUS },
		{ "progress", COLUMN_STATUS },
		{ "done", COLUMN_STATUS },
		{ "상태", COLUMN_STATUS },
		{ "진행 상태", COLUMN_STATUS },
		{ "진행", COLUMN_STATUS },
		{ "완료", COLUMN_STATUS },
		{ "due", COLUMN_DUE },
		{ "due date", COLUMN_DUE },
		{ "deadline", COLUMN_DUE },
		{ "eta", COLUMN_DUE },
		{ "target date", COLUMN_DUE },
		{ "by when", COLUMN_DUE },
		{ "기한", COLUMN_DUE },
		{ "마감", COLUMN_DUE },
		{ "마감일", COLUMN_DUE },
		{ "완료 예정일", COLUMN_DUE },
		{ "예정일", COLUMN_DUE },
		{ "priority", COLUMN_PRIORITY },
		{ "우선순위", COLUMN_PRIORITY },
		{ "time", COLUMN_TIME },
		{ "when", COLUMN_TIME },
		{ "date", COLUMN_TIME },
		{ "date/time", COLUMN_TIME },
		{ "timestamp", COLUMN_TIME },
		{ "day", COLUMN_TIME },
		{ "시간", COLUMN_TIME },
		{ "시각", COLUMN_TIME },
		{ "일시", COLUMN_TIME },
		{ "날짜", COLUMN_TIME },
		{ "no", COLUMN_NUMBER },
		{ "번호", COLUMN_NUMBER },
		{ "number", COLUMN_NUMBER },
		{ "순번", COLUMN_NUMBER },
		{ "id", COLUMN_NUMBER },
		{ 0 },
	};
	str plain = plain_words(a, s);
	int found = exact(plain, words);
	/* "Time (UTC)", "Bug #" */
	ptrdiff_t blank = found ? -1 : str_chr(plain, ' ');
	return (enum column)(found || blank < 0 ? found : exact(str_to(plain, (size_t)blank), words));
}

static const char *by_word(str folded, const char *const *table) {
	size_t at;
	for (const char *const *row = table; *row; row += 2)
		if (contains(folded, str_c(row[0]), &at))
			return row[1];
	return NULL;
}

const char *action_type_of(struct arena *a, str text) {
	static const char *const words[] = { "monitoring", "detect", "monitor", "detect", "alert", "detect", "alerts", "detect", "alerting",
		"detect", "alarm", "detect", "alarms", "detect", "dashboard", "detect", "metric", "detect", "health check", "detect",
		"notifications", "detect", "subscribe", "detect", "모니터링", "detect", "알림", "detect", "감지", "detect", "경보", "detect",
		"rollback", "mitigate", "runbook", "mitigate", "runbooks", "mitigate", "playbook", "mitigate", "recovery", "mitigate", "failover",
		"mitigate", "롤백", "mitigate", "복구", "mitigate", "이중화", "mitigate", "document", "process", "documentation", "process",
		"guidance", "process", "guide", "process", "process", "process", "policy", "process", "training", "process", "drill", "process",
		"drills", "process", "discuss", "process", "communicate", "process", "on-call", "process", "investigate", "process", "review",
		"process", "문서", "process", "절차", "process", "교육", "process", "훈련", "process", "매뉴얼", "process", "보고", "process",
		NULL };
	const char *found = by_word(utf8_fold(a, str_to(text, 1000)), words);
	return found ? found : "prevent";
}

const char *action_status_of(struct arena *a, str s) {
	static const struct word words[] = { { "done", 1 }, { "complete", 1 }, { "completed", 1 }, { "fixed", 1 }, { "closed", 1 },
		{ "resolved", 1 }, { "implemented", 1 }, { "완료", 1 }, { "완료됨", 1 }, { "todo", 2 }, { "open", 2 }, { "pending", 2 },
		{ "not started", 2 }, { "planned", 2 }, { "예정", 2 }, { "미완료", 2 }, { "대기", 2 }, { "in progress", 3 }, { "wip", 3 },
		{ "started", 3 }, { "ongoing", 3 }, { "pr exists", 3 }, { "진행중", 3 }, { "진행 중", 3 }, { 0 } };
	static const char *const names[] = { NULL, "done", "open", "in progress" };
	str plain = plain_words(a, s);
	return names[exact(plain, words)];
}
