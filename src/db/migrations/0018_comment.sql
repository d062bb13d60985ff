-- Comments on documents, in one table with those of reviews, which are held back until the review is handed in. All of it has the scope of its document.

ALTER TABLE review_comment RENAME TO comment;
DROP INDEX review_comment_document;
CREATE INDEX comment_document ON comment (document, id);

-- 1: belongs to a review, and is its writer's alone until that is handed in (given).
ALTER TABLE comment ADD COLUMN held {i64} NOT NULL DEFAULT 1;
-- Where the words are: UTF-16 units in the text at anchor_version. Updates since are worked in when it is read, and written down now and then. NULL: about no words in particular.
ALTER TABLE comment ADD COLUMN anchor_from {i64};
ALTER TABLE comment ADD COLUMN anchor_to {i64};
ALTER TABLE comment ADD COLUMN anchor_version {i64};
ALTER TABLE comment ADD COLUMN spans {text};                  -- "12 20 25 27": the pieces that are left of them, when something was typed in between
ALTER TABLE comment ADD COLUMN gone {i64} NOT NULL DEFAULT 0; -- 1: no character of them is left
-- Else a record, as the text shows it.
ALTER TABLE comment ADD COLUMN block {text};
ALTER TABLE comment ADD COLUMN entry {i64} REFERENCES timeline_entry (id);
ALTER TABLE comment ADD COLUMN action {i64} REFERENCES action (id);
ALTER TABLE comment ADD COLUMN cause {i64};
-- A suggestion: a ChangeSet of the text at anchor_version, and how many units it took away when it was made.
ALTER TABLE comment ADD COLUMN changes {text};
ALTER TABLE comment ADD COLUMN takes {i64} NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN edited_at {i64};
ALTER TABLE comment ADD COLUMN removed_at {i64};              -- its words were taken back; the answers stay

CREATE TABLE comment_reply (
	id {id},
	comment {i64} NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
	person {i64} NOT NULL REFERENCES person (id),
	text {text} NOT NULL,
	made_at {i64} NOT NULL,
	edited_at {i64}
) {strict};
CREATE INDEX comment_reply_comment ON comment_reply (comment, id);

-- What a comment has become.
CREATE TABLE comment_made (
	comment {i64} NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
	kind {text} NOT NULL,         -- action, timeline, cause, tbd
	record {i64} NOT NULL,        -- 0 for a TBD, which stands in the text
	person {i64} NOT NULL REFERENCES person (id),
	at {i64} NOT NULL,
	PRIMARY KEY (comment, kind, record)
) {strict};
CREATE INDEX comment_made_record ON comment_made (kind, record);

ALTER TABLE notice ADD COLUMN place {text}; -- within the record: "#comment-7"
