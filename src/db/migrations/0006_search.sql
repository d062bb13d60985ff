-- What search finds. The words stand in search_fts and search_short on SQLite, in search_words on PostgreSQL.

CREATE TABLE search_item (
	id {id},
	noun {text} NOT NULL,
	noun_id {i64} NOT NULL,
	incident {i64} NOT NULL,      -- that it belongs to; 0: none
	scope {i64} NOT NULL,         -- the record's
	at {i64} NOT NULL,            -- shown with it
	UNIQUE (noun, noun_id)
) {strict};
CREATE INDEX search_item_scope ON search_item (scope) WHERE scope <> 0;
CREATE INDEX search_item_incident ON search_item (incident) WHERE incident <> 0;

-- The text as it was indexed: snippets are cut from it, and its words are taken out of the index again by it.
CREATE TABLE search_text (
	id {i64} PRIMARY KEY REFERENCES search_item (id),
	title {text} NOT NULL,
	packed {i64} NOT NULL,        -- length of the body before it was compressed; 0: it was not
	body {blob} NOT NULL
) {strict};

CREATE TABLE search_state (
	id {i64} PRIMARY KEY,         -- always 1
	words {i64} NOT NULL,         -- how words were cut when the index was built
	rebuild_from {i64}            -- items behind this one wait to be indexed; NULL: none does
) {strict};
INSERT INTO search_state (id, words, rebuild_from) VALUES (1, 0, NULL);

-- Words come cut already, with blanks between them: the tokenizer has nothing to decide. Without content: what is needed of it is in search_text.
{sqlite} CREATE VIRTUAL TABLE search_fts USING fts5 (title, body, initials, kind, content = '', tokenize = 'ascii');
-- Titles once more: whether one has the words of a query must not cost a walk through the texts that have them.
{sqlite} CREATE VIRTUAL TABLE search_title USING fts5 (title, initials, kind, content = '', tokenize = 'ascii');
-- Single syllables and beginnings of words, for queries that are just being typed: expanding them to all words would cost a walk through the whole index.
{sqlite} CREATE VIRTUAL TABLE search_short USING fts5 (words, content = '', tokenize = 'ascii', detail = none, columnsize = 0);

{postgres} CREATE TABLE search_words (id BIGINT PRIMARY KEY REFERENCES search_item (id), words TSVECTOR NOT NULL);
{postgres} CREATE INDEX search_words_words ON search_words USING GIN (words);
