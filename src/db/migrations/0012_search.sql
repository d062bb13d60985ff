-- Facets: what a record of the archive can be narrowed down by, as words ("kind:near_miss service:3"); empty for what is found through its incident.
ALTER TABLE search_item ADD COLUMN facts {text} NOT NULL DEFAULT '';
-- With all that counting needs: it walks the index alone.
CREATE INDEX search_item_archive ON search_item (at, id, scope, facts) WHERE facts <> '';

-- Likeness. An incident with its timeline, or a document, as a list of weighed terms; and, by term, who has it.
CREATE TABLE similar_item (
	id {id},
	noun {text} NOT NULL,
	noun_id {i64} NOT NULL,
	scope {i64} NOT NULL,         -- the record's
	packed {i64} NOT NULL,        -- length of the terms before they were compressed; 0: they were not
	terms {blob} NOT NULL,        -- "impact TAB term" a line, by term: to know what changes
	UNIQUE (noun, noun_id)
) {strict};
CREATE INDEX similar_item_scope ON similar_item (scope) WHERE scope <> 0;

-- Three bytes for each item of a block of 1,024 numbers: its place in the block (the low byte first), and the impact the term has in it.
{sqlite} CREATE TABLE similar_post (term TEXT NOT NULL, block INTEGER NOT NULL, n INTEGER NOT NULL, posts BLOB NOT NULL, PRIMARY KEY (term, block)) STRICT, WITHOUT ROWID;
{postgres} CREATE TABLE similar_post (term TEXT COLLATE "C" NOT NULL, block BIGINT NOT NULL, n BIGINT NOT NULL, posts BYTEA NOT NULL, PRIMARY KEY (term, block));

-- Incidents whose timeline has grown since their terms were weighed.
CREATE TABLE similar_wait (
	incident {i64} PRIMARY KEY
) {strict};
