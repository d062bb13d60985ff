-- Live texts and their update logs; documents.

CREATE TABLE live_text (
	id {id},
	noun {text} NOT NULL,         -- whose text it is: the record's kind and number
	noun_id {i64} NOT NULL,
	scope {i64} NOT NULL,         -- the record's
	made_at {i64} NOT NULL
) {strict};

-- A tab of a browser, or a program, that types. Belongs to one person for good.
CREATE TABLE live_client (
	id {id},
	name {text} NOT NULL UNIQUE,  -- chosen by the client, 22 characters
	actor {i64} NOT NULL,         -- person; minus the id of a token; 0 the owner of the data folder
	made_at {i64} NOT NULL
) {strict};

CREATE TABLE document_update (
	text {i64} NOT NULL REFERENCES live_text (id),
	version {i64} NOT NULL,       -- of the text with this update in it; the first is 1
	client {i64} NOT NULL REFERENCES live_client (id),
	seq {i64} NOT NULL,
	at {i64} NOT NULL,
	changes {text} NOT NULL,      -- the change set, as JSON, rebased
	PRIMARY KEY (text, version),
	UNIQUE (text, client, seq)
) {strict};

CREATE TABLE text_snapshot (
	text {i64} NOT NULL REFERENCES live_text (id),
	version {i64} NOT NULL,
	content {text} NOT NULL,
	PRIMARY KEY (text, version)
) {strict};

-- Who typed where in which span of five seconds, until document.edited has been told of it.
CREATE TABLE live_edit (
	span {i64} NOT NULL,
	text {i64} NOT NULL REFERENCES live_text (id),
	person {i64} NOT NULL,        -- 0: not a person
	PRIMARY KEY (span, text, person)
) {strict};

CREATE TABLE document (
	id {id},
	kind {text} NOT NULL,
	state {text} NOT NULL,
	title {text} NOT NULL,
	lang {text} NOT NULL,
	zone {text} NOT NULL,         -- of display
	template {text} NOT NULL,     -- name of the template it began with; empty: none
	text {i64} NOT NULL REFERENCES live_text (id),
	scope {i64} NOT NULL,
	author {i64} REFERENCES person (id),
	made_at {i64} NOT NULL,
	updated_at {i64} NOT NULL,    -- of the record or its text, the text to five seconds
	version {i64} NOT NULL        -- of the record; the text has its own
) {strict};
CREATE INDEX document_updated ON document (updated_at, id);

CREATE TABLE document_incident (
	document {i64} NOT NULL REFERENCES document (id),
	incident {i64} NOT NULL REFERENCES incident (id),
	drafted {i64} NOT NULL,       -- 1: drafted by itself when the incident was resolved
	PRIMARY KEY (document, incident)
) {strict};
CREATE INDEX document_incident_of ON document_incident (incident, document);
