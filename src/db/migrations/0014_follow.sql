-- Action items until they have held, and the policy that says when a postmortem is written.

ALTER TABLE action ADD COLUMN title_folded {text} NOT NULL DEFAULT '';
ALTER TABLE action ADD COLUMN horizon {text} NOT NULL DEFAULT 'short';
ALTER TABLE action ADD COLUMN team {i64} REFERENCES team (id); -- sees to it while nobody in person does
ALTER TABLE action ADD COLUMN started_at {i64};                -- NULL: nobody works on it yet
ALTER TABLE action ADD COLUMN agreed_by {i64} REFERENCES person (id); -- that it will not be done
ALTER TABLE action ADD COLUMN check_on {i64};                  -- days since 1970: when to look whether it has held
ALTER TABLE action ADD COLUMN held {text};                     -- held, not_held; NULL: nobody has looked yet
ALTER TABLE action ADD COLUMN checked_at {i64};
ALTER TABLE action ADD COLUMN checked_by {i64} REFERENCES person (id);
ALTER TABLE action ADD COLUMN check_note {text};               -- what was seen
UPDATE action SET title_folded = lower(title);
CREATE INDEX action_check ON action (check_on) WHERE held IS NULL AND check_on IS NOT NULL;

ALTER TABLE incident ADD COLUMN data_lost {i64} NOT NULL DEFAULT 0;

-- Each version of the policy for good; the newest is the one in force.
CREATE TABLE policy (
	id {id},                      -- the version
	at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	note {text} NOT NULL,         -- why
	body {text} NOT NULL          -- one JSON object
) {strict};

CREATE TABLE policy_waiver (
	id {id},
	incident {i64} NOT NULL REFERENCES incident (id),
	scope {i64} NOT NULL,         -- of its incident
	reason {text} NOT NULL,
	at {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	ended_at {i64}                -- withdrawn
) {strict};
CREATE INDEX policy_waiver_incident ON policy_waiver (incident, id);

CREATE TABLE policy_request (
	id {id},
	incident {i64} NOT NULL REFERENCES incident (id),
	scope {i64} NOT NULL,         -- of its incident
	reason {text} NOT NULL,
	at {i64} NOT NULL,
	person {i64} REFERENCES person (id)
) {strict};
CREATE INDEX policy_request_incident ON policy_request (incident, id);
