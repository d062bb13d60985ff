/* Operational transformation over the text of a live document: CodeMirror's ChangeSet (package @codemirror/state, text changes only), bit for bit.
 *
 * A change set says, from the start of the old text to its end, what is kept, deleted and inserted. On the wire it is ChangeSet's own JSON:
 * [5,[2,"ab","cd"],[0,"x"],10] = keep 5, replace 2 by "ab\ncd", insert "x", keep 10. Lengths count UTF-16 units, a line break counts 1; inserted text is a list of
 * lines. compose and map give exactly the sections that ChangeSet.compose and ChangeSet.map give (method: the package's addSection, composeSets and
 * mapSet, whose behaviour test/changeset compares with the package itself on random cases).
 *
 * Positions are UTF-16 offsets. Everything lies in the arena given; a result may share the inserted text of its arguments or be one of them, so it lives as long as
 * the shortest-lived arena among them (changeset_copy to keep it longer). Nothing here fails but parse and rebase: map and compose abort when lengths do not fit
 * (check with changeset_old_length / changeset_new_length before, as the server does for a push). The text itself: text/text.h. */
#ifndef TEXT_CHANGESET_H
#define TEXT_CHANGESET_H

#include "base/arena.h"
#include "base/json.h"

struct changeset;

/* ST_OK; ST_MALFORMED not that form; ST_INVALID a lone surrogate, a line break or NUL inside a line, a negative or overflowing length, a section that says nothing (0, [0]). */
MUST_CHECK enum st changeset_from_json(struct arena *a, const json_t *v, const struct changeset **out);
void changeset_to_json(const struct changeset *c, struct buf *out);
int64_t changeset_old_length(const struct changeset *c);
int64_t changeset_new_length(const struct changeset *c);
bool changeset_is_empty(const struct changeset *c); /* changes nothing */
/* One replacement: [from, to) of a text of length by text (UTF-8; "\n", "\r\n" and "\r" are line breaks, as in the editor). from and to are brought into the text. */
const struct changeset *changeset_replace(struct arena *a, int64_t length, int64_t from, int64_t to, str text);

/* All of c, inserted text too, in a. */
const struct changeset *changeset_copy(struct arena *a, const struct changeset *c);

const struct changeset *changeset_compose(struct arena *a, const struct changeset *first, const struct changeset *then);
/* c as it must be after o, both made from the same text. before: at equal positions c's insertion stands before o's. */
const struct changeset *changeset_map(struct arena *a, const struct changeset *c, const struct changeset *o, bool before);
/* Where a position goes; assoc < 0 stays left of what is inserted there, otherwise right. A position behind the text goes to its end. */
int64_t changeset_map_pos(const struct changeset *c, int64_t pos, int assoc);
/* As map_pos with MapMode.TrackDel: *deleted tells that the text around it was deleted. */
int64_t changeset_map_pos_tracked(const struct changeset *c, int64_t pos, int assoc, bool *deleted);

/* What a change leaves of pieces of the old text, which stand in order and apart: what is kept keeps its identity, what is typed over is gone, whatever is put in its place. In a; returns how
 * many pieces there are now. */
struct changeset_span {
	int64_t from, to;
};
size_t changeset_map_spans(struct arena *a, const struct changeset *c, const struct changeset_span *spans, size_t n, struct changeset_span **out);

/* Walks the replacements in order, neighbours not joined: struct changeset_edit e = { 0 }; while (changeset_next(c, &e)) … */
struct changeset_edit {
	int64_t from, to;      /* in the old text */
	int64_t at;            /* where it begins in the new one */
	const uint16_t *units; /* what is inserted, '\n' between its lines */
	int64_t count;
	int64_t old_end, new_end;
	size_t section, used;
};
bool changeset_next(const struct changeset *c, struct changeset_edit *e);

/* The server's half of the update protocol. pending: n updates of one client made at the same older version; log: the m updates accepted since, in order, own[i] telling
 * which of them are the client's own (already confirmed: they cancel its first pending ones). Rebases one update at a time (DESIGN: the stock way diverges) and
 * returns in out (room for n) what is to be appended, *out_n of them. ST_INVALID when lengths do not fit. */
MUST_CHECK enum st changeset_rebase(struct arena *a, const struct changeset *const *pending, size_t n, const struct changeset *const *log, const bool *own, size_t m,
	const struct changeset **out, size_t *out_n);

#endif
