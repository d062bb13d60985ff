-- Reviews of documents: who was asked, what they answered and said, and what was let pass, why and by whom. All of it has the scope of its document.

ALTER TABLE document ADD COLUMN state_at {i64};   -- since when it is in its state; NULL: since it was made
CREATE INDEX document_state ON document (state, id);
ALTER TABLE live_text ADD COLUMN closed {i64} NOT NULL DEFAULT 0; -- 1: nobody types in it
ALTER TABLE service ADD COLUMN lead {i64} REFERENCES person (id); -- answers for it technically: asked when it is given action items

CREATE TABLE review (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	scope {i64} NOT NULL,
	round {i64} NOT NULL,         -- 1 when it was submitted first
	note {text} NOT NULL,         -- of whoever submitted it
	due {i64},                    -- days since 1970
	needed {i64} NOT NULL,        -- approvals; 0: of everybody who was asked
	asked_at {i64} NOT NULL,
	asked_by {i64} REFERENCES person (id),
	text_version {i64} NOT NULL,
	ended_at {i64},
	UNIQUE (document, round)
) {strict};

CREATE TABLE review_reviewer (
	document {i64} NOT NULL REFERENCES document (id),
	person {i64} NOT NULL REFERENCES person (id),
	scope {i64} NOT NULL,
	service {i64} REFERENCES service (id), -- asked because this service is given action items
	asked_at {i64} NOT NULL,
	asked_by {i64} REFERENCES person (id), -- NULL: by itself
	verdict {text},               -- approve or changes; NULL: awaited
	verdict_at {i64},
	text_version {i64},           -- that it is about
	stale_at {i64},               -- since when the text differs from that one in what matters
	reminded_on {i64},            -- the day, since 1970
	PRIMARY KEY (document, person)
) {strict};
CREATE INDEX review_reviewer_person ON review_reviewer (person, document);

-- Each review that was handed in, as it was.
CREATE TABLE review_given (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	scope {i64} NOT NULL,
	person {i64} NOT NULL REFERENCES person (id),
	verdict {text} NOT NULL,
	words {text} NOT NULL,
	text_version {i64} NOT NULL,
	at {i64} NOT NULL
) {strict};
CREATE INDEX review_given_document ON review_given (document, id);

CREATE TABLE review_answer (
	document {i64} NOT NULL REFERENCES document (id),
	question {text} NOT NULL,
	scope {i64} NOT NULL,
	answer {text} NOT NULL,
	note {text} NOT NULL,
	person {i64} REFERENCES person (id),
	at {i64} NOT NULL,
	PRIMARY KEY (document, question)
) {strict};

CREATE TABLE review_comment (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	scope {i64} NOT NULL,
	person {i64} NOT NULL REFERENCES person (id),
	text {text} NOT NULL,
	section {text},               -- anchor of a heading; NULL: about the whole document
	quote {text},                 -- the words it is about, as they were at text_version
	text_version {i64} NOT NULL,
	must_fix {i64} NOT NULL,
	made_at {i64} NOT NULL,
	given {i64} REFERENCES review_given (id), -- the review it was handed in with; NULL: nobody but its writer sees it
	resolution {text},
	resolved_at {i64},
	resolved_by {i64} REFERENCES person (id),
	words {text},                 -- what was done about it
	version {i64} NOT NULL
) {strict};
CREATE INDEX review_comment_document ON review_comment (document, id);

CREATE TABLE review_waiver (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	scope {i64} NOT NULL,
	blocker {text} NOT NULL,
	subject {text} NOT NULL,
	reason {text} NOT NULL,
	person {i64} REFERENCES person (id), -- NULL: the owner of the data folder
	at {i64} NOT NULL,
	UNIQUE (document, blocker, subject)
) {strict};
