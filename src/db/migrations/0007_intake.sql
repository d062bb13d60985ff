-- Where documents that came from elsewhere came from, so that the same file makes nothing twice. Who sees a row is who sees its document.

CREATE TABLE intake_source (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	incident {i64} NOT NULL REFERENCES incident (id),
	name {text} NOT NULL,         -- of the file; empty: it was pasted
	hash {text} NOT NULL,         -- SHA-256 of its text, in hexadecimal
	made_at {i64} NOT NULL,
	made_by {i64} REFERENCES person (id)
) {strict};
CREATE INDEX intake_source_hash ON intake_source (hash);
CREATE INDEX intake_source_document ON intake_source (document);
