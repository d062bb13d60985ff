-- An index that is built anew grows beside the one that is asked, and takes its place when it is whole.
ALTER TABLE search_state ADD COLUMN beside {i64} NOT NULL DEFAULT 0;
{sqlite} CREATE VIRTUAL TABLE search_fts_next USING fts5 (title, body, initials, kind, content = '', tokenize = 'ascii');
{sqlite} CREATE VIRTUAL TABLE search_title_next USING fts5 (title, initials, kind, content = '', tokenize = 'ascii');
{sqlite} CREATE VIRTUAL TABLE search_short_next USING fts5 (words, content = '', tokenize = 'ascii', detail = none, columnsize = 0);
{postgres} ALTER TABLE search_words DROP CONSTRAINT search_words_id_fkey, ADD CONSTRAINT search_words_id_fkey FOREIGN KEY (id) REFERENCES search_item (id) ON DELETE CASCADE;

-- Likeness in less room: terms have numbers, a posting is two bytes (its place among the 1,024 items of the block: ten bits; the impact: six; the low byte first), and what waits to
-- be weighed is weighed together. Everything is built anew by itself.
DROP TABLE similar_post;
DROP TABLE similar_item;
DROP TABLE similar_wait;
CREATE TABLE similar_item (
	id {id},
	noun {text} NOT NULL,
	noun_id {i64} NOT NULL,
	scope {i64} NOT NULL,         -- the record's
	terms {blob} NOT NULL,        -- by number: how much more than the one before, seven bits a byte, the lowest first; then the impact, a byte
	UNIQUE (noun, noun_id)
) {strict};
CREATE INDEX similar_item_scope ON similar_item (scope) WHERE scope <> 0;
CREATE TABLE similar_word (
	id {id},
	term {text} NOT NULL UNIQUE,
	n {i64} NOT NULL              -- items that have it
) {strict};
{sqlite} CREATE TABLE similar_post (word INTEGER NOT NULL, block INTEGER NOT NULL, posts BLOB NOT NULL, PRIMARY KEY (word, block)) STRICT, WITHOUT ROWID;
{postgres} CREATE TABLE similar_post (word BIGINT NOT NULL, block BIGINT NOT NULL, posts BYTEA NOT NULL, PRIMARY KEY (word, block));
CREATE TABLE similar_wait (
	id {id},
	noun {text} NOT NULL,
	noun_id {i64} NOT NULL,
	UNIQUE (noun, noun_id)
) {strict};

-- The facts of the archive are kept in memory; what has changed since is read by its stamp. Another epoch: read them all (something is gone, or it is another database).
CREATE TABLE search_stamp (
	id {i64} PRIMARY KEY,         -- always 1
	epoch {i64} NOT NULL,
	stamp {i64} NOT NULL
) {strict};
INSERT INTO search_stamp (id, epoch, stamp) VALUES (1, 0, 0);
ALTER TABLE search_item ADD COLUMN stamp {i64} NOT NULL DEFAULT 0;
CREATE INDEX search_item_stamp ON search_item (stamp) WHERE facts <> '';
DROP INDEX search_item_archive;
CREATE INDEX search_item_archive ON search_item (at, id) WHERE facts <> '';
