/* What other rooms read of a document's text. */
#include "feature/document/document_parts.h"

enum st document_text_at(struct ctx *c, int64_t id, int64_t at, str *text) {
	int64_t live, version;
	enum st st = store_live_text(c, id, &live);
	return st == ST_OK ? collab_read(c, live, at, text, &version) : st;
}

enum st document_expand(struct ctx *c, const struct document *d, str text, struct buf *out) {
	return render_markdown(c, d, text, out);
}

size_t document_tbds(struct arena *a, str text, const struct document_tbd **out) {
	return tbd_list(a, text, out);
}
