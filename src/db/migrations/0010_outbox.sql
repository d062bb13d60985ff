-- What is on its way to people outside the pages, what went, and which version of a document went to whom.

-- Long texts, kept once for all receivers.
CREATE TABLE delivery_text (
	id {id},
	content {text} NOT NULL
) {strict};

CREATE TABLE delivery (
	id {id},
	channel {text} NOT NULL,
	kind {text} NOT NULL,
	person {i64} REFERENCES person (id), -- NULL: somebody without an account
	address {text} NOT NULL,
	name {text} NOT NULL,
	noun {text} NOT NULL,         -- what it tells of; empty: nothing in particular
	noun_id {i64} NOT NULL,
	scope {i64} NOT NULL,         -- of that
	lang {text} NOT NULL,
	zone {text} NOT NULL,
	thread {text} NOT NULL,
	message {text} NOT NULL UNIQUE, -- its id in the world: the same at every attempt
	answers {text},               -- the message before it
	reply_to {text},
	subject {text} NOT NULL,
	head {text} NOT NULL,         -- Markdown, for this receiver alone
	text {i64} REFERENCES delivery_text (id), -- Markdown that follows it
	state {text} NOT NULL,
	attempts {i64} NOT NULL,
	next_at {i64} NOT NULL,
	lease_node {text},            -- the process that sends it now
	lease_until {i64},
	trouble {text},               -- why the last attempt failed
	made_at {i64} NOT NULL,
	sent_at {i64}
) {strict};
CREATE INDEX delivery_due ON delivery (state, next_at);
CREATE INDEX delivery_about ON delivery (noun, noun_id);
CREATE INDEX delivery_text_of ON delivery (text) WHERE text IS NOT NULL;

-- A document sent round: the first mail, and those with what has changed since.
CREATE TABLE mailing (
	id {id},
	document {i64} NOT NULL REFERENCES document (id),
	number {i64} NOT NULL,        -- 1 is the first
	at {i64} NOT NULL,
	person {i64} REFERENCES person (id), -- who sent it
	text_version {i64} NOT NULL,  -- of the document's text, as it went
	note {text} NOT NULL,
	UNIQUE (document, number)
) {strict};

CREATE TABLE mailing_receiver (
	id {id},
	mailing {i64} NOT NULL REFERENCES mailing (id),
	person {i64} REFERENCES person (id),
	address {text} NOT NULL,
	message {text} NOT NULL       -- of the delivery
) {strict};
CREATE INDEX mailing_receiver_of ON mailing_receiver (mailing);
