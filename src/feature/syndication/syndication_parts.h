/* Private to the room. */
#ifndef FEATURE_SYNDICATION_SYNDICATION_PARTS_H
#define FEATURE_SYNDICATION_SYNDICATION_PARTS_H

#include "feature/syndication/syndication.h"

/* A document as it was published last. */
struct feed_entry {
	int64_t document, version, at, first_at;
	str title, kind, lang, note;
};
/* The newest, of this service or (0) of all; the actor's. */
MUST_CHECK enum st store_feed_entries(struct ctx *c, int64_t service, struct feed_entry **out, size_t *n);

/* An action item with a due date, or a document that is to be published by then. */
enum became { DATE_OPEN, DATE_DONE, DATE_DROPPED };
struct due_date {
	str prefix; /* "ACT", "PM" */
	int64_t id, due, changed_at, version;
	enum became became;
	str title, owner, incident;
};
/* Of this person, of the people of this team, or (0, 0) of all; the actor's. */
MUST_CHECK enum st store_due_dates(struct ctx *c, int64_t person, int64_t team, struct due_date **out, size_t *n);

/* base: "https://bokgi.example.org". self: the path of the feed, or empty when it holds a secret. */
void atom_write(struct ctx *c, struct buf *out, str base, str self, const struct feed_entry *entries, size_t n);
void calendar_write(struct ctx *c, struct buf *out, str base, const struct due_date *dates, size_t n);
/* One content line: escaped, folded at 75 octets without splitting a character. */
void calendar_text(struct buf *out, const char *name, str value);
/* The host of base, without a port: the authority of tag: URIs and UIDs. */
str feed_host(str base);

#endif
