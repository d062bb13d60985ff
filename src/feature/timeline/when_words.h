/* The words of natural time in both languages. Where several fit, the longest counts. English is compared without case and as a whole word. A new word is one new row. */
#ifndef TIMELINE_WHEN_WORDS_H
#define TIMELINE_WHEN_WORDS_H

#include "feature/timeline/when_scan.h"

/* Tables of one file are unused in another. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"

enum when_part { PART_NONE, PART_AM, PART_PM, PART_DAWN, PART_MORNING, PART_NOON, PART_AFTERNOON, PART_EVENING, PART_NIGHT };

static const struct when_word word_months[] = {
	{ "jan", 1 },      { "january", 1 }, { "feb", 2 },   { "february", 2 },  { "mar", 3 },      { "march", 3 }, { "apr", 4 },      { "april", 4 },
	{ "may", 5 },      { "jun", 6 },     { "june", 6 },  { "jul", 7 },       { "july", 7 },     { "aug", 8 },   { "august", 8 },   { "sep", 9 },
	{ "sept", 9 },     { "september", 9 }, { "oct", 10 }, { "october", 10 }, { "nov", 11 },     { "november", 11 }, { "dec", 12 }, { "december", 12 },
	{ "jan.", 1 },     { "feb.", 2 },    { "mar.", 3 },  { "apr.", 4 },      { "jun.", 6 },     { "jul.", 7 },  { "aug.", 8 },     { "sep.", 9 },
	{ "sept.", 9 },    { "oct.", 10 },   { "nov.", 11 }, { "dec.", 12 },     { 0 },
};

static const struct when_word word_weekdays[] = {
	{ "sunday", 0 }, { "monday", 1 }, { "tuesday", 2 }, { "wednesday", 3 }, { "thursday", 4 }, { "friday", 5 }, { "saturday", 6 },
	{ "일요일", 0 }, { "월요일", 1 }, { "화요일", 2 },  { "수요일", 3 },    { "목요일", 4 },   { "금요일", 5 }, { "토요일", 6 },
	{ 0 },
};

/* "sun is down" is no day: these need a time, a date or "last". */
static const struct when_word word_short_weekdays[] = {
	{ "sun", 0 },  { "mon", 1 }, { "tue", 2 },  { "tues", 2 }, { "wed", 3 },  { "thu", 4 },  { "thur", 4 }, { "thurs", 4 }, { "fri", 5 },
	{ "sat", 6 },  { "sun.", 0 }, { "mon.", 1 }, { "tue.", 2 }, { "wed.", 3 }, { "thu.", 4 }, { "fri.", 5 }, { "sat.", 6 },  { 0 },
};

/* Behind a date, "(일)". */
static const struct when_word word_bracket_weekdays[] = {
	{ "(일)", 0 }, { "(월)", 1 }, { "(화)", 2 }, { "(수)", 3 }, { "(목)", 4 }, { "(금)", 5 }, { "(토)", 6 }, { 0 },
};

static const struct when_word word_weeks[] = {
	{ "last", 1 }, { "this past", 1 }, { "past", 1 }, { "지난", 1 }, { "저번", 1 }, { "이번주", 2 }, { "이번 주", 2 }, { "금주", 2 },
	{ "지난주", 3 }, { "지난 주", 3 }, { "저번주", 3 }, { "저번 주", 3 }, { "last week", 3 }, { 0 },
};

/* How many days ago. */
static const struct when_word word_days[] = {
	{ "today", 0 }, { "오늘", 0 }, { "금일", 0 }, { "yesterday", 1 }, { "어제", 1 }, { "어저께", 1 }, { "전일", 1 }, { "the day before yesterday", 2 },
	{ "day before yesterday", 2 }, { "그저께", 2 }, { "그제", 2 }, { "엊그제", 2 }, { "엊그저께", 2 }, { "그끄저께", 3 }, { "그끄제", 3 }, { 0 },
};

/* A day that only a part of the day can follow; that part is read on. */
static const struct when_word word_days_of_part[] = {
	{ "this", 0 }, { "last", 1 }, { "어젯", 1 }, { "지난", 1 }, { "간", 1 }, { 0 },
};

static const struct when_word word_parts[] = {
	{ "am", PART_AM },         { "pm", PART_PM },         { "오전", PART_AM },       { "오후", PART_PM },       { "새벽", PART_DAWN },
	{ "아침", PART_MORNING },  { "점심", PART_NOON },     { "낮", PART_NOON },       { "대낮", PART_NOON },     { "한낮", PART_NOON },
	{ "저녁", PART_EVENING },  { "밤", PART_NIGHT },      { "한밤", PART_NIGHT },    { "morning", PART_MORNING }, { "afternoon", PART_AFTERNOON },
	{ "evening", PART_EVENING }, { "night", PART_NIGHT }, { 0 },
};

/* Behind the hour. */
static const struct when_word word_halves[] = {
	{ "am", PART_AM }, { "pm", PART_PM }, { "a.m.", PART_AM }, { "p.m.", PART_PM }, { "a.m", PART_AM }, { "p.m", PART_PM },
	{ "in the morning", PART_MORNING }, { "in the afternoon", PART_PM }, { "in the evening", PART_EVENING }, { "at night", PART_NIGHT }, { 0 },
};

/* Hours of the clock. 24: the midnight of a named day can be its first or its last. */
static const struct when_word word_clock[] = {
	{ "noon", 12 }, { "midday", 12 }, { "정오", 12 }, { "midnight", 24 }, { "자정", 24 }, { 0 },
};

/* 1: about. */
static const struct when_word word_now[] = {
	{ "조금 전", 1 }, { "좀 전", 1 }, { "a moment ago", 1 }, { "moments ago", 1 },
	{ "now", 0 }, { "right now", 0 }, { "just now", 0 }, { "지금", 0 }, { "방금", 0 }, { "방금 전", 0 }, { "지금 막", 0 }, { 0 },
};

enum { UNIT_SECOND = 1, UNIT_MINUTE = 60, UNIT_HOUR = 3600, UNIT_DAY = 86400, UNIT_WEEK = 604800, UNIT_MONTH = -1, UNIT_YEAR = -12 };

static const struct when_word word_units[] = {
	{ "s", UNIT_SECOND },     { "sec", UNIT_SECOND },   { "secs", UNIT_SECOND },   { "second", UNIT_SECOND }, { "seconds", UNIT_SECOND },
	{ "m", UNIT_MINUTE },     { "min", UNIT_MINUTE },   { "mins", UNIT_MINUTE },   { "minute", UNIT_MINUTE }, { "minutes", UNIT_MINUTE },
	{ "h", UNIT_HOUR },       { "hr", UNIT_HOUR },      { "hrs", UNIT_HOUR },      { "hour", UNIT_HOUR },     { "hours", UNIT_HOUR },
	{ "d", UNIT_DAY },        { "day", UNIT_DAY },      { "days", UNIT_DAY },      { "w", UNIT_WEEK },        { "week", UNIT_WEEK },
	{ "weeks", UNIT_WEEK },   { "month", UNIT_MONTH },  { "months", UNIT_MONTH },  { "year", UNIT_YEAR },     { "years", UNIT_YEAR },
	{ "초", UNIT_SECOND },    { "분", UNIT_MINUTE },    { "시간", UNIT_HOUR },     { "일", UNIT_DAY },        { "주", UNIT_WEEK },
	{ "주일", UNIT_WEEK },    { "달", UNIT_MONTH },     { "개월", UNIT_MONTH },    { "년", UNIT_YEAR },       { 0 },
};

/* Thousandths, so that a half is a number too. */
static const struct when_word word_amounts[] = {
	{ "a", 1000 },     { "an", 1000 },    { "one", 1000 },   { "two", 2000 },   { "three", 3000 },   { "four", 4000 },    { "five", 5000 },
	{ "six", 6000 },   { "seven", 7000 }, { "eight", 8000 }, { "nine", 9000 },  { "ten", 10000 },    { "eleven", 11000 }, { "twelve", 12000 },
	{ "fifteen", 15000 }, { "twenty", 20000 }, { "thirty", 30000 }, { "forty", 40000 }, { "forty-five", 45000 }, { "fifty", 50000 },
	{ "half", 500 },   { "half a", 500 }, { "half an", 500 }, { "반", 500 },    { "one and a half", 1500 }, { "two and a half", 2500 }, { 0 },
};

/* "now-90s" */
static const struct when_word word_grafana_units[] = {
	{ "s", UNIT_SECOND }, { "m", UNIT_MINUTE }, { "h", UNIT_HOUR }, { "d", UNIT_DAY }, { "w", UNIT_WEEK }, { 0 },
};

static const struct when_word word_ordinals[] = { { "st", 0 }, { "nd", 0 }, { "rd", 0 }, { "th", 0 }, { 0 } };

/* Amounts that are a guess. */
static const struct when_word word_few[] = {
	{ "a few", 3000 }, { "few", 3000 }, { "several", 3000 }, { "a couple", 2000 }, { "a couple of", 2000 }, { "couple of", 2000 }, { "몇", 3000 }, { "두어", 2000 },
	{ "두세", 2000 }, { "서너", 3000 }, { 0 },
};

/* One to twelve as hours are counted, and before 시간, 달, 주. */
static const struct when_word word_native[] = {
	{ "한", 1 }, { "두", 2 }, { "세", 3 }, { "네", 4 }, { "다섯", 5 }, { "여섯", 6 }, { "일곱", 7 }, { "여덟", 8 }, { "아홉", 9 }, { "열", 10 },
	{ "열한", 11 }, { "열두", 12 }, { 0 },
};

/* Days that have a name of their own. */
static const struct when_word word_day_counts[] = {
	{ "하루", 1 }, { "이틀", 2 }, { "사흘", 3 }, { "나흘", 4 }, { "닷새", 5 }, { "엿새", 6 }, { "이레", 7 }, { "일주일", 7 }, { "여드레", 8 }, { "아흐레", 9 },
	{ "열흘", 10 }, { "보름", 15 }, { 0 },
};

enum { LEAD_AT, LEAD_ON, LEAD_ABOUT };

static const struct when_word word_leads[] = {
	{ "at", LEAD_AT },       { "@", LEAD_AT },        { "since", LEAD_AT },          { "on", LEAD_ON },          { "about", LEAD_ABOUT },  { "around", LEAD_ABOUT },
	{ "approx", LEAD_ABOUT }, { "approx.", LEAD_ABOUT }, { "approximately", LEAD_ABOUT }, { "roughly", LEAD_ABOUT }, { "circa", LEAD_ABOUT }, { "ca.", LEAD_ABOUT },
	{ "~", LEAD_ABOUT },     { "약", LEAD_ABOUT },    { "대략", LEAD_ABOUT },        { "한 ", LEAD_ABOUT },      { 0 },
};

static const struct when_word word_about_behind[] = {
	{ "쯤", 1 }, { "경", 1 }, { "께", 1 }, { "즈음", 1 }, { "무렵", 1 }, { "정도", 1 }, { "가량", 1 }, { "ish", 1 }, { "-ish", 1 }, { 0 },
};

static const struct when_word word_particles[] = {
	{ "에", 1 }, { "부터", 1 }, { 0 },
};

/* "14:51 이전 배포", "up to 14:51": such a time is the edge of a span, not the instant of what is told. */
static const struct when_word word_refused_behind[] = {
	{ "전", 1 }, { "이전", 1 }, { "후", 1 }, { "뒤", 1 }, { "이후", 1 }, { "까지", 1 }, { "사이", 1 }, { "동안", 1 }, { "CST", 1 }, { "IST", 1 },
	{ "BST", 1 }, { 0 },
};

static const struct when_word word_refused_before[] = {
	{ "until", 1 }, { "till", 1 }, { "before", 1 }, { "after", 1 }, { "to", 1 }, { "than", 1 }, { "every", 1 }, { "per", 1 }, { "by", 1 }, { "vs", 1 }, { "매일", 1 },
	{ "매주", 1 }, { 0 },
};

/* "내일 9시", "next Monday 9:00", "9am tomorrow": what is to come is not told on a timeline. */
static const struct when_word word_to_come[] = {
	{ "tomorrow", 1 }, { "tmrw", 1 }, { "the day after tomorrow", 1 }, { "day after tomorrow", 1 }, { "next", 1 }, { "next week", 1 }, { "coming", 1 }, { "내일", 1 },
	{ "명일", 1 }, { "모레", 1 }, { "내일모레", 1 }, { "글피", 1 }, { "다음", 1 }, { "다음날", 1 }, { "다음 날", 1 }, { "익일", 1 }, { "다음주", 1 }, { "다음 주", 1 },
	{ "차주", 1 }, { "내주", 1 }, { "다다음주", 1 }, { "다음달", 1 }, { "다음 달", 1 }, { "내년", 1 }, { 0 },
};

/* Minutes east of Greenwich. Names that several places share (CST, IST, BST) are refused, above. */
static const struct when_word word_zones[] = {
	{ "Z", 0 },       { "UTC", 0 },     { "GMT", 0 },     { "KST", 540 },   { "JST", 540 },   { "EST", -300 }, { "EDT", -240 }, { "CDT", -300 },
	{ "MST", -420 },  { "MDT", -360 },  { "PST", -480 },  { "PDT", -420 }, { "CET", 60 },   { "CEST", 120 },
	{ "SGT", 480 },   { "AEST", 600 },  { "AEDT", 660 },  { 0 },
};

#pragma GCC diagnostic pop

#endif
