-- Passages that must not be here: who removed them when and why, where they stood (kinds and counts), how far their purging is. Never what they said.

CREATE TABLE scrub (
	id {id},
	at {i64} NOT NULL,
	person {i64} REFERENCES person (id), -- NULL: the owner of the data folder, or a token
	document {i64} REFERENCES document (id), -- where it was asked for; one of both
	incident {i64} REFERENCES incident (id),
	category {text} NOT NULL,
	reason {text} NOT NULL,
	places {text} NOT NULL,       -- one JSON object: kind of place and how many
	total {i64} NOT NULL,
	state {text} NOT NULL,        -- hidden, purging, purged
	step {i64} NOT NULL,          -- of the purge
	owed {text} NOT NULL,         -- what it waits for, a line each: "table NAME FILE" is to be rewritten by VACUUM FULL, "file NAME" is a copy to be deleted
	mark {i64} NOT NULL,          -- PostgreSQL: number of the transaction that hid it
	purged_at {i64}
) {strict};
CREATE INDEX scrub_document ON scrub (document, id);
CREATE INDEX scrub_incident ON scrub (incident, id);
CREATE INDEX scrub_waiting ON scrub (id) WHERE state <> 'purged';

-- The version of a text in which something was removed from all of its versions: what was made at an older one is not taken.
ALTER TABLE live_text ADD COLUMN scrubbed {i64} NOT NULL DEFAULT 0;
