-- Incidents, their timeline, and the alerts that open them. Durations are nowhere: they are derived from milestones.

CREATE TABLE incident (
	id {id},
	title {text} NOT NULL,
	title_folded {text} NOT NULL,
	summary {text} NOT NULL,
	state {text} NOT NULL,
	severity {text} NOT NULL,
	severity_suggested {text},    -- what the alert asked for; another severity needs a reason
	severity_reason {text},
	scope {i64} NOT NULL,
	drill {i64} NOT NULL,
	zone {text} NOT NULL,         -- of display
	detection_source {text},
	detected_by {text},
	channel {text},
	exit_criterion {text},
	exit_minutes {i64},
	next_update_at {i64},
	update_asked_at {i64},        -- the next_update_at that people were reminded of
	made_at {i64} NOT NULL,
	made_by {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX incident_state ON incident (state, id);
CREATE INDEX incident_next_update ON incident (next_update_at);

CREATE TABLE incident_milestone (
	id {id},
	incident {i64} NOT NULL REFERENCES incident (id),
	kind {text} NOT NULL,
	at {i64} NOT NULL,
	automatic {i64} NOT NULL,     -- 1: written by the life cycle or an alert, nobody has confirmed it
	person {i64} REFERENCES person (id),
	recorded_at {i64} NOT NULL,
	UNIQUE (incident, kind)
) {strict};

CREATE TABLE incident_role (
	id {id},
	incident {i64} NOT NULL REFERENCES incident (id),
	role {text} NOT NULL,
	person {i64} NOT NULL REFERENCES person (id),
	since {i64} NOT NULL,
	ended_at {i64},               -- NULL: holds it now
	handed_over {text},           -- what the one before said when handing over
	given_by {i64} REFERENCES person (id)
) {strict};
CREATE UNIQUE INDEX incident_role_now ON incident_role (incident, role) WHERE ended_at IS NULL;
CREATE INDEX incident_role_incident ON incident_role (incident);

CREATE TABLE incident_service (
	incident {i64} NOT NULL REFERENCES incident (id),
	service {i64} NOT NULL REFERENCES service (id),
	PRIMARY KEY (incident, service)
) {strict};
CREATE INDEX incident_service_service ON incident_service (service, incident);

CREATE TABLE mitigation (
	id {id},
	incident {i64} NOT NULL REFERENCES incident (id),
	scope {i64} NOT NULL,         -- of its incident
	kind {text} NOT NULL,
	text {text} NOT NULL,
	quantity {text},              -- "4 to 40 machines"
	started_at {i64} NOT NULL,
	ended_at {i64},
	result {text},
	person {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX mitigation_incident ON mitigation (incident, started_at, id);

CREATE TABLE timeline_entry (
	id {id},
	incident {i64} NOT NULL REFERENCES incident (id),
	scope {i64} NOT NULL,         -- of its incident
	at {i64} NOT NULL,            -- when it happened
	recorded_at {i64} NOT NULL,
	precision {text} NOT NULL,
	kind {text} NOT NULL,
	about {text},                 -- "milestone 3", "mitigation 4": the record this entry tells of and follows
	text {text} NOT NULL,
	phrase {text},                -- an entry nobody typed: the key of its text in the catalogue, until somebody edits it
	args {text},
	knew {text},
	decided {text},
	because {text},
	is_key {i64} NOT NULL,
	person {i64} REFERENCES person (id),
	edited_at {i64},
	struck_at {i64},
	struck_by {i64} REFERENCES person (id),
	version {i64} NOT NULL
) {strict};
CREATE INDEX timeline_entry_at ON timeline_entry (incident, at, id);
CREATE INDEX timeline_entry_about ON timeline_entry (incident, about);

CREATE TABLE timeline_evidence (
	id {id},
	entry {i64} NOT NULL REFERENCES timeline_entry (id),
	url {text} NOT NULL,
	title {text}
) {strict};
CREATE INDEX timeline_evidence_entry ON timeline_evidence (entry, id);

CREATE TABLE timeline_edit (
	id {id},
	entry {i64} NOT NULL REFERENCES timeline_entry (id),
	incident {i64} NOT NULL,
	version {i64} NOT NULL,       -- the entry as it was in this version, until edited_at
	at {i64} NOT NULL,
	precision {text} NOT NULL,
	text {text} NOT NULL,
	phrase {text},
	args {text},
	knew {text},
	decided {text},
	because {text},
	is_key {i64} NOT NULL,
	evidence {text} NOT NULL,     -- one JSON array
	edited_at {i64} NOT NULL,
	edited_by {i64} REFERENCES person (id) -- who wrote the version after it
) {strict};
CREATE INDEX timeline_edit_entry ON timeline_edit (entry, id);
CREATE INDEX timeline_edit_incident ON timeline_edit (incident, edited_at);

CREATE TABLE hook (
	id {id},
	source {text} NOT NULL,
	name {text} NOT NULL,
	key_hash {blob} NOT NULL,
	service {i64} REFERENCES service (id),
	team {i64} REFERENCES team (id),
	opens {i64} NOT NULL,         -- an alert that no rule is about opens an incident
	min_severity {text},          -- only when it is at least this bad
	labels {text} NOT NULL,       -- and has these: one JSON object
	made_at {i64} NOT NULL,
	made_by {i64} REFERENCES person (id),
	ended_at {i64},               -- its key opens nothing any more
	version {i64} NOT NULL
) {strict};

CREATE TABLE alert_rule (
	id {id},
	hook {i64} REFERENCES hook (id), -- NULL: alerts of every hook
	name {text} NOT NULL,
	position {i64} NOT NULL,      -- the first rule that fits decides
	matchers {text} NOT NULL,     -- one JSON array of {label, op, value}
	severity {text},              -- NULL: from the alert's label
	severity_label {text},        -- NULL: severity
	service {i64} REFERENCES service (id),
	service_label {text},         -- the label that names the service
	opens_incident {i64} NOT NULL,
	version {i64} NOT NULL
) {strict};

-- One row for each time an alert fired: `past` is 0 for the latest, its own id for those before.
CREATE TABLE alert (
	id {id},
	source {text} NOT NULL,
	fingerprint {text} NOT NULL,
	past {i64} NOT NULL,
	hook {i64} REFERENCES hook (id),
	title {text} NOT NULL,
	description {text},
	state {text} NOT NULL,
	severity {text},              -- of the incident it asks for
	labels {text} NOT NULL,       -- one JSON object
	group_key {text} NOT NULL,
	incident {i64} REFERENCES incident (id),
	service {i64} REFERENCES service (id),
	scope {i64} NOT NULL,         -- of its incident
	started_at {i64} NOT NULL,
	ended_at {i64},
	first_seen_at {i64} NOT NULL,
	last_seen_at {i64} NOT NULL,
	seen_count {i64} NOT NULL,
	url {text},
	version {i64} NOT NULL,
	UNIQUE (source, fingerprint, past)
) {strict};
CREATE INDEX alert_incident ON alert (incident, id);
CREATE INDEX alert_state ON alert (state, id);

-- Alerts of one group share one incident, as long as it is open.
CREATE TABLE alert_group (
	hook {i64} NOT NULL REFERENCES hook (id),
	group_key {text} NOT NULL,
	incident {i64} NOT NULL REFERENCES incident (id),
	PRIMARY KEY (hook, group_key)
) {strict};
