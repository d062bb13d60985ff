/* Words that tell nothing about what happened: grammar, and what every report of an incident says. One row of either list is one word. */
#ifndef SEARCH_SIMILAR_WORDS_H
#define SEARCH_SIMILAR_WORDS_H

/* Sorted by nobody: looked up in a table that is made of it. Pairs of syllables for Korean, as texts are cut into them. */
static const char *const stop_words[] = {
	"a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "below", "between",
	"both", "but", "by", "can", "could", "did", "do", "does", "doing", "down", "during", "each", "few", "for", "from", "further", "had", "has", "have", "having", "he", "her", "here",
	"hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "like", "may", "me", "might", "more", "most", "must", "my", "no", "nor", "not", "now", "of", "off",
	"on", "once", "one", "only", "or", "other", "our", "out", "over", "own", "per", "same", "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then",
	"there", "these", "they", "this", "those", "through", "to", "too", "two", "three", "under", "until", "up", "upon", "us", "using", "very", "via", "was", "we", "were", "what", "when",
	"where", "which", "while", "who", "whom", "why", "will", "with", "within", "without", "would", "you", "your", "however", "due", "well", "including", "since", "despite", "still",
	"even", "first", "later", "several", "many", "new", "used", "use", "made", "make", "http", "https", "www", "com", "org", "html", "md", "am", "pm", "utc", "gmt", "pst", "pdt",
	"est", "edt", "cet", "cest", "kst", "jst", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", "sunday",
	/* of every report */
	"led", "cause", "caused", "causing", "causes", "result", "resulted", "resulting", "results", "issue", "issues", "incident", "incidents", "outage", "outages", "service", "services",
	"system", "systems", "problem", "problems", "failure", "failures", "failed", "fail", "team", "teams", "user", "users", "customer", "customers", "root", "impact", "impacted",
	"affected", "company", "time", "times", "hour", "hours", "minute", "minutes", "day", "days", "began", "start", "started", "occurred", "postmortem", "summary", "timeline", "title",
	"url", "uuid", "categories", "keywords", "lessons", "action", "actions", "items",
	"장애", "발생", "서비", "비스", "하였", "했다", "합니", "니다", "습니", "었습", "였습", "있었", "있는", "있습", "하는", "하여", "으로", "에서", "되었", "되어", "때문", "그리", "리고",
	"그러", "러나", "하지", "지만", "이후", "대한", "대해", "통해", "위해", "경우", "관련", "원인", "영향", "조치", "사용", "용자", "고객", "시간", "사고", "문제", "확인", "진행", "오전", "오후",
	"분경", "었다", "였다", "됩니", "입니", "이다", "한다", "된다", "에는", "에도", "부터", "까지", "으며", "면서",
};

/* Lines that begin so say who wrote it. Folded. */
static const char *const author_labels[] = { "author:", "authors:", "author(s):", "written by", "created by:", "작성자:", "작성:", "저자:" };

/* Endings of English words, the longest first, and what stands in their place. */
static const struct {
	const char *from, *to;
} endings[] = {
	{ "ization", "iz" }, { "ational", "at" }, { "fulness", "ful" }, { "ements", "ement" }, { "ments", "ment" }, { "ingly", "" }, { "edly", "" }, { "ities", "iti" }, { "iness", "i" },
	{ "tions", "t" }, { "tion", "t" }, { "sions", "s" }, { "sion", "s" }, { "ives", "iv" }, { "ive", "iv" }, { "ings", "" }, { "ing", "" }, { "ies", "i" }, { "ied", "i" },
	{ "ers", "er" }, { "ed", "" }, { "es", "" }, { "ly", "" }, { "s", "" }, { "e", "" }, { "y", "i" },
};

#endif
