-- What stands at versions of a document's text: names, and that an older one was brought back. The texts themselves are the log's.

CREATE TABLE history_name (
	document {i64} NOT NULL REFERENCES document (id),
	version {i64} NOT NULL,       -- of the text
	name {text} NOT NULL,
	person {i64} REFERENCES person (id),
	at {i64} NOT NULL,
	PRIMARY KEY (document, version)
) {strict};

CREATE TABLE history_restore (
	document {i64} NOT NULL REFERENCES document (id),
	version {i64} NOT NULL,       -- the update that did it
	source {i64} NOT NULL,        -- the version that it brought back
	person {i64} REFERENCES person (id),
	at {i64} NOT NULL,
	PRIMARY KEY (document, version)
) {strict};
