/* TBDs over time: a row for each, from the day it was written down until it is filled; and a word when one falls due. */
#include "base/clock.h"
#include "core/job.h"
#include "feature/document/document_report.h"
#include "feature/org/org.h"
#include "text/utf8.h"

struct tracking {
	struct ctx *c;
	struct document d;
	const struct zone *zone;
	int64_t at, version;
	size_t changed, open;
};

static int64_t day_in(const struct zone *zone, int64_t at) {
	struct civil day = zone_civil(zone, at);
	return civil_days(day.year, day.month, day.day);
}

static struct tbd_note note_of(struct tracking *t, const struct document_tbd *m, const struct tbd_row *row, size_t place) {
	struct tbd_note n = { (int64_t)place, m->due, m->text, utf8_fold(t->c->a, m->owner), m->due_words };
	bool same_words = row && n.due_words.n && str_eq(row->due_words, n.due_words);
	if (same_words)
		n.due = row->due;
	else if (n.due == I64_NONE && n.due_words.n && !tbd_day(n.due_words, day_in(t->zone, t->at), &n.due))
		n.due = I64_NONE;
	return n;
}

static enum st keep_mark(struct tracking *t, const struct document_tbd *m, const struct tbd_row *row, size_t place) {
	struct tbd_note n = note_of(t, m, row, place);
	if (!row) {
		t->changed++;
		return tbd_store_insert(t->c, t->d.id, &n, t->at, t->version);
	}
	bool same = row->filled_at == I64_NONE && str_eq(row->text, n.text) && str_eq(row->owner, n.owner) && row->due == n.due && str_eq(row->due_words, n.due_words);
	t->changed += !same;
	return tbd_store_update(t->c, row->id, &n);
}

static enum st fill_gone(struct tracking *t, const struct tbd_row *rows, size_t n) {
	enum st st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		if (rows[i].seen || rows[i].filled_at != I64_NONE)
			continue;
		t->changed++;
		st = tbd_store_fill(t->c, rows[i].id, t->at, t->version);
	}
	return st;
}

static enum st compare(struct tracking *t) {
	struct tbd_row *rows;
	size_t n;
	const struct document_tbd *marks;
	size_t mark_count = tbd_list(t->c->a, t->d.text, &marks);
	enum st st = tbd_store_of(t->c, t->d.id, &rows, &n);
	if (st != ST_OK || (!n && !mark_count))
		return st;
	struct tbd_row **pair = arena_array(t->c->a, mark_count, sizeof(struct tbd_row *));
	tbd_pair(marks, mark_count, rows, n, pair);
	for (size_t i = 0; st == ST_OK && i < mark_count; i++)
		st = keep_mark(t, &marks[i], pair[i], i + 1);
	t->open = mark_count;
	return st == ST_OK ? fill_gone(t, rows, n) : st;
}

static enum st track(struct ctx *c, const struct event *e) {
	struct tracking t = { .c = c, .at = e->at };
	enum st st = store_document(c, e->noun_id, &t.d);
	if (st == ST_OK)
		st = collab_read(c, t.d.live_text, INT64_MAX, &t.d.text, &t.version);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	if (zone_find(t.d.zone, &t.zone) != ST_OK)
		t.zone = zone_utc();
	st = compare(&t);
	return st == ST_OK && t.changed ? report_emit(c, "tbd.changed", t.d.id, t.d.scope, arena_printf(c->a, "{\"open\":%zu}", t.open)) : st;
}

static enum st track_begun(struct ctx *c, const struct event *e) {
	return track(c, e);
}
EVENT_ON(document, "document.created", track_begun);

static enum st track_edited(struct ctx *c, const struct event *e) {
	return track(c, e);
}
EVENT_ON(document, "document.edited", track_edited);

/* Once for each date: a due date that is moved is told of again. */
enum st tbd_tell_due(struct ctx *c) {
	const struct zone *zone;
	struct list due;
	enum st st = org_zone(c, &zone);
	if (st == ST_OK)
		st = tbd_store_due(c, day_in(zone, c->now), &due);
	for (size_t i = 0; st == ST_OK && i < due.n; i++) {
		const struct tbd *t = (const struct tbd *)due.items + i;
		struct civil day = civil_from_us(t->due * US_PER_DAY);
		st = tbd_store_told(c, t->id);
		if (st == ST_OK)
			st = report_emit(c, "tbd.due", t->document, t->scope,
				arena_printf(c->a, "{\"tbd\":%lld,\"owner\":%lld,\"due\":\"%04d-%02d-%02d\"}", (long long)t->id, (long long)t->owner.id, day.year, day.month, day.day));
	}
	return st;
}
JOB_EVERY(document, tbd_tell_due, 3600);
