-- The tables that carry every feature: the event log, who may see a restricted record, kept replies, cursors, schedules.

CREATE TABLE event (
	id {i64} PRIMARY KEY,         -- given by the writer in the visible order
	at {i64} NOT NULL,
	name {text} NOT NULL,
	noun {text} NOT NULL,
	noun_id {i64} NOT NULL,
	scope {i64} NOT NULL,
	topics {text} NOT NULL,
	actor {i64} NOT NULL,         -- enum actor_kind
	person {i64},
	actor_id {i64},               -- session, token or hook
	actor_name {text} NOT NULL,
	data {text},                  -- NULL once scrubbed
	salt {blob},
	data_hash {blob} NOT NULL,
	chain {blob}                  -- given by the sealing job: hash over the chain before, id, at, name, noun, noun_id and data_hash
) {strict};
CREATE INDEX event_name ON event (name, id);
CREATE INDEX event_noun ON event (noun, noun_id, id);

CREATE TABLE scope (
	id {id},
	made_at {i64} NOT NULL
) {strict};

CREATE TABLE scope_member (
	scope {i64} NOT NULL REFERENCES scope (id),
	person {i64} NOT NULL,        -- 0: the row is for a team
	team {i64} NOT NULL,          -- 0: the row is for a person
	PRIMARY KEY (scope, person, team)
) {strict};
CREATE INDEX scope_member_person ON scope_member (person, scope);
CREATE INDEX scope_member_team ON scope_member (team, scope);

CREATE TABLE kept_reply (
	actor {text} NOT NULL,        -- "person 3", "token 7"
	operation {text} NOT NULL,
	idempotency_key {text} NOT NULL,
	request_hash {blob} NOT NULL,
	status {i64} NOT NULL,
	headers {text} NOT NULL,
	body {text},                  -- NULL: it held a secret, only the fact is kept
	at {i64} NOT NULL,
	PRIMARY KEY (actor, operation, idempotency_key)
) {strict};
CREATE INDEX kept_reply_at ON kept_reply (at);

CREATE TABLE consumer (
	name {text} PRIMARY KEY NOT NULL,
	cursor_id {i64} NOT NULL      -- the last event handled
) {strict};

CREATE TABLE job (
	name {text} PRIMARY KEY NOT NULL,
	next_at {i64} NOT NULL,
	failures {i64} NOT NULL
) {strict};

CREATE TABLE setting (
	name {text} PRIMARY KEY NOT NULL,
	value {text} NOT NULL
) {strict};
