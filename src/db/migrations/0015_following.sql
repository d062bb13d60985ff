-- Following up: until when and by whom, who was reminded of what, the weekly mail; and which token wrote an entry.

ALTER TABLE document ADD COLUMN due {i64};                -- day since 1970 by which it is to be published
ALTER TABLE document ADD COLUMN due_by {text};            -- policy, person: whoever said so last; NULL: nobody
ALTER TABLE document ADD COLUMN owner {i64} REFERENCES person (id); -- sees to it
CREATE INDEX document_due ON document (due) WHERE due IS NOT NULL;

ALTER TABLE action ADD COLUMN due_by {text};              -- as above
UPDATE action SET due_by = 'person' WHERE due IS NOT NULL;
CREATE INDEX action_due ON action (due) WHERE state = 'open' AND due IS NOT NULL;

-- How far up the ladder somebody was reminded of a record. Another due date begins it anew.
CREATE TABLE reminder (
	noun {text} NOT NULL,         -- document, action, tbd
	noun_id {i64} NOT NULL,
	due {i64} NOT NULL,
	rung {i64} NOT NULL,          -- the last one that was told
	next_on {i64},                -- day of the next one; NULL: there is none
	PRIMARY KEY (noun, noun_id)
) {strict};

-- The weekly mail, of those who want it.
CREATE TABLE weekly (
	person {i64} PRIMARY KEY REFERENCES person (id),
	teams {i64} NOT NULL,         -- one for each team of theirs
	organisation {i64} NOT NULL,  -- one for all
	weekday {i64} NOT NULL,       -- 1 is Monday
	hour {i64} NOT NULL,          -- in their zone
	sent_on {i64} NOT NULL        -- day since 1970, in their zone: the last one it was made for
) {strict};

ALTER TABLE timeline_entry ADD COLUMN token {text};       -- name of the token that wrote it
ALTER TABLE timeline_edit ADD COLUMN edited_by_token {text};
