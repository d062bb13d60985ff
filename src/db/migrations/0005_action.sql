-- What will be done so that it does not happen again, is seen sooner, or is handled better.

CREATE TABLE action (
	id {id},
	title {text} NOT NULL,
	type {text} NOT NULL,
	aim {text} NOT NULL,
	priority {text} NOT NULL,
	state {text} NOT NULL,
	owner {i64} REFERENCES person (id),
	due {i64},                    -- days since 1970
	incident {i64} REFERENCES incident (id),
	document {i64} REFERENCES document (id),
	scope {i64} NOT NULL,         -- of the incident, or else of the document
	tracker {text},               -- address of the same work in somebody's tracker
	evidence {text},              -- what shows that it was done
	reason {text},                -- why it was dropped or opened again
	made_at {i64} NOT NULL,
	made_by {i64} REFERENCES person (id),
	closed_at {i64},              -- done or dropped
	closed_by {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX action_state ON action (state, id);
CREATE INDEX action_owner ON action (owner, state);
CREATE INDEX action_incident ON action (incident, id);
CREATE INDEX action_document ON action (document, id);
