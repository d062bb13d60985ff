/* Sections that are told in words: summary, impact, causes, trigger, detection, resolution, factors, lessons; people and figures. */
#include "feature/intake/intake_parts.h"
#include "text/utf8.h"

/* ---- texts ---- */

static bool of_section(const struct unit *u, enum topic topic) {
	return u->topic == topic && u->kind != UNIT_HEADING;
}

/* All of a topic's words, paragraphs and items each on a line of their own. */
static str words_of(struct reader *r, enum topic topic) {
	struct buf b = buf_in(r->a);
	for (size_t i = 0; i < r->n; i++)
		if (of_section(&r->units[i], topic))
			add_line(&b, collapse(r->a, r->units[i].text));
	return buf_str(&b);
}

/* Without a section that says so, what stands between the title and the first section sums it up. */
static str opening(struct reader *r) {
	struct buf b = buf_in(r->a);
	for (size_t i = 0; i < r->n; i++) {
		const struct unit *u = &r->units[i];
		bool heading = u->kind == UNIT_HEADING;
		if (heading && (u->level > 1 || u->topic != TOPIC_NONE))
			break;
		bool aside = heading || u->quoted || u->label.n || u->kind == UNIT_ROW || u->topic != TOPIC_NONE || u->item_begins;
		bool title = str_eq(collapse(r->a, u->text), r->out->title);
		if (aside && b.n)
			break;
		if (!aside && !title)
			add_line(&b, collapse(r->a, u->text));
	}
	return buf_str(&b);
}

static bool has_section(struct reader *r, enum topic topic) {
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].topic == topic)
			return true;
	return false;
}

/* ---- lists ---- */

static bool same_section(const struct unit *a, const struct unit *b) {
	return a->topic == b->topic && a->section == b->section;
}

static size_t section_end(const struct reader *r, size_t at) {
	size_t end = at + 1;
	while (end < r->n && same_section(&r->units[at], &r->units[end]))
		end++;
	return end;
}

/* The depth of the outermost items in a section; 0: there are none. */
static int outermost(const struct reader *r, size_t from, size_t to) {
	int depth = 0;
	for (size_t i = from; i < to; i++)
		if (r->units[i].item_begins && (!depth || r->units[i].depth < depth))
			depth = r->units[i].depth;
	return depth;
}

struct listing {
	struct reader *r;
	struct lifted_list *out;
	struct buf item;
};

static void end_item(struct listing *l) {
	list_add(l->r->a, l->out, collapse(l->r->a, buf_str(&l->item)));
	buf_clear(&l->item);
}

/* Items with what is said below them; nested: those below are items of their own. Without items, paragraphs. */
static void list_section(struct reader *r, size_t from, size_t to, bool nested, struct lifted_list *out) {
	struct listing l = { r, out, buf_in(r->a) };
	int depth = outermost(r, from, to);
	for (size_t i = from; i < to; i++) {
		const struct unit *u = &r->units[i];
		bool begins = depth == 0 || (u->item_begins && (nested || u->depth <= depth));
		if (u->kind == UNIT_HEADING || (depth && !begins && (u->depth < depth || !l.item.n))) {
			end_item(&l); /* what stands before or behind a list only leads to it */
			continue;
		}
		if (begins)
			end_item(&l);
		add_line(&l.item, u->text);
	}
	end_item(&l);
}

static void list_topic(struct reader *r, enum topic topic, bool nested, struct lifted_list *out) {
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].topic == topic) {
			size_t end = section_end(r, i);
			list_section(r, i, end, nested, out);
			i = end - 1;
		}
}

/* ---- causes ---- */

/* "There were two causes:" */
static bool leads_to_causes(struct arena *a, str text) {
	static const char *const words[] = { "factors:", "causes:", "reasons:", "cause:", "following:", "issues:", "problems:", "failures:",
		"요인:", "원인:", "이유:", "다음과 같다:", "다음과 같습니다:" };
	str folded = str_trim(utf8_fold(a, text));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_ends(folded, str_c(words[i])))
			return true;
	return false;
}

static size_t subheadings(const struct reader *r, size_t from, size_t to) {
	size_t n = 0;
	for (size_t i = from + 1; i < to; i++)
		n += r->units[i].kind == UNIT_HEADING && r->units[i].level < BARE_LEVEL;
	return n;
}

/* "1. ✅ Fixed: Wrong syntax": the words of the heading. */
static str heading_words(struct arena *a, str s) {
	s = without_signs(collapse(a, s));
	size_t i = 0;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (i && i < s.n && (s.p[i] == '.' || s.p[i] == ')'))
		s = str_from(s, i + 1);
	return without_signs(s);
}

static bool numbered(str s) {
	s = without_signs(s);
	return s.n && ((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '#');
}

static bool numbered_headings(const struct reader *r, size_t from, size_t to) {
	size_t n = 0;
	for (size_t i = from + 1; i < to; i++)
		n += r->units[i].kind == UNIT_HEADING && numbered(r->units[i].text);
	return n >= 2;
}

static void headings_as_causes(struct reader *r, size_t from, size_t to) {
	for (size_t i = from + 1; i < to; i++)
		if (r->units[i].kind == UNIT_HEADING && numbered(r->units[i].text))
			list_add(r->a, &r->out->root_causes, heading_words(r->a, r->units[i].text));
}

/* Are the items of the section causes each, or details of the one that is told above them? */
static bool items_are_causes(struct reader *r, size_t from, size_t to) {
	const struct unit *lead = NULL;
	for (size_t i = from; i < to && !r->units[i].item_begins; i++)
		if (r->units[i].kind == UNIT_TEXT)
			lead = &r->units[i];
	return outermost(r, from, to) > 0 && (!lead || leads_to_causes(r->a, lead->text));
}

static void causes_of(struct reader *r, size_t from, size_t to) {
	struct buf b = buf_in(r->a);
	if (numbered_headings(r, from, to)) {
		headings_as_causes(r, from, to);
		return;
	}
	if (items_are_causes(r, from, to)) {
		list_section(r, from, to, false, &r->out->root_causes);
		return;
	}
	for (size_t i = from; i < to && !(i > from && r->units[i].kind == UNIT_HEADING && subheadings(r, from, to) && b.n); i++)
		if (r->units[i].kind != UNIT_HEADING)
			add_line(&b, collapse(r->a, r->units[i].text));
	list_add(r->a, &r->out->root_causes, buf_str(&b));
}

/* ---- what is told in passing ---- */

/* Words by which a sentence says something that no section says; rest: only what stands behind them. */
static const struct cue {
	enum topic topic;
	bool rest;
	const char *words; /* folded */
} cues[] = {
	{ TOPIC_CAUSES, true, "this was because " },
	{ TOPIC_CAUSES, true, "root cause was " },
	{ TOPIC_CAUSES, true, "root cause is " },
	{ TOPIC_CAUSES, true, "cause of the incident was actually " },
	{ TOPIC_CAUSES, true, "cause of the incident was " },
	{ TOPIC_CAUSES, true, "cause of the outage was " },
	{ TOPIC_CAUSES, true, "this was caused by " },
	{ TOPIC_CAUSES, true, "was ultimately caused by " },
	{ TOPIC_CAUSES, true, "원인은 " },
	{ TOPIC_TRIGGER, false, "occurred immediately following " },
	{ TOPIC_TRIGGER, false, "was triggered by " },
	{ TOPIC_IMPACT, false, "불편을 겪" },
	{ TOPIC_IMPACT, false, "마비되었" },
	{ TOPIC_IMPACT, false, "마비됐" },
	{ TOPIC_IMPACT, false, "이용할 수 없" },
	{ TOPIC_IMPACT, false, "접속할 수 없" },
};

static str sentence_at(str text) {
	ptrdiff_t end = str_find(text, STR(". "));
	ptrdiff_t line = str_find(text, STR(".\n"));
	end = end < 0 || (line >= 0 && line < end) ? line : end;
	return end < 0 ? text : str_to(text, (size_t)end + 1);
}

/* What the first sentence with a cue of that topic says. */
static str cue_in(struct reader *r, str text, enum topic topic) {
	for (str rest = text, sentence; rest.n; rest = str_from(rest, sentence.n)) {
		sentence = sentence_at(rest);
		str folded = utf8_fold(r->a, sentence);
		for (size_t i = 0; i < sizeof cues / sizeof *cues && folded.n == sentence.n; i++) {
			ptrdiff_t at = cues[i].topic == topic ? str_find(folded, str_c(cues[i].words)) : -1;
			if (at >= 0)
				return collapse(r->a, cues[i].rest ? str_from(sentence, (size_t)at + strlen(cues[i].words)) : sentence);
		}
	}
	return STR_NONE;
}

enum { LONGEST_PASSAGE = 8000 };

static str in_passing(struct reader *r, enum topic topic) {
	static const bool looked_into[] = { [TOPIC_SUMMARY] = true, [TOPIC_RESOLUTION] = true, [TOPIC_STORY] = true, [TOPIC_NONE] = false };
	str found = cue_in(r, str_to(r->out->summary, LONGEST_PASSAGE), topic);
	for (size_t i = 0; i < r->n && !found.n; i++) {
		enum topic place = r->units[i].topic;
		if (place < sizeof looked_into / sizeof *looked_into && looked_into[place])
			found = cue_in(r, str_to(r->units[i].text, LONGEST_PASSAGE), topic);
	}
	return found;
}

static void lift_causes(struct reader *r) {
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].topic == TOPIC_CAUSES) {
			size_t end = section_end(r, i);
			causes_of(r, i, end);
			i = end - 1;
		}
	if (r->out->root_causes.n == 0)
		list_add(r->a, &r->out->root_causes, in_passing(r, TOPIC_CAUSES));
}

/* ---- figures and people ---- */

static str key_of(struct arena *a, str s) {
	str words = plain_words(a, s);
	char *p = arena_alloc(a, words.n + 1);
	for (size_t i = 0; i < words.n; i++)
		p[i] = words.p[i] == ' ' ? '_' : words.p[i];
	return (str){ p, words.n };
}

static void add_stat(struct reader *r, str name, str value) {
	struct lifted *l = r->out;
	if (!name.n || !value.n || name.n > 60 || value.n > 200)
		return;
	for (size_t i = 0; i < l->stat_count; i++)
		if (str_eq(l->stats[i].name, key_of(r->a, name)))
			return;
	l->stats = more_room(r->a, l->stats, l->stat_count, &l->stat_room, sizeof *l->stats);
	l->stats[l->stat_count++] = (struct lifted_stat){ key_of(r->a, name), collapse(r->a, value) };
}

static void lift_stats(struct reader *r) {
	for (size_t i = 0; i < r->n; i++) {
		const struct unit *u = &r->units[i];
		if (u->kind == UNIT_HEADING || (u->topic != TOPIC_STATS && u->topic != TOPIC_DURATION))
			continue;
		ptrdiff_t colon = str_chr(u->text, ':');
		if (u->figure)
			add_stat(r, u->cells[0], u->cells[1]);
		else if (u->topic == TOPIC_DURATION && u->named == TOPIC_DURATION && u->label.n)
			add_stat(r, u->label, u->text);
		else if (colon > 0)
			add_stat(r, str_to(u->text, (size_t)colon), str_from(u->text, (size_t)colon + 1));
	}
}

static bool initials(str s) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return s.n > 3;
}

static void lift_attendees(struct reader *r) {
	for (size_t i = 0; i < r->n; i++) {
		const struct unit *u = &r->units[i];
		if (u->topic != TOPIC_ATTENDEES || u->kind == UNIT_HEADING)
			continue;
		str rest = u->text;
		if (u->kind == UNIT_ROW)
			rest = u->header || !u->cell_count ? STR_NONE : u->cells[0];
		if (!initials(rest))
			add_names(r, &r->out->attendees, rest);
		while (initials(u->text) && rest.p)
			add_names(r, &r->out->attendees, str_cut(&rest, ' '));
	}
}

/* The last entry of a list of moments may be all that is said of it. */
static void conclude_status(struct reader *r) {
	struct lifted *l = r->out;
	for (size_t i = 0; i < l->event_count && !l->status.n; i++)
		if (str_is(l->events[i].text, "Resolved") || str_is(l->events[i].text, "Closed") || str_is(l->events[i].text, "해결") ||
			str_is(l->events[i].text, "종료"))
			l->status = l->events[i].text;
}

void lift_sections(struct reader *r) {
	struct lifted *l = r->out;
	l->summary = r->front.summary.n && !has_section(r, TOPIC_SUMMARY) ? r->front.summary : words_of(r, TOPIC_SUMMARY);
	if (!l->summary.n && !has_section(r, TOPIC_SUMMARY))
		l->summary = opening(r);
	l->impact = words_of(r, TOPIC_IMPACT);
	l->trigger = words_of(r, TOPIC_TRIGGER);
	l->detection = words_of(r, TOPIC_DETECTION);
	l->resolution = words_of(r, TOPIC_RESOLUTION);
	if (!l->impact.n)
		l->impact = in_passing(r, TOPIC_IMPACT);
	if (!l->trigger.n)
		l->trigger = in_passing(r, TOPIC_TRIGGER);
	lift_causes(r);
	list_topic(r, TOPIC_FACTORS, true, &l->factors);
	list_topic(r, TOPIC_WELL, false, &l->went_well);
	list_topic(r, TOPIC_WRONG, false, &l->went_wrong);
	list_topic(r, TOPIC_LUCKY, false, &l->lucky);
	list_topic(r, TOPIC_LESSONS, false, &l->lessons);
	lift_stats(r);
	lift_attendees(r);
	conclude_status(r);
}
