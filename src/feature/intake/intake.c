#include "feature/intake/intake_parts.h"
#include "text/utf8.h"

enum { LANGUAGE_SAMPLE = 20000 };

/* Korean, when a tenth of the letters is Hangul: code and names around it are not. */
static bool is_korean(str text) {
	size_t hangul = 0, latin = 0;
	text = utf8_head(str_to(text, LANGUAGE_SAMPLE * 3), LANGUAGE_SAMPLE);
	for (size_t i = 0; i < text.n;) {
		uint32_t cp = utf8_next(text, &i);
		hangul += cp >= 0xAC00 && cp <= 0xD7A3;
		latin += (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
	}
	return hangul * 9 > latin;
}

static void note_rest(struct reader *r) {
	struct lifted *l = r->out;
	if (!l->title.n)
		note_add(r, 0, N_("no title was found"));
	if (!l->date.n)
		note_add(r, 0, N_("no date was found"));
	size_t undated = 0, unzoned = 0;
	for (size_t i = 0; i < l->event_count; i++) {
		const struct lifted_time *when = &l->events[i].when;
		undated += when->wall == I64_NONE;
		unzoned += when->wall != I64_NONE && !when->day_only && when->at == I64_NONE;
	}
	if (undated)
		note_add(r, 0, N_("%zu timeline entries have no time that could be worked out"), undated);
	if (unzoned && !l->timezone.n)
		note_add(r, 0, N_("the text names no time zone"));
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].kind == UNIT_HEADING && r->units[i].topic == TOPIC_NONE && r->units[i].level > 1)
			note_add(r, r->units[i].line, N_("section “%.*s” was left in the text"), STR_FMT(utf8_head(r->units[i].text, 80)));
}

enum st intake_parse(struct arena *a, str file, str text, enum lang lang, struct lifted *out) {
	struct reader r = { .a = a, .lang = lang, .file = file, .out = out };
	*out = (struct lifted){ 0 };
	text = utf8_repair(a, text);
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_from(text, 3);
	r.text = front_read(a, text, &r.front);
	r.korean = is_korean(r.text);
	out->lang = r.korean ? STR("ko") : STR("en");
	enum st st = units_read(&r);
	if (st != ST_OK)
		return st;
	units_place(&r);
	lift_head(&r);
	lift_timeline(&r);
	lift_date(&r);
	lift_actions(&r);
	lift_sections(&r);
	note_rest(&r);
	return ST_OK;
}

/* ---- JSON ---- */

static void put(struct jw *w, const char *key, str value) {
	jw_key(w, key);
	if (value.n)
		jw_str(w, value);
	else
		jw_null(w);
}

static void put_list(struct jw *w, const char *key, const struct lifted_list *l) {
	jw_karr(w, key);
	for (size_t i = 0; i < l->n; i++)
		jw_str(w, l->items[i]);
	jw_end(w);
}

static void put_events(struct jw *w, const struct lifted *l) {
	jw_karr(w, "timeline");
	for (size_t i = 0; i < l->event_count; i++) {
		const struct lifted_event *e = &l->events[i];
		jw_obj(w);
		put(w, "timestamp_text", e->when.text);
		jw_key(w, "utc");
		if (e->when.at == I64_NONE)
			jw_null(w);
		else
			jw_time(w, e->when.at);
		put(w, "text", e->text);
		if (e->when.approximate)
			jw_kbool(w, "approximate", true);
		jw_end(w);
	}
	jw_end(w);
}

static void put_actions(struct jw *w, const struct lifted *l) {
	jw_karr(w, "action_items");
	for (size_t i = 0; i < l->action_count; i++) {
		const struct lifted_action *x = &l->actions[i];
		jw_obj(w);
		put(w, "text", x->text);
		put(w, "type", x->type);
		put(w, "owner", x->owner);
		put(w, "ticket", x->ticket);
		put(w, "status", x->status);
		put(w, "due", x->due);
		put(w, "group", x->group);
		jw_end(w);
	}
	jw_end(w);
}

static void put_lessons(struct jw *w, const struct lifted *l) {
	jw_kobj(w, "lessons");
	put_list(w, "went_well", &l->went_well);
	put_list(w, "went_wrong", &l->went_wrong);
	put_list(w, "lucky", &l->lucky);
	put_list(w, "other", &l->lessons);
	jw_end(w);
}

static void put_stats(struct jw *w, const struct lifted *l) {
	jw_kobj(w, "stats");
	for (size_t i = 0; i < l->stat_count; i++) {
		jw_key_str(w, l->stats[i].name);
		jw_str(w, l->stats[i].value);
	}
	jw_end(w);
}

/* One text, as whoever reads the file by hand would have written them. */
static void put_notes(struct jw *w, const struct lifted *l) {
	struct buf b = { 0 };
	for (size_t i = 0; i < l->note_count; i++) {
		buf_printf(&b, "%s", i ? "; " : "");
		if (l->notes[i].line)
			buf_printf(&b, "%zu: ", l->notes[i].line);
		buf_add(&b, l->notes[i].text);
	}
	jw_key(w, "notes");
	jw_str(w, buf_str(&b));
	buf_free(&b);
}

void intake_json(struct jw *w, str id, str file, const struct lifted *l) {
	jw_obj(w);
	jw_kstr(w, "id", id);
	jw_kstr(w, "source_file", file);
	jw_kstr(w, "lang", l->lang);
	put(w, "title", l->title);
	put(w, "date", l->date);
	put(w, "status", l->status);
	put_list(w, "authors", &l->authors);
	put_list(w, "attendees", &l->attendees);
	put(w, "severity", l->severity);
	put(w, "summary", l->summary);
	put(w, "impact", l->impact);
	put_list(w, "root_causes", &l->root_causes);
	put_list(w, "contributing_factors", &l->factors);
	put(w, "trigger", l->trigger);
	put(w, "detection", l->detection);
	put(w, "resolution", l->resolution);
	put(w, "timezone", l->timezone);
	put_events(w, l);
	put_actions(w, l);
	put_lessons(w, l);
	put_stats(w, l);
	put_notes(w, l);
	jw_end(w);
}
