-- What a document holds beside its text: its records, the sections it leaves out, the values that are not known yet; the organisation's templates, creed and labels.

CREATE TABLE factor (
	id {id},
	code {text} NOT NULL UNIQUE,  -- what causes carry; never changed
	name_en {text} NOT NULL,
	name_ko {text} NOT NULL,
	ended_at {i64},               -- not offered any more
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};

CREATE TABLE document_cause (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	place {i64} NOT NULL,         -- people order them
	kind {text} NOT NULL,
	factor {text} NOT NULL,       -- code of a label, ours or the organisation's; empty: none
	text {text} NOT NULL,
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX document_cause_of ON document_cause (document, place, id);
CREATE INDEX document_cause_factor ON document_cause (factor, document);

CREATE TABLE document_impact (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	place {i64} NOT NULL,
	metric {text} NOT NULL,       -- what was counted
	value {f64},                  -- NULL: not known yet
	unit {text},
	estimated {i64} NOT NULL,
	method {text},                -- how it was found out
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX document_impact_of ON document_impact (document, place, id);

CREATE TABLE document_window (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	begins_at {i64} NOT NULL,
	ends_at {i64},                -- NULL: not known yet
	what {text} NOT NULL,         -- what users felt in it
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX document_window_of ON document_window (document, begins_at, id);

CREATE TABLE document_lesson (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	place {i64} NOT NULL,
	list {text} NOT NULL,         -- went_well, went_wrong, lucky
	text {text} NOT NULL,
	mark {text},                  -- an idea for a factor or a drill
	action {i64} REFERENCES action (id), -- what became of it
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX document_lesson_of ON document_lesson (document, place, id);
CREATE INDEX document_lesson_action ON document_lesson (action);

-- Required sections that a document does without.
CREATE TABLE document_section (
	document {i64} NOT NULL REFERENCES document (id),
	section {text} NOT NULL,
	reason {text} NOT NULL,
	removed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	PRIMARY KEY (document, section)
) {strict};

-- Each TBD that a text has or had.
CREATE TABLE document_tbd (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	place {i64} NOT NULL,         -- its turn among the open ones of the text
	text {text} NOT NULL,         -- what is missing
	owner {text} NOT NULL,        -- folded login; empty: nobody
	due {i64},                    -- day since 1970
	due_words {text} NOT NULL,    -- "Fri": as written, when it was not a date
	seen_at {i64} NOT NULL,
	seen_version {i64} NOT NULL,  -- of the text
	filled_at {i64},              -- NULL: still open
	filled_version {i64},
	told_at {i64}                 -- when tbd.due was said of this due date
) {strict};
CREATE INDEX document_tbd_of ON document_tbd (document, place, id);
CREATE INDEX document_tbd_due ON document_tbd (filled_at, due);

-- Documents that are for a chosen few by their own nature, not by that of an incident.
CREATE TABLE document_private (
	document {i64} PRIMARY KEY REFERENCES document (id),
	scope {i64} NOT NULL,         -- its author, and whom the author lets in
	opened {i64} NOT NULL,        -- 1: everybody may read it
	agreed_at {i64},              -- when the author agreed that others read it; NULL: has not
	words {text}                  -- and under which conditions
) {strict};

CREATE TABLE template (
	id {id},
	name {text} NOT NULL UNIQUE,
	version {i64} NOT NULL,       -- the newest of template_version
	ended_at {i64}                -- not offered any more
) {strict};
CREATE TABLE template_version (
	template {i64} NOT NULL REFERENCES template (id),
	version {i64} NOT NULL,
	title {text} NOT NULL,
	about {text},
	kind {text} NOT NULL,
	lang {text} NOT NULL,
	required {text} NOT NULL,     -- sections, with blanks between
	text {text} NOT NULL,
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	PRIMARY KEY (template, version)
) {strict};

-- What the organisation promises each other; the newest one counts.
CREATE TABLE creed (
	id {id},
	en {text} NOT NULL,
	ko {text} NOT NULL,
	changed_at {i64} NOT NULL,
	person {i64} REFERENCES person (id)
) {strict};
