/* The record of what was published, and what is new in a version. No SQL here. */
#include "feature/publication/publication_parts.h"
#include "text/revision.h"

static const char *const lang_names[] = { "en", "ko", NULL };
static const char *const change_names[] = { [REVISION_CHANGED] = "changed", [REVISION_ADDED] = "added", [REVISION_REMOVED] = "removed", NULL };

SHAPE(publication_change_shape, "PublicationChange", struct publication_change, N_("a section that differs from the version before"),
	F(struct publication_change, FT_TEXT, heading, FIELD_OPTIONAL, N_("its heading; null: what stands before the first one")),
	F(struct publication_change, FT_ENUM, kind, FIELD_REQUIRED, N_("changed, added or removed"), .names = change_names));

#define ROW(T)                                                                                                                 \
	F(T, FT_ID, id, FIELD_REQUIRED, N_("its number")),                                                                         \
	F(T, FT_OBJ, document, FIELD_REQUIRED, N_("the document, with the title it was published under"), .shape = &document_link_shape), \
	F(T, FT_I64, version, FIELD_REQUIRED, N_("1 the first time, and so on")),                                                  \
	F(T, FT_ENUM, kind, FIELD_REQUIRED, N_("what it is about"), .names = document_kind_names),                                 \
	F(T, FT_ENUM, lang, FIELD_REQUIRED, N_("language it is written in"), .names = lang_names),                                 \
	F(T, FT_BOOL, restricted, FIELD_REQUIRED, N_("only members of its incident see it")),                                      \
	F(T, FT_TEXT, note, FIELD_OPTIONAL, N_("what is new, in words")),                                                          \
	F(T, FT_LIST, changes, FIELD_REQUIRED, N_("sections that differ from the version before"), .shape = &publication_change_shape), \
	F(T, FT_I64, text_version, FIELD_REQUIRED, N_("version of the text")),                                                     \
	F(T, FT_TIME, at, FIELD_REQUIRED, N_("when it was published")),                                                            \
	F(T, FT_OBJ, by, FIELD_OPTIONAL, N_("who published it"), .shape = &ref_shape),                                             \
	F(T, FT_ENUM, state, FIELD_REQUIRED, N_("how far the document is now"), .names = document_state_names),                    \
	F(T, FT_OBJ, actions, FIELD_REQUIRED, N_("its action items and those of its incidents, as they are now"), .shape = &document_actions_shape), \
	F(T, FT_BOOL, latest, FIELD_REQUIRED, N_("there is no newer version"))

SHAPE(publication_row_shape, "PublicationRow", struct publication, N_("a published version in a list"), ROW(struct publication));
SHAPE(publication_shape, "Publication", struct publication, N_("a document as it was published"), ROW(struct publication),
	F(struct publication, FT_TEXT, html, FIELD_REQUIRED, N_("the article")));

struct list publication_changes(struct ctx *c, str json) {
	char room[160];
	str why;
	json_t *all = json.n ? json_parse(json, &why, room) : NULL, *one;
	size_t i;
	json_own(c->a, all);
	struct publication_change *out = arena_array(c->a, json_array_size(all), sizeof *out);
	json_array_foreach(all, i, one) {
		int kind = enum_index(change_names, json_str(json_object_get(one, "kind")));
		out[i] = (struct publication_change){ json_str(json_object_get(one, "heading")), kind < 0 ? 0 : kind };
	}
	return (struct list){ out, json_array_size(all) };
}
