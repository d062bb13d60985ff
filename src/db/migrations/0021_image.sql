-- Pictures in the texts of documents. They lie in the database, so that they are acknowledged, copied, replicated and written into an archive with the text that shows them. The
-- bytes are there once, whoever uses them, and in a table of their own: nobody who asks for the size of a picture reads it.

CREATE TABLE image (
	id {id},
	sha {text} NOT NULL UNIQUE,      -- SHA-256 of the bytes, in hex: the name by which texts know it
	type {text} NOT NULL,            -- png, jpeg, webp
	width {i64} NOT NULL,
	height {i64} NOT NULL,
	size {i64} NOT NULL,
	removed_at {i64}                 -- its bytes are gone, for what they showed, and do not come back
) {strict};

CREATE TABLE image_bytes (
	image {i64} PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
	bytes {blob} NOT NULL
) {strict};

-- In which documents one has been put: who may see one of them may see it. Those that no text shows any more stay: older versions do.
CREATE TABLE document_image (
	document {i64} NOT NULL REFERENCES document (id) ON DELETE CASCADE,
	image {i64} NOT NULL REFERENCES image (id),
	name {text} NOT NULL,            -- of the file, as it came
	person {i64} REFERENCES person (id),
	made_at {i64} NOT NULL,
	PRIMARY KEY (document, image)
) {strict};
CREATE INDEX document_image_image ON document_image (image);
