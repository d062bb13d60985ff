-- What was published: each time the document as it was, for good.

CREATE TABLE publication (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	version {i64} NOT NULL,       -- 1, 2 … of the document
	scope {i64} NOT NULL,         -- the document's, now
	title {text} NOT NULL,
	kind {text} NOT NULL,
	lang {text} NOT NULL,
	text_version {i64} NOT NULL,
	note {text} NOT NULL,         -- what is new, in the words of whoever published it
	changes {text} NOT NULL,      -- one JSON array: the sections that differ from the version before
	html {text} NOT NULL,         -- the article
	markdown {text} NOT NULL,
	record {text} NOT NULL,       -- the document as JSON
	at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	UNIQUE (document, version)
) {strict};
CREATE INDEX publication_at ON publication (at, id);
