/* What everybody reads: a document as it was when it was published, for good. Publishing again makes a new version. Whoever sees the document sees what was published of it:
 * everybody, unless its incident is restricted.
 *
 * Events, with the topics of the document and publications: document.published {version, text_version, note, sections: [heading]} and document.archived {version}. */
#ifndef FEATURE_PUBLICATION_PUBLICATION_H
#define FEATURE_PUBLICATION_PUBLICATION_H

#include "feature/review/review.h"

extern const struct room publication_room;

/* A section that differs from the version before. */
struct publication_change {
	str heading; /* empty: what stands before the first one */
	int kind;    /* enum revision_kind */
};
struct publication {
	int64_t id;
	struct document_about document; /* with the title it was published under */
	int64_t version;
	int kind, lang;                 /* of the document */
	bool restricted;
	str note;
	struct list changes;
	int64_t text_version, at;
	struct ref by;
	int state;                      /* the document's, now */
	struct document_actions actions; /* now */
	bool latest;
	str html;                       /* publication.get alone */
	/* not in the JSON */
	str markdown, record, changes_json;
};
extern const struct shape publication_shape;

#endif
