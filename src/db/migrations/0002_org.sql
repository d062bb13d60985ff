-- People, teams, services, and how they log in.

CREATE TABLE organisation (
	id {i64} PRIMARY KEY,         -- always 1
	name {text} NOT NULL,
	zone {text} NOT NULL,
	version {i64} NOT NULL
) {strict};
INSERT INTO organisation (id, name, zone, version) VALUES (1, '', 'UTC', 1);

CREATE TABLE person (
	id {id},
	login {text} NOT NULL,        -- as typed
	login_folded {text} NOT NULL UNIQUE,
	name {text} NOT NULL,
	name_folded {text} NOT NULL,  -- for finding and sorting
	name_initials {text} NOT NULL, -- ㄱㅁㅅ
	email {text},
	role {text} NOT NULL,
	lang {text} NOT NULL,
	zone {text} NOT NULL,
	theme {text} NOT NULL,
	active {i64} NOT NULL,
	password_hash {text},         -- argon2id; NULL: cannot log in with a password
	made_at {i64} NOT NULL,
	version {i64} NOT NULL
) {strict};

CREATE TABLE session (
	id {id},
	person {i64} NOT NULL REFERENCES person (id),
	token_hash {blob} NOT NULL UNIQUE,
	made_at {i64} NOT NULL,
	seen_at {i64} NOT NULL,
	ends_at {i64} NOT NULL,       -- absolute; idle expiry comes from seen_at
	address {text} NOT NULL,
	agent {text} NOT NULL
) {strict};
CREATE INDEX session_person ON session (person);

CREATE TABLE token (
	id {id},
	name {text} NOT NULL,
	role {text} NOT NULL,
	person {i64} REFERENCES person (id), -- who made it; NULL: the command line
	token_hash {blob} NOT NULL UNIQUE,
	made_at {i64} NOT NULL,
	ends_at {i64}
) {strict};

CREATE TABLE team (
	id {id},
	name {text} NOT NULL,
	handle {text} NOT NULL UNIQUE, -- folded; @payments
	version {i64} NOT NULL
) {strict};

CREATE TABLE team_member (
	team {i64} NOT NULL REFERENCES team (id),
	person {i64} NOT NULL REFERENCES person (id),
	PRIMARY KEY (team, person)
) {strict};
CREATE INDEX team_member_person ON team_member (person);

CREATE TABLE service (
	id {id},
	name {text} NOT NULL,
	name_folded {text} NOT NULL UNIQUE,
	description {text} NOT NULL,
	team {i64} REFERENCES team (id), -- owner
	version {i64} NOT NULL
) {strict};

CREATE TABLE service_dependency (
	service {i64} NOT NULL REFERENCES service (id),
	depends_on {i64} NOT NULL REFERENCES service (id),
	PRIMARY KEY (service, depends_on)
) {strict};
CREATE INDEX service_dependency_on ON service_dependency (depends_on);
