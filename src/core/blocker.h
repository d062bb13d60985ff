/* What stands between a document and its publication. Each room says what of its records is not ready yet; feature/review asks all of them, knows what was let pass and why, and
 * feature/publication refuses as long as anything is left. A check tells in words what to do, and where:
 *
 *   static enum st check_sections(struct ctx *c, const struct blocker_subject *s, struct blockers *out) {
 *       … blocker_add(c, out, name, link, N_("Write the section “%.*s”, or take it out with a reason."), STR_FMT(name));
 *   }
 *   BLOCKER(document, section, check_sections, N_("published without this section"));
 *
 * The last argument says what it means to let it pass; NULL: nobody can. */
#ifndef CORE_BLOCKER_H
#define CORE_BLOCKER_H

#include "base/registry.h"
#include "core/shape.h"

struct blocker_subject {
	int64_t document;
	const int64_t *incidents; /* those it is about, that the actor may see */
	size_t incident_count;
	str text;                 /* as it is now */
	int64_t text_version;
};

struct blocker {
	str code;     /* "section": of the check */
	str subject;  /* which one, for letting it pass; the same as long as it is the same */
	str words;    /* what to do, in the language of whoever asks */
	str link;     /* where: a path of ours */
	str waiver;   /* what letting it pass means; empty: it cannot be */
	bool waived;
	str reason;   /* why it was let pass, by whom and when */
	struct ref by;
	int64_t at;
};

struct blockers {
	struct blocker *items;
	size_t n, room;
	const struct blocker_check *check; /* the one that runs */
};

struct blocker_check {
	const char *code;
	enum st (*run)(struct ctx *c, const struct blocker_subject *s, struct blockers *out);
	const char *waiver; /* English key */
};
#define BLOCKER(room, check_code, function, waiver_text)                                                                        \
	static const struct blocker_check blocker_check_##room##_##check_code = { #check_code, (function), (waiver_text) };         \
	REGISTER(blocker_check, blocker_check_##room##_##check_code)

/* words: an English key of the catalogue and its arguments. */
void blocker_add(struct ctx *c, struct blockers *out, str subject, str link, const char *words, ...) PRINTF_LIKE(5, 6);
/* Every check of every room, in the order of their codes. */
MUST_CHECK enum st blockers_find(struct ctx *c, const struct blocker_subject *s, struct blockers *out);

#endif
