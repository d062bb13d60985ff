/* Which topic a unit belongs to: that of the innermost heading that has one, or of the label above it. */
#include "feature/intake/intake_parts.h"

struct scope {
	enum topic topic;
	const struct unit *unit; /* NULL: no heading of this level is open */
	size_t section;
};

struct placing {
	struct reader *r;
	struct scope levels[BARE_LEVEL + 1];
	size_t sections;
	bool title_seen;
	/* a label whose text goes on below it */
	enum topic label;
	int label_depth;  /* -1: none is open */
	bool label_empty; /* all of its text is still to come */
	size_t label_section;
	/* action items under a heading of something else */
	bool lending;      /* the unit before was one */
	bool action_table; /* the table that is being read is of them */
	int box_depth;     /* of the box that the unit before had, or went on with; 0: it had none */
};

/* The innermost heading that says something, below a level. */
static const struct scope *innermost(const struct placing *p, int below) {
	for (int i = below - 1; i > 0; i--)
		if (p->levels[i].topic != TOPIC_NONE)
			return &p->levels[i];
	return NULL;
}

/* What stands under these keeps its topic: "### Detection" in a list of actions is a group, "### 14:03" in a timeline an entry. */
static bool keeps(enum topic topic) {
	return topic == TOPIC_TIMELINE || topic == TOPIC_ACTIONS || topic == TOPIC_MEASURES;
}

/* The first heading of a text without a title elsewhere is its title, whatever words are in it, unless it is the bare name of a section. */
static bool is_title(struct placing *p, const struct unit *u) {
	bool first = !p->title_seen && u->level == 1 && !p->r->front.title.n;
	p->title_seen |= u->level == 1;
	return first && (u->named == TOPIC_NONE || topic_of_bare(p->r->a, u->text) == TOPIC_NONE || plain_words(p->r->a, u->text).n > 24);
}

static void place_heading(struct placing *p, struct unit *u) {
	const struct scope *outer = innermost(p, u->level);
	bool title = is_title(p, u);
	enum topic named = title || (outer && keeps(outer->topic)) || u->named >= TOPIC_DATE ? TOPIC_NONE : u->named;
	if (outer && named == outer->topic)
		named = TOPIC_NONE;
	for (int i = u->level; i <= BARE_LEVEL; i++)
		p->levels[i] = (struct scope){ 0 };
	p->levels[u->level] = (struct scope){ named, u, named == TOPIC_NONE && outer ? outer->section : ++p->sections };
	p->label_depth = -1;
	u->topic = named != TOPIC_NONE ? named : outer ? outer->topic : TOPIC_NONE;
	u->section = p->levels[u->level].section;
}

/* The heading between the one that gives the topic and the unit. */
static const struct unit *group_of(const struct placing *p, const struct scope *topic) {
	for (int i = BARE_LEVEL; i > 0; i--) {
		if (&p->levels[i] == topic)
			return NULL;
		if (p->levels[i].unit)
			return topic ? p->levels[i].unit : NULL;
	}
	return NULL;
}

/* Where labels name what follows; elsewhere they are part of what is told ("Impact: …" below one of several causes). */
static bool takes_labels(enum topic topic) {
	return topic == TOPIC_NONE || topic == TOPIC_SUMMARY || topic == TOPIC_STORY || topic == TOPIC_ATTENDEES;
}

static bool facts_anywhere(enum topic named) {
	return named == TOPIC_STATUS || named == TOPIC_AUTHORS;
}

static bool ends_label(const struct placing *p, const struct unit *u) {
	if (p->label_depth < 0)
		return true;
	if (u->label.n && u->item_begins && u->depth <= p->label_depth)
		return true;
	if (u->label.n && u->label_bold && p->label_depth == 0)
		return true;
	return !p->label_empty &&
		(u->depth < p->label_depth || (u->item_begins && u->depth <= p->label_depth) || (p->label_depth == 0 && u->kind != UNIT_ROW));
}

static void open_label(struct placing *p, struct unit *u) {
	p->label = u->named;
	p->label_depth = u->depth;
	p->label_empty = u->text.n == 0;
	p->label_section = ++p->sections;
}

/* "Users affected: all" under the heading "Impact" says the impact: the label goes. */
static bool repeats(const struct unit *u, enum topic topic) {
	return u->named == topic && topic == TOPIC_IMPACT;
}

static void put_label_back(struct placing *p, struct unit *u) {
	if (u->label.n && u->text.n)
		u->text = arena_printf(p->r->a, "%.*s: %.*s", STR_FMT(u->label), STR_FMT(u->text));
	else if (u->label.n)
		u->text = u->label;
}

/* ---- action items by their looks ---- */

/* A table with these columns tells who does what until when. One with times tells what was done. */
static bool names_actions(struct arena *a, const struct unit *u, size_t least) {
	static const bool of_actions[] = { [COLUMN_TYPE] = true, [COLUMN_OWNER] = true, [COLUMN_TICKET] = true, [COLUMN_STATUS] = true,
		[COLUMN_DUE] = true, [COLUMN_PRIORITY] = true, [COLUMN_TIME] = false, [COLUMN_NUMBER] = false };
	size_t n = 0;
	bool text = false;
	for (size_t i = 0; i < u->cell_count; i++) {
		enum column column = column_of(a, u->cells[i]);
		if (column == COLUMN_TIME)
			return false;
		text |= column == COLUMN_TEXT;
		n += of_actions[column];
	}
	return text && n >= least;
}

static bool is_action_row(struct placing *p, const struct unit *u, bool either) {
	if (u->header)
		p->action_table = names_actions(p->r->a, u, either ? 1 : 3);
	return p->action_table;
}

/* An item with a box, and what is said below it. */
static bool is_boxed(struct placing *p, const struct unit *u, bool either) {
	bool below = p->lending && p->box_depth && u->depth >= p->box_depth && !(u->item_begins && u->depth == p->box_depth);
	if (u->check >= 0)
		p->box_depth = u->depth;
	else if (!below)
		p->box_depth = 0;
	return either && p->box_depth;
}

static void lend_to_actions(struct placing *p, struct unit *u, const struct scope *s) {
	bool either = s && s->topic == TOPIC_RESOLUTION && may_head_actions(p->r->a, s->unit->text);
	bool open = (u->topic == TOPIC_RESOLUTION || u->topic == TOPIC_NONE) && p->label_depth < 0;
	bool lends = open && (u->kind == UNIT_ROW ? is_action_row(p, u, either) : is_boxed(p, u, either));
	if (lends) {
		u->topic = TOPIC_ACTIONS;
		u->lent = true;
		u->section = p->lending ? p->sections : ++p->sections;
	}
	p->lending = lends;
}

/* Where times and spans stand beside what is told, and are no part of it. */
static bool takes_figures(enum topic topic) {
	return topic == TOPIC_NONE || topic == TOPIC_TIMELINE || topic == TOPIC_DETECTION || topic == TOPIC_RESOLUTION;
}

static void place_text(struct placing *p, struct unit *u) {
	const struct scope *s = innermost(p, BARE_LEVEL + 1);
	enum topic around = s ? s->topic : TOPIC_NONE;
	u->group_unit = group_of(p, s);
	u->group = u->group_unit ? u->group_unit->text : STR_NONE;
	u->topic = around;
	u->section = s ? s->section : 0;
	if (ends_label(p, u))
		p->label_depth = -1;
	bool names = u->label.n && u->named != TOPIC_NONE && (takes_labels(around) || facts_anywhere(u->named)) &&
		!(p->label_depth >= 0 && !takes_labels(p->label));
	/* An unknown label of a list of labels ends the one before. */
	bool unknown = u->label.n && u->label_bold && u->item_begins && u->named == TOPIC_NONE && around == TOPIC_NONE && p->label_depth < 0;
	if (names)
		open_label(p, u);
	if (p->label_depth >= 0) {
		u->topic = p->label;
		u->section = p->label_section;
		u->group_unit = NULL;
		u->group = STR_NONE;
	}
	if (unknown)
		u->topic = TOPIC_REST;
	if (u->figure && takes_figures(u->topic))
		u->topic = TOPIC_STATS;
	lend_to_actions(p, u, s);
	if (!names && !repeats(u, u->topic) && u->topic != TOPIC_TIMELINE && u->topic != TOPIC_STORY && u->topic != TOPIC_NONE)
		put_label_back(p, u);
}

void units_place(struct reader *r) {
	struct placing p = { .r = r, .label_depth = -1 };
	for (size_t i = 0; i < r->n; i++) {
		if (r->units[i].kind == UNIT_HEADING)
			place_heading(&p, &r->units[i]);
		else
			place_text(&p, &r->units[i]);
	}
}
