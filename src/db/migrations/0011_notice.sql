-- What people are told, how they want to be told, and links by which they join.

CREATE TABLE notice (
	id {id},
	person {i64} NOT NULL REFERENCES person (id),
	kind {text} NOT NULL,
	once {text} NOT NULL,         -- nobody is told the same twice
	noun {text} NOT NULL,         -- what it is about: incident, document or action
	noun_id {i64} NOT NULL,
	incident {i64} REFERENCES incident (id), -- that this belongs to
	scope {i64} NOT NULL,
	phrase {text} NOT NULL,       -- key of the catalogue
	title {text} NOT NULL,        -- of the record
	word {text} NOT NULL,         -- key of the catalogue for {word}, or empty
	quote {text} NOT NULL,        -- what was said
	by {i64} REFERENCES person (id), -- NULL: nobody, it was time
	at {i64} NOT NULL,
	read_at {i64},
	snoozed_until {i64},
	digest {i64} NOT NULL,        -- 1: waits for the daily mail
	UNIQUE (person, once)
) {strict};
CREATE INDEX notice_person ON notice (person, id);
CREATE INDEX notice_unread ON notice (person) WHERE read_at IS NULL;
CREATE INDEX notice_digest_due ON notice (person) WHERE digest = 1;
CREATE INDEX notice_about ON notice (noun, noun_id);

CREATE TABLE notice_mute (
	person {i64} NOT NULL REFERENCES person (id),
	incident {i64} NOT NULL REFERENCES incident (id),
	PRIMARY KEY (person, incident)
) {strict};

CREATE TABLE notice_preference (
	person {i64} NOT NULL REFERENCES person (id),
	kind {text} NOT NULL,
	way {text} NOT NULL,          -- mail, digest or inbox
	PRIMARY KEY (person, kind)
) {strict};

CREATE TABLE notice_digest (
	person {i64} PRIMARY KEY REFERENCES person (id),
	day {i64} NOT NULL            -- the last one that a daily mail was made for, in the person's zone
) {strict};

-- Several may be good at once: a mail that is sent again brings another secret. The first that is used ends them all.
CREATE TABLE invitation (
	id {id},
	person {i64} NOT NULL REFERENCES person (id),
	secret_hash {blob} NOT NULL UNIQUE,
	made_at {i64} NOT NULL,
	ends_at {i64} NOT NULL
) {strict};
CREATE INDEX invitation_person ON invitation (person);
